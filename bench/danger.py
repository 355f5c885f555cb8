"""
How many cries for help are heard, how many alarms are false, and what it costs, against a plain list of words.

    python -m bench.danger [--quick] [--write]

The sentences stand in ``engines/triage/tests/data``. ``dev`` and ``test`` are halves of one set by the parity of
sha256; ``later``, ``last`` and ``more`` were written after the first patterns, ``blind-dev`` by another hand that had not
seen them. Patterns were tuned with all in view but ``test``; what is called ``blind-test`` in the file of the blind ones,
if it is there, is only reported. The tone learns from all but these two: what is said of a set that it learns from was
heard by a tone learnt from other sentences (eight folds).
``--write`` teaches the tone that ships: those sentences, and the questions of the guides as harmless ones.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from shouwang.apps.guides.reading import read_library
from shouwang.engines.triage import danger
from shouwang.engines.triage.danger import RULES, STANDARD, TONE, DangerList, Grade, screen
from shouwang.engines.triage.teaching import strangers, teach

SENTENCES = Path(danger.__file__).parent / "tests" / "data"
LIBRARY = Path(__file__).parents[1] / "src/shouwang/apps/guides/library"
FILES = tuple(f"danger_sentences{which}.jsonl" for which in ("", "_later", "_more", "_blind"))
#: Never learnt from.
HELD_APART = frozenset({"test", "blind-test"})

# What a plain filter has: words somebody would list in ten minutes, searched in the raw text.
# fmt: off
KEYWORDS = (
    "救命", "杀人", "砍人", "捅人", "持刀", "拿刀", "打架", "打人", "家暴", "打我", "着火", "起火",
    "失火", "火灾", "煤气泄漏", "爆炸", "自杀", "跳楼", "跳河", "割腕", "不想活", "想死", "喝农药", "遗书",
    "抢劫", "小偷", "撬门", "入室", "绑架", "拐卖", "传销", "非法拘禁", "强奸", "性侵", "猥亵", "失踪",
    "走失", "不见了", "落水", "溺水", "晕倒", "昏迷", "车祸", "触电", "中毒", "流血", "被骗", "诈骗",
    "安全账户", "刷单", "炸弹", "同归于尽", "报复社会",
)
# fmt: on

Row = dict[str, str]
Screen = Callable[[str], Grade | None]


def read(*names: str) -> list[Row]:
    """The labelled sentences of the named files."""
    return [json.loads(line) for name in names for line in (SENTENCES / name).read_text(encoding="utf-8").splitlines()]


def examples(rows: Sequence[Row]) -> list[tuple[str, bool]]:
    """What the tone learns from: the sentences, and what people ask the guides that are not about danger."""
    guides = [guide for guide in read_library(LIBRARY) if not guide.danger]
    asked = {question: False for guide in guides for question in (guide.title, *guide.questions)}
    taught = asked | {row["text"]: row["label"] == "danger" for row in rows}
    apart = {row["text"] for row in rows if row["split"] in HELD_APART}
    return [(text, danger) for text, danger in taught.items() if text not in apart]


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927); (0, 1) when there is nothing to count."""
    if of == 0:
        return 0.0, 1.0
    share, spread = hits / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def share(hits: int, of: int) -> dict[str, Any]:
    """A share with its counts and interval, rounded for reading."""
    low, high = wilson(hits, of)
    return {
        "hits": hits,
        "of": of,
        "share": round(hits / of, 3) if of else None,
        "wilson95": [round(low, 3), round(high, 3)],
    }


def measure(rows: Iterable[Row], grade_of: Screen) -> dict[str, Any]:
    """Recall and precision of any alarm and of the full alarm, and how often the two harmless kinds ring."""
    graded = [(row["label"], row["category"].endswith("/oblique"), grade_of(row["text"])) for row in rows]

    def rung(labels: set[str], least: Grade, oblique: bool | None = None) -> dict[str, Any]:
        of = [grade for label, said, grade in graded if label in labels and oblique in {None, said}]
        return share(sum(grade is not None and grade >= least for grade in of), len(of))

    def right(least: Grade) -> dict[str, Any]:
        of = [label for label, _, grade in graded if grade is not None and grade >= least]
        return share(of.count("danger"), len(of))

    return {
        "recall_any": rung({"danger"}, Grade.MAYBE),
        "recall_now": rung({"danger"}, Grade.NOW),
        "oblique_any": rung({"danger"}, Grade.MAYBE, oblique=True),
        "oblique_now": rung({"danger"}, Grade.NOW, oblique=True),
        "precision_any": right(Grade.MAYBE),
        "precision_now": right(Grade.NOW),
        "lookalike_now": rung({"lookalike"}, Grade.NOW),
        "lookalike_any": rung({"lookalike"}, Grade.MAYBE),
        "harmless_now": rung({"harmless"}, Grade.NOW),
        "harmless_any": rung({"harmless"}, Grade.MAYBE),
    }


def by_keywords(text: str) -> Grade | None:
    """The plain filter: one grade only."""
    return Grade.NOW if any(word in text for word in KEYWORDS) else None


def screener(danger_list: DangerList) -> Screen:
    """The grade that a danger list gives."""

    def grade_of(text: str) -> Grade | None:
        finding = screen(text, danger_list)
        return finding.grade if finding else None

    return grade_of


def by_strangers(rows: Sequence[Row], ours: DangerList, rules: DangerList) -> dict[str, Grade | None]:
    """The grade of each sentence that is learnt from, by a tone learnt from others; the few numbers of weighing are ours."""
    assert ours.tone
    heard: dict[str, Grade | None] = {}
    for tone, held in strangers(examples(rows), rules):
        grade_of = screener(replace(ours, tone=replace(tone, weighing=ours.tone.weighing)))
        heard |= {text: grade_of(text) for text, _ in held}
    return heard


def seconds_per_text(grade_of: Screen, texts: Sequence[str], rounds: int) -> float:
    """Best of ``rounds`` passes over the texts."""
    best = math.inf
    for _ in range(rounds):
        begin = time.perf_counter()
        for text in texts:
            grade_of(text)
        best = min(best, time.perf_counter() - begin)
    return best / len(texts)


def main(argv: Sequence[str] | None = None) -> int:
    """Print a table and one line of JSON; 0 always."""
    parser = argparse.ArgumentParser(prog="bench.danger", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds of timing")
    parser.add_argument("--write", action="store_true", help="teach the tone that ships")
    options = parser.parse_args(argv)
    rows = read(*FILES)
    rules_only = DangerList.load(*RULES)
    if options.write:
        TONE.write_text(teach(examples(rows), rules_only).dump(), encoding="utf-8")
    ours = DangerList.load(*STANDARD)
    heard = by_strangers(rows, ours, rules_only)
    shipped = screener(ours)

    def unseen(text: str) -> Grade | None:
        return heard[text] if text in heard else shipped(text)

    by_split: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_split[row["split"]].append(row)
    figures: dict[str, Any] = {}
    for split, of_split in by_split.items():
        figures[split] = measure(of_split, unseen)
        figures[f"{split}_rules_only"] = measure(of_split, screener(rules_only))
        figures[f"{split}_keywords"] = measure(of_split, by_keywords)
    for name, measured in figures.items():
        print(name)
        for figure, found in measured.items():
            low, high = found["wilson95"]
            print(f"  {figure:15} {found['hits']:4}/{found['of']:<4} {found['share']}  [{low}, {high}]")

    texts = [row["text"] for row in rows]
    rounds = 1 if options.quick else 5
    ours_s = seconds_per_text(screener(ours), texts, rounds)
    keywords_s = seconds_per_text(by_keywords, texts, rounds)
    ratios = {
        "recall_any_test_over_keywords": _ratio(figures, "test", "recall_any"),
        "recall_any_blind_over_keywords": _ratio(figures, "blind-dev", "recall_any"),
        "precision_any_test_over_keywords": _ratio(figures, "test", "precision_any"),
        "time_per_text_over_keywords": round(ours_s / keywords_s, 1),
    }
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    figures["texts_per_second"] = round(1 / ours_s)
    line = {
        "bench": "danger",
        "figures": figures,
        "peers": {
            "keywords": f"{len(KEYWORDS)} words searched in the raw text",
            "texts_per_second": round(1 / keywords_s),
        },
        "ratios": ratios,
        "machine": machine,
    }
    print(json.dumps(line, ensure_ascii=False))
    return 0


def _ratio(figures: dict[str, Any], split: str, figure: str) -> float:
    ours, theirs = figures[split][figure], figures[f"{split}_keywords"][figure]
    return float(round((ours["hits"] / ours["of"]) / (theirs["hits"] / theirs["of"]), 2))


if __name__ == "__main__":
    raise SystemExit(main())
