"""Somebody checks in their own browser that nothing of their matter was changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from shouwang.apps.ledger.usecases import canonical, sequence_all
from shouwang.apps.matters import sealing
from tests.browser import PHONE, House, axe, no_sideways_scroll
from tests.cast import Cast, consultation
from tests.log_outside import verifier

pytestmark = [pytest.mark.journey, pytest.mark.once]


def test_a_receipt_is_checked_in_the_browser_and_by_the_program(
    cast: Cast, browser_page: Callable[..., Page], house: House, tmp_path: Path
) -> None:
    opened = consultation(cast, at=timezone.now())
    page = browser_page(width=PHONE)
    page.goto(house.at(f"/c/{opened.code}/"))
    page.get_by_role("link", name="核验").click()
    expect(page.get_by_text("派出所签了承诺")).to_be_visible()
    sequence_all(at=timezone.now())
    page.reload()
    expect(page.get_by_text("对得上：")).to_be_visible()
    expect(page.locator("#told")).to_contain_text("孩子两个月了")
    expect(page.locator("#unsigned")).to_be_hidden()  # this browser checks signatures
    expect(page.locator("#key-differs")).to_be_hidden()
    no_sideways_scroll(page)
    assert not axe(page)

    with page.expect_download() as download:
        page.locator("#download").click()
    receipt = tmp_path / "receipt.json"
    download.value.save_as(receipt)
    assert verifier()(["receipt", str(receipt)]) == 0
    told = json.loads(receipt.read_text())
    said = json.loads(told["entries"][0]["text"])
    forged = {
        "words": {**told, "entries": [{**told["entries"][0], "text": canonical({**said, "name": "别人"})}]},
        "head": {**told, "checkpoint": told["checkpoint"].replace("\n—", "\n— x", 1)},
        "place": {**told, "entries": [{**told["entries"][0], "index": (told["entries"][0]["index"] + 1) % 2}]},
    }
    for name, wrong in forged.items():
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(wrong, ensure_ascii=False))
        page.locator("#receipt").set_input_files(file)
        expect(page.get_by_text("请留好这个文件")).to_be_visible()
        assert verifier()(["receipt", str(file)]) in {1, 2}, name
        page.locator("#receipt").set_input_files(receipt)
        expect(page.get_by_text("对得上：")).to_be_visible()

    # On paper: the whole receipt lies in the PDF, its first entry in the code that a phone scans.
    page.goto(house.at(f"/m/{opened.matter.number}/"))
    with page.expect_download() as download:
        page.evaluate("() => { document.querySelector('a[href$=\"proof.pdf\"]').setAttribute('download', ''); }")
        page.get_by_role("link", name="存证回执").click()
    paper = tmp_path / "receipt.pdf"
    download.value.save_as(paper)
    assert verifier()(["receipt", str(paper)]) == 0
    page.goto(house.at("/log/verify/"))
    page.locator("#receipt").set_input_files(paper)
    expect(page.get_by_text("对得上：")).to_be_visible()
    page.goto(house.at(f"/log/verify/#{sealing.carried(told)}"))
    page.reload()
    expect(page.get_by_text("对得上：")).to_be_visible()
    expect(page.locator("#told li")).to_have_count(1)
    no_sideways_scroll(page)

    for address in ("/log/", "/log/notice/", "/log/compare/"):
        page.goto(house.at(address))
        no_sideways_scroll(page)
        assert not axe(page), address
