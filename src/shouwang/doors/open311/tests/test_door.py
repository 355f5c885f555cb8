"""The Open311 door: anything can be brought, almost nothing can be read, and both formats say the same."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from shouwang.apps.incidents.models import Incident
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.models import Entry, Kind, Matter, Type
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.openness import usecases as openness
from shouwang.apps.openness.models import Digest
from shouwang.apps.places.models import Community
from shouwang.doors.open311 import views
from shouwang.doors.open311.formats import write
from shouwang.doors.open311.requests import key_of, public_id
from shouwang.doors.open311.services import SERVICES
from shouwang.kernel import ids
from tests.cast import MONDAY, Cast, carry, consultation, sign_in

pytestmark = pytest.mark.django_db
ROOT = "/open311/v2"
KEY = "a-key-that-nobody-guesses"
THEFT = {
    "service_code": "stolen",
    "description": "昨晚车棚里的电动车被偷了",
    "lat": "30.2741",
    "long": "120.1551",
    "address_string": "柳溪村车棚",
    "attribute[when]": "昨晚十点多",
    "attribute[things]": "电动车 3200元",
    "attribute[safe]": "yes",
}


def bring(given: dict[str, Any] = THEFT, *, form: str = "json", key: str = "", client: Client | None = None) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return (client or Client()).post(f"{ROOT}/requests.{form}", given, headers=headers)


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#12355b").save(out, "JPEG")
    return SimpleUploadedFile("1.jpg", out.getvalue(), "image/jpeg")


def said(answer: Any) -> str:
    assert answer["Content-Type"].startswith("application/json"), answer.content
    return "".join(one["description"] for one in answer.json())


def told_about(cast: Cast, kind: str = "problem", sentence: str = "桥头的路灯坏了。") -> Matter:
    """A matter that the published digest of its week speaks of."""
    opened = consultation(cast, "我是桥头第三家的，路灯坏了，太黑", kind=kind, community=cast.liuxi)
    later = MONDAY + timedelta(days=7)
    openness.draft_last_week(at=later)
    digest = Digest.objects.get()
    for item in digest.items.publishable():
        openness.write_item(item, by=cast.liang, sentence=sentence, shown=True, at=later)
    openness.publish_digest(digest, by=cast.liang, at=later)
    return opened.matter


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + timedelta(days=8))


class TestBringing:
    def test_a_report_is_a_report(self, cast: Cast) -> None:
        answer = bring()
        assert answer.status_code == 201
        (told,) = answer.json()
        incident = Incident.objects.select_related("matter").get()
        matter = incident.matter
        assert (matter.kind, matter.channel, matter.unit) == (Kind.REPORT, "open311", cast.qingshi)
        assert told["service_request_id"] == public_id(matter)
        assert told["number"] == matter.number
        assert (incident.category, incident.address, incident.when_said) == ("stolen", "柳溪村车棚", "昨晚十点多")
        assert incident.things.get().value_yuan == 3200
        assert Entry.objects.get(matter=matter, type=Type.MESSAGE).body == THEFT["description"]

    def test_its_code_opens_the_page(self, cast: Cast) -> None:
        (told,) = bring().json()
        browser = Client()
        code = told["tracking_url"].rstrip("/").rpartition("/")[2]
        assert browser.get(f"/c/{code}/", follow=True).status_code == 200
        assert told["tracking_code"].replace("-", "") == code

    @pytest.mark.parametrize("service", [one for one in SERVICES if one.kind != Kind.REPORT], ids=lambda one: one.code)
    def test_every_other_kind_is_a_matter_of_its_kind(self, cast: Cast, service: Any) -> None:
        answer = bring({"service_code": service.code, "description": "说一件事", "first_name": "小林"})
        assert answer.status_code == 201
        matter = Matter.objects.select_related("reporter").get()
        assert (matter.kind, matter.channel) == (service.kind, "open311")
        assert matter.reporter is not None
        assert matter.reporter.pseudonym == "小林"

    def test_not_over_rings(self, cast: Cast) -> None:
        bring({**THEFT, "attribute[safe]": "no"})
        assert Matter.objects.get().rings

    def test_the_point_says_whose_it_is(self, cast: Cast) -> None:
        square = {"type": "Polygon", "coordinates": [[[120, 30], [121, 30], [121, 31], [120, 31], [120, 30]]]}
        there = Community.objects.create(name="河湾村", slug="hewan", unit=cast.hewan)
        there.boundary = square
        there.save()
        bring({"service_code": "problem", "description": "路灯坏了", "lat": "30.5", "long": "120.5"})
        assert (Matter.objects.get().unit, Matter.objects.get().community) == (cast.hewan, there)

    def test_a_station_can_be_named(self, cast: Cast) -> None:
        bring({**THEFT, "jurisdiction_id": cast.hewan.prefix})
        assert Matter.objects.get().unit == cast.hewan

    def test_sent_twice_it_is_one(self, cast: Cast) -> None:
        first, second = (bring(key=KEY).json()[0] for _ in range(2))
        assert first["service_request_id"] == second["service_request_id"]
        assert Matter.objects.count() == 1
        for told in (first, second):
            found = Client().get(
                f"{ROOT}/requests/{told['service_request_id']}.json",
                headers={"X-Tracking-Code": told["tracking_code"]},
            )
            assert found.status_code == (200 if told is second else 404), "only the newest code lives"

    def test_the_same_key_with_other_words_is_another(self, cast: Cast) -> None:
        bring(key=KEY)
        bring({**THEFT, "description": "还有一辆自行车"}, key=KEY)
        assert Matter.objects.count() == 2

    def test_a_picture_elsewhere_is_not_fetched_and_not_lost(self, cast: Cast) -> None:
        bring({**THEFT, "media_url": "https://pictures.example/1.jpg"})
        assert "https://pictures.example/1.jpg" in Entry.objects.get(type=Type.MESSAGE).body

    def test_pictures_are_inspected_like_every_upload(self, cast: Cast) -> None:
        assert bring({**THEFT, "pictures": picture()}).status_code == 201
        assert len(Entry.objects.get(type=Type.MESSAGE).data["files"]) == 1
        broken = SimpleUploadedFile("2.jpg", b"MZ" + bytes(200), "image/jpeg")
        answer = bring({**THEFT, "pictures": broken})
        assert (answer.status_code, Matter.objects.count()) == (400, 1)
        assert "“2”" in said(answer)

    def test_a_session_counts_for_nothing(self, cast: Cast) -> None:
        officer = Client()
        sign_in(officer, cast.chen)
        (told,) = bring(client=officer).json()
        assert Matter.objects.get().entries.filter(officer__isnull=False).exclude(officer=None).count() == 0
        assert officer.get(f"{ROOT}/requests/{told['service_request_id']}.json").status_code == 404


class TestRefusing:
    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"service_code": ""}, "请写 service_code"),
            ({"service_code": "fire"}, "没有 fire 这个 service_code"),
            ({"description": ""}, "请在 description 里写几句"),
            ({"lat": "91"}, "lat"),
            ({"long": ""}, "lat 和 long 要一起写"),
            ({"attribute[colour]": "red"}, "stolen 没有 colour 这一问"),
            ({"attribute[safe]": "maybe"}, "safe 只能是 yes、no"),
            ({"media_url": "file:///etc/passwd"}, "media_url 要以 http"),
            ({"media_url": "http://[x"}, "media_url 要以 http"),
            ({"jurisdiction_id": "ZZ"}, "没有 ZZ 这个派出所"),
        ],
    )
    def test_what_is_wrong_is_said(self, cast: Cast, change: dict[str, str], sentence: str) -> None:
        answer = bring({**THEFT, **change})
        assert answer.status_code in {400, 404}
        assert sentence in said(answer)
        assert not Matter.objects.exists()

    def test_a_short_key_is_refused(self, cast: Cast) -> None:
        assert "至少要 16 个字符" in said(bring(key="short"))

    def test_too_many_from_one_address_wait(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(views.limits, "MOST_BROUGHT", 2)
        assert [bring().status_code for _ in range(3)] == [201, 201, 429]

    @pytest.mark.parametrize(
        "query", ["start_date=yesterday", "start_date=0001-01-01", "status=lost", "page=0", "service_code=fire"]
    )
    def test_a_question_that_is_none(self, cast: Cast, query: str) -> None:
        assert Client().get(f"{ROOT}/requests.json?{query}").status_code == 400

    def test_in_english(self, cast: Cast) -> None:
        answer = Client().post(f"{ROOT}/requests.json", {}, headers={"Accept-Language": "en"})
        assert answer.status_code == 400
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in said(answer))


class TestReading:
    def test_what_a_digest_speaks_of_without_words_number_or_hour(self, cast: Cast, today: None) -> None:
        matter = told_about(cast)
        answer = Client().get(f"{ROOT}/requests.json")
        (read,) = answer.json()
        assert (read["service_code"], read["status"], read["description"]) == ("problem", "open", "桥头的路灯坏了。")
        assert (read["address"], read["requested_datetime"]) == ("柳溪村", "2026-11-23T00:00:00+08:00")
        whole = answer.content.decode()
        assert matter.number not in whole
        assert "第三家" not in whole
        assert Client().get(f"{ROOT}/requests/{public_id(matter)}.json").json() == [read]

    @pytest.mark.parametrize("kind", [one.value for one in Kind if one not in {Kind.PROBLEM, Kind.SUGGESTION}])
    def test_every_other_kind_is_never_readable(self, cast: Cast, today: None, kind: str) -> None:
        matter = told_about(cast, "problem")
        Matter.objects.filter(pk=matter.pk).update(kind=kind)
        assert Client().get(f"{ROOT}/requests.json").json() == []
        assert Client().get(f"{ROOT}/requests/{public_id(matter)}.json").status_code == 404

    @pytest.mark.parametrize("change", [{"danger": "now"}, {"safe_contact": True}])
    def test_what_became_delicate_is_gone(self, cast: Cast, today: None, change: dict[str, Any]) -> None:
        matter = told_about(cast)
        Matter.objects.filter(pk=matter.pk).update(**change)
        assert Client().get(f"{ROOT}/requests.json").json() == []

    def test_what_is_not_published_looks_like_what_does_not_exist(self, cast: Cast) -> None:
        there = consultation(cast, kind="problem").matter
        answers = [
            Client().get(f"{ROOT}/requests/{one}.json") for one in (public_id(there), public_id(999_999), there.number)
        ]
        assert {(one.status_code, one.content) for one in answers} == {(404, answers[0].content)}

    def test_a_holder_shows_the_code_and_reads_how_it_stands(self, cast: Cast) -> None:
        opened = consultation(cast)
        path = f"{ROOT}/requests/{public_id(opened.matter)}.json"
        (read,) = Client().get(path, headers={"X-Tracking-Code": opened.code}).json()
        assert (read["status"], read["service_code"]) == ("open", "consultation")
        assert read["expected_datetime"]
        other = consultation(cast, kind="help")
        assert Client().get(path, headers={"X-Tracking-Code": other.code}).status_code == 404

    def test_a_browser_that_holds_the_code_is_nobody_here(self, cast: Cast) -> None:
        opened = consultation(cast)
        browser = Client()
        carry(browser, opened)
        assert browser.get(f"{ROOT}/requests/{public_id(opened.matter)}.json").status_code == 404

    def test_guessing_codes_is_counted_as_on_the_page(self, cast: Cast) -> None:
        path = f"{ROOT}/requests/{public_id(consultation(cast).matter)}.json"
        tries = [Client().get(path, headers={"X-Tracking-Code": ids.new_code()}).status_code for _ in range(40)]
        assert tries[0] == 404
        assert tries[-1] == 429

    def test_days_and_state_choose(self, cast: Cast, today: None) -> None:
        told_about(cast)

        def found(query: str) -> int:
            return len(Client().get(f"{ROOT}/requests.json?{query}").json())

        assert found("start_date=2026-11-23T00:00:00%2B08:00&end_date=2026-11-23T00:00:00%2B08:00") == 1
        assert found("start_date=2026-11-23T23:59:00%2B08:00") == 1, "days are whole: nobody learns the hour"
        assert found("start_date=2026-11-24T00:00:00%2B08:00") == 0
        assert found("status=open,closed") == 1
        assert found("status=closed") == 0
        assert found("service_code=suggestion") == 0
        assert found("service_code=stolen") == 0
        assert found("page=2") == 0
        assert found(f"jurisdiction_id={cast.hewan.prefix}") == 0


class TestTheForm:
    @pytest.mark.parametrize(
        "path", ["discovery", "services", "services/stolen", "requests", "services/none", "requests/1-000000000000"]
    )
    def test_both_formats_say_the_same(self, cast: Cast, today: None, path: str) -> None:
        told_about(cast)
        as_json, as_xml = (Client().get(f"{ROOT}/{path}.{form}") for form in ("json", "xml"))
        assert as_json.status_code == as_xml.status_code
        assert as_xml["Content-Type"].startswith("text/xml")
        assert _plain(ElementTree.fromstring(as_xml.content)) == _as_text(as_json.json())

    def test_other_houses_pages_may_read_it(self, cast: Cast) -> None:
        assert Client().get(f"{ROOT}/services.json")["Access-Control-Allow-Origin"] == "*"

    @given(st.text())
    def test_whatever_is_said_is_an_xml_document(self, text: str) -> None:
        element = ElementTree.fromstring(write("discovery", {"contact": text}, "xml"))
        assert element.find("contact") is not None

    @given(st.integers(min_value=1, max_value=10**12), st.text(max_size=30))
    def test_ids_lead_back_and_cannot_be_made_up(self, key: int, other: str) -> None:
        assert key_of(public_id(key)) == key
        assert key_of(other) is None
        assert key_of(f"{key}-") is None
        assert key_of(f"{key}-{'0' * 12}") is None


def _as_text(value: Any) -> Any:
    """JSON as XML can say it: every leaf a text."""
    if isinstance(value, dict):
        return {key: _as_text(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_as_text(one) for one in value]
    return "" if value is None else json.dumps(value) if isinstance(value, bool) else str(value)


def _plain(element: ElementTree.Element) -> Any:
    if element.tag in {"services", "service_requests", "errors", "attributes", "values", "endpoints", "formats"}:
        return [_plain(one) for one in element]
    return {one.tag: _plain(one) for one in element} if len(element) else element.text or ""


class TestUpdates:
    """`servicerequestupdates`, as FixMyStreet speaks it."""

    ADDRESS = f"{ROOT}/servicerequestupdates.json"

    def sent(self, given: dict[str, Any], code: str = "", form: str = "json") -> Any:
        address = self.ADDRESS.replace("json", form)
        return Client().post(address, given, headers={"X-Tracking-Code": code} if code else {})

    def read(self, code: str = "", **asked: str) -> list[dict[str, Any]]:
        answer = Client().get(self.ADDRESS, asked, headers={"X-Tracking-Code": code} if code else {})
        assert answer.status_code == 200, answer.content
        found: list[dict[str, Any]] = answer.json()
        return found

    def test_without_a_code_it_says_what_the_digest_says(self, cast: Cast) -> None:
        matter = told_about(cast)
        hidden = consultation(cast, "我想问低保的事", kind="consultation").matter
        (one,) = self.read(service_request_id=f"{public_id(matter)},{public_id(hidden)}")
        assert (one["update_id"], one["description"]) == (f"{public_id(matter)}-d", "桥头的路灯坏了。")
        assert one["updated_datetime"].endswith("T00:00:00+08:00"), "the day alone"
        assert self.read(service_request_id=public_id(hidden)) == []
        assert "第三家" not in json.dumps(self.read(), ensure_ascii=False)

    def test_the_holder_reads_the_conversation_and_no_note(self, cast: Cast) -> None:
        opened = consultation(cast, "桥头第三家的路灯坏了")
        matters.note(opened.matter, by=cast.chen, body="雀内部记录", at=MONDAY + timedelta(hours=1))
        matters.say(opened.matter, viewer=Viewer(officer=cast.chen), body="去看过了。", at=MONDAY + timedelta(hours=2))
        matters.close(opened.matter, by=cast.chen, reason="solved", words="换了灯泡。", at=MONDAY + timedelta(hours=3))
        found = self.read(opened.code)
        words = json.dumps(found, ensure_ascii=False)
        for told in ("桥头第三家的路灯坏了", "去看过了。", "换了灯泡。"):
            assert told in words
        assert "雀内部记录" not in words
        assert (found[0]["status"], found[-1]["status"]) == ("OPEN", "CLOSED")
        assert self.read(opened.code, end_date="2020-01-02T00:00:00+08:00") == []

    def test_an_update_is_added_once_and_other_words_are_refused(self, cast: Cast) -> None:
        opened = consultation(cast)
        given = {"service_request_id": public_id(opened.matter), "update_id": "app-7", "description": "雀又坏了"}
        first, again = (self.sent(given, opened.code) for _time in range(2))
        assert (first.status_code, again.json()) == (201, first.json())
        entry = Entry.objects.get(matter=opened.matter, body="雀又坏了")
        assert first.json()[0]["update_id"] == f"{public_id(opened.matter)}-{entry.seq}"
        other = self.sent({**given, "description": "别的话"}, opened.code)
        assert (other.status_code, "换一个 update_id" in said(other)) == (409, True)
        closed = {**given, "update_id": "app-8", "status": "CLOSED", "media_url": "https://example.org/a.jpg"}
        assert self.sent({**closed, "pictures": picture()}, opened.code).status_code == 201
        added = Entry.objects.filter(matter=opened.matter, type=Type.MESSAGE).latest("seq")
        assert "已经解决了" in added.body
        assert "https://example.org/a.jpg" in added.body
        assert len(added.data["files"]) == 1
        opened.matter.refresh_from_db()
        assert opened.matter.is_open, "only the station closes"

    @pytest.mark.parametrize(
        ("changed", "status", "says"),
        [
            ({"update_id": ""}, 400, "update_id"),
            ({"description": ""}, 400, "description"),
            ({"status": "maybe"}, 400, "status"),
            ({"updated_datetime": "昨天"}, 400, "updated_datetime"),
            ({"media_url": "javascript:x"}, 400, "media_url"),
            ({"service_request_id": "1-000000000000"}, 404, "打不开"),
        ],
    )
    def test_what_is_wrong_is_named(self, cast: Cast, changed: dict[str, str], status: int, says: str) -> None:
        opened = consultation(cast)
        given = {"service_request_id": public_id(opened.matter), "update_id": "a", "description": "雀", **changed}
        answer = self.sent(given, opened.code)
        assert (answer.status_code, says in said(answer)) == (status, True), answer.content.decode()

    def test_it_needs_the_code_and_guessing_is_counted(self, cast: Cast, settings: Any) -> None:
        opened, other = consultation(cast), consultation(cast, "另一件")
        given = {"service_request_id": public_id(opened.matter), "update_id": "a", "description": "雀"}
        assert self.sent(given).status_code == 401
        assert self.sent(given, other.code).status_code == 404, "the code of another one opens nothing"
        for _try in range(settings.SHOUWANG.code_tries_per_hour):
            self.sent(given, ids.new_code())
        assert self.sent(given, opened.code).status_code == 429
        assert not Entry.objects.filter(body="雀").exists()

    def test_xml_says_the_same(self, cast: Cast) -> None:
        opened = consultation(cast)
        given = {"service_request_id": public_id(opened.matter), "update_id": "a", "description": "雀"}
        tree = ElementTree.fromstring(self.sent(given, opened.code, "xml").content)
        assert (tree.tag, [one.tag for one in tree]) == ("service_request_updates", ["request_update"])
        assert tree.findtext("request_update/update_id", "").startswith(public_id(opened.matter))
