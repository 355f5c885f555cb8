"""
An XLSX without what was found: what a reader sees of its sheets is read, redacted, and written into a new workbook.

Hidden sheets, rows and columns, comments, pivots and their caches, names, links, pictures, macros and properties stay behind,
and the report names them. Formulas become their last values.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import isfinite

from lxml import etree

from shouwang.engines.redaction.package import HEAD, Refused, opened, packed, parsed, said

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", _S[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", _R[1:-1].encode()),
)
MOST_CELLS = 1_000_000


@dataclass
class Sheet:
    """Rows of cells as they are shown; numbers stay numbers."""

    title: str
    rows: list[list[str | float]] = field(default_factory=list)


@dataclass
class Workbook:
    """Visible sheets, and what stays behind."""

    sheets: list[Sheet] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


_KINDS = (
    ("docProps/thumbnail", "thumbnail"), ("docProps/", "properties"),
    ("customXml/", "custom-xml"), ("xl/comments", "comments"), ("xl/threadedComments", "comments"),
    ("xl/persons", "comments"), ("xl/pivot", "pivots"), ("xl/media/", "pictures"), ("xl/drawings/", "pictures"), ("xl/charts/", "charts"),
    ("xl/chartsheets/", "charts"), ("xl/embeddings/", "embedded-files"),
    ("xl/externalLinks/", "links"), ("xl/connections", "links"), ("xl/queryTables", "links"),
    ("xl/vba", "macros"), ("xl/macrosheets", "macros"), ("xl/revisions", "revisions"),
    ("xl/tables/", "tables"), ("xl/calcChain", "formulas"), ("xl/slicer", "pivots"),
)  # fmt: skip
_READ = re.compile(
    r"\[Content_Types\]\.xml|.*\.rels|xl/(workbook|styles|sharedStrings|theme/.*|worksheets/[^/]*|metadata)(\.xml)?"
)


def read(data: bytes) -> Workbook:
    """What a reader sees; Refused when it cannot be read whole."""
    parts = opened(data)
    if "xl/workbook.xml" not in parts:
        raise Refused("has no xl/workbook.xml; save it anew as XLSX")
    book = Workbook()
    for name in sorted(parts):
        if not _READ.fullmatch(name):
            book.dropped[next((kind for start, kind in _KINDS if name.startswith(start)), "unknown-parts")] += 1
    root, links = _root(parts["xl/workbook.xml"]), _links(parts)
    book.dropped["names"] += len(root.findall(f"{_S}definedNames/{_S}definedName"))
    # A sheet knows no zone; its days are counted from here.
    counts_from_1904 = root.find(f"{_S}workbookPr[@date1904='1']") is not None
    dates_from = date(1904, 1, 1) if counts_from_1904 else date(1899, 12, 30)
    shared = _shared(parts.get("xl/sharedStrings.xml"))
    dated = _dated(parts.get("xl/styles.xml"))
    cells = 0
    for entry in root.iter(f"{_S}sheet"):
        target = links.get(entry.get(f"{_R}id", ""), "")
        if entry.get("state", "visible") != "visible":
            book.dropped["hidden-sheets"] += 1
        elif target.startswith("xl/worksheets/") and target in parts:
            sheet = Sheet(entry.get("name", ""))
            for row in _rows(_root(parts[target]), book.dropped):
                values = _values(row, shared, dated, dates_from, book.dropped)
                cells += len(values)
                if cells > MOST_CELLS:
                    raise Refused(f"holds more than {MOST_CELLS} cells; split the workbook")
                sheet.rows.append(values)
            _without_hidden_columns(_root(parts[target]), sheet, book.dropped)
            book.sheets.append(sheet)
    book.dropped += Counter()  # without zeros
    return book


def _root(content: bytes) -> etree._Element:
    for strict, usual in _STRICT:
        content = content.replace(strict, usual)
    return parsed(content)


def _links(parts: Mapping[str, bytes]) -> dict[str, str]:
    content = parts.get("xl/_rels/workbook.xml.rels")
    if content is None:
        raise Refused("does not say where its sheets are; save it anew as XLSX")
    found = {}
    for link in parsed(content).iterchildren(tag=etree.Element):
        target = link.get("Target", "")
        found[link.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def _shared(content: bytes | None) -> list[str]:
    return [_text(one) for one in _root(content).iterchildren(f"{_S}si")] if content else []


def _text(element: etree._Element) -> str:
    """Text without what is only read aloud (phonetic runs)."""
    return "".join(
        t.text or "" for t in element.iter(f"{_S}t") if not any(a.tag == f"{_S}rPh" for a in t.iterancestors())
    )


def _dated(content: bytes | None) -> list[bool]:
    """Of each cell style: does it show a number as a day?"""
    if content is None:
        return []
    root = _root(content)
    own = {entry.get("numFmtId", ""): entry.get("formatCode", "") for entry in root.iter(f"{_S}numFmt")}
    formats = [xf.get("numFmtId", "0") for xf in root.iterfind(f"{_S}cellXfs/{_S}xf")]
    days = {str(n) for n in (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))}
    return [
        name in days or bool(re.search(r"[ymdh]", re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", own.get(name, "")).lower()))
        for name in formats
    ]


def _rows(root: etree._Element, dropped: Counter[str]) -> list[etree._Element]:
    rows = []
    for row in root.iterfind(f"{_S}sheetData/{_S}row"):
        if row.get("hidden", "0") in {"1", "true"} or row.get("ht", "1") in {"0", "0.0"}:
            dropped["hidden-rows"] += 1
        else:
            rows.append(row)
    return rows


def _values(
    row: etree._Element, shared: list[str], dated: list[bool], since: date, dropped: Counter[str]
) -> list[str | float]:
    values: list[str | float] = []
    for cell in row.iterchildren(f"{_S}c"):
        column = _column(cell.get("r", "")) if cell.get("r") else len(values)
        if column > 16384:
            raise Refused("names a column that no sheet has; save it anew")
        values += [""] * (column - len(values))
        if cell.find(f"{_S}f") is not None:
            dropped["formulas"] += 1
        values.append(_value(cell, shared, dated, since))
    return values


def _column(reference: str) -> int:
    number = 0
    for letter in re.match("[A-Za-z]*", reference)[0].upper():  # type: ignore[index]  # it matches the empty text too
        number = number * 26 + ord(letter) - 64
    return number - 1


def _value(cell: etree._Element, shared: list[str], dated: list[bool], since: date) -> str | float:
    kind, value = cell.get("t", "n"), cell.findtext(f"{_S}v") or ""
    inline = cell.find(f"{_S}is")
    if kind == "inlineStr":
        return _text(inline) if inline is not None else ""
    if kind == "s":
        return shared[int(value)] if value.isdigit() and int(value) < len(shared) else ""
    if kind in {"str", "e", "d"}:
        return value
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    try:
        number = float(value)
    except ValueError:
        return value
    if not isfinite(number):
        return value
    style = cell.get("s", "0")
    if style.isdigit() and int(style) < len(dated) and dated[int(style)] and 0 <= number < 2_958_466:
        minutes = round(number % 1 * 1440)
        clock = f" {minutes // 60:02}:{minutes % 60:02}" if minutes else ""
        return f"{since + timedelta(days=int(number))}{clock}"
    return number


def _without_hidden_columns(root: etree._Element, sheet: Sheet, dropped: Counter[str]) -> None:
    hidden: set[int] = set()
    for entry in root.iterfind(f"{_S}cols/{_S}col"):
        if entry.get("hidden", "0") in {"1", "true"} or entry.get("width", "9") in {"0", "0.0"}:
            first, last = int(entry.get("min", "1")) - 1, min(int(entry.get("max", "1")), 16384)
            hidden |= set(range(first, last))
    if hidden:
        used = {n for row in sheet.rows for n in range(len(row))}
        dropped["hidden-columns"] += len(hidden & used)
        sheet.rows = [[value for n, value in enumerate(row) if n not in hidden] for row in sheet.rows]


def shown(value: str | float) -> str:
    """A cell as text: a telephone or card kept as a number is read digit by digit."""
    if isinstance(value, str):
        return value
    return str(int(value)) if value == int(value) and abs(value) < 1e21 else repr(value)


_TYPES = (
    f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
)
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_LINKED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'


def write(book: Workbook) -> bytes:
    """A new workbook with these cells and nothing else."""
    numbers = range(1, len(book.sheets) + 1)
    named = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_SHEET}.worksheet+xml"/>' for n in numbers
    )
    entries = "".join(
        f'<sheet name="{_title(sheet.title, n)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, sheet in zip(numbers, book.sheets, strict=True)
    )
    parts = {
        "[Content_Types].xml": f'{_TYPES}<Override PartName="/xl/workbook.xml" ContentType="{_SHEET}.sheet.main+xml"/>{named}</Types>',
        "_rels/.rels": f'{_RELATIONS}<Relationship Id="rId1" Type="{_LINKED}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": _RELATIONS
        + "".join(
            f'<Relationship Id="rId{n}" Type="{_LINKED}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
        )
        + "</Relationships>",
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{_S[1:-1]}" xmlns:r="{_R[1:-1]}"><sheets>{entries}</sheets></workbook>',
    }
    for n, sheet in zip(numbers, book.sheets, strict=True):
        rows = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in sheet.rows)
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f'{HEAD}<worksheet xmlns="{_S[1:-1]}"><sheetData>{rows}</sheetData></worksheet>'
        )
    return packed(parts)


def _title(title: str, number: int) -> str:
    clean = re.sub(r"[\[\]:*?/\\\"'&<>]", "", title)[:28]
    return said(clean) + (str(number) if not clean else "")


def _cell(value: str | float) -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t xml:space="preserve">{said(value)}</t></is></c>' if value else "<c/>"
    return f"<c><v>{value!r}</v></c>"
