"""Facts that openness publishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shouwang.kernel.events import Event


@dataclass(frozen=True, slots=True)
class DigestPublished(Event):
    """A digest can be read by everybody at `path`. `community_id` is None for what belongs to no community."""

    digest_id: int
    unit_id: int
    community_id: int | None
    path: str
    at: datetime
