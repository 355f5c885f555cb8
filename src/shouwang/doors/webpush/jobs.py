"""What this door does by itself."""

from __future__ import annotations

from datetime import datetime

import httpx
from asgiref.sync import async_to_sync
from django.conf import settings
from django.utils import timezone

from shouwang.apps.catalogue import phones
from shouwang.apps.notices import outbox
from shouwang.apps.notices.deciding import Rules
from shouwang.apps.notices.sender import drain
from shouwang.doors.webpush.messenger import House, PushMessenger
from shouwang.kernel.jobs import every

#: A push service that is busy is asked again over some hours; what is silent holds up the worker for five seconds at most.
RULES = Rules(send_timeout=5, max_sends=6, retry_after=60)


@every("webpush.send", seconds=5)
def send_what_waits(at: datetime) -> None:
    """Reminders that wait in the outbox, as far as the pace allows; nothing where the feature is off."""
    if not phones.switched_on():
        return
    gateway = phones.gateway(at)
    outbox.note_alive(gateway.pk, at)
    if outbox.due_ids(gateway.pk, at, limit=1):
        async_to_sync(_send)(gateway.pk, House(phones.house_key(at), settings.SHOUWANG.public_url))


async def _send(gateway_id: int, house: House) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        messenger = PushMessenger(house, client, timezone.now)
        await drain(gateway_id, messenger, timezone.now, worker="webpush", rules=RULES)
