"""
What a copy tells together with copies that are out already: the same place, days, and a fact few share.

What a copy tells is read once, from the bytes that are meant for the public, and kept with it. Whoever agrees to a copy sees the joined
items and says why they are all right, or sends it back. Nobody is given a mark: texts are compared, not people.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.places.models import Community
from shouwang.apps.places.naming import named_in
from shouwang.apps.redactions import grounds
from shouwang.apps.redactions.models import Redaction, State
from shouwang.engines.redaction import Item, Singled, beside, told_in

#: A copy whose words could not be read when it was compared: the page says so.
UNREAD = {"unread": True}


@dataclass(frozen=True, slots=True)
class Joined:
    """
    One warning.

    other   the copy that is out already; None when this one alone tells too much
    shared  what both say, in words; joined likewise, everything that is known then
    others  how many more of the compared ones say the same of that place
    """

    other: Redaction | None
    place: str
    days: tuple[date, ...]
    shared: tuple[str, ...]
    joined: tuple[str, ...]
    others: int


@dataclass(frozen=True, slots=True)
class Beside:
    """
    compared  copies that are out and were read
    unread    copies that are out and could not be read
    key       of the warnings as they were shown; empty when there is none
    """

    compared: int
    unread: int
    warnings: tuple[Joined, ...]
    key: str

    @property
    def suggestion(self) -> str:
        """What to write when it is sent back."""
        words = "、".join(dict.fromkeys(word for one in self.warnings for word in one.shared or one.joined))
        return _("和已经公开的放在一起会认出是谁：请把这些遮掉（%(words)s），或者把地点写粗一点。") % {"words": words}


def told_of(redaction: Redaction, text: str) -> dict[str, list[str]]:
    """What the words of a copy tell, as it is kept."""
    above = redaction.unit.parent or redaction.unit
    villages = Community.objects.within(above).filter(active=True)
    told = told_in(
        text,
        places=[one.community.name for one in named_in(text, villages)],
        public=grounds.public_words(redaction.unit),
        now=redaction.made_at,
        zone=timezone.get_current_timezone(),
    )
    return {
        "places": sorted(told.places),
        "days": [day.isoformat() for day in sorted(told.days)],
        "facts": sorted(told.facts),
    }


def beside_released(redaction: Redaction) -> Beside:
    """Warnings about this copy beside all that is out in the bureau; a text without a place is compared within its own station."""
    above = redaction.unit.parent or redaction.unit
    released = Redaction.objects.filter(
        Q(unit__path__startswith=above.path), state=State.RELEASED, copy__isnull=False
    ).exclude(pk=redaction.pk)
    rows = list(released.values_list("pk", "unit_id", "told"))
    new = _item(redaction.pk, redaction.told)
    read = [(_item(pk, kept), unit) for pk, unit, kept in rows if _was_read(kept)]
    told = [item for item, unit in read if unit == redaction.unit_id or (new.places and item.places)]
    found = beside(new, told)
    others = Redaction.objects.in_bulk([int(id_) for one in found for id_ in one.ids[1:]])
    return Beside(
        compared=len(told),
        unread=len(rows) - len(read) + (not _was_read(redaction.told)),
        warnings=tuple(_joined(one, others) for one in found),
        key=_key(found),
    )


def _was_read(kept: dict[str, Any] | None) -> bool:
    return bool(kept) and kept != UNREAD


def _item(pk: int, kept: dict[str, Any] | None) -> Item:
    told = kept if kept and kept != UNREAD else {"places": [], "days": [], "facts": []}
    days = frozenset(map(date.fromisoformat, told["days"]))
    return Item(str(pk), frozenset(told["places"]), days, frozenset(told["facts"]))


def _joined(one: Singled, others: dict[int, Redaction]) -> Joined:
    return Joined(
        other=others[int(one.ids[1])] if len(one.ids) > 1 else None,
        place=one.place,
        days=one.days,
        shared=tuple(map(_in_words, sorted(one.shared))),
        joined=tuple(map(_in_words, sorted(one.joined))),
        others=one.alike - len(one.ids),
    )


def _in_words(fact: str) -> str:
    kind, word = fact.split(":", 1)
    if kind == "age":
        return _("%(n)s 岁") % {"n": word}
    if kind == "sum":
        return _("%(n)s 元") % {"n": word}
    return word


def _key(found: tuple[Singled, ...]) -> str:
    if not found:
        return ""
    said = sorted([[*one.ids], one.place, sorted(one.shared), sorted(one.joined)] for one in found)
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]
