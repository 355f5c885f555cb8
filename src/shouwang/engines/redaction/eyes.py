"""
A program of its own that looks for faces and number plates in pixels, see `engines/apart.py`. It is never imported by the house.

It finds where something like a face is and nothing else: it compares no face with another, keeps none and knows nobody.

Asked with ``size`` and RGB pixels, it answers ``face`` and ``plate``: rectangles (left, top, right, bottom) in those pixels.

Faces: cascades of Haar-like features (Viola, Jones 2001; Lienhart, Maydt 2002) as OpenCV carries them. Plates: a patch in a colour of
Chinese plates (GA 36: blue, yellow, green; white is left to people), as wide and high as plates are, full of upright strokes.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np

#: Longer sides are made this long: a face of a fortieth of the picture is still found, in well under a second.
LOOKED_AT = 1600
LEAST_FACE, LEAST_PLATE = 24, 36
#: Hue (of 180), saturation and value of the ground of plates.
_GROUNDS = (((98, 90, 50), (128, 255, 255)), ((15, 100, 90), (32, 255, 255)), ((45, 50, 80), (90, 255, 255)))
#: Width by height: 440 × 140 mm, 480 × 140 mm, and some slant.
_SHAPE = (2.1, 5.2)
_FACES = ("haarcascade_frontalface_alt2.xml", "haarcascade_profileface.xml")

_CASCADES = Path(cv2.__file__).with_name("data")

Rectangle = list[int]


def look(asked: dict[str, Any], pixels: bytes) -> tuple[dict[str, Any], bytes]:
    """One picture."""
    wide, high = asked["size"]
    image: Any = np.frombuffer(pixels, dtype=np.uint8).reshape(high, wide, 3)
    by = min(1.0, LOOKED_AT / max(wide, high))
    if by < 1:
        image = cv2.resize(image, None, fx=by, fy=by, interpolation=cv2.INTER_AREA)
    found = {"face": _faces(image), "plate": _plates(image)}
    return {kind: [[round(edge / by) for edge in one] for one in boxes] for kind, boxes in found.items()}, b""


def _faces(image: Any) -> list[Rectangle]:
    grey = cv2.equalizeHist(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))
    found: list[Rectangle] = []
    for name, flipped in ((_FACES[0], False), (_FACES[1], False), (_FACES[1], True)):
        cascade = cv2.CascadeClassifier(str(_CASCADES / name))
        seen = cascade.detectMultiScale(
            cv2.flip(grey, 1) if flipped else grey, 1.1, 5, minSize=(LEAST_FACE, LEAST_FACE)
        )
        for x, y, w, h in seen:
            left = grey.shape[1] - x - w if flipped else x
            # The cascade frames eyes to mouth; hair and chin tell who somebody is as well.
            found.append(_within(image, left - w * 0.15, y - h * 0.25, left + w * 1.15, y + h * 1.2))
    return _once(found)


def _plates(image: Any) -> list[Rectangle]:
    colours = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    strokes = np.abs(cv2.Sobel(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.CV_32F, 1, 0)) > 80
    found = []
    for low, above in _GROUNDS:
        ground = cv2.inRange(colours, np.array(low), np.array(above))
        # What is written lies in the ground like holes.
        ground = cv2.morphologyEx(ground, cv2.MORPH_CLOSE, np.ones((5, 13), np.uint8))
        ground = cv2.morphologyEx(ground, cv2.MORPH_OPEN, np.ones((5, 9), np.uint8))
        for shape in cv2.findContours(ground, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
            x, y, w, h = cv2.boundingRect(shape)
            filled = cv2.contourArea(shape) / max(1, w * h)
            if w < LEAST_PLATE or not _SHAPE[0] <= w / h <= _SHAPE[1] or filled < 0.6:
                continue
            if strokes[y : y + h, x : x + w].mean() >= 0.08:
                found.append(_within(image, x - w * 0.04, y - h * 0.1, x + w * 1.04, y + h * 1.1))
    return _once(found)


def _within(image: Any, left: float, top: float, right: float, bottom: float) -> Rectangle:
    high, wide = image.shape[:2]
    return [max(0, round(left)), max(0, round(top)), min(wide, round(right)), min(high, round(bottom))]


def _once(found: list[Rectangle]) -> list[Rectangle]:
    """Of rectangles that overlap by half the larger stands; at most forty, a page has no more."""
    kept: list[Rectangle] = []
    for one in sorted(found, key=_area, reverse=True):
        if all(_shared(one, other) < 0.5 * _area(one) for other in kept):
            kept.append(one)
    return kept[:40]


def _area(one: Rectangle) -> int:
    return (one[2] - one[0]) * (one[3] - one[1])


def _shared(one: Rectangle, other: Rectangle) -> int:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(0, wide) * max(0, high)


if __name__ == "__main__":
    cv2.setNumThreads(1)
    sys.path.append(str(Path(__file__).parents[1]))
    importlib.import_module("apart").serve(look)
