"""
Find what identifies a person in a text.

    find("报警人侯桂兰，手机138 0000 1234")     # Span(3, 6, "name", …), Span(9, 22, "phone", …)

Structured kinds come from their shapes (``numbers.py``), names, addresses and organisations from a tagger and rules
(``words.py``). Where readings overlap, what can be proven by its shape stands first, and nothing that any reading would
hide is left open: an overlap is cut, never dropped.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter

from shouwang.engines.redaction.model import STRUCTURED, Confidence, Span
from shouwang.engines.redaction.numbers import structured
from shouwang.engines.redaction.plain import Plain
from shouwang.engines.redaction.tagger import EDGE, Tagger, standard_tagger
from shouwang.engines.redaction.words import again, words


def find(
    text: str, *, known: Mapping[str, str] | None = None, tagger: Tagger | None = None, only: Collection[str] = ()
) -> tuple[Span, ...]:
    """
    Spans in order of place, never overlapping.

    known   words to hide wherever they stand, and their kinds: the parties of a case, the station's own people
    only    kinds wanted; structured kinds alone are found much faster
    """
    return find_many([text], known=known, tagger=tagger, only=only)[0]


def find_many(
    texts: Sequence[str],
    *,
    known: Mapping[str, str] | None = None,
    tagger: Tagger | None = None,
    only: Collection[str] = (),
) -> list[tuple[Span, ...]]:
    """As :func:`find` for each text; many short texts at once are quicker than one by one."""
    plains = [Plain.of(text) for text in texts]
    parts = [_seen(text, plain) for text, plain in zip(texts, plains, strict=True)]
    whole = _BETWEEN.join(parts)
    readings = list(structured(_BETWEEN.join(plain.text for plain in plains)))
    if not only or not set(only) <= set(STRUCTURED):
        heard = words(whole, (tagger or standard_tagger()).tag(whole))
        terms = [match.span() for match in _TERMS.finditer(whole)]
        readings += [span for span in heard if span.how != "tagger" or not _within(span, terms)]
    readings += _known(whole, known or {})
    readings.sort(key=attrgetter("start"))
    found: list[tuple[Span, ...]] = []
    at, taken = 0, 0
    for part, plain in zip(parts, plains, strict=True):
        here = []
        while taken < len(readings) and readings[taken].start < at + len(part):
            reading = readings[taken].moved(-at)
            here.append(reading if reading.end <= len(part) else reading.part(reading.start, len(part)))
            taken += 1
        here += again(part, here)
        found.append(_placed(plain, [reading for reading in here if not only or reading.kind in only]))
        at += len(part) + len(_BETWEEN)
    return found


#: What the desk writes every day and the tagger takes for a place: 行政处 is no office when 罚 follows.
_TERMS = re.compile("行政(?:处罚|复议|诉讼|拘留|案件|决定)(?:决定书|告知书|申请书|告知|决定)?")


def _within(span: Span, terms: Sequence[tuple[int, int]]) -> bool:
    return any(start <= span.start and span.end <= end for start, end in terms)


# Ends every reading: nothing goes on from one text into the next.
_BETWEEN = EDGE


def _seen(text: str, plain: Plain) -> str:
    """The text without invisible characters: offsets of it and of the plain text are the same."""
    return text if plain.origin is None else "".join(text[at] for at in plain.origin)


def _known(text: str, known: Mapping[str, str]) -> Iterable[Span]:
    for words_, kind in known.items():
        at = text.find(words_) if words_ else -1
        while at >= 0:
            yield Span(at, at + len(words_), kind, "known", Confidence.HIGH)
            at = text.find(words_, at + 1)


_RANK = {kind: rank for rank, kind in enumerate(STRUCTURED)}


def _placed(plain: Plain, readings: Iterable[Span]) -> tuple[Span, ...]:
    """
    Each place given to its best reading. A reading that overlaps a better one keeps the parts left to it, so that the sum of
    what is hidden is the same in any order.
    """
    kept: list[Span] = []
    free = bytearray(b"\1") * (len(plain.text) + 1)
    order = sorted(readings, key=lambda s: (-s.confidence, s.start - s.end, _RANK.get(s.kind, 99), s.start, s.how))
    for reading in order:
        at = reading.start
        while at < reading.end:
            start = free.find(1, at, reading.end)
            if start < 0:
                break
            end = free.find(0, start, reading.end)
            end = reading.end if end < 0 else end
            whole = (start, end) == (reading.start, reading.end)
            kept.append(reading if whole else reading.part(start, end))
            free[start:end] = bytes(end - start)
            at = end
    kept.sort(key=attrgetter("start"))
    if plain.origin is None:
        return tuple(kept)
    return tuple(
        replace(span, start=start, end=end) for span in kept for start, end in [plain.back(span.start, span.end)]
    )
