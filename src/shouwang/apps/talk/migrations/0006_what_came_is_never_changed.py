from django.db import migrations

from shouwang.kernel.appendonly import no_update_trigger


class Migration(migrations.Migration):
    dependencies = [("talk", "0005_what_came_and_what_was_taken_back")]
    operations = [no_update_trigger("talk_enclosed"), no_update_trigger("talk_takenback")]
