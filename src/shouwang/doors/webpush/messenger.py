"""
Web Push as the outbox sees it (`notices.messenger.Messenger`).

An address came from a browser, so from anybody. It is asked only when the station named its push service, by HTTPS on the usual port, at a
public network address that was looked up once and is then the one connected to, and never further than there.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import httpx

from shouwang.apps.catalogue import phones
from shouwang.apps.catalogue.models import Phone
from shouwang.apps.notices.messages import Enclosed, Outgoing, words
from shouwang.apps.notices.messenger import (
    CannotTell,
    Capabilities,
    Failed,
    Got,
    Health,
    Looked,
    NotGiven,
    Outcome,
    Sent,
    Trace,
)
from shouwang.apps.notices.sender import in_database
from shouwang.engines import webpush

#: Every message is as long as this, so that its length tells nothing.
PADDED_TO = 1024
#: A phone that is off longer is not told any more.
KEPT_S = int(phones.STALE_AFTER.total_seconds())
SIGNED_FOR = timedelta(hours=12)

Resolve = Callable[[str], Awaitable[list[str]]]


async def resolve(host: str) -> list[str]:
    """The network addresses of a name. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, 443, proto=6)
    return [str(one[4][0]) for one in found]


@dataclass(frozen=True, slots=True)
class House:
    """Who sends: the key of the house, and an address under which it can be reached."""

    key: webpush.PrivateKey
    subject: str


class PushMessenger:
    """
    All push services at once; each message names its own.

    budget_s  after so many seconds nothing more is begun: other work of the worker waits behind this
    """

    def __init__(
        self,
        house: House,
        client: httpx.AsyncClient,
        clock: Callable[[], datetime],
        *,
        budget_s: float = 15,
        resolve: Resolve = resolve,
    ) -> None:
        self._house, self._client, self._clock, self._resolve = house, client, clock, resolve
        self._until = asyncio.get_running_loop().time() + budget_s

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(by_id=False, history=False)

    @property
    def connected(self) -> bool:
        return asyncio.get_running_loop().time() < self._until

    async def send(self, message: Outgoing, *, timeout_s: float) -> Outcome:
        """A newer message takes the place of an older one (`Topic`, tag), so trying again after silence never rings twice."""
        phone = await in_database(_phone)(int(message.chat.peer))
        if phone is None:
            return Failed("the phone was taken off", lasting=True)
        if not phones.is_permitted(phone.endpoint):
            return Failed("the push service is not one that the station named", lasting=True)
        try:
            async with asyncio.timeout(timeout_s):
                status = await self._post(phone, _payload(words(message.parts)), timeout_s)
        except (TimeoutError, OSError, httpx.HTTPError, httpx.InvalidURL) as error:
            return Failed(type(error).__name__)
        if status in {404, 410}:
            await in_database(phones.forget_phone)(phone.endpoint)
            return Failed("the push service does not know the phone any more", lasting=True)
        if status in {200, 201, 202}:
            return Sent(None)
        return Failed(f"the push service answered {status}", lasting=status < 500 and status not in {408, 429})

    async def _post(self, phone: Phone, payload: bytes, timeout_s: float) -> int:
        parts = urlsplit(phone.endpoint)
        host = parts.hostname or ""
        found = [ipaddress.ip_address(one) for one in await self._resolve(host)]
        if not found or not all(one.is_global for one in found):
            raise OSError("not a public address")
        at = f"[{found[0]}]" if found[0].version == 6 else str(found[0])
        body = webpush.sealed(
            payload, phone.p256dh, phone.auth, own=webpush.new_key(), salt=os.urandom(16), at_least=PADDED_TO
        )
        expires = int((self._clock() + SIGNED_FOR).timestamp())
        headers = {
            "Host": host,
            "Authorization": webpush.authorization(
                self._house.key, f"https://{host}", subject=self._house.subject, expires=expires
            ),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(KEPT_S),
            "Topic": "catalogue",
            "Urgency": "low",
        }
        address = f"https://{at}{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        # The name goes into the handshake: the certificate is checked against it, though the address is the one looked up.
        request = self._client.build_request(
            "POST", address, content=body, headers=headers, timeout=timeout_s, extensions={"sni_hostname": host}
        )
        answer = await self._client.send(request, stream=True, follow_redirects=False)
        await answer.aclose()
        return answer.status_code

    async def look_up(self, trace: Trace, *, timeout_s: float) -> Looked:
        return CannotTell("a push service does not tell")

    async def fetch(self, part: Enclosed, *, most_bytes: int, timeout_s: float) -> Got | NotGiven:
        return NotGiven("gone", lasting=True)

    async def health(self, *, timeout_s: float) -> Health:
        return Health(reachable=True)


def _phone(pk: int) -> Phone | None:
    return Phone.objects.filter(pk=pk).first()


def _payload(said: str) -> bytes:
    """Three lines, as `catalogue.phones` queued them, in the form that the portal's worker reads."""
    title, body, url = said.split("\n", 2)
    return json.dumps({"title": title, "body": body, "url": url}, ensure_ascii=False).encode()
