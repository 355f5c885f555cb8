"""
Papers: how long one page takes when the press is warm, and a case file of 200 pages.

Limits: 20 ms for a page, 10 s for the case file with its index. Peer: `typst.compile()` as it is usually called, with the same
script and the same words, which looks for the fonts each time. Run: `python -m bench.papers [--quick]`. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

import typst

from shouwang.engines.papers import Filed, Paper, Press, Shelf, bind, docx_of, fill
from shouwang.engines.papers.cli import SAMPLE, merged
from shouwang.engines.papers.press import SCRIPT

PAGE_LIMIT_MS, FILE_LIMIT_S, FILE_PAGES = 20, 10, 200
ZONE, AT = ZoneInfo("Asia/Shanghai"), datetime(2026, 11, 28, 2, 30, tzinfo=UTC)
#: From the lightest page to the fullest form.
ONE_PAGE = ("report-receipt-roll", "fine-payment", "filing-decision", "report-receipt", "statement", "report-register")
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"


def record_for(said: dict[str, Any], code: str, number: int) -> dict[str, Any]:
    """Another person, another number, another story: no two papers are alike."""
    name = f"{SURNAMES[number % len(SURNAMES)]}样{SURNAMES[number * 7 % len(SURNAMES)]}"
    person = {"name": name, "id_number": f"999999{19700101 + number}{number % 10_000:04}", "phone": f"1{number:010}"}
    story = said["record"]["report"]["content"] + f"这是第{number}件，当事人{name}。"
    return merged(
        merged(said["record"], said["with"].get(code, {})),
        {
            "caller": person,
            "suspect": person,
            "asked": person,
            "paper": {"number": f"云公（青）示字〔2026〕{number}号"},
            "report": {"number": f"QS-{number:06}", "content": story},
            "query": {"link": f"http://shouwang.test/m/QS{number:010}"},
        },
    )


def times(work: Callable[[int], object], rounds: int) -> tuple[list[float], float]:
    """Milliseconds of each round by the clock on the wall, and milliseconds of processor time for one."""
    took, busy = [], time.process_time()
    for number in range(rounds):
        began = time.perf_counter()
        work(number)
        took.append(1000 * (time.perf_counter() - began))
    return sorted(took), 1000 * (time.process_time() - busy) / rounds


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, peers and templates")
    quick = parser.parse_args(argv).quick
    rounds = 20 if quick else 200
    said = json.loads(SAMPLE.read_text(encoding="utf-8"))

    began = time.perf_counter()
    shelf, press = Shelf.load(), Press()
    start_s = time.perf_counter() - began

    def paper(code: str, number: int) -> Paper:
        return fill(shelf, shelf[code], record_for(said, code, number), zone=ZONE)

    pages, every, busy_ms = {}, [], []
    for code in ONE_PAGE:
        press.pdf([paper(code, 90_000), paper(code, 90_001)], at=AT)  # warm
        took, busy = times(lambda number, code=code: press.pdf([paper(code, number)], at=AT), rounds)
        pages[code] = {
            "p50_ms": round(statistics.median(took), 1),
            "p95_ms": round(took[int(len(took) * 0.95) - 1], 1),
            "best_ms": round(took[0], 1),
            "processor_ms": round(busy, 1),
            "kib": round(len(press.pdf([paper(code, 1)], at=AT).pdf) / 1024),
        }
        every += took
        busy_ms.append(busy)
    every.sort()

    cold, _ = times(lambda number: cold_compile(press, paper("report-receipt", number)), 3 if quick else 20)
    docx_ms, _ = times(lambda number: docx_of(paper("report-register", number), at=AT), 5 if quick else 40)

    papers: list[Filed] = []
    count = 0
    while count < FILE_PAGES:  # whole files one after the other until there are 200 pages
        more = [Filed(paper(entry["template"], len(papers) + n)) for n, entry in enumerate(said["casefile"])]
        count += press.pdf([filed.paper for filed in more], at=AT).pages
        papers += more
    fresh = Press()  # it has set none of these papers yet
    began, busy_s = time.perf_counter(), time.process_time()
    bound = bind(fresh, shelf, said["record"], papers, zone=ZONE, at=AT)
    file_s, busy_s = time.perf_counter() - began, time.process_time() - busy_s

    p50, p95 = statistics.median(every), every[int(len(every) * 0.95) - 1]
    print(
        json.dumps(
            {
                "bench": "papers",
                "figures": {
                    "page_p50_ms": round(p50, 1),
                    "page_p95_ms": round(p95, 1),
                    "page_processor_ms": round(statistics.mean(busy_ms), 1),
                    "pages": pages,
                    "start_s": round(start_s, 2),
                    "docx_p50_ms": round(statistics.median(docx_ms), 1),
                    "case_file_pages": bound.entries[-1].last,
                    "case_file_papers": len(papers),
                    "case_file_s": round(file_s, 2),
                    "case_file_processor_s": round(busy_s, 2),
                    "case_file_mib": round(len(bound.pdf) / 2**20, 2),
                    "rss_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
                },
                "peers": {
                    "page_limit_ms": PAGE_LIMIT_MS,
                    "case_file_limit_s": FILE_LIMIT_S,
                    "typst_compile_each_time_p50_ms": round(statistics.median(cold), 1),
                },
                "ratios": {
                    "page_p50_to_limit": round(p50 / PAGE_LIMIT_MS, 2),
                    "page_p95_to_limit": round(p95 / PAGE_LIMIT_MS, 2),
                    "case_file_to_limit": round(file_s / FILE_LIMIT_S, 2),
                    "typst_compile_each_time_to_ours": round(
                        statistics.median(cold) / pages["report-receipt"]["p50_ms"], 1
                    ),
                },
                "machine": {
                    "cpus": os.cpu_count(),
                    "load": round(os.getloadavg()[0], 1),
                    "arch": platform.machine(),
                    "python": platform.python_version(),
                    "typst": version("typst"),
                },
            }
        )
    )
    return 0


def cold_compile(press: Press, paper: Paper) -> object:
    """The peer: the same script and words, by the function that the library shows first."""
    files: Any = {"main.typ": SCRIPT.read_bytes(), "doc.json": press.words([paper]).encode()}
    return typst.compile(files, format="pdf", timestamp=AT, pdf_standards=["a-2a"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
