"""Counts pages that were shown."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from shouwang.apps.openness import visits


class CountVisits:
    """One more reading of this kind of page; see `visits` for what is not kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if page := visits.page_of(request, response):
            visits.TALLY.add(visits.prefix_of(request), page, timezone.localdate())
        return response
