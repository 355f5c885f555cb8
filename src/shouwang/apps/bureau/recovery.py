"""Reset a second factor by two officers: one asks, another one confirms."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.accounts import second_factor
from shouwang.apps.bureau import policy
from shouwang.apps.bureau.models import Recovery
from shouwang.apps.units.models import Officer
from shouwang.apps.units.policy import may_manage_officer
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict
from shouwang.kernel.policy import require

LASTS = timedelta(days=3)


@transaction.atomic
def ask_recovery(officer: Officer, *, by: Officer, at: datetime, reason: str) -> Recovery:
    """One manager asks. It lapses after three days."""
    require(policy.may_ask_recovery(by, officer))
    Recovery.objects.open().filter(officer=officer, asked_at__lte=at - LASTS).update(closed_at=at)
    if Recovery.objects.open().filter(officer=officer).exists():
        raise Conflict(_("已经有人申请了，等另一位管理者确认就行。"))
    found = Recovery.objects.create(officer=officer, asked_by=by, asked_at=at, reason=reason)
    audit.record("bureau.recovery.asked", by=by.ref, on=officer, at=at, reason=reason)
    return found


@transaction.atomic
def confirm_recovery(recovery: Recovery, *, by: Officer, at: datetime) -> None:
    """Another manager confirms: the second factor is gone, and so is every session of that person."""
    require(policy.may_confirm_recovery(by, recovery))
    fresh = Recovery.objects.open().filter(pk=recovery.pk, asked_at__gt=at - LASTS)
    if not fresh.update(closed_at=at, confirmed_by=by):
        raise Conflict(_("这个申请已经办过，或者过了三天。需要的话请重新申请。"))
    user = recovery.officer.user
    removed = second_factor.remove_all(user)
    ended = end_sessions(user.pk)
    audit.record(
        "bureau.recovery.confirmed",
        by=by.ref,
        on=recovery.officer,
        at=at,
        reason=recovery.reason,
        asked_by=recovery.asked_by.ref,
        removed=removed,
        sessions=ended,
    )


@transaction.atomic
def refuse_recovery(recovery: Recovery, *, by: Officer, at: datetime) -> None:
    """Any manager of the person takes the request off the table, also who asked."""
    require(may_manage_officer(by, recovery.officer))
    if not Recovery.objects.open().filter(pk=recovery.pk).update(closed_at=at):
        raise Conflict(_("这个申请已经办过了。"))
    audit.record("bureau.recovery.refused", by=by.ref, on=recovery.officer, at=at)


def end_sessions(user_pk: int) -> int:
    """Sign somebody out everywhere; returns of how many browsers."""
    ended = 0
    for session in Session.objects.filter(expire_date__gte=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(user_pk):
            session.delete()
            ended += 1
    return ended
