"""
The key to the first-run wizard: printed where the house is started, so that a stranger on the network cannot take the house.

It lies in a file that only its owner may read, and is gone as soon as there is an administrator.
"""

from __future__ import annotations

import hmac
import os
from pathlib import Path

from django.conf import settings

from shouwang.apps.units.models import Post, Role
from shouwang.kernel import ids


def key_file() -> Path:
    folder: Path = settings.SHOUWANG.data_dir
    return folder / "setup.key"


def is_open() -> bool:
    """Whether there has never been an administrator. Once shut, the wizard stays shut."""
    return not Post.objects.filter(role=Role.ADMINISTRATOR).exists()


def chosen() -> bool:
    """Whether this house was started for the wizard: a later start must not fill it with the demo town."""
    return key_file().exists()


def ensure_key() -> str:
    """The key as it is printed, made when there is none yet."""
    key = read_key()
    if key is None:
        handle = os.open(key_file(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(ids.new_code() + "\n")
        key = read_key()
    if key is None:
        raise RuntimeError(f"{key_file()} cannot be read back.")
    return ids.show_code(key)


def read_key() -> str | None:
    """The key as it is compared, or None when there is no usable file."""
    try:
        return ids.clean_code(key_file().read_text())
    except (OSError, UnicodeDecodeError):
        return None


def fits(typed: str) -> bool:
    """Whether this is the key; takes the same time for every wrong one."""
    key, given = read_key(), ids.clean_code(typed)
    return hmac.compare_digest((given or "").encode(), (key or "no key").encode())


def forget_key() -> None:
    """Remove the file."""
    key_file().unlink(missing_ok=True)
