"""
The officer's queue: one list over all channels, most urgent first.

Danger nobody accepted · transfers waiting for us · what is due by tomorrow · who waits longest · disputes · the rest of mine.
A matter stands in the first section that fits and has room for it, once. The number of queries does not depend on the number of matters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shouwang.apps.matters.models import Entry, Matter, State, Type
from shouwang.apps.matters.rooms_above import QueueSection, rooms_above
from shouwang.apps.matters.viewer import Viewer, Visibility

#: What a headline shows until somebody asks for all of it, and how much that is at most; danger is always whole.
SHORT, WHOLE = 12, 300
#: “Waits at all”, said as a comparison: SQLite then walks the index of those who wait, instead of everything the unit ever had.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Section:
    """One headline of the queue with its matters, at most `SHORT`, or `WHOLE` when asked for; `more` when there are others."""

    key: str
    title: str | Promise
    matters: tuple[Matter, ...]
    more: bool


_SECTIONS: tuple[QueueSection, ...] = (
    QueueSection(
        "danger",
        _("危险"),
        lambda matters, _viewer, _now: matters.ringing().order_by("waiting_since", "pk"),
    ),
    QueueSection(
        "offered",
        _("转给我们，等接手"),
        lambda matters, viewer, _now: matters.filter(_offered_to(viewer)).order_by("last_entry_at"),
    ),
    QueueSection(
        "due",
        _("马上到期"),
        lambda matters, _viewer, now: matters.filter(due_at__lt=now + timedelta(days=1)).order_by("due_at"),
    ),
    QueueSection(
        "waiting",
        _("等得最久"),
        lambda matters, _viewer, _now: matters.filter(waiting_since__gt=LONG_AGO).order_by("waiting_since"),
    ),
    QueueSection(
        "disputed",
        _("不满意，等复核"),
        lambda matters, _viewer, _now: matters.filter(state=State.DISPUTED).order_by("last_entry_at"),
    ),
    QueueSection(
        "mine",
        _("我手上的"),
        lambda matters, viewer, _now: (
            matters.in_hands_of(viewer.officer).order_by("next_word_by") if viewer.officer else matters.none()
        ),
    ),
)


def _offered_to(viewer: Viewer) -> Q:
    officer = viewer.officer
    if officer is None:
        return Q(pk__in=[])
    units = [post.unit.station.pk for post in officer.held_posts]
    return Q(offered_to_unit__in=units) & (Q(offered_to=None) | Q(offered_to=officer))


def _all_sections() -> list[QueueSection]:
    """The desk's own and those of rooms above, each in its place."""
    found = list(_SECTIONS)
    for section in (one for room in rooms_above() for one in room.queue):
        keys = [one.key for one in found]
        found.insert(keys.index(section.before) if section.before in keys else len(found), section)
    return found


def sections(viewer: Viewer, now: datetime, whole: str = "") -> list[Section]:
    """The queue as this viewer may see it, the section of the key `whole` in full length. Empty sections are left out."""
    visible = Matter.objects.visible_to(viewer)
    seen: set[int] = set()
    chosen: list[tuple[QueueSection, list[int], bool]] = []
    for section in _all_sections():
        most = WHOLE if section.key in {"danger", whole} else SHORT
        keys = section.choose(visible, viewer, now).values_list("pk", flat=True)
        fresh = [key for key in keys[: most + 1 + len(seen)] if key not in seen]
        if fresh:
            chosen.append((section, fresh[:most], len(fresh) > most))
            seen.update(fresh[:most])
    matters = visible.for_cards().in_bulk(seen)
    with_last_words(matters.values(), viewer)
    # What was hidden from this viewer between the two questions is not in the second answer.
    found = (
        Section(section.key, section.title, tuple(matters[key] for key in keys if key in matters), more)
        for section, keys, more in chosen
    )
    return [section for section in found if section.matters]


#: What may stand as the last words of a matter: also an objection or a rating, since these ring too.
SAID = (Type.MESSAGE, Type.AUTO_ANSWER, Type.DISPUTED, Type.RATED)


def with_last_words(matters: Iterable[Matter], viewer: Viewer) -> None:
    """Give each matter `last_words`, the newest message its viewer may read, in one query for all of them."""
    by_pk = {one.pk: one for one in matters}
    newest = (
        Entry.objects.visible_to(viewer)
        .standing()
        .filter(matter__in=by_pk, type__in=SAID, visibility__lte=Visibility.PARTIES)
        .filter(seq__gte=F("matter__last_seq") - 20)
        .order_by("matter", "seq")
        .values_list("matter", "body")
    )
    for pk, body in newest:
        by_pk[pk].last_words = body


def ringing(viewer: Viewer) -> tuple[Matter | None, int]:
    """What rings longest at this viewer's desk, with the words that made it ring or came after them; and how many ring."""
    visible = Matter.objects.visible_to(viewer)
    keys = list(visible.ringing().order_by("last_entry_at").values_list("pk", flat=True))
    first = visible.for_cards().filter(pk=keys[0]).first() if keys else None
    if first is not None:
        with_last_words([first], viewer)
    return first, len(keys)
