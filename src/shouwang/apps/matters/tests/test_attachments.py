"""Pictures and other files in a conversation: seen by who may read the message, by nobody else."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from shouwang.apps.files.models import StoredFile
from shouwang.apps.matters.models import Entry, Matter
from tests.cast import Cast, carry, consultation, sign_in


def picture(name: str = "photo.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#12355b").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def test_a_picture_comes_with_the_first_words(cast: Cast, client: Client) -> None:
    client.post("/ask/", {"body": "路灯坏了，看照片", "attached": picture(), "client_id": "q1"})
    stored = StoredFile.objects.get()
    matter = Matter.objects.get()
    assert (stored.owner_kind, stored.owner_ref) == ("matters.matter", str(matter.pk))
    assert f"/files/{stored.ref}/thumb" in client.get(f"/m/{matter.number}/").content.decode()
    assert client.get(f"/files/{stored.ref}").status_code == 200


@pytest.mark.parametrize("who", ["stranger", "meng", "shi"])
def test_nobody_else_opens_it(cast: Cast, client: Client, who: str) -> None:
    client.post("/ask/", {"body": "看照片", "attached": picture(), "client_id": "q1"})
    stored = StoredFile.objects.get()
    other = Client()
    if who != "stranger":
        sign_in(other, getattr(cast, who))
    assert other.get(f"/files/{stored.ref}").status_code in {403, 404}
    desk = Client()
    sign_in(desk, cast.chen)
    assert desk.get(f"/files/{stored.ref}").status_code == 200


def test_a_retry_stores_nothing_new(cast: Cast, client: Client) -> None:
    opened = consultation(cast)
    carry(client, opened)
    for _ in range(2):
        client.post(f"/m/{opened.matter.number}/say/", {"body": "", "attached": picture(), "client_id": "again"})
    assert StoredFile.objects.count() == 1
    assert Entry.objects.filter(matter=opened.matter, client_id="again").count() == 1


def test_a_bad_file_is_refused_in_words_and_the_text_is_kept(cast: Cast, client: Client) -> None:
    opened = consultation(cast)
    carry(client, opened)
    bad = SimpleUploadedFile("photo.jpg", b"<html><script>alert(1)</script></html>", content_type="image/jpeg")
    page = client.post(f"/m/{opened.matter.number}/say/", {"body": "请看照片", "attached": bad, "client_id": "b"})
    assert page.status_code == 400
    assert "请看照片" in page.content.decode()
    assert not StoredFile.objects.exists()


def test_a_shared_place_stands_in_the_conversation(cast: Cast, client: Client) -> None:
    opened = consultation(cast)
    carry(client, opened)
    client.post(
        f"/m/{opened.matter.number}/say/",
        {"body": "", "longitude": "118.87", "latitude": "28.95", "client_id": "p"},
    )
    entry = Entry.objects.get(client_id="p")
    assert entry.data["place"] == {"longitude": 118.87, "latitude": 28.95}
    assert "28.95" in client.get(f"/m/{opened.matter.number}/").content.decode()
