"""
What an incident needs, until an officer says otherwise. How urgent it is stands in one place for the whole house: `incidents/urgency.py`.

Only the number of officers is law: two to investigate (`dt-two`, engines/law/data/duty.toml).
"""

from __future__ import annotations

from shouwang.apps.dispatch.models import Call
from shouwang.engines.dispatch import Need


def need_of(call: Call | None) -> Need:
    """What has to come together before work can begin."""
    if call is None:
        return Need()
    return Need(
        sworn=call.sworn,
        skills=frozenset([call.skill.name] if call.skill else []),
        car=call.car,
    )
