"""
The resident's pages: report by answering one question a screen, stop and go on with a code, ask for the law's remedies.

Everything works without a script. What was typed waits sealed in the draft; the browser only remembers which draft is its own.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from shouwang.apps.files.models import StoredFile
from shouwang.apps.incidents import papers, questions, usecases
from shouwang.apps.incidents.forms import DraftCodeForm, RemedyForm
from shouwang.apps.incidents.models import Category, Draft, Incident
from shouwang.apps.incidents.usecases.drafting import KEPT, answers_of
from shouwang.apps.incidents.words import rule_at
from shouwang.apps.matters.ledgers import source_of
from shouwang.apps.matters.models import Channel, Matter
from shouwang.apps.matters.uploads import keep_uploads
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.matters.views import fresh_code, to_new_matter
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Unit
from shouwang.kernel import ids
from shouwang.kernel.errors import RuleBroken

#: Where the browser keeps the key of the draft it is writing.
SESSION_KEY = "incident_draft"


def _mine(request: HttpRequest) -> Draft | None:
    key = request.session.get(SESSION_KEY)
    return Draft.objects.filter(key=key).select_related("matter").first() if isinstance(key, str) else None


def _token(draft: Draft | None) -> str:
    """Which draft a screen belongs to, without its key. A page that lay open, or that the browser went back to, may be of another one."""
    return salted_hmac("incidents.draft-on-the-page", draft.key).hexdigest()[:16] if draft is not None else ""


def _station(request: HttpRequest) -> Unit | None:
    """The station of the door that was used (`?at=`), remembered through the screens; else the first."""
    at = request.GET.get("at", "") or str(request.session.get("incident_at", ""))
    if request.GET.get("at"):
        request.session["incident_at"] = at[:40]
    community = Community.objects.active().filter(slug=at[:40]).select_related("unit__parent").first()
    return community.unit.station if community else Unit.objects.stations().order_by("path").first()


@never_cache
@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """What it is like, in everyday words."""
    if _station(request) is None:
        return redirect("home")
    context = {"choices": Category.choices, "draft": _mine(request)}
    return render(request, "incidents/begin.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, category: str, key: str = "") -> HttpResponse:
    """One question. Going back shows what was answered; a screen that cannot be read is shown again with what was typed."""
    if category not in Category.values:
        raise Http404
    one = questions.question_of(category, key) if key else questions.first_of(category)
    if one is None:
        raise Http404
    draft, is_first = _mine(request), one is questions.first_of(category)
    other = draft is not None and draft.category != category
    if draft is not None and not is_first and (other or draft.matter_id is not None) and request.method != "POST":
        return redirect("incidents:check")  # went back to a screen of another draft, or of one that was sent
    if request.method == "POST" and request.POST.get("draft_token", _token(draft)) != _token(draft):
        return _of_another(request, draft, one, category)
    if draft is not None and other and draft.matter_id is None and request.method == "POST":
        draft = _changed_category(draft, category)
    if draft is None and not is_first and request.method != "POST":
        return redirect("incidents:category", category=category)
    answers = answers_of(draft) if draft else {}
    if request.method == "POST":
        form = one.form(request.POST, request.FILES)
    else:
        form = one.form(initial=questions.initial_of(category, one, answers))
    if request.method == "POST" and (form.is_valid() or request.POST.get("stop")):
        draft = _kept(request, draft, category, form)  # who stops keeps what could be read
        if request.POST.get("stop"):
            return redirect("incidents:stop")
        following = questions.after(category, one.key)
        if following is None:
            return redirect("incidents:check")
        return redirect("incidents:question", category=category, key=following.key)
    return _screen(request, draft, one, category, form)


def _screen(
    request: HttpRequest, draft: Draft | None, one: questions.Question, category: str, form: Any
) -> HttpResponse:
    answers = answers_of(draft) if draft else {}
    begun = draft if draft is not None and draft.matter_id is None and draft.category != category else None
    context = {
        "form": form,
        "question": one,
        "category": Category(category),
        "previous": questions.before(category, one.key),
        "left": questions.left(category, one.key),
        "unsafe": bool(answers.get("unsafe")),
        "kept_files": _files(draft),
        "draft_token": _token(draft),
        "begun": Category(begun.category) if begun else None,
    }
    return render(request, "incidents/question.html", context, status=400 if form.errors else 200)


def _of_another(request: HttpRequest, draft: Draft | None, one: questions.Question, category: str) -> HttpResponse:
    """An old page is sent while this browser writes another draft: nothing goes into that one unasked, and nothing typed is lost."""
    form = one.form(request.POST, request.FILES)
    form.is_valid()
    form.add_error(
        None,
        _("您后来打开了另一份没写完的。这一页是原来那份的，还没有存进去。要写进现在这一份，再按一次“下一步”。"),
    )
    return _screen(request, draft, one, category, form)


def _changed_category(draft: Draft, category: str) -> Draft:
    """Chosen the wrong one at first: the answers go along."""
    Draft.objects.filter(pk=draft.pk).update(category=category)
    draft.category = category
    return draft


def _kept(request: HttpRequest, draft: Draft | None, category: str, form: Any) -> Draft:
    now = timezone.now()
    if draft is None or draft.matter_id is not None:
        draft = usecases.begin_draft(category, at=now)
        request.session[SESSION_KEY] = draft.key
    files = keep_uploads(form.cleaned_data.get("attached") or [], by="resident", client_id="")
    return usecases.keep_answers(draft, questions.answers_from(form), at=now, files=files)


def _files(draft: Draft | None) -> list[StoredFile]:
    return list(StoredFile.objects.filter(ref__in=draft.files)) if draft and draft.files else []


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """A last look at everything; then it is sent. Pressed twice, it is one report."""
    draft, station = _mine(request), _station(request)
    if draft is None or station is None:
        return redirect("incidents:begin")
    if request.method == "POST":
        return _send(request, draft, station)
    if draft.matter is not None:
        return redirect("matters:matter", number=draft.matter.number)
    return render(request, "incidents/check.html", _check_context(draft))


def _check_context(draft: Draft, says: str = "") -> dict[str, Any]:
    answers = answers_of(draft)
    rows = []
    for one in questions.QUESTIONS[draft.category]:
        form = one.form(initial=questions.initial_of(draft.category, one, answers))
        said = [text for field in form if not field.is_hidden and (text := _said(field, answers))]
        rows.append((one, said))
    return {
        "draft": draft,
        "category": Category(draft.category),
        "rows": rows,
        "files": _files(draft),
        "says": says,
        "complete": bool(answers.get("what")),
        "what": questions.question_of(draft.category, "what"),
    }


def _said(field: Any, answers: dict[str, Any]) -> str:
    """One answer in words; empty for what was left out."""
    value = answers.get(field.name)
    if value in (None, "", [], False):
        return pgettext("incidents", "安全") if field.name == "unsafe" and value is False else ""
    if field.name == "unsafe":
        return _("还不安全")
    if value is True:
        return str(field.label)
    if isinstance(value, float):
        return f"{field.label} {value}"
    words = dict(getattr(field.field, "choices", None) or ())
    if isinstance(value, list):
        return _("、").join(str(words.get(one, one)) for one in value)
    return str(words.get(value, value)).replace("T", " ") if words or field.name.startswith("happened") else str(value)


def _send(request: HttpRequest, draft: Draft, station: Unit) -> HttpResponse:
    report = questions.report_of(draft.category, answers_of(draft)) if draft.matter_id is None else _NOTHING
    if draft.matter_id is None and not report.what:
        return render(request, "incidents/check.html", _check_context(draft, _("还差一句：发生了什么。")), status=400)
    try:
        opened = usecases.take_report(
            station,
            report,
            channel=Channel.WEB,
            at=timezone.now(),
            files=tuple(draft.files),
            draft=draft,
        )
    except RuleBroken as why:
        return render(request, "incidents/check.html", _check_context(draft, why.whole), status=why.status)
    return to_new_matter(request, opened)


_NOTHING = questions.report_of(Category.OTHER, {})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest) -> HttpResponse:
    """“先写到这里”: the draft's code. Also what a clerk at the counter asks for."""
    draft = _mine(request)
    if draft is None or draft.matter_id is not None:
        return redirect("incidents:begin")
    code = ""
    if request.method == "POST":
        if request.POST.get("forget"):
            usecases.drop_draft(draft, at=timezone.now())
            request.session.pop(SESSION_KEY, None)
            return redirect("incidents:begin")
        code = ids.show_code(usecases.stop_draft(draft, at=timezone.now()))
    return render(request, "incidents/stop.html", {"draft": draft, "code": code, "days": KEPT.days})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest) -> HttpResponse:
    """Go on with what was begun, on this phone or another one."""
    form = DraftCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = usecases.open_draft(
                form.cleaned_data["code"],
                address=request.viewer.address,  # type: ignore[attr-defined]  # set by KnowWhoLooks
                at=timezone.now(),
                tries_per_hour=settings.SHOUWANG.code_tries_per_hour,
            )
        except RuleBroken as why:
            form.add_error("code", why.whole)
        else:
            request.session[SESSION_KEY] = draft.key
            return redirect("incidents:check")
    return render(request, "incidents/again.html", {"form": form}, status=400 if form.errors else 200)


@never_cache
@require_GET
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt as a file to keep: with the code as long as it is fresh in this browser."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    one = get_object_or_404(Matter.objects.filter(pk__in=list(viewer.held)).for_cards(), number=number)
    incident = get_object_or_404(Incident, pk=one.pk)
    code = fresh_code(request, one).replace("-", "")
    return papers.as_file(papers.receipt_pdf(one, incident, code=code, at=timezone.now()), one.number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remedy(request: HttpRequest, number: str) -> HttpResponse:
    """申请复议, then 申请复核: one box, and what happens then."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    one = get_object_or_404(Matter.objects.filter(pk__in=list(viewer.held)).for_cards(), number=number)
    incident = get_object_or_404(Incident, pk=one.pk)
    open_now = usecases.remedy_of(one, incident, timezone.now())
    form = RemedyForm(request.POST or None, initial={"client_id": get_random_string(22)})
    if request.method == "POST" and form.is_valid():
        held = Viewer(held={one.pk: viewer.held[one.pk]})
        try:
            usecases.ask_remedy(
                one,
                viewer=held,
                words=form.cleaned_data["words"],
                at=timezone.now(),
                client_id=form.cleaned_data["client_id"] or None,
            )
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            return redirect("matters:matter", number=number)
    context = {"matter": one, "form": form, "remedy": open_now, "now": timezone.now()}
    if open_now is not None:
        context["source"] = source_of(rule_at(open_now.rule, timezone.now()))
    return render(request, "incidents/remedy.html", context, status=400 if form.errors else 200)
