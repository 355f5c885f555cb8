"""
What a test has done inside a house, in a process of its own with that house's settings. Each command prints one line of JSON.

    people URL     the small cast, a signed-in officer, and a QQ gateway reachable at URL, or one that connects to the house (`ws`)
    queue N        queue N messages to QQ, one transaction each; prints each number once it is committed
    settle         bring every message in the outbox to its end, with a clock that runs ahead
    judge NAME …   what the house holds, and every fault found in it; conversations by the ids they were asked with
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import django

django.setup()

import httpx  # noqa: E402  all below needs Django's setup
from allauth.mfa.models import Authenticator  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from shouwang.apps.ledger.checking import faults as log_faults  # noqa: E402
from shouwang.apps.matters.models import Entry, Matter  # noqa: E402
from shouwang.apps.matters.timeline import rebuild  # noqa: E402
from shouwang.apps.matters.usecases import sealed  # noqa: E402
from shouwang.apps.notices.messages import Text  # noqa: E402
from shouwang.apps.notices.models import Gateway, Outbound, Transport  # noqa: E402
from shouwang.apps.notices.sender import drain, in_database  # noqa: E402
from shouwang.apps.notices.usecases import Route, queue_message  # noqa: E402
from shouwang.doors.onebot.door import OneBotDoor  # noqa: E402
from shouwang.kernel.live.models import Stream  # noqa: E402
from tests.cast import assemble  # noqa: E402
from tests.faults.words import BOT, TOKEN, words_of  # noqa: E402


def people(url: str) -> dict[str, str]:
    cast = assemble()
    Gateway.objects.create(
        name="所里的 QQ",
        self_id=str(BOT),
        transport=Transport.REVERSE_WS if url == "ws" else Transport.HTTP,
        token=TOKEN,
        http_url="" if url == "ws" else url,
        per_minute=6000,
        burst=1000,
        jitter_percent=0,
        created_at=timezone.now(),
        last_seen_at=timezone.now(),
    )
    user = cast.chen.user
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": ""})
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {"officer": str(session.session_key)}


def queue(first: str, last: str) -> None:
    gateway = Gateway.objects.get()
    for number in range(int(first), int(last) + 1):
        with transaction.atomic():
            queue_message(
                Route("qq", "group:555", gateway.pk),
                (Text(words_of(number)),),
                kind="notice",
                dedupe_key=f"fault-{number}",
                at=timezone.now(),
            )
        print(number, flush=True)
        time.sleep(0.4)


def settle() -> dict[str, int]:
    """
    First everything that waits is sent by the true clock, which is the gateway's as well: it recognises a message by its time. Then the
    clock runs ahead, so that the waits before looking a message up cost no time.
    """
    return asyncio.run(_settle())


async def _settle() -> dict[str, int]:
    ahead = timedelta(0)

    def clock() -> datetime:
        return timezone.now() + ahead

    door = OneBotDoor(clock)
    gateway = await in_database(Gateway.objects.get)()
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(400):
            await drain(gateway.pk, door.messenger(gateway, client), clock, worker="settle")
            left = await in_database(Outbound.objects.unsettled().count)()
            if not left:
                break
            if await in_database(Outbound.objects.unsettled().filter(state="waiting").exists)():
                await asyncio.sleep(0.2)
            else:
                ahead += timedelta(minutes=1)
    return {"left": left}


def judge(*asked: str) -> dict[str, Any]:
    faults: list[str] = log_faults(timezone.now())
    names = {sealed(f"ask:{name}"): name for name in asked}
    talks: dict[str, list[str]] = {}
    for matter in Matter.objects.order_by("pk"):
        entries = list(matter.entries.order_by("seq"))
        if [entry.seq for entry in entries] != list(range(1, matter.last_seq + 1)):
            faults.append(f"{matter}: the timeline has gaps: {[entry.seq for entry in entries]}")
        if wrong := rebuild(matter):
            faults.append(f"{matter}: cached columns were wrong: {wrong}")
        talks[names.get(matter.client_id or "", str(matter))] = [entry.body for entry in entries if entry.body]
    numbers = sorted(Matter.objects.values_list("number", flat=True))
    serials = [int(number.split("-")[2]) for number in numbers]
    if serials != list(range(1, len(serials) + 1)):
        faults.append(f"the numbers of matters have gaps: {serials}")
    twice = [key for key, count in Counter(Entry.objects.values_list("matter", "client_id")).items() if count > 1]
    faults += [f"kept twice: {key}" for key in twice if key[1] is not None]
    for stream in Stream.objects.all():
        kept = list(stream.events.order_by("seq").values_list("seq", flat=True))
        if kept != list(range(stream.floor + 1, stream.last_seq + 1)):
            faults.append(f"{stream.name}: the live log has gaps")
    outbox = {row.dedupe_key: row.state for row in Outbound.objects.all()}
    ahead = [
        f"{matter} waits since a moment to come" for matter in Matter.objects.filter(waiting_since__gt=timezone.now())
    ]
    return {"faults": faults, "ahead": ahead, "talks": talks, "outbox": outbox, "numbers": numbers}


if __name__ == "__main__":
    name, *rest = sys.argv[1:]
    answer = {"people": people, "queue": queue, "settle": settle, "judge": judge}[name](*rest)
    if answer is not None:
        print(json.dumps(answer, ensure_ascii=False))
