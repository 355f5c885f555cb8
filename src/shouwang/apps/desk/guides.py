"""From answers to guides: propose one, and see what is asked again and again."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from shouwang.apps.desk.access import at_desk, officer_of, viewer_of
from shouwang.apps.desk.views import desk_context
from shouwang.apps.guides.models import Proposal
from shouwang.apps.guides.usecases import propose as propose_guide
from shouwang.apps.matters import answers
from shouwang.apps.matters.forms import words
from shouwang.apps.matters.models import Entry, Matter
from shouwang.kernel.errors import RuleBroken


class ProposeForm(forms.Form):
    """Question and answer, read once more before they leave the matter."""

    question = words(gettext_lazy("居民怎么问"), required=gettext_lazy("请写居民怎么问的。"), rows=3)
    answer = words(gettext_lazy("怎么答"), required=gettext_lazy("请写怎么答的。"), rows=6)


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """“把这个回答做成指南”: names and numbers are masked, the officer reads it once more and sends it on."""
    viewer = viewer_of(request)
    matter = get_object_or_404(Matter.objects.visible_to(viewer).for_cards(), number=number)
    entry = get_object_or_404(Entry.objects.visible_to(viewer).select_related("matter"), matter=matter, seq=seq)
    if not answers.may_become_a_guide(entry):
        raise Http404
    form = ProposeForm(request.POST if request.method == "POST" else None, initial=answers.as_proposal(entry))
    ref = answers.source_ref(entry)
    if request.method == "POST" and form.is_valid():
        try:
            propose_guide(ref, by=officer_of(request), at=timezone.now(), **form.cleaned_data)
        except RuleBroken as why:
            form.add_error(None, why.whole)
        else:
            messages.success(request, _("提上去了，由所长决定。"))
            return redirect("desk:matter", number=number)
    before = Proposal.objects.filter(source_ref=ref).select_related("by").first()
    context = desk_context(request, matter=matter, current=number, form=form, before=before)
    return render(request, "desk/propose.html", context, status=400 if form.errors else 200)


@at_desk
@require_GET
def asked_often(request: HttpRequest) -> HttpResponse:
    """“问过三次的，该写成指南了”."""
    found = answers.asked_often(viewer_of(request), at=timezone.now())
    return render(request, "desk/asked_often.html", desk_context(request, found=found))
