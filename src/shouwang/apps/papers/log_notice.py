"""The log's head at the end of a month on paper, for the board: whoever has a photo of it notices when the log is written anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shouwang.apps.ledger.monthly import Monthly, monthly
from shouwang.apps.ledger.usecases import first_key, published
from shouwang.apps.papers.desk import as_file
from shouwang.apps.papers.errors import PaperNotMade
from shouwang.apps.papers.making import press_pdf
from shouwang.apps.papers.shelves import shelf
from shouwang.apps.units.models import Unit
from shouwang.engines.papers import NotFilled, fill

KIND = "log-notice"


@never_cache
@require_safe
def notice(request: HttpRequest, year: int, month: int) -> HttpResponse:  # noqa: ARG001  Django's signature
    """To everybody: it says nothing that does not stand on the page of the log."""
    now = timezone.now()
    found = monthly(year, month, now)
    if found is None or (found.year, found.month) != (year, month):
        raise Http404
    return as_file(notice_pdf(found, now), f"log-{year}-{month:02}.pdf", "application/pdf")


def notice_pdf(found: Monthly, at: datetime) -> bytes:
    """Bears the moment of its head, so that two prints of one notice are one paper. Raises PaperNotMade."""
    with override("zh-hans"):
        record = notice_record(found, at)
    try:
        paper = fill(shelf(), shelf()[KIND], record, zone=timezone.get_current_timezone())
    except NotFilled as lacks:  # a station's own words of it ask for more
        raise PaperNotMade(str(lacks)) from lacks
    return press_pdf([paper], found.head.at)


def notice_record(found: Monthly, at: datetime) -> dict[str, Any]:
    """In Chinese whoever reads: it is a paper."""
    station, signed = Unit.objects.stations().order_by("path").first(), timezone.localtime(found.head.at)
    name = station.name if station else str(_("守望"))
    return {
        "paper": {"date": signed.date().isoformat(), "organ": name},
        "station": {"name": name},
        "proof": {
            "month": f"{found.year}年{found.month}月",
            "size": str(found.head.size),
            "signed": signed.isoformat(),
            "root": " ".join(found.root_in_fours),
            "key": first_key(at),
            "link": found.compare_url,
            "head": published(found.head).strip(),
        },
    }
