"""The spine, told as what a resident and a station live through."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from shouwang.apps.duty.usecases import sign_off, sign_on
from shouwang.apps.matters import timeline, usecases
from shouwang.apps.matters.errors import NothingSaid, TooLong, UnknownCode, WrongState
from shouwang.apps.matters.models import AccessCode, Entry, Matter, State, Type
from shouwang.apps.matters.queries import conversation
from shouwang.apps.matters.sentences import entry_sentence
from shouwang.apps.matters.viewer import Viewer, Visibility
from shouwang.kernel import ids
from shouwang.kernel.appendonly import Unchangeable
from shouwang.kernel.errors import Conflict, Refused, TooOften
from shouwang.kernel.live.models import LiveEvent
from tests.cast import MONDAY, Cast, as_officer, at, consultation, with_code

LATER = MONDAY + timedelta(minutes=8)


def types(matter: Matter) -> list[str]:
    return list(Entry.objects.filter(matter=matter).order_by("seq").values_list("type", flat=True))


def test_a_question_becomes_a_matter_with_number_code_and_first_receiver(cast: Cast) -> None:
    sign_on(cast.chen, cast.qingshi, at=MONDAY)
    opened = consultation(cast)
    matter = Matter.objects.get()
    assert matter.number == "QS-2026-00001-8"
    assert ids.is_matter_number(matter.number)
    assert ids.clean_code(ids.show_code(opened.code).lower().replace("-", " ")) == opened.code
    assert matter.handler == cast.chen
    assert matter.waiting_since == MONDAY
    assert types(matter) == ["received", "clock", "message"]


def test_nobody_on_duty_still_takes_the_question_in(cast: Cast) -> None:
    matter = consultation(cast).matter
    assert matter.handler_id is None
    assert matter in Matter.objects.visible_to(as_officer(cast.zhou)).waiting()


def test_an_answer_ends_the_waiting_and_takes_an_unowned_matter_over(cast: Cast) -> None:
    opened = consultation(cast)
    usecases.say(opened.matter, viewer=as_officer(cast.chen), at=LATER, body="让外婆来就行。")
    matter = Matter.objects.get()
    assert (matter.waiting_since, matter.first_answer_at, matter.handler) == (None, LATER, cast.chen)


def test_a_retry_adds_nothing(cast: Cast) -> None:
    opened = consultation(cast)
    first = usecases.say(opened.matter, viewer=with_code(opened), at=LATER, body="外婆能去吗？", client_id="a1")
    again = usecases.say(opened.matter, viewer=with_code(opened), at=LATER, body="外婆能去吗？", client_id="a1")
    assert first == again
    assert types(opened.matter).count("message") == 2


def test_a_note_is_never_seen_by_the_resident(cast: Cast) -> None:
    opened = consultation(cast)
    usecases.note(opened.matter, by=cast.zhou, body="外婆是柳溪的，可以上门。", at=LATER)
    assert not Entry.objects.visible_to(with_code(opened)).filter(type=Type.NOTE).exists()
    assert Entry.objects.visible_to(as_officer(cast.chen)).filter(type=Type.NOTE).exists()
    assert not Entry.objects.visible_to(as_officer(cast.meng)).exists()


class TestTransfer:
    """首接负责: the first receiver stays answerable until the next one accepts, and nothing of the resident's changes."""

    def test_until_accepted_nothing_moves(self, cast: Cast) -> None:
        opened = consultation(cast)
        usecases.offer_transfer(opened.matter, to=cast.hewan, by=cast.chen, reason="孩子的户口在河湾。", at=LATER)
        matter = Matter.objects.get()
        assert (matter.unit, matter.offered_to_unit) == (cast.qingshi, cast.hewan)
        assert matter in Matter.objects.visible_to(as_officer(cast.meng))

    def test_accepting_moves_answerability_but_not_number_code_or_dates(self, cast: Cast) -> None:
        opened = consultation(cast)
        before = Matter.objects.get()
        usecases.offer_transfer(opened.matter, to=cast.hewan, by=cast.chen, reason="孩子的户口在河湾。", at=LATER)
        usecases.accept_transfer(opened.matter, by=cast.meng, at=LATER)
        after = Matter.objects.get()
        assert (after.unit, after.handler, after.transfers) == (cast.hewan, cast.meng, 1)
        assert (after.number, after.received_at, after.waiting_since) == (
            before.number,
            before.received_at,
            before.waiting_since,
        )
        assert usecases.open_by_code(opened.code, address="x", at=LATER, tries_per_hour=5).matter_id == after.pk

    def test_ping_pong_is_counted(self, cast: Cast) -> None:
        matter = consultation(cast).matter
        for n in range(1, 4):
            usecases.offer_transfer(matter, to=cast.hewan, by=cast.chen, reason="再请看看。", at=LATER)
            usecases.return_transfer(matter, by=cast.meng, reason="户口在青石。", at=LATER)
            matter.refresh_from_db()
            assert (matter.unit, matter.transfers) == (cast.qingshi, n)

    def test_only_the_unit_it_was_offered_to_may_accept(self, cast: Cast) -> None:
        matter = consultation(cast).matter
        usecases.offer_transfer(matter, to=cast.hewan, by=cast.chen, reason="孩子的户口在河湾。", at=LATER)
        with pytest.raises(Refused, match="河湾派出所"):
            usecases.accept_transfer(matter, by=cast.zhou, at=LATER)

    def test_a_transfer_needs_a_reason_and_one_at_a_time(self, cast: Cast) -> None:
        matter = consultation(cast).matter
        with pytest.raises(NothingSaid):
            usecases.offer_transfer(matter, to=cast.hewan, by=cast.chen, reason="  ", at=LATER)
        usecases.offer_transfer(matter, to=cast.hewan, by=cast.chen, reason="孩子的户口在河湾。", at=LATER)
        with pytest.raises(WrongState, match="河湾派出所"):
            usecases.offer_transfer(matter, to=cast.hewan, by=cast.chen, reason="再转一次。", at=LATER)


class TestTheEnd:
    def closed(self, cast: Cast):  # type: ignore[no-untyped-def]
        opened = consultation(cast)
        usecases.say(opened.matter, viewer=as_officer(cast.chen), at=LATER, body="让外婆来就行。")
        usecases.close(opened.matter, by=cast.chen, reason="answered", words="外婆可以代办，材料已告诉您。", at=LATER)
        return opened

    def test_closing_needs_a_plain_sentence(self, cast: Cast) -> None:
        opened = consultation(cast)
        usecases.assign(opened.matter, to=cast.chen, by=cast.chen, at=LATER)
        with pytest.raises(NothingSaid, match="一句话"):
            usecases.close(opened.matter, by=cast.chen, reason="answered", words="", at=LATER)

    def test_an_auxiliary_does_not_close_alone(self, cast: Cast) -> None:
        opened = consultation(cast)
        with pytest.raises(Refused, match="辅警"):
            usecases.close(opened.matter, by=cast.jiang, reason="answered", words="好了。", at=LATER)

    def test_a_dispute_reopens_and_goes_to_a_leader_who_did_not_close(self, cast: Cast) -> None:
        opened = self.closed(cast)
        usecases.dispute(opened.matter, viewer=with_code(opened), words="还是没告诉我要带什么。", at=LATER)
        matter = Matter.objects.get()
        assert (matter.state, matter.handler, matter.disputes) == (State.DISPUTED, cast.liang, 1)
        assert matter.received_at == MONDAY
        with pytest.raises(Refused, match="所长或分局"):
            usecases.review(matter, by=cast.chen, upheld=True, words="已答复。", at=LATER)
        usecases.review(matter, by=cast.liang, upheld=False, words="是我们没说清，今天补上。", at=LATER)
        matter.refresh_from_db()
        assert (matter.state, matter.handler) == (State.OPEN, cast.liang)

    def test_rating_waits_for_the_result(self, cast: Cast) -> None:
        opened = consultation(cast)
        with pytest.raises(WrongState):
            usecases.rate(opened.matter, viewer=with_code(opened), stars=5, words="", at=LATER)
        done = self.closed(cast)
        usecases.rate(done.matter, viewer=with_code(done), stars=4, words="快", at=LATER)
        assert Matter.objects.get(pk=done.matter.pk).rating == 4


class TestCodes:
    def test_wrong_codes_are_counted_and_then_refused(self, cast: Cast) -> None:
        opened = consultation(cast)
        for _ in range(3):
            with pytest.raises(UnknownCode):
                usecases.open_by_code(ids.new_code(), address="x", at=LATER, tries_per_hour=3)
        with pytest.raises(TooOften):
            usecases.open_by_code(opened.code, address="x", at=LATER, tries_per_hour=3)
        assert usecases.open_by_code(opened.code, address="y", at=LATER, tries_per_hour=3)
        assert usecases.open_by_code(opened.code, address="x", at=LATER + timedelta(hours=1), tries_per_hour=3)

    def test_the_code_itself_is_nowhere_in_the_database(self, cast: Cast) -> None:
        opened = consultation(cast)
        row = AccessCode.objects.get()
        assert opened.code not in row.digest
        assert not Entry.objects.filter(data__icontains=opened.code).exists()

    def test_a_helper_opens_one_matter_only_and_can_be_sent_away(self, cast: Cast) -> None:
        mine, other = consultation(cast), consultation(cast, body="路灯不亮")
        code, held = usecases.add_helper(mine.matter, viewer=with_code(mine), label="女儿", at=LATER)
        helper = Viewer(held={held.matter_id: held})
        usecases.say(mine.matter, viewer=helper, at=LATER, body="我替妈妈问。")
        with pytest.raises(Refused):
            usecases.say(other.matter, viewer=helper, at=LATER, body="也问问这件。")
        with pytest.raises(Refused):
            usecases.add_helper(mine.matter, viewer=helper, label="邻居", at=LATER)
        usecases.remove_helper(mine.matter, viewer=with_code(mine), code_id=held.code_id, at=LATER)
        with pytest.raises(UnknownCode):
            usecases.open_by_code(code, address="x", at=LATER, tries_per_hour=5)

    def test_a_replaced_code_closes_the_old_one(self, cast: Cast) -> None:
        opened = consultation(cast)
        new = usecases.replace_code(opened.matter, by=cast.an, reason="本人到窗口，核对了身份证。", at=LATER)
        assert usecases.held_codes([opened.held.code_id]) == {}
        assert usecases.open_by_code(new, address="x", at=LATER, tries_per_hour=5).matter_id == opened.matter.pk


class TestComplaints:
    """Accusations never reach the accused or ordinary users of the unit (信访工作条例 art. 30)."""

    def test_only_leaders_see_a_complaint_and_never_the_one_it_is_about(self, cast: Cast) -> None:
        opened = consultation(cast, kind="complaint", body="所长态度不好。")
        opened.matter.kept_from.add(cast.liang)
        sees = {name for name, one in cast.everybody().items() if Matter.objects.visible_to(as_officer(one)).exists()}
        assert sees == {"shao"}


def test_shift_change_leaves_nothing_behind(cast: Cast) -> None:
    sign_on(cast.chen, cast.qingshi, at=MONDAY)
    opened = consultation(cast)
    with pytest.raises(Conflict, match="还没有上岗"):
        sign_off(cast.chen, at=LATER, handed_to=cast.zhou)
    sign_on(cast.zhou, cast.qingshi, at=LATER)
    sign_off(cast.chen, at=LATER, handed_to=cast.zhou, note="外婆周四来。")
    assert Matter.objects.get().handler == cast.zhou
    assert types(opened.matter)[-1] == "handed-over"


def test_the_honest_heartbeat_says_that_nothing_happened(cast: Cast) -> None:
    opened = consultation(cast)
    promised = Matter.objects.get().next_word_by
    assert promised is not None
    assert usecases.beat(opened.matter, at=promised - timedelta(seconds=1)) is None
    entry = usecases.beat(opened.matter, at=promised)
    assert entry is not None
    assert datetime.fromisoformat(entry.data["nothing_since"]) == MONDAY
    assert usecases.beat(opened.matter, at=promised) is None
    assert Matter.objects.get().waiting_since == MONDAY


def test_danger_rings_until_one_accepts_and_the_second_is_told_who(cast: Cast) -> None:
    opened = consultation(cast, body="他拿着刀在门口")
    usecases.find_danger(opened.matter, grade="now", category="weapon", why=["刀"], numbers=["110"], at=MONDAY)
    assert Matter.objects.get().danger == "now"
    usecases.accept_danger(opened.matter, by=cast.chen, at=LATER)
    with pytest.raises(Conflict, match="陈警官"):
        usecases.accept_danger(opened.matter, by=cast.zhou, at=LATER)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  你好\r\n再见 ", "你好\n再见"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("家\u200d人👨‍👩‍👧", "家\u200d人👨‍👩‍👧"),
        ("x\x00\x07y", "xy"),
    ],
)
def test_words_are_kept_without_what_hides_in_them(typed: str, kept: str) -> None:
    assert usecases.clean_text(typed) == kept


def test_too_many_words_are_refused_not_cut() -> None:
    with pytest.raises(TooLong, match="10000"):
        usecases.clean_text("字" * 10_001)


def test_an_entry_is_never_changed_or_removed(cast: Cast) -> None:
    consultation(cast)
    entry = Entry.objects.order_by("seq").first()
    assert entry is not None
    with pytest.raises(Unchangeable):
        entry.save()
    with pytest.raises(Unchangeable):
        Entry.objects.all().delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("UPDATE matters_entry SET body = 'x'")


def test_the_columns_can_be_rebuilt_from_the_entries(cast: Cast) -> None:
    opened = consultation(cast)
    usecases.say(opened.matter, viewer=as_officer(cast.chen), at=LATER, body="让外婆来就行。")
    assert timeline.rebuild(opened.matter) == ()
    Matter.objects.update(handler=None, state=State.DISPUTED)
    assert set(timeline.rebuild(opened.matter)) == {"handler_id", "state"}
    assert Matter.objects.get().handler == cast.chen


def test_restricted_notes_are_for_leaders_and_the_officer_in_charge(cast: Cast) -> None:
    opened = consultation(cast)
    usecases.assign(opened.matter, to=cast.chen, by=cast.chen, at=LATER)
    usecases.note(opened.matter, by=cast.chen, body="当事人要求保密。", at=LATER, restricted=True)
    sees = {
        name
        for name, one in cast.everybody().items()
        if Entry.objects.visible_to(as_officer(one)).filter(visibility=Visibility.RESTRICTED).exists()
    }
    assert sees == {"chen", "liang", "shao"}


def test_the_day_decides_the_year_of_the_number(cast: Cast) -> None:
    assert consultation(cast, at=at("2026-12-31 23:59")).matter.number.startswith("QS-2026-")
    assert consultation(cast, at=at("2027-01-01 00:00")).matter.number.startswith("QS-2027-")


class TestKeptFromTheWrongHands:
    """What only a few may read is never put into other hands, on any way."""

    def test_a_complaint_has_no_ordinary_first_receiver(self, cast: Cast) -> None:
        sign_on(cast.chen, cast.qingshi, at=MONDAY)
        assert consultation(cast, kind="complaint").matter.handler_id is None

    def test_an_ordinary_matter_that_turns_out_to_be_a_complaint_leaves_ordinary_hands(self, cast: Cast) -> None:
        opened = consultation(cast)
        usecases.assign(opened.matter, to=cast.chen, by=cast.chen, at=LATER)
        usecases.change_kind(opened.matter, kind="complaint", by=cast.liang, at=LATER)
        assert Matter.objects.get().handler == cast.liang
        with pytest.raises(Refused, match="看不到"):
            usecases.assign(opened.matter, to=cast.chen, by=cast.liang, at=LATER)

    def test_a_shift_change_does_not_carry_it_to_somebody_who_may_not_read_it(self, cast: Cast) -> None:
        kept, plain = consultation(cast), consultation(cast, body="路灯不亮")
        kept.matter.kept_from.add(cast.zhou)
        for one in (kept, plain):
            usecases.assign(one.matter, to=cast.chen, by=cast.chen, at=LATER)
        assert usecases.hand_over(cast.chen, to=cast.zhou, at=LATER) == 2
        assert Matter.objects.get(pk=plain.matter.pk).handler == cast.zhou
        assert Matter.objects.get(pk=kept.matter.pk).handler is None

    def test_the_one_it_is_about_does_not_review_it(self, cast: Cast) -> None:
        opened = consultation(cast)
        usecases.assign(opened.matter, to=cast.chen, by=cast.chen, at=LATER)
        usecases.close(opened.matter, by=cast.chen, reason="answered", words="说了。", at=LATER)
        opened.matter.kept_from.add(cast.liang)
        usecases.dispute(opened.matter, viewer=with_code(opened), words="没有。", at=LATER)
        assert Matter.objects.get().handler == cast.shao
        with pytest.raises(Refused):
            usecases.review(opened.matter, by=cast.liang, upheld=True, words="维持。", at=LATER)

    def test_whoever_may_not_read_a_complaint_does_not_accept_it(self, cast: Cast) -> None:
        opened = consultation(cast, kind="complaint")
        usecases.offer_transfer(opened.matter, to=cast.hewan, by=cast.liang, reason="说的是河湾的人。", at=LATER)
        with pytest.raises(Refused):
            usecases.accept_transfer(opened.matter, by=cast.meng, at=LATER)
        usecases.accept_transfer(opened.matter, by=cast.fan, at=LATER)

    def test_the_unit_it_was_offered_to_works_on_it_only_after_accepting(self, cast: Cast) -> None:
        opened = consultation(cast)
        usecases.offer_transfer(opened.matter, to=cast.hewan, by=cast.chen, reason="户口在河湾。", at=LATER)
        with pytest.raises(Refused, match="接手以后"):
            usecases.replace_code(opened.matter, by=cast.meng, reason="本人到窗口。", at=LATER)


class TestSentTwice:
    def test_the_same_first_question_is_one_matter_with_a_fresh_code(self, cast: Cast) -> None:
        first, again = (consultation(cast, client_id="ask:a1") for _ in range(2))
        assert first.matter == again.matter
        assert usecases.held_codes([first.held.code_id, again.held.code_id]) == {first.matter.pk: again.held}

    def test_other_words_under_the_same_id_are_kept_as_a_new_matter(self, cast: Cast) -> None:
        """Somebody goes back to the form, writes something else and sends it: nothing is dropped."""
        first = consultation(cast, client_id="ask:a1")
        other = consultation(cast, client_id="ask:a1", body="还有一件别的事")
        assert first.matter != other.matter

    def test_other_words_under_the_same_id_are_a_new_message(self, cast: Cast) -> None:
        opened = consultation(cast)
        for words in ("外婆能去吗？", "外公能去吗？"):
            usecases.say(opened.matter, viewer=with_code(opened), at=LATER, body=words, client_id="a1")
        assert types(opened.matter).count("message") == 3

    def test_nobody_comes_into_a_matter_of_another_door_by_repeating_its_id(self, cast: Cast) -> None:
        theirs = consultation(cast, channel="qq", client_id="0123abcd")
        mine = consultation(cast, channel="web", client_id="0123abcd")
        assert mine.matter != theirs.matter
        assert usecases.held_codes([theirs.held.code_id])


def test_a_word_after_the_end_promises_nothing(cast: Cast) -> None:
    opened = consultation(cast)
    usecases.assign(opened.matter, to=cast.chen, by=cast.chen, at=LATER)
    usecases.close(opened.matter, by=cast.chen, reason="answered", words="说了。", at=LATER)
    usecases.say(opened.matter, viewer=as_officer(cast.chen), at=LATER, body="祝顺利。")
    assert Matter.objects.get().next_word_by is None


def test_safe_contact_can_be_set_after_the_end(cast: Cast) -> None:
    opened = consultation(cast)
    usecases.assign(opened.matter, to=cast.chen, by=cast.chen, at=LATER)
    usecases.close(opened.matter, by=cast.chen, reason="answered", words="说了。", at=LATER)
    usecases.set_safe_contact(opened.matter, viewer=with_code(opened), on=True, at=LATER)
    assert Matter.objects.get().safe_contact
    with pytest.raises(Refused):
        usecases.set_safe_contact(opened.matter, viewer=as_officer(cast.meng), on=False, at=LATER)


def test_only_who_asked_says_how_they_may_be_reached(cast: Cast) -> None:
    """A helper may be the person somebody has to be careful of."""
    mine = consultation(cast)
    usecases.set_safe_contact(mine.matter, viewer=with_code(mine), on=True, at=LATER)
    code, held = usecases.add_helper(mine.matter, viewer=with_code(mine), label="婆婆", at=LATER)
    with pytest.raises(Refused):
        usecases.set_safe_contact(
            mine.matter, viewer=Viewer(held={held.matter_id: held}), on=False, at=LATER, contact={"ways": ["qq"]}
        )
    assert Matter.objects.get().safe_contact
    browser = Client()
    browser.post("/find/", {"code": code})
    page = f"/m/{mine.matter.number}/"
    assert "安全联系已打开" in browser.get(page).content.decode()
    for refused in ("contact/", "helpers/"):
        assert browser.get(page + refused).status_code == 403
        assert page + refused not in browser.get(page).content.decode()
    assert browser.post(page + "safe-contact/", {"on": "0"}).status_code == 403
    assert Matter.objects.get().safe_contact


def test_the_same_line_says_you_to_who_asked_and_to_nobody_else(cast: Cast) -> None:
    mine = consultation(cast)
    _code, held = usecases.add_helper(mine.matter, viewer=with_code(mine), label="女儿", at=LATER)
    told = {
        name: [entry_sentence(entry) for entry in conversation(mine.matter, viewer)]
        for name, viewer in {
            "own": with_code(mine),
            "helper": Viewer(held={held.matter_id: held}),
            "desk": as_officer(cast.chen),
        }.items()
    }
    assert any("您的咨询" in line for line in told["own"])
    assert "您请女儿代办这一件事。" in told["own"]
    for name in ("helper", "desk"):
        assert not any("您" in line for line in told[name])
        assert "请女儿代办这一件事。" in told[name]


@pytest.mark.parametrize("typed", ["\u200b \u2800", "\u200b\u200b", "\u3164"])
def test_words_nobody_can_see_are_no_words(cast: Cast, typed: str) -> None:
    page = Client().post("/ask/", {"body": typed, "kind": "consultation", "station": cast.qingshi.pk})
    assert page.status_code == 400
    assert not Matter.objects.exists()


def test_a_code_typed_with_a_chinese_keyboard_opens_and_a_number_is_told_apart(cast: Cast) -> None:
    mine = consultation(cast)
    wide = "".join(chr(ord(ch) + 0xFEE0) for ch in mine.code)
    assert Client().post("/find/", {"code": wide}).status_code == 302
    page = Client().post("/find/", {"code": mine.matter.number}).content.decode()
    assert "这是编号" in page


def test_a_desk_hears_that_a_complaint_moved_but_not_which(cast: Cast) -> None:
    consultation(cast, kind="complaint")
    told = LiveEvent.objects.filter(stream__name=f"desk:{cast.qingshi.pk}").values_list("payload", flat=True)
    assert list(told) == [{}] * len(told) != []


def test_the_command_names_what_was_wrong_and_puts_it_right_once(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = consultation(cast)
    consultation(cast, body="路灯不亮")
    Matter.objects.filter(pk=opened.matter.pk).update(waiting_since=None, due_at=None)
    said = []
    for options in ({"dry_run": True}, {}, {}):
        call_command("rebuild_matters", **options)
        said.append(capsys.readouterr().out.strip().split("\n"))
    wrong = f"{opened.matter.number}: waiting_since, due_at"
    assert said == [
        [wrong, "2 looked at, 1 wrong."],
        [wrong, "2 looked at, 1 put right."],
        ["2 looked at, 0 put right."],
    ]
    assert Matter.objects.get(pk=opened.matter.pk).waiting_since == MONDAY
