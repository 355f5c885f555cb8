"""
Who may open the files of a matter: whoever may read the message they came with.

Those of a message that was taken back are open to an officer who has just looked at it, for a written reason.
"""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.files import policy as files
from shouwang.apps.files.models import StoredFile
from shouwang.apps.matters import policy
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.queries import message_look, taken_back_with
from shouwang.apps.matters.usecases import FILES_OF
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.people.usecases import looked_lately
from shouwang.kernel.policy import Verdict, no, yes


def _matter_of(stored_file: StoredFile) -> Matter | None:
    return Matter.objects.select_related("unit").filter(pk=int(stored_file.owner_ref)).first()


def may_open(viewer: Viewer, stored_file: StoredFile) -> Verdict:
    """As far as the viewer may read the matter's entries."""
    matter = _matter_of(stored_file)
    if matter is None or policy.clearance(viewer, matter) < stored_file.visibility:
        return no(_("这个文件属于一件您看不到的事。"))
    gone = taken_back_with(matter, stored_file.ref)
    if gone is not None and not looked_lately(viewer.officer, matter.ref, what=message_look(gone), at=timezone.now()):
        return no(_("这个文件所在的消息已经撤回。"))
    return yes(_("您可以看这件事。"))


def may_open_original(viewer: Viewer, stored_file: StoredFile) -> Verdict:
    """The original may tell place and device: the desk only, for a written reason."""
    matter = _matter_of(stored_file)
    if matter is None or viewer.officer is None:
        return no(_("原件只有办这件事的民警可以打开。"))
    work = policy.may_work_on(viewer.officer, matter)
    return policy.may_look(viewer.officer) if work else work


files.register(FILES_OF, may_open=may_open, may_open_original=may_open_original)
