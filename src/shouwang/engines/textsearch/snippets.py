"""
The part of a text worth showing, and the places to mark in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from shouwang.engines.textsearch.documents import Document, Hit, Match, Span
from shouwang.engines.textsearch.text import normalise_with_origins, spans

SNIPPET_CHARACTERS = 120
# Only this much of a body is looked at: a snippet is a service, not a search.
LOOKED_AT = 20_000


def marks(text: str, terms: Collection[str]) -> tuple[Span, ...]:
    """Merged [start, end) places of the terms (normalised tokens, or beginnings of words) in the original text."""
    plain, origins = normalise_with_origins(text[:LOOKED_AT])
    wanted = set(terms)
    found: list[list[int]] = []
    for token, start, end in spans(plain):
        if token not in wanted:
            continue
        first, last = origins[start], origins[end - 1] + 1
        if found and first <= found[-1][1]:
            found[-1][1] = max(found[-1][1], last)
        else:
            found.append([first, last])
    return tuple((first, last) for first, last in found)


def snippet(body: str, terms: Collection[str], size: int = SNIPPET_CHARACTERS) -> tuple[str, tuple[Span, ...]]:
    """
    The stretch of at most `size` characters with the most marked characters, begun at a sentence where possible.

    Returns the stretch as written (no dots added, so that the spans stay true) and the marks within it.
    """
    places = marks(body, terms)
    if len(body) <= size:
        return body, places
    start, best = 0, -1
    for first, _ in places:
        begin = _sentence_start(body, first, size)
        covered = sum(min(b, begin + size) - a for a, b in places if begin <= a < begin + size)
        if covered > best:
            start, best = begin, covered
    end = min(len(body), start + size)
    inside = tuple((a - start, min(b, end) - start) for a, b in places if start <= a < end)
    return body[start:end], inside


def _sentence_start(body: str, place: int, size: int) -> int:
    """The last sentence start before `place` that keeps it in the first half of the stretch, or a bit before."""
    earliest = max(0, place - size // 2)
    stop = max(body.rfind(mark, earliest, place) for mark in "。；！？\n")
    if stop >= 0:
        return stop + 1
    return earliest if earliest == 0 else max(0, place - size // 6)


def show(document: Document, score: float, terms: Collection[str], why: tuple[Match, ...] = ()) -> Hit:
    """A document as a hit, with the asked terms marked in title and body."""
    text, places = snippet(document.body, terms)
    return Hit(
        id=document.id,
        score=score,
        title=document.title,
        title_spans=marks(document.title, terms),
        snippet=text,
        snippet_spans=places,
        group=document.group,
        facets=document.facets,
        why=why,
    )


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a shown text; `marked` when it was asked for."""

    text: str
    marked: bool


def stretches(text: str, places: Iterable[Span]) -> tuple[Stretch, ...]:
    """The whole text, cut at its marked places."""
    found, at = [], 0
    for start, end in places:
        found += [Stretch(text[at:start], marked=False), Stretch(text[start:end], marked=True)]
        at = end
    return tuple(part for part in (*found, Stretch(text[at:], marked=False)) if part.text)
