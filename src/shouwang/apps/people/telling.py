"""What in words for everybody tells who somebody is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from shouwang.apps.people.models import Person
from shouwang.apps.people.usecases import PERSONAL
from shouwang.engines.triage.personal import INCIDENT, spot

#: The number of a matter, and a tracking code.
_NUMBER = re.compile(r"\b[A-Z]{2,4}-\d{4}-\d{5,}-\d\b|\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


def tells_who(words: str, *, of: Person | None, called: Iterable[str] = (), public: str = "") -> list[str]:
    """
    The pieces that identify somebody: found by their shape, or known of the person whom the words are about.

    called   other names of that person, such as a nickname in a room
    public   what is everybody's to know: the station's own telephone and address
    """
    found = [words[mark.start : mark.end] for mark in spot(words) if mark.kind != INCIDENT]
    found += _NUMBER.findall(words)
    known = [*called, *((of.pseudonym, *(getattr(of, field) for field in PERSONAL)) if of else ())]
    found += [word for word in known if len(word) >= 2 and word in words]
    return list(dict.fromkeys(word for word in found if word not in public))
