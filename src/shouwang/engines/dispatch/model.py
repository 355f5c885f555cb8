"""What stands on the board: units, incidents, what they need, and what counts how much. All frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from shouwang.engines.errors import BadData
from shouwang.engines.law import Rule


class Point(NamedTuple):
    """WGS-84 degrees, longitude first. Positions of Chinese phones and maps (GCJ-02) are converted before."""

    lon: float
    lat: float


class Kind(StrEnum):
    """Who they are. Only officers may lead; auxiliaries complete a team; volunteers watch and report, they are never sent."""

    OFFICERS = "officers"
    AUXILIARIES = "auxiliaries"
    VOLUNTEERS = "volunteers"


class Means(StrEnum):
    """How a unit moves."""

    FOOT = "foot"
    BICYCLE = "bicycle"
    CAR = "car"


class State(StrEnum):
    """Only a free unit is sent. Whoever is at an incident or on the way to one is busy."""

    FREE = "free"
    BUSY = "busy"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Unit:
    """
    Whoever is sent as one: a car with two officers, a pair on foot, a single officer, auxiliaries, a volunteer group.

    sworn          officers (民警) among them; auxiliaries and volunteers have none
    people         all of them; left at 0 it means the officers alone, or one person
    kmh            their own speed; None: the usual one of their means
    load           incidents they have had today
    station        code of the station they belong to
    shift_ends_at  aware datetime; None: not known, nothing is counted against them
    Errors         BadData: officers without an officer, or sworn auxiliaries or volunteers
    """

    id: str
    at: Point
    kind: Kind = Kind.OFFICERS
    means: Means = Means.CAR
    sworn: int = 0
    people: int = 0
    skills: frozenset[str] = frozenset()
    kmh: float | None = None
    state: State = State.FREE
    load: int = 0
    station: str = ""
    shift_ends_at: datetime | None = None

    def __post_init__(self) -> None:
        _check_place(self.at, f"unit {self.id}")
        if (self.sworn > 0) != (self.kind is Kind.OFFICERS) or self.sworn < 0:
            raise BadData(f"unit {self.id} sworn", f"{self.kind} cannot have {self.sworn} sworn officers")
        if self.people and self.people < self.sworn:
            raise BadData(f"unit {self.id} people", f"{self.people} cannot hold {self.sworn} officers")
        if self.load < 0 or (self.kmh is not None and not self.kmh > 0):
            raise BadData(f"unit {self.id}", "load is 0 or more, and a speed above 0")

    @property
    def heads(self) -> int:
        """How many people come."""
        return self.people or self.sworn or 1


@dataclass(frozen=True, slots=True)
class Need:
    """
    What an incident needs before work can begin.

    sworn   officers, at least one: auxiliaries never go alone. Two unless law says otherwise (rule dt-two:
            行政处罚法 42, 治安管理处罚法 103 and 108, which also name what one officer may do alone)
    people  people in all, auxiliaries counted; at least `sworn`
    skills  each has to be there at least once
    car     somebody has to come with a car
    Errors  BadData: fewer than one officer
    """

    sworn: int = 2
    people: int = 0
    skills: frozenset[str] = frozenset()
    car: bool = False

    def __post_init__(self) -> None:
        if self.sworn < 1 or self.people < 0:
            raise BadData("need", f"at least one officer has to come, not {self.sworn} of {self.people} people")

    @classmethod
    def by(cls, rule: Rule, *, station: int = 0) -> Need:
        """
        The plain need by a law rule such as dt-two; a station's own rule may ask for more officers, not for fewer.

        Errors  BadData: the rule has no number
        """
        if not isinstance(rule.limit, int):
            raise BadData(f"rule {rule.id}", "says no number of officers")
        return cls(sworn=max(rule.limit, station))


@dataclass(frozen=True, slots=True)
class Incident:
    """
    Something that somebody has to go to.

    grade          1 is the most urgent; `Prices.grades` says what each weighs
    since          when it was reported (aware); None: just now
    over           it was over when it was told, or long ago: at equal grade it weighs less than what goes on (`Prices.over`)
    scene_minutes  how long the work there is expected to take
    """

    id: str
    at: Point
    grade: int = 2
    need: Need = field(default_factory=Need)
    since: datetime | None = None
    scene_minutes: float = 40
    over: bool = False

    def __post_init__(self) -> None:
        _check_place(self.at, f"incident {self.id}")
        if self.grade < 1 or self.scene_minutes < 0:
            raise BadData(f"incident {self.id}", "grade begins with 1 and scene_minutes with 0")


@dataclass(frozen=True, slots=True)
class Prices:
    """
    What counts how much, all in *weighted minutes*: one minute until help is complete at an incident of weight 1.

    A station's values, not law. The optimum is the optimum of these.

    grades     weight of a minute, for grade 1, 2, …; a higher grade weighs as the last one
    over       share of its weight that is left to what was over when it was told; above 0, at most 1
    late       minutes added (and weighted) when help is complete only after `Cover.minutes`, counted from the report
    waiting    minutes (weighted) as which an incident is counted that nobody is sent to, on top of what it has waited
    load       for each incident the unit has had today: who had less goes first
    aid        for a unit of another station
    overtime   for each minute that the work is expected to go beyond the end of a unit's shift
    late_call  for each further call to be expected meanwhile that no free unit could reach in time
    Errors     BadData: a negative price, or an urgent grade that weighs less than a later one
    """

    grades: tuple[float, ...] = (8.0, 3.0, 1.0)
    late: float = 10
    waiting: float = 240
    load: float = 1
    aid: float = 15
    overtime: float = 0.5
    late_call: float = 60
    over: float = 0.5

    def __post_init__(self) -> None:
        if not self.grades or min(self.grades) <= 0 or list(self.grades) != sorted(self.grades, reverse=True):
            raise BadData("prices grades", "are weights above 0, the most urgent first and heaviest")
        if min(self.late, self.waiting, self.load, self.aid, self.overtime, self.late_call) < 0:
            raise BadData("prices", "cannot be negative")
        if not 0 < self.over <= 1:
            raise BadData("prices over", "is a share above 0 and at most 1")

    def weight(self, incident: Incident) -> float:
        """Of one minute at this incident."""
        return self.grades[min(incident.grade, len(self.grades)) - 1] * (self.over if incident.over else 1)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a choice costs, in weighted minutes. `cover` is the price of the calls that would come too late because of it."""

    travel: float = 0
    late: float = 0
    load: float = 0
    aid: float = 0
    overtime: float = 0
    cover: float = 0

    @property
    def total(self) -> float:
        return self.travel + self.late + self.load + self.aid + self.overtime + self.cover

    def minus(self, other: Parts) -> Mapping[str, float]:
        """The difference, part by part."""
        return {name: getattr(self, name) - getattr(other, name) for name in PARTS}


PARTS = ("travel", "late", "load", "aid", "overtime", "cover")


def _check_place(at: Point, where: str) -> None:
    if not (-180 <= at.lon <= 180 and -90 <= at.lat <= 90):
        raise BadData(f"{where} at", f"is longitude, latitude in degrees, not {at.lon}, {at.lat}")
