"""Measures are what their definitions say, and the command line reads the documented files."""

import io
import json

import pytest

from shouwang.engines.errors import BadData
from shouwang.engines.textsearch.cli import run
from shouwang.engines.textsearch.documents import Document
from shouwang.engines.textsearch.evaluation import Judged, bootstrap, evaluate
from shouwang.engines.textsearch.sqlite_index import SqliteIndex

CORPUS = [Document("a", "居住证"), Document("b", "居住证 身份证"), Document("c", "养狗登记")]


def judged(query, *relevant):
    return Judged(query, frozenset(relevant))


def test_measures_by_hand():
    questions = [judged("居住证", "a"), judged("居住证", "b"), judged("养狗", "c", "a"), judged("护照", "a")]
    report = evaluate(SqliteIndex(":memory:"), CORPUS, questions)
    assert report.places == (1, 2, 1, 0)
    assert report.mrr_at_10.value == pytest.approx((1 + 1 / 2 + 1 + 0) / 4)
    assert report.recall_at_1.value == pytest.approx((1 + 0 + 1 / 2 + 0) / 4)
    assert report.recall_at_10.value == pytest.approx((1 + 1 + 1 / 2 + 0) / 4)
    assert report.mrr_at_10.low <= report.mrr_at_10.value <= report.mrr_at_10.high


def test_a_bootstrap_interval_has_the_textbook_width():
    measure = bootstrap([0.0, 1.0] * 200)
    assert measure.value == 0.5
    assert measure.high - measure.low == pytest.approx(2 * 1.96 * 0.5 / 20, rel=0.15)
    assert bootstrap([1.0] * 9) == bootstrap([1.0])


def test_a_question_needs_a_right_document():
    with pytest.raises(BadData, match="right document"):
        judged("居住证")


def test_without_questions_there_is_nothing_to_measure():
    with pytest.raises(BadData, match="empty"):
        evaluate(SqliteIndex(":memory:"), CORPUS, [])


# —— command line ——


def call(*argv, stdin=""):
    out = io.StringIO()
    code = run([str(each) for each in argv], io.StringIO(stdin), out)
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def write(path, *rows):
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n\n", encoding="utf-8")
    return path


@pytest.fixture
def faq(tmp_path):
    return write(
        tmp_path / "faq.jsonl",
        {"question": "老板不发工资怎么办", "answer": "拖欠劳动报酬的，向劳动监察投诉。"},
        {"question": "公司欠薪", "answer": "拖欠劳动报酬的，向劳动监察投诉。"},
        {"question": "狗咬了人", "answer": "饲养动物致人损害，饲养人承担责任。"},
    )


@pytest.fixture
def articles(tmp_path):
    corpus = write(
        tmp_path / "corpus.jsonl",
        {"id": 1, "title": "居住证条例", "text": "申领居住证"},
        {"id": 2, "title": "户口条例", "text": "户口登记"},
    )
    return corpus, write(tmp_path / "queries.jsonl", {"qid": 7, "query": "怎么登记户口", "relevant": [2]})


def test_questions_against_answers(faq):
    code, [report] = call("eval", faq, faq, "--format", "faq")
    assert code == 0
    assert (report["index"], report["documents"], report["questions"]) == ("memory", 2, 3)
    assert report["recall_at_1"]["value"] == 1


@pytest.mark.parametrize("index", ["sqlite", "tantivy", "memory"])
def test_questions_against_articles(articles, index):
    code, [report] = call("eval", *articles, "--index", index)
    assert code == 0
    assert report["mrr_at_10"] == {"value": 1, "low": 1, "high": 1}


def test_searching_a_file(articles):
    code, lines = call("search", articles[0], "--limit", 1, stdin="户口\n\n居住证\n")
    assert code == 0
    assert [(line["question"], line["hits"][0]["id"]) for line in lines] == [("户口", "2"), ("居住证", "1")]


def test_calibrating_on_too_few_questions_is_refused(faq):
    code, [answer] = call("calibrate", faq, faq, "--format", "faq")
    assert code == 2
    assert answer["code"] == "engine.cannot-tell"


def test_calibrating_on_enough(tmp_path):
    topics = "护照 居住证 身份证 落户 养狗 噪音 盗窃 诈骗 驾照 打架 赌博 家暴 停车 借款 拆迁 物业"
    rows = [{"question": f"{each}怎么办", "answer": f"{each}怎么申请，见说明。"} for each in topics.split()]
    path = write(tmp_path / "faq.jsonl", *rows)
    code, [calibration] = call("calibrate", path, path, "--format", "faq")
    assert code == 0
    assert len(calibration["outcomes"]) >= 20


@pytest.mark.parametrize(
    ("line", "why"),
    [("{", "corpus.jsonl:1"), ("[]", "corpus.jsonl:1"), ('{"id": 1, "title": ""}', "'text'")],
)
def test_a_broken_file_is_named_with_its_line(tmp_path, line, why):
    path = tmp_path / "corpus.jsonl"
    path.write_text(line, encoding="utf-8")
    code, [answer] = call("search", path)
    assert code == 2
    assert why in answer["error"]


def test_a_missing_file_and_a_missing_document(tmp_path, articles):
    assert "cannot be read" in call("search", tmp_path / "none.jsonl")[1][0]["error"]
    stray = write(tmp_path / "stray.jsonl", {"query": "护照", "relevant": [9]})
    assert "does not hold '9'" in call("eval", articles[0], stray)[1][0]["error"]
