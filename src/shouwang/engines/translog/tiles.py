"""
The tree as static tiles of 256 hashes (C2SP tlog-tiles): where each lies, and how roots and proofs are made from them.

A tile of level L holds hashes of whole subtrees of 256**L leaves, in order; the newest tile of a level may be partial. What lies between
two levels is computed when it is asked for: at most 255 hashes a tile.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

from shouwang.engines.errors import BadData
from shouwang.engines.translog.hashing import EMPTY_ROOT, HASH_BYTES, node_hash, root_of

WIDTH = 256
HEIGHT = 8
LONGEST_ENTRY = 0xFFFF
_PATH = re.compile(r"tile/(entries|0|[1-5]?[0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class TileStore(Protocol):
    """Where tiles lie. `Tree` is the only one who writes."""

    def read(self, level: int, index: int, width: int) -> bytes:
        """At least the first `width` hashes of a tile, joined; more when the tile has grown since. Raises BadData when it is not there."""
        ...

    def write(self, tiles: Mapping[tuple[int, int], bytes]) -> None:
        """Put all of these (level, index) in place of what stood there, all or none."""
        ...


class MemoryStore:
    """Tiles in a dictionary."""

    def __init__(self) -> None:
        self.tiles: dict[tuple[int, int], bytes] = {}

    def read(self, level: int, index: int, width: int) -> bytes:
        found = self.tiles.get((level, index), b"")
        if len(found) < width * HASH_BYTES:
            raise BadData(tile_path(level, index, width), "is not there")
        return found

    def write(self, tiles: Mapping[tuple[int, int], bytes]) -> None:
        self.tiles.update(tiles)


class Tree:
    """
    The log's tree as it stands in a store.

    size   number of leaves; every question may also be asked of an earlier size
    """

    def __init__(self, store: TileStore, size: int = 0) -> None:
        self.store, self.size = store, size
        self._seen: dict[tuple[int, int], bytes] = {}

    def append(self, leaves: Iterable[bytes]) -> int:
        """Add leaf hashes at the end and write every tile that changed, at once. Returns the new size."""
        fresh = list(leaves)
        added, start, level = len(fresh), self.size, 0
        changed: dict[tuple[int, int], bytes] = {}
        while fresh:
            index, width = divmod(start, WIDTH)
            tile = self._hashes(level, index, width) if width else b""
            above, taken = [], 0
            while taken < len(fresh):
                piece = fresh[taken : taken + WIDTH - len(tile) // HASH_BYTES]
                taken += len(piece)
                tile += b"".join(piece)
                changed[level, index] = tile
                if len(tile) == WIDTH * HASH_BYTES:
                    above.append(root_of(_split(tile)))
                    tile, index = b"", index + 1
            start, level, fresh = start // WIDTH, level + 1, above
        self.store.write(changed)
        self._seen.update(changed)
        self.size += added
        return self.size

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves."""
        size = self.size if size is None else size
        self._refuse_beyond(size)
        return self._range(0, size) if size else EMPTY_ROOT

    def leaf(self, index: int) -> bytes:
        """The leaf hash at an index."""
        self._refuse_beyond(index + 1)
        return self._subtree(0, index)

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The proof that a leaf stands at `index` among the first `size` (RFC 9162 section 2.1.3.1), lowest sibling first."""
        size = self.size if size is None else size
        self._refuse_beyond(size)
        if not 0 <= index < size:
            raise BadData("index", f"must lie below the size {size}")
        low, high, proof = 0, size, []
        while high - low > 1:
            middle = low + _largest_power_below(high - low)
            if index < middle:
                proof.append(self._range(middle, high))
                high = middle
            else:
                proof.append(self._range(low, middle))
                low = middle
        return proof[::-1]

    def consistency(self, old_size: int, size: int | None = None) -> list[bytes]:
        """The proof that the first `old_size` leaves begin the tree of `size` leaves (RFC 9162 section 2.1.4.1)."""
        size = self.size if size is None else size
        self._refuse_beyond(size)
        if not 0 <= old_size <= size:
            raise BadData("sizes", "the older tree must not be larger")
        if old_size in {0, size}:
            return []
        low, high, proof, whole = 0, size, [], True
        while high != old_size:
            middle = low + _largest_power_below(high - low)
            if old_size <= middle:
                proof.append(self._range(middle, high))
                high = middle
            else:
                proof.append(self._range(low, middle))
                low, whole = middle, False
        if not whole:
            proof.append(self._range(low, high))
        return proof[::-1]

    def _range(self, low: int, high: int) -> bytes:
        """The root over leaves low to high; `low` is a multiple of the smallest power of two that is not below their number."""
        parts = []
        while low < high:
            height = (high - low).bit_length() - 1
            parts.append(self._subtree(height, low >> height))
            low += 1 << height
        found = parts.pop()
        while parts:
            found = node_hash(parts.pop(), found)
        return found

    def _subtree(self, height: int, number: int) -> bytes:
        """The root of the whole subtree of 2**height leaves with this number, from the one tile that holds it."""
        level, inside = divmod(height, HEIGHT)
        index, first = divmod(number << inside, WIDTH)
        return _levels(self._hashes(level, index, first + (1 << inside)))[inside][first >> inside]

    def _hashes(self, level: int, index: int, width: int) -> bytes:
        known = self._seen.get((level, index), b"")
        if len(known) < width * HASH_BYTES:
            there = (
                self.size >> (HEIGHT * level)
            ) - index * WIDTH  # so many stand in it: fetched once, at its full width
            known = self._seen[level, index] = self.store.read(level, index, max(width, min(there, WIDTH)))
            if len(self._seen) > 64:  # a handful serves any proof; a tree that lives long must not keep all
                self._seen.pop(next(iter(self._seen)))
        return known

    def _refuse_beyond(self, size: int) -> None:
        if size > self.size:
            raise BadData("size", f"the log has {self.size} leaves, not {size}")


@lru_cache(maxsize=128)
def _levels(tile: bytes) -> tuple[list[bytes], ...]:
    """The hashes of a tile, and above them level by level the roots of all whole subtrees. Most proofs share the upper tiles."""
    found = [_split(tile)]
    while len(found[-1]) > 1:
        found.append([node_hash(left, right) for left, right in zip(found[-1][::2], found[-1][1::2], strict=False)])
    return tuple(found)


def _split(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


def _largest_power_below(n: int) -> int:
    """The largest power of two smaller than n, n > 1."""
    return 1 << ((n - 1).bit_length() - 1)


def tiles_of(size: int) -> list[tuple[int, int, int]]:
    """Every tile of a tree of this size as (level, index, width)."""
    found, level = [], 0
    while count := size >> (HEIGHT * level):
        found += [(level, index, WIDTH) for index in range(count // WIDTH)]
        if count % WIDTH:
            found.append((level, count // WIDTH, count % WIDTH))
        level += 1
    return found


def tile_path(level: int | str, index: int, width: int = WIDTH) -> str:
    """`tile/0/x001/x234/067.p/8`. `level` may be `entries` for a bundle of entries."""
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    number = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"tile/{level}/{number}" + ("" if width == WIDTH else f".p/{width}")


def read_tile_path(path: str) -> tuple[int | str, int, int]:
    """Level (or `entries`), index and width of a path. Raises BadData for anything `tile_path` does not write."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise BadData(path, "is not the path of a tile")
    level: int | str = match[1] if match[1] == "entries" else int(match[1])
    index, width = int(match[2].replace("x", "").replace("/", "")), int(match[3] or WIDTH)
    if tile_path(level, index, width) != path:
        raise BadData(path, "is not the path of a tile")
    return level, index, width


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries as an entry bundle: each behind its length in two bytes, big-endian."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def entries_of(bundled: bytes) -> list[bytes]:
    """The entries of a bundle. Raises BadData when it ends in the middle of one."""
    found, at = [], 0
    while at < len(bundled):
        length = int.from_bytes(bundled[at : at + 2], "big")
        entry = bundled[at + 2 : at + 2 + length]
        if len(bundled) < at + 2 or len(entry) != length:
            raise BadData("bundle", "ends in the middle of an entry")
        found.append(entry)
        at += 2 + length
    return found


def recomputed(leaves: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
    """All tiles over these leaf hashes, by another way than `Tree.append`: what a check compares with."""
    found: dict[tuple[int, int], bytes] = {}
    level, hashes = 0, list(leaves)
    while hashes:
        for index in range(-(-len(hashes) // WIDTH)):
            found[level, index] = b"".join(hashes[index * WIDTH : (index + 1) * WIDTH])
        whole = len(hashes) // WIDTH
        hashes = [root_of(hashes[index * WIDTH : (index + 1) * WIDTH]) for index in range(whole)]
        level += 1
    return found
