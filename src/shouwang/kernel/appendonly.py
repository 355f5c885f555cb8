"""Rows that are added and never changed. The model refuses, and so does the database (`no_update_trigger`)."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


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


def no_update_trigger(table: str) -> migrations.RunPython:
    """A migration step after which the database itself refuses to change rows of `table`."""

    def forwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001  Django's signature
        if editor.connection.vendor == "sqlite":
            editor.execute(
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
            return
        editor.execute(
            f"CREATE FUNCTION {table}_no_update() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        editor.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_no_update()"
        )

    def backwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001  Django's signature
        if editor.connection.vendor == "sqlite":
            editor.execute(f"DROP TRIGGER {table}_no_update")
            return
        editor.execute(f"DROP TRIGGER {table}_no_update ON {table}")
        editor.execute(f"DROP FUNCTION {table}_no_update()")

    return migrations.RunPython(forwards, backwards, elidable=False)
