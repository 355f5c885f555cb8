"""Public figures of a house in which little happened: nothing is told that would tell of one person."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from shouwang.apps.matters import usecases
from shouwang.apps.openness import dump
from tests.cast import MONDAY, Cast, at, consultation

NIGHT = at("2026-11-24 00:12")


def test_quarters_are_told_when_they_are_over_and_only_from_three(cast: Cast) -> None:
    for n in range(3):
        usecases.open_matter(
            cast.qingshi,
            kind="complaint",
            channel="web",
            at=at("2026-08-03 09:00") + timedelta(days=n),
            body="不公",
        )
    usecases.open_matter(cast.hewan, kind="complaint", channel="web", at=at("2026-08-03 09:00"), body="不公")
    for n in range(4):
        usecases.open_matter(cast.hewan, kind="complaint", channel="web", at=MONDAY - timedelta(days=n), body="不公")
        opened = consultation(cast, at=at("2026-07-10 20:00") + timedelta(days=n))
        usecases.find_danger(
            opened.matter, grade="now", category="x", why=[], numbers=["110"], at=at("2026-07-20 20:00")
        )
        opened.matter.refresh_from_db()
        usecases.accept_danger(opened.matter, by=cast.chen, at=at("2026-07-20 20:00") + timedelta(minutes=2 * n))
    told = {(row.station, row.quarter): row[2:] for row in dump.collect(NIGHT).quarters}
    assert told["QS", "2026Q3"] == (3, 4, 2)
    assert told["HW", "2026Q3"] == (None, None, None)
    assert [quarter for station, quarter in told if station == "QS"] == ["2025Q4", "2026Q1", "2026Q2", "2026Q3"]


def test_an_empty_house_says_so(cast: Cast, client: Client) -> None:
    page = client.get("/numbers/").text
    assert "这段时间有 0 件，太少，说不出快慢" in page
    assert "现在没有在办的事" in page
