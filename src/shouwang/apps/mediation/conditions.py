"""What the engine of mediation says of one mediation, in the desk's words: each condition with its article and how sure the text is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shouwang.apps.incidents.words import rule_at
from shouwang.apps.matters import clock
from shouwang.apps.matters.ledgers import source_of
from shouwang.apps.mediation.models import Mediation, Meeting, Side, SideCode, Way
from shouwang.engines import mediation as engine
from shouwang.engines.clocks import Due, Term, due
from shouwang.engines.law import Confidence, Item
from shouwang.engines.mediation import Facts, Judgement, Met, Reason

OK_RULE, GROUND_RULE, NEVER_RULE, TIMES_RULE, DOC_RULE, END_RULE, PEOPLE_RULE, ALONE_RULE = (
    "ap-mediate-ok",
    "ap-mediate-ground",
    "ap-mediate-no",
    "ap-mediate-times",
    "ap-mediate-doc",
    "ap-mediate-end",
    "pm-1",
    "psl-two",
)


def items_of(rule: str, at: datetime, *, without: Iterable[str] = ()) -> list[tuple[str, str]]:
    """The items of a rule to choose from, in the reader's language."""
    return [(one.code, _said(one)) for one in rule_at(rule, at).items if one.code not in without]


def _said(item: Item) -> str:
    return item.en if get_language() == "en" else item.zh


def held_days(mediation: Mediation, but: Meeting | None = None) -> list[date]:
    """The days on which this matter's case was mediated, in all its mediations: both sides were there."""
    held = Meeting.objects.filter(mediation__matter=mediation.matter_id, mediation__way=Way.POLICE, both_came=True)
    if but is not None:
        held = held.exclude(pk=but.pk)
    return sorted(timezone.localdate(one) for one in held.values_list("held_at", flat=True) if one)


def second_by(days: list[date]) -> Due | None:
    """Until when a second mediation is in time, on the published calendar; None before the first."""
    if not days:
        return None
    at = timezone.make_aware(datetime.combine(days[0], datetime.min.time()))
    return due(days[0], Term.of(rule_at(TIMES_RULE, at)), clock.calendar())


def facts_of(mediation: Mediation, sides: Iterable[Side], *, days: list[date], again: bool | None = None) -> Facts:
    """One mediation as the engine reads it."""
    second = second_by(days)
    return Facts(
        engine.Way(mediation.way),
        tuple(_side(one) for one in sides),
        act=mediation.act,
        light=mediation.light,
        private=mediation.private,
        ground=mediation.ground,
        bars=frozenset(mediation.bars),
        held=len(days),
        second_by=second.on if second else None,
        again=again,
        asked=mediation.asked,
    )


def _side(side: Side) -> engine.Side:
    return engine.Side(
        willing=side.willing,
        minor=side.minor,
        guarded=side.guarded,
        stands_alone=side.stands_alone,
        suspect=side.role == Side.Role.SUSPECT,
        proxy=bool(side.proxy),
    )


def judged(facts: Facts, at: datetime) -> Judgement:
    return engine.judge(facts, on=timezone.localdate(at), book=clock.rulebook())


@dataclass(frozen=True, slots=True)
class Said:
    """
    One condition as a page shows it.

    doubt   what is not certain about the rule's text; empty when it was read in full
    """

    words: str
    met: str
    source: str
    doubt: str


def said(reason: Reason, at: datetime) -> Said:
    if not reason.rule:
        return Said(_words(reason, at), reason.met, _("没有查到条文，这是本所为孩子多留的一份心。"), "")
    rule = rule_at(reason.rule, at)
    doubt = "" if rule.confidence is Confidence.CONFIRMED else _("条文按 2018 年版，还要核对")
    return Said(_words(reason, at), reason.met, source_of(rule), doubt)


def refusals(found: Judgement, at: datetime) -> list[str]:
    """Why not, each with its article."""
    rows = [said(reason, at) for reason in found.reasons if reason.met is Met.NO]
    return [_("%(why)s（%(source)s）") % {"why": row.words, "source": row.source} for row in rows]


def missing(found: Judgement, at: datetime) -> list[str]:
    """What is not known yet."""
    return [said(reason, at).words for reason in found.reasons if reason.met is Met.OPEN]


def _words(reason: Reason, at: datetime) -> str:
    side = SideCode.values[reason.side] if reason.side is not None else SideCode.ONE.value
    who = str(SideCode(side).label)
    item = (
        next((text for code, text in items_of(reason.rule, at) if code == reason.item), reason.item)
        if reason.rule
        else ""
    )
    return _SAYS[reason.code, reason.met]() % {"who": who, "item": item}


Y, N, O = Met.YES, Met.NO, Met.OPEN  # noqa: E741  the table below is read row by row
_SAYS: dict[tuple[str, Met], Callable[[], str]] = {
    ("act", Y): lambda: _("%(item)s，可以调解"),
    ("act", N): lambda: _("这种行为不在可以调解的里面"),
    ("act", O): lambda: _("还没有选是哪一种行为"),
    ("light", Y): lambda: _("情节较轻"),
    ("light", N): lambda: _("情节不轻"),
    ("light", O): lambda: _("还没有判断情节轻不轻"),
    ("private", Y): lambda: _("民间纠纷引起的"),
    ("private", N): lambda: _("不是民间纠纷引起的"),
    ("private", O): lambda: _("还没有判断是不是民间纠纷引起的"),
    ("ground", Y): lambda: _("适合调解：%(item)s"),
    ("ground", N): lambda: _("这个理由法律没有写"),
    ("ground", O): lambda: _("还没有写为什么适合调解"),
    ("bar", Y): lambda: _("没有不能调解的情形"),
    ("bar", N): lambda: _("不能调解：%(item)s"),
    ("willing", Y): lambda: _("%(who)s愿意调解"),
    ("willing", N): lambda: _("%(who)s不愿意调解"),
    ("willing", O): lambda: _("还没有问%(who)s愿不愿意"),
    ("guardian", Y): lambda: _("%(who)s未成年，监护人在场，或者满十六周岁、自食其力不要监护人"),
    ("guardian", N): lambda: _("%(who)s未成年，监护人不在场"),
    ("guardian", O): lambda: _("%(who)s未成年，还没有写监护人来不来"),
    ("proxy", Y): lambda: _("%(who)s委托了代理人"),
    ("proxy", N): lambda: _("%(who)s是嫌疑人，不能让别人代替"),
    ("times", Y): lambda: _("调解过一次，还可以再一次"),
    ("times", N): lambda: _("已经调解过两次"),
    ("again", Y): lambda: _("有必要再调一次，或者有人申请"),
    ("again", N): lambda: _("没有必要再调，也没有人申请"),
    ("again", O): lambda: _("还没有写为什么要再调一次"),
    ("term", Y): lambda: _("在第一次以后的七个工作日以内"),
    ("term", N): lambda: _("过了第一次以后的七个工作日"),
    ("term", O): lambda: _("第二次的期限还算不出来"),
    ("asked", Y): lambda: _("双方书面申请"),
    ("asked", N): lambda: _("双方没有书面申请"),
    ("asked", O): lambda: _("还没有双方的书面申请"),
    ("performed", Y): lambda: _("已经履行"),
    ("performed", N): lambda: _("没有履行"),
    ("performed", O): lambda: _("还没有写履行了没有"),
    ("approved", Y): lambda: _("公安机关认可"),
    ("approved", N): lambda: _("公安机关不认可"),
    ("approved", O): lambda: _("等公安机关认可"),
}
