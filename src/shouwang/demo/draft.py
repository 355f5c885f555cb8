"""
One matter drafted in memory, entry by entry, exactly as `matters.usecases` would have written it.

Playing two thousand matters through the use cases takes minutes; here the same entries are made in memory and folded by the same pure
`matters.story`. `tests/test_draft.py` plays one long story both ways and compares every entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from shouwang.apps.matters import clock, story
from shouwang.apps.matters.danger import UNCLEAR, danger_list, sign_in
from shouwang.apps.matters.models import By, Entry, Kind, Matter, Reason, Type
from shouwang.apps.matters.timeline import fact_of
from shouwang.apps.matters.usecases import title_from
from shouwang.apps.matters.viewer import Holder, Visibility
from shouwang.apps.people.models import Person
from shouwang.apps.people.usecases import PERSONAL
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Officer, Role, Unit
from shouwang.demo.shifts import Duty, Shift
from shouwang.demo.town import Town
from shouwang.engines.clocks import DONE
from shouwang.engines.triage.danger import Finding, Grade, screen

WINDOW = 4  # earlier messages that `matters.danger` reads together with the newest
MOST_HAND_OVERS = 2


@dataclass
class Trail:
    """One row of the audit trail, before its matter has a key. subject: what it is about, when that is not the matter."""

    at: datetime
    action: str
    actor: str
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    subject: Callable[[], str] | None = None


@dataclass
class Glance:
    """One look at personal data, before its matter has a key."""

    at: datetime
    officer: Officer
    role: str
    what: tuple[str, ...]
    reason: str


@dataclass
class Code:
    """One tracking code, before its matter has a key."""

    at: datetime
    holder: str
    label: str = ""


class Screener:
    """Danger screening that remembers what it read: many scenes come back with the same words."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], Finding | None] = {}
        self._signs: dict[str, Finding | None] = {}

    def sign(self, text: str) -> Finding | None:
        """Whatever one text alone gives away, however faint."""
        if text not in self._signs:
            self._signs[text] = screen(text, danger_list())
        return self._signs[text]

    def look(self, texts: tuple[str, ...]) -> Finding | None:
        """The finding for the newest text, alone and together with those before it, as `matters.danger` looks."""
        if len(texts) == 1:
            found = self.sign(texts[0])
            return found if found and found.grade >= Grade.MAYBE else None
        if texts not in self._known:
            self._known[texts] = sign_in(texts)
        return self._known[texts]


class Draft:
    """
    A matter on its way through the station. `now` moves forward only; each verb adds its entries at that moment.

    now_is    nothing happens later than this: the moment the story is told
    """

    def __init__(
        self,
        town: Town,
        duties: dict[int, Duty],
        rng: Random,
        screener: Screener,
        *,
        at: datetime,
        now_is: datetime,
        unit: Unit,
        community: Community | None,
    ) -> None:
        self.town, self.duties, self.rng, self.screener = town, duties, rng, screener
        self.now, self.now_is, self.unit, self.community = at, now_is, unit, community
        self.entries: list[Entry] = []
        self.trail: list[Trail] = []
        self.glances: list[Glance] = []
        self.codes: list[Code] = []
        self.kept_from: list[Officer] = []
        self.standing = story.Standing()
        self.reporter: Person | None = None
        self.channel = ""
        self.received_at = at
        self.public = ""
        self.serial = 0
        self.handed = 0
        self.read_entry: Entry | None = None  # opened by the resident, without a word
        self._rule = ""
        self._said: list[str] = []
        self._closer: Officer | None = None
        self._units = {one.pk: one for one in [town.bureau, *town.stations.values()]}

    # ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def handler(self) -> Officer | None:
        return self.town.by_key.get(self.standing.handler_id or 0)

    @property
    def present_unit(self) -> Unit:
        return self._units[self.standing.unit_id or self.unit.pk]

    def on_duty(self, unit: Unit | None = None) -> Officer:
        """Who takes the next question in a unit now; the bureau keeps no shifts."""
        where = unit or self.present_unit
        if where.pk not in self.duties:
            return self.town.holders(where.pk, Role.BUREAU)[0]
        return self.duties[where.pk].at(self.now).front

    def _acts(self) -> Officer:
        """Whoever has it; before that whoever is at the desk, and the chief where the desk may not know of it."""
        if self.handler is None and self.standing.kind == Kind.COMPLAINT:
            return self.town.holders(self.present_unit.pk, Role.CHIEF)[0]
        return self.handler or self.on_duty()

    @property
    def closed(self) -> bool:
        return self.standing.state == story.CLOSED

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def wait_until(self, at: datetime) -> bool:
        """
        Let time pass: shifts change, and the house speaks up when nobody else did. False when `at` lies after the end of the story.
        """
        while True:
            nearest = min(self.now_is, at)
            beat, change = self._next_beat(), self._next_change()
            due = min((moment for moment in (beat, change) if moment is not None), default=None)
            if due is None or due > nearest:
                break
            self.now = max(self.now, due)
            if due == change:
                self._change_shift()
            else:
                self._beat()
        if at > self.now_is:
            return False
        self.now = max(self.now, at)
        return True

    def _next_beat(self) -> datetime | None:
        if self.closed or self.standing.next_word_by is None:
            return None
        # The worker looks once a minute.
        return max(self.now, self.standing.next_word_by + timedelta(seconds=self.received_at.second % 50 + 1))

    def _next_change(self) -> datetime | None:
        shift = self._shift_of_handler()
        return None if shift is None else max(self.now, shift.left)

    def _shift_of_handler(self) -> Shift | None:
        """The shift that has to hand this matter over when it ends."""
        if self.closed or self.handler is None or self.present_unit.pk not in self.duties:
            return None
        shift = self.duties[self.present_unit.pk].at(self.now)
        if shift.front is not self.handler and self.now < shift.start + timedelta(minutes=8):
            # The one before has not left yet.
            shift = self.duties[self.present_unit.pk].at(shift.start - timedelta(minutes=1))
        following = self.duties[self.present_unit.pk].after(shift)
        return shift if shift.front is self.handler and following is not None else None

    def _change_shift(self) -> None:
        shift = self._shift_of_handler()
        following = self.duties[self.present_unit.pk].after(shift) if shift else None
        if shift is None or following is None:
            return
        self._add(
            Type.HANDED_OVER,
            officer=shift.front,
            data={"to": following.front.pk, "to_name": following.front.public_name},
        )
        self.handed += 1
        if self.handed >= MOST_HAND_OVERS:
            # What outlives two shifts goes to somebody who is there every day.
            self.now = min(self.now + timedelta(seconds=self.rng.randint(120, 1500)), self.now_is)
            self.assign(self.day_officer())

    def day_officer(self) -> Officer:
        """Who sees long matters through: the chief for complaints, else the community's officer or another of the unit."""
        unit = self.present_unit
        if self.standing.kind == Kind.COMPLAINT:
            return self.town.holders(unit.pk, Role.CHIEF)[0]
        own = self.community.officer if self.community else None
        if own is not None and own.unit_id == unit.pk:
            return own
        return self.town.holders(unit.pk, Role.COMMUNITY_OFFICER)[0]

    def _beat(self) -> None:
        last = next(entry for entry in reversed(self.entries) if entry.visibility <= Visibility.PARTIES)
        self._add(
            Type.HEARTBEAT,
            by=By.HOUSE,
            data={"nothing_since": last.at.astimezone(UTC).isoformat(), "nth": self.standing.heartbeats + 1},
        )

    # ── verbs ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def open(
        self,
        *,
        kind: str,
        channel: str,
        body: str,
        title: str = "",
        reporter: Person | None = None,
        safe_contact: bool = False,
    ) -> None:
        """As `usecases.open_matter`."""
        by = self.on_duty(self.unit) if channel in {"counter", "phone"} else None
        # A complaint waits for one of the few who may read it.
        handler = None if kind == Kind.COMPLAINT else by or self.on_duty(self.unit)
        self.channel, self.reporter = channel, reporter
        self._add(
            Type.RECEIVED,
            by=By.OFFICER if by else By.HOUSE,
            officer=by,
            data={
                "kind": kind,
                "title": (title or title_from(body, kind))[:80],
                "unit": self.unit.pk,
                "handler": handler.pk if handler else None,
                "handler_name": handler.public_name if handler else "",
                "channel": channel,
                "safe_contact": safe_contact,
            },
        )
        self._start_clock(clock.FIRST_RULE[Kind(kind)])
        self.ask(body, name=reporter.pseudonym if reporter else "")
        self.codes.append(Code(self.now, Holder.REPORTER))
        self._note("matters.opened", by.ref if by else "resident", kind=kind, channel=channel)

    def ask(self, body: str, *, name: str = "", helper: str = "") -> None:
        """Words of the resident or of a helper, screened for danger as every message is."""
        self._add(Type.MESSAGE, by=By.HELPER if helper else By.RESIDENT, name=helper or name, body=body)
        self._said.append(body)
        found = self.screener.look(tuple(self._said[-WINDOW - 1 :]))
        if found is None:
            return
        self._add(
            Type.DANGER_FOUND,
            by=By.HOUSE,
            visibility=Visibility.STATION,
            data={
                "grade": UNCLEAR if found.category == UNCLEAR else found.grade.name.lower(),
                "category": found.category,
                "why": [because.reason for because in found.why],
                "numbers": list(found.numbers),
            },
        )

    def accept_danger(self) -> None:
        """As `usecases.accept_danger`, by whoever is at the desk."""
        by = self.on_duty()
        self._add(Type.DANGER_ACCEPTED, officer=by, visibility=Visibility.STATION)
        self._note("matters.danger_accepted", by.ref)

    def answer(self, body: str) -> None:
        """As `usecases.say` by an officer."""
        by = self._acts()
        self._add(Type.MESSAGE, officer=by, body=body)
        if self.standing.handler_id is None:
            self._add(Type.ASSIGNED, officer=by, data={"to": by.pk, "to_name": by.public_name})
        if self._rule in clock.MET_BY_ANSWER:
            self._stop_clock()

    def answer_automatically(self, body: str, guide: str, confidence: float) -> None:
        """As `usecases.answer_automatically`."""
        if self.entries[-1].by in {By.RESIDENT, By.HELPER} or self.entries[-1].type == Type.DANGER_FOUND:
            self._add(
                Type.AUTO_ANSWER,
                by=By.HOUSE,
                body=body,
                data={"guide": guide, "confidence": round(confidence, 3)},
            )

    def note(self, body: str, *, restricted: bool = False) -> None:
        """As `usecases.note`."""
        level = Visibility.RESTRICTED if restricted else Visibility.STATION
        self._add(Type.NOTE, officer=self._acts(), visibility=level, body=body)

    def assign(self, to: Officer) -> None:
        """As `usecases.assign`. Complaints are taken by those who may see them."""
        if self.standing.handler_id == to.pk:
            return
        by = to if self.standing.kind == Kind.COMPLAINT else self._acts()
        self._add(Type.ASSIGNED, officer=by, data={"to": to.pk, "to_name": to.public_name})
        self._note("matters.assigned", by.ref, to=to.ref)

    def offer(self, to: Unit, why: str) -> None:
        """As `usecases.offer_transfer`."""
        by = self._acts()
        data = {"unit": to.pk, "unit_name": to.name, "officer": None, "from": self.standing.unit_id}
        self._add(Type.TRANSFER_OFFERED, officer=by, body=why, data=data)
        self._note("matters.transfer_offered", by.ref, reason=why, to=to.pk)

    def accept(self) -> None:
        """As `usecases.accept_transfer`."""
        unit = self._units[self.standing.offered_to_unit_id or 0]
        by = self.on_duty(unit)
        data = {"unit": unit.pk, "unit_name": unit.name, "from": self.standing.unit_id}
        self._add(Type.TRANSFER_ACCEPTED, officer=by, data=data)
        self._note("matters.transfer_accepted", by.ref)

    def give_back(self, why: str) -> None:
        """As `usecases.return_transfer`."""
        unit = self._units[self.standing.offered_to_unit_id or 0]
        by, here = self.on_duty(unit), self.present_unit
        data = {"unit": here.pk, "from": unit.pk, "unit_name": here.name}
        self._add(Type.TRANSFER_RETURNED, officer=by, body=why, data=data)
        self._note("matters.transfer_returned", by.ref, reason=why)

    def change_kind(self, kind: str, title: str = "") -> None:
        """As `usecases.change_kind` between kinds that are not complaints."""
        old, new = clock.FIRST_RULE[Kind(self.standing.kind)], clock.FIRST_RULE[Kind(kind)]
        data = {"kind": kind, "title": (title or self.standing.title)[:80], "from": self.standing.kind}
        self._add(Type.KIND_CHANGED, officer=self._acts(), data=data)
        if new == old or self._rule not in {"", old}:
            return
        if new not in clock.MET_BY_ANSWER or self.standing.first_answer_at is None:
            self._start_clock(new, since=self.received_at)
        elif self._rule:
            self._stop_clock(reason="replaced")

    def add_helper(self, label: str) -> None:
        """As `usecases.add_helper`; the key of the code is filled in when the codes are written."""
        self.codes.append(Code(self.now, Holder.HELPER, label))
        self._add(Type.HELPER_ADDED, by=By.RESIDENT, data={"label": label, "code": len(self.codes) - 1})

    def contact_safely(self) -> None:
        """As `usecases.set_safe_contact` by the resident."""
        self._add(Type.SAFE_CONTACT, by=By.RESIDENT, data={"on": True})

    def look(self, reason: str) -> None:
        """As `people.usecases.record_look`."""
        by = self._acts()
        what = tuple(name for name in PERSONAL if getattr(self.reporter, name)) or ("addresses",)
        held = self.town.roles[by.pk]
        role = next(one.value for one in Role if one.value in held)
        self.glances.append(Glance(self.now, by, role, what, reason))
        self._note("people.looked", by.ref, reason=reason, what=list(what))

    def close(self, reason: str, words: str) -> None:
        """As `usecases.close`."""
        by = self._acts()
        self._closer = by
        self._add(Type.CLOSED, officer=by, body=words, data={"reason": Reason(reason).value})
        if self._rule:
            self._stop_clock()
        self._note("matters.closed", by.ref, outcome=reason)

    def dispute(self, words: str) -> None:
        """As `usecases.dispute`."""
        barred = [self._closer, *self.kept_from]
        leader = next((one for one in self.town.leaders(self.present_unit.pk) if one not in barred), None)
        data = {"to": leader.pk if leader else None, "to_name": leader.public_name if leader else ""}
        self._add(Type.DISPUTED, by=By.RESIDENT, body=words, data=data)
        self._start_clock(clock.REVIEW_RULE)

    def review(self, words: str, *, upheld: bool) -> None:
        """As `usecases.review`, by the leader it went to."""
        by = self.handler or self.town.leaders(self.present_unit.pk)[0]
        before = next(entry for entry in reversed(self.entries) if entry.type == Type.CLOSED)
        data = {"upheld": upheld, "reason": before.data["reason"], "to": by.pk}
        self._add(Type.REVIEWED, officer=by, body=words, data=data)
        self._stop_clock()
        if not upheld:
            self._start_clock(clock.REDO_RULE)
        self._note("matters.reviewed", by.ref, upheld=upheld)

    def rate(self, stars: int, words: str) -> None:
        """As `usecases.rate`."""
        self._add(Type.RATED, by=By.RESIDENT, body=words, data={"stars": stars})

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _start_clock(self, rule: str, since: datetime | None = None) -> None:
        if self._rule:
            self._stop_clock(reason="replaced")
        earlier = {"since": since.astimezone(UTC).isoformat()} if since and since < self.now else {}
        self._add(Type.CLOCK, by=By.HOUSE, data={"event": "start", "rule": rule, **earlier})
        self._rule = rule

    def _stop_clock(self, reason: str = DONE) -> None:
        self._add(Type.CLOCK, by=By.HOUSE, data={"event": "stop", "rule": self._rule, "reason": reason})
        self._rule = ""

    def _add(
        self,
        type_: str,
        *,
        by: str = By.OFFICER,
        officer: Officer | None = None,
        visibility: Visibility = Visibility.PARTIES,
        name: str = "",
        body: str = "",
        data: dict[str, Any] | None = None,
    ) -> None:
        entry = Entry(
            seq=len(self.entries) + 1,
            at=self.now,
            type=str(type_),
            by=str(by),
            officer=officer,
            name=name or (officer.public_name if officer else ""),
            visibility=visibility,
            body=body,
            data=data or {},
        )
        self.entries.append(entry)
        self.standing = story.step(self.standing, fact_of(entry))

    def _note(self, action: str, actor: str, reason: str = "", **details: Any) -> None:
        self.trail.append(Trail(self.now, action, actor, reason, details))

    @property
    def first_entries(self) -> list[Entry]:
        """What is written at once; a room above may keep the rest for later."""
        return self.entries

    @property
    def clock_runs(self) -> bool:
        return bool(self._rule)

    def matter(self, number: str) -> Matter:
        """The row, with every column as the entries say; the clock's columns are counted once it is written."""
        columns = {name: getattr(self.standing, name) for name in story.COLUMNS}
        return Matter(
            number=number,
            channel=self.channel,
            unit_first=self.unit,
            received_at=self.received_at,
            community=self.community,
            reporter=self.reporter,
            **columns,
        )
