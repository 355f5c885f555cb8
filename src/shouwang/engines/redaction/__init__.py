"""
What in a text or file tells who somebody is; and a copy that truly lacks it.

    spans = find("报警人侯桂兰，手机138 0000 1234")
    redact("报警人侯桂兰，手机138 0000 1234", spans).text      # 报警人侯某，手机〔电话〕
    redact_file(data).data                                    # DOCX, XLSX, PDF or picture, made anew
    told_in(text, now=now, zone=zone)                         # place, days and facts that a text tells
    beside(new, published)                                    # what singles somebody out beside what is published

Nothing here knows a clock, a network or a database. A file is released only when ``verdict.may_release`` says so.
"""

from shouwang.engines.redaction.files import Done, document_of, kind_of, redact_file, words_of
from shouwang.engines.redaction.find import find, find_many
from shouwang.engines.redaction.gate import ENOUGH, Checker, installed_checkers, installed_ocr, installed_reader
from shouwang.engines.redaction.linkage import Item, Singled, beside, singled_out
from shouwang.engines.redaction.model import KINDS, STRUCTURED, Confidence, Span
from shouwang.engines.redaction.package import Refused
from shouwang.engines.redaction.pages import Box
from shouwang.engines.redaction.replace import LABELS, Cast, Redacted, redact
from shouwang.engines.redaction.review import Proposal, page_count, page_picture, page_sizes, proposals
from shouwang.engines.redaction.seeing import Seen, seen_in
from shouwang.engines.redaction.telling import Told, told_in

__all__ = [
    "ENOUGH",
    "KINDS",
    "LABELS",
    "STRUCTURED",
    "Box",
    "Cast",
    "Checker",
    "Confidence",
    "Done",
    "Item",
    "Proposal",
    "Redacted",
    "Refused",
    "Seen",
    "Singled",
    "Span",
    "Told",
    "beside",
    "document_of",
    "find",
    "find_many",
    "installed_checkers",
    "installed_ocr",
    "installed_reader",
    "kind_of",
    "page_count",
    "page_picture",
    "page_sizes",
    "proposals",
    "redact",
    "redact_file",
    "seen_in",
    "singled_out",
    "told_in",
    "words_of",
]
