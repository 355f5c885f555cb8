"""
The web form of a report: what it is like first, then one question a screen. Each screen is a small form; answers wait in the draft.

Nothing but what happened has to be answered. The order is that in which people tell such a thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shouwang.apps.incidents.forms import AHEAD, both_or_none, degrees, moments
from shouwang.apps.incidents.models import Category, Source
from shouwang.apps.incidents.report import PartySaid, Report, read_things
from shouwang.apps.incidents.whose import as_wgs84
from shouwang.apps.matters.contact import Way, rule_of
from shouwang.apps.matters.forms import ContactForm, PhoneField, attachments, words


class Safety(forms.Form):
    """Is it still going on?"""

    unsafe = forms.TypedChoiceField(
        label=_("现在安全吗"),
        coerce=lambda value: value == "no",
        choices=[("yes", _("安全，事情已经过去了")), ("no", _("还不安全"))],
        widget=forms.RadioSelect,
        initial="yes",
        error_messages={"required": _("请选一项。")},
    )


class What(forms.Form):
    what = words(_("发生了什么"), required=_("请写几句，发生了什么。写大概就行，民警会再问。"), rows=6)


class Where(forms.Form):
    address = forms.CharField(
        label=_("在哪里"), max_length=200, required=False, help_text=_("门牌、店名、路口都行。外地的也照样收。")
    )
    landmark = forms.CharField(label=_("附近有什么好认的"), max_length=80, required=False)
    longitude = degrees(_("经度"), 180)
    latitude = degrees(_("纬度"), 90)
    gcj02 = forms.BooleanField(label=_("是从高德、腾讯等国内地图抄来的（GCJ-02），请转换"), required=False)
    uncertainty_m = forms.IntegerField(required=False, min_value=0, max_value=1_000_000, widget=forms.HiddenInput)

    @property
    def folded(self) -> list[forms.BoundField]:
        """What only some know; shown when it is asked for, filled in or wrong."""
        return [self[name] for name in ("longitude", "latitude", "gcj02")]

    @property
    def is_open(self) -> bool:
        return any(field.errors or field.value() not in (None, "", False) for field in self.folded)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        both_or_none(self)
        return given


class When(forms.Form):
    when_said = forms.CharField(
        label=_("什么时候"), max_length=80, required=False, help_text=_("像平时说话一样：刚才、昨晚十点多、上个月。")
    )
    happened_from = moments(_("记得准的话，几点几分"))

    def clean_happened_from(self) -> Any:
        at = self.cleaned_data["happened_from"]
        if at and at > timezone.now() + AHEAD:
            raise forms.ValidationError(_("这个时间还没有到，请看一下是不是写错了年份或上下午。"))
        return at


class Things(forms.Form):
    things = words(
        _("少了什么、坏了什么"), rows=4, hint=_("一行写一样，后面写大概多少钱：黑色手机 2300元。不知道价钱就不写。")
    )


class Money(forms.Form):
    things = words(_("给了多少钱，怎么给的"), rows=4, hint=_("一行写一笔：银行转账 5000元 尾号 7719。截图在后面传。"))


class Who(forms.Form):
    about = forms.CharField(
        label=_("知道是谁吗"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("名字、电话、样子、账号，知道什么写什么。加密保存。"),
    )
    minor = forms.BooleanField(label=_("受伤害的人未成年"), required=False)


class Missing(forms.Form):
    about = forms.CharField(
        label=_("是谁不见了"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("多大年纪、穿什么、身体怎么样、平时爱去哪里。照片在后面传。"),
    )
    minor = forms.BooleanField(label=_("是孩子"), required=False)


class Reach(forms.Form):
    pseudonym = forms.CharField(
        label=_("怎么称呼您"), max_length=40, required=False, help_text=_("不用真名。不写也行，凭查询码一样能看进度。")
    )
    phone = PhoneField(
        label=_("电话"),
        help_text=_("愿意让民警打给您才写。加密保存，谁看过您都查得到。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )


class Safe(ContactForm):
    """How it is safe to answer."""


class Photos(forms.Form):
    attached = attachments()


@dataclass(frozen=True, slots=True)
class Question:
    """One screen."""

    key: str
    form: type[forms.Form]
    title: str | Promise


_ALL = {
    one.key: one
    for one in (
        Question("safety", Safety, _("先看您是不是安全")),
        Question("what", What, _("发生了什么")),
        Question("where", Where, _("在哪里")),
        Question("when", When, _("什么时候")),
        Question("things", Things, _("财物")),
        Question("money", Money, _("钱")),
        Question("who", Who, _("是谁做的")),
        Question("missing", Missing, _("是谁不见了")),
        Question("reach", Reach, _("怎么找您")),
        Question("safe", Safe, _("怎样联系才安全")),
        Question("photos", Photos, _("照片、截图、录音")),
    )
}


def _asked(*keys: str) -> tuple[Question, ...]:
    return tuple(_ALL[key] for key in keys)


_COMMON = ("safety", "what", "where", "when")
_LAST = ("reach", "safe", "photos")
QUESTIONS: dict[str, tuple[Question, ...]] = {
    Category.STOLEN: _asked(*_COMMON, "things", "who", *_LAST),
    Category.CHEATED: _asked("what", "when", "money", "who", *_LAST),
    Category.HURT: _asked(*_COMMON, "who", *_LAST),
    Category.HOME: _asked("safety", "what", "where", "who", "safe", "reach", "photos"),
    Category.DAMAGED: _asked(*_COMMON, "things", "who", *_LAST),
    Category.QUARREL: _asked(*_COMMON, "who", *_LAST),
    Category.TRAFFIC: _asked(*_COMMON, "things", *_LAST),
    Category.MISSING: _asked("missing", "when", "where", "what", *_LAST),
    Category.SAW: _asked("safety", "what", "where", "when", "who", "safe", "reach", "photos"),
    Category.OTHER: _asked(*_COMMON, "things", "who", *_LAST),
}
#: In these safe contact is switched on before anybody asks.
CAREFUL = frozenset({Category.HOME, Category.SAW})


def question_of(category: str, key: str) -> Question | None:
    return next((one for one in QUESTIONS[category] if one.key == key), None)


def first_of(category: str) -> Question:
    return QUESTIONS[category][0]


def after(category: str, key: str) -> Question | None:
    """The next screen; None after the last."""
    keys = [one.key for one in QUESTIONS[category]]
    place = keys.index(key) + 1
    return QUESTIONS[category][place] if place < len(keys) else None


def before(category: str, key: str) -> Question | None:
    keys = [one.key for one in QUESTIONS[category]]
    place = keys.index(key) - 1
    return QUESTIONS[category][place] if place >= 0 else None


def left(category: str, key: str) -> int:
    """How many screens follow, the last look included."""
    return len(QUESTIONS[category]) - [one.key for one in QUESTIONS[category]].index(key)


def initial_of(category: str, question: Question, answers: dict[str, Any]) -> dict[str, Any]:
    """What a screen begins with: the answers given before, else what is usually right."""
    known = {name: answers[name] for name in question.form.base_fields if name in answers}
    if "unsafe" in known:
        known["unsafe"] = "no" if known["unsafe"] else "yes"
    if question.key == "safe" and "safe_contact" not in answers and category in CAREFUL:
        known |= {"safe_contact": True, "ways": [Way.PAGE.value]}
    return known


def answers_from(form: forms.Form) -> dict[str, Any]:
    """What a valid screen says, as the draft keeps it."""
    given = {name: value for name, value in form.cleaned_data.items() if name != "attached"}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in given.items()}


def report_of(category: str, answers: dict[str, Any]) -> Report:
    """The report that the answers make. A phone's browser gives WGS-84 and says how sure it is; what was copied from a map says whose."""
    about = answers.get("about", "")
    role = "victim" if category == Category.MISSING else "suspect"
    people = [PartySaid(role, about=about, minor=bool(answers.get("minor")) and role == "victim")] if about else []
    place: dict[str, Any] = {}
    if answers.get("longitude") is not None and answers.get("latitude") is not None:
        gcj02, sure = bool(answers.get("gcj02")), answers.get("uncertainty_m")
        longitude, latitude = as_wgs84(answers["longitude"], answers["latitude"], gcj02=gcj02)
        source = Source.REPORTER if sure is None else Source.PHONE
        place = {"longitude": longitude, "latitude": latitude, "uncertainty_m": sure, "position_source": source.value}
    asked = "safe_contact" in answers
    at = answers.get("happened_from")
    return Report(
        what=answers.get("what", ""),
        category=category,
        address=answers.get("address", ""),
        landmark=answers.get("landmark", ""),
        when_said=answers.get("when_said", ""),
        happened_from=forms.DateTimeField().to_python(at) if at else None,
        unsafe=bool(answers.get("unsafe")),
        things=read_things(answers.get("things", "")),
        people=tuple(people),
        pseudonym=answers.get("pseudonym", ""),
        phone=answers.get("phone", ""),
        caller_role="witness" if category == Category.SAW else "victim",
        caller_minor=bool(answers.get("minor")) and role == "suspect",
        safe=bool(answers["safe_contact"]) if asked else None,
        contact=rule_of(answers.get("ways") or [], answers.get("since"), answers.get("until")) if asked else None,
        **place,
    )
