"""
The transparency log on plain files.

    append FOLDER --origin NAME --seed FILE ENTRIES   add each line of a file; writes tiles and a signed checkpoint, prints the head
    root FOLDER [--size N]                            size and root
    prove FOLDER INDEX [--size N]                     an inclusion proof
    consistency FOLDER OLD [--size N]                 a consistency proof
    verify PROOF.json --root BASE64                   check what `prove` printed, with the entry in the file or its hash
    fsck FOLDER [--key VKEY]                          reread everything

The folder is laid out as C2SP tlog-tiles has it. A seed file holds 32 bytes in hexadecimal.
"""

from __future__ import annotations

import argparse
import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from shouwang.engines.command import Parser, answered
from shouwang.engines.errors import BadData
from shouwang.engines.translog.folder import FolderStore
from shouwang.engines.translog.fsck import examine
from shouwang.engines.translog.hashing import leaf_hash
from shouwang.engines.translog.notes import Checkpoint, Key, Note, PublicKey, signed
from shouwang.engines.translog.proofs import root_by_inclusion
from shouwang.engines.translog.tiles import Tree


def run(argv: Sequence[str], stdin: TextIO, stdout: TextIO) -> int:  # noqa: ARG001  every engine is called alike
    """
    Answer one call.

    Returns  0 with the answer on stdout, 2 with {"error", "says"} when the data cannot be used
    """
    return answered(lambda: _answer(argv), stdout)


def _parser() -> Parser:
    parser = Parser(prog="sw engine translog", description="A transparency log in a folder.")
    what = parser.add_subparsers(dest="what", required=True)
    append = what.add_parser("append")
    append.add_argument("folder", type=Path)
    append.add_argument("entries", type=Path)
    append.add_argument("--origin", required=True)
    append.add_argument("--seed", type=Path, required=True)
    for name in ("root", "prove", "consistency"):
        one = what.add_parser(name)
        one.add_argument("folder", type=Path)
        if name != "root":
            one.add_argument("n", type=int)
        one.add_argument("--size", type=int)
    verify = what.add_parser("verify")
    verify.add_argument("proof", type=Path)
    verify.add_argument("--root", required=True)
    fsck = what.add_parser("fsck")
    fsck.add_argument("folder", type=Path)
    fsck.add_argument("--key", default="")
    return parser


def _answer(argv: Sequence[str]) -> object:
    given = _parser().parse_args(argv)
    try:
        match given.what:
            case "append":
                return _append(given)
            case "verify":
                return _verify(given)
            case "fsck":
                return _fsck(given)
            case _:
                return _prove(given)
    except (OSError, ValueError, KeyError) as error:
        raise BadData(given.what, str(error)) from error


def _opened(folder: Path) -> tuple[FolderStore, Tree]:
    store = FolderStore(folder)
    head = store.head()
    return store, Tree(store, Checkpoint.read(Note.read(head).text).size if head else 0)


def _append(given: argparse.Namespace) -> object:
    store, tree = _opened(given.folder)
    entries = [line.encode() for line in given.entries.read_text(encoding="utf-8").splitlines()]
    store.write_entries(tree.size, entries)
    tree.append(map(leaf_hash, entries))
    head = Checkpoint(given.origin, tree.size, tree.root())
    key = Key(given.origin, bytes.fromhex(given.seed.read_text().strip()))
    store.write_head(str(signed(head.text, key)))
    return {"size": head.size, "root": _b64(head.root), "key": key.public.vkey}


def _prove(given: argparse.Namespace) -> object:
    _store, tree = _opened(given.folder)
    size = tree.size if given.size is None else given.size
    found = {"size": size, "root": _b64(tree.root(size))}
    if given.what == "prove":
        leaf = tree.leaf(given.n)
        return {**found, "index": given.n, "leaf": _b64(leaf), "proof": _texts(tree.inclusion(given.n, size))}
    if given.what == "consistency":
        proof = _texts(tree.consistency(given.n, size))
        return {**found, "old_size": given.n, "old_root": _b64(tree.root(given.n)), "proof": proof}
    return found


def _verify(given: argparse.Namespace) -> object:
    said = json.loads(given.proof.read_text(encoding="utf-8"))
    leaf = leaf_hash(said["entry"].encode()) if "entry" in said else base64.b64decode(said["leaf"])
    proof = [base64.b64decode(one) for one in said["proof"]]
    leads_to = root_by_inclusion(leaf, said["index"], said["size"], proof)
    return {"included": leads_to == base64.b64decode(given.root), "root": _b64(leads_to)}


def _fsck(given: argparse.Namespace) -> object:
    store = FolderStore(given.folder)
    note = Note.read(store.head())
    head = Checkpoint.read(note.text)
    faults = list(examine(store, head).faults)
    if given.key and not PublicKey.read(given.key).signed(note):
        faults.append("the head is not signed by this key")
    return {"size": head.size, "root": _b64(head.root), "clean": not faults, "faults": faults}


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _texts(proof: Sequence[bytes]) -> list[str]:
    return [_b64(one) for one in proof]
