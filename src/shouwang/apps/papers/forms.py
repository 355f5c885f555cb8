"""
What the pages of papers ask. The form of a paper is generated from its template: what is missing first, what is known behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shouwang.apps.files.forms import CleanUploadsField
from shouwang.apps.files.usecases import house_limits
from shouwang.apps.matters.forms import words
from shouwang.apps.papers.known import Record
from shouwang.apps.papers.making import Held
from shouwang.apps.papers.models import Step
from shouwang.engines.papers import Problem
from shouwang.engines.papers.record import Field, Group, Kind, NotSo, read

#: Groups that the house makes itself.
MADE = frozenset({"paper", "contents", "query"})
BETWEEN = "|"
_MINUTES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]


def _called(one: Group | Field) -> str:
    return one.en if (get_language() or "zh").startswith("en") else one.zh


@dataclass(frozen=True, slots=True)
class Asked:
    """
    One thing a paper asks for.

    path     its place in the record: `case.refusal_reason`, or the whole list `evidence`
    fields   of a list, the columns that this paper shows; of anything else the one field
    value    what the record says now, as JSON has it
    lack     why it is asked: missing, or not what it should be; empty when it is known or may stay empty
    """

    path: str
    group: Group
    fields: tuple[Field, ...]
    value: Any
    lack: str

    @property
    def name(self) -> str:
        return self.path.replace(".", "-")

    @property
    def label(self) -> str:
        if self.group.many:
            return _called(self.group)
        return f"{_called(self.group)} · {_called(self.fields[0])}"


def asked(held: Held, record: Record, problems: tuple[Problem, ...]) -> list[Asked]:
    """What this paper asks for: the lacks first, then what is known or may stay empty, in the order of the template."""
    lacking = {_place(problem.field): problem for problem in problems}
    found: dict[str, tuple[Group, list[Field], bool]] = {}
    for place in (held.template.organ, *held.template.body.places):
        group = place.group
        if group is None or group.code in MADE:
            continue
        field = place.field or next(iter(group.fields.values()))
        path = group.code if group.many else f"{group.code}.{field.code}"
        known = found.setdefault(path, (group, [], place.otherwise is not None))
        if field not in known[1]:
            known[1].append(field)
    rows = []
    for path, (group, fields, may_be_empty) in found.items():
        value = _value(record, path)
        lack = lacking.get(path)
        if lack is None and value in (None, "", []) and not may_be_empty:
            continue  # in a branch of the template that is not taken
        rows.append(Asked(path, group, tuple(fields), value, lack.code if lack else ""))
    return sorted(rows, key=lambda one: not one.lack)


def _place(field: str) -> str:
    """`evidence[2].features` is asked with its whole list."""
    return field.partition("[")[0]


def _value(record: Record, path: str) -> Any:
    group, _dot, field = path.partition(".")
    found = record.get(group)
    return found.get(field) if field and isinstance(found, dict) else None if field else found


class FillForm(forms.Form):
    """The missing fields of one paper, and those it knows, to be put right."""

    use_required_attribute = False

    def __init__(self, *args: Any, asks: list[Asked], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks = asks
        for one in asks:
            self.fields[one.name] = _field_of(one)

    def missing(self) -> list[forms.BoundField]:
        found = [self[one.name] for one in self.asks if one.lack or one.name in self.errors]
        for bound in found:
            bound.field.required = True  # how it is shown; what is half filled in may be saved all the same
        return found

    def known(self) -> list[forms.BoundField]:
        return [self[one.name] for one in self.asks if not one.lack and one.name not in self.errors]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for one in self.asks:
            if one.group.many and given.get(one.name):
                try:
                    given[one.name] = list(_rows(one, given[one.name]))
                except forms.ValidationError as why:
                    self.add_error(one.name, why)
        return given

    def values(self) -> dict[str, Any]:
        """What was changed, as JSON takes it; None where something known was emptied. An empty field that was empty says nothing."""
        found: dict[str, Any] = {}
        for one in self.asks:
            value = _as_json(self.cleaned_data.get(one.name))
            before = [] if one.value is None and one.group.many else "" if one.value is None else one.value
            if value in (None, "", []):
                if before not in ("", []):
                    found[one.path] = None
            elif _written(one, value) != _written(one, before):
                found[one.path] = value
        return found


def _written(one: Asked, value: Any) -> Any:
    """A value in the one form in which two can be compared."""
    if one.group.many:
        return _lines(one, value) if isinstance(value, list) else value
    if value in (None, ""):
        return ""
    try:
        return read(one.fields[0], value)
    except NotSo as why:  # what was there before is of the wrong kind: anything differs from it
        return repr(why)


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value == "yes" if value in ("yes", "no") else value


def _field_of(one: Asked) -> forms.Field:
    given: dict[str, Any] = {"label": one.label, "required": False, "initial": _initial(one)}
    if one.group.many:
        columns = f" {BETWEEN} ".join(_called(field) for field in one.fields)
        hint = gettext("每行一项，用 | 隔开：%(columns)s") % {"columns": columns}
        return forms.CharField(**given, help_text=hint, widget=forms.Textarea(attrs={"rows": 4}), max_length=20_000)
    field = one.fields[0]
    match field.kind:
        case Kind.LONG:
            return forms.CharField(**given, max_length=field.longest, widget=forms.Textarea(attrs={"rows": 4}))
        case Kind.DAY:
            return forms.DateField(**given, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        case Kind.TIME:
            widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
            return forms.DateTimeField(**given, input_formats=_MINUTES, widget=widget)
        case Kind.MONEY:
            return forms.DecimalField(**given, min_value=0, max_digits=14, decimal_places=2)
        case Kind.COUNT:
            return forms.IntegerField(**given, min_value=0, max_value=9999)
        case Kind.YES_NO:
            return forms.ChoiceField(**given, choices=[("", "—"), ("yes", gettext("是")), ("no", gettext("否"))])
        case Kind.CHOICE:
            return forms.ChoiceField(**given, choices=[("", "—"), *field.choices.items()])
    return forms.CharField(**given, max_length=field.longest)


def _initial(one: Asked) -> Any:
    if one.group.many:
        return "\n".join(_lines(one, one.value)) if isinstance(one.value, list) else ""
    try:
        value = read(one.fields[0], one.value)
    except NotSo:  # shown as it is, to be put right
        return one.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return timezone.localtime(value) if isinstance(value, datetime) else value


def _lines(one: Asked, rows: list[Any]) -> list[str]:
    cells = ([" ".join(str(row.get(field.code) or "").split()) for field in one.fields] for row in rows)
    return [f" {BETWEEN} ".join(line).rstrip(f" {BETWEEN}") for line in cells]


def _rows(one: Asked, text: str) -> Iterator[dict[str, Any]]:
    """
    The lines of a list. A line that is there already keeps what this paper does not show of it. Raises ValidationError naming the line.
    """
    before = one.value if isinstance(one.value, list) else []
    for n, line in enumerate((line for line in text.splitlines() if line.strip()), start=1):
        cells = [cell.strip() for cell in line.split(BETWEEN)]
        if len(cells) > len(one.fields):
            raise forms.ValidationError(
                gettext("第 %(n)s 行有 %(cells)s 格，最多 %(most)s 格。")
                % {"n": n, "cells": len(cells), "most": len(one.fields)}
            )
        row = dict(before[n - 1]) if n <= len(before) and _same_first(one, before[n - 1], cells[0]) else {}
        for field, cell in zip(one.fields, [*cells, *[""] * len(one.fields)], strict=False):
            row[field.code] = _cell(field, cell)
        yield {key: value for key, value in row.items() if value not in (None, "")}


def _same_first(one: Asked, row: dict[str, Any], first: str) -> bool:
    return str(row.get(one.fields[0].code, "")) == first


def _cell(field: Field, cell: str) -> Any:
    if field.kind is Kind.CHOICE:
        return next((code for code, word in field.choices.items() if cell in {code, word}), cell)
    if field.kind is Kind.COUNT and cell.isascii() and cell.isdecimal():
        return int(cell[:6])
    return {"是": True, "否": False}.get(cell, cell) if field.kind is Kind.YES_NO else cell


class MakeForm(forms.Form):
    """Which paper to begin; the hidden id makes a second press harmless."""

    kind = forms.CharField(max_length=40)
    client_id = forms.CharField(max_length=40, required=False)


class LookForm(forms.Form):
    """Why a paper is opened."""

    reason = forms.CharField(
        label=_("为什么要看"),
        max_length=200,
        error_messages={"required": _("请写明原因，比如“审核文书”。")},
    )


class SeenForm(forms.Form):
    """Which version was read."""

    version = forms.IntegerField(min_value=1, max_value=1_000_000, widget=forms.HiddenInput)


class ApproveForm(SeenForm):
    words = words(_("意见（会印在审批表上）"), rows=2)


class BackForm(SeenForm):
    words = words(_("哪里要改"), required=_("请写明哪里要改，写的人照着改。"), rows=2)


class VoidForm(forms.Form):
    words = words(_("为什么作废"), required=_("请写明为什么作废。"), rows=2)


class PersonForm(SeenForm):
    """How a person signed. The drawing comes from the canvas as a file; without a script a photo of paper does as well."""

    way = forms.ChoiceField(
        label=_("怎么签的"),
        choices=[(way.value, way.label) for way in (Step.Way.DRAWN, Step.Way.PAPER, Step.Way.REFUSED)],
        widget=forms.RadioSelect,
        initial=Step.Way.DRAWN,
    )
    name = forms.CharField(label=_("谁签的"), max_length=40, required=False)
    file = CleanUploadsField(limits=house_limits, label=_("签名的图片，或者签好的扫描件"), required=False, most=1)
    words = words(_("拒绝签名的，写明原因"), rows=2)
    witness = forms.CharField(label=_("拒绝签名的，写明在场的见证人"), max_length=80, required=False)
    client_id = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class BatchForm(forms.Form):
    """Several papers of a matter at once."""

    WAYS = (("pdf", _("一个 PDF")), ("zip", _("一个压缩包")), ("file", _("整卷：封面、目录、备考表")))
    papers = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": _("请至少选一份文书。"), "invalid_choice": _("请至少选一份文书。")}
    )
    way = forms.ChoiceField(choices=WAYS)
    reason = forms.CharField(max_length=200, error_messages={"required": _("请写明原因，比如“装订案卷”。")})
    keep = forms.CharField(max_length=40, required=False)
    checked_by = forms.CharField(max_length=40, required=False)

    def __init__(self, *args: Any, papers: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["papers"]
        field.choices = [(pk, pk) for pk in papers]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("way") == "file":
            for name, says in (("keep", gettext("请写明保管期限。")), ("checked_by", gettext("请写明检查人。"))):
                if not given.get(name):
                    self.add_error(name, says)
        return given


class WordingForm(forms.Form):
    """The text of a template."""

    text = forms.CharField(
        label=_("模板"),
        max_length=60_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
    )
    why = forms.CharField(label=_("为什么改"), max_length=200, required=False)
