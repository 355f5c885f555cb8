"""Reports that papers are written about, and the fastest way to a paper in each state."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pypdfium2 import PdfDocument

from shouwang.apps.incidents import usecases as incidents
from shouwang.apps.incidents.report import Report
from shouwang.apps.incidents.tests.test_taking import BICYCLE, take
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.usecases import Opened
from shouwang.apps.papers import usecases
from shouwang.apps.papers.models import Paper
from shouwang.apps.units.models import Officer, Role
from tests.cast import MONDAY, Cast, officer

DAY = timedelta(days=1)
NEXT = MONDAY + DAY
NOTICE = "no-filing-notice"
WHY_NOT = "经查，被盗财物价值一千二百元，达不到盗窃罪的数额标准，也没有多次盗窃等情形。"
#: What no room knows: who is above the bureau, and who supervises it.
ABOVE = {"bureau.superior": "云溪市公安局", "bureau.procuratorate": "云溪县人民检察院"}


def legal(cast: Cast) -> Officer:
    return Officer.objects.filter(user__username="legal").first() or officer(
        "legal", "法晓", "法制员", cast.qingshi, Role.LEGAL_OFFICER
    )


def declined(cast: Cast, report: Report = BICYCLE, **given: Any) -> Opened:
    """A theft that is not filed; the reporter is to get the notice."""
    opened = take(cast, report, **given)
    hour = timedelta(hours=1)
    incidents.decide_nature(opened.matter, by=cast.chen, nature="criminal", words="像盗窃。", at=MONDAY + hour)
    incidents.decline(opened.matter, by=cast.shao, words=WHY_NOT, at=MONDAY + 2 * hour)
    return opened


def notice(cast: Cast, opened: Opened | None = None) -> Paper:
    """A decline notice with nothing missing, not handed in yet."""
    opened = opened or declined(cast)
    paper = usecases.make(opened.matter, by=cast.chen, kind=NOTICE, at=NEXT)
    return usecases.fill_in(paper, by=cast.chen, values=ABOVE, at=NEXT)


def handed_in(cast: Cast, opened: Opened | None = None) -> Paper:
    return usecases.hand_in(notice(cast, opened), by=cast.chen, at=NEXT)


def approved(cast: Cast, opened: Opened | None = None) -> Paper:
    paper = handed_in(cast, opened)
    for by in (cast.liang, legal(cast), cast.shao):
        paper = usecases.approve(paper, by=by, version=paper.version, at=NEXT)
    return paper


def signed(cast: Cast, opened: Opened | None = None) -> Paper:
    paper = approved(cast, opened)
    return usecases.sign(paper, by=cast.chen, code="issuer", version=paper.version, at=NEXT)


def issued(cast: Cast, opened: Opened | None = None) -> Paper:
    paper = signed(cast, opened)
    return usecases.issue(paper, by=cast.chen, version=paper.version, at=NEXT)


def text_of(pdf: bytes) -> str:
    """The words of a PDF without its line breaks."""
    pages = PdfDocument(pdf)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)


def now_of(paper: Paper) -> Paper:
    return Paper.objects.select_related("matter__unit__parent", "author").get(pk=paper.pk)


def matter_of(opened: Opened) -> Matter:
    return Matter.objects.get(pk=opened.matter.pk)


def at(days: int) -> datetime:
    return MONDAY + days * DAY
