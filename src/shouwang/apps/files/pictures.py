"""
Pictures: is it really one, how large, and a clean copy made from its pixels alone. No Django.

Nothing of the file is copied into the clean version: colours are brought to sRGB, the orientation is applied, and a new
image is encoded from bare RGB values. So EXIF, GPS, XMP, IPTC, comments, embedded thumbnails, colour profiles and
whatever was appended cannot survive; there is no list of tags to keep up to date.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from io import BytesIO

import pillow_heif
from PIL import Image, ImageCms, ImageOps

from shouwang.apps.files.findings import Code, Found, Kind, Reject

DISPLAY_PX = 1600
DISPLAY_BYTES = 200 * 1024
THUMB_PX = 320
THUMB_BYTES = 24 * 1024
CLEAN_MEDIA_TYPE = "image/jpeg"

_QUALITIES = (84, 72, 60, 48)
_FORMATS = {
    "JPEG": ("image/jpeg", ".jpg"),
    "PNG": ("image/png", ".png"),
    "WEBP": ("image/webp", ".webp"),
    "GIF": ("image/gif", ".gif"),
    "HEIF": ("image/heic", ".heic"),
}
_SRGB = ImageCms.createProfile("sRGB")

#: A picture at the limit takes some 500 MB while it is decoded; a small machine holds two of them.
_FEW_AT_ONCE = threading.BoundedSemaphore(2)

logger = logging.getLogger(__name__)

pillow_heif.register_heif_opener(thumbnails=False)


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A JPEG made from pixels only. Sizes in pixels, orientation applied."""

    data: bytes
    width_px: int
    height_px: int


def examine(data: bytes, picture_pixels: int) -> Found:
    """
    Check that `data` decodes as one of the five formats, counting pixels before any are decoded; of a moving picture,
    the first frame only.

    Raises Reject (picture_too_large, broken).
    """
    with _opened(data, picture_pixels) as image:
        width, height = image.size
        turned = _is_turned(image)
        try:
            with _FEW_AT_ONCE:
                if image.format == "JPEG":
                    image.draft(image.mode, (1, 1))  # every bit is still read, an eighth of the pixels is kept
                image.load()
        except Exception as trouble:
            raise Reject(Code.BROKEN, kind=Kind.PICTURE) from trouble
        media_type, suffix = _FORMATS[str(image.format)]
    if turned:
        width, height = height, width
    return Found(Kind.PICTURE, media_type, suffix, width_px=width, height_px=height)


def clean_copy(data: bytes, *, longest_px: int, at_most_bytes: int, picture_pixels: int) -> CleanPicture:
    """
    A JPEG no longer than `longest_px` on either side, encoded from pixels only. `at_most_bytes` is aimed at by lowering
    the quality step by step to a floor where faces and plates are still readable; a very busy picture may stay a little
    above it.

    Raises Reject (picture_too_large, broken).
    """
    with _opened(data, picture_pixels) as image:
        try:
            with _FEW_AT_ONCE:
                if image.format == "JPEG":
                    image.draft(image.mode, (longest_px, longest_px))  # decode at a fraction of the size where possible
                image.load()
                small = _upright_srgb(image, longest_px)
        except Exception as trouble:
            raise Reject(Code.BROKEN, kind=Kind.PICTURE) from trouble
    bare = Image.frombytes("RGB", small.size, small.tobytes())  # a new image: nothing in `info` to be written out again
    encoded = b""
    for quality in _QUALITIES:
        out = BytesIO()
        bare.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        encoded = out.getvalue()
        if len(encoded) <= at_most_bytes:
            break
    return CleanPicture(encoded, *bare.size)


def _opened(data: bytes, picture_pixels: int) -> Image.Image:
    """
    Open without decoding. The header's own word on width and height is checked here, before memory is spent on it.
    """
    try:
        image = Image.open(BytesIO(data), formats=tuple(_FORMATS))
        width, height = image.size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as trouble:
        raise _too_large(picture_pixels) from trouble
    except Exception as trouble:  # decoders raise nearly anything on hostile bytes; each of it means the same to us
        raise Reject(Code.BROKEN, kind=Kind.PICTURE) from trouble
    if width < 1 or height < 1:
        raise Reject(Code.BROKEN, kind=Kind.PICTURE)
    if width * height > picture_pixels:
        raise _too_large(picture_pixels)
    return image


def _too_large(picture_pixels: int) -> Reject:
    return Reject(Code.PICTURE_TOO_LARGE, limit_megapixels=picture_pixels // 1_000_000)


def _is_turned(image: Image.Image) -> bool:
    try:
        return int(image.getexif().get(0x0112, 1)) in (5, 6, 7, 8)
    except Exception:  # a mangled EXIF block only costs us the orientation
        return False


def _upright_srgb(image: Image.Image, longest_px: int) -> Image.Image:
    """RGB on white, sRGB, upright, within longest_px."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):  # 16 bits of grey; a plain convert would clip everything to white
        image = image.convert("I").point(lambda level: level * (1 / 257)).convert("L")
    if image.mode in ("P", "PA", "LA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
    image.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
    try:
        image = ImageOps.exif_transpose(image)
    except Exception as trouble:  # a mangled EXIF block only costs us the orientation
        logger.info("orientation unreadable: %s", type(trouble).__name__)
    coloured = _in_srgb(image, profile) if profile else image
    if coloured.mode == "RGBA":
        paper = Image.new("RGBA", coloured.size, "white")
        coloured = Image.alpha_composite(paper, coloured)
    return coloured.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """
    Colours as the camera meant them; an unusable profile is dropped, since a wrong tint is better than no picture.
    """
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode=mode)
    except Exception:
        return image
    return converted if converted is not None else image
