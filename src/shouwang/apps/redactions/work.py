"""
What takes long and is done by the worker: finding what tells who somebody is, and making the copy with its checks.

Each piece of work looks at how the document stands before it writes: done twice, or by two workers at once, it leaves one result.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from shouwang.apps.files.models import Visibility
from shouwang.apps.files.usecases import house_limits, receive_upload
from shouwang.apps.redactions import grounds
from shouwang.apps.redactions.beside import UNREAD, told_of
from shouwang.apps.redactions.bytes_of import bytes_of, stored_bytes
from shouwang.apps.redactions.models import DrawnBox, Mark, Redaction, State, Step
from shouwang.engines.redaction import (
    ENOUGH,
    STRUCTURED,
    Box,
    Checker,
    Done,
    Refused,
    find,
    installed_checkers,
    installed_ocr,
    installed_reader,
    kind_of,
    page_count,
    page_sizes,
    proposals,
    redact_file,
    seen_in,
    words_of,
)
from shouwang.kernel.fields import blind

COPIES_OF = "redactions.copy"


def digest_of(words: str) -> str:
    """Blind index of words without blanks."""
    return blind("".join(words.split()), "redactions.mark")


def find_all(redaction: Redaction) -> None:
    """Put down what is found, each words once, and where faces and plates seem to be. What cannot be read says what to do."""
    data = bytes_of(redaction)
    try:
        found = proposals(data, known=known_of(redaction), reader=installed_reader())
        kind, pages, seen = kind_of(data), page_count(data), seen_in(data)
    except Refused as refused:
        _unreadable(redaction, refused)
        return
    public = grounds.public_words(redaction.unit)
    with transaction.atomic():
        now = Redaction.objects.select_for_update().get(pk=redaction.pk)
        if now.state != State.FINDING:
            return
        Mark.objects.bulk_create(
            (
                Mark(
                    redaction=now, words=one.words, digest=digest_of(one.words), kind=one.kind, how=one.how,
                    confidence=one.confidence, count=one.count, before=one.before, after=one.after,
                    ground=grounds.usual(one.kind), hide=grounds.plain(one.words) not in public,
                )
                for one in found
            ),
            ignore_conflicts=True,
        )  # fmt: skip
        DrawnBox.objects.bulk_create(
            DrawnBox(
                redaction=now, page=one.page, left=one.left, top=one.top, right=one.right, bottom=one.bottom,
                kind=one.kind, ground=grounds.usual(one.kind),
            )
            for one in seen
        )  # fmt: skip
        now.kind, now.pages, now.state, now.turn = kind, pages, State.DRAFT, now.turn + 1
        now.save(update_fields=["kind", "pages", "state", "turn"])


def _unreadable(redaction: Redaction, refused: Refused) -> None:
    Redaction.objects.filter(pk=redaction.pk, state=State.FINDING).update(
        state=State.UNREADABLE, note=[why_unreadable(refused)]
    )


def why_unreadable(refused: Refused) -> str:
    """What to do with a file that cannot be read, in words for the desk; kept in Chinese, the language of the station."""
    with translation.override("zh-hans"):
        says = {
            "crash": _(
                "读文件的程序在这份文件上垮了，系统没有受影响：打印成新的 PDF，或者一页一页拍成图片再交。来路不明的别再打开。"
            ),
            "too long": _("读这份文件用的时间太长，已经停下：分成几份，或者打印成新的 PDF 再交。"),
            "memory": _("读这份文件要的内存太多，已经停下：分成几份，或者把里面的图片缩小再交。"),
            "more than a document": _("文件里的东西多得不像一份文件，已经停下：分成几份，或者打印成新的 PDF 再交。"),
            "encrypted": _("文件有密码，或者是旧的 DOC、XLS 格式：去掉密码，另存成 DOCX 或 XLSX 再交。"),
            "larger": _("文件太大：分成几份再交。"),
            "pages": _("页数太多：分成几份再交。"),
            "pixels": _("图片太大：缩小一些再交。"),
            "archive": _("这是压缩包：解开，一份一份交。"),
            "broken": _("文件坏了：重新保存，或者打印成新的 PDF 再交。"),
        }
        found = next((sentence for word, sentence in says.items() if word in refused.why), "")
        return str(found or _("这个文件读不了：另存成 DOCX、XLSX、PDF、JPEG 或 PNG 再交。"))


def known_of(redaction: Redaction) -> dict[str, str]:
    """
    Words that are hidden wherever they stand: the person of the matter, and what officers typed.

    Most people gave only what they want to be called, and at the counter that is their name.
    """
    known = {one.words: one.kind for one in redaction.marks.filter(added_by__isnull=False, hide=True)}
    reporter = redaction.matter.reporter if redaction.matter else None
    if reporter is not None:
        called = reporter.name or reporter.pseudonym
        words = {called: "name", reporter.phone: "phone", reporter.id_number: "id-number"}
        words |= dict.fromkeys(reporter.addresses.values_list("value", flat=True), "account")
        known |= {word: kind for word, kind in words.items() if len(word) > 1}
    return known


def make_copy(redaction: Redaction, at: datetime) -> None:
    """
    The copy, made anew, and the word of checkers that had no part in it.

    When they are content it waits for the second pair of eyes, else it goes back to the drafter with their sentences.
    """
    data = bytes_of(redaction)
    stays = [one.words for one in redaction.marks.filter(hide=False)]
    seen = set(redaction.seen.values_list("page", flat=True))
    if missing := _not_looked_at(redaction, seen):
        _back(redaction, [missing], at)
        return
    heard: list[str] = []

    def made(known: dict[str, str]) -> Done:
        heard.clear()
        return redact_file(
            data,
            known=known,
            stay=stays,
            boxes=_boxes(redaction, data),
            looked_at=sorted(seen),
            reader=installed_reader(),
            checkers=installed_checkers(redaction.kind),
            ocr=_listening(installed_ocr(), heard),
        )

    try:
        done = made(known_of(redaction))
        if lost := _not_found_again(redaction, done):
            done = made(known_of(redaction) | lost)
    except Refused as refused:  # it was readable when it came; somebody changed the engine or the machine
        _back(redaction, [why_unreadable(refused)], at)
        return
    if reasons := [*_reasons(done), *_left_over(redaction, done, "".join(heard))]:
        _back(redaction, reasons, at)
        return
    text = "".join(heard) if redaction.of_pages else words_of(done.data)
    _keep(redaction, done, told_of(redaction, text), at)


def _not_found_again(redaction: Redaction, done: Done) -> dict[str, str]:
    """
    Words that were agreed to be hidden and that this search did not come upon: the person of the matter is another one now, or
    the engine hears otherwise. What was decided counts, so they are handed in as known, and the gate looks for them too.
    """
    hidden = {digest_of(words) for words in done.secrets}
    agreed = redaction.marks.filter(hide=True, added_by=None).exclude(digest__in=hidden)
    return {one.words: one.kind for one in agreed}


def give_back(redaction: Redaction, at: datetime) -> None:
    """It broke in a way that trying again does not mend: whoever handed it in learns so, and what to do."""
    with translation.override("zh-hans"):
        if redaction.state == State.FINDING:
            says = str(_("这个文件没能读完，系统已经记下原因：另存一份再交，还是不行请找管理员。"))
            Redaction.objects.filter(pk=redaction.pk, state=State.FINDING).update(state=State.UNREADABLE, note=[says])
            return
        _back(redaction, [str(_("副本没能做成，系统已经记下原因：再交一次，还是不行请找管理员。"))], at)


def _listening(ocr: Checker | None, heard: list[str]) -> Checker | None:
    """OCR that also keeps what it read, for a second look at what nobody had thought of."""
    if ocr is None:
        return None

    def listens(data: bytes) -> str:
        heard.append(ocr(data))
        return heard[-1]

    return listens


def _left_over(redaction: Redaction, done: Done, read: str) -> list[str]:
    """
    Numbers of persons that can still be read in the copy although nobody hid them: somebody missed one.

    What OCR hears is rough, so of pages only mobile numbers and identity numbers with a right check digit count.
    """
    public = grounds.public_words(redaction.unit)
    text = read if redaction.of_pages else words_of(done.data)
    found = {
        words
        for span in find(text)
        if grounds.plain(words := text[span.start : span.end]) not in public
        and (span.kind in STRUCTURED if not redaction.of_pages else span.valid or span.how == "mobile")
    }
    if not found:
        return []
    with translation.override("zh-hans"):
        says = _("副本里还认得出 %(n)d 个像电话、证件号的号码，没有遮住。请从头找到，加上，或者画框。")
        return [str(says % {"n": len(found)})]


def _boxes(redaction: Redaction, data: bytes) -> dict[int, list[Box]]:
    """Drawn boxes in the pixels of their pages."""
    drawn = list(redaction.boxes.all())
    sizes = page_sizes(data, {one.page for one in drawn})
    boxes: dict[int, list[Box]] = {}
    for one in drawn:
        wide, high = sizes[one.page]
        boxes.setdefault(one.page, []).append(
            Box(one.left * wide / 1000, one.top * high / 1000, one.right * wide / 1000, one.bottom * high / 1000)
        )
    return boxes


def _not_looked_at(redaction: Redaction, seen: set[int]) -> str:
    missing = [page for page in range(1, redaction.pages + 1) if page not in seen] if redaction.of_pages else []
    if not missing:
        return ""
    with translation.override("zh-hans"):
        pages = "、".join(map(str, missing[:20]))
        return str(_("第 %(pages)s 页还没有人看过：有没有人脸、车牌、门牌、印章？") % {"pages": pages})


def _reasons(done: Done) -> list[str]:
    """The gate's reasons, in words for the desk."""
    verdict = done.verdict
    if verdict.may_release:
        return []
    with translation.override("zh-hans"):
        reasons = [
            str(_("%(name)s在副本里还找得到 %(n)d 处该遮的，副本不能用。") % {"name": name, "n": found})
            for name, found in verdict.leaks
        ]
        foreign = [name for name in verdict.checkers if name not in {"raw-scan", "ocr"}]
        if len(foreign) < ENOUGH:
            says = _("这台机器上检查副本的程序不够（现在有：%(names)s），请管理员装上，见操作手册。")
            reasons.append(str(says % {"names": "、".join(foreign) or "—"}))
        if done.kind in {"pdf", "picture"} and "ocr" not in verdict.checkers:
            reasons.append(str(_("这台机器上没有认字的程序，页面上的字没法核对，请管理员装上，见操作手册。")))
        return reasons or [str(_("检查程序没有给出结论：%(why)s") % {"why": "；".join(verdict.reasons)})]


def read_again(redaction: Redaction) -> None:
    """What a copy tells that was made before copies were compared. One that cannot be read is marked so, and the page says it."""
    try:
        if redaction.copy is None:
            raise FileNotFoundError
        data, ocr = stored_bytes(redaction.copy), installed_ocr()
        text = words_of(data) if not redaction.of_pages else ocr(data) if ocr else None
        told = UNREAD if text is None else told_of(redaction, text)
    except (OSError, Refused):
        told = UNREAD
    Redaction.objects.filter(pk=redaction.pk, told__isnull=True, sha256=redaction.sha256).update(told=told)


def _keep(redaction: Redaction, done: Done, said: dict[str, list[str]], at: datetime) -> None:
    """Keep the bytes for the second pair of eyes. A copy of an earlier try stays sealed and unused until it is swept."""
    ending = done.kind
    if ending == "picture":
        ending = "jpg" if done.data.startswith(b"\xff\xd8") else "png"
    stored = receive_upload(
        done.data,
        claimed_name=f"{redaction.name}.{ending}",
        limits=house_limits(),
        by="house",
        at=at,
        for_kind=COPIES_OF,
        for_ref=str(redaction.pk),
        visibility=Visibility.STATION,
        upload_id=f"{redaction.ref}:{redaction.turn}",
    )
    told: dict[str, Any] = {
        "checkers": list(done.verdict.checkers),
        "counts": dict(done.counts),
        "dropped": dict(done.dropped),
    }
    Redaction.objects.filter(pk=redaction.pk, state=State.MAKING, turn=redaction.turn).update(
        state=State.REVIEW, copy=stored, sha256=stored.sha256, verdict=told, told=said, note=[], turn=redaction.turn + 1
    )


def _back(redaction: Redaction, reasons: list[str], at: datetime) -> None:
    with transaction.atomic():
        moved = Redaction.objects.filter(pk=redaction.pk, state=State.MAKING, turn=redaction.turn).update(
            state=State.DRAFT, note=reasons, turn=redaction.turn + 1
        )
        if moved:
            Step.objects.create(redaction=redaction, what=Step.What.STOPPED, at=at, words=reasons[0][:300])
