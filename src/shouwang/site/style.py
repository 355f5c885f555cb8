"""The living style page: every part in every state. Served in DEBUG only."""

from __future__ import annotations

import re
from pathlib import Path

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

SPRITE = Path(__file__).parent / "static/shouwang/icons.svg"


class Sample(forms.Form):
    """One of each field."""

    what = forms.CharField(
        label="发生了什么", help_text="写大概就行，民警会再问。", widget=forms.Textarea(attrs={"rows": 4})
    )
    place = forms.CharField(label="在哪里", required=False)
    when = forms.DateField(label="哪一天", widget=forms.DateInput(attrs={"type": "date"}))
    phone = forms.CharField(label="手机号", help_text="只用来回您的话，不公开。", min_length=11)
    kind = forms.ChoiceField(
        label="最像哪一种",
        widget=forms.RadioSelect,
        choices=[("noise", "太吵"), ("theft", "丢了东西"), ("fight", "有人吵架、打架")],
        initial="theft",
    )
    how = forms.MultipleChoiceField(
        label="怎么找您",
        widget=forms.CheckboxSelectMultiple,
        choices=[("web", "网页"), ("call", "打电话")],
        required=False,
    )
    village = forms.ChoiceField(label="哪个村", choices=[("liuxi", "柳溪村"), ("qiaotou", "桥头社区")])
    photo = forms.FileField(label="照片", required=False, help_text="最多 6 张。")
    agree = forms.BooleanField(label="同意民警打电话给我", help_text="不同意也照样办。")
    stars = forms.ChoiceField(
        label="办得怎么样",
        widget=forms.RadioSelect,
        choices=[("1", "很差"), ("2", "不好"), ("3", "一般"), ("4", "满意"), ("5", "很满意")],
        initial="4",
    )


def style(request: HttpRequest) -> HttpResponse:
    """`?desk=1` shows three panes (`&show=` list, pane or side), `?alarm=1` a danger, `?paper=` a4, a5 or r80."""
    if paper := request.GET.get("paper"):
        return render(request, "style_paper.html", {"paper": paper if paper in {"a4", "a5", "r80"} else "a4"})
    if "desk" in request.GET or "alarm" in request.GET:
        show = request.GET.get("show")
        show = show if show in {"pane", "side"} else "list"
        return render(request, "style_desk.html", {"show": show, "alarm": "alarm" in request.GET})
    wrong = Sample({"phone": "138", "when": "昨天"}, auto_id="wrong_%s")
    icons = re.findall(r'symbol id="([^"]+)"', SPRITE.read_text(encoding="utf-8"))
    kept = [("body", "昨晚十一点多，桥头的烧烤摊又开始放音响，孩子睡不着。")]
    page = Paginator(range(90), 10).page(2)
    return render(request, "style.html", {"form": Sample(), "wrong": wrong, "icons": icons, "kept": kept, "page": page})
