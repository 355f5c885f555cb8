"""The board and the phone, as pages."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shouwang.apps.dispatch import progress, usecases
from shouwang.apps.dispatch.models import Call, Crew, FollowUp, Sending
from shouwang.apps.dispatch.tests.making import a_call, a_crew, a_pair, sent
from shouwang.apps.duty.usecases import sign_on
from shouwang.apps.incidents.models import Incident
from shouwang.apps.incidents.usecases import decide_nature
from shouwang.apps.people.models import Look
from shouwang.apps.units.models import Officer
from tests.cast import Cast, sign_in

pytestmark = pytest.mark.django_db
SQUARE = [[120.0, 30.0], [120.1, 30.0], [120.1, 30.1], [120.0, 30.1], [120.0, 30.0]]


def page(client: Client, address: str = "/desk/board/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def press(client: Client, address: str, **data: object) -> str:
    answer = client.post(address, data, follow=True)
    return answer.content.decode()


def test_the_most_urgent_first_then_who_waits_longest(cast: Cast, client: Client) -> None:
    now = timezone.now()
    for n, (what, facts) in enumerate(
        [
            ("后丢的车", {"category": "stolen"}),
            ("吵架", {"category": "quarrel"}),
            ("有人拿刀", {"category": "hurt", "unsafe": True}),
        ]
    ):
        a_call(cast, what, at=now - timedelta(minutes=n), **facts)
    a_call(cast, "先丢的车", at=now - timedelta(minutes=20), category="stolen")
    a_call(cast, "前天的事", at=now - timedelta(days=2), category="stolen")
    sign_in(client, cast.chen)
    html = page(client)
    places = [html.index(f">{what}</a>") for what in ("有人拿刀", "吵架", "先丢的车", "后丢的车")]
    assert places == sorted(places)
    assert ">前天的事</a>" not in html


def test_suggested_with_reasons_and_sent_by_one_press(cast: Cast, client: Client) -> None:
    now = timezone.now()
    matter = a_call(cast, "夜市有人打架", at=now, category="hurt").matter
    sign_in(client, cast.chen)
    assert "现在空闲的巡组不够：还缺民警" in page(client)
    crew = a_pair(cast, "1号车", 1, at=now)
    html = page(client)
    assert "建议1号车" in html
    assert "一起有 2 名民警" in html
    assert 'data-key="1"' in html
    told = press(client, f"/desk/board/{matter.number}/send/", seen=0, crew=crew.pk)
    assert "已派1号车，等应答" in told
    assert "别人刚刚动过这件" in press(client, f"/desk/board/{matter.number}/send/", seen=0, crew=crew.pk)
    assert Sending.objects.count() == 1
    assert "请写一句为什么撤回" in press(client, f"/desk/board/recall/{Sending.objects.get().pk}/")
    press(client, f"/desk/board/recall/{Sending.objects.get().pk}/", reason="误报")
    assert Sending.objects.get().state == progress.RECALLED


def test_several_at_once_are_solved_together(cast: Cast, client: Client) -> None:
    now = timezone.now()
    a_call(cast, "夜市有人打架", at=now, category="hurt")
    a_call(cast, "桥头撞车", at=now, category="traffic")
    a_pair(cast, "1号车", 1, at=now)
    sign_in(client, cast.chen)
    html = page(client)
    assert html.count("建议1号车") == 1
    assert "能去的巡组先去更急的" in html
    a_pair(cast, "2号车", 2, at=now)
    html = page(client)
    assert (html.count("建议1号车"), html.count("建议2号车")) == (1, 1)


def test_the_next_station_is_offered_only_when_ours_do_not_suffice(cast: Cast, client: Client) -> None:
    now = timezone.now()
    matter = a_call(cast, "夜市有人打架", at=now, category="hurt").matter
    theirs = a_pair(cast, "河湾1号", 1, at=now, unit=cast.hewan)
    sign_in(client, cast.chen)
    html = page(client)
    assert "建议河湾派出所的河湾1号" in html
    assert "对方答应了才来" in html
    press(client, f"/desk/board/{matter.number}/send/", seen=0, crew=theirs.pk)
    a_pair(cast, "1号车", 2, at=now)
    assert "请求支援，等答复" in page(client)
    sign_in(client, cast.meng)
    html = page(client)
    assert "青石镇派出所请河湾1号去支援" in html
    assert matter.title not in html, "the other station reads what it is told, when it comes"
    press(client, f"/desk/board/request/{Sending.objects.get().pk}/", comes="yes")
    assert Sending.objects.get().state == progress.SENT


def test_whoever_a_matter_is_kept_from_sees_a_busy_crew_and_no_number(cast: Cast, client: Client) -> None:
    now = timezone.now()
    matter = a_call(cast, "夜市有人打架", at=now).matter
    sent(matter, a_pair(cast, "1号车", 1, at=now), by=cast.chen, at=now)
    matter.kept_from.add(cast.zhou)
    sign_in(client, cast.zhou)
    html = page(client)
    assert "已派，等应答" in html
    assert matter.number not in html
    assert matter.title not in html


def test_a_correction_counts(cast: Cast, client: Client) -> None:
    matter = a_call(cast, "电瓶车丢了", at=timezone.now(), category="stolen").matter
    sign_in(client, cast.chen)
    client.post(f"/desk/m/{matter.number}/needs/", {"sworn": "3", "car": "on"})
    call = Call.objects.get()
    assert (call.sworn, call.car) == (3, True)
    Incident.objects.update(urgency=1)
    assert '<span class="chip red">' in page(client)
    client.post(f"/desk/m/{matter.number}/needless/", {"reason": "本人来所里"})
    assert f">{matter.title}</a>" not in page(client)


def test_one_event_is_proposed_and_linked_with_one_key(cast: Cast, client: Client) -> None:
    now = timezone.now()
    first = a_call(cast, "夜市有人打架，好多人围着", at=now - timedelta(minutes=6), longitude=120.05, latitude=30.05)
    later = a_call(cast, "夜市这边打架了，快来", at=now, longitude=120.0501, latitude=30.05)
    sign_in(client, cast.chen)
    html = page(client)
    assert f"可能和 {first.matter.number} 是同一件事" in html
    assert 'data-key="l"' in html
    press(
        client,
        f"/desk/board/{later.matter.number}/link/",
        other=first.matter.number,
        reason="前后差 6 分钟，都说到打架。",
    )
    assert Incident.objects.get(pk=later.matter.pk).same_as_id == first.matter.pk
    html = page(client)
    assert "另有 1 人报告" in html
    assert later.matter.number not in html


def test_the_map_is_drawn_here_and_the_lists_say_the_same(cast: Cast, client: Client) -> None:
    sign_in(client, cast.chen)
    assert '<figure class="map" hidden>' in page(client)
    cast.liuxi.boundary = {"type": "Polygon", "coordinates": [SQUARE]}
    cast.liuxi.save()
    a_call(cast, "夜市有人打架", at=timezone.now(), longitude=120.05, latitude=30.05)
    crew = a_crew("1号车", cast.chen, at=timezone.now())
    usecases.report_position(crew, by=cast.chen, longitude=120.02, latitude=30.02, at=timezone.now())
    html = page(client)
    assert '<figure class="map">' in html
    assert "柳溪村</text>" in html
    assert 'class="spot g1">' in html
    assert 'class="spot free">' in html
    assert "http://" not in html.replace("http://www.w3.org", "")


def test_where_a_knock_may_hurt_nobody_is_sent_by_one_key(cast: Cast, client: Client) -> None:
    now = timezone.now()
    pair = a_pair(cast, "1号车", 1, at=now)
    matter = a_call(cast, "他又打我，别上门", at=now, category="home").matter
    assert matter.safe_contact
    sign_in(client, cast.chen)
    shown = page(client)
    assert "先看卡片" in shown
    assert 'data-key="1"' not in shown
    assert f'name="crew" value="{pair.pk}"' not in shown
    assert f'name="crew" value="{pair.pk}"' in page(client, f"/desk/board/?pick={matter.number}")


def test_beyond_what_anybody_reads_there_is_a_line_each_and_one_press_shows_all_of_it(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shouwang.apps.dispatch.board.MOST_WAITING", 2)
    now = timezone.now()
    calls = [a_call(cast, f"第{n}件", at=now - timedelta(minutes=9 - n), category="hurt").matter for n in range(4)]
    sign_in(client, cast.chen)
    shown = page(client)
    assert all(matter.number in shown for matter in calls)
    assert shown.count("<article") == 2
    picked = page(client, f"/desk/board/?pick={calls[3].number}")
    assert picked.count("<article") == 3
    assert f'id="i{calls[3].pk}"' in picked


def test_the_number_of_queries_does_not_grow(cast: Cast, client: Client) -> None:
    now = timezone.now()
    sign_in(client, cast.chen)

    def more(n: int) -> None:
        for i in range(3):
            matter = a_call(cast, f"第 {n}{i} 件", at=now, category="hurt").matter
            if i == 0:
                sent(matter, a_pair(cast, f"{n}号车", n, at=now), by=cast.chen, at=now)
        a_pair(cast, f"{n}号备勤", 100 + n, at=now)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            page(client)
        return len(seen)

    more(1)
    asked()
    few = asked()
    for n in range(2, 5):
        more(n)
    asked()  # how urgent new words are is read once, with three questions for all of them
    assert asked() == few


# ── the phone ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_tap_each_without_a_script(cast: Cast, client: Client) -> None:
    now = timezone.now()
    matter = a_call(cast, "夜市有人打架", at=now, address="南街 5 号").matter
    crew = a_crew("1号车", cast.zhou, cast.chen, at=now)
    sign_in(client, cast.chen)
    press(client, f"/desk/board/{matter.number}/send/", seen=0, crew=crew.pk)
    sending = Sending.objects.get()
    sign_in(client, cast.zhou)
    html = page(client, "/desk/mine/")
    assert "南街 5 号" in html
    assert Look.objects.filter(officer=cast.zhou, subject=matter.ref, what=["place"]).count() == 1
    for word, what in (("到现场了", "acknowledged"), ("处置完了", "on-scene")):
        press(client, f"/desk/mine/{sending.pk}/step/", what=what)
        assert word in page(client, "/desk/mine/")
    press(client, f"/desk/mine/{sending.pk}/step/", what="on-scene")
    assert matter.entries.filter(data__what="dispatch.on-scene").count() == 1, "pressed twice, told once"
    press(client, f"/desk/mine/{sending.pk}/feedback/", outcome="settled", body="劝开了", helped="2", task="回访")
    sending.refresh_from_db()
    assert sending.state == progress.CLEARED
    press(client, f"/desk/board/task/{FollowUp.objects.get().pk}/")
    assert FollowUp.objects.get().done_at is not None
    assert "空闲，等派警" in page(client, "/desk/mine/")


def test_a_bad_answer_keeps_what_was_typed(cast: Cast, client: Client) -> None:
    now = timezone.now()
    sending = sent(a_call(cast, "夜市打架", at=now).matter, a_crew("1号车", cast.zhou, at=now), by=cast.chen, at=now)
    sign_in(client, cast.zhou)
    answer = client.post(f"/desk/mine/{sending.pk}/feedback/", {"outcome": "", "body": "写了很长的话"})
    assert answer.status_code == 400
    assert "写了很长的话" in answer.content.decode()


def test_a_time_that_cannot_be_read_does_not_cost_the_feedback(cast: Cast, client: Client) -> None:
    now = timezone.now()
    matter = a_call(cast, "夜市打架", at=now).matter
    sending = sent(matter, a_crew("1号车", cast.zhou, at=now), by=cast.chen, at=now)
    sign_in(client, cast.zhou)
    for happened in ("昨天", "99999-01-01T00:00:00Z", "2026-13-45"):
        data = {"outcome": "going-on", "happened_at": happened, "client_id": f"c{len(happened)}"}
        assert client.post(f"/desk/mine/{sending.pk}/feedback/", data).status_code == 302
    assert matter.entries.filter(data__what="dispatch.feedback").count() == 3


def test_a_position_of_a_domestic_map_is_converted(cast: Cast, client: Client) -> None:
    a_crew("1号车", cast.zhou, at=timezone.now())
    sign_in(client, cast.zhou)
    press(client, "/desk/mine/position/", longitude="120.05", latitude="30.05", gcj02="on")
    crew = Crew.objects.get()
    assert crew.longitude is not None
    assert 0.003 < abs(crew.longitude - 120.05) < 0.01
    assert "手机没有给出位置" in press(client, "/desk/mine/position/", longitude="", latitude="")


def test_nobody_speaks_for_another_crew(cast: Cast, client: Client) -> None:
    now = timezone.now()
    sending = sent(a_call(cast, "夜市打架", at=now).matter, a_crew("1号车", cast.zhou, at=now), by=cast.chen, at=now)
    other: Officer = cast.chen
    sign_in(client, other)
    assert client.post(f"/desk/mine/{sending.pk}/step/", {"what": "cleared"}).status_code == 404


def test_signing_off_while_sent_is_refused_with_what_to_do(cast: Cast, client: Client) -> None:
    now = timezone.now()
    sent(a_call(cast, "夜市打架", at=now).matter, a_crew("1号车", cast.zhou, at=now), by=cast.chen, at=now)
    sign_in(client, cast.zhou)
    answer = client.post("/desk/duty/", {"note": "交班"})
    assert answer.status_code == 400
    assert "先在“我的警情”里交给别的巡组" in answer.content.decode()


def test_the_leader_hears_silence_on_every_page_of_the_desk(cast: Cast, client: Client) -> None:
    now = timezone.now()
    early = now - timedelta(minutes=10)
    sending = sent(
        a_call(cast, "夜市打架", at=early).matter, a_crew("1号车", cast.zhou, at=early), by=cast.chen, at=early
    )
    usecases.ring_for_silence(at=now)
    sign_in(client, cast.zhou)
    assert "1号车一直没有应答" in page(client, "/desk/")
    press(client, f"/desk/board/silent/{sending.pk}/")
    assert "1号车一直没有应答" not in page(client, "/desk/")


def test_crews_are_formed_on_a_page(cast: Cast, client: Client) -> None:
    sign_on(cast.zhou, cast.qingshi, at=timezone.now())
    sign_in(client, cast.chen)
    both = {"name": "1号车", "means": "car", "members": [cast.zhou.pk], "volunteers": "3"}
    assert client.post("/desk/crews/", both).status_code == 400
    assert client.post("/desk/crews/", {**both, "volunteers": ""}).status_code == 302
    crew = Crew.objects.get()
    press(client, f"/desk/crews/{crew.pk}/rest/", resting="yes")
    assert Crew.objects.get().resting
    press(client, f"/desk/crews/{crew.pk}/dissolve/")
    assert Crew.objects.out().count() == 0


def test_what_a_phone_keeps_names_numbers_and_forms_alone(cast: Cast, client: Client) -> None:
    now = timezone.now()
    matter = a_call(cast, "夜市有人打架", at=now, address="南街 5 号").matter
    ended = sent(
        a_call(cast, "桥头吵架", at=now).matter, a_crew("1号车", cast.zhou, cast.liang, at=now), by=cast.chen, at=now
    )
    usecases.report(ended, progress.CLEARED, by=cast.zhou, at=now)
    sending = sent(matter, ended.crew, by=cast.chen, at=now)
    sign_in(client, cast.zhou)
    before = Look.objects.count()
    answer = client.get("/desk/mine/kept/")
    html = answer.content.decode()
    for one in (sending, ended):
        assert one.matter.number in html
        assert f"/desk/mine/{one.pk}/feedback/" in html
    assert f"/desk/mine/{sending.pk}/step/" in html
    assert f"/desk/mine/{ended.pk}/step/" not in html
    for personal in ("夜市", "南街", "桥头", "去看看", cast.zhou.name, cast.liang.name, "1号车"):
        assert personal not in html
    assert Look.objects.count() == before, "nothing personal was looked at"
    hours = (parsedate_to_datetime(answer["Expires"]) - timezone.now()).total_seconds() / 3600
    assert 11.9 < hours < 12.1


def test_the_worker_is_there_for_everybody_and_tells_nothing_of_anybody(cast: Cast, client: Client) -> None:
    stranger = client.get("/desk/mine/worker.js")
    sign_in(client, cast.zhou)
    assert stranger.content == client.get("/desk/mine/worker.js").content
    assert stranger["Content-Type"].startswith("text/javascript")
    assert "://" not in stranger.content.decode(), "nobody outside is asked"
    client.logout()
    assert client.get("/desk/mine/kept/").status_code == 302


def test_a_report_that_became_a_case_leaves_the_board_and_comes_back_when_a_crew_is_asked_for(
    cast: Cast, client: Client
) -> None:
    now = timezone.now()
    case = a_call(cast, "邻居打了我一拳", at=now - timedelta(hours=9), category="hurt").matter
    a_call(cast, "夜市正在打架", at=now, category="hurt")
    crew = a_pair(cast, "1号车", 1, at=now)
    sign_in(client, cast.chen)
    assert ">邻居打了我一拳</a>" in page(client)
    decide_nature(case, by=cast.chen, nature="administrative", words="有伤，立案。", at=now - timedelta(hours=8))
    assert Incident.objects.get(pk=case.pk).stage == "filed"
    html = page(client)
    assert ">邻居打了我一拳</a>" not in html
    assert html.index("夜市正在打架") < html.index("建议1号车")
    assert ">邻居打了我一拳</a>" in page(client, f"/desk/board/?pick={case.number}")
    assert f"pick={case.number}" in page(client, f"/desk/m/{case.number}/"), "the card leads back to it"
    usecases.say_needs(case, sworn=2, skill=None, car=False, by=cast.chen, at=now)
    assert ">邻居打了我一拳</a>" in page(client)
    usecases.say_needless(case, by=cast.chen, reason="已经回家", at=now)
    assert ">邻居打了我一拳</a>" not in page(client)
    sent(case, crew, by=cast.chen, at=now)
    assert ">邻居打了我一拳</a>" in page(client), "somebody is on the way"


def test_what_goes_on_now_goes_before_what_was_over_when_it_was_told(cast: Cast, client: Client) -> None:
    now = timezone.now()
    a_call(cast, "被人打了", at=now - timedelta(hours=9), category="hurt")
    a_call(cast, "被人打了一拳", at=now, category="hurt")
    a_pair(cast, "1号车", 1, at=now)
    sign_in(client, cast.chen)
    html = page(client)
    assert html.index(">被人打了一拳</a>") < html.index("建议1号车") < html.index(">被人打了</a>")
    assert "正在发生或者刚刚报来，同样急的里面先去" in html
    assert "报来时已经过去，同样急的里面，正在发生的先去。" in html


@pytest.mark.parametrize(
    ("what", "facts", "stays"),
    [
        ("刷单被骗了三万，钱已经转走", {"category": "cheated"}, True),
        ("身份证丢了，要挂失", {"category": "other"}, True),
        ("刷单被骗了三万，骗子正在我家门口不走", {"category": "cheated"}, False),
        ("电动车被偷了", {"category": "stolen"}, False),
    ],
)
def test_nobody_is_planned_for_where_there_is_no_scene(
    cast: Cast, client: Client, what: str, facts: dict[str, str], stays: bool
) -> None:
    now = timezone.now()
    matter = a_call(cast, what, at=now, **facts).matter
    a_pair(cast, "1号车", 1, at=now)
    sign_in(client, cast.chen)
    html = page(client)
    assert f">{what}</a>" in html
    assert ("不用出警的" in html, "建议1号车" in html) == (stays, not stays)
    html = page(client, f"/desk/board/?pick={matter.number}")
    assert "建议1号车" in html, "somebody asked for a crew"
    usecases.say_needs(matter, sworn=2, skill=None, car=False, by=cast.chen, at=now)
    assert "建议1号车" in page(client)
