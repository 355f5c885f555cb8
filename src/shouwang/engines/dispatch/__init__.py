"""
Who should go, what does that leave uncovered, where to wait meanwhile, and which reports tell of one event.

    plan = assign(units, incidents, now=now, cover=cover)
    plan.choices[0].units                                # who, first to arrive first, with minutes
    plan.choices[0].nearest, plan.choices[0].next_best   # why not the nearest; who else, and how much dearer

    covering_posts(sites, cover, 3)                      # where three units should wait
    relocate(units, posts, cover)                        # who should move to which post now, and what that saves
    duplicates_of(report, open_reports)                  # what may be the same event: metres, minutes, words in common

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
from shouwang.engines.dispatch.posts import Posts, covering_posts, median_posts
from shouwang.engines.dispatch.relocate import Advice, Move, relocate
from shouwang.engines.dispatch.same_event import Limits, Pair, Report, duplicates, duplicates_of
from shouwang.engines.dispatch.travel import StraightLine, Travel

__all__ = [
    "Advice",
    "Alternative",
    "Choice",
    "Cover",
    "Demand",
    "Incident",
    "Kind",
    "Limits",
    "Means",
    "Move",
    "Need",
    "NotNearest",
    "Pair",
    "Parts",
    "Plan",
    "Point",
    "Posts",
    "Prices",
    "Report",
    "State",
    "StraightLine",
    "Travel",
    "Unit",
    "Waiting",
    "WhyNot",
    "WhyWaits",
    "assign",
    "covering_posts",
    "duplicates",
    "duplicates_of",
    "median_posts",
    "nearest_first",
    "relocate",
]
