"""What the groups of the villages talk about: much of it, each thing once, when it fits, and nothing that rings or names anybody."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from django.utils import timezone

from shouwang.apps.matters.danger import UNCLEAR, sign_in
from shouwang.apps.talk.danger import TOGETHER
from shouwang.apps.talk.marks import look
from shouwang.demo import threads
from shouwang.demo.casting import SPAN
from shouwang.demo.load import SEED
from shouwang.demo.town import town_data
from shouwang.engines.errors import BadData
from shouwang.engines.triage.danger import Grade
from tests.cast import at

MOMENTS = ["2026-11-29 22:00", "2026-03-02 03:15", "2026-07-20 12:00", "2027-02-10 10:00"]
#: Words that only belong to some months; whoever reads the group in another month would shake their head.
MONTHS: Mapping[str, set[int]] = {
    "开镰": {9, 10},
    "插秧": {5, 6},
    "橘子熟了": {10, 11, 12},
    "油菜花": {3, 4},
    "台风": {7, 8, 9, 10},
    "下雪了": {12, 1, 2},
    "杨梅": {6, 7},
    "双十一": {11},
    "高考": {6},
    "开学了": {8, 9},
    "梅雨": {5, 6},
    "冬至": {12},
    "清明上山": {4},
    "国庆走亲戚": {9, 10},
    "开采了": {3, 4},
    "云海": {10, 11, 12},
    "39 度": {7, 8},
    "樱花": {3, 4},
    "桂花开了": {9, 10},
}

Rooms = dict[str, list[threads.Told]]


def told_at(now: datetime, *, share: float = 1.0, seed: int = SEED) -> Rooms:
    """What the load tells in each room, without a house to tell it in."""
    talk = threads.read()
    places = {one["slug"]: one for one in town_data()["community"]}
    found: Rooms = {}
    for room in talk.rooms:
        slug = room["community"]
        words = {"school": places[slug]["school"], "officer": ["苗警官"]}
        rng = Random(f"{seed}/room/{slug}")
        found[slug] = threads.tell(
            talk, room, places[slug]["kind"], words, since=now - SPAN, until=now, rng=rng, share=share
        )
    return found


@pytest.fixture(scope="module")
def years() -> dict[str, Rooms]:
    return {moment: told_at(at(moment)) for moment in MOMENTS}


def texts_of(told: list[threads.Told]) -> list[str]:
    return [post.text for one in told for post in one.posts]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_group_hardly_ever_repeats_itself(years: dict[str, Rooms], moment: str):
    everywhere = set()
    for slug, told in years[moment].items():
        texts = texts_of(told)
        assert len(texts) > 250, slug
        assert len(set(texts)) > 0.93 * len(texts), slug
        often = [text for text, times in Counter(texts).items() if times > 1]
        assert max(map(len, often)) <= threads.SHORT, often
        everywhere |= set(texts)
    assert len(everywhere) >= 1200


@pytest.mark.parametrize("moment", MOMENTS)
def test_no_conversation_is_told_twice_in_a_group(years: dict[str, Rooms], moment: str):
    for slug, told in years[moment].items():
        talks = Counter(tuple(post.text for post in one.posts) for one in told if len(one.thread.lines) > 1)
        assert talks.most_common(1)[0][1] == 1, slug
        once = Counter(id(one.thread) for one in told if not one.thread.often)
        assert max(once.values()) == 1, slug


def test_groups_have_a_voice_of_their_own(years: dict[str, Rooms]):
    rooms = {slug: set(texts_of(told)) for slug, told in years[MOMENTS[0]].items()}
    for slug, texts in rooms.items():
        others = set().union(*(other for name, other in rooms.items() if name != slug))
        assert len(texts - others) > 0.4 * len(texts), slug


@pytest.mark.parametrize("moment", MOMENTS)
def test_what_is_said_fits_the_month(years: dict[str, Rooms], moment: str):
    for told in years[moment].values():
        for one in told:
            first = one.posts[0]
            for word, months in MONTHS.items():
                assert word not in first.text or timezone.localtime(first.at).month in months, first


def test_feasts_are_spoken_of_when_they_are_near():
    days = threads.read().days
    near = [one for told in told_at(at("2026-11-29 22:00")).values() for one in told if one.thread.feasts]
    assert len(near) >= 5
    for one in near:
        on = timezone.localtime(one.posts[0].at).date()
        assert min(abs((on - day).days) for name, *_span in one.thread.feasts for day in days[name]) <= 9
    assert date(2026, 9, 25) in days["中秋"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_nights_are_quiet_and_answers_follow(years: dict[str, Rooms], moment: str):
    now = at(moment)
    for told in years[moment].values():
        for one in told:
            assert all(now - SPAN <= post.at <= now for post in one.posts)
            assert all(a.at < b.at for a, b in pairwise(one.posts))
            for post in one.posts:
                assert time(6) < timezone.localtime(post.at).time() < time(22, 50), post
            for line, (before, post) in zip(one.thread.lines[1:], pairwise(one.posts), strict=False):
                soon = not line.days and not line.after
                assert not soon or post.at - before.at < timedelta(minutes=25) or post.at.date() > before.at.date()


def test_what_is_promised_for_a_day_is_told_on_that_day(years: dict[str, Rooms]):
    kept = 0
    for one in (one for rooms in years.values() for told in rooms.values() for one in told):
        for days, blank in ((2, "{in_two}"), (3, "{in_three}")):
            promised = [
                post.text
                for line, post in zip(one.thread.lines, one.posts, strict=False)
                if not line.days and any(blank in way for way in line.says)
            ]
            later = [
                timezone.localtime(post.at)
                for line, post in zip(one.thread.lines, one.posts, strict=False)
                if line.days == days
            ]
            if promised and later:
                kept += 1
                assert f"周{'一二三四五六日'[later[0].weekday()]}" in promised[0]
    assert kept > 20


def test_nothing_rings(years: dict[str, Rooms]):
    """
    Neither a text alone nor the last few of one neighbour, as a group would hear them. The tone alone may ask for a second look now and
    then, as it does with anybody's talk.
    """
    heard = set()
    for one in (one for rooms in years.values() for told in rooms.values() for one in told):
        mine: dict[str, list[threads.Said]] = defaultdict(list)
        for post in one.posts:
            if post.who != threads.POLICE:
                mine[post.who].append(post)
                recent = [before.text for before in mine[post.who][-5:] if post.at - before.at <= TOGETHER]
                heard.add(tuple(recent))
    signs = [(texts, sign) for texts in sorted(heard) if (sign := sign_in(texts))]
    doubted = [texts for texts, sign in signs if sign.category == UNCLEAR and sign.grade < Grade.NOW]
    assert [texts for texts, _sign in signs if texts not in doubted] == []
    assert len(doubted) < 0.01 * len(heard)


def test_nobody_is_named(years: dict[str, Rooms]):
    told = [one for rooms in years.values() for told in rooms.values() for one in told]
    texts = {text for one in told for text in (*(post.text for post in one.posts), one.sentence, one.done)}
    assert [text for text in sorted(texts) if look(text).marks] == []
    assert not any("{" in text or "｜" in text for text in texts)


@pytest.mark.parametrize("moment", MOMENTS)
def test_officers_find_something_to_gather_and_say_what_became_of_it(years: dict[str, Rooms], moment: str):
    for told in years[moment].values():
        gathered = [one for one in told if one.thread.kind]
        assert {one.thread.kind for one in gathered} == {threads.SUGGESTION, threads.QUESTION}
        assert all(one.sentence and one.done and one.thread.known_after > timedelta(0) for one in gathered)
    weeks = {timezone.localtime(one.posts[0].at).isocalendar()[:2] for one in years[moment]["liuxi"] if one.thread.kind}
    assert len(weeks) >= 12


def test_the_same_seed_tells_the_same():
    now = at(MOMENTS[0])
    assert told_at(now, share=0.2) == told_at(now, share=0.2) != told_at(now, share=0.2, seed=7)
    assert sum(map(len, told_at(now, share=0.05).values())) < 60


@pytest.mark.parametrize(
    ("thread", "why"),
    [
        (["一句没有人说的话"], "cannot read"),
        (["@等哪天", "甲：早"], "does not know when"),
        (["甲：{nobody}在吗"], "unknown blanks"),
        (["议：有一段路的路灯又不亮。", "甲：灯不亮"], "what became of it"),
        (["甲+2d：修好了"], "begins with a line"),
        (["@9-11"], "begins with a line"),
    ],
)
def test_a_thread_that_could_not_be_told_is_refused(tmp_path: Path, thread: list[str], why: str):
    (tmp_path / "rooms.toml").write_text((threads.DATA / "rooms.toml").read_text())
    (tmp_path / "rooms").mkdir()
    (tmp_path / "rooms" / "liuxi.toml").write_text(f"threads = [{thread!r}]".replace("'", '"'))
    with pytest.raises(BadData, match=why):
        threads.read(tmp_path)
