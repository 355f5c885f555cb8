"""Faces and plates are proposed wherever something like one is seen; whose they are is nobody's business."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docx
import pytest

from shouwang.engines.redaction import Seen, seeing, seen_in
from shouwang.engines.redaction.tests.drawing import pdf, png, scene

FACE = (300, 220, 180)
PLATES = [(420, 560, 240, "blue"), (80, 620, 200, "green"), (740, 640, 180, "yellow")]


def holds(one: Seen, x: float, y: float) -> bool:
    """Whether a point of the 1000 × 800 picture lies in it."""
    return one.left <= x <= one.right and one.top <= y * 1000 / 800 <= one.bottom


def test_a_face_and_the_three_colours_of_plates_are_seen_whole() -> None:
    found = seen_in(png(scene([FACE], PLATES)))
    (face,) = [one for one in found if one.kind == "face"]
    for x, y in ((300, 220), (240, 140), (360, 300), (300, 320)):  # eyes, hair, cheek, chin
        assert holds(face, x, y)
    plates = [one for one in found if one.kind == "plate"]
    assert len(plates) == len(PLATES)
    for left, top, wide, _colour in PLATES:
        corners = [(left, top), (left + wide, top + wide * 140 / 440)]
        assert any(all(holds(one, *corner) for corner in corners) for one in plates)


@pytest.mark.parametrize("faces", [[], [(300, 220, 180), (760, 240, 120)]], ids=["nobody", "two"])
def test_as_many_as_there_are(faces: list[tuple[int, int, int]]) -> None:
    assert len(seen_in(png(scene(faces)))) == len(faces)


def test_pages_of_a_pdf_are_named() -> None:
    found = seen_in(pdf(scene(), scene([FACE]), scene(plates=PLATES[:1])))
    assert [(one.page, one.kind) for one in found] == [(2, "face"), (3, "plate")]


def test_letters_alone_show_nobody() -> None:
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph("某某在街上。")
    document.save(out)
    assert seen_in(out.getvalue()) == ()


def test_a_program_that_breaks_proposes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A person looks at every page anyway; the file is not refused for it."""
    broken = tmp_path / "eyes.py"
    broken.write_text("import os; os.abort()")
    monkeypatch.setattr(seeing, "EYES", broken)
    assert seen_in(png(scene([FACE]))) == ()


def test_several_threads_do_not_wait_for_one_another() -> None:
    """Each holds the program that draws while it asks the one that looks."""
    two_pages = pdf(scene([FACE]), scene([FACE]))
    with ThreadPoolExecutor(3) as pool:
        found = [one.result(timeout=60) for one in [pool.submit(seen_in, two_pages) for _ in range(3)]]
    assert [[one.page for one in each] for each in found] == [[1, 2]] * 3
