"""From receipt to the delivered answer: each step in its time, each refusal with its sentence. Dates name their article."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from shouwang.apps.disclosure import letters, limits, queries, usecases
from shouwang.apps.disclosure.errors import FourEyes, WrongMoment
from shouwang.apps.disclosure.models import Application, Came, Consultation, Stage
from shouwang.apps.disclosure.tests.making import (
    ASKED,
    DAY,
    GIVEN,
    HOUR,
    answered,
    applied,
    drafted,
    due,
    grounded,
    holder,
    received,
)
from shouwang.apps.disclosure.usecases import Draft
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.errors import NothingSaid, WrongState
from shouwang.apps.matters.models import Entry, Matter, State
from shouwang.apps.matters.timeline import rebuild
from shouwang.apps.people.models import Person
from shouwang.apps.secrecy.errors import NotReady
from shouwang.apps.secrecy.models import Review
from shouwang.apps.secrecy.usecases import open_up
from shouwang.kernel.errors import Refused
from tests.cast import MONDAY, Cast, at

pytestmark = pytest.mark.django_db
NO = Draft("refuse", ground="process", reasons="这是还没有定下来的讨论稿。")


class TestTheDayOfReceipt:
    def test_online_it_is_the_day_both_sides_have_confirmed(self, cast: Cast) -> None:
        one, _opened = applied(cast)
        assert (one.stage, one.received_on, one.matter.due_rule) == (Stage.ARRIVED, None, limits.CONFIRM)
        one = usecases.confirm(one, by=cast.an, at=MONDAY + DAY)
        assert (one.stage, one.received_on) == (Stage.CHECKING, date(2026, 11, 24))
        assert due(one) == date(2026, 12, 22), "art. 31(4), 33: twenty working days after the day of confirming"

    def test_confirming_twice_is_refused_and_moves_nothing(self, cast: Cast) -> None:
        one = usecases.confirm(applied(cast)[0], by=cast.an, at=MONDAY)
        with pytest.raises(WrongMoment):
            usecases.confirm(one, by=cast.chen, at=MONDAY + DAY)
        assert due(one) == date(2026, 12, 21)

    def test_at_the_counter_it_is_that_day(self, cast: Cast) -> None:
        one = received(cast)
        assert (one.received_on, due(one)) == (MONDAY.date(), date(2026, 12, 21)), "art. 31(1)"

    def test_signed_post_counts_from_signing_though_written_down_later(self, cast: Cast) -> None:
        opened = usecases.apply(cast.qingshi, ASKED, came=Came.SIGNED_POST, at=MONDAY, by=cast.an,
                                received_on=date(2026, 11, 20))  # fmt: skip
        one = Application.objects.get(pk=opened.matter.pk)
        assert (one.received_on, due(one)) == (date(2026, 11, 20), date(2026, 12, 18)), "art. 31(2): Friday"

    def test_a_day_that_has_not_come_is_refused(self, cast: Cast) -> None:
        with pytest.raises(WrongMoment):
            usecases.apply(cast.qingshi, ASKED, came=Came.LETTER, at=MONDAY, by=cast.an, received_on=date(2026, 11, 24))
        assert not Person.objects.exists()

    @pytest.mark.parametrize("missing", ["wanted", "name", "id_number", "phone"])
    def test_three_things_are_asked_for(self, cast: Cast, missing: str) -> None:
        with pytest.raises(NothingSaid):
            applied(cast, **{missing: " "})

    def test_pressed_twice_it_is_one_application(self, cast: Cast) -> None:
        for _press in range(2):
            usecases.apply(cast.qingshi, ASKED, came=Came.WEB, at=MONDAY, client_id="gi:" + "x" * 20)
        assert (Matter.objects.count(), Person.objects.count(), Application.objects.count()) == (1, 1, 1)

    def test_other_words_under_the_same_id_are_another_application(self, cast: Cast) -> None:
        usecases.apply(cast.qingshi, ASKED, came=Came.WEB, at=MONDAY, client_id="gi:" + "x" * 20)
        other = replace(ASKED, wanted="另一份信息。")
        usecases.apply(cast.qingshi, other, came=Came.WEB, at=MONDAY, client_id="gi:" + "x" * 20)
        assert Application.objects.count() == 2


class TestTheCorrection:
    def asked(self, cast: Cast) -> tuple[Application, object]:
        one, opened = applied(cast)
        one = usecases.confirm(one, by=cast.an, at=MONDAY)
        asked = usecases.ask_correction(
            one, by=cast.chen, words="请写明是哪一年。", until=date(2026, 12, 4), at=MONDAY + DAY
        )
        return asked, opened

    def test_the_clock_waits_and_begins_anew_with_it(self, cast: Cast) -> None:
        one, opened = self.asked(cast)
        assert (one.stage, due(one)) == (Stage.CORRECTING, None)
        one = usecases.correct(one, words="2025年的。", viewer=holder(opened), at=at("2026-12-02 10:00"))
        assert (one.stage, due(one)) == (Stage.CHECKING, date(2026, 12, 30)), (
            "art. 30: twenty working days from 2 December"
        )
        assert "2025年的。" in one.wanted

    def test_it_is_asked_for_once(self, cast: Cast) -> None:
        one, opened = self.asked(cast)
        one = usecases.correct(one, words="2025年的。", viewer=holder(opened), at=MONDAY + 2 * DAY)
        with pytest.raises(WrongMoment, match="只能要求一次"):
            usecases.ask_correction(one, by=cast.chen, words="还缺", until=date(2026, 12, 9), at=MONDAY + 3 * DAY)

    def test_nobody_without_the_code_corrects(self, cast: Cast) -> None:
        one, _opened = self.asked(cast)
        _other, theirs = applied(cast)
        with pytest.raises(Refused):
            usecases.correct(one, words="改", viewer=holder(theirs), at=MONDAY + 2 * DAY)

    def test_giving_up_is_found_only_after_the_term(self, cast: Cast) -> None:
        one, _opened = self.asked(cast)
        given_up = Draft("not-corrected", reasons="到期没有补正，也没有说明理由。")
        with pytest.raises(WrongMoment, match="期限还没有过"):
            usecases.draft(one, given_up, by=cast.chen, at=at("2026-12-04 10:00"))
        one = usecases.draft(one, given_up, by=cast.chen, at=at("2026-12-05 10:00"))
        one = usecases.approve(one, by=cast.liang, at=at("2026-12-07 10:00"))
        assert (one.stage, one.matter.reason) == (Stage.DONE, "withdrawn")

    def test_late_but_undecided_it_is_still_taken(self, cast: Cast) -> None:
        one, opened = self.asked(cast)
        one = usecases.correct(one, words="2025年的。", viewer=holder(opened), at=at("2026-12-07 10:00"))
        assert one.stage == Stage.CHECKING


class TestAskingOthers:
    def consulted(self, cast: Cast, whom: str = "third-party") -> Consultation:
        return usecases.consult(received(cast), by=cast.chen, whom=whom, called="示例安防公司", asks="报价表",
                                received_on=date(2026, 11, 24), at=MONDAY + DAY, client_id="c")  # fmt: skip

    def test_the_days_of_waiting_are_left_out(self, cast: Cast) -> None:
        asked = self.consulted(cast)
        assert asked.due_on == date(2026, 12, 15), "art. 32: fifteen working days after they got the letter"
        assert due(asked.application) is None, "art. 33 last paragraph"
        usecases.end_consultation(asked, by=cast.chen, says="agrees", words="", at=at("2026-12-01 10:00"))
        assert due(asked.application) == date(2026, 12, 28), "five working days were spent waiting"

    def test_two_letters_are_one_pause(self, cast: Cast) -> None:
        asked = self.consulted(cast)
        other = usecases.consult(asked.application, by=cast.chen, whom="other-organ", called="示例镇政府", asks="报价",
                                 received_on=date(2026, 11, 25), at=MONDAY + 2 * DAY)  # fmt: skip
        usecases.end_consultation(asked, by=cast.chen, says="agrees", words="", at=MONDAY + 3 * DAY)
        assert due(other.application) is None
        usecases.end_consultation(other, by=cast.chen, says="agrees", words="", at=MONDAY + 4 * DAY)
        assert due(other.application) is not None

    def test_a_retry_asks_nobody_twice(self, cast: Cast) -> None:
        asked = self.consulted(cast)
        again = usecases.consult(asked.application, by=cast.chen, whom="third-party", called="示例安防公司", asks="报价表",
                                 received_on=date(2026, 11, 24), at=MONDAY + DAY, client_id="c")  # fmt: skip
        assert (again.pk, Consultation.objects.count()) == (asked.pk, 1)

    def test_silence_ends_with_the_term_and_the_clock_goes_on_by_itself(self, cast: Cast) -> None:
        asked = self.consulted(cast)
        with pytest.raises(WrongMoment):
            usecases.end_consultation(asked, by=cast.chen, says="silent", words="", at=at("2026-12-15 17:00"))
        assert usecases.lapse(at("2026-12-15 17:00")) == 0
        assert (usecases.lapse(at("2026-12-16 00:30")), usecases.lapse(at("2026-12-16 01:30"))) == (1, 0)
        asked.refresh_from_db()
        assert (asked.says, due(asked.application) is not None) == ("silent", True)

    def test_no_answer_while_somebody_may_still_speak(self, cast: Cast) -> None:
        asked = self.consulted(cast)
        with pytest.raises(WrongMoment, match="还在等对方的意见"):
            usecases.draft(asked.application, GIVEN, by=cast.chen, at=MONDAY + 2 * DAY)

    def test_a_third_party_is_heard_before_their_ground_is_used(self, cast: Cast) -> None:
        no = Draft("partly", ground="third-party", reasons="报价是商业秘密。", told_how="数量 41 个。")
        with pytest.raises(WrongMoment, match="先书面征求第三方"):
            usecases.draft(received(cast), no, by=cast.chen, at=MONDAY)
        asked = self.consulted(cast)
        usecases.end_consultation(asked, by=cast.chen, says="refuses", words="是商业秘密。", at=MONDAY + 2 * DAY)
        grounded(cast, asked.application, no.ground)
        assert usecases.draft(asked.application, no, by=cast.chen, at=MONDAY + 3 * DAY).stage == Stage.REVIEW

    def test_the_letter_says_what_silence_means_and_not_who_applied(self, cast: Cast) -> None:
        asked = self.consulted(cast)
        text = "".join(letters.third_party(asked).paragraphs)
        assert "不等于同意" in text
        assert "2026-12-15" in text
        assert "林示例" not in text
        joint = usecases.consult(asked.application, by=cast.chen, whom="joint", called="示例镇政府", asks="报价",
                                 received_on=date(2026, 11, 25), at=MONDAY + 2 * DAY)  # fmt: skip
        assert "视为同意公开" in "".join(letters.third_party(joint).paragraphs), "art. 34: the opposite"

    def test_the_applicant_learns_neither_whom_nor_what(self, cast: Cast) -> None:
        self.consulted(cast)
        seen = "".join(f"{one.body}{one.data}" for one in Entry.objects.all())
        assert "示例安防公司" not in seen
        assert "报价表" not in seen


class TestTheExtension:
    def test_a_leader_agrees_once_and_at_most_twenty(self, cast: Cast) -> None:
        one = received(cast)
        with pytest.raises(Refused):
            usecases.extend(one, by=cast.chen, amount=20, words="要查旧档", at=MONDAY + DAY)
        with pytest.raises(WrongState):
            usecases.extend(one, by=cast.liang, amount=21, words="要查旧档", at=MONDAY + DAY)
        one = usecases.extend(one, by=cast.liang, amount=20, words="要查旧档", at=MONDAY + DAY)
        day = due(one)
        assert day is not None
        assert day > date(2027, 1, 15), "art. 33: twenty more working days"
        with pytest.raises(WrongState):
            usecases.extend(one, by=cast.liang, amount=1, words="再延", at=MONDAY + 2 * DAY)


class TestTheAnswer:
    def test_two_have_read_it_before_it_leaves(self, cast: Cast) -> None:
        one = drafted(cast, by=cast.liang)
        with pytest.raises(Refused):
            usecases.approve(one, by=cast.chen, at=MONDAY + 2 * HOUR)
        one = usecases.draft(one, GIVEN, by=cast.liang, at=MONDAY + 2 * HOUR)
        with pytest.raises(Refused, match="另一个人"):
            usecases.approve(one, by=cast.liang, at=MONDAY + 3 * HOUR)
        one.matter.refresh_from_db()
        assert (one.answer, one.matter.state) == ("", State.OPEN)

    def test_it_ends_the_matter_and_stands_as_it_went_out(self, cast: Cast) -> None:
        one = answered(cast)
        assert (one.stage, one.matter.state, one.matter.due_at) == (Stage.DONE, State.CLOSED, None)
        assert "林示例" in one.answer
        assert "数量 41 个" in one.answer
        assert "第36条" in one.answer
        assert rebuild(one.matter) == ()

    def test_it_is_not_ended_past_its_answer(self, cast: Cast) -> None:
        one = received(cast)
        with pytest.raises(FourEyes):
            matters.close(one.matter, by=cast.liang, reason="answered", words="办完了", at=MONDAY + HOUR)
        with pytest.raises(FourEyes):
            matters.change_kind(one.matter, kind="consultation", by=cast.liang, at=MONDAY + HOUR)
        one.matter.refresh_from_db()
        assert (one.matter.state, one.matter.kind) == (State.OPEN, "disclosure")

    @pytest.mark.parametrize(
        ("said", "wants"),
        [
            (Draft("refuse", reasons="不行"), "是哪一条理由"),
            (Draft("refuse", ground="process"), "请写理由"),
            (Draft("not-our-organ", reasons="镇政府做的"), "该去哪里"),
            (Draft("disclose"), "给什么"),
            (Draft("still-unclear", reasons="看不懂"), "先要求补正"),
            (Draft("maybe"), "请选一种"),
        ],
    )
    def test_what_is_missing_is_said(self, cast: Cast, said: Draft, wants: str) -> None:
        with pytest.raises((WrongMoment, NothingSaid), match=wants):
            usecases.draft(received(cast), said, by=cast.chen, at=MONDAY)

    def test_sent_back_it_is_changed_and_read_again(self, cast: Cast) -> None:
        one = usecases.send_back(drafted(cast, NO), by=cast.liang, words="理由写清楚", at=MONDAY + 2 * HOUR)
        assert one.stage == Stage.WORKING
        with pytest.raises(NotReady, match="还没有到期"):
            usecases.draft(one, GIVEN, by=cast.zhou, at=MONDAY + 3 * HOUR)
        review = Review.objects.get()
        open_up(review, reason="已经定稿了。", seen=review.turn, by=cast.liang, at=MONDAY + 3 * HOUR)
        one = usecases.draft(one, GIVEN, by=cast.zhou, at=MONDAY + 3 * HOUR)
        assert (one.ground, usecases.approve(one, by=cast.liang, at=MONDAY + 4 * HOUR).outcome) == ("", "disclose")

    def test_paper_is_brought_and_the_remedies_count_from_then(self, cast: Cast) -> None:
        one = answered(cast, NO, wish="post", deliver_to="示例镇样板路1号")
        assert one.stage == Stage.ANSWERED
        with pytest.raises(WrongMoment):
            usecases.deliver(one, by=cast.an, on=date(2026, 11, 22), words="EMS", at=MONDAY + 3 * DAY)
        one = usecases.deliver(one, by=cast.an, on=date(2026, 11, 25), words="EMS 0001", at=MONDAY + 3 * DAY)
        known = limits.known_on(one)
        assert known is not None
        assert (one.stage, known.date()) == (Stage.DONE, date(2026, 11, 25))
        (first,) = limits.remedies(one, known)
        assert (first.code, first.comes_first) == ("reconsider", True), "行政复议法 art. 23(4)"
        assert first.last_on == date(2027, 1, 25), "art. 20: sixty days end on Sunday 24 January, so on Monday"

    def test_what_was_given_may_be_taken_to_court_at_once(self, cast: Cast) -> None:
        one = answered(cast)
        known = limits.known_on(one)
        assert known is not None
        assert [(each.code, each.comes_first) for each in limits.remedies(one, known)] == [
            ("reconsider", False),
            ("sue", False),
        ]

    def test_the_ready_letter_carries_number_and_day(self, cast: Cast) -> None:
        one = answered(cast, NO)
        known = limits.known_on(one)
        assert known is not None
        sheet = letters.reconsider(one, limits.remedies(one, known)[0])
        text = "".join(sheet.paragraphs)
        assert one.matter.number in text
        assert "林示例" in text
        assert "2027-01-22" in text

    def test_a_review_that_goes_on_opens_the_application_again(self, cast: Cast) -> None:
        one, opened = applied(cast)
        one = usecases.confirm(one, by=cast.an, at=MONDAY)
        grounded(cast, one, NO.ground)
        one = usecases.draft(one, NO, by=cast.chen, at=MONDAY + HOUR)
        one = usecases.approve(one, by=cast.liang, at=MONDAY + 2 * HOUR)
        matters.dispute(one.matter, viewer=holder(opened), words="应该公开", at=MONDAY + DAY)
        matters.review(one.matter, by=cast.shao, upheld=False, words="再看", at=MONDAY + 2 * DAY)
        one.refresh_from_db()
        assert (one.stage, one.answered_at) == (Stage.WORKING, None)


class TestForwarding:
    def test_the_bureau_takes_over_number_days_and_all(self, cast: Cast) -> None:
        one = received(cast)
        matters.offer_transfer(one.matter, to=cast.bureau, by=cast.chen, reason="由分局公开机构答复", at=MONDAY + HOUR)
        matters.accept_transfer(one.matter, by=cast.shao, at=MONDAY + DAY)
        assert (due(one), one.received_on) == (date(2026, 12, 21), MONDAY.date())
        with pytest.raises(Refused):
            usecases.complete(one, by=cast.chen, at=MONDAY + DAY)
        assert usecases.complete(one, by=cast.shao, at=MONDAY + DAY).stage == Stage.WORKING


class TestFees:
    def test_computed_and_told_before(self, cast: Cast) -> None:
        one = received(cast)
        with pytest.raises(Refused):
            usecases.set_fee(one, by=cast.chen, how="case", n=11, words="明显过多", at=MONDAY)
        with pytest.raises(WrongMoment, match="不收费"):
            usecases.set_fee(one, by=cast.liang, how="case", n=10, words="明显过多", at=MONDAY)
        one = usecases.set_fee(one, by=cast.liang, how="case", n=11, words="明显过多", at=MONDAY)
        assert one.fee_yuan == 100
        with pytest.raises(WrongMoment, match="已经告知过"):
            usecases.set_fee(one, by=cast.liang, how="page", n=50, words="明显过多", at=MONDAY)


class TestLists:
    def test_the_same_person_is_found_without_a_name(self, cast: Cast) -> None:
        first = received(cast)
        second = received(cast, MONDAY + DAY)
        received(cast, id_number="330824199001010099")
        found = queries.earlier(second, cast.liang)
        assert (found.this_month, found.numbers) == (2, (first.matter.number,))
        assert queries.earlier(second, cast.meng).numbers == (), "another station's officer learns nothing"

    def test_late_first_and_nobody_elses(self, cast: Cast) -> None:
        later, sooner = received(cast, MONDAY + DAY), received(cast)
        assert [one.pk for one in queries.rows(cast.chen, "open")] == [sooner.pk, later.pk]
        assert queries.rows(cast.meng, "open") == []

    def test_the_year_in_rows(self, cast: Cast) -> None:
        answered(cast, NO)
        answered(cast, applicant="business")
        received(cast)
        table = queries.annual(2026, [cast.qingshi], MONDAY + DAY)
        rows = dict(table.rows)
        assert rows["不予公开：过程性信息"] == (1, 0, 0, 0, 0, 0, 1)
        assert rows["予以公开"] == (0, 1, 0, 0, 0, 0, 1)
        assert (table.new[-1], table.carried[-1], table.ended[-1], table.left[-1]) == (3, 0, 2, 1)
        following = queries.annual(2027, [cast.qingshi], at("2027-02-01 09:00"))
        assert (following.new[-1], following.carried[-1], following.left[-1]) == (0, 1, 1)
        assert sum(counts[-1] for counts in rows.values()) == table.ended[-1], "every ending has its row"
        assert queries.annual(2026, [cast.hewan], MONDAY).new[-1] == 0

    def test_what_anybody_may_know_are_numbers(self, cast: Cast) -> None:
        answered(cast, NO)
        received(cast)
        found = queries.totals(2026, MONDAY + DAY)
        assert (found.received, found.answered, found.waiting) == (2, 1, 1)
        assert found.endings == (("不予公开：过程性信息", 1),)
