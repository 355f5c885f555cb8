"""What every test may use."""

from __future__ import annotations

import pytest

from tests.cast import Cast, assemble


@pytest.fixture
def cast(db: None) -> Cast:
    """The small cast, in an empty database."""
    return assemble()
