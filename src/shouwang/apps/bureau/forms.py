"""What managing accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shouwang.apps.accounts.models import User
from shouwang.apps.bureau.words import ACTIONS
from shouwang.apps.notices.models import Transport
from shouwang.apps.places.importing import MOST_MAP_BYTES, SLUG, read_communities
from shouwang.apps.places.models import Community
from shouwang.apps.units.importing import PHONE, PREFIX, USERNAME
from shouwang.apps.units.models import Officer, Role, Unit
from shouwang.apps.units.policy import may_give_role, officers_managed_by, units_managed_by
from shouwang.apps.units.regions import is_region
from shouwang.apps.units.tables import several
from shouwang.kernel.errors import RuleBroken

if TYPE_CHECKING:
    _UnitForm = forms.ModelForm[Unit]
    _CommunityForm = forms.ModelForm[Community]
else:
    _UnitForm = forms.ModelForm  # Django's forms are generic for type checkers only
    _CommunityForm = forms.ModelForm


def reason(*, required: bool = True) -> forms.CharField:
    """Why, for the history."""
    return forms.CharField(
        label=_("原因"),
        required=required,
        max_length=300,
        help_text=_("写进变更记录，以后的人看得懂。"),
        error_messages={"required": _("请写一句原因。")},
    )


def units_of(manager: Officer) -> QuerySet[Unit]:
    """The units in use that this manager may choose."""
    return Unit.objects.active().filter(units_managed_by(manager)).select_related("parent")


def day(label: Any, *, required: bool = True, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("请写成 2026-12-03 这样的日期。"), "required": _("请选一个日期。")},
    )


class UnitForm(_UnitForm):
    """One unit. Kind and parent are chosen once."""

    reason = reason(required=False)

    class Meta:
        model = Unit
        fields = ["name", "name_en", "prefix", "region", "phone", "address", "hours", "longitude", "latitude"]
        labels = {"region": _("地区代码"), "name_en": _("英文名称")}
        help_texts = {
            "prefix": _("2 到 4 个拉丁字母。改了只影响以后的编号。"),
            "region": _("行政区划代码的 2、4 或 6 位数字，比如 33 或 330824。"),
            "longitude": _("WGS-84，比如 118.8921。"),
        }
        error_messages = {"name": {"unique": _("已经有一个单位叫这个名字了，请换一个。")}}

    def clean_prefix(self) -> str:
        prefix = str(self.cleaned_data["prefix"]).upper()
        if prefix and not PREFIX.fullmatch(prefix):
            raise forms.ValidationError(_("请写 2 到 4 个拉丁字母。"))
        if prefix and Unit.objects.filter(prefix=prefix).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("另一个派出所已经用了这个字头，请换一个。"))
        return prefix

    def clean_region(self) -> str:
        region = str(self.cleaned_data["region"])
        if region and not is_region(region):
            raise forms.ValidationError(_("要 2、4 或 6 位数字，开头是一个省的代码。"))
        return region

    def clean_phone(self) -> str:
        return _checked_phone(self.cleaned_data["phone"])

    def values(self) -> dict[str, Any]:
        """The columns as the use case takes them."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class NewUnitForm(UnitForm):
    """A station below the bureau, or a workstation below a station: the parent decides which."""

    parent = forms.ModelChoiceField(
        label=_("上级单位"), queryset=Unit.objects.none(), error_messages={"required": _("请选上级单位。")}
    )
    field_order = ["parent"]

    def __init__(self, *args: Any, manager: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parents = units_of(manager).exclude(kind=Unit.Kind.WORKSTATION)
        self.fields["parent"].queryset = parents  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.kind() == Unit.Kind.STATION and not given.get("prefix") and "prefix" not in self.errors:
            self.add_error("prefix", _("派出所要有编号字头，请写 2 到 4 个拉丁字母。"))
        return given

    def kind(self) -> str:
        """What a unit below the chosen parent is."""
        parent = self.cleaned_data.get("parent")
        below_bureau = parent is not None and parent.kind == Unit.Kind.BUREAU
        return Unit.Kind.STATION if below_bureau else Unit.Kind.WORKSTATION


def _checked_phone(value: str) -> str:
    if value and not PHONE.fullmatch(value):
        raise forms.ValidationError(_("电话看不懂。请写数字和短横，比如 0570-0000110。"))
    return value


class PersonForm(forms.Form):
    """What is known of somebody who serves here."""

    name = forms.CharField(label=_("姓名"), max_length=40, error_messages={"required": _("请写姓名。")})
    public_name = forms.CharField(
        label=_("对外称呼"),
        max_length=40,
        help_text=_("居民看到的名字，比如“陈警官”。"),
        error_messages={"required": _("请写居民怎么称呼这位同事。")},
    )
    police_number = forms.CharField(label=_("警号"), max_length=12, required=False)
    phone = forms.CharField(label=_("手机"), max_length=30, required=False, help_text=_("只给所里联系用，加密保存。"))
    skills = forms.CharField(
        label=_("技能"), max_length=200, required=False, help_text=_("有几个的用分号隔开，比如“手语；无人机”。")
    )
    reason = reason(required=False)

    def __init__(self, *args: Any, officer: Officer | None = None, **kwargs: Any) -> None:
        self.officer = officer
        if officer is not None:
            skills = "；".join(officer.skills.order_by("name").values_list("name", flat=True))
            kwargs["initial"] = {
                "name": officer.name,
                "public_name": officer.public_name,
                "police_number": officer.police_number or "",
                "phone": officer.phone,
                "skills": skills,
            }
        super().__init__(*args, **kwargs)

    def clean_police_number(self) -> str | None:
        number: str = self.cleaned_data["police_number"].strip()
        others = Officer.objects.exclude(pk=self.officer.pk if self.officer else 0)
        if number and others.filter(police_number=number).exists():
            raise forms.ValidationError(_("这个警号已经是另一个人的了，请再看一遍。"))
        return number or None

    def clean_phone(self) -> str:
        return _checked_phone(self.cleaned_data["phone"])

    def clean_skills(self) -> tuple[str, ...]:
        names = several(self.cleaned_data["skills"])
        if any(len(name) > 40 for name in names):
            raise forms.ValidationError(_("一个技能最多 40 个字。"))
        return names


class NewPersonForm(PersonForm):
    """Somebody new: also where, as what, and with which account."""

    username = forms.RegexField(
        USERNAME,
        label=_("用户名"),
        help_text=_("登录用，只用字母、数字和 . @ + - _。密码由本人用邀请链接来设。"),
        error_messages={
            "required": _("请写一个用户名，比如 chenjg。"),
            "invalid": _("用户名只能用字母、数字和 . @ + - _，最多 60 个。"),
        },
    )
    unit = forms.ModelChoiceField(
        label=_("单位"), queryset=Unit.objects.none(), error_messages={"required": _("请选单位。")}
    )
    roles = forms.MultipleChoiceField(
        label=_("岗位"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选一个岗位。")},
    )
    field_order = ["name", "public_name", "username", "unit", "roles"]

    def __init__(self, *args: Any, manager: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.manager = manager
        self.fields["unit"].queryset = units_of(manager)  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(_("这个用户名已经有人用了，请换一个。"))
        return username

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        unit: Unit | None = given.get("unit")
        for role in given.get("roles", []):
            if unit is None:
                break
            verdict = may_give_role(self.manager, None, role, unit)
            if not verdict:
                self.add_error("roles", verdict.reason)
        return given


class PostForm(forms.Form):
    """One role in one unit for a span of days."""

    unit = forms.ModelChoiceField(label=_("单位"), queryset=Unit.objects.none())
    role = forms.ChoiceField(label=_("岗位"), choices=Role.choices)
    since = day(_("从哪天起"))
    until = day(_("到哪天止"), required=False, hint=_("最后一天。没有定就空着。"))
    reason = reason(required=False)

    def __init__(self, *args: Any, manager: Officer, officer: Officer, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"since": timezone.localdate(), "unit": officer.unit_id})
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_of(manager)  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", _("最后一天要在第一天之后。"))
        return given


class EndPostForm(forms.Form):
    """The last day of a post."""

    until = day(_("最后一天"))
    reason = reason()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"until": timezone.localdate()})
        super().__init__(*args, **kwargs)


class MoveForm(forms.Form):
    """Another unit."""

    unit = forms.ModelChoiceField(
        label=_("调到哪个单位"), queryset=Unit.objects.none(), help_text=_("原单位的岗位昨天结束，新岗位要再给。")
    )
    reason = reason()

    def __init__(self, *args: Any, manager: Officer, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = units_of(manager).exclude(pk=officer.unit_id)
        self.fields["unit"].queryset = found  # type: ignore[attr-defined]  # a ModelChoiceField


class ReasonForm(forms.Form):
    """Nothing but why."""

    reason = reason()


class MaybeReasonForm(forms.Form):
    """Why, if there is something to say."""

    reason = reason(required=False)


class CommunityForm(_CommunityForm):
    """One community; the boundary comes as a file."""

    map_file = forms.FileField(
        label=_("边界（GeoJSON 文件）"), required=False, help_text=_("只有一个 Feature 的 GeoJSON，不选就不变。")
    )
    gcj02 = forms.BooleanField(label=_("坐标来自高德、腾讯等国内地图（GCJ-02），请转换"), required=False)
    reason = reason(required=False)

    class Meta:
        model = Community
        fields = ["name", "kind", "unit", "officer", "slug", "name_en", "households", "population", "active"]
        help_texts = {"slug": _("网址里用，小写字母、数字和短横。空着就自动编一个。")}
        error_messages = {"slug": {"unique": _("这个网址名已经有人用了，请换一个。")}}

    def __init__(self, *args: Any, manager: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        units = units_of(manager).exclude(kind=Unit.Kind.BUREAU)
        people = Officer.objects.serving().filter(officers_managed_by(manager))
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["officer"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField
        self.boundary: dict[str, Any] | None = None

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]) or self.instance.slug
        if slug and not SLUG.fullmatch(slug):
            raise forms.ValidationError(_("只能用小写字母、数字和短横，比如 liuxi。"))
        return slug

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("map_file") and "map_file" not in self.errors:
            self._read_map(given["map_file"], gcj02=bool(given.get("gcj02")))
        return given

    def _read_map(self, sent: Any, *, gcj02: bool) -> None:
        if sent.size > MOST_MAP_BYTES:
            self.add_error("map_file", _("这个文件超过 8 MB。请把边界简化一些，或者分成几个文件。"))
            return
        try:
            rows = read_communities(sent.read(), gcj02=gcj02)
        except RuleBroken as why:
            self.add_error("map_file", why.whole)
            return
        if len(rows) != 1 or rows[0].boundary is None:
            says = gettext("文件里要有一个边界，这里有 %(n)d 个社区。") % {"n": len(rows)}
            self.add_error("map_file", "".join(rows[0].problems) or says)
            return
        self.boundary = rows[0].boundary

    def values(self) -> dict[str, Any]:
        """The columns as the use case takes them; the boundary only when one was sent."""
        found = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        return found | ({"boundary": self.boundary} if self.boundary is not None else {})


class UploadForm(forms.Form):
    """A list to look at."""

    file = forms.FileField(
        label=_("文件"),
        error_messages={"required": _("请选一个文件。"), "empty": _("这个文件是空的。请选填好的表格。")},
    )
    gcj02 = forms.BooleanField(label=_("坐标来自高德、腾讯等国内地图（GCJ-02），请转换"), required=False)


class GatewayForm(forms.Form):
    """What can be changed of a gateway: its name, whose it is, where it answers, how fast it sends."""

    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("给自己人看的，比如“所里的 QQ”。"))
    unit = forms.ModelChoiceField(
        label=_("哪个单位的号"), queryset=Unit.objects.none(), help_text=_("发到这个号的消息先由这个单位接。")
    )
    http_url = forms.URLField(
        label=_("网关的 HTTP 接口地址"),
        required=False,
        assume_scheme="http",
        help_text=_("只有用 HTTP 时才写，比如 http://127.0.0.1:5700。"),
    )
    per_minute = forms.FloatField(
        label=_("每分钟最多发几条"),
        initial=10,
        min_value=0.1,
        max_value=60,
        help_text=_("发得太快，号容易被限制。十条是稳妥的。"),
    )

    def __init__(self, *args: Any, manager: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_of(manager)  # type: ignore[attr-defined]  # a ModelChoiceField


class NewGatewayForm(GatewayForm):
    """A gateway that is not there yet."""

    self_id = forms.RegexField(
        r"\A\d{5,20}\Z", label=_("QQ 号"), error_messages={"invalid": _("QQ 号只有数字，至少五位。")}
    )
    transport = forms.ChoiceField(
        label=_("怎样连接"),
        choices=Transport.choices,
        initial=Transport.REVERSE_WS,
        help_text=_("能选就选“反向 WebSocket”：网关自己连过来，不用开别的口子。"),
    )
    field_order = ("name", "self_id", "unit", "transport", "http_url", "per_minute")


class ChangeGatewayForm(GatewayForm):
    """Another value, and why."""

    reason = reason()


class PicturesForm(forms.Form):
    """Hosts from which pictures may be fetched."""

    hosts = forms.CharField(
        label=_("可以从哪些网站取图片"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("一行一个，不带 https://。空着就哪里都不去取，这是最稳妥的。"),
    )


class TrailForm(forms.Form):
    """Which rows of the audit trail."""

    action = forms.ChoiceField(label=_("做了什么"), required=False)
    actor = forms.ModelChoiceField(label=_("谁做的"), required=False, queryset=Officer.objects.none())
    subject = forms.CharField(label=_("对什么"), required=False, max_length=120, help_text=_("比如 units.officer:12"))
    since = day(_("从哪天起"), required=False)
    until = day(_("到哪天止"), required=False)

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rooms = [("matters.", _("居民的事（全部）")), ("people.", _("看个人信息")), ("files.", _("文件（全部）"))]
        self.fields["action"].choices = [("", _("全部")), *ACTIONS.items(), *rooms]  # type: ignore[attr-defined]
        people = Officer.objects.filter(officers_managed_by(officer))
        self.fields["actor"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField
