"""Who may look into the post room, answer for an uncertain message, and set up gateways."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.notices.models import Outbound
from shouwang.apps.units.models import Officer, Role
from shouwang.kernel.policy import Verdict, no, rule, yes

_AT_THE_DESK = frozenset({Role.DUTY_OFFICER, Role.COMMUNITY_OFFICER, Role.AUXILIARY, Role.CHIEF})


@rule("notices.see-channels", gettext_lazy("看消息渠道是否通畅"))
def may_see_channels(officer: Officer) -> Verdict:
    """Everybody at the desk, and who keeps the machine running. Health shows no content and no address."""
    if officer.active and officer.roles & {*_AT_THE_DESK, Role.ADMINISTRATOR}:
        return yes(_("值班的人和系统管理员可以看。"))
    return no(_("只有值班的人和系统管理员可以看消息渠道。"))


def may_settle(officer: Officer, outbound: Outbound) -> Verdict:
    """Say whether an uncertain message arrived: the desk of the station whose gateway it is."""
    unit = outbound.gateway.unit if outbound.gateway else None
    roles = officer.roles if unit is None else officer.roles_for(unit)
    if officer.active and roles & _AT_THE_DESK:
        return yes(_("您在这个单位值班，可以核对。"))
    return no(_("请由本单位值班的人核对这条消息。"))


@rule("notices.set-up-gateways", gettext_lazy("设置消息网关"))
def may_set_up_gateways(officer: Officer) -> Verdict:
    """Only system administrators: whoever holds a gateway's token can speak as the station."""
    if officer.active and Role.ADMINISTRATOR in officer.roles:
        return yes(_("系统管理员可以设置消息网关。"))
    return no(_("消息网关只能由系统管理员设置。"))
