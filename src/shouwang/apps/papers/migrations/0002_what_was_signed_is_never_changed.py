from django.db import migrations

from shouwang.kernel.appendonly import no_update_trigger


class Migration(migrations.Migration):
    dependencies = [("papers", "0001_papers")]
    operations = [
        no_update_trigger(f"papers_{table}") for table in ("wording", "version", "step", "ruling")
    ]
