"""What can be done with a mediation. Each function is one transaction: may I, decide, write, record, tell."""

from shouwang.apps.mediation.usecases.agreeing import (
    ClauseSaid,
    add_clause,
    agree,
    begin_paper,
    decide,
    drop_clause,
    fail,
)
from shouwang.apps.mediation.usecases.beginning import Conditions, SideSaid, about_side, begin, know
from shouwang.apps.mediation.usecases.handing import hand_code, open_code
from shouwang.apps.mediation.usecases.meeting import ask_other_time, hold, invite, say_fits
from shouwang.apps.mediation.usecases.meeting import fix as fix_meeting
from shouwang.apps.mediation.usecases.performing import ask_visits, heard, rate, remind, say, settle_if_done, visit

__all__ = [
    "ClauseSaid",
    "Conditions",
    "SideSaid",
    "about_side",
    "add_clause",
    "agree",
    "ask_other_time",
    "ask_visits",
    "begin",
    "begin_paper",
    "decide",
    "drop_clause",
    "fail",
    "fix_meeting",
    "hand_code",
    "heard",
    "hold",
    "invite",
    "know",
    "open_code",
    "rate",
    "remind",
    "say",
    "say_fits",
    "settle_if_done",
    "visit",
]
