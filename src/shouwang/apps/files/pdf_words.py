"""A program of its own that reads the words of a PDF, see `engines/apart.py` and `reading.py`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pypdfium2


def words_of(asked: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """Of the first ``pages``, until there are ``most`` characters."""
    document, words, said = pypdfium2.PdfDocument(data), [], 0
    for number in range(min(len(document), asked["pages"])):
        words.append(document[number].get_textpage().get_text_range())
        said += len(words[-1])
        if said > asked["most"]:
            break
    return {}, "".join(f"{page}\n" for page in words).encode("utf-8", "replace")


if __name__ == "__main__":
    # By its folder: importing our packages would load all that the house needs, a second of work for each file.
    sys.path.append(str(Path(__file__).parents[2] / "engines"))
    importlib.import_module("apart").serve(words_of)
