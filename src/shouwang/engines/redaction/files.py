"""
A file in, a derived file out, and the verdict of those who had no part in it.

    done = redact_file(data)
    if done.verdict.may_release: publish(done.data)
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

from shouwang.engines.redaction import docx, pages, xlsx
from shouwang.engines.redaction.find import find, find_many
from shouwang.engines.redaction.gate import Checker, Verdict, check, installed_checkers, installed_ocr
from shouwang.engines.redaction.model import Confidence, Span
from shouwang.engines.redaction.package import MOST_INPUT, Refused, opened
from shouwang.engines.redaction.pages import Box, Reader
from shouwang.engines.redaction.replace import Cast, redact
from shouwang.engines.redaction.xlsx import shown


@dataclass(frozen=True)
class Done:
    """
    data     the new file; not to be handed on unless verdict.may_release
    kind     docx, xlsx, pdf or picture
    cast     who is called what in it: to be kept sealed
    counts   how many of each kind were found
    dropped  what of the old file stayed behind, and how often
    secrets  what was hidden: to be kept sealed, or forgotten
    """

    data: bytes
    kind: str
    cast: Cast
    counts: Mapping[str, int]
    dropped: Mapping[str, int]
    secrets: frozenset[str]
    verdict: Verdict


def kind_of(data: bytes) -> str:
    """docx, xlsx, pdf or picture, by the file's own bytes; Refused with what to do for anything else."""
    if len(data) > MOST_INPUT:
        raise Refused(f"is larger than {MOST_INPUT >> 20} MB; split it")
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")) or data[4:12] in {
        b"ftypheic",
        b"ftypheix",
        b"ftypmif1",
    }:
        return "picture"
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(
            "is encrypted or of an old kind (DOC, XLS); take the password off and save it anew as DOCX or XLSX"
        )
    if data.startswith(b"PK\x03\x04"):
        parts = opened(data)
        for name, kind in (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx")):
            if name in parts:
                return kind
        raise Refused("is an archive or another kind of package; unpack it and hand in each document by itself")
    raise Refused("is of a kind that cannot be redacted; save it anew as DOCX, XLSX, PDF, JPEG or PNG")


def redact_file(
    data: bytes,
    *,
    known: Mapping[str, str] | None = None,
    stay: Collection[str] = (),
    cast: Cast | None = None,
    boxes: Mapping[int, Sequence[Box]] | None = None,
    looked_at: Sequence[int] = (),
    reader: Reader | None = None,
    checkers: Mapping[str, Checker] | None = None,
    ocr: Checker | None = None,
    noting: Noting | None = None,
) -> Done:
    """
    Make a copy without what is found.

    known      words to hide wherever they stand
    stay       words that are found and stay all the same, blanks left out
    cast       of another document of the same case: one person stays one token
    boxes      drawn by hand on pages (from 1) of a PDF, or on page 1 of a picture
    looked_at  pages whose pictures somebody has looked at
    reader     OCR for what stands in pictures of the old file
    checkers   foreign checkers, those of this machine when none are given; ocr likewise
    noting     is told each text that was searched, with what was found in it
    """
    kind, cast = kind_of(data), Cast() if cast is None else cast
    looking = _Looking(known or {}, frozenset("".join(words.split()) for words in stay), noting)
    unread: list[int] = []
    if kind in {"docx", "xlsx"}:
        new, secrets, counts, dropped = (_docx if kind == "docx" else _xlsx)(data, looking, cast)
    else:
        if kind == "pdf":
            drawn = pages.redact_pdf(data, looking.one, boxes=boxes, looked_at=looked_at, reader=reader)
        else:
            drawn = pages.redact_picture(
                data, looking.one, boxes=(boxes or {}).get(1, ()), looked_at=1 in looked_at, reader=reader
            )
        new, secrets, counts, dropped, unread = drawn.data, drawn.secrets, drawn.counts, drawn.dropped, drawn.unread
    asked = installed_checkers(kind) if checkers is None else checkers
    verdict = check(new, secrets, kind=kind, checkers=asked, ocr=ocr or installed_ocr(), unread=unread)
    return Done(new, kind, cast, dict(counts), dict(dropped), frozenset(secrets), verdict)


def look_into(
    data: bytes, noting: Noting, *, known: Mapping[str, str] | None = None, reader: Reader | None = None
) -> None:
    """Only search: `noting` is told each text, with what was found in it. Nothing is drawn or written."""
    kind, looking = kind_of(data), _Looking(known or {}, frozenset(), noting)
    if kind == "docx":
        looking.one("\n".join(one.text for one in docx.read(data).paragraphs()))
    elif kind == "xlsx":
        _searched(xlsx.read(data), looking)
    else:
        (pages.look_into_pdf if kind == "pdf" else pages.look_into_picture)(data, looking.one, reader=reader)


Noting = Callable[[str, Sequence[Span]], None]


@dataclass(frozen=True)
class _Looking:
    """Looks for what is to be hidden, by what is known and what stays."""

    known: Mapping[str, str]
    stay: frozenset[str]
    noting: Noting | None

    def one(self, text: str) -> Sequence[Span]:
        return self.found(text, find(text, known=self.known))

    def found(self, text: str, spans: Sequence[Span]) -> Sequence[Span]:
        if self.stay:
            spans = [span for span in spans if "".join(text[span.start : span.end].split()) not in self.stay]
        if self.noting:
            self.noting(text, spans)
        return spans


def words_of(data: bytes) -> str:
    """The words of a DOCX or XLSX as a reader sees them, a line for each paragraph or row; empty for pages and pictures."""
    kind = kind_of(data)
    if kind == "docx":
        return "\n".join(one.text for one in docx.read(data).paragraphs())
    if kind == "xlsx":
        lines = [line for sheet in xlsx.read(data).sheets for line in (sheet.title, *map(_row, sheet.rows))]
        return "\n".join(lines)
    return ""


def document_of(text: str) -> bytes:
    """Words as a DOCX, a paragraph for each line."""
    return docx.write(docx.Document(body=[docx.Paragraph(line) for line in text.splitlines()]))


def _row(values: Sequence[str | float]) -> str:
    return "\t".join(map(shown, values))


Made = tuple[bytes, set[str], Counter[str], Counter[str]]


def _docx(data: bytes, looking: _Looking, cast: Cast) -> Made:
    """All paragraphs are searched as one text, so that a name found once is hidden in the header too."""
    document = docx.read(data)
    paragraphs = list(document.paragraphs())
    text = "\n".join(one.text for one in paragraphs)
    ends = list(accumulate(len(line) + 1 for line in text.split("\n")))
    done = redact(text, [part for span in looking.one(text) for part in _within(span, ends)], cast)
    lines = iter(done.text.split("\n"))
    for paragraph in paragraphs:
        paragraph.text = "\n".join(islice(lines, paragraph.text.count("\n") + 1))
    return docx.write(document), set(done.secrets), Counter(done.counts), document.dropped


def _within(span: Span, ends: Sequence[int]) -> Iterator[Span]:
    """A span over the end of a paragraph, or of a line in one, in parts: so many lines come out as went in."""
    at = span.start
    while at < span.end:
        end = min(span.end, ends[bisect_right(ends, at)] - 1)
        if end > at:
            yield span.part(at, end)
        at = end + 1


def _xlsx(data: bytes, looking: _Looking, cast: Cast) -> Made:
    """
    Each cell is searched with its column's heading before it, which says what a lone value is. Below a heading that
    announces names, numbers or addresses, whole cells go.
    """
    book = xlsx.read(data)
    cells, texts, spans_of = _searched(book, looking)
    cast.meet(
        text[s.start : s.end] for spans, text in zip(spans_of, texts, strict=True) for s in spans if s.kind == "name"
    )
    secrets: set[str] = set()
    counts: Counter[str] = Counter()
    for (sheet, r, c), text, spans in zip(cells, texts, spans_of, strict=True):
        if not spans:
            continue
        done = redact(text, spans, cast)
        secrets |= done.secrets
        counts.update(done.counts)
        if r < 0:
            sheet.title = done.text
        else:
            sheet.rows[r][c] = done.text
    return xlsx.write(book), secrets, counts, book.dropped


_Cell = tuple[xlsx.Sheet, int, int]


def _searched(book: xlsx.Workbook, looking: _Looking) -> tuple[list[_Cell], list[str], list[list[Span]]]:
    """Each cell that says something (of a title the row is -1), its words, and what was found in them."""
    cells, texts, heads = [], [], []
    for sheet in book.sheets:
        titles = [shown(value) for value in sheet.rows[0]] if sheet.rows else []
        texts.append(sheet.title)
        heads.append("")
        cells.append((sheet, -1, -1))
        for r, row in enumerate(sheet.rows):
            for c, value in enumerate(row):
                if value != "":
                    head = titles[c] if r and c < len(titles) else ""
                    cells.append((sheet, r, c))
                    heads.append(head)
                    texts.append(shown(value))
    searched = [f"{head}：{text}" if head else text for head, text in zip(heads, texts, strict=True)]
    spans_of = _found_in(texts, heads, searched, looking.known)
    # What was found in one cell is hidden in every other.
    said = {text[s.start : s.end].strip(): s.kind for spans, text in zip(spans_of, texts, strict=True) for s in spans}
    spans_of = _found_in(
        texts, heads, searched, {**{word: kind for word, kind in said.items() if len(word) > 1}, **looking.known}
    )
    return cells, texts, [list(looking.found(text, spans)) for text, spans in zip(texts, spans_of, strict=True)]


_HEADS = (
    ("姓名 名字 报警人 被害人 受害人 嫌疑人 联系人 当事人 证人 户主 车主 监护人", "name"),
    ("身份证 证件号 公民身份", "id-number"), ("电话 手机 联系方式 号码", "phone"),
    ("住址 地址 户籍地 居住地 住所", "address"), ("卡号 账号 银行", "bank-card"),
    ("车牌", "plate"), ("微信", "wechat"), ("QQ qq", "qq"), ("邮箱", "email"), ("出生 生日", "birth-date"),
    ("工作单位 单位名称 学校", "organisation"), ("伤情 病情 诊断", "health"), ("护照", "document"),
)  # fmt: skip


def _found_in(
    texts: Sequence[str], heads: Sequence[str], searched: Sequence[str], known: Mapping[str, str]
) -> list[list[Span]]:
    found = find_many(searched, known=known)
    return [_in_cell(spans, head, text) for spans, head, text in zip(found, heads, texts, strict=True)]


def _in_cell(spans: Sequence[Span], head: str, text: str) -> list[Span]:
    for words, kind in _HEADS:
        if len(head) <= 12 and text.strip() and any(word in head for word in words.split()):
            return [Span(0, len(text), kind, "column-heading", Confidence.HIGH)]
    skip = len(head) + 1 if head else 0
    return [span.part(max(0, span.start - skip), span.end - skip) for span in spans if span.end > skip]
