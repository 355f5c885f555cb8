"""Who asks, and what a refusal looks like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import APIKeyHeader, HttpBearer

from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.viewer import Held, Viewer
from shouwang.apps.units.models import Officer
from shouwang.doors.api.keys import officer_with
from shouwang.doors.api.shapes import Problem, Wrong
from shouwang.kernel import limits
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.fields import blind

#: What may be answered besides success: without having to prove anything, and with a code or a key.
OPEN_REFUSALS = frozenset({400, 404, 409, 422, 429})
REFUSALS = OPEN_REFUSALS | {401, 403}


class BadKey(RuleBroken):
    """The `Idempotency-Key` is too short to be a secret."""

    code = "api.bad-idempotency-key"
    status = 400


class ByCode(APIKeyHeader):
    """The tracking code, in a header so that it stands in no log. Wrong ones are counted as on the page."""

    param_name = "X-Tracking-Code"

    def authenticate(self, request: HttpRequest, key: str | None) -> Held | None:
        if not key:
            return None
        return matters.open_by_code(
            key[:64],
            address=address_of(request),
            at=timezone.now(),
            tries_per_hour=settings.SHOUWANG.code_tries_per_hour,
        )


class ByKey(HttpBearer):
    """The key that an officer made for a program."""

    def authenticate(self, request: HttpRequest, token: str) -> Officer:
        writes = request.method not in {"GET", "HEAD"}
        return officer_with(token, address=address_of(request), writes=writes, at=timezone.now())


def address_of(request: HttpRequest) -> str:
    """Keyed hash of the network address, as every door counts it. No session is looked at here."""
    address: str = request.viewer.address  # type: ignore[attr-defined]  # set by KnowWhoLooks
    return address


def held_of(request: HttpRequest, number: str) -> tuple[Matter, Viewer]:
    """The matter that the shown code opens, and its holder as the only viewer. Another one's number does not exist."""
    held: Held = request.auth  # type: ignore[attr-defined]  # set by ninja after ByCode
    matter = Matter.objects.for_cards().filter(pk=held.matter_id, number=number).first()
    if matter is None:
        raise Http404
    return matter, Viewer(held={matter.pk: held}, address=address_of(request))


def desk_of(request: HttpRequest) -> tuple[Officer, Viewer]:
    """The officer behind the key, and their rights at the desk."""
    officer: Officer = request.auth  # type: ignore[attr-defined]  # set by ninja after ByKey
    return officer, Viewer(officer=officer, address=address_of(request))


def press_id(key: str, *by: object) -> str | None:
    """The id under which the same press is known, made of `Idempotency-Key` and who pressed; None without one."""
    if not key:
        return None
    if len(key) < limits.SHORTEST_KEY:
        raise BadKey(_("Idempotency-Key 至少要 %(n)d 个字符，别人猜不到的那种。") % {"n": limits.SHORTEST_KEY})
    return "api:" + blind("|".join(map(str, (key, *by))), "api.press")[:36]


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _answer(api: NinjaAPI, request: HttpRequest, status: int, problem: Problem) -> HttpResponse:
    answer = api.create_response(request, problem.model_dump(), status=status)
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def speak_plainly(api: NinjaAPI) -> None:
    """Every refusal is a `Problem` in the reader's language."""

    @api.exception_handler(RuleBroken)
    def broken(request: HttpRequest, why: RuleBroken) -> HttpResponse:
        problem = Problem(code=why.code, says=why.says, hint=str(why.hint), source=why.source)
        return _answer(api, request, why.status, problem)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, why: ValidationError) -> HttpResponse:
        fields = list(_wrong(why.errors))
        says = _("有 %(n)d 处不对，没有收下。") % {"n": len(fields)}
        return _answer(api, request, 422, Problem(code="api.invalid", says=says, fields=fields))

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, _why: Http404) -> HttpResponse:
        return _answer(api, request, 404, Problem(code="api.not-found", says=_("没有这一件，或者您看不到它。")))

    @api.exception_handler(AuthenticationError)
    def unproven(request: HttpRequest, _why: AuthenticationError) -> HttpResponse:
        says = _("要先证明您是谁：居民用 X-Tracking-Code，民警用 Authorization: Bearer。")
        return _answer(api, request, 401, Problem(code="api.unproven", says=says))

    @api.exception_handler(HttpError)
    @api.exception_handler(RawPostDataException)  # sent as a form with files
    def unread(request: HttpRequest, _why: Exception) -> HttpResponse:
        says = _("发来的内容读不懂，请发 UTF-8 编码的 JSON。")
        return _answer(api, request, 400, Problem(code="api.unreadable", says=says))


def _wrong(errors: Iterable[Mapping[str, Any]]) -> Iterable[Wrong]:
    for error in errors:
        where, *place = map(str, error["loc"])  # a body stands below the name of its argument
        yield Wrong(
            field=".".join(place[1:] if where == "body" else place),
            says=_says(str(error["type"]), error.get("ctx", {})),
        )


def _says(sort: str, about: Mapping[str, Any]) -> str:
    if sort == "value_error":  # the only rule over two fields
        return _("longitude 和 latitude 要一起写。")
    sentences = {
        "missing": _("要填。"),
        "extra_forbidden": _("没有这一项。"),
        "string_too_short": _("不能空着。"),
        "string_too_long": _("最多 %(max_length)s 个字。"),
        "too_long": _("最多 %(max_length)s 项。"),
        "literal_error": _("只能是 %(expected)s。"),
        "enum": _("只能是 %(expected)s。"),
        "greater_than_equal": _("不能小于 %(ge)s。"),
        "less_than_equal": _("不能大于 %(le)s。"),
        "string_pattern_mismatch": _("样子不对。"),
        "string_type": _("要写文字。"),
        "bool_type": _("只能是 true 或 false。"),
        "bool_parsing": _("只能是 true 或 false。"),
    }
    found = sentences.get(sort, _("这里写得不对，请照说明改。"))
    allowed = str(about.get("expected", "")).replace("'", "").replace(" or ", ", ")
    return found % {"max_length": "", "ge": "", "le": "", **about, "expected": allowed}
