"""Penalties in plain words: the sentences of their timeline entries. All but one stand at the station only, and none names anybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.matters import clock
from shouwang.apps.matters.models import Entry
from shouwang.apps.penalties.models import Care, LicenceWay


def _names(entry: Entry) -> dict[str, str]:
    return {"who": entry.name, "party": _("违法嫌疑人 %(n)s") % {"n": entry.data.get("who", "")}}


def _plain(sentence: Callable[[], str]) -> Callable[[Entry], str]:
    return lambda entry: sentence() % _names(entry)


def _told(entry: Entry) -> str:
    if entry.data["said"]:
        return _("%(who)s告知了%(party)s拟怎么处罚，本人提出了意见，记下了。") % _names(entry)
    return _("%(who)s告知了%(party)s拟怎么处罚，本人没有意见。") % _names(entry)


def _handed_in(entry: Entry) -> str:
    names = {**_names(entry), "whom": clock.approver_name(entry.data["waits_for"])}
    return _("%(who)s把对%(party)s的处罚报了上去，等%(whom)s。") % names


def _hearing_set(entry: Entry) -> str:
    when = timezone.localtime(datetime.fromisoformat(entry.data["held_on"])).strftime("%Y-%m-%d %H:%M")
    return _("%(who)s定了%(party)s的听证：%(when)s，通知了本人。") % {**_names(entry), "when": when}


def _licence(entry: Entry) -> str:
    if entry.data["way"] == LicenceWay.VOID:
        return _("%(party)s的许可证件没有交出，%(who)s记下：公告作废了。") % _names(entry)
    return _("%(who)s收回了%(party)s被吊销的许可证件。") % _names(entry)


def _care(entry: Entry) -> str:
    if entry.data["leads_to"] == Care.LeadsTo.REVIEW:
        return _("%(who)s为%(party)s提请从宽。") % _names(entry)
    return _("%(who)s记下：问问%(party)s要不要帮忙。") % _names(entry)


SENTENCES: Mapping[str, Callable[[Entry], str]] = {
    "penalties.proposed": _plain(lambda: _("%(who)s拟了对%(party)s的处罚，还没有告知。")),
    "penalties.changed": _plain(lambda: _("%(who)s改了对%(party)s拟的处罚。")),
    "penalties.dropped": _plain(lambda: _("%(who)s撤回了对%(party)s拟的处罚。")),
    "penalties.told": _told,
    "penalties.heard": _plain(lambda: _("%(who)s补记了%(party)s的意见和核实的结果。")),
    "penalties.hearing-asked": _plain(lambda: _("%(party)s要求听证，%(who)s记下了。听证的时间不算进办案期限。")),
    "penalties.hearing-set": _hearing_set,
    "penalties.hearing-held": _plain(lambda: _("%(party)s的听证举行了，%(who)s记下了情况。")),
    "penalties.hearing-given-up": _plain(lambda: _("%(party)s放弃了听证，%(who)s记下了。")),
    "penalties.handed-in": _handed_in,
    "penalties.reviewed": _plain(lambda: _("%(who)s审核了对%(party)s的处罚，同意报去决定。")),
    "penalties.sent-back": _plain(lambda: _("%(who)s把对%(party)s的处罚退回去补。")),
    "penalties.decided": _plain(lambda: _("%(who)s对%(party)s作出了处罚决定。")),
    "penalties.spared": _plain(lambda: _("%(who)s决定对%(party)s不予处罚。")),
    "penalties.decision-made": lambda _entry: _("公安机关对这个案件作出了决定。决定书会送给当事人。"),
    "penalties.served": _plain(lambda: _("决定书送到了%(party)s手里，救济途径也告知了。")),
    "penalties.served-victim": _plain(lambda: _("对%(party)s的决定书送给了被侵害人。")),
    "penalties.family-told": _plain(lambda: _("%(who)s把拘留通知了%(party)s的家属。")),
    "penalties.paid": _plain(lambda: _("%(party)s的罚款缴了。")),
    "penalties.reported": _plain(lambda: _("%(who)s把对%(party)s的当场处罚报了备案。")),
    "penalties.cash-handed-in": _plain(lambda: _("%(who)s把当场收的罚款交了上去。")),
    "penalties.detained": _plain(lambda: _("%(who)s登记：%(party)s的拘留执行了。")),
    "penalties.licence-taken": _licence,
    "penalties.revoked": _plain(lambda: _("%(who)s登记：对%(party)s的处罚决定被撤销了，不再执行。")),
    "penalties.care-noted": _care,
    "penalties.help-offered": _plain(lambda: _("%(party)s愿意要帮忙，%(who)s另立了一件求助。")),
    "penalties.care-decided": _plain(lambda: _("%(who)s答复了对%(party)s从宽的提请。")),
}
