"""A form that a key opens has the cursor in it."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.test import Client
from django.utils import timezone

from shouwang.apps.desk.focus import focus_first
from shouwang.apps.dispatch.tests.making import a_call
from tests.cast import Cast, consultation, sign_in


def focused(html: str) -> list[str]:
    """Names of the fields that ask for the cursor, on the page or in a form."""
    tags = re.findall(r"<(?:input|textarea|select)[^>]*\sautofocus[^>]*>", html)
    return [re.search(r'name="([^"]+)"', tag).group(1) for tag in tags]  # type: ignore[union-attr]


class ChoosesAndSays(forms.Form):
    key = forms.CharField(widget=forms.HiddenInput, required=False)
    which = forms.ChoiceField(choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    why = forms.CharField()


@pytest.mark.parametrize(
    ("given", "usual", "name"),
    [(None, "", "which"), (None, "why", "why"), ({"which": "a"}, "", "why"), ({"why": "x"}, "why", "which")],
)
def test_the_first_field_or_the_first_wrong_one(given: dict[str, str] | None, usual: str, name: str) -> None:
    form = ChoosesAndSays(given)
    form.is_valid()
    focus_first(form, usual)
    assert focused(form.as_p()) == [name]


def test_of_radio_buttons_the_chosen_one() -> None:
    form = ChoosesAndSays(initial={"which": "b"})
    focus_first(form)
    assert 'value="b"' in re.search(r"<input[^>]*autofocus[^>]*>", form.as_p()).group()  # type: ignore[union-attr]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["which", "nature", "grade", "needs", "note", "transfer", "reply", "needless"])
def test_every_form_of_a_card_has_one(cast: Cast, client: Client, key: str) -> None:
    matter = a_call(cast, "电动车被偷了", at=timezone.now(), category="stolen").matter
    sign_in(client, cast.chen)
    assert len(focused(client.get(f"/desk/m/{matter.number}/{key}/").content.decode())) == 1


@pytest.mark.django_db
def test_registering_begins_with_what_happened_and_goes_to_what_is_wrong(cast: Cast, client: Client) -> None:
    sign_in(client, cast.chen)
    assert focused(client.get("/desk/incidents/new/").content.decode()) == ["what"]
    wrong = client.post("/desk/incidents/new/", {"what": "车丢了", "channel": "nonsense"})
    assert focused(wrong.content.decode()) == ["channel"]
    number = consultation(cast).matter.number
    assert focused(client.get(f"/desk/m/{number}/incident/", follow=True).content.decode()) == ["address"]
