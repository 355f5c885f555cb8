"""Tracking codes: how a resident, and a helper they trust, come back to one matter."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.matters import policy
from shouwang.apps.matters.errors import NothingSaid, UnknownCode, WrongState
from shouwang.apps.matters.facts import CodeIssued
from shouwang.apps.matters.models import AccessCode, By, Matter, Type
from shouwang.apps.matters.timeline import append, append_by_officer, locked
from shouwang.apps.matters.usecases.words import clean_text
from shouwang.apps.matters.viewer import Held, Holder, Viewer, Visibility
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit, ids, limits
from shouwang.kernel.errors import Conflict
from shouwang.kernel.events import publish
from shouwang.kernel.fields import blind
from shouwang.kernel.policy import require

#: Wrong codes of the whole house are counted under no address. So many in an hour are taken for guessing (our
#: estimate, not measured). Then each address has so few tries that many addresses gain little, and a person may still mistype twice.
EVERYWHERE = ""
MANY_WRONG = 1000
TRIES_THEN = 3


def digest_of(code: str) -> str:
    """The keyed hash under which a tracking code is known."""
    return blind(code, "matters.code")


def issue_code(matter: Matter, holder: Holder, *, at: datetime, label: str = "") -> tuple[str, Held]:
    code = ids.new_code()
    row = AccessCode.objects.create(
        matter=matter, digest=digest_of(code), holder=holder, label=label[:40], created_at=at
    )
    publish(CodeIssued(matter.pk, row.pk))
    return code, Held(row.pk, matter.pk, holder, row.label)


def open_by_code(typed: str, *, address: str, at: datetime, tries_per_hour: int) -> Held:
    """
    The matter that a typed code opens. Wrong codes are counted by address, and all together; a right one is not, and what cannot be a code
    is not either: its check character says so, so it guesses nothing, and a whole village may stand behind one address.

    When very many go wrong in the whole house, somebody guesses from many addresses: then each address has few tries. A right code still
    opens at the first.

    Raises TooOften before looking when the address has used up its tries, UnknownCode otherwise. The time it takes says nothing about a
    near miss: codes are compared as keyed hashes in an index.
    """
    window = timedelta(hours=1)
    if limits.so_far("code", EVERYWHERE, at=at, window=window) >= MANY_WRONG:
        tries_per_hour = min(tries_per_hour, TRIES_THEN)
    limits.refuse_above(tries_per_hour, "code", address, at=at, window=window)
    code = ids.clean_code(typed)
    if code is None and ids.is_matter_number(typed):
        raise UnknownCode(_("这是编号。查询码是另外的 12 位，在回执上，或者在您提问后看到的那一页。"))
    if code is None:
        raise UnknownCode(_("这个查询码好像少抄了或抄错了一位。"))
    row = AccessCode.objects.filter(digest=digest_of(code), revoked_at=None).first()
    if row is None:
        limits.count("code", address, at=at, window=window)
        if limits.count("code", EVERYWHERE, at=at, window=window) == MANY_WRONG:
            audit.record("matters.codes_guessed", by="house", on="kernel.limits", at=at, wrong=MANY_WRONG)
        raise UnknownCode(_("没有找到这个查询码。"))
    return Held(row.pk, row.matter_id, Holder(row.holder), row.label)


def held_codes(code_ids: list[int]) -> dict[int, Held]:
    """The codes among these that are still live, by matter."""
    rows = AccessCode.objects.filter(pk__in=code_ids, revoked_at=None)
    return {row.matter_id: Held(row.pk, row.matter_id, Holder(row.holder), row.label) for row in rows}


@transaction.atomic
def add_helper(matter: Matter, *, viewer: Viewer, label: str, at: datetime) -> tuple[str, Held]:
    """Trust somebody with this one matter: a second code that reads and writes here and nowhere else."""
    matter = locked(matter)
    require(policy.may_settle_how(viewer, matter))
    if not (who := clean_text(label)[:40]):
        raise NothingSaid(_("请写一下请谁代办，比如“女儿”或“村干部老王”。"))
    if AccessCode.objects.filter(matter=matter, holder=Holder.HELPER, revoked_at=None).count() >= 3:
        raise WrongState(_("一件事最多请 3 个人代办。先取消一个再添加。"))
    code, new = issue_code(matter, Holder.HELPER, at=at, label=who)
    append(
        matter,
        Type.HELPER_ADDED,
        at=at,
        by=By.RESIDENT,
        visibility=Visibility.PARTIES,
        data={"label": who, "code": new.code_id},
    )
    return code, new


@transaction.atomic
def remove_helper(matter: Matter, *, viewer: Viewer, code_id: int, at: datetime) -> None:
    """The helper's code opens nothing from now on."""
    matter = locked(matter)
    require(policy.may_settle_how(viewer, matter))
    row = AccessCode.objects.filter(pk=code_id, matter=matter, holder=Holder.HELPER, revoked_at=None).first()
    if row is None:
        raise Conflict(_("这个代办已经取消了。"))
    AccessCode.objects.filter(pk=row.pk).update(revoked_at=at)
    append(
        matter,
        Type.HELPER_REMOVED,
        at=at,
        by=By.RESIDENT,
        visibility=Visibility.PARTIES,
        data={"label": row.label, "code": row.pk},
    )


@transaction.atomic
def replace_code(matter: Matter, *, by: Officer, reason: str, at: datetime) -> str:
    """A lost code is replaced at the counter once the officer knows who asks; the old one opens nothing any more. Returns the new code."""
    matter = locked(matter)
    require(policy.may_work_on(by, matter))
    if not (why := clean_text(reason)):
        raise NothingSaid(_("请写明怎样核对了本人，比如“本人到窗口，核对了身份证”。"))
    AccessCode.objects.filter(matter=matter, holder=Holder.REPORTER, revoked_at=None).update(revoked_at=at)
    code, held = issue_code(matter, Holder.REPORTER, at=at)
    append_by_officer(
        matter,
        Type.CODE_REPLACED,
        by=by,
        at=at,
        data={"code": held.code_id},
    )
    audit.record("matters.code_replaced", by=by.ref, on=matter, at=at, reason=why)
    return code
