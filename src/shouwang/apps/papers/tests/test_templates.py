"""A station changes a template: tried on an invented example, put in force, taken back; what was made before stays as it was."""

from __future__ import annotations

import pytest
from django.test import Client

from shouwang.apps.papers import invented, shelves, usecases
from shouwang.apps.papers.errors import BadWording
from shouwang.apps.papers.faults import fault_of
from shouwang.apps.papers.making import hold, pdf_of
from shouwang.apps.papers.models import Ruling
from shouwang.apps.papers.templates_desk import proposed
from shouwang.apps.papers.tests import making
from shouwang.apps.papers.tests.making import NEXT, NOTICE, text_of
from shouwang.engines.errors import BadData
from shouwang.kernel.errors import Refused
from tests.cast import Cast, sign_in

OURS = "有新的事实或者证据，请随时告诉我们"
THEIRS = "有新的事实或者证据，随时到所里来"


def changed(cast: Cast, nth: int = 1) -> str:
    own = shelves.shelf()[NOTICE]
    return proposed(own, own, cast.qingshi, nth).replace(OURS, THEIRS)


@pytest.mark.parametrize("kind", shelves.kinds())
def test_every_kind_can_be_seen_on_the_invented_example(kind: str) -> None:
    pages = invented.pages_of(shelves.shelf()[kind])
    assert pages
    assert all(page.startswith("data:image/png;base64,") for page in pages)


@pytest.mark.django_db
class TestInForce:
    def test_new_papers_of_this_station_are_made_from_it_and_older_ones_are_not(self, cast: Cast) -> None:
        opened = making.declined(cast)
        before, draft = making.handed_in(cast, opened), making.notice(cast, opened)
        usecases.put_in_force(cast.qingshi, by=making.legal(cast), kind=NOTICE, text=changed(cast), why="口气", at=NEXT)
        old, new = (text_of(pdf_of(hold(making.now_of(one)), NEXT)) for one in (before, draft))
        assert OURS in old
        assert THEIRS in new
        assert shelves.in_force(cast.hewan, NOTICE).version == shelves.shelf()[NOTICE].version

    def test_back_to_the_houses_own(self, cast: Cast) -> None:
        paper = making.notice(cast)
        usecases.put_in_force(cast.qingshi, by=cast.liang, kind=NOTICE, text=changed(cast), why="口气", at=NEXT)
        usecases.back_to_house(cast.qingshi, by=cast.liang, kind=NOTICE, why="还是原来的好", at=NEXT)
        assert OURS in text_of(pdf_of(hold(making.now_of(paper)), NEXT))
        assert [one.why for one in Ruling.objects.order_by("pk")] == ["口气", "还是原来的好"]

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("{{报案人.姓名}}", "{{报案人.姓各}}", "第 19 行：没有叫“报案人.姓各”的内容。是不是：报案人.姓名"),
            ("{{报案人.姓名}}", "{{", "第 19 行：“.*只有一半括号"),
            ('zh = "', "zh = ", "第 3 行：开头"),
            ('style = "letter"', 'style = "novel"', "开头（两行 [+]{3} 中间）的“style”"),
            ("cp-decide", "cp-nothing", "没有叫“cp-nothing”的依据"),
            ('based_on = "1"', "", "based_on"),
            ('version = "1-qs1"', 'version = "1"', "已经用过"),
            ("+++", "", "最前面要有开头"),
        ],
    )
    def test_a_broken_text_is_refused_and_names_where(self, cast: Cast, old: str, new: str, says: str) -> None:
        text = changed(cast)
        assert old in text
        with pytest.raises(BadWording, match=says):
            usecases.put_in_force(
                cast.qingshi, by=cast.liang, kind=NOTICE, text=text.replace(old, new), why="试", at=NEXT
            )
        assert not Ruling.objects.exists()

    @pytest.mark.parametrize("name", ["chen", "an", "shi", "fan", "admin"])
    def test_only_chief_and_legal_officer_of_the_station(self, cast: Cast, name: str) -> None:
        with pytest.raises(Refused):
            usecases.put_in_force(
                cast.qingshi, by=getattr(cast, name), kind=NOTICE, text=changed(cast), why="试", at=NEXT
            )


@pytest.mark.django_db
class TestThePage:
    ADDRESS = f"/desk/papers/templates/{NOTICE}/"

    def test_a_text_is_tried_without_being_kept(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.liang)
        tried = client.post(f"{self.ADDRESS}try/", {"text": changed(cast)}, headers={"hx-request": "true"})
        assert "data:image/png" in tried.text
        assert "<html" not in tried.text
        broken = client.post(f"{self.ADDRESS}try/", {"text": changed(cast).replace("{{报案人.姓名}}", "{{谁}}")})
        assert "没有叫“谁”的内容" in broken.text
        assert "{{ }} 里可以写什么" in broken.text
        assert "<code>报案人.姓名</code>" in broken.text
        assert "{{谁}}" in broken.text, "what was typed stays"
        assert not Ruling.objects.exists()

    def test_put_in_force_and_taken_back(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.liang)
        page = client.post(self.ADDRESS, {"text": changed(cast), "why": ""})
        assert page.status_code == 400
        assert "请写一句为什么改" in page.text
        assert THEIRS in page.text
        assert client.post(self.ADDRESS, {"text": changed(cast), "why": "口气"}).status_code == 302
        assert "1-qs1" in client.get(self.ADDRESS).text
        assert client.post(self.ADDRESS, {"back": "1", "why": "还是原来的好"}).status_code == 302
        page = client.get(self.ADDRESS).text
        assert "还是原来的好" in page
        assert "梁正" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("[完]", "[完]没有对应的开头"),
        ("[如果 有 证据]", "[如果]没有用[完]结束"),
        ("[如果 证据]", "只能写成“有 名称”"),
        ("[空行]", "[空行]后面要写空几行"),
        ("[落款 所长]", "[落款]后面不用再写别的"),
        ("**粗", "加粗的 ** 要成对"),
        ("[表格]", "要写每一列的宽度"),
        ("[没有的]", "看不懂“[没有的]”"),
        ("{{报案人}}", "“报案人”是一组"),
        ("[每个 报案人]", "没有叫“报案人”的清单。是不是："),
        ("[签名 县长]", "没有“县长”这个签名"),
    ],
)
def test_a_mistake_is_told_in_the_readers_language_with_its_line(cast: Cast, line: str, says: str) -> None:
    text = changed(cast)
    at = text.count("\n", 0, text.index("\n{{")) + 2 if "\n{{" in text else len(text.split("\n"))
    lines = text.split("\n")
    lines.insert(at - 1, line)
    with pytest.raises(BadWording) as refused:
        usecases.try_wording(NOTICE, "\n".join(lines))
    told = str(refused.value)
    assert says in told
    assert told.startswith(f"第 {at} 行：")


def test_a_fault_without_a_code_is_told_as_the_engine_tells_it() -> None:
    assert fault_of(BadData("x line 3", "is odd")) == "x line 3: is odd"
