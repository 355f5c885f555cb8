"""The desk's pages of redaction. They translate; the use cases decide. Nothing of a document is shown before a written reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.apps.desk.access import at_desk, officer_of, viewer_of
from shouwang.apps.desk.views import desk_context
from shouwang.apps.files.usecases import open_original, receive_upload
from shouwang.apps.matters.models import Matter
from shouwang.apps.redactions import grounds, policy, usecases
from shouwang.apps.redactions.beside import beside_released
from shouwang.apps.redactions.bytes_of import bytes_of, stored_bytes
from shouwang.apps.redactions.errors import NoReason, NotReady
from shouwang.apps.redactions.forms import BackForm, BeginForm, LookForm, document_limits
from shouwang.apps.redactions.models import Redaction, State
from shouwang.apps.redactions.usecases import Decision, Edges, is_open
from shouwang.apps.redactions.work import known_of, why_unreadable
from shouwang.engines.redaction import Refused, document_of, page_picture, redact_file, words_of
from shouwang.engines.textsearch.snippets import stretches
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.policy import require

#: Characters. A longer document is shown beside its copy only once the copy is made: the page would take seconds to look through it.
MOST_PREVIEWED = 20_000
#: Characters of a text that are shown; the rest is in the file.
MOST_SHOWN = 40_000
GONE = gettext_lazy(
    "原件或副本现在打不开：可能被查毒扣下、已经清除或者损坏了。请管理员看一看，或者不用这份，重新交一次。"
)
#: What of the checks are no programs of strangers.
OWN_CHECKS = {"raw-scan": gettext_lazy("本系统自查"), "ocr": gettext_lazy("认字程序")}


@at_desk
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Documents of this officer's station: what waits first, then what is ready, then the rest."""
    officer, viewer = officer_of(request), viewer_of(request)
    require(policy.may_work_some(officer))
    rows = Redaction.objects.of(viewer).for_pages()
    open_ones = rows.exclude(state__in=(State.RELEASED, State.CLOSED, State.UNREADABLE))
    context = desk_context(
        request,
        waiting=open_ones[:200],
        done=rows.filter(state=State.RELEASED)[:100],
        given_up=rows.filter(state__in=(State.CLOSED, State.UNREADABLE))[:50],
    )
    return render(request, "redactions/home.html", context)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Hand in a document."""
    officer = officer_of(request)
    require(policy.may_work_some(officer))
    initial = {"client_id": get_random_string(22), "number": request.GET.get("matter", "")[:30]}
    form = BeginForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = _begin(request, form)
        except RuleBroken as refused:
            form.add_error(None, refused.whole)
        else:
            return redirect("redactions:one", pk=made.pk)
    return render(request, "redactions/new.html", desk_context(request, form=form), status=400 if form.errors else 200)


def _begin(request: HttpRequest, form: BeginForm) -> Redaction:
    given, officer, now = form.cleaned_data, officer_of(request), timezone.now()
    matter = None
    if number := given["number"].strip():
        matter = Matter.objects.visible_to(viewer_of(request)).filter(number=number).first()
        if matter is None:
            raise NotReady(_("没有这个编号，或者您看不到这件事。请核对编号，或者先空着。"))
    upload = given["file"]
    stored = receive_upload(
        upload or document_of(given["text"]),
        claimed_name=upload.name if upload else "text.docx",
        claimed_type=(upload.content_type or "") if upload else "",
        limits=document_limits(),
        by=officer.ref,
        at=now,
        upload_id=given["client_id"] or None,
        inspected=getattr(upload, "inspected", None),
    )
    if stored.owner_ref:  # the same press came twice
        return Redaction.objects.get(pk=int(stored.owner_ref))
    return usecases.begin(stored, name=given["name"], purpose=given["purpose"], by=officer, at=now, matter=matter)


def _redaction(request: HttpRequest, pk: int) -> Redaction:
    require(policy.may_work_some(officer_of(request)))
    one = get_object_or_404(Redaction.objects.of(viewer_of(request)).for_pages(), pk=pk)
    require(policy.may_work(officer_of(request), one))
    return one


def _opened(request: HttpRequest, pk: int) -> Redaction:
    one = _redaction(request, pk)
    if not is_open(officer_of(request), one, timezone.now()):
        raise NotReady(_("先写明原因打开，再看里面的内容。"))
    return one


@at_desk
@never_cache
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One document: what was found, what was decided, original and result side by side, and what comes next."""
    return _page(request, _redaction(request, pk))


def _page(request: HttpRequest, one: Redaction, *, status: int = 200, said: str = "") -> HttpResponse:
    officer, now = officer_of(request), timezone.now()
    opened = is_open(officer, one, now)
    context: dict[str, Any] = {
        "one": one,
        "opened": opened,
        "said": said,
        "typed": request.POST,
        "steps": one.steps.select_related("by"),
        "may_review": policy.may_review(officer, one),
        "may_fetch": policy.may_fetch(officer, one),
        "working": one.state in {State.FINDING, State.MAKING},
        "grounds": grounds.grounds(timezone.localtime(now)),
        "checkers": [str(OWN_CHECKS.get(name, name)) for name in one.verdict.get("checkers", ())],
        "counts": [(grounds.KINDS.get(kind, kind), n) for kind, n in one.verdict.get("counts", {}).items()],
    }
    if opened and one.state == State.REVIEW:
        warned = context["beside"] = beside_released(one)
        others = [joined.other.pk for joined in warned.warnings if joined.other]
        context["may_open"] = set(
            Redaction.objects.of(viewer_of(request)).filter(pk__in=others).values_list("pk", flat=True)
        )
    if opened and one.state in {State.DRAFT, State.REVIEW, State.RELEASED}:
        try:
            context |= _inside(one, request.POST)
        except FileNotFoundError:  # held back by the check for viruses, erased, or damaged on the disk
            context |= {"said": said or GONE, "opened": False, "gone": True}
    return render(request, "redactions/one.html", desk_context(request, **context), status=status)


def _inside(one: Redaction, typed: QueryDict) -> dict[str, Any]:
    """What a refused press had typed is shown again; nothing of it is kept."""
    marks = list(one.marks.select_related("decided_by"))
    public = grounds.public_words(one.unit)
    rows = [
        {
            "mark": mark,
            "kind": grounds.KINDS[mark.kind],
            "hide": typed.get(f"mark-{mark.pk}", "hide" if mark.hide else "stay") != "stay",
            "why": typed.get(f"why-{mark.pk}", mark.why_stays),
            "ground": typed.get(f"ground-{mark.pk}", mark.ground),
            "must": not grounds.may_stay(mark.kind, mark.words, public),
        }
        for mark in marks
    ]
    seen = set(one.seen.values_list("page", flat=True))
    boxes = list(one.boxes.select_related("by"))
    inside: dict[str, Any] = {
        "rows": rows,
        "kinds": grounds.KINDS.items(),
        "sheets": [
            {"n": n, "key": str(n), "seen": n in seen, "boxes": [box for box in boxes if box.page == n]}
            for n in range(1, one.pages + 1)
        ],
    }
    if not one.of_pages:
        data = bytes_of(one)
        words = words_of(data)
        before = words[:MOST_SHOWN]
        inside["before"] = stretches(before, _places(before, [mark.words for mark in marks if mark.hide]))
        inside["after"] = _after(one, data, len(words))
    return inside


def _places(text: str, words: list[str]) -> list[tuple[int, int]]:
    """Where the words stand, in order and without overlaps."""
    wanted = sorted({word for word in words if word}, key=len, reverse=True)
    if not wanted:
        return []
    return [match.span() for match in re.finditer("|".join(map(re.escape, wanted)), text)]


def _after(one: Redaction, data: bytes, characters: int) -> str:
    """The words of the copy; while it is not made, as they would be now."""
    if one.copy is not None:
        return words_of(stored_bytes(one.copy))[:MOST_SHOWN]
    if characters > MOST_PREVIEWED:
        return ""
    stays = [mark.words for mark in one.marks.filter(hide=False)]
    try:
        made = redact_file(data, known=known_of(one), stay=stays, checkers={}, ocr=lambda _data: "")
    except Refused:
        return ""
    return words_of(made.data)[:MOST_SHOWN]


@at_desk
@never_cache
@require_GET
def page(request: HttpRequest, pk: str, number: str, which: str) -> HttpResponse:
    """One page as a picture: of the original, or of the copy."""
    one = _opened(request, int(pk))
    if not 0 < int(number) <= one.pages or (which == "copy" and one.copy is None):
        raise Http404
    try:
        picture = page_picture(stored_bytes(one.copy) if which == "copy" and one.copy else bytes_of(one), int(number))
    except (IndexError, FileNotFoundError):
        raise Http404 from None
    except Refused as refused:
        raise NotReady(why_unreadable(refused)) from refused
    return HttpResponse(picture, content_type="image/png", headers={"Cache-Control": "no-store"})


@at_desk
@never_cache
@require_GET
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """The very bytes that were agreed to; before that only for whoever looks at them as the second person."""
    one = _opened(request, pk)
    if one.copy is None:
        raise Http404
    require(policy.may_fetch(officer_of(request), one))
    found = open_original(
        one.copy, viewer=viewer_of(request), by=officer_of(request).ref, reason=_("看遮好的副本"), at=timezone.now()
    )
    ending = found.name.rsplit(".", 1)[-1]
    response = HttpResponse(found.data, content_type=found.media_type, headers={"Cache-Control": "no-store"})
    response["Content-Disposition"] = f'attachment; filename="redacted-{one.pk}.{ending}"'
    return response


# ── presses ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _whole(text: str) -> int:
    """A number that was typed; -1 when it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def _look(request: HttpRequest, one: Redaction, now: datetime) -> str:
    form = LookForm(request.POST)
    if not form.is_valid():
        raise NoReason(form.errors["reason"][0])
    usecases.open_it(one, by=officer_of(request), reason=form.cleaned_data["reason"], at=now)
    return ""


def _decide(request: HttpRequest, one: Redaction, now: datetime) -> str:
    given = request.POST
    decisions = {
        mark.pk: Decision(
            hide=given.get(f"mark-{mark.pk}", "hide") != "stay",
            ground=given.get(f"ground-{mark.pk}", mark.ground or grounds.usual(mark.kind)),
            why_stays=given.get(f"why-{mark.pk}", ""),
        )
        for mark in one.marks.all()
    }
    officer, seen = officer_of(request), _whole(given.get("seen", ""))
    changed = usecases.decide(one, decisions, seen=seen, by=officer, at=now)
    if "hand-in" in given:
        usecases.hand_in(changed, seen=changed.turn, by=officer, at=now)
        return _("交上去了：先做副本、过检查，再由第二个人看。")
    return _("记下了。")


def _add(request: HttpRequest, one: Redaction, now: datetime) -> str:
    given = request.POST
    usecases.add_words(
        one, given.get("words", ""), kind=given.get("kind", ""), ground=given.get("ground", ""),
        seen=_whole(given.get("seen", "")), by=officer_of(request), at=now,
    )  # fmt: skip
    return _("加上了，在哪里出现都会遮。")


def _box(request: HttpRequest, one: Redaction, now: datetime) -> str:
    given = request.POST
    edges = Edges(*(_whole(given.get(name, "")) for name in ("page", "left", "top", "right", "bottom")))
    usecases.add_box(
        one, edges, ground=given.get("ground", ""), seen=_whole(given.get("seen", "")), by=officer_of(request), at=now
    )
    return _("框画好了。")


def _drop_box(request: HttpRequest, one: Redaction, now: datetime) -> str:
    given = request.POST
    usecases.drop_box(
        one, _whole(given.get("box", "")), seen=_whole(given.get("seen", "")), by=officer_of(request), at=now
    )
    return _("框去掉了。")


def _seen(request: HttpRequest, one: Redaction, now: datetime) -> str:
    usecases.looked_at(one, [_whole(page) for page in request.POST.getlist("page")], by=officer_of(request), at=now)
    return _("记下了：这一页您看过。")


def _back(request: HttpRequest, one: Redaction, now: datetime) -> str:
    form = BackForm(request.POST)
    form.is_valid()
    reason = form.cleaned_data.get("reason", "")
    usecases.send_back(one, reason=reason, seen=_whole(request.POST.get("seen", "")), by=officer_of(request), at=now)
    return _("退回去了。")


def _release(request: HttpRequest, one: Redaction, now: datetime) -> str:
    given = request.POST
    usecases.release(
        one, sha256=given.get("sha256", ""), seen=_whole(given.get("seen", "")), by=officer_of(request), at=now,
        beside=given.get("beside", ""), why=given.get("why", ""),
    )  # fmt: skip
    return _("可以公开了。副本的指纹写进了存证。")


def _close(request: HttpRequest, one: Redaction, now: datetime) -> str:
    given = request.POST
    usecases.close(
        one, reason=given.get("reason", ""), seen=_whole(given.get("seen", "")), by=officer_of(request), at=now
    )
    return _("不用了，找出来的词已经清除。")


PRESSES: dict[str, Callable[[HttpRequest, Redaction, datetime], str]] = {
    "look": _look,
    "decide": _decide,
    "words": _add,
    "box": _box,
    "drop-box": _drop_box,
    "seen": _seen,
    "back": _back,
    "release": _release,
    "close": _close,
}
#: What may be pressed without having opened the document: opening it, and giving it up.
SHUT = {"look", "close"}


@at_desk
@never_cache
@require_POST
def step(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """One press. A refusal keeps what was typed."""
    press = PRESSES.get(what)
    if press is None:
        raise Http404
    one = _redaction(request, pk)
    try:
        if what not in SHUT and not is_open(officer_of(request), one, timezone.now()):
            raise NotReady(_("先写明原因打开，再看里面的内容。"))
        said = press(request, one, timezone.now())
    except RuleBroken as refused:
        return _page(request, _redaction(request, pk), status=refused.status, said=refused.whole)
    if said:
        messages.success(request, said)
    return redirect("redactions:one", pk=pk)
