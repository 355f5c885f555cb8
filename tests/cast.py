"""
The small cast of every test. One bureau, two stations, a workstation, and the people who serve there; all plainly fictional.

    陈警官   duty officer at 青石        周警官   duty officer at 青石
    梁所长   chief of 青石               范所长   chief of 河湾
    孟警官   duty officer at 河湾        安内勤   household clerk at 青石
    姜辅警   auxiliary at 青石           史监督   supervisor from outside
    邵分局   at the bureau               管理员   administrator
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from django.test import Client

from shouwang.apps.accounts.models import User
from shouwang.apps.matters.usecases import Opened, open_matter
from shouwang.apps.matters.viewer import Viewer
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Officer, Post, Role, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """`at("2026-11-23 21:58")`, station-local."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


#: A Monday in winter: the day on which most stories begin.
MONDAY = at("2026-11-23 09:00")


@dataclass
class Cast:
    bureau: Unit
    qingshi: Unit
    hewan: Unit
    liuxi_post: Unit
    liuxi: Community
    chen: Officer
    zhou: Officer
    liang: Officer
    fan: Officer
    meng: Officer
    an: Officer
    jiang: Officer
    shi: Officer
    shao: Officer
    admin: Officer

    def everybody(self) -> dict[str, Officer]:
        return {name: value for name, value in vars(self).items() if isinstance(value, Officer)}


def officer(username: str, name: str, public_name: str, unit: Unit, *roles: str) -> Officer:
    """An officer with the given roles in the unit since the start of 2026."""
    one = Officer.objects.create(
        user=User.objects.create(username=username), unit=unit, name=name, public_name=public_name
    )
    for role in roles:
        Post.objects.create(officer=one, unit=unit, role=role, since=date(2026, 1, 1))
    return one


def assemble() -> Cast:
    """Everybody, in an empty database."""
    bureau = Unit.objects.create(kind=Unit.Kind.BUREAU, name="云溪分局", region="33")
    qingshi = Unit.objects.create(
        kind=Unit.Kind.STATION, parent=bureau, name="青石镇派出所", prefix="QS", phone="0570-0000110"
    )
    hewan = Unit.objects.create(kind=Unit.Kind.STATION, parent=bureau, name="河湾派出所", prefix="HW")
    post = Unit.objects.create(kind=Unit.Kind.WORKSTATION, parent=qingshi, name="柳溪警务室")
    return Cast(
        bureau=bureau,
        qingshi=qingshi,
        hewan=hewan,
        liuxi_post=post,
        liuxi=Community.objects.create(name="柳溪村", slug="liuxi", unit=post),
        chen=officer("chen", "陈建国", "陈警官", qingshi, Role.DUTY_OFFICER),
        zhou=officer("zhou", "周敏", "周警官", qingshi, Role.DUTY_OFFICER),
        liang=officer("liang", "梁正", "梁所长", qingshi, Role.CHIEF),
        fan=officer("fan", "范立", "范所长", hewan, Role.CHIEF),
        meng=officer("meng", "孟河", "孟警官", hewan, Role.DUTY_OFFICER),
        an=officer("an", "安静", "安内勤", qingshi, Role.HOUSEHOLD_CLERK),
        jiang=officer("jiang", "姜小山", "姜辅警", qingshi, Role.AUXILIARY),
        shi=officer("shi", "史明", "史监督", qingshi, Role.SUPERVISOR),
        shao=officer("shao", "邵远", "邵警官", bureau, Role.BUREAU),
        admin=officer("admin", "管理员", "管理员", bureau, Role.ADMINISTRATOR),
    )


def consultation(cast: Cast, body: str = "孩子两个月了，人在外地，能上户口吗？", **changes: object) -> Opened:
    """A question that arrived at 青石 by web on Monday."""
    given: dict[str, object] = {"kind": "consultation", "channel": "web", "at": MONDAY, "body": body, **changes}
    return open_matter(cast.qingshi, **given)  # type: ignore[arg-type]


def with_code(opened: Opened) -> Viewer:
    """The resident who kept the code."""
    return Viewer(held={opened.matter.pk: opened.held})


def as_officer(one: Officer) -> Viewer:
    """The same officer as read anew by a request."""
    return Viewer(officer=Officer.objects.get(pk=one.pk))


def sign_in(client: Client, one: Officer) -> None:
    """Sign an officer in, with the second factor that the desk asks for."""
    Authenticator.objects.get_or_create(user=one.user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": ""}})
    client.force_login(one.user, backend="allauth.account.auth_backends.AuthenticationBackend")


def carry(client: Client, *opened: Opened) -> None:
    """Let this browser hold the codes, as after typing them."""
    session = client.session
    session["codes"] = [one.held.code_id for one in opened]
    session.save()
