"""
What can be done with stays and recordings. Each function is one transaction and one story: may I, decide, write, record, tell.

    staying      coming, moving, leaving, codes, why something is not recorded
    registering  recordings one by one or as a list, comparing clocks, the station's places and devices
    asking       the person wants a copy; yes, no, and a second look
    keeping      how long a file is kept, deleting by two people, checking a file against the register
"""

from shouwang.apps.recordings.usecases.asking import ask, ask_again, decide
from shouwang.apps.recordings.usecases.keeping import ask_deletion, check, confirm_deletion, keep_for_good
from shouwang.apps.recordings.usecases.registering import add_device, add_place, compare_clock, register, retire
from shouwang.apps.recordings.usecases.staying import (
    Entered,
    bring_in,
    change_limit,
    explain,
    leave,
    move,
    new_code,
    open_code,
)

__all__ = [
    "Entered",
    "add_device",
    "add_place",
    "ask",
    "ask_again",
    "ask_deletion",
    "bring_in",
    "change_limit",
    "check",
    "compare_clock",
    "confirm_deletion",
    "decide",
    "explain",
    "keep_for_good",
    "leave",
    "move",
    "new_code",
    "open_code",
    "register",
    "retire",
]
