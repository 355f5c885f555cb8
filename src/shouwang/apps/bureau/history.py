"""Rows of the audit trail as a person reads them, and which of them an officer may see."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from shouwang.apps.bureau.words import ACTIONS, FIELDS, Word
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Officer, Role, Unit
from shouwang.apps.units.policy import managed_paths, officers_managed_by, under, units_managed_by
from shouwang.kernel.models import AuditRow

KINDS: dict[str, Word] = {**dict(Unit.Kind.choices), **dict(Community.Kind.choices)}
#: Subjects that are about running the house. Everything else is about residents, whichever room writes it.
RUNNING = ("accounts.", "bureau.", "duty.", "kernel.", "notices.gateway:", "places.", "talk.grouplink:", "units.")


@dataclass(frozen=True, slots=True)
class Told:
    """
    One row in words.

    closed    about a resident: who and when is told, what is not
    changes   (field, was, is)
    """

    at: datetime
    action: Word
    code: str
    who: str
    subject: str
    reason: str
    changes: tuple[tuple[Word, str, str], ...]
    details: str
    closed: bool


def of_running() -> Q:
    """Rows about running the house."""
    found = Q(pk__in=[])
    for prefix in RUNNING:
        found |= Q(subject__startswith=prefix)
    return found


def _refs(label: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    reference = Concat(Value(f"{label}:"), Cast("pk", CharField()), output_field=CharField())
    found: QuerySet[Any] = rows.annotate(reference=reference).values("reference")
    return found


def rows_seen_by(officer: Officer) -> tuple[QuerySet[AuditRow], bool]:
    """
    The rows this officer may see, newest first, and whether rows about residents among them are closed.

    A chief sees what was done at the station or by its people; the bureau and administrators of the top unit see all of running the
    house. Rows about a matter are for those who may read that matter. An administrator reads none, and is told only that somebody acted.
    """
    paths = managed_paths(officer)
    top = any(unit.path in paths for unit in Unit.objects.filter(kind=Unit.Kind.BUREAU, path__in=paths))
    running = of_running()
    if not top:
        people = Officer.objects.filter(officers_managed_by(officer))
        running &= (
            Q(actor__in=_refs("officer", people))
            | Q(subject__in=_refs("units.officer", people))
            | Q(subject__in=_refs("units.unit", Unit.objects.filter(units_managed_by(officer))))
            | Q(subject__in=_refs("places.community", Community.objects.filter(under(paths, "unit__path"))))
        )
    readable = Matter.objects.visible_to(Viewer(officer=officer))
    seen = running | Q(subject__in=_refs("matters.matter", readable))
    closed = top and officer.roles & {Role.ADMINISTRATOR} == officer.roles
    if closed:
        seen = Q()
    return AuditRow.objects.filter(seen).order_by("-at", "-pk"), closed


def tell(rows: Iterable[AuditRow], *, closed: bool = False) -> list[Told]:
    """The rows in words; names of staff are looked up once for all of them."""
    rows = list(rows)
    references = {row.actor for row in rows} | {row.subject.removeprefix("units.") for row in rows}
    references |= {str(row.details.get("asked_by", "")) for row in rows}
    keys = {int(ref[8:]) for ref in references if ref.startswith("officer:") and ref[8:].isdecimal()}
    users = {int(row.actor[5:]) for row in rows if row.actor.startswith("user:") and row.actor[5:].isdecimal()}
    names = {}
    for pk, user, name in Officer.objects.filter(Q(pk__in=keys) | Q(user__in=users)).values_list("pk", "user", "name"):
        names[f"officer:{pk}"] = names[f"user:{user}"] = name
    return [_told(row, names, closed) for row in rows]


def _told(row: AuditRow, names: dict[str, str], closed: bool) -> Told:
    hidden = closed and not row.subject.startswith(RUNNING)
    details = dict(row.details)
    changes = details.pop("changes", {})
    subject = row.subject.removeprefix("units.")
    return Told(
        at=row.at,
        action=ACTIONS.get(row.action, row.action),
        code=row.action,
        who=names.get(row.actor)
        or {"house": _("系统"), "setup": _("开张"), "resident": _("居民")}.get(row.actor, row.actor),
        subject="" if hidden else names.get(subject, row.subject),
        reason="" if hidden else row.reason,
        changes=()
        if hidden
        else tuple(
            (FIELDS.get(name, name), _value(name, was), _value(name, now)) for name, (was, now) in changes.items()
        ),
        details="" if hidden or not details else json.dumps(details, ensure_ascii=False),
        closed=hidden,
    )


def _value(name: str, value: Any) -> str:
    if name == "kind" and value in KINDS:
        return str(KINDS[value])
    if value is None or value == "":
        return "—"
    if isinstance(value, list):
        return "、".join(map(str, value)) or "—"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return str(value)


def history_of(subject: str) -> list[Told]:
    """The last hundred changes of one thing, newest first."""
    return tell(AuditRow.objects.filter(subject=subject).order_by("-at", "-pk")[:100])
