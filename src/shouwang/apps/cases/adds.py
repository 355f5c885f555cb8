"""
What the room of cases adds to the desk's card of a matter, and what it says of its own cases before they are closed.

Nothing to the resident's page: the incident tells how the filing stands, and the closing its result. Whoever was harmed and did not report
follows it by a code of their own.
"""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shouwang.apps.cases import policy, queries
from shouwang.apps.cases.holding import FILES_OF
from shouwang.apps.cases.looking import is_open
from shouwang.apps.cases.models import Case, Evidence
from shouwang.apps.cases.parts import CasePart, add_part
from shouwang.apps.cases.web import door
from shouwang.apps.cases.words import SENTENCES
from shouwang.apps.files import policy as files
from shouwang.apps.files.models import StoredFile
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.rooms_above import Action, Part, RoomAbove, add_room
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.units.models import Officer
from shouwang.kernel.policy import Verdict, no


def _of(matter: Matter) -> Case | None:
    """The case of a matter; asked of the database once for each matter in hand."""
    if "case_of_card" not in matter.__dict__:
        found = Case.objects.filter(pk=matter.pk).first()
        if found is not None:
            found.matter = matter
        matter.__dict__["case_of_card"] = found
    case: Case | None = matter.__dict__["case_of_card"]
    return case


def _card(request: HttpRequest, matter: Matter, now: datetime) -> Part | None:
    officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    case = _of(matter)
    if officer is None or case is None or not policy.may_read(officer, case):
        return None
    whole = Case.objects.with_all().get(pk=case.pk)
    return Part("cases/_card.html", {"case": whole, "missing": queries.missing(whole, now)})


def _may_go(officer: Officer, matter: Matter) -> Verdict:
    case = _of(matter)
    return no(str(_("这件事没有立案。"))) if case is None else policy.may_read(officer, case)


def _may_open_photo(viewer: Viewer, stored: StoredFile) -> Verdict:
    """A photo of evidence: whoever has just opened the case for a reason."""
    piece = Evidence.objects.select_related("case__matter__unit").filter(pk=int(stored.owner_ref)).first()
    if viewer.officer is None or piece is None or not policy.may_read(viewer.officer, piece.case):
        return no(str(_("这个文件属于一件您看不到的事。")))
    if not is_open(viewer.officer, piece.case, timezone.now()):
        return no(str(_("先写明原因打开案件，再看照片。")))
    return policy.may_read(viewer.officer, piece.case)


files.register(FILES_OF, may_open=_may_open_photo)
add_part(CasePart("cases", blocks=queries.blocks))
add_room(
    RoomAbove(
        "cases",
        sentences=SENTENCES,
        opens=door.opens,
        card=_card,
        actions=(
            Action(
                "case",
                _("办案件"),
                "scale",
                "",
                None,
                _may_go,
                page=lambda matter: reverse("cases:case", args=[matter.number]),
            ),
        ),
    )
)
