"""What leaves the house of a penalty decision, by whose hands, and how it comes back."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from shouwang.apps.cases import ending
from shouwang.apps.cases.models import Case
from shouwang.apps.cases.tests.scene import suspect
from shouwang.apps.ledger.models import Leaf
from shouwang.apps.matters.errors import NothingSaid
from shouwang.apps.matters.models import Matter
from shouwang.apps.penalties import usecases as penalties
from shouwang.apps.penalties.models import Penalty, Stage
from shouwang.apps.penalties.tests.conftest import HOUR, NOON, Court
from shouwang.apps.people.models import Look
from shouwang.apps.results import usecases
from shouwang.apps.results.errors import NotPublished, TellsWho, WrongMoment
from shouwang.apps.results.models import Because, Decision, Setting, State, Whom
from shouwang.apps.results.tests.making import LATER, NAME, drafted, proposed, published, served
from shouwang.kernel.errors import Refused
from tests.cast import sign_in

pytestmark = pytest.mark.django_db


def leaves(kind: str) -> list[dict[str, object]]:
    found = [json.loads(bytes(one.body)) for one in Leaf.objects.order_by("pk") if one.key.startswith(f"{kind}:")]
    return [one["data"] for one in found]


class TestTheRule:
    def test_the_organisation_keeps_its_name_and_nobody_else_does(self, court: Court) -> None:
        one = drafted(court)
        assert one.who == NAME
        assert NAME in one.facts
        for hidden in ("吴店主", "林二雀", "13900000002", "样板路"):
            assert hidden not in one.facts
        assert "吴某" in one.facts
        assert "林某" in one.facts

    def test_what_was_found_stays_readable(self, court: Court) -> None:
        facts = "店里有三台电脑开着，两间客房没有登记，小区门禁坏了。样板路 8 号。"
        one = drafted(court, served(court, facts=facts))
        assert one.facts == "店里有三台电脑开着，两间客房没有登记，小区门禁坏了。〔住址〕。"

    def test_a_text_that_still_tells_who_somebody_is_is_handed_in_by_nobody(self, court: Court) -> None:
        one = usecases.write(drafted(court), by=court.cast.chen, facts="没有登记林二雀。", seen=1, at=LATER)
        with pytest.raises(TellsWho, match="林二雀"):
            usecases.hand_in(one, by=court.cast.chen, seen=2, at=LATER)

    def test_nor_published_when_a_name_became_known_meanwhile(self, court: Court) -> None:
        one = usecases.write(drafted(court), by=court.cast.chen, facts="没有登记绿豆糕。", seen=1, at=LATER)
        one = usecases.hand_in(one, by=court.cast.chen, seen=2, at=LATER)
        suspect(court.case, "绿豆糕")
        with pytest.raises(TellsWho):
            usecases.publish(one, by=court.cast.liang, seen=2, at=LATER)


class TestTwoPairsOfEyes:
    def test_published_by_another_leader_and_into_the_log(self, court: Court) -> None:
        one = published(court)
        assert (one.state, one.published_by) == (State.PUBLISHED, court.cast.liang)
        assert leaves("penalty.published") == [{"sha256": usecases.print_of(one)}]

    def test_not_by_whoever_wrote_or_handed_it_in(self, court: Court) -> None:
        one = usecases.begin(served(court), by=court.cast.liang, at=LATER)
        one = usecases.hand_in(one, by=court.cast.liang, seen=1, at=LATER)
        with pytest.raises(Refused):
            usecases.publish(one, by=court.cast.liang, seen=1, at=LATER)
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.filter(pk=one.pk).update(
                state=State.PUBLISHED, published_by=court.cast.liang, published_at=LATER
            )

    def test_not_by_an_officer_who_leads_nothing(self, court: Court) -> None:
        with pytest.raises(Refused):
            usecases.publish(proposed(court), by=court.cast.zhou, seen=1, at=LATER)

    def test_writing_takes_it_back_from_the_table(self, court: Court) -> None:
        one = usecases.write(proposed(court), by=court.cast.chen, facts="没有登记顾客。", seen=1, at=LATER)
        assert (one.state, one.proposed_by) == (State.DRAFT, None)
        with pytest.raises(Refused):
            usecases.publish(one, by=court.cast.liang, seen=1, at=LATER)

    def test_what_was_not_read_is_not_passed(self, court: Court) -> None:
        one = usecases.write(drafted(court), by=court.cast.chen, facts="没有登记顾客。", seen=1, at=LATER)
        one = usecases.hand_in(one, by=court.cast.chen, seen=2, at=LATER)
        with pytest.raises(WrongMoment):
            usecases.publish(one, by=court.cast.liang, seen=1, at=LATER)

    def test_two_desks_do_not_overwrite_each_other(self, court: Court) -> None:
        one = usecases.write(drafted(court), by=court.cast.chen, facts="没有登记顾客。", seen=1, at=LATER)
        with pytest.raises(WrongMoment):
            usecases.write(one, by=court.cast.zhou, facts="别的话。", seen=1, at=LATER)

    def test_sent_back_with_what_is_to_change(self, court: Court) -> None:
        one = usecases.send_back(proposed(court), by=court.cast.liang, words="删去店名。", at=LATER)
        assert (one.state, one.sent_back) == (State.DRAFT, "删去店名。")


class TestWhoseDecisions:
    def test_a_persons_is_not_published_by_default(self, court: Court) -> None:
        with pytest.raises(NotPublished):
            drafted(court, served(court, court.one))

    def test_the_chief_switches_it_on_with_reason_and_source(self, court: Court) -> None:
        unit = court.case.matter.unit
        with pytest.raises(NothingSaid):
            usecases.switch(unit, by=court.cast.liang, whom="persons", on=True, reason=" ", source="x", at=LATER)
        usecases.switch(
            unit, by=court.cast.liang, whom="persons", on=True, reason="社会影响大", source="行政处罚法第48条", at=LATER
        )
        one = drafted(court, served(court, court.one))
        assert (one.who, one.whom) == ("吴某", Whom.PERSONS)
        assert leaves("penalty.policy") == [{"on": True}]

    def test_nobody_else_does(self, court: Court) -> None:
        with pytest.raises(Refused):
            usecases.switch(
                court.case.matter.unit, by=court.cast.chen, whom="persons", on=True, reason="x", source="x", at=LATER
            )
        assert not Setting.objects.exists()

    def test_organisations_may_be_switched_off(self, court: Court) -> None:
        usecases.switch(
            court.case.matter.unit,
            by=court.cast.liang,
            whom="organisations",
            on=False,
            reason="x",
            source="x",
            at=LATER,
        )
        with pytest.raises(NotPublished):
            drafted(court)

    def test_a_persons_record_is_gone_when_it_is_done(self, court: Court) -> None:
        usecases.switch(
            court.case.matter.unit, by=court.cast.liang, whom="persons", on=True, reason="x", source="x", at=LATER
        )
        penalty = served(court, court.one)
        one = published(court, proposed(court, drafted(court, penalty)))
        assert Decision.objects.public().filter(pk=one.pk).exists()
        at = NOON + 6 * HOUR
        penalties.note_payment(penalty, by=court.cast.chen, paid_on=at.date(), way="银行", receipt="1", at=at)
        one.refresh_from_db()
        assert (one.state, one.because, one.facts) == (State.WITHDRAWN, Because.SEALED, "")

    @pytest.mark.parametrize("when", ["not-served", "revoked", "minor", "safe"])
    def test_what_is_never_public(self, court: Court, when: str) -> None:
        penalty = served(court)
        if when == "not-served":
            penalty.served.all().delete()
        if when == "revoked":
            at = NOON + 4 * HOUR
            penalty = penalties.revoke(
                penalty, by=court.cast.shao, organ="法院", revoked_on=at.date(), words="x", at=at
            )
        if when == "minor":
            suspect(court.case, "小雀", minor=True)
        if when == "safe":
            Matter.objects.filter(pk=court.case.pk).update(safe_contact=True)
        penalty = Penalty.objects.select_related("case__matter__unit__parent", "party__person").get(pk=penalty.pk)
        with pytest.raises(NotPublished):
            drafted(court, penalty)


class TestComingBack:
    def test_withdrawn_with_a_reason_that_everybody_reads(self, court: Court, client: Client) -> None:
        one = published(court)
        assert NAME in client.get(f"/results/{one.slug}/").content.decode()
        one = usecases.withdraw(one, by=court.cast.liang, because="mistake", words="日期写错了。", at=LATER)
        gone = client.get(f"/results/{one.slug}/")
        assert gone.status_code == 410
        assert "日期写错了。" in gone.content.decode()
        assert NAME not in gone.content.decode() + client.get("/results/").content.decode()
        assert leaves("penalty.withdrawn") == [{"because": "mistake"}]
        again = usecases.begin(one.penalty, by=court.cast.chen, at=LATER)
        assert (again.pk, again.state, again.changed) == (one.pk, State.DRAFT, 2)

    def test_the_reason_names_nobody(self, court: Court) -> None:
        with pytest.raises(TellsWho):
            usecases.withdraw(published(court), by=court.cast.liang, because="other", words="林二雀来过。", at=LATER)

    def test_a_quashed_decision_is_withdrawn_at_once_and_says_by_whom(self, court: Court, client: Client) -> None:
        one, at = published(court), NOON + 6 * HOUR
        penalties.revoke(
            one.penalty, by=court.cast.shao, organ="云溪区人民法院", revoked_on=at.date(), words="雀撤销", at=at
        )
        page = client.get(f"/results/{one.slug}/")
        assert page.status_code == 410
        assert "云溪区人民法院" in page.content.decode()
        assert "雀撤销" not in page.content.decode()
        assert leaves("penalty.withdrawn") == [{"because": "revoked"}]
        one.refresh_from_db()
        with pytest.raises(NotPublished):
            usecases.begin(one.penalty, by=court.cast.chen, at=at)

    def test_of_a_sealed_record_there_is_no_page_and_no_word(self, court: Court, client: Client) -> None:
        one, at = published(court), NOON + 6 * HOUR
        Case.objects.filter(pk=court.case.pk).update(closed_at=at, result="penalised")
        ending.seal(Case.objects.get(pk=court.case.pk), by=court.cast.liang, at=at)
        one.refresh_from_db()
        assert (one.state, one.because, one.who, one.facts) == (State.WITHDRAWN, Because.SEALED, "", "")
        assert client.get(f"/results/{one.slug}/").status_code == 404
        assert one.slug not in client.get("/results/").content.decode()
        assert leaves("penalty.withdrawn") == [{"because": "sealed"}]

    @pytest.mark.parametrize("how", ["sealed", "revoked", "minor"])
    def test_the_page_asks_the_case_itself(self, court: Court, client: Client, how: str) -> None:
        """Whoever forgot to tell: nothing of it is shown."""
        one = published(court)
        if how == "sealed":
            Matter.objects.filter(pk=court.case.pk).update(sealed_at=LATER)
        if how == "revoked":
            Penalty.objects.filter(pk=one.penalty_id).update(
                stage=Stage.REVOKED, revoked_on=LATER.date(), revoked_organ="法院", revoked_by=court.cast.shao
            )
        if how == "minor":
            suspect(court.case, "小雀", minor=True)
        assert client.get(f"/results/{one.slug}/").status_code == 404
        assert NAME not in client.get("/results/").content.decode()


class TestPages:
    def test_from_the_penalty_to_the_page_by_plain_forms(self, court: Court, client: Client) -> None:
        penalty = served(court)
        sign_in(client, court.cast.chen)
        assert f"/desk/results/of/{penalty.pk}/" in client.get("/desk/results/").content.decode()
        assert client.get(f"/desk/results/of/{penalty.pk}/").status_code == 200
        made = client.post(f"/desk/results/of/{penalty.pk}/")
        one = Decision.objects.get()
        assert made["Location"] == f"/desk/results/{one.pk}/"
        client.get(made["Location"])
        assert Look.objects.filter(person=penalty.party.person, what=["published-text"]).count() == 1
        bad = client.post(f"/desk/results/{one.pk}/", {"facts": "没有登记林二雀。", "seen": 1})
        assert bad.status_code == 302
        told = client.post(f"/desk/results/{one.pk}/hand-in/", {"seen": 2})
        assert told.status_code == 400
        assert "可能让人知道是谁" in told.content.decode()
        client.post(f"/desk/results/{one.pk}/", {"facts": "没有登记一名顾客。", "seen": 2})
        client.post(f"/desk/results/{one.pk}/hand-in/", {"seen": 3})
        assert client.post(f"/desk/results/{one.pk}/publish/", {"seen": 3}).status_code == 403
        sign_in(client, court.cast.liang)
        assert client.post(f"/desk/results/{one.pk}/publish/", {"seen": "x"}).status_code == 400
        assert client.post(f"/desk/results/{one.pk}/publish/", {"seen": 3}).status_code == 302
        client.logout()
        page = client.get("/results/").content.decode()
        assert NAME in page
        assert "保留名称" in page, "the rule itself stands there"
        shown = client.get(f"/results/{one.slug}/").content.decode()
        assert "没有登记一名顾客。" in shown
        assert "警告，并处罚款 8000 元" in shown

    def test_the_switch_keeps_reason_and_source_in_public(self, court: Court, client: Client) -> None:
        sign_in(client, court.cast.liang)
        client.post("/desk/results/switch/", {"whom": "persons", "on": "1", "reason": "雀理由", "source": ""})
        assert not Setting.objects.exists()
        client.post("/desk/results/switch/", {"whom": "persons", "on": "1", "reason": "雀理由", "source": "雀依据"})
        client.logout()
        page = client.get("/results/").content.decode()
        assert "雀理由" in page
        assert "雀依据" in page

    @pytest.mark.parametrize("query", ["?page=x", "?page=0", "?unit=x&page=99999999999999", "?unit=１", "?page=%00"])
    def test_nonsense_is_a_page(self, client: Client, query: str) -> None:
        assert client.get(f"/results/{query}").status_code == 200

    def test_a_draft_is_no_page(self, court: Court, client: Client) -> None:
        for one in (drafted(court), proposed(court, Decision.objects.get())):
            assert client.get(f"/results/{one.slug}/").status_code == 404
