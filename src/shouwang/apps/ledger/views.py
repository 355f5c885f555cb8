"""What everybody may see of the log: its heads and tiles for programs, pages for people. Nothing here knows who looks."""

from __future__ import annotations

import base64
import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from shouwang.apps.ledger import witnessing
from shouwang.apps.ledger.models import Head, LogKey, Watched
from shouwang.apps.ledger.monthly import monthly, root_now, root_typed
from shouwang.apps.ledger.origin import log_url
from shouwang.apps.ledger.rows import Rows
from shouwang.apps.ledger.state import watchers
from shouwang.apps.ledger.usecases import first_key, introductions, published
from shouwang.engines.errors import BadData
from shouwang.engines.translog import HASH_BYTES, bundle, read_tile_path

LONGEST_NOTE = 20_000
FOR_EVER = "public, max-age=31536000, immutable"


def _text(content: str, cache: str = "no-cache", status: int = 200) -> HttpResponse:
    response = HttpResponse(content, content_type="text/plain; charset=utf-8", status=status)
    response["Cache-Control"] = cache
    response["Access-Control-Allow-Origin"] = "*"  # the log is for everybody's programs
    return response


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the log is, its newest head, and how to check it."""
    newest = Head.objects.newest()
    context = {
        "head": newest,
        "root": base64.b64encode(bytes(newest.root)).decode() if newest else "",
        "note": published(newest) if newest else "",
        "key": first_key(timezone.now()),
        "later": LogKey.objects.filter(witness=False).order_by("pk")[1:],
        "url": log_url(),
        "witnesses": watchers(timezone.now()),
        "watched": Watched.objects.prefetch_related("forks").order_by("pk"),
        "now": timezone.now(),
    }
    return render(request, "ledger/home.html", context)


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django's signature
    """The newest signed head, with the lines of witnesses below it."""
    newest = Head.objects.newest()
    if newest is None:
        raise Http404
    return _text(published(newest))


@require_safe
def keys(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The first key of the log on the first line, then the notes in which each introduced the next."""
    return _text("\n".join([f"{first_key(timezone.now())}\n", *introductions()]))


@require_safe
def tile(request: HttpRequest, rest: str) -> HttpResponse:  # noqa: ARG001
    """Hashes or entries; only what a published head covers, so that nothing is seen before it is signed."""
    newest = Head.objects.newest()
    try:
        level, index, width = read_tile_path(f"tile/{rest}")
        height = 0 if level == "entries" else int(level)
        if newest is None or (newest.size >> (8 * height)) < index * 256 + width:
            raise Http404
        content = (
            bundle(Rows().entries(index, width))
            if level == "entries"
            else Rows().read(int(level), index, width)[: width * HASH_BYTES]
        )
    except BadData as error:
        raise Http404 from error
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Cache-Control"] = FOR_EVER
    response["Access-Control-Allow-Origin"] = "*"
    return response


@csrf_exempt  # a witness is a program: what it brings is taken only with its right signature
@require_POST
def cosign(request: HttpRequest) -> HttpResponse:
    """A witness brings one of our heads with its line below."""
    if request.content_type in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        return _text("bring the note itself, as text/plain\n", status=415)
    if len(request.body) > LONGEST_NOTE:
        return _text("too long\n", status=413)
    try:
        taken = witnessing.take_cosignatures(request.body.decode(errors="replace"))
    except BadData as error:
        return _text(f"{error}\n", status=400)
    return _text(f"{taken}\n")


@require_safe
def witnessed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The heads of other logs as this house has countersigned them, and the key it does so with."""
    mine = LogKey.objects.filter(witness=True, until=None).first()
    notes = Watched.objects.exclude(note="").order_by("pk").values_list("note", flat=True)
    return _text("\n".join([f"{mine.vkey if mine else ''}\n", *notes]))


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Where somebody drops their receipt; the browser checks it, the file goes nowhere."""
    return render(request, "ledger/verify.html", {"key": first_key(timezone.now()), "url": log_url()})


@never_cache
@require_safe
def notice(request: HttpRequest, year: int = 0, month: int = 0) -> HttpResponse:
    """The head at the end of a month, to print and pin up: whoever has seen it notices when the log is written anew."""
    now = timezone.now()
    found = monthly(year, month, now)
    if found is None:
        raise Http404
    origin = found.head.note.split("\n", 1)[0]
    context = {"found": found, "head": found.head, "origin": origin, "key": first_key(now), "url": log_url()}
    return render(request, "ledger/notice.html", context)


@never_cache
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Does the log of today still lead to a head that somebody photographed? Typed, or scanned from the notice."""
    typed = {name: request.GET.get(name, "")[:200].strip() for name in ("size", "root")}
    context = {**typed, "url": log_url(), "key": first_key(timezone.now()), "says": ""}
    if typed["size"] or typed["root"]:
        size = int(typed["size"]) if re.fullmatch("[0-9]{1,18}", typed["size"]) else None
        root = root_typed(typed["root"])
        if size is None or root is None:
            context["says"] = "unreadable"
        else:
            now = root_now(size)
            context["says"] = "gone" if now is None else "same" if now == root else "other"
            context["now"] = base64.b64encode(now).decode() if now else ""
    return render(request, "ledger/compare.html", context, status=400 if context["says"] == "unreadable" else 200)
