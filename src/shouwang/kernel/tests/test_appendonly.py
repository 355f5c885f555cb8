"""What may only be added is not changed by the database either, whoever asks it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from shouwang.kernel.appendonly import AppendOnly, refuse_updates
from shouwang.kernel.models import AuditRow

pytestmark = pytest.mark.django_db

TABLES = {model._meta.db_table for model in apps.get_models() if issubclass(model, AppendOnly)}
TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


def triggers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


def test_every_table_that_is_only_added_to_has_its_guard() -> None:
    assert len(TABLES) > 15
    assert triggers() == {f"{table}_no_update" for table in TABLES}


def test_the_guard_holds_and_comes_back_when_a_table_was_made_anew() -> None:
    AuditRow.objects.create(at=datetime(2026, 3, 2, tzinfo=UTC), action="look", actor="officer:1", subject="matter:1")
    table = AuditRow._meta.db_table
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {table}_no_update{on}")
    refuse_updates()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET id = id + 1000")
