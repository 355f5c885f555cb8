"""What the room of disclosure does when a lower room tells it something."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shouwang.apps.disclosure.errors import FourEyes
from shouwang.apps.disclosure.models import Application
from shouwang.apps.disclosure.usecases import reopened
from shouwang.apps.matters.facts import EntryAdded
from shouwang.apps.matters.models import Entry, Type
from shouwang.kernel.events import listen


@listen(EntryAdded)
def four_eyes(event: EntryAdded) -> None:
    """An application ends with an answer that two have read: not by the card's closing, nor by calling it something else."""
    if event.type not in {Type.CLOSED, Type.KIND_CHANGED, Type.REVIEWED}:
        return
    application = Application.objects.filter(pk=event.matter_id).first()
    if application is None:
        return
    entry = Entry.objects.get(matter=event.matter_id, seq=event.seq)
    if event.type == Type.REVIEWED:
        if not entry.data["upheld"]:
            reopened(application)
        return
    if entry.data.get("what") != "disclosure.answered":
        raise FourEyes(_("信息公开申请要以答复了结，别的类别也是一种答复。"))
