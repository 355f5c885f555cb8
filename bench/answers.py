"""
May a guide's short answer go out without a person? Measured on questions that stand in no list; many have no guide.

Two sets: `questions.jsonl`, written beside the guides, and `questions_blind.jsonl`, written by another hand that had not
seen them and mapped to guides afterwards (`also` names guides that would do as well). A question takes the way it takes
in the house: words of danger, names and numbers, a sign that it wants a person (`data/signs.toml`) or a guide that may not
be sent end it. What is left has a confidence, predicted for each question by a curve fitted to others (folds by hash).
The gate is the confidence that is surest (highest lower end of the 95 % Wilson interval of precision) among those that
reach the target and answer at least `USEFUL` of the questions that have a guide; without one it stays shut and only
questions that stand in a guide's own list are answered. That rule is measured too: each listed question is taken out of its
list and asked. Rows marked `blind-test` are reported and never fitted to. Peer: BM25 over pairs of characters, alone.

A gate is chosen here and proven elsewhere: `measured` in `calibration.json` says how it did on questions that nobody who
chose it had read, and below a precision of .95 there the house keeps it shut (`ranking.trust`). `--write` takes that proof
away, because it was of another curve.

Run: `python -m bench.answers [--quick] [--write]`; `--write` teaches what sounds strange (from the guides' questions and
`questions_strange.jsonl`) and keeps curves and gate. The last line is JSON.
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
from dataclasses import dataclass, replace
from pathlib import Path

from shouwang.apps.guides.asking import PLAIN, STRANGE, sign, strangeness, unasked
from shouwang.apps.guides.ranking import (
    SAME_QUESTION,
    Fit,
    Listed,
    asked_in,
    document_of,
    is_listed,
    likeness,
    pairs,
)
from shouwang.apps.guides.reading import GuideText, read_library
from shouwang.engines.textsearch.calibration import Calibration, Evidence
from shouwang.engines.textsearch.memory_index import Fusion, MemoryIndex
from shouwang.engines.triage.danger import STANDARD, DangerList, screen
from shouwang.engines.triage.personal import INCIDENT, spot
from shouwang.engines.triage.tone import learn

GUIDES = Path(__file__).parents[1] / "src/shouwang/apps/guides"
DATA = GUIDES / "tests/data"
KEPT = GUIDES / "data/calibration.json"
TARGET = 0.95
#: Share of the questions with a guide that a gate has to answer to be worth having.
USEFUL = 0.25
Z95 = 1.959963984540054

Outcome = tuple[float, bool]


@dataclass(frozen=True)
class Row:
    """
    A question that stands in no list.

    guides   those that answer it, the best first; empty: none does
    split    "own" or "blind-dev"; "blind-test" is only reported
    """

    question: str
    guides: tuple[str, ...]
    split: str


@dataclass(frozen=True)
class Tried:
    """
    How far a question came.

    first, evidence   the guide found first and what suggestions know of it; None and nothing when none was
    stopped           what forbids an automatic answer, or None
    fit               what automatic answers know of it
    """

    row: Row
    first: str | None
    evidence: Evidence | None
    stopped: str | None
    fit: Fit | None

    @property
    def right(self) -> bool:
        return self.first in self.row.guides


def rows() -> list[Row]:
    """All questions, in the order of their hashes, so that a fold mixes guides."""
    found = []
    for name, split in (("questions.jsonl", "own"), ("questions_blind.jsonl", "blind-dev")):
        for line in (DATA / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            guides = (row["guide"], *row.get("also", ())) if row["guide"] else ()
            found.append(Row(row["question"], guides, row.get("split", split)))
    return sorted(found, key=lambda row: hashlib.sha256(row.question.encode()).hexdigest())


def teach(guides: Sequence[GuideText]) -> str:
    """The file of what sounds strange: questions for other offices and for a person against those of the guides."""
    asked = [(question, False) for guide in guides for question in (guide.title, *guide.questions)]
    strange = [json.loads(line) for line in (DATA / "questions_strange.jsonl").read_text(encoding="utf-8").splitlines()]
    return learn([*asked, *((row["question"], True) for row in strange)], PLAIN).dump()


class House:
    """As much of the house as decides whether it answers by itself."""

    def __init__(self, guides: Sequence[GuideText], fusion: Fusion | None = None) -> None:
        self.guides = {guide.slug: guide for guide in guides}
        self.index = MemoryIndex(fusion=fusion)
        self.index.rebuild(document_of(guide) for guide in guides)
        self.listed = Listed(guides)
        self.danger = DangerList.load(*STANDARD)

    def first(self, question: str) -> tuple[str, Evidence] | None:
        return self.index.first(question)

    def stopped(self, question: str, slug: str) -> str | None:
        """As `answers.answer_from_guides` and `search.answer_for` do, without the database."""
        guide = self.guides[slug]
        if guide.danger or not guide.auto_ok or not guide.answer:
            return "guide"
        if screen(question, self.danger) is not None:
            return "danger"
        if any(mark.kind != INCIDENT or mark.reason != "lost-something" for mark in spot(question)):
            return "personal"
        return unasked(question) or sign(question)

    def tried(self, row: Row) -> Tried:
        found = self.first(row.question)
        if found is None:
            return Tried(row, None, None, "nothing found", None)
        slug, evidence = found
        fit = Fit.of(row.question, slug, evidence.margin, self.listed, strangeness(row.question))
        return Tried(row, slug, evidence, self.stopped(row.question, slug), fit)


def wilson(right: int, passed: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927); (0, 1) of nothing."""
    if not passed:
        return 0.0, 1.0
    share, z = right / passed, Z95
    middle = (share + z * z / (2 * passed)) / (1 + z * z / passed)
    half = z * math.sqrt(share * (1 - share) / passed + z * z / (4 * passed * passed)) / (1 + z * z / passed)
    return middle - half, middle + half


def choose(outcomes: Iterable[Outcome], answerable: int) -> float | None:
    """The surest threshold that reaches the target and is useful, or None."""
    best, surest, right = None, 0.0, 0
    for passed, (confidence, was_right) in enumerate(sorted(outcomes, reverse=True), start=1):
        right += was_right
        low = wilson(right, passed)[0]
        if passed >= USEFUL * answerable and right / passed >= TARGET and low > surest:
            best, surest = confidence, low
    return best


def at_threshold(outcomes: Sequence[Outcome], threshold: float, answerable: int) -> dict[str, object]:
    """Coverage of the questions that have a guide, and precision, with its interval, of what passes."""
    passed = [right for confidence, right in outcomes if confidence >= threshold]
    low, high = wilson(sum(passed), len(passed))
    return {
        "threshold": round(threshold, 4),
        "passed": len(passed),
        "right": sum(passed),
        "coverage": round(sum(passed) / answerable, 4),
        "precision": round(sum(passed) / len(passed), 4) if passed else None,
        "wilson": [round(low, 4), round(high, 4)],
    }


def automatic(tried: Sequence[Tried]) -> tuple[Calibration, dict[str, list[Outcome]]]:
    """The curve over whatever nothing stops, and by split the outcomes for questions it had not seen."""
    fitted = [each for each in tried if each.fit and not each.stopped and each.row.split != "blind-test"]
    curve = Calibration.fit([(each.fit, each.right) for each in fitted if each.fit])
    outcomes: dict[str, list[Outcome]] = {}
    for each, outcome in zip(fitted, curve.outcomes, strict=True):
        outcomes.setdefault(each.row.split, []).append(outcome)
    for each in tried:
        if each.fit and not each.stopped and each.row.split == "blind-test":
            outcomes.setdefault("blind-test", []).append((curve.confidence(each.fit), each.right))
    return curve, outcomes


def first_right(tried: Sequence[Tried]) -> float:
    """Share of the questions with a guide for which a right one stands first."""
    answerable = [each for each in tried if each.row.guides]
    return sum(each.right for each in answerable) / len(answerable)


def listed_rule(guides: Sequence[GuideText], index: MemoryIndex, tried: Sequence[Tried]) -> dict[str, object]:
    """The rule “the question stands in the list”: on the held-apart questions, and on each listed one taken out of its list."""
    asked = {guide.slug: asked_in(guide) for guide in guides}
    held = [each.right for each in tried if each.first and is_listed(pairs(each.row.question), asked[each.first])]
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
    parser.add_argument(
        "--write", action="store_true", help=f"keep what sounds strange, curves and gate in {KEPT.parent.name}"
    )
    given = parser.parse_args(argv)

    guides = read_library(GUIDES / "library")
    if given.write:
        STRANGE.write_text(teach(guides), encoding="utf-8")
    house, plain = House(guides), House(guides, Fusion.plain())
    tried = [house.tried(row) for row in rows()]
    by_plain = [plain.tried(each.row) for each in tried]
    known = [each for each in tried if each.row.split != "blind-test"]
    suggestions = Calibration.fit([(each.evidence, each.right) for each in known if each.evidence])
    curve, outcomes = automatic(tried)
    seen = [outcome for split, each in outcomes.items() if split != "blind-test" for outcome in each]
    gate = choose(seen, sum(bool(each.row.guides) for each in known))

    splits = sorted({each.row.split for each in tried})
    figures: dict[str, object] = {"guides": len(guides), "gate": gate}
    for split in splits:
        of_split = [each for each in tried if each.row.split == split]
        answerable = [each for each in of_split if each.row.guides]
        figures[split] = {
            "questions": len(of_split),
            "answerable": len(answerable),
            "first_right": round(first_right(of_split), 4),
            "stopped": {
                "answerable": sum(bool(each.stopped) for each in answerable),
                "others": sum(bool(each.stopped) for each in of_split if not each.row.guides),
            },
            "at_gate": at_threshold(outcomes.get(split, []), gate or 1.0, len(answerable)),
        }
    whole = sum(bool(each.row.guides) for each in known)
    figures["at"] = {f"{at:.2f}": at_threshold(seen, at, whole) for at in (gate or 0.9, 0.95, 0.9, 0.8, 0.7, 0.5)}
    if not given.quick:
        figures["listed"] = listed_rule(guides, house.index, known)
    peers = {"bm25_pairs_first_right": round(first_right(by_plain), 4)}
    ratios = {"first_right_to_bm25_pairs": round(first_right(tried) / first_right(by_plain), 3)}
    for name, value in figures.items():
        print(f"{name:12} {json.dumps(value)}")
    if given.write:
        kept = {"weights": suggestions.weights, "automatic": curve.weights, "gate": gate, "figures": figures}
        KEPT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "cpu": platform.machine()}
    print(json.dumps({"bench": "answers", "figures": figures, "peers": peers, "ratios": ratios, "machine": machine}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
