"""Whoever wrote a file finds the line that a refusal speaks of."""

from __future__ import annotations

import pytest

from shouwang.engines.law.whereabouts import line_of

TEXT = """[words]
bike = ["车"]

[[line]]
subtype = "theft-bicycle"
says = ["车"]

[[line]]
subtype = "theft-ebike"
says = [1]

[category.fire]
numbers = ["1"]

[[pattern]]
id = "ours"
grade = "soon"
"""


@pytest.mark.parametrize(
    ("where", "why", "line"),
    [
        ("ours.toml line[2]: says", "must be a list of texts, not [1]", 10),
        ("ours.toml line[1]: subtype", "is nowhere explained", 5),
        ("ours.toml line[1]: but_not", "a key that the entry does not have: its header", 4),
        ("ours.toml [words] bike", "needs words", 2),
        ("ours.toml [category.fire] numbers", "“1” is not a telephone number", 13),
        ("ours.toml [[pattern]] ours grade", "“soon” is not one of now、maybe", 17),
        ("ours.toml [[pattern]] 1 grade", "“soon” is not one of now、maybe", 17),
        ("/a/b/ours.toml", "not valid TOML: Expected ']' (at line 3, column 5)", 3),
        ("/a/b/ours.toml", "not valid TOML: Invalid value (at end of document)", 17),
        ("subtype ours rules", "“theft-ebike” is no rule of the law engine", 9),
        ("ours.toml line[9]: says", "“nothing of it” stands there", None),
    ],
)
def test_the_line_of_a_refusal(where: str, why: str, line: int | None) -> None:
    assert line_of(TEXT, where, why) == line
