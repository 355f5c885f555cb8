"""The same act of the same person is not punished twice (一事不再罚): what stands already, for the page and for the refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.cases.models import Party
from shouwang.apps.penalties.errors import NotAllowed
from shouwang.apps.penalties.judging import act_name
from shouwang.apps.penalties.models import Penalty, PenaltyQuerySet, Stage
from shouwang.apps.units.models import Officer
from shouwang.engines import penalty as engine

#: Nobody has read its text for this house yet, and whoever reads the sentence is told.
LAW = gettext_lazy("《行政处罚法》第29条，条文待核实")


@dataclass(frozen=True, slots=True)
class Earlier:
    """One penalty that a party of this case has already, here or in another case."""

    called: str
    act: str
    penalty: Penalty


def _imposed(parties: Sequence[Party]) -> PenaltyQuerySet:
    """What was imposed on them or is on its way; what was taken back, quashed or spared is no penalty."""
    theirs = Penalty.objects.filter(party__person__in={one.person_id for one in parties})
    return theirs.exclude(stage__in=[Stage.DROPPED, Stage.REVOKED]).exclude(kind="none")


def refuse_again(party: Party, *, act: str, basis: str, act_on: date, besides: int | None = None) -> None:
    """Raises NotAllowed when this person has a penalty for the same act of the same day. Acts outside the data are told by their basis."""
    same = _imposed([party]).filter(act=act, act_on=act_on).exclude(pk=besides or 0)
    if act == engine.OTHER:
        same = same.filter(basis=basis)
    if same.exists():
        raise NotAllowed(
            _("对这个人%(day)s的这一行为已经有一个处罚：一事不再罚。") % {"day": f"{act_on:%Y-%m-%d}"}, str(LAW)
        )


def earlier(parties: Sequence[Party], officer: Officer, *, besides: int | None = None) -> list[Earlier]:
    """What these parties have already, as far as this officer may know of it."""
    if not parties:
        return []
    by_person = {one.person_id: one for one in parties}
    keys = _imposed(parties).exclude(pk=besides or 0).values("pk")
    found = Penalty.objects.visible_to(officer).filter(pk__in=keys).select_related("party").order_by("act_on", "pk")
    return [Earlier(by_person[one.party.person_id].called, act_name(one.act), one) for one in found]
