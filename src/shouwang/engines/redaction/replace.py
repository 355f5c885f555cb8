"""
Write a text without what was found. One person stays one token through a document and all that is handed in with it.

    cast = Cast()
    redact("张三找张四和李四，张三走了", spans, cast).text      # 张某甲找张某乙和李某，张某甲走了

The token follows the courts' rule of 2016 for published judgments (art. 9): the family name and 某; 甲, 乙 … where several
share a family name. Minority and foreign names keep their first character. Everything else is
deleted as a whole, never partly: a telephone of which three digits are left can be guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, count

from shouwang.engines.redaction.model import Span
from shouwang.engines.redaction.tagger import word_lists

# No label may look like something to be hidden: to redact twice changes nothing.
LABELS = {
    "id-number": "〔证件号〕", "document": "〔证件号〕", "phone": "〔电话〕",
    "bank-card": "〔账户〕", "plate": "〔车牌〕", "vehicle-number": "〔车架号〕",
    "email": "〔邮箱〕", "wechat": "〔账户〕", "qq": "〔账户〕", "account": "〔账户〕",
    "ip-address": "〔网址〕", "birth-date": "〔日期〕", "coordinates": "〔位置〕",
    "number": "〔编号〕", "address": "〔住址〕", "organisation": "〔单位〕", "minor": "〔年龄〕", "health": "〔伤病〕",
}  # fmt: skip
_STEMS = "甲乙丙丁戊己庚辛壬癸"


@dataclass
class Cast:
    """
    Who is called what. The caller keeps it sealed, hands it to each part of a document, and so one person stays one token.

    tokens   name -> token, in the order in which they were met
    """

    tokens: dict[str, str] = field(default_factory=dict)

    def meet(self, names: Iterable[str]) -> None:
        """Give tokens to all who have none. Who was called 张某 before another 张 came stays so: it may be in print."""
        new = [name for name in dict.fromkeys("".join(name.split()) for name in names) if name not in self.tokens]
        families = Counter(family_of(name) for name in new if not self._whole(name, new))
        alone = {family for family, people in families.items() if people == 1}
        for name in sorted(new, key=lambda name: bool(self._whole(name, new))):
            whole = self._whole(name, [*self.tokens])
            self.tokens[name] = self.tokens[whole] if whole else self._new(family_of(name), alone)

    def token(self, name: str) -> str:
        """The token of a name; a new one when nobody was called so yet."""
        self.meet([name])
        return self.tokens["".join(name.split())]

    def _whole(self, name: str, among: Iterable[str]) -> str:
        """The whole name whose given name this is, when only one person is called so."""
        longer = [known for known in among if len(known) > len(name) >= 2 and known.endswith(name)]
        return longer[0] if len(longer) == 1 else ""

    def _new(self, family: str, alone: Container[str]) -> str:
        taken = set(self.tokens.values())
        further = (stem + (str(turn) if turn > 1 else "") for turn in count(1) for stem in _STEMS)
        stems = chain([""] if family in alone else [], further)
        return next(token for stem in stems if (token := f"{family}某{stem}") not in taken)


def family_of(name: str) -> str:
    """What of a name stays: a double family name whole, else the first character."""
    bare = name[1:] if len(name) == 2 and name[0] in "小老阿大" else name
    double = word_lists()["names"]["double"].split()
    return next((family for family in double if bare.startswith(family) and len(bare) > 2), bare[:1])


@dataclass(frozen=True)
class Redacted:
    """
    text     without what was to be hidden
    secrets  what was hidden, for the check that nothing of it is left
    counts   how many of each kind
    """

    text: str
    secrets: frozenset[str]
    counts: Mapping[str, int]


def redact(text: str, spans: Iterable[Span], cast: Cast | None = None) -> Redacted:
    """Replace each span by its token or label. What was hidden is hidden wherever else in the text it stands, too."""
    cast = Cast() if cast is None else cast
    spans = sorted(spans)
    cast.meet(text[span.start : span.end] for span in spans if span.kind == "name")
    out: list[str] = []
    counts: dict[str, int] = {}
    secrets: dict[str, str] = {}
    at = 0
    for span in spans:
        if span.start < at:
            continue
        words = text[span.start : span.end]
        mark = cast.token(words) if span.kind == "name" else LABELS[span.kind]
        again = span.start == at and bool(out) and out[-1] == mark and span.kind != "name"
        out += (text[at : span.start],) if again else (text[at : span.start], mark)
        counts[span.kind] = counts.get(span.kind, 0) + 1
        secrets[words] = mark
        at = span.end
    out.append(text[at:])
    return Redacted(_swept("".join(out), secrets), frozenset(secrets), counts)


def _swept(text: str, secrets: Mapping[str, str]) -> str:
    """Replace what is left of a secret elsewhere; tokens and labels themselves stay."""
    for words, mark in sorted(secrets.items(), key=lambda pair: -len(pair[0])):
        if len(words) > 1 and words in text and words not in mark:
            text = text.replace(words, mark)
    return text
