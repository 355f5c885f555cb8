"""What every test may use."""

from __future__ import annotations

import pytest
from django.utils import translation

from tests.cast import Cast, assemble


@pytest.fixture(autouse=True)
def _begin_in_chinese() -> None:
    """A test that opened a page in English leaves its thread in English; the next one begins in the house's language."""
    translation.deactivate()


@pytest.fixture
def cast(db: None) -> Cast:
    """The small cast, in an empty database."""
    return assemble()


@pytest.fixture(autouse=True)
def a_real_house(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests live in a real house, whichever ran first in this process; those of the demo town say otherwise."""
    monkeypatch.setattr("shouwang.demo.context.is_demo_house", lambda: False)
