"""What the forms of stays and recordings accept."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shouwang.apps.incidents.forms import moments
from shouwang.apps.incidents.words import rule_at, rule_says
from shouwang.apps.matters.forms import code_field, words
from shouwang.apps.matters.models import Matter
from shouwang.apps.recordings import queries
from shouwang.apps.recordings.limits import limits_of
from shouwang.apps.recordings.models import Came, CopyRequest, Device, Place, Stay
from shouwang.apps.recordings.usecases.registering import Said
from shouwang.apps.units.models import Officer, Unit


def to_the_second(label: Any, *, required: Any = "") -> forms.DateTimeField:
    """A moment to the second, as files have it."""
    field = moments(label)
    field.widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S")
    field.required = bool(required)
    field.error_messages["required"] = required
    return field


def _when(label: Any) -> forms.DateTimeField:
    field = moments(label)
    field.required = True
    field.error_messages["required"] = _("请写几点几分。")
    return field


def _reason(label: Any, missing: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=200, error_messages={"required": missing})


if TYPE_CHECKING:
    _Named = forms.ModelChoiceField[Any]
else:
    _Named = forms.ModelChoiceField  # Django's fields are generic for type checkers only


def _place(unit: Unit, label: Any) -> _Named:
    return _Named(
        Place.objects.filter(unit=unit, active=True),
        label=label,
        empty_label=None,
        error_messages={"required": _("请选一个地方。"), "invalid_choice": _("请选本所的一个地方。")},
    )


class BringInForm(forms.Form):
    """Who comes in, how, when, and where they are first. Nobody is asked more than is known."""

    came = forms.ChoiceField(label=_("怎么来的"), choices=Came.choices, widget=forms.RadioSelect, initial=Came.SELF)
    reporter = forms.BooleanField(label=_("就是这件事的报案人、来人"), required=False)
    name = forms.CharField(label=_("姓名"), max_length=40, required=False)
    id_number = forms.CharField(
        label=_("证件号"), max_length=40, required=False, help_text=_("加密保存，看一次记一次。")
    )
    description = words(_("不知道是谁，就写样子"), rows=2, hint=_("多大年纪、穿什么、有什么特征。"))
    entered_at = _when(_("几点进所"))
    client_id = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, matter: Matter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = _place(matter.unit.station, _("先在哪里"))
        if matter.reporter_id is None:
            del self.fields["reporter"]
        self.order_fields(["came", "reporter", "name", "id_number", "description", "entered_at", "place"])


class StepForm(forms.Form):
    """A form about one stay."""

    def __init__(self, *args: Any, stay: Stay, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stay = stay
        self.fit()

    def fit(self) -> None:
        """Choices that depend on the stay."""


class MoveForm(StepForm):
    since = _when(_("从几点起"))

    def fit(self) -> None:
        self.fields["place"] = _place(self.stay.unit, _("到了哪里"))
        self.order_fields(["place", "since"])


class LimitForm(StepForm):
    rule = forms.ChoiceField(label=_("用哪个时限"))
    words = _reason(_("为什么"), _("请写明为什么用这个时限。"))

    def fit(self) -> None:
        at = self.stay.entered_at
        self.fields["rule"].choices = [  # type: ignore[attr-defined]  # it is a ChoiceField
            (one, f"{rule_says(one, at)} · {rule_at(one, at).limit} h") for one in limits_of(self.stay.came)
        ]


class LeaveForm(StepForm):
    left_at = _when(_("几点离所"))
    notice = forms.ChoiceField(label=_("怎么告知有权要录像"), choices=Stay.Notice.choices, widget=forms.RadioSelect)


class NewCodeForm(StepForm):
    reason = _reason(_("怎么核对是本人"), _("请写明怎么核对是本人的。"))


class ExplainForm(StepForm):
    since = forms.DateTimeField(widget=forms.HiddenInput, input_formats=["%Y-%m-%dT%H:%M:%S%z"])
    until = forms.DateTimeField(widget=forms.HiddenInput, input_formats=["%Y-%m-%dT%H:%M:%S%z"])
    words = words(_("为什么没有录像，人在做什么"), required=_("请写明原因，本人会看到。"), rows=2)

    @staticmethod
    def initial_of(since: datetime, until: datetime) -> dict[str, str]:
        return {"since": since.isoformat(), "until": until.isoformat()}


class AskForm(StepForm):
    """What the person wants; all of the stay when no time is given."""

    asks = forms.ChoiceField(
        label=_("要什么"), choices=CopyRequest.Asks.choices, widget=forms.RadioSelect, initial=CopyRequest.Asks.COPY
    )
    since = moments(_("从几点"))
    until = moments(_("到几点"))
    words = words(_("还想说的"), rows=2, hint=_("不用写理由。"))
    client_id = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class AgainForm(StepForm):
    words = words(_("为什么不同意"), required=_("请写一句为什么不同意。"), rows=3)


class DecideForm(forms.Form):
    granted = forms.ChoiceField(
        label=_("给不给"),
        choices=[("yes", _("给")), ("no", _("不给"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选给，还是不给。")},
    )
    since = moments(_("给的话，从几点"))
    until = moments(_("到几点"))
    handed = forms.CharField(
        label=_("给的话，怎么交"),
        max_length=120,
        required=False,
        help_text=_("比如：本人带身份证来取，存进自带的 U 盘。"),
    )
    words = words(_("答复，本人会看到"), required=_("请写几句答复：给的写明怎么取，不给的写明理由。"), rows=3)


class RegisterForm(forms.Form):
    """One recording. A script fills in what it can from the chosen file; nothing of the file is sent."""

    file_name = forms.CharField(label=_("文件名，放在哪里"), max_length=200)
    sha256 = forms.CharField(
        label="SHA-256", max_length=80, widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"})
    )
    size = forms.IntegerField(label=_("大小（字节）"), min_value=0)
    since = to_the_second(_("从，按设备显示的时间"), required=_("请写几点几分。"))
    until = to_the_second(_("到"), required=_("请写几点几分。"))
    note = forms.CharField(label=_("备注"), max_length=500, required=False)

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [unit.pk for unit in queries.stations_to_register(officer)]
        self.fields["device"] = _Named(
            Device.objects.filter(unit__in=keys, active=True), label=_("设备"), empty_label=None
        )
        self.fields["place"] = _Named(
            Place.objects.filter(unit__in=keys, active=True),
            label=_("地方"),
            required=False,
            empty_label=_("设备装在的地方"),
        )
        self.order_fields(["device", "place", "file_name", "sha256", "size", "since", "until", "note"])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        device = given.get("device")
        if device is not None and not given.get("place"):
            if device.place is None:
                self.add_error("place", _("这个设备是带在身上的，请选它录的是哪个地方。"))
            given["place"] = device.place
        return given

    def said(self) -> Said:
        given = self.cleaned_data
        return Said(
            given["device"],
            given["place"],
            given["since"],
            given["until"],
            "".join(given["sha256"].lower().split()),
            given["size"],
            given["file_name"],
            given["note"],
        )


class ListForm(forms.Form):
    """Many recordings at once: a CSV file, or the same pasted."""

    file = forms.FileField(label=_("CSV 表格"), required=False)
    pasted = forms.CharField(
        label=_("或者贴在这里"),
        required=False,
        max_length=400_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("第一行是表头：文件名,SHA-256,大小,设备,地方,从,到,备注。时间按设备显示的写。"),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("file") and not (given.get("pasted") or "").strip():
            raise forms.ValidationError(_("请选一个 CSV 文件，或者把表格贴进来。"))
        return given

    def data_sent(self) -> bytes:
        """The list as bytes."""
        sent = self.cleaned_data["file"]
        return bytes(sent.read()) if sent else str(self.cleaned_data["pasted"]).encode(errors="replace")


class ReasonForm(forms.Form):
    reason = _reason(_("为什么看"), _("请写明为什么看，会记下来。"))


class CheckForm(forms.Form):
    sha256 = forms.CharField(
        label="SHA-256",
        max_length=80,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": _("请选文件，或者填 SHA-256。")},
    )
    reason = _reason(_("为什么核对"), _("请写明为什么核对，会记下来，录到的人会看到。"))


class WordsForm(forms.Form):
    words = _reason(_("理由"), _("请写明理由。"))


class ClockForm(forms.Form):
    shown_at = to_the_second(_("设备现在显示的时间"), required=_("请照设备上的时间填。"))


class NameForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=40, error_messages={"required": _("请写名称。")})


class DeviceForm(NameForm):
    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = _Named(
            Place.objects.filter(unit=unit, active=True), label=_("装在哪里"), required=False, empty_label=_("带在身上")
        )


class CodeForm(forms.Form):
    code = code_field(_("告知书上的码"), _("请填告知书上的码。"))
