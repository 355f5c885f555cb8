"""The look keeps its promises: every text can be read, day and night, and nothing hides from the content security policy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SITE = Path(__file__).parents[1]
PACKAGE = SITE.parent
LOOK = SITE / "static/shouwang"
TOKENS = (LOOK / "tokens.css").read_text(encoding="utf-8")
APP = (LOOK / "app.css").read_text(encoding="utf-8")
TEMPLATES = sorted(PACKAGE.glob("**/templates/**/*.html"))

Colours = dict[str, str]


def colours(selector: str) -> Colours:
    """The colour tokens of the block that begins with this selector."""
    block = TOKENS.split(selector + " {", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", block))


DAY = colours("\n:root")
NIGHT = colours("\n:root.night")
DEVICE_NIGHT = colours("  :root:not(.day)")


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


GROUNDS = ("paper", "card", "ink-soft", "lamp-soft", "danger-soft", "kept-soft")
TEXT_PAIRS = [
    *((text, ground) for text in ("text", "quiet") for ground in GROUNDS),
    *(("ink", ground) for ground in ("paper", "card", "ink-soft", "lamp-soft", "kept-soft")),
    *(("danger", ground) for ground in ("paper", "card", "danger-soft")),
    *(("kept", ground) for ground in ("paper", "card", "kept-soft")),
    ("ink-on", "ink"),
    ("ink-on", "danger"),
    ("lamp-on", "lamp"),
    ("alarm-on", "alarm"),
    ("me-on", "me"),
    ("paper", "text"),
    ("text", "line"),
]


def test_black_on_white_is_21_to_1() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("theme", [DAY, NIGHT], ids=["day", "night"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_every_text_can_be_read(theme: Colours, text: str, ground: str) -> None:
    assert contrast(theme[text], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [DAY, NIGHT], ids=["day", "night"])
@pytest.mark.parametrize("ground", ["paper", "card"])
def test_the_edge_of_a_field_can_be_seen(theme: Colours, ground: str) -> None:
    assert contrast(theme["edge"], theme[ground]) >= 3


def test_night_by_device_and_night_by_switch_are_one_night() -> None:
    assert DEVICE_NIGHT == NIGHT


def test_night_names_every_colour_of_the_day() -> None:
    assert set(NIGHT) == set(DAY)


def test_the_parts_name_no_colour_of_their_own() -> None:
    named = set(re.findall(r": *[^;{}]*(#[0-9A-Fa-f]{3,8})\b[^;{}]*[;}]", APP))
    assert named == {"#FFFFFF"}, "only the ground of a QR code, which no camera reads on night"


def test_the_parts_stay_small() -> None:
    assert len(APP.encode()) < 30 * 1024


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_template_has_nothing_inline(template: Path) -> None:
    html = template.read_text(encoding="utf-8")
    assert not re.search(r"<[^>]*\sstyle\s*=", html), "style attribute"
    assert "<style" not in html
    assert not re.search(r"<[^>]*\son\w+\s*=", html), "event attribute"
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL):
        assert not body.strip() or 'type="application/json"' in attributes, "inline script"


def test_every_icon_that_is_asked_for_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (LOOK / "icons.svg").read_text(encoding="utf-8")))
    asked = {name for file in TEMPLATES for name in re.findall(r'{% icon "([^"]+)"', file.read_text(encoding="utf-8"))}
    from shouwang.site.context import RAIL, WAYS

    asked |= {icon for _route, icon, _word in (*WAYS, *RAIL)}
    assert asked <= drawn
