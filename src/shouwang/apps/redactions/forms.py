"""What the forms of this room accept. Errors say what to do and keep what was typed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwang.apps.files.findings import Kind as FileKind
from shouwang.apps.files.findings import Limits
from shouwang.apps.files.forms import CleanUploadField
from shouwang.apps.files.usecases import house_limits
from shouwang.apps.matters.forms import words
from shouwang.apps.redactions.models import Purpose

LONGEST_TEXT = 100_000


def document_limits() -> Limits:
    """Documents and pictures; what somebody says cannot be covered."""
    return replace(house_limits(), kinds=frozenset({FileKind.PICTURE, FileKind.DOCUMENT}))


class BeginForm(forms.Form):
    """A file, or words that become one."""

    name = forms.CharField(
        label=_("叫什么"),
        max_length=80,
        help_text=_("不要写姓名，比如“第12号处罚决定”。"),
        error_messages={"required": _("请给文件起个名，比如“第12号处罚决定”。")},
    )
    purpose = forms.ChoiceField(label=_("用来做什么"), choices=Purpose.choices)
    number = forms.CharField(
        label=_("属于哪件事"), max_length=30, required=False, help_text=_("写编号；来访人的姓名和号码会自动遮掉。")
    )
    file = CleanUploadField(limits=document_limits, label=_("文件"), required=False)
    text = forms.CharField(
        label=_("或者把文字贴在这里"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8, "maxlength": LONGEST_TEXT}),
    )
    client_id = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if "file" not in self.errors and not given.get("file") and not (given.get("text") or "").strip():
            self.add_error("file", _("选一个文件（Word、Excel、PDF、照片），或者把文字贴在下面。"))
        return given


class LookForm(forms.Form):
    """Why somebody opens it."""

    reason = forms.CharField(
        label=_("为什么要看"), max_length=200, error_messages={"required": _("请写明为什么要看。")}
    )


class BackForm(forms.Form):
    """What has to be changed, or why it is not needed."""

    reason = words(_("哪里要改"), required=_("请写一句哪里要改。"), rows=2)
