"""Templates: those shipped hold what the law asks for, and a slip in one is refused with file, line and reason."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from shouwang.engines.errors import BadData, CannotTell
from shouwang.engines.law import Confidence
from shouwang.engines.papers import Dictionary, Keep, Shelf, citing
from shouwang.engines.papers.template import OFFICIAL, read_template

TODAY = date(2026, 11, 28)
HEAD = 'code = "ours"\nzh = "示例"\nen = "Example"\nversion = "1"\nstyle = "form"\nkeep = "register"\n'


def write(folder: Path, body: str, head: str = HEAD, name: str = "ours") -> Path:
    path = folder / f"{name}.md"
    path.write_text(f"+++\n{head}+++\n{body}\n", encoding="utf-8")
    return path


def refusal(shelf: Shelf, path: Path) -> str:
    with pytest.raises(BadData) as refused:
        read_template(path, "station", shelf.dictionary, shelf.book, shelf.templates)
    return str(refused.value)


# ── those shipped ────────────────────────────────────────────────────────────────────────────────────────────────────

WANTED = {
    "接报案登记表", "接报案回执", "受案登记表", "受案回执", "立案决定书", "不予立案通知书", "移送案件通知书", "事项告知单",
    "询问笔录", "被侵害人、证人权利义务告知书", "治安调解协议书", "调解协议履行回访记录", "接受证据清单", "收集、扣押物品清单",
    "当场处罚决定书", "行政处罚告知笔录", "听证告知书", "听证通知书", "行政处罚决定书", "不予行政处罚决定书",
    "罚款缴纳和执行回执", "延长办案期限审批表", "家庭暴力告诫书", "行政复议和行政诉讼告知书", "刑事复议复核告知书",
    "录音录像登记和告知书", "录音录像查阅决定书", "未成年人法定代理人到场通知书", "违法犯罪记录封存决定书", "结案报告",
    "案卷", "卷内文书目录", "卷内备考表", "呈请审批表", "送达回执",
}  # fmt: skip


def test_every_paper_a_station_needs_is_there(shelf):
    assert {template.zh for template in shelf.templates.values()} >= WANTED
    assert {template.size for template in shelf.templates.values()} == {"a4", "a5", "80mm"}


def test_each_rests_on_rules_in_force_and_says_what_is_not_checked(shelf):
    for template in shelf.templates.values():
        assert template.rules, template.code
        for rule in template.rules:
            assert citing.basis(shelf.book, rule, on=TODAY).sources
    unsure = {
        rule
        for template in shelf.templates.values()
        for rule in template.rules
        if citing.basis(shelf.book, rule, on=TODAY).confidence is Confidence.UNCONFIRMED
    }
    assert "av-view" in unsure  # nobody has found the article; the review copy says so


def test_no_number_of_the_law_stands_in_a_template():
    """Limits come from the law's data. What is left of 日 and 月 in the words is counted by hand here."""
    for path in OFFICIAL.glob("*.md"):
        body = path.read_text(encoding="utf-8").partition("\n+++\n")[2]
        words = re.sub(r"\{\{[^}]*\}\}", "", body)
        assert not re.findall(r"[一二三四五六七八九十\d]+(?:个?工作日|日内|个月|小时|元以)", words), path.name


def test_what_goes_to_others_hides_the_numbers_of_the_person(shelf):
    for code, copy in (("penalty-decision", "victim"), ("spot-penalty", "victim"), ("no-penalty-decision", "victim")):
        assert shelf[code].copies[copy].hides == {"行为人"}
    assert shelf["dv-warning"].copies["committee"].hides == {"行为人", "被侵害人"}


@pytest.mark.parametrize(
    ("code", "approvals"),
    [
        (
            "no-filing-notice",
            ("station-chief", "legal-officer", "county-head"),
        ),  # cp-decide: the chief cannot decide it
        ("penalty-decision", ("station-chief",)),  # psl-station-power
        ("report-receipt", ()),  # fr-three: handed over at once
    ],
)
def test_who_must_agree_before_it_is_issued(shelf, code, approvals):
    assert shelf[code].approvals == approvals


def test_a_number_comes_from_its_series(shelf):
    number = shelf["penalty-decision"].number_for(organ="云", unit="青", year=2026, serial=12)
    assert number == "云公（青）行罚决字〔2026〕12号"
    series = [template.number for template in shelf.templates.values() if template.number]
    assert len(series) == len(set(series)), "two kinds of paper would share their numbers"
    with pytest.raises(CannotTell, match="no series"):
        shelf["report-receipt"].number_for(organ="云", unit="青", year=2026, serial=1)
    assert shelf["report-register"].keep is Keep.REGISTER


def test_an_unknown_template_is_named():
    with pytest.raises(CannotTell, match="no template nothing"):
        Shelf.load()["nothing"]


# ── a station changes one ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_station_changes_a_template_without_code(shelf, tmp_path):
    ours = (OFFICIAL / "report-receipt-roll.md").read_text(encoding="utf-8")
    ours = ours.replace('version = "1"', 'version = "1-qs"\nbased_on = "1"').replace("地址：", "到这里找我们：")
    (tmp_path / "report-receipt-roll.md").write_text(ours, encoding="utf-8")
    changed = Shelf.load({"station": [tmp_path]}, dictionary=shelf.dictionary, book=shelf.book)
    assert changed["report-receipt-roll"].version == "1-qs"
    assert changed["report-receipt-roll"].layer == "station"
    assert not changed["report-receipt-roll"].is_behind
    assert changed["report-receipt-roll"].digest != shelf["report-receipt-roll"].digest
    assert set(changed.templates) == set(shelf.templates)


def test_a_copy_of_an_older_version_says_that_it_is_behind(shelf, tmp_path):
    ours = (OFFICIAL / "report-receipt-roll.md").read_text(encoding="utf-8")
    path = tmp_path / "report-receipt-roll.md"
    path.write_text(ours.replace('version = "1"', 'version = "ours"\nbased_on = "0"'), encoding="utf-8")
    changed = read_template(path, "station", shelf.dictionary, shelf.book, shelf.templates)
    assert changed.is_behind
    assert (changed.based_on, changed.shipped) == ("0", "1")


def test_a_template_of_the_same_code_may_not_slip_over_ours(shelf, tmp_path):
    (tmp_path / "report-receipt-roll.md").write_bytes((OFFICIAL / "report-receipt-roll.md").read_bytes())
    assert "based_on: is missing" in refusal(shelf, tmp_path / "report-receipt-roll.md")


def test_a_station_adds_its_own_field_and_its_own_group(shelf, tmp_path):
    head = HEAD + 'extra = [{ code = "bay", zh = "车位号", en = "parking bay" }]\n'
    own = read_template(write(tmp_path, "车位：{{补充.车位号}}", head), "station", shelf.dictionary, shelf.book)
    assert own.fields() == ("extra.bay", "paper.date", "station.name")
    words = tmp_path / "ours.toml"
    words.write_text(
        '[[group]]\ncode = "dog"\nzh = "犬只"\nen = "dog"\nfield = [{ code = "tag", zh = "犬牌号", en = "tag" }]\n'
    )
    dictionary = Dictionary.load(words)
    own = read_template(write(tmp_path, "犬牌：{{犬只.犬牌号}}"), "station", dictionary, shelf.book)
    assert "dog.tag" in own.fields()


# ── what is refused ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("", "code: is missing"),
        (HEAD + 'colour = "red"\n', "colour: is not a key"),
        (HEAD.replace('"ours"', '"other"'), "code: must be the file's name, ours"),
        (HEAD.replace('"form"', '"poster"'), "style: must be one of letter, form, slip"),
        (HEAD + 'size = "a3"\n', "size: must be one of a4, a5, 80mm"),
        (HEAD + 'law = ["psl-nothing"]\n', "law: there is no rule 'psl-nothing'"),
        (HEAD + 'approvals = ["nobody"]\n', "approvals: there is no approver 'nobody'"),
        (HEAD + 'number = "{机关}{号}"\n', "number: may hold {机关}"),
        (HEAD + 'number = "{机关}字{年}号"\n', "number: needs {序号}"),
        (HEAD + 'organ = "单位.颜色"\n', "organ line"),
        (HEAD + 'based_on = "1"\n', "based_on: there is no lower template"),
        (HEAD + 'copy = [{ code = "a", zh = "甲", hides = ["路人"] }]\n', "hides: 路人 is no group"),
        (HEAD + 'sign = [{ code = "a", zh = "甲方", by = "anybody" }]\n', "by: must be person, officer"),
        (HEAD + 'sign = [{ code = "a", zh = "甲方", by = "person" }]\n', "甲方: the body has no room"),
        (HEAD + "x = [\n", "head is not valid TOML"),
        (HEAD + 'extra = [{ code = "bay", zh = "车 位", en = "bay" }]\n', "zh: must be ideographs"),
        (
            HEAD + 'extra = [{ code = "bay", zh = "车位", en = "bay", kind = "choice" }]\n',
            "choices: belong to a choice",
        ),
    ],
)
def test_a_bad_head_is_refused_with_its_key(shelf, tmp_path, head, told):
    said = refusal(shelf, write(tmp_path, "正文", head))
    assert said.startswith("ours.md")
    assert told in said


FIRST = HEAD.count("\n") + 3  # the body's first line in the file


@pytest.mark.parametrize(
    ("body", "line", "told"),
    [
        ("{{报案人.身高}}", 0, "“报案人” has no “身高”"),
        ("{{路人.姓名}}", 0, "“路人” is no group"),
        ("正文\n{{报案人}}", 1, "a group: say which of its fields"),
        ("{{证据.名称}}", 0, "a list: use"),
        ("{{处罚.罚款:汉字}}", 0, "no shape “汉字”; it has: 大写"),
        ("{{报案人.姓名", 0, "half a place"),
        ("**粗", 0, "** is not closed"),
        ("{{ 报案人 姓名 }}", 0, "no place that can be read"),
        ("{{法条 psl-nothing}}", None, "there is no rule 'psl-nothing'"),
        ("{{期限 psl-seal}}", None, "has no limit"),
        ("{{延长 psl-pay}}", None, "has no extension"),
        ("[如果 报案人.姓名]", 0, "must be “有 P”"),
        ("[如果 报案.方式 是 传真]\n[完]", 0, "“传真” is none of its values"),
        ("[如果 报案人.姓名 是 张三]\n[完]", 0, "only a choice or a yes-no"),
        ("[如果 有 报案人.姓名]\n正文", 0, "not closed by [完]"),
        ("[完]", 0, "closes nothing"),
        ("[每个 报案人]\n[完]", 0, "is no list"),
        ("[表格]\n[完]", 0, "needs the widths"),
        ("[表格 1 1]\n甲 | 乙 | 丙\n[完]", 1, "more than the form's 2 columns"),
        ("[表格 1 1]\n^ | 乙\n[完]", 1, "no cell begins above the ^"),
        ("[表格 1 1]\n[换页]\n[完]", 1, "may not stand in a form"),
        ("[列表 证据 1 1]\n名称 | 数量\n[完]", 2, "one row of headings and one pattern"),
        ("[签名 路人]", 0, "not among the signatures"),
        ("[空行 两]", 0, "needs the number of lines"),
        ("[落款 所长]", 0, "takes nothing more"),
        ("[盖章]", 0, "no command that is known"),
    ],
)
def test_a_bad_body_is_refused_with_its_line(shelf, tmp_path, body, line, told):
    said = refusal(shelf, write(tmp_path, body))
    assert told in said
    assert said.startswith("ours.md law" if line is None else f"ours.md line {FIRST + line}:")


@pytest.mark.parametrize(
    ("raw", "told"),
    [(b"\xff\xfe+", "not UTF-8"), (b"no head at all", "must begin with a head"), (b"", "must begin with a head")],
)
def test_a_file_that_is_no_template(shelf, tmp_path, raw, told):
    (tmp_path / "ours.md").write_bytes(raw)
    assert told in refusal(shelf, tmp_path / "ours.md")
    assert "cannot be read" in refusal(shelf, tmp_path / "gone.md")


def test_a_dictionary_with_a_slip_is_refused(tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text('[[group]]\ncode = "caller"\nzh = "报案人"\nen = "again"\nperson = true\n', encoding="utf-8")
    with pytest.raises(BadData, match="in the dictionary already"):
        Dictionary.load(path)
    path.write_text('[[group]]\ncode = "dog"\nzh = "犬只"\nen = "dog"\n', encoding="utf-8")
    with pytest.raises(BadData, match="a group has fields"):
        Dictionary.load(path)


def test_a_mask_that_the_law_does_not_know_is_refused(shelf, tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text(
        '[[group]]\ncode = "dog"\nzh = "犬只"\nen = "dog"\nfield = [{ code = "tag", zh = "犬牌号", en = "tag", mask = "collar" }]\n'
    )
    with pytest.raises(BadData, match="no masking rule 'collar'"):
        Shelf.load(dictionary=Dictionary.load(path), book=shelf.book)
