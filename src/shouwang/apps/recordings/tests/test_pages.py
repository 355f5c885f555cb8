"""The pages, as plain forms and without a script: what the desk sees, what the person sees, and how often the database is asked."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shouwang.apps.matters.models import Matter
from shouwang.apps.people.models import Look
from shouwang.apps.recordings import usecases
from shouwang.apps.recordings.models import CopyRequest, Device, Explanation, Place, Recording, Stay
from shouwang.apps.recordings.tests.conftest import LATER, Station, sha_of
from shouwang.kernel.models import AuditRow
from tests.cast import at, carry, sign_in
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday_evening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)


def signed_in(client: Client, station: Station, name: str) -> Client:
    sign_in(client, getattr(station.cast, name))
    return client


def with_code(client: Client, code: str) -> Client:
    answer = client.post("/my-stay/", {"code": code.lower()})
    assert (answer.status_code, answer["Location"]) == (302, "/my-stay/page/")
    return client


class TestAtTheDesk:
    def test_bringing_in_ends_with_the_sheet(self, station: Station, client: Client) -> None:
        page = signed_in(client, station, "chen").post(
            f"/desk/m/{station.matter.number}/bring-in/",
            {
                "came": "summoned",
                "name": "吴某",
                "entered_at": "2026-11-23T17:00",
                "place": station.hall.pk,
                "client_id": "a",
            },
        )
        said = page.content.decode()
        assert page.status_code == 200
        for words in ("有权要录像的告知书", "my-stay", "<svg", "五个工作日"):
            assert words in said
        assert "吴某" not in said, "the sheet lies on a counter"
        stay = Stay.objects.get()
        code = re.search(r'class="code">([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})<', said)
        assert code
        assert stay.ref.split(":")[1] in str(with_code(Client(), code[1]).get("/my-stay/page/").context["stay"])

    def test_what_is_missing_is_asked_again_and_kept(self, station: Station, client: Client) -> None:
        page = signed_in(client, station, "chen").post(
            f"/desk/m/{station.matter.number}/bring-in/",
            {"came": "self", "entered_at": "2026-11-23T17:00", "place": station.hall.pk},
        )
        assert page.status_code == 400
        assert "写一句样子" in page.content.decode()
        assert "2026-11-23T17:00" in page.content.decode()

    def test_the_stay_says_what_is_missing_and_takes_the_reason(self, station: Station, client: Client) -> None:
        stay = station.with_gap()
        page = signed_in(client, station, "chen").get(f"/desk/stays/{stay.pk}/")
        said = page.content.decode()
        assert "09:20 到 09:32 没有录像，12 分钟" in said
        assert "吴某" not in said
        assert Look.objects.filter(subject=stay.ref, officer=station.cast.chen).count() == 1
        (seen,) = page.context["covered"].gaps
        given = {"since": seen.gap.since.isoformat(), "until": seen.gap.until.isoformat()}
        refused = client.post(f"/desk/stays/{stay.pk}/explain/", {**given, "words": ""})
        assert refused.status_code == 400
        assert "请写明原因" in refused.content.decode()
        assert (
            client.post(f"/desk/stays/{stay.pk}/explain/", {**given, "words": "停电，备用电源没有接上"}).status_code
            == 302
        )
        assert Explanation.objects.get().words == "停电，备用电源没有接上"
        assert client.get("/desk/recordings/?show=gaps").context["rows"] == []

    def test_the_chief_s_list_names_the_gap_and_nobody(self, station: Station, client: Client) -> None:
        station.with_gap()
        said = signed_in(client, station, "liang").get("/desk/recordings/?show=gaps").content.decode()
        assert "1 个缺口没有说明" in said
        assert "吴" not in said
        assert "一共 1 人次：0 次全程有录像" in client.get("/desk/recordings/?show=all").content.decode()

    def test_the_name_needs_a_reason_and_the_person_sees_the_look(self, station: Station, client: Client) -> None:
        entered = station.enter()
        signed_in(client, station, "chen")
        assert client.post(f"/desk/stays/{entered.stay.pk}/who/", {"reason": " "}).status_code == 400
        assert "吴某" in client.post(f"/desk/stays/{entered.stay.pk}/who/", {"reason": "核对身份"}).content.decode()
        mine = with_code(Client(), entered.code).get("/my-stay/page/").content.decode()
        assert "值班民警：1 次" in mine
        assert "陈" not in mine

    def test_the_register_is_opened_for_a_reason_that_is_kept(self, station: Station, client: Client) -> None:
        one = station.film("09:00", "10:00")
        signed_in(client, station, "chen")
        assert one.short not in client.get("/desk/recordings/register/").content.decode()
        client.post("/desk/recordings/register/", {"reason": "查一段"})
        assert one.short in client.get("/desk/recordings/register/").content.decode()
        assert AuditRow.objects.filter(action="people.looked", reason="查一段").count() == 1

    def test_registering_by_form_with_the_device_s_own_place(self, station: Station, client: Client) -> None:
        given = {
            "device": station.cam_room.pk,
            "file_name": "D:/a.mp4",
            "sha256": sha_of("a").upper(),
            "size": "5000000000",
            "since": "2026-11-23T09:00:05",
            "until": "2026-11-23T10:00:00",
        }
        signed_in(client, station, "jiang")
        for _twice in range(2):
            assert client.post("/desk/recordings/add/", given).status_code == 302
        one = Recording.objects.get()
        assert (one.place, one.since.second, one.size_bytes) == (station.room, 5, 5_000_000_000)
        worn = client.post("/desk/recordings/add/", {**given, "device": station.worn.pk, "sha256": sha_of("b")})
        assert worn.status_code == 400
        assert "带在身上" in worn.content.decode()

    def test_a_list_with_wrong_lines_keeps_what_was_pasted(self, station: Station, client: Client) -> None:
        text = f"文件名,SHA-256,大小,设备,地方,从,到,备注\na.mp4,{sha_of('a')},1,没有的,,2026-11-23 09:00,2026-11-23 10:00,\n"
        signed_in(client, station, "jiang")
        page = client.post("/desk/recordings/add/list/", {"pasted": text})
        assert page.status_code == 400
        assert "第 2 行" in page.content.decode()
        assert sha_of("a") in page.content.decode()
        file = SimpleUploadedFile("a.csv", text.replace("没有的", "询问室一摄像头").encode("utf-8-sig"))
        assert client.post("/desk/recordings/add/list/", {"file": file}).status_code == 302
        assert Recording.objects.count() == 1

    def test_typing_a_hash_checks_a_file_without_a_script(self, station: Station, client: Client) -> None:
        one = station.film("09:00", "10:00")
        signed_in(client, station, "chen")
        good = client.post("/desk/recordings/check/", {"sha256": one.sha256, "reason": "核对"})
        assert "一个字节都没有变" in good.content.decode()
        bad = client.post("/desk/recordings/check/", {"sha256": sha_of("x"), "reason": "核对"})
        assert "登记簿里没有这个文件" in bad.content.decode()
        assert client.post("/desk/recordings/check/", {"sha256": one.sha256}).status_code == 400

    def test_the_chief_keeps_places_and_devices_and_anybody_at_the_desk_compares_clocks(
        self, station: Station, client: Client
    ) -> None:
        signed_in(client, station, "liang")
        client.post("/desk/recordings/lists/", {"what": "place", "p-name": "候问室"})
        waiting = Place.objects.get(name="候问室")
        client.post("/desk/recordings/lists/", {"what": "device", "d-name": "候问室摄像头", "d-place": waiting.pk})
        device = Device.objects.get(name="候问室摄像头")
        assert device.place == waiting
        assert client.post("/desk/recordings/lists/", {"what": "place", "p-name": ""}).status_code == 400
        client.post(f"/desk/recordings/lists/clock/{device.pk}/", {f"c{device.pk}-shown_at": "2026-11-23T18:03:00"})
        assert "快 180 秒" in client.get("/desk/recordings/lists/").content.decode()
        client.post(f"/desk/recordings/lists/device/{device.pk}/")
        device.refresh_from_db()
        assert not device.active

    def test_deleting_goes_by_two_desks(
        self, station: Station, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one = station.film("09:00", "10:00")
        signed_in(client, station, "chen")
        early = client.post(f"/desk/recordings/{one.pk}/delete/", {"words": "期满"})
        assert early.status_code == 400
        assert "至少保存到 2027-05-23" in early.content.decode()
        monkeypatch.setattr("django.utils.timezone.now", lambda: at("2027-06-01 09:00"))
        signed_in(client, station, "chen")  # the session of last year is over
        assert client.post(f"/desk/recordings/{one.pk}/delete/", {"words": "期满"}).status_code == 302
        assert "等另一个人确认" in client.get("/desk/recordings/old/").content.decode()
        boss = signed_in(Client(), station, "liang")
        assert "我确认" in boss.get(f"/desk/recordings/{one.pk}/").content.decode()
        boss.post(f"/desk/recordings/{one.pk}/confirm/")
        one.refresh_from_db()
        assert one.deleted_by == station.cast.liang
        assert "陈建国提出，梁正" in boss.get(f"/desk/recordings/{one.pk}/").content.decode()

    @pytest.mark.parametrize("show", ["inside", "gaps", "asked", "all"])
    def test_a_longer_list_asks_no_more(self, station: Station, client: Client, show: str) -> None:
        def fill(n: int) -> None:
            stay = station.enter(f"{10 + n}:00", id_number=f"x{n}", name=f"某{n}").stay
            usecases.move(stay, by=station.cast.chen, place=station.room, since=at(f"2026-11-23 {10 + n}:10"), at=LATER)
            if show != "inside":
                left = at(f"2026-11-23 {10 + n}:50")
                usecases.leave(stay, by=station.cast.chen, left_at=left, notice="paper", at=LATER)
                station.film(f"{10 + n}:00", f"{10 + n}:20")
                usecases.ask(stay, asks="copy", since=None, until=None, words="", at=LATER)

        signed_in(client, station, "liang")
        fill(0)
        few = queries_of(client, f"/desk/recordings/?show={show}")
        for n in range(1, 6):
            fill(n)
        many = queries_of(client, f"/desk/recordings/?show={show}")
        page = client.get(f"/desk/recordings/?show={show}")
        assert len(page.context["rows"]) + len(page.context["asked"]) == 6
        assert many <= few


class TestThePerson:
    def test_without_the_code_there_is_nothing_and_the_matter_s_code_opens_nothing(
        self, station: Station, client: Client
    ) -> None:
        station.with_gap()
        carry(client, station.opened)
        assert client.get("/my-stay/page/")["Location"] == "/my-stay/"
        assert client.get("/my-stay/ask/").status_code == 404
        assert client.post("/my-stay/", {"code": station.opened.code}).status_code == 400
        said = client.get(f"/m/{station.matter.number}/").content.decode()
        assert "进所" not in said

    def test_the_code_of_a_sheet_is_taken_where_codes_of_matters_are(self, station: Station, client: Client) -> None:
        entered = station.enter()
        answer = client.post("/find/", {"code": entered.code})
        assert (answer.status_code, answer["Location"]) == (302, "/my-stay/page/")
        assert client.get("/my-stay/page/").context["stay"] == entered.stay
        assert Client().post("/find/", {"code": "7K4M-2QXD-9TBC"}).status_code == 400

    def test_a_wrong_code_of_a_sheet_says_what_to_do(self, station: Station, client: Client) -> None:
        page = client.get("/my-stay/c/7K4M2QXD9TBC/")
        assert page.status_code == 404
        assert "带身份证到派出所换一个" in page.content.decode()

    def test_asking_a_denial_and_a_second_look(self, station: Station, client: Client) -> None:
        stay = station.with_gap()
        code = usecases.new_code(stay, by=station.cast.chen, reason="核对了身份证", at=LATER).code
        client.get(f"/my-stay/c/{code}/")
        said = client.get("/my-stay/page/").content.decode()
        assert "没有录像，12 分钟" in said
        assert "还没有人说明原因" in said
        for _twice in range(2):
            client.post("/my-stay/ask/", {"asks": "copy", "client_id": "one"})
        asked = CopyRequest.objects.get()
        boss = signed_in(Client(), station, "liang")
        assert "凭码提出" in boss.get(f"/desk/stays/{stay.pk}/").content.decode()
        assert boss.post(f"/desk/copies/{asked.pk}/", {"granted": "no", "words": ""}).status_code == 400
        boss.post(f"/desk/copies/{asked.pk}/", {"granted": "no", "words": "正在侦查，结束以后给。"})
        said = client.get("/my-stay/page/").content.decode()
        assert "正在侦查，结束以后给。" in said
        assert "12389" in said
        client.post("/my-stay/again/", {"words": "我只要我自己的"})
        review = CopyRequest.objects.get(against=asked)
        assert (
            boss.post(f"/desk/copies/{review.pk}/", {"granted": "yes", "words": "给", "handed": "来取"}).status_code
            == 400
        )
        bureau = signed_in(Client(), station, "shao")
        bureau.post(f"/desk/copies/{review.pk}/", {"granted": "yes", "words": "给您。", "handed": "带 U 盘来取"})
        assert "带 U 盘来取" in client.get("/my-stay/page/").content.decode()
        assert "我要录像" in client.get("/my-stay/page/").content.decode(), "the next wish is free again"

    def test_danger_in_what_a_person_adds_rings_at_the_desk(self, station: Station, client: Client) -> None:
        entered = station.enter()
        with_code(client, entered.code)
        words = "我不想活了，药都买好了"
        said = client.post("/my-stay/ask/", {"asks": "copy", "client_id": "one", "words": words}, follow=True)
        assert CopyRequest.objects.get().words == words
        assert Matter.objects.filter(kind="help", rings=True).count() == 1
        assert 'href="tel:' in said.content.decode()

    def test_a_replaced_code_closes_the_page(self, station: Station, client: Client) -> None:
        entered = station.enter()
        with_code(client, entered.code)
        usecases.new_code(entered.stay, by=station.cast.chen, reason="核对了身份证", at=LATER)
        assert client.get("/my-stay/page/")["Location"] == "/my-stay/"

    def test_the_page_forgets_with_the_quick_exit(self, station: Station, client: Client) -> None:
        with_code(client, station.enter().code)
        client.post("/leave/")
        assert client.get("/my-stay/page/")["Location"] == "/my-stay/"


def test_the_desk_s_card_shows_stays_and_the_way_in(station: Station, client: Client) -> None:
    station.enter("17:30")
    said = signed_in(client, station, "chen").get(f"/desk/m/{station.matter.number}/").content.decode()
    assert "进所到离所" in said
    assert f'<a class="act" href="/desk/m/{station.matter.number}/bring-in/"' in said, (
        "a link: a press would send an empty form"
    )
    assert "陈警官登记：17:30 有人进所（治安传唤）。" in said
