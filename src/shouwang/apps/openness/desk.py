"""The desk where an officer puts the week into words for everybody."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.apps.desk.access import at_desk, officer_of, viewer_of
from shouwang.apps.desk.views import desk_context
from shouwang.apps.matters.models import Kind, Matter
from shouwang.apps.openness import policy, usecases
from shouwang.apps.openness.models import Digest, DigestItem
from shouwang.apps.openness.outcomes import neutral
from shouwang.apps.talk.models import Room
from shouwang.apps.talk.visitor import visitor_of
from shouwang.kernel.errors import RuleBroken
from shouwang.kernel.policy import require


class SentenceForm(forms.Form):
    """One item in words for everybody."""

    sentence = forms.CharField(
        label=gettext_lazy("公开的一句话"),
        required=False,
        max_length=usecases.LONGEST_SENTENCE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    shown = forms.BooleanField(label=gettext_lazy("放进来"), required=False)


@at_desk
@require_GET
def digests(request: HttpRequest) -> HttpResponse:
    """Drafts first, then what is public."""
    officer = officer_of(request)
    require(policy.may_write_digests(officer))
    mine = Digest.objects.editable_by(officer).distinct().select_related("unit", "community")
    context = desk_context(
        request,
        drafts=mine.filter(state=Digest.State.DRAFT)[:40],
        published=mine.filter(state=Digest.State.PUBLISHED)[:40],
    )
    return render(request, "openness/desk_digests.html", context)


def _digest(request: HttpRequest, slug: str) -> Digest:
    officer = officer_of(request)
    require(policy.may_write_digests(officer))
    mine = Digest.objects.editable_by(officer).distinct().select_related("unit", "community")
    return get_object_or_404(mine, slug=slug)


def _rows(request: HttpRequest, items: list[DigestItem]) -> list[dict[str, object]]:
    """Each item with its form. The resident's own words are shown only to those who may read them where they were said."""
    matters = Matter.objects.visible_to(viewer_of(request)).filter(pk__in=[item.matter_id for item in items])
    rooms = Room.objects.visible_to(visitor_of(request)).filter(pk__in=[i.post.room_id for i in items if i.post])
    readable, open_rooms = set(matters.values_list("pk", flat=True)), set(rooms.values_list("pk", flat=True))
    return [
        {
            "item": item,
            "neutral": "" if item.kind == Kind.CONSULTATION else neutral(item.kind),
            "readable": item.post.room_id in open_rooms if item.post else item.matter_id in readable,
            "telling": usecases.identifying(item),
            "form": SentenceForm(
                request.POST or None,
                prefix=f"i{item.pk}",
                initial={"sentence": item.public_sentence, "shown": item.shown},
            ),
        }
        for item in items
    ]


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def digest(request: HttpRequest, slug: str) -> HttpResponse:
    """Write the sentences, see what would tell who somebody is, publish."""
    one, officer, now = _digest(request, slug), officer_of(request), timezone.now()
    items = list(one.items.publishable().with_all())
    rows = _rows(request, items)
    if request.method == "POST" and all(row["form"].is_valid() for row in rows):  # type: ignore[attr-defined]  # a form
        try:
            for row, item in zip(rows, items, strict=True):
                said = row["form"].cleaned_data  # type: ignore[attr-defined]  # a form
                usecases.write_item(item, by=officer, sentence=said["sentence"], shown=said["shown"], at=now)
            if "publish" in request.POST:
                usecases.publish_digest(one, by=officer, at=now)
                messages.success(request, _("公开了。首页和群里的人都能看到。"))
                return redirect("openness:desk")
            messages.success(request, _("存好了，还没有公开。"))
        except RuleBroken as why:
            messages.error(request, why.whole)
        return redirect("openness:desk-digest", slug=slug)
    return render(request, "openness/desk_digest.html", desk_context(request, digest=one, rows=rows))


@at_desk
@require_POST
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a published digest back to mend it."""
    one = _digest(request, slug)
    usecases.withdraw_digest(one, by=officer_of(request), reason=request.POST.get("reason", ""), at=timezone.now())
    messages.success(request, _("收回了，改好以后可以再公开。"))
    return redirect("openness:desk-digest", slug=slug)
