"""What the desk's forms accept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shouwang.apps.matters import clock
from shouwang.apps.matters.forms import attachments, words
from shouwang.apps.matters.models import Kind, Matter
from shouwang.apps.matters.policy import POLICE
from shouwang.apps.matters.rooms_above import form_of
from shouwang.apps.units.models import Officer, Unit

if TYPE_CHECKING:
    _OfficerChoice = forms.ModelChoiceField[Officer]
else:
    _OfficerChoice = forms.ModelChoiceField  # Django's fields are generic for type checkers only


class ReplyForm(forms.Form):
    """An answer to the resident, or a note for colleagues."""

    body = words(_("答复"), rows=3)
    attached = attachments()
    client_id = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class NoteForm(forms.Form):
    """Seen by the station only."""

    body = words(_("内部备注"), required=_("请写备注的内容。"), rows=3)
    restricted = forms.BooleanField(label=_("只给负责人和领导看"), required=False)
    client_id = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class AssignForm(forms.Form):
    """Who takes care of it from now."""

    of_matter = True
    to = forms.ModelChoiceField(label=_("交给"), queryset=Officer.objects.none())

    def __init__(self, *args: object, matter: Matter, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through
        self.fields["to"].queryset = colleagues(matter)  # type: ignore[attr-defined]  # a ModelChoiceField


def colleagues(matter: Matter) -> QuerySet[Officer]:
    """Who serves in the unit that is answerable now and is not concerned by the matter."""
    return Officer.objects.serving().within(matter.unit).exclude(pk__in=matter.kept_from.values("pk")).order_by("pk")


def police_colleagues(matter: Matter) -> QuerySet[Officer]:
    """Those of them who are police officers: auxiliaries, trainees, clerks and supervisors are left out."""
    return colleagues(matter).with_post(POLICE)  # type: ignore[attr-defined, no-any-return]  # an OfficerQuerySet


class TransferForm(forms.Form):
    """Where to, and why. Until they accept, we stay answerable."""

    of_matter = True
    unit = forms.ModelChoiceField(label=_("转给哪个单位"), queryset=Unit.objects.none(), empty_label=_("选一个单位"))
    reason = words(
        _("为什么转"),
        required=_("请写明为什么转办。"),
        rows=2,
        hint=_("接手的人和居民都看得到，请写居民看得懂的话。"),
    )

    def __init__(self, *args: object, matter: Matter, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through
        units = Unit.objects.active().exclude(kind=Unit.Kind.WORKSTATION).exclude(pk=matter.unit_id)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]  # a ModelChoiceField


class ReturnForm(forms.Form):
    """Why it is not ours."""

    reason = words(
        _("退回的原因"),
        required=_("请写明为什么退回。"),
        rows=2,
        hint=_("转来的人和居民都看得到，请写居民看得懂的话。"),
    )


class ReasonForm(forms.Form):
    """One reason in words."""

    reason = words(_("原因"), required=_("请写明原因。"), rows=2)


class KindForm(forms.Form):
    """The right name of the matter."""

    kind = forms.ChoiceField(label=_("类别"), choices=Kind.choices)
    title = forms.CharField(label=_("标题"), max_length=80, required=False)


class ReviewForm(forms.Form):
    """The decision on a dispute."""

    upheld = forms.TypedChoiceField(
        label=_("复核结果"),
        coerce=lambda value: value == "yes",
        choices=[("no", _("接着办")), ("yes", _("维持原来的结果"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项。")},
    )
    words = words(_("告诉居民的话"), required=_("请写明复核的结果和理由，居民会看到。"), rows=3)


class TakeInForm(forms.Form):
    """A matter written down for somebody at the counter or on the phone."""

    channel = forms.ChoiceField(
        label=_("怎么来的"),
        choices=[("counter", _("窗口")), ("phone", _("电话"))],
        widget=forms.RadioSelect,
        initial="counter",
    )
    kind = forms.ChoiceField(
        label=_("类别"), choices=lambda: [(kind, word) for kind, word in Kind.choices if not form_of(kind)]
    )
    body = words(_("对方说了什么"), required=_("请记下对方说的话。"), rows=5)
    name = forms.CharField(label=_("怎么称呼"), max_length=40, required=False)
    phone = forms.CharField(
        label=_("电话"), max_length=30, required=False, help_text=_("加密保存，每次有人看都会记下来，本人看得到。")
    )
    safe_contact = forms.BooleanField(label=_("安全联系：通知不写内容"), required=False)
    client_id = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class PauseForm(forms.Form):
    """Why the clock stands still: only what the running rule allows."""

    of_matter = True
    reason = forms.ChoiceField(
        label=_("为什么暂停"), widget=forms.RadioSelect, error_messages={"required": _("请选一项。")}
    )
    words = words(_("向谁问、等什么"), required=_("请写明在等什么，居民会看到。"), rows=2)

    def __init__(self, *args: object, matter: Matter, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through
        run = clock.running(matter)
        allowed = [(code, clock.pause_name(code)) for code in run.rule.pauses] if run else []
        self.fields["reason"].choices = allowed  # type: ignore[attr-defined]  # a ChoiceField


class RestartForm(forms.Form):
    """What has arrived, so that the count begins anew."""

    words = words(_("补齐了什么"), required=_("请写明补齐了什么，居民会看到。"), rows=2)


class ExtendForm(forms.Form):
    """By how much, and why; the rule says how much at most."""

    of_matter = True
    amount = forms.IntegerField(
        label=_("延长多少"),
        min_value=1,
        error_messages={"required": _("请写一个数。"), "invalid": _("请写一个数。")},
    )
    words = words(_("为什么延长"), required=_("请写明为什么延长，居民会看到。"), rows=2)

    def __init__(self, *args: object, matter: Matter, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through
        run = clock.running(matter)
        if run is None or run.rule.extension is None:
            return
        most = clock.length(run.rule.extension.amount, run.rule.unit)
        approver = clock.approver_name(run.rule.extension.approver)
        self.fields["amount"].help_text = (
            _("最多 %(most)s，由%(approver)s批准。") % {"most": most, "approver": approver}
            if approver
            else _("最多 %(most)s。") % {"most": most}
        )


class SignOnForm(forms.Form):
    """Where one goes on duty."""

    unit = forms.ModelChoiceField(label=_("在哪里值班"), queryset=Unit.objects.none())
    leads = forms.BooleanField(label=_("我带班"), required=False)

    def __init__(self, *args: object, officer: Officer, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through
        keys = [post.unit_id for post in officer.held_posts]
        self.fields["unit"].queryset = Unit.objects.active().filter(pk__in=keys)  # type: ignore[attr-defined]


class SuccessorChoice(_OfficerChoice):
    """Colleagues by name; who is no police officer says so, where something is left that only police finish."""

    not_for: frozenset[int] = frozenset()

    def label_from_instance(self, obj: Officer) -> str:
        if obj.pk in self.not_for:
            return gettext("%(name)s（不是民警，只接别的事）") % {"name": obj.name}
        return obj.name


class SignOffForm(forms.Form):
    """Who goes on with what is open."""

    handed_to = SuccessorChoice(
        label=_("交给谁"),
        queryset=Officer.objects.none(),
        required=False,
        empty_label=_("放回值班室的清单"),
        help_text=_("只列出已经上岗的同事。"),
    )
    note = words(_("交班说明"), rows=3)

    def __init__(
        self, *args: object, successors: QuerySet[Officer], for_police: bool = False, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through
        choice = self.fields["handed_to"]
        assert isinstance(choice, SuccessorChoice)
        if for_police:
            police = successors.with_post(POLICE)  # type: ignore[attr-defined]  # an OfficerQuerySet
            choice.not_for = frozenset(successors.exclude(pk__in=police.values("pk")).values_list("pk", flat=True))
        choice.queryset = successors
