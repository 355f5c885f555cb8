"""Nothing but pixels survives in the copies that people see."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from shouwang.apps.files import pictures
from shouwang.apps.files.findings import Code, Reject
from shouwang.apps.files.tests import corpus

PIXELS = 60_000_000


def clean(data: bytes, longest_px: int = 1600, at_most_bytes: int = pictures.DISPLAY_BYTES) -> pictures.CleanPicture:
    return pictures.clean_copy(data, longest_px=longest_px, at_most_bytes=at_most_bytes, picture_pixels=PIXELS)


TELLTALES = {
    "jpeg": corpus.telltale_jpeg(),
    "png": corpus.telltale_png(),
    "webp": corpus.telltale_webp(),
    "gif": corpus.telltale_gif(),
    "heic": corpus.telltale_heic(),
}


@pytest.mark.parametrize("form", TELLTALES)
@pytest.mark.parametrize("longest_px", [pictures.DISPLAY_PX, pictures.THUMB_PX])
def test_no_metadata_of_any_kind_survives(form, longest_px):
    original = TELLTALES[form]
    assert corpus.PLACE in original  # the test would prove nothing otherwise
    copy = clean(original, longest_px).data
    assert corpus.PLACE not in copy
    for trace in (b"Exif", b"http://ns.adobe.com", b"xmpmeta", b"Photoshop", b"ICC_PROFILE", b"JFXX", b"SEFT"):
        assert trace not in copy
    with Image.open(BytesIO(copy)) as image:
        assert image.format == "JPEG"
        assert dict(image.getexif()) == {}
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}


@pytest.mark.parametrize("form", TELLTALES)
def test_a_clean_copy_has_only_the_segments_a_jpeg_needs(form):
    data = clean(TELLTALES[form]).data
    at, seen = 2, set()
    while data[at + 1] != 0xDA:
        seen.add(data[at + 1])
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    assert seen <= {0xE0, 0xDB, 0xC2, 0xC4}  # JFIF header, tables, frame
    assert data.index(b"\xff\xd9") == len(data) - 2  # and nothing after its end


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright(orientation):
    shown = Image.open(BytesIO(clean(corpus.telltale_jpeg(orientation)).data))
    wide = orientation <= 4
    assert shown.size == ((64, 48) if wide else (48, 64))
    near_start, near_end = ((8, 24), (56, 24)) if wide else ((24, 8), (24, 56))
    if orientation in (2, 3, 7, 8):
        near_start, near_end = near_end, near_start
    assert shown.getpixel(near_start)[0] > 150
    assert shown.getpixel(near_end)[2] > 150


@pytest.mark.parametrize(("width", "height", "expected"), [(4000, 1000, (1600, 400)), (300, 3200, (150, 1600))])
def test_a_large_picture_is_brought_within_the_size(width, height, expected):
    copy = clean(corpus.encoded(corpus.scene(width, height), "JPEG"))
    assert (copy.width_px, copy.height_px) == expected


def test_a_small_picture_is_not_blown_up():
    copy = clean(corpus.encoded(corpus.scene(50, 40), "PNG"))
    assert (copy.width_px, copy.height_px) == (50, 40)


def test_a_busy_picture_gets_less_quality_rather_than_more_bytes():
    noisy = corpus.encoded(Image.effect_noise((900, 700), 60), "PNG")
    assert len(clean(noisy, at_most_bytes=100_000).data) < len(clean(noisy, at_most_bytes=10**7).data)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_common_pixel_layout_becomes_plain_colour(mode):
    source = Image.new("I;16", (20, 20), 40_000) if mode == "I;16" else corpus.scene(20, 20).convert(mode)
    shown = Image.open(BytesIO(clean(corpus.encoded(source, "PNG")).data))
    assert shown.mode == "RGB"
    if mode == "I;16":
        assert shown.getpixel((10, 10))[0] == pytest.approx(40_000 / 257, abs=4)


def test_what_is_transparent_becomes_paper():
    see_through = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    shown = Image.open(BytesIO(clean(corpus.encoded(see_through, "PNG")).data))
    assert min(shown.getpixel((10, 10))) > 250


def test_colours_are_brought_to_srgb_before_the_profile_is_dropped():
    # A camera whose red is our blue: its picture looks right only when the profile was followed.
    profile = corpus.srgb_profile()
    odd = profile.replace(b"rXYZ", b"?XYZ", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"?XYZ", b"bXYZ", 1)
    for form in ("PNG", "JPEG"):
        shown = Image.open(BytesIO(clean(corpus.encoded(corpus.scene(), form, icc_profile=odd)).data))
        assert shown.getpixel((8, 24))[2] > 150
        assert shown.getpixel((56, 24))[0] > 150


@pytest.mark.parametrize("profile", [corpus.srgb_profile(), b"no profile at all"], ids=["usual", "rubbish"])
def test_a_usual_profile_changes_nothing_and_a_broken_one_costs_no_picture(profile):
    shown = Image.open(BytesIO(clean(corpus.encoded(corpus.scene(), "PNG", icc_profile=profile)).data))
    assert shown.getpixel((8, 24)) == pytest.approx((200, 30, 30), abs=12)


def test_a_cmyk_print_is_shown_in_colour():
    shown = Image.open(BytesIO(clean(corpus.encoded(corpus.scene().convert("CMYK"), "JPEG")).data))
    assert shown.getpixel((8, 24))[0] > 150
    assert shown.getpixel((56, 24))[2] > 120


def test_too_many_pixels_are_refused_here_too():
    with pytest.raises(Reject) as refusal:
        pictures.clean_copy(corpus.bomb_png(), longest_px=320, at_most_bytes=10**5, picture_pixels=PIXELS)
    assert refusal.value.refused.code == Code.PICTURE_TOO_LARGE
