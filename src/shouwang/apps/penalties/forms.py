"""What the forms of penalties accept."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shouwang.apps.cases.models import Case, Party
from shouwang.apps.incidents.forms import moments
from shouwang.apps.matters.forms import words
from shouwang.apps.penalties.judging import MARKS, act_name, acts, judge_penalty, measure_now, says_measure
from shouwang.apps.penalties.limits import to_serve
from shouwang.apps.penalties.models import Care, LicenceWay, Measured, Penalty, Served
from shouwang.apps.penalties.policy import CHAIRS, is_investigator
from shouwang.apps.units.models import Officer
from shouwang.engines.penalty import OTHER, Option

#: What is asked about the person and the act, as a question that is answered by a tick.
ASKS = {
    "first_time": _("第一次违反治安管理"),
    "corrected": _("后果轻微，并且及时改正"),
    "admitted": _("如实说明、认错认罚"),
    "forgiven": _("取得被侵害人谅解"),
    "paid_damage": _("赔了损失"),
    "hardship": _("生活困难"),
    "expecting": _("怀孕，或者哺乳不满一周岁的孩子"),
    "disabled": _("残疾（盲、聋哑）或者精神、智力障碍"),
    "excess_defence": _("是防卫过当"),
    "again": _("一年以内两次以上"),
    "grave": _("情节严重、影响恶劣"),
    "stopped": _("（噪声）居委会、物业等劝阻过"),
    "major": _("重大公共利益，或者复杂、人多的案件"),
}
GRADES = {"minor": _("情节较轻"), "usual": pgettext_lazy("penalties", "一般"), "serious": _("情节较重")}
BESIDE = {"revokes": _("吊销许可证件"), "suspends": _("责令停业整顿、停产停业")}
SPARED, PENALTIES = list(Measured.choices)[:1], list(Measured.choices)[1:]
_WHO, _HOW, _ONE = _("请选是谁。"), _("请选怎么罚。"), _("请选一项。")
_DAY = {"invalid": _("请写成 2026-11-23 这样。")}


def not_ahead(day: date) -> None:
    """A day that has come."""
    if day > timezone.localdate():
        raise forms.ValidationError(_("这一天还没有到，请看一下是不是写错了。"))


def a_day(label: Any, *, required: Any = "", hint: Any = "", ahead: bool = False) -> forms.DateField:
    """A day, as browsers and people write it; one that has come, unless it may lie `ahead`."""
    return forms.DateField(
        validators=[] if ahead else [not_ahead],
        label=label,
        required=bool(required),
        help_text=hint,
        error_messages={**_DAY, "required": required or _("请写日期。")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def a_moment(label: Any) -> forms.DateTimeField:
    field = moments(label)
    field.required = True
    field.error_messages["required"] = _("请写几点几分。")
    return field


def _bounds(option: Option) -> str:
    fine = gettext("%(low)d–%(high)d 元") % {"low": option.fine[0], "high": option.fine[1]} if option.fine else ""
    if option.warning:
        given = {"fine": fine}
        may, must = gettext("警告，可并处罚款 %(fine)s") % given, gettext("警告，并处罚款 %(fine)s") % given
        return gettext("警告") if not fine else may if option.fine_may else must
    if option.days is None:
        return gettext("罚款 %(fine)s") % {"fine": fine}
    said = gettext("拘留 %(low)d–%(high)d 日") % {"low": option.days[0], "high": option.days[1]}
    if not fine:
        return said
    given = {"days": said, "fine": fine}
    return (gettext("%(days)s，可并处 %(fine)s") if option.fine_may else gettext("%(days)s，并处 %(fine)s")) % given


def _choosing(one: str, choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What stands in a list to choose from: nothing is chosen before somebody does, unless there is only one."""
    return choices if len(choices) == 1 else [("", one), *choices]


def act_choices(*, spot: bool = False) -> list[Any]:
    """
    Each act with each of its grades and what may be imposed, those for organisations in a group of their own.

    spot   only people's, and only where it can be small enough
    """
    found: dict[bool, list[tuple[str, str]]] = {False: [], True: []}
    for act in acts().known.values():
        for grade in act.grades.values():
            if spot and all(option.days is not None for option in grade.either):
                continue
            bounds = gettext(" 或者 ").join(_bounds(option) for option in grade.either)
            says = f"{act_name(act.code)} · {GRADES[grade.code]}（{bounds}）"
            found[act.organisation].append((f"{act.code}:{grade.code}", says))
    if spot:
        return list(found[False])
    other = (OTHER, gettext("别的行为，自己写依据"))
    return [(gettext("个人"), found[False]), (gettext("单位"), found[True]), other]


class _Act(forms.Form):
    """The act with its grade, and the marks."""

    spot = False
    act_and_grade = forms.ChoiceField(label=_("什么行为"), error_messages={"required": _("请选是什么行为。")})
    marks = forms.MultipleChoiceField(
        label=_("知道的情况"), choices=list(ASKS.items()), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", gettext("请选一种行为")), *act_choices(spot=self.spot)]
        cast("forms.ChoiceField", self.fields["act_and_grade"]).choices = choices

    def what_act(self) -> dict[str, str]:
        act, _colon, grade = self.cleaned_data["act_and_grade"].partition(":")
        return {"act": act, "grade": grade}

    def what_marks(self) -> dict[str, bool]:
        return {key: key in self.cleaned_data["marks"] for key in MARKS}


class ProposeForm(_Act):
    """A proposal. What the case knows already stands in it when it opens."""

    party = forms.ChoiceField(label=_("对谁"), error_messages={"required": _WHO})
    basis = forms.CharField(
        label=_("依据"), max_length=200, required=False, help_text=_("表里有的行为不用写，条文会自己填上。")
    )
    act_on = a_day(_("行为是哪一天（结束的那天）"), required=_("请写行为的日期。"))
    born_on = a_day(_("出生日期"), hint=_("登记过的、证件号里有的，不用再写。"))
    kind = forms.ChoiceField(
        label=_("拟怎么罚"),
        choices=[*PENALTIES, *SPARED],
        widget=forms.RadioSelect,
        error_messages={"required": _HOW},
    )
    fine = forms.IntegerField(label=_("罚款（元）"), required=False, min_value=1, max_value=1_000_000)
    days = forms.IntegerField(label=_("拘留（日）"), required=False, min_value=1, max_value=20)
    beside = forms.MultipleChoiceField(
        label=_("吊销、停业"),
        choices=list(BESIDE.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("条文写了可以才选。本人可以要求听证，由县级公安机关决定。"),
    )
    beside_words = forms.CharField(label=_("吊销哪一个许可证件，停什么业、停多久"), max_length=200, required=False)
    facts = words(_("查明的事实"), required=_("请写查明的事实。"), rows=5)
    evidence = words(_("证据"), required=_("请写有哪些证据。"), rows=3)
    reasons = words(_("为什么这样罚"), required=_("请写理由。"), rows=3)
    client_id = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    field_order = [
        "party", "act_and_grade", "basis", "act_on", "kind", "fine", "days", "beside", "beside_words",
        "facts", "evidence", "reasons", "born_on", "marks",
    ]  # fmt: skip

    def __init__(self, *args: Any, parties: list[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(str(one.pk), one.called) for one in parties]
        cast("forms.ChoiceField", self.fields["party"]).choices = _choosing(gettext("请选一个人"), known)

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        kept = {name: given[name] for name in ("act_on", "born_on", "kind", "facts", "evidence", "reasons", "basis")}
        sums = {"fine": given["fine"] or 0, "days": given["days"] or 0}
        beside = {name: name in given["beside"] for name in BESIDE} | {"beside": given["beside_words"]}
        return {**self.what_act(), **kept, **sums, **beside, "marks": self.what_marks()}


class SpotForm(_Act):
    """What an officer says on the street, in the order in which it happens."""

    spot = True
    party = forms.ChoiceField(label=_("对谁"), required=False)
    name = forms.CharField(label=_("姓名"), max_length=40, required=False)
    id_number = forms.CharField(
        label=_("证件号"), max_length=40, required=False, help_text=_("加密保存，看一次记一次。")
    )
    born_on = a_day(_("出生日期"), hint=_("证件号里有的，不用写。"))
    kind = forms.ChoiceField(
        label=_("怎么罚"),
        choices=[("warning", Measured.WARNING.label), ("fine", Measured.FINE.label)],
        widget=forms.RadioSelect,
        error_messages={"required": _HOW},
    )
    fine = forms.IntegerField(label=_("罚款（元）"), required=False, min_value=1, max_value=1_000_000)
    facts = words(_("做了什么"), required=_("请用一两句写做了什么。"), rows=2)
    evidence = words(_("证据"), required=_("请写有哪些证据。"), rows=1)
    clear = forms.BooleanField(label=_("事实清楚，证据确凿"), required=False)
    told = forms.BooleanField(label=_("已经告知事实、理由、依据，可以说明和申辩"), required=False)
    defence = words(_("本人怎么说"), rows=2, hint=_("没有说什么就空着。"))
    disputed = forms.BooleanField(
        label=_("本人不同意"), required=False, help_text=_("不同意就不能当场罚，按普通程序办。")
    )
    alone = forms.BooleanField(label=_("只有我一个民警"), required=False)
    recorded = forms.BooleanField(label=_("全程录音录像"), required=False)
    cash = forms.BooleanField(label=_("当场收了现金"), required=False)
    no_home = forms.BooleanField(label=_("边远地方，或者没有固定住所，自己要求当场缴"), required=False)
    receipt = forms.CharField(label=_("票据号"), max_length=40, required=False)
    client_id = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    field_order = [
        "party", "name", "id_number", "born_on", "act_and_grade", "kind", "fine", "facts", "evidence",
        "clear", "told", "defence", "disputed", "alone", "recorded", "cash", "no_home", "receipt", "marks",
    ]  # fmt: skip

    def __init__(self, *args: Any, parties: list[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(str(one.pk), one.called) for one in parties]
        cast("forms.ChoiceField", self.fields["party"]).choices = [
            *known,
            ("", gettext("现在登记的人，写姓名和证件号")),
        ]

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        kept = ("name", "id_number", "born_on", "kind", "facts", "evidence", "defence", "told", "disputed")
        more = ("clear", "recorded", "cash", "no_home", "receipt")
        return {
            **self.what_act(),
            **{name: given[name] for name in (*kept, *more)},
            "party": int(given["party"]) if given["party"] else None,
            "fine": given["fine"] or 0,
            "officers": 1 if given["alone"] else 2,
            "marks": self.what_marks(),
        }


class StepForm(forms.Form):
    """A form about one penalty."""

    def __init__(self, *args: Any, penalty: Penalty, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.penalty = penalty
        self.fit()

    def fit(self) -> None:
        """Choices that depend on the penalty."""


class PressForm(StepForm):
    """A press is enough."""


class WordsForm(StepForm):
    words = words(_("理由"), required=_("请写几句。"), rows=3)


class TellForm(StepForm):
    """What was told stands with the penalty; here is what the person said."""

    told_at = a_moment(_("什么时候告知的"))
    defence = words(_("本人怎么说"), rows=3, hint=_("没有意见就空着。说理由不会罚得更重。"))
    guardian_says = words(_("监护人怎么说"), rows=2)
    answer = words(_("对本人说的，核实的结果"), rows=3, hint=_("可以先记下本人的话，核实以后再写。"))
    waived = forms.BooleanField(label=_("本人说不要听证"), required=False)

    def fit(self) -> None:
        found = judge_penalty(self.penalty, self.penalty.proposed_at)
        if not found.guardian:
            del self.fields["guardian_says"]
        if not found.hearing:
            del self.fields["waived"]
        if self.penalty.told_at is not None:
            self.fields["told_at"].required = False
            self.fields["told_at"].widget = forms.HiddenInput()


class SetHearingForm(StepForm):
    on = a_moment(_("什么时候举行"))
    place = forms.CharField(label=_("在哪里"), max_length=80, error_messages={"required": _("请写在哪里举行。")})
    chair = forms.ChoiceField(
        label=_("谁主持"), help_text=_("办案的人不能主持。"), error_messages={"required": _("请选谁主持。")}
    )
    clerk = forms.CharField(label=_("谁记录"), max_length=40, required=False)
    closed = forms.BooleanField(label=_("不公开（涉及秘密、隐私）"), required=False)
    late_why = forms.CharField(label=_("晚于十日的，为什么"), max_length=200, required=False)

    def fit(self) -> None:
        unit = self.penalty.case.matter.unit
        chairs = [
            one
            for one in Officer.objects.filter(active=True, posts__role__in=CHAIRS)
            .distinct()
            .prefetch_related("posts__unit")
            if one.roles_for(unit) & CHAIRS and not is_investigator(one, self.penalty)
        ]
        known = [(str(one.pk), one.public_name) for one in chairs]
        cast("forms.ChoiceField", self.fields["chair"]).choices = _choosing(gettext("请选一个人"), known)


class EndHearingForm(StepForm):
    held_it = forms.ChoiceField(
        label=pgettext_lazy("penalties", "怎么样了"),
        choices=[("yes", _("举行了")), ("no", _("本人放弃了"))],
        widget=forms.RadioSelect,
        error_messages={"required": _ONE},
    )
    words = words(_("听证的情况"), required=_("请写几句。"), rows=4)


class DecideForm(StepForm):
    """As proposed, or lighter. Empty is as proposed."""

    kind = forms.ChoiceField(label=_("怎么罚"), required=False, widget=forms.RadioSelect)
    fine = forms.IntegerField(label=_("罚款（元）"), required=False, min_value=1, max_value=1_000_000)
    days = forms.IntegerField(label=_("拘留（日）"), required=False, min_value=1, max_value=20)
    spare_beside = forms.BooleanField(label=_("不吊销、不停业了"), required=False)
    words = words(_("改轻的理由"), rows=2)

    def fit(self) -> None:
        one = self.penalty
        if not measure_now(one).beside:
            del self.fields["spare_beside"]
        as_is = gettext("照拟的：%(measure)s") % {"measure": says_measure(measure_now(one))}
        lighter = [(code, gettext("改成：%(kind)s") % {"kind": label}) for code, label in PENALTIES]
        cast("forms.ChoiceField", self.fields["kind"]).choices = [("", as_is), *lighter]


class SpareForm(StepForm):
    """Why there is no penalty; what was proposed so stands in it already."""

    words = words(_("为什么不罚"), required=_("请写为什么不罚。"), rows=3)
    basis = forms.CharField(label=_("依据哪一条"), max_length=200, error_messages={"required": _("请写依据哪一条。")})

    def fit(self) -> None:
        if self.penalty.kind == Measured.NONE:
            self.initial = {"words": self.penalty.reasons, **self.initial}


class ServeForm(StepForm):
    party = forms.ChoiceField(label=_("送给谁"), error_messages={"required": _WHO})
    way = forms.ChoiceField(
        label=_("怎么送的"),
        choices=Served.Way.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选怎么送的。")},
    )
    served_at = a_moment(_("什么时候送到的"))

    def fit(self) -> None:
        left = to_serve(self.penalty)
        known = [(str(one.pk), one.called) for one in self.penalty.case.parties.all() if one.pk in left]
        cast("forms.ChoiceField", self.fields["party"]).choices = _choosing(gettext("请选一个人"), known)


class FamilyForm(StepForm):
    told_at = a_moment(_("什么时候通知家属的"))


class PaidForm(StepForm):
    paid_on = a_day(_("哪一天缴的"), required=_("请写日期。"))
    way = forms.CharField(label=_("怎么缴的"), max_length=40, error_messages={"required": _("请写怎么缴的。")})
    receipt = forms.CharField(label=_("票据号"), max_length=40, error_messages={"required": _("请写票据号。")})


class LicenceForm(StepForm):
    """The revoked licence, and how it came back."""

    what = words(_("证件的名称和编号"), required=_("请写证件的名称和编号。"), rows=2)
    taken_on = a_day(_("哪一天收回的"), required=_("请写日期。"))
    way = forms.ChoiceField(
        label=_("怎么收回的"),
        choices=LicenceWay.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选怎么收回的。")},
    )
    note = words(_("说明"), rows=2, hint=_("不是本机关发的证件，写明哪一天通知了发证机关。"))

    def fit(self) -> None:
        self.initial = {"what": self.penalty.beside, **self.initial}


class DetainedForm(StepForm):
    first = a_day(_("从哪一天起执行"), required=_("请写日期。"))


class CareForm(StepForm):
    """A difficulty, and what comes of it."""

    problem = forms.ChoiceField(
        label=_("难处"), choices=[("", _("请选一种难处")), *Care.Problem.choices], error_messages={"required": _ONE}
    )
    words = words(_("是什么情况"), required=_("请写明是什么情况。"), rows=2, hint=_("写遇到的难处，不给人下评语。"))
    leads_to = forms.ChoiceField(
        label=pgettext_lazy("penalties", "怎么办"),
        choices=Care.LeadsTo.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _ONE},
    )


class LenientForm(forms.Form):
    """The answer to a leniency review."""

    outcome = forms.ChoiceField(
        label=_("怎么决定"), choices=Care.Outcome.choices, widget=forms.RadioSelect, error_messages={"required": _ONE}
    )
    kind = forms.ChoiceField(label=_("减轻成"), choices=[("", "—"), *PENALTIES], required=False)
    fine = forms.IntegerField(label=_("罚款（元）"), required=False, min_value=1, max_value=1_000_000)
    days = forms.IntegerField(label=_("拘留（日）"), required=False, min_value=1, max_value=20)
    pay_by = a_day(_("晚到哪一天缴"), ahead=True)
    words = words(_("理由"), required=_("请写明为什么这样决定。"), rows=2)


def initial_of(penalty: Penalty, marks: dict[str, Any], born_on: date | None) -> dict[str, Any]:
    """The proposal as it stands, for changing it."""
    kept = ("act_on", "kind", "facts", "evidence", "reasons", "basis")
    return {
        **{name: getattr(penalty, name) for name in kept},
        "party": str(penalty.party_id),
        "act_and_grade": f"{penalty.act}:{penalty.grade}" if penalty.grade else penalty.act,
        "fine": penalty.fine or None,
        "days": penalty.days or None,
        "beside": list(measure_now(penalty).beside),
        "beside_words": penalty.beside,
        "born_on": born_on,
        "marks": [key for key, value in marks.items() if value],
    }


class RevokedForm(StepForm):
    """That a decision was quashed. The reason stays in the house; what was published is taken down at once."""

    revoked_on = a_day(_("哪一天撤销的"), required=_("请写日期。"))
    organ = forms.CharField(
        label=_("哪个机关撤销的"), max_length=80, error_messages={"required": _("请写哪个机关。")},
        help_text=_("比如：云溪区人民政府（行政复议）、云溪区人民法院。已经公开的，马上撤下来，这个机关会写在公开的页上。"),
    )  # fmt: skip
    words = words(_("为什么撤销"), required=_("请写为什么。"), rows=3, hint=_("留在案件里，不公开。"))


def suspects(case: Case) -> list[Party]:
    """Whom a penalty may be proposed for."""
    return list(case.parties.filter(role=Party.Role.SUSPECT, left_at=None).select_related("person"))
