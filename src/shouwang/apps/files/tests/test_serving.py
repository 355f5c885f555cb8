"""Files are handed out by rule, as what they are, and run nothing."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.urls import reverse
from PIL import Image

from shouwang.apps.files import policy, serving, usecases, views
from shouwang.apps.files.errors import FileDamaged, NotReady
from shouwang.apps.files.models import State, StoredFile, Visibility
from shouwang.apps.files.tests import corpus
from shouwang.apps.files.tests.conftest import NOON, OWNER, receive
from shouwang.kernel.errors import Refused
from shouwang.kernel.policy import yes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("album")]
SERVERS = [serving.serve_display, serving.serve_thumb, serving.serve_download]


@pytest.mark.parametrize("serve", SERVERS)
@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("viewer", range(-1, 4))
def test_a_file_opens_exactly_for_those_whom_its_owner_lets_in(serve, visibility, viewer):
    stored = receive(visibility=visibility)
    if viewer >= visibility:
        assert serve(stored.ref, viewer).status_code == 200
    else:
        with pytest.raises(Refused):
            serve(stored.ref, viewer)


@pytest.mark.parametrize("serve", SERVERS)
@pytest.mark.parametrize("owner", [("", ""), ("tests.unknown", "1")])
def test_without_a_rule_a_file_opens_for_nobody(serve, owner):
    stored = receive(for_kind=owner[0], for_ref=owner[1], visibility=Visibility.PUBLIC)
    with pytest.raises(Refused):
        serve(stored.ref, 3)


@pytest.mark.parametrize("serve", SERVERS)
def test_an_unknown_ref_is_not_found(serve):
    with pytest.raises(Http404):
        serve("A" * 22, 3)


@pytest.mark.parametrize("serve", SERVERS)
def test_a_held_back_file_opens_for_nobody(serve):
    stored = usecases.quarantine(receive(), by="officer:5", reason="像病毒", at=NOON)
    with pytest.raises(Refused, match="检查"):
        serve(stored.ref, 3)


@pytest.mark.parametrize("serve", SERVERS)
def test_an_erased_file_says_so_to_those_who_might_have_seen_it(serve):
    stored = usecases.erase(receive(), by="officer:5", reason="当事人撤回", at=NOON)
    assert stored.state == State.ERASED
    with pytest.raises(NotReady):
        serve(stored.ref, 3)
    with pytest.raises(Refused):
        serve(stored.ref, 0)


def test_one_kind_of_owner_has_one_rule():
    with pytest.raises(ValueError, match="already"):
        policy.register(OWNER, may_open=lambda viewer, stored_file: yes(""))
    with pytest.raises(ValueError, match="nobody"):
        policy.register("", may_open=lambda viewer, stored_file: yes(""))


@pytest.mark.parametrize("serve", SERVERS)
@pytest.mark.parametrize(
    "data", [corpus.telltale_jpeg(), corpus.telltale_heic(), corpus.telltale_png()], ids=["jpeg", "heic", "png"]
)
def test_of_a_picture_only_clean_copies_leave_the_house(serve, data):
    response = serve(receive(data).ref, 3)
    assert response["Content-Type"] == "image/jpeg"
    assert corpus.PLACE not in response.content
    assert Image.open(BytesIO(response.content)).format == "JPEG"


@pytest.mark.parametrize("serve", SERVERS)
@pytest.mark.parametrize("data", [corpus.telltale_jpeg(), corpus.pdf(), corpus.webm()], ids=["photo", "pdf", "voice"])
def test_every_answer_is_fenced_in(serve, data):
    stored = receive(data)
    if serve is serving.serve_thumb and not stored.has_picture:
        with pytest.raises(Http404):
            serve(stored.ref, 3)
        return
    response = serve(stored.ref, 3)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"].startswith("private")
    assert response["Content-Type"] in {"image/jpeg", "application/pdf", "audio/webm"}


def test_documents_are_only_ever_downloaded_and_keep_their_chinese_name():
    sent = corpus.docx()  # once: a ZIP holds the time at which it was made
    stored = receive(sent, claimed_name='情况"说明\r\nX: y.docx')
    for serve in (serving.serve_display, serving.serve_download):
        response = serve(stored.ref, 3)
        assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
        assert response["Content-Disposition"].isascii()
        assert response.content == sent


def test_pictures_and_voice_are_shown_in_place_and_downloaded_when_asked():
    for data in (corpus.telltale_jpeg(), corpus.webm()):
        stored = receive(data)
        assert serving.serve_display(stored.ref, 3)["Content-Disposition"].startswith("inline")
        assert serving.serve_download(stored.ref, 3)["Content-Disposition"].startswith("attachment")


def test_an_opened_original_is_a_download():
    stored = receive()
    original = usecases.open_original(stored, viewer=3, by="officer:5", reason="核对车牌", at=NOON)
    response = serving.hand_over_original(original)
    assert response["Content-Disposition"].startswith("attachment")
    assert response.content == corpus.telltale_jpeg()


SOUND = corpus.wav(20)


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-", 0, len(SOUND)),
        ("bytes=0-99", 0, 100),
        ("bytes=65530-65545", 65530, 65546),
        ("bytes=100000-99999999", 100000, len(SOUND)),
        ("bytes=-500", len(SOUND) - 500, len(SOUND)),
        ("bytes=-99999999", 0, len(SOUND)),
    ],
)
def test_a_player_may_ask_for_a_part(asked, start, stop):
    response = serving.serve_display(receive(SOUND).ref, 3, asked)
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {start}-{stop - 1}/{len(SOUND)}"
    assert response.content == SOUND[start:stop]


@pytest.mark.parametrize("asked", ["", "bytes=-", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b"])
def test_a_range_that_we_do_not_understand_gets_the_whole(asked):
    response = serving.serve_display(receive(SOUND).ref, 3, asked)
    assert response.status_code == 200
    assert response["Accept-Ranges"] == "bytes"
    assert response.content == SOUND


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=9-3", "bytes=-0"])
def test_a_range_outside_is_refused(asked):
    response = serving.serve_display(receive(SOUND).ref, 3, asked)
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(SOUND)}"


def test_bytes_that_are_gone_are_called_damaged(folder):
    stored = receive()
    (folder / stored.display_path).unlink()
    with pytest.raises(FileDamaged):
        serving.serve_display(stored.ref, 3)


@pytest.mark.parametrize("name", ["display", "thumb", "download"])
def test_each_address_asks_who_looks(name):
    stored: StoredFile = receive(visibility=Visibility.STATION)
    address = reverse(name, urlconf="shouwang.apps.files.urls", kwargs={"ref": stored.ref})
    request = RequestFactory().get(address, headers={"Range": "bytes=0-1"})
    view = getattr(views, name)
    request.viewer = 2
    assert view(request, ref=stored.ref).status_code in {200, 206}
    request.viewer = 1
    with pytest.raises(Refused):
        view(request, ref=stored.ref)
    assert view(RequestFactory().post(address), ref=stored.ref).status_code == 405
