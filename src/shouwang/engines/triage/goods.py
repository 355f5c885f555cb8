"""Things named in a report (``data/goods.toml``): what was taken or broken, and how many of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from shouwang.engines.law.reading import toml_file
from shouwang.engines.triage.numerals import Sheet
from shouwang.engines.triage.wordlist import WordList, lowered

GOODS = Path(__file__).parent / "data" / "goods.toml"

# Counted by these: 三部手机, 手机两台, 自行车一辆.
MEASURES = "部台辆个只头条件套瓶箱袋包枚张副块棵把双本根卷盒桶支匹艘架群窝袋斤公斤吨"
_MEASURED = re.compile(f"[{MEASURES}](?![钱多左大])")
_BETWEEN = re.compile(rf"\s?[{MEASURES}](?:的|新|旧|黑色|白色|红色|蓝色|[\u4e00-\u9fffA-Za-z0-9]{{0,8}}?牌?的?)?$")
_REACH = 14
_MANY_PIECES = 10


@dataclass(frozen=True)
class Thing:
    """
    A thing named in the text.

    code    of ``data/goods.toml``
    count   how many, when a number and a measure word stand beside it, else None
    """

    start: int
    end: int
    code: str
    count: int | None


@dataclass(frozen=True)
class Goods:
    """The words of things. Make it with :meth:`load`."""

    words: Mapping[str, str]
    vehicles: frozenset[str]
    finder: WordList

    @classmethod
    def load(cls, path: Path = GOODS) -> Goods:
        """Read the file; BadData names file, key and reason."""
        table = toml_file(path)
        words: dict[str, str] = {}
        vehicles = set()
        for entry in table.tables("goods"):
            code = entry.code("code")
            if entry.flag("vehicle", default=False):
                vehicles.add(code)
            for word in entry.texts("words"):
                if word in words:
                    raise entry.bad("words", f"“{word}” stands twice in the file")
                words[word] = code
            entry.done()
        table.done()
        return cls(words, frozenset(vehicles), WordList(words))

    def find(self, sheet: Sheet) -> tuple[Thing, ...]:
        """Things in the order of the text."""
        counts = [
            (n.start, n.end, int(n.low))
            for n in sheet.numbers
            if n.low == n.low.to_integral_value() and 0 < n.low < Decimal(10_000)
        ]
        things = []
        after = 0  # first number that may still stand before a later thing
        low = lowered(sheet.text)
        for start, end in self.finder.find(low):
            while after < len(counts) and counts[after][1] <= start:
                after += 1
            things.append(Thing(start, end, self.words[low[start:end]], _count(sheet.plain, counts, after, start, end)))
        return tuple(things)


def _count(text: str, counts: list[tuple[int, int, int]], after: int, start: int, end: int) -> int | None:
    if after < len(counts):
        first, last, count = counts[after]
        # 手机三千块 is money; 砖头八块 are pieces.
        money = count >= _MANY_PIECES and text[last : last + 1] == "块"
        near = 0 <= first - end <= 1 and _MEASURED.match(text, last) and not money
        if near and not (text[end] in "，,、；;" and _counted_before(text, counts, after, start)):
            return count
    return _counted_before(text, counts, after, start)


def _counted_before(text: str, counts: list[tuple[int, int, int]], after: int, start: int) -> int | None:
    """三只羊，一只一千二: what stands before it counts it, what stands behind the mark begins its price."""
    if after > 0:
        _, last, count = counts[after - 1]
        if start - last <= _REACH and _BETWEEN.match(text[last:start]):
            return count
    return None
