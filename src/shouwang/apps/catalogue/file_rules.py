"""Who may open an attachment: everybody when a version holds it that everybody may read; before that, whoever keeps the item."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from shouwang.apps.catalogue import policy as catalogue
from shouwang.apps.catalogue.models import Item
from shouwang.apps.catalogue.usecases import FILES_OF
from shouwang.apps.files import policy as files
from shouwang.apps.files.models import StoredFile
from shouwang.kernel.policy import Verdict, no, yes


def may_open(viewer: Any, stored_file: StoredFile) -> Verdict:
    item = Item.objects.select_related("unit__parent").filter(pk=int(stored_file.owner_ref)).first()
    if item is None:
        return no(_("这个文件属于一项已经没有的公开事项。"))
    if item.texts_readable:
        held = item.versions.values_list("files", flat=True)
        if any(one["ref"] == stored_file.ref for files_of in held for one in files_of):
            return yes(_("这个文件是公开的。"))
    if viewer.officer is not None:
        return catalogue.may_keep(viewer.officer, item)
    return no(_("这个文件没有公开，或者已经撤下。"))


files.register(FILES_OF, may_open=may_open)
