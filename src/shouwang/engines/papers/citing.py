"""What the law says, in the words of a paper: where a rule stands, its limit, and how well its text was checked."""

from __future__ import annotations

import re
from datetime import date

from shouwang.engines.errors import CannotTell
from shouwang.engines.law import Citation, Confidence, Rule, Rulebook, SecrecyGround, Unit
from shouwang.engines.papers.words import numeral

Basis = Rule | SecrecyGround

ARTICLES = re.compile(r"\d+(-\d+)?(,\d+(-\d+)?)*(?=\Z|\()")
UNITS = {
    Unit.WORKING_DAYS: "个工作日",
    Unit.CALENDAR_DAYS: "日",
    Unit.HOURS: "小时",
    Unit.MINUTES: "分钟",
    Unit.MONTHS: "个月",
    Unit.YEARS: "年",
    Unit.YUAN: "元",
    Unit.COUNT: "个",
}
CHECKED = {
    Confidence.CONFIRMED: "已核对全文",
    Confidence.SECOND_HAND: "据转载文本，待核原文",
    Confidence.AS_OF_2018: "据2018年文本，待核后续修改",
    Confidence.UNCONFIRMED: "未经核实，签发前必须核对",
}


def basis(book: Rulebook, rule_id: str, *, on: date) -> Basis:
    """The rule in force on a day, or the ground of secrecy with that id. Errors: CannotTell."""
    known = versions(book, rule_id)
    return known[0] if known and isinstance(known[0], SecrecyGround) else book.rule(rule_id, on=on)


def versions(book: Rulebook, rule_id: str) -> tuple[Basis, ...]:
    """Every version of a rule, newest first, or the ground of secrecy with that id; empty when there is neither."""
    ground = book.grounds.get(rule_id)
    return book.versions.get(rule_id, ()) or ((ground,) if ground else ())


def cite(book: Rulebook, citation: Citation) -> str:
    """
    《中华人民共和国治安管理处罚法》第一百二十一条.

    A place that is no article of the instrument's own numbering (an item of a partial release, a chapter) is left out:
    a paper may not name an article that nobody has read.
    """
    named = f"《{book.instruments[citation.instrument].full_zh}》"
    found = ARTICLES.match(citation.article)
    if found is None:
        return named
    spans = ["至".join(f"第{numeral(int(end))}条" for end in span.split("-")) for span in found[0].split(",")]
    return named + "、".join(spans)


def limit(rule: Basis) -> str:
    """The limit in words: 十五日, 五个工作日, 一千元. Errors: CannotTell when the rule has none."""
    if not isinstance(rule, Rule) or rule.limit is None or rule.unit not in UNITS or rule.limit != int(rule.limit):
        raise CannotTell(f"{rule.id} has no limit that a paper could state.")
    return numeral(int(rule.limit)) + UNITS[rule.unit]


def extension(rule: Basis) -> str:
    """The most that one extension adds, in words: 三十日. Errors: CannotTell when there is none."""
    if not isinstance(rule, Rule) or rule.extension is None:
        raise CannotTell(f"{rule.id} has no extension.")
    return numeral(rule.extension.amount) + UNITS[rule.extension.unit]


def says(book: Rulebook, what: str, rule: Basis) -> str:
    """法条, 期限 or 延长 of a rule."""
    if what == "法条":
        return cite(book, rule.sources[0])
    return limit(rule) if what == "期限" else extension(rule)
