"""Who is answerable: assign, hand over, transfer, call it by its right name (首接负责)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.matters import clock, policy
from shouwang.apps.matters.errors import NothingSaid, WrongState
from shouwang.apps.matters.models import Entry, Kind, Matter, State, Type
from shouwang.apps.matters.readable import ANSWERING, COMPLAINT_ROLES
from shouwang.apps.matters.timeline import append_by_officer, locked, locked_all
from shouwang.apps.matters.usecases.clocks import start_clock, stop_clock
from shouwang.apps.matters.usecases.words import clean_text
from shouwang.apps.matters.viewer import Viewer, Visibility
from shouwang.apps.units.models import Officer, Unit
from shouwang.kernel import audit
from shouwang.kernel.errors import Refused
from shouwang.kernel.policy import require


def write_assignment(matter: Matter, to: Officer, *, by: Officer, at: datetime) -> Entry:
    """The entry of an assignment; the caller holds the matter and has asked the rules."""
    return append_by_officer(
        matter,
        Type.ASSIGNED,
        by=by,
        at=at,
        data={"to": to.pk, "to_name": to.public_name},
    )


@transaction.atomic
def assign(matter: Matter, *, to: Officer, by: Officer, at: datetime) -> Entry | None:
    """Name who in the unit takes care of it from now. Assigning to the one who has it already adds nothing."""
    matter = locked(matter)
    require(policy.may_work_on(by, matter))
    if not to.roles_for(matter.unit) & ANSWERING or not to.active:
        raise Refused(
            _("%(name)s不在%(unit)s，要交给别的单位请用“转办”。") % {"name": to.name, "unit": matter.unit.called}
        )
    if not matter.is_open:
        raise WrongState(_("这件事已经办结，不用再分派。"))
    if matter.kept_from.filter(pk=to.pk).exists():
        raise Refused(_("这件事和%(name)s有关，不能交给本人。") % {"name": to.name})
    if not _may_have(to, matter):
        raise Refused(_("投诉只能交给所长、法制员或分局，%(name)s看不到它。") % {"name": to.name})
    if matter.handler_id == to.pk:
        return None
    entry = write_assignment(matter, to, by=by, at=at)
    audit.record("matters.assigned", by=by.ref, on=matter, at=at, to=to.ref)
    return entry


def _may_have(officer: Officer, matter: Matter) -> bool:
    """Whether the officer could read what they would be in charge of."""
    return policy.clearance(Viewer(officer=officer), matter) >= Visibility.STATION


@transaction.atomic
def hand_over(officer: Officer, *, to: Officer | None, at: datetime) -> int:
    """
    Shift change: every open matter of one officer goes to the next, or back to the unit's queue. Returns how many.

    What the next one may not read (a complaint, a matter about them) or may not finish (a report, when they are no police officer) goes
    back to the queue; its timeline says of the latter that police go on with it.
    """
    count = 0
    next_one = to
    # All are taken hold of before the first entry is told: whoever tells holds the desk's stream, and must not wait for a matter then.
    for matter in locked_all(Matter.objects.in_hands_of(officer)):
        to = next_one if next_one is not None and _may_have(next_one, matter) else None
        kept = to is not None and not policy.finishes(to, matter)
        if kept:
            to = None
        append_by_officer(
            matter,
            Type.HANDED_OVER,
            by=officer,
            at=at,
            data={
                "to": to.pk if to else None,
                "to_name": to.public_name if to else "",
                **({"police": True} if kept else {}),
            },
        )
        count += 1
    return count


@transaction.atomic
def offer_transfer(
    matter: Matter, *, to: Unit, by: Officer, reason: str, at: datetime, officer: Officer | None = None
) -> Entry:
    """
    Offer a matter to another unit or colleague. Until they accept, the present unit stays answerable; number, code and dates never change.
    """
    matter = locked(matter)
    require(policy.may_work_on(by, matter))
    require(policy.unit_may_receive(to))
    if not matter.is_open:
        raise WrongState(_("这件事已经办结，不用再转。"))
    if matter.offered_to_unit_id is not None:
        raise WrongState(
            _("这件事已经转给%(unit)s，正等对方接收。")
            % {"unit": matter.offered_to_unit.called if matter.offered_to_unit else ""}
        )
    if to.station.pk == matter.unit_id and officer is None:
        raise WrongState(_("这件事本来就在%(unit)s。要换人办，请用“分派”。") % {"unit": to.station.called})
    if officer is not None and not (officer.active and officer.roles_for(to.station) & ANSWERING):
        raise Refused(_("%(name)s不在%(unit)s。") % {"name": officer.name, "unit": to.station.called})
    if not (why := clean_text(reason)):
        raise NothingSaid(_("请写明为什么转办，接手的人和居民都会看到。"))
    entry = append_by_officer(
        matter,
        Type.TRANSFER_OFFERED,
        by=by,
        at=at,
        body=why,
        data={
            "unit": to.station.pk,
            "unit_name": to.station.name,
            "officer": officer.pk if officer else None,
            "from": matter.unit_id,
        },
    )
    audit.record("matters.transfer_offered", by=by.ref, on=matter, at=at, to=to.pk, reason=why)
    return entry


@transaction.atomic
def accept_transfer(matter: Matter, *, by: Officer, at: datetime) -> Entry:
    """Become answerable. The clock runs on as it was."""
    matter = locked(matter)
    require(policy.may_accept(by, matter))
    assert matter.offered_to_unit is not None
    entry = append_by_officer(
        matter,
        Type.TRANSFER_ACCEPTED,
        by=by,
        at=at,
        data={"unit": matter.offered_to_unit_id, "unit_name": matter.offered_to_unit.name, "from": matter.unit_id},
    )
    audit.record("matters.transfer_accepted", by=by.ref, on=matter, at=at)
    return entry


@transaction.atomic
def return_transfer(matter: Matter, *, by: Officer, reason: str, at: datetime) -> Entry:
    """Say why it stays where it was. Counted: ping-pong is visible."""
    matter = locked(matter)
    require(policy.may_accept(by, matter))
    if not (why := clean_text(reason)):
        raise NothingSaid(_("请写明为什么退回，原来的单位和居民都会看到。"))
    entry = append_by_officer(
        matter,
        Type.TRANSFER_RETURNED,
        by=by,
        at=at,
        body=why,
        data={"unit": matter.unit_id, "from": matter.offered_to_unit_id, "unit_name": matter.unit.name},
    )
    audit.record("matters.transfer_returned", by=by.ref, on=matter, at=at, reason=why)
    return entry


@transaction.atomic
def change_kind(matter: Matter, *, kind: str, by: Officer, at: datetime, title: str = "") -> Entry:
    """
    The same matter under its right name; the date of arrival and the code stay.

    The clock of the new kind replaces that of the old one and counts from the day of arrival. A complaint is taken out of ordinary hands.
    """
    matter = locked(matter)
    require(policy.may_work_on(by, matter))
    if Kind.COMPLAINT in {kind, matter.kind} and not by.roles_for(matter.unit) & COMPLAINT_ROLES:
        raise Refused(_("投诉只能由所长、法制员或分局认定或改类。"))
    if not matter.is_open:
        raise WrongState(_("这件事已经办结，类别不再改。"))
    old_rule = clock.FIRST_RULE[Kind(matter.kind)]
    entry = append_by_officer(
        matter,
        Type.KIND_CHANGED,
        by=by,
        at=at,
        data={"kind": Kind(kind).value, "title": (title or matter.title)[:80], "from": matter.kind},
    )
    if matter.handler is not None and not _may_have(matter.handler, matter):
        write_assignment(matter, by, by=by, at=at)
    rule = clock.FIRST_RULE[Kind(matter.kind)]
    if rule != old_rule and matter.state == State.OPEN and matter.due_rule in {"", old_rule}:
        if rule in clock.MET_BY_ANSWER and matter.first_answer_at is not None:
            stop_clock(matter, at=at, reason="replaced")
        else:
            start_clock(matter, rule, at=at, since=matter.received_at)
    return entry
