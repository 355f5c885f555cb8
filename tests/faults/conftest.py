"""Houses on the database of this run: SQLite, or a database of their own in the run's PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.house import FaultHouse, a_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[FaultHouse]:
    with a_house(tmp_path / "house", os.environ.get("SHOUWANG_DATABASE_URL", "")) as one:
        yield one
