"""The reporter's copy: an issued paper as PDF, for whoever holds the reporter's own code."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.papers import policy
from shouwang.apps.papers.desk import as_file
from shouwang.apps.papers.making import FOR_CALLER, hold, pdf_of
from shouwang.apps.papers.models import Paper


@never_cache
@require_GET
def my_copy(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The copy that leaves out the numbers and addresses of others."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    mine = Paper.objects.filter(matter__in=list(viewer.held), matter__number=number).for_lists()
    paper = get_object_or_404(mine, pk=pk)
    if not policy.is_with_reporter(viewer, paper):
        raise Http404
    pdf = pdf_of(hold(paper), timezone.now(), FOR_CALLER)
    return as_file(pdf, f"{number}-{pk}.pdf", "application/pdf")
