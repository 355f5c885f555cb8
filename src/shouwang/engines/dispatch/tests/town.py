"""A small invented town: metres east and north of its station, and boards drawn by hypothesis."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from math import cos, radians

from hypothesis import strategies as st

from shouwang.engines.dispatch import Cover, Demand, Incident, Kind, Means, Need, Point, Prices, Unit

NOW = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
DEGREE_M = 111_195.08
STATION = Point(110.0, 30.0)


def at(east_m: float, north_m: float) -> Point:
    return Point(
        STATION.lon + east_m / (DEGREE_M * cos(radians(STATION.lat))),
        STATION.lat + north_m / DEGREE_M,
    )


def car(name: str, where: Point = STATION, **more) -> Unit:
    """Two officers in a car, unless said otherwise."""
    return Unit(name, where, **{"sworn": 2, **more})


places = st.builds(at, st.integers(-6000, 6000), st.integers(-6000, 6000))
skills = st.frozensets(st.sampled_from(["dialect", "first-aid"]), max_size=2)
shifts = st.none() | st.integers(10, 400).map(lambda minutes: NOW + timedelta(minutes=minutes))


@st.composite
def units(draw, name: str) -> Unit:
    kind = draw(st.sampled_from([Kind.OFFICERS] * 4 + [Kind.AUXILIARIES, Kind.VOLUNTEERS]))
    sworn = draw(st.integers(1, 3)) if kind is Kind.OFFICERS else 0
    return Unit(
        name,
        draw(places),
        kind=kind,
        means=draw(st.sampled_from(Means)),
        sworn=sworn,
        people=sworn + draw(st.integers(0, 2)),
        skills=draw(skills),
        load=draw(st.integers(0, 6)),
        station=draw(st.sampled_from(["", "ours", "next"])),
        shift_ends_at=draw(shifts),
    )


@st.composite
def incidents(draw, name: str) -> Incident:
    need = Need(
        sworn=draw(st.integers(1, 3)),
        people=draw(st.sampled_from([0, 0, 3])),
        skills=draw(st.sampled_from([frozenset(), frozenset(), frozenset({"dialect"}), frozenset({"first-aid"})])),
        car=draw(st.booleans()),
    )
    since = NOW - timedelta(minutes=draw(st.integers(0, 30)))
    return Incident(name, draw(places), grade=draw(st.integers(1, 4)), need=need, since=since)


@st.composite
def boards(draw, most_units: int = 5, most_incidents: int = 3):
    """Units, incidents, and what is asked with them."""
    some_units = [draw(units(f"u{n}")) for n in range(draw(st.integers(0, most_units)))]
    some = [draw(incidents(f"i{n}")) for n in range(draw(st.integers(1, most_incidents)))]
    demand = tuple(Demand(place, draw(st.integers(0, 8)) / 8) for place in draw(st.lists(places, max_size=5)))
    cover = Cover(
        demand,
        minutes=draw(st.sampled_from([3, 6, 12])),
        busy=draw(st.sampled_from([0, 0.3, 0.6])),
        layers=draw(st.integers(1, 4)),
    )
    prices = Prices(waiting=draw(st.sampled_from([0, 30, 240])), late_call=draw(st.sampled_from([0, 60, 400])))
    return (
        some_units,
        some,
        {"now": NOW, "cover": cover, "prices": prices, "station": draw(st.sampled_from(["", "ours"]))},
    )


def subsets(names: list[Unit]):
    """Every set of some units."""
    for taken in product([False, True], repeat=len(names)):
        yield [unit for unit, yes in zip(names, taken, strict=True) if yes]
