"""The overview, the settings, the audit trail and the rule book."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from shouwang.apps.bureau.access import is_staff, manages, officer_of, sees_figures
from shouwang.apps.bureau.forms import TrailForm
from shouwang.apps.bureau.history import of_running, rows_seen_by, tell
from shouwang.apps.bureau.overview import side_by_side
from shouwang.apps.bureau.skills import covers, needs
from shouwang.apps.bureau.words import AMOUNTS, CONFIDENCE, SETTINGS
from shouwang.apps.ledger import state
from shouwang.apps.ledger.models import Fork, Head, Leaf, LogKey, Watched
from shouwang.apps.ledger.origin import own_origin
from shouwang.apps.matters.clock import rulebook
from shouwang.apps.matters.policy import may_answer
from shouwang.apps.units.models import Unit
from shouwang.apps.units.policy import may_manage, units_managed_by
from shouwang.engines.law import Rule
from shouwang.kernel import audit

SPANS = (7, 30, 90)
PER_PAGE = 50


@is_staff
@require_GET
def after_sign_in(request: HttpRequest) -> HttpResponse:
    """To the desk, to managing, or to the figures: wherever this person's work is."""
    officer = officer_of(request)
    if may_answer(officer):
        return redirect("desk:home")
    return redirect("bureau:manage" if may_manage(officer) else "bureau:home")


@sees_figures
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The stations side by side over 7, 30 or 90 days."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(span) for span in SPANS} else 30
    now = timezone.now()
    officer = officer_of(request)
    context = {
        "sides": side_by_side(officer, since=now - timedelta(days=days), until=now),
        "days": days,
        "spans": SPANS,
        "own_rail": may_manage(officer) and not may_answer(officer),
    }
    return render(request, "bureau/home.html", context)


#: What a station may want to learn is read from so many days.
LEARNING_DAYS = 90


@manages
@require_GET
def skills(request: HttpRequest) -> HttpResponse:
    """Who can do what at one station, where nobody stands in, and which kinds of matters are handed on or wait."""
    stations = list(Unit.objects.stations().active().filter(units_managed_by(officer_of(request))).order_by("path"))
    asked = request.GET.get("unit", "")
    unit = next((one for one in stations if str(one.pk) == asked), stations[0] if stations else None)
    now = timezone.now()
    context = {
        "stations": stations,
        "unit": unit,
        "covers": covers(unit) if unit else None,
        "needs": needs(unit, since=now - timedelta(days=LEARNING_DAYS), until=now) if unit else [],
        "days": LEARNING_DAYS,
    }
    return render(request, "bureau/manage/skills.html", context)


@manages
@require_GET
def house_settings(request: HttpRequest) -> HttpResponse:
    """What this house was started with. Changed in the environment, not here."""
    config = settings.SHOUWANG
    rows = [
        {
            "name": f"SHOUWANG_{field.name.upper()}",
            "value": _shown(field.name, getattr(config, field.name)),
            "says": SETTINGS.get(field.name, field.metadata["says"]),
            "changed": getattr(config, field.name) != field.default,
        }
        for field in fields(config)
    ]
    return render(request, "bureau/manage/settings.html", {"rows": rows})


def _shown(name: str, value: Any) -> str:
    """A setting as text, without the password of the database."""
    if name == "database_url" and value:
        parts = urlsplit(value)
        return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
    return "、".join(value) if isinstance(value, tuple) else str(value)


@manages
@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """How the transparency log stands: size, head, keys, witnesses, rereadings. Nothing in it tells of anybody."""
    now = timezone.now()
    newest = Head.objects.newest()
    context = {
        "head": newest,
        "origin": own_origin() if newest is None else newest.note.split("\n", 1)[0],
        "waiting": Leaf.objects.waiting().count(),
        "late": state.late(now),
        "keys": LogKey.objects.filter(witness=False).order_by("-pk"),
        "own": LogKey.objects.filter(witness=True, until=None).first(),
        "watchers": state.watchers(now),
        "watched": Watched.objects.order_by("pk"),
        "unseen": {one.pk for one in state.unseen(now)},
        "forks": Fork.objects.select_related("watched").order_by("-pk"),
        "rereads": state.last_rereads(),
        "now": now,
    }
    return render(request, "bureau/manage/log.html", context)


@manages
@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    """The audit trail, filtered. Reading it is itself recorded."""
    officer = officer_of(request)
    rows, closed = rows_seen_by(officer)
    form = TrailForm(request.GET, officer=officer)
    wanted = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    if action := wanted.get("action"):
        rows = rows.filter(action__startswith=action)
    if actor := wanted.get("actor"):
        rows = rows.filter(actor=actor.ref)
    if subject := wanted.get("subject"):
        rows = rows.filter(subject=subject)
        if closed:
            rows = rows.filter(of_running())  # asking by subject must not tell what a closed row is about
    if since := wanted.get("since"):
        rows = rows.filter(at__gte=_midnight(since))
    if until := wanted.get("until"):
        rows = rows.filter(at__lt=_midnight(until + timedelta(days=1)))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    told = tell(page.object_list, closed=closed)
    filters = {name: str(getattr(value, "ref", value)) for name, value in wanted.items()}
    audit.record(
        "bureau.trail.read", by=officer.ref, on="kernel.auditrow", at=timezone.now(), page=page.number, filters=filters
    )
    context = {"page": page, "told": told, "form": form, "closed": closed}
    return render(request, "bureau/manage/trail.html", context)


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@manages
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """The law rules and promises in force today, with their articles and how sure we are."""
    book, today = rulebook(), timezone.localdate()
    asked = request.GET.get("q", "").strip()
    shown = [rule for rule in book.rules(on=today) if not asked or asked in f"{rule.id} {rule.name_zh} {rule.says_zh}"]
    rows = [_rule(rule) for rule in sorted(shown, key=lambda rule: (rule.layer == "law", rule.id))]
    doubtful = sum(row["confidence"] == "unconfirmed" for row in rows)
    return render(request, "bureau/manage/rules.html", {"rows": rows, "q": asked, "doubtful": doubtful, "today": today})


def _rule(rule: Rule) -> dict[str, Any]:
    instruments = rulebook().instruments
    colour, word = CONFIDENCE[rule.confidence]
    return {
        "rule": rule,
        "amount": "" if rule.limit is None else f"{rule.limit}" + (f"–{rule.limit_max}" if rule.limit_max else ""),
        "amount_unit": AMOUNTS.get(rule.unit, ""),
        "sources": [(instruments[source.instrument], source.article) for source in rule.sources],
        "confidence": rule.confidence.value,
        "colour": colour,
        "word": word,
        "promise": rule.layer != "law",
    }
