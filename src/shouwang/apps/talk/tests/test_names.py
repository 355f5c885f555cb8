"""What somebody may be called in a room: anything, but not like an officer and not by what tells who they are."""

import pytest

from shouwang.apps.talk.errors import BadNickname
from shouwang.apps.talk.names import clean_nickname


@pytest.mark.parametrize(
    "typed",
    [
        "苗警官",
        "苗警管",
        "民警小苗",
        "苗敬官",
        "苗京官",
        "景官老苗",
        "苗·敬·官",
        "人民景察",
        "民敬小苗",
        "警関",
        "青石所",
        "青石所值班",
        "青石所里的小苗",
        "青石所户籍",
        "苗所长",
        "苗所長",
        "苗队",
        "苗队长",
        "王局长",
        "值班",
        "值班员",
        "户籍窗口",
        "戶籍室",
        "治安中队",
        "一一零",
        "11０",
        "MinJing小苗",
        "paichusuo",
        "系统管理员",
    ],
)
def test_nobody_goes_by_what_sounds_like_an_officer(typed: str) -> None:
    with pytest.raises(BadNickname, match="民警"):
        clean_nickname(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "厕所旁的树",
        "卫生所隔壁",
        "诊所",
        "研究所的猫",
        "值班护士",
        "所以呢",
        "无所谓",
        "广场舞队长",
        "少先队员",
        "北京烤鸭",
        "风景这边独好",
        "井边的柿子",
        "敬老院门口",
        "精打细算",
        "石桥的白鹭",
    ],
)
def test_an_everyday_name_is_let_through(typed: str) -> None:
    assert clean_nickname(typed) == typed


@pytest.mark.parametrize("typed", ["石桥路12号302", "5栋2单元302", "13000000000", "qq10000001", "a1@b.cn"])
def test_a_name_tells_nobody_who_somebody_is(typed: str) -> None:
    with pytest.raises(BadNickname, match="号码或住址"):
        clean_nickname(typed)
