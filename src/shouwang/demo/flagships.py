"""
The stories of the last hours, played through the real use cases: whoever signs in first meets them.

    mother      the essays' first user: in 深圳, asks about registering her child; grandmother helps; handed over at the shift change
    noise       asked in the last shift, handed over with its note
    danger      words of danger in the shift before, accepted within a minute, safe contact
    alarm       words of danger just now; nobody has accepted them yet
    ping-pong   offered to the wrong station, returned, offered to the right one, accepted
    offered     another station offers us a matter; it waits to be accepted
    dispute     closed too quickly, disputed, waits for the chief
    complaint   about an officer, who cannot see it
    asked       questions of the last minutes that nobody has answered yet
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from shouwang.apps.duty import usecases as duty
from shouwang.apps.matters import usecases
from shouwang.apps.matters.models import AccessCode, Matter, Series
from shouwang.apps.matters.usecases import Opened
from shouwang.apps.matters.viewer import Held, Viewer
from shouwang.apps.people.models import Person
from shouwang.apps.people.usecases import record_look
from shouwang.apps.units.models import Officer, Unit
from shouwang.demo.shifts import SHIFT, Duty, Shift, start_of_shift
from shouwang.demo.town import Town
from shouwang.demo.writing import code_of, digest_of

#: The matter whose code the welcome shows.
SAMPLE = "mother"
HOME, RIVER, HILLS = "QS", "HW", "SP"
_BEGINS = re.compile(
    r"(?P<who>[居亲警备密])(?::(?P<by>\w+))? "
    r"(?:(?P<share>\d+)%|(?P<hours>\d+):(?P<minutes>\d\d)(?::(?P<seconds>\d\d))?) "
)


@dataclass
class Opening:
    """
    When and where a flagship arrives; its serial is known once everyday life is counted.

    by_room   opens it where a room above has its own way of taking in
    """

    key: str
    unit: Unit
    at: datetime
    given: dict[str, Any]
    reporter: dict[str, str]
    serial: int = 0
    by_room: Callable[[Unit, datetime], Opened] | None = None


@dataclass
class Stage:
    """
    The town during its last two shifts.

    answers   guide → its short answer
    more      scripts of rooms above
    """

    town: Town
    duties: dict[int, Duty]
    now: datetime
    seed: int
    answers: dict[str, str]
    more: tuple[Callable[[Stage], None], ...] = ()
    openings: list[Opening] = field(default_factory=list)
    opened: dict[str, Opened] = field(default_factory=dict)
    helpers: dict[str, Held] = field(default_factory=dict)
    _acts: list[tuple[datetime, int, Callable[[], object]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.change = start_of_shift(self.now)
        self.before = self.change - SHIFT
        for script in (*SCRIPTS, *self.more):
            script(self)

    # ── when ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def early(self, hours: int, minutes: int = 0, seconds: int = 0) -> datetime:
        """A time in the shift before."""
        return self.before + timedelta(hours=hours, minutes=minutes, seconds=seconds)

    def late(self, part: float) -> datetime:
        """A part of what has passed of the present shift: 0 its start, 1 now."""
        return (self.change + (self.now - self.change) * part).replace(microsecond=0)

    def plays_shifts_of(self, unit: Unit) -> bool:
        """Whether the last two shifts of this station are signed on and off here, by the real use case."""
        return unit.prefix == HOME

    # ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def officer(self, username: str) -> Officer:
        """Read anew, as a request would."""
        return Officer.objects.select_related("unit").get(user__username=username)

    def front(self, at: datetime, prefix: str = HOME) -> Officer:
        """Who is at the desk of a station at that moment."""
        shift = self.duties[self.town.stations[prefix].pk].at(at)
        return Officer.objects.select_related("unit").get(pk=shift.front.pk)

    def matter(self, key: str) -> Matter:
        return self.opened[key].matter

    # ── what ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def do(self, at: datetime, act: Callable[[datetime], object]) -> None:
        """Note one act; acts are played in the order of time."""
        at = min(at, self.now)
        self._acts.append((at, len(self._acts), partial(act, at)))

    def opens(
        self, key: str, at: datetime, *, prefix: str = HOME, village: str = "", called: str = "", **given: Any
    ) -> None:
        """A matter arrives."""
        phone = given.pop("phone", "")
        given["community"] = self.town.communities.get(village)
        opening = Opening(key, self.town.stations[prefix], at, given, {"pseudonym": called, "phone": phone})
        self.openings.append(opening)
        self.do(at, lambda _at: self._open(opening))

    def opens_by_room(self, key: str, at: datetime, by_room: Callable[[Unit, datetime], Opened]) -> None:
        """A matter arrives that a room above takes in its own way."""
        opening = Opening(key, self.town.stations[HOME], at, {}, {}, by_room=by_room)
        self.openings.append(opening)
        self.do(at, lambda _at: self._open(opening))

    def _open(self, opening: Opening) -> None:
        year = timezone.localtime(opening.at).year
        Series.objects.update_or_create(prefix=opening.unit.prefix, year=year, defaults={"last": opening.serial - 1})
        person = (
            Person.objects.create(created_at=opening.at, **opening.reporter) if any(opening.reporter.values()) else None
        )
        opened = (
            opening.by_room(opening.unit, opening.at)
            if opening.by_room
            else usecases.open_matter(opening.unit, at=opening.at, reporter=person, **opening.given)
        )
        # The house can work this code out again, so that the welcome may print it.
        code = code_of(self.seed, opening.key)
        AccessCode.objects.filter(pk=opened.held.code_id).update(digest=digest_of(code))
        self.opened[opening.key] = Opened(opened.matter, code, opened.held)

    def tell(self, key: str, script: str) -> None:
        """
        What is said in a matter, a line each, in the words of the stories: 居 the reporter, 亲 the helper, 警 an officer, 备 a note,
        密 one for few. Then when: `1:19:05` in the shift before, or how much of the present one has passed. A line without a beginning
        goes on.

            警 1:19:05 您好，能办。
            警:an 22% 我是户籍窗口的安静。      an officer by login, or the desk of a station by its letters
        """
        said: list[tuple[re.Match[str], str]] = []
        for line in script.strip().splitlines():
            if found := _BEGINS.match(line.strip()):
                said.append((found, line.strip()[found.end() :]))
            else:
                said[-1] = said[-1][0], said[-1][1] + line.strip()
        for begins, words in said:
            share, hours, minutes, seconds = (
                int(begins[name] or 0) for name in ("share", "hours", "minutes", "seconds")
            )
            at = self.late(share / 100) if begins["share"] else self.early(hours, minutes, seconds)
            self.do(at, partial(_SAID[begins["who"]], self, key, begins["by"] or "", words))

    def trusts(self, key: str, at: datetime, label: str) -> None:
        def add(when: datetime) -> None:
            _code, self.helpers[key] = usecases.add_helper(
                self.matter(key), viewer=self._holder(key), label=label, at=when
            )

        self.do(at, add)

    def automatic(self, key: str, at: datetime, guide: str) -> None:
        self.do(
            at,
            lambda when: usecases.answer_automatically(
                self.matter(key), body=self.answers[guide], guide=guide, confidence=0.87, at=when
            ),
        )

    def speaker(self, by: str, at: datetime) -> Officer:
        """The officer with this login, or whoever is at the desk of the station with these letters; ours when it says nothing."""
        return self.officer(by) if by.islower() else self.front(at, by or HOME)

    def _holder(self, key: str) -> Viewer:
        opened = self.opened[key]
        return Viewer(held={opened.matter.pk: opened.held})

    def play_all(self) -> int:
        """Play everything since the shift before; returns how many matters that were."""
        for _at, _place, act in sorted(self._acts, key=lambda step: step[:2]):
            act()
        return len(self.openings)


def _say(viewer: Callable[[Stage, str, str, datetime], Viewer]) -> _Said:
    return lambda stage, key, by, words, at: usecases.say(
        stage.matter(key), viewer=viewer(stage, key, by, at), at=at, body=words
    )


def _note(*, restricted: bool) -> _Said:
    return lambda stage, key, by, words, at: usecases.note(
        stage.matter(key), by=stage.speaker(by, at), body=words, at=at, restricted=restricted
    )


_Said = Callable[[Stage, str, str, str, datetime], object]
_SAID: dict[str, _Said] = {
    "居": _say(lambda stage, key, _by, _at: stage._holder(key)),
    "亲": _say(lambda stage, key, _by, _at: Viewer(held={stage.matter(key).pk: stage.helpers[key]})),
    "警": _say(lambda stage, _key, by, at: Viewer(officer=stage.speaker(by, at))),
    "备": _note(restricted=False),
    "密": _note(restricted=True),
}


# ── the scripts ──────────────────────────────────────────────────────────────────────────────────────────────────────


def shifts(stage: Stage) -> None:
    """Two shifts of the home station: come, hand over, leave."""
    last, present = stage.duties[stage.town.stations[HOME].pk].shifts[-2:]
    for shift in (last, present):
        for officer, leads, came in shift.people:
            stage.do(came, partial(_sign_on, stage, officer.pk, shift, leads))
    note = (
        "在深圳的那位妈妈还差出生证明的照片，安内勤在跟。岭脚放音响那件，说好今天再上门看一次。"
        "夜里求助的那位，先看备注再联系，不要打电话。"
    )
    stay = {present.front.pk, present.lead.pk, present.helper.pk}
    for officer, leads, _came in last.people:
        if officer.pk in stay:
            continue
        to = present.front if officer is last.front else present.lead if leads else None
        stage.do(
            last.left,
            partial(_sign_off, stage, officer.pk, to.pk if to else None, note if officer is last.front else ""),
        )


def other_shifts(stage: Stage) -> None:
    """The other stations change shifts as well: what was taken from us goes on to the next."""
    for prefix in (RIVER, HILLS):
        last, present = stage.duties[stage.town.stations[prefix].pk].shifts[-2:]
        stage.do(last.left, partial(_pass_on, last.front.pk, present.front.pk))


def _pass_on(key: int, to: int, at: datetime) -> None:
    usecases.hand_over(Officer.objects.get(pk=key), to=Officer.objects.get(pk=to), at=at)


def _sign_on(stage: Stage, key: int, shift: Shift, leads: bool, at: datetime) -> None:
    officer = Officer.objects.get(pk=key)
    duty.sign_on(officer, stage.town.stations[HOME], at=at, leads=leads, expected_until=shift.end)


def _sign_off(stage: Stage, key: int, to: int | None, note: str, at: datetime) -> None:  # noqa: ARG001  same shape as _sign_on
    handed_to = Officer.objects.get(pk=to) if to else None
    duty.sign_off(Officer.objects.get(pk=key), at=at, handed_to=handed_to, note=note)


def mother(stage: Stage) -> None:
    """A mother in 深圳, a grandmother in 柳溪, a household clerk who says everything once."""
    key, s = "mother", stage
    s.opens(
        key,
        s.early(1, 12, 40),
        village="liuxi",
        called="在深圳的妈妈",
        phone="13000000713",
        kind="consultation",
        channel="web",
        body="你好，我和老公都在深圳打工，孩子三个月了，一直没上户口。想落在柳溪村老家，但是厂里请不到假，人回不来，能不能办？",
    )
    s.automatic(key, s.early(1, 12, 42), "birth-registration-proxy")
    s.tell(
        key,
        """
        警 1:19:05 您好，能办，人不用回来。三个月也不算晚，不罚款。我先问两句：孩子随爸爸还是妈妈落户？户口簿现在在谁手上？
        居 1:24:30 随我，我户口在柳溪。户口簿在我妈那里，她六十多了，不太会用手机，能让她去办吗
        警 1:27:10 可以请外婆代办。您在这页点“请人代办”，把生成的码给她，她或者村里的苗警官都能替您看进度。
            要带的东西让户籍的安内勤一次给您说清，她上班就回。
        """,
    )
    s.trusts(key, s.early(1, 35, 0), "外婆")
    s.do(
        s.early(1, 36, 20),
        lambda at: usecases.assign(s.matter(key), to=s.officer("an"), by=s.front(at), at=at),
    )
    s.tell(
        key,
        """
        备 1:38 外婆腿脚不好，材料齐了可以周四去柳溪警务室办，顺路。
        警:an 22% 我是户籍窗口的安静。一共要五样：①你们俩签字的委托书（我发了样子）
            ②两个人的身份证照片 ③结婚证 ④出生医学证明原件 ⑤你的户口簿。前三样拍照发这里就行，后两样请外婆带着。办好当场拿，不收钱。
        亲 48% 我是外婆，户口本找到了。出生证明说是还在深圳，寄回来要几天，先把别的办了行不
        警:an 56% 外婆好。出生证明一定要原件，等寄到再来就行，您别白跑一趟。周四上午我在柳溪警务室，离您家近，
            到那边办。
        居 83% 谢谢安警官！快递下午寄出，单号出来我发给您。委托书这样写可以吗，名字我和老公都签了
        """,
    )


def noise(stage: Stage) -> None:
    """Handed over at the shift change, with the promise that goes with it."""
    key, s = "noise", stage
    s.opens(
        key,
        s.early(5, 31, 8),
        village="dongling",
        called="岭脚老何",
        kind="help",
        channel="phone",
        body="岭脚那户放音响唱歌，从吃饭唱到现在，老人心脏不好睡不着。去说过，讲我多管闲事。",
        by=s.front(s.early(5, 31, 8)),
    )
    s.tell(
        key,
        """
        警 5:33:50 听到了，辅警小万离得近，十分钟内到。请您先别再上门，免得吵起来。
        备 5:58 到场时在给孙子办周岁，音响已关小。主人态度还好，答应不再放。要再去看一次。
        警 6:02:20 去过了，对方答应关掉。夜里再响就在这里说一声，不用打电话。换班的同事也会知道这件事。
        居 37% 后半夜又响了一会，低音炮嗡嗡的。今天还会来人吗
        """,
    )


def danger(stage: Stage) -> None:
    """Words of danger, accepted within a minute; contact that nobody at home notices."""
    key, s = "danger", stage
    s.opens(
        key,
        s.early(2, 4, 11),
        village="shiqiao",
        called="",
        phone="13000000262",
        kind="help",
        channel="web",
        body="他喝了酒又动手打我，我带着孩子锁在卫生间，不敢打电话，他在外面踢门",
    )

    def accept(at: datetime) -> None:
        usecases.accept_danger(s.matter(key), by=s.front(at), at=at)

    s.do(s.early(2, 4, 49), accept)
    s.tell(
        key,
        """
        警 2:05:10 我是派出所的，看到了。门锁好，先别开。您在哪一幢哪一户？只打数字就行。能发短信的话发 12110。
        居 2:05:58 滨溪花园 11-1-502 快
        """,
    )
    s.do(s.early(2, 6, 20), lambda at: _accept_if_rings(s, key, at))
    s.tell(
        key,
        """
        警 2:06:25 人已经出发，四分钟到。听到敲门说“物业查水表”就是我们。手机调静音，别出声。
        """,
    )
    s.do(s.early(2, 7, 0), lambda at: usecases.set_safe_contact(s.matter(key), viewer=s._holder(key), on=True, at=at))
    s.tell(
        key,
        """
        密 2:31 到场，人和孩子都平安，手臂有淤青，已送卫生院。男方带回所里问话。女方今晚住妹妹家。
        备 2:34 不要打她电话，手机平时在男方手里。有事只在这里写，她用妹妹的手机看。
        居 30% 我现在在妹妹家。告诫书我想要，人身安全保护令怎么申请，要花钱吗
        """,
    )

    s.do(s.late(0.31), lambda at: _accept_if_rings(s, key, at))

    def look(at: datetime) -> None:
        matter = s.matter(key)
        record_look(
            s.front(at), matter.ref, person=matter.reporter, what=("phone",), reason="核对告诫书上的联系方式", at=at
        )

    s.do(s.late(0.40), look)
    s.tell(
        key,
        """
        警 45% 不花钱。保护令向法院申请，72 小时内会有结果，紧急的 24 小时内；材料我们帮您备好，告诫书今天下午就能给。
            您定个方便的时间，妇联的邱阿姨陪您一起来。
        """,
    )


def _accept_if_rings(stage: Stage, key: str, at: datetime) -> None:
    matter = Matter.objects.get(pk=stage.matter(key).pk)
    if matter.rings:
        usecases.accept_danger(matter, by=stage.front(at), at=at)


def alarm(stage: Stage) -> None:
    """Rings now. The first one to sign in accepts it."""
    stage.opens(
        "alarm",
        stage.late(0.993),
        village="qingshi-street",
        called="小李的妈妈",
        phone="13000000518",
        kind="help",
        channel="web",
        body="我儿子跟人吵架跑出去了，手机关机，留了张纸条说不想活了，他骑电动车往水库方向去的，求求你们快点",
    )


def ping_pong(stage: Stage) -> None:
    """Offered to the wrong station, returned with its reason, offered to the right one; the date never moved."""
    key, s = "ping-pong", stage
    s.opens(
        key,
        s.early(3, 10, 2),
        village="shiqiao",
        called="货车司机老哥",
        kind="report",
        channel="qq",
        body="我的蓝色三轮车停在物流园门口被人开走了，里面还有半车瓷砖。听说有人在松坪老街看到过。",
    )
    s.do(s.early(3, 10, 45), lambda at: _accept_if_rings(s, key, at))
    s.tell(
        key,
        """
        警 3:18 先给您登记上，回执在这页能看到。车牌、颜色、有没有贴字，拍张旧照片也行，发上来我们好认。
        居 3:25:30 蓝色的，车斗后面喷了“老吴建材”四个字，没上牌
        """,
    )
    s.do(s.early(3, 25, 58), lambda at: _accept_if_rings(s, key, at))

    def offer(prefix: str, why: str, at: datetime) -> None:
        usecases.offer_transfer(s.matter(key), to=s.town.stations[prefix], by=s.front(at), reason=why, at=at)

    s.do(s.early(3, 52), partial(offer, RIVER, "沿路卡口看，车往河湾方向开，请河湾看一下江堤路的探头。"))

    def give_back(at: datetime) -> None:
        usecases.return_transfer(
            s.matter(key),
            by=s.front(at, RIVER),
            reason="江堤路、大桥两头都看了，车没有过桥，是从岔路往松坪去的。截图附在备注里，还请青石接着查。",
            at=at,
        )

    s.do(s.early(4, 31), give_back)
    s.do(s.early(4, 40), partial(offer, HILLS, "河湾核过，车上了去松坪的岔路；有人在老街见过，请松坪就近找车。"))
    s.do(
        s.early(4, 58),
        lambda at: usecases.accept_transfer(s.matter(key), by=s.front(at, HILLS), at=at),
    )
    s.tell(
        key,
        """
        警:SP 5:20 我是松坪所的，这件事我接着办，您的查询码不变。老街 20 号后面停着一辆像的，正在去看，有结果马上说。
        """,
    )


def offered(stage: Stage) -> None:
    """河湾 offers us a matter: it waits for somebody to accept it."""
    key, s = "offered", stage
    s.opens(
        key,
        s.late(0.28),
        prefix=RIVER,
        village="xinxu",
        called="租客小白",
        kind="consultation",
        channel="web",
        body="我在新圩租房，工作在青石工业区，居住证到底去哪个派出所办？两边都让我问问对面。",
    )
    s.tell(
        key,
        """
        警:HW 34% 不用您两头跑，居住证按住的地方办，新圩归我们。您社保在青石，工作证明我们请青石的同事帮忙核一下，
            您等我消息。
        """,
    )
    s.do(
        s.late(0.72),
        lambda at: usecases.offer_transfer(
            s.matter(key),
            to=s.town.stations[HOME],
            by=s.front(at, RIVER),
            reason="申请人说下周搬到青石工业区宿舍，住址换到青石了，请青石接着办居住证，省得他办两次。",
            at=at,
        ),
    )


def dispute(stage: Stage) -> None:
    """Closed too quickly; the chief has to look again."""
    key, s = "dispute", stage
    s.opens(
        key,
        s.early(0, 26, 15),
        village="qingshi-street",
        called="菜场后面方阿姨",
        kind="problem",
        channel="web",
        body="石桥街 3 幢楼下的棋牌室天天打到半夜，麻将声、吵架声，还在门口抽烟。反映过三次了。",
    )
    s.tell(
        key,
        """
        警 0:41 方阿姨，知道了。我们现在就去看一下。
        """,
    )
    s.do(
        s.early(1, 2),
        lambda at: usecases.close(
            s.matter(key), by=s.front(at), reason="solved", words="已到现场提醒，老板答应 22 点后关门。", at=at
        ),
    )
    s.do(
        s.early(6, 48),
        lambda at: usecases.dispute(
            s.matter(key),
            viewer=s._holder(key),
            words="只管了一个钟头，你们一走又开了，到一点多还在打。提醒不算解决，我要个准话。",
            at=at,
        ),
    )
    s.tell(
        key,
        """
        备:liang 30% 社区说这家有营业执照，登记的时间到 22 点。约了市场监管一起去量噪声。
        警:liang 50% 方阿姨，我是所长梁正，这件由我重新看。您说得对，提醒一句不算解决。我约了市场监管的同志一起去量噪声，
            去完给您准话。
        """,
    )


def complaint(stage: Stage) -> None:
    """About an officer; it goes round that officer."""
    key, s = "complaint", stage
    s.opens(
        key,
        s.early(4, 5, 30),
        village="qingshi-street",
        called="不想说名字",
        kind="complaint",
        channel="web",
        body="前天去窗口问事情，一位姓严的警官头都没抬，说“网上自己查”。我不会用手机，站了二十分钟没人理。",
    )

    def keep_from(_at: datetime) -> None:
        s.matter(key).kept_from.add(s.officer("yansong"))

    s.do(s.early(4, 5, 40), keep_from)
    s.do(s.late(0.15), lambda at: usecases.assign(s.matter(key), to=s.officer("liang"), by=s.officer("liang"), at=at))
    s.tell(
        key,
        """
        警:liang 20% 我是所长梁正。让您白站了二十分钟，先跟您道个歉。窗口有录像，我今天自己看一遍，三天内告诉您怎么处理。
            您当天要办的事，现在就可以告诉我。
        """,
    )


#: Questions of the last minutes: when, in which station and village, who, what.
_JUST_NOW = (
    (0.86, HOME, "qingshi-street", "学生家长", "consultation", "web", "孩子明天去外地参赛，身份证还没下来，临时的还来得及吗？放学才走得开"),
    (0.90, HOME, "liuxi", "种橘子的", "consultation", "qq", "我爸八十二了，身份证过期两年，走不动路，能不能到家里来拍照？家在上柳溪。"),
    (0.915, RIVER, "dukou", "养蜂人", "problem", "web", "江堤路又有人夜里倒垃圾，这次倒在我蜂箱边上，蜂都不肯出来了"),
    (0.93, HOME, "shiqiao", "顺风快递站", "help", "qq", "有人把一袋东西放我店里就走了，里面有老年卡和钥匙，等了一天没人来拿，交到哪里？"),
    (0.94, HILLS, "chawu", "茶农", "consultation", "web", "请了六个外省的采工住我家，要报吗？有两个没带身份证"),
    (0.955, HOME, "shiqiao", "夜班工人", "service", "web", "公司要无犯罪记录证明，急用，今天能开出来吗？我户口在外省，住工业区宿舍。"),
    (0.975, HOME, "dongling", "岭上民宿", "consultation", "web", "客人带了个十六岁的外甥女，不在一个户口上，能让他们住一间吗？"),
    (0.985, HOME, "qingshi-street", "", "suggestion", "web", "站前路新装的路灯太亮了，正对着卧室，能不能加个罩子"),
)  # fmt: skip


def asked(stage: Stage) -> None:
    """Questions that wait for their first answer."""
    for place, (part, prefix, village, called, kind, channel, body) in enumerate(_JUST_NOW):
        stage.opens(
            f"asked-{place}",
            stage.late(part),
            prefix=prefix,
            village=village,
            called=called,
            kind=kind,
            channel=channel,
            body=body,
        )
    stage.automatic("asked-1", stage.late(0.90) + timedelta(seconds=2), "id-card-home-visit")


SCRIPTS: tuple[Callable[[Stage], None], ...] = (
    shifts,
    other_shifts,
    mother,
    noise,
    danger,
    alarm,
    ping_pong,
    offered,
    dispute,
    complaint,
    asked,
)
