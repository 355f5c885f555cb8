"""The two formats of GeoReport v2. One tree of plain values becomes JSON or XML; the names of the elements are the specification's."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

#: Name of a list → name of its members, in XML.
MEMBERS = {
    "services": "service",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}
#: Characters that no XML 1.0 document may hold (XML 1.0, production 2).
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
CONTENT_TYPES = {"json": "application/json", "xml": "text/xml; charset=utf-8"}


def write(root: str, value: Any, form: str) -> bytes:
    """`value` as a document whose outermost XML element is `root`; `form` is json or xml."""
    if form == "json":
        return json.dumps(value, ensure_ascii=False, default=str).encode()
    element = _element(root, value)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(element, encoding="unicode").encode()


def _element(name: str, value: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(value, Mapping):
        element.extend(_element(key, one) for key, one in value.items())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        element.extend(_element(MEMBERS[name], one) for one in value)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = _NOT_XML.sub("", str(value))
    return element
