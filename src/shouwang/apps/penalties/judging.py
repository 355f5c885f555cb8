"""A penalty as the engine reads it, and the engine's answer in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shouwang.apps.cases.models import Party
from shouwang.apps.incidents.words import rule_at
from shouwang.apps.matters import clock
from shouwang.apps.matters.ledgers import source_of
from shouwang.apps.penalties.models import Penalty
from shouwang.engines import penalty as engine
from shouwang.engines.clocks import add_months

#: What is asked about the person and the act, in the order of the form; each is a field of `engine.Facts`.
MARKS = (
    "first_time",
    "corrected",
    "admitted",
    "forgiven",
    "paid_damage",
    "hardship",
    "expecting",
    "disabled",
    "excess_defence",
    "again",
    "grave",
    "stopped",
    "major",
)


#: The same about an organisation.
MARKS_OF_ORGANISATIONS = ("first_time", "corrected", "again", "grave", "major")


@cache
def acts() -> engine.Acts:
    """The common acts. Read once a process."""
    return engine.load_acts()


def act_name(code: str) -> str:
    """What an act is called, in the reader's language."""
    if code == engine.OTHER:
        return _("其他行为")
    act = acts()[code]
    return act.en if get_language() == "en" else act.zh


def basis_of(code: str) -> str:
    """How a paper cites what an act is penalised by; empty for one that the data does not know."""
    if code == engine.OTHER:
        return ""
    act = acts()[code]
    return f"《{clock.rulebook().instruments[act.instrument].full_zh}》第{act.article}条"


def born_of(party: Party) -> date | None:
    """The date of birth, from what was written down or from the identity number; None while neither says."""
    if party.organisation:
        return None  # its number is no identity number
    said = particulars(party).get("born", "")
    number = party.person.id_number.strip()
    digits = number[6:14] if len(number) == 18 and number[:17].isdecimal() else ""
    for text in (said, f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if digits else ""):
        try:
            return date.fromisoformat(text)
        except ValueError:
            continue
    return None


def particulars(party: Party) -> dict[str, Any]:
    """What papers say of a party, as it was written down."""
    return dict(json.loads(party.particulars)) if party.particulars else {}


def measure_of(
    kind: str, fine: int = 0, days: int = 0, *, revokes: bool = False, suspends: bool = False
) -> engine.Measure:
    """A measure from columns or a form. Errors: BadData where they do not fit each other."""
    return engine.Measure(engine.Kind(kind), fine, days, revokes, suspends)


def measure_now(penalty: Penalty) -> engine.Measure:
    """What is proposed or decided, as it stands."""
    return measure_of(penalty.kind, penalty.fine, penalty.days, revokes=penalty.revokes, suspends=penalty.suspends)


def columns_of(measure: engine.Measure) -> dict[str, Any]:
    """The same as the columns of a penalty."""
    names = ("kind", "fine", "days", "revokes", "suspends")
    return {name: getattr(measure, name) for name in names} | {"kind": measure.kind.value}


def facts_of(
    party: Party,
    *,
    act: str,
    grade: str,
    act_on: date,
    born_on: date | None,
    reported_at: datetime,
    marks: Mapping[str, Any],
) -> engine.Facts:
    """What the engine is asked about."""
    months = int(rule_at("ppl-lapse" if party.organisation else "psl-lapse", reported_at).limit or 0)
    known = {key: bool(marks.get(key)) for key in (MARKS_OF_ORGANISATIONS if party.organisation else MARKS)}
    return engine.Facts(
        act=act,
        grade=grade,
        act_on=act_on,
        organisation=party.organisation,
        discovered_on=timezone.localtime(reported_at).date(),
        lapses_on=add_months(act_on, months),
        born_on=None if party.organisation else born_on if born_on is not None else born_of(party),
        **known,
    )


def facts_of_penalty(penalty: Penalty) -> engine.Facts:
    """The same from what was kept."""
    found = facts_of(
        penalty.party,
        act=penalty.act,
        grade=penalty.grade,
        act_on=penalty.act_on,
        born_on=None,
        reported_at=penalty.case.matter.received_at,
        marks=json.loads(penalty.marks or "{}"),
    )
    hearing = getattr(penalty, "asked_hearing", None)
    return replace(found, heard=hearing is not None and hearing.held is True)


def judge(facts: engine.Facts, measure: engine.Measure, at: datetime) -> engine.Judgement:
    """What the law of that day says."""
    return engine.judge(facts, measure, acts(), clock.rulebook(), on=timezone.localtime(at).date())


def judge_penalty(penalty: Penalty, at: datetime, measure: engine.Measure | None = None) -> engine.Judgement:
    """What the law says about a penalty as it stands, or about another measure for it."""
    return judge(facts_of_penalty(penalty), measure or measure_now(penalty), at)


def told_measure(penalty: Penalty) -> engine.Measure | None:
    """What the person was told; None before that."""
    if penalty.told_at is None:
        return None
    beside = {"revokes": penalty.told_revokes, "suspends": penalty.told_suspends}
    return measure_of(penalty.told_kind, penalty.told_fine, penalty.told_days, **beside)


@dataclass(frozen=True, slots=True)
class Said:
    """One finding as the page shows it."""

    level: str
    says: str
    source: str
    doubt: bool


#: What bears on a penalty on the spot alone.
OF_THE_SPOT = frozenset({"spot", "no-spot", "cash", "no-cash"})


def said(found: engine.Judgement, *, spot: bool = False) -> list[Said]:
    """The findings, those that forbid first; about deciding on the spot only where that is asked."""
    order = list(engine.Level)
    rows = sorted(found.findings, key=lambda one: order.index(one.level))
    rows = [one for one in rows if spot or one.code not in OF_THE_SPOT]
    return [Said(one.level, sentence(one), source(one), one.doubt) for one in rows]


def sentence(finding: engine.Finding) -> str:
    """A finding in the reader's language."""
    return finding.en if get_language() == "en" else finding.zh


def source(finding: engine.Finding) -> str:
    """The article of a finding; of an act's own range, its article."""
    if finding.rule is not None:
        return source_of(finding.rule)
    return _cited(finding.instrument, finding.article) if finding.article else ""


def _cited(instrument: str, article: str) -> str:
    name = clock.rulebook().instruments[instrument]
    return f"{name.name_en} {article}" if get_language() == "en" else f"《{name.name_zh}》第{article}条"


def article_of(finding: engine.Finding) -> str:
    """Only where it stands, without what it says: behind a refusal, which says it."""
    if finding.rule is not None:
        cited = finding.rule.sources[0]
        return _cited(cited.instrument, cited.article)
    return source(finding)


def says_measure(measure: engine.Measure) -> str:
    """警告 · 罚款 500 元 · 行政拘留 5 日，吊销许可证件."""
    given = {"fine": measure.fine, "days": measure.days}
    phrases = {
        engine.Kind.NONE: _("不予处罚"),
        engine.Kind.WARNING: _("警告"),
        engine.Kind.FINE: _("罚款 %(fine)d 元") % given,
        engine.Kind.WARNED: _("警告，并处罚款 %(fine)d 元") % given,
        engine.Kind.DETENTION: _("行政拘留 %(days)d 日") % given,
        engine.Kind.BOTH: _("行政拘留 %(days)d 日，并处罚款 %(fine)d 元") % given,
    }
    beside = {"revokes": _("吊销许可证件"), "suspends": _("责令停业")}
    said = [phrases[measure.kind]] if measure.kind in phrases else []
    return _("，").join([*said, *(beside[name] for name in measure.beside)])
