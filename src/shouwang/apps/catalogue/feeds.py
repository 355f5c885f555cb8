"""Subscriptions without an account: what became public, changed or was withdrawn, as Atom and as JSON Feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shouwang.apps.catalogue import finding
from shouwang.apps.catalogue.models import Step
from shouwang.apps.catalogue.shelves import Shelf, shelf_of

MOST_ENTRIES = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its own lasting id, an address, and words that may be shown today."""

    id: str
    url: str
    title: str
    summary: str
    at: datetime


def absolute(path: str) -> str:
    return urljoin(settings.SHOUWANG.public_url, path)


def entries(shelf: Shelf) -> list[Entry]:
    """The newest of a shelf. A withdrawn item is told with its reason; what it had said before is not."""
    steps = Step.objects.filter(what__in=[*Step.CHANGES, Step.What.WITHDRAWN], item__in=shelf.items().public())
    if shelf.words:
        hits = finding.find(shelf.words, unit=shelf.unit.pk if shelf.unit else None, group=shelf.group).found
        steps = steps.filter(item__in=[hit.item.pk for hit in hits])
    rows = steps.select_related("item__unit", "item__current", "version").order_by("-pk")[:MOST_ENTRIES]
    return [_entry(step) for step in rows]


def _entry(step: Step) -> Entry:
    item = step.item
    url = absolute(reverse("catalogue:item", args=[item.pk]))
    if step.what == Step.What.WITHDRAWN:
        title = _("已撤下：%(title)s") % {"title": item.title}
        return Entry(f"{url}#s{step.pk}", url, title, step.words, step.at)
    if not item.texts_readable:
        return Entry(f"{url}#s{step.pk}", url, item.title, _("这一项后来撤下了。"), step.at)
    said = step.version.summary if not step.words else f"{step.version.summary}（{step.words}）"
    return Entry(f"{url}#s{step.pk}", url, step.version.title, said, step.at)


def _title(shelf: Shelf) -> str:
    return " · ".join((_("公开目录"), *(str(name) for name in shelf.names())))


@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    shelf = shelf_of(request)
    feed = Atom1Feed(
        title=_title(shelf),
        link=absolute(reverse("catalogue:list") + shelf.query),
        description=_("公开、更新和撤下的事项"),
        language=get_language() or "zh-hans",
        feed_url=absolute(reverse("catalogue:atom") + shelf.query),
    )
    for one in entries(shelf):
        feed.add_item(
            one.title, one.url, one.summary, unique_id=one.id, unique_id_is_permalink=False,
            pubdate=one.at, updateddate=one.at,
        )  # fmt: skip
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@require_safe
def json_feed(request: HttpRequest) -> HttpResponse:
    """JSON Feed 1.1."""
    shelf = shelf_of(request)
    said: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(shelf),
        "home_page_url": absolute(reverse("catalogue:list") + shelf.query),
        "feed_url": absolute(reverse("catalogue:json-feed") + shelf.query),
        "language": get_language() or "zh-hans",
        "items": [
            {
                "id": one.id,
                "url": one.url,
                "title": one.title,
                "content_text": one.summary,
                "date_published": one.at.isoformat(),
            }
            for one in entries(shelf)
        ],
    }
    answer = JsonResponse(said, json_dumps_params={"ensure_ascii": False})
    answer["Content-Type"] = "application/feed+json; charset=utf-8"
    return answer
