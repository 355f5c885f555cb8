"""
The dispatch board as one value: who waits, who is out, who should go and why. A constant number of queries, however much is going on.

Everything here is a suggestion; nobody is sent by it.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, Model, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from shouwang.apps.dispatch import progress
from shouwang.apps.dispatch.models import Call, Crew, CrewMember, FollowUp, Sending, Standby, State
from shouwang.apps.dispatch.needs import need_of
from shouwang.apps.dispatch.standby import Move, advised, posts_of
from shouwang.apps.duty.models import DutySpan
from shouwang.apps.incidents import filing
from shouwang.apps.incidents.models import Category, Incident
from shouwang.apps.incidents.queries import units_of
from shouwang.apps.incidents.same import first_words, refused_among, same_reason
from shouwang.apps.incidents.suggesting import Heard, grades, heard_of, kind_says
from shouwang.apps.incidents.urgency import may_be_hurt, urgencies_of
from shouwang.apps.matters.models import Entry, Matter, Type
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.places.boundaries import read_boundary
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Officer, Skill, Unit
from shouwang.apps.units.names import in_readers_language
from shouwang.engines import dispatch as engine

#: Older reports are no longer a matter of sending somebody at once, unless danger is not over.
LOOKED_BACK = timedelta(hours=24)
#: What was reported so lately is taken to go on, unless the report says that it is over.
RECENT = timedelta(hours=2)
#: What had ended so long before the report was over when it was told.
OVER = timedelta(hours=1)
#: Decided, told or given to others: the report itself asks for no crew any more. A quarrel or a call for help that is no case still may.
SETTLED = (filing.FILED, filing.DECLINED, filing.NOT_POLICE, filing.PASSED_ON)
#: A position from the phone is believed so long; then the crew is taken to be at the station.
BELIEVED = timedelta(minutes=45)
MOST = 500
#: With more incidents at once, the most urgent are planned and the others wait for the next look.
MOST_PLANNED = 20
MOST_COMPARED = 60
#: As many stand on the board with everything that is known; nobody reads further, and the page stays light.
MOST_WAITING, MOST_RUNNING = 30, 20


class Gone(NamedTuple):
    """A sending as a board needs it: a row of the database without a model, since there are hundreds."""

    pk: int
    matter_id: int
    crew_id: int
    state: str
    unanswered: bool
    crew: str
    unit_id: int
    unit_name: str
    unit_name_en: str

    @property
    def says(self) -> str:
        return str(State(self.state).label)

    @property
    def unit_called(self) -> str:
        """The station the crew is of, in the reader's language."""
        return in_readers_language(self.unit_name, self.unit_name_en)

    @property
    def is_silent(self) -> bool:
        """Rung for, and nobody looks after it yet."""
        return self.unanswered and self.state == progress.SENT


class Member(NamedTuple):
    """Somebody in a crew."""

    officer_id: int
    name: str
    sworn: bool


@dataclass(slots=True)
class CrewRow:
    """
    One crew as the board shows it.

    at_station   nobody said where it is
    number       of the incident it is at, when this viewer may know of that
    """

    crew: Crew
    sending: Gone | None
    members: list[Member]
    skills: frozenset[str]
    load: int
    point: engine.Point
    at_station: bool
    number: str = ""

    @property
    def sworn(self) -> int:
        return sum(one.sworn for one in self.members)

    @property
    def heads(self) -> int:
        return len(self.members) or self.crew.people

    @property
    def is_free(self) -> bool:
        return self.sending is None and not self.crew.resting and not self.crew.volunteers

    @property
    def means_says(self) -> str:
        return str(Crew.Means(self.crew.means).label)

    @property
    def says(self) -> str:
        """Its state in the desk's words."""
        if self.sending is not None:
            return str(State(self.sending.state).label)
        if self.crew.volunteers:
            return _("只看不派")
        return _("休整") if self.crew.resting else _("空闲")


@dataclass(slots=True)
class Suggested:
    """Who should go: the crews in order of arrival, minutes until all are there, and reasons as sentences."""

    crews: list[CrewRow]
    minutes: int | None
    reasons: list[str]
    aid: bool = False

    @property
    def names(self) -> str:
        return _("、").join(
            _("%(unit)s的%(crew)s") % {"unit": row.crew.unit.called, "crew": row.crew.name}
            if self.aid
            else row.crew.name
            for row in self.crews
        )


@dataclass(slots=True)
class Same:
    """Another report that may tell of the same event, and why."""

    incident: Incident
    reason: str


@dataclass(slots=True)
class IncidentRow:
    """
    One incident on the board.

    guessed     nobody pointed at the map, so the village or the station stands for the place
    is_picked   the dispatcher chooses for it by hand; only then all free crews stand below it
    is_over     it was over when it was told, or long ago: at equal grade it stands behind what goes on
    no_scene    there is no place to go to, such as fraud by telephone: it is listed, and the plan sends nobody
    n           its number on the map and in the lists
    """

    incident: Incident
    grade: int
    grade_says: str
    point: engine.Point
    guessed: bool
    sendings: list[Gone]
    seen: int
    suggested: Suggested | None = None
    why_not: str = ""
    same: list[Same] = field(default_factory=list)
    others: int = 0
    is_picked: bool = False
    is_over: bool = False
    no_scene: bool = False
    n: int = 0

    @property
    def category_says(self) -> str:
        return str(Category(self.incident.category).label)

    @property
    def place(self) -> str:
        """Where, as far as a list may say; the address is sealed and stands on the card."""
        community = self.incident.matter.community
        parts = (community.called if community else "", self.incident.landmark)
        return _("，").join(part for part in parts if part)

    @property
    def asked(self) -> list[Gone]:
        return [one for one in self.sendings if one.state == progress.ASKED]

    @property
    def bound(self) -> list[Gone]:
        return [one for one in self.sendings if one.state in progress.BOUND]


@dataclass(slots=True)
class Board:
    """
    waiting    nobody is on the way, most urgent first, then longest
    running    somebody is
    requests   other stations ask for our crews
    """

    station: Unit
    stations: list[Unit]
    waiting: list[IncidentRow]
    running: list[IncidentRow]
    crews: list[CrewRow]
    requests: list[Sending]
    tasks: list[FollowUp]
    communities: list[Community]
    standbys: list[Standby]
    moves: list[Move]

    @property
    def waiting_whole(self) -> list[IncidentRow]:
        return _whole(self.waiting, MOST_WAITING)

    @property
    def waiting_lines(self) -> list[IncidentRow]:
        return [row for row in self.waiting[MOST_WAITING:] if not row.is_picked]

    @property
    def running_whole(self) -> list[IncidentRow]:
        return _whole(self.running, MOST_RUNNING)

    @property
    def running_lines(self) -> list[IncidentRow]:
        return [row for row in self.running[MOST_RUNNING:] if not row.is_picked]


def _whole(rows: list[IncidentRow], most: int) -> list[IncidentRow]:
    """Those that stand with all that is known; of the others a line each, until somebody picks one."""
    return [*rows[:most], *(row for row in rows[most:] if row.is_picked)]


def station_for(officer: Officer, asked: str = "") -> tuple[Unit | None, list[Unit]]:
    """Which board: the one asked for, the officer's own station, or the first that they may serve."""
    stations = units_of(officer)
    by_pk = {str(one.pk): one for one in stations}
    own = by_pk.get(str(officer.unit.station.pk))
    return by_pk.get(asked) or own or (stations[0] if stations else None), stations


def board_of(viewer: Viewer, station: Unit, stations: list[Unit], now: datetime, picked: str = "") -> Board:
    """Everything on the board of a station, as this viewer may see it; a report that was picked by its number is on it."""
    communities = list(Community.objects.active().within(station).select_related("unit"))
    found = _incidents(viewer, station, now, picked)
    home = _home(station, communities, found)
    crews, lent = _crews(station, home, now)
    rows = _rows(found, communities, home, now, picked)
    numbers = {one.pk: row.incident.matter.number for row in rows for one in row.bound}
    for crew in crews:
        crew.number = numbers.get(crew.sending.pk, "") if crew.sending is not None else ""
    waiting = [row for row in rows if not row.bound]
    running = [row for row in rows if row.bound]
    for n, row in enumerate((*waiting, *running), 1):
        row.n = n
    _find_same(viewer, rows)
    cover = _expected(station, communities, now)
    _suggest(station, waiting, crews, lent, cover, now)
    standbys = list(Standby.objects.filter(crew__unit=station, ended_at=None).select_related("crew", "post"))
    moves = _moves(station, crews, standbys, cover)
    requests = Sending.objects.filter(crew__unit=station, state=progress.ASKED).select_related(
        "crew__unit", "matter__unit"
    )
    tasks = (
        FollowUp.objects.filter(done_at=None, matter__in=_visible(viewer, station).values("matter"))
        .select_related("matter__handler", "owner")
        .order_by("due_on")
    )
    return Board(
        station, stations, waiting, running, crews, list(requests), list(tasks[:20]), communities, standbys, moves
    )


def _visible(viewer: Viewer, station: Unit) -> Any:
    return Incident.objects.visible_to(viewer).of_unit(station).exclude(matter__state="closed").order_by()


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=512)
def _middle(boundary: str) -> engine.Point:
    inside = read_boundary(json.loads(boundary)).representative_point()
    return engine.Point(inside.x, inside.y)


def middle_of(community: Community) -> engine.Point | None:
    """A point inside a village, or None when nobody has drawn it."""
    return _middle(json.dumps(community.boundary, sort_keys=True)) if community.boundary else None


def _home(station: Unit, communities: Iterable[Community], found: Iterable[Incident]) -> engine.Point:
    """
    The station; without its place on the map the middle of its first village, or where something happened: crews are then no nearer
    to one incident than to another, and the suggestion says that its distances are guesses.
    """
    if station.longitude is not None and station.latitude is not None:
        return engine.Point(station.longitude, station.latitude)
    middles = (point for one in communities if (point := middle_of(one)) is not None)
    pointed = (
        engine.Point(one.longitude, one.latitude)
        for one in found
        if one.longitude is not None and one.latitude is not None
    )
    return next(middles, None) or next(pointed, engine.Point(0, 0))


# ── crews ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _crews(station: Unit, home: engine.Point, now: datetime) -> tuple[list[CrewRow], list[CrewRow]]:
    """Our own crews, and the free ones of the other stations under the same bureau."""
    out = Crew.objects.out().filter(
        Q(unit=station) | Q(unit__parent=station.parent_id, unit__active=True, volunteers=False)
    )
    found = list(out.prefetch_related("unit").order_by("unit__path", "name"))
    keys = [crew.pk for crew in found]
    members: defaultdict[int, list[Member]] = defaultdict(list)
    here = CrewMember.objects.filter(left_at=None, crew__in=keys).order_by("pk")
    for crew, *member in here.values_list("crew", "officer", "officer__name", "sworn"):
        members[crew].append(Member._make(member))
    skills: defaultdict[int, set[str]] = defaultdict(set)
    for crew, skill in here.exclude(officer__skills=None).order_by().values_list("crew", "officer__skills__name"):
        skills[crew].add(skill)
    today = Sending.objects.filter(crew__in=keys, sent_at__gte=_today(now)).order_by()
    load = dict(today.values_list("crew").annotate(Count("pk")))
    bound = {one.crew_id: one for one in _gone(Sending.objects.bound().filter(crew__in=keys))}
    rows = [
        _crew_row(
            crew, bound.get(crew.pk), members[crew.pk], frozenset(skills[crew.pk]), load.get(crew.pk, 0), home, now
        )
        for crew in found
    ]
    own = [row for row in rows if row.crew.unit_id == station.pk]
    return own, [row for row in rows if row.crew.unit_id != station.pk and row.is_free]


def _gone(sendings: Any) -> list[Gone]:
    """In the order in which they were made."""
    asked = sendings.annotate(unanswered=Q(silent_at__isnull=False, answered_at=None)).order_by("pk")
    names = ("crew__name", "crew__unit", "crew__unit__name", "crew__unit__name_en")
    return [Gone(*one) for one in asked.values_list("pk", "matter", "crew", "state", "unanswered", *names)]


def _today(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def _crew_row(
    crew: Crew,
    sending: Gone | None,
    members: list[Member],
    skills: frozenset[str],
    load: int,
    home: engine.Point,
    now: datetime,
) -> CrewRow:
    unit = crew.unit
    base = (
        engine.Point(unit.longitude, unit.latitude)
        if unit.longitude is not None and unit.latitude is not None
        else home
    )
    point = None
    if crew.position_at is not None and now - crew.position_at <= BELIEVED:
        point = (
            engine.Point(crew.longitude, crew.latitude)
            if crew.longitude is not None and crew.latitude is not None
            else None
        )
    return CrewRow(crew, sending, members, skills, load, point or base, point is None)


# ── incidents ────────────────────────────────────────────────────────────────────────────────────────────────────────


#: As much of an incident, its matter, village and needs as the board shows; what is sealed is not opened for a list, but words that nobody
#: has read yet are, once, for how urgent they are.
_OF_INCIDENT = (
    "matter",
    "category",
    "landmark",
    "longitude",
    "latitude",
    "unsafe",
    "urgency",
    "happened_from",
    "happened_until",
)
_OF_MATTER = ("number", "title", "received_at", "rings", "danger", "safe_contact", "unit", "community", "last_seq")
_OF_VILLAGE = ("name", "name_en")
_OF_CALL = ("matter", "sworn", "car", "skill", "needless")
_SHOWN = (
    *_OF_INCIDENT,
    *(f"matter__{name}" for name in _OF_MATTER),
    *(f"matter__community__{name}" for name in _OF_VILLAGE),
    *(f"matter__call__{name}" for name in _OF_CALL),
    "matter__call__skill__name",
)


def _incidents(viewer: Viewer, station: Unit, now: datetime, picked: str) -> list[Incident]:
    """
    Those that somebody goes to, or may have to. Of linked reports the first stands for all.

    Not on the board: nobody has to go; somebody was there and is done; older than a day without danger; decided, and since then nobody
    said anew who has to come.
    """
    done = Sending.objects.filter(matter=OuterRef("pk"), state=progress.CLEARED)
    going = Sending.objects.open().filter(matter=OuterRef("pk"))
    asked = Entry.objects.filter(
        matter=OuterRef("pk"),
        type=Type.HAPPENED,
        data__what="dispatch.needs-said",
        at__gte=OuterRef("decided_at"),
    )
    urgent = Q(going=True) | Q(picked=True) | Q(matter__rings=True)
    found = (
        _visible(viewer, station)
        .annotate(going=Exists(going), done=Exists(done), picked=Q(matter__number=picked))
        # One whose first report is another station's stands here itself: nobody else would go.
        .filter(Q(same_as=None) | ~Q(same_as__matter__unit=F("matter__unit")))
        .filter(urgent | Q(done=False, matter__received_at__gte=now - LOOKED_BACK))
        .filter(Q(going=True) | Q(picked=True) | Q(matter__call=None) | Q(matter__call__needless=False))
        .filter(urgent | ~Q(stage__in=SETTLED) | Exists(asked))
        .order_by("matter__received_at")
    )
    return [_made_of(values) for values in found.values_list(*_SHOWN)[:MOST]]


@lru_cache(maxsize=2048)
def _made_of(values: tuple[Any, ...]) -> Incident:
    """
    The incident these columns tell of. Most looks find most rows as the look before did: then nothing is made anew, and whoever
    gets it changes nothing about it.
    """
    parts = iter(values)

    def part(model: type[Model], names: tuple[str, ...], **more: object) -> Any:
        own: Any = model._meta
        known = {own.get_field(name).attname: value for name, value in zip(names, parts, strict=False)} | more
        columns = [field.attname for field in own.concrete_fields if field.attname in known]
        return model.from_db("default", columns, [known[name] for name in columns])

    incident = part(Incident, _OF_INCIDENT)
    matter = part(Matter, _OF_MATTER, id=incident.pk)
    village = part(Community, _OF_VILLAGE, id=matter.community_id)
    call = part(Call, _OF_CALL)
    skill = Skill(pk=call.skill_id, name=next(parts))
    matter.community = village if matter.community_id is not None else None
    call.skill = skill if call.skill_id is not None else None
    Matter._meta.get_field("call").set_cached_value(matter, call if call.pk is not None else None)
    incident.matter = matter
    return incident  # type: ignore[no-any-return]  # `part` makes any model


def _rows(
    found: Iterable[Incident], communities: Sequence[Community], home: engine.Point, now: datetime, picked: str
) -> list[IncidentRow]:
    """Most urgent first, then what goes on, then longest; last what nobody has to go to."""
    points = {one.pk: point for one in communities if (point := middle_of(one)) is not None}
    names = dict(grades())
    found = list(found)
    sendings: defaultdict[int, list[Gone]] = defaultdict(list)
    keys = [incident.pk for incident in found]
    for one in _gone(Sending.objects.filter(matter__in=keys)):
        sendings[one.matter_id].append(one)
    others = Counter(Incident.objects.filter(same_as__in=keys).order_by().values_list("same_as", flat=True))
    urgencies = urgencies_of(found)
    rows = [
        _incident_row(one, urgencies[one.pk].grade, sendings[one.pk], others[one.pk], points, home, names)
        for one in found
    ]
    heard = heard_of(found)
    for row in rows:
        said = heard[row.incident.pk]
        row.is_picked = row.incident.matter.number == picked
        row.is_over = _is_over(row.incident, said, now)
        if not row.is_picked and not said.scene and _may_stay(row, said):
            row.no_scene = True
            row.why_not = _(
                "不用出警的：像“%(kind)s”，没有现场可去，不排巡组。真要派人，按“自己选谁去”，或者在卡片上写要谁去。"
            ) % {"kind": kind_says(said.kind)}
    return sorted(
        rows,
        key=lambda row: (row.no_scene, row.grade, row.is_over, row.incident.matter.received_at, row.incident.pk),
    )


def _is_over(incident: Incident, said: Heard, now: datetime) -> bool:
    """It was over when it was told, as somebody asked, wrote down or the words say; or told long ago, and nobody says that it goes on."""
    if incident.unsafe or incident.matter.rings:
        return False
    if said.going_on is not None:
        return not said.going_on
    told = incident.matter.received_at
    ended = incident.happened_until or incident.happened_from or said.until
    return now - told > RECENT or (ended is not None and told - ended > OVER)


def _may_stay(row: IncidentRow, said: Heard) -> bool:
    """Nobody has to go where nothing goes on, nobody may be hurt, nobody goes already and no officer said who has to come."""
    incident = row.incident
    return not (said.going_on or incident.unsafe or may_be_hurt(incident) or row.sendings or call_of(incident))


def call_of(incident: Incident) -> Call | None:
    """What an officer said it needs."""
    return getattr(incident.matter, "call", None)


def _incident_row(
    incident: Any,
    grade: int,
    sendings: Sequence[Gone],
    others: int,
    points: Mapping[int, engine.Point],
    home: engine.Point,
    names: Mapping[int, str],
) -> IncidentRow:
    pointed = incident.longitude is not None and incident.latitude is not None
    matter = incident.matter
    point = engine.Point(incident.longitude, incident.latitude) if pointed else points.get(matter.community_id, home)
    now_open = [one for one in sendings if one.state in (progress.ASKED, *progress.BOUND)]
    row = IncidentRow(incident, grade, names.get(grade, str(grade)), point, not pointed, now_open, len(sendings))
    row.others = others
    return row


# ── one event, several reports ───────────────────────────────────────────────────────────────────────────────────────


def _find_same(viewer: Viewer, rows: Sequence[IncidentRow]) -> None:
    """Which of the newest reports on the board may be one event."""
    newest = sorted(rows, key=lambda row: row.incident.matter.received_at, reverse=True)[:MOST_COMPARED]
    by_id = {str(row.incident.pk): row for row in newest}
    refused = refused_among([row.incident.pk for row in newest])
    for pair in _duplicates(tuple(reports_of(viewer, newest))):
        first, later = by_id[pair.one], by_id[pair.other]
        if tuple(sorted((first.incident.pk, later.incident.pk))) in refused:
            continue
        later.same.append(Same(first.incident, same_reason(pair)))


#: Most looks at a board find the reports, the free crews and what waits as the look before did.
_duplicates = lru_cache(maxsize=16)(engine.duplicates)
_assigned = lru_cache(maxsize=64)(engine.assign)
#: How long something waits moves its price slowly: within so many minutes a plan is asked for once, and every process finds the same.
PLANNED_EVERY = 2


def reports_of(viewer: Viewer, rows: Sequence[IncidentRow]) -> list[engine.Report]:
    """What was said in the first message of each, as far as this viewer may read it. One query."""
    said = first_words(viewer, [row.incident.pk for row in rows])
    return [
        engine.Report(
            str(row.incident.pk),
            said.get(row.incident.pk, row.incident.matter.title),
            row.incident.matter.received_at,
            None if row.guessed else row.point,
        )
        for row in rows
    ]


# ── who should go ────────────────────────────────────────────────────────────────────────────────────────────────────


def _expected(station: Unit, communities: Sequence[Community], now: datetime) -> engine.Cover:
    """Calls to be expected in the next hour in each village, from the last thirty days; a little everywhere."""
    month = timedelta(days=30)
    counted = Counter(
        Incident.objects.of_unit(station)
        .filter(matter__received_at__gte=now - month)
        .order_by()
        .values_list("matter__community", flat=True)
    )
    hours = month / timedelta(hours=1)
    places = ((one, middle_of(one)) for one in communities)
    demand = [engine.Demand(at, (counted[one.pk] + 1) / hours, one.called) for one, at in places if at is not None]
    return engine.Cover(tuple(demand), minutes=10)


def _unit(row: CrewRow) -> engine.Unit:
    kind = engine.Kind.OFFICERS if row.sworn else engine.Kind.AUXILIARIES
    return engine.Unit(
        str(row.crew.pk),
        row.point,
        kind=engine.Kind.VOLUNTEERS if row.crew.volunteers else kind,
        means=engine.Means(row.crew.means),
        sworn=row.sworn,
        people=row.heads,
        skills=row.skills,
        state=engine.State.FREE if row.sending is None and not row.crew.resting else engine.State.BUSY,
        load=row.load,
        station=str(row.crew.unit_id),
    )


def _suggest(
    station: Unit,
    waiting: Sequence[IncidentRow],
    own: Sequence[CrewRow],
    lent: Sequence[CrewRow],
    cover: engine.Cover,
    now: datetime,
) -> None:
    """Our own crews for all that waits, solved together; for what they cannot do, those of the next stations."""
    now = now.replace(minute=now.minute // PLANNED_EVERY * PLANNED_EVERY, second=0, microsecond=0)
    asked = {one.crew_id for row in waiting for one in row.asked}
    wanting = [row for row in waiting if not row.asked and not row.no_scene][:MOST_PLANNED]
    crews = {str(row.crew.pk): row for row in (*own, *lent)}
    code = str(station.pk)
    left = _plan([_unit(row) for row in own], wanting, crews, cover, code, now)
    spent = {str(row.crew.pk) for one in wanting if one.suggested for row in one.suggested.crews}
    spare = [_unit(row) for row in own if str(row.crew.pk) not in spent]
    helpers = [_unit(row) for row in lent if row.crew.pk not in asked]
    if left and helpers:
        _plan([*spare, *helpers], left, crews, cover, code, now)


def _plan(
    units: Sequence[engine.Unit],
    rows: Sequence[IncidentRow],
    crews: Mapping[str, CrewRow],
    cover: engine.Cover,
    code: str,
    now: datetime,
) -> list[IncidentRow]:
    """Write a suggestion or why there is none into each row; returns those without."""
    by_id = {str(row.incident.pk): row for row in rows}
    wanted = [
        engine.Incident(
            key,
            row.point,
            grade=row.grade,
            need=need_of(call_of(row.incident)),
            since=min(row.incident.matter.received_at, now),
            over=row.is_over,
        )
        for key, row in by_id.items()
    ]
    free = tuple(unit for unit in units if unit.state is engine.State.FREE)
    plan = _assigned(free, tuple(wanted), now=now, cover=cover, station=code, seconds=1.0)
    numbers = {key: row.incident.matter.number for key, row in by_id.items()}
    # Grades in which one goes on and another is over: only there it has to be said which goes first.
    both = {row.grade for row in rows if row.is_over} & {row.grade for row in rows if not row.is_over}
    for choice in plan.choices:
        row = by_id[choice.incident]
        row.suggested, row.why_not = _in_words(choice, row, crews, numbers), ""
        if row.grade in both and not row.is_over:
            row.suggested.reasons.insert(0, _("正在发生或者刚刚报来，同样急的里面先去"))
    for waits in plan.waiting:
        row = by_id[waits.incident]
        row.why_not = _why_waits(waits, numbers)
        if row.is_over and row.grade in both:
            row.why_not += _("报来时已经过去，同样急的里面，正在发生的先去。")
    return [by_id[waits.incident] for waits in plan.waiting]


def _in_words(
    choice: engine.Choice, row: IncidentRow, crews: Mapping[str, CrewRow], numbers: Mapping[str, str]
) -> Suggested:
    going = [crews[key] for key, _minutes in choice.units]
    sworn = sum(one.sworn for one in going)
    reasons = [ngettext("一起有 %(n)d 名民警", "一起有 %(n)d 名民警", sworn) % {"n": sworn}]
    if choice.nearest is None:
        reasons.append(_("离得最近"))
    else:
        reasons.append(_why_not_nearest(choice.nearest, crews, numbers))
    wanted = need_of(call_of(row.incident)).skills
    reasons += [_("会%(skill)s") % {"skill": skill} for skill in sorted(wanted)]
    if load := max(one.load for one in going):
        reasons.append(ngettext("今天已经出警 %(n)d 次", "今天已经出警 %(n)d 次", load) % {"n": load})
    if choice.uncovers:
        reasons.append(_("走了以后，%(places)s十分钟内没有空闲的巡组") % {"places": _("、").join(choice.uncovers)})
    if choice.aid:
        reasons.append(_("本所人手不够，要请邻所支援，对方答应了才来"))
    if choice.next_best is not None:
        names = _("、").join(crews[key].crew.name for key in choice.next_best.units)
        later = max(0, round(choice.next_best.complete - choice.complete))
        reasons.append(
            _("其次是%(crews)s，晚 %(n)d 分钟") % {"crews": names, "n": later}
            if later
            else _("其次是%(crews)s") % {"crews": names}
        )
    if row.guessed or any(one.at_station and one.crew.unit.longitude is None for one in going):
        reasons.append(_("有的位置没有在地图上指过，距离是估计的"))
    if choice.observers:
        names = _("、").join(crews[key].crew.name for key, _minutes in choice.observers)
        reasons.append(_("附近有%(names)s，可以请他们先看着，不派去处置") % {"names": names})
    return Suggested(going, max(1, round(choice.complete)), reasons, bool(choice.aid))


def _moves(station: Unit, own: Sequence[CrewRow], standbys: Sequence[Standby], cover: engine.Cover) -> list[Move]:
    """Which free crews had better wait elsewhere. Those on their way to a post count as if they were there."""
    posts = posts_of(station)
    if not posts:
        return []
    asked = {one.crew_id: one.post for one in standbys}
    units = tuple(
        replace(unit, at=engine.Point(asked[int(unit.id)].longitude, asked[int(unit.id)].latitude))
        if int(unit.id) in asked
        else unit
        for unit in (_unit(row) for row in own if row.is_free)
    )
    return advised(units, {str(row.crew.pk): row.crew.name for row in own}, posts, asked, cover, str(station.pk))


def _lacks(detail: Iterable[str]) -> str:
    words = {"sworn": pgettext("dispatch", "民警"), "people": _("人手"), "car": pgettext("dispatch", "车")}
    return _("、").join(words.get(one) or _("会%(skill)s的人") % {"skill": one.partition(":")[2]} for one in detail)


def _why_not_nearest(near: engine.NotNearest, crews: Mapping[str, CrewRow], numbers: Mapping[str, str]) -> str:
    name = {"crew": crews[near.unit].crew.name, "detail": ""}
    why = engine.WhyNot
    says = {
        why.CANNOT: _("更近的%(crew)s还缺%(detail)s"),
        why.ELSEWHERE: _("更近的%(crew)s要去%(detail)s"),
        why.PARTNER: _("更近的%(crew)s还缺%(detail)s，能搭上的巡组要去别处"),
        why.TRAVEL: _("和更近的%(crew)s一起去反而到得晚"),
        why.LATE: _("和更近的%(crew)s一起去会超时"),
        why.LOAD: _("更近的%(crew)s今天已经出警多次"),
        why.AID: _("更近的%(crew)s是邻所的"),
        why.OVERTIME: _("更近的%(crew)s快下岗了"),
        why.COVER: _("更近的%(crew)s要留着，不然那一片没有人"),
        why.EQUAL: _("更近的%(crew)s也可以，差别不大"),
    }[near.code]
    if near.code is why.ELSEWHERE:
        name["detail"] = _("、").join(numbers.get(key, key) for key in near.detail)
    else:
        name["detail"] = _lacks(near.detail)
    return says % name


def _why_waits(waits: engine.Waiting, numbers: Mapping[str, str]) -> str:
    if waits.code is engine.WhyWaits.NOBODY:
        return _("现在空闲的巡组不够：还缺%(what)s。") % {"what": _lacks(waits.detail)}
    if waits.code is engine.WhyWaits.TAKEN:
        names = _("、").join(numbers.get(key, key) for key in waits.detail)
        return _("能去的巡组先去更急的：%(numbers)s。") % {"numbers": names}
    return _("空闲的巡组离得太远，或者走了以后别处没有人；请您来定。")


def silent_for(officer: Officer) -> list[Sending]:
    """
    Crews that were sent and say nothing, for whoever leads the shift there.

    When nobody leads, everybody of that station's police on duty hears it: silence must not fall into a gap.
    """
    waiting = Sending.objects.filter(state=progress.SENT, silent_at__isnull=False, answered_at=None)
    found = list(waiting.select_related("crew__unit", "matter").order_by("silent_at")[:20])
    if not found:
        return []
    on: defaultdict[str, list[tuple[int, bool]]] = defaultdict(list)
    for pk, leads, path in DutySpan.objects.on_now().values_list("officer", "leads", "unit__path"):
        on[path].append((pk, leads))
    mine = []
    for sending in found:
        here = [one for path, those in on.items() if path.startswith(sending.crew.unit.path) for one in those]
        leaders = {pk for pk, leads in here if leads} or {pk for pk, _leads in here}
        if officer.pk in leaders:
            mine.append(sending)
    return mine
