"""What the law says about a measure: a handful of questions, each answered with the rule it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from shouwang.engines.law import Confidence, Rule, Rulebook
from shouwang.engines.penalty.acts import Acts
from shouwang.engines.penalty.model import OTHER, Facts, Finding, Judgement, Kind, Level, Measure, age_on

NO_AGE, ADULT, HALF_GROWN, OLD = 14, 18, 16, 70


@dataclass(frozen=True, slots=True)
class _Question:
    """Facts, measure and the law of one day, with what several answers need."""

    facts: Facts
    measure: Measure
    acts: Acts
    book: Rulebook
    on: date

    @property
    def age(self) -> int | None:
        """Age at the act; the only age that childhood is judged by (arts. 12, 24)."""
        born = None if self.facts.organisation else self.facts.born_on
        return None if born is None else age_on(born, self.facts.act_on)

    @property
    def young(self) -> bool:
        return self.age is not None and self.age < ADULT

    @property
    def old(self) -> bool:
        return self.facts.born_on is not None and age_on(self.facts.born_on, self.on) >= OLD

    def limit(self, rule: str) -> int:
        return int(self.book.rule(rule, on=self.on).limit or 0)

    def says(self, code: str, level: Level, rule: str, zh: str, en: str) -> Finding:
        cited: Rule = self.book.rule(rule, on=self.on)
        return Finding(code, level, cited, zh, en, doubt=cited.confidence is not Confidence.CONFIRMED)


def judge(facts: Facts, measure: Measure, acts: Acts, book: Rulebook, *, on: date) -> Judgement:
    """
    Everything the law has to say about this measure, as it stands on a day.

    on       the day on which it would be decided
    Errors   CannotTell: no such act or grade, or a rule that was not in force on that day
    """
    asked = _Question(facts, measure, acts, book, on)
    county = _needs_county(asked)
    executed, closed = _executed(asked), asked.young
    hearing = _hearing(asked, executed)
    spot, cash = _on_the_spot(asked), _cash(asked)
    findings = [
        *(_of_organisation(asked) if facts.organisation else _of_age(asked)),
        *_of_time(asked),
        *_of_range(asked),
        *_of_power(asked, county=county),
        *_of_hearing(asked, hearing=hearing),
        *_of_detention(asked, executed=executed),
        *_of_spot(asked, spot=spot, cash=cash),
        *_in_favour(asked),
    ]
    return Judgement(
        tuple(findings),
        "county" if county else "station",
        hearing,
        closed,
        facts.major or (hearing and facts.heard),
        executed,
        asked.young,
        spot,
        cash,
    )


# ── who it is, and when it was ───────────────────────────────────────────────────────────────────────────────────────


def _of_organisation(q: _Question) -> Iterator[Finding]:
    """Who is penalised for what an organisation did (art. 18)."""
    if q.facts.act != OTHER and not q.acts[q.facts.act].organisation:
        level = Level.OK if q.measure.kind is Kind.NONE else Level.STOP
        zh = "这是治安管理处罚法的行为：不罚单位，罚直接负责的主管人员和其他直接责任人员，请对他们分别拟处罚。"
        en = "Not the organisation is penalised by the law on public security, but those in charge and responsible: propose it for each."
        yield q.says("not-the-organisation", level, "psl-unit", zh, en)
    else:
        zh, en = (
            "罚单位要有别的法律、行政法规的规定；直接负责的人该罚的，另外拟。",
            "An organisation is penalised where another law or regulation says so; for those responsible propose it separately.",
        )
        yield q.says("organisation", Level.MUST if q.facts.act == OTHER else Level.OK, "psl-unit", zh, en)
    if q.measure.days:
        zh, en = "单位不能拘留。", "An organisation cannot be detained."
        yield q.says("organisation-detained", Level.STOP, "psl-unit", zh, en)


def _of_age(q: _Question) -> Iterator[Finding]:
    if q.age is None:
        zh, en = (
            "先写清出生日期：年龄决定能不能罚、罚多重。",
            "Write the date of birth first: it decides whether and how.",
        )
        yield q.says("age-unknown", Level.MUST, "psl-age", zh, en)
    elif q.age < NO_AGE:
        level = Level.OK if q.measure.kind is Kind.NONE else Level.STOP
        zh, en = (
            "不满十四周岁的不处罚，责令监护人管教。",
            "Nobody under fourteen is penalised; the guardian is told to act.",
        )
        yield q.says("under-14", level, "psl-age", zh, en)
    elif q.young:
        zh = "不满十八周岁，必须从轻或者减轻；处罚前同样告知监护人，听监护人的意见。"
        en = "Under eighteen it has to be lighter; the guardian is told and heard before."
        yield q.says("minor", Level.MUST, "psl-age", zh, en)
        yield q.says(
            "guardian", Level.MUST, "psl-notice", "告知监护人，记下监护人的意见。", "Tell and hear the guardian."
        )
        if q.facts.act != OTHER and any(one.tops(q.measure) for one in q.acts.grade(q.facts.act, q.facts.grade).either):
            zh, en = "这已经是这一档里最重的，对未成年人不行。", "This is the heaviest there is; not for a minor."
            yield q.says("minor-not-lighter", Level.STOP, "psl-age", zh, en)


def _of_time(q: _Question) -> Iterator[Finding]:
    seen, last = q.facts.discovered_on, q.facts.lapses_on
    if last is None:
        return
    rule, zh, en = ("ppl-lapse", "二年", "two years") if q.facts.organisation else ("psl-lapse", "六个月", "six months")
    if seen is not None and seen > last:
        level = Level.OK if q.measure.kind is Kind.NONE else Level.STOP
        late, said = f"结束{zh}以后才发现，不再处罚。", f"It was discovered more than {en} after it ended: no penalty."
        yield q.says("lapsed", level, rule, late, said)
    else:
        yield q.says("in-time", Level.OK, rule, f"在{zh}内发现的。", f"It was discovered within {en}.")
    zh = "立案起三十日内办结，鉴定和听证的时间不算。"
    yield q.says(
        "decide-by", Level.OK, "psl-limit", zh, "Decided within thirty days of filing, appraisal and hearing left out."
    )


# ── how much ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _of_range(q: _Question) -> Iterator[Finding]:
    if q.facts.act == OTHER:
        yield from _of_other(q)
    else:
        yield from _of_known(q)


def _of_other(q: _Question) -> Iterator[Finding]:
    yield Finding(
        "not-in-data",
        Level.MUST,
        None,
        "常用行为表里没有这一种，幅度要自己对照条文。",
        "The table of common acts does not have this one: compare the measure with the article yourself.",
        doubt=True,
    )
    if q.measure.beside:
        zh = "吊销许可证件、责令停业要有专门的条文：依据里写明是哪一条。"
        en = "Revoking a licence or stopping a business needs an article of its own: name it in the basis."
        yield Finding("extra", Level.MUST, None, zh, en, doubt=True)


def _of_known(q: _Question) -> Iterator[Finding]:
    act, grade = q.acts[q.facts.act], q.acts.grade(q.facts.act, q.facts.grade)

    def says(code: str, level: Level, zh: str, en: str) -> Finding:
        doubt = grade.confidence is not Confidence.CONFIRMED
        return Finding(code, level, None, zh, en, act.article, doubt, act.instrument)

    if act.organisation and not q.facts.organisation:
        zh, en = "这一条只罚单位，不罚个人。", "This article penalises organisations, no human being."
        yield says("only-organisations", Level.STOP, zh, en)
        return
    if act.needs and not q.facts.stopped:
        level = Level.OK if q.measure.kind is Kind.NONE else Level.STOP
        zh = "要先有居委会、物业或者有关部门劝阻，劝了不听才能罚。"
        yield q.says(
            "not-stopped", level, "psl-noise", zh, "Committee, manager or department have to try to stop it first."
        )
    if q.measure.kind is Kind.NONE:
        return
    if not set(q.measure.beside) <= set(act.beside):
        zh = "这一条没有写可以吊销许可证件、责令停业，不能这样罚。"
        yield says("extra", Level.STOP, zh, "This article knows no revoked licence or stopped business.")
    elif q.measure.beside:
        yield says("extra-within", Level.OK, "这一条写了可以这样罚。", "This article allows it.")
    if q.measure.kind is Kind.LICENCE:
        return
    if any(one.holds(q.measure) for one in grade.either):
        yield says("within", Level.OK, "在法定幅度内。", "Within what the article allows.")
    elif _reaches(q):
        if _grounds(q):
            zh = "低于法定幅度，属于减轻：理由要写明。"
            yield says("below", Level.MUST, zh, "Below the range, so it is reduced: write the reason.")
        else:
            zh = "低于法定幅度，又没有减轻的情形。"
            yield says("below-no-ground", Level.STOP, zh, "Below the range, and nothing is there that would reduce it.")
    else:
        zh = "不在法定的种类和幅度里，不能这样罚。"
        yield says("above", Level.STOP, zh, "Outside the kinds and range of the article: it cannot be imposed.")


def _reaches(q: _Question) -> bool:
    return any(one.reaches(q.measure) for one in q.acts.grade(q.facts.act, q.facts.grade).either)


def _grounds(q: _Question) -> bool:
    """What may reduce a penalty below its range (arts. 19–21, 24)."""
    f = q.facts
    return q.young or f.disabled or f.excess_defence or f.admitted or f.forgiven


# ── who decides, and what comes before ───────────────────────────────────────────────────────────────────────────────


def _needs_county(q: _Question) -> bool:
    """More than a warning or the station's fine (art. 109)."""
    m, most = q.measure, q.limit("psl-station-power")
    if q.facts.organisation:
        return m.kind is not Kind.NONE
    return m.days > 0 or m.fine > most or m.revokes or m.suspends


def _of_power(q: _Question, *, county: bool) -> Iterator[Finding]:
    m, most = q.measure, q.limit("psl-station-power")
    if m.kind is Kind.NONE:
        zh, en = "不予处罚，由有权处罚的领导决定。", "No penalty: whoever could impose one decides."
        yield q.says("spare-power", Level.OK, "psl-spare-power", zh, en)
    elif q.facts.organisation:
        zh, en = "对单位的处罚由县级以上公安机关决定。", "The county level decides on organisations."
        yield q.says("county", Level.MUST, "ppl-power", zh, en)
    elif m.days:
        zh, en = (
            "拘留只能由县级以上公安机关决定，派出所不能。",
            "Only the county level decides detention, never a station.",
        )
        yield q.says("county", Level.MUST, "psl-station-power", zh, en)
    elif county:
        zh = f"超过{most}元的罚款、吊销、停业由县级以上公安机关决定。"
        yield q.says("county", Level.MUST, "psl-station-power", zh, f"Above {most} yuan the county level decides.")
    else:
        zh = f"警告和{most}元以下罚款，派出所可以自己决定。"
        yield q.says(
            "station", Level.OK, "psl-station-power", zh, f"A station may decide a warning or up to {most} yuan."
        )
    if m.kind is not Kind.NONE:
        zh = "决定前告知内容、事实、理由、依据和权利，听本人说；不能因为申辩加重。"
        en = "Tell content, facts, reasons, basis and rights first and listen; arguing makes nothing heavier."
        yield q.says("tell", Level.MUST, "ppl-notice" if q.facts.organisation else "psl-notice", zh, en)


def _hearing_line(q: _Question) -> str:
    return "apr-unit-hearing" if q.facts.organisation else "psl-hearing"


def _hearing(q: _Question, executed: bool | None) -> bool:
    m = q.measure
    return m.fine >= q.limit(_hearing_line(q)) or m.revokes or m.suspends or (q.young and executed is True)


def _of_hearing(q: _Question, *, hearing: bool) -> Iterator[Finding]:
    if hearing:
        zh = "有权要求听证：告知本人，五个工作日内提出" + ("；也告知监护人，不公开。" if q.young else "。")
        en = "A hearing may be asked for within five working days" + (
            ", the guardian told too, not in public." if q.young else "."
        )
        yield q.says("hearing", Level.MUST, _hearing_line(q), zh, en)
    if q.facts.major or (hearing and q.facts.heard):
        yield q.says(
            "legal-review",
            Level.MUST,
            "ppl-legal-review" if q.facts.organisation else "psl-legal-review",
            "决定前要先过法制审核。",
            "Legal review comes before the decision.",
        )


# ── detention ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _executed(q: _Question) -> bool | None:
    """Whether detention would be carried out (art. 23)."""
    if not q.measure.days:
        return None
    if q.facts.expecting:
        return False
    half = q.age is not None and NO_AGE <= q.age < HALF_GROWN
    nearly = q.age is not None and HALF_GROWN <= q.age < ADULT and q.facts.first_time
    if not (half or nearly or q.old):
        return True
    return q.facts.grave or (q.facts.again and (half or q.old))


def _of_detention(q: _Question, *, executed: bool | None) -> Iterator[Finding]:
    if executed is False:
        zh, en = "依法决定，但不执行拘留。", "Detention is decided, but not carried out."
        yield q.says("not-executed", Level.MUST, "psl-nodetain", zh, en)
    elif executed:
        zh, en = "拘留要执行，并且通知家属。", "The detention is carried out, and the family is told."
        yield q.says("executed", Level.MUST, "psl-serve", zh, en)


# ── on the spot ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _spot_line(q: _Question) -> str:
    return "ppl-spot-unit" if q.facts.organisation else "psl-spot"


def _on_the_spot(q: _Question) -> bool:
    m, f = q.measure, q.facts
    small = m.kind is Kind.WARNING or (m.kind is Kind.FINE and m.fine <= q.limit(_spot_line(q)))
    eyes = f.officers >= q.limit("psl-two") or (f.officers == 1 and f.recorded)
    return small and f.clear and not f.disputed and not q.young and not m.revokes and not m.suspends and eyes


def _cash(q: _Question) -> bool:
    if q.measure.kind is not Kind.FINE:
        return False
    return (q.measure.fine <= q.limit("psl-spot-collect") and not q.facts.disputed) or q.facts.no_home


def _of_spot(q: _Question, *, spot: bool, cash: bool) -> Iterator[Finding]:
    line = _spot_line(q)
    most, taken = q.limit(line), q.limit("psl-spot-collect")
    if spot:
        zh = "可以当场决定，二十四小时内报所属机关备案。"
        yield q.says(
            "spot", Level.OK, line, zh, "It may be decided on the spot and is reported within twenty-four hours."
        )
    elif q.measure.kind in {Kind.WARNING, Kind.FINE}:
        why_zh, why_en = _why_not_spot(q, most)
        yield q.says("no-spot", Level.MUST, line, f"不能当场决定：{why_zh}", f"Not on the spot: {why_en}")
    if q.measure.kind is Kind.FINE:
        zh = (
            "可以当场收缴，要给票据，两日内上交。"
            if cash
            else f"不能当场收现金：超过{taken}元或者有异议，十五日内自己去缴。"
        )
        en = (
            "Cash may be taken against a receipt."
            if cash
            else f"No cash: above {taken} yuan or disputed; paid within fifteen days."
        )
        yield q.says("cash" if cash else "no-cash", Level.OK, "psl-spot-collect", zh, en)


def _why_not_spot(q: _Question, most: int) -> tuple[str, str]:
    if q.measure.fine > most:
        return f"超过{most}元。", f"it is above {most} yuan."
    if q.facts.disputed:
        return "本人有异议，按普通程序办。", "the person does not agree; use the ordinary procedure."
    if q.young:
        return (
            "未成年人要先告知监护人，按普通程序办。",
            "a minor's guardian is heard first; use the ordinary procedure.",
        )
    if not q.facts.clear:
        return "事实还不清楚。", "the facts are not clear yet."
    return "一名民警办理要全程录音录像，否则要两名民警。", "one officer has to record throughout, else it takes two."


# ── in the person's favour ───────────────────────────────────────────────────────────────────────────────────────────


def _in_favour(q: _Question) -> Iterator[Finding]:
    f = q.facts
    if q.measure.kind is Kind.NONE:
        return
    if not f.organisation and (f.admitted or f.forgiven or f.paid_damage or f.excess_defence):
        zh, en = (
            "认错认罚、取得谅解、赔了损失、防卫过当的，可以从宽。",
            "Admission, forgiveness, damage made good: it may be more lenient.",
        )
        yield q.says("lenient", Level.MAY, "psl-lenient", zh, en)
    if f.first_time and f.corrected:
        zh, en = (
            "初次违法、后果轻微、及时改正，可以不予处罚。",
            "A first offence, slight and put right in time, may be spared.",
        )
        yield q.says("spare", Level.MAY, "ppl-first", zh, en)
    if f.disabled:
        zh, en = "残疾人可以从轻、减轻或者不罚。", "A disabled person may be treated more lightly or spared."
        yield q.says("disabled", Level.MAY, "psl-disabled", zh, en)
    if f.hardship and q.measure.fine:
        zh, en = "生活困难的，本人申请可以晚缴或者分期缴。", "In hardship the fine may be paid later or in parts."
        yield q.says("later", Level.MAY, "ppl-defer", zh, en)
