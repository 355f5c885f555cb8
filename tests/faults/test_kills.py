"""Killed at any moment and started again, a house loses nothing that it acknowledged, and does nothing twice."""

from __future__ import annotations

import pytest

from tests.faults.house import FaultHouse
from tests.faults.storm import Storm

pytestmark = pytest.mark.fault


async def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(house: FaultHouse) -> None:
    report = await Storm(house, kills=15, residents=4, seed=20261123, at_most_s=40).run()
    held = house.ask_inside("judge", *report.asked)
    assert report.faults(held) == []
    # A machine that is busy with other things comes to fewer than fifteen in the time; none or one would prove nothing.
    assert report.kills["web"]
    assert report.kills["worker"]
    assert report.acknowledged > report.kills.total()
    assert report.queued
