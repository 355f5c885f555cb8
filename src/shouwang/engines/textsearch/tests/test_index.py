"""Every index keeps the same promises, whatever is typed."""

import math
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwang.engines.errors import BadData
from shouwang.engines.textsearch.bm25 import Bm25
from shouwang.engines.textsearch.documents import Document, FieldWeights
from shouwang.engines.textsearch.memory_index import Fusion, MemoryIndex
from shouwang.engines.textsearch.sqlite_index import SqliteIndex
from shouwang.engines.textsearch.tantivy_index import Damaged, TantivyIndex
from shouwang.engines.textsearch.text import tokens

GUIDES = (
    Document(
        "id-card", "身份证丢了怎么补办", "携带户口簿到派出所办理居民身份证补领，二十个工作日内领取。", group="guide"
    ),
    Document("newborn", "新生儿上户口", "凭出生医学证明、父母户口簿办理出生登记。", "落户 报户口", group="guide"),
    Document("permit", "居住证怎么办", "离开常住户口所在地居住半年以上，可以申领居住证。", group="guide"),
    Document("noise", "邻居深夜噪音扰民", "制造噪声干扰他人正常生活的，警告；不改正的，处罚款。", group="answer"),
    Document("dog", "养狗要办证吗", "饲养动物应当登记并定期接种疫苗。", group="answer", facets={"language": "zh"}),
)

KINDS = {
    "sqlite": lambda: SqliteIndex(":memory:"),
    "tantivy": lambda: TantivyIndex(None),
    "memory": MemoryIndex,
}


@contextmanager
def an_index(kind, *documents):
    index = KINDS[kind]()
    index.add(*documents)
    yield index
    index.close()


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.id)
def test_a_document_is_found_first_by_its_own_title(kind, guide):
    with an_index(kind, *GUIDES) as index:
        assert index.search(guide.title)[0].id == guide.id


def test_the_hit_marks_the_words_where_they_stand(kind):
    with an_index(kind, *GUIDES) as index:
        hit = index.search("居住证")[0]
    assert [hit.title[a:b] for a, b in hit.title_spans] == ["居住证"]
    assert "居住证" in [hit.snippet[a:b] for a, b in hit.snippet_spans]


def test_an_explained_hit_names_its_words_and_their_shares(kind):
    with an_index(kind, *GUIDES) as index:
        hit = index.search("噪音扰民", explain=True)[0]
    assert hit.id == "noise"
    assert {"噪音", "扰民"} <= set(tokens(" ".join(match.term for match in hit.why)))
    assert sum(match.share for match in hit.why) == pytest.approx(1, abs=1e-3)


def test_group_and_facets_narrow_the_answer(kind):
    with an_index(kind, *GUIDES) as index:
        assert {hit.id for hit in index.search("登记 居住 噪音", group="answer")} == {"noise", "dog"}
        assert [hit.id for hit in index.search("登记", facets={"language": "zh"})] == ["dog"]
        assert index.search("登记", group="nobody") == ()
        assert index.search("登记", facets={"language": "en"}) == ()


def test_a_removed_document_is_no_longer_found(kind):
    with an_index(kind, *GUIDES) as index:
        index.remove("permit", "never-there")
        assert "permit" not in {hit.id for hit in index.search("居住证怎么办")}
        assert index.count() == len(GUIDES) - 1


def test_adding_again_replaces(kind):
    with an_index(kind, *GUIDES) as index:
        index.add(Document("permit", "暂住登记", "三日内申报。"))
        assert index.count() == len(GUIDES)
        assert "permit" not in {hit.id for hit in index.search("申领")}
        assert index.search("暂住登记")[0].id == "permit"


def test_rebuilding_forgets_what_was_there(kind):
    with an_index(kind, *GUIDES) as index:
        index.rebuild([*GUIDES[:1], Document("permit", "旧"), Document("permit", "暂住登记")])
        assert index.count() == 2
        assert index.search("扰民") == ()
        assert index.search("暂住登记")[0].id == "permit"


@pytest.mark.parametrize(
    ("typed", "found"),
    [("户", "newborn"), ("身份", "id-card"), ("身份证diu", "id-card"), ("養狗", "dog"), ("居住證", "permit")],
)
def test_a_half_typed_question_already_finds(kind, typed, found):
    with an_index(kind, *GUIDES) as index:
        assert found in {hit.id for hit in index.search(typed)}


def test_a_latin_word_is_found_by_its_beginning(kind):
    with an_index(kind, Document("w", "WeChat 绑定"), *GUIDES) as index:
        assert index.search("wech")[0].id == "w"


@pytest.mark.parametrize("empty", ["", " ", "？！", "😀", "\x00", "\ud800", "\t\n", "'\""])
def test_a_question_without_words_finds_nothing(kind, empty):
    with an_index(kind, *GUIDES) as index:
        assert index.search(empty) == ()
        assert index.search("登记", limit=0) == ()


def test_an_empty_index_answers_nothing(kind):
    with an_index(kind) as index:
        assert index.search("登记") == ()
        assert index.count() == 0


NASTY = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="户口登记证居住'\"*()-:^ANDORNT NEAR\x00\x1f\ud800😀", max_size=60),
    st.sampled_from(["登" * 10_000, "登记 OR " * 1_200, '"登记', "登记*", "a:b", "NEAR(登 记)", "-登记", "a" * 9_000]),
)


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=40)
@given(query=NASTY, text=NASTY)
def test_nothing_typed_or_stored_can_break_it(name, query, text):
    document = Document("x", text, text, text)
    with an_index(name, *GUIDES, document) as index:
        for hit in index.search(query, 3, explain=True):
            assert hit.score > 0
            assert all(0 <= a < b <= len(hit.snippet) for a, b in hit.snippet_spans)
            assert all(0 <= a < b <= len(hit.title) for a, b in hit.title_spans)
        if tokens(text):
            assert "x" in {hit.id for hit in index.search(text, 10)}


def test_a_thousand_pasted_pairs_are_answered_by_the_rarest(kind):
    pasted = "".join(chr(0x4E00 + 7 * i) for i in range(1_000)) + "噪音扰民"
    with an_index(kind, *GUIDES) as index:
        assert index.search(pasted)[0].id == "noise"


@pytest.mark.parametrize("name", ["", "x" * 201])
def test_a_document_needs_a_usable_id(name):
    with pytest.raises(BadData, match="id"):
        Document(name)


@pytest.mark.parametrize("weight", [-1, 21, 1.5])
def test_field_weights_are_small_whole_numbers(weight):
    with pytest.raises(BadData, match="title"):
        FieldWeights(title=weight)


# —— the two large indices ——

SMALL = [Document(f"{n}", body="".join(letters)) for n, letters in enumerate(product("甲乙丙", repeat=4))]


def plain_bm25(query, documents, k1=1.2, b=0.75):
    """The textbook formula, written out."""
    counts = {each.id: Counter(tokens(each.body)) for each in documents}
    mean = sum(c.total() for c in counts.values()) / len(counts)
    scores = dict.fromkeys(counts, 0.0)
    for term in set(tokens(query)):
        n = sum(term in c for c in counts.values())
        idf = math.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
        for name, c in counts.items():
            scores[name] += idf * c[term] * (k1 + 1) / (c[term] + k1 * (1 - b + b * c.total() / mean))
    return {name: score for name, score in scores.items() if score > 0}


@pytest.fixture(scope="module")
def every_small_document():
    index = SqliteIndex(":memory:")
    index.rebuild([*SMALL, Document("long", body="甲乙丙丁" * 5)])
    unfused = MemoryIndex(fusion=Fusion.plain(), bm25=Bm25())
    unfused.rebuild([*SMALL, Document("long", body="甲乙丙丁" * 5)])
    return {"sqlite": index, "memory": unfused}


@pytest.mark.parametrize("query", ["".join(q) for q in product("甲乙丙", repeat=3)])
def test_the_score_is_plain_bm25(every_small_document, query):
    hits = every_small_document["sqlite"].search(query, 100)
    expected = plain_bm25(query, [*SMALL, Document("long", body="甲乙丙丁" * 5)])
    assert {hit.id: hit.score for hit in hits} == pytest.approx(expected, rel=1e-4)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize("query", ["".join(q) for q in product("甲乙丙", repeat=3)])
def test_with_fusion_off_memory_ranks_by_plain_bm25(every_small_document, query):
    hits = every_small_document["memory"].search(query, 100)
    expected = plain_bm25(query, [*SMALL, Document("long", body="甲乙丙丁" * 5)])
    reach = expected[hits[0].id] / hits[0].score
    assert {hit.id: hit.score * reach for hit in hits} == pytest.approx(expected, rel=1e-4)


@settings(max_examples=25)
@given(
    texts=st.lists(st.text(alphabet="居住证身份户口登记办理警", min_size=2, max_size=12), min_size=1, max_size=12),
    query=st.text(alphabet="居住证身份户口登记办理警", min_size=2, max_size=8),
)
def test_sqlite_and_tantivy_agree(texts, query):
    documents = [Document(f"{n}", body=text) for n, text in enumerate(texts)]
    with an_index("sqlite", *documents) as one, an_index("tantivy", *documents) as other:
        first = {hit.id: hit.score for hit in one.search(query, 20)}
        second = {hit.id: hit.score for hit in other.search(query, 20)}
    assert first == pytest.approx(second, rel=1e-4)


@settings(max_examples=25)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from("abcd"), st.text(alphabet="居住证身份户口", max_size=8)), min_size=1, max_size=12
    )
)
def test_any_history_of_changes_ends_like_a_fresh_index(steps):
    """An empty text removes the document, any other one sets it."""
    present = {}
    with an_index("sqlite") as lived, an_index("sqlite") as fresh:
        for name, text in steps:
            if text:
                lived.add(Document(name, body=text))
                present[name] = Document(name, body=text)
            else:
                lived.remove(name)
                present.pop(name, None)
        fresh.rebuild(present.values())
        for query in ("居住证", "身份证", "户口", "住"):
            assert {hit.id: hit.score for hit in lived.search(query)} == pytest.approx(
                {hit.id: hit.score for hit in fresh.search(query)}
            )


def test_more_documents_than_one_block_holds():
    index = SqliteIndex(":memory:")
    index.rebuild(Document(f"{n}", f"第{n}号 警务" + ("平安" if n == 8_200 else "")) for n in range(8_300))
    assert [hit.id for hit in index.search("平安")] == ["8200"]
    index.remove("8200")
    assert index.search("平安") == ()
    assert [hit.id for hit in index.search("8250")] == ["8250"]
    assert index.count() == 8_299


def test_it_lives_inside_the_callers_transaction(tmp_path):
    database = sqlite3.connect(tmp_path / "site.db", isolation_level=None)
    index = SqliteIndex(database)
    database.execute("BEGIN")
    index.add(*GUIDES)
    database.execute("ROLLBACK")
    assert index.count() == 0
    index.add(GUIDES[0])
    index.close()
    with SqliteIndex(tmp_path / "site.db") as again:
        assert again.search("身份证")[0].id == "id-card"


def test_two_writers_wait_for_each_other(tmp_path):
    path = tmp_path / "site.db"
    sqlite3.connect(path).execute("PRAGMA journal_mode=WAL")

    def fill(name):
        with SqliteIndex(path) as index:
            for n in range(10):
                index.add(Document(f"{name}{n}", f"居住证 {name}{n}"))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(fill, "ab"))
    with SqliteIndex(path) as index:
        assert len(index.search("居住证", 50)) == index.count() == 20


def test_a_failed_rebuild_leaves_the_old_index(kind):
    def breaking():
        yield GUIDES[3]
        raise RuntimeError

    with an_index(kind, *GUIDES) as index:
        with pytest.raises(RuntimeError):
            index.rebuild(breaking())
        assert index.count() == len(GUIDES)
        assert index.search("居住证")[0].id == "permit"


def test_tantivy_keeps_its_folder(tmp_path):
    with TantivyIndex(tmp_path / "index") as index:
        index.add(*GUIDES)
    with TantivyIndex(tmp_path / "index") as again:
        assert again.search("身份证")[0].id == "id-card"


def test_tantivy_without_texts_finds_the_same_and_keeps_nothing_of_what_was_said(tmp_path):
    with TantivyIndex(tmp_path / "bare", keeps_texts=False) as bare, TantivyIndex(None) as full:
        for index in (bare, full):
            index.add(*GUIDES)
        for asked in ("身份证", "噪音扰民", "落户"):
            found = bare.search(asked)
            assert [(hit.id, hit.score) for hit in found] == [(hit.id, hit.score) for hit in full.search(asked)]
            assert {hit.title + hit.snippet for hit in found} == {""}
    kept = b"".join(file.read_bytes() for file in (tmp_path / "bare").iterdir() if file.is_file())
    assert "身份证丢了怎么补办".encode() not in kept


def test_what_is_no_whole_index_says_so(tmp_path):
    with TantivyIndex(tmp_path / "index") as index:
        index.add(*GUIDES)
    for file in (tmp_path / "index").glob("*.term"):
        file.unlink()  # never shortened in place: somebody may be reading it
        file.write_bytes(b"something else")
    with pytest.raises(Damaged), TantivyIndex(tmp_path / "index") as index:
        index.search("身份证")


def test_an_index_without_texts_finds_by_readers_and_keeps_nothing_of_what_was_said():
    said = {"a": "路灯不亮", "b": "路灯很亮", "c": "路灯不亮了"}
    readers = {"a": {"one": "reads"}, "b": {"one": "reads", "two": "reads"}, "c": {"two": "reads"}}
    index = SqliteIndex(":memory:", keeps_texts=False)
    index.add(*(Document(name, body=body, facets=readers[name]) for name, body in said.items()))

    def found(query, *circles, **more):
        return index.fitting(query, 10, any_of=[(circle, "reads") for circle in circles], **more)

    assert found("路灯不亮", "one")[0] == ("a", 1.0)
    assert found("路灯不亮", "one", least=0.3) == (("a", 1.0), ("b", 0.25))
    assert found("路灯", "one", "two") == (("c", 1.0), ("b", 1.0), ("a", 1.0))
    assert found("路灯") == found("", "one") == found("井盖", "one") == found("路灯", "three") == ()
    index.add(Document("a", body=said["a"], facets={"two": "reads"}))
    assert found("路灯", "one") == (("b", 1.0),)
    assert index.facets_of(["a", "x"]) == {"a": {"two": "reads"}}
    index.remove("c")
    assert index.ids() == {"a", "b"}
    assert found("路灯不亮", "two") == (("a", 1.0),)


@given(texts=st.lists(st.text("路灯不亮井盖没了", max_size=8), max_size=12), query=st.text("路灯不亮井盖", max_size=6))
def test_what_fits_holds_at_least_half_of_what_was_asked(texts, query):
    index = SqliteIndex(":memory:", keeps_texts=False)
    index.add(*(Document(f"d{n}", body=text, facets={"all": "reads"}) for n, text in enumerate(texts)))
    wanted = set(tokens(query))
    if len(query) == 1:  # then it is the beginning of a word
        return
    hits = dict(index.fitting(query, 100, any_of=[("all", "reads")]))
    for n, text in enumerate(texts):
        share = len(wanted & set(tokens(text))) / max(1, len(wanted))
        assert (f"d{n}" in hits) is (share >= 0.5 and bool(wanted))
