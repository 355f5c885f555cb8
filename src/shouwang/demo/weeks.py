"""The weekly pages of what neighbours asked: some weeks are published; the last one waits for an officer to write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from shouwang.apps.openness import usecases
from shouwang.apps.openness.dump import midnight
from shouwang.apps.openness.listeners import telling_of
from shouwang.apps.openness.models import Digest
from shouwang.apps.units.models import Officer, Role
from shouwang.demo.rooms import Told
from shouwang.demo.town import Town

#: How many weeks before the last one are published.
PUBLISHED = 5


@dataclass(frozen=True, slots=True)
class Page:
    """One weekly page, who publishes it and when."""

    digest: Digest
    by: Officer
    at: datetime


def draft(town: Town, *, now: datetime) -> list[Page]:
    """Drafts of what was asked in the finished weeks; returns those with something to publish, oldest first."""
    today = timezone.localtime(now).date()
    monday = today - timedelta(days=today.weekday())
    pages = []
    for back in range(PUBLISHED + 1, 1, -1):
        week = monday - timedelta(weeks=back)
        usecases.draft_week(week, at=midnight(week + timedelta(days=7)))
        for digest in Digest.objects.filter(since=week).select_related("unit", "community__officer").order_by("pk"):
            if not digest.items.shown().exists():
                continue
            own = digest.community.officer if digest.community else None
            at = midnight(week + timedelta(days=7)) + timedelta(hours=9, minutes=10 + digest.pk % 47)
            pages.append(Page(digest, own or town.holders(digest.unit.pk, Role.CHIEF)[0], at))
    return pages


def told(pages: list[Page]) -> dict[int, list[Told]]:
    """Community → what its rooms hear: written with the other posts, so that their numbers follow the time."""
    found: dict[int, list[Told]] = {}
    for page in pages:
        if page.digest.community_id is not None:
            found.setdefault(page.digest.community_id, []).append((page.at, *telling_of(page.digest)))
    return found


def publish(pages: list[Page], by_matter: Mapping[int, str], by_post: Mapping[int, str]) -> None:
    """Put each item into words and publish, by the real use cases; gathered posts join the drafts first."""
    for since in sorted({page.digest.since for page in pages}):
        usecases.draft_week(since, at=midnight(since + timedelta(days=7)))
    for page in pages:
        for item in page.digest.items.publishable().with_all():
            words = by_post.get(item.post_id or 0) or by_matter.get(item.matter_id or 0, "")
            if words:
                usecases.write_item(item, by=page.by, sentence=words, shown=True, at=page.at)
        usecases.publish_digest(page.digest, by=page.by, at=page.at)
