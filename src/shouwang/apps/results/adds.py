"""What the room of results adds to the queue: texts that wait for the second pair of eyes."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy

from shouwang.apps.matters.models import MatterQuerySet
from shouwang.apps.matters.policy import LEADERS
from shouwang.apps.matters.rooms_above import QueueSection, RoomAbove, add_room
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.results.models import Decision, State


def _to_pass(found: MatterQuerySet, viewer: Viewer, _now: datetime) -> MatterQuerySet:
    """Cases of which a text waits for this leader, who did not write it."""
    officer = viewer.officer
    if officer is None or not officer.roles & LEADERS:
        return found.none()
    waiting = Decision.objects.kept_by(officer).filter(state=State.PROPOSED)
    waiting = waiting.exclude(written_by=officer).exclude(proposed_by=officer)
    return found.filter(pk__in=waiting.values("penalty__case").order_by())


add_room(
    RoomAbove(
        "results",
        queue=(QueueSection("results-pass", gettext_lazy("处罚决定，等您审过公开"), _to_pass, before="waiting"),),
    )
)
