"""Chinese first, English complete: a text without its English is a fault."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

HOUSE = Path(__file__).resolve().parents[2]
PACKAGE = HOUSE / "src" / "shouwang"
ROOMS = sorted(path.parent for path in PACKAGE.glob("**/locale") if path.is_dir())


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source whose catalogues were collected anew."""
    copy = tmp_path_factory.mktemp("texts")
    shutil.copytree(PACKAGE, copy / "shouwang", ignore=shutil.ignore_patterns("*.mo", "__pycache__", "*.jsonl"))
    env = {**os.environ, "PYTHONPATH": str(copy), "DJANGO_SETTINGS_MODULE": "shouwang.site.settings"}
    subprocess.run([sys.executable, "-m", "shouwang", "collect_messages"], check=True, env=env, capture_output=True)
    return copy / "shouwang"


@pytest.mark.parametrize("room", [room.relative_to(PACKAGE).as_posix() for room in ROOMS])
def test_every_text_has_its_english(room: str, collected: Path) -> None:
    catalogue = polib.pofile(str(collected / room / "locale" / "en" / "LC_MESSAGES" / "django.po"))
    missing = [entry.msgid for entry in catalogue if not entry.obsolete and (not entry.translated() or entry.fuzzy)]
    assert missing == []


def test_a_text_has_one_english_in_all_rooms() -> None:
    """The catalogues are one at run time, and the first room's word would stand on everybody's page. Another meaning needs a context."""
    said: dict[tuple[str | None, str], dict[str, set[str]]] = {}
    for room in ROOMS:
        for entry in polib.pofile(str(room / "locale" / "en" / "LC_MESSAGES" / "django.po")):
            if not entry.obsolete:
                english = " | ".join(entry.msgstr_plural.values()) or entry.msgstr
                said.setdefault((entry.msgctxt, entry.msgid), {}).setdefault(english, set()).add(room.name)
    assert {text: words for text, words in said.items() if len(words) > 1} == {}


def test_every_room_that_speaks_has_a_catalogue() -> None:
    """A room whose Python or templates hold texts to translate has a locale folder of its own."""
    silent = []
    for room in sorted(
        [*(p for p in (PACKAGE / "apps").iterdir() if p.is_dir()), PACKAGE / "kernel", PACKAGE / "site"]
    ):
        speaks = any(
            "gettext" in file.read_text(encoding="utf-8")
            for file in room.rglob("*.py")
            if "tests" not in file.parts and "migrations" not in file.parts
        ) or any("translate" in file.read_text(encoding="utf-8") for file in room.rglob("*.html"))
        if speaks and not (room / "locale").is_dir():
            silent.append(room.name)
    assert silent == []


def test_texts_are_marked_by_names_that_are_collected() -> None:
    """`gettext as _now` would work on the page and be collected by nobody."""
    strange = [
        f"{file.relative_to(PACKAGE)}: {line.strip()}"
        for file in PACKAGE.rglob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if "gettext" in line and " as " in line and not line.strip().endswith(" as _")
    ]
    assert strange == []
