"""
What the files app says no to.

    RuleBroken
    ├── UploadRefused     the upload is nothing we take; carries the inspection's code and parameters
    ├── UploadIdReused    one upload id, two different contents
    ├── StorageFull       no room on the disk; nothing was kept
    ├── ReasonMissing     an original is opened, held back or erased only for a written reason
    ├── NotAttachable     the file already belongs elsewhere
    ├── NotReady          held back for a check, or erased
    └── FileDamaged       the bytes on disk are missing or not what was sealed
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwang.apps.files import findings
from shouwang.apps.files.wording import sentence
from shouwang.kernel.errors import Conflict, RuleBroken


class UploadRefused(RuleBroken):
    """`refused` is what the inspection found; the message is its sentence for the sender."""

    code = "files.upload-refused"
    status = 422
    hint = _("请按提示换一个文件，再发一次。")

    def __init__(self, refused: findings.Refused) -> None:
        super().__init__(sentence(refused))
        self.refused = refused


class UploadIdReused(Conflict):
    code = "files.upload-id-reused"
    hint = _("请重新选择文件，再发一次。")


class StorageFull(RuleBroken):
    """The house has no room. Nothing half-written stays behind."""

    code = "files.storage-full"
    status = 507
    hint = _("您的文字不受影响，可以先发文字；文件请过一会儿再试。站里需要清理磁盘或换更大的磁盘。")


class ReasonMissing(RuleBroken):
    code = "files.reason-missing"
    status = 422
    hint = _("请写一句理由，比如“核对车牌，事项 QS-2026-00012-3”。它会记在审计记录里。")


class NotAttachable(Conflict):
    code = "files.not-attachable"
    hint = _("请重新上传这个文件。")


class NotReady(RuleBroken):
    code = "files.not-ready"
    status = 410
    hint = _("需要这个文件的话，请在对话里告诉值班民警。")


class FileDamaged(RuleBroken):
    code = "files.damaged"
    status = 503
    hint = _("请告诉管理员：从备份恢复这个文件。")
