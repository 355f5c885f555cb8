"""A document goes to the public: found, decided, made anew, checked by strangers, looked at by another officer, and never before."""

from __future__ import annotations

import errno
import hashlib
import io
import json
from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageDraw

from shouwang.apps.files import policy as files
from shouwang.apps.files.models import StoredFile
from shouwang.apps.ledger.models import Leaf
from shouwang.apps.matters.queries import looks_of
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.people.models import Address, Look, Person
from shouwang.apps.redactions import desk, usecases, work
from shouwang.apps.redactions.bytes_of import bytes_of, stored_bytes
from shouwang.apps.redactions.errors import MayNotStay, NoReason, NotReady
from shouwang.apps.redactions.jobs import AT_ONCE, find_and_make
from shouwang.apps.redactions.models import DrawnBox, Mark, Redaction, State, Step
from shouwang.apps.redactions.policy import may_review
from shouwang.apps.redactions.tests.making import ID, PHONE, begun, checked, found, released, word, worked
from shouwang.apps.redactions.usecases import Decision, Edges
from shouwang.engines.apart import Apart
from shouwang.engines.redaction import pages, redact_file, words_of
from shouwang.engines.redaction.tests.drawing import png, scene
from shouwang.engines.redaction.tests.test_apart import HOSTILE
from shouwang.kernel.errors import Conflict, Refused
from tests.cast import Cast, as_officer, consultation, sign_in

pytestmark = pytest.mark.django_db


def broken_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader of pages really crashes, never ends or eats memory when a file says so."""
    monkeypatch.setattr(pages, "READER", HOSTILE)
    monkeypatch.setattr(pages, "Apart", lambda program: Apart(program, answer_s=20, cpu_s=2, memory_bytes=512 << 20))


def decisions(one: Redaction, **stays: str) -> dict[int, Decision]:
    """Hide everything but these words, which stay for these reasons."""
    return {
        mark.pk: Decision(hide=mark.words not in stays, ground=mark.ground, why_stays=stays.get(mark.words, ""))
        for mark in one.marks.all()
    }


class TestFinding:
    def test_each_words_are_one_mark_with_its_rule(self, cast: Cast) -> None:
        one = found(cast)
        marks = {mark.words: mark for mark in one.marks.all()}
        assert {PHONE, ID, "钱守义", "侯桂兰"} <= set(marks)
        assert marks["钱守义"].count == 2
        assert marks["钱守义"].ground == "eo-mask-name"
        assert marks[PHONE].ground == "eo-mask-del"
        assert one.state == State.DRAFT

    def test_the_police_s_own_telephone_stays(self, cast: Cast) -> None:
        assert cast.qingshi.phone == "0570-0000110"
        hidden = {mark.words: mark.hide for mark in found(cast).marks.all()}
        assert not hidden["0570-0000110"]
        assert hidden[PHONE]

    def test_who_stands_behind_the_matter_is_hidden_wherever_they_stand(self, cast: Cast) -> None:
        matter = consultation(cast).matter
        matter.reporter = Person.objects.create(name="欧阳翡翠", created_at=timezone.now())
        matter.save()
        one = found(cast, word("欧阳翡翠来过。"), matter=matter)
        assert [mark.words for mark in one.marks.all()] == ["欧阳翡翠"]

    def test_what_somebody_wants_to_be_called_and_their_account_are_hidden_too(self, cast: Cast) -> None:
        matter = consultation(cast).matter
        matter.reporter = Person.objects.create(pseudonym="木兰", created_at=timezone.now())
        matter.save()
        Address.objects.create(person=matter.reporter, channel="qq", value="雀-77-账号")
        one = found(cast, word("木兰花开了，雀-77-账号也开了。"), matter=matter)
        assert {"木兰", "雀-77-账号"} <= {mark.words for mark in one.marks.all()}

    def test_what_cannot_be_read_says_what_to_do(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(work, "bytes_of", lambda _one: b"PK\x03\x04 no package")
        one = found(cast)
        assert one.state == State.UNREADABLE
        assert one.note[0].endswith("再交。")

    @pytest.mark.parametrize(("does", "says"), [("CRASH", "垮了"), ("SPIN", "时间太长"), ("MEMORY", "内存太多")])
    def test_a_file_that_breaks_its_reader_is_given_up_once_with_what_to_do(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch, does: str, says: str
    ) -> None:
        broken_reader(monkeypatch)
        monkeypatch.setattr(work, "bytes_of", lambda _one: f"%PDF-1.4\n{does}\n%%EOF\n".encode())
        monkeypatch.setattr(work, "installed_reader", lambda: None)
        one = begun(cast)
        find_and_make(timezone.now())
        one.refresh_from_db()
        assert one.state == State.UNREADABLE
        assert says in one.note[0]
        monkeypatch.setattr(work, "proposals", lambda *_given, **_more: pytest.fail("it was read again"))
        find_and_make(timezone.now())

    def test_a_name_that_tells_who_is_no_name(self, cast: Cast) -> None:
        with pytest.raises(NotReady, match=PHONE):
            begun(cast, name=f"给{PHONE}的")

    def test_words_are_sealed_in_the_database(self, cast: Cast) -> None:
        from django.db import connection

        found(cast)
        with connection.cursor() as cursor:
            cursor.execute("SELECT words, before, after, digest FROM redactions_mark")
            raw = repr(cursor.fetchall())
        assert PHONE not in raw
        assert "钱守义" not in raw


class TestDeciding:
    def test_a_number_of_a_person_cannot_be_left(self, cast: Cast) -> None:
        one = found(cast)
        with pytest.raises(MayNotStay):
            usecases.decide(
                one, decisions(one, **{PHONE: "看着像公开的"}), seen=one.turn, by=cast.chen, at=timezone.now()
            )
        assert one.marks.get(digest=work.digest_of(PHONE)).hide

    def test_a_name_stays_only_with_a_word_of_why(self, cast: Cast) -> None:
        one = found(cast)
        with pytest.raises(NoReason):
            usecases.decide(one, decisions(one, 侯桂兰=""), seen=one.turn, by=cast.chen, at=timezone.now())
        usecases.decide(one, decisions(one, 侯桂兰="本人书面同意"), seen=one.turn, by=cast.chen, at=timezone.now())
        usecases.hand_in(one, seen=one.turn + 1, by=cast.chen, at=timezone.now())
        text = words_of(stored_bytes(worked(one).copy))  # type: ignore[arg-type]  # there is one
        assert "侯桂兰" in text
        assert "钱守义" not in text

    def test_what_was_missed_is_added_and_hidden_everywhere(self, cast: Cast) -> None:
        one = found(cast, word("菜市场东头第三个摊位的翡翠婶。\n翡翠婶说的。"))
        one = usecases.add_words(
            one, "翡翠婶", kind="name", ground="eo-mask-name", seen=one.turn, by=cast.chen, at=timezone.now()
        )
        one = usecases.hand_in(one, seen=one.turn, by=cast.chen, at=timezone.now())
        copy = worked(one).copy
        assert copy is not None
        assert "翡翠婶" not in words_of(stored_bytes(copy))

    def test_two_at_once_the_second_looks_again(self, cast: Cast) -> None:
        one = found(cast)
        usecases.decide(one, decisions(one), seen=one.turn, by=cast.chen, at=timezone.now())
        with pytest.raises(Conflict):
            usecases.decide(one, decisions(one), seen=one.turn, by=cast.liang, at=timezone.now())

    @pytest.mark.parametrize(
        "edges",
        [
            Edges(1, 5, 5, 5, 9),
            Edges(1, 0, 0, 1001, 9),
            Edges(2, 0, 0, 9, 9),
            Edges(0, 0, 0, 9, 9),
            Edges(1, -1, 0, 9, 9),
        ],
    )
    def test_a_box_lies_on_its_page(self, cast: Cast, edges: Edges) -> None:
        one = found(cast, picture(), file="a.png")
        with pytest.raises(NotReady):
            usecases.add_box(one, edges, ground="eo-mask-del", seen=one.turn, by=cast.chen, at=timezone.now())
        assert not DrawnBox.objects.exists()


class TestTwoPeople:
    def test_the_copy_lacks_what_was_hidden_and_the_original_stays_sealed(self, cast: Cast) -> None:
        one = checked(cast)
        assert one.state == State.REVIEW
        assert one.copy is not None
        copy = stored_bytes(one.copy)
        assert hashlib.sha256(copy).hexdigest() == one.sha256
        text = words_of(copy)
        for secret in (PHONE, ID, "钱守义", "侯桂兰", "石桥街18号", "雀作者"):
            assert secret not in text
            assert secret.encode() not in copy
        assert "钱某" in text
        assert PHONE in words_of(bytes_of(one))
        assert len(one.verdict["checkers"]) >= 3

    def test_the_drafter_is_not_the_second_pair_of_eyes(self, cast: Cast) -> None:
        one = checked(cast, by=cast.chen)
        with pytest.raises(Refused):
            usecases.release(one, sha256=one.sha256, seen=one.turn, by=cast.chen, at=timezone.now())

    def test_who_hands_in_is_the_drafter_even_a_chief(self, cast: Cast) -> None:
        one = found(cast)
        one = usecases.hand_in(one, seen=one.turn, by=cast.liang, at=timezone.now())
        one = worked(one)
        usecases.open_it(one, by=cast.liang, reason="看", at=timezone.now())
        with pytest.raises(Refused):
            usecases.release(one, sha256=one.sha256, seen=one.turn, by=cast.liang, at=timezone.now())

    def test_whoever_decided_is_not_the_second_pair_of_eyes_whoever_handed_it_on(self, cast: Cast) -> None:
        one = found(cast)
        said = decisions(one, 侯桂兰="所长说可以")
        one = usecases.decide(one, said, seen=one.turn, by=cast.liang, at=timezone.now())
        one = worked(usecases.hand_in(one, seen=one.turn, by=cast.chen, at=timezone.now()))
        usecases.open_it(one, by=cast.liang, reason="看副本", at=timezone.now())
        with pytest.raises(Refused):
            usecases.release(one, sha256=one.sha256, seen=one.turn, by=cast.liang, at=timezone.now())
        usecases.open_it(one, by=cast.shao, reason="看副本", at=timezone.now())
        usecases.release(one, sha256=one.sha256, seen=one.turn, by=cast.shao, at=timezone.now())

    def test_what_looks_like_a_face_or_a_plate_is_painted_black_unless_somebody_drops_it(self, cast: Cast) -> None:
        photo = png(scene([(300, 220, 180)], [(420, 560, 240, "blue")]))
        one = found(cast, photo, file="a.png")
        assert [(box.kind, box.page, box.by) for box in one.boxes.all()] == [("face", 1, None), ("plate", 1, None)]
        plate = one.boxes.get(kind="plate")
        one = usecases.drop_box(one, plate.pk, seen=one.turn, by=cast.chen, at=timezone.now())
        usecases.looked_at(one, [1], by=cast.chen, at=timezone.now())
        usecases.hand_in(one, seen=one.turn, by=cast.chen, at=timezone.now())
        one = worked(one)
        assert one.state == State.REVIEW, one.note
        with Image.open(io.BytesIO(stored_bytes(one.copy))) as copy:
            assert copy.convert("RGB").getpixel((300, 220)) == (0, 0, 0)
            assert copy.convert("RGB").getpixel((430, 570)) != (0, 0, 0), "somebody said that this is no plate"

    def test_taking_a_box_off_is_a_hand_in_it_too(self, cast: Cast) -> None:
        one, edges = found(cast, picture(), file="a.png"), Edges(1, 1, 1, 9, 9)
        one = usecases.add_box(one, edges, ground="eo-mask-del", seen=one.turn, by=cast.chen, at=timezone.now())
        assert may_review(cast.liang, one)
        box = one.boxes.get().pk
        one = usecases.drop_box(one, box, seen=one.turn, by=cast.liang, at=timezone.now())
        assert not may_review(cast.liang, one)

    def test_the_copy_is_taken_by_nobody_but_the_second_person_before_it_is_released(
        self, cast: Cast, client: Client
    ) -> None:
        one = checked(cast)
        assert one.copy is not None
        for who in (cast.chen, cast.liang):
            usecases.open_it(one, by=who, reason="看副本", at=timezone.now())
        assert not files.may_open_original(as_officer(cast.chen), one.copy)
        assert files.may_open_original(as_officer(cast.liang), one.copy)
        sign_in(client, cast.chen)
        assert client.get(reverse("redactions:copy", args=[one.pk])).status_code == 403
        usecases.release(one, sha256=one.sha256, seen=one.turn, by=cast.liang, at=timezone.now())
        assert client.get(reverse("redactions:copy", args=[one.pk])).status_code == 200

    def test_whoever_agrees_has_opened_it(self, cast: Cast) -> None:
        one = checked(cast)
        with pytest.raises(NotReady):
            usecases.release(one, sha256=one.sha256, seen=one.turn, by=cast.liang, at=timezone.now())

    def test_only_the_bytes_that_were_looked_at(self, cast: Cast) -> None:
        one = checked(cast)
        usecases.open_it(one, by=cast.liang, reason="看副本", at=timezone.now())
        with pytest.raises(Conflict):
            usecases.release(one, sha256="0" * 64, seen=one.turn, by=cast.liang, at=timezone.now())

    def test_a_release_is_a_leaf_of_the_log(self, cast: Cast) -> None:
        one = released(cast)
        (leaf,) = Leaf.objects.filter(key__startswith="redaction.released:")
        assert json.loads(bytes(leaf.body))["data"] == {"sha256": one.sha256}

    def test_sent_back_with_a_word_and_made_anew(self, cast: Cast) -> None:
        one = checked(cast)
        with pytest.raises(NoReason):
            usecases.send_back(one, reason=" ", seen=one.turn, by=cast.liang, at=timezone.now())
        one = usecases.send_back(one, reason="摊位号也要遮", seen=one.turn, by=cast.liang, at=timezone.now())
        assert (one.state, one.copy, one.note) == (State.DRAFT, None, ["摊位号也要遮"])
        one = usecases.hand_in(one, seen=one.turn, by=cast.chen, at=timezone.now())
        assert worked(one).state == State.REVIEW

    def test_the_database_wants_two_people_too(self, cast: Cast) -> None:
        one = checked(cast)
        with pytest.raises(DatabaseError), transaction.atomic():
            Redaction.objects.filter(pk=one.pk).update(state=State.RELEASED, reviewer=one.drafter)

    def test_given_up_nothing_found_in_it_stays(self, cast: Cast) -> None:
        one = found(cast)
        usecases.close(one, reason="不公开了", seen=one.turn, by=cast.chen, at=timezone.now())
        assert not Mark.objects.exists()
        assert [step.what for step in Step.objects.all()] == ["begun", "closed"]


class TestTheGate:
    def test_without_enough_strangers_nothing_is_released(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(work, "installed_checkers", lambda _kind: {})
        one = checked(cast)
        assert one.state == State.DRAFT
        assert "检查副本的程序不够" in one.note[0]
        assert Step.objects.filter(what="stopped").count() == 1

    def test_a_stranger_who_still_finds_something_stops_it(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        strangers = {"甲": lambda _data: "", "乙": lambda _data: PHONE}
        monkeypatch.setattr(work, "installed_checkers", lambda _kind: strangers)
        one = checked(cast)
        assert one.state == State.DRAFT
        assert "乙在副本里还找得到 1 处" in one.note[0]
        assert PHONE not in json.dumps(one.note)

    def test_a_stranger_who_breaks_gives_no_verdict(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        def breaks(_data: bytes) -> str:
            raise OSError

        monkeypatch.setattr(work, "installed_checkers", lambda _kind: {"甲": breaks, "乙": lambda _data: ""})
        assert checked(cast).state == State.DRAFT

    def test_pictures_are_looked_at_by_somebody(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(work, "installed_checkers", lambda _kind: {"甲": lambda _d: "", "乙": lambda _d: ""})
        monkeypatch.setattr(work, "installed_ocr", lambda: lambda _data: "")
        monkeypatch.setattr(work, "installed_reader", lambda: None)
        one = found(cast, picture(), file="a.png")
        one = usecases.hand_in(one, seen=one.turn, by=cast.chen, at=timezone.now())
        one = worked(one)
        assert one.state == State.DRAFT
        assert "第 1 页还没有人看过" in one.note[0]
        usecases.looked_at(one, [1], by=cast.chen, at=timezone.now())
        one = usecases.add_box(
            one, Edges(1, 100, 100, 500, 500), ground="eo-mask-del", seen=one.turn, by=cast.chen, at=timezone.now()
        )
        one = worked(usecases.hand_in(one, seen=one.turn, by=cast.chen, at=timezone.now()))
        assert one.state == State.REVIEW
        assert one.copy is not None
        with Image.open(io.BytesIO(stored_bytes(one.copy))) as made:
            assert made.convert("RGB").getpixel((60, 60)) == (0, 0, 0)
            assert made.convert("RGB").getpixel((180, 180)) != (0, 0, 0)

    def test_a_number_that_everybody_missed_stops_it(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        one = found(cast, word("来电13800004321。"))
        one.marks.all().delete()  # as if the program had heard nothing the first time
        monkeypatch.setattr(
            work, "redact_file", lambda data, **given: redact_file(data, **given | {"stay": ["13800004321"]})
        )
        one = worked(usecases.hand_in(one, seen=one.turn, by=cast.chen, at=timezone.now()))
        assert one.state == State.DRAFT
        assert "1 个像电话、证件号的号码" in one.note[0]


class TestWhatWasDecidedCounts:
    def test_words_agreed_to_be_hidden_stay_hidden_when_the_search_misses_them(self, cast: Cast) -> None:
        """The person of the matter was put right between finding and making; nothing but the mark knows the name now."""
        matter = consultation(cast).matter
        matter.reporter = Person.objects.create(name="木兰", created_at=timezone.now())
        matter.save()
        one = found(cast, word("木兰花开了。"), matter=matter)
        matter.reporter = None
        matter.save()
        one = Redaction.objects.for_pages().get(pk=one.pk)
        one = worked(usecases.hand_in(one, seen=one.turn, by=cast.chen, at=timezone.now()))
        assert one.copy is not None
        assert "木兰" not in words_of(stored_bytes(one.copy))


class TestTheWorker:
    def test_it_finds_and_makes_what_waits(self, cast: Cast) -> None:
        one = begun(cast)
        find_and_make(timezone.now())
        one.refresh_from_db()
        usecases.hand_in(one, seen=one.turn, by=cast.chen, at=timezone.now())
        find_and_make(timezone.now())
        one.refresh_from_db()
        assert one.state == State.REVIEW

    def test_twice_leaves_one_result(self, cast: Cast) -> None:
        one = begun(cast)
        stale = Redaction.objects.for_pages().get(pk=one.pk)
        work.find_all(one)
        work.find_all(stale)
        one.refresh_from_db()
        marks = one.marks.count()
        usecases.hand_in(one, seen=one.turn, by=cast.chen, at=timezone.now())
        one.refresh_from_db()
        again = Redaction.objects.for_pages().get(pk=one.pk)
        work.make_copy(one, timezone.now())
        work.make_copy(again, timezone.now())
        one.refresh_from_db()
        assert (one.state, one.marks.count()) == (State.REVIEW, marks)
        assert StoredFile.objects.belonging_to(work.COPIES_OF, str(one.pk)).count() == 1

    def test_many_that_break_do_not_hold_up_the_others(self, cast: Cast) -> None:
        broken = [begun(cast, name=f"第{n}号处罚决定") for n in range(20, 20 + AT_ONCE)]
        whole = begun(cast, name="第13号处罚决定")
        StoredFile.objects.filter(pk__in=[one.original_id for one in broken]).update(state="quarantined")
        for _ in range(2):
            find_and_make(timezone.now())
        whole.refresh_from_db()
        assert whole.state == State.DRAFT
        for one in broken:
            one.refresh_from_db()
            assert one.state == State.UNREADABLE
            assert "另存一份再交" in one.note[0]

    def test_a_copy_that_breaks_goes_back_with_a_sentence(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        one = found(cast)
        usecases.hand_in(one, seen=one.turn, by=cast.chen, at=timezone.now())
        monkeypatch.setattr(work, "redact_file", breaks_with(TimeoutError("OCR")))
        find_and_make(timezone.now())
        one.refresh_from_db()
        assert (one.state, one.copy) == (State.DRAFT, None)
        assert "副本没能做成" in one.note[0]

    def test_a_reader_that_crashes_later_stops_the_copy_and_the_page_with_a_sentence(
        self, cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(work, "installed_reader", lambda: None)
        one = found(cast, picture(), file="a.png")
        usecases.looked_at(one, [1], by=cast.chen, at=timezone.now())
        usecases.hand_in(one, seen=one.turn, by=cast.chen, at=timezone.now())
        broken_reader(monkeypatch)
        for room in (work, desk):
            monkeypatch.setattr(room, "bytes_of", lambda _one: b"%PDF-1.4\nCRASH\n%%EOF\n")
        find_and_make(timezone.now())
        one.refresh_from_db()
        assert one.state == State.DRAFT
        assert "垮了" in one.note[0]
        sign_in(client, cast.chen)
        usecases.open_it(one, by=cast.chen, reason="看一页", at=timezone.now())
        answer = client.get(reverse("redactions:page", args=[one.pk, "page", 1]))
        assert answer.status_code == 400
        assert "垮了" in answer.content.decode()

    def test_a_full_disk_is_waited_for(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        one = begun(cast)
        with monkeypatch.context() as full:
            full.setattr(work, "proposals", breaks_with(OSError(errno.ENOSPC, "full")))
            find_and_make(timezone.now())
        one.refresh_from_db()
        assert one.state == State.FINDING
        find_and_make(timezone.now())
        one.refresh_from_db()
        assert one.state == State.DRAFT

    def test_given_up_while_the_worker_is_at_it_nothing_comes_back(self, cast: Cast) -> None:
        one = begun(cast)
        at_it = Redaction.objects.for_pages().get(pk=one.pk)
        usecases.close(one, reason="交错了", seen=one.turn, by=cast.chen, at=timezone.now())
        work.find_all(at_it)
        one.refresh_from_db()
        assert (one.state, one.marks.count()) == (State.CLOSED, 0)


class TestAFileThatIsGone:
    def test_the_page_says_so_and_lets_it_be_given_up(self, cast: Cast, client: Client) -> None:
        one = found(cast)
        StoredFile.objects.filter(pk=one.original_id).update(state="quarantined")
        usecases.open_it(one, by=cast.chen, reason="看", at=timezone.now())
        sign_in(client, cast.chen)
        page = client.get(reverse("redactions:one", args=[one.pk]))
        assert page.status_code == 200
        assert "现在打不开" in page.content.decode()
        assert reverse("redactions:step", args=[one.pk, "close"]) in page.content.decode()


class TestWhoSees:
    def test_the_station_s_people_and_nobody_else(self, cast: Cast) -> None:
        one = begun(cast)
        may = {name for name, who in cast.everybody().items() if Redaction.objects.of(as_officer(who)).exists()}
        assert {"chen", "liang", "shao"} <= may
        assert not {"meng", "shi", "admin"} & may
        assert not Redaction.objects.of(Viewer()).exists()
        assert one.unit == cast.qingshi

    def test_what_belongs_to_a_matter_follows_the_matter(self, cast: Cast) -> None:
        matter = consultation(cast).matter
        begun(cast, matter=matter)
        matter.kept_from.add(cast.chen)
        assert not Redaction.objects.of(as_officer(cast.chen)).exists()
        assert Redaction.objects.of(as_officer(cast.liang)).exists()

    def test_each_opening_is_recorded_for_the_person(self, cast: Cast) -> None:
        matter = consultation(cast).matter
        matter.reporter = Person.objects.create(name="欧阳翡翠", created_at=timezone.now())
        matter.save()
        one = begun(cast, matter=matter)
        usecases.open_it(one, by=cast.liang, reason="核对副本", at=timezone.now())
        looks = Look.objects.filter(officer=cast.liang)
        assert {look.subject for look in looks} == {one.ref, matter.ref}
        assert {(look.person, look.reason) for look in looks} == {(matter.reporter, "核对副本")}
        assert len(looks_of(matter.ref)[0].times) == 1  # what the person's own page shows


def breaks_with(error: Exception) -> Callable[..., None]:
    def breaks(*_given: object, **_named: object) -> None:
        raise error

    return breaks


def picture() -> bytes:
    image = Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(image).ellipse((20, 20, 100, 100), fill="red")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


class TestThePage:
    def test_a_refused_decision_keeps_what_was_chosen_and_typed(self, cast: Cast, client: Client) -> None:
        one = found(cast)
        name = one.marks.get(digest=work.digest_of("侯桂兰"))
        other = one.marks.get(digest=work.digest_of("钱守义"))
        sign_in(client, cast.chen)
        press = {
            "seen": str(one.turn), f"mark-{name.pk}": "stay", f"why-{name.pk}": "",
            f"mark-{other.pk}": "stay", f"why-{other.pk}": "本人书面同意", f"ground-{other.pk}": "gi-ex-15",
        }  # fmt: skip
        answer = client.post(f"/desk/redactions/{one.pk}/decide/", press)
        page = answer.content.decode()
        assert answer.status_code == 400
        assert "要留下，请写一句为什么" in page
        assert "本人书面同意" in page
        assert f'name="mark-{other.pk}" value="stay" checked' in page
        assert one.marks.filter(hide=False, digest=other.digest).count() == 0

    def test_a_long_text_is_looked_through_by_the_worker_not_by_the_page(
        self, cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one = found(cast, word("没有人名的一句话。" * 2500))
        monkeypatch.setattr(desk, "redact_file", lambda *_given, **_more: pytest.fail("the page looked through it"))
        sign_in(client, cast.chen)
        assert "太长了" in client.get(f"/desk/redactions/{one.pk}/").content.decode()
