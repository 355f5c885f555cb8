"""Houses on the database of this run: SQLite, or a database of their own in the run's PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.house import FaultHouse, a_house

CLUSTER = os.environ.get("SHOUWANG_DATABASE_URL", "")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultHouse]:
    """A house in which nobody ever lives: the others are copied from it."""
    with a_house(tmp_path_factory.mktemp("prepared"), CLUSTER) as one:
        yield one


@pytest.fixture
def house(tmp_path: Path, prepared: FaultHouse) -> Iterator[FaultHouse]:
    with a_house(tmp_path / "house", CLUSTER, like=prepared) as one:
        yield one
