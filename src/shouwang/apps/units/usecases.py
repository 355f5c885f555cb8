"""
Change units, people and posts. Every change leaves a row in the audit trail with what was, what is, and why.

Who changes is an `Officer`, or None for the house itself: the first-run wizard, before there is anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.accounts.models import Invitation, User
from shouwang.apps.accounts.usecases import invite, withdraw_invitations
from shouwang.apps.units import policy
from shouwang.apps.units.errors import LastAdministrator, StillNeeded
from shouwang.apps.units.models import Officer, Post, Role, Skill, Unit
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict, Refused
from shouwang.kernel.events import Event, publish
from shouwang.kernel.policy import Verdict, no, require

HOUSE = "house"
#: Told as “changed”, never with their values.
SEALED = frozenset({"phone"})
OFFICER_FIELDS = ("name", "public_name", "police_number", "phone")


@dataclass(frozen=True, slots=True)
class OfficerDeactivated(Event):
    """Somebody cannot sign in any more; duty they have not signed off from ends."""

    officer_id: int
    at: datetime


def ref_of(by: Officer | None) -> str:
    """How the audit trail names who changed something."""
    return by.ref if by else HOUSE


def changes(before: models.Model, given: dict[str, Any], sealed: frozenset[str] = frozenset()) -> dict[str, list[Any]]:
    """`{field: [was, is]}` for every field whose value differs; sealed values are only told to have changed."""
    found: dict[str, list[Any]] = {}
    for name, value in given.items():
        was = getattr(before, name)
        if was != value:
            found[name] = ["…", "…"] if name in sealed else [plain(was), plain(value)]
    return found


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, models.Model):
        return str(value)
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


# ── units ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def add_unit(*, by: Officer | None, at: datetime, reason: str = "", **fields: Any) -> Unit:
    """A new unit. `fields` are columns of `Unit`; kind and parent have to fit each other."""
    unit = Unit(**fields)
    if by is not None:
        if unit.parent is None:
            raise Refused(_("新单位要挂在您管理的单位下面。"))
        require(policy.may_manage(by, unit.parent))
        require(_may_shape(by, unit.parent))
    _fits(unit)
    unit.save()
    shown = {name: [None, plain(value)] for name, value in fields.items() if value not in ("", None)}
    audit.record("units.unit.added", by=ref_of(by), on=unit, at=at, reason=reason, changes=shown)
    return unit


@transaction.atomic
def change_unit(unit: Unit, *, by: Officer, at: datetime, reason: str = "", **fields: Any) -> Unit:
    """New values for some columns. Kind and parent stay: matters, people and numbers hang on them."""
    require(policy.may_manage(by, unit))
    if {"kind", "parent"} & fields.keys():
        raise Refused(_("单位的类别和上级不能改。请新建一个单位，再把人转过去。"))
    found = changes(unit, fields)
    if not found:
        return unit
    for name, value in fields.items():
        setattr(unit, name, value)
    unit.save()
    audit.record("units.unit.changed", by=by.ref, on=unit, at=at, reason=reason, changes=found)
    return unit


@transaction.atomic
def deactivate_unit(unit: Unit, *, by: Officer, at: datetime, reason: str) -> Unit:
    """Take a unit out of use. Its history stays. Raises StillNeeded while people or units in use belong to it."""
    require(policy.may_manage(by, unit))
    require(_may_shape(by, unit))
    if unit.kind == Unit.Kind.BUREAU:
        raise StillNeeded(_("分局是最上级的单位，不能停用。"))
    people = Officer.objects.serving().within(unit).count()
    parts = Unit.objects.active().within(unit).exclude(pk=unit.pk).count()
    if people or parts:
        raise StillNeeded(
            _("%(unit)s还有 %(people)d 个在岗的人、%(parts)d 个在用的下级单位。")
            % {"unit": unit.called, "people": people, "parts": parts}
        )
    unit.active = False
    unit.save(update_fields=["active"])
    audit.record("units.unit.deactivated", by=by.ref, on=unit, at=at, reason=reason)
    return unit


@transaction.atomic
def reactivate_unit(unit: Unit, *, by: Officer, at: datetime, reason: str) -> Unit:
    """Put a unit back into use."""
    require(policy.may_manage(by, unit))
    require(_may_shape(by, unit))
    unit.active = True
    unit.save(update_fields=["active"])
    audit.record("units.unit.reactivated", by=by.ref, on=unit, at=at, reason=reason)
    return unit


def _may_shape(by: Officer, unit: Unit) -> Verdict:
    """A chief adds and closes workstations of the own station; stations are the bureau's business."""
    if policy.is_higher(by, unit) or unit.kind != Unit.Kind.BUREAU:
        return policy.may_manage(by, unit)
    return no(_("派出所由分局或系统管理员增减。"))


def _fits(unit: Unit) -> None:
    """Raises Conflict when kind and parent do not go together."""
    above = {Unit.Kind.STATION: Unit.Kind.BUREAU, Unit.Kind.WORKSTATION: Unit.Kind.STATION}.get(Unit.Kind(unit.kind))
    if (unit.parent.kind if unit.parent else None) != above:
        raise Conflict(_("派出所的上级是分局，警务室的上级是派出所。"))


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def add_officer(
    *,
    by: Officer | None,
    at: datetime,
    username: str,
    unit: Unit,
    name: str,
    public_name: str,
    police_number: str | None = None,
    phone: str = "",
    skills: tuple[str, ...] = (),
    roles: tuple[str, ...] = (),
    reason: str = "",
) -> Officer:
    """Somebody new, with an account that has no password yet, and their posts from today on."""
    if by is not None:
        require(policy.may_manage(by, unit))
    if User.objects.filter(username__iexact=username).exists():
        raise Conflict(_("用户名“%(name)s”已经有人用了，请换一个。") % {"name": username})
    user = User.objects.create_user(username)
    officer = Officer.objects.create(
        user=user, unit=unit, name=name, public_name=public_name, police_number=police_number or None, phone=phone
    )
    audit.record("units.officer.added", by=ref_of(by), on=officer, at=at, reason=reason, unit=unit.pk)
    set_skills(officer, skills, by=by, at=at)
    for role in roles:
        give_post(officer, by=by, at=at, unit=unit, role=role, since=timezone.localdate(at))
    return officer


@transaction.atomic
def change_officer(officer: Officer, *, by: Officer, at: datetime, reason: str = "", **fields: Any) -> Officer:
    """New values among `OFFICER_FIELDS`."""
    require(policy.may_manage_officer(by, officer))
    stray = fields.keys() - set(OFFICER_FIELDS)
    if stray:
        raise TypeError(f"change_officer does not change {sorted(stray)}")
    found = changes(officer, fields, SEALED)
    if not found:
        return officer
    for name, value in fields.items():
        setattr(officer, name, value)
    officer.save()
    audit.record("units.officer.changed", by=by.ref, on=officer, at=at, reason=reason, changes=found)
    return officer


@transaction.atomic
def move_officer(officer: Officer, *, by: Officer, at: datetime, unit: Unit, reason: str) -> Officer:
    """Somebody belongs to another unit from now. Posts in the old unit end yesterday; new ones are given separately."""
    require(policy.may_manage_officer(by, officer))
    require(policy.may_manage(by, unit))
    was = officer.unit
    if was == unit:
        return officer
    for post in officer.posts.filter(unit=was, until=None):
        end_post(post, by=by, at=at, until=max(post.since, timezone.localdate(at) - timedelta(days=1)), reason=reason)
    officer.unit = unit
    officer.save(update_fields=["unit"])
    audit.record(
        "units.officer.moved", by=by.ref, on=officer, at=at, reason=reason, changes={"unit": [was.name, unit.name]}
    )
    return officer


@transaction.atomic
def set_skills(officer: Officer, names: tuple[str, ...], *, by: Officer | None, at: datetime) -> None:
    """Exactly these skills; unknown ones are added to the list of skills."""
    if by is not None:
        require(policy.may_manage(by, officer.unit))
    wanted = sorted({name.strip() for name in names if name.strip()})
    had = sorted(officer.skills.values_list("name", flat=True))
    if wanted == had:
        return
    officer.skills.set([Skill.objects.get_or_create(name=name)[0] for name in wanted])
    audit.record("units.officer.skills_changed", by=ref_of(by), on=officer, at=at, changes={"skills": [had, wanted]})


@transaction.atomic
def give_post(
    officer: Officer,
    *,
    by: Officer | None,
    at: datetime,
    unit: Unit,
    role: str,
    since: date,
    until: date | None = None,
    reason: str = "",
) -> Post:
    """One role in one unit for a span of days. Raises Conflict when the same post is still open."""
    if until is not None and until < since:
        raise Conflict(_("最后一天要在第一天之后。"))
    held = {post.role for post in officer.posts.all() if post.until is None or post.until >= since}
    if not policy.separated({*held, role}):
        raise Refused(policy.separation_says())
    if by is not None:
        require(policy.may_give_role(by, officer, role, unit))
    if officer.posts.filter(unit=unit, role=role, until=None).exists():
        raise Conflict(_("%(name)s已经有这个岗位了。") % {"name": officer.name})
    post = Post.objects.create(officer=officer, unit=unit, role=role, since=since, until=until)
    officer.__dict__.pop("held_posts", None)
    audit.record(
        "units.post.given",
        by=ref_of(by),
        on=officer,
        at=at,
        reason=reason,
        role=role,
        unit=unit.pk,
        since=str(since),
        until=plain(until),
    )
    return post


@transaction.atomic
def end_post(post: Post, *, by: Officer, at: datetime, until: date, reason: str) -> Post:
    """The last day of a post. Raises LastAdministrator when nobody would be left to manage the house."""
    require(policy.may_manage(by, post.unit))
    require(policy.may_manage_officer(by, post.officer))
    if until < post.since:
        raise Conflict(_("最后一天要在第一天之后。"))
    if post.until is not None and post.until <= until:
        raise Conflict(_("这个岗位已经结束了。"))
    if post.role == Role.ADMINISTRATOR:
        _keep_an_administrator(post.officer)
    post.until = until
    post.save(update_fields=["until"])
    post.officer.__dict__.pop("held_posts", None)
    audit.record(
        "units.post.ended",
        by=by.ref,
        on=post.officer,
        at=at,
        reason=reason,
        role=post.role,
        unit=post.unit_id,
        until=str(until),
    )
    return post


@transaction.atomic
def deactivate_officer(officer: Officer, *, by: Officer, at: datetime, reason: str) -> Officer:
    """
    Somebody leaves: cannot sign in from this moment, open links die, duty ends. What they wrote stays theirs.

    Raises LastAdministrator.
    """
    require(policy.may_manage_officer(by, officer))
    if officer.pk == by.pk:
        raise Refused(_("自己不能停用自己，请另一位管理者来办。"))
    if Role.ADMINISTRATOR in {post.role for post in officer.posts.all()}:
        _keep_an_administrator(officer)
    Officer.objects.filter(pk=officer.pk).update(active=False)
    User.objects.filter(pk=officer.user_id).update(is_active=False)
    withdraw_invitations(officer.user, at=at)
    audit.record("units.officer.deactivated", by=by.ref, on=officer, at=at, reason=reason)
    publish(OfficerDeactivated(officer.pk, at))
    officer.refresh_from_db()
    return officer


@transaction.atomic
def reactivate_officer(officer: Officer, *, by: Officer, at: datetime, reason: str) -> Officer:
    """Somebody comes back. The password of before does not: a new invitation is needed."""
    require(policy.may_manage_officer(by, officer))
    Officer.objects.filter(pk=officer.pk).update(active=True)
    user = officer.user
    user.is_active = True
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    audit.record("units.officer.reactivated", by=by.ref, on=officer, at=at, reason=reason)
    officer.refresh_from_db()
    return officer


@transaction.atomic
def invite_officer(officer: Officer, *, by: Officer, at: datetime, reason: str = "") -> Invitation:
    """A link to set a password. The old password stays until the link is used."""
    require(policy.may_manage_officer(by, officer))
    if not (officer.active and officer.user.is_active):
        raise Conflict(_("%(name)s已经停用。请先恢复，再邀请。") % {"name": officer.name})
    made = invite(officer.user, by=by.ref, at=at)
    audit.record("units.officer.invited", by=by.ref, on=officer, at=at, reason=reason)
    return made


def _keep_an_administrator(leaving: Officer) -> None:
    if not [post for post in policy.administrators() if post.officer_id != leaving.pk]:
        raise LastAdministrator(_("%(name)s是最后一位系统管理员。") % {"name": leaving.name})
