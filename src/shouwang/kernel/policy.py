"""
May I, or may I not — and why. Nothing is allowed by silence.

A rule is a function `may_…(who, what) -> Verdict` in an app's `policy.py`. `require` turns a no into `Refused`.
Each app lists its rules with `@rule("capability")`, so that the page “为什么我可以／不可以” can ask all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.utils.functional import Promise

from shouwang.kernel.errors import Refused


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    The answer of a rule.

    allowed   yes or no
    reason    one translated sentence for the person who asks
    """

    allowed: bool
    reason: str

    def __bool__(self) -> bool:
        return self.allowed


def yes(reason: str) -> Verdict:
    """Allowed, because …"""
    return Verdict(True, reason)


def no(reason: str) -> Verdict:
    """Not allowed, because …"""
    return Verdict(False, reason)


def require(verdict: Verdict) -> Verdict:
    """Go on only when allowed. Raises Refused with the verdict's reason."""
    if not verdict.allowed:
        raise Refused(verdict.reason)
    return verdict


Rule = Callable[..., Verdict]
R = TypeVar("R", bound=Rule)


@dataclass(frozen=True, slots=True)
class Listed:
    """One rule as the page of rights shows it: a name such as `matters.transfer`, a translated title, the function."""

    name: str
    title: str | Promise
    ask: Rule


_rules: dict[str, Listed] = {}


def rule(name: str, title: str | Promise) -> Callable[[R], R]:
    """List a rule whose only argument is who asks, so that anybody can be told why they may or may not."""

    def listed(ask: R) -> R:
        if name in _rules:
            raise ValueError(f"Two rules are called {name}.")
        _rules[name] = Listed(name, title, ask)
        return ask

    return listed


def rules() -> tuple[Listed, ...]:
    """All listed rules, by name."""
    return tuple(_rules[name] for name in sorted(_rules))
