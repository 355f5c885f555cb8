"""From a line of the catalogue to a public item, and what happens to it afterwards."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from shouwang.apps.catalogue import asking, policy, queries, usecases
from shouwang.apps.catalogue.errors import NoReason, NothingChanged, NotReady, TellsWho
from shouwang.apps.catalogue.facts import AnswerPublished, ItemChanged, ItemPublished, ItemReviewed, ItemWithdrawn
from shouwang.apps.catalogue.models import Clarity, Draft, Item, Need, Question, Remark, Step, Version
from shouwang.apps.catalogue.required import how_it_stands, missing_at, publications
from shouwang.apps.catalogue.tests.making import START, an_item, published, taken_off, written
from shouwang.apps.ledger.checking import faults
from shouwang.apps.ledger.models import Leaf
from shouwang.kernel import events
from shouwang.kernel.appendonly import Unchangeable
from shouwang.kernel.errors import Conflict, Refused
from shouwang.kernel.events import Event
from shouwang.kernel.models import AuditRow
from tests.cast import Cast, at
from tests.force import by_force

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What the catalogue told the house."""
    heard: list[Event] = []
    for kind in (ItemPublished, ItemChanged, ItemReviewed, ItemWithdrawn, AnswerPublished):
        monkeypatch.setitem(events._listeners, kind, [*events._listeners[kind], heard.append])
    return heard


def stands(item: Item, when: str) -> str:
    fresh = Item.objects.for_lists().get(pk=item.pk)
    return how_it_stands(fresh, timezone.localtime(at(when)).date()).state


class TestTwoPeople:
    def test_one_writes_and_another_publishes_exactly_that(self, cast: Cast, told: list[Event]) -> None:
        item = an_item(cast)
        draft = written(cast, item, "首次领证不收费。")
        usecases.propose(item, by=cast.an, seen=draft.turn, at=START)
        version = usecases.publish(item, by=cast.liang, seen=draft.turn, at=START)
        item.refresh_from_db()
        assert (item.state, item.current, version.number) == ("published", version, 1)
        assert (version.proposed_by, version.published_by) == (cast.an, cast.liang)
        assert not Draft.objects.exists()
        assert told == [ItemPublished(item.pk, cast.qingshi.pk, 1, version.sha256, START)]
        actions = ["catalogue.begun", "catalogue.drafted", "catalogue.proposed", "catalogue.published"]
        assert list(AuditRow.objects.order_by("pk").values_list("action", flat=True)) == actions

    def test_a_leader_does_not_publish_the_own_words(self, cast: Cast) -> None:
        item = an_item(cast)
        draft = written(cast, item, "首次领证不收费。", by=cast.liang)
        usecases.propose(item, by=cast.liang, seen=draft.turn, at=START)
        with pytest.raises(Refused, match="另一位领导"):
            usecases.publish(item, by=cast.liang, seen=draft.turn, at=START)
        assert usecases.publish(item, by=cast.shao, seen=draft.turn, at=START).published_by == cast.shao

    def test_the_database_wants_two_people_too(self, cast: Cast) -> None:
        one = published(cast)
        one.pk, one._state.adding, one.number, one.published_by = None, True, 9, one.proposed_by
        with pytest.raises(IntegrityError), transaction.atomic():
            one.save()

    def test_what_was_changed_after_it_was_handed_in_is_not_published(self, cast: Cast) -> None:
        item = an_item(cast)
        draft = written(cast, item, "首次领证不收费。")
        usecases.propose(item, by=cast.an, seen=draft.turn, at=START)
        newer = written(cast, item, "首次领证收一百元。")
        with pytest.raises(Conflict):
            usecases.publish(item, by=cast.liang, seen=draft.turn, at=START)
        with pytest.raises(NotReady, match="还没有交"):
            usecases.publish(item, by=cast.liang, seen=newer.turn, at=START)

    @pytest.mark.parametrize("who", ["jiang", "meng", "fan", "shi", "admin"])
    def test_others_neither_write_nor_publish(self, cast: Cast, who: str) -> None:
        item = an_item(cast)
        assert not policy.may_keep(getattr(cast, who), item)
        assert not policy.may_publish(getattr(cast, who), item)
        with pytest.raises(Refused):
            written(cast, item, "别的。", by=getattr(cast, who))

    def test_the_answer_for_one_and_the_filter_for_a_list_agree(self, cast: Cast) -> None:
        items = [an_item(cast), an_item(cast, unit=None) if False else an_item(cast, kind="limits")]
        for one in cast.everybody().values():
            listed = set(Item.objects.kept_by(one))
            assert listed == {item for item in items if policy.may_keep(one, item)}, one

    def test_sent_back_says_why_and_waits_for_the_writer(self, cast: Cast) -> None:
        item = an_item(cast)
        draft = written(cast, item, "首次领证不收费。")
        usecases.propose(item, by=cast.an, seen=draft.turn, at=START)
        with pytest.raises(NoReason):
            usecases.send_back(item, by=cast.liang, seen=draft.turn, reason=" ", at=START)
        back = usecases.send_back(item, by=cast.liang, seen=draft.turn, reason="依据没有写", at=START)
        assert (back.proposed_by, back.sent_back) == (None, "依据没有写")

    def test_two_desks_do_not_write_over_each_other(self, cast: Cast) -> None:
        item = an_item(cast)
        written(cast, item, "第一句。")
        with pytest.raises(Conflict):
            written(cast, item, "第二句。", seen=0, by=cast.chen)
        assert Draft.objects.get().body == "第一句。"


class TestContentCounts:
    def test_the_same_bytes_are_no_update(self, cast: Cast) -> None:
        item = published(cast).item
        draft = written(cast, item, "首次领证不收费。换证二十元。\r\n")
        with pytest.raises(NothingChanged):
            usecases.propose(item, by=cast.an, seen=draft.turn, at=START)

    def test_a_review_is_no_update_and_meets_no_need(self, cast: Cast, told: list[Event]) -> None:
        version = published(cast)
        item = version.item
        usecases.need_change(item, by=cast.an, why="fact", words="县里调了收费标准", at=at("2026-11-03 09:00"))
        usecases.review(item, by=cast.an, seen=1, at=at("2026-11-04 09:00"))
        assert stands(item, "2026-11-05 09:00") == "due"
        assert stands(item, "2026-12-02 09:00") == "overdue", "20 working days after 3 November end on 1 December"
        assert Item.objects.for_lists().get(pk=item.pk).changed_at == START
        assert isinstance(told[-1], ItemReviewed)
        published(cast, item, "首次领证不收费。换证二十五元。", when=at("2026-12-02 10:00"))
        assert stands(item, "2026-12-02 11:00") == "fresh"
        assert not Need.objects.filter(closed_at=None).exists()
        assert isinstance(told[-1], ItemChanged)

    def test_changing_the_duty_makes_nothing_fresher(self, cast: Cast) -> None:
        item = an_item(cast)
        before = stands(item, "2026-12-01 09:00")
        usecases.change_duty(
            item, by=cast.liang, at=at("2026-11-30 09:00"), kind="fees", name=item.name, group="fees", source="",
            owner=cast.chen, post="duty-officer", leader=cast.liang, every="month", renew=False,
        )  # fmt: skip
        assert (before, stands(item, "2026-12-01 09:00")) == ("overdue", "overdue")

    def test_less_often_than_the_law_s_row_is_refused(self, cast: Cast) -> None:
        with pytest.raises(NotReady, match="更勤"):
            an_item(cast, kind="contacts", every="year")
        assert an_item(cast, kind="contacts", every="month").every == "month"

    @pytest.mark.parametrize(
        "changes", [{"post": "duty-officer"}, {"leader": "chen"}, {"owner": "meng"}, {"kind": "nonsense"}]
    )
    def test_a_duty_that_nobody_can_do_is_refused(self, cast: Cast, changes: dict[str, str]) -> None:
        given = {name: getattr(cast, value, value) for name, value in changes.items()}
        with pytest.raises(NotReady):
            an_item(cast, **given)

    def test_versions_and_steps_are_never_changed(self, cast: Cast) -> None:
        version = published(cast)
        version.title = "别的"
        with pytest.raises(Unchangeable):
            version.save()
        for table in ("catalogue_version", "catalogue_step"):
            with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE {table} SET at = at")

    @pytest.mark.parametrize(
        "body",
        [
            "请联系王小明 13800000000。",
            "他的身份证 330824199001010011 已作废。",
            "线索见 QS-2026-00012-4。",
            "车牌浙H12345。",
        ],
    )
    def test_what_tells_who_somebody_is_is_not_published(self, cast: Cast, body: str) -> None:
        item = an_item(cast)
        draft = written(cast, item, body)
        with pytest.raises(TellsWho):
            usecases.propose(item, by=cast.an, seen=draft.turn, at=START)

    def test_the_station_s_own_telephone_and_officers_are_everybody_s_to_know(self, cast: Cast) -> None:
        body = f"值班电话 {cast.qingshi.phone}。窗口：安静。负责人：梁正。"
        assert published(cast, an_item(cast), body).number == 1


class TestWithdrawing:
    def test_the_page_keeps_day_and_reason_and_the_texts_go(self, cast: Cast, told: list[Event]) -> None:
        version = published(cast)
        with pytest.raises(NoReason):
            usecases.withdraw(version.item, by=cast.liang, reason="", at=START)
        with pytest.raises(Refused):
            usecases.withdraw(version.item, by=cast.an, reason="写错了", at=START)
        item = taken_off(cast, version.item, "依据废止了")
        assert (item.title, item.texts_readable) == ("收费项目和标准", False)
        assert isinstance(told[-1], ItemWithdrawn)
        assert item.steps.first().words == "依据废止了"
        assert [row.item for row in queries.late(at("2028-01-03 09:00").date())] == []

    def test_a_content_that_was_written_over_is_noticed(self, cast: Cast) -> None:
        version = published(cast)
        assert faults(START) == []
        by_force(Version.objects.filter(pk=version.pk), body="二十五元。")
        (fault,) = faults(START)
        assert "version 1 says something else than when it was published" in fault

    def test_every_step_is_told_to_the_log_by_its_digest(self, cast: Cast) -> None:
        version = published(cast)
        usecases.review(version.item, by=cast.an, seen=1, at=START + timedelta(days=1))
        taken_off(cast, version.item, "依据废止了", START + timedelta(days=2))
        said = [json.loads(bytes(body)) for body in Leaf.objects.order_by("pk").values_list("body", flat=True)]
        assert [one["kind"] for one in said] == ["catalogue.published", "catalogue.reviewed", "catalogue.withdrawn"]
        assert {one["subject"] for one in said} == {version.item.index_number}
        assert all(one["data"] == {"version": 1, "sha256": version.sha256} for one in said)

    def test_a_new_version_brings_it_back(self, cast: Cast, told: list[Event]) -> None:
        version = published(cast)
        usecases.withdraw(version.item, by=cast.liang, reason="写错了", texts_stay=True, at=START)
        published(cast, version.item, "换证二十元，首次不收。")
        assert isinstance(told[-1], ItemPublished)
        assert Item.objects.get().withdrawn_because == ""
        assert list(Step.objects.order_by("pk").values_list("what", flat=True)) == [
            "published",
            "withdrawn",
            "published",
        ]


class TestLate:
    def test_what_is_overdue_stands_on_the_board_and_on_the_owner_s_sheet(self, cast: Cast) -> None:
        item = published(cast, an_item(cast, kind="situation", every="month", renew=True)).item
        today = at("2026-12-10 09:00").date()
        assert [row.item for row in queries.late(today)] == [item]
        assert [row.item for row in queries.sheet_of(cast.an, today).mine] == [item]
        assert not queries.sheet_of(cast.chen, today)
        published(cast, item, "十一月警情少了。", when=at("2026-12-10 10:00"))
        assert queries.late(today) == []
        assert not queries.sheet_of(cast.an, today)

    def test_what_was_never_published_is_late_after_twenty_working_days(self, cast: Cast) -> None:
        an_item(cast)
        assert queries.late(at("2026-11-30 23:00").date()) == [], "条例 art. 26: 2 November and 20 working days"
        assert len(queries.late(at("2026-12-01 00:10").date())) == 1

    def test_the_name_goes_with_the_officer_and_the_post_stays(self, cast: Cast) -> None:
        item = an_item(cast)
        assert queries.shown_owner(item) == "安内勤"
        item.owner.active = False
        assert queries.shown_owner(item) == ""

    def test_what_somebody_left_behind_falls_to_the_leader(self, cast: Cast) -> None:
        item = an_item(cast)
        today = at("2026-11-03 09:00").date()
        assert not queries.sheet_of(cast.liang, today)
        cast.an.active = False
        cast.an.save()
        assert [row.item for row in queries.sheet_of(cast.liang, today).mine] == [item]

    def test_what_waits_for_the_leader_stands_on_the_leader_s_sheet(self, cast: Cast) -> None:
        item = an_item(cast)
        draft = written(cast, item, "首次领证不收费。")
        usecases.propose(item, by=cast.an, seen=draft.turn, at=START)
        assert queries.sheet_of(cast.liang, START.date()).to_publish == [item]

    def test_what_the_law_wants_and_nobody_began_is_named(self, cast: Cast) -> None:
        there = [an_item(cast), an_item(cast, kind="limits")]
        assert len(missing_at(there)) == len(publications()) - 2
        assert all(one.check for one in publications().values() if one.confidence == "unconfirmed")


class TestAsking:
    def test_a_question_goes_to_the_owner_with_the_clock_of_a_question(self, cast: Cast) -> None:
        item = published(cast).item
        question, opened = asking.ask(item, what="ask", words="老人换证也要钱吗？", at=START, client_id="open:1")
        matter = opened.matter
        matter.refresh_from_db()
        assert (matter.kind, matter.handler, matter.due_rule) == ("consultation", cast.an, "promise-first-answer")
        again, opened_again = asking.ask(item, what="ask", words="老人换证也要钱吗？", at=START, client_id="open:1")
        assert (again, opened_again.matter) == (question, matter), "the same press twice is one question"

    def test_wrong_runs_the_clock_of_a_result(self, cast: Cast) -> None:
        _question, opened = asking.ask(published(cast).item, what="outdated", words="已经涨价了。", at=START)
        opened.matter.refresh_from_db()
        assert (opened.matter.kind, opened.matter.due_rule) == ("suggestion", "promise-result")

    def _ask(self, item: Item, n: int) -> Question:
        return asking.ask(item, what="ask", words=f"第 {n} 个人问。", at=START + timedelta(hours=n))[0]

    def test_asked_three_times_it_must_change_or_a_reason_is_public(self, cast: Cast) -> None:
        item = published(cast).item
        self._ask(item, 1), self._ask(item, 2)
        assert not Need.objects.exists()
        self._ask(item, 3), self._ask(item, 4)
        need = Need.objects.get()
        assert (need.why, need.closed_at) == ("asked", None)
        assert [row.item for row in queries.sheet_of(cast.an, at("2026-11-03 09:00").date()).mine] == [item]
        usecases.review(item, by=cast.an, seen=1, at=START + timedelta(hours=5))
        assert Need.objects.get().closed_at is None, "a look does not close it"
        with pytest.raises(NoReason):
            usecases.refuse_need(need, by=cast.liang, reason="", at=START)
        usecases.refuse_need(need, by=cast.liang, reason="正文第二段已经写了", at=START + timedelta(hours=6))
        assert [one.reason for one in queries.refused_needs(item)] == ["正文第二段已经写了"]
        self._ask(item, 7)
        assert Need.objects.count() == 1, "the count begins anew"

    def test_an_answer_in_public_needs_a_colleague_and_settles_the_count(self, cast: Cast, told: list[Event]) -> None:
        item = published(cast).item
        asked = [self._ask(item, n) for n in (1, 2, 3)]
        for question in asked:
            with pytest.raises(TellsWho):
                asking.write_answer(question, by=cast.an, asked="王小明 13800000000 问", answer="不收。", at=START)
            asking.write_answer(question, by=cast.an, asked="老人换证要钱吗", answer="七十岁以上不收。", at=START)
            with pytest.raises(Refused, match="另一位同事"):
                asking.publish_answer(question, by=cast.an, seen="七十岁以上不收。", at=START)
            with pytest.raises(Conflict):
                asking.publish_answer(question, by=cast.chen, seen="别的话", at=START)
            asking.publish_answer(question, by=cast.chen, seen="七十岁以上不收。", at=START)
        assert isinstance(told[-1], AnswerPublished)
        assert Need.objects.get().closed_at is not None
        assert Question.objects.answered().count() == 3
        assert Leaf.objects.filter(key__startswith=f"catalogue.answer:{item.index_number}#q").count() == 3
        assert not [fault for fault in faults(START) if "catalogue.answer" in fault]
        Question.objects.filter(pk=asked[0].pk).update(answer="七十岁以上也收。")
        (fault,) = [fault for fault in faults(START) if "catalogue.answer" in fault]
        assert "says something else" in fault
        Question.objects.filter(pk=asked[0].pk).update(answer="七十岁以上不收。")
        with pytest.raises(Conflict):
            asking.write_answer(asked[0], by=cast.an, asked="问", answer="换个说法。", at=START)

    def test_leaving_it_out_has_a_reason_for_everybody(self, cast: Cast) -> None:
        question = self._ask(published(cast).item, 1)
        with pytest.raises(NoReason):
            asking.leave_out(question, by=cast.an, reason="", at=START)
        assert asking.leave_out(question, by=cast.an, reason="是个人的案件", at=START).left_out == "是个人的案件"
        assert not Question.objects.waiting().exists()

    def test_clarity_is_counted_for_each_version(self, cast: Cast) -> None:
        version = published(cast)
        for stars in (5, 5, 2):
            asking.rate(version.item, stars=stars, words="看不懂第二段" if stars == 2 else "", at=START)
        assert queries.clarity_of(version) == (3, 4.0)
        second = published(cast, version.item, "写得更明白。")
        assert queries.clarity_of(second) == (0, None)
        assert Remark.objects.get().words == "看不懂第二段"
        assert Clarity.objects.filter(version=second).count() == 0
        assert Version.objects.count() == 2
