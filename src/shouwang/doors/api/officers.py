"""The desk, for an officer's own programs. Every look is recorded as at the desk itself."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import BeforeValidator

from shouwang.apps.desk.queue import sections
from shouwang.apps.incidents import policy as incidents
from shouwang.apps.incidents import queries
from shouwang.apps.incidents.models import Source
from shouwang.apps.incidents.report import PartySaid, Report, read_things
from shouwang.apps.incidents.suggesting import advice_for
from shouwang.apps.incidents.urgency import urgency_of
from shouwang.apps.incidents.usecases import take_report
from shouwang.apps.incidents.whose import as_wgs84
from shouwang.apps.matters import policy, usecases
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.matters.views import code_address
from shouwang.apps.people.usecases import record_look
from shouwang.apps.units.models import Officer
from shouwang.doors.api import telling
from shouwang.doors.api.asking import REFUSALS, ByKey, desk_of, press_id
from shouwang.doors.api.residents import Number, PressKey
from shouwang.doors.api.shapes import (
    AdviceOut,
    EntryMade,
    IncidentLine,
    MatterOut,
    MessageIn,
    NoteIn,
    OpenedOut,
    PointOut,
    Problem,
    ReportIn,
    SectionOut,
    sound,
)
from shouwang.engines.triage.advice import About
from shouwang.kernel import ids
from shouwang.kernel.policy import require

router = Router(tags=["desk"], auth=ByKey())
Why = Annotated[str, Query(min_length=1, max_length=200), BeforeValidator(sound)]


def _matter(viewer: Viewer, number: str) -> Matter:
    matter = Matter.objects.visible_to(viewer).for_cards().filter(number=number).first()
    if matter is None:
        raise Http404
    return matter


@router.get("/queue", response={200: list[SectionOut], REFUSALS: Problem}, url_name="desk-queue")
def queue(
    request: HttpRequest, whole: Annotated[str, Query(max_length=40), BeforeValidator(sound)] = ""
) -> list[SectionOut]:
    """The officer's queue, most urgent first, as at the desk; `whole` is the key of a section to be listed in full length."""
    _officer, viewer = desk_of(request)
    return [
        SectionOut(
            key=one.key,
            title=str(one.title),
            more=one.more,
            matters=[telling.matter_line(matter) for matter in one.matters],
        )
        for one in sections(viewer, timezone.now(), whole)
    ]


@router.get("/matters/{number}", response={200: MatterOut, REFUSALS: Problem}, url_name="desk-matter")
def read(request: HttpRequest, number: Number, reason: Why) -> MatterOut:
    """One matter with its conversation. `reason` is written down, and the resident sees by which role it was read and when."""
    officer, viewer = desk_of(request)
    matter, now = _matter(viewer, number), timezone.now()
    _looked(officer, matter, ("conversation",), reason)
    usecases.mark_read(matter, viewer=viewer, seq=matter.last_seq, at=now)
    return telling.whole(matter, viewer, now)


def _looked(officer: Officer, matter: Matter, what: tuple[str, ...], reason: str) -> None:
    record_look(officer, matter.ref, person=matter.reporter, what=what, reason=reason, at=timezone.now())


@router.post("/matters/{number}/replies", response={201: EntryMade, REFUSALS: Problem})
def reply(request: HttpRequest, number: Number, given: MessageIn, press: PressKey = "") -> tuple[int, EntryMade]:
    """Answer the resident, on whichever channel they wrote."""
    officer, viewer = desk_of(request)
    matter = _matter(viewer, number)
    require(policy.may_work_on(officer, matter))
    press_key = press_id(press, officer.ref)
    entry = usecases.say(matter, viewer=viewer, at=timezone.now(), body=given.body, client_id=press_key)
    return 201, EntryMade(seq=entry.seq)


@router.post("/matters/{number}/notes", response={201: EntryMade, REFUSALS: Problem})
def note(request: HttpRequest, number: Number, given: NoteIn, press: PressKey = "") -> tuple[int, EntryMade]:
    """A note that residents never see."""
    officer, viewer = desk_of(request)
    entry = usecases.note(
        _matter(viewer, number),
        by=officer,
        body=given.body,
        at=timezone.now(),
        restricted=given.restricted,
        client_id=press_id(press, officer.ref),
    )
    return 201, EntryMade(seq=entry.seq)


@router.get("/incidents", response={200: list[IncidentLine], REFUSALS: Problem}, url_name="incidents")
def incident_list(
    request: HttpRequest, show: Literal["undecided", "untold", "all"] = "undecided"
) -> list[IncidentLine]:
    """Reports not decided yet with the days left, decisions nobody was told, or all of a month; at most two hundred."""
    officer, viewer = desk_of(request)
    require(incidents.may_see_undecided(officer))
    return [telling.incident_line(row) for row in queries.rows(viewer, show, timezone.now())]


@router.post("/incidents", response={201: OpenedOut, REFUSALS: Problem}, url_name="incidents")
def take(request: HttpRequest, given: ReportIn, press: PressKey = "") -> tuple[int, OpenedOut]:
    """
    Take a report by telephone, at the counter or on patrol, whatever it says. The same press with the same `Idempotency-Key` is one
    report, and its code is told again.
    """
    officer, _viewer = desk_of(request)
    opened = take_report(
        officer.unit,
        _report(given),
        channel=given.channel,
        at=timezone.now(),
        by=officer,
        client_id=press_id(press, officer.ref),
    )
    says = _("收下了。请把编号和查询码交给报案人。")
    return 201, OpenedOut(
        number=opened.matter.number,
        tracking_code=ids.show_code(opened.code),
        url=code_address(opened.code),
        says=says,
    )


def _report(given: ReportIn) -> Report:
    longitude, latitude = given.longitude, given.latitude
    if longitude is not None and latitude is not None:
        longitude, latitude = as_wgs84(longitude, latitude, gcj02=given.gcj02)
    return Report(
        given.what,
        category=given.category,
        address=given.address,
        landmark=given.landmark,
        longitude=longitude,
        latitude=latitude,
        position_source=Source.OFFICER if longitude is not None else Source.NONE,
        when_said=given.when,
        unsafe=given.unsafe,
        things=read_things(given.things),
        people=tuple(
            PartySaid(one.role, name=one.name, phone=one.phone, about=one.about, minor=one.minor)
            for one in given.people
        ),
        pseudonym=given.name,
        phone=given.phone,
        caller_role=given.caller_role,
        caller_minor=given.caller_minor,
        safe=given.safe_contact,
    )


@router.get("/incidents/{number}/advice", response={200: AdviceOut, REFUSALS: Problem})
def advice(request: HttpRequest, number: Number, reason: Why) -> AdviceOut:
    """What the words of a report may be, how urgent, whose, and why. It quotes the reporter, so it is a look and is recorded."""
    officer, viewer = desk_of(request)
    matter = _matter(viewer, number)
    incident = incidents.incident_of(matter)
    if incident is None:
        raise Http404
    require(incidents.may_work(officer, matter))
    _looked(officer, matter, ("incident",), reason)
    found = advice_for(matter, incident)
    incident.matter = matter
    urgency = urgency_of(incident)
    how: dict[str, Any] = {"urgency": urgency.grade, "urgency_source": urgency.source.value}
    if found is None:
        return AdviceOut(**how, cannot_tell="", points=[], duties=[], asks=[])
    return AdviceOut(
        **how,
        cannot_tell=found.cannot_tell,
        points=[PointOut(**telling.point(one)) for one in found.points if one.about != About.URGENCY],
        duties=[f"{one.where}：{one.says}" for one in found.duties],
        asks=[words for _code, words in found.asks],
    )
