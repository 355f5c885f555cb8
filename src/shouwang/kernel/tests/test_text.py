"""Words keep what was meant."""

from __future__ import annotations

import pytest

from shouwang.kernel.text import plain


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("身份证丢了\x00怎么办", "身份证丢了怎么办"),
        ("云溪\u202e分局", "云溪分局"),
        ("第一行\r\n\t第二行", "第一行\r\n\t第二行"),
        ("👩\u200d👧 一家人", "👩\u200d👧 一家人"),
        ("שלום", "שלום"),
        ("é", "é"),
        ("。", "。"),
        ("\u200b \u2800", ""),
        ("\u3164\uffa0", ""),
        ("\u200b\u200b", ""),
        (" \n ", ""),
        ("", ""),
    ],
)
def test_what_nobody_means_goes_and_the_rest_stays(typed: str, kept: str) -> None:
    assert plain(typed) == kept
