from django.db import migrations

from shouwang.kernel.appendonly import no_update_trigger


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_statements_and_evidence")]

    operations = [no_update_trigger(f"cases_{table}") for table in ("sealedstatement", "custodymove", "custodyreceipt")]
