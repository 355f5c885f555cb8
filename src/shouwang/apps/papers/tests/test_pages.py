"""The pages: make, fill in, look, check, sign, hand out, together. As plain forms, without a script."""

from __future__ import annotations

import base64
import io
import time
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageDraw

from shouwang.apps.files.models import StoredFile
from shouwang.apps.ledger.models import Head
from shouwang.apps.ledger.usecases import sequence_all
from shouwang.apps.papers import usecases
from shouwang.apps.papers.models import Fact, Paper, State, Step
from shouwang.apps.papers.tests import making
from shouwang.apps.papers.tests.making import ABOVE, NEXT, NOTICE, WHY_NOT, text_of
from shouwang.apps.people.models import Look
from shouwang.apps.units.models import Officer
from shouwang.engines.papers import NoChineseFont
from tests.cast import Cast, carry, sign_in
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


def prove(client: Client, one: Officer) -> None:
    """As after typing the second factor once more."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(one.user_id)
    session.save()


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    drawing = Image.new("RGB", (60, 30), "#ffffff")
    ImageDraw.Draw(drawing).line([(5, 20), (50, 8)], fill="black", width=3)
    drawing.save(out, "PNG")
    return SimpleUploadedFile("signature.png", out.getvalue(), "image/png")


def looked(client: Client, paper: Paper, reason: str = "审核文书") -> None:
    assert client.post(f"/desk/papers/{paper.pk}/", {"reason": reason}).status_code == 302


class TestWriting:
    def test_the_card_says_what_is_there_and_what_is_missing(self, cast: Cast, client: Client) -> None:
        opened = making.declined(cast)
        sign_in(client, cast.chen)
        page = client.get(f"/desk/m/{opened.matter.number}/").text
        assert "还差" in page
        assert "接报案登记表、不予立案通知书" in page
        making.issued(cast, opened)
        page = client.get(f"/desk/m/{opened.matter.number}/").text
        assert "不立字〔2026〕1号" in page
        assert "接报案登记表、不予立案通知书" not in page

    def test_only_what_is_missing_is_asked(self, cast: Cast, client: Client) -> None:
        opened = making.declined(cast)
        sign_in(client, cast.chen)
        begun = client.post(f"/desk/m/{opened.matter.number}/papers/", {"kind": NOTICE, "client_id": "x"})
        paper = Paper.objects.get()
        assert begun["Location"] == f"/desk/papers/{paper.pk}/fill/"
        page = client.get(begun["Location"]).text
        first = page.split("已经知道的，可以改")[0]
        assert first.count('<input type="text"') == 2  # who stands above the bureau, and who supervises it
        assert "上级 · 检察院" in first
        assert WHY_NOT in page
        given = {"bureau-superior": ABOVE["bureau.superior"]}
        assert client.post(begun["Location"], given)["Location"] == begun["Location"], "one is still missing"
        given["bureau-procuratorate"] = ABOVE["bureau.procuratorate"]
        assert client.post(begun["Location"], given)["Location"] == f"/desk/papers/{paper.pk}/"
        assert Fact.objects.count() == 2, "what the house knows is not kept a second time"

    def test_a_list_is_written_line_by_line(self, cast: Cast, client: Client) -> None:
        opened = making.declined(cast)
        sign_in(client, cast.chen)
        client.post(f"/desk/m/{opened.matter.number}/papers/", {"kind": "evidence-list", "client_id": "x"})
        paper = Paper.objects.get()
        address = f"/desk/papers/{paper.pk}/fill/"
        wrong = client.post(address, {"evidence": "发票 | 红色 | 1 | 黄女士 | 无 | 多了"})
        assert wrong.status_code == 400
        assert "第 1 行有 6 格" in wrong.text
        assert "多了" in wrong.text
        client.post(address, {"evidence": "购车发票 | 2024年 | 1张 | 黄女士\n照片 | 彩色 | 2张 | 黄女士", "later": "1"})
        page = client.get(address).text
        assert "照片 | 彩色 | 2张 | 黄女士" in page

    def test_nothing_is_shown_without_a_reason(self, cast: Cast, client: Client) -> None:
        paper = making.handed_in(cast)
        sign_in(client, cast.liang)
        address = f"/desk/papers/{paper.pk}/"
        page = client.get(address).text
        for words in ("13800007719", WHY_NOT):
            assert words not in page
        assert client.get(f"{address}paper.pdf").status_code == 302
        assert client.post(address, {"reason": " "}).status_code == 400
        assert not Look.objects.filter(officer=cast.liang).exists()
        looked(client, paper)
        pdf = client.get(f"{address}paper.pdf")
        assert WHY_NOT in text_of(pdf.content)
        assert client.get(f"{address}paper.docx").content[:2] == b"PK"
        assert Look.objects.filter(officer=cast.liang, reason="审核文书").count() == 1
        assert Look.objects.filter(officer=cast.liang).count() == 3, "each file handed out is a look"

    def test_another_officer_has_a_reason_of_their_own(self, cast: Cast, client: Client) -> None:
        paper = making.handed_in(cast)
        other = Client()
        sign_in(client, cast.liang)
        sign_in(other, cast.chen)
        looked(client, paper)
        assert other.get(f"/desk/papers/{paper.pk}/paper.pdf").status_code == 302


class TestChecking:
    def test_a_reason_is_asked_and_what_was_typed_stays(self, cast: Cast, client: Client) -> None:
        paper = making.handed_in(cast)
        sign_in(client, cast.liang)
        page = client.post(f"/desk/papers/{paper.pk}/send-back/", {"version": "1", "words": ""})
        assert page.status_code == 400
        assert "请写明哪里要改" in page.text
        page = client.post(f"/desk/papers/{paper.pk}/send-back/", {"version": "1", "words": "数额"})
        assert making.now_of(paper).state == State.DRAFT

    def test_two_who_press_at_once_get_one_sentence(self, cast: Cast, client: Client) -> None:
        paper = making.handed_in(cast)
        usecases.approve(paper, by=cast.liang, version=1, at=NEXT)
        sign_in(client, cast.liang)
        assert client.post(f"/desk/papers/{paper.pk}/approve/", {"version": "1"}).status_code == 403
        assert Step.objects.count() == 1

    def test_the_list_shows_what_waits_for_me(self, cast: Cast, client: Client) -> None:
        making.handed_in(cast)
        for by, there in ((cast.liang, True), (cast.chen, False), (cast.shao, True), (cast.fan, False)):
            sign_in(client, by)
            assert ("不予立案通知书" in client.get("/desk/papers/").text) is there, by

    @pytest.mark.parametrize("show", ["check", "sign", "mine", "all"])
    def test_a_long_list_asks_no_more_than_a_short_one(self, cast: Cast, client: Client, show: str) -> None:
        opened = making.declined(cast)
        sign_in(client, cast.liang)
        counts = []
        for _round in range(2):
            for make in (making.notice, making.handed_in, making.approved):
                make(cast, opened)
            Paper.objects.update(moved_at=timezone.now())
            counts.append(queries_of(client, f"/desk/papers/?show={show}"))
        assert counts[0] == counts[1]

    def test_the_papers_of_a_matter_too(self, cast: Cast, client: Client) -> None:
        opened = making.declined(cast)
        sign_in(client, cast.liang)
        counts = []
        for _round in range(2):
            for make in (making.handed_in, making.approved, making.issued):
                make(cast, opened)
            counts += [queries_of(client, f"/desk/m/{opened.matter.number}/{page}") for page in ("", "papers/")]
        assert counts[:2] == counts[2:]


class TestSigning:
    def test_whoever_signs_shows_again_that_it_is_them(self, cast: Cast, client: Client) -> None:
        paper = making.approved(cast)
        sign_in(client, cast.chen)
        address = f"/desk/papers/{paper.pk}/sign/issuer/"
        asked = client.post(address, {"version": "1"})
        assert asked["Location"].startswith("/accounts/2fa/reauthenticate/?next=")
        assert making.now_of(paper).state == State.APPROVED
        prove(client, cast.chen)
        client.post(address, {"version": "1"})
        assert making.now_of(paper).state == State.SIGNED

    def test_a_person_writes_on_the_screen(self, cast: Cast, client: Client) -> None:
        paper = making.issued(cast)
        sign_in(client, cast.chen)
        address = f"/desk/papers/{paper.pk}/person/caller/"
        given = {"version": "1", "way": "drawn", "name": "黄女士", "client_id": "one"}
        refused = client.post(address, given)
        assert refused.status_code == 400
        assert "还差手写的签名" in refused.text
        assert "黄女士" in refused.text
        assert client.post(address, {**given, "file": picture()}).status_code == 302
        step = Step.objects.get(code="caller")
        assert (step.name, step.way) == ("黄女士", "drawn")
        assert StoredFile.objects.get(ref=step.file).owner_kind == "papers.paper"
        assert client.get(f"/files/{step.file}/").status_code in {403, 404}
        looked(client, paper)
        page = client.get(f"/desk/papers/{paper.pk}/").text
        assert step.file in page
        assert client.get(page.split('href="/files/')[1].split('"')[0].join(["/files/", ""])).status_code == 200
        with zipfile.ZipFile(io.BytesIO(client.get(f"/desk/papers/{paper.pk}/paper.docx").content)) as parts:
            assert any(name.startswith("word/media/") for name in parts.namelist()), (
                "what was drawn stands on the paper"
            )


class TestTogether:
    def together(self, client: Client, papers: list[Paper], /, **given: Any) -> Any:
        matter = papers[0].matter
        data = {"papers": [one.pk for one in papers], "reason": "装订案卷", **given}
        return client.post(f"/desk/m/{matter.number}/papers/together/", data)

    def test_several_as_one_pdf_or_packed(self, cast: Cast, client: Client) -> None:
        opened = making.declined(cast)
        papers = [making.approved(cast, opened), making.issued(cast, opened)]
        sign_in(client, cast.chen)
        one = text_of(self.together(client, papers, way="pdf").content)
        assert "〕1号" in one
        assert "〕2号" in one
        with zipfile.ZipFile(io.BytesIO(self.together(client, papers, way="zip").content)) as packed:
            assert packed.namelist() == ["01-no-filing-notice.pdf", "02-no-filing-notice.pdf"]
        assert Look.objects.filter(reason="装订案卷").count() == 4

    def test_the_whole_file_with_cover_and_index(self, cast: Cast, client: Client) -> None:
        paper = making.issued(cast)
        sign_in(client, cast.chen)
        lacking = self.together(client, [paper], way="file")
        assert lacking.status_code == 400
        assert "请写明保管期限" in lacking.text
        made = self.together(client, [paper], way="file", keep="长期", checked_by="梁正")
        said = text_of(made.content)
        for words in ("保管期限", "长期", "卷内文书目录", "卷内备考表", "不立字〔2026〕1号"):
            assert words in said

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({"papers": []}, "请至少选一份文书"),
            ({"papers": ["999999"]}, "请至少选一份文书"),
            ({"reason": ""}, "请写明原因"),
        ],
    )
    def test_what_is_missing_is_said(self, cast: Cast, client: Client, given: dict[str, Any], says: str) -> None:
        paper = making.issued(cast)
        sign_in(client, cast.chen)
        page = self.together(client, [paper], way="pdf", **given)
        assert page.status_code == 400
        assert says in page.text
        assert not Look.objects.filter(reason="装订案卷").exists()


class TestTheReportersCopy:
    def test_it_is_on_the_page_of_whoever_has_the_code(self, cast: Cast, client: Client) -> None:
        opened = making.declined(cast)
        paper = making.issued(cast, opened)
        address = f"/m/{opened.matter.number}/papers/{paper.pk}.pdf"
        assert client.get(address).status_code == 404
        carry(client, opened)
        page = client.get(f"/m/{opened.matter.number}/").text
        assert "给您的文书" in page
        assert address in page
        pdf = client.get(address)
        said = text_of(pdf.content)
        assert WHY_NOT in said
        assert "本份：送控告人" in said
        assert "no-store" in pdf["Cache-Control"]

    def test_without_a_chinese_typeface_the_receipt_of_the_log_says_what_to_do(
        self, cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened = making.declined(cast)
        carry(client, opened)

        def no_press() -> object:
            raise NoChineseFont("body", ())

        monkeypatch.setattr("shouwang.apps.papers.shelves.press", no_press)
        answer = client.get(f"/m/{opened.matter.number}/proof.pdf")
        assert answer.status_code == 409
        assert "字体装好了没有" in answer.content.decode()

    def test_nothing_else_is(self, cast: Cast, client: Client) -> None:
        opened = making.declined(cast)
        papers = [making.signed(cast, opened), making.handed_in(cast, opened)]
        carry(client, opened)
        page = client.get(f"/m/{opened.matter.number}/").text
        for paper in papers:
            assert f"/papers/{paper.pk}.pdf" not in page
            assert client.get(f"/m/{opened.matter.number}/papers/{paper.pk}.pdf").status_code == 404


class TestTheNoticeOfTheLog:
    """What is pinned to the board is a paper: signed head, root, and a code that leads to the comparison."""

    def test_everybody_gets_it_and_it_says_what_the_head_says(self, cast: Cast, client: Client) -> None:
        making.declined(cast)
        at = timezone.now()
        sequence_all(at=at)
        head, when = Head.objects.newest(), timezone.localtime(at)
        assert head is not None
        address = f"/log/notice/{when.year}-{when.month:02}.pdf"
        answer = client.get(address)
        assert answer["Content-Type"] == "application/pdf"
        said = "".join(text_of(answer.content).replace("\u200b", "").split())
        assert f"存证共{head.size}条" in said
        assert base64.b64encode(bytes(head.root)).decode() in said
        assert "".join(head.note.split()) in said
        assert "log/compare/" in said
        assert cast.qingshi.name in said
        assert client.get(address).content == answer.content

    def test_of_a_month_without_a_log_there_is_none(self, client: Client) -> None:
        assert client.get("/log/notice/2020-01.pdf").status_code == 404
        assert client.get("/log/notice/2026-13.pdf").status_code == 404
