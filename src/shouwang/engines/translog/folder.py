"""
A log as a folder of files, laid out as it is served: `checkpoint`, `tile/…`, `tile/entries/…`.

Every file is written aside and renamed into place, and the checkpoint last: whoever is stopped in between leaves files that the old
checkpoint does not need yet.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from shouwang.engines.errors import BadData
from shouwang.engines.translog.hashing import HASH_BYTES
from shouwang.engines.translog.tiles import WIDTH, bundle, entries_of, tile_path


class FolderStore:
    """Tiles and bundles under a folder. Only one process may write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, level: int, index: int, width: int) -> bytes:
        return self._read(level, index, width)

    def write(self, tiles: Mapping[tuple[int, int], bytes]) -> None:
        for (level, index), hashes in tiles.items():
            self._write(tile_path(level, index, len(hashes) // HASH_BYTES), hashes)

    def entries(self, index: int, width: int) -> list[bytes]:
        """The first `width` entries of a bundle."""
        return entries_of(self._read("entries", index, width))[:width]

    def write_entries(self, size: int, fresh: Sequence[bytes]) -> None:
        """Add entries behind the first `size`."""
        index, width = divmod(size, WIDTH)
        there = self.entries(index, width) if width else []
        everything = [*there, *fresh]
        for at in range(0, len(everything), WIDTH):
            piece = everything[at : at + WIDTH]
            self._write(tile_path("entries", index + at // WIDTH, len(piece)), bundle(piece))

    def head(self) -> str:
        """The signed checkpoint, empty when there is none yet."""
        path = self.folder / "checkpoint"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def write_head(self, note: str) -> None:
        self._write("checkpoint", note.encode())

    def _read(self, level: int | str, index: int, width: int) -> bytes:
        """The partial tile, or the whole one that has come to stand in its place."""
        for path in (tile_path(level, index, width), tile_path(level, index)):
            if (found := self.folder / path).is_file():
                return found.read_bytes()
        raise BadData(tile_path(level, index, width), "is not there")

    def _write(self, path: str, content: bytes) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.{os.getpid()}")
        with part.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
