"""
Promises to take home: what is promised, every scorecard, and the waits from which anybody counts a scorecard again.

No matter stands here, not even as a row: only how many of a month took up to a third, half, the whole and twice of the limit, or longer.
The open dump shows the single matters, by the day and without the hour; a list of exact waits beside it would tell which row came at night
or by which door.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from shouwang.apps.promises.models import Promise, Scorecard
from shouwang.apps.promises.phrases import source

FORMAT, VERSION = "shouwang-promises", 1
#: Table → column → what it means, in the reader's two languages; part of the JSON file.
SCHEMA: dict[str, dict[str, str]] = {
    "promises": {
        "promise": "编号 · number",
        "station": "派出所 · station",
        "version": "第几版 · version",
        "title": "承诺 · what is promised",
        "measure": "算什么 · what is measured",
        "amount": "时限 · the limit",
        "unit": "min 分钟 / h 小时 / wd 工作日 · unit of the limit",
        "kinds": "类别，空为各类 · kinds of matters; empty: all",
        "channels": "渠道，空为不限 · channels; empty: all",
        "hours": "day 白天 / night 夜里 / 空为都算 · time of day at which the waiting began",
        "source": "依据 · on what it rests",
        "since": "从哪天收到的算起 · first day whose matters count",
        "until": "最后算到哪天，空为还在承诺 · last day; empty: in force",
        "sha256": "这一版的指纹 · digest of the version, as in the log",
    },
    "scorecards": {
        "promise": "编号 · number",
        "version": "第几版 · version",
        "first": "从哪天 · first day",
        "end": "到哪天（不含） · day after the last",
        "number": "第几次统计 · number of the count",
        "because": "settled 有了结果 / corrected 更正 · why it was counted again",
        "at": "什么时候统计的 · when it was counted",
        "n": "kept + broken + overdue；空为少于 3 · empty: fewer than 3",
        "kept": "守住 · kept",
        "broken": "没守住 · broken",
        "open": "还没到时候，不算在内 · open and in time, not counted",
        "overdue": "超期还没有结果 · open and overdue",
        "share": "kept ÷ n",
        "low": "95 % 下限（Wilson） · lower bound",
        "high": "95 % 上限（Wilson） · upper bound",
        "sha256": "指纹，和存证里的一样 · digest, as in the log",
    },
    "waits": {
        "promise": "编号 · number",
        "first": "从哪天 · first day of the period",
        "number": "第几次统计 · number of the count",
        "twelfths": "最多用了十二分之几的时限；到 12 为守住，25 为更久 · at most so many twelfths of the limit; to 12: kept; 25: longer",
        "matters": "几件 · how many",
    },
}
TABLES = tuple(SCHEMA)
NAMES = (*(f"{table}.csv" for table in TABLES), "promises.json")


def _promise_rows(promises: Iterable[Promise]) -> Iterable[list[Any]]:
    for promise in promises:
        for version in sorted(promise.versions.all(), key=lambda one: one.number):
            rule = version.reckoned
            yield [
                promise.number, promise.station.prefix, version.number, version.title, rule.measure.value, rule.amount,
                rule.unit.value, " ".join(rule.kinds), " ".join(rule.channels), rule.hours, source(version),
                version.since.isoformat(), promise.until.isoformat() if promise.until else "", version.sha256,
            ]  # fmt: skip


def _card_rows(cards: Iterable[Scorecard]) -> Iterable[list[Any]]:
    for card in cards:
        told, found = card.told, card.public
        low, high = (round(bound, 6) for bound in found.interval)
        few = told["kept"] is None
        yield [
            told["promise"], told["version"], told["first"], told["end"], told["number"], told["because"],
            card.at.isoformat(timespec="seconds"), None if few else found.n,
            *(told[name] for name in ("kept", "broken", "open", "overdue")),
            None if few else round(found.share or 0, 6), None if few else low, None if few else high, card.sha256,
        ]  # fmt: skip


def _wait_rows(cards: Iterable[Scorecard]) -> Iterable[list[Any]]:
    for card in cards:
        for band, n in card.public.bands:
            yield [card.promise.number, card.first.isoformat(), card.number, band, n]


def tables(promises: Iterable[Promise]) -> dict[str, list[list[Any]]]:
    """The rows of every table, of promises that came `with_all`."""
    promises = list(promises)
    cards: list[Scorecard] = []
    for promise in promises:
        for card in sorted(promise.scorecards.all(), key=lambda one: (one.first, one.number)):
            card.promise = promise
            cards.append(card)
    return {
        "promises": list(_promise_rows(promises)),
        "scorecards": list(_card_rows(cards)),
        "waits": list(_wait_rows(cards)),
    }


def file_of(name: str, promises: Iterable[Promise]) -> bytes | None:
    """One file; None for a name that is none of `NAMES`."""
    if name not in NAMES:
        return None
    rows = tables(promises)
    if name.endswith(".json"):
        whole = {
            "format": FORMAT,
            "version": VERSION,
            "schema": SCHEMA,
            **{table: {"columns": list(SCHEMA[table]), "rows": rows[table]} for table in TABLES},
        }
        return (json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
    table, text = name.removesuffix(".csv"), io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([list(SCHEMA[table]), *rows[table]])
    return text.getvalue().encode()
