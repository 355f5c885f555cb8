"""Pictures for the tests: somebody who does not exist, drawn with a pencil's few shapes, and plates of no car."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFilter

_SKIN, _HAIR = (226, 188, 162), (50, 38, 32)
_GROUNDS = {"blue": (22, 62, 168), "yellow": (232, 182, 30), "green": (60, 176, 112)}


def scene(faces: Sequence[tuple[int, int, int]] = (), plates: Sequence[tuple[int, int, int, str]] = ()) -> Image.Image:
    """1000 × 800: faces as (x, y of the middle, width), plates as (left, top, width, colour)."""
    image = Image.new("RGB", (1000, 800), (168, 176, 180))
    pencil = ImageDraw.Draw(image)
    for x, y, wide in faces:
        _face(pencil, x, y, wide)
    image = image.filter(ImageFilter.GaussianBlur(3))
    pencil = ImageDraw.Draw(image)
    for left, top, wide, colour in plates:
        _plate(pencil, left, top, wide, colour)
    return image


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def pdf(*images: Image.Image) -> bytes:
    """One picture a page."""
    out = io.BytesIO()
    images[0].save(out, "PDF", save_all=True, append_images=images[1:])
    return out.getvalue()


def _face(pencil: ImageDraw.ImageDraw, x: int, y: int, s: int) -> None:
    def oval(left: float, top: float, right: float, bottom: float, fill: tuple[int, int, int]) -> None:
        pencil.ellipse((x + s * left, y + s * top, x + s * right, y + s * bottom), fill=fill)

    oval(-0.5, -0.66, 0.5, 0.66, _SKIN)
    pencil.pieslice((x - s * 0.54, y - s * 0.74, x + s * 0.54, y + s * 0.5), 180, 360, fill=_HAIR)
    oval(-0.44, -0.44, 0.44, 0.62, _SKIN)
    for side in (-1, 1):
        middle = side * 0.2
        brow = (x + s * (middle - 0.13), y - s * 0.2, x + s * (middle + 0.13), y - s * 0.15)
        pencil.rectangle(brow, fill=(70, 50, 44))
        oval(middle - 0.11, -0.11, middle + 0.11, 0.01, (90, 70, 64))
        oval(middle - 0.05, -0.1, middle + 0.05, 0.0, (24, 18, 18))
    pencil.polygon((x, y - s * 0.05, x - s * 0.09, y + s * 0.2, x + s * 0.09, y + s * 0.2), fill=(210, 166, 140))
    oval(-0.1, 0.17, 0.1, 0.23, (176, 128, 110))
    oval(-0.2, 0.31, 0.2, 0.4, (150, 74, 70))


def _plate(pencil: ImageDraw.ImageDraw, left: int, top: int, wide: int, colour: str) -> None:
    high = wide * 140 / 440
    pencil.rectangle((left, top, left + wide, top + high), fill=_GROUNDS[colour])
    ink = "white" if colour == "blue" else "black"
    for n in range(7):
        x = left + wide * (0.06 + n * 0.128)
        for stroke in ((0.0, 0.2, 0.02, 0.8), (0.06, 0.2, 0.08, 0.8), (0.0, 0.45, 0.08, 0.55)):
            a, b, c, d = stroke
            pencil.rectangle((x + wide * a, top + high * b, x + wide * c, top + high * d), fill=ink)
