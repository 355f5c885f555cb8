"""What the parts of the engine hand to one another."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

#: What can be found. The first group is told by its shape, the second by words around it and the tagger.
STRUCTURED = (
    "id-number", "document", "phone", "bank-card", "plate", "vehicle-number", "email", "wechat", "qq", "account", "ip-address",
    "birth-date", "coordinates", "number",
)  # fmt: skip
WORDS = ("name", "address", "organisation", "minor", "health")
KINDS = (*STRUCTURED, *WORDS)

#: By whom a person is called in the sentence.
ROLES = ("victim", "suspect", "witness", "reporter", "minor", "officer", "")


class Confidence(IntEnum):
    """How sure: LOW is worth a look, MEDIUM has the shape or the words, HIGH has both or a right check digit."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


@dataclass(frozen=True, order=True)
class Span:
    """
    What is to be hidden.

    start, end  half-open range of characters of the text
    kind        one of KINDS
    how         code of the reason: which rule, the tagger, or the list handed in
    confidence  how sure
    valid       whether its check digit (identity number, card, company code) is right; None where there is none
    role        for names: one of ROLES
    """

    start: int
    end: int
    kind: str
    how: str
    confidence: Confidence
    valid: bool | None = None
    role: str = ""

    def part(self, start: int, end: int) -> Span:
        """What is left of it; a part has no check digit."""
        return Span(start, end, self.kind, self.how, self.confidence, None, self.role)

    def moved(self, by: int) -> Span:
        """The same in a text that begins elsewhere."""
        if not by:
            return self
        return Span(self.start + by, self.end + by, self.kind, self.how, self.confidence, self.valid, self.role)
