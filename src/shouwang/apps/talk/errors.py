"""What a room says no to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwang.kernel.errors import RuleBroken


class BadNickname(RuleBroken):
    """A name that is taken, empty, or tells too much."""

    code = "talk.bad-nickname"
    status = 400
    hint = _("换一个不带真名、电话和警务称呼的名字，比如“桥头的白鹭”。")


class UnknownRoomCode(RuleBroken):
    """No room opens with this code."""

    code = "talk.unknown-code"
    status = 404
    hint = _("请核对群口令，它有 6 位，写在村口的海报上，也可以问社区民警。")


class NothingSaid(RuleBroken):
    """A post or a reason without words."""

    code = "talk.nothing-said"
    status = 400


class TooLong(RuleBroken):
    """More text than one post takes."""

    code = "talk.too-long"
    status = 400


class WrongState(RuleBroken):
    """The post, act or appeal is not in the state this step needs."""

    code = "talk.wrong-state"


class StillPersonal(RuleBroken):
    """An answer for the group that still tells who somebody is."""

    code = "talk.still-personal"
    status = 400
    hint = _("请改成“一位居民”“某小区”这样的说法，再发。")
