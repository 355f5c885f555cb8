"""Founding a room and changing what is said of it: by chiefs, community officers, the bureau and administrators."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from shouwang.apps.matters.views import qr_svg
from shouwang.apps.talk import policy, usecases
from shouwang.apps.talk.forms import FoundForm, RoomForm
from shouwang.apps.talk.models import Room
from shouwang.apps.units.models import Officer
from shouwang.apps.units.policy import under
from shouwang.kernel.errors import Refused, RuleBroken
from shouwang.kernel.policy import require


def founder_of(request: HttpRequest) -> Officer:
    """The officer who looks, if somebody who founds rooms. Raises Refused."""
    officer: Officer | None = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    if officer is None:
        raise Refused(_("请先登录工作台。"))
    require(policy.may_open_rooms(officer))
    return officer


def _own(request: HttpRequest, slug: str) -> tuple[Room, Officer]:
    officer = founder_of(request)
    own = Room.objects.filter(under(policy.founding_paths(officer), "unit__path"))
    return get_object_or_404(own.select_related("unit__parent", "community"), slug=slug), officer


def usual_rules() -> str:
    """What stands in the rules before somebody writes better ones."""
    return _(
        "说村里、小区里的事，不骂人，不发广告。身份证号、电话、门牌、谁家的孩子，都不要写在群里，点“私下说”。"
        "民警隐藏一句话或者禁言一个人，都写明原因，本人可以申诉。有危险马上打 110。"
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def found(request: HttpRequest) -> HttpResponse:
    """The rooms one looks after, and a form for another."""
    officer = founder_of(request)
    paths = policy.founding_paths(officer)
    form = FoundForm(request.POST or None, paths=paths, initial={"rules": usual_rules(), "open_to_read": True})
    if request.method == "POST" and form.is_valid():
        try:
            room = usecases.open_room(by=officer, at=timezone.now(), **form.cleaned_data)
        except RuleBroken as why:
            form.add_error("slug" if form.cleaned_data["slug"] else None, why.whole)
        else:
            messages.success(request, _("群开好了。把口令或海报给居民，他们就能进来。"))
            return redirect("rooms:settings", slug=room.slug)
    rooms = Room.objects.filter(under(paths, "unit__path")).select_related("unit", "community")
    return render(request, "rooms/found.html", {"form": form, "rooms": rooms}, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Name, rules and who may read; the way in; and putting the room out of use."""
    room, officer = _own(request, slug)
    said = {"name": room.name, "rules": room.rules, "open_to_read": room.open_to_read}
    form = RoomForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid():
        usecases.change_room(room, by=officer, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("改好了。"))
        return redirect("rooms:settings", slug=slug)
    context = {"room": room, "form": form, "qr": qr_svg(_way_in(room)), "address": _way_in(room)}
    return render(request, "rooms/settings.html", context, status=400 if form.errors else 200)


@never_cache
@require_POST
def renew_code(request: HttpRequest, slug: str) -> HttpResponse:
    """Another code: old posters no longer open the room, and nobody leaves by it."""
    room, officer = _own(request, slug)
    usecases.change_room(room, by=officer, at=timezone.now(), new_code=True)
    messages.success(request, _("口令换了。旧海报不能再用，已经在群里的人不受影响。"))
    return redirect("rooms:settings", slug=slug)


@never_cache
@require_POST
def put_in_use(request: HttpRequest, slug: str) -> HttpResponse:
    """Out of use, or in use again. What was said stays."""
    room, officer = _own(request, slug)
    active = request.POST.get("active") == "yes"
    usecases.change_room(room, by=officer, at=timezone.now(), active=active)
    messages.success(request, _("群又能用了。") if active else _("群停用了。说过的话还在，随时可以再用。"))
    return redirect("rooms:settings", slug=slug)


@never_cache
@require_http_methods(["GET", "HEAD"])
def poster(request: HttpRequest, slug: str) -> HttpResponse:
    """For the wall of the village: name, QR code and code of the room, A4."""
    room, _officer = _own(request, slug)
    context = {"room": room, "qr": qr_svg(_way_in(room)), "address": settings.SHOUWANG.public_url.rstrip("/")}
    return render(request, "rooms/poster.html", context)


def _way_in(room: Room) -> str:
    return settings.SHOUWANG.public_url.rstrip("/") + reverse("rooms:join-with", args=[room.join_code])
