"""
What the words of a report suggest: when it happened, what was lost, where. Shown with the words they rest on; an officer takes them or not.

Nothing is ever filled in by itself. `engines/triage` reads the words; here its answer becomes suggestions about the incident's own columns
(`suggestions_for`), and what the report may be by law, how urgent it is and who handles it, with reasons and articles (`advice_for`).
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shouwang.apps.incidents.asked import answers_of, learnt
from shouwang.apps.incidents.models import About, Incident, Nature, Thing
from shouwang.apps.matters.clock import read_rulebook, rulebook
from shouwang.apps.matters.danger import danger_list, read_danger_list
from shouwang.apps.matters.models import By, Entry, Matter, Type
from shouwang.apps.matters.queries import conversation
from shouwang.apps.matters.sentences import moment
from shouwang.apps.matters.station_files import triage_files
from shouwang.apps.matters.viewer import Viewer, Visibility
from shouwang.engines.law.rulebook import Rulebook
from shouwang.engines.triage.advice import About as Asks
from shouwang.engines.triage.advice import Advice, advise
from shouwang.engines.triage.classify import MODEL
from shouwang.engines.triage.danger import DangerList
from shouwang.engines.triage.diversion import Answers, Area, Knowledge, Report, triage
from shouwang.engines.triage.extract import Facts, Lexicon, extract
from shouwang.engines.triage.times import Precision
from shouwang.kernel.fields import blind


@dataclass(frozen=True, slots=True)
class Suggestion:
    """
    One suggestion.

    says      what would be filled in, in words
    because   the reporter's own words it rests on
    doubts    what speaks against taking it unread; empty when nothing does
    fields    the columns of the incident, as they would be; empty where it only says that somebody has to be asked
    """

    about: About
    says: str
    because: tuple[str, ...]
    doubts: str
    fields: dict[str, Any]

    @property
    def seen(self) -> str:
        """What a press answers: another suggestion about the same has another one. Keyed, for it may hold where somebody lives."""
        return blind(repr(sorted(self.fields.items())), "incidents.suggestion")[:16]


@cache
def lexicon() -> Lexicon:
    """The words and calendars of extraction, read once a process."""
    return Lexicon.load()


def suggestions_for(matter: Matter, incident: Incident, viewer: Viewer) -> list[Suggestion]:
    """What is still to be taken or not, of what this viewer may read; a column that is filled in gets no suggestion."""
    entries = conversation(matter, viewer)
    said = [one for one in entries if one.type == Type.MESSAGE and one.by in {By.RESIDENT, By.HELPER} and one.body]
    if not said:
        return []
    text = "\n".join([*(entry.body for entry in said), *([incident.when_said] if incident.when_said else [])])
    facts = extract(text, now=said[0].at, zone=timezone.get_current_timezone(), lexicon=lexicon())
    judged = set(incident.judged.values_list("about", flat=True))
    found = (read(text, facts, incident, matter) for about, read in _READERS.items() if about not in judged)
    return [one for one in found if one is not None]


def _when(text: str, facts: Facts, incident: Incident, matter: Matter) -> Suggestion | None:
    now = matter.received_at
    if incident.happened_from is not None:
        return None
    wrong = next((one for one in facts.times if one.no_such_day), None)
    if wrong is not None:
        words = text[wrong.start : wrong.end]
        return Suggestion(About.WHEN, _("日历上没有这一天"), (words,), _("不会是这一天，请问清楚。"), {})
    usable = [one for one in facts.times if one.earliest is not None and one.precision >= Precision.DAY]
    if not usable:
        return None
    best = max(usable, key=lambda one: one.precision)
    if best.earliest is None or best.latest is None:
        return None
    until = best.latest if best.latest > best.earliest else None
    says = moment(best.earliest, now) + (f" → {moment(until, now)}" if until else "")
    if best.earliest > now + timedelta(minutes=10):
        return Suggestion(About.WHEN, says, (text[best.start : best.end],), _("还没有到，说的是以后的事。"), {})
    doubts = _("早上还是晚上都说得通，请问清楚。") if best.ambiguous else ""
    return Suggestion(
        About.WHEN,
        says,
        (text[best.start : best.end],),
        doubts,
        {"happened_from": best.earliest, "happened_until": until},
    )


def _loss(text: str, facts: Facts, incident: Incident, matter: Matter) -> Suggestion | None:
    loss = facts.loss
    if incident.loss_yuan is not None:
        return None
    if (worth := worths_of([incident.pk]).get(incident.pk)) is not None:
        each = tuple(f"{one.name} {_yuan(one.value_yuan)}" for one in incident.things.all() if one.value_yuan)
        return Suggestion(About.LOSS, _yuan(worth), each, _("是一件一件说的数，以价格认定为准。"), {"loss_yuan": worth})
    if loss is None or loss.point <= 0 or loss.point >= Decimal(10) ** 10:
        return None
    if loss.contradiction:
        words = tuple(text[one.start : one.end] for one in loss.contradiction)
        found = learnt(matter).get("value")
        if found is None:
            return Suggestion(About.LOSS, _("说法不一致，没有定"), words, _("请问清楚是哪一个，问到了记下来。"), {})
        yuan = Decimal(found).quantize(Decimal("0.01"))
        return Suggestion(About.LOSS, _yuan(yuan), words, _("是问到的数。"), {"loss_yuan": yuan})
    words = tuple(text[one.start : one.end] for one in loss.parts)
    doubts = ""
    if loss.how == "price":
        doubts = _("是买的时候的价，不是现在的价值。")
    elif not loss.exact:
        doubts = _("是大概的数，以价格认定为准。")
    return Suggestion(About.LOSS, _yuan(loss.point), words, doubts, {"loss_yuan": loss.point.quantize(Decimal("0.01"))})


def _yuan(amount: Decimal) -> str:
    return _("%(yuan)s 元") % {"yuan": f"{amount.normalize():f}"}


def _place(text: str, facts: Facts, incident: Incident, _matter: Matter) -> Suggestion | None:
    named = [one for one in facts.places if one.kind != "spot"]
    if incident.address or not named:
        return None
    words = text[named[0].start : named[0].end]
    return Suggestion(About.PLACE, words, (words,), "", {"address": words[:200]})


_READERS: dict[About, Callable[[str, Facts, Incident, Matter], Suggestion | None]] = {
    About.WHEN: _when,
    About.LOSS: _loss,
    About.PLACE: _place,
}


# ── what it may be ───────────────────────────────────────────────────────────────────────────────────────────────────

#: What the card shows of the advice, in this order. How urgent it is stands above, once (`urgency.py`).
SHOWN = (Asks.KIND, Asks.CATEGORY, Asks.NATURE, Asks.HANDLER, Asks.AGE)
_NATURES = {
    "crime": Nature.CRIMINAL,
    "violation": Nature.ADMINISTRATIVE,
    "open": Nature.ADMINISTRATIVE,
    "civil": Nature.DISPUTE,
}


@cache
def knowledge() -> Knowledge:
    """
    Rules, kinds and the learnt classifier, each with what the station's own files add or put in its place. Read once a process; that
    takes about a second.
    """
    return read_knowledge(book=rulebook(), danger=danger_list())


def read_knowledge(*, taught: bool = True, book: Rulebook | None = None, danger: DangerList | None = None) -> Knowledge:
    """The same, read anew; untaught, to see whether the files fit together. BadData names file, key and reason."""
    return Knowledge.load(
        own=triage_files(),
        model=MODEL if taught else None,
        book=book or read_rulebook(),
        danger=danger or read_danger_list(),
    )


def advice_for(matter: Matter, incident: Incident) -> Advice | None:
    """
    What the reporter's words may be by law, how urgent, whose, and why; None before anybody said a word. Worked out once for each
    matter in hand: card, form and count ask for it.
    """
    if "advice_of_card" not in matter.__dict__:
        matter.__dict__["advice_of_card"] = _advice(matter, incident)
    found: Advice | None = matter.__dict__["advice_of_card"]
    return found


def forget_advice(matter: Matter) -> None:
    """Somebody has just said something that changes it."""
    matter.__dict__.pop("advice_of_card", None)


def _advice(matter: Matter, incident: Incident) -> Advice | None:
    text = _texts_of([matter.pk]).get(matter.pk, "")
    if not text:
        return None
    answers = _known_of([matter.pk]).get(matter.pk, Answers())
    english = (get_language() or "").startswith("en")
    return advise(text, knowledge=knowledge(), english=english, **_circumstances(matter, incident, answers))


def _texts_of(keys: Sequence[int]) -> dict[int, str]:
    """
    What the reporters of these matters said and still say, as all who take part may read it; then what stands in boxes of its own, when it
    was in their words and what it is about: nobody says twice what was asked for.
    """
    said = Entry.objects.standing().filter(
        matter__in=keys, type=Type.MESSAGE, by__in=[By.RESIDENT, By.HELPER], visibility__lte=Visibility.PARTIES
    )
    texts: defaultdict[int, list[str]] = defaultdict(list)
    for key, body in said.order_by("matter", "seq").values_list("matter", "body"):
        if body:
            texts[key].append(body)
    for key, when in Incident.objects.filter(pk__in=list(texts)).exclude(when_said="").values_list("pk", "when_said"):
        texts[key].append(when)
    names: defaultdict[int, list[str]] = defaultdict(list)
    for key, name in Thing.objects.filter(incident__in=list(texts)).values_list("incident", "name"):
        names[key].append(name)
    for key, found in names.items():
        texts[key].append("、".join(found))
    return {key: "\n".join(bodies) for key, bodies in texts.items()}


def worths_of(keys: Sequence[int]) -> dict[int, Decimal]:
    """What the things of these reports are worth in all, in yuan, as it was said thing by thing; reports without any are not there."""
    rows = Thing.objects.filter(incident__in=keys, value_yuan__gt=0).order_by()
    return dict(rows.values_list("incident").annotate(Sum("value_yuan")))


def _known_of(keys: Sequence[int]) -> dict[int, Answers]:
    """What was learnt by asking; where nobody asked what it is worth, what was said thing by thing."""
    answers = answers_of(keys)
    for key, worth in worths_of(keys).items():
        known = answers.get(key, Answers())
        answers[key] = known if known.value is not None else replace(known, value=worth)
    return answers


def _circumstances(matter: Matter, incident: Incident, answers: Answers) -> dict[str, Any]:
    """What triage is told besides the words."""
    own = Area.OWN if incident.known else Area.UNKNOWN
    return {
        "now": matter.received_at,
        "zone": timezone.get_current_timezone(),
        "region": matter.unit.region,
        "area": Area.OTHER if incident.is_elsewhere(matter.unit_id) else own,
        "area_name": incident.owner.called if incident.owner else incident.elsewhere_says,
        "answers": answers,
    }


@dataclass(frozen=True, slots=True)
class Heard:
    """
    What a board wants to know of the words of a report.

    grade     how urgent; None where nobody can tell
    kind      the likeliest kind; empty where nobody can tell
    scene     there is a place to go to
    going_on  it still goes on; None where nobody said
    until     the last moment at which it may have happened, as it was told to the day or closer
    """

    grade: int | None = None
    kind: str = ""
    scene: bool = True
    going_on: bool | None = None
    until: datetime | None = None


#: What was heard, by what it was read from: a board asks every few seconds, and the words seldom change.
_HEARD: OrderedDict[tuple[object, ...], Heard] = OrderedDict()
_HEARD_KEPT = 4096


def heard_of(incidents: Sequence[Incident]) -> dict[int, Heard]:
    """
    By key, what the words of these reports say. Whatever may change it is an entry of the timeline, so a report whose last entry was
    seen before is not read again. Each incident has its matter at hand.
    """
    marks = {one.pk: (one.pk, one.matter.last_seq, one.matter.title, one.matter.received_at) for one in incidents}
    new = [key for key, mark in marks.items() if mark not in _HEARD]
    if new:
        texts, answers = _texts_of(new), _known_of(new)
        for one in Incident.objects.filter(pk__in=new).select_related("matter__unit", "owner"):
            _HEARD[marks[one.pk]] = _heard(one, texts.get(one.pk, ""), answers.get(one.pk, Answers()))
        while len(_HEARD) > _HEARD_KEPT:
            _HEARD.popitem(last=False)
    return {key: _HEARD.get(mark, Heard()) for key, mark in marks.items()}


def _heard(incident: Incident, text: str, answers: Answers) -> Heard:
    if not text:
        return Heard()
    result = triage(Report(text, **_circumstances(incident.matter, incident, answers)), knowledge())
    told = [one.latest for one in result.facts.times if one.latest is not None and one.precision >= Precision.DAY]
    until = max(told, default=None)
    if result.cannot_tell:
        return Heard(going_on=result.going_on, until=until)
    return Heard(result.urgency, result.suggestions[0].subtype, result.has_scene, result.going_on, until)


def grades_by_words(incidents: Sequence[Incident]) -> dict[int, int | None]:
    """By key, how urgent the words of these reports are; None where nobody can tell."""
    return {key: heard.grade for key, heard in heard_of(incidents).items()}


def grades() -> list[tuple[int, str]]:
    """The grades of urgency with their names, the most urgent first, in the reader's language."""
    english = (get_language() or "").startswith("en")
    known = knowledge().catalogue.urgencies
    return [(grade, known[grade].en if english else known[grade].zh) for grade in sorted(known)]


def handlers() -> dict[str, str]:
    """Who may handle a report by the division of labour: code → name in the reader's language."""
    english = (get_language() or "").startswith("en")
    known = knowledge().catalogue.handlers
    return {code: entry.words.en if english else entry.words.zh for code, entry in known.items()}


def grade_says(grade: int) -> str:
    """The name of a grade."""
    return dict(grades()).get(grade, str(grade))


def handler_says(code: str) -> str:
    """The name of a handler; one that the station has crossed off since keeps its code."""
    return handlers().get(code, code)


def suggested(advice: Advice | None, about: Asks) -> str:
    """The code that the advice comes to; empty where nobody can tell."""
    point = advice.point(about) if advice else None
    return point.code if point else ""


def suggested_nature(advice: Advice | None) -> Nature | None:
    """
    The answer of the form that the advice comes to; None where it has none, such as what is not for the police, and where it rests on
    sums that contradict each other.
    """
    point = advice.point(Asks.NATURE) if advice else None
    return _NATURES.get(point.code) if point and point.settled else None


def kinds() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Every category with its kinds: (code, name, [(code, name)]), in the reader's language."""
    english = (get_language() or "").startswith("en")
    known = knowledge().catalogue
    of: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for code, kind in known.subtypes.items():
        of[kind.category].append((code, kind.words.en if english else kind.words.zh))
    return [(code, entry.words.en if english else entry.words.zh, of[code]) for code, entry in known.categories.items()]


def kind_says(code: str) -> str:
    """The name of a kind or category; one that the station has crossed off since keeps its code."""
    named = {code: name for category, says, within in kinds() for code, name in ((category, says), *within)}
    return named.get(code, code)
