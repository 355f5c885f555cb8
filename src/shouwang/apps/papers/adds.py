"""What the room of papers adds to the card at the desk and to the reporter's page."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shouwang.apps.files import policy as files
from shouwang.apps.files.models import StoredFile
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.rooms_above import Action, Part, RoomAbove, add_room
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.papers import policy, shelves
from shouwang.apps.papers.known import wanted
from shouwang.apps.papers.models import Paper, State
from shouwang.apps.papers.usecases import FILES_OF
from shouwang.apps.papers.words import SENTENCES
from shouwang.apps.people.usecases import looked_lately
from shouwang.kernel.policy import Verdict, no


def _card(request: HttpRequest, matter: Matter, _now: datetime) -> Part | None:
    officer = request.viewer.officer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    if officer is None or not policy.may_read(officer, matter):
        return None
    papers = list(Paper.objects.of(matter))
    there = {one.kind for one in papers if one.state != State.VOID}
    kinds = shelves.kinds()
    missing = [kinds[code] for code in wanted(matter) if code in kinds and code not in there]
    return Part("papers/_card.html", {"matter": matter, "papers": papers, "missing": missing})


def _resident(request: HttpRequest, matter: Matter, _now: datetime) -> Part | None:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    held = viewer.held.get(matter.pk)
    if held is None or held.holder != "reporter":
        return None
    papers = list(Paper.objects.of(matter).filter(for_person=True, state=State.ISSUED))
    return Part("papers/_resident.html", {"matter": matter, "papers": papers})


def _may_open_scan(viewer: Viewer, stored: StoredFile) -> Verdict:
    """A drawing or a scan of a signature: whoever has just opened the paper for a reason."""
    paper = Paper.objects.visible_to(viewer).select_related("matter").filter(pk=int(stored.owner_ref)).first()
    if viewer.officer is None or paper is None:
        return no(str(_("这个文件属于一件您看不到的事。")))
    if not looked_lately(viewer.officer, paper.matter.ref, what=f"paper:{paper.pk}", at=timezone.now()):
        return no(str(_("先写明原因打开文书，再看签名。")))
    return policy.may_read(viewer.officer, paper.matter)


files.register(FILES_OF, may_open=_may_open_scan)
add_room(
    RoomAbove(
        "papers",
        sentences=SENTENCES,
        card=_card,
        resident=_resident,
        actions=(
            Action(
                "papers",
                _("写文书"),
                "note",
                "w",
                None,
                policy.may_make,
                page=lambda matter: reverse("papers:matter", args=[matter.number]),
            ),
        ),
    )
)
