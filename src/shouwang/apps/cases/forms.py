"""What the forms of cases accept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shouwang.apps.cases import chain
from shouwang.apps.cases.errors import WrongCode
from shouwang.apps.cases.holding import Found, links_of
from shouwang.apps.cases.looking import Ground
from shouwang.apps.cases.models import Case, CustodyMove, Evidence, InCharge, Party, Statement
from shouwang.apps.cases.parties import PARTICULARS, Said, credit_code
from shouwang.apps.cases.statements import Frame
from shouwang.apps.desk.forms import colleagues, police_colleagues
from shouwang.apps.incidents.forms import moments
from shouwang.apps.matters.forms import attachments, code_field, words
from shouwang.apps.recordings.models import Stay
from shouwang.apps.units.models import Officer

if TYPE_CHECKING:
    _Choice = forms.ModelChoiceField[Any]
else:
    _Choice = forms.ModelChoiceField  # Django's fields are generic for type checkers only


#: What an organisation may be in a case.
OF_ORGANISATIONS = (Party.Role.SUSPECT, Party.Role.VICTIM, Party.Role.OTHER)


def _moment(label: Any) -> forms.DateTimeField:
    field = moments(label)
    field.required = True
    field.error_messages["required"] = _("请写几月几号几点几分。")
    return field


def _short(label: Any, longest: int, *, required: Any = "", hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        required=bool(required),
        help_text=hint,
        error_messages={"required": required} if required else None,
    )


class StayChoice(_Choice):
    """A stay by its times; who it is stands on its own page."""

    def label_from_instance(self, obj: Stay) -> str:
        came = timezone.localtime(obj.entered_at)
        return f"{came:%m-%d %H:%M} {obj.get_came_display()}"


class PartyChoice(_Choice):
    def label_from_instance(self, obj: Party) -> str:
        return obj.called


class CaseForm(forms.Form):
    """A form about one case; `client_id` keeps a second press from doing it twice."""

    client_id = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.officer = case, officer
        self.fit()

    def fit(self) -> None:
        """Choices that depend on the case."""

    def parties(self, label: Any, *, empty: Any, required: bool = False, organisations: bool = False) -> PartyChoice:
        """Who may be chosen: people, and organisations where it may be one."""
        there = Party.objects.filter(case=self.case, left_at=None)
        if not organisations:
            there = there.filter(organisation=False)
        return PartyChoice(there, label=label, required=required, empty_label=empty)

    def officers(self, label: Any, *, empty: Any) -> Any:
        others = colleagues(self.case.matter).exclude(pk=self.officer.pk)
        return _Choice(others, label=label, required=False, empty_label=empty)

    def second(self, *, empty: Any, besides: int | None = None) -> Any:
        """The second officer whom the law asks for; only police are one."""
        others = police_colleagues(self.case.matter).exclude(pk=besides or self.officer.pk)
        return _Choice(others, label=_("第二位民警"), required=False, empty_label=empty)


class LookForm(forms.Form):
    """Why the case is opened; for a sealed one, for which of the two grounds."""

    reason = forms.CharField(max_length=200, error_messages={"required": _("请写明为什么要看，会记下来。")})
    ground = forms.ChoiceField(choices=[("", "—"), *Ground.choices], required=False)


class AssistForm(CaseForm):
    def fit(self) -> None:
        others = colleagues(self.case.matter).exclude(pk=self.case.matter.handler_id or 0)
        self.fields["officer"] = _Choice(others, label=_("协办民警"), empty_label=None)


class HandOverForm(CaseForm):
    def fit(self) -> None:
        others = police_colleagues(self.case.matter).exclude(pk=self.case.matter.handler_id or 0)
        self.fields["to"] = _Choice(others, label=_("交给谁主办"), empty_label=None)


class PartyForm(CaseForm):
    """Who it is. Everything stands on all papers afterwards, so nobody types it again."""

    role = forms.ChoiceField(label=_("是什么人"), choices=Party.Role.choices)
    reporter = forms.BooleanField(label=_("就是报案人，已经登记过"), required=False)
    name = _short(_("姓名"), 40)
    phone = _short(_("电话"), 40)
    id_number = _short(_("证件号"), 40, hint=_("加密保存，看一次记一次。"))
    id_kind = _short(_("证件种类"), 30, hint=_("身份证不用写。"))
    sex = forms.ChoiceField(
        label=_("性别"), choices=[("", "—"), ("male", _("男")), ("female", _("女"))], required=False
    )
    born = forms.DateField(
        label=_("出生日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("请写成 1990-01-31 这样。")},
    )
    minor = forms.BooleanField(label=_("未成年（写了出生日期就自己算）"), required=False)
    relation = _short(_("监护人是本人的什么人"), 20, hint=_("比如：母亲、班主任。"))
    home = _short(_("现住址"), 120)
    registered = _short(_("户籍地"), 120)
    employer = _short(_("工作单位、学校"), 80)
    schooling = _short(_("文化程度"), 20)
    nation = _short(_("民族"), 20)

    def fit(self) -> None:
        self.fields["guardian"] = self.parties(_("未成年的，监护人是谁"), empty=_("没有，或者还没有登记"))
        if self.case.matter.reporter_id is None:
            del self.fields["reporter"]
        order = [*list(self.fields)]
        order.remove("guardian")
        order.insert(order.index("relation"), "guardian")
        self.order_fields(order)

    def said(self) -> Said:
        given = self.cleaned_data
        particulars = {key: str(given.get(key) or "") for key in PARTICULARS}
        return Said(
            name=given["name"],
            phone=given["phone"],
            id_number=given["id_number"],
            reporter=given.get("reporter", False),
            minor=given["minor"],
            guardian=given["guardian"],
            relation=given["relation"],
            particulars=particulars,
        )


class CorrectForm(PartyForm):
    """The same, of somebody who is written down; the role stays."""

    def fit(self) -> None:
        super().fit()
        del self.fields["role"]
        self.fields.pop("reporter", None)

    @staticmethod
    def initial_of(party: Party) -> dict[str, Any]:
        person = party.person
        known = json.loads(party.particulars) if party.particulars else {}
        return {
            "name": person.name,
            "phone": person.phone,
            "id_number": person.id_number,
            "minor": party.minor,
            "guardian": party.guardian_id,
            "relation": party.relation,
            **known,
        }


class OrganisationForm(CaseForm):
    """Which organisation it is and who answers for it; as of people, everything stands on all papers afterwards."""

    role = forms.ChoiceField(
        label=_("在案件里是什么"), choices=[(one.value, one.label) for one in OF_ORGANISATIONS], initial="suspect"
    )
    name = _short(_("单位名称"), 80, hint=_("和营业执照上一样。"))
    credit_code = _short(
        _("统一社会信用代码"), 24, hint=_("营业执照上的 18 位，最后一位会自己核对。还没有办执照的空着。")
    )
    org_kind = _short(_("是做什么的"), 40, hint=_("比如：网吧、旅馆、废品收购、物业公司。"))
    phone = _short(_("电话"), 40)
    home = _short(_("住所"), 120, hint=_("营业执照上的地址。"))
    legal_name = _short(_("法定代表人或者负责人，没有登记的写姓名"), 40)
    direct_name = _short(_("直接负责的主管人员，没有登记的写姓名"), 40)

    def fit(self) -> None:
        empty = _("没有登记，在下面写姓名")
        self.fields["legal_party"] = self.parties(_("法定代表人或者负责人"), empty=empty)
        self.fields["direct_party"] = self.parties(_("直接负责的主管人员"), empty=empty)
        self.order_fields([
            "role", "name", "credit_code", "org_kind", "phone", "home", "legal_party", "legal_name", "direct_party", "direct_name",
        ])  # fmt: skip

    def clean_credit_code(self) -> str:
        try:
            return credit_code(self.cleaned_data["credit_code"])
        except WrongCode as why:
            raise forms.ValidationError(why.whole) from why

    def said(self) -> Said:
        given = self.cleaned_data
        return Said(
            name=given["name"],
            phone=given["phone"],
            id_number=given["credit_code"],
            particulars={"org_kind": given["org_kind"], "home": given["home"]},
            organisation=True,
            in_charge={
                capacity: given[f"{capacity}_party"] or given[f"{capacity}_name"]
                for capacity in InCharge.Capacity.values
            },
        )


class CorrectOrganisationForm(OrganisationForm):
    """The same, of one that is written down; the role stays."""

    def fit(self) -> None:
        super().fit()
        del self.fields["role"]

    @staticmethod
    def initial_of(party: Party) -> dict[str, Any]:
        person = party.person
        known = json.loads(party.particulars) if party.particulars else {}
        said = {"name": person.name, "phone": person.phone, "credit_code": person.id_number, **known}
        for one in party.in_charge.all():
            said |= {f"{one.capacity}_party": one.party_id, f"{one.capacity}_name": one.name}
        return said


class HandForm(forms.Form):
    """How it was made sure who asks."""

    reason = forms.CharField(
        label=_("怎么核对是本人的"),
        max_length=200,
        help_text=_("比如：看了身份证。以前给过的就打不开了。"),
        error_messages={"required": _("请写明怎么核对是本人的，比如：看了身份证。")},
    )


class SlipForm(forms.Form):
    """The code on the slip."""

    code = code_field(_("凭条上的码"), _("请填凭条上的码。"))


class LeftForm(CaseForm):
    words = words(_("怎么查明的"), required=_("请写明为什么和案件没有关系。"), rows=2)


class BeginForm(CaseForm):
    """Whom to question, since when, under which stay."""

    began_at = _moment(_("几点开始"))
    place = _short(_("地点"), 80, hint=_("比如：青石镇派出所询问室一。"))

    def fit(self) -> None:
        self.fields["party"] = self.parties(_("给谁做笔录"), empty=None, required=True)
        self.fields["second"] = self.second(empty=_("一个人，全程录像"))
        self.fields["stay"] = _stays(self.case, self.officer)
        self.order_fields(["party", "began_at", "place", "second", "stay"])

    def frame(self) -> Frame:
        given = self.cleaned_data
        party: Party = given["party"]
        return Frame(
            given["began_at"], place=given["place"], second=given["second"], stay=given["stay"], adult=party.guardian
        )


def _stays(case: Case, officer: Officer) -> StayChoice:
    there = Stay.objects.visible_to(officer).filter(matter=case.pk)
    return StayChoice(there, label=_("是哪一次进所"), required=False, empty_label=_("不在所里问，或者没有登记进所"))


class FrameForm(CaseForm):
    """Times, place and who is there, of a statement that is being written."""

    began_at = _moment(_("几点开始"))
    ended_at = moments(_("几点结束"))
    place = _short(_("地点"), 80)
    no_adult = words(_("没有成年人在场的，写明原因"), rows=2)

    def __init__(self, *args: Any, statement: Statement, **kwargs: Any) -> None:
        self.statement = statement
        super().__init__(*args, **kwargs)

    def fit(self) -> None:
        one = self.statement
        self.fields["second"] = self.second(empty=_("一个人，全程录像"), besides=one.officer_id)
        self.fields["stay"] = _stays(self.case, self.officer)
        names = ["began_at", "ended_at", "place", "second", "stay"]
        if one.party.minor:
            there = Party.objects.filter(case=self.case, left_at=None, organisation=False).exclude(pk=one.party_id)
            self.fields["adult"] = PartyChoice(
                there, label=_("到场的监护人或者合适成年人"), required=False, empty_label=_("没有")
            )
            names += ["adult", "no_adult"]
        else:
            del self.fields["no_adult"]
        del self.fields["client_id"]
        self.order_fields(names)

    @staticmethod
    def initial_of(one: Statement) -> dict[str, Any]:
        return {
            "began_at": one.began_at,
            "ended_at": one.ended_at,
            "place": one.place,
            "second": one.second_id,
            "stay": one.stay_id,
            "adult": one.adult_id,
            "no_adult": one.no_adult,
        }

    def frame(self) -> Frame:
        given = self.cleaned_data
        return Frame(
            given["began_at"],
            given["ended_at"],
            given["place"],
            given["second"],
            given["stay"],
            given.get("adult"),
            given.get("no_adult", ""),
        )


class EvidenceForm(CaseForm):
    """One piece, as it was taken."""

    name = _short(_("是什么"), 80, required=_("请写是什么东西。"))
    features = words(_("特征"), rows=2, hint=_("颜色、牌子、编号、有没有坏。"))
    count = _short(_("数量"), 30)
    way = forms.ChoiceField(label=_("怎么取得"), choices=Evidence.Way.choices)
    taken_at = _moment(_("什么时候取得"))
    place = _short(_("在哪里取得"), 120)
    seal_number = _short(_("封签号"), 40)
    attached = attachments()

    def fit(self) -> None:
        self.fields["giver"] = self.parties(_("从谁那里"), empty=_("现场发现，不是谁给的"), organisations=True)
        self.fields["second"] = self.second(empty=_("没有"))
        self.order_fields(["name", "features", "count", "way", "giver", "place", "taken_at", "second", "seal_number"])

    def found(self) -> Found:
        given = self.cleaned_data
        keys = ("name", "way", "taken_at", "features", "count", "giver", "place", "seal_number", "second")
        return Found(**{key: given[key] for key in keys})


class MoveForm(CaseForm):
    """The next step of a chain; only what may follow is offered."""

    moved_at = _moment(_("什么时候"))
    words = _short(_("放在哪里，或者给了谁"), 200)

    def __init__(self, *args: Any, evidence: Evidence, **kwargs: Any) -> None:
        self.evidence = evidence
        super().__init__(*args, **kwargs)

    def fit(self) -> None:
        allowed = chain.may_follow(links_of(self.evidence))
        self.fields["what"] = forms.ChoiceField(
            label=_("做什么"), choices=[one for one in CustodyMove.What.choices if one[0] in allowed]
        )
        self.fields["holder"] = self.officers(_("哪一位同事接收"), empty=_("我自己"))
        self.order_fields(["what", "moved_at", "words", "holder"])


class CloseForm(CaseForm):
    result = forms.ChoiceField(label=_("怎么结的案"), choices=Case.Result.choices)
    elsewhere = words(
        _("别的机关决定的处罚"),
        rows=2,
        hint=_("这里没有处罚决定的，写明哪个机关、哪一天、什么决定、文号。在这里决定的，不用写。"),
    )
    report = words(_("办理经过"), required=_("请写几句办理经过。"), rows=6, hint=_("写进结案报告，不给报案人看。"))
    words = words(
        _("一句话告诉报案人"),
        required=_("请用一句话告诉报案人结果是什么。"),
        rows=2,
        hint=_("报案人在查询页上看到。不写任何人的名字。"),
    )


class ArchiveForm(CaseForm):
    seal = forms.BooleanField(label=_("同时封存记录"), required=False)


class NoForm(CaseForm):
    """A press is enough."""
