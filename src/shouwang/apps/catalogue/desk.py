"""The desk where the catalogue is kept: what is late, writing, publishing, checking, withdrawing, answering for everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.apps.catalogue import asking, policy, queries, usecases
from shouwang.apps.catalogue.content import changes
from shouwang.apps.catalogue.errors import NotReady
from shouwang.apps.catalogue.forms import AnswerForm, DraftForm, DutyForm, public_limits
from shouwang.apps.catalogue.models import Draft, Item, Need, Question, Remark
from shouwang.apps.catalogue.required import (
    called,
    how_it_stands,
    missing_at,
    publications,
    says,
    source_of,
    why,
)
from shouwang.apps.desk.access import at_desk, officer_of
from shouwang.apps.desk.views import desk_context
from shouwang.apps.files.models import StoredFile, Visibility
from shouwang.apps.files.usecases import receive_upload
from shouwang.apps.guides.rendering import as_html
from shouwang.apps.secrecy import queries as secrecy
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.policy import require


def _said(refused: RuleBroken) -> str:
    return f"{refused.says}{refused.hint}" if str(refused.hint) != refused.says else refused.says


@at_desk
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Everything this officer keeps, late first; what the law wants and nobody began; questions that wait."""
    officer, today = officer_of(request), timezone.localdate()
    require(policy.may_keep_some(officer))
    items = list(Item.objects.kept_by(officer).exclude(state="withdrawn").for_lists().select_related("unit", "draft"))
    rows = [(row, why(row.stands), getattr(row.item, "draft", None)) for row in queries.rows_of(items, today)]
    withdrawn = Item.objects.kept_by(officer).filter(state="withdrawn").select_related("unit", "current")
    station = officer.unit.station
    own = [item for item in items if item.unit_id == station.pk]
    missing = [(one.id, called(one), says(one)) for one in missing_at(own)] if station.kind == "station" else []
    waiting = Question.objects.waiting().filter(item__in=items).select_related("item__current", "matter", "written_by")
    context = desk_context(
        request, rows=rows, withdrawn=withdrawn, missing=missing, waiting=waiting, me=officer, station_here=station
    )
    return render(request, "catalogue/desk.html", context)


def _item(request: HttpRequest, pk: int) -> Item:
    officer = officer_of(request)
    require(policy.may_keep_some(officer))
    return get_object_or_404(Item.objects.kept_by(officer).for_lists(), pk=pk)


def _draft(item: Item) -> Draft | None:
    return Draft.objects.select_related("proposed_by", "written_by").filter(item=item).first()


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a line of the catalogue; `?kind=` is what the law wants."""
    officer = officer_of(request)
    require(policy.may_keep_some(officer))
    unit: Unit = officer.unit.station
    asked = publications().get(request.GET.get("kind", ""))
    initial: dict[str, Any] = {"owner": officer.pk, "post": next(iter(sorted(officer.roles_for(unit))), "")}
    if asked is not None:
        initial |= {"kind": asked.id, "name": called(asked), "group": asked.group}
        initial |= {"every": asked.every.value, "renew": asked.renew}
    form = DutyForm(request.POST or None, unit=unit, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            item = usecases.begin_item(unit, by=officer, at=timezone.now(), **form.duty())
        except RuleBroken as refused:
            form.add_error(None, _said(refused))
        else:
            return redirect("catalogue:desk-item", pk=item.pk)
    context = desk_context(request, form=form, item=None, asked=says(asked) if asked else "")
    return render(request, "catalogue/duty.html", context, status=400 if form.errors else 200)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def duty(request: HttpRequest, pk: int) -> HttpResponse:
    """Another owner, leader or cadence."""
    item, officer = _item(request, pk), officer_of(request)
    require(policy.may_withdraw(officer, item))
    names = ("owner", "post", "leader", "every", "renew")
    initial = {name: getattr(item, f"{name}_id" if name in {"owner", "leader"} else name) for name in names}
    form = DutyForm(request.POST or None, unit=item.unit, item=item, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            usecases.change_duty(item, by=officer, at=timezone.now(), **form.duty(item))
        except RuleBroken as refused:
            form.add_error(None, _said(refused))
        else:
            messages.success(request, _("改好了。公开的内容没有动。"))
            return redirect("catalogue:desk-item", pk=pk)
    context = desk_context(request, form=form, item=item)
    return render(request, "catalogue/duty.html", context, status=400 if form.errors else 200)


def _form(request: HttpRequest, item: Item, draft: Draft | None) -> DraftForm:
    shown = draft or item.current
    initial: dict[str, Any] = {"seen": draft.turn if draft else 0, "client_id": get_random_string(22)}
    if shown is not None:
        initial |= {"title": shown.title, "summary": shown.summary, "body": shown.body}
        initial["note"] = shown.note if draft else ""
    else:
        initial["title"] = item.name
    files = shown.files if shown else []
    posted = request.POST if request.method == "POST" else None
    return DraftForm(posted, request.FILES or None, files=files, first=item.current is None, initial=initial)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: how it stands, the draft with preview and differences, and what can be done."""
    item, officer = _item(request, pk), officer_of(request)
    draft = _draft(item)
    form = _form(request, item, draft)
    if request.method == "POST" and form.is_valid():
        try:
            _write(request, item, officer, form)
        except RuleBroken as refused:
            form.add_error(None, _said(refused))
        else:
            return redirect("catalogue:desk-item", pk=pk)
    return render(
        request, "catalogue/desk_item.html", _context(request, item, draft, form), status=400 if form.errors else 200
    )


def _write(request: HttpRequest, item: Item, officer: Officer, form: DraftForm) -> None:
    """Uploads are kept first, outside the transaction; then the draft, and in the same press it may be handed in."""
    given, now = form.cleaned_data, timezone.now()
    added: list[StoredFile] = [
        receive_upload(
            upload,
            claimed_name=upload.name,
            claimed_type=upload.content_type or "",
            limits=public_limits(),
            by=officer.ref,
            at=now,
            for_kind=usecases.FILES_OF,
            for_ref=str(item.pk),
            visibility=Visibility.STATION,
            upload_id=f"{given['client_id']}-{n}" if given["client_id"] else None,
            inspected=getattr(upload, "inspected", None),
        )
        for n, upload in enumerate(given["attached"] or [])
    ]
    words = {name: given.get(name, "") for name in ("title", "summary", "body", "note")}
    draft = usecases.write_draft(
        item, by=officer, seen=given["seen"], at=now, keep=given.get("keep", ()), added=added, **words
    )
    if "propose" not in request.POST:
        messages.success(request, _("存好了，还没有交给领导。"))
        return
    try:
        usecases.propose(item, by=officer, seen=draft.turn, at=now)
    except RuleBroken as refused:
        messages.error(request, _("存好了，但是还不能交：%(why)s") % {"why": _said(refused)})
    else:
        messages.success(request, _("交给领导了，公开以后大家才看得到。"))


def _context(request: HttpRequest, item: Item, draft: Draft | None, form: DraftForm) -> dict[str, Any]:
    officer, today = officer_of(request), timezone.localdate()
    if draft is not None:
        item.draft = draft
    stands = how_it_stands(item, today) if item.state != "withdrawn" else None
    n, mean = queries.clarity_of(item.current)
    names = {
        "title": _("标题"),
        "summary": pgettext("catalogue", "说明"),
        "body": _("正文"),
        "files": pgettext("catalogue", "附件"),
    }
    differs = changes(item.current.content, draft.content) if draft and item.current else ()
    return desk_context(
        request,
        item=item,
        draft=draft,
        form=form,
        stands=stands,
        why=why(stands) if stands else "",
        source=source_of(item),
        preview=as_html(draft.body) if draft else "",
        telling=usecases.identifying(draft.content, item.unit, draft.note) if draft else [],
        metadata=_with_metadata(draft),
        changes=[(names[each.name], each.pieces) for each in differs],
        may_publish=policy.may_publish(officer, item),
        may_review=policy.may_review(officer, item),
        may_withdraw=policy.may_withdraw(officer, item),
        review=secrecy.review_of(item.ref),
        withheld=queries.says_withheld(item, today),
        steps=item.steps.select_related("by", "version")[:20],
        questions=item.questions.select_related("matter", "written_by")[:20],
        remarks=Remark.objects.filter(version__item=item).select_related("version")[:20],
        ratings=n,
        clear=f"{mean:.1f}" if mean else "",
    )


def _with_metadata(draft: Draft | None) -> list[str]:
    """Attachments whose file names people or programs in what readers do not see."""
    refs = [each["ref"] for each in draft.files] if draft else []
    files = StoredFile.objects.filter(ref__in=refs, kind="document")
    return [each.name for each in files if "metadata" in each.cautions]


def _seen(request: HttpRequest) -> int:
    given = request.POST.get("seen", "")
    return int(given) if given.isdecimal() and len(given) < 9 else 0


def _publish(request: HttpRequest, item: Item, officer: Officer) -> str:
    usecases.publish(item, by=officer, seen=_seen(request), at=timezone.now())
    return _("公开了，大家现在就能看到。")


def _send_back(request: HttpRequest, item: Item, officer: Officer) -> str:
    reason = request.POST.get("reason", "")
    usecases.send_back(item, by=officer, seen=_seen(request), reason=reason, at=timezone.now())
    return _("退回去了，写的人会看到理由。")


def _review(request: HttpRequest, item: Item, officer: Officer) -> str:
    usecases.review(item, by=officer, seen=_seen(request), at=timezone.now(), words=request.POST.get("words", ""))
    return _("记下了：核对过，没有变化。")


def _withdraw(request: HttpRequest, item: Item, officer: Officer) -> str:
    given = request.POST
    usecases.withdraw(
        item,
        by=officer,
        reason=given.get("reason", ""),
        texts_stay=bool(given.get("texts_stay")),
        at=timezone.now(),
    )
    return _("撤下了。页面上留着日期和理由。")


def _need(request: HttpRequest, item: Item, officer: Officer) -> str:
    why_ = request.POST.get("why", "")
    if why_ not in {Need.Why.FACT, Need.Why.WRONG}:
        raise NotReady(_("请选为什么要改。"))
    usecases.need_change(item, by=officer, why=why_, words=request.POST.get("words", ""), at=timezone.now())
    return _("记下了，期限从今天算起。")


def _refuse_need(request: HttpRequest, item: Item, officer: Officer) -> str:
    given = request.POST.get("need", "")
    need = item.needs.filter(pk=int(given) if given.isdecimal() and len(given) < 18 else 0).first()
    if need is None:
        raise NotReady(_("没有这一条要改的事，请刷新再看。"))
    usecases.refuse_need(need, by=officer, reason=request.POST.get("reason", ""), at=timezone.now())
    return _("记下了，理由大家看得到。")


STEPS: dict[str, Callable[[HttpRequest, Item, Officer], str]] = {
    "publish": _publish,
    "send-back": _send_back,
    "review": _review,
    "withdraw": _withdraw,
    "need": _need,
    "refuse-need": _refuse_need,
}


@at_desk
@require_POST
def step(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """One press on an item. A refusal is said on its page."""
    item = _item(request, pk)
    if what not in STEPS:
        raise Http404
    try:
        messages.success(request, STEPS[what](request, item, officer_of(request)))
    except RuleBroken as refused:
        if refused.status == 403:
            raise
        messages.error(request, _said(refused))
    return redirect("catalogue:desk-item", pk=pk)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """Put what one person asked, and the answer, into words for everybody; a colleague makes it public."""
    officer, now = officer_of(request), timezone.now()
    require(policy.may_keep_some(officer))
    rows = Question.objects.select_related("item__unit__parent", "item__current", "matter", "written_by")
    asked = get_object_or_404(rows.filter(item__in=Item.objects.kept_by(officer)), pk=pk)
    form = AnswerForm(
        request.POST if "write" in request.POST else None, initial={"asked": asked.question, "answer": asked.answer}
    )
    try:
        if request.method == "POST" and "publish" in request.POST:
            asking.publish_answer(asked, by=officer, seen=request.POST.get("seen", ""), at=now)
            messages.success(request, _("公开了，这一项的页面上能看到。"))
            return redirect("catalogue:desk-item", pk=asked.item_id)
        if request.method == "POST" and "leave_out" in request.POST:
            asking.leave_out(asked, by=officer, reason=request.POST.get("reason", ""), at=now)
            messages.success(request, _("记下了，理由大家看得到。"))
            return redirect("catalogue:desk-item", pk=asked.item_id)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            asking.write_answer(asked, by=officer, asked=given["asked"], answer=given["answer"], at=now)
            messages.success(request, _("写好了，请另一位同事看过再公开。"))
            return redirect("catalogue:desk-question", pk=pk)
    except RuleBroken as refused:
        if refused.status == 403:
            raise
        if "write" in request.POST:
            form.add_error(None, _said(refused))
        else:
            messages.error(request, _said(refused))
            return redirect("catalogue:desk-question", pk=pk)
    context = desk_context(request, asked=asked, form=form, may_publish=policy.may_answer_in_public(officer, asked))
    return render(request, "catalogue/desk_question.html", context, status=400 if form.errors else 200)
