"""What a copy tells together with copies that are out already, and what the second officer makes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shouwang.apps.files.models import StoredFile
from shouwang.apps.redactions import usecases
from shouwang.apps.redactions.beside import UNREAD, Beside, beside_released
from shouwang.apps.redactions.errors import NoReason, NotReady
from shouwang.apps.redactions.jobs import read_what_is_out
from shouwang.apps.redactions.models import Redaction, State, Step
from shouwang.apps.redactions.tests.making import checked, released, word
from shouwang.kernel.errors import Conflict
from shouwang.kernel.models import AuditRow
from tests.cast import Cast, sign_in

pytestmark = pytest.mark.django_db

BEES = "2026年11月3日，事情出在柳溪村。\n伤者养蜂，67岁。"
CHAIR = "2026年11月3日，事情出在柳溪村。\n主人养蜂，出门要坐轮椅。"
ELSEWHERE = CHAIR.replace("柳溪村", "上坞村")
MONTHS_AFTER = CHAIR.replace("11月3日", "3月3日")
USUAL = "2026年11月3日，事情出在柳溪村。\n钱守义因琐事和侯桂兰争吵，侯桂兰左手擦伤。决定罚款五百元。"
VILLAGES = ("柳溪村", "上坞村")
FINE = "养蜂的有六家，认不出是哪一家"


def out(cast: Cast, text: str, name: str = "第3号处罚决定") -> Redaction:
    return released(cast, word(text), name=name, stays=VILLAGES)


def waiting(cast: Cast, text: str) -> tuple[Redaction, Beside]:
    """The second officer has opened it."""
    one = checked(cast, word(text), stays=VILLAGES)
    usecases.open_it(one, by=cast.liang, reason="看副本", at=timezone.now())
    return one, beside_released(one)


def agree(cast: Cast, one: Redaction, **more: str) -> Redaction:
    return usecases.release(one, sha256=one.sha256, seen=one.turn, by=cast.liang, at=timezone.now(), **more)


class TestWhatIsFound:
    def test_a_planted_pair_is_named_with_what_both_say(self, cast: Cast) -> None:
        first = out(cast, BEES)
        _one, beside = waiting(cast, CHAIR)
        (warned,) = beside.warnings
        assert warned.other == first
        assert (warned.place, [str(day) for day in warned.days]) == ("柳溪村", ["2026-11-03"])
        assert warned.shared == ("养蜂",)
        assert {"养蜂", "67 岁", "轮椅"} == set(warned.joined)
        assert warned.others == 0
        assert beside.compared == 1

    @pytest.mark.parametrize("second", [ELSEWHERE, MONTHS_AFTER, USUAL])
    def test_a_harmless_pair_is_not(self, cast: Cast, second: str) -> None:
        out(cast, BEES)
        _one, beside = waiting(cast, second)
        assert (beside.warnings, beside.key, beside.compared) == ((), "", 1)

    def test_what_three_say_already_singles_out_nobody(self, cast: Cast) -> None:
        for n, said in enumerate(("双胞胎", "驼背", "口吃")):
            text = f"2026年11月{n * 9 + 1}日，事情出在柳溪村。\n伤者养蜂，{said}。"
            one = checked(cast, word(text), name=f"第{n + 4}号处罚决定", stays=VILLAGES)
            usecases.open_it(one, by=cast.liang, reason="看副本", at=timezone.now())
            agree(cast, one, beside=beside_released(one).key, why=FINE)
        _one, beside = waiting(cast, "2026年11月2日，事情出在柳溪村。\n伤者养蜂，要坐轮椅。")
        assert beside.compared == 3
        assert beside.warnings == ()

    def test_one_alone_may_tell_too_much(self, cast: Cast) -> None:
        _one, beside = waiting(cast, "事情出在柳溪村。\n伤者养蜂，双胞胎，独臂。")
        (warned,) = beside.warnings
        assert warned.other is None
        assert set(warned.joined) == {"养蜂", "双胞胎", "独臂"}

    def test_what_was_hidden_is_not_told(self, cast: Cast) -> None:
        one = out(cast, BEES)
        assert one.told == {"places": ["柳溪村"], "days": ["2026-11-03"], "facts": ["age:67", "trade:养蜂"]}

    def test_what_is_not_out_is_not_compared(self, cast: Cast) -> None:
        checked(cast, word(BEES))
        _one, beside = waiting(cast, CHAIR)
        assert (beside.compared, beside.warnings) == (0, ())


class TestAgreeing:
    def test_joined_items_need_a_word_of_why_which_is_kept(self, cast: Cast) -> None:
        first = out(cast, BEES)
        one, beside = waiting(cast, CHAIR)
        for why in ("", "可以"):
            with pytest.raises(NoReason, match="写清为什么没关系"):
                agree(cast, one, beside=beside.key, why=why)
        agree(cast, one, beside=beside.key, why=FINE)
        assert Step.objects.get(redaction=one, what="released").words == FINE
        row = AuditRow.objects.get(action="redactions.released", subject=one.ref)
        assert (row.details["beside"], row.details["why"]) == ([first.ref], FINE)

    def test_without_a_warning_no_word_is_asked_for(self, cast: Cast) -> None:
        one, _beside = waiting(cast, USUAL)
        assert agree(cast, one).state == State.RELEASED

    def test_another_that_went_out_meanwhile_is_looked_at_first(self, cast: Cast) -> None:
        one, beside = waiting(cast, CHAIR)
        out(cast, BEES)
        with pytest.raises(Conflict, match="再看一眼"):
            agree(cast, one, beside=beside.key, why=FINE)

    def test_sent_back_it_is_read_anew(self, cast: Cast) -> None:
        one, _beside = waiting(cast, CHAIR)
        back = usecases.send_back(one, reason="轮椅也要遮", seen=one.turn, by=cast.liang, at=timezone.now())
        assert back.told is None


class TestTheWorker:
    def test_copies_of_before_are_read_again(self, cast: Cast) -> None:
        one = out(cast, BEES)
        told = one.told
        Redaction.objects.update(told=None)
        read_what_is_out(timezone.now())
        one.refresh_from_db()
        assert one.told == told

    def test_one_that_cannot_be_read_is_marked_and_counted(self, cast: Cast) -> None:
        one = out(cast, BEES)
        Redaction.objects.update(told=None)
        StoredFile.objects.filter(pk=one.copy_id).update(state="quarantined")
        read_what_is_out(timezone.now())
        one.refresh_from_db()
        assert one.told == UNREAD
        _one, beside = waiting(cast, CHAIR)
        assert (beside.compared, beside.unread, beside.warnings) == (0, 1, ())

    def test_nothing_goes_out_before_it_was_compared(self, cast: Cast) -> None:
        one, _beside = waiting(cast, USUAL)
        Redaction.objects.update(told=None)
        with pytest.raises(NotReady, match="还没有和已经公开的比过"):
            agree(cast, one)


class TestThePage:
    def test_it_says_which_other_and_what_to_do_and_keeps_what_was_typed(self, cast: Cast, client: Client) -> None:
        first = out(cast, BEES)
        one, beside = waiting(cast, CHAIR)
        sign_in(client, cast.liang)
        page = client.get(f"/desk/redactions/{one.pk}/").content.decode()
        for words in ("第3号处罚决定", "两份都说到", "养蜂", "地点写粗", f"/desk/redactions/{first.pk}/", 'name="why"'):
            assert words in page
        press = {"seen": one.turn, "sha256": one.sha256, "beside": beside.key, "why": "行"}
        refused = client.post(f"/desk/redactions/{one.pk}/release/", press)
        assert refused.status_code == 400
        assert "写清为什么没关系" in refused.content.decode()
        assert ">行</textarea>" in refused.content.decode()
        client.post(f"/desk/redactions/{one.pk}/release/", press | {"why": FINE})
        one.refresh_from_db()
        assert one.state == State.RELEASED
        assert FINE in client.get(f"/desk/redactions/{one.pk}/").content.decode()

    def test_a_harmless_one_says_with_how_many_it_was_compared(self, cast: Cast, client: Client) -> None:
        out(cast, BEES)
        one, _beside = waiting(cast, USUAL)
        sign_in(client, cast.liang)
        page = client.get(f"/desk/redactions/{one.pk}/").content.decode()
        assert "没有看出放在一起能认出谁" in page
        assert 'name="why"' not in page

    def test_the_reason_of_a_document_that_may_not_be_opened_is_no_link(self, cast: Cast, client: Client) -> None:
        first = out(cast, BEES)
        Redaction.objects.filter(pk=first.pk).update(unit=cast.hewan, made_at=timezone.now() - timedelta(days=1))
        one, _beside = waiting(cast, CHAIR)
        sign_in(client, cast.liang)
        page = client.get(f"/desk/redactions/{one.pk}/").content.decode()
        assert "第3号处罚决定" in page
        assert f"/desk/redactions/{first.pk}/" not in page
