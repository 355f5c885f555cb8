"""Killed at any moment and started again, a house loses nothing that it acknowledged, and does nothing twice."""

from __future__ import annotations

import pytest

from tests.faults.house import FaultHouse
from tests.faults.storm import Storm

pytestmark = pytest.mark.fault


async def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(house: FaultHouse) -> None:
    report = await Storm(house, kills=15, residents=4, seed=20261123).run()
    held = house.ask_inside("judge")
    assert report.faults(held) == []
    assert report.kills["web"] + report.kills["worker"] == 15
    assert report.acknowledged > 15
    assert report.queued
