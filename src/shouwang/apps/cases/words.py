"""Cases in plain words: the sentences of their timeline entries. None names anybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from shouwang.apps.cases.models import Nature
from shouwang.apps.matters.models import Entry

SENTENCES: Mapping[str, Callable[[Entry], str]] = {
    "cases.opened": lambda e: _("立为%(nature)s，案件开始办理。") % {"nature": Nature(e.data["nature"]).label},
}
