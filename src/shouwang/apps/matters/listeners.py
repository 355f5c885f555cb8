"""What the spine does when a lower room tells it something."""

from __future__ import annotations

from shouwang.apps.duty.models import DutySpan
from shouwang.apps.duty.usecases import SignedOff
from shouwang.apps.matters.usecases import hand_over
from shouwang.apps.units.models import Officer
from shouwang.kernel.events import listen


@listen(SignedOff)
def hand_matters_over(event: SignedOff) -> None:
    """Whoever goes off duty leaves nothing behind."""
    span = DutySpan.objects.select_related("officer", "handed_to").get(pk=event.span_id)
    to = Officer.objects.get(pk=event.handed_to_id) if event.handed_to_id else None
    hand_over(span.officer, to=to, at=event.at)
