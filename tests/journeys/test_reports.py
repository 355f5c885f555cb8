"""Three reports that end at other doors than the criminal squad's: at home, at another department, and against a refusal."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from shouwang.apps.incidents import filing
from shouwang.apps.incidents import usecases as incidents
from shouwang.apps.incidents.models import Incident
from shouwang.apps.incidents.tests.test_taking import BICYCLE, take
from shouwang.apps.matters.models import Matter, State
from shouwang.kernel import ids
from tests.browser import PHONE, House, page_log
from tests.cast import Cast
from tests.journeys.living import Open, at_desk, cast, in_good_shape

__all__ = ["cast"]
pytestmark = pytest.mark.journey


def following(phone: Page) -> None:
    in_good_shape(phone)
    phone.get_by_role("button", name="下一步").click()


def test_violence_at_home_is_reported_so_that_the_phone_gives_nothing_away(
    house: House, cast: Cast, browser_page: Open
) -> None:
    phone = browser_page("/report/case/home/", width=PHONE)
    expect(phone.get_by_role("link", name="不能说话就发短信到 12110", exact=False)).to_have_attribute("href", "tel:110")
    expect(phone.get_by_role("button", name=re.compile("快速离开"))).to_be_visible()
    phone.get_by_label("还不安全", exact=False).check()
    following(phone)
    phone.get_by_label("发生了什么").fill("他喝了酒就打我，孩子在里屋哭。")
    following(phone)
    phone.get_by_label("在哪里", exact=False).first.fill("柳溪村三组")
    following(phone)
    phone.get_by_label("知道是谁吗").fill("丈夫")
    following(phone)
    for said in ("标题和通知都不写内容", "只在查询页上留言"):  # before anybody has to think of it
        expect(phone.get_by_label(said)).to_be_checked()
    following(phone)
    phone.get_by_label("怎么称呼您").fill("小芳")
    phone.get_by_label("电话").fill("13800007720")
    following(phone)
    following(phone)
    phone.get_by_role("button", name="报上去").click()
    expect(phone.locator(".code").first).to_be_visible()
    in_good_shape(phone)
    assert phone.title().startswith("页面")  # what somebody else reads in the list of open pages

    # The desk rings; whoever would call reads first how it is safe, and the number opens only with a reason.
    desk = at_desk(browser_page, house, cast.chen)
    desk.goto(house.at("/desk/"))
    expect(desk.get_by_role("alertdialog")).to_be_visible()
    desk.get_by_role("button", name="我来处理").first.click()
    expect(desk.get_by_role("alertdialog")).to_have_count(0)
    matter = Matter.objects.get()
    desk.goto(house.at(f"/desk/m/{matter.number}/"))
    in_good_shape(desk)
    expect(desk.get_by_text("安全联系").first).to_be_visible()
    assert "13800007720" not in desk.content()
    desk.locator("textarea[name=body]").first.fill("我们在路上。您先到邻居家，不要关门。")
    desk.get_by_role("button", name="发送").click()
    expect(phone.get_by_text("我们在路上。", exact=False)).to_be_visible()

    # One press and the page is another one; going back shows nothing.
    phone.get_by_role("button", name=re.compile("快速离开")).first.click()
    expect(phone.get_by_text("小芳")).to_have_count(0)
    assert matter.number not in phone.url
    page_log(phone).expect("404")
    phone.goto(house.at(f"/m/{matter.number}/"))
    expect(phone.get_by_text("他喝了酒就打我", exact=False)).to_have_count(0)


def test_noise_that_is_another_departments_is_handed_over_warmly(house: House, cast: Cast, browser_page: Open) -> None:
    phone = browser_page("/report/case/other/", width=PHONE)
    following(phone)
    phone.get_by_label("发生了什么").fill("工地半夜打桩，吵得老人睡不着。")
    following(phone)
    phone.get_by_label("在哪里", exact=False).first.fill("菜市场后面的工地")
    for _screen in ("where", "when", "things", "who", "reach", "safe", "photos"):
        following(phone)
    phone.get_by_role("button", name="报上去").click()
    expect(phone.locator(".code").first).to_be_visible()
    matter = Matter.objects.get()

    desk = at_desk(browser_page, house, cast.chen)
    desk.goto(house.at(f"/desk/m/{matter.number}/settle/"))
    in_good_shape(desk)
    desk.get_by_label("归哪里").fill("县综合行政执法局")
    desk.get_by_label("告诉报案人", exact=False).fill(
        "夜间施工归执法局管。我们已经打电话告诉值班的小林，他今晚去看，会给您回电话。"
    )
    desk.get_by_role("button", name="不归我们管，告知去处").click()
    expect(phone.get_by_text("县综合行政执法局", exact=False).first).to_be_visible()
    expect(phone.get_by_text("他今晚去看", exact=False).first).to_be_visible()
    phone.reload()
    in_good_shape(phone)
    assert Incident.objects.get().stage == filing.NOT_POLICE
    # It is not the end of the road: whoever is not helped there says so here.
    expect(phone.get_by_role("link", name="不满意")).to_be_visible()


def test_a_refusal_to_file_is_reconsidered_by_somebody_else(house: House, cast: Cast, browser_page: Open) -> None:
    then = timezone.now() - timedelta(hours=5)
    opened = take(cast, BICYCLE, at=then)
    incidents.decide_nature(opened.matter, by=cast.chen, nature="criminal", words="像盗窃。", at=then)

    desk = at_desk(browser_page, house, cast.chen)
    desk.goto(house.at(f"/desk/m/{opened.matter.number}/propose/"))
    in_good_shape(desk)
    desk.get_by_label("不予立案").check()
    desk.get_by_label("理由", exact=False).fill("价值一千二百元，不到本省盗窃罪的数额。")
    desk.get_by_role("button", name="提请批准").click()

    bureau = at_desk(browser_page, house, cast.shao)
    bureau.goto(house.at(f"/desk/m/{opened.matter.number}/decline/"))
    in_good_shape(bureau)
    bureau.locator("textarea").first.fill("同意。价值不到数额，转为治安案件线索。")
    bureau.get_by_role("button", name="不予立案").click()

    phone = browser_page("/find/", width=PHONE)
    phone.get_by_label("查询码").fill(ids.show_code(opened.code))
    phone.get_by_role("button", name="查一下").click()
    in_good_shape(phone)
    expect(phone.get_by_text("转为治安案件线索", exact=False).first).to_be_visible()
    phone.get_by_role("link", name="申请复议").click()
    in_good_shape(phone)
    phone.locator("textarea").first.fill("手机是新买的，发票在家里，还值两千三。")
    phone.get_by_role("button", name="提出复议申请").click()
    in_good_shape(phone)
    matter = Matter.objects.get()
    assert matter.state == State.DISPUTED
    assert matter.due_rule == "cp-recon-decide"
    assert matter.handler not in {cast.chen, cast.shao}  # never who decided before
