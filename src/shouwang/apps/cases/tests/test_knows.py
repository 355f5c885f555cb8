"""What papers find of a case and of one of its parties."""

from __future__ import annotations

import json

import pytest

from shouwang.apps.cases.models import Party
from shouwang.apps.cases.tests.scene import FILED, filed, person, suspect, victim
from shouwang.apps.cases.usecases import enter
from shouwang.apps.papers.known import record_of
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
