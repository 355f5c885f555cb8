"""
``./sw engine triage``: JSON lines with a ``text`` in, the same lines with what was found out.

    triage [--own FILE]… [--english] [--zone +08:00]     category, subtype, urgency, nature, who, facts, all with reasons
    triage classify --train FILE [--folds 5] [--seeds 3] [--out MODEL]
                                   how well it learns a file of text, label (several: a;b) and title, and the learnt model
    triage classify --model MODEL  label and probability of each line of stdin
    triage lessons [--english]     every kind of report with its example and rule, for trainees
    triage danger [--list FILE]…   grade, category, spans, reasons, numbers, why; ``"grade": null`` when all is quiet
    triage personal                marks and the masked text
    triage learn                   lines with text and label; prints the learnt tone (the file ``data/tone.json``)

A line of the first may also hold ``title``, ``now`` (ISO with zone), ``province`` (名 or digits), ``area`` (own, other, unknown),
``area_name`` and ``answers`` (an object with the fields of ``diversion.Answers``).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime, timedelta, timezone, tzinfo
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TextIO

from shouwang.engines.errors import BadData
from shouwang.engines.triage.classify import Classifier
from shouwang.engines.triage.danger import RULES, STANDARD, DangerList, Finding, Span, screen, screen_conversation
from shouwang.engines.triage.diversion import Answers, Area, Duty, Knowledge, Report, Suggestion, Triage, triage
from shouwang.engines.triage.nature import Because, Injury
from shouwang.engines.triage.personal import mask, spot
from shouwang.engines.triage.teaching import teach

_COMMANDS = ("classify", "lessons", "danger", "personal", "learn")
_PROVINCES = {
    "北京": "11", "天津": "12", "河北": "13", "山西": "14", "内蒙古": "15", "辽宁": "21", "吉林": "22", "黑龙江": "23", "上海": "31",
    "江苏": "32", "浙江": "33", "安徽": "34", "福建": "35", "江西": "36", "山东": "37", "河南": "41", "湖北": "42", "湖南": "43",
    "广东": "44", "广西": "45", "海南": "46", "重庆": "50", "四川": "51", "贵州": "52", "云南": "53", "西藏": "54", "陕西": "61",
    "甘肃": "62", "青海": "63", "宁夏": "64", "新疆": "65", "台湾": "71", "香港": "81", "澳门": "82",
}  # fmt: skip


def run(argv: Sequence[str], stdin: TextIO, stdout: TextIO) -> int:
    """
    Run one command; 0 when every line was read, 2 with a sentence on stderr when a file or line cannot be used.

    A line of ``danger`` may hold ``texts``, a list of messages by one person, in place of ``text``. All other keys of a
    line come back unchanged.
    """
    given = list(argv)
    if not given or (given[0] not in _COMMANDS and given[0] not in {"-h", "--help"}):
        given.insert(0, "report")
    options = _parser().parse_args(given)
    try:
        options.run(options, stdin, stdout)
    except BadData as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="triage", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, run: Callable[[argparse.Namespace, TextIO, TextIO], None]) -> argparse.ArgumentParser:
        made = commands.add_parser(name)
        made.set_defaults(run=run)
        return made

    report = command("report", _report)
    report.add_argument("--own", action="append", type=Path, default=[], metavar="FILE", help="a station's own kinds")
    report.add_argument("--english", action="store_true", help="sentences in English")
    report.add_argument("--zone", default="+08:00", help="offset of the station, for times without one")
    classify = command("classify", _classify)
    classify.add_argument("--train", type=Path, metavar="FILE")
    classify.add_argument("--folds", type=int, default=0)
    classify.add_argument("--seeds", type=int, default=1, help="how often the folds are dealt anew")
    classify.add_argument("--least", type=int, default=1, help="leave out what occurs in fewer texts")
    classify.add_argument(
        "--lines", action="store_true", help="learn also from the lines and examples of the catalogue"
    )
    classify.add_argument("--out", type=Path, metavar="MODEL")
    classify.add_argument("--model", type=Path, metavar="MODEL")
    command("lessons", _lessons).add_argument("--english", action="store_true")
    danger = command("danger", _danger)
    danger.add_argument("--list", action="append", type=Path, default=[], metavar="FILE", help="a station's own lines")
    command("personal", _personal)
    command("learn", _learn)
    return parser


def _rows(stdin: TextIO, name: str = "line") -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(stdin, 1):
        if not line.strip():
            continue
        where = f"{name} {number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BadData(where, f"is not JSON: {error}") from error
        if not isinstance(row, dict):
            raise BadData(where, "is a JSON object with a text")
        yield where, row


def _text(row: Mapping[str, Any], where: str, key: str = "text", default: str | None = None) -> str:
    text = row.get(key, default)
    if not isinstance(text, str):
        raise BadData(f"{where} {key}", "is a text and cannot be left out")
    return text


def _write(stdout: TextIO, row: Mapping[str, Any]) -> None:
    stdout.write(json.dumps(row, ensure_ascii=False, default=_plain) + "\n")


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} is not JSON")


# ── a report ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _report(options: argparse.Namespace, stdin: TextIO, stdout: TextIO) -> None:
    zone = _zone(options.zone)
    knowledge = Knowledge.load(own=options.own)
    for where, row in _rows(stdin):
        result = triage(_as_report(row, where, zone), knowledge)
        _write(stdout, {**row, **_told(result, knowledge, options.english)})


def _zone(text: str) -> tzinfo:
    try:
        offset = datetime.strptime(text, "%z").utcoffset()
    except ValueError as error:
        raise BadData("--zone", f"is an offset like +08:00, not {text!r}") from error
    return timezone(offset or timedelta(0))


def _as_report(row: Mapping[str, Any], where: str, zone: tzinfo) -> Report:
    region = _text(row, where, "province", "")
    if region and not region.isdigit():
        found = [code for name, code in _PROVINCES.items() if region.startswith(name)]
        if not found:
            raise BadData(f"{where} province", f"“{region}” is no province; give its name or digits of its code")
        region = found[0]
    area = _text(row, where, "area", Area.UNKNOWN)
    if area not in set(Area):
        raise BadData(f"{where} area", f"must be one of {', '.join(Area)}, not {area!r}")
    return Report(
        text=_text(row, where),
        now=_moment(row, where, zone),
        zone=zone,
        title=_text(row, where, "title", ""),
        region=region,
        area=Area(area),
        area_name=_text(row, where, "area_name", ""),
        answers=_answers(row.get("answers", {}), where),
    )


def _moment(row: Mapping[str, Any], where: str, zone: tzinfo) -> datetime | None:
    text = _text(row, where, "now", "")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadData(f"{where} now", f"is a time like 2026-05-06T08:30+08:00, not {text!r}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _answers(raw: object, where: str) -> Answers:
    place = f"{where} answers"
    if not isinstance(raw, dict):
        raise BadData(place, "is an object")
    known = {entry.name: str(entry.type) for entry in fields(Answers)}
    made: dict[str, Any] = {}
    for key, value in raw.items():
        if key not in known:
            raise BadData(f"{place} {key}", f"is not known; known are {', '.join(known)}")
        kind = known[key]
        try:
            if kind.startswith("Decimal"):
                made[key] = Decimal(str(value))
            elif kind.startswith("frozenset"):
                made[key] = frozenset(map(str, value))
            elif kind.startswith("Injury"):
                made[key] = Injury[str(value).upper()]
            elif kind.startswith("bool") and not isinstance(value, bool):
                raise ValueError(value)
            else:
                made[key] = int(value) if kind.startswith("int") else value
        except (InvalidOperation, KeyError, TypeError, ValueError) as error:
            raise BadData(f"{place} {key}", f"cannot be {value!r}") from error
    return Answers(**made)


def _told(result: Triage, knowledge: Knowledge, english: bool) -> dict[str, Any]:
    suggestions = [_suggestion(s, knowledge, english) for s in result.suggestions]
    best = suggestions[0]
    facts = result.facts
    return {
        **{
            key: best[key]
            for key in ("category", "subtype", "name", "probability", "nature", "level", "handler", "reasons")
        },
        "urgency": result.urgency,
        "cannot_tell": result.cannot_tell and knowledge.say(result.cannot_tell, english=english),
        "suggestions": suggestions,
        "amounts": [asdict(amount) for amount in facts.amounts],
        "loss": None if facts.loss is None else {k: v for k, v in asdict(facts.loss).items() if k != "parts"},
        "times": [{**asdict(moment), "precision": moment.precision.name.lower()} for moment in facts.times],
        "places": [asdict(place) for place in facts.places],
        "plates": [asdict(plate) for plate in facts.plates],
        "ages": [asdict(age) for age in facts.ages],
        "people": [asdict(crowd) for crowd in facts.people],
        "things": [asdict(thing) for thing in facts.things],
        "marks": {mark: [list(span) for span in spans] for mark, spans in result.marks.items()},
        "danger": _found(result.danger) if result.danger else None,
    }


def _suggestion(one: Suggestion, knowledge: Knowledge, english: bool) -> dict[str, Any]:
    catalogue = knowledge.catalogue

    def said(because: Sequence[Because], table: str = "reasons") -> list[dict[str, Any]]:
        return [
            {
                "code": b.code,
                "says": knowledge.say(b, english=english, table=table),
                "spans": [list(span) for span in b.spans],
                "articles": list(b.articles),
            }
            for b in because
        ]

    def named(words: Any) -> str:
        return str(words.en if english else words.zh)

    return {
        "subtype": one.subtype,
        "name": named(catalogue.subtypes[one.subtype].words),
        "category": one.category,
        "category_name": named(catalogue.categories[one.category].words),
        "probability": round(one.probability, 4),
        "urgency": one.urgency,
        "urgency_name": named(catalogue.urgencies[one.urgency]),
        "urgency_reasons": said(one.urgency_reasons),
        "nature": one.nature.kind.name.lower(),
        "level": one.nature.level,
        "nature_reasons": said(one.nature.reasons),
        "changes": said(one.nature.changes, "changes"),
        "handler": one.handler,
        "handler_name": named(catalogue.handlers[one.handler].words),
        "partner": one.partner,
        "handler_reasons": said(one.handler_reasons),
        "reasons": said(one.reasons),
        "duties": [_duty(duty) for duty in one.duties],
        "actions": [named(catalogue.actions[action]) for action in one.actions],
        "age": said(one.age),
        "asks": [{"code": ask, "says": named(catalogue.questions[ask])} for ask in one.asks],
        "articles": list(one.articles),
        "confidence": one.confidence.value,
    }


def _duty(duty: Duty) -> dict[str, Any]:
    return {
        "rule": duty.rule,
        "at_once": duty.at_once,
        "limit": duty.limit,
        "unit": duty.unit.value,
        "trigger": duty.trigger,
    }


def _lessons(options: argparse.Namespace, stdin: TextIO, stdout: TextIO) -> None:  # noqa: ARG001 - reads no lines
    knowledge = Knowledge.load(model=None)
    for subtype in knowledge.catalogue.subtypes.values():
        texts = (
            (subtype.words.en, subtype.example_en, subtype.why_en)
            if options.english
            else (subtype.words.zh, subtype.example_zh, subtype.why_zh)
        )
        row = dict(zip(("name", "example", "why"), texts, strict=True))
        _write(stdout, {"subtype": subtype.words.code, **row, "rules": list(subtype.rules)})


# ── the classifier ───────────────────────────────────────────────────────────────────────────────────────────────────


def _classify(options: argparse.Namespace, stdin: TextIO, stdout: TextIO) -> None:
    if options.model:
        model = Classifier.load(options.model)
        for where, row in _rows(stdin):
            prediction = model.predict(_text(row, where), _text(row, where, "title", ""))
            best = prediction.ranked[:3]
            spoke = model.because(prediction, best[0].label)
            _write(
                stdout,
                {
                    **row,
                    "label": best[0].label,
                    "probability": round(best[0].probability, 4),
                    "ranked": [{"label": r.label, "probability": round(r.probability, 4)} for r in best],
                    "because": [prediction.text[start:end] for start, end in spoke],
                },
            )
        return
    if not options.train:
        raise BadData("arguments", "give --train FILE to learn, or --model MODEL to tell")
    _train(options, stdout)


def _train(options: argparse.Namespace, stdout: TextIO) -> None:
    from shouwang.engines.triage.learning import Learner, cross_validate, read_examples, said_by  # noqa: PLC0415  loads scikit-learn

    examples = read_examples(options.train)
    learner = Learner()
    answer: dict[str, Any] = {"examples": len(examples)}
    if options.folds:
        if options.folds < 2:
            raise BadData("--folds", "is at least 2")
        rounds = [
            cross_validate(examples, folds=options.folds, seed=seed, teller=learner.tell)
            for seed in range(options.seeds)
        ]
        answer |= {
            "folds": options.folds,
            "macro_f1": round(sum(m.macro_f1 for m in rounds) / len(rounds), 4),
            "accuracy": round(sum(m.accuracy for m in rounds) / len(rounds), 4),
            "each_seed": [round(m.macro_f1, 4) for m in rounds],
            "labels": rounds[0].labels,
            "counted": rounds[0].examples,
            "dropped": rounds[0].dropped,
        }
    if options.out:
        also = said_by(Knowledge.load(model=None).catalogue) if options.lines else []
        model = learner.learn(examples, also=also, least=options.least)
        model.save(options.out)
        answer |= {"model": str(options.out), "labels": len(model.labels)}
    _write(stdout, answer)


# ── danger and personal data ─────────────────────────────────────────────────────────────────────────────────────────


def _danger(options: argparse.Namespace, stdin: TextIO, stdout: TextIO) -> None:
    danger_list = DangerList.load(*STANDARD, *options.list)
    for where, row in _rows(stdin):
        texts = row.get("texts")
        if texts is None:
            finding = screen(_text(row, where), danger_list)
        elif isinstance(texts, list) and all(isinstance(text, str) for text in texts):
            finding = screen_conversation(texts, danger_list)
        else:
            raise BadData(f"{where} texts", "is a list of texts")
        _write(stdout, {**row, **(_found(finding) if finding else {"grade": None})})


def _found(finding: Finding) -> dict[str, Any]:
    return {
        "grade": finding.grade.name.lower(),
        "category": finding.category,
        "spans": _spans(finding.spans),
        "reasons": list(finding.reasons),
        "numbers": list(finding.numbers),
        "why": [
            {
                "pattern": because.pattern,
                "reason": because.reason,
                "grade": because.grade.name.lower(),
                "line": because.line,
                "spans": _spans(because.spans),
                "lowered_by": list(because.lowered_by),
            }
            for because in finding.why
        ],
    }


def _spans(spans: Sequence[Span]) -> list[dict[str, int]]:
    return [{"start": span.start, "end": span.end, "message": span.message} for span in spans]


def _personal(options: argparse.Namespace, stdin: TextIO, stdout: TextIO) -> None:  # noqa: ARG001 - has no options
    for where, row in _rows(stdin):
        text = _text(row, where)
        marks = spot(text)
        told = [
            {
                "start": m.start,
                "end": m.end,
                "kind": m.kind,
                "confidence": m.confidence.name.lower(),
                "reason": m.reason,
            }
            for m in marks
        ]
        _write(stdout, {**row, "marks": told, "masked": mask(text, marks)})


def _learn(options: argparse.Namespace, stdin: TextIO, stdout: TextIO) -> None:  # noqa: ARG001 - has no options
    examples = []
    for where, row in _rows(stdin):
        if row.get("label") not in {"danger", "lookalike", "harmless"}:
            raise BadData(f"{where} label", "is danger, lookalike or harmless")
        examples.append((_text(row, where), row["label"] == "danger"))
    stdout.write(teach(examples, DangerList.load(*RULES)).dump())
