"""
Who manages which units and people.

A post as chief manages its station, a post at the bureau or as administrator manages its unit and everything below. Managing is not
reading: an administrator sees no matter of any resident, and may not hold a post that does.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from shouwang.apps.units.models import DESK_ROLES, Officer, Post, Role, Unit
from shouwang.kernel.policy import Verdict, no, yes

MANAGING = frozenset({Role.CHIEF, Role.BUREAU, Role.ADMINISTRATOR})
#: Whoever holds one of these answers to somebody above the station; a chief neither gives nor ends them.
FROM_ABOVE = frozenset({Role.CHIEF, Role.BUREAU, Role.ADMINISTRATOR, Role.SUPERVISOR})
HIGHER = frozenset({Role.BUREAU, Role.ADMINISTRATOR})
#: Roles that read what residents write.
READING = DESK_ROLES | {Role.BUREAU}


def managed_paths(officer: Officer, roles: frozenset[Role] = MANAGING) -> tuple[str, ...]:
    """The paths of the units this officer manages today; empty for nobody and for the deactivated."""
    if not officer.active:
        return ()
    return tuple(sorted({post.unit.station.path for post in officer.held_posts if post.role in roles}))


def under(paths: tuple[str, ...], field: str = "path") -> Q:
    """The filter “in one of these units or below”; without paths it holds for nothing."""
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(**{f"{field}__startswith": path})
    return found


def units_managed_by(officer: Officer) -> Q:
    """The filter of every list of units to manage."""
    return under(managed_paths(officer))


def officers_managed_by(officer: Officer) -> Q:
    """The filter of every list of people to manage. A chief sees who serves at the station, whoever appointed them."""
    return under(managed_paths(officer), "unit__path")


def may_manage(officer: Officer, unit: Unit | None = None) -> Verdict:
    """Whether this officer manages that unit, or any unit at all when none is named."""
    paths = managed_paths(officer)
    if not paths:
        return no(_("只有所长、分局和系统管理员可以管理。"))
    if unit is not None and not any(unit.path.startswith(path) for path in paths):
        return no(_("%(unit)s不归您管理。") % {"unit": unit.called})
    return yes(_("您是这个单位的所长、分局民警或系统管理员。"))


def is_higher(officer: Officer, unit: Unit) -> bool:
    """Whether the officer manages this unit as bureau or administrator, not only as its chief."""
    return any(unit.path.startswith(path) for path in managed_paths(officer, HIGHER))


def may_manage_officer(manager: Officer, officer: Officer) -> Verdict:
    """The person's unit is managed, and nobody touches those who stand above."""
    own = may_manage(manager, officer.unit)
    if not own:
        return own
    for post in officer.held_posts:
        if post.role in FROM_ABOVE and not is_higher(manager, post.unit) and manager.pk != officer.pk:
            return no(
                _("%(name)s的岗位是上级定的，要由分局或系统管理员来改。") % {"name": officer.name},
            )
    return own


def may_give_role(manager: Officer, officer: Officer | None, role: str, unit: Unit) -> Verdict:
    """
    Whether the manager may give this role in this unit; `officer` is None for somebody who is not here yet.

    Nobody gives a role to themselves. Chiefs, supervisors, bureau and administrators are named from above: a chief does not choose
    who supervises the chief.
    """
    own = may_manage(manager, unit)
    if not own:
        return own
    if officer is not None and officer.pk == manager.pk:
        return no(_("自己不能给自己加岗位，请另一位管理者来办。"))
    if role in FROM_ABOVE and not is_higher(manager, unit):
        return no(_("%(role)s要由分局或系统管理员来定。") % {"role": Role(role).label})
    if officer is not None and not separated({*officer.roles, role}):
        return no(separation_says())
    return yes(_("您可以在%(unit)s定这个岗位。") % {"unit": unit.called})


def separated(roles: set[str]) -> bool:
    """Keeping the machine running and reading what residents write are two people's work."""
    return not (Role.ADMINISTRATOR in roles and roles & READING)


def separation_says() -> str:
    return _("系统管理员不看居民的事，所以不能同时担任值班、窗口、领导或分局的岗位。请用另一个账号。")


def administrators() -> list[Post]:
    """Open posts of administrators who can sign in: the ones without whom nobody could manage the house."""
    return list(
        Post.objects.filter(
            role=Role.ADMINISTRATOR, until=None, officer__active=True, officer__user__is_active=True
        ).select_for_update(of=("self",))
    )
