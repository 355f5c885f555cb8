"""
What people report: some thousands of calls with times, places and words, made from `data/calls.toml`. Pure: no database, no clock.

    drawn(read_kinds(), grounds, since=…, until=…, count=3050, seed="20260", zone=zone)

The same seed and moments give the same calls; each has a source of chance of its own, so that one kind changed changes little else.
"""

from __future__ import annotations

import math
import re
import tomllib
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta, tzinfo
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from shapely.geometry import Point, Polygon
from shapely.prepared import prep

from shouwang.demo.land import spot_in
from shouwang.engines.errors import BadData

DATA = Path(__file__).parent / "data" / "calls.toml"
#: How much of a day's calls of a kind fall into each hour from 0 to 23.
HOURS: Mapping[str, tuple[int, ...]] = {
    "morning": (1, 1, 1, 1, 2, 6, 14, 22, 22, 16, 11, 9, 7, 6, 7, 7, 8, 9, 8, 7, 6, 4, 3, 2),
    "day": (1, 0, 0, 0, 0, 1, 3, 8, 15, 18, 17, 13, 9, 11, 15, 15, 13, 10, 8, 7, 6, 4, 2, 1),
    "evening": (4, 2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 9, 8, 9, 9, 10, 12, 15, 19, 20, 18, 13, 8),
    "night": (13, 9, 6, 3, 2, 2, 2, 2, 2, 3, 3, 3, 4, 4, 3, 3, 4, 5, 9, 15, 20, 24, 25, 20),
    "waking": (1, 1, 0, 0, 1, 3, 7, 11, 13, 14, 13, 12, 10, 10, 11, 12, 13, 14, 13, 11, 9, 7, 4, 2),
    "market": (1, 0, 0, 0, 1, 5, 13, 21, 22, 18, 13, 11, 9, 7, 7, 8, 9, 10, 10, 9, 8, 6, 3, 1),
    "commute": (1, 1, 0, 0, 1, 3, 9, 22, 18, 10, 9, 10, 9, 9, 9, 10, 15, 22, 17, 10, 7, 5, 3, 2),
}
#: Friday and Saturday nights are loud; what waits for an office comes on Monday. Monday first.
LOUD, QUIET = (0.92, 0.9, 0.92, 0.96, 1.2, 1.25, 1.0), (1.12, 1.04, 1.0, 1.0, 1.02, 0.92, 0.88)
#: Out of ten, for the months a kind names, against the others.
IN_SEASON = 1.6
#: How it ends. `file` and `drop` are crimes that become a case or do not, `case` a violation of public order; then what needs no case,
#: what belongs elsewhere, what another organ gets, and what was nothing.
ENDINGS = frozenset({"file", "drop", "case", "dispute", "traffic", "help", "elsewhere", "pass", "nothing"})
#: How many others call where anybody else does, and how soon.
OTHERS, OTHERS_WITHIN_MINUTES = (1, 1, 1, 2, 2, 3), 12
#: Of so many calls one comes in the last hour, at most some: the board is looked at now.
LIVELY, MOST_LIVELY, LAST = 100, 8, timedelta(minutes=50)
#: Around a landmark people mean so much by “there” (standard deviation).
AROUND_M = 70.0
PLACES = ("spot", "road", "shop", "school", "home")
_COMPUTED = frozenset({*PLACES, "village", "when", "ago", "sum", "part", "to"})
_BLANK = re.compile(r"\{([a-z_0-9]+)\}")
_METRES = 111_195.0  # in one degree
_SURNAMES = "李王张吴郑何罗叶潘徐方傅汪程柴毛余姜祝占巫鄢周胡邱童翁"
_CALLED = ("{s}女士", "{s}先生", "{s}师傅", "{s}阿姨", "{s}大姐", "小{s}", "老{s}", "{s}大伯", "{s}奶奶", "{s}老板")
#: Where somebody did it, and how callers speak of them.
_SOMEBODY, _SPOKEN_OF = frozenset({"hurt", "home", "damaged", "cheated"}), ("man", "suspect", "boss", "met", "family")
_AGO = ("上礼拜", "前几天", "半个月前", "上个月", "大前天", "国庆以前", "十来天以前")


@dataclass(frozen=True, slots=True)
class Ground:
    """One community: the station it belongs to, how many live there, and what its places are called."""

    prefix: str
    slug: str
    name: str
    is_village: bool
    people: int
    words: Mapping[str, Sequence[str]]
    boundary: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of report, as `data/calls.toml` describes it."""

    key: str
    name: str
    category: str
    weight: int
    hours: str
    lag: tuple[float, float]
    doors: Mapping[str, int]
    ends: Mapping[str, int]
    says: tuple[str, ...]
    seen: tuple[str, ...]
    nature: Mapping[str, Sequence[str]]
    done: Mapping[str, Sequence[str]]
    elsewhere: tuple[str, ...]
    words: Mapping[str, Sequence[str]]
    where: str = "any"
    months: tuple[int, ...] = ()
    money: tuple[int, int] | None = None
    thing: str = ""
    go: float = 0.0
    urgency: int = 3
    handler: str = "station"
    crowd: float = 0.0
    anonymous: float = 0.06
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """
    One report as it arrives.

    event       number of the first call about the same event; its own number when it is that one
    slug        the community; `spot` is the landmark it is near, `address` how the caller says it
    happened    when it began; the caller says `when_said`
    value       yuan, or None; `thing` is what was lost, `suspect` whom the caller speaks of
    goes        a crew is sent
    ending, nature, done, to     how it ends, what an officer says of it, says at the end, and where else it belongs
    """

    number: int
    event: int
    kind: str
    name: str
    category: str
    prefix: str
    slug: str
    at: datetime
    channel: str
    what: str
    spot: str
    address: str
    longitude: float
    latitude: float
    happened: datetime
    when_said: str
    value: int | None
    thing: str
    suspect: str
    called: str
    phone: str
    safe: bool
    urgency: int
    handler: str
    goes: bool
    ending: str
    nature: str
    done: str
    to: str


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Book:
    """All kinds, and the words they share."""

    kinds: tuple[Kind, ...]
    words: Mapping[str, Sequence[str]]
    before: tuple[str, ...]
    after: tuple[str, ...]


Ends = Mapping[str, Sequence[str]]
_NEEDED = frozenset({"key", "name", "category", "weight", "hours", "lag", "doors", "ends", "says", "nature", "done"})


def read_kinds(path: Path = DATA) -> Book:
    """The file. Raises BadData with the kind and what is wrong."""
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    words = {name: tuple(values) for name, values in told["words"].items()}
    usual = {name: {end: tuple(texts) for end, texts in told[name].items()} for name in ("nature", "done")}
    kinds = tuple(_kind(f"{path.name}: {one.get('key', '?')}", one, words, usual) for one in told["kind"])
    return Book(kinds, words, tuple(told["around"]["before"]), tuple(told["around"]["after"]))


#: These end in words of their own and not in those for whatever ends well.
_APART = frozenset({"drop", "elsewhere", "pass", "nothing"})
Usual = Mapping[str, Mapping[str, tuple[str, ...]]]


def _by_ending(where: str, texts: Sequence[str], ends: Collection[str], usual: Mapping[str, Sequence[str]]) -> Ends:
    """The texts for each ending: those that name it and, where it ends well, those that name none; else the usual ones."""
    split = [one.rpartition("> ") for one in texts]
    if stray := {end for tags, _mark, _text in split if tags for end in tags.split(",")} - ENDINGS:
        raise BadData(where, f"speaks of endings that nobody knows: {', '.join(sorted(stray))}")
    found: dict[str, tuple[str, ...]] = {}
    for end in ends:
        fits = (end in tags.split(",") if tags else end not in _APART for tags, _mark, _text in split)
        own = tuple(text for (_tags, _mark, text), fit in zip(split, fits, strict=True) if fit)
        found[end] = own or tuple(usual.get(end, ()))
    return found


def _kind(where: str, one: dict[str, Any], shared: Mapping[str, Sequence[str]], usual: Usual) -> Kind:
    if missing := _NEEDED - one.keys():
        raise BadData(where, f"is without {', '.join(sorted(missing))}")
    if one["hours"] not in HOURS or one.get("where", "any") not in {"any", "town", "village"}:
        raise BadData(where, "has hours or a place that nobody knows")
    if stray := one["ends"].keys() - ENDINGS:
        raise BadData(where, f"cannot end with {', '.join(sorted(stray))}")
    if one["ends"].keys() & {"elsewhere", "pass"} and not one.get("elsewhere"):
        raise BadData(where, "has to say where else it belongs")
    doors = one.pop("doors").split()
    lists = {name: tuple(one.pop(name, ())) for name in ("says", "seen", "elsewhere", "months")}
    ended = {name: _by_ending(where, one.pop(name), one["ends"].keys(), usual[name]) for name in ("nature", "done")}
    words = {name: tuple(values) for name, values in one.pop("words", {}).items()}
    own = _COMPUTED | words.keys() | shared.keys()
    own -= set() if "money" in one else {"sum", "part"}
    groups = (*lists.values(), *words.values(), *(each for by_end in ended.values() for each in by_end.values()))
    texts = [text for group in groups for text in group if isinstance(text, str)]
    if unknown := {blank for text in [*texts, one.get("thing", "")] for blank in _BLANK.findall(text)} - own:
        raise BadData(where, f"has blanks that nobody fills: {', '.join(sorted(unknown))}")
    pairs: dict[str, Any] = {name: tuple(one.pop(name)) for name in ("lag", "money") if name in one}
    given: dict[str, Any] = {**one, **lists, **ended, **pairs}
    doors_open = dict(zip(doors[::2], map(int, doors[1::2]), strict=True))
    return Kind(**given, words=words, doors=doors_open)


# ── drawing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def drawn(
    book: Book, grounds: Sequence[Ground], *, since: datetime, until: datetime, count: int, seed: str, zone: tzinfo
) -> list[Call]:
    """
    About so many calls between two moments (aware), in the order of arrival. `zone` is the station's own.

    About one event several may call: the first, then up to three within some minutes, each in other words. In the last hour it is lively.
    """
    maps = {ground.slug: _Map(ground, Random(f"{seed}/map/{ground.slug}")) for ground in grounds}  # noqa: S311
    made: list[Call] = []
    taken: set[tuple[str, datetime]] = set()
    others = sum(kind.weight * kind.crowd for kind in book.kinds) / sum(kind.weight for kind in book.kinds)
    events = round(count / (1 + others * sum(OTHERS) / len(OTHERS)))
    for n, (at, kind) in enumerate(_arrivals(book, since, until, events, Random(f"{seed}/when"), zone)):  # noqa: S311
        rng = Random(f"{seed}/call/{n}")  # noqa: S311  a demo town needs no secrets
        fitting = [one for one in grounds if kind.where in {"any", "village" if one.is_village else "town"}]
        ground = rng.choices(fitting, [one.people for one in fitting])[0]
        at = _free_minute(at, ground, taken, until)
        first = _Teller(book, kind, maps[ground.slug], at, rng, zone).call(len(made))
        made.append(first)
        if rng.random() < kind.crowd:
            for _other in range(rng.choice(OTHERS)):
                later = at + timedelta(seconds=rng.randint(50, OTHERS_WITHIN_MINUTES * 60))
                if later <= until:
                    made.append(_Teller(book, kind, maps[ground.slug], later, rng, zone).other(len(made), first))
    order = sorted(made, key=lambda one: (one.at, one.number))
    numbers = {one.number: n for n, one in enumerate(order)}
    return [replace(one, number=numbers[one.number], event=numbers[one.event]) for one in order]


def _free_minute(at: datetime, ground: Ground, taken: set[tuple[str, datetime]], until: datetime) -> datetime:
    """Two events of one community never begin in the same minute."""
    step = timedelta(minutes=1)
    while (ground.slug, at.replace(second=0)) in taken:
        at += step if at + step <= until else -step
    taken.add((ground.slug, at.replace(second=0)))
    return at


def _arrivals(
    book: Book, since: datetime, until: datetime, count: int, rng: Random, zone: tzinfo
) -> list[tuple[datetime, Kind]]:
    """When what is reported: kinds by weight, days by season and weekday, hours by the kind's profile. In order."""
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    chances: dict[str, list[float]] = {}
    for kind in book.kinds:
        week = LOUD if kind.hours in {"night", "evening"} else QUIET
        by_day = (week[day.weekday()] * (IN_SEASON if day.month in kind.months else 1.0) for day in days)
        chances[kind.key] = list(accumulate(by_day))
    found: list[tuple[datetime, Kind]] = []
    weights = [kind.weight for kind in book.kinds]
    going = [(kind, kind.weight) for kind in book.kinds if kind.go > 0.5]
    for _one in range(min(MOST_LIVELY, count // LIVELY)):
        kind = rng.choices([one for one, _weight in going], [weight for _one, weight in going])[0]
        found.append(((until - LAST * rng.random()).astimezone(zone).replace(microsecond=0), kind))
    while len(found) < count:
        kind = rng.choices(book.kinds, weights)[0]
        cumulated = chances[kind.key]
        day = days[bisect_left(cumulated, rng.random() * cumulated[-1])]
        hour = rng.choices(range(24), HOURS[kind.hours])[0]
        moment = datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), tzinfo=zone)
        if since <= moment <= until:
            found.append((moment, kind))
    return sorted(found, key=lambda one: one[0])


class _Map:
    """Where the places of a community lie; the same words always mean the same place."""

    def __init__(self, ground: Ground, rng: Random) -> None:
        self.ground = ground
        self._area = prep(Polygon(ground.boundary["coordinates"][0]))
        names = [name for kind in ("landmark", "road", "shop", "school", "where") for name in ground.words[kind]]
        self._at = {name: spot_in(ground.boundary, rng) for name in names}

    def near(self, name: str, rng: Random, spread_m: float = AROUND_M) -> tuple[float, float]:
        """A place near one that has a name, inside the boundary."""
        x, y = self._at[name]
        for _try in range(8):
            east, north = rng.gauss(0, spread_m) / _METRES, rng.gauss(0, spread_m) / _METRES
            there = (round(x + east / math.cos(math.radians(y)), 6), round(y + north, 6))
            if self._area.contains(Point(there)):
                return there
        return x, y


def _pick(names: Sequence[str], rng: Random) -> str:
    """The first names of a list are the busiest places."""
    return rng.choices(names, [1 / (n + 1) for n in range(len(names))])[0]


@dataclass
class _Teller:
    """One caller's voice."""

    book: Book
    kind: Kind
    map: _Map
    at: datetime
    rng: Random
    zone: tzinfo
    filled: dict[str, str] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def call(self, number: int) -> Call:
        """The first call about an event."""
        rng, kind = self.rng, self.kind
        least, most = kind.lag
        lag = math.exp(rng.uniform(math.log(max(least, 0.03)), math.log(max(most, 0.05))))
        happened = (self.at - timedelta(hours=lag)).replace(second=0, microsecond=0)
        value = _money(kind.money, rng) if kind.money else None
        self._begin(happened, value)
        channel = self._door()
        words = self._text(rng.choice(kind.says))
        what = f"{rng.choice(self.book.before)}{words}{rng.choice(self.book.after)}" if channel == "phone" else words
        self.filled["to"] = self._where_to(words)
        anchor = next((name for name in self.asked if name in self.named), "home")
        x, y = self.map.near(self.named[anchor], rng)
        called, phone = self._caller(channel, kind.anonymous)
        ending = rng.choices(list(kind.ends), list(kind.ends.values()))[0]
        ground = self.map.ground
        return Call(
            number=number,
            event=number,
            kind=kind.key,
            name=kind.name,
            category=kind.category,
            prefix=ground.prefix,
            slug=ground.slug,
            at=self.at,
            channel=channel,
            what=what,
            spot=self.named[anchor],
            address=self.filled[anchor],
            longitude=x,
            latitude=y,
            happened=happened,
            when_said=self.filled["when"],
            value=value,
            thing=self._text(kind.thing),
            suspect=self._suspect(),
            called=called,
            phone=phone,
            safe=kind.safe,
            urgency=kind.urgency,
            handler=kind.handler,
            goes=rng.random() < kind.go,
            ending=ending,
            nature=self._text(rng.choice(kind.nature.get(ending) or ("",))),
            done=self._text(rng.choice(kind.done[ending])),
            to=self.filled["to"],
        )

    def other(self, number: int, first: Call) -> Call:
        """Somebody else about the same event, from a little aside."""
        rng = self.rng
        self._begin(first.happened, first.value)
        for place in PLACES:
            if self.named[place] == first.spot or place == "spot":
                self.named[place] = first.spot
        self.filled |= {"spot": first.spot, "home": first.address, "road": first.spot, "shop": first.spot}
        channel = rng.choices(("phone", "web", "qq"), (8, 1, 1))[0]
        what = self._text(rng.choice(self.kind.seen or self.kind.says))
        if channel == "phone":
            what = f"{rng.choice(self.book.before)}{what}{rng.choice(self.book.after)}"
        called, phone = self._caller(channel, 0.5)
        x, y = self.map.near(first.spot, rng, 25.0)
        return replace(
            first,
            number=number,
            event=first.event,
            at=self.at,
            channel=channel,
            what=what,
            longitude=x,
            latitude=y,
            when_said=self.filled["when"],
            value=None,
            thing="",
            suspect="",
            called=called,
            phone=phone,
            goes=False,
        )

    def _begin(self, happened: datetime, value: int | None) -> None:
        """What a report fills in by itself: time, money and places."""
        words, rng = self.map.ground.words, self.rng
        self.named = {
            "spot": _pick(words["landmark"], rng),
            "road": _pick(words["road"], rng),
            "shop": _pick(words["shop"], rng),
            "school": _pick(words["school"], rng),
            "home": _pick(words["where"], rng),
        }
        house = rng.randint(1, 68)
        spot, home = self.named["spot"], self.named["home"]
        self.filled = {
            **self.named,
            "spot": rng.choice(
                (spot, spot, f"{spot}旁边", f"{spot}那里", f"{spot}斜对面", f"{self.named['road']}{spot}附近")
            ),
            "home": rng.choice(
                (home, f"{home} {house} 号", f"{home}靠路边那家", f"{home}进去第{numeral(house % 7 + 2)}家")
            ),
            "village": self.map.ground.name,
            "when": said_when(happened.astimezone(self.zone), self.at.astimezone(self.zone), rng),
            "ago": rng.choice(_AGO),
        }
        if value is not None:
            self.filled |= {"sum": spoken(value, rng), "part": spoken(_nice(value * rng.uniform(0.2, 0.7)), rng)}

    def _text(self, pattern: str) -> str:
        """Fill the blanks; the same blank says the same through one report."""
        while (found := _BLANK.search(pattern)) is not None:
            name = found[1]
            self.asked.append(name)
            if name not in self.filled:
                self.filled[name] = self._text(self.rng.choice(self.kind.words.get(name) or self.book.words[name]))
            pattern = pattern[: found.start()] + self.filled[name] + pattern[found.end() :]
        return re.sub(r"[，、](?=[。，？！])", "", pattern)  # a word may be left out

    def _suspect(self) -> str:
        """Whom the caller speaks of, where it is somebody's doing."""
        if self.kind.category not in _SOMEBODY:
            return ""
        return next((self.filled[name] for name in _SPOKEN_OF if name in self.asked), "")

    def _where_to(self, said: str) -> str:
        """Whose it is, by a word that was said where that decides."""
        bodies = [one.rpartition("> ") for one in self.kind.elsewhere]
        fitting = [body for word, _mark, body in bodies if word in said]
        return self.rng.choice(fitting) if fitting else ""

    def _door(self) -> str:
        hour = self.at.astimezone(self.zone).hour
        doors = {name: n for name, n in self.kind.doors.items() if name != "counter" or 8 <= hour < 18}
        return self.rng.choices(list(doors), list(doors.values()))[0]

    def _caller(self, channel: str, anonymous: float) -> tuple[str, str]:
        """What they call themselves and a number that belongs to nobody; nothing at all from some."""
        rng = self.rng
        if channel == "patrol" or rng.random() < anonymous:
            return "", ""
        called = rng.choice(_CALLED).format(s=rng.choice(_SURNAMES))
        tells = {"phone": 0.9, "counter": 0.95, "web": 0.4, "qq": 0.2}[channel]
        return called, f"1300000{rng.randint(1000, 9999)}" if rng.random() < tells else ""


# ── money and time in words ──────────────────────────────────────────────────────────────────────────────────────────


def _money(between: tuple[int, int], rng: Random) -> int:
    least, most = between
    return _nice(math.exp(rng.uniform(math.log(least), math.log(most))))


def _nice(value: float) -> int:
    step = 5 if value < 100 else 10 if value < 1000 else 100 if value < 20_000 else 1000
    return max(step, round(value / step) * step)


_DIGITS = "零一二三四五六七八九"


def numeral(n: int) -> str:
    """A whole number from 1 to 9999 9999 in Chinese numerals as spoken: 2 → 二, 12 → 十二, 2800 → 两千八百, 10050 → 一万零五十."""
    if n >= 10_000:
        high, low = divmod(n, 10_000)
        rest = "" if not low else ("零" if low < 1000 else "") + numeral_low(low, first=False)
        return f"{'两' if high == 2 else numeral(high)}万{rest}"
    return numeral_low(n, first=True)


def numeral_low(n: int, *, first: bool) -> str:
    """Below ten thousand. first: 十二 and not 一十二."""
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, n = divmod(n, unit)
        if not digit:
            gap = bool(text) and n > 0
            continue
        text += "零" if gap else ""
        gap = False
        said = "两" if digit == 2 and unit >= 100 else _DIGITS[digit]
        text += name if first and not text and unit == 10 and digit == 1 else said + name
    return text


def spoken(value: int, rng: Random) -> str:
    """Money as people say it: 两千八, 两千八百块, 2800 块, 一万二."""
    plain = numeral(value)
    short = plain
    for big, unit in ((10_000, 1000), (1000, 100), (100, 10)):
        if value > big and value % unit == 0 and (value // unit) % 10 and value < big * 10:
            short = plain[:-1]
            break
    exact = f"{value} 块"
    return rng.choice(
        (
            short if short != plain else f"{plain}块",
            f"{plain}块",
            exact,
            f"{value} 元",
            f"{plain}块钱",
            f"差不多{plain}块",
        )
    )


_PARTS = (
    (5, ("凌晨", "后半夜")),
    (8, ("早上", "一大早", "清早")),
    (11, ("上午", "早上")),
    (13, ("中午",)),
    (17, ("下午",)),
    (19, ("傍晚", "下午")),
    (24, ("晚上", "夜里")),
)


def said_when(happened: datetime, at: datetime, rng: Random) -> str:
    """A moment as somebody says it at another (both station-local): 刚才, 今天早上七点多, 昨天夜里, 前天."""
    ago = at - happened
    if ago < timedelta(minutes=25):
        return rng.choice(("刚刚", "刚才", "就刚才", "十来分钟前", "几分钟前"))
    if ago < timedelta(minutes=75):
        return rng.choice(("半个钟头前", "刚才", "个把钟头前", "半小时前"))
    part = rng.choice(next(words for until, words in _PARTS if happened.hour < until))
    hour = happened.hour % 12 or 12
    clock = ("两" if hour == 2 else numeral(hour)) + "点"
    about = rng.choice(("多", "左右", "来钟", "半" if happened.minute >= 20 else "钟", "的样子", ""))
    exact = rng.choice((f"{part}{clock}{about}", f"{part}{clock}{about}", part))
    days = (at.date() - happened.date()).days
    if days > 3:
        return rng.choice(
            (f"{happened.day} 号那天", "上个礼拜", f"{happened.month} 月 {happened.day} 号{part}", "好几天前")
        )
    day = ("今天", "昨天", "前天", "大前天")[days]
    if days == 1 and happened.hour >= 18:
        return rng.choice((f"昨晚{clock}{about}", "昨天晚上", f"昨天{exact}", "昨晚"))
    if days == 0 and part == "早上" and rng.random() < 0.3:
        return f"今早{clock}{about}"
    return f"{day}{exact}"


def spread_of(texts: Collection[str]) -> float:
    """Which share of texts are different from all others before them."""
    return len(set(texts)) / len(texts)
