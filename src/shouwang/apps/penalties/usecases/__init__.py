"""What can be done with a penalty. Each function is one transaction: may I, decide, write, record, tell."""

from shouwang.apps.penalties.usecases.caring import be_lenient, note_care, offer_help
from shouwang.apps.penalties.usecases.carrying import (
    enter_detention,
    hand_in_cash,
    note_payment,
    report_spot,
    revoke,
    serve,
    take_licence,
    tell_family,
)
from shouwang.apps.penalties.usecases.deciding import decide, hand_in, review, send_back, spare
from shouwang.apps.penalties.usecases.hearing import ask_hearing, end_hearing, set_hearing
from shouwang.apps.penalties.usecases.proposing import Proposal, change, drop, propose, tell
from shouwang.apps.penalties.usecases.spot import OnTheSpot, on_the_spot

__all__ = [
    "OnTheSpot",
    "Proposal",
    "ask_hearing",
    "be_lenient",
    "change",
    "decide",
    "drop",
    "end_hearing",
    "enter_detention",
    "hand_in",
    "hand_in_cash",
    "note_care",
    "note_payment",
    "offer_help",
    "on_the_spot",
    "propose",
    "report_spot",
    "review",
    "revoke",
    "send_back",
    "serve",
    "set_hearing",
    "spare",
    "take_licence",
    "tell",
    "tell_family",
]
