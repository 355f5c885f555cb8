"""Words for one person, put into the outbox towards the messenger they use."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from shouwang.apps.matters.contact import Way, may_contact, opens_at
from shouwang.apps.matters.models import Matter
from shouwang.apps.notices.messages import Picture, Text
from shouwang.apps.notices.usecases import Route, queue_message
from shouwang.apps.people.models import Person
from shouwang.apps.talk.models import Line

WEB = "web"


def web(name: str) -> str:
    """The address of a page, as it stands in a message."""
    return urljoin(settings.SHOUWANG.public_url, reverse(name))


def tell(
    person: Person,
    words: str,
    *,
    kind: str,
    key: str,
    matter: Matter,
    at: datetime,
    priority: int = 0,
    marker: str = "",
    pictures: tuple[Picture, ...] = (),
    at_once: bool = False,
) -> None:
    """
    Words, and pictures of the house, for one person. When the messenger is silent, the web page of the matter has them anyway.

    How the person agreed to be reached holds for every word (`matters.contact`): outside their hours it waits, and who is not to be reached
    by a messenger finds it on the page.

    key       names the act: telling it twice sends it once
    at_once   the person has just written from there: the receipt, and the number to call in danger
    """
    opens = at if at_once else opens_at(matter, at)
    if not at_once and not may_contact(matter, Way.MESSENGER, opens):
        return
    line = Line.objects.filter(person=person).select_related("gateway").first()
    if line is None:
        return
    queue_message(
        Route(line.gateway.channel, line.address, line.gateway_id),
        (Text(words), *pictures),
        kind=kind,
        dedupe_key=key,
        at=at,
        priority=priority,
        marker=marker,
        not_before=opens if opens > at else None,
        alternatives=(Route(WEB, str(matter.pk)),),
        subject=matter.ref,
    )
