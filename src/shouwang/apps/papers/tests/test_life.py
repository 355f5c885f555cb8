"""From a draft to the reader's hands: who may do each step, what is kept, what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from shouwang.apps.incidents.tests.test_taking import BICYCLE
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.models import Entry
from shouwang.apps.matters.sentences import entry_sentence
from shouwang.apps.matters.viewer import Viewer, Visibility
from shouwang.apps.papers import policy, usecases
from shouwang.apps.papers.errors import Lacks, NotSigned, WrongStep
from shouwang.apps.papers.making import hold, pdf_of
from shouwang.apps.papers.models import Fact, State, Step, Version
from shouwang.apps.papers.tests import making
from shouwang.apps.papers.tests.making import ABOVE, NEXT, NOTICE, WHY_NOT, at, text_of
from shouwang.kernel.appendonly import Unchangeable
from shouwang.kernel.errors import Refused
from tests.cast import Cast, with_code

pytestmark = pytest.mark.django_db


class TestNothingIsTypedTwice:
    def test_a_notice_knows_all_but_who_stands_above_the_bureau(self, cast: Cast) -> None:
        paper = usecases.make(making.declined(cast).matter, by=cast.chen, kind=NOTICE, at=NEXT)
        assert {one.field for one in hold(paper).lacks(NEXT)} == set(ABOVE)

    def test_what_is_missing_is_named_and_refused(self, cast: Cast) -> None:
        paper = usecases.make(making.declined(cast).matter, by=cast.chen, kind=NOTICE, at=NEXT)
        with pytest.raises(Lacks, match="还差：“上级·上一级机关”；“上级·检察院”"):
            usecases.hand_in(paper, by=cast.chen, at=NEXT)
        assert making.now_of(paper).state == State.DRAFT
        assert not Version.objects.exists()

    def test_the_words_of_the_decision_and_of_the_report_stand_on_it(self, cast: Cast) -> None:
        said = text_of(pdf_of(hold(making.notice(cast)), NEXT))
        for words in ("黄女士", "被盗", WHY_NOT, "云溪分局", "云溪县人民检察院", "审核稿"):
            assert words in said

    def test_a_fact_of_the_matter_is_seen_by_its_other_papers(self, cast: Cast) -> None:
        opened = making.declined(cast)
        first = usecases.make(opened.matter, by=cast.chen, kind="report-register", at=NEXT)
        usecases.fill_in(first, by=cast.chen, values={"caller.home": "青石镇柳溪村3号"}, at=NEXT)
        second = usecases.make(opened.matter, by=cast.zhou, kind="case-register", at=NEXT)
        assert hold(second).record(NEXT)["caller"]["home"] == "青石镇柳溪村3号"

    def test_what_stands_above_the_bureau_is_filled_in_once_for_all_matters(self, cast: Cast) -> None:
        making.notice(cast)
        other = usecases.make(
            making.declined(cast, by=cast.zhou, client_id="second").matter, by=cast.zhou, kind=NOTICE, at=NEXT
        )
        assert hold(other).lacks(NEXT) == ()

    def test_what_the_station_knows_is_changed_by_its_leaders_alone(self, cast: Cast) -> None:
        paper = making.notice(cast)
        with pytest.raises(Refused):
            usecases.fill_in(paper, by=cast.chen, values={"bureau.superior": "别的局"}, at=NEXT)
        usecases.fill_in(paper, by=cast.liang, values={"bureau.superior": "别的局"}, at=NEXT)
        assert hold(paper).record(NEXT)["bureau"]["superior"] == "别的局"

    def test_what_was_filled_in_can_be_taken_back(self, cast: Cast) -> None:
        paper = making.notice(cast)
        usecases.fill_in(paper, by=cast.chen, values={"case.refusal_reason": "另一个理由。"}, at=NEXT)
        assert hold(paper).record(NEXT)["case"]["refusal_reason"] == "另一个理由。"
        usecases.fill_in(paper, by=cast.chen, values={"case.refusal_reason": None}, at=NEXT)
        assert hold(paper).record(NEXT)["case"]["refusal_reason"] == WHY_NOT

    def test_what_is_kept_cannot_be_read_in_the_database(self, cast: Cast) -> None:
        making.handed_in(cast)
        with connection.cursor() as cursor:
            cursor.execute("SELECT record FROM papers_version UNION ALL SELECT value FROM papers_fact")
            raw = b"".join(bytes(row[0]) for row in cursor.fetchall())
        assert raw
        assert "黄女士".encode() not in raw
        assert json.dumps("云溪市公安局", ensure_ascii=False).encode() not in raw
        assert json.loads(Fact.objects.get(path="bureau.superior").value) == "云溪市公安局"

    def test_a_second_press_makes_no_second_paper(self, cast: Cast) -> None:
        matter = making.declined(cast).matter
        first, second = (
            usecases.make(matter, by=cast.chen, kind=NOTICE, at=NEXT, client_id="press") for _press in range(2)
        )
        assert first == second
        assert Entry.objects.filter(data__what="papers.begun").count() == 1


class TestFourEyes:
    def test_it_goes_through_all_whom_the_template_names_in_order(self, cast: Cast) -> None:
        """不予立案通知书: station, legal officer, county-level head (程序规定 art. 178)."""
        paper = making.handed_in(cast)
        seen = []
        for by in (cast.liang, making.legal(cast), cast.shao):
            seen.append(paper.waits_for)
            paper = usecases.approve(paper, by=by, version=1, at=NEXT)
        assert seen == ["station-chief", "legal-officer", "county-head"]
        assert (paper.state, paper.waits_for) == (State.APPROVED, "")

    @pytest.mark.parametrize("name", ["chen", "zhou", "fan", "an", "jiang", "shi", "admin"])
    def test_nobody_else_agrees(self, cast: Cast, name: str) -> None:
        paper = making.handed_in(cast)
        with pytest.raises(Refused):
            usecases.approve(paper, by=getattr(cast, name), version=1, at=NEXT)

    def test_whoever_wrote_it_does_not_check_it(self, cast: Cast) -> None:
        paper = making.notice(cast)
        paper = usecases.hand_in(paper, by=cast.liang, at=NEXT)
        with pytest.raises(Refused, match="您写的"):
            usecases.approve(paper, by=cast.liang, version=1, at=NEXT)

    def test_one_officer_agrees_once_to_a_version(self, cast: Cast) -> None:
        paper = making.handed_in(cast)
        paper = usecases.approve(paper, by=cast.shao, version=1, at=NEXT)  # the bureau may stand in for the chief
        paper = usecases.approve(paper, by=making.legal(cast), version=1, at=NEXT)
        with pytest.raises(Refused, match="另一个人"):
            usecases.approve(paper, by=cast.shao, version=1, at=NEXT)

    def test_sent_back_with_a_reason_and_all_begin_anew(self, cast: Cast) -> None:
        paper = making.handed_in(cast)
        paper = usecases.approve(paper, by=cast.liang, version=1, at=NEXT)
        lawyer = making.legal(cast)
        with pytest.raises(NothingSaid):
            usecases.send_back(paper, by=lawyer, version=1, words=" ", at=NEXT)
        paper = usecases.send_back(paper, by=lawyer, version=1, words="数额要写明依据。", at=NEXT)
        assert paper.state == State.DRAFT
        usecases.fill_in(paper, by=cast.chen, values={"case.refusal_reason": "改好的理由。"}, at=NEXT)
        paper = usecases.hand_in(paper, by=cast.chen, at=NEXT)
        assert (paper.version, paper.waits_for) == (2, "station-chief")
        first, second = (json.loads(one.record)["case"]["refusal_reason"] for one in Version.objects.order_by("n"))
        assert (first, second) == (WHY_NOT, "改好的理由。")
        told = Entry.objects.get(data__what="papers.sent-back")
        assert entry_sentence(told) == "法制员把《不予立案通知书》退回去改："
        assert (told.body, told.visibility) == ("数额要写明依据。", Visibility.STATION)

    def test_nobody_agrees_to_what_they_did_not_read(self, cast: Cast) -> None:
        paper = making.handed_in(cast)
        paper = usecases.send_back(paper, by=cast.liang, version=1, words="改。", at=NEXT)
        paper = usecases.hand_in(paper, by=cast.chen, at=NEXT)
        with pytest.raises(WrongStep, match="新的一版"):
            usecases.approve(paper, by=cast.liang, version=1, at=NEXT)

    def test_what_was_handed_in_stays_as_it_was(self, cast: Cast) -> None:
        paper = making.handed_in(cast)
        with pytest.raises(Refused):
            usecases.fill_in(paper, by=cast.chen, values={"case.refusal_reason": "改。"}, at=NEXT)
        with pytest.raises(Unchangeable):
            Version.objects.update(record="{}")


class TestNumbers:
    def test_a_number_is_given_when_all_have_agreed(self, cast: Cast) -> None:
        assert making.handed_in(cast).number == ""
        assert making.approved(cast).number == "云溪公（青石镇）不立字〔2026〕1号"

    def test_each_station_kind_and_year_counts_by_itself_without_gaps(self, cast: Cast) -> None:
        opened = making.declined(cast)
        first, second = making.approved(cast, opened), making.approved(cast, opened)
        receipt = usecases.make(opened.matter, by=cast.chen, kind="evidence-list", at=NEXT)
        assert [first.number[-3:], second.number[-3:], receipt.number] == ["〕1号", "〕2号", ""]

    def test_the_number_of_a_voided_paper_is_not_given_again(self, cast: Cast) -> None:
        opened = making.declined(cast)
        first = making.approved(cast, opened)
        usecases.void(first, by=cast.liang, words="写错了人。", at=NEXT)
        assert making.approved(cast, opened).number.endswith("〕2号")
        assert making.now_of(first).number.endswith("〕1号")

    def test_who_fails_takes_no_number(self, cast: Cast) -> None:
        opened = making.declined(cast)
        paper = making.handed_in(cast, opened)
        with pytest.raises(Refused):
            usecases.approve(paper, by=cast.chen, version=1, at=NEXT)
        assert making.approved(cast, opened).number.endswith("〕1号")

    def test_it_stands_on_the_paper_with_its_day(self, cast: Cast) -> None:
        said = text_of(pdf_of(hold(making.approved(cast)), at(9)))
        assert "云溪公（青石镇）不立字〔2026〕1号" in said
        assert "二〇二六年十一月二十四日" in said
        assert "审核稿" not in said


class TestSigning:
    def test_a_paper_without_an_officers_place_is_signed_by_whoever_issues_it(self, cast: Cast) -> None:
        paper = making.approved(cast)
        assert [sign.code for sign in hold(paper).unsigned()] == ["issuer"]
        assert making.signed(cast).state == State.SIGNED

    def test_name_number_and_time_stand_on_it(self, cast: Cast) -> None:
        cast.chen.police_number = "330001"
        cast.chen.save()
        paper = usecases.make(making.declined(cast).matter, by=cast.chen, kind="evidence-list", at=NEXT)
        known = {"caller.sex": "female", "caller.born": "1980-01-01", "caller.home": "柳溪村"}
        rows = [{"name": "发票", "features": "一张", "count": "1", "given_by": "黄女士"}]
        usecases.fill_in(paper, by=cast.chen, values={**known, "evidence": rows}, at=NEXT)
        for problem in hold(paper).lacks(NEXT):
            usecases.fill_in(paper, by=cast.chen, values={problem.field: "黄女士"}, at=NEXT)
        paper = usecases.hand_in(paper, by=cast.chen, at=NEXT)
        paper = usecases.sign(paper, by=cast.chen, code="officer", version=1, at=NEXT)
        assert "陈建国（330001）" in text_of(pdf_of(hold(paper), NEXT))
        assert paper.state == State.APPROVED, "who gave the evidence has not signed"

    def test_once_is_enough(self, cast: Cast) -> None:
        paper = making.signed(cast)
        with pytest.raises(WrongStep, match="已经签过"):
            usecases.sign(paper, by=cast.chen, code="issuer", version=1, at=NEXT)

    def test_helpers_do_not_sign(self, cast: Cast) -> None:
        paper = making.approved(cast)
        for by in (cast.an, cast.jiang, cast.meng, cast.admin):
            with pytest.raises(Refused):
                usecases.sign(paper, by=by, code="issuer", version=1, at=NEXT)

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({"way": "refused", "words": "不想签"}, "见证"),
            ({"way": "refused", "witness": "村主任"}, "原因"),
            ({"way": "drawn", "name": "黄女士"}, "还差手写的签名"),
            ({"way": "house", "name": "黄女士"}, "选一种"),
        ],
    )
    def test_a_persons_signature_needs_what_makes_it_one(self, cast: Cast, given: dict[str, Any], says: str) -> None:
        paper = making.approved(cast)
        with pytest.raises(NotSigned, match=says):
            usecases.sign_person(paper, by=cast.chen, code="caller", version=1, at=NEXT, **given)
        assert not Step.objects.filter(code="caller").exists()

    def test_a_refusal_is_written_down_with_reason_and_witness(self, cast: Cast) -> None:
        paper = making.issued(cast)
        given = {"way": "refused", "words": "不同意决定。", "witness": "柳主任"}
        usecases.sign_person(paper, by=cast.chen, code="caller", version=1, at=NEXT, **given)
        step = Step.objects.get(code="caller")
        assert (step.words, step.witness, step.officer) == ("不同意决定。", "柳主任", cast.chen)


class TestIssuing:
    def test_not_before_all_have_signed(self, cast: Cast) -> None:
        with pytest.raises(Refused, match="签名齐了"):
            usecases.issue(making.approved(cast), by=cast.chen, version=1, at=NEXT)

    def test_the_reporter_learns_of_it_and_of_nothing_before(self, cast: Cast) -> None:
        opened = making.declined(cast)
        making.issued(cast, opened)
        seen = Entry.objects.visible_to(with_code(opened)).filter(data__what__startswith="papers.")
        assert [entry_sentence(one) for one in seen] == [
            "陈警官发出了《不予立案通知书》云溪公（青石镇）不立字〔2026〕1号。"
        ]

    def test_only_the_reporters_own_code_opens_the_copy(self, cast: Cast) -> None:
        opened = making.declined(cast)
        paper = making.issued(cast, opened)
        assert policy.is_with_reporter(with_code(opened), paper)
        assert not policy.is_with_reporter(Viewer(), paper)
        assert not policy.is_with_reporter(Viewer(officer=cast.chen), paper)

    def test_whoever_gave_no_name_has_a_copy_too(self, cast: Cast) -> None:
        opened = making.declined(cast, report=replace(BICYCLE, pseudonym="", phone=""))
        assert opened.matter.reporter is None
        paper = making.issued(cast, opened)
        assert policy.is_with_reporter(with_code(opened), paper)

    def test_once_issued_it_can_only_be_voided_and_the_reporter_is_told(self, cast: Cast) -> None:
        opened = making.declined(cast)
        paper = making.issued(cast, opened)
        with pytest.raises(Refused):
            usecases.void(paper, by=cast.chen, words="写错了。", at=NEXT)
        paper = usecases.void(paper, by=cast.liang, words="写错了名字。", at=NEXT)
        last = Entry.objects.visible_to(with_code(opened)).filter(data__what="papers.voided").get()
        assert last.body == "写错了名字。"
        assert not policy.is_with_reporter(with_code(opened), paper)

    def test_an_internal_paper_stays_inside(self, cast: Cast) -> None:
        paper = usecases.make(making.declined(cast).matter, by=cast.chen, kind="report-register", at=NEXT)
        assert not paper.for_person
