"""
What the room of penalties adds to a case, to the desk's card and to the queue.

Nothing to the resident's page but one sentence of the timeline: that a decision was made.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, OuterRef, Q, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.cases.models import Case
from shouwang.apps.cases.parts import Achieved, CasePart, add_part
from shouwang.apps.matters.models import Matter, MatterQuerySet
from shouwang.apps.matters.rooms_above import Action, Part, QueueSection, RoomAbove, add_room
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.penalties import policy, queries
from shouwang.apps.penalties.judging import act_name, measure_now, says_measure
from shouwang.apps.penalties.models import Measured, Penalty, PenaltyQuerySet, Stage
from shouwang.apps.penalties.words import SENTENCES
from shouwang.apps.units.models import Officer
from shouwang.kernel.policy import Verdict, no


def _panel(request: HttpRequest, case: Case, now: datetime) -> Part | None:
    officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    if officer is None:
        return None
    rows = [(one, act_name(one.act), says_measure(measure_now(one))) for one in queries.of_case(case.pk)]
    may = bool(policy.may_begin(officer, case))
    return Part(
        "penalties/_card.html", {"rows": rows, "matter": case.matter, "may_begin": may, "now": now, "panel": True}
    )


def _card(_request: HttpRequest, matter: Matter, now: datetime) -> Part | None:
    rows = queries.of_case(matter.pk)
    if not rows:
        return None
    shown = [(one, act_name(one.act), says_measure(measure_now(one))) for one in rows]
    return Part("penalties/_card.html", {"rows": shown, "matter": matter, "may_begin": False, "now": now})


def _blocks(case: Case, _at: datetime) -> Iterable[str]:
    """A case cannot be closed while a penalty is not decided, or the decision has not reached everybody."""
    for one in Penalty.objects.open().filter(case=case).select_related("party"):
        if one.stage != Stage.DECIDED:
            yield _("对%(party)s的处罚还没有决定。") % {"party": one.party.called}
        elif not one.served.filter(party=one.party_id).exists():
            yield _("对%(party)s的决定书还没有送达。") % {"party": one.party.called}


def _results(case: Case) -> Iterable[str]:
    for one in Penalty.objects.filter(case=case).exclude(decided_at=None).select_related("party").order_by("pk"):
        said = {"party": one.party.called, "measure": says_measure(measure_now(one))}
        revoked = one.stage == Stage.REVOKED
        yield _("%(party)s：%(measure)s，后来撤销了。") % said if revoked else _("%(party)s：%(measure)s。") % said


def _is_penalised(case: Case) -> bool:
    decided = Penalty.objects.filter(case=case).exclude(decided_at=None).exclude(stage=Stage.REVOKED)
    return decided.exclude(kind=Measured.NONE).exists()


_PENALISED = Achieved(
    _is_penalised,
    gettext_lazy(
        "这个案件还没有作出过处罚决定：先拟处罚、告知、决定；别的机关决定的，写明是哪个机关、哪一天、什么决定。"
    ),
    elsewhere=True,
)


def _of_case(officer: Officer, matter: Matter) -> Verdict:
    case = Case.objects.filter(pk=matter.pk).first()
    if case is None:
        return no(_("还没有立案。"))
    case.matter = matter
    return policy.may_begin(officer, case)


def _with(found: MatterQuerySet, waiting: PenaltyQuerySet) -> MatterQuerySet:
    """The cases of these penalties, whatever is due first at the top."""
    due = waiting.filter(case=OuterRef("pk")).order_by("due_at").values("due_at")[:1]
    with_due = found.filter(pk__in=waiting.values("case").order_by()).annotate(penalty_due=Subquery(due))
    return with_due.order_by(F("penalty_due").asc(nulls_last=True), "pk")


def _to_decide(found: MatterQuerySet, viewer: Viewer, _now: datetime) -> MatterQuerySet:
    """Cases in which a penalty waits for this viewer's review, decision or leniency."""
    if viewer.officer is None:
        return found.none()
    return _with(found, Penalty.objects.open().filter(queries.waits_for(viewer.officer)))


def _to_do(found: MatterQuerySet, viewer: Viewer, _now: datetime) -> MatterQuerySet:
    """Cases in which a penalty of mine has to be told, handed in, served, reported or collected: I handle the case, or I proposed it."""
    if viewer.officer is None:
        return found.none()
    mine = Q(case__matter__handler=viewer.officer) | Q(proposed_by=viewer.officer)
    return _with(found, Penalty.objects.open().filter(queries.to_do(), mine))


add_part(
    CasePart(
        "penalties",
        panel=_panel,
        blocks=_blocks,
        results=_results,
        achieved={Case.Result.PENALISED: _PENALISED},
    )
)
add_room(
    RoomAbove(
        "penalties",
        sentences=SENTENCES,
        card=_card,
        actions=(
            Action(
                "penalise",
                gettext_lazy("拟处罚"),
                "scale",
                "",
                None,
                _of_case,
                page=lambda matter: reverse("penalties:propose", args=[matter.number]),
            ),
            Action(
                "on-the-spot",
                gettext_lazy("当场处罚"),
                "edit",
                "",
                None,
                _of_case,
                page=lambda matter: reverse("penalties:spot", args=[matter.number]),
            ),
        ),
        queue=(
            QueueSection("penalty-decide", gettext_lazy("处罚，等您审核、决定"), _to_decide, before="waiting"),
            QueueSection("penalty-do", gettext_lazy("处罚，等告知、送达、缴款"), _to_do, before="waiting"),
        ),
    )
)
