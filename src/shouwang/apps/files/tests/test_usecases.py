"""Nothing that was thanked for is lost, nothing half-done stays, and an original opens only for a reason."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from shouwang.apps.files import cabinet, usecases
from shouwang.apps.files.cabinet import Form
from shouwang.apps.files.errors import (
    FileDamaged,
    NotAttachable,
    NotReady,
    ReasonMissing,
    StorageFull,
    UploadIdReused,
    UploadRefused,
)
from shouwang.apps.files.findings import MIB, Code, Limits
from shouwang.apps.files.inspection import inspect
from shouwang.apps.files.models import Kind, State, StoredFile, Visibility
from shouwang.apps.files.tests import corpus
from shouwang.apps.files.tests.conftest import NOON, OWNER, receive
from shouwang.kernel.errors import Refused
from shouwang.kernel.models import AuditRow

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
STRAY = "ab/" + "ab" * 11 + ".original"


def on_disk(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def make_old(folder: Path, days: float = 2) -> None:
    old = NOON.timestamp() - days * 86_400
    for path in folder.rglob("*"):
        os.utime(path, (old, old))


def make_new(folder: Path) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (NOON.timestamp(), NOON.timestamp()))


@transaction.atomic
def rolled_back(step: Callable[[], object]) -> None:
    """A use case above fails after ours has done its part."""
    step()
    raise RuntimeError


def test_a_photo_is_kept_in_three_versions_and_none_can_be_read_from_the_disk(folder):
    stored = receive()
    assert (stored.kind, stored.media_type, stored.name) == (Kind.PICTURE, "image/jpeg", "门口.jpg")
    assert (stored.width_px, stored.height_px, stored.size_bytes) == (64, 48, len(corpus.telltale_jpeg()))
    assert stored.sha256 == hashlib.sha256(corpus.telltale_jpeg()).hexdigest()
    assert on_disk(folder) == sorted(stored.paths)
    assert len(stored.paths) == 3
    for path in stored.paths:
        assert corpus.PLACE not in (folder / path).read_bytes()
        assert b"JFIF" not in (folder / path).read_bytes()
    assert cabinet.take(stored.ref, Form.ORIGINAL, stored.original_path).data == corpus.telltale_jpeg()
    assert corpus.PLACE not in cabinet.take(stored.ref, Form.DISPLAY, stored.display_path).data
    assert corpus.PLACE not in cabinet.take(stored.ref, Form.THUMB, stored.thumb_path).data


def test_a_voice_note_is_played_from_a_copy_that_names_no_place():
    stored = receive(corpus.m4a())
    assert corpus.PLACE in cabinet.take(stored.ref, Form.ORIGINAL, stored.original_path).data
    assert corpus.PLACE not in cabinet.take(stored.ref, Form.DISPLAY, stored.display_path).data


@pytest.mark.parametrize(("data", "kind"), [(corpus.pdf(), Kind.DOCUMENT), (corpus.amr(), Kind.VOICE)])
def test_a_document_or_bare_voice_note_is_kept_as_it_came(data, kind, folder):
    stored = receive(data)
    assert stored.kind == kind
    assert on_disk(folder) == [stored.original_path]
    assert not stored.has_picture


def test_an_upload_may_come_as_a_stream_and_its_name_is_sealed_in_the_database():
    stored = receive(BytesIO(corpus.amr()), claimed_name="../李某的电话.exe")
    assert StoredFile.objects.get().name == stored.name == "李某的电话.amr"
    raw = StoredFile.objects.raw("select id, name as sealed_name from files_storedfile")[0]
    assert "李某".encode() not in bytes(raw.sealed_name)


def test_the_house_decides_how_much_it_takes():
    limits = usecases.house_limits()
    assert limits.picture_bytes == 12 * MIB
    assert limits.document_bytes == 20 * MIB
    assert limits.voice_s == 120


def test_what_is_refused_leaves_no_trace(folder):
    with pytest.raises(UploadRefused) as refusal:
        receive(b"MZ" + b"\0" * 99)
    assert refusal.value.refused.code == Code.MISLABELLED
    assert "不要打开" in refusal.value.says
    assert on_disk(folder) == []
    assert not StoredFile.objects.exists()


def test_an_owner_needs_kind_and_reference():
    with pytest.raises(ValueError, match="owner"):
        receive(for_ref="")


def test_what_a_form_has_found_is_believed_only_for_the_same_bytes():
    picture = inspect(corpus.telltale_jpeg(), "a.jpg", "", Limits())
    assert receive(corpus.pdf(), inspected=picture).kind == Kind.DOCUMENT
    assert receive(inspected=picture).name == "a.jpg"


# --- once -------------------------------------------------------------------------------------------------------------


def test_a_retry_finds_the_first_upload(folder):
    first = receive(upload_id="u-1")
    assert receive(upload_id="u-1") == first
    assert on_disk(folder) == sorted(first.paths)
    assert AuditRow.objects.filter(action="files.upload.received").count() == 1


@pytest.mark.parametrize("upload_id", ["x" * 5000, "\0", "\ud800"])
def test_an_upload_id_may_look_like_anything(upload_id):
    assert receive(upload_id=upload_id) == receive(upload_id=upload_id)


def test_another_person_may_by_chance_use_the_same_upload_id():
    assert receive(upload_id="u-1") != receive(upload_id="u-1", by="code:8")


@pytest.mark.parametrize("changes", [{"data": corpus.amr()}, {"for_ref": "13"}])
def test_an_upload_id_stands_for_one_file_in_one_place(changes):
    receive(upload_id="u-1")
    with pytest.raises(UploadIdReused):
        receive(upload_id="u-1", **changes)


def test_of_two_retries_at_once_one_wins_and_both_get_the_same_answer(folder, monkeypatch):
    really_put, inner = cabinet.put, []

    def put_while_the_other_is_quicker(ref: str, form: Form, data: bytes) -> str:
        if form == Form.ORIGINAL and not inner:
            inner.append("running")
            inner.append(receive(upload_id="u-1"))
        return really_put(ref, form, data)

    monkeypatch.setattr(cabinet, "put", put_while_the_other_is_quicker)
    assert receive(upload_id="u-1") == inner[1]
    assert StoredFile.objects.count() == 1
    assert on_disk(folder) == sorted(inner[1].paths)


# --- crashes and full disks
# ---------------------------------------------------------------------------------------------


class PowerCut(BaseException):
    """Like a kill: no handler of ours runs for it."""


@pytest.mark.parametrize("survived", [Form.DISPLAY, Form.THUMB, Form.ORIGINAL])
def test_a_kill_between_bytes_and_row_loses_nothing_that_was_thanked_for(folder, monkeypatch, survived):
    kept = receive(upload_id="before")
    really_put = cabinet.put

    def put_then_die(ref: str, form: Form, data: bytes) -> str:
        path = really_put(ref, form, data)
        if form == survived:
            raise PowerCut
        return path

    monkeypatch.setattr(cabinet, "put", put_then_die)
    with pytest.raises(PowerCut):
        receive(corpus.telltale_png(), upload_id="cut")
    monkeypatch.setattr(cabinet, "put", really_put)
    assert list(StoredFile.objects.all()) == [kept]
    left_over = set(on_disk(folder)) - set(kept.paths)
    assert left_over

    again = receive(corpus.telltale_png(), upload_id="cut")  # the sender got no answer, so the phone sends it again
    make_old(folder)
    swept = usecases.sweep_orphans(DAY, at=NOON)
    assert set(swept.removed) == left_over
    assert swept.missing == ()
    assert on_disk(folder) == sorted(kept.paths + again.paths)


def test_a_kill_while_writing_leaves_only_a_part_that_is_swept(folder, monkeypatch):
    def cut(handle: int) -> None:
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", cut)
        patch.setattr(Path, "unlink", lambda self, missing_ok=False: None)
        with pytest.raises(PowerCut):
            receive(corpus.amr())
    assert [path.partition("/")[0] for path in on_disk(folder)] == ["parts"]
    make_old(folder)
    assert len(usecases.sweep_orphans(DAY, at=NOON).removed) == 1
    assert on_disk(folder) == []


def test_when_the_row_cannot_be_written_the_bytes_go_too(folder, monkeypatch):
    def broken(*args: object, **kwargs: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(usecases.audit, "record", broken)
    with pytest.raises(IntegrityError):
        receive()
    assert not StoredFile.objects.exists()
    assert on_disk(folder) == []


def test_a_transaction_rolled_back_above_leaves_bytes_that_are_swept(folder):
    with pytest.raises(RuntimeError):
        rolled_back(receive)
    assert len(on_disk(folder)) == 3
    make_old(folder)
    usecases.sweep_orphans(DAY, at=NOON)
    assert on_disk(folder) == []


@pytest.mark.parametrize("full", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_up_while_writing_leaves_no_half_file(folder, monkeypatch, full):
    def no_room(handle: int) -> None:
        raise OSError(full, "full")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(StorageFull) as trouble:
        receive()
    assert trouble.value.status == 507
    assert "文字" in str(trouble.value.hint)
    assert on_disk(folder) == []
    assert not StoredFile.objects.exists()


def test_files_never_take_the_last_room_from_the_database(folder, monkeypatch):
    nearly_full = shutil._ntuple_diskusage(10**12, 10**12, cabinet.KEEP_FREE_BYTES)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: nearly_full)
    with pytest.raises(StorageFull):
        receive(corpus.amr())
    assert on_disk(folder) == []


def test_another_fault_of_the_disk_is_not_called_full(monkeypatch):
    def faulty(handle: int) -> None:
        raise OSError(errno.EIO, "input/output error")

    monkeypatch.setattr(os, "fsync", faulty)
    with pytest.raises(OSError, match="input/output"):
        receive()


# --- the sweep
# ----------------------------------------------------------------------------------------------------------


def test_a_sweep_leaves_young_files_alone(folder):
    stray = folder / "ab" / STRAY.partition("/")[2]
    receive()
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"x")
    make_new(folder)
    assert usecases.sweep_orphans(DAY, at=NOON).removed == ()
    make_old(folder)
    assert usecases.sweep_orphans(DAY, at=NOON, dry_run=True).removed == (STRAY,)
    assert stray.exists()
    assert usecases.sweep_orphans(DAY, at=NOON).removed == (STRAY,)
    assert not stray.exists()


def test_a_sweep_leaves_alone_what_it_does_not_know(folder):
    for name in ("ab/notes.txt", "backup/abc.original", "readme"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    make_old(folder)
    assert usecases.sweep_orphans(DAY, at=NOON).removed == ()
    assert on_disk(folder) == ["ab/notes.txt", "backup/abc.original", "readme"]


def test_a_sweep_refuses_to_touch_what_may_still_be_in_a_transaction():
    with pytest.raises(ValueError, match="hour"):
        usecases.sweep_orphans(timedelta(minutes=59), at=NOON)


def test_a_sweep_names_rows_whose_bytes_are_gone(folder):
    stored = receive()
    (folder / stored.display_path).unlink()
    assert usecases.sweep_orphans(DAY, at=NOON).missing == (stored.ref,)


def test_the_command_sweeps_and_fails_when_bytes_are_missing(folder, capsys):
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / STRAY.partition("/")[2]).write_bytes(b"x")
    make_old(folder, days=4000)
    call_command("sweep_files", "--dry-run")
    assert f"would remove {STRAY}" in capsys.readouterr().out
    call_command("sweep_files")
    assert on_disk(folder) == []
    stored = receive(corpus.amr())
    (folder / stored.original_path).unlink()
    with pytest.raises(SystemExit):
        call_command("sweep_files")
    assert stored.ref in capsys.readouterr().err
    with pytest.raises(CommandError, match="hour"):
        call_command("sweep_files", "--older-than-hours", "0")


# --- owners
# -------------------------------------------------------------------------------------------------------------


def test_an_upload_made_before_its_message_is_attached_once():
    stored = receive(for_kind="", for_ref="")
    assert list(StoredFile.objects.unattached(NOON + DAY)) == [stored]
    usecases.attach(stored, for_kind=OWNER, for_ref="12", by="code:7", at=NOON, visibility=Visibility.STATION)
    assert (stored.owner_kind, stored.owner_ref, stored.visibility) == (OWNER, "12", Visibility.STATION)
    usecases.attach(stored, for_kind=OWNER, for_ref="12", by="code:7", at=NOON)
    assert list(StoredFile.objects.belonging_to(OWNER, "12")) == [stored]
    assert AuditRow.objects.filter(action="files.file.attached").count() == 1
    with pytest.raises(NotAttachable):
        usecases.attach(stored, for_kind=OWNER, for_ref="13", by="code:7", at=NOON)


def test_the_files_of_one_message_are_attached_all_or_none(django_assert_num_queries):
    first, second = receive(for_kind="", for_ref=""), receive(corpus.amr(), for_kind="", for_ref="")
    to = {"for_kind": OWNER, "for_ref": "12", "by": "code:7", "at": NOON}
    with pytest.raises(NotAttachable):
        usecases.attach_all([first.ref, "A" * 22], **to)
    taken = receive(for_ref="99")
    with pytest.raises(NotAttachable):
        usecases.attach_all([first.ref, taken.ref], **to)
    assert not StoredFile.objects.belonging_to(OWNER, "12").exists()
    assert usecases.attach_all([second.ref, first.ref, second.ref], **to) == [second, first]
    with django_assert_num_queries(1):
        assert StoredFile.objects.by_ref([first.ref, second.ref, "B" * 22]).keys() == {first.ref, second.ref}


def test_nobody_attaches_what_somebody_else_uploaded():
    stored = receive(for_kind="", for_ref="")
    with pytest.raises(NotAttachable):
        usecases.attach(stored, for_kind=OWNER, for_ref="12", by="code:8", at=NOON)
    with pytest.raises(ValueError, match="owner"):
        usecases.attach(stored, for_kind=OWNER, for_ref="", by="code:7", at=NOON)


# --- originals, quarantine, erasure
# -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("album")
def test_an_original_opens_for_a_reason_that_is_written_down():
    stored = receive()
    original = usecases.open_original(stored, viewer=3, by="officer:5", reason=" 核对车牌 ", at=NOON)
    assert original.data == corpus.telltale_jpeg()
    row = AuditRow.objects.get(action="files.original.opened")
    assert (row.actor, row.reason, row.at) == ("officer:5", "核对车牌", NOON)
    assert row.subject == f"files.storedfile:{stored.pk}"


@pytest.mark.usefixtures("album")
@pytest.mark.parametrize(("viewer", "reason", "error"), [(3, "  ", ReasonMissing), (2, "核对车牌", Refused)])
def test_without_right_or_reason_an_original_stays_sealed(viewer, reason, error):
    stored = receive()
    with pytest.raises(error):
        usecases.open_original(stored, viewer=viewer, by="officer:5", reason=reason, at=NOON)
    assert not AuditRow.objects.filter(action="files.original.opened").exists()


def test_without_a_registered_rule_an_original_opens_for_nobody():
    with pytest.raises(Refused):
        usecases.open_original(receive(), viewer=3, by="officer:5", reason="核对车牌", at=NOON)


@pytest.mark.usefixtures("album")
def test_an_original_that_was_touched_is_not_handed_out(folder):
    stored = receive()
    path = folder / stored.original_path
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(FileDamaged):
        usecases.open_original(stored, viewer=3, by="officer:5", reason="核对车牌", at=NOON)


@pytest.mark.django_db
def test_a_file_is_not_held_back_without_its_line_in_the_trail(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object, **_more: object) -> None:
        raise OSError("the disk is full")

    stored = receive()
    monkeypatch.setattr(usecases.audit, "record", full)
    with pytest.raises(OSError, match="full"):
        usecases.quarantine(stored, by="officer:5", reason="像病毒", at=NOON)
    stored.refresh_from_db()
    assert stored.state == State.READY


def test_a_file_is_held_back_and_released():
    stored = receive()
    assert usecases.quarantine(stored, by="officer:5", reason="像病毒", at=NOON).state == State.QUARANTINED
    with pytest.raises(NotReady):
        usecases.quarantine(stored, by="officer:5", reason="像病毒", at=NOON)
    assert usecases.release(stored, by="officer:5", reason="查过了", at=NOON).state == State.READY
    with pytest.raises(ReasonMissing):
        usecases.quarantine(stored, by="officer:5", reason="", at=NOON)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("album")
def test_an_erased_file_is_gone_and_says_why(folder):
    stored = receive()
    usecases.erase(stored, by="officer:5", reason="当事人撤回", at=NOON)
    usecases.erase(stored, by="officer:5", reason="当事人撤回", at=NOON)
    assert (stored.state, stored.paths, stored.name) == (State.ERASED, (), "—")
    assert on_disk(folder) == []
    assert AuditRow.objects.get(action="files.file.erased").reason == "当事人撤回"
    with pytest.raises(NotReady):
        usecases.open_original(stored, viewer=3, by="officer:5", reason="核对车牌", at=NOON)


@pytest.mark.django_db(transaction=True)
def test_an_erasure_that_is_rolled_back_has_lost_nothing(folder):
    stored = receive()
    with pytest.raises(RuntimeError):
        rolled_back(lambda: usecases.erase(stored, by="officer:5", reason="当事人撤回", at=NOON))
    assert on_disk(folder) == sorted(StoredFile.objects.get().paths)
