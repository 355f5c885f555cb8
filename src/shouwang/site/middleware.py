"""What every request passes: who is looking, the second factor of staff, and errors that say what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from shouwang.apps.matters.usecases import held_codes
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.units.models import Officer
from shouwang.kernel.clock import FIRST_POSSIBLE, ClockWatch
from shouwang.kernel.errors import Refused, RuleBroken
from shouwang.kernel.fields import blind
from shouwang.kernel.text import plain
from shouwang.kernel.trouble import BadClock, Trouble, trouble_of
from shouwang.site import health

logger = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]


def caller_address(meta: dict[str, str], trusted_proxies: int) -> str:
    """The caller's network address. Only as many forwarded hops are believed as proxies are known to stand in front."""
    hops = [hop.strip() for hop in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    if trusted_proxies and len(hops) >= trusted_proxies:
        return hops[-trusted_proxies]
    return meta.get("REMOTE_ADDR", "")


def viewer_of(request: HttpRequest) -> Viewer:
    """Built from what this request proves: a signed-in officer with a second factor, and codes entered in this browser."""
    officer = None
    if request.user.is_authenticated and is_mfa_enabled(request.user):
        officer = Officer.objects.serving().select_related("unit").filter(user=request.user).first()
    codes = request.session.get("codes", [])
    return Viewer(
        officer=officer,
        held=held_codes(codes) if codes else {},
        address=blind(caller_address(request.META, settings.SHOUWANG.trusted_proxies), "address"),
    )


class MindTheClock:
    """By a clock that is certainly wrong nothing is taken; when the clock was set, waits counted by the old time are over."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.watch = ClockWatch()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.watch.moved():
            cache.clear()  # such as how often a password was tried: a moment in the time to come would never pass
        if request.method == "POST" and timezone.now() < FIRST_POSSIBLE:
            return say_what_to_do(request, BadClock())
        return self.get_response(request)


class KnowWhoLooks:
    """Puts `request.viewer` on every request, worked out when it is first asked for."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # PostgreSQL keeps no NUL in a text, and nobody means one in an address.
        request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "")
        request.viewer = SimpleLazyObject(lambda: viewer_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """
        Nor does anybody mean a NUL in what they typed, or a character that turns a text round, or nothing but characters that cannot be
        seen. Not every field is read through a form that would refuse it. A password is taken as it is.
        """
        if request.method != "POST":
            return
        given = {name: values for name, values in request.POST.lists() if "password" not in name and name != "again"}
        plainly = {name: [plain(one) for one in values] for name, values in given.items()}
        if plainly != given:
            clean = request.POST.copy()
            for name, values in plainly.items():
                clean.setlist(name, values)
            request.POST = clean  # type: ignore[assignment]  # as good as the one that cannot be changed


class AskForSecondFactor:
    """An account without a second factor reaches nothing but the page that sets one up."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        guarded = request.path.startswith(("/desk", "/manage", "/bureau"))
        if guarded and request.user.is_authenticated and not is_mfa_enabled(request.user):
            return HttpResponseRedirect(reverse("mfa_index"))
        return self.get_response(request)


class SayWhatToDo:
    """Turns a broken rule into a page, a fragment or JSON that says what happened and what to do."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (
            request.method == "POST"
            and response.status_code == 302
            and _leads_to_sign_in(request, response["Location"])
        ):
            return say_what_to_do(request, SignedOut())
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        broken = error if isinstance(error, RuleBroken) else trouble_of(error)
        return None if broken is None else say_what_to_do(request, broken)


class SignedOut(Refused):
    """A form that was filled in before signing out: the way to the sign-in page would lose what was typed."""

    code = "signed-out"
    hint = _("您已经退出登录，刚才的内容没有交上去。请回到上一页，重新登录后再交一次。")


def _leads_to_sign_in(request: HttpRequest, location: str) -> bool:
    """Whether it sends the reader to sign in and then back to this very address; a wish pressed on the sign-in page does not."""
    there = urlsplit(location)
    return there.path == reverse(settings.LOGIN_URL) and parse_qs(there.query).get("next", [""])[0].startswith(
        request.path
    )


def kept_of(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, as (name, value): a page of error gives it back. Nothing when more was sent than is read at all."""
    try:
        sent = request.POST
    except SuspiciousOperation:
        return []
    return [(key, value) for key in sent for value in sent.getlist(key) if key not in NOT_SHOWN]


def say_what_to_do(request: HttpRequest, error: RuleBroken) -> HttpResponse:
    """The answer to a broken rule, with what was typed. In trouble with the database the page asks nothing of it."""
    if isinstance(error, Trouble):
        health.note_trouble(error, timezone.now())
        logger.error("%s %s: %s", request.method, error.code, type(error).__name__)
    else:
        logger.info("%s %s: %s", request.method, error.code, type(error).__name__)
    response = _answer(request, error)
    if isinstance(error, Trouble):
        response["Retry-After"] = str(error.retry_after_s)
    response["Cache-Control"] = "no-store"  # it repeats what was typed
    return response


def _answer(request: HttpRequest, error: RuleBroken) -> HttpResponse:
    if request.path.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json"):
        body = {"code": error.code, "says": error.says, "hint": str(error.hint), "source": error.source}
        return JsonResponse(body, status=error.status, json_dumps_params={"ensure_ascii": False})
    page = "trouble.html" if isinstance(error, Trouble) else "rule_broken.html"
    if getattr(request, "htmx", False):
        page = "_rule_broken.html"
    context = {"error": error, "kept": kept_of(request)}
    if isinstance(error, Trouble):
        return HttpResponse(render_to_string(page, context), status=error.status)
    return render(request, page, context, status=error.status)


#: Fields that a page of error never gives back: secrets, codes, and what means nothing to a reader.
NOT_SHOWN = frozenset(
    {"csrfmiddlewaretoken", "client_id", "password", "password1", "password2", "oldpassword", "again", "code", "key"}
)
