from django.db import migrations

from shouwang.kernel.appendonly import no_update_trigger


class Migration(migrations.Migration):
    dependencies = [("guides", "0001_initial")]
    operations = [no_update_trigger("guides_guideversion")]
