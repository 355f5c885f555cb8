"""Pages that belong to no room: language, large type, errors."""

from __future__ import annotations

import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from shouwang.kernel.trouble import trouble_of
from shouwang.site.context import LARGE_TYPE, NIGHT
from shouwang.site.health import check_health
from shouwang.site.middleware import kept_of, say_what_to_do

A_YEAR = 60 * 60 * 24 * 365


def _back(request: HttpRequest) -> str:
    there = request.POST.get("next", "/")
    return there if url_has_allowed_host_and_scheme(there, allowed_hosts={request.get_host()}) else "/"


@require_POST
def reading(request: HttpRequest) -> HttpResponse:
    """Remember how this reader likes to read: `large` 0 or 1, `night` on, off or by the device, `language` zh-hans or en."""
    response = HttpResponseRedirect(_back(request))
    for field, cookie, allowed in (
        ("large", LARGE_TYPE, {"0", "1"}),
        ("night", NIGHT, {"on", "off", ""}),
        ("language", settings.LANGUAGE_COOKIE_NAME, {code for code, _name in settings.LANGUAGES}),
    ):
        if (value := request.POST.get(field)) is not None and value in allowed:
            response.set_cookie(cookie, value, max_age=A_YEAR, samesite="Lax", secure=settings.SHOUWANG.https)
    return response


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django's signature
    """Browsers ask here for the mark of pages that cannot name it: downloads, JSON, prints."""
    return HttpResponsePermanentRedirect(static("shouwang/favicon.svg"))


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  Django's signature
    """A form that was open too long: say so, and give back what was typed."""
    response = render(request, "stale_form.html", {"kept": kept_of(request)}, status=403)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django's signature
    """Whether the database answers and the worker works; 503 when not. Says nothing about anybody."""
    found = check_health(timezone.now())
    return JsonResponse(found.as_json(), status=200 if found.well else 503)


@require_safe
def forgotten_password(request: HttpRequest) -> HttpResponse:
    """Nothing is sent by mail: whom to ask instead."""
    return render(request, "account/password_reset.html")


def shut(request: HttpRequest, rest: str) -> HttpResponse:  # noqa: ARG001  Django's signature
    """A page that the sign-in library has and this house does not."""
    raise Http404


def not_taken(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What was sent cannot be read: far too much of it, or broken on the way. The browser's “back” still has what was typed."""
    too_much = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    return render(request, "400.html", {"too_much": too_much}, status=413 if too_much else 400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  Django's signature
    """Nothing here, and the ways on. What was sent here is given back: its page may have been open longer than the right to it."""
    response = render(request, "404.html", {"kept": kept_of(request)}, status=404)
    if request.method == "POST":
        response["Cache-Control"] = "no-store"
    return response


def went_wrong(request: HttpRequest) -> HttpResponse:
    """
    Our fault; says that nothing acknowledged was lost. Trouble outside of a view (a session that cannot be saved) ends here too.
    """
    if (trouble := trouble_of(sys.exc_info()[1])) is not None:
        return say_what_to_do(request, trouble)
    return render(request, "500.html", status=500)
