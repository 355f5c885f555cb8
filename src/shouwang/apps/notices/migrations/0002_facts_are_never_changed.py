from django.db import migrations

from shouwang.kernel.appendonly import no_update_trigger


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]
    operations = [no_update_trigger("notices_attempt")]
