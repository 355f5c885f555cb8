"""
The whole catalogue to take home: CSV and JSON for everything and for each station, a JSON Schema, a DCAT record of it all, and SHA-256 of
every file. Made from the rows when somebody asks, the same bytes for the same rows, so that anybody can compare.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable
from typing import Any

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import override

from shouwang.apps.catalogue.feeds import absolute
from shouwang.apps.catalogue.models import Cadence, Group, Item, Step
from shouwang.apps.catalogue.required import source_of
from shouwang.apps.catalogue.shelves import code_of, stations
from shouwang.apps.secrecy import queries as secrecy
from shouwang.apps.units.models import Role, Unit

FORMAT, VERSION = "shouwang-catalogue", 1
SCHEMA, RECORD, SUMS = "schema.json", "catalog.jsonld", "SHA256SUMS"
#: Totals of what is withheld, by ground and year: counts, never contents.
WITHHELD, WITHHELD_COLUMNS = "withheld", ("ground", "name", "source", "year", "withheld")
KEPT_S = 600
A_FIELD = {"type": "string"}
#: Name → what it is, for the schema and for the page; the order of the columns.
COLUMNS: dict[str, tuple[dict[str, Any], str]] = {
    "index": (A_FIELD, "index number of the record"),
    "station": (A_FIELD, "prefix of the station"),
    "kind": (A_FIELD, "id of what the law asks for; empty for what the station adds by itself"),
    "group": ({"enum": Group.values}, "shelf"),
    "name": (A_FIELD, "what the record is about"),
    "source": (A_FIELD, "on what it rests"),
    "post": ({"enum": Role.values}, "post that keeps it"),
    "every": ({"enum": Cadence.values}, "how often it is looked at again"),
    "renew": ({"type": "boolean"}, "whether something new is due each time"),
    "state": ({"enum": ["published", "withdrawn"]}, "whether it can be read now"),
    "version": ({"type": "integer", "minimum": 1}, "number of the version"),
    "sha256": ({"type": "string", "pattern": "^[0-9a-f]{64}$"}, "of the content, see `content` in the schema"),
    "first_published_at": ({"type": "string", "format": "date-time"}, "when it first became public"),
    "changed_at": ({"type": "string", "format": "date-time"}, "when the content last became another one"),
    "reviewed_at": ({"type": ["string", "null"], "format": "date-time"}, "when somebody last found nothing changed"),
    "withdrawn_because": (A_FIELD, "why it was withdrawn; empty while it is public"),
    "title": ({"type": ["string", "null"]}, "title; null when the texts of a withdrawn record went too"),
    "summary": ({"type": ["string", "null"]}, "in plain words"),
    "body": ({"type": ["string", "null"]}, "text"),
    "files": ({"type": "array", "items": {"type": "object"}}, "attachments: name, sha256, size_bytes, url"),
    "url": ({"type": "string", "format": "uri"}, "page of the record"),
}


def names() -> list[str]:
    """Every file there is, in the order of the page."""
    codes = ["catalogue", *(code_of(unit) for unit in stations())]
    return [f"{code}.{form}" for code in (*codes, WITHHELD) for form in ("csv", "json")] + [SCHEMA, RECORD, SUMS]


def file_of(name: str) -> bytes | None:
    """The bytes of one file, or None when there is none of this name."""
    if name not in names():
        return None
    last = Step.objects.order_by("-pk").values_list("pk", "at", "version__sha256").first()
    decided = secrecy.decisions().order_by("-pk").values_list("pk", "at").first()
    key = f"catalogue.dump.{hashlib.sha256(f'{name} {last} {decided}'.encode()).hexdigest()}"
    found: bytes | None = cache.get(key)
    if found is None:
        with override("zh-hans"):
            found = _make(name)
        cache.set(key, found, KEPT_S)
    return found


def _make(name: str) -> bytes:
    fixed: dict[str, Callable[[], bytes]] = {SCHEMA: _schema, RECORD: _record, SUMS: _sums}
    if name in fixed:
        return fixed[name]()
    code, _dot, form = name.rpartition(".")
    if code == WITHHELD:
        totals = secrecy.total_rows()
        return _csv(totals, WITHHELD_COLUMNS) if form == "csv" else _json({"format": WITHHELD, "totals": totals})
    unit = next((one for one in stations() if code_of(one) == code), None)
    rows = _rows(unit)
    return _csv(rows, COLUMNS) if form == "csv" else _json({"format": FORMAT, "version": VERSION, "records": rows})


def _json(said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=False, indent=1, sort_keys=False).encode() + b"\n"


def _rows(unit: Unit | None) -> list[dict[str, Any]]:
    items = Item.objects.public().filter(unit__in=[unit] if unit else stations())
    first = dict(Step.objects.filter(item__in=items, version__number=1).values_list("item", "version__at"))
    listed = items.with_facts().select_related("unit", "current").order_by("pk")
    return [_row(item, first.get(item.pk)) for item in listed.iterator(chunk_size=2000)]


def _row(item: Item, first_at: Any) -> dict[str, Any]:
    version, shown = item.current, item.texts_readable
    assert version is not None  # the database sees to it
    files = [
        {key: one[key] for key in ("name", "sha256", "size_bytes")}
        | {"url": absolute(reverse("files:download", args=[one["ref"]]))}
        for one in version.files
    ]
    return {
        "index": item.index_number,
        "station": code_of(item.unit),
        "kind": item.kind,
        "group": item.group,
        "name": item.name,
        "source": source_of(item),
        "post": item.post,
        "every": item.every,
        "renew": item.renew,
        "state": item.state,
        "version": version.number,
        "sha256": version.sha256,
        "first_published_at": (first_at or version.at).isoformat(),
        "changed_at": version.at.isoformat(),
        "reviewed_at": item.reviewed_at.isoformat() if item.reviewed_at else None,
        "withdrawn_because": item.withdrawn_because,
        "title": version.title if shown else None,
        "summary": version.summary if shown else None,
        "body": version.body if shown else None,
        "files": files if shown else [],
        "url": absolute(reverse("catalogue:item", args=[item.pk])),
    }


def _csv(rows: list[dict[str, Any]], columns: Iterable[str]) -> bytes:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(columns)
    for row in rows:
        table.writerow([_cell(row[name]) for name in columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode()  # so that office programs read it as UTF-8


def _cell(value: Any) -> str:
    """A cell that starts like a formula would run as one in an office program."""
    text = (
        json.dumps(value, ensure_ascii=False) if isinstance(value, list | bool) else "" if value is None else str(value)
    )
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _schema() -> bytes:
    record = {name: {**kind, "description": says} for name, (kind, says) in COLUMNS.items()}
    return _json(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": FORMAT,
            "description": (
                "content: the SHA-256 of a record is taken over the JSON object with the keys body, files (name and sha256 of each), "
                "summary and title, in this order, without spaces, in UTF-8"
            ),
            "type": "object",
            "required": ["format", "version", "records"],
            "properties": {
                "format": {"const": FORMAT},
                "version": {"const": VERSION},
                "records": {
                    "type": "array",
                    "items": {"type": "object", "required": list(COLUMNS), "properties": record},
                },
            },
        }
    )


def _sums() -> bytes:
    lines = [f"{hashlib.sha256(file_of(name) or b'').hexdigest()}  {name}" for name in names() if name != SUMS]
    return ("\n".join(lines) + "\n").encode()


def address_of(name: str) -> str:
    return absolute(reverse("catalogue:data-file", args=[name]))


def _distribution(name: str) -> dict[str, Any]:
    data = file_of(name) or b""
    media = {"csv": "text/csv", "json": "application/json"}[name.rpartition(".")[2]]
    return {
        "@type": "dcat:Distribution",
        "@id": address_of(name),
        "dct:title": name,
        "dcat:accessURL": {"@id": absolute(reverse("catalogue:data"))},
        "dcat:downloadURL": {"@id": address_of(name)},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media}"},
        "dcat:byteSize": {"@value": str(len(data)), "@type": "xsd:nonNegativeInteger"},
        "dct:conformsTo": {"@id": address_of(SCHEMA)},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": hashlib.sha256(data).hexdigest(), "@type": "xsd:hexBinary"},
        },
    }


def _record() -> bytes:
    """DCAT 3 in JSON-LD, after the pattern of DCAT-AP: one dataset for each station."""
    publishers = {unit.pk: {"@type": "foaf:Agent", "foaf:name": unit.name} for unit in stations()}
    datasets = []
    for unit in stations():
        rows = _rows(unit)
        changed = max((row["changed_at"] for row in rows), default=None)
        datasets.append(
            {
                "@type": "dcat:Dataset",
                "@id": absolute(reverse("catalogue:list") + f"?unit={code_of(unit)}"),
                "dct:identifier": code_of(unit),
                "dct:title": {"@value": f"{unit.name}公开目录", "@language": "zh"},
                "dct:description": {"@value": f"{unit.name}公开的事项，共 {len(rows)} 项。", "@language": "zh"},
                "dct:publisher": publishers[unit.pk],
                "dct:language": {"@id": "http://publications.europa.eu/resource/authority/language/ZHO"},
                "dct:accrualPeriodicity": {"@id": "http://publications.europa.eu/resource/authority/frequency/CONT"},
                **({"dct:modified": {"@value": changed, "@type": "xsd:dateTime"}} if changed else {}),
                "dcat:landingPage": {"@id": absolute(reverse("catalogue:list") + f"?unit={code_of(unit)}")},
                "dcat:distribution": [_distribution(f"{code_of(unit)}.{form}") for form in ("csv", "json")],
            }
        )
    return _json(
        {
            "@context": {
                "dcat": "http://www.w3.org/ns/dcat#",
                "dct": "http://purl.org/dc/terms/",
                "foaf": "http://xmlns.com/foaf/0.1/",
                "spdx": "http://spdx.org/rdf/terms#",
                "xsd": "http://www.w3.org/2001/XMLSchema#",
            },
            "@type": "dcat:Catalog",
            "@id": address_of(RECORD),
            "dct:title": {"@value": "公开目录", "@language": "zh"},
            "dct:description": {"@value": "派出所应当公开和自己公开的事项。", "@language": "zh"},
            "dct:publisher": {"@type": "foaf:Agent", "foaf:name": _house()},
            "foaf:homepage": {"@id": absolute(reverse("catalogue:list"))},
            "dcat:dataset": datasets,
        }
    )


def _house() -> str:
    top = Unit.objects.active().order_by("path").first()
    return top.name if top else ""
