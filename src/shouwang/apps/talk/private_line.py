"""Words for one person, put into the outbox towards the messenger they use."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

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
    not_before: datetime | None = None,
) -> None:
    """
    Words, and pictures of the house, for one person. When the messenger is silent, the web page of the matter has them anyway.

    key         names the act: telling it twice sends it once
    not_before  when the person wants to be reached; at once when not given
    """
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
        not_before=not_before,
        alternatives=(Route(WEB, str(matter.pk)),),
        subject=matter.ref,
    )
