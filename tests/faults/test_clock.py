"""The clock of a running house is set forward and back: order stays, nothing leaves twice, nobody is shut out for ever."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from shouwang.kernel import ids
from tests.faults.conftest import CLUSTER
from tests.faults.house import FaultHouse, a_house, wait_until
from tests.faults.storm import Storm
from tests.faults.test_starved import Resident, health, matters_of, say_no_clearly, well_filled

pytestmark = pytest.mark.fault


@pytest.fixture
def timed(tmp_path: Path, prepared: FaultHouse) -> Iterator[FaultHouse]:
    with a_house(tmp_path / "house", CLUSTER, like=prepared, own_clock=True, SHOUWANG_CODE_TRIES_PER_HOUR="2") as house:
        yield house


async def test_whatever_the_clock_says_order_stays_and_nothing_leaves_twice(timed: FaultHouse) -> None:
    """Each setting lasts until residents were answered and messages left; a clock that is set back by two days holds nothing up."""
    report = await Storm(timed, kills=0, residents=2, seed=20261128, clocks=(48, -1, 1, 0)).run()
    held = timed.ask_inside("judge", *report.asked)
    assert report.faults(held) == []
    assert report.acknowledged >= 8
    assert len(report.queued) >= 4
    states = [held["outbox"][f"fault-{number}"] for number in report.queued]
    assert states.count("confirmed") + states.count("sent") >= 4, states


def guess(browser: httpx.Client) -> str:
    return browser.get(f"/c/{ids.new_code()}/").text


def sign_in(browser: httpx.Client) -> str:
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get("/accounts/login/").text)
    assert token
    wrong = {"csrfmiddlewaretoken": token[1], "login": "chen", "password": "不对的密码不对"}
    return browser.post("/accounts/login/", data=wrong).text


def test_limits_recover_and_a_clock_that_cannot_be_right_is_said(timed: FaultHouse) -> None:
    timed.set_clock(days=30)
    well_filled(timed)
    timed.start("worker")
    resident = Resident(timed)
    landed = resident.ask("ahead")
    assert landed.status_code == 302
    with httpx.Client(base_url=timed.url, timeout=timed.patience_s, trust_env=False, verify=False) as other:
        assert "试的次数太多了" in [guess(other) for _try in range(3)][-1]
        assert "试错太多次" in [sign_in(other) for _try in range(6)][-1]
        wait_until(lambda: '"late": []' in health(timed), "The worker does not run.")

        timed.set_clock()  # back by a month
        assert "试的次数太多了" not in guess(other)
        assert "试错太多次" not in sign_in(other)
    assert resident.browser.get(landed.headers["location"]).status_code == 200, "still known to the house"
    wait_until(
        lambda: json.loads(health(timed))["clock_set_s"] < -2_500_000, "Nobody wrote down that the clock was set."
    )
    wait_until(lambda: '"late": []' in health(timed), "Marks from the time to come hide what runs now.")

    timed.set_clock(weeks=-1000)  # a battery that died
    say_no_clearly(resident.ask("too-old"), "系统的钟不对")
    assert "house.bad-clock" in health(timed)
    timed.set_clock()
    assert resident.ask("right").status_code == 302
    assert matters_of(timed, "ahead", "right") == ["ahead", "right"]
