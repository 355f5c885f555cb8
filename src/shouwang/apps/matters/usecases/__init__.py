"""
What can be done with a matter. Each function is one transaction and one story: may I, decide, write, record, tell.

`at` is always an aware datetime handed in by the door. `by` is the officer who acts; a resident acts through the code they hold.

    opening   a new matter          talking   messages, notes, read marks       handing   assign, transfer, hand over, rename
    clocks    pause, extend …       ending    close, dispute, review, rate      codes     tracking codes and helpers
    alarms    danger, safe contact, the honest heartbeat      later     a message was taken back, or what came with it arrived
"""

from shouwang.apps.matters.usecases.alarms import accept_danger, beat, beat_all, find_danger, set_safe_contact
from shouwang.apps.matters.usecases.clocks import extend_clock, pause_clock, recount, restart_clock, resume_clock
from shouwang.apps.matters.usecases.codes import add_helper, held_codes, open_by_code, remove_helper, replace_code
from shouwang.apps.matters.usecases.ending import close, dispute, rate, review
from shouwang.apps.matters.usecases.handing import (
    accept_transfer,
    assign,
    change_kind,
    hand_over,
    offer_transfer,
    return_transfer,
)
from shouwang.apps.matters.usecases.later import add_enclosed, take_back
from shouwang.apps.matters.usecases.opening import (
    FILES_OF,
    Opened,
    open_matter,
    opened_again,
    sealed,
    sent_before,
)
from shouwang.apps.matters.usecases.talking import answer_automatically, mark_read, note, say, tell_typing
from shouwang.apps.matters.usecases.words import LONGEST_MESSAGE, clean_text, title_from

__all__ = [
    "FILES_OF",
    "LONGEST_MESSAGE",
    "Opened",
    "accept_danger",
    "accept_transfer",
    "add_enclosed",
    "add_helper",
    "answer_automatically",
    "assign",
    "beat",
    "beat_all",
    "change_kind",
    "clean_text",
    "close",
    "dispute",
    "extend_clock",
    "find_danger",
    "hand_over",
    "held_codes",
    "mark_read",
    "note",
    "offer_transfer",
    "open_by_code",
    "open_matter",
    "opened_again",
    "pause_clock",
    "rate",
    "recount",
    "remove_helper",
    "replace_code",
    "restart_clock",
    "resume_clock",
    "return_transfer",
    "review",
    "say",
    "sealed",
    "sent_before",
    "set_safe_contact",
    "take_back",
    "tell_typing",
    "title_from",
]
