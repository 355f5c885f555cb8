"""
Decisions that the stations of the demo town made ready for the public: handed in, covered, checked and agreed to by the use cases
themselves, with the very gate of the house; some wait for a decision or for the second pair of eyes.
"""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from shouwang.apps.files.usecases import house_limits, receive_upload
from shouwang.apps.redactions import usecases
from shouwang.apps.redactions.beside import beside_released
from shouwang.apps.redactions.models import Redaction, State
from shouwang.apps.redactions.work import find_all, make_copy
from shouwang.apps.units.models import Role
from shouwang.demo.catalogue import keeper_of, leader_of
from shouwang.demo.town import Town
from shouwang.engines.redaction import document_of

DATA = Path(__file__).parent / "data" / "redactions.toml"
#: Of a station: so many went out, one a week, and these wait.
READY, WAIT_FOR_EYES, WAIT_FOR_WORDS = 67, 2, 2
#: A town of which only a little is told has so many at least.
LEAST_READY = 10


def write(town: Town, now: datetime, rng: Random, *, share: float) -> None:
    """The same number for each station, the oldest first."""
    ready = max(LEAST_READY, round(READY * share))
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    for station in town.stations.values():
        by, _post = keeper_of(town, station, Role.LEGAL_OFFICER)
        second = leader_of(town, station, by)
        for n in range(ready + WAIT_FOR_EYES + WAIT_FOR_WORDS):
            at = (
                now - timedelta(days=7 * (ready - n) + rng.randint(1, 5), hours=rng.randint(0, 6)) if n < ready else now
            )
            at = min(at, now - timedelta(hours=2))
            one = _begun(data, n + 1, by=by, at=at, rng=rng)
            if n >= ready + WAIT_FOR_EYES:
                continue
            usecases.hand_in(one, seen=one.turn, by=by, at=at + timedelta(minutes=20))
            one.refresh_from_db()
            make_copy(one, at + timedelta(minutes=21))
            one.refresh_from_db()
            if n < ready and one.state == State.REVIEW:  # the gate stays shut where too few checkers are installed
                usecases.open_it(one, by=second, reason="第二个人核对副本", at=at + timedelta(minutes=50))
                warned = beside_released(one)
                usecases.release(
                    one, sha256=one.sha256, seen=one.turn, by=second, at=at + timedelta(minutes=55),
                    beside=warned.key, why="村里这样的人不止一个，核对过，认不出是谁",
                )  # fmt: skip


def _begun(data: dict[str, Any], number: int, *, by: Any, at: datetime, rng: Random) -> Redaction:
    act = rng.choice(data["act"])
    stored = receive_upload(
        document_of(_text(data, act, at, rng)), claimed_name="decision.docx", limits=house_limits(), by=by.ref, at=at
    )
    one = usecases.begin(stored, name=f"第{number}号：{act['name']}", purpose="decision", by=by, at=at)
    find_all(one)
    one.refresh_from_db()
    return one


def _text(data: dict[str, Any], act: dict[str, str], at: datetime, rng: Random) -> str:
    """A decision in the usual order, with numbers that were never given to anybody."""
    families, given = data["surnames"].split(), data["given"].split()
    a, b = (family + name for family, name in zip(rng.sample(families, 2), rng.sample(given, 2), strict=True))
    when = at - timedelta(days=rng.randint(8, 30), hours=rng.randint(0, 9))
    born = f"{rng.randint(1960, 2000)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    said = {
        "a": a,
        "b": b,
        "id": f"990000{born}000{rng.randint(0, 9)}",
        "phone_a": _mobile(rng),
        "phone_b": _mobile(rng),
        "house": rng.randint(1, 99),
        "when": f"{when.year}年{when.month}月{when.day}日",
        "village": rng.choice(data["villages"].split()),
        "lane": rng.choice(data["lanes"].split()),
        "n": rng.randint(1, 60),
        "plate": f"浙H·{rng.randint(10000, 99999)}",
        "wechat": f"yangli{rng.randint(100, 999)}",
        "hurt": rng.choice(("擦伤", "软组织挫伤", "划伤")),
        "age": rng.randint(8, 12),
    }
    lines = ("行政处罚决定书", data["begins"], act["says"], data["proof"], act["ends"], data["closes"])
    return "\n".join(line.format(**said) for line in lines)


def _mobile(rng: Random) -> str:
    return f"1300000{rng.randint(1000, 9999)}"
