"""
Times in a report, counted from the moment it was made: 昨晚十点多, 上周三, 半小时前, 国庆那天, 11月3号下午, 次日凌晨.

    moment, = moments(Sheet.of("昨晚十点多"), now=datetime(2026, 11, 23, 9, 0, tzinfo=ZONE), zone=ZONE)
    moment.earliest, moment.latest          # 2026-11-22 22:00 and 23:00

What is said loosely becomes a span from the earliest to the latest it can have been. A year or month left out is the one of
the date before it in the text, else the last one that has passed; where the words look ahead (12月24日会打架) the coming one.
Without ``now`` what is counted from it stays open.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from enum import IntEnum
from functools import lru_cache

from shouwang.engines.law.model import CalendarYear
from shouwang.engines.triage import lunar
from shouwang.engines.triage.numerals import Sheet, numbers

_DAY = timedelta(days=1)
_LONGEST_MONTH = 31
_HOUR = timedelta(hours=1)


class Precision(IntEnum):
    """The finest that was said."""

    UNKNOWN = 0  # named, but it cannot be counted: 同年 without a year before it, 昨天 without now
    YEARS = 1
    MONTHS = 2
    DAYS = 3  # several days: 前几天, 上周
    DAY = 4
    PART = 5  # 上午, 半夜
    HOUR = 6
    MINUTE = 7


@dataclass(frozen=True)
class Moment:
    """
    A time named in the text.

    start, end        half-open range of the text
    earliest, latest  aware datetimes between which it lies; both None when it cannot be counted
    precision         the finest that was said
    ambiguous         morning and evening both fit (今天8点)
    no_such_day       the calendar has no such day (11月31号): it cannot be counted, and whoever said it is to be asked
    """

    start: int
    end: int
    earliest: datetime | None
    latest: datetime | None
    precision: Precision
    ambiguous: bool
    no_such_day: bool = False


_N = r"(?:\d{1,2}|[一二三四五六七八九十两]{1,3})"
_M = r"(?:1[0-2]|0?[1-9]|[一二三四五六七八九十]{1,2})"
_DIGITS = r"[一二三四五六七八九零〇\d]"
_MOON = r"(?:十[一二]?|[一二三四五六七八九])"
_INITIAL = r"[一二三四五六七八九十](?![点时个次家户人名天])"
# Hours from midnight; beyond 24 it is the next morning.
_PARTS = {
    "凌晨": (0, 6),
    "后半夜": (24, 29),
    "下半夜": (24, 29),
    "前半夜": (20, 24),
    "上半夜": (20, 24),
    "三更半夜": (23, 28),
    "大半夜": (23, 28),
    "半夜": (23, 28),
    "深夜": (22, 27),
    "午夜": (23, 25),
    "一大早": (5, 9),
    "大清早": (5, 9),
    "清早": (5, 9),
    "清晨": (5, 9),
    "早晨": (5, 9),
    "早上": (5, 10),
    "早间": (5, 10),
    "天亮": (5, 8),
    "上午": (6, 12),
    "大中午": (11, 14),
    "中午": (11, 14),
    "正午": (11, 13),
    "晌午": (11, 14),
    "午饭": (11, 14),
    "午后": (12, 18),
    "下午": (12, 18),
    "傍晚": (16, 20),
    "黄昏": (16, 20),
    "天黑": (17, 21),
    "晚饭": (17, 20),
    "夜晚": (18, 30),
    "晚上": (18, 30),
    "晚间": (18, 30),
    "夜里": (19, 30),
    "夜间": (18, 30),
    "白天": (6, 18),
    "大白天": (6, 18),
    "晚": (18, 30),
    "夜": (18, 30),
    "早": (5, 10),
    "晨": (5, 9),
}
_WORD_PARTS = "|".join(sorted((word for word in _PARTS if len(word) > 1), key=len, reverse=True))
_RELATIVE = {
    "大前天": -3,
    "前天": -2,
    "前日": -2,
    "昨天": -1,
    "昨日": -1,
    "昨儿": -1,
    "昨": -1,
    "前": -2,
    "今天": 0,
    "今日": 0,
    "今儿": 0,
    "今": 0,
    "明天": 1,
    "明日": 1,
    "后天": 2,
}
# Counted from the date before it in the text.
_FROM_ANCHOR = {
    "当天": 0,
    "当日": 0,
    "同日": 0,
    "同天": 0,
    "当": 0,
    "次日": 1,
    "翌日": 1,
    "第二天": 1,
    "隔天": 1,
    "转天": 1,
    "前一天": -1,
    "前一日": -1,
}
_FIXED_FEASTS = {
    "元旦": (1, 1, 1),
    "情人节": (2, 14, 14),
    "妇女节": (3, 8, 8),
    "五一": (5, 1, 5),
    "劳动节": (5, 1, 5),
    "六一": (6, 1, 1),
    "儿童节": (6, 1, 1),
    "国庆": (10, 1, 7),
    "十一": (10, 1, 7),
    "双十一": (11, 11, 11),
    "平安夜": (12, 24, 24),
    "圣诞": (12, 25, 25),
}
# By the published calendars of days off.
_MOVING_FEASTS = {
    "春节": "春节",
    "过年": "春节",
    "大年三十": "春节",
    "大年初一": "春节",
    "除夕": "春节",
    "清明": "清明",
    "端午": "端午",
    "中秋": "中秋",
    "元宵节": "",
    "七夕": "",
    "重阳节": "",
}
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "七": 6}
_VAGUE_DAYS = {  # days before now: from, to
    "前几天": (7, 2),
    "前些天": (10, 2),
    "前些日子": (30, 3),
    "前两天": (3, 1),
    "前段时间": (60, 7),
    "前一段时间": (60, 7),
    "前阵子": (60, 7),
    "前一阵": (60, 7),
    "这几天": (7, 0),
    "这两天": (3, 0),
    "这些天": (10, 0),
    "近几天": (7, 0),
    "最近几天": (7, 0),
    "最近": (30, 0),
    "近期": (30, 0),
    "近段时间": (60, 0),
    "近来": (30, 0),
    "这段时间": (60, 0),
}
_AGO_UNITS = {
    "秒钟": timedelta(seconds=1),
    "秒": timedelta(seconds=1),
    "分钟": timedelta(minutes=1),
    "分": timedelta(minutes=1),
    "刻钟": timedelta(minutes=15),
    "小时": _HOUR,
    "钟头": _HOUR,
    "钟": _HOUR,
    "天": _DAY,
    "日": _DAY,
    "星期": 7 * _DAY,
    "礼拜": 7 * _DAY,
    "周": 7 * _DAY,
    "月": 30 * _DAY,
    "年": 365 * _DAY,
}
# 15号 of these is a number, not a day.
_NUMBERED = (
    "楼|院|线|门|车|房|铺|店|桌|口|机|码|路|棚|库|井|矿|厂|塔|柜|台|馆|公馆|国道|省道|单元|栋|幢|床|墓|厅|会所|仓|段|网|"
    "宿舍|地块"
)


def _one_of(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


# The characters with which a time can begin, besides figures: most of a text is left out by them at once.
_NUMBER_FEASTS = "(?:十一|五一|六一)"  # also parts of a number: 十一点
_DAYS = (_VAGUE_DAYS, _RELATIVE, _FROM_ANCHOR, _FIXED_FEASTS, _MOVING_FEASTS)
_FIRST = "".join(sorted({word[0] for words in (_PARTS, *_DAYS) for word in words})) + (
    "一二三四五六七八九十两几半好大概约不*×去前今同当本上这月年开近最过下周星礼刚方适现目此眼明正冬腊农阴旧老闰"
)
_BEGINS = rf"(?=[\d{_FIRST}])"
_TOKENS = re.compile(
    rf"""
    {_BEGINS}
    (?:
    (?P<ymd>(?:19|20)\d\d[.\-/](?:1[0-2]|0?[1-9])[.\-/](?:[12]\d|3[01]|0?[1-9])(?![\d.\-/]))
    |(?P<year>(?:(?<!\d)(?:19|20)\d\d|(?<!\d)\d\d(?=年\d{{1,2}}月)|(?:二〇|二零|一九){_DIGITS}{{2}})
        年度?(?:底|初|末|年底|年初)?)
    |(?P<relyear>去年|前年|今年|明年|同年|当年|本年|上一年|大前年)年?(?:底|初(?![一二三四五六七八九十])|末)?
    |(?P<lunar>(?:(?:农历|阴历|旧历|老历)的?(?P<leap>闰)?(?P<lmonth>{_MOON}|正|冬|腊)月
            |(?P<leap2>闰)?(?P<lmonth2>正|冬|腊|{_MOON}(?=月初{_INITIAL}))月)
            (?P<lday>初{_INITIAL}|廿[一二三四五六七八九]?|三十|[一二]?十[一二三四五六七八九]?)(?![日号月点时个家户人名只百千万元块])
        |(?:大年|年|新年)(?P<nday>初{_INITIAL}))
    |(?P<relmonth>同月|当月|本月|这个?月|上上个?月|上个?月|下个?月|月初|月底|年初|年底|年末|开年)份?(?:初|底|中旬|上旬|下旬)?
    |(?P<month>(?<!\d)(?:{_M}月?份?[、至到\-—~])?{_M}月份?(?!饼)(?:上旬|中旬|下旬|初|底|末|中)?)
    |(?P<masked>(?:(?:\d\d)?[*×]{{1,4}}年)?[*×]{{1,2}}月(?:[*×]{{1,2}}日)?)
    |(?P<day>(?<![\d第\-*a-zA-Z])(?:{_N}[日号]?[、至到\-—~])?{_N}(?:日|号(?!{_NUMBERED}|\d))
        |(?<=月)\d{{1,2}}(?=[至到\-—~]\d{{1,2}}月))
    |(?P<ago>大?概?约?(?P<many>\d{{1,3}}|[一二两三四五六七八九十几]{{1,3}}|半|好几)个?(?P<over>[多来半])?
        (?P<unit>{_one_of(_AGO_UNITS)})(?P<over2>多|左右|半)?(?:之?前|以前)|一会儿?之?前|不久之?前)
    |(?P<vague>{_one_of(_VAGUE_DAYS)})
    |(?P<near>(?:前|近|这|最近|过去|过去的)(?P<many2>\d{{1,2}}|[一二两三四五六七八九十几]{{1,2}})个?
        (?P<unit2>月|天|年|周|星期|礼拜))
    |(?P<week>(?:(?P<which>上上个?|上个?|这个?|本|下个?)(?:周|星期|礼拜)(?P<wday>[一二三四五六日天末])?
        |(?:周|星期|礼拜)(?P<wday2>[一二三四五六日天末](?!年|期|边|围|岁|到|长|转|密)))(?:那天|当天)?)
    |(?P<feast>(?!{_NUMBER_FEASTS}(?!放假|假期|期间|长假|那天|黄金|回来|前后))
        (?:{_one_of({*_FIXED_FEASTS, *_MOVING_FEASTS})})节?(?:那天|当天|期间|假期|长假|前后|那几天)?)
    |(?P<rel>大前天|前天|前日|昨天|昨日|昨儿|今天|今日|今儿|明天|明日|后天|(?:昨|今|前)(?=[晚夜早晨]|{_WORD_PARTS}))
    |(?P<anchor>当天|当日|同日|同天|次日|翌日|第二天|隔天|转天|前一天|前一日|当(?=[晚夜]|{_WORD_PARTS}))
    |(?P<part>{_WORD_PARTS}|(?<=[日号天儿昨今前当])[晚夜早晨]|[晚早](?={_N}(?:[、至到\-]{_N})?[点时:]))
    |(?P<colon>(?<![\d:])(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?![\d:]))
    |(?P<clock>(?<![\d第])(?:(?P<h1>{_N})[点时]?[、至到\-—~])?(?P<h2>{_N})
        (?P<o>点(?!水|子|心|火|名|评|赞)|时(?!间|候|期|代))
        (?:(?P<half>半)|(?P<quarter>[一三])刻
            |(?P<min>\d{{1,2}}|[一二三四五六七八九十零〇]{{1,3}})(?P<fen>分)?(?![\d点时日月]))?
        (?:(?P<exact>整)|(?P<fuzz>多|许|来钟|左右|前后|不到)*钟?(?P<fuzz2>多|许|左右|前后)*))
    |(?P<now>刚才|刚刚|方才|适才|现在(?!逃)|目前|此刻|这会儿?|眼下)
    )
    """,
    re.VERBOSE,
)
_ORDER = {
    "ymd": 3, "year": 1, "relyear": 1, "relmonth": 2, "month": 2, "masked": 2, "day": 3, "ago": 9, "near": 9, "vague": 3, "week": 3,
    "feast": 2, "lunar": 3, "rel": 3, "anchor": 3, "part": 4, "colon": 5, "clock": 5, "now": 9,
}  # fmt: skip
_GAP = re.compile(r"[\s的]?")
_ONE_DAY = re.compile(r"(?:左右|前后|许)?(?:的|间)?(?:某|有)?(?:一)?[天日](?![前后内以])")
_TAIL = re.compile(r"(?:左右|许|前后|期间|之间|以来|间|的时候|(?<=[月日号天])(?:那天|那晚))+")
_LINK = re.compile(r"\s?(?:起)?\s?(?:[、至到\-—~]|直到|直至|一直到|—|－)\s?(?:了)?\s?")
_LASTING = re.compile("(?:拘留|为期|长达|持续|请假|休假|住院|满)(?:了)?$")
# Words behind a time that has not come yet (12月24日会打架), and those that say it has (12月3号我准备出门的时候发现).
_AHEAD = re.compile(
    r"[^，。；！？,;!?\n]{0,8}?(?:会(?![计议员长所馆上])|要(?![账债钱求回价挟害是])|准备|打算|计划|约好|约了|约架|说好)"
)
_PROMISED = re.compile(r"(?:打算|准备|约好|约了|约|说好|说要|扬言|计划|要)(?:在|于|到)?$")
_BEHIND = re.compile(r"[^。；！？;!?\n]{0,30}?(?:的时候|时发现|发现|被偷|被骗|被抢|被盗|不见|丢了|没了|昨|刚才)")
# A thing bought that day does not tell when what follows happened.
_OF_THE_THING = re.compile(r"[^，。；！？,;!?\n]{0,4}?(?:买|购|入手|换的|取的|发货|办的)")
_NO_MONTH = re.compile("(?:1[3-9]|[2-9][0-9]|十[三四五六七八九])月$")
# Words behind a feast that mean the feast itself, not the days off around it: 中秋晚上.
_ONE_DAY_OF_IT = re.compile(rf"那天|当天|(?:{_WORD_PARTS}|当?[晚夜](?!饭|会))|(?<=[节秋午明])早")
_COUNTING = re.compile(r"点(?:要求|意见|建议|原因|理由|问题|诉求|疑问|希望|看法)")


def moments(
    sheet: Sheet, *, now: datetime | None, zone: tzinfo, calendars: Sequence[CalendarYear] = ()
) -> tuple[Moment, ...]:
    """
    The times named in a text, from left to right, never overlapping.

    now        aware; when the report was made. None: relative times are found but not counted
    zone       of the station; times are given in it
    calendars  published days off, for 春节 and the other feasts of the moon
    """
    today = now.astimezone(zone) if now else None
    reader = _Reader(sheet.plain, today, zone, {year.year: year for year in calendars})
    return tuple(reader.read())


@dataclass(frozen=True)
class _Token:
    kind: str
    match: re.Match[str]

    @property
    def start(self) -> int:
        return self.match.start()

    @property
    def end(self) -> int:
        return self.match.end()


@dataclass
class _Span:
    """An expression being worked out: a span of days, then of hours on them."""

    first: date | None = None
    last: date | None = None
    precision: Precision = Precision.UNKNOWN
    year_said: bool = False
    no_such_day: bool = False
    ahead: bool = False  # the words look ahead: the next such day, not the last one


@dataclass(frozen=True)
class _Phrase:
    start: int
    end: int
    tokens: tuple[_Token, ...]
    loose: bool  # 左右, 前后, 的一天


class _Reader:
    def __init__(self, text: str, now: datetime | None, zone: tzinfo, calendars: dict[int, CalendarYear]) -> None:
        self.text, self.now, self.zone, self.calendars = text, now, zone, calendars
        self.anchor: date | None = None  # the last day named with its year
        self.anchor_year: int | None = None
        self.began: float | None = (
            None  # hours after midnight of its day at which the time before begins; it may reach till the next
        )
        self.began_exactly = False
        self.lost = False  # the last day named does not exist: nobody knows which day “次日” is then

    def read(self) -> Iterator[Moment]:
        waiting: Moment | None = None
        for phrase in self._phrases():
            linked = waiting is not None and _LINK.fullmatch(self.text, waiting.end, phrase.start) is not None
            moment = self._moment(phrase, linked=linked)
            if waiting and linked:
                waiting = _until(waiting, moment)
                continue
            if waiting:
                yield waiting
            waiting = moment
        if waiting:
            yield waiting

    def _phrases(self) -> Iterator[_Phrase]:
        """Neighbouring tokens that go from the large to the small: 2018年 5月30日 下午."""
        group: list[_Token] = []
        end = 0
        loose = False
        for match in _TOKENS.finditer(self.text):
            token = _Token(match.lastgroup if match.lastgroup in _ORDER else _outer(match), match)
            if token.start < end or self._is_something_else(token, end if group else -1):
                continue
            if group and self._continues(group, token, end):
                group.append(token)
            else:
                if group:
                    yield _Phrase(group[0].start, end, tuple(group), loose)
                group, loose = [token], False
            end, was_loose = self._tail(token)
            loose = loose or was_loose
        if group:
            yield _Phrase(group[0].start, end, tuple(group), loose)

    def _continues(self, group: Sequence[_Token], token: _Token, end: int) -> bool:
        finer = _ORDER[group[-1].kind] < _ORDER[token.kind] < 9 or (
            _counts_days(group[-1]) and token.kind in {"part", "clock", "colon"}  # 三天前的晚上
        )
        # 晚上昨天 does not occur, but 昨天晚上8点的时候 and 上午8时 do.
        return finer and _GAP.fullmatch(self.text, end, token.start) is not None

    def _tail(self, token: _Token) -> tuple[int, bool]:
        """Where the words behind a token end (左右, 的一天, 期间), and whether they make it loose."""
        end, words = token.end, ""
        of_days = token.kind in {"month", "day", "year", "relyear", "relmonth", "feast", "ymd"}
        while True:
            more = _TAIL.match(self.text, end) or (_ONE_DAY.match(self.text, end) if of_days else None)
            if not more:
                return end, "左右" in words or "前后" in words
            end, words = more.end(), words + more[0]

    def _is_something_else(self, token: _Token, before: int) -> bool:
        """Numbers that only look like a time; ``before`` is where the words of the time before it end."""
        text, match = self.text, token.match
        if token.kind == "clock":
            if match["o"] == "点" and _COUNTING.match(text, match.end("h2")):
                return True
            bare = (
                match["half"] is match["quarter"] is match["min"] is None and not match["fuzz"] and not match["fuzz2"]
            )
            one = match["h2"] in {"一", "1", "两"} and not match["h1"] and bare and "钟" not in match[0]
            if one and before != token.start:
                return True  # 快一点, 有两点
            return _hours(match["h2"])[1] > 24
        if token.kind == "day":
            if _LASTING.search(text, max(0, token.start - 5), token.start):
                return True
            return self._is_a_number_not_a_day(match)
        if token.kind == "month":
            return _small(re.findall(_N, match[0])[-1])[1] > 12
        return False

    def _is_a_number_not_a_day(self, match: re.Match[str]) -> bool:
        """15号 alone is a house or a bus; a day of the month has a month, a time of day or “那天” beside it."""
        number = re.findall(_N, match[0])[-1]
        before = self.text[max(0, match.start() - 1) : match.start()]
        if not 1 <= _small(number)[0] <= _LONGEST_MONTH:
            return before != "月"  # 11月32号 is a slip of the pen
        if before and before in "月、至到份":
            return False
        behind = self.text[match.end() : match.end() + 3]
        if match[0].endswith("日"):
            return (
                len(number) == 1
                and number in "一二三四五六七八九两"
                and not behind.startswith(("上", "下", "晚", "凌"))
            )
        return not re.match(
            rf"(?:{_WORD_PARTS}|[早晚]|那天|当天|左右|前后|的?时候|[，。\s]|$|\d)", behind
        ) or before in set("路街巷弄道*")

    def _looks_ahead(self, phrase: _Phrase) -> bool:
        ahead = _AHEAD.match(self.text, phrase.end) or _PROMISED.search(
            self.text, max(0, phrase.start - 4), phrase.start
        )
        return ahead is not None and _BEHIND.match(self.text, phrase.end) is None

    # ── from words to days and hours ─────────────────────────────────────────────────────────────────────────────────

    def _moment(self, phrase: _Phrase, *, linked: bool = False) -> Moment:
        """``linked``: it is the end of what the time before begins."""
        span = _Span(ahead=self._looks_ahead(phrase))
        after = self.began if linked else None
        sharp = linked and self.began_exactly
        hours: tuple[float, float] | None = None
        part: tuple[float, float] | None = None
        exact = ambiguous = False
        sure: float | None = None
        straight: tuple[datetime, datetime, Precision] | None = None
        for token in phrase.tokens:
            if token.kind == "part":
                part = _PARTS[token.match[0]]
            elif token.kind in {"clock", "colon"}:
                bare = len(phrase.tokens) == 1
                hours, exact, ambiguous = self._clock(token, part, span, after=after if bare else None, sharp=sharp)
                sure = None if ambiguous else hours[0]
            elif token.kind in {"ago", "now", "near"}:
                straight = self._from_now(token)
                if straight is None:
                    return Moment(phrase.start, phrase.end, None, None, Precision.UNKNOWN, ambiguous=False)
            else:
                getattr(self, f"_take_{token.kind}")(token.match, span)
        self.began, self.began_exactly = sure, exact
        if straight and not (hours or part):
            if straight[2] is Precision.DAY:
                self._remember(_Span(straight[0].date(), straight[0].date()), phrase.end)
            return Moment(phrase.start, phrase.end, *straight, ambiguous=False)
        if straight:
            span.first, span.last, span.precision = straight[0].date(), (straight[1] - _HOUR).date(), straight[2]
        return self._placed(phrase, span, part, hours, exact=exact, ambiguous=ambiguous)

    def _placed(
        self,
        phrase: _Phrase,
        span: _Span,
        part: tuple[float, float] | None,
        hours: tuple[float, float] | None,
        *,
        exact: bool,
        ambiguous: bool,
    ) -> Moment:
        if span.no_such_day:
            self.lost = True
            month = _NO_MONTH.search(self.text, max(0, phrase.start - 4), phrase.start)
            return Moment(
                month.start() if month else phrase.start,
                phrase.end,
                None,
                None,
                Precision.UNKNOWN,
                ambiguous=False,
                no_such_day=True,
            )
        window = hours or part
        dated = any(_ORDER[token.kind] not in {4, 5} for token in phrase.tokens)
        if not dated and window:
            self._last_time(span, window)
        if span.first is None or span.last is None:
            return Moment(phrase.start, phrase.end, None, None, Precision.UNKNOWN, ambiguous=False)
        if window is None:
            earliest, latest = self._at(span.first, 0), self._at(span.last, 24)
            precision = span.precision
        else:
            earliest, latest = self._at(span.first, window[0]), self._at(span.last, window[1])
            precision = Precision.PART if hours is None else Precision.MINUTE if exact else Precision.HOUR
        if self.now and earliest > self.now and phrase.tokens[0].kind == "anchor" and self.anchor is None:
            earliest, latest = earliest - _DAY, latest - _DAY  # “当晚” of a report made in the morning
        if phrase.loose:
            margin = 3 * _DAY if span.precision >= Precision.DAYS else 15 * _DAY
            earliest, latest = earliest - margin, latest + margin
        if precision is Precision.DAY or precision > Precision.DAY:
            self._remember(span, phrase.end)
        elif span.year_said:
            self.anchor_year = span.first.year
        return Moment(phrase.start, phrase.end, earliest, self._not_after_now(earliest, latest), precision, ambiguous)

    def _remember(self, span: _Span, end: int) -> None:
        if span.first is not None and span.first == span.last and not _OF_THE_THING.match(self.text, end):
            self.anchor, self.anchor_year, self.lost = span.first, span.first.year, False

    def _not_after_now(self, earliest: datetime, latest: datetime) -> datetime:
        """What is reported has happened: “今天下午” said at three does not reach till six."""
        return self.now if self.now and earliest <= self.now < latest else latest

    def _at(self, day: date, hour: float) -> datetime:
        minutes = round(hour * 60)
        return datetime.combine(day, time(), tzinfo=self.zone) + timedelta(minutes=minutes)

    def _last_time(self, span: _Span, window: tuple[float, float]) -> None:
        """A time of day without a day: on the day before in the text, else the last one that has begun."""
        if self.lost:
            return
        if self.anchor is not None:
            span.first = span.last = self.anchor
            return
        if self.now is None:
            return
        day = self.now.date()
        if self._at(day, window[0]) > self.now and not span.ahead:
            day -= _DAY
        span.first = span.last = day

    def _clock(
        self, token: _Token, part: tuple[float, float] | None, span: _Span, *, after: float | None, sharp: bool
    ) -> tuple[tuple[float, float], bool, bool]:
        """
        (from, to) in hours after midnight of the day, whether to the minute, whether morning and evening both fit.

        after   of the same day, when it ends what began then: 下午五点半到六点 ends in the afternoon too
        sharp   what it ends began to the minute, so that its own hour is the full one
        """
        match = token.match
        if token.kind == "colon":
            hour, minute = (int(p) for p in match[0].split(":")[:2])
            low = high = float(hour)
            minutes, exact, official = minute / 60, True, True
        else:
            low, high = _hours(match["h2"])
            minutes, exact = self._minutes(match)
            official = match["o"] == "时"
        ambiguous = False
        ends = token.kind == "clock" and match["h1"]
        first = _hours(match["h1"])[0] if ends else low
        if not part and after is None and max(first, high) <= 12 and not official:
            ambiguous = not self._only_one_fits(first, span)
        first = _in_part(first, part) if part else _not_before(first, after) if after is not None else first
        high = _in_part(high, part) if part and not ends else _not_before(high, first)
        # 五点到六点半: the minutes are those of the end.
        start, end = first + (0 if ends else minutes), high + minutes
        fuzz = "" if token.kind == "colon" else (match["fuzz"] or "") + (match["fuzz2"] or "")
        exact = exact or (sharp and first == high and not fuzz)
        if not exact:
            end += 1
        if ambiguous:
            end += 12
        if fuzz in {"左右", "前后", "来钟"}:
            start, end = start - 0.5, (end if exact else end - 1) + 0.5
        elif fuzz and exact:
            end += 0.5
        return (start, end), exact and not fuzz, ambiguous

    def _only_one_fits(self, low: float, span: _Span) -> bool:
        """“今天8点” said at nine in the morning was this morning."""
        if self.now is None:
            return False
        day = span.first or (self.anchor or self.now.date())
        return self._at(day, low) <= self.now < self._at(day, low + 12)

    def _minutes(self, match: re.Match[str]) -> tuple[float, bool]:
        if match["half"]:
            return 0.5, True
        if match["quarter"]:
            return (0.25 if match["quarter"] == "一" else 0.75), True
        if match["min"]:
            minute = _small(match["min"].lstrip("零〇") or "0")[0]
            return min(minute, 59) / 60, True
        return 0.0, bool(match["exact"])

    def _from_now(self, token: _Token) -> tuple[datetime, datetime, Precision] | None:
        if self.now is None:
            return None
        text = token.match[0]
        if token.kind == "now" or text.startswith(("一会", "不久")):
            return self.now - (_HOUR if token.kind == "now" else 2 * _HOUR), self.now, Precision.HOUR
        near = token.kind == "near"
        step = _AGO_UNITS[token.match["unit2" if near else "unit"]]
        figure = token.match["many2" if near else "many"]
        low, high = (0.5, 0.5) if figure == "半" else (2.0, 9.0) if figure == "好几" else _small(figure)
        over = (token.match["over"] or "") + (token.match["over2"] or "")
        if over == "半":
            low, high = low + 0.5, high + 0.5
        if near:
            return self._midnight(self.now - step * high), self.now, Precision.DAYS
        if "多" in over:
            high += 0.5 if figure == "半" else 1
        latest, earliest = self.now - step * low, self.now - step * high
        if step < _DAY:
            slack = step / 2 if step > timedelta(minutes=1) else timedelta(minutes=max(5.0, low / 3))
            return earliest - slack, min(self.now, latest + slack), Precision.HOUR
        if step == _DAY:
            return (
                self._midnight(earliest),
                self._midnight(latest) + _DAY,
                Precision.DAY if low == high else Precision.DAYS,
            )
        slack = step / 4
        return self._midnight(earliest - slack), self._midnight(latest + slack), Precision.DAYS

    def _midnight(self, moment: datetime) -> datetime:
        return datetime.combine(moment.date(), time(), tzinfo=self.zone)

    # ── tokens of days; each narrows the span ────────────────────────────────────────────────────────────────────────

    def _take_ymd(self, match: re.Match[str], span: _Span) -> None:
        year, month, day = (int(n) for n in re.split(r"[.\-/]", match[0]))
        self._set_day(span, year, month, day)
        span.year_said = True

    def _take_year(self, match: re.Match[str], span: _Span) -> None:
        figures = match[0].split("年")[0]
        year = int(
            "".join(
                str("零一二三四五六七八九".find(c)) if c in "零一二三四五六七八九" else "0" if c == "〇" else c
                for c in figures
            )
        )
        if year < 100:
            year += 2000 if self.now is None or year <= self.now.year % 100 + 1 else 1900
        self._set_year(span, year, match[0])

    def _take_relyear(self, match: re.Match[str], span: _Span) -> None:
        word = match["relyear"]
        if word in {"同年", "当年"}:
            if self.anchor_year is not None:
                self._set_year(span, self.anchor_year, match[0])
            return
        if self.now:
            back = {"今年": 0, "本年": 0, "去年": 1, "上一年": 1, "前年": 2, "大前年": 3, "明年": -1}[word]
            self._set_year(span, self.now.year - back, match[0])

    def _set_year(self, span: _Span, year: int, word: str) -> None:
        first, last = date(year, 1, 1), date(year, 12, 31)
        if word.endswith(("底", "末")):
            first = date(year, 11, 1)
        elif word.endswith("初"):
            last = date(year, 2, 28)
        span.first, span.last, span.precision, span.year_said = first, last, Precision.YEARS, True

    def _year(self, span: _Span) -> int | None:
        if span.year_said and span.first:
            return span.first.year
        return self.anchor_year

    def _take_month(self, match: re.Match[str], span: _Span) -> None:
        months = [int(_small(n)[0]) for n in re.findall(_N, match[0])]
        first, last = months[0], months[-1]
        year = self._year(span)
        if year is None and self.now:
            today = self.now.date()
            year = today.year - (not span.ahead and date(today.year, min(last, 12), 1) > today)
            year += span.ahead and last < today.month
        if year is None or not (1 <= first <= 12 and 1 <= last <= 12):
            span.first = span.last = None
            return
        begin = year - (first > last)
        self._set_months(span, date(begin, first, 1), date(year, last, 1), match[0])

    def _take_relmonth(self, match: re.Match[str], span: _Span) -> None:
        word = match["relmonth"]
        base = self.anchor if word in {"同月", "当月"} else self.now.date() if self.now else None
        if base is None:
            return
        if word in {"年初", "开年"}:
            span.first, span.last, span.precision = date(base.year, 1, 1), date(base.year, 2, 28), Precision.MONTHS
            return
        if word in {"年底", "年末"}:
            year = base.year - (base.month < 11)
            span.first, span.last, span.precision = date(year, 11, 1), date(year, 12, 31), Precision.MONTHS
            return
        back = 2 if word.startswith("上上") else 1 if word.startswith("上") else -1 if word.startswith("下") else 0
        month = _months_later(base, -back)
        if word == "月底" and base.day < 20:
            month = _months_later(base, -1)
        self._set_months(span, month, month, match[0])

    def _set_months(self, span: _Span, first: date, last: date, word: str) -> None:
        end = _months_later(last, 1) - _DAY
        if word.endswith(("上旬", "初")):
            end = last.replace(day=10)
        elif word.endswith(("中旬", "月中", "份中")):
            first, end = first.replace(day=11), last.replace(day=20)
        elif word.endswith(("下旬", "底", "末")):
            first = first.replace(day=21)
        span.first, span.last, span.precision = first, end, Precision.MONTHS

    def _take_day(self, match: re.Match[str], span: _Span) -> None:
        days = [int(_small(n)[0]) for n in re.findall(_N, match[0])]
        if span.first is None and _NO_MONTH.search(self.text, max(0, match.start() - 4), match.start()):
            span.no_such_day = True
            return
        month = span.first
        if month is None or span.precision is not Precision.MONTHS:
            base = self.anchor or (self.now.date() if self.now else None)
            if base is None:
                return
            month = base.replace(day=1)
            if self.anchor is None and span.ahead:
                month = _next_month_with(days[-1], month if days[-1] >= base.day else _months_later(month, 1))
            elif self.anchor is None and days[-1] > base.day:
                month = _last_month_with(days[-1], month)
        self._set_day(span, month.year, month.month, days[0])
        first = span.first
        if len(days) > 1:
            self._set_day(span, month.year, month.month, days[-1])
            if first and span.first and first <= span.first:
                span.first, span.precision = first, Precision.DAYS

    def _set_day(self, span: _Span, year: int, month: int, day: int) -> None:
        try:
            span.first = span.last = date(year, month, day)
        except ValueError:  # 2月30日 is a slip of the pen: nobody knows which day was meant
            span.first = span.last = None
            span.no_such_day = True
            return
        span.precision = Precision.DAY

    def _take_masked(self, match: re.Match[str], span: _Span) -> None:
        """Month and day are struck out; the year before them stays."""

    def _take_rel(self, match: re.Match[str], span: _Span) -> None:
        if self.now:
            day = self.now.date() + _RELATIVE[match[0]] * _DAY
            if span.first is not None:  # 去年今天, 上个月的今天
                month = span.first.month if span.precision is Precision.MONTHS else day.month
                if (span.first.year, month) != (day.year, day.month):
                    self._set_day(span, span.first.year, month, day.day)
                    return
            span.first, span.last, span.precision = day, day, Precision.DAY
            if match[0] == "今" and self.now.hour < 5 and self.text[match.end() : match.end() + 1] in {"晚", "夜"}:
                span.first = span.last = day - _DAY  # at two in the morning “今晚” began yesterday

    def _take_anchor(self, match: re.Match[str], span: _Span) -> None:
        base = None if self.lost else self.anchor or (self.now.date() if self.now else None)
        if base:
            day = base + _FROM_ANCHOR[match[0]] * _DAY
            span.first, span.last, span.precision = day, day, Precision.DAY

    def _take_vague(self, match: re.Match[str], span: _Span) -> None:
        if self.now:
            far, near = _VAGUE_DAYS[match[0]]
            today = self.now.date()
            span.first, span.last, span.precision = today - far * _DAY, today - near * _DAY, Precision.DAYS

    def _take_week(self, match: re.Match[str], span: _Span) -> None:
        if not self.now:
            return
        today = self.now.date()
        monday = today - today.weekday() * _DAY
        which, day = match["which"] or "", match["wday"] or match["wday2"]
        if which.startswith("上上"):
            monday -= 14 * _DAY
        elif which.startswith("上"):
            monday -= 7 * _DAY
        elif which.startswith("下"):
            monday += 7 * _DAY
        elif not which and day and span.ahead:
            monday += 7 * _DAY * (monday + (5 if day == "末" else _WEEKDAYS[day]) * _DAY < today)
        elif not which and day and monday + (5 if day == "末" else _WEEKDAYS[day]) * _DAY > today:
            monday -= 7 * _DAY  # “周三” said on a Monday was the last one
        if day is None:
            span.first, span.last, span.precision = monday, monday + 6 * _DAY, Precision.DAYS
        elif day == "末":
            span.first, span.last, span.precision = monday + 5 * _DAY, monday + 6 * _DAY, Precision.DAYS
        else:
            one = monday + _WEEKDAYS[day] * _DAY
            span.first, span.last, span.precision = one, one, Precision.DAY

    def _take_feast(self, match: re.Match[str], span: _Span) -> None:
        name = next(
            n for n in sorted({**_FIXED_FEASTS, **_MOVING_FEASTS}, key=len, reverse=True) if match[0].startswith(n)
        )
        said = self._year(span) if span.year_said else None
        alone = name in lunar.FEASTS and (_MOVING_FEASTS[name] in {"", "春节"})
        if alone or (
            name in _MOVING_FEASTS and _ONE_DAY_OF_IT.search(match[0] + self.text[match.end() : match.end() + 4])
        ):
            day = self._of_the_moon(lambda year: lunar.feast(name, year), said, span)
            if day:
                span.first, span.last, span.precision = day, day, Precision.DAY
                return
        found = self._feast(name, said)
        if not found:
            span.first = span.last = None
            return
        first, last = found
        one_day = match[0].endswith(("那天", "当天")) or name in {"大年三十", "除夕", "大年初一"}
        if name in _FIXED_FEASTS and one_day:
            last = first
        span.first, span.last = first, last
        span.precision = Precision.DAY if first == last else Precision.DAYS

    def _feast(self, name: str, year: int | None) -> tuple[date, date] | None:
        """The feast of that year, else the last one that has begun."""
        if year is None and self.now is None:
            return None
        years = [year] if year else [self.now.year, self.now.year - 1] if self.now else []
        for one in years:
            if name in _FIXED_FEASTS:
                month, first, last = _FIXED_FEASTS[name]
                found: tuple[date, date] | None = (date(one, month, first), date(one, month, last))
            else:
                found = self._published(_MOVING_FEASTS[name], one)
            if found and (year or (self.now and found[0] <= self.now.date())):
                return found
        return None

    def _take_lunar(self, match: re.Match[str], span: _Span) -> None:
        month = match["lmonth"] or match["lmonth2"] or "正"
        day = (match["nday"] or match["lday"]).lstrip("初").replace("廿", "二十")
        number = lunar.MONTHS.get(month) or int(_small(month)[0])
        leap = bool(match["leap"] or match["leap2"])
        said = self._year(span) if span.year_said else None
        found = self._of_the_moon(lambda year: lunar.solar(year, number, int(_small(day)[0]), leap=leap), said, span)
        span.first = span.last = found
        span.precision = Precision.DAY if found else Precision.UNKNOWN

    def _of_the_moon(self, day_in: Callable[[int], date | None], said: int | None, span: _Span) -> date | None:
        """The day in that year, else the last one that has come, or the next one where the words look ahead."""
        if said is not None:
            day, before = day_in(said), day_in(said - 1)
            too_late = day and self.now and day > self.now.date() and not span.ahead
            return before if too_late and before and before.year == said else day  # 今年除夕 was in February
        if self.now is None:
            return None
        today = self.now.date()
        days = [day for year in (today.year - 1, today.year, today.year + 1) if (day := day_in(year))]
        if span.ahead:
            return min((day for day in days if day >= today), default=None)
        return max((day for day in days if day <= today), default=None)

    def _published(self, name: str, year: int) -> tuple[date, date] | None:
        off = self.calendars[year].off if name and year in self.calendars else ()
        spans = [s for s in off if name in s.name_zh]
        return (min(s.first for s in spans), max(s.last for s in spans)) if spans else None


def _outer(match: re.Match[str]) -> str:
    return next(kind for kind in _ORDER if match[kind] is not None)


@lru_cache(maxsize=1024)
def _small(figure: str) -> tuple[float, float]:
    """A small number as (low, high): 七八 -> 7, 8; 几 -> 2, 9."""
    found = numbers(figure)
    if not found:
        return (0.0, 0.0)
    return float(found[0].low), float(found[0].high if found[0].high is not None else found[0].low)


def _hours(figure: str) -> tuple[float, float]:
    low, high = _small(figure)
    if low > 24 and len(figure) == 2 and figure[1] == "十":
        return float("一二三四五六七八九".index(figure[0]) + 1), 10.0  # 九十点: nine or ten
    return low, high


def _in_part(hour: float, part: tuple[float, float]) -> float:
    """The hour of the clock as hours after midnight: 晚上10点 -> 22, 晚上两点 -> 26, 晚上12点 -> 24, 凌晨12点 -> 0."""
    if hour > 12:
        return hour
    if hour == 12 and part[0] == 0:
        return 0.0
    for turn in (hour, hour + 12, hour + 24):
        if part[0] <= turn <= part[1]:
            return turn
    # Just outside of the part (早上11点, 下午7点): the nearer reading.
    return min((hour, hour + 12, hour + 24), key=lambda turn: max(part[0] - turn, turn - part[1]))


def _not_before(hour: float, first: float) -> float:
    """The next such hour after another one: 11点到1点 ends at 13, 晚上10点到6点 at 30."""
    turn = 12 if hour <= 12 else 24
    while hour < first:
        hour += turn
    return hour


def _counts_days(token: _Token) -> bool:
    """三天前, 两周前; not 半小时前."""
    return token.kind == "ago" and token.match["unit"] is not None and _AGO_UNITS[token.match["unit"]] >= _DAY


def _next_month_with(day: int, month: date) -> date:
    """The first month from this one on that has such a day."""
    while day <= _LONGEST_MONTH and (_months_later(month, 1) - _DAY).day < day:
        month = _months_later(month, 1)
    return month


def _months_later(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _last_month_with(day: int, before: date) -> date:
    """The last month before this one that has such a day: 31号 said on the fifth of December was in October."""
    month = _months_later(before, -1)
    while day <= _LONGEST_MONTH and (_months_later(month, 1) - _DAY).day < day:
        month = _months_later(month, -1)
    return month


def _until(first: Moment, last: Moment) -> Moment:
    """One span from the first to the last."""
    if first.no_such_day or last.no_such_day:
        return Moment(first.start, last.end, None, None, Precision.UNKNOWN, ambiguous=False, no_such_day=True)
    known = [m for m in (first, last) if m.earliest and m.latest]
    earliest = min((m.earliest for m in known if m.earliest), default=None)
    latest = max((m.latest for m in known if m.latest), default=None)
    precision = min(first.precision, last.precision) if len(known) == 2 else Precision.UNKNOWN
    return replace(
        first,
        end=last.end,
        earliest=earliest,
        latest=latest,
        precision=precision,
        ambiguous=first.ambiguous or last.ambiguous,
    )
