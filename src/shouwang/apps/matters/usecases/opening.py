"""Taking in whatever somebody asks of the station."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from shouwang.apps.duty.queries import who_answers
from shouwang.apps.files.usecases import attach_all
from shouwang.apps.matters import clock, policy
from shouwang.apps.matters.facts import MatterOpened
from shouwang.apps.matters.models import AccessCode, By, Kind, Matter, Series, Type
from shouwang.apps.matters.readable import COMPLAINT_ROLES
from shouwang.apps.matters.timeline import append, locked
from shouwang.apps.matters.usecases.clocks import start_clock
from shouwang.apps.matters.usecases.codes import issue_code
from shouwang.apps.matters.usecases.words import clean_text, title_from
from shouwang.apps.matters.viewer import Held, Holder, Visibility
from shouwang.apps.people.models import Person
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel import audit, ids
from shouwang.kernel.events import publish
from shouwang.kernel.fields import blind
from shouwang.kernel.policy import require

#: How the files app names a matter as the owner of uploads.
FILES_OF = "matters.matter"


@dataclass(frozen=True, slots=True)
class Opened:
    """A new matter and the tracking code that opens it. The code is shown now and never again."""

    matter: Matter
    code: str
    held: Held


@transaction.atomic
def open_matter(
    unit: Unit,
    *,
    kind: str,
    channel: str,
    at: datetime,
    title: str = "",
    body: str = "",
    files: tuple[str, ...] = (),
    reporter: Person | None = None,
    community: Community | None = None,
    by: Officer | None = None,
    name: str = "",
    safe_contact: bool = False,
    contact: dict[str, Any] | None = None,
    rule: str = "",
    data: dict[str, Any] | None = None,
    said_data: dict[str, Any] | None = None,
    client_id: str | None = None,
) -> Opened:
    """
    Take in whatever somebody asks of the station (首接负责): number, code, first receiver, clock, all at once.

    unit       where it arrived; the station of this unit becomes answerable until another unit accepts a transfer
    said_data  typed facts of the first message, as `say` takes them in `data`
    by         the officer who writes it down for a resident at the counter or phone; None when residents write themselves
    contact    how the person may be reached, see `contact.py`
    rule       the clock to start, when a room above knows better than the kind of matter
    client_id  chosen by the sender's device: the same words sent twice with it, even at the same moment, make one matter.
               Other words under the same id (a page gone back to) are a new matter: nothing anybody wrote is dropped.
               It must be unguessable, since whoever repeats it gets a code; doors give it a prefix of their own
    """
    if client_id and (before := sent_before(client_id, channel)):
        if _is_same(before, body):
            return opened_again(before, at=at)
        client_id = None
    station = unit.station
    require(policy.unit_may_receive(station))
    if by is not None:
        require(policy.may_answer(by))
    words = clean_text(body)
    year = timezone.localtime(at).year
    try:
        with transaction.atomic():  # a loser gives its serial back
            matter = Matter.objects.create(
                number=ids.matter_number(station.prefix or "SW", year, Series.next(station.prefix or "SW", year)),
                kind=kind,
                channel=channel,
                unit_first=station,
                unit=station,
                received_at=at,
                community=community,
                reporter=reporter,
                client_id=sealed(client_id) if client_id else None,
                title=(title or title_from(words, kind))[:80],
            )
    except IntegrityError:
        # The same press over two connections: the other one was quicker.
        if client_id and (before := sent_before(client_id, channel)):
            return opened_again(before, at=at)
        raise
    handler = _first_receiver(unit, kind, by)
    append(
        matter,
        Type.RECEIVED,
        at=at,
        by=By.OFFICER if by else By.HOUSE,
        officer=by,
        visibility=Visibility.PARTIES,
        data={
            "kind": kind,
            "title": matter.title,
            "unit": station.pk,
            "handler": handler.pk if handler else None,
            "handler_name": handler.public_name if handler else "",
            "channel": channel,
            "safe_contact": safe_contact,
            **({"contact": contact} if contact else {}),
            **(data or {}),
        },
    )
    start_clock(matter, rule or clock.FIRST_RULE[Kind(kind)], at=at)
    if words or files:
        append(
            matter,
            Type.MESSAGE,
            at=at,
            by=By.RESIDENT,
            visibility=Visibility.PARTIES,
            name=name or (reporter.pseudonym if reporter else ""),
            body=words,
            data={
                **(said_data or {}),
                **({"files": take_files(matter, files, by="resident", at=at)} if files else {}),
            },
        )
    code, held = issue_code(matter, Holder.REPORTER, at=at)
    audit.record("matters.opened", by=by.ref if by else "resident", on=matter, at=at, kind=kind, channel=channel)
    publish(MatterOpened(matter.pk, at))
    return Opened(matter, code, held)


def take_files(matter: Matter, refs: tuple[str, ...], *, by: str, at: datetime) -> list[str]:
    """The uploads become part of the matter in the transaction that keeps the message."""
    attached = attach_all(refs, for_kind=FILES_OF, for_ref=str(matter.pk), by=by, at=at)
    return [one.ref for one in attached]


def _first_receiver(unit: Unit, kind: str, by: Officer | None) -> Officer | None:
    """Who has it first. A complaint waits for one of the few who may read it (信访工作条例 art. 30)."""
    if kind != Kind.COMPLAINT:
        return by or who_answers(unit)
    return by if by is not None and by.roles_for(unit.station) & COMPLAINT_ROLES else None


def sent_before(client_id: str, channel: str) -> Matter | None:
    """What this device sent already through the same door."""
    return Matter.objects.filter(client_id=sealed(client_id), channel=channel).first()


def sealed(client_id: str) -> str:
    """
    How the id of a first message is kept. Whoever repeats it with the same words gets a code, so it is kept like the codes themselves:
    as a keyed hash, cut to 160 bits, useless to whoever reads the table.
    """
    return blind(client_id, "matters.client")[:40]


def _is_same(before: Matter, body: str) -> bool:
    first = before.entries.filter(type=Type.MESSAGE, by=By.RESIDENT).order_by("seq").first()
    return clean_text(body) == (first.body if first and first.at == before.received_at else "")


def opened_again(matter: Matter, *, at: datetime) -> Opened:
    """The answer to the first press was lost on the way: the same matter, and a code that can still be shown."""
    matter = locked(matter)  # several presses at once take turns, so that only the last code lives
    AccessCode.objects.filter(matter=matter, holder=Holder.REPORTER, revoked_at=None).update(revoked_at=at)
    code, held = issue_code(matter, Holder.REPORTER, at=at)
    return Opened(matter, code, held)
