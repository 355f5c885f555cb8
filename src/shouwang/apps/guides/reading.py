"""
Read the library of guides and canned answers from plain files; no Django, no clock, no network.

A guide is `library/<slug>.md`: TOML between two `+++` lines, then a small subset of Markdown
(`## ` headings, paragraphs, `- ` and `1. ` lists, `**bold**`). A canned answer is a table in `library/canned.toml`.
`docs/how-to/write-a-guide.md` says what each key means. Whatever is wrong in a file is refused with the file, the key
and the reason, so that a slip is found when it is written and not when a resident reads it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

from shouwang.engines.errors import BadData

CATEGORIES = (
    "household",
    "identity",
    "residence",
    "certificates",
    "property",
    "safety",
    "family",
    "neighbours",
    "vehicles",
    "business",
    "rights",
    "participation",
)
# How well a source is known: read in full, read in a second-hand copy, read in the consolidation of 2018, not read.
CONFIDENCES = ("confirmed", "confirmed-2nd", "confirmed-2018", "unconfirmed")
CANNED_KINDS = (
    "greeting",
    "receipt",
    "ask",
    "progress",
    "handover",
    "delay",
    "refusal",
    "safety",
    "closing",
    "internal",
)
MAX_ANSWER_CHARS = 200

_FENCE = "+++"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_BLANK = re.compile(r"\{\{([^{}|]+)\|([^{}|]+)\}\}")


@dataclass(frozen=True)
class Source:
    """
    What a guide rests on.

    instrument   name of the law or rule, without 《》
    article      "第12条", several joined by "、"; never empty
    rule_id      id of the rule in the law data, or "" when the rule has none
    confidence   one of CONFIDENCES
    """

    instrument: str
    article: str
    rule_id: str
    confidence: str

    @property
    def line(self) -> str:
        """One line for the list of sources; an unread one tells the reader to ask first."""
        note = "（各地可能不同，先问一声）" if self.confidence == "unconfirmed" else ""
        return f"《{self.instrument}》{self.article}{note}"


@dataclass(frozen=True)
class GuideText:
    """
    One guide as its file says it.

    questions    everyday ways people ask this; food for search, never shown
    answer       short answer that may go out alone when `auto_ok`; "" where only a person should answer
    bring        materials, in the order one needs them; may be empty
    fee          plain words, "" when the guide says nothing about money
    time_limit   plain words, "" when no limit is known
    related      slugs of other guides of the same library
    danger       show the line "有危险，马上打 110" above the guide
    body         Markdown subset, see the module's docstring
    """

    slug: str
    title: str
    title_en: str
    summary: str
    summary_en: str
    audience: str
    category: str
    owner_role: str
    valid_until: date
    reviewed_on: date
    sources: tuple[Source, ...]
    questions: tuple[str, ...]
    answer: str
    auto_ok: bool
    bring: tuple[str, ...]
    fee: str
    time_limit: str
    related: tuple[str, ...]
    danger: bool
    body: str


@dataclass(frozen=True)
class Blank:
    """A place in a canned answer that the officer fills in; `example` is shown as a hint and never sent."""

    what: str
    example: str


@dataclass(frozen=True)
class CannedAnswer:
    """
    A sentence that an officer sends often.

    kind       one of CANNED_KINDS
    category   one of CATEGORIES, or "" when it fits every matter
    outside    may go to a resident; False means for colleagues only
    text       contains every blank as `{{什么|例子}}`
    """

    key: str
    title: str
    text: str
    kind: str
    category: str
    outside: bool

    @property
    def blanks(self) -> tuple[Blank, ...]:
        """The blanks in the order of the text; all must be filled before the answer may be sent."""
        return tuple(Blank(what, example) for what, example in _BLANK.findall(self.text))


#: A table in a file has exactly the keys of what is read from it; the slug is the file's name, the body stands below the table.
_GUIDE_KEYS = frozenset(field.name for field in fields(GuideText)) - {"slug", "body"}
_SOURCE_KEYS = frozenset(field.name for field in fields(Source))
_CANNED_KEYS = frozenset(field.name for field in fields(CannedAnswer))


def read_library(folder: Path) -> tuple[GuideText, ...]:
    """
    All guides of a folder, ordered by slug.

    Raises BadData for a bad file, an unknown related guide, a question asked twice, or an empty folder.
    """
    guides = tuple(read_guide(path) for path in sorted(folder.glob("*.md")))
    if not guides:
        raise BadData(str(folder), "there is no guide (*.md) in this folder")
    slugs = {guide.slug for guide in guides}
    asked: dict[str, str] = {}
    for guide in guides:
        for slug in guide.related:
            if slug not in slugs or slug == guide.slug:
                raise BadData(f"{folder / guide.slug}.md: related", f"{slug!r} is not another guide of this library")
        for question in guide.questions:
            first = asked.setdefault(question, guide.slug)
            if first != guide.slug:
                raise BadData(f"{folder / guide.slug}.md: questions", f"{question!r} is already asked in {first!r}")
    return guides


def read_guide(path: Path) -> GuideText:
    """One guide. Raises BadData when the file breaks the format."""
    if not _SLUG.fullmatch(path.stem):
        raise BadData(str(path), "the file name must be lower-case words joined by hyphens")
    front, body = _split(path)
    table = _Table(str(path), front)
    table.only(_GUIDE_KEYS)
    guide = GuideText(
        slug=path.stem,
        title=table.text("title"),
        title_en=table.text("title_en"),
        summary=table.text("summary"),
        summary_en=table.text("summary_en"),
        audience=table.text("audience"),
        category=table.choice("category", CATEGORIES),
        owner_role=table.text("owner_role"),
        valid_until=table.day("valid_until"),
        reviewed_on=table.day("reviewed_on"),
        sources=table.sources("sources"),
        questions=table.texts("questions", at_least=1),
        answer=table.text("answer", may_be_empty=True),
        auto_ok=table.flag("auto_ok"),
        bring=table.texts("bring"),
        fee=table.text("fee", may_be_empty=True),
        time_limit=table.text("time_limit", may_be_empty=True),
        related=table.texts("related"),
        danger=table.flag("danger"),
        body=body,
    )
    if guide.valid_until <= guide.reviewed_on:
        raise table.bad("valid_until", "must lie after reviewed_on")
    if guide.auto_ok and not guide.answer:
        raise table.bad("auto_ok", "is true, but there is no answer to send")
    if len(guide.answer) > MAX_ANSWER_CHARS:
        raise table.bad("answer", f"has {len(guide.answer)} characters; at most {MAX_ANSWER_CHARS} fit")
    check_body(str(path), body)
    return guide


def read_canned(path: Path) -> tuple[CannedAnswer, ...]:
    """All canned answers of `canned.toml`, in the order of the file. Raises BadData when one breaks the format."""
    top = _Table(str(path), _toml(str(path), _read(path)))
    top.only(frozenset(("canned",)))
    found: dict[str, CannedAnswer] = {}
    for number, row in enumerate(top.tables("canned"), start=1):
        table = _Table(f"{path}: canned {number}", row)
        table.only(_CANNED_KEYS)
        canned = CannedAnswer(
            key=table.text("key"),
            title=table.text("title"),
            text=table.text("text"),
            kind=table.choice("kind", CANNED_KINDS),
            category=table.choice("category", ("", *CATEGORIES)),
            outside=table.flag("outside"),
        )
        if not _SLUG.fullmatch(canned.key):
            raise table.bad("key", "must be lower-case words joined by hyphens")
        if canned.key in found:
            raise table.bad("key", f"{canned.key!r} is already used")
        if set(_BLANK.sub("", canned.text)) & set("{}"):
            raise table.bad("text", "a blank is written {{什么|例子}}")
        found[canned.key] = canned
    return tuple(found.values())


class _Table:
    """Typed reading of one TOML table; every refusal names the file, the key and the reason."""

    def __init__(self, where: str, row: Mapping[str, object]) -> None:
        self.where = where
        self.row = row

    def bad(self, key: str, why: str) -> BadData:
        return BadData(f"{self.where}: {key}", why)

    def only(self, keys: frozenset[str]) -> None:
        for key in sorted(self.row.keys() - keys):
            raise self.bad(key, "is not a key of this format")

    def _value(self, key: str) -> object:
        if key not in self.row:
            raise self.bad(key, "is missing")
        return self.row[key]

    def text(self, key: str, *, may_be_empty: bool = False) -> str:
        value = self._value(key)
        if not isinstance(value, str):
            raise self.bad(key, "must be text")
        value = value.strip()
        if not value and not may_be_empty:
            raise self.bad(key, "must not be empty")
        return value

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self.text(key, may_be_empty="" in allowed)
        if value not in allowed:
            raise self.bad(key, f"{value!r} is none of: {', '.join(allowed)}")
        return value

    def flag(self, key: str) -> bool:
        value = self._value(key)
        if not isinstance(value, bool):
            raise self.bad(key, "must be true or false")
        return value

    def day(self, key: str) -> date:
        value = self._value(key)
        # type(), because a TOML date-time is a datetime, which is also a date.
        if type(value) is not date:
            raise self.bad(key, "must be a date such as 2027-06-30, without quotes")
        return value

    def texts(self, key: str, *, at_least: int = 0) -> tuple[str, ...]:
        value = self._value(key)
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.bad(key, "must be a list of texts, none of them empty")
        if len(value) < at_least:
            raise self.bad(key, f"needs at least {at_least}")
        if len(set(value)) < len(value):
            raise self.bad(key, "says the same thing twice")
        return tuple(item.strip() for item in value)

    def tables(self, key: str) -> tuple[Mapping[str, object], ...]:
        value = self._value(key)
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            raise self.bad(key, "must be a list of tables, at least one")
        return tuple(value)

    def sources(self, key: str) -> tuple[Source, ...]:
        found = []
        for number, row in enumerate(self.tables(key), start=1):
            table = _Table(f"{self.where}: {key} {number}", row)
            table.only(_SOURCE_KEYS)
            found.append(
                Source(
                    instrument=table.text("instrument"),
                    article=table.text("article"),
                    rule_id=table.text("rule_id", may_be_empty=True),
                    confidence=table.choice("confidence", CONFIDENCES),
                )
            )
        return tuple(found)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadData(str(path), f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadData(str(path), "is not UTF-8 text") from error


def _toml(where: str, text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadData(where, f"is not valid TOML: {error}") from error


def _split(path: Path) -> tuple[dict[str, object], str]:
    """Front matter and body of a guide file."""
    lines = _read(path).splitlines()
    fences = [number for number, line in enumerate(lines) if line.rstrip() == _FENCE]
    if len(fences) < 2 or fences[0] != 0:
        raise BadData(str(path), f"must begin with a {_FENCE} line and close its front matter with another")
    body = "\n".join(lines[fences[1] + 1 :]).strip()
    return _toml(str(path), "\n".join(lines[1 : fences[1]])), body


def check_body(where: str, body: str) -> None:
    """The body uses only what the page can show: no HTML, links, pictures, tables or deeper headings."""
    if not body.startswith("## "):
        raise BadData(f"{where}: body", "must begin with a '## ' heading")
    for number, line in enumerate(body.splitlines(), start=1):
        if (line.startswith("#") and not line.startswith("## ")) or re.search(r"[<>`|]|\]\(", line):
            raise BadData(f"{where}: body line {number}", "only '## ', lists, paragraphs and **bold** are allowed")
        if line.count("**") % 2:
            raise BadData(f"{where}: body line {number}", "a ** is not closed")
