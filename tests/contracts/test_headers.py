"""What every page carries: a strict policy, no inline script or style, a token in each form, names for what has no words."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest

from tests.contracts.crawl import Element, body_of, crawl, is_page, read
from tests.contracts.scene import Scene, undone

pytestmark = [pytest.mark.django_db, pytest.mark.once]

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}
#: Pages that show one person's matter, staff's work, or what a browser knows. They stay in no cache.
PERSONAL = re.compile(r"^/(m/|find/|ask/|desk/|manage/|bureau/|c/|my-)")


def _policy(said: str) -> dict[str, str]:
    return {name: " ".join(rest) for part in said.split(";") if part.strip() for name, *rest in [part.split()]}


def _outside(value: str) -> bool:
    return bool(urlsplit(value).netloc) or value.startswith(("javascript:", "data:text"))


def _runs(script: Element) -> bool:
    """An inline script; a block of data is none."""
    return not script.get("src") and bool(script.text.strip()) and script.get("type") != "application/json"


def _inline(page: Element) -> list[str]:
    found = []
    for one in page.walk():
        found += [
            f"<{one.tag} {name}>" for name in one.attributes if name == "style" or name.startswith(("on", "hx-on"))
        ]
        if one.tag == "style" or (one.tag == "script" and _runs(one)):
            found.append(f"inline <{one.tag}>")
        if one.tag in {"script", "img", "link", "source", "iframe"}:
            found += [value for name in ("src", "href") if _outside(value := one.get(name) or "")]
    return found


def _unnamed(page: Element) -> list[str]:
    """Pictures and controls that a screen reader could not say."""
    labels = {one.get("for") for one in page.all("label")}
    found = [f"<img {one.get('src')}> without alt" for one in page.all("img") if one.get("alt") is None]
    shown = [one for one in page.all("svg") if one.get("aria-hidden") != "true"]
    found += ["<svg> neither hidden nor named" for one in shown if not (one.get("aria-label") or one.all("title"))]
    for one in page.all("a", "button"):
        if one.within("template") or one.get("hidden") is not None or (one.tag == "a" and one.get("href") is None):
            continue  # filled by a script before it is seen; a place to jump to
        if not one.words and not one.get("aria-label") and not one.get("title") and not one.get("aria-labelledby"):
            found.append(f"<{one.tag} {one.get('href') or one.get('name') or ''}> without words")
    for one in page.all("input", "select", "textarea"):
        if one.get("type") in {"hidden", "submit"} or one.get("aria-label") or one.get("aria-labelledby"):
            continue
        if one.get("id") not in labels and one.within("label") is None:
            found.append(f"<{one.tag} name={one.get('name')}> without label")
    return found


def _shape(page: Element) -> list[str]:
    found = []
    html = page.all("html")
    if html and not html[0].get("lang"):
        found.append("no lang")
    if html and len(page.all("h1")) != 1:
        found.append(f"{len(page.all('h1'))} h1")
    twice = [key for key, count in Counter(one.get("id") for one in page.walk() if one.get("id")).items() if count > 1]
    found += [f"id {key} twice" for key in twice]
    for form in page.all("form"):
        token = any(one.get("name") == "csrfmiddlewaretoken" for one in form.all("input"))
        if (form.get("method") or "get").lower() == "post" and not token:
            found.append(f"form to {form.get('action')} without token")
    return found


WHO = (
    ("stranger", "/"),
    ("holder", "/find/"),
    ("neighbour", "/rooms/gated/"),
    ("chen", "/desk/"),
    ("liang", "/manage/"),
)


@pytest.mark.parametrize(("name", "start"), WHO)
def test_every_page_is_strict_and_can_be_read_by_everybody(name: str, start: str, scene: Scene) -> None:
    who, wrong, pages = scene.lookers[name], set(), 0
    with undone(who):
        for address, answer in crawl(who.client, start, languages=("zh-hans",), most=60):
            if not is_page(answer):
                continue
            pages += 1
            where = re.sub(r"QS-[0-9-]+", "…", address.split("?")[0])
            if _policy(answer.get("Content-Security-Policy", "")) != POLICY:
                wrong.add(f"{where}: policy {answer.get('Content-Security-Policy')}")
            for name_, value in (
                ("X-Content-Type-Options", "nosniff"),
                ("X-Frame-Options", "DENY"),
                ("Referrer-Policy", "same-origin"),
            ):
                if answer.get(name_) != value:
                    wrong.add(f"{where}: {name_} {answer.get(name_)}")
            kept = answer.get("Cache-Control", "")
            if PERSONAL.match(address) and not ("no-store" in kept or "private" in kept):
                wrong.add(f"{where}: may be cached ({kept})")
            page = read(body_of(answer).decode())
            wrong |= {f"{where}: {what}" for what in (*_inline(page), *_unnamed(page), *_shape(page))}
    assert sorted(wrong) == []
    assert pages >= 5
