"""
The replayed month: by hand on one street, against the textbook's queue, and nothing lost in any month.

On the street a straight kilometre takes 2.6 minutes (30 km/h, detour 1.3), and 6 minutes reach 2.3 km.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from math import dist, factorial

import numpy as np
import pytest

from shouwang.engines.dispatch.simulate import (
    Back,
    Calls,
    Diary,
    Policy,
    Setting,
    Town,
    fitted,
    halves,
    peers,
    replay,
    replay_calls,
)
from shouwang.engines.errors import BadData

KM = 2.6  # minutes


def street(units: int, *points: float) -> tuple[Town, Setting]:
    """Places on a line, numbered from west to east."""
    setting = Setting(units=units)
    return Town.of(np.array([(x, 0.0) for x in points]), setting), setting


def month(town, setting, policy, *calls: tuple[float, float, float]):
    """Calls as (minute, kilometre on the street, minutes of work): the diary, minutes to each call, and the outcome."""
    diary = Diary()
    asked = Calls([at for at, _, _ in calls], [(x, 0.0) for _, x, _ in calls], [work for _, _, work in calls])
    outcome = replay_calls(town, asked, policy, setting, diary)
    waited = {service.call: service.arrived_at - service.called_at for service in diary.services}
    return diary, [pytest.approx(waited[n]) for n in range(len(calls))], outcome


@pytest.fixture(scope="module")
def hamlets() -> np.ndarray:
    """Four hamlets of 60 points each, some kilometres apart, and some farms."""
    chance = np.random.default_rng(7)
    middles = np.array([(0, 0), (6, 1), (2, 7), (9, 8)])
    near = middles[np.repeat(range(4), 60)] + chance.normal(0, 0.6, (240, 2))
    return np.concatenate([near, chance.uniform(-2, 11, (40, 2))])


def policies(town: Town, setting: Setting) -> list[Policy]:
    """All that can be told to a policy, each at least once."""
    given = peers(town, setting)
    static = given["static-mexclp"]
    every = {"minute_price": 0.02, "swap_minutes": 2, "patience_minutes": 30}
    return [
        *given.values(),
        *(replace(static, name=name, **{name: value}) for name, value in every.items()),
        replace(static, name="open", back=Back.OPEN_POST, km_price=0.02),
        replace(static, name="all", back=Back.OPEN_POST, km_price=0.02, **every),
    ]


# ── by hand ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_there_and_back():
    town, setting = street(1, 0)
    diary, minutes, outcome = month(town, setting, Policy("p", (0,)), (0, 1, 40))
    assert minutes == [KM]
    assert [(leg.origin[0], leg.end[0]) for leg in diary.legs] == [(0, 1), (1, 0)]
    assert (outcome.km, outcome.late, outcome.calls) == (pytest.approx(2.6), 0, 1)
    assert outcome.busy == pytest.approx((KM + 40) / (30 * 1440))


def test_a_call_waits_when_all_are_out():
    town, setting = street(1, 0)
    _, minutes, outcome = month(town, setting, Policy("p", (0,)), (0, 0, 40), (10, 1, 5))
    assert minutes == [0, 30 + KM]
    assert outcome.late == 0.5


def test_a_unit_on_its_way_back_is_sent_from_where_it_is():
    town, setting = street(1, 0)
    _, minutes, outcome = month(town, setting, Policy("p", (0,)), (0, 2, 10), (2 * KM + 10 + KM, 2, 5))
    assert minutes == [2 * KM, KM]
    assert outcome.km == pytest.approx(1.3 * (2 + 1 + 1 + 2))
    assert outcome.planned_km == pytest.approx(1.3 * (2 + 2 + 1 + 2)), "the broken-off way home counts whole"


@pytest.mark.parametrize(("price", "who"), [(None, 1), (0.01, 0)])
def test_who_leaves_most_cover_goes_when_both_are_in_time(price, who):
    """Unit 1 is a little nearer, but the only one that reaches the place in the east, where half of the calls are."""
    town, setting = street(2, 0, 2, 4, 4)
    diary, _, _ = month(town, setting, Policy("p", (0, 1), minute_price=price), (0, 1.1, 5))
    assert diary.services[0].unit == who


def test_in_time_comes_before_cover():
    """As before, but unit 0 would be there only after 6 minutes."""
    town, setting = street(2, 0, 2, 4, 4)
    diary, _, _ = month(town, setting, Policy("p", (0, 1), minute_price=0.0001), (0, 2.5, 5))
    assert diary.services[0].unit == 1


@pytest.mark.parametrize(("swap", "minutes"), [(None, 9 * KM), (2, 10 + KM), (11, 9 * KM)])
def test_a_freed_unit_takes_over_when_it_is_there_sooner(swap, minutes):
    """Unit 1 is under way from 10 km; unit 0 is free at minute 30, 1 km away: 10.8 minutes sooner."""
    town, setting = street(2, 0, 10)
    policy = Policy("p", (0, 1), swap_minutes=swap)
    _, found, _ = month(town, setting, policy, (0, 0, 30), (20, 1, 5))
    assert found == [0, minutes]


@pytest.mark.parametrize(("starts", "swap", "minutes"), [(3.5, None, 2.5 * KM), (3.5, 11, 1 + KM), (3, 11, 2 * KM)])
def test_a_freed_unit_takes_over_when_it_alone_is_in_time(starts, swap, minutes):
    """Unit 1 would be late by half a minute from 3.5 km, and in time from 3: then it goes on, though unit 0 is nearer."""
    town, setting = street(2, 0, starts)
    policy = Policy("p", (0, 1), swap_minutes=swap)
    _, found, _ = month(town, setting, policy, (0, 0, 30), (29, 1, 5))
    assert found == [0, minutes]


@pytest.mark.parametrize(
    ("swap", "minutes", "late"), [(None, [4.2 * KM, 8 * KM], 1.0), (2, [2 * KM + 5.8 * KM, 0], 0.5)]
)
def test_units_trade_calls_when_fewer_come_late(swap, minutes, late):
    """Unit 0, on its way to 4.2 km, passes 2 km when somebody calls there; counted from the call, the old one is late anyway."""
    town, setting = street(2, 0, 10)
    _, found, outcome = month(town, setting, Policy("p", (0, 1), swap_minutes=swap), (0, 4.2, 5), (2 * KM, 2, 50))
    assert found == minutes
    assert outcome.late == late


def test_nobody_who_would_be_in_time_is_made_to_wait_for_another():
    """Unit 0 passes the second call, but the first would then be late instead: one late call either way."""
    town, setting = street(2, 0, 10)
    policy = Policy("p", (0, 1), swap_minutes=2)
    _, minutes, _ = month(town, setting, policy, (0, 2.2, 60), (KM, 1, 60))
    assert minutes == [2.2 * KM, 9 * KM]


@pytest.mark.parametrize(("patience", "first"), [(None, 1), (30, 1), (60, 2)])
def test_in_a_queue_the_nearest_goes_first_until_one_has_waited_too_long(patience, first):
    town, setting = street(1, 0)
    policy = Policy("p", (0,), patience_minutes=patience)
    diary, _, _ = month(town, setting, policy, (0, 0, 50), (10, 5, 5), (20, 1, 5))
    assert diary.services[1].call == first


@pytest.mark.parametrize(
    ("back", "price", "ends"),
    [(Back.HOME, 0, 0), (Back.OPEN_POST, 0.02, 10), (Back.BEST_SITE, 0, 10)],
)
def test_where_a_unit_goes_from_the_scene(back, price, ends):
    """Unit 1 works at 10 km, so unit 0, done at 9.5 km, may wait at its post; two thirds of the calls come from there."""
    town, setting = street(2, 0, 10, 10)
    policy = Policy("p", (0, 1), back=back, km_price=price)
    diary, _, _ = month(town, setting, policy, (0, 10, 100), (10, 9.5, 10))
    assert [leg.end[0] for leg in diary.legs if leg.unit == 0][-1] == pytest.approx(ends)


# ── against the textbook ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("units", [1, 3])
def test_without_ways_it_is_the_queue_of_erlang(units):
    """All calls come from where all units wait: M/M/c, whose mean wait is known in closed form."""
    load, work = 0.6, 40
    setting = Setting(units=units, load=load, days=1000, scene_minutes=work, travel_minutes=0)
    here = np.zeros((5, 2))
    outcome = replay(Town.of(here, setting), here, Policy("p", (0,) * units), setting, seed=3)
    erlangs = units * load
    last = erlangs**units / factorial(units) / (1 - load)
    waits = last / (sum(erlangs**k / factorial(k) for k in range(units)) + last)
    assert outcome.mean_minutes == pytest.approx(waits * work / (units * (1 - load)), rel=0.08)
    assert outcome.busy == pytest.approx(load, rel=0.03)
    assert outcome.km == 0


# ── nothing is lost ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("load", [0.3, 0.9])
def test_every_call_is_served_once_and_every_kilometre_counted(hamlets, load):
    setting = Setting(units=4, load=load, days=6)
    town = Town.of(hamlets, setting)
    calls = Calls.drawn(hamlets, setting, seed=5)
    for policy in policies(town, setting):
        diary = Diary()
        outcome = replay_calls(town, calls, policy, setting, diary)

        assert sorted(one.call for one in diary.services) == list(range(len(calls.at))), policy.name
        assert outcome.calls == len(calls.at)
        waits = [one.arrived_at - calls.at[one.call] for one in diary.services]
        assert min(waits) >= 0
        assert outcome.mean_minutes == pytest.approx(np.mean(waits))
        assert outcome.late == pytest.approx(np.mean(np.array(waits) > setting.minutes))
        assert outcome.p90_minutes == pytest.approx(np.quantile(waits, 0.9))
        for one in diary.services:
            assert one.ended_at - one.arrived_at == pytest.approx(calls.work[one.call], abs=1e-6)

        driven = sum(leg.straight_km for leg in diary.legs) * setting.detour
        assert outcome.km == pytest.approx(driven)
        assert outcome.planned_km >= outcome.km - 1e-6
        per_unit = defaultdict(list)
        for leg in diary.legs:
            per_unit[leg.unit].append(leg)
            assert leg.stopped_at - leg.left_at == pytest.approx(leg.straight_km * KM, abs=1e-6)
        for unit, legs in per_unit.items():
            assert legs[0].origin == tuple(town.places[policy.posts[unit]])
            for one, next_one in pairwise(legs):
                assert dist(one.end, next_one.origin) < 1e-9, "nobody jumps"
                assert next_one.left_at >= one.stopped_at - 1e-9
        for unit in range(setting.units):
            mine = sorted((o.arrived_at, o.ended_at) for o in diary.services if o.unit == unit)
            assert all(ends <= begins + 1e-9 for (_, ends), (begins, _) in pairwise(mine)), "one thing at a time"


def test_help_comes_to_where_the_call_is(hamlets):
    setting = Setting(units=4, load=0.5, days=4)
    town, calls = Town.of(hamlets, setting), Calls.drawn(hamlets, setting, seed=9)
    for policy in policies(town, setting):
        diary = Diary()
        replay_calls(town, calls, policy, setting, diary)
        ends = {(leg.unit, round(leg.stopped_at, 6)): leg.end for leg in diary.legs}
        for one in diary.services:
            end = ends.get((one.unit, round(one.arrived_at, 6)))
            assert end is None or dist(end, calls.where[one.call]) < 1e-6


def test_the_same_seed_is_the_same_month(hamlets):
    setting = Setting(units=4, days=5)
    town = Town.of(hamlets, setting)
    for policy in policies(town, setting):
        assert replay(town, hamlets, policy, setting, 1) == replay(town, hamlets, policy, setting, 1)
        assert replay(town, hamlets, policy, setting, 1) != replay(town, hamlets, policy, setting, 2)


def test_all_policies_meet_the_same_calls(hamlets):
    setting = Setting(units=4, days=5)
    town = Town.of(hamlets, setting)
    assert len({replay(town, hamlets, policy, setting, 4).calls for policy in policies(town, setting)}) == 1


def test_two_halves_are_the_whole(hamlets):
    one, other = halves(hamlets, 3)
    assert abs(len(one) - len(other)) <= 1
    assert sorted(map(tuple, np.concatenate([one, other]))) == sorted(map(tuple, hamlets))
    assert np.array_equal(halves(hamlets, 3)[0], one)


# ── ours ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_ours_is_less_late_than_dynamic_and_drives_less_than_static(hamlets):
    """The claim of the bench, in small, on calls that it has not been fitted to."""
    setting = Setting(units=6, days=20)
    known, calling = halves(hamlets, 1)
    town = Town.of(known, setting)
    every = peers(town, setting) | {"ours": fitted(known, setting, 1, months=1)}
    found = {name: [replay(town, calling, one, setting, seed) for seed in (1, 2, 3)] for name, one in every.items()}
    late = {name: np.mean([one.late for one in months]) for name, months in found.items()}
    km = {name: np.mean([one.km for one in months]) for name, months in found.items()}
    assert late["ours"] < late["dynamic-mexclp"] < late["one-station"]
    assert km["ours"] < km["static-mexclp"] < km["dynamic-mexclp"]


def test_what_is_fitted_hangs_on_the_points_and_the_seed_alone(hamlets):
    setting = Setting(units=3, days=3)
    assert fitted(hamlets, setting, 5, months=1) == fitted(hamlets, setting, 5, months=1)


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_cannot_be_replayed_is_refused():
    town, setting = street(1, 0)
    with pytest.raises(BadData, match="posts for"):
        replay(town, np.zeros((1, 2)), Policy("p", (0, 0)), setting, 1)
    with pytest.raises(BadData):
        Town.of(np.empty((0, 2)), setting)
    with pytest.raises(BadData):
        Calls([2, 1], [(0, 0), (0, 0)], [1, 1])
    for wrong in ({"units": 0}, {"load": 0}, {"kmh": -1}, {"travel_minutes": -1}):
        with pytest.raises(BadData):
            Setting(**wrong)
