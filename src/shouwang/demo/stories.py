"""
Read the scenes of the demo town from `stories/*.toml`. Whatever is wrong in a file is refused with file, scene and reason.

The format is described in `stories/README.md`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from shouwang.apps.matters.models import Channel, Kind, Reason
from shouwang.apps.units.models import Role
from shouwang.engines.errors import BadData

FOLDER = Path(__file__).parent / "stories"
BLANKS = "blanks.toml"
#: Blanks that the village and the house fill.
HOUSE_BLANKS = frozenset({"road", "landmark", "shop", "school", "where", "village", "station", "officer", "phone"})

_LINE = re.compile(r"(?P<who>[^\s:：]+)(?P<words>(?: [^\s:：]+)*)(?:[:：]\s*(?P<says>.*))?", re.DOTALL)
_DELAY = re.compile(r"\+(\d+)([mhdw])")
_BLANK = re.compile(r"\{([a-z_]+)\}")
_KEYS = frozenset(
    {"id", "kind", "public", "weight", "months", "hours", "channels", "where", "title", "lines", "keep_from", "safe"}
)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
HOURS = {"any": range(24), "day": range(7, 19), "evening": range(18, 24), "night": (22, 23, 0, 1, 2, 3, 4, 5)}
WHERES = ("any", "town", "village")
UNITS = ("QS", "HW", "SP", "bureau", "next")

_SPEAKS = frozenset({"居", "亲", "警", "备", "密", "转", "退", "完", "不服", "复核", "看"})
_NEEDS: Mapping[str, Collection[str]] = {
    "交": frozenset(str(role) for role in Role),
    "转": UNITS,
    "类": frozenset(Kind.values),
    "完": frozenset(Reason.values),
    "复核": ("维持", "接办"),
    "评": ("1", "2", "3", "4", "5"),
}
_FREE = frozenset({"自动", "请"})  # take a word that is checked elsewhere, or any word
WHO = _SPEAKS | _NEEDS.keys() | _FREE | {"接", "安全", "停"}


@dataclass(frozen=True, slots=True)
class Line:
    """
    One thing that happens.

    word          what the verb needs: a role, a unit, a reason …
    says          ways to say it, blanks still open; empty for verbs without words
    after         the delay the scene asks for, or None for the usual one
    working_days  the delay counts working days instead
    percent       how often it happens at all
    """

    who: str
    word: str
    says: tuple[str, ...]
    after: timedelta | None
    working_days: int
    percent: int


@dataclass(frozen=True, slots=True)
class Scene:
    """
    One scene; `lines[0]` is always what the resident says first.

    public   what an officer writes of it on the weekly page of what neighbours asked; empty: nobody does
    """

    id: str
    kind: str
    public: str
    weight: int
    months: frozenset[int]
    hours: frozenset[int]
    channels: tuple[str, ...]
    where: str
    title: str
    keep_from: bool
    safe: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """All scenes and the lists that fill their blanks."""

    scenes: tuple[Scene, ...]
    blanks: Mapping[str, tuple[str, ...]]


def read_book(folder: Path = FOLDER, guides: Collection[str] | None = None) -> Book:
    """
    Every scene of a folder, by file and place.

    guides   slugs that `自动` may name; None: any
    Raises BadData for a bad file, a scene told twice, or a folder without scenes.
    """
    with (folder / BLANKS).open("rb") as file:
        blanks = {name: tuple(values) for name, values in tomllib.load(file).items()}
    empty = [name for name, values in blanks.items() if not values or not all(isinstance(v, str) for v in values)]
    if empty or HOUSE_BLANKS & blanks.keys():
        raise BadData(
            f"{folder / BLANKS}: {', '.join(empty) or 'names'}", "must be lists of texts with names of their own"
        )
    known = HOUSE_BLANKS | blanks.keys()
    scenes: dict[str, Scene] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name == BLANKS:
            continue
        for table in _tables(path):
            scene = _scene(str(path), table, known, guides)
            if scene.id in scenes:
                raise BadData(f"{path}: {scene.id}", "this scene is told twice")
            scenes[scene.id] = scene
    if not scenes:
        raise BadData(str(folder), "there is no scene in this folder")
    return Book(tuple(scenes.values()), blanks)


def _tables(path: Path) -> list[dict[str, Any]]:
    try:
        with path.open("rb") as file:
            found = tomllib.load(file)
    except tomllib.TOMLDecodeError as why:
        raise BadData(str(path), str(why)) from why
    if found.keys() != {"scene"}:
        raise BadData(str(path), "a file of stories holds [[scene]] tables and nothing else")
    scenes: list[dict[str, Any]] = found["scene"]
    return scenes


def _scene(path: str, table: dict[str, Any], blanks: Collection[str], guides: Collection[str] | None) -> Scene:
    name = f"{path}: {table.get('id', '?')}"
    stray, missing = table.keys() - _KEYS, {"id", "kind", "lines"} - table.keys()
    if stray or missing:
        raise BadData(name, f"keys that do not fit: {', '.join(sorted(stray | missing))}")
    if table["kind"] not in Kind.values:
        raise BadData(name, f"{table['kind']!r} is no kind of matter")
    channels = tuple(str(table.get("channels", "web qq phone counter")).split())
    if not channels or not set(channels) <= set(Channel.values):
        raise BadData(name, f"{channels!r} are not all channels")
    hours, where = table.get("hours", "any"), table.get("where", "any")
    if hours not in HOURS or where not in WHERES:
        raise BadData(name, f"hours {hours!r} or where {where!r} is unknown")
    months = frozenset(table.get("months", range(1, 13)))
    if not months or not months <= frozenset(range(1, 13)):
        raise BadData(name, "months are numbers from 1 to 12")
    lines = tuple(_line(f"{name} line {place}", text, blanks, guides) for place, text in enumerate(table["lines"], 1))
    _check_order(name, lines)
    return Scene(
        id=table["id"],
        kind=table["kind"],
        public=_known(f"{name} public", table.get("public", ""), blanks),
        weight=int(table.get("weight", 2)),
        months=months,
        hours=frozenset(HOURS[hours]),
        channels=channels,
        where=where,
        title=table.get("title", ""),
        keep_from=bool(table.get("keep_from", False)),
        safe=bool(table.get("safe", False)),
        lines=lines,
    )


def _line(name: str, text: str, blanks: Collection[str], guides: Collection[str] | None) -> Line:
    found = _LINE.fullmatch(text.strip())
    if found is None or found["who"] not in WHO:
        raise BadData(name, f"cannot read {text[:20]!r}")
    who, word, after, working_days, percent = found["who"], "", None, 0, 100
    for part in found["words"].split():
        if delay := _DELAY.fullmatch(part):
            amount, unit = int(delay[1]), delay[2]
            after, working_days = (None, amount) if unit == "w" else (amount * _UNITS[unit], 0)
        elif part.startswith("?") and part[1:].isdecimal():
            percent = int(part[1:])
        elif word:
            raise BadData(name, f"{part!r} is one word too many")
        else:
            word = part
    says = tuple(one.strip() for one in (found["says"] or "").split("｜") if one.strip())
    _check_word(name, who, word, guides)
    if (who in _SPEAKS) != bool(says) and who not in {"评", "类"}:
        raise BadData(name, f"“{who}” {'needs' if who in _SPEAKS else 'takes no'} words")
    for one in says:
        _known(name, one, blanks)
    return Line(who, word, says, after, working_days, percent)


def _known(name: str, text: str, blanks: Collection[str]) -> str:
    """The text, if every blank in it can be filled."""
    if unknown := set(_BLANK.findall(text)) - set(blanks):
        raise BadData(name, f"unknown blanks: {', '.join(sorted(unknown))}")
    return text


def _check_word(name: str, who: str, word: str, guides: Collection[str] | None) -> None:
    allowed = _NEEDS.get(who)
    if allowed is not None and word not in allowed:
        raise BadData(name, f"“{who}” cannot take {word!r}")
    if who == "自动" and guides is not None and word not in guides:
        raise BadData(name, f"there is no guide {word!r}")
    if who in _FREE and not word:
        raise BadData(name, f"“{who}” needs a word")
    if allowed is None and who not in _FREE and word:
        raise BadData(name, f"“{who}” takes no word, not {word!r}")


def _check_order(name: str, lines: tuple[Line, ...]) -> None:
    """What the rules of the house would refuse is refused here, before it is played."""
    if not lines or lines[0].who != "居":
        raise BadData(name, "the resident speaks first")
    offered, closed, disputed, helped = False, False, False, False
    for place, line in enumerate(lines, 1):
        who = line.who
        wrong = (
            (who in {"接", "退"} and not offered)
            or (who == "转" and (offered or closed))
            or (who == "完" and (closed or disputed))
            or (who == "不服" and not closed)
            or (who == "复核" and not disputed)
            or (who == "评" and not closed)
            or (who == "亲" and not helped)
            or (closed and not disputed and who in {"居", "亲", "交", "类", "请"})
        )
        if wrong:
            raise BadData(f"{name} line {place}", f"“{who}” cannot happen here")
        if line.percent < 100 and who not in {"居", "亲", "备", "密", "看", "自动", "评", "警"}:
            raise BadData(f"{name} line {place}", f"what follows leans on “{who}”, so it cannot be left to chance")
        offered = who == "转" or (offered and who not in {"接", "退", "完"})
        if who == "复核":
            closed, disputed = line.word == "维持", False
        elif who == "不服":
            closed, disputed = True, True
        else:
            closed = closed or who == "完"
        helped = helped or who == "请"


def blanks_in(text: str) -> list[str]:
    """Names of the blanks of a text, in order."""
    return _BLANK.findall(text)
