"""
The exact solver HiGHS and its sparse tables, as scipy carries them: `exact.milp`, `exact.csc_array`.

Brought in when something is solved for the first time. Loading them takes a fifth of a start of the house and tens of megabytes, and most
processes never solve anything.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_FROM = {
    "Bounds": "scipy.optimize",
    "LinearConstraint": "scipy.optimize",
    "milp": "scipy.optimize",
    # HiGHS itself: scipy's own door builds every program anew, and asked a dozen times that takes longer than the answers.
    "_core": "scipy.optimize._highspy",
    "csc_array": "scipy.sparse",
    "csr_array": "scipy.sparse",
    "hstack": "scipy.sparse",
}


def __getattr__(name: str) -> Any:
    if name not in _FROM:
        raise AttributeError(name)
    found = getattr(import_module(_FROM[name]), name)
    globals()[name] = found  # the next one finds it without asking
    return found
