"""What the forms of a mediation accept. Errors say what to do and keep what was typed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shouwang.apps.incidents.forms import moments
from shouwang.apps.matters.forms import RateForm, attachments, code_field, words
from shouwang.apps.matters.models import Matter
from shouwang.apps.mediation.choosing import NEW, REPORTER, Candidate, candidates
from shouwang.apps.mediation.conditions import GROUND_RULE, NEVER_RULE, OK_RULE, held_days, items_of
from shouwang.apps.mediation.models import Clause, ClauseWord, Done, Mediation, Side, SideCode, Way
from shouwang.apps.mediation.usecases import ClauseSaid, Conditions, SideSaid
from shouwang.apps.mediation.usecases.meeting import MOST_TIMES
from shouwang.apps.mediation.words import time_of
from shouwang.engines.mediation.conditions import REFUSES

YES, NO = "yes", "no"
UNKNOWN = _("还不知道")


def yes_no(label: Any, *, unknown: Any = UNKNOWN, hint: Any = "") -> forms.TypedChoiceField:
    """Yes, no, or not known yet."""
    return forms.TypedChoiceField(
        label=label,
        choices=[("", unknown), (YES, _("是")), (NO, _("不是"))],
        coerce=lambda value: value == YES,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text=hint,
    )


def said(value: bool | None) -> str:
    """What a yes-no field begins with."""
    return "" if value is None else YES if value else NO


def day(label: Any, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"],
        error_messages={"invalid": _("请写成 2026-12-03 这样。"), "required": _("请写到哪一天。")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _sentence(label: Any, missing: Any = "", hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=200, required=bool(missing), error_messages={"required": missing}, help_text=hint
    )


def _was_mediated(mediation: Mediation) -> bool:
    """Whether the next one would be the second, for which a reason is asked (art. 183)."""
    return mediation.way == Way.POLICE and bool(held_days(mediation))


def _key() -> forms.CharField:
    """Makes a second press harmless."""
    return forms.CharField(max_length=30, required=False, widget=forms.HiddenInput)


class ConditionsForm(forms.Form):
    """What the law asks of a case; a quarrel that is no case is only asked what happened."""

    act = forms.ChoiceField(label=_("是哪一种行为"), required=False)
    light = yes_no(_("情节较轻"))
    private = yes_no(_("民间纠纷引起的"))
    ground = forms.ChoiceField(label=_("为什么适合调解"), required=False)
    bars = forms.MultipleChoiceField(
        label=_("有没有不能调解的情形"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("都没有，就都不选。"),
    )
    asked = yes_no(_("双方写了书面申请"))
    facts = words(_("主要事实"), rows=3, hint=_("谁对谁做了什么，写甲方、乙方；会写进协议书。"))

    def __init__(self, *args: Any, way: str, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nothing = [("", _("还没有选"))]
        if way == Way.POLICE:
            self._offer("act", [*nothing, *items_of(OK_RULE, at)])
            self._offer("ground", [*nothing, *items_of(GROUND_RULE, at)])
            self._offer("bars", items_of(NEVER_RULE, at, without=(REFUSES,)))
        else:
            for name in ("act", "light", "private", "ground", "bars"):
                del self.fields[name]
        if way != Way.SELF:
            del self.fields["asked"]

    def _offer(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # they are choice fields

    @property
    def conditions(self) -> Conditions:
        given = self.cleaned_data
        return Conditions(
            act=given.get("act", ""),
            light=given.get("light"),
            private=given.get("private"),
            ground=given.get("ground", ""),
            bars=tuple(given.get("bars", ())),
            facts=given["facts"],
            asked=given.get("asked"),
        )

    @staticmethod
    def initial_of(one: Mediation) -> dict[str, Any]:
        return {
            "act": one.act,
            "light": said(one.light),
            "private": said(one.private),
            "ground": one.ground,
            "bars": one.bars,
            "facts": one.facts,
            "asked": said(one.asked),
        }


class BeginForm(ConditionsForm):
    """Both sides, chosen or entered once, and what is known of the conditions."""

    client_id = _key()

    def __init__(self, *args: Any, matter: Matter, way: str, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, way=way, at=at, **kwargs)
        self.known = {one.key: one for one in candidates(matter)}
        people = [*((one.key, one.label) for one in self.known.values()), (NEW, _("另一个人，下面写"))]
        firsts = [key for key, _label in people]
        for n, code in enumerate(SideCode):
            mine: dict[str, forms.Field] = {
                "who": forms.ChoiceField(label=_("是谁"), choices=people, initial=firsts[min(n, len(firsts) - 1)]),
                "name": forms.CharField(label=_("姓名或称呼"), max_length=40, required=False),
                "phone": forms.CharField(label=_("电话"), max_length=40, required=False),
                "role": forms.ChoiceField(
                    label=_("在案件里是"), choices=Side.Role.choices, required=False, initial=Side.Role.values[n]
                ),
                "willing": yes_no(_("愿意调解"), unknown=_("还没有问")),
                "minor": forms.BooleanField(label=_("未满十八周岁"), required=False),
            }
            if way == Way.CIVIL:
                del mine["role"]
            self.fields |= {f"{code.value}_{name}": field for name, field in mine.items()}
        self.order_fields([name for name in self.fields if name.partition("_")[0] in SideCode.values])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        chosen = [given.get(f"{code}_who") for code in SideCode.values]
        if chosen[0] == chosen[1] != NEW:
            self.add_error("other_who", _("双方不能是同一个人。"))
        for code, key in zip(SideCode.values, chosen, strict=True):
            one = self.known.get(key or "")
            if not given.get(f"{code}_name") and (key == NEW or (one is not None and one.person is None)):
                self.add_error(f"{code}_name", _("请写姓名，或者怎么称呼。"))
        return given

    @property
    def sides(self) -> list[SideSaid]:
        return [self._side(code) for code in SideCode.values]

    def _side(self, code: str) -> SideSaid:
        given = {
            name: self.cleaned_data.get(f"{code}_{name}")
            for name in ("who", "name", "phone", "role", "willing", "minor")
        }
        one: Candidate | None = self.known.get(str(given["who"]))
        return SideSaid(
            person=one.person if one else None,
            name=given["name"] or "",
            phone=given["phone"] or "",
            # What the case says of somebody stands above what is chosen here.
            role=one.role if one and one.role != Side.Role.PARTY else given["role"] or Side.Role.PARTY,
            reporter=given["who"] == REPORTER,
            willing=given["willing"],
            minor=bool(given["minor"]) or bool(one and one.minor),
            particulars=one.told if one else {},
        )

    def of_sides(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of each side, for the page."""
        return [
            (str(code.label), [self[n] for n in self.fields if n.startswith(f"{code.value}_")]) for code in SideCode
        ]

    def of_conditions(self) -> list[forms.BoundField]:
        return [self[n] for n in self.fields if n.partition("_")[0] not in SideCode.values]


class StepForm(forms.Form):
    """A form about one mediation."""

    def __init__(self, *args: Any, mediation: Mediation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mediation = mediation
        self.fit()

    def fit(self) -> None:
        """Choices that depend on the mediation."""


class SideForm(StepForm):
    """One side, as far as it is known."""

    willing = yes_no(_("愿意调解"), unknown=_("还没有问"))
    minor = forms.BooleanField(label=_("未满十八周岁"), required=False)
    guarded = yes_no(_("未成年的，监护人在场"))
    guardian = forms.CharField(label=_("监护人是谁"), max_length=80, required=False)
    stands_alone = forms.BooleanField(label=_("满十六周岁、自食其力，不要监护人到场"), required=False)
    proxy = forms.CharField(
        label=_("让谁代替来"), max_length=80, required=False, help_text=_("违法嫌疑人要自己来；被侵害人可以委托别人。")
    )
    tellable = forms.BooleanField(label=_("本人同意用消息提醒（不写是什么事）"), required=False)
    sex = forms.ChoiceField(
        label=_("性别"), choices=[("", "—"), ("male", _("男")), ("female", _("女"))], required=False
    )
    born = day(_("出生日期"))
    id_number = forms.CharField(
        label=_("证件号"), max_length=40, required=False, help_text=_("已经登记过的不用再填。加密保存，写进协议书。")
    )
    phone = forms.CharField(label=_("电话"), max_length=40, required=False, help_text=_("已经登记过的不用再填。"))
    home = forms.CharField(label=_("现住址"), max_length=120, required=False, help_text=_("加密保存，写进协议书。"))

    def fit(self) -> None:
        self.fields["born"].required = False

    def known(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        born = given.pop("born")
        more = {"sex": given.pop("sex"), "home": given.pop("home"), "born": born.isoformat() if born else ""}
        return {**given, "particulars": {key: value for key, value in more.items() if value}}


class InviteForm(StepForm):
    place = forms.CharField(label=_("在哪里谈"), max_length=80, error_messages={"required": _("请写在哪里谈。")})
    again = yes_no(_("再调一次：有必要，或者有人申请"))
    client_id = _key()

    def fit(self) -> None:
        for n in range(1, MOST_TIMES + 1):
            field = moments(_("时间 %(n)d") % {"n": n})
            field.required = n == 1
            field.error_messages["required"] = _("请写几点几分。")
            self.fields[f"time{n}"] = field
        if not _was_mediated(self.mediation):
            del self.fields["again"]
        self.order_fields(["place", *(f"time{n}" for n in range(1, MOST_TIMES + 1)), "again"])

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        times = [data[f"time{n}"] for n in range(1, MOST_TIMES + 1) if data.get(f"time{n}")]
        return {
            "place": data["place"],
            "times": times,
            "again": data.get("again"),
            "client_id": data["client_id"] or None,
        }


class FitsForm(forms.Form):
    """Which of the proposed times suit."""

    fits = forms.MultipleChoiceField(
        label=_("哪个时间方便"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("都不方便就都不选，民警会再约。"),
        error_messages={"invalid_choice": _("请从约的时间里选。")},
    )

    def __init__(self, *args: Any, times: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fits"].choices = [  # type: ignore[attr-defined]  # a choice field
            (one, time_of(datetime.fromisoformat(one))) for one in times
        ]


class DeskFitsForm(StepForm):
    """The same, as a side told an officer."""

    of = forms.ChoiceField(label=_("哪一方说的"), choices=SideCode.choices, widget=forms.RadioSelect)

    def fit(self) -> None:
        ahead = self.mediation.meetings.filter(held_at=None).first()
        self.fields |= FitsForm(times=ahead.times if ahead else []).fields


class FixForm(StepForm):
    when = moments(_("定在什么时候"))

    def fit(self) -> None:
        self.fields["when"].required = True
        self.fields["when"].error_messages["required"] = _("请写几点几分。")


class HoldForm(StepForm):
    """What happened when they met."""

    held_at = moments(_("什么时候谈的"))
    place = forms.CharField(label=_("在哪里谈"), max_length=80, error_messages={"required": _("请写在哪里谈。")})
    one_came = forms.BooleanField(label=_("甲方来了"), required=False)
    one_wants = words(_("甲方想要什么"), rows=2)
    other_came = forms.BooleanField(label=_("乙方来了"), required=False)
    other_wants = words(_("乙方想要什么"), rows=2)
    alone = forms.BooleanField(label=_("一名民警带辅警调解"), required=False)
    recorded = _sentence(_("录音录像在哪里"), hint=_("比如：执法记录仪 07，14:05–14:50。一名民警的，一定要写。"))
    again = yes_no(_("再调一次：有必要，或者有人申请"))
    client_id = _key()

    def fit(self) -> None:
        self.fields["held_at"].required = True
        self.fields["held_at"].error_messages["required"] = _("请写几点几分。")
        if not _was_mediated(self.mediation):
            del self.fields["again"]

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("held_at", "place", "alone", "recorded")},
            "came": {code: data[f"{code}_came"] for code in SideCode.values},
            "wants": {code: data[f"{code}_wants"] for code in SideCode.values},
            "again": data.get("again"),
            "client_id": data["client_id"] or None,
        }


class ClauseForm(StepForm):
    kind = forms.ChoiceField(label=_("哪一种"), choices=Clause.Kind.choices)
    by = forms.ChoiceField(label=_("谁来做"), choices=Clause.By.choices)
    amount_yuan = forms.DecimalField(
        label=_("付多少元"), required=False, max_digits=10, decimal_places=2, min_value=Decimal("0.01")
    )
    words = _sentence(_("做什么"), hint=_("比如：修好楼道灯；还电动车钥匙；22 点以后发出吵人的声音。不写名字、电话。"))
    due_on = day(_("到哪一天"), hint=_("“以后不再做”的，写到哪天看看做到没有。"))
    client_id = _key()

    def given(self) -> ClauseSaid:
        data = self.cleaned_data
        return ClauseSaid(data["kind"], data["by"], data["due_on"], data["words"], data["amount_yuan"])


class AgreeForm(StepForm):
    on_spot = forms.BooleanField(label=_("当场履行完了，不写协议书"), required=False)
    recorded = _sentence(
        _("录音录像在哪里"), hint=_("当场履行的一定要写：双方是谁、事实和协议内容都要在录像里说清楚。")
    )


class WordForm(StepForm):
    """How one clause stands."""

    of = forms.ChoiceField(label=_("谁说的"), choices=ClauseWord.Of.choices, initial=ClauseWord.Of.DESK)
    done = forms.ChoiceField(label=_("做到了没有"), choices=Done.choices[1:], widget=forms.RadioSelect)
    words = _sentence(_("一句话"), hint=_("比如：微信转账 800 元，收到截图。"))
    attached = attachments()
    client_id = _key()


class ReasonForm(StepForm):
    why = forms.ChoiceField(label=_("为什么"), choices=Mediation.Why.choices)
    words = _sentence(_("说明"), _("请写一句为什么，会放进案卷。"))

    def fit(self) -> None:
        Why = Mediation.Why  # noqa: N806  a class
        fits = [Why.BROKEN] if self.mediation.agreed_at else [Why.NO_AGREEMENT, Why.REFUSED]
        self.fields["why"].choices = [(one.value, one.label) for one in fits]  # type: ignore[attr-defined]  # a choice field


class DecideForm(StepForm):
    performed = forms.BooleanField(label=_("已经履行完"), required=False)
    approved = forms.ChoiceField(
        label=_("认可吗"),
        choices=[(YES, _("认可，不处罚")), (NO, _("不认可，案件继续办"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选认可，还是不认可。")},
    )
    words = _sentence(_("理由"), _("请写一句为什么认可，或者为什么不认可。"))


class VisitForm(StepForm):
    of = forms.ChoiceField(label=_("问的是谁"), choices=SideCode.choices, widget=forms.RadioSelect)
    holds = forms.ChoiceField(
        label=_("协议还守着吗"), choices=[(YES, _("还守着")), (NO, _("又有问题"))], widget=forms.RadioSelect
    )
    words = _sentence(_("一句话"))


class MineForm(forms.Form):
    """“做到了”“没有做到”, with a sentence and a picture."""

    done = forms.ChoiceField(
        label=_("做到了没有"),
        choices=[
            (Done.PERFORMED.value, _("做到了")),
            (Done.PART.value, _("做了一部分")),
            (Done.BROKEN.value, _("没有做到")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项。")},
    )
    words = _sentence(_("一句话"))
    attached = attachments()
    client_id = _key()


class MyVisitForm(forms.Form):
    holds = forms.ChoiceField(
        label=_("协议还守着吗"),
        choices=[(YES, _("还守着")), (NO, _("又有问题"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项。")},
    )
    words = _sentence(_("一句话"))


class OtherTimeForm(forms.Form):
    """The time that was fixed does not suit."""

    words = words(_("哪天、几点方便"), required=_("请写一句哪天、几点方便。"), rows=2)
    client_id = _key()


class StarsForm(forms.Form):
    """As a matter is rated, without words: those would be read as a word on the other side."""

    stars = RateForm.base_fields["stars"]


class CodeForm(forms.Form):
    code = code_field(_("凭条上的码"), _("请填凭条上的码。"))


class HandForm(StepForm):
    reason = _sentence(_("怎么核对是本人的"), hint=_("换一张才要写，比如：看了身份证。旧的就打不开了。"))


class LookForm(forms.Form):
    reason = forms.CharField(
        label=_("为什么要看"), max_length=200, error_messages={"required": _("请写明为什么看，会记下来。")}
    )


def now_to_the_minute() -> datetime:
    return timezone.now().replace(second=0, microsecond=0)
