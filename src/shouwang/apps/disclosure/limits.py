"""What the law data says about an application: days of receipt, endings, grounds, terms, fees, remedies. No number is our own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import get_language

from shouwang.apps.disclosure.models import Application, Consultation
from shouwang.apps.incidents.words import rule_at
from shouwang.apps.matters import clock
from shouwang.apps.matters.ledgers import source_of
from shouwang.engines.clocks import Event, EventKind, Term, count
from shouwang.engines.law import Confidence, Item, Rule

RECEIPT, REPLY, CORRECT, THIRD, JOINT = "gi-received", "gi-reply", "gi-correct", "gi-third", "gi-joint"
#: A web application waits for the station's own confirmation under the house's promise of a first answer.
CONFIRM = "promise-first-answer"
#: Rules whose items are the ways an application ends: the seven of art. 36 first.
ENDING_RULES = ("gi-answers", "gi-partial", "gi-noprocess", "gi-notinfo", "gi-excess", CORRECT)
GROUND_RULES = ("gi-ex-14", "gi-ex-15", "gi-ex-16")
TABLE, REVIEW_FIRST, SUE, SUE_AFTER, WHERE = (
    "gi-annual-table", "gi-remedy-2", "gi-suit-direct", "gi-suit", "gi-remedy-where",
)  # fmt: skip
TARIFFS = {"case": "gi-fee-case", "page": "gi-fee-page"}
#: Endings that say no to part or all, so that a ground is named.
NEEDS_GROUND = frozenset({"refuse", "partly"})


@dataclass(frozen=True, slots=True)
class Choice:
    """One item of a rule with the rule it stands in."""

    code: str
    name: str
    rule: Rule

    @property
    def source(self) -> str:
        return source_of(self.rule)


def said(item: Item) -> str:
    """An item in the reader's language."""
    return item.en if get_language() == "en" else item.zh


def _choices(rules: tuple[str, ...], at: datetime) -> dict[str, Choice]:
    found = [rule_at(one, at) for one in rules]
    return {item.code: Choice(item.code, said(item), rule) for rule in found for item in rule.items}


def endings(at: datetime) -> dict[str, Choice]:
    """Every way an application may end, the seven answers first."""
    return _choices(ENDING_RULES, at)


def grounds(at: datetime) -> dict[str, Choice]:
    """The grounds of a refusal."""
    return _choices(GROUND_RULES, at)


def receipt_says(came: str, at: datetime) -> str:
    """From which day an application of this channel counts as received."""
    return _choices((RECEIPT,), at)[came].name


def table_rows(at: datetime) -> list[tuple[str, str]]:
    """The rows of the annual report: key and name."""
    return [(item.code, said(item)) for item in rule_at(TABLE, at).items]


def unread(rule: Rule) -> bool:
    """Whether the text behind a rule was never read: then the page says so."""
    return rule.confidence == Confidence.UNCONFIRMED


def noon(day: date) -> datetime:
    """A day as a moment, here."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def last_day(rule_id: str, since: datetime) -> date:
    """The last day of a term that begins now."""
    since = timezone.localtime(since)
    return count(Term.of(rule_at(rule_id, since)), [Event(EventKind.START, since)], clock.calendar(), now=since).due_on


def answer_by(whom: str, received_on: date) -> date:
    """Until when somebody asked may answer; other organs have the same fifteen days as co-makers here, for want of a rule of their own."""
    return last_day(THIRD if whom == Consultation.Whom.THIRD_PARTY else JOINT, noon(received_on))


def end_of(day: date) -> datetime:
    """The end of a day here, as a moment."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def fee(by: str, n: int, at: datetime) -> int:
    """
    What may be asked, in yuan: the how many-th application of the month, or so many pages, each page at the price of its band.

    Only for clearly excessive number or frequency; free otherwise (art. 42).
    """
    rule = rule_at(TARIFFS[by], at)
    return rule.price(n) if by == "case" else sum(rule.price(page) for page in range(1, n + 1))


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way to disagree: what, until when, and where it stands. `comes_first`: a suit needs it before."""

    code: str
    name: str
    last_on: date
    source: str
    comes_first: bool = False


def known_on(application: Application) -> datetime | None:
    """When the applicant learned of the answer: on the page at once, by post or at the counter on the day it was handed over."""
    if application.answered_at is None:
        return None
    if application.delivered_on is None:
        return application.answered_at
    return max(application.answered_at, noon(application.delivered_on))


def remedies(application: Application, known: datetime) -> list[Remedy]:
    """Reconsideration, and a suit where it need not wait for reconsideration (行政复议法 art. 23)."""
    rule = rule_at(REVIEW_FIRST, known)
    first = application.outcome in {item.code for item in rule.items}
    found = [Remedy("reconsider", clock.rule_name(rule), last_day(REVIEW_FIRST, known), source_of(rule), first)]
    if not first:
        suit = rule_at(SUE, known)
        found.append(Remedy("sue", clock.rule_name(suit), last_day(SUE, known), source_of(suit)))
    return found
