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
from shouwang.apps.incidents.usecases.finding import follow_place
from shouwang.apps.incidents.usecases.running import PASSING_RULE, UNCLEAR_RULE, run_clock
from shouwang.apps.incidents.whose import Ground, ground_of
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.contact import CAREFUL
from shouwang.apps.matters.danger import danger_list
from shouwang.apps.matters.models import Channel, Kind, Matter
from shouwang.apps.matters.timeline import locked
from shouwang.apps.matters.viewer import Viewer, Visibility
from shouwang.apps.people.models import Person
from shouwang.apps.units.models import Officer, Unit
from shouwang.engines.triage.danger import screen
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict
from shouwang.kernel.policy import require

#: What says where it was.
PLACE = frozenset({"address", "landmark", "longitude", "latitude", "elsewhere"})


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
    ground = ground_of(report, unit)
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
        rule=PASSING_RULE if ground.owner or ground.outside or report.elsewhere else UNCLEAR_RULE,
        client_id=client_id,
    )
    if Incident.objects.filter(pk=opened.matter.pk).exists():
        return opened  # the same press again: one report, and a code that can still be shown
    if draft is not None:
        Draft.objects.filter(pk=draft.pk).update(matter=opened.matter, content="", digest="")
    incident = _describe(opened.matter, report, ground)
    happened(opened.matter, "registered", at=at, by=by, visibility=Visibility.PARTIES, **_first_facts(report))
    follow_place(opened.matter, incident, at=at, by=by)
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
        known=ground.known,
        owner=ground.owner,
        elsewhere=report.elsewhere,
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
    ground = ground_of(report, matter.unit)
    incident = _describe(matter, report, ground)
    _lies_in(matter, ground)
    if matter.reporter is None and (person := _reporter(report, at)):
        Matter.objects.filter(pk=matter.pk).update(reporter=person)
    safe, contact = _careful(report)
    if (safe and not matter.safe_contact) or contact is not None:
        on = safe or matter.safe_contact
        matters.set_safe_contact(matter, viewer=Viewer(officer=by), on=on, contact=contact, at=at)
        matter = locked(matter)
    happened(matter, "registered", at=at, by=by, **_first_facts(report))
    if not incident.is_elsewhere(matter.unit_id):
        run_clock(matter, incident, at=at)
    follow_place(matter, incident, at=at, by=by)  # starts the clock of passing on instead
    audit.record("incidents.registered", by=by.ref, on=matter, at=at)
    return incident


def _lies_in(matter: Matter, ground: Ground, *, was_known: bool = False) -> None:
    """The village of the matter follows the place; the one it came in by stays as long as the place says nothing."""
    village = ground.community
    if (village is not None or was_known) and (village.pk if village else None) != matter.community_id:
        Matter.objects.filter(pk=matter.pk).update(community=village)
        matter.community = village


@transaction.atomic
def correct(matter: Matter, report: Report, *, by: Officer, at: datetime) -> Incident:
    """
    What is known of place, time, things and people is put right or added to. The reporter's own words stay as they were.

    People are added, never taken away: a name that was written down once may have been looked at. A thing of the same name keeps its sealed
    marks unless new ones are given, so that the form need not show them.
    """
    matter, incident = held(matter)
    require(policy.may_work(by, matter))
    fields: dict[str, Any] = {
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
        "elsewhere": report.elsewhere,
    }
    changed = sorted(name for name, value in fields.items() if getattr(incident, name) != value)
    ground = ground_of(report, matter.unit)
    village = matter.community_id if incident.known else None
    if PLACE & {*changed} or (ground.community.pk if ground.community else None) != village:
        # As long as the place stays as it was, so does what an officer found out about whose it is.
        fields |= {"known": ground.known, "owner": ground.owner}
        changed = sorted(name for name, value in fields.items() if getattr(incident, name) != value)
        _lies_in(matter, ground, was_known=village is not None)
    for name in changed:
        setattr(incident, name, fields[name])
    if changed:
        incident.save(update_fields=changed)
    marks = {thing.name: thing.marks for thing in incident.things.all()}
    incident.things.all().delete()
    things = tuple(replace(one, marks=one.marks or marks.get(one.name, "")) for one in report.things)
    _add_details(incident, replace(report, things=things), at=at)
    happened(
        matter, "corrected", at=at, by=by, visibility=Visibility.STATION, fields=changed, people=len(report.people)
    )
    if {"known", "owner", "elsewhere"} & {*changed}:
        follow_place(matter, incident, at=at, by=by)
    audit.record("incidents.corrected", by=by.ref, on=matter, at=at, fields=changed)
    return incident
