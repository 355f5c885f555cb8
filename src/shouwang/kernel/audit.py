"""
The audit trail: who did or looked at what, when and why. Rows are added, never changed.

`record` is called by use cases, inside their transaction: an act without its row cannot be committed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from shouwang.kernel.models import AuditRow


def record(action: str, *, by: str, on: models.Model | str, at: datetime, reason: str = "", **details: Any) -> AuditRow:
    """
    Add one row.

    action    dotted name, past tense: `matters.matter.closed`
    by        who, as a reference that carries no personal data: `officer:12`, `code:40`, `house`
    on        the row acted on, or a text reference
    details   plain JSON values; never names, numbers or texts of residents
    """
    subject = on if isinstance(on, str) else f"{on._meta.label_lower}:{on.pk}"
    return AuditRow.objects.create(action=action, actor=by, subject=subject, at=at, reason=reason, details=details)
