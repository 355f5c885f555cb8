"""The small part of Markdown a guide may use, as HTML: headings, paragraphs, lists, bold. Anything else stays text."""

from __future__ import annotations

from functools import cache
from html import unescape

from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt


@cache
def _markdown() -> MarkdownIt:
    # The "zero" preset knows nothing: no HTML, no links, no pictures can come in by being forgotten here.
    return MarkdownIt("zero", {"html": False, "breaks": True}).enable(["heading", "list", "emphasis", "newline"])


def as_html(body: str) -> SafeString:
    """A guide's body. Everything a person wrote is escaped by the renderer."""
    html: SafeString = mark_safe(_markdown().render(body))  # noqa: S308  html is off and the rules enabled above write plain tags
    return html


def as_text(body: str) -> str:
    """Its words alone, as a search shows them."""
    return unescape(strip_tags(as_html(body))).strip()
