"""
What the desk knows about kinds of reports: categories, subtypes, who handles, urgency, questions, words (``data/diversion``).

    catalogue = Catalogue.load(folding)
    catalogue.subtypes["theft-bicycle"].why_zh
    catalogue.read(folded).marks            # what a text carries besides its kind

All of it can be argued about, so all of it is data; each kind names the law rules it rests on and an example for trainees.
A station changes handler, grade, or whether somebody goes out to a kind in its own file (``[[local]]``), and adds lines of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from shouwang.engines.errors import BadData
from shouwang.engines.law.reading import Table, toml_file
from shouwang.engines.triage.folding import Folded, Folding
from shouwang.engines.triage.lines import Line, Meter, Scanner, parse_line

DIVERSION = Path(__file__).parent / "data" / "diversion"
NATURES = ("by-value", "by-injury", "crime", "violation", "mixed", "civil", "none")
HANDLERS = ("station", "police", "partner", "department")
GRADES = (1, 2, 3, 4)

Range = tuple[int, int]


@dataclass(frozen=True)
class Words:
    """A code with its sentence in both languages; ``{names}`` in it are filled in by :meth:`say`."""

    code: str
    zh: str
    en: str

    def say(self, english: bool, values: Mapping[str, tuple[str, str]]) -> str:
        filled = {name: pair[english] for name, pair in values.items()}
        return (self.en if english else self.zh).format(**filled)


@dataclass(frozen=True)
class Category:
    """One of the eight ways a report can go. articles: ids of law rules."""

    words: Words
    says_zh: str
    says_en: str
    articles: tuple[str, ...]


@dataclass(frozen=True)
class Urgency:
    """A grade, 1 the most urgent."""

    grade: int
    zh: str
    en: str
    says_zh: str
    says_en: str


@dataclass(frozen=True)
class Handler:
    """Who handles. kind: "station", "police" (another unit), "partner" (fire, ambulance) or "department"."""

    words: Words
    kind: str


@dataclass(frozen=True)
class Subtype:
    """
    A kind of report.

    nature            how crime and violation are told apart, one of NATURES
    offence           of the thresholds, where the value decides
    form              form of theft that this kind always has, a code of rule th-theft-any
    handler           who handles it; handler_if_crime when it is a crime; partner who comes as well
    scene             whether there is a place to go to; fraud by telephone or a lost paper has none
    rules             ids of law rules it rests on
    ask               codes of questions, the most useful first
    example, why      for trainees: an invented report and what is to be learnt from it
    """

    words: Words
    category: str
    nature: str
    offence: str
    form: str
    urgency: int
    handler: str
    handler_if_crime: str
    partner: str
    rules: tuple[str, ...]
    ask: tuple[str, ...]
    example_zh: str
    example_en: str
    why_zh: str
    why_en: str
    scene: bool = True


@dataclass(frozen=True)
class Raise:
    """All these marks together raise reports of these categories or subtypes (none named: all) to this grade."""

    code: str
    marks: tuple[str, ...]
    grade: int
    categories: frozenset[str]
    subtypes: frozenset[str]

    def fits(self, subtype: Subtype, category: str) -> bool:
        """Whether it speaks about a report of this kind."""
        named = self.categories or self.subtypes
        return not named or category in self.categories or subtype.words.code in self.subtypes


@dataclass(frozen=True)
class Do:
    """An action and when it is to be taken: for a kind, a category, or when the text carries a mark."""

    action: str
    subtypes: frozenset[str]
    categories: frozenset[str]
    marks: frozenset[str]


@dataclass(frozen=True)
class Reading:
    """
    What the lines found in a text.

    marks     mark -> ranges of the original text that carry it
    cues      subtype -> ranges of the original text that speak for it
    """

    marks: Mapping[str, tuple[Range, ...]]
    cues: Mapping[str, tuple[Range, ...]]


@dataclass(frozen=True)
class _Rule:
    """Lines that speak for a mark or subtype; any line of ``but_not`` anywhere in the text makes them void."""

    kind: str
    code: str
    says: tuple[int, ...]
    but_not: tuple[int, ...]


@dataclass(frozen=True)
class Catalogue:
    """All tables of the files, ready for use. Make it with :meth:`load`; it never changes and may be shared."""

    categories: Mapping[str, Category]
    urgencies: Mapping[int, Urgency]
    handlers: Mapping[str, Handler]
    subtypes: Mapping[str, Subtype]
    questions: Mapping[str, Words]
    marks: Mapping[str, Words]
    reasons: Mapping[str, Words]
    changes: Mapping[str, Words]
    actions: Mapping[str, Words]
    raises: tuple[Raise, ...]
    dos: tuple[Do, ...]
    danger: Mapping[str, tuple[str, ...]]
    folding: Folding = field(repr=False)
    _scanner: Scanner = field(repr=False)
    _rules: tuple[_Rule, ...] = field(repr=False)

    @classmethod
    def load(cls, folding: Folding, *own: Path) -> Catalogue:
        """
        The files of the house, then a station's own.

        folding   the spelling into which texts are folded
        Errors    BadData naming file, key and reason; also for a code that is used but nowhere explained
        """
        files = _Files(folding)
        for path in (*sorted(DIVERSION.glob("*.toml")), *own):
            files.take(path)
        return files.catalogue()

    def read(self, folded: Folded, meter: Meter | None = None) -> Reading:
        """What the lines find in a folded text; the work grows linearly with it."""
        found = self._scanner.scan(folded, meter or Meter())
        said = frozenset(found)
        heard: dict[str, dict[str, tuple[Range, ...]]] = {"mark": {}, "subtype": {}}
        for rule in self._rules:
            if said.isdisjoint(rule.says) or not said.isdisjoint(rule.but_not):
                continue
            parts = [part for line in rule.says for match in found.get(line, ()) for part in match.parts]
            if parts:
                heard[rule.kind][rule.code] = tuple(sorted({folded.original(start, end) for start, end in parts}))
        return Reading(heard["mark"], heard["subtype"])

    def composed(self, per_line: int) -> tuple[tuple[str, str], ...]:
        """
        Short texts put together from the words of each line, with the subtype they speak for.

        They teach a classifier what the lines know, so that a text with half of the words of a line is recognised as well.
        """
        texts = []
        for rule in self._rules:
            for line in rule.says if rule.kind == "subtype" else ():
                parts = [sorted(part) for part in self._scanner.lines[line].parts]
                for turn in range(min(per_line, max(map(len, parts)))):
                    # Steps of 7 and 3 spread the choice over lists of any length without chance.
                    words = [part[(7 * turn + 3 * place) % len(part)] for place, part in enumerate(parts)]
                    texts.append(("，".join(words), rule.code))
        return tuple(texts)


_K = TypeVar("_K")
_V = TypeVar("_V")


class _Files:
    """Gathers the files; codes may be used before they are explained, so they are checked at the end."""

    def __init__(self, folding: Folding) -> None:
        self.folding = folding
        self.words: dict[str, list[str]] = {}
        self.categories: dict[str, Category] = {}
        self.urgencies: dict[int, Urgency] = {}
        self.handlers: dict[str, Handler] = {}
        self.subtypes: dict[str, Subtype] = {}
        self.plain: dict[str, dict[str, Words]] = {k: {} for k in ("question", "reason", "change", "action", "mark")}
        self.raises: list[tuple[Table, Raise]] = []
        self.dos: list[tuple[Table, Do]] = []
        self.danger: dict[str, tuple[str, ...]] = {}
        self.spoken: list[tuple[str, str, str, tuple[str, ...], tuple[str, ...]]] = []
        self.used: list[tuple[Table, str, str, Mapping[str, object]]] = []

    def take(self, path: Path) -> None:
        top = toml_file(path)
        words = top.table_or_none("words")
        if words:
            for name in words.names():
                known = self.words.setdefault(name, [])
                known.extend(word for word in words.texts(name) if word not in known)
            words.done()
        readers: tuple[tuple[str, Callable[[Table], None]], ...] = (
            ("category", self._category),
            ("urgency", self._urgency),
            ("handler", self._handler),
            ("subtype", self._subtype),
            ("mark", self._mark),
            ("raise", self._raise),
            ("do", self._do),
            ("danger", self._danger),
            ("line", self._line),
            ("local", self._local),
            *((kind, self._plain(kind)) for kind in ("question", "reason", "change", "action")),
        )
        for key, read in readers:
            for table in top.tables(key):
                read(table)
                table.done()
        top.done()

    def catalogue(self) -> Catalogue:
        for table, key, code, known in self.used:
            if code and code not in known:
                raise table.bad(key, f"“{code}” is nowhere explained")
        missing = [grade for grade in GRADES if grade not in self.urgencies]
        if missing:
            raise BadData("diversion urgency", f"grade {missing[0]} is missing")
        lines: list[Line] = []
        rules: list[_Rule] = []
        groups = {name: tuple(words) for name, words in self.words.items()}

        def add(sources: Iterable[str], where: str, *, lone: bool = False) -> tuple[int, ...]:
            first = len(lines)
            lines.extend(parse_line(source, where, groups, self.folding, lone=lone) for source in sources)
            return tuple(range(first, len(lines)))

        for kind, code, where, says, but_not in self.spoken:
            rules.append(_Rule(kind, code, add(says, where), add(but_not, f"{where} but_not", lone=True)))
        return Catalogue(
            categories=self.categories,
            urgencies=self.urgencies,
            handlers=self.handlers,
            subtypes=self.subtypes,
            questions=self.plain["question"],
            marks=self.plain["mark"],
            reasons=self.plain["reason"],
            changes=self.plain["change"],
            actions=self.plain["action"],
            raises=tuple(entry for _, entry in self.raises),
            dos=tuple(entry for _, entry in self.dos),
            danger=self.danger,
            folding=self.folding,
            _scanner=Scanner(tuple(lines)),
            _rules=tuple(rules),
        )

    def _use(self, table: Table, key: str, codes: Iterable[str], known: Mapping[str, object]) -> None:
        self.used.extend((table, key, code, known) for code in codes)

    def _category(self, table: Table) -> None:
        entry = Category(_words(table), table.text("says_zh"), table.text("says_en"), table.texts("articles"))
        _once(self.categories, entry.words.code, entry, table)

    def _urgency(self, table: Table) -> None:
        grade = _grade(table, "grade")
        texts = (table.text(key) for key in ("zh", "en", "says_zh", "says_en"))
        _once(self.urgencies, grade, Urgency(grade, *texts), table)

    def _handler(self, table: Table) -> None:
        entry = Handler(_words(table), _choice(table, "kind", HANDLERS))
        _once(self.handlers, entry.words.code, entry, table)

    def _plain(self, kind: str) -> Callable[[Table], None]:
        def read(table: Table) -> None:
            words = _words(table)
            _once(self.plain[kind], words.code, words, table)

        return read

    def _mark(self, table: Table) -> None:
        words = _words(table)
        _once(self.plain["mark"], words.code, words, table)
        self._says(table, "mark", words.code)

    def _says(self, table: Table, kind: str, code: str) -> None:
        says = table.texts("says")
        if not says:
            raise table.bad("says", "needs at least one line")
        self.spoken.append((kind, code, table.where.rstrip(":"), says, table.texts("but_not")))

    def _subtype(self, table: Table) -> None:
        words = _words(table)
        nature = _choice(table, "nature", NATURES)
        entry = Subtype(
            words=words,
            category=table.code("category"),
            nature=nature,
            offence=table.code("offence", ""),
            form=table.code("form", ""),
            urgency=_grade(table, "urgency"),
            handler=table.code("handler"),
            handler_if_crime=table.code("handler_if_crime", ""),
            partner=table.code("partner", ""),
            rules=table.texts("rules"),
            ask=table.texts("ask"),
            example_zh=table.text("example_zh"),
            example_en=table.text("example_en"),
            why_zh=table.text("why_zh"),
            why_en=table.text("why_en"),
            scene=table.flag("scene", default=True),
        )
        if bool(entry.offence) != (nature == "by-value"):
            raise table.bad("offence", "is named where the value decides, and only there")
        self._use(table, "category", [entry.category], self.categories)
        self._use(table, "handler", [entry.handler, entry.handler_if_crime, entry.partner], self.handlers)
        self._use(table, "ask", entry.ask, self.plain["question"])
        _once(self.subtypes, words.code, entry, table)
        self._says(table, "subtype", words.code)

    def _raise(self, table: Table) -> None:
        entry = Raise(
            code=table.code("code"),
            marks=table.texts("marks"),
            grade=_grade(table, "grade"),
            categories=frozenset(table.texts("categories")),
            subtypes=frozenset(table.texts("subtypes")),
        )
        if not entry.marks:
            raise table.bad("marks", "needs at least one mark")
        self._use(table, "marks", entry.marks, self.plain["mark"])
        self._use(table, "categories", entry.categories, self.categories)
        self._use(table, "subtypes", entry.subtypes, self.subtypes)
        self.raises.append((table, entry))

    def _do(self, table: Table) -> None:
        named = {key: frozenset(table.texts(key)) for key in ("subtypes", "categories", "marks")}
        entry = Do(table.code("action"), **named)
        if not any(named.values()):
            raise table.bad("action", "needs subtypes, categories or marks to go with")
        self._use(table, "action", [entry.action], self.plain["action"])
        self._use(table, "subtypes", entry.subtypes, self.subtypes)
        self._use(table, "categories", entry.categories, self.categories)
        self._use(table, "marks", entry.marks, self.plain["mark"])
        self.dos.append((table, entry))

    def _danger(self, table: Table) -> None:
        subtypes = table.texts("subtypes")
        self._use(table, "subtypes", subtypes, self.subtypes)
        _once(self.danger, table.code("category"), subtypes, table)

    def _line(self, table: Table) -> None:
        """A station's own lines for a kind of the house."""
        code = table.code("subtype")
        self._use(table, "subtype", [code], self.subtypes)
        self._says(table, "subtype", code)

    def _local(self, table: Table) -> None:
        """What a station or county handles otherwise."""
        code = table.code("subtype")
        if code not in self.subtypes:
            raise table.bad("subtype", f"“{code}” is nowhere explained")
        old = self.subtypes[code]
        new = replace(
            old,
            handler=table.code("handler", old.handler),
            handler_if_crime=table.code("handler_if_crime", old.handler_if_crime),
            urgency=_grade(table, "urgency") if table.has("urgency") else old.urgency,
            scene=table.flag("scene", default=old.scene),
        )
        self._use(table, "handler", [new.handler, new.handler_if_crime], self.handlers)
        self.subtypes[code] = new


def _words(table: Table) -> Words:
    return Words(table.code("code"), table.text("zh"), table.text("en"))


def _grade(table: Table, key: str) -> int:
    grade = table.whole(key)
    if grade not in GRADES:
        raise table.bad(key, f"is a grade from 1 (the most urgent) to 4, not {grade}")
    return grade


def _choice(table: Table, key: str, allowed: Sequence[str]) -> str:
    value = table.text(key)
    if value not in allowed:
        raise table.bad(key, f"must be one of {', '.join(allowed)}, not {value!r}")
    return value


def _once(known: dict[_K, _V], code: _K, entry: _V, table: Table) -> None:
    if code in known:
        raise table.bad("code", f"“{code}” is already there")
    known[code] = entry
