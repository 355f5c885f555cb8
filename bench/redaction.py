"""
How much of what identifies people is hidden, and how much else with it; and how fast.

    python -m bench.redaction [FILE] [--quick] [--write]

FILE holds lines of JSON with text and entities (start, end, label: PER LOC ORG ID PHONE BANK PLATE WECHAT QQ BIRTH EMAIL), as
``redact_police_dev.jsonl`` of the shared bench data. Without one, 2,000 texts of our own generator are told, with a seed that
the tagger was not taught from: they say nothing about real files, and are there to see that nothing broke.

An entity counts as hidden when every one of its characters is, by whatever kind. Extra characters are those hidden outside
all entities. The file is for measuring: no rule and no word was taken from it; what was, is told in
docs/explanation/how-redaction-works.md. 201 files of our own with secrets in every hiding place follow, and a PDF of 100 pages;
no checker is asked there, the bench looks itself. ``--write`` learns the tagger that ships, in about two minutes.

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

import pypdfium2 as pdfium
import typst

from shouwang.engines.redaction import find, find_many, redact_file
from shouwang.engines.redaction.learning import learn
from shouwang.engines.redaction.model import STRUCTURED
from shouwang.engines.redaction.tagger import MODEL
from shouwang.engines.redaction.teaching import Taught, Writer, write
from shouwang.engines.redaction.tests.planting import Planted, docx_of, everywhere, xlsx_of

HOUSE = Path(__file__).parents[1] / "src" / "shouwang"
TEXTS, ROUNDS, SEED = 24_000, 3, 7
#: Added to the scores of names, addresses, organisations: what is missed is worse than what is hidden in vain. See Tagger.
CAUTION = ((2.25, 0.25, 0.25), (1.25, 2.75, 0.5))
LABELS = {"name": "PER", "address": "LOC", "organisation": "ORG"}
LIMITS = {
    "structured": 0.999,
    "PER": 0.97,
    "LOC": 0.92,
    "extra_characters": 8.0,
    "structured_kB_s": 1000,
    "kB_s": 200,
    "files": 1.0,
    "pdf_100_pages_s": 20,
}
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


def documents(count: int) -> dict[str, float | int]:
    """Files with secrets in every hiding place: how many of them are nowhere in the copy. Names in PDFs are set by typst."""
    rng = Random(11)
    writer = Writer(rng)
    planted = gone = 0
    for number in range(count):
        p = Planted(
            _new_name(writer),
            _new_name(writer),
            f"1{rng.choice((38, 59, 87))}0000{rng.randrange(10_000):04}",
            f"360102{rng.randint(1940, 2020)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}000{rng.randrange(10)}",
            f"622202{rng.randrange(10**13):013}",
            tuple(f"1560000{n}{rng.randrange(1000):03}" for n in range(8)),
        )
        before = (docx_of, xlsx_of, _typeset)[number % 3](p)
        after = redact_file(before, checkers={}).data
        left = everywhere(after) + _seen_in(before, after, p.secrets)
        planted += len(p.secrets)
        gone += sum(secret not in left for secret in p.secrets)
    return {"documents": count, "secrets": planted, "gone": round(gone / planted, 5)}


def _new_name(writer: Writer) -> str:
    while True:
        name = writer.new_person()
        if len(name) == 3 and name[0] in writer.names["common"] and not {"某", "*", "×"} & set(name):
            return name


def _typeset(p: Planted) -> bytes:
    """A page of Chinese with header and properties."""
    told = f'#set document(author: "{p.name}", title: "{p.hidden[0]}")\n#set page(header: [{p.name}案卷])\n'
    return typst.compile(f"{told}{p.text}\n\n电话{p.hidden[1]}，卡号{p.card}".encode())


def _seen_in(before: bytes, after: bytes, secrets: Sequence[str]) -> str:
    """Secrets of a PDF that are still to be seen: where they stood, the new page is not black."""
    if not before.startswith(b"%PDF"):
        return ""
    seen = []
    old, new = pdfium.PdfDocument(before), pdfium.PdfDocument(after)
    layer, scale = old[0].get_textpage(), 150 / 72
    image = new[0].render(scale=scale).to_pil().convert("L")
    height = old[0].get_height()
    for secret in secrets:
        search = layer.search(secret)
        while hit := search.get_next():
            boxes = [layer.get_charbox(at) for at in range(hit[0], hit[0] + hit[1])]
            for left, bottom, right, top in boxes:
                part = image.crop(
                    (
                        round(left * scale),
                        round((height - top) * scale),
                        round(right * scale),
                        round((height - bottom) * scale),
                    )
                )
                if part.width * part.height and sum(part.histogram()[:60]) < 0.95 * part.width * part.height:
                    seen.append(secret)
    old.close()
    new.close()
    return " ".join(seen)


def hundred_pages() -> float:
    """Seconds of this process for a PDF of 100 pages of text."""
    writer = Writer(Random(5))
    pages = "\n#pagebreak()\n".join(
        "\n\n".join(re.sub(r"[#*_`$<>@\\\[\]~=/\"'-]", "", writer.text().text) for _ in range(25)) for _ in range(100)
    )
    data = typst.compile(pages.encode())
    begin = time.process_time()
    redact_file(data, checkers={})
    return round(time.process_time() - begin, 1)


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
        "files": documents(30 if options.quick else 201),
        "pdf_100_pages_s": hundred_pages(),
    }
    for name, value in figures.items():
        print(f"{name:18} {value}")
    ratios = {key: round(shares[key] / LIMITS[key], 3) for key in ("structured", "PER", "LOC") if key in shares}
    ratios |= {"files": figures["files"]["gone"], "pdf_100_pages_s": round(figures["pdf_100_pages_s"] / 20, 3)}  # type: ignore[index, operator]
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
