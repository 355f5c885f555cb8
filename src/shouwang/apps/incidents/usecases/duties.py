"""What is done on the spot (register, accept evidence, hand out the receipt, take the statement), and telling the decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shouwang.apps.incidents import policy
from shouwang.apps.incidents.errors import NotServed
from shouwang.apps.incidents.timeline import happened, held
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.contact import may_contact
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.usecases.clocks import stop_clock
from shouwang.apps.matters.usecases.opening import take_files
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit
from shouwang.kernel.policy import require

#: Clocks that end when the reporter is told.
TOLD_RULES = frozenset({"cp-nofile", "fr-tell-transfer"})


@transaction.atomic
def take_evidence(matter: Matter, *, by: Officer, items: str, at: datetime, files: tuple[str, ...] = ()) -> Entry:
    """
    Accept on the spot what the reporter brought, one item a line; empty when there is nothing (接受证据, 程序规定 art. 170).

    The list is seen by the reporter and stands on the receipt.
    """
    matter, _incident = held(matter)
    require(policy.may_work(by, matter))
    listed = [line.strip() for line in matters.clean_text(items).splitlines() if line.strip()]
    stored: dict[str, Any] = {"files": take_files(matter, files, by=by.ref, at=at)} if files else {}
    entry = happened(
        matter,
        "evidence-taken",
        at=at,
        by=by,
        body="\n".join(listed),
        count=len(listed),
        **stored,
    )
    audit.record("incidents.evidence_taken", by=by.ref, on=matter, at=at, count=len(listed))
    return entry


@transaction.atomic
def give_receipt(matter: Matter, *, by: Officer, how: str, at: datetime) -> Entry:
    """The receipt was handed over on `paper` or `screen`, or the person `refused` it or was `unreachable` (程序规定 art. 171)."""
    matter, _incident = held(matter)
    require(policy.may_work(by, matter))
    return happened(matter, "receipt-given", at=at, by=by, how=how)


@transaction.atomic
def take_statement(matter: Matter, *, by: Officer, at: datetime) -> Entry:
    """The statement was taken (接报案与立案工作规定 item 8)."""
    matter, _incident = held(matter)
    require(policy.may_work(by, matter))
    require(policy.may_judge(by))
    return happened(matter, "statement-taken", at=at, by=by)


@transaction.atomic
def tell(matter: Matter, *, by: Officer | None, how: str, at: datetime, words: str = "") -> Entry:
    """
    The reporter learned of the decision: on the page by themselves (`by` is None), or told by an officer in a way they agreed to.

    From here the days of the remedies count. Raises NotServed when nothing is open.
    """
    matter, incident = held(matter)
    if by is not None:
        require(policy.may_tell(by, matter))
        require(may_contact(matter, how, at))
        if not (words := matters.clean_text(words)):
            raise NothingSaid(_("请写明告诉了谁、怎么说的。"))
    if incident.told_seq is None:
        raise NotServed(_("没有还没告知的决定。"))
    entry = happened(matter, "told", at=at, by=by, body=words, how=how, of=incident.told_seq)
    if matter.due_rule in TOLD_RULES:
        stop_clock(matter, at=at)
    if by is not None:
        audit.record("incidents.told", by=by.ref, on=matter, at=at, how=how)
    return entry
