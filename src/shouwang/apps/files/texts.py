"""Plain text in UTF-8 or GB18030, and how to tell it from markup. No Django."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from shouwang.apps.files.findings import Found, Kind

_HEAD_BYTES = 4096
_MARKUP = re.compile(
    r"<(?:!doctype\s+html|html|head|body|script|svg|iframe|object|embed|img|a\s|style|form|meta|base|link|\?php|\?xml)"
    r"|^#!(?!AMR)|^\s*<[a-z!?%]",
    re.IGNORECASE,
)
# Long enough that compressed pixels do not spell them by chance: a 20 MB file has odds below one in a million.
_SCRIPT_ANYWHERE = re.compile(
    rb"(?i)<script[\s>/]|<!doctype html|<iframe[\s>]|xmlns=[\"']http://www\.w3\.org/2000/svg|javascript:"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_COMMON = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")  # Chinese characters and their punctuation
_MOST_ODD = 0.02


def looks_like_markup(data: bytes) -> bool:
    """Would a careless reader take the beginning of this as a web page, a drawing with script, or a script?"""
    head = data[:_HEAD_BYTES]
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text = head.decode(encoding, "ignore")
    if "\0" in text:
        return False
    return bool(_MARKUP.search(text))


def hides_script(data: bytes) -> bool:
    """Is there web script anywhere, for example in a comment of a picture or after its end?"""
    return bool(_SCRIPT_ANYWHERE.search(data))


def examine(data: bytes) -> Found | None:
    """
    Text that decodes whole and reads like text, or None. UTF-8 is tried first, since GB18030 accepts much by chance.
    """
    for encoding, label in (("utf-8-sig", "utf-8"), ("gb18030", "gb18030")):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _reads_like_text(text, strict=label == "gb18030"):
            return Found(Kind.DOCUMENT, f"text/plain; charset={label}", ".txt")
    return None


def _reads_like_text(text: str, *, strict: bool) -> bool:
    if _CONTROL.search(text):
        return False
    counts = Counter(text)  # a large text has few different characters, so each is judged once
    odd = sum(
        n for c, n in counts.items() if unicodedata.category(c) in ("Cn", "Co", "Cs", "Cc") and c not in "\t\n\r\f"
    )
    if odd > _MOST_ODD * len(text):
        return False
    if not strict:
        return True
    foreign = sum(n for c, n in counts.items() if ord(c) > 127)
    common = sum(n for c, n in counts.items() if _COMMON.match(c))
    return common >= 0.8 * foreign
