"""Sign on, sign off, hand over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.duty import policy
from shouwang.apps.duty.models import DutySpan
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict
from shouwang.kernel.events import Event, publish
from shouwang.kernel.policy import require


@dataclass(frozen=True, slots=True)
class SignedOn(Event):
    """An officer is on duty from now."""

    span_id: int


@dataclass(frozen=True, slots=True)
class SignedOff(Event):
    """An officer went off duty; what was theirs goes to `handed_to_id`, or back into the unit's queue."""

    span_id: int
    handed_to_id: int | None
    at: datetime


@transaction.atomic
def sign_on(
    officer: Officer, unit: Unit, *, at: datetime, leads: bool = False, expected_until: datetime | None = None
) -> DutySpan:
    """Go on duty. Signing on twice returns the span that is already open in this unit. Raises Conflict for another unit."""
    require(policy.may_sign_on(officer, unit))
    require(policy.may_lead(officer) if leads else policy.may_sign_on(officer, unit))
    span, new = DutySpan.objects.get_or_create(
        officer=officer,
        ended_at=None,
        defaults={"unit": unit, "leads": leads, "started_at": at, "expected_until": expected_until},
    )
    if span.unit_id != unit.pk:
        raise Conflict(_("您还在%(unit)s值班。先在那里下岗，再到这里上岗。") % {"unit": span.unit.called})
    if new:
        audit.record("duty.signed_on", by=officer.ref, on=span, at=at, leads=leads)
        publish(SignedOn(span.pk))
    return span


@transaction.atomic
def sign_off(officer: Officer, *, at: datetime, handed_to: Officer | None = None, note: str = "") -> DutySpan:
    """
    Go off duty and name who goes on with the open matters. Without a name they return to the unit's queue.

    Raises Conflict when not on duty, or when the named colleague is not on duty in the same unit.
    """
    span = DutySpan.objects.on_now().filter(officer=officer).select_related("unit").first()
    if span is None:
        raise Conflict(_("您现在没有在值班。"))
    if (
        handed_to is not None
        and not DutySpan.objects.on_now().at_unit(span.unit.station).filter(officer=handed_to).exists()
    ):
        raise Conflict(_("%(name)s还没有上岗。请对方先上岗，再交班。") % {"name": handed_to.name})
    won = DutySpan.objects.filter(pk=span.pk, ended_at=None).update(
        ended_at=max(at, span.started_at),  # the clock may have been set back meanwhile
        handed_to=handed_to,
        hand_over_note=note.strip(),
    )
    if not won:
        raise Conflict(_("您刚刚已经下岗了。"))
    span.refresh_from_db()
    audit.record("duty.signed_off", by=officer.ref, on=span, at=at, handed_to=handed_to.ref if handed_to else "")
    publish(SignedOff(span.pk, handed_to.pk if handed_to else None, at))
    return span
