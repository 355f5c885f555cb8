"""
Find what identifies a person in a text.

    find("报警人侯桂兰，手机138 0000 1234")     # Span(3, 6, "name", …), Span(9, 22, "phone", …)

Structured kinds come from their shapes (``numbers.py``), names, addresses and organisations from a tagger and rules
(``words.py``). Where readings overlap, what can be proven by its shape stands first, and nothing that any reading would
hide is left open: an overlap is cut, never dropped.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from shouwang.engines.redaction.model import STRUCTURED, Confidence, Span
from shouwang.engines.redaction.numbers import structured
from shouwang.engines.redaction.plain import Plain
from shouwang.engines.redaction.tagger import Labels, Tagger, standard_tagger
from shouwang.engines.redaction.words import words


def find(text: str, *, known: Mapping[str, str] | None = None, tagger: Tagger | None = None, only: Collection[str] = ()) -> tuple[Span, ...]:
    """
    Spans in order of place, never overlapping.

    known   words to hide wherever they stand, and their kinds: the parties of a case, the station's own people
    only    kinds wanted; structured kinds alone are found much faster
    """
    return find_many([text], known=known, tagger=tagger, only=only)[0]


def find_many(
    texts: Sequence[str], *, known: Mapping[str, str] | None = None, tagger: Tagger | None = None, only: Collection[str] = ()
) -> list[tuple[Span, ...]]:
    """As :func:`find` for each text; many short texts at once are quicker than one by one."""
    plains = [Plain.of(text) for text in texts]
    seen = [_seen(text, plain) for text, plain in zip(texts, plains, strict=True)]
    wants_words = not only or not set(only) <= set(STRUCTURED)
    labels = _labels(seen, tagger or standard_tagger()) if wants_words else None
    found = []
    for number, (text, plain) in enumerate(zip(seen, plains, strict=True)):
        readings = list(structured(plain.text))
        if labels is not None:
            readings += words(text, labels[number])
        readings += _known(text, known or {})
        found.append(_placed(plain, [r for r in readings if not only or r.kind in only]))
    return found


def _seen(text: str, plain: Plain) -> str:
    """The text without invisible characters: offsets of it and of the plain text are the same."""
    return text if plain.origin is None else "".join(text[at] for at in plain.origin)


def _labels(texts: Sequence[str], tagger: Tagger) -> list[Labels]:
    whole = tagger.tag("\n".join(texts))
    out, at = [], 0
    for text in texts:
        out.append(whole[at : at + len(text)])
        at += len(text) + 1
    return out


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
            kept.append(reading if whole else replace(reading, start=start, end=end, valid=None))
            free[start:end] = bytes(end - start)
            at = end
    return tuple(replace(span, **dict(zip(("start", "end"), plain.back(span.start, span.end), strict=True))) for span in sorted(kept))
