"""Applications for information of the town, one at each stage, played through the real use cases at times before now."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from shouwang.apps.disclosure import usecases
from shouwang.apps.disclosure.models import Application, Came
from shouwang.apps.disclosure.usecases import Asked, Draft
from shouwang.apps.matters.usecases import Opened
from shouwang.apps.units.models import Officer, Role, Unit
from shouwang.demo.flagships import Stage
from shouwang.demo.secrecy import CHIEF, OFFICER, Grounds

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
#: Of what was refused in part, the one whose ground has ended; the others have a year.
ENDED, SOON, A_YEAR = "gi-24", 30 * DAY, 365 * DAY
ONE = Asked("", "", "", "")
#: Key → days before now, how it came, what is asked for, and what differs from an ordinary person who reads on the page.
APPLICATIONS: dict[str, tuple[float, str, str, dict[str, str]]] = {
    "gi-arrived": (0.1, Came.WEB, "今年上半年接到的噪音类警情数量，按月份。", {}),
    "gi-correcting": (4, Came.WEB, "你们和安保公司的合同。", {"name": "高样例"}),
    "gi-asking": (9, Came.COUNTER, "2025年视频监控维护合同和各家报价。", {"name": "示例科技有限公司", "applicant": "business"}),
    "gi-review": (11, Came.SIGNED_POST, "2025年派出所公务用车的台数和用油花的钱。", {"name": "田样例"}),
    "gi-late": (44, Came.COUNTER, "2019年以来本镇交通事故多发路段的名单。", {"name": "方样例"}),
    "gi-post": (13, Came.COUNTER, "流动人口登记的办事规定和收费标准。",
                {"name": "孔样例", "wish": "post", "deliver_to": "样板县示例镇样板路1号"}),
    "gi-partly": (40, Came.WEB, "2025年装了多少个探头、花了多少钱、每家报价多少。", {"name": "陶样例"}),
    "gi-not-ours": (30, Came.WEB, "镇垃圾中转站的选址报告。", {"name": "水样例"}),
    "gi-unsure": (8, Came.COUNTER, "去年冬防夜间设卡查车的地点和时间表。", {"name": "喻样例"}),
    "gi-elsewhere": (26, Came.COUNTER, "县里反恐演练的全套方案。", {"name": "柏样例"}),
    "gi-withhold": (7, Came.COUNTER, "所里便衣巡逻的班次表。", {"name": "窦样例"}),
}  # fmt: skip
#: What others wanted in the months before, one every second day; the stories take turns.
WANTED: tuple[str, ...] = tuple(
    tomllib.loads((Path(__file__).parent / "data" / "applications.toml").read_text(encoding="utf-8"))["wanted"]
)
TURNS = ("gi-told", "gi-public", "gi-not-ours", "gi-told", "gi-partly")
FAMILIES = "林高田方孔陶水章谢邹喻柏窦云苏潘葛范彭鲁韦马苗凤花"


def _applicant(n: int) -> dict[str, str]:
    """Each is somebody else, with numbers that are nobody's."""
    return {
        "name": f"{FAMILIES[n % len(FAMILIES)]}样例",
        "id_number": f"9900001990010{n // 100:01}{n % 100:02}17",
        "phone": f"1300000{n:02}90",
    }


def disclosures(stage: Stage) -> None:
    """The script of all applications, each step at its own time."""
    for n, (key, (days, came, wanted, given)) in enumerate(APPLICATIONS.items()):
        _play(stage, key, key, stage.now - days * DAY, came, wanted, _applicant(n) | given)
    doors = (Came.WEB, Came.COUNTER, Came.WEB, Came.SIGNED_POST)
    for n in range(2 * len(WANTED)):
        story, came = TURNS[n % len(TURNS)], doors[n % len(doors)]
        wanted = WANTED[n % len(WANTED)].format(year=2024 + n // len(WANTED))
        day = timezone.localtime(stage.now - (18 + 1.7 * n) * DAY)
        at = day.replace(hour=8 + n % 10, minute=7 * n % 60)  # people apply by day
        _play(stage, f"gi-{n:02}", story, at, came, wanted, _applicant(len(APPLICATIONS) + n))


def _play(stage: Stage, key: str, story: str, at: datetime, came: str, wanted: str, given: dict[str, str]) -> None:
    stage.opens_by_room(key, at, _taken_in(stage, came, replace(ONE, wanted=wanted, **given)))
    for after, act in _steps(stage, key, story, came):
        stage.do(at + after, act)


def _taken_in(stage: Stage, came: str, asked: Asked) -> Callable[[Unit, datetime], Opened]:
    def opened(unit: Unit, at: datetime) -> Opened:
        by = None if came == Came.WEB else stage.front(at)
        return usecases.apply(unit, asked, came=came, at=at, by=by)

    return opened


def _steps(stage: Stage, key: str, story: str, came: str) -> list[tuple[timedelta, Callable[[datetime], object]]]:
    """What happens to one after its arrival, and how long after."""

    def one() -> Application:
        return Application.objects.select_related("matter__unit").get(pk=stage.matter(key).pk)

    def by(who: str = OFFICER) -> Officer:
        return stage.officer(who)

    def confirm(at: datetime) -> object:
        return usecases.confirm(one(), by=by(), at=at)

    def complete(at: datetime) -> object:
        return usecases.complete(one(), by=by(), at=at)

    def draft(said: Draft) -> Callable[[datetime], object]:
        return lambda at: usecases.draft(one(), said, by=by(), at=at)

    def approve(at: datetime) -> object:
        return usecases.approve(one(), by=by(CHIEF), at=at)

    def missing(at: datetime) -> object:
        until = timezone.localdate(at) + 12 * DAY
        words = "请写明是哪一年、哪一类的合同，或者写合同的名称。"
        return usecases.ask_correction(one(), by=by(), words=words, until=until, at=at)

    def ask(at: datetime) -> object:
        asks = "2025年视频监控维护的报价表。"
        return usecases.consult(
            one(), by=by(), whom="third-party", called="样板安防有限公司", asks=asks,
            received_on=timezone.localdate(at), at=at,
        )  # fmt: skip

    def refused(at: datetime) -> object:
        words = "报价里有成本构成，是商业秘密。"
        return usecases.end_consultation(one().consultations.get(), by=by(), says="refuses", words=words, at=at)

    grounds = Grounds(one, by, by_office=lambda: stage.town.holders(stage.town.bureau.pk, Role.BUREAU)[0])
    cars = Draft("disclose", told_how="一共 4 台，2025年用油 3.1 万元。")
    rules = Draft(
        "already-public",
        told_how="在“公开目录”里的“户籍和居住登记”，也可以到窗口拿一份。",
        reasons="这些规定已经公开。",
    )
    cameras = Draft(
        "partly",
        ground="third-party",
        told_how="41 个，一共 62 万元。",
        reasons="各家报价涉及商业秘密，对方说明理由不同意公开。",
    )
    dump = Draft(
        "not-our-organ", told_how="请向示例镇人民政府申请，电话 0570-0000000。", reasons="这份报告是镇政府做的。"
    )
    kept = Draft("refuse", ground="state-secret", reasons="这份方案按规定由上级定密，不能公开。")
    told = Draft("disclose", told_how=f"一共 {31 + sum(map(ord, key)) % 170} 件，按月份的表可以到窗口抄录。")
    # What comes by web is confirmed first; by counter or post it has come.
    arrived = [(HOUR, confirm), (2 * HOUR, complete)] if came == Came.WEB else [(2 * HOUR, complete)]
    steps: dict[str, list[tuple[timedelta, Callable[[datetime], object]]]] = {
        "gi-arrived": [],
        "gi-correcting": [(HOUR, confirm), (DAY, missing)],
        "gi-asking": [(HOUR, complete), (DAY, ask)],
        "gi-review": [(HOUR, complete), (6 * DAY, draft(cars))],
        "gi-late": [(HOUR, complete)],
        "gi-post": [(HOUR, complete), (10 * DAY, draft(rules)), (11 * DAY, approve)],
        "gi-partly": [
            *arrived,
            (DAY, ask),
            (12 * DAY, refused),
            (12 * DAY + HOUR, grounds.business(SOON if key == ENDED else A_YEAR)),
            (13 * DAY, grounds.agree),
            (14 * DAY, draft(cameras)),
            (15 * DAY, approve),
        ],
        "gi-not-ours": [*arrived, (DAY, draft(dump)), (DAY + HOUR, approve)],
        "gi-unsure": [(HOUR, complete), (6 * DAY, grounds.unsure)],
        "gi-elsewhere": [
            (HOUR, complete),
            (DAY, grounds.unsure),
            (3 * DAY, grounds.elsewhere),
            (4 * DAY, draft(kept)),
            (5 * DAY, approve),
        ],
        "gi-withhold": [(HOUR, complete), (5 * DAY, grounds.rosters)],
        "gi-told": [*arrived, (5 * DAY, draft(told)), (6 * DAY, approve)],
        "gi-public": [*arrived, (3 * DAY, draft(rules)), (4 * DAY, approve)],
    }
    return steps[story]
