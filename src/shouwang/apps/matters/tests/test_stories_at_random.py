"""
Thousands of stories nobody thought of: any step, in any order, at any time, by anybody. What must always be true is checked after each.

`STORIES=500 pytest …/test_stories_at_random.py` tells more of them than the suite has time for.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shouwang.apps.matters import clock, story, timeline, usecases
from shouwang.apps.matters.models import AccessCode, Entry, Kind, Matter, Reason, Type
from shouwang.apps.matters.viewer import Held, Holder, Viewer
from shouwang.apps.units.models import Officer
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.live.models import LiveEvent
from shouwang.kernel.models import AuditRow
from tests.cast import MONDAY, Cast, consultation

MANY = int(os.environ.get("STORIES", "0"))
DANGER = "他拿着刀砸门，救命"
people = st.sampled_from(["chen", "zhou", "liang", "fan", "meng", "an", "jiang", "shi", "shao", "admin"])
units = st.sampled_from(["qingshi", "hewan", "bureau"])
kinds = st.sampled_from([Kind.CONSULTATION, Kind.HELP, Kind.COMPLAINT, Kind.DISCLOSURE, Kind.REPORT])
gaps = st.sampled_from([0, 1, 7, 59, 60, 24 * 60, 6 * 24 * 60, 40 * 24 * 60])


class Stories(RuleBasedStateMachine):
    """One matter, everybody who may touch it, and a plain model of what must be true of it."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now = MONDAY
        self.serial = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    # ── the model ────────────────────────────────────────────────────────────────────────────────────────────────────

    @initialize(kind=kinds, words=st.sampled_from(["能上户口吗？", "", DANGER]))
    def open(self, kind: str, words: str) -> None:
        opened = consultation(self.cast, kind=kind, body=words, client_id="ask:1")
        self.pk, self.number, self.received_at = opened.matter.pk, opened.matter.number, opened.matter.received_at
        self.answerable = self.cast.qingshi.pk
        self.unanswered = [self.now] if words else []
        self.reporter: Held = opened.held
        self.helpers: list[Held] = []
        self.sent: list[tuple[Viewer, str, str, int]] = []

    @property
    def matter(self) -> Matter:
        return Matter.objects.get(pk=self.pk)

    def officer(self, name: str) -> Officer:
        found: Officer = getattr(self.cast, name)
        return found

    def written(self) -> tuple[Any, ...]:
        """Everything that a refused step must leave alone."""
        return (
            Matter.objects.filter(pk=self.pk).values().get(),
            Entry.objects.count(),
            AuditRow.objects.count(),
            LiveEvent.objects.count(),
            list(AccessCode.objects.order_by("pk").values()),
        )

    def tried(self, step: Callable[[], Any]) -> Any:
        """What a step returned, or None when a rule said no; then nothing was written."""
        before = self.written()
        try:
            return step() or True
        except RuleBroken:
            assert self.written() == before
            return None

    def resident(self, helper: bool = False) -> Viewer:
        held = self.helpers[-1] if helper and self.helpers else self.reporter
        return Viewer(held={self.pk: held})

    # ── steps ────────────────────────────────────────────────────────────────────────────────────────────────────────

    @rule(minutes=gaps)
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    def say(self, viewer: Viewer, body: str) -> bool:
        self.serial += 1
        key, words = f"m{self.serial}", f"{body} {self.serial}"
        before = self.matter.last_seq
        done = self.tried(lambda: usecases.say(self.matter, viewer=viewer, at=self.now, body=words, client_id=key))
        if done:
            assert self.matter.last_seq > before
            self.sent.append((viewer, key, words, done.seq))
        return bool(done)

    @rule(helper=st.booleans(), body=st.sampled_from(["还有一个问题", DANGER]))
    def the_resident_writes(self, helper: bool, body: str) -> None:
        if self.say(self.resident(helper), body):
            self.unanswered.append(self.now)

    @rule(who=people)
    def an_officer_answers(self, who: str) -> None:
        if self.say(Viewer(officer=self.officer(who)), "让外婆来就行"):
            self.unanswered = []

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def a_message_is_sent_again(self, data: st.DataObject) -> None:
        viewer, key, words, seq = data.draw(st.sampled_from(self.sent))
        before = self.written()
        done = self.tried(lambda: usecases.say(self.matter, viewer=viewer, at=self.now, body=words, client_id=key))
        assert self.written() == before
        assert done is None or done.seq == seq

    @rule(who=people, restricted=st.booleans())
    def an_officer_notes(self, who: str, restricted: bool) -> None:
        self.tried(
            lambda: usecases.note(self.matter, by=self.officer(who), body="记一笔", at=self.now, restricted=restricted)
        )

    @rule(who=people, to=people)
    def somebody_is_put_in_charge(self, who: str, to: str) -> None:
        self.tried(lambda: usecases.assign(self.matter, to=self.officer(to), by=self.officer(who), at=self.now))

    @rule(who=people, to=people, back=st.booleans())
    def a_shift_ends(self, who: str, to: str, back: bool) -> None:
        next_one = None if back else self.officer(to)
        self.tried(lambda: usecases.hand_over(self.officer(who), to=next_one, at=self.now))

    @rule(who=people, unit=units, reason=st.sampled_from(["户口在河湾", " "]))
    def a_transfer_is_offered(self, who: str, unit: str, reason: str) -> None:
        to = getattr(self.cast, unit)
        self.tried(
            lambda: usecases.offer_transfer(self.matter, to=to, by=self.officer(who), reason=reason, at=self.now)
        )

    @rule(who=people)
    def a_transfer_is_accepted(self, who: str) -> None:
        to = self.matter.offered_to_unit_id
        if self.tried(lambda: usecases.accept_transfer(self.matter, by=self.officer(who), at=self.now)):
            assert to is not None
            self.answerable = to

    @rule(who=people)
    def a_transfer_is_returned(self, who: str) -> None:
        self.tried(lambda: usecases.return_transfer(self.matter, by=self.officer(who), reason="不在这里", at=self.now))

    @rule(who=people, kind=kinds)
    def it_gets_another_name(self, who: str, kind: str) -> None:
        self.tried(lambda: usecases.change_kind(self.matter, kind=kind, by=self.officer(who), at=self.now))

    @rule(who=people, reason=st.sampled_from(Reason.values))
    def it_is_closed(self, who: str, reason: str) -> None:
        by = self.officer(who)
        if self.tried(lambda: usecases.close(self.matter, by=by, reason=reason, words="办好了", at=self.now)):
            self.unanswered = []

    @rule(helper=st.booleans())
    def it_is_disputed(self, helper: bool) -> None:
        if self.tried(lambda: usecases.dispute(self.matter, viewer=self.resident(helper), words="不行", at=self.now)):
            self.unanswered = [self.now]

    @rule(who=people, upheld=st.booleans())
    def it_is_reviewed(self, who: str, upheld: bool) -> None:
        by = self.officer(who)
        if self.tried(lambda: usecases.review(self.matter, by=by, upheld=upheld, words="看过了", at=self.now)):
            self.unanswered = []

    @rule(stars=st.integers(0, 6))
    def it_is_rated(self, stars: int) -> None:
        self.tried(lambda: usecases.rate(self.matter, viewer=self.resident(), stars=stars, words="", at=self.now))

    @rule(asked_by_helper=st.booleans())
    def a_helper_comes(self, asked_by_helper: bool) -> None:
        viewer = self.resident(asked_by_helper)
        made = self.tried(lambda: usecases.add_helper(self.matter, viewer=viewer, label="女儿", at=self.now))
        if made:
            self.helpers.append(made[1])

    @precondition(lambda self: self.helpers)
    @rule()
    def a_helper_goes(self) -> None:
        gone = self.helpers.pop()
        self.sent = [one for one in self.sent if one[0].held.get(self.pk) != gone]
        usecases.remove_helper(self.matter, viewer=self.resident(), code_id=gone.code_id, at=self.now)

    @rule(who=people)
    def the_code_is_replaced(self, who: str) -> None:
        code = self.tried(lambda: usecases.replace_code(self.matter, by=self.officer(who), reason="本人", at=self.now))
        if code:
            self.sent = [one for one in self.sent if one[0].held.get(self.pk) != self.reporter]
            self.reporter = usecases.open_by_code(code, address="x", at=self.now, tries_per_hour=9)

    @rule(who=people)
    def danger_is_answered(self, who: str) -> None:
        self.tried(lambda: usecases.accept_danger(self.matter, by=self.officer(who), at=self.now))

    @rule(on=st.booleans())
    def safe_contact_is_set(self, on: bool) -> None:
        usecases.set_safe_contact(self.matter, viewer=self.resident(), on=on, at=self.now)
        assert self.matter.safe_contact == on

    @rule(who=people, why=st.sampled_from(["third-party", "correction", "lunch"]))
    def the_clock_pauses(self, who: str, why: str) -> None:
        by = self.officer(who)
        self.tried(lambda: usecases.pause_clock(self.matter, by=by, reason=why, words="在等", at=self.now))

    @rule(who=people)
    def the_clock_goes_on(self, who: str) -> None:
        self.tried(lambda: usecases.resume_clock(self.matter, by=self.officer(who), at=self.now))

    @rule(who=people)
    def the_clock_begins_anew(self, who: str) -> None:
        self.tried(lambda: usecases.restart_clock(self.matter, by=self.officer(who), words="补齐了", at=self.now))

    @rule(who=people, amount=st.sampled_from([0, 1, 7, 20, 30, 31]))
    def the_clock_gets_longer(self, who: str, amount: int) -> None:
        by = self.officer(who)
        self.tried(lambda: usecases.extend_clock(self.matter, by=by, amount=amount, words="路远", at=self.now))

    @rule()
    def the_house_beats_and_recounts(self) -> None:
        usecases.beat_all(at=self.now)
        usecases.recount(self.matter, at=self.now)
        one = self.matter
        assert one.next_word_by is None or one.next_word_by > self.now

    # ── what is always true ──────────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def the_columns_are_what_the_entries_say(self) -> None:
        entries = list(Entry.objects.filter(matter=self.pk).order_by("seq"))
        assert timeline.standing_of(self.matter) == story.fold(map(timeline.fact_of, entries))
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))

    @invariant()
    def the_clock_columns_are_what_the_engine_says(self) -> None:
        one = self.matter
        assert clock.Due(one.due_at, one.due_rule, one.due_provisional) == clock.due_of(one, self.now)

    @invariant()
    def at_most_one_clock_runs(self) -> None:
        running = 0
        for data in (
            Entry.objects.filter(matter=self.pk, type=Type.CLOCK).order_by("seq").values_list("data", flat=True)
        ):
            running += {"start": 1, "stop": -1}.get(data["event"], 0)
            assert running in {0, 1}
        assert self.matter.is_open or running == 0

    @invariant()
    def what_the_resident_holds_does_not_change(self) -> None:
        one = self.matter
        assert (one.number, one.received_at) == (self.number, self.received_at)
        live = AccessCode.objects.filter(matter=self.pk, revoked_at=None)
        assert {(row.pk, row.holder) for row in live} == {
            (self.reporter.code_id, Holder.REPORTER),
            *((one.code_id, Holder.HELPER) for one in self.helpers),
        }

    @invariant()
    def the_first_receiver_is_answerable_until_the_next_accepts(self) -> None:
        assert self.matter.unit_id == self.answerable

    @invariant()
    def whoever_waits_has_waited_since_the_oldest_unanswered_words(self) -> None:
        assert self.matter.waiting_since == (self.unanswered[0] if self.unanswered else None)

    @invariant()
    def a_closed_matter_promises_nothing(self) -> None:
        one = self.matter
        assert one.is_open or (one.due_at, one.next_word_by, one.waiting_since) == (None, None, None)

    @invariant()
    def whoever_is_in_charge_may_read_it(self) -> None:
        one = self.matter
        assert one.handler is None or Matter.objects.visible_to(Viewer(officer=one.handler)).filter(pk=one.pk).exists()


@pytest.mark.django_db
def test_any_story_keeps_its_word(cast: Cast) -> None:
    Stories.cast = cast
    # The suite always tells the same stories; the long run looks for new ones.
    run_state_machine_as_test(
        Stories,
        settings=settings(
            max_examples=MANY or 8,
            stateful_step_count=60 if MANY else 25,
            derandomize=not MANY,
            database=None,
            phases=[Phase.generate, Phase.shrink] if MANY else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
