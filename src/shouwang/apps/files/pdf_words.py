"""A program of its own: a PDF on standard input, its words on standard output, with little memory and time. See `reading.py`."""

from __future__ import annotations

import resource
import sys

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_S = 15


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    import pypdfium2  # noqa: PLC0415  only after the limits hold

    most, pages, said = int(sys.argv[1]), int(sys.argv[2]), 0
    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    for number in range(min(len(document), pages)):
        words = document[number].get_textpage().get_text_range()
        sys.stdout.buffer.write((words + "\n").encode("utf-8", "replace"))
        said += len(words)
        if said > most:
            break
    return 0


if __name__ == "__main__":
    sys.exit(main())
