"""
The settings of a house: one frozen value, built once, read by name. Nothing else reads the environment.

Every field is one variable: `photo_limit_mb` is `SHOUWANG_PHOTO_LIMIT_MB`. A bad value stops the start with a sentence.
Numbers that a law sets are data with a source (`engines/law`), never settings.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).resolve().parents[3]


class BadSetting(SystemExit):
    """A setting cannot be used; the message is a sentence that says what to write instead."""


def setting(default: Any, says: str) -> Any:
    """A field of `Config` with its one-line description, which `docs/reference/settings.md` repeats."""
    return field(default=default, metadata={"says": says})


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can differ from one house to the next."""

    data_dir: Path = setting(HOUSE / "var", "Folder for the database, files, keys and logs.")
    rules_dir: Path = setting(
        Path("rules"),
        "Folder of the station's own files, in the data folder unless it begins with `/`: law and promises (`*.toml`), triage "
        "(`triage/*.toml`), words of danger (`danger/*.toml`). A file that cannot be used stops the start.",
    )
    database_url: str = setting("", "PostgreSQL address `postgres://user:password@host:port/name`; empty means SQLite.")
    database_wait_s: int = setting(
        20, "Seconds a step waits for somebody else who holds the database, before it says so."
    )
    hosts: tuple[str, ...] = setting(("*",), "Names under which the house is reached, separated by commas.")
    public_url: str = setting("http://127.0.0.1:8000", "Address printed into QR codes, receipts and notices.")
    https: bool = setting(False, "Whether residents reach the house by HTTPS: cookies and passkeys then insist on it.")
    trusted_proxies: int = setting(
        0, "How many proxies stand in front; the caller's address is taken that far from the end."
    )
    debug: bool = setting(False, "Show programmers' error pages. Never in a real station.")
    photo_limit_mb: int = setting(12, "Largest picture that may be sent, in megabytes.")
    file_limit_mb: int = setting(20, "Largest document that may be sent, in megabytes.")
    voice_limit_s: int = setting(120, "Longest voice note, in seconds.")
    dispatch_silence_minutes: int = setting(
        3, "Minutes after which a crew that was sent and does not acknowledge rings whoever leads the shift."
    )
    log_delay_hours: int = setting(
        24, "Hours within which whatever was received stands in the transparency log; receipts promise it."
    )
    push_services: tuple[str, ...] = setting(
        (),
        "Names of push services that reminders on residents' phones may go through, separated by commas; `.example.net` means every name "
        "that ends so. Empty means the feature is off and nobody outside is asked.",
    )
    code_tries_per_hour: int = setting(20, "Wrong tracking codes one address may try in an hour.")

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Config:
        """Read `SHOUWANG_*`. Raises BadSetting for an unknown name or an unusable value."""
        env = os.environ if env is None else env
        known = {f"SHOUWANG_{f.name.upper()}": f for f in fields(cls)}
        stray = sorted(name for name in env if name.startswith("SHOUWANG_") and name not in known)
        if stray:
            raise BadSetting(f"{stray[0]} is not a setting. The known ones are in docs/reference/settings.md.")
        given: dict[str, Any] = {f.name: _read(name, env[name], f.default) for name, f in known.items() if name in env}
        return cls(**given)


def _read(name: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        if text.lower() not in {"true", "false"}:
            raise BadSetting(f"{name} must be true or false, not {text!r}.")
        return text.lower() == "true"
    if isinstance(default, int):
        if not text.isascii() or not text.isdecimal():
            raise BadSetting(f"{name} must be a whole number, not {text!r}.")
        return int(text)
    if isinstance(default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if isinstance(default, Path):
        path = Path(text).expanduser()
        return path.resolve() if default.is_absolute() else path
    return text
