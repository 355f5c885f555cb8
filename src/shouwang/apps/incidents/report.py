"""What somebody reports, as plain values; and lines of property as people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

#: Categories in which a call or a notice in front of the wrong person could hurt.
CAREFUL_CATEGORIES = frozenset({"home", "saw"})
#: What the danger list finds in such words.
CAREFUL_SIGNS = frozenset({"domestic", "sexual"})


@dataclass(frozen=True, slots=True)
class ThingSaid:
    """One thing: its name, its value in yuan when one was said, and what it can be known by."""

    name: str
    value_yuan: Decimal | None = None
    marks: str = ""


@dataclass(frozen=True, slots=True)
class PartySaid:
    """Somebody involved, as far as known."""

    role: str
    name: str = ""
    phone: str = ""
    about: str = ""
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """
    Everything a report may say; only `what` is needed.

    longitude, latitude   WGS-84
    community     key of the village, when somebody chose it; `no_name`: no village is read from the address
    safe          neutral wording on or off; None: decided by what it is about
    contact       ways and hours, see `matters.contact`; None: decided by what it is about
    caller_role   what the reporter is in it: victim, witness or other
    """

    what: str
    category: str = "other"
    address: str = ""
    landmark: str = ""
    longitude: float | None = None
    latitude: float | None = None
    position_source: str = ""
    uncertainty_m: int | None = None
    community: int | None = None
    no_name: bool = False
    when_said: str = ""
    happened_from: datetime | None = None
    happened_until: datetime | None = None
    unsafe: bool = False
    elsewhere: str = ""
    things: tuple[ThingSaid, ...] = ()
    people: tuple[PartySaid, ...] = ()
    pseudonym: str = ""
    phone: str = ""
    caller_role: str = "victim"
    caller_minor: bool = False
    safe: bool | None = None
    contact: dict[str, Any] | None = None

    @property
    def is_delicate(self) -> bool:
        """Whether safe contact is on unless somebody says otherwise: violence at home, minors, witnesses."""
        minors = self.caller_minor or any(one.minor for one in self.people if one.role != "suspect")
        return self.category in CAREFUL_CATEGORIES or minors or self.caller_role == "witness"


_NUMBER = re.compile(r"(?<![\d.])\d[\d,，]*(?:\.\d{1,2})?(?![\d.])")
_MONEY = re.compile(
    rf"(?:价值|大约|大概|差不多|约|值)*\s*(?P<number>{_NUMBER.pattern})\s*(?P<unit>万|千)?\s*(?P<yuan>元|块钱|块|yuan)?"
)
_TIMES = {"万": Decimal(10_000), "千": Decimal(1_000), None: Decimal(1)}
_MOST_YUAN = Decimal("9999999999.99")
_BETWEEN = " \t,，、:：;；"


def read_things(text: str) -> tuple[ThingSaid, ...]:
    """
    One thing a line: `黑色手机 2300元 尾号 7719`, `自行车 800`. What follows the value tells the thing apart.

    The value is the number that says 元, 块 or 万; without one it is the only number of the line.
    Several bare numbers are not guessed at: the line stays as it is, without a value.
    """
    return tuple(_thing(line.strip()) for line in text.splitlines() if line.strip())


def _thing(line: str) -> ThingSaid:
    found = list(_MONEY.finditer(line))
    said = [one for one in found if one["yuan"] or one["unit"]]
    money = said[0] if said else found[0] if len(found) == 1 else None
    if money is None:
        return ThingSaid(line[:80], marks=line[80:])
    value = Decimal(money["number"].replace(",", "").replace("，", "")) * _TIMES[money["unit"]]
    name, marks = line[: money.start()].strip(_BETWEEN), line[money.end() :].strip(_BETWEEN)
    if not name or value > _MOST_YUAN:
        return ThingSaid(line[:80], marks=line[80:])
    return ThingSaid(name[:80], value, f"{name[80:]}{marks}")


def write_things(things: tuple[ThingSaid, ...]) -> str:
    """The lines again, for a form that is shown once more."""
    return "\n".join(
        " ".join(
            part for part in (one.name, "" if one.value_yuan is None else f"{one.value_yuan:f}元", one.marks) if part
        )
        for one in things
    )
