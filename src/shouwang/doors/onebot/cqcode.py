"""
Message segments of OneBot v11 in both their forms: a JSON array, and the older CQ-code text. Pure translation.

    [{"type": "at", "data": {"qq": "10001"}}, {"type": "text", "data": {"text": "在吗"}}]   ⇄   [CQ:at,qq=10001]在吗

Source: OneBot 11 standard, chapters "消息格式 · 字符串格式" (escapes) and "消息格式 · 数组格式".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

MAX_SEGMENTS = 500
MAX_CHARACTERS = 100_000

_CODE = re.compile(r"\[CQ:([A-Za-z0-9_.-]+)((?:,[^,\[\]=]+=[^,\[\]]*)*)\]")
_TYPE = re.compile(r"[A-Za-z0-9_.-]+")
_KEY = re.compile(r"[^,\[\]=]+")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Segment:
    """One piece of a message: a type, and its data as texts (unescaped)."""

    type: str
    data: Mapping[str, str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", MappingProxyType(dict(self.data)))

    def __hash__(self) -> int:
        return hash((self.type, tuple(sorted(self.data.items()))))

    def get(self, key: str) -> str:
        """The value, or an empty text."""
        return self.data.get(key, "")

    def as_json(self) -> dict[str, object]:
        """The array form."""
        return {"type": self.type, "data": dict(self.data)}


@dataclass(frozen=True)
class Refusal:
    """
    What came in cannot be used.

    code   stable: not-an-object · unknown-kind · bad-field · too-large
    why    one sentence for the log; never quotes the message itself
    """

    code: str
    why: str


def clean(text: str) -> str:
    """The text without what no database and no file can hold: NUL and halves of surrogate pairs."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def escape(text: str, *, in_code: bool) -> str:
    """Write characters that mean something to CQ codes; commas only inside a code."""
    text = text.replace("&", "&amp;").replace("[", "&#91;").replace("]", "&#93;")
    return text.replace(",", "&#44;") if in_code else text


def unescape(text: str) -> str:
    """The exact opposite of `escape`, for text outside and inside codes alike."""
    return text.replace("&#44;", ",").replace("&#91;", "[").replace("&#93;", "]").replace("&amp;", "&")


def to_text(segments: Iterable[Segment]) -> str:
    """The CQ-code form."""
    return "".join(_one_to_text(segment) for segment in segments)


def from_text(text: str) -> tuple[Segment, ...]:
    """Segments of a CQ-code text. A broken code stays what it is: text."""
    found: list[Segment] = []
    end = 0
    for code in _CODE.finditer(text):
        _add_text(found, text[end : code.start()])
        pairs = (pair.split("=", 1) for pair in code[2].split(",")[1:])
        data = {key: unescape(value) for key, value in pairs}
        if code[1] == "text":
            _add_text(found, escape(data.get("text", ""), in_code=False))
        else:
            found.append(Segment(code[1], data))
        end = code.end()
    _add_text(found, text[end:])
    return tuple(found)


def from_array(array: object) -> tuple[Segment, ...] | Refusal:
    """Segments of a JSON array. Numbers and booleans become the texts CQ codes would carry; null is left out."""
    if not isinstance(array, list):
        return Refusal("bad-field", "message is neither a text nor a list")
    if len(array) > MAX_SEGMENTS:
        return Refusal("too-large", f"message has more than {MAX_SEGMENTS} segments")
    found: list[Segment] = []
    size = 0
    for item in array:
        if not isinstance(item, dict) or not isinstance(kind := item.get("type"), str) or not kind:
            return Refusal("bad-field", "a segment has no type")
        raw = item.get("data")
        if raw is not None and not isinstance(raw, dict):
            return Refusal("bad-field", "the data of a segment is not an object")
        data = {
            clean(key): clean(_as_text(value))
            for key, value in (raw or {}).items()
            if value is not None and isinstance(key, str) and _KEY.fullmatch(key)
        }
        size += sum(map(len, data.values()))
        if size > MAX_CHARACTERS:
            return Refusal("too-large", f"message has more than {MAX_CHARACTERS} characters")
        if kind == "text":
            _add_text(found, escape(data.get("text", ""), in_code=False))
        else:
            found.append(Segment(kind if _TYPE.fullmatch(kind) else "unknown", data))
    return tuple(found)


def read_message(message: object) -> tuple[Segment, ...] | Refusal:
    """Segments of a `message` field in either form."""
    if not isinstance(message, str):
        return from_array(message)
    if len(message) > MAX_CHARACTERS:
        return Refusal("too-large", f"message has more than {MAX_CHARACTERS} characters")
    segments = from_text(clean(message))
    return segments if len(segments) <= MAX_SEGMENTS else Refusal("too-large", f"more than {MAX_SEGMENTS} segments")


def _one_to_text(segment: Segment) -> str:
    if segment.type == "text":
        return escape(segment.get("text"), in_code=False)
    data = "".join(f",{key}={escape(value, in_code=True)}" for key, value in segment.data.items())
    return f"[CQ:{segment.type}{data}]"


def _add_text(found: list[Segment], escaped: str) -> None:
    """Neighbouring texts are one text, an empty one is none: so both forms give the same segments."""
    if not escaped:
        return
    text = unescape(escaped)
    if found and found[-1].type == "text":
        text = found.pop().get("text") + text
    found.append(Segment("text", {"text": text}))


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, str | int | float):
        # int("9" * 5000) is legal JSON, but turning it into text raises beyond Python's digit limit.
        return str(value) if not isinstance(value, int) or value.bit_length() < 256 else ""
    return ""
