"""“我的警情”: the officer's phone in the rain. Large buttons, plain forms; a script keeps what is sent without a network."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.functional import Promise
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from shouwang.apps.desk.access import at_desk, officer_of, viewer_of
from shouwang.apps.desk.bell import AS_BANNER
from shouwang.apps.desk.views import desk_context
from shouwang.apps.dispatch import progress, standby, usecases
from shouwang.apps.dispatch.forms import FeedbackForm, PhoneForm, PositionForm
from shouwang.apps.dispatch.models import Crew, CrewMember, Sending, Standby
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.uploads import keep_uploads
from shouwang.apps.people.usecases import looked_lately, record_look
from shouwang.apps.units.models import Officer
from shouwang.kernel.errors import RuleBroken

#: A phone that was not on the network for so long opens nothing by itself any more.
KEPT_FOR = timedelta(hours=12)

#: What may be pressed next, with the word on the button. Any later step may be pressed as well.
BUTTONS = (
    (progress.ACKNOWLEDGED, pgettext_lazy("dispatch", "收到"), "check"),
    (progress.EN_ROUTE, gettext_lazy("出发了"), "next"),
    (progress.ON_SCENE, gettext_lazy("到现场了"), "place"),
    (progress.CLEARED, gettext_lazy("处置完了"), "flag"),
)


def _mine(officer: Officer) -> tuple[Crew | None, Sending | None, list[Sending]]:
    """My crew, what it is sent to, and what I was at in the last day: feedback may come late."""
    member = CrewMember.objects.filter(officer=officer, left_at=None).select_related("crew__unit").first()
    crew = member.crew if member else None
    sending = crew.sendings.bound().select_related("matter", "crew__unit").first() if crew else None
    ended = (
        Sending.objects.filter(crew__members__officer=officer, ended_at__isnull=False)
        .exclude(state=progress.DECLINED)
        .select_related("matter", "crew")
        .distinct()
        .order_by("-ended_at")[:3]
    )
    return crew, sending, list(ended)


def _steps(sending: Sending | None) -> list[tuple[str, Promise, str]]:
    """What may be pressed next."""
    steps = (progress.SENT, *progress.STEPS)
    reached = steps.index(sending.state) if sending is not None else 0
    return [one for one in BUTTONS if steps.index(one[0]) > reached]


def _blank(**more: Any) -> FeedbackForm:
    return FeedbackForm(initial={"client_id": get_random_string(22)}, **more)


def _page(request: HttpRequest, form: FeedbackForm | None = None, about: Sending | None = None) -> HttpResponse:
    officer, now = officer_of(request), timezone.now()
    context = desk_context(request)
    crew, sending, ended = _mine(officer)
    setattr(request, AS_BANNER, sending is not None)
    open_here = False
    if sending is not None:
        open_here = Matter.objects.visible_to(viewer_of(request)).filter(pk=sending.matter_id).exists()
        _looked(officer, sending, now)
    others = (
        Crew.objects.out().filter(unit=crew.unit, volunteers=False).exclude(pk=crew.pk) if crew else Crew.objects.none()
    )
    busy = Sending.objects.bound().values("crew")
    context |= {
        "crew": crew,
        "members": [m.officer.name for m in crew.members.filter(left_at=None).select_related("officer")]
        if crew
        else [],
        "sending": sending,
        "ended": ended,
        "standby": Standby.objects.filter(crew=crew, ended_at=None).select_related("post").first() if crew else None,
        "open_here": open_here,
        "steps": _steps(sending),
        "form": form or _blank(),
        "about": about or sending,
        "step_id": get_random_string(22),
        "position_form": PositionForm(),
        "others": others.filter(resting=False).exclude(pk__in=busy).order_by("name"),
    }
    return render(request, "dispatch/mine.html", context, status=400 if form is not None and form.errors else 200)


def _looked(officer: Officer, sending: Sending, now: datetime) -> None:
    """Where to go is often where somebody lives: a look like any other, once in a few minutes."""
    matter = sending.matter
    if not looked_lately(officer, matter.ref, what="place", at=now):
        reason = _("%(crew)s被派去") % {"crew": sending.crew.name}
        record_look(officer, matter.ref, person=matter.reporter, what=("place",), reason=reason, at=now)


@at_desk
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What my crew is sent to; one tap each for what happens next."""
    about = request.GET.get("about", "")
    past = _sending(request, int(about)) if about.isdecimal() and len(about) < 12 else None
    return _page(request, about=past)


@at_desk
@require_GET
def kept(request: HttpRequest) -> HttpResponse:
    """What a phone may keep for a shift and open without a network: numbers and forms, no place, no words, nobody's name."""
    _crew, sending, ended = _mine(officer_of(request))
    mine = [(sending, _steps(sending)), *((one, []) for one in ended)] if sending else [(one, []) for one in ended]
    context = {
        "kept": [(one, steps, _blank(auto_id=f"id_{one.pk}_%s")) for one, steps in mine],
        "step_id": get_random_string(22),
        "viewer": viewer_of(request),
    }
    response = render(request, "dispatch/kept.html", context)
    response["Expires"] = http_date((timezone.now() + KEPT_FOR).timestamp())
    return response


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The script that opens it. It says nothing of anybody, so that a phone may ask for a newer one at any time."""
    return render(
        request,
        "dispatch/worker.js",
        {"static_url": settings.STATIC_URL},
        content_type="text/javascript; charset=utf-8",
    )


def _sending(request: HttpRequest, pk: int) -> Sending:
    """Only those of crews that this officer is or was in."""
    own = CrewMember.objects.filter(officer=officer_of(request)).values("crew")
    return get_object_or_404(Sending.objects.select_related("matter", "crew__unit"), pk=pk, crew__in=own)


def _told(request: HttpRequest, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except RuleBroken as why:
        messages.error(request, why.whole)
    return redirect("dispatch:mine")


@at_desk
@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap."""
    sending, form = _sending(request, pk), PhoneForm(request.POST)
    form.is_valid()
    phone = form.phone() if not form.errors else usecases.NOW
    what = request.POST.get("what", "")[:20]
    return _told(
        request, lambda: usecases.report(sending, what, by=officer_of(request), at=timezone.now(), phone=phone)
    )


@at_desk
@require_POST
def wait_ack(request: HttpRequest, pk: int) -> HttpResponse:
    """“收到”: we go to the post."""
    own = CrewMember.objects.filter(officer=officer_of(request), left_at=None).values("crew")
    found = get_object_or_404(Standby.objects.select_related("crew"), pk=pk, crew__in=own)
    return _told(request, lambda: standby.acknowledge(found, by=officer_of(request), at=timezone.now()))


@at_desk
@require_POST
def feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """现场反馈. What cannot be read is asked again, with everything that was typed."""
    sending, form = _sending(request, pk), FeedbackForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, sending)
    phone = form.phone()
    try:
        files = keep_uploads(form.cleaned_data["attached"], by=officer_of(request).ref, client_id=phone.client_id)
        usecases.feedback(sending, form.feedback(files), by=officer_of(request), at=timezone.now(), phone=phone)
    except RuleBroken as why:
        form.add_error(None, why.whole)
        return _page(request, form, sending)
    messages.success(request, _("收到了现场反馈。"))
    return redirect("dispatch:mine")


@at_desk
@require_POST
def hand(request: HttpRequest, pk: int) -> HttpResponse:
    """Another crew takes over."""
    sending, to = _sending(request, pk), request.POST.get("to", "")
    crew = get_object_or_404(
        Crew.objects.out(), pk=int(to) if to.isdecimal() and len(to) < 12 else 0, unit=sending.crew.unit
    )
    return _told(request, lambda: usecases.hand_to(sending, crew, by=officer_of(request), at=timezone.now()))


@at_desk
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    return _told(request, lambda: usecases.leave_crew(officer_of(request), at=timezone.now()))


@at_desk
@require_POST
def position(request: HttpRequest) -> HttpResponse:
    """Where we are, by one tap."""
    form, crew = PositionForm(request.POST), usecases.crew_of(officer_of(request))
    if crew is None or not form.is_valid():
        messages.error(request, _("手机没有给出位置，或者您不在巡组里。"))
        return redirect("dispatch:mine")
    longitude, latitude = form.position()

    def act() -> None:
        usecases.report_position(
            crew, by=officer_of(request), longitude=longitude, latitude=latitude, at=timezone.now()
        )
        messages.success(request, _("位置报上去了。"))

    return _told(request, act)
