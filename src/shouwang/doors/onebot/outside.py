"""
Fetching from an address that a gateway gave, when it does not hand the bytes over itself. By default nothing is ever fetched.

Such an address comes from outside: whoever can write into a group may be able to make it up, and it could mean any machine that this one
can reach. So it is followed only to hosts that the station's administrator has named (`gateways.permit_pictures_from`), by HTTPS with a
checked certificate, on its usual port, and never further than there. See docs/decisions/0009.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from urllib.parse import urlsplit, urlunsplit

import httpx

from shouwang.apps.notices.messenger import Got, NotGiven
from shouwang.doors.onebot.calls import read_at_most


def permitted(url: str, hosts: Collection[str]) -> str | None:
    """The address to ask, put together anew from its checked parts; None when it leads anywhere else."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    usual = (parts.scheme, port) in {("https", None), ("https", 443), ("http", None), ("http", 80)}
    if host not in hosts or not usual or parts.username is not None or parts.password is not None:
        return None
    return urlunsplit(("https", host, parts.path, parts.query, ""))


class Outside:
    """
    The world beyond the gateway, as far as a station lets it in.

    hosts   names that may be asked
    client  follows no redirects and takes nothing from the environment
    """

    def __init__(self, hosts: Collection[str], client: httpx.AsyncClient) -> None:
        self._hosts = frozenset(hosts)
        self._client = client

    async def fetch(self, url: str, *, most_bytes: int, timeout_s: float) -> Got | NotGiven:
        """What lies there. Never raises for anything the other side does."""
        address = permitted(url, self._hosts)
        if address is None:
            return NotGiven("not-handed-over", lasting=True)
        try:
            async with (
                asyncio.timeout(timeout_s),
                self._client.stream("GET", address, follow_redirects=False, timeout=timeout_s) as reply,
            ):
                if reply.status_code != 200 or "json" in reply.headers.get("content-type", ""):
                    return NotGiven("silent" if reply.is_server_error else "gone")
                data = await read_at_most(reply, most_bytes)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, UnicodeError):
            return NotGiven("silent")
        return NotGiven("too-much", lasting=True) if len(data) > most_bytes else Got(data)
