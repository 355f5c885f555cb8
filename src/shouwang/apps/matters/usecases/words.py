"""Words as we keep them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shouwang.apps.matters.errors import TooLong
from shouwang.apps.matters.models import Kind
from shouwang.kernel.text import plain

LONGEST_MESSAGE = 10_000


def clean_text(text: str) -> str:
    """
    Words as we keep them: line ends unified, control and direction-changing characters gone, ends trimmed.

    Raises TooLong above `LONGEST_MESSAGE` characters; nothing is cut silently.
    """
    kept = plain(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(kept) > LONGEST_MESSAGE:
        raise TooLong(
            _("这段话有 %(have)d 个字，一次最多 %(most)d 个字。请分成几段来发。")
            % {"have": len(kept), "most": LONGEST_MESSAGE}
        )
    return kept


def title_from(words: str, kind: str) -> str:
    """The first line, shortened; the name of the kind when nothing was written."""
    line = next((line.strip() for line in words.split("\n") if line.strip()), "")
    if not line:
        return str(Kind(kind).label)
    return line if len(line) <= 30 else line[:29] + "…"
