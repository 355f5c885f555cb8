"""What was said before there were marks is no news to those who are members already. Officers begin with everything unread."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

BATCH = 2000


def mark(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    readings = apps.get_model("talk", "Reading")
    rows = apps.get_model("talk", "Member").objects.exclude(digest=None).values_list("pk", "room_id", "room__last_seq")
    known = set(readings.objects.exclude(member=None).values_list("member_id", flat=True))
    fresh = [readings(member_id=pk, room_id=room, seq=seq) for pk, room, seq in rows if pk not in known]
    readings.objects.bulk_create(fresh, batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("talk", "0007_reading")]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
