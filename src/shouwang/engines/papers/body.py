"""
The body of a template: lines of text with places, forms, lists, conditions. Read once, filled often.

    {{报案人.姓名}}              a place; refused when the record does not say it
    {{报案人.工作单位?}}         may be missing, then “／”; {{…?未提供}} says something else, {{…?（空）}} leaves room for a pen
    {{罚款.金额:大写}}           in another shape
    {{法条 psl-doc}}             instrument and article of a rule; {{期限 psl-pay}} its limit; {{延长 psl-limit}} its extension
    {{签名 承办人}}              room to sign, inside a cell
    **粗体**

    ## 标题                      a heading
    < 顶格   = 居中   > 靠右      sides of a line
    [表格 15 35 15 35]  …  [完]   a form: cells between “|”; the last one takes the rest of the row; “^” joins the cell above;
                                 “ \\\\ ” begins a new line in a cell; [高20] at the start of a row, [跨2] at the start of a cell
    [列表 证据 10 50 40] …  [完]   a row of headings and a pattern for each entry; [列表 证据? …] may be empty
    [每个 当事人]        …  [完]   what is between, for each entry
    [如果 有 报案人.电话] … [否则] … [完]       有 P · 没有 P · P 是 W · P 不是 W
    [签名 报案人 接报民警]  [落款]  [换页]  [空行 2]  [二维码 查询.网址]

docs/how-to/change-a-template.md says the same with examples.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from shouwang.engines.errors import BadData
from shouwang.engines.papers.model import Cell, Line, Row, Side
from shouwang.engines.papers.record import SHAPES, Dictionary, Field, Group, Kind

T = TypeVar("T")

PLACE = re.compile(r"\{\{\s*([^{}:?\s]+)(?::([^{}?\s]+))?(\?[^{}]*)?\s*\}\}\Z")
LAW = re.compile(r"\{\{\s*(法条|期限|延长)\s+([a-z0-9-]+)\s*\}\}\Z")
SIGN = re.compile(r"\{\{\s*签名\s+(\S+)\s*\}\}\Z")
PIECES = re.compile(r"(\{\{.*?\}\}|\*\*)")
COMMAND = re.compile(r"\[(表格|列表|每个|如果|否则|完|签名|落款|换页|空行|二维码)(?:\s+(.+?))?\]\Z")
TEST = re.compile(r"(?:(有|没有)\s+(\S+)|(\S+)\s+(是|不是)\s+(\S+))\Z")
SIDES = {"< ": Side.LEFT, "= ": Side.MIDDLE, "> ": Side.RIGHT}
ROW_TALL = re.compile(r"\[高(\d{1,3})\]\s*")
CELL_WIDE = re.compile(r"\[跨(\d{1,2})\]\s*")
NUMBER = "序号"
NONE, BLANK = "／", "（空）"


@dataclass(frozen=True, slots=True)
class Words:
    """Words of the template itself."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where something from the record stands.

    field       None: the names (the first field) of all entries of a list, or (group None) the number of the row
    otherwise   what stands there when the record does not say it; None: then the paper is refused
    """

    group: Group | None
    field: Field | None
    shape: str = ""
    otherwise: str | None = None
    bold: bool = False


@dataclass(frozen=True, slots=True)
class LawPlace:
    """What the law says: 法条 (where it stands), 期限 (its limit), 延长 (its extension)."""

    what: str
    rule: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class SignPlace:
    """Room to sign; the sign's code."""

    sign: str


Piece = Words | Place | LawPlace | SignPlace


@dataclass(frozen=True, slots=True)
class TextNode:
    pieces: tuple[Piece, ...]
    side: Side = Side.BODY
    heading: bool = False


@dataclass(frozen=True, slots=True)
class CellNode:
    lines: tuple[TextNode, ...]
    label: bool
    across: int  # 0: the rest of the row
    joins_above: bool


@dataclass(frozen=True, slots=True)
class RowNode:
    cells: tuple[CellNode, ...]
    tall_mm: int
    line: int


@dataclass(frozen=True, slots=True)
class GridNode:
    widths: tuple[int, ...]
    rows: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ListNode:
    group: Group
    may_be_empty: bool
    widths: tuple[int, ...]
    head: RowNode
    pattern: RowNode


@dataclass(frozen=True, slots=True)
class EachNode:
    group: Group
    may_be_empty: bool
    body: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class IfNode:
    """`value` None: is there anything; else the place has this value (a choice's code, "yes" or "no"). `wanted` False turns it."""

    place: Place
    value: str | None
    wanted: bool
    then: tuple[Node, ...]
    otherwise: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class SignNode:
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CodeNode:
    place: Place


@dataclass(frozen=True, slots=True)
class SealNode:
    pass


@dataclass(frozen=True, slots=True)
class SpaceNode:
    lines: int
    turns_page: bool = False


Node = TextNode | RowNode | GridNode | ListNode | EachNode | IfNode | SignNode | CodeNode | SealNode | SpaceNode


@dataclass(slots=True)
class Body:
    """The nodes, and what they lean on."""

    nodes: tuple[Node, ...] = ()
    places: list[Place] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    law: list[LawPlace] = field(default_factory=list)
    signs: list[str] = field(default_factory=list)


def read_body(text: str, first_line: int, where: str, dictionary: Dictionary, signs: Mapping[str, str]) -> Body:
    """
    Read a body.

    first_line  its number in the file, for messages
    signs       word → code of the template's signatures
    Errors      BadData naming file, line and reason
    """
    return _Reader(text.split("\n"), first_line, where, dictionary, signs).read()


def read_place(path: str, where: str, dictionary: Dictionary) -> Place:
    """One place outside a body, such as the organ in the head. Errors: BadData."""
    return _Reader((), 0, where, dictionary, {}).place(path, "", None)


class _Reader:
    def __init__(
        self, lines: Sequence[str], first_line: int, where: str, dictionary: Dictionary, signs: Mapping[str, str]
    ) -> None:
        self.lines, self.first_line, self.where = [line.strip() for line in lines], first_line, where
        self.dictionary, self.signs = dictionary, signs
        self.at = 0
        self.inside: list[Group] = []  # the lists whose entry we are in, innermost last
        self.body = Body()

    def bad(self, why: str, what: str, **values: Any) -> BadData:
        line = self.first_line + max(self.at - 1, 0)
        return BadData(f"{self.where} line {line}", why, what, line, **values)

    def read(self) -> Body:
        nodes, end = self.nodes(self.text)
        if end:
            raise self.bad(f"[{end}] closes nothing", "closes-nothing", word=end)
        self.body.nodes = nodes
        return self.body

    def next(self) -> str | None:
        """The next line that says something."""
        while self.at < len(self.lines):
            self.at += 1
            if line := self.lines[self.at - 1]:
                return line
        return None

    def nodes(self, other: Callable[[str], Node]) -> tuple[tuple[Node, ...], str]:
        """Nodes up to [完] or [否则] or the end, and which of these it was. `other` reads a line that is no command."""
        found: list[Node] = []
        while (line := self.next()) is not None:
            command = COMMAND.match(line)
            if command is None:
                found.append(other(line))
            elif command[1] in ("完", "否则"):
                return tuple(found), command[1]
            else:
                found.append(self.command(command[1], command[2] or "", other))
        return tuple(found), ""

    def command(self, name: str, said: str, other: Callable[[str], Node]) -> Node:
        if other == self.row and name not in ("如果", "每个"):
            raise self.bad(
                f"[{name}] may not stand in a form; there may be rows, [如果 …] and [每个 …]",
                "not-in-a-form",
                word=name,
            )
        if name == "如果":
            return self.choice(said, other)
        if name == "每个":
            group, may_be_empty = self.many(said)
            return EachNode(group, may_be_empty, self.entry(group, lambda: self.closed(name, other)))
        if name == "表格":
            return self.form(self.widths(said.split()))
        if name == "列表":
            return self.listing(said)
        if name == "签名":
            return SignNode(tuple(self.sign(word) for word in said.split()))
        if name == "二维码":
            return CodeNode(self.place(said, "", None))
        if name == "空行":
            if not said.isdecimal():
                raise self.bad("[空行] needs the number of lines, like [空行 2]", "blank-lines")
            return SpaceNode(int(said))
        if said:
            raise self.bad(f"[{name}] takes nothing more", "takes-nothing", word=name)
        return SealNode() if name == "落款" else SpaceNode(0, turns_page=True)

    def closed(self, name: str, other: Callable[[str], Node]) -> tuple[Node, ...]:
        began = self.at
        nodes, end = self.nodes(other)
        if end != "完":
            self.at = began
            raise self.bad(f"[{name}] is not closed by [完]", "not-closed", word=name)
        return nodes

    def choice(self, said: str, other: Callable[[str], Node]) -> IfNode:
        test = TEST.match(said)
        if test is None:
            raise self.bad("[如果 …] must be “有 P”, “没有 P”, “P 是 W” or “P 不是 W”", "condition")
        value: str | None = None
        if test[1]:
            place, wanted = self.place(test[2], "", NONE), test[1] == "有"
        else:
            place, wanted = self.place(test[3], "", None), test[4] == "是"
            value = self.word_of(place, test[5])
        began = self.at
        then, end = self.nodes(other)
        otherwise: tuple[Node, ...] = ()
        if end == "否则":
            otherwise, end = self.nodes(other)
        if end != "完":
            self.at = began
            raise self.bad("[如果] is not closed by [完]", "not-closed", word="如果")
        return IfNode(place, value, wanted, then, otherwise)

    def word_of(self, place: Place, word: str) -> str:
        kind = place.field.kind if place.field else None
        known = {"是": "yes", "否": "no"} if kind is Kind.YES_NO else {}
        if place.field and kind is Kind.CHOICE:
            known = {spoken: code for code, spoken in place.field.choices.items()}
        if word not in known:
            raise self.bad(
                f"“{word}” is none of its values: {'、'.join(known) or 'only a choice or a yes-no can be compared'}",
                "no-value" if known else "not-compared",
                word=word,
                known=tuple(known),
            )
        return known[word]

    def many(self, said: str) -> tuple[Group, bool]:
        word, may_be_empty = said.removesuffix("?"), said.endswith("?")
        group = self.dictionary.groups.get(word)
        if group is None or not group.many:
            raise self.bad(f"“{word}” is no list of the dictionary", "no-list", word=word, known=self.words(many=True))
        if group not in self.body.groups:
            self.body.groups.append(group)
        return group, may_be_empty

    def entry(self, group: Group, read: Callable[[], T]) -> T:
        self.inside.append(group)
        found = read()
        self.inside.pop()
        return found

    def widths(self, said: Sequence[str]) -> tuple[int, ...]:
        if not said or not all(word.isdecimal() and int(word) for word in said):
            raise self.bad("needs the widths of its columns, like [表格 15 35 15 35]", "widths")
        return tuple(int(word) for word in said)

    def listing(self, said: str) -> ListNode:
        name, *widths = said.split() or [""]
        group, may_be_empty = self.many(name)
        columns = self.widths(widths)
        head, *rest = self.entry(group, lambda: self.closed("列表", self.row))
        rows = [row for row in (head, *rest) if isinstance(row, RowNode) and len(row.cells) == len(columns)]
        if len(rows) != 2 or len(rest) != 1:
            raise self.bad(
                f"[列表] holds one row of headings and one pattern, each of {len(columns)} cells",
                "listing",
                columns=len(columns),
            )
        return ListNode(group, may_be_empty, columns, rows[0], rows[1])

    def form(self, widths: tuple[int, ...]) -> GridNode:
        rows = self.closed("表格", self.row)
        try:  # with every condition met, so that a row of the wrong length is found now and not at the counter
            lay_out([(row, [()] * len(row.cells)) for row in _rows_in(rows)], len(widths))
        except BadData as error:
            raise BadData(f"{self.where} {error.where}", error.why, error.what, error.line, **error.values) from error
        return GridNode(widths, rows)

    def sign(self, word: str) -> str:
        if word not in self.signs:
            raise self.bad(
                f"“{word}” is not among the signatures of the head: {'、'.join(self.signs) or 'there are none'}",
                "no-signature",
                word=word,
                known=tuple(self.signs),
            )
        self.body.signs.append(self.signs[word])
        return self.signs[word]

    def text(self, line: str) -> TextNode:
        if line.startswith("["):
            raise self.bad(f"“{line}” is no command that is known here", "no-command", word=line)
        if line.startswith("## "):
            return TextNode(self.pieces(line[3:].strip()), heading=True)
        return self.side(line)

    def side(self, text: str) -> TextNode:
        side = SIDES.get(text[:2], Side.BODY)
        return TextNode(self.pieces(text if side is Side.BODY else text[2:].strip()), side)

    def row(self, line: str) -> RowNode:
        tall = ROW_TALL.match(line)
        cells = tuple(self.cell(cell.strip()) for cell in line[tall.end() if tall else 0 :].split("|"))
        *first, last = cells
        if not last.joins_above and last.across == 1:
            last = replace(last, across=0)
        return RowNode((*first, last), int(tall[1]) if tall else 0, self.first_line + self.at - 1)

    def cell(self, text: str) -> CellNode:
        wide = CELL_WIDE.match(text)
        text = text[wide.end() :] if wide else text
        lines = tuple(self.side("" if line.strip() == BLANK else line.strip()) for line in text.split("\\\\"))
        plain = all(isinstance(piece, Words) for line in lines for piece in line.pieces)
        label = any(line.pieces for line in lines) and plain and all(line.side is Side.BODY for line in lines)
        return CellNode(lines, label, int(wide[1]) if wide else 1, text == "^")

    def pieces(self, text: str) -> tuple[Piece, ...]:
        found: list[Piece] = []
        bold = False
        for part in PIECES.split(text):
            if part == "**":
                bold = not bold
            elif part.startswith("{{") and part.endswith("}}"):
                found.append(self.piece(part, bold))
            elif "{{" in part or "}}" in part:
                raise self.bad(f"“{part}” is half a place; a place is {{{{…}}}}", "half-a-place", word=part)
            elif part:
                found.append(Words(part, bold))
        if bold:
            raise self.bad("** is not closed by **", "bold")
        return tuple(found)

    def piece(self, part: str, bold: bool) -> Piece:
        if law := LAW.match(part):
            self.body.law.append(LawPlace(law[1], law[2], bold))
            return self.body.law[-1]
        if sign := SIGN.match(part):
            return SignPlace(self.sign(sign[1]))
        place = PLACE.match(part)
        if place is None:
            raise self.bad(f"“{part}” is no place that can be read", "no-place", word=part)
        said = (place[3] or "")[1:].strip()
        otherwise = None if place[3] is None else "" if said == BLANK else said or NONE
        return replace(self.place(place[1], place[2] or "", otherwise), bold=bold)

    def place(self, path: str, shape: str, otherwise: str | None) -> Place:
        group, field = self.look_up(path)
        if shape:
            shapes = SHAPES.get(field.kind, ()) if field else tuple(group.fields) if group else ()
            if shape not in shapes:
                raise self.bad(
                    f"“{path}” has no shape “{shape}”; it has: {'、'.join(shapes) or 'none'}",
                    "no-shape",
                    word=path,
                    shape=shape,
                    known=tuple(shapes),
                )
        place = Place(group, field, shape, otherwise)
        if group is not None:
            self.body.places.append(place)
        return place

    def words(self, *, many: bool = False) -> tuple[str, ...]:
        """What may stand here: the dictionary's groups (`many`: lists), and the fields of the lists whose entry we are in."""
        here = [name for group in self.inside for name in group.fields]
        groups = [name for name, group in self.dictionary.groups.items() if group.many or not many]
        return tuple(groups if many else (*groups, *here))

    def look_up(self, path: str) -> tuple[Group | None, Field | None]:
        word, _, rest = path.partition(".")
        if not rest:
            if path == NUMBER and self.inside:
                return None, None
            for group in reversed(self.inside):
                if word in group.fields:
                    return group, group.fields[word]
        found = self.dictionary.groups.get(word)
        if found is None:
            raise self.bad(f"“{word}” is no group of the dictionary", "no-group", word=word, known=self.words())
        if rest and rest not in found.fields:
            raise self.bad(
                f"“{found.zh}” has no “{rest}”; it has: {'、'.join(found.fields)}",
                "no-field",
                word=path,
                known=tuple(f"{word}.{name}" for name in found.fields),
            )
        if found.many == bool(rest):
            why = "a list: use [每个 …], [列表 …], or its names" if found.many else "a group: say which of its fields"
            raise self.bad(f"“{path}” is {why}", "is-a-list" if found.many else "is-a-group", word=path)
        return found, found.fields[rest] if rest else None


def _rows_in(nodes: Sequence[Node]) -> Iterator[RowNode]:
    for node in nodes:
        match node:
            case RowNode():
                yield node
            case IfNode():
                yield from _rows_in((*node.then, *node.otherwise))
            case EachNode():
                yield from _rows_in(node.body)


def lay_out(rows: Sequence[tuple[RowNode, Sequence[tuple[Line, ...]]]], columns: int) -> tuple[Row, ...]:
    """
    Rows of a form with every cell's reach. The last cell of a row takes what is left; “^” makes the cell above taller.

    Errors   BadData when a row has more or fewer columns than the form, or no cell begins above a “^”
    """
    above: list[tuple[int, int] | None] = [None] * columns  # (row, cell) that covers a column
    cells: list[list[Cell]] = []
    for node, contents in rows:
        column = 0
        own: list[Cell] = []
        for cell, lines in zip(node.cells, contents, strict=True):
            if cell.joins_above:
                owner = above[column] if column < columns else None
                if owner is None or (column and above[column - 1] == owner):
                    raise BadData(f"line {node.line}", "no cell begins above the ^", "nothing-above", node.line)
                taller = cells[owner[0]][owner[1]]
                cells[owner[0]][owner[1]] = replace(taller, down=taller.down + 1)
                column += taller.across
                continue
            across = cell.across or columns - column
            if across < 1 or column + across > columns:
                raise BadData(
                    f"line {node.line}",
                    f"the row has more than the form's {columns} columns",
                    "row-too-long",
                    node.line,
                    columns=columns,
                )
            above[column : column + across] = [(len(cells), len(own))] * across
            own.append(Cell(lines, cell.label, column, across))
            column += across
        if column != columns:
            raise BadData(
                f"line {node.line}",
                f"the row has {column} of the form's {columns} columns",
                "row-too-short",
                node.line,
                columns=columns,
                has=column,
            )
        cells.append(own)
    return tuple(Row(tuple(own), node.tall_mm) for own, (node, _contents) in zip(cells, rows, strict=True))
