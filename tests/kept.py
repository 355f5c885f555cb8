"""Rows that several tests look at, made once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction


@contextmanager
def kept(django_db_blocker: Any) -> Iterator[None]:
    """
    For a fixture of a module: what is made inside stands in a transaction that never ends well, so the next file finds an
    empty house. Every test of that module sees it; each looks from within a transaction of its own.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)
