"""The receipt of the log on paper: what proves itself, to keep in a drawer. Its words are in no line of it, only in the file inside."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from shouwang.apps.ledger.origin import log_url
from shouwang.apps.ledger.usecases import sealed_leaf_hash
from shouwang.apps.matters import sealing
from shouwang.apps.matters.models import Matter
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.papers.desk import as_file
from shouwang.apps.papers.making import press_pdf
from shouwang.apps.papers.shelves import in_force, shelf
from shouwang.engines.papers import fill
from shouwang.engines.translog import Checkpoint, Note

KIND = "log-receipt"
INSIDE = "receipt.json"
MOST_LINES = 60


@never_cache
@require_GET
def proof(request: HttpRequest, number: str) -> HttpResponse:
    """The same receipt as the file `/m/NUMBER/proof/`, to whoever holds a code of the matter."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by KnowWhoLooks
    matter = Matter.objects.filter(pk__in=list(viewer.held), number=number).select_related("unit_first").first()
    if matter is None:
        raise Http404
    now = timezone.now()
    pdf = proof_pdf(matter, sealing.receipt_of(matter, viewer, at=now), at=now)
    return as_file(pdf, f"{'receipt' if matter.safe_contact else number}.pdf", "application/pdf")


def proof_pdf(matter: Matter, receipt: dict[str, Any], *, at: datetime) -> bytes:
    """The paper, with the whole receipt inside as a file. Raises PaperNotMade."""
    record = proof_record(matter, receipt, at)
    paper = fill(
        shelf(), in_force(matter.unit_first, KIND), record, zone=timezone.get_current_timezone(), copy="holder"
    )
    inside = json.dumps(receipt, ensure_ascii=False, indent=1).encode()
    return press_pdf([paper], at, {INSIDE: inside})


def proof_record(matter: Matter, receipt: dict[str, Any], at: datetime) -> dict[str, Any]:
    """What the paper asks of the record. A place in the log is counted from 1, as people count."""
    head = Checkpoint.read(Note.read(receipt["checkpoint"]).text) if receipt["checkpoint"] else None
    entries = receipt["entries"]
    carried = sealing.carried(receipt)
    link = f"{log_url()}verify/" + (f"#{carried}" if carried else "")
    return {
        "paper": {"date": timezone.localtime(at).date().isoformat(), "organ": matter.unit_first.name},
        "station": {"name": matter.unit_first.name},
        "proof": {
            "number": matter.number,
            "received": timezone.localtime(matter.received_at).isoformat(),
            "size": str(head.size if head else 0),
            "root": base64.b64encode(head.root).decode() if head else "",
            "made": timezone.localtime(at).isoformat(),
            "key": receipt["log"]["key"],
            "link": link,
            "rest": str(len(entries) - MOST_LINES) if len(entries) > MOST_LINES else "",
        },
        "leaves": [_line(entry) for entry in entries[:MOST_LINES]],
    }


def _line(entry: dict[str, Any]) -> dict[str, str]:
    said = json.loads(entry["text"])
    print_ = sealed_leaf_hash(entry["text"], base64.b64decode(entry["salt"]))
    return {
        "at": timezone.localtime(datetime.fromisoformat(said["at"])).isoformat(),
        "place": str(entry["index"] + 1) if "index" in entry else _("已签承诺"),
        "print": base64.b64encode(print_).decode(),
    }
