"""What became of each call: taken, judged, sent for, decided, told and closed, by the station's own rules and at its own pace."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from django.utils import timezone

from shouwang.apps.dispatch import progress
from shouwang.apps.incidents.models import About
from shouwang.apps.incidents.report import PartySaid, Report, ThingSaid
from shouwang.apps.matters import clock
from shouwang.apps.matters.models import Reason
from shouwang.apps.people.models import Person
from shouwang.apps.units.models import Officer, Role
from shouwang.demo import pace
from shouwang.demo.calldraft import CallDraft, CrewDraft, SendingDraft
from shouwang.demo.calls import Call
from shouwang.demo.director import RATES, STARS
from shouwang.demo.draft import Screener
from shouwang.demo.shifts import IN_SHIFTS, Duty, Shift
from shouwang.demo.town import Town
from shouwang.engines.dispatch import Means, Point
from shouwang.engines.dispatch.travel import DETOUR, KMH, metres

DATA = Path(__file__).parent / "data" / "desk.toml"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CREW = "值班车"
#: A crew comes back to the car, washes its hands, writes a line.
BREATH = 3 * MINUTE
#: Nobody is sent any more to what waited longer for a free crew; somebody telephones instead.
TOO_LATE = 80 * MINUTE
NATURES = {
    "file": "criminal",
    "drop": "criminal",
    "case": "administrative",
    "dispute": "dispute",
    "traffic": "traffic",
    "help": "help",
    "nothing": "help",
}
#: One decision in so many comes after its limit, one review in so many is lengthened in time, one answer in so many was not as suggested.
LATE, LENGTHENED, OTHERWISE = 0.03, 0.2, 0.08
ASKS_AGAIN, DISPUTES, TASKS = 0.08, 0.008, 0.05
#: How a crew says it ended.
_OUTCOMES = {
    "file": "brought",
    "case": "brought",
    "dispute": "mediated",
    "nothing": "nobody",
}


@cache
def _said() -> dict[str, Any]:
    """`data/desk.toml`."""
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Trip:
    """When a crew does what, for one call."""

    crew: CrewDraft
    sent: datetime
    acknowledged: datetime
    left: datetime
    there: datetime
    done: datetime


class Garage:
    """The crews of one station: one a shift, at one call at a time."""

    def __init__(self, duty: Duty, now: datetime, *, parks: bool) -> None:
        self.duty, self.now, self.parks = duty, now, parks
        self.crews: dict[datetime, CrewDraft] = {}

    def trip(self, call: Call, ready: datetime, rng: Random) -> Trip | None:
        """
        The next crew that can go and be back before it goes home; None when none can in time.

        ready   when the desk knows enough to send somebody
        """
        shift = self.duty.at(ready)
        for one in (shift, self.duty.after(shift)):
            if one is None:
                continue
            crew = self._crew(one)
            if crew.formed_at >= self.now:
                continue
            trip = self._plan(crew, call, max(ready, crew.formed_at, crew.free_at), rng)
            if trip.sent - ready > TOO_LATE:
                continue
            if crew.ended_at is None or trip.done < crew.ended_at:
                crew.free_at = trip.done + BREATH
                return trip
        return None

    def _plan(self, crew: CrewDraft, call: Call, sent: datetime, rng: Random) -> Trip:
        home = Point(crew.unit.longitude or 0.0, crew.unit.latitude or 0.0)
        away = float(metres([home], [Point(call.longitude, call.latitude)])[0, 0])
        drive = pace.around(rng, max(2.0, away * DETOUR / (KMH[Means.CAR] * 1000 / 60)) * MINUTE, 0.15)
        acknowledged = sent + timedelta(seconds=rng.randint(12, 95))
        left = acknowledged + timedelta(seconds=rng.randint(20, 150))
        there = left + drive
        at_scene = pace.around(rng, (30 if call.ending in {"file", "case"} else 17) * MINUTE, 0.5)
        return Trip(crew, sent, acknowledged, left, there, there + min(at_scene, 100 * MINUTE))

    def _crew(self, shift: Shift) -> CrewDraft:
        if shift.start not in self.crews:
            formed = shift.start + 8 * MINUTE  # those of the shift before have left
            last = self.duty.after(shift) is None
            # The crews that stand on the board now are formed by hand (`data/crews.toml`) where this one is put away.
            ended = None if last and not self.parks else max(formed, self.now - MINUTE if last else shift.left)
            self.crews[shift.start] = CrewDraft(shift.unit, CREW, shift.lead, shift.helper, formed, ended, formed)
        return self.crews[shift.start]


class Desk:
    """Plays calls in one town. Whoever decides for the county is one of the bureau."""

    def __init__(
        self, town: Town, duties: Mapping[int, Duty], thanks: Mapping[int, Sequence[str]], *, now: datetime, seed: int
    ) -> None:
        self.town, self.duties, self.thanks, self.now, self.seed = town, dict(duties), thanks, now, seed
        self.screener = Screener()
        self.garages = {
            prefix: Garage(self.duties[unit.pk], now, parks=prefix == "QS") for prefix, unit in town.stations.items()
        }
        self.in_shifts = {town.officers[name].pk for name in IN_SHIFTS}

    @property
    def crews(self) -> list[CrewDraft]:
        """Everybody who went out, in the order in which the crews were formed."""
        every = (crew for garage in self.garages.values() for crew in garage.crews.values())
        out = (crew for crew in every if crew.free_at > crew.formed_at)
        return sorted(out, key=lambda crew: (crew.formed_at, crew.unit.pk))

    def play(self, calls: Sequence[Call], people: Sequence[Person | None]) -> Iterator[CallDraft]:
        """Every call as a matter, up to the present moment; `people` are the reporters, None for nobody."""
        by_event: dict[int, list[tuple[Call, Person | None]]] = {}
        for call, person in zip(calls, people, strict=True):
            by_event.setdefault(call.event, []).append((call, person))
        for told in by_event.values():
            rng = Random(f"{self.seed}/desk/{told[0][0].number}")  # noqa: S311  a demo town needs no secrets
            yield from _Story(self, [self._taken(call, person, rng) for call, person in told], told[0][0], rng).play()

    def _taken(self, call: Call, person: Person | None, rng: Random) -> CallDraft:
        draft = CallDraft(
            self.town,
            self.duties,
            rng,
            self.screener,
            at=call.at,
            now_is=self.now,
            unit=self.town.stations[call.prefix],
            community=self.town.communities[call.slug],
        )
        draft.take(report_of(call), call.channel, person)
        return draft


def report_of(call: Call) -> Report:
    """What the desk writes down, or the reporter types."""
    value = Decimal(call.value) if call.value is not None else None
    typed = call.channel in {"web", "qq"}
    return Report(
        what=call.what,
        category=call.category,
        address=call.address,
        landmark="" if call.safe else call.spot,
        longitude=call.longitude,
        latitude=call.latitude,
        position_source="reporter" if typed else "officer",
        uncertainty_m=50 if typed else 30,
        when_said=call.when_said,
        happened_from=call.happened if not typed else None,
        things=(ThingSaid(call.thing, value),) if call.thing else (),
        people=(PartySaid("suspect", about=call.suspect),) if call.suspect else (),
        pseudonym=call.called,
        phone=call.phone,
        safe=call.safe or None,
    )


class _Story:
    """One event, told in as many matters as callers."""

    def __init__(self, desk: Desk, drafts: list[CallDraft], call: Call, rng: Random) -> None:
        self.desk, self.all, self.call, self.rng = desk, drafts, call, rng
        self.first = drafts[0]

    def play(self) -> list[CallDraft]:
        for draft in self.all:
            self._answer_alarm(draft)
        if self._link() and self._begin():
            self._decide()
        for draft in self.all:
            if draft.standing.rings:  # none rings when the town opens: that is left to the one story about it
                draft.accept_danger()
            draft.wait_until(draft.now_is)
        return self.all

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _wait(self, after: timedelta, spread: float = 0.6, *, office: bool = False) -> bool:
        """Let time pass for all of them; False when the story has reached the present."""
        return self._until(self.first.now + pace.around(self.rng, after, spread), office=office)

    def _until(self, at: datetime, *, office: bool = False) -> bool:
        handler = self.first.handler
        if office or (handler is not None and handler.pk not in self.desk.in_shifts):
            at = pace.in_office(at, self.rng)
        at = max([at, *(one.now for one in self.all)])
        reached = [one.wait_until(at) for one in self.all]
        return all(reached)

    def _one_until(self, draft: CallDraft, at: datetime) -> bool:
        return draft.wait_until(max(at, draft.now))

    def _answer_alarm(self, draft: CallDraft) -> bool:
        if not draft.standing.rings:
            return True
        if not draft.wait_until(draft.now + timedelta(seconds=self.rng.randint(14, 105))):
            return False
        draft.accept_danger()
        return True

    def _chance(self, share: float) -> bool:
        return self.rng.random() < share

    # ── the first hour ───────────────────────────────────────────────────────────────────────────────────────────────

    def _link(self) -> bool:
        """Whoever is at the desk sees that they tell of one event."""
        for later in self.all[1:]:
            seen = max(one.now for one in self.all) + self.rng.randint(40, 240) * timedelta(seconds=1)
            if not all(self._one_until(one, seen) for one in self.all):
                return False
            later.link_to(self.first, self.rng.choice(_said()["linked"]))
        return True

    def _begin(self) -> bool:
        call, first, rng = self.call, self.first, self.rng
        trip = None
        if call.goes:
            ready = max(first.now, call.at) + timedelta(seconds=rng.randint(40, 240 if call.urgency > 1 else 90))
            if ready < self.desk.now:
                trip = self.desk.garages[call.prefix].trip(call, ready, rng)
                if trip is None and ready > self.desk.now - 90 * MINUTE:
                    return self._wait(2 * MINUTE) and self._grade() and False  # it waits on the board
        if trip is None:
            return self._at_the_desk()
        if not self._until(trip.sent) or not self._grade():
            return False
        return self._go(trip)

    def _grade(self) -> bool:
        as_suggested = not self._chance(OTHERWISE)
        if self._chance(0.85) or self.first.now > self.desk.now - HOUR:
            self.first.grade(self.call.urgency, self.call.handler, taken=as_suggested)
        return True

    def _go(self, trip: Trip) -> bool:
        first, call, rng = self.first, self.call, self.rng
        sending = first.send(trip.crew, f"{call.spot}，{call.name}。")
        for at, what in (
            (trip.acknowledged, progress.ACKNOWLEDGED),
            (trip.left, progress.EN_ROUTE),
            (trip.there, progress.ON_SCENE),
        ):
            if not self._one_until(first, at):
                return False
            first.step(sending, what)
        if not self._one_until(first, trip.done):
            return False
        self._tell_from_scene(sending)
        if call.channel == "phone" and self._chance(0.9):
            first.receipt("screen" if call.called else rng.choice(("screen", "refused")))
        return self._until(first.now)

    def _tell_from_scene(self, sending: SendingDraft) -> None:
        end, rng = self.call.ending, self.rng
        found = _said()["found"].get(end, ("到场看了，情况记下来了。",))
        task = rng.choice(_said()["tasks"]) if end in {"case", "dispute", "file"} and self._chance(TASKS) else ""
        due_on = timezone.localtime(self.first.now).date() + 3 * DAY
        outcome = _OUTCOMES.get(end, "settled")
        helped = rng.randint(1, 3) if end in {"help", "traffic", "dispute"} else 0
        self.first.feedback(sending, outcome, rng.choice(found), helped, task, due_on)

    def _at_the_desk(self) -> bool:
        """Nobody goes: it is settled on the telephone, at the counter or on the page."""
        call, first = self.call, self.first
        if not self._wait(5 * MINUTE):
            return False
        self._grade()
        if call.channel == "counter":
            first.receipt("paper")
        elif call.channel == "phone":
            first.receipt("screen" if self._chance(0.4) else "refused" if call.called else "unreachable")
        elif call.channel == "qq":
            first.receipt("screen")
        if call.ending != "elsewhere" and first.now < self.desk.now:
            first.say_needless(self.rng.choice(_said()["gone"]))
        return True

    # ── deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _decide(self) -> bool:
        end = self.call.ending
        if end == "elsewhere":
            return self._elsewhere()
        if self.call.category in _said()["brought"] and end in {"file", "drop", "case"}:
            self._listen()
        if end == "pass":
            return self._pass_on()
        if not self._wait((25 if end in {"file", "drop", "case"} else 12) * MINUTE):
            return False
        words = self.call.nature
        if end == "case":
            self._for_all(lambda one, by: one.decide_nature("administrative", words, taken=self._as_said(), by=by))
            return self._tell_all() and self._case(30)
        self._for_all(lambda one, by: one.decide_nature(NATURES[end], words, taken=self._as_said(), by=by))
        return self._review() if end in {"file", "drop"} else self._no_case()

    def _as_said(self) -> bool:
        return not self._chance(OTHERWISE)

    def _for_all(self, step: Callable[[CallDraft, Officer | None], None]) -> None:
        """The first one's officer takes the step in each."""
        by = self.first._acts()
        step(self.first, None)
        for one in self.all[1:]:
            step(one, by)

    def _listen(self) -> None:
        """Evidence and the statement."""
        if not self._wait(14 * MINUTE):
            return
        first, call, rng = self.first, self.call, self.rng
        brought = rng.sample(_said()["brought"][call.category], rng.randint(0, 2))
        first.evidence(brought)
        if call.value is not None and self._chance(0.5):
            first.take_suggestion(About.LOSS, call.value)
        if self._wait(22 * MINUTE):
            first.statement()

    def _elsewhere(self) -> bool:
        """Told at once, warmly, where it belongs."""
        if not self._wait(9 * MINUTE):
            return False
        for one in self.all:
            one.settle(self.call.to, self.call.done)
        return self._tell_all() and self._rate(self.first)

    def _pass_on(self) -> bool:
        if not self._wait(3 * HOUR, office=True):
            return False
        for one in self.all:
            one.pass_on(self.call.to, self.call.done)
        return self._tell_all()

    def _no_case(self) -> bool:
        """What needs no case is over the same hour or after some days."""
        soon = self.call.ending == "nothing" or (bool(self.first.sendings) and self._chance(0.7))
        if not soon and not self._ask_again():
            return False
        if not self._wait(18 * MINUTE if soon else 15 * HOUR, 0.7):
            return False
        reason = {"nothing": Reason.WITHDRAWN if self._chance(0.4) else Reason.SOLVED}.get(self.call.ending)
        return self._close(reason or (Reason.HALF_SOLVED if self._chance(0.12) else Reason.SOLVED))

    def _review(self) -> bool:
        """A crime is reviewed: proposed, then decided by whoever stands for the county-level head, and the reporter is told."""
        call, rng, first = self.call, self.rng, self.first
        late, longer = self._chance(LATE), self._chance(LENGTHENED)
        if longer:
            if not self._until(call.at + rng.uniform(40, 66) * HOUR):
                return False
            chief = self.desk.town.holders(first.present_unit.pk, Role.CHIEF)[0]
            words = rng.choice(_said()["longer"])
            for one in self.all:
                one.lengthen(words, chief)
        limit = (7 if longer else 3) * DAY
        share = rng.uniform(1.05, 1.6) if late else rng.uniform(0.8, 0.97) if longer else rng.uniform(0.25, 0.92)
        decided = call.at + limit * share
        proposed = max(first.now + 20 * MINUTE, decided - pace.around(rng, 9 * HOUR, 0.5))
        if not self._until(min(proposed, decided - 10 * MINUTE)):
            return False
        what = "file" if call.ending == "file" else "decline"
        first.propose(what, rng.choice(_said()["proposed"][call.ending]), clock.approver_of("cp-decide", first.now))
        in_office = pace.in_office(decided, rng)
        # Over a weekend somebody of the bureau is there to decide in time.
        at = in_office if late or in_office <= call.at + limit else decided
        if not self._until(at):
            return False
        boss = rng.choice(self.desk.town.holders(self.desk.town.bureau.pk, Role.BUREAU))
        if call.ending == "drop":
            for one in self.all:
                one.decline(call.done, by=boss)
            return self._tell_all()
        words = rng.choice(_said()["filed"])
        for one in self.all:
            one.file(words, by=boss)
        return self._tell_all() and self._case(45)

    def _case(self, most_days: int) -> bool:
        """The case is handled, with a word every some days, and ends with what came of it."""
        rng, first = self.rng, self.first
        if not self._ask_again():
            return False
        days = min(pace.around(rng, (7 if most_days == 30 else 11) * DAY, 0.7), (most_days - 1.5) * DAY)
        if self._chance(LATE):
            days = (most_days + rng.uniform(1, 6)) * DAY
        until = first.now + days
        while first.now + 5 * DAY < until:
            if not self._wait(4 * DAY, 0.2, office=True):
                return False
            first.answer(rng.choice(_said()["going"]))
        if not self._until(until, office=True):
            return False
        for task in first.tasks:
            if task.done_at is None:
                first.finish_task(task)
        found = not any(word in self.call.done for word in ("没有", "不到", "不撤", "线索"))
        return self._close(Reason.SOLVED if found else Reason.CANNOT)

    # ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _tell_all(self) -> bool:
        """Each as they wish to be told."""
        told = [self._tell(one) for one in self.all]
        return all(told)

    def _tell(self, draft: CallDraft) -> bool:
        on_page = draft.channel in {"web", "qq"} or draft.standing.safe_contact or not draft.report.phone
        if on_page:
            if not self._one_until(draft, pace.by_day(draft.now + pace.around(self.rng, 70 * MINUTE, 1.0), self.rng)):
                return False
            draft.tell("page")
            return True
        how = "in-person" if draft.channel == "counter" and self._chance(0.5) else "phone"
        if not self._one_until(draft, pace.by_day(draft.now + pace.around(self.rng, 30 * MINUTE, 1.0), self.rng)):
            return False
        draft.tell(how, self.rng.choice(_said()["tells"]))
        return True

    def _ask_again(self) -> bool:
        """Some write once more, and get an answer."""
        first = self.first
        if first.channel not in {"web", "qq"} or not self._chance(ASKS_AGAIN * 3):
            return True
        asks, answers = self.rng.choice(_said()["again"])
        if not self._until(pace.by_day(first.now + pace.around(self.rng, 6 * HOUR, 0.8), self.rng)):
            return False
        first.ask(asks)
        if not self._answer_alarm(first) or not self._wait(25 * MINUTE, 0.8):
            return False
        first.answer(answers)
        return True

    def _close(self, reason: Reason) -> bool:
        words = self.call.done
        for one in self.all:
            self._one_until(one, self.first.now)
            if one.standing.rings:
                return False
            one.close(str(reason), words)
        over = [self._after(one) for one in self.all]
        return all(over)

    def _after(self, draft: CallDraft) -> bool:
        if draft.reporter is not None and self._chance(DISPUTES):
            return self._dispute(draft)
        return self._rate(draft)

    def _dispute(self, draft: CallDraft) -> bool:
        if not self._one_until(draft, pace.by_day(draft.now + pace.around(self.rng, 19 * HOUR), self.rng)):
            return False
        draft.dispute(self.rng.choice(_said()["unhappy"]))
        if not self._one_until(draft, pace.in_office(draft.now + pace.around(self.rng, 2 * DAY), self.rng)):
            return False
        draft.review(_said()["upheld"][0], upheld=True)
        return True

    def _rate(self, draft: CallDraft) -> bool:
        if draft.reporter is None or draft.files.told_seq is not None or not self._chance(RATES * 0.6):
            return True
        if not self._one_until(draft, pace.by_day(draft.now + pace.around(self.rng, 75 * MINUTE, 1.1), self.rng)):
            return False
        stars = self.rng.choices([s for s, _w in STARS], [w for _s, w in STARS])[0]
        draft.rate(stars, self.rng.choice(self.desk.thanks[stars]) if self._chance(0.4) else "")
        return True
