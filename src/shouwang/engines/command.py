"""What the engines' command lines share: wrong arguments are refused like any other data, and an answer is one JSON document."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import NoReturn, TextIO

from shouwang.engines.errors import BadData, EngineError


class Parser(argparse.ArgumentParser):
    """Raises BadData instead of ending the program."""

    def error(self, message: str) -> NoReturn:
        raise BadData("arguments", message)


def answered(answer: Callable[[], object], stdout: TextIO) -> int:
    """
    Print an answer.

    Returns  0 with the answer on stdout, 2 with {"error", "says"} when the data or the question cannot be used
    """
    try:
        found = answer()
    except EngineError as error:
        _print({"error": error.code, "says": str(error)}, stdout, indent=None)
        return 2
    _print(found, stdout, indent=2)
    return 0


def _print(found: object, stdout: TextIO, *, indent: int | None) -> None:
    json.dump(found, stdout, ensure_ascii=False, indent=indent, default=str)
    stdout.write("\n")
