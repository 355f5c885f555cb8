"""
Reminders on a phone: a browser asks to be told of a shelf, without an account and without saying whose it is.

Off unless the station names push services in its settings: such a service sees that some phone follows this station, though never what
is said. What became public is told through the outbox, at most one message a phone and round; the door `doors/webpush` sends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shouwang.apps.catalogue.errors import NotReady
from shouwang.apps.catalogue.models import Item, Phone, PushKey, State, Step
from shouwang.apps.catalogue.shelves import Shelf
from shouwang.apps.notices.messages import Chat, Text
from shouwang.apps.notices.models import FEED, PUSH, Gateway, Transport
from shouwang.apps.notices.usecases import Route, queue_message
from shouwang.engines import webpush
from shouwang.engines.errors import BadData
from shouwang.kernel.fields import blind

LONGEST_ENDPOINT = 1000
#: What is older is not told any more: the phone was away, or the feature was off.
STALE_AFTER = timedelta(days=2)
#: A step is told only after this: on PostgreSQL one with a smaller key may become visible after one with a greater.
SETTLED_AFTER = timedelta(seconds=10)
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Given:
    """What a browser hands over when somebody presses the button."""

    endpoint: str
    p256dh: str
    auth: str


def switched_on() -> bool:
    """Whether the station lets reminders leave the house."""
    return bool(settings.SHOUWANG.push_services)


def is_permitted(endpoint: str) -> bool:
    """An address by HTTPS on its usual port, at a push service that the station named."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    named = any(
        host == one or (one.startswith(".") and host.endswith(one) and host != one)
        for one in settings.SHOUWANG.push_services
    )
    plain = parts.username is None and parts.password is None and endpoint.isascii() and endpoint.isprintable()
    return parts.scheme == "https" and port in {None, 443} and named and plain and " " not in endpoint


def house_key(at: datetime) -> webpush.PrivateKey:
    """The key of this house; made when it is first asked for."""
    row, _new = PushKey.objects.get_or_create(pk=1, defaults={"seed": webpush.seed_of(webpush.new_key()), "since": at})
    return webpush.key_of(row.seed)


def gateway(at: datetime) -> Gateway:
    """The road of the outbox that reminders take, with its pace."""
    made = {"name": "web push", "transport": Transport.HTTP, "per_minute": 600, "burst": 60, "jitter_percent": 0}
    return Gateway.objects.get_or_create(channel=PUSH, self_id="0", defaults={**made, "created_at": at})[0]


def index_of(endpoint: str) -> str:
    return blind(endpoint, "catalogue.phone")


@transaction.atomic
def tell_this_phone(given: Given, shelf: Shelf, *, language: str, at: datetime) -> Phone:
    """From now on this browser is told of this shelf. A second press chooses another shelf."""
    if not switched_on():
        raise NotReady(_("这里没有开通手机提醒。可以用 Atom 或者 JSON Feed 订阅。"))
    if len(given.endpoint) > LONGEST_ENDPOINT or not is_permitted(given.endpoint):
        raise NotReady(_("您的浏览器用的推送服务不在这里开通的名单里。可以用 Atom 或者 JSON Feed 订阅。"))
    try:
        webpush.point_of(given.p256dh)
        webpush.auth_of(given.auth)
    except BadData as error:
        raise NotReady(_("浏览器给的密钥不对。请关掉这一页重新打开，再按一次。")) from error
    newest = Step.objects.aggregate(newest=Max("pk"))["newest"] or 0
    phone, _new = Phone.objects.update_or_create(
        endpoint_index=index_of(given.endpoint),
        defaults={
            "endpoint": given.endpoint,
            "p256dh": given.p256dh,
            "auth": given.auth,
            "unit": shelf.unit,
            "group": shelf.group,
            "kind": shelf.kind,
            "language": language,
            "told": newest,
            "since": timezone.localdate(at),
        },
    )
    return phone


def forget_phone(endpoint: str) -> bool:
    """Take it off; True when it was there. What waits for it in the outbox goes nowhere any more."""
    return bool(Phone.objects.filter(endpoint_index=index_of(endpoint)).delete()[0])


def tell_all(at: datetime) -> int:
    """Queue one message for each phone whose shelf changed since it was last told. Returns how many."""
    if not switched_on():
        return 0
    steps = Step.objects.filter(what__in=[*Step.CHANGES, Step.What.WITHDRAWN], at__lte=at - SETTLED_AFTER)
    newest = steps.aggregate(newest=Max("pk"))["newest"] or 0
    behind = Phone.objects.filter(told__lt=newest).select_related("unit").order_by("pk")[:AT_ONCE]
    return sum(_tell(phone, newest, at) for phone in list(behind))


@transaction.atomic
def _tell(phone: Phone, newest: int, at: datetime) -> bool:
    """Compare-and-set on what it was told, so that two workers never tell twice."""
    won = Phone.objects.filter(pk=phone.pk, told=phone.told).update(told=newest)
    shelf = Shelf(phone.unit, phone.group, phone.kind, "")
    steps = Step.objects.filter(
        what__in=[*Step.CHANGES, Step.What.WITHDRAWN], item__in=shelf.items().public(), pk__gt=phone.told,
        pk__lte=newest, at__gt=at - STALE_AFTER,
    )  # fmt: skip
    items = Item.objects.filter(pk__in=steps.values("item")).select_related("unit", "current").order_by("pk")
    if not won or not items:
        return False
    with translation.override(phone.language):
        words = _one(items[0]) if len(items) == 1 else _many(shelf, len(items))
    queue_message(
        Route(PUSH, Chat("private", str(phone.pk)).address, gateway(at).pk),
        (Text(words),),
        kind=FEED,
        dedupe_key=f"catalogue.phone:{phone.pk}:{newest}",
        at=at,
        expires_at=at + STALE_AFTER,
        subject=f"catalogue.step:{newest}",
    )
    return True


def _one(item: Item) -> str:
    """Two lines and an address; all of it is public."""
    gone = item.state == State.WITHDRAWN
    says = _("已撤下：%(title)s") if gone else _("公开或更新了：%(title)s")
    return "\n".join((item.unit.called, says % {"title": item.title}, reverse("catalogue:item", args=[item.pk])))


def _many(shelf: Shelf, n: int) -> str:
    head = shelf.unit.called if shelf.unit else _("公开目录")
    says = ngettext("%(n)d 项公开、更新或撤下了", "%(n)d 项公开、更新或撤下了", n) % {"n": n}
    return "\n".join((head, says, reverse("catalogue:list") + shelf.query))


def count() -> int:
    """How many phones are told of something."""
    return Phone.objects.count()
