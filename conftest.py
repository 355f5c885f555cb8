"""What every test may use."""

from __future__ import annotations

import os

import pytest
from django.core.cache import cache
from django.utils import translation

from tests.cast import Cast, assemble


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The second run, on PostgreSQL, asks only what a database can answer differently; all else was said in the run on SQLite."""
    if "SHOUWANG_DATABASE_URL" not in os.environ:
        return
    again = [item for item in items if _asks_the_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(again)])
    items[:] = again


def _asks_the_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("once"):
        return False
    asked = {"db", "transactional_db", "scene"} & set(getattr(item, "fixturenames", ()))
    return bool(asked or item.get_closest_marker("django_db") or item.get_closest_marker("fault"))


@pytest.fixture(autouse=True)
def _begin_in_chinese() -> None:
    """A test that opened a page in English leaves its thread in English; the next one begins in the house's language."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _remember_nothing() -> None:
    """What an earlier test left in memory, such as who pressed what today, is not there."""
    cache.clear()


@pytest.fixture
def cast(db: None) -> Cast:
    """The small cast, in an empty database."""
    return assemble()


@pytest.fixture(autouse=True)
def a_real_house(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests live in a real house, whichever ran first in this process; those of the demo town say otherwise."""
    monkeypatch.setattr("shouwang.demo.context.is_demo_house", lambda: False)
