"""Calls drafted in memory become rows, many at a time; whoever listens for a filing hears of each one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from shouwang.apps.dispatch.models import Call as Needs
from shouwang.apps.dispatch.models import Crew, CrewMember, FollowUp, Sending
from shouwang.apps.incidents import filing
from shouwang.apps.incidents import timeline as incidents
from shouwang.apps.incidents.models import Incident, Involved, Judged, Thing
from shouwang.apps.matters import story
from shouwang.apps.matters.facts import EntryAdded
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.timeline import fact_of
from shouwang.apps.people.models import Person, index_of
from shouwang.demo import casting
from shouwang.demo.calldraft import CallDraft, CrewDraft
from shouwang.demo.calls import Call, Ground, drawn, read_kinds
from shouwang.demo.callstory import Desk
from shouwang.demo.shifts import Duty
from shouwang.demo.town import Town
from shouwang.kernel.events import publish
from shouwang.kernel.models import AuditRow

#: Four months of a county with three small stations.
CALLS = 3050
BATCH = 2000


def draft(
    town: Town,
    duties: Mapping[int, Duty],
    thanks: Mapping[int, Sequence[str]],
    *,
    now: datetime,
    seed: int,
    count: int,
) -> list[CallDraft]:
    """So many calls and what became of them. Reporters and crews are rows already."""
    calls = drawn(
        read_kinds(),
        list(_grounds(town)),
        since=now - casting.SPAN,
        until=now,
        count=count,
        seed=str(seed),
        zone=timezone.get_current_timezone(),
    )
    desk = Desk(town, duties, thanks, now=now, seed=seed)
    drafts = list(desk.play(calls, _reporters(calls)))
    _crews(desk.crews)
    return drafts


def _grounds(town: Town) -> Iterator[Ground]:
    for community in town.communities.values():
        yield Ground(
            prefix=community.unit.station.prefix,
            slug=community.slug,
            name=community.name,
            is_village=community.kind == community.Kind.VILLAGE,
            people=community.population or 1,
            words=town.words[community.slug],
            boundary=community.boundary or {},
        )


def _reporters(calls: Sequence[Call]) -> list[Person | None]:
    """Each report has its own, as `usecases.take_report` makes them; nobody for who said nothing of themselves."""
    people = [_person(call.at, pseudonym=call.called, phone=call.phone) if call.called else None for call in calls]
    Person.objects.bulk_create([one for one in people if one is not None], batch_size=BATCH)
    return people


def _person(at: datetime, pseudonym: str = "", phone: str = "") -> Person:
    # bulk_create passes save() by, so the blind index is set here.
    return Person(pseudonym=pseudonym, phone=phone, phone_index=index_of(phone, "phone"), created_at=at)


def _crews(crews: Sequence[CrewDraft]) -> None:
    rows = Crew.objects.bulk_create(
        [Crew(unit=one.unit, name=one.name, formed_at=one.formed_at, ended_at=one.ended_at) for one in crews],
        batch_size=BATCH,
    )
    members, trail = [], []
    for one, row in zip(crews, rows, strict=True):
        one.key = row.pk
        on = {"subject": f"dispatch.crew:{row.pk}"}
        for officer in one.members:
            sworn = officer is one.lead
            members.append(
                CrewMember(crew=row, officer=officer, sworn=sworn, joined_at=one.formed_at, left_at=one.ended_at)
            )
            if one.ended_at is not None:
                trail.append(AuditRow(at=one.ended_at, action="dispatch.crew_left", actor=officer.ref, **on))
        details = {"members": [officer.pk for officer in one.members]}
        trail.append(
            AuditRow(at=one.formed_at, action="dispatch.crew_formed", actor=one.lead.ref, details=details, **on)
        )
    CrewMember.objects.bulk_create(members, batch_size=BATCH)
    AuditRow.objects.bulk_create(sorted(trail, key=lambda row: row.at), batch_size=BATCH)


def write_beside(pairs: Sequence[tuple[CallDraft, Matter]]) -> None:
    """What stands beside the matters: incidents with things and people, sendings, needs, tasks and counted suggestions."""
    for one, matter in pairs:
        one.key = matter.pk
    Incident.objects.bulk_create(
        [one.incident(one.filed_standing[1] if one.filed_standing else one.files) for one, _matter in pairs],
        batch_size=BATCH,
    )
    Thing.objects.bulk_create(
        [
            Thing(incident_id=one.key, name=thing.name, value_yuan=thing.value_yuan, marks=thing.marks)
            for one, _matter in pairs
            for thing in one.report.things
        ],
        batch_size=BATCH,
    )
    named = [(one, party) for one, _matter in pairs for party in one.report.people]
    people = Person.objects.bulk_create([_person(one.received_at) for one, _party in named], batch_size=BATCH)
    Involved.objects.bulk_create(
        [
            Involved(incident_id=one.key, person=person, role=party.role, about=party.about)
            for (one, party), person in zip(named, people, strict=True)
        ],
        batch_size=BATCH,
    )
    sent = [(one, sending) for one, _matter in pairs for sending in one.sendings]
    rows = Sending.objects.bulk_create(
        [
            Sending(
                matter_id=one.key,
                crew_id=sending.crew.key,
                words=sending.words,
                made_at=sending.made_at,
                **{name: getattr(sending.standing, name) for name in sending.standing.__dataclass_fields__},
            )
            for one, sending in sent
        ],
        batch_size=BATCH,
    )
    for (_one, sending), row in zip(sent, rows, strict=True):
        sending.key = row.pk
    Needs.objects.bulk_create([Needs(matter_id=one.key, needless=True) for one, _m in pairs if one.needless])
    FollowUp.objects.bulk_create(
        FollowUp(matter_id=one.key, seq=task.seq, due_on=task.due_on, done_at=task.done_at)
        for one, _matter in pairs
        for task in one.tasks
    )
    Judged.objects.bulk_create(
        [
            Judged(incident_id=one.key, about=about, taken=taken, at=at)
            for one, _matter in pairs
            for about, (taken, at) in one.judged.items()
        ],
        batch_size=BATCH,
    )


def tell_of_filings(pairs: Sequence[tuple[CallDraft, Matter]]) -> None:
    """
    Every filing is told to whoever listens, as if it had just been written; what they add stands right behind it. Then the rest of each
    timeline follows, and the columns are what all entries say together.
    """
    filed = sorted(
        ((one, matter) for one, matter in pairs if one.filed_seq is not None),
        key=lambda pair: pair[0].entries[(pair[0].filed_seq or 1) - 1].at,
    )
    for one, matter in filed:
        entry = one.entries[(one.filed_seq or 1) - 1]
        publish(EntryAdded(matter.pk, entry.seq, entry.type, entry.by, int(entry.visibility), entry.at))
    keys = [matter.pk for _one, matter in filed]
    last = dict(Matter.objects.filter(pk__in=keys).values_list("pk", "last_seq"))
    rest = []
    for one, matter in filed:
        added = last[matter.pk] - (one.filed_seq or 0)
        for entry in one.entries[one.filed_seq :]:
            entry.seq += added
            rest.append(entry)
    Entry.objects.bulk_create(rest, batch_size=BATCH)
    _fold({matter.pk: matter for _one, matter in filed})


def _fold(matters: dict[int, Matter]) -> None:
    """Columns of matter and incident from all entries, those of listeners included."""
    standing = {key: (story.Standing(), filing.Standing()) for key in matters}
    for entry in Entry.objects.filter(matter__in=matters).order_by("matter", "seq").iterator(chunk_size=BATCH):
        how, files = standing[entry.matter_id]
        fact = fact_of(entry)
        standing[entry.matter_id] = (story.step(how, fact), filing.step(files, fact))
    for incident in Incident.objects.filter(pk__in=matters):
        how, files = standing[incident.pk]
        matter = matters[incident.pk]
        changed = {name: v for name in story.COLUMNS if getattr(matter, name) != (v := getattr(how, name))}
        for name, value in changed.items():
            setattr(matter, name, value)
        if changed:
            Matter.objects.filter(pk=matter.pk).update(**changed)
        incidents.write(incident, files)
