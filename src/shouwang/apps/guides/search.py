"""
Which guide fits what somebody wrote, and may its short answer go out without a person?

The published guides lie in memory, once for each process, and are read anew when `Shelf.token` has changed. Text that is
searched for is neither kept nor logged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from threading import Lock

from shouwang.apps.guides.asking import sign, strangeness, unasked
from shouwang.apps.guides.models import Guide, Shelf
from shouwang.apps.guides.ranking import Fit, Listed, asked_in, document_of, is_listed, pairs, trust
from shouwang.apps.units.names import in_readers_language
from shouwang.engines.textsearch.memory_index import MemoryIndex

#: Below this a suggestion is more often a nuisance than a help; seen while typing.
WORTH_SHOWING = 0.3
LONGEST_QUESTION = 300


@dataclass(frozen=True, slots=True)
class Card:
    """As much of a guide as a list or a suggestion shows."""

    slug: str
    title: str
    title_en: str
    summary: str
    summary_en: str
    answer: str
    auto_ok: bool
    danger: bool
    category: str
    valid_until: date
    source: str

    @property
    def shown_title(self) -> str:
        return in_readers_language(self.title, self.title_en)

    @property
    def shown_summary(self) -> str:
        return in_readers_language(self.summary, self.summary_en)

    @property
    def insert(self) -> str:
        """What an officer gets into the reply box."""
        return self.answer or self.summary


@dataclass(frozen=True, slots=True)
class Found:
    """
    A guide that may fit.

    confidence   0..1, the share of such suggestions that were right when measured (`data/calibration.json`)
    why          words of the question found in the guide, strongest first; a concept is named in brackets
    listed       the same question stands in the guide's own list
    stale        nobody vouches for the guide any more
    """

    card: Card
    confidence: float
    why: tuple[str, ...]
    listed: bool
    stale: bool


@dataclass(frozen=True, slots=True)
class _Copy:
    """The shelf as one process holds it."""

    token: str
    index: MemoryIndex
    cards: dict[str, Card]
    asked: dict[str, tuple[frozenset[str], ...]]
    listed: Listed


_copy: _Copy | None = None
_reading = Lock()


def _shelf() -> _Copy:
    global _copy  # noqa: PLW0603  one process, one shelf
    token = Shelf.objects.values_list("token", flat=True).filter(pk=1).first() or ""
    held = _copy
    if held is None or held.token != token:
        with _reading:
            held = _copy = _read(token)
    return held


def _read(token: str) -> _Copy:
    guides = list(Guide.objects.published().order_by("slug"))
    index = MemoryIndex(calibration=trust().calibration)
    index.rebuild(document_of(guide) for guide in guides)
    fields = Card.__dataclass_fields__.keys() - {"source"}
    return _Copy(
        token,
        index,
        {
            guide.slug: Card(source=_source(guide), **{name: getattr(guide, name) for name in fields})
            for guide in guides
        },
        {guide.slug: asked_in(guide) for guide in guides},
        Listed(guides),
    )


def _source(guide: Guide) -> str:
    """What it rests on, in one line: the first instrument and article."""
    first = next(iter(guide.source_lines), None)
    return f"{first.instrument} {first.article}".strip() if first else ""


def find(question: str, *, today: date, limit: int = 3, category: str = "") -> tuple[Found, ...]:
    """The guides that fit best, best first; never raises, whatever was typed."""
    words = question[:LONGEST_QUESTION]
    shelf = _shelf()
    own = pairs(words)
    facets = {"category": category} if category else None
    found = []
    for one in shelf.index.suggest(words, limit, facets=facets):
        card = shelf.cards[one.hit.id]
        why = tuple(
            match.term if match.kind != "concept" else f"〔{match.term.rpartition('/')[2]}〕" for match in one.hit.why
        )
        listed = is_listed(own, shelf.asked[card.slug])
        found.append(Found(card, one.confidence, why[:4], listed, card.valid_until < today))
    return tuple(found)


def answer_for(question: str, *, today: date) -> Found | None:
    """
    The guide whose short answer may go out by itself, or None.

    It has to be the best fit, still valid, and marked as safe to send; the question must say enough, be one, and show no sign
    that it wants a person; and either it stands in the guide's list, or it asks something and the confidence passes the proven
    gate. Danger, and what tells who somebody is, are for the caller to look for.
    """
    if len(question) > LONGEST_QUESTION:
        return None  # a long story wants a person
    best = next(iter(find(question, today=today, limit=1)), None)
    if best is None or best.stale or best.card.danger or not best.card.auto_ok or not best.card.answer:
        return None
    nothing_to_answer = unasked(question)
    if sign(question) or nothing_to_answer in {"too-little", "several"}:
        return None
    if best.listed:
        return best
    shelf, trusted = _shelf(), trust()
    first = shelf.index.first(question)
    if trusted.gate is None or first is None or nothing_to_answer:
        return None
    fit = Fit.of(question, best.card.slug, first[1].margin, shelf.listed, strangeness(question))
    sure = trusted.automatic.confidence(fit)
    return replace(best, confidence=sure) if sure >= trusted.gate else None
