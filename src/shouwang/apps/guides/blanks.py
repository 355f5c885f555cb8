"""The blanks `{{什么|例子}}` of canned answers: an answer in which one is left must not reach anybody."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from shouwang.apps.guides.errors import BlanksLeft

_LEFT = re.compile(r"\{\{([^{}|]*)(?:\|[^{}]*)?\}\}")


def unfilled(text: str) -> tuple[str, ...]:
    """What is still to be filled in, in order; a pair of braces left over counts too."""
    found = [what.strip() or "…" for what in _LEFT.findall(text)]
    if not found and ("{{" in text or "}}" in text):
        found = ["…"]
    return tuple(dict.fromkeys(found))


def refuse_unfilled(text: str) -> None:
    """Raises BlanksLeft naming every blank that is left."""
    if left := unfilled(text):
        raise BlanksLeft(_("还有没填的空：%(blanks)s。") % {"blanks": "、".join(left)})
