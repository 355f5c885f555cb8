"""
May a guide's short answer go out without a person? Measured on questions kept apart, a third of which no guide answers.

The curve is fitted and the gate chosen on the tuning half (SHA-256 of the question is even); the testing half is only
reported. The gate is the lowest confidence at which the LOWER end of the 95 % Wilson interval reaches the target on the
tuning half (predictions for unseen examples only) while at most `MOST_ANSWERED` of all questions pass; without one, the
gate stays shut and only questions that stand in a guide's own list are answered. That rule is measured too: each listed
question is taken out of its list and asked. Peer: BM25 over pairs of characters, alone.

The questions and the guides were written by the same hand: expect less on real ones, and refit on those.
Run: `python -m bench.answers [--quick] [--write]`; `--write` keeps the curve and the gate. The last line is JSON.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from shouwang.apps.guides.ranking import SAME_QUESTION, asked_in, document_of, is_listed, likeness, pairs
from shouwang.apps.guides.reading import GuideText, read_library
from shouwang.engines.textsearch.calibration import Calibration, Evidence
from shouwang.engines.textsearch.memory_index import Fusion, MemoryIndex

GUIDES = Path(__file__).parents[1] / "src/shouwang/apps/guides"
QUESTIONS = GUIDES / "tests/data/questions.jsonl"
KEPT = GUIDES / "data/calibration.json"
TARGET = 0.95
#: Most of what is asked wants a person; a gate that lets more through is not believed.
MOST_ANSWERED = 0.3
Z95 = 1.959963984540054

Row = tuple[str, str | None]
Outcome = tuple[float, bool]


def wilson(right: int, passed: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927); (0, 1) of nothing."""
    if not passed:
        return 0.0, 1.0
    share, z = right / passed, Z95
    middle = (share + z * z / (2 * passed)) / (1 + z * z / passed)
    half = z * math.sqrt(share * (1 - share) / passed + z * z / (4 * passed * passed)) / (1 + z * z / passed)
    return middle - half, middle + half


def halves() -> tuple[list[Row], list[Row]]:
    """(tuning, testing), each in the order of the hashes, so that a fold mixes guides."""
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    hashed = sorted((int(hashlib.sha256(row["question"].encode()).hexdigest(), 16), row) for row in rows)
    found: tuple[list[Row], list[Row]] = ([], [])
    for number, row in hashed:
        found[number % 2].append((row["question"], row["guide"]))
    return found


def choose(outcomes: Iterable[Outcome], asked: int) -> float | None:
    """The lowest threshold whose lower Wilson bound reaches the target within the cap on coverage, or None."""
    best, right = None, 0
    for passed, (confidence, was_right) in enumerate(sorted(outcomes, reverse=True), start=1):
        right += was_right
        if passed > MOST_ANSWERED * asked:
            break
        if wilson(right, passed)[0] >= TARGET:
            best = confidence
    return best


def evidence(index: MemoryIndex, rows: Sequence[Row]) -> list[tuple[Evidence, bool]]:
    """What speaks for the first suggestion for each question that has one, and whether it was the right one."""
    found = [(index.first(question), guide) for question, guide in rows]
    return [(first[1], first[0] == guide) for first, guide in found if first is not None]


def at_threshold(outcomes: Sequence[Outcome], threshold: float, asked: int) -> dict[str, object]:
    """Coverage and precision, with its interval, of what passes."""
    passed = [right for confidence, right in outcomes if confidence >= threshold]
    low, high = wilson(sum(passed), len(passed))
    return {
        "threshold": round(threshold, 4),
        "passed": len(passed),
        "right": sum(passed),
        "coverage": round(len(passed) / asked, 4),
        "precision": round(sum(passed) / len(passed), 4) if passed else None,
        "wilson": [round(low, 4), round(high, 4)],
    }


def first_right(index: MemoryIndex, rows: Sequence[Row]) -> float:
    """Share of the questions with a guide whose guide stands first."""
    answerable = [(question, guide) for question, guide in rows if guide]
    hits = [(index.search(question, 1), guide) for question, guide in answerable]
    return sum(bool(found) and found[0].id == guide for found, guide in hits) / len(answerable)


def listed_rule(guides: Sequence[GuideText], index: MemoryIndex, rows: Sequence[Row]) -> dict[str, object]:
    """The rule “the question stands in the list”: on the held-apart questions, and on each listed one taken out of its list."""
    asked = {guide.slug: asked_in(guide) for guide in guides}
    held = []
    for question, guide in rows:
        first = index.first(question)
        if first is not None and is_listed(pairs(question), asked[first[0]]):
            held.append(first[0] == guide)
    left_out = []
    for guide in guides:
        for question in (guide.title, *guide.questions):
            own = pairs(question)
            if max(likeness(own, known) for known in _others(asked, own)) < SAME_QUESTION:
                continue
            without = replace(guide, questions=tuple(each for each in guide.questions if each != question))
            index.add(document_of(without))
            first = index.first(question)
            index.add(document_of(guide))
            if first is not None and is_listed(own, tuple(known for known in asked[first[0]] if known != own)):
                left_out.append(first[0] == guide.slug)
    low, high = wilson(sum(left_out), len(left_out))
    return {
        "held_apart": {"passed": len(held), "right": sum(held)},
        "left_out": {
            "asked": sum(len(each) for each in asked.values()),
            "passed": len(left_out),
            "right": sum(left_out),
            "wilson": [round(low, 4), round(high, 4)],
        },
    }


def _others(asked: Mapping[str, tuple[frozenset[str], ...]], own: frozenset[str]) -> list[frozenset[str]]:
    """The pairs of every listed question but one."""
    found = [known for each in asked.values() for known in each]
    found.remove(own)
    return found


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave the listed questions out")
    parser.add_argument("--write", action="store_true", help=f"keep curve and gate in {KEPT.name}")
    given = parser.parse_args(argv)

    guides = read_library(GUIDES / "library")
    index, plain = MemoryIndex(), MemoryIndex(fusion=Fusion.plain())
    for each in (index, plain):
        each.rebuild(document_of(guide) for guide in guides)
    tuning, testing = halves()
    curve = Calibration.fit(evidence(index, tuning))
    gate = choose(curve.outcomes, len(tuning))
    tested = [(curve.confidence(each), right) for each, right in evidence(index, testing)]
    figures: dict[str, object] = {
        "guides": len(guides),
        "questions": {"tuning": len(tuning), "testing": len(testing)},
        "gate": gate,
        "at": {
            f"{threshold:.2f}": {
                "tuning": at_threshold(curve.outcomes, threshold, len(tuning)),
                "testing": at_threshold(tested, threshold, len(testing)),
            }
            for threshold in (gate or 0.9, 0.8, 0.7, 0.5)
        },
        "first_right": {
            "tuning": round(first_right(index, tuning), 4),
            "testing": round(first_right(index, testing), 4),
        },
    }
    if not given.quick:
        figures["listed"] = listed_rule(guides, index, tuning + testing)
    peers = {"bm25_pairs_first_right_testing": round(first_right(plain, testing), 4)}
    ratios = {"first_right_to_bm25_pairs": round(first_right(index, testing) / first_right(plain, testing), 3)}
    for name, value in figures.items():
        print(f"{name:12} {json.dumps(value)}")
    if given.write:
        kept = {"weights": curve.weights, "gate": gate, "figures": figures}
        KEPT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "cpu": platform.machine()}
    print(json.dumps({"bench": "answers", "figures": figures, "peers": peers, "ratios": ratios, "machine": machine}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
