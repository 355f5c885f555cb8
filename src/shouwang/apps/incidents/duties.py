"""
What the law wants done with a report besides deciding: on the spot, and afterwards telling.

Each with its time and, when it has one, its end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shouwang.apps.incidents import filing
from shouwang.apps.incidents.models import Incident
from shouwang.apps.incidents.words import rule_at
from shouwang.apps.matters import clock
from shouwang.apps.matters.ledgers import source_of
from shouwang.apps.matters.models import Matter, ReadMark, Type
from shouwang.apps.papers.models import Paper, State
from shouwang.engines.law import Confidence

#: The paper that a written no is made of, by the nature that was decided.
NOTICES: Mapping[str, str] = {"criminal": "no-filing-notice", "administrative": "no-case-notice"}


@dataclass(frozen=True, slots=True)
class Duty:
    """
    One thing to do.

    done_at   when it was done; None while it waits
    due_at    when it ends; None for what is done on the spot
    action    key of the desk's action that does it; empty when it comes about by itself
    """

    name: str | Promise
    rule: str
    done_at: datetime | None
    due_at: datetime | None = None
    action: str = ""
    source: str = ""
    unconfirmed: bool = False

    def is_late(self, now: datetime) -> bool:
        return self.done_at is None and self.due_at is not None and self.due_at < now


def duties_of(matter: Matter, incident: Incident, now: datetime) -> list[Duty]:
    """The on-the-spot duties, then those of telling that have begun."""
    return [
        *on_the_spot(matter, incident),
        *_passing(matter, incident, now),
        *_telling(matter, incident, now),
        *_notice(matter, incident, now),
    ]


def on_the_spot(matter: Matter, incident: Incident) -> list[Duty]:
    """What is done while the reporter is there (接报案与立案工作规定)."""
    at = matter.received_at
    found = [
        _duty(_("登记"), "fr-three", at, incident.registered_at),
        _duty(_("收证据"), "fr-three", at, incident.evidence_at, action="evidence"),
        _duty(_("给回执"), "fr-three", at, incident.receipt_at, action="receipt"),
    ]
    if incident.stage not in {filing.NOT_POLICE, filing.NO_CASE}:
        found.append(_duty(_("做笔录"), "fr-own", at, incident.statement_at, action="statement"))
    return found


def _notice(matter: Matter, incident: Incident, now: datetime) -> list[Duty]:
    """The written no: done when the paper was issued, not when somebody decided. Nobody to write to: nothing is due."""
    if incident.stage != filing.DECLINED or matter.reporter_id is None:
        return []
    kind = NOTICES.get(incident.nature)
    if kind is None:
        return []
    issued = Paper.objects.of(matter).filter(kind=kind, state=State.ISSUED).order_by("issued_at").first()
    rule = "cp-nofile" if incident.nature == "criminal" else "psl-file"
    return [_duty(_("发出不予立案的书面通知"), rule, now, issued.issued_at if issued else None)]


def _passing(matter: Matter, incident: Incident, now: datetime) -> list[Duty]:
    """
    Passing on, from the moment it was known that it is not ours; a crime by 程序规定 art. 175, which asks the county-level head.

    Offered to another unit of the house it waits for them, and the hours run on until they take it.
    """
    if incident.elsewhere_at is None or incident.stage not in filing.UNDECIDED | {filing.NO_CASE} or not matter.is_open:
        return []
    rule = "cp-transfer" if incident.nature == "criminal" else "fr-other-unit"
    due = clock.due_from("fr-other-unit", incident.elsewhere_at, now)
    action = "transfer" if incident.owner_id is not None else "pass-on"
    return [_duty(_("移送给管这件事的单位"), rule, now, None, due_at=due, action=action)]


def _telling(matter: Matter, incident: Incident, now: datetime) -> list[Duty]:
    found = []
    if incident.decided_at is not None and incident.stage in filing.TO_TELL:
        running = matter.due_rule in {"cp-nofile", "fr-tell-transfer"}
        rule = "psl-file" if incident.nature == "administrative" else "fr-query"
        rule = matter.due_rule if running else rule
        due = matter.due_at if running else None
        found.append(_duty(_("告知决定"), rule, now, incident.told_at, due_at=due, action="tell"))
    if (moved := _moved_at(matter)) is not None:
        seen = ReadMark.objects.filter(matter=matter, side=ReadMark.Side.RESIDENT, read_at__gte=moved).first()
        due = clock.due_from("fr-tell-transfer", moved, now)
        found.append(_duty(_("告知换了单位"), "fr-tell-transfer", now, seen.read_at if seen else None, due_at=due))
    return found


def _moved_at(matter: Matter) -> datetime | None:
    if not matter.transfers:
        return None
    accepted = matter.entries.filter(type=Type.TRANSFER_ACCEPTED).order_by("-seq")
    return accepted.values_list("at", flat=True).first()


def _duty(
    name: str | Promise,
    rule_id: str,
    at: datetime,
    done_at: datetime | None,
    *,
    due_at: datetime | None = None,
    action: str = "",
) -> Duty:
    rule = rule_at(rule_id, at)
    unsure = rule.confidence == Confidence.UNCONFIRMED
    return Duty(name, rule_id, done_at, due_at, action, source_of(rule), unsure)
