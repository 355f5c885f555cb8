"""
Papers: a record in, a PDF or DOCX out. Templates are plain files that a station changes without code.

    shelf, press = Shelf.load(), Press()                        # once; both are kept for the life of the process
    template = shelf["penalty-decision"]
    template.approvals, template.signs, template.copies         # the steps before it is issued, who signs, who gets it
    template.number_for(organ="云", unit="青", year=2026, serial=12)
    check(shelf, template, record, zone=zone)                   # every lack by its name, or ()
    paper = fill(shelf, template, record, zone=zone, copy="victim")     # or NotFilled; review=True for those who check it
    press.pdf([paper], at=moment).pdf                           # same paper, same moment: same bytes
    docx_of(paper, at=moment)
    bind(press, shelf, record, [Filed(paper), …], zone=zone, at=moment)  # a case file with index and page numbers

A record is a mapping of groups as `data/record.toml` lists them; `record["signed"]` may hold signatures given in the house.
"""

from shouwang.engines.papers.casefile import CaseFile, Entry, Filed, bind
from shouwang.engines.papers.docx_writer import docx_of
from shouwang.engines.papers.filling import NotFilled, Problem, check, fill
from shouwang.engines.papers.fonts import NoChineseFont
from shouwang.engines.papers.model import Paper
from shouwang.engines.papers.press import Press, Printed
from shouwang.engines.papers.record import Dictionary
from shouwang.engines.papers.template import Copy, Keep, Shelf, Sign, Template, read_source, read_template

__all__ = [
    "CaseFile",
    "Copy",
    "Dictionary",
    "Entry",
    "Filed",
    "Keep",
    "NoChineseFont",
    "NotFilled",
    "Paper",
    "Press",
    "Printed",
    "Problem",
    "Shelf",
    "Sign",
    "Template",
    "bind",
    "check",
    "docx_of",
    "fill",
    "read_source",
    "read_template",
]
