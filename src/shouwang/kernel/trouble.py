"""
What can go wrong with keeping things, as sentences for whoever was waiting.

    RuleBroken
    └── Trouble       nothing of this step was kept; trying again is safe
        ├── NoRoom    the disk is full, or cannot be written
        ├── Busy      somebody else holds the database for longer than we wait
        ├── Away      the database does not answer
        └── BadClock  the clock shows a time that cannot be, and every date would be wrong

`trouble_of` reads errors of SQLite by result code (sqlite.org/rescode.html), of PostgreSQL by SQLSTATE (appendix A of its manual), and of
the operating system by errno.
"""

from __future__ import annotations

import errno
import sqlite3
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from shouwang.kernel.errors import RuleBroken


class Trouble(RuleBroken):
    """The house could not keep this step. `retry_after_s` is how long to wait before trying again."""

    status = 503
    retry_after_s: ClassVar[int] = 10


class NoRoom(Trouble):
    code = "house.no-room"
    hint = _(
        "现在存不下新的内容，刚才这一步没有存上。以前收到的都还在。请把下面的话先留着，过几分钟再发；急事请打电话。"
    )
    retry_after_s = 300


class Busy(Trouble):
    code = "house.busy"
    hint = _("现在太忙，刚才这一步没有存上。以前收到的都还在。请过一分钟再发一次，不会重复。")
    retry_after_s = 30


class Away(Trouble):
    code = "house.away"
    hint = _("存资料的地方暂时没有回应，刚才这一步没有存上。以前收到的都还在。请过一分钟再发一次，不会重复。")


class BadClock(Trouble):
    code = "house.bad-clock"
    hint = _(
        "系统的钟不对，现在不能收新的内容，刚才这一步没有存上。以前收到的都还在。请把下面的话先留着，过几分钟再发；急事请打电话。"
    )
    retry_after_s = 300


_NO_ROOM_ERRNO = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
_SQLITE: dict[int, type[Trouble]] = {
    sqlite3.SQLITE_BUSY: Busy,
    sqlite3.SQLITE_LOCKED: Busy,
    sqlite3.SQLITE_FULL: NoRoom,
    sqlite3.SQLITE_IOERR: NoRoom,
    sqlite3.SQLITE_READONLY: NoRoom,
    sqlite3.SQLITE_CANTOPEN: Away,
}
#: By SQLSTATE or its class. Without a state, psycopg lost the connection or never had one.
_POSTGRES: dict[str, type[Trouble]] = {
    "": Away,
    "08": Away,
    "57P": Away,
    "53100": NoRoom,
    "58": NoRoom,
    "25006": NoRoom,
    "53300": Busy,
    "40001": Busy,
    "40P01": Busy,
    "55P03": Busy,
}


def trouble_of(error: BaseException | None) -> Trouble | None:
    """The trouble behind an error or behind what caused it; None when it is a fault of another kind."""
    while error is not None:
        if isinstance(error, Trouble):
            return error
        if kind := _kind_of(error):
            return kind()
        error = error.__cause__
    return None


def _kind_of(error: BaseException) -> type[Trouble] | None:
    if isinstance(error, sqlite3.OperationalError):
        return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)  # the low byte is the primary code
    import psycopg  # noqa: PLC0415  # a house on SQLite starts without it

    if isinstance(error, psycopg.OperationalError | psycopg.InternalError):
        state = error.sqlstate or ""
        return _POSTGRES.get(state) or (_POSTGRES.get(state[:3]) or _POSTGRES.get(state[:2]) if state else None)
    if isinstance(error, OSError) and error.errno in _NO_ROOM_ERRNO:
        return NoRoom
    return None
