"""
A refusal in a sentence that says what to do next. The codes come from `findings.py`; every code has its words here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shouwang.apps.files.findings import Code, Refused

Params = Mapping[str, int | str]


def sentence(refused: Refused) -> str:
    """For the sender, in the language of the moment."""
    return _SENTENCES[refused.code](refused.params)


def _too_big(params: Params) -> str:
    limit = int(params["limit_mb"])
    kind = params.get("kind")
    if kind == "picture":
        words = _("这张照片超过了 %(limit)s MB。请截一张图发来，或者在相机里选小一点的尺寸。")
    elif kind == "voice":
        words = _("这段录音超过了 %(limit)s MB。请分成几段短一点的发来。")
    else:
        words = _("这个文件超过了 %(limit)s MB。请拆成几个小的发来；如果是扫描件，可以直接拍照。")
    return words % {"limit": limit}


def _not_allowed(params: Params) -> str:
    found = str(params.get("found", ""))
    if found == "video":
        return _("这里还收不了视频。请把关键的画面截图发来，原视频请留好，需要时我们会联系您。")
    if found == "archive":
        return _("这里收不了压缩包。请把里面的照片或文件一个一个发来。")
    if found == "old_office":
        return _("旧格式的 Office 文件收不了。请另存为 DOCX、XLSX 或 PDF，再发一次。")
    if found == "image":
        return _("这种图片格式收不了。请截一张图，或者另存为 JPG、PNG，再发一次。")
    if found == "audio":
        return _("这种录音格式收不了。请用页面上的录音按钮，或者另存为 MP3、M4A，再发一次。")
    if found == "picture":
        return _("这里不收照片。请看一看旁边写的可以发什么。")
    if found == "voice":
        return _("这里不收录音。请看一看旁边写的可以发什么。")
    if found == "document":
        return _("这里不收文档。请看一看旁边写的可以发什么。")
    if found in ("program", "shortcut", "web_page"):
        return _("程序和网页收不了。请发照片、录音、PDF、Word、Excel 或纯文本。")
    return _("认不出这是什么文件，没有收下。请发照片、录音、PDF、Word、Excel 或纯文本。")


def _mislabelled(_params: Params) -> str:
    return _(
        "这个文件看名字是照片或文档，里面却是程序或网页，我们没有收下。请不要打开它；"
        "如果是别人发给您的，请在对话里告诉我们是谁、怎么发来的。"
    )


def _broken(params: Params) -> str:
    kind = params.get("kind")
    if kind == "picture":
        return _("这张照片不完整，打不开。请回到相册看看能不能打开，再选一次，或者截图发来。")
    if kind == "voice":
        return _("这段录音不完整，放不出来。请重新录一段，再发一次。")
    return _("这个文件不完整，打不开。请在您的设备上打开确认，另存一份，再发一次。")


def _picture_too_large(params: Params) -> str:
    return _("这张图的尺寸太大，超过了 %(limit)s 百万像素。请截一张图，或者缩小以后再发。") % {
        "limit": params["limit_megapixels"]
    }


def _active(params: Params) -> str:
    what = params.get("what")
    if what == "macro":
        return _("这个文档里带着宏（会自己运行的程序）。请另存为不带宏的 DOCX、XLSX，或者存成 PDF 再发。")
    if what == "embedded":
        return _("这个文档里还装着别的文件。请把它们单独发来，或者把文档打印成 PDF 再发。")
    if what == "external":
        return _("这个文档打开时会去网上取东西。请把它打印成 PDF，或者拍照发来。")
    return _("这个 PDF 里带着会自己运行的内容。请把它重新打印成 PDF，或者截图、拍照发来。")


def _too_long(params: Params) -> str:
    seconds = int(params["limit_s"])
    if seconds % 60:
        words = ngettext("一段录音最长 %(n)s 秒。请分成几段发来。", "一段录音最长 %(n)s 秒。请分成几段发来。", seconds)
        return words % {"n": seconds}
    minutes = seconds // 60
    words = ngettext("一段录音最长 %(n)s 分钟。请分成几段发来。", "一段录音最长 %(n)s 分钟。请分成几段发来。", minutes)
    return words % {"n": minutes}


def state_secret() -> str:
    """Where it belongs. Said of files and of typed words alike."""
    return _(
        "这里写着国家秘密的标志（绝密、机密、秘密加期限）。国家秘密不能放在联网的系统里，我们没有收下，也没有留底。"
        "请按规定交分局保密办，走涉密网络或者机要交通；如果其实不是国家秘密，去掉标志再发。"
    )


_SENTENCES: dict[Code, Callable[[Params], str]] = {
    Code.EMPTY: lambda _params: _("这个文件是空的。如果是刚拍的照片，请等它保存好，再选一次。"),
    Code.TOO_BIG: _too_big,
    Code.KIND_NOT_ALLOWED: _not_allowed,
    Code.MISLABELLED: _mislabelled,
    Code.BROKEN: _broken,
    Code.PICTURE_TOO_LARGE: _picture_too_large,
    Code.POLYGLOT: lambda _params: _("这个文件里还藏着别的内容，我们没有收下。请把您看到的画面截图发来。"),
    Code.ENCRYPTED: lambda _params: _("这个文件加了密码，我们看不到里面。请去掉密码，另存一份，再发一次。"),
    Code.BOMB: lambda _params: _("这个文件展开以后大得不正常，我们没有收下。请把需要的几页打印成 PDF，或者拍照发来。"),
    Code.ACTIVE_CONTENT: _active,
    Code.CANNOT_INSPECT: lambda _params: _(
        "这个文档的存法比较特别，我们检查不了里面。请重新打印成 PDF，或者拍照发来。"
    ),
    Code.VOICE_TOO_LONG: _too_long,
    Code.MARKED: lambda _params: state_secret(),
}
