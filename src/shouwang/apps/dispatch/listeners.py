"""What the board does when a lower room tells it something."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shouwang.apps.dispatch.errors import StillSent
from shouwang.apps.dispatch.usecases import crew_of, hand_tasks_over, leave_crew, replace_member
from shouwang.apps.duty.models import DutySpan
from shouwang.apps.duty.usecases import SignedOff
from shouwang.apps.units.models import Officer
from shouwang.kernel.events import listen


@listen(SignedOff)
def leave_the_crew(event: SignedOff) -> None:
    """Whoever signs off leaves the crew. While it is sent, somebody has to take their place, or the sign-off does not happen."""
    span = DutySpan.objects.select_related("officer").get(pk=event.span_id)
    crew = crew_of(span.officer)
    if crew is None:
        return
    if not crew.sendings.bound().exists():
        leave_crew(span.officer, at=event.at)
        return
    joins = Officer.objects.filter(pk=event.handed_to_id).first() if event.handed_to_id else None
    if joins is None or not replace_member(crew, leaves=span.officer, joins=joins, at=event.at):
        raise StillSent(_("%(crew)s还在办一件警情，不能就这样下岗。") % {"crew": crew.name})


@listen(SignedOff)
def hand_over_what_is_left(event: SignedOff) -> None:
    """What crews left to be done and somebody was named for goes along with the shift."""
    if event.handed_to_id is not None:
        span = DutySpan.objects.select_related("officer").get(pk=event.span_id)
        hand_tasks_over(span.officer, to=Officer.objects.get(pk=event.handed_to_id), at=event.at)
