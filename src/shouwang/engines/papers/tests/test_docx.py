"""DOCX: the same words as the PDF, in a file that Word and WPS can open and go on editing."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree

import docx
import pytest
from docx.shared import Mm

from shouwang.engines.papers import docx_of, fill
from shouwang.engines.papers.look import SIZES
from shouwang.engines.papers.tests.reading import AT, ZONE, docx_words, sample, squeezed, words_of
from shouwang.engines.papers.tests.test_pdf import CODES, HOSTILE


@pytest.mark.parametrize("code", CODES)
def test_each_template_with_the_sample(shelf, code):
    paper = fill(shelf, shelf[code], sample(code), zone=ZONE)
    made = docx_of(paper, at=AT)
    said = docx_words(made)
    for words in words_of(paper):
        assert squeezed(words) in said, words
    section = docx.Document(io.BytesIO(made)).sections[0]
    assert abs(section.page_width - Mm(SIZES[paper.size][0])) < Mm(1)
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        for name in parts.namelist():
            if name.endswith(".xml"):
                ElementTree.fromstring(parts.read(name))


def test_word_counts_the_pages_itself(shelf):
    made = docx_of(fill(shelf, shelf["penalty-decision"], sample(), zone=ZONE), at=AT)
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        footer = "".join(parts.read(name).decode() for name in parts.namelist() if "footer" in name)
    assert 'w:instr="PAGE"' in footer
    assert 'w:instr="NUMPAGES"' in footer


def test_same_paper_same_moment_same_bytes(shelf):
    paper = fill(shelf, shelf["report-receipt"], sample(), zone=ZONE)
    first = docx_of(paper, at=AT)
    assert docx_of(paper, at=AT) == first
    assert docx_of(paper, at=datetime(2026, 11, 29, tzinfo=UTC)) != first
    about = docx.Document(io.BytesIO(first)).core_properties
    assert (about.title, about.author) == ("接报案回执", "云溪县公安局青石镇派出所")
    assert about.created.replace(tzinfo=UTC) == AT.replace(second=0)
    assert paper.digest in about.keywords


@pytest.mark.parametrize("text", [*HOSTILE, "控\x00制\x0b字\ufffe符\ud800", "😀مرحبا𠮷"])
def test_what_a_resident_types_is_never_markup(shelf, text):
    record = sample(report={"content": text}, caller={"name": text})
    paper = fill(shelf, shelf["report-register"], record, zone=ZONE)
    said = docx_words(docx_of(paper, at=AT))
    for words in words_of(paper):
        assert squeezed(words) in said


def test_a_head_row_comes_again_on_each_page(shelf):
    document = docx.Document(io.BytesIO(docx_of(fill(shelf, shelf["evidence-list"], sample(), zone=ZONE), at=AT)))
    [listing] = [table for table in document.tables if table.cell(0, 0).text == "序号"]
    assert "tblHeader" in listing.rows[0]._tr.xml
    assert "tblHeader" not in listing.rows[1]._tr.xml
