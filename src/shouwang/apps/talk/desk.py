"""The officers' half of the rooms: moderation, appeals, and answers that go back to the group."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from shouwang.apps.files.models import StoredFile
from shouwang.apps.matters.models import Entry, Matter, Type
from shouwang.apps.talk import moderation as acts
from shouwang.apps.talk import policy, private, queries
from shouwang.apps.talk.errors import StillPersonal, WrongState
from shouwang.apps.talk.finding import find_post, find_room
from shouwang.apps.talk.forms import BackForm, DecideForm, GatherForm, LookForm, MoveForm, MuteForm, ReasonForm
from shouwang.apps.talk.models import Appeal, Member, Post, Room
from shouwang.apps.talk.seen import Seen
from shouwang.apps.talk.visitor import Visitor
from shouwang.apps.units.models import Officer
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.policy import require


def post_page(
    request: HttpRequest,
    post: Post,
    seen: Seen,
    visitor: Visitor,
    *,
    tried: tuple[str, forms.Form] | None = None,
    **more: Any,
) -> HttpResponse:
    """One post, and what this visitor can do with it. `tried` is a step that did not go through: its form keeps what was typed."""
    room, now = post.room, timezone.now()
    moderates = bool(policy.may_moderate(visitor.viewer.officer, room))
    context = {
        "room": room,
        "post": seen,
        "now": now,
        "moderates": moderates,
        "may_post": policy.may_post(visitor, room, now),
        **(_post_forms(post, now, dict([tried] if tried else [])) if moderates else {}),
        **more,
    }
    return render(request, "rooms/one.html", context, status=400 if tried else 200)


def _post_forms(post: Post, now: datetime, tried: dict[str, forms.Form]) -> dict[str, Any]:
    """What a moderator can do with one post; each form has its own names, so that one page can hold them all."""
    mark = post.mark
    gathered = {"kind": mark.kind, "done": mark.done} if mark else None
    empty = {what: form_class(auto_id=f"{what}-%s") for what, (form_class, _act, _done) in STEPS.items()}
    empty["gather"] = GatherForm(auto_id="gather-%s", initial=gathered)
    empty["look"] = LookForm(auto_id="look-%s")
    return {
        "row": post,
        "muted": post.member is not None and acts.muting(post.member, now) is not None,
        "mark": mark,
        "forms": {**empty, **tried},
    }


def _officer(request: HttpRequest, room: Room) -> Officer:
    officer: Officer | None = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    require(policy.may_moderate(officer, room))
    assert officer is not None
    return officer


@require_POST
def moderate(request: HttpRequest, slug: str, seq: int, what: str) -> HttpResponse:
    """One press on the page of a post. What is missing comes back as a sentence beside its field, and nothing typed is lost."""
    post, seen, room, visitor = find_post(request, slug, seq)
    step = STEPS.get(what)
    if step is None:
        raise Http404
    form_class, act, done = step
    by, form = _officer(request, room), form_class(request.POST, auto_id=f"{what}-%s")
    if form.is_valid():
        try:
            act(post, form, by, timezone.now())
            messages.success(request, done())
            return redirect("rooms:one", slug=slug, seq=seq)
        except StillPersonal as why:
            form.add_error("done", why.whole)
    return post_page(request, post, seen, visitor, tried=(what, form))


def _writer(post: Post) -> Member:
    if post.member is None:
        raise WrongState(_("这条不是居民发的。"))
    return post.member


def _hide(post: Post, form: forms.Form, by: Officer, at: datetime) -> None:
    acts.hide(post, by=by, reason=form.cleaned_data["reason"], at=at)


def _show(post: Post, form: forms.Form, by: Officer, at: datetime) -> None:
    acts.unhide(post, by=by, reason=form.cleaned_data["reason"], at=at)


def _mute(post: Post, form: forms.Form, by: Officer, at: datetime) -> None:
    assert isinstance(form, MuteForm)
    acts.mute(_writer(post), by=by, lasting=form.lasting, reason=form.cleaned_data["reason"], at=at)


def _unmute(post: Post, form: forms.Form, by: Officer, at: datetime) -> None:
    acts.unmute(_writer(post), by=by, reason=form.cleaned_data["reason"], at=at)


def _move(post: Post, form: forms.Form, by: Officer, at: datetime) -> None:
    private.move_to_private(post, by=by, at=at, **form.cleaned_data)


def _gather(post: Post, form: forms.Form, by: Officer, at: datetime) -> None:
    acts.gather(post, by=by, at=at, **form.cleaned_data)


Step = tuple[type[forms.Form], Callable[[Post, forms.Form, Officer, datetime], None], Callable[[], str]]
STEPS: dict[str, Step] = {
    "hide": (ReasonForm, _hide, lambda: _("隐藏了。发的人能看到理由，可以申诉。")),
    "show": (ReasonForm, _show, lambda: _("恢复显示了。")),
    "mute": (MuteForm, _mute, lambda: _("已禁言。本人能看到理由，可以申诉，也可以私聊。")),
    "unmute": (ReasonForm, _unmute, lambda: _("解除禁言了。")),
    "move": (MoveForm, _move, lambda: _("转到私聊了。本人打开群就会看到，并拿到查询码。")),
    "gather": (
        GatherForm,
        _gather,
        lambda: _("记下了。收进的话会进“大家提的，后来怎样了”的草稿，公开以后大家才看得到。"),
    ),
}


@never_cache
@require_POST
def taken_back(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """The words of a post that was taken back, once, for a reason that is recorded."""
    post, seen, room, visitor = find_post(request, slug, seq)
    if seen.gone != "taken-back":
        raise Http404
    by, form = _officer(request, room), LookForm(request.POST, auto_id="look-%s")
    if not form.is_valid():
        return post_page(request, post, seen, visitor, tried=("look", form))
    reason = form.cleaned_data["reason"]
    acts.read_taken_back(post, by=by, reason=reason, at=timezone.now())
    refs = [*post.data.get("files", ()), *post.enclosed.exclude(file_ref="").values_list("file_ref", flat=True)]
    files = list(StoredFile.objects.by_ref(refs).values())
    return post_page(request, post, seen, visitor, words=post.body, files=files, reason=reason)


@never_cache
@require_http_methods(["GET", "HEAD"])
def moderation(request: HttpRequest, slug: str) -> HttpResponse:
    """Appeals that wait, and what moderation did lately."""
    room, _visitor = find_room(request, slug)
    by = _officer(request, room)
    waiting = [(one, policy.may_decide(by, one)) for one in queries.open_appeals(room)]
    context = {
        "room": room,
        "waiting": waiting,
        "acts": queries.recent_acts(room),
        "founds": policy.may_open_room(by, room.unit),
        "now": timezone.now(),
    }
    return render(request, "rooms/moderation.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Look at an appeal: what was done, why, what the member says; then decide."""
    room, _visitor = find_room(request, slug)
    by = _officer(request, room)
    about = Appeal.objects.select_related("act__post", "act__member", "act__by", "act__room__unit__parent")
    one = get_object_or_404(about, act=pk, act__room=room)
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        acts.decide(one, by=by, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("申诉有结果了，本人会看到。"))
        return redirect("rooms:moderation", slug=slug)
    context = {"room": room, "appeal": one, "form": form, "may": policy.may_decide(by, one), "now": timezone.now()}
    return render(request, "rooms/decide.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer_back(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """Edit an answer until it names nobody, and post it to the room the matter came from."""
    viewer = request.viewer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    if viewer.officer is None:
        raise Http404
    matter = get_object_or_404(Matter.objects.visible_to(viewer).select_related("unit__parent"), number=number)
    entries = Entry.objects.visible_to(viewer).filter(matter=matter, type=Type.MESSAGE)
    entry, bridge = get_object_or_404(entries, seq=seq), private.came_from(matter)
    form = BackForm(request.POST or None, initial={"text": private.draft_answer_back(matter, entry)})
    if request.method == "POST" and form.is_valid():
        try:
            post = private.post_answer_back(
                matter, entry, by=viewer.officer, text=form.cleaned_data["text"], at=timezone.now()
            )
            return redirect("rooms:one", slug=post.room.slug, seq=post.seq)
        except RuleBroken as why:
            form.add_error("text", why.whole)
    context = {"matter": matter, "entry": entry, "room": bridge.room if bridge else None, "form": form}
    return render(request, "rooms/back.html", context, status=400 if form.errors else 200)
