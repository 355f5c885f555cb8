"""
What officers gathered in the rooms until now stood on a page of the room. It waits in the drafts of the weekly page, without its words.

Each post goes to the week in which it was said; where that week is published already, to the first one after it that is not.
"""

from datetime import timedelta

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone


def move(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    Gathered, Digest, Item = (
        apps.get_model("talk", "Gathered"),
        apps.get_model("openness", "Digest"),
        apps.get_model("openness", "DigestItem"),
    )
    rows = Gathered.objects.select_related("post__room__community__unit__parent", "post__room__unit__parent")
    newest = {row.post_id: row for row in rows.order_by("pk").iterator(chunk_size=2000)}
    now = timezone.now()
    for mark in sorted(newest.values(), key=lambda row: row.post_id):
        if mark.kind == "out":
            continue
        room = mark.post.room
        unit = room.community.unit if room.community else room.unit
        unit = unit.parent if unit.kind == "workstation" and unit.parent else unit
        name = room.community.slug if room.community else f"station-{(unit.prefix or f'U{unit.pk}').lower()}"
        said = timezone.localtime(mark.post.at).date()
        monday = said - timedelta(days=said.weekday())
        while True:
            year, week, _day = monday.isocalendar()
            digest, _new = Digest.objects.get_or_create(
                slug=f"{name}-{year}w{week:02d}",
                defaults={"unit": unit, "community": room.community, "since": monday, "made_at": now},
            )
            if digest.state == "draft":
                break
            monday += timedelta(days=7)
        Item.objects.get_or_create(digest=digest, post=mark.post)


def back(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """The marks in the rooms never went away; only the items go, and the drafts that hold nothing else stay empty."""
    apps.get_model("openness", "DigestItem").objects.filter(post__isnull=False).delete()


class Migration(migrations.Migration):
    dependencies = [("openness", "0002_gathered_posts"), ("talk", "0004_gathered"), ("places", "0001_initial")]
    operations = [migrations.RunPython(move, back)]
