"""The gates: who may open the wizard, who may manage, who sees the overview."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.views import redirect_to_login
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict

from shouwang.apps.bureau import policy, setupkey
from shouwang.apps.bureau.models import Setup
from shouwang.apps.notices.policy import may_set_up_gateways
from shouwang.apps.units.models import Officer
from shouwang.apps.units.policy import may_manage
from shouwang.kernel.policy import Verdict, require

View = Callable[..., HttpResponse]
PROVED = "setup_key"


def officer_of(request: HttpRequest) -> Officer:
    """The officer behind a request that a gate let through."""
    officer: Officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks, checked by the gate
    return officer


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, for `Form(sent(request))`; None when the page was only asked for."""
    return request.POST if request.method == "POST" else None


def files(request: HttpRequest) -> MultiValueDict[str, UploadedFile[Any]] | None:
    """The files a form was sent with."""
    return request.FILES if request.method == "POST" else None


def _staff(rule: Callable[[Officer], Verdict]) -> Callable[[View], View]:
    """Strangers sign in first, staff without a second factor set one up, and the rest are told why not."""

    def gate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not is_mfa_enabled(request.user):
                return redirect("mfa_index")
            officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
            if officer is None:
                return redirect_to_login(request.get_full_path())
            require(rule(officer))
            response = view(request, *args, **kwargs)
            response["Cache-Control"] = "no-store"
            return response

        return guarded

    return gate


manages = _staff(may_manage)
sees_figures = _staff(policy.may_see_figures)
sets_up_gateways = _staff(may_set_up_gateways)
is_staff = _staff(policy.may_be_here)


# ── the wizard ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _proof() -> str:
    """What a browser keeps after giving the key: of no use once the key is another."""
    return hashlib.sha256((setupkey.read_key() or "").encode()).hexdigest()


def prove(request: HttpRequest) -> None:
    """This browser gave the key."""
    request.session.cycle_key()
    request.session[PROVED] = _proof()


def has_proved(request: HttpRequest) -> bool:
    """Whether this browser gave the key that is valid now."""
    given = str(request.session.get(PROVED, ""))
    return setupkey.read_key() is not None and hmac.compare_digest(given.encode(), _proof().encode())


def while_open(view: View) -> View:
    """There is no wizard once there is an administrator."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not setupkey.is_open():
            raise Http404
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    return guarded


def with_key(view: View) -> View:
    """Pages of the wizard before the house exists: only for a browser that gave the key."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not has_proved(request):
            return redirect("bureau:setup")
        return view(request, *args, **kwargs)

    return while_open(guarded)


def by_founder(view: View) -> View:
    """The last pages of the wizard: only for the administrator it made, until it is finished. Nobody else has such a page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        setup = (
            Setup.objects.filter(finished_at=None).exclude(administrator=None).select_related("administrator").first()
        )
        officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
        if setup is None or officer is None or setup.administrator_id != officer.pk:
            raise Http404
        response = view(request, setup, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    return guarded
