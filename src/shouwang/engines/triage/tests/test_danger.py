"""Words that mean danger now: what rings, what stays quiet, what to call, and why."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.engines.errors import BadData
from shouwang.engines.triage.danger import (
    RULES,
    STANDARD,
    UNCLEAR,
    DangerList,
    Grade,
    screen,
    screen_conversation,
)
from shouwang.engines.triage.teaching import teach
from shouwang.engines.triage.tone import Tone, Weighing, fingerprint, learn

HERE = Path(__file__).parent / "data"
LIST = DangerList.load(*STANDARD)
RULES_ONLY = DangerList.load(*RULES)


def sentences(name="danger_sentences.jsonl"):
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


SENTENCES = sentences()
LATER = sentences("danger_sentences_later.jsonl")
MORE = sentences("danger_sentences_more.jsonl")
BLIND = sentences("danger_sentences_blind.jsonl")


def grade_of(text, danger_list=LIST):
    finding = screen(text, danger_list)
    return finding.grade if finding else None


def rate(rows, label, least, danger_list=LIST):
    of_label = [row for row in rows if row["label"] == label]
    rung = sum((grade_of(row["text"], danger_list) or 0) >= least for row in of_label)
    return rung / len(of_label)


# ---- what rings ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "category", "first_number"),
    [
        ("他又喝酒了，我不敢回家", "domestic", "110"),
        ("活着没意思，药都买好了", "suicide", "110"),
        ("有人斩人", "violence", "110"),
        ("隔壁着火了", "fire", "119"),
        ("小孩掉河里了", "medical", "120"),
        ("有人撬我家门", "robbery", "110"),
        ("他们把我关起来了", "confinement", "110"),
        ("老师乱摸我", "sexual", "110"),
        ("我家老人走丢了", "missing", "110"),
        ("我正在给骗子转账", "fraud", "110"),
        ("我要报复社会", "mass", "110"),
        ("救 命", "help", "110"),
    ],
)
def test_danger_now_is_named_with_the_number_to_call(text, category, first_number):
    finding = screen(text, LIST)
    assert finding.grade is Grade.NOW
    assert finding.category == category
    assert finding.numbers[0] == first_number


def test_a_payment_in_progress_also_names_the_fraud_line():
    assert screen("我正在给骗子转账", LIST).numbers == ("110", "96110")


@pytest.mark.parametrize(
    "text",
    [
        "中午吃火锅还是刀削面",
        "帮我砍一刀，就差一个人",
        "打死我都不信",
        "笑死我了",
        "新生儿上户口要什么材料",
        "谢谢陈警官",
        "",
        "。。。",
        "身份证丢了怎么补",
    ],
)
def test_everyday_words_stay_quiet(text):
    assert screen(text, LIST) is None


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("去年我家着火，想补户口本", "past"),
        ("新闻里说有人持刀伤人", "news"),
        ("电影里他拿刀追人", "fiction"),
        ("哈哈哈我不想活了", "joke"),
        ("拿刀伤人判几年", "asking"),
        ("明天消防演习会放浓烟，别慌", "event"),
    ],
)
def test_a_circumstance_lowers_the_alarm_and_is_named(text, context):
    finding = screen(text, RULES_ONLY)
    assert finding.grade is Grade.MAYBE
    assert context in finding.why[0].lowered_by


@pytest.mark.parametrize("text", ["去年他就打我，现在又在打", "不是演习，真着火了", "听说有人拿刀，就在我家门口"])
def test_the_present_switches_a_circumstance_off(text):
    assert grade_of(text) is Grade.NOW


def test_what_is_denied_does_not_ring():
    assert screen("没有着火", RULES_ONLY) is None


@pytest.mark.parametrize(
    "text",
    [
        "老公要把娃从窗户丢下去",
        "他抱着娃站在阳台边上说要跳",
        "我婆娘要把奶娃子扔井里",
        "他把孩子往楼下推",
        "我捡到一个手榴弹",
        "挖地基挖出来一个炮弹，生锈的",
        "田里有个哑炮没炸",
        "河边发现一颗手雷",
        "菜地里刨出个地雷样的东西",
        "大坝裂口子了水往外冒",
        "水库大堤渗水了，越来越大",
        "河堤垮了个口子，水往田里灌",
        "后山在往下掉石头，房子要埋了",
        "屋后山体开裂了，怕得很",
        "楼裂了，掉渣，感觉要塌",
        "我们这栋楼歪了，墙裂缝越来越大",
        "教室房梁咔咔响，快塌了",
        "老师，我同学说明天要带刀来学校",
        "班上有人书包里藏了把匕首",
        "他说下午带砍刀来找我",
        "群里有人说周一要带汽油去学校",
        "他给我看枪了",
        "他把刀亮给我看，叫我莫乱说",
        "他车里藏着一把土枪",
        "村头有枪响",
        "前头火光冲天",
        "我屋头着了",
        "隔壁着了，快来",
        "对面山上一片火",
        "灶屋烧起来了",
        "我爸拿着锄头追我妈满院子跑",
        "他提着镰刀撵我",
        "我婆婆拿擀面杖打我头",
        "他扛着扁担要打我爸",
        "她男人举着铁锹追人",
        "有人在我家门口蹲了一晚上，还试我家门锁",
        "门外有个男的一直拧我家门把手",
        "有人按我家密码锁，按了好多次",
        "猫眼里看到有个男的站门口不走",
        "隔壁小孩每天晚上被打得嗷嗷叫，今天没声了",
        "楼上那女的被打得惨叫，现在没动静了",
        "对门的娃挨打哭得惨，后来就没得声了",
        "地里犁出个铁疙瘩，像是手榴弹",
        "她说要抱娃跳桥",
        "我老汉拿锄把撵我妈",
        "有个不认识的一直在我门口转，动我门锁",
    ],
)
def test_what_is_seldom_said_is_a_full_alarm_by_a_line_of_the_list(text):
    assert grade_of(text) is Grade.NOW
    assert grade_of(text, RULES_ONLY) is Grade.NOW


@pytest.mark.parametrize(
    "text",
    [
        "他说要告我",
        "我被拉黑了，群里进不去",
        "他要告我诽谤，我该怎么办",
        "被群主踢出群了，进不去",
        "有人在楼道抽烟",
        "楼道里全是烟头",
        "有人敲门推销，烦",
        "快递员敲窗户，吓我一跳",
        "孩子不见学籍了",
        "孩子找不到作业本了",
        "水管爆了淹到楼下了",
        "楼上洗衣机漏水漫到我家了",
        "猫掉井里了",
        "小狗掉沟里了",
        "有人发短信说我中奖了，是不是骗子",
        "收到一条短信说我医保异常，是真的吗",
        "捡到手榴弹玩具",
        "捡到一个手榴弹模型",
        "给我看玩具枪",
        "他给我看他新买的水枪",
        "楼裂了条缝刷过了",
        "墙上裂缝补好了",
        "拿着锄头下地",
        "扛着锄头去挖笋",
        "老师让明天带剪刀来学校，美术课用",
        "学校不准带刀具",
        "把娃丢给奶奶带",
        "把孩子的球从窗户扔出去了",
        "孩子打针哭，哄哄就没声了",
        "他发烧了，烧得厉害",
        "房子塌了，我粉的明星塌房了",
        "水库边钓鱼",
        "山上篝火晚会好热闹",
        "孩子在家睡着了",
        "我试我家门锁打不开",
        "狗蹲门口一晚上",
        "成绩滑坡了",
        "扫雷游戏太难",
        "他说要告你诽谤",
        "他说要去法院起诉我",
        "刚加的群，又被拉黑了",
        "爷爷留下一把土枪，想上缴",
        "我把儿子往学校送",
        "我爸把菜刀磨快了",
        "他提着镰刀割稻子",
        "爷爷把孙子抱到楼下玩",
        "孩子学籍找不到了",
        "斧头砍柴砍钝了",
    ],
)
def test_what_only_looks_like_it_is_no_full_alarm(text):
    assert grade_of(text) in {None, Grade.MAYBE}


@pytest.mark.parametrize(
    "text",
    [
        "有人在楼道抽烟",
        "有人敲门推销，烦",
        "孩子不见学籍了",
        "水管爆了淹到楼下了",
        "猫掉井里了",
        "捡到手榴弹玩具",
        "给我看玩具枪",
        "楼裂了条缝刷过了",
        "拿着锄头下地",
    ],
)
def test_its_look_alikes_ring_no_line(text):
    assert screen(text, RULES_ONLY) is None


def test_a_look_alike_beside_a_danger_does_not_hide_it():
    for text in (
        "猫掉井里了，孩子去捞也掉下去了",
        "水管爆了，有人触电了",
        "有人敲门推销，不开门就撬锁",
        "楼道有人抽烟，把纸箱烧着了",
        "他把我拉黑了，还说要弄死我",
    ):
        assert grade_of(text) is Grade.NOW, text


# ---- why -----------------------------------------------------------------------------------------------------------


def test_a_finding_shows_the_words_where_they_were_typed():
    text = "快来 有人 拿-刀 在门口"
    finding = screen(text, LIST)
    assert [text[span.start : span.end] for span in finding.why[0].spans] == ["拿", "刀"]


def test_a_finding_tells_pattern_line_and_reason():
    because = screen("有人拿刀", LIST).why[0]
    assert (because.pattern, because.reason, because.line) == (
        "violence.weapon-in-hand",
        "weapon-in-hand",
        "@hold ~5 @blade",
    )


def test_the_strongest_reason_stands_first_and_numbers_are_named_once():
    finding = screen("着火了，救命，有人晕倒了", LIST)
    assert [because.grade for because in finding.why] == sorted((b.grade for b in finding.why), reverse=True)
    assert set(finding.numbers) == {"110", "119", "120"}
    assert len(finding.numbers) == 3


TYPED = st.lists(
    st.sampled_from(
        [
            "救命",
            "着火",
            "拿刀",
            "去年",
            "，",
            " ",
            "🔥",
            "他打我",
            "jiuming",
            "火锅",
            "１２",
            "e\u0301",
            "不敢",
            "黑影",
        ]
    ),
    max_size=12,
).map("".join)


@given(text=TYPED)
def test_spans_are_ranges_of_the_original_text(text):
    finding = screen(text, LIST)
    if finding:
        assert finding.spans
        assert all(0 <= span.start < span.end <= len(text) for span in finding.spans)
        assert finding.grade is max(because.grade for because in finding.why) or finding.grade is Grade.MAYBE


@given(text=TYPED)
def test_a_cry_for_help_is_heard_in_the_midst_of_anything(text):
    assert grade_of(f"{text}，救命啊快来人") is not None


@given(text=TYPED)
def test_the_same_text_gets_the_same_finding(text):
    assert screen(text, LIST) == screen(text, LIST)


# ---- messages in a row -----------------------------------------------------------------------------------------------


def test_short_messages_together_are_a_hint():
    texts = ["他回来了", "又喝酒了", "门锁不上", "我好怕"]
    assert all((grade_of(text) or 0) < Grade.NOW for text in texts)
    finding = screen_conversation(texts, LIST)
    assert finding.grade is Grade.NOW
    assert {span.message for span in finding.spans} <= set(range(4))
    assert len({span.message for span in finding.spans}) > 1


def test_spans_of_a_conversation_point_into_their_message():
    texts = ["在吗", "又喝酒了", "我好害怕"]
    finding = screen_conversation(texts, LIST)
    assert {texts[s.message][s.start : s.end] for s in finding.spans} >= {"喝酒"}


def test_a_later_joke_does_not_take_back_an_earlier_cry():
    assert screen_conversation(["有人拿刀砍人", "哈哈哈开玩笑的"], LIST).grade is Grade.NOW


def test_a_row_of_everyday_messages_stays_quiet():
    assert screen_conversation(["在吗", "办身份证要带什么", "周末上班吗", "谢谢"], LIST) is None


def test_messages_far_apart_are_not_read_as_one():
    between = ["请问办居住证要带什么材料"] * 6
    assert grade_of("又喝酒了", RULES_ONLY) is None
    assert screen_conversation(["又喝酒了", *between, "我好怕"], RULES_ONLY) is None
    assert screen_conversation(["又喝酒了", "我好怕"], RULES_ONLY) is not None


def test_no_messages_no_finding():
    assert screen_conversation([], LIST) is None


# ---- the files -------------------------------------------------------------------------------------------------------

BASE = """
[category.help]
numbers = ["110"]
[[pattern]]
id = "a"
category = "help"
grade = "now"
reason = "cry"
says = ["救命"]
"""


def station_file(tmp_path, text, name="station.toml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_station_adds_a_line_and_a_word_of_its_own(tmp_path):
    own = station_file(
        tmp_path,
        """
        [words]
        blade = ["苗苗子"]
        [[pattern]]
        id = "our.quarry"
        category = "fire"
        grade = "now"
        reason = "explosion"
        says = ["老采石场 ~4 响炮"]
        """,
    )
    ours = DangerList.load(*STANDARD, own)
    assert screen("老采石场又响炮", ours).why[0].pattern == "our.quarry"
    assert grade_of("他拿了把苗苗子", ours) is Grade.NOW


def test_a_station_switches_a_pattern_off(tmp_path):
    own = station_file(tmp_path, 'off = ["short.fire"]')
    assert grade_of("火", RULES_ONLY) is Grade.NOW
    assert grade_of("火", DangerList.load(*RULES, own)) is None


def test_the_example_in_the_documents_works(tmp_path):
    page = Path(__file__).parents[5] / "docs" / "explanation" / "danger-words.md"
    example = page.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    ours = DangerList.load(*STANDARD, station_file(tmp_path, example))
    assert grade_of("老采石场又响炮了", ours) is Grade.NOW
    assert screen("老采石场 响炮仗", ours) is None


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("nonsense = 1", "station.toml nonsense", "unknown key"),
        ("[[pattern]]\nid = 'x'", "category", "cannot be left out"),
        (BASE.replace('"now"', '"loud"'), "grade", "not one of hint、maybe、now"),
        (BASE.replace('category = "help"', 'category = "no"'), "category", "not one of"),
        (BASE.replace('"110"', '"11o"'), "numbers", "not a telephone number"),
        (BASE.replace('"110"', ""), "numbers", "at least one"),
        (BASE.replace('says = ["救命"]', "says = []"), "says", "at least one"),
        (BASE.replace('says = ["救命"]', 'says = "救命"'), "says", "list of texts"),
        (BASE.replace('"救命"', '"刀"'), "says", "single character"),
        (BASE + 'unless = ["nowhere"]', "unless", "no context"),
        (BASE + 'sound = "loud"', "sound", "unknown key"),
        (BASE + 'tone = "deaf"', "tone", "not one of drop、lower、leave"),
        ("[spelling.dialect]\n'而 家' = '现在'\n" + BASE, "而 家", "without spaces"),
        (BASE + BASE.replace('[category.help]\nnumbers = ["110"]\n', ""), "[[pattern]] 2", "used once"),
        (BASE + "off_by = 1", "off_by", "unknown key"),
        ('off = ["nobody"]\n' + BASE, "off", "no pattern"),
        ("[spelling]\ntraditional = '強'\n" + BASE, "traditional", "pairs"),
        ("[spelling.pinyin]\n'Jiu Ming' = '救命'\n" + BASE, "Jiu Ming", "small letters"),
        ("[spelling.respell]\n'就 命' = '救命'\n" + BASE, "就 命", "without spaces"),
        ("[context.x]\neffect = 'lower'\nscope = 'moon'\nsays = ['去年']\n" + BASE, "scope", "not one of"),
        ("[context.x]\neffect = 'quiet'\nscope = 'message'\nsays = ['去年']\n" + BASE, "effect", "not silence"),
        ("[context.x]\neffect = 'lower'\nscope = 'clause'\nsays = ['年']\n" + BASE, "says", "single character"),
        ("= 1", "station.toml", "not TOML"),
        ("", "danger list", "nothing would ever ring"),
    ],
)
def test_a_bad_file_is_refused_with_file_key_and_reason(tmp_path, text, place, reason):
    with pytest.raises(BadData, match=reason) as refused:
        DangerList.load(station_file(tmp_path, text))
    assert place in refused.value.where


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BadData, match="cannot be read") as refused:
        DangerList.load(tmp_path / "gone.toml")
    assert "gone.toml" in refused.value.where


def test_every_category_has_patterns_and_numbers():
    wanted = {"violence", "domestic", "fire", "suicide", "robbery", "confinement", "sexual", "missing", "medical"}
    wanted |= {"fraud", "mass", "help"}
    assert {pattern.category for pattern in LIST.patterns} == wanted
    assert LIST.categories["fire"].numbers[0] == "119"
    assert LIST.categories["medical"].numbers[0] == "120"


# ---- the learnt tone -------------------------------------------------------------------------------------------------


def test_danger_that_no_line_names_is_heard_by_its_tone():
    text = "我跟我妈挤在洗手间，门快被他踢烂了"
    assert screen(text, RULES_ONLY) is None
    finding = screen(text, LIST)
    assert (finding.grade, finding.category, finding.numbers) == (Grade.NOW, UNCLEAR, ("110",))
    assert finding.reasons == ("sounds-like-danger",)
    assert "烂了" in {text[span.start : span.end] for span in finding.spans}
    assert screen(text, with_tone(loud=99)).grade is Grade.MAYBE
    assert screen(text, with_tone(threshold=99, loud=99)) is None


def with_tone(**marks):
    return replace(LIST, tone=replace(LIST.tone, **marks))


def weighed(believed, heard):
    return with_tone(weighing=Weighing(bias=0, score=0, soft=0, share=0, aside=0, believed=believed, heard=heard))


@pytest.mark.parametrize(
    ("text", "believed", "lowered", "dropped"),
    [
        ("有人入室", Grade.NOW, Grade.MAYBE, None),  # robbery: tone = "drop"
        ("他们家暴", Grade.NOW, Grade.MAYBE, Grade.MAYBE),  # domestic: tone = "lower"
        ("帮我报警", Grade.NOW, Grade.NOW, Grade.NOW),  # an outright cry: tone = "leave"
        ("有小偷", Grade.MAYBE, Grade.MAYBE, None),  # soft from the beginning
    ],
)
def test_what_sounds_like_talk_is_believed_less_as_far_as_the_list_allows(text, believed, lowered, dropped):
    tone = replace(weighed(believed=0, heard=0).tone, threshold=99, loud=99)
    assert grade_of(text, replace(LIST, tone=tone)) == believed
    doubting = replace(tone, weighing=replace(tone.weighing, believed=1))
    assert grade_of(text, replace(LIST, tone=doubting)) == lowered
    deaf = replace(tone, weighing=replace(tone.weighing, believed=1, heard=1))
    assert grade_of(text, replace(LIST, tone=deaf)) == dropped


def test_what_the_tone_lowered_says_so():
    finding = screen("有人入室", with_tone(threshold=99, loud=99, weighing=weighed(believed=1, heard=0).tone.weighing))
    assert finding.why[0].lowered_by == ("tone",)


def test_a_line_loaded_after_the_tone_is_left_alone(tmp_path):
    own = station_file(
        tmp_path, BASE.replace('id = "a"', 'id = "ours"').replace('[category.help]\nnumbers = ["110"]', "")
    )
    ours = DangerList.load(*STANDARD, own)
    assert ours.named["ours"].tone == "leave"
    assert ours.named["help.please-come"].tone == "lower"


def test_the_tone_was_not_learnt_from_the_test_half():
    test_half = {fingerprint(row["text"]) for row in SENTENCES if row["split"] == "test"}
    assert LIST.tone.learnt_from
    assert not test_half & set(LIST.tone.learnt_from)


def test_a_tone_is_learnt_from_few_sentences_and_comes_back_from_its_file(tmp_path):
    examples = [(f"{who}踢门了", True) for who in "他她你谁"] + [(f"{what}证几点", False) for what in "办换领补"]
    examples += [
        ("有人入室抢劫了", True),
        ("救命啊他打我", True),
        ("入室抢劫怎么判", False),
        ("救命，证几点能办", False),
    ]
    tone = learn(examples, RULES_ONLY.folding)
    assert tone.weights["踢"] > 0 > tone.weights["几点"]
    taught = teach(examples, RULES_ONLY)
    assert taught == replace(tone, weighing=taught.weighing)
    assert taught.weighing.score > 0
    path = station_file(tmp_path, taught.dump(), "tone.json")
    assert Tone.load(path) == taught
    assert teach(examples, RULES_ONLY).dump() == taught.dump()


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"weights": {"救命啊": 1}, "bias": 0, "threshold": 0, "loud": 0, "weighing": null, "learnt_from": []}',
     '{"weights": {"救": "1"}, "bias": 0, "threshold": 0, "loud": 0, "weighing": null, "learnt_from": []}',
     '{"weights": {"救": NaN}, "bias": 0, "threshold": 0, "loud": 0, "weighing": null, "learnt_from": []}',
     '{"weights": {}, "bias": 0, "threshold": 0, "loud": 0, "weighing": {"bias": 0}, "learnt_from": []}'],
)  # fmt: skip
def test_a_bad_tone_is_refused(tmp_path, text):
    with pytest.raises(BadData, match=r"tone\.json"):
        Tone.load(station_file(tmp_path, text, "tone.json"))


def test_one_kind_of_sentence_teaches_nothing():
    with pytest.raises(BadData):
        learn([("救命", True)], RULES_ONLY.folding)


def test_a_list_has_at_most_one_tone_and_the_numbers_for_it(tmp_path):
    with pytest.raises(BadData, match="at most one"):
        DangerList.load(*STANDARD, STANDARD[-1])
    with pytest.raises(BadData, match=r"category\.unclear"):
        DangerList.load(station_file(tmp_path, BASE), STANDARD[-1])


# ---- the labelled sentences ------------------------------------------------------------------------------------------


def test_the_set_is_large_mixed_and_split_by_its_hash():
    assert len(SENTENCES) >= 480
    assert {row["label"] for row in SENTENCES} == {"danger", "lookalike", "harmless"}
    everything = SENTENCES + LATER + MORE + BLIND
    assert len({row["text"] for row in everything}) == len(everything)
    assert {row["label"] for row in MORE + BLIND} == {"danger", "lookalike", "harmless"}
    for row in SENTENCES:
        odd = int(hashlib.sha256(row["text"].encode()).hexdigest(), 16) % 2
        assert row["split"] == ("test" if odd else "dev")


@pytest.mark.parametrize(
    ("split", "heard", "rung_now", "lookalike_now", "lookalike_any", "harmless_any"),
    [
        # The tone has learnt from this half.
        ("dev", 0.98, 0.96, 0.03, 0.15, 0.03),
        # measured: 0.989, 0.924, 0.000, 0.058, 0.022
        ("test", 0.97, 0.90, 0.03, 0.15, 0.06),
    ],
)
def test_dangers_are_heard_and_others_left_in_peace(split, heard, rung_now, lookalike_now, lookalike_any, harmless_any):
    rows = [row for row in SENTENCES if row["split"] == split]
    assert rate(rows, "danger", Grade.MAYBE) >= heard
    assert rate(rows, "danger", Grade.NOW) >= rung_now
    assert rate(rows, "lookalike", Grade.NOW) <= lookalike_now
    assert rate(rows, "lookalike", Grade.MAYBE) <= lookalike_any
    assert rate(rows, "harmless", Grade.MAYBE) <= harmless_any


def test_another_hands_wording_is_heard_and_its_jokes_are_not():
    """A tone learnt without the blind sentences; over folds `bench.danger` measures .956, .889, .114 and .044."""
    known = [(row["text"], row["label"] == "danger") for row in SENTENCES + LATER + MORE if row["split"] != "test"]
    ours = replace(LIST, tone=replace(learn(known, LIST.folding), weighing=LIST.tone.weighing))
    oblique = [row for row in BLIND if row["category"].endswith("/oblique")]
    assert rate(BLIND, "danger", Grade.MAYBE, ours) >= 0.93
    assert rate(oblique, "danger", Grade.MAYBE, ours) >= 0.83
    assert rate(BLIND, "lookalike", Grade.NOW, ours) <= 0.15
    assert rate(BLIND, "harmless", Grade.MAYBE, ours) <= 0.10
