"""Setting a gateway up gives it keys nobody else has, and leaves a trace."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from shouwang.apps.notices.errors import BadGateway
from shouwang.apps.notices.gateways import (
    change_gateway,
    permit_pictures_from,
    renew_token,
    set_up_gateway,
    show_token,
    switch_gateway,
)
from shouwang.apps.notices.models import Gateway, Transport
from shouwang.apps.notices.tests.conftest import NOON
from shouwang.kernel.models import AuditRow

pytestmark = pytest.mark.django_db


def test_each_gateway_has_its_own_keys_and_a_trace() -> None:
    first = set_up_gateway("一", "10001", by="officer:1", at=NOON)
    second = set_up_gateway(
        "二", "10002", by="officer:1", at=NOON, transport=Transport.HTTP, http_url="http://127.0.0.1:5700"
    )
    keys = [first.token, second.token, second.secret]
    assert len(set(keys)) == 3
    assert min(map(len, keys)) >= 32
    assert list(AuditRow.objects.values_list("action", "actor")) == [("notices.gateway.set-up", "officer:1")] * 2
    assert not any(key in str(list(AuditRow.objects.values())) for key in keys)


@pytest.mark.parametrize(
    ("name", "number", "more"),
    [
        ("", "10001", {}),
        ("号", "一零零", {}),
        ("号", "10001", {"transport": Transport.HTTP}),
        ("号", "10001", {"transport": Transport.HTTP, "http_url": "not an address"}),
        ("已有", "10000", {}),
    ],
)
def test_what_cannot_work_is_refused_with_a_sentence(
    gateway: Gateway, name: str, number: str, more: dict[str, object]
) -> None:
    with pytest.raises(BadGateway) as refused:
        set_up_gateway(name, number, by="house", at=NOON, **more)  # type: ignore[arg-type]
    assert refused.value.says
    assert Gateway.objects.count() == 1


def test_switching_twice_is_written_once(gateway: Gateway) -> None:
    for _ in range(2):
        assert not switch_gateway(gateway, on=False, by="officer:1", at=NOON).enabled
    assert AuditRow.objects.filter(action="notices.gateway.switched").count() == 1


def test_the_command_line_does_the_same() -> None:
    out = StringIO()
    call_command("gateway", "add", "所里的 QQ", "10001", stdout=out)
    row = Gateway.objects.get()
    assert out.getvalue() == f"path\t/onebot/v11/ws\ntoken\t{row.token}\n"
    call_command("gateway", "off", "10001", stdout=out)
    call_command("gateway", "list", stdout=out)
    assert "所里的 QQ\toff" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("gateway", "add", "又一个", "10001", stdout=out)
    with pytest.raises(CommandError):
        call_command("gateway", "on", "10009", stdout=out)


def test_hosts_for_pictures_are_named_by_somebody_and_written_down(gateway: Gateway) -> None:
    assert gateway.picture_hosts == "", "nothing outside, unless somebody decides"
    permit_pictures_from(gateway, ["Pictures.Example.com", "b.example.com", "b.example.com"], by="officer:1", at=NOON)
    gateway.refresh_from_db()
    assert gateway.picture_hosts == "pictures.example.com b.example.com"
    row = AuditRow.objects.get(action="notices.gateway.pictures")
    assert (row.actor, row.details["hosts"]) == ("officer:1", gateway.picture_hosts)
    permit_pictures_from(gateway, [], by="officer:1", at=NOON)
    assert Gateway.objects.get().picture_hosts == ""


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "127.0.0.1", "10.0.0.7", "[::1]", "a.example:80", "a.example/x", "https://a.example"),
        *("", "a..b", "-a.example", "x" * 200 + ".example"),
    ],
)
def test_what_is_no_name_of_a_host_is_refused(gateway: Gateway, host: str) -> None:
    with pytest.raises(BadGateway):
        permit_pictures_from(gateway, [host], by="house", at=NOON)
    assert Gateway.objects.get().picture_hosts == ""


def test_the_command_line_names_hosts_too(gateway: Gateway) -> None:
    out = StringIO()
    call_command("gateway", "pictures", gateway.self_id, "pictures.example.com", stdout=out)
    call_command("gateway", "pictures", gateway.self_id, stdout=out)
    assert out.getvalue() == "pictures from\tpictures.example.com\npictures from\tnowhere outside\n"
    with pytest.raises(CommandError):
        call_command("gateway", "pictures", gateway.self_id, "127.0.0.1", stdout=out)


def test_a_renewed_token_is_another_one_and_seeing_it_is_written_down(gateway: Gateway) -> None:
    before = gateway.token
    renewed = renew_token(gateway, by="officer:1", at=NOON, reason="有人看见了")
    assert renewed.token != before
    assert show_token(renewed, by="officer:2", at=NOON) == Gateway.objects.get().token
    said = AuditRow.objects.order_by("pk").values_list("action", "actor", "reason")
    assert list(said) == [
        ("notices.gateway.token_renewed", "officer:1", "有人看见了"),
        ("notices.gateway.token_shown", "officer:2", ""),
    ]
    assert renewed.token not in str(list(AuditRow.objects.values()))


def test_name_and_pace_are_changed_with_a_reason(gateway: Gateway) -> None:
    given = {"http_url": "", "unit": gateway.unit, "by": "officer:1", "at": NOON, "reason": "发得太快"}
    change_gateway(gateway, name="所里的号", per_minute=4, **given)  # type: ignore[arg-type]
    assert Gateway.objects.filter(name="所里的号", per_minute=4).exists()
    with pytest.raises(BadGateway):
        change_gateway(gateway, name="", per_minute=4, **given)  # type: ignore[arg-type]
