"""
Filling a template from a record. Either every place is filled, or the paper is refused and every lack is named at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo
from types import MappingProxyType

from shouwang.engines.errors import CannotTell, EngineError
from shouwang.engines.law import Confidence, MaskOutput
from shouwang.engines.papers import citing, words
from shouwang.engines.papers.body import (
    CellNode,
    CodeNode,
    EachNode,
    GridNode,
    IfNode,
    LawPlace,
    ListNode,
    Node,
    Piece,
    Place,
    RowNode,
    SealNode,
    SignNode,
    SignPlace,
    SpaceNode,
    TextNode,
    Words,
    lay_out,
)
from shouwang.engines.papers.model import (
    Block,
    Cell,
    Code,
    Grid,
    Heading,
    Line,
    Paper,
    Row,
    Run,
    Seal,
    Side,
    Signature,
    Signatures,
    Space,
)
from shouwang.engines.papers.record import OPEN, Field, Group, Kind, NotSo, Value, read, show
from shouwang.engines.papers.template import Copy, Shelf, Template

Record = Mapping[str, object]

HIDDEN = "（本份按规定不载）"
NOTHING = "（无）"
END_OF_LIST = "（以下空白）"
NOT_ISSUED = "审核稿（未签发，不作凭证）"


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One lack of a record.

    code    `missing` or `wrong`
    field   where in the record: `caller.name`, `evidence[2].name`
    """

    code: str
    field: str
    zh: str
    en: str


class NotFilled(EngineError):
    """The record does not say all that the paper needs; `problems` names every lack."""

    code = "papers.not-filled"

    def __init__(self, template: Template, problems: Sequence[Problem]) -> None:
        super().__init__(f"{template.zh}: " + "；".join(problem.zh for problem in problems))
        self.problems = tuple(problems)


def check(shelf: Shelf, template: Template, record: Record, *, zone: tzinfo) -> tuple[Problem, ...]:
    """What the record lacks for this paper; empty when it can be filled."""
    try:
        fill(shelf, template, record, zone=zone)
    except NotFilled as refused:
        return refused.problems
    return ()


NOTHING_DRAWN: Mapping[str, bytes] = MappingProxyType({})


def fill(
    shelf: Shelf,
    template: Template,
    record: Record,
    *,
    zone: tzinfo,
    copy: str = "",
    review: bool = False,
    drawn: Mapping[str, bytes] = NOTHING_DRAWN,
) -> Paper:
    """
    One paper from one record.

    record   groups by code, see `record.py`. `paper.date` is the paper's day: the law is taken as in force then
    zone     the clock on the station's wall
    copy     code of one of the template's copies; empty: the paper as such, nothing hidden
    review   for the eyes of those who check it: marked as not issued, with a list of the rules it rests on and how well
             each was checked
    drawn    code of a signature that the record has → what was drawn by hand, as `drawing.fitted` made it
    Errors   NotFilled with every lack; CannotTell: no such copy, or a rule is not in force on that day
    """
    if copy and copy not in template.copies:
        raise CannotTell(f"{template.code} has no copy {copy}; it has: {', '.join(template.copies) or 'none'}.")
    return _Filling(shelf, template, record, zone, template.copies.get(copy), drawn).paper(review=review)


@dataclass(slots=True)
class _Filling:
    shelf: Shelf
    template: Template
    record: Record
    zone: tzinfo
    copy: Copy | None
    drawn: Mapping[str, bytes] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    inside: list[tuple[Group, Record, int]] = field(default_factory=list)  # entries we are in: list, entry, number
    on: date = date.min

    def paper(self, *, review: bool) -> Paper:
        groups = self.shelf.dictionary.groups
        day = self.value(Place(groups["文书"], groups["文书"].fields["日期"]))
        self.on = (
            day if isinstance(day, date) else date.max
        )  # without its day it is refused; what else it lacks is named too
        number = self.one(Place(groups["文书"], groups["文书"].fields["文号"])) if self.template.number else ""
        organ = self.one(self.template.organ)
        blocks = tuple(self.blocks(self.template.body.nodes))
        if self.problems:
            raise NotFilled(self.template, list(self.problems.values()))
        return Paper(
            template=self.template.code,
            version=self.template.version,
            digest=self.template.digest,
            title=self.template.zh,
            organ=organ,
            number=number,
            day=self.on,
            style=self.template.style,
            size=self.template.size,
            blocks=(*blocks, *(self.bases() if review else ())),
            marks=NOT_ISSUED if review else "",
            foot=self.foot(),
        )

    def foot(self) -> str:
        copies = self.template.copies.values()
        if not copies:
            return ""
        made = f"一式{words.numeral(len(copies))}份：{'、'.join(copy.zh for copy in copies)}。"
        return made + (f"本份：{self.copy.zh}。" if self.copy else "")

    # ── reading the record ────────────────────────────────────────────────────────────────────────────────────────────

    def lacks(self, code: str, where: str, zh: str, en: str) -> None:
        self.problems.setdefault(where, Problem(code, where, zh, en))

    def entry_of(self, group: Group) -> tuple[Record, str, str, str]:
        """The mapping that holds a group's fields, its place in the record, and its name in Chinese and English."""
        for inside, entry, number in reversed(self.inside):
            if inside is group:
                return entry, f"{group.code}[{number}]", f"{group.zh}第{number}项", f"{group.en} {number}"
        found = self.record.get(group.code)
        if found is not None and not isinstance(found, Mapping):
            self.lacks(
                "wrong", group.code, f"“{group.zh}”（{group.code}）应为一组字段。", f"{group.code} must be an object."
            )
            found = None
        return found or {}, group.code, group.zh, group.en

    def value(self, place: Place) -> Value | None:
        """What the record says at a place with a field; a lack is noted unless the place may be empty."""
        group, asked = place.group, place.field
        assert group is not None
        assert asked is not None
        entry, where, zh, en = self.entry_of(group)
        where, zh, en = f"{where}.{asked.code}", f"“{zh}·{asked.zh}”", f"{en}: {asked.en}"
        try:
            value = read(asked, entry.get(asked.code))
        except NotSo as error:
            self.lacks("wrong", where, f"{zh}（{where}）{error.zh}。", f"{en} ({where}) {error.en}.")
            return None
        if value is None and place.otherwise is None:
            self.lacks("missing", where, f"缺少{zh}（{where}）。", f"{en} is missing ({where}).")
        return value

    def entries(self, group: Group, *, may_be_empty: bool) -> list[Record]:
        found = self.record.get(group.code) or []
        if not isinstance(found, Sequence) or not all(isinstance(entry, Mapping) for entry in found):
            self.lacks(
                "wrong",
                group.code,
                f"“{group.zh}”（{group.code}）应为列表。",
                f"{group.code} must be a list of objects.",
            )
            return []
        if not found and not may_be_empty:
            self.lacks(
                "missing", group.code, f"缺少“{group.zh}”（{group.code}）。", f"{group.en} is missing ({group.code})."
            )
        return list(found)

    def each(self, group: Group, *, may_be_empty: bool) -> Iterator[int]:
        """Steps through a list; inside each step its fields are at hand."""
        for number, entry in enumerate(self.entries(group, may_be_empty=may_be_empty), start=1):
            self.inside.append((group, entry, number))
            yield number
            self.inside.pop()

    def one(self, place: Place) -> str:
        """A place in one line."""
        return " ".join(self.texts(place))

    def texts(self, place: Place) -> list[str]:
        """What stands at a place: one text, or the paragraphs of a long one."""
        if place.group is None:
            return [str(self.inside[-1][2])]
        if place.field is None:
            return ["、".join(self.names(place.group, place)) or place.otherwise or ""]
        value = self.value(place)
        if value is None:
            return [place.otherwise or ""]
        if self.hides(place.group, place.field):
            return [HIDDEN]
        shown = show(place.field, value, place.shape, self.zone)
        return [line.strip() for line in shown.split("\n") if line.strip()]

    def names(self, group: Group, place: Place) -> Iterator[str]:
        beside = group.fields.get(place.shape)
        for _number in self.each(group, may_be_empty=place.otherwise is not None):
            name = self.one(Place(group, next(iter(group.fields.values()))))
            yield f"{name}（{beside.zh}{self.one(Place(group, beside))}）" if beside else name

    def hides(self, group: Group, asked: Field) -> bool:
        if self.copy is None or not asked.mask or group.zh not in self.copy.hides:
            return False
        return self.shelf.book.mask(asked.mask).output is not MaskOutput.KEEP

    # ── making the blocks ─────────────────────────────────────────────────────────────────────────────────────────────

    def blocks(self, nodes: Iterable[Node]) -> list[Block]:
        return [block for node in nodes for block in self.block(node)]

    def block(self, node: Node) -> Iterator[Block]:
        match node:
            case TextNode(heading=True):
                yield Heading("".join(line.text for line in self.lines(node)))
            case TextNode():
                yield from self.lines(node)
            case GridNode():
                yield Grid(node.widths, lay_out(list(self.rows(node.rows)), len(node.widths)))
            case ListNode():
                yield self.listing(node)
            case EachNode():
                for _number in self.each(node.group, may_be_empty=node.may_be_empty):
                    yield from self.blocks(node.body)
            case IfNode():
                yield from self.blocks(self.branch(node))
            case SignNode():
                yield Signatures(tuple(self.signature(sign) for sign in node.signs))
            case CodeNode():
                yield Code(self.one(node.place))
            case SealNode():
                yield Seal(self.one(self.template.organ), words.chinese_day(self.on))
            case SpaceNode():
                yield Space(node.lines, node.turns_page)

    def branch(self, node: IfNode) -> tuple[Node, ...]:
        if node.place.field is None:
            there = bool(node.place.group and self.entries(node.place.group, may_be_empty=True))
            return node.then if there is node.wanted else node.otherwise
        value = self.value(node.place)
        if node.value is None:
            return node.then if (value is not None) is node.wanted else node.otherwise
        if value is None:
            return ()  # noted as missing: neither branch may be taken
        said = ("yes" if value else "no") if isinstance(value, bool) else value
        return node.then if (said == node.value) is node.wanted else node.otherwise

    def lines(self, node: TextNode) -> list[Line]:
        """The lines of one line of the template: more than one where a long text has paragraphs."""
        runs: list[list[Run]] = [[]]
        for piece in node.pieces:
            if isinstance(piece, SignPlace) and piece.sign in self.drawn:
                sign = self.signature(piece.sign)
                runs[-1] += [Run(f"{sign.label}："), Run("", drawn=sign.drawn), Run(f"{sign.name}　{sign.at}")]
                continue
            first, *further = self.said(piece)
            bold = getattr(piece, "bold", False)
            boxes = (isinstance(piece, Place) and piece.shape == "勾选") or (
                isinstance(piece, Words) and OPEN in piece.text
            )
            runs[-1].append(Run(first, bold, boxes))
            runs.extend([Run(text, bold)] for text in further)
        return [Line(tuple(line), node.side) for line in runs]

    def said(self, piece: Piece) -> list[str]:
        match piece:
            case Words():
                return [piece.text]
            case LawPlace():
                return [citing.says(self.shelf.book, piece.what, citing.basis(self.shelf.book, piece.rule, on=self.on))]
            case SignPlace():
                sign = self.signature(piece.sign)
                room = f"{sign.name}　{sign.at}" if sign.name else "＿＿＿＿＿＿＿　　　年　　月　　日"
                return [f"{sign.label}：{room}"]
        return self.texts(piece) or [""]

    def signature(self, code: str) -> Signature:
        """Who signed inside the house, when the record says so: `{"signed": {"officer": {"name": …, "at": …}}}`."""
        sign = self.template.signs[code]
        signed = self.record.get("signed")
        entry = signed.get(code) if isinstance(signed, Mapping) else None
        if entry is None:
            return Signature(sign.zh)
        group = Group(f"signed.{code}", sign.zh, f"signature {code}", many=True, fields=SIGNED)
        self.inside.append((group, entry if isinstance(entry, Mapping) else {}, 1))
        name, at = (self.one(Place(group, asked)) for asked in SIGNED.values())
        self.inside.pop()
        drawn = self.drawn.get(code, b"")
        return Signature(sign.zh, name, f"{at}手写签名" if drawn else f"{at}在系统内签署", drawn)

    def rows(self, nodes: Iterable[Node]) -> Iterator[tuple[RowNode, tuple[tuple[Line, ...], ...]]]:
        """The rows of a form with what is in their cells, conditions and lists resolved."""
        for node in nodes:
            match node:
                case RowNode():
                    yield self.row(node)
                case IfNode():
                    yield from self.rows(self.branch(node))
                case EachNode():
                    for _number in self.each(node.group, may_be_empty=node.may_be_empty):
                        yield from self.rows(node.body)
                case _:
                    raise AssertionError(f"a form holds no {type(node).__name__}")

    def row(self, node: RowNode) -> tuple[RowNode, tuple[tuple[Line, ...], ...]]:
        return node, tuple(self.cell(cell) for cell in node.cells)

    def cell(self, node: CellNode) -> tuple[Line, ...]:
        lines = (line for text in node.lines for line in self.lines(text))
        return tuple(replace(line, side=Side.MIDDLE) if node.label else line for line in lines)

    def listing(self, node: ListNode) -> Grid:
        entries = self.each(node.group, may_be_empty=node.may_be_empty)
        rows = [self.row(node.head), *(self.row(node.pattern) for _number in entries)]
        closing = END_OF_LIST if len(rows) > 1 else NOTHING
        whole = Row((Cell((Line((Run(closing),), Side.MIDDLE),), across=len(node.widths)),))
        return Grid(node.widths, (*lay_out(rows, len(node.widths)), whole), head=1)

    def bases(self) -> Iterator[Block]:
        """What the checkers see: the rules, where they stand, and how well each text was read."""
        yield Heading("核对：本文书依据的规则")
        rows = [_plain_row("规则", "出处", "核对情况", label=True)]
        for rule_id in self.template.rules:
            rule = citing.basis(self.shelf.book, rule_id, on=self.on)
            places = "；".join(citing.cite(self.shelf.book, source) for source in rule.sources)
            doubtful = rule.confidence is not Confidence.CONFIRMED
            rows.append(
                _plain_row(f"{rule.name_zh}（{rule.id}）", places, citing.CHECKED[rule.confidence], bold=doubtful)
            )
        yield Grid((30, 45, 25), tuple(rows), head=1)


SIGNED = {
    "姓名": Field("name", "姓名", "name", Kind.TEXT, {}, 50, ""),
    "时间": Field("at", "时间", "time", Kind.TIME, {}, 1, ""),
}


def _plain_row(*texts: str, label: bool = False, bold: bool = False) -> Row:
    side = Side.MIDDLE if label else Side.BODY
    return Row(tuple(Cell((Line((Run(text, bold),), side),), label, column) for column, text in enumerate(texts)))
