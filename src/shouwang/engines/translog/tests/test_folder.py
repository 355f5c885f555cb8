"""A log in a folder: the command line, and what a reread notices."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from shouwang.engines.translog import Checkpoint, FolderStore, Note, Tree, examine
from shouwang.engines.translog.cli import run


def call(*argv: object) -> tuple[int, dict[str, Any]]:
    out = io.StringIO()
    code = run([str(one) for one in argv], io.StringIO(), out)
    return code, json.loads(out.getvalue())


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Two batches: 300 entries, then 5 more."""
    (tmp_path / "seed").write_text("07" * 32)
    for name, entries in (("one", range(300)), ("two", range(300, 305))):
        (tmp_path / name).write_text("".join(f"entry {n}\n" for n in entries))
        call("append", tmp_path / "log", tmp_path / name, "--origin", "a.example/log", "--seed", tmp_path / "seed")
    return tmp_path / "log"


def test_what_is_proved_is_verified(log: Path, tmp_path: Path) -> None:
    _code, head = call("root", log)
    assert head["size"] == 305
    code, proof = call("prove", log, 301)
    assert (code, proof["root"]) == (0, head["root"])
    (tmp_path / "proof.json").write_text(json.dumps({**proof, "entry": "entry 301"}))
    assert call("verify", tmp_path / "proof.json", "--root", head["root"])[1]["included"] is True
    (tmp_path / "proof.json").write_text(json.dumps({**proof, "entry": "entry 302"}))
    assert call("verify", tmp_path / "proof.json", "--root", head["root"])[1]["included"] is False
    assert len(call("consistency", log, 300)[1]["proof"]) > 2
    assert call("fsck", log)[1]["clean"] is True


def test_what_cannot_be_answered_says_why(log: Path, tmp_path: Path) -> None:
    assert call("prove", log, 305)[0] == 2
    assert call("root", log, "--size", 306)[0] == 2
    assert call("fsck", tmp_path / "nowhere")[0] == 2
    assert call("nonsense")[0] == 2


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("tile/entries/000", "tile/0/000"),
        ("tile/0/000", "tile/0/000"),
        ("tile/1/000.p/1", "tile/1/000"),
        ("tile/entries/001.p/49", "tile/0/001"),
    ],
)
def test_a_changed_file_is_named(log: Path, path: str, says: str) -> None:
    raw = bytearray((log / path).read_bytes())
    raw[5] ^= 1
    (log / path).write_bytes(bytes(raw))
    found = call("fsck", log)[1]
    assert not found["clean"]
    assert any(says in fault for fault in found["faults"])


def test_a_shorter_or_other_log_is_noticed_by_who_kept_a_head(log: Path) -> None:
    store = FolderStore(log)
    head = Checkpoint.read(Note.read(store.head()).text)
    older = Checkpoint("a.example/log", 300, bytes(32))
    longer = Checkpoint("a.example/log", 306, bytes(32))
    assert examine(store, head, [older]).faults == ("the first 300 entries are not those of the head that was kept",)
    assert examine(store, head, [longer]).faults == ("the log had 306 entries once and has 305 now",)
    (log / "tile/entries/001.p/49").unlink()
    assert examine(store, head).faults != ()


def test_every_older_head_is_compared(log: Path) -> None:
    """One walk over the leaves finds the root of every size."""
    store = FolderStore(log)
    head = Checkpoint.read(Note.read(store.head()).text)
    tree = Tree(store, head.size)
    older = [Checkpoint(head.origin, size, tree.root(size)) for size in range(head.size + 1)]
    assert examine(store, head, older).faults == ()
    wrong = Checkpoint(head.origin, 17, tree.root(18))
    assert len(examine(store, head, [*older, wrong]).faults) == 1
