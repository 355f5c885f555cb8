"""
Chinese text made comparable: one spelling, and pieces small enough to match.

No dictionary decides what can be found: Han text is cut into overlapping pairs of characters (居住证 -> 居住 住证),
Latin letters and digits stay whole. Words (`rjieba`) are only a further view for ranking small sets.
"""

from __future__ import annotations

import re
import unicodedata

# The commonest traditional characters of household and police wording. Not a converter: enough that a question typed on
# a Hong Kong or Taiwan keyboard finds its guide.
_TRADITIONAL = (
    "戶籍證辦領證補換遷報警職員請問關於單處罰電話騙錢轉帳賬號網絡貸還債務車輛駕駛執照違規停開門鄰樓聲擾"
    "傷賠償責任險產權繼承遺囑婦兒歲學業勞動資離婚結養費撫歸誰財買賣訂約質貨費價銀卡凍獲偷盜搶毆"
    "為什麼這個們時間後來說過會對發現場點實際應該經濟銷變簽諮詢機構護照澳門灣線兩萬億當與從沒讓給"
)
_SIMPLIFIED = (
    "户籍证办领证补换迁报警职员请问关于单处罚电话骗钱转账账号网络贷还债务车辆驾驶执照违规停开门邻楼声扰"
    "伤赔偿责任险产权继承遗嘱妇儿岁学业劳动资离婚结养费抚归谁财买卖订约质货费价银卡冻获偷盗抢殴"
    "为什么这个们时间后来说过会对发现场点实际应该经济销变签咨询机构护照澳门湾线两万亿当与从没让给"
)
_TO_SIMPLIFIED = dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True))

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_RUN = re.compile(f"(?P<han>[{_HAN}]+)|(?P<word>[a-z0-9]+)")
_IS_HAN = re.compile(f"[{_HAN}]")

# A word longer than this (a link, a key, a paste) is cut: it would only fill the index.
LONGEST_WORD = 40


def _fold(character: str) -> str:
    """One character in its plain spelling; what cannot be written becomes a space."""
    if unicodedata.category(character) in {"Cc", "Cs", "Cn", "Co"}:
        return " "
    return "".join(
        _TO_SIMPLIFIED.get(c, c) for c in unicodedata.normalize("NFKC", character).lower() if c.isprintable()
    )


class _Folding(dict[int, str]):
    """Table for str.translate that learns each character when it first comes by."""

    def __missing__(self, code: int) -> str:
        if len(self) > _MOST_KEPT:  # nobody may fill the memory by typing all of Unicode
            self.clear()
        self[code] = folded = _fold(chr(code))
        return folded


_MOST_KEPT = 65_536
_FOLDING = _Folding()


def normalise(text: str) -> str:
    """Half width, lower case, simplified (common characters); control characters and lone surrogates become spaces."""
    return text.translate(_FOLDING)


def normalise_with_origins(text: str) -> tuple[str, list[int]]:
    """
    The normalised text, and for each of its characters the place in `text` it came from.

    Needed to mark a match in the words the author wrote: ㎡ is one character there and two here.
    """
    pieces: list[str] = []
    origins: list[int] = []
    for place, character in enumerate(text):
        folded = _FOLDING[ord(character)]
        pieces.append(folded)
        origins.extend([place] * len(folded))
    return "".join(pieces), origins


def is_han(text: str) -> bool:
    """Whether the text begins with a Chinese character."""
    return _IS_HAN.match(text) is not None


def spans(normalised: str, size: int = 2) -> list[tuple[str, int, int]]:
    """
    (token, start, end) of every token of a *normalised* text, in order.

    size   characters per Han token; a shorter run of Han counts whole, so 猫 alone still finds something
    """
    found: list[tuple[str, int, int]] = []
    for run in _RUN.finditer(normalised):
        start, end = run.span()
        if run["han"] is None or end - start <= size:
            found.append((run.group()[:LONGEST_WORD], start, end))
        else:
            found.extend((normalised[i : i + size], i, i + size) for i in range(start, end - size + 1))
    return found


def tokens(text: str) -> list[str]:
    """The pairs of characters, Latin words and numbers of a text, repeats kept: what every index stores."""
    return [token for token, _, _ in spans(normalise(text))]


def characters(text: str) -> list[str]:
    """Single Han characters, Latin words and numbers."""
    return [token for token, _, _ in spans(normalise(text), size=1)]


def words(text: str) -> list[str]:
    """Dictionary words of at least two characters, long ones also in their parts (search mode of rjieba)."""
    import rjieba  # noqa: PLC0415  # reads its dictionary when it is imported; most commands need no word of it

    return [word for word in rjieba.cut_for_search(normalise(text)) if len(word) > 1 and _RUN.match(word)]


def is_word(text: str) -> bool:
    """Whether the dictionary has it as one word."""
    import rjieba  # noqa: PLC0415  # as above

    return bool(rjieba.has_word(text))
