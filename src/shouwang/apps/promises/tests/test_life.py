"""A promise from its proposal to its end, and scorecards that nobody can change."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction

from shouwang.apps.catalogue.errors import TellsWho
from shouwang.apps.dispatch.tests.making import a_call, a_pair, sent
from shouwang.apps.dispatch.usecases import report
from shouwang.apps.incidents.usecases import decide_nature
from shouwang.apps.ledger.models import Leaf
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.models import Matter, Type
from shouwang.apps.matters.timeline import append_by_house
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.openness.dump import midnight
from shouwang.apps.promises import counting, facts, usecases
from shouwang.apps.promises.errors import NoReason, NothingChanged, NotReady
from shouwang.apps.promises.jobs import write_the_scorecards_of_what_is_over as job
from shouwang.apps.promises.models import Because, Promise, Proposal, Scorecard, Step, Version
from shouwang.apps.promises.queries import row_of, sheet_of
from shouwang.apps.promises.reckoning import Call, Measure, Rule, Tally
from shouwang.engines.law import Unit
from shouwang.kernel.appendonly import Unchangeable
from shouwang.kernel.errors import Conflict, Refused
from shouwang.kernel.models import AuditRow
from tests.cast import Cast, as_officer, at, with_code

from .making import START, TWO_HOURS, a_month_of_four, asked, in_force, proposed

pytestmark = pytest.mark.django_db
NOVEMBER = at("2026-11-01 00:20")


@pytest.fixture(autouse=True)
def no_old_figures() -> None:
    cache.clear()


def leaves(kind: str) -> list[dict[str, object]]:
    bodies = [json.loads(bytes(one.body)) for one in Leaf.objects.filter(key__startswith=kind).order_by("pk")]
    return [one["data"] for one in bodies]


class TestMaking:
    def test_two_people_stand_behind_it(self, cast: Cast) -> None:
        proposal = usecases.propose(
            cast.qingshi, by=cast.liang, rule=TWO_HOURS, title="两小时内答复", note="有人值班", at=START
        )
        with pytest.raises(Refused):
            usecases.put_in_force(proposal.promise, by=cast.liang, seen=1, at=START)
        with pytest.raises(Refused):
            usecases.put_in_force(proposal.promise, by=cast.chen, seen=1, at=START)
        version = usecases.put_in_force(proposal.promise, by=cast.shao, seen=1, at=START)
        assert (version.proposed_by, version.put_in_force_by) == (cast.liang, cast.shao)

    def test_it_counts_from_tomorrow_and_a_change_from_the_next_month(self, cast: Cast) -> None:
        first = in_force(cast)
        assert first.since == date(2026, 10, 6)
        slower = Rule(Measure.ANSWER, 4, Unit.HOURS, kinds=("consultation",))
        proposal = proposed(cast, slower, START + timedelta(days=10), promise=first.promise, note="人少")
        second = usecases.put_in_force(first.promise, by=cast.liang, seen=proposal.turn, at=START + timedelta(days=10))
        assert second.since == date(2026, 11, 1)
        asked(cast, at("2026-10-20 09:00"), 180)
        job(NOVEMBER)
        card = Scorecard.objects.get()
        assert (card.version, card.broken) == (first, 1)  # October is still judged by the two hours

    def test_every_step_is_a_leaf_and_in_the_records(self, cast: Cast) -> None:
        version = in_force(cast)
        usecases.end(version.promise, by=cast.liang, reason="改由县里统一承诺", at=START + timedelta(days=3))
        assert leaves("promise.made")[0]["sha256"] == version.sha256
        assert "改由" not in str(leaves("promise.ended"))
        done = set(AuditRow.objects.values_list("action", flat=True))
        assert {"promises.proposed", "promises.made", "promises.ended"} <= done

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"title": " "}, NotReady),
            ({"note": ""}, NoReason),
            ({"source": "law"}, NotReady),
            ({"title": "张晓梅 13800138000 的事两小时答复"}, TellsWho),
        ],
    )
    def test_a_proposal_that_cannot_be_public_is_refused(
        self, cast: Cast, changes: dict[str, str], error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            proposed(cast, **changes)
        assert not Promise.objects.exists()

    def test_the_same_again_another_measure_or_an_old_screen(self, cast: Cast) -> None:
        version = in_force(cast)
        with pytest.raises(NothingChanged):
            proposed(cast, promise=version.promise)
        with pytest.raises(NotReady):
            proposed(cast, Rule(Measure.CLOSING, 2, Unit.HOURS), promise=version.promise)
        with pytest.raises(NotReady):
            proposed(cast, Rule(Measure.ANSWER, 2, Unit.HOURS, kinds=("complaint",)), promise=version.promise)
        proposed(cast, promise=version.promise, title="两小时答复")
        with pytest.raises(Conflict):
            proposed(cast, promise=version.promise, title="两个小时答复")

    def test_sent_back_with_a_reason(self, cast: Cast) -> None:
        proposal = proposed(cast)
        with pytest.raises(NoReason):
            usecases.send_back(proposal.promise, by=cast.liang, seen=1, reason=" ", at=START)
        usecases.send_back(proposal.promise, by=cast.liang, seen=1, reason="夜里做不到", at=START)
        with pytest.raises(NotReady):
            usecases.put_in_force(proposal.promise, by=cast.liang, seen=1, at=START)
        again = proposed(cast, promise=proposal.promise, seen=1, title="白天两小时内答复")
        assert (again.turn, again.sent_back) == (2, "")
        assert Proposal.objects.count() == 1

    def test_an_ended_promise_keeps_its_months_and_counts_no_more(self, cast: Cast) -> None:
        promise = a_month_of_four(cast)
        usecases.end(promise, by=cast.liang, reason="做不到", at=at("2026-10-11 18:00"))
        job(at("2026-12-01 00:20"))
        card = Scorecard.objects.get()
        assert (card.end, card.kept, card.broken) == (date(2026, 10, 12), 2, 0)
        with pytest.raises(NotReady):
            usecases.end(promise, by=cast.liang, reason="再结束一次", at=START)
        with pytest.raises(NotReady):
            proposed(cast, promise=promise, title="又承诺")


class TestScorecards:
    def test_the_month_is_counted_once_it_is_over(self, cast: Cast) -> None:
        promise = a_month_of_four(cast)
        job(at("2026-10-31 23:50"))
        assert not Scorecard.objects.exists()
        job(NOVEMBER)
        job(NOVEMBER + timedelta(hours=1))
        card = Scorecard.objects.get()
        assert card.tally == Tally(2, 1, 0, 1, ((4, 1), (12, 1), (24, 1)))
        assert (card.first, card.end, card.promise) == (date(2026, 10, 6), date(2026, 11, 1), promise)
        (leaf,) = leaves("promise.scorecard")
        assert {**card.told, "sha256": card.sha256} == leaf
        assert card.sha256 == counting.digest_of(card.told)

    def test_a_recount_that_differs_stands_beside_it_and_says_why(self, cast: Cast) -> None:
        a_month_of_four(cast)
        late = asked(cast, at("2026-10-31 23:30"))
        job(NOVEMBER)
        matters.say(late.matter, viewer=as_officer(cast.chen), body="能办。", at=at("2026-11-01 00:40"))
        job(at("2026-11-01 02:00"))  # looked at again once in each month, not every hour
        assert Scorecard.objects.count() == 1
        job(at("2026-12-01 00:20"))
        october = Scorecard.objects.filter(first=date(2026, 10, 6)).order_by("number")
        assert [(one.number, one.kept, one.open, one.because) for one in october] == [
            (1, 2, 1, Because.FIRST),
            (2, 3, 0, Because.SETTLED),
        ]
        matter = Matter.objects.filter(received_at=at("2026-10-10 09:00"))
        matter.update(kind="help")  # taken in as the wrong kind, and corrected
        job(at("2027-01-01 00:20"))
        assert [one.because for one in october.all()] == [Because.FIRST, Because.SETTLED, Because.CORRECTED]
        assert counting.last_counts(Scorecard.objects.all())[0].kept == 2

    def test_the_house_refuses_to_change_one(self, cast: Cast) -> None:
        a_month_of_four(cast)
        job(NOVEMBER)
        card = Scorecard.objects.get()
        card.kept = 4
        with pytest.raises(Unchangeable):
            card.save()
        with pytest.raises(Unchangeable):
            card.delete()
        with pytest.raises(Unchangeable):
            Scorecard.objects.update(kept=4)
        with pytest.raises(Unchangeable):
            Scorecard.objects.all().delete()

    @pytest.mark.parametrize("model", [Scorecard, Version, Step])
    def test_the_database_refuses_too(self, cast: Cast, model: type[Scorecard]) -> None:
        a_month_of_four(cast)
        job(NOVEMBER)
        column = {Scorecard: "kept", Version: "number", Step: "version_id"}[model]
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {model._meta.db_table} SET {column} = 4")

    def test_fewer_than_three_are_nobody_s_to_know_not_even_in_the_log(self, cast: Cast) -> None:
        in_force(cast)
        asked(cast, at("2026-10-10 09:00"), 30)
        job(NOVEMBER)
        card = Scorecard.objects.get()
        assert card.kept == 1
        assert card.public == Tally()
        assert leaves("promise.scorecard")[0]["kept"] is None

    def test_two_processes_write_one(self, cast: Cast) -> None:
        promise = a_month_of_four(cast)
        twice = [counting.due_cards(Promise.objects.get(pk=promise.pk), NOVEMBER) for _nth in range(2)]
        assert [counting._write(card) for cards in twice for card in cards] == [True, False]
        assert len(leaves("promise.scorecard")) == 1

    def test_the_running_month_is_as_of_midnight(self, cast: Cast) -> None:
        promise = a_month_of_four(cast)
        day = date(2026, 10, 12)
        assert counting.standing(promise, day) == (date(2026, 10, 6), Tally(2, 0, 0, 0, ((4, 1), (12, 1))))
        assert counting.standing(promise, date(2026, 10, 6)) is None
        danger = in_force(cast, Rule(Measure.DANGER, 3, Unit.MINUTES), title="危险求助三分钟内应答").promise
        assert counting.standing(danger, day) is None  # only finished quarters are told


class TestCalledOut:
    def test_out_of_reach_and_answered(self, cast: Cast) -> None:
        promise = in_force(cast).promise
        for day in range(10, 16):
            asked(cast, at(f"2026-10-{day} 09:00"), 500 if day > 11 else 5)
        job(NOVEMBER)
        (row,) = sheet_of(cast.liang, NOVEMBER).called
        assert (row.call, row.recent.kept, row.recent.n) == (Call.HARD, 2, 6)
        with pytest.raises(Refused):
            usecases.answer_call(promise, by=cast.chen, call="hard", words="加人", at=NOVEMBER)
        usecases.answer_call(promise, by=cast.liang, call="hard", words="夜里加一个人", at=NOVEMBER)
        assert not sheet_of(cast.liang, NOVEMBER)
        again = Promise.objects.with_all().get()
        assert row_of(again, NOVEMBER).call is Call.HARD  # an answer does not make the figures better
        assert not row_of(again, NOVEMBER + timedelta(days=91)).answered
        assert leaves("promise.answered")[0]["call"] == "hard"

    def test_a_proposal_waits_for_another_leader_only(self, cast: Cast) -> None:
        proposed(cast, by=cast.liang)
        assert not sheet_of(cast.liang, START)
        assert len(sheet_of(cast.shao, START).waiting) == 1
        assert not sheet_of(cast.fan, START)
        assert not sheet_of(cast.chen, START)


class TestFacts:
    """What each measure takes from timelines."""

    def of(self, measure: Measure, cast: Cast, station: str = "qingshi") -> list[facts.Fact]:
        return facts.facts_of(measure, getattr(cast, station), date(2026, 10, 1), date(2026, 11, 1))

    def test_an_answer_is_a_person_s_and_who_took_it_back_waits_no_more(self, cast: Cast) -> None:
        opened = asked(cast, at("2026-10-10 09:00"))
        matters.answer_automatically(opened.matter, body="带户口本。", guide="birth", confidence=0.9, at=START)
        assert self.of(Measure.ANSWER, cast)[0].reached is None
        done = at("2026-10-10 15:00")
        matters.close(opened.matter, by=cast.liang, reason="withdrawn", words="不问了", at=done)
        (fact,) = self.of(Measure.ANSWER, cast)
        assert (fact.reached, fact.dropped) == (None, done)
        (fact,) = self.of(Measure.CLOSING, cast)
        assert (fact.reached, fact.dropped) == (None, done)

    def test_a_dispute_opens_what_was_closed(self, cast: Cast) -> None:
        opened = asked(cast, at("2026-10-10 09:00"), 10)
        done = at("2026-10-10 15:00")
        matters.close(Matter.objects.get(), by=cast.chen, reason="answered", words="办好了", at=done)
        assert self.of(Measure.CLOSING, cast)[0].reached == done
        matters.dispute(Matter.objects.get(), viewer=with_code(opened), words="没有", at=done + timedelta(hours=1))
        assert self.of(Measure.CLOSING, cast)[0].reached is None

    def test_a_transfer_is_the_receiver_s_promise(self, cast: Cast) -> None:
        opened, offered = asked(cast, at("2026-10-10 09:00"), 10), at("2026-10-10 10:00")
        matter = Matter.objects.get(pk=opened.matter.pk)
        matters.offer_transfer(matter, to=cast.hewan, by=cast.chen, reason="在河湾", at=offered)
        assert self.of(Measure.TRANSFER, cast) == []
        (fact,) = self.of(Measure.TRANSFER, cast, "hewan")
        assert (fact.began, fact.reached) == (offered, None)
        matter.refresh_from_db()
        matters.accept_transfer(matter, by=cast.meng, at=offered + timedelta(minutes=9))
        assert self.of(Measure.TRANSFER, cast, "hewan")[0].reached == offered + timedelta(minutes=9)

    def test_danger_from_when_it_was_found(self, cast: Cast) -> None:
        opened, rang = asked(cast, at("2026-10-10 09:00")), at("2026-10-10 09:30")
        append_by_house(
            Matter.objects.get(),
            Type.DANGER_FOUND,
            at=rang,
            visibility=Visibility.STATION,
            data={"grade": "now", "words": []},
        )
        assert self.of(Measure.DANGER, cast)[0].began == rang
        matters.accept_danger(Matter.objects.get(pk=opened.matter.pk), by=cast.chen, at=rang + timedelta(minutes=2))
        assert self.of(Measure.DANGER, cast)[0].reached == rang + timedelta(minutes=2)

    def test_filing_and_the_first_crew_on_scene(self, cast: Cast) -> None:
        came = at("2026-10-10 09:00")
        opened = a_call(cast, "夜市有人打架", at=came)
        assert (self.of(Measure.FILING, cast)[0].reached, self.of(Measure.SCENE, cast)) == (None, [])
        later = came + timedelta(minutes=20)
        decide_nature(opened.matter, by=cast.chen, nature="dispute", words="口角，没有动手", at=later)
        assert self.of(Measure.FILING, cast)[0].reached == later
        sending = sent(
            Matter.objects.get(pk=opened.matter.pk), a_pair(cast, "一组", 1, at=came), by=cast.chen, at=later
        )
        assert self.of(Measure.SCENE, cast)[0].reached is None
        by = sending.crew.members.first().officer  # type: ignore[union-attr]  # a pair
        report(sending, "on-scene", by=by, at=later + timedelta(minutes=5))
        (fact,) = self.of(Measure.SCENE, cast)
        assert (fact.began, fact.reached) == (came, later + timedelta(minutes=5))

    def test_the_arrival_is_that_of_the_station_that_received_it(self, cast: Cast) -> None:
        asked(cast, midnight(date(2026, 10, 1)))
        asked(cast, midnight(date(2026, 11, 1)))
        assert len(self.of(Measure.ANSWER, cast)) == 1
        assert self.of(Measure.ANSWER, cast, "hewan") == []
