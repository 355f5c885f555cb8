"""
What a typed question asks an index for: exact terms, and the beginnings of words still being typed.
"""

from __future__ import annotations

from dataclasses import dataclass

from shouwang.engines.textsearch.text import is_han, normalise, spans

# A question longer than this is a paste; its first part says what it is about.
LONGEST_QUERY = 4000
# The rarest terms carry the meaning; the others cost time. Real questions have 10 to 40 terms.
MOST_TERMS = 64
# Completions of a half typed word that are searched for; the most frequent ones.
COMPLETIONS = 32


@dataclass(frozen=True, slots=True)
class Query:
    """
    terms    distinct tokens, in the order typed
    prefix   the beginning of a word to complete, or "": a single Han character, or a Latin word at the very end
    """

    terms: tuple[str, ...]
    prefix: str = ""


def read_query(text: str) -> Query:
    """Understand anything typed or pasted; never raises. Search operators and quotes are only signs between words."""
    plain = normalise(text[:LONGEST_QUERY])
    found = spans(plain)
    terms = tuple(dict.fromkeys(token for token, _, _ in found))
    prefix = ""
    if found:
        last, _, end = found[-1]
        # 身份证 is complete in its pairs; 户 alone or "wech" can only be meant as a beginning.
        if end == len(plain) and ((is_han(last) and len(last) == 1) or (not is_han(last) and not last.isdigit())):
            prefix = last
    return Query(terms, prefix)
