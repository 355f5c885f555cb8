"""Who may be sent, by whom, what phones tell, and what happens when nobody answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings

from shouwang.apps.dispatch import policy, progress, usecases
from shouwang.apps.dispatch.board import silent_for
from shouwang.apps.dispatch.errors import CrewBusy, NoSending, NotForCrews, SentAlready, StillSent
from shouwang.apps.dispatch.models import Crew, FollowUp, Sending
from shouwang.apps.dispatch.tests.making import a_call, a_crew, a_pair, sent
from shouwang.apps.dispatch.timeline import rebuild
from shouwang.apps.dispatch.usecases import Feedback, Phone
from shouwang.apps.duty.models import DutySpan
from shouwang.apps.duty.usecases import sign_off, sign_on
from shouwang.apps.matters.models import Entry, Matter
from shouwang.apps.matters.sentences import entry_sentence
from shouwang.apps.units.models import Officer
from shouwang.kernel.errors import Conflict, Refused
from tests.cast import MONDAY, Cast, with_code

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(minutes=30)


def said(matter: Matter) -> list[str]:
    return [
        str(entry.data["what"])
        for entry in matter.entries.order_by("seq")
        if str(entry.data.get("what", "")).startswith("dispatch.")
    ]


def test_a_crew_is_formed_of_people_who_are_signed_on_and_each_is_in_one(cast: Cast) -> None:
    with pytest.raises(Conflict, match="还没有上岗"):
        usecases.form_crew(cast.qingshi, name="1号车", means="car", members=[cast.chen], by=cast.chen, at=MONDAY)
    crew = a_crew("1号车", cast.chen, cast.jiang, at=MONDAY)
    assert {one.officer.name: one.sworn for one in crew.members.all()} == {"陈建国": True, "姜小山": False}
    with pytest.raises(Conflict, match="已经在另一个巡组里"):
        usecases.form_crew(cast.qingshi, name="2号车", means="car", members=[cast.chen], by=cast.chen, at=MONDAY)
    with pytest.raises(Conflict, match="请换个名字"):
        a_crew("1号车", cast.zhou, at=MONDAY)
    with pytest.raises(Refused):
        usecases.form_crew(cast.qingshi, name="借的", means="car", volunteers=3, by=cast.meng, at=MONDAY)


def test_every_step_stands_in_the_timeline_and_the_columns_follow(cast: Cast) -> None:
    matter = a_call(cast, "夜市有人打架", at=MONDAY).matter
    sending = sent(matter, a_crew("1号车", cast.zhou, cast.chen, at=MONDAY), by=cast.chen, at=MONDAY)
    for n, what in enumerate(progress.STEPS, 1):
        usecases.report(sending, what, by=cast.zhou, at=MONDAY + timedelta(minutes=n))
    sending.refresh_from_db()
    assert (sending.state, sending.on_scene_at) == (progress.CLEARED, MONDAY + timedelta(minutes=3))
    assert said(matter) == [f"dispatch.{what}" for what in (progress.SENT, *progress.STEPS)]
    Sending.objects.update(state=progress.SENT, ended_at=None, on_scene_at=None)
    sending.refresh_from_db()
    assert set(rebuild(sending)) == {"state", "ended_at", "on_scene_at"}
    assert rebuild(Sending.objects.get()) == ()


def test_the_reporter_reads_that_somebody_comes_and_no_name(cast: Cast) -> None:
    opened = a_call(cast, "夜市有人打架", at=MONDAY)
    sending = sent(opened.matter, a_crew("1号车", cast.zhou, cast.chen, at=MONDAY), by=cast.chen, at=MONDAY)
    usecases.recall(sending, by=cast.chen, reason="内部的理由", at=LATER)
    seen = Entry.objects.visible_to(with_code(opened)).filter(data__what__startswith="dispatch.").order_by("seq")
    told = [entry_sentence(entry) + entry.body for entry in seen]
    assert told == ["已经派人过来。", "原来派的人不过来了，我们会另外安排；您不放心可以再问一声。"]


def test_two_dispatchers_press_at_once_the_second_is_told_and_nothing_is_doubled(cast: Cast) -> None:
    matter = a_call(cast, "夜市有人打架", at=MONDAY).matter
    first, other = a_pair(cast, "1号车", 1, at=MONDAY), a_pair(cast, "2号车", 2, at=MONDAY)
    usecases.send(matter, [first.pk], by=cast.chen, words="去", seen=0, at=MONDAY)
    for crew in (first, other):
        with pytest.raises(SentAlready, match="1号车"):
            usecases.send(matter, [crew.pk], by=cast.zhou, words="去", seen=0, at=MONDAY)
    assert Sending.objects.count() == 1
    elsewhere = a_call(cast, "桥头有人吵架", at=MONDAY).matter
    with pytest.raises(CrewBusy, match="刚刚被派去另一件"):
        usecases.send(elsewhere, [first.pk], by=cast.zhou, words="去", seen=0, at=MONDAY)
    usecases.send(matter, [other.pk], by=cast.zhou, words="去", seen=1, at=MONDAY)
    assert Sending.objects.bound().count() == 2


def test_auxiliaries_alone_and_volunteers_are_never_sent(cast: Cast) -> None:
    matter = a_call(cast, "夜市有人打架", at=MONDAY).matter
    helpers = a_crew("辅警组", cast.jiang, at=MONDAY)
    watchers = usecases.form_crew(cast.qingshi, name="红袖章", means="foot", volunteers=5, by=cast.chen, at=MONDAY)
    for crew in (helpers, watchers):
        with pytest.raises(NotForCrews):
            usecases.send(matter, [crew.pk], by=cast.chen, words="去", seen=0, at=MONDAY)
    pair = a_pair(cast, "1号车", 1, at=MONDAY)
    usecases.send(matter, [pair.pk, helpers.pk], by=cast.chen, words="去", seen=0, at=MONDAY)
    assert Sending.objects.bound().count() == 2


def test_who_may_send(cast: Cast) -> None:
    matter = a_call(cast, "夜市有人打架", at=MONDAY).matter
    allowed = {name for name, one in cast.everybody().items() if policy.may_send(one, matter)}
    assert allowed == {"chen", "zhou", "liang", "shao"}


def test_nobody_is_sent_to_what_is_kept_from_them(cast: Cast) -> None:
    matter = a_call(cast, "和周警官有关的事", at=MONDAY).matter
    crew = a_crew("1号车", cast.zhou, at=MONDAY)
    matter.kept_from.add(cast.zhou)
    with pytest.raises(CrewBusy, match="不能派给"):
        usecases.send(matter, [crew.pk], by=cast.chen, words="去", seen=0, at=MONDAY)


def test_the_next_station_is_asked_not_taken(cast: Cast) -> None:
    matter = a_call(cast, "夜市有人打架", at=MONDAY).matter
    theirs = a_pair(cast, "河湾1号", 1, at=MONDAY, unit=cast.hewan)
    home = a_pair(cast, "1号车", 2, at=MONDAY)
    _goes, asked = usecases.send(matter, [home.pk, theirs.pk], by=cast.chen, words="夜市，人多", seen=0, at=MONDAY)
    assert [one.state for one in asked] == [progress.ASKED]
    assert not theirs.sendings.bound().exists(), "until they answer they are free for their own station"
    with pytest.raises(Refused):
        usecases.answer_request(asked[0], by=cast.chen, comes=True, at=LATER)
    usecases.answer_request(asked[0], by=cast.meng, comes=True, at=LATER)
    assert theirs.sendings.bound().exists()
    with pytest.raises(NoSending, match="已经答复过"):
        usecases.answer_request(asked[0], by=cast.fan, comes=False, at=LATER)


def test_feedback_without_a_network_keeps_both_times_and_comes_once(cast: Cast) -> None:
    matter = a_call(cast, "夜市有人打架", at=MONDAY).matter
    sending = sent(matter, a_crew("1号车", cast.zhou, cast.chen, at=MONDAY), by=cast.chen, at=MONDAY)
    given = Feedback("settled", "劝开了", helped=2, task="明天去看伤情")
    phone = Phone(MONDAY + timedelta(minutes=10), LATER, "abc")
    first = usecases.feedback(sending, given, by=cast.zhou, at=LATER, phone=phone)
    again = usecases.feedback(sending, given, by=cast.zhou, at=LATER + timedelta(hours=1), phone=phone)
    assert first.pk == again.pk
    assert first.at == MONDAY + timedelta(minutes=10)
    assert first.data["arrived_at"] == LATER.isoformat()
    assert "传到" in entry_sentence(first)
    assert FollowUp.objects.get().matter == matter
    assert Sending.objects.get().state == progress.CLEARED


def test_a_wrong_clock_is_marked_and_put_right(cast: Cast) -> None:
    matter = a_call(cast, "夜市有人打架", at=MONDAY).matter
    sending = sent(matter, a_crew("1号车", cast.zhou, cast.chen, at=MONDAY), by=cast.chen, at=MONDAY)
    fast = timedelta(hours=3)
    phone = Phone(MONDAY + timedelta(minutes=10) + fast, LATER + fast, "abc")
    entry = usecases.feedback(sending, Feedback("going-on"), by=cast.zhou, at=LATER, phone=phone)
    assert entry.at == MONDAY + timedelta(minutes=10)
    assert "时钟快了 180 分钟" in entry_sentence(entry)
    assert Sending.objects.get().state == progress.SENT, "going on: the crew stays"


def test_what_comes_late_is_kept_and_moves_nothing_back(cast: Cast) -> None:
    matter = a_call(cast, "夜市有人打架", at=MONDAY).matter
    crew = a_crew("1号车", cast.zhou, cast.chen, at=MONDAY)
    sending = sent(matter, crew, by=cast.chen, at=MONDAY)
    usecases.recall(sending, by=cast.chen, reason="误报", at=LATER)
    usecases.dissolve(crew, by=cast.chen, at=LATER)
    usecases.report(
        sending, progress.ON_SCENE, by=cast.zhou, at=LATER, phone=Phone(MONDAY + timedelta(minutes=5), LATER, "a")
    )
    usecases.feedback(sending, Feedback("nobody", "没有人"), by=cast.zhou, at=LATER, phone=Phone(MONDAY, LATER, "b"))
    sending.refresh_from_db()
    assert (sending.state, sending.on_scene_at) == (progress.RECALLED, MONDAY + timedelta(minutes=5))
    with pytest.raises(Refused):
        usecases.feedback(sending, Feedback("nobody"), by=cast.liang, at=LATER)


def test_handed_over_the_incident_is_never_without_a_crew(cast: Cast) -> None:
    matter = a_call(cast, "夜市有人打架", at=MONDAY).matter
    sending = sent(matter, a_crew("1号车", cast.zhou, at=MONDAY), by=cast.chen, at=MONDAY)
    with pytest.raises(NotForCrews):
        usecases.hand_to(sending, a_crew("辅警组", cast.jiang, at=MONDAY), by=cast.zhou, at=LATER)
    new = usecases.hand_to(sending, a_pair(cast, "2号车", 2, at=MONDAY), by=cast.zhou, at=LATER)
    sending.refresh_from_db()
    assert (sending.state, new.state) == (progress.HANDED, progress.SENT)


def test_whoever_is_sent_signs_off_only_when_somebody_takes_over(cast: Cast) -> None:
    matter = a_call(cast, "夜市有人打架", at=MONDAY).matter
    crew = a_crew("1号车", cast.zhou, at=MONDAY)
    sign_on(cast.chen, cast.qingshi, at=MONDAY)
    sign_on(cast.jiang, cast.qingshi, at=MONDAY)
    sent(matter, crew, by=cast.chen, at=MONDAY)
    for successor in (None, cast.jiang):
        with pytest.raises(StillSent, match="不能就这样下岗"):
            sign_off(cast.zhou, at=LATER, handed_to=successor)
        assert DutySpan.objects.on_now().filter(officer=cast.zhou).exists()
    sign_off(cast.zhou, at=LATER, handed_to=cast.chen)
    assert usecases.crew_of(cast.chen) == crew
    assert usecases.crew_of(cast.zhou) is None


def test_signing_off_from_a_free_crew_leaves_it_and_the_last_dissolves_it(cast: Cast) -> None:
    crew = a_crew("1号车", cast.zhou, at=MONDAY)
    sign_off(cast.zhou, at=LATER)
    assert Crew.objects.get(pk=crew.pk).ended_at == LATER


def test_silence_rings_the_leader_of_the_shift_once(cast: Cast) -> None:
    matter = a_call(cast, "夜市有人打架", at=MONDAY).matter
    sign_on(cast.liang, cast.qingshi, at=MONDAY, leads=True)
    sending = sent(matter, a_crew("1号车", cast.zhou, cast.chen, at=MONDAY), by=cast.chen, at=MONDAY)
    limit = timedelta(minutes=settings.SHOUWANG.dispatch_silence_minutes)
    assert usecases.ring_for_silence(at=MONDAY + limit - timedelta(seconds=1)) == 0
    assert [usecases.ring_for_silence(at=MONDAY + limit) for _again in range(2)] == [1, 0]
    assert silent_for(cast.liang) == [sending]
    assert silent_for(cast.chen) == []
    assert silent_for(cast.meng) == []
    for _again in range(2):
        usecases.answer_silence(sending, by=cast.liang, at=LATER)
    assert silent_for(cast.liang) == []
    assert said(matter).count("dispatch.answered") == 1


def test_without_a_leader_everybody_on_duty_there_hears_the_silence(cast: Cast) -> None:
    matter = a_call(cast, "夜市有人打架", at=MONDAY).matter
    sent(matter, a_crew("1号车", cast.zhou, at=MONDAY), by=cast.chen, at=MONDAY)
    sign_on(cast.chen, cast.qingshi, at=MONDAY)
    usecases.ring_for_silence(at=LATER)
    hears: list[Officer] = [cast.zhou, cast.chen]
    assert [bool(silent_for(one)) for one in (*hears, cast.meng)] == [True, True, False]


def test_an_acknowledged_crew_does_not_ring(cast: Cast) -> None:
    matter = a_call(cast, "夜市有人打架", at=MONDAY).matter
    sending = sent(matter, a_crew("1号车", cast.zhou, at=MONDAY), by=cast.chen, at=MONDAY)
    usecases.report(sending, progress.ACKNOWLEDGED, by=cast.zhou, at=MONDAY)
    assert usecases.ring_for_silence(at=LATER) == 0


def test_cleared_may_be_pressed_after_a_colleague_sent_the_feedback_that_ended_it(cast: Cast) -> None:
    pair = a_pair(cast, "1号车", 1, at=MONDAY)
    sending = sent(a_call(cast, "有人打架", at=MONDAY).matter, pair, by=cast.chen, at=MONDAY)
    by = pair.members.all()[0].officer
    usecases.feedback(sending, usecases.Feedback("settled", "劝开了"), by=by, at=MONDAY)
    usecases.report(sending, progress.CLEARED, by=by, at=MONDAY)
    assert Sending.objects.get(pk=sending.pk).state == progress.CLEARED
