"""
What to do next with one message that has to leave the house. Pure: its history, the time and the road go in.

A message is never sent a second time without proof that the first try left nothing behind. Proof is one of two things:
the messenger refused before doing anything (`REFUSED`), or its own complete record of the chat, read after everything
under way had time to land, does not show the message (`ABSENT`). The rest is settled as `uncertain` and shown to the
desk.

A history is a list of facts that only grows. `BEGAN` is written before anything goes onto the wire; a process that dies
after it leaves a send whose outcome nobody knows, and that is how it is treated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class FactKind(StrEnum):
    """What can be known about a try. The number of the try stands in `Fact.send_no`."""

    BEGAN = "began"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNCLEAR = "unclear"
    SEEN = "seen"
    ABSENT = "absent"
    CANNOT_TELL = "cannot-tell"
    DOUBTED = "doubted"  # the gateway's store has it, the chat's record has not


class State(StrEnum):
    """Where an outbound message stands; the desk's words for them are in the model."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    CONFIRMED = "confirmed"
    UNCERTAIN = "uncertain"
    EXPIRED = "expired"
    FAILED = "failed"
    REROUTED = "rerouted"


@dataclass(frozen=True, slots=True)
class Fact:
    """
    kind      what is known
    send_no   about which try, counted from 1
    at        aware
    lasting   with REFUSED: the same message can never be accepted on this road
    """

    kind: FactKind
    send_no: int
    at: datetime
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """
    not_before        aware; earliest moment of a first try
    expires_at        aware; from here on the words are stale and stay in the house
    has_other_road    the person can be reached otherwise
    """

    not_before: datetime
    expires_at: datetime
    has_other_road: bool = False


@dataclass(frozen=True, slots=True)
class Road:
    """
    connected    a call would reach the gateway now
    silent       nothing was heard from the gateway for too long, or what it accepts does not arrive
    reads_back   the gateway can be asked whether a message is there
    """

    connected: bool
    silent: bool
    reads_back: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """
    All in seconds unless said otherwise. `settle_after` must exceed `send_timeout`: a record read while a call is still
    under way proves nothing.

    send_timeout     the longest a try may take
    settle_after     from the start of a try to the first look-up
    look_up_every    between look-ups
    max_look_ups     per try
    give_up_after    from the start of a try until it is settled as it is
    max_sends        tries in all
    retry_after      wait after the first refused try; doubles with every further one, at most an hour
    check_every      between looks at a road that is not connected
    """

    send_timeout: float = 20
    settle_after: float = 45
    look_up_every: float = 60
    max_look_ups: int = 4
    give_up_after: float = 1800
    max_sends: int = 3
    retry_after: float = 30
    check_every: float = 10

    def __post_init__(self) -> None:
        if not 0 < self.send_timeout < self.settle_after < self.give_up_after:
            raise ValueError("Rules need 0 < send_timeout < settle_after < give_up_after.")
        if (
            min(self.look_up_every, self.retry_after, self.check_every) <= 0
            or min(self.max_sends, self.max_look_ups) < 1
        ):
            raise ValueError("Rules need positive waits and at least one try.")

    @property
    def lease(self) -> float:
        """How long a worker may hold a message: a try and some slack, yet over before anybody may look it up."""
        return (self.send_timeout + self.settle_after) / 2


@dataclass(frozen=True, slots=True)
class Send:
    """Write BEGAN with this number, then try once."""

    send_no: int


@dataclass(frozen=True, slots=True)
class LookUp:
    """Ask the messenger whether try `send_no` arrived, and write SEEN, ABSENT, DOUBTED or CANNOT_TELL."""

    send_no: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do before `until`, which is always later than now."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Settle:
    """Nothing more will be done; `state` is where it ends."""

    state: State


Step = Send | LookUp | Wait | Settle

_LONGEST_RETRY = timedelta(hours=1)


def open_send(facts: Sequence[Fact]) -> Fact | None:
    """
    The BEGAN of the latest try that may have left a message behind, or None when every try is proved empty.

    A late ACCEPTED opens its try again even after ABSENT: two witnesses who disagree are no proof.
    """
    closed: set[int] = set()
    for fact in facts:
        if fact.kind == FactKind.REFUSED:
            closed.add(fact.send_no)
        elif fact.kind == FactKind.ABSENT:
            closed.update(range(1, fact.send_no + 1))
        elif fact.kind == FactKind.ACCEPTED:
            closed.discard(fact.send_no)
    begun = [fact for fact in facts if fact.kind == FactKind.BEGAN and fact.send_no not in closed]
    return begun[-1] if begun else None


def next_step(order: Order, facts: Sequence[Fact], road: Road, rules: Rules, now: datetime) -> Step:
    """
    The one thing to do with this message now.

    facts     in the order they were written
    now       aware
    Returns   a Settle is final for this road; the caller writes it and never asks again
    """
    if _has(facts, FactKind.SEEN):
        return Settle(State.CONFIRMED)
    pending = open_send(facts)
    if pending is not None:
        return _find_out(pending, facts, road, rules, now)
    return _send_or_not(order, facts, road, rules, now)


def _find_out(pending: Fact, facts: Sequence[Fact], road: Road, rules: Rules, now: datetime) -> Step:
    about = [fact for fact in facts if fact.send_no == pending.send_no]
    tried = sum(fact.kind in {FactKind.CANNOT_TELL, FactKind.DOUBTED} for fact in about)
    ends = pending.at + timedelta(seconds=rules.give_up_after)
    due = pending.at + timedelta(seconds=rules.settle_after + tried * rules.look_up_every)
    believed = _has(about, FactKind.ACCEPTED) and not _has(about, FactKind.DOUBTED)
    as_it_is = Settle(State.SENT if believed else State.UNCERTAIN)
    if pending.at - now > timedelta(seconds=rules.settle_after):
        # The clock was set back: nobody can say how long this try has been under way. One look may still find it.
        return as_it_is if tried or not (road.connected and road.reads_back) else LookUp(pending.send_no)
    if now >= ends or tried >= rules.max_look_ups or (not road.reads_back and now >= due):
        return as_it_is
    if now < due:
        return Wait(min(due, ends))
    if not road.connected:
        return Wait(min(now + timedelta(seconds=rules.check_every), ends))
    return LookUp(pending.send_no)


def _send_or_not(order: Order, facts: Sequence[Fact], road: Road, rules: Rules, now: datetime) -> Step:
    sends = sum(fact.kind == FactKind.BEGAN for fact in facts)
    if now >= order.expires_at:
        return Settle(State.EXPIRED)
    if sends >= rules.max_sends or any(fact.lasting for fact in facts):
        return Settle(State.REROUTED if order.has_other_road else State.FAILED)
    if now < order.not_before:
        return Wait(min(order.not_before, order.expires_at))
    if road.silent and order.has_other_road:
        return Settle(State.REROUTED)
    if facts:
        pause = min(timedelta(seconds=rules.retry_after * 2 ** (sends - 1)), _LONGEST_RETRY)
        if facts[-1].at <= now < (again := facts[-1].at + pause):  # a fact from a time to come: the clock was set back
            return Wait(min(again, order.expires_at))
    if not road.connected:
        return Wait(min(now + timedelta(seconds=rules.check_every), order.expires_at))
    return Send(sends + 1)


def state_of(facts: Sequence[Fact], settled: State | None) -> State:
    """The state to show: the settlement if there is one, improved by a message that turned up later after all."""
    if _has(facts, FactKind.SEEN):
        return State.CONFIRMED
    if settled is not None:
        return settled
    pending = open_send(facts)
    if pending is None:
        return State.WAITING
    mine = [fact for fact in facts if fact.send_no == pending.send_no]
    if _has(mine, FactKind.ACCEPTED):
        return State.SENT
    return State.UNCERTAIN if len(mine) > 1 else State.CLAIMED


def _has(facts: Iterable[Fact], kind: FactKind) -> bool:
    return any(fact.kind == kind for fact in facts)
