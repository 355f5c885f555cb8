"""From a report to a case, or to a written no: who decides, by when, and what the reporter can do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from shouwang.apps.incidents import filing, usecases
from shouwang.apps.incidents.duties import duties_of
from shouwang.apps.incidents.errors import NotServed, RemedyLate, WrongStage
from shouwang.apps.incidents.queries import PER_PAGE, filing_figures, listed
from shouwang.apps.incidents.report import Report
from shouwang.apps.incidents.tests.test_taking import BICYCLE, incident, take
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.errors import NothingSaid, WrongState
from shouwang.apps.matters.models import Entry, Matter, State
from shouwang.apps.matters.sentences import entry_sentence, how_it_stands
from shouwang.apps.matters.story import Fact
from shouwang.apps.matters.usecases import Opened
from shouwang.apps.papers import usecases as papers
from shouwang.apps.papers.known import record_of
from shouwang.apps.papers.models import Paper
from shouwang.apps.units.models import Officer, Role
from shouwang.kernel.errors import Refused
from tests.cast import MONDAY, Cast, as_officer, officer, sign_in, with_code

WHY = "自行车八百元、手机两千三百元，超过本省盗窃罪的数额。"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def midnight_after(days: int, since: datetime = MONDAY) -> datetime:
    """The end of the n-th calendar day, that of the start not counted."""
    return since.replace(hour=0, minute=0) + timedelta(days=days + 1)


def judged(cast: Cast, nature: str = "criminal", **given: Any) -> Opened:
    opened = take(cast, **given)
    usecases.decide_nature(opened.matter, by=cast.chen, nature=nature, words=WHY, at=MONDAY + HOUR)
    return opened


def now_of(opened: Opened) -> Matter:
    return Matter.objects.get(pk=opened.matter.pk)


def declined(cast: Cast, at: datetime = MONDAY + DAY) -> Opened:
    opened = judged(cast)
    usecases.decline(opened.matter, by=cast.shao, words="数额够不上，也没有入户。", at=at)
    return opened


@pytest.mark.django_db
class TestWhatItIs:
    @pytest.mark.parametrize(
        ("nature", "stage", "rule", "due"),
        [
            ("criminal", filing.REVIEW, "o15-crim", 3),  # 公通字〔2015〕32号 2.1(2): three days from the report
            ("unclear", filing.UNCLEAR, "fr-unclear", 3),  # 接报案与立案工作规定 item 8(4)
        ],
    )
    def test_the_clock_counts_from_the_day_of_arrival(
        self, cast: Cast, nature: str, stage: str, rule: str, due: int
    ) -> None:
        opened = take(cast)
        usecases.decide_nature(opened.matter, by=cast.chen, nature=nature, words=WHY, at=MONDAY + DAY)
        matter = now_of(opened)
        assert (incident(opened).stage, matter.due_rule, matter.due_at) == (stage, rule, midnight_after(due))

    def test_a_violation_is_filed_at_once_and_its_thirty_days_begin(self, cast: Cast) -> None:
        """治安管理处罚法 art. 90 and 118."""
        opened = judged(cast, "administrative")
        matter = now_of(opened)
        assert incident(opened).stage == filing.FILED
        assert (matter.state, matter.due_rule, matter.due_at) == (State.OPEN, "psl-limit", midnight_after(30))

    def test_a_quarrel_needs_no_filing_and_keeps_the_promise_of_a_result(self, cast: Cast) -> None:
        opened = judged(cast, "dispute")
        assert (incident(opened).stage, now_of(opened).due_rule) == (filing.NO_CASE, "promise-result")
        usecases.decide_nature(opened.matter, by=cast.chen, nature="criminal", words="有人受了重伤。", at=MONDAY + DAY)
        assert (incident(opened).stage, now_of(opened).due_rule) == (filing.REVIEW, "o15-crim")

    def test_the_reporter_hears_it_with_the_reason(self, cast: Cast) -> None:
        opened = judged(cast)
        entry = Entry.objects.visible_to(with_code(opened)).get(data__what="incidents.nature-decided")
        assert entry_sentence(entry) == "陈警官判断可能是犯罪，开始审查要不要立案。"
        assert entry.body == WHY
        assert now_of(opened).first_answer_at == MONDAY + HOUR
        assert how_it_stands(now_of(opened)) == "正在审查要不要立案，由陈警官负责。"

    @pytest.mark.parametrize("who", ["jiang", "an"])
    def test_helpers_do_not_judge(self, cast: Cast, who: str) -> None:
        with pytest.raises(Refused, match="要由民警来判断"):
            usecases.decide_nature(take(cast).matter, by=getattr(cast, who), nature="help", words=WHY, at=MONDAY)

    def test_without_a_reason_nothing_is_written(self, cast: Cast) -> None:
        opened = take(cast)
        with pytest.raises(NothingSaid):
            usecases.decide_nature(opened.matter, by=cast.chen, nature="criminal", words=" ", at=MONDAY)
        assert incident(opened).nature == "unclear"


@pytest.mark.django_db
class TestWhoDecides:
    def test_a_crime_is_the_county_bureaus_to_file(self, cast: Cast) -> None:
        """公安机关办理刑事案件程序规定 art. 178: a station chief may only propose."""
        opened = judged(cast)
        for who in (cast.chen, cast.liang):
            with pytest.raises(Refused, match="县级以上公安机关负责人"):
                usecases.file(opened.matter, by=who, words="立案。", at=MONDAY + DAY)
        usecases.propose(opened.matter, by=cast.chen, what="file", words="证据在案。", at=MONDAY + DAY)
        assert (incident(opened).stage, incident(opened).waits_for) == (filing.PROPOSED, "county-head")
        usecases.file(opened.matter, by=cast.shao, words="立案侦查，由青石镇派出所办理。", at=MONDAY + 2 * DAY)
        one, matter = incident(opened), now_of(opened)
        assert (one.stage, one.waits_for, matter.state, matter.due_rule) == (filing.FILED, "", State.OPEN, "")

    def test_a_violation_that_is_none_is_the_chiefs_to_decline(self, cast: Cast) -> None:
        opened = take(cast)
        with pytest.raises(Refused, match="派出所所长"):
            usecases.decline(opened.matter, by=cast.chen, words="没有违法事实。", at=MONDAY)
        usecases.propose(opened.matter, by=cast.chen, what="decline", words="没有违法事实。", at=MONDAY)
        usecases.return_proposal(opened.matter, by=cast.liang, words="再问问邻居。", at=MONDAY)
        assert (incident(opened).stage, incident(opened).nature) == (filing.UNCLEAR, "unclear")
        usecases.propose(opened.matter, by=cast.chen, what="decline", words="邻居也没看见。", at=MONDAY)
        usecases.decline(opened.matter, by=cast.liang, words="没有违法事实。", at=MONDAY)
        assert (incident(opened).stage, incident(opened).nature) == (filing.DECLINED, "administrative")

    def test_nobody_files_what_nobody_judged(self, cast: Cast) -> None:
        opened = take(cast)
        with pytest.raises(WrongStage, match="先判断性质"):
            usecases.propose(opened.matter, by=cast.chen, what="file", words="立案。", at=MONDAY)
        with pytest.raises(Refused, match="先判断性质"):
            usecases.file(opened.matter, by=cast.liang, words="立案。", at=MONDAY)

    def test_on_the_page_an_officer_proposes_and_the_chief_declines(self, cast: Cast, client: Client) -> None:
        opened = take(cast)
        number = opened.matter.number
        sign_in(client, cast.chen)
        page = client.get(f"/desk/m/{number}/propose/").content.decode()
        assert "不属于违反治安管理的行为" in page
        client.post(f"/desk/m/{number}/propose/", {"what": "decline", "words": "没有违法事实。"})
        sign_in(client, cast.liang)
        client.post(f"/desk/m/{number}/decline/", {"words": "经查没有违法事实。"})
        assert incident(opened).stage == filing.DECLINED
        assert now_of(opened).state == State.CLOSED

    def test_a_proposal_can_come_back_and_the_clock_runs_on(self, cast: Cast) -> None:
        opened = judged(cast)
        due = now_of(opened).due_at
        usecases.propose(opened.matter, by=cast.chen, what="decline", words="数额不够。", at=MONDAY + HOUR)
        with pytest.raises(Refused):
            usecases.return_proposal(opened.matter, by=cast.liang, words="先查价格。", at=MONDAY + HOUR)
        usecases.return_proposal(opened.matter, by=cast.shao, words="先查价格。", at=MONDAY + HOUR)
        assert (incident(opened).stage, incident(opened).waits_for) == (filing.REVIEW, "")
        assert now_of(opened).due_at == due

    def test_proposals_are_internal(self, cast: Cast) -> None:
        opened = judged(cast)
        usecases.propose(opened.matter, by=cast.chen, what="decline", words="线人说的。", at=MONDAY + HOUR)
        seen = Entry.objects.visible_to(with_code(opened)).filter(matter=opened.matter)
        assert all("线人" not in entry.body for entry in seen)

    @pytest.mark.parametrize(
        ("rule", "by", "days"),
        [("o15-crim-leads", "liang", 7), ("o15-crim-complex", "shao", 30)],
    )
    def test_a_longer_review_needs_its_approver(self, cast: Cast, rule: str, by: str, days: int) -> None:
        """公通字〔2015〕32号 2.1(2): seven days for leads; thirty with the county-level head's approval."""
        opened = judged(cast)
        with pytest.raises(WrongStage):
            usecases.lengthen_review(opened.matter, by=cast.chen, rule=rule, words="线索多。", at=MONDAY + DAY)
        usecases.lengthen_review(opened.matter, by=getattr(cast, by), rule=rule, words="线索多。", at=MONDAY + DAY)
        assert (now_of(opened).due_rule, now_of(opened).due_at) == (rule, midnight_after(days))

    def test_what_is_late_is_not_lengthened(self, cast: Cast) -> None:
        opened = judged(cast)
        with pytest.raises(WrongState, match="已经过了"):
            usecases.lengthen_review(
                opened.matter, by=cast.liang, rule="o15-crim-leads", words="线索多。", at=MONDAY + 6 * DAY
            )


@pytest.mark.django_db
class TestAWrittenNo:
    def test_it_ends_with_the_reason_and_the_notice_runs_until_it_is_told(self, cast: Cast) -> None:
        """程序规定 art. 178: the notice within three days of the decision."""
        opened = declined(cast)
        matter, one = now_of(opened), incident(opened)
        assert (matter.state, matter.reason, one.stage) == (State.CLOSED, "not-filed", filing.DECLINED)
        assert (matter.due_rule, matter.due_at) == ("cp-nofile", midnight_after(3, MONDAY + DAY))
        usecases.tell(opened.matter, by=cast.chen, how="in-person", words="当面给了通知书。", at=MONDAY + 2 * DAY)
        assert now_of(opened).due_rule == ""
        assert incident(opened).told_at == MONDAY + 2 * DAY
        with pytest.raises(Refused):
            usecases.tell(opened.matter, by=cast.chen, how="in-person", words="又说一遍。", at=MONDAY + 3 * DAY)

    def test_opening_the_page_is_learning_of_it(self, cast: Cast) -> None:
        opened = declined(cast)
        seen_at = MONDAY + 30 * HOUR
        matters.mark_read(now_of(opened), viewer=with_code(opened), seq=now_of(opened).last_seq, at=seen_at)
        assert incident(opened).told_at == seen_at
        assert now_of(opened).due_rule == ""
        with pytest.raises(NotServed):
            usecases.tell(opened.matter, by=None, how="page", at=seen_at)

    def test_what_was_read_before_does_not_count(self, cast: Cast) -> None:
        opened = judged(cast)
        matters.mark_read(now_of(opened), viewer=with_code(opened), seq=now_of(opened).last_seq, at=MONDAY + HOUR)
        usecases.decline(opened.matter, by=cast.shao, words="数额够不上。", at=MONDAY + DAY)
        assert incident(opened).told_at is None

    def test_nobody_is_told_in_a_way_they_did_not_agree_to(self, cast: Cast) -> None:
        opened = take(cast, Report(what="老公打我。", category="home", pseudonym="林"))
        usecases.decide_nature(opened.matter, by=cast.chen, nature="criminal", words="有伤。", at=MONDAY)
        usecases.file(opened.matter, by=cast.shao, words="立案侦查。", at=MONDAY)
        with pytest.raises(Refused, match="只能这样联系"):
            usecases.tell(opened.matter, by=cast.chen, how="phone", words="打电话说的。", at=MONDAY)

    def test_without_anybody_to_tell_no_notice_runs(self, cast: Cast) -> None:
        opened = judged(cast, report=Report(what="路边的广告牌不见了。"))
        usecases.decline(opened.matter, by=cast.shao, words="查无此事。", at=MONDAY + DAY)
        assert now_of(opened).due_rule == ""


@pytest.mark.django_db
class TestRemedies:
    """程序规定 art. 179: seven days for asking, thirty for deciding; then the next higher organ."""

    def told(self, cast: Cast) -> Opened:
        opened = declined(cast)
        usecases.tell(opened.matter, by=cast.chen, how="in-person", words="给了通知书。", at=MONDAY + DAY)
        return opened

    def ask(self, opened: Opened, at: datetime) -> Entry:
        return usecases.ask_remedy(opened.matter, viewer=with_code(opened), words="手机值三千。", at=at)

    def second_at_the_bureau(self, cast: Cast) -> Officer:
        return officer("bei", "贝分", "贝警官", cast.bureau, Role.BUREAU)

    def test_reconsideration_is_the_bureaus_and_not_whose_decision_it_was(self, cast: Cast) -> None:
        opened, bei = self.told(cast), self.second_at_the_bureau(cast)
        self.ask(opened, MONDAY + 3 * DAY)
        matter = now_of(opened)
        assert (matter.state, matter.due_rule) == (State.DISPUTED, "cp-recon-decide")
        assert matter.handler == bei
        for who, says in ((cast.liang, "县级以上公安机关负责人"), (cast.shao, "另一位领导")):
            with pytest.raises(Refused, match=says):
                matters.review(matter, by=who, upheld=True, words="维持。", at=MONDAY + 4 * DAY)
        matters.review(matter, by=bei, upheld=False, words="价格要重新认定。", at=MONDAY + 5 * DAY)
        assert (incident(opened).stage, now_of(opened).state) == (filing.REVIEW, State.OPEN)
        usecases.file(opened.matter, by=bei, words="立案侦查。", at=MONDAY + 6 * DAY)
        assert incident(opened).stage == filing.FILED

    def test_then_review_by_the_next_higher_organ(self, cast: Cast) -> None:
        opened, bei = self.told(cast), self.second_at_the_bureau(cast)
        self.ask(opened, MONDAY + 3 * DAY)
        matters.review(now_of(opened), by=bei, upheld=True, words="维持不予立案。", at=MONDAY + 5 * DAY)
        remedy = usecases.remedy_of(now_of(opened), incident(opened), MONDAY + 6 * DAY)
        assert remedy is not None
        # The seventh day is a Saturday: the period ends with the next working day (刑事诉讼法 art. 105).
        assert (remedy.name, remedy.until) == ("review", midnight_after(9, MONDAY + 5 * DAY))
        self.ask(opened, MONDAY + 6 * DAY)
        assert now_of(opened).due_rule == "cp-review-decide"
        matters.review(now_of(opened), by=cast.shao, upheld=True, words="上级维持。", at=MONDAY + 9 * DAY)
        assert usecases.remedy_of(now_of(opened), incident(opened), MONDAY + 9 * DAY) is None

    def test_after_seven_days_it_is_too_late_and_the_way_on_is_said(self, cast: Cast) -> None:
        opened = self.told(cast)
        with pytest.raises(RemedyLate) as why:
            self.ask(opened, midnight_after(7, MONDAY + DAY))
        assert "检察院" in str(why.value.hint)
        assert self.ask(opened, midnight_after(7, MONDAY + DAY) - timedelta(seconds=1))

    def test_no_day_counts_before_it_was_told(self, cast: Cast) -> None:
        opened = declined(cast)
        assert self.ask(opened, MONDAY + 60 * DAY)

    def test_a_violation_has_no_reconsideration_of_this_kind(self, cast: Cast) -> None:
        opened = take(cast)
        usecases.decline(opened.matter, by=cast.liang, words="没有违法事实。", at=MONDAY)
        assert usecases.remedy_of(now_of(opened), incident(opened), MONDAY) is None

    def test_being_dissatisfied_stays_open_beside_it(self, cast: Cast) -> None:
        opened = self.told(cast)
        matters.dispute(opened.matter, viewer=with_code(opened), words="不服。", at=MONDAY + 20 * DAY)
        assert now_of(opened).due_rule == "promise-review"
        matters.review(now_of(opened), by=cast.liang, upheld=False, words="再查。", at=MONDAY + 21 * DAY)
        assert incident(opened).stage == filing.REVIEW


@pytest.mark.django_db
class TestElsewhere:
    def test_not_for_the_police_is_told_at_once_with_the_right_place(self, cast: Cast) -> None:
        """接报案与立案工作规定 item 8(3)."""
        opened = take(cast, Report(what="楼上装修太吵。"))
        usecases.settle(opened.matter, by=cast.chen, to="住建局 12345", words="装修时间归住建局管。", at=MONDAY + HOUR)
        matter = now_of(opened)
        assert (matter.state, matter.reason, incident(opened).nature) == (State.CLOSED, "not-ours", "not-police")

    def test_another_stations_is_passed_on_in_a_day_and_no_clock_begins_anew(self, cast: Cast) -> None:
        """接报案与立案工作规定 item 8(2) and 13."""
        opened = judged(cast)
        matters.offer_transfer(opened.matter, to=cast.hewan, by=cast.chen, reason="案发在河湾。", at=MONDAY + 2 * HOUR)
        matter = now_of(opened)
        assert (matter.due_rule, matter.due_at) == ("fr-other-unit", MONDAY + DAY)
        matters.accept_transfer(opened.matter, by=cast.meng, at=MONDAY + 3 * HOUR)
        matter = now_of(opened)
        assert (matter.unit, matter.due_rule, matter.due_at) == (cast.hewan, "o15-crim", midnight_after(3))

    def test_returned_it_goes_on_as_it_was(self, cast: Cast) -> None:
        opened = take(cast)
        before = now_of(opened).due_at
        matters.offer_transfer(opened.matter, to=cast.hewan, by=cast.chen, reason="像在河湾。", at=MONDAY + HOUR)
        matters.return_transfer(opened.matter, by=cast.meng, reason="在青石这边。", at=MONDAY + 2 * HOUR)
        assert (now_of(opened).due_rule, now_of(opened).due_at) == ("fr-unclear", before)

    def test_another_organ_gets_it_with_a_notice_and_the_reporter_is_told(self, cast: Cast) -> None:
        opened = take(cast)
        usecases.pass_on(opened.matter, by=cast.chen, to="邻县公安局", words="案发在邻县。", at=MONDAY + HOUR)
        matter = now_of(opened)
        assert (matter.reason, matter.due_rule, matter.due_at) == ("passed-on", "fr-tell-transfer", midnight_after(3))

    def test_a_crime_leaves_only_with_the_county_heads_approval(self, cast: Cast) -> None:
        """程序规定 art. 175."""
        opened = judged(cast)
        with pytest.raises(Refused, match="县级以上公安机关负责人"):
            usecases.pass_on(opened.matter, by=cast.chen, to="邻县公安局", words="案发在邻县。", at=MONDAY)
        usecases.pass_on(opened.matter, by=cast.shao, to="邻县公安局", words="案发在邻县。", at=MONDAY + HOUR)
        assert incident(opened).stage == filing.PASSED_ON


@pytest.mark.django_db
def test_what_is_not_decided_is_listed_before_it_is_late(cast: Cast) -> None:
    late = judged(cast)
    fresh = take(cast, BICYCLE, at=MONDAY + 5 * DAY)
    judged(cast, "administrative")
    now = MONDAY + 5 * DAY
    _page, rows = listed(as_officer(cast.liang), "undecided", now, None)
    assert [(row.matter.pk, row.late, row.days_left) for row in rows] == [
        (late.matter.pk, True, -2),
        (fresh.matter.pk, False, 3),
    ]
    assert listed(as_officer(cast.fan), "undecided", now, None)[1] == []
    figures = filing_figures(cast.qingshi, at=now)
    assert (figures.undecided, figures.late, figures.filed, figures.untold) == (2, 1, 1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "step",
    [
        lambda m, by: usecases.propose(m, by=by, what="file", words="证据在案。", at=MONDAY),
        lambda m, by: usecases.settle(m, by=by, to="", words="不归我们。", at=MONDAY),
        lambda m, by: usecases.take_evidence(m, by=by, items="", at=MONDAY),
        lambda m, by: usecases.give_receipt(m, by=by, how="paper", at=MONDAY),
        lambda m, by: usecases.take_statement(m, by=by, at=MONDAY),
    ],
)
def test_another_stations_officer_does_nothing(cast: Cast, step: Callable[[Matter, Officer], object]) -> None:
    opened = judged(cast)
    before = Entry.objects.count()
    with pytest.raises(Refused):
        step(opened.matter, cast.meng)
    assert Entry.objects.count() == before


WHATS = st.sampled_from(
    [
        ("nature-decided", {"nature": "criminal", "stage": filing.REVIEW, "rule": "o15-crim"}),
        ("nature-decided", {"nature": "dispute", "stage": filing.NO_CASE, "rule": ""}),
        ("proposed", {"proposes": "file", "waits_for": "county-head"}),
        ("proposal-returned", {}),
        ("filed", {"nature": "criminal"}),
        ("declined", {"nature": "criminal"}),
        ("told", {}),
        ("recon-asked", {}),
    ]
)


@given(st.lists(WHATS, max_size=12))
def test_whatever_happens_a_decision_ends_the_waiting(told: list[tuple[str, dict[str, Any]]]) -> None:
    facts = [
        Fact(n, MONDAY + n * HOUR, "happened", "officer", 1, 1, {"what": f"incidents.{what}", **data})
        for n, (what, data) in enumerate(told, 1)
    ]
    standing = filing.fold(facts)
    assert (standing.waits_for != "") == (standing.stage == filing.PROPOSED)
    assert standing.told_seq is None or standing.stage in {*filing.TO_TELL, *filing.UNDECIDED, filing.NO_CASE}
    assert standing.remedies == sum(what == "recon-asked" for what, _data in told)


@pytest.mark.django_db
def test_a_long_list_has_pages(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shouwang.apps.incidents.queries.PER_PAGE", 2)
    taken = [take(cast, BICYCLE, at=MONDAY + n * DAY).matter.pk for n in range(3)]
    now = MONDAY + 4 * DAY
    first, rows = listed(as_officer(cast.liang), "all", now, None)
    _last, rest = listed(as_officer(cast.liang), "all", now, "2")
    assert [row.matter.pk for row in (*rows, *rest)] == taken[::-1]
    assert (first.number, first.paginator.num_pages) == (1, 2)
    assert PER_PAGE > 20


@pytest.mark.django_db
class TestNoWayAroundTheDecision:
    """A report ends with a decision on filing; `c` (办结) is no way around it."""

    def close(self, opened: Opened, cast: Cast, reason: str = "solved") -> Entry:
        return matters.close(opened.matter, by=cast.chen, reason=reason, words="查过了。", at=MONDAY + DAY)

    @pytest.mark.parametrize("nature", ["unclear", "criminal"])
    def test_an_undecided_report_is_not_closed(self, cast: Cast, nature: str) -> None:
        opened = judged(cast, nature)
        with pytest.raises(Refused, match="还没有决定立不立案"):
            self.close(opened, cast)
        assert now_of(opened).is_open

    def test_nor_one_that_nobody_judged_even_by_the_chief(self, cast: Cast) -> None:
        opened = take(cast)
        with pytest.raises(Refused, match="先判断性质（x）"):
            matters.close(opened.matter, by=cast.liang, reason="withdrawn", words="不要了。", at=MONDAY + DAY)

    def test_nor_one_that_waits_for_approval(self, cast: Cast) -> None:
        opened = judged(cast)
        usecases.propose(opened.matter, by=cast.chen, what="decline", words="够不上。", at=MONDAY + HOUR * 2)
        with pytest.raises(Refused, match="正等批准"):
            self.close(opened, cast)

    @pytest.mark.parametrize("reason", ["not-filed", "passed-on"])
    def test_the_words_of_a_decision_are_chosen_by_nobody(self, cast: Cast, reason: str) -> None:
        quarrel = judged(cast, "dispute")
        with pytest.raises(WrongState, match="要由决定来写"):
            self.close(quarrel, cast, reason)
        usecases.decline((other := take(cast)).matter, by=cast.liang, words="没有违法。", at=MONDAY + HOUR)
        assert now_of(other).state == State.CLOSED

    def test_a_quarrel_is_closed(self, cast: Cast) -> None:
        opened = judged(cast, "dispute")
        self.close(opened, cast)
        assert now_of(opened).state == State.CLOSED

    def test_a_report_of_the_same_event_ends_as_a_repetition_and_as_nothing_else(self, cast: Cast) -> None:
        first, second = take(cast), take(cast)
        usecases.link(second.matter, first.matter, by=cast.chen, reason="同一件事", at=MONDAY + HOUR)
        follower, head = (second, first) if incident(second).same_as_id else (first, second)
        with pytest.raises(Refused, match="还没有决定立不立案"):
            self.close(follower, cast)
        self.close(follower, cast, "repeated")
        with pytest.raises(Refused, match="还没有决定立不立案"):
            self.close(head, cast, "repeated")

    def test_the_card_says_why_and_the_form_offers_no_decision(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.chen)
        opened = take(cast)
        for page in (f"/desk/m/{opened.matter.number}/close/", f"/desk/rights/?matter={opened.matter.number}"):
            assert "还没有决定立不立案，不能直接办结" in client.get(page).content.decode()
        quarrel = judged(cast, "dispute")
        form = client.get(f"/desk/m/{quarrel.matter.number}/close/").content.decode()
        assert 'value="solved"' in form
        assert 'value="not-filed"' not in form
        assert 'value="passed-on"' not in form


@pytest.mark.django_db
class TestTheNotice:
    """不予立案: who decides sees what was not done, and the paper begins with the decision (程序规定 art. 178)."""

    def press(self, client: Client, opened: Opened) -> str:
        page = client.post(
            f"/desk/m/{opened.matter.number}/decline/", {"words": "价值不到数额，没有入户。"}, follow=True
        )
        return page.content.decode()

    def test_the_page_names_what_was_not_done(self, cast: Cast, client: Client) -> None:
        opened = judged(cast)
        sign_in(client, cast.shao)
        page = client.get(f"/desk/m/{opened.matter.number}/decline/").content.decode()
        assert "还没有做：" in page
        assert "做笔录" in page.split("还没有做：")[1].split("。")[0]
        usecases.take_statement(opened.matter, by=cast.chen, at=MONDAY + HOUR)
        page = client.get(f"/desk/m/{opened.matter.number}/decline/").content.decode()
        assert "做笔录" not in page.split("还没有做：")[-1].split("。")[0]
        sign_in(client, cast.chen)
        assert "还没有做：" in client.get(f"/desk/m/{opened.matter.number}/propose/").content.decode()

    def test_the_decision_begins_the_notice_with_its_reason(self, cast: Cast, client: Client) -> None:
        opened = judged(cast)
        sign_in(client, cast.shao)
        assert "通知书的草稿在这件事的文书里" in self.press(client, opened)
        paper = Paper.objects.get(matter=opened.matter)
        assert (paper.kind, paper.state, paper.author) == ("no-filing-notice", "draft", cast.shao)
        assert record_of(opened.matter, MONDAY + DAY)["case"]["refusal_reason"] == "价值不到数额，没有入户。"
        self.press(client, opened)
        assert Paper.objects.count() == 1, "a second press decides nothing and begins nothing"

    def test_what_is_no_violation_gets_its_own_paper(self, cast: Cast) -> None:
        made = usecases.decline_in_writing(take(cast).matter, by=cast.liang, words="没有违法。", at=MONDAY + HOUR)
        assert [one.kind for one in made] == ["no-case-notice"]

    def test_every_report_of_the_event_gets_one(self, cast: Cast) -> None:
        first, second = take(cast), take(cast)
        usecases.link(second.matter, first.matter, by=cast.chen, reason="同一件事", at=MONDAY)
        made = usecases.decline_in_writing(first.matter, by=cast.liang, words="没有违法。", at=MONDAY + HOUR)
        assert {one.matter_id for one in made} == {first.matter.pk, second.matter.pk}

    def test_until_it_is_issued_nobody_reads_that_it_was_written(self, cast: Cast, client: Client) -> None:
        opened = declined(cast)
        notice = next(
            one for one in duties_of(now_of(opened), incident(opened), MONDAY + DAY) if "书面通知" in str(one.name)
        )
        assert notice.done_at is None
        assert "已书面说明理由" not in how_it_stands(now_of(opened))
        paper = papers.make(now_of(opened), by=cast.chen, kind="no-filing-notice", at=MONDAY + DAY)
        issued = {"state": "issued", "issued_at": MONDAY + DAY * 2, "dated_on": MONDAY.date()}
        Paper.objects.filter(pk=paper.pk).update(**issued)
        notice = next(
            one for one in duties_of(now_of(opened), incident(opened), MONDAY + DAY) if "书面通知" in str(one.name)
        )
        assert notice.done_at == MONDAY + DAY * 2
