"""Behind the guides: who may write, what is kept, what ran out, and how an answer becomes a guide."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from shouwang.apps.guides import usecases
from shouwang.apps.guides.errors import AlreadyDecided, BadWording, NoReason
from shouwang.apps.guides.models import CannedAnswer, Guide, GuideVersion, Origin, Proposal, State
from shouwang.apps.guides.policy import may_manage_guides, may_propose
from shouwang.apps.guides.tests.making import CARD, DOG, a_guide
from shouwang.apps.ledger.checking import faults
from shouwang.apps.ledger.models import Leaf
from shouwang.kernel.errors import Conflict, Refused
from tests.cast import MONDAY, Cast, sign_in
from tests.force import by_force, remove_by_force

FORM = {
    "title": "身份证丢了补办",
    "title_en": "",
    "summary": "到派出所补办。",
    "summary_en": "",
    "audience": "身份证丢了的人",
    "category": "identity",
    "owner_role": "household-clerk",
    "valid_until": "2030-12-31",
    "reviewed_on": "2026-11-23",
    "sources": "《居民身份证法》｜第11条、第12条｜已核对\n某办法 | 第3条 | 待核实 | some-rule",
    "questions": "身份证丢了怎么办\n\n身份证丢了怎么办\n身份证掉了",
    "answer": "带户口簿来。",
    "bring": "户口簿",
    "fee": "",
    "time_limit": "",
    "related": "",
    "body": "## 怎么办\r\n\r\n来就行。",
    "why": "换了说法",
    "seen": "1",
}


class TestRights:
    @pytest.mark.parametrize(
        ("who", "manages", "proposes"),
        [
            ("liang", True, True),
            ("shao", True, True),
            ("admin", True, False),
            ("chen", False, True),
            ("an", False, True),
            ("shi", False, False),
        ],
    )
    def test_who_may_manage_and_who_may_propose(self, cast: Cast, who: str, manages: bool, proposes: bool) -> None:
        one = getattr(cast, who)
        assert (bool(may_manage_guides(one)), bool(may_propose(one))) == (manages, proposes)

    def test_strangers_sign_in_first(self, cast: Cast, client: Client) -> None:
        assert client.get("/desk/guides/")["Location"].startswith("/accounts/login/")

    def test_supervisors_are_told_why_not(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.shi)
        assert client.get("/desk/guides/").status_code == 403

    def test_an_officer_reads_the_list_but_writes_nothing(self, cast: Cast, client: Client) -> None:
        a_guide(CARD)
        sign_in(client, cast.chen)
        assert client.get("/desk/guides/").status_code == 200
        for address in ("g/card-lost/", "new/"):
            assert client.get(f"/desk/guides/{address}").status_code == 403
        assert client.post("/desk/guides/g/card-lost/withdraw/", {"reason": "x"}).status_code == 403


class TestTheListOfOwners:
    def test_what_ran_out_comes_first_and_mine_are_marked(self, cast: Cast, client: Client) -> None:
        a_guide(CARD), a_guide(DOG, valid_until=date(2025, 1, 1), owner=cast.chen)
        sign_in(client, cast.chen)
        page = client.get("/desk/guides/").content.decode()
        assert page.index("给狗上牌") < page.index("身份证丢了补办")
        assert "过期" in page
        assert "我负责" in page

    def test_the_number_of_queries_does_not_grow(self, cast: Cast, client: Client, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        a_guide(CARD)
        sign_in(client, cast.liang)
        client.get("/desk/guides/")
        with django_assert_num_queries(QUERIES_OF_THE_DESK):
            client.get("/desk/guides/")
        for n in range(9):
            a_guide(DOG, slug=f"dog-{n}", owner=cast.chen)
        with django_assert_num_queries(QUERIES_OF_THE_DESK):
            client.get("/desk/guides/")


QUERIES_OF_THE_DESK = 14


class TestWriting:
    def test_a_form_makes_the_next_version_and_residents_read_it_at_once(self, cast: Cast, client: Client) -> None:
        a_guide(CARD)
        sign_in(client, cast.liang)
        assert client.post("/desk/guides/g/card-lost/", FORM).status_code == 302
        guide = Guide.objects.get()
        assert (guide.version, guide.changed_here, guide.state) == (2, True, State.PUBLISHED)
        assert guide.questions == ["身份证丢了怎么办", "身份证掉了"]
        assert [source.line for source in guide.source_lines] == [
            "《居民身份证法》第11条、第12条",
            "《某办法》第3条（各地可能不同，先问一声）",
        ]
        assert guide.sources[1]["rule_id"] == "some-rule"
        kept = guide.versions.get(number=2)
        assert (kept.by, kept.name, kept.why) == (cast.liang.ref, "梁所长", "换了说法")

    def test_the_form_shows_what_it_will_save_unchanged(self, cast: Cast, client: Client) -> None:
        guide = a_guide(CARD)
        before = guide.wording()
        sign_in(client, cast.liang)
        form = client.get("/desk/guides/g/card-lost/").context["form"]
        given = {name: form[name].field.prepare_value(form[name].value()) for name in form.fields}
        given = {name: value for name, value in given.items() if value not in (None, False)} | {"why": "没改"}
        assert client.post("/desk/guides/g/card-lost/", given).status_code == 302
        guide.refresh_from_db()
        assert guide.wording() == before

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"why": ""}, "请写一句改了什么"),
            ({"valid_until": "2026-11-23"}, "要在核对日期之后"),
            ({"auto_ok": "on", "answer": ""}, "先写好简短回答"),
            ({"body": "没有小标题"}, "正文要以"),
            ({"body": "## 头\n\n<script>"}, "正文要以"),
            ({"sources": "看不懂的一行"}, "这一行看不懂"),
            ({"related": "no-such-guide"}, "没有这份指南：no-such-guide"),
            ({"related": "card-lost"}, "没有这份指南：card-lost"),
        ],
    )
    def test_what_is_not_fit_is_told_beside_its_field_and_kept(
        self, cast: Cast, client: Client, changes: dict[str, str], says: str
    ) -> None:
        a_guide(CARD)
        sign_in(client, cast.liang)
        answer = client.post("/desk/guides/g/card-lost/", {**FORM, **changes})
        assert answer.status_code == 400
        page = answer.content.decode()
        assert says in page
        assert "到派出所补办。" in page
        assert Guide.objects.get().version == 1

    def test_a_colleagues_newer_wording_is_never_written_over(self, cast: Cast, client: Client) -> None:
        guide = a_guide(CARD)
        wording = {name: getattr(guide, name) for name in guide.wording()}
        usecases.write_guide(guide, wording=wording, seen=1, by=cast.shao, why="先改", at=MONDAY)
        sign_in(client, cast.liang)
        answer = client.post("/desk/guides/g/card-lost/", FORM)
        assert answer.status_code == 400
        assert "别人刚改过" in answer.content.decode()
        assert Guide.objects.get().version == 2

    def test_a_new_guide_is_a_draft_until_it_is_published(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.liang)
        client.post("/desk/guides/new/", {**FORM, "slug": "our-own"})
        guide = Guide.objects.get()
        assert (guide.slug, guide.state, guide.origin) == ("our-own", State.DRAFT, Origin.STATION)
        client.post("/desk/guides/g/our-own/publish/")
        guide.refresh_from_db()
        assert guide.state == State.PUBLISHED

    @pytest.mark.parametrize("slug", ["search", "suggest", "card-lost", "有空格 的"])
    def test_a_name_that_is_taken_or_no_name_is_refused(self, cast: Cast, client: Client, slug: str) -> None:
        a_guide(CARD)
        sign_in(client, cast.liang)
        assert client.post("/desk/guides/new/", {**FORM, "slug": slug}).status_code == 400
        assert Guide.objects.count() == 1

    def test_a_stale_or_empty_guide_cannot_be_published(self, cast: Cast) -> None:
        for changes in ({"valid_until": date(2025, 1, 1)}, {"body": " "}):
            guide = a_guide(DOG, slug=f"dog-{len(changes)}-{Guide.objects.count()}", state=State.DRAFT, **changes)
            with pytest.raises(BadWording):
                usecases.publish_guide(guide, by=cast.liang, at=MONDAY)

    def test_withdrawing_wants_a_reason_and_happens_once(self, cast: Cast) -> None:
        guide = a_guide(CARD)
        with pytest.raises(NoReason):
            usecases.withdraw_guide(guide, by=cast.liang, reason=" ", at=MONDAY)
        usecases.withdraw_guide(guide, by=cast.liang, reason="政策变了", at=MONDAY)
        with pytest.raises(Conflict):
            usecases.withdraw_guide(guide, by=cast.liang, reason="再撤", at=MONDAY)

    def test_an_officer_without_the_right_is_refused_by_the_use_case_too(self, cast: Cast) -> None:
        guide = a_guide(CARD)
        with pytest.raises(Refused):
            usecases.publish_guide(guide, by=cast.chen, at=MONDAY)

    def test_the_database_itself_keeps_old_wordings(self, cast: Cast) -> None:
        guide = a_guide(CARD)
        usecases._keep_version(guide, by="house", name="", why="", at=MONDAY)
        table = GuideVersion._meta.db_table
        from django.db import connection

        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET why = 'x'")

    def test_an_old_wording_can_be_read(self, cast: Cast, client: Client) -> None:
        a_guide(CARD)
        sign_in(client, cast.liang)
        client.post("/desk/guides/g/card-lost/", FORM)
        assert "换了说法" in client.get("/desk/guides/g/card-lost/versions/2/").content.decode()
        assert client.get("/desk/guides/g/card-lost/versions/9/").status_code == 404


class TestProposals:
    @pytest.fixture
    def proposal(self, cast: Cast) -> Proposal:
        return usecases.propose("matters.entry:1", question="养鸽子要登记吗", answer="不用。", by=cast.chen, at=MONDAY)

    def test_accepting_makes_a_draft_owned_by_whoever_answered(self, cast: Cast, proposal: Proposal) -> None:
        guide = usecases.accept_proposal(proposal, by=cast.liang, at=MONDAY)
        assert (guide.state, guide.origin, guide.owner) == (State.DRAFT, Origin.PROPOSED, cast.chen)
        assert guide.auto_ok is False
        assert "不用。" in guide.body

    def test_rejecting_wants_a_reason_that_the_proposer_reads(
        self, cast: Cast, client: Client, proposal: Proposal
    ) -> None:
        with pytest.raises(NoReason):
            usecases.reject_proposal(proposal, by=cast.liang, reason="", at=MONDAY)
        usecases.reject_proposal(proposal, by=cast.liang, reason="已有指南", at=MONDAY)
        sign_in(client, cast.chen)
        assert "已有指南" in client.get("/desk/guides/proposals/").content.decode()

    def test_it_is_decided_once(self, cast: Cast, proposal: Proposal) -> None:
        usecases.accept_proposal(proposal, by=cast.liang, at=MONDAY)
        with pytest.raises(AlreadyDecided):
            usecases.reject_proposal(proposal, by=cast.shao, reason="晚了", at=MONDAY)
        assert Guide.objects.count() == 1

    def test_the_same_answer_is_proposed_once(self, cast: Cast, proposal: Proposal) -> None:
        with pytest.raises(Conflict):
            usecases.propose("matters.entry:1", question="问", answer="答", by=cast.zhou, at=MONDAY)

    def test_whoever_proposed_does_not_decide(self, cast: Cast, client: Client, proposal: Proposal) -> None:
        sign_in(client, cast.chen)
        assert client.post(f"/desk/guides/proposals/{proposal.pk}/", {"decision": "accept"}).status_code == 403

    def test_both_decisions_work_as_plain_forms(self, cast: Cast, client: Client, proposal: Proposal) -> None:
        other = usecases.propose("matters.entry:2", question="问", answer="答", by=cast.chen, at=MONDAY)
        sign_in(client, cast.liang)
        client.post(f"/desk/guides/proposals/{proposal.pk}/", {"decision": "accept"})
        client.post(f"/desk/guides/proposals/{other.pk}/", {"decision": "reject", "reason": "太少人问"})
        found = dict(Proposal.objects.values_list("pk", "decision"))
        assert found == {proposal.pk: "accepted", other.pk: "rejected"}


class TestCannedAnswers:
    def test_a_sentence_written_here_is_no_longer_updated_by_the_library(self, cast: Cast, client: Client) -> None:
        usecases.load_library(at=MONDAY)
        sign_in(client, cast.liang)
        given = {"title": "问好", "text": "您好，{{称呼|陈警官}}在。", "kind": "greeting", "outside": "on"}
        assert client.post("/desk/guides/canned/hello-day/", given).status_code == 302
        CannedAnswer.objects.filter(key="hello-day").update(library_digest="older")
        assert usecases.load_library(at=MONDAY).kept == 1
        assert CannedAnswer.objects.get(key="hello-day").title == "问好"

    def test_everybody_at_the_desk_reads_them(self, cast: Cast, client: Client) -> None:
        usecases.load_library(at=MONDAY)
        sign_in(client, cast.chen)
        assert "{{称呼|陈警官}}" in client.get("/desk/guides/canned/").content.decode()


class TestTheLog:
    @pytest.fixture
    def guide(self, cast: Cast) -> Guide:
        wording = a_guide(DOG).wording() | {"reviewed_on": date(2026, 11, 1), "valid_until": date(2030, 12, 31)}
        guide = usecases.new_guide("night", wording=wording, by=cast.liang, at=MONDAY)
        usecases.publish_guide(guide, by=cast.liang, at=MONDAY)
        return guide

    def test_it_knows_every_wording_that_was_public_and_no_draft(self, cast: Cast, guide: Guide) -> None:
        usecases.withdraw_guide(guide, by=cast.liang, reason="过时了", at=MONDAY + timedelta(hours=1))
        usecases.publish_guide(guide, by=cast.liang, at=MONDAY + timedelta(hours=2))
        wording = guide.wording() | {"reviewed_on": date(2026, 11, 2), "valid_until": date(2030, 12, 31)}
        usecases.write_guide(guide, wording=wording, seen=1, by=cast.liang, why="核对", at=MONDAY + timedelta(hours=3))
        usecases.new_guide("draft", wording=wording, by=cast.liang, at=MONDAY)
        said = [json.loads(bytes(body)) for body in Leaf.objects.order_by("pk").values_list("body", flat=True)]
        assert [(one["kind"], one["data"]["version"]) for one in said] == [
            ("guide.published", 1),
            ("guide.withdrawn", 1),
            ("guide.published", 1),
            ("guide.published", 2),
        ]
        assert {one["subject"] for one in said} == {"night"}
        assert guide.title not in json.dumps(said, ensure_ascii=False)
        assert self._faults() == []

    def test_a_wording_that_was_written_over_or_removed_is_noticed(self, guide: Guide) -> None:
        version = GuideVersion.objects.filter(guide=guide)
        by_force(version, wording={**version.get().wording, "body": "别的"})
        assert self._faults() == ["guide.published night version 1 says something else than when it was published"]
        remove_by_force(version)
        assert self._faults() == ["guide.published night version 1 stands in the log and is gone from the house"]

    def test_a_wording_that_never_came_to_the_log_is_noticed(self, guide: Guide) -> None:
        Leaf.objects.all().delete()
        assert "guide.published night version 1 was never told to the log" in self._faults()

    def _faults(self) -> list[str]:
        """Without the guide of the tests, which came past everything."""
        return [fault for fault in faults(MONDAY) if "night" in fault]
