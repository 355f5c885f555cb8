"""How a statement begins and what is usually asked: `data/questioning.toml`, with article and doubt from the law data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from shouwang.apps.cases.models import Party
from shouwang.apps.incidents.words import rule_at
from shouwang.apps.matters import clock
from shouwang.apps.matters.ledgers import doubt_of, source_of

DATA = Path(__file__).parent / "data" / "questioning.toml"
#: As whom somebody is questioned; everybody who is neither accused nor harmed tells what they know.
ASKED_AS = {Party.Role.SUSPECT: "suspect", Party.Role.VICTIM: "victim"}


def asked_as(role: str) -> str:
    return ASKED_AS.get(Party.Role(role), "witness")


@cache
def _data() -> dict[str, list[dict[str, Any]]]:
    """Read once a process; a test reads every line of it."""
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Cited:
    """A rule that a sentence rests on, as the page shows it; `doubt` is empty when its text was read."""

    name: str
    source: str
    doubt: str


def cited(rule_id: str, at: datetime) -> Cited:
    rule = rule_at(rule_id, at)
    return Cited(clock.rule_name(rule), source_of(rule), doubt_of(rule))


def _fits(row: dict[str, Any], of: str, nature: str, *, minor: bool) -> bool:
    return of in row["of"] and row.get("nature", "") in {"", nature} and (minor or not row.get("minor", False))


def _begins(of: str, nature: str, *, minor: bool) -> list[dict[str, Any]]:
    return [row for part in ("opening", "rights") for row in _data()[part] if _fits(row, of, nature, minor=minor)]


def opening(of: str, nature: str, *, minor: bool, **names: str) -> list[str]:
    """What is said first: who asks, and what rights somebody has. `names` are station, officers, cause and adult."""
    return [str(row["asks"]).format(**names) for row in _begins(of, nature, minor=minor)]


def leans_on(of: str, nature: str, *, minor: bool, at: datetime) -> list[Cited]:
    """The rules behind the opening, each once."""
    ids = dict.fromkeys(one for row in _begins(of, nature, minor=minor) for one in row["law"])
    return [cited(one, at) for one in ids]


def questions(of: str, category: str) -> list[str]:
    """What is usually asked of such a person about such an incident: its own questions first, then those for any."""
    found = [row for row in _data()["questions"] if of in row["of"] and row["category"] in {"", category}]
    found.sort(key=lambda row: row["category"] == "")
    return [str(one) for row in found for one in row["asks"]]
