"""
What a web reporter has typed so far. It is kept sealed from the first answer on, so that nothing is lost between two screens, and is not a
report until it is sent.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from shouwang.apps.files.models import StoredFile
from shouwang.apps.files.usecases import erase
from shouwang.apps.incidents.errors import UnknownDraft
from shouwang.apps.incidents.models import Draft
from shouwang.kernel import audit, ids, limits
from shouwang.kernel.fields import blind

#: A draft that nobody touches is forgotten after this long.
KEPT = timedelta(days=30)


def _digest(code: str) -> str:
    return blind(code, "incidents.draft")


def begin_draft(category: str, *, at: datetime) -> Draft:
    """An empty draft; its key is known to the browser that began it."""
    return Draft.objects.create(
        key=get_random_string(22), category=category, content="{}", created_at=at, changed_at=at
    )


def answers_of(draft: Draft) -> dict[str, Any]:
    """What was answered so far, by field."""
    found: dict[str, Any] = json.loads(draft.content or "{}")
    return found


@transaction.atomic
def keep_answers(draft: Draft, given: dict[str, Any], *, at: datetime, files: tuple[str, ...] = ()) -> Draft:
    """Keep the answers of one screen beside those of the others."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if draft.matter_id is None:
        draft.content = json.dumps({**answers_of(draft), **given}, ensure_ascii=False)
        draft.files = [*draft.files, *(ref for ref in files if ref not in draft.files)]
        draft.changed_at = at
        draft.save(update_fields=["content", "files", "changed_at"])
    return draft


@transaction.atomic
def stop_draft(draft: Draft, *, at: datetime) -> str:
    """“先写到这里”: a code under which the reporter, or a clerk they tell it to, goes on. The one before opens nothing any more."""
    code = ids.new_code()
    Draft.objects.filter(pk=draft.pk, matter=None).update(digest=_digest(code), changed_at=at)
    return code


def open_draft(typed: str, *, address: str, at: datetime, tries_per_hour: int, by: str = "resident") -> Draft:
    """The draft of a code. Wrong codes are counted by address, as those of matters are. Opening one at the desk is recorded."""
    window = timedelta(hours=1)
    limits.refuse_above(tries_per_hour, "draft", address, at=at, window=window)
    code = ids.clean_code(typed)
    draft = Draft.objects.filter(digest=_digest(code), matter=None, changed_at__gt=at - KEPT).first() if code else None
    if draft is None:
        limits.count("draft", address, at=at, window=window)
        raise UnknownDraft(_("没有找到这个草稿。") if code else _("这个草稿码好像少抄了或抄错了一位。"))
    audit.record("incidents.draft_opened", by=by, on=draft, at=at)
    return draft


@transaction.atomic
def drop_draft(draft: Draft, *, at: datetime, reason: str = "") -> None:
    """Nothing of a draft stays, its files neither. One that became a report only leaves its empty shell."""
    if draft.matter_id is None:
        for stored in StoredFile.objects.filter(ref__in=draft.files, owner_kind=""):
            erase(stored, by="house", reason=reason or _("写的人不要了"), at=at)
    draft.delete()


def forget_drafts(*, at: datetime) -> int:
    """Drop what nobody touched for a month; returns how many. One transaction each."""
    old = list(Draft.objects.filter(changed_at__lt=at - KEPT))
    for draft in old:
        drop_draft(draft, at=at, reason=_("草稿放了一个月没有报上来"))
    return len(old)
