"""A voice note and a place from a phone: each goes with one message, what the phone refuses is said, and nothing half said is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from shouwang.apps.matters.models import Entry, Type
from tests.browser import House
from tests.cast import Cast
from tests.journeys.living import Open, cast, in_good_shape
from tests.journeys.test_stories import ask

__all__ = ["cast"]

pytestmark = pytest.mark.journey
#: A microphone that hums, made from what the browser has, so that recorder and file are real.
HUMS = """
navigator.mediaDevices.getUserMedia = async () => {
  const audio = new AudioContext();
  const out = audio.createMediaStreamDestination();
  const tone = audio.createOscillator();
  tone.connect(out);
  tone.start();
  return out.stream;
};
"""


def own_page(house: House, browser_page: Open, **more: object) -> Page:
    """The resident's page of a matter, on the phone that holds its code."""
    phone = browser_page(**more)
    ask(phone, house, "孩子两个月了，能上户口吗？")
    return phone


def said() -> list[Entry]:
    """What was said after the first words."""
    return list(Entry.objects.filter(type=Type.MESSAGE).order_by("seq"))[1:]


def test_a_place_goes_with_one_message_and_can_be_taken_off_again(house: House, cast: Cast, browser_page: Open) -> None:
    here = {"latitude": 30.05, "longitude": 120.05}
    phone = own_page(house, browser_page, geolocation=here, permissions=["geolocation"])
    phone.get_by_role("button", name="带上位置").click()
    phone.get_by_role("button", name="已带上位置", exact=False).click()
    phone.get_by_role("button", name="带上位置", exact=True).click()
    expect(phone.get_by_role("button", name="已带上位置", exact=False)).to_be_visible()
    for words in ("就在这里", "谢谢"):
        phone.locator("textarea[name=body]").fill(words)
        phone.get_by_role("button", name="发送").click()
        expect(phone.locator(".tl").get_by_text(words)).to_be_visible()
    first, second = said()
    assert first.data["place"] == {"longitude": 120.05, "latitude": 30.05}
    assert "place" not in second.data


def test_sending_while_one_speaks_ends_the_recording_and_takes_it_along(
    house: House, cast: Cast, browser_page: Open
) -> None:
    phone = browser_page()
    phone.add_init_script(HUMS)
    ask(phone, house, "孩子两个月了，能上户口吗？")
    phone.get_by_role("button", name="录语音").click()
    expect(phone.get_by_role("button", name="说完了")).to_be_visible()
    phone.wait_for_timeout(600)
    phone.get_by_role("button", name="发送").click()
    expect(phone.locator(".tl audio")).to_be_visible(timeout=15_000)
    expect(phone.get_by_role("button", name="录语音")).to_be_visible()
    (voice,) = said()
    assert len(voice.data["files"]) == 1


def test_what_the_phone_refuses_is_said(house: House, cast: Cast, browser_page: Open) -> None:
    phone = own_page(house, browser_page, permissions=[])
    phone.get_by_role("button", name="录语音").click()
    expect(phone.get_by_role("alert").filter(has_text="没有让用话筒")).to_be_visible()
    phone.get_by_role("button", name="带上位置").click()
    expect(phone.get_by_role("alert").filter(has_text="没有给出位置")).to_be_visible()
    in_good_shape(phone)
