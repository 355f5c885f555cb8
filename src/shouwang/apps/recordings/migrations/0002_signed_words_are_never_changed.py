from django.db import migrations

from shouwang.kernel.appendonly import no_update_trigger


class Migration(migrations.Migration):
    dependencies = [("recordings", "0001_begin")]

    operations = [no_update_trigger("recordings_explanation"), no_update_trigger("recordings_clockreading")]
