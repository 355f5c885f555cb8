"""Gateways to messengers, for the administrator: set up, what to write into the gateway, token, pace, off and on; groups and rooms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from shouwang.apps.bureau.access import officer_of, sent, sets_up_gateways
from shouwang.apps.bureau.forms import ChangeGatewayForm, MaybeReasonForm, NewGatewayForm, PicturesForm, ReasonForm
from shouwang.apps.bureau.history import history_of
from shouwang.apps.bureau.manage_views import form_page, page_or_form, tried
from shouwang.apps.desk import channels
from shouwang.apps.notices import gateways as usecases
from shouwang.apps.notices.health import channel_health
from shouwang.apps.notices.models import PUSH, Gateway, Transport
from shouwang.apps.units.models import Officer


def _gateway(pk: int) -> Gateway:
    """One with a number of the station."""
    return get_object_or_404(Gateway.objects.exclude(channel=PUSH).select_related("unit"), pk=pk)


@sets_up_gateways
@page_or_form
def gateways(request: HttpRequest) -> HttpResponse:
    """All gateways and how they are doing, and which group is which room."""
    me, now = officer_of(request), timezone.now()
    form = channels.GroupForm(sent(request), officer=me)
    if channels.linked(request, form, me):
        return redirect("bureau:gateways")
    context = {"health": channel_health(now), "now": now, **channels.groups_context(me, form)}
    return render(request, "bureau/manage/gateways.html", context, status=400 if form.errors else 200)


@sets_up_gateways
@require_POST
def unlink(request: HttpRequest, pk: int) -> HttpResponse:
    """The group is no longer this room."""
    channels.unlinked(officer_of(request), pk)
    return redirect("bureau:gateways")


@sets_up_gateways
@page_or_form
def add_gateway(request: HttpRequest) -> HttpResponse:
    """A new one."""
    me = officer_of(request)
    form = NewGatewayForm(sent(request), manager=me, initial={"unit": me.unit.station})
    if form.is_valid():
        made = tried(form, lambda: _set_up(me, form.cleaned_data))
        if made:
            messages.success(request, gettext("设好了。接下来把下面几样写进网关。"))
            return redirect("bureau:gateway", pk=made.pk)
    return form_page(request, _("接一个 QQ 号"), form, reverse("bureau:gateways"), button=_("设好"))


def _set_up(me: Officer, given: dict[str, Any]) -> Gateway:
    return usecases.set_up_gateway(
        by=me.ref, at=timezone.now(), **{**given, "transport": Transport(given["transport"])}
    )


@sets_up_gateways
@require_GET
def gateway(request: HttpRequest, pk: int) -> HttpResponse:
    """One gateway: what to write into it, how it is doing, what was changed."""
    return _page(request, _gateway(pk))


@sets_up_gateways
@require_POST
def token(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page with the token on it, once; that it was shown is recorded."""
    one = _gateway(pk)
    usecases.show_token(one, by=officer_of(request).ref, at=timezone.now())
    return _page(request, one, shown=True)


def _page(request: HttpRequest, one: Gateway, *, shown: bool = False) -> HttpResponse:
    now = timezone.now()
    context = {
        "gateway": one,
        "health": [health for health in channel_health(now) if health.gateway_id == one.pk],
        "now": now,
        "address": _address(one),
        "shown": shown,
        "actions": [act for act in ACTS if act.fits(one)],
        "history": history_of(f"notices.gateway:{one.pk}"),
    }
    return render(request, "bureau/manage/gateway.html", context)


def _address(one: Gateway) -> str:
    """Where the gateway finds the house: `ws://` and `wss://` for connections that stay."""
    house = urlsplit(settings.SHOUWANG.public_url)
    scheme = house.scheme.replace("http", "ws", 1) if one.transport == Transport.REVERSE_WS else house.scheme
    return f"{scheme}://{house.netloc}{usecases.PATHS[Transport(one.transport)]}"


# ── what can be done with one ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done with a gateway: when it makes sense, its form, and what it calls."""

    key: str
    title: str | Promise
    fits: Callable[[Gateway], bool]
    form: Callable[[Any, Officer, Gateway], forms.Form]
    do: Callable[[Gateway, str, dict[str, Any], datetime], object]
    hint: str | Promise = ""
    danger: bool = False


def _change_form(given: Any, me: Officer, one: Gateway) -> forms.Form:
    now = {"name": one.name, "unit": one.unit, "http_url": one.http_url, "per_minute": one.per_minute}
    form = ChangeGatewayForm(given, manager=me, initial=now)
    if one.transport != Transport.HTTP:
        form.fields["http_url"].widget = forms.HiddenInput()
    return form


ACTS: tuple[Act, ...] = (
    Act(
        "edit",
        _("修改"),
        lambda _one: True,
        _change_form,
        lambda one, by, given, at: usecases.change_gateway(one, by=by, at=at, **given),
    ),
    Act(
        "pictures",
        _("从哪里取图片"),
        lambda _one: True,
        lambda given, _me, one: PicturesForm(given, initial={"hosts": "\n".join(one.picture_hosts.split())}),
        lambda one, by, given, at: usecases.permit_pictures_from(one, given["hosts"].split(), by=by, at=at),
        hint=_("网关只说图片放在哪里、不把图片交过来时才用得着。写上的网站，系统会自己去取，别处都不去。"),
    ),
    Act(
        "renew",
        _("换口令"),
        lambda _one: True,
        lambda given, _me, _one: ReasonForm(given),
        lambda one, by, given, at: usecases.renew_token(one, by=by, at=at, reason=given["reason"]),
        hint=_("旧口令马上作废，连着的网关十几秒内断开，要把新口令写进去才能再连。有人可能知道了口令时就换。"),
        danger=True,
    ),
    Act(
        "off",
        _("停用"),
        lambda one: one.enabled,
        lambda given, _me, _one: ReasonForm(given),
        lambda one, by, given, at: usecases.switch_gateway(one, on=False, by=by, at=at, reason=given["reason"]),
        hint=_("停用以后不收也不发。等着发的改走别的路，没有别的路的就过期，在“渠道”里看得到。"),
        danger=True,
    ),
    Act(
        "on",
        _("重新启用"),
        lambda one: not one.enabled,
        lambda given, _me, _one: MaybeReasonForm(given),
        lambda one, by, given, at: usecases.switch_gateway(one, on=True, by=by, at=at, reason=given["reason"]),
    ),
)


@sets_up_gateways
@page_or_form
def act_on_gateway(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Change it, name hosts of pictures, renew its token, switch it off or on."""
    one, me = _gateway(pk), officer_of(request)
    act = next((act for act in ACTS if act.key == key and act.fits(one)), None)
    if act is None:
        raise Http404
    form = act.form(sent(request), me, one)
    if form.is_valid() and tried(form, lambda: act.do(one, me.ref, form.cleaned_data, timezone.now())):
        messages.success(request, gettext("改好了，也记下了。"))
        return redirect("bureau:gateway", pk=pk)
    back = reverse("bureau:gateway", args=[pk])
    return form_page(request, act.title, form, back, about=one.name, hint=act.hint, danger=act.danger)
