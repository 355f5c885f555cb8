"""Remember what a resident tells about themselves, and record every look at it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shouwang.apps.people.models import Address, Look, Person, index_of
from shouwang.apps.units.models import Officer, Role
from shouwang.kernel import audit
from shouwang.kernel.errors import RuleBroken

PERSONAL = ("name", "phone", "id_number")
#: Within this time the pages of one subject are one look.
ONE_LOOK = timedelta(minutes=10)


class NoReason(RuleBroken):
    """Personal data is only opened for a reason that is written down."""

    code = "people.no-reason"
    source = "个人信息保护法第6条、第34条"


@transaction.atomic
def person_at(channel: str, value: str, *, at: datetime, called: str = "") -> Person:
    """The person behind an address on a channel; a new one at first contact. Safe to call twice."""
    known = Address.objects.filter(channel=channel, value_index=index_of(value, f"address.{channel}"))
    if known.update(last_heard_at=at) == 0:
        try:
            with transaction.atomic():
                person = Person.objects.create(pseudonym=called[:40], created_at=at)
                Address.objects.create(person=person, channel=channel, value=value, last_heard_at=at)
            return person
        except IntegrityError:
            known.update(last_heard_at=at)  # two first messages at once: the other one was quicker
    return known.select_related("person").get().person


@transaction.atomic
def record_look(
    officer: Officer,
    subject: str,
    *,
    person: Person | None,
    what: tuple[str, ...],
    reason: str,
    at: datetime,
) -> Look:
    """Write down that an officer looked. Raises NoReason when the reason is empty."""
    if not reason.strip():
        raise NoReason(_("看之前请写明原因。本人能看到谁在什么时候看过。"))
    look = Look.objects.create(
        at=at,
        officer=officer,
        role=leading_role(officer),
        person=person,
        subject=subject,
        what=list(what),
        reason=reason.strip()[:200],
    )
    audit.record("people.looked", by=officer.ref, on=subject, at=at, reason=look.reason, what=list(what))
    return look


def looked_lately(officer: Officer | None, subject: str, *, what: str, at: datetime) -> bool:
    """Whether this officer has just opened it with a recorded look: what belongs to it (a picture) may be fetched for a while."""
    if officer is None:
        return False
    looks = Look.objects.filter(officer=officer, subject=subject, at__gt=at - ONE_LOOK)
    return any(what in one for one in looks.values_list("what", flat=True))


def leading_role(officer: Officer) -> str:
    """The role under which a person's looks are shown to residents: the first one held, in the order of the roles."""
    return next((role.value for role in Role if role.value in officer.roles), Role.TRAINEE.value)


def masked(value: str) -> str:
    """A value as the desk sees it before looking: `138****7719`, `林**`. A habit of screens, never enough for publication."""
    if len(value) <= 4:
        return value[:1] + "*" * max(0, len(value) - 1)
    return (
        value[:3] + "*" * max(1, len(value) - 7) + value[-4:] if len(value) >= 8 else value[:1] + "*" * (len(value) - 1)
    )
