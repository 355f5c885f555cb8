"""
The leak crawl: a secret stands in every personal place; the public meets none, a holder only the own, the disk none of the sealed.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from tests.contracts.crawl import body_of, crawl, is_page, read
from tests.contracts.scene import AGREED, Canary, Scene, Sight, undone

pytestmark = pytest.mark.django_db

#: Public addresses that no page links to, and ways to provoke an error.
UNLINKED = (
    "/health",
    "/favicon.ico",
    "/robots.txt",
    "/sitemap.xml",
    "/admin/",
    "/manage/",
    "/desk/",
    "/static/",
    "/files/",
    "/files/../../etc/passwd",
    "/m/",
    "/m/QS-2026-46001-1/",
    "/m/%00/",
    "/c/7K4M2QXD9TBC/",
    "/ask/nothing/",
    "/ask/?at=%00&q=" + "雀" * 400,
    "/?station=%F0%9F%98%80",
    "/disclosure/?q=雀",
    "/disclosure/?q=%00",
    "/rooms/gated/",
    "/rooms/liuxi/2/",
    "/rooms/liuxi/search/?q=雀",
    "/rooms/liuxi/digest/",
    "/rooms/liuxi/?before=99999999999999999999",
    "/guides/search/?q=雀",
    "/guides/search/?q=%00",
    "/guides/suggest/?q=雀",
    "/accounts/login/?next=/desk/m/QS-2026-46001-1/",
    "/accounts/password/reset/",
    "/accounts/signup/",
    "/api/v1/openapi.json",
    "/api/v1/stations",
    "/api/v1/guides?q=身份证丢了",
    "/api/v1/matters/QS-2026-46001-1",
    "/api/v1/desk/queue",
    "/open311/v2/discovery.xml",
    "/open311/v2/requests.json?service_code=problem,stolen",
    "/open311/v2/requests/1-000000000000.json",
)


def _everything(answer: HttpResponse) -> str:
    head = "\n".join(f"{key}: {value}" for key, value in answer.items())
    return "\n".join([head, str(answer.cookies), body_of(answer).decode(errors="replace")])


def _leaks(address: str, answer: HttpResponse, canaries: Iterable[Canary]) -> list[str]:
    said = _everything(answer)
    return [f"{address}: {one.place} {one.text}" for one in canaries if one.text in said and one.text not in address]


@pytest.mark.once
def test_the_public_meets_no_secret(scene: Scene) -> None:
    who, leaks, pages = scene.lookers["stranger"], [], 0
    with undone(who):
        for address, answer in crawl(who.client, "/", *UNLINKED):
            assert answer.status_code < 500, address
            pages += is_page(answer)
            leaks += _leaks(address, answer, scene.canaries)
    assert leaks == []
    assert pages > 20, "the crawl found its way"


@pytest.mark.once
@pytest.mark.parametrize("name", ["holder", "helper", "other-holder", "neighbour"])
def test_whoever_holds_a_code_meets_only_their_own(name: str, scene: Scene) -> None:
    who = scene.lookers[name]
    foreign = [
        canary for state, kept in scene.kept.items() for canary in kept.canaries
        if state not in who.holds or canary.sight > Sight.PARTIES
    ]  # fmt: skip
    room = [] if name == "neighbour" else list(scene.rooms.canaries)
    starts = [f"/m/{scene.kept[state].matter.number}/" for state in sorted(who.holds)]
    leaks = []
    with undone(who):
        for address, answer in crawl(who.client, "/find/", "/rooms/liuxi/", *starts, languages=("zh-hans",), most=120):
            assert answer.status_code < 500, address
            leaks += _leaks(address, answer, [*foreign, *room, *scene.loose])
    assert leaks == []


@pytest.mark.once
def test_the_other_side_of_a_mediation_meets_what_was_agreed_and_nothing_else(scene: Scene) -> None:
    who = scene.lookers["other-side"]
    agreed = {AGREED}
    leaks, pages = [], []
    with undone(who):
        for address, answer in crawl(who.client, "/my-mediation/page/", most=60):
            assert answer.status_code < 500, address
            leaks += _leaks(address, answer, [one for one in scene.canaries if one.text not in agreed])
            pages += [address for text in agreed if text in _everything(answer)]
    assert leaks == []
    assert {one.partition("?")[0] for one in pages} == {"/my-mediation/page/"}


@pytest.mark.once
@pytest.mark.parametrize("name", ["chen", "meng", "shi", "admin", "concerned", "left", "without-factor"])
def test_staff_meet_no_sealed_value_without_a_reason(name: str, scene: Scene) -> None:
    who = scene.lookers[name]
    hidden = [canary for canary in scene.canaries if canary.sight == Sight.SEALED]
    if name in {"shi", "admin", "concerned", "left", "without-factor"}:
        hidden += [canary for kept in scene.kept.values() for canary in kept.canaries]
    leaks = []
    with undone(who):
        for address, answer in crawl(who.client, "/desk/", languages=("zh-hans",), most=120):
            assert answer.status_code < 500, address
            leaks += _leaks(address, answer, hidden)
    assert leaks == []


def test_the_log_names_nobody(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """Not even when somebody comes with a code, posts what cannot be read, or a page breaks."""
    one = scene.kept["open"]
    with caplog.at_level(logging.DEBUG):
        for name in ("stranger", "holder", "chen"):
            who = scene.lookers[name]
            with undone(who):
                for code in (one.code, one.code[:-1] + ("0" if one.code[-1] != "0" else "1"), one.helper_code):
                    who.client.get(f"/c/{code}/")
                    who.client.post("/find/", {"code": code})
                who.client.get("/desk/search/", {"q": "13900770001"})
                who.client.post("/ask/", {"body": "雀正文日志", "name": "雀称呼日志", "safe_contact": "on"})
                who.client.post(f"/m/{one.matter.number}/say/", {"body": "雀正文日志", "longitude": "x"})
                who.client.post(f"/desk/m/{one.matter.number}/look/", {"reason": "核对"})
                who.client.post("/accounts/login/", {"login": "chen", "password": "雀口令日志"})
    records = [one for one in caplog.records if not one.name.startswith(("django.db", "asyncio"))]
    written = "\n".join(one.getMessage() for one in records)
    near = one.code[:-1]
    texts = [canary.text for canary in scene.canaries if canary.text != one.matter.number]
    assert [text for text in (*texts, near, "雀正文日志", "雀称呼日志", "雀口令日志") if text in written] == []


def _whole_database() -> str:
    """Every row of every table, as one reads it with the database's own tools. Sealed bytes come as hexadecimal digits."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                for cell in row:
                    raw = bytes(cell) if isinstance(cell, (bytes, memoryview)) else None
                    found.append(
                        raw.decode("latin-1") if raw is not None else json.dumps(cell, default=str, ensure_ascii=False)
                    )
    return "\n".join(found)


def test_sealed_values_cannot_be_read_from_the_database(scene: Scene) -> None:
    disk = _whole_database()
    assert "雀words正文001" in disk, "what was said can be read there; the dump is a real one"
    sealed = [canary for canary in scene.canaries if canary.at_rest]
    assert len({canary.place for canary in sealed}) >= 10
    assert [
        f"{one.place} {one.text}" for one in sealed if one.text in disk or one.text.encode().decode("latin-1") in disk
    ] == []


def test_nor_from_the_files_folder_or_a_log_beside_it(scene: Scene) -> None:
    sealed = [one.text.encode() for one in scene.canaries if one.at_rest or one.place.startswith("file")]
    found = []
    for path in Path(settings.SHOUWANG.data_dir).rglob("*"):
        if not path.is_file() or path.suffix in {".sqlite3", ".sqlite3-wal", ".sqlite3-shm"}:
            continue  # the database was asked above, uncommitted rows included
        content = path.read_bytes()
        found += [f"{path.name}: {text.decode()}" for text in sealed if text in content or text.decode() in path.name]
    assert found == []


def test_what_a_picture_says_inside_does_not_come_out_again(scene: Scene) -> None:
    """The clean copy carries no description, neither for the resident nor for the desk."""
    stored = scene.kept["open"].stored
    for name in ("holder", "chen"):
        with undone(scene.lookers[name]):
            for version in ("", "/thumb", "/download"):
                answer = scene.lookers[name].client.get(f"/files/{stored.ref}{version}")
                assert answer.status_code == 200
                assert b"queexif001" not in body_of(answer)


def test_a_code_stands_only_where_it_is_meant(scene: Scene) -> None:
    """Shown after opening until it is written down: in the page, never in its title, its address or a link."""
    visitor = Client()
    visitor.post("/ask/", {"body": "路灯坏了", "client_id": "code-place"})
    number = visitor.get("/find/").context["mine"][0].number
    page = visitor.get(f"/m/{number}/")
    code = page.context["code"]
    assert code in page.content.decode()
    plain = code.replace("-", "")
    tree = read(page.content.decode())
    assert [one.words for one in tree.all("title") if code in one.words or plain in one.words] == []
    links = [one.get(name) or "" for one in tree.walk() for name in ("href", "action", "src")]
    assert [link for link in links if plain in link or code in link] == []
    visitor.post(f"/m/{number}/written-down/")
    for address, answer in crawl(visitor, f"/m/{number}/"):
        assert code not in _everything(answer), address
        assert plain not in _everything(answer), address


def test_no_page_tells_another_house_where_one_was(scene: Scene) -> None:
    who = scene.lookers["holder"]
    with undone(who):
        for address, answer in crawl(who.client, "/find/", languages=("zh-hans",), most=60):
            assert answer.get("Referrer-Policy") in {"same-origin", "no-referrer"}, address
