"""
Who came into the station in the last hours, played through the real use cases: one whole, one with a gap that nobody explained yet, one
explained and asked for, and somebody who is inside now.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from shouwang.apps.matters.models import Matter
from shouwang.apps.recordings import usecases
from shouwang.apps.recordings.models import Device, Place, Stay, StayCode
from shouwang.apps.recordings.usecases.registering import Said
from shouwang.apps.units.models import Officer
from shouwang.demo.flagships import HOME, Stage
from shouwang.demo.writing import code_of

HALL, WAITING, ROOM, OTHER = "大厅", "候问室", "询问室一", "询问室二"
WORN = "执法记录仪 07"
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Told:
    """
    One stay of the town. Times are minutes: `came` before now, the others after coming.

    moves    (after how long, place); the first is at coming
    left     None: still inside
    films    (place, from, until) of what was recorded
    explains what is said about the first gap; `asks` for a copy at the end
    """

    key: str
    matter: str
    came: int
    how: str
    moves: tuple[tuple[int, str], ...]
    left: int | None
    films: tuple[tuple[str, int, int], ...] = ()
    name: str = ""
    looks: str = ""
    reporter: bool = False
    explains: tuple[int, int, str] | None = None
    asks: bool = False


STAYS = (
    Told(
        "bicycle",
        "incident-bicycle",
        350,
        "self",
        ((0, HALL), (8, ROOM)),
        45,
        ((HALL, -5, 8), (ROOM, 8, 20), (ROOM, 27, 50)),
        reporter=True,
        explains=(20, 27, "换存储卡，人在询问室一喝水，民警都在场。"),
        asks=True,
    ),
    Told(
        "brawl",
        "incident-brawl",
        165,
        "summoned",
        ((0, HALL), (10, WAITING), (30, ROOM)),
        105,
        ((HALL, -10, 10), (WAITING, 5, 35), (ROOM, 28, 110)),
        name="窦某",
    ),
    Told(
        "brawl-other",
        "incident-brawl",
        160,
        "summoned",
        ((0, HALL), (12, WAITING), (60, OTHER)),
        110,
        ((HALL, -5, 15), (WAITING, 12, 60), (OTHER, 72, 112)),
        name="冼某",
    ),
    Told(
        "brawl-unknown",
        "incident-brawl",
        50,
        "summoned",
        ((0, HALL), (6, WAITING)),
        None,
        looks="三十岁上下，灰色连帽衫，右手有擦伤，不肯说名字。",
    ),
)


def stays(stage: Stage) -> None:
    """The script of all stays."""
    for one in STAYS:
        came = stage.now.replace(second=0, microsecond=0) - one.came * MINUTE
        stage.do(came, partial(_come, stage, one))
        for after, place in one.moves[1:]:
            stage.do(came + after * MINUTE, partial(_move, stage, one, place))
        if one.left is not None:
            left = came + one.left * MINUTE
            stage.do(left, partial(_leave, stage, one))
            stage.do(left + 12 * MINUTE, partial(_register, stage, one, came))
            if one.explains is not None:
                stage.do(left + 20 * MINUTE, partial(_explain, stage, one, came))
            if one.asks:
                stage.do(left + 60 * MINUTE, partial(_ask, one))


def _places(stage: Stage, at: datetime) -> dict[str, Place]:
    """The station's list, kept by its chief; made at the first coming."""
    unit, chief = stage.town.stations[HOME], stage.officer("liang")
    found = {one.name: one for one in Place.objects.filter(unit=unit)}
    if not found:
        for name in (HALL, WAITING, ROOM, OTHER):
            found[name] = usecases.add_place(unit, by=chief, name=name, at=at)
            usecases.add_device(unit, by=chief, name=f"{name}摄像头", place=found[name], at=at)
        usecases.add_device(unit, by=chief, name=WORN, place=None, at=at)
    return found


def _by(stage: Stage, at: datetime) -> Officer:
    return stage.front(at)


def _stay(one: Told) -> Stay:
    return Stay.objects.select_related("matter").get(client_id=f"demo:{one.key}")


def _code(stage: Stage, one: Told, entered: usecases.Entered, which: str) -> None:
    code = code_of(stage.seed, "stay", one.key, which)
    StayCode.objects.filter(digest=StayCode.digest_of(entered.code)).update(digest=StayCode.digest_of(code))


def _come(stage: Stage, one: Told, at: datetime) -> None:
    place = _places(stage, at)[one.moves[0][1]]
    entered = usecases.bring_in(
        Matter.objects.get(pk=stage.matter(one.matter).pk),
        by=_by(stage, at),
        came=one.how,
        place=place,
        entered_at=at,
        at=at,
        name=one.name,
        description=one.looks,
        reporter=one.reporter,
        client_id=f"demo:{one.key}",
    )
    _code(stage, one, entered, "came")


def _move(stage: Stage, one: Told, place: str, at: datetime) -> None:
    usecases.move(_stay(one), by=_by(stage, at), place=_places(stage, at)[place], since=at, at=at)


def _leave(stage: Stage, one: Told, at: datetime) -> None:
    entered = usecases.leave(_stay(one), by=_by(stage, at), left_at=at, notice="paper", at=at)
    _code(stage, one, entered, "left")


def _register(stage: Stage, one: Told, came: datetime, at: datetime) -> None:
    places = _places(stage, at)
    cameras = {
        one.place_id: one for one in Device.objects.filter(unit=stage.town.stations[HOME]).select_related("unit")
    }
    told = [
        Said(
            cameras[places[place].pk],
            places[place],
            came + since * MINUTE,
            came + until * MINUTE,
            hashlib.sha256(f"{stage.seed}/{one.key}/{place}/{since}".encode()).hexdigest(),
            (until - since) * 15_000_000,
            f"NAS/{came:%Y%m%d}/{place}-{n:02d}.mp4",
        )
        for n, (place, since, until) in enumerate(one.films, 1)
    ]
    usecases.register(told, by=_by(stage, at), at=at)


def _explain(stage: Stage, one: Told, came: datetime, at: datetime) -> None:
    assert one.explains is not None
    since, until, words = one.explains
    usecases.explain(
        _stay(one), by=_by(stage, at), since=came + since * MINUTE, until=came + until * MINUTE, words=words, at=at
    )


def _ask(one: Told, at: datetime) -> None:
    usecases.ask(_stay(one), asks="copy", since=None, until=None, words="想留一份，给保险公司看。", at=at)
