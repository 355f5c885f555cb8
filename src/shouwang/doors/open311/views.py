"""
The addresses of GeoReport v2. Nothing here looks at a session: whoever asks is nobody, or shows a tracking code in `X-Tracking-Code`.

Source: GeoReport v2 specification (wiki.open311.org/GeoReport_v2). Extensions are listed in `docs/reference/open311.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.viewer import Held, Viewer
from shouwang.apps.matters.views import code_address
from shouwang.apps.units.models import Unit
from shouwang.doors.open311 import formats, requests
from shouwang.doors.open311 import updates as changes
from shouwang.doors.open311.services import BY_CODE, SERVICES, Service
from shouwang.kernel import ids, limits
from shouwang.kernel.errors import RuleBroken

View = Callable[..., HttpResponse]


class _Wrong(Exception):
    """The request cannot be answered: HTTP status and sentences."""

    def __init__(self, status: int, *says: str) -> None:
        super().__init__(*says)
        self.status, self.says = status, says


def _answer(root: str, value: Any, form: str, *, status: int = 200) -> HttpResponse:
    answer = HttpResponse(formats.write(root, value, form), status=status, content_type=formats.CONTENT_TYPES[form])
    # There is no session behind these addresses, so a page of any other house may read what anybody may read.
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _door(*methods: str) -> Callable[[View], View]:
    """What every address here has: the two formats, and errors as the specification writes them."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @never_cache
        @require_http_methods([*methods, "HEAD"])
        @wraps(view)
        def answered(request: HttpRequest, form: str, **named: str) -> HttpResponse:
            try:
                return view(request, form, **named)
            except _Wrong as why:
                status, says = why.status, why.says
            except RuleBroken as why:
                status, says = why.status, (why.whole,)
            errors = [{"code": status, "description": one} for one in says]
            return _answer("errors", errors, form, status=status)

        return answered

    return decorate


def _station(request: HttpRequest) -> Unit:
    sent = request.POST if request.method == "POST" else request.GET
    asked = request.GET.get("jurisdiction_id", "") or sent.get("jurisdiction_id", "")
    station = requests.station_of(asked[:20])
    if station is None:
        raise _Wrong(404, _("没有 %(id)s 这个派出所。") % {"id": asked[:20]} if asked else _("这里还没有开通。"))
    return station


def _service(code: str, *, status: int) -> Service:
    service = BY_CODE.get(code)
    if service is None:
        raise _Wrong(status, _("没有 %(code)s 这个 service_code。") % {"code": code[:40]})
    return service


@_door("GET")
def discovery(_request: HttpRequest, form: str) -> HttpResponse:
    """Where the door is and what it speaks."""
    root = (
        settings.SHOUWANG.public_url.rstrip("/") + reverse("open311:services", args=["json"])[: -len("services.json")]
    )
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": root.rstrip("/"),
        "changeset": "2026-11-28T00:00:00+08:00",
        "type": "production",
        "formats": ["application/json", "text/xml"],
    }
    described = {
        "changeset": "2026-11-28T00:00:00+08:00",
        "contact": _("不用钥匙，不用登记。说明见本站文档 Open311 一页。"),
        "key_service": "",
        "endpoints": [endpoint],
    }
    return _answer("discovery", described, form)


@_door("GET")
def services(request: HttpRequest, form: str) -> HttpResponse:
    """What can be brought."""
    _station(request)
    listed = [
        {
            "service_code": one.code,
            "service_name": str(one.name),
            "description": str(one.description),
            "metadata": bool(one.attributes),
            "type": "realtime",
            "keywords": "",
            "group": one.group,
        }
        for one in SERVICES
    ]
    return _answer("services", listed, form)


@_door("GET")
def definition(request: HttpRequest, form: str, code: str) -> HttpResponse:
    """What is asked about one kind of thing."""
    _station(request)
    service = _service(code, status=404)
    attributes = [
        {
            "variable": True,
            "code": one.code,
            "datatype": one.datatype,
            "required": False,
            "datatype_description": str(one.hint),
            "order": number,
            "description": str(one.description),
            **({"values": [{"key": key, "name": str(name)} for key, name in one.values]} if one.values else {}),
        }
        for number, one in enumerate(service.attributes, start=1)
    ]
    return _answer("service_definition", {"service_code": service.code, "attributes": attributes}, form)


@_door("GET", "POST")
def many(request: HttpRequest, form: str) -> HttpResponse:
    """Bring something, or read what is public."""
    if request.method == "POST":
        return _bring(request, form)
    asked = requests.QueryForm(request.GET)
    if not asked.is_valid():
        raise _Wrong(400, *_sentences(asked))
    station = _station(request) if request.GET.get("jurisdiction_id") else None
    found = list(requests.read_public(asked.asked(station, timezone.now())))
    return _answer("service_requests", found, form)


@_door("GET", "POST")
def updates(request: HttpRequest, form: str) -> HttpResponse:
    """What became of requests: with its code all of one, without one what is public. With its code one adds to it."""
    if request.method == "POST":
        return _update(request, form)
    asked = requests.QueryForm(request.GET)
    if not asked.is_valid():
        raise _Wrong(400, *_sentences(asked))
    station = _station(request) if request.GET.get("jurisdiction_id") else None
    held = _held(request)
    if held is not None and (request.GET.get("service_request_id") or requests.public_id(held.matter_id)) == (
        requests.public_id(held.matter_id)
    ):
        matter = Matter.objects.select_related("unit").get(pk=held.matter_id)
        days = (asked.cleaned_data["start_date"], asked.cleaned_data["end_date"])
        found = list(changes.held_updates(matter, _viewer(request, held), *days))
    else:
        found = list(changes.public_updates(asked.asked(station, timezone.now())))
    return _answer("service_request_updates", found, form)


def _update(request: HttpRequest, form: str) -> HttpResponse:
    now = timezone.now()
    address = request.viewer.address  # type: ignore[attr-defined]  # set by KnowWhoLooks
    limits.refuse_above(limits.MOST_BROUGHT, "open311", address, at=now, window=timedelta(hours=1))
    held = _held(request)
    if held is None:
        raise _Wrong(401, _("要有这一件的查询码，请放在 X-Tracking-Code 里。"))
    asked = changes.UpdateForm(request.POST, request.FILES)
    if not asked.is_valid():
        raise _Wrong(400, *_sentences(asked))
    if requests.key_of(asked.cleaned_data["service_request_id"]) != held.matter_id:
        raise _Wrong(404, _("这个查询码打不开这一件。"))
    limits.count("open311", address, at=now, window=timedelta(hours=1))
    matter = Matter.objects.select_related("unit__parent").get(pk=held.matter_id)
    entry = changes.add(matter, _viewer(request, held), asked.cleaned_data, at=now)
    said = {
        "update_id": changes.update_id(matter, entry.seq),
        "service_request_id": requests.public_id(matter),
    }
    return _answer("service_request_updates", [said], form, status=201)


def _held(request: HttpRequest) -> Held | None:
    """What the shown code opens; None without one. Wrong ones are counted as on the page."""
    code = request.headers.get("X-Tracking-Code", "")
    if not code:
        return None
    return matters.open_by_code(
        code,
        address=request.viewer.address,  # type: ignore[attr-defined]  # set by KnowWhoLooks
        at=timezone.now(),
        tries_per_hour=settings.SHOUWANG.code_tries_per_hour,
    )


def _viewer(request: HttpRequest, held: Held) -> Viewer:
    """The holder of one code, and nobody else."""
    return Viewer(held={held.matter_id: held}, address=request.viewer.address)  # type: ignore[attr-defined]  # as above


@_door("GET")
def one(request: HttpRequest, form: str, request_id: str) -> HttpResponse:
    """One request: with its code all that the code opens here, without one what is public. What is neither does not exist."""
    key = requests.key_of(request_id)
    held = _held(request)
    if held is not None and held.matter_id == key:
        matter = Matter.objects.select_related("unit").get(pk=key)
        return _answer("service_requests", [requests.read_held(matter)], form)
    found = list(requests.read_public(requests.Asked(ids=frozenset({key})))) if key is not None else []
    if not found:
        raise _Wrong(404, _("没有这一件，或者它不公开。有查询码的话，请放在 X-Tracking-Code 里。"))
    return _answer("service_requests", found, form)


def _bring(request: HttpRequest, form: str) -> HttpResponse:
    now = timezone.now()
    address = request.viewer.address  # type: ignore[attr-defined]  # set by KnowWhoLooks
    limits.refuse_above(limits.MOST_BROUGHT, "open311", address, at=now, window=timedelta(hours=1))
    key = request.headers.get("Idempotency-Key", "")
    if key and len(key) < limits.SHORTEST_KEY:
        raise _Wrong(400, _("Idempotency-Key 至少要 %(n)d 个字符，别人猜不到的那种。") % {"n": limits.SHORTEST_KEY})
    asked = requests.RequestForm(request.POST, request.FILES)
    if not asked.is_valid():
        raise _Wrong(400, *_sentences(asked))
    service = _service(asked.cleaned_data["service_code"], status=400)
    try:
        answers = requests.answers_of(service, request.POST.dict())
    except requests.Unanswerable as why:
        raise _Wrong(400, str(why)) from why
    limits.count("open311", address, at=now, window=timedelta(hours=1))
    opened = requests.bring(service, asked.cleaned_data, answers, _station(request), client_id=key, at=now)
    shown = ids.show_code(opened.code)
    said = {
        "service_request_id": requests.public_id(opened.matter),
        "service_notice": _("编号 %(number)s，查询码 %(code)s。查询码只给这一次，请记下来。正在发生危险请打 110。")
        % {"number": opened.matter.number, "code": shown},
        "account_id": None,
        "number": opened.matter.number,
        "tracking_code": shown,
        "tracking_url": code_address(opened.code),
    }
    return _answer("service_requests", [said], form, status=201)


def _sentences(asked: Any) -> list[str]:
    return [
        sentence if sentence.startswith(("lat", "long", "status", name)) else f"{name}: {sentence}"
        for name, sentences in asked.errors.items()
        for sentence in sentences
    ]
