"""The receipt in the station's own words, as page and PDF, from the record alone: nothing is typed again."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from shouwang.apps.incidents import filing
from shouwang.apps.incidents.errors import PaperNotMade
from shouwang.apps.incidents.models import Category, Incident
from shouwang.apps.matters.models import AccessCode, Channel, Matter
from shouwang.apps.matters.usecases.codes import digest_of
from shouwang.apps.papers.house import CHANNELS, COMPLAINTS
from shouwang.apps.papers.known import Record, known, merged
from shouwang.apps.papers.shelves import in_force, press, shelf
from shouwang.engines.errors import CannotTell
from shouwang.engines.papers import NoChineseFont, NotFilled, Paper, fill
from shouwang.kernel import ids

RECEIPT = "report-receipt"


#: What a station may print on a receipt beside what stands on it anyway: what the reporter said and brought, nothing of a case.
_ROOMS = frozenset({"papers", "incidents"})
_ON_A_RECEIPT = frozenset({"event", "report", "station", "bureau", "evidence", "elsewhere", "transfer"})


def receipt_record(matter: Matter, incident: Incident, code: str, at: datetime) -> Record:
    """
    What the receipt asks of the record, in Chinese whoever reads: it is a paper.

    code   the tracking code when it is in hand; the house itself does not know it
    """
    with override("zh-hans"):
        own = _own_record(matter, incident, code, at)
    if matter.safe_contact:
        return own  # a paper lies about: it says no more than its number does
    said = known(matter, at, _ROOMS)
    return merged({group: said[group] for group in _ON_A_RECEIPT & said.keys()}, own)


def _own_record(matter: Matter, incident: Incident, code: str, at: datetime) -> Record:
    unit = matter.unit_first
    taken = matter.entries.filter(data__what="incidents.registered").select_related("officer").order_by("seq").first()
    officer = taken.officer if taken else None
    page = reverse("matters:by-code", args=[code]) if code else reverse("matters:find")
    settled = matter.entries.filter(data__what="incidents.not-police").order_by("-seq").first()
    return {
        "paper": {"date": timezone.localtime(at).date().isoformat(), "organ": unit.name},
        "station": {
            "name": unit.name,
            "phone": unit.phone or "110",
            "address": unit.address,
            "complaint_phone": COMPLAINTS,
        },
        "query": {
            "code": ids.show_code(code) if code else _("在报案人手里"),
            "link": settings.SHOUWANG.public_url.rstrip("/") + page,
        },
        "taker": {
            "name": officer.name if officer else _("网上登记"),
            "badge": (officer.police_number if officer else None) or "—",
        },
        "caller": {"name": matter.reporter.pseudonym if matter.reporter else ""},
        "report": {
            "number": matter.number,
            "at": timezone.localtime(matter.received_at).isoformat(),
            "channel": CHANNELS.get(Channel(matter.channel), "web"),
            "route": route_of(incident),
            "route_note": settled.body if settled and not matter.safe_contact else _("去处已经当场告诉报案人。"),
        },
        "event": {"cause": _("有关情况") if matter.safe_contact else cause_of(matter, incident)},
    }


def cause_of(matter: Matter, incident: Incident) -> str:
    """What it is about in a few words: the kind, or the reporter's own where no kind fits."""
    return matter.title if incident.category == Category.OTHER else str(incident.get_category_display())


def route_of(incident: Incident) -> str:
    if incident.stage == filing.NOT_POLICE:
        return "not-police"
    if incident.stage == filing.PASSED_ON or incident.owner_id is not None or incident.elsewhere:
        return "other-unit"
    return "unclear" if incident.stage in filing.UNDECIDED else "own"


def receipt_paper(matter: Matter, incident: Incident, *, code: str, at: datetime) -> tuple[Paper, str]:
    """
    The receipt in the words of the station that took the report, and what its template lacks when the house's own stands in for it.

    Raises PaperNotMade when neither can be filled.
    """
    record, lacks = receipt_record(matter, incident, code, at), ""
    for template in (in_force(matter.unit_first, RECEIPT), shelf()[RECEIPT]):
        try:
            zone = timezone.get_current_timezone()
            return fill(
                shelf(), template, record, zone=zone, copy="caller" if "caller" in template.copies else ""
            ), lacks
        except (NotFilled, CannotTell) as why:
            lacks = str(why)
    raise PaperNotMade(lacks)


def receipt_pdf(matter: Matter, incident: Incident, *, code: str, at: datetime) -> bytes:
    """The receipt as a file. Raises PaperNotMade with what is missing; the page can be printed all the same."""
    paper, _lacks = receipt_paper(matter, incident, code=code, at=at)
    try:
        return press().pdf([paper], at=at.replace(microsecond=0)).pdf
    except NoChineseFont as why:
        raise PaperNotMade(str(why)) from why


def code_in_hand(matter: Matter, typed: str) -> str:
    """A code that somebody brings, when it is this matter's and still lives; else empty."""
    code = ids.clean_code(typed)
    live = AccessCode.objects.filter(matter=matter, digest=digest_of(code), revoked_at=None) if code else None
    return code if code and live is not None and live.exists() else ""


def as_file(pdf: bytes, name: str) -> HttpResponse:
    """A PDF to look at or keep; nobody in between may store it."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
