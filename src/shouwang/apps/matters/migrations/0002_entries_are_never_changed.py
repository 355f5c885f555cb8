from django.db import migrations

from shouwang.kernel.appendonly import no_update_trigger


class Migration(migrations.Migration):
    dependencies = [("matters", "0001_initial")]
    operations = [no_update_trigger("matters_entry")]
