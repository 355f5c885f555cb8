"""Through a real nginx, configured as `docs/how-to/run-behind-a-proxy.md` says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator

import httpx
import pytest

from shouwang.kernel import ids
from tests.faults.conftest import CLUSTER
from tests.faults.house import PATIENCE_S, ROOT, FaultHouse, a_house, free_port, wait_until
from tests.faults.test_starved import Resident, well_filled

pytestmark = pytest.mark.fault
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


def documented(house_port: int, port: int) -> str:
    """The server of the how-to, on plain HTTP and ports of this test."""
    page = (ROOT / "docs/how-to/run-behind-a-proxy.md").read_text(encoding="utf-8")
    server = page.partition("```nginx\n")[2].partition("```")[0]
    server, certificates = re.subn(r"^ +ssl_.*\n", "", server, flags=re.MULTILINE)
    assert certificates == 2
    assert "listen 443 ssl;" in server
    server = server.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    return server.replace("http://127.0.0.1:8000;", f"http://127.0.0.1:{house_port};")


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory, prepared: FaultHouse) -> Iterator[FaultHouse]:
    """A house behind nginx; its `port` is the proxy's."""
    settings = {"SHOUWANG_TRUSTED_PROXIES": "1", "SHOUWANG_CODE_TRIES_PER_HOUR": "3"}
    place = tmp_path_factory.mktemp("proxied")
    with a_house(place / "house", CLUSTER, like=prepared, **settings) as house:
        well_filled(house)
        folder, port = place / "nginx", free_port()
        folder.mkdir()
        places = "".join(
            f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            f"pid {folder}/pid;\nerror_log stderr;\ndaemon off;\nevents {{}}\n"
            f"http {{\naccess_log off;\n{places}{documented(house.port, port)}}}\n"
        )
        if os.geteuid() == 0:
            (folder / "nginx.conf").write_text("user root;\n" + (folder / "nginx.conf").read_text())
        house.spawn("nginx", [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")])
        house.port = port
        wait_until(house.healthy, "nginx does not pass anything on.", lambda: house.log("nginx"))
        yield house


def test_news_comes_at_once_through_the_proxy(behind: FaultHouse) -> None:
    resident = Resident(behind)
    landed = resident.ask("one")
    assert landed.status_code == 302
    page = resident.browser.get(landed.headers["location"]).text
    line = re.search(r'data-live="([^"]+)" data-cursor="([^"]+)"', page)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert line
    assert token
    with resident.browser.stream("GET", "/live", params={"s": line[1], "since": line[2]}) as stream:
        assert stream.status_code == 200
        lines = stream.iter_lines()
        assert next(line for line in lines if line), "the first line comes before anything has happened"
        say = {"csrfmiddlewaretoken": token[1], "body": "还有一句。", "client_id": "two"}
        assert resident.browser.post(f"{landed.headers['location']}say/", data=say).status_code == 302
        # The stream is still open: had the proxy kept the line until it was full, nothing would come here.
        assert any("entry" in line for line in lines)


def test_a_caller_cannot_pretend_to_be_many(behind: FaultHouse) -> None:
    with httpx.Client(base_url=behind.url, timeout=PATIENCE_S, trust_env=False, verify=False) as guesser:
        tries = [
            guesser.get(f"/c/{ids.new_code()}/", headers={"X-Forwarded-For": f"203.0.113.{number}"}).status_code
            for number in range(5)
        ]
    assert tries[0] != 429
    assert tries[-1] == 429


def test_the_configuration_is_what_nginx_understands(behind: FaultHouse) -> None:
    folder = behind.folder.parent / "nginx"
    ran = subprocess.run(
        [NGINX, "-t", "-p", str(folder), "-c", str(folder / "nginx.conf")], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    assert "warn" not in ran.stderr
