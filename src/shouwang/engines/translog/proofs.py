"""
Checking proofs. Nothing here makes one: whoever checks needs no tree.

Both functions return what the proof leads to and never a bare yes, so that a caller compares with roots it has from somewhere else.
"""

from __future__ import annotations

from collections.abc import Sequence

from shouwang.engines.errors import BadData
from shouwang.engines.translog.hashing import EMPTY_ROOT, HASH_BYTES, node_hash


def root_by_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """
    The root of the tree of `size` leaves in which `leaf` (a leaf hash) stands at `index`.

    Raises  BadData when no tree of that size has a proof of this shape
    Source  RFC 9162 section 2.1.3.2
    """
    if not 0 <= index < size:
        raise BadData("index", f"must lie below the size {size}")
    _hashes(proof)
    node, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise BadData("proof", "is too long")
        if node % 2 or node == last:
            found = node_hash(sibling, found)
            while node and not node % 2:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise BadData("proof", "is too short")
    return found


def roots_by_consistency(old_size: int, new_size: int, old_root: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """
    The roots of both trees as the proof has them: the newer begins with all leaves of the older when both are the roots one knows.

    Raises  BadData when no two trees of these sizes have a proof of this shape
    Source  RFC 9162 section 2.1.4.2
    """
    if not 0 <= old_size <= new_size:
        raise BadData("sizes", "the older tree must not be larger")
    _hashes(proof)
    if old_size == new_size or old_size == 0:
        if proof:
            raise BadData("proof", "is too long")
        return (old_root, old_root) if old_size else (EMPTY_ROOT, EMPTY_ROOT)
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)  # a whole subtree of the newer one; the proof leaves it out
    if not path:
        raise BadData("proof", "is too short")
    node, last = old_size - 1, new_size - 1
    while node % 2:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise BadData("proof", "is too long")
        if node % 2 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while node and not node % 2:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise BadData("proof", "is too short")
    return old, new


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof leads from the leaf to this root."""
    try:
        return root_by_inclusion(leaf, index, size, proof) == root
    except BadData:
        return False


def continues(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> bool:
    """Whether the newer (size, root) begins with all leaves of the older."""
    if old[0] == 0:
        return old[1] == EMPTY_ROOT and not proof
    try:
        return roots_by_consistency(old[0], new[0], old[1], proof) == (old[1], new[1])
    except BadData:
        return False


def _hashes(proof: Sequence[bytes]) -> None:
    if any(len(one) != HASH_BYTES for one in proof):
        raise BadData("proof", "every hash must have 32 bytes")
