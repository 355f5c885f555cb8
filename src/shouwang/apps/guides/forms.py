"""What the pages behind the guides accept. Lists are written one to a line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from shouwang.apps.guides.models import WORDING, CannedAnswer, Guide
from shouwang.apps.guides.reading import CONFIDENCES, check_body
from shouwang.apps.units.models import Officer
from shouwang.engines.errors import BadData

#: Addresses under /guides/ that are no guide.
RESERVED = frozenset({"search", "suggest"})
LONGEST_BODY = 20_000
CONFIDENCE_WORDS = dict(zip(CONFIDENCES, (_("已核对"), _("据转载"), _("据 2018 年版"), _("待核实")), strict=True))


class Lines(forms.CharField):
    """A list of texts, one to a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


class SourceLines(forms.CharField):
    """Sources, one to a line: `居民身份证法｜第12条｜已核对`; a fourth part names the rule of the law data."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(
            "｜".join(
                part
                for part in (
                    row["instrument"],
                    row["article"],
                    str(CONFIDENCE_WORDS[row["confidence"]]),
                    row["rule_id"],
                )
                if part
            )
            for row in value
        )

    def to_python(self, value: Any) -> Any:
        codes = {str(word): code for code, word in CONFIDENCE_WORDS.items()} | {code: code for code in CONFIDENCES}
        rows = []
        for line in (super().to_python(value) or "").splitlines():
            if not line.strip():
                continue
            parts = [part.strip() for part in line.replace("|", "｜").split("｜")]
            if len(parts) not in {3, 4} or not all(parts[:3]) or parts[2] not in codes:
                raise forms.ValidationError(
                    _("这一行看不懂：%(line)s。写成“法名｜第几条｜%(words)s”。"),
                    params={"line": line.strip()[:60], "words": "/".join(map(str, CONFIDENCE_WORDS.values()))},
                )
            rows.append(
                {
                    "instrument": parts[0].strip("《》"),
                    "article": parts[1],
                    "rule_id": parts[3] if len(parts) == 4 else "",
                    "confidence": codes[parts[2]],
                }
            )
        return rows


class GuideForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for type checkers only
    """One wording of a guide."""

    questions = Lines(label=_("大家怎么问"), help_text=_("一行一种问法，只用来搜索，不显示。"), required=False)
    bring = Lines(label=_("带什么"), help_text=_("一行一样，按先后排。"), required=False)
    related = Lines(label=_("相关指南"), help_text=_("一行一个地址里的名字，比如 id-card-lost。"), required=False)
    sources = SourceLines(
        label=_("依据"), help_text=_("一行一条：法名｜第几条｜已核对、据转载、据 2018 年版或待核实。"), required=False
    )
    body = forms.CharField(
        label=_("正文"),
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=_("小标题用“## ”开头，列表用“- ”或“1. ”，加粗用两个星号。"),
    )
    why = forms.CharField(
        label=_("改了什么"), max_length=200, error_messages={"required": _("请写一句改了什么，历史里会看到。")}
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Guide
        fields = [*WORDING, "owner"]
        widgets = {
            "valid_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "reviewed_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "answer": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, colleagues: QuerySet[Officer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = colleagues  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean_body(self) -> str:
        body = str(self.cleaned_data["body"]).replace("\r\n", "\n").strip()
        try:
            check_body("guide", body)
        except BadData as why:
            raise forms.ValidationError(
                _("正文要以“## ”小标题开始，只用小标题、段落、列表和成对的 ** 。出问题的地方：%(where)s"),
                params={"where": str(why)[:120]},
            ) from why
        return body

    def clean_related(self) -> list[str]:
        slugs: list[str] = self.cleaned_data["related"]
        known = set(Guide.objects.filter(slug__in=slugs).values_list("slug", flat=True)) - {self.instance.slug}
        if unknown := [slug for slug in slugs if slug not in known]:
            raise forms.ValidationError(_("没有这份指南：%(slugs)s"), params={"slugs": "、".join(unknown)[:80]})
        return slugs

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("auto_ok") and not given.get("answer"):
            self.add_error("answer", _("要自动回答，先写好简短回答。"))
        until, on = given.get("valid_until"), given.get("reviewed_on")
        if until and on and until <= on:
            self.add_error("valid_until", _("“有效到”要在核对日期之后。"))
        return given

    def wording(self) -> dict[str, Any]:
        """The cleaned columns of a version."""
        return {name: self.cleaned_data[name] for name in WORDING}


class NewGuideForm(GuideForm):
    """A guide of the station's own, with the name it has in its address."""

    class Meta(GuideForm.Meta):
        fields = ["slug", *GuideForm.Meta.fields]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["why"], self.fields["seen"]

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).lower()
        if slug in RESERVED:
            raise forms.ValidationError(_("这个名字系统自己要用，请换一个。"))
        return slug


class CannedForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for type checkers only
    """A sentence officers send often."""

    class Meta:
        model = CannedAnswer
        fields = ["title", "text", "kind", "outside"]
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}
        help_texts = {"text": _("要填的地方写成 {{什么|例子}}，没填完发不出去。")}


class ReasonForm(forms.Form):
    """One sentence of why."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写一句理由，提出的同事会看到。")},
    )
