"""What the room of papers says no to."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from shouwang.engines.papers import Problem
from shouwang.kernel.errors import Conflict, RuleBroken


class WrongStep(Conflict):
    """The paper is not where this step begins: somebody was quicker, or the page is old."""

    code = "papers.wrong-step"
    hint = gettext_lazy("请打开文书再看一次，可能别人刚刚动过。")


class Lacks(RuleBroken):
    """The record does not say all that the paper needs; every lack is named."""

    code = "papers.lacks"
    hint = gettext_lazy("请把缺的填上。")

    def __init__(self, title: str, problems: Sequence[Problem]) -> None:
        super().__init__(
            _("《%(title)s》还差：%(what)s")
            % {"title": title, "what": "；".join(in_words(problem) for problem in problems)}
        )
        self.problems = tuple(problems)


class PaperNotMade(RuleBroken):
    """A paper could not be set on this machine."""

    code = "papers.not-made"
    hint = gettext_lazy("请系统管理员看看字体装好了没有。")


class BadWording(RuleBroken):
    """A template that cannot be used; the sentence names line or field."""

    code = "papers.bad-wording"
    hint = gettext_lazy("请照着提示改好再试。原来的模板照常有效。")


class NotSigned(RuleBroken):
    """A person's signature without what makes it one: the drawing, the scan, or reason and witness of a refusal."""

    code = "papers.not-signed"


def in_words(problem: Problem) -> str:
    """A lack in the reader's language, without the code that only a template's writer needs."""
    said = problem.zh if (get_language() or "zh").startswith("zh") else problem.en
    said = said.replace(f"（{problem.field}）", "").replace(f" ({problem.field})", "").rstrip("。.")
    # Every sentence that lists them has said already that they are missing.
    return said.removeprefix("缺少").removesuffix(" is missing") if problem.code == "missing" else said
