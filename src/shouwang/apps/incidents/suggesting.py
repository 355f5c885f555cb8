"""
What the words of a report suggest: when it happened, what was lost, where. Shown with the words they rest on; an officer takes them or not.

Nothing is ever filled in by itself. `engines/triage` reads the words; here its answer becomes suggestions about the incident's own columns.
A further kind (category, urgency, nature, who handles it) is one more function in `_READERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.incidents.models import About, Incident
from shouwang.apps.matters.models import By, Matter, Type
from shouwang.apps.matters.queries import conversation
from shouwang.apps.matters.sentences import moment
from shouwang.apps.matters.viewer import Viewer
from shouwang.engines.triage.extract import Facts, Lexicon, extract
from shouwang.engines.triage.times import Precision
from shouwang.kernel.fields import blind


@dataclass(frozen=True, slots=True)
class Suggestion:
    """
    One suggestion.

    says      what would be filled in, in words
    because   the reporter's own words it rests on
    doubts    what speaks against taking it unread; empty when nothing does
    fields    the columns of the incident, as they would be
    """

    about: About
    says: str
    because: tuple[str, ...]
    doubts: str
    fields: dict[str, Any]

    @property
    def seen(self) -> str:
        """What a press answers: another suggestion about the same has another one. Keyed, for it may hold where somebody lives."""
        return blind(repr(sorted(self.fields.items())), "incidents.suggestion")[:16]


@cache
def lexicon() -> Lexicon:
    """The words and calendars of extraction, read once a process."""
    return Lexicon.load()


def suggestions_for(matter: Matter, incident: Incident, viewer: Viewer) -> list[Suggestion]:
    """What is still to be taken or not, of what this viewer may read; a column that is filled in gets no suggestion."""
    entries = conversation(matter, viewer)
    said = [one for one in entries if one.type == Type.MESSAGE and one.by in {By.RESIDENT, By.HELPER} and one.body]
    if not said:
        return []
    text = "\n".join(entry.body for entry in said)
    facts = extract(text, now=said[0].at, zone=timezone.get_current_timezone(), lexicon=lexicon())
    judged = set(incident.judged.values_list("about", flat=True))
    found = (read(text, facts, incident, matter.received_at) for about, read in _READERS.items() if about not in judged)
    return [one for one in found if one is not None]


def _when(text: str, facts: Facts, incident: Incident, now: datetime) -> Suggestion | None:
    usable = [one for one in facts.times if one.earliest is not None and one.precision >= Precision.DAY]
    if incident.happened_from is not None or not usable:
        return None
    best = max(usable, key=lambda one: one.precision)
    if best.earliest is None or best.latest is None or best.earliest > now + timedelta(minutes=10):
        return None
    until = best.latest if best.latest > best.earliest else None
    says = moment(best.earliest, now) + (f" → {moment(until, now)}" if until else "")
    doubts = _("早上还是晚上都说得通，请问清楚。") if best.ambiguous else ""
    return Suggestion(
        About.WHEN,
        says,
        (text[best.start : best.end],),
        doubts,
        {"happened_from": best.earliest, "happened_until": until},
    )


def _loss(text: str, facts: Facts, incident: Incident, _now: datetime) -> Suggestion | None:
    loss = facts.loss
    if incident.loss_yuan is not None or loss is None or loss.point <= 0 or loss.point >= Decimal(10) ** 10:
        return None
    words = tuple(text[one.start : one.end] for one in loss.parts)
    against = "、".join(text[one.start : one.end] for one in loss.contradiction)
    doubts = _("说法不一致：%(words)s，请问清楚。") % {"words": against} if against else ""
    if not doubts and not loss.exact:
        doubts = _("是大概的数，以价格认定为准。")
    says = _("%(yuan)s 元") % {"yuan": f"{loss.point.normalize():f}"}
    return Suggestion(About.LOSS, says, words, doubts, {"loss_yuan": loss.point.quantize(Decimal("0.01"))})


def _place(text: str, facts: Facts, incident: Incident, _now: datetime) -> Suggestion | None:
    named = [one for one in facts.places if one.kind != "spot"]
    if incident.address or not named:
        return None
    words = text[named[0].start : named[0].end]
    return Suggestion(About.PLACE, words, (words,), "", {"address": words[:200]})


_READERS: dict[About, Callable[[str, Facts, Incident, datetime], Suggestion | None]] = {
    About.WHEN: _when,
    About.LOSS: _loss,
    About.PLACE: _place,
}
