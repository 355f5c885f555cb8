"""A page as `board.js` keeps it, in Python: it says what it shows, is told what differs, and puts that in place."""

from __future__ import annotations

import json
import re
from typing import Any

from django.test import Client
from lxml import html as parser

#: Each answer masks the press key anew; it says nothing about the board.
_TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*')


class OpenBoard:
    """
    lists   by list, the pieces in order
    news    what the last answer brought
    """

    def __init__(self, client: Client, at: str = "") -> None:
        self.client, self.news = client, dict[str, Any]()
        answer = client.get(f"/desk/board/{at}")
        assert answer.status_code == 200
        board = parser.fromstring(answer.content.decode()).get_element_by_id("board")
        self.address = board.get("data-changes")
        self.lists: dict[str, dict[str, Any]] = {
            one.get("data-list"): {piece.get("id"): piece for piece in one} for one in board.xpath(".//*[@data-list]")
        }

    def says(self) -> str:
        """What is sent up."""
        return json.dumps(
            {
                name: [
                    [key, one.get("data-v"), [fill.text or "" for fill in _fills(one)]] for key, one in pieces.items()
                ]
                for name, pieces in self.lists.items()
            }
        )

    def ask(self) -> None:
        """One round."""
        self.take(self.client.post(self.address, self.says(), content_type="application/json").json())

    def take(self, news: dict[str, Any]) -> None:
        """Put what was told in place."""
        self.news = news
        for name, pieces in self.lists.items():
            for key, text in news["html"].get(name, {}).items():
                pieces[key] = parser.fragment_fromstring(text.strip())
            for key, texts in news["fill"].get(name, {}).items():
                for fill, text in zip(_fills(pieces[key]), texts, strict=True):
                    fill.text = text
            order = news["order"].get(name, list(pieces))
            self.lists[name] = {key: pieces[key] for key in order}

    def text(self) -> dict[str, list[str]]:
        """Everything that stands there, but for the press keys."""
        return {
            name: [
                _TOKEN.sub(r"\1", parser.tostring(one, encoding="unicode", with_tail=False)) for one in pieces.values()
            ]
            for name, pieces in self.lists.items()
        }


def _fills(piece: Any) -> list[Any]:
    return list(piece.xpath("descendant-or-self::*[@data-fill]"))
