"""The scene stands once for each file of sweeps; what a test does in it is undone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from shouwang.apps.notices import holding
from tests.contracts.scene import Scene, build
from tests.kept import kept


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """Built inside a transaction that never ends well, so the next file finds an empty house."""
    cache.clear()
    with kept(django_db_blocker):
        try:
            yield build()
        finally:
            shutil.rmtree(holding.folder(), ignore_errors=True)
