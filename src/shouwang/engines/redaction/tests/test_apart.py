"""A file that breaks its reader breaks nothing else: the program of its own dies, and the sentence says what to do."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from shouwang.engines.apart import Apart, Broke
from shouwang.engines.redaction import Refused, page_count, page_picture, page_sizes, pages, proposals, redact_file
from shouwang.engines.redaction.tests.planting import Planted, pdf_of

HOSTILE = Path(__file__).with_name("hostile.py")


def file(does: str) -> bytes:
    return f"%PDF-1.4\n{does}\n%%EOF\n".encode()


@pytest.fixture
def hostile(monkeypatch):
    """Every file is opened by the program that breaks, with little time."""
    monkeypatch.setattr(pages, "READER", HOSTILE)
    monkeypatch.setattr(pages, "Apart", lambda program: Apart(program, answer_s=20, cpu_s=2, memory_bytes=512 << 20))


@pytest.mark.parametrize(
    ("does", "says"),
    [
        ("CRASH", "crash"),
        ("SPIN", "too long"),
        ("MEMORY", "memory"),
        ("FLOOD", "more than a document"),
        ("WRITE", "crash"),
        ("nothing", "broken"),
    ],
)
def test_what_breaks_the_reader_is_refused_with_what_to_do(hostile, does, says):
    with pytest.raises(Refused, match=says):
        page_count(file(does))


@pytest.mark.parametrize("asks", [redact_file, proposals, page_count, lambda data: page_picture(data, 1)])
def test_whatever_is_asked_a_crash_stays_in_the_program(hostile, asks):
    with pytest.raises(Refused, match="crash"):
        asks(file("CRASH"))


def test_who_says_nothing_is_stopped_in_time(monkeypatch):
    monkeypatch.setattr(pages, "READER", HOSTILE)
    monkeypatch.setattr(pages, "Apart", lambda program: Apart(program, answer_s=2))
    begun = time.monotonic()
    with pytest.raises(Refused, match="too long"):
        page_count(file("SLEEP"))
    assert time.monotonic() - begun < 6


def test_a_size_that_is_not_told_truly_is_not_believed(hostile):
    with pytest.raises(Refused, match="more than a document"):
        page_picture(b"\xff\xd8\xffLIES", 1)


def test_nobody_is_left_behind():
    with Apart(HOSTILE, answer_s=20) as reader:
        with pytest.raises(Broke):
            reader.ask({"do": "open", "kind": "pdf"}, file("CRASH"))
        pid = reader._ran.pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with Apart(HOSTILE, answer_s=1) as reader:
        pid = reader._ran.pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_killed_by_the_machine_is_told_as_want_of_memory():
    with Apart(HOSTILE, answer_s=20) as reader:
        os.kill(reader._ran.pid, signal.SIGKILL)
        with pytest.raises(Broke, match="memory"):
            reader.ask({"do": "open", "kind": "pdf"}, file("nothing"))


def test_the_program_sees_nothing_of_the_house(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOUWANG_SECRET", "told to nobody")
    said = tmp_path / "said.py"
    said.write_text(
        "import os, sys\n"
        f"sys.path.append({str(HOSTILE.parents[2])!r})\n"
        "import apart\n"
        "apart.serve(lambda asked, data: ({'knows': dict(os.environ), 'has': sorted(os.listdir('/proc/self/fd'))}, b''))\n"
    )
    with Apart(said) as reader:
        told, _ = reader.ask({})
    assert "SHOUWANG_SECRET" not in told["knows"]
    assert len(told["has"]) <= 4  # its socket, two ends that lead nowhere, and the listing itself


def test_letters_keep_their_places_whatever_they_are():
    """Surrogates and marks of byte order are letters like any other: a place counts from them."""
    page = pages._Letters("\ufeff\ud83d\ude00x", 4)
    sent = b"".join(ord(char).to_bytes(4, sys.byteorder) for char in page.text)

    class Told:
        def ask(self, head, data=b""):
            return {"pictures": False}, sent

    letters, _ = pages.OpenedPdf(1, pages.Counter(), Told()).letters(0)
    assert letters == page


def test_sizes_are_those_of_the_pictures():
    from io import BytesIO

    from PIL import Image

    data = pdf_of(Planted(), "one", "two")
    assert page_count(data) == 2
    sizes = page_sizes(data, {1, 2})
    assert sizes[2] == Image.open(BytesIO(page_picture(data, 2))).size
    assert page_sizes(data, ()) == {}


def test_the_house_itself_loads_no_reader_of_pages():
    """Only the gate, which reads what we wrote ourselves, has pdfium in the process."""
    ours = Path(pages.__file__).parent.glob("*.py")
    assert {one.name for one in ours if "pypdfium2" in one.read_text()} == {"gate.py", "page_reader.py"}
