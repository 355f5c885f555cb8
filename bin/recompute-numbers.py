#!/usr/bin/env python3
"""
Check the public figures of a station with the open dump, on your own computer. Needs Python 3.11 or newer and nothing else.

    python3 recompute-numbers.py FOLDER                          every station, the last 30 days
    python3 recompute-numbers.py FOLDER --station QS --period 2026-10
    python3 recompute-numbers.py FOLDER --against figures.json   compare with what the page says (its link “这一页的数字 JSON”)

FOLDER holds matters.csv, visits.csv, digests.csv, stations.csv and SHA256SUMS as downloaded from /numbers/dump/, and
numbers.json for the day of the dump.
Prints JSON. Ends with 1 when a file was changed after it was published or a figure differs.

Written on purpose without a line of the program it checks. What each figure means: docs/explanation/how-numbers-are-counted.md.
"""

import argparse
import csv
import datetime
import hashlib
import json
import math
import pathlib
import sys

ENDLESS = float("inf")


def table(folder, name):
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def changed_files(folder):
    """Names of files whose SHA-256 is not the published one."""
    wrong = []
    for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        published, name = line.split("  ", 1)
        if (folder / name).exists() and hashlib.sha256((folder / name).read_bytes()).hexdigest() != published:
            wrong.append(name)
    return wrong


def span(period, day):
    """First day, day after the last, and the same for the time before. `period` is 30, 90, 365 or a month such as 2026-10."""
    if "-" in period:
        year, month = map(int, period.split("-"))

        def first(n):
            return datetime.date((year * 12 + month - 1 + n) // 12, (month - 1 + n) % 12 + 1, 1)

        return first(0), first(1), first(-1), first(0)
    days = datetime.timedelta(days=int(period))
    return day - days, day, day - 2 * days, day - days


def whole(value):
    return None if value == ENDLESS else int(value)


def answer_times(rows):
    return times([row["minutes_to_answer"] for row in rows])


def times(minutes):
    """The middle one, the one that nine of ten do not exceed, and where the middle lies with 95 %. Empty is not yet: endless."""
    waits = sorted(float(one) if one else ENDLESS for one in minutes)
    n = len(waits)
    result = {
        "n": n,
        "answered": sum(1 for w in waits if w != ENDLESS),
        "median": None,
        "p90": None,
        "low": None,
        "high": None,
    }
    if n:
        result["median"] = whole(waits[-(-n // 2) - 1])
        result["p90"] = whole(waits[-(-9 * n // 10) - 1])
    reach = 1.96 * math.sqrt(n * 0.25)
    below, above = math.ceil(n / 2 - reach), math.floor(n / 2 + reach) + 1
    if below >= 1:
        result["low"] = whole(waits[below - 1])
    if above <= n:
        result["high"] = whole(waits[above - 1])
    return result


def part(good, n):
    """A share with its 95 % interval after Wilson."""
    low, high = 0.0, 1.0
    if n:
        z2 = 1.96**2
        middle = (2 * good + z2) / (2 * (n + z2))
        reach = 1.96 / (n + z2) * math.sqrt(good * (n - good) / n + z2 / 4)
        low, high = max(0.0, middle - reach), min(1.0, middle + reach)
    return {"n": good, "of": n, "low": round(low, 6), "high": round(high, 6)}


def endings(rows):
    """How many of these are closed with which result, and how long that took. What is open or disputed is not closed."""
    reasons = {}
    for row in rows:
        if row["state"] == "closed":
            reasons[row["reason"]] = reasons.get(row["reason"], 0) + 1
    closing = times([row["minutes_to_close"] if row["state"] == "closed" else "" for row in rows])
    return {"reasons": reasons, "closing": closing}


def figures(matters, visits, station, first, end):
    def wanted(row, key):
        return (not station or row["station"] == station) and first.isoformat() <= row[key] < end.isoformat()

    rows = [row for row in matters if wanted(row, "arrived")]
    seen, pages, kinds = [row for row in visits if wanted(row, "on")], {}, {}
    for row in seen:
        pages[row["page"]] = pages.get(row["page"], 0) + int(row["readings"])
    for row in rows:
        kinds[row["kind"]] = kinds.get(row["kind"], 0) + 1
    stars = [int(row["rating"]) for row in rows if row["rating"]]
    return {
        "visits": sum(pages.values()),
        "pages": pages,
        "asked": len(rows),
        "consultations": kinds.get("consultation", 0),
        "kinds": kinds,
        "ends": {kind: endings([row for row in rows if row["kind"] == kind]) for kind in kinds},
        "wait": answer_times(rows),
        "disputed": len([1 for row in rows if row["disputed"] == "1"]),
        "upheld": len([1 for row in rows if row["dispute_end"] == "upheld"]),
        "reopened": len([1 for row in rows if row["dispute_end"] == "reopened"]),
        "waiting": len([1 for row in rows if row["dispute_end"] == "waiting"]),
        "transferred": len([1 for row in rows if int(row["transfers"])]),
        "returned": len([1 for row in rows if int(row["returned"])]),
        "satisfied": part(len([1 for one in stars if one > 3]), len(stars)),
        "automatic": part(len([1 for row in rows if row["automatic"] == "1"]), len(rows)),
    }


def weekly(rows):
    """What the page of each digest says about it in numbers."""
    found = {}
    for row in rows:
        week = found.setdefault(
            row["digest"], dict.fromkeys(("proposed", "done", "questions", "answered", "besides"), 0)
        )
        if row["shown"] == "0":
            week["besides"] += 1
        elif row["asked"] == "consultation":
            week["questions"] += 1
            week["answered"] += int(row["answered"])
        else:
            week["proposed"] += 1
            week["done"] += int(row["state"] == "done")
    return found


def everything(folder, station, period):
    """What the page shows for a station (empty: all together) and a period."""
    matters, visits, digests = (table(folder, name) for name in ("matters.csv", "visits.csv", "digests.csv"))
    day = datetime.date.fromisoformat(json.loads((folder / "numbers.json").read_text(encoding="utf-8"))["day"])
    first, end, first_before, end_before = span(period, day)
    still = [row for row in matters if row["state"] != "closed" and (not station or row["station_now"] == station)]
    year = []
    for back in range(12, 0, -1):
        number = day.year * 12 + day.month - 1 - back
        month = f"{number // 12:04d}-{number % 12 + 1:02d}"
        rows = [row for row in matters if row["arrived"][:7] == month and (not station or row["station"] == station)]
        year.append({"month": month, "asked": len(rows), "wait": answer_times(rows)})
    return {
        "station": station,
        "period": period,
        "now": figures(matters, visits, station, first, end),
        "before": figures(matters, visits, station, first_before, end_before),
        "standing": {"open": len(still), "overdue": len([1 for row in still if row["overdue"] == "1"])},
        "months": year,
        "digests": weekly(row for row in digests if not station or row["station"] == station),
    }


def differences(ours, theirs, where=""):
    if isinstance(ours, dict):
        return [
            d for key in ours for d in differences(ours[key], theirs.get(key) if theirs else None, f"{where}/{key}")
        ]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return [d for n, (a, b) in enumerate(zip(ours, theirs, strict=True)) for d in differences(a, b, f"{where}/{n}")]
    return [] if ours == theirs else [f"{where}: {ours} recomputed, {theirs} on the page"]


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--station", help="letters of one station; without it every station and all together")
    parser.add_argument("--period", default="30", help="30, 90, 365 or a month such as 2026-10")
    parser.add_argument("--against", type=pathlib.Path, help="the figures of the page, as JSON")
    given = parser.parse_args(arguments)
    wrong = [f"{name} is not the file that was published" for name in changed_files(given.folder)]
    if given.against:
        page = json.loads(given.against.read_text(encoding="utf-8"))
        wrong += differences(everything(given.folder, page["station"], page["period"]), page)
        print(json.dumps({"checked": str(given.against), "wrong": wrong}, ensure_ascii=False, indent=1))
    else:
        known = [row["code"] for row in table(given.folder, "stations.csv")]
        stations = [given.station] if given.station is not None else ["", *known]
        found = [everything(given.folder, station, given.period) for station in stations]
        print(json.dumps({"figures": found, "wrong": wrong}, ensure_ascii=False, indent=1))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
