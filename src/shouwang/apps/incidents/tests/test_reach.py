"""How the reporter may be reached, as the questions of the web take it."""

from __future__ import annotations

import pytest

from shouwang.apps.incidents.questions import Reach


@pytest.mark.parametrize(
    ("said", "kept"), [("", ""), ("130 0000 0001", "13000000001"), ("+86 0571-8000000", "+8605718000000")]
)
def test_a_telephone_is_kept_as_digits(said: str, kept: str) -> None:
    form = Reach({"phone": said})
    assert form.is_valid()
    assert form.cleaned_data["phone"] == kept


def test_words_are_no_telephone() -> None:
    assert "电话只写数字" in str(Reach({"phone": "不要打我电话"}).errors["phone"])
