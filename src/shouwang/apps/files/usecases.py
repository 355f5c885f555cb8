"""
What can be done with files. Order on every path: bytes safe on disk, then the row, then the answer to the sender. So a
crash leaves at worst bytes without a row, which `sweep_orphans` removes, never a row or a thank-you without bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shouwang.apps.files import cabinet, pictures, policy, voices
from shouwang.apps.files.cabinet import Form, Swept
from shouwang.apps.files.errors import (
    FileDamaged,
    NotAttachable,
    NotReady,
    ReasonMissing,
    UploadIdReused,
    UploadRefused,
)
from shouwang.apps.files.findings import MIB, Accepted, Code, Limits, Refused, Reject
from shouwang.apps.files.inspection import inspect, read_limited
from shouwang.apps.files.models import Kind, State, StoredFile, Visibility, new_ref
from shouwang.kernel import audit
from shouwang.kernel.policy import require

VOICE_BYTES_PER_S = 192_000  # uncompressed 48 kHz stereo, the most a phone's recorder makes


@dataclass(frozen=True, slots=True)
class Original:
    """An opened original: exactly the bytes that came. To be handed out as a download, never shown in a page."""

    data: bytes
    name: str
    media_type: str
    sha256: str


def house_limits() -> Limits:
    """The limits that this house has set."""
    config = settings.SHOUWANG
    return Limits(
        picture_bytes=config.photo_limit_mb * MIB,
        document_bytes=config.file_limit_mb * MIB,
        voice_bytes=max(MIB, config.voice_limit_s * VOICE_BYTES_PER_S),
        voice_s=config.voice_limit_s,
    )


def receive_upload(
    file: bytes | BinaryIO,
    *,
    claimed_name: str,
    claimed_type: str = "",
    limits: Limits,
    by: str,
    at: datetime,
    for_kind: str = "",
    for_ref: str = "",
    visibility: Visibility = Visibility.PARTIES,
    upload_id: str | None = None,
    inspected: Accepted | None = None,
) -> StoredFile:
    """
    Take one upload: inspect, seal the original, make clean copies of a picture or voice note, and write the row.

    Best called outside a transaction: a picture takes up to a second, and an open one on SQLite keeps all others waiting.

    file            the bytes or a binary stream (Django's UploadedFile will do); held in memory once, up to the limit
    by              who, as the audit trail writes it
    for_kind, for_ref   what it belongs to; both empty for an upload made before its message is sent, then `attach`
    upload_id       the sender's random id for this upload: sending it again returns the first row, stores nothing new
    inspected       what a form field already found for these very bytes; anything else about them is ignored
    Raises          UploadRefused, UploadIdReused, StorageFull; when it raises, nothing was kept
    """
    if bool(for_kind) != bool(for_ref):
        raise ValueError("An owner has a kind and a reference.")
    try:
        data = read_limited(file, limits)
    except Reject as decision:
        raise UploadRefused(decision.refused) from None
    digest = hashlib.sha256(data).hexdigest()
    if upload_id:
        upload_id = hashlib.sha256(upload_id.encode(errors="replace")).hexdigest()  # whatever the sender wrote, it fits
    if upload_id and (earlier := _earlier(by, upload_id, digest, for_kind, for_ref)):
        return earlier
    if inspected is None or inspected.sha256 != digest:
        judged = inspect(data, claimed_name, claimed_type, limits)
        if isinstance(judged, Refused):
            note_refusal(judged, by=by, at=at)
            raise UploadRefused(judged)
        inspected = judged
    copies = _copies(data, inspected, limits)

    ref = new_ref()
    written: dict[Form, str] = {}
    try:
        for form, content in copies.items():
            written[form] = cabinet.put(ref, form, content)
        with transaction.atomic():
            stored: StoredFile = StoredFile.objects.create(
                ref=ref,
                kind=Kind(inspected.kind.value),
                media_type=inspected.media_type,
                size_bytes=inspected.size_bytes,
                sha256=digest,
                name=inspected.name,
                width_px=inspected.width_px,
                height_px=inspected.height_px,
                duration_s=inspected.duration_s,
                cautions=list(inspected.cautions),
                created_at=at,
                uploaded_by=by,
                upload_id=upload_id or None,
                owner_kind=for_kind,
                owner_ref=for_ref,
                visibility=visibility,
                original_path=written[Form.ORIGINAL],
                display_path=written.get(Form.DISPLAY, ""),
                thumb_path=written.get(Form.THUMB, ""),
            )
            audit.record(
                "files.upload.received", by=by, on=stored, at=at, kind=stored.kind, size_bytes=stored.size_bytes
            )
    except IntegrityError:
        cabinet.throw_away(*written.values())
        if upload_id and (earlier := _earlier(by, upload_id, digest, for_kind, for_ref)):
            return earlier  # the same upload came twice at once, and the other was quicker
        raise
    except Exception:
        cabinet.throw_away(*written.values())
        raise
    return stored


def note_refusal(refused: Refused, *, by: str, at: datetime) -> None:
    """That something marked as a state secret was turned away, and nothing of it: neither name nor size. Other refusals are everyday."""
    if refused.code is Code.MARKED:
        audit.record("files.upload.turned_away", by=by, on="files.upload", at=at)


def _earlier(by: str, upload_id: str, digest: str, for_kind: str, for_ref: str) -> StoredFile | None:
    earlier = StoredFile.objects.filter(uploaded_by=by, upload_id=upload_id).first()
    if earlier is None:
        return None
    same_place = (earlier.owner_kind, earlier.owner_ref) == (for_kind, for_ref) or not for_kind
    if earlier.sha256 != digest or not same_place:
        raise UploadIdReused(_("这次上传和之前的一次用了同一个编号，内容却不同。"))
    return earlier


def _copies(data: bytes, inspected: Accepted, limits: Limits) -> dict[Form, bytes]:
    """The original last: when it is on disk, all are. A clean voice note that equals its original is not kept twice."""
    copies: dict[Form, bytes] = {}
    if inspected.kind.value == Kind.VOICE:
        clean = voices.clean_copy(data, inspected.media_type)
        if clean != data:
            copies[Form.DISPLAY] = clean
    if inspected.kind.value == Kind.PICTURE:
        for form, longest_px, at_most in (
            (Form.DISPLAY, pictures.DISPLAY_PX, pictures.DISPLAY_BYTES),
            (Form.THUMB, pictures.THUMB_PX, pictures.THUMB_BYTES),
        ):
            try:
                source = copies.get(Form.DISPLAY, data)
                copy = pictures.clean_copy(
                    source, longest_px=longest_px, at_most_bytes=at_most, picture_pixels=limits.picture_pixels
                )
            except Reject as decision:
                raise UploadRefused(decision.refused) from None
            copies[form] = copy.data
    copies[Form.ORIGINAL] = data
    return copies


@transaction.atomic
def attach(
    stored_file: StoredFile, *, for_kind: str, for_ref: str, by: str, at: datetime, visibility: Visibility | None = None
) -> StoredFile:
    """
    Give an upload its owner, once. Attaching again to the same owner changes nothing.

    Raises NotAttachable when it belongs elsewhere, is not ready, or was uploaded by somebody else.
    """
    if not for_kind or not for_ref:
        raise ValueError("An owner has a kind and a reference.")
    changes: dict[str, Any] = {"owner_kind": for_kind, "owner_ref": for_ref}
    if visibility is not None:
        changes["visibility"] = visibility
    free = StoredFile.objects.ready().filter(pk=stored_file.pk, owner_kind="", uploaded_by=by)
    won = free.update(**changes)
    stored_file.refresh_from_db()
    if won:
        audit.record("files.file.attached", by=by, on=stored_file, at=at, owner=f"{for_kind}:{for_ref}")
    elif (stored_file.owner_kind, stored_file.owner_ref) != (for_kind, for_ref):
        raise NotAttachable(_("这个文件不能放到这里。"))
    return stored_file


@transaction.atomic
def attach_all(
    refs: Iterable[str], *, for_kind: str, for_ref: str, by: str, at: datetime, visibility: Visibility | None = None
) -> list[StoredFile]:
    """
    Give the uploads of one message their owner, all or none, in the order of `refs`; a ref that comes twice counts once.

    Raises NotAttachable, also for a ref that nobody knows.
    """
    wanted = list(dict.fromkeys(refs))
    known = StoredFile.objects.by_ref(wanted)
    if len(known) != len(wanted):
        raise NotAttachable(_("这个文件不能放到这里。"))
    return [
        attach(known[ref], for_kind=for_kind, for_ref=for_ref, by=by, at=at, visibility=visibility) for ref in wanted
    ]


@transaction.atomic
def open_original(stored_file: StoredFile, *, viewer: Any, by: str, reason: str, at: datetime) -> Original:
    """
    Open the sealed original. Who, when and why is written down before the bytes are handed out.

    viewer   who looks, for the owner's rule; by is the same person as the audit trail writes it
    Raises   Refused, ReasonMissing, NotReady when it was erased, FileDamaged
    """
    require(policy.may_open_original(viewer, stored_file))
    reason = _said(reason)
    if stored_file.state == State.ERASED:
        raise NotReady(_("这个文件已经清除。"))
    part = cabinet.take(stored_file.ref, Form.ORIGINAL, stored_file.original_path)
    if hashlib.sha256(part.data).hexdigest() != stored_file.sha256:
        raise FileDamaged(_("这个文件和收到时不一样了。"))
    audit.record("files.original.opened", by=by, on=stored_file, at=at, reason=reason)
    return Original(part.data, stored_file.name, stored_file.media_type, stored_file.sha256)


def clean_picture(ref: str) -> bytes | None:
    """The clean copy of a picture, for a message that leaves the house with it. See `_taken`."""
    return _taken(ref, Form.DISPLAY, Kind.PICTURE)


def document_bytes(ref: str) -> bytes | None:
    """A document as it came, for whoever looks into its words. See `_taken`."""
    return _taken(ref, Form.ORIGINAL, Kind.DOCUMENT)


def whole_bytes(ref: str) -> bytes | None:
    """What the house itself made and keeps, byte for byte. See `_taken`."""
    return _taken(ref, Form.ORIGINAL, *Kind)


def _taken(ref: str, form: Form, *kinds: Kind) -> bytes | None:
    """None when it is of another kind, held back, erased or damaged. The caller has decided who may see it."""
    stored = StoredFile.objects.ready().filter(ref=ref, kind__in=kinds).first()
    if stored is None:
        return None
    path = stored.display_path if form is Form.DISPLAY else stored.original_path
    try:
        return cabinet.take(stored.ref, form, path).data
    except FileDamaged:
        return None


@transaction.atomic
def quarantine(stored_file: StoredFile, *, by: str, reason: str, at: datetime) -> StoredFile:
    """
    Hold a file back: nobody sees it until it is released. The caller has asked its own policy. Raises ReasonMissing,
    NotReady.
    """
    return _move(stored_file, State.READY, State.QUARANTINED, "files.file.quarantined", by=by, reason=reason, at=at)


@transaction.atomic
def release(stored_file: StoredFile, *, by: str, reason: str, at: datetime) -> StoredFile:
    """Let a held-back file be seen again. The caller has asked its own policy. Raises ReasonMissing, NotReady."""
    return _move(stored_file, State.QUARANTINED, State.READY, "files.file.released", by=by, reason=reason, at=at)


def _move(
    stored_file: StoredFile, old: State, new: State, action: str, *, by: str, reason: str, at: datetime
) -> StoredFile:
    reason = _said(reason)
    if not StoredFile.objects.filter(pk=stored_file.pk, state=old).update(state=new):
        raise NotReady(_("这个文件的状态刚刚变了，请刷新再看。"))
    audit.record(action, by=by, on=stored_file, at=at, reason=reason)
    stored_file.refresh_from_db()
    return stored_file


@transaction.atomic
def erase(stored_file: StoredFile, *, by: str, reason: str, at: datetime) -> StoredFile:
    """
    Remove every version for good; the row stays to say that there was a file and when and why it went. Its name goes
    too, since it may name a person. May run twice. The caller has asked its own policy. Raises ReasonMissing.
    """
    reason = _said(reason)
    paths = stored_file.paths
    won = (
        StoredFile.objects.filter(pk=stored_file.pk)
        .exclude(state=State.ERASED)
        .update(state=State.ERASED, original_path="", display_path="", thumb_path="", name="—")
    )
    if won:
        audit.record("files.file.erased", by=by, on=stored_file, at=at, reason=reason)
        # Bytes go after the commit: a rolled-back erasure must not have lost them, and a crash here is mended by the
        # sweep.
        transaction.on_commit(lambda: cabinet.throw_away(*paths))
    stored_file.refresh_from_db()
    return stored_file


def sweep_orphans(older_than: timedelta, *, at: datetime, dry_run: bool = False) -> Swept:
    """
    Remove what crashes and rolled-back transactions left on disk, and name the rows whose bytes are missing.

    older_than   at least an hour: a younger file may belong to a transaction that is still open. Raises ValueError
                 below that
    dry_run      only say what would be removed
    """
    if older_than < cabinet.LEAST_AGE:
        raise ValueError("A sweep leaves everything alone that is younger than an hour.")
    owned: set[str] = set()
    missing: list[str] = []
    found = list(
        cabinet.lying_around(at - older_than)
    )  # looked at before the rows, so a file made meanwhile is not in it
    rows = StoredFile.objects.exclude(state=State.ERASED).only("ref", "original_path", "display_path", "thumb_path")
    for stored in rows.iterator(chunk_size=2000):
        owned.update(stored.paths)
        if not all(cabinet.is_there(path) for path in stored.paths):
            missing.append(stored.ref)
    orphans = tuple(path for path in found if path not in owned)
    if not dry_run:
        cabinet.throw_away(*orphans)
    return Swept(removed=orphans, missing=tuple(missing))


def _said(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing(_("还差一句理由。"))
    return reason.strip()
