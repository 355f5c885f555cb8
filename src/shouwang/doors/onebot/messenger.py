"""QQ over OneBot v11, as the outbox sees it (`notices.messenger.Messenger`)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from shouwang.apps.notices.messages import Chat, Enclosed, Incoming, Outgoing, likeness
from shouwang.apps.notices.messenger import (
    CannotTell,
    Capabilities,
    Failed,
    Got,
    Health,
    Looked,
    NotGiven,
    NotThere,
    Outcome,
    Seen,
    Sent,
    Trace,
    Uncertain,
)
from shouwang.doors.onebot.calls import Caller, NoAnswer, NotCarriedOut
from shouwang.doors.onebot.outside import Outside
from shouwang.doors.onebot.protocol import (
    MAX_FRAME_BYTES,
    Accepted,
    Call,
    Handed,
    Refused,
    fetch_call,
    read_data,
    read_handed,
    read_message_answer,
    read_send_reply,
    send_call,
)

_PAGES = 3
_PAGE_SIZE = 20


class OneBotMessenger:
    """
    One QQ number through one gateway.

    self_id   the number
    caller    how calls reach the gateway; None while it is not connected
    """

    def __init__(self, self_id: str, caller: Caller | None) -> None:
        self._self_id = self_id
        self._caller = caller
        self._missing: set[str] = set()
        self.outside: Outside | None = None

    @property
    def capabilities(self) -> Capabilities:
        """
        What this gateway offers: `get_msg` is in the standard, the two history calls are common extensions. A call the
        gateway does not know is not asked for again.
        """
        history = not {"get_group_msg_history", "get_friend_msg_history"} <= self._missing
        return Capabilities(by_id="get_msg" not in self._missing, history=history)

    @property
    def connected(self) -> bool:
        return self._caller is not None and self._caller.connected

    async def send(self, message: Outgoing, *, timeout_s: float) -> Outcome:
        try:
            answer = await self._call(send_call(message), timeout_s)
        except NotCarriedOut as error:
            return Failed(str(error), error.lasting)
        except NoAnswer as error:
            return Uncertain(str(error))
        match read_send_reply(answer):
            case Accepted(remote_id=remote_id):
                return Sent(remote_id)
            case Refused(why=why, lasting=lasting):
                return Failed(why, lasting)
            case unclear:
                return Uncertain(unclear.why)

    async def look_up(self, trace: Trace, *, timeout_s: float) -> Looked:
        """
        Read the chat's history, then ask for the message by its id.

        A gateway answers `get_msg` from its own store, where a message also stands that QQ swallowed. So `get_msg` alone
        counts only on gateways without history; when the history lacks what `get_msg` has, nothing is certain.
        """
        try:
            async with asyncio.timeout(timeout_s):
                return await self._look_up(trace, timeout_s)
        except TimeoutError:
            return CannotTell("the gateway was too slow to be asked")

    async def _look_up(self, trace: Trace, timeout_s: float) -> Looked:
        history = await self._look_in_history(trace, timeout_s)
        unreadable = isinstance(history, CannotTell) and _history_action(trace.chat) not in self._missing
        if isinstance(history, Seen) or unreadable or trace.remote_id is None:
            return history
        by_id = await self._look_by_id(trace, timeout_s)
        if by_id and isinstance(history, NotThere):
            return replace(history, stored=True)
        return Seen(trace.remote_id) if by_id else history

    async def fetch(self, part: Enclosed, *, most_bytes: int, timeout_s: float) -> Got | NotGiven:
        """
        Through the gateway, which hands the bytes over; where it only says where they lie, from there if the station permits that host.

        A path on the gateway's machine is no answer: it is never opened.
        """
        handed = await self._ask_for(part, most_bytes, timeout_s)
        if isinstance(handed, NotGiven):
            return handed
        if handed.data is not None and not handed.too_much:
            return Got(handed.data)
        if handed.too_much:
            return NotGiven("too-much", lasting=True)
        url = handed.url or part.url
        if url and self.outside is not None:
            return await self.outside.fetch(url, most_bytes=most_bytes, timeout_s=timeout_s)
        return NotGiven("not-handed-over", lasting=True)

    async def _ask_for(self, part: Enclosed, most_bytes: int, timeout_s: float) -> Handed | NotGiven:
        call = fetch_call(part)
        if call is None or call.action in self._missing:
            return Handed(None, "")
        frame = most_bytes * 4 // 3 + MAX_FRAME_BYTES  # base64 makes four of three
        try:
            answer = await self._call(call, timeout_s, frame)
        except NotCarriedOut as error:
            if error.lasting:
                self._missing.add(call.action)
                return Handed(None, "")
            return NotGiven("silent")
        except NoAnswer:
            return NotGiven("silent")
        if isinstance(answer, dict) and answer.get("retcode") == 1404:
            self._missing.add(call.action)
            return Handed(None, "")
        data = read_data(answer)
        return NotGiven("gone") if data is None else read_handed(data, most_bytes=most_bytes)

    async def health(self, *, timeout_s: float) -> Health:
        try:
            answer = await self._call(Call("get_status", {}), timeout_s)
        except (NotCarriedOut, NoAnswer) as error:
            return Health(reachable=False, why=str(error))
        data = read_data(answer)
        online = data.get("online") if isinstance(data, dict) else None
        known = online if isinstance(online, bool) else None
        return Health(reachable=True, online=known, why="QQ is not logged in" if known is False else "")

    async def _call(self, call: Call, timeout_s: float, most_bytes: int = MAX_FRAME_BYTES) -> object:
        if self._caller is None:
            raise NotCarriedOut("the gateway is not connected")
        return await self._caller.call(call, timeout_s=timeout_s, most_bytes=most_bytes)

    async def _ask(self, call: Call, timeout_s: float) -> object:
        """`data` of a reading call, or None. Remembers calls the gateway does not know."""
        if call.action in self._missing:
            return None
        try:
            answer = await self._call(call, timeout_s)
        except NotCarriedOut as error:
            if error.lasting:
                self._missing.add(call.action)
            return None
        except NoAnswer:
            return None
        if isinstance(answer, dict) and answer.get("retcode") == 1404:
            self._missing.add(call.action)
        return read_data(answer)

    async def _look_by_id(self, trace: Trace, timeout_s: float) -> bool:
        wanted = trace.remote_id or ""
        number: object = int(wanted) if wanted.lstrip("-").isdigit() else wanted
        answer = await self._ask(Call("get_msg", {"message_id": number}), timeout_s)
        message = read_message_answer(answer, bot=self._self_id, chat=trace.chat)
        return isinstance(message, Incoming) and message.message_id == wanted and self._is_it(message, trace)

    async def _look_in_history(self, trace: Trace, timeout_s: float) -> Looked:
        action = _history_action(trace.chat)
        key = "group_id" if trace.chat.kind == "group" else "user_id"
        params: dict[str, object] = {key: int(trace.chat.peer), "count": _PAGE_SIZE}
        reaches_back = shows_own = False
        known: set[str] = set()
        for _ in range(_PAGES):
            rows = _rows(await self._ask(Call(action, params), timeout_s))
            if rows is None and not known:
                return CannotTell("the gateway does not show this chat's history")
            page = [
                message
                for row in rows or ()
                if isinstance(message := read_message_answer(row, bot=self._self_id, chat=trace.chat), Incoming)
            ]
            for message in page:
                if self._is_it(message, trace):
                    return Seen(message.message_id, in_history=True)
            if any(self._might_be_it(message, trace) for message in page):
                return CannotTell("the same words stand there from before; one of the two clocks may be wrong")
            shows_own = shows_own or any(message.from_self for message in page)
            older = [message.sent_at < trace.since for message in page]
            reaches_back = reaches_back or any(older)
            fresh = {message.message_id for message in page} - known
            start = _oldest_seq(rows or ())
            # A page of only older ones is a quiet chat, or the chat of a clock behind ours: then ours may stand further up.
            if (reaches_back and not all(older)) or not fresh or start is None:
                break  # a gateway that turns no pages proves nothing
            known |= fresh
            params = {**params, "message_seq": start}
        return NotThere(reaches_back, shows_own)

    def _is_it(self, message: Incoming, trace: Trace) -> bool:
        """By its name or its marker it is known whatever the clocks say; by its words only when they are not older than the sending."""
        if not message.from_self or message.message_id in trace.not_ids:
            return False
        if trace.remote_id is not None and message.message_id == trace.remote_id:
            return True
        if trace.marker and likeness(trace.marker) in likeness(message.text):
            return True
        return message.sent_at >= trace.since and likeness(message.text) == likeness(trace.text)

    def _might_be_it(self, message: Incoming, trace: Trace) -> bool:
        """
        Our own words, said by the messenger's clock before we sent them: an older message, or ours under a clock that is behind ours.

        Nothing is sent again on such a guess, however old it seems: a clock can be wrong by years.
        """
        ours = message.from_self and message.message_id not in trace.not_ids
        return ours and message.sent_at < trace.since and likeness(message.text) == likeness(trace.text)


def _history_action(chat: Chat) -> str:
    return "get_group_msg_history" if chat.kind == "group" else "get_friend_msg_history"


def _rows(data: object) -> list[object] | None:
    rows = data.get("messages") if isinstance(data, dict) else data
    return rows if isinstance(rows, list) else None


def _oldest_seq(rows: Iterable[object]) -> object:
    """
    Where the next page starts: at the oldest message shown, which it repeats. None when the gateway does not say.

    Some gateways number the messages of a chat, others repeat the message id here; so it is taken as it is.
    """
    dated = [row for row in rows if isinstance(row, dict) and isinstance(row.get("time"), int)]
    oldest = min(dated, key=lambda row: int(row["time"]), default=None)
    start = oldest.get("message_seq") if oldest else None
    return start if isinstance(start, int | str) else None
