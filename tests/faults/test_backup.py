"""A backup made while the house runs, put into an empty one, is the same house."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.faults.house import FaultHouse, a_database
from tests.faults.test_starved import Resident, well_filled

pytestmark = pytest.mark.fault
PICTURE = Path("files/ab/abCDEFGHIJKLMNOPQRSTUV.original")


def command(house: FaultHouse, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        house.python("-m", "shouwang", *arguments), env=house.environment, capture_output=True, text=True, timeout=300
    )


def test_a_backup_put_into_an_empty_house_is_the_same_house(house: FaultHouse, tmp_path: Path) -> None:
    well_filled(house)
    assert Resident(house).ask("one").status_code == 302
    (house.folder / PICTURE).parent.mkdir(parents=True)
    (house.folder / PICTURE).write_bytes(b"sealed")
    house.manage("backup", str(tmp_path / "full.tar"), "--with-key")
    house.manage("backup", str(tmp_path / "plain.tar"))
    assert (tmp_path / "full.tar").stat().st_mode & 0o777 == 0o600
    assert "is there already" in command(house, "backup", str(tmp_path / "full.tar")).stderr
    assert Resident(house).ask("after").status_code == 302

    refused = command(house, "restore", str(tmp_path / "full.tar"))
    assert refused.returncode
    assert "has data already" in refused.stderr

    with a_database(os.environ.get("SHOUWANG_DATABASE_URL", "")) as url:
        other = FaultHouse(tmp_path / "other", url)
        other.folder.mkdir()
        (tmp_path / "broken.tar").write_bytes((tmp_path / "full.tar").read_bytes()[:3000])
        assert "cannot be read as a backup" in command(other, "restore", str(tmp_path / "broken.tar")).stderr
        assert "The key of this backup is missing" in command(other, "restore", str(tmp_path / "plain.tar")).stderr

        shutil.copy(house.folder / "house.key", other.folder / "house.key")
        assert "Restored, with 1 files." in other.manage("restore", str(tmp_path / "plain.tar"))
        same(house, other)

    with a_database(os.environ.get("SHOUWANG_DATABASE_URL", "")) as url:
        third = FaultHouse(tmp_path / "third", url)
        third.folder.mkdir()
        third.manage("restore", str(tmp_path / "full.tar"))
        same(house, third)
        third.manage("prepare", "--empty")
        try:
            third.start("web")
            third.until_healthy()
            assert Resident(third).ask("two").status_code == 302
        finally:
            third.stop()


def same(house: FaultHouse, restored: FaultHouse) -> None:
    """What was there at the backup is there, and opens with its key; what came later is not."""
    held = restored.ask_inside("judge", "one", "two")
    assert held["faults"] == []
    assert list(held["talks"]) == ["one"]
    assert held["talks"]["one"] == house.ask_inside("judge", "one", "two")["talks"]["one"]
    assert (restored.folder / PICTURE).read_bytes() == b"sealed"
    assert (restored.folder / "house.key").read_text() == (house.folder / "house.key").read_text()
