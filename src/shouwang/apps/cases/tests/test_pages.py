"""A case from its filing to the archive, through the desk's own pages."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shouwang.apps.cases import ending, holding, statements
from shouwang.apps.cases.errors import CaseRuns, NotPolice, WrongMoment
from shouwang.apps.cases.holding import Found
from shouwang.apps.cases.models import Case, CustodyMove, Evidence, Party, SealedStatement, Statement
from shouwang.apps.cases.statements import Frame
from shouwang.apps.cases.tests.scene import HOUR, filed, suspect, victim
from shouwang.apps.incidents import usecases as incidents
from shouwang.apps.incidents.tests.test_taking import BICYCLE, take
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.viewer import Visibility
from shouwang.apps.papers.known import record_of
from shouwang.apps.papers.models import Paper
from shouwang.apps.papers.tests.making import text_of
from shouwang.apps.people.models import Look
from shouwang.apps.recordings import usecases as custody
from shouwang.engines.papers.tests.reading import squeezed
from shouwang.kernel.errors import Refused
from tests.cast import MONDAY, Cast, sign_in
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    one = filed(cast, timezone.now() - 12 * HOUR)
    matters.assign(one.matter, to=cast.chen, by=cast.liang, at=timezone.now())
    return Case.objects.select_related("matter__unit").get(pk=one.pk)


def at_page(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(f"cases:{name}", args=args))
    assert answer.status_code == 200, answer
    return answer.content.decode()


def press(client: Client, route: str, /, *args: Any, **data: Any) -> HttpResponse:
    return client.post(reverse(f"cases:{route}", args=args), data)


def opened(client: Client, case: Case, **data: str) -> None:
    answer = press(client, "case", case.matter.number, **{"reason": "办案", **data})
    assert answer.status_code == 302, answer.content.decode()


def moment(minutes: int) -> str:
    return f"{timezone.localtime(timezone.now() + timedelta(minutes=minutes)):%Y-%m-%dT%H:%M}"


def test_names_stand_masked_until_somebody_says_why_and_the_person_sees_it(
    client: Client, cast: Cast, case: Case
) -> None:
    accused = suspect(case)
    sign_in(client, cast.chen)
    page = at_page(client, "case", case.matter.number)
    assert "吴一雀" not in page
    assert "违法嫌疑人 1" in page
    assert press(client, "case", case.matter.number, reason=" ").status_code == 400
    opened(client, case)
    assert "吴一雀" in at_page(client, "case", case.matter.number)
    assert Look.objects.filter(person=accused.person, reason="办案").exists()
    sign_in(client, cast.zhou)
    assert "吴一雀" not in at_page(client, "case", case.matter.number)


def test_a_party_is_typed_once_and_put_right_once(client: Client, cast: Cast, case: Case) -> None:
    sign_in(client, cast.chen)
    said = {"role": "suspect", "name": "郑三雀", "born": "2012-01-01", "home": "河湾街3号", "client_id": "once"}
    for _ in range(2):
        assert press(client, "step", case.matter.number, "party", **said).status_code == 302
    party = case.parties.get(client_id="desk:once")
    assert party.nth == case.parties.filter(role="suspect").count(), "a second press added nobody"
    assert party.minor, "the day of birth decides"
    assert "还没有写监护人" in at_page(client, "case", case.matter.number)
    future = press(client, "step", case.matter.number, "party", **{**said, "client_id": "2", "born": "2099-01-01"})
    assert future.status_code == 400
    assert "出生日期还没有到" in future.content.decode()
    assert "郑三雀" in future.content.decode(), "what was typed stays"
    press(client, "party", party.pk, name="郑三鹊", home="河湾街5号")
    party.refresh_from_db()
    assert (party.person.name, json.loads(party.particulars)) == ("郑三鹊", {"home": "河湾街5号"})
    press(client, "party-left", party.pk, words="不在场")
    party.refresh_from_db()
    assert party.left_at


def test_safe_contact_stands_wherever_they_are_contacted(client: Client, cast: Cast, case: Case) -> None:
    Matter.objects.filter(pk=case.pk).update(contact={"ways": ["page"]}, safe_contact=True)
    sign_in(client, cast.chen)
    press(client, "step", case.matter.number, "party", role="victim", reporter="on", client_id="r")
    party = case.parties.get(person=case.matter.reporter, role="victim")
    opened(client, case)
    assert "标题和通知不写内容" in at_page(client, "case", case.matter.number)
    assert "标题和通知不写内容" in at_page(client, "party", party.pk)


def begun(client: Client, case: Case, party: Party, **more: Any) -> Statement:
    said = {"party": party.pk, "began_at": moment(-30), "place": "询问室一", "client_id": f"s{party.pk}", **more}
    answer = press(client, "step", case.matter.number, "statement", **said)
    assert answer.status_code == 302, answer.content.decode()
    return Statement.objects.get(party=party)


def test_a_statement_begins_with_what_has_to_be_told_and_ends_sealed(client: Client, cast: Cast, case: Case) -> None:
    accused = suspect(case)
    sign_in(client, cast.chen)
    opened(client, case)
    one = begun(client, case, accused, second=cast.zhou.pk)
    begun(client, case, accused, second=cast.zhou.pk)
    assert case.statements.count() == 1, "pressed twice is one questioning"
    page = at_page(client, "statement", one.pk)
    assert "申请办案民警回避" in page
    assert "条文待核实" in page, "the page says that nobody has read the article"
    assert "这件东西是从哪里来的？" in page, "the usual questions fit the kind of report"
    frame = {"began_at": moment(-30), "ended_at": moment(0), "place": "询问室一", "second": cast.zhou.pk}
    rows = {"asked": ["问一", "问二"], "said": ["答一", ""]}
    answer = press(client, "statement", one.pk, version=0, **frame, **rows, add="东西现在在哪里？")
    assert answer.status_code == 302
    one.refresh_from_db()
    assert json.loads(one.rows) == [["问一", "答一"], ["问二", ""], ["东西现在在哪里？", ""]]
    finish = {**frame, **rows, "version": one.version, "do": "finish"}
    assert press(client, "statement", one.pk, **finish).status_code == 302
    assert press(client, "statement", one.pk, **finish).status_code == 400, "what is finished is not written again"
    sealed = SealedStatement.objects.get()
    paper = Paper.objects.get(about=one.ref)
    assert paper.kind == "statement"
    assert json.loads(sealed.record)["turns"][0] == {"asked": "问一", "said": "答一"}
    press(client, "correct", one.pk, client_id="c")
    second = Statement.objects.get(corrects=one)
    assert (second.nth, json.loads(second.rows)[0]) == (2, ["问一", "答一"])


def test_the_paper_of_each_questioning_says_which_one_it_was(
    client: Client, cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    accused = suspect(case)
    sign_in(client, cast.chen)
    opened(client, case)
    first = begun(client, case, accused, second=cast.zhou.pk)
    times = {"began_at": moment(-30), "ended_at": moment(0), "place": "询问室一", "second": cast.zhou.pk}
    finish = {"asked": ["东西呢？"], "said": ["卖了。"], "do": "finish", **times}
    with monkeypatch.context() as before:  # the number was once sealed as text
        now = statements.sealed_words
        before.setattr(statements, "sealed_words", lambda one, at: now(one, at).replace('"nth": 1', '"nth": "1"'))
        press(client, "statement", first.pk, version=0, **finish)
    assert '"nth": "1"' in first.sealed.record
    press(client, "correct", first.pk, client_id="c")
    second = Statement.objects.get(corrects=first)
    answer = press(client, "statement", second.pk, version=0, **finish)
    assert answer.status_code == 302, answer.content.decode()
    for nth, one in enumerate((first, second), 1):
        paper = Paper.objects.get(about=one.ref)
        page = client.get(f"/desk/papers/{paper.pk}/fill/").text
        assert "次数" not in page.split("已经知道的，可以改")[0], "what the house counts is asked of nobody"
        lacks = {"asked-sex": "male", "asked-born": "1990-01-01", "asked-id_kind": "居民身份证"}
        lacks |= {"asked-id_number": "990000199001010011", "asked-home": "河湾街3号", "questioning-recorded": "yes"}
        done = client.post(f"/desk/papers/{paper.pk}/fill/", lacks)
        assert done["Location"] == f"/desk/papers/{paper.pk}/", client.get(done["Location"]).text
        client.post(f"/desk/papers/{paper.pk}/", {"reason": "审核文书"})
        assert f"第{nth}次" in squeezed(text_of(client.get(f"/desk/papers/{paper.pk}/paper.pdf").content))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"ended_at": -40}, "结束时间比开始时间早"),
        ({"ended_at": 60}, "这个时间还没有到"),
    ],
)
def test_a_wrong_time_keeps_every_word(
    client: Client, cast: Cast, case: Case, wrong: dict[str, int], says: str
) -> None:
    accused = suspect(case)
    sign_in(client, cast.chen)
    one = begun(client, case, accused, second=cast.zhou.pk)
    times = {"began_at": moment(-30), **{key: moment(value) for key, value in wrong.items()}}
    answer = press(client, "statement", one.pk, version=0, asked=["问"], said=["很长的回答"], **times)
    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert "很长的回答" in answer.content.decode()
    one.refresh_from_db()
    assert json.loads(one.rows) == [["问", "很长的回答"]], "it was saved all the same"


def test_two_desks_never_overwrite_each_other_unseen(client: Client, cast: Cast, case: Case) -> None:
    accused = suspect(case)
    sign_in(client, cast.chen)
    one = begun(client, case, accused, second=cast.zhou.pk)
    auto = {"do": "autosave", "version": 0}
    first = press(client, "statement", one.pk, **auto, asked=["问"], said=["陈写的"])
    assert first.json()["version"] == 1
    sign_in(client, cast.zhou)
    late = press(client, "statement", one.pk, **auto, asked=["问"], said=["周写的"])
    assert late.status_code == 409
    full = press(client, "statement", one.pk, version=0, began_at=moment(-30), asked=["问"], said=["周写的"])
    page = full.content.decode()
    assert full.status_code == 400
    assert "周写的" in page
    assert "陈写的" in page
    assert 'name="version" value="1"' in page, "the next press decides knowingly"


def test_one_officer_alone_needs_a_recording_and_a_minor_an_adult(client: Client, cast: Cast, case: Case) -> None:
    accused = suspect(case, minor=True)
    Party.objects.filter(pk=accused.pk).update(minor=True)
    sign_in(client, cast.chen)
    one = begun(client, case, accused)
    said = {"asked": ["问"], "said": ["答"], "began_at": moment(-30), "ended_at": moment(0), "do": "finish"}

    def finish(**more: Any) -> str:
        one.refresh_from_db()
        return press(client, "statement", one.pk, version=one.version, **said, **more).content.decode()

    assert "询问要两位民警" in finish()
    assert "未成年人要有监护人或者合适成年人在场" in finish(second=cast.zhou.pk)
    assert finish(second=cast.zhou.pk, no_adult="母亲在外地，学校也联系不上") == ""
    assert SealedStatement.objects.count() == 1


def test_the_limit_ticks_on_the_page_and_keeps_nobody_from_saving(client: Client, cast: Cast, case: Case) -> None:
    now = timezone.now()
    place = custody.add_place(cast.qingshi, by=cast.liang, name="询问室一", at=now)
    came = (now - 9 * HOUR).replace(microsecond=0)
    entered = custody.bring_in(
        case.matter, by=cast.chen, came="summoned", place=place, entered_at=came, at=came, name="吴一雀"
    )
    accused = suspect(case)
    sign_in(client, cast.chen)
    opened(client, case)
    early = {"party": accused.pk, "began_at": moment(-10 * 60), "stay": entered.stay.pk}
    answer = press(client, "step", case.matter.number, "statement", **early)
    assert answer.status_code == 400
    assert "才进所" in answer.content.decode()
    one = begun(client, case, accused, stay=entered.stay.pk)
    page = at_page(client, "statement", one.pk)
    assert re.search(r'data-until="2\d{3}-', page), "the script has the end by the server's clock"
    assert "询问时间超过了法定时限" in page
    late = press(client, "statement", one.pk, version=0, do="autosave", asked=["问"], said=["还说了一句"])
    assert late.status_code == 200
    one.refresh_from_db()
    assert "还说了一句" in one.rows
    Case.objects.filter(pk=case.pk).update(nature="criminal")
    times = {"began_at": moment(-20), "ended_at": moment(0), "stay": entered.stay.pk}
    alone = press(client, "statement", one.pk, version=1, asked=["问"], said=["答"], do="finish", **times)
    assert "刑事案件要两位民警" in alone.content.decode(), "one officer who records is for public order alone"


def taken(client: Client, case: Case, **more: Any) -> Evidence:
    said = {"name": "雀钳子", "way": "seize", "taken_at": moment(-20), "client_id": "e", **more}
    answer = press(client, "step", case.matter.number, "evidence", **said)
    assert answer.status_code == 302, answer.content.decode()
    return case.evidence.get()


def test_a_thing_goes_from_hand_to_hand_and_each_hand_signs(client: Client, cast: Cast, case: Case) -> None:
    accused = suspect(case)
    sign_in(client, cast.chen)
    piece = taken(client, case, giver=accused.pk)
    taken(client, case, giver=accused.pk)
    press(client, "evidence", piece.pk, what="handed", moved_at=moment(-10), holder=cast.zhou.pk, client_id="m")
    press(client, "evidence", piece.pk, what="handed", moved_at=moment(-10), holder=cast.zhou.pk, client_id="m")
    handed = CustodyMove.objects.get(what="handed")
    assert "接收的民警还没有签收" in at_page(client, "case", case.matter.number)
    store = {"what": "stored", "moved_at": moment(-5), "words": "物证柜 3 号"}
    assert "还没有人签收" in press(client, "evidence", piece.pk, **store).content.decode()
    assert press(client, "confirm", handed.pk).status_code == 409, "only whoever received it"
    sign_in(client, cast.zhou)
    for _ in range(2):
        assert press(client, "confirm", handed.pk).status_code == 302
    assert press(client, "evidence", piece.pk, **{**store, "moved_at": moment(-15)}).status_code == 400
    assert press(client, "evidence", piece.pk, **store).status_code == 302
    assert [one.what for one in piece.moves.all()] == ["taken", "handed", "stored"]
    assert "雀钳子" in at_page(client, "evidence", piece.pk)


def closing(**more: str) -> dict[str, str]:
    return {"result": "penalised", "report": "查清了，处罚了。", "words": "案件已经办结，作出了处罚。", **more}


def test_a_case_is_closed_archived_and_sealed(client: Client, cast: Cast, case: Case) -> None:
    accused = suspect(case)
    number = case.matter.number
    sign_in(client, cast.chen)
    one = begun(client, case, accused, second=cast.zhou.pk)
    refused = press(client, "step", number, "close", **closing())
    assert refused.status_code == 400
    page = refused.content.decode()
    assert "还没有定稿" in page
    assert f"/desk/cases/{number}/#" in page, "each reason leads to where it is put right"
    assert "查清了，处罚了。" in page
    times = {"began_at": moment(-30), "ended_at": moment(0), "second": cast.zhou.pk}
    press(client, "statement", one.pk, version=0, asked=["问"], said=["答"], do="finish", **times)
    for result, where in (("penalised", "先拟处罚"), ("mediated", "自己和解的")):
        lacking = press(client, "step", number, "close", **closing(result=result))
        assert (lacking.status_code, where in lacking.content.decode()) == (400, True), "nothing bears it out yet"
    for _ in range(2):
        answer = press(client, "step", number, "close", **closing(elsewhere="县公安局 11 月 23 日决定警告，第 5 号。"))
        assert answer.status_code == 302
    case.refresh_from_db()
    assert case.result == "penalised"
    kept = case.matter.entries.get(data__what="cases.decided-elsewhere")
    assert (kept.visibility, "第 5 号" in kept.body) == (Visibility.STATION, True)
    assert "第 5 号" in record_of(case.matter, timezone.now())["closing"]["execution"]
    assert Matter.objects.get(pk=case.pk).state == "closed"
    assert "作出了处罚" in case.matter.entries.get(type="closed").body
    for _ in range(2):
        assert press(client, "step", number, "archive", seal="on").status_code == 302
    case.refresh_from_db()
    assert case.archive_number == f"青石镇派出所案卷〔{timezone.localtime().year}〕1号"
    # Sealed: the cause stands nowhere, and only for one of the two grounds it opens.
    lists = client.get(reverse("cases:list"), {"show": "archived"}).content.decode()
    assert "已封存" in lists
    assert case.name not in lists
    sign_in(client, cast.liang)
    assert case.name not in at_page(client, "case", number)
    assert press(client, "case", number, reason="想看看").status_code == 400
    opened(client, case, ground="case-work")
    assert case.name in at_page(client, "case", number)
    assert any("sealed:case-work" in look.what for look in Look.objects.filter(subject=case.ref, officer=cast.liang))
    sign_in(client, cast.zhou)
    assert client.get(reverse("cases:case", args=[number])).status_code == 404
    assert client.get(reverse("desk:matter", args=[number])).status_code == 404, (
        "every door is shut, not only this room's"
    )


def test_list_and_page_ask_the_same_however_much_there_is(client: Client, cast: Cast, case: Case) -> None:
    sign_in(client, cast.chen)
    opened(client, case)
    urls = [reverse("cases:list"), reverse("cases:case", args=[case.matter.number])]
    suspect(case)
    taken(client, case)
    before = [queries_of(client, url) for url in urls]
    for n in range(3):
        suspect(case, f"吴{n}雀")
        press(
            client,
            "step",
            case.matter.number,
            "evidence",
            name="物",
            way="seize",
            taken_at=moment(-20),
            client_id=f"x{n}",
        )
    filed(cast)
    victim(filed(cast))
    assert [queries_of(client, url) for url in urls] == before
    assert max(before) < 55


def test_the_matter_of_a_running_case_is_closed_through_its_case(cast: Cast, case: Case) -> None:
    with pytest.raises(CaseRuns):
        matters.close(case.matter, by=cast.chen, reason="solved", words="办好了", at=timezone.now())
    case.matter.refresh_from_db()
    assert case.matter.is_open


def test_several_reports_of_one_event_are_one_case(cast: Cast) -> None:
    first, second = (take(cast, BICYCLE, at=MONDAY + n * HOUR).matter for n in range(2))
    incidents.link(second, first, by=cast.chen, reason="同一辆车。", at=MONDAY + 2 * HOUR)
    incidents.decide_nature(first, by=cast.chen, nature="administrative", words="治安案件。", at=MONDAY + 3 * HOUR)
    assert list(Case.objects.values_list("pk", flat=True)) == [first.pk]
    incidents.unlink(second, by=cast.chen, reason="是另一辆车。", at=MONDAY + 4 * HOUR)
    assert Case.objects.filter(pk=second.pk).exists()


def test_only_police_question_and_take_evidence(client: Client, cast: Cast, case: Case) -> None:
    """行政处罚法 art. 42; an auxiliary is never the second officer, whatever a page sends."""
    accused = suspect(case)
    sign_in(client, cast.chen)
    opened(client, case)
    form = client.get(reverse("cases:step", args=[case.matter.number, "statement"])).content.decode()
    assert cast.zhou.name in form
    for helper in (cast.jiang, cast.an, cast.shi):
        assert f'value="{helper.pk}"' not in form.split('name="second"')[1].split("</select>")[0]
    with pytest.raises(NotPolice, match="姜小山不是民警"):
        statements.begin(accused, by=cast.chen, frame=Frame(timezone.now(), second=cast.jiang), at=timezone.now())
    one = begun(client, case, accused)
    with pytest.raises(NotPolice):
        statements.frame_anew(one, by=cast.chen, frame=Frame(one.began_at, second=cast.an), at=timezone.now())
    knife = Found("刀", Evidence.Way.SEIZE, timezone.now(), second=cast.jiang)
    with pytest.raises(NotPolice):
        holding.take(case, by=cast.chen, found=knife, at=timezone.now())
    with pytest.raises(WrongMoment, match="由民警主办"):
        ending.hand_over(case, by=cast.chen, to=cast.jiang, at=timezone.now())


@pytest.mark.parametrize("who", ["jiang", "an"])
def test_helpers_begin_no_statement_and_seize_nothing(client: Client, cast: Cast, case: Case, who: str) -> None:
    accused, helper = suspect(case), getattr(cast, who)
    with pytest.raises(Refused, match="行政处罚法第42条"):
        statements.begin(accused, by=helper, frame=Frame(timezone.now(), second=cast.zhou), at=timezone.now())
    with pytest.raises(Refused, match="行政处罚法第42条"):
        holding.take(case, by=helper, found=Found("刀", Evidence.Way.SEIZE, timezone.now()), at=timezone.now())
    assert not case.statements.exists()
    assert not Evidence.objects.filter(case=case).exists()
