"""What the forms of disclosure accept. Art. 29 asks for three things; nobody is asked what for."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shouwang.apps.disclosure import limits
from shouwang.apps.disclosure.models import Applicant, Application, Came, Consultation, Wish
from shouwang.apps.disclosure.usecases.taking import NEEDS_ADDRESS
from shouwang.apps.matters.forms import words
from shouwang.apps.units.models import Unit


def not_ahead(day: date) -> None:
    """A day that has come."""
    if day > timezone.localdate():
        raise forms.ValidationError(_("这一天还没有到，请看一下是不是写错了。"))


def a_day(label: Any, *, hint: Any = "", ahead: bool = False, required: bool = True) -> forms.DateField:
    """A day, as browsers and people write it; one that has come, unless it may lie `ahead`."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        validators=[] if ahead else [not_ahead],
        error_messages={"invalid": _("请写成 2026-11-23 这样。"), "required": _("请写日期。")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ApplyForm(forms.Form):
    """Who, what, in which form. Art. 29, and no more."""

    wanted = words(
        _("要什么信息"),
        required=_("请写一下要什么信息：名称、文号，或者能让我们找到它的描述。"),
        rows=4,
        hint=_("写名称、文号，或者哪一年、哪件事。不用写要来做什么。"),
    )
    applicant = forms.ChoiceField(
        label=_("谁来申请"), choices=Applicant.choices, initial=Applicant.PERSON, widget=forms.RadioSelect
    )
    name = forms.CharField(
        label=_("姓名，或者单位名称"),
        max_length=60,
        error_messages={"required": _("请写真实姓名或者单位全称，法律要求写。")},
    )
    id_number = forms.CharField(
        label=_("身份证件号；单位写统一社会信用代码"),
        max_length=40,
        help_text=_("法律要求证明身份。加密保存，民警打开一次记一次，您看得到。"),
        error_messages={"required": _("请写证件号，法律要求证明是谁在申请。")},
    )
    agent = forms.CharField(label=_("单位的经办人"), max_length=40, required=False)
    phone = forms.CharField(
        label=_("联系电话"), max_length=40, error_messages={"required": _("请写电话，要补正、要取件时联系您。")}
    )
    wish = forms.ChoiceField(label=_("想怎么拿到"), choices=Wish.choices, initial=Wish.PAGE, widget=forms.RadioSelect)
    deliver_to = forms.CharField(
        label=_("寄到哪里、发到哪个邮箱"), max_length=200, required=False, help_text=_("寄纸质件、发邮件的才要写。")
    )
    unit = forms.ChoiceField(label=_("向哪个派出所申请"))
    client_id = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ChoiceField", self.fields["unit"])
        field.choices = [(str(one.pk), one.called) for one in units]
        field.error_messages["invalid_choice"] = _("请从列出的派出所里选一个。")
        if len(units) == 1:
            field.initial, field.widget, field.required = str(units[0].pk), forms.HiddenInput(), False

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("wish") in NEEDS_ADDRESS and not given.get("deliver_to"):
            self.add_error("deliver_to", _("请写寄到哪里、发到哪个邮箱。"))
        return given


class TakeForm(ApplyForm):
    """The clerk writes it down, with how and when it came; the rule of its channel says from which day."""

    came = forms.ChoiceField(
        label=_("怎么交来的"),
        choices=[one for one in Came.choices if one[0] != Came.WEB],
        initial=Came.COUNTER,
        widget=forms.RadioSelect,
    )
    received_on = a_day(
        _("收到之日"),
        required=False,
        hint=_("挂号、快递写签收的那天；平信、传真写和申请人确认的那天。当面交的不用写，就是今天。"),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if (
            given.get("came") not in {None, Came.COUNTER}
            and not given.get("received_on")
            and "received_on" not in self.errors
        ):
            self.add_error("received_on", _("请写收到之日。"))
        return given


class CorrectForm(forms.Form):
    words = words(_("把缺的补上"), required=_("请把缺的补上。"), rows=4)


class StepForm(forms.Form):
    """A form about one application."""

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.application = application
        self.fit()

    def fit(self) -> None:
        """Choices that depend on the application."""


class PressForm(StepForm):
    """Nothing to fill in."""


class WordsForm(StepForm):
    words = words(_("写几句"), required=_("请写几句。"), rows=3)


class AskCorrectionForm(StepForm):
    words = words(
        _("缺什么、怎么补"), required=_("请一次写清楚缺什么、怎么补。申请人会看到。"), rows=4,
        hint=_("只能要求一次，请一次写全。"),
    )  # fmt: skip
    until = a_day(_("最迟哪一天补"), ahead=True, hint=_("期限要合理。补上的当天起，答复期限重新算。"))


class ConsultForm(StepForm):
    whom = forms.ChoiceField(
        label=_("问谁"), choices=Consultation.Whom.choices, widget=forms.RadioSelect, initial="third-party"
    )
    called = forms.CharField(
        label=_("名称或者姓名"), max_length=120, help_text=_("申请人看不到。"),
        error_messages={"required": _("请写问的是谁。申请人看不到名称。")},
    )  # fmt: skip
    asks = words(_("问什么"), required=_("请写问什么：哪些内容，公开会有什么影响。"), rows=3,
                 hint=_("征求意见书里会写上；不写是谁申请的。"))  # fmt: skip
    received_on = a_day(_("对方哪天收到信"), hint=_("对方答复的期限从这一天算。"))
    client_id = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class HeardForm(forms.Form):
    """What somebody asked said."""

    says = forms.ChoiceField(label=_("意见"), choices=Consultation.Says.choices, widget=forms.RadioSelect)
    words = words(_("怎么说的"), rows=2)


class ExtendForm(StepForm):
    amount = forms.IntegerField(
        label=_("延长几个工作日"), min_value=1,
        error_messages={"required": _("请写几个工作日。"), "invalid": _("请写一个整数。"), "min_value": _("最少一个工作日。")},
    )  # fmt: skip
    words = words(_("为什么延长"), required=_("请写明为什么延长，居民会看到。"), rows=2)


class DraftForm(StepForm):
    """One of the answers, with its reason; the text round it is filled from the law data."""

    outcome = forms.ChoiceField(label=_("哪一种答复"), error_messages={"required": _("请选一种答复。")})
    ground = forms.ChoiceField(label=_("不公开的是哪一条"), required=False, help_text=_("不予公开、部分公开的要选。"))
    told_how = words(
        _("给什么、怎么取，或者该去哪里"), rows=3, hint=_("公开的写内容或者怎么取；不归我们的写哪个机关、怎么联系。")
    )
    reasons = words(_("理由"), rows=3, hint=_("写得让申请人看得懂。"))

    def fit(self) -> None:
        now = timezone.now()
        outcome, ground = (cast("forms.ChoiceField", self.fields[name]) for name in ("outcome", "ground"))
        outcome.choices = [("", "—"), *((one.code, one.name) for one in limits.endings(now).values())]
        ground.choices = [("", "—"), *((one.code, one.name) for one in limits.grounds(now).values())]
        kept = ("outcome", "ground", "told_how", "reasons")
        self.initial = {**{name: getattr(self.application, name) for name in kept}, **self.initial}


class DeliverForm(StepForm):
    on = a_day(_("哪一天送到的"))
    words = words(_("怎么送到的"), required=_("请写怎么送到的：邮件号、谁来取的。"), rows=2)


class FeeForm(StepForm):
    how = forms.ChoiceField(
        label=_("怎么算"), choices=[("case", _("按件：这是本月第几件")), ("page", _("按量：一共几页"))],
        widget=forms.RadioSelect, initial="case",
    )  # fmt: skip
    n = forms.IntegerField(
        label=_("第几件，或者几页"), min_value=1, max_value=100_000,
        error_messages={"required": _("请写一个整数。"), "invalid": _("请写一个整数。")},
    )  # fmt: skip
    words = words(_("为什么算明显超过合理范围"), required=_("请写明为什么算明显超过合理范围，申请人会看到。"), rows=2)
