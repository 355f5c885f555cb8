"""The gate of the desk: staff with a second factor and a post that answers residents."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shouwang.apps.matters import policy
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.units.models import Officer
from shouwang.kernel.errors import Refused
from shouwang.kernel.policy import require

View = Callable[..., HttpResponse]


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer with the officer's rights only: codes that were entered in this browser do not widen the desk."""
    officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    return Viewer(officer=officer, address=request.viewer.address)  # type: ignore[attr-defined]


def officer_of(request: HttpRequest) -> Officer:
    """The officer behind a request that `at_desk` let through."""
    officer: Officer = request.viewer.officer  # type: ignore[attr-defined]  # checked by at_desk
    return officer


def at_desk(view: View) -> View:
    """Strangers are sent to sign in; staff without an answering post are told why not."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
        if officer is None:
            raise Refused(_("您的账号还没有对应的岗位。请系统管理员在“管理”里把您加到单位。"))
        require(policy.may_answer(officer))
        # Looking moves no matter from one desk to another, so one answer holds for the whole page.
        with policy.asked_once(officer) if request.method in {"GET", "HEAD"} else nullcontext():
            response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    return guarded
