"""A signature drawn by hand, made small enough to stand on a paper: written anew, without anything that came with the picture."""

from __future__ import annotations

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from shouwang.engines.errors import BadData

#: Pixels of what is taken in, and of what stands on the paper.
LARGEST, WIDE, HIGH = 16_000_000, 480, 160
#: A drawing that is still larger than this is no signature.
MOST_BYTES = 64 * 1024
#: How high it stands on the paper.
HIGH_MM = 9


def fitted(picture: bytes) -> bytes:
    """
    The drawing in grey on white, cut to its ink, at most WIDE by HIGH pixels, as PNG.

    Raises   BadData when it is no picture, too large, or nothing is drawn on it
    """
    try:
        with Image.open(io.BytesIO(picture)) as opened:
            if opened.width * opened.height > LARGEST:
                raise BadData("signature", "the picture is too large")
            flat = Image.new("RGBA", opened.size, "white")
            flat.alpha_composite(opened.convert("RGBA"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise BadData("signature", "is no picture that can be read") from error
    grey = flat.convert("L")
    ink = ImageOps.invert(grey).point(lambda shade: 255 if shade > 32 else 0).getbbox()
    if ink is None:
        raise BadData("signature", "nothing is drawn on it")
    cut = grey.crop(ink)
    cut.thumbnail((WIDE, HIGH))
    out = io.BytesIO()
    cut.quantize(16).save(out, "PNG", optimize=True)
    if out.tell() > MOST_BYTES:
        raise BadData("signature", "the drawing is too large")
    return out.getvalue()
