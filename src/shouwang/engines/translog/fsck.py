"""Reread a whole log: every entry, every tile, every hash. It shares no way of computing with whoever wrote the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shouwang.engines.errors import BadData
from shouwang.engines.translog.hashing import EMPTY_ROOT, HASH_BYTES, leaf_hash, node_hash, root_of
from shouwang.engines.translog.notes import Checkpoint
from shouwang.engines.translog.tiles import WIDTH, recomputed, tile_path


class Source(Protocol):
    """Whatever a log is read from."""

    def read(self, level: int, index: int, width: int) -> bytes: ...

    def entries(self, index: int, width: int) -> list[bytes]: ...


@dataclass(frozen=True, slots=True)
class Found:
    """Sentences about everything that is wrong; none means that the log is whole. `leaves` are the leaf hashes of its entries."""

    faults: tuple[str, ...]
    leaves: tuple[bytes, ...]


def examine(source: Source, head: Checkpoint, older: Sequence[Checkpoint] = ()) -> Found:
    """
    Compare everything with the head, and the head with older ones of which somebody kept a copy.

    Returns  what is wrong, at most one sentence a tile
    """
    faults: list[str] = []
    leaves: list[bytes] = []
    for index in range(-(-head.size // WIDTH)):
        width = min(WIDTH, head.size - index * WIDTH)
        try:
            entries = source.entries(index, width)
        except BadData as error:
            faults.append(str(error))
            entries = []
        if len(entries) != width:
            faults.append(f"{tile_path('entries', index, width)}: holds {len(entries)} entries, not {width}")
            return Found(tuple(faults), tuple(leaves))
        leaves += map(leaf_hash, entries)
    for (level, index), hashes in recomputed(leaves).items():
        width = len(hashes) // HASH_BYTES
        try:
            there = source.read(level, index, width)[: len(hashes)]
        except BadData as error:
            faults.append(str(error))
            continue
        if there != hashes:
            faults.append(f"{tile_path(level, index, width)}: is not what the entries hash to")
    if root_of(leaves) != head.root:
        faults.append(f"the head of size {head.size} has another root than its entries")
    roots = _roots_at(leaves, {one.size for one in older})
    for one in older:
        if one.size > head.size:
            faults.append(f"the log had {one.size} entries once and has {head.size} now")
        elif roots[one.size] != one.root:
            faults.append(f"the first {one.size} entries are not those of the head that was kept")
    return Found(tuple(faults), tuple(leaves))


def _roots_at(leaves: Sequence[bytes], sizes: set[int]) -> dict[int, bytes]:
    """The roots over the first so many leaves, for any number of sizes in one walk: whole subtrees wait on a stack."""
    found, stack = {0: EMPTY_ROOT}, list[tuple[int, bytes]]()
    for count, leaf in enumerate(leaves, 1):
        height, whole = 0, leaf
        while stack and stack[-1][0] == height:
            height, whole = height + 1, node_hash(stack.pop()[1], whole)
        stack.append((height, whole))
        if count in sizes:
            root = whole
            for _height, left in reversed(stack[:-1]):
                root = node_hash(left, root)
            found[count] = root
    return found
