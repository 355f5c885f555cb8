"""The questions of the first-run wizard. Errors stand beside the field and say what to do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from shouwang.apps.accounts.models import User
from shouwang.apps.units.importing import PHONE, PREFIX, USERNAME
from shouwang.apps.units.models import Unit
from shouwang.apps.units.regions import PROVINCES, is_region


class KeyForm(forms.Form):
    """The language of this browser, and the key from the console."""

    language = forms.ChoiceField(label=_("用哪种语言"), choices=settings.LANGUAGES, widget=forms.RadioSelect)
    key = forms.CharField(
        label=_("开张钥匙"),
        max_length=40,
        help_text=_("启动时显示在服务器的屏幕上，12 位，像 7K4M-2QXD-9TBC。也可以运行 ./sw manage welcome 再看一次。"),
        error_messages={"required": _("请填开张钥匙。它在服务器启动时的屏幕上。")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class LanguageForm(forms.Form):
    """The language alone, once the key was given."""

    language = KeyForm.declared_fields["language"]


class BureauForm(forms.Form):
    """The unit above the stations."""

    bureau = forms.CharField(
        label=_("分局的名称"),
        max_length=60,
        help_text=_("派出所的上级单位，比如“云溪分局”或“云溪县公安局”。以后可以改。"),
        error_messages={"required": _("请写上级单位的名称。")},
    )


class StationForm(forms.Form):
    """What the station is called, and how its numbers begin."""

    name = forms.CharField(
        label=_("派出所的名称"),
        max_length=60,
        help_text=_("居民看到的名字，比如“青石镇派出所”。"),
        error_messages={"required": _("请写派出所的名称。")},
    )
    prefix = forms.CharField(  # type: ignore[assignment]  # the metaclass takes fields out of the class
        label=_("编号字头"),
        max_length=4,
        help_text=_("2 到 4 个拉丁字母，每件事的编号都用它开头，比如 QS 就是 QS-2026-00001-8。"),
        error_messages={"required": _("请写 2 到 4 个拉丁字母。")},
        widget=forms.TextInput(attrs={"class": "short", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, others: list[dict[str, str]], bureau: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._taken = {other["prefix"] for other in others}
        self._names = {bureau, *(other["name"] for other in others)}

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name in self._names or Unit.objects.filter(name=name).exists():
            raise forms.ValidationError(_("已经有一个单位叫这个名字了，请写得再具体一点。"))
        return name

    def clean_prefix(self) -> str:
        prefix: str = self.cleaned_data["prefix"].upper()
        if not PREFIX.fullmatch(prefix):
            raise forms.ValidationError(_("请写 2 到 4 个拉丁字母。"))
        if prefix in self._taken or Unit.objects.filter(prefix=prefix).exists():
            raise forms.ValidationError(_("另一个派出所已经用了这个字头，请换一个。"))
        return prefix


class RegionForm(forms.Form):
    """Where it is: which provincial figures of the law hold."""

    province = forms.ChoiceField(
        label=_("在哪个省"),
        choices=[("", _("请选一个省")), *PROVINCES],
        help_text=_("盗窃、诈骗等案件的立案金额各省不同，按这里查。"),
        error_messages={"required": _("请选一个省。")},
    )
    code = forms.CharField(
        label=_("市、县的行政区划代码"),
        required=False,
        max_length=6,
        help_text=_("4 或 6 位数字，比如 330824。少数城市的标准和全省不同，才用得着。"),
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        code = given.get("code", "")
        if code and not (is_region(code) and len(code) > 2):
            self.add_error("code", _("要 4 或 6 位数字。不知道就空着。"))
        elif code and code[:2] != given.get("province"):
            self.add_error("code", _("这个代码不在您选的省里。"))
        return given


class ContactForm(forms.Form):
    """How residents reach the station without a computer."""

    phone = forms.RegexField(
        PHONE,
        label=_("值班电话"),
        max_length=30,
        help_text=_("居民有急事又不用打 110 的时候打。"),
        error_messages={
            "required": _("请写值班电话，比如 0570-0000110。"),
            "invalid": _("电话看不懂。请写数字和短横，比如 0570-0000110。"),
        },
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    address = forms.CharField(label=_("地址"), max_length=120, required=False)
    hours = forms.CharField(
        label=_("窗口时间"), max_length=120, required=False, help_text=_("比如“周一至周五 8:30–12:00，14:00–17:30”。")
    )


class NewPassword(forms.Form):
    """A password written twice. Whoever goes back may leave both empty."""

    password = forms.CharField(
        label=_("密码"),
        strip=False,
        help_text=_("至少 10 个字符。几个不相干的词连起来，好记又难猜。"),
        error_messages={"required": _("请写一个密码。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再写一遍密码"),
        strip=False,
        error_messages={"required": _("请把密码再写一遍。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        password, again = given.get("password", ""), given.get("again", "")
        if password and again and password != again:
            self.add_error("again", _("两遍不一样，请再写一遍。"))
        if password:
            try:
                validate_password(password, User(username=self.username_given()))
            except forms.ValidationError as why:
                self.add_error("password", why)
        return given

    def username_given(self) -> str:
        """Whose password it is, so that it is not the name again."""
        return str(self.cleaned_data.get("username", ""))


class AdministratorForm(NewPassword):
    """The first person who can sign in."""

    name = forms.CharField(
        label=_("您的姓名"), max_length=40, error_messages={"required": _("请写姓名，同事在操作记录里会看到。")}
    )
    username = forms.RegexField(
        USERNAME,
        label=_("用户名"),
        help_text=_("登录用，只用字母、数字和 . @ + - _。系统管理员不看居民的事；要值班，请再建一个账号。"),
        error_messages={
            "required": _("请写一个用户名，比如 admin。"),
            "invalid": _("用户名只能用字母、数字和 . @ + - _，最多 60 个。"),
        },
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order = ["name", "username", "password", "again"]

    def __init__(self, *args: Any, has_password: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_password:
            for field in ("password", "again"):
                self.fields[field].required = False
            self.fields["password"].help_text = _("已经设好了。空着就不变。")


class CodeForm(forms.Form):
    """Six digits from the authenticator."""

    code = forms.CharField(
        label=_("验证器显示的 6 位数字"),
        max_length=12,
        error_messages={"required": _("请写验证器应用里显示的 6 位数字。")},
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class WrittenForm(forms.Form):
    """“On paper.”"""

    written = forms.BooleanField(
        label=_("我已经把 10 个恢复码抄在纸上，锁好了"),
        error_messages={"required": _("手机丢了就靠它们登录。请抄好，再打勾。")},
    )


class InvitedForm(NewPassword):
    """The first password of somebody invited."""

    def __init__(self, *args: Any, username: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._username = username

    def username_given(self) -> str:
        return self._username
