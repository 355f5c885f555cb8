"""
Who is looking. One value for every door: page, stream, file, QQ, print.

A viewer is built from what was proven (a session of staff, tracking codes entered in this browser) and from nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from shouwang.apps.units.models import Officer


class Visibility(IntEnum):
    """How far an entry may be seen. Each level includes the ones before it."""

    PUBLIC = 0
    PARTIES = 1
    STATION = 2
    RESTRICTED = 3


#: The clearance of somebody who may not even know that the matter exists.
NOTHING = -1


class Holder(StrEnum):
    """In whose hands a tracking code is."""

    REPORTER = "reporter"
    HELPER = "helper"


@dataclass(frozen=True, slots=True)
class Held:
    """A live tracking code of one matter."""

    code_id: int
    matter_id: int
    holder: Holder
    label: str = ""


@dataclass(frozen=True, slots=True)
class Viewer:
    """
    officer   the signed-in member of staff, or None
    held      matter id → the code this browser proved, at most one each
    address   keyed hash of the caller's network address, for limits; never the address itself
    """

    officer: Officer | None = None
    held: Mapping[int, Held] = field(default_factory=dict)
    address: str = ""

    @property
    def ref(self) -> str:
        """How the audit trail names the viewer."""
        return self.officer.ref if self.officer else "resident"


ANYBODY = Viewer()
