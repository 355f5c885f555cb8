"""From the proposal to the sealed record: each step in its time, and each refusal with its article."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from shouwang.apps.cases.parts import blocks, lacks
from shouwang.apps.matters import clock
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.sentences import entry_sentence
from shouwang.apps.matters.viewer import Held, Holder, Viewer
from shouwang.apps.papers import usecases as papers
from shouwang.apps.papers.known import record_of
from shouwang.apps.papers.making import hold, pdf_of
from shouwang.apps.papers.tests.making import text_of
from shouwang.apps.penalties import usecases
from shouwang.apps.penalties.errors import NotAllowed, WrongMoment
from shouwang.apps.penalties.judging import born_of
from shouwang.apps.penalties.knows import papers_of
from shouwang.apps.penalties.limits import clocks_of, left_to_do
from shouwang.apps.penalties.models import Hearing, Penalty, Served, Stage
from shouwang.apps.penalties.tests.conftest import DAY, HOUR, NOON, SAID, Court, reporter_is_victim
from shouwang.apps.penalties.usecases import Proposal
from shouwang.engines.papers.tests.reading import squeezed
from shouwang.kernel.errors import Refused
from shouwang.kernel.models import AuditRow
from tests.cast import at

pytestmark = pytest.mark.django_db


def entries(court: Court) -> list[str]:
    found = Entry.objects.filter(matter=court.case.pk, data__what__startswith="penalties.").order_by("seq")
    return [one.data["what"].removeprefix("penalties.") for one in found]


class TestTheProposal:
    def test_it_stands_with_what_the_law_says_and_whose_turn_it_is(self, court: Court) -> None:
        made = court.propose()
        assert (made.stage, made.decider, made.waits_for) == (Stage.PROPOSED, "station-chief", "desk")
        assert made.basis == "《中华人民共和国治安管理处罚法》第59条"
        assert born_of(made.party) == date(1990, 5, 1), "the date of birth is written down once, for all papers"

    def test_one_act_of_one_day_is_not_punished_twice(self, court: Court) -> None:
        """行政处罚法 art. 29; what is over counts as well as what runs, and a change is no way around."""
        first = court.propose()
        Penalty.objects.filter(pk=first.pk).update(stage=Stage.DONE)
        with pytest.raises(NotAllowed, match=r"一事不再罚.*第29条"):
            court.propose()
        other_day = court.propose(act_on=date(2026, 11, 21))
        with pytest.raises(NotAllowed, match="一事不再罚"):
            usecases.change(other_day, Proposal(**SAID), by=court.cast.chen, at=NOON)
        assert court.propose(court.two).party == court.two, "another person is another matter"

    def test_what_was_taken_back_is_no_penalty(self, court: Court) -> None:
        usecases.drop(court.propose(), by=court.cast.chen, words="写错了", at=NOON)
        assert court.propose().stage == Stage.PROPOSED

    def test_nor_on_the_spot(self, court: Court) -> None:
        court.spot()
        Penalty.objects.update(stage=Stage.DONE)
        with pytest.raises(NotAllowed, match="一事不再罚"):
            court.spot()

    def test_detention_is_the_countys_to_decide(self, court: Court) -> None:
        assert court.propose(kind="detention", fine=0, days=3).decider == "county-head"

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({"fine": 1001}, "第59条"),
            ({"fine": 0}, "罚款要写金额"),
            ({"born_on": None}, "先写清出生日期"),
            ({"born_on": date(2013, 1, 1)}, "不满十四周岁.*第12,24条"),
            ({"act_on": date(2026, 5, 1)}, "六个月.*第25条"),
        ],
    )
    def test_what_the_law_forbids_is_refused_with_its_article(
        self, court: Court, given: dict[str, Any], says: str
    ) -> None:
        with pytest.raises(NotAllowed, match=says):
            court.propose(**given)
        assert not Penalty.objects.exists()

    def test_a_day_that_has_not_come_and_missing_words_are_refused(self, court: Court) -> None:
        with pytest.raises(WrongMoment, match="还没有到"):
            court.propose(act_on=date(2026, 11, 24))
        with pytest.raises(NothingSaid, match="都要写"):
            court.propose(reasons="  ")

    def test_one_act_of_one_person_has_one_penalty_and_two_people_have_two(self, court: Court) -> None:
        court.propose()
        with pytest.raises(WrongMoment, match="已经有一个处罚在办"):
            court.propose()
        assert court.propose(court.two).party == court.two

    def test_a_second_press_finds_the_first(self, court: Court) -> None:
        said = Proposal(**SAID)
        made = [usecases.propose(court.one, said, by=court.cast.chen, at=NOON, client_id="desk:1") for _ in "ab"]
        assert made[0].pk == made[1].pk
        assert entries(court) == ["proposed"]

    def test_only_police_of_the_case_propose_and_only_for_a_suspect(self, court: Court) -> None:
        for who in (court.cast.jiang, court.cast.an, court.cast.meng, court.cast.shi):
            with pytest.raises(Refused):
                usecases.propose(court.one, Proposal(**SAID), by=who, at=NOON)
        with pytest.raises(WrongMoment, match="违法嫌疑人"):
            usecases.propose(court.harmed, Proposal(**SAID), by=court.cast.chen, at=NOON)


class TestTelling:
    """治安管理处罚法 art. 112."""

    def test_it_goes_nowhere_before_the_person_was_told(self, court: Court) -> None:
        with pytest.raises(NotAllowed, match=r"先告知本人.*第112条"):
            usecases.hand_in(court.propose(), by=court.cast.chen, at=NOON)

    def test_what_the_person_says_has_to_be_answered_first(self, court: Court) -> None:
        told = court.told(defence="是他先动手。")
        with pytest.raises(NotAllowed, match="核实的结果"):
            court.up(told)
        answered = usecases.tell(told, by=court.cast.chen, told_at=NOON, at=NOON + HOUR, answer="看了录像，不是。")
        assert (answered.defence, answered.told_at) == ("是他先动手。", told.told_at), "what was said first stands"
        assert court.up(answered).stage == Stage.DECIDING

    def test_arguing_makes_nothing_heavier(self, court: Court) -> None:
        told = court.told(defence="我不服。", answer="核实过了。")
        with pytest.raises(NotAllowed, match="不能因为申辩加重"):
            usecases.change(told, Proposal(**{**SAID, "fine": 501}), by=court.cast.chen, at=NOON + 2 * HOUR)
        with pytest.raises(NotAllowed, match="不能因为申辩加重"):
            court.decided(court.up(told), kind="fine", fine=501, words="态度不好。")
        lighter = court.decided(Penalty.objects.get(pk=told.pk), kind="fine", fine=300, words="赔了。")
        assert (lighter.fine, lighter.reasons.splitlines()[-1]) == (300, "赔了。")

    def test_a_lighter_decision_needs_its_reason(self, court: Court) -> None:
        with pytest.raises(NothingSaid):
            court.decided(kind="fine", fine=300)

    def test_a_minors_guardian_is_told_and_heard(self, court: Court) -> None:
        young = court.propose(born_on=date(2010, 1, 1))
        with pytest.raises(NotAllowed, match=r"监护人.*第112条"):
            court.told(young)
        assert court.told(young, guardian_says="会好好管教。").stage == Stage.TOLD

    def test_the_time_has_to_fit(self, court: Court) -> None:
        made = court.propose()
        for when in (NOON - HOUR, NOON + 2 * HOUR):
            with pytest.raises(WrongMoment):
                usecases.tell(made, by=court.cast.chen, told_at=when, at=NOON + HOUR)


class TestHearing:
    """治安管理处罚法 art. 117; 行政处罚法 arts. 64, 85: working days."""

    def test_five_working_days_from_being_told(self, court: Court) -> None:
        told = court.told(court.gambling())
        assert told.hearing_by == date(2026, 11, 30)
        with pytest.raises(NotAllowed, match=r"2026-11-30.*第117条"):
            usecases.hand_in(told, by=court.cast.chen, at=at("2026-11-30 17:00"))
        assert usecases.hand_in(told, by=court.cast.chen, at=at("2026-12-01 09:00")).stage == Stage.DECIDING

    def test_who_wants_none_need_not_wait(self, court: Court) -> None:
        assert court.up(court.told(court.gambling(), waived=True)).waits_for == "county-head"

    def test_below_4000_there_is_none(self, court: Court) -> None:
        with pytest.raises(NotAllowed, match="没有听证的权利"):
            usecases.ask_hearing(court.told(), by=court.cast.chen, at=NOON + 2 * HOUR)

    def test_asking_on_the_sixth_working_day_is_too_late(self, court: Court) -> None:
        told = court.told(court.gambling())
        with pytest.raises(NotAllowed, match="五个工作日"):
            usecases.ask_hearing(told, by=court.cast.chen, at=at("2026-12-01 00:01"))

    def test_its_time_is_not_the_cases(self, court: Court) -> None:
        """Art. 118: the case's clock stands still from asking to the end, and nobody outside the station reads why."""
        due = Matter.objects.get(pk=court.case.pk).due_at
        asked = usecases.ask_hearing(court.told(court.gambling()), by=court.cast.chen, at=at("2026-11-25 10:00"))
        run = clock.running(Matter.objects.get(pk=court.case.pk))
        assert run is not None
        assert run.paused_for == "hearing"
        self.set(court, asked, at("2026-12-08 09:00"), late_why="主持人在外培训。")
        usecases.end_hearing(asked, by=court.cast.chen, held_it=True, words="雀听证。", at=at("2026-12-08 11:00"))
        assert Matter.objects.get(pk=court.case.pk).due_at == due + 13 * DAY
        entry = Entry.objects.filter(matter=court.case.pk, type="clock", data__reason="hearing").latest("seq")
        assert entry.visibility > 1

    def set(self, court: Court, penalty: Penalty, on: Any, **given: Any) -> Penalty:
        told = {"place": "分局听证室", "chair": court.legal, "at": at("2026-11-25 11:00"), **given}
        return usecases.set_hearing(penalty, by=court.cast.chen, on=on, **told)

    def test_the_chair_is_never_the_investigator(self, court: Court) -> None:
        asked = usecases.ask_hearing(court.told(court.gambling()), by=court.cast.chen, at=NOON + 2 * HOUR)
        for who in (court.cast.chen, court.cast.zhou):
            with pytest.raises(NotAllowed, match="主持人"):
                self.set(court, asked, at("2026-12-04 09:00"), chair=who)

    def test_seven_working_days_before_and_ten_days_after(self, court: Court) -> None:
        """Asked on Wednesday the 25th: told then, the first day is Friday the 4th; later than the 5th needs its reason."""
        asked = usecases.ask_hearing(court.told(court.gambling()), by=court.cast.chen, at=at("2026-11-25 10:00"))
        with pytest.raises(NotAllowed, match="最早 2026-12-04"):
            self.set(court, asked, at("2026-12-03 09:00"))
        with pytest.raises(NotAllowed, match="十日（2026-12-07）"):  # the tenth day is a Saturday and rolls
            self.set(court, asked, at("2026-12-08 09:00"))
        assert self.set(court, asked, at("2026-12-04 09:00")).asked_hearing.place == "分局听证室"

    def test_it_does_not_end_before_it_began_but_may_be_given_up(self, court: Court) -> None:
        asked = usecases.ask_hearing(court.told(court.gambling()), by=court.cast.chen, at=at("2026-11-25 10:00"))
        self.set(court, asked, at("2026-12-04 09:00"))
        with pytest.raises(WrongMoment, match="还没有到"):
            usecases.end_hearing(asked, by=court.cast.chen, held_it=True, words="好。", at=at("2026-12-04 08:00"))
        over = usecases.end_hearing(asked, by=court.cast.chen, held_it=False, words="来电。", at=at("2026-12-02 08:00"))
        assert over.stage == Stage.TOLD
        assert usecases.hand_in(over, by=court.cast.chen, at=at("2026-12-02 09:00")).stage == Stage.DECIDING

    def test_after_a_hearing_comes_legal_review(self, court: Court) -> None:
        """Art. 114."""
        asked = usecases.ask_hearing(court.told(court.gambling()), by=court.cast.chen, at=at("2026-11-25 10:00"))
        self.set(court, asked, at("2026-12-04 09:00"))
        usecases.end_hearing(asked, by=court.cast.chen, held_it=True, words="雀听证。", at=at("2026-12-04 11:00"))
        up = usecases.hand_in(asked, by=court.cast.chen, at=at("2026-12-04 12:00"))
        assert (up.stage, up.waits_for) == (Stage.LEGAL, "legal-officer")
        with pytest.raises(Refused, match="法制员"):
            usecases.review(up, by=court.cast.liang, words="同意。", at=at("2026-12-04 13:00"))
        reviewed = usecases.review(up, by=court.legal, words="程序合法。", at=at("2026-12-04 13:00"))
        assert (reviewed.stage, reviewed.waits_for) == (Stage.DECIDING, "county-head")

    def test_a_minors_is_closed(self, court: Court) -> None:
        young = court.propose(kind="detention", fine=0, days=3, born_on=date(2009, 1, 1), marks={"grave": True})
        told = court.told(young, guardian_says="同意。")
        usecases.ask_hearing(told, by=court.cast.chen, at=NOON + 2 * HOUR)
        assert Hearing.objects.get().closed

    def test_two_hearings_of_a_case_resume_its_clock_once_both_are_over(self, court: Court) -> None:
        given = {"act": "gambling", "grade": "serious", "kind": "detention-fine", "fine": 5000, "days": 10}
        first, second = court.told(court.propose(**given)), court.told(court.propose(court.two, **given))
        for one in (first, second):
            usecases.ask_hearing(one, by=court.cast.chen, at=at("2026-11-25 10:00"))
        for one, paused in ((first, "hearing"), (second, "")):
            usecases.end_hearing(one, by=court.cast.chen, held_it=False, words="不要了。", at=at("2026-11-26 10:00"))
            run = clock.running(Matter.objects.get(pk=court.case.pk))
            assert run is not None
            assert run.paused_for == paused


class TestDeciding:
    def test_other_eyes_than_the_proposers(self, court: Court) -> None:
        said = Proposal(**SAID)
        mine = usecases.propose(court.one, said, by=court.cast.liang, at=NOON)
        usecases.tell(mine, by=court.cast.liang, told_at=NOON, at=NOON)
        usecases.hand_in(mine, by=court.cast.liang, at=NOON)
        with pytest.raises(Refused, match="另一个人决定"):
            usecases.decide(mine, by=court.cast.liang, at=NOON)
        assert usecases.decide(mine, by=court.cast.shao, at=NOON).stage == Stage.DECIDED

    def test_whoever_changed_it_does_not_decide_it(self, court: Court) -> None:
        made = court.propose()
        usecases.change(made, Proposal(**{**SAID, "fine": 400}), by=court.cast.liang, at=NOON)
        with pytest.raises(Refused, match="另一个人决定"):
            court.decided(court.up(court.told(made)))

    def test_a_station_never_decides_detention(self, court: Court) -> None:
        up = court.up(court.told(court.propose(kind="detention", fine=0, days=3)))
        with pytest.raises(Refused, match="县级以上公安机关负责人"):
            court.decided(up)
        assert court.decided(up, by=court.cast.shao).executed is True

    def test_two_deciders_at_once_decide_once(self, court: Court) -> None:
        up = court.up()
        court.decided(up)
        with pytest.raises(Refused, match="已经做过了"):
            court.decided(up, by=court.cast.shao)
        with pytest.raises(Refused):
            usecases.spare(up, by=court.cast.shao, words="不罚。", basis="第20条", at=NOON + 4 * HOUR)
        assert entries(court).count("decided") == 1

    def test_no_penalty_is_a_decision_too(self, court: Court) -> None:
        spared = usecases.spare(
            court.up(),
            by=court.cast.liang,
            words="初次违法，后果轻微，已经赔了。",
            basis="《行政处罚法》第33条",
            at=NOON + 3 * HOUR,
        )
        assert (spared.kind, spared.fine, spared.stage) == ("none", 0, Stage.DECIDED)
        assert court.served(spared).stage == Stage.DONE

    def test_a_child_under_fourteen_is_spared_without_more(self, court: Court) -> None:
        """Arts. 12: proposed as no penalty, decided as no penalty; nothing heavier is left to say."""
        child = court.propose(kind="none", fine=0, born_on=date(2014, 1, 1))
        up = usecases.hand_in(child, by=court.cast.chen, at=NOON)
        assert up.waits_for == "station-chief"
        back = usecases.send_back(up, by=court.cast.liang, words="写明怎么管教。", at=NOON)
        assert back.stage == Stage.PROPOSED
        up = usecases.hand_in(back, by=court.cast.chen, at=NOON)
        with pytest.raises(NothingSaid, match="决定不予处罚"):
            usecases.decide(up, by=court.cast.liang, at=NOON)
        with pytest.raises(NotAllowed, match="不满十四周岁"):
            usecases.decide(up, by=court.cast.liang, at=NOON, kind="warning", words="警告一下。")
        spared = usecases.spare(up, by=court.cast.liang, words="不满十四周岁，由监护人管教。", basis="第12条", at=NOON)
        assert (spared.kind, spared.stage) == ("none", Stage.DECIDED)

    def test_what_was_sent_back_can_be_mended_and_goes_up_again(self, court: Court) -> None:
        up = court.up()
        back = usecases.send_back(up, by=court.cast.liang, words="补修理单。", at=NOON + 3 * HOUR)
        assert (back.stage, back.opinion) == (Stage.TOLD, "补修理单。")
        assert court.up(back, NOON + 4 * HOUR).stage == Stage.DECIDING

    def test_the_victim_reads_that_a_decision_was_made_and_nothing_else(self, court: Court) -> None:
        reporter_is_victim(court)
        matter = Matter.objects.get(pk=court.case.pk)
        held = Viewer(held={matter.pk: Held(matter.pk, 0, Holder.REPORTER)})
        before = set(Entry.objects.visible_to(held).values_list("pk", flat=True))
        court.decided()
        (heard,) = Entry.objects.visible_to(held).exclude(pk__in=before)
        assert heard.data == {"what": "penalties.decision-made", "answers": True}
        assert heard.officer is None

    def test_a_mere_reporter_reads_nothing(self, court: Court) -> None:
        court.decided()
        assert "decision-made" not in entries(court)


class TestAfterTheDecision:
    def test_served_on_the_person_and_on_every_victim(self, court: Court) -> None:
        """Art. 116: two days; the fifteen days to pay run from the person's own day (art. 123)."""
        served = court.served()
        assert served.pay_by == date(2026, 12, 8)
        assert {one.party_id for one in Served.objects.all()} == {court.one.pk, court.harmed.pk}
        assert {one.name: one.due_at.date() for one in clocks_of(served, NOON + 5 * HOUR) if not one.done} == {
            "缴纳罚款": date(2026, 12, 9),
            "治安处罚的复议": date(2027, 1, 23),
            "治安处罚的诉讼": date(2027, 5, 25),  # 23 May 2027 is a Sunday
        }

    def test_serving_twice_is_once_and_nobody_else_gets_it(self, court: Court) -> None:
        served = court.served()
        court.served(served)
        assert Served.objects.count() == 2
        with pytest.raises(WrongMoment, match="不送别人"):
            usecases.serve(
                served, by=court.cast.chen, party=court.two, way="hand", served_at=NOON + 4 * HOUR, at=NOON + 5 * HOUR
            )

    def test_paid_and_sealed(self, court: Court) -> None:
        served = court.served()
        with pytest.raises(WrongMoment, match="不能晚于今天"):
            usecases.note_payment(
                served, by=court.cast.chen, paid_on=date(2026, 11, 24), way="银行", receipt="P1", at=NOON + 5 * HOUR
            )
        paid = usecases.note_payment(
            served, by=court.cast.chen, paid_on=date(2026, 11, 23), way="银行", receipt="P1", at=NOON + 5 * HOUR
        )
        assert (paid.stage, paid.waits_for, paid.ended_at) == (Stage.DONE, "", NOON + 5 * HOUR)

    def test_detention_is_entered_by_the_bureau_and_the_family_told(self, court: Court) -> None:
        up = court.up(court.told(court.propose(kind="detention", fine=0, days=3)))
        one = court.served(court.decided(up, by=court.cast.shao))
        usecases.tell_family(one, by=court.cast.chen, told_at=NOON + 3 * HOUR, at=NOON + 4 * HOUR)
        with pytest.raises(Refused, match="由分局登记"):
            usecases.enter_detention(one, by=court.cast.liang, first=date(2026, 11, 23), at=NOON + 5 * HOUR)
        done = usecases.enter_detention(one, by=court.cast.shao, first=date(2026, 11, 23), at=NOON + 5 * HOUR)
        assert (done.detained_to, done.stage) == (date(2026, 11, 26), Stage.DONE)

    def test_what_art_23_spares_is_never_entered(self, court: Court) -> None:
        old = court.propose(kind="detention", fine=0, days=3, born_on=date(1950, 1, 1))
        one = court.decided(court.up(court.told(old)), by=court.cast.shao)
        assert one.executed is False
        with pytest.raises(NotAllowed, match="第23条"):
            usecases.enter_detention(one, by=court.cast.shao, first=date(2026, 11, 23), at=NOON + 5 * HOUR)
        assert court.served(one).stage == Stage.DONE

    def test_a_case_is_not_closed_over_an_open_penalty(self, court: Court) -> None:
        made = court.propose()
        assert blocks(court.case, NOON) == ["对违法嫌疑人 2的处罚还没有决定。"]
        court.served(court.decided(court.up(court.told(made))))
        assert blocks(court.case, NOON) == []

    def test_closing_as_penalised_needs_a_penalty_of_this_case_or_a_decision_elsewhere(self, court: Court) -> None:
        (why,) = lacks(court.case, "penalised")
        assert "先拟处罚" in why
        spared = usecases.spare(court.up(), by=court.cast.liang, words="情节特别轻微。", basis="第20条", at=NOON)
        assert spared.decided_at
        assert lacks(court.case, "penalised"), "no penalty was imposed"
        assert not lacks(court.case, "penalised", elsewhere="县公安局决定警告。")
        assert lacks(court.case, "mediated", elsewhere="司法所"), "a settlement is written down here"
        court.decided(court.up(court.told(court.propose(court.two))))
        assert not lacks(court.case, "penalised")
        assert not lacks(court.case, "ended")


class TestLicenceAndBusiness:
    """治安管理处罚法 art. 117; 行政处罚法 art. 63."""

    def revoking(self, court: Court, **given: Any) -> Penalty:
        alone = {"act": "other", "grade": "", "kind": "licence", "fine": 0, "revokes": True}
        said = {"beside": "雀字 7 号特种行业许可证", "basis": "《治安管理处罚法》第65条第3款"}
        return court.propose(**{**alone, **said, **given})

    def test_an_article_that_knows_it_is_needed(self, court: Court) -> None:
        with pytest.raises(NotAllowed, match=r"没有写可以吊销.*第59条"):
            court.propose(revokes=True, beside="许可证")
        with pytest.raises(NothingSaid, match="哪一个许可证件"):
            self.revoking(court, beside=" ")
        with pytest.raises(NotAllowed, match="要选是哪一样"):
            self.revoking(court, revokes=False)

    def test_the_county_decides_and_a_hearing_may_be_asked_for(self, court: Court) -> None:
        made = self.revoking(court)
        assert (made.decider, made.stage) == ("county-head", Stage.PROPOSED)
        told = court.told(made)
        assert told.hearing_by == date(2026, 11, 30)
        with pytest.raises(NotAllowed, match="听证"):
            court.up(told)
        alone = {"act": "other", "grade": "", "kind": "licence", "fine": 0, "revokes": True, "basis": "第65条"}
        more = Proposal(**{**SAID, **alone, "suspends": True, "beside": "停业三十日"})
        with pytest.raises(NotAllowed, match="不能因为申辩加重"):
            usecases.change(told, more, by=court.cast.chen, at=NOON + 2 * HOUR)

    def test_the_papers_say_which_licence(self, court: Court) -> None:
        made = self.revoking(court, suspends=True)
        waived = usecases.tell(made, by=court.cast.chen, told_at=NOON + HOUR, at=NOON + HOUR, waived=True)
        one = court.served(court.decided(court.up(waived), by=court.cast.shao))
        record = record_of(court.case.matter, NOON + DAY, about=one.ref)
        assert record["penalty"]["kind"] == "licence"
        assert record["penalty"]["beside"] == "吊销许可证件，责令停业：雀字 7 号特种行业许可证"
        assert one.stage == Stage.DECIDED, "the licence is still out"

    def taken(self, one: Penalty, court: Court, **given: Any) -> Penalty:
        said = {"taken_on": NOON.date(), "way": "handed", "what": "雀字 7 号特种行业许可证"}
        when = NOON + 5 * HOUR
        return usecases.take_licence(one, by=court.cast.chen, at=when, **{**said, **given})

    def revoked(self, court: Court) -> Penalty:
        told = usecases.tell(self.revoking(court), by=court.cast.chen, told_at=NOON + HOUR, at=NOON + HOUR, waived=True)
        return court.decided(court.up(told), by=court.cast.shao)

    def test_a_revoked_licence_is_taken_back_after_serving_and_ends_it(self, court: Court) -> None:
        one = self.revoked(court)
        with pytest.raises(WrongMoment, match="先把决定书送给本人"):
            self.taken(one, court)
        one = court.served(one)
        assert left_to_do(one) == ["licence"]
        for wrong, says in (
            ({"taken_on": NOON.date() - DAY}, "送达以后"),
            ({"taken_on": NOON.date() + DAY}, "送达以后"),
        ):
            with pytest.raises(WrongMoment, match=says):
                self.taken(one, court, **wrong)
        for wrong in ({"what": " "}, {"way": "?"}):
            with pytest.raises(NothingSaid):
                self.taken(one, court, **wrong)
        with pytest.raises(Refused):
            usecases.take_licence(one, by=court.cast.meng, taken_on=NOON.date(), way="handed", what="证", at=NOON + DAY)
        for _press in range(2):
            one = self.taken(one, court, note="当天通知了发证机关。")
        assert (one.stage, one.licence_by, one.licence_way) == (Stage.DONE, court.cast.chen, "handed")
        entry = court.case.matter.entries.get(data__what="penalties.licence-taken")
        assert entry_sentence(entry) == f"陈警官收回了{one.party.called}被吊销的许可证件。"
        assert "雀" not in json.dumps(entry.data, ensure_ascii=False) + entry.body, (
            "which one stands with the penalty, sealed"
        )

    def test_one_that_is_not_handed_over_is_declared_void(self, court: Court) -> None:
        self.taken(court.served(self.revoked(court)), court, way="void")
        entry = court.case.matter.entries.get(data__what="penalties.licence-taken")
        assert "公告作废" in entry_sentence(entry)

    def test_its_paper_says_what_who_and_when(self, court: Court) -> None:
        one = self.taken(court.served(self.revoked(court)), court)
        assert "licence-record" in papers_of(one)
        paper = papers.make(court.case.matter, by=court.cast.chen, kind="licence-record", at=NOON + DAY, about=one.ref)
        paper = papers.fill_in(
            paper,
            by=court.cast.chen,
            values={"payment.decision_number": "云公（青）行罚决字〔2026〕1号"},
            at=NOON + DAY,
        )
        words = squeezed(text_of(pdf_of(hold(paper), NOON + DAY)))
        for said in (
            "吊销许可证件收缴记录",
            "雀字7号特种行业许可证",
            "2026年11月23日",
            "本人交回，加盖吊销印章",
            "陈建国",
        ):
            assert squeezed(said) in words

    def test_without_a_revoked_licence_nothing_is_taken(self, court: Court) -> None:
        with pytest.raises(WrongMoment, match="没有吊销许可证件"):
            self.taken(court.served(), court)

    def test_a_lighter_decision_may_leave_the_licence(self, court: Court) -> None:
        made = self.revoking(court, kind="fine", fine=500)
        told = usecases.tell(made, by=court.cast.chen, told_at=NOON + HOUR, at=NOON + HOUR, waived=True)
        up = court.up(told)
        with pytest.raises(NothingSaid):
            court.decided(up, by=court.cast.shao, spare_beside=True)
        one = court.decided(up, by=court.cast.shao, spare_beside=True, words="已经整改。")
        assert (one.kind, one.fine, one.revokes) == ("fine", 500, False)


class TestOnTheSpot:
    """治安管理处罚法 arts. 119–125."""

    def test_told_decided_and_handed_over_at_once(self, court: Court) -> None:
        one = court.spot(cash=True, receipt="A0001")
        assert (one.stage, one.decided_by, one.cash) == (Stage.DECIDED, court.cast.chen, True)
        assert one.served.get().party == court.one
        assert one.due_at == NOON + DAY, "reported within twenty-four hours"

    def test_what_follows_is_on_the_day_sheet_until_it_is_done(self, court: Court) -> None:
        one = court.spot(cash=True, receipt="A0001")
        usecases.report_spot(one, by=court.cast.chen, at=NOON + HOUR)
        usecases.hand_in_cash(one, by=court.cast.chen, at=NOON + HOUR)
        still = Penalty.objects.get()
        assert (still.stage, still.waits_for) == (Stage.DECIDED, "desk"), "the victim gets a copy too"
        done = usecases.serve(
            still, by=court.cast.chen, party=court.harmed, way="hand", served_at=NOON + HOUR, at=NOON + HOUR
        )
        assert done.stage == Stage.DONE

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({"disputed": True}, "本人有异议.*第119条"),
            ({"act": "damage", "fine": 501}, "超过500元"),
            ({"clear": False}, "事实还不清楚"),
            ({"officers": 1}, "全程录音录像"),
            ({"born_on": date(2010, 1, 1)}, "监护人"),
            ({"told": False}, "第112条"),
            ({"cash": True}, "票据.*第124条"),
            ({"act": "damage", "fine": 300, "cash": True, "receipt": "A1"}, "不能当场收现金.*第123条"),
            ({"kind": "warning", "fine": 5}, "警告不写"),
        ],
    )
    def test_what_is_not_possible_on_the_spot(self, court: Court, given: dict[str, Any], says: str) -> None:
        with pytest.raises(NotAllowed, match=says):
            court.spot(**given)
        assert not Penalty.objects.exists()

    def test_somebody_new_is_written_down_once(self, court: Court) -> None:
        who = {"party": None, "name": "孙四雀", "id_number": "330824198803030017", "born_on": None}
        one = court.spot(**who)
        assert (one.party.nth, born_of(one.party)) == (4, date(1988, 3, 3))
        with pytest.raises(WrongMoment):
            court.spot(**who)
        assert court.case.parties.filter(role="suspect").count() == 4

    def test_without_cash_fifteen_days_begin_at_once(self, court: Court) -> None:
        assert court.spot().pay_by == date(2026, 12, 8)
        assert not any("诉讼" in one.name for one in clocks_of(Penalty.objects.get(), NOON)), (
            "reconsideration comes first"
        )


class TestCare:
    def test_a_review_by_somebody_else_makes_it_lighter(self, court: Court) -> None:
        made = court.told(court.propose(marks={"admitted": True}))
        care = usecases.note_care(
            made, by=court.cast.chen, problem="money", words="刚失业。", leads_to="review", at=NOON + HOUR
        )
        with pytest.raises(Refused, match="由所长、法制员"):
            usecases.be_lenient(care, by=court.cast.zhou, outcome="same", words="不改。", at=NOON + HOUR)
        with pytest.raises(NotAllowed, match="不比原来的轻"):
            usecases.be_lenient(
                care, by=court.cast.liang, outcome="lighter", kind="fine", fine=500, words="轻。", at=NOON
            )
        usecases.be_lenient(
            care, by=court.cast.liang, outcome="lighter", kind="warning", words="如实说明，家里困难。", at=NOON + HOUR
        )
        lighter = Penalty.objects.get()
        assert (lighter.kind, lighter.fine) == ("warning", 0)
        with pytest.raises(Refused, match="没有等着决定"):
            usecases.be_lenient(care, by=court.legal, outcome="same", words="不改。", at=NOON + HOUR)

    def test_after_the_decision_a_later_day_to_pay(self, court: Court) -> None:
        served = court.served()
        care = usecases.note_care(
            served, by=court.cast.chen, problem="money", words="月底发工资。", leads_to="review", at=NOON + 5 * HOUR
        )
        given = {"by": court.cast.liang, "outcome": "later", "words": "可以。", "at": NOON + 5 * HOUR}
        with pytest.raises(WrongMoment, match="2026-12-08"):
            usecases.be_lenient(care, pay_by=date(2026, 12, 8), **given)
        usecases.be_lenient(care, pay_by=date(2027, 1, 31), **given)
        assert Penalty.objects.get().pay_by == date(2027, 1, 31)

    def test_help_is_a_matter_that_says_nothing_of_the_penalty(self, court: Court) -> None:
        care = usecases.note_care(
            court.propose(), by=court.cast.chen, problem="illness", words="雀难处：母亲住院。", leads_to="help", at=NOON
        )
        assert care.help is None, "nothing happens before the person says yes"
        helped = [usecases.offer_help(care, by=court.cast.chen, at=NOON).help for _ in "ab"]
        assert helped[0] == helped[1]
        assert helped[0] is not None
        assert (helped[0].kind, helped[0].reporter) == ("help", court.one.person)
        said = " ".join(Entry.objects.filter(matter=helped[0]).values_list("body", flat=True))
        assert "生病" in said
        assert "雀难处" not in said
        assert "处罚" not in said

    def test_noted_twice_it_is_one(self, court: Court) -> None:
        made = court.propose()
        given = {"problem": "work", "words": "怕丢工作。", "leads_to": "help", "at": NOON}
        first, second = (usecases.note_care(made, by=court.cast.chen, **given) for _ in "ab")
        assert first == second


def test_neither_words_nor_names_stand_in_the_timeline_or_the_trail(court: Court) -> None:
    one = court.served(court.decided(court.up(court.told(defence="雀申辩。", answer="雀复核。"))))
    usecases.note_care(
        one, by=court.cast.chen, problem="money", words="雀难处。", leads_to="review", at=NOON + 5 * HOUR
    )
    told = str(list(Entry.objects.filter(data__what__startswith="penalties.").values_list("body", "data", "name")))
    trail = str(list(AuditRow.objects.filter(action__startswith="penalties.").values()))
    for secret in ("雀", "吴一"):
        assert secret not in told
        assert secret not in trail


def test_every_step_is_written_into_the_case(court: Court) -> None:
    court.served()
    assert entries(court) == ["proposed", "told", "handed-in", "decided", "served", "served-victim"]


def test_a_withdrawn_proposal_makes_room_for_another(court: Court) -> None:
    made = court.propose()
    for _ in "ab":
        assert usecases.drop(made, by=court.cast.chen, words="另有证据。", at=NOON).stage == Stage.DROPPED
    assert entries(court).count("dropped") == 1
    assert court.propose().stage == Stage.PROPOSED
