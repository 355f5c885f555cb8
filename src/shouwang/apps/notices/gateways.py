"""Set up a gateway, and switch it off and on. Pages ask `policy.may_set_up_gateways` first; the command line is the house."""

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
) -> Gateway:
    """
    A new gateway with a fresh token; a gateway for HTTP also gets a key for signatures.

    self_id   the station's number on QQ, digits
    http_url  where the gateway's HTTP interface is; needed for HTTP
    by        a reference such as `officer:1`, or `house`
    Raises    BadGateway with a sentence
    """
    if not (self_id.isascii() and self_id.isdecimal()):
        raise BadGateway(_("QQ 号只有数字。"))
    if transport == Transport.HTTP and not http_url:
        raise BadGateway(_("用 HTTP 的网关要写接口地址，比如 http://127.0.0.1:5700。"))
    gateway = Gateway(
        name=name,
        self_id=self_id,
        transport=transport,
        http_url=http_url,
        unit=unit,
        token=secrets.token_urlsafe(24),
        secret=secrets.token_urlsafe(24) if transport == Transport.HTTP else "",
        created_at=at,
    )
    try:
        gateway.full_clean(exclude=["token", "secret"])
    except ValidationError as error:
        raise BadGateway(" ".join(error.messages)) from error
    gateway.save()
    audit.record("notices.gateway.set-up", by=by, on=gateway, at=at, transport=transport.value)
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
    try:
        gateway.full_clean(exclude=["token", "secret"])
    except ValidationError as error:
        raise BadGateway(" ".join(error.messages)) from error
    gateway.save(update_fields=["picture_hosts"])
    audit.record("notices.gateway.pictures", by=by, on=gateway, at=at, hosts=gateway.picture_hosts)
    return gateway
