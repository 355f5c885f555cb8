"""
Opening what a case says: for a written reason, recorded for the reporter and for everybody who stands in it, and open for some minutes.

A sealed record (治安管理处罚法 art. 136) is opened for one of the two grounds that the article leaves.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.cases import policy
from shouwang.apps.cases.models import Case
from shouwang.apps.people.usecases import NoReason, looked_lately, record_look
from shouwang.apps.units.models import Officer
from shouwang.kernel.policy import require


class Ground(models.TextChoices):
    """For what a sealed record may be given to somebody."""

    CASE_WORK = "case-work", gettext_lazy("国家机关办案需要")
    NATIONAL_RULES = "national-rules", gettext_lazy("有关单位依国家规定查询")


def is_open(officer: Officer, case: Case, at: datetime) -> bool:
    """Whether this officer has just said why they look."""
    return looked_lately(officer, case.ref, what="case", at=at)


def open_case_file(case: Case, *, by: Officer, reason: str, at: datetime, ground: str = "") -> None:
    """Write down who looks and why. Raises NoReason, also when a sealed record is opened for neither ground."""
    require(policy.may_read(by, case))
    what: tuple[str, ...] = ("case",)
    if case.matter.sealed_at is not None:
        if ground not in Ground.values:
            raise NoReason(_("封存的记录只因为这两个理由打开，请选一个。"))
        what = ("case", f"sealed:{ground}")
    record_look(by, case.ref, person=case.matter.reporter, what=what, reason=reason, at=at)
    # Each person sees their own looks; the reporter's page shows those of the matter.
    record_look(by, case.matter.ref, person=case.matter.reporter, what=what, reason=reason, at=at)
    for party in case.parties.filter(left_at=None).select_related("person"):
        record_look(by, party.ref, person=party.person, what=("name",), reason=reason, at=at)


def working(case: Case, *, by: Officer, reason: str, at: datetime) -> None:
    """Whoever writes works with what the case says; that this is why is written down, once in some minutes."""
    if not is_open(by, case, at):
        ground = Ground.CASE_WORK.value if case.matter.sealed_at is not None else ""
        open_case_file(case, by=by, reason=reason, ground=ground, at=at)
