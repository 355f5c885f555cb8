"""
How a lower room tells a higher one that something happened: a frozen value, published inside the transaction.

A listener runs at once, in the same transaction: what it writes stands or falls with the fact it heard of. What must wait for the commit
uses `transaction.on_commit`. Every event class is listed in `docs/reference/events.md`; a test compares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar


@dataclass(frozen=True, slots=True)
class Event:
    """A fact, named in the past tense."""


E = TypeVar("E", bound=Event)
_listeners: defaultdict[type[Event], list[Callable[[Event], object]]] = defaultdict(list)


def listen(kind: type[E]) -> Callable[[Callable[[E], object]], Callable[[E], object]]:
    """Call the decorated function for each published `kind`. Listeners are registered once, in `AppConfig.ready`."""

    def register(listener: Callable[[E], object]) -> Callable[[E], object]:
        if listener not in _listeners[kind]:
            _listeners[kind].append(listener)  # type: ignore[arg-type]
        return listener

    return register


def publish(event: Event) -> None:
    """Tell every listener, in the order in which they registered. An error of a listener is the publisher's error."""
    for listener in tuple(_listeners[type(event)]):
        listener(event)
