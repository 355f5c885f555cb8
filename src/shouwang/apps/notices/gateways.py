"""Set up a gateway, change it, renew its token, switch it off and on. Pages ask `policy.may_set_up_gateways`; a command is the house."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.notices.errors import BadGateway
from shouwang.apps.notices.models import Gateway, Transport
from shouwang.apps.units.models import Unit
from shouwang.kernel import audit

#: Where a OneBot gateway finds the house (`doors/onebot`).
PATHS = {Transport.REVERSE_WS: "/onebot/v11/ws", Transport.HTTP: "/onebot/v11/http"}


@transaction.atomic
def set_up_gateway(
    name: str,
    self_id: str,
    *,
    by: str,
    at: datetime,
    transport: Transport = Transport.REVERSE_WS,
    http_url: str = "",
    unit: Unit | None = None,
    per_minute: float = 10,
) -> Gateway:
    """
    A new gateway with a fresh token; a gateway for HTTP also gets a key for signatures.

    self_id   the station's number on QQ, digits
    http_url  where the gateway's HTTP interface is; needed for HTTP
    per_minute  how many messages leave at most
    by        a reference such as `officer:1`, or `house`
    Raises    BadGateway with a sentence
    """
    if not (self_id.isascii() and self_id.isdecimal()):
        raise BadGateway(_("QQ 号只有数字。"))
    if Gateway.objects.filter(channel="qq", self_id=self_id).exists():
        raise BadGateway(_("%(number)s 已经接过了，停用的也算。请打开它修改。") % {"number": self_id})
    _needs_an_address(transport, http_url)
    gateway = Gateway(
        name=name,
        self_id=self_id,
        transport=transport,
        http_url=http_url,
        unit=unit,
        per_minute=per_minute,
        token=secrets.token_urlsafe(24),
        secret=secrets.token_urlsafe(24) if transport == Transport.HTTP else "",
        created_at=at,
    )
    _clean(gateway)
    gateway.save()
    audit.record("notices.gateway.set-up", by=by, on=gateway, at=at, transport=transport.value)
    return gateway


def _needs_an_address(transport: str, http_url: str) -> None:
    if transport == Transport.HTTP and not http_url:
        raise BadGateway(_("用 HTTP 的网关要写接口地址，比如 http://127.0.0.1:5700。"))


def _clean(gateway: Gateway) -> None:
    try:
        gateway.full_clean(exclude=["token", "secret"])
    except ValidationError as error:
        raise BadGateway(" ".join(error.messages)) from error


@transaction.atomic
def change_gateway(
    gateway: Gateway,
    *,
    by: str,
    at: datetime,
    reason: str,
    name: str,
    http_url: str,
    unit: Unit | None,
    per_minute: float,
) -> Gateway:
    """
    Another name, another place of its HTTP interface, another station, another pace. Number and way of connecting stay: for another
    number set up another gateway, so that what was said keeps its road.

    Raises BadGateway with a sentence.
    """
    _needs_an_address(gateway.transport, http_url)
    gateway.name, gateway.http_url, gateway.unit, gateway.per_minute = name, http_url, unit, per_minute
    _clean(gateway)
    gateway.save(update_fields=["name", "http_url", "unit", "per_minute"])
    audit.record("notices.gateway.changed", by=by, on=gateway, at=at, reason=reason)
    return gateway


@transaction.atomic
def show_token(gateway: Gateway, *, by: str, at: datetime) -> str:
    """The token, to be written into the gateway's own settings. Whoever has it can speak as the station: the trail says who saw it."""
    audit.record("notices.gateway.token_shown", by=by, on=gateway, at=at)
    return gateway.token


@transaction.atomic
def renew_token(gateway: Gateway, *, by: str, at: datetime, reason: str) -> Gateway:
    """A fresh token, and a fresh key where there is one: the old ones let nobody in from now on."""
    gateway.token = secrets.token_urlsafe(24)
    if gateway.secret:
        gateway.secret = secrets.token_urlsafe(24)
    gateway.save(update_fields=["token", "secret"])
    audit.record("notices.gateway.token_renewed", by=by, on=gateway, at=at, reason=reason)
    return gateway


@transaction.atomic
def switch_gateway(gateway: Gateway, *, on: bool, by: str, at: datetime, reason: str = "") -> Gateway:
    """Off: nobody is let in and nothing leaves; waiting messages take their other road or expire. On: as before."""
    if Gateway.objects.filter(pk=gateway.pk, enabled=not on).update(enabled=on):
        audit.record("notices.gateway.switched", by=by, on=gateway, at=at, reason=reason, enabled=on)
    gateway.refresh_from_db()
    return gateway


#: A name with a dot and no number at its end: neither `localhost`, nor an address that could mean a machine beside this one.
_HOST = re.compile(r"(?=.{1,100}\Z)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


@transaction.atomic
def permit_pictures_from(gateway: Gateway, hosts: Iterable[str], *, by: str, at: datetime) -> Gateway:
    """
    From which hosts pictures may be fetched by HTTPS when the gateway only says where they lie; none at all forbids it again.

    Raises BadGateway with a sentence.
    """
    wanted = [host.strip().lower() for host in hosts]
    if bad := [host for host in wanted if not _HOST.fullmatch(host)]:
        raise BadGateway(
            _("“%(host)s”不是一个网站的名字。写法像 pictures.example.com，不带 https://。") % {"host": bad[0]}
        )
    gateway.picture_hosts = " ".join(dict.fromkeys(wanted))
    _clean(gateway)
    gateway.save(update_fields=["picture_hosts"])
    audit.record("notices.gateway.pictures", by=by, on=gateway, at=at, hosts=gateway.picture_hosts)
    return gateway
