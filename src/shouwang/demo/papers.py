"""Papers of the town, one or more in every state, written about its incidents by the real use cases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from shouwang.apps.matters.models import Matter
from shouwang.apps.papers import usecases
from shouwang.apps.papers.models import Paper
from shouwang.demo.flagships import Stage

#: What stands above the invented bureau; filled in once, used by all papers of the station.
ABOVE = {
    "bureau.superior": "云溪市公安局",
    "bureau.procuratorate": "云溪县人民检察院",
    "bureau.review_body": "云溪县人民政府",
    "bureau.court": "云溪县人民法院",
}
CHIEF, LEGAL, BUREAU = "liang", "wuli", "shao"


def papers(stage: Stage) -> None:
    """The script of all papers. Nothing is written before the incident that it is about has come so far."""
    for hours, act in (
        (19.0, _declined),
        (5.0, _receipt),
        (4.0, _not_police),
        (2.5, _passed_on),
        (1.0, _register),
    ):
        stage.do(stage.now - timedelta(hours=hours), lambda at, act=act: act(stage, at))  # type: ignore[misc]


def _begin(stage: Stage, key: str, kind: str, by: str, at: datetime, facts: dict[str, Any]) -> Paper:
    matter = Matter.objects.get(pk=stage.matter(f"incident-{key}").pk)
    officer = stage.officer(by)
    paper = usecases.make(matter, by=officer, kind=kind, at=at)
    return usecases.fill_in(paper, by=officer, values=facts, at=at) if facts else paper


def _hand_in(stage: Stage, paper: Paper, by: str, at: datetime) -> Paper:
    return usecases.hand_in(paper, by=stage.officer(by), at=at)


def _declined(stage: Stage, at: datetime) -> None:
    """Sent back once, put right, agreed to by three, issued: the reporter reads it by code."""

    def step(minutes: int) -> datetime:
        return at + timedelta(minutes=minutes)

    paper = _begin(stage, "declined", "no-filing-notice", "baitao", at, ABOVE)
    paper = _hand_in(stage, paper, "baitao", step(5))
    paper = usecases.approve(paper, by=stage.officer(CHIEF), version=1, at=step(20))
    words = "理由里请写明看的是哪一段监控。"
    paper = usecases.send_back(paper, by=stage.officer(LEGAL), version=1, words=words, at=step(40))
    reason = "查看候车室当天 9 时至 10 时的监控，是同车老人拿错袋子，当天已经送回，没有犯罪事实。"
    usecases.fill_in(paper, by=stage.officer("baitao"), values={"case.refusal_reason": reason}, at=step(60))
    paper = _hand_in(stage, paper, "baitao", step(62))
    for n, who in enumerate((CHIEF, LEGAL, BUREAU)):
        paper = usecases.approve(paper, by=stage.officer(who), version=2, at=step(70 + 10 * n))
    signer = stage.officer("baitao")
    paper = usecases.sign(paper, by=signer, code="issuer", version=2, at=step(110))
    usecases.issue(paper, by=signer, version=2, at=step(112))


def _receipt(stage: Stage, at: datetime) -> None:
    """A receipt written twice by mistake: one is void, the other signed and about to go out."""
    first = _begin(stage, "bicycle", "report-receipt", "chen", at, {})
    usecases.void(first, by=stage.officer("chen"), words="写重了。", at=at)
    second = _hand_in(stage, _begin(stage, "bicycle", "report-receipt", "chen", at, {}), "chen", at)
    usecases.sign(second, by=stage.officer("chen"), code="officer", version=1, at=at)


def _not_police(stage: Stage, at: datetime) -> None:
    """Written, and waiting to be signed."""
    facts = {"elsewhere.why": "工地早上六点以前施工的噪声，由住建部门管。"}
    _hand_in(stage, _begin(stage, "noise", "not-police-note", "chen", at, facts), "chen", at)


def _passed_on(stage: Stage, at: datetime) -> None:
    """Handed in, and waiting for the chief."""
    facts = {
        "transfer.to": "白水镇派出所（邻县）",
        "transfer.reason": "案发地在邻县白水镇汽车站，不在本所辖区。",
        "transfer.phone": "0570-0000199",
        "transfer.materials": "接报案登记表一份，证据材料照片四张。",
    }
    _hand_in(stage, _begin(stage, "next-county", "transfer-notice", "yansong", at, facts), "yansong", at)


def _register(stage: Stage, at: datetime) -> None:
    """Begun; the card says what is missing."""
    _begin(stage, "brawl", "case-register", "zhou", at, {})
