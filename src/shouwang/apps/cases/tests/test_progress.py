"""Whoever was harmed follows their case by a code of their own, and learns nothing of anybody else."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shouwang.apps.cases import progress
from shouwang.apps.cases.models import Case, Party, PartyCode
from shouwang.apps.cases.tests.scene import HOUR, filed, person, suspect, victim
from shouwang.apps.cases.usecases import enter
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.models import Matter
from shouwang.kernel.errors import Refused
from tests.cast import Cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    one = filed(cast, timezone.now() - 12 * HOUR)
    matters.assign(one.matter, to=cast.chen, by=cast.liang, at=timezone.now())
    return Case.objects.select_related("matter__unit").get(pk=one.pk)


def handed(client: Client, party: Party, reason: str = "看了身份证") -> str:
    """The slip, and the code on it."""
    page = client.post(f"/desk/parties/{party.pk}/hand/", {"reason": reason}).content.decode()
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page)
    return found[0] if found else ""


def seen(code: str) -> str:
    """What the phone of whoever holds the code shows."""
    return Client().post("/my-case/", {"code": code}, follow=True).content.decode()


def test_the_harmed_reads_dates_unit_limit_and_result_and_nobody_s_name(client: Client, cast: Cast, case: Case) -> None:
    harmed, accused = victim(case), suspect(case)
    sign_in(client, cast.chen)
    page = seen(handed(client, harmed))
    assert "受案，按治安案件办理" in page
    assert "有结果" in page
    assert cast.qingshi.called in page
    assert "执法公开规定" in page
    for name in (harmed.person.name, accused.person.name, "吴一雀", "13900000001"):
        assert name not in page
    Case.objects.filter(pk=case.pk).update(result=Case.Result.PENALISED, closed_at=timezone.now())
    assert "有了结果：作出处罚" in seen(handed(client, harmed))


def test_a_new_slip_makes_the_old_one_useless_and_a_guardian_may_have_one(
    client: Client, cast: Cast, case: Case
) -> None:
    harmed = victim(case)
    mother = enter(case, person("林三雀", "13900000003"), role=Party.Role.GUARDIAN, at=timezone.now())
    sign_in(client, cast.chen)
    assert not handed(client, mother)  # of nobody yet
    Party.objects.filter(pk=harmed.pk).update(guardian=mother)
    assert handed(client, mother)
    first = handed(client, harmed)
    second = handed(client, harmed)
    assert "办到哪一步" not in seen(first)
    assert "办到哪一步" in seen(second)


def test_nobody_else_gets_one(client: Client, cast: Cast, case: Case) -> None:
    accused = suspect(case)
    sign_in(client, cast.chen)
    assert "查进展的凭条" not in client.get(f"/desk/parties/{accused.pk}/").content.decode()
    assert not handed(client, accused)
    with pytest.raises(Refused):
        progress.hand_code(accused, by=cast.chen, reason="他说要", at=timezone.now())
    harmed = victim(case)
    with pytest.raises(NothingSaid):
        progress.hand_code(harmed, by=cast.chen, reason=" ", at=timezone.now())
    with pytest.raises(Refused):
        progress.hand_code(harmed, by=cast.meng, reason="看了身份证", at=timezone.now())
    assert not PartyCode.objects.exists()


@pytest.mark.parametrize("end", ["left", "sealed"])
def test_the_page_is_gone_when_there_is_nothing_to_follow(client: Client, cast: Cast, case: Case, end: str) -> None:
    harmed = victim(case)
    sign_in(client, cast.chen)
    code = handed(client, harmed)
    if end == "left":
        Party.objects.filter(pk=harmed.pk).update(left_at=timezone.now())
    else:
        Matter.objects.filter(pk=case.pk).update(sealed_at=timezone.now())
    assert "办到哪一步" not in seen(code)


def test_a_wrong_code_says_what_to_do(cast: Cast) -> None:
    page = Client().post("/my-case/", {"code": "7K4M-2QXD-9TBC"})
    assert page.status_code == 400
    assert "带身份证到派出所换一张" in page.content.decode()
    assert Client().get("/my-case/page/")["Location"] == "/my-case/"


def test_a_late_result_is_said_with_where_to_ask(client: Client, cast: Cast, case: Case) -> None:
    harmed = victim(case)
    sign_in(client, cast.chen)
    code = handed(client, harmed)
    Matter.objects.filter(pk=case.pk).update(due_at=timezone.now() - timedelta(days=1))
    assert "已经晚了" in seen(code)


def test_the_code_is_taken_where_codes_of_matters_are(client: Client, cast: Cast, case: Case) -> None:
    harmed: Any = victim(case)
    sign_in(client, cast.chen)
    code = handed(client, harmed)
    assert "办到哪一步" in Client().post("/find/", {"code": code}, follow=True).content.decode()
