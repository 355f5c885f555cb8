import pytest

from shouwang.engines.clocks import WorkCalendar
from shouwang.engines.law import load_calendars


@pytest.fixture(scope="session")
def china() -> WorkCalendar:
    """The published years, 2004 to 2026."""
    return WorkCalendar(load_calendars())
