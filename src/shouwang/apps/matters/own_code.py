"""
The door of a room whose people hold a code of their own: type it, scan it, and the page behind it, in this browser, while the code is good.

    door = CodeDoor(StayCode, session_key="stay", opens_with=usecases.open_code, page="recordings:mine", form=CodeForm)
    urls: path("my-stay/", door.typed), path("my-stay/c/<str:code>/", door.scanned)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from shouwang.apps.matters.views import qr_svg
from shouwang.kernel import ids
from shouwang.kernel.codes import OwnCode
from shouwang.kernel.errors import RuleBroken

T = TypeVar("T", bound=OwnCode)


class CodeDoor(Generic[T]):
    """
    One room's door.

    session_key  under which a browser remembers the code that was entered last
    opens_with   the use case that proves a typed code
    page         the name of the address behind it
    heading      what the page on which it is typed asks for
    """

    def __init__(
        self,
        model: type[T],
        *,
        session_key: str,
        opens_with: Callable[..., T],
        page: str,
        form: type[forms.Form],
        heading: str | Promise,
    ) -> None:
        self.model, self.session_key, self.page = model, session_key, page
        self.form, self.heading, self._prove = form, heading, opens_with
        self.typed = never_cache(require_http_methods(["GET", "HEAD", "POST"])(self._typed))
        self.scanned = never_cache(require_GET(self._scanned))

    def held(self, request: HttpRequest, **fits: Any) -> T | None:
        """The code that was entered in this browser last, while it is good."""
        return self.model.live(pk=request.session.get(self.session_key, 0), **fits).first()

    def opens(self, request: HttpRequest, typed: str) -> str | None:
        """Whoever types such a code where codes of matters are asked for comes to the same page."""
        try:
            return self._open(request, typed)["Location"]
        except RuleBroken:
            return None

    def printed(self, code: str = "") -> dict[str, str]:
        """What a sheet says of a code: itself, its QR code, and where to type it; without a code in hand only the last."""
        room = self.page.partition(":")[0]
        house = settings.SHOUWANG.public_url.rstrip("/")
        return {
            "code": ids.show_code(code) if code else "",
            "qr": qr_svg(house + reverse(f"{room}:by-code", args=[code])) if code else "",
            "address": house + reverse(f"{room}:code"),
        }

    def _open(self, request: HttpRequest, typed: str) -> HttpResponse:
        found = self._prove(
            typed,
            address=request.viewer.address,  # type: ignore[attr-defined]  # set by KnowWhoLooks
            at=timezone.now(),
            tries_per_hour=settings.SHOUWANG.code_tries_per_hour,
        )
        request.session[self.session_key] = found.pk
        return redirect(self.page)

    def _typed(self, request: HttpRequest) -> HttpResponse:
        """Type the code of the sheet."""
        form = self.form(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                return self._open(request, form.cleaned_data["code"])
            except RuleBroken as why:
                form.add_error("code", why.whole)
        return self._ask(request, form, 400 if form.errors else 200)

    def _scanned(self, request: HttpRequest, code: str) -> HttpResponse:
        """The QR code of the sheet. A wrong one leads to the page on which to type it."""
        try:
            return self._open(request, code)
        except RuleBroken as why:
            form = self.form({"code": ""})
            form.errors.clear()
            form.add_error("code", why.whole)
            return self._ask(request, form, why.status)

    def _ask(self, request: HttpRequest, form: forms.Form, status: int) -> HttpResponse:
        context = {"form": form, "heading": self.heading, "action": f"{self.page.partition(':')[0]}:code"}
        return render(request, "matters/own_code.html", context, status=status)
