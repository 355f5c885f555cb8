"""The reader's program with a reader of PDFs that a file breaks: what the file says behind its first line is done when it is opened."""

from __future__ import annotations

import ctypes
import sys
import tempfile
import time
from pathlib import Path

ENGINES = Path(__file__).parents[2]
sys.path += [str(ENGINES), str(ENGINES / "redaction")]

import apart  # noqa: E402
import page_reader  # noqa: E402


def broken(data: bytes) -> object:
    if b"CRASH" in data:
        ctypes.string_at(0)
    if b"SLEEP" in data:
        time.sleep(600)
    while b"SPIN" in data:
        pass
    if b"MEMORY" in data:
        eaten = []
        while True:
            eaten.append(bytearray(64 << 20))
    if b"WRITE" in data:
        with tempfile.TemporaryFile() as file:
            file.write(data)
    raise page_reader.pdfium.PdfiumError("it did none of it")


class Liar(page_reader.Reader):
    """Says more than it may, or what is not so."""

    def answer(self, asked, data):
        if b"FLOOD" in data:
            return {"pages": "1" * (apart.MOST_HEAD + 1)}, b""
        if b"LIES" in data:
            return {"pages": 1, "dropped": {}, "photo": False, "size": [60000, 60000]}, b"x"
        return super().answer(asked, data)


if __name__ == "__main__":
    page_reader.pdfium.PdfDocument = broken
    apart.serve(Liar().answer)
