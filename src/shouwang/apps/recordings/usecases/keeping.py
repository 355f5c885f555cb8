"""How long a file is kept, deleting by two people, and checking a file against the register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.usecases import clean_text
from shouwang.apps.people.usecases import record_look
from shouwang.apps.recordings import policy, queries
from shouwang.apps.recordings.errors import StillKept, WrongMoment
from shouwang.apps.recordings.limits import kept_until
from shouwang.apps.recordings.models import Recording, Stay
from shouwang.apps.recordings.usecases.registering import HEX
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit
from shouwang.kernel.policy import require


def _reason(words: str, missing: str) -> str:
    if not (why := clean_text(words)):
        raise NothingSaid(missing)
    return why[:200]


@transaction.atomic
def keep_for_good(recording: Recording, *, by: Officer, words: str, at: datetime) -> None:
    """It is evidence, shows obstruction, or concerns a major or difficult case: kept for good, and taken off any list of deletion."""
    require(policy.may_register_at(by, recording.unit))
    why = _reason(words, _("请写明为什么永久保存。"))
    done = Recording.objects.filter(pk=recording.pk, deleted_at=None).update(
        permanent=why, delete_asked_by=None, delete_asked_at=None, delete_reason=""
    )
    if not done:
        raise WrongMoment(_("这个文件已经删除了。"))
    audit.record("recordings.kept_for_good", by=by.ref, on=recording, at=at, reason=why)


def _refuse_kept(recording: Recording, at: datetime) -> None:
    if recording.permanent:
        raise StillKept(_("这个文件要永久保存。"))
    until = kept_until(recording.until)
    if timezone.localtime(at).date() <= until:
        raise StillKept(_("这个文件至少保存到 %(day)s。") % {"day": until.isoformat()})
    if Stay.objects.filter(queries.shown_by(recording)).held_open().exists():
        raise StillKept(_("它录到的人，事情还没有办结，或者申请还没有答复。"))


@transaction.atomic
def ask_deletion(recording: Recording, *, by: Officer, words: str, at: datetime) -> None:
    """Propose that a file is deleted; somebody else confirms."""
    require(policy.may_register_at(by, recording.unit))
    why = _reason(words, _("请写明为什么删除。"))
    _refuse_kept(recording, at)
    done = Recording.objects.filter(pk=recording.pk, deleted_at=None, delete_asked_by=None).update(
        delete_asked_by=by, delete_asked_at=at, delete_reason=why
    )
    if not done:
        raise WrongMoment(_("已经提出过删除了。"))
    audit.record("recordings.deletion_asked", by=by.ref, on=recording, at=at, reason=why)


@transaction.atomic
def confirm_deletion(recording: Recording, *, by: Officer, at: datetime) -> None:
    """The second person has seen to it that the file is gone from the store. Asked anew whether it may go; the row stays for ever."""
    recording = Recording.objects.select_related("unit").get(pk=recording.pk)
    require(policy.may_confirm_deletion(by, recording))
    _refuse_kept(recording, at)
    done = Recording.objects.filter(
        pk=recording.pk, deleted_at=None, delete_asked_by=recording.delete_asked_by_id, permanent=""
    ).update(deleted_by=by, deleted_at=at)
    if not done:
        raise WrongMoment(_("刚刚有人改过，请再看一下。"))
    audit.record("recordings.deleted", by=by.ref, on=recording, at=at, reason=recording.delete_reason)


@dataclass(frozen=True, slots=True)
class Checked:
    """
    What the register says of a file.

    recording   None when no file of this SHA-256 is registered where the officer may read: it is another file, or a byte was changed
    stays       whom it shows, as far as the officer may know of them
    """

    sha256: str
    recording: Recording | None
    stays: list[queries.Shown]


@transaction.atomic
def check(sha256: str, *, by: Officer, reason: str, at: datetime) -> Checked:
    """Is this the registered file? Each question is recorded, and is a look at everybody whom the file shows."""
    require(policy.may_register(by))
    why = _reason(reason, _("请写明为什么核对。"))
    sha = "".join(sha256.lower().split())
    if not HEX.fullmatch(sha):
        raise NothingSaid(_("SHA-256 是 64 位的 0–9、a–f。选文件就会自己算出来。"))
    found = (
        Recording.objects.visible_to(by)
        .filter(sha256=sha)
        .select_related("device", "place", "unit", "registered_by", "deleted_by")
        .first()
    )
    stays = queries.whom_it_shows(found, by, at) if found else []
    audit.record(
        "recordings.checked",
        by=by.ref,
        on=found or "recordings.recording",
        at=at,
        reason=why,
        sha256=sha,
        known=bool(found),
    )
    for one in stays:
        record_look(by, one.stay.ref, person=one.stay.person, what=("recording",), reason=why, at=at)
    return Checked(sha, found, stays)
