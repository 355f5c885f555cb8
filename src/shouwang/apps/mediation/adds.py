"""What the room of mediation adds to the desk, to the resident's page and to a case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.apps.cases.models import Case
from shouwang.apps.cases.parts import Achieved, CasePart, add_part
from shouwang.apps.matters.models import Matter, MatterQuerySet
from shouwang.apps.matters.rooms_above import Action, Part, QueueSection, RoomAbove, Shortcut, add_room
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.mediation import policy
from shouwang.apps.mediation.models import Mediation, State
from shouwang.apps.mediation.queries import due_clauses
from shouwang.apps.mediation.web import clause_rows, door
from shouwang.apps.mediation.words import SENTENCES, stands


def _of(matter: Matter) -> list[Mediation]:
    return list(Mediation.objects.filter(matter=matter).prefetch_related("clauses", "sides").order_by("-pk"))


def _card(request: HttpRequest, matter: Matter, now: datetime) -> Part | None:
    """How it stands and what is due, in a line; what was said opens on its own page, with a recorded look."""
    officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    rows = _of(matter) if officer is not None else []
    return Part("mediation/_card.html", _card_context(rows, now)) if rows else None


def _card_context(rows: list[Mediation], now: datetime) -> dict[str, object]:
    return {
        "mediations": [(one, stands(one), due_clauses(one)[:1] if one.state == State.AGREED else []) for one in rows],
        "today": timezone.localdate(now),
    }


def _resident(request: HttpRequest, matter: Matter, _now: datetime) -> Part | None:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    found = [(one, side) for one in _of(matter) if (side := policy.side_of(viewer, one)) is not None]
    if not found:
        return None
    one, side = found[0]
    rows = clause_rows(one, side) if one.agreed_at is not None else []
    ahead = one.meetings.filter(held_at=None).first() if one.state == State.OPEN else None
    context = {
        "matter": matter,
        "mediation": one,
        "side": side,
        "rows": rows,
        "meeting": ahead,
        "today": timezone.localdate(_now),
    }
    return Part("mediation/_resident.html", context)


def _to_do(found: MatterQuerySet, _viewer: Viewer, now: datetime) -> MatterQuerySet:
    """Something of an agreement is due by tomorrow or doubted, or both are to be asked whether it holds. One query."""
    today = timezone.localdate(now)
    chase = Mediation.objects.to_chase(today + timedelta(days=1)) | Mediation.objects.to_visit(today)
    return found.filter(pk__in=chase.order_by().values("matter")).order_by("last_entry_at")


def _panel(request: HttpRequest, case: Case, now: datetime) -> Part | None:
    return _card(request, case.matter, now)


def _blocks(case: Case, _at: datetime) -> Iterable[str]:
    """A case is not closed over the heads of those who still talk, or wait for what was agreed."""
    for one in Mediation.objects.running().filter(matter=case.pk):
        yield (
            _("调解谈成了，还没有履行完：履行了才能结案，不履行的先记下“没有调成”。")
            if one.state == State.AGREED
            else _("调解还没有结束。")
        )


def _results(case: Case) -> Iterable[str]:
    for one in Mediation.objects.filter(matter=case.pk, state=State.SETTLED):
        yield _("%(way)s：达成协议并已履行，不再处罚。") % {"way": one.get_way_display()}
    for one in Mediation.objects.filter(matter=case.pk, state=State.FAILED):
        yield _("%(way)s：%(why)s，办案期限从 %(day)s 起算。") % {
            "way": one.get_way_display(),
            "why": Mediation.Why(one.ended_why).label,
            "day": one.failed_on,
        }


_MEDIATED = Achieved(
    lambda case: Mediation.objects.filter(matter=case.pk, state=State.SETTLED).exists(),
    gettext_lazy(
        "这个案件没有一次已经履行的调解：先在“调解”里记下双方怎么谈成、怎么履行；双方自己和解的，也记在那里。"
    ),
)
add_part(
    CasePart(
        "mediation",
        panel=_panel,
        blocks=_blocks,
        results=_results,
        achieved={Case.Result.MEDIATED: _MEDIATED},
    )
)
add_room(
    RoomAbove(
        "mediation",
        sentences=SENTENCES,
        opens=door.opens,
        card=_card,
        resident=_resident,
        actions=(
            Action(
                "mediate",
                gettext_lazy("调解"),
                "people",
                "",
                None,
                policy.may_begin,
                page=lambda matter: reverse("mediation:begin", args=[matter.number]),
            ),
        ),
        queue=(QueueSection("mediation", gettext_lazy("调解：等履行、该回访"), _to_do, before="waiting"),),
        shortcuts=(Shortcut("mediation:list", gettext_lazy("调解"), "people", "f"),),
    )
)
