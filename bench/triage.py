"""
How well are reports sorted from few examples, against TF-IDF of characters with a linear machine; and how fast is triage?

    python -m bench.triage [FILE|FOLDER]… [--seeds 3] [--quick] [--write]

A FILE holds lines of JSON with text, label (several: a;b) and perhaps title; of a FOLDER the files ``triage_*.jsonl`` are
taken. Without any, only our own reports (``engines/triage/tests/data/reports.jsonl``) are told. Both sides see the same five
folds, each text is told once by a machine that has not seen it, and only labels with a text for each fold count. Macro-F1 is
the mean over the labels, then over the seeds that deal the folds.

Peer: TfidfVectorizer(char, 1–3) and LinearSVC of scikit-learn as they come; ``peer_balanced`` with the two settings that
help it most (logarithm of counts, rare labels weigh more). The title stands before the text.

Our own reports: the shipped model learns from ``train``, ``dev`` and ``later``; lines of words were written with all in view but
``later`` and ``kept``, two halves by the parity of sha256 of oblique reports that were written afterwards. ``test`` and ``kept``
are only reported. Where triage says that it cannot tell, nothing is shown at the desk: ``shown`` is the share of reports for which it can,
``kind_when_shown`` how often it is right then. ``held_out`` is dev and later by a classifier that learnt from train alone: on it the marks
of ``diversion.cannot_tell`` were chosen. ``--write`` learns the model that ships.

What is read: of a FOLDER the file ``extract_theft_dev.jsonl`` (CAIL 2021 information extraction, as prepared in
github.com/isLouisHsu/CAIL2021-information-extraction; text, and entities with label and spans ``start;end``). An amount (NCSP, NCSM,
NCGV) is right when its figure is read at that place exactly; a time (NT) and a place (NS) when what is read overlaps it.

Time: one ``triage`` at a time, on one core, everything loaded; the slowest set is held to the limit. Start: a fresh Python
that imports, loads and tells one report.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from shouwang.engines.triage import catalogue
from shouwang.engines.triage.classify import MODEL, Concepts, Floats
from shouwang.engines.triage.diversion import Knowledge, Report, triage
from shouwang.engines.triage.extract import Lexicon, extract
from shouwang.engines.triage.learning import Example, Learner, Teller, cross_validate, read_examples, said_by
from shouwang.engines.triage.wordlist import WordList

REPORTS = Path(catalogue.__file__).parent / "tests" / "data" / "reports.jsonl"
#: Never learnt from.
HELD_APART = ("test", "kept")
WHAT_IS_HELD_APART = {name: (name,) for name in HELD_APART}
FOLDS = 5
ZONE = timezone(timedelta(hours=8))
NOW = datetime(2026, 5, 6, 9, tzinfo=ZONE)
#: What hand-written lists of like words add is told apart.
NO_CONCEPTS = Concepts({}, {}, WordList(()))
SIDES = ("ours", "ours_without_concepts", "peer", "peer_balanced")
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


def files(given: Iterable[Path], kind: str) -> list[Path]:
    """Of the folders named the files of this kind, and the files named; those to read from begin with `extract_`."""
    found = [file for path in given for file in (sorted(path.glob(f"{kind}_*.jsonl")) if path.is_dir() else [path])]
    return [file for file in found if file.name.startswith("extract_") == (kind == "extract")]


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
        "ours_without_concepts": f1(examples, Learner(NO_CONCEPTS).tell, seeds),
        "peer": f1(examples, peer(balanced=False), seeds),
        "peer_balanced": f1(examples, peer(balanced=True), seeds),
    }
    return {
        **{name: round(value, 4) for name, value in told.items()},
        "labels": counted.labels,
        "texts": counted.examples,
    }


def own_rows() -> list[dict[str, str]]:
    """Our own reports: text, label, split."""
    return [json.loads(line) for line in REPORTS.read_text(encoding="utf-8").splitlines()]


def write_model() -> None:
    """Learn the model that ships; a word that only one text has is left out, which makes it a third as large."""
    taught = [Example(row["text"], (row["label"],)) for row in own_rows() if row["split"] not in HELD_APART]
    also = said_by(Knowledge.load(model=None).catalogue)
    Learner().learn(taught, also=also, least=2).save(MODEL)


def by_train_alone() -> Knowledge:
    """A triage whose classifier has seen neither dev nor later."""
    untaught = Knowledge.load(model=None)
    taught = [Example(row["text"], (row["label"],)) for row in own_rows() if row["split"] == "train"]
    return replace(untaught, model=Learner().learn(taught, also=said_by(untaught.catalogue), least=2))


def own(
    knowledge: Knowledge, splits: Mapping[str, Sequence[str]] = WHAT_IS_HELD_APART
) -> dict[str, dict[str, float | int]]:
    """Our own reports that the model has not learnt: kind and category by the whole triage."""
    figures: dict[str, dict[str, float | int]] = {}
    for split, rows in (
        (name, [row for row in own_rows() if row["split"] in within]) for name, within in splits.items()
    ):
        kinds, categories, top, texts = 0, 0, 0, 0
        shown, shown_kinds, shown_categories = 0, 0, 0
        for row in rows:
            result = triage(Report(row["text"], now=NOW, zone=ZONE), knowledge)
            best, wanted = result.suggestions[0].subtype, row["label"]
            category = {code: kind.category for code, kind in knowledge.catalogue.subtypes.items()}
            kinds += best == wanted
            categories += category[best] == category[wanted]
            if result.cannot_tell is None:
                shown += 1
                shown_kinds += best == wanted
                shown_categories += category[best] == category[wanted]
            top += wanted in [one.subtype for one in result.suggestions[:3]]
            texts += 1
        figures[split] = {
            "texts": texts,
            "kind": round(kinds / texts, 3),
            "kind_in_first_three": round(top / texts, 3),
            "category": round(categories / texts, 3),
            "shown": round(shown / texts, 3),
            "kind_when_shown": round(shown_kinds / shown, 3),
            "category_when_shown": round(shown_categories / shown, 3),
            "right_but_not_shown": kinds - shown_kinds,
        }
    return figures


def milliseconds(texts: Sequence[str], knowledge: Knowledge) -> dict[str, float | int]:
    """Time for one text after a warm-up: of this process alone (cpu), and by the clock, waiting for others included."""
    for text in texts[:20]:
        triage(Report(text, now=NOW, zone=ZONE, region="36"), knowledge)
    cpu, clock = [], []
    for text in texts:
        begin = time.process_time(), time.perf_counter()
        triage(Report(text, now=NOW, zone=ZONE, region="36"), knowledge)
        cpu.append(1000 * (time.process_time() - begin[0]))
        clock.append(1000 * (time.perf_counter() - begin[1]))
    cpu.sort()
    clock.sort()
    late = int(0.95 * len(texts))
    return {
        "texts": len(texts),
        "characters": round(statistics.fmean(map(len, texts))),
        "p50_cpu_ms": round(cpu[len(texts) // 2], 2),
        "p95_cpu_ms": round(cpu[late], 2),
        "p95_ms": round(clock[late], 2),
        "worst_cpu_ms": round(cpu[-1], 1),
    }


FIGURE = re.compile(r"(\d+(?:\.\d+)?)(万?)")
READ_LIMITS = {"amounts": 0.97, "times": 0.90, "places": 0.90}


def read_in(path: Path) -> dict[str, float | int]:
    """Which share of the amounts, times and places of a file is read, and how many of each there are."""
    lexicon, zone = Lexicon.load(), timezone(timedelta(hours=8))
    right: dict[str, list[bool]] = {name: [] for name in READ_LIMITS}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        facts = extract(row["text"], now=None, zone=zone, lexicon=lexicon)
        for entity in row["entities"]:
            for start, end in (map(int, span.split(";")) for span in entity["span"]):
                if entity["label"] in ("NCSP", "NCSM", "NCGV") and (figure := FIGURE.search(row["text"], start, end)):
                    wanted = Decimal(figure[1]) * (10_000 if figure[2] else 1)
                    there = [one for one in facts.amounts if one.start < end and start < one.end]
                    right["amounts"].append(any(wanted in (one.low, one.point) for one in there))
                elif entity["label"] in ("NT", "NS"):
                    name, found = ("times", facts.times) if entity["label"] == "NT" else ("places", facts.places)
                    right[name].append(any(one.start < end and start < one.end for one in found))
    shares = {name: round(statistics.fmean(each), 4) for name, each in right.items() if each}
    return {**shares, **{f"{name}_n": len(each) for name, each in right.items()}}


def start_seconds(rounds: int) -> dict[str, float]:
    """Best of some fresh starts: of the process alone (cpu), and by the clock."""
    cpu, clock = [], []
    for _ in range(rounds):
        begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([sys.executable, "-c", _START], check=True)
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu.append(spent.ru_utime + spent.ru_stime - begin[0].ru_utime - begin[0].ru_stime)
        clock.append(time.perf_counter() - begin[1])
    return {"cpu_s": round(min(cpu), 2), "s": round(min(clock), 2)}


def main(argv: Sequence[str] | None = None) -> int:
    """Print a table and one line of JSON; 0 always."""
    parser = argparse.ArgumentParser(prog="bench.triage", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--seeds", type=int, default=3, help="how often the folds are dealt anew")
    parser.add_argument("--quick", action="store_true", help="one seed, one start")
    parser.add_argument("--write", action="store_true", help="learn the model that ships")
    options = parser.parse_args(argv)
    if options.write:
        write_model()
    seeds = 1 if options.quick else options.seeds
    # One core, as a small station has while others work.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    knowledge = Knowledge.load()
    sets = {path.stem: read_examples(path) for path in files(options.files, "triage")}
    reports = [example.text for example in read_examples(REPORTS)]
    speed = {"reports": milliseconds(reports, knowledge)}
    speed |= {name: milliseconds([e.text for e in examples], knowledge) for name, examples in sets.items()}
    start = start_seconds(1 if options.quick else 3)
    told = {name: compared(examples, seeds) for name, examples in sets.items()}
    read = {path.stem: read_in(path) for path in files(options.files, "extract")}
    figures: dict[str, Any] = {
        "own": own(knowledge) | own(by_train_alone(), {"held_out": ("dev", "later")}),
        "speed": speed,
        "start": start,
        "sets": told,
        "read": read,
    }
    ratios = {
        "p95_to_limit": round(max(each["p95_cpu_ms"] for each in speed.values()) / LIMIT_MS, 2),
        "start_to_limit": round(start["cpu_s"] / LIMIT_START_S, 2),
    }
    peers: dict[str, Any] = {"limit_ms": LIMIT_MS, "limit_start_s": LIMIT_START_S}
    if told:
        means = {side: round(statistics.fmean(s[side] for s in told.values()), 4) for side in SIDES}
        figures["mean"] = {side: means[side] for side in SIDES[:2]}
        peers |= {"mean": means["peer"], "mean_balanced": means["peer_balanced"], "lead_wanted": LEAD}
        ratios |= {
            "lead": round(means["ours"] - means["peer"], 4),
            "lead_balanced": round(means["ours"] - means["peer_balanced"], 4),
        }
    for name, found in read.items():
        ratios |= {f"{name} {what} / limit": round(found[what] / limit, 3) for what, limit in READ_LIMITS.items()}
    for table in (figures["own"], speed, {"start": start}, told, read):
        for name, value in table.items():
            print(f"{name:24} {json.dumps(value)}")
    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "cpu": platform.machine()}
    print(json.dumps({"bench": "triage", "figures": figures, "peers": peers, "ratios": ratios, "machine": machine}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
