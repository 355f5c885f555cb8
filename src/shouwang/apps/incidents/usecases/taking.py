"""Taking a report, whoever it belongs to and wherever it happened (首接负责)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.incidents import policy
from shouwang.apps.incidents.models import Draft, Incident, Involved, Thing
from shouwang.apps.incidents.report import CAREFUL_SIGNS, Report
from shouwang.apps.incidents.timeline import happened, held
from shouwang.apps.incidents.whose import Ground, ground_at
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.contact import CAREFUL
from shouwang.apps.matters.danger import danger_list
from shouwang.apps.matters.models import Channel, Kind, Matter, State
from shouwang.apps.matters.timeline import locked
from shouwang.apps.matters.usecases.clocks import start_clock
from shouwang.apps.matters.viewer import Viewer, Visibility
from shouwang.apps.people.models import Person
from shouwang.apps.units.models import Officer, Unit
from shouwang.engines.triage.danger import screen
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict
from shouwang.kernel.policy import require

#: The clock of a report until somebody says what it is by law (接报案与立案工作规定 item 8(4)).
UNCLEAR_RULE = "fr-unclear"


@transaction.atomic
def take_report(
    unit: Unit,
    report: Report,
    *,
    channel: str,
    at: datetime,
    by: Officer | None = None,
    files: tuple[str, ...] = (),
    client_id: str | None = None,
    draft: Draft | None = None,
) -> matters.Opened:
    """
    Take a report on the spot: matter, number, code, clock, what it is about, and danger rung when it is not over.

    Taken whatever it says: long ago, in another county, nobody's name. Where it belongs is shown, and passing it on is our duty.

    by          the officer who writes it down; None when the reporter does
    client_id   sent twice, it is one report (`matters.open_matter`)
    draft       what the reporter had typed on the web; it becomes this report, once
    """
    if by is not None:
        require(policy.may_take(by))
    if draft is not None:
        draft = _draft_held(draft)
        if draft.matter is not None:
            return _sent_already(draft.matter, channel, at=at)
        client_id = f"draft:{draft.key}"
    ground = ground_at(report.longitude, report.latitude, unit)
    safe, contact = _careful(report)
    known = matters.sent_before(client_id, channel) if client_id else None
    opened = matters.open_matter(
        unit,
        kind=Kind.REPORT,
        channel=channel,
        at=at,
        body=report.what,
        files=files,
        reporter=None if known else _reporter(report, at),
        community=ground.community,
        by=by,
        safe_contact=safe,
        contact=contact,
        rule=UNCLEAR_RULE,
        client_id=client_id,
    )
    if Incident.objects.filter(pk=opened.matter.pk).exists():
        return opened  # the same press again: one report, and a code that can still be shown
    if draft is not None:
        Draft.objects.filter(pk=draft.pk).update(matter=opened.matter, content="", digest="")
    _describe(opened.matter, report, ground)
    happened(opened.matter, "registered", at=at, by=by, visibility=Visibility.PARTIES, **_first_facts(report))
    if channel == Channel.WEB:
        happened(opened.matter, "receipt-given", at=at, how="page")
    if report.unsafe and not opened.matter.rings:
        matters.find_danger(
            opened.matter,
            grade="now",
            category="told",
            why=[_("报案人说现在还有危险。")],
            numbers=["110"],
            at=at,
        )
    opened.matter.refresh_from_db()
    return opened


def _draft_held(draft: Draft) -> Draft:
    """The draft as it stands, held against a second press on PostgreSQL; SQLite has one writer at a time."""
    return Draft.objects.select_for_update(of=("self",)).select_related("matter").get(pk=draft.pk)


def _sent_already(matter: Matter, channel: str, *, at: datetime) -> matters.Opened:
    """The same press again gets a code that can be shown; somebody else's press must not take away the code that was handed out."""
    if matter.channel == channel:
        return matters.opened_again(matter, at=at)
    raise Conflict(_("这份草稿已经报上来了，编号 %(number)s。") % {"number": matter.number})


def _reporter(report: Report, at: datetime) -> Person | None:
    """Nobody has to say who they are."""
    if not (report.pseudonym or report.phone):
        return None
    return Person.objects.create(pseudonym=report.pseudonym[:40], phone=report.phone, created_at=at)


def _careful(report: Report) -> tuple[bool, dict[str, Any] | None]:
    """Safe contact as it was asked for, else as what it is about suggests: on for violence at home, minors and witnesses."""
    sign = screen(report.what, danger_list())
    delicate = report.is_delicate or (sign is not None and sign.category in CAREFUL_SIGNS)
    safe = delicate if report.safe is None else report.safe
    contact = dict(CAREFUL) if report.contact is None and safe and delicate else report.contact
    return safe, contact


def _describe(matter: Matter, report: Report, ground: Ground) -> Incident:
    incident = Incident.objects.create(
        matter=matter,
        category=report.category,
        address=report.address,
        landmark=report.landmark,
        longitude=report.longitude,
        latitude=report.latitude,
        position_source=report.position_source,
        uncertainty_m=report.uncertainty_m,
        when_said=report.when_said,
        happened_from=report.happened_from,
        happened_until=report.happened_until,
        unsafe=report.unsafe,
        owner=ground.owner,
        elsewhere=report.elsewhere or (_("地图上不在本局任何一个村社的边界里") if ground.outside else ""),
    )
    _add_details(incident, report, at=matter.received_at)
    return incident


def _add_details(incident: Incident, report: Report, *, at: datetime) -> None:
    Thing.objects.bulk_create(
        [Thing(incident=incident, name=t.name, value_yuan=t.value_yuan, marks=t.marks) for t in report.things]
    )
    for party in report.people:
        person = Person.objects.create(name=party.name, phone=party.phone, created_at=at)
        Involved.objects.create(incident=incident, person=person, role=party.role, about=party.about, minor=party.minor)


def _first_facts(report: Report) -> dict[str, Any]:
    """What the entry says of the report: nothing that names anybody."""
    return {"category": report.category, "things": len(report.things), "people": len(report.people)}


@transaction.atomic
def become_incident(matter: Matter, report: Report, *, by: Officer, at: datetime) -> Incident:
    """
    A talk turns out to be a report: the same matter, number, code and day of arrival; from now on with the clock of a report.

    `report.what` is not said again: what the resident wrote stands in the conversation.
    """
    matter = locked(matter)
    matter.__dict__.pop("incident_of_card", None)
    require(policy.may_become(by, matter))
    if matter.kind != Kind.REPORT:
        matters.change_kind(matter, kind=Kind.REPORT, by=by, at=at)
        matter = locked(matter)
    ground = ground_at(report.longitude, report.latitude, matter.unit)
    incident = _describe(matter, report, ground)
    if matter.reporter is None and (person := _reporter(report, at)):
        Matter.objects.filter(pk=matter.pk).update(reporter=person)
    safe, contact = _careful(report)
    if safe and not matter.safe_contact:
        matters.set_safe_contact(matter, viewer=Viewer(officer=by), on=True, contact=contact, at=at)
        matter = locked(matter)
    happened(matter, "registered", at=at, by=by, **_first_facts(report))
    if matter.state == State.OPEN:
        start_clock(matter, UNCLEAR_RULE, at=at, since=matter.received_at)
    audit.record("incidents.registered", by=by.ref, on=matter, at=at)
    return incident


@transaction.atomic
def correct(matter: Matter, report: Report, *, by: Officer, at: datetime) -> Incident:
    """
    What is known of place, time, things and people is put right or added to. The reporter's own words stay as they were.

    People are added, never taken away: a name that was written down once may have been looked at. A thing of the same name keeps its sealed
    marks unless new ones are given, so that the form need not show them.
    """
    matter, incident = held(matter)
    require(policy.may_work(by, matter))
    ground = ground_at(report.longitude, report.latitude, matter.unit)
    fields = {
        "category": report.category,
        "address": report.address,
        "landmark": report.landmark,
        "longitude": report.longitude,
        "latitude": report.latitude,
        "position_source": report.position_source,
        "uncertainty_m": report.uncertainty_m,
        "when_said": report.when_said,
        "happened_from": report.happened_from,
        "happened_until": report.happened_until,
        "unsafe": report.unsafe,
        "owner": ground.owner,
        "elsewhere": report.elsewhere,
    }
    changed = sorted(name for name, value in fields.items() if getattr(incident, name) != value)
    for name in changed:
        setattr(incident, name, fields[name])
    if changed:
        incident.save(update_fields=changed)
    if ground.community is not None and ground.community.pk != matter.community_id:
        Matter.objects.filter(pk=matter.pk).update(community=ground.community)
    marks = {thing.name: thing.marks for thing in incident.things.all()}
    incident.things.all().delete()
    things = tuple(replace(one, marks=one.marks or marks.get(one.name, "")) for one in report.things)
    _add_details(incident, replace(report, things=things), at=at)
    happened(
        matter, "corrected", at=at, by=by, visibility=Visibility.STATION, fields=changed, people=len(report.people)
    )
    audit.record("incidents.corrected", by=by.ref, on=matter, at=at, fields=changed)
    return incident
