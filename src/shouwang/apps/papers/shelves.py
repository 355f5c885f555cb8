"""
Which text of a template holds: the house's, the one in the data folder above it, and on top what a station put in force by itself.

Every text that was once used is kept by its digest (`Wording`), so that a paper can be set again exactly as it was, whatever the house
ships later.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from django.conf import settings

from shouwang.apps.matters import clock
from shouwang.apps.papers.models import Ruling, Wording
from shouwang.apps.units.models import Unit
from shouwang.engines.papers import Press, Shelf, Template, read_source

LAYER = "desk"
#: Papers of the file as a whole: made when it is bound, never one by one. The roll is the receipt again, for another printer;
#: the notice is of the log, not of a matter.
NOT_BY_HAND = frozenset({"file-cover", "file-index", "file-note", "report-receipt-roll", "log-notice"})


@cache
def shelf() -> Shelf:
    """The templates shipped with the house, and on top those in `papers/` of the data folder. Read once a process."""
    own = settings.SHOUWANG.data_dir / "papers"
    return Shelf.load({"station": [own]} if own.is_dir() else None, book=clock.rulebook())


@cache
def press() -> Press:
    """One press for the process: it reads the typefaces of the machine."""
    return Press()


def kinds() -> dict[str, str]:
    """What can be made at a desk: code → title."""
    return {code: one.zh for code, one in shelf().templates.items() if code not in NOT_BY_HAND}


@lru_cache(maxsize=256)
def read(kind: str, text: str) -> Template:
    """A template from its text. Errors: BadData with line or field and reason."""
    below = shelf()
    own = below.templates.get(kind)
    if own is not None and own.text == text:
        return own
    is_ours = "based_on" not in text
    return read_source(
        text.encode(), f"{kind}.md", LAYER, below.dictionary, below.book, None if is_ours else below.templates
    )


def template_of(wording: Wording) -> Template:
    return read(wording.kind, wording.text)


def keep(template: Template) -> Wording:
    """The text of a template, kept."""
    return Wording.objects.get_or_create(
        digest=template.digest, defaults={"kind": template.code, "text": template.text}
    )[0]


def ruling_of(unit: Unit, kind: str) -> Ruling | None:
    """The newest decision of this station about this template."""
    return Ruling.objects.filter(unit=unit.station, kind=kind).select_related("wording", "by").order_by("-pk").first()


def in_force(unit: Unit, kind: str) -> Template:
    """The template that new papers of this station are made from. Errors: CannotTell when there is no such kind."""
    own, ruling = shelf()[kind], ruling_of(unit, kind)
    return template_of(ruling.wording) if ruling is not None and ruling.wording is not None else own


def all_in_force(unit: Unit) -> Mapping[str, Template]:
    """All templates as they hold at this station, in one query."""
    newest: dict[str, Ruling] = {}
    for ruling in Ruling.objects.filter(unit=unit.station).select_related("wording", "by").order_by("pk"):
        newest[ruling.kind] = ruling
    changed = {kind: template_of(one.wording) for kind, one in newest.items() if one.wording is not None}
    return {**shelf().templates, **changed}
