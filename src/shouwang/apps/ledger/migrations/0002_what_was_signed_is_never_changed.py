from django.db import migrations

from shouwang.kernel.appendonly import no_update_trigger


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_begin")]
    operations = [no_update_trigger("ledger_head"), no_update_trigger("ledger_fork"), no_update_trigger("ledger_cosignature")]
