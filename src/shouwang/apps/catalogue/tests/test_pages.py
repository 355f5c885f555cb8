"""The portal and the desk as plain pages: what everybody reads, subscribes to, takes home, asks; and how the desk keeps it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document as Word

from shouwang.apps.catalogue import asking, dumps, finding, usecases
from shouwang.apps.catalogue.models import Clarity, Draft, Item, Need, Question, Step, Version
from shouwang.apps.catalogue.tests.making import START, an_item, published, taken_off, written
from shouwang.apps.files.reading import words_of
from shouwang.apps.guides.usecases import load_library
from shouwang.apps.matters.models import Matter
from shouwang.kernel.following import FolderShelf, _index_in
from tests.cast import Cast, at, sign_in
from tests.queries import queries_of

pytestmark = pytest.mark.django_db
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LATER = at("2026-11-24 10:00")


@pytest.fixture(autouse=True)
def a_day_in_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)


@pytest.fixture(autouse=True)
def index_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(finding, "_shelf", lambda: FolderShelf(tmp_path / "search" / "catalogue"))


def page(client: Client, address: str, **more: str) -> str:
    answer = client.get(address, more)
    assert answer.status_code == 200, answer.content[:400]
    return answer.content.decode()


def word(text: str) -> bytes:
    document, out = Word(), io.BytesIO()
    document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


class TestThePortal:
    def test_an_item_tells_what_who_and_how_fresh(self, cast: Cast, client: Client) -> None:
        item = published(cast, body="## 不收费\n\n- 首次领证。\n\n<script>alert(1)</script>").item
        said = page(client, f"/open/{item.pk}/")
        for words in (
            "办证要多少钱",
            "<h2>不收费</h2>",
            "&lt;script&gt;",
            "户籍内勤",
            "安内勤",
            "《政府信息公开条例》",
            item.index_number,
        ):
            assert words in said, words
        assert "按时" in said
        assert "办证要多少钱" in page(client, "/open/", group="fees")
        assert "办证要多少钱" not in page(client, "/open/", group="safety")

    def test_drafts_are_nobody_s_to_read(self, cast: Cast, client: Client) -> None:
        item = an_item(cast)
        written(cast, item, "还没有公开的话。")
        assert client.get(f"/open/{item.pk}/").status_code == 404
        assert item.name not in page(client, "/open/")

    def test_versions_show_what_changed_to_eyes_and_ears(self, cast: Cast, client: Client) -> None:
        item = published(cast).item
        published(cast, item, "首次领证不收费。换证三十元。")
        said = page(client, f"/open/{item.pk}/v/2/")
        assert '<del><span class="sr">删去：</span>换证二十元。' in said
        assert '<ins><span class="sr">加上：</span>换证三十元。' in said
        assert "这是以前的一版" in page(client, f"/open/{item.pk}/v/1/")

    def test_a_withdrawn_item_keeps_day_and_reason_only(self, cast: Cast, client: Client) -> None:
        item = published(cast).item
        taken_off(cast, item, "依据废止了", LATER)
        said = page(client, f"/open/{item.pk}/")
        assert "已撤下（2026-11-24）：依据废止了" in said
        for address in (f"/open/{item.pk}/v/1/", f"/open/{item.pk}/poster/"):
            assert client.get(address).status_code == 404
        for address in ("/open/feed.atom", "/open/feed.json", "/open/data/catalogue.json", "/open/data/catalogue.csv"):
            given = page(client, address)
            assert "依据废止了" in given
            assert "换证二十元" not in given, address
            assert "办身份证收多少钱" not in given, address

    def test_the_late_board_names_the_post_and_the_officer(self, cast: Cast, client: Client) -> None:
        published(cast, an_item(cast, kind="situation", every="month", renew=True), when=at("2026-10-09 09:00"))
        said = page(client, "/open/late/")
        for words in (
            "办证要多少钱",
            "青石镇派出所",
            "户籍内勤",
            "安内勤",
            "晚了，2026-11-09 就该好了",
            "该有新的一期了",
        ):
            assert words in said, words

    def test_an_empty_catalogue_says_what_will_stand_there(self, cast: Cast, client: Client) -> None:
        for address in ("/open/", "/open/late/", "/open/screen/", "/open/data/", "/open/search/"):
            page(client, address)
        assert "没有晚了的" in page(client, "/open/late/")

    def test_posters_and_the_screen_work_without_a_script(self, cast: Cast, client: Client) -> None:
        item = published(cast).item
        assert 'class="a3"' in page(client, f"/open/{item.pk}/poster/", paper="a3")
        assert "<svg" in page(client, f"/open/{item.pk}/poster/")
        said = page(client, "/open/screen/")
        assert "data-pause" in said
        assert "办身份证收多少钱" in said

    def test_lists_cost_the_same_for_one_as_for_many(self, cast: Cast, client: Client) -> None:
        published(cast)
        sign_in(client, cast.an)
        addresses = ("/open/", "/open/late/", "/desk/open/", "/desk/", "/open/feed.atom")
        before = [queries_of(client, address) for address in addresses]
        for kind in ("limits", "duties", "services", "services"):
            published(cast, an_item(cast, kind=kind))
        assert [queries_of(client, address) for address in addresses] == before


class TestTakingHome:
    def test_feeds_carry_what_happened_and_choose(self, cast: Cast, client: Client) -> None:
        item = published(cast).item
        published(cast, item, "首次领证不收费。换证三十元。")
        feed = ElementTree.fromstring(page(client, "/open/feed.atom", unit="QS", kind="fees"))
        space = {"a": "http://www.w3.org/2005/Atom"}
        assert len({one.text for one in feed.findall("a:entry/a:id", space)}) == 2
        said = json.loads(page(client, "/open/feed.json", q="三十元"))
        assert said["version"] == "https://jsonfeed.org/version/1.1"
        assert {one["title"] for one in said["items"]} == {"办证要多少钱"}
        assert json.loads(page(client, "/open/feed.json", kind="limits"))["items"] == []
        assert json.loads(page(client, "/open/feed.json", q="绝没有的词"))["items"] == []

    def test_the_files_can_be_computed_anew(self, cast: Cast, client: Client) -> None:
        version = published(cast)
        files = {name: client.get(f"/open/data/{name}").content for name in dumps.names()}
        for line in files["SHA256SUMS"].decode().splitlines():
            digest, name = line.split("  ")
            assert hashlib.sha256(files[name]).hexdigest() == digest
        (record,) = json.loads(files["QS.json"])["records"]
        content = {name: record[name] for name in ("title", "summary", "body")}
        content["files"] = [{key: one[key] for key in ("name", "sha256")} for one in record["files"]]
        plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        assert hashlib.sha256(plain).hexdigest() == record["sha256"] == version.sha256
        (row,) = list(csv.DictReader(io.StringIO(files["QS.csv"].decode("utf-8-sig"))))
        assert (row["sha256"], row["post"]) == (version.sha256, "household-clerk")
        schema = json.loads(files["schema.json"])
        assert set(record) == set(schema["properties"]["records"]["items"]["required"])
        (dataset,) = json.loads(files["catalog.jsonld"])["dcat:dataset"]
        sums = {
            one["dct:title"]: one["spdx:checksum"]["spdx:checksumValue"]["@value"]
            for one in dataset["dcat:distribution"]
        }
        assert sums == {name: hashlib.sha256(files[name]).hexdigest() for name in ("QS.csv", "QS.json")}

    def test_a_cell_is_never_a_formula(self, cast: Cast) -> None:
        published(cast, title="=HYPERLINK(1)")
        assert b"'=HYPERLINK" in (dumps.file_of("QS.csv") or b"")

    def test_unknown_files_are_not_there(self, client: Client) -> None:
        for name in ("../settings.py", "QS.xml", "nothing.csv"):
            assert client.get(f"/open/data/{name}").status_code == 404


class TestSearch:
    def found(self, words: str, **more: str) -> list[str]:
        return [one.item.title for one in finding.find(words, **more).found]

    def test_words_are_found_at_once_and_gone_with_the_item(self, cast: Cast, client: Client) -> None:
        item = published(cast).item
        assert self.found("首次领证") == ["办证要多少钱"]
        published(cast, item, "到期换证二十元。")
        assert self.found("首次") == []
        assert self.found("到期换证", group="safety") == []
        assert "<mark>换证</mark>" in page(client, "/open/search/", q="换证")
        taken_off(cast, item, when=LATER)
        assert self.found("到期换证") == []

    def test_a_published_answer_is_found_and_no_other(self, cast: Cast, client: Client) -> None:
        item = published(cast).item
        question, _opened = asking.ask(item, what="ask", words="奶奶今年八十，换证收钱吗？", at=START)
        asking.write_answer(question, by=cast.an, asked="老人换证收钱吗", answer="七十岁以上免收工本费。", at=START)
        assert self.found("免收工本费") == []
        assert self.found("奶奶") == []
        asking.publish_answer(question, by=cast.chen, seen="七十岁以上免收工本费。", at=START)
        assert self.found("免收工本费") == ["办证要多少钱"]
        assert self.found("奶奶") == [], "what was asked in the matter stays there"
        said = page(client, "/open/search/", q="免收工本费")
        assert "老人换证收钱吗" in said
        assert f"/open/{item.pk}/#asked" in said
        assert "老人换证收钱吗" not in page(client, "/open/search/", q="首次领证")
        assert "公开了一个答复" in page(client, f"/open/{item.pk}/")
        taken_off(cast, item, when=LATER)
        assert self.found("免收工本费") == []

    def test_guides_that_answer_stand_first(self, cast: Cast, client: Client) -> None:
        load_library(at=START)
        said = page(client, "/open/search/", q="孩子出生怎么上户口")
        assert "指南里有" in said
        assert "/guides/" in said
        assert "没有找到" not in said
        assert "指南里有" not in page(client, "/open/search/", q="翡翠价目")
        assert "没有找到" in page(client, "/open/search/", q="翡翠价目")

    def test_words_in_attachments_are_found(self, cast: Cast) -> None:
        item = an_item(cast)
        self._attach(cast, item, "收费表.docx", word("乡镇里的翡翠价目"))
        draft = Draft.objects.get()
        usecases.propose(item, by=cast.an, seen=draft.turn, at=START)
        assert self.found("翡翠") == []
        usecases.publish(item, by=cast.liang, seen=draft.turn, at=START)
        assert self.found("翡翠价目") == ["办证要多少钱"]

    def _attach(self, cast: Cast, item: Item, name: str, data: bytes) -> None:
        from shouwang.apps.files.usecases import house_limits, receive_upload

        stored = receive_upload(
            data, claimed_name=name, limits=house_limits(), by=cast.an.ref, at=START, for_kind="catalogue.item",
            for_ref=str(item.pk),
        )  # fmt: skip
        written(cast, item, "见附件。", added=[stored])

    def test_an_attachment_is_public_with_its_version_and_not_before(self, cast: Cast, client: Client) -> None:
        item = an_item(cast)
        self._attach(cast, item, "收费表.docx", word("价目"))
        draft = Draft.objects.get()
        address = f"/files/{draft.files[0]['ref']}/download"
        assert client.get(address).status_code == 403
        usecases.propose(item, by=cast.an, seen=draft.turn, at=START)
        usecases.publish(item, by=cast.liang, seen=draft.turn, at=START)
        given = client.get(address)
        held = b"".join(given.streaming_content) if given.streaming else given.content
        assert hashlib.sha256(held).hexdigest() == Version.objects.get().files[0]["sha256"]
        taken_off(cast, item, when=LATER)
        assert client.get(address).status_code == 403

    def test_a_damaged_index_and_a_restored_house_begin_anew(self, cast: Cast) -> None:
        published(cast)
        assert self.found("首次领证") == ["办证要多少钱"]
        for damaged in ("meta.json", "*.term"):
            for file in finding._shelf().folder.glob(f"index/{damaged}"):
                file.unlink()  # never shortened in place: somebody may be reading it
                file.write_bytes(b"no index at all")
            _index_in.cache_clear()  # the house was started anew
            assert not finding.find("首次领证").complete
            assert self.found("首次领证") == ["办证要多少钱"]

    @pytest.mark.parametrize(
        ("data", "media"),
        [
            (b"%PDF-1.4 broken %%EOF", "application/pdf"),
            (b"PK broken", WORD),
            (b"\xff\xff", "text/plain"),
            (b"x", "image/png"),
        ],
    )
    def test_what_cannot_be_read_has_no_words(self, data: bytes, media: str) -> None:
        assert words_of(data, media) == ""

    def test_a_word_file_with_a_dtd_is_not_read(self) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("word/document.xml", '<!DOCTYPE w [<!ENTITY a "b">]><w><t>&a;</t></w>')
        assert words_of(out.getvalue(), WORD) == ""


class TestAsking:
    def test_a_question_becomes_a_matter_with_a_code(self, cast: Cast, client: Client) -> None:
        item = published(cast).item
        form = {"what": "ask", "body": "老人换证也要钱吗？", "client_id": "abcdefghijklmnopqrstuv"}
        answer = client.post(f"/open/{item.pk}/ask/", form)
        matter = Matter.objects.get()
        assert answer["Location"] == f"/m/{matter.number}/"
        assert "办证要多少钱" in page(client, answer["Location"])
        client.post(f"/open/{item.pk}/ask/", form)
        assert Question.objects.count() == 1
        sign_in(client, cast.an)
        assert "写成给大家看的答复" in page(client, f"/desk/m/{matter.number}/")
        assert "问过您的" in page(client, "/desk/")

    def test_what_is_missing_is_asked_again_and_kept(self, cast: Cast, client: Client) -> None:
        item = published(cast).item
        answer = client.post(f"/open/{item.pk}/ask/", {"what": "wrong", "body": " ", "name": "小林"})
        assert answer.status_code == 400
        assert "请写几句" in answer.content.decode()
        assert 'value="小林"' in answer.content.decode()

    def test_one_address_does_not_flood_an_item(self, cast: Cast, client: Client) -> None:
        item = published(cast).item
        for n in range(12):
            client.post(f"/open/{item.pk}/ask/", {"what": "ask", "body": f"第 {n} 问"})
        answer = client.post(f"/open/{item.pk}/ask/", {"what": "ask", "body": "再问一次"})
        assert (answer.status_code, Question.objects.count()) == (400, 12)
        assert "再问一次" in answer.content.decode()

    def test_stars_are_counted_once_a_day_for_an_address(self, cast: Cast, client: Client) -> None:
        item = published(cast).item
        for _ in range(2):
            answer = client.post(f"/open/{item.pk}/rate/", {"stars": "4"})
            assert answer["Location"].endswith("?thanks=1#clear")
        assert Clarity.objects.get().count == 1
        assert "1 人评过，平均 4.0 分" in page(client, f"/open/{item.pk}/")
        assert client.post(f"/open/{item.pk}/rate/", {}).status_code == 400

    def test_danger_beside_the_stars_becomes_a_call_for_help_with_a_code(self, cast: Cast, client: Client) -> None:
        item = published(cast).item
        said = {"stars": "1", "words": "他拿着刀在门口砸门，救命"}
        answer = client.post(f"/open/{item.pk}/rate/", said, follow=True).content.decode()
        matter = Matter.objects.get()
        assert (matter.kind, matter.rings) == ("help", True)
        assert 'href="tel:110"' in answer
        assert matter.number in answer

    def test_public_answers_stand_on_the_page(self, cast: Cast, client: Client) -> None:
        item = published(cast).item
        question, _opened = asking.ask(item, what="ask", words="我叫某某，老人换证也要钱吗？", at=START)
        sign_in(client, cast.an)
        address = f"/desk/open/questions/{question.pk}/"
        client.post(address, {"write": "1", "asked": "老人换证要钱吗", "answer": "七十岁以上不收。"})
        assert "七十岁以上不收" not in page(Client(), f"/open/{item.pk}/")
        assert client.post(address, {"publish": "1", "seen": "七十岁以上不收。"}).status_code == 403
        sign_in(client, cast.chen)
        client.post(address, {"publish": "1", "seen": "七十岁以上不收。"})
        said = page(Client(), f"/open/{item.pk}/")
        assert "七十岁以上不收" in said
        assert "我叫某某" not in said


class TestTheDesk:
    def test_from_what_the_law_wants_to_what_everybody_reads(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.an)
        assert "怎样投诉和举报" in page(client, "/desk/open/")
        duty = {
            "kind": "complain",
            "name": "怎样投诉",
            "group": "complaints",
            "owner": cast.an.pk,
            "leader": cast.liang.pk,
        }
        duty |= {"post": "household-clerk", "every": "quarter"}
        begun = client.post("/desk/open/new/", duty)
        item = Item.objects.get()
        assert begun["Location"] == f"/desk/open/{item.pk}/"
        text = {"title": "向谁投诉", "summary": "在哪里投诉，多久有结果。", "body": "打 12389。", "seen": "0"}
        upload = SimpleUploadedFile("表.docx", word("投诉表"))
        client.post(f"/desk/open/{item.pk}/", {**text, "attached": upload, "client_id": "c" * 22, "propose": "1"})
        draft = Draft.objects.get()
        assert (draft.proposed_by, draft.files[0]["name"]) == (cast.an, "表.docx")
        assert client.post(f"/desk/open/{item.pk}/publish/", {"seen": draft.turn}).status_code == 403
        sign_in(client, cast.liang)
        assert "向谁投诉" in page(client, "/desk/"), "it waits on the chief's day sheet"
        client.post(f"/desk/open/{item.pk}/publish/", {"seen": draft.turn})
        said = page(Client(), f"/open/{item.pk}/")
        assert "打 12389。" in said
        assert "表.docx" in said

    def test_a_refusal_keeps_what_was_typed(self, cast: Cast, client: Client) -> None:
        item = an_item(cast)
        written(cast, item, "别人写的。")
        sign_in(client, cast.chen)
        text = {"title": "题", "summary": "话", "body": "我写了很久的话。", "seen": "0"}
        answer = client.post(f"/desk/open/{item.pk}/", text)
        assert answer.status_code == 400
        assert "我写了很久的话。" in answer.content.decode()
        assert "别人刚改过" in answer.content.decode()

    def test_what_is_saved_but_not_fit_says_why(self, cast: Cast, client: Client) -> None:
        item = an_item(cast)
        sign_in(client, cast.an)
        text = {"title": "题", "summary": "话", "body": "找王小明 13800000000。", "seen": "0", "propose": "1"}
        client.post(f"/desk/open/{item.pk}/", text)
        said = page(client, f"/desk/open/{item.pk}/")
        assert "13800000000" in said
        assert "可能让人知道是谁" in said
        assert Draft.objects.get().proposed_by is None

    @pytest.mark.parametrize("what", ["review", "need", "withdraw", "refuse-need"])
    def test_each_press_is_recorded(self, cast: Cast, client: Client, what: str) -> None:
        item = published(cast).item
        need = usecases.need_change(item, by=cast.an, why="fact", words="涨价了", at=START)
        sign_in(client, cast.liang)
        given = {"seen": 1, "reason": "写错了", "why": "fact", "words": "又变了", "need": need.pk, "texts_stay": "1"}
        assert client.post(f"/desk/open/{item.pk}/{what}/", given).status_code == 302
        done = {
            "review": Step.objects.filter(what="reviewed").exists(),
            "need": Need.objects.count() == 2,
            "withdraw": Item.objects.get().state == "withdrawn",
            "refuse-need": Need.objects.get(pk=need.pk).reason == "写错了",
        }
        assert done[what]

    def test_an_unknown_press_is_no_page(self, cast: Cast, client: Client) -> None:
        item = published(cast).item
        sign_in(client, cast.liang)
        assert client.post(f"/desk/open/{item.pk}/explode/").status_code == 404

    def test_the_duty_moves_and_the_content_stays(self, cast: Cast, client: Client) -> None:
        item = published(cast).item
        sign_in(client, cast.liang)
        given = {"owner": cast.chen.pk, "post": "duty-officer", "leader": cast.liang.pk, "every": "month"}
        client.post(f"/desk/open/{item.pk}/duty/", given)
        item.refresh_from_db()
        assert (item.owner, item.every, item.kind) == (cast.chen, "month", "fees")
        assert (Version.objects.get().at, Step.objects.count()) == (START, 1)
