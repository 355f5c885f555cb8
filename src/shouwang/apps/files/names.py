"""
Names that people give to files, made fit to be shown and offered for download. No Django.

A name is a label. It never becomes part of a path on our disk and never decides what a file is.
"""

from __future__ import annotations

import re
import unicodedata

from shouwang.apps.files.findings import Kind

MOST_CHARACTERS = 80
MOST_BYTES = 180  # several file systems stop at 255 bytes; leave room for " (2)" and for the reader's own prefix

FALLBACK = {Kind.PICTURE: "照片", Kind.VOICE: "语音", Kind.DOCUMENT: "文件"}

# Control, format (bidi overrides, zero-width), surrogate, private-use and unassigned characters say nothing to a
# reader.
_UNSPEAKABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_UNSAFE_ON_WINDOWS = re.compile(r'[<>:"|?*]')
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")


def clean_name(claimed: str, suffix: str, kind: Kind) -> str:
    """
    A name for people: last path component only, NFC, no invisible or bidi characters, at most MOST_CHARACTERS and
    MOST_BYTES of UTF-8, and ending with the suffix that the content earned whatever was claimed.

    >>> clean_name("photo\\u202egpj.exe", ".jpg", Kind.PICTURE)
    'photogpj.jpg'
    """
    # Surrogates come from undecodable bytes; they must go before normalising. Spaces are judged after.
    text = unicodedata.normalize("NFC", claimed[:4096])
    text = "".join(
        " " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c) not in _UNSPEAKABLE
    )
    text = re.split(r"[/\\]", text)[-1]
    text = _UNSAFE_ON_WINDOWS.sub("_", text)
    stem, dot, claimed_suffix = text.rpartition(".")
    if dot and _SUFFIX.fullmatch(f".{claimed_suffix}"):
        text = stem
    text = re.sub(r"\s+", " ", text).strip(" .")
    if _DEVICE.fullmatch(text.split(".")[0].strip()):
        text = f"_{text}"
    text = _shortened(text, suffix)
    return (text or FALLBACK[kind]) + suffix


def _shortened(stem: str, suffix: str) -> str:
    stem = stem[: MOST_CHARACTERS - len(suffix)]
    room = MOST_BYTES - len(suffix.encode())
    return stem.encode()[:room].decode(errors="ignore").strip(" .")
