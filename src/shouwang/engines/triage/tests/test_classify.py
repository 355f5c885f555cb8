"""The learnt classifier: probabilities, reasons inside the text, a file that is data, and a fair measure by folds."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwang.engines.errors import BadData
from shouwang.engines.triage.classify import MODEL, Classifier
from shouwang.engines.triage.learning import Example, Learner, cross_validate, fingerprint, read_examples, usable
from shouwang.engines.triage.tests.house import knowledge

THINGS = {"bike": ["自行车", "单车", "山地车", "童车"], "noise": ["唱歌", "装修", "音响", "广场舞"]}
SAID = {"bike": ["{}被偷了", "{}不见了", "锁着的{}没了"], "noise": ["{}太吵了", "半夜{}睡不着", "{}吵到孩子"]}
LESSONS = [
    Example(said.format(thing), (label,))
    for label, things in THINGS.items()
    for thing in things
    for said in SAID[label]
]


@pytest.fixture(scope="module")
def model():
    return Learner().learn(LESSONS)


def test_what_was_learnt_is_told_and_the_words_that_spoke_are_shown(model):
    prediction = model.predict("我的山地车被偷了")
    assert prediction.ranked[0].label == "bike"
    assert prediction.probability("bike") + prediction.probability("noise") == pytest.approx(1)
    assert "山地车" in "".join(prediction.text[a:b] for a, b in model.because(prediction, "bike"))


@settings(max_examples=50)
@given(st.text(max_size=80))
def test_any_text_has_probabilities_and_reasons_that_lie_in_it(text):
    shipped = knowledge().model
    prediction = shipped.predict(text)
    assert sum(entry.probability for entry in prediction.ranked) == pytest.approx(1)
    assert [e.probability for e in prediction.ranked] == sorted(
        (e.probability for e in prediction.ranked), reverse=True
    )
    for start, end in shipped.because(prediction, prediction.ranked[0].label):
        assert 0 <= start < end <= len(text)


def test_a_file_holds_all_that_is_needed_and_no_code(model, tmp_path):
    path = tmp_path / "model.npz"
    model.save(path)
    again = Classifier.load(path)
    text = "单车不见了"
    assert again.labels == model.labels
    assert again.predict(text).probability("bike") == pytest.approx(model.predict(text).probability("bike"), abs=0.02)
    with np.load(path, allow_pickle=False) as held:
        assert all(held[key].dtype != object for key in held.files)


def test_the_same_lessons_give_the_same_model(model):
    assert Learner().learn(LESSONS).predict("单车不见了").ranked == model.predict("单车不见了").ranked


@pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x03\x04broken"])
def test_a_file_that_is_no_model_is_refused_by_name(tmp_path, content):
    path = tmp_path / "broken.npz"
    path.write_bytes(content)
    with pytest.raises(BadData, match=r"broken\.npz"):
        Classifier.load(path)


def test_a_model_of_another_version_is_refused(tmp_path):
    with np.load(MODEL, allow_pickle=False) as held:
        np.savez(tmp_path / "old.npz", **{**{key: held[key] for key in held.files}, "format": np.array(0)})
    with pytest.raises(BadData, match="not a model file of this version"):
        Classifier.load(tmp_path / "old.npz")


def test_the_shipped_model_has_never_seen_what_is_kept_apart():
    """Else the figures of the bench would praise memory."""
    learnt = set(knowledge().model.learnt_from)
    reports = Path(__file__).parent / "data" / "reports.jsonl"
    rows = [json.loads(line) for line in reports.read_text(encoding="utf-8").splitlines()]
    apart = {fingerprint(row["text"]) for row in rows if row["split"] in {"test", "kept"}}
    assert {fingerprint(row["text"]) for row in rows} - apart == learnt
    assert set(knowledge().model.labels) == set(knowledge().catalogue.subtypes)


def test_folds_tell_each_text_once_by_who_has_not_seen_it():
    told = []

    def teller(seen, unseen):
        assert not {e.text for e in seen} & {e.text for e in unseen}
        told.extend(example.text for example in unseen)
        return ("bike", "noise"), np.array(
            [[e.labels == ("bike",), e.labels == ("noise",)] for e in unseen], np.float32
        )

    measured = cross_validate(LESSONS, folds=3, seed=0, teller=teller)
    assert sorted(told) == sorted(example.text for example in LESSONS)
    assert (measured.macro_f1, measured.accuracy, measured.dropped) == (1, 1, 0)


def test_a_label_too_rare_for_the_folds_does_not_count():
    rare = [*LESSONS, Example("鹅丢了", ("goose",)), Example("车和鹅都丢了", ("bike", "goose"))]
    assert {label for example in usable(rare, 3) for label in example.labels} == {"bike", "noise"}
    assert cross_validate(rare, folds=3, seed=0, teller=Learner().tell).dropped == 1


def test_a_text_may_have_several_labels():
    both = [Example(f"{a.text}，{b.text}", ("bike", "noise")) for a, b in zip(LESSONS[:8], LESSONS[-8:], strict=True)]
    several = Learner().learn([*LESSONS, *both])
    chances = several.predict("自行车被偷了，广场舞太吵了")
    assert min(chances.probability("bike"), chances.probability("noise")) > 0.5


@pytest.mark.parametrize("examples", [[], [Example("x", ("one",))], [*LESSONS, Example("x", ())]])
def test_nothing_is_learnt_from_too_little(examples):
    with pytest.raises(BadData, match="at least two labels"):
        Learner().learn(examples)


@pytest.mark.parametrize(
    "line", ["{", "[1]", '{"text": "x"}', '{"text": 3, "label": "a"}', '{"text": "x", "label": " ; "}']
)
def test_a_line_that_cannot_be_learnt_is_named(tmp_path, line):
    path = tmp_path / "lines.jsonl"
    path.write_text(json.dumps({"text": "a", "label": "b"}) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(BadData, match=r"lines\.jsonl line 2"):
        read_examples(path)
