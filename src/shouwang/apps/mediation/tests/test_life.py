"""The life of a mediation: may it be, when do they meet, what do they agree, was it performed, and what follows when it was not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shouwang.apps.cases.models import Case
from shouwang.apps.cases.parts import blocks, lacks, parts
from shouwang.apps.incidents import usecases as incidents
from shouwang.apps.incidents.models import Incident
from shouwang.apps.incidents.tests.test_taking import take
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.sentences import entry_sentence
from shouwang.apps.mediation import policy, queries, usecases
from shouwang.apps.mediation.choosing import candidates
from shouwang.apps.mediation.errors import NotForMediation, TellsWho, WrongMoment
from shouwang.apps.mediation.models import Clause, ClauseWord, Mediation
from shouwang.apps.mediation.tests.making import (
    DAY,
    HOUR,
    KNOWN,
    NOISE,
    PAY,
    QUIET,
    SORRY,
    agreed,
    begun,
    both,
    clause,
    met,
    now_of,
    quarrel,
    signed,
    slapped,
)
from shouwang.apps.mediation.usecases import ClauseSaid, Conditions, SideSaid
from shouwang.apps.mediation.words import clause_says, names_for
from shouwang.apps.notices.models import Outbound
from shouwang.apps.units.models import Officer
from shouwang.kernel.errors import Refused
from shouwang.kernel.models import AuditRow
from tests.cast import MONDAY, Cast, at, with_code

pytestmark = pytest.mark.django_db


def told(matter: Matter) -> list[str]:
    """The sentences that the reporter reads of the mediation."""
    rows = Entry.objects.filter(matter=matter, visibility__lte=1, data__what__startswith="mediation.").order_by("seq")
    return [entry_sentence(one) for one in rows]


class TestBeginning:
    @pytest.mark.parametrize("how", ["home", "hurt", "unsafe", "danger", "injury"])
    def test_violence_is_judged_before_it_is_talked_over(self, cast: Cast, how: str) -> None:
        opened = take(cast, NOISE)
        assert policy.may_begin(cast.chen, opened.matter)
        match how:
            case "home" | "hurt":
                Incident.objects.filter(pk=opened.matter.pk).update(category=how)
            case "unsafe":
                Incident.objects.filter(pk=opened.matter.pk).update(unsafe=True)
            case "danger":
                Matter.objects.filter(pk=opened.matter.pk).update(danger="now")
            case "injury":
                incidents.answer(opened.matter, by=cast.chen, answers={"injury": "MINOR"}, at=MONDAY)
        matter = Matter.objects.get(pk=opened.matter.pk)
        refused = policy.may_begin(cast.chen, matter)
        assert not refused
        assert "先判断性质（x）" in refused.reason
        incidents.decide_nature(matter, by=cast.chen, nature="dispute", words="只是争吵。", at=MONDAY + HOUR)
        assert policy.may_begin(cast.chen, Matter.objects.get(pk=matter.pk))

    def test_a_quarrel_that_is_no_case_needs_only_two(self, cast: Cast) -> None:
        mediation = begun(cast, quarrel(cast))
        assert (mediation.way, mediation.state, mediation.sides.count()) == ("civil", "open", 2)
        assert [side.reporter for side in mediation.sides.all()] == [True, False]

    @pytest.mark.parametrize(
        ("known", "says", "article"),
        [
            (replace(KNOWN, bars=("hired",)), "雇凶伤人", "第179条"),
            (replace(KNOWN, light=False), "情节不轻", "第178条"),
            (replace(KNOWN, private=False), "不是民间纠纷引起的", "第178条"),
        ],
    )
    def test_what_the_law_forbids_is_said_with_its_article(
        self, cast: Cast, known: Conditions, says: str, article: str
    ) -> None:
        """公安机关办理行政案件程序规定 arts. 178, 179; trap 21: never hired violence."""
        opened = slapped(cast)
        with pytest.raises(NotForMediation) as why:
            begun(cast, opened, known)
        assert says in why.value.says
        assert article in why.value.says
        assert not Mediation.objects.exists()

    def test_pressed_twice_it_is_one_and_another_waits_its_turn(self, cast: Cast) -> None:
        opened = quarrel(cast)
        given: dict[str, Any] = {"way": "civil", "conditions": Conditions(), "by": cast.chen, "at": MONDAY}
        first = usecases.begin(opened.matter, sides=both(opened), client_id="a", **given)
        assert usecases.begin(opened.matter, sides=both(opened), client_id="a", **given) == first
        with pytest.raises(WrongMoment):
            usecases.begin(opened.matter, sides=both(opened), client_id="b", **given)

    def test_a_case_is_mediated_as_a_case(self, cast: Cast) -> None:
        opened = slapped(cast)
        with pytest.raises(WrongMoment):
            usecases.begin(
                opened.matter, by=cast.chen, way="civil", conditions=Conditions(), sides=both(opened), at=MONDAY
            )

    def test_a_case_brings_its_parties_a_report_its_people_and_the_reporter_is_there(self, cast: Cast) -> None:
        assert [one.key.partition(":")[0] for one in candidates(quarrel(cast).matter)] == ["reporter", "involved"]
        assert [one.key.partition(":")[0] for one in candidates(slapped(cast).matter)] == ["reporter", "party"]

    def test_nobody_quarrels_with_themselves(self, cast: Cast) -> None:
        opened = quarrel(cast)
        same = both(opened)[0]
        with pytest.raises(WrongMoment):
            usecases.begin(
                opened.matter, by=cast.chen, way="civil", conditions=Conditions(), sides=[same, same], at=MONDAY
            )

    def test_another_station_and_the_supervisor_may_not(self, cast: Cast) -> None:
        opened = quarrel(cast)
        for who in (cast.meng, cast.shi):
            with pytest.raises(Refused):
                usecases.begin(
                    opened.matter, by=who, way="civil", conditions=Conditions(), sides=both(opened), at=MONDAY
                )


class TestMeeting:
    def test_times_are_proposed_chosen_and_fixed(self, cast: Cast) -> None:
        opened = quarrel(cast)
        mediation = begun(cast, opened)
        times = [MONDAY + DAY, MONDAY + 2 * DAY]
        meeting = usecases.invite(mediation, by=cast.jiang, place="警务室", times=times, at=MONDAY + 2 * HOUR)
        one, other = mediation.sides.order_by("pk")
        usecases.say_fits(meeting, one, times=meeting.times, at=MONDAY + 3 * HOUR)
        usecases.say_fits(meeting, other, times=meeting.times[1:], by=cast.jiang, at=MONDAY + 3 * HOUR)
        meeting.refresh_from_db()
        from shouwang.apps.mediation.usecases.meeting import common_times

        assert common_times(meeting) == [times[1]]
        usecases.fix_meeting(meeting, by=cast.chen, when=times[1], at=MONDAY + 4 * HOUR)
        usecases.fix_meeting(meeting, by=cast.zhou, when=times[1], at=MONDAY + 4 * HOUR)  # two desks at once
        assert sum("面谈定在" in words for words in told(opened.matter)) == 1
        assert "楼上某" not in "".join(told(opened.matter))

    def test_a_time_nobody_proposed_and_one_in_the_past_are_refused(self, cast: Cast) -> None:
        mediation = begun(cast, quarrel(cast))
        with pytest.raises(WrongMoment, match="以后"):
            usecases.invite(mediation, by=cast.chen, place="警务室", times=[MONDAY], at=MONDAY + HOUR)
        meeting = usecases.invite(mediation, by=cast.chen, place="警务室", times=[MONDAY + DAY], at=MONDAY + HOUR)
        with pytest.raises(WrongMoment, match="从约的时间里选"):
            usecases.say_fits(meeting, mediation.sides.first(), times=["2026-11-30T09:00:00+08:00"], at=MONDAY)  # type: ignore[arg-type]

    def test_one_officer_alone_is_recorded(self, cast: Cast) -> None:
        """治安管理处罚法 art. 108; trap 16: losing the recording kills the evidence."""
        mediation = begun(cast, quarrel(cast))
        with pytest.raises(WrongMoment, match="录音录像"):
            met(cast, mediation, alone=True)
        met(cast, mediation, alone=True, recorded="执法记录仪 07")
        assert mediation.meetings.get().recorded == "执法记录仪 07"

    def test_an_auxiliary_does_not_lead(self, cast: Cast) -> None:
        mediation = begun(cast, quarrel(cast))
        with pytest.raises(Refused, match="民警主持"):
            usecases.hold(mediation, by=cast.jiang, held_at=MONDAY, place="x", came={}, wants={}, at=MONDAY)

    @pytest.mark.parametrize(
        ("second", "in_time"),
        [("2026-12-02 10:00", True), ("2026-12-03 10:00", False)],
    )
    def test_a_second_mediation_is_within_seven_working_days(self, cast: Cast, second: str, in_time: bool) -> None:
        """公安机关办理行政案件程序规定 art. 183: the first was on 11-23, so the last day is 12-02 of the real calendar."""
        mediation = begun(cast, slapped(cast))
        met(cast, mediation)
        if in_time:
            met(cast, mediation, at(second), again=True)
            with pytest.raises(NotForMediation, match="两次"):
                met(cast, mediation, at("2026-12-02 15:00"), again=True)
        else:
            with pytest.raises(NotForMediation, match="七个工作日"):
                met(cast, mediation, at(second), again=True)

    def test_a_second_mediation_starts_anew_in_no_new_row(self, cast: Cast) -> None:
        """Two mediations of one case count together, also when the first row ended."""
        opened = slapped(cast)
        first = begun(cast, opened)
        met(cast, first)
        usecases.fail(first, by=cast.chen, why="no-agreement", words="谈不拢", at=MONDAY + 4 * HOUR)
        again = usecases.begin(
            opened.matter, by=cast.chen, way="police", conditions=KNOWN, sides=both(opened), at=MONDAY + DAY
        )
        met(cast, again, MONDAY + DAY, again=True)
        with pytest.raises(NotForMediation, match="两次"):
            met(cast, again, MONDAY + DAY + HOUR, again=True)

    def test_who_did_not_come_makes_it_no_mediation(self, cast: Cast) -> None:
        mediation = begun(cast, slapped(cast))
        met(cast, mediation, came={"one": True, "other": False})
        for days in (1, 2):
            met(cast, mediation, MONDAY + days * DAY, again=True)
        assert mediation.meetings.filter(both_came=True).count() == 2


class TestAgreeing:
    @pytest.mark.parametrize(
        ("said", "paper", "mine"),
        [
            (
                PAY,
                "乙方在 2026年12月3日前付给甲方 800 元（微信转账）。",
                "对方在 2026年12月3日前付给您 800 元（微信转账）。",
            ),
            (SORRY, "乙方在 2026年11月25日前向甲方道歉。", "对方在 2026年11月25日前向您道歉。"),
            (
                QUIET,
                "乙方从现在起不再这样做：22 点以后发出吵人的声音。到 2026年12月20日看做到没有。",
                "对方从现在起不再这样做：22 点以后发出吵人的声音。到 2026年12月20日看做到没有。",
            ),
        ],
    )
    def test_a_clause_is_a_sentence(self, said: ClauseSaid, paper: str, mine: str) -> None:
        row = Clause(kind=said.kind, by=said.by, due_on=said.due_on, words=said.words, amount_yuan=said.amount_yuan)
        assert clause_says(row) == paper
        assert clause_says(row, names_for("one")) == mine

    @pytest.mark.parametrize(
        ("said", "error"),
        [
            (replace(PAY, amount_yuan=None), WrongMoment),
            (replace(PAY, amount_yuan=Decimal(-5)), WrongMoment),
            (replace(PAY, due_on=date(2026, 11, 22)), WrongMoment),
            (replace(QUIET, words=" "), NothingSaid),
            (replace(QUIET, words="楼上某不再吵"), TellsWho),
            (replace(QUIET, words="打 13900660001"), TellsWho),
        ],
    )
    def test_a_clause_can_be_checked_and_names_nobody(
        self, cast: Cast, said: ClauseSaid, error: type[Exception]
    ) -> None:
        mediation = begun(cast, quarrel(cast))
        with pytest.raises(error):
            usecases.add_clause(mediation, said, by=cast.chen, at=MONDAY)

    def test_everything_that_is_missing_is_named_at_once(self, cast: Cast) -> None:
        mediation = begun(cast, quarrel(cast), Conditions(), willing=None)
        with pytest.raises(NotForMediation) as why:
            usecases.agree(mediation, by=cast.chen, at=MONDAY)
        for what in ("乙方愿不愿意", "当面谈过", "主要事实", "一条约定"):
            assert what in why.value.says

    def test_a_minor_needs_a_guardian(self, cast: Cast) -> None:
        """公安机关办理行政案件程序规定 art. 181."""
        mediation = begun(cast, slapped(cast), minor=True)
        met(cast, mediation)
        usecases.add_clause(mediation, SORRY, by=cast.chen, at=MONDAY)
        with pytest.raises(NotForMediation, match="监护人"):
            usecases.agree(mediation, by=cast.chen, at=MONDAY)
        other = mediation.sides.get(code="other")
        usecases.about_side(other, by=cast.chen, guarded=True, guardian="母亲某", at=MONDAY)
        assert usecases.agree(mediation, by=cast.chen, at=MONDAY).state == "agreed"

    def test_a_suspect_sends_nobody_and_a_victim_may(self, cast: Cast) -> None:
        mediation = begun(cast, slapped(cast))
        met(cast, mediation)
        usecases.add_clause(mediation, SORRY, by=cast.chen, at=MONDAY)
        one, other = mediation.sides.order_by("pk")
        usecases.about_side(one, by=cast.chen, proxy="儿子", at=MONDAY)
        usecases.about_side(other, by=cast.chen, proxy="朋友", at=MONDAY)
        with pytest.raises(NotForMediation, match="不能让别人代替"):
            usecases.agree(mediation, by=cast.chen, at=MONDAY)

    def test_an_agreement_lets_the_limit_rest(self, cast: Cast) -> None:
        opened = slapped(cast)
        assert opened.matter.due_rule == "psl-limit"
        agreed(cast, opened)
        opened.matter.refresh_from_db()
        assert opened.matter.due_at is None
        assert "双方谈成了" in "".join(told(opened.matter))

    def test_on_the_spot_it_is_settled_at_once_and_recorded(self, cast: Cast) -> None:
        """Art. 178: both sides, the facts and the terms are said in the recording; then no agreement is written."""
        opened = slapped(cast)
        mediation = begun(cast, opened)
        met(cast, mediation)
        usecases.add_clause(mediation, SORRY, by=cast.chen, at=MONDAY)
        with pytest.raises(WrongMoment, match="录像"):
            usecases.agree(mediation, by=cast.chen, on_spot=True, at=MONDAY)
        done = usecases.agree(mediation, by=cast.chen, on_spot=True, recorded="执法记录仪 07", at=MONDAY)
        assert (done.state, clause(done, "apologise").done) == ("settled", "performed")

    def test_pressed_twice_it_is_agreed_once(self, cast: Cast) -> None:
        opened = quarrel(cast)
        mediation = agreed(cast, opened)
        usecases.agree(mediation, by=cast.zhou, at=MONDAY + 6 * HOUR)
        assert AuditRow.objects.filter(action="mediation.agreed").count() == 1


class TestPerforming:
    def test_signed_is_not_enough_and_performed_without_paper_is_not_either(self, cast: Cast) -> None:
        """Art. 185; trap 21."""
        opened = slapped(cast)
        mediation = agreed(cast, opened)
        for row in mediation.clauses.all():
            usecases.say(row, done="performed", by=cast.chen, words="收到转账截图", at=MONDAY + DAY)
        assert now_of(mediation).state == "agreed", "nobody signed"
        assert "自己和解的" in lacks(Case.objects.get(), "mediated")[0]
        signed(cast, mediation, MONDAY + DAY)
        settled = now_of(mediation)
        assert (settled.state, settled.visit_on) == ("settled", date(2026, 12, 24))
        assert not blocks(Case.objects.get(), MONDAY + DAY)
        assert not lacks(Case.objects.get(), "mediated")
        (part,) = [one for one in parts() if one.room == "mediation"]
        assert part.results
        assert list(part.results(Case.objects.get())) == ["治安调解：达成协议并已履行，不再处罚。"]

    def test_both_sides_say_so(self, cast: Cast) -> None:
        opened = quarrel(cast)
        mediation = agreed(cast, opened, [SORRY])
        signed(cast, mediation)
        row = clause(mediation, "apologise")
        usecases.say(row, done="performed", viewer=with_code(opened), at=MONDAY + DAY)
        row.refresh_from_db()
        assert row.done == "due"
        usecases.say(row, done="performed", by=cast.jiang, of="other", at=MONDAY + DAY)
        assert now_of(mediation).state == "settled"

    def test_a_side_that_says_no_makes_the_desk_look_and_decides_nothing(self, cast: Cast) -> None:
        opened = quarrel(cast)
        mediation = agreed(cast, opened, [SORRY])
        row = clause(mediation, "apologise")
        usecases.say(row, done="broken", viewer=with_code(opened), words="没有来道歉", at=MONDAY + DAY)
        row.refresh_from_db()
        opened.matter.refresh_from_db()
        assert (row.done, row.doubted, now_of(mediation).state) == ("due", True, "agreed")
        assert opened.matter.waiting_since == MONDAY + DAY, "it is a message that waits for an answer"
        assert [one.doubted for one in queries.shown(cast.chen, "due", MONDAY + DAY)] == [True]

    def test_a_word_is_said_once(self, cast: Cast) -> None:
        opened = quarrel(cast)
        row = clause(agreed(cast, opened, [SORRY]), "apologise")
        for _press in range(2):
            usecases.say(row, done="part", viewer=with_code(opened), client_id="k", at=MONDAY + DAY)
        assert ClauseWord.objects.count() == 1

    def test_only_an_officer_breaks_it_and_the_case_goes_on_from_the_day_it_was_due(self, cast: Cast) -> None:
        """Art. 185: the handling limit counts from the day of not performing; 11-25 is not counted, so it ends on 12-25."""
        opened = slapped(cast)
        mediation = agreed(cast, opened)
        assert any("还没有履行完" in one for one in blocks(Case.objects.get(), MONDAY))
        with pytest.raises(NothingSaid):
            usecases.fail(mediation, by=cast.chen, why="broken", words="", at=MONDAY + 4 * DAY)
        failed = usecases.fail(mediation, by=cast.chen, why="broken", words="一直没有道歉", at=MONDAY + 4 * DAY)
        usecases.fail(mediation, by=cast.zhou, why="broken", words="又按一次", at=MONDAY + 5 * DAY)
        opened.matter.refresh_from_db()
        assert (failed.state, failed.failed_on) == ("failed", date(2026, 11, 25))
        assert opened.matter.due_rule == "psl-limit"
        assert opened.matter.due_at == at("2026-12-26 00:00")
        (says,) = [one for one in told(opened.matter) if "起诉" in one]
        assert "没有道歉" not in says, "what exactly went wrong is the station's"
        assert not blocks(Case.objects.get(), MONDAY + 5 * DAY)
        assert Entry.objects.filter(data__what="mediation.failed").count() == 1

    def test_no_agreement_counts_from_that_day(self, cast: Cast) -> None:
        opened = slapped(cast)
        mediation = begun(cast, opened)
        usecases.fail(mediation, by=cast.chen, why="refused", words="不愿意", at=MONDAY + DAY)
        opened.matter.refresh_from_db()
        assert opened.matter.due_at == at("2026-12-25 00:00")


class TestReminding:
    def test_once_before_and_once_after_the_day_and_never_at_night(self, cast: Cast) -> None:
        opened = quarrel(cast)
        mediation = agreed(cast, opened)  # due on 11-25 and 12-03
        assert usecases.remind(at=at("2026-11-23 22:00")) == 0
        assert usecases.remind(at=at("2026-11-24 10:00")) == 1
        assert usecases.remind(at=at("2026-11-24 10:30")) == 0
        assert usecases.remind(at=at("2026-11-26 10:00")) == 1
        words = told(opened.matter)
        assert sum("快到期" in one for one in words) == 1
        assert sum("到期了。做到了没有" in one for one in words) == 1
        assert Entry.objects.filter(data__what="mediation.call").count() == 2, "the other side has to be called"
        assert now_of(mediation).state == "agreed", "the house decides nothing"

    def test_a_neighbour_who_only_called_reads_nothing(self, cast: Cast) -> None:
        opened = quarrel(cast)
        sides = [SideSaid(name="甲某", willing=True), replace(both(opened)[1], reporter=False)]
        mediation = usecases.begin(
            opened.matter, by=cast.chen, way="civil", conditions=Conditions(facts="吵架"), sides=sides, at=MONDAY
        )
        met(cast, mediation)
        usecases.add_clause(mediation, SORRY, by=cast.chen, at=MONDAY)
        usecases.agree(mediation, by=cast.chen, at=MONDAY)
        assert told(opened.matter) == []
        with pytest.raises(Refused):
            usecases.say(clause(mediation, "apologise"), done="performed", viewer=with_code(opened), at=MONDAY)

    def test_the_other_side_is_sent_a_word_that_says_nothing_and_only_if_they_want(self, cast: Cast) -> None:
        from shouwang.apps.notices.models import Gateway
        from shouwang.apps.talk.models import Line

        opened = quarrel(cast)
        mediation = agreed(cast, opened)
        other = mediation.sides.get(code="other")
        gateway = Gateway.objects.create(
            name="青石QQ", self_id="1", token="t", secret="s", unit=cast.qingshi, created_at=MONDAY
        )
        Line.objects.create(person=other.person, gateway=gateway, address="private:2")
        usecases.remind(at=at("2026-11-24 10:00"))
        assert not Outbound.objects.exists()
        usecases.about_side(other, by=cast.chen, tellable=True, at=MONDAY)
        usecases.remind(at=at("2026-11-26 10:00"))
        (row,) = Outbound.objects.all()
        assert "约好的事" in row.body
        for secret in (opened.matter.number, "道歉", "纠纷", "楼"):
            assert secret not in row.body

    def test_a_month_later_both_are_asked_by_one_press(self, cast: Cast) -> None:
        opened = quarrel(cast)
        mediation = agreed(cast, opened, [SORRY])
        signed(cast, mediation)
        usecases.say(clause(mediation, "apologise"), done="performed", by=cast.chen, at=MONDAY + DAY)
        later = at("2026-12-25 10:00")
        assert usecases.ask_visits(at=later - 3 * DAY) == 0
        assert usecases.ask_visits(at=later) == 1
        assert usecases.ask_visits(at=later) == 0
        assert len(queries.shown(cast.chen, "due", later)) == 1
        one, other = mediation.sides.order_by("pk")
        usecases.visit(mediation, one, holds=True, viewer=with_code(opened), at=later)
        assert now_of(mediation).visited_at is None
        usecases.visit(mediation, other, holds=False, by=cast.jiang, words="又吵了一次", at=later)
        assert now_of(mediation).visited_at == later
        assert not queries.shown(cast.chen, "due", later)


class TestSelfSettlement:
    def asked(self, cast: Cast) -> Mediation:
        opened = slapped(cast)
        known = Conditions(facts="双方自己谈好了，已经赔了八百元。", asked=True)
        return usecases.begin(
            opened.matter, by=cast.chen, way="self", conditions=known, sides=both(opened), at=MONDAY + 2 * HOUR
        )

    def test_a_leader_agrees_and_nobody_is_penalised(self, cast: Cast) -> None:
        """治安管理处罚法 art. 9 para 4: performed, asked for in writing, and the police agree."""
        mediation = self.asked(cast)
        with pytest.raises(Refused, match="所长或分局"):
            usecases.decide(mediation, by=cast.zhou, approved=True, performed=True, words="可以", at=MONDAY)
        with pytest.raises(NotForMediation, match="履行"):
            usecases.decide(mediation, by=cast.liang, approved=True, performed=False, words="可以", at=MONDAY)
        done = usecases.decide(mediation, by=cast.liang, approved=True, performed=True, words="可以", at=MONDAY)
        assert done.state == "settled"

    def test_refused_the_case_goes_on(self, cast: Cast) -> None:
        mediation = self.asked(cast)
        failed = usecases.decide(
            mediation, by=cast.liang, approved=False, performed=True, words="伤情没有核实", at=MONDAY + DAY
        )
        assert (failed.state, failed.ended_why) == ("failed", "not-approved")

    def test_whoever_wrote_it_down_does_not_agree_to_it(self, cast: Cast) -> None:
        opened = slapped(cast)
        known = Conditions(facts="谈好了", asked=True)
        mediation = usecases.begin(
            opened.matter, by=cast.liang, way="self", conditions=known, sides=both(opened), at=MONDAY
        )
        with pytest.raises(Refused, match="另一位"):
            usecases.decide(mediation, by=cast.liang, approved=True, performed=True, words="可以", at=MONDAY)


def test_figures_name_nobody(cast: Cast) -> None:
    first, second = quarrel(cast), slapped(cast)
    agreed(cast, first)
    usecases.fail(begun(cast, second), by=cast.chen, why="refused", words="不愿意", at=MONDAY + DAY)
    found = queries.figures(Officer.objects.get(pk=cast.chen.pk), MONDAY + DAY)
    assert (found.begun, found.agreed, found.performed, found.failed, found.broken) == (2, 1, 0, 1, 0)
