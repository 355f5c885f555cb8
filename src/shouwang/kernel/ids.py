"""
Numbers people read aloud and codes people keep.

Both end in a check character that catches every single wrong character and every swap of two neighbours
(ISO/IEC 7064, hybrid system MOD n+1,n; algorithm from `python-stdnum`).
"""

from __future__ import annotations

import secrets
import unicodedata

from stdnum.iso7064 import mod_11_10, mod_37_36

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
_LOOKALIKE = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
CODE_LENGTH = 12  # 11 random characters are 55 bits


def matter_number(prefix: str, year: int, serial: int) -> str:
    """`QS-2026-01873-8`: the station's letters, the year, a serial, a check digit over year and serial."""
    body = f"{year:04d}{serial:05d}"
    return f"{prefix}-{body[:4]}-{body[4:]}-{mod_11_10.calc_check_digit(body)}"


def is_matter_number(text: str) -> bool:
    """Whether a number is well formed and its check digit fits."""
    parts = unicodedata.normalize("NFKC", text).strip().upper().split("-")
    if len(parts) != 4 or not parts[0].isalnum() or not all(part.isascii() and part.isdecimal() for part in parts[1:]):
        return False
    return len(parts[1]) == 4 and len(parts[2]) >= 5 and bool(mod_11_10.is_valid("".join(parts[1:])))


def new_code() -> str:
    """A fresh tracking code, 12 characters, unguessable."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH - 1))
    return body + str(mod_37_36.calc_check_digit(body, ALPHABET))


def clean_code(typed: str) -> str | None:
    """
    The code a person meant, or None when it cannot be one.

    Spaces, hyphens, letter case and the wide forms of a Chinese keyboard do not matter; letters that look like digits are taken as those
    digits.
    """
    folded = unicodedata.normalize("NFKC", typed).upper()
    kept = "".join(ch for ch in folded if ch.isalnum()).translate(_LOOKALIKE)
    if len(kept) != CODE_LENGTH or any(ch not in ALPHABET for ch in kept):
        return None
    return kept if mod_37_36.is_valid(kept, ALPHABET) else None


def show_code(code: str) -> str:
    """`7K4M-2QXD-9TBC`: in groups of four, as it is printed."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))
