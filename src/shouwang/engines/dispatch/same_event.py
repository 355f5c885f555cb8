"""
Which reports tell of one event? Found by place, time and words; proposed for linking with the reason, never linked here.

Three things are looked at, each from 0 to 1: how near the places are, how soon one report came after the other, and how
much of the shorter text is said in the longer one too. What is said are pairs of characters without the little words
(的, 有, 人 …), long numbers such as a plate, and what kind of event it is, whatever word is used for it (打架, 斗殴); two that
name different kinds have little in common. Two reports farther apart than the limits are never proposed, whatever they
say. A report without a place is compared by time and words alone, and has to say more; names of places count as words then
only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from types import MappingProxyType

from shouwang.engines.dispatch.model import Point
from shouwang.engines.dispatch.travel import metres
from shouwang.engines.errors import BadData

#: Words for one kind of event. Not a classifier: enough that two callers who choose other words still meet.
EVENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "fight": ("打架", "斗殴", "互殴", "打人", "打起来", "动手", "打成一团", "挨打", "被打"),
        "fire": ("着火", "起火", "失火", "火灾", "冒烟", "浓烟", "烧起来", "大火"),
        "crash": ("车祸", "撞车", "追尾", "撞了", "撞人", "被撞", "撞上", "撞到", "撞倒", "交通事故", "剐蹭", "翻车"),
        "noise": ("噪音", "扰民", "太吵", "吵得", "吵死", "音响", "广场舞", "放音乐"),
        "theft": ("被偷", "偷了", "偷车", "小偷", "被盗", "盗窃", "偷东西", "扒手", "不见了"),
        "fraud": ("诈骗", "被骗", "骗子", "骗走", "骗了"),
        "missing": ("走失", "走丢", "失踪", "失联", "找不到"),
        "water": ("落水", "溺水", "掉水里", "掉河里", "掉进河", "掉进水", "跳河"),
        "height": ("跳楼", "坠楼", "要跳", "掉下来", "天台"),
        "collapse": ("晕倒", "昏倒", "倒在地上", "倒地", "昏迷", "不省人事", "躺在地上"),
        "gambling": ("赌博", "聚赌", "赌钱", "赌场"),
        "quarrel": ("吵架", "争吵", "骂人", "吵起来", "起争执", "纠纷"),
        "knife": ("拿刀", "持刀", "刀子", "砍人", "砍刀", "菜刀"),
        "dog": ("狗咬", "恶犬", "疯狗", "流浪狗", "大狗"),
        "gas": ("煤气", "燃气", "漏气", "天然气"),
    }
)
#: Characters that say nothing about an event; a pair with one of them is not counted.
LITTLE = frozenset("的了是在有我你他她它们个这那人着过和与也都就还又很不没吗呢啊吧把被给对从到去来说请快好像里边上下")
#: A name of a place: no more than three characters before one of these.
_PLACE = re.compile(
    f"[^{''.join(LITTLE)}\\W]{{1,3}}(?:小区|社区|新村|大道|路口|路|街|巷|胡同|村|镇|乡|县|桥|市场|广场|公园|车站|"
    "学校|小学|中学|医院|超市|商场|饭店|酒店|宾馆|网吧|银行|大厦|号楼|栋)"
)
_HAN = re.compile("[㐀-䶿一-鿿]+")
_LATIN = re.compile("[a-z0-9]{2,}")
_EVENT_WORTH, _NUMBER_WORTH = 2, 3
_LONG_NUMBER = 4
_OTHER_EVENT = 4
_LEAST_SAID = 6  # a text that says less is taken as saying so much: three shared words are no proof


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody told. `at`: where it happens, if known; `when`: aware datetime at which it was reported."""

    id: str
    text: str
    when: datetime
    at: Point | None = None

    def __post_init__(self) -> None:
        if self.when.tzinfo is None:
            raise BadData(f"report {self.id} when", "needs a time zone")


@dataclass(frozen=True, slots=True)
class Limits:
    """
    How far apart two reports of one event may be.

    window    minutes after which two are never proposed; None: `minutes`, where the time stops speaking for one event. A window that
              is longer lets place and words alone make up for the time
    likeness  weighted sum of the three parts from which a pair is proposed; `unplaced` when a place is not known
    words     least share of words, however near the places are
    common    words that everybody uses here and that say nothing, such as the name of the town
    """

    metres: float = 300
    minutes: float = 60
    likeness: float = 0.5
    unplaced: float = 0.6
    words: float = 0.15
    common: frozenset[str] = frozenset()
    window: float | None = None

    @property
    def longest(self) -> float:
        """Minutes after which two are never proposed."""
        return self.minutes if self.window is None else self.window

    def __post_init__(self) -> None:
        if not (self.metres > 0 and self.minutes > 0):
            raise BadData("limits", "metres and minutes are above 0")
        if self.longest < self.minutes:
            raise BadData("limits", "window is no shorter than minutes")
        if not all(0 < share <= 1 for share in (self.likeness, self.unplaced, self.words)):
            raise BadData("limits", "likeness, unplaced and words are shares above 0, up to 1")


@dataclass(frozen=True, slots=True)
class Pair:
    """
    Two reports that may tell of one event, and why.

    one, other  ids; `one` came first
    likeness    0 to 1, from `place` (None: not known of both), `time` and `words`, 0 to 1 each
    metres      between the places, None when not known; `minutes` between the reports
    phrases     said in both, word for word, in the order of `one`
    events      kind of event both speak of, with the word in `one` and the word in `other`
    """

    one: str
    other: str
    likeness: float
    place: float | None
    time: float
    words: float
    metres: float | None
    minutes: float
    phrases: tuple[str, ...]
    events: tuple[tuple[str, str, str], ...]


def duplicates(reports: Sequence[Report], limits: Limits = Limits()) -> tuple[Pair, ...]:
    """
    All pairs that may be one event, the likeliest first. The order of `reports` changes nothing.

    Errors  BadData: an id twice
    """
    if len({report.id for report in reports}) < len(reports):
        raise BadData("reports", "an id stands there twice")
    told = _told(reports, limits.common)
    found = []
    for n, one in enumerate(told):
        for other in told[n + 1 :]:
            if _minutes(one, other) > limits.longest:
                break  # they stand in the order of time
            if (pair := _compare(one, other, limits)) is not None:
                found.append(pair)
    return _likeliest_first(found)


def duplicates_of(
    report: Report,
    others: Sequence[Report],
    limits: Limits = Limits(),
) -> tuple[Pair, ...]:
    """Those of the other reports that may tell of the same event as this one; a report with its own id is passed over."""
    (mine,) = _told([report], limits.common)
    rest = _told([other for other in others if other.id != report.id], limits.common)
    ordered = (sorted((mine, other), key=_Told.order) for other in rest)
    pairs = (_compare(one, other, limits) for one, other in ordered)
    return _likeliest_first([pair for pair in pairs if pair is not None])


@dataclass(frozen=True, slots=True)
class _Told:
    """
    A report and what it says.

    said     each pair, number or event with its worth
    happens  the same without names of places: where both places are known, a name would count the place twice
    events   the word used for each event
    """

    report: Report
    text: str
    said: Mapping[str, int]
    happens: Mapping[str, int]
    events: Mapping[str, str]

    def order(self) -> tuple[datetime, str]:
        return self.report.when, self.report.id


def _told(reports: Sequence[Report], common: Collection[str]) -> list[_Told]:
    return sorted((_read(report, common) for report in reports), key=_Told.order)


def _read(report: Report, common: Collection[str]) -> _Told:
    text = _plain(report.text)
    for word in common:
        text = text.replace(_plain(word), " ")
    events = {event: word for event, words in EVENTS.items() for word in reversed(words) if word in text}
    numbers = {token: _NUMBER_WORTH if len(token) >= _LONG_NUMBER else 1 for token in _LATIN.findall(text)}
    sure = numbers | {f"event:{event}": _EVENT_WORTH for event in events}
    said, happens = (dict.fromkeys(_pairs(words), 1) | sure for words in (text, _PLACE.sub(" ", text)))
    return _Told(report, text, said, happens, events)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _pairs(text: str) -> Iterator[str]:
    for run in _HAN.findall(text):
        for first, second in pairwise(run):
            if first not in LITTLE and second not in LITTLE:
                yield first + second


def _compare(one: _Told, other: _Told, limits: Limits) -> Pair | None:
    minutes = _minutes(one, other)
    if minutes > limits.longest:
        return None
    apart = _metres(one.report.at, other.report.at)
    if apart is not None and apart > limits.metres:
        return None
    mine, theirs = (one.said, other.said) if apart is None else (one.happens, other.happens)
    most = max(min(sum(mine.values()), sum(theirs.values())), _LEAST_SAID)
    words = sum(mine[each] for each in mine.keys() & theirs.keys()) / most
    if one.events and other.events and not one.events.keys() & other.events.keys():
        words /= _OTHER_EVENT  # the same street, but a fight here and a theft there
    time = max(0.0, 1 - minutes / limits.minutes)
    place = None if apart is None else 1 - apart / limits.metres
    likeness = 0.3 * time + 0.7 * words if place is None else 0.35 * place + 0.15 * time + 0.5 * words
    if words < limits.words or likeness < (limits.unplaced if place is None else limits.likeness):
        return None
    return Pair(
        one=one.report.id,
        other=other.report.id,
        likeness=likeness,
        place=place,
        time=time,
        words=words,
        metres=apart,
        minutes=minutes,
        phrases=_phrases(one.text, other.text, one.said.keys() & other.said.keys()),
        events=tuple((e, one.events[e], other.events[e]) for e in sorted(one.events.keys() & other.events.keys())),
    )


def _phrases(text: str, other: str, shared: Collection[str]) -> tuple[str, ...]:
    """The longest pieces of a text that stand in the other too and hold something that was counted."""
    found: dict[str, None] = {}
    start = 0
    while start < len(text) - 1:
        end = start + 2
        if not text[start:end].isalnum() or text[start:end] not in other:
            start += 1
            continue
        while end < len(text) and text[end].isalnum() and text[start : end + 1] in other:
            end += 1
        phrase = text[start:end]
        if any(each in phrase for each in shared):
            found[phrase] = None
        start = end
    return tuple(found)


def _minutes(one: _Told, other: _Told) -> float:
    return abs((other.report.when - one.report.when).total_seconds()) / 60


def _metres(one: Point | None, other: Point | None) -> float | None:
    return None if one is None or other is None else float(metres([one], [other])[0, 0])


def _likeliest_first(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    return tuple(sorted(pairs, key=lambda pair: (-pair.likeness, pair.one, pair.other)))
