"""
What a text that goes out tells of place, day and people: just enough to see what it says together with other texts.

    told_in("2026年11月3日，柳溪村养蜂的钱某（67岁）…", places=["柳溪村"], now=now, zone=zone)
    # Told(places={"柳溪村"}, days={date(2026, 11, 3)}, facts={"trade:养蜂", "age:67"})

It reads what stays readable, so hand in the copy, never the original. A fact is its kind, a colon and the word.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from pathlib import Path

from shouwang.engines.law.reading import toml_file
from shouwang.engines.redaction.find import find
from shouwang.engines.triage.amounts import Role
from shouwang.engines.triage.extract import Facts, Lexicon, extract
from shouwang.engines.triage.numerals import Exactness

WORDS = Path(__file__).parent / "data" / "telling.toml"
#: Kinds of facts; the first five are lists of words.
KINDS = ("trade", "body", "household", "vehicle", "belonging", "age", "sum", "organisation")
#: Characters that are read: who wants to know more of a book reads the book.
MOST_READ = 200_000
MOST_DAYS = 40
_WEEK = timedelta(days=7)

_PLACE = re.compile(r"^.{1,12}?(?:社区|小区|市场|小学|中学|医院|水库|村|路|街|弄|巷|桥|庙|寺)")
_POLICE = re.compile("公安|派出所|警务|法院|检察|人民政府|司法|复议|委员会")
_HAS_DAY = re.compile(r"\d\s*[日号]|[一二三十]\s*[日号]")
_CALLED = re.compile("〔|某")


@dataclass(frozen=True)
class Told:
    """What a text tells: places by name, days, facts as ``kind:word``."""

    places: frozenset[str]
    days: frozenset[date]
    facts: frozenset[str]


def told_in(
    text: str, *, places: Iterable[str] = (), public: Collection[str] = (), now: datetime, zone: tzinfo
) -> Told:
    """
    Place, days and facts of the first 200,000 characters.

    places  names that the caller, who knows the map, has read in it; more are heard by themselves
    public  words that are everybody's to know and tell nothing: the station's own name
    now     aware; when the text was written, for dates without a year
    """
    read = text[:MOST_READ]
    heard = extract(read, now=now, zone=zone, lexicon=_lexicon())
    spans = [
        (span.kind, read[span.start : span.end]) for span in find(read) if span.kind in {"address", "organisation"}
    ]
    spans = [(kind, words) for kind, words in spans if words not in public and not _CALLED.search(words)]
    named = set(places) | {match[0] for kind, words in spans if kind == "address" and (match := _PLACE.match(words))}
    facts = set(_listed(read)) | set(_counted(heard))
    facts |= {f"organisation:{words}" for kind, words in spans if kind == "organisation" and not _POLICE.search(words)}
    return Told(frozenset(named), frozenset(_days(read, heard, zone)), frozenset(facts))


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon:
    return Lexicon.load()


@lru_cache(maxsize=1)
def _words() -> tuple[dict[str, str], re.Pattern[str]]:
    table = toml_file(WORDS)
    kinds = {word: kind for kind in table.names() for word in table.text(kind).split()}
    return kinds, re.compile("|".join(sorted(map(re.escape, kinds), key=len, reverse=True)))


def _listed(text: str) -> Iterable[str]:
    kinds, pattern = _words()
    return (f"{kinds[match[0]]}:{match[0]}" for match in pattern.finditer(text))


def _counted(heard: Facts) -> Iterable[str]:
    """Ages in years, and sums that are not round. Fines are round by law and told in each decision."""
    for age in heard.ages:
        if age.low == age.high:
            yield f"age:{age.low}"
    for said in heard.amounts:
        plain = said.point.normalize()
        if said.exactness is Exactness.EXACT and said.role is not Role.FINE and len(plain.as_tuple().digits) > 2:
            yield f"sum:{plain:f}"


def _days(text: str, heard: Facts, zone: tzinfo) -> Iterable[date]:
    """Days that are named by a date, a week at most; “昨天” would be counted from the wrong day."""
    days: set[date] = set()
    for moment in heard.times:
        if moment.earliest is None or moment.latest is None or not _HAS_DAY.search(text[moment.start : moment.end]):
            continue
        first = moment.earliest.astimezone(zone).date()
        last = (moment.latest - timedelta(microseconds=1)).astimezone(zone).date()
        if last - first < _WEEK:
            days |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    return sorted(days)[-MOST_DAYS:]
