"""What officers had gathered before there was one page waits in the drafts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests.cast import MONDAY, assemble
from tests.migrating import at_state, migrate

OLD = ("talk", "0003_lines_to_messengers"), ("openness", "0001_initial")
NEW = ("talk", "0004_gathered"), ("openness", "0003_gathered_posts_wait_in_drafts")
A_WEEK = timedelta(days=7)


@pytest.mark.django_db(transaction=True)
def test_gathered_posts_wait_in_the_first_week_that_is_not_published() -> None:
    cast = assemble()
    with at_state(*OLD) as apps:
        rooms, posts = apps.get_model("talk", "Room"), apps.get_model("talk", "Post")
        digests, marks = apps.get_model("openness", "Digest"), apps.get_model("talk", "DigestItem")
        room = rooms.objects.create(name="柳溪", slug="liuxi", community_id=cast.liuxi.pk, unit_id=cast.liuxi_post.pk)
        hall = rooms.objects.create(name="青石", slug="all", unit_id=cast.liuxi_post.pk, join_code="ABCDEF")
        early, late, out = (
            posts.objects.create(room=room, seq=seq, at=MONDAY + (seq - 1) * A_WEEK, body="路灯") for seq in (1, 2, 3)
        )
        nowhere = posts.objects.create(room=hall, seq=1, at=MONDAY, body="路灯")
        for post in (early, late, out, nowhere):
            marks.objects.create(post=post, kind="suggestion", by_id=cast.chen.pk, at=MONDAY, done="修好了。")
        marks.objects.create(post=out, kind="out", by_id=cast.chen.pk, at=MONDAY)
        digests.objects.create(
            unit_id=cast.qingshi.pk,
            community_id=cast.liuxi.pk,
            since=MONDAY.date(),
            slug="liuxi-2026w48",
            state="published",
            made_at=MONDAY,
            published_at=MONDAY,
            published_by_id=cast.liang.pk,
        )

        apps = migrate(*NEW)
        items = apps.get_model("openness", "DigestItem").objects.order_by("post_id")
        assert [(item.post_id, item.digest.slug, item.digest.since, item.public_sentence) for item in items] == [
            (early.pk, "liuxi-2026w49", date(2026, 11, 30), ""),
            (late.pk, "liuxi-2026w49", date(2026, 11, 30), ""),
            (nowhere.pk, "station-qs-2026w48", date(2026, 11, 23), ""),
        ]
        assert {item.digest.unit_id for item in items} == {cast.qingshi.pk}
        assert apps.get_model("talk", "Gathered").objects.filter(done="修好了。").count() == 4
        with pytest.raises(DatabaseError, match="talk_gathered is append-only"), transaction.atomic():
            connection.cursor().execute("UPDATE talk_gathered SET kind = 'out'")

        apps = migrate(*OLD)
        assert apps.get_model("talk", "DigestItem").objects.count() == 5
        assert not apps.get_model("openness", "DigestItem").objects.exists()
        with pytest.raises(DatabaseError, match="talk_digestitem is append-only"), transaction.atomic():
            connection.cursor().execute("UPDATE talk_digestitem SET kind = 'out'")
