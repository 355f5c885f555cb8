"""What identifies a person in a message, where exactly, and how it is masked. Everybody here is invented."""

import re
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from shouwang.engines.errors import BadData
from shouwang.engines.triage.personal import INCIDENT, LABELS, Confidence, load_cues, mask, spot


def found(text):
    return [(mark.kind, text[mark.start : mark.end]) for mark in spot(text) if mark.kind != INCIDENT]


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        ("身份证11010519491231002X", "id-number", "11010519491231002X"),
        ("号码是110105 19491231 002x谢谢", "id-number", "110105 19491231 002x"),
        ("１１０１０５１９４９１２３１００２Ｘ", "id-number", "１１０１０５１９４９１２３１００２Ｘ"),
        ("老证110105491231002", "id-number", "110105491231002"),
        ("身份证是1101051949123100", "id-number", "1101051949123100"),
        ("打13800000000", "phone", "13800000000"),
        ("打138-0000-0000", "phone", "138-0000-0000"),
        ("+86 13800000000", "phone", "86 13800000000"),
        ("一三八零零零零零零零零", "phone", "一三八零零零零零零零零"),
        ("座机0838-5550000", "phone", "0838-5550000"),
        ("卡号6222 0210 0000 0000 017", "bank-card", "6222 0210 0000 0000 017"),
        ("川A·12345把我堵了", "plate", "川A·12345"),
        ("粤bd00001", "plate", "粤bd00001"),
        ("微信号lamp_window1", "wechat", "lamp_window1"),
        ("QQ：10 000 001", "qq", "10 000 001"),
        ("我叫李灯明", "name", "李灯明"),
        ("孩子叫欧阳小窗，三岁", "name", "欧阳小窗"),
        ("儿子叫王守今年六岁", "name", "王守"),
        ("住青石镇望灯路12号3栋2单元501室", "address", "青石镇望灯路12号3栋2单元501室"),
        ("我在3栋2单元501", "address", "3栋2单元501"),
    ],
)
def test_what_identifies_somebody_is_found_exactly(text, kind, part):
    assert found(text) == [(kind, part)]


@pytest.mark.parametrize(
    "text",
    [
        "12月3号下午来",
        "编号20261123，第3号窗口",
        "我叫了外卖",
        "我叫车来了",
        "土豆2块一斤",
        "群里有138个人",
        "1楼大厅几点开门",
        "上午8:30-11:30",
        "打110",
        "请问身份证要带几张照片",
        "",
    ],
)
def test_ordinary_numbers_and_words_are_left_alone(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("我家在石桥路12号，谁有梯子借一下", "石桥路12号"),
        ("我家在石桥路12号302，谁有梯子借一下", "石桥路12号302"),
        ("我家住石桥路12号302室", "石桥路12号302室"),
        ("石桥路12号的后面", "石桥路12号"),
        ("石桥路12号-302", "石桥路12号-302"),
        ("石桥路十二号，门开着", "石桥路十二号"),
        ("我家石桥路12，来拿", "石桥路12"),
        ("隔壁老李昨天偷了我的鸡，他家住石桥路12号302", "石桥路12号302"),
        ("三单元五零二的张大妈", "三单元五零二"),
        ("5栋2单元302", "5栋2单元302"),
        ("5栋2单元302，漏水", "5栋2单元302"),
        ("我住302房", "302房"),
        ("我住B座1203", "B座1203"),
        ("我家12-3-302", "12-3-302"),
        ("桂花小区12-3-302有人在", "桂花小区12-3-302"),
    ],
)
def test_the_more_exactly_an_address_names_a_door_the_surer_it_is_one(text, part):
    assert [(text[m.start : m.end], m.confidence) for m in spot(text) if m.kind == "address"] == [
        (part, Confidence.HIGH)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "石桥路12路车几点",
        "今天12号，302路公交停了",
        "两房一厅出租",
        "去202室办证",
        "石桥路12点开市",
        "2026-11-29",
        "住房公积金302元",
        "家里3个人12块",
    ],
)
def test_a_number_beside_a_street_is_not_always_a_house(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我是住在桥头巷8号的王秀英，老公叫李建国", "我是住在〔住址〕的〔名字〕，老公叫〔名字〕"),
        ("我是王秀英，捡到请还我", "我是〔名字〕，捡到请还我"),
        ("我是李建国", "我是〔名字〕"),
        ("老公李建国昨天没回来", "老公〔名字〕昨天没回来"),
        ("我老公李强喝醉了打人", "我老公〔名字〕喝醉了打人"),
        ("我侄女王小花走丢了", "我侄女〔名字〕走丢了"),
        ("妈妈谢玉兰不见了", "妈妈〔名字〕不见了"),
        ("邻居欧阳小窗说的", "邻居〔名字〕说的"),
        ("隔壁李建国家的狗", "隔壁〔名字〕家的狗"),
        ("隔壁的王秀英天天吵", "隔壁的〔名字〕天天吵"),
        ("我是张伟的妈妈", "我是〔名字〕的妈妈"),
        ("护照E12345678掉了", "护照〔证件〕掉了"),
        ("捡到E12345678", "捡到〔证件〕"),
        ("港澳通行证C12345678", "港澳通行证〔证件〕"),
        ("军官证：南字第0123456号", "军官证：〔证件〕"),
        ("发到wang_88@example.com，谢谢", "发到〔邮箱〕，谢谢"),
    ],
)
def test_a_name_told_without_announcing_it_is_masked_and_so_are_papers_and_mail(text, masked):
    assert mask(text, spot(text)) == masked


@pytest.mark.parametrize(
    "text",
    [
        "我是王家村的",
        "我是张店镇人",
        "我是陈集镇的",
        "我是石桥的",
        "我是常州人",
        "我是石家庄人",
        "我是高兴",
        "我是马上到",
        "我是孙子",
        "我是程序员",
        "我是路过的",
        "我是万达的",
        "我是毕业生",
        "我是苗警官",
        "我是王师傅",
        "我是韩国人",
        "老公安全回来了",
        "老公曾打过我",
        "老公付了钱",
        "妈妈高兴",
        "妈妈包饺子",
        "妈妈戴眼镜",
        "爸爸关了煤气",
        "爷爷何时回来",
        "孩子周一上学",
        "孩子高考",
        "孩子于昨天走失",
        "同学王老师说",
        "房东张姐人很好",
        "朋友方便吗",
        "楼上成天吵",
        "订单E123456789",
    ],
)
def test_everyday_words_titles_and_places_are_no_names(text):
    assert found(text) == []


def test_a_wrong_check_digit_lowers_the_confidence_only():
    right, wrong = spot("11010519491231002X")[0], spot("110105194912310021")[0]
    assert (right.kind, right.confidence) == ("id-number", Confidence.HIGH)
    assert (wrong.kind, wrong.confidence) == ("id-number", Confidence.MEDIUM)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("我被骗了两千", "was-deceived"),
        ("刚才被人打了", "was-beaten"),
        ("电瓶车被偷了", "was-stolen"),
        ("身份证丢了", "lost-something"),
        ("我家孩子不见了", "somebody-missing"),
        ("有人一直骚扰我", "was-harassed"),
        ("我被车撞了", "had-an-accident"),
    ],
)
def test_an_incident_is_noticed(text, reason):
    assert reason in {mark.reason for mark in spot(text) if mark.kind == INCIDENT}


def test_an_incident_stays_readable_when_the_person_is_masked():
    text = "我叫李灯明，电话138 0000 0000，被骗了两千"
    assert mask(text, spot(text)) == "我叫〔名字〕，电话〔电话〕，被骗了两千"


def test_labels_and_kinds_belong_together():
    assert INCIDENT not in LABELS
    assert all(not spot(label) for label in LABELS.values())


joints = st.sampled_from(["", " ", "-", "\u3000", "."])
around = st.text(alphabet="我的你好请问在吗，。 ！", max_size=8)


@st.composite
def id_numbers(draw):
    day = draw(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
    body = f"{draw(st.integers(110000, 659999))}{day:%Y%m%d}{draw(st.integers(0, 999)):03}"
    return body + ric.calc_check_digit(body + "0")


PIECES = st.one_of(
    id_numbers(),
    st.integers(13000000000, 19999999999).map(str),
    st.sampled_from(
        ["我叫李灯明", "川A12345", "QQ10000001", "微信lamp_1", "望灯路8号2单元301室", "卡号6222021000000000017"]
    ),
    st.sampled_from(["被骗了", "丢了", "〔电话〕", "身份证", "电话", "6", "号"]),
    around,
)
MESSAGES = st.lists(PIECES, max_size=7).map("".join)


@given(number=id_numbers(), joint=joints, before=around, after=around)
def test_an_identity_number_is_found_however_it_is_broken_up(number, joint, before, after):
    typed = joint.join((number[:6], number[6:14], number[14:]))
    text = f"{before}{typed}{after}"
    assert ("id-number", typed) in found(text)
    assert Confidence.HIGH in {mark.confidence for mark in spot(text) if mark.kind == "id-number"}
    assert typed not in mask(text, spot(text))


@given(text=MESSAGES)
def test_offsets_are_exact_and_identities_do_not_overlap(text):
    marks = [mark for mark in spot(text) if mark.kind != INCIDENT]
    assert all(0 <= mark.start < mark.end <= len(text) for mark in marks)
    assert all(one.end <= two.start for one, two in pairwise(marks))
    rest, at = [], 0
    for mark in marks:
        rest.append(text[at : mark.start])
        at = mark.end
    rest.append(text[at:])
    kept = mask(text, marks)
    for label in set(LABELS.values()):
        kept = kept.replace(label, "\0")
    assert kept.replace("\0", "") == "".join(rest).replace("〔电话〕", "")


@given(text=MESSAGES)
def test_no_digits_of_a_found_mark_are_left_in_its_place(text):
    marks = [mark for mark in spot(text) if mark.kind != INCIDENT]
    hidden = sum(len(re.findall(r"\d", text[mark.start : mark.end])) for mark in marks)
    assert len(re.findall(r"\d", mask(text, marks))) == len(re.findall(r"\d", text)) - hidden


@given(text=MESSAGES)
def test_masking_what_is_masked_changes_nothing(text):
    once = mask(text, spot(text))
    assert mask(once, spot(once)) == once


def test_a_bad_file_of_cues_is_refused(tmp_path):
    path = tmp_path / "cues.toml"
    for text, place in (("= 1", "cues.toml"), ("[cues]\nid = 3", "[cues] id")):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(BadData) as refused:
            load_cues(path)
        assert place in refused.value.where
    with pytest.raises(BadData, match="cannot be read"):
        load_cues(tmp_path / "gone.toml")
