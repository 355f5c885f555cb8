"""
How urgent an incident is and what it needs, until an officer says otherwise. The station's own rule, not the law's.

Only the number of officers is law: two to investigate (`dt-two`, engines/law/data/duty.toml).
"""

from __future__ import annotations

from shouwang.apps.dispatch.models import Call
from shouwang.apps.incidents.models import Category, Incident
from shouwang.engines.dispatch import Need

#: Somebody may be hurt, or is still there.
SOON = frozenset({Category.HURT, Category.HOME, Category.MISSING, Category.TRAFFIC, Category.QUARREL})


def grade_of(incident: Incident) -> int:
    """
    1 to 4, as an officer said on the card (`Incident.urgency`). Until then danger that rings or is not over comes first, whatever kind
    of report it is.
    """
    if incident.urgency:
        return incident.urgency
    if incident.unsafe or incident.matter.rings or incident.matter.danger == "now":
        return 1
    return 2 if incident.category in SOON else 3


def need_of(call: Call | None) -> Need:
    """What has to come together before work can begin."""
    if call is None:
        return Need()
    return Need(
        sworn=call.sworn,
        skills=frozenset([call.skill.name] if call.skill else []),
        car=call.car,
    )
