"""
The published rule on a decision: organisations keep their name; people become 张某; numbers, addresses and the rest are deleted as a whole.

The rule itself is data (`engines/law/data/masking.toml`) and stands on the public page; here it is followed by the redaction engine.
"""

from __future__ import annotations

import re
from functools import cache

from django.utils.translation import get_language

from shouwang.apps.cases.models import InCharge, Party
from shouwang.apps.matters import clock
from shouwang.apps.penalties.models import Penalty
from shouwang.engines.law import MaskRule
from shouwang.engines.redaction import STRUCTURED, Cast, Span, find, redact

#: What no published text may have: shapes of numbers, people, where they live, how young they are.
NEVER = frozenset({*STRUCTURED, "name", "address", "minor"})
#: Fields of the published rule, in the order of the page.
FIELDS = (
    "entity-name",
    "adult-name",
    "third-person-name",
    "minor",
    "identifier",
    "address",
    "employer",
    "family-relation",
)


def known_of(penalty: Penalty) -> dict[str, str]:
    """What the case knows of everybody in it: words to hide wherever they stand, and their kinds."""
    found: dict[str, str] = {}
    for one in Party.objects.filter(case=penalty.case_id).select_related("person"):
        person = one.person
        kind = "organisation" if one.organisation else "name"
        words = {person.name: kind, person.pseudonym: kind, person.phone: "phone", person.id_number: "number"}
        found |= {word.strip(): kind for word, kind in words.items() if len(word.strip()) > 1}
    charges = InCharge.objects.filter(organisation__case=penalty.case_id, party=None)
    return found | {one.name.strip(): "name" for one in charges if one.name.strip()}


def own_name(penalty: Penalty) -> str:
    """The name of a penalised organisation, which is published; empty for a human being."""
    return penalty.party.person.name.strip() if penalty.party.organisation else ""


#: What makes a place an address: 样板路 8 号, and not 店里 or 两间客房, which say what was found and tell nobody where somebody lives.
_WHERE = re.compile(r"[路街巷弄村镇乡]|[\d一二三四五六七八九十]+ ?[号栋幢室组]")


@cache
def _titles() -> tuple[str, ...]:
    """How laws are called: 《互联网上网服务营业场所管理条例》 speaks of no place."""
    instruments = clock.rulebook().instruments.values()
    return tuple({f"《{title}》" for one in instruments for title in (one.name_zh, one.full_zh)})


def _spans(text: str, penalty: Penalty) -> list[Span]:
    """What is to be hidden, but for the organisation's own name and titles of laws."""
    own, known = own_name(penalty), known_of(penalty)
    known.pop(own, None)
    kept = [(at, at + len(word)) for word in (own, *_titles()) for at in _places(text, word)]
    return [
        span
        for span in find(text, known=known)
        if not (span.kind == "address" and not _WHERE.search(text[span.start : span.end]))
        and not any(start <= span.start and span.end <= end for start, end in kept)
    ]


def _places(text: str, word: str) -> list[int]:
    found, at = [], text.find(word) if word else -1
    while at >= 0:
        found.append(at)
        at = text.find(word, at + len(word))
    return found


def written(penalty: Penalty) -> tuple[str, str]:
    """Who was penalised and what was found, as a draft for the page: a beginning that two people read."""
    cast, own = Cast(), own_name(penalty)
    names = [own] if own else [penalty.party.person.name.strip() or penalty.party.called]
    who = own or cast.token(names[0])
    facts = redact(penalty.facts, _spans(penalty.facts, penalty), cast).text
    return who, facts


def telling(text: str, penalty: Penalty) -> list[str]:
    """The pieces of a text that still tell who somebody is."""
    found = [text[span.start : span.end] for span in _spans(text, penalty) if span.kind in NEVER or span.how == "known"]
    return list(dict.fromkeys(found))


def the_rule() -> list[tuple[MaskRule, str, str]]:
    """The published rule, each line with name and words in the reader's language."""
    english = get_language() == "en"
    rules = [clock.rulebook().mask(field) for field in FIELDS]
    return [(one, one.name_en if english else one.name_zh, one.says_en if english else one.says_zh) for one in rules]
