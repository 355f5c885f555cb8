"""From a paper's row to its page: the record it is filled from, what it lacks, and PDF or DOCX."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils import timezone

from shouwang.apps.files.usecases import clean_picture
from shouwang.apps.matters.models import Matter
from shouwang.apps.papers import shelves
from shouwang.apps.papers.errors import Lacks, PaperNotMade
from shouwang.apps.papers.house import said_of
from shouwang.apps.papers.known import Record, merged, record_of, station_of
from shouwang.apps.papers.models import Paper, State, Step, Version
from shouwang.apps.papers.policy import ISSUER
from shouwang.engines import papers as engine
from shouwang.engines.errors import BadData, CannotTell
from shouwang.engines.papers import NoChineseFont, NotFilled, Problem, Sign, Template
from shouwang.engines.papers.drawing import fitted
from shouwang.engines.papers.model import Style
from shouwang.engines.papers.template import PERSON

#: Stands where the number will be, as long as there is none: numbers are given when a paper is approved, and have no gaps.
NO_NUMBER = "（批准时编号）"
#: The code that templates give the reporter's copy.
FOR_CALLER = "caller"
#: Which opinion of the record an approver's words are.
OPINIONS = {
    "station-chief": "chief",
    "legal-officer": "legal",
    "county-head": "head",
    "own-bureau": "head",
    "organ-head": "head",
}


@dataclass(frozen=True, slots=True)
class Held:
    """
    A paper with what it takes to set it.

    version   None while it is a draft
    steps     those of the newest version, in order
    """

    paper: Paper
    template: Template
    version: Version | None
    steps: tuple[Step, ...]

    def record(self, at: datetime) -> Record:
        """What it is filled from: as known now for a draft, else as handed in; with number, day, opinions and signatures."""
        if self.version is None:
            found = record_of(self.paper.matter, at, self.paper.about)
            who = [*found.get("officers", []), said_of(self.paper.author)]
            found["officers"] = [one for n, one in enumerate(who) if one not in who[:n]]
        else:
            found = json.loads(self.version.record)
        day = self.paper.dated_on or timezone.localdate(at)
        about = {"date": day.isoformat(), "number": self.paper.number or (NO_NUMBER if self.template.number else "")}
        opinions = {
            OPINIONS[step.code]: step.words
            for step in self.steps
            if step.what == Step.What.APPROVED and step.words and step.code in OPINIONS
        }
        signed = {
            step.code: {"name": step.name, "at": timezone.localtime(step.at).isoformat()}
            for step in self.steps
            if step.what == Step.What.SIGNED and step.way in {Step.Way.HOUSE, Step.Way.DRAWN}
        }
        return {**merged(found, {"paper": about, "opinions": opinions}), "signed": signed}

    def signed(self) -> dict[str, Step]:
        return {step.code: step for step in self.steps if step.what == Step.What.SIGNED}

    def signs(self) -> tuple[Sign, ...]:
        """Who signs, in the template's order; the issuing officer where it names none."""
        asked = tuple(self.template.signs.values())
        return asked if any(sign.by != PERSON for sign in asked) else (ISSUER, *asked)

    def acknowledges(self) -> bool:
        """Whether the person signs for having received it: a notice that nobody else signs, or a slip. That does not hold it up."""
        asked = self.template.signs.values()
        return self.template.style is Style.SLIP or not any(sign.by != PERSON for sign in asked)

    def unsigned(self) -> list[Sign]:
        """Whose signatures are still to come before it can go out."""
        have = self.signed()
        return [
            sign for sign in self.signs() if sign.code not in have and not (sign.by == PERSON and self.acknowledges())
        ]

    def lacks(self, at: datetime) -> tuple[Problem, ...]:
        """What is missing, each by its name."""
        return engine.check(shelves.shelf(), self.template, self.record(at), zone=timezone.get_current_timezone())

    def drawn(self) -> dict[str, bytes]:
        """
        What was drawn on the screen, by signature, small enough for a paper. One that is held back or damaged leaves name and time, and
        the scan with the paper.
        """
        found: dict[str, bytes] = {}
        for step in self.steps:
            if step.what == Step.What.SIGNED and step.way == Step.Way.DRAWN and step.file:
                picture = clean_picture(step.file)
                if picture is not None:
                    with suppress(BadData):
                        found[step.code] = fitted(picture)
        return found

    def fill(self, at: datetime, copy: str = "") -> engine.Paper:
        """The filled paper; one that nobody issued says so on its face. Raises Lacks, PaperNotMade."""
        try:
            return engine.fill(
                shelves.shelf(),
                self.template,
                self.record(at),
                zone=timezone.get_current_timezone(),
                copy=copy,
                review=self.paper.state in {State.DRAFT, State.REVIEW},
                drawn=self.drawn(),
            )
        except NotFilled as why:
            raise Lacks(self.template.zh, why.problems) from why
        except CannotTell as why:
            raise PaperNotMade(str(why)) from why


def hold(paper: Paper) -> Held:
    """A paper with template, version and steps: three queries."""
    version = None
    if paper.state != State.DRAFT and paper.version:
        version = Version.objects.select_related("wording").get(paper=paper, n=paper.version)
    if version is None:
        return Held(paper, shelves.in_force(station_of(paper.matter), paper.kind), None, ())
    steps = Step.objects.filter(version=version).select_related("officer")
    return Held(paper, shelves.template_of(version.wording), version, tuple(steps))


def hold_all(papers: Sequence[Paper]) -> list[Held]:
    """The same for several papers of one station, in three queries however many there are."""
    if not papers:
        return []
    known = {
        (one.paper_id, one.n): one
        for one in Version.objects.filter(paper__in=papers).select_related("wording").prefetch_related("steps__officer")
    }
    now = shelves.all_in_force(station_of(papers[0].matter))
    found = []
    for paper in papers:
        version = None if paper.state == State.DRAFT else known.get((paper.pk, paper.version))
        template = now[paper.kind] if version is None else shelves.template_of(version.wording)
        found.append(Held(paper, template, version, tuple(version.steps.all()) if version else ()))
    return found


def moment(at: datetime) -> datetime:
    """A moment as a file's date takes it: to the second, at a fixed offset."""
    return at.astimezone(UTC).replace(microsecond=0)


def press_pdf(papers: Sequence[engine.Paper], at: datetime, attached: Mapping[str, bytes] | None = None) -> bytes:
    """Papers in one PDF, with JSON files inside. Raises PaperNotMade."""
    try:
        return shelves.press().pdf(papers, at=moment(at), attached=attached).pdf
    except NoChineseFont as why:
        raise PaperNotMade(str(why)) from why


def pdf_of(held: Held, at: datetime, copy: str = "") -> bytes:
    return press_pdf([held.fill(at, copy)], held.paper.moved_at)


def docx_of(held: Held, at: datetime, copy: str = "") -> bytes:
    return engine.docx_of(held.fill(at, copy), at=moment(held.paper.moved_at))


def case_file(matter: Matter, holds: Iterable[Held], about: Record, at: datetime) -> bytes:
    """The papers of a matter with cover, index and closing note. Raises Lacks, PaperNotMade."""
    filed = [engine.Filed(one.fill(at)) for one in holds]
    record = merged(record_of(matter, at), {"file": about, "paper": {"date": about["made_on"]}})
    try:
        return engine.bind(
            shelves.press(),
            shelves.shelf(),
            record,
            filed,
            zone=timezone.get_current_timezone(),
            at=moment(at),
        ).pdf
    except NotFilled as why:
        raise Lacks("案卷", why.problems) from why
    except NoChineseFont as why:
        raise PaperNotMade(str(why)) from why
