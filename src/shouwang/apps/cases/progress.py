"""
How far a case is, told to whoever was harmed: by a code of their own, handed over once it is known who they are.

Unit and how to reach it, what was decided about the case as a whole, and when; no evidence, no step of the investigation, nobody else
(公安机关执法公开规定 art. 22; rule `eo-progress-what`). It is read from the case itself, so it is there at once: five working days are
allowed (arts 23, 28; rule `eo-progress-time`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.cases import policy
from shouwang.apps.cases.models import Case, Nature, Party, PartyCode
from shouwang.apps.cases.timeline import happened, held
from shouwang.apps.incidents.words import rule_at
from shouwang.apps.matters import clock
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.ledgers import doubt_of, source_of
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit
from shouwang.kernel.policy import require

#: What is shown, and by when a change has to be.
RULES = ("eo-progress-what", "eo-progress-time")


@dataclass(frozen=True, slots=True)
class Stage:
    """Something that was decided about the case as a whole."""

    at: datetime
    says: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """By when the law wants a result, and which rule says so."""

    until: datetime
    rule: str


def stages_of(case: Case) -> list[Stage]:
    """What may be told, oldest first."""
    began = {
        Nature.ADMINISTRATIVE: _("受案，按治安案件办理。"),
        Nature.CRIMINAL: _("立案，按刑事案件侦查。"),
    }
    found = [Stage(case.opened_at, began[Nature(case.nature)])]
    if case.closed_at is not None:
        found.append(Stage(case.closed_at, _("有了结果：%(result)s。") % {"result": Case.Result(case.result).label}))
    return found


def ahead_of(case: Case) -> Ahead | None:
    """The limit that runs; None when the case has its result."""
    matter = case.matter
    if case.closed_at is not None or matter.due_at is None:
        return None
    return Ahead(matter.due_at, clock.rule_name(rule_at(matter.due_rule, case.opened_at)))


def sources_at(now: datetime) -> list[tuple[str, str]]:
    """The articles on which the page rests, each with what is not certain about its text."""
    return [(source_of(rule), doubt_of(rule)) for rule in (rule_at(name, now) for name in RULES)]


@transaction.atomic
def hand_code(party: Party, *, by: Officer, reason: str, at: datetime) -> str:
    """
    A fresh code for somebody who was harmed, to be shown and printed once; older ones open nothing any more.

    reason   how it was made sure who asks. Raises NothingSaid without it, Refused for any other party
    """
    case = held(party.case)
    require(policy.may_hand_code(by, case, party))
    if not (why := clean_text(reason)[:200]):
        raise NothingSaid(_("请写明怎么核对是本人的，比如：看了身份证。"))
    PartyCode.live(party=party).update(revoked_at=at)
    code = PartyCode.issue(at=at, party=party)
    happened(case, "cases.code-handed", at=at, by=by, role=party.role, nth=party.nth)
    audit.record("cases.code_handed", by=by.ref, on=party, at=at, reason=why)
    return code


def open_code(typed: str, *, address: str, at: datetime, tries_per_hour: int) -> PartyCode:
    """The code of a party. Wrong ones are counted by address, as those of matters are."""
    found = PartyCode.proved(typed, address=address, at=at, tries_per_hour=tries_per_hour)
    audit.record("cases.code_used", by="resident", on=found.party, at=at)
    return found


def case_behind(code: PartyCode) -> Case | None:
    """The case, as long as its holder may follow it: not once it is sealed, or when they turned out to have nothing to do with it."""
    party = Party.objects.select_related("case__matter__unit__parent").get(pk=code.party_id)
    return party.case if party.is_followed and party.case.matter.sealed_at is None else None
