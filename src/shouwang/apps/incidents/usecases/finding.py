"""Whose it is: found by the place at once, or by an officer later. From that moment the hours of passing on are counted."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.incidents import policy
from shouwang.apps.incidents.errors import WrongStage
from shouwang.apps.incidents.models import Incident, Known
from shouwang.apps.incidents.timeline import happened, held
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.errors import NothingSaid, WrongState
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.sentences import moment
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel import audit
from shouwang.kernel.policy import require


def say_elsewhere(
    matter: Matter, incident: Incident, *, found: datetime, at: datetime, by: Officer | None, how: str, body: str = ""
) -> Entry:
    """
    The entry that it belongs elsewhere, on a matter that the caller holds.

    how   `place`: the place says so; `judged`: an officer found it out. A place in words is not repeated: it may be where somebody lives.
    """
    owner = incident.owner
    return happened(
        matter,
        "elsewhere-found",
        at=at,
        by=by,
        body=body,
        found=found.isoformat(),
        how=how,
        unit=owner.pk if owner else None,
        unit_name=owner.name if owner else "",
    )


def follow_place(matter: Matter, incident: Incident, *, at: datetime, by: Officer | None) -> None:
    """After its place was said or put right: what is known now and was not before stands in the timeline, and starts the hours."""
    elsewhere = incident.is_elsewhere(matter.unit_id)
    if elsewhere and incident.elsewhere_at is None:
        say_elsewhere(matter, incident, found=at, at=at, by=by, how="place")
    elif not elsewhere and incident.elsewhere_at is not None:
        happened(matter, "ours-after-all", at=at, by=by)


@transaction.atomic
def find_elsewhere(
    matter: Matter, *, by: Officer, unit: Unit | None, place: str, found: datetime, words: str, at: datetime
) -> Entry:
    """
    It belongs to another station of the house (`unit`), or to somebody outside (`place`).

    found   when that was known: not before the report came, and not later than now. Said twice, the earlier one counts.
    """
    matter, incident = held(matter)
    require(policy.may_settle(by, matter))
    place = "" if unit is not None else matters.clean_text(place)[:80]
    if unit is None and not place:
        raise NothingSaid(_("请选是哪个派出所，或者写清归哪里。"))
    if unit is not None and unit.station.pk == matter.unit.station.pk:
        raise WrongStage(_("这件事本来就在%(unit)s。") % {"unit": unit.station.called})
    if found > at:
        raise WrongState(_("发现的时间还没有到，请看一下是不是写错了。"))
    if matter.received_at.replace(second=0, microsecond=0) <= found < matter.received_at:
        found = matter.received_at  # a form tells minutes
    if found < matter.received_at:
        raise WrongState(_("发现的时间不能早于收到报案的时间（%(when)s）。") % {"when": moment(matter.received_at, at)})
    if not (why := matters.clean_text(words)):
        raise NothingSaid(_("请写明怎样查明的，报案人会看到。"))
    incident.owner = unit.station if unit is not None else None
    incident.elsewhere = place
    incident.save(update_fields=["owner", "elsewhere"])
    entry = say_elsewhere(matter, incident, found=found, at=at, by=by, how="judged", body=why)
    audit.record("incidents.elsewhere_found", by=by.ref, on=matter, at=at, unit=unit.pk if unit else None)
    return entry


@transaction.atomic
def find_ours(matter: Matter, *, by: Officer, words: str, at: datetime) -> Entry:
    """It is ours after all; the clock it had goes on, counted from the same day of arrival."""
    matter, incident = held(matter)
    require(policy.may_settle(by, matter))
    if not incident.is_elsewhere(matter.unit_id) and incident.elsewhere_at is None:
        raise WrongStage(_("登记的就是归本所管，不用再改。"))
    if not (why := matters.clean_text(words)):
        raise NothingSaid(_("请写明怎样查明的，报案人会看到。"))
    incident.owner, incident.elsewhere = None, ""
    incident.known = Known.NOT if incident.known == Known.OUTSIDE else incident.known
    incident.save(update_fields=["owner", "elsewhere", "known"])
    entry = happened(matter, "ours-after-all", at=at, by=by, body=why)
    audit.record("incidents.ours_after_all", by=by.ref, on=matter, at=at)
    return entry
