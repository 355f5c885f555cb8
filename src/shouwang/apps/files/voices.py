"""
Voice notes: which container, only sound inside, how long, and a copy that says nothing of its maker. No Django, no
decoding: only structure is read.

Sources of the layouts: RFC 8794 and RFC 9559 (EBML, Matroska/WebM), RFC 3533 and RFC 7845 (Ogg, Opus), ISO/IEC 14496-12
(MP4), ISO/IEC 11172-3 and 13818-3 (MP3), RIFF/WAVE, RFC 4867 section 5 (AMR).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shouwang.apps.files.findings import Code, Found, Kind, Reject


def examine(data: bytes) -> Found | None:
    """
    What recording this is, or None when it is none that we know. Raises Reject (broken, kind_not_allowed for video).
    """
    try:
        for signature, offset, check in _CHECKS:
            if data[offset : offset + len(signature)] == signature:
                return check(data)
        return _mp3(data)
    except (struct.error, IndexError, ValueError, OverflowError, ZeroDivisionError) as trouble:
        raise Reject(Code.BROKEN, kind=Kind.VOICE) from trouble


_MOST_PIECES = 300_000  # an hour and a half of speech has as many frames; a file of nothing but headers has more


def _broken() -> Reject:
    return Reject(Code.BROKEN, kind=Kind.VOICE)


def _voice(media_type: str, suffix: str, duration_s: float | None, *, metadata: bool = False) -> Found:
    if duration_s is not None and not 0 < duration_s < 10**6:
        duration_s = None
    return Found(
        Kind.VOICE,
        media_type,
        suffix,
        duration_s=None if duration_s is None else round(duration_s, 2),
        cautions=("metadata",) if metadata else (),
    )


# --- WebM -----------------------------------------------------------------------------------------

_SEGMENT, _CLUSTER, _TRACK = 0x18538067, 0x1F43B675, 0xAE
_INFO, _TRACKS, _BLOCK_GROUP = 0x1549A966, 0x1654AE6B, 0xA0
_MASTERS = frozenset({_SEGMENT, _CLUSTER, _TRACK, _INFO, _TRACKS, _BLOCK_GROUP})
_SCALE, _DURATION, _CODEC, _TRACK_TYPE = 0x2AD7B1, 0x4489, 0x86, 0x83
_CLUSTER_TIME, _SIMPLE_BLOCK, _BLOCK, _DOC_TYPE = 0xE7, 0xA3, 0xA1, 0x4282
_VOID = b"\xec"
_TELLING = frozenset({0x1254C367, 0x1941A469, 0x1043A770, 0x7BA9, 0x4461, 0x7384, 0x5741, 0x4D80, 0x536E})
"""
Tags, attachments, chapters, title, date, file name, writing and muxing program, name of the track (RFC 9559, 5.1).
"""


def _vint(data: bytes, at: int, *, keep_marker: bool) -> tuple[int, int, bool]:
    """(value, next offset, whether it says "length unknown") of one variable-length integer, RFC 8794 section 4."""
    first = data[at]
    length = 9 - first.bit_length()
    if length > 8 or at + length > len(data):
        raise _broken()
    raw = int.from_bytes(data[at : at + length], "big")
    value = raw & ((1 << 7 * length) - 1)
    unknown = value == (1 << 7 * length) - 1
    return (raw if keep_marker else value), at + length, unknown


def _elements(data: bytes, at: int) -> Iterator[tuple[int, int, int, int]]:
    """
    (id, start, end) of every element in document order; masters are entered, so a live recording of unknown size reads
    on.
    """
    for _ in range(_MOST_PIECES):
        if at >= len(data):
            return
        head = at
        ident, at, _ = _vint(data, at, keep_marker=True)
        size, at, unknown = _vint(data, at, keep_marker=False)
        if ident in _MASTERS:
            yield ident, head, at, at
            continue
        if unknown:
            raise _broken()
        yield ident, head, at, min(at + size, len(data))
        at += size
    raise _broken()


def _webm(data: bytes) -> Found:
    codecs: list[str] = []
    scale_ns, duration, cluster_time, last_time = 1_000_000, 0.0, 0, 0
    doc_type = b""
    header_size, at, _ = _vint(data, 4, keep_marker=False)
    for ident, _head, start, end in _elements(data[: at + header_size], at):
        if ident == _DOC_TYPE:
            doc_type = data[start:end].rstrip(b"\0")
    for ident, _head, start, end in _elements(data, at + header_size):
        value = data[start : min(end, start + 64)]
        if ident == _SCALE:
            scale_ns = int.from_bytes(value, "big")
        elif ident == _DURATION:
            duration = struct.unpack(">d" if len(value) == 8 else ">f", value)[0]
        elif ident == _CODEC:
            codecs.append(value.decode("ascii").rstrip("\0"))
        elif ident == _TRACK_TYPE and value != b"\x02":
            raise Reject(Code.KIND_NOT_ALLOWED, found="video")
        elif ident == _CLUSTER_TIME:
            cluster_time = int.from_bytes(value, "big")
            last_time = max(last_time, cluster_time)
        elif ident in (_SIMPLE_BLOCK, _BLOCK):
            _, after, _ = _vint(data, start, keep_marker=False)
            last_time = max(last_time, cluster_time + struct.unpack_from(">h", data, after)[0])
    if doc_type not in (b"webm", b"matroska") or not codecs:
        raise _broken()
    if any(codec not in ("A_OPUS", "A_VORBIS") for codec in codecs):
        raise Reject(Code.KIND_NOT_ALLOWED, found="video" if any(c.startswith("V_") for c in codecs) else "audio")
    return _voice("audio/webm", ".webm", (duration or last_time) * scale_ns / 1e9)


# --- Ogg Opus -------------------------------------------------------------------------------------


def _ogg(data: bytes) -> Found:
    at, granule, pages, pre_skip = 0, 0, 0, 0
    while at < len(data):
        if data[at : at + 4] != b"OggS" or at + 27 > len(data):
            raise _broken()
        position = struct.unpack_from("<q", data, at + 6)[0]
        segments = data[at + 26]
        body = at + 27 + segments
        end = body + sum(data[at + 27 : body])
        if end > len(data):
            raise _broken()
        if pages == 0:
            if data[body : body + 8] != b"OpusHead":
                raise Reject(Code.KIND_NOT_ALLOWED, found="audio")
            pre_skip = struct.unpack_from("<H", data, body + 10)[0]
        granule = max(granule, position)
        pages += 1
        at = end
    if pages < 2:
        raise _broken()
    whole_tags = _opus_tags(data) is not None
    return _voice(
        "audio/ogg", ".ogg", (granule - pre_skip) / 48_000, metadata=not whole_tags
    )  # RFC 7845: granules count at 48 kHz


# --- MP4 / M4A / 3GP ------------------------------------------------------------------------------

_BOXES_WITH_BOXES = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf", b"mvex"})
_SOUND = {b"mp4a": ("audio/mp4", ".m4a"), b"Opus": ("audio/mp4", ".m4a"), b"samr": ("audio/3gpp", ".3gp")}


def _boxes(data: bytes, at: int, end: int, depth: int = 0) -> Iterator[tuple[bytes, int, int]]:
    """
    (type, start of content, end) of every box; the known parents are entered. Raises Reject when sizes do not fit.
    """
    while at + 8 <= end:
        size, name = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if size == 1:
            size = struct.unpack_from(">Q", data, start)[0]
            start += 8
        elif size == 0:
            size = end - at
        if size < start - at or at + size > end:
            raise _broken()
        yield name, start, at + size
        if name in _BOXES_WITH_BOXES and depth < 8:
            yield from _boxes(data, start, at + size, depth + 1)
        at += size


@dataclass
class _Fragments:
    """
    How long a recording is that was written in pieces, as browsers do: each `trun` lists its samples (ISO/IEC 14496-12,
    8.8). `unit` is the time that a sample lasts when its piece says nothing of its own.
    """

    units: int = 0
    unit: int = 0
    usual_unit: int = 0

    def note(self, name: bytes, box: bytes) -> None:
        flags = int.from_bytes(box[1:4], "big")
        if name == b"trex":
            self.usual_unit = self.unit = struct.unpack_from(">I", box, 12)[0]
        elif name == b"tfhd":
            at = 8 + (8 if flags & 0x1 else 0) + (4 if flags & 0x2 else 0)
            self.unit = struct.unpack_from(">I", box, at)[0] if flags & 0x8 else self.usual_unit
        elif name == b"trun":
            samples = struct.unpack_from(">I", box, 4)[0]
            at = 8 + (4 if flags & 0x1 else 0) + (4 if flags & 0x4 else 0)
            words = (flags >> 8 & 0xF).bit_count()
            if at + samples * words * 4 > len(box):
                raise _broken()
            if flags & 0x100:
                self.units += sum(struct.unpack(f">{samples * words}I", box[at : at + samples * words * 4])[::words])
            else:
                self.units += samples * self.unit


def _mp4(data: bytes) -> Found | None:
    if data[8:12] in (b"avif", b"avis"):
        return None  # a picture in the same kind of boxes
    handlers: list[bytes] = []
    sounds: list[bytes] = []
    seconds, scale = 0.0, 0
    has_media = False
    fragments = _Fragments()
    for number, (name, start, end) in enumerate(_boxes(data, 0, len(data))):
        if number > _MOST_PIECES:
            raise _broken()
        if name == b"hdlr":
            handlers.append(data[start + 8 : start + 12])
        elif name == b"stsd":
            sounds.append(data[start + 12 : start + 16])
        elif name in (b"mvhd", b"mdhd") and end - start >= 20:
            wide = data[start] == 1
            scale = struct.unpack_from(">I", data, start + (20 if wide else 12))[0]
            length = struct.unpack_from(">Q" if wide else ">I", data, start + (24 if wide else 16))[0]
            seconds = max(seconds, length / scale) if scale else seconds
        elif name in (b"trex", b"tfhd", b"trun"):
            fragments.note(name, data[start:end])
        has_media = has_media or name in (b"mdat", b"moof")
    if b"vide" in handlers:
        raise Reject(Code.KIND_NOT_ALLOWED, found="video")
    if not has_media or not sounds:
        raise _broken()
    if len(sounds) != 1 or sounds[0] not in _SOUND:
        raise Reject(Code.KIND_NOT_ALLOWED, found="audio")
    if scale:  # the track's own, since its header comes after the film's
        seconds = max(seconds, fragments.units / scale)
    return _voice(*_SOUND[sounds[0]], seconds)


# --- WAV ------------------------------------------------------------------------------------------


def _wav(data: bytes) -> Found:
    at, byte_rate, sound_bytes = 12, 0, 0
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"fmt ":
            form, _channels, _rate, byte_rate = struct.unpack_from("<HHII", data, at + 8)
            if form not in (1, 3, 6, 7, 0x11, 0xFFFE):
                raise Reject(Code.KIND_NOT_ALLOWED, found="audio")
        elif name == b"data":
            sound_bytes += min(size, len(data) - at - 8)  # a stream that was never closed says 0xFFFFFFFF
        at += 8 + size + size % 2
    if not byte_rate or not sound_bytes:
        raise _broken()
    return _voice("audio/wav", ".wav", sound_bytes / byte_rate)


# --- AMR ------------------------------------------------------------------------------------------

_AMR_FRAME = (12, 13, 15, 17, 19, 20, 26, 31, 5, 0, 0, 0, 0, 0, 0, 0)  # bytes after the header byte, RFC 4867
_AMR_WB_FRAME = (17, 23, 32, 36, 40, 46, 50, 58, 60, 5, 0, 0, 0, 0, 0, 0)


def _amr(data: bytes) -> Found:
    wide = data.startswith(b"#!AMR-WB\n")
    at, sizes = (9, _AMR_WB_FRAME) if wide else (6, _AMR_FRAME)
    frames = 0
    while at < len(data):
        if data[at] & 0x83 or frames > _MOST_PIECES:  # padding bits are zero in every frame header
            raise _broken()
        at += 1 + sizes[data[at] >> 3 & 0x0F]
        frames += 1
    if not frames:
        raise _broken()
    return _voice("audio/amr-wb" if wide else "audio/amr", ".awb" if wide else ".amr", frames * 0.02)


# --- MP3 ------------------------------------------------------------------------------------------

_KBPS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # MPEG-1 layer III
_KBPS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)  # MPEG-2 and 2.5 layer III
_HZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def _mp3_frame(data: bytes, at: int) -> tuple[int, float] | None:
    """(bytes, seconds) of the layer III frame at `at`, or None when there is none."""
    if at + 4 > len(data):
        return None
    head = int.from_bytes(data[at : at + 4], "big")
    version, layer, rate, hz = head >> 19 & 3, head >> 17 & 3, head >> 12 & 15, head >> 10 & 3
    if head >> 21 != 0x7FF or version == 1 or layer != 1 or rate in (0, 15) or hz == 3:
        return None
    samples = 1152 if version == 3 else 576
    kbps = (_KBPS_1 if version == 3 else _KBPS_2)[rate]
    sampled = _HZ[version][hz]
    return samples // 8 * kbps * 1000 // sampled + (head >> 9 & 1), samples / sampled


def _mp3_frames(data: bytes) -> tuple[int, int, int, float]:
    """(start, end, number, seconds) of the unbroken run of frames behind the ID3 tag, if there is one."""
    start = 0
    if data[:3] == b"ID3" and len(data) > 10:
        start = 10 + (data[6] & 127) * 2**21 + (data[7] & 127) * 2**14 + (data[8] & 127) * 2**7 + (data[9] & 127)
    at, frames, seconds = start, 0, 0.0
    while frame := _mp3_frame(data, at):
        at += frame[0]
        seconds += frame[1]
        frames += 1
    return start, min(at, len(data)), frames, seconds


def _mp3(data: bytes) -> Found | None:
    _start, end, frames, seconds = _mp3_frames(data)
    if frames < 3:  # two sync words in a row happen by chance, three hardly
        return None
    # After the last whole frame: a cut one, padding, or a tag. More than that is no recording.
    if len(data) - end > 64 * 1024:
        raise _broken()
    return _voice("audio/mpeg", ".mp3", seconds)


_CHECKS = (
    (b"\x1aE\xdf\xa3", 0, _webm),
    (b"OggS", 0, _ogg),
    (b"ftyp", 4, _mp4),
    (b"WAVE", 8, _wav),
    (b"#!AMR", 0, _amr),
)


# --- the copy to be played --------------------------------------------------------------------------------------------


def clean_copy(data: bytes, media_type: str) -> bytes:
    """
    The same sound without what the file says about its maker: place, device, title, date, pictures. Nothing is decoded;
    the telling parts are blanked where they stand (or, around an MP3, cut off), so that no offset changes.

    data         a recording that `examine` has taken, with the media type it was given
    Not covered  what is hidden in the sound itself, and the tags of an Ogg file that run over several pages, of which
                 `examine` warns with the caution "metadata"
    """
    return _CLEANERS.get(media_type, bytes)(data)


def _clean_webm(data: bytes) -> bytes:
    clean = bytearray(data)
    header_size, at, _ = _vint(data, 4, keep_marker=False)
    for ident, head, _start, end in _elements(data, at + header_size):
        if ident in _TELLING:
            width = min(8, end - head - 1)  # of the length field; the element keeps its place and size
            length = end - head - 1 - width
            clean[head:end] = _VOID + (length | 1 << 7 * width).to_bytes(width, "big") + bytes(length)
    return bytes(clean)


def _clean_mp4(data: bytes) -> bytes:
    clean = bytearray(data)
    for name, start, end in _boxes(data, 0, len(data)):
        if name in (b"udta", b"meta", b"uuid", b"XMP_", b"free", b"skip"):
            named = start - 4 if int.from_bytes(data[start - 8 : start - 4], "big") == end - start + 8 else start - 12
            if data[named : named + 4] == name:
                clean[named : named + 4] = b"free"
            clean[start:end] = bytes(end - start)
        elif name in (b"mvhd", b"tkhd", b"mdhd") and end - start >= 20:
            moments = 16 if data[start] == 1 else 8  # made at, changed at
            clean[start + 4 : start + 4 + moments] = bytes(moments)
    return bytes(clean)


def _clean_wav(data: bytes) -> bytes:
    clean, at = bytearray(data), 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        end = min(at + 8 + size, len(data))
        if name not in (b"fmt ", b"data", b"fact"):
            clean[at : at + 4] = b"JUNK"
            clean[at + 8 : end] = bytes(end - at - 8)
        at += 8 + size + size % 2
    return bytes(clean)


def _clean_mp3(data: bytes) -> bytes:
    start, end, _frames, _seconds = _mp3_frames(data)
    return data[start:end]


def _opus_tags(data: bytes) -> tuple[int, int, int] | None:
    """(page, start, end) of the tags when they fill exactly the second page (RFC 7845, section 3), else None."""
    page = 27 + data[26] + sum(data[27 : 27 + data[26]])
    lengths = data[page + 27 : page + 27 + data[page + 26]]
    start = page + 27 + len(lengths)
    whole = data[start : start + 8] == b"OpusTags" and lengths[-1] < 255 and all(n == 255 for n in lengths[:-1])
    return (page, start, start + sum(lengths)) if whole else None


def _clean_ogg(data: bytes) -> bytes:
    tags = _opus_tags(data)
    if tags is None:
        return data
    page, start, end = tags
    clean = bytearray(data)
    clean[start + 8 : end] = bytes(end - start - 8)  # no vendor, no comments, and padding (RFC 7845, 5.2)
    clean[page + 22 : page + 26] = bytes(4)
    clean[page + 22 : page + 26] = _ogg_sum(clean[page:end]).to_bytes(4, "little")
    return bytes(clean)


def _ogg_sum(page: bytes | bytearray) -> int:
    """Checksum of a page, with its own field zero: CRC-32 of 0x04C11DB7, neither reflected nor inverted (RFC 3533)."""
    register = 0
    for byte in page:
        register ^= byte << 24
        for _ in range(8):
            register = (register << 1 ^ (0x04C11DB7 if register & 0x80000000 else 0)) & 0xFFFFFFFF
    return register


_CLEANERS: dict[str, Callable[[bytes], bytes]] = {
    "audio/webm": _clean_webm,
    "audio/mp4": _clean_mp4,
    "audio/3gpp": _clean_mp4,
    "audio/wav": _clean_wav,
    "audio/mpeg": _clean_mp3,
    "audio/ogg": _clean_ogg,
}
