"""Take the database of a test back to an older state and forward again, to try what a migration does with rows that are there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps


def migrate(*targets: tuple[str, str | None]) -> StateApps:
    """The models as they are after migrating to the targets, forwards or backwards."""
    executor = MigrationExecutor(connection)
    state = executor.migrate(list(targets))
    return state.apps


@contextmanager
def at_state(*targets: tuple[str, str]) -> Iterator[StateApps]:
    """The models of an older state; afterwards everything is migrated to the newest, whatever happened. Needs `transaction=True`."""
    try:
        yield migrate(*targets)
    finally:
        migrate(*MigrationExecutor(connection).loader.graph.leaf_nodes())
