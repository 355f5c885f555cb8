"""What papers find of a case and of one of its parties."""

from __future__ import annotations

import json

import pytest

from shouwang.apps.cases.ending import assist
from shouwang.apps.cases.holding import Found, take
from shouwang.apps.cases.models import Party
from shouwang.apps.cases.statements import Frame, begin, save
from shouwang.apps.cases.tests.scene import FILED, filed, person, suspect, victim
from shouwang.apps.cases.usecases import enter
from shouwang.apps.papers.known import record_of, wanted
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_paper_about_a_party_is_theirs(cast: Cast) -> None:
    case = filed(cast)
    one, two = suspect(case), suspect(case, "吴三雀", minor=True)
    mother = enter(case, person("吴母", "13900000009"), role=Party.Role.GUARDIAN, at=FILED)
    Party.objects.filter(pk=two.pk).update(guardian=mother, relation="母亲", particulars=json.dumps({"sex": "female"}))
    said = record_of(case.matter, FILED, two.ref)
    assert (said["suspect"]["name"], said["suspect"]["minor"], said["suspect"]["sex"]) == ("吴三雀", True, "female")
    assert said["recipient"]["name"] == "吴三雀"
    assert (said["guardian"]["name"], said["guardian"]["relation"]) == ("吴母", "母亲")
    assert record_of(case.matter, FILED, one.ref)["recipient"]["name"] == "吴一雀"


def test_a_suspects_paper_never_says_where_the_victim_is(cast: Cast) -> None:
    case = filed(cast)
    harmed, accused = victim(case), suspect(case)
    Party.objects.filter(pk=harmed.pk).update(particulars=json.dumps({"home": "柳溪村8号"}))
    assert "13900000002" not in json.dumps(record_of(case.matter, FILED, accused.ref))
    assert "柳溪村8号" not in json.dumps(record_of(case.matter, FILED, accused.ref), ensure_ascii=False)
    own = record_of(case.matter, FILED, harmed.ref)["victim"]
    assert (own["phone"], own["home"]) == ("13900000002", "柳溪村8号")


def test_a_statement_of_a_suspect_says_who_asked_and_what_was_said(cast: Cast) -> None:
    case = filed(cast)
    harmed, accused = victim(case), suspect(case)
    one = begin(accused, by=cast.chen, frame=Frame(FILED, second=cast.zhou, place="询问室一"), at=FILED)
    one = save(one, by=cast.chen, rows=[("问", "答")], version=one.version, at=FILED)
    said = record_of(case.matter, FILED, one.ref)
    assert said["turns"] == [{"asked": "问", "said": "答"}]
    assert [who["name"] for who in said["officers"]] == [cast.chen.name, cast.zhou.name]
    assert (said["asked"]["name"], said["questioning"]["of"]) == ("吴一雀", "suspect")
    assert harmed.person.phone not in json.dumps(said)


def test_the_papers_of_a_case_know_its_people_and_things_and_what_is_wanted(cast: Cast) -> None:
    case = filed(cast)
    accused = suspect(case)
    take(case, by=cast.chen, found=Found("雀钳子", "seize", FILED, giver=accused, seal_number="F-7"), at=FILED)
    assist(case, by=cast.chen, officer=cast.zhou, at=FILED)
    said = record_of(case.matter, FILED)
    assert said["case"]["number"] == case.matter.number
    assert said["goods"] == [
        {"name": "雀钳子", "features": "—", "count": "1", "given_by": "吴一雀", "note": "封签 F-7"}
    ]
    assert (said["taking"]["way"], said["taking"]["holder"]) == ("seize", "吴一雀")
    assert cast.zhou.name in [who["name"] for who in said["officers"]]
    assert {"suspect-rights", "items-list"} <= set(wanted(case.matter))
    assert not {"evidence-list", "closing-report"} & set(wanted(case.matter))
