"""Pages of `docs/reference/` that are made from the code: `./sw manage write_reference` writes them, a test compares."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any

from django.apps import apps
from django.utils import translation
from django.utils.module_loading import autodiscover_modules

import shouwang
from shouwang.apps.desk.actions import ACTIONS
from shouwang.apps.matters.rooms_above import actions_above, rooms_above
from shouwang.doors.api.interface import api
from shouwang.engines.papers import Shelf
from shouwang.engines.triage import Knowledge
from shouwang.kernel.events import Event
from shouwang.kernel.jobs import jobs
from shouwang.kernel.policy import rules
from shouwang.site.config import HOUSE, Config

FOLDER = HOUSE / "docs" / "reference"
MADE = "<!-- Made from the code by `./sw manage write_reference`; do not edit. -->\n\n"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


def _default(value: object) -> str:
    if isinstance(value, Path) and value.is_absolute():
        return f"`{value.relative_to(HOUSE)}` in the repository"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return f"`{','.join(value)}`"
    return f"`{value}`" if value != "" else "empty"


def settings_page() -> str:
    """Every field of `Config`."""
    rows = [(f"`SHOUWANG_{f.name.upper()}`", _default(f.default), str(f.metadata["says"])) for f in fields(Config)]
    return (
        f"# Settings\n\n{MADE}Set as environment variables. A bad value stops the start with a sentence.\n\n"
        + _table(("variable", "default", "what it does"), rows)
    )


def _modules() -> Iterator[ModuleType]:
    for info in pkgutil.walk_packages(shouwang.__path__, "shouwang."):
        if ".tests" not in info.name and ".migrations" not in info.name and not info.name.endswith("__main__"):
            yield importlib.import_module(info.name)


def _first_line(thing: object) -> str:
    return (inspect.getdoc(thing) or "").split("\n")[0]


def events_page() -> str:
    """Every event class, with its fields."""
    for _module in _modules():
        pass  # importing them is what makes the classes known
    rows = []
    for event in sorted(_below(Event), key=lambda one: f"{one.__module__}.{one.__name__}"):
        told = ", ".join(f"`{f.name}`" for f in fields(event))
        rows.append((f"`{event.__name__}`", event.__module__.removeprefix("shouwang."), told, _first_line(event)))
    return f"# Events\n\n{MADE}How a lower room tells a higher one what happened. See `kernel/events.py`.\n\n" + _table(
        ("event", "published by", "fields", "meaning"), rows
    )


def _below(kind: type[Event]) -> list[type[Event]]:
    """The classes below, each once: `dataclass(slots=True)` leaves the class it replaced behind as a subclass without slots."""
    return [
        found
        for child in kind.__subclasses__()
        if "tests" not in child.__module__ and "__slots__" in vars(child)
        for found in (child, *_below(child))
    ]


def commands_page() -> str:
    """Every management command of the house."""
    rows = [
        (f"`./sw manage {module.__name__.rpartition('.')[2]}`", str(module.Command.help))
        for module in _modules()
        if ".management.commands." in module.__name__
    ]
    return f"# Commands\n\n{MADE}`./sw help` lists the commands for every day; these stand behind them.\n\n" + _table(
        ("command", "what it does"), sorted(rows)
    )


def jobs_page() -> str:
    """Every job of the worker."""
    rows = [(f"`{job.name}`", str(job.every), _first_line(job.work)) for job in jobs()]
    return (
        f"# Jobs\n\n{MADE}What the worker does by itself. `./sw status` shows the ones that are late or failing.\n\n"
        + _table(("job", "every", "what it does"), rows)
    )


def rights_page() -> str:
    """Every listed rule of rights, whichever pages this process has opened."""
    autodiscover_modules("policy")
    rows = [(f"`{one.name}`", str(one.title), _first_line(one.ask)) for one in rules()]
    return (
        f"# Rights\n\n{MADE}Denied by default. The desk's page “为什么我可以” asks these for the reader.\n\n"
        + _table(("rule", "title", "who may"), rows)
    )


#: Words of the desk that are not the name of a table or a choice.
DESK_WORDS = (
    ("守望", "Shouwang", "to keep watch for one another; the name of this house"),
    ("网上警务室", "online police room", "what the house is for residents"),
    ("查询码", "tracking code", "12 characters that open one matter; only a keyed hash is kept"),
    ("首接负责", "first receiver", "who received it stays answerable until the next one accepts"),
    (
        "分流",
        "triage",
        "what a report is, whose, how urgent and why; suggestions of `engines/triage`, never a decision",
    ),
    ("时限", "clock", "the running time limit of a matter, counted by `engines/clocks`"),
    ("进展提醒", "heartbeat", "says when a promised day passed without a word, with the next date"),
    ("安全联系", "safe contact", "neutral titles and no notice that was not asked for"),
    ("回避", "kept_from", "officers concerned by a matter, who never see it"),
    ("查看", "look", "one look at personal data; the person sees role and time"),
    ("备勤点", "standby post", "where a free unit waits for the next call; chosen by `engines/dispatch`"),
    (
        "覆盖",
        "cover",
        "the calls to be expected that a free unit can reach in time; what is left late is told with every plan",
    ),
    ("调度建议", "plan", "who should go where, proven best, with the reason; a person decides"),
    ("不公开审查", "review", "a ground for withholding, its harm and its end, agreed to by a second officer"),
    (
        "移动建议",
        "move",
        "a free unit to a standby post while others are away, when it saves more than the drive costs",
    ),
    (
        "疑似同一警情",
        "pair",
        "two reports that may tell of one event, by place, time and words; linked only by a person",
    ),
    ("文书", "paper", "what is written in a matter, checked, numbered, signed and issued; set by `engines/papers`"),
    ("签发人", "issuer", "the officer who signs for the station where a template names none"),
    ("事项时间线", "timeline", "the append-only entries of a matter"),
)


def glossary_page() -> str:
    """The words at the desk and the words in the code: every table, every choice."""
    things, choices = [], []
    with translation.override("zh-hans"):
        for config in apps.get_app_configs():
            if not config.name.startswith("shouwang.apps"):
                continue
            for model in config.get_models():
                name = str(model._meta.verbose_name)
                spoken = "" if name.isascii() else name
                things.append((spoken, f"`{model.__name__}`", config.label, _first_line(model)))
                for one in model._meta.get_fields():
                    known = [(str(word), f"`{code}`") for code, word in getattr(one, "choices", None) or ()]
                    if known and not known[0][0].isascii():
                        choices.append((f"{config.label}.{model.__name__}.{one.name}", known))
    parts = [
        f"# Glossary\n\n{MADE}The word in the code is the word at the desk. One word for one thing.\n\n## Words of the desk\n\n",
        _table(("中文", "code", "meaning"), DESK_WORDS),
        "\n## Things\n\n",
        _table(("中文", "code", "room", "meaning"), things),
        "\n## Choices\n",
        *(f"\n### `{where}`\n\n{_table(('中文', 'code'), known)}" for where, known in choices),
    ]
    return "".join(parts)


def papers_page() -> str:
    """Every kind of paper, and everything a record may say."""
    shelf = Shelf.load()
    used = shelf.uses()
    papers = []
    for code, template in shelf.templates.items():
        copies = "、".join(copy.zh for copy in template.copies.values())
        papers.append(
            (
                template.zh,
                f"`{code}`",
                template.en,
                template.size,
                copies,
                ", ".join(f"`{rule}`" for rule in template.rules),
            )
        )
    words = []
    for group in shelf.dictionary.groups.values():
        for field in group.fields.values():
            path = f"{group.code}.{field.code}"
            kind = "、".join(field.choices.values()) or field.kind
            words.append((f"{group.zh}.{field.zh}", f"`{path}`", f"{group.en}: {field.en}", kind, str(len(used[path]))))
    return (
        f"# Papers\n\n{MADE}How a template is changed: [how to](../how-to/change-a-template.md). How they are made: "
        "[explanation](../explanation/how-papers-are-made.md).\n\n## Kinds of paper\n\n"
        + _table(("中文", "code", "English", "size", "copies", "rules"), papers)
        + "\n## What a record may say\n\nThe word stands in templates, the code in the record; the last column counts the papers that use "
        "it. In a list the word after the dot stands alone.\n\n"
        + _table(("word", "code", "English", "kind", "papers"), words)
    )


def triage_page() -> str:
    """Every way a report may go, every kind with what is usual for it, and the lesson for a trainee."""
    catalogue = Knowledge.load(model=None).catalogue
    ways = [
        (entry.words.zh, f"`{code}`", entry.words.en, entry.says_en, ", ".join(f"`{rule}`" for rule in entry.articles))
        for code, entry in catalogue.categories.items()
    ]
    intro = (
        "How a report is sorted, and how sure it is: [explanation](../explanation/how-triage-thinks.md). A station's own kinds, words "
        "and division of labour: [how to](../how-to/change-triage.md). Rules are those of the law engine."
    )
    parts = [
        f"# Triage\n\n{MADE}{intro}\n\n## Ways\n\n",
        _table(("中文", "code", "English", "means", "rules"), ways),
    ]
    for code, entry in catalogue.categories.items():
        kinds = [
            (
                kind.words.zh,
                f"`{kind.words.code}`",
                str(kind.urgency),
                catalogue.handlers[kind.handler].words.en,
                kind.nature,
                f"{kind.example_en} {kind.why_en}",
                ", ".join(f"`{rule}`" for rule in kind.rules),
            )
            for kind in catalogue.subtypes.values()
            if kind.category == code
        ]
        head = ("中文", "code", "grade", "who", "crime or violation", "lesson", "rules")
        parts.append(f"\n## {entry.words.en}\n\n{_table(head, kinds)}")
    return "".join(parts)


def keys_page() -> str:
    """Every key of the desk: what it presses on a card, and which page it opens."""
    for name in ("adds", "actions"):
        autodiscover_modules(name)
    with translation.override("en"):
        english = {action.key: str(action.title) for action in (*ACTIONS, *actions_above())}
        places = {way.route: str(way.word) for room in rooms_above() for way in room.shortcuts}
    with translation.override("zh-hans"):
        pressed = [
            (f"`{one.kbd}`", str(one.title), english[one.key], f"`{one.key}`")
            for one in (*ACTIONS, *actions_above())
            if one.kbd
        ]
        opened = [
            (f"`{way.kbd}`", str(way.word), places[way.route])
            for room in rooms_above()
            for way in room.shortcuts
            if way.kbd
        ]
    return (
        f"# Keys of the desk\n\n{MADE}{_KEYS}"
        + _table(("key", "中文", "English", "action"), sorted(pressed))
        + "\n## On every page\n\n"
        + _table(("key", "中文", "English"), sorted(opened))
    )


_KEYS = """Each works with `Enter`, `Tab` and no mouse; `?` shows the general ones on the page. A key does what its button does, and is
there when its button is.

Whatever the house suggests about a report is taken or replaced by one key, and each is counted without anybody's name on the page of
incidents: `s` and `d` take or refuse a time, a loss or a place that was read from the words; `1` to `4` say how urgent it is; `u` says it
together with who handles it; `z` says which kind of report it is, or only its category; `x` says what it is by law.

## On a card

"""


def interface_page() -> str:
    """Every operation of the HTTP interface, and what is sent to it."""
    described = api.get_openapi_schema()
    proofs = {"ByCode": "`X-Tracking-Code`", "ByKey": "`Authorization: Bearer`"}
    rows = []
    for path, operations in described["paths"].items():
        for method, one in operations.items():
            shown = next((proofs[name] for proof in one.get("security", ()) for name in proof), "nothing")
            says = " ".join(str(one.get("description", "")).split())
            rows.append((f"`{method.upper()} {path}`", shown, says))
    parts = [
        f"# HTTP interface\n\n{MADE}",
        _INTERFACE,
        _table(("operation", "shows", "what it does"), rows),
        "\n## What is sent\n",
    ]
    for name, shape in described["components"]["schemas"].items():
        if name.endswith("In"):
            fields = [
                (f"`{field}`" + (" (needed)" if field in shape.get("required", ()) else ""), _type_of(about))
                for field, about in shape["properties"].items()
            ]
            first, _line, rest = inspect.cleandoc(shape.get("description", "")).partition("\n")
            more = f"```\n{rest.strip()}\n```\n\n" if rest.strip() else ""
            parts.append(f"\n### `{name}`\n\n{first}\n\n{more}{_table(('field', 'type'), fields)}")
    return "".join(parts)


_INTERFACE = """For programs of residents, neighbours and officers. Its description in OpenAPI 3.1 stands at `/api/v1/openapi.json` of
every house. It looks at no session. [Open311](open311.md) stands beside it; the public figures and their dump at `/numbers/`.

## Keys and repeated presses

An officer makes a key on the desk's page 程序钥匙, after proving password and second factor again. It may do what its officer
may do today, for at most ninety days, and only read unless it was made for writing. It is shown once. Whoever leads the station sees
and takes back its keys; it ends at once when the officer is moved or shut out. Reading one matter needs a `reason`, which is recorded
like a look at the desk.

`Idempotency-Key`: at least 16 characters nobody can guess. The same press sent again does nothing twice; the code of a new matter
is told again, fresh.

A refusal is JSON with `code` (stable), `says` and `hint` in the reader's language (`Accept-Language: zh-hans` or `en`), `source` (the
article, if any) and `fields`. One network address may bring 240 matters an hour and show 20 wrong keys; codes are counted as on
the page. Files may be sent; looked at they are on the page, and here only their number is told.

## Operations

"""


def _type_of(about: dict[str, Any]) -> str:
    """One cell: the type and what bounds it."""
    if "anyOf" in about:
        return _type_of(about["anyOf"][0])
    if "enum" in about:
        return ", ".join(f"`{one}`" for one in about["enum"])
    if "$ref" in about:
        return f"`{about['$ref'].rpartition('/')[2]}`"
    if "allOf" in about:
        return _type_of(about["allOf"][0])
    kind = str(about["type"])
    if kind == "array":
        return f"list of {_type_of(about['items'])}"
    bounds = {"maxLength": "at most {} characters", "minimum": "from {}", "maximum": "to {}"}
    return ", ".join([kind, *(words.format(about[name]) for name, words in bounds.items() if name in about)])


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "events.md": events_page,
    "commands.md": commands_page,
    "jobs.md": jobs_page,
    "rights.md": rights_page,
    "glossary.md": glossary_page,
    "papers.md": papers_page,
    "triage.md": triage_page,
    "keys.md": keys_page,
    "http-interface.md": interface_page,
}
