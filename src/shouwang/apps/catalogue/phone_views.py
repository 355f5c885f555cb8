"""Reminders on a phone: what they are and who sees what, the button, and the script that shows them. Without a script the feeds remain."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shouwang.apps.catalogue import phones
from shouwang.apps.catalogue.phones import Given
from shouwang.apps.catalogue.shelves import shelf_of
from shouwang.engines import webpush
from shouwang.kernel import limits
from shouwang.kernel.errors import RuleBroken

#: How many phones behind one address may be put on the list in an hour.
PHONES_PER_HOUR = 20
WORKER = Path(__file__).parent / "static" / "shouwang" / "phone-worker.js"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """The page with the button; POST is the button, pressed by the script with what the browser gave."""
    shelf, now = replace(shelf_of(request), words=""), timezone.now()
    if request.method == "POST":
        given = Given(*(request.POST.get(name, "").strip() for name in ("endpoint", "p256dh", "auth")))
        address = request.viewer.address  # type: ignore[attr-defined]  # set by KnowWhoLooks
        try:
            limits.refuse_above(PHONES_PER_HOUR, "catalogue.phone", address, at=now, window=timedelta(hours=1))
            phones.tell_this_phone(given, shelf, language=get_language() or "zh-hans", at=now)
            limits.count("catalogue.phone", address, at=now, window=timedelta(hours=1))
        except RuleBroken as refused:
            return JsonResponse({"says": refused.whole}, status=refused.status)
        return JsonResponse({}, status=201)
    context = {
        "shelf": shelf,
        "on": phones.switched_on(),
        "key": webpush.text_of(webpush.public_bytes(phones.house_key(now))) if phones.switched_on() else "",
        "scope": reverse("catalogue:list"),
    }
    return render(request, "catalogue/phone.html", context)


@never_cache
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Take a phone off. Whoever knows the browser's secret address is that browser; the same answer whether it was there or not."""
    phones.forget_phone(request.POST.get("endpoint", "").strip()[: phones.LONGEST_ENDPOINT])
    return JsonResponse({})


@cache
def _worker() -> bytes:
    return WORKER.read_bytes()


@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """The script that shows reminders. It lies here and not among the other scripts, so that it reaches the portal and nothing else."""
    return HttpResponse(_worker(), content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})
