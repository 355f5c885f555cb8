"""Finding typefaces for Chinese on this machine, and which characters they can draw."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import typst

from shouwang.engines.errors import EngineError
from shouwang.engines.papers.look import BODY_FACES, LABEL_FACES, TITLE_FACES

#: Where Linux distributions and people put fonts.
PLACES = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / ".fonts",
)
KNOWN = ("Noto*CJK*", "SourceHan*")
FILES = (".ttf", ".otf", ".ttc", ".otc")


class NoChineseFont(EngineError):
    """No typeface for Chinese was found; the message says how to get one."""

    code = "papers.no-chinese-font"

    def __init__(self, part: str, searched: Iterable[Path]) -> None:
        super().__init__(
            f"找不到能排中文的字体（{part}）。请安装：sudo apt-get install fonts-noto-cjk，或者指定存放字体的文件夹。 "
            f"No Chinese typeface was found ({part}). Install Debian's fonts-noto-cjk, or name a folder that holds one. "
            f"Searched: {', '.join(str(path) for path in searched)}."
        )


@dataclass(frozen=True, slots=True)
class Faces:
    """
    The typefaces to use, each part with the first that is there and what may help out; and every character they have.

    fonts   typst's collection of them, read once
    """

    body: tuple[str, ...]
    title: tuple[str, ...]
    label: tuple[str, ...]
    fonts: typst.Fonts
    drawable: frozenset[int]

    def lacking(self, text: str) -> frozenset[str]:
        """Characters of a text that none of the typefaces can draw."""
        return frozenset(
            character for character in set(text) if ord(character) not in self.drawable and character != "\n"
        )


def find_faces(*folders: Path, places: Iterable[Path] = PLACES) -> Faces:
    """
    The typefaces of a station's own folders and of this machine.

    folders  searched first and with everything in them
    Errors   NoChineseFont when some part of a paper could not be set
    """
    homes = list(
        dict.fromkeys(
            (*folders, *(file.parent for place in places for name in KNOWN for file in sorted(place.rglob(name))))
        )
    )
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(home) for home in homes]
    )
    there = set(fonts.families())

    def chosen(part: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
        found = tuple(face for face in wanted if face in there)
        if not found:
            raise NoChineseFont(part, (*folders, *places))
        return found

    body, title = chosen("仿宋／宋体 body", BODY_FACES), chosen("标题 title", TITLE_FACES)
    label = chosen("黑体 labels", LABEL_FACES)
    files = {Path(font.path) for font in fonts.fonts() if font.path}
    drawable = frozenset(code for file in sorted(files) for code in covered(file))
    return Faces(body, title, label, fonts, drawable)


def covered(file: Path) -> set[int]:
    """The characters that a font file has: the full Unicode table (format 12 or 4) of its first face."""
    data = file.read_bytes()
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    for number in range(struct.unpack_from(">H", data, start + 4)[0]):
        tag, _sum, offset, _length = struct.unpack_from(">4sIII", data, start + 12 + 16 * number)
        if tag == b"cmap":
            return set(_characters(data, offset))
    return set()


def _characters(data: bytes, cmap: int) -> Iterator[int]:
    for number in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        table = cmap + struct.unpack_from(">HHI", data, cmap + 4 + 8 * number)[2]
        kind = struct.unpack_from(">H", data, table)[0]
        if kind == 12:
            for group in range(struct.unpack_from(">I", data, table + 12)[0]):
                first, last = struct.unpack_from(">II", data, table + 16 + 12 * group)
                yield from range(first, last + 1)
        elif kind == 4:
            segments = struct.unpack_from(">H", data, table + 6)[0] // 2
            lasts = struct.unpack_from(f">{segments}H", data, table + 14)
            firsts = struct.unpack_from(f">{segments}H", data, table + 16 + 2 * segments)
            for first, last in zip(firsts, lasts, strict=True):
                yield from range(first, min(last, 0xFFFE) + 1)
