"""A refusal says what is wrong and what to do, on every form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import shouwang
from shouwang.kernel.errors import RuleBroken


class _Late(RuleBroken):
    hint = "请改一下时间。"


class _LateInEnglish(RuleBroken):
    hint = "Please change the time."


@pytest.mark.parametrize(
    ("why", "whole"),
    [
        (_Late("时间过了。"), "时间过了。请改一下时间。"),
        (_LateInEnglish("It is too late."), "It is too late. Please change the time."),
        (_Late(), "请改一下时间。"),
        (RuleBroken("时间过了。"), "时间过了。"),
    ],
)
def test_the_whole_sentence_says_what_to_do_once(why: RuleBroken, whole: str) -> None:
    assert why.whole == whole


def test_no_form_shows_half_a_refusal() -> None:
    half = re.compile(r"(add_error|messages\.error)\(.*why\.says|why\.says\}\{why\.hint")
    found = [
        f"{path.name}: {line.strip()}"
        for path in Path(shouwang.__file__).parent.rglob("*.py")
        if "tests" not in path.parts
        for line in path.read_text(encoding="utf-8").splitlines()
        if half.search(line)
    ]
    assert not found, "use why.whole"
