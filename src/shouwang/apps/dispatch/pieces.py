"""
The board in pieces: each small part of the page with its version, made once per process and sent only to pages that show another one.

A piece is made from a frozen value, and that value is the key under which it is kept: a template can read nothing else, so what changed is
made anew, and whoever may do less is shown another value. What belongs to one reader alone (the press key of the forms) and what moves by
itself (a place in the list, minutes of waiting) stand in a kept piece as marks and are filled in when it is sent.

A page says what it shows and is told what differs, so a piece of news that got lost on the way leaves nothing old behind.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, Protocol

from django.template.loader import get_template
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shouwang.apps.dispatch.board import Board, CrewRow, Gone, IncidentRow
from shouwang.apps.dispatch.chart import Spot, chart_of
from shouwang.apps.dispatch.standby import Move
from shouwang.apps.matters.sentences import moment
from shouwang.apps.matters.templatetags.matters import waited
from shouwang.apps.places.drawing import Area

#: Keys of the suggestions, from the top.
KEYS = "123456789"
#: So many pieces are kept in a process; a board of 500 incidents and 200 crews has 1,300.
MOST_KEPT = 8_000

#: Nobody can write these into a report: they are drawn at each start, and counted out of the version.
_SALT = secrets.token_hex(12)
_TOKEN, _VERSION, _FILLS = f"[token {_SALT}]", f"[version {_SALT}]", (f"[first {_SALT}]", f"[second {_SALT}]")


class Value(Protocol):
    """What a piece is made from. `id` is that of its element on the page."""

    template: ClassVar[str]

    @property
    def id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Heading:
    """One list's heading with how many stand in it."""

    template: ClassVar[str] = "dispatch/pieces/heading.html"
    id: str
    word: str
    n: int


@dataclass(frozen=True, slots=True)
class Empty:
    """What stands where nothing is."""

    template: ClassVar[str] = "dispatch/pieces/empty.html"
    id: str
    at: int


class Going(NamedTuple):
    """The suggestion in words, and the keys of its crews."""

    names: str
    minutes: int | None
    reasons: tuple[str, ...]
    aid: bool
    crews: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class IncidentPiece:
    """All that is known of one incident, and what may be pressed."""

    template: ClassVar[str] = "dispatch/pieces/incident.html"
    pk: int
    at: int
    number: str
    title: str
    grade: int
    grade_says: str
    category_says: str
    place: str
    others: int
    safe_contact: bool
    same: tuple[tuple[str, str, str], ...]
    sendings: tuple[Gone, ...]
    seen: int
    suggested: Going | None
    why_not: str
    no_scene: bool
    key: str
    may_send: bool
    is_picked: bool
    free: tuple[tuple[int, str], ...]

    @property
    def id(self) -> str:
        return f"i{self.pk}"


@dataclass(frozen=True, slots=True)
class LinePiece:
    """An incident far down: one line."""

    template: ClassVar[str] = "dispatch/pieces/line.html"
    pk: int
    at: int
    number: str
    title: str
    grade_says: str

    @property
    def id(self) -> str:
        return f"i{self.pk}"


@dataclass(frozen=True, slots=True)
class CrewPiece:
    """One crew."""

    template: ClassVar[str] = "dispatch/pieces/crew.html"
    pk: int
    name: str
    says: str
    is_free: bool
    is_out: bool
    number: str
    means_says: str
    volunteers: int
    members: tuple[tuple[str, bool], ...]
    load: int
    told: str

    @property
    def id(self) -> str:
        return f"c{self.pk}"


@dataclass(frozen=True, slots=True)
class RequestPiece:
    """Another station asks for one of our crews."""

    template: ClassVar[str] = "dispatch/pieces/request.html"
    pk: int
    at: int
    unit: str
    crew: str

    @property
    def id(self) -> str:
        return f"r{self.pk}"


@dataclass(frozen=True, slots=True)
class TaskPiece:
    """Something left to do."""

    template: ClassVar[str] = "dispatch/pieces/task.html"
    pk: int
    number: str
    due: str
    who: str

    @property
    def id(self) -> str:
        return f"t{self.pk}"


@dataclass(frozen=True, slots=True)
class MovePiece:
    """A crew had better wait at a post: advice, with one press to ask it."""

    template: ClassVar[str] = "dispatch/pieces/move.html"
    at: int
    move: Move
    first: bool
    may_move: bool

    @property
    def id(self) -> str:
        return f"w{self.move.crew}-{self.move.post}"


@dataclass(frozen=True, slots=True)
class StandbyPiece:
    """A crew was asked to wait at a post."""

    template: ClassVar[str] = "dispatch/pieces/standby.html"
    pk: int
    at: int
    crew: str
    post: str
    acknowledged: bool
    may_move: bool

    @property
    def id(self) -> str:
        return f"s{self.pk}"


@dataclass(frozen=True, slots=True)
class MarkPiece:
    """One mark on the map."""

    template: ClassVar[str] = "dispatch/pieces/mark.html"
    id: str
    x: float
    y: float
    says: str
    kind: str
    is_crew: bool
    left: bool


@dataclass(frozen=True, slots=True)
class GroundPiece:
    """The villages under the marks."""

    template: ClassVar[str] = "dispatch/pieces/ground.html"
    areas: tuple[Area, ...]
    id: str = "ground"


@dataclass(frozen=True, slots=True)
class Piece:
    """Made once: `html` still with its marks, `version` of everything in it but them."""

    html: str
    version: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece on somebody's page, with what is filled into it."""

    id: str
    piece: Piece
    fills: tuple[str, ...] = ()

    def html(self, token: str) -> str:
        """Ready to send to one reader."""
        found = self.piece.html.replace(_TOKEN, token)
        for mark, text in zip(_FILLS, self.fills, strict=False):
            found = found.replace(mark, escape(text))
        return found


#: Each list of the page with what stands in it, in order.
Lists = Mapping[str, Sequence[Shown]]

_kept: dict[tuple[str, Value], Piece] = {}


def _made(value: Value) -> Piece:
    key = (get_language() or "", value)
    found = _kept.get(key)
    if found is None:
        marks = {"row": value, "csrf_token": _TOKEN, "version": _VERSION, "first": _FILLS[0], "second": _FILLS[1]}
        found = _versioned(get_template(value.template).render(marks))
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = found
    return found


def _versioned(html: str) -> Piece:
    version = hashlib.blake2b(html.replace(_SALT, "").encode(), digest_size=6).hexdigest()
    return Piece(html.replace(_VERSION, version), version)


def _shown(value: Value, *fills: str) -> Shown:
    return Shown(value.id, _made(value), fills)


def lists_of(board: Board, *, may_send: bool, now: datetime) -> dict[str, list[Shown]]:
    """The whole board. What is folded up is there as well; the map's lists are empty when no village was ever drawn."""
    at = board.station.pk
    # Where a knock at the door may hurt somebody, nobody is sent by one key: whoever sends has read the card and chooses by hand.
    ready = [row for row in board.waiting if row.suggested and not row.incident.matter.safe_contact]
    keys = {row.incident.pk: key for row, key in zip(ready, KEYS, strict=False)}
    free = tuple((row.crew.pk, row.crew.name) for row in board.crews if row.is_free)

    def whole(rows: Iterable[IncidentRow]) -> list[Shown]:
        return [
            _shown(
                _incident(row, at, keys.get(row.incident.pk, ""), may_send, free),
                waited(row.incident.matter.received_at, now),
                str(row.n),
            )
            for row in rows
        ]

    def lines(rows: Iterable[IncidentRow]) -> list[Shown]:
        return [
            _shown(
                LinePiece(row.incident.pk, at, row.incident.matter.number, row.incident.matter.title, row.grade_says),
                str(row.n),
            )
            for row in rows
        ]

    requests = [
        _shown(
            RequestPiece(one.pk, at, one.matter.unit.called, one.crew.name),
            waited(one.made_at, now),
        )
        for one in board.requests
    ]
    tasks = [
        _shown(
            TaskPiece(
                one.pk,
                one.matter.number,
                f"{one.due_on.month}-{one.due_on.day}",
                one.in_charge.name if one.in_charge else "",
            )
        )
        for one in board.tasks
    ]
    moves = [
        *(
            _shown(
                StandbyPiece(one.pk, at, one.crew.name, one.post.name, one.acknowledged_at is not None, may_send),
                waited(one.asked_at, now),
            )
            for one in board.standbys
        ),
        *(_shown(MovePiece(at, one, n == 0, may_send)) for n, one in enumerate(board.moves)),
    ]
    running = whole(board.running_whole)
    crews = [_shown(_crew(row, now)) for row in board.crews]
    chart = chart_of(board)
    return {
        "waiting": [
            _shown(Heading("waiting-h", _("等人去"), len(board.waiting))),
            *requests,
            *(whole(board.waiting_whole) or [_shown(Empty("nobody-waits", at))]),
        ],
        "waiting-lines": lines(board.waiting_lines),
        "running": [_shown(Heading("running-h", _("有人在去"), len(board.running))), *running] if running else [],
        "running-lines": lines(board.running_lines),
        "crews-head": [_shown(Heading("crews-h", _("巡组"), len(board.crews)))],
        "map": [_shown(GroundPiece(chart.areas)), *(_mark(spot) for spot in chart.spots)] if chart else [],
        "crews": crews or [_shown(Empty("no-crews", at))],
        "standby": [_shown(Heading("standby-h", _("待命"), len(board.standbys))), *moves] if moves else [],
        "tasks": [_shown(Heading("tasks-h", _("后续要办的"), len(tasks))), *tasks] if tasks else [],
    }


def _incident(row: IncidentRow, at: int, key: str, may_send: bool, free: tuple[tuple[int, str], ...]) -> IncidentPiece:
    matter, who = row.incident.matter, row.suggested
    return IncidentPiece(
        pk=row.incident.pk,
        at=at,
        number=matter.number,
        title=matter.title,
        grade=row.grade,
        grade_says=row.grade_says,
        category_says=row.category_says,
        place=row.place,
        others=row.others,
        safe_contact=matter.safe_contact,
        same=tuple((one.incident.matter.number, one.incident.matter.title, one.reason) for one in row.same),
        sendings=tuple(row.sendings),
        seen=row.seen,
        suggested=Going(who.names, who.minutes, tuple(who.reasons), who.aid, tuple(one.crew.pk for one in who.crews))
        if who
        else None,
        why_not=row.why_not,
        no_scene=row.no_scene,
        key=key,
        may_send=may_send,
        is_picked=row.is_picked,
        free=free if row.is_picked else (),
    )


def _crew(row: CrewRow, now: datetime) -> CrewPiece:
    told = row.crew.position_at
    return CrewPiece(
        pk=row.crew.pk,
        name=row.crew.name,
        says=row.says,
        is_free=row.is_free,
        is_out=row.sending is not None,
        number=row.number,
        means_says=row.means_says,
        volunteers=row.heads if row.crew.volunteers else 0,
        members=tuple((one.name, one.sworn) for one in row.members),
        load=row.load,
        told=moment(told, now) if told is not None and not row.at_station else "",
    )


def _mark(spot: Spot) -> Shown:
    return _shown(MarkPiece(spot.id, spot.x, spot.y, spot.says, spot.kind, spot.is_crew, spot.left), spot.word)


# ── what a page lacks ────────────────────────────────────────────────────────────────────────────────────────────────


def changes(lists: Lists, had: Mapping[str, Any], token: str) -> dict[str, Any]:
    """
    What turns a page that shows `had` into the board as it is.

    had      by list, what stands in it in order: [id of the element, version, texts filled in]
    Returns  `order` of the lists that hold other elements or the same in another order, `html` of new and changed elements by list, and
             `fill` where only the texts filled in are others
    """
    order: dict[str, list[str]] = {}
    html: dict[str, dict[str, str]] = {}
    fill: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, shown in lists.items():
        before = {one[0]: one for one in had.get(name, ())}
        if [one[0] for one in had.get(name, ())] != (ids := [one.id for one in shown]):
            order[name] = ids
        for one in shown:
            was = before.get(one.id)
            if was is None or was[1] != one.piece.version:
                html.setdefault(name, {})[one.id] = one.html(token)
            elif tuple(was[2]) != one.fills:
                fill.setdefault(name, {})[one.id] = one.fills
    return {"order": order, "html": html, "fill": fill}


def read_had(body: bytes, lists: Lists) -> Mapping[str, Any] | None:
    """What a page says it shows; None when it cannot be read, or has other lists than ours: then it takes the whole board."""
    try:
        said = json.loads(body)
        had = {
            name: [(str(key), str(version), list(map(str, fills))) for key, version, fills in said[name]]
            for name in lists
        }
    except (ValueError, TypeError, KeyError):
        return None
    return had if len(said) == len(lists) else None
