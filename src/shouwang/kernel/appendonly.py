"""Rows that are added and never changed. The model refuses, and so does the database (`refuse_updates`)."""

from __future__ import annotations

from typing import Any, TypeVar

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, models


class Unchangeable(RuntimeError):
    """Code tried to change or remove a row that may only be added."""


M = TypeVar("M", bound=models.Model)


class AppendOnlyQuerySet(models.QuerySet[M]):
    """A query set that can read and add, nothing else."""

    def update(self, **kwargs: Any) -> int:
        raise Unchangeable(f"{self.model.__name__} rows are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise Unchangeable(f"{self.model.__name__} rows are never removed.")


class AppendOnly(models.Model):
    """Base of append-only tables; each sets `objects` to the manager of an `AppendOnlyQuerySet`."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Unchangeable(f"{type(self).__name__} {self.pk} is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Unchangeable(f"{type(self).__name__} {self.pk} is never removed.")


def refuse_updates(using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """
    After this the database itself refuses to change rows of append-only tables. Done after every migration, since one that
    makes a table anew loses its triggers.
    """
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            if issubclass(model, AppendOnly) and table in tables:
                for statement in _STATEMENTS[connection.vendor]:
                    cursor.execute(statement.format(table=table))


_SQLITE = """CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
_FUNCTION = """CREATE OR REPLACE FUNCTION {table}_no_update() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"""
_TRIGGER = """CREATE OR REPLACE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_no_update()"""
_STATEMENTS = {"sqlite": (_SQLITE,), "postgresql": (_FUNCTION, _TRIGGER)}
