"""Who goes: as an officer would check it by hand, and against every plan there is."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from shouwang.engines.dispatch import (
    Cover,
    Demand,
    Incident,
    Kind,
    Means,
    Need,
    Point,
    Prices,
    State,
    StraightLine,
    Unit,
    WhyNot,
    WhyWaits,
    assign,
    nearest_first,
)
from shouwang.engines.dispatch.tests.town import NOW, STATION, at, boards, car, subsets, units
from shouwang.engines.errors import BadData
from shouwang.engines.law import Rulebook

relaxed = settings(max_examples=120)
ONLY_TRAVEL = Prices(grades=(1,), late=0, load=0, aid=0, overtime=0, late_call=0)


def who(plan) -> dict[str, list[str]]:
    return {choice.incident: [name for name, _ in choice.units] for choice in plan.choices}


# ── by hand ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_car_takes_straight_line_times_detour_at_its_speed():
    plan = assign([car("c", at(0, 0))], [Incident("i", at(3000, 0))], now=NOW)
    assert plan.choices[0].complete == pytest.approx(3000 * 1.3 / 500, rel=1e-4)  # 30 km/h are 500 m a minute


def test_nearest_first_in_turn_is_not_the_best_for_both():
    """c1 is nearest to both; taking it for the first leaves the second a long way."""
    cars = [car("c1", at(0, 0)), car("c2", at(-4000, 0))]
    both = [Incident("a", at(-1000, 0)), Incident("b", at(1000, 0))]
    plan = assign(cars, both, now=NOW, prices=ONLY_TRAVEL)
    assert who(plan) == {"a": ["c2"], "b": ["c1"]}
    assert plan.cost < plan.nearest_first
    assert plan.choices[0].nearest.code is WhyNot.ELSEWHERE
    assert plan.choices[0].nearest.detail == ("b",)


def test_the_graver_one_gets_the_near_car():
    cars = [car("near", at(0, 0)), car("far", at(9000, 0))]
    both = [Incident("a", at(-100, 0), grade=3), Incident("b", at(-200, 0), grade=1)]
    assert who(assign(cars, both, now=NOW)) == {"a": ["far"], "b": ["near"]}


def test_two_single_officers_are_two_officers():
    singles = [Unit(f"s{n}", at(1000 * n, 0), sworn=1) for n in range(3)]
    plan = assign(singles, [Incident("i", at(0, 0))], now=NOW, prices=ONLY_TRAVEL)
    assert who(plan) == {"i": ["s0", "s1"]}
    assert plan.choices[0].complete == pytest.approx(2.6, rel=1e-3), "complete with the second"


def test_one_officer_is_not_sent_alone_where_two_are_needed():
    plan = assign([Unit("s", STATION, sworn=1)], [Incident("i", STATION)], now=NOW)
    assert not plan.choices
    assert (plan.waiting[0].code, plan.waiting[0].detail) == (WhyWaits.NOBODY, ("sworn",))


def test_one_officer_goes_alone_where_law_lets_one_act():
    plan = assign([Unit("s", STATION, sworn=1)], [Incident("i", STATION, need=Need(sworn=1))], now=NOW)
    assert who(plan) == {"i": ["s"]}


def test_auxiliaries_complete_a_team_and_never_go_alone():
    aux = Unit("aux", STATION, kind=Kind.AUXILIARIES, people=4)
    need = Need(sworn=2, people=5)
    assert not assign([aux], [Incident("i", STATION, need=need)], now=NOW).choices
    assert set(who(assign([aux, car("c")], [Incident("i", STATION, need=need)], now=NOW))["i"]) == {"aux", "c"}
    with pytest.raises(BadData):
        Need(sworn=0)


def test_volunteers_are_told_of_but_never_sent():
    watch = Unit("watch", at(10, 0), kind=Kind.VOLUNTEERS, people=9, skills=frozenset({"dialect"}))
    plan = assign([watch, car("c", at(500, 0))], [Incident("i", STATION)], now=NOW)
    assert who(plan) == {"i": ["c"]}
    assert [name for name, _ in plan.choices[0].observers] == ["watch"]
    assert plan.choices[0].nearest is None, "an observer is not the nearest unit"


@pytest.mark.parametrize("state", [State.BUSY, State.OFF])
def test_only_the_free_are_sent(state):
    assert not assign([car("c", state=state)], [Incident("i", STATION)], now=NOW).choices


def test_a_wanted_skill_may_come_with_somebody_else():
    cars = [car("plain", at(0, 0)), Unit("speaker", at(2000, 0), sworn=1, skills=frozenset({"dialect"}))]
    plan = assign(cars, [Incident("i", STATION, need=Need(skills=frozenset({"dialect"})))], now=NOW)
    assert who(plan) == {"i": ["plain", "speaker"]}


def test_a_choice_dearer_than_any_share_of_teams_is_settled_and_not_looked_for_for_ever():
    """Five officers for two incidents of three: half a team each would be cheaper by more than the dearest team."""
    speaks = frozenset({"dialect"})
    some = [
        Unit("u0", Point(110.07, 30.04), sworn=2),
        Unit("u1", Point(110.054, 30.066), sworn=1),
        Unit("u2", Point(110.032, 30.065), sworn=1, skills=speaks),
        Unit("u3", Point(110.104, 30.004), sworn=1),
    ]
    both = [
        Incident("a", Point(110.052, 30.104), grade=2, need=Need(sworn=3, skills=speaks)),
        Incident("b", Point(110.076, 30.062), grade=1, need=Need(sworn=3)),
    ]
    plan = assign(some, both, now=NOW)
    assert plan.proven
    assert set(who(plan)["b"]) == {"u0", "u1"}, "the graver one gets the near three"
    assert plan.waiting[0].incident == "a"


def test_what_nobody_can_do_is_named():
    cars = [car("c", means=Means.FOOT)]
    need = Need(sworn=3, people=4, skills=frozenset({"dialect"}), car=True)
    plan = assign(cars, [Incident("i", STATION, need=need)], now=NOW)
    assert plan.waiting[0].detail == ("skill:dialect", "sworn", "people", "car")


def test_whoever_waits_is_told_what_holds_the_others():
    plan = assign([car("c")], [Incident("a", STATION, grade=1), Incident("b", STATION, grade=3)], now=NOW)
    assert who(plan) == {"a": ["c"]}
    assert (plan.waiting[0].incident, plan.waiting[0].code, plan.waiting[0].detail) == ("b", WhyWaits.TAKEN, ("a",))


def test_of_two_alike_the_one_that_waited_longer_is_first():
    two = [Incident("a", STATION, since=NOW), Incident("b", STATION, since=NOW - timedelta(minutes=20))]
    assert who(assign([car("c")], two, now=NOW)) == {"b": ["c"]}


def test_the_last_car_of_a_quarter_stays_when_another_is_hardly_farther():
    cars = [car("guard", at(0, 0)), car("p", at(-700, 0)), car("q", at(-800, 0))]
    quarter = Cover((Demand(at(1500, 0), 0.5, "老街"), Demand(at(-700, 0), 0.5)), minutes=5, busy=0)
    plan = assign(cars, [Incident("i", at(-250, 0), grade=3)], now=NOW, cover=quarter, prices=Prices(late_call=60))
    choice = plan.choices[0]
    assert who(plan) == {"i": ["p"]}
    assert (choice.nearest.unit, choice.nearest.code) == ("guard", WhyNot.COVER)
    assert choice.nearest.instead.by["cover"] == pytest.approx(30)
    assert (plan.late_calls_before, plan.late_calls, choice.uncovers) == (0, 0, ())


def test_what_stays_uncovered_is_named():
    quarter = Cover((Demand(at(0, 0), 0.5, "老街"), Demand(at(9000, 0), 0.25, "新村")), minutes=5, busy=0)
    plan = assign([car("c", at(100, 0))], [Incident("i", at(200, 0))], now=NOW, cover=quarter)
    assert plan.choices[0].uncovers == ("老街",)
    assert (plan.late_calls_before, plan.late_calls) == (0.25, 0.75)
    assert plan.choices[0].parts.cover == pytest.approx(0.5 * 60)


def test_the_next_station_helps_at_its_price():
    ours, theirs = car("ours", at(-3000, 0), station="A"), car("theirs", at(0, 0), station="B")
    near = [Incident("i", at(100, 0), grade=3)]
    dear = assign([ours, theirs], near, now=NOW, station="A", prices=Prices(aid=50))
    assert who(dear) == {"i": ["ours"]}
    assert dear.choices[0].nearest.code is WhyNot.AID
    cheap = assign([ours, theirs], near, now=NOW, station="A", prices=Prices(aid=1))
    assert who(cheap) == {"i": ["theirs"]}
    assert cheap.choices[0].aid == ("theirs",)
    assert cheap.choices[0].parts.aid == 1


def test_whoever_goes_home_soon_is_spared():
    soon = car("soon", at(0, 0), shift_ends_at=NOW + timedelta(minutes=10))
    later = car("later", at(500, 0), shift_ends_at=NOW + timedelta(hours=5))
    plan = assign([soon, later], [Incident("i", STATION, grade=3)], now=NOW)
    assert who(plan) == {"i": ["later"]}
    assert plan.choices[0].nearest.code is WhyNot.OVERTIME
    assert plan.choices[0].nearest.instead.by["overtime"] == pytest.approx(0.5 * 30)


def test_whoever_had_less_today_goes_when_both_are_as_near():
    plan = assign([car("tired", load=5), car("fresh", load=0)], [Incident("i", STATION)], now=NOW)
    assert who(plan) == {"i": ["fresh"]}


def test_a_persons_choice_stands_and_its_price_is_the_difference():
    cars = [car("near", at(0, 0)), car("far", at(5000, 0))]
    here = [Incident("i", STATION, grade=3)]
    free, fixed = (assign(cars, here, now=NOW, fixed=choice) for choice in ({}, {"i": ["far"]}))
    assert who(fixed) == {"i": ["far"]}
    assert fixed.cost - free.cost == pytest.approx(free.choices[0].next_best.dearer)


@pytest.mark.parametrize(
    ("fixed", "says"),
    [
        ({"i": ["s"]}, "not enough: sworn"),
        ({"i": ["watch"]}, "not a free unit"),
        ({"j": ["s"]}, "not among the incidents"),
        ({"i": ["s", "s"]}, "twice"),
    ],
)
def test_a_person_cannot_choose_what_may_not_be(fixed, says):
    some = [Unit("s", STATION, sworn=1), Unit("watch", STATION, kind=Kind.VOLUNTEERS)]
    with pytest.raises(BadData, match=says):
        assign(some, [Incident("i", STATION)], now=NOW, fixed=fixed)


def test_roads_come_as_a_function():
    def no_bridge(some, places):
        minutes = StraightLine()(some, places)
        minutes[:1] = np.inf
        return minutes

    plan = assign([car("a", at(0, 0)), car("b", at(900, 0))], [Incident("i", STATION)], now=NOW, travel=no_bridge)
    assert who(plan) == {"i": ["b"]}
    with pytest.raises(BadData, match="minutes"):
        assign([car("a")], [Incident("i", STATION)], now=NOW, travel=lambda u, p: -StraightLine()(u, p) - 1)


def test_the_number_of_officers_is_law_and_a_station_may_only_ask_for_more():
    rule = Rulebook.load().rule("dt-two", on=NOW.date())
    assert Need.by(rule) == Need()
    assert Need.by(rule, station=3).sworn == 3
    assert Need.by(rule, station=1).sworn == 2


@pytest.mark.parametrize("units_", [[car("c"), car("c")]])
def test_one_name_is_one_unit(units_):
    with pytest.raises(BadData, match="twice"):
        assign(units_, [], now=NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Unit("u", STATION),
        lambda: Unit("u", STATION, kind=Kind.VOLUNTEERS, sworn=1),
        lambda: Unit("u", at(0, 0)._replace(lat=95), sworn=2),
        lambda: Unit("u", STATION, sworn=2, people=1),
        lambda: Incident("i", STATION, grade=0),
        lambda: Prices(grades=(1, 3)),
        lambda: Prices(load=-1),
        lambda: Cover(busy=1),
    ],
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(BadData):
        wrong()


# ── against every plan ───────────────────────────────────────────────────────────────────────────────────────────────


def plain_cost(chosen: dict[str, list[Unit]], board) -> float:
    """The stated objective, written out with no regard to speed."""
    some_units, some, asked = board
    cover, prices, line = asked["cover"], asked["prices"], StraightLine()
    total = 0.0
    for incident in some:
        weight, waited = prices.weight(incident), (NOW - incident.since).total_seconds() / 60
        team = chosen[incident.id]
        if not team:
            total += weight * (prices.waiting + waited)
            continue
        minutes = [float(line([unit], [incident.at])[0, 0]) for unit in team]
        total += weight * max(minutes) + weight * prices.late * (waited + max(minutes) > cover.minutes)
        for unit, takes in zip(team, minutes, strict=True):
            total += prices.load * unit.load
            total += prices.aid * (asked["station"] != "" and unit.station not in ("", asked["station"]))
            if unit.shift_ends_at:
                left = (unit.shift_ends_at - NOW).total_seconds() / 60
                total += prices.overtime * max(takes + incident.scene_minutes - left, 0)
    away = {unit.id for team in chosen.values() for unit in team}
    for demand in cover.demand:
        stays = sum(
            unit.kind is Kind.OFFICERS
            and unit.sworn >= 2
            and unit.id not in away
            and (asked["station"] == "" or unit.station in ("", asked["station"]))
            and float(line([unit], [demand.at])[0, 0]) <= cover.minutes
            for unit in some_units
        )
        total += prices.late_call * demand.calls * cover.busy ** min(stays, cover.layers)
    return total


def is_enough(team: list[Unit], need: Need) -> bool:
    return (
        sum(unit.sworn for unit in team) >= need.sworn
        and sum(unit.heads for unit in team) >= need.people
        and need.skills <= frozenset().union(*(unit.skills for unit in team))
        and (not need.car or any(unit.means is Means.CAR for unit in team))
    )


def every_plan(some_units, some):
    """All ways to send disjoint, sufficient teams, or nobody."""
    if not some:
        yield {}
        return
    first, *rest = some
    for team in subsets([unit for unit in some_units if unit.kind is not Kind.VOLUNTEERS]):
        if not team or is_enough(team, first.need):
            left = [unit for unit in some_units if unit not in team]
            for others in every_plan(left, rest):
                yield {first.id: team, **others}


def chosen_by(plan, some_units, some) -> dict[str, list[Unit]]:
    by_id = {unit.id: unit for unit in some_units}
    return {incident.id: [by_id[name] for name in who(plan).get(incident.id, [])] for incident in some}


@relaxed
@given(boards(most_units=4))
def test_no_plan_at_all_is_cheaper(board):
    plan = assign(*board[:2], **board[2])
    assert plan.proven
    assert plan.cost == pytest.approx(plain_cost(chosen_by(plan, *board[:2]), board))
    assert plan.cost == pytest.approx(min(plain_cost(other, board) for other in every_plan(*board[:2])))


@relaxed
@given(boards(most_units=9, most_incidents=5))
def test_everybody_sent_is_enough_free_and_in_one_place(board):
    plan = assign(*board[:2], **board[2])
    chosen = chosen_by(plan, *board[:2])
    needs = {incident.id: incident.need for incident in board[1]}
    sent = [unit.id for team in chosen.values() for unit in team]
    assert len(sent) == len(set(sent))
    for name, team in chosen.items():
        assert not team or is_enough(team, needs[name])
        assert all(unit.kind is not Kind.VOLUNTEERS for unit in team)
    assert {choice.incident for choice in plan.choices} | {wait.incident for wait in plan.waiting} == set(needs)
    assert set(plan.idle) | set(sent) == {unit.id for unit in board[0] if unit.kind is not Kind.VOLUNTEERS}


@relaxed
@given(boards(most_units=9, most_incidents=5))
def test_it_is_never_worse_than_the_nearest_in_turn(board):
    plan, usual = assign(*board[:2], **board[2]), nearest_first(*board[:2], **board[2])
    assert plan.cost <= usual.cost + 1e-6
    assert plan.nearest_first == usual.cost == pytest.approx(plain_cost(chosen_by(usual, *board[:2]), board))


@relaxed
@given(boards(most_units=7, most_incidents=4), units("new"))
def test_one_more_unit_never_makes_it_worse(board, new):
    some_units, some, asked = board
    assert assign([*some_units, new], some, **asked).cost <= assign(some_units, some, **asked).cost + 1e-6


@relaxed
@given(boards(most_units=7, most_incidents=4), st.randoms(use_true_random=False))
def test_the_order_on_the_board_does_not_matter(board, chance: random.Random):
    some_units, some, asked = board
    shuffled = [chance.sample(rows, len(rows)) for rows in (some_units, some)]
    assert assign(*shuffled, **asked) == assign(some_units, some, **asked)


@relaxed
@given(boards(most_units=6, most_incidents=3))
def test_reasons_are_true(board):
    """The parts add up, the next best is dearer by what is said, and so is the best team with the nearest unit."""
    some_units, some, asked = board
    plan = assign(some_units, some, **asked)
    assume(plan.choices)
    chosen = chosen_by(plan, some_units, some)
    by_id = {unit.id: unit for unit in some_units}
    for choice in plan.choices:
        without = plain_cost({**chosen, choice.incident: []}, board)
        waits = next(
            asked["prices"].weight(i) * (asked["prices"].waiting + (NOW - i.since).total_seconds() / 60)
            for i in some
            if i.id == choice.incident
        )
        assert choice.parts.total == pytest.approx(plan.cost - (without - waits), abs=1e-6)
        for other in filter(None, [choice.next_best, choice.nearest and choice.nearest.instead]):
            instead = plain_cost({**chosen, choice.incident: [by_id[name] for name in other.units]}, board)
            assert other.dearer == pytest.approx(instead - plan.cost, abs=1e-6)
            assert other.dearer == pytest.approx(sum(other.by.values()), abs=1e-6)
            assert other.dearer > -1e-6
        if choice.nearest and choice.nearest.instead:
            assert choice.nearest.unit in choice.nearest.instead.units
            assert choice.next_best.dearer <= choice.nearest.instead.dearer + 1e-9


@relaxed
@given(boards(most_units=6, most_incidents=3))
def test_a_fixed_choice_costs_no_less_and_the_plans_own_choice_costs_nothing(board):
    some_units, some, asked = board
    plan = assign(some_units, some, **asked)
    for choice in plan.choices:
        same = assign(some_units, some, **asked, fixed={choice.incident: [name for name, _ in choice.units]})
        assert same.cost == pytest.approx(plan.cost)
        if choice.next_best:
            other = assign(some_units, some, **asked, fixed={choice.incident: choice.next_best.units})
            assert plan.cost - 1e-6 <= other.cost <= plan.cost + choice.next_best.dearer + 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_a_large_board_of_single_officers_is_proven_too(seed):
    """Their pairs break the plain linear program; this walks through cuts and the exact program."""
    chance = random.Random(seed)
    singles = [Unit(f"s{n}", at(chance.randint(-5000, 5000), chance.randint(-5000, 5000)), sworn=1) for n in range(22)]
    some = [
        Incident(f"i{n}", at(chance.randint(-5000, 5000), chance.randint(-5000, 5000)), grade=chance.randint(1, 3))
        for n in range(10)
    ]
    demand = tuple(Demand(at(chance.randint(-5000, 5000), chance.randint(-5000, 5000)), 0.05) for _ in range(30))
    plan = assign(singles, some, now=NOW, cover=Cover(demand, sworn=1), seconds=60)
    assert plan.proven
    assert len(plan.choices) == 10
    assert all(len(choice.units) == 2 for choice in plan.choices)
    assert all(choice.next_best.dearer > -1e-6 for choice in plan.choices)


def cost_of_the_plain_program(some_units, some, cover: Cover, prices: Prices) -> float:
    """The same question with every team in it at once, handed to HiGHS as it stands: no cuts, no search of our own."""
    line = StraightLine()
    minutes = line(some_units, [incident.at for incident in some])
    reach = line(some_units, [place.at for place in cover.demand]) <= cover.minutes
    reach &= np.array([[unit.kind is Kind.OFFICERS and unit.sworn >= cover.sworn] for unit in some_units])
    teams, costs = [], []
    for i, incident in enumerate(some):
        weight = prices.weight(incident)
        teams.append((i, ()))
        costs.append(weight * prices.waiting)
        for size in (1, 2, 3, 4):
            for members in combinations(range(len(some_units)), size):
                if is_enough([some_units[u] for u in members], incident.need):
                    last = max(minutes[u, i] for u in members)
                    loads = prices.load * sum(some_units[u].load for u in members)
                    teams.append((i, members))
                    costs.append(weight * (last + prices.late * (last > cover.minutes)) + loads)
    x, places, layers = len(teams), len(cover.demand), cover.layers
    once = np.array([[i == of for of, _ in teams] for i in range(len(some))], dtype=float)
    held = np.array([[u in members for _, members in teams] for u in range(len(some_units))], dtype=float)
    saves = -prices.late_call * np.outer(cover.calls, (1 - cover.busy) * cover.busy ** np.arange(layers)).ravel()
    rules = [
        LinearConstraint(np.hstack([once, np.zeros((len(some), places * layers))]), 1, 1),
        LinearConstraint(np.hstack([held, np.zeros((len(some_units), places * layers))]), 0, 1),
        LinearConstraint(np.hstack([reach.T @ held, np.kron(np.eye(places), np.ones(layers))]), 0, reach.sum(axis=0)),
    ]
    found = milp(
        np.append(costs, saves),
        integrality=np.arange(x + places * layers) < x,
        bounds=Bounds(0, 1),
        constraints=rules,
        options={"mip_rel_gap": 0.0},
    )
    return float(found.fun) + prices.late_call * float(cover.calls.sum())


@pytest.mark.parametrize("seed", range(4))
def test_the_plain_program_over_every_team_finds_none_cheaper(seed):
    """Single officers, pairs, auxiliaries, skills and needs of one to three, too many for trying every plan."""
    chance = random.Random(seed)
    near = range(-5000, 5000)
    some_units = [
        Unit(
            f"u{n:02}",
            at(chance.choice(near), chance.choice(near)),
            kind=Kind.AUXILIARIES if n % 5 == 4 else Kind.OFFICERS,
            sworn=0 if n % 5 == 4 else chance.randint(1, 2),
            people=2,
            skills=frozenset({"dialect"} if chance.random() < 0.3 else ()),
            load=chance.randint(0, 4),
        )
        for n in range(12)
    ]
    some = [
        Incident(
            f"i{n}",
            at(chance.choice(near), chance.choice(near)),
            grade=chance.randint(1, 3),
            need=Need(sworn=chance.randint(1, 3), skills=frozenset({"dialect"} if n % 4 == 0 else ())),
        )
        for n in range(6)
    ]
    cover = Cover(tuple(Demand(at(chance.choice(near), chance.choice(near)), chance.random() / 2) for _ in range(12)))
    plan = assign(some_units, some, now=NOW, cover=cover, seconds=60)
    assert plan.proven
    assert plan.cost == pytest.approx(cost_of_the_plain_program(some_units, some, cover, Prices()))


def test_of_two_alike_what_goes_on_is_before_what_was_over_however_long_that_waits():
    two = [Incident("a", STATION, since=NOW), Incident("b", STATION, since=NOW - timedelta(hours=9), over=True)]
    assert who(assign([car("c")], two, now=NOW)) == {"a": ["c"]}
    graver = [Incident("a", STATION, grade=3), Incident("b", STATION, grade=2, over=True)]
    assert who(assign([car("c")], graver, now=NOW)) == {"b": ["c"]}, "a graver one stays graver"
