"""What can be done with an application. Each function is one transaction: may I, decide, write, record, tell."""

from shouwang.apps.disclosure.usecases.answering import Draft, approve, deliver, draft, reopened, send_back, set_fee
from shouwang.apps.disclosure.usecases.handling import (
    ask_correction,
    complete,
    consult,
    correct,
    end_consultation,
    extend,
    lapse,
)
from shouwang.apps.disclosure.usecases.taking import Asked, apply, confirm

__all__ = [
    "Asked",
    "Draft",
    "apply",
    "approve",
    "ask_correction",
    "complete",
    "confirm",
    "consult",
    "correct",
    "deliver",
    "draft",
    "end_consultation",
    "extend",
    "lapse",
    "reopened",
    "send_back",
    "set_fee",
]
