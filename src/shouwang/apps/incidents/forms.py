"""
What the forms of an incident accept.

A report is never refused for where or when it happened; only what cannot be read is asked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shouwang.apps.incidents import asked
from shouwang.apps.incidents.duties import on_the_spot
from shouwang.apps.incidents.models import Category, Incident, Involved, Known, Nature, Source
from shouwang.apps.incidents.report import PartySaid, Report, ThingSaid, read_things, write_things
from shouwang.apps.incidents.suggesting import grades, handlers
from shouwang.apps.incidents.usecases.deciding import REVIEW_RULES
from shouwang.apps.incidents.usecases.running import UNCLEAR_RULE
from shouwang.apps.incidents.whose import as_wgs84
from shouwang.apps.incidents.words import rule_at, rule_says
from shouwang.apps.matters import clock
from shouwang.apps.matters.contact import Way, may_contact, rule_of
from shouwang.apps.matters.forms import ContactForm, attachments, code_field, words
from shouwang.apps.matters.models import Matter
from shouwang.apps.places.models import Community
from shouwang.apps.places.naming import named_in
from shouwang.apps.units.models import Unit

#: A clock on a phone may run ahead of ours by this much.
AHEAD = timedelta(minutes=10)
PARTIES = 3


def moments(label: Any) -> forms.DateTimeField:
    """A moment to the minute, as browsers and people write it."""
    return forms.DateTimeField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"],
        error_messages={"invalid": _("请写成 2026-11-23 21:30 这样。")},
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


def degrees(label: Any, most: int, **more: Any) -> forms.FloatField:
    """A longitude or a latitude, as maps write it."""
    like = "118.880000" if most > 90 else "28.970000"
    says = format_lazy(_("请写成 {like} 这样的度数，最大 {most}。"), like=like, most=most)
    messages = dict.fromkeys(("invalid", "min_value", "max_value"), says)
    return forms.FloatField(
        label=label, required=False, min_value=-most, max_value=most, error_messages=messages, **more
    )


def both_or_none(form: forms.Form) -> None:
    """Half a position is none; told at the second half."""
    longitude, latitude = (form.cleaned_data.get(name) for name in ("longitude", "latitude"))
    if not {"longitude", "latitude"} & {*form.errors} and (longitude is None) != (latitude is None):
        form.add_error("latitude", _("经度和纬度要一起写，或者都不写。"))


#: The answer of the village's list that reads no name out of the address.
NO_NAME = "none"


class Place(forms.Form):
    """Where: in words, by village, or to the point. Each alone is enough, and none has to be known."""

    address = forms.CharField(label=_("在哪里"), max_length=200, required=False)
    landmark = forms.CharField(label=_("附近的标志"), max_length=80, required=False)
    elsewhere = forms.CharField(
        label=_("不在本所辖区？写清是哪里"), max_length=80, required=False, help_text=_("照样收下，再移送。")
    )
    community = forms.ChoiceField(
        label=_("村社"),
        required=False,
        help_text=_("选了就按选的算；只知道村社、不知道地点，也不用编一个坐标。"),
        error_messages={"invalid_choice": _("没有这个村社，请重新选。")},
    )
    longitude = degrees(_("经度"), 180)
    latitude = degrees(_("纬度"), 90)
    uncertainty_m = forms.IntegerField(label=_("误差（米）"), required=False, min_value=0, max_value=1_000_000)
    gcj02 = forms.BooleanField(label=_("坐标来自高德、腾讯等国内地图（GCJ-02），请转换"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", _("看地图和地址里的村名")),
            (NO_NAME, _("不按地址里的村名，还不知道在哪个村社")),
            *villages(),
        ]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        both_or_none(self)
        return given

    def place(self, source: str) -> dict[str, Any]:
        """The position as the house keeps it, with who pointed."""
        given = self.cleaned_data
        if given["longitude"] is None or given["latitude"] is None:
            return {"uncertainty_m": None, "position_source": ""}
        longitude, latitude = as_wgs84(given["longitude"], given["latitude"], gcj02=given["gcj02"])
        return {
            "longitude": longitude,
            "latitude": latitude,
            "uncertainty_m": given["uncertainty_m"],
            "position_source": source,
        }

    def where(self) -> dict[str, Any]:
        """What decides whose ground it is, for a `Report`."""
        given = self.cleaned_data
        chosen = given["community"]
        return {
            **{name: given[name] for name in ("address", "landmark", "elsewhere")},
            "community": int(chosen) if chosen.isdecimal() else None,
            "no_name": chosen == NO_NAME,
            **self.place(Source.OFFICER),
        }

    def begins_at(self) -> Report:
        """What an untouched form says of the place: nothing, or what it was opened with."""
        begins = self.initial
        chosen = str(begins.get("community") or "")
        return Report(
            what="",
            address=begins.get("address") or "",
            landmark=begins.get("landmark") or "",
            elsewhere=begins.get("elsewhere") or "",
            longitude=begins.get("longitude"),
            latitude=begins.get("latitude"),
            community=int(chosen) if chosen.isdecimal() else None,
        )


def villages() -> list[tuple[str, list[tuple[str, str]]]]:
    """The villages to choose from, by station."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in Community.objects.active().select_related("unit__parent"):
        found.setdefault(one.unit.station.called, []).append((str(one.pk), one.called))
    return list(found.items())


class PlaceAndTime(Place):
    """Where and when; what the desk's form and the correction share."""

    when_said = forms.CharField(
        label=_("什么时候"), max_length=80, required=False, help_text=_("原话就行：刚才、昨晚十点多。不写就是刚才。")
    )
    unsafe = forms.BooleanField(label=_("现在还有危险，要马上去人"), required=False)
    happened_from = moments(_("从"))
    happened_until = moments(_("到"))
    category = forms.ChoiceField(
        label=_("像哪一种"), choices=[("", _("以后再选")), *Category.choices], required=False, initial=""
    )
    things = words(_("财物"), rows=3, hint=_("一行一样：黑色手机 2300元 尾号 7719。几个数字都没写“元”的，不猜价钱。"))
    field_order = (
        *("address", "when_said", "unsafe", "landmark", "elsewhere", "community", "longitude", "latitude"),
        *("uncertainty_m", "gcj02", "happened_from", "happened_until", "category", "things"),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        now = timezone.now()
        for name in ("happened_from", "happened_until"):
            if given.get(name) and given[name] > now + AHEAD:
                self.add_error(name, _("这个时间还没有到，请看一下是不是写错了年份或上下午。"))
        if (
            given.get("happened_from")
            and given.get("happened_until")
            and given["happened_until"] < given["happened_from"]
        ):
            self.add_error("happened_until", _("结束的时间比开始早，请看一下。"))
        if given.get("happened_until") and not given.get("happened_from"):
            given["happened_from"] = given["happened_until"]
        return given

    def facts(self) -> dict[str, Any]:
        """What both forms give a `Report`."""
        given = self.cleaned_data
        return {
            **{name: given[name] for name in ("when_said", "unsafe", "happened_from", "happened_until")},
            "category": given["category"] or Category.OTHER.value,
            "things": read_things(given["things"]),
            **self.where(),
        }


def party_fields(form: forms.Form) -> None:
    """Three rows of people; a row without any words is nobody."""
    for n in range(1, PARTIES + 1):
        form.fields[f"role_{n}"] = forms.ChoiceField(
            label=_("是什么人"), choices=Involved.Role.choices, required=False, initial=Involved.Role.SUSPECT
        )
        form.fields[f"name_{n}"] = forms.CharField(label=_("姓名"), max_length=40, required=False)
        form.fields[f"phone_{n}"] = forms.CharField(label=_("电话"), max_length=30, required=False)
        form.fields[f"about_{n}"] = forms.CharField(label=_("样子、关系"), max_length=200, required=False)
        form.fields[f"minor_{n}"] = forms.BooleanField(label=_("未成年"), required=False)


def parties_of(given: dict[str, Any]) -> tuple[PartySaid, ...]:
    rows = ({key: given[f"{key}_{n}"] for key in ("role", "name", "phone", "about", "minor")} for n in range(1, 4))
    return tuple(
        PartySaid(**{**row, "role": row["role"] or Involved.Role.OTHER.value})
        for row in rows
        if row["name"] or row["phone"] or row["about"]
    )


class TakeForm(PlaceAndTime):
    """
    The one form of the desk: telephone, counter and patrol.

    What is asked of everybody stands first, in the order in which people tell it; Enter sends it from any line.
    """

    channel = forms.ChoiceField(
        label=_("怎么来的"),
        choices=[("phone", _("电话")), ("counter", _("窗口")), ("patrol", _("巡逻"))],
        widget=forms.RadioSelect,
        initial="phone",
    )
    what = words(_("发生了什么"), required=_("请记下对方说的话，一句也行。"), rows=4)
    pseudonym = forms.CharField(label=_("怎么称呼"), max_length=40, required=False)
    phone = forms.CharField(
        label=_("电话"), max_length=30, required=False, help_text=_("加密保存，每次有人看都会记下来。不愿说就空着。")
    )
    safe = forms.ChoiceField(
        label=_("安全联系"),
        choices=[
            ("", _("按情况：家里动手、未成年人、证人自动打开")),
            ("on", pgettext_lazy("incidents", "打开")),
            ("off", _("不用")),
        ],
        required=False,
    )
    ways = ContactForm.base_fields["ways"]
    since = forms.TypedChoiceField(label=_("从几点"), coerce=int, empty_value=None, required=False)
    until = forms.TypedChoiceField(label=_("到几点"), coerce=int, empty_value=None, required=False)
    caller_role = forms.ChoiceField(
        label=_("报案人是"),
        choices=[("victim", _("本人")), ("witness", _("证人")), ("other", _("替别人报"))],
        required=False,
    )
    caller_minor = forms.BooleanField(label=_("报案人未成年"), required=False)
    attached = attachments()
    draft = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    client_id = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    #: Always shown, in this order; the rest is folded away.
    FIRST: ClassVar[tuple[str, ...]] = ("channel", "what", "address", "when_said", "unsafe", "pseudonym", "phone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        party_fields(self)
        hours = [("", _("不限")), *((hour, gettext("%(hour)d 点") % {"hour": hour}) for hour in range(25))]
        for name in ("since", "until"):
            self.fields[name].choices = hours  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def first(self) -> list[forms.BoundField]:
        return [self[name] for name in self.FIRST if name in self.fields]

    @property
    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """What is folded away, by headline."""
        people = [f"{key}_{n}" for n in range(1, PARTIES + 1) for key in ("role", "name", "phone", "about", "minor")]
        named = (
            (_("在地图上指，或者选村社"), ("community", "longitude", "latitude", "uncertainty_m", "gcj02")),
            (_("地点和时间再细一点"), ("landmark", "elsewhere", "happened_from", "happened_until")),
            (_("财物、像哪一种、照片"), ("category", "things", "attached")),
            (_("涉及的人"), tuple(people)),
            (_("报案人、怎么联系"), ("caller_role", "caller_minor", "safe", "ways", "since", "until")),
        )
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in named]

    @property
    def open_groups(self) -> bool:
        """Whether something folded away is filled in or wrong: then it is shown."""
        shown = {*self.FIRST, "draft", "client_id"}
        return any(name not in shown for name in self.errors) or any(
            value for name, value in self.initial.items() if name not in shown
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if (given.get("since") is None) != (given.get("until") is None):
            self.add_error("until", _("请把两头的钟点都选上，或者都不选。"))
        return given

    def report(self) -> Report:
        """What the form says; only of one that is valid."""
        given = self.cleaned_data
        contact = rule_of(given["ways"], given["since"], given["until"]) or None
        return Report(
            **self.facts(),
            what=given.get("what", ""),
            people=parties_of(given),
            pseudonym=given["pseudonym"],
            phone=given["phone"],
            caller_role=given["caller_role"] or "victim",
            caller_minor=given["caller_minor"],
            safe={"on": True, "off": False}.get(given["safe"]),
            contact=contact,
        )


class BecomeForm(TakeForm):
    """A talk that turns out to be a report: the same form, with what was said already in the conversation."""

    FIRST: ClassVar[tuple[str, ...]] = ("address", "when_said", "unsafe")

    def __init__(self, *args: Any, matter: Matter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("channel", "what", "attached", "draft", "client_id"):
            del self.fields[name]
        if matter.reporter_id is not None:
            for name in ("pseudonym", "phone"):
                del self.fields[name]

    def report(self) -> Report:
        self.cleaned_data.setdefault("pseudonym", "")
        self.cleaned_data.setdefault("phone", "")
        return super().report()


class CorrectForm(PlaceAndTime):
    """Put right what is known, or add a person."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        party_fields(self)

    @staticmethod
    def initial_of(incident: Incident) -> dict[str, Any]:
        plain = (
            *("address", "when_said", "unsafe", "landmark", "elsewhere", "longitude", "latitude", "uncertainty_m"),
            *("happened_from", "happened_until", "category"),
        )
        # What only the owner knows stays sealed: a line that is left as it is keeps it.
        said = tuple(ThingSaid(one.name, one.value_yuan) for one in incident.things.all())
        village = {}
        if incident.known == Known.CHOSEN:
            village = {"community": str(incident.matter.community_id)}
        elif incident.known == Known.NOT and named_in(
            f"{incident.address}\n{incident.landmark}", Community.objects.active()
        ):
            village = {"community": NO_NAME}  # somebody said that it is not where the address seems to say
        return {**{name: getattr(incident, name) for name in plain}, **village, "things": write_things(said)}

    def report(self) -> Report:
        return Report(what="", people=parties_of(self.cleaned_data), **self.facts())


def term_of(rule_id: str) -> str:
    """How long a rule's term is today, in words."""
    rule = rule_at(rule_id, timezone.now())
    return clock.length(int(rule.limit or 0), rule.unit)


class DraftCodeForm(forms.Form):
    """The code of a report that somebody began on the web."""

    code = code_field(_("草稿码"), _("请填草稿码。"))


class EvidenceForm(forms.Form):
    """What the reporter brought."""

    items = words(
        _("带来了什么"), rows=4, hint=_("一行一样，写清数量和特征，提交的人看得到。什么也没带就空着，直接收下。")
    )
    attached = attachments()
    client_id = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class ReceiptForm(forms.Form):
    """How the receipt reached the reporter."""

    how = forms.ChoiceField(
        label=_("回执怎么给的"),
        choices=[
            ("paper", _("打印，当面给了")),
            ("screen", _("给对方看了，拍照或扫码带走")),
            ("refused", _("对方不要")),
            ("unreachable", _("联系不上")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项。")},
    )


class NatureForm(forms.Form):
    """What it is by law, and why."""

    nature = forms.ChoiceField(
        label=_("这是什么"), widget=forms.RadioSelect, error_messages={"required": _("请选一项。")}
    )
    words = words(_("为什么这样判断"), required=_("请用一句话写明为什么这样判断，报案人会看到。"), rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nature"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (Nature.CRIMINAL, gettext("刑事案件：开始立案审查，%(term)s内决定") % {"term": term_of(REVIEW_RULES[0])}),
            (Nature.ADMINISTRATIVE, gettext("治安案件：马上立案")),
            (Nature.DISPUTE, gettext("纠纷：不立案，调解")),
            (Nature.TRAFFIC, gettext("交通的事")),
            (Nature.HELP, gettext("求助")),
            (Nature.UNCLEAR, gettext("现在还判断不了：%(term)s内再定") % {"term": term_of(UNCLEAR_RULE)}),
        ]


class GradeForm(forms.Form):
    """How urgent, and who handles it."""

    urgency = forms.TypedChoiceField(
        label=_("多急"), coerce=int, widget=forms.RadioSelect, error_messages={"required": _("请选一项。")}
    )
    handler = forms.ChoiceField(label=_("谁来办"), error_messages={"required": _("请选一项。")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["urgency"].choices = grades()  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["handler"].choices = list(handlers().items())  # type: ignore[attr-defined]


class AnswersForm(forms.Form):
    """What was learnt by asking. Everything may stay empty; what is emptied again is not known any more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, choices) in asked.ABOUT.items():
            self.fields[name] = _answer(name, label, choices)

    def clean_half(self) -> list[str]:
        """Either one of them or none."""
        half: list[str] = self.cleaned_data["half"]
        if asked.NO_HALF in half and len(half) > 1:
            raise forms.ValidationError(gettext("“都没有”不能和别的一起选。"))
        return half


def answers_in(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in, as it stands in the timeline."""
    said = {name: given[name] for name in asked.ABOUT if given[name] not in (None, "", [])}
    return {name: str(one) if name == "value" else one for name, one in said.items()}


def _answer(name: str, label: Any, choices: tuple[tuple[str, Any], ...]) -> forms.Field:
    if name == "half":
        return forms.MultipleChoiceField(
            label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
        )
    if choices:
        return forms.ChoiceField(label=label, choices=(("", _("还不知道")), *choices), required=False)
    if name == "value":
        return forms.DecimalField(label=label, required=False, min_value=0, max_digits=12, decimal_places=2)
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=150)


class LengthenForm(forms.Form):
    """Which longer review, and why."""

    of_matter = True
    rule = forms.ChoiceField(label=_("延长到"), widget=forms.RadioSelect, error_messages={"required": _("请选一项。")})
    words = words(_("为什么要更长的时间"), required=_("请写明为什么要更长的时间，报案人会看到。"), rows=2)

    def __init__(self, *args: Any, matter: Matter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.now()
        self.fields["rule"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (one, f"{rule_says(one, now)} · {term_of(one)}") for one in REVIEW_RULES[1:]
        ]


class ProposeForm(forms.Form):
    """What is proposed, and why. Before anybody judged what it is, only that it is no violation: whoever finds one files it at once."""

    of_matter = True

    what = forms.ChoiceField(
        label=_("提出"),
        choices=[("file", _("立案")), ("decline", _("不予立案"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项。")},
    )
    words = words(_("理由"), required=_("请写明理由，批准的人照着看。"), rows=3)

    def __init__(self, *args: Any, matter: Matter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notes = undone(matter)
        incident = Incident.objects.filter(pk=matter.pk).first()
        if incident is not None and incident.nature == Nature.UNCLEAR:
            self.fields["what"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
                ("decline", gettext("不予立案：不属于违反治安管理的行为"))
            ]


class WordsForm(forms.Form):
    """The words of a decision."""

    words = words(_("告诉报案人的话"), required=_("请写明理由，报案人会看到。"), rows=4)


class DeclineForm(WordsForm):
    """A written no. What was not done yet stands above it, so that nobody decides without having seen it."""

    of_matter = True

    def __init__(self, *args: Any, matter: Matter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notes = [
            *undone(matter),
            gettext("决定以后，通知书的草稿会放进这件事的文书里。发出以前，报案人的页面上写着还没有发。"),
        ]


def undone(matter: Matter) -> list[str]:
    """The on-the-spot duties of a report that nobody did yet, in one sentence; none when all are done."""
    incident = Incident.objects.filter(pk=matter.pk).first()
    open_ = [str(one.name) for one in on_the_spot(matter, incident) if one.done_at is None] if incident else []
    if not open_:
        return []
    what = gettext("、").join(open_)
    return [gettext("还没有做：%(what)s。先做完再决定；实在做不了的，在理由里写明为什么。") % {"what": what}]


class ElsewhereForm(WordsForm):
    """Where it belongs, and what the reporter was told."""

    to = forms.CharField(
        label=_("归哪里"), max_length=80, required=False, help_text=_("部门或机关的名称，带上电话更好。")
    )
    field_order = ("to", "words")


class WhoseForm(forms.Form):
    """Whose it is, when that was known, and how."""

    of_matter = True
    OURS, OUTSIDE = "ours", "outside"
    to = forms.ChoiceField(label=_("归谁管"), error_messages={"required": _("请选一项。")})
    place = forms.CharField(
        label=_("外地或别的机关：写清是哪里"),
        max_length=80,
        required=False,
        help_text=_("部门或机关的名称，带上电话更好。"),
    )
    found = moments(_("什么时候知道的"))
    words = words(_("怎样查明的"), required=_("请写明怎样查明的，报案人会看到。"), rows=3)

    def __init__(self, *args: Any, matter: Matter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Unit.objects.stations().exclude(pk=matter.unit_id).order_by("path")
        self.fields["to"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", _("请选")),
            *((str(one.pk), one.called) for one in others),
            (self.OUTSIDE, _("外地，或者别的机关")),
            (self.OURS, _("查明还是归我们管")),
        ]
        self.fields["found"].help_text = _("移送的期限从这时算起。不写就是现在；不能早于收到报案，也不能晚于现在。")


class TellForm(forms.Form):
    """How the reporter was told."""

    of_matter = True
    how = forms.ChoiceField(
        label=_("怎样告诉的"), widget=forms.RadioSelect, error_messages={"required": _("请选一项。")}
    )
    words = words(_("告诉了谁、怎么说的"), required=_("请写明告诉了谁、怎么说的。"), rows=2)

    def __init__(self, *args: Any, matter: Matter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.now()
        allowed = [way for way in Way if way is not Way.PAGE and may_contact(matter, way, now)]
        self.fields["how"].choices = [(way.value, way.label) for way in allowed]  # type: ignore[attr-defined]
        if not allowed:
            self.fields["how"].help_text = _("本人说好了只看查询页：打开查询页就算告知，这里不用填。")


class LinkForm(forms.Form):
    """Which other report tells of the same event, and why."""

    number = forms.CharField(
        label=_("另一件的编号"), max_length=24, error_messages={"required": _("请填另一件的编号。")}
    )
    reason = words(_("为什么是同一件事"), required=_("请写一句为什么是同一件事。"), rows=2)


class UnlinkForm(forms.Form):
    """Why it was another event after all."""

    reason = words(_("为什么不是同一件事"), required=_("请写一句为什么不是同一件事。"), rows=2)


class RemedyForm(forms.Form):
    """Why the reporter disagrees."""

    words = words(_("您为什么不同意"), required=_("请写几句为什么不同意，决定的人会照着看。"), rows=5)
    client_id = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
