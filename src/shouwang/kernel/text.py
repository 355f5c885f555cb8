"""Words as somebody typed them, without what nobody means and what can make a text read differently from what it says."""

from __future__ import annotations

import unicodedata

# Bidirectional controls can make a text read differently from what it says; NUL, other controls, DEL and C1 show nothing.
_HARMFUL = (
    set(map(chr, range(0x20))) - set("\t\n\r")
    | set("\x7f\u200e\u200f\u061c\ufeff")
    | set(map(chr, [*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
)
_DROP = dict.fromkeys(map(ord, _HARMFUL))
#: Letters and signs that are drawn as nothing: fillers of Hangul, the empty Braille pattern.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn"})


def plain(text: str) -> str:
    """The text without control and direction-changing characters; empty when nothing of it can be seen."""
    kept = text.translate(_DROP)
    return kept if any(ch not in _BLANK and unicodedata.category(ch) not in _UNSEEN for ch in kept) else ""
