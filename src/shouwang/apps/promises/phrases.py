"""Promises in sentences: what is promised, how it was kept, and what became of one matter. Bad figures are told as plainly as good ones."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shouwang.apps.matters.clock import length
from shouwang.apps.matters.models import Channel, Kind
from shouwang.apps.matters.sentences import moment
from shouwang.apps.openness.measures import ENOUGH
from shouwang.apps.openness.phrases import few, month_name, percent, quarter_name
from shouwang.apps.openness.rare import FEW
from shouwang.apps.promises.models import Hours, Scorecard, Version
from shouwang.apps.promises.reckoning import TWICE, WHOLE, Answer, Call, Every, Fact, Measure, Outcome, Rule, Tally
from shouwang.engines.law import Unit


def measured(rule: Rule) -> str:
    """From when to when, with the limit."""
    limit = {"limit": length(rule.amount, rule.unit)}
    return {
        Measure.ANSWER: _("从收到算起，%(limit)s内有人（不是自动回答）第一次答复"),
        Measure.CLOSING: _("从收到算起，%(limit)s内办结"),
        Measure.TRANSFER: _("别的单位转来的，从转出算起，%(limit)s内接下或者说明理由退回"),
        Measure.FILING: _("报案从收到算起，%(limit)s内决定立不立案"),
        Measure.DANGER: _("发现危险的话以后，%(limit)s内有民警应答"),
        Measure.SCENE: _("派了警的，从接到报警算起，%(limit)s内第一组人到现场"),
    }[rule.measure] % limit


def scope(rule: Rule) -> str:
    """Of which matters."""
    comma = _("、")
    kinds = comma.join(str(Kind(one).label) for one in rule.kinds) or _("各类事情")
    channels = comma.join(str(Channel(one).label) for one in rule.channels) or _("不管从哪里来")
    return _("%(kinds)s；%(channels)s；%(hours)s") % {
        "kinds": kinds,
        "channels": channels,
        "hours": Hours(rule.hours).label,
    }


def counting(rule: Rule) -> str:
    """How the limit is counted."""
    if rule.unit is Unit.WORKING_DAYS:
        return _("工作日按国务院公布的放假和调休来数，收到的那天不算，到最后一天 24 点为止。")
    return _("按钟表时间算，夜里和节假日都算，不停表。")


def source(version: Version) -> str:
    """On what it rests."""
    return version.article if version.source == "law" else str(version.get_source_display())


def period_name(every: Every, first: date) -> str:
    """2026年10月, or 2026 年第 4 季度."""
    return month_name(first) if every is Every.MONTH else quarter_name(f"{first.year}Q{(first.month + 2) // 3}")


def kept(found: Tally) -> str:
    """The share with n, or that there are too few to say."""
    if found.n < FEW:
        return _("%(few)s 件，不写") % {"few": few(None)}
    said = {"n": found.n, "kept": found.kept, "share": percent(found.share or 0)}
    return (
        ngettext("%(n)d 件里守住 %(kept)d 件（%(share)s）", "%(n)d 件里守住 %(kept)d 件（%(share)s）", found.n) % said
    )


def interval(found: Tally) -> str:
    """How sure one can be; empty below what says anything."""
    if found.n < ENOUGH:
        return ""
    low, high = found.interval
    return _("守住的比例有 95%% 的把握在 %(low)s 和 %(high)s 之间。") % {"low": percent(low), "high": percent(high)}


def rest(found: Tally) -> str:
    """Broken, overdue and still in time, as far as there are any."""
    if found.n < FEW:
        return ""
    parts = [
        (found.broken, ngettext("%(n)d 件晚了", "%(n)d 件晚了", found.broken)),
        (found.overdue, ngettext("%(n)d 件超期还没有结果", "%(n)d 件超期还没有结果", found.overdue)),
        (found.open, ngettext("%(n)d 件还没到时候", "%(n)d 件还没到时候", found.open)),
    ]
    return _("，").join(sentence % {"n": n} for n, sentence in parts if n)


def how_long(found: Tally) -> str:
    """What nine of ten needed, in parts of the limit."""
    band = found.p90
    if found.n < ENOUGH or band is None:
        return ""
    if band > TWICE:
        return _("十件里的第九件用了时限的两倍以上。")
    return _("十件里的九件用的时间不超过时限的 %(share)s。") % {"share": percent(band / WHOLE)}


def called(call: Call, found: Tally) -> str:
    """Why a promise is called out; empty when it is not."""
    said = {"n": found.n, "kept": found.kept}
    match call:
        case Call.EASY:
            return (
                ngettext(
                    "太容易了：半年里 %(n)d 件全守住，十件里九件只用了时限的三分之一以内。可以承诺得更快。",
                    "太容易了：半年里 %(n)d 件全守住，十件里九件只用了时限的三分之一以内。可以承诺得更快。",
                    found.n,
                )
                % said
            )
        case Call.HARD:
            return (
                ngettext(
                    "够不着：半年以内 %(n)d 件里只守住 %(kept)d 件，不到一半。要么做到，要么改成做得到的。",
                    "够不着：半年以内 %(n)d 件里只守住 %(kept)d 件，不到一半。要么做到，要么改成做得到的。",
                    found.n,
                )
                % said
            )
    return ""


def recount(card: Scorecard) -> str:
    """Which count it is and why there is another one."""
    when = f"{timezone.localtime(card.at):%Y-%m-%d %H:%M}"
    if card.number == 1:
        return _("%(when)s 统计") % {"when": when}
    return _("%(when)s 第 %(n)d 次统计：%(why)s") % {"when": when, "n": card.number, "why": card.get_because_display()}


def explain(rule: Rule, fact: Fact, found: Answer, now: datetime) -> str:
    """What became of one matter, in one sentence; for the station alone."""
    # The end of a day is told as that day, not as the first moment of the next.
    last = found.limit - timedelta(seconds=rule.unit is Unit.WORKING_DAYS)
    when = fact.reached or fact.dropped
    said = {"limit": moment(last, now), "when": moment(when, now) if when else ""}
    sentence = {
        Outcome.KEPT: _("守住了：最迟%(limit)s，%(when)s做到了。"),
        Outcome.BROKEN: _("没守住：最迟%(limit)s，%(when)s才有结果。"),
        Outcome.OPEN: _("还没到时候：最迟%(limit)s。"),
        Outcome.OVERDUE: _("超期了：最迟%(limit)s，到现在还没有。"),
        Outcome.LEFT_OUT: _("不算：没到时候就不用等了（%(when)s）。"),
    }[found.outcome] % said
    return sentence + (_("那时的放假安排还没有公布，日子可能会变。") if found.provisional else "")
