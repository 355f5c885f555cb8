"""
What can be done with a report. Each function is one transaction and one story: may I, decide, write, record, tell.

    taking     a new report, a talk that becomes one, corrections      duties     evidence, receipt, statement, telling
    deciding   what it is by law; file or not; pass on                 remedies   reconsideration and review
    linking    reports of one event                                  judging    suggestions
    grading    how urgent, which kind, who handles it, and what was learnt by asking
    finding    whose it is                                           running    which clock runs, and since when
    drafting   what a web reporter has typed so far
"""

from shouwang.apps.incidents.usecases.deciding import (
    decide_nature,
    decline,
    decline_in_writing,
    file,
    lengthen_review,
    pass_on,
    propose,
    return_proposal,
    settle,
)
from shouwang.apps.incidents.usecases.drafting import (
    begin_draft,
    drop_draft,
    forget_drafts,
    keep_answers,
    open_draft,
    stop_draft,
)
from shouwang.apps.incidents.usecases.duties import give_receipt, take_evidence, take_statement, tell
from shouwang.apps.incidents.usecases.finding import find_elsewhere, find_ours
from shouwang.apps.incidents.usecases.grading import answer, grade, say_kind
from shouwang.apps.incidents.usecases.judging import judge
from shouwang.apps.incidents.usecases.linking import keep_apart, link, read_alike, unlink
from shouwang.apps.incidents.usecases.remedies import ask_remedy, remedy_of
from shouwang.apps.incidents.usecases.running import PASSING_RULE, passing_since
from shouwang.apps.incidents.usecases.taking import become_incident, correct, take_report

__all__ = [
    "PASSING_RULE",
    "answer",
    "ask_remedy",
    "become_incident",
    "begin_draft",
    "correct",
    "decide_nature",
    "decline",
    "decline_in_writing",
    "drop_draft",
    "file",
    "find_elsewhere",
    "find_ours",
    "forget_drafts",
    "give_receipt",
    "grade",
    "judge",
    "keep_answers",
    "keep_apart",
    "lengthen_review",
    "link",
    "open_draft",
    "pass_on",
    "passing_since",
    "propose",
    "read_alike",
    "remedy_of",
    "return_proposal",
    "say_kind",
    "settle",
    "stop_draft",
    "take_evidence",
    "take_report",
    "take_statement",
    "tell",
    "unlink",
]
