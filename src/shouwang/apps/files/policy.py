"""
Who may open a file. The files app does not know residents or officers: each room that owns files registers its rule.

    policy.register("matters.matter", may_open=…, may_open_original=…)      # in that room's AppConfig.ready()

Both rules take (viewer, stored_file) and give a Verdict. A file without an owner, or whose owner registered nothing,
opens for nobody; without a rule for originals, originals open for nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shouwang.apps.files.models import State, StoredFile
from shouwang.kernel.policy import Verdict, no

Rule = Callable[[Any, StoredFile], Verdict]


@dataclass(frozen=True, slots=True)
class _OwnerRules:
    may_open: Rule
    may_open_original: Rule


_owners: dict[str, _OwnerRules] = {}


def _nobody(_viewer: Any, _stored_file: StoredFile) -> Verdict:
    return no(_("这个文件的原件不对外打开。"))


def register(owner_kind: str, *, may_open: Rule, may_open_original: Rule = _nobody) -> None:
    """
    Say who may open the files of one kind of owner. Raises ValueError when the kind already has a rule.

    may_open            the display copy, the thumbnail, and the download; must look at
                        `stored_file.visibility`
    may_open_original   the original of a picture or voice note, with the place and device it may name
    """
    if not owner_kind:
        raise ValueError("Files without an owner open for nobody.")
    if owner_kind in _owners:
        raise ValueError(f"{owner_kind} already has a rule for its files.")
    _owners[owner_kind] = _OwnerRules(may_open, may_open_original)


def unregister(owner_kind: str) -> None:
    """Take a rule back, for tests."""
    _owners.pop(owner_kind, None)


def may_open(viewer: Any, stored_file: StoredFile) -> Verdict:
    """May this viewer see, play or download it?"""
    rules = _owners.get(stored_file.owner_kind)
    if rules is None:
        return no(_("这个文件还没有归到任何事项，谁都不能打开。"))
    verdict = rules.may_open(viewer, stored_file)
    if verdict and stored_file.state == State.QUARANTINED:
        return no(_("这个文件正在检查，暂时打不开。"))
    return verdict


def may_open_original(viewer: Any, stored_file: StoredFile) -> Verdict:
    """
    May this viewer open the sealed original, for a reason that is recorded? Held-back files too: that is how one checks
    them.
    """
    rules = _owners.get(stored_file.owner_kind)
    return _nobody(viewer, stored_file) if rules is None else rules.may_open_original(viewer, stored_file)
