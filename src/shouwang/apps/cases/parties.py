"""The people in a case: written down once, put right once, and read by every paper."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from stdnum.cn import uscc

from shouwang.apps.cases import policy
from shouwang.apps.cases.errors import WrongCode, WrongMoment, WrongTime
from shouwang.apps.cases.models import Case, InCharge, Party
from shouwang.apps.cases.timeline import happened, held
from shouwang.apps.cases.usecases import enter
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.people.models import Person, index_of, normal
from shouwang.apps.units.models import Officer
from shouwang.kernel import audit
from shouwang.kernel.policy import require

#: Fields of `person` in the record of papers that stand with the party; name, telephone and number stand with the person.
PARTICULARS = ("sex", "born", "nation", "schooling", "id_kind", "home", "registered", "employer")
#: The same of an organisation.
OF_ORGANISATIONS = ("org_kind", "home")
#: Under this age somebody is a minor (psl-minor-ask).
OF_AGE = 18


@dataclass(frozen=True, slots=True)
class Said:
    """
    What is known of somebody; everything may be empty but the name.

    reporter   it is whoever the matter comes from
    guardian   the party who answers for them, and how they are related
    organisation  it is one; `id_number` is its credit code
    in_charge  of an organisation: by capacity, the party of the case or a name
    """

    name: str = ""
    phone: str = ""
    id_number: str = ""
    reporter: bool = False
    minor: bool = False
    guardian: Party | None = None
    relation: str = ""
    particulars: Mapping[str, str] = field(default_factory=dict)
    organisation: bool = False
    in_charge: Mapping[str, Party | str] = field(default_factory=dict)


def credit_code(typed: str) -> str:
    """
    A unified social credit code as it is kept: 18 characters, the last of them checked (GB 32100-2015). Raises WrongCode.

    Empty stays empty: not every organisation has one yet.
    """
    code = normal(typed)
    if code and not uscc.is_valid(code):
        raise WrongCode(_("统一社会信用代码不对：要有 18 位，最后一位是校验位。请对着营业执照再看一次。"))
    return code


def is_minor(born: str, on: date) -> bool:
    """Whether somebody born on this day (ISO) is under eighteen."""
    day = date.fromisoformat(born)
    return on.year - day.year - ((on.month, on.day) < (day.month, day.day)) < OF_AGE


def _kept(said: Said, case: Case, at: datetime) -> dict[str, object]:
    """The columns of a party. A day of birth decides whether they are a minor, whatever was ticked."""
    names = OF_ORGANISATIONS if said.organisation else PARTICULARS
    known = {key: said.particulars[key].strip() for key in names if said.particulars.get(key, "").strip()}
    if said.organisation:
        return {"organisation": True, "particulars": json.dumps(known, ensure_ascii=False) if known else ""}
    minor = said.minor
    if born := known.get("born"):
        if date.fromisoformat(born) > timezone.localdate(at):
            raise WrongTime(_("出生日期还没有到，请看一下是不是写错了。"))
        minor = is_minor(born, timezone.localdate(case.opened_at))
    if said.guardian is not None and said.guardian.case_id != case.pk:
        raise WrongMoment(_("监护人要先登记成这个案件的人。"))
    return {
        "minor": minor,
        "guardian": said.guardian,
        "relation": said.relation.strip()[:20] if said.guardian else "",
        "particulars": json.dumps(known, ensure_ascii=False) if known else "",
    }


def _person(said: Said, case: Case, at: datetime) -> Person:
    """The reporter, whoever has this number already, or a new person."""
    if said.reporter and case.matter.reporter is not None:
        return case.matter.reporter
    if not said.name.strip():
        raise NothingSaid(_("请写单位名称。") if said.organisation else _("请写姓名。不知道叫什么的，写怎么称呼。"))
    before = Person.objects.filter(id_index=index_of(said.id_number, "id")).order_by("pk").first()
    if said.id_number and before is not None:
        if before.name and normal(before.name) != normal(said.name):
            raise WrongMoment(
                _("这个信用代码登记过，名称不是这个。请再核对一次营业执照。")
                if said.organisation
                else _("这个证件号登记过，姓名不是这个。请再核对一次证件。")
            )
        return before
    return Person(created_at=at)


def _fill(person: Person, said: Said) -> None:
    """What was said now stands; what was left empty stays as it was."""
    for column, value in (("name", said.name), ("phone", said.phone), ("id_number", said.id_number)):
        if value.strip():
            setattr(person, column, value.strip()[: 80 if said.organisation and column == "name" else 40])
    person.save()


def _put_in_charge(party: Party, said: Said) -> None:
    """Who answers for an organisation: a party of its case, or a name; nobody where neither is said."""
    for capacity in InCharge.Capacity.values:
        who = said.in_charge.get(capacity, "")
        if not who:
            InCharge.objects.filter(organisation=party, capacity=capacity).delete()
            continue
        known = who if isinstance(who, Party) else None
        if known is not None and (known.case_id != party.case_id or known.organisation):
            raise WrongMoment(_("负责人要是这个案件里登记了的人；没有登记的，写姓名。"))
        name = who.strip()[:40] if isinstance(who, str) else ""
        InCharge.objects.update_or_create(
            organisation=party, capacity=capacity, defaults={"party": known, "name": name}
        )


@transaction.atomic
def add_party(case: Case, *, by: Officer, role: str, said: Said, at: datetime, client_id: str | None = None) -> Party:
    """Somebody is part of the case. A second press finds the first; somebody who is one in this role already stays that one."""
    case = held(case)
    require(policy.may_work(by, case))
    if client_id and (earlier := Party.objects.filter(client_id=client_id, case=case).first()):
        return earlier
    said = replace(said, id_number=credit_code(said.id_number)) if said.organisation else said
    columns = _kept(said, case, at)
    person = _person(said, case, at)
    _fill(person, said)
    party = enter(case, person, role=role, at=at)
    Party.objects.filter(pk=party.pk).update(**columns, left_at=None)
    if party.client_id is None and client_id:
        Party.objects.filter(pk=party.pk).update(client_id=client_id)
    party.refresh_from_db()
    if said.organisation:
        _put_in_charge(party, said)
    happened(case, "cases.party-added", at=at, by=by, role=role, nth=party.nth)
    audit.record("cases.party_added", by=by.ref, on=case, at=at, role=role, party=party.pk)
    return party


@transaction.atomic
def correct_party(party: Party, *, by: Officer, said: Said, at: datetime) -> Party:
    """Put right what was written about somebody. Papers that were not handed in yet say the new."""
    case = held(party.case)
    require(policy.may_work(by, case))
    if said.organisation is not party.organisation:
        raise WrongMoment(_("人不能改成单位，单位也不能改成人：请另外登记。"))
    said = replace(said, id_number=credit_code(said.id_number)) if said.organisation else said
    columns = _kept(said, case, at)
    if said.guardian is not None and said.guardian.pk == party.pk:
        raise WrongMoment(_("自己不能做自己的监护人。"))
    person = party.person
    if said.id_number and person.id_index != index_of(said.id_number, "id"):
        other = Person.objects.filter(id_index=index_of(said.id_number, "id")).exclude(pk=person.pk).exists()
        if other:
            raise WrongMoment(_("这个证件号登记在另一个人名下。请再核对一次证件；确实是那个人，就把那个人加进来。"))
    _fill(person, said)
    Party.objects.filter(pk=party.pk).update(**columns)
    if said.organisation:
        _put_in_charge(party, said)
    audit.record("cases.party_corrected", by=by.ref, on=case, at=at, party=party.pk, fields=sorted(columns))
    return Party.objects.select_related("person", "guardian__person").get(pk=party.pk)


@transaction.atomic
def has_nothing_to_do_with_it(party: Party, *, by: Officer, words: str, at: datetime) -> Party:
    """It turned out so. The row stays, with the reason in the audit trail."""
    case = held(party.case)
    require(policy.may_handle(by, case))
    if not words.strip():
        raise NothingSaid(_("请写明为什么和案件没有关系。"))
    party.refresh_from_db()
    if party.left_at is None:
        Party.objects.filter(pk=party.pk, left_at=None).update(left_at=at)
        party.refresh_from_db()
        happened(case, "cases.party-left", at=at, by=by, role=party.role, nth=party.nth)
        audit.record("cases.party_left", by=by.ref, on=case, at=at, party=party.pk, reason=words.strip()[:200])
    return party
