"""A house that had no transparency log gets one: what stands in its timelines is sealed as of today."""

from django.db import migrations
from django.utils import timezone

from shouwang.apps.matters.sealing import seal_missing


def seal(apps, editor):
    seal_missing(
        at=timezone.now(), entries=apps.get_model("matters", "Entry"), leaves=apps.get_model("ledger", "Leaf")
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_begin"), ("matters", "0007_a_sealed_record")]
    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
