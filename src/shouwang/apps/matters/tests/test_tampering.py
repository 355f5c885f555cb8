"""
Somebody with all rights in the database, and the key of the log, changes what was received. Who notices?

    the reporter    with the receipt file they kept, and the program that knows nothing of the house
    the witness     who saw earlier heads
    the reader      of the notice on the board, who kept a picture of it
    the house       by `log_fsck`, as long as only some of the places were changed
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pypdfium2 import PdfDocument

from shouwang.apps.ledger import usecases as ledger
from shouwang.apps.ledger.checking import faults
from shouwang.apps.ledger.models import Fork, Head, Leaf, Log, LogKey, Tile
from shouwang.apps.ledger.witnessing import look, watch
from shouwang.apps.matters import sealing, usecases
from shouwang.apps.matters.models import Entry, Matter, Type
from shouwang.apps.matters.viewer import Viewer
from tests.cast import Cast, carry, consultation
from tests.force import by_force, remove_by_force
from tests.log_outside import HOUSE, PROGRAM, copy_to, fetch, verifier

GOOD, BROKEN, UNUSABLE, UNCERTAIN = 0, 1, 2, 3
NOW = timezone.now


class Town:
    """A reporter with a receipt, a witness, and a notice on the board, before anything is changed."""

    def __init__(self, cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.cast, self.folder, self.capsys = cast, folder, capsys
        self.opened = consultation(cast, at=NOW() - timedelta(minutes=5))
        self.matter = self.opened.matter
        self.browser = Client()
        carry(self.browser, self.opened)
        usecases.note(self.matter, by=cast.chen, body="雀内部的话", at=NOW(), restricted=True)
        ledger.sequence_all(at=NOW())
        self.key = ledger.first_key(NOW())
        self.receipt = self.download("receipt.json")
        self.board = self.keep("board.txt")
        self.witness = watch("青石", f"{HOUSE}/log/", self.key)
        assert look(self.witness, at=NOW(), ask=fetch) == ""

    def download(self, name: str) -> Path:
        file = self.folder / name
        file.write_bytes(self.browser.get(f"/m/{self.matter.number}/proof/").content)
        return file

    def on_paper(self, name: str = "receipt.pdf") -> Path:
        file = self.folder / name
        file.write_bytes(self.browser.get(f"/m/{self.matter.number}/proof.pdf").content)
        return file

    def keep(self, name: str) -> Path:
        file = self.folder / name
        file.write_bytes(fetch("/log/checkpoint"))
        return file

    def log(self, name: str = "log") -> Path:
        return copy_to(self.folder / name)

    def check(self, *argv: object) -> int:
        code = verifier()([str(one) for one in argv])
        self.said = self.capsys.readouterr().out
        return code

    def reporter(self, receipt: Path | None = None) -> int:
        """The reporter checks a receipt against the log as it is served now."""
        return self.check("receipt", receipt or self.receipt, "--log", self.log("now"), "--key", self.key)

    def reader(self) -> int:
        """Somebody compares the log of today with the notice of last month."""
        return self.check("fsck", self.log("now"), "--key", self.key, "--kept", self.board)

    def house(self) -> list[str]:
        return faults(NOW())


@pytest.fixture
def town(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return Town(cast, tmp_path, capsys)


def _message(town: Town) -> Any:
    return Entry._base_manager.filter(matter=town.matter, type=Type.MESSAGE)


def written_anew(town: Town) -> None:
    """The whole log once more from what the house holds now, with the same salts, signed by the same key."""
    for leaf in Leaf.objects.filter(key__startswith="entry:"):
        matter, seq = leaf.key.removeprefix("entry:").split("/")
        entry = Entry.objects.filter(matter=matter, seq=seq).select_related("matter").first()
        if entry is None:
            leaf.delete()
            continue
        text = ledger.sealed_text(
            sealing.fields_of(entry.matter.number, entry), sealing.inner_of(entry), bytes(leaf.salt)
        )
        Leaf.objects.filter(pk=leaf.pk).update(body=ledger.sealed_body(text, bytes(leaf.salt)))
    Leaf.objects.update(index=None)
    Tile.objects.all().delete()
    remove_by_force(Head.objects.all())
    Log.objects.update(size=0)
    ledger.sequence_all(at=NOW())


def test_when_nothing_is_changed_everybody_is_content(town: Town) -> None:
    assert town.house() == []
    assert town.reporter() == GOOD, town.said
    assert town.reader() == GOOD, town.said
    assert look(town.witness, at=NOW(), ask=fetch) == ""
    usecases.say(
        town.matter, viewer=Viewer(held={town.matter.pk: town.opened.held}), body="还有一句", at=NOW(), client_id="x"
    )
    ledger.sequence_all(at=NOW())
    assert town.reporter() == GOOD, town.said
    assert town.reporter(town.download("later.json")) == GOOD, town.said
    assert look(town.witness, at=NOW(), ask=fetch) == ""
    assert town.reader() == GOOD, town.said


def test_a_receipt_holds_what_its_holder_sees_and_nothing_else(town: Town) -> None:
    receipt = json.loads(town.receipt.read_text())
    told = [json.loads(one["text"]) for one in receipt["entries"]]
    assert [one["type"] for one in told][:1] == ["received"]
    assert any(one["body"] for one in told)
    hidden = Entry.objects.filter(matter=town.matter, visibility__gte=2)
    assert hidden.count() == 1
    text = town.receipt.read_text()
    assert "雀内部的话" not in text
    salt = ledger.base64.b64encode(bytes(Leaf.objects.get(key=sealing.key_of(town.matter.pk, hidden[0].seq)).salt[:32]))
    assert salt.decode() not in text
    served = b"".join(path.read_bytes() for path in town.log().rglob("*") if path.is_file())
    for secret in (town.matter.number, "雀内部的话", "received", "message", str(town.opened.code)):
        assert secret.encode() not in served


def test_a_receipt_on_paper_proves_the_same_and_prints_no_words(town: Town) -> None:
    paper = town.on_paper()
    assert town.reporter(paper) == GOOD, town.said
    assert "message" in town.said
    printed = "".join(page.get_textpage().get_text_range() for page in PdfDocument(paper))
    for said in Entry.objects.filter(matter=town.matter).exclude(body="").values_list("body", flat=True):
        assert said not in printed
    assert town.matter.number in printed
    by_force(_message(town), body="我什么也没说")
    assert town.reporter(paper) == GOOD, town.said
    assert town.reporter(town.on_paper("new.pdf")) == BROKEN, town.said
    empty = town.folder / "empty.pdf"
    empty.write_bytes(b"%PDF-1.7\nstream\nnothing\nendstream\n")
    assert town.check("receipt", empty) == UNUSABLE


@pytest.mark.parametrize(
    "change",
    [{"body": "我什么也没说"}, {"at": NOW() - timedelta(days=30)}, {"name": "别人"}, {"data": {"kind": "别的"}}],
    ids=["words", "time", "name", "what-only-the-house-sees"],
)
def test_a_changed_entry(town: Town, change: dict[str, Any]) -> None:
    by_force(_message(town), **change)
    assert any("says something else" in fault for fault in town.house())
    assert town.reporter() == GOOD, town.said  # what they kept still proves what was received
    assert town.reporter(town.download("new.json")) == BROKEN, town.said


def test_a_changed_note_that_no_resident_sees(town: Town) -> None:
    by_force(Entry._base_manager.filter(matter=town.matter, type=Type.NOTE), body="别的")
    assert any("says something else" in fault for fault in town.house())


def test_a_removed_entry(town: Town) -> None:
    remove_by_force(_message(town))
    assert any("is gone from the house" in fault for fault in town.house())
    assert town.reporter() == GOOD, town.said
    assert "message" in town.said


def test_a_removed_entry_and_its_leaf(town: Town) -> None:
    entry = _message(town).get()
    Leaf.objects.filter(key=sealing.key_of(town.matter.pk, entry.seq)).delete()
    remove_by_force(_message(town))
    assert town.house() != []
    assert town.check("fsck", town.log(), "--key", town.key) == BROKEN


def test_an_entry_that_was_slipped_in(town: Town) -> None:
    """Back-dated and never told to the log; or told now, and then it stands behind the head that hung on the board at that time."""
    last = Entry.objects.filter(matter=town.matter).order_by("-seq")[0]
    Entry.objects.bulk_create(
        [
            Entry(
                matter=town.matter,
                seq=last.seq + 1,
                at=NOW() - timedelta(days=40),
                type="note",
                by="officer",
                visibility=2,
            )
        ]
    )
    assert any("was never told" in fault for fault in town.house())
    board = int(town.board.read_text().split("\n")[1])
    sealing.seal_missing(at=NOW())
    ledger.sequence_all(at=NOW())
    assert Leaf.objects.get(key=sealing.key_of(town.matter.pk, last.seq + 1)).index >= board


def test_an_entry_and_its_leaf_changed_without_the_key(town: Town) -> None:
    by_force(_message(town), body="我什么也没说")
    leaf = Leaf.objects.get(key=sealing.key_of(town.matter.pk, _message(town).get().seq))
    salt = bytes(leaf.salt)
    text = ledger.sealed_text(sealing.fields_of(town.matter.number, _message(town).get()), {}, salt)
    Leaf.objects.filter(pk=leaf.pk).update(body=ledger.sealed_body(text, salt))
    assert any("is not what the entries hash to" in fault for fault in town.house())
    assert town.check("fsck", town.log(), "--key", town.key) == BROKEN


def test_the_whole_log_written_anew_with_the_key(town: Town) -> None:
    by_force(_message(town), body="我什么也没说")
    written_anew(town)
    assert town.house() == []  # from inside everything fits again: that is why others look
    assert town.check("fsck", town.log(), "--key", town.key) == GOOD
    assert town.reporter() == BROKEN
    assert town.reader() == BROKEN
    assert look(town.witness, at=NOW(), ask=fetch) != ""
    fork = Fork.objects.get()
    key = LogKey.objects.filter(witness=False).get().public
    for note in (fork.kept, fork.shown):
        assert key.signed(ledger.Note.read(note))
    look(town.witness, at=NOW(), ask=fetch)
    assert Fork.objects.count() == 1


def test_a_report_dropped_before_it_came_into_the_log(town: Town, settings: Any) -> None:
    usecases.say(
        town.matter,
        viewer=Viewer(held={town.matter.pk: town.opened.held}),
        body="派出所的人打了我",
        at=NOW(),
        client_id="y",
    )
    promised = town.download("promised.json")
    assert town.reporter(promised) == UNCERTAIN, town.said
    last = Entry.objects.filter(matter=town.matter).order_by("-seq")[0]
    Leaf.objects.filter(key=sealing.key_of(town.matter.pk, last.seq)).delete()
    remove_by_force(Entry._base_manager.filter(pk=last.pk))
    Matter.objects.filter(pk=town.matter.pk).update(last_seq=last.seq - 1)
    ledger.sequence_all(at=NOW())
    assert town.house() == []  # nothing is left inside; only the promise is, with the reporter
    assert town.reporter(promised) == UNCERTAIN
    later = verifier()
    later.__globals__["time"] = type("Later", (), {"time": staticmethod(lambda: NOW().timestamp() + 25 * 3600)})
    code = later(["receipt", str(promised), "--log", str(town.log("now")), "--key", town.key])
    assert code == BROKEN
    assert "承诺的时间已过" in town.capsys.readouterr().out


def test_different_logs_for_different_people(town: Town) -> None:
    """The reporter is shown one log, everybody else another: both signed, both whole."""
    shown_to_reporter = town.log("reporter")
    by_force(_message(town), body="我什么也没说")
    written_anew(town)
    assert town.check("receipt", town.receipt, "--log", shown_to_reporter, "--key", town.key) == GOOD
    assert town.reporter() == BROKEN  # as soon as they ask where everybody asks
    assert look(town.witness, at=NOW(), ask=fetch) != ""


def test_rolled_back_to_an_older_backup(town: Town) -> None:
    before = {row.pk for row in Leaf.objects.all()}
    usecases.say(
        town.matter, viewer=Viewer(held={town.matter.pk: town.opened.held}), body="第二件事", at=NOW(), client_id="z"
    )
    ledger.sequence_all(at=NOW())
    receipt = town.download("after.json")
    town.keep("board.txt")
    assert look(town.witness, at=NOW(), ask=fetch) == ""
    last = Entry.objects.filter(matter=town.matter).order_by("-seq")[0]
    remove_by_force(Entry._base_manager.filter(pk=last.pk))
    Leaf.objects.exclude(pk__in=before).delete()
    written_anew(town)
    assert town.house() == []
    assert town.reporter(receipt) == BROKEN
    assert town.reader() == BROKEN
    assert look(town.witness, at=NOW(), ask=fetch) != ""
    assert Fork.objects.exists()


def test_a_receipt_that_its_holder_changed_convinces_nobody(town: Town) -> None:
    receipt = json.loads(town.receipt.read_text())
    words = json.loads(receipt["entries"][0]["text"])
    receipt["entries"][0]["text"] = ledger.canonical({**words, "body": "他们答应了赔我一万元"})
    forged = town.folder / "forged.json"
    forged.write_text(json.dumps(receipt, ensure_ascii=False))
    assert town.reporter(forged) == BROKEN
    forged.write_text("{}")
    assert town.reporter(forged) == UNUSABLE
    assert town.check("receipt", town.receipt, "--key", "wrong") == BROKEN


def test_the_program_runs_alone(town: Town) -> None:
    """On a machine without the house: another folder, an empty path, nothing of ours to import."""
    copy = town.folder / "elsewhere" / "verify.py"
    copy.parent.mkdir()
    copy.write_bytes(PROGRAM.read_bytes())
    ran = subprocess.run(
        [sys.executable, "-I", str(copy), "receipt", str(town.receipt), "--log", str(town.log()), "--key", town.key],
        capture_output=True,
        text=True,
        check=False,
        cwd=copy.parent,
        env={"PYTHONIOENCODING": "utf-8"},
    )
    assert ran.returncode == GOOD, ran.stdout + ran.stderr
    assert "shouwang." not in copy.read_text()


def test_words_that_were_taken_back_are_in_no_receipt(town: Town) -> None:
    from shouwang.apps.matters.usecases import later

    entry = _message(town).get()
    later.take_back(entry, at=NOW())
    ledger.sequence_all(at=NOW())
    told = [json.loads(one["text"]) for one in json.loads(town.download("now.json").read_text())["entries"]]
    assert entry.seq not in {one["seq"] for one in told}
    assert town.house() == []
