"""
What can go wrong on purpose, and what the reader can do about it.

    RuleBroken          the house says no for a reason; a page, fragment or JSON tells it
    ├── Refused         the person may not do this
    ├── Conflict        somebody else was quicker; nothing was done twice
    ├── TooOften        slow down; says when to come back
    └── (each app derives its own, with a stable code)
"""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise


class RuleBroken(Exception):
    """
    A rule of the house was not met.

    code     stable: tests, the API and logs rely on it
    status   HTTP status for doors that have one
    hint     one translated sentence: what to do now
    source   the article the rule rests on, if any
    """

    code: ClassVar[str] = "rule-broken"
    status: ClassVar[int] = 409
    hint: ClassVar[str | Promise] = ""
    source: ClassVar[str] = ""

    @property
    def says(self) -> str:
        """The sentence that was given when it was raised."""
        return str(self.args[0]) if self.args else str(self.hint)

    @property
    def whole(self) -> str:
        """The sentence and what to do now, as a form shows them; said once where both are the same."""
        says, hint = self.says, str(self.hint)
        if not hint or hint == says:
            return says
        # English puts a space between sentences, Chinese none.
        return f"{says} {hint}" if says[-1:].isascii() else f"{says}{hint}"


class Refused(RuleBroken):
    """The person may not do this; the sentence says why."""

    code = "refused"
    status = 403


class Conflict(RuleBroken):
    """Somebody else was quicker; nothing was done twice."""

    code = "conflict"


class TooOften(RuleBroken):
    """Too many tries; the sentence says when to come back."""

    code = "too-often"
    status = 429
