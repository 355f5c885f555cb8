"""Make, prove and take back the keys of programs."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from allauth.mfa.utils import is_mfa_enabled
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.matters import policy
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.units.models import Officer
from shouwang.doors.api.models import ProgramKey
from shouwang.kernel import audit, limits
from shouwang.kernel.errors import Conflict, Refused, RuleBroken
from shouwang.kernel.fields import blind
from shouwang.kernel.policy import require

#: A key that somebody forgot ends by itself.
LONGEST = timedelta(days=90)
MOST_KEYS = 10
#: Wrong keys that one network address may show in an hour.
MOST_WRONG = 20
_PREFIX = "sw_"
_HOUR = timedelta(hours=1)


class UnknownKey(RuleBroken):
    """The key opens nothing: wrong, taken back or too old. The answer does not say which."""

    code = "api.unknown-key"
    status = 401
    hint = gettext_lazy("请在工作台“程序钥匙”一页新做一把，放在 Authorization: Bearer 里。")


class OnlyReads(Refused):
    """The key was made for reading."""

    code = "api.only-reads"
    hint = gettext_lazy("这把钥匙只能读。要写，请另做一把。")


def digest_of(key: str) -> str:
    """The keyed hash under which a key is known."""
    return blind(key, "api.key")


@transaction.atomic
def make_key(officer: Officer, *, label: str, may_write: bool, days: int, at: datetime) -> tuple[str, ProgramKey]:
    """A new key and its row. The key is told now and never again."""
    require(policy.may_answer(officer))
    Officer.objects.select_for_update(of=("self",)).get(pk=officer.pk)  # two presses count one after the other
    if ProgramKey.objects.live(at).filter(officer=officer).count() >= MOST_KEYS:
        raise Conflict(_("一个人最多同时有 %(n)d 把钥匙。先收回一把再做。") % {"n": MOST_KEYS})
    key = _PREFIX + secrets.token_urlsafe(32)
    row = ProgramKey.objects.create(
        officer=officer,
        digest=digest_of(key),
        label=clean_text(label)[:60],
        may_write=may_write,
        made_at=at,
        expires_at=at + min(timedelta(days=days), LONGEST),
    )
    audit.record("api.key_made", by=officer.ref, on=f"key:{row.pk}", at=at, writes=may_write, days=days)
    return key, row


def may_revoke(officer: Officer, row: ProgramKey) -> bool:
    """Its owner, and whoever leads the station it belongs to."""
    return row.officer_id == officer.pk or (
        bool(policy.may_manage(officer)) and bool(policy.may_serve(officer, row.officer.unit))
    )


@transaction.atomic
def revoke_key(row: ProgramKey, *, by: Officer, at: datetime) -> None:
    """From now on it opens nothing. A second press changes nothing."""
    if not may_revoke(by, row):
        raise Refused(_("只有做这把钥匙的人，或者他的所长，可以收回。"))
    if ProgramKey.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=at):
        audit.record("api.key_revoked", by=by.ref, on=f"key:{row.pk}", at=at)


def officer_with(key: str, *, address: str, writes: bool, at: datetime) -> Officer:
    """
    The officer whose key this is, with the posts of today. Wrong keys are counted by address.

    Raises TooOften, UnknownKey, OnlyReads, and Refused when the officer no longer answers residents.
    """
    limits.refuse_above(MOST_WRONG, "api.key", address, at=at, window=_HOUR)
    row = (
        ProgramKey.objects.live(at)
        .filter(digest=digest_of(key[:200]), officer__in=Officer.objects.serving())
        .select_related("officer__unit", "officer__user")
        .first()
    )
    if row is None or not is_mfa_enabled(row.officer.user):
        limits.count("api.key", address, at=at, window=_HOUR)
        raise UnknownKey(_("这把钥匙打不开。"))
    require(policy.may_answer(row.officer))
    if writes and not row.may_write:
        raise OnlyReads
    today = timezone.localdate(at)
    if row.used_on != today:
        ProgramKey.objects.filter(pk=row.pk).update(used_on=today)
    return row.officer
