"""
Transparency log: how fast leaves go in, how fast and small a proof is at ten million leaves, how long a signed head takes.

Limits: 20,000 appends/s in batches on SQLite, a proof ≤ 2 ms and ≤ 1.2 kB, a head ≤ 50 ms, each at 10,000,000 leaves. Peer: `pymerkle` 7 at
1,000,000 entries, in SQLite as the house keeps them, and in memory, where it keeps every node.

Run: `python -m bench.translog [--quick]`. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from shouwang.engines.translog import Checkpoint, Key, MemoryStore, Tree, includes, leaf_hash, signed

LIMITS = {"appends_per_s": 20_000, "proof_ms": 2.0, "proof_bytes": 1200, "head_ms": 50.0, "times_the_peer": 10.0}
BATCH = 5_000


class SqliteStore:
    """Tiles and entries in SQLite, as the house keeps them: one transaction a batch, on the disk before it is over."""

    def __init__(self, path: Path) -> None:
        self.rows = sqlite3.connect(path, isolation_level=None)
        self.rows.execute("PRAGMA journal_mode=WAL")
        self.rows.execute("PRAGMA synchronous=FULL")
        self.rows.execute("CREATE TABLE tile (level, number, hashes, PRIMARY KEY (level, number)) WITHOUT ROWID")
        self.rows.execute("CREATE TABLE leaf (place INTEGER PRIMARY KEY, body)")

    def read(self, level: int, index: int, width: int) -> bytes:
        found = self.rows.execute("SELECT hashes FROM tile WHERE level=? AND number=?", (level, index)).fetchone()
        return bytes(found[0])

    def write(self, tiles: Mapping[tuple[int, int], bytes]) -> None:
        self.rows.executemany("REPLACE INTO tile VALUES (?, ?, ?)", ((*key, raw) for key, raw in tiles.items()))


def bodies(count: int) -> Iterator[bytes]:
    for n in range(count):
        yield b'{"sealed":"%s"}' % sha256(n.to_bytes(8, "big")).hexdigest()[:44].encode()


def median_ms(work: Callable[[int], object], numbers: Sequence[int]) -> float:
    took = []
    for number in numbers:
        began = time.perf_counter()
        work(number)
        took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)


def appended(store: SqliteStore, count: int, *, kept: bool) -> tuple[Tree, float]:
    """A tree of so many leaves and the seconds it took; `kept` writes the entries too."""
    tree, coming, began = Tree(store), bodies(count), time.perf_counter()
    while piece := list(islice(coming, BATCH)):
        store.rows.execute("BEGIN IMMEDIATE")
        if kept:
            store.rows.executemany("INSERT INTO leaf VALUES (?, ?)", enumerate(piece, tree.size))
        tree.append(map(leaf_hash, piece))
        store.rows.execute("COMMIT")
    return tree, time.perf_counter() - began


def peer(count: int, rounds: int, folder: Path) -> dict[str, dict[str, float]]:
    """Appending, proofs and roots of `pymerkle` and of ours over the same entries: both in SQLite, then both in memory."""
    from pymerkle import InmemoryTree, SqliteTree  # noqa: PLC0415  a dependency of tests only

    entries = list(bodies(count))
    # Sizes that are no power of two, so that nobody finds a whole tree at hand, and each asked once, so that no memory helps.
    chance = random.Random(7)
    asked = [(chance.randrange(count // 2), count - 1 - n) for n in range(rounds)]
    found = {}
    for name, theirs, ours in (
        ("in SQLite", SqliteTree(str(folder / "theirs.sqlite3"), algorithm="sha256"), None),
        ("in memory", InmemoryTree(algorithm="sha256"), Tree(MemoryStore())),
    ):
        began = time.perf_counter()
        if ours is None:
            theirs.append_entries(entries, chunksize=BATCH)
        else:
            for entry in entries:
                theirs.append_entry(entry)
        their_append = time.perf_counter() - began
        began = time.perf_counter()
        if ours is None:
            ours, _s = appended(SqliteStore(folder / "ours.sqlite3"), count, kept=True)
        else:
            ours.append(map(leaf_hash, entries))
        our_append = time.perf_counter() - began
        assert theirs.get_root(count) == ours.root(count)
        store = ours.store
        found[name] = {
            "their_append_s": their_append,
            "our_append_s": our_append,
            "their_proof_ms": median_ms(
                lambda n, t=theirs: t.prove_inclusion(asked[n][0] + 1, asked[n][1]), range(rounds)
            ),
            "our_proof_ms": median_ms(lambda n, s=store: Tree(s, count).inclusion(*asked[n]), range(rounds)),
            "their_root_ms": median_ms(lambda n, t=theirs: t.get_root(asked[n][1] - rounds), range(rounds)),
            "our_root_ms": median_ms(lambda n, s=store: Tree(s, count).root(asked[n][1] - rounds), range(rounds)),
        }
    return found


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the leaves")
    parser.add_argument("--folder", type=Path, default=None, help="where the databases lie meanwhile")
    given = parser.parse_args(argv)
    size, small, rounds = (1_000_000, 100_000, 10) if given.quick else (10_000_000, 1_000_000, 20)
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        kept = SqliteStore(Path(folder) / "kept.sqlite3")
        _tree, seconds = appended(kept, small, kept=True)
        appends_per_s = small / seconds
        kept.rows.close()
        store = SqliteStore(Path(folder) / "large.sqlite3")
        tree, _seconds = appended(store, size, kept=False)
        tree.append([leaf_hash(b"one more")])  # no round number
        chance, key = random.Random(1), Key("station.example/log", bytes(32))
        asked = [chance.randrange(tree.size) for _ in range(10 * rounds)]

        def prove(index: int) -> list[bytes]:
            return Tree(store, tree.size).inclusion(index)

        def sign(_n: int) -> str:
            fresh = Tree(store, tree.size)
            return str(signed(Checkpoint(key.name, fresh.size, fresh.root()).text, key))

        root, largest = tree.root(), 0
        for index in asked[:rounds]:
            proof = prove(index)
            assert includes(tree.leaf(index), index, tree.size, proof, root)
            largest = max(largest, len(b"".join(proof)))
        proof_ms, head_ms = median_ms(prove, asked), median_ms(sign, range(rounds))
        beside = peer(small, rounds, Path(folder))
    ratios = {
        f"{what} {name}": said[f"their_{what}_{unit}"] / said[f"our_{what}_{unit}"]
        for name, said in beside.items()
        for what, unit in (("append", "s"), ("proof", "ms"), ("root", "ms"))
    }
    figures: dict[str, Any] = {
        "leaves": size + 1,
        "appends_per_s": round(appends_per_s),
        "proof_ms": round(proof_ms, 3),
        "proof_bytes": largest,
        "head_ms": round(head_ms, 3),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    shown = {**figures, **{f"{k} {name}": round(v, 4) for name, said in beside.items() for k, v in said.items()}}
    for name, value in shown.items():
        print(f"{name:42} {value}")
    print(
        json.dumps(
            {
                "bench": "translog",
                "figures": figures,
                "limits": LIMITS,
                "peers": {
                    f"pymerkle {name}, {small} entries": {key: round(value, 4) for key, value in said.items()}
                    for name, said in beside.items()
                },
                "ratios": {name: round(value, 1) for name, value in ratios.items()},
                "kept": {
                    "appends": appends_per_s >= LIMITS["appends_per_s"],
                    "proof": proof_ms <= LIMITS["proof_ms"] and largest <= LIMITS["proof_bytes"],
                    "head": head_ms <= LIMITS["head_ms"],
                    "peer": ratios["proof in SQLite"] >= LIMITS["times_the_peer"],
                },
                "machine": {"python": platform.python_version(), "cpus": os.cpu_count()},
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
