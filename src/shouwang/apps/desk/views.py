"""The desk's pages. They translate; `matters.usecases` decide."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.apps.desk.access import at_desk, officer_of, viewer_of
from shouwang.apps.desk.actions import action_of, offered
from shouwang.apps.desk.bell import AS_BANNER, TOLD, bell_of
from shouwang.apps.desk.focus import focus_first
from shouwang.apps.desk.forms import NoteForm, ReplyForm, SignOffForm, SignOnForm, TakeInForm
from shouwang.apps.desk.queue import sections
from shouwang.apps.duty import usecases as duty
from shouwang.apps.duty.models import DutySpan
from shouwang.apps.duty.queries import on_now
from shouwang.apps.matters import answers, policy, usecases
from shouwang.apps.matters.contact import in_words
from shouwang.apps.matters.finding import MOST_SHOWN, find_matters
from shouwang.apps.matters.ledgers import explain_all
from shouwang.apps.matters.models import Entry, Matter, ReadMark
from shouwang.apps.matters.queries import conversation, message_look
from shouwang.apps.matters.queries import taken_back as find_taken_back
from shouwang.apps.matters.rooms_above import parts, rooms_above
from shouwang.apps.matters.views import live_line, receipt_context
from shouwang.apps.notices.health import channel_health
from shouwang.apps.notices.tracing import fates
from shouwang.apps.people.models import Look, Person, index_of
from shouwang.apps.people.usecases import ONE_LOOK, PERSONAL, masked, record_look
from shouwang.apps.talk import private
from shouwang.apps.talk.bridge import answer_key, has_no_way
from shouwang.apps.talk.models import Alarm, Room
from shouwang.apps.talk.readable import rooms_served_by
from shouwang.apps.talk.reading import unread_in
from shouwang.apps.talk.visitor import Visitor
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit, ids
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.policy import require, rules

#: Rooms whose unread posts the desk tells; the live door follows a few streams more.
MOST_ROOMS = 24
LONGEST_NAME = 20


def channel_state(now: datetime) -> dict[str, int]:
    """Gateways that are switched on, those that do not carry anything, and messages that want an eye; asked twice a minute at most."""
    found: dict[str, int] | None = cache.get("desk:channels")
    if found is None:
        health = channel_health(now)
        found = {
            "gateways": sum(one.state != "off" for one in health),
            "troubles": sum(one.state in {"silent", "down"} for one in health),
            "unsure": sum(one.uncertain for one in health),
        }
        cache.set("desk:channels", found, 30)
    return found


def desk_context(request: HttpRequest, **more: Any) -> dict[str, Any]:
    """What every page of the desk shows: the queue and who is on duty. What rings, every page of the house shows, see `bell.py`."""
    viewer, now = viewer_of(request), timezone.now()
    officer = officer_of(request)
    rooms = list(Room.objects.filter(rooms_served_by(officer), active=True).select_related("unit"))[:MOST_ROOMS]
    unread = unread_in(rooms, Visitor(viewer))
    desks = sorted({f"desk:{post.unit.station.pk}" for post in officer.held_posts})
    line = live_line(*desks, *(room.stream for room in rooms))
    whole = request.GET.get("whole", "")
    return {
        "now": now,
        "sections": SimpleLazyObject(lambda: sections(viewer, now, whole)),  # not every page shows the queue
        "whole": whole,
        "on_duty": on_now(officer.unit, most=2),
        "shortcuts": [one for room in rooms_above() for one in room.shortcuts],
        "my_span": DutySpan.objects.on_now().filter(officer=officer).select_related("unit").first(),
        "desk_line": line,
        "rooms": [(room, unread[room.pk]) for room in rooms if room.pk in unread],
        **channel_state(now),
        **more,
    }


def _matter(request: HttpRequest, number: str) -> Matter:
    return get_object_or_404(Matter.objects.visible_to(viewer_of(request)).for_cards(), number=number)


@at_desk
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The day sheet: the whole queue, nothing chosen yet, and what else the rooms ask of this officer today."""
    return render(request, "desk/home.html", desk_context(request, parts=parts("today", request, timezone.now())))


@at_desk
@require_GET
def alarm(request: HttpRequest) -> HttpResponse:
    """What rings now, alone, for a page that was told of news; as a banner for one whose buttons must stay free."""
    setattr(request, AS_BANNER, "banner" in request.GET)
    return render(request, "desk/_alarm.html")


@at_desk
@require_POST
def told(request: HttpRequest) -> HttpResponse:
    """“我去告诉他们”: an alarm that only leaders may read no longer rings for this officer, and it stands in the trail who took it on."""
    keys = sorted({int(key) for key in request.POST.getlist("key")[:20] if key.isdecimal() and len(key) < 12})
    known = bell_of(request)
    mine = [key for key in keys if known is not None and known.beyond is not None and key in known.beyond.keys]
    request.session[TOLD] = sorted({*request.session.get(TOLD, ()), *mine})[-100:]
    for key in mine:
        audit.record("desk.alarm_carried", by=officer_of(request).ref, on=f"matters.matter:{key}", at=timezone.now())
    return redirect("desk:home")


@at_desk
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """The queue alone, for a page that was told of news."""
    current = request.GET.get("current", "")
    return render(request, "desk/queue.html", desk_context(request, current=current))


@at_desk
@require_GET
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """One matter: conversation and card. Opening it is a look, and is recorded as one."""
    one = _matter(request, number)
    officer, now = officer_of(request), timezone.now()
    verdict = require(policy.may_read(viewer_of(request), one))
    record_look(officer, one.ref, person=one.reporter, what=("conversation",), reason=verdict.reason, at=now)
    usecases.mark_read(one, viewer=viewer_of(request), seq=one.last_seq, at=now)
    return render(request, "desk/matter.html", desk_context(request, **matter_context(request, one, now)))


def _looked(request: HttpRequest, one: Matter) -> None:
    """
    The other pages on which a conversation stands: a look as well, unless this officer opened the same matter in the last minutes.
    """
    officer, now = officer_of(request), timezone.now()
    if Look.objects.filter(officer=officer, subject=one.ref, at__gt=now - ONE_LOOK).exists():
        return
    verdict = require(policy.may_read(viewer_of(request), one))
    record_look(officer, one.ref, person=one.reporter, what=("conversation",), reason=verdict.reason, at=now)


def matter_context(request: HttpRequest, one: Matter, now: datetime, **more: Any) -> dict[str, Any]:
    """What the conversation and the card show."""
    viewer, officer = viewer_of(request), officer_of(request)
    line = live_line(f"matter:{one.pk}")  # before the entries are read, so that nothing falls between
    entries = with_fates(one, conversation(one, viewer))
    return {
        "matter": one,
        "current": one.number,
        "entries": entries,
        "moved": private.came_from(one),
        "rung_in": Alarm.objects.filter(matter=one).select_related("room").order_by("pk").first(),
        "no_way": has_no_way(one),
        "suggested": answers.suggested_for(entries, today=timezone.localdate(now)),
        "proposable": one.kind in answers.PROPOSABLE_KINDS,
        "actions": offered(officer, one),
        "reply_form": ReplyForm(initial={"client_id": get_random_string(22)}),
        "note_form": NoteForm(initial={"client_id": get_random_string(22)}),
        "may_reply": policy.may_work_on(officer, one),
        "ledgers": explain_all(one, now),
        "resident_read": ReadMark.objects.filter(matter=one, side=ReadMark.Side.RESIDENT).first(),
        "person": masked_person(one.reporter) if one.reporter else None,
        "contact": in_words(one),
        "parts": parts("card", request, one, now),
        **line,
        **more,
    }


def with_fates(one: Matter, entries: list[Entry]) -> list[Entry]:
    """The same entries; those that left by a messenger say in `fate` how they stand there."""
    keys = {answer_key(one.pk, entry.seq): entry for entry in entries if entry.from_station}
    for key, state in fates(keys=keys).items():
        keys[key].fate = str(state.label)
    return entries


def masked_person(person: Person) -> dict[str, str]:
    """What is known of the reporter, masked. The values themselves need a reason."""
    return {name: masked(value) for name in PERSONAL if (value := getattr(person, name))}


@at_desk
@require_GET
def more(request: HttpRequest, number: str) -> HttpResponse:
    """The entries after `?after=`, for an open conversation that was told of news."""
    one = _matter(request, number)
    after = int(request.GET.get("after", "0")[:9]) if request.GET.get("after", "").isdecimal() else 0
    now = timezone.now()
    usecases.mark_read(one, viewer=viewer_of(request), seq=one.last_seq, at=now)
    _looked(request, one)
    entries = with_fates(one, conversation(one, viewer_of(request), after=after))
    proposable = one.kind in answers.PROPOSABLE_KINDS
    context = {"entries": entries, "now": now, "matter": one, "proposable": proposable, "moved": private.came_from(one)}
    return render(request, "desk/_entries.html", context)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Any action of the card: show its form, or carry it out. A refusal keeps what was typed."""
    one, action = _matter(request, number), action_of(key)
    if action is None:
        raise Http404
    if action.page is not None:
        return redirect(action.page(one))
    officer, now = officer_of(request), timezone.now()
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = action.make_form(one, *sent)
    if not sent and form is not None:
        if action.key == "reply":
            text = request.GET.get("text", "")[: usecases.LONGEST_MESSAGE]
            form.initial = {"body": text, "client_id": get_random_string(22)}
        if action.key == "transfer" and request.GET.get("unit", "").isdecimal():
            form.initial = {"unit": request.GET["unit"][:9]}
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            said = action.do(one, officer, form.cleaned_data if form else {}, now)
        except RuleBroken as why:
            if form is None:
                messages.error(request, why.whole)
                return redirect("desk:matter", number=number)
            form.add_error(None, why.whole)
        else:
            if isinstance(said, str):
                messages.success(request, said)
            still_ours = Matter.objects.visible_to(viewer_of(request)).filter(pk=one.pk).exists()
            return redirect("desk:matter", number=number) if still_ours else redirect("desk:home")
    focus_first(form)
    verdict = action.offered(officer, one)
    _looked(request, one)
    context = desk_context(request, **matter_context(request, one, now), action=action, form=form, verdict=verdict)
    return render(request, "desk/action.html", context, status=400 if form and form.errors else 200)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest, number: str) -> HttpResponse:
    """Open the reporter's personal data for a reason. Shown once, recorded for good, told to the person."""
    one = _matter(request, number)
    officer = officer_of(request)
    require(policy.may_look(officer))
    if one.reporter is None:
        raise Http404
    shown: dict[str, str] = {}
    reason = request.POST.get("reason", "").strip()
    if request.method == "POST" and reason:
        shown = {name: value for name in PERSONAL if (value := getattr(one.reporter, name))}
        reached = {a.channel: a.value for a in one.reporter.addresses.all()}
        what = (*shown, *(["addresses"] if reached or not shown else []))
        record_look(officer, one.ref, person=one.reporter, what=what, reason=reason, at=timezone.now())
        shown |= reached
    _looked(request, one)
    context = desk_context(request, **matter_context(request, one, timezone.now()))
    context |= {"shown": shown, "reason": reason, "missing": request.method == "POST" and not reason}
    return render(request, "desk/look.html", context, status=400 if context["missing"] else 200)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def taken_back(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """Read a message that its writer took back, for a reason. Shown once, recorded for good, told to the person."""
    one = _matter(request, number)
    officer, now = officer_of(request), timezone.now()
    require(policy.may_see_taken_back(officer, one))
    gone = find_taken_back(one, viewer_of(request), seq)
    if gone is None:
        raise Http404
    reason = request.POST.get("reason", "").strip()
    if request.method == "POST" and reason:
        record_look(officer, one.ref, person=one.reporter, what=(message_look(seq),), reason=reason, at=now)
    _looked(request, one)
    context = desk_context(request, **matter_context(request, one, now))
    context |= {"gone": gone, "reason": reason, "missing": request.method == "POST" and not reason}
    return render(request, "desk/taken_back.html", context, status=400 if context["missing"] else 200)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """Write down for somebody at the counter or on the phone; ends with the receipt."""
    officer = officer_of(request)
    form = TakeInForm(request.POST or None, initial={"client_id": get_random_string(22)})
    if request.method == "POST" and form.is_valid():
        given, now = form.cleaned_data, timezone.now()
        person = None
        if given["name"] or given["phone"]:
            person = Person.objects.create(pseudonym=given["name"], phone=given["phone"], created_at=now)
        opened = usecases.open_matter(
            officer.unit,
            kind=given["kind"],
            channel=given["channel"],
            at=now,
            body=given["body"],
            reporter=person,
            by=officer,
            safe_contact=given["safe_contact"],
            client_id=f"desk:{given['client_id']}"[:40] if given["client_id"] else None,
        )
        context = receipt_context(opened.matter, ids.show_code(opened.code), at_desk=True)
        return render(request, "matters/receipt.html", context)
    return render(request, "desk/take_in.html", desk_context(request, form=form), status=400 if form.errors else 200)


@at_desk
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """
    By number, by words in what was ever said, or by somebody's exact phone or ID number or name; the last are looks and are recorded.
    """
    query = request.GET.get("q", "").strip()[:80]
    viewer = viewer_of(request)
    found: list[Matter] = []
    complete = True
    if query:
        found = list(Matter.objects.visible_to(viewer).filter(number=query.upper()).for_cards())
        if not found:
            by_words = find_matters(viewer, query)
            found, complete = by_words.matters, by_words.complete
        found += _by_person(request, query, {m.pk for m in found})
    context = desk_context(request, query=query, found=found, complete=complete, most=MOST_SHOWN)
    return render(request, "desk/search.html", context)


def _by_person(request: HttpRequest, query: str, known: set[int]) -> list[Matter]:
    """Matters of the person with exactly this phone, ID number, name or chosen name. Asking is a look at each of them."""
    if not policy.may_look(officer_of(request)):
        return []
    digits = "".join(ch for ch in query if ch.isalnum())
    if len(digits) >= 7 and any(ch.isdigit() for ch in digits):
        people = Q(reporter__phone_index=index_of(query, "phone")) | Q(reporter__id_index=index_of(query, "id"))
        why = _("按号码查找")
    elif 2 <= len(query) <= LONGEST_NAME and not any(ch.isdigit() for ch in query):
        people = Q(reporter__name_index=index_of(query, "name")) | Q(reporter__pseudonym=query)
        why = _("按姓名查找")
    else:
        return []
    matters = list(Matter.objects.visible_to(viewer_of(request)).filter(people).exclude(pk__in=known).for_cards()[:20])
    for one in matters:
        record_look(officer_of(request), one.ref, person=one.reporter, what=("search",), reason=why, at=timezone.now())
    return matters


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def duty_board(request: HttpRequest) -> HttpResponse:
    """Who is on now; sign on, sign off and hand over."""
    officer = officer_of(request)
    span = DutySpan.objects.on_now().filter(officer=officer).select_related("unit__parent").first()
    form: SignOnForm | SignOffForm
    mine = list(Matter.objects.in_hands_of(officer).for_cards().order_by("due_at")) if span else []
    for_police = {one.pk for one in mine if one.kind in policy.FOR_POLICE}
    if span:
        here = DutySpan.objects.on_now().at_unit(span.unit.station).exclude(officer=officer).values("officer")
        there = Officer.objects.filter(pk__in=here)
        form = SignOffForm(request.POST or None, successors=there, for_police=bool(for_police))
    else:
        form = SignOnForm(request.POST or None, officer=officer, initial={"unit": officer.unit_id})
    if request.method == "POST" and form.is_valid():
        try:
            if span:
                duty.sign_off(officer, at=timezone.now(), **form.cleaned_data)
            else:
                duty.sign_on(officer, at=timezone.now(), **form.cleaned_data)
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            return redirect("desk:duty")
    past = DutySpan.objects.exclude(ended_at=None).at_unit(officer.unit.station).select_related("officer", "handed_to")
    everybody = on_now(officer.unit)
    context = desk_context(
        request, form=form, span=span, mine=mine, for_police=for_police, past=past[:10], on_duty=everybody
    )
    return render(request, "desk/duty.html", context, status=400 if form.errors else 200)


@at_desk
@require_GET
def rights(request: HttpRequest) -> HttpResponse:
    """“为什么我可以，为什么我不可以”: every listed rule, asked for the reader; and for one matter when it is named."""
    officer = officer_of(request)
    general = [(one.title, one.ask(officer)) for one in rules()]
    number = request.GET.get("matter", "").strip()
    about: list[tuple[Any, Any]] = []
    one = Matter.objects.filter(number=number).select_related("unit", "offered_to_unit").first() if number else None
    if one is not None:
        viewer = viewer_of(request)
        about = [(_("看到这件事"), policy.may_read(viewer, one))]
        if about[0][1]:
            about += [(action.title, verdict) for action, verdict in offered(officer, one)]
    context = desk_context(request, general=general, about=about, number=number, posts=officer.held_posts)
    return render(request, "desk/rights.html", context)


@at_desk
@require_GET
def looks(request: HttpRequest) -> HttpResponse:
    """My own looks, so that nobody is surprised by what is recorded."""
    mine = Look.objects.filter(officer=officer_of(request)).order_by("-at")[:100]
    return render(request, "desk/looks.html", desk_context(request, looks=mine))


@at_desk
@require_POST
def typing(request: HttpRequest, number: str) -> HttpResponse:
    """Tell the other side that somebody is writing. Nothing is stored."""
    usecases.tell_typing(_matter(request, number), viewer=viewer_of(request))
    return HttpResponse(status=204)
