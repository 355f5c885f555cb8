"""Walk through the house as a browser without scripts would: every link, every form that asks by GET."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.http import HttpResponse
from django.test import Client

LANGUAGES = ("zh-hans", "en")
MOST_PAGES = 400


@dataclass
class Element:
    """One element with what was said directly in it and below."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def get(self, name: str) -> str | None:
        return self.attributes.get(name)

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, *tags: str) -> list[Element]:
        return [one for one in self.walk() if one.tag in tags]

    @property
    def words(self) -> str:
        """All text below, as a reader of the screen would hear it (not in document order of mixed content)."""
        own = self.text + (self.get("alt") or "") + (self.get("aria-label") or "")
        return " ".join([own, *(child.words for child in self.children)]).strip()

    def within(self, tag: str) -> Element | None:
        above = self.parent
        while above is not None and above.tag != tag:
            above = above.parent
        return above


class _Reader(HTMLParser):
    VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("#document", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = Element(tag, {key: value or "" for key, value in attrs}, self.here)
        self.here.children.append(one)
        if tag not in self.VOID:
            self.here = one

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.children.append(Element(tag, {key: value or "" for key, value in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        above: Element | None = self.here
        while above is not None and above.tag != tag:
            above = above.parent
        if above is not None and above.parent is not None:
            self.here = above.parent

    def handle_data(self, data: str) -> None:
        self.here.text += data


def read(html: str) -> Element:
    """The page as a tree; forgiving, as browsers are."""
    reader = _Reader()
    reader.feed(html)
    return reader.root


def is_page(answer: HttpResponse) -> bool:
    return answer.get("Content-Type", "").startswith("text/html")


def body_of(answer: HttpResponse) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def ways_on(page: Element, address: str) -> set[str]:
    """Addresses inside the house that the page leads to: links, pictures, parts a script would fetch, forms by GET."""
    found = set()
    for one in page.walk():
        for name in ("href", "src", "hx-get", "data-more", "data-url", "data-src"):
            if value := one.get(name):
                found.add(value)
        if one.tag == "form" and (one.get("method") or "get").lower() == "get":
            found.add((one.get("action") or address) + "?q=雀")
    inside = {urldefrag(urljoin(address, value)).url for value in found}
    return {
        f"{parts.path}?{parts.query}" if parts.query else parts.path
        for value in inside
        if not (parts := urlsplit(value)).netloc and not parts.scheme and not parts.path.startswith("/static/")
    }


def crawl(client: Client, *starts: str, languages: tuple[str, ...] = LANGUAGES) -> Iterator[tuple[str, HttpResponse]]:
    """Everything that can be reached from the starts by looking, each address once in each language."""
    for language in languages:
        client.cookies["sw_language"] = language
        waiting, seen = list(starts), set(starts)
        while waiting and len(seen) < MOST_PAGES:
            address = waiting.pop(0)
            answer = client.get(address)
            yield address, answer
            further = {answer["Location"]} if answer.has_header("Location") else set()
            if is_page(answer):
                further |= ways_on(read(body_of(answer).decode()), address)
            new = {one for one in further if one.startswith("/") and not one.startswith("//")} - seen
            seen |= new
            waiting.extend(sorted(new))
    del client.cookies["sw_language"]
