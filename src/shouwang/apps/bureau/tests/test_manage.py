"""Managing: who gets in, within which units, what leaves the house on paper, and what is recorded."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shouwang.apps.accounts.models import Invitation, User
from shouwang.apps.accounts.usecases import invite, token_of
from shouwang.apps.bureau import recovery
from shouwang.apps.bureau.history import rows_seen_by
from shouwang.apps.bureau.models import Draft, Recovery
from shouwang.apps.bureau.overview import ping_pong, side_by_side
from shouwang.apps.bureau.words import SETTINGS
from shouwang.apps.duty.models import DutySpan
from shouwang.apps.duty.usecases import sign_on
from shouwang.apps.ledger.models import Fork, Head
from shouwang.apps.ledger.state import keep_reread
from shouwang.apps.ledger.usecases import log_key, sequence_all
from shouwang.apps.ledger.witnessing import add_witness, watch
from shouwang.apps.matters import usecases as matters
from shouwang.apps.places.models import Community
from shouwang.apps.units.models import Officer, Role, Unit
from shouwang.apps.units.usecases import deactivate_officer
from shouwang.engines.translog import WITNESS, Key
from shouwang.kernel import audit
from shouwang.kernel.errors import Conflict, Refused
from shouwang.kernel.models import AuditRow
from tests.cast import MONDAY, Cast, consultation, officer, sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "lantern-by-the-river-7"
STAFF = "用户名,姓名,对外称呼,警号,单位,岗位\nlinxu,林旭,林警官,004400,青石镇派出所,值班民警\n"

#: Every page of managing that needs no object, with those who may open it.
LEADERS = {"liang", "fan", "shao", "admin"}
PLAIN = [
    "manage",
    "units",
    "unit-add",
    "officers",
    "officer-add",
    "invitations",
    "poster",
    "communities",
    "community-add",
    "imports",
    "settings",
    "trail",
    "log",
    "rules",
    "skills",
]
EVERYBODY = ["chen", "zhou", "liang", "fan", "meng", "an", "jiang", "shi", "shao", "admin"]


def addresses(cast: Cast) -> dict[str, tuple[str, set[str]]]:
    """Every route of managing, an address for it, and who may open it."""
    found = {name: (reverse(f"bureau:{name}"), LEADERS) for name in PLAIN}
    for kind in ("units", "staff", "communities"):
        found[f"import {kind}"] = (reverse("bureau:import", args=[kind]), LEADERS)
        found[f"template {kind}"] = (reverse("bureau:import-template", args=[kind]), LEADERS)
    qingshi, hewan = {"liang", "shao", "admin"}, {"fan", "shao", "admin"}
    found["unit"] = (reverse("bureau:unit", args=[cast.qingshi.pk]), qingshi)
    found["unit hewan"] = (reverse("bureau:unit", args=[cast.hewan.pk]), hewan)
    found["unit bureau"] = (reverse("bureau:unit", args=[cast.bureau.pk]), {"shao", "admin"})
    found["unit edit"] = (reverse("bureau:unit-act", args=[cast.hewan.pk, "edit"]), hewan)
    found["officer"] = (reverse("bureau:officer", args=[cast.chen.pk]), qingshi)
    found["officer hewan"] = (reverse("bureau:officer", args=[cast.meng.pk]), hewan)
    for key in ("edit", "post", "move", "invite", "deactivate"):
        found[f"officer {key}"] = (reverse("bureau:officer-act", args=[cast.chen.pk, key]), qingshi)
    found["end post"] = (reverse("bureau:post-end", args=[cast.chen.posts.get().pk]), qingshi)
    found["community"] = (reverse("bureau:community", args=[cast.liuxi.pk]), qingshi)
    found["community edit"] = (reverse("bureau:community-edit", args=[cast.liuxi.pk]), qingshi)
    found["overview"] = (reverse("bureau:home"), LEADERS | {"shi"})
    return found


class TestThePageOfTheLog:
    """A fork and a silent witness stand on it with the evidence, and the page of managing leads there."""

    def test_it_tells_how_the_log_stands(self, cast: Cast, client: Client) -> None:
        now = timezone.now()
        consultation(cast)
        sequence_all(at=now)
        own = log_key(now).vkey
        add_witness("分局", Key("bureau.example", b"w" * 32, WITNESS).public.vkey, at=now - timedelta(days=9))
        Head.objects.all()._raw_delete(Head.objects.db)
        sequence_all(at=now - timedelta(days=3))
        elsewhere = watch("邻所", "https://next.example/log/", Key("next.example/log", b"s" * 32).public.vkey)
        Fork.objects.create(
            watched=elsewhere, kept="HEAD-ONE", shown="HEAD-TWO", why="the log is shorter", at=now, digest="x"
        )
        keep_reread(now, ["tile 0/000 is not there"], whole=True)
        sign_in(client, cast.liang)
        page = client.get(reverse("bureau:log")).text
        for words in (
            "HEAD-ONE",
            "HEAD-TWO",
            "起没有再签",
            "1 处不对",
            "tile 0/000 is not there",
            "log_key rotate",
            own,
        ):
            assert words in page, words
        home = client.get(reverse("bureau:manage")).text
        assert home.count(reverse("bureau:log")) == 3
        sign_in(client, cast.chen)
        assert client.get(reverse("bureau:log")).status_code == 403


class TestWhoGetsIn:
    @pytest.mark.parametrize("who", EVERYBODY)
    def test_each_page_for_whom_it_is_meant_and_nobody_else(self, cast: Cast, client: Client, who: str) -> None:
        sign_in(client, getattr(cast, who))
        for name, (address, allowed) in addresses(cast).items():
            status = client.get(address).status_code
            assert (status == 200) is (who in allowed), f"{name} for {who}: {status}"
            assert status in {200, 403, 404}, name

    def test_strangers_sign_in_first(self, cast: Cast, client: Client) -> None:
        for name, (address, _allowed) in addresses(cast).items():
            answer = client.get(address)
            assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/"), name
            assert client.post(address, {"name": "x"}).status_code in {403, 405}, (
                f"{name}: says so, keeps what was typed"
            )

    def test_without_a_second_factor_nothing(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.admin.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        for address in (reverse("bureau:manage"), reverse("bureau:home"), reverse("bureau:in")):
            assert client.get(address)["Location"] == reverse("mfa_index")

    @pytest.mark.parametrize(
        ("who", "where"), [("chen", "/desk/"), ("shao", "/desk/"), ("admin", "/manage/"), ("shi", "/bureau/")]
    )
    def test_after_signing_in_everybody_arrives_at_their_work(
        self, cast: Cast, client: Client, who: str, where: str
    ) -> None:
        sign_in(client, getattr(cast, who))
        assert client.get(reverse("bureau:in"))["Location"] == where
        assert client.get(where).status_code == 200

    def test_a_chief_does_not_change_what_was_named_from_above(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.liang)
        assert client.get(reverse("bureau:officer", args=[cast.shi.pk])).status_code == 200
        gone = client.post(reverse("bureau:officer-act", args=[cast.shi.pk, "deactivate"]), {"reason": "不要监督。"})
        assert gone.status_code == 403
        assert Officer.objects.get(pk=cast.shi.pk).active


class TestPeople:
    def test_somebody_new_from_the_form_to_the_first_sign_in(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.liang)
        given = {
            "name": "林旭",
            "public_name": "林警官",
            "username": "linxu",
            "unit": cast.qingshi.pk,
            "roles": [Role.DUTY_OFFICER.value],
            "skills": "手语；无人机",
        }
        client.post(reverse("bureau:officer-add"), given)
        one = Officer.objects.get(name="林旭")
        page = client.get(reverse("bureau:officer", args=[one.pk])).content.decode()
        link = reverse("bureau:invitation", args=[token_of(Invitation.objects.get())])
        assert link in page
        assert link in client.get(reverse("bureau:invitations")).content.decode()
        assert AuditRow.objects.filter(action="bureau.invitations.shown").exists()

        theirs = Client()
        assert "林旭" in theirs.get(link).content.decode()
        assert theirs.post(link, {"password": "short", "again": "short"}).status_code == 400
        assert theirs.post(link, {"password": PASSWORD, "again": PASSWORD})["Location"] == reverse("mfa_activate_totp")
        assert theirs.get(reverse("mfa_activate_totp")).status_code == 200
        late = Client().post(link, {"password": PASSWORD, "again": PASSWORD})
        assert late.status_code == 410
        assert PASSWORD not in late.content.decode(), "what was typed is given back, but never a password"
        one.user.refresh_from_db()
        assert one.user.check_password(PASSWORD)

    def test_looking_at_the_link_does_not_use_it_up(self, cast: Cast, client: Client) -> None:
        link = reverse("bureau:invitation", args=[token_of(invite(cast.chen.user, by="x", at=timezone.now()))])
        for _ in range(3):
            assert client.get(link).status_code == 200

    def test_guessing_links_is_slowed_down(self, cast: Cast, client: Client) -> None:
        link = reverse("bureau:invitation", args=[token_of(invite(cast.chen.user, by="x", at=timezone.now()))])
        for _ in range(20):
            assert client.get(reverse("bureau:invitation", args=["1.guess"])).status_code == 410
        assert client.get(link).status_code == 429

    def test_who_leaves_is_signed_out_and_off_duty_and_their_link_is_dead(self, cast: Cast, client: Client) -> None:
        sign_on(cast.chen, cast.qingshi, at=MONDAY)
        token = token_of(invite(cast.chen.user, by="x", at=timezone.now()))
        sign_in(client, cast.chen)
        deactivate_officer(cast.chen, by=cast.liang, at=MONDAY + timedelta(hours=1), reason="离职。")
        assert DutySpan.objects.get().ended_at == MONDAY + timedelta(hours=1)
        assert client.get("/desk/").status_code == 302
        assert Client().get(reverse("bureau:invitation", args=[token])).status_code == 410

    def test_the_last_administrator_stays_and_the_page_says_why(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.shao)
        page = client.post(reverse("bureau:officer-act", args=[cast.admin.pk, "deactivate"]), {"reason": "离职。"})
        assert page.status_code == 400
        assert "最后一位系统管理员" in page.content.decode()
        assert "离职。" in page.content.decode(), "what was typed is kept"
        assert User.objects.get(username="admin").is_active

    def test_a_post_is_given_and_ended(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.liang)
        give = reverse("bureau:officer-act", args=[cast.chen.pk, "post"])
        client.post(give, {"unit": cast.qingshi.pk, "role": "community-officer", "since": "2026-01-01"})
        post = cast.chen.posts.get(role="community-officer")
        refused = client.post(give, {"unit": cast.qingshi.pk, "role": "chief", "since": "2026-01-01"})
        assert refused.status_code == 400
        client.post(reverse("bureau:post-end", args=[post.pk]), {"until": "2026-02-01", "reason": "换人。"})
        post.refresh_from_db()
        assert str(post.until) == "2026-02-01"
        page = client.get(reverse("bureau:officer", args=[cast.chen.pk])).content.decode()
        assert "结束岗位" in page
        assert "换人。" in page


class TestRecoveryByTwo:
    def test_one_asks_and_another_confirms(self, cast: Cast, client: Client) -> None:
        theirs = Client()
        sign_in(theirs, cast.chen)
        sign_in(client, cast.liang)
        client.post(reverse("bureau:officer-act", args=[cast.chen.pk, "recovery"]), {"reason": "手机掉河里了。"})
        asked = Recovery.objects.get()
        assert client.post(reverse("bureau:recovery", args=[asked.pk]), {"decision": "confirm"}).status_code == 403
        assert Authenticator.objects.filter(user=cast.chen.user).exists()
        sign_in(client, cast.shao)
        client.post(reverse("bureau:recovery", args=[asked.pk]), {"decision": "confirm"})
        assert not Authenticator.objects.filter(user=cast.chen.user).exists()
        assert theirs.get("/desk/").status_code == 302, "signed out everywhere"
        row = AuditRow.objects.get(action="bureau.recovery.confirmed")
        assert (row.actor, row.details["asked_by"]) == (cast.shao.ref, cast.liang.ref)

    def test_nobody_asks_or_confirms_for_themselves(self, cast: Cast) -> None:
        with pytest.raises(Refused):
            recovery.ask_recovery(cast.liang, by=cast.liang, at=MONDAY, reason="我丢了。")
        asked = recovery.ask_recovery(cast.admin, by=cast.shao, at=MONDAY, reason="丢了。")
        with pytest.raises(Refused):
            recovery.confirm_recovery(asked, by=cast.admin, at=MONDAY)

    def test_a_chief_does_not_reset_the_supervisor(self, cast: Cast) -> None:
        with pytest.raises(Refused):
            recovery.ask_recovery(cast.shi, by=cast.liang, at=MONDAY, reason="帮忙。")

    def test_it_lapses_after_three_days_and_may_be_asked_again(self, cast: Cast) -> None:
        asked = recovery.ask_recovery(cast.chen, by=cast.liang, at=MONDAY, reason="丢了。")
        with pytest.raises(Conflict):
            recovery.ask_recovery(cast.chen, by=cast.shao, at=MONDAY, reason="丢了。")
        late = MONDAY + timedelta(days=3)
        with pytest.raises(Conflict):
            recovery.confirm_recovery(asked, by=cast.shao, at=late)
        recovery.ask_recovery(cast.chen, by=cast.liang, at=late, reason="又丢了。")

    def test_a_refused_one_changes_nothing(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.shao)
        Authenticator.objects.create(user=cast.chen.user, type=Authenticator.Type.TOTP, data={"secret": ""})
        asked = recovery.ask_recovery(cast.chen, by=cast.liang, at=timezone.now(), reason="丢了。")
        client.post(reverse("bureau:recovery", args=[asked.pk]), {"decision": "refuse"})
        assert Authenticator.objects.filter(user=cast.chen.user).exists()
        with pytest.raises(Conflict):
            recovery.confirm_recovery(asked, by=cast.shao, at=timezone.now())


class TestImportPages:
    def upload(self, client: Client, kind: str, data: str):  # type: ignore[no-untyped-def]
        return client.post(
            reverse("bureau:import", args=[kind]), {"file": SimpleUploadedFile("list.csv", data.encode())}
        )

    def test_nothing_is_written_before_the_last_step(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.liang)
        preview = reverse("bureau:import-preview", args=["staff"])
        assert self.upload(client, "staff", STAFF)["Location"] == preview
        assert "林旭" in client.get(preview).content.decode()
        assert not User.objects.filter(username="linxu").exists()
        assert client.post(preview, {"import": "all"})["Location"] == reverse("bureau:invitations")
        assert User.objects.filter(username="linxu").exists()
        assert not Draft.objects.exists(), "the list does not stay behind"

    def test_with_a_wrong_row_only_the_good_ones_and_only_when_asked(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.liang)
        preview = reverse("bureau:import-preview", args=["staff"])
        self.upload(client, "staff", STAFF + "sun,孙月,孙警官,,没有的所,值班民警\n")
        page = client.get(preview).content.decode()
        assert "没有叫“没有的所”的单位" in page
        assert client.post(preview, {"import": "all"}).status_code == 200
        assert not User.objects.filter(username="linxu").exists()
        client.post(preview, {"import": "good"})
        assert User.objects.filter(username="linxu").exists()
        assert not User.objects.filter(username="sun").exists()

    def test_a_file_that_is_no_list_says_what_to_do(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.admin)
        page = self.upload(client, "staff", "PK\x03\x04")
        assert page.status_code == 400
        assert "Excel 工作簿" in page.content.decode()
        assert not Draft.objects.exists()

    def test_the_preview_is_the_uploaders_own(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.liang)
        self.upload(client, "staff", STAFF)
        sign_in(client, cast.shao)
        assert client.get(reverse("bureau:import-preview", args=["staff"])).status_code == 404

    def test_a_list_can_be_dropped(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.liang)
        self.upload(client, "staff", STAFF)
        client.post(reverse("bureau:import-preview", args=["staff"]), {"drop": "1"})
        assert not Draft.objects.exists()

    @pytest.mark.parametrize("kind", ["units", "staff", "communities"])
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_each_template_can_be_imported_as_it_is(self, cast: Cast, client: Client, kind: str, language: str) -> None:
        sign_in(client, cast.admin)
        client.cookies.load({"sw_language": language})
        example = client.get(reverse("bureau:import-template", args=[kind])).content.decode()
        assert self.upload(client, kind, example).status_code == 302
        preview = reverse("bureau:import-preview", args=[kind])
        client.post(preview, {"import": "all"})
        assert not Draft.objects.exists()

    def test_an_unknown_kind(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.admin)
        assert client.get("/manage/import/money/").status_code == 404


class TestUnitsAndCommunities:
    def test_a_workstation_by_its_chief(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.liang)
        client.post(reverse("bureau:unit-add"), {"parent": cast.qingshi.pk, "name": "桥头警务室"})
        assert Unit.objects.get(name="桥头警务室").kind == "workstation"
        page = client.post(reverse("bureau:unit-add"), {"parent": cast.bureau.pk, "name": "白云派出所", "prefix": "BY"})
        assert page.status_code == 400

    def test_an_edited_unit_tells_what_was_and_why(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.admin)
        given = {"name": "青石派出所", "prefix": "QS", "region": "33", "phone": "0570-0000110", "reason": "改名了。"}
        client.post(reverse("bureau:unit-act", args=[cast.qingshi.pk, "edit"]), given)
        page = client.get(reverse("bureau:unit", args=[cast.qingshi.pk])).content.decode()
        assert "<del>青石镇派出所</del> → 青石派出所" in page
        assert "改名了。" in page

    def test_a_community_with_its_boundary_drawn(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.liang)
        example = client.get(reverse("bureau:import-template", args=["communities"])).content
        given = {"name": "示例村", "kind": "village", "unit": cast.qingshi.pk, "active": "on"}
        client.post(reverse("bureau:community-add"), {**given, "map_file": SimpleUploadedFile("a.geojson", example)})
        one = Community.objects.get(name="示例村")
        page = client.get(reverse("bureau:community", args=[one.pk])).content.decode()
        assert '<path class="line" d="M' in page
        wrong = client.post(
            reverse("bureau:community-edit", args=[one.pk]), {**given, "map_file": SimpleUploadedFile("a", b"{}")}
        )
        assert "FeatureCollection" in wrong.content.decode()


class TestTheTrail:
    def rows(self, one: Officer) -> set[str]:
        return {row.subject for row in rows_seen_by(Officer.objects.get(pk=one.pk))[0]}

    def test_a_chief_sees_the_own_station_and_matters_the_desk_may_read(self, cast: Cast) -> None:
        ours = consultation(cast).matter
        theirs = matters.open_matter(cast.hewan, kind="help", channel="web", at=MONDAY, body="找人").matter
        audit.record("units.unit.changed", by=cast.fan.ref, on=cast.hewan, at=MONDAY)
        audit.record("units.unit.changed", by=cast.liang.ref, on=cast.qingshi, at=MONDAY)
        seen = self.rows(cast.liang)
        assert {f"units.unit:{cast.qingshi.pk}", ours.ref} <= seen
        assert not {f"units.unit:{cast.hewan.pk}", theirs.ref} & seen

    def test_a_matter_that_is_kept_from_somebody_is_kept_from_their_trail(self, cast: Cast) -> None:
        ours = consultation(cast).matter
        ours.kept_from.add(cast.liang)
        assert ours.ref not in self.rows(cast.liang)
        assert ours.ref in self.rows(cast.shao)

    def test_an_administrator_is_told_that_somebody_acted_and_not_on_what(self, cast: Cast, client: Client) -> None:
        ours = consultation(cast).matter
        audit.record("people.looked", by=cast.chen.ref, on=ours.ref, at=MONDAY, reason="核对地址")
        sign_in(client, cast.admin)
        page = client.get(reverse("bureau:trail")).content.decode()
        assert "people.looked" in page
        assert ours.ref not in page
        assert "核对地址" not in page
        by_subject = client.get(reverse("bureau:trail"), {"subject": ours.ref}).content.decode()
        assert "people.looked" not in by_subject, "asking by subject must not tell what a closed row is about"

    def test_looking_is_itself_recorded_with_its_filter(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.liang)
        client.get(reverse("bureau:trail"), {"actor": cast.chen.pk, "since": "2026-11-01"})
        row = AuditRow.objects.get(action="bureau.trail.read")
        assert row.actor == cast.liang.ref
        assert row.details["filters"] == {"actor": cast.chen.ref, "since": "2026-11-01"}

    def test_by_action_and_day(self, cast: Cast, client: Client) -> None:
        audit.record("units.unit.changed", by=cast.liang.ref, on=cast.qingshi, at=MONDAY, reason="星期一的事")
        sign_in(client, cast.liang)
        found = client.get(reverse("bureau:trail"), {"action": "units.unit.changed", "since": "2026-11-23"})
        assert "星期一的事" in found.content.decode()
        other = client.get(reverse("bureau:trail"), {"action": "units.unit.changed", "until": "2026-11-22"})
        assert "星期一的事" not in other.content.decode()


class TestInEnglish:
    def test_every_page_is_english_throughout(self, cast: Cast, client: Client) -> None:
        """Names of units and people are Chinese; the words of the pages are not."""
        sign_in(client, cast.admin)
        client.cookies.load({"sw_language": "en"})
        client.get(reverse("bureau:trail"))
        for name in (*PLAIN, "home"):
            if name == "rules":
                continue  # law texts have their own translation, and their ids are not ours
            page = client.get(reverse(f"bureau:{name}")).content.decode()
            assert "管理" not in re.sub("管理员", "", page), name
            assert not re.search("(单位|社区|人员|导入|岗位|记录)[^<]{2,}", page.replace("柳溪", "")), name


class TestFiguresRulesAndSettings:
    def test_stations_side_by_side_without_names(self, cast: Cast, client: Client) -> None:
        now = timezone.now()
        consultation(cast, at=now - timedelta(days=1))
        consultation(cast, at=now - timedelta(days=40))
        asked = {
            side.unit.name: side.figures.asked
            for side in side_by_side(cast.shao, since=now - timedelta(days=30), until=now)
        }
        assert asked == {"青石镇派出所": 1, "河湾派出所": 0}
        sign_in(client, cast.shao)
        page = client.get(reverse("bureau:home")).content.decode()
        for one in (cast.chen, cast.zhou, cast.liang, cast.meng):
            assert one.name not in page

    def test_a_chief_sees_only_the_own_station(self, cast: Cast) -> None:
        sides = side_by_side(cast.liang, since=MONDAY, until=MONDAY + timedelta(days=1))
        assert [side.unit for side in sides] == [cast.qingshi]

    def test_ping_pong_counts_matters_handed_on_twice(self, cast: Cast) -> None:
        one = consultation(cast).matter
        span = {"since": MONDAY, "until": MONDAY + timedelta(days=1)}
        matters.offer_transfer(one, to=cast.hewan, by=cast.chen, reason="人在河湾。", at=MONDAY)
        assert ping_pong(cast.qingshi, **span) == 0
        one.refresh_from_db()
        matters.accept_transfer(one, by=cast.meng, at=MONDAY)
        one.refresh_from_db()
        matters.offer_transfer(one, to=cast.qingshi, by=cast.meng, reason="其实在青石。", at=MONDAY)
        assert ping_pong(cast.qingshi, **span) == 1
        assert ping_pong(cast.hewan, **span) == 0

    def test_the_rule_book_marks_what_is_not_confirmed(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.liang)
        page = client.get(reverse("bureau:rules")).content.decode()
        assert "首次答复" in page
        assert "本所服务承诺" in page
        assert "看过原文" in page
        assert "首次答复" not in client.get(reverse("bureau:rules"), {"q": "身份证"}).content.decode()

    def test_every_setting_is_described_and_no_password_is_shown(
        self, cast: Cast, client: Client, settings: Any
    ) -> None:
        assert SETTINGS.keys() >= {field.name for field in fields(settings.SHOUWANG)}
        settings.SHOUWANG = replace(settings.SHOUWANG, database_url="postgres://sw:s3cret@db.local:5432/sw")
        sign_in(client, cast.admin)
        page = client.get(reverse("bureau:settings")).content.decode()
        assert "postgres://db.local/sw" in page
        assert "s3cret" not in page

    def test_the_poster_of_one_of_several_stations_leads_to_it(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.fan)
        assert "?station=HW" in client.get(reverse("bureau:poster")).content.decode()

    def test_the_only_administrator_is_told_to_find_a_second(self, cast: Cast, client: Client) -> None:
        sign_in(client, cast.admin)
        assert "只有一位系统管理员" in client.get(reverse("bureau:manage")).content.decode()
        officer("admin2", "另一位", "管理员", cast.bureau, Role.ADMINISTRATOR)
        assert "只有一位系统管理员" not in client.get(reverse("bureau:manage")).content.decode()
