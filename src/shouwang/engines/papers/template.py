"""
Templates: one plain file each, that a station may change without code; and the shelf that holds them.

A file is a head in TOML between two lines `+++`, then the body (`body.py`). The head:

    code = "spot-penalty"                   # the file's name without .md
    zh = "当场处罚决定书"
    en = "On-the-spot penalty decision"
    version = "1"
    style = "letter"                        # letter, form, slip
    size = "a4"                             # a4, a5, 80mm
    organ = "单位.名称"                      # the organ at the head and at the seal
    number = "{机关}公（{单位}）当罚字〔{年}〕{序号}号"      # series of the number; without it the paper has none
    keep = "case-file"                      # kept with its case file, or with its register
    approvals = ["station-chief"]           # who must agree before it is issued, in order; codes of the law's approvers
    law = ["psl-spot"]                      # rules it rests on, beside those the body cites
    sign = [{ code = "suspect", zh = "被处罚人", by = "person" }]      # person, officer, or an approver
    copy = [{ code = "victim", zh = "送被侵害人", hides = ["违法行为人"] }]
    extra = [{ code = "bay", zh = "车位号", en = "parking bay" }]      # fields of its own: {{补充.车位号}}
    based_on = "1"                          # only in a station's copy: the version of ours that it was made from
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from shouwang.engines.errors import BadData, CannotTell
from shouwang.engines.law import Rulebook
from shouwang.engines.law.reading import Table
from shouwang.engines.papers import citing
from shouwang.engines.papers.body import Body, Place, read_body, read_place
from shouwang.engines.papers.model import Size, Style
from shouwang.engines.papers.record import Dictionary, read_field

OFFICIAL = Path(__file__).parent / "data" / "templates"
FENCE = "+++"
#: Where the standard library says that TOML is wrong.
TOML_LINE = re.compile(r"at line (\d+)")
PERSON, OFFICER = "person", "officer"
NUMBER_WORDS = ("机关", "单位", "年", "序号")


class Keep(StrEnum):
    """With what a paper is kept; how long that is, the station's retention rules say."""

    CASE_FILE = "case-file"
    REGISTER = "register"


@dataclass(frozen=True, slots=True)
class Sign:
    """One signature. `by` is `person`, `officer`, or the code of an approver of the law data."""

    code: str
    zh: str
    by: str


@dataclass(frozen=True, slots=True)
class Copy:
    """One of the copies a paper is made in, and the groups of people whose numbers and addresses this one does not show."""

    code: str
    zh: str
    hides: frozenset[str]


@dataclass(frozen=True, slots=True)
class Template:
    """
    One kind of paper. `Shelf.load` reads them; `filling.fill` makes papers of them.

    signs, copies   by code, in the order of the file
    rules           every rule and ground of secrecy that it rests on
    text            the file as it was read; `read_source` makes the same template of it again
    digest          SHA-256 of the file: says exactly which text a paper was made from
    based_on        in a station's copy, the version it was made from; `shipped` the version that is shipped now
    """

    code: str
    zh: str
    en: str
    version: str
    style: Style
    size: Size
    organ: Place
    number: str
    keep: Keep
    approvals: tuple[str, ...]
    signs: Mapping[str, Sign]
    copies: Mapping[str, Copy]
    rules: tuple[str, ...]
    body: Body
    text: str
    digest: str
    layer: str
    based_on: str = ""
    shipped: str = ""

    @property
    def is_behind(self) -> bool:
        """A station's copy of a version that has been replaced: someone should compare the two."""
        return bool(self.based_on) and self.based_on != self.shipped

    def number_for(self, *, organ: str, unit: str, year: int, serial: int) -> str:
        """
        The number of one paper, from its series.

        organ, unit   the short names in the number: 云、青
        Errors        CannotTell when this kind has no numbers
        """
        if not self.number:
            raise CannotTell(f"{self.code} has no series of numbers.")
        parts = {"机关": organ, "单位": unit, "年": str(year), "序号": str(serial)}
        return self.number.format(**parts)

    def fields(self) -> tuple[str, ...]:
        """Every place of the record that it may ask for, as `group.field` codes."""
        places = (self.organ, *self.body.places)
        found = {".".join(part.code for part in (place.group, place.field) if part) for place in places}
        return tuple(sorted(found | {"paper.date"} | ({"paper.number"} if self.number else set())))


@dataclass(frozen=True, slots=True)
class Shelf:
    """All templates by code, with the dictionary and the law they were checked against."""

    templates: Mapping[str, Template]
    dictionary: Dictionary
    book: Rulebook

    def uses(self) -> dict[str, list[str]]:
        """For each field as `group.field` the codes of the papers that may ask for it, by itself or with its whole group."""
        asked = {code: set(template.fields()) for code, template in self.templates.items()}
        return {
            f"{group.code}.{field.code}": sorted(
                code for code, paths in asked.items() if paths & {group.code, f"{group.code}.{field.code}"}
            )
            for group in self.dictionary.groups.values()
            for field in group.fields.values()
        }

    @classmethod
    def load(
        cls,
        layers: Mapping[str, Iterable[Path]] | None = None,
        *,
        dictionary: Dictionary | None = None,
        book: Rulebook | None = None,
    ) -> Shelf:
        """
        The templates shipped here, and on top of them further layers (a bureau's, a station's) from low to high.

        layers   name → files or folders (their `*.md`); a file with the code of a lower template replaces it and must say
                 `based_on`, so that nothing vanishes in silence
        Errors   BadData with file, key or line, and reason
        """
        dictionary, book = dictionary or Dictionary.load(), book or Rulebook.load()
        known = {mask.field for mask in book.masks}
        for group in dictionary.groups.values():
            for field in group.fields.values():
                if field.mask and field.mask not in known:
                    raise BadData(
                        f"{group.code}.{field.code} mask", f"there is no masking rule {field.mask!r} in the law data"
                    )
        found: dict[str, Template] = {}
        for layer, paths in {"shouwang": (OFFICIAL,), **(layers or {})}.items():
            for path in _files(paths):
                template = read_template(path, layer, dictionary, book, found)
                found[template.code] = template
        return cls(dict(sorted(found.items())), dictionary, book)

    def __getitem__(self, code: str) -> Template:
        """Errors: CannotTell when there is no such template."""
        if code not in self.templates:
            raise CannotTell(f"There is no template {code}; there are: {', '.join(self.templates)}.")
        return self.templates[code]


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        yield from sorted(path.glob("*.md")) if path.is_dir() else [path]


def read_template(
    path: Path, layer: str, dictionary: Dictionary, book: Rulebook, below: Mapping[str, Template] | None = None
) -> Template:
    """
    One file.

    below    templates of lower layers, of which this one may replace one
    Errors   BadData with file, key or line, and reason
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadData(str(path), f"the file cannot be read ({error.strerror})") from error
    return read_source(raw, path.name, layer, dictionary, book, below)


def read_source(
    raw: bytes,
    name: str,
    layer: str,
    dictionary: Dictionary,
    book: Rulebook,
    below: Mapping[str, Template] | None = None,
) -> Template:
    """
    A template from its bytes, wherever they are kept; `name` is what its file is or would be called.

    Errors   BadData with name, key or line, and reason
    """
    head, body, body_line = _parts(raw, name)
    code, zh, en, version = head.code("code"), head.text("zh"), head.text("en"), head.text("version")
    if f"{code}.md" != name:
        raise head.bad("code", f"must be the file's name, {name.removesuffix('.md')}, not {code}")
    extra = tuple(read_field(entry) for entry in head.tables("extra"))
    dictionary = dictionary.with_extra(extra)
    signs = _signs(head, book)
    read = read_body(body, body_line, name, dictionary, {sign.zh: sign.code for sign in signs.values()})
    unsigned = [sign.zh for sign in signs.values() if sign.code not in read.signs]
    if unsigned:
        raise head.bad("sign", f"{'、'.join(unsigned)}: the body has no room for the signature")
    template = Template(
        code=code,
        zh=zh,
        en=en,
        version=version,
        style=head.choice("style", Style),
        size=head.choice("size", Size, Size.A4),
        organ=read_place(head.text("organ", "单位.名称"), f"{name} organ", dictionary),
        number=_number(head),
        keep=head.choice("keep", Keep),
        approvals=_approvals(head, book),
        signs=signs,
        copies=_copies(head, dictionary),
        rules=tuple(dict.fromkeys((*head.texts("law"), *(place.rule for place in read.law)))),
        body=read,
        text=raw.decode("utf-8"),
        digest=hashlib.sha256(raw).hexdigest(),
        layer=layer,
        based_on=head.text("based_on", ""),
    )
    head.done()
    _check_law(template, head, book)
    return _over(template, head, (below or {}).get(code))


def _parts(raw: bytes, name: str) -> tuple[Table, str, int]:
    """The head, the body, and the number of the body's first line."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadData(name, "the file is not UTF-8 text") from error
    lines = text.replace("\r\n", "\n").split("\n")
    fences = [number for number, line in enumerate(lines) if line.strip() == FENCE]
    if len(fences) < 2 or any(line.strip() for line in lines[: fences[0]]):
        raise BadData(name, f"must begin with a head in TOML between two lines {FENCE}", "no-head", fence=FENCE)
    try:
        head = tomllib.loads("\n".join(lines[fences[0] + 1 : fences[1]]))
    except tomllib.TOMLDecodeError as error:
        said = TOML_LINE.search(str(error))
        line = fences[0] + 1 + int(said[1]) if said else fences[1] + 1  # without one, the head ended too early
        raise BadData(name, f"the head is not valid TOML: {error}", "head", line) from error
    return Table(head, name), "\n".join(lines[fences[1] + 1 :]), fences[1] + 2


def _signs(head: Table, book: Rulebook) -> Mapping[str, Sign]:
    signs: dict[str, Sign] = {}
    for table in head.tables("sign"):
        sign = Sign(table.code("code"), table.text("zh"), table.text("by"))
        table.done()
        if sign.by not in (PERSON, OFFICER, *book.approvers):
            raise table.bad("by", f"must be {PERSON}, {OFFICER} or an approver of the law data, not {sign.by!r}")
        if sign.code in signs or sign.zh in {known.zh for known in signs.values()}:
            raise table.bad("code", "stands twice")
        signs[sign.code] = sign
    return signs


def _copies(head: Table, dictionary: Dictionary) -> Mapping[str, Copy]:
    copies: dict[str, Copy] = {}
    for table in head.tables("copy"):
        hides = table.texts("hides")
        copy = Copy(table.code("code"), table.text("zh"), frozenset(hides))
        table.done()
        if unknown := copy.hides - set(dictionary.groups):
            raise table.bad(
                "hides",
                f"{min(unknown)} is no group of the dictionary",
                "no-group",
                word=min(unknown),
                known=tuple(dictionary.groups),
            )
        if copy.code in copies:
            raise table.bad("code", "stands twice")
        copies[copy.code] = copy
    return copies


def _number(head: Table) -> str:
    number = head.text("number", "")
    try:
        number.format(**dict.fromkeys(NUMBER_WORDS, ""))
    except (KeyError, ValueError, IndexError, AttributeError):
        raise head.bad(
            "number", f"may hold {'、'.join(f'{{{word}}}' for word in NUMBER_WORDS)} and plain words"
        ) from None
    if number and "{序号}" not in number:
        raise head.bad("number", "needs {序号}, or two papers would have one number")
    return number


def _approvals(head: Table, book: Rulebook) -> tuple[str, ...]:
    approvals = head.texts("approvals")
    for code in approvals:
        if code not in book.approvers:
            raise head.bad("approvals", f"there is no approver {code!r} in the law data")
    return approvals


def _check_law(template: Template, head: Table, book: Rulebook) -> None:
    for rule in template.rules:
        if not citing.versions(book, rule):
            why = f"there is no rule {rule!r} in the law data"
            raise head.bad("law", why, "no-rule", word=rule)
    for place in template.body.law:
        for version in citing.versions(book, place.rule):
            try:
                citing.says(book, place.what, version)
            except CannotTell as error:
                raise head.bad("law", f"{{{{{place.what} {place.rule}}}}}: {error}") from error


def _over(template: Template, head: Table, below: Template | None) -> Template:
    if below is None:
        if template.based_on:
            raise head.bad("based_on", f"there is no lower template {template.code} to replace")
        return template
    if below.layer == template.layer:
        raise head.bad("code", f"{template.code} stands in another file of the layer already")
    if not template.based_on:
        raise head.bad("based_on", f"is missing: say which version of {template.code} this was made from")
    return replace(template, shipped=below.version)
