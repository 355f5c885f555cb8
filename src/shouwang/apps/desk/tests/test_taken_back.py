"""A message that was taken back: nobody reads it in passing, and who works on the matter may, for a reason that is recorded."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from PIL import Image

from shouwang.apps.desk.queue import with_last_words
from shouwang.apps.files.models import StoredFile
from shouwang.apps.files.usecases import house_limits, receive_upload
from shouwang.apps.matters import answers, usecases
from shouwang.apps.matters.models import Entry, Matter, Type
from shouwang.apps.matters.queries import conversation
from shouwang.apps.matters.timeline import rebuild
from shouwang.apps.people.models import Look
from shouwang.apps.units.models import Role
from tests.cast import MONDAY, Cast, as_officer, carry, consultation, officer, sign_in, with_code

SAID = "我家的电表被人动过"


def a_picture() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#12355b").save(out, "JPEG")
    out.seek(0)
    return out


@pytest.fixture
def opened(cast: Cast) -> usecases.Opened:
    """A question with a picture, taken back, and another one that stands."""
    upload = receive_upload(a_picture(), claimed_name="表.jpg", limits=house_limits(), by="resident", at=MONDAY)
    one = consultation(cast, body=SAID, files=(upload.ref,))
    usecases.say(one.matter, viewer=with_code(one), at=MONDAY, body="还有别的事")
    for _ in range(2):
        usecases.take_back(Entry.objects.get(body=SAID), at=MONDAY)
    one.matter.refresh_from_db()
    return one


def address(opened: usecases.Opened) -> str:
    seq = Entry.objects.get(body=SAID).seq
    return f"/desk/m/{opened.matter.number}/taken-back/{seq}/"


def test_no_page_list_or_search_of_the_desk_shows_it(cast: Cast, client: Client, opened: usecases.Opened) -> None:
    sign_in(client, cast.chen)
    page = client.get(f"/desk/m/{opened.matter.number}/").content.decode()
    assert "对方撤回了一条消息" in page
    for path in (
        f"/desk/m/{opened.matter.number}/",
        "/desk/",
        "/desk/search/?q=电表",
        f"/desk/m/{opened.matter.number}/more/?after=0",
    ):
        found = client.get(path).content.decode()
        assert SAID not in found, path
        assert StoredFile.objects.get().ref not in found, path
    assert client.get("/desk/search/?q=电表").context["found"] == []
    matter = Matter.objects.get()
    with_last_words([matter], as_officer(cast.chen))
    assert matter.last_words == "还有别的事"


def test_nor_do_the_residents_pages(cast: Cast, client: Client, opened: usecases.Opened) -> None:
    carry(client, opened)
    page = client.get(f"/m/{opened.matter.number}/").content.decode()
    assert "撤回了一条消息" in page
    assert SAID not in page
    assert client.get(f"/files/{StoredFile.objects.get().ref}").status_code == 403
    assert SAID not in client.get("/find/").content.decode()


def test_whoever_works_on_it_may_read_it_for_a_reason(cast: Cast, client: Client, opened: usecases.Opened) -> None:
    ref = StoredFile.objects.get().ref
    sign_in(client, cast.chen)
    assert client.get(f"/files/{ref}").status_code == 403
    assert SAID not in client.get(address(opened)).content.decode()
    again = client.post(address(opened), {"reason": "  "})
    assert again.status_code == 400
    assert SAID not in again.content.decode()
    page = client.post(address(opened), {"reason": "怕有危险"}).content.decode()
    assert SAID in page
    assert ref in page
    look = Look.objects.get(reason="怕有危险")
    assert look.what == [f"message:{Entry.objects.get(body=SAID).seq}"]
    assert client.get(f"/files/{ref}").status_code == 200
    assert SAID not in client.get(address(opened)).content.decode(), "shown once"
    sign_in(client, cast.zhou)
    assert client.get(f"/files/{ref}").status_code == 403, "who did not look, does not see the picture"


def test_the_resident_sees_that_somebody_looked(cast: Cast, client: Client, opened: usecases.Opened) -> None:
    sign_in(client, cast.chen)
    client.post(address(opened), {"reason": "怕有危险"})
    holder = Client()
    carry(holder, opened)
    assert "还没有人打开过" not in holder.get(f"/m/{opened.matter.number}/").content.decode()


@pytest.mark.parametrize("who", ["meng", "shi", "admin", "trainee"])
def test_others_may_not(cast: Cast, client: Client, opened: usecases.Opened, who: str) -> None:
    one = officer("trainee", "石习", "石警官", cast.qingshi, Role.TRAINEE) if who == "trainee" else getattr(cast, who)
    sign_in(client, one)
    assert client.post(address(opened), {"reason": "好奇"}).status_code in {403, 404}
    assert not Look.objects.filter(reason="好奇").exists()


def test_a_message_that_stands_has_no_such_page(cast: Cast, client: Client, opened: usecases.Opened) -> None:
    sign_in(client, cast.chen)
    seq = Entry.objects.get(body="还有别的事").seq
    assert client.get(f"/desk/m/{opened.matter.number}/taken-back/{seq}/").status_code == 404
    assert client.get(f"/desk/m/{opened.matter.number}/taken-back/999/").status_code == 404


def test_the_timeline_keeps_it_and_tells_the_same_story(cast: Cast, opened: usecases.Opened) -> None:
    matter = opened.matter
    assert Entry.objects.filter(body=SAID).exists()
    assert matter.entries.filter(type=Type.TAKEN_BACK).count() == 1
    assert matter.title == "咨询"
    assert rebuild(matter) == ()


def test_no_guide_is_made_of_it(cast: Cast, opened: usecases.Opened) -> None:
    usecases.take_back(Entry.objects.get(body="还有别的事"), at=MONDAY)
    answer = usecases.say(opened.matter, viewer=as_officer(cast.chen), at=MONDAY, body="我们来看看。")
    assert answers.as_proposal(answer)["question"] == ""


def test_an_open_page_is_told_and_fetches_the_message_anew(cast: Cast, opened: usecases.Opened) -> None:
    before = opened.matter.last_seq
    entry = Entry.objects.get(body="还有别的事")
    usecases.take_back(entry, at=MONDAY)
    (again,) = conversation(opened.matter, with_code(opened), after=before)
    assert (again.seq, again.body, again.taken_back) == (entry.seq, "", True)


def test_nobody_takes_the_houses_own_ids(cast: Cast, opened: usecases.Opened) -> None:
    entry = Entry.objects.get(body="还有别的事")
    said = usecases.say(
        opened.matter, viewer=with_code(opened), at=MONDAY, body="我抢先", client_id=f"taken-back:{entry.seq}:"
    )
    assert said.client_id is None
    assert Entry.objects.standing().filter(pk=entry.pk).exists()
    usecases.take_back(entry, at=MONDAY)
    assert not Entry.objects.standing().filter(pk=entry.pk).exists()
