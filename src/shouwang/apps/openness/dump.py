"""
The open dump: what anybody may take home to check our figures. One folder for each day in `open/` of the data folder.

The public page computes its figures from the newest dump and from nothing else, so whoever has the dump has the page.
What stands in it, what does not, and why: `docs/explanation/how-numbers-are-counted.md`.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from shouwang.apps.matters.models import Entry, Kind, Matter, State, Type
from shouwang.apps.openness.models import Digest, DigestItem, Visit
from shouwang.apps.openness.outcomes import tell
from shouwang.apps.openness.rare import OTHER, count_or_nothing, merge_rare
from shouwang.apps.units.models import Unit
from shouwang.kernel.secrets import derive_key

FORMAT, VERSION = "shouwang-open-numbers", 1
JSON_FILE, CSV_FILES, SUMS = (
    "numbers.json",
    ("matters.csv", "visits.csv", "quarters.csv", "digests.csv", "stations.csv"),
    "SHA256SUMS",
)
FILES = (JSON_FILE, *CSV_FILES, SUMS)
#: A year, the year before to compare with, and the month in which that began.
MONTHS_BACK = 25
#: The newest, and the one that somebody may still be downloading.
KEPT = 2
DANGER_MINUTES = 3


class MatterRow(NamedTuple):
    """One matter as everybody may know it. Dates are station-local; minutes are whole and rounded down; None is “not (yet)”."""

    row: str
    station: str
    station_now: str
    kind: str
    arrived: str
    minutes_to_answer: int | None
    minutes_to_close: int | None
    automatic: int
    state: str
    overdue: int
    reason: str
    rating: int | None
    disputed: int
    dispute_end: str
    transfers: int
    returned: int


class VisitRow(NamedTuple):
    """How many pages of one kind were read on one day."""

    station: str
    on: str
    page: str
    readings: int


class QuarterRow(NamedTuple):
    """Counts that could point at a person, by finished quarter only; None means fewer than three, nought included."""

    station: str
    quarter: str
    complaints: int | None
    danger_calls: int | None
    danger_accepted_in_time: int | None


class DigestRow(NamedTuple):
    """
    One thing told in a published digest, as its page tells it. Answered questions that nobody put into words are here too, not shown and
    without a state, where a digest has at least three of them.
    """

    digest: str
    station: str
    community: str
    since: str
    asked: str
    shown: int
    answered: int
    state: str


class StationRow(NamedTuple):
    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Dump:
    """
    One dump.

    day        arrivals before this station-local day are in it
    taken_at   when it was taken (aware); open and overdue are as of then
    digest     SHA-256 of the JSON file, in hexadecimal; the name of this dump on the page
    """

    day: date
    taken_at: datetime
    digest: str
    stations: tuple[StationRow, ...]
    matters: tuple[MatterRow, ...]
    visits: tuple[VisitRow, ...]
    quarters: tuple[QuarterRow, ...]
    digests: tuple[DigestRow, ...]


#: What each column means, in the reader's two languages; part of the JSON file.
SCHEMA: dict[str, dict[str, str]] = {
    "matters": {
        "row": "随机行号，每一份都不同 · random id of the row, another one in every dump",
        "station": "最先收到的派出所 · station that received it first",
        "station_now": "现在负责的单位 · unit answerable now",
        "kind": "类别；少于 3 件的并入 other · kind; groups below 3 are merged into other",
        "arrived": "收到的日期 · local date of arrival",
        "minutes_to_answer": "到第一次人工答复的分钟数，空为还没有 · whole minutes to the first answer by a person; empty: none yet",
        "minutes_to_close": "到办结的分钟数，空为没有办结 · whole minutes to closing; empty: not closed",
        "automatic": "1 为收到过自动回答 · 1: got an automatic answer",
        "state": "open 在办 / closed 办结 / disputed 有异议 · standing when taken",
        "overdue": "1 为超过期限还没有结果 · 1: past its due time when taken",
        "reason": "结果，空为没有办结；少于 3 件的并入 other · how it ended; empty: not closed; results below 3 are merged into other",
        "rating": "一到五颗星，空为没有评价 · one to five; empty: not rated",
        "disputed": "1 为提出过不满意 · 1: was disputed",
        "dispute_end": "upheld 维持 / reopened 重新办 / waiting 还在复核 · how the last dispute ended",
        "transfers": "转办被接收或退回的次数 · transfers accepted or returned",
        "returned": "其中被退回的次数 · of these, returned",
    },
    "visits": {
        "station": "派出所 · station",
        "on": "日期 · local date",
        "page": "哪种页面 · kind of page",
        "readings": "看了几次（约数） · readings, approximate",
    },
    "quarters": {
        "station": "派出所 · station",
        "quarter": "已经结束的季度 · finished quarter",
        "complaints": "投诉，空为少于 3 · complaints; empty: fewer than 3",
        "danger_calls": "危险求助，空为少于 3 · calls with signs of danger; empty: fewer than 3",
        "danger_accepted_in_time": f"其中 {DANGER_MINUTES} 分钟内应答 · of these accepted within {DANGER_MINUTES} minutes",
    },
    "digests": {
        "digest": "汇总的网址名 · last part of its address",
        "station": "派出所 · station",
        "community": "社区；空为不属于哪个社区 · community; empty: of none",
        "since": "那一周的星期一 · Monday of the week",
        "asked": "suggestion 建议 / problem 问题 / consultation 咨询 · what was asked",
        "shown": "0 为没有写出来的咨询，满 3 件才列 · 0: a question not put into words; listed from three on",
        "answered": "1 为已有人工答复 · 1: answered by a person",
        "state": "open 在办 / late 晚了 / done 有结果 · standing when taken",
    },
    "stations": {
        "code": "代号 · code",
        "name": "名称 · name",
        "name_en": "英文名称 · English name",
    },
}


# ── collecting ───────────────────────────────────────────────────────────────────────────────────────────────────────


def code_of(unit: Unit) -> str:
    """How the dump names a unit: the letters of its numbers, or its key when it has none."""
    return unit.prefix or f"U{unit.pk}"


def first_day(day: date) -> date:
    """The first day of the month `MONTHS_BACK` months before."""
    months = day.year * 12 + day.month - 1 - MONTHS_BACK
    return date(months // 12, months % 12 + 1, 1)


def midnight(day: date) -> datetime:
    """The moment at which a station-local day begins."""
    return timezone.make_aware(datetime.combine(day, time.min))


def collect(at: datetime) -> Dump:
    """Everything that may be known at `at`, of the days before it. Not yet written, so its digest is empty."""
    day = timezone.localtime(at).date()
    units = {unit.pk: unit for unit in Unit.objects.all()}
    codes = {pk: code_of(unit) for pk, unit in units.items()}
    stations = [u for u in units.values() if u.kind == Unit.Kind.STATION and u.active]
    return Dump(
        day=day,
        taken_at=at,
        digest="",
        stations=tuple(StationRow(codes[u.pk], u.name, u.name_en) for u in sorted(stations, key=lambda u: u.path)),
        matters=tuple(sorted(_matters(at, day, codes))),
        visits=tuple(
            VisitRow(codes[unit], on.isoformat(), page, count)
            for unit, on, page, count in Visit.objects.filter(on__gte=first_day(day), on__lt=day)
            .order_by("on", "unit__path", "page")
            .values_list("unit_id", "on", "page", "count")
        ),
        quarters=tuple(_quarters(day, {u.pk: codes[u.pk] for u in stations})),
        digests=tuple(sorted(_digests(at, first_day(day), codes))),
    )


_COLUMNS = (
    "pk", "kind", "unit_first_id", "unit_id", "received_at", "first_answer_at", "closed_at", "state", "due_at",
    "reason", "rating", "disputes", "transfers", "danger", "safe_contact",
)  # fmt: skip


def _matters(at: datetime, day: date, codes: dict[int, str]) -> Iterable[MatterRow]:
    recent = Q(received_at__gte=midnight(first_day(day))) | ~Q(state=State.CLOSED)
    rows = list(Matter.objects.filter(recent, received_at__lt=midnight(day)).order_by("pk").values(*_COLUMNS))
    automatic = set(Entry.objects.filter(type=Type.AUTO_ANSWER).values_list("matter_id", flat=True))
    returned = Counter(Entry.objects.filter(type=Type.TRANSFER_RETURNED).values_list("matter_id", flat=True))
    reviews = dict(
        Entry.objects.filter(type=Type.REVIEWED).order_by("matter_id", "seq").values_list("matter_id", "data")
    )
    kept_from = set(Matter.kept_from.through.objects.values_list("matter_id", flat=True))
    shown = merge_rare(
        [
            ((row["unit_first_id"], _month(row["received_at"])), OTHER if _is_delicate(row, kept_from) else row["kind"])
            for row in rows
        ]
    )
    reasons = _reasons(rows, shown)
    for row, kind in zip(rows, shown, strict=True):
        disputed = row["disputes"] > 0
        yield MatterRow(
            row=row_id(day, row["pk"]),
            station=codes[row["unit_first_id"]],
            station_now=codes[row["unit_id"]],
            kind=kind,
            arrived=timezone.localtime(row["received_at"]).date().isoformat(),
            minutes_to_answer=_minutes(row["received_at"], row["first_answer_at"]),
            minutes_to_close=_minutes(row["received_at"], row["closed_at"]),
            automatic=int(row["pk"] in automatic),
            state=row["state"],
            overdue=int(row["state"] != State.CLOSED and row["due_at"] is not None and row["due_at"] < at),
            reason=reasons.get(row["pk"], ""),
            rating=row["rating"],
            disputed=int(disputed),
            dispute_end=_dispute_end(row["state"], reviews.get(row["pk"])) if disputed else "",
            transfers=row["transfers"],
            returned=returned[row["pk"]],
        )


def _reasons(rows: Sequence[dict[str, Any]], kinds: Sequence[str]) -> dict[int, str]:
    """How each closed matter ended, by its key; what fewer than three of its station, month and shown kind share is `OTHER`."""
    ended = [(row, kind) for row, kind in zip(rows, kinds, strict=True) if row["state"] == State.CLOSED]
    merged = merge_rare(
        [((row["unit_first_id"], _month(row["received_at"]), kind), row["reason"]) for row, kind in ended]
    )
    return {row["pk"]: reason for (row, _kind), reason in zip(ended, merged, strict=True)}


def row_id(day: date, pk: int) -> str:
    """The same in one dump however often it is made, unlinked between dumps, and a riddle without the key of the house."""
    return hmac.new(derive_key("openness.rows"), f"{day}:{pk}".encode(), hashlib.sha256).hexdigest()[:16]


def _month(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m")


def _is_delicate(row: dict[str, Any], kept_from: set[int]) -> bool:
    """Whether even the kind beside a date could harm: complaints, danger, safe contact, matters kept from an officer."""
    return bool(row["kind"] == Kind.COMPLAINT or row["danger"] or row["safe_contact"] or row["pk"] in kept_from)


def _minutes(since: datetime, until: datetime | None) -> int | None:
    return None if until is None else max(0, int((until - since).total_seconds() // 60))


def _dispute_end(state: str, review: dict[str, Any] | None) -> str:
    if state == State.DISPUTED or review is None:
        return "waiting"
    return "upheld" if review["upheld"] else "reopened"


def quarter_of(day: date) -> str:
    """`2026Q4`."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def _quarters(day: date, codes: dict[int, str]) -> Iterable[QuarterRow]:
    """Only quarters that are over: a running count, compared from day to day, would tell the day."""
    since = date(day.year - 1, (day.month - 1) // 3 * 3 + 1, 1)
    until = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    spans = [
        quarter_of(date(since.year + (since.month + m - 1) // 12, (since.month + m - 1) % 12 + 1, 1))
        for m in (0, 3, 6, 9)
    ]
    span = {"received_at__gte": midnight(since), "received_at__lt": midnight(until)}
    complaints = Counter(
        (unit, quarter_of(timezone.localtime(received).date()))
        for unit, received in Matter.objects.filter(kind=Kind.COMPLAINT, **span).values_list(
            "unit_first_id", "received_at"
        )
    )
    calls: Counter[tuple[int, str]] = Counter()
    in_time: Counter[tuple[int, str]] = Counter()
    for unit, found, accepted in _danger_calls(span):
        cell = unit, quarter_of(timezone.localtime(found).date())
        calls[cell] += 1
        in_time[cell] += accepted is not None and accepted - found <= timedelta(minutes=DANGER_MINUTES)
    for unit, code in codes.items():
        for quarter in spans:
            heard = count_or_nothing(calls[unit, quarter])
            yield QuarterRow(
                station=code,
                quarter=quarter,
                complaints=count_or_nothing(complaints[unit, quarter]),
                danger_calls=heard,
                danger_accepted_in_time=None if heard is None else in_time[unit, quarter],
            )


def _danger_calls(span: dict[str, datetime]) -> Iterable[tuple[int, datetime, datetime | None]]:
    """Station, when danger was first found, when it was first accepted; one for each matter whose alarm rang."""
    entries = (
        Entry.objects.filter(
            Q(type=Type.DANGER_FOUND) | Q(type=Type.DANGER_ACCEPTED),
            matter__danger="now",
            **{f"matter__{field}": value for field, value in span.items()},
        )
        .order_by("matter_id", "seq")
        .values_list("matter_id", "matter__unit_first_id", "type", "data", "at")
    )
    found: dict[int, tuple[int, datetime, datetime | None]] = {}
    for matter, unit, type_, data, at in entries:
        if type_ == Type.DANGER_FOUND and data["grade"] == "now" and matter not in found:
            found[matter] = unit, at, None
        elif type_ == Type.DANGER_ACCEPTED and matter in found and found[matter][2] is None:
            found[matter] = *found[matter][:2], at
    return found.values()


def _digests(at: datetime, since: date, codes: dict[int, str]) -> Iterable[DigestRow]:
    published = Digest.objects.published().filter(since__gte=since)
    for week in published.order_by().values_list("since", flat=True).distinct():  # one week is few enough for one query
        items = DigestItem.objects.publishable().filter(digest__in=published.filter(since=week)).with_all()
        shown = set(DigestItem.objects.shown().filter(digest__since=week).values_list("pk", flat=True))
        besides: dict[str, list[DigestRow]] = {}
        for item, told in zip(items, tell(items, at), strict=True):
            digest = item.digest
            row = DigestRow(
                digest=digest.slug,
                station=codes[digest.unit_id],
                community=digest.community.name if digest.community else "",
                since=week.isoformat(),
                asked=str(item.kind),
                shown=int(item.pk in shown),
                answered=int(told.answered),
                state=told.state if item.pk in shown else "",
            )
            if row.shown:
                yield row
            elif told.is_question and told.answered:
                besides.setdefault(digest.slug, []).append(row)
        for rows in besides.values():
            if count_or_nothing(len(rows)):
                yield from rows


# ── writing and reading ──────────────────────────────────────────────────────────────────────────────────────────────


def folder() -> Path:
    """Where dumps live."""
    return Path(settings.SHOUWANG.data_dir) / "open"


def make(at: datetime) -> Path:
    """Write the dump of this day, unless it is there; returns its folder. Two processes at once leave one whole dump."""
    there = folder() / timezone.localtime(at).date().isoformat()
    if there.is_dir():
        return there
    folder().mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=folder()))
    try:
        for name, content in files_of(collect(at)).items():
            with (new / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        new.chmod(0o755)
        new.rename(there)
    except OSError:
        if not there.is_dir():
            raise
    finally:
        shutil.rmtree(new, ignore_errors=True)
    for old in all_dumps()[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return there


def files_of(dump: Dump) -> dict[str, bytes]:
    """The files of a dump by name, ready to be written; the sums last."""
    tables: dict[str, tuple[tuple[str, ...], Sequence[tuple[Any, ...]]]] = {
        "matters": (MatterRow._fields, dump.matters),
        "visits": (VisitRow._fields, dump.visits),
        "quarters": (QuarterRow._fields, dump.quarters),
        "digests": (DigestRow._fields, dump.digests),
        "stations": (StationRow._fields, dump.stations),
    }
    whole = {
        "format": FORMAT,
        "version": VERSION,
        "day": dump.day.isoformat(),
        "taken_at": timezone.localtime(dump.taken_at).isoformat(timespec="seconds"),
        "schema": SCHEMA,
        **{name: {"columns": columns, "rows": rows} for name, (columns, rows) in tables.items()},
    }
    files = {JSON_FILE: (json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n").encode()}
    for name, (columns, rows) in tables.items():
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([columns, *rows])
        files[f"{name}.csv"] = text.getvalue().encode()
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    return {**files, SUMS: sums.encode()}


def all_dumps() -> list[Path]:
    """The folders of whole dumps, oldest first."""
    return sorted(one for one in folder().glob("[0-9]*") if one.is_dir()) if folder().is_dir() else []


def newest(at: datetime) -> Path:
    """The folder of the newest dump. In a house that has none yet, it is made now."""
    found = all_dumps()
    return found[-1] if found else make(at)


def read(there: Path) -> Dump:
    """A dump as it was written."""
    content = (there / JSON_FILE).read_bytes()
    whole = json.loads(content)
    return Dump(
        day=date.fromisoformat(whole["day"]),
        taken_at=datetime.fromisoformat(whole["taken_at"]),
        digest=hashlib.sha256(content).hexdigest(),
        stations=tuple(StationRow(*row) for row in whole["stations"]["rows"]),
        matters=tuple(MatterRow(*row) for row in whole["matters"]["rows"]),
        visits=tuple(VisitRow(*row) for row in whole["visits"]["rows"]),
        quarters=tuple(QuarterRow(*row) for row in whole["quarters"]["rows"]),
        digests=tuple(DigestRow(*row) for row in whole.get("digests", {"rows": ()})["rows"]),
    )


def station_codes(there: Path) -> list[str]:
    """The codes of the stations in a dump, without reading the rest of it."""
    with (there / "stations.csv").open(encoding="utf-8", newline="") as file:
        return [row["code"] for row in csv.DictReader(file)]


def digest_rows(there: Path, slug: str) -> tuple[DigestRow, ...]:
    """What a dump tells of one digest, without reading the rest of it; nothing in a dump from before there was such a table."""
    file = there / "digests.csv"
    if not file.exists():
        return ()
    with file.open(encoding="utf-8", newline="") as rows:
        found = [row for row in csv.DictReader(rows) if row["digest"] == slug]
    whole = {"shown", "answered"}
    return tuple(
        DigestRow._make(int(row[key]) if key in whole else row[key] for key in DigestRow._fields) for row in found
    )


def sums(there: Path) -> dict[str, str]:
    """Name → SHA-256 of the files of a dump, as its own list says."""
    lines = (there / SUMS).read_text().splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
