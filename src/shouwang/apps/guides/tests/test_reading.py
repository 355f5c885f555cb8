"""The shipped library reads whole and keeps its promises; a bad file is refused where it is wrong."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from shouwang.apps.guides.reading import GuideText, read_canned, read_guide, read_library
from shouwang.engines.errors import BadData

LIBRARY = Path(__file__).parents[1] / "library"
QUESTIONS = Path(__file__).parent / "data" / "questions.jsonl"

# Words of forms and notices; a neighbour would say it otherwise.
OFFICIALESE = (
    "予以",
    "相关",
    "进行",
    "给予",
    "兹",
    "特此",
    "须知",
    "敬请",
    "此类",
    "上述",
    "之日",
    "该类",
    "落实",
    "依法依规",
    "逾期",
    "如实",
    "应予",
    "妥善",
    "切实",
    "有关部门",
    "若干",
    "开展",
    "实施",
)
HALF_WIDTH_IN_CHINESE = re.compile(r"[\u4e00-\u9fff][,.;:!?()][\u4e00-\u9fff]")

GOOD = """\
+++
title = "办证"
title_en = "Cards"
summary = "怎么办证。"
summary_en = "How to get a card."
audience = "居民"
category = "identity"
owner_role = "household-clerk"
valid_until = 2027-12-31
reviewed_on = 2026-11-16
sources = [{ instrument = "居民身份证法", article = "第12条", rule_id = "id-issue", confidence = "confirmed" }]
questions = ["怎么办证"]
answer = "带户口簿来。"
auto_ok = true
bring = ["户口簿"]
fee = ""
time_limit = ""
related = []
danger = false
+++

## 怎么办

来就行。
"""
GOOD_CANNED = """\
[[canned]]
key = "hello"
title = "问好"
kind = "greeting"
category = ""
outside = true
text = "您好，我是{{称呼|陈警官}}，{{时间|明天}}回话。"
"""


@pytest.fixture(scope="module")
def guides() -> tuple[GuideText, ...]:
    return read_library(LIBRARY)


def write(folder: Path, text: str, name: str = "a-guide.md") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def words(guide: GuideText) -> str:
    """Everything of a guide that a resident reads, without the names of laws."""
    parts = (guide.title, guide.summary, guide.audience, guide.answer, guide.fee, guide.time_limit, guide.body)
    return "\n".join((*parts, *guide.bring))


# The shipped library


def test_there_are_at_least_46_guides(guides):
    assert len(guides) >= 46


def test_every_guide_has_eight_questions_and_rests_on_an_article(guides):
    for guide in guides:
        assert len(guide.questions) >= 8, guide.slug
        assert any(re.search(r"第\d+[条项]", source.article) for source in guide.sources), guide.slug


def test_no_question_is_asked_in_two_guides(guides):
    asked = Counter(question for guide in guides for question in guide.questions)
    assert [question for question, times in asked.items() if times > 1] == []


def test_the_guides_speak_plainly(guides):
    found = [(guide.slug, word) for guide in guides for word in OFFICIALESE if word in words(guide)]
    assert found == []


def test_punctuation_between_chinese_characters_is_full_width(guides):
    texts = [(guide.slug, line) for guide in guides for line in words(guide).splitlines()]
    texts += [(guide.slug, question) for guide in guides for question in guide.questions]
    texts += [(canned.key, canned.text) for canned in read_canned(LIBRARY / "canned.toml")]
    assert [(slug, line) for slug, line in texts if HALF_WIDTH_IN_CHINESE.search(line) or "！" in line] == []


def test_every_guide_is_valid_until_some_day_of_2027(guides):
    assert {guide.valid_until.year for guide in guides} == {2027}


def test_what_is_not_sure_tells_the_reader_to_ask_first(guides):
    unsure = [source for guide in guides for source in guide.sources if source.confidence == "unconfirmed"]
    assert unsure
    assert all("先问一声" in source.line for source in unsure)


@pytest.mark.parametrize(
    "slug",
    [
        "being-questioned",
        "domestic-violence",
        "firearms-hand-in",
        "harassment-stalking",
        "minor-questioned",
        "school-bullying",
        "self-defence",
    ],
)
def test_violence_weapons_and_rights_under_questioning_are_answered_by_a_person(guides, slug):
    guide = next(guide for guide in guides if guide.slug == slug)
    assert (guide.answer, guide.auto_ok) == ("", False)


def test_a_guide_on_danger_names_an_emergency_number(guides):
    assert [g.slug for g in guides if g.danger and not re.search("110|119|120", g.body)] == []


def test_canned_answers_say_whether_they_may_leave_the_house():
    canned = read_canned(LIBRARY / "canned.toml")
    assert len(canned) >= 30
    assert {answer.outside for answer in canned} == {True, False}
    assert {answer.kind for answer in canned if not answer.outside} == {"internal"}
    assert not [answer.key for answer in canned for word in OFFICIALESE if word in answer.text]


# The questions held apart to measure automatic answers


@pytest.fixture(scope="module")
def held_apart() -> list[dict[str, str | None]]:
    return [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]


def test_the_held_apart_questions_are_many_and_a_fair_part_fits_no_guide(held_apart):
    assert len(held_apart) >= 400
    assert sum(row["guide"] is None for row in held_apart) >= 100
    assert len({row["question"] for row in held_apart}) == len(held_apart)


def test_every_guide_is_asked_for_in_both_halves_together_at_least_three_times(guides, held_apart):
    times = Counter(row["guide"] for row in held_apart if row["guide"])
    assert set(times) == {guide.slug for guide in guides}
    assert min(times.values()) >= 3


def test_the_held_apart_questions_are_worded_otherwise_than_the_guides(guides, held_apart):
    """No held-apart question shares half of its character pairs with a question that search already knows."""
    known = [_pairs(question) for guide in guides for question in guide.questions]
    asked = [(row["question"], _pairs(str(row["question"]))) for row in held_apart]
    assert [question for question, pairs in asked if any(_alike(pairs, other) >= 0.5 for other in known)] == []


def test_both_halves_have_questions_with_and_without_a_guide(held_apart):
    halves = Counter((_half(str(row["question"])), row["guide"] is None) for row in held_apart)
    assert min(halves[half, nothing] for half in (0, 1) for nothing in (True, False)) >= 50


def _pairs(question: str) -> frozenset[str]:
    bare = re.sub(r"[^\u4e00-\u9fffA-Za-z0-9]", "", question)
    return frozenset(first + second for first, second in pairwise(bare))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared pairs over all pairs, 0 to 1."""
    return len(one & other) / max(1, len(one | other))


def _half(question: str) -> int:
    """0 is the half for tuning, 1 the half for testing."""
    return int(hashlib.sha256(question.encode()).hexdigest(), 16) % 2


# What a good file says


def test_a_good_guide_is_read_as_written(tmp_path):
    guide = read_guide(write(tmp_path, GOOD))
    assert (guide.slug, guide.valid_until, guide.bring) == ("a-guide", date(2027, 12, 31), ("户口簿",))
    assert guide.sources[0].line == "《居民身份证法》第12条"
    assert guide.body == "## 怎么办\n\n来就行。"


def test_the_blanks_of_a_canned_answer_stand_in_order(tmp_path):
    (canned,) = read_canned(write(tmp_path, GOOD_CANNED, "canned.toml"))
    assert [(blank.what, blank.example) for blank in canned.blanks] == [("称呼", "陈警官"), ("时间", "明天")]


# What a bad file is told


@pytest.mark.parametrize(
    ("old", "new", "key", "why"),
    [
        ('title = "办证"\n', "", "title", "missing"),
        ('title = "办证"', 'title = " "', "title", "empty"),
        ('title = "办证"', "title = 3", "title", "text"),
        ('title = "办证"', 'titel = "办证"', "titel", "not a key"),
        ('category = "identity"', 'category = "cards"', "category", "none of"),
        ("valid_until = 2027-12-31", 'valid_until = "2027-12-31"', "valid_until", "date"),
        ("valid_until = 2027-12-31", "valid_until = 2027-12-31T00:00:00", "valid_until", "date"),
        ("valid_until = 2027-12-31", "valid_until = 2026-11-16", "valid_until", "after reviewed_on"),
        ('article = "第12条"', 'article = ""', "article", "empty"),
        ('confidence = "confirmed"', 'confidence = "sure"', "confidence", "none of"),
        ('rule_id = "id-issue"', 'rule = "id-issue"', "rule", "not a key"),
        ('questions = ["怎么办证"]', "questions = []", "questions", "at least 1"),
        ('questions = ["怎么办证"]', 'questions = ["怎么办证", "怎么办证"]', "questions", "twice"),
        ('bring = ["户口簿"]', 'bring = [""]', "bring", "empty"),
        ('answer = "带户口簿来。"', 'answer = ""', "auto_ok", "no answer"),
        ('answer = "带户口簿来。"', f'answer = "{"来" * 201}"', "answer", "at most 200"),
        ("danger = false", 'danger = "no"', "danger", "true or false"),
        ("## 怎么办", "# 怎么办", "body", "begin with"),
        ("来就行。", "### 小标题", "body line 3", "only"),
        ("来就行。", "看[这里](http://example.org)。", "body line 3", "only"),
        ("来就行。", "来**就行。", "body line 3", "not closed"),
        ("danger = false", "danger =", "a-guide.md", "TOML"),
        ("+++\n\n##", "\n\n##", "a-guide.md", "front matter"),
    ],
)
def test_a_bad_guide_is_refused_with_file_key_and_reason(tmp_path, old, new, key, why):
    assert old in GOOD
    with pytest.raises(BadData) as refused:
        read_guide(write(tmp_path, GOOD.replace(old, new, 1)))
    assert "a-guide.md" in refused.value.where
    assert key in refused.value.where
    assert why in refused.value.why


def test_an_empty_list_of_sources_is_refused(tmp_path):
    with pytest.raises(BadData, match="sources: must be a list of tables, at least one"):
        read_guide(write(tmp_path, re.sub(r"sources = .*", "sources = []", GOOD)))


def test_a_file_name_that_cannot_be_an_address_is_refused(tmp_path):
    with pytest.raises(BadData, match="lower-case words"):
        read_guide(write(tmp_path, GOOD, "A_Guide.md"))


def test_a_file_that_is_not_utf8_is_refused(tmp_path):
    path = tmp_path / "a-guide.md"
    path.write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(BadData, match="not UTF-8"):
        read_guide(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(BadData, match="cannot be read"):
        read_canned(tmp_path / "canned.toml")


def test_a_library_without_guides_is_refused(tmp_path):
    with pytest.raises(BadData, match="no guide"):
        read_library(tmp_path)


@pytest.mark.parametrize("slug", ["no-such-guide", "a-guide"])
def test_a_related_guide_must_be_another_guide_of_the_library(tmp_path, slug):
    write(tmp_path, GOOD.replace("related = []", f'related = ["{slug}"]'))
    with pytest.raises(BadData, match=r"a-guide\.md: related"):
        read_library(tmp_path)


def test_the_same_question_in_two_guides_is_refused(tmp_path):
    write(tmp_path, GOOD)
    write(tmp_path, GOOD, "b-guide.md")
    with pytest.raises(BadData, match=r"b-guide\.md: questions: '怎么办证' is already asked in 'a-guide'"):
        read_library(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("{{称呼|陈警官}}", "{称呼}", "a blank is written"),
        ("{{称呼|陈警官}}", "{{称呼}}", "a blank is written"),
        ('kind = "greeting"', 'kind = "hello"', "none of"),
        ('key = "hello"', 'key = "Hello!"', "lower-case"),
        ("outside = true", "outside = 1", "true or false"),
    ],
)
def test_a_bad_canned_answer_is_refused(tmp_path, old, new, why):
    assert old in GOOD_CANNED
    with pytest.raises(BadData, match=why) as refused:
        read_canned(write(tmp_path, GOOD_CANNED.replace(old, new, 1), "canned.toml"))
    assert "canned 1" in refused.value.where


def test_a_canned_key_is_used_once(tmp_path):
    with pytest.raises(BadData, match="canned 2: key: 'hello' is already used"):
        read_canned(write(tmp_path, GOOD_CANNED + GOOD_CANNED, "canned.toml"))
