"""Whatever is typed, pasted, broken or forged: never a broken page, always a sentence, and nothing lost."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.usecases import codes
from shouwang.kernel import ids
from shouwang.kernel.models import AuditRow
from tests.contracts.crawl import is_page, read
from tests.contracts.routes import TABLE, Route, nobody
from tests.contracts.scene import Looker, Scene, undone
from tests.contracts.test_routes import address_of

pytestmark = pytest.mark.django_db

BAD = {
    "very long": "长" * 10_000,
    "not what it seems": "👩‍👩‍👧‍👦\u202eمرحبا\u2066\u200b <script>alert(1)</script>{{ 7*7 }}{% url 'home' %}'\";--",
    "broken characters": "a\x00b\x1b[31m\x7f\x85\u2028\ud800",
    "a number": "-99999999999999999999999",
}
#: What a database may choke on itself; the rest is refused or cleaned before it gets there, the same on either.
TRIED = BAD if connection.vendor == "sqlite" else {what: BAD[what] for what in ("broken characters", "a number")}


def _fields(who: Looker, address: str) -> set[str]:
    answer = who.client.get(address)
    page = read(answer.content.decode()) if is_page(answer) else None
    return {one.get("name") or "" for one in page.all("input", "select", "textarea")} - {""} if page else set()


def _first_allowed(route: Route, scene: Scene, state: str) -> Looker | None:
    names = ("holder", "neighbour", "brought-in", "other-side", "liang", "meng", "stranger")
    return next((scene.lookers[n] for n in names if route.act and route.act(scene.lookers[n], state)), None)


_ALL_FIELDS = (
    "body",
    "words",
    "reason",
    "name",
    "code",
    "label",
    "stars",
    "longitude",
    "latitude",
    "client_id",
    "to",
    "unit",
)
FORMS = [
    route
    for route in TABLE
    if route.act not in {None, nobody} and route.name not in {"account_logout", "matters:leave"}
]


@pytest.mark.parametrize("route", FORMS, ids=str)
def test_no_form_breaks(route: Route, scene: Scene) -> None:
    state = {"accept-danger": "danger", "accept": "offered", "return": "offered", "review": "disputed"}.get(
        route.title, "open"
    )
    who = _first_allowed(route, scene, state)
    if who is None:
        pytest.skip("nobody in the scene may press it")
    address = address_of(route, scene, state)
    broken = []
    with undone(who):
        fields = _fields(who, address) | set(route.data(scene, state)) | set(_ALL_FIELDS)
    for what, value in TRIED.items():
        # Encoded here: the client's own encoding would take each byte for a value, and refuses half a pair of surrogates.
        sent = urlencode({name: value for name in fields if name != "csrfmiddlewaretoken"}, errors="surrogatepass")
        cache.clear()
        with undone(who):
            answer = who.client.post(address, sent, content_type="application/x-www-form-urlencoded")
        if answer.status_code >= 500:
            broken.append(f"{what}: {answer.status_code}")
    nowhere = {**route.data(scene, state), "longitude": "999", "attached": "no file", "refs": "x y"}
    with undone(who):
        if who.client.post(address, nowhere).status_code >= 500:
            broken.append("a place outside the world")
    assert broken == []


def test_what_is_too_long_is_said_and_given_back(scene: Scene) -> None:
    words = "长" * 10_001
    before = Matter.objects.count()
    page = Client().post("/ask/", {"body": words})
    assert page.status_code == 400
    assert words in page.text
    assert "10001" in page.text
    assert Matter.objects.count() == before


def test_harmful_characters_are_taken_out_and_the_words_stay(scene: Scene) -> None:
    browser = Client()
    browser.post("/ask/", {"body": "你\x1b\x00好\u202e，<b>门</b>\x1b"})
    matter = Matter.objects.latest("pk")
    assert Entry.objects.filter(matter=matter, type="message").latest("seq").body == "你好，<b>门</b>"
    page = browser.get(f"/m/{matter.number}/")
    assert "<b>门</b>" not in page.text
    assert "&lt;b&gt;门&lt;/b&gt;" in page.text


@pytest.mark.parametrize("query", ["99999999999999999999", "-1", "x", "%00", "1e9", "²", "٣", ""])
def test_odd_questions_in_an_address_break_nothing(query: str, scene: Scene) -> None:
    number = scene.kept["open"].matter.number
    addresses = {
        "stranger": (
            "/?station=",
            "/ask/?at=",
            "/rooms/liuxi/?before=",
            "/rooms/liuxi/?reply=",
            "/guides/search/?q=",
            "/numbers/?period=",
        ),
        "holder": (f"/m/{number}/more/?after=",),
        "chen": (
            f"/desk/m/{number}/more/?after=",
            "/desk/search/?q=",
            "/desk/rights/?matter=",
            "/desk/queue/?current=",
        ),
        "liang": ("/manage/trail/?page=", "/manage/officers/?q=", "/manage/trail/?since=", "/bureau/?days="),
    }
    for name, starts in addresses.items():
        for start in starts:
            with undone(scene.lookers[name]):
                assert scene.lookers[name].client.get(start + query).status_code < 500, start


@pytest.mark.parametrize("cookie", ["", "x", "\x00", "é" * 300, "../../etc/passwd", "sw" * 4000])
def test_a_forged_cookie_is_a_stranger(cookie: str, scene: Scene) -> None:
    for name in ("sw_session", "csrftoken", "sw_language", "sw_large", "sw_night", "messages"):
        browser = Client(raise_request_exception=False)
        browser.cookies[name] = cookie
        assert browser.get("/").status_code < 400
        assert browser.get(f"/m/{scene.kept['open'].matter.number}/").status_code == 404


def test_a_form_from_before_signing_out_keeps_what_was_typed(scene: Scene) -> None:
    browser = Client(enforce_csrf_checks=True)
    page = browser.post("/ask/", {"body": "写了很久的话", "password1": "口令不回显", "csrfmiddlewaretoken": "old"})
    assert page.status_code == 403
    assert "写了很久的话" in page.text
    assert "口令不回显" not in page.text
    assert page["Cache-Control"] == "no-store"


@pytest.mark.parametrize("room", ["/desk/m/{}/reply/", "/desk/m/{}/note/", "/manage/units/add/", "/desk/guides/new/"])
def test_a_form_sent_after_signing_out_keeps_what_was_typed(room: str, scene: Scene) -> None:
    """The other tab signed out; this one still shows the form, and its token is good."""
    address = room.format(scene.kept["open"].matter.number)
    page = Client().post(address, {"body": "写了很久的话", "password": "口令不回显"})
    assert page.status_code == 403
    assert "写了很久的话" in page.text
    assert "您已经退出登录" in page.text
    assert "口令不回显" not in page.text
    assert page["Cache-Control"] == "no-store"
    assert not Entry.objects.filter(body="写了很久的话").exists()
    told = Client().post(address, {"body": "写了很久的话"}, headers={"accept": "application/json"})
    assert told.json()["code"] == "signed-out"


def test_a_form_sent_after_the_code_was_forgotten_keeps_what_was_typed(scene: Scene) -> None:
    """“Leave” in another tab of a shared computer: the page of the matter is closed, the words on it are not lost."""
    page = Client().post(f"/m/{scene.kept['open'].matter.number}/say/", {"body": "写了很久的话"})
    assert page.status_code == 404
    assert "写了很久的话" in page.text
    assert "刚才的内容没有交上去" in page.text
    assert page["Cache-Control"] == "no-store"


def _questions(code: str) -> list[str]:
    browser = Client()
    cache.clear()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        browser.post("/find/", {"code": code}, REMOTE_ADDR=f"192.0.2.{len(code)}")
    return [query["sql"].split(" WHERE ")[0].split(" VALUES ")[0] for query in asked]


def test_a_near_miss_costs_what_a_wild_guess_costs(scene: Scene) -> None:
    """The same questions to the database, whether eleven characters are right or none."""
    right = scene.kept["open"].code
    near = right[:-2]
    likely = (near + last + check for last in ids.ALPHABET for check in ids.ALPHABET)
    near_miss = next(code for code in likely if ids.clean_code(code) and code != right)
    wild = ids.new_code()
    _questions(wild)
    assert _questions(near_miss) == _questions(wild)


def test_guessing_codes_is_stopped_and_a_right_one_is_not_counted(scene: Scene) -> None:
    right = scene.kept["open"].code
    browser = Client()
    answers = [browser.post("/find/", {"code": ids.new_code()}, REMOTE_ADDR="192.0.2.99") for _try in range(25)]
    assert "试的次数太多了" in answers[-1].text
    assert "试的次数太多了" not in answers[0].text
    assert "试的次数太多了" in browser.post("/find/", {"code": right}, REMOTE_ADDR="192.0.2.99").text, (
        "not even by luck"
    )
    elsewhere = Client().post("/find/", {"code": right}, REMOTE_ADDR="192.0.2.100")
    assert elsewhere.status_code == 302


def test_guessing_from_many_addresses_leaves_each_few_tries(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "MANY_WRONG", 40)

    def guess(address: int) -> str:
        return Client().post("/find/", {"code": ids.new_code()}, REMOTE_ADDR=f"198.51.100.{address}").text

    before = [guess(address) for address in range(10) for _try in range(4)]
    assert not any("试的次数太多了" in page for page in before)
    after = [guess(99) for _try in range(codes.TRIES_THEN + 1)]
    assert ["试的次数太多了" in page for page in after] == [False] * codes.TRIES_THEN + [True]
    assert AuditRow.objects.filter(action="matters.codes_guessed").count() == 1
    right = Client().post("/find/", {"code": scene.kept["open"].code}, REMOTE_ADDR="198.51.100.100")
    assert right.status_code == 302, "who knows a code is not kept out by those who guess"


def test_numbers_of_matters_cannot_be_told_from_invented_ones(scene: Scene) -> None:
    browser = Client()
    real, invented = scene.kept["open"].matter.number, ids.matter_number("QS", 2026, 98765)
    pages = [browser.get(f"/m/{number}/") for number in (real, invented)]
    assert [page.status_code for page in pages] == [404, 404]
    plain = [
        re.sub(rf"{number}|[A-Za-z0-9]{{64}}", "…", page.text)
        for number, page in zip((real, invented), pages, strict=True)
    ]
    assert plain[0] == plain[1], "but for the number that was asked for and the tokens of the forms"
