"""An organisation as a party: its code is checked, who answers for it is known, and nobody asks it what only people are asked."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from shouwang.apps.cases import ending, knows, queries
from shouwang.apps.cases.errors import WrongCode, WrongMoment
from shouwang.apps.cases.looking import open_case_file
from shouwang.apps.cases.models import Case, InCharge, Party
from shouwang.apps.cases.naming import full_name
from shouwang.apps.cases.parties import Said, add_party, correct_party, credit_code
from shouwang.apps.cases.tests.scene import FILED, HOUR, filed, suspect
from shouwang.apps.people.models import Look
from tests.cast import Cast, sign_in

pytestmark = pytest.mark.django_db

CODE = "91990000MA0A1B2C3A"
NAME = "青石镇雀网网络服务有限公司"


def said(**given: object) -> Said:
    known = {"name": NAME, "id_number": CODE, "phone": "13000009001", "organisation": True}
    return Said(**{"particulars": {"org_kind": "网吧", "home": "青石镇样板路 1 号"}, **known, **given})  # type: ignore[arg-type]


def organisation(cast: Cast, case: Case, role: str = "suspect", **given: object) -> Party:
    return add_party(case, by=cast.chen, role=role, said=said(**given), at=FILED + HOUR)


@pytest.mark.parametrize(
    ("typed", "kept"), [("91990000 ma0a1b2c3a", CODE), ("９１９９００００ＭＡ０Ａ１Ｂ２Ｃ３Ａ", CODE), ("", "")]
)
def test_a_code_is_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert credit_code(typed) == kept


@pytest.mark.parametrize(
    "wrong", ["91990000MA0A1B2C3B", "91990000MA0A1B2C3", "91990000MA0A1B2C3AA", "91990000MAOA1B2C3A", "三"]
)
def test_a_code_whose_last_character_does_not_fit_is_refused(wrong: str) -> None:
    with pytest.raises(WrongCode):
        credit_code(wrong)


def test_who_answers_is_a_party_where_known_and_else_a_name(cast: Cast) -> None:
    case = filed(cast)
    person = suspect(case, "吴店主")
    party = organisation(cast, case, in_charge={"legal": person, "direct": "钱店长"})
    assert {(one.capacity, one.called) for one in party.in_charge.all()} == {("legal", "吴店主"), ("direct", "钱店长")}
    correct_party(party, by=cast.chen, said=said(in_charge={"direct": "孙店长"}), at=FILED + HOUR)
    assert [(one.capacity, one.called) for one in InCharge.objects.all()] == [("direct", "孙店长")]


def test_nobody_of_another_case_and_no_organisation_answers(cast: Cast) -> None:
    case, other = filed(cast), filed(cast)
    with pytest.raises(WrongMoment):
        organisation(cast, case, in_charge={"legal": suspect(other)})
    one = organisation(cast, case)
    with pytest.raises(WrongMoment):
        correct_party(one, by=cast.chen, said=said(in_charge={"legal": one}), at=FILED + HOUR)


def test_people_do_not_become_organisations(cast: Cast) -> None:
    case = filed(cast)
    with pytest.raises(WrongMoment):
        correct_party(suspect(case), by=cast.chen, said=said(), at=FILED + HOUR)


def test_one_code_has_one_name(cast: Cast) -> None:
    organisation(cast, filed(cast))
    with pytest.raises(WrongMoment):
        organisation(cast, filed(cast), name="别的公司")
    assert organisation(cast, filed(cast)).person_id == Party.objects.filter(organisation=True).first().person_id  # type: ignore[union-attr]


def test_papers_say_code_and_who_answers_and_nothing_of_a_human_being(cast: Cast) -> None:
    case = filed(cast)
    party = organisation(cast, case, in_charge={"legal": "钱店长"})
    record = knows.about_party(party.pk, FILED)
    assert record["suspect"] == {
        "name": NAME, "phone": "13000009001", "credit_code": CODE, "org_kind": "网吧", "home": "青石镇样板路 1 号",
        "in_charge": "法定代表人、负责人钱店长", "organisation": True, "role": "违法嫌疑人", "minor": False,
    }  # fmt: skip
    assert full_name(case, [party]).startswith(NAME)


def test_no_statement_is_missing_but_who_answers_is(cast: Cast) -> None:
    case = filed(cast)
    party = organisation(cast, case)
    says = [one.says for one in queries.missing(Case.objects.with_all().get(pk=case.pk), FILED)]
    assert f"{party.called}还没有写负责人" in says
    assert not [one for one in says if "笔录" in one and party.called in one]


def test_a_look_at_the_case_is_recorded_of_the_organisation_too(cast: Cast) -> None:
    case = filed(cast)
    party = organisation(cast, case)
    open_case_file(Case.objects.get(pk=case.pk), by=cast.chen, reason="办案", at=FILED + HOUR)
    assert Look.objects.filter(person=party.person, subject=party.ref).exists()


@pytest.mark.parametrize(("person", "sealed"), [(False, False), (True, True)])
def test_where_only_organisations_were_suspected_no_record_is_sealed(cast: Cast, person: bool, sealed: bool) -> None:
    case = filed(cast)
    case.parties.update(left_at=FILED)  # whoever the report had named
    organisation(cast, case)
    if person:
        suspect(case)
    case.closed_at = FILED
    assert ending.ought_to_be_sealed(case) is sealed


class TestPages:
    def test_it_is_entered_and_put_right_by_plain_forms(self, cast: Cast, client: Client) -> None:
        case = filed(cast)
        person = suspect(case, "吴店主")
        sign_in(client, cast.chen)
        url = f"/desk/cases/{case.matter.number}/organisation/"
        page = client.get(url)
        assert page.status_code == 200, page.content.decode()[:200]
        wrong = client.post(url, {"role": "suspect", "name": NAME, "credit_code": "91990000MA0A1B2C3B"})
        assert wrong.status_code == 400
        assert NAME in wrong.content.decode()
        assert "校验位" in wrong.content.decode()
        done = client.post(
            url, {"role": "suspect", "name": NAME, "credit_code": CODE, "org_kind": "网吧", "legal_party": person.pk}
        )
        assert done.status_code == 302
        party = Party.objects.get(case=case, organisation=True)
        assert json.loads(party.particulars) == {"org_kind": "网吧"}
        client.post(f"/desk/cases/{case.matter.number}/", {"reason": "办案"})
        shown = client.get(f"/desk/parties/{party.pk}/").content.decode()
        assert CODE in shown
        assert "民族" not in shown
        client.post(f"/desk/parties/{party.pk}/", {"home": "青石镇样板路 2 号", "legal_party": person.pk})
        party.refresh_from_db()
        assert json.loads(party.particulars) == {"home": "青石镇样板路 2 号"}
        assert party.person.name == NAME

    def test_nobody_questions_an_organisation(self, cast: Cast, client: Client) -> None:
        case = filed(cast)
        party, person = organisation(cast, case), suspect(case)
        sign_in(client, cast.chen)
        page = client.get(f"/desk/cases/{case.matter.number}/statement/").content.decode()
        assert f">{person.called}</option>" in page
        assert f">{party.called}</option>" not in page
