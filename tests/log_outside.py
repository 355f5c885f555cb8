"""The transparency log as somebody outside has it: fetched by public addresses, checked by the program that knows nothing of ours."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

from django.test import Client

from shouwang.engines.translog import Checkpoint, Note, tile_path, tiles_of

PROGRAM = (
    Path(__file__).parents[1] / "src" / "shouwang" / "apps" / "ledger" / "static" / "shouwang" / "shouwang_verify.py"
)
HOUSE = "http://testserver"


def fetch(address: str, content: bytes | None = None) -> bytes:
    """How a witness asks the house under test."""
    path = address.removeprefix(HOUSE)
    answer = Client().get(path) if content is None else Client().post(path, content, content_type="text/plain")
    if answer.status_code >= 400:
        raise OSError(f"{path}: {answer.status_code}")
    return answer.content


def copy_to(folder: Path) -> Path:
    """Everything that is served, as files."""
    head = fetch("/log/checkpoint")
    size = Checkpoint.read(Note.read(head.decode()).text).size
    paths = ["checkpoint", "keys"]
    for level, index, width in tiles_of(size):
        paths += [tile_path(level, index, width), *([tile_path("entries", index, width)] if level == 0 else [])]
    for path in paths:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(fetch(f"/log/{path}"))
    return folder


def verifier() -> Callable[[list[str]], int]:
    """The main function of the program; it is no module of the house."""
    spec = importlib.util.spec_from_file_location("shouwang_verify", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[[list[str]], int] = module.main
    return found
