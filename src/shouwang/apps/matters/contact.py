"""
Safe contact: how somebody may be reached about their matter without being put in danger by it.

Whatever contacts a person asks here first: the messenger bridge, the notice of a decision, an officer about to telephone.
Neutral wording is `Matter.safe_contact`; ways and hours stand in `Matter.contact`, a cache of the timeline like every column:

    {"ways": ["page", "phone"], "hours": [9, 17]}      no "ways": every way; no "hours": at any hour
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.matters.models import Matter
from shouwang.kernel.policy import Verdict, no, yes


class Way(models.TextChoices):
    """How somebody can be reached."""

    PAGE = "page", gettext_lazy("只在查询页上留言")
    MESSENGER = "messenger", gettext_lazy("QQ")
    PHONE = "phone", gettext_lazy("打电话")
    IN_PERSON = "in-person", gettext_lazy("当面")
    POST = "post", gettext_lazy("寄信")


#: What a house that knows nothing better assumes for those whom a call in front of the wrong person could hurt.
CAREFUL: dict[str, Any] = {"ways": [Way.PAGE]}


def rule_of(ways: list[str], since: int | None, until: int | None) -> dict[str, Any]:
    """The rule as it is kept; only what limits anything. `since` and `until` are full hours, 9 and 17."""
    rule: dict[str, Any] = {}
    if ways and set(ways) != set(Way.values):
        rule["ways"] = [way for way in Way.values if way in ways]
    if since is not None and until is not None and since != until:
        rule["hours"] = [since, until]
    return rule


def may_contact(matter: Matter, way: str, at: datetime) -> Verdict:
    """Whether the person may be reached in this way at this moment. The page is theirs to open and is always allowed."""
    if way == Way.PAGE:
        return yes(_("查询页由本人自己打开。"))
    ways = matter.contact.get("ways")
    if ways is not None and way not in ways:
        return no(_("本人要求不这样联系：%(rule)s") % {"rule": in_words(matter)})
    if opens_at(matter, at) > at:
        return no(_("本人要求的时间以外：%(rule)s") % {"rule": in_words(matter)})
    return yes(_("本人同意这样联系。") if matter.contact else _("本人没有提出限制。"))


def opens_at(matter: Matter, at: datetime) -> datetime:
    """The first moment from `at` on that lies in the person's hours. Hours may run over midnight (22 to 6)."""
    hours = matter.contact.get("hours")
    if not hours:
        return at
    since, until = hours
    local = timezone.localtime(at)
    inside = since <= local.hour < until if since < until else local.hour >= since or local.hour < until
    if inside:
        return at
    opening = local.replace(hour=since, minute=0, second=0, microsecond=0)
    return opening if opening > local else opening + timedelta(days=1)


def in_words(matter: Matter) -> str:
    """The rule as one sentence for the officer; empty when there is none."""
    says = []
    if matter.safe_contact:
        says.append(_("标题和通知不写内容"))
    if "ways" in matter.contact:
        ways = [str(Way(way).label) for way in matter.contact["ways"]]
        says.append(_("只能这样联系：%(ways)s") % {"ways": _("、").join(ways)} if ways else _("不要主动联系"))
    if "hours" in matter.contact:
        since, until = matter.contact["hours"]
        says.append(_("只在 %(since)d 点到 %(until)d 点之间") % {"since": since, "until": until})
    return _("；").join(says) + _("。") if says else ""
