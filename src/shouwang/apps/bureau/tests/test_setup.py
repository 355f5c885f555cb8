"""The first-run wizard: nobody gets in without the key, going back loses nothing, and afterwards it is gone."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.test import Client

from shouwang.apps.accounts.second_factor import is_set_up
from shouwang.apps.bureau import founding, setupkey
from shouwang.apps.bureau.models import Setup
from shouwang.apps.units.models import Officer, Role, Unit
from shouwang.kernel.errors import Conflict
from shouwang.kernel.models import AuditRow
from tests.cast import MONDAY, Cast, sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "lantern-by-the-river-7"


@pytest.fixture
def key(settings: Any, tmp_path: Path) -> str:
    """The key as the console printed it, in a data folder of its own."""
    settings.SHOUWANG = replace(settings.SHOUWANG, data_dir=tmp_path)
    return setupkey.ensure_key()


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def open_door(client: Client, key: str, language: str = "zh-hans"):  # type: ignore[no-untyped-def]
    return client.post("/setup/", {"language": language, "key": key})


def answer_all(client: Client, key: str) -> None:
    """Everything up to the second factor."""
    open_door(client, key)
    client.post("/setup/bureau/", {"bureau": "云溪\u202e分局"})  # what turns a text round is not kept, nor meant
    client.post("/setup/stations/1/name/", {"name": "青石镇派出所", "prefix": "qs"})
    client.post("/setup/stations/1/region/", {"province": "33", "code": "330824"})
    client.post("/setup/stations/1/contact/", {"phone": "0570-0000110", "address": "老街 1 号", "hours": ""})
    client.post(
        "/setup/administrator/", {"name": "管理员", "username": "admin", "password": PASSWORD, "again": PASSWORD}
    )


def found(client: Client, key: str):  # type: ignore[no-untyped-def]
    answer_all(client, key)
    return client.post("/setup/second-factor/", {"code": code_now(Setup.objects.get().secret)})


class TestTheKey:
    def test_an_empty_house_leads_to_the_wizard(self, client: Client, key: str) -> None:
        assert client.get("/")["Location"] == "/setup/"
        assert "开张钥匙" in client.get("/setup/").content.decode()

    def test_without_the_key_no_question_is_shown(self, client: Client, key: str) -> None:
        for path in ("bureau/", "stations/", "stations/1/name/", "administrator/", "second-factor/"):
            assert client.get(f"/setup/{path}")["Location"] == "/setup/", path
            assert client.post(f"/setup/{path}", {"bureau": "别人"})["Location"] == "/setup/", path
        assert not Setup.objects.exists()

    def test_a_wrong_key_opens_nothing_and_is_recorded(self, client: Client, key: str) -> None:
        page = open_door(client, "0000-0000-0000")
        assert page.status_code == 400
        assert "不是这把钥匙" in page.content.decode()
        assert client.get("/setup/bureau/")["Location"] == "/setup/"
        assert AuditRow.objects.filter(action="bureau.setup.wrong_key").exists()

    def test_guessing_is_slowed_down_even_for_the_right_key(self, client: Client, key: str) -> None:
        for _ in range(10):
            open_door(client, "0000-0000-0000")
        assert open_door(client, key).status_code == 429

    def test_the_key_may_be_typed_as_people_type(self, client: Client, key: str) -> None:
        assert open_door(client, f" {key.lower().replace('-', ' ')} ")["Location"] == "/setup/bureau/"

    def test_only_its_owner_may_read_the_file_and_it_stays_the_same(self, key: str) -> None:
        assert setupkey.key_file().stat().st_mode & 0o077 == 0
        assert setupkey.ensure_key() == key

    def test_without_a_key_file_nothing_fits(self, key: str) -> None:
        setupkey.forget_key()
        assert not setupkey.fits(key)
        assert not setupkey.fits("")

    def test_the_language_is_remembered(self, client: Client, key: str) -> None:
        answer = open_door(client, key, language="en")
        assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"

    def test_a_house_with_an_administrator_has_no_wizard(self, cast: Cast, client: Client, key: str) -> None:
        for path in ("", "bureau/", "stations/", "administrator/", "second-factor/", "codes/", "import/", "done/"):
            assert client.get(f"/setup/{path}").status_code == 404, path
        sign_in(client, cast.admin)
        assert client.get("/setup/").status_code == 404


class TestTheQuestions:
    def test_from_the_key_to_the_open_door(
        self, client: Client, key: str, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            assert found(client, key)["Location"] == "/setup/codes/"
        station = Unit.objects.get(name="青石镇派出所")
        assert (station.prefix, station.region, station.phone) == ("QS", "330824", "0570-0000110")
        assert station.parent is not None
        assert (station.parent.name, station.parent.region) == ("云溪分局", "330824")
        admin = Officer.objects.get()
        assert admin.roles == {Role.ADMINISTRATOR}
        assert admin.user.check_password(PASSWORD)
        assert is_set_up(admin.user)
        assert not setupkey.key_file().exists()

        assert client.get("/setup/import/")["Location"] == "/setup/codes/"
        page = client.get("/setup/codes/").content.decode()
        assert page.count('class="code"') == 10
        assert client.post("/setup/codes/", {}).status_code == 400
        assert client.post("/setup/codes/", {"written": "on"})["Location"] == "/setup/import/"
        assert client.get("/setup/import/").status_code == 200
        assert client.post("/setup/import/")["Location"] == "/setup/done/"
        assert "扫码就能问派出所" in client.get("/setup/done/").content.decode()
        assert client.post("/setup/done/")["Location"] == "/manage/"
        assert client.get("/setup/").status_code == 404
        assert client.get("/setup/done/").status_code == 404
        assert client.get("/manage/").status_code == 200
        assert client.get("/").status_code == 200
        done = set(AuditRow.objects.values_list("action", flat=True))
        assert {
            "bureau.setup.opened",
            "bureau.setup.house_created",
            "units.post.given",
            "bureau.setup.finished",
        } <= done

    def test_going_back_shows_what_was_answered(self, client: Client, key: str) -> None:
        answer_all(client, key)
        assert 'value="云溪分局"' in client.get("/setup/bureau/").content.decode()
        assert 'value="QS"' in client.get("/setup/stations/1/name/").content.decode()
        region = client.get("/setup/stations/1/region/").content.decode()
        assert '<option value="33" selected' in region
        assert 'value="330824"' in region
        assert 'value="0570-0000110"' in client.get("/setup/stations/1/contact/").content.decode()
        assert 'value="admin"' in client.get("/setup/administrator/").content.decode()
        kept = Setup.objects.get().password
        client.post("/setup/administrator/", {"name": "管理员", "username": "boss", "password": "", "again": ""})
        setup = Setup.objects.get()
        assert setup.password == kept
        assert setup.answers["username"] == "boss"

    def test_a_second_station_and_one_taken_away(self, client: Client, key: str) -> None:
        answer_all(client, key)
        client.post("/setup/stations/2/name/", {"name": "河湾派出所", "prefix": "HW"})
        assert client.post("/setup/stations/")["Location"] == "/setup/stations/", "it lacks its region and phone"
        client.post("/setup/stations/", {"remove": "2"})
        assert client.post("/setup/stations/")["Location"] == "/setup/administrator/"

    def test_a_question_cannot_be_jumped_over(self, client: Client, key: str) -> None:
        open_door(client, key)
        assert client.get("/setup/administrator/")["Location"] == "/setup/bureau/"
        assert client.get("/setup/second-factor/")["Location"] == "/setup/bureau/"
        assert client.get("/setup/stations/3/name/").status_code == 404
        assert client.get("/setup/stations/1/nonsense/").status_code == 404

    @pytest.mark.parametrize(
        ("path", "given", "says"),
        [
            ("bureau/", {"bureau": ""}, "请写上级单位的名称"),
            ("stations/1/name/", {"name": "青石镇派出所", "prefix": "青石"}, "2 到 4 个拉丁字母"),
            ("stations/1/name/", {"name": "云溪分局", "prefix": "QS"}, "已经有一个单位叫这个名字"),
            ("stations/1/region/", {"province": "33", "code": "440305"}, "不在您选的省里"),
            ("stations/1/region/", {"province": "", "code": ""}, "请选一个省"),
            ("stations/1/contact/", {"phone": "call us"}, "电话看不懂"),
            ("administrator/", {"name": "a", "username": "a", "password": "short", "again": "short"}, "密码"),
            (
                "administrator/",
                {"name": "a", "username": "a b", "password": PASSWORD, "again": PASSWORD},
                "用户名只能用",
            ),
            ("administrator/", {"name": "a", "username": "a", "password": PASSWORD, "again": "x"}, "两遍不一样"),
        ],
    )
    def test_a_slip_is_told_beside_its_field(
        self, client: Client, key: str, path: str, given: dict[str, str], says: str
    ) -> None:
        answer_all(client, key)
        page = client.post(f"/setup/{path}", given)
        assert page.status_code == 400
        assert says in page.content.decode()

    def test_a_wrong_number_of_the_authenticator_creates_nothing(self, client: Client, key: str) -> None:
        answer_all(client, key)
        wrong = "000000" if code_now(Setup.objects.get().secret) != "000000" else "000001"
        assert client.post("/setup/second-factor/", {"code": wrong}).status_code == 400
        assert not Unit.objects.exists()
        assert setupkey.is_open()

    def test_the_house_is_created_once(self, client: Client, key: str) -> None:
        found(client, key)
        with pytest.raises(Conflict):
            founding.create_house(MONDAY)
        assert Unit.objects.count() == 2

    def test_nobody_else_sees_the_last_pages(self, client: Client, key: str) -> None:
        found(client, key)
        stranger = Client()
        for path in ("", "codes/", "import/", "done/"):
            assert stranger.get(f"/setup/{path}").status_code == 404, path
        assert client.get("/setup/")["Location"] == "/setup/codes/"

    def test_the_password_is_nowhere_in_the_database_in_the_clear(self, client: Client, key: str) -> None:
        answer_all(client, key)
        setup = Setup.objects.get()
        assert PASSWORD not in str(setup.answers) + setup.password
        found(client, key)
        setup.refresh_from_db()
        assert (setup.password, setup.secret) == ("", "")
