"""
Words that mean danger now: does this message need “call 110” before anything else, and why?

    finding = screen("他又喝酒了，我不敢回家", DangerList.load(*STANDARD))
    finding.grade, finding.category, finding.numbers        # Grade.NOW, "domestic", ("110",)

Everything that can be argued about is data (``data/*.toml``; the language of a line is told in ``lines.py``). This
module reads the data, applies the exclusion contexts and says which line rang. The learnt tone (``tone.py``) listens to the
whole message: where no line rings it may still ring, as the category ``unclear``; where one does, it may lower the alarm or,
for what is plainly talk, drop it. A false alarm is preferred to a missed one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from itertools import chain, starmap
from pathlib import Path
from typing import Any

from shouwang.engines.errors import BadData
from shouwang.engines.triage.folding import BREAK, Folded, Folding
from shouwang.engines.triage.lines import Line, Match, Meter, Scanner, parse_line
from shouwang.engines.triage.tone import Tone

_DATA = Path(__file__).parent / "data"
RULES: tuple[Path, ...] = tuple(_DATA / name for name in ("spelling.toml", "contexts.toml", "danger.toml"))
TONE = _DATA / "tone.json"
STANDARD: tuple[Path, ...] = (*RULES, TONE)
# The category and pattern name of an alarm that no line rang.
UNCLEAR = "unclear"
# How ``lowered_by`` names the tone.
BY_TONE = "tone"

# Short messages in a row are often one sentence; more than this is a talk, and its parts are screened alone.
WINDOW_MESSAGES = 6
WINDOW_CHARACTERS = 240
# “不是…”、“没有…”: how many characters may stand between such a word and what it speaks about.
_REACH_BEFORE = 2


class Grade(IntEnum):
    """HINT rings only with a second hint; MAYBE shows the number and tells the desk softly; NOW is the full alarm."""

    HINT = 1
    MAYBE = 2
    NOW = 3


@dataclass(frozen=True)
class Span:
    """Half-open range of characters in the original text of message number ``message`` (0 for a single text)."""

    start: int
    end: int
    message: int = 0


@dataclass(frozen=True)
class Because:
    """
    Why a finding is what it is: one pattern that rang.

    pattern     id in the data file
    reason      text code that the app puts into words
    category    category of the pattern
    grade       grade after the contexts
    line        the line of the data file that matched; for the learnt tone its score
    spans       what it matched
    lowered_by  names of the contexts that lowered it, and "tone" when the whole message sounds otherwise
    """

    pattern: str
    reason: str
    category: str
    grade: Grade
    line: str
    spans: tuple[Span, ...]
    lowered_by: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """
    grade     MAYBE or NOW
    category  the category of the strongest line; of equal ones, the first in the data files; "unclear" when none rang
    spans     every matched range, sorted, without duplicates
    reasons   text codes, strongest first, without duplicates
    numbers   what to call, the most fitting first
    why       every pattern that rang, strongest first
    """

    grade: Grade
    category: str
    spans: tuple[Span, ...]
    reasons: tuple[str, ...]
    numbers: tuple[str, ...]
    why: tuple[Because, ...]


@dataclass(frozen=True)
class Category:
    """
    numbers: what to call. rank: order in the files. Its patterns heed, unless they say otherwise:

    unless  these contexts
    tone    the tone, where the whole message sounds like talk: "drop" down to silence, "lower" a full alarm to a soft one
            and drop what was soft from the beginning, "leave" it alone
    """

    name: str
    numbers: tuple[str, ...]
    unless: tuple[str, ...]
    tone: str
    rank: int


@dataclass(frozen=True)
class Context:
    """
    A circumstance in which a pattern means less.

    effect   "quiet" drops the match (not with scope "message"), "lower" takes one grade off
    scope    "word": its words overlap the match; "before": they end at most 2 characters before it in the same clause;
             "clause": in the same clause; "message": anywhere
    says     indexes of its lines in the scanner
    void     indexes of lines that switch this context off wherever they stand in the message
    """

    name: str
    effect: str
    scope: str
    says: tuple[int, ...]
    void: tuple[int, ...]


@dataclass(frozen=True)
class Pattern:
    """
    One entry of the list; ``says`` and ``but_not`` are indexes of lines in the scanner.

    tone   as in Category; "leave" for whatever a station loads after the tone
    """

    name: str
    category: str
    grade: Grade
    reason: str
    says: tuple[int, ...]
    but_not: tuple[int, ...]
    unless: tuple[str, ...]
    tone: str


@dataclass(frozen=True)
class DangerList:
    """What the files say, ready to screen with. Make it with :meth:`load`; it never changes and may be shared."""

    categories: Mapping[str, Category]
    contexts: Mapping[str, Context]
    patterns: tuple[Pattern, ...]
    folding: Folding
    scanner: Scanner
    tone: Tone | None
    named: Mapping[str, Pattern]
    _of_line: Mapping[int, Pattern] = field(repr=False)

    @classmethod
    def load(cls, *paths: Path) -> DangerList:
        """
        Read the files in order; a later one may use, and add to, the words, categories and contexts of earlier ones.
        At most one of them is a learnt tone (``.json``); without it only lines ring.

        A station keeps its own lines in its own file: ``DangerList.load(*STANDARD, station_file)``. Read after the tone,
        they are outside what it has learnt, so it never lowers them.
        Errors: BadData naming file, key and reason. A list without any pattern is refused too.
        """
        reader = _Reader()
        for path in paths:
            reader.take(path)
        return reader.build()

    def pattern_of(self, line: int) -> Pattern | None:
        """The pattern that a line of the scanner belongs to; None for the lines of contexts."""
        return self._of_line.get(line)


def screen(
    text: str, danger_list: DangerList, meter: Meter | None = None, *, folded: Folded | None = None
) -> Finding | None:
    """
    What this text says about danger; None when nothing in it does.

    text     as typed, any length; the work grows linearly with it
    meter    counts the steps taken (for tests and measurements)
    folded   the text as ``danger_list.folding`` folds it, for who has it already
    """
    meter = meter or Meter()
    circumstances = _look(folded or danger_list.folding.fold(text), danger_list, meter)
    why = _by_lines(circumstances, danger_list)
    if danger_list.tone:
        why = _with_tone(why, danger_list.tone, danger_list, circumstances, meter)
    return _finding(why, danger_list)


def evidence_of_lines(text: str, danger_list: DangerList) -> tuple[bool, float, bool] | None:
    """
    What the lines alone make of a text, for learning how far to believe them; None when they do not ring.

    Returns   are they all soft, the share of the message that they account for, is there a circumstance
    """
    circumstances = _look(danger_list.folding.fold(text), danger_list, Meter())
    finding = _finding(_by_lines(circumstances, danger_list), danger_list)
    return _evidence(finding, circumstances) if finding else None


def _look(folded: Folded, danger_list: DangerList, meter: Meter) -> _Circumstances:
    return _Circumstances(folded, danger_list.scanner.scan(folded, meter), danger_list.contexts)


def _by_lines(circumstances: _Circumstances, danger_list: DangerList) -> tuple[Because, ...]:
    """The strongest line of each pattern that rang."""
    why: dict[str, Because] = {}
    for index, matches in circumstances.found.items():
        pattern = danger_list.pattern_of(index)
        if pattern is None:
            continue
        because = _strongest(pattern, danger_list.scanner.lines[index], matches, circumstances)
        if because and (pattern.name not in why or because.grade > why[pattern.name].grade):
            why[pattern.name] = because
    return tuple(why.values())


def _evidence(finding: Finding, circumstances: _Circumstances) -> tuple[bool, float, bool]:
    read = set(chain.from_iterable(starmap(range, circumstances.folded.spans)))
    heard = {at for span in finding.spans for at in range(span.start, span.end)}
    lowering = (context for context in circumstances.contexts.values() if context.effect == "lower")
    aside = any(
        any(line in circumstances.found for line in context.says)
        and not any(line in circumstances.found for line in context.void)
        for context in lowering
    )
    return finding.grade < Grade.NOW, len(heard & read) / len(read), aside


def _with_tone(
    why: tuple[Because, ...], tone: Tone, danger_list: DangerList, circumstances: _Circumstances, meter: Meter
) -> tuple[Because, ...]:
    """What rang on second thoughts: the lines as far as the tone believes them, and the tone itself where they ring less."""
    sound = tone.hear(circumstances.folded, meter)
    if sound is None:
        return why
    finding = _finding(why, danger_list)
    rung = [danger_list.named[because.pattern] for because in finding.why] if finding else []
    may = {pattern.tone for pattern in rung}
    if finding and tone.weighing and "leave" not in may:
        weight = tone.weighing.of((sound.score, *_evidence(finding, circumstances)))
        if weight < tone.weighing.heard and not any(p.tone == "lower" and p.grade is Grade.NOW for p in rung):
            why, finding = (), None
        elif weight < tone.weighing.believed:
            why = tuple(
                replace(each, grade=Grade.MAYBE, lowered_by=(*each.lowered_by, BY_TONE))
                if each.grade is Grade.NOW
                else each
                for each in why
            )
    if sound.score <= tone.threshold or (finding and sound.score < tone.loud):
        return why
    unless = danger_list.categories[UNCLEAR].unless
    lowered = tuple(name for name in unless if circumstances.holds(name, Match(sound.parts)))
    if sound.score >= tone.loud and not lowered:
        grade = Grade.NOW
    elif finding is None and (not lowered or sound.score >= tone.loud):
        grade = Grade.MAYBE
    else:
        return why
    spans = tuple(Span(*circumstances.folded.original(start, end)) for start, end in sound.parts)
    because = Because(UNCLEAR, "sounds-like-danger", UNCLEAR, grade, f"score {sound.score:.2f}", spans, lowered)
    return (*why, because)


def screen_conversation(texts: Sequence[str], danger_list: DangerList, meter: Meter | None = None) -> Finding | None:
    """
    The strongest finding of a row of messages by one person, the oldest first; spans name the message they are in.

    Each message is screened alone. Then up to 6 following messages of up to 240 characters are read as one, because
    “他又喝酒了” / “门锁不上” / “我好怕” says little message by message. What a later message takes back
    (“哈哈开玩笑”) never lowers what an earlier one said alone. The earliest of equally strong findings is returned.
    """
    meter = meter or Meter()
    best: Finding | None = None
    for number, text in enumerate(texts):
        finding = screen(text, danger_list, meter)
        if finding and (best is None or finding.grade > best.grade):
            best = _moved(finding, (number,), (0,))
    for last in range(1, len(texts)):
        first = last
        while first > 0 and last - first + 1 < WINDOW_MESSAGES:
            if sum(map(len, texts[first - 1 : last + 1])) > WINDOW_CHARACTERS:
                break
            first -= 1
        if first == last:
            continue
        window = texts[first : last + 1]
        offsets = tuple(sum(len(text) + 1 for text in window[:k]) for k in range(len(window)))
        finding = screen("\n".join(window), danger_list, meter)
        if finding and (best is None or finding.grade > best.grade):
            best = _moved(finding, tuple(range(first, last + 1)), offsets)
    return best


def _moved(finding: Finding, messages: tuple[int, ...], offsets: tuple[int, ...]) -> Finding:
    def move(span: Span) -> list[Span]:
        bounds = (*offsets[1:], 1 << 62)
        return [
            Span(max(span.start, begin) - begin, min(span.end, limit - 1) - begin, number)
            for number, begin, limit in zip(messages, offsets, bounds, strict=True)
            if max(span.start, begin) < min(span.end, limit - 1)
        ]

    def moved(spans: Iterable[Span]) -> tuple[Span, ...]:
        return tuple(sorted({new for span in spans for new in move(span)}, key=lambda s: (s.message, s.start, s.end)))

    why = tuple(replace(because, spans=moved(because.spans)) for because in finding.why)
    return replace(finding, spans=moved(finding.spans), why=why)


class _Circumstances:
    """Which contexts hold where in one text."""

    def __init__(self, folded: Folded, found: Mapping[int, list[Match]], contexts: Mapping[str, Context]) -> None:
        self.folded = folded
        self.found = found
        self.contexts = contexts
        self._places: dict[str, frozenset[int]] = {}
        self._covered: dict[str, set[int]] = {}

    def covered(self, pattern: Pattern, match: Match) -> bool:
        """Does one of the pattern's own exclusions overlap this match?"""
        if pattern.name not in self._covered:
            there = [m for line in pattern.but_not for m in self.found.get(line, ())]
            self._covered[pattern.name] = {at for m in there for at in range(m.start, m.parts[-1][1])}
        places = self._covered[pattern.name]
        return any(at in places for start, end in match.parts for at in range(start, end))

    def holds(self, name: str, match: Match) -> bool:
        context = self.contexts[name]
        if name not in self._places:
            void = any(line in self.found for line in context.void)
            self._places[name] = frozenset() if void else frozenset(self._where(context))
        places = self._places[name]
        if context.scope == "message":
            return bool(places)
        if context.scope == "clause":
            return any(self.folded.clauses[start] in places for start, _ in match.parts)
        if context.scope == "before":
            return match.start in places
        return any(at in places for start, end in match.parts for at in range(start, end))

    def _where(self, context: Context) -> Iterable[int]:
        """Positions, clause numbers or anything at all (scope "message") where the context holds."""
        clauses = self.folded.clauses
        for line in context.says:
            for match in self.found.get(line, ()):
                first, last = match.parts[0][0], match.parts[-1][1]
                if context.scope == "before":
                    near = range(last, min(last + _REACH_BEFORE + 1, len(clauses)))
                    yield from (at for at in near if clauses[at] == clauses[last - 1])
                elif context.scope == "word":
                    yield from range(first, last)
                else:
                    yield from (clauses[start] for start, _ in match.parts)


def _strongest(pattern: Pattern, line: Line, matches: list[Match], circumstances: _Circumstances) -> Because | None:
    best: Because | None = None
    for match in matches:
        if pattern.but_not and circumstances.covered(pattern, match):
            continue
        graded = _grade(pattern, match, circumstances)
        if graded is None or (best and graded[0] <= best.grade):
            continue
        spans = tuple(Span(*circumstances.folded.original(start, end)) for start, end in match.parts)
        best = Because(pattern.name, pattern.reason, pattern.category, graded[0], line.source, spans, graded[1])
        if best.grade == pattern.grade:
            break
    return best


def _grade(pattern: Pattern, match: Match, circumstances: _Circumstances) -> tuple[Grade, tuple[str, ...]] | None:
    """The grade that is left and the contexts that lowered it; several lowering contexts still take one grade only."""
    lowered: list[str] = []
    for name in pattern.unless:
        if circumstances.holds(name, match):
            if circumstances.contexts[name].effect == "quiet":
                return None
            lowered.append(name)
    if not lowered:
        return pattern.grade, ()
    if pattern.grade is Grade.NOW:
        return Grade.MAYBE, tuple(lowered)
    return None


def _finding(why: tuple[Because, ...], danger_list: DangerList) -> Finding | None:
    def rank(because: Because) -> tuple[int, int, str]:
        return -because.grade, danger_list.categories[because.category].rank, because.pattern

    ordered = sorted(why, key=rank)
    grade = max((because.grade for because in ordered), default=Grade.HINT)
    if grade is Grade.HINT:
        if len(ordered) < 2:
            return None
        grade = Grade.MAYBE
    else:
        ordered = [because for because in ordered if because.grade > Grade.HINT]
    named = [because.category for because in ordered if because.category != UNCLEAR] or [UNCLEAR]
    numbers = [n for category in named for n in danger_list.categories[category].numbers]
    spans = {span for because in ordered for span in because.spans}
    return Finding(
        grade=grade,
        category=named[0],
        spans=tuple(sorted(spans, key=lambda s: (s.start, s.end))),
        reasons=tuple(dict.fromkeys(because.reason for because in ordered)),
        numbers=tuple(dict.fromkeys(numbers)),
        why=tuple(ordered),
    )


_KEYS = {
    "file": {"words", "category", "context", "spelling", "pattern", "off"},
    "category": {"numbers", "unless", "tone"},
    "context": {"effect", "scope", "says", "void"},
    "spelling": {"traditional", "pinyin", "syllables", "respell", "dialect"},
    "pattern": {"id", "category", "grade", "reason", "says", "unless", "but_not", "tone"},
}
_GRADES = {"hint": Grade.HINT, "maybe": Grade.MAYBE, "now": Grade.NOW}


@dataclass
class _Reader:
    """Gathers the files, then builds the list: words may be added by a later file and still reach earlier lines."""

    words: dict[str, list[str]] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    contexts: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    patterns: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    spelling: dict[str, dict[str, str]] = field(default_factory=lambda: {key: {} for key in _KEYS["spelling"]})
    off: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    tone: Tone | None = None
    after_tone: set[str] = field(default_factory=set)

    def take(self, path: Path) -> None:
        if path.suffix == ".json":
            if self.tone:
                raise BadData(str(path), "there is a learnt tone already; a list has at most one")
            self.tone = Tone.load(path)
            return
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise BadData(str(path), f"cannot be read: {error.strerror}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadData(str(path), f"is not TOML: {error}") from error
        file = path.name
        _only(data, "file", file)
        for name, words in _table(data, "words", file).items():
            self.words.setdefault(name, []).extend(_texts(words, f"{file} [words] {name}"))
        for name, raw in _table(data, "category", file).items():
            self._category(name, raw, f"{file} [category.{name}]")
        for name, raw in _table(data, "context", file).items():
            where = f"{file} [context.{name}]"
            _only(raw, "context", where)
            _once(name, self.contexts, where)
            self.contexts[name] = where, raw
        self._spelling(_table(data, "spelling", file), file)
        entries = data.get("pattern", [])
        if not isinstance(entries, list):
            raise BadData(f"{file} pattern", "patterns are written as [[pattern]]")
        for number, raw in enumerate(entries, 1):
            where = f"{file} [[pattern]] {number}"
            _only(raw, "pattern", where)
            name = _text(raw, "id", where)
            _once(name, self.patterns, where)
            self.patterns[name] = f"{file} [[pattern]] {name}", raw
            if self.tone:
                self.after_tone.add(name)
        self.off.update(dict.fromkeys(_texts(data.get("off", []), f"{file} off"), file))

    def build(self) -> DangerList:
        folding = Folding(**self.spelling)
        groups = {name: tuple(words) for name, words in self.words.items()}

        def add(sources: Sequence[str], where: str, *, lone: bool = False) -> tuple[int, ...]:
            first = len(self.lines)
            self.lines.extend(parse_line(source, where, groups, folding, lone=lone) for source in sources)
            return tuple(range(first, len(self.lines)))

        contexts = {}
        for name, (where, raw) in self.contexts.items():
            effect = _one_of(raw, "effect", ("quiet", "lower"), where)
            scope = _one_of(raw, "scope", ("word", "before", "clause", "message"), where)
            says = add(_texts(raw.get("says"), f"{where} says", empty=False), f"{where} says")
            void = add(_texts(raw.get("void", []), f"{where} void"), f"{where} void")
            if (effect, scope) == ("quiet", "message"):
                raise BadData(f"{where} effect", "a word anywhere in the message may lower an alarm, not silence it")
            contexts[name] = Context(name, effect, scope, says, void)
        for category in self.categories.values():
            _known(category.unless, contexts, f"[category.{category.name}] unless")
        for name, file in self.off.items():
            if name not in self.patterns:
                raise BadData(f"{file} off", f"there is no pattern “{name}”")
        patterns = []
        for name, (where, raw) in self.patterns.items():
            if name in self.off:
                continue
            category_name = _one_of(raw, "category", tuple(self.categories), where)
            unless = _texts(raw["unless"], f"{where} unless") if "unless" in raw else None
            chosen = self.categories[category_name].unless if unless is None else tuple(unless)
            _known(chosen, contexts, f"{where} unless")
            grade = _GRADES[_one_of(raw, "grade", tuple(_GRADES), where)]
            sources = _texts(raw.get("says"), f"{where} says", empty=False)
            patterns.append(
                Pattern(
                    name=name,
                    category=category_name,
                    grade=grade,
                    reason=_text(raw, "reason", where),
                    says=add(sources, f"{where} says", lone=grade is Grade.HINT),
                    but_not=add(_texts(raw.get("but_not", []), f"{where} but_not"), f"{where} but_not"),
                    unless=chosen,
                    tone="leave" if name in self.after_tone else _tone(raw, where, self.categories[category_name].tone),
                )
            )
        if not patterns:
            raise BadData("danger list", "no pattern in any file: nothing would ever ring")
        if self.tone and UNCLEAR not in self.categories:
            raise BadData("danger list", f"a learnt tone needs [category.{UNCLEAR}] with the numbers to call")
        of_line = {line: pattern for pattern in patterns for line in pattern.says}
        scanner = Scanner(tuple(self.lines))
        named = {pattern.name: pattern for pattern in patterns}
        return DangerList(self.categories, contexts, tuple(patterns), folding, scanner, self.tone, named, of_line)

    def _category(self, name: str, raw: Any, where: str) -> None:
        _only(raw, "category", where)
        _once(name, self.categories, where)
        numbers = tuple(_texts(raw.get("numbers"), f"{where} numbers", empty=False))
        for number in numbers:
            if not (number.isascii() and number.isdigit() and 3 <= len(number) <= 12):
                raise BadData(f"{where} numbers", f"“{number}” is not a telephone number of 3 to 12 digits")
        unless = tuple(_texts(raw.get("unless", []), f"{where} unless"))
        self.categories[name] = Category(name, numbers, unless, _tone(raw, where, "lower"), len(self.categories))

    def _spelling(self, raw: dict[str, Any], file: str) -> None:
        _only(raw, "spelling", f"{file} [spelling]")
        pairs = raw.get("traditional", "")
        if not isinstance(pairs, str) or any(len(pair) != 2 for pair in pairs.split()):
            raise BadData(f"{file} [spelling] traditional", "a text of pairs such as “強强 殺杀”")
        self.spelling["traditional"].update({pair[0]: pair[1] for pair in pairs.split()})
        plain = Folding(self.spelling["traditional"])
        for key in ("pinyin", "syllables", "respell", "dialect"):
            for word, meant in _table(raw, key, f"{file} [spelling]").items():
                where = f"{file} [spelling.{key}] {word}"
                if not isinstance(meant, str) or not meant or BREAK in meant:
                    raise BadData(where, "the meant word is a text without punctuation")
                if key in {"pinyin", "syllables"} and not (word.isascii() and word.isalpha() and word.islower()):
                    raise BadData(where, "written in small letters a to z, without spaces or tones")
                if key in {"respell", "dialect"} and plain.word(word) != word:
                    raise BadData(where, "written in plain simplified characters, without spaces or capitals")
                self.spelling[key][word] = meant


def _only(raw: Any, kind: str, where: str) -> None:
    if not isinstance(raw, dict):
        raise BadData(where, "is a table of keys")
    unknown = sorted(set(raw) - _KEYS[kind])
    if unknown:
        raise BadData(f"{where} {unknown[0]}", f"unknown key; known are {'、'.join(sorted(_KEYS[kind]))}")


def _table(raw: dict[str, Any], key: str, where: str) -> dict[str, Any]:
    value = raw.get(key, {})
    if not isinstance(value, dict):
        raise BadData(f"{where} {key}", "is a table of keys")
    return value


def _texts(value: Any, where: str, *, empty: bool = True) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        raise BadData(where, "is a list of texts, none of them empty")
    if not value and not empty:
        raise BadData(where, "needs at least one text")
    return value


def _text(raw: dict[str, Any], key: str, where: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        raise BadData(f"{where} {key}", "is a text and cannot be left out")
    return value


def _tone(raw: dict[str, Any], where: str, otherwise: str) -> str:
    return _one_of(raw, "tone", ("drop", "lower", "leave"), where) if "tone" in raw else otherwise


def _one_of(raw: dict[str, Any], key: str, allowed: tuple[str, ...], where: str) -> str:
    value = _text(raw, key, where)
    if value not in allowed:
        raise BadData(f"{where} {key}", f"“{value}” is not one of {'、'.join(allowed)}")
    return value


def _known(names: Iterable[str], contexts: Mapping[str, Context], where: str) -> None:
    for name in names:
        if name not in contexts:
            raise BadData(where, f"there is no context “{name}”")


def _once(name: str, present: Mapping[str, Any], where: str) -> None:
    if name in present:
        raise BadData(where, f"“{name}” is already there; names are used once over all files")
