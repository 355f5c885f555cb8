"""
Does something carry the mark of a state secret? Then it may not come into the house at all (保守国家秘密法 arts. 14, 30). No Django.

The mark is a level and, behind a star, how long it lasts: “机密★5年”, “绝密★启用前” (保守国家秘密法实施条例; GB/T 9704). The word 秘密
alone is an ordinary word and never one. Looked at are the name, plain text, the text of DOCX and XLSX with headers and footers, and the
first pages of a PDF; what is only a picture is not read.
"""

from __future__ import annotations

import re
import unicodedata

from shouwang.apps.files.findings import Found, Kind
from shouwang.apps.files.reading import words_of

_LEVEL = r"(?:绝\s*密|机\s*密|秘\s*密)"
#: As much as a star drawn in another way; those need a term behind them, for people decorate words with them.
_LIKE_A_STAR = r"[☆✩✭✯⋆*]"
_COUNTED = r"[\d〇零一二三四五六七八九十两]{1,4}\s*个?\s*(?:年|月|日|天)"
_TERM = rf"(?:{_COUNTED}|长\s*期|启\s*用\s*前|解\s*密|公\s*开\s*前|公\s*布\s*前|至\s*\d{{4}}\s*年|\d{{8}})"
#: Behind a true star a condition may stand too, to the end of the line; or nothing at all.
_UNTIL = rf"(?:{_TERM}|[^\n★]{{1,20}}[前后时止][\s)）\]】]*$|[\s.)）\]】]*$)"
_STAR = re.compile(rf"{_LEVEL}[^\S\n]*(?:★[^\S\n]*{_UNTIL}|{_LIKE_A_STAR}[^\S\n]*{_TERM})", re.MULTILINE)
#: Papers begin with number of the copy, level, urgency, each on a line of its own.
_ALONE = re.compile(rf"[\s\[【(（〔]*{_LEVEL}[\s\]】)）〕]*")
_COPY_NUMBER = re.compile(r"\s*(?:№|No\.?\s*)?\d{6}\s*")
_URGENCY = re.compile(r"\s*(?:特\s*急|加\s*急|特\s*提|平\s*急)\s*")
_HEAD_LINES = 8
_NAMED = re.compile(rf"^\s*[\[【(（〔]\s*{_LEVEL}\s*[\]】)）〕]")


def is_marked(text: str) -> bool:
    """Whether a text carries the mark of a state secret."""
    text = unicodedata.normalize("NFKC", text.replace("⭐", "★"))
    return bool(_STAR.search(text)) or _headed(text)


def _headed(text: str) -> bool:
    """A level on a line of its own at the head counts only beside a copy number or an urgency: a poem may be called 秘密."""
    head = [line for line in text[:4000].splitlines() if line.strip()][:_HEAD_LINES]
    for n, line in enumerate(head):
        if _ALONE.fullmatch(line):
            beside = head[max(0, n - 1) : n] + head[n + 1 : n + 2]
            if any(_COPY_NUMBER.fullmatch(other) or _URGENCY.fullmatch(other) for other in beside):
                return True
    return False


def names_a_level(name: str) -> bool:
    """Whether a file's name carries the mark, or begins with a level in brackets: 【机密】方案.docx."""
    stem = re.sub(r"\.\w{1,8}$", "", re.split(r"[/\\]", name[:4096])[-1])
    return is_marked(stem) or bool(_NAMED.search(stem))


def is_marked_file(data: bytes, found: Found, claimed_name: str) -> bool:
    """Whether an upload carries it in its name or its words."""
    if names_a_level(claimed_name):
        return True
    if found.kind is not Kind.DOCUMENT:
        return False
    return is_marked(words_of(data, found.media_type.partition(";")[0], for_marks=True))
