"""The pages behind the guides: what ran out, writing, publishing, proposals, canned answers. Only for staff."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.apps.guides import policy, usecases
from shouwang.apps.guides.forms import CannedForm, GuideForm, NewGuideForm, ReasonForm
from shouwang.apps.guides.models import CannedAnswer, Guide, Proposal
from shouwang.apps.guides.views import officer_of
from shouwang.apps.units.models import Officer
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.policy import Verdict, require

View = Callable[..., HttpResponse]
VERSIONS_SHOWN = 20


def gate(rule: Callable[[Officer], Verdict]) -> Callable[[View], View]:
    """Strangers sign in; staff are told why not."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            officer = officer_of(request) if request.user.is_authenticated else None
            if officer is None:
                return redirect_to_login(request.get_full_path())
            require(rule(officer))
            response = view(request, *args, **kwargs)
            response["Cache-Control"] = "no-store"
            return response

        return guarded

    return guard


def _me(request: HttpRequest) -> Officer:
    officer = officer_of(request)
    assert officer is not None  # every view here stands behind `gate`
    return officer


def _colleagues() -> Any:
    return Officer.objects.serving().order_by("pk")


@gate(policy.may_see_desk)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Every guide, what ran out first; mine are marked."""
    today, me = timezone.localdate(), _me(request)
    guides = (
        Guide.objects.stale_first(today)
        .select_related("owner")
        .defer("body", "questions", "sources", "bring")
        .annotate(yes=Sum("feedback__helpful"), no=Sum("feedback__not_helpful"))
    )
    context = {
        "guides": [(guide, guide.is_stale(today), guide.owner_id == me.pk) for guide in guides],
        "open_proposals": Proposal.objects.filter(decision=Proposal.Decision.OPEN).count(),
        "may_manage": policy.may_manage_guides(me),
        "today": today,
    }
    return render(request, "guides/desk.html", context)


@gate(policy.may_manage_guides)
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a guide. A refusal keeps what was written."""
    guide = get_object_or_404(Guide.objects.select_related("owner"), slug=slug)
    before = guide.version
    given = request.POST if request.method == "POST" else None
    form = GuideForm(given, instance=guide, initial={"seen": before}, colleagues=_colleagues())
    if given is not None and form.is_valid():
        try:
            usecases.write_guide(
                guide,
                wording=form.wording(),
                seen=form.cleaned_data["seen"],
                by=_me(request),
                why=form.cleaned_data["why"],
                owner=form.cleaned_data["owner"],
                at=timezone.now(),
            )
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            messages.success(request, _("改好了，第 %(n)d 版。") % {"n": before + 1})
            return redirect("guides:write", slug=slug)
    kept = get_object_or_404(Guide, slug=slug)  # a bound form has written into its instance
    context = {
        "guide": kept,
        "form": form,
        "versions": kept.versions.defer("wording")[:VERSIONS_SHOWN],
        "stale": kept.is_stale(timezone.localdate()),
        "reason_form": ReasonForm(),
    }
    return render(request, "guides/write.html", context, status=400 if form.errors else 200)


@gate(policy.may_manage_guides)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A guide of the station's own begins as a draft."""
    form = NewGuideForm(request.POST or None, colleagues=_colleagues())
    if request.method == "POST" and form.is_valid():
        guide = usecases.new_guide(
            form.cleaned_data["slug"], wording=form.wording(), by=_me(request), at=timezone.now()
        )
        return redirect("guides:write", slug=guide.slug)
    return render(request, "guides/write.html", {"form": form}, status=400 if form.errors else 200)


@gate(policy.may_manage_guides)
@require_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Residents can read it from now on."""
    return _press(request, slug, usecases.publish_guide, _("已公开，居民现在就能看到。"))


@gate(policy.may_manage_guides)
@require_POST
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Nobody finds it any more."""
    act = partial(usecases.withdraw_guide, reason=request.POST.get("reason", ""))
    return _press(request, slug, act, _("已撤下。以前的内容还在历史里。"))


def _press(request: HttpRequest, slug: str, act: Callable[..., object], done: str) -> HttpResponse:
    """One step with a guide, said or refused in a sentence on its page."""
    guide = get_object_or_404(Guide, slug=slug)
    try:
        act(guide, by=_me(request), at=timezone.now())
    except RuleBroken as why:
        messages.error(request, why.whole)
    else:
        messages.success(request, done)
    return redirect("guides:write", slug=slug)


@gate(policy.may_see_desk)
@require_GET
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One wording as it was."""
    guide = get_object_or_404(Guide, slug=slug)
    kept = get_object_or_404(guide.versions, number=number)
    return render(request, "guides/version.html", {"guide": guide, "kept": kept})


@gate(policy.may_see_desk)
@require_GET
def proposals(request: HttpRequest) -> HttpResponse:
    """What colleagues put forward: open ones first."""
    rows = Proposal.objects.select_related("by", "decided_by", "guide")
    context = {
        "waiting": rows.filter(decision=Proposal.Decision.OPEN),
        "decided": rows.exclude(decision=Proposal.Decision.OPEN)[:30],
        "may_manage": policy.may_manage_guides(_me(request)),
    }
    return render(request, "guides/proposals.html", context)


@gate(policy.may_manage_guides)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept (it becomes a draft) or reject with a reason."""
    proposal = get_object_or_404(Proposal, pk=pk)
    try:
        if request.POST.get("decision") == "accept":
            guide = usecases.accept_proposal(proposal, by=_me(request), at=timezone.now())
            messages.success(request, _("已成为草稿。写完整、核对依据，再公开。"))
            return redirect("guides:write", slug=guide.slug)
        usecases.reject_proposal(proposal, by=_me(request), reason=request.POST.get("reason", ""), at=timezone.now())
    except RuleBroken as why:
        messages.error(request, why.whole)
    return redirect("guides:proposals")


@gate(policy.may_see_desk)
@require_GET
def canned(request: HttpRequest) -> HttpResponse:
    """The sentences officers send often."""
    context = {"answers": CannedAnswer.objects.all(), "may_manage": policy.may_manage_guides(_me(request))}
    return render(request, "guides/canned.html", context)


@gate(policy.may_manage_guides)
@require_http_methods(["GET", "HEAD", "POST"])
def write_canned(request: HttpRequest, key: str) -> HttpResponse:
    """Change one sentence; the library no longer updates it."""
    one = get_object_or_404(CannedAnswer, key=key)
    form = CannedForm(request.POST or None, instance=one)
    if request.method == "POST" and form.is_valid():
        usecases.write_canned(one, by=_me(request), at=timezone.now(), **form.cleaned_data)
        return redirect("guides:canned")
    return render(request, "guides/write_canned.html", {"form": form, "one": one}, status=400 if form.errors else 200)
