"""The pages: the one form of the desk, the web's questions, drafts, receipts. As plain forms, without a script."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from shouwang.apps.files.models import StoredFile
from shouwang.apps.incidents import filing, questions, usecases
from shouwang.apps.incidents.models import Category, Draft, Incident, Involved
from shouwang.apps.incidents.report import Report
from shouwang.apps.incidents.tests.test_taking import BICYCLE, take
from shouwang.apps.incidents.usecases.drafting import KEPT, answers_of
from shouwang.apps.matters.models import Matter
from shouwang.apps.papers.shelves import shelf
from shouwang.apps.papers.templates_desk import proposed
from shouwang.apps.papers.usecases import put_in_force
from shouwang.apps.people.models import Look, Person
from shouwang.kernel.models import AuditRow
from tests.cast import MONDAY, Cast, carry, consultation, sign_in

pytestmark = pytest.mark.django_db
CALL = {
    "channel": "phone",
    "what": "自行车在菜市场门口被偷，车篮里有手机和小包。",
    "address": "菜市场门口",
    "when_said": "早上八点多",
    "pseudonym": "黄女士",
    "phone": "13800007719",
    "client_id": "c1",
}


def picture(name: str = "照片.jpg", pad: int = 0) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (40, 30), "#12355b").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue() + b"\0" * pad, "image/jpeg")


class TestTheOneForm:
    def test_a_call_becomes_a_report_with_a_receipt(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.chen)
        page = client.post("/desk/incidents/new/", CALL)
        matter = Matter.objects.get()
        said = page.content.decode()
        assert page.status_code == 200
        for words in ("接报案回执", matter.number, "<svg", "陈建国", "查进度", "12389"):
            assert words in said
        assert Person.objects.get().phone == "13800007719"
        assert "13800007719" not in said

    def test_a_second_press_makes_no_second_report(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.chen)
        for _press in range(2):
            client.post("/desk/incidents/new/", CALL)
        assert Incident.objects.count() == 1

    def test_only_what_happened_is_needed(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.jiang)
        refused = client.post("/desk/incidents/new/", {**CALL, "what": "", "address": "桥头"})
        assert refused.status_code == 400
        assert "请记下对方说的话" in refused.content.decode()
        assert "桥头" in refused.content.decode()
        assert client.post("/desk/incidents/new/", {"channel": "patrol", "what": "路口两车刮擦"}).status_code == 200
        assert Matter.objects.get().channel == "patrol"

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({"happened_from": "2099-01-01T10:00"}, "这个时间还没有到"),
            ({"happened_from": "昨天"}, "请写成 2026-11-23 21:30 这样"),
            ({"longitude": "118.9"}, "经度和纬度要一起写"),
            ({"happened_from": "2026-01-02T10:00", "happened_until": "2026-01-01T10:00"}, "结束的时间比开始早"),
            ({"since": "9"}, "请把两头的钟点都选上"),
        ],
    )
    def test_what_cannot_be_is_asked_again_and_nothing_typed_is_lost(
        self, cast: Cast, client: Client, given: dict[str, str], says: str
    ) -> None:
        sign_in(client, cast.chen)
        page = client.post("/desk/incidents/new/", {**CALL, **given})
        assert page.status_code == 400
        assert says in page.content.decode()
        assert "车篮里有手机" in page.content.decode()
        assert not Matter.objects.exists()

    def test_a_position_of_a_chinese_map_is_converted(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.chen)
        client.post("/desk/incidents/new/", {**CALL, "longitude": "118.880000", "latitude": "28.970000", "gcj02": "on"})
        one = Incident.objects.get()
        assert one.longitude is not None
        assert 0.002 < 118.88 - one.longitude < 0.01  # GCJ-02 lies some hundred metres off
        assert one.position_source == "officer"

    def test_a_photo_of_forty_megabytes_gets_a_sentence(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.chen)
        page = client.post("/desk/incidents/new/", {**CALL, "attached": picture(pad=40 * 2**20)})
        assert page.status_code == 400
        assert "MB" in page.content.decode()
        assert "车篮里有手机" in page.content.decode()
        assert not Matter.objects.exists()

    def test_people_involved_are_masked_until_a_reason_is_written(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.chen)
        given = {"role_1": "witness", "name_1": "王证人", "phone_1": "13900001234", "about_1": "卖豆腐的"}
        client.post("/desk/incidents/new/", {**CALL, **given})
        matter = Matter.objects.get()
        card = client.get(f"/desk/m/{matter.number}/").content.decode()
        assert "13900001234" not in card
        assert "卖豆腐的" not in card
        address = f"/desk/m/{matter.number}/people/"
        assert client.post(address, {"reason": " "}).status_code == 400
        shown = client.post(address, {"reason": "去找证人。"}).content.decode()
        assert "王证人" in shown
        assert "13900001234" in shown
        assert Look.objects.filter(person=Involved.objects.get().person, reason="去找证人。").count() == 1

    def test_the_short_form_of_the_desk_leaves_reports_to_it(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.chen)
        page = client.get("/desk/take-in/").content.decode()
        assert 'value="report"' not in page
        refused = client.post("/desk/take-in/", {"channel": "phone", "kind": "report", "body": "被偷了"})
        assert refused.status_code == 400


class TestTheReceiptAsPdf:
    def words(self, answer: Any) -> str:
        from pypdfium2 import PdfDocument

        assert answer["Content-Type"] == "application/pdf"
        text = "".join(page.get_textpage().get_text_range() for page in PdfDocument(answer.content))
        return "".join(text.split())

    def test_from_the_counter_with_the_code_just_shown(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.chen)
        page = client.post("/desk/incidents/new/", CALL)
        matter, code = Matter.objects.get(), page.context["code"]
        told = self.words(client.post(f"/desk/m/{matter.number}/receipt.pdf", {"code": code}))
        for words in ("接报案回执", matter.number, code, "陈建国", "黄女士", "12389"):
            assert words in told
        assert "13800007719" not in told
        later = self.words(client.get(f"/desk/m/{matter.number}/receipt.pdf"))
        assert code not in later
        assert "在报案人手里" in later

    def test_a_code_of_another_matter_is_not_printed(self, cast: Cast, client: Client) -> None:
        mine, other = take(cast), take(cast)
        sign_in(client, cast.chen)
        told = self.words(client.post(f"/desk/m/{mine.matter.number}/receipt.pdf", {"code": other.code}))
        assert other.code[:4] not in told.replace("-", "")

    def test_with_safe_contact_it_says_no_more_than_its_number(self, cast: Cast, client: Client) -> None:
        opened = take(cast, Report(what="他打我。", category="home"))
        carry(client, opened)
        told = self.words(client.get(f"/m/{opened.matter.number}/receipt.pdf"))
        assert "家里" not in told
        assert opened.matter.number in told
        mine = client.get(f"/m/{opened.matter.number}/receipt/").content.decode()
        sign_in(client, cast.chen)
        counter = client.get(f"/desk/m/{opened.matter.number}/paper/").content.decode()
        for page in (mine, counter):
            assert opened.matter.number in page
            assert "家里" not in page


class TestTheReceiptInTheStationsWords:
    OURS, THEIRS = "查进度：扫下面的码", "要问进度，随时打电话到所里，也可以扫下面的码"

    def worded(self, cast: Cast, *changes: tuple[str, str]) -> None:
        text = proposed(shelf()["report-receipt"], shelf()["report-receipt"], cast.qingshi, 1)
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        put_in_force(cast.qingshi, by=cast.liang, kind="report-receipt", text=text, why="口气", at=MONDAY)

    def test_they_are_printed_straight_from_intake(self, cast: Cast, client: Client) -> None:
        self.worded(cast, (self.OURS, self.THEIRS), ('size = "a5"', 'size = "80mm"'))
        sign_in(client, cast.chen)
        page = client.post("/desk/incidents/new/", CALL)
        said = page.content.decode()
        code = page.context["code"]
        for words in (self.THEIRS, code, "data-print", 'class="r80"', "<svg"):
            assert words in said
        assert self.OURS not in said
        matter = Matter.objects.get()
        again = client.get(f"/desk/m/{matter.number}/paper/").content.decode()
        assert self.THEIRS in again
        assert code not in again

    def test_with_safe_contact_a_station_prints_no_more_either(self, cast: Cast, client: Client) -> None:
        self.worded(cast, (self.OURS, "您说的：{{报案.内容}}。" + self.OURS))
        sign_in(client, cast.chen)
        said = client.post("/desk/incidents/new/", {**CALL, "safe": "on"}).content.decode()
        matter = Matter.objects.get()
        assert matter.safe_contact
        assert CALL["what"] not in said
        assert matter.number in said
        assert "本所的回执模板这一份填不上" in said
        assert "报案·" in said, "the desk is told what the template lacked"
        reporter = Client()
        opened = take(cast, Report(what="钥匙丢了。", category="other"))
        carry(reporter, opened)
        mine = reporter.get(f"/m/{opened.matter.number}/receipt/").content.decode()
        assert "您说的：钥匙丢了。" in mine, "without safe contact it is what the station wants to say"

    def test_whoever_reads_english_has_the_same_beside_it(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.chen)
        client.cookies["sw_language"] = "en"
        said = client.post("/desk/incidents/new/", CALL).content.decode()
        assert "查进度" in said, "the paper itself is Chinese"
        assert "Tracking code" in said


class TestATalkBecomesOne:
    def test_the_same_form_with_what_was_said(self, cast: Cast, client: Client) -> None:
        opened = consultation(cast, body="我的电动车昨晚在桥头不见了，怎么办？")
        sign_in(client, cast.chen)
        assert client.get(f"/desk/m/{opened.matter.number}/incident/")["Location"].endswith("/facts/")
        page = client.get(f"/desk/m/{opened.matter.number}/facts/").content.decode()
        assert "电动车昨晚在桥头不见了" in page
        answer = client.post(f"/desk/m/{opened.matter.number}/facts/", {"address": "桥头", "category": "stolen"})
        assert answer.status_code == 302
        assert Incident.objects.get().category == "stolen"

    def test_another_stations_talk_does_not_exist(self, cast: Cast, client: Client) -> None:
        opened = consultation(cast)
        sign_in(client, cast.meng)
        assert client.get(f"/desk/m/{opened.matter.number}/facts/").status_code == 404


def answer(client: Client, category: str, **answers: dict[str, Any]) -> Any:
    """Answer the screens of a category; those not named are passed with what stands there."""
    page = None
    for one in questions.QUESTIONS[category]:
        usual = {"unsafe": "yes"} if one.key == "safety" else {}
        page = client.post(f"/report/case/{category}/{one.key}/", answers.get(one.key, usual))
        assert page.status_code == 302, (one.key, page.content.decode()[-2000:])
    return page


class TestTheWeb:
    def test_one_question_a_screen_to_a_report_with_code_and_receipt(self, cast: Cast, client: Client) -> None:
        last = answer(
            client,
            "stolen",
            what={"what": "自行车被偷了"},
            where={"address": "菜市场门口"},
            when={"when_said": "早上"},
            things={"things": "自行车 800元"},
            who={"about": "戴草帽的"},
            reach={"pseudonym": "黄女士", "phone": "13800007719"},
            photos={"attached": picture()},
        )
        assert last["Location"] == "/report/case/check/"
        page = client.get("/report/case/check/").content.decode()
        assert "自行车被偷了" in page
        sent = client.post("/report/case/check/", follow=True)
        matter = Matter.objects.get()
        one = Incident.objects.get()
        assert (matter.kind, matter.channel, matter.due_rule) == ("report", "web", "fr-unclear")
        assert sent.context["code"]
        assert one.category == "stolen"
        assert StoredFile.objects.get().owner_ref == str(matter.pk)
        receipt = client.get(f"/m/{matter.number}/receipt/").content.decode()
        assert "接报案回执" in receipt
        assert "网上登记" in receipt

    def test_sent_twice_it_is_one(self, cast: Cast, client: Client) -> None:
        answer(client, "other", what={"what": "有人翻墙"})
        first = client.post("/report/case/check/")
        second = client.post("/report/case/check/")
        assert first["Location"] == second["Location"]
        assert Matter.objects.count() == 1
        assert Draft.objects.get().content == ""

    def test_going_back_shows_what_was_answered(self, cast: Cast, client: Client) -> None:
        client.post("/report/case/hurt/safety/", {"unsafe": "no"})
        client.post("/report/case/hurt/what/", {"what": "被邻居打了"})
        assert "被邻居打了" in client.get("/report/case/hurt/what/").content.decode()
        assert "12110" in client.get("/report/case/hurt/where/").content.decode()

    def test_a_screen_that_cannot_be_read_is_shown_again_and_stopping_keeps_the_rest(
        self, cast: Cast, client: Client
    ) -> None:
        page = client.post("/report/case/cheated/what/", {"what": ""})
        assert page.status_code == 400
        assert "请写几句，发生了什么" in page.content.decode()
        stopped = client.post("/report/case/cheated/what/", {"what": "", "stop": "1"})
        assert stopped["Location"] == "/report/case/stop/"

    def test_without_what_happened_it_is_not_sent_and_says_so(self, cast: Cast, client: Client) -> None:
        client.post("/report/case/stolen/safety/", {"unsafe": "yes"})
        page = client.post("/report/case/check/")
        assert page.status_code == 400
        assert "还差一句：发生了什么" in page.content.decode()
        assert not Matter.objects.exists()

    def test_violence_at_home_is_answered_on_the_page_only(self, cast: Cast, client: Client) -> None:
        page = client.post("/report/case/home/safety/", {"unsafe": "yes"})
        client.post("/report/case/home/what/", {"what": "他昨晚又动手了"})
        shown = client.get("/report/case/home/safe/").content.decode()
        assert page.status_code == 302
        assert 'name="safe_contact" id="id_safe_contact" checked' in shown or "checked" in shown
        client.post("/report/case/check/")
        matter = Matter.objects.get()
        assert (matter.safe_contact, matter.contact) == (True, {"ways": ["page"]})

    def test_a_stranger_sees_no_draft(self, cast: Cast, client: Client) -> None:
        client.post("/report/case/other/what/", {"what": "悄悄话"})
        other = Client()
        assert other.get("/report/case/check/")["Location"] == "/report/case/"
        assert "悄悄话" not in other.get("/report/case/other/what/", follow=True).content.decode()

    @pytest.mark.parametrize("address", ["/report/case/nothing/", "/report/case/stolen/nothing/"])
    def test_what_there_is_not(self, cast: Cast, client: Client, address: str) -> None:
        assert client.get(address).status_code == 404


class TestDrafts:
    def begun(self, client: Client) -> str:
        client.post("/report/case/stolen/safety/", {"unsafe": "yes"})
        client.post("/report/case/stolen/what/", {"what": "包在车上被偷了"})
        client.post("/report/case/stolen/things/", {"things": "黑色手提包 600元"})
        page = client.post("/report/case/stop/")
        return str(page.context["code"])

    def test_the_reporter_goes_on_elsewhere(self, cast: Cast, client: Client) -> None:
        code = self.begun(client)
        other = Client()
        assert other.post("/report/case/again/", {"code": code.lower()})["Location"] == "/report/case/check/"
        assert "包在车上被偷了" in other.get("/report/case/check/").content.decode()

    def test_a_clerk_goes_on_with_the_code_and_the_reporters_own_press_makes_no_second(
        self, cast: Cast, client: Client
    ) -> None:
        code = self.begun(client)
        desk = Client()
        sign_in(desk, cast.an)
        opened = desk.post("/desk/incidents/draft/", {"code": code})
        assert opened["Location"] == "/desk/incidents/new/?draft=1"
        assert "what" not in desk.get("/desk/incidents/new/").context["form"].initial, "another caller begins empty"
        desk.get(opened["Location"])
        form = desk.get(opened["Location"]).context["form"]
        assert form.initial["what"] == "包在车上被偷了"
        assert form.initial["things"] == "黑色手提包 600元"
        sent = {"channel": "counter", "what": form.initial["what"], "things": form.initial["things"]}
        sent |= {"draft": form.initial["draft"], "category": "stolen", "client_id": "c9"}
        assert "接报案回执" in desk.post("/desk/incidents/new/", sent).content.decode()
        assert "what" not in desk.get(opened["Location"]).context["form"].initial, "back from the receipt: it was taken"
        again = client.post("/report/case/check/")
        assert again.status_code == 409
        assert Matter.objects.get().number in again.content.decode()
        assert AuditRow.objects.filter(action="incidents.draft_opened", actor=cast.an.ref).exists()

    def test_going_back_after_another_draft_was_opened_mixes_nothing(self, cast: Cast, client: Client) -> None:
        code = self.begun(client)
        own = Client()
        own.post("/report/case/hurt/safety/", {"unsafe": "yes"})
        own.post("/report/case/hurt/what/", {"what": "被打了"})
        old = own.get("/report/case/hurt/what/")
        token = old.context["draft_token"]
        own.post("/report/case/again/", {"code": code})
        # Back to a page that is loaded anew: the draft that is being written is shown, not its answers under other questions.
        assert own.get("/report/case/hurt/what/")["Location"] == "/report/case/check/"
        # Back to a page that the browser kept: asked before it goes into another draft.
        kept = own.post("/report/case/hurt/what/", {"what": "打人的姓王", "draft_token": token})
        assert kept.status_code == 400
        assert "您后来打开了另一份没写完的" in kept.text
        assert "打人的姓王" in kept.text
        draft = Draft.objects.get(category="stolen")
        assert answers_of(draft)["what"] == "包在车上被偷了"
        again = {"what": "打人的姓王", "draft_token": kept.context["draft_token"]}
        assert own.post("/report/case/hurt/what/", again).status_code == 302
        draft.refresh_from_db()
        assert (draft.category, answers_of(draft)["what"]) == ("hurt", "打人的姓王")

    def test_another_kind_is_chosen_knowingly(self, cast: Cast, client: Client) -> None:
        self.begun(client)
        page = client.get("/report/case/cheated/").text
        assert "您有一份没写完的“东西被偷、被抢”" in page
        assert "/report/case/check/" in page
        assert "没写完" not in client.get("/report/case/stolen/").text

    def test_going_back_after_it_was_sent_leads_to_the_report(self, cast: Cast, client: Client) -> None:
        self.begun(client)
        client.post("/report/case/check/")
        number = Matter.objects.get().number
        back = client.get("/report/case/stolen/what/", follow=True)
        assert back.redirect_chain[-1][0] == f"/m/{number}/"

    def test_a_wrong_code_says_so_and_is_counted(self, cast: Cast, client: Client) -> None:
        page = client.post("/report/case/again/", {"code": "7K4M2QXD9TBC"})
        assert page.status_code == 400
        for _try in range(30):
            page = client.post("/report/case/again/", {"code": "7K4M2QXD9TBC"}, REMOTE_ADDR="192.0.2.44")
        assert "试的次数太多了" in page.content.decode()

    def test_a_forged_draft_in_the_form_opens_nothing(self, cast: Cast, client: Client) -> None:
        self.begun(client)
        desk = Client()
        sign_in(desk, cast.chen)
        desk.post("/desk/incidents/new/", {**CALL, "draft": str(Draft.objects.get().pk)})
        assert Draft.objects.get().matter is None

    def test_after_a_month_nothing_is_left(self, cast: Cast, client: Client) -> None:
        self.begun(client)
        client.post("/report/case/stolen/photos/", {"attached": picture()})
        now = timezone.now()
        assert usecases.forget_drafts(at=now + KEPT / 2) == 0
        assert usecases.forget_drafts(at=now + 2 * KEPT) == 1
        assert not Draft.objects.exists()
        assert StoredFile.objects.get().state == "erased"

    def test_it_can_be_thrown_away_at_once(self, cast: Cast, client: Client) -> None:
        self.begun(client)
        client.post("/report/case/stop/", {"forget": "1"})
        assert not Draft.objects.exists()

    def test_nothing_of_it_can_be_read_in_the_database(self, cast: Cast, client: Client) -> None:
        self.begun(client)
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT content FROM incidents_draft")
            [(sealed,)] = cursor.fetchall()
        assert "手提包".encode() not in bytes(sealed)
        assert answers_of(Draft.objects.get())["things"] == "黑色手提包 600元"


class TestTheCard:
    def test_it_shows_the_duties_and_the_way_to_pass_on(self, cast: Cast, client: Client) -> None:
        opened = take(cast, at=timezone.now())
        Incident.objects.filter(pk=opened.matter.pk).update(owner=cast.hewan)
        sign_in(client, cast.chen)
        page = client.get(f"/desk/m/{opened.matter.number}/").content.decode()
        for words in ("登记", "收证据", "给回执", "做笔录", "转给河湾派出所", "判断性质"):
            assert words in page
        form = client.get(f"/desk/m/{opened.matter.number}/transfer/?unit={cast.hewan.pk}").content.decode()
        assert f'value="{cast.hewan.pk}" selected' in form

    def test_evidence_receipt_nature_by_form(self, cast: Cast, client: Client) -> None:
        opened = take(cast, at=timezone.now())
        number = opened.matter.number
        sign_in(client, cast.chen)
        client.post(f"/desk/m/{number}/evidence/", {"items": "发票一张\n监控截图两张", "client_id": "e1"})
        client.post(f"/desk/m/{number}/receipt/", {"how": "paper"})
        client.post(f"/desk/m/{number}/statement/")
        client.post(f"/desk/m/{number}/nature/", {"nature": "criminal", "words": "数额到了。"})
        one = Incident.objects.get()
        assert None not in (one.evidence_at, one.receipt_at, one.statement_at)
        assert one.stage == filing.REVIEW
        paper = client.get(f"/desk/m/{number}/paper/").content.decode()
        assert "监控截图两张" in paper
        client.post(f"/desk/m/{number}/propose/", {"what": "file", "words": "证据在案。"})
        sign_in(client, cast.shao)
        home = client.get("/desk/").content.decode()
        assert "立案，等您批准" in home
        client.post(f"/desk/m/{number}/file/", {"words": "立案侦查。"})
        assert Incident.objects.get().stage == filing.FILED

    def test_the_list_begins_with_what_ends_first(self, cast: Cast, client: Client) -> None:
        take(cast, at=timezone.now())
        sign_in(client, cast.liang)
        page = client.get("/desk/incidents/")
        assert "还没有决定的报案" in page.content.decode()
        assert len(page.context["rows"]) == 1
        assert client.get("/desk/incidents/?show=untold").context["rows"] == []
        assert len(client.get("/desk/incidents/?show=all").context["rows"]) == 1


class TestTheReportersPage:
    def test_it_says_what_was_done_and_offers_the_remedy(self, cast: Cast, client: Client) -> None:
        opened = take(cast, BICYCLE, at=timezone.now())
        usecases.decide_nature(opened.matter, by=cast.chen, nature="criminal", words="数额可能够。", at=timezone.now())
        usecases.decline(opened.matter, by=cast.shao, words="估价不到一千元。", at=timezone.now())
        carry(client, opened)
        page = client.get(f"/m/{opened.matter.number}/").content.decode()
        for words in ("不予立案", "估价不到一千元。", "申请复议", "检察院"):
            assert words in page
        assert Incident.objects.get().told_at is not None
        answer = client.post(f"/m/{opened.matter.number}/remedy/", {"words": "手机值三千。", "client_id": "r1"})
        assert answer.status_code == 302
        assert Matter.objects.get().due_rule == "cp-recon-decide"

    def test_a_stranger_asks_for_nothing(self, cast: Cast, client: Client) -> None:
        opened = take(cast)
        assert client.get(f"/m/{opened.matter.number}/remedy/").status_code == 404


@pytest.mark.parametrize("category", Category.values)
def test_every_kind_has_its_questions_and_each_asks_what_happened(category: str) -> None:
    keys = [one.key for one in questions.QUESTIONS[category]]
    assert "what" in keys
    assert len(keys) == len(set(keys))
