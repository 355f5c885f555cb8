"""A house whose dumps live in a folder of their own, and a clock that stands where a story needs it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone

from shouwang.apps.openness import dump, visits


@pytest.fixture(autouse=True)
def open_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Nothing of another test: not its dumps, not its cached figures, not its counted visits."""
    monkeypatch.setattr(dump, "folder", lambda: tmp_path / "open")
    monkeypatch.setattr(visits, "TALLY", visits.Tally())
    cache.clear()
    yield tmp_path / "open"
    cache.clear()


class Clock:
    """`clock.at(moment)`: from now on it is that moment."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def at(self, moment: datetime) -> None:
        self._monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)
