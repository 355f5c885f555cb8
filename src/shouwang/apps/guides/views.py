"""What residents see of the guides: the list, one guide, search, and suggestions while typing."""

from __future__ import annotations

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST, require_safe

from shouwang.apps.guides import pace, policy, usecases
from shouwang.apps.guides.models import Category, Guide
from shouwang.apps.guides.ranking import NEEDED, trust
from shouwang.apps.guides.rendering import as_html
from shouwang.apps.guides.search import LONGEST_QUESTION, WORTH_SHOWING, Found, find
from shouwang.apps.units.models import Officer

#: As much of a guide as a list shows.
LISTED = ("slug", "title", "title_en", "summary", "summary_en", "category", "valid_until", "state")
FOUND_ON_A_PAGE = 8
#: One character is in every guide.
SHORTEST_QUESTION = 2


def officer_of(request: HttpRequest) -> Officer | None:
    """The member of staff behind a request, if any; set by the site's middleware."""
    officer: Officer | None = request.viewer.officer  # type: ignore[attr-defined]
    return officer


@require_safe
def guide_list(request: HttpRequest) -> HttpResponse:
    """All guides, by category, in the order of everyday need."""
    order = list(Category)
    guides = sorted(
        Guide.objects.published().only(*LISTED), key=lambda guide: (order.index(Category(guide.category)), guide.slug)
    )
    groups = [(Category(key), list(each)) for key, each in groupby(guides, key=lambda guide: guide.category)]
    return render(request, "guides/list.html", {"groups": groups, "today": timezone.localdate()})


@require_safe
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """One guide. Who may change it also sees a draft, marked as one."""
    one = get_object_or_404(Guide.objects.select_related("owner", "owner_unit"), slug=slug)
    if one.state != "published" and not _may_preview(request):
        raise Http404
    today = timezone.localdate()
    context = {
        "guide": one,
        "body": as_html(one.body),
        "body_says_bring": "## 带什么" in one.body,  # then the list of things is for ticking off, folded
        "stale": one.is_stale(today),
        "related": Guide.objects.published().filter(slug__in=one.related).only(*LISTED),
        "thanks": request.GET.get("thanks") == "1",
    }
    return render(request, "guides/guide.html", context)


def _may_preview(request: HttpRequest) -> bool:
    officer = officer_of(request) if request.user.is_authenticated else None
    return officer is not None and bool(policy.may_see_desk(officer))


@require_safe
def automatic(request: HttpRequest) -> HttpResponse:
    """How automatic answers come about, and how sure that was when it was measured."""
    return render(request, "guides/automatic.html", {"trust": trust(), "needed_percent": round(100 * NEEDED)})


@never_cache
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Search without any script. Nothing of it is kept."""
    question = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    found: tuple[Found, ...] = ()
    if len(question) >= SHORTEST_QUESTION:
        pace.pace_suggestions(request.viewer.address)  # type: ignore[attr-defined]  # set by KnowWhoLooks
        found = find(question, today=timezone.localdate(), limit=FOUND_ON_A_PAGE)
    return render(request, "guides/search.html", {"question": question, "found": found})


@never_cache
@sensitive_post_parameters("q")
@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """
    Up to three guides for what is being typed, as a fragment. By POST, so that the words stand in no address and no log.
    """
    question = request.POST.get("q", "").strip()[:LONGEST_QUESTION]
    found = []
    if len(question) >= SHORTEST_QUESTION:
        pace.pace_suggestions(request.viewer.address)  # type: ignore[attr-defined]  # set by KnowWhoLooks
        found = [one for one in find(question, today=timezone.localdate()) if one.confidence >= WORTH_SHOWING]
    return render(request, "guides/_suggestions.html", {"found": found})


@require_POST
def helpful(request: HttpRequest, slug: str) -> HttpResponse:
    """“这篇有用吗”. A second press of the same address on the same day is thanked and not counted."""
    one = get_object_or_404(Guide.objects.published(), slug=slug)
    answer = request.POST.get("helpful")
    address = request.viewer.address  # type: ignore[attr-defined]  # set by KnowWhoLooks
    if answer in {"yes", "no"} and pace.first_today(f"helpful.{one.pk}", address):
        usecases.count_feedback(one, helpful=answer == "yes")
    response = redirect("guides:guide", slug=slug)
    response["Location"] += "?thanks=1#helpful"
    return response
