"""Never two sends without a proof of absence; every message comes to an end; nothing leaves after it expired."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, product, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.apps.notices.deciding import (
    Fact,
    FactKind,
    LookUp,
    Order,
    Road,
    Rules,
    Send,
    Settle,
    State,
    Step,
    Wait,
    next_step,
    open_send,
    state_of,
)

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
GOOD = Road(connected=True, silent=False, reads_back=True)
RULES = Rules(send_timeout=20, settle_after=45, look_up_every=60, max_look_ups=2, max_sends=2, retry_after=30)
K = FactKind


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def fact(kind: FactKind, seconds: float = 0, send_no: int = 1, *, lasting: bool = False) -> Fact:
    return Fact(kind, send_no, after(seconds), lasting)


ORDER = Order(not_before=NOON, expires_at=after(3600))
OTHER_ROAD = Order(not_before=NOON, expires_at=after(3600), has_other_road=True)
SILENT = Road(connected=True, silent=True, reads_back=True)
CUT = Road(connected=False, silent=False, reads_back=True)
BLIND = Road(connected=True, silent=False, reads_back=False)
BEGAN = fact(K.BEGAN)


@pytest.mark.parametrize(
    ("why", "order", "facts", "road", "seconds", "step"),
    [
        ("a fresh message goes out", ORDER, [], GOOD, 0, Send(1)),
        ("not before its time", ORDER, [], GOOD, -5, Wait(NOON)),
        ("nothing is tried without a connection", ORDER, [], CUT, 0, Wait(after(10))),
        ("stale words stay in the house", ORDER, [], GOOD, 3600, Settle(State.EXPIRED)),
        ("a silent gateway is left when there is another road", OTHER_ROAD, [], SILENT, 0, Settle(State.REROUTED)),
        ("a silent gateway is tried when there is no other", ORDER, [], SILENT, 0, Send(1)),
        ("stale words do not change roads either", OTHER_ROAD, [], SILENT, 3600, Settle(State.EXPIRED)),
        ("a try without outcome gets time to land", ORDER, [BEGAN], GOOD, 1, Wait(after(45))),
        ("then it is looked for, not repeated", ORDER, [BEGAN], GOOD, 45, LookUp(1)),
        ("also by a gateway gone silent", OTHER_ROAD, [BEGAN], SILENT, 45, LookUp(1)),
        ("looking needs a connection", ORDER, [BEGAN], CUT, 45, Wait(after(55))),
        ("who cannot look reports it as uncertain", ORDER, [BEGAN], BLIND, 45, Settle(State.UNCERTAIN)),
        ("an unanswered look-up is repeated", ORDER, [BEGAN, fact(K.CANNOT_TELL, 45)], GOOD, 46, Wait(after(105))),
        (
            "but not for ever",
            ORDER,
            [BEGAN, fact(K.UNCLEAR, 20), fact(K.CANNOT_TELL, 45), fact(K.CANNOT_TELL, 105)],
            GOOD,
            106,
            Settle(State.UNCERTAIN),
        ),
        ("an unclear try is never repeated on expiry", ORDER, [BEGAN], CUT, 3600, Settle(State.UNCERTAIN)),
        ("accepted but not readable is sent", ORDER, [BEGAN, fact(K.ACCEPTED)], BLIND, 45, Settle(State.SENT)),
        (
            "what the gateway believes and the chat does not show is for the desk",
            ORDER,
            [BEGAN, fact(K.ACCEPTED), fact(K.DOUBTED, 45), fact(K.CANNOT_TELL, 105)],
            GOOD,
            106,
            Settle(State.UNCERTAIN),
        ),
        ("seen is the end", ORDER, [BEGAN, fact(K.UNCLEAR), fact(K.SEEN)], GOOD, 50, Settle(State.CONFIRMED)),
        ("a refused try is repeated after a pause", ORDER, [BEGAN, fact(K.REFUSED)], GOOD, 29, Wait(after(30))),
        ("and then again", ORDER, [BEGAN, fact(K.REFUSED)], GOOD, 30, Send(2)),
        ("proved absent, it may go again", ORDER, [BEGAN, fact(K.ACCEPTED, 1), fact(K.ABSENT, 45)], GOOD, 75, Send(2)),
        ("lasting refusal", ORDER, [BEGAN, fact(K.REFUSED, lasting=True)], GOOD, 1, Settle(State.FAILED)),
        ("lasting, other road", OTHER_ROAD, [BEGAN, fact(K.REFUSED, lasting=True)], GOOD, 1, Settle(State.REROUTED)),
        (
            "tries run out",
            ORDER,
            [BEGAN, fact(K.REFUSED), fact(K.BEGAN, 30, 2), fact(K.REFUSED, 31, 2)],
            GOOD,
            100,
            Settle(State.FAILED),
        ),
        (
            "two witnesses who disagree are no proof",
            ORDER,
            [BEGAN, fact(K.ABSENT, 45), fact(K.ACCEPTED, 46)],
            GOOD,
            200,
            LookUp(1),
        ),
        (
            "a refusal closes only its own try",
            ORDER,
            [BEGAN, fact(K.ABSENT, 45), fact(K.BEGAN, 80, 2), fact(K.REFUSED, 81, 1)],
            GOOD,
            130,
            LookUp(2),
        ),
        ("after the clock was set back there is one look", ORDER, [fact(K.BEGAN, 4000)], GOOD, 0, LookUp(1)),
        (
            "which is all",
            ORDER,
            [fact(K.BEGAN, 4000), fact(K.CANNOT_TELL, 1)],
            GOOD,
            2,
            Settle(State.UNCERTAIN),
        ),
        ("and none without a connection", ORDER, [fact(K.BEGAN, 4000)], CUT, 0, Settle(State.UNCERTAIN)),
        ("a small step back is waited out", ORDER, [fact(K.BEGAN, 40)], GOOD, 0, Wait(after(85))),
        (
            "a refusal from a time to come holds nothing up",
            ORDER,
            [fact(K.BEGAN, 3000), fact(K.REFUSED, 3001)],
            GOOD,
            0,
            Send(2),
        ),
    ],
)
def test_the_next_step(why: str, order: Order, facts: list[Fact], road: Road, seconds: float, step: Step) -> None:
    assert next_step(order, facts, road, RULES, after(seconds)) == step, why


@dataclass
class World:
    """What really happened, beside what the house knows."""

    delivered: int = 0
    facts: tuple[Fact, ...] = ()

    def note(self, kind: FactKind, send_no: int, at: datetime, *, lasting: bool = False) -> None:
        self.facts += (Fact(kind, send_no, at, lasting),)


# Each way a try can go: (facts known, does the message arrive, is the refusal lasting).
SEND_ENDS = [
    (K.ACCEPTED, True, False),
    (K.ACCEPTED, False, False),  # silently dropped
    (K.REFUSED, False, False),
    (K.REFUSED, False, True),
    (K.UNCLEAR, True, False),  # no answer, or reported failed yet delivered
    (K.UNCLEAR, False, False),
    (None, True, False),  # our process died
    (None, False, False),
]


def play(world: World, step: Step, now: datetime, choose: Callable[[int], int]) -> datetime:
    """Carry a step out in the world; returns the time afterwards. Look-ups tell the truth or nothing."""
    if isinstance(step, Wait):
        assert step.until > now
        return step.until
    if isinstance(step, Send):
        world.note(K.BEGAN, step.send_no, now)
        kind, arrives, lasting = SEND_ENDS[choose(len(SEND_ENDS))]
        world.delivered += arrives
        now += timedelta(seconds=RULES.send_timeout)
        if kind is not None:
            world.note(kind, step.send_no, now, lasting=lasting)
        return now
    assert isinstance(step, LookUp)
    truth = K.SEEN if world.delivered else K.ABSENT
    world.note(truth if choose(2) == 0 else K.CANNOT_TELL, step.send_no, now)
    return now + timedelta(seconds=1)


def run(
    order: Order, road: Callable[[], Road], choose: Callable[[int], int], steps: Sequence[int] = ()
) -> tuple[World, State]:
    """From the first step to the end, checking what must hold on the way. `steps`: by how many seconds the clock is set after each."""
    world, now = World(), order.not_before
    for set_by_s in chain(steps, repeat(0, 2000)):
        step = next_step(order, world.facts, road(), RULES, now)
        if isinstance(step, Settle):
            return world, step.state
        if isinstance(step, Send):
            assert open_send(world.facts) is None
            assert now < order.expires_at
            assert world.delivered == 0, "a second copy"
        now = play(world, step, now, choose) + timedelta(seconds=set_by_s)
    pytest.fail("the message never came to an end")


def check_end(world: World, state: State, order: Order) -> None:
    assert world.delivered <= 1
    if state == State.CONFIRMED:
        assert world.delivered == 1
    if state in {State.EXPIRED, State.FAILED, State.REROUTED}:
        assert world.delivered == 0, "said not sent, but it was"
    assert (state != State.REROUTED) or order.has_other_road
    assert state_of(world.facts, state) == state


class Choices:
    """Answers of the world: a given beginning, then always the first way; remembers the ways not taken."""

    def __init__(self, beginning: list[int]) -> None:
        self.taken: list[int] = []
        self.left: list[list[int]] = []
        self._beginning = iter(beginning)

    def __call__(self, ways: int) -> int:
        way = next(self._beginning, None)
        if way is None:
            way = 0
            self.left += [[*self.taken, other] for other in range(1, ways)]
        self.taken.append(way)
        return way


def every_path(order: Order, road: Road) -> Iterator[tuple[World, State]]:
    """All ways the world can answer, each exactly once."""
    todo: list[list[int]] = [[]]
    while todo:
        choices = Choices(todo.pop())
        yield run(order, lambda: road, choices)
        todo += choices.left


@pytest.mark.parametrize("order", [ORDER, OTHER_ROAD, Order(NOON, after(60), has_other_road=True)])
@pytest.mark.parametrize(("connected", "silent", "reads_back"), list(product([True, False], repeat=3)))
def test_every_way_the_world_can_answer(order: Order, connected: bool, silent: bool, reads_back: bool) -> None:
    ends = list(every_path(order, Road(connected, silent, reads_back)))
    for world, state in ends:
        check_end(world, state, order)
    tried = connected and not (silent and order.has_other_road)
    assert len(ends) >= (len(SEND_ENDS) if tried else 1)


roads = st.builds(Road, st.booleans(), st.booleans(), st.booleans())


@given(st.data(), st.booleans(), st.integers(1, 4000), st.lists(roads, max_size=40))
def test_no_flapping_road_makes_a_second_copy(
    data: st.DataObject, other: bool, keep_s: int, weather: list[Road]
) -> None:
    order, coming = Order(NOON, after(keep_s), other), iter(weather)
    world, state = run(order, lambda: next(coming, GOOD), lambda ways: data.draw(st.integers(0, ways - 1)))
    check_end(world, state, order)


@given(
    st.data(),
    st.booleans(),
    st.lists(st.sampled_from([0, -1, 40, -40, 3600, -3600, 40_000_000, -40_000_000]), max_size=30),
)
def test_a_clock_that_is_set_neither_doubles_nor_holds_for_ever(
    data: st.DataObject, other: bool, steps: list[int]
) -> None:
    order = Order(NOON, after(4000), other)
    world, state = run(order, lambda: GOOD, lambda ways: data.draw(st.integers(0, ways - 1)), steps)
    check_end(world, state, order)


@pytest.mark.parametrize("bad", [{"send_timeout": 50}, {"settle_after": 9999}, {"max_sends": 0}, {"check_every": 0}])
def test_rules_that_could_double_or_never_end_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="Rules need"):
        Rules(**bad)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "settled", "state"),
    [
        ([], None, State.WAITING),
        ([BEGAN], None, State.CLAIMED),
        ([BEGAN, fact(K.UNCLEAR)], None, State.UNCERTAIN),
        ([BEGAN, fact(K.ACCEPTED)], None, State.SENT),
        ([BEGAN, fact(K.REFUSED)], None, State.WAITING),
        ([BEGAN, fact(K.UNCLEAR)], State.UNCERTAIN, State.UNCERTAIN),
        ([BEGAN, fact(K.UNCLEAR), fact(K.SEEN)], State.UNCERTAIN, State.CONFIRMED),
    ],
)
def test_the_state_is_what_the_facts_say(facts: list[Fact], settled: State | None, state: State) -> None:
    assert state_of(facts, settled) == state
