"""The portal: what is public, what is late, what changed, and how to ask about it. Everything works without a script."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shouwang.apps.catalogue import asking, dumps, finding, phones, queries
from shouwang.apps.catalogue.content import changes
from shouwang.apps.catalogue.feeds import absolute
from shouwang.apps.catalogue.forms import AskForm, RateForm
from shouwang.apps.catalogue.models import Group, Item, Question, State, Version
from shouwang.apps.catalogue.required import how_it_stands, publications, source_of, unsure, why
from shouwang.apps.catalogue.shelves import Shelf, code_of, shelf_of, stations
from shouwang.apps.guides import search as guides
from shouwang.apps.guides.pace import first_today, pace_suggestions
from shouwang.apps.guides.rendering import as_html
from shouwang.apps.guides.search import WORTH_SHOWING
from shouwang.apps.matters.views import qr_svg, to_new_matter
from shouwang.apps.secrecy import queries as secrecy
from shouwang.apps.secrecy.grounds import longest
from shouwang.kernel import limits
from shouwang.kernel.errors import RuleBroken

ON_A_PAGE = 60
ON_THE_SCREEN = 40
ANSWERS_SHOWN = 30
#: How many questions one address may ask about items in an hour.
QUESTIONS_PER_HOUR = 12


def _chosen(shelf: Shelf) -> dict[str, Any]:
    """The chips to choose by, and the feeds of the choice."""
    return {
        "shelf": shelf,
        "stations": [(code_of(one), one.called) for one in stations()],
        "chosen": code_of(shelf.unit) if shelf.unit else "",
        "groups": Group.choices,
        "can_remind": phones.switched_on() and not shelf.words,
    }


@require_safe
def item_list(request: HttpRequest) -> HttpResponse:
    """What is public, by shelf; how much of what the law wants is there."""
    shelf, today = shelf_of(request), timezone.localdate()
    listed = shelf.items().published().for_lists().defer("current__body").order_by("group", "unit__path", "pk")
    page = Paginator(listed, ON_A_PAGE).get_page(request.GET.get("page"))
    order = list(Group.values)
    rows = sorted(page.object_list, key=lambda item: (order.index(item.group), item.unit.path, item.pk))
    groups = [
        (Group(key).label, [queries.Row(item, how_it_stands(item, today)) for item in each])
        for key, each in groupby(rows, key=lambda item: item.group)
    ]
    there = set(shelf.items().published().exclude(kind="").values_list("unit", "kind").distinct())
    wanted = len(publications()) * (1 if shelf.unit else len(stations()))
    context = _chosen(shelf) | {"page": page, "shelves": groups, "there": len(there), "wanted": wanted}
    return render(request, "catalogue/list.html", context)


@require_safe
def late(request: HttpRequest) -> HttpResponse:
    """The late board. Nobody writes it: an item stands here as long as it is overdue."""
    today = timezone.localdate()
    rows = [(row, queries.shown_owner(row.item), why(row.stands)) for row in queries.late(today)]
    back = [(item, says) for item in queries.due_back(today) if (says := queries.says_withheld(item, today))]
    return render(request, "catalogue/late.html", {"rows": rows, "back": back, "today": today})


@require_safe
def withheld(request: HttpRequest) -> HttpResponse:
    """How often something is withheld, by ground and year: counts, never contents."""
    today = timezone.localdate()
    years, lines = secrecy.totals(today)
    shown = [(line, [(year, line.by_year[year]) for year in years]) for line in lines]
    return render(request, "catalogue/withheld.html", {"years": years, "lines": shown, "longest": longest(today)})


@never_cache
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Words in titles, texts, attachments and published answers; and guides that answer what was asked."""
    shelf = shelf_of(request)
    answer = finding.Answer((), complete=True)
    fits: list[guides.Found] = []
    if shelf.words:
        pace_suggestions(request.viewer.address)  # type: ignore[attr-defined]  # set by KnowWhoLooks
        answer = finding.find(shelf.words, unit=shelf.unit.pk if shelf.unit else None, group=shelf.group)
        fits = [one for one in guides.find(shelf.words, today=timezone.localdate()) if one.confidence >= WORTH_SHOWING]
    return render(request, "catalogue/search.html", _chosen(shelf) | {"answer": answer, "guides": fits})


def _public(pk: int) -> Item:
    return get_object_or_404(Item.objects.public().for_lists(), pk=pk)


@require_safe
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: what it says, who keeps it, how fresh it is, what was asked, what happened to it."""
    return _item_page(request, _public(pk), RateForm())


def _item_page(request: HttpRequest, one: Item, form: RateForm) -> HttpResponse:
    today = timezone.localdate()
    version = one.current if one.texts_readable else None
    n, mean = queries.clarity_of(version)
    stands = how_it_stands(one, today) if one.state == State.PUBLISHED else None
    context = {
        "item": one,
        "version": version,
        "body": as_html(version.body) if version else "",
        "stands": stands,
        "why": why(stands) if stands else "",
        "withheld": queries.says_withheld(one, today),
        "source": source_of(one),
        "unsure": unsure(one),
        "owner": queries.shown_owner(one),
        "steps": one.steps.select_related("version")[:ANSWERS_SHOWN],
        "answers": one.questions.answered()[:ANSWERS_SHOWN],
        "left_out": one.questions.exclude(left_out="")[:ANSWERS_SHOWN],
        "refused": queries.refused_needs(one),
        "ratings": n,
        "clear": f"{mean:.1f}" if mean else "",
        "form": form,
        "thanks": request.GET.get("thanks") == "1",
        "now": timezone.now(),
    }
    return render(request, "catalogue/item.html", context, status=400 if form.errors else 200)


@require_safe
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version as it was, and what it changed; gone when a withdrawn item took its texts along."""
    one = _public(pk)
    if not one.texts_readable:
        raise Http404
    this = get_object_or_404(one.versions, number=number)
    before = one.versions.filter(number=number - 1).first()
    context = {
        "item": one,
        "version": this,
        "body": as_html(this.body),
        "before": before,
        "changes": _named(before, this),
        "newest": one.current_id == this.pk,
        "now": timezone.now(),
    }
    return render(request, "catalogue/version.html", context)


def _named(before: Version | None, this: Version) -> list[tuple[str, Any]]:
    names = {
        "title": _("标题"),
        "summary": pgettext("catalogue", "说明"),
        "body": _("正文"),
        "files": pgettext("catalogue", "附件"),
    }
    return [(names[one.name], one.pieces) for one in changes(before.content, this.content)] if before else []


@require_safe
def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """The item for the wall, A4 or A3, with the way to the newest version."""
    one = _public(pk)
    if one.state != State.PUBLISHED or one.current is None:
        raise Http404
    address = absolute(reverse("catalogue:item", args=[one.pk]))
    context = {
        "item": one,
        "version": one.current,
        "body": as_html(one.current.body),
        "qr": qr_svg(address),
        "address": address,
        "paper": "a3" if request.GET.get("paper") == "a3" else "a4",
    }
    return render(request, "catalogue/poster.html", context)


@require_safe
def screen(request: HttpRequest) -> HttpResponse:
    """For the screen in the hall: one item after the other in large type, with a button that stops them."""
    shelf = shelf_of(request)
    items = shelf.items().published().select_related("unit", "current").order_by("unit__path", "group", "pk")
    slides = [(one, qr_svg(absolute(reverse("catalogue:item", args=[one.pk])))) for one in items[:ON_THE_SCREEN]]
    return render(request, "catalogue/screen.html", {"slides": slides, "shelf": shelf})


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """What there is to take home, and how to compare it."""
    files = []
    for name in dumps.names():
        held = dumps.file_of(name) or b""
        files.append((name, hashlib.sha256(held).hexdigest(), -(-len(held) // 1024)))
    columns = [(name, says) for name, (_kind, says) in dumps.COLUMNS.items()]
    return render(request, "catalogue/data.html", {"files": files, "columns": columns})


MEDIA = {"csv": "text/csv; charset=utf-8", "json": "application/json", "jsonld": "application/ld+json"}


@require_safe
def data_file(_request: HttpRequest, name: str) -> HttpResponse:
    """One of the files."""
    held = dumps.file_of(name)
    if held is None:
        raise Http404
    answer = HttpResponse(held, content_type=MEDIA.get(name.rpartition(".")[2], "text/plain; charset=utf-8"))
    answer["ETag"] = f'"{hashlib.sha256(held).hexdigest()}"'
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask about an item or report it as wrong; ends at the page of the new matter, with its code."""
    one = _public(pk)
    what = request.GET.get("what", "")
    initial = {"client_id": get_random_string(22), "what": what if what in Question.What.values else "ask"}
    form = AskForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given, now = form.cleaned_data, timezone.now()
        address = request.viewer.address  # type: ignore[attr-defined]  # set by KnowWhoLooks
        try:
            limits.refuse_above(QUESTIONS_PER_HOUR, "catalogue.ask", address, at=now, window=timedelta(hours=1))
            client_id = f"open:{given['client_id']}"[:40] if given["client_id"] else None
            _question, opened = asking.ask(
                one, what=given["what"], words=given["body"], name=given["name"], at=now, client_id=client_id
            )
            limits.count("catalogue.ask", address, at=now, window=timedelta(hours=1))
        except RuleBroken as refused:
            form.add_error("body", f"{refused.says}{refused.hint}")
        else:
            return to_new_matter(request, opened)
    answers = one.questions.answered()[:ANSWERS_SHOWN]
    context = {"item": one, "form": form, "answers": answers}
    return render(request, "catalogue/ask.html", context, status=400 if form.errors else 200)


@require_POST
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    """How clear it is. A second press of the same address on the same day is thanked and not counted."""
    one = _public(pk)
    form = RateForm(request.POST)
    if not form.is_valid():
        return _item_page(request, one, form)
    address = request.viewer.address  # type: ignore[attr-defined]  # set by KnowWhoLooks
    if one.state == State.PUBLISHED and one.current is not None and first_today(f"clarity.{one.current.pk}", address):
        opened = asking.rate(one, at=timezone.now(), **form.cleaned_data)
        if opened is not None:
            return to_new_matter(request, opened)
    return redirect(reverse("catalogue:item", args=[one.pk]) + "?thanks=1#clear")
