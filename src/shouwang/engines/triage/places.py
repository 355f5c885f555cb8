"""
Places named in a report: 人民路邮局门口, 我家楼下, **镇**村**组的家中, 县医院对面的停车场, 107国道边.

    place, = places("我的电动车停在菜市场门口不见了", Gazetteer.load())
    place.start, place.end, place.kind          # 6, 11, "market"

A place runs from a word that leads to one (在, 到, 停在, 家住 …) to the last word that is one (``data/places.toml``), as long as
nothing between them tells what somebody did. Struck-out characters (*) count as a name. Which station's area a place lies in
is not told here: the caller knows the map.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from shouwang.engines.law.reading import Table, toml_file
from shouwang.engines.triage.wordlist import lowered, pairs_of, where

PLACES = Path(__file__).parent / "data" / "places.toml"


@dataclass(frozen=True)
class Place:
    """
    start, end  half-open range of the text
    kind        what the last named part of it is, a kind of the gazetteer; "spot" for a mere position (楼下, 路上)
    """

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Gazetteer:
    """
    The words of places. Make it with :meth:`load`.

    kinds     word -> its kind
    heads     the first two characters of each word
    finders   first character -> the words that begin with it, the longest first, with what must not stand beside them
    """

    kinds: Mapping[str, str]
    heads: frozenset[str]
    finders: Mapping[str, re.Pattern[str]]

    @classmethod
    def load(cls, path: Path = PLACES) -> Gazetteer:
        """Read the file; BadData names file, key and reason."""
        top = toml_file(path)
        kinds: dict[str, str] = {}
        table = _table(top, "kinds")
        for kind in table.names():
            for word in table.text(kind).split():
                if word.lower() in kinds and kinds[word.lower()] != kind:
                    raise table.bad(kind, f"“{word}” stands under {kinds[word.lower()]} already")
                kinds[word.lower()] = kind
        positions = _table(top, "positions").text("words").split()
        behind, before = (
            {k: t.text(k) for k in t.names()} for t in (_table(top, "not_before"), _table(top, "not_after"))
        )
        top.done()

        def one_of(words: Iterable[str]) -> str:
            found = sorted(words, key=len, reverse=True)
            return "|".join(_alone(w, before.get(w, ""), behind.get(w, "")) for w in found) or "(?!)"

        finders = {}
        for first in {word[0] for word in (*kinds, *positions)}:
            named, spots = ((w for w in words if w[0] == first) for words in (kinds, positions))
            finders[first] = re.compile(f"(?P<named>{one_of(named)})|(?P<position>{one_of(spots)})", re.IGNORECASE)
        return cls(kinds, frozenset(word[:2] for word in (*kinds, *positions)), finders)

    def words(self, text: str) -> Iterator[re.Match[str]]:
        """Words of places, from left to right, never overlapping."""
        low = lowered(text)
        done = 0
        for at in sorted({*where(low, self.heads), *where(pairs_of(low), self.heads)}):
            match = self.finders[low[at]].match(text, at) if at >= done else None
            if match:
                done = match.end()
                yield match


def _table(top: Table, key: str) -> Table:
    table = top.table_or_none(key)
    if table is None:
        raise top.bad(key, "is missing")
    return table


def _alone(word: str, before: str, behind: str) -> str:
    """The word unless a character stands beside it that makes another word of it."""
    left = f"(?<![{re.escape(before)}])" if before else ""
    return f"{left}{re.escape(word)}{f'(?![{re.escape(behind)}])' if behind else ''}"


# Words that lead to a place.
_LEAD = re.compile(
    r"停放?[在于]|放[在于]|住在|家住|位于|坐落[在于]|来到|去到|[窜蹿逃行走去开赶带骑引跑]至|到达|抵达|前往|途经|路过|经过|"
    r"[进潜闯混驶窜][入进]|溜进|翻进|走进|返回|回到|跑到|追到|送到|送至|就在|"
    r"(?<![现正存实内外所])在(?!逃|职|场|线|意|乎|家闹|一起|于|押|校)|(?<![甚以直乃截至])至(?!今|于|少|多)|"
    r"(?<![看收接遇碰找得感听直想等达受拿捡骗说提做见轮闻意])到(?!期|账|案|底|处|位|了|手|场|现在|时候|达)|"
    r"从(?!来|事|此|小|不|没|而)|(?<![由对关属至处等便低高大小过用鉴终出急])于(?!是|今)|往(?!年|常|往|来)|去(?!世|年|了)|"
    r"地址(?:[是为在]|[：:])?|位置(?:[是在]|[：:])?|地点(?:[是在]|[：:])?|(?<=我)是|这里是|这边是"
)
# What somebody does ends a place.
_STOP = re.compile(
    r"盗(?:走|得|窃|取)?|窃(?:得|取|走)?|偷(?:走|了|盗)?|抢(?:走|了|夺|劫)?|取得|逃离|推离|鉴定|价格认[定证]|骗|殴|砸|撬|拿走|"
    r"看见|看到|发现|趁|乘坐|使用|利用|采取|采用|用[^户品]|实施|购买|买|喝|说|给|让|骑|开车|驾驶|停放|停着|停了|停在|放着|放了|放在|"
    r"丢失|丢了|掉|捡|被(?!害人|子)|将|把|因|由[^\w]|时候|时，|时被|遭|遇|有(?!限)|没|不(?!锈)|了|着|想|要(?!塞)|我的|他的|她的|"
    r"的(?:电动车|摩托车|自行车|手机|车|人|一[辆台部个])|正在|准备|等候|上班|工作|打工|上网|吃|睡|玩|打(?!铁|印)|吵|闹|拦|堵|撞|追|"
    r"一[辆台部]|进行|欲|见|约|与[^路街道]{0,6}(?:一起|见面|发生)|与其|和[一我他她你邻]|碰|摔|倒|跳|爬|抓|逮|"
    r"开(?!发|元|封|化|州|县|阳|平|福|江)|卖|收到|转|汇|充值|认识|聊|加了|看(?!守)|听|办理|办|报"
)
_BREAK = re.compile(r"[，。；！？,;!?\n：:]")
_A_HOME = re.compile(
    r"(?:[\u4e00-\u9fff]某[某甲乙丙丁戊\d]?|我|他|她|你|咱|俺|人|自己|邻居|朋友|亲戚|同学|老人|儿子|女儿|父母|对方|其|该)们?的?家$|"
    r"(?:家里|家中|家门口|老家|家)$|[*室号栋楼村组]"
)
# A phrase that begins with these has swallowed more than a place.
_TRIM = re.compile(
    r"(?:了|在|是|的|一个|一家|我们|我们在|我的?(?!家|们|市|县)|自己(?!家)|[、”]|和|及|以及|\s|“(?=[^”]*$)|被告人?|犯罪嫌疑人)+"
)
_NO_PLACE = re.compile("价格认|公安局|派出所民警|司法鉴定")
# Behind a whole place these begin another one: 甲镇、乙镇和丙村.
_NEXT_PLACE = re.compile(r"[”」]?(?:、|和|及|以及)(?!.?路)")
_LONGEST = 60


def places(text: str, gazetteer: Gazetteer, *, skip: Sequence[tuple[int, int]] = ()) -> tuple[Place, ...]:
    """
    The places named in a text, from left to right, never overlapping.

    skip   ranges that are something else, such as times; a place neither crosses nor holds one
    """
    return tuple(_places(text, gazetteer, sorted(skip)))


def _places(text: str, gazetteer: Gazetteer, skip: Sequence[tuple[int, int]]) -> Iterator[Place]:
    walls = {end for _, end in skip}
    hidden = list(text)
    for start, end in skip:
        hidden[start:end] = "，" * (end - start)
    shown = "".join(hidden)
    marks = [-1, *(m.start() for m in _BREAK.finditer(shown)), len(shown)]
    # Only the clauses that name a place are read closely.
    for number, words in groupby(gazetteer.words(shown), lambda word: bisect_left(marks, word.start())):
        begin, end = marks[number - 1] + 1, marks[number]
        yield from _in_clause(shown, gazetteer, begin, end, tuple(words), begin in walls)


def _in_clause(
    text: str, gazetteer: Gazetteer, begin: int, end: int, words: Sequence[re.Match[str]], after_time: bool
) -> Iterator[Place]:
    leads = [m.end() for m in _LEAD.finditer(text, begin, end)]
    stops = [m.span() for m in _STOP.finditer(text, begin, end)]
    # What a phrase cannot reach over: the begin of a deed, its end, the end of a word that leads on.
    walls = sorted({first for first, _ in stops} | {last - 1 for _, last in stops} | {lead - 1 for lead in leads})
    begins = sorted({last for _, last in stops} | set(leads) | {begin})
    led = set(leads) | ({begin} if after_time else set())
    done = begin
    index = 0
    while index < len(words):
        start = max(done, begins[bisect_right(begins, words[index].start()) - 1])
        last = _last_word(words, index, start, walls)
        place = _built(text, gazetteer, start, words[index : last + 1], led=start in led)
        if place:
            yield place
            done = place.end
        index = last + 1


def _last_word(words: Sequence[re.Match[str]], index: int, start: int, walls: Sequence[int]) -> int:
    last = index
    for following in range(index + 1, len(words)):
        gap = words[last].end(), words[following].start()
        if words[following].end() - start > _LONGEST:
            break
        if bisect_left(walls, gap[0]) < bisect_left(walls, gap[1]):
            break
        if _NEXT_PLACE.match(words[last].string, gap[0], gap[1] + 1):
            break
        last = following
    return last


def _built(text: str, gazetteer: Gazetteer, start: int, words: Sequence[re.Match[str]], *, led: bool) -> Place | None:
    end = words[-1].end()
    trimmed = _TRIM.match(text, start, end)
    if trimmed and trimmed.end() < end:
        start = trimmed.end()
    start = max(start, end - _LONGEST)
    named = [w for w in words if w["named"] and w.start() >= start]
    phrase = text[start:end]
    if not named:
        return Place(start, end, "spot") if led and 1 < len(phrase) <= 8 else None
    kind = gazetteer.kinds[named[-1]["named"].lower()]
    if kind == "home" and not led and not _A_HOME.search(phrase):
        return None
    if _NO_PLACE.match(text, end):
        return None  # who appraised it, not where it was
    first = named[0]
    bare = first.start() == start and len(named) == 1 and end - start <= 1
    if bare or (not led and len(phrase) < 3):
        return None
    return Place(start, end, kind)
