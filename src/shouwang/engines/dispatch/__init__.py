"""
Who should go, and what does that leave uncovered.

    plan = assign(units, incidents, now=now, cover=cover)
    plan.choices[0].units                                # who, first to arrive first, with minutes
    plan.choices[0].nearest, plan.choices[0].next_best   # why not the nearest; who else, and how much dearer

Positions are WGS-84, times are arguments, and whatever is random takes a seed. Everything here is a suggestion.
"""

from shouwang.engines.dispatch.assign import (
    Alternative,
    Choice,
    NotNearest,
    Plan,
    Waiting,
    WhyNot,
    WhyWaits,
    assign,
    nearest_first,
)
from shouwang.engines.dispatch.coverage import Cover, Demand
from shouwang.engines.dispatch.model import Incident, Kind, Means, Need, Parts, Point, Prices, State, Unit
from shouwang.engines.dispatch.travel import StraightLine, Travel

__all__ = [
    "Alternative",
    "Choice",
    "Cover",
    "Demand",
    "Incident",
    "Kind",
    "Means",
    "Need",
    "NotNearest",
    "Parts",
    "Plan",
    "Point",
    "Prices",
    "State",
    "StraightLine",
    "Travel",
    "Unit",
    "Waiting",
    "WhyNot",
    "WhyWaits",
    "assign",
    "nearest_first",
]
