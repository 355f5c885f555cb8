"""Danger, safe contact, and saying honestly that nothing happened."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from shouwang.apps.matters import policy
from shouwang.apps.matters.models import By, Entry, Matter, Type
from shouwang.apps.matters.story import WORD_EVERY
from shouwang.apps.matters.timeline import append, append_by_house, append_by_officer, locked
from shouwang.apps.matters.viewer import Viewer, Visibility
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict
from shouwang.kernel.policy import require


@transaction.atomic
def find_danger(
    matter: Matter,
    *,
    grade: str,
    category: str,
    why: list[str],
    numbers: list[str],
    at: datetime,
    rings: bool = False,
) -> Entry:
    """
    Words of danger were found: the desk rings until somebody accepts. A graver finding rings again.

    rings   also for a grade that is only shown otherwise
    """
    matter = locked(matter)
    return append_by_house(
        matter,
        Type.DANGER_FOUND,
        at=at,
        visibility=Visibility.STATION,
        data={
            "grade": grade,
            "category": category,
            "why": why,
            "numbers": numbers,
            **({"rings": True} if rings else {}),
        },
    )


@transaction.atomic
def accept_danger(matter: Matter, *, by: Officer, at: datetime) -> Entry:
    """“我来处理”: the ringing stops. The first one counts; a second press is told who was quicker."""
    matter = locked(matter)
    require(policy.may_answer_alarm(by, matter))
    if not matter.rings:
        first = matter.entries.filter(type=Type.DANGER_ACCEPTED).order_by("-seq").first()
        raise Conflict(_("%(name)s已经应答了。") % {"name": first.name if first else ""})
    entry = append_by_officer(matter, Type.DANGER_ACCEPTED, by=by, at=at, visibility=Visibility.STATION)
    audit.record("matters.danger_accepted", by=by.ref, on=matter, at=at)
    return entry


@transaction.atomic
def set_safe_contact(
    matter: Matter, *, viewer: Viewer, on: bool, at: datetime, contact: dict[str, Any] | None = None
) -> Entry:
    """
    Neutral titles and senders, and no notice that the resident did not ask for.

    contact   by which ways and between which hours, see `contact.py`; left as it is when not given
    """
    matter = locked(matter)
    # Also after the end: the page of a closed matter is as dangerous to leave open as any other.
    own = matter.pk in viewer.held
    require(policy.may_settle_how(viewer, matter) if own else policy.may_write(viewer, matter))
    officer = None if own else viewer.officer
    return append(
        matter,
        Type.SAFE_CONTACT,
        at=at,
        by=By.OFFICER if officer else By.RESIDENT,
        officer=officer,
        visibility=Visibility.PARTIES,
        data={"on": on, **({} if contact is None else {"contact": contact})},
    )


@transaction.atomic
def beat(matter: Matter, *, at: datetime) -> Entry | None:
    """
    The honest heartbeat: when the promised day passes without a word, say exactly that, with the next date.

    Returns None when there is nothing to say, so it may run as often as one likes.
    """
    matter = locked(matter)
    if not matter.is_open or matter.next_word_by is None or at < matter.next_word_by <= _latest_word(at):
        return None
    last = matter.entries.filter(visibility__lte=Visibility.PARTIES).order_by("-seq").first()
    return append_by_house(
        matter,
        Type.HEARTBEAT,
        at=at,
        visibility=Visibility.PARTIES,
        data={
            "nothing_since": min(at, last.at if last else matter.received_at).isoformat(),
            "nth": matter.heartbeats + 1,
        },
    )


def beat_all(*, at: datetime) -> int:
    """Beat for every matter whose promised day has passed; returns how many were told. One transaction each."""
    due = Matter.objects.open().filter(Q(next_word_by__lte=at) | Q(next_word_by__gt=_latest_word(at)))
    return sum(beat(matter, at=at) is not None for matter in due.order_by("next_word_by").iterator())


def _latest_word(at: datetime) -> datetime:
    """No promise lies further ahead, unless it was made before the clock was set back; then it is kept now."""
    return at + WORD_EVERY + timedelta(days=1)
