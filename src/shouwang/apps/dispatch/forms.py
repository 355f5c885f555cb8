"""What the forms of dispatch accept. A phone without a script fills in what a person can; the rest is left out and means “now”."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shouwang.apps.desk.forms import colleagues
from shouwang.apps.dispatch.board import middle_of
from shouwang.apps.dispatch.models import Crew, CrewMember
from shouwang.apps.dispatch.usecases import Feedback, Phone
from shouwang.apps.dispatch.words import OUTCOMES
from shouwang.apps.duty.models import DutySpan
from shouwang.apps.incidents.whose import as_wgs84
from shouwang.apps.matters.forms import attachments, words
from shouwang.apps.matters.models import Matter
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Officer, Skill, Unit


class PhoneForm(forms.Form):
    """What a phone says of the time; hidden, and filled in by its script alone. A time that cannot be read is left out."""

    happened_at = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    clock = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    client_id = forms.SlugField(required=False, max_length=32, widget=forms.HiddenInput)

    def phone(self) -> Phone:
        """As the use cases want it."""
        given = self.cleaned_data
        return Phone(_moment(given["happened_at"]), _moment(given["clock"]), given["client_id"])


def _moment(text: str) -> Any:
    field = forms.DateTimeField(required=False)
    try:
        found = field.clean(text.replace("Z", "+00:00"))
    except forms.ValidationError:
        return None  # feedback is worth more than its time: it is kept with the time of its arrival
    return found if found is None or 2000 < found.year < 2200 else None


class FeedbackForm(PhoneForm):
    """现场反馈."""

    outcome = forms.ChoiceField(label=_("怎么样了"), choices=OUTCOMES, widget=forms.RadioSelect)
    body = words(label=_("说一说"), required=False)
    helped = forms.IntegerField(label=_("帮助了几个人"), required=False, min_value=0, max_value=10_000)
    attached = attachments()
    task = forms.CharField(label=_("还要办什么"), required=False, max_length=200)
    task_due = forms.DateField(
        label=_("哪天以前"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("不填就是三天。"),
    )

    def feedback(self, files: tuple[str, ...]) -> Feedback:
        """As the use case wants it."""
        given = self.cleaned_data
        return Feedback(given["outcome"], given["body"], given["helped"] or 0, files, given["task"], given["task_due"])


class TaskForm(forms.Form):
    """Who does what a crew left, and by when."""

    to = forms.ModelChoiceField(
        label=_("谁负责"),
        queryset=Officer.objects.none(),
        error_messages={"required": _("请选是谁。"), "invalid_choice": _("请选本单位的一位同事。")},
    )
    due_on = forms.DateField(
        label=_("哪天以前"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("请写日期。"), "invalid": _("请写成 2026-11-23 这样。")},
    )

    def __init__(self, *args: Any, matter: Matter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues(matter)  # type: ignore[attr-defined]  # a ModelChoiceField


class PositionForm(forms.Form):
    """Where the phone says it is."""

    longitude = forms.FloatField(min_value=-180, max_value=180, widget=forms.HiddenInput)
    latitude = forms.FloatField(min_value=-90, max_value=90, widget=forms.HiddenInput)
    gcj02 = forms.BooleanField(label=_("这部手机给的是国内地图的坐标（GCJ-02），请转换"), required=False)

    def position(self) -> tuple[float, float]:
        """WGS-84."""
        given = self.cleaned_data
        return as_wgs84(given["longitude"], given["latitude"], gcj02=given["gcj02"])


class PostForm(forms.Form):
    """加一个待命点: a village's middle, or coordinates."""

    name = forms.CharField(label=_("名称"), max_length=30, help_text=_("比如：桥头、夜市口。"))
    community = forms.ModelChoiceField(
        label=_("在哪个社区的中间"), queryset=Community.objects.none(), required=False, empty_label=_("不是，写经纬度")
    )
    longitude = forms.FloatField(label=_("经度"), required=False, min_value=-180, max_value=180)
    latitude = forms.FloatField(label=_("纬度"), required=False, min_value=-90, max_value=90)
    gcj02 = forms.BooleanField(label=_("坐标来自高德、腾讯等国内地图（GCJ-02），请转换"), required=False)

    def __init__(self, *args: Any, station: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drawn = Community.objects.active().within(station).exclude(boundary=None)
        self.fields["community"].queryset = drawn  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        """One or the other."""
        given = super().clean()
        if given is None or given.get("community") or self.errors:
            return given
        if None in {given.get("longitude"), given.get("latitude")}:
            self.add_error("community", gettext("请选一个社区，或者写经度和纬度。"))
        return given

    def position(self) -> tuple[float, float]:
        """WGS-84."""
        given = self.cleaned_data
        if given["community"] and (middle := middle_of(given["community"])):
            return middle
        return as_wgs84(given["longitude"], given["latitude"], gcj02=given["gcj02"])


class CrewForm(forms.Form):
    """编一个巡组."""

    name = forms.CharField(label=_("名称"), max_length=20, help_text=_("比如：1号车、南街步巡。"))
    means = forms.ChoiceField(label=_("怎么走"), choices=Crew.Means.choices, widget=forms.RadioSelect)
    members = forms.ModelMultipleChoiceField(
        label=_("谁在里面"),
        queryset=Officer.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只列出已经上岗、还没有编组的人。"),
    )
    volunteers = forms.IntegerField(
        label=_("志愿者几人"),
        required=False,
        min_value=0,
        max_value=200,
        help_text=_("志愿者只看、只报告，系统不会派他们去处置。和民警、辅警分开编。"),
    )

    def __init__(self, *args: Any, station: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on = DutySpan.objects.on_now().at_unit(station).values("officer")
        taken = CrewMember.objects.filter(left_at=None).values("officer")
        self.fields["members"].queryset = Officer.objects.filter(pk__in=on).exclude(pk__in=taken)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        """Staff or volunteers, never both: volunteers would be sent with them."""
        given = super().clean()
        if given and bool(given.get("members")) == bool(given.get("volunteers")) and not self.errors:
            self.add_error("members", gettext("请选在岗的人，或者填志愿者人数，两样选一样。"))
        return given


class NeedsForm(forms.Form):
    """Who has to come."""

    sworn = forms.IntegerField(
        label=_("要几名民警"), min_value=1, max_value=50, initial=2, help_text=_("调查取证依法不少于两名。")
    )
    skill = forms.ModelChoiceField(label=_("要会什么"), queryset=Skill.objects.order_by("name"), required=False)
    car = forms.BooleanField(label=_("要有车"), required=False)


class ReasonForm(forms.Form):
    """One sentence why."""

    reason = forms.CharField(label=_("为什么"), max_length=200)
