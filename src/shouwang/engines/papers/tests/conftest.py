"""One press and one shelf for all tests of papers: each reads some dozens of megabytes."""

from __future__ import annotations

import pytest

from shouwang.engines.papers import Press, Shelf


@pytest.fixture(scope="session")
def shelf() -> Shelf:
    return Shelf.load()


@pytest.fixture(scope="session")
def press() -> Press:
    return Press()
