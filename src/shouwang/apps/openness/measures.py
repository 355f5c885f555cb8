"""
The public figures, computed from a dump and from nothing else. Pure: no database, no clock.

`bin/recompute-numbers.py` says the same in other words; a test holds the two to each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, inf, sqrt

from shouwang.apps.matters.figures import quantile, wilson
from shouwang.apps.openness.dump import DigestRow, Dump, MatterRow, QuarterRow
from shouwang.apps.openness.rare import OTHER

#: Below this many matters (or ratings) a median (or a share) says nothing and is not shown.
ENOUGH = 5
SPANS = {"30": 30, "90": 90, "365": 365}
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` (included) to `end` (excluded), and the same length before to compare with."""

    code: str
    first: date
    end: date
    before: tuple[date, date]

    @property
    def last(self) -> date:
        """The last day that is part of it."""
        return self.end - timedelta(days=1)


def month_period(month: date) -> Period:
    """A calendar month by its first day; it is compared with the month before."""
    return Period(f"{month:%Y-%m}", month, _next_month(month), ((month - timedelta(days=1)).replace(day=1), month))


def _next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def periods(day: date) -> list[Period]:
    """What a reader can choose on a dump of that day: three spans that end with the day before, and the twelve months that are over."""
    found = []
    for code, days in SPANS.items():
        first = day - timedelta(days=days)
        found.append(Period(code, first, day, (first - timedelta(days=days), first)))
    month = day.replace(day=1)
    for _nth in range(MONTHS):
        month = (month - timedelta(days=1)).replace(day=1)
        found.append(month_period(month))
    return found


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; `low` and `high` bound the share with 95 % (Wilson 1927)."""

    n: int
    of: int
    low: float
    high: float

    @property
    def enough(self) -> bool:
        return self.of >= ENOUGH


def share(n: int, of: int) -> Share:
    """A share with its interval."""
    low, high = wilson(n, of)
    return Share(n, of, low, high)


@dataclass(frozen=True, slots=True)
class Wait:
    """
    How long the first answer takes, in whole minutes. Unanswered matters count as waiting without end.

    median, p90    None when nothing arrived, or when so many still wait that there is no such number
    low, high      the median lies between them with 95 %; None when there is no bound
    """

    n: int
    answered: int
    median: int | None
    p90: int | None
    low: int | None
    high: int | None

    @property
    def enough(self) -> bool:
        return self.n >= ENOUGH


def wait(minutes: Iterable[int | None]) -> Wait:
    """
    The wait of these matters; None is one that has no answer yet.

    The interval is the one by order statistics (Conover, Practical Nonparametric Statistics, 3rd ed., section 3.2).
    """
    values = sorted(inf if one is None else float(one) for one in minutes)
    n = len(values)
    low, high = ceil(n / 2 - 0.98 * sqrt(n)), floor(n / 2 + 0.98 * sqrt(n)) + 1
    return Wait(
        n=n,
        answered=sum(value < inf for value in values),
        median=_whole(quantile(values, 0.5)),
        p90=_whole(quantile(values, 0.9)),
        low=_whole(values[low - 1]) if low >= 1 else None,
        high=_whole(values[high - 1]) if high <= n else None,
    )


def _whole(value: float | None) -> int | None:
    return None if value is None or value == inf else int(value)


def faster(now: Wait, before: Wait) -> int:
    """
    1 when answers came faster than before, -1 when slower, 0 when one cannot tell.

    Only intervals that do not touch tell: a difference that chance makes as easily is none.
    """
    if not (now.enough and before.enough):
        return 0
    if now.high is not None and before.low is not None and now.high < before.low:
        return 1
    if before.high is not None and now.low is not None and before.high < now.low:
        return -1
    return 0


@dataclass(frozen=True, slots=True)
class Ends:
    """
    How the matters of one kind ended.

    reasons   reason → how many closed; rare ones are in `OTHER`
    closing   minutes to closing; what is not closed, or disputed again, waits without end
    """

    reasons: dict[str, int]
    closing: Wait


def ends(rows: Iterable[MatterRow]) -> Ends:
    """How these matters ended."""
    found = list(rows)
    reasons = Counter(row.reason for row in found if row.state == "closed")
    closing = wait(row.minutes_to_close if row.state == "closed" else None for row in found)
    return Ends(dict(_by_size(reasons)), closing)


def _by_size(counts: Counter[str]) -> list[tuple[str, int]]:
    """The greatest first, `OTHER` last."""
    return sorted(counts.items(), key=lambda pair: (pair[0] == OTHER, -pair[1], pair[0]))


@dataclass(frozen=True, slots=True)
class Numbers:
    """
    One station (or all) in one span of days, by date of arrival.

    visits              readings of public pages, approximate
    consultations       matters shown as such; delicate and rare ones are in `OTHER`
    kinds               kind → how many
    ends                kind → how those ended
    disputed … waiting  matters disputed, and how the last dispute of each ended
    transferred         matters that were handed on or came back at least once; returned: came back at least once
    """

    visits: int
    pages: dict[str, int]
    asked: int
    consultations: int
    kinds: dict[str, int]
    ends: dict[str, Ends]
    wait: Wait
    disputed: int
    upheld: int
    reopened: int
    waiting: int
    transferred: int
    returned: int
    satisfied: Share
    automatic: Share


def of_station(dump: Dump, station: str) -> list[MatterRow]:
    """The matters that a station received first; all of them for an empty code."""
    return [row for row in dump.matters if station in ("", row.station)]


def numbers(dump: Dump, station: str, first: date, end: date) -> Numbers:
    """The figures of `first` (included) to `end` (excluded)."""
    since, until = first.isoformat(), end.isoformat()
    rows = [row for row in of_station(dump, station) if since <= row.arrived < until]
    pages: Counter[str] = Counter()
    for seen in dump.visits:
        if station in ("", seen.station) and since <= seen.on < until:
            pages[seen.page] += seen.readings
    kinds = Counter(row.kind for row in rows)
    by_kind: dict[str, list[MatterRow]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    disputes = Counter(row.dispute_end for row in rows)
    ratings = [row.rating for row in rows if row.rating is not None]
    return Numbers(
        visits=pages.total(),
        pages=dict(pages),
        asked=len(rows),
        consultations=kinds["consultation"],
        kinds=dict(_by_size(kinds)),
        ends={kind: ends(by_kind[kind]) for kind, _n in _by_size(kinds)},
        wait=wait(row.minutes_to_answer for row in rows),
        disputed=sum(row.disputed for row in rows),
        upheld=disputes["upheld"],
        reopened=disputes["reopened"],
        waiting=disputes["waiting"],
        transferred=sum(row.transfers > 0 for row in rows),
        returned=sum(row.returned > 0 for row in rows),
        satisfied=share(sum(stars >= 4 for stars in ratings), len(ratings)),
        automatic=share(sum(row.automatic for row in rows), len(rows)),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stood when the dump was taken, whenever they arrived: what a unit is answerable for."""

    open: int
    overdue: int


def standing(dump: Dump, station: str) -> Standing:
    """Open and overdue matters of the unit that is answerable now."""
    rows = [row for row in dump.matters if station in ("", row.station_now) and row.state != "closed"]
    return Standing(len(rows), sum(row.overdue for row in rows))


@dataclass(frozen=True, slots=True)
class Month:
    """One finished month in a row of months."""

    month: date
    asked: int
    wait: Wait


def months(dump: Dump, station: str) -> list[Month]:
    """The twelve finished months before the dump, oldest first."""
    rows = of_station(dump, station)
    by_month: dict[str, list[int | None]] = {}
    for row in rows:
        by_month.setdefault(row.arrived[:7], []).append(row.minutes_to_answer)
    spans = [period for period in periods(dump.day) if period.code not in SPANS]
    return [Month(one.first, len(waits := by_month.get(one.code, [])), wait(waits)) for one in reversed(spans)]


def quarters(dump: Dump, station: str) -> Sequence[QuarterRow]:
    """The quarterly counts of one station, or of all, oldest first."""
    return [row for row in dump.quarters if station in ("", row.station)]


@dataclass(frozen=True, slots=True)
class Week:
    """
    One published digest in figures.

    proposed, done        suggestions and problems told on its page, and those that came to an end
    questions, answered   questions told on its page, and those answered by a person
    besides               further questions answered; 0 also when there were fewer than three
    """

    proposed: int
    done: int
    questions: int
    answered: int
    besides: int


def week(rows: Iterable[DigestRow]) -> Week:
    """The figures of one digest from its rows."""
    found = list(rows)
    shown = [row for row in found if row.shown]
    questions = [row for row in shown if row.asked == "consultation"]
    proposed = [row for row in shown if row.asked != "consultation"]
    return Week(
        proposed=len(proposed),
        done=sum(row.state == "done" for row in proposed),
        questions=len(questions),
        answered=sum(row.answered for row in questions),
        besides=len(found) - len(shown),
    )


def weeks(dump: Dump, station: str) -> dict[str, Week]:
    """Every digest of one station, or of all, by its slug."""
    by_digest: dict[str, list[DigestRow]] = {}
    for row in dump.digests:
        if station in ("", row.station):
            by_digest.setdefault(row.digest, []).append(row)
    return {slug: week(rows) for slug, rows in by_digest.items()}
