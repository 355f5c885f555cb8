"""Managing units, people and communities. The views translate; the use cases below decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from shouwang.apps.accounts.models import Invitation
from shouwang.apps.accounts.second_factor import is_set_up
from shouwang.apps.accounts.usecases import token_of
from shouwang.apps.bureau import policy
from shouwang.apps.bureau.access import files, manages, officer_of, sent
from shouwang.apps.bureau.drawing import Drawing, draw
from shouwang.apps.bureau.forms import (
    CommunityForm,
    EndPostForm,
    MaybeReasonForm,
    MoveForm,
    NewPersonForm,
    NewUnitForm,
    PersonForm,
    PostForm,
    ReasonForm,
    UnitForm,
)
from shouwang.apps.bureau.history import history_of
from shouwang.apps.bureau.models import Recovery, Setup
from shouwang.apps.bureau.recovery import LASTS, ask_recovery, confirm_recovery, refuse_recovery
from shouwang.apps.ledger import state
from shouwang.apps.ledger.models import Fork
from shouwang.apps.notices.policy import may_set_up_gateways
from shouwang.apps.places.models import Community
from shouwang.apps.places.usecases import add_community as make_community
from shouwang.apps.places.usecases import change_community
from shouwang.apps.units import usecases
from shouwang.apps.units.models import Officer, Post, Role, Unit
from shouwang.apps.units.policy import (
    is_higher,
    managed_paths,
    may_manage_officer,
    officers_managed_by,
    under,
    units_managed_by,
)
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.policy import Verdict, require

PER_PAGE = 50
page_or_form = require_http_methods(["GET", "HEAD", "POST"])


def form_page(
    request: HttpRequest, title: Any, form: forms.BaseForm | None, back: str, *, button: Any = "", **more: Any
) -> HttpResponse:
    """A page that is one form; 400 when something in it has to be put right."""
    context = {"title": title, "form": form, "back": back, "button": button, **more}
    return render(request, "bureau/manage/form.html", context, status=400 if form is not None and form.errors else 200)


def tried(form: forms.BaseForm, do: Callable[[], Any]) -> Any:
    """Carry it out; a refusal becomes an error of the form, with what was typed kept. Returns None when refused."""
    try:
        return do() or True
    except RuleBroken as why:
        form.add_error(None, why.whole)
        return None


# ── the first page ───────────────────────────────────────────────────────────────────────────────────────────────────


@manages
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What there is, and what waits for somebody."""
    me = officer_of(request)
    now = timezone.now()
    people = Officer.objects.filter(officers_managed_by(me))
    waiting = Recovery.objects.open().filter(officer__in=people, asked_at__gt=now - LASTS)
    admins = Post.objects.filter(role=Role.ADMINISTRATOR, until=None, officer__active=True).values("officer").distinct()
    unfinished = Setup.objects.filter(finished_at=None, administrator=me).exists()
    context = {
        "unit_count": Unit.objects.active().filter(units_managed_by(me)).count(),
        "people_count": people.serving().count(),
        "community_count": _communities(me).active().count(),
        "recoveries": [
            (one, policy.may_confirm_recovery(me, one)) for one in waiting.select_related("officer__unit", "asked_by")
        ],
        "invited": Invitation.objects.filter(
            user__officer__in=people, used_at=None, withdrawn_at=None, expires_at__gt=now
        ).count(),
        "lonely": admins.count() == 1 and any(is_higher(me, post.unit) for post in me.held_posts),
        "unfinished": unfinished,
        "may_set_up_gateways": may_set_up_gateways(me),
        "forks": Fork.objects.select_related("watched").order_by("pk"),
        "log_trouble": [line for line in state.trouble(now) if not line.startswith("fork")],
    }
    return render(request, "bureau/manage/home.html", context)


# ── units ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@manages
@require_GET
def units(request: HttpRequest) -> HttpResponse:
    """The tree of units this officer manages."""
    me = officer_of(request)
    found = list(Unit.objects.filter(units_managed_by(me)).select_related("parent").order_by("path"))
    tops = [unit for unit in found if unit.parent is None or unit.parent not in found]
    return render(request, "bureau/manage/units.html", {"branches": [_branch(unit, found) for unit in tops]})


def _branch(unit: Unit, found: list[Unit]) -> dict[str, Any]:
    return {"unit": unit, "below": [_branch(one, found) for one in found if one.parent_id == unit.pk]}


def _unit(request: HttpRequest, pk: int) -> Unit:
    return get_object_or_404(Unit.objects.filter(units_managed_by(officer_of(request))).select_related("parent"), pk=pk)


@manages
@require_GET
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: what is known, who serves there, what was changed."""
    one = _unit(request, pk)
    people = Officer.objects.serving().filter(unit=one).select_related("user")
    context = {
        "unit": one,
        "people": people,
        "communities": Community.objects.active().filter(unit=one),
        "history": history_of(f"units.unit:{one.pk}"),
    }
    return render(request, "bureau/manage/unit.html", context)


@manages
@page_or_form
def add_unit(request: HttpRequest) -> HttpResponse:
    """A new station or workstation."""
    me = officer_of(request)
    form = NewUnitForm(sent(request), manager=me)
    if form.is_valid():
        given = form.values()
        parent, why = form.cleaned_data["parent"], form.cleaned_data["reason"]
        made = tried(
            form,
            lambda: usecases.add_unit(by=me, at=timezone.now(), reason=why, kind=form.kind(), parent=parent, **given),
        )
        if made:
            messages.success(request, gettext("加好了。"))
            return redirect("bureau:unit", pk=made.pk)
    return form_page(request, _("新增单位"), form, reverse("bureau:units"), button=_("加上"))


@manages
@page_or_form
def act_on_unit(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Edit a unit, take it out of use, or put it back."""
    one, me = _unit(request, pk), officer_of(request)
    do: Callable[[dict[str, Any], datetime], object]
    if key == "edit":
        editing = UnitForm(sent(request), instance=Unit.objects.get(pk=pk))
        form: forms.BaseForm = editing
        title: Any = _("修改单位")

        def do(given: dict[str, Any], at: datetime) -> object:
            return usecases.change_unit(one, by=me, at=at, reason=given["reason"], **editing.values())

    elif key in {"deactivate", "reactivate"} and one.active == (key == "deactivate"):
        form = ReasonForm(sent(request))
        act = usecases.deactivate_unit if one.active else usecases.reactivate_unit
        title = _("停用单位") if one.active else _("恢复单位")

        def do(given: dict[str, Any], at: datetime) -> object:
            return act(one, by=me, at=at, reason=given["reason"])

    else:
        raise Http404
    if form.is_valid() and tried(form, lambda: do(form.cleaned_data, timezone.now())):
        messages.success(request, gettext("改好了，也记下了。"))
        return redirect("bureau:unit", pk=pk)
    return form_page(request, title, form, reverse("bureau:unit", args=[pk]), about=one.name)


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@manages
@require_GET
def officers(request: HttpRequest) -> HttpResponse:
    """Who serves here."""
    me = officer_of(request)
    found = Officer.objects.filter(officers_managed_by(me)).select_related("user", "unit").prefetch_related("posts")
    asked = request.GET.get("q", "").strip()[:40]
    if asked:
        found = found.filter(
            Q(name__icontains=asked)
            | Q(police_number=asked)
            | Q(user__username__icontains=asked)
            | Q(unit__name__icontains=asked)
        )
    gone = request.GET.get("gone") == "1"
    page = Paginator(found.filter(active=not gone), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(one, sorted({post.get_role_display() for post in one.posts.all() if post.holds()})) for one in page]
    return render(request, "bureau/manage/officers.html", {"page": page, "rows": rows, "q": asked, "gone": gone})


def _officer(request: HttpRequest, pk: int) -> Officer:
    found = Officer.objects.filter(officers_managed_by(officer_of(request))).select_related("user", "unit__parent")
    return get_object_or_404(found, pk=pk)


@manages
@page_or_form
def add_officer(request: HttpRequest) -> HttpResponse:
    """Somebody new, and their invitation."""
    me = officer_of(request)
    form = NewPersonForm(sent(request), manager=me)
    if form.is_valid():
        given = dict(form.cleaned_data)
        made = tried(form, lambda: _add_and_invite(me, given))
        if made:
            messages.success(request, gettext("加好了。把邀请链接交给本人，七天内有效。"))
            return redirect("bureau:officer", pk=made.pk)
    return form_page(request, _("新增人员"), form, reverse("bureau:officers"), button=_("加上，做一个邀请"))


def _add_and_invite(me: Officer, given: dict[str, Any]) -> Officer:
    now = timezone.now()
    with transaction.atomic():
        made = usecases.add_officer(by=me, at=now, **{**given, "roles": tuple(given["roles"])})
        usecases.invite_officer(made, by=me, at=now)
    return made


@manages
@require_GET
def officer(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: posts, invitation, second factor, what was changed, and what can be done."""
    one, me = _officer(request, pk), officer_of(request)
    now = timezone.now()
    may = may_manage_officer(me, one)
    invitation = Invitation.objects.filter(user=one.user, used_at=None, withdrawn_at=None, expires_at__gt=now).first()
    asked = Recovery.objects.open().filter(officer=one, asked_at__gt=now - LASTS).select_related("asked_by").first()
    context = {
        "one": one,
        "may": may,
        "posts": one.posts.select_related("unit").order_by("-since", "pk"),
        "today": timezone.localdate(),
        "skills": one.skills.all(),
        "invitation": invitation,
        "link": link_of(invitation) if invitation and may else "",
        "locked": is_set_up(one.user),
        "has_password": one.user.has_usable_password(),
        "recovery": asked,
        "may_confirm": policy.may_confirm_recovery(me, asked) if asked else None,
        "actions": [act for act in ACTS if act.fits(one)] if may else [],
        "history": history_of(f"units.officer:{one.pk}"),
    }
    return render(request, "bureau/manage/officer.html", context)


def link_of(invitation: Invitation) -> str:
    """The whole address of an invitation."""
    return settings.SHOUWANG.public_url.rstrip("/") + reverse("bureau:invitation", args=[token_of(invitation)])


Do = Callable[[Officer, Officer, dict[str, Any], datetime], object]
MakeForm = Callable[[Any, Officer, Officer], forms.Form]


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done with a person: when it makes sense, its form, and what it calls."""

    key: str
    title: str | Promise
    fits: Callable[[Officer], bool]
    form: MakeForm
    do: Do
    danger: bool = False
    hint: str | Promise = ""


def _edit(one: Officer, me: Officer, given: dict[str, Any], at: datetime) -> object:
    with transaction.atomic():
        usecases.set_skills(one, given["skills"], by=me, at=at)
        fields = {name: given[name] for name in usecases.OFFICER_FIELDS}
        return usecases.change_officer(one, by=me, at=at, reason=given["reason"], **fields)


ACTS: tuple[Act, ...] = (
    Act("edit", _("修改资料"), lambda one: one.active, lambda given, _me, one: PersonForm(given, officer=one), _edit),
    Act(
        "post",
        _("给一个岗位"),
        lambda one: one.active,
        lambda given, me, one: PostForm(given, manager=me, officer=one),
        lambda one, me, given, at: usecases.give_post(one, by=me, at=at, **given),
    ),
    Act(
        "move",
        _("调到别的单位"),
        lambda one: one.active,
        lambda given, me, one: MoveForm(given, manager=me, officer=one),
        lambda one, me, given, at: usecases.move_officer(one, by=me, at=at, **given),
    ),
    Act(
        "invite",
        _("重新邀请"),
        lambda one: one.active,
        lambda given, _me, _one: MaybeReasonForm(given),
        lambda one, me, given, at: usecases.invite_officer(one, by=me, at=at, reason=given["reason"]),
        hint=_("忘了密码也用这个：本人用新链接设密码，旧链接作废。第二道锁不变。"),
    ),
    Act(
        "recovery",
        _("申请重置第二道锁"),
        lambda one: one.active and is_set_up(one.user),
        lambda given, _me, _one: ReasonForm(given),
        lambda one, me, given, at: ask_recovery(one, by=me, at=at, reason=given["reason"]),
        hint=_("手机和恢复码都丢了才用。要另一位管理者在三天内确认；确认前请当面或打电话核对是不是本人。"),
    ),
    Act(
        "deactivate",
        _("停用"),
        lambda one: one.active,
        lambda given, _me, _one: ReasonForm(given),
        lambda one, me, given, at: usecases.deactivate_officer(one, by=me, at=at, reason=given["reason"]),
        danger=True,
        hint=_("马上不能登录，值班也结束；写过的东西都留着。"),
    ),
    Act(
        "reactivate",
        _("恢复"),
        lambda one: not one.active,
        lambda given, _me, _one: ReasonForm(given),
        lambda one, me, given, at: usecases.reactivate_officer(one, by=me, at=at, reason=given["reason"]),
        hint=_("恢复后再给一个邀请，本人重新设密码。"),
    ),
)


@manages
@page_or_form
def act_on_officer(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Any of `ACTS`: show its form, or carry it out."""
    one, me = _officer(request, pk), officer_of(request)
    act = next((act for act in ACTS if act.key == key and act.fits(one)), None)
    if act is None:
        raise Http404
    require(may_manage_officer(me, one))
    form = act.form(sent(request), me, one)
    if form.is_valid() and tried(form, lambda: act.do(one, me, form.cleaned_data, timezone.now())):
        messages.success(request, gettext("办好了，也记下了。"))
        return redirect("bureau:officer", pk=pk)
    back = reverse("bureau:officer", args=[pk])
    return form_page(request, act.title, form, back, about=one.name, hint=act.hint, danger=act.danger)


@manages
@page_or_form
def end_post(request: HttpRequest, pk: int) -> HttpResponse:
    """The last day of a post."""
    me = officer_of(request)
    found = Post.objects.filter(officer__in=Officer.objects.filter(officers_managed_by(me)))
    post = get_object_or_404(found.select_related("officer__user", "officer__unit", "unit__parent"), pk=pk)
    form = EndPostForm(sent(request))
    if form.is_valid() and tried(form, lambda: usecases.end_post(post, by=me, at=timezone.now(), **form.cleaned_data)):
        messages.success(request, gettext("办好了，也记下了。"))
        return redirect("bureau:officer", pk=post.officer_id)
    about = f"{post.officer.name} · {post.get_role_display()} · {post.unit.name}"
    return form_page(request, _("结束岗位"), form, reverse("bureau:officer", args=[post.officer_id]), about=about)


@manages
@page_or_form
def recovery(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm or refuse a reset that somebody else asked for."""
    me = officer_of(request)
    people = Officer.objects.filter(officers_managed_by(me))
    found = (
        Recovery.objects.open().filter(officer__in=people).select_related("officer__user", "officer__unit", "asked_by")
    )
    one = get_object_or_404(found, pk=pk)
    verdict: Verdict = policy.may_confirm_recovery(me, one)
    if request.method == "POST":
        now = timezone.now()
        if request.POST.get("decision") == "confirm":
            confirm_recovery(one, by=me, at=now)
            messages.success(request, gettext("重置好了。请本人用密码登录，再设一个新的第二道锁。"))
        else:
            refuse_recovery(one, by=me, at=now)
            messages.success(request, gettext("撤回了，什么都没变。"))
        return redirect("bureau:officer", pk=one.officer_id)
    return render(request, "bureau/manage/recovery.html", {"one": one, "verdict": verdict})


# ── communities ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _communities(me: Officer) -> Any:
    return Community.objects.filter(under(managed_paths(me), "unit__path")).select_related("unit__parent", "officer")


@manages
@require_GET
def communities(request: HttpRequest) -> HttpResponse:
    """Villages and neighbourhoods of the units this officer manages."""
    page = Paginator(_communities(officer_of(request)), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "bureau/manage/communities.html", {"page": page})


@manages
@require_GET
def community(request: HttpRequest, pk: int) -> HttpResponse:
    """One community, with its boundary drawn among its neighbours."""
    one = get_object_or_404(_communities(officer_of(request)), pk=pk)
    neighbours = Community.objects.active().within(one.unit.station).exclude(pk=one.pk).exclude(boundary=None)
    drawing: Drawing | None = None
    if one.boundary:
        drawing = draw(one.boundary, [(other.name, other.boundary) for other in neighbours])
    history = history_of(f"places.community:{one.pk}")
    return render(request, "bureau/manage/community.html", {"one": one, "drawing": drawing, "history": history})


@manages
@page_or_form
def add_community(request: HttpRequest) -> HttpResponse:
    """A new community."""
    me = officer_of(request)
    form = CommunityForm(sent(request), files(request), manager=me)
    if form.is_valid():
        why = form.cleaned_data["reason"]
        made = tried(form, lambda: make_community(by=me, at=timezone.now(), reason=why, **form.values()))
        if made:
            messages.success(request, gettext("加好了。"))
            return redirect("bureau:community", pk=made.pk)
    return form_page(request, _("新增村社"), form, reverse("bureau:communities"), button=_("加上"))


@manages
@page_or_form
def edit_community(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a community."""
    me = officer_of(request)
    one = get_object_or_404(_communities(me), pk=pk)
    form = CommunityForm(sent(request), files(request), manager=me, instance=Community.objects.get(pk=pk))
    if form.is_valid():
        why = form.cleaned_data["reason"]
        if tried(form, lambda: change_community(one, by=me, at=timezone.now(), reason=why, **form.values())):
            messages.success(request, gettext("改好了，也记下了。"))
            return redirect("bureau:community", pk=pk)
    back = reverse("bureau:community", args=[pk])
    return form_page(request, _("修改村社"), form, back, about=one.name)
