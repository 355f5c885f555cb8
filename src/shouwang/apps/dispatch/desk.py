"""The desk's pages of dispatch: the board, what is pressed there, and the crews. They translate; `usecases` decide."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.apps.desk.access import at_desk, officer_of, viewer_of
from shouwang.apps.desk.views import desk_context
from shouwang.apps.dispatch import policy, standby, usecases
from shouwang.apps.dispatch.board import board_of, station_for
from shouwang.apps.dispatch.forms import CrewForm, PostForm, TaskForm
from shouwang.apps.dispatch.models import Crew, FollowUp, Post, Sending, Standby
from shouwang.apps.dispatch.pieces import changes, lists_of, read_had
from shouwang.apps.incidents import policy as incidents
from shouwang.apps.incidents.models import Incident
from shouwang.apps.incidents.queries import units_of
from shouwang.apps.incidents.usecases import link as link_reports
from shouwang.apps.matters.models import Matter
from shouwang.apps.places.drawing import HEIGHT, WIDTH
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.policy import require


def _back(request: HttpRequest) -> HttpResponse:
    at = request.POST.get("at", "")
    return redirect(reverse("dispatch:board") + (f"?at={at}" if at.isdecimal() and len(at) < 12 else ""))


def _told(request: HttpRequest, act: Callable[[], object], done: str = "") -> HttpResponse:
    """Carry it out and go back to the board; a refusal is told there in its sentence."""
    try:
        act()
    except RuleBroken as why:
        messages.error(request, why.whole)
    else:
        if done:
            messages.success(request, done)
    return _back(request)


@at_desk
@require_GET
def board_page(request: HttpRequest) -> HttpResponse:
    """Who waits, who is out, who should go and why."""
    officer, now = officer_of(request), timezone.now()
    require(policy.may_see_board(officer))
    station, stations = station_for(officer, request.GET.get("at", ""))
    if station is None:
        return render(request, "dispatch/board.html", desk_context(request, board=None))
    context = desk_context(request)  # its cursor before the board is read, so that nothing falls between
    found = board_of(viewer_of(request), station, stations, now, request.GET.get("pick", "")[:20])
    may_send = policy.may_dispatch(officer)
    lists, token = lists_of(found, may_send=bool(may_send), now=now), get_token(request)
    context |= {
        "board": found,
        "picked": any(row.is_picked for row in (*found.waiting, *found.running)),
        "lists": {
            name.replace("-", "_"): mark_safe("".join(one.html(token) for one in shown))  # noqa: S308 - made by templates
            for name, shown in lists.items()
        },
        "width": WIDTH,
        "height": HEIGHT,
        "may_send": may_send,
    }
    return render(request, "dispatch/board.html", context)


@at_desk
@require_POST
def board_changes(request: HttpRequest) -> HttpResponse:
    """A page says which pieces it shows and is told what differs; nothing is written. Who cannot be told so takes the whole board."""
    officer, now = officer_of(request), timezone.now()
    require(policy.may_see_board(officer))
    station, stations = station_for(officer, request.GET.get("at", ""))
    if station is None:
        raise Http404
    found = board_of(viewer_of(request), station, stations, now)
    lists = lists_of(found, may_send=bool(policy.may_dispatch(officer)), now=now)
    try:
        had = read_had(request.body, lists)
    except RawPostDataException:  # a form, read before us: no page of ours asks so
        had = None
    if had is None:
        return JsonResponse({"whole": True})
    return JsonResponse(changes(lists, had, get_token(request)))


def _incident(request: HttpRequest, number: str) -> Incident:
    seen = Incident.objects.visible_to(viewer_of(request)).select_related("matter__unit", "matter__community")
    return get_object_or_404(seen, matter__number=number)


def _words_of(incident: Incident) -> str:
    """What a crew is told when nobody writes something else: what it is like and where."""
    community = incident.matter.community
    where = (community.name if community else "", incident.address, incident.landmark)
    place = _("，").join(part for part in where if part)
    return _("%(what)s。%(place)s") % {"what": incident.get_category_display(), "place": place}


@at_desk
@require_POST
def send(request: HttpRequest, number: str) -> HttpResponse:
    """One press sends what was suggested or chosen. Crews of another station are asked."""
    incident = _incident(request, number)
    crews = [int(key) for key in request.POST.getlist("crew") if key.isdecimal() and len(key) < 12]
    seen = request.POST.get("seen", "")
    words = request.POST.get("words", "").strip()[:500] or _words_of(incident)

    def act() -> None:
        sent, asked = usecases.send(
            incident.matter,
            crews,
            by=officer_of(request),
            words=words,
            seen=int(seen[:6]) if seen.isdecimal() else -1,
            at=timezone.now(),
        )
        if sent:
            names = _("、").join(one.crew.name for one in sent)
            messages.success(request, _("已派%(crews)s，等应答。") % {"crews": names})
        if asked:
            names = _("、").join(f"{one.crew.unit.called} {one.crew.name}" for one in asked)
            messages.success(request, _("已请%(crews)s支援，对方答应了才算。") % {"crews": names})

    return _told(request, act)


@at_desk
@require_POST
def link(request: HttpRequest, number: str) -> HttpResponse:
    """Two reports are one event: linked by the room of incidents, with the reason that was shown."""
    one, other = _incident(request, number), _incident(request, request.POST.get("other", "")[:24])
    return _told(
        request,
        lambda: link_reports(
            one.matter,
            other.matter,
            by=officer_of(request),
            reason=request.POST.get("reason", "")[:300],
            at=timezone.now(),
        ),
        _("连起来了。每位报案人还用自己的编号和查询码，并且已经被告知还有几人报告。"),
    )


@at_desk
@require_POST
def answer_request(request: HttpRequest, pk: int) -> HttpResponse:
    """The asked station answers."""
    officer = officer_of(request)
    sending = get_object_or_404(
        Sending.objects.select_related("matter", "crew__unit"), pk=pk, crew__unit__in=units_of(officer)
    )
    require(policy.may_lend(officer, sending.crew))
    comes = request.POST.get("comes")
    if comes not in {"yes", "no"}:
        raise Http404
    return _told(request, lambda: usecases.answer_request(sending, by=officer, comes=comes == "yes", at=timezone.now()))


def _seen_sending(request: HttpRequest, pk: int) -> Sending:
    visible = Matter.objects.visible_to(viewer_of(request)).values("pk").order_by()
    return get_object_or_404(Sending.objects.select_related("matter__unit", "crew__unit"), pk=pk, matter__in=visible)


@at_desk
@require_POST
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    sending, reason = _seen_sending(request, pk), request.POST.get("reason", "")[:200]
    return _told(
        request,
        lambda: usecases.recall(sending, by=officer_of(request), reason=reason, at=timezone.now()),
        _("撤回了。"),
    )


@at_desk
@require_POST
def answer_silence(request: HttpRequest, pk: int) -> HttpResponse:
    """“我来联系”: the ringing ends."""
    officer = officer_of(request)
    sending = get_object_or_404(
        Sending.objects.select_related("matter", "crew__unit"), pk=pk, crew__unit__in=units_of(officer)
    )
    require(policy.may_lend(officer, sending.crew))
    return _told(request, lambda: usecases.answer_silence(sending, by=officer, at=timezone.now()))


def _task(request: HttpRequest, pk: int) -> FollowUp:
    visible = Matter.objects.visible_to(viewer_of(request)).values("pk").order_by()
    found = FollowUp.objects.select_related("matter__unit__parent", "matter__handler", "owner")
    return get_object_or_404(found, pk=pk, matter__in=visible)


@at_desk
@require_POST
def finish_task(request: HttpRequest, pk: int) -> HttpResponse:
    """What a crew left is done; back to where it was pressed."""
    task, officer = _task(request, pk), officer_of(request)
    back = _told(request, lambda: usecases.finish_task(task, by=officer, at=timezone.now()), _("记下办好了。"))
    return redirect("desk:matter", number=task.matter.number) if request.POST.get("back") == "matter" else back


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def give_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Who does what a crew left, and by when."""
    task, officer, now = _task(request, pk), officer_of(request), timezone.now()
    matter = task.matter
    require(incidents.may_work(officer, matter))
    initial = {"to": task.in_charge, "due_on": max(task.due_on, timezone.localdate(now))}
    form = TaskForm(request.POST or None, matter=matter, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            usecases.give_task(task, by=officer, at=now, **form.cleaned_data)
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            return redirect("desk:matter", number=matter.number)
    context = desk_context(request, form=form, task=task, matter=matter, current=matter.number)
    return render(request, "dispatch/task.html", context, status=400 if form.errors else 200)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def crews(request: HttpRequest) -> HttpResponse:
    """The crews of a station, and a form for another one."""
    officer = officer_of(request)
    station, _stations = station_for(officer, request.GET.get("at", ""))
    if station is None:
        raise Http404
    form = CrewForm(request.POST or None, station=station, initial={"means": Crew.Means.CAR})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            usecases.form_crew(
                station,
                name=given["name"],
                means=given["means"],
                members=list(given["members"]),
                volunteers=given["volunteers"] or 0,
                by=officer,
                at=timezone.now(),
            )
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            return redirect(reverse("dispatch:crews") + f"?at={station.pk}")
    found = board_of(viewer_of(request), station, [station], timezone.now()).crews
    context = desk_context(request, form=form, crews=found, here=station)
    return render(request, "dispatch/crews.html", context, status=400 if form.errors else 200)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def posts(request: HttpRequest) -> HttpResponse:
    """Where crews may wait; the chief adds a place by a village or by its coordinates."""
    officer = officer_of(request)
    station, _stations = station_for(officer, request.GET.get("at", ""))
    if station is None:
        raise Http404
    may_set = policy.may_set_posts(officer, station)
    form = PostForm(request.POST if request.method == "POST" else None, station=station)
    if request.method == "POST":
        require(may_set)
        if form.is_valid():
            longitude, latitude = form.position()
            try:
                standby.add_post(
                    station,
                    name=form.cleaned_data["name"],
                    longitude=longitude,
                    latitude=latitude,
                    by=officer,
                    at=timezone.now(),
                )
            except RuleBroken as why:
                form.add_error(None, why.whole)
            else:
                return redirect(reverse("dispatch:posts") + f"?at={station.pk}")
    context = desk_context(request, form=form, posts=standby.posts_of(station), here=station, may_set=may_set)
    return render(request, "dispatch/posts.html", context, status=400 if form.errors else 200)


@at_desk
@require_POST
def drop_post(request: HttpRequest, pk: int) -> HttpResponse:
    officer = officer_of(request)
    post = get_object_or_404(Post.objects.select_related("unit"), pk=pk, unit__in=units_of(officer))
    standby.drop_post(post, by=officer, at=timezone.now())
    return redirect(reverse("dispatch:posts") + f"?at={post.unit_id}")


@at_desk
@require_POST
def wait(request: HttpRequest, pk: int) -> HttpResponse:
    """One press asks a crew to wait at a post."""
    crew, post = _own_crew(request, pk), request.POST.get("post", "")
    require(policy.may_move(officer_of(request), crew))
    key = int(post) if post.isdecimal() and len(post) < 12 else 0
    found = Post.objects.filter(pk=key, unit=crew.unit).first()
    if found is None:
        messages.error(request, _("这个巡组或者这个待命点现在不能用。"))
        return _back(request)
    says = _("已请%(crew)s到%(post)s待命，等应答。") % {"crew": crew.name, "post": found.name}
    return _told(request, lambda: standby.ask_to_wait(crew, found, by=officer_of(request), at=timezone.now()), says)


@at_desk
@require_POST
def unwait(request: HttpRequest, pk: int) -> HttpResponse:
    officer = officer_of(request)
    found = get_object_or_404(Standby.objects.select_related("crew__unit"), pk=pk, crew__unit__in=units_of(officer))
    require(policy.may_move(officer, found.crew))
    return _told(request, lambda: standby.take_back(found, by=officer, at=timezone.now()))


def _own_crew(request: HttpRequest, pk: int) -> Crew:
    return get_object_or_404(Crew.objects.out().select_related("unit"), pk=pk, unit__in=units_of(officer_of(request)))


def _after_crew(request: HttpRequest, act: Callable[[], object], crew: Crew) -> HttpResponse:
    _told(request, act)
    mine = request.POST.get("from") == "mine"
    return redirect("dispatch:mine") if mine else redirect(reverse("dispatch:crews") + f"?at={crew.unit_id}")


@at_desk
@require_POST
def dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    crew = _own_crew(request, pk)
    return _after_crew(request, lambda: usecases.dissolve(crew, by=officer_of(request), at=timezone.now()), crew)


@at_desk
@require_POST
def rest(request: HttpRequest, pk: int) -> HttpResponse:
    """休整, or free again."""
    crew, resting = _own_crew(request, pk), request.POST.get("resting") == "yes"
    return _after_crew(
        request, lambda: usecases.rest(crew, by=officer_of(request), resting=resting, at=timezone.now()), crew
    )
