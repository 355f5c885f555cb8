"""Who may look into the post room, answer for an uncertain message, and set gateways up."""

from __future__ import annotations

import pytest

from shouwang.apps.notices import policy
from shouwang.apps.notices.models import Gateway
from shouwang.apps.notices.tests.conftest import Queue
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def allowed(cast: Cast, rule: object) -> set[str]:
    return {name for name, officer in cast.everybody().items() if rule(officer)}  # type: ignore[operator]


def test_the_desk_and_the_administrator_see_whether_channels_work(cast: Cast) -> None:
    assert allowed(cast, policy.may_see_channels) == {"chen", "zhou", "liang", "fan", "meng", "jiang", "admin"}


def test_only_the_administrator_sets_gateways_up(cast: Cast) -> None:
    assert allowed(cast, policy.may_set_up_gateways) == {"admin"}


def test_an_uncertain_message_is_settled_in_its_own_station(cast: Cast, queue: Queue, gateway: Gateway) -> None:
    row = queue()
    gateway.unit = cast.hewan
    gateway.save()
    row.refresh_from_db()
    assert allowed(cast, lambda officer: policy.may_settle(officer, row)) == {"fan", "meng"}
