"""The scene stands once for all sweeps; what a test does in it is undone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from shouwang.apps.notices import holding
from tests.contracts.scene import Scene, build
from tests.kept import kept

HERE = Path(__file__).parent


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    The files of this folder follow each other, in whatever order chance gave them, and what needs an empty house comes first: so the scene
    is built once. That takes as long as fifty tests.
    """
    here = [item for item in items if item.path.parent == HERE]
    if here:
        first = items.index(here[0])
        here.sort(key=lambda item: "scene" in getattr(item, "fixturenames", ()))
        others = [item for item in items if item.path.parent != HERE]
        items[:] = [*others[:first], *here, *others[first:]]


@pytest.fixture(scope="package")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """Built inside a transaction that never ends well, so whatever comes after the sweeps finds an empty house."""
    cache.clear()
    with kept(django_db_blocker):
        try:
            yield build()
        finally:
            shutil.rmtree(holding.folder(), ignore_errors=True)
