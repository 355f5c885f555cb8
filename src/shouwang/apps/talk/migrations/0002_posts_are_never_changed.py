from django.db import migrations

from shouwang.kernel.appendonly import no_update_trigger


class Migration(migrations.Migration):
    dependencies = [("talk", "0001_initial")]
    operations = [
        no_update_trigger("talk_post"),
        no_update_trigger("talk_moderation"),
        no_update_trigger("talk_lifted"),
        no_update_trigger("talk_digestitem"),
    ]
