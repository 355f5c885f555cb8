"""
The words of welcome, filled in for this moment. Standard library only: `./sw` reads it without the packages of the house.

A kept welcome holds what stays the same while a web server runs. What changes has a place in it:
    {here}            http://127.0.0.1:PORT
    {phones}          the address for phones of the same network; the line goes when there is none
    {digits SECRET}   the six digits of now (RFC 6238); SECRET is in base 32
    {seconds}         for how many seconds more they are valid
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import re
import socket
import time
from pathlib import Path

PERIOD_SECONDS = 30
_DIGITS = re.compile(r"\{digits ([A-Z2-7=]+)\}")


def fill(words: str, port: str, at: float | None = None) -> str:
    """The words as they are true at a Unix time, now when not given."""
    moment, network = time.time() if at is None else at, lan_address()
    lines = (line for line in words.split("\n") if network or "{phones}" not in line)
    return _DIGITS.sub(lambda found: digits(found[1], moment), "\n".join(lines)).format(
        here=f"http://127.0.0.1:{port}",
        phones=f"http://{network}:{port}/",
        seconds=int(PERIOD_SECONDS - moment % PERIOD_SECONDS),
    )


def digits(secret: str, at: float) -> str:
    """The six digits of a TOTP secret at a Unix time (RFC 6238 with SHA-1 and 30 seconds; RFC 4226, section 5.3)."""
    counter = int(at // PERIOD_SECONDS).to_bytes(8, "big")
    found = hmac.digest(base64.b32decode(secret), counter, "sha1")
    start = found[-1] & 15
    return f"{(int.from_bytes(found[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def lan_address() -> str | None:
    """This machine's address as its neighbours see it. Nothing is sent: a datagram socket only picks a route."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))
        except OSError:
            return None
        found: str = probe.getsockname()[0]
    return None if found.startswith("127.") else found


def keep(file: Path, words: str, web: int) -> None:
    """Keep the words for as long as this web server runs. Readable by the owner only, like the key from which the logins come."""
    new = file.with_name(file.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        json.dump({"web": web, "words": words}, out, ensure_ascii=False)
    new.replace(file)


def kept(file: Path, web: int) -> str | None:
    """The words kept for this web server; None when there are none, or they were another one's."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found.get("words") if isinstance(found, dict) and found.get("web") == web else None
