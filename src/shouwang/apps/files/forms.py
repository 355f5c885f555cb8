"""A form field that takes only what the inspection takes, and says in a sentence what to do otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shouwang.apps.files.findings import Kind, Limits, Refused
from shouwang.apps.files.inspection import inspect
from shouwang.apps.files.names import clean_name
from shouwang.apps.files.usecases import note_refusal
from shouwang.apps.files.wording import sentence

ACCEPT = {
    Kind.PICTURE: "image/jpeg,image/png,image/webp,image/gif,image/heic,image/heif",
    Kind.VOICE: "audio/*",
    Kind.DOCUMENT: ".pdf,.docx,.xlsx,.txt",
}


def accept_attribute(kinds: Iterable[Kind]) -> str:
    """What the browser's file chooser offers. Only a convenience: the inspection decides."""
    return ",".join(words for kind, words in ACCEPT.items() if kind in frozenset(kinds))


class CleanUploadField(forms.FileField):
    """
    One upload, inspected. The cleaned value is Django's UploadedFile with one more attribute, `inspected`, which
    `usecases.receive_upload(…, inspected=…)` uses instead of looking a second time.

    limits   a Limits, or a function that gives one when a form is cleaned (`usecases.house_limits`)
    """

    default_error_messages = {
        "required": _("还差一个文件，请选一个。"),
        "missing": _("还差一个文件，请选一个。"),
        "invalid": _("文件没有传上来。请检查网络，再选一次。"),
    }

    def __init__(self, *, limits: Limits | Callable[[], Limits], **kwargs: Any) -> None:
        self._limits = limits
        # Django's own tests for emptiness and name length would come before ours, with words that do not help.
        super().__init__(**{"allow_empty_file": True, **kwargs})

    @property
    def limits(self) -> Limits:
        return self._limits() if callable(self._limits) else self._limits

    def to_python(self, data: Any) -> Any:
        upload = super().to_python(data)
        if not isinstance(upload, UploadedFile):
            return upload
        seen = inspect(upload, upload.name or "", upload.content_type or "", self.limits)  # type: ignore[arg-type]
        if isinstance(seen, Refused):
            note_refusal(seen, by="house", at=timezone.now())
            raise ValidationError(sentence(seen), code=seen.code.value, params=dict(seen.params))
        upload.seek(0)
        upload.inspected = seen  # type: ignore[attr-defined]
        return upload

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs: dict[str, Any] = super().widget_attrs(widget)
        if not callable(self._limits):
            attrs["accept"] = accept_attribute(self._limits.kinds)
        return attrs


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class CleanUploadsField(CleanUploadField):
    """
    Several uploads from one chooser, each inspected; the cleaned value is a list of UploadedFile, empty when there are none.

    most   how many at once
    """

    widget = ManyFilesInput

    def __init__(self, *, most: int = 9, **kwargs: Any) -> None:
        self.most = most
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        uploads = [one for one in data if one] if isinstance(data, list | tuple) else [data] if data else []
        if not uploads:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return []
        if len(uploads) > self.most:
            words = _("一次最多发 %(most)s 个文件。请分几次发。")
            raise ValidationError(words, code="too_many", params={"most": self.most})
        cleaned, troubles = [], []
        for upload in uploads:
            try:
                cleaned.append(super().clean(upload, initial))
            except ValidationError as trouble:
                name = clean_name(upload.name or "", "", Kind.DOCUMENT)
                words = _("“%(name)s”：%(says)s")
                troubles.append(
                    ValidationError(words, code=trouble.code, params={"name": name, "says": trouble.messages[0]})
                )
        if troubles:
            raise ValidationError(troubles)
        return cleaned
