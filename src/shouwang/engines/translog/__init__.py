"""
An append-only log in which nothing can be changed unnoticed.

    tree = Tree(MemoryStore())
    tree.append(map(leaf_hash, [b"first", b"second"]))
    head = Checkpoint("station.example/log", tree.size, tree.root())
    note = signed(head.text, Key("station.example/log", seed))
    includes(leaf_hash(b"first"), 0, head.size, tree.inclusion(0), head.root)      # True

Hashes as RFC 6962 and RFC 9162 have them, tiles, heads and cosignatures as C2SP writes them, so that programs of others read our logs.
Nothing here knows a database, a clock or chance: keys, times and stores are arguments.
"""

from shouwang.engines.translog.folder import FolderStore
from shouwang.engines.translog.fsck import Found, examine
from shouwang.engines.translog.hashing import EMPTY_ROOT, HASH_BYTES, leaf_hash, node_hash, root_of
from shouwang.engines.translog.notes import (
    LOG,
    WITNESS,
    Checkpoint,
    Key,
    Line,
    Note,
    Promise,
    PublicKey,
    follow,
    introduction_text,
    promise_text,
    signed,
)
from shouwang.engines.translog.proofs import continues, includes, root_by_inclusion, roots_by_consistency
from shouwang.engines.translog.tiles import (
    LONGEST_ENTRY,
    WIDTH,
    MemoryStore,
    TileStore,
    Tree,
    bundle,
    entries_of,
    read_tile_path,
    tile_path,
    tiles_of,
)

__all__ = [
    "EMPTY_ROOT",
    "HASH_BYTES",
    "LOG",
    "LONGEST_ENTRY",
    "WIDTH",
    "WITNESS",
    "Checkpoint",
    "FolderStore",
    "Found",
    "Key",
    "Line",
    "MemoryStore",
    "Note",
    "Promise",
    "PublicKey",
    "TileStore",
    "Tree",
    "bundle",
    "continues",
    "entries_of",
    "examine",
    "follow",
    "includes",
    "introduction_text",
    "leaf_hash",
    "node_hash",
    "promise_text",
    "read_tile_path",
    "root_by_inclusion",
    "root_of",
    "roots_by_consistency",
    "signed",
    "tile_path",
    "tiles_of",
]
