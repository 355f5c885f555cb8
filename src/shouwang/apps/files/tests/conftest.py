"""A room of its own for each test's files, and a room above that owns them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as house_settings

from shouwang.apps.files import policy
from shouwang.apps.files.findings import Limits
from shouwang.apps.files.models import StoredFile
from shouwang.apps.files.tests import corpus
from shouwang.apps.files.usecases import receive_upload
from shouwang.kernel.policy import Verdict, no, yes

NOON = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
OWNER = "tests.album"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: object) -> Path:
    """Where this test's files lie."""
    settings.SHOUWANG = dataclasses.replace(house_settings.SHOUWANG, data_dir=tmp_path)  # type: ignore[attr-defined]
    return tmp_path / "files"


@pytest.fixture
def album() -> Iterator[None]:
    """An owner whose rule looks at the visibility: a viewer here is simply the highest rank that one may see."""

    def may_open(viewer: int, stored_file: StoredFile) -> Verdict:
        return yes("看得到") if viewer >= stored_file.visibility else no("看不到")

    def may_open_original(viewer: int, stored_file: StoredFile) -> Verdict:
        return yes("可以") if viewer >= 3 else no("不可以")

    policy.register(OWNER, may_open=may_open, may_open_original=may_open_original)
    yield
    policy.unregister(OWNER)


def receive(data: bytes | None = None, **changes: object) -> StoredFile:
    """One upload of the small cast's resident."""
    options: dict[str, object] = {
        "claimed_name": "门口.jpg",
        "limits": Limits(),
        "by": "code:7",
        "at": NOON,
        "for_kind": OWNER,
        "for_ref": "12",
    }
    return receive_upload(corpus.telltale_jpeg() if data is None else data, **(options | changes))  # type: ignore[arg-type]
