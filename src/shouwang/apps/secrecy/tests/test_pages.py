"""The desk's pages and what everybody reads: who may open them, what is kept when something is refused, counts and no contents."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shouwang.apps.catalogue import usecases as keeping
from shouwang.apps.catalogue.models import Item
from shouwang.apps.catalogue.tests.making import published, taken_off
from shouwang.apps.disclosure.tests.making import applied, received
from shouwang.apps.disclosure.usecases import confirm
from shouwang.apps.people.models import Look
from shouwang.apps.secrecy import usecases
from shouwang.apps.secrecy.models import Review, State
from shouwang.apps.secrecy.tests.making import proposed, unsure, withheld
from tests.cast import Cast, carry, sign_in

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def desk(officer: object) -> Client:
    client = Client()
    sign_in(client, officer)  # type: ignore[arg-type]
    return client


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def given(**changes: str) -> dict[str, str]:
    ends = (timezone.localdate() + timedelta(days=90)).isoformat()
    said = {"ground": "sec-2", "harm": "会让人知道巡逻路线。", "interest": "数字另外公开。", "ends_on": ends}
    return said | {"owner": "nobody", **changes}


@pytest.fixture
def item(cast: Cast) -> Item:
    return published(cast).item


class TestProposing:
    def test_from_the_item_by_pressing(self, cast: Cast, item: Item) -> None:
        chen, liang = desk(cast.chen), desk(cast.liang)
        assert f"about={item.ref}" in text(chen, f"/desk/open/{item.pk}/")
        path = f"/desk/withheld/new/?about={item.ref}"
        assert "分局保密办" in text(chen, path)
        answer = chen.post(path, given())
        one = Review.objects.get()
        assert answer["Location"] == f"/desk/withheld/{one.pk}/"
        assert "理由是您提的" in text(chen, answer["Location"])
        assert one.called in text(liang, "/desk/"), "the day sheet"
        assert liang.post(f"/desk/withheld/{one.pk}/agree/", {"seen": one.turn}).status_code == 302
        assert "审过了，暂不公开" in text(liang, "/desk/withheld/")
        assert chen.get(path)["Location"] == answer["Location"], "one at a time"

    def test_what_was_typed_stays_when_it_is_refused(self, cast: Cast, item: Item) -> None:
        answer = desk(cast.chen).post(f"/desk/withheld/new/?about={item.ref}", given(ends_on="2099-01-01"))
        assert answer.status_code == 400
        page = answer.content.decode()
        assert "会让人知道巡逻路线。" in page
        assert "不是永远不公开" in page

    @pytest.mark.parametrize("ends_on", ["明天", "99999-1-1", "0000-00-00"])
    def test_a_day_that_is_none_is_said(self, cast: Cast, item: Item, ends_on: str) -> None:
        answer = desk(cast.chen).post(f"/desk/withheld/new/?about={item.ref}", given(ends_on=ends_on))
        assert answer.status_code == 400
        assert "请写成 2026-11-23 这样" in answer.content.decode()

    def test_a_state_secret_is_told_where_it_belongs(self, cast: Cast, item: Item) -> None:
        answer = desk(cast.chen).post(f"/desk/withheld/new/?about={item.ref}", given(ground="sec-1"))
        assert answer.status_code == 400
        assert "按规定交分局保密办定" in answer.content.decode()
        assert not Review.objects.exists()

    def test_unsure_needs_only_the_doubt(self, cast: Cast, item: Item) -> None:
        answer = desk(cast.chen).post(
            f"/desk/withheld/new/?about={item.ref}", {"ground": "unsure", "harm": "拿不准", "owner": "nobody"}
        )
        assert answer.status_code == 302
        assert Review.objects.get().state == State.UNSURE
        assert "同事拿不准，等您定" in text(desk(cast.shao), "/desk/")

    @pytest.mark.parametrize(
        "about", ["", "catalogue.item:0", "catalogue.item:²", "catalogue.item:" + "9" * 30, "x:1", "\x00"]
    )
    def test_a_thing_that_is_not_there_is_no_page(self, cast: Cast, about: str) -> None:
        assert desk(cast.chen).get("/desk/withheld/new/", {"about": about}).status_code == 404

    def test_other_stations_and_auxiliaries_find_nothing(self, cast: Cast, item: Item) -> None:
        one = proposed(cast, item.ref)
        assert desk(cast.meng).get(f"/desk/withheld/new/?about={item.ref}").status_code == 404
        assert desk(cast.meng).get(f"/desk/withheld/{one.pk}/").status_code == 404
        assert desk(cast.jiang).get("/desk/withheld/").status_code == 403
        assert desk(cast.jiang).get(f"/desk/withheld/{one.pk}/").status_code == 403


class TestDeciding:
    def test_back_and_again(self, cast: Cast, item: Item) -> None:
        one = proposed(cast, item.ref)
        chen, liang = desk(cast.chen), desk(cast.liang)
        path = f"/desk/withheld/{one.pk}/"
        assert liang.post(f"{path}back/", {"seen": "1", "reason": ""}).status_code == 400
        assert liang.post(f"{path}back/", {"seen": "1", "reason": "损害写得太笼统"}).status_code == 302
        assert "损害写得太笼统" in text(chen, path)
        assert "退回来了，要改" in text(chen, "/desk/")
        assert chen.post(f"{path}hand-in/", given(seen="2", harm="")).status_code == 400
        assert chen.post(f"{path}hand-in/", given(seen="2", harm="路线会被人利用。")).status_code == 302
        one.refresh_from_db()
        assert (one.state, one.harm) == (State.PROPOSED, "路线会被人利用。")

    def test_a_proposer_s_press_is_refused_and_kept(self, cast: Cast, item: Item) -> None:
        one = proposed(cast, item.ref)
        answer = desk(cast.chen).post(f"/desk/withheld/{one.pk}/agree/", {"seen": "1"})
        assert answer.status_code == 403
        assert desk(cast.liang).post(f"/desk/withheld/{one.pk}/agree/", {"seen": "七"}).status_code == 409
        assert desk(cast.liang).post(f"/desk/withheld/{one.pk}/explode/", {"seen": "1"}).status_code == 404

    def test_a_review_of_an_application_is_a_look_at_its_matter(self, cast: Cast) -> None:
        application = received(cast)
        one = proposed(cast, application.ref)
        before = Look.objects.filter(subject=application.matter.ref).count()
        assert one.called == application.matter.number
        text(desk(cast.liang), f"/desk/withheld/{one.pk}/")
        assert Look.objects.filter(subject=application.matter.ref, officer=cast.liang).count() == before + 1


class TestEverybody:
    def test_the_page_of_a_withdrawn_item_says_the_ground_and_the_day(
        self, cast: Cast, item: Item, client: Client
    ) -> None:
        taken_off(cast, item, when=NOW)
        one = Review.objects.get()
        assert "有没有理由不公开还在审" in text(client, f"/open/{item.pk}/")
        one = usecases.agree(one, seen=one.turn, by=cast.liang, at=NOW)
        page = text(client, f"/open/{item.pk}/")
        assert "不公开的理由：警务工作秘密" in page
        assert one.ends_on is not None
        assert one.ends_on.isoformat() in page
        assert "巡逻" not in page

    def test_what_is_due_again_stands_on_the_late_board(self, cast: Cast, item: Item, client: Client) -> None:
        then = NOW - timedelta(days=200)
        taken_off(cast, item, when=then)
        one = Review.objects.get()
        usecases.agree(one, seen=one.turn, by=cast.liang, at=then)
        assert "该重新看" in text(client, "/open/late/")
        assert "该重新看" in text(client, f"/open/{item.pk}/")
        assert "到期了，要重新看" in text(desk(cast.chen), "/desk/")
        assert "要重新公开" in text(desk(cast.an), "/desk/")

    def test_totals_and_open_data_count_and_tell_nothing(self, cast: Cast, item: Item, client: Client) -> None:
        before = client.get("/open/data/withheld.csv").content
        withheld(cast, item.ref, when=NOW)
        year = timezone.localtime(NOW).year
        page, table = text(client, "/open/withheld/"), client.get("/open/data/withheld.csv").content.decode("utf-8-sig")
        assert before != client.get("/open/data/withheld.csv").content, "a decision is there at once"
        assert "sec-2,警务工作秘密" in table
        assert f",{year},1" in table
        assert client.get("/open/data/withheld.json").json()["format"] == "withheld"
        assert "withheld.csv" in text(client, "/open/data/")
        assert "withheld.csv" in client.get("/open/data/SHA256SUMS").content.decode()
        for said in (page, table):
            assert "巡逻" not in said
            assert item.name not in said

    def test_the_applicant_reads_that_somebody_is_unsure_and_until_when(self, cast: Cast, client: Client) -> None:
        application, opened = applied(cast, NOW)
        carry(client, opened)
        confirm(application, by=cast.chen, at=NOW)
        one = unsure(cast, application.ref, NOW)
        page = text(client, f"/m/{application.matter.number}/")
        assert "在那以前不公开，也不拒绝" in page
        assert one.due_on.isoformat() in page
        assert "蹲守" not in page

    def test_withdrawing_without_a_ground_says_what_to_do(self, cast: Cast, item: Item) -> None:
        liang = desk(cast.liang)
        liang.post(f"/desk/open/{item.pk}/withdraw/", {"reason": "不方便", "texts_stay": ""})
        assert "没有审过的理由" in text(liang, f"/desk/open/{item.pk}/")
        item.refresh_from_db()
        assert item.state == "published"
        keeping.withdraw(item, by=cast.liang, reason="废止了", texts_stay=True, at=NOW)
