"""Who is on, who answers, and what a change of shift needs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouwang.apps.duty.models import DutySpan
from shouwang.apps.duty.queries import on_now, who_answers
from shouwang.apps.duty.usecases import sign_off, sign_on
from shouwang.apps.units.models import Officer
from shouwang.kernel.errors import Conflict, Refused
from tests.cast import MONDAY, Cast

LATER = MONDAY + timedelta(hours=8)


def test_police_answer_before_auxiliaries_and_the_leader_last(cast: Cast) -> None:
    sign_on(cast.jiang, cast.qingshi, at=MONDAY - timedelta(hours=2))
    assert who_answers(cast.qingshi) == cast.jiang
    sign_on(cast.liang, cast.qingshi, at=MONDAY - timedelta(hours=1), leads=True)
    assert who_answers(cast.qingshi) == cast.liang
    sign_on(cast.chen, cast.qingshi, at=MONDAY)
    assert who_answers(cast.liuxi_post) == cast.chen  # a workstation's questions come to its station
    assert [span.officer for span in on_now(cast.qingshi)] == [cast.liang, cast.jiang, cast.chen]
    assert who_answers(cast.hewan) is None


def test_somebody_who_was_deactivated_on_duty_is_asked_nothing(cast: Cast) -> None:
    sign_on(cast.chen, cast.qingshi, at=MONDAY)
    Officer.objects.filter(pk=cast.chen.pk).update(active=False)
    assert who_answers(cast.qingshi) is None


@pytest.mark.parametrize(("who", "leads"), [("shi", False), ("admin", False), ("meng", False), ("jiang", True)])
def test_who_may_not_sign_on_is_told_why(cast: Cast, who: str, leads: bool) -> None:
    with pytest.raises(Refused):
        sign_on(getattr(cast, who), cast.qingshi, at=MONDAY, leads=leads)
    assert not DutySpan.objects.exists()


def test_twice_is_once_and_never_in_two_places(cast: Cast) -> None:
    first = sign_on(cast.chen, cast.qingshi, at=MONDAY)
    assert sign_on(cast.chen, cast.qingshi, at=LATER) == first
    with pytest.raises(Conflict, match="先在那里下岗"):
        sign_on(cast.chen, cast.liuxi_post, at=LATER)


def test_signing_off_once_and_only_to_somebody_on_duty(cast: Cast) -> None:
    sign_on(cast.chen, cast.qingshi, at=MONDAY)
    with pytest.raises(Conflict, match="还没有上岗"):
        sign_off(cast.chen, at=LATER, handed_to=cast.zhou)
    span = sign_off(cast.chen, at=LATER, note=" 钥匙在抽屉。 ")
    assert (span.ended_at, span.hand_over_note) == (LATER, "钥匙在抽屉。")
    with pytest.raises(Conflict, match="没有在值班"):
        sign_off(cast.chen, at=LATER)
