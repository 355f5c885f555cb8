"""What is taken, what is refused, and why."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from shouwang.apps.files.findings import MIB, Accepted, Code, Kind, Limits, Refused
from shouwang.apps.files.inspection import inspect
from shouwang.apps.files.tests import corpus

LIMITS = Limits()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>fetch("/desk/")</script></svg>'
HTML = b"<!DOCTYPE html><html><body onload=steal()>"
JPEG = corpus.encoded(corpus.scene(), "JPEG")


def short(value: object) -> str:
    return ascii(value)[1:60] if isinstance(value, str) else ""


def look(data: bytes, name: str = "a.jpg", claimed: str = "image/jpeg", limits: Limits = LIMITS) -> Accepted | Refused:
    return inspect(data, name, claimed, limits)


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOTE = "情况说明：路灯坏了三天。"


@pytest.mark.parametrize(
    ("data", "kind", "media_type", "suffix"),
    [
        (JPEG, Kind.PICTURE, "image/jpeg", ".jpg"),
        (corpus.telltale_jpeg(), Kind.PICTURE, "image/jpeg", ".jpg"),
        (corpus.telltale_png(), Kind.PICTURE, "image/png", ".png"),
        (corpus.telltale_webp(), Kind.PICTURE, "image/webp", ".webp"),
        (corpus.telltale_gif(), Kind.PICTURE, "image/gif", ".gif"),
        (corpus.telltale_heic(), Kind.PICTURE, "image/heic", ".heic"),
        (corpus.pdf(), Kind.DOCUMENT, "application/pdf", ".pdf"),
        (corpus.docx(), Kind.DOCUMENT, DOCX, ".docx"),
        (corpus.docx(main=corpus.SHEET), Kind.DOCUMENT, XLSX, ".xlsx"),
        (NOTE.encode(), Kind.DOCUMENT, "text/plain; charset=utf-8", ".txt"),
        (NOTE.encode("gb18030"), Kind.DOCUMENT, "text/plain; charset=gb18030", ".txt"),
        (corpus.webm(), Kind.VOICE, "audio/webm", ".webm"),
        (corpus.ogg(), Kind.VOICE, "audio/ogg", ".ogg"),
        (corpus.m4a(), Kind.VOICE, "audio/mp4", ".m4a"),
        (corpus.m4a(brand=b"3gp4", codec=b"samr"), Kind.VOICE, "audio/3gpp", ".3gp"),
        (corpus.mp3(), Kind.VOICE, "audio/mpeg", ".mp3"),
        (corpus.wav(), Kind.VOICE, "audio/wav", ".wav"),
        (corpus.amr(), Kind.VOICE, "audio/amr", ".amr"),
    ],
    ids=short,
)
@pytest.mark.parametrize(("name", "claimed"), [("证据", ""), ("x.exe", "application/zip"), ("a.pdf", "text/html")])
def test_an_honest_file_is_taken_for_what_it_is_whatever_it_is_called(data, kind, media_type, suffix, name, claimed):
    seen = look(data, name, claimed)
    assert isinstance(seen, Accepted), seen
    assert (seen.kind, seen.media_type, seen.suggested_suffix) == (kind, media_type, suffix)
    assert seen.name.endswith(suffix)
    assert seen.size_bytes == len(data)


@pytest.mark.parametrize(
    ("data", "name", "code", "params"),
    [
        (b"", "a.jpg", Code.EMPTY, {}),
        (HTML, "a.jpg", Code.MISLABELLED, {"found": "web_page"}),
        (HTML, "page.html", Code.KIND_NOT_ALLOWED, {"found": "web_page"}),
        (b"\xef\xbb\xbf \n" + HTML, "a.txt", Code.MISLABELLED, {"found": "web_page"}),
        (HTML.decode().encode("utf-16"), "a.txt", Code.MISLABELLED, {"found": "web_page"}),
        (SVG, "a.png", Code.MISLABELLED, {"found": "web_page"}),
        (b"<?xml version='1.0'?>" + SVG, "a.svg", Code.KIND_NOT_ALLOWED, {"found": "web_page"}),
        (b"#!/bin/sh\nrm -rf /\n", "a.txt", Code.MISLABELLED, {"found": "web_page"}),
        (b"MZ\x90\0\x03" + b"\0" * 200, "photo\u202egpj.exe", Code.KIND_NOT_ALLOWED, {"found": "program"}),
        (b"\x7fELF\x02\x01\x01" + b"\0" * 99, "photo.jpg", Code.MISLABELLED, {"found": "program"}),
        ("说明".encode() + SVG, "a.txt", Code.MISLABELLED, {"found": "web_page"}),
        ("说明\n".encode() * 2000 + b"<script>x</script>", "a.txt", Code.POLYGLOT, {"hidden": "script"}),
        (JPEG + corpus.zipped({"a.js": b"x"}), "a.jpg", Code.POLYGLOT, {"hidden": "archive"}),
        (corpus.telltale_png() + corpus.zipped({"a": b"x"}), "a.png", Code.POLYGLOT, {"hidden": "archive"}),
        (corpus.ogg() + corpus.zipped({"a": b"x"}), "a.ogg", Code.BROKEN, {"kind": "voice"}),
        (corpus.mp3() + corpus.zipped({"a": b"x"}), "a.mp3", Code.POLYGLOT, {"hidden": "archive"}),
        (corpus.pdf() + corpus.zipped({"a": b"x"}), "a.pdf", Code.POLYGLOT, {"hidden": "archive"}),
        (JPEG + HTML, "a.jpg", Code.POLYGLOT, {"hidden": "script"}),
        (JPEG[:2] + corpus.segment(0xFE, corpus.pdf()) + JPEG[2:], "a.jpg", Code.POLYGLOT, {"hidden": "pdf"}),
        (
            corpus.encoded(corpus.scene(mode="P"), "GIF", comment=b"*/=1;<script >alert(1)"),
            "a.gif",
            Code.POLYGLOT,
            {"hidden": "script"},
        ),
        (JPEG[: len(JPEG) // 2], "a.jpg", Code.BROKEN, {"kind": "picture"}),
        (corpus.telltale_heic()[:-200], "a.heic", Code.BROKEN, {"kind": "picture"}),
        (corpus.bomb_png(), "a.png", Code.PICTURE_TOO_LARGE, {"limit_megapixels": 60}),
        (corpus.bomb_png(10_000, 7_000), "a.png", Code.PICTURE_TOO_LARGE, {"limit_megapixels": 60}),
        (corpus.zipped({"a.txt": b"x"}), "a.zip", Code.KIND_NOT_ALLOWED, {"found": "archive"}),
        (b"Rar!\x1a\x07\x01\0" + b"\0" * 40, "a.rar", Code.KIND_NOT_ALLOWED, {"found": "archive"}),
        (b"7z\xbc\xaf\x27\x1c" + b"\0" * 40, "a.7z", Code.KIND_NOT_ALLOWED, {"found": "archive"}),
        (corpus.webm(video=True), "a.webm", Code.KIND_NOT_ALLOWED, {"found": "video"}),
        (corpus.m4a(handler=b"vide", codec=b"avc1", brand=b"isom"), "a.mp4", Code.KIND_NOT_ALLOWED, {"found": "video"}),
        (corpus.ogg(codec=b"\x01vorbis"), "a.ogg", Code.KIND_NOT_ALLOWED, {"found": "audio"}),
        (corpus.encoded(corpus.scene(), "AVIF"), "a.avif", Code.KIND_NOT_ALLOWED, {"found": "image"}),
        (corpus.encoded(corpus.scene(), "TIFF"), "a.tif", Code.KIND_NOT_ALLOWED, {"found": "image"}),
        (b"\x00\x01\x02" * 50, "a.txt", Code.KIND_NOT_ALLOWED, {"found": "unknown"}),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc", Code.KIND_NOT_ALLOWED, {"found": "old_office"}),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "a.docx",
            Code.ENCRYPTED,
            {},
        ),
    ],
    ids=short,
)
def test_a_bad_file_is_refused_with_its_reason(data, name, code, params):
    seen = look(data, name, "application/octet-stream")
    assert isinstance(seen, Refused), seen
    assert (seen.code, dict(seen.params)) == (code, params)


@pytest.mark.parametrize(
    ("data", "code", "params"),
    [
        (corpus.pdf(b"3 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj"), Code.ACTIVE_CONTENT, "script"),
        (corpus.pdf(b"3 0 obj\n<< /S /J#61vaScript /JS (x) >>\nendobj"), Code.ACTIVE_CONTENT, "script"),
        (corpus.pdf(b"3 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj"), Code.ACTIVE_CONTENT, "launch"),
        (corpus.pdf(b"3 0 obj\n<< /Type /EmbeddedFile >>\nendobj"), Code.ACTIVE_CONTENT, "embedded"),
        (corpus.pdf(corpus.object_stream(b"7 0 << /S /JavaScript /JS (x) >>")), Code.ACTIVE_CONTENT, "script"),
        (
            corpus.pdf(corpus.object_stream(b"/S /JavaScript").replace(b"/ObjStm", b"/ObjStm" + b" " * 9000)),
            Code.ACTIVE_CONTENT,
            "script",
        ),
        (corpus.pdf(corpus.object_stream(b"x").replace(b"x\x9c", b"??")), Code.CANNOT_INSPECT, None),
        (corpus.pdf(corpus.object_stream(b"x", b"[/ASCII85Decode /FlateDecode]")), Code.CANNOT_INSPECT, None),
        (corpus.pdf(corpus.object_stream(b"\0" * 200 * MIB)), Code.BOMB, None),
        (corpus.pdf(trailer=b"/Encrypt 9 0 R "), Code.ENCRYPTED, None),
        (corpus.pdf()[:120], Code.BROKEN, None),
        (corpus.docx({"word/vbaProject.bin": b"x"}), Code.ACTIVE_CONTENT, "macro"),
        (
            corpus.docx(main="application/vnd.ms-word.document.macroEnabled.main+xml"),
            Code.ACTIVE_CONTENT,
            "macro",
        ),
        (corpus.docx({"xl/macrosheets/sheet1.xml": b"x"}, main=corpus.SHEET), Code.ACTIVE_CONTENT, "macro"),
        (corpus.docx({"word/embeddings/oleObject1.bin": b"x"}), Code.ACTIVE_CONTENT, "embedded"),
        (corpus.docx(relations=corpus.external("attachedTemplate")), Code.ACTIVE_CONTENT, "external"),
        (corpus.docx(relations=corpus.external("image")), Code.ACTIVE_CONTENT, "external"),
        (
            corpus.docx({"word/_rels/x.xml.rels": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}),
            Code.ACTIVE_CONTENT,
            "external",
        ),
        (corpus.docx({"word/media/a.xml": b"\0" * 3 * MIB}), Code.BOMB, None),
        (corpus.docx({f"word/{n}.rels": "<a>" + "<b/>" * 50_000 + "</a>" for n in range(9)}), Code.BOMB, None),
        (corpus.pdf(b"obj<<stream\n" * 100_002), Code.BOMB, None),
        (corpus.docx({f"word/p{n}.xml": b"" for n in range(3001)}), Code.BOMB, None),
        (corpus.docx().replace(b"PK\x01\x02\x14\x03\x14\0\0", b"PK\x01\x02\x14\x03\x14\0\x01"), Code.ENCRYPTED, None),
        (corpus.docx()[:-40], Code.BROKEN, None),
        (corpus.docx({"word/_rels/y.rels": b"<not closed"}), Code.BROKEN, None),
    ],
    ids=short,
)
def test_a_document_that_acts_by_itself_or_hides_its_inside_is_refused(data, code, params):
    seen = look(data, "材料.docx", "")
    assert isinstance(seen, Refused), seen
    assert seen.code == code
    assert seen.params.get("what") == params


def test_an_action_hidden_behind_thousands_of_object_streams_is_found():
    honest = corpus.object_stream(b"7 0 << /Type /Page >>") * 2000
    assert isinstance(look(corpus.pdf(honest)), Accepted)
    seen = look(corpus.pdf(honest + corpus.object_stream(b"9 0 << /S /Launch >>")))
    assert seen == Refused(Code.ACTIVE_CONTENT, {"what": "launch"})


@pytest.mark.parametrize(
    "data",
    [
        corpus.webm() + b"\xec\x80" * 400_000,
        corpus.m4a() + corpus.box(b"free", b"") * 400_000,
        b"#!AMR\n" + b"\x78" * 400_000,
    ],
    ids=["webm", "m4a", "amr"],
)
def test_a_recording_of_nothing_but_headers_is_not_read_to_its_end(data):
    assert look(data) == Refused(Code.BROKEN, {"kind": "voice"})


def test_a_picture_that_happens_to_contain_the_letters_of_a_zip_is_a_picture():
    by_chance = JPEG + b"PK\x05\x06" + b"\x07" * 40
    assert isinstance(look(by_chance), Accepted)


def test_a_link_that_needs_a_click_is_no_reason_to_refuse():
    assert isinstance(look(corpus.docx(relations=corpus.external("hyperlink"))), Accepted)


def test_a_zip_bomb_is_weighed_by_its_directory_and_a_lying_directory_breaks():
    heavy = corpus.docx({"word/media/a.xml": bytes(range(256)) * 4096})
    assert look(heavy, limits=Limits(unpacked_bytes=MIB)) == Refused(Code.BOMB, {})
    honest = (MIB).to_bytes(4, "little")
    lying = heavy.replace(honest, (1000).to_bytes(4, "little"))
    assert lying != heavy
    seen = look(lying)
    assert isinstance(seen, Refused)
    assert seen.code == Code.BROKEN


@pytest.mark.parametrize(
    ("data", "kind"),
    [(JPEG, Kind.PICTURE), (corpus.pdf(), Kind.DOCUMENT), (corpus.wav(), Kind.VOICE)],
)
def test_each_kind_has_its_own_limit(data, kind):
    tight = {Kind.PICTURE: 10**7, Kind.DOCUMENT: 10**7, Kind.VOICE: 10**7, kind: len(data) - 1}
    limits = Limits(tight[Kind.PICTURE], tight[Kind.DOCUMENT], tight[Kind.VOICE])
    seen = look(data, limits=limits)
    assert isinstance(seen, Refused)
    assert seen.code == Code.TOO_BIG
    assert isinstance(look(data, limits=Limits(len(data), len(data), len(data))), Accepted)


def test_a_huge_upload_is_not_read_further_than_one_byte_past_the_limit():
    class Counting(BytesIO):
        asked = 0

        def read(self, size: int | None = -1) -> bytes:
            self.asked = size or -1
            return super().read(size)

    stream = Counting(b"\xff\xd8\xff" + b"\0" * 40 * MIB)
    seen = inspect(stream, "a.jpg", "", Limits(picture_bytes=MIB, document_bytes=MIB, voice_bytes=MIB))
    assert seen == Refused(Code.TOO_BIG, {"limit_mb": 1})
    assert stream.asked == MIB + 1


def test_a_place_that_takes_only_pictures_says_so():
    seen = look(corpus.pdf(), limits=Limits(kinds=frozenset({Kind.PICTURE})))
    assert seen == Refused(Code.KIND_NOT_ALLOWED, {"found": "document"})


@pytest.mark.parametrize(
    ("data", "seconds"),
    [
        (corpus.webm(milliseconds=3000), 3.0),
        (corpus.webm(milliseconds=9000, duration=True), 9.0),
        (corpus.ogg(4.0), 4.0),
        (corpus.m4a(5), 5.0),
        (corpus.fragmented_m4a(6), 3.0),
        (corpus.fragmented_m4a(6, each_sample=False), 3.0),
        (corpus.mp3(50), round(50 * 1152 / 44100, 2)),
        (corpus.wav(2), 2.0),
        (corpus.amr(100), 2.0),
    ],
    ids=short,
)
def test_a_recording_says_how_long_it_is_even_when_the_browser_did_not(data, seconds):
    seen = look(data)
    assert isinstance(seen, Accepted)
    assert seen.duration_s == pytest.approx(seconds)


def test_a_recording_that_is_too_long_is_refused_with_both_lengths():
    seen = look(corpus.amr(1000), limits=Limits(voice_s=10))
    assert seen == Refused(Code.VOICE_TOO_LONG, {"limit_s": 10, "duration_s": 20})


@pytest.mark.parametrize("data", [corpus.pdf(b"<< /Author (x) >>"), corpus.docx({"docProps/core.xml": "<a/>"})])
def test_a_reader_is_warned_of_what_a_file_says_about_its_maker(data):
    seen = look(data)
    assert isinstance(seen, Accepted)
    assert seen.cautions == ("metadata",)


def test_of_ten_thousand_frames_only_the_first_is_looked_at():
    seen = look(corpus.moving_gif(10_000))
    assert isinstance(seen, Accepted), seen
    assert (seen.width_px, seen.height_px) == (8, 8)


def test_width_and_height_are_those_a_person_sees():
    turned = look(corpus.telltale_jpeg(orientation=6))
    assert isinstance(turned, Accepted)
    assert (turned.width_px, turned.height_px) == (48, 64)


HEADS = [
    *(JPEG[:n] for n in (3, 20, 200)),
    corpus.bomb_png()[:60],
    b"GIF89a",
    b"RIFF\0\0\0\0WEBPVP8 ",
    b"RIFF\0\0\0\0WAVEfmt ",
    corpus.telltale_heic()[:300],
    corpus.m4a()[:40],
    corpus.webm()[:60],
    b"OggS\0\0",
    b"ID3\x04\0\0",
    b"\xff\xfb\x90\x00",
    b"#!AMR\n",
    b"%PDF-1.7\n1 0 obj stream\n",
    corpus.docx()[:200],
    b"PK\x05\x06" + b"\0" * 18,
    b"",
]


@settings(max_examples=150)
@given(head=st.sampled_from(HEADS), tail=st.binary(max_size=400), name=st.text(max_size=40), claimed=st.text())
def test_no_bytes_and_no_name_make_the_inspection_fall_over(head, tail, name, claimed):
    assert isinstance(inspect(head + tail, name, claimed, LIMITS), Accepted | Refused)


WHOLE = [
    JPEG,
    corpus.telltale_png(),
    corpus.telltale_heic(),
    corpus.m4a(),
    corpus.fragmented_m4a(),
    corpus.webm(),
    corpus.ogg(),
    corpus.wav(),
    corpus.docx(),
    corpus.pdf(corpus.object_stream(b"7 0 << >>")),
]


@settings(max_examples=150)
@given(whole=st.sampled_from(WHOLE), at=st.floats(0, 1), patch=st.binary(min_size=1, max_size=8))
def test_a_damaged_file_is_taken_or_refused_and_never_more(whole, at, patch):
    spot = int(at * len(whole))
    assert isinstance(inspect(whole[:spot] + patch + whole[spot + len(patch) :], "a", "", LIMITS), Accepted | Refused)


def test_the_limit_on_pixels_holds_before_pillow_decodes(monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("decoded"))
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda self: pytest.fail("decoded"))
    seen = look(corpus.bomb_png())
    assert isinstance(seen, Refused)
    assert seen.code == Code.PICTURE_TOO_LARGE
