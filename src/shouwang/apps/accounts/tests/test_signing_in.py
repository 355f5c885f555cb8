"""Staff come in by password and a second factor, and not by the password alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from shouwang.apps.accounts.models import User

PASSWORD = "柳树下的旧木船"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

pytestmark = pytest.mark.django_db


def code_now(secret: str) -> str:
    """What the app on the phone shows at this moment."""
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))


@pytest.fixture(autouse=True)
def a_new_day(settings: Any) -> None:
    """A code works once and tries are counted, both in the cache. And no test waits for a slow hash."""
    cache.clear()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def chen() -> User:
    return User.objects.create_user("chen", PASSWORD)


@pytest.fixture
def chen_with_phone(chen: User) -> User:
    TOTP.activate(chen, SECRET)
    return chen


def signs_in(browser: Client, password: str = PASSWORD) -> str:
    answer = browser.post("/accounts/login/", {"login": "chen", "password": password})
    return answer.headers.get("Location", "")


def confirms(browser: Client) -> None:
    """The password once more, which every change of the protection asks for."""
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})


def test_password_and_code_open_the_desk(client: Client, chen_with_phone: User) -> None:
    assert signs_in(client) == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session, "the password alone signs nobody in"
    assert "第二步" in client.get("/accounts/2fa/authenticate/").text
    answer = client.post("/accounts/2fa/authenticate/", {"code": code_now(SECRET)})
    assert answer.headers["Location"] == "/in/"
    assert client.session["_auth_user_id"] == str(chen_with_phone.pk)


def test_a_wrong_code_opens_nothing_and_says_so(client: Client, chen_with_phone: User) -> None:
    signs_in(client)
    right = code_now(SECRET)
    wrong = f"{(int(right) + 123456) % 1000000:06d}"
    page = client.post("/accounts/2fa/authenticate/", {"code": wrong})
    assert 'class="error"' in page.text
    assert "_auth_user_id" not in client.session


def test_a_recovery_code_stands_in_for_a_lost_phone_once(client: Client, chen_with_phone: User) -> None:
    code = RecoveryCodes.activate(chen_with_phone).get_unused_codes()[0]
    signs_in(client)
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).headers["Location"] == "/in/"
    another = Client()
    signs_in(another)
    assert "Location" not in another.post("/accounts/2fa/authenticate/", {"code": code}).headers


def test_a_wrong_password_keeps_the_name_and_says_what_is_wrong(client: Client, chen: User) -> None:
    page = client.post("/accounts/login/", {"login": "chen", "password": "不对的密码不对"})
    assert 'value="chen"' in page.text
    assert 'class="error"' in page.text


def test_without_a_second_factor_the_first_page_is_the_one_that_sets_it_up(client: Client, chen: User) -> None:
    signs_in(client)
    assert client.get("/desk/").headers["Location"] == "/accounts/2fa/"
    assert "还差一步就能开始工作" in client.get("/accounts/2fa/").text


def test_an_officer_sets_up_the_app_on_the_phone(client: Client, chen: User) -> None:
    signs_in(client)
    assert client.get("/accounts/2fa/totp/activate/").headers["Location"].startswith("/accounts/reauthenticate/")
    confirms(client)
    page = client.get("/accounts/2fa/totp/activate/").text
    secret = re.search(r'id="secret">([A-Z2-7=]+)<', page)
    assert secret
    assert 'src="data:image/svg+xml' in page
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_now(secret[1])})
    assert answer.status_code == 302
    assert Authenticator.objects.filter(user=chen, type=Authenticator.Type.TOTP).exists()
    assert get_adapter().is_mfa_enabled(chen)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/accounts/2fa/", "登录保护"),
        ("/accounts/2fa/recovery-codes/generate/", "换一组恢复码"),
        ("/accounts/2fa/totp/deactivate/", "停用手机验证器"),
        ("/accounts/2fa/webauthn/", "还没有通行密钥"),
        ("/accounts/2fa/webauthn/add/", "添加通行密钥"),
        ("/accounts/password/change/", "至少 10 个字符"),
        ("/accounts/reauthenticate/", "再确认一次是您"),
        ("/accounts/2fa/reauthenticate/", "再确认一次是您"),
        ("/accounts/logout/", "离开前请退出"),
    ],
)
def test_every_account_page_speaks_plainly(client: Client, chen_with_phone: User, path: str, says: str) -> None:
    signs_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_now(SECRET)})
    confirms(client)
    page = client.get(path)
    assert page.status_code == 200
    assert says in page.text


def test_nobody_signs_up(client: Client) -> None:
    page = client.get("/accounts/signup/")
    assert "这里不能自己注册" in page.text


def test_signing_out_takes_a_press_not_a_link(client: Client, chen_with_phone: User) -> None:
    client.force_login(chen_with_phone)
    client.get("/accounts/logout/")
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session
