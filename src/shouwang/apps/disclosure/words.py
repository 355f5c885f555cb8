"""Applications in plain words: the sentences of their timeline entries, how one stands and what comes next. None names anybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.disclosure import limits
from shouwang.apps.disclosure.models import Application, Came, Consultation, Stage
from shouwang.apps.disclosure.timeline import application_of
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.sentences import last_day


def _day(iso: str, entry_at: datetime) -> str:
    """A day of an entry as pages say it: the end of it is the moment."""
    return last_day(timezone.make_aware(datetime.combine(date.fromisoformat(iso), time(23, 59))), entry_at)


def _registered(entry: Entry) -> str:
    if entry.data["came"] == Came.WEB:
        return _("申请登记好了。申请人这边已经确认，等我们确认收到，确认的当天算收到之日。")
    return _("%(who)s登记了申请，收到之日是 %(day)s。") % {"who": entry.name, "day": entry.data["on"]}


def _consulted(entry: Entry) -> str:
    until = {"day": _day(entry.data["until"], entry.at)}
    if entry.data["whom"] == Consultation.Whom.THIRD_PARTY:
        return _("内容和别人有关，我们写信问了对方，最迟%(day)s。等待的时间不算进答复期限。") % until
    return _("我们写信问了别的机关，最迟%(day)s。等待的时间不算进答复期限。") % until


def _heard(entry: Entry) -> str:
    return _("对方到期没有回音，我们接着办。") if entry.data["silent"] else _("对方的意见收到了。")


def _answered(entry: Entry) -> str:
    ending = limits.endings(entry.at).get(entry.data["outcome"])
    return _("答复好了：%(ending)s。") % {"ending": ending.name if ending else entry.data["outcome"]}


def _fee(entry: Entry) -> str:
    given = {"n": entry.data["n"], "yuan": entry.data["yuan"]}
    if entry.data["how"] == "page":
        return _("一共 %(n)d 页，要收信息处理费 %(yuan)d 元。理由：") % given
    return _("这是本月第 %(n)d 件，要收信息处理费 %(yuan)d 元。理由：") % given


SENTENCES: Mapping[str, Callable[[Entry], str]] = {
    "disclosure.registered": _registered,
    "disclosure.confirmed": lambda e: _("%(who)s确认收到。今天就是收到之日，答复期限从明天起算。") % {"who": e.name},
    "disclosure.complete": lambda e: _("%(who)s看过了，申请写得全，开始找。") % {"who": e.name},
    "disclosure.correction-asked": lambda e: (
        _("申请里还缺这些，请在%(day)s以前补上，只要补这一次：") % {"day": _day(e.data["until"], e.at)}
    ),
    "disclosure.corrected": lambda e: (
        _("%(who)s收下了补正：") % {"who": e.name}
        if e.officer_id
        else _("您补正了：")
        if e.own
        else _("申请人补正了：")
    ),
    "disclosure.consulted": _consulted,
    "disclosure.heard": _heard,
    "disclosure.fee-asked": _fee,
    "disclosure.drafted": lambda e: _("%(who)s拟好了答复，等另一个人审核。") % {"who": e.name},
    "disclosure.sent-back": lambda e: _("%(who)s把答复退回去改：") % {"who": e.name},
    "disclosure.answered": _answered,
    "disclosure.delivered": lambda e: _("答复在 %(day)s 送到了申请人手里。") % {"day": e.data["on"]},
    "disclosure.delivery-noted": lambda e: _("%(who)s记下了怎么送到的：") % {"who": e.name},
}


def stands(matter: Matter) -> str:
    """How the application stands, for whoever holds the code."""
    one = application_of(matter)
    if one is None or not matter.is_open:
        return ""
    phrases = {
        Stage.ARRIVED: _("申请交上来了，等我们确认收到。"),
        Stage.CHECKING: _("申请收到了，正在看写得全不全。"),
        Stage.CORRECTING: _("申请里还缺一点，等您补上。"),
        Stage.WORKING: _("正在找您要的信息。"),
        Stage.REVIEW: _("答复拟好了，另一位同事在看。"),
    }
    return phrases.get(Stage(one.stage), "")


def comes_next(matter: Matter, now: datetime) -> str:
    """What the applicant can do next, where it is their turn; the spine says the rest."""
    one = application_of(matter)
    if one is None or one.stage != Stage.CORRECTING or one.correct_by is None:
        return ""
    return _("请最迟%(day)s补上。补上的当天起，答复期限重新算。") % {"day": _day(one.correct_by.isoformat(), now)}


def headline(application: Application) -> str:
    """The ending as a list shows it; empty before."""
    if not application.outcome or application.answered_at is None:
        return ""
    return limits.endings(application.answered_at)[application.outcome].name
