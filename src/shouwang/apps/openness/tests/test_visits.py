"""Readings of pages are counted, readers are not."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shouwang.apps.openness import visits
from shouwang.apps.openness.models import Page, Visit
from shouwang.apps.openness.shutdown import visits_written_at_the_end
from tests.cast import MONDAY, Cast, consultation, with_code

PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Mobile"}
pytestmark = pytest.mark.django_db


def counted() -> dict[tuple[str, str], int]:
    visits.write_down()
    return {(row.unit.prefix, row.page): row.count for row in Visit.objects.select_related("unit")}


def test_a_page_that_was_shown_counts_for_the_station_in_its_address(cast: Cast, client: Client) -> None:
    for _ in range(2):
        client.get("/", headers=PHONE)
    client.get("/?station=HW", headers=PHONE)
    client.get("/ask/", headers=PHONE)
    client.get("/find/", headers=PHONE)
    assert counted() == {("QS", "home"): 2, ("HW", "home"): 1, ("QS", "ask"): 1, ("QS", "find"): 1}


def test_a_matter_counts_for_the_station_of_its_number(cast: Cast, client: Client) -> None:
    opened = consultation(cast)
    session = client.session
    session["codes"] = [opened.held.code_id]
    session.save()
    client.get(f"/m/{opened.matter.number}/", headers=PHONE)
    assert counted() == {("QS", Page.MATTER): 1}
    assert with_code(opened).held, "the resident came with a code, and no trace of it stays"


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, "no browser says nothing of itself"),
        ({"User-Agent": "Mozilla/5.0 (compatible; Examplebot/2.1)"}, "a machine that says so"),
        ({"User-Agent": "curl/8.5"}, "a program"),
        ({**PHONE, "HX-Request": "true"}, "a part of a page"),
        ({**PHONE, "Sec-Purpose": "prefetch;prerender"}, "nobody looked yet"),
    ],
)
def test_what_is_no_reading_is_not_counted(cast: Cast, client: Client, headers: dict[str, str], why: str) -> None:
    client.get("/", headers=headers)
    assert counted() == {}, why


@pytest.mark.parametrize("path", ["/nowhere/", "/health", "/desk/", "/numbers/figures.json"])
def test_errors_machines_pages_and_the_desk_are_not_counted(cast: Cast, client: Client, path: str) -> None:
    client.get(path, headers=PHONE)
    assert counted() == {}


def test_counting_sets_no_cookie_and_asks_the_database_nothing(cast: Cast, client: Client) -> None:
    client.get("/")  # what the first page of all fills, it fills before
    with CaptureQueriesContext(connection) as uncounted:
        plain = Client().get("/ask/")
    with CaptureQueriesContext(connection) as queries:
        seen = Client().get("/ask/", headers=PHONE)
    assert len(queries) == len(uncounted)
    assert set(seen.cookies) == set(plain.cookies)
    assert counted() == {("QS", "ask"): 1}


def test_only_the_number_is_kept() -> None:
    assert {field.name for field in Visit._meta.fields} == {"id", "unit", "on", "page", "count"}


def test_readings_are_written_when_it_is_time_and_not_before(cast: Cast, client: Client, settings: Any) -> None:
    settings.VISITS_EVERY_SECONDS = 3600
    client.get("/", headers=PHONE)
    assert not Visit.objects.exists()
    settings.VISITS_EVERY_SECONDS = 0.000001
    client.get("/", headers=PHONE)
    visits.after_a_request()
    assert Visit.objects.get().count == 2


def test_a_busy_database_loses_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(_waiting: object) -> None:
        raise DatabaseError("database is locked")

    visits.TALLY.add("QS", "home", date(2026, 11, 23), 7)
    with monkeypatch.context() as patched:
        patched.setattr(visits, "_add", busy)
        assert visits.write_down() == 0
    assert counted() == {("QS", "home"): 7}


def test_an_orderly_end_writes_what_waits_before_the_server_hears_of_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []

    async def server_part(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "lifespan.shutdown.complete"})

    async def send(message: Any) -> None:
        order.append(message["type"])

    monkeypatch.setattr("shouwang.apps.openness.shutdown.write_down", lambda: order.append("written"))
    asyncio.run(visits_written_at_the_end(server_part)({"type": "lifespan"}, None, send))  # type: ignore[arg-type]
    assert order == ["written", "lifespan.shutdown.complete"]


def test_invented_stations_cannot_fill_the_memory() -> None:
    tally = visits.Tally()
    for n in range(visits.MOST_KEYS + 50):
        tally.add(f"X{n}", "home", MONDAY.date())
    taken = tally.take()
    assert len(taken) <= visits.MOST_KEYS + 1
    assert taken.total() == visits.MOST_KEYS + 50
