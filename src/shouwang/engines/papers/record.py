"""
What a record may hold: the dictionary of its groups and fields, and how a value is read from it and shown.

A record is a plain mapping as the rooms hold it or JSON brings it: `{"caller": {"name": "…"}, "evidence": [{…}, …]}`. The
dictionary gives each group and field its code, its word at the desk (which templates use: `{{报案人.姓名}}`), its English
and its kind. One dictionary serves all templates: a thing said once in the record stands on every paper that needs it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path

from shouwang.engines.law.reading import Table, toml_file
from shouwang.engines.papers import words

WORD = re.compile(r"[0-9A-Za-z\u3400-\u9fff]+\Z")
CODE = re.compile(r"[a-z][a-z0-9_]*\Z")
MONEY = re.compile(r"\d{1,12}(\.\d{1,2})?\Z")

Value = str | int | bool | Decimal | date | datetime


class Kind(StrEnum):
    """What a field takes, and how JSON writes it."""

    TEXT = "text"  # one line
    LONG = "long"  # paragraphs, one per line
    DAY = "day"  # "2026-11-28"
    TIME = "time"  # "2026-11-28T15:04:00+08:00"; without a zone nobody can tell when it was
    MONEY = "money"  # yuan: 1230 or "1230.50"
    COUNT = "count"  # a whole number from 0
    YES_NO = "yes-no"
    CHOICE = "choice"  # one of the field's codes


#: How a place may ask for a value, beside the usual way: `{{罚款.金额:大写}}`.
SHAPES: Mapping[Kind, tuple[str, ...]] = {
    Kind.MONEY: ("大写",),
    Kind.DAY: ("汉字",),
    Kind.TIME: ("日期", "汉字"),
    Kind.CHOICE: ("勾选",),
    Kind.YES_NO: ("勾选",),
}
LONGEST = {Kind.TEXT: 200, Kind.LONG: 20_000}
CHOSEN, OPEN = "■", "□"


@dataclass(frozen=True, slots=True)
class Field:
    """
    One thing a record may say.

    choices   code → word, for a choice
    longest   characters at most, for texts
    mask      which masking rule of the law hides it on a copy for somebody else (`identifier`, `address`, …); empty: none
    """

    code: str
    zh: str
    en: str
    kind: Kind
    choices: Mapping[str, str]
    longest: int
    mask: str


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together: a person, the event, or (`many`) rows of a list. Fields by their word."""

    code: str
    zh: str
    en: str
    many: bool
    fields: Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Groups by their word."""

    groups: Mapping[str, Group]

    @classmethod
    def load(cls, *paths: Path) -> Dictionary:
        """The dictionary shipped here and a station's further files: new groups, and what else is known of a person. Errors: BadData."""
        groups: dict[str, Group] = {}
        person: tuple[Field, ...] = ()
        for path in (Path(__file__).parent / "data" / "record.toml", *paths):
            top = toml_file(path)
            person = (*person, *_fields(top, "person"))
            for table in top.tables("group"):
                group = _group(table, person)
                if group.zh in groups or group.code in {known.code for known in groups.values()}:
                    raise table.bad("zh", f"{group.zh} ({group.code}) is in the dictionary already")
                groups[group.zh] = group
            top.done()
        return cls(groups)

    def with_extra(self, fields: tuple[Field, ...]) -> Dictionary:
        """The same with a template's own fields as the group 补充."""
        extra = Group("extra", "补充", "extra", many=False, fields={field.zh: field for field in fields})
        return Dictionary({**self.groups, extra.zh: extra}) if fields else self


def _group(table: Table, person: tuple[Field, ...]) -> Group:
    code, zh, en = _code(table), _word(table), table.text("en")
    many, is_person = table.flag("many", default=False), table.flag("person", default=False)
    fields = (*(person if is_person else ()), *_fields(table, "field"))
    table.done()
    if not fields:
        raise table.bad("field", "is missing: a group has fields, or is a person")
    return Group(code, zh, en, many, _by_word(table, fields))


def _by_word(table: Table, fields: tuple[Field, ...]) -> Mapping[str, Field]:
    for key in ("zh", "code"):
        known = [getattr(field, key) for field in fields]
        for twice in {word for word in known if known.count(word) > 1}:
            raise table.bad("field", f"{twice} stands twice")
    return {field.zh: field for field in fields}


def _fields(table: Table, key: str) -> Iterator[Field]:
    for entry in table.tables(key):
        yield read_field(entry)


def _code(table: Table) -> str:
    code = table.text("code")
    if not CODE.match(code):
        raise table.bad("code", f"must be small Latin letters, digits and underscores, not {code!r}")
    return code


def _word(table: Table) -> str:
    word = table.text("zh")
    if not WORD.match(word):
        raise table.bad("zh", f"must be ideographs, letters and digits without spaces, not {word!r}")
    return word


def read_field(table: Table) -> Field:
    """One field of a dictionary or of a template's `extra`. Errors: BadData with file, key and reason."""
    kind = table.choice("kind", Kind, Kind.TEXT)
    choices = table.table_or_none("choices")
    field = Field(
        code=_code(table),
        zh=_word(table),
        en=table.text("en"),
        kind=kind,
        choices=choices.words() if choices else {},
        longest=table.whole("longest", LONGEST.get(kind, 1)),
        mask=table.code("mask", ""),
    )
    table.done()
    if (kind is Kind.CHOICE) != bool(field.choices):
        raise table.bad("choices", "belong to a choice, and a choice needs them")
    return field


class NotSo(Exception):
    """A value that its field does not take; says in Chinese and English what it should be."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def read(field: Field, raw: object) -> Value | None:
    """
    The value of one field, or None when the record does not say it: no key, null, or a text that is blank.

    Errors   NotSo when something stands there that is not of the field's kind
    """
    if raw is None or (isinstance(raw, str) and not words.printable(raw).strip()):
        return None
    return _READERS[field.kind](field, raw)


def _text(field: Field, raw: object) -> str:
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    if not isinstance(raw, str):
        raise NotSo("应为文字", "must be a text")
    text = words.printable(raw).strip()
    if len(text) > field.longest:
        raise NotSo(
            f"最多 {field.longest} 个字，现有 {len(text)} 个",
            f"must have at most {field.longest} characters, not {len(text)}",
        )
    return text if field.kind is Kind.LONG else " ".join(text.split("\n"))


def _day(_field: Field, raw: object) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    try:
        return date.fromisoformat(raw if isinstance(raw, str) else "")
    except ValueError:
        raise NotSo("应为日期，例如 2026-11-28", "must be a date like 2026-11-28") from None


def _time(_field: Field, raw: object) -> datetime:
    try:
        value = raw if isinstance(raw, datetime) else datetime.fromisoformat(raw if isinstance(raw, str) else "")
    except ValueError:
        value = None
    if value is None or value.utcoffset() is None:
        raise NotSo(
            "应为带时区的时间，例如 2026-11-28T15:04:00+08:00",
            "must be a time with its zone like 2026-11-28T15:04:00+08:00",
        )
    return value


def _money(_field: Field, raw: object) -> Decimal:
    written = str(raw) if isinstance(raw, int | str | Decimal) and not isinstance(raw, bool) else ""
    try:
        value = Decimal(written) if MONEY.match(written) else None
    except InvalidOperation:
        value = None
    if value is None:
        raise NotSo('应为金额（元），例如 1230 或 "1230.50"', 'must be an amount in yuan like 1230 or "1230.50"')
    return value


def _count(_field: Field, raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw < words.MOST:
        raise NotSo("应为整数", "must be a whole number from 0")
    return raw


def _yes_no(_field: Field, raw: object) -> bool:
    if not isinstance(raw, bool):
        raise NotSo("应为是或否（true 或 false）", "must be true or false")
    return raw


def _choice(field: Field, raw: object) -> str:
    if not isinstance(raw, str) or raw not in field.choices:
        told = "、".join(f"{word}（{code}）" for code, word in field.choices.items())
        raise NotSo(f"应为其中之一：{told}", f"must be one of {', '.join(field.choices)}")
    return raw


_READERS: Mapping[Kind, Callable[[Field, object], Value]] = {
    Kind.TEXT: _text,
    Kind.LONG: _text,
    Kind.DAY: _day,
    Kind.TIME: _time,
    Kind.MONEY: _money,
    Kind.COUNT: _count,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
}


def show(field: Field, value: Value, shape: str, zone: tzinfo) -> str:
    """A value as the paper says it. `shape` is one of the kind's SHAPES, or empty."""
    if isinstance(value, bool):
        return _boxes({"yes": "是", "no": "否"}, "yes" if value else "no") if shape else ("是" if value else "否")
    if isinstance(value, datetime):
        local = value.astimezone(zone).date()
        return {"": words.moment(value, zone), "日期": words.day(local), "汉字": words.chinese_day(local)}[shape]
    if isinstance(value, date):
        return words.chinese_day(value) if shape else words.day(value)
    if isinstance(value, Decimal):
        return words.capitals(value) if shape else words.figures(value)
    if field.kind is Kind.CHOICE:
        return _boxes(field.choices, str(value)) if shape else field.choices[str(value)]
    return str(value)


def _boxes(choices: Mapping[str, str], chosen: str) -> str:
    return "\u3000".join(f"{CHOSEN if code == chosen else OPEN}{word}" for code, word in choices.items())
