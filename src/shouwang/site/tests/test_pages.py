"""Pages that belong to no room: the frame, the reading switches, and what one sees when something fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.template.loader import get_template
from django.test import Client, override_settings
from django.urls import path

from shouwang.kernel.errors import Refused
from shouwang.site.urls import handler404, handler500
from shouwang.site.urls import urlpatterns as house_urls

HOUSE = Path(__file__).parents[4]


def refuse(request: HttpRequest) -> HttpResponse:
    raise Refused("这件事已经由周警官接手。")


def fall(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


class Question(forms.Form):
    where = forms.CharField(
        label="在哪里", help_text="写个大概。", widget=forms.TextInput(attrs={"placeholder": "在哪里"})
    )
    phone = forms.CharField(label="手机号", required=False)
    kind = forms.ChoiceField(label="哪一种", choices=[("a", "太吵"), ("b", "丢了东西")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="同意打电话")


urlpatterns = [*house_urls, path("refuse/", refuse), path("fall/", fall)]
__all__ = ["handler404", "handler500", "urlpatterns"]


@pytest.fixture
def visitor(db: None) -> Iterator[Client]:
    with override_settings(ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)


def test_a_page_that_is_not_there_shows_the_ways_on(visitor: Client) -> None:
    page = visitor.get("/nowhere/")
    assert page.status_code == 404
    assert "没有这一页" in page.text
    assert 'href="/"' in page.text


def test_the_page_for_our_own_fault_needs_neither_database_nor_context() -> None:
    html = get_template("500.html").render()
    assert "不是您的错" in html
    assert "tel:110" in html


def test_our_own_fault_is_told_as_such(visitor: Client) -> None:
    page = visitor.get("/fall/")
    assert page.status_code == 500
    assert "我们这边出了问题" in page.text


def test_a_broken_rule_gives_back_what_was_typed(visitor: Client) -> None:
    page = visitor.post("/refuse/", {"body": "桥头 <b>的</b> 烧烤摊", "password": "不该出现"})
    assert page.status_code == 403
    assert "这件事已经由周警官接手。" in page.text
    assert "桥头 &lt;b&gt;的&lt;/b&gt; 烧烤摊</textarea>" in page.text
    assert "不该出现" not in page.text


def test_a_broken_rule_is_a_fragment_for_a_part_of_a_page(visitor: Client) -> None:
    page = visitor.post("/refuse/", headers={"HX-Request": "true"})
    assert 'role="alert"' in page.text
    assert "<html" not in page.text


def test_a_form_that_was_open_too_long_gives_back_what_was_typed(db: None) -> None:
    page = Client(enforce_csrf_checks=True).post(
        "/accounts/login/?next=/desk/", {"login": "陈", "body": "写了很久", "password": "x"}
    )
    assert page.status_code == 403
    assert "写了很久</textarea>" in page.text
    assert 'href="/accounts/login/?next=/desk/"' in page.text


@pytest.mark.parametrize(
    ("wish", "has", "lacks"),
    [
        ({"large": "1"}, 'class=" large"', " night"),
        ({"night": "on"}, 'class=" night"', " large"),
        ({"night": "off"}, 'class=" day"', " night"),
    ],
)
def test_a_reading_wish_is_remembered(visitor: Client, wish: dict[str, str], has: str, lacks: str) -> None:
    answer = visitor.post("/reading/", {**wish, "next": "/accounts/login/"})
    assert answer.headers["Location"] == "/accounts/login/"
    start = visitor.get("/accounts/login/").text.split("<head>")[0]
    assert has in start
    assert lacks not in start


def test_the_language_is_remembered(visitor: Client) -> None:
    visitor.post("/reading/", {"language": "en", "next": "/accounts/login/"})
    assert '<html lang="en"' in visitor.get("/accounts/login/").text


@pytest.mark.parametrize("there", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_the_reading_switch_leads_nowhere_else(visitor: Client, there: str) -> None:
    assert visitor.post("/reading/", {"large": "1", "next": there}).headers["Location"] == "/"


def test_no_page_may_load_or_run_anything_from_elsewhere(visitor: Client) -> None:
    policy = visitor.get("/accounts/login/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_style_page_is_not_served_in_a_station(visitor: Client) -> None:
    assert visitor.get("/style/").status_code == 404


def test_a_field_says_what_helps_and_what_is_wrong_where_it_is() -> None:
    html = str(Question({"kind": "a", "agree": "on"}))
    assert 'aria-describedby="id_where_helptext id_where_error"' in html
    assert 'id="id_where_error"' in html
    assert html.index('id="id_where_error"') < html.index('name="where"') < html.index('name="phone"')


def test_a_placeholder_never_repeats_the_label() -> None:
    assert "placeholder" not in str(Question())


def test_what_may_stay_empty_says_so() -> None:
    html = str(Question())
    assert html.count("（可不填）") == 1
    assert "手机号 <span" in html


def test_choices_are_cards_whose_whole_area_is_the_label() -> None:
    html = str(Question())
    assert '<label class="choice" for="id_kind_0"><input type="radio"' in html
    assert '<fieldset class="field"' in html


def test_an_icon_is_decoration() -> None:
    html = Template('{% icon "ask" 28 %}').render(Context())
    assert 'aria-hidden="true"' in html
    assert "icons.svg#ask" in html


def test_the_vendored_files_are_the_ones_that_were_fetched() -> None:
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, HOUSE / "bin/vendor-assets", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
