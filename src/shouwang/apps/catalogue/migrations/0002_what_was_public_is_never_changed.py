from django.db import migrations

from shouwang.kernel.appendonly import no_update_trigger


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_begin")]

    operations = [no_update_trigger("catalogue_version"), no_update_trigger("catalogue_step")]
