"""
How well are reports sorted from few examples, against TF-IDF of characters with a linear machine; and how fast is triage?

    python -m bench.triage [FILE|FOLDER]… [--seeds 3] [--quick]

A FILE holds lines of JSON with text, label (several: a;b) and perhaps title; of a FOLDER the files ``triage_*.jsonl`` are
taken. Without any, only our own reports (``engines/triage/tests/data/reports.jsonl``) are told. Both sides see the same five
folds, each text is told once by a machine that has not seen it, and only labels with a text for each fold count. Macro-F1 is
the mean over the labels, then over the seeds that deal the folds.

Peer: TfidfVectorizer(char, 1–3) and LinearSVC of scikit-learn as they come; ``peer_balanced`` with the two settings that
help it most (logarithm of counts, rare labels weigh more). The title stands before the text.

Time: one ``triage`` at a time, on one core, everything loaded. Start: a fresh Python that imports, loads and tells one report.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from shouwang.engines.triage import catalogue
from shouwang.engines.triage.classify import Floats
from shouwang.engines.triage.diversion import Knowledge, Report, triage
from shouwang.engines.triage.learning import Example, Learner, Teller, cross_validate, read_examples

REPORTS = Path(catalogue.__file__).parent / "tests" / "data" / "reports.jsonl"
FOLDS = 5
ZONE = timezone(timedelta(hours=8))
NOW = datetime(2026, 5, 6, 9, tzinfo=ZONE)
LIMIT_MS, LIMIT_START_S, LEAD = 20, 2.0, 0.03

_START = """
from datetime import UTC
from shouwang.engines.triage.diversion import Knowledge, Report, triage
triage(Report("自行车被偷了", now=None, zone=UTC), Knowledge.load())
"""


def peer(*, balanced: bool) -> Teller:
    """The usual pair of scikit-learn; one machine for each label, as LinearSVC does by itself."""

    def tell(seen: Sequence[Example], unseen: Sequence[Example]) -> tuple[tuple[str, ...], Floats]:
        vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=balanced)
        table, asked = vectors.fit_transform(map(_whole, seen)), vectors.transform(map(_whole, unseen))
        labels = tuple(sorted({label for example in seen for label in example.labels}))
        scores = np.zeros((len(unseen), len(labels)), np.float32)
        for column, label in enumerate(labels):
            wanted = [label in example.labels for example in seen]
            machine = LinearSVC(class_weight="balanced" if balanced else None, random_state=0)
            scores[:, column] = machine.fit(table, wanted).decision_function(asked)
        return labels, scores

    return tell


def _whole(example: Example) -> str:
    return f"{example.title}\n{example.text}"


def files(given: Iterable[Path]) -> list[Path]:
    """The files named, and those of the folders named."""
    return [file for path in given for file in (sorted(path.glob("triage_*.jsonl")) if path.is_dir() else [path])]


def f1(examples: Sequence[Example], teller: Teller, seeds: int) -> float:
    """Macro-F1, the mean over the seeds."""
    return statistics.fmean(
        cross_validate(examples, folds=FOLDS, seed=seed, teller=teller).macro_f1 for seed in range(seeds)
    )


def compared(examples: Sequence[Example], seeds: int) -> dict[str, float | int]:
    """Ours and the two peers on the same folds."""
    counted = cross_validate(examples, folds=FOLDS, seed=0, teller=Learner().tell)
    told = {
        "ours": f1(examples, Learner().tell, seeds),
        "peer": f1(examples, peer(balanced=False), seeds),
        "peer_balanced": f1(examples, peer(balanced=True), seeds),
    }
    return {
        **{name: round(value, 4) for name, value in told.items()},
        "labels": counted.labels,
        "texts": counted.examples,
    }


def own(knowledge: Knowledge) -> dict[str, dict[str, float | int]]:
    """Our own reports that the shipped model has not learnt: kind, category and urgency of the whole triage, by half."""
    rows = [json.loads(line) for line in REPORTS.read_text(encoding="utf-8").splitlines()]
    figures: dict[str, dict[str, float | int]] = {}
    for split in ("dev", "test", "later"):
        kinds, categories, top, texts = 0, 0, 0, 0
        for row in (row for row in rows if row["split"] == split):
            result = triage(Report(row["text"], now=NOW, zone=ZONE), knowledge)
            best, wanted = result.suggestions[0].subtype, row["label"]
            category = {code: kind.category for code, kind in knowledge.catalogue.subtypes.items()}
            kinds += best == wanted
            categories += category[best] == category[wanted]
            top += wanted in [one.subtype for one in result.suggestions[:3]]
            texts += 1
        figures[split] = {
            "texts": texts,
            "kind": round(kinds / texts, 3),
            "kind_in_first_three": round(top / texts, 3),
            "category": round(categories / texts, 3),
        }
    return figures


def milliseconds(texts: Sequence[str], knowledge: Knowledge) -> dict[str, float | int]:
    """Median, 95th of a hundred and worst time for one text, after a warm-up."""
    for text in texts[:20]:
        triage(Report(text, now=NOW, zone=ZONE, region="36"), knowledge)
    taken = []
    for text in texts:
        begin = time.perf_counter()
        triage(Report(text, now=NOW, zone=ZONE, region="36"), knowledge)
        taken.append(1000 * (time.perf_counter() - begin))
    taken.sort()
    return {
        "texts": len(texts),
        "characters": round(statistics.fmean(map(len, texts))),
        "p50_ms": round(statistics.median(taken), 2),
        "p95_ms": round(taken[int(0.95 * len(taken))], 2),
        "worst_ms": round(taken[-1], 1),
    }


def start_seconds(rounds: int) -> float:
    """Best of some fresh starts."""
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", _START], check=True)
        taken.append(time.perf_counter() - begin)
    return min(taken)


def main(argv: Sequence[str] | None = None) -> int:
    """Print a table and one line of JSON; 0 always."""
    parser = argparse.ArgumentParser(prog="bench.triage", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--seeds", type=int, default=3, help="how often the folds are dealt anew")
    parser.add_argument("--quick", action="store_true", help="one seed, one start")
    options = parser.parse_args(argv)
    seeds = 1 if options.quick else options.seeds
    # One core, as a small station has while others work.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    knowledge = Knowledge.load()
    sets = {path.stem: read_examples(path) for path in files(options.files)}
    reports = [example.text for example in read_examples(REPORTS)]
    speed = {"reports": milliseconds(reports, knowledge)}
    speed |= {name: milliseconds([e.text for e in examples], knowledge) for name, examples in sets.items()}
    start = start_seconds(1 if options.quick else 3)
    told = {name: compared(examples, seeds) for name, examples in sets.items()}
    figures: dict[str, Any] = {"own": own(knowledge), "speed": speed, "start_s": round(start, 2), "sets": told}
    ratios = {
        "p95_to_limit": round(speed["reports"]["p95_ms"] / LIMIT_MS, 2),
        "start_to_limit": round(start / LIMIT_START_S, 2),
    }
    peers: dict[str, Any] = {"limit_ms": LIMIT_MS, "limit_start_s": LIMIT_START_S}
    if told:
        means = {
            side: round(statistics.fmean(s[side] for s in told.values()), 4)
            for side in ("ours", "peer", "peer_balanced")
        }
        figures["mean"] = means["ours"]
        peers |= {"mean": means["peer"], "mean_balanced": means["peer_balanced"], "lead_wanted": LEAD}
        ratios |= {
            "lead": round(means["ours"] - means["peer"], 4),
            "lead_balanced": round(means["ours"] - means["peer_balanced"], 4),
        }
    for name, value in {**figures["own"], **speed, **told}.items():
        print(f"{name:24} {json.dumps(value)}")
    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "cpu": platform.machine()}
    print(json.dumps({"bench": "triage", "figures": figures, "peers": peers, "ratios": ratios, "machine": machine}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
