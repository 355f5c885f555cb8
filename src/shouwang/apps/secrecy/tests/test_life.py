"""From a proposal to its end: no ground, no withholding; two people; doubt has a path; the day brings it back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from shouwang.apps.catalogue import queries as catalogue
from shouwang.apps.catalogue import usecases as keeping
from shouwang.apps.catalogue.models import Item
from shouwang.apps.catalogue.tests.making import an_item as begun
from shouwang.apps.catalogue.tests.making import published, taken_off, written
from shouwang.apps.disclosure import usecases as disclosing
from shouwang.apps.disclosure.tests.making import GIVEN, received
from shouwang.apps.disclosure.usecases import Draft
from shouwang.apps.ledger.models import Leaf
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.viewer import Viewer, Visibility
from shouwang.apps.secrecy import policy, queries, usecases
from shouwang.apps.secrecy.errors import NoGround, NoReason, NotReady, StateSecret
from shouwang.apps.secrecy.grounds import behind, grounds, state_secrets
from shouwang.apps.secrecy.log import every_decision_was_told
from shouwang.apps.secrecy.models import Review, State, Step
from shouwang.apps.secrecy.subjects import subject_of
from shouwang.apps.secrecy.tests.making import DAY, WORK_SECRET, proposed, subject, unsure, withheld
from shouwang.apps.secrecy.usecases import Proposal
from shouwang.kernel.errors import Conflict, Refused
from tests.cast import MONDAY, Cast
from tests.force import by_force

pytestmark = pytest.mark.django_db

TODAY = MONDAY.date()
NO = Draft("refuse", ground="process", reasons="这是还没有定下来的讨论稿。")


def an_item(cast: Cast) -> Item:
    return published(cast).item


class TestNoGroundNoWithholding:
    def test_the_texts_of_an_item_go_only_on_a_ground(self, cast: Cast) -> None:
        item = an_item(cast)
        with pytest.raises(NoGround):
            keeping.withdraw(item, by=cast.liang, reason="不方便公开", at=MONDAY)
        proposed(cast, item.ref)
        assert keeping.withdraw(item, by=cast.liang, reason="有工作秘密", at=MONDAY).texts_readable is False

    def test_what_stays_readable_is_not_withheld(self, cast: Cast) -> None:
        item = keeping.withdraw(an_item(cast), by=cast.liang, reason="废止了", texts_stay=True, at=MONDAY)
        assert item.texts_readable

    def test_an_application_is_refused_only_on_a_ground_that_carries_its_reason(self, cast: Cast) -> None:
        one = received(cast)
        with pytest.raises(NoGround):
            disclosing.draft(one, NO, by=cast.chen, at=MONDAY)
        withheld(cast, one.ref, replace(WORK_SECRET, ground="sec-4", interest=""))
        with pytest.raises(NoGround, match="涉案未成年人身份"):
            disclosing.draft(one, NO, by=cast.chen, at=MONDAY)

    def test_internal_affairs_rest_on_no_secret(self, cast: Cast) -> None:
        """政府信息公开条例 art. 16(1)."""
        assert behind("internal") == frozenset()
        no = Draft("refuse", ground="internal", reasons="食堂排班是内部事务。")
        assert disclosing.draft(received(cast), no, by=cast.chen, at=MONDAY).outcome == "refuse"

    def test_a_ground_that_ended_meanwhile_carries_no_answer(self, cast: Cast) -> None:
        one = received(cast)
        withheld(cast, one.ref, replace(WORK_SECRET, ends_on=TODAY + DAY))
        one = disclosing.draft(one, NO, by=cast.chen, at=MONDAY)
        with pytest.raises(NoGround):
            disclosing.approve(one, by=cast.liang, at=MONDAY + 2 * DAY)

    def test_what_is_withheld_is_not_published_past_its_review(self, cast: Cast) -> None:
        item = taken_off(cast, an_item(cast), when=MONDAY)
        review = Review.objects.get()
        draft = written(cast, item, "新的正文。")
        keeping.propose(item, by=cast.an, seen=draft.turn, at=MONDAY)
        with pytest.raises(NotReady, match="既不公开，也不拒绝"):
            keeping.publish(item, by=cast.liang, seen=draft.turn, at=MONDAY)
        review = usecases.agree(review, seen=review.turn, by=cast.liang, at=MONDAY)
        with pytest.raises(NotReady, match="还没有到期"):
            keeping.publish(item, by=cast.liang, seen=draft.turn, at=MONDAY)
        usecases.open_up(review, reason="行动结束了。", seen=review.turn, by=cast.liang, at=MONDAY)
        assert keeping.publish(item, by=cast.liang, seen=draft.turn, at=MONDAY).number == 2


class TestAProposal:
    @pytest.mark.parametrize(
        ("changes", "wants"),
        [
            ({"ground": "because"}, "请选一条理由"),
            ({"harm": " "}, "公开有什么损害"),
            ({"interest": ""}, "公共利益"),
            ({"ends_on": TODAY}, "要在明天以后"),
            ({"ends_on": TODAY + timedelta(days=800)}, "要在明天以后"),
            ({"ground": "sec-3"}, "先征求权利人的意见"),
            ({"ground": "sec-3", "owner": "agrees", "owner_asked_on": TODAY}, "同意公开"),
            ({"ground": "sec-3", "owner": "objects"}, "哪天问的"),
            ({"ground": "sec-3", "owner": "objects", "owner_asked_on": TODAY + DAY}, "哪天问的"),
            ({"owner": "whoever"}, "问过权利人"),
            ({"ends_when": "办" * 81}, "写短一点"),
        ],
    )
    def test_what_is_missing_is_said(self, cast: Cast, changes: dict[str, object], wants: str) -> None:
        item = an_item(cast)
        with pytest.raises((NotReady, NoReason), match=wants):
            proposed(cast, item.ref, replace(WORK_SECRET, **changes))
        assert not Review.objects.exists()

    def test_an_end_is_always_asked(self, cast: Cast) -> None:
        item = an_item(cast)
        with pytest.raises(NotReady, match="不是永远不公开"):
            usecases.propose(subject(cast, item.ref), WORK_SECRET, by=cast.chen, at=MONDAY)

    def test_the_law_leaves_no_room_to_weigh_for_minors_and_sealed_records(self, cast: Cast) -> None:
        """未成年人保护法 art. 103; 治安管理处罚法 art. 136."""
        item = an_item(cast)
        assert [one.id for one in grounds().values() if not one.outweighed] == [
            "sec-1", "sec-4", "sec-sealed", "sec-reporter",
        ]  # fmt: skip
        assert proposed(cast, item.ref, replace(WORK_SECRET, ground="sec-sealed", interest="")).state == State.PROPOSED

    def test_what_was_answered_is_settled(self, cast: Cast) -> None:
        application = disclosing.draft(received(cast), GIVEN, by=cast.chen, at=MONDAY)
        disclosing.approve(application, by=cast.liang, at=MONDAY)
        with pytest.raises(NotReady, match="已经答复过了"):
            proposed(cast, application.ref)

    def test_one_at_a_time(self, cast: Cast) -> None:
        item = an_item(cast)
        proposed(cast, item.ref)
        with pytest.raises(Conflict):
            unsure(cast, item.ref)

    def test_what_is_said_is_sealed(self, cast: Cast) -> None:
        proposed(cast, an_item(cast).ref)
        row = Review.objects.values_list("harm", flat=True).query
        assert "巡逻" not in str(row)
        assert Review.objects.get().harm == WORK_SECRET.harm


class TestTwoPeople:
    def test_whoever_proposed_never_decides(self, cast: Cast) -> None:
        one = proposed(cast, an_item(cast).ref, by=cast.liang)
        with pytest.raises(Refused, match="理由是您提的"):
            usecases.agree(one, seen=one.turn, by=cast.liang, at=MONDAY)
        one = usecases.agree(one, seen=one.turn, by=cast.shao, at=MONDAY)
        assert (one.state, one.decided_by) == (State.WITHHELD, cast.shao)

    def test_the_trail_remembers_an_earlier_proposal(self, cast: Cast) -> None:
        one = proposed(cast, an_item(cast).ref, by=cast.liang)
        one = usecases.send_back(one, reason="写清楚", seen=one.turn, by=cast.shao, at=MONDAY)
        again = replace(WORK_SECRET, ends_on=TODAY + 30 * DAY)
        one = usecases.hand_in(one, again, seen=one.turn, by=cast.chen, at=MONDAY)
        assert one.proposed_by == cast.chen
        assert not policy.may_decide(cast.liang, one)

    @pytest.mark.parametrize("name", ["chen", "zhou", "an", "jiang", "fan", "meng", "shi", "admin"])
    def test_nobody_else_decides(self, cast: Cast, name: str) -> None:
        one = proposed(cast, an_item(cast).ref)
        with pytest.raises(Refused):
            usecases.agree(one, seen=one.turn, by=getattr(cast, name), at=MONDAY)

    def test_list_and_rule_agree(self, cast: Cast) -> None:
        one = proposed(cast, an_item(cast).ref)
        for officer in cast.everybody().values():
            listed = Review.objects.of(Viewer(officer=officer)).filter(pk=one.pk).exists()
            assert listed == bool(policy.may_work(officer, one)), officer

    def test_whoever_proposed_may_take_it_back_until_it_is_decided(self, cast: Cast) -> None:
        one = proposed(cast, an_item(cast).ref)
        with pytest.raises(Refused):
            usecases.open_up(one, reason="看错了", seen=1, by=cast.zhou, at=MONDAY)
        one = usecases.agree(one, seen=1, by=cast.liang, at=MONDAY)
        with pytest.raises(Refused):
            usecases.open_up(one, reason="看错了", seen=2, by=cast.chen, at=MONDAY)
        again = proposed(cast, received(cast).ref)
        assert usecases.open_up(again, reason="看错了", seen=1, by=cast.chen, at=MONDAY).state == State.OPENED

    def test_what_belongs_to_a_matter_is_for_its_readers(self, cast: Cast) -> None:
        application = received(cast)
        one = proposed(cast, application.ref)
        application.matter.kept_from.add(cast.zhou)
        assert not Review.objects.of(Viewer(officer=cast.zhou)).filter(pk=one.pk).exists()
        assert subject_of(cast.zhou, application.ref) is None
        assert subject_of(cast.meng, application.ref) is None

    def test_a_press_on_an_old_page_decides_nothing(self, cast: Cast) -> None:
        one = proposed(cast, an_item(cast).ref)
        usecases.send_back(one, reason="写清楚", seen=one.turn, by=cast.liang, at=MONDAY)
        with pytest.raises(NotReady):
            usecases.agree(one, seen=1, by=cast.liang, at=MONDAY)
        now = Review.objects.get()
        with pytest.raises(Conflict):
            usecases.hand_in(now, WORK_SECRET, seen=1, by=cast.chen, at=MONDAY)

    def test_each_decision_is_a_leaf_that_tells_no_contents(self, cast: Cast) -> None:
        one = withheld(cast, an_item(cast).ref)
        usecases.open_up(one, reason="行动结束了。", seen=one.turn, by=cast.liang, at=MONDAY + DAY)
        leaves = [json.loads(bytes(body)) for body in Leaf.objects.order_by("pk").values_list("body", flat=True)]
        said = [leaf for leaf in leaves if leaf["kind"] == "secrecy.decided"]
        assert [(leaf["subject"], leaf["data"]["step"], leaf["data"]["ground"]) for leaf in said] == [
            (one.number, "agreed", "sec-2"),
            (one.number, "opened", "sec-2"),
        ]
        assert "巡逻" not in json.dumps(said, ensure_ascii=False)
        assert list(every_decision_was_told()) == []
        by_force(Step.objects.filter(what="agreed"), ground="sec-5")
        assert len(list(every_decision_was_told())) == 2, "the log and the house say different grounds"


class TestUnsure:
    def test_the_applicant_is_told_and_nothing_is_given_or_refused(self, cast: Cast) -> None:
        application = received(cast)
        one = unsure(cast, application.ref)
        assert one.due_on == date(2026, 11, 30), "five working days"
        entry = Entry.objects.get(data__what="secrecy.unsure")
        assert entry.visibility == Visibility.PARTIES
        assert "蹲守" not in f"{entry.body}{entry.data}"
        for said in (GIVEN, NO):
            with pytest.raises(NotReady, match="2026-11-30"):
                disclosing.draft(application, said, by=cast.chen, at=MONDAY)

    def test_an_answer_that_was_drafted_before_waits(self, cast: Cast) -> None:
        application = disclosing.draft(received(cast), GIVEN, by=cast.chen, at=MONDAY)
        unsure(cast, application.ref)
        with pytest.raises(NotReady):
            disclosing.approve(application, by=cast.liang, at=MONDAY)

    def test_it_stands_on_the_office_s_day_sheet_until_it_is_answered(self, cast: Cast) -> None:
        one = unsure(cast, received(cast).ref)
        assert queries.sheet_of(cast.shao, TODAY).answer == [one]
        assert not queries.sheet_of(cast.liang, TODAY), "the chief is not the office"
        assert one.is_late(date(2026, 12, 1))
        with pytest.raises(Refused):
            usecases.open_up(one, reason="可以公开", seen=1, by=cast.liang, at=MONDAY)
        usecases.open_up(one, reason="地点已经不用了。", seen=1, by=cast.shao, at=MONDAY)
        assert not queries.sheet_of(cast.shao, TODAY)
        assert Entry.objects.filter(data__what="secrecy.answered").exists()

    def test_whoever_asked_does_not_answer(self, cast: Cast) -> None:
        one = unsure(cast, an_item(cast).ref, by=cast.shao)
        assert not policy.may_answer(cast.shao, one)

    def test_it_is_decided_before_the_applicant_has_to_be_answered(self, cast: Cast) -> None:
        """政府信息公开条例 art. 33: asking the office does not stop the clock."""
        last = date(2026, 12, 21)
        one = unsure(cast, received(cast).ref, MONDAY + 25 * DAY)
        assert one.due_on == last

    def test_it_moves_with_its_matter(self, cast: Cast) -> None:
        application = received(cast)
        one = proposed(cast, application.ref)
        Matter.objects.filter(pk=application.matter.pk).update(unit=cast.hewan)
        one = Review.objects.for_pages().get(pk=one.pk)
        assert Review.objects.of(Viewer(officer=cast.fan)).filter(pk=one.pk).exists()
        assert policy.may_decide(cast.fan, one)
        assert not Review.objects.of(Viewer(officer=cast.liang)).filter(pk=one.pk).exists()

    def test_a_ground_that_the_office_finds_needs_its_second_officer_too(self, cast: Cast) -> None:
        application = received(cast)
        one = unsure(cast, application.ref)
        said = replace(WORK_SECRET, ends_on=TODAY + 30 * DAY)
        one = usecases.hand_in(one, said, seen=1, by=cast.shao, at=MONDAY)
        assert (one.state, one.doubt) == (State.PROPOSED, "里面写了蹲守的地点，拿不准。")
        with pytest.raises(Refused):
            usecases.agree(one, seen=2, by=cast.shao, at=MONDAY)
        usecases.agree(one, seen=2, by=cast.liang, at=MONDAY)
        assert disclosing.draft(application, NO, by=cast.chen, at=MONDAY).outcome == "refuse"


class TestStateSecrets:
    """保守国家秘密法 arts. 14, 30: never here, and no level."""

    def test_it_is_no_ground_here(self, cast: Cast) -> None:
        item = an_item(cast)
        assert state_secrets() == {"sec-1"}
        with pytest.raises(StateSecret) as refused:
            proposed(cast, item.ref, replace(WORK_SECRET, ground="sec-1"))
        assert "分局保密办" in refused.value.whole
        assert not Review.objects.exists()

    @pytest.mark.parametrize("field", ["harm", "interest", "ends_when"])
    def test_marked_words_are_turned_away(self, cast: Cast, field: str) -> None:
        item = an_item(cast)
        with pytest.raises(StateSecret):
            proposed(cast, item.ref, replace(WORK_SECRET, **{field: "机密★5年"}))
        with pytest.raises(StateSecret):
            usecases.ask(subject(cast, item.ref), "绝密★启用前", by=cast.chen, at=MONDAY)
        assert not Review.objects.exists()

    def test_left_to_others_nothing_of_it_stays(self, cast: Cast) -> None:
        application = received(cast)
        one = unsure(cast, application.ref)
        one = usecases.leave_to_others(one, seen=1, by=cast.shao, at=MONDAY)
        one.refresh_from_db()
        assert (one.state, one.doubt, one.harm, one.ends_on) == (State.ELSEWHERE, "", "", None)
        assert not any("蹲守" in step.words for step in one.steps.all())
        said = Draft("refuse", ground="state-secret", reasons="属于国家秘密。")
        assert disclosing.draft(application, said, by=cast.chen, at=MONDAY).outcome == "refuse"

    def test_no_row_has_a_place_for_a_level(self) -> None:
        names = {field.name for model in (Review, Step) for field in model._meta.get_fields()}
        assert not {"level", "degree", "classification"} & names


class TestTheDayBringsItBack:
    def test_nobody_presses_anything(self, cast: Cast) -> None:
        item = taken_off(cast, an_item(cast), when=MONDAY)
        one = Review.objects.get()
        one = usecases.agree(one, seen=one.turn, by=cast.liang, at=MONDAY)
        assert one.ends_on is not None
        last, after = one.ends_on, one.ends_on + DAY
        assert queries.sheet_of(cast.chen, last).ended == []
        assert queries.sheet_of(cast.chen, after).ended == [one]
        assert catalogue.due_back(last) == []
        assert catalogue.due_back(after) == [item]
        assert catalogue.sheet_of(cast.an, after).back == [item]
        assert "到了重新看" in catalogue.says_withheld(item, last)
        assert "该重新看" in catalogue.says_withheld(item, after)

    def test_what_was_never_public_is_late_again_from_that_day(self, cast: Cast) -> None:
        item = begun(cast)
        one = withheld(cast, item.ref)
        assert one.ends_on is not None
        assert [row.item for row in catalogue.late(one.ends_on)] == []
        assert [row.item for row in catalogue.late(one.ends_on + DAY)] == [item]

    def test_list_and_property_agree(self, cast: Cast) -> None:
        one = withheld(cast, an_item(cast).ref)
        assert one.ends_on is not None
        for day in (one.ends_on - DAY, one.ends_on, one.ends_on + DAY):
            assert Review.objects.ended(day).exists() == one.is_ended(day)

    def test_what_is_withheld_and_still_public_stands_on_the_sheet(self, cast: Cast) -> None:
        item = an_item(cast)
        withheld(cast, item.ref)
        assert catalogue.sheet_of(cast.liang, TODAY).still_there == [item]
        keeping.withdraw(item, by=cast.liang, reason="有工作秘密", at=MONDAY)
        assert catalogue.sheet_of(cast.liang, TODAY).still_there == []

    def test_who_left_hands_it_to_the_leader(self, cast: Cast) -> None:
        one = withheld(cast, an_item(cast).ref)
        cast.chen.active = False
        cast.chen.save()
        assert one.ends_on is not None
        assert queries.sheet_of(cast.liang, one.ends_on + DAY).ended == [one]
        assert queries.sheet_of(cast.zhou, one.ends_on + DAY).ended == []

    def test_it_is_withheld_anew_only_by_two(self, cast: Cast) -> None:
        one = withheld(cast, an_item(cast).ref, replace(WORK_SECRET, ends_on=TODAY + DAY))
        later = MONDAY + 2 * DAY
        again = replace(WORK_SECRET, ends_on=TODAY + 30 * DAY)
        one = usecases.hand_in(one, again, seen=one.turn, by=cast.chen, at=later)
        assert not queries.is_withheld(one, later.date())
        one = usecases.agree(one, seen=one.turn, by=cast.liang, at=later)
        assert queries.is_withheld(one, later.date())

    def test_or_it_is_opened_by_whoever_works_there(self, cast: Cast) -> None:
        item = taken_off(cast, an_item(cast), when=MONDAY)
        one = Review.objects.get()
        one = usecases.agree(one, seen=one.turn, by=cast.liang, at=MONDAY)
        with pytest.raises(Refused):
            usecases.open_up(one, reason="可以了", seen=one.turn, by=cast.an, at=MONDAY)
        later = MONDAY + 200 * DAY
        with pytest.raises(NoReason):
            usecases.open_up(one, reason="", seen=one.turn, by=cast.an, at=later)
        usecases.open_up(one, reason="可以了", seen=one.turn, by=cast.an, at=later)
        assert catalogue.due_back(later.date()) == [item]
        assert "要重新公开" in catalogue.says_withheld(item, later.date())
        published(cast, item, "现在可以看了。", when=later)
        assert catalogue.due_back(later.date()) == []

    def test_a_proposal_whose_day_passed_meanwhile_is_not_agreed_to(self, cast: Cast) -> None:
        one = proposed(cast, an_item(cast).ref, replace(WORK_SECRET, ends_on=TODAY + DAY))
        with pytest.raises(NotReady):
            usecases.agree(one, seen=one.turn, by=cast.liang, at=MONDAY + 3 * DAY)


def test_totals_count_decisions_by_ground_and_year(cast: Cast) -> None:
    first = withheld(cast, an_item(cast).ref, replace(WORK_SECRET, ends_on=TODAY + DAY))
    withheld(cast, received(cast).ref, replace(WORK_SECRET, ground="sec-4", interest=""))
    leave = unsure(cast, received(cast, MONDAY + DAY).ref)
    usecases.leave_to_others(leave, seen=1, by=cast.shao, at=MONDAY)
    proposed(cast, received(cast, MONDAY + 2 * DAY).ref)
    later = timezone.make_aware(timezone.datetime(2027, 1, 8, 9))
    again = replace(WORK_SECRET, ends_on=date(2027, 2, 1))
    first = usecases.hand_in(first, again, seen=first.turn, by=cast.chen, at=later)
    usecases.agree(first, seen=first.turn, by=cast.liang, at=later)
    years, lines = queries.totals(date(2027, 3, 1))
    assert years == [2027, 2026]
    told = {line.ground.id: (line.by_year[2026], line.by_year[2027], line.now, line.ended) for line in lines}
    assert told == {
        "sec-1": (1, 0, 1, 0),
        "sec-2": (1, 1, 0, 1),
        "sec-3": (0, 0, 0, 0),
        "sec-4": (1, 0, 1, 0),
        "sec-5": (0, 0, 0, 0),
        "sec-sealed": (0, 0, 0, 0),
        "sec-reporter": (0, 0, 0, 0),
    }
    assert sum(row["withheld"] for row in queries.total_rows()) == 4


def test_every_ground_but_state_secrets_can_be_proposed(cast: Cast) -> None:
    for ground in grounds().values():
        if ground.belongs_elsewhere:
            continue
        said = Proposal(
            ground.id,
            harm="会伤害本人。",
            interest="权衡过了。",
            ends_on=TODAY + DAY,
            owner="objects",
            owner_asked_on=TODAY,
        )
        one = withheld(cast, received(cast).ref, said)
        assert one.ground == ground.id
