"""Which line of a file a refusal speaks of, so that whoever wrote the file finds it."""

from __future__ import annotations

import re

_IN_TOML = re.compile(r"\(at line (\d+), column \d+\)")
_HEADER = re.compile(r"\s*\[")
_ENTRY = re.compile(r"(\w+)\[(\d+)\]|\[\[(\w+)\]\] (\S+)")
_TABLE = re.compile(r"\[(\w+(?:\.[\w-]+)?)\]")
_QUOTED = re.compile("[“']([^”']+)[”']")
_KEY = re.compile(r"[A-Za-z_][\w-]*")


def line_of(text: str, where: str, why: str) -> int | None:
    """
    The line, counted from 1; None when nothing of it can be found.

    text         of the file
    where, why   of the `BadData`: “our.toml line[2]: says”, “danger.toml [[pattern]] mine says”, “… (at line 3, column 1)”
    """
    if found := _IN_TOML.search(why):
        return int(found[1])
    lines = text.splitlines()
    if "(at end of document)" in why:
        return len(lines) or None
    place = where.partition(" ")[2]
    start, end = _stretch(lines, place)
    for key in reversed(_KEY.findall(place)):
        for number in range(start, end):
            if re.match(rf"\s*{re.escape(key)}\s*=", lines[number]):
                return number + 1
    if start:
        return start
    for word in _QUOTED.findall(why):
        for number, line in enumerate(lines, 1):
            if word in line:
                return number
    return None


def _stretch(lines: list[str], place: str) -> tuple[int, int]:
    """The lines behind the header that a place names, up to the next header; all of them when it names none."""
    heads = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    head = None
    entry, table = _ENTRY.search(place), _TABLE.search(place)
    if entry:
        name, which = entry[1] or entry[3], entry[2] or entry[4].rstrip(":")
        mine = [number for number in heads if re.match(rf"\s*\[\[\s*{name}\s*\]\]", lines[number])]
        if which.isdecimal():
            head = mine[int(which) - 1] if 0 < int(which) <= len(mine) else None
        else:
            head = next((n for n in mine if _holds(lines, n, heads, which)), None)
    elif table:
        wanted = rf"\s*\[\s*{re.escape(table[1])}\s*\]"
        head = next((number for number in heads if re.match(wanted, lines[number])), None)
    if head is None:
        return 0, 0 if entry or table else len(lines)
    return head + 1, next((number for number in heads if number > head), len(lines))


def _holds(lines: list[str], head: int, heads: list[int], name: str) -> bool:
    end = next((number for number in heads if number > head), len(lines))
    return any(f'"{name}"' in line for line in lines[head:end])
