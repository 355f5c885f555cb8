"""Who is on now."""

from __future__ import annotations

from shouwang.apps.duty.models import DutySpan
from shouwang.apps.units.models import Officer, Role, Unit


def on_now(unit: Unit, most: int | None = None) -> list[DutySpan]:
    """Everyone on duty at the station of this unit, or the first few: the leader first, then by sign-on time."""
    found = DutySpan.objects.on_now().at_unit(unit.station).select_related("officer__user", "unit")
    return list(found.order_by("-leads", "started_at")[:most])


def who_answers(unit: Unit) -> Officer | None:
    """Who takes the next question: police before auxiliaries and trainees, the longest on duty first; None when nobody is on."""
    spans = [span for span in on_now(unit) if span.officer.active and span.officer.user.is_active]
    helpers = {Role.AUXILIARY, Role.TRAINEE}
    police = [span for span in spans if span.officer.roles - helpers]
    chosen = sorted(police or spans, key=lambda span: (span.leads, span.started_at))
    return chosen[0].officer if chosen else None
