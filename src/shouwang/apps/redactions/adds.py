"""What the room of redaction adds elsewhere: a part of the day sheet of whoever is the second pair of eyes, and rules of its files."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.files import policy as files
from shouwang.apps.files.models import StoredFile
from shouwang.apps.matters.rooms_above import Part, RoomAbove, add_room
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.redactions import policy
from shouwang.apps.redactions.models import Redaction, State
from shouwang.apps.redactions.usecases import ORIGINALS_OF, is_open
from shouwang.apps.redactions.work import COPIES_OF
from shouwang.kernel.policy import Verdict, no


def _today(request: HttpRequest, _now: datetime) -> Part | None:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    if viewer.officer is None or not policy.may_work_some(viewer.officer):
        return None
    mine = Redaction.objects.of(viewer)
    back = mine.filter(state=State.DRAFT, drafter=viewer.officer).exclude(note=[])
    review = mine.none()
    if policy.may_review_some(viewer.officer):
        review = mine.filter(state=State.REVIEW).exclude(drafter=viewer.officer)
    own = set(policy.acts_of(viewer.officer).values_list("subject", flat=True)) if review else set()
    rows = [*(one for one in review if one.ref not in own), *back]
    return Part("redactions/_today.html", {"redactions": rows}) if rows else None


def _may_open(viewer: Viewer, stored: StoredFile) -> Verdict:
    """Whoever has just opened the document for a reason."""
    one = Redaction.objects.of(viewer).filter(pk=int(stored.owner_ref)).first()
    if viewer.officer is None or one is None:
        return no(_("这个文件不是给您看的。"))
    if not is_open(viewer.officer, one, timezone.now()):
        return no(_("先写明原因打开，再看里面的内容。"))
    return policy.may_work(viewer.officer, one)


def _may_fetch(viewer: Viewer, stored: StoredFile) -> Verdict:
    """A copy leaves the room only by whoever may fetch it."""
    if not (verdict := _may_open(viewer, stored)):
        return verdict
    return policy.may_fetch(viewer.officer, Redaction.objects.get(pk=int(stored.owner_ref)))  # type: ignore[arg-type]  # refused above


files.register(ORIGINALS_OF, may_open=_may_open)
files.register(COPIES_OF, may_open=_may_fetch, may_open_original=_may_fetch)
add_room(RoomAbove("redactions", today=_today))
