"""
How much of what identifies people is hidden, and how much else with it; and how fast.

    python -m bench.redaction [FILE] [--quick] [--write]

FILE holds lines of JSON with text and entities (start, end, label: PER LOC ORG ID PHONE BANK PLATE WECHAT QQ BIRTH EMAIL), as
``redact_police_dev.jsonl`` of the shared bench data. Without one, 2,000 texts of our own generator are told, with a seed that
the tagger was not taught from: they say nothing about real files, and are there to see that nothing broke.

An entity counts as hidden when every one of its characters is, by whatever kind. Extra characters are those hidden outside
all entities. The file is for measuring: no rule and no word was taken from it; what was, is told in
docs/explanation/how-redaction-works.md. ``--write`` learns the tagger that ships, in about two minutes.

Peers: the limits of the plan.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

from shouwang.engines.redaction import find, find_many
from shouwang.engines.redaction.learning import learn
from shouwang.engines.redaction.model import STRUCTURED
from shouwang.engines.redaction.tagger import MODEL
from shouwang.engines.redaction.teaching import Taught, write

HOUSE = Path(__file__).parents[1] / "src" / "shouwang"
TEXTS, ROUNDS, SEED = 24_000, 3, 7
#: Added to the scores of names, addresses, organisations: what is missed is worse than what is hidden in vain. See Tagger.
CAUTION = ((2.25, 0.25, 0.25), (1.25, 2.75, 0.5))
LABELS = {"name": "PER", "address": "LOC", "organisation": "ORG"}
LIMITS = {"structured": 0.999, "PER": 0.97, "LOC": 0.92, "extra_characters": 8.0, "structured_kB_s": 1000, "kB_s": 200}
Row = tuple[str, list[tuple[int, int, str]]]
# A sentence of the house's own texts in which somebody or some place might stand teaches nothing safely.
_PERHAPS = re.compile("[路街村镇县市区号楼店院校厂园场站桥门口馆河边]|[老小][\u4e00-\u9fff]")


def plain_texts() -> list[Taught]:
    """Sentences of our own guides and reports that name nobody and no place."""
    lines = [
        line.strip()
        for file in sorted((HOUSE / "apps/guides/library").rglob("*.md"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    for file in sorted((HOUSE / "engines/triage/tests/data").glob("*.jsonl")):
        told = (json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines())
        lines += [text for text in told if not _PERHAPS.search(text)]
    return [Taught(line, ()) for line in lines if len(line) > 6]


def write_model() -> None:
    """Learn the tagger that ships."""
    learn([*write(Random(SEED), TEXTS), *plain_texts() * 2], rounds=ROUNDS, caution=CAUTION, say=print).save(MODEL)


def rows_of(file: Path | None) -> list[Row]:
    """Texts and their (start, end, label)."""
    if file is None:
        return [(one.text, [(a, b, LABELS[kind]) for a, b, kind in one.spans]) for one in write(Random(2026), 2000)]
    told = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    return [(row["text"], [(e["start"], e["end"], e["label"]) for e in row["entities"]]) for row in told]


def hidden(rows: Sequence[Row], kinds: Sequence[str] = ()) -> tuple[dict[str, float], float]:
    """Share of entities hidden whole, by label; extra characters a text."""
    whole: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    extra = 0
    for (text, entities), spans in zip(rows, find_many([text for text, _ in rows], only=kinds), strict=True):
        mask, wanted = bytearray(len(text)), bytearray(len(text))
        for span in spans:
            mask[span.start : span.end] = b"\1" * (span.end - span.start)
        for start, end, label in entities:
            wanted[start:end] = b"\1" * (end - start)
            asked[label] += 1
            whole[label] += all(mask[start:end])
        extra += sum(a and not b for a, b in zip(mask, wanted, strict=True))
    shares = {label: round(whole[label] / count, 4) for label, count in sorted(asked.items())}
    told = set(asked) - set(LABELS.values())
    if told:
        shares["structured"] = round(sum(whole[label] for label in told) / sum(asked[label] for label in told), 4)
    return shares, round(extra / len(rows), 2)


def speed(texts: Sequence[str], kinds: Sequence[str]) -> dict[str, float]:
    """kB of UTF-8 a second on one core, best of three: many texts at once, one long text, one by one."""
    long = "\n".join(texts)
    size = len(long.encode()) / 1000

    def best(work: object) -> float:
        times = []
        for _ in range(3):
            begin = time.process_time()
            work()  # type: ignore[operator]
            times.append(time.process_time() - begin)
        return round(size / min(times))

    return {
        "many": best(lambda: find_many(texts, only=kinds)),
        "one_long": best(lambda: find(long, only=kinds)),
        "one_by_one": best(lambda: [find(text, only=kinds) for text in texts]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--quick", action="store_true", help="the first 300 texts")
    parser.add_argument("--write", action="store_true", help="learn the tagger that ships")
    options = parser.parse_args()
    if options.write:
        write_model()
    rows = rows_of(options.file)[: 300 if options.quick else None]
    find("预热")
    shares, extra = hidden(rows)
    texts = [text for text, _ in rows]
    figures = {
        "texts": len(rows),
        "hidden": shares,
        "extra_characters": extra,
        "kB_s": speed(texts, ()),
        "structured_kB_s": speed(texts, STRUCTURED),
        "model_bytes": MODEL.stat().st_size,
    }
    for name, value in figures.items():
        print(f"{name:18} {value}")
    ratios = {key: round(shares[key] / LIMITS[key], 3) for key in ("structured", "PER", "LOC") if key in shares}
    ratios["extra_characters"] = round(extra / LIMITS["extra_characters"], 3)
    ratios |= {key: round(figures[key]["many"] / LIMITS[key], 2) for key in ("kB_s", "structured_kB_s")}  # type: ignore[index]
    machine = {"cpus": os.cpu_count(), "python": platform.python_version(), "machine": platform.machine()}
    print(
        json.dumps(
            {"bench": "redaction", "figures": figures, "peers": {"plan": LIMITS}, "ratios": ratios, "machine": machine},
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
