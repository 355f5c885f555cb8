"""
Reading rule files: one TOML file into typed entries, no lookups between files.

Besides `[file]` (defaults for its entries) a file may hold `[[instrument]]`, `[[trigger]]`, `[[approver]]`,
`[[pause]]`, `[[rule]]`, `[[threshold]]`, `[[ground]]`, `[[mask]]` and `[[publication]]`. docs/explanation/law-as-data.md has the formats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from shouwang.engines.law.model import (
    TIME_UNITS,
    Amount,
    Band,
    Citation,
    Confidence,
    Every,
    Extension,
    Handling,
    Instrument,
    Item,
    Level,
    MaskOutput,
    MaskRule,
    Publication,
    Rule,
    SecrecyGround,
    Threshold,
    Unit,
    Word,
)
from shouwang.engines.law.reading import Table, toml_file

MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z")
REGION = re.compile(r"(\d\d){0,3}\Z")
AUDIENCES = ("public", "owner")


@dataclass(slots=True)
class RuleFile:
    """Everything one file says; an entry's `Table` names its place in later error messages."""

    instruments: list[Instrument] = field(default_factory=list)
    triggers: list[Word] = field(default_factory=list)
    approvers: list[Word] = field(default_factory=list)
    pauses: list[Word] = field(default_factory=list)
    rules: list[tuple[Table, Rule, str]] = field(
        default_factory=list
    )  # with the layer that the entry says it overrides
    thresholds: list[tuple[Table, Threshold]] = field(default_factory=list)
    grounds: list[tuple[Table, SecrecyGround]] = field(default_factory=list)
    masks: list[tuple[Table, MaskRule]] = field(default_factory=list)
    publications: list[tuple[Table, Publication]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Defaults:
    """What `[file]` gives to each entry that does not say otherwise."""

    layer: str
    instrument: str
    valid_from: date | None
    confidence: Confidence | None


def read_rule_file(path: Path, layer: str) -> RuleFile:
    """One file of one layer. Errors: BadData with file, key and reason."""
    top = toml_file(path)
    defaults = _defaults(top.table_or_none("file"), layer)
    found = RuleFile(
        instruments=[_instrument(table) for table in top.tables("instrument")],
        triggers=[_word(table) for table in top.tables("trigger")],
        approvers=[_word(table) for table in top.tables("approver")],
        pauses=[_word(table) for table in top.tables("pause")],
        rules=[_rule(table, defaults) for table in top.tables("rule")],
        thresholds=[(table, _threshold(table, defaults)) for table in top.tables("threshold")],
        grounds=[(table, _ground(table, defaults)) for table in top.tables("ground")],
        masks=[(table, _mask(table, defaults)) for table in top.tables("mask")],
        publications=[(table, _publication(table, defaults)) for table in top.tables("publication")],
    )
    top.done()
    return found


def _defaults(table: Table | None, layer: str) -> Defaults:
    if table is None:
        return Defaults(layer, "", None, None)
    confidence = table.choice("confidence", Confidence) if table.has("confidence") else None
    defaults = Defaults(layer, table.code("instrument", ""), table.day_or_none("valid_from"), confidence)
    table.done()
    return defaults


def _word(table: Table) -> Word:
    word = Word(table.code("code"), table.text("zh"), table.text("en"))
    table.done()
    return word


def _instrument(table: Table) -> Instrument:
    valid_from, valid_to = _validity(table, None)
    name_zh = table.text("name_zh")
    instrument = Instrument(
        id=table.code("id"),
        name_zh=name_zh,
        full_zh=table.text("full_zh", name_zh),
        name_en=table.text("name_en"),
        number=table.text("number", ""),
        valid_from=valid_from,
        valid_to=valid_to,
        check=table.text("check", ""),
    )
    table.done()
    return instrument


def _validity(table: Table, default: date | None) -> tuple[date, date | None]:
    valid_from = default if default is not None and not table.has("valid_from") else table.day("valid_from")
    valid_to = table.day_or_none("valid_to")
    if valid_to is not None and valid_to < valid_from:
        raise table.bad("valid_to", f"{valid_to} lies before valid_from {valid_from}")
    return valid_from, valid_to


def _confidence(table: Table, defaults: Defaults) -> Confidence:
    return table.choice("confidence", Confidence, defaults.confidence)


def _sources(table: Table, defaults: Defaults) -> tuple[Citation, ...]:
    """`article = "33"` under the file's instrument, and `source = ["other-law 20", …]` for anything else."""
    cited: list[Citation] = []
    if table.has("article"):
        if not defaults.instrument:
            raise table.bad("article", "needs an instrument in [file]; use source instead")
        cited.append(Citation(defaults.instrument, table.text("article")))
    for text in table.texts("source"):
        instrument, _, article = text.partition(" ")
        cited.append(Citation(instrument, article.strip()))
    if not cited:
        raise table.bad("source", "is missing: a rule needs its source (article or source)")
    return tuple(cited)


def _unit(table: Table, limit: float | None) -> Unit:
    unit = table.choice("unit", Unit, Unit.NONE)
    if (limit is None) != (unit is Unit.NONE):
        raise table.bad("unit", "a limit needs a unit, and a unit needs a limit")
    if unit in TIME_UNITS and unit is not Unit.YEARS and (not isinstance(limit, int) or limit < 1):
        raise table.bad("limit", f"must be a whole number from 1 for the unit {unit}, not {limit!r}")
    return unit


def _extension(table: Table | None, unit: Unit) -> Extension | None:
    if table is None:
        return None
    extension = Extension(
        table.whole("amount"), table.choice("unit", Unit, unit), table.whole("times", 1), table.code("approver", "")
    )
    table.done()
    if extension.unit is not unit:
        raise table.bad("unit", f"must be {unit} like the limit, not {extension.unit}")
    return extension


def _items(table: Table) -> Iterator[Item]:
    seen: set[str] = set()
    for entry in table.tables("items"):
        item = Item(entry.code("code"), entry.text("zh"), entry.text("en"))
        entry.done()
        if item.code in seen:
            raise entry.bad("code", "stands twice in one list")
        seen.add(item.code)
        yield item


def _bands(table: Table) -> Iterator[Band]:
    """A tariff begins with the first one and rises; what rises again inside a band says after how many and by how much."""
    first = 0
    for entry in table.tables("bands"):
        band = Band(entry.whole("from"), int(entry.number("each") or 0), int(entry.number("every") or 0),
                    int(entry.number("more") or 0))  # fmt: skip
        entry.done()
        if band.first <= first or (first == 0 and band.first != 1):
            raise entry.bad("from", "must begin with 1 and rise from band to band")
        if bool(band.every) != bool(band.more):
            raise entry.bad("more", "stands together with every")
        first = band.first
        yield band


def _rule(table: Table, defaults: Defaults) -> tuple[Table, Rule, str]:
    limit, limit_max = table.number("limit"), table.number("limit_max")
    if limit_max is not None and (limit is None or limit_max <= limit):
        raise table.bad("limit_max", "must be more than limit")
    unit = _unit(table, limit)
    trigger = table.code("trigger", "")
    extension = _extension(table.table_or_none("extension"), unit)
    if extension is not None and (not trigger or unit not in TIME_UNITS):
        raise table.bad("extension", "only a clock (a trigger and a limit in time) can be lengthened")
    each_year_by = table.text("each_year_by", "")
    if each_year_by and not MONTH_DAY.match(each_year_by):
        raise table.bad("each_year_by", f"must be month and day like 01-31, not {each_year_by!r}")
    valid_from, valid_to = _validity(table, defaults.valid_from)
    overrides = table.code("overrides", "")
    rule = Rule(
        id=table.code("id"),
        name_zh=table.text("name_zh"),
        name_en=table.text("name_en"),
        says_zh=table.text("says_zh"),
        says_en=table.text("says_en"),
        limit=limit,
        limit_max=limit_max,
        unit=unit,
        trigger=trigger,
        extension=extension,
        pauses=table.texts("pauses"),
        rolls=table.flag("rolls", default=True),
        at_once=table.flag("at_once", default=False),
        approver=table.code("approver", ""),
        each_year_by=each_year_by,
        items=tuple(_items(table)),
        sources=_sources(table, defaults),
        valid_from=valid_from,
        valid_to=valid_to,
        confidence=_confidence(table, defaults),
        check=table.text("check", ""),
        promise_for=table.code("promise_for", ""),
        layer=defaults.layer,
        bands=tuple(_bands(table)),
    )
    table.done()
    return table, rule, overrides


def _amount(table: Table, key: str) -> Amount | None:
    """`large = 3000` is a figure; `large = [1000, 3000]` a corridor."""
    return Amount(*table.corridor(key)) if table.has(key) else None


def _threshold(table: Table, defaults: Defaults) -> Threshold:
    region = table.text("region", "")
    if not REGION.match(region):
        raise table.bad("region", f"must be 0, 2, 4 or 6 digits of a GB/T 2260 code, not {region!r}")
    valid_from, valid_to = _validity(table, defaults.valid_from)
    threshold = Threshold(
        offence=table.code("offence"),
        region=region,
        region_zh=table.text("region_zh"),
        region_en=table.text("region_en"),
        variant=table.code("variant", ""),
        large=_amount(table, "large"),
        very_large=_amount(table, "very_large"),
        huge=_amount(table, "huge"),
        sources=_sources(table, defaults),
        valid_from=valid_from,
        valid_to=valid_to,
        confidence=_confidence(table, defaults),
        check=table.text("check", ""),
    )
    table.done()
    return threshold


def _ground(table: Table, defaults: Defaults) -> SecrecyGround:
    ground = SecrecyGround(
        id=table.code("id"),
        name_zh=table.text("name_zh"),
        name_en=table.text("name_en"),
        says_zh=table.text("says_zh"),
        says_en=table.text("says_en"),
        handling=table.choice("handling", Handling),
        sources=_sources(table, defaults),
        confidence=_confidence(table, defaults),
        check=table.text("check", ""),
        end=table.flag("end", default=False),
        levels=tuple(_levels(table)),
        asks_owner=table.flag("asks_owner", default=False),
        outweighed=table.flag("outweighed", default=False),
        refuses=table.texts("refuses"),
    )
    table.done()
    return ground


def _levels(table: Table) -> Iterator[Level]:
    """Each with its longest term; a ground with levels needs an end."""
    before: Level | None = None
    for entry in table.tables("levels"):
        level = Level(entry.code("code"), entry.text("zh"), entry.text("en"), entry.whole("years"))
        entry.done()
        if before is not None and level.years >= before.years:
            raise entry.bad("years", "must fall from level to level")
        if not table.flag("end", default=False):
            raise entry.bad("years", "stands only under a ground that needs an end")
        before = level
        yield level


def _mask(table: Table, defaults: Defaults) -> MaskRule:
    audience = table.text("audience", "public")
    if audience not in AUDIENCES:
        raise table.bad("audience", f"must be one of {', '.join(AUDIENCES)}, not {audience!r}")
    mask = MaskRule(
        field=table.code("field"),
        audience=audience,
        output=table.choice("output", MaskOutput),
        name_zh=table.text("name_zh"),
        name_en=table.text("name_en"),
        says_zh=table.text("says_zh"),
        says_en=table.text("says_en"),
        sources=_sources(table, defaults),
        confidence=_confidence(table, defaults),
        check=table.text("check", ""),
    )
    table.done()
    return mask


def _publication(table: Table, defaults: Defaults) -> Publication:
    publication = Publication(
        id=table.code("id"),
        group=table.code("group"),
        name_zh=table.text("name_zh"),
        name_en=table.text("name_en"),
        says_zh=table.text("says_zh"),
        says_en=table.text("says_en"),
        within=table.code("within"),
        every=table.choice("every", Every),
        renew=table.flag("renew", default=False),
        sources=_sources(table, defaults),
        confidence=_confidence(table, defaults),
        check=table.text("check", ""),
    )
    table.done()
    return publication
