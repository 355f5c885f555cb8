"""The figures in sentences: titles that are the answer, told as they are, also when the answer is slower."""

from __future__ import annotations

from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shouwang.apps.matters.models import Kind, Reason
from shouwang.apps.openness.measures import SPANS, Ends, Numbers, Period, Standing, Wait, Week, faster
from shouwang.apps.openness.models import Page
from shouwang.apps.openness.rare import FEW, OTHER


def minutes(n: int | None) -> str:
    """A span of time as people say it: 9 分钟, 3 小时 20 分, 2 天 4 小时."""
    if n is None:
        return _("还没有")
    if n < 60:
        return ngettext("%(n)d 分钟", "%(n)d 分钟", n) % {"n": n}
    if n < 48 * 60:
        hours, rest = divmod(n, 60)
        return (
            _("%(hours)d 小时 %(rest)d 分") % {"hours": hours, "rest": rest}
            if rest
            else _("%(hours)d 小时") % {"hours": hours}
        )
    days, hours = divmod(n // 60, 24)
    return (
        _("%(days)d 天 %(hours)d 小时") % {"days": days, "hours": hours} if hours else _("%(days)d 天") % {"days": days}
    )


def percent(value: float) -> str:
    """A share as a whole percentage."""
    return f"{value * 100:.0f}%"


def of(n: int, whole: int) -> str:
    """`3（12%）`; the count alone when there is nothing to divide by."""
    return _("%(n)d（%(share)s）") % {"n": n, "share": percent(n / whole)} if whole else str(n)


def few(n: int | None) -> str:
    """A count that may be too small to be told."""
    return _("少于 %(few)d") % {"few": FEW} if n is None else str(n)


def answer(now: Wait, before: Wait) -> str:
    """The answer to “how soon does one hear back?”, and whether that is better than before."""
    if not now.enough:
        return ngettext("这段时间有 %(n)d 件，太少，说不出快慢", "这段时间有 %(n)d 件，太少，说不出快慢", now.n) % {
            "n": now.n
        }
    if now.median is None:
        return _("这段时间的事，还没有一半得到答复")
    half = {"time": minutes(now.median)}
    match faster(now, before):
        case 1:
            return _("答复更快了：一半的人 %(time)s内得到答复") % half
        case -1:
            return _("答复变慢了：一半的人 %(time)s内得到答复") % half
    if before.enough:
        return _("答复和上一期差不多快：一半的人 %(time)s内得到答复") % half
    return _("一半的人 %(time)s内得到答复") % half


def contents(now: Wait) -> str:
    """Interval and n of the median, under the title."""
    if not now.enough or now.median is None:
        return ""
    said = {"n": now.n, "low": minutes(now.low or 0), "high": minutes(now.high), "p90": minutes(now.p90)}
    if now.high is None:
        middle = _("%(n)d 件；一半的人等了多久，有 95%% 的把握不少于 %(low)s。") % said
    else:
        middle = _("%(n)d 件；一半的人等了多久，有 95%% 的把握在 %(low)s和 %(high)s之间。") % said
    if now.p90 is None:
        return middle + _("等得最久的那些人还没有答复，所以说不出十个人里九个要等多久。")
    return middle + _("十个人里九个在 %(p90)s内得到答复。") % said


def asked(now: Numbers, before: Numbers) -> str:
    """How many came, against before."""
    change = now.asked - before.asked
    said = {"n": now.asked, "change": abs(change)}
    if not before.asked:
        return ngettext("收到 %(n)d 件", "收到 %(n)d 件", now.asked) % said
    if change > 0:
        return (
            ngettext("收到 %(n)d 件，比上一期多 %(change)d 件", "收到 %(n)d 件，比上一期多 %(change)d 件", now.asked)
            % said
        )
    if change < 0:
        return (
            ngettext("收到 %(n)d 件，比上一期少 %(change)d 件", "收到 %(n)d 件，比上一期少 %(change)d 件", now.asked)
            % said
        )
    return ngettext("收到 %(n)d 件，和上一期一样多", "收到 %(n)d 件，和上一期一样多", now.asked) % said


def stands(now: Standing) -> str:
    """Open and overdue."""
    said = {"open": now.open, "late": now.overdue}
    if not now.open:
        return _("现在没有在办的事")
    if not now.overdue:
        return ngettext("现在在办 %(open)d 件，没有超期的", "现在在办 %(open)d 件，没有超期的", now.open) % said
    return (
        ngettext("现在在办 %(open)d 件，其中 %(late)d 件超期", "现在在办 %(open)d 件，其中 %(late)d 件超期", now.open)
        % said
    )


def satisfied(now: Numbers) -> str:
    """Ratings."""
    share = now.satisfied
    if not share.of:
        return _("这段时间还没有人评价")
    if not share.enough:
        return ngettext(
            "这段时间有 %(n)d 个人评价，太少，算不出满意度", "这段时间有 %(n)d 个人评价，太少，算不出满意度", share.of
        ) % {"n": share.of}
    return _("评价的 %(of)d 人里，%(n)d 人满意（%(share)s）") % {
        "of": share.of,
        "n": share.n,
        "share": percent(share.n / share.of),
    }


def disputes(now: Numbers) -> str:
    """Disputes and how they ended."""
    if not now.disputed:
        return _("没有人提出不满意")
    said = {"n": now.disputed, "upheld": now.upheld, "reopened": now.reopened, "waiting": now.waiting}
    return (
        ngettext(
            "%(n)d 件有人不满意：%(reopened)d 件重新办了，%(upheld)d 件维持，%(waiting)d 件还在复核",
            "%(n)d 件有人不满意：%(reopened)d 件重新办了，%(upheld)d 件维持，%(waiting)d 件还在复核",
            now.disputed,
        )
        % said
    )


def week(figures: Week) -> list[str]:
    """One digest in figures, a sentence each; what there is none of is not mentioned."""
    said = [
        (
            figures.proposed,
            ngettext(
                "提的 %(n)d 条里，%(done)d 条有了结果。", "提的 %(n)d 条里，%(done)d 条有了结果。", figures.proposed
            )
            % {"n": figures.proposed, "done": figures.done},
        ),
        (
            figures.questions,
            ngettext(
                "问的 %(n)d 件里，%(done)d 件已经答复。", "问的 %(n)d 件里，%(done)d 件已经答复。", figures.questions
            )
            % {"n": figures.questions, "done": figures.answered},
        ),
        (
            figures.besides,
            ngettext("另外还答复了 %(n)d 个问题。", "另外还答复了 %(n)d 个问题。", figures.besides)
            % {"n": figures.besides},
        ),
    ]
    return [sentence for n, sentence in said if n]


def kind_name(kind: str) -> str:
    """A kind as the page calls it."""
    return _("其他（含不单列的）") if kind == OTHER else str(Kind(kind).label)


def reasons(ended: Ends) -> str:
    """`已解决 12；已答复 3`; nothing while nothing is closed."""
    said = [f"{reason_name(reason)} {n}" for reason, n in ended.reasons.items()]
    return _("；").join(said)


def reason_name(reason: str) -> str:
    """How matters ended, as the page calls it."""
    return _("其他结果（太少，不单列）") if reason == OTHER else str(Reason(reason).label)


def page_name(page: str) -> str:
    """A kind of page as the page calls it."""
    return str(Page(page).label)


def month_name(month: date) -> str:
    """2026年10月."""
    return formats.date_format(month, _("Y年n月"))


def quarter_name(quarter: str) -> str:
    """2026 年第 4 季度."""
    return _("%(year)s 年第 %(n)s 季度") % {"year": quarter[:4], "n": quarter[-1]}


def period_name(period: Period) -> str:
    """近 30 天, or the month."""
    if period.code in SPANS:
        return {"30": _("近 30 天"), "90": _("近一季（90 天）"), "365": _("近一年")}[period.code]
    return month_name(period.first)
