"""The interface: everybody reads what is public, a code opens one matter, an officer's key opens the desk and nothing more."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from shouwang.apps.files.models import StoredFile
from shouwang.apps.guides.usecases import load_library
from shouwang.apps.incidents.models import Incident
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.models import Channel, Entry, Matter, Type
from shouwang.apps.matters.views import ASKABLE
from shouwang.apps.people.models import Look
from shouwang.apps.units.models import Officer
from shouwang.doors.api.keys import LONGEST, MOST_KEYS, MOST_WRONG, make_key, revoke_key
from shouwang.doors.api.models import ProgramKey
from shouwang.doors.api.shapes import MatterIn
from shouwang.kernel import ids
from shouwang.kernel.errors import Conflict, Refused
from shouwang.kernel.models import AuditRow
from tests.cast import MONDAY, Cast, carry, consultation, sign_in

pytestmark = pytest.mark.django_db
PRESS = "a-press-that-nobody-guesses"
ROOT = "/api/v1"


@pytest.fixture(autouse=True)
def monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + timedelta(hours=1))


def get(path: str, *, code: str = "", key: str = "", **asked: str) -> Any:
    return Client().get(f"{ROOT}{path}", asked, headers=_shown(code, key))


def post(path: str, given: dict[str, Any], *, code: str = "", key: str = "", press: str = "") -> Any:
    headers = _shown(code, key) | ({"Idempotency-Key": press} if press else {})
    return Client().post(f"{ROOT}{path}", given, content_type="application/json", headers=headers)


def _shown(code: str, key: str) -> dict[str, str]:
    return ({"X-Tracking-Code": code} if code else {}) | ({"Authorization": f"Bearer {key}"} if key else {})


def key_of(one: Officer, *, may_write: bool = True, days: int = 30) -> str:
    Authenticator.objects.get_or_create(user=one.user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": ""}})
    officer = Officer.objects.get(pk=one.pk)
    return make_key(officer, label="派警台", may_write=may_write, days=days, at=timezone.now())[0]


def taken_at_a_place() -> SimpleUploadedFile:
    """A picture that knows where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010F] = "雀牌相机"
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "#12355b").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("灯.jpg", out.getvalue(), "image/jpeg")


def files(opened: matters.Opened, pictures: list[SimpleUploadedFile], **more: str) -> Any:
    headers = {"X-Tracking-Code": opened.code, "Idempotency-Key": PRESS}
    address = f"{ROOT}/matters/{opened.matter.number}/files"
    return Client().post(address, {"pictures": pictures, **more}, headers=headers)


class TestForEverybody:
    def test_the_stations_and_what_they_serve(self, cast: Cast) -> None:
        first = get("/stations").json()[0]
        assert (first["id"], first["name"], first["phone"]) == ("QS", cast.qingshi.name, "0570-0000110")
        assert first["communities"] == [{"slug": "liuxi", "name": "柳溪村"}], (
            "a workstation's communities are its station's"
        )

    def test_a_question_finds_guides_and_each_has_its_law(self) -> None:
        load_library(at=MONDAY)
        found = get("/guides", q="身份证丢了怎么补", limit="3").json()
        assert len(found) <= 3
        assert "丢" in found[0]["title"] or "身份证" in found[0]["title"]
        whole = get(f"/guides/{found[0]['slug']}").json()
        assert whole["body"]
        assert all(law["law"] for law in whole["sources"])
        assert len(get("/guides").json()) > 40

    def test_what_is_no_guide_does_not_exist(self, cast: Cast) -> None:
        answer = get("/guides/no-such-guide")
        assert (answer.status_code, answer.json()["code"]) == (404, "api.not-found")


class TestBringing:
    def test_a_matter_with_number_code_and_clock(self, cast: Cast) -> None:
        told = post("/matters", {"body": "桥头的路灯坏了", "kind": "problem", "community": "liuxi", "name": "小林"})
        assert told.status_code == 201
        matter = Matter.objects.get()
        assert (matter.kind, matter.channel, matter.unit) == ("problem", Channel.API, cast.qingshi)
        assert (matter.community, matter.reporter and matter.reporter.pseudonym) == (cast.liuxi, "小林")
        assert get(f"/matters/{matter.number}", code=told.json()["tracking_code"]).json()["says"]

    def test_a_report_is_taken_as_one_with_its_clock(self, cast: Cast) -> None:
        for _ in range(2):
            told = post("/matters", {"kind": "report", "body": "车棚里的自行车被偷了", "name": "小林"}, press=PRESS)
        assert told.status_code == 201
        matter = Incident.objects.select_related("matter").get().matter
        assert (matter.kind, matter.channel, bool(matter.due_at)) == ("report", Channel.API, True)

    def test_the_same_press_is_one_matter_and_the_code_is_told_again(self, cast: Cast) -> None:
        first, second = (post("/matters", {"body": "路灯坏了"}, press=PRESS).json() for _ in range(2))
        assert first["number"] == second["number"]
        assert Matter.objects.count() == 1
        assert get(f"/matters/{first['number']}", code=second["tracking_code"]).status_code == 200

    def test_a_press_that_can_be_guessed_is_refused(self, cast: Cast) -> None:
        answer = post("/matters", {"body": "路灯坏了"}, press="1")
        assert (answer.status_code, answer.json()["code"]) == (400, "api.bad-idempotency-key")
        assert not Matter.objects.exists()

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({}, "body"),
            ({"body": ""}, "body"),
            ({"body": "x" * 10_001}, "body"),
            ({"body": "路灯", "kind": "disclosure"}, "kind"),
            ({"body": "路灯", "secret": True}, "secret"),
        ],
    )
    def test_what_is_wrong_is_named_in_the_readers_language(
        self, given: dict[str, Any], field: str, cast: Cast
    ) -> None:
        answer = post("/matters", given)
        assert answer.status_code == 422
        (wrong,) = answer.json()["fields"]
        assert wrong["field"] == field
        assert wrong["says"].endswith("。")
        assert wrong["says"] != "这里写得不对，请照说明改。"

    def test_what_is_no_json_is_refused(self, cast: Cast) -> None:
        for kind, body in (("application/json", b"{"), ("application/json", b"\xff"), ("text/plain", b"road")):
            answer = Client().generic("POST", f"{ROOT}/matters", body, content_type=kind)
            assert (answer.status_code, answer.json()["code"]) == (400, "api.unreadable")
        assert Client().post(f"{ROOT}/matters", {"body": "a form"}).status_code == 400

    def test_a_place_that_does_not_exist(self, cast: Cast) -> None:
        for given in ({"station": "ZZ"}, {"community": "nowhere"}):
            assert post("/matters", {"body": "路灯", **given}).status_code == 404

    def test_danger_rings_as_from_any_other_door(self, cast: Cast) -> None:
        post("/matters", {"body": "有人拿刀砍人，救命"})
        assert Matter.objects.get().rings

    def test_the_kinds_are_those_of_the_page(self) -> None:
        assert set(MatterIn.model_json_schema()["properties"]["kind"]["enum"]) == set(ASKABLE)

    def test_what_a_database_cannot_keep_is_left_out(self, cast: Cast) -> None:
        body = '{"body": "路灯\\u0000坏了\\ud83d", "name": "林\\u0000"}'
        answer = Client().post(f"{ROOT}/matters", body, content_type="application/json")
        assert answer.status_code == 201
        assert Entry.objects.get(type=Type.MESSAGE).body.startswith("路灯坏了")


class TestByCode:
    def test_without_a_code_nothing_is_told(self, cast: Cast) -> None:
        opened = consultation(cast)
        answer = get(f"/matters/{opened.matter.number}")
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
        assert "孩子" not in answer.content.decode()

    def test_the_code_of_another_matter_opens_nothing(self, cast: Cast) -> None:
        mine, theirs = consultation(cast), consultation(cast, "别人的事")
        assert get(f"/matters/{theirs.matter.number}", code=mine.code).status_code == 404

    def test_the_holder_reads_what_the_page_shows_and_no_note(self, cast: Cast) -> None:
        opened = consultation(cast)
        matters.note(opened.matter, by=Officer.objects.get(pk=cast.chen.pk), body="内部的话", at=timezone.now())
        told = get(f"/matters/{opened.matter.number}", code=ids.show_code(opened.code))
        assert "内部的话" not in told.content.decode()
        assert [entry["body"] for entry in told.json()["entries"] if entry["body"]] == [
            "孩子两个月了，人在外地，能上户口吗？"
        ]
        assert told.json()["next"]
        assert all(clock["source"] for clock in told.json()["clocks"])

    def test_words_are_added_once(self, cast: Cast) -> None:
        opened = consultation(cast)
        path = f"/matters/{opened.matter.number}/messages"
        seqs = {post(path, {"body": "还有一句"}, code=opened.code, press=PRESS).json()["seq"] for _ in range(2)}
        assert len(seqs) == 1
        assert opened.matter.entries.filter(body="还有一句").count() == 1

    def test_files_are_added_once_without_where_they_were_taken(self, cast: Cast) -> None:
        opened = consultation(cast)
        for _time in range(2):
            answer = files(opened, [taken_at_a_place()], body="就是这盏灯")
            assert answer.status_code == 201, answer.content
        entry = Entry.objects.get(matter=opened.matter, seq=answer.json()["seq"])
        assert (entry.body, len(entry.data["files"])) == ("就是这盏灯", 1)
        stored = StoredFile.objects.get(ref=entry.data["files"][0])
        assert (stored.owner_kind, stored.owner_ref) == ("matters.matter", str(opened.matter.pk))
        holder = Client()
        carry(holder, opened)
        shown = holder.get(f"/files/{stored.ref}")
        assert (shown.status_code, shown["Content-Type"].partition("/")[0]) == (200, "image")
        assert not Image.open(
            io.BytesIO(b"".join(shown.streaming_content) if shown.streaming else shown.content)
        ).getexif()

    def test_a_hostile_file_is_named_and_none_is_kept(self, cast: Cast) -> None:
        opened = consultation(cast)
        page = SimpleUploadedFile("灯.jpg", b"<html><script>alert(1)</script>", "image/jpeg")
        answer = files(opened, [taken_at_a_place(), page])
        assert (answer.status_code, answer.json()["code"]) == (422, "api.files-refused")
        assert "“灯”：这个文件看名字是照片" in answer.json()["says"]
        assert not StoredFile.objects.exists()
        assert files(opened, [], body="没有图").status_code in {400, 422}
        assert files(opened, [taken_at_a_place()] * 10).status_code == 422
        assert Client().post(f"{ROOT}/matters/{opened.matter.number}/files", {}).status_code == 401

    def test_what_is_open_can_be_neither_disputed_nor_rated(self, cast: Cast) -> None:
        opened = consultation(cast)
        path = f"/matters/{opened.matter.number}"
        assert post(f"{path}/dispute", {"words": "不对"}, code=opened.code).status_code == 409
        assert post(f"{path}/rating", {"stars": 5}, code=opened.code).status_code == 409

    def test_the_result_is_rated_and_disputed(self, cast: Cast) -> None:
        opened = consultation(cast)
        chief = Officer.objects.get(pk=cast.liang.pk)
        matters.close(opened.matter, by=chief, reason="answered", words="可以，带出生证明来。", at=timezone.now())
        path = f"/matters/{opened.matter.number}"
        assert post(f"{path}/rating", {"stars": 2, "words": "慢"}, code=opened.code).status_code == 201
        first, again = (post(f"{path}/dispute", {"words": "没说清"}, code=opened.code, press=PRESS) for _ in range(2))
        assert (first.status_code, again.json()) == (201, first.json())
        assert get(path, code=opened.code).json()["state"] == "disputed"

    def test_guessing_is_slowed_down(self, cast: Cast, settings: Any) -> None:
        opened = consultation(cast)
        path = f"/matters/{opened.matter.number}"
        for _ in range(settings.SHOUWANG.code_tries_per_hour):
            get(path, code=ids.show_code(ids.new_code()))
        assert get(path, code=opened.code).status_code == 429


class TestKeys:
    def test_a_key_opens_what_its_officer_may_see(self, cast: Cast) -> None:
        opened = consultation(cast)
        path = f"/desk/matters/{opened.matter.number}"
        assert get(path, key=key_of(cast.chen), reason="接着办").status_code == 200
        assert get(path, key=key_of(cast.meng), reason="看看").status_code == 404, "another station's"

    def test_every_look_has_a_reason_and_is_recorded(self, cast: Cast) -> None:
        opened = consultation(cast)
        path, key = f"/desk/matters/{opened.matter.number}", key_of(cast.chen)
        assert get(path, key=key).json()["fields"][0]["field"] == "reason"
        assert not Look.objects.exists()
        get(path, key=key, reason="回电话前看一眼")
        look = Look.objects.get()
        assert (look.officer, look.subject, look.reason) == (cast.chen, opened.matter.ref, "回电话前看一眼")

    @pytest.mark.parametrize("how", ["wrong", "revoked", "old", "left", "no-factor", "no-post"])
    def test_a_key_that_opens_nothing(self, how: str, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        key = key_of(cast.chen)
        if how == "wrong":
            key += "x"
        elif how == "revoked":
            revoke_key(ProgramKey.objects.get(), by=cast.chen, at=timezone.now())
        elif how == "old":
            monkeypatch.setattr(timezone, "now", lambda: MONDAY + timedelta(days=31))
        elif how == "left":
            Officer.objects.filter(pk=cast.chen.pk).update(active=False)
        elif how == "no-factor":
            Authenticator.objects.filter(user=cast.chen.user).delete()
        else:
            cast.chen.posts.update(until=MONDAY.date() - timedelta(days=1))
        answer = get("/desk/queue", key=key)
        assert answer.status_code == (403 if how == "no-post" else 401)
        assert answer.json()["says"]

    def test_a_session_is_no_key_and_a_code_is_none_either(self, cast: Cast) -> None:
        opened = consultation(cast)
        client = Client()
        client.force_login(cast.chen.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.get(f"{ROOT}/desk/queue").status_code == 401
        assert get("/desk/queue", code=opened.code).status_code == 401

    def test_a_key_for_reading_writes_nothing(self, cast: Cast) -> None:
        opened = consultation(cast)
        key = key_of(cast.chen, may_write=False)
        path = f"/desk/matters/{opened.matter.number}"
        assert get(path, key=key, reason="看看").status_code == 200
        answer = post(f"{path}/replies", {"body": "可以"}, key=key)
        assert (answer.status_code, answer.json()["code"]) == (403, "api.only-reads")
        assert opened.matter.entries.filter(by="officer").count() == 0

    def test_wrong_keys_are_slowed_down(self, cast: Cast) -> None:
        for _ in range(MOST_WRONG):
            get("/desk/queue", key="sw_guess")
        assert get("/desk/queue", key=key_of(cast.chen)).status_code == 429

    def test_no_more_than_ten_and_none_for_longer_than_ninety_days(self, cast: Cast) -> None:
        for _ in range(MOST_KEYS):
            key_of(cast.chen, days=4000)
        assert {row.expires_at for row in ProgramKey.objects.all()} == {timezone.now() + LONGEST}
        with pytest.raises(Conflict):
            key_of(cast.chen)

    def test_who_answers_nobody_gets_none(self, cast: Cast) -> None:
        with pytest.raises(Refused):
            key_of(cast.shi)

    def test_the_key_itself_is_kept_nowhere(self, cast: Cast) -> None:
        key = key_of(cast.chen)
        assert key not in str(list(ProgramKey.objects.values())) + str(list(AuditRow.objects.values()))
        assert AuditRow.objects.filter(action="api.key_made").exists()

    def test_the_page_shows_a_new_key_once_and_loading_it_again_makes_none(self, cast: Cast, client: Client) -> None:
        cast.chen.user.set_password("柳溪的桥-2026")
        cast.chen.user.save()
        sign_in(client, cast.chen)
        client.post("/accounts/reauthenticate/", {"password": "柳溪的桥-2026"})
        client.post("/desk/keys/", {"label": "派警台", "days": "7"})
        first, again = (client.get("/desk/keys/").content.decode() for _ in range(2))
        assert ("sw_" in first, "sw_" in again) == (True, False)
        assert ProgramKey.objects.count() == 1
        pk = ProgramKey.objects.get().pk
        client.post(f"/desk/keys/{pk}/revoke/")
        assert not ProgramKey.objects.live(timezone.now()).exists()

    def test_making_one_asks_for_the_password_again(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.chen)
        assert client.post("/desk/keys/", {"label": "派警台", "days": "7"})["Location"].startswith(
            "/accounts/2fa/reauthenticate/"
        )
        assert not ProgramKey.objects.exists()

    def test_the_chief_takes_back_a_key_of_the_station_and_a_colleague_cannot(self, cast: Cast) -> None:
        key_of(cast.chen)
        row = ProgramKey.objects.select_related("officer__unit").get()
        for stranger in (cast.zhou, cast.fan):
            with pytest.raises(Refused):
                revoke_key(row, by=Officer.objects.get(pk=stranger.pk), at=timezone.now())
        revoke_key(row, by=Officer.objects.get(pk=cast.liang.pk), at=timezone.now())
        assert not ProgramKey.objects.live(timezone.now()).exists()


class TestAtTheDesk:
    def test_the_queue_is_the_desks(self, cast: Cast) -> None:
        opened = consultation(cast)
        sections = get("/desk/queue", key=key_of(cast.chen)).json()
        assert [matter["number"] for one in sections for matter in one["matters"]] == [opened.matter.number]

    def test_an_answer_reaches_the_resident_once(self, cast: Cast) -> None:
        opened = consultation(cast)
        path, key = f"/desk/matters/{opened.matter.number}", key_of(cast.chen)
        for _ in range(2):
            assert post(f"{path}/replies", {"body": "可以，带出生证明来。"}, key=key, press=PRESS).status_code == 201
        post(f"{path}/notes", {"body": "查过了"}, key=key, press=PRESS)
        read = get(f"/matters/{opened.matter.number}", code=opened.code).json()
        assert [entry["body"] for entry in read["entries"] if entry["type"] == "message"][1:] == [
            "可以，带出生证明来。"
        ]
        levels = {entry["visibility"] for entry in get(path, key=key, reason="看看").json()["entries"]}
        assert {"parties", "station"} <= levels

    def test_a_report_is_taken_on_the_spot_and_once(self, cast: Cast) -> None:
        key = key_of(cast.chen)
        given = {
            "what": "昨晚十点多车棚里的自行车被偷了，八百块买的",
            "category": "stolen",
            "channel": "counter",
            "things": "自行车 800元",
            "people": [{"role": "witness", "name": "邻居", "phone": "057000001"}],
            "phone": "05700000002",
        }
        first, again = (post("/desk/incidents", given, key=key, press=PRESS).json() for _ in range(2))
        assert first["number"] == again["number"]
        incident = Incident.objects.get()
        assert (incident.category, incident.things.get().value_yuan, incident.people.count()) == ("stolen", 800, 1)
        (line,) = get("/desk/incidents", key=key).json()
        assert (line["number"], line["stage"], line["late"]) == (first["number"], "unclear", False)

    def test_advice_says_why_and_is_a_look(self, cast: Cast) -> None:
        key = key_of(cast.chen)
        number = post("/desk/incidents", {"what": "昨晚车棚里的电动车被偷了，三千多块"}, key=key).json()["number"]
        told = get(f"/desk/incidents/{number}/advice", key=key, reason="判断性质").json()
        nature = next(one for one in told["points"] if one["about"] == "nature")
        assert nature["because"]
        assert nature["articles"]
        assert nature["settled"]
        assert (told["urgency"], told["urgency_source"], told["cannot_tell"]) == (3, "words", "")
        assert "urgency" not in [one["about"] for one in told["points"]], "there is one urgency"
        number = post("/desk/incidents", {"what": "啊啊啊啊"}, key=key).json()["number"]
        told = get(f"/desk/incidents/{number}/advice", key=key, reason="判断性质").json()
        assert told["cannot_tell"]
        assert {one["about"] for one in told["points"]} == {"area"}
        assert Look.objects.filter(reason="判断性质").exists()
        talk = consultation(cast).matter.number
        assert get(f"/desk/incidents/{talk}/advice", key=key, reason="判断性质").status_code == 404

    def test_half_a_point_is_none(self, cast: Cast) -> None:
        answer = post("/desk/incidents", {"what": "有人打架", "longitude": 120.1}, key=key_of(cast.chen))
        assert answer.json()["fields"] == [{"field": "", "says": "longitude 和 latitude 要一起写。"}]
