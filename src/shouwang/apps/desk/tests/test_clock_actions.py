"""The clock on the card: a button stands there when the running rule allows the step, and the form tells its limits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shouwang.apps.desk.actions import action_of
from shouwang.apps.matters import usecases
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.usecases import Opened
from tests.cast import Cast, as_officer, consultation, sign_in

CLOCK = ("pause", "resume", "restart", "extend")


@pytest.fixture
def disclosure(cast: Cast) -> Opened:
    return consultation(cast, kind="disclosure", body="请公开去年的出警统计。", at=timezone.now() - timedelta(hours=1))


def buttons(who: object, opened: Opened) -> set[str]:
    one = Matter.objects.get(pk=opened.matter.pk)
    officer = as_officer(who).officer  # type: ignore[arg-type]
    assert officer is not None
    return {key for key in CLOCK if (action := action_of(key)) and action.offered(officer, one)}


def test_what_is_offered_follows_rule_and_role(cast: Cast, disclosure: Opened) -> None:
    assert buttons(cast.chen, disclosure) == {"pause", "restart"}
    assert buttons(cast.liang, disclosure) == {"pause", "restart", "extend"}
    assert buttons(cast.meng, disclosure) == set()
    assert (
        buttons(cast.liang, consultation(cast)) == set()
    )  # a first answer within the day is neither paused nor lengthened
    assert buttons(cast.liang, consultation(cast, kind="help")) == {"extend"}


def test_pause_and_go_on_by_form(cast: Cast, client: Client, disclosure: Opened) -> None:
    sign_in(client, cast.chen)
    address = f"/desk/m/{disclosure.matter.number}/pause/"
    page = client.get(address).content.decode()
    assert "征求第三方意见" in page
    assert "听证" not in page  # a reason of other rules
    assert client.post(address, {"reason": "hearing", "words": "等听证"}).status_code == 400
    assert client.post(address, {"reason": "third-party", "words": "问村委会"}).status_code == 302
    assert buttons(cast.chen, disclosure) == {"resume", "restart"}
    assert "现在暂停计算" in client.get(f"/desk/m/{disclosure.matter.number}/").content.decode()
    client.post(f"/desk/m/{disclosure.matter.number}/resume/")
    assert buttons(cast.chen, disclosure) == {"pause", "restart"}


def test_counting_anew_by_form(cast: Cast, client: Client, disclosure: Opened) -> None:
    sign_in(client, cast.chen)
    address = f"/desk/m/{disclosure.matter.number}/restart/"
    assert client.post(address, {"words": " "}).status_code == 400
    assert client.post(address, {"words": "补了名称"}).status_code == 302
    assert Entry.objects.get(data__event="restart").body == "补了名称"


def test_a_leader_extends_and_reads_how_far(cast: Cast, client: Client, disclosure: Opened) -> None:
    sign_in(client, cast.liang)
    address = f"/desk/m/{disclosure.matter.number}/extend/"
    assert "最多 20 个工作日" in client.get(address).content.decode()
    refused = client.post(address, {"amount": 21, "words": "材料多"})
    assert refused.status_code == 400
    assert "一次最多延长 20 个工作日" in refused.content.decode()
    assert "材料多" in refused.content.decode()
    before = Matter.objects.get().due_at
    assert client.post(address, {"amount": 5, "words": "材料多"}).status_code == 302
    after = Matter.objects.get().due_at
    assert before is not None
    assert after is not None
    assert after > before
    assert buttons(cast.liang, disclosure) == {"pause", "restart"}


def test_who_may_not_extend_is_told_who_may(cast: Cast, client: Client, disclosure: Opened) -> None:
    sign_in(client, cast.chen)
    assert "延长时限要由所长或分局批准" in client.get(f"/desk/m/{disclosure.matter.number}/extend/").content.decode()


def test_a_closed_matter_offers_nothing(cast: Cast, disclosure: Opened) -> None:
    usecases.assign(disclosure.matter, to=cast.chen, by=cast.chen, at=timezone.now())
    usecases.close(disclosure.matter, by=cast.chen, reason="answered", words="给您了。", at=timezone.now())
    assert buttons(cast.liang, disclosure) == set()
