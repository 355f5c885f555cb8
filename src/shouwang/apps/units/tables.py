"""
Lists as people really save them: CSV from Excel, WPS or LibreOffice, read into plain rows. No Django models, no database.

Understood: UTF-8 with or without a mark, UTF-16 with one, GB18030 (and so GBK, GB 2312); comma, semicolon or tab, half or full width;
`sep=;` in the first line; `="0042"` and `'0042` for texts that look like numbers; empty lines; spaces of every kind around values.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from shouwang.apps.units.errors import NotUnderstood

MOST_ROWS = 5000
MOST_BYTES = 2 * 1024 * 1024
_SEPARATORS = (",", ";", "\t", "，", "；")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+\d+")


@dataclass(frozen=True, slots=True)
class Row:
    """
    One line of a list.

    line     its number in the file, the header being part of the count
    values   column name of ours → text, NFC, without spaces around; every column of ours is there
    """

    line: int
    values: Mapping[str, str]


def read_text(data: bytes) -> str:
    """The file as text. Raises NotUnderstood with what to do when it is none."""
    if not data.strip():
        raise NotUnderstood(_("这个文件是空的。请选填好的表格。"))
    if len(data) > MOST_BYTES:
        raise NotUnderstood(_("这个文件超过 2 MB。请分成几个小一点的文件。"))
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise NotUnderstood(_("这是 Excel 工作簿。请在 Excel 里选“另存为”，类型选“CSV UTF-8（逗号分隔）”，再上传。"))
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _is_binary(text):
            return text
    raise NotUnderstood(_("看不懂这个文件的编码。请另存为“CSV UTF-8（逗号分隔）”，再上传。"))


def _is_binary(text: str) -> bool:
    return any(unicodedata.category(ch) in {"Cc", "Co", "Cn"} and ch not in "\t\r\n" for ch in text)


def read_table(data: bytes, columns: Mapping[str, tuple[str, ...]], *, needed: tuple[str, ...]) -> list[Row]:
    """
    The rows of a list.

    columns   our name of a column → the headings by which people call it (compared without spaces, case and brackets)
    needed    columns that must have a heading
    Raises    NotUnderstood: no text, no such columns, a heading twice, no rows, or more than 5 000
    """
    text = read_text(data).replace("\r\n", "\n").replace("\r", "\n")
    separator = None
    first = text.split("\n", 1)[0].strip()
    if len(first) <= 6 and first.lower().startswith("sep="):
        separator, text = (first[4:5] or "\t"), text.partition("\n")[2]
        offset = 1
    else:
        offset = 0
    lines = _cells(text, separator or _separator(text))
    head = next(((number, cells) for number, cells in lines if any(cells)), None)
    if head is None:
        raise NotUnderstood(_("这个文件是空的。请选填好的表格。"))
    places = _places(head[1], columns, needed)
    rows = []
    for number, cells in lines:
        if number <= head[0] or not any(cells):
            continue
        values = {name: cells[place] if place is not None and place < len(cells) else "" for name, place in places}
        rows.append(Row(number + offset, values))
        if len(rows) > MOST_ROWS:
            raise NotUnderstood(_("一次最多导入 5000 行。请分成几个文件。"))
    if not rows:
        raise NotUnderstood(_("表格里只有表头，还没有内容。"))
    return rows


def _cells(text: str, separator: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=False)
    found: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            found.append((begins, [clean(cell) for cell in cells]))
            begins = reader.line_num + 1
    except csv.Error as why:
        raise NotUnderstood(_("第 %(line)d 行看不懂，可能少了一个引号。") % {"line": reader.line_num}) from why
    return found


def clean(cell: str) -> str:
    """A value as it was meant: no spaces around, no invisible marks, no wrapping that only Excel needs."""
    kept = unicodedata.normalize("NFC", cell.translate(_INVISIBLE)).replace("\u3000", " ").replace("\xa0", " ").strip()
    if len(kept) >= 3 and kept.startswith('="') and kept.endswith('"'):
        kept = kept[2:-1].strip()
    if kept.startswith("'"):
        kept = kept[1:].strip()
    return " ".join(kept.split())


def was_rounded(value: str) -> bool:
    """Whether Excel has turned a long number into something like 1.38E+10, whose last digits are lost."""
    return bool(_SCIENTIFIC.fullmatch(value))


def _separator(text: str) -> str:
    """The sign that divides the first line that says anything into the most parts."""
    line = next((line for line in text.split("\n") if line.strip()), "")
    outside = re.sub(r'"[^"]*"', "", line)
    return max(_SEPARATORS, key=outside.count)


def heading(text: str) -> str:
    """A heading without what people add to it: spaces, case, brackets with explanations, stars."""
    folded = unicodedata.normalize("NFKC", clean(text)).casefold()
    return re.sub(r"\(.*?\)|\[.*?\]|[\s*_\-:]", "", folded)


def _places(
    head: list[str], columns: Mapping[str, tuple[str, ...]], needed: tuple[str, ...]
) -> list[tuple[str, int | None]]:
    names = {heading(alias): name for name, aliases in columns.items() for alias in (name, *aliases)}
    places: dict[str, int] = {}
    for place, text in enumerate(head):
        name = names.get(heading(text))
        if name is None:
            continue
        if name in places:
            raise NotUnderstood(_("“%(column)s”这一列有两次，请删掉一列。") % {"column": text})
        places[name] = place
    missing = [columns[name][0] for name in needed if name not in places]
    if missing:
        raise NotUnderstood(
            _("第一行要写列名，还缺：%(columns)s。可以下载模板，照着填。如果列名看着对，请另存为 CSV UTF-8 再试。")
            % {"columns": "、".join(missing)}
        )
    return [(name, places.get(name)) for name in columns]


def several(value: str) -> tuple[str, ...]:
    """The parts of a cell that holds several values, divided by ; 、 / or |."""
    return tuple(dict.fromkeys(part.strip() for part in re.split(r"[;；、/|]", value) if part.strip()))
