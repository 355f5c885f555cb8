"""The invented example that a template is tried on: nobody's data, every group of the record."""

from __future__ import annotations

import json
from base64 import b64encode
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from shouwang.apps.papers import shelves
from shouwang.apps.papers.errors import BadWording, in_words
from shouwang.apps.papers.known import Record, merged
from shouwang.engines import papers as engine
from shouwang.engines.errors import CannotTell
from shouwang.engines.papers import NotFilled, Template
from shouwang.engines.papers.record import Field, Kind

_SAMPLE = Path(engine.__file__).parent / "data" / "sample.json"


@cache
def _sample() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_SAMPLE.read_text(encoding="utf-8"))
    return found


def example_for(template: Template) -> Record:
    """The sample record as this template needs it; what the sample leaves empty holds its own name, or a plain value of its kind."""
    sample = _sample()
    record = deepcopy(merged(sample["record"], sample["with"].get(template.code, {})))
    for place in template.body.places:
        if place.group is None or place.field is None:
            continue
        code, field = place.group.code, place.field
        rows = record.setdefault(code, [{}] if place.group.many else {})
        for row in rows if isinstance(rows, list) else [rows]:
            row.setdefault(field.code, _plain(field))
    return record


def _plain(field: Field) -> object:
    return {
        Kind.DAY: "2026-11-28",
        Kind.TIME: "2026-11-28T15:04:00+08:00",
        Kind.MONEY: "100",
        Kind.COUNT: 1,
        Kind.YES_NO: True,
        Kind.CHOICE: next(iter(field.choices), ""),
    }.get(field.kind, field.zh)


def pages_of(template: Template) -> list[str]:
    """The template filled with the example, as data addresses of pictures. Raises BadWording with what the example cannot fill."""
    try:
        paper = engine.fill(
            shelves.shelf(), template, example_for(template), zone=timezone.get_current_timezone(), review=True
        )
    except NotFilled as why:
        raise BadWording("；".join(in_words(one) for one in why.problems)) from why
    except CannotTell as why:
        raise BadWording(str(why)) from why
    return ["data:image/png;base64," + b64encode(one).decode() for one in shelves.press().pictures([paper])]
