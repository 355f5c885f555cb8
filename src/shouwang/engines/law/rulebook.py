"""
The rulebook: rules looked up by id and day, thresholds by region and day.

Layers lie on each other, the law first. A later layer adds rules of its own, overrides a rule by saying whose it
replaces (`overrides = "law"`), or promises something better (`promise_for = "id-issue"`). Nothing vanishes in silence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, TypeVar

from shouwang.engines.errors import BadData, CannotTell
from shouwang.engines.law.model import Instrument, MaskRule, Publication, Rule, SecrecyGround, Threshold, Word
from shouwang.engines.law.reading import CODE, Table
from shouwang.engines.law.rulefile import RuleFile, read_rule_file

OFFICIAL = Path(__file__).parent / "data"
LAW = "law"


class Dated(Protocol):
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Rulebook:
    """
    A frozen set of rules. Build it with `Rulebook.load`.

    layers       names, lowest first
    instruments  by id; triggers, approvers and pauses by code
    publications what must be public, by id, in the order of the files
    """

    layers: tuple[str, ...]
    instruments: Mapping[str, Instrument]
    triggers: Mapping[str, Word]
    approvers: Mapping[str, Word]
    pauses: Mapping[str, Word]
    versions: Mapping[str, tuple[Rule, ...]]  # by rule id: highest layer first, then newest first
    thresholds: tuple[Threshold, ...]
    grounds: Mapping[str, SecrecyGround]
    masks: tuple[MaskRule, ...]
    publications: Mapping[str, Publication]

    @classmethod
    def load(cls, *paths: Path, layers: Mapping[str, Iterable[Path]] | None = None) -> Rulebook:
        """
        Read rule files.

        paths    files or directories (their `*.toml`) of the lowest layer, named "law"; without any, those shipped here
        layers   further layers from low to high: name → files or directories of, say, a province and a station
        Errors   BadData with file, key and reason
        """
        builder = _Builder()
        builder.add(LAW, paths or (OFFICIAL,))
        for name, files in (layers or {}).items():
            builder.add(name, tuple(files))
        return builder.book()

    def rule(self, rule_id: str, *, on: date) -> Rule:
        """
        The version in force on a station-local day, from the highest layer that has one.

        Errors   CannotTell: no such rule, or no version of it is valid on that day
        """
        if rule_id not in self.versions:
            raise CannotTell(f"There is no rule {rule_id}.")
        for rule in self.versions[rule_id]:
            if rule.valid_on(on):
                return rule
        raise CannotTell(f"No version of rule {rule_id} is in force on {on}.")

    def rules(self, *, on: date) -> tuple[Rule, ...]:
        """Every rule in force on a day, by id."""
        best = (next((rule for rule in found if rule.valid_on(on)), None) for found in self.versions.values())
        return tuple(sorted((rule for rule in best if rule is not None), key=lambda rule: rule.id))

    def promise(self, rule_id: str, *, on: date) -> Rule | None:
        """What the station promises beyond a statutory rule on a day: the highest layer's promise, or None."""
        found = [rule for rule in self.rules(on=on) if rule.promise_for == rule_id]
        return max(found, key=lambda rule: (self.layers.index(rule.layer), rule.valid_from), default=None)

    def threshold(self, offence: str, *, region: str, on: date, variant: str = "") -> Threshold:
        """
        The figures for an offence at a place: the entry of the smallest region that holds it.

        region   GB/T 2260 digits, "440305" finds Shenzhen's before Guangdong's before the country's corridor
        Errors   CannotTell when there is none on that day
        """
        fitting = [
            entry
            for entry in self.thresholds
            if entry.offence == offence
            and entry.variant == variant
            and region.startswith(entry.region)
            and entry.valid_on(on)
        ]
        if not fitting:
            raise CannotTell(f"No figure for {offence} {variant}".strip() + f" in region {region or 'CN'} on {on}.")
        return max(fitting, key=lambda entry: (len(entry.region), entry.valid_from))

    def mask(self, field: str, *, audience: str = "public") -> MaskRule:
        """How a field appears to an audience. Errors: CannotTell when no rule is known; print nothing then."""
        for rule in self.masks:
            if (rule.field, rule.audience) == (field, audience):
                return rule
        raise CannotTell(f"There is no masking rule for the field {field} shown to {audience}.")


class _Builder:
    """Collects layers and refuses what does not fit together."""

    def __init__(self) -> None:
        self.layers: list[str] = []
        self.instruments: dict[str, Instrument] = {}
        self.triggers: dict[str, Word] = {}
        self.approvers: dict[str, Word] = {}
        self.pauses: dict[str, Word] = {}
        self.versions: defaultdict[str, list[Rule]] = defaultdict(list)
        self.thresholds: list[Threshold] = []
        self.grounds: dict[str, SecrecyGround] = {}
        self.masks: dict[tuple[str, str], MaskRule] = {}
        self.publications: dict[str, Publication] = {}

    def add(self, layer: str, paths: Iterable[Path]) -> None:
        if not CODE.match(layer) or layer in self.layers:
            raise BadData(f"layer {layer}", "must be a new name of small Latin letters, digits and hyphens")
        files = [(file.name, read_rule_file(file, layer)) for file in _files(paths)]
        below = {rule_id: tuple(found) for rule_id, found in self.versions.items()}
        self.layers.append(layer)
        for name, file in files:
            self._words(name, file)
        for name, file in files:
            for table, rule, overrides in file.rules:
                self._rule(table, rule, overrides, below)
            self._tables(name, file)

    def _words(self, name: str, file: RuleFile) -> None:
        _once(self.instruments, ((entry.id, entry) for entry in file.instruments), f"{name} instrument")
        _once(self.triggers, ((entry.code, entry) for entry in file.triggers), f"{name} trigger")
        _once(self.approvers, ((entry.code, entry) for entry in file.approvers), f"{name} approver")
        _once(self.pauses, ((entry.code, entry) for entry in file.pauses), f"{name} pause")

    def _sources(self, table: Table, entry: Rule | Threshold | SecrecyGround | MaskRule | Publication) -> None:
        for citation in entry.sources:
            if citation.instrument not in self.instruments:
                raise table.bad("source", f"there is no instrument {citation.instrument!r}")

    def _rule(self, table: Table, rule: Rule, overrides: str, below: Mapping[str, tuple[Rule, ...]]) -> None:
        self._sources(table, rule)
        if rule.trigger and rule.trigger not in self.triggers:
            raise table.bad("trigger", f"there is no trigger {rule.trigger!r}")
        for pause in rule.pauses:
            if pause not in self.pauses:
                raise table.bad("pauses", f"there is no pause kind {pause!r}")
        if rule.extension and rule.extension.approver and rule.extension.approver not in self.approvers:
            raise table.bad("extension", f"there is no approver {rule.extension.approver!r}")
        if rule.approver and rule.approver not in self.approvers:
            raise table.bad("approver", f"there is no approver {rule.approver!r}")
        self._layering(table, rule, overrides, below.get(rule.id, ()))
        if rule.promise_for:
            self._promise(table, rule)
        for other in self.versions[rule.id]:
            if other.layer == rule.layer and _overlap(other, rule):
                raise table.bad("valid_from", f"two versions of {rule.id} are valid at the same time")
        self.versions[rule.id].append(rule)

    def _layering(self, table: Table, rule: Rule, overrides: str, below: tuple[Rule, ...]) -> None:
        present = {other.layer for other in below}
        if present and not overrides:
            raise table.bad("id", f"{rule.id} stands in the layer {below[-1].layer}; say overrides to replace it")
        if overrides and overrides not in present:
            raise table.bad("overrides", f"the layer {overrides!r} has no rule {rule.id} to replace")

    def _promise(self, table: Table, promise: Rule) -> None:
        """A promise betters the law; one that is longer in the same unit would be none."""
        bettered = self.versions.get(promise.promise_for, [])
        if not bettered:
            raise table.bad("promise_for", f"there is no rule {promise.promise_for!r}")
        if not promise.is_clock:
            raise table.bad("promise_for", "a promise is a clock: it needs a trigger and a limit in time")
        for rule in bettered:
            longer = rule.limit is not None and promise.limit is not None and promise.limit > rule.limit
            if rule.unit == promise.unit and _overlap(rule, promise) and longer:
                raise table.bad("limit", f"{promise.limit} {promise.unit} is longer than the law's {rule.limit}")

    def _tables(self, name: str, file: RuleFile) -> None:
        for table, threshold in file.thresholds:
            self._sources(table, threshold)
            place = (threshold.offence, threshold.region, threshold.variant)
            for other in self.thresholds:
                if (other.offence, other.region, other.variant) == place and _overlap(other, threshold):
                    raise table.bad("offence", "two entries for one offence and region are valid at the same time")
            self.thresholds.append(threshold)
        for table, ground in file.grounds:
            self._sources(table, ground)
            _once(self.grounds, [(ground.id, ground)], f"{name} ground")
        for table, mask in file.masks:
            self._sources(table, mask)
            _once(self.masks, [((mask.field, mask.audience), mask)], f"{name} mask")
        for table, publication in file.publications:
            self._sources(table, publication)
            _once(self.publications, [(publication.id, publication)], f"{name} publication")

    def book(self) -> Rulebook:
        for publication in self.publications.values():
            if publication.within not in self.versions:
                raise BadData(f"publication {publication.id} within", f"there is no rule {publication.within!r}")
        order = {
            rule_id: tuple(
                sorted(found, key=lambda rule: (self.layers.index(rule.layer), rule.valid_from), reverse=True)
            )
            for rule_id, found in sorted(self.versions.items())
            if found
        }
        return Rulebook(
            layers=tuple(self.layers),
            instruments=MappingProxyType(self.instruments),
            triggers=MappingProxyType(self.triggers),
            approvers=MappingProxyType(self.approvers),
            pauses=MappingProxyType(self.pauses),
            versions=MappingProxyType(order),
            thresholds=tuple(self.thresholds),
            grounds=MappingProxyType(self.grounds),
            masks=tuple(self.masks.values()),
            publications=MappingProxyType(self.publications),
        )


K = TypeVar("K")
V = TypeVar("V")


def _once(into: dict[K, V], entries: Iterable[tuple[K, V]], where: str) -> None:
    for key, value in entries:
        if key in into:
            raise BadData(f"{where} {key}", "stands twice")
        into[key] = value


def _overlap(one: Dated, other: Dated) -> bool:
    return (one.valid_to is None or other.valid_from <= one.valid_to) and (
        other.valid_to is None or one.valid_from <= other.valid_to
    )


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.glob("*.toml"))
        else:
            yield path
