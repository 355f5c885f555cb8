"""Changing history as SQL would, past the models and triggers that refuse: what whoever has all rights in the database could do."""

from __future__ import annotations

from typing import Any

from django.db import connection, models


def by_force(rows: models.QuerySet[Any], **columns: Any) -> None:
    """Write over append-only rows. The trigger falls to whoever may drop it."""
    table = rows.model._meta.db_table
    on = "" if connection.vendor == "sqlite" else f" ON {table}"
    connection.cursor().execute(f"DROP TRIGGER IF EXISTS {table}_no_update{on}")
    _plain(rows).update(**columns)


def remove_by_force(rows: models.QuerySet[Any]) -> None:
    """Remove append-only rows."""
    _plain(rows)._raw_delete(using="default")


def _plain(rows: models.QuerySet[Any]) -> Any:
    """The same rows, as a query set that refuses nothing."""
    return models.QuerySet(model=rows.model).filter(pk__in=list(rows.values_list("pk", flat=True)))
