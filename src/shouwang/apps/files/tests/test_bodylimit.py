"""An endless upload is cut off before it reaches the disk."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.handlers.asgi import ASGIHandler

from shouwang.apps.files.bodylimit import BodyLimit


async def talk(pieces: list[bytes], headers: list[tuple[bytes, bytes]], app: Any) -> tuple[list[dict[str, Any]], int]:
    """(what was answered, how many pieces were read)."""
    waiting = [
        {"type": "http.request", "body": piece, "more_body": number + 1 < len(pieces)}
        for number, piece in enumerate(pieces)
    ]
    answers: list[dict[str, Any]] = []
    read = 0

    async def receive() -> dict[str, Any]:
        nonlocal read
        read += 1
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        answers.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers, "query_string": b""}
    await BodyLimit(app, most_bytes=1000)(scope, receive, send)
    return answers, read


async def reads_all(scope: Any, receive: Any, send: Any) -> None:
    while (message := await receive())["type"] == "http.request":
        if not message["more_body"]:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"ok"})
            return


async def test_a_body_within_the_limit_passes():
    answers, _read = await talk([b"x" * 500, b"x" * 500], [(b"content-length", b"1000")], reads_all)
    assert answers[0]["status"] == 200


async def test_a_body_that_announces_too_much_is_not_read_at_all():
    answers, read = await talk([b"x"], [(b"Content-Length", b"1001")], reads_all)
    assert (answers[0]["status"], read) == (413, 0)
    assert "少选几个" in answers[1]["body"].decode()


@pytest.mark.parametrize("headers", [[], [(b"content-length", b"10")], [(b"content-length", b"many")]])
async def test_a_body_that_turns_out_too_large_is_cut_off(headers):
    answers, read = await talk([b"x" * 400] * 50, headers, reads_all)
    assert [answer.get("status") for answer in answers] == [413, None]
    assert read == 3


async def test_django_takes_the_cut_for_a_sender_who_went_away():
    answers, read = await talk([b"x" * 400] * 50, [], ASGIHandler())
    assert answers[0]["status"] == 413
    assert read == 3


async def test_other_protocols_pass_untouched():
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope, receive, send))

    await BodyLimit(app, most_bytes=1)({"type": "lifespan"}, "receive", "send")
    assert seen == [({"type": "lifespan"}, "receive", "send")]
