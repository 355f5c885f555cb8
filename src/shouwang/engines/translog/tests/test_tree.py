"""Roots and proofs: the published values, every small tree, a naive tree beside ours, and another library."""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shouwang.engines.errors import BadData
from shouwang.engines.translog import (
    EMPTY_ROOT,
    MemoryStore,
    Tree,
    bundle,
    continues,
    entries_of,
    includes,
    leaf_hash,
    node_hash,
    read_tile_path,
    root_of,
    tile_path,
    tiles_of,
)
from shouwang.engines.translog.tiles import recomputed

#: The reference tree of Certificate Transparency (github.com/google/certificate-transparency, cpp/merkletree/merkle_tree_test.cc):
#: eight entries and the roots over the first one, two … eight of them, by the hashes of RFC 6962.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def grown(leaves: list[bytes], *steps: int) -> Tree:
    """A tree to which these leaves were added in pieces."""
    tree, at = Tree(MemoryStore()), 0
    for step in (*steps, len(leaves)):
        tree.append(leaves[at:step])
        at = max(at, step)
    return tree


def leaves_of(n: int) -> list[bytes]:
    return [leaf_hash(str(i).encode()) for i in range(n)]


def root_by_the_rfc(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(root_by_the_rfc(leaves[:k]), root_by_the_rfc(leaves[k:]))


def test_the_published_roots() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    leaves = [leaf_hash(entry) for entry in ENTRIES]
    tree = grown(leaves)
    assert [tree.root(n).hex() for n in range(1, 9)] == ROOTS
    assert [root_of(leaves[:n]).hex() for n in range(1, 9)] == ROOTS


def test_the_published_proofs() -> None:
    """From the same table of that test: PATH(5, D[8]), PATH(2, D[3]), PROOF(6, D[8]) and PROOF(1, D[1])."""
    tree = grown([leaf_hash(entry) for entry in ENTRIES])
    assert [one.hex() for one in tree.inclusion(5, 8)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [one.hex() for one in tree.inclusion(2, 3)] == [ROOTS[1]]
    assert [one.hex() for one in tree.consistency(6, 8)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert tree.consistency(1, 1) == []


def test_every_small_tree_and_every_proof_in_it() -> None:
    leaves = leaves_of(40)
    tree = grown(leaves, 7, 7, 20)
    roots = [root_by_the_rfc(leaves[:n]) for n in range(41)]
    for size in range(41):
        assert tree.root(size) == roots[size]
        for index in range(size):
            proof = tree.inclusion(index, size)
            assert includes(leaves[index], index, size, proof, roots[size])
            assert not includes(leaves[index], (index + 1) % size, size, proof, roots[size]) or size == 1
            assert not includes(leaves[index - 1], index, size, proof, roots[size]) or size == 1
        for old in range(size + 1):
            proof = tree.consistency(old, size)
            assert continues((old, roots[old]), (size, roots[size]), proof)
            assert not continues((old, leaf_hash(b"x")), (size, roots[size]), proof)
            assert not continues((old, roots[old]), (size, leaf_hash(b"x")), proof) or old == 0


@given(
    size=st.integers(1, 3_000),
    chance=st.randoms(use_true_random=False),
    steps=st.lists(st.integers(0, 3_000), max_size=4),
)
@example(size=66_000, chance=Random(1), steps=[300, 65_536])
@settings(max_examples=40, deadline=None)
def test_large_trees_over_several_tiles(size: int, chance: Random, steps: list[int]) -> None:
    leaves = _MANY[:size]
    tree = grown(leaves, *sorted(step for step in steps if step < size))
    store = tree.store
    assert isinstance(store, MemoryStore)
    assert store.tiles == recomputed(leaves)
    assert {(level, index): width * 32 for level, index, width in tiles_of(size)} == {
        key: len(hashes) for key, hashes in store.tiles.items()
    }
    fresh = Tree(store, size)
    index, old = chance.randrange(size), chance.randrange(size + 1)
    assert fresh.root() == root_of(leaves)
    assert includes(leaves[index], index, size, fresh.inclusion(index), fresh.root())
    assert continues((old, fresh.root(old)), (size, fresh.root()), fresh.consistency(old))
    assert fresh.leaf(index) == leaves[index]


_MANY = leaves_of(66_000)


@given(data=st.data())
@settings(deadline=None)
def test_no_changed_proof_is_believed(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 600))
    index = data.draw(st.integers(0, size - 1))
    tree = grown(_MANY[:size])
    proof, root = tree.inclusion(index), tree.root()
    at = data.draw(st.integers(0, len(proof) - 1))
    bit = data.draw(st.integers(0, 255))
    bent = bytearray(proof[at])
    bent[bit // 8] ^= 1 << bit % 8
    leaf = _MANY[index]
    for wrong in (
        [*proof[:at], bytes(bent), *proof[at + 1 :]],
        proof[:at] + proof[at + 1 :],
        [*proof, root],
        [*proof[:at], proof[at][:31], *proof[at + 1 :]],
    ):
        assert not includes(leaf, index, size, wrong, root)
    old = data.draw(st.integers(1, size - 1))
    path = tree.consistency(old)
    for wrong in (path[:-1], [*path, root], [bytes(bent), *path[1:]] if path else [root]):
        assert wrong == path or not continues((old, tree.root(old)), (size, root), wrong)


def test_another_library_finds_the_same() -> None:
    pymerkle = pytest.importorskip("pymerkle", exc_type=ImportError)
    theirs, entries = pymerkle.InmemoryTree(algorithm="sha256"), [b"%d" % i for i in range(300)]
    for entry in entries:
        theirs.append_entry(entry)
    ours = grown([leaf_hash(entry) for entry in entries], 100, 256)
    for size in (1, 2, 3, 255, 256, 257, 300):
        assert theirs.get_root(size) == ours.root(size)
        for index in {0, size // 2, size - 1}:
            said = theirs.prove_inclusion(index + 1, size).serialize()["path"]
            assert [bytes.fromhex(one) for one in said[1:]] == ours.inclusion(index, size)
            pymerkle.verify_inclusion(
                leaf_hash(entries[index]), ours.root(size), theirs.prove_inclusion(index + 1, size)
            )
    for old, size in pairwise((1, 3, 8, 100, 255, 256, 257, 300)):
        pymerkle.verify_consistency(ours.root(old), ours.root(size), theirs.prove_consistency(old, size))


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 1234067, 256, "tile/0/x001/x234/067"),
        (2, 999, 1, "tile/2/999.p/1"),
        ("entries", 1000, 255, "tile/entries/x001/000.p/255"),
    ],
)
def test_where_a_tile_lies(level: int | str, index: int, width: int, path: str) -> None:
    assert tile_path(level, index, width) == path
    assert read_tile_path(path) == (level, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/0/000.p/256",
        "tile/0/000.p/0",
        "tile/0/x000/001",
        "tile/0/001/000",
        "tile/0/../000",
        "tile/data/000",
        "tile/0/000/",
    ],
)
def test_a_path_that_nobody_writes_is_refused(path: str) -> None:
    with pytest.raises(BadData):
        read_tile_path(path)


def test_the_tiles_of_the_example_in_the_specification() -> None:
    """c2sp.org/tlog-tiles: a tree of 70,000, and one of 256."""
    found = tiles_of(70_000)
    assert sum(level == 0 and width == 256 for level, _i, width in found) == 273
    assert [one for one in found if one[2] < 256] == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert tiles_of(256) == [(0, 0, 256), (1, 0, 1)]


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_bundles_come_back_as_they_went(entries: list[bytes]) -> None:
    assert entries_of(bundle(entries)) == entries
    if entries:
        with pytest.raises(BadData):
            entries_of(bundle(entries) + b"\0")


def test_questions_that_cannot_be_answered() -> None:
    tree = grown(leaves_of(5))
    for ask in (
        lambda: tree.root(6),
        lambda: tree.inclusion(5),
        lambda: tree.inclusion(-1),
        lambda: tree.consistency(6),
        lambda: tree.leaf(5),
    ):
        with pytest.raises(BadData):
            ask()
