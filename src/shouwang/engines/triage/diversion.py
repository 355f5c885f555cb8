"""
Where does this report go (分流)? Category, subtype, urgency, nature, who handles it, what to do now, and why.

    knowledge = Knowledge.load()                                # once; it never changes and may be shared
    result = triage(Report("我的自行车在百货门口被偷了，大概一千来块", now=now, zone=zone, region="36"), knowledge)
    best = result.suggestions[0]
    best.subtype, best.handler, [knowledge.say(reason) for reason in best.reasons]

Suggestions only: an officer decides, and each one says what it rests on, how sure it is and what would change it. A learnt
classifier and lines of words vote for the subtype; law, place and injury make the rest. What the words of danger raise is never
lowered, and nobody is ever sent to another door: a transfer is a task of the staff, with its clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from shouwang.engines.errors import BadData
from shouwang.engines.law.model import Confidence, Unit
from shouwang.engines.law.rulebook import Rulebook
from shouwang.engines.triage.amounts import Amount, Role
from shouwang.engines.triage.catalogue import Catalogue, Subtype
from shouwang.engines.triage.classify import MODEL, Classifier
from shouwang.engines.triage.danger import STANDARD, UNCLEAR, DangerList, Finding, Grade, screen
from shouwang.engines.triage.extract import Facts, Lexicon, extract
from shouwang.engines.triage.nature import (
    Because,
    Injury,
    Kind,
    Law,
    Nature,
    Pair,
    Range,
    Worth,
    age_notes,
    confidence_of,
    in_force,
    injury_nature,
    property_nature,
    weakest,
)

SHOWN = 3
# How much a line of words outweighs the classifier, as a factor on the odds; and how far the classifier is believed when
# a report is worded unlike those it learnt from. Both chosen by cross-entropy on our dev and later reports together, which
# is flat from 50 to 200; the most was taken, so that a word a station adds is heard.
_LINE_ODDS = 200.0
_CAUTION = 0.6
_DANGER_ODDS = 8.0
_LEAST = 1e-6
# 被偷, 被骗 tell the offence where no line tells its kind: then its kinds go before all others.
_OFFENCE_ODDS = 30.0
_OFFENCE_SAID = {"stolen-said": frozenset({"theft"}), "cheated-said": frozenset({"fraud", "telecom-fraud"})}
# The reporter was hit: no quarrel about a divorce or a rent makes that a private matter.
_STRUCK = ("struck", "struck-said")
_BESIDE_VIOLENCE = 0.05
# Where no line of words and no word of danger speaks, a kind is named only when the likeliest, or its offence, has LEAST_SHARE; of a text
# in which the classifier knows fewer characters, pairs and words than LEAST_HEARD, only when it holds a concept and the likeliest has
# SHORT_SHARE. Chosen on dev and later with a classifier that learnt from train alone; the cost: docs/explanation/how-triage-thinks.md.
LEAST_SHARE, LEAST_HEARD, SHORT_SHARE = 0.15, 12, 0.5
# The kind of calls in which nothing is said: its lines (你好, 测试) tell of no matter that a short text could be about.
NOTHING_SAID = "no-matter"
# A second suggestion at least this likely may raise the urgency of the whole.
_IN_DOUBT = 0.25
#: So much of the likelihood has to lie with kinds without a scene before nobody is sent.
_MOSTLY = 0.7
# The learnt tone alone (UNCLEAR) raises nothing: it rings for one ordinary report in three. It is shown beside.
_FLOOR = {Grade.NOW: 1, Grade.MAYBE: 2}
_CASES = frozenset({"criminal", "public-order"})
# What was handed over is the loss, whatever it bought.
_CHEATED = frozenset({"fraud", "telecom-fraud", "extort"})


class Area(StrEnum):
    """In whose area the place lies; the caller knows the map."""

    OWN = "own"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answers:
    """
    What the officer has learnt by asking; None: not asked yet. An answer always goes before what the text seems to say.

    subtype, category    chosen by the officer; the category alone when none of its kinds fits better than another
    value                yuan, found or agreed
    place_kind           where the things were: "home", "on-person", "vehicle", "shop", "outside"
    weapon               carried while stealing
    times_in_two_years   this one counted in
    half                 codes of rule th-theft-half; empty: asked, none
    injury               by forensic grade
    suspect_age          years
    suspect_held         caught or brought in
    ongoing              still going on
    serial               one of a series, or across areas
    damaged_by           people who damaged together and openly
    """

    subtype: str = ""
    value: Decimal | None = None
    place_kind: str = ""
    weapon: bool | None = None
    times_in_two_years: int | None = None
    half: frozenset[str] | None = None
    injury: Injury | None = None
    suspect_age: int | None = None
    suspect_held: bool | None = None
    ongoing: bool | None = None
    serial: bool | None = None
    damaged_by: int | None = None
    category: str = ""


@dataclass(frozen=True)
class Report:
    """
    A report as it came in.

    text, title   as typed; see ``whole``
    now           aware; when it was made. None: relative times stay open, and the newest law holds
    zone          of the station
    region        digits of the GB/T 2260 code of the station, "" when not set
    area          whose area the place lies in; ``area_name`` of the other station
    """

    text: str
    now: datetime | None
    zone: tzinfo
    title: str = ""
    region: str = ""
    area: Area = Area.UNKNOWN
    area_name: str = ""
    answers: Answers = field(default_factory=Answers)

    @property
    def whole(self) -> str:
        """Title and text as one; all ranges are ranges of it."""
        return f"{self.title}\n{self.text}" if self.title else self.text


@dataclass(frozen=True)
class Duty:
    """
    What the law asks for now: one rule with its clock, if it has one.

    rule            id in the law engine
    at_once         on the spot
    limit, unit     length of the clock that ``trigger`` starts; None when it has none
    """

    rule: str
    at_once: bool
    limit: int | float | None
    unit: Unit
    trigger: str


@dataclass(frozen=True)
class Suggestion:
    """
    One way the report may go.

    subtype, category   codes of the catalogue
    probability         of the subtype, among all
    urgency             1 to 4; ``urgency_reasons`` why
    nature              crime, violation or neither, with its reasons and what would change it
    handler             code; ``partner`` who comes as well ("" nobody); ``handler_reasons`` why
    reasons             why this subtype
    duties              what the law asks for now
    actions             codes of what to do besides
    age                 what the suspect's age means
    asks                codes of the questions to ask next, the most useful first
    articles            ids of all law rules it rests on
    confidence          the weakest of these texts
    """

    subtype: str
    category: str
    probability: float
    urgency: int
    urgency_reasons: tuple[Because, ...]
    nature: Nature
    handler: str
    partner: str
    handler_reasons: tuple[Because, ...]
    reasons: tuple[Because, ...]
    duties: tuple[Duty, ...]
    actions: tuple[str, ...]
    age: tuple[Because, ...]
    asks: tuple[str, ...]
    articles: tuple[str, ...]
    confidence: Confidence


@dataclass(frozen=True)
class Triage:
    """
    suggestions   the most likely first; at least one, at most SHOWN and those that words of danger speak for
    urgency       of the whole: never less urgent than the first suggestion, a likely second one, or the words of danger
    facts         what was read from the text
    marks         mark of the catalogue → where the text carries it
    danger        what the words of danger found
    shares        of all subtypes, summing to 1; as if nobody had chosen one
    floor         no grade may be less urgent, for the words of danger
    cannot_tell   why no kind can be told from these words; None when one can. The suggestions stand all the same, for who measures them,
                  and are not to be shown
    has_scene     there is a place to go to; False only where most speaks for kinds without one, or an officer chose such a kind
    going_on      still going on, by what was asked or by the words; None when neither says so
    """

    suggestions: tuple[Suggestion, ...]
    urgency: int
    shares: Mapping[str, float]
    floor: int
    facts: Facts
    marks: Mapping[str, tuple[Range, ...]]
    danger: Finding | None
    cannot_tell: Because | None = None
    has_scene: bool = True
    going_on: bool | None = None


@dataclass(frozen=True)
class Knowledge:
    """
    All that triage knows. Make it with :meth:`load`, keep it, share it.

    model   None: only lines of words vote
    """

    book: Rulebook
    danger: DangerList
    lexicon: Lexicon
    catalogue: Catalogue
    model: Classifier | None

    @classmethod
    def load(
        cls,
        *,
        layers: Mapping[str, Iterable[Path]] | None = None,
        own: Sequence[Path] = (),
        own_danger: Sequence[Path] = (),
        model: Path | None = MODEL,
        book: Rulebook | None = None,
        danger: DangerList | None = None,
    ) -> Knowledge:
        """
        Read the files of the house, then those of the place.

        layers       further layers of law, see ``Rulebook.load``
        own          a station's own kinds, lines and division of labour
        own_danger   a station's own words of danger
        model        None: without a classifier
        book, danger what the caller has read already, in place of ``layers`` and ``own_danger``
        Errors       BadData naming file, key and reason; also when the files do not fit together
        """
        danger = danger or DangerList.load(*STANDARD, *own_danger)
        catalogue = Catalogue.load(danger.folding, *own)
        book = book or Rulebook.load(layers=layers)
        classifier = Classifier.load(model) if model else None
        known = set(book.versions)
        for subtype in catalogue.subtypes.values():
            _refuse(f"subtype {subtype.words.code} rules", set(subtype.rules) - known, "no rule of the law engine")
        for category in catalogue.categories.values():
            _refuse(
                f"category {category.words.code} articles", set(category.articles) - known, "no rule of the law engine"
            )
        if classifier:
            _refuse("model labels", set(classifier.labels) - set(catalogue.subtypes), "no subtype of the catalogue")
        return cls(book, danger, Lexicon.load(), catalogue, classifier)

    def say(self, because: Because, *, english: bool = False, table: str = "reasons") -> str:
        """A reason (or, from the table "changes", a change) as a sentence."""
        words = getattr(self.catalogue, table)[because.code]
        return str(words.say(english, because.values))


def _refuse(where: str, strange: set[str], why: str) -> None:
    if strange:
        raise BadData(where, f"“{min(strange)}” is {why}")


def triage(report: Report, knowledge: Knowledge) -> Triage:
    """
    Suggestions for one report; the work grows linearly with its text.

    Errors   BadData for a ``now`` without a zone, or a subtype chosen that nobody knows
    """
    if report.now and report.now.tzinfo is None:
        raise BadData("now", "needs its time zone")
    chosen = report.answers.subtype
    if chosen and chosen not in knowledge.catalogue.subtypes:
        raise BadData("subtype", f"“{chosen}” is nowhere explained")
    if report.answers.category and report.answers.category not in knowledge.catalogue.categories:
        raise BadData("category", f"“{report.answers.category}” is nowhere explained")
    desk = _Desk(report, knowledge)
    suggestions = tuple(desk.suggestion(code, chance) for code, chance in desk.ranking())
    likely = [s for n, s in enumerate(suggestions) if n == 0 or s.probability >= _IN_DOUBT]
    urgency = min(s.urgency for s in likely)
    return Triage(
        suggestions,
        urgency,
        desk.shares,
        desk.floor,
        desk.facts,
        desk.reading.marks,
        desk.danger,
        desk.cannot_tell(),
        desk.has_scene(suggestions[0].subtype),
        desk.going_on(),
    )


class _Desk:
    """One report on the desk: everything read from it once, then one suggestion after the other."""

    def __init__(self, report: Report, knowledge: Knowledge) -> None:
        self.report, self.knowledge, self.answers = report, knowledge, report.answers
        self.catalogue = knowledge.catalogue
        day = report.now.astimezone(report.zone).date() if report.now else date.max
        self.law = Law(knowledge.book, report.region, day)
        self.text = report.whole
        folded = self.catalogue.folding.fold(self.text)
        self.danger = screen(self.text, knowledge.danger, folded=folded)
        self.reading = self.catalogue.read(folded)
        self.facts = extract(self.text, now=report.now, zone=report.zone, lexicon=knowledge.lexicon)
        self.prediction = knowledge.model.predict(self.text) if knowledge.model else None
        self.marks = dict(self.reading.marks)
        self._answer_marks()
        self.by_offence = False  # the kind was chosen for its offence alone
        self.shares = self._shares()
        self.floor = self._floor()

    def _answer_marks(self) -> None:
        for code, answer in (
            ("suspect-held", self.answers.suspect_held),
            ("ongoing", self.answers.ongoing),
            ("serial", self.answers.serial),
            ("theft-weapon", self.answers.weapon),
        ):
            if answer is not None:
                self.marks.pop(code, None)
                if answer:
                    self.marks[code] = ()

    # ── which subtype ────────────────────────────────────────────────────────────────────────────────────────────────

    def _shares(self) -> dict[str, float]:
        """The classifier's, raised by lines of words and of danger."""
        known = self.catalogue.subtypes
        weights = {code: max(self._model(code), _LEAST) for code in known}
        for code in self.reading.cues:
            weights[code] *= _LINE_ODDS
        for code in self._danger_subtypes():
            weights[code] *= _DANGER_ODDS
        self._offence_first(weights)
        self._violence_first(weights)
        total = sum(weights.values())
        return {code: weight / total for code, weight in weights.items()}

    def _offence_first(self, weights: dict[str, float]) -> None:
        """Where no line tells the kind and none stands out, 被偷 and 被骗 tell at least the offence."""
        offences = [offence for mark, said in _OFFENCE_SAID.items() if mark in self.marks for offence in said]
        if not offences or any(code != NOTHING_SAID for code in self.reading.cues):
            return
        within = [code for code, kind in self.catalogue.subtypes.items() if kind.offence in offences]
        best = max(weights, key=weights.__getitem__)
        if best in within and sum(weights[code] for code in within) >= LEAST_SHARE * sum(weights.values()):
            return
        for code in within:
            weights[code] *= _OFFENCE_ODDS
        self.by_offence = True

    def _violence_first(self, weights: dict[str, float]) -> None:
        """Where the reporter was hit, what he was hit for never goes before it."""
        violent, known = self._violent(), self.catalogue.subtypes
        best = max(weights, key=weights.__getitem__)
        if violent and known[best].nature == "civil":
            weights[violent] = weights[best]
            for code, kind in known.items():
                weights[code] *= _BESIDE_VIOLENCE if kind.nature == "civil" else 1

    def _violent(self) -> str:
        """The kind that blows at the reporter make it; empty when he tells of none, or the station has crossed it off."""
        if not any(mark in self.marks for mark in _STRUCK):
            return ""
        code = "domestic-violence" if "partner" in self.marks else "assault"
        return code if code in self.catalogue.subtypes else ""

    def ranking(self) -> list[tuple[str, float]]:
        """Subtypes with their shares, the likeliest first; one that an officer chose is certain."""
        shares, spoken = self.shares, self._danger_subtypes()
        order = sorted(filter(self._fits, shares), key=lambda code: (-shares[code], code))
        if self.answers.subtype:
            chosen = self.answers.subtype
            return [(chosen, 1.0), *((code, 0.0) for code in order[:SHOWN] if code != chosen)]
        shown = order[:SHOWN]
        loud = [
            code
            for code in spoken
            if self.danger and self.danger.grade is Grade.NOW and code in self.reading.cues and self._fits(code)
        ]
        return [(code, shares[code]) for code in (*shown, *(c for c in loud if c not in shown))]

    def _fits(self, code: str) -> bool:
        """Whether a kind may lie in the category that an officer chose."""
        chosen, usual = self.answers.category, self.catalogue.subtypes[code].category
        return not chosen or usual == chosen or (chosen in _CASES and usual in _CASES)

    def has_scene(self, likeliest: str) -> bool:
        """Whether somebody may have to go: only where an officer chose a kind without a place to go to, or most speaks for such kinds."""
        known = self.catalogue.subtypes
        dangerous = self.danger is not None and self.danger.category == UNCLEAR
        if dangerous or any(known[code].scene for code in (likeliest, *self._danger_subtypes())):
            return True
        without = sum(share for code, share in self.shares.items() if not known[code].scene)
        return likeliest != self.answers.subtype and without < _MOSTLY

    def going_on(self) -> bool | None:
        """What was asked goes before what the words say; a thief who runs or is held is still a matter of now."""
        if self.answers.ongoing is not None:
            return self.answers.ongoing
        return True if any(mark in self.marks for mark in ("ongoing", "fleeing", "suspect-held")) else None

    def cannot_tell(self) -> Because | None:
        """Why nobody can tell a kind from these words. What an officer chose, a line of words or a word of danger always tells."""
        if self.answers.subtype or self.answers.category or self._danger_subtypes():
            return None
        if self._violent() or self.by_offence or any(code != NOTHING_SAID for code in self.reading.cues):
            return None
        best = max(self.shares, key=self.shares.__getitem__)
        share = self.shares[best]
        if self.prediction:
            characters, words, concepts = (len(view.tokens) for view in self.prediction.heard)
            said = best != NOTHING_SAID and concepts and share >= SHORT_SHARE
            if characters + words < LEAST_HEARD and not said:
                return Because("few-words")
        if self.reading.cues or max(share, self._share_of_offence(best)) >= LEAST_SHARE:
            return None
        return Because("none-stands-out", {"share": (f"{share:.0%}",) * 2})

    def _share_of_offence(self, code: str) -> float:
        """Of all kinds of the same offence: that it is a theft may be plain where nobody can tell from where."""
        kinds = self.catalogue.subtypes
        offence = kinds[code].offence
        return sum(share for other, share in self.shares.items() if offence and kinds[other].offence == offence)

    def _model(self, code: str) -> float:
        model = self.knowledge.model
        if self.prediction is None or model is None:
            return 1.0
        if code not in model.labels and code in self.reading.cues:
            return 1.0  # a station's own kind: nobody taught the classifier, so its words speak alone
        return float(self.prediction.probability(code) ** _CAUTION)

    def _danger_subtypes(self) -> tuple[str, ...]:
        if self.danger is None or self.danger.category == UNCLEAR:
            return ()
        return self.catalogue.danger.get(self.danger.category, ())

    def _why(self, code: str) -> tuple[Because, ...]:
        """Why this subtype: an officer, lines of words, danger, the classifier."""
        if code == self.answers.subtype:
            return (Because("chosen"),)
        reasons = []
        if code in self.reading.cues:
            reasons.append(self._quoting("words", self.reading.cues[code]))
        elif code == self._violent():
            struck = tuple(span for mark in _STRUCK for span in self.marks.get(mark, ()))
            reasons.append(self._quoting("words", struck))
        if code in self._danger_subtypes() and self.danger:
            reasons.append(self._quoting("danger", tuple((s.start, s.end) for s in self.danger.spans)))
        if self.prediction and self.knowledge.model and code in self.knowledge.model.labels:
            spans = self.knowledge.model.because(self.prediction, code)
            if spans:
                words = self.catalogue.subtypes[code].words
                reasons.append(self._quoting("model", spans, name=(words.zh, words.en)))
        return tuple(reasons)

    def _quoting(self, code: str, spans: tuple[Range, ...], **values: Pair) -> Because:
        said = "、".join(dict.fromkeys(self.text[a:b] for a, b in spans))
        return Because(code, {**values, "words": (said, said)}, spans)

    # ── one suggestion ───────────────────────────────────────────────────────────────────────────────────────────────

    def suggestion(self, code: str, chance: float) -> Suggestion:
        subtype = self.catalogue.subtypes[code]
        nature = self._nature(subtype)
        category = self._category(subtype, nature)
        urgency, urgency_reasons = self._urgency(subtype, category)
        handler, handler_reasons = self._handler(subtype, nature)
        age = self._age(nature.kind)
        duties = self._duties(subtype, category, nature, handler, urgency)
        reasons = self._why(code)
        because = (*reasons, *nature.reasons, *nature.changes, *urgency_reasons, *handler_reasons, *age)
        cited = [*subtype.rules, *(a for b in because for a in b.articles), *(duty.rule for duty in duties)]
        articles = in_force(self.law, cited)
        return Suggestion(
            subtype=code,
            category=category,
            probability=chance,
            urgency=urgency,
            urgency_reasons=urgency_reasons,
            nature=nature,
            handler=handler,
            partner=subtype.partner,
            handler_reasons=handler_reasons,
            reasons=reasons,
            duties=duties,
            actions=self._actions(subtype, category),
            age=age,
            asks=self._asks(subtype, nature),
            articles=articles,
            confidence=weakest((nature.confidence, confidence_of(self.law, articles))),
        )

    # ── nature ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _nature(self, subtype: Subtype) -> Nature:
        simple = {
            "crime": (Kind.CRIME, "always-crime", ("dw-squad",)),
            "violation": (Kind.VIOLATION, "violation", ("psl-file",)),
            "mixed": (Kind.OPEN, "mixed", ("ap-unsure",)),
            "civil": (Kind.CIVIL, "civil", ("ap-mediate-ok",)),
            "none": (Kind.NONE, "no-offence", ()),
        }
        if subtype.nature == "by-value":
            return self._by_value(subtype)
        if subtype.nature == "by-injury":
            return injury_nature(
                self._injury(), hurt=self.marks.get("injured", ()), law=self.law, armed=self.marks.get("weapon", ())
            )
        kind, code, articles = simple[subtype.nature]
        injury = self._injury()
        if subtype.nature in {"violation", "mixed"} and injury is not None and injury >= Injury.SLIGHT:
            return injury_nature(
                injury, hurt=self.marks.get("injured", ()), law=self.law, armed=self.marks.get("weapon", ())
            )
        changes: tuple[Because, ...] = ()
        if kind is Kind.CIVIL:
            changes = (Because("dispute-violent", {}, (), ("psl-other",)),)
        elif subtype.category == "not-police":
            changes = (Because("danger", {}, (), ("d12345-gov",)),)
        held = in_force(self.law, articles)
        return Nature(kind, "", (Because(code, {}, (), held),), changes, (), confidence_of(self.law, held))

    def _by_value(self, subtype: Subtype) -> Nature:
        worth, spans = self._worth(subtype.offence)
        nature = property_nature(
            subtype.offence,
            worth,
            law=self.law,
            forms=self._forms(subtype),
            halves=self._halves(),
            damaged_by=self.answers.damaged_by,
            spans=spans,
            clash=self._clash(),
        )
        notes = self._other_sums(subtype.offence)
        if subtype.offence == "theft" and subtype.words.code != "theft-burglary" and "family" in self.marks:
            notes.append(Because("theft-family", {}, self.marks["family"], ("th-theft-value",)))
        if subtype.words.code in {"theft-bicycle", "theft-ebike", "theft-from-car"}:
            notes.append(Because("not-pickpocketing", {}, self.marks.get("parked-vehicle", ()), ("th-theft-any",)))
        return replace(nature, reasons=(*nature.reasons, *notes))

    def _worth(self, offence: str) -> tuple[Worth | None, tuple[Range, ...]]:
        """
        What it is worth: as answered, else as the text says. Sums that contradict span from least to most; a price once paid is the most
        that a thing is worth, and to whoever was cheated of it the loss itself.
        """
        if self.answers.value is not None:
            return Worth(self.answers.value, self.answers.value), ()
        loss = self.facts.loss
        if loss is None:
            return None, ()
        spans = tuple((part.start, part.end) for part in loss.parts)
        if loss.how == "price" and offence in _CHEATED:
            return Worth(sum((part.low for part in loss.parts), Decimal(0)), loss.high), spans
        return Worth(loss.low, loss.high), spans

    def _clash(self) -> Because | None:
        """The sums that cannot all be true, with their places; None when they fit, or when an officer has asked."""
        loss = self.facts.loss
        if loss is None or not loss.contradiction or self.answers.value is not None:
            return None
        return self._naming("contradiction", loss.contradiction)

    def _other_sums(self, offence: str) -> list[Because]:
        """Sums that are not the value: what a thing was bought for, and what somebody demands."""
        notes = []
        clash = self.facts.loss.contradiction if self.facts.loss else ()
        bought = [one for one in self.facts.amounts if one.role is Role.BOUGHT and one not in clash]
        if bought and offence not in _CHEATED and self.answers.value is None:
            notes.append(self._naming("bought", bought, ("th-theft-value",) if offence == "theft" else ()))
        demanded = [one for one in self.facts.amounts if one.role is Role.DEMANDED]
        if demanded:
            notes.append(self._naming("demanded", demanded))
        return notes

    def _naming(self, code: str, sums: Sequence[Amount], articles: tuple[str, ...] = ()) -> Because:
        said = tuple(dict.fromkeys(self.text[a.start : a.end] for a in sums))
        words = "、".join(f"“{each}”" for each in said), ", ".join(f"“{each}”" for each in said)
        return Because(code, {"value": words}, tuple((a.start, a.end) for a in sums), in_force(self.law, articles))

    def _forms(self, subtype: Subtype) -> dict[str, tuple[Range, ...]]:
        """Forms that need no amount. The text alone speaks for one only where nothing speaks against it."""
        forms: dict[str, tuple[Range, ...]] = {}
        answered = self.answers.place_kind
        code = subtype.words.code
        # A kind that is only the likeliest of many must not make it a crime at any value.
        sure = self.shares[code] >= SHORT_SHARE and not self.by_offence
        told = code in self.reading.cues or code == self.answers.subtype or sure
        if subtype.form and not answered and told:
            forms[subtype.form] = self.reading.cues.get(code, ())
        if answered in {"home", "on-person"}:
            forms["home" if answered == "home" else "pickpocket"] = ()
        if not answered and subtype.words.code == "theft-other" and "parked-vehicle" not in self.marks:
            for mark, form in (("home", "home"), ("on-person", "pickpocket")):
                if mark in self.marks:
                    forms[form] = self.marks[mark]
        if "theft-weapon" in self.marks:
            forms["weapon"] = self.marks["theft-weapon"]
        if (self.answers.times_in_two_years or 0) >= 3:
            forms["repeated"] = ()
        return forms

    def _halves(self) -> dict[str, tuple[Range, ...]]:
        if self.answers.half is not None:
            return dict.fromkeys(sorted(self.answers.half), ())
        said = {"hospital": "hospital", "vulnerable": "vulnerable", "relief": "relief", "disaster-site": "disaster"}
        return {code: self.marks[mark] for mark, code in said.items() if mark in self.marks}

    def _injury(self) -> Injury | None:
        if self.answers.injury is not None:
            return self.answers.injury
        for mark, grade in (
            ("grave-injury", Injury.GRAVE),
            ("slight-injury", Injury.SLIGHT),
            ("minor-injury", Injury.MINOR),
        ):
            if mark in self.marks:
                return grade
        return None

    def _category(self, subtype: Subtype, nature: Nature) -> str:
        """As an officer chose. Else cases go by their nature; where circumstances decide, by what is usual."""
        if self.answers.category and not self.answers.subtype:
            return self.answers.category
        if subtype.category not in _CASES or (subtype.nature == "mixed" and nature.kind is Kind.OPEN):
            return subtype.category
        return "criminal" if nature.kind is Kind.CRIME else "public-order"

    # ── urgency ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _urgency(self, subtype: Subtype, category: str) -> tuple[int, tuple[Because, ...]]:
        grade = subtype.urgency
        name = (subtype.words.zh, subtype.words.en)
        reasons = [Because("base-urgency", {"name": name, "grade": (str(grade), str(grade))})]
        for entry in self.catalogue.raises:
            if entry.grade < grade and entry.fits(subtype, category) and all(m in self.marks for m in entry.marks):
                grade = entry.grade
                words = [self.catalogue.marks[mark] for mark in entry.marks]
                said = "、".join(w.zh for w in words), ", ".join(w.en for w in words)
                spans = tuple(span for mark in entry.marks for span in self.marks[mark])
                reasons.append(Because("raised", {"mark": said, "grade": (str(grade), str(grade))}, spans))
        if self.danger and self.floor < 4 and self.floor <= grade:
            grade = self.floor
            spans = tuple((span.start, span.end) for span in self.danger.spans)
            reasons.append(Because("danger-floor", {"grade": (str(grade), str(grade))}, spans))
        return grade, tuple(reasons)

    def _floor(self) -> int:
        if self.danger is None or self.danger.category == UNCLEAR:
            return 4
        return _FLOOR[self.danger.grade]

    # ── who handles ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _handler(self, subtype: Subtype, nature: Nature) -> tuple[str, tuple[Because, ...]]:
        """
        Station or somebody else, by kind, gravity and series; then whose area it is.

        Whatever comes out, the station that was asked first takes the report (fr-first).
        """
        held = self.marks.get("suspect-held")
        crime = nature.kind is Kind.CRIME
        if subtype.handler != "station":
            kind = self.catalogue.handlers[subtype.handler].kind
            grave = crime and kind == "police"
            articles = (
                ("dw-squad", "dw-internal", "fr-other-unit") if grave else ("dw-dept",) if kind == "police" else ()
            )
            code = "squad-grave" if grave else "by-kind"
            handler, reason = subtype.handler, Because(code, self._named(subtype.handler), (), articles)
        elif crime and held is not None and "serial" not in self.marks and nature.level in {"", "large"}:
            handler, reason = "station", Because("simple-held", {}, held, ("dw-station", "dw-internal"))
        elif crime and subtype.handler_if_crime:
            handler = subtype.handler_if_crime
            reason = Because("by-kind", self._named(handler), (), ("dw-dept", "dw-internal", "fr-other-unit"))
        elif crime and ("serial" in self.marks or nature.level in {"very-large", "huge"}):
            handler = "criminal-squad"
            code = "squad-serial" if "serial" in self.marks else "squad-grave"
            articles = ("dw-squad", "dw-internal", "fr-other-unit")
            reason = Because(code, self._named(handler), self.marks.get("serial", ()), articles)
        elif crime:
            handler, reason = "station", Because("station-own", {}, (), ("dw-station", "dw-internal", "fr-first"))
        elif nature.kind in {Kind.VIOLATION, Kind.OPEN}:
            handler = "station"
            reason = Because("station-violation", {}, (), ("psl-station-power", "fr-own", "dw-internal"))
        else:
            handler, reason = "station", Because("station-first", {}, (), ("fr-principles",))
        area = self._area() if subtype.category not in {"not-police", "service", "complaint"} else ()
        reasons = (reason, *area)
        return handler, tuple(Because(b.code, b.values, b.spans, in_force(self.law, b.articles)) for b in reasons)

    def _named(self, handler: str) -> dict[str, Pair]:
        words = self.catalogue.handlers[handler].words
        return {"handler": (words.zh, words.en)}

    def _area(self) -> tuple[Because, ...]:
        if self.report.area is Area.OWN:
            return (Because("own-area", {}, (), ("ap-place", "fr-own")),)
        if self.report.area is Area.OTHER:
            name = self.report.area_name or "其他派出所"
            english = self.report.area_name or "another station"
            return (Because("other-area", {"area": (name, english)}, (), ("fr-other-unit", "fr-first")),)
        return (Because("area-unknown", {}, (), ("fr-unclear", "fr-first")),)

    # ── what to do ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _duties(self, subtype: Subtype, category: str, nature: Nature, handler: str, urgency: int) -> tuple[Duty, ...]:
        rules: list[str] = []
        if category in _CASES:
            rules += ["fr-first", "fr-three"]
            if urgency <= 2:
                rules += ["d110-duty", "ap-firstaid", "o15-urgent"]
            passed_on = self.report.area is Area.OTHER or self.catalogue.handlers[handler].kind == "police"
            rules += ["fr-other-unit", "fr-tell-transfer"] if passed_on else ["fr-own"]
            if self.report.area is Area.UNKNOWN:
                rules.append("fr-unclear")
            if nature.kind is Kind.CRIME:
                rules += ["cp-accept", "cp-receipt", "o15-crim", "cp-decide"]
                rules += ["cp-transfer"] if self.report.area is Area.OTHER else []
            else:
                rules += ["fr-admin-now", "psl-file"]
        elif category == "not-police":
            rules += ["fr-not-police", "d12345-gov"]
        elif category == "dispute":
            rules += ["fr-scope", "ap-mediate-ok"]
            rules += ["fr-not-police"] if self.catalogue.handlers[handler].kind == "department" else []
        elif category in {"help", "traffic"}:
            rules += ["d110-24h", *(["o15-urgent"] if urgency <= 2 else [])]
        else:
            rules += self.catalogue.categories[category].articles
        if "dv-warning" in subtype.rules:
            rules.append("dv-warning")
        if "child" in self.marks and category in _CASES:
            rules.append("psl-minor-ask")
        return tuple(self._duty(rule) for rule in in_force(self.law, rules))

    def _duty(self, rule_id: str) -> Duty:
        rule = self.knowledge.book.rule(rule_id, on=self.law.on)
        limit = rule.limit if rule.is_clock else None
        return Duty(rule_id, rule.at_once, limit, rule.unit if rule.is_clock else Unit.NONE, rule.trigger)

    def _actions(self, subtype: Subtype, category: str) -> tuple[str, ...]:
        code = subtype.words.code
        actions = [
            entry.action
            for entry in self.catalogue.dos
            if code in entry.subtypes or category in entry.categories or any(m in self.marks for m in entry.marks)
        ]
        if subtype.partner in {"ambulance", "fire-rescue"}:
            actions.insert(0, subtype.partner)
        return tuple(dict.fromkeys(actions))

    def _age(self, kind: Kind) -> tuple[Because, ...]:
        if self.answers.suspect_age is not None:
            return age_notes(self.answers.suspect_age, self.answers.suspect_age, kind)
        for age in self.facts.ages:
            if age.whose == "suspect":
                return age_notes(age.low, age.high, kind, ((age.start, age.end),))
        return ()

    def _asks(self, subtype: Subtype, nature: Nature) -> tuple[str, ...]:
        """The questions that are still open, those that settle the nature first."""
        told = {
            "value": self.answers.value is not None
            or (self.facts.loss is not None and not self.facts.loss.contradiction and self.facts.loss.how != "price"),
            "place": bool(self.facts.places) or self.report.area is not Area.UNKNOWN,
            "time": any(not one.no_such_day for one in self.facts.times),
            "plate": bool(self.facts.plates),
            "payment": False,
            "place-kind": bool(self.answers.place_kind) or bool(subtype.form),
            "still-there": self.answers.ongoing is not None
            or any(m in self.marks for m in ("ongoing", "fleeing", "suspect-held")),
            "injury": self.answers.injury is not None or "injured" in self.marks,
            "weapon": self.answers.weapon is not None or "weapon" in self.marks,
            "suspect-age": self.answers.suspect_age is not None or any(a.whose == "suspect" for a in self.facts.ages),
            "times": self.answers.times_in_two_years is not None,
            "half-circumstances": self.answers.half is not None or bool(self._halves()),
            "suspect": self.answers.suspect_held is True or "suspect-held" in self.marks,
            "tried": "tried" in self.marks,
        }
        wanted = [*(a for a in nature.asks if a == "value"), *subtype.ask, *nature.asks]
        if subtype.category not in {"service", "not-police", "complaint"} and self.report.area is Area.UNKNOWN:
            wanted.append("place")
        if any(one.no_such_day for one in self.facts.times):
            wanted.append("time")
        return tuple(code for code in dict.fromkeys(wanted) if not told.get(code, False))
