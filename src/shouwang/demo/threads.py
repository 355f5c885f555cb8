"""
What neighbours say to one another: threads out of `data/rooms/`, each told once at a time that fits. No database; chance is an argument.

The format is described at the head of `data/rooms.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.utils import timezone

from shouwang.demo import pace
from shouwang.engines.errors import BadData

DATA = Path(__file__).parent / "data"
EVERYWHERE = "everywhere"
NEIGHBOURS, AWAY, POLICE = "甲乙丙丁", "外", "警"
ANSWER = timedelta(minutes=3)
#: Another conversation begins no nearer than this, so that two are not told into one another.
APART = timedelta(minutes=25)
WAKES, SLEEPS = time(6, 20), time(22, 40)
#: Hours of the first line of a thread that does not say when.
USUAL = range(7, 22)
#: What may come again does so about this many days later, in other words.
OFTEN = 24
#: Only texts up to this many characters are said again in a room.
SHORT = 12
SUGGESTION, QUESTION = "suggestion", "question"

_KINDS = {"议": SUGGESTION, "问": QUESTION}
_DAYTIMES: Mapping[str, Sequence[int]] = {
    "早": (6, 7), "上午": (8, 9, 10), "中午": (11, 12), "下午": (13, 14, 15, 16), "傍晚": (16, 17, 18), "晚": (18, 19, 20, 21), "夜": (21,),
}  # fmt: skip
_WEEKDAYS: Mapping[str, Sequence[int]] = {"平日": range(5), "周末": (5, 6)}
_PLACES = {"村": "village", "镇": "neighbourhood"}
_NAMES_OF_DAYS = "一二三四五六日"
_LINE = re.compile(rf"([{NEIGHBOURS}{AWAY}{POLICE}])(?:\+(\d+)([mhd]))?：(.+)", re.DOTALL)
_GATHERED = re.compile(r"([议问])：(.+)")
_RESULT = re.compile(r"果(?:\+(\d+)d)?：(.+)")
_MONTHS = re.compile(r"(\d{1,2})(?:-(\d{1,2}))?")
_DATES = re.compile(r"(\d{1,2})\.(\d{1,2})-(\d{1,2})\.(\d{1,2})")
_FEAST = re.compile(r"(\D+?)([-+]\d+)\+(\d+)")
_BLANK = re.compile(r"\{([a-z_]+)\}")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1)}
_COMPUTED = frozenset({"tomorrow", "in_two", "in_three", "officer"})


@dataclass(frozen=True, slots=True)
class Line:
    """One text: who says it, in which ways, and how long after the line before (`after`) or how many days after the first (`days`)."""

    who: str
    says: tuple[str, ...]
    after: timedelta | None = None
    days: int = 0


@dataclass(frozen=True, slots=True)
class Thread:
    """
    Lines in order, and when they fit; an empty condition fits always.

    spans   days of the year as (month, day) from and to, both included; a span may run over New Year
    feasts  a moving day, and how many days before and after it
    kind    as what the officer gathers the first line, `sentence` and `done` are for everybody; empty: not gathered
    """

    lines: tuple[Line, ...]
    spans: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    feasts: tuple[tuple[str, int, int], ...] = ()
    weekdays: frozenset[int] = frozenset()
    hours: frozenset[int] = frozenset()
    places: frozenset[str] = frozenset()
    often: bool = False
    kind: str = ""
    sentence: str = ""
    done: str = ""
    known_after: timedelta = timedelta(days=4)

    def fits(self, day: date, days: Mapping[str, Collection[date]]) -> bool:
        """Whether this day is one on which it may begin; `days` are the moving ones."""
        if self.weekdays and day.weekday() not in self.weekdays:
            return False
        if not self.spans and not self.feasts:
            return True
        if any(_within((day.month, day.day), span) for span in self.spans):
            return True
        return any(
            -before <= (day - feast).days <= after for name, before, after in self.feasts for feast in days[name]
        )


@dataclass(frozen=True, slots=True)
class Said:
    """One text as it was said."""

    at: datetime
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """A thread as it was told in one room; lines that lie after the end of the window are not said yet."""

    thread: Thread
    posts: tuple[Said, ...]
    sentence: str
    done: str


@dataclass(frozen=True, slots=True)
class Talk:
    """Everything there is to say: the rooms and their words, the seasons, and the threads of each room."""

    rules: str
    rooms: tuple[dict[str, Any], ...]
    words: Mapping[str, Sequence[str]]
    fresh: Mapping[str, Sequence[str]]
    seasons: Mapping[int, Mapping[str, Sequence[str]]]
    days: Mapping[str, tuple[date, ...]]
    threads: Mapping[str, tuple[Thread, ...]] = field(repr=False)


def read(folder: Path = DATA) -> Talk:
    """The file of the rooms and the threads beside it. Raises BadData with file, thread and reason."""
    data = tomllib.loads((folder / "rooms.toml").read_text())
    days = {name: tuple(date.fromisoformat(one) for one in dates) for name, dates in data["days"].items()}
    seasons: dict[int, dict[str, Sequence[str]]] = {}
    for season in data["season"]:
        words = {name: values for name, values in season.items() if name != "months"}
        span = _months(season["months"])
        for month in range(1, 13):
            if any(_within((month, 1), one) for one in span):
                seasons[month] = words
    threads = {
        path.stem: tuple(_thread(f"{path.name} {place}", one, days) for place, one in enumerate(_lists(path), 1))
        for path in sorted((folder / "rooms").glob("*.toml"))
    }
    known = {*data["words"], *data["fresh"], *seasons[1], *data["room"][0]["words"], "school", *_COMPUTED}
    for name, told in threads.items():
        for thread in told:
            texts = [*(one for line in thread.lines for one in line.says), thread.sentence, thread.done]
            if unknown := {blank for text in texts for blank in _BLANK.findall(text)} - known:
                raise BadData(f"{name}: {texts[0][:20]}", f"unknown blanks: {', '.join(sorted(unknown))}")
    return Talk(data["rules"], tuple(data["room"]), data["words"], data["fresh"], seasons, days, threads)


def _lists(path: Path) -> list[list[str]]:
    found: list[list[str]] = tomllib.loads(path.read_text())["threads"]
    return found


def _months(word: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    found = _MONTHS.fullmatch(word)
    if found is None:
        raise BadData(word, "is not one month or two")
    return [((int(found[1]), 1), (int(found[2] or found[1]), 31))]


def _within(day: tuple[int, int], span: tuple[tuple[int, int], tuple[int, int]]) -> bool:
    first, last = span
    return first <= day <= last if first <= last else day >= first or day <= last


def _thread(name: str, texts: Iterable[str], days: Mapping[str, object]) -> Thread:
    lines: list[Line] = []
    more: dict[str, Any] = {}
    for text in texts:
        if text.startswith("@"):
            more |= _when(name, text[1:].split(), days)
        elif found := _GATHERED.fullmatch(text):
            more |= {"kind": _KINDS[found[1]], "sentence": found[2]}
        elif found := _RESULT.fullmatch(text):
            more |= {"done": found[2]} | ({"known_after": timedelta(days=int(found[1]))} if found[1] else {})
        elif found := _LINE.fullmatch(text):
            who, amount, unit, says = found.groups()
            number = int(amount or 0)
            after = _UNITS[unit] * number if unit in _UNITS else None
            ways = tuple(one.strip() for one in says.split("｜"))
            lines.append(Line(who, ways, after, number if unit == "d" else 0))
        else:
            raise BadData(name, f"cannot read {text[:20]!r}")
    if not lines or lines[0].days or lines[0].after or ("done" in more) != ("kind" in more):
        raise BadData(name, "begins with a line of its own, and what is gathered says what became of it")
    return Thread(tuple(lines), **more)


def _when(name: str, words: Iterable[str], days: Mapping[str, object]) -> dict[str, Any]:
    spans: list[tuple[tuple[int, int], tuple[int, int]]] = []
    feasts: list[tuple[str, int, int]] = []
    weekdays: set[int] = set()
    hours: set[int] = set()
    places: set[str] = set()
    often = False
    for word in words:
        if word in _DAYTIMES:
            hours |= set(_DAYTIMES[word])
        elif word in _WEEKDAYS:
            weekdays |= set(_WEEKDAYS[word])
        elif word in _PLACES:
            places.add(_PLACES[word])
        elif word == "常":
            often = True
        elif found := _DATES.fullmatch(word):
            a, b, c, d = map(int, found.groups())
            spans.append(((a, b), (c, d)))
        elif _MONTHS.fullmatch(word):
            spans += _months(word)
        elif (found := _FEAST.fullmatch(word)) and found[1] in days:
            feasts.append((found[1], -int(found[2]), int(found[3])))
        else:
            raise BadData(name, f"does not know when {word!r} is")
    return {
        "spans": tuple(spans),
        "feasts": tuple(feasts),
        "weekdays": frozenset(weekdays),
        "hours": frozenset(hours),
        "places": frozenset(places),
        "often": often,
    }


def tell(
    talk: Talk,
    room: Mapping[str, Any],
    kind: str,
    words: Mapping[str, Sequence[str]],
    *,
    since: datetime,
    until: datetime,
    rng: Random,
    share: float = 1.0,
) -> list[Told]:
    """
    The threads of one room between two moments, by the time of their first line. None is told twice, and no two share a conversation.

    kind    of the community: village or neighbourhood
    words   what fills the blanks besides the lists of the file: school, officer …
    share   how much of it, from 0 to 1
    """
    first, last = timezone.localtime(since).date(), timezone.localtime(until).date()
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    common = talk.threads[EVERYWHERE]
    mine = [*talk.threads[room["community"]], *rng.sample(common, round(len(common) * room["everywhere"]))]
    fitting = {
        place: [day for day in days if thread.fits(day, talk.days)]
        for place, thread in enumerate(mine)
        if not thread.places or kind in thread.places
    }
    turns = [
        place
        for place, found in fitting.items()
        for _turn in range(1 if not mine[place].often else 1 + len(found) // OFTEN)
        if found
    ]
    turns = rng.sample(turns, min(len(turns), max(2, round(len(turns) * share))))
    # What fits few days is placed first, so that it finds room there.
    turns.sort(key=lambda place: len(fitting[place]))
    busy: dict[date, list[tuple[datetime, datetime]]] = {}
    load: Counter[date] = Counter()
    heard: set[str] = set()
    told: list[Told] = []
    lists = {**talk.words, **words, **room["words"]}
    for place in turns:
        thread = mine[place]
        times = _times(thread, fitting[place], load, busy, since, until, rng)
        if times is None:
            continue
        for _try in range(8):
            fill = _filler(talk, lists, times[0], rng)
            texts = [fill(rng.choice(line.says)) for line in thread.lines]
            long = {text for text in texts if len(text) > SHORT}
            if not heard & {*long, "".join(texts)}:
                break
        else:
            continue
        heard |= {*long, "".join(texts)}
        posts = tuple(
            Said(at, line.who, text) for at, line, text in zip(times, thread.lines, texts, strict=True) if at <= until
        )
        told.append(Told(thread, posts, fill(thread.sentence), fill(thread.done)))
        load[timezone.localtime(times[0]).date()] += len(texts)
    return sorted(told, key=lambda one: one.posts[0].at)


def _times(
    thread: Thread,
    days: Sequence[date],
    load: Counter[date],
    busy: dict[date, list[tuple[datetime, datetime]]],
    since: datetime,
    until: datetime,
    rng: Random,
) -> list[datetime] | None:
    """When each line is said: on a quiet one of the days, at an hour that fits, beside other talk; None where there is no place."""
    hours = sorted(thread.hours or USUAL)
    weights = [pace.BY_HOUR[hour] for hour in hours]
    for _try in range(12):
        day = min(rng.choices(days, k=3), key=lambda one: load[one])
        moment = time(rng.choices(hours, weights)[0], rng.randrange(60), rng.randrange(60))
        start = _awake(_at(day, moment), rng)
        if not since <= start <= until:
            continue
        times = _spoken(thread, start, rng)
        # What is said on the first day in one go; later lines come alone.
        end = max(at for at in times if at - start < timedelta(minutes=90))
        taken = busy.setdefault(day, [])
        if all(end + APART < a or b + APART < start for a, b in taken):
            taken.append((start, end))
            return times
    return None


def _spoken(thread: Thread, start: datetime, rng: Random) -> list[datetime]:
    times = [start]
    day = timezone.localtime(start).date()
    for line in thread.lines[1:]:
        if line.days:
            hour = rng.choices(range(8, 21), pace.BY_HOUR[8:21])[0]
            at = _at(day + timedelta(days=line.days), time(hour, rng.randrange(60), rng.randrange(60)))
        elif line.after:
            at = _awake(times[-1] + pace.around(rng, line.after, 0.15), rng)
        else:
            at = _awake(times[-1] + min(pace.around(rng, ANSWER, 0.8), ANSWER * 7), rng)
        times.append(max(at, times[-1] + timedelta(seconds=20)))
    return times


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, tzinfo=timezone.get_current_timezone())


def _awake(at: datetime, rng: Random) -> datetime:
    """This moment, or after breakfast when the village sleeps."""
    local = timezone.localtime(at)
    if WAKES <= local.time() <= SLEEPS:
        return at
    day = local.date() + timedelta(days=local.time() > SLEEPS)
    return _at(day, WAKES) + timedelta(seconds=rng.randint(300, 5400))


def _filler(talk: Talk, lists: Mapping[str, Sequence[str]], start: datetime, rng: Random) -> Callable[[str], str]:
    """Fills blanks: one value of a list for a whole thread and no value twice, except for what is drawn anew each time."""
    day = timezone.localtime(start).date()
    name = [f"周{_NAMES_OF_DAYS[(day.weekday() + ahead) % 7]}" for ahead in range(4)]
    kept = {"tomorrow": rng.choice(("明天", "明天", name[1])), "in_two": name[2], "in_three": name[3]}
    season = talk.seasons[day.month]

    def value(blank: re.Match[str]) -> str:
        if fresh := talk.fresh.get(blank[1]):
            return rng.choice(fresh)
        if blank[1] not in kept:
            values = season.get(blank[1]) or lists[blank[1]]
            kept[blank[1]] = rng.choice([one for one in values if one not in kept.values()] or values)
        return kept[blank[1]]

    return lambda text: _BLANK.sub(value, text)
