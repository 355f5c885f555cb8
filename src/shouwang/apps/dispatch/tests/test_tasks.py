"""What a crew left to be done: somebody is in charge of it, it stands on their day sheet, reminds once, and goes along with the shift."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from shouwang.apps.desk.queue import sections
from shouwang.apps.dispatch import usecases
from shouwang.apps.dispatch.errors import NotForTask, TaskDone
from shouwang.apps.dispatch.models import FollowUp
from shouwang.apps.dispatch.tests.making import a_call, a_crew, sent
from shouwang.apps.dispatch.usecases import Feedback
from shouwang.apps.duty.usecases import sign_off, sign_on
from shouwang.apps.matters import usecases as matters
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.sentences import entry_sentence
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.units.models import Officer
from shouwang.kernel.errors import Refused
from tests.cast import Cast, at, sign_in
from tests.queries import queries_of

pytestmark = pytest.mark.django_db
MONDAY, WEDNESDAY = at("2026-11-23 10:00"), at("2026-11-25 09:00")
DUE = WEDNESDAY.date()


@pytest.fixture
def task(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> FollowUp:
    """Left on Monday by 周警官 for Wednesday, in a matter that 陈警官 has."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY)
    return left(cast)


def left(cast: Cast, name: str = "1号车") -> FollowUp:
    matter = a_call(cast, "自行车不见了", at=MONDAY).matter
    sending = sent(matter, a_crew(name, cast.zhou, at=MONDAY), by=cast.chen, at=MONDAY)
    matters.assign(Matter.objects.get(pk=matter.pk), to=cast.chen, by=cast.liang, at=MONDAY)
    usecases.feedback(sending, Feedback("settled", "劝开了", task="去看伤情", task_due=DUE), by=cast.zhou, at=MONDAY)
    usecases.leave_crew(cast.zhou, at=MONDAY)
    return FollowUp.objects.select_related("matter__handler", "owner").latest("pk")


def now_of(task: FollowUp) -> FollowUp:
    return FollowUp.objects.select_related("matter__handler", "owner").get(pk=task.pk)


def on_the_sheet(who: Officer, number: str) -> bool:
    client = Client()
    sign_in(client, who)
    return any(
        number in {one.matter.number for one in rows}
        for part in client.get("/desk/").context["parts"]
        for _title, rows in part.context.get("groups", [])
    )


def to_do(who: Officer, now: datetime) -> list[str]:
    shown = [part for part in sections(Viewer(officer=who), now) if part.key == "follow-up"]
    return [one.number for part in shown for one in part.matters]


def test_it_is_in_the_hands_of_whoever_has_the_matter_and_stands_on_their_day_sheet(cast: Cast, task: FollowUp) -> None:
    number = task.matter.number
    assert task.in_charge == cast.chen
    assert "11月25日以前" in entry_sentence(task.matter.entries.get(data__what="dispatch.task-left"))
    assert [on_the_sheet(who, number) for who in (cast.chen, cast.zhou, cast.meng)] == [True, False, False]
    matters.assign(task.matter, to=cast.zhou, by=cast.liang, at=MONDAY)
    assert now_of(task).in_charge == cast.zhou, "it goes along with the matter"
    assert [on_the_sheet(who, number) for who in (cast.chen, cast.zhou)] == [False, True]


def test_while_nobody_has_the_matter_whoever_left_it_does_it(cast: Cast, task: FollowUp) -> None:
    matter = a_call(cast, "河边有人吵架", at=MONDAY).matter
    Matter.objects.filter(pk=matter.pk).update(handler=None)
    sending = sent(matter, a_crew("2号车", cast.zhou, at=MONDAY), by=cast.chen, at=MONDAY)
    usecases.feedback(sending, Feedback("settled", "", task="再去一次"), by=cast.zhou, at=MONDAY)
    assert FollowUp.objects.exclude(pk=task.pk).get().in_charge == cast.zhou


def test_it_is_given_to_somebody_by_a_day_and_done_once(client: Client, cast: Cast, task: FollowUp) -> None:
    sign_in(client, cast.chen)
    path, number = f"/desk/board/task/{task.pk}/give/", task.matter.number
    for wrong, says in (
        ({"to": "", "due_on": "2026-11-30"}, "请选是谁。"),
        ({"to": cast.meng.pk, "due_on": "2026-11-30"}, "请选本单位的一位同事。"),
        ({"to": cast.zhou.pk, "due_on": "下周"}, "请写成 2026-11-23 这样。"),
        ({"to": cast.zhou.pk, "due_on": "2026-11-22"}, "日子已经过去了"),
    ):
        refused = client.post(path, wrong)
        assert (refused.status_code, says in refused.text) == (400, True)
        assert str(wrong["due_on"]) in refused.text, "what was typed stays"
    assert client.post(path, {"to": cast.zhou.pk, "due_on": "2026-11-30"})["Location"] == f"/desk/m/{number}/"
    client.post(path, {"to": cast.zhou.pk, "due_on": "2026-11-30"})
    given = task.matter.entries.get(data__what="dispatch.task-given")
    assert "交给周警官，11月30日以前办好" in entry_sentence(given)
    assert (now_of(task).in_charge, now_of(task).due_on.isoformat()) == (cast.zhou, "2026-11-30")
    assert cast.zhou.name in client.get(f"/desk/m/{number}/?show=side").text
    for _ in "ab":
        client.post(f"/desk/board/task/{task.pk}/", {"back": "matter"})
    assert task.matter.entries.filter(data__what="dispatch.task-done").count() == 1
    assert not on_the_sheet(cast.zhou, number)
    with pytest.raises(TaskDone):
        usecases.give_task(now_of(task), to=cast.chen, due_on=DUE, by=cast.chen, at=MONDAY)


def test_only_whoever_may_work_on_it_gives_it_or_gets_it(cast: Cast, task: FollowUp) -> None:
    with pytest.raises(Refused):
        usecases.give_task(task, to=cast.zhou, due_on=DUE, by=cast.meng, at=MONDAY)
    task.matter.kept_from.add(cast.zhou)
    with pytest.raises(NotForTask, match="看不到它"):
        usecases.give_task(task, to=cast.zhou, due_on=DUE, by=cast.chen, at=MONDAY)


def test_its_day_reminds_once_and_by_day(cast: Cast, task: FollowUp) -> None:
    night, morning = at("2026-11-25 07:59"), at("2026-11-25 08:00")
    told = [usecases.remind_of_tasks(at=when) for when in (MONDAY, night, morning, morning, WEDNESDAY)]
    assert told == [0, 0, 1, 0, 0]
    said = task.matter.entries.get(data__what="dispatch.task-due")
    assert entry_sentence(said) == "留下的一件事今天该办了，由陈警官负责。"
    later = at("2026-11-27 09:00")
    usecases.give_task(task, to=cast.zhou, due_on=later.date(), by=cast.chen, at=WEDNESDAY)
    assert usecases.remind_of_tasks(at=later) == 1, "another day reminds anew"


def test_from_the_day_before_it_is_in_the_queue_of_whoever_is_in_charge(cast: Cast, task: FollowUp) -> None:
    number = task.matter.number
    Matter.objects.filter(pk=task.matter_id).update(due_at=None)  # nothing else brings it up
    assert to_do(cast.chen, MONDAY) == []
    assert to_do(cast.chen, at("2026-11-24 09:00")) == [number]
    assert to_do(cast.zhou, WEDNESDAY) == []


def test_a_shift_change_hands_it_over_with_its_day(cast: Cast, task: FollowUp) -> None:
    usecases.give_task(task, to=cast.zhou, due_on=DUE, by=cast.chen, at=MONDAY)
    sign_off(cast.zhou, at=MONDAY + timedelta(hours=1))
    assert now_of(task).in_charge == cast.zhou, "nobody was named: it waits for them"
    for who in (cast.zhou, cast.chen):
        sign_on(who, cast.qingshi, at=MONDAY + timedelta(hours=2))
    sign_off(cast.zhou, at=MONDAY + timedelta(hours=3), handed_to=cast.chen)
    assert (now_of(task).in_charge, now_of(task).due_on) == (cast.chen, DUE)
    usecases.give_task(task, to=cast.chen, due_on=DUE + timedelta(days=1), by=cast.chen, at=MONDAY)
    sign_on(cast.zhou, cast.qingshi, at=MONDAY + timedelta(hours=4))
    task.matter.kept_from.add(cast.zhou)
    sign_off(cast.chen, at=MONDAY + timedelta(hours=5), handed_to=cast.zhou)
    assert now_of(task).in_charge == cast.chen, "what the next one may not see stays"


def test_whoever_leads_sees_what_nobody_has_and_what_others_let_pass(
    cast: Cast, task: FollowUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = task.matter.number
    assert not on_the_sheet(cast.liang, number)
    monkeypatch.setattr("django.utils.timezone.now", lambda: WEDNESDAY + timedelta(days=1))
    assert on_the_sheet(cast.liang, number)
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY)
    Matter.objects.filter(pk=task.matter_id).update(handler=None)
    assert on_the_sheet(cast.liang, number)


def test_a_long_day_sheet_asks_no_more_than_a_short_one(client: Client, cast: Cast, task: FollowUp) -> None:
    sign_in(client, cast.chen)
    few = queries_of(client, "/desk/")
    for n in range(3):
        left(cast, f"{n + 2}号车")
    assert queries_of(client, "/desk/") == few
