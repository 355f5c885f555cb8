"""The welcome as `./sw up` prints it beside a running house: the same words, true at this moment."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from shouwang.demo import logins
from shouwang.site import welcoming
from tests.cast import Cast

SECRET = logins.base64.b32encode(b"12345678901234567890").decode()  # the secret of RFC 6238, appendix B


@pytest.mark.parametrize(("at", "digits"), [(59, "287082"), (1111111109, "081804"), (2000000000, "279037")])
def test_digits_are_those_of_the_standard(at: int, digits: str) -> None:
    assert welcoming.digits(SECRET, at) == digits


@given(st.binary(min_size=10, max_size=32), st.floats(0, 4e9))
def test_digits_are_those_the_house_expects(secret: bytes, at: float) -> None:
    text = logins.base64.b32encode(secret).decode()
    assert welcoming.digits(text, at) == format_hotp_value(hotp_value(text, int(at // 30)))


def test_places_are_filled_for_this_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    words = f"at {{here}}/\nphones {{phones}}\nchen {{digits {SECRET}}} for {{seconds}} s"
    monkeypatch.setattr(welcoming, "lan_address", lambda: "192.0.2.7")
    filled = "at http://127.0.0.1:8001/\nphones http://192.0.2.7:8001/\nchen 287082 for 1 s"
    assert welcoming.fill(words, "8001", at=59) == filled
    monkeypatch.setattr(welcoming, "lan_address", lambda: None)
    assert welcoming.fill(words, "8001", at=59) == "at http://127.0.0.1:8001/\nchen 287082 for 1 s"


def test_what_is_kept_belongs_to_one_server_and_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "welcome.json"
    assert welcoming.kept(file, 7) is None
    for _ in range(2):
        welcoming.keep(file, "words", 7)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (welcoming.kept(file, 7), welcoming.kept(file, 8)) == ("words", None)
    for broken in ("", "{", "[]", "7", json.dumps({"web": 7})):
        file.write_text(broken)
        assert welcoming.kept(file, 7) is None


@pytest.mark.django_db
def test_the_command_prints_what_it_keeps(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.SHOUWANG = replace(settings.SHOUWANG, data_dir=tmp_path)
    (tmp_path / "run").mkdir()
    said = StringIO()
    call_command("welcome", port="8001", keep_for=7, stdout=said)
    words = welcoming.kept(tmp_path / "run" / "welcome.json", 7)
    assert words is not None
    assert welcoming.fill(words, "8001").strip() == said.getvalue().strip()
    assert "http://127.0.0.1:8001/in/" in said.getvalue()


@pytest.mark.django_db
def test_a_first_run_is_not_kept(settings: Any, tmp_path: Path) -> None:
    settings.SHOUWANG = replace(settings.SHOUWANG, data_dir=tmp_path)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "place").write_text("8003 0.0.0.0")
    said = StringIO()
    call_command("welcome", keep_for=7, stdout=said)
    assert "http://127.0.0.1:8003/setup/" in said.getvalue()
    assert not (tmp_path / "run" / "welcome.json").exists()


def test_it_needs_no_packages() -> None:
    found = subprocess.run(
        [sys.executable, "-S", "-c", "import sys; sys.path.insert(0, 'src'); import shouwang.site.welcoming"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
