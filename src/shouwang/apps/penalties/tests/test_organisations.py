"""Penalties of organisations, and decisions that are quashed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shouwang.apps.cases import parties
from shouwang.apps.cases.models import Party
from shouwang.apps.cases.parties import Said
from shouwang.apps.papers import usecases as papers
from shouwang.apps.papers.making import hold
from shouwang.apps.penalties import usecases
from shouwang.apps.penalties.errors import NotAllowed, WrongMoment
from shouwang.apps.penalties.forms import act_choices
from shouwang.apps.penalties.judging import judge_penalty, said
from shouwang.apps.penalties.knows import papers_of
from shouwang.apps.penalties.models import Penalty, Stage
from shouwang.apps.penalties.tests.conftest import HOUR, NOON, Court
from shouwang.kernel.errors import Refused
from tests.cast import sign_in

pytestmark = pytest.mark.django_db

CAFE: dict[str, Any] = {"act": "cafe-identity", "grade": "usual", "kind": "warning-fine", "fine": 8000, "born_on": None}


def cafe(court: Court) -> Party:
    known = Said(
        name="青石镇雀网网络服务有限公司",
        id_number="91990000MA0A1B2C3A",
        organisation=True,
        particulars={"org_kind": "网吧", "home": "青石镇样板路 1 号"},
        in_charge={"legal": "吴店主"},
    )
    made = parties.add_party(court.case, by=court.cast.chen, role=Party.Role.SUSPECT, said=known, at=NOON)
    made.case = court.case
    return made


def decided(court: Court) -> Penalty:
    one = court.up(court.told(court.propose(cafe(court), **CAFE)))
    return court.decided(one, by=court.cast.shao)


def test_the_bureau_decides_on_an_organisation_and_nobody_asks_its_age(court: Court) -> None:
    one = court.propose(cafe(court), **CAFE)
    assert (one.decider, one.executed, one.told_at) == ("county-head", None, None)
    sources = {row.source for row in said(judge_penalty(one, NOON))}
    assert "《互联网上网服务营业场所管理条例》第31条" in sources
    assert not [row for row in said(judge_penalty(one, NOON)) if "出生" in row.says]
    with pytest.raises(Refused):
        court.decided(court.up(court.told(one)), by=court.cast.liang)


def test_for_an_act_against_public_security_it_is_refused_with_the_article(court: Court) -> None:
    with pytest.raises(NotAllowed) as why:
        court.propose(cafe(court))
    assert "《治安管理处罚法》第18条" in str(why.value)


def test_what_it_did_is_found_within_two_years(court: Court) -> None:
    party = cafe(court)
    court.propose(party, **CAFE, act_on=NOON.date() - timedelta(days=600))
    with pytest.raises(NotAllowed):
        court.propose(party, **{**CAFE, "act": "guard-duty", "kind": "warning", "fine": 0, "act_on": date(2024, 10, 1)})


def test_its_papers_are_written_without_a_blank_but_the_houses_own(court: Court) -> None:
    one = decided(court)
    for kind in ("penalty-notice", "penalty-decision"):
        paper = papers.make(one.case.matter, by=court.cast.chen, kind=kind, at=NOON + 4 * HOUR, about=one.ref)
        lacks = {str(problem) for problem in hold(paper).lacks(NOON + 4 * HOUR)}
        assert not [
            said for said in lacks if not any(word in said for word in ("缴款地点", "法院", "复议", "机关", "地址"))
        ]


def test_no_record_of_an_organisation_is_sealed(court: Court) -> None:
    one = decided(court)
    Penalty.objects.filter(pk=one.pk).update(stage=Stage.DONE)
    one.refresh_from_db()
    assert "record-sealing" not in papers_of(one)


def test_on_the_spot_nothing_is_offered_for_organisations(court: Court) -> None:
    offered = [code for code, _label in act_choices(spot=True)]
    assert not [code for code in offered if code.startswith("cafe")]


class TestRevoked:
    def test_nothing_of_it_is_carried_out_any_more(self, court: Court) -> None:
        one = decided(court)
        given = {"organ": "云溪区人民政府（行政复议）", "revoked_on": (NOON + 4 * HOUR).date(), "words": "雀撤销理由"}
        done = usecases.revoke(one, by=court.cast.shao, at=NOON + 4 * HOUR, **given)
        assert (done.stage, done.due_at, done.waits_for) == (Stage.REVOKED, None, "")
        assert not done.is_open
        again = usecases.revoke(one, by=court.cast.shao, at=NOON + 5 * HOUR, **given)
        assert again.ended_at == done.ended_at
        with pytest.raises(WrongMoment):
            usecases.note_payment(
                done, by=court.cast.chen, paid_on=NOON.date(), way="银行", receipt="1", at=NOON + 5 * HOUR
            )

    @pytest.mark.parametrize("days", [-1, 1])
    def test_not_before_it_was_decided_and_not_in_the_future(self, court: Court, days: int) -> None:
        one, on = decided(court), NOON.date() + timedelta(days=days)
        with pytest.raises(WrongMoment):
            usecases.revoke(one, by=court.cast.shao, organ="法院", revoked_on=on, words="错", at=NOON + 4 * HOUR)

    def test_who_handles_it_cannot_enter_it(self, court: Court) -> None:
        with pytest.raises(Refused):
            usecases.revoke(
                decided(court), by=court.cast.chen, organ="法院", revoked_on=NOON.date(), words="错", at=NOON + 4 * HOUR
            )

    def test_it_is_entered_on_the_page(self, court: Court, client: Client) -> None:
        one = decided(court)
        sign_in(client, court.cast.liang)
        client.post(f"/desk/penalties/{one.pk}/", {"reason": "登记撤销"})
        page = client.get(f"/desk/penalties/{one.pk}/").content.decode()
        assert "登记：决定被撤销了" in page
        empty = client.post(f"/desk/penalties/{one.pk}/revoke/", {"organ": "云溪区人民法院"})
        assert empty.status_code == 400
        assert "云溪区人民法院" in empty.content.decode()
        today = timezone.localdate().isoformat()
        client.post(
            f"/desk/penalties/{one.pk}/revoke/", {"organ": "云溪区人民法院", "revoked_on": today, "words": "雀撤销理由"}
        )
        assert "云溪区人民法院撤销" in client.get(f"/desk/penalties/{one.pk}/").content.decode()
