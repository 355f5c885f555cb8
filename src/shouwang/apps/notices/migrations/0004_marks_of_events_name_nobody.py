"""The key of an event names the chat, and so in a private chat the person: from now on only its keyed hash is kept, also in the outbox."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from shouwang.kernel.fields import blind

BATCH = 1000


def forwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001  Django's signature
    inbounds = apps.get_model("notices", "Inbound").objects
    while rows := list(inbounds.filter(key__contains="@").order_by("pk")[:BATCH]):
        for row in rows:
            row.what = "recall" if row.key.startswith("recall:") else "message" if row.message_id else "member"
            row.key = blind(row.key, "notices.inbound")
        inbounds.bulk_update(rows, ["key", "what"])
    outbounds = apps.get_model("notices", "Outbound").objects
    while rows := list(outbounds.filter(dedupe_key__contains="@private:").order_by("pk")[:BATCH]):
        for row in rows:
            act, _colon, event = row.dedupe_key.partition(":")
            event, arrow, count = event.partition("→")  # which road it took, counted from the second one
            row.dedupe_key = f"{act}:{blind(event, 'notices.inbound')}{arrow}{count}"
        outbounds.bulk_update(rows, ["dedupe_key"])


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_what_comes_with_messages")]
    # Backwards there is nothing to do: a hash is a key like any other, and an event delivered again would be handled again at worst.
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop, elidable=False)]
