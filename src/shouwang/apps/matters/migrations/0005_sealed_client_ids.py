"""
The ids of first messages are kept as keyed hashes: whoever reads the table can no longer repeat one and be handed a code.

A hash cannot be taken back. After going back to the older state, a retry that was under way makes a second matter, and nothing else changes.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from shouwang.kernel.fields import blind

BATCH = 2000


def seal(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    matters = apps.get_model("matters", "Matter")
    last = 0
    while rows := list(matters.objects.filter(pk__gt=last).exclude(client_id=None).order_by("pk")[:BATCH]):
        for row in rows:
            row.client_id = blind(row.client_id, "matters.client")[:40]
        matters.objects.bulk_update(rows, ["client_id"], batch_size=BATCH // 4)
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [("matters", "0004_contact_and_what_rooms_above_do")]
    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
