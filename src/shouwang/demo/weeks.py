"""The weekly pages of what neighbours asked: some weeks are published; the last one waits for an officer to write it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from shouwang.apps.openness import usecases
from shouwang.apps.openness.dump import midnight
from shouwang.apps.openness.listeners import telling_of
from shouwang.apps.openness.models import Digest
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Officer, Role
from shouwang.demo.rooms import Told, monday_of
from shouwang.demo.town import Town

#: How many weeks before the last one are published.
PUBLISHED = 5
A_WEEK = timedelta(days=7)


class Weeks:
    """
    The finished weeks before the last one: those of a community in which somebody proposed something are published.

    The rooms hear of a page while they are written, so that the numbers of their posts follow the time.
    """

    def __init__(self, town: Town, now: datetime) -> None:
        self.town = town
        self.mondays = [monday_of(now) - back * A_WEEK for back in range(PUBLISHED + 1, 1, -1)]
        self._draft()
        drafts = Digest.objects.filter(since__in=self.mondays).select_related("unit", "community__officer")
        self.pages = {digest.pk: digest for digest in drafts.order_by("since", "pk") if digest.items.shown().exists()}

    def _draft(self) -> None:
        for monday in self.mondays:
            usecases.draft_week(monday, at=midnight(monday + A_WEEK))

    def told(self, community: Community, gathered: Collection[date]) -> list[Told]:
        """What a room of this community hears; where a suggestion was gathered in a week, there is a page of it too."""
        found: list[Told] = []
        for monday in self.mondays:
            if monday in gathered:
                digest = usecases.digest_of(community, community.unit, monday, at=midnight(monday + A_WEEK))
                self.pages.setdefault(digest.pk, digest)
            mine = [one for one in self.pages.values() if (one.since, one.community_id) == (monday, community.pk)]
            found += [(self._at(digest), *telling_of(digest)) for digest in mine]
        return found

    def publish(self, by_matter: Mapping[int, str], by_post: Mapping[int, str]) -> None:
        """Put each item into words and publish, by the real use cases; gathered posts join the drafts first."""
        self._draft()
        for digest in self.pages.values():
            by, at = self._by(digest), self._at(digest)
            for item in digest.items.publishable().with_all():
                if words := by_post.get(item.post_id or 0) or by_matter.get(item.matter_id or 0):
                    usecases.write_item(item, by=by, sentence=words, shown=True, at=at)
            usecases.publish_digest(digest, by=by, at=at)

    def _by(self, digest: Digest) -> Officer:
        own = digest.community.officer if digest.community else None
        return own or self.town.holders(digest.unit.pk, Role.CHIEF)[0]

    @staticmethod
    def _at(digest: Digest) -> datetime:
        """Some time on the Monday morning."""
        return midnight(digest.until) + timedelta(hours=9, minutes=10 + digest.pk % 47)
