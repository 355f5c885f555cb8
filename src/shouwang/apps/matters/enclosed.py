"""What came with a message over a messenger and is not there (yet), in words: pages of matters and rooms, and what is said back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shouwang.apps.files.findings import Code, Refused
from shouwang.apps.files.wording import sentence

_WORDS: dict[str, Callable[[], str]] = {
    "picture": lambda: pgettext("came with a message", "图片"),
    "sound": lambda: pgettext("came with a message", "语音"),
    "film": lambda: pgettext("came with a message", "视频"),
    "place": lambda: pgettext("came with a message", "位置"),
    "file": lambda: pgettext("came with a message", "文件"),
}


def word_for(kind: str) -> str:
    """What it is called."""
    return _WORDS[kind]()


def still_to_come(kind: str) -> str:
    """It is being fetched."""
    return _("%(what)s正在从 QQ 取过来，请稍等。") % {"what": word_for(kind)}


def never_came(kind: str, trouble: Mapping[str, Any]) -> str:
    """It will not come; why, and what to do."""
    return _("%(what)s没有收到。%(why)s") % {"what": word_for(kind), "why": why(trouble)}


def why(trouble: Mapping[str, Any]) -> str:
    """The reason behind a code: what the inspection found, or what happened on the way."""
    code = str(trouble.get("code", ""))
    if code in _ON_THE_WAY:
        return _ON_THE_WAY[code]()
    return sentence(Refused(Code(code), trouble.get("params", {})))


_ON_THE_WAY: dict[str, Callable[[], str]] = {
    "gone": lambda: _("它在 QQ 那边已经过期或删掉了。请再发一次。"),
    "silent": lambda: _("QQ 那边一直没有回应。请在网页上发。"),
    "not-handed-over": lambda: _("QQ 没有把它交给我们。请在网页上发。"),
    "other-kind": lambda: _("里面装的和它标明的不是一回事。请换一个再发。"),
    "too-much": lambda: _("它太大了。请拆小一点，或者截一张图，在网页上发。"),
    "too-many": lambda: _("一条消息里最多收 9 个。请把其余的再发一次。"),
    "too-often": lambda: _("一小时里发得太多，这一个没有取。请过一会儿再发。"),
    "house": lambda: _("站里没有存下它。请过一会儿再发。"),
}
