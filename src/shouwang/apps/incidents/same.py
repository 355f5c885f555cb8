"""
Which other reports may tell of the same event, for the card: by place, time and words, each with its reason.

Compared is only what this officer may read; whoever may not see the other report is told nothing of it. Nothing is linked by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shouwang.apps.incidents import policy
from shouwang.apps.incidents.models import Apart, Incident
from shouwang.apps.incidents.timeline import linked_keys
from shouwang.apps.matters.models import Entry, Matter, State, Type
from shouwang.apps.matters.viewer import Viewer, Visibility
from shouwang.apps.places.neighbours import neighbours_of
from shouwang.apps.units.models import Officer, Unit
from shouwang.engines import dispatch as engine

#: So far apart two open reports are still compared; after an hour, place and words alone have to speak for one event.
WINDOW = timedelta(days=3)
MOST_COMPARED, MOST_SHOWN = 120, 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """
    Another report that may tell of the same event.

    plain      the reason without a word of what was said, for where not everybody who reads it may read both
    unit       whose it is, when it is another station's
    may_link   whether this officer may put the two together; else the other station has to
    """

    incident: Incident
    reason: str
    plain: str
    unit: Unit | None
    may_link: bool

    @property
    def matter(self) -> Matter:
        return self.incident.matter

    @property
    def closed(self) -> bool:
        return self.matter.state == State.CLOSED


def proposals_for(officer: Officer, matter: Matter, incident: Incident) -> list[Proposal]:
    """The likeliest first; without those that are linked already or were found to be another event."""
    if not policy.may_work(officer, matter):
        return []
    viewer = Viewer(officer=officer)
    others = _candidates(viewer, matter)
    if not others:
        return []
    told = reports_of(viewer, [incident, *others])
    limits = engine.Limits(
        window=WINDOW / timedelta(minutes=1), common=frozenset({matter.unit.name.removesuffix("派出所")})
    )
    by_id = {str(one.pk): one for one in others}
    found = []
    for pair in engine.duplicates_of(told[0], told[1:], limits)[:MOST_SHOWN]:
        other = by_id[pair.other if pair.one == str(incident.pk) else pair.one]
        unit = None if other.matter.unit_id == matter.unit_id else other.matter.unit
        found.append(
            Proposal(
                other,
                same_reason(pair),
                same_reason(pair, quoting=False),
                unit,
                bool(policy.may_work(officer, other.matter)),
            )
        )
    return found


def _candidates(viewer: Viewer, matter: Matter) -> list[Incident]:
    """What this officer may see at our station and at those beside it: open ones, and those closed on the same day."""
    at = matter.received_at
    day = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    today = (day, day + timedelta(days=1))
    open_near = ~Q(matter__state=State.CLOSED) & Q(matter__received_at__range=(at - WINDOW, at + WINDOW))
    same_day = Q(matter__state=State.CLOSED) & (Q(matter__received_at__range=today) | Q(matter__closed_at__range=today))
    found = (
        Incident.objects.visible_to(viewer)
        .filter(open_near | same_day)
        .exclude(pk__in=[*linked_keys(matter), *refused_with(matter.pk)])
    )
    if found.exclude(matter__unit=matter.unit_id).exists():
        found = found.filter(matter__unit__in={matter.unit_id, *neighbours_of(matter.unit)})
    newest = found.select_related("matter__unit").order_by("-matter__received_at")
    return list(newest[:MOST_COMPARED])


def refused_with(pk: int) -> list[int]:
    """Reports that were found to be another event than this one."""
    pairs = Apart.objects.filter(Q(one=pk) | Q(other=pk)).values_list("one", "other")
    return [other if one == pk else one for one, other in pairs]


def refused_among(keys: Collection[int]) -> set[tuple[int, int]]:
    """Pairs of these that were found to be two events; the smaller key first."""
    return set(Apart.objects.filter(one__in=keys, other__in=keys).values_list("one", "other"))


def reports_of(viewer: Viewer, incidents: Sequence[Incident]) -> list[engine.Report]:
    """What was said of each and where, as far as this viewer may read it, in the same order; when it happened, or came."""
    said = first_words(viewer, [one.pk for one in incidents])
    return [
        engine.Report(
            str(one.pk),
            "\n".join(part for part in (said.get(one.pk, one.matter.title), one.address, one.landmark) if part),
            one.happened_from or one.matter.received_at,
            engine.Point(one.longitude, one.latitude)
            if one.longitude is not None and one.latitude is not None
            else None,
        )
        for one in incidents
    ]


def first_words(viewer: Viewer, keys: Sequence[int]) -> dict[int, str]:
    """The first message of each, as far as this viewer may read it. One query."""
    said: dict[int, str] = {}
    entries = (
        Entry.objects.visible_to(viewer)
        .standing()
        .filter(matter__in=keys, type=Type.MESSAGE, seq__lte=4, visibility__lte=Visibility.PARTIES)
        .order_by("matter", "seq")
    )
    for pk, body in entries.values_list("matter", "body"):
        said.setdefault(pk, body)
    return said


def same_reason(pair: engine.Pair, *, quoting: bool = True) -> str:
    """Why two reports may tell of one event, in one sentence; also what stands in the timeline when they are linked."""
    parts = [_apart(pair.minutes)]
    if pair.metres is not None:
        parts.append(_("相距约 %(n)d 米") % {"n": round(pair.metres, -1)})
    if quoting and pair.phrases:
        parts.append(_("都说到“%(words)s”") % {"words": _("”“").join(pair.phrases[:3])})
    elif quoting and pair.events:
        parts.append(_("说的像同一种事（%(one)s、%(other)s）") % {"one": pair.events[0][1], "other": pair.events[0][2]})
    return _("，").join(parts) + _("。")


def _apart(minutes: float) -> str:
    n = round(minutes)
    if n <= 120:
        return ngettext("前后差 %(n)d 分钟", "前后差 %(n)d 分钟", n) % {"n": n}
    n = round(minutes / 60)
    return ngettext("前后差 %(n)d 小时", "前后差 %(n)d 小时", n) % {"n": n}


def proposal_of(officer: Officer, matter: Matter, incident: Incident, number: Any) -> Proposal | None:
    """The proposal that names this report, as it stands now."""
    return next((one for one in proposals_for(officer, matter, incident) if one.matter.number == number), None)
