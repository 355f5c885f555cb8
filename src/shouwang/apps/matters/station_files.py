"""
A station's own data: files that add to the law, to triage and to the words of danger, or put their own in place of ours.

    rules/*.toml           law and promises      docs/explanation/law-as-data.md
    rules/triage/*.toml    kinds, words, who     docs/how-to/change-triage.md
    rules/danger/*.toml    words of danger       docs/explanation/danger-words.md

`rules` lies in the data folder, or where `SHOUWANG_RULES_DIR` says. The files are read once a process. None is left out in silence: what
cannot be used stops the start with file, line and reason (`site/station_files.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from shouwang.engines.errors import BadData
from shouwang.engines.law.whereabouts import line_of

TRIAGE, DANGER = "triage", "danger"
#: Where they lie unless somebody said otherwise; only then may the folder be missing.
USUAL = Path("rules")


def folder() -> Path:
    """Where the files lie; it need not be there."""
    given: Path = settings.SHOUWANG.rules_dir
    data: Path = settings.SHOUWANG.data_dir
    return data / given


def law_files() -> tuple[Path, ...]:
    """The station's own layer of law, in the order in which it is read."""
    return tuple(sorted(folder().glob("*.toml")))


def triage_files() -> tuple[Path, ...]:
    """Its own kinds, lines and division of labour."""
    return tuple(sorted((folder() / TRIAGE).glob("*.toml")))


def danger_files() -> tuple[Path, ...]:
    """Its own words of danger."""
    return tuple(sorted((folder() / DANGER).glob("*.toml")))


def all_files() -> tuple[Path, ...]:
    """Everything that is read."""
    return (*law_files(), *danger_files(), *triage_files())


def left_out() -> str:
    """A sentence about what lies there and would not be read, or about a folder that was named and is not there; else empty."""
    there = folder()
    if not there.is_dir():
        named = settings.SHOUWANG.rules_dir != USUAL or there.exists()
        return (
            "SHOUWANG_RULES_DIR names a folder that is not there. Make it, or take the setting away." if named else ""
        )
    strange = next(_strangers(there), None)
    if strange is None:
        return ""
    return (
        f"{_called(strange)} would not be read: the station's own files are *.toml, {TRIAGE}/*.toml and {DANGER}/*.toml. "
        "Rename it, or take it out of the folder."
    )


def _strangers(there: Path) -> Iterator[Path]:
    """What is neither a file that is read, nor notes, nor what an editor leaves behind."""
    for one in sorted(there.iterdir()):
        if one.is_dir() and one.name in {TRIAGE, DANGER}:
            yield from (each for each in sorted(one.iterdir()) if not _is_known(each))
        elif not _is_known(one):
            yield one


def _is_known(one: Path) -> bool:
    left_behind = one.name.startswith(".") or one.name.endswith("~")
    return left_behind or (one.is_file() and one.suffix in {".toml", ".md"})


def _called(one: Path) -> str:
    """Without the folders above: `/health` tells it to anybody."""
    return str(Path(folder().name) / one.relative_to(folder()))


def told(error: BadData, files: tuple[Path, ...]) -> str:
    """A refusal as a sentence with file, line and what to do."""
    name, _space, key = error.where.partition(" ")
    texts = {one: one.read_text(encoding="utf-8", errors="replace") for one in files}
    file = next((one for one in files if error.where == str(one) or name == one.name), None)
    if file is not None:
        line = line_of(texts[file], error.where.removeprefix(str(file)), error.why)
    else:
        # How the files fit together is refused without a file: the word it speaks of stands in one of them.
        key = error.where
        found = ((one, line_of(text, "", error.why)) for one, text in texts.items())
        file, line = next(((one, number) for one, number in found if number), (None, None))
    place = _called(file) if file else folder().name
    at = f", line {line}" if line else ""
    about = f"{key}: " if key and error.where != str(file) else ""
    return (
        f"{place}{at}: {about.replace('::', ':')}{error.why}. Mend this file or take it out of the folder, then start again "
        "(docs/how-to/change-triage.md)."
    )
