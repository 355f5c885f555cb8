"""What is wrong with a template, in the reader's language: the line, what it is, and the names that come near. The engine says which."""

from __future__ import annotations

from difflib import get_close_matches

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.engines.errors import BadData

#: By the engine's code. `word` is what stands there.
_SAYS = {
    "closes-nothing": gettext_lazy("[%(word)s]没有对应的开头，去掉它，或者在前面补上[如果 …]、[每个 …]这样的开头。"),
    "not-in-a-form": gettext_lazy("[表格]里面不能放[%(word)s]；可以放一行一行的格子、[如果 …]和[每个 …]。"),
    "blank-lines": gettext_lazy("[空行]后面要写空几行，比如[空行 2]。"),
    "takes-nothing": gettext_lazy("[%(word)s]后面不用再写别的。"),
    "not-closed": gettext_lazy("[%(word)s]没有用[完]结束。"),
    "condition": gettext_lazy("[如果 …]只能写成“有 名称”“没有 名称”“名称 是 词”“名称 不是 词”。"),
    "no-value": gettext_lazy("没有“%(word)s”这个选项。"),
    "not-compared": gettext_lazy("“%(word)s”比不了：只有选项和是、否可以用“是”“不是”来比。"),
    "no-list": gettext_lazy("没有叫“%(word)s”的清单。"),
    "widths": gettext_lazy("要写每一列的宽度，比如[表格 15 35 15 35]。"),
    "listing": gettext_lazy("[列表]里面写两行：一行标题，一行样子，每行 %(columns)s 格。"),
    "no-signature": gettext_lazy("开头的 sign 里没有“%(word)s”这个签名。"),
    "no-command": gettext_lazy("看不懂“%(word)s”，方括号里只能写规定的几种。"),
    "half-a-place": gettext_lazy("“%(word)s”只有一半括号，要写成{{名称}}。"),
    "bold": gettext_lazy("加粗的 ** 要成对，这一行少一个。"),
    "no-place": gettext_lazy("看不懂“%(word)s”，要写成{{组.名称}}。"),
    "no-shape": gettext_lazy("“%(word)s”不能写成“%(shape)s”的样子。"),
    "no-group": gettext_lazy("没有叫“%(word)s”的内容。"),
    "no-field": gettext_lazy("没有叫“%(word)s”的内容。"),
    "is-a-list": gettext_lazy("“%(word)s”是清单，要用[每个 …]、[列表 …]。"),
    "is-a-group": gettext_lazy("“%(word)s”是一组，要写明是其中哪一项，比如{{%(word)s.名称}}。"),
    "nothing-above": gettext_lazy("^ 上面没有格子可以接。"),
    "row-too-long": gettext_lazy("这一行的格子比表格的 %(columns)s 列多。"),
    "row-too-short": gettext_lazy("这一行只有 %(has)s 列，表格有 %(columns)s 列。"),
    "no-head": gettext_lazy("最前面要有开头，夹在两行 %(fence)s 中间。"),
    "no-rule": gettext_lazy("没有叫“%(word)s”的依据。"),
    "head": gettext_lazy('开头（两行 +++ 中间）写得不对：等号、引号、括号要成对，一行一项，像 zh = "名称"。'),
    "key": gettext_lazy("开头（两行 +++ 中间）的“%(key)s”写得不对、多余或者没有写。请和自带的对一对。"),
}
#: So many names are offered.
_MOST = 3


def fault_of(why: BadData) -> str:
    """One sentence or a few. A fault without a code is told as the engine tells it."""
    sentence = _SAYS.get(why.what)
    if sentence is None:
        return str(why)
    said = str(sentence) % why.values
    if why.line is not None:
        said = _("第 %(line)d 行：%(fault)s") % {"line": why.line, "fault": said}
    known = [str(name) for name in why.values.get("known", ())]
    near = get_close_matches(str(why.values.get("word", "")), known, _MOST, cutoff=0.4) or known[: 2 * _MOST]
    if not near:
        return said
    return said + _("是不是：%(names)s？") % {"names": _("、").join(near)}
