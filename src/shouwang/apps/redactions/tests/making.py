"""Documents for the tests of redaction. Everybody in them is invented."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import docx
from django.utils import timezone

from shouwang.apps.files.usecases import house_limits, receive_upload
from shouwang.apps.matters.models import Matter
from shouwang.apps.redactions import usecases
from shouwang.apps.redactions.models import Redaction
from shouwang.apps.redactions.usecases import Decision
from shouwang.apps.redactions.work import find_all, make_copy
from shouwang.apps.units.models import Officer
from tests.cast import Cast

PHONE, ID = "13800001234", "330101199001011234"
SAYS = f"""行政处罚决定书
违法行为人钱守义，身份证号{ID}，住青石镇石桥街18号。
2026年11月3日，钱守义在菜市场殴打侯桂兰，侯桂兰的手机是{PHONE}。
对本决定不服的，可以打电话0570-0000110。"""


def word(text: str = SAYS) -> bytes:
    """A DOCX as an officer writes it: with a comment-like property that nobody sees."""
    document = docx.Document()
    document.core_properties.author = "雀作者"
    for line in text.splitlines():
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def begun(
    cast: Cast, data: bytes | None = None, *, by: Officer | None = None, matter: Matter | None = None, **more: Any
) -> Redaction:
    """Handed in by Chen; nobody has looked for anything yet."""
    by, at = by or cast.chen, more.pop("at", None) or timezone.now()
    stored = receive_upload(
        data or word(), claimed_name=more.pop("file", "decision.docx"), limits=house_limits(), by=by.ref, at=at
    )
    given = {"name": "第12号处罚决定", "purpose": "decision"} | more
    return usecases.begin(stored, by=by, at=at, matter=matter, **given)


def found(cast: Cast, data: bytes | None = None, **more: Any) -> Redaction:
    """What tells who somebody is has been found."""
    one = begun(cast, data, **more)
    find_all(one)
    one.refresh_from_db()
    return one


def checked(cast: Cast, data: bytes | None = None, **more: Any) -> Redaction:
    """The copy was made and the checkers are content: it waits for the second pair of eyes. `stays`: words that are left."""
    stays = more.pop("stays", ())
    one = found(cast, data, **more)
    if stays:
        said = {mark.pk: Decision(mark.words not in stays, mark.ground, "村名不认人") for mark in one.marks.all()}
        one = usecases.decide(one, said, seen=one.turn, by=cast.chen, at=timezone.now())
    for page in range(1, one.pages + 1):
        usecases.looked_at(one, [page], by=cast.chen, at=timezone.now())
    usecases.hand_in(one, seen=one.turn, by=cast.chen, at=timezone.now())
    return worked(one)


def worked(one: Redaction, at: datetime | None = None) -> Redaction:
    """After the worker has made the copy."""
    one.refresh_from_db()
    make_copy(one, at or timezone.now())
    return Redaction.objects.for_pages().get(pk=one.pk)


def released(cast: Cast, data: bytes | None = None, **more: Any) -> Redaction:
    """The chief looked and agreed."""
    one, at = checked(cast, data, **more), timezone.now()
    usecases.open_it(one, by=cast.liang, reason="看副本", at=at)
    return usecases.release(one, sha256=one.sha256, seen=one.turn, by=cast.liang, at=at)
