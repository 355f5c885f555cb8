"""A record in: every place is filled, or the paper is refused and each lack is named in plain words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from shouwang.engines.errors import CannotTell
from shouwang.engines.law import Rulebook
from shouwang.engines.papers import NotFilled, Paper, Shelf, check, fill, read_template
from shouwang.engines.papers.filling import HIDDEN
from shouwang.engines.papers.model import Grid, Signature, Signatures
from shouwang.engines.papers.tests.reading import ZONE, sample, words_of
from shouwang.engines.papers.tests.test_templates import HEAD, write


def say(paper: Paper) -> str:
    return "\n".join(words_of(paper))


@pytest.fixture
def ours(shelf, tmp_path):
    """A template of one's own, filled with the sample."""

    def make(body: str, head: str = HEAD, **groups: object) -> Paper:
        template = read_template(write(tmp_path, body, head), "station", shelf.dictionary, shelf.book)
        return fill(shelf, template, sample(**groups), zone=ZONE)

    return make


def test_every_shipped_template_is_filled_from_one_record(shelf):
    """Nothing is typed twice: what the record says once stands on every paper that asks for it."""
    for code, template in shelf.templates.items():
        assert check(shelf, template, sample(code), zone=ZONE) == (), code
    used = [code for code, template in shelf.templates.items() if "event.cause" in template.fields()]
    assert len(used) >= 15
    changed = sample(event={"cause": "故意损毁财物"})
    for code in used:
        assert "故意损毁财物" in say(
            fill(shelf, shelf[code], {**changed, **{k: sample(code)[k] for k in ("asked", "paper")}}, zone=ZONE)
        )


def test_every_lack_is_named_at_once_in_two_languages(shelf):
    record = sample(
        caller={"name": None}, report={"at": "2026-11-03T09:24:00", "channel": "pigeon"}, event={"cause": "  "}
    )
    del record["query"]
    record["station"] = {"name": record["station"]["name"]}
    with pytest.raises(NotFilled) as refused:
        fill(shelf, shelf["report-receipt"], record, zone=ZONE)
    problems = {problem.field: problem for problem in refused.value.problems}
    assert set(problems) == {
        "report.at", "report.channel", "event.cause", "query.code", "query.link", "station.phone", "station.complaint_phone",
    }  # fmt: skip
    assert problems["event.cause"].code == "missing"
    assert problems["event.cause"].zh == "缺少“事件·案由”（event.cause）。"
    assert problems["event.cause"].en == "event: cause is missing (event.cause)."
    assert problems["report.at"].zh.startswith("“报案·时间”（report.at）应为带时区的时间")
    assert "当面（counter）" in problems["report.channel"].zh
    assert "缺少“查询·查询码”（query.code）" in str(refused.value)


def test_a_lack_inside_a_list_says_in_which_entry(shelf):
    record = sample()
    del record["evidence"][1]["features"]
    record["evidence"][2]["count"] = "一" * 31
    problems = check(shelf, shelf["evidence-list"], record, zone=ZONE)
    assert [problem.field for problem in problems] == ["evidence[2].features", "evidence[3].count"]
    assert problems[0].zh == "缺少“证据第2项·特征”（evidence[2].features）。"
    assert "最多 30 个字，现有 31 个" in problems[1].zh


@pytest.mark.parametrize(
    ("group", "value", "told"),
    [
        ("evidence", [], "缺少“证据”"),
        ("evidence", None, "缺少“证据”"),
        ("evidence", "一把刀", "应为列表"),
        ("evidence", [1], "应为列表"),
        ("event", "打架", "应为一组字段"),
        ("event", None, "缺少“事件·案由”"),
    ],
)
def test_a_group_of_the_wrong_shape_is_named(shelf, group, value, told):
    record = {**sample(), group: value}
    assert any(told in problem.zh for problem in check(shelf, shelf["evidence-list"], record, zone=ZONE))


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        ("文书.日期", "28.11.2026", "应为日期"),
        ("文书.日期", datetime(2026, 11, 28, tzinfo=UTC), "应为日期"),
        ("报案.时间", "2026-11-03T09:24:00", "应为带时区的时间"),
        ("报案.时间", 1700000000, "应为带时区的时间"),
        ("处罚.罚款", 12.5, "应为金额"),
        ("处罚.罚款", "-1", "应为金额"),
        ("处罚.罚款", "1.005", "应为金额"),
        ("处罚.罚款", True, "应为金额"),
        ("处罚.拘留日数", "五", "应为整数"),
        ("处罚.拘留日数", True, "应为整数"),
        ("报案.要求保密", "是", "应为是或否"),
        ("报案.方式", "传真", "应为其中之一"),
        ("报案人.姓名", ["李"], "应为文字"),
        ("报案人.姓名", "李" * 81, "最多 80 个字"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(shelf, tmp_path, place, value, told):
    group, field = place.split(".")
    found = shelf.dictionary.groups[group]
    template = read_template(write(tmp_path, f"{{{{{place}}}}}"), "station", shelf.dictionary, shelf.book)
    record = sample(**{found.code: {found.fields[field].code: value}})
    [problem] = check(shelf, template, record, zone=ZONE)
    assert (problem.code, problem.field) == ("wrong", f"{found.code}.{found.fields[field].code}")
    assert told in problem.zh


def test_values_may_come_as_python_has_them(ours):
    paper = ours(
        "{{处罚.罚款}} {{处罚.拘留起日}} {{报案.时间}}",
        penalty={"fine": Decimal("1230.50"), "from": date(2026, 11, 28)},
        report={"at": datetime(2026, 11, 28, 1, 5, tzinfo=UTC)},
    )
    assert "1230.50元 2026年11月28日 2026年11月28日9时05分" in say(paper)


def test_shapes(ours):
    paper = ours(
        "{{处罚.罚款:大写}}、{{处罚.拘留起日:汉字}}、{{报案.时间:日期}}、{{报案.时间:汉字}}、{{报案.要求保密:勾选}}"
    )
    assert "伍佰元整、二〇二六年十一月二十八日、2026年11月3日、二〇二六年十一月三日、□是　■否" in say(paper)
    assert "□警告　■罚款　□警告并处罚款　□行政拘留　□行政拘留并处罚款" in say(ours("{{处罚.种类:勾选}}"))


def test_a_time_is_told_by_the_clock_on_the_wall(shelf):
    record = sample(report={"at": "2026-11-03T23:30:00Z"})
    here = fill(shelf, shelf["report-receipt"], record, zone=ZONE)
    there = fill(shelf, shelf["report-receipt"], record, zone=ZoneInfo("UTC"))
    assert "2026年11月4日7时30分" in say(here)
    assert "2026年11月3日23时30分" in say(there)


def test_what_may_be_missing(ours):
    body = "甲{{报案人.联系电话?}}乙{{报案人.联系电话?未留}}丙{{报案人.联系电话?（空）}}丁"
    assert "甲／乙未留丙丁" in say(ours(body, caller={"phone": ""}))


def test_conditions(ours):
    body = (
        "[如果 有 报案人.联系电话]\n有电话\n[否则]\n没电话\n[完]\n[如果 没有 证据]\n没证据\n[完]\n"
        "[如果 报案.方式 是 电话]\n打来的\n[否则]\n不是打来的\n[完]\n[如果 报案.要求保密 不是 是]\n不保密\n[完]"
    )
    said = say(ours(body))
    assert "有电话" in said
    assert "不是打来的" in said
    assert "不保密" in said
    assert "没证据" not in said
    said = say(ours(body, caller={"phone": None}, evidence=[], report={"channel": "phone", "keep_secret": True}))
    assert "没电话" in said
    assert "没证据" in said
    assert "\n打来的" in said
    assert "不保密" not in said


def test_a_condition_on_what_nobody_said_refuses_the_paper(shelf):
    record = sample(report={"keep_secret": None})
    assert [problem.field for problem in check(shelf, shelf["report-register"], record, zone=ZONE)] == [
        "report.keep_secret"
    ]


def test_lists_and_entries(ours):
    said = say(
        ours(
            "[每个 当事人]\n{{身份}}是{{姓名}}（第{{序号}}位，案由{{事件.案由}}）\n[完]\n民警：{{办案民警}}；{{办案民警:警号}}"
        )
    )
    assert "甲方是张样甲（第1位，案由殴打他人）" in said
    assert "乙方是李样乙（第2位，案由殴打他人）" in said
    assert "民警：钱样一、孙样二；钱样一（警号000001）、孙样二（警号000002）" in said


def test_a_list_closes_against_later_additions(ours):
    body = "[列表 证据? 20 80]\n序号 | 名称\n{{序号}} | {{名称}}\n[完]"
    [grid] = [block for block in ours(body).blocks if isinstance(block, Grid)]
    assert [row.cells[0].lines[0].text for row in grid.rows] == ["序号", "1", "2", "3", "4", "（以下空白）"]
    assert grid.head == 1
    [grid] = [block for block in ours(body, evidence=[]).blocks if isinstance(block, Grid)]
    assert [row.cells[0].lines[0].text for row in grid.rows] == ["序号", "（无）"]


def test_a_form_with_cells_over_rows_and_columns(ours):
    body = "[表格 1 2 3 4]\n甲 | {{报案人.姓名}} | 乙 | 丙\n^ | [跨2] {{事件.案由}} | < 说明\n丁 | {{事件.地点}}\n[完]"
    [grid] = [block for block in ours(body).blocks if isinstance(block, Grid)]
    assert [[(cell.column, cell.across, cell.down, cell.label) for cell in row.cells] for row in grid.rows] == [
        [(0, 1, 2, True), (1, 1, 1, False), (2, 1, 1, True), (3, 1, 1, True)],
        [(1, 2, 1, False), (3, 1, 1, False)],
        [(0, 1, 1, True), (1, 3, 1, False)],
    ]


def test_a_long_text_keeps_its_paragraphs(ours):
    paper = ours("内容：{{报案.内容}}完。", report={"content": "第一段。\n\n　第二段。\r\n第三段。"})
    assert [block.text for block in paper.blocks] == ["内容：第一段。", "第二段。", "第三段。完。"]


# ── copies, review, signatures ───────────────────────────────────────────────────────────────────────────────────────


def test_a_copy_for_somebody_else_hides_numbers_and_address(shelf):
    template, record = shelf["penalty-decision"], sample()
    number, home = record["suspect"]["id_number"], record["suspect"]["home"]
    own = say(fill(shelf, template, record, zone=ZONE, copy="suspect"))
    other = say(fill(shelf, template, record, zone=ZONE, copy="victim"))
    assert number in own
    assert home in own
    assert number not in other
    assert home not in other
    assert record["suspect"]["employer"] not in other
    assert other.count(HIDDEN) == 3
    assert record["suspect"]["name"] in other
    assert own.endswith("本份：交被处罚人。") or "本份：交被处罚人。" in own
    with pytest.raises(CannotTell, match="no copy neighbour; it has: suspect, victim, file"):
        fill(shelf, template, record, zone=ZONE, copy="neighbour")


def test_a_reporter_who_wants_to_stay_unnamed_is_not_on_the_register(shelf):
    record = sample(report={"keep_secret": True})
    for code in ("report-register", "case-register"):
        said = say(fill(shelf, shelf[code], record, zone=ZONE))
        for told in (record["caller"]["id_number"], record["caller"]["phone"]):
            assert told not in said


def test_the_review_copy_says_how_well_each_rule_was_checked(shelf):
    said = say(fill(shelf, shelf["recording-register"], sample(), zone=ZONE, review=True))
    assert "审核稿（未签发，不作凭证）" in said
    assert "录音录像的查阅和复制（av-view）" in said
    assert "未经核实，签发前必须核对" in said
    assert "《中华人民共和国治安管理处罚法》第一百三十七条、第一百三十九条" in said
    assert "未经核实" not in say(fill(shelf, shelf["recording-register"], sample(), zone=ZONE))


def test_a_signature_given_in_the_house_stands_on_the_paper(shelf):
    record = sample(signed={"officer": {"name": "钱样一", "at": "2026-11-03T01:30:00Z"}})
    paper = fill(shelf, shelf["report-receipt"], record, zone=ZONE)
    [signatures] = [block for block in paper.blocks if isinstance(block, Signatures)]
    assert signatures.lines == (
        Signature("接报民警", "钱样一", "2026年11月3日9时30分在系统内签署"),
        Signature("报案人"),
    )
    record["signed"] = {"officer": {"name": "钱样一"}}
    [problem] = check(shelf, shelf["report-receipt"], record, zone=ZONE)
    assert problem.field.startswith("signed.officer")


# ── the law on the paper ─────────────────────────────────────────────────────────────────────────────────────────────


def test_limits_and_articles_come_from_the_law_in_force_that_day(shelf, tmp_path):
    said = say(fill(shelf, shelf["penalty-decision"], sample(), zone=ZONE))
    assert "十五日内缴纳" in said  # psl-pay, art. 123
    assert "六十日内" in said  # psl-remedy, art. 121
    assert "《中华人民共和国治安管理处罚法》第一百二十三条" in said
    layer = tmp_path / "later.toml"
    layer.write_text(
        '[[rule]]\nid = "psl-pay"\noverrides = "law"\nname_zh = "缴纳"\nname_en = "Pay"\nsays_zh = "二十日。"\nsays_en = "Twenty."\n'
        'limit = 20\nunit = "cd"\nvalid_from = 2026-06-01\nsource = ["psl-2025 123"]\nconfidence = "unconfirmed"\n',
        encoding="utf-8",
    )
    later = Shelf.load(book=Rulebook.load(layers={"later": [layer]}), dictionary=shelf.dictionary)
    assert "二十日内缴纳" in say(fill(later, later["penalty-decision"], sample(), zone=ZONE))
    assert "十五日内缴纳" in say(
        fill(later, later["penalty-decision"], sample(paper={"date": "2026-05-31"}), zone=ZONE)
    )


def test_no_paper_rests_on_a_law_that_was_not_in_force(shelf):
    with pytest.raises(CannotTell, match="in force on 2025-12-31"):
        fill(shelf, shelf["penalty-decision"], sample(paper={"date": "2025-12-31"}), zone=ZONE)
