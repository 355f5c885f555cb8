"""
What can go wrong on purpose when something is made public.

    RuleBroken
    ├── TellsWho          a sentence would tell who somebody is
    ├── NothingToPublish  a digest without a single sentence
    └── NotADraft         it is public; take it back first
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwang.kernel.errors import RuleBroken


class TellsWho(RuleBroken):
    """A sentence for everybody holds something that identifies a person."""

    code = "openness.tells-who"
    hint = _("把名字、电话、门牌这些去掉，换成“一位邻居”“桥头”这样的说法，再公开。")


class NothingToPublish(RuleBroken):
    """No sentence is chosen."""

    code = "openness.nothing-to-publish"
    hint = _("至少勾选一条“放进来”，再公开。")


class NotADraft(RuleBroken):
    """Published digests are not rewritten under their readers."""

    code = "openness.not-a-draft"
    hint = _("先收回，改好了再公开。")
