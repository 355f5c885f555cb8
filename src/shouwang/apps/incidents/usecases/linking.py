"""
Reports of one event belong together: an officer links them.

Each reporter keeps their own number, code and page, and is told how many others reported the same, never who.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.incidents import policy, timeline
from shouwang.apps.incidents.errors import NotAnIncident, WrongStage
from shouwang.apps.incidents.models import Apart, Incident
from shouwang.apps.incidents.timeline import happened, linked_keys
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.timeline import locked_all
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit
from shouwang.kernel.policy import require


@transaction.atomic
def link(matter: Matter, other: Matter, *, by: Officer, reason: str, at: datetime) -> Entry:
    """
    These two are the same event, and so is whatever was linked to either. The one that came first leads.

    Each stays with the unit that is answerable for it, also when they are two; whoever links them may work on both.
    """
    mine, theirs = set(linked_keys(matter)), set(linked_keys(other))
    held = {one.pk: one for one in locked_all(Matter.objects.filter(pk__in=mine | theirs), at_least=len(mine | theirs))}
    for one in (held[matter.pk], held[other.pk]):
        require(policy.may_work(by, one))
    if matter.pk == other.pk or mine == theirs:
        raise WrongStage(_("这两件已经连在一起了。"))
    if not (why := matters.clean_text(reason)):
        raise NothingSaid(_("请写一句为什么是同一件事。"))
    first = min(held.values(), key=lambda one: (one.received_at, one.pk))
    Incident.objects.filter(pk__in=held).exclude(pk=first.pk).update(same_as=first.pk)
    Incident.objects.filter(pk=first.pk).update(same_as=None)
    Apart.objects.filter(**_in_order(matter, other)).delete()
    entry = _note(held[matter.pk], held[other.pk], "linked", by=by, body=why, at=at)
    _tell(list(held.values()), at=at)
    audit.record(
        "incidents.linked",
        by=by.ref,
        on=matter,
        at=at,
        reason=_untold(held[matter.pk], held[other.pk], why),
        to=other.pk,
    )
    return entry


@transaction.atomic
def unlink(matter: Matter, *, by: Officer, reason: str, at: datetime) -> Entry:
    """It was another event after all. The others stay together; when the first one leaves, the next one leads."""
    keys = linked_keys(matter)
    held = {one.pk: one for one in locked_all(Matter.objects.filter(pk__in=keys))}
    require(policy.may_work(by, held[matter.pk]))
    rest = sorted((one for one in held.values() if one.pk != matter.pk), key=lambda one: (one.received_at, one.pk))
    if not rest:
        raise NotAnIncident(_("这件没有和别的连在一起。"))
    if not (why := matters.clean_text(reason)):
        raise NothingSaid(_("请写一句为什么不是同一件事。"))
    Incident.objects.filter(pk__in=[matter.pk, rest[0].pk]).update(same_as=None)
    Incident.objects.filter(pk__in=[one.pk for one in rest[1:]]).update(same_as=rest[0].pk)
    for one in rest:
        Apart.objects.get_or_create(**_in_order(matter, one), defaults={"at": at})
    entry = _note(held[matter.pk], rest[0], "unlinked", by=by, body=why, at=at)
    _tell([held[matter.pk]], at=at)
    _tell(rest, at=at)
    audit.record("incidents.unlinked", by=by.ref, on=matter, at=at, reason=_untold(held[matter.pk], rest[0], why))
    return entry


@transaction.atomic
def keep_apart(matter: Matter, other: Matter, *, by: Officer, at: datetime) -> Entry:
    """A proposal is refused: these are two events, and nobody is asked again. The other report's people see nothing of it."""
    matter, _incident = timeline.held(matter)
    require(policy.may_work(by, matter))
    Apart.objects.get_or_create(**_in_order(matter, other), defaults={"at": at})
    audit.record("incidents.kept_apart", by=by.ref, on=matter, at=at, to=other.pk)
    return happened(matter, "kept-apart", at=at, by=by, visibility=Visibility.STATION)


def _in_order(one: Matter, other: Matter) -> dict[str, int]:
    first, second = sorted((one.pk, other.pk))
    return {"one_id": first, "other_id": second}


def _note(matter: Matter, other: Matter, what: str, *, by: Officer, body: str, at: datetime) -> Entry:
    """
    In both timelines, without the other's number: who may see the other report finds it on the card.

    The reason stands there only where everybody who reads the one may read the other; else the audit trail alone has it.
    """
    words = body if read_alike(matter, other) else ""
    entries = [happened(one, what, at=at, by=by, visibility=Visibility.STATION, body=words) for one in (matter, other)]
    return entries[0]


def _untold(one: Matter, other: Matter, why: str) -> str:
    """The reason for the audit trail, where the timelines do not have it."""
    return "" if read_alike(one, other) else why


def read_alike(one: Matter, other: Matter) -> bool:
    """Two stations', one that is kept from somebody, one that was sealed: not everybody who reads the one reads the other."""
    alike = (
        one.unit_id == other.unit_id and one.kind == other.kind and one.sealed_at is None and other.sealed_at is None
    )
    return alike and not (one.kept_from.exists() or other.kept_from.exists())


def _tell(together: list[Matter], *, at: datetime) -> None:
    """Each reporter reads how many others there are, when that is another number than they read last."""
    others = len(together) - 1
    for one in together:
        before = one.entries.filter(data__what="incidents.shared").order_by("-seq").first()
        if others != (before.data["others"] if before else 0):
            happened(one, "shared", at=at, others=others)
