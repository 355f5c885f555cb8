"""What everybody may read of penalty decisions: the list, one decision, the rule by which it was made, and what was taken back and why."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from shouwang.apps.incidents.words import rule_at
from shouwang.apps.matters.ledgers import doubt_of, source_of
from shouwang.apps.results import queries
from shouwang.apps.results.anonymous import the_rule
from shouwang.apps.results.models import Decision, Whom
from shouwang.apps.results.usecases import is_on, setting_of
from shouwang.apps.units.models import Unit

#: On which the pages rest.
RULES = ("ppl-publish", "psl-seal", "eo-docs-never")
SHOWN_WITHDRAWN = 20


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 9 else None


def _sources() -> list[tuple[str, str]]:
    now = timezone.now()
    return [(source_of(rule), doubt_of(rule)) for rule in (rule_at(name, now) for name in RULES)]


def _settings() -> list[dict[str, Any]]:
    """Whose decisions each station publishes, where its chief said something else than the default."""
    return [
        {"unit": unit, "whom": whom.label, "on": is_on(unit, whom), "said": said}
        for unit in Unit.objects.filter(kind=Unit.Kind.STATION).order_by("path")
        for whom in Whom
        if (said := setting_of(unit, whom)) is not None
    ]


@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """What is public now, the newest first; by station."""
    page, unit = max(1, _number(request.GET.get("page")) or 1), _number(request.GET.get("unit"))
    rows, more = queries.public_rows(unit, page)
    context = {
        "rows": rows,
        "page": page,
        "before": page - 1,
        "after": page + 1 if more else 0,
        "stations": queries.stations(),
        "chosen": unit,
        "gone": list(Decision.objects.told().select_related("unit").order_by("-withdrawn_at")[:SHOWN_WITHDRAWN]),
        "rule": the_rule(),
        "sources": _sources(),
        "settings": _settings(),
    }
    return render(request, "results/list.html", context)


@require_safe
def decision(request: HttpRequest, slug: str) -> HttpResponse:
    """One decision. A withdrawn one says when and why, with nothing of its text; of a sealed record there is no page."""
    one = Decision.objects.public().for_lists().filter(slug=slug).first()
    if one is not None:
        context = {"row": queries.row_of(one), "decision": one, "rule": the_rule(), "sources": _sources()}
        return render(request, "results/decision.html", context)
    gone = Decision.objects.told().filter(slug=slug).first()
    if gone is None:
        raise Http404
    return render(request, "results/gone.html", {"decision": gone, "sources": _sources()}, status=410)
