"""
What the desk is shown about a report: suggestions in words, each with reasons, articles, confidence, and what else it may be.

    advice = advise(text, knowledge=knowledge, now=now, zone=zone, region="36", area=Area.OWN)
    for point in advice.points:
        point.about, point.says, point.sure, point.because, point.articles, point.alternatives
    advice.lesson.example, advice.lesson.why            # the rule for a trainee, with an example

``diversion`` thinks in codes; here its answer is put into sentences, once for every door. Nothing decides by itself: a point is
taken or replaced by a person, and ``alternatives`` holds all that it may be replaced with, the likeliest first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from enum import StrEnum

from shouwang.engines.law.model import Confidence, Rule, Unit
from shouwang.engines.law.rulebook import Rulebook
from shouwang.engines.triage.catalogue import Catalogue, Subtype
from shouwang.engines.triage.diversion import Answers, Area, Knowledge, Report, Suggestion, Triage, triage
from shouwang.engines.triage.nature import Because, Kind, weakest

Pair = tuple[str, str]


class About(StrEnum):
    """What a point is about, in the order in which it is shown."""

    CATEGORY = "category"
    KIND = "kind"
    URGENCY = "urgency"
    NATURE = "nature"
    HANDLER = "handler"
    AREA = "area"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class Cited:
    """
    A law rule in words.

    rule            id in the law engine
    where           instrument and article
    says            what it says, plainly
    confidence      how its text was checked
    at_once         to be done on the spot
    limit, unit     length of its clock; None when it has none
    """

    rule: str
    where: str
    says: str
    confidence: Confidence
    at_once: bool
    limit: int | float | None
    unit: Unit


@dataclass(frozen=True, slots=True)
class Alternative:
    """What a point may be instead. sure: its share, 0 when nothing speaks for it."""

    code: str
    says: str
    sure: float


@dataclass(frozen=True, slots=True)
class Point:
    """
    One suggestion, to be taken or replaced.

    code, says      of the value suggested
    sure            0 to 1: the share of all readings of the report that come to the same; of a kind nobody looked at closely,
                    what is usual for it
    because         sentences, the decisive one first
    quotes          the reporter's own words they rest on, in the order of the text
    articles        the law they rest on
    confidence      the weakest of these texts; None when no law is behind it
    changes         what would change it
    alternatives    everything else it may be, the likeliest first; empty where only a fact can change it
    settled         False: it rests on sums that contradict each other, so nothing is to be chosen beforehand
    """

    about: About
    code: str
    says: str
    sure: float
    because: tuple[str, ...]
    quotes: tuple[str, ...]
    articles: tuple[Cited, ...]
    confidence: Confidence | None
    changes: tuple[str, ...]
    alternatives: tuple[Alternative, ...]
    settled: bool = True


@dataclass(frozen=True, slots=True)
class Lesson:
    """The rule for a trainee: an invented report of this kind, what is to be learnt from it, and where the law says so."""

    kind: str
    name: str
    example: str
    why: str
    articles: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """
    points     one for each About that has something to say
    cannot_tell  why no kind can be told from the words, as a sentence; then there is no point that rests on a kind, and an officer
               judges. Empty when one can
    lesson     for the likeliest kind, None when none can be told
    duties     what the law asks for now, with its clocks
    actions    what to do besides
    asks       what to ask next, the most useful first: (code, sentence)
    triage     all of it in codes, with the ranges of the text
    """

    points: tuple[Point, ...]
    cannot_tell: str
    lesson: Lesson | None
    duties: tuple[Cited, ...]
    actions: tuple[str, ...]
    asks: tuple[Pair, ...]
    triage: Triage

    def point(self, about: About) -> Point | None:
        """The point about something, None when there is nothing to say."""
        return next((point for point in self.points if point.about is about), None)


_KINDS: Mapping[Kind, Pair] = {
    Kind.CRIME: ("可能是犯罪", "may be a crime"),
    Kind.VIOLATION: ("违反治安管理", "a violation"),
    Kind.OPEN: ("治安还是刑事还不能定，先按治安办", "violation or crime not settled: a violation first"),
    Kind.CIVIL: ("民间纠纷", "a private dispute"),
    Kind.NONE: ("不是案件", "no case"),
}
_AREAS: Mapping[Area, Pair] = {
    Area.OWN: ("本所辖区", "the station's own area"),
    Area.OTHER: ("别的派出所辖区", "another station's area"),
    Area.UNKNOWN: ("辖区还不清楚", "area not known yet"),
}
# A nature that rests on sums that contradict each other is no surer than the toss of a coin.
_UNSETTLED = 0.5
# When nobody can tell what it is.
_ASKS_FIRST = ("what", "time", "place")
# No national text of the grades is known; the law speaks of going out in time and of taking every report.
_GO_NOW, _TAKE_ALL = ("d110-duty", "o15-urgent"), ("fr-principles",)
_OF_AREA = {"own-area", "other-area", "area-unknown"}


def advise(
    text: str,
    *,
    knowledge: Knowledge,
    now: datetime | None,
    zone: tzinfo,
    title: str = "",
    region: str = "",
    area: Area = Area.UNKNOWN,
    area_name: str = "",
    answers: Answers | None = None,
    english: bool = False,
) -> Advice:
    """
    What a report may be, whose, how urgent and why, in sentences.

    text, title    as the reporter said it
    now            aware; when it was reported. None: relative times stay open, and the newest law holds
    zone           of the station
    region         digits of the GB/T 2260 code of the station; its province's thresholds hold
    area           in whose area the place lies, as the caller's boundaries tell; ``area_name`` of the other station
    answers        what the officer has learnt by asking; it goes before what the text seems to say
    Errors         BadData for a ``now`` without a zone, or a kind chosen that nobody knows
    """
    report = Report(text, now, zone, title, region, area, area_name, answers or Answers())
    return _Wording(report, triage(report, knowledge), knowledge, english).advice()


def lessons(knowledge: Knowledge, *, on: date, english: bool = False) -> tuple[Lesson, ...]:
    """Every kind of report for trainees, with the law of a day."""
    law = _Law(knowledge.book, on, english)
    return tuple(_lesson(code, knowledge.catalogue, law) for code in knowledge.catalogue.subtypes)


@dataclass(frozen=True, slots=True)
class _Law:
    """Rules of a day in words."""

    book: Rulebook
    on: date
    english: bool

    def cited(self, rule_ids: Iterable[str]) -> tuple[Cited, ...]:
        """Those in force, each once, in their order."""
        versions = (self.book.versions[rule_id] for rule_id in dict.fromkeys(rule_ids))
        held = (next((rule for rule in found if rule.valid_on(self.on)), None) for found in versions)
        return tuple(self._cited(rule) for rule in held if rule)

    def _cited(self, rule: Rule) -> Cited:
        places = []
        for source in rule.sources:
            instrument = self.book.instruments[source.instrument]
            item = source.article.startswith("item ")
            number = source.article.removeprefix("item ")
            if self.english:
                places.append(
                    f"{instrument.name_en} {'item' if item else 'art.'} {number}" if number else instrument.name_en
                )
            else:
                places.append(f"《{instrument.name_zh}》" + (f"第{number}{'项' if item else '条'}" if number else ""))
        return Cited(
            rule=rule.id,
            where=("; " if self.english else "；").join(places),
            says=rule.says_en if self.english else rule.says_zh,
            confidence=rule.confidence,
            at_once=rule.at_once,
            limit=rule.limit if rule.is_clock else None,
            unit=rule.unit if rule.is_clock else Unit.NONE,
        )


def _lesson(code: str, catalogue: Catalogue, law: _Law) -> Lesson:
    kind = catalogue.subtypes[code]
    said = (
        (kind.words.en, kind.example_en, kind.why_en) if law.english else (kind.words.zh, kind.example_zh, kind.why_zh)
    )
    return Lesson(code, *said, law.cited(kind.rules))


class _Wording:
    """One report being put into words."""

    def __init__(self, report: Report, result: Triage, knowledge: Knowledge, english: bool) -> None:
        self.report, self.result, self.knowledge, self.english = report, result, knowledge, english
        self.catalogue = knowledge.catalogue
        day = report.now.astimezone(report.zone).date() if report.now else date.max
        self.law = _Law(knowledge.book, day, english)

    def advice(self) -> Advice:
        best = self.result.suggestions[0]
        if self.result.cannot_tell:
            return Advice(
                points=self._area(best),
                cannot_tell=self._said(self.result.cannot_tell),
                lesson=None,
                duties=(),
                actions=(),
                asks=tuple((code, self._named(self.catalogue.questions[code])) for code in _ASKS_FIRST),
                triage=self.result,
            )
        points = (self._category(best), self._kind(best), self._urgency(), self._nature(best), self._handler(best))
        return Advice(
            points=(*points, *self._area(best), *self._age(best)),
            cannot_tell="",
            lesson=_lesson(best.subtype, self.catalogue, self.law),
            duties=self.law.cited(duty.rule for duty in best.duties),
            actions=tuple(self._named(self.catalogue.actions[code]) for code in best.actions),
            asks=tuple((code, self._named(self.catalogue.questions[code])) for code in best.asks),
            triage=self.result,
        )

    def _category(self, best: Suggestion) -> Point:
        entries = self.catalogue.categories
        says = {code: self._named(entry.words) for code, entry in entries.items()}
        articles = entries[best.category].articles
        return self._point(
            About.CATEGORY,
            best.category,
            says,
            lambda s: s.category,
            best.reasons,
            articles,
            usual=lambda k: k.category,
        )

    def _kind(self, best: Suggestion) -> Point:
        says = {code: self._named(entry.words) for code, entry in self.catalogue.subtypes.items()}
        rules = self.catalogue.subtypes[best.subtype].rules
        return self._point(About.KIND, best.subtype, says, lambda s: s.subtype, best.reasons, rules)

    def _urgency(self) -> Point:
        grade = self.result.urgency
        says = {str(number): self._named(entry) for number, entry in self.catalogue.urgencies.items()}
        speaks = next(one for one in self.result.suggestions if one.urgency == grade)
        reasons = speaks.urgency_reasons[::-1]
        floor = self.result.floor
        return self._point(
            About.URGENCY,
            str(grade),
            says,
            lambda s: str(s.urgency),
            reasons,
            _GO_NOW if grade <= 2 else _TAKE_ALL,
            usual=lambda k: str(min(k.urgency, floor)),
        )

    def _nature(self, best: Suggestion) -> Point:
        says = {kind.name.lower(): pair[self.english] for kind, pair in _KINDS.items()}
        code = best.nature.kind.name.lower()
        reasons, changes = best.nature.reasons, best.nature.changes
        point = self._point(
            About.NATURE, code, says, lambda s: s.nature.kind.name.lower(), reasons, (), best.nature.confidence, changes
        )
        return point if best.nature.settled else replace(point, sure=min(point.sure, _UNSETTLED), settled=False)

    def _handler(self, best: Suggestion) -> Point:
        says = {code: self._named(entry.words) for code, entry in self.catalogue.handlers.items()}
        reasons = [because for because in best.handler_reasons if because.code not in _OF_AREA]
        return self._point(About.HANDLER, best.handler, says, lambda s: s.handler, reasons, usual=lambda k: k.handler)

    def _area(self, best: Suggestion) -> tuple[Point, ...]:
        reasons = [because for because in best.handler_reasons if because.code in _OF_AREA]
        says = {str(area): pair[self.english] for area, pair in _AREAS.items()}
        where = str(self.report.area)
        return (self._point(About.AREA, where, says, lambda _: where, reasons),) if reasons else ()

    def _age(self, best: Suggestion) -> tuple[Point, ...]:
        if not best.age:
            return ()
        code = best.age[0].code
        return (self._point(About.AGE, code, {code: self._said(best.age[0])}, lambda _: code, best.age),)

    def _point(
        self,
        about: About,
        code: str,
        says: Mapping[str, str],
        of: Callable[[Suggestion], str],
        reasons: Sequence[Because],
        articles: Iterable[str] = (),
        confidence: Confidence | None = None,
        changes: Sequence[Because] = (),
        usual: Callable[[Subtype], str] | None = None,
    ) -> Point:
        """A point with its share: each reading votes for what it comes to, as likely as it is."""
        votes = dict.fromkeys(says, 0.0)
        shown = {one.subtype: one.probability for one in self.result.suggestions}
        for one in self.result.suggestions:
            votes[of(one)] += one.probability
        if usual and sum(shown.values()) < 1:
            for kind, share in self.result.shares.items():
                if kind not in shown:
                    votes[usual(self.catalogue.subtypes[kind])] += share
        spans = sorted({span for because in reasons for span in because.spans})
        cited = self.law.cited([*(a for because in reasons for a in because.articles), *articles])
        texts = [*(each.confidence for each in cited), *([confidence] if confidence else [])]
        others = sorted((other for other in says if other != code), key=lambda other: -votes[other])
        return Point(
            about=about,
            code=code,
            says=says[code],
            sure=min(votes[code], 1.0),
            because=tuple(self._said(because) for because in reasons),
            quotes=tuple(dict.fromkeys(self.report.whole[start:end] for start, end in spans)),
            articles=cited,
            confidence=weakest(texts) if cited else None,
            changes=tuple(self.knowledge.say(change, english=self.english, table="changes") for change in changes),
            alternatives=tuple(Alternative(other, says[other], min(votes[other], 1.0)) for other in others),
        )

    def _said(self, because: Because) -> str:
        return self.knowledge.say(because, english=self.english)

    def _named(self, words: object) -> str:
        return str(getattr(words, "en" if self.english else "zh"))
