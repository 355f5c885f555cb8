"""Files to be afraid of, and honest ones to compare with, all built here: no binary lies in the repository."""

from __future__ import annotations

import struct
import zipfile
import zlib
from functools import cache
from io import BytesIO

import pillow_heif
from PIL import Image, ImageCms, PngImagePlugin

PLACE = b"Qinghe-secret-place"  # planted in every kind of metadata; must be in no clean copy


def scene(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Red left, blue right: tells whether a picture was turned."""
    image = Image.new("RGB", (width, height), (200, 30, 30))
    image.paste((20, 20, 200), (width // 2, 0, width, height))
    return image.convert(mode)


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def exif_with_gps(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "PhoneMaker"
    exif[0x9286] = PLACE
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (30.0, 15.0, 10.0), "E", (120.0, 10.0, 5.0)
    gps[0x1D] = PLACE.decode()
    return exif


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


@cache
def srgb_profile() -> bytes:
    """Made once: a profile carries the second in which it was made."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@cache
def telltale_jpeg(orientation: int = 1) -> bytes:
    """EXIF with GPS, XMP, IPTC, a comment, an embedded thumbnail, an ICC profile and bytes after the end."""
    plain = encoded(
        scene(), "JPEG", exif=exif_with_gps(orientation), icc_profile=srgb_profile(), comment=PLACE, quality=90
    )
    xmp = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + PLACE + b"</x:xmpmeta>")
    iptc_record = b"\x1c\x02\x5a" + struct.pack(">H", len(PLACE)) + PLACE
    iptc = segment(
        0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(iptc_record)) + iptc_record + b"\0"
    )
    thumbnail = segment(0xE0, b"JFXX\0\x10" + encoded(scene(16, 12), "JPEG", comment=PLACE))
    return plain[:2] + thumbnail + xmp + iptc + plain[2:] + b"SEFT" + PLACE


def telltale_png() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", PLACE.decode())
    notes.add_itxt("XML:com.adobe.xmp", f"<x>{PLACE.decode()}</x>")
    return encoded(scene(), "PNG", pnginfo=notes, exif=exif_with_gps()) + PLACE


def telltale_webp() -> bytes:
    return encoded(scene(), "WEBP", exif=exif_with_gps().tobytes(), xmp=b"<x>" + PLACE + b"</x>")


def telltale_gif() -> bytes:
    return encoded(scene(mode="P"), "GIF", comment=PLACE) + PLACE


@cache
def telltale_heic() -> bytes:
    heif = pillow_heif.from_pillow(scene(64, 64))
    out = BytesIO()
    heif.save(out, exif=exif_with_gps().tobytes(), xmp=b"<x>" + PLACE + b"</x>", quality=60)
    return out.getvalue()


def moving_gif(frames: int) -> bytes:
    """A GIF of many frames, assembled by hand so that it is quick."""
    one = encoded(Image.new("P", (8, 8)), "GIF")
    body = one[one.index(b",", 13 + 3 * 2 ** ((one[10] & 7) + 1)) : -1]
    return one[: one.index(body)] + body * frames + b";"


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def bomb_png(width: int = 60_000, height: int = 60_000) -> bytes:
    """A few hundred bytes that claim billions of pixels."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", head)
        + png_chunk(b"IDAT", zlib.compress(b"\0" * 9000))
        + png_chunk(b"IEND", b"")
    )


def zipped(parts: dict[str, bytes | str]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def docx(extra: dict[str, bytes | str] | None = None, main: str = WORD, relations: str = "") -> bytes:
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{types}"><Override PartName="/word/document.xml" '
            f'ContentType="{main}"/></Types>',
            "word/document.xml": "<w:document xmlns:w='w'>路灯坏了，请来看看。</w:document>",
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{rels}">{relations}</Relationships>',
        }
        | (extra or {})
    )


def external(kind: str) -> str:
    return f'<Relationship Id="r1" Type="{RELATION}{kind}" Target="http://198.51.100.7/x" TargetMode="External"/>'


def pdf(extra: bytes = b"", trailer: bytes = b"") -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\n"
        b"endobj\n" + extra + b"\ntrailer\n<< /Root 1 0 R " + trailer + b">>\nstartxref\n9\n%%EOF\n"
    )


def object_stream(content: bytes, packing: bytes = b"/FlateDecode") -> bytes:
    packed = zlib.compress(content)
    return (
        b"5 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter "
        + packing
        + b" /Length %d >>\nstream\n" % len(packed)
        + packed
        + b"\nendstream\nendobj\n"
    )


def vint(value: int) -> bytes:
    return struct.pack(">Q", value | 1 << 56)


def element(ident: bytes, body: bytes) -> bytes:
    return ident + vint(len(body)) + body


UNKNOWN_SIZE = b"\x01" + b"\xff" * 7


def webm(*, milliseconds: int = 3000, duration: bool = False, video: bool = False) -> bytes:
    """As a browser records it: segment and clusters of unknown size, and normally no duration."""
    head = element(b"\x1a\x45\xdf\xa3", element(b"\x42\x82", b"webm"))
    info = element(b"\x2a\xd7\xb1", (1_000_000).to_bytes(3, "big"))
    if duration:
        info += element(b"\x44\x89", struct.pack(">d", float(milliseconds)))
    track = element(b"\xae", element(b"\x83", b"\x02") + element(b"\x86", b"A_OPUS"))
    if video:
        track += element(b"\xae", element(b"\x83", b"\x01") + element(b"\x86", b"V_VP8"))
    clusters = b""
    for start in range(0, milliseconds + 1, 1000):
        block = element(b"\xa3", b"\x81" + struct.pack(">hB", 0, 0x80) + b"\xfc\xff\xfe")
        clusters += b"\x1f\x43\xb6\x75" + UNKNOWN_SIZE + element(b"\xe7", start.to_bytes(4, "big")) + block
    return (
        head
        + b"\x18\x53\x80\x67"
        + UNKNOWN_SIZE
        + element(b"\x15\x49\xa9\x66", info)
        + element(b"\x16\x54\xae\x6b", track)
        + clusters
    )


def ogg_page(granule: int, body: bytes, serial: int = 7) -> bytes:
    return b"OggS\0\0" + struct.pack("<qIII", granule, serial, 0, 0) + bytes([1, len(body)]) + body


def ogg(seconds: float = 4.0, codec: bytes = b"OpusHead") -> bytes:
    head = codec + b"\x01\x01" + struct.pack("<HIhB", 312, 48_000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 3) + b"app" + struct.pack("<II", 1, len(PLACE)) + PLACE
    return ogg_page(0, head) + ogg_page(0, tags) + ogg_page(int(seconds * 48_000) + 312, b"\xfc" * 40)


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, name) + body


def m4a(seconds: int = 5, handler: bytes = b"soun", codec: bytes = b"mp4a", brand: bytes = b"M4A ") -> bytes:
    mvhd = box(b"mvhd", b"\0" * 12 + struct.pack(">II", 1000, seconds * 1000) + b"\0" * 80)
    hdlr = box(b"hdlr", b"\0" * 8 + handler + b"\0" * 13)
    stsd = box(b"stsd", b"\0\0\0\0\0\0\0\x01" + box(codec, b"\0" * 28))
    trak = box(b"trak", box(b"mdia", hdlr + box(b"minf", box(b"stbl", stsd))))
    udta = box(b"udta", box(b"\xa9xyz", b"+30.25+120.16/" + PLACE))
    return box(b"ftyp", brand + b"\0\0\0\0isom") + box(b"moov", mvhd + trak + udta) + box(b"mdat", b"\x21" * 64)


def fragmented_m4a(pieces: int = 6, *, each_sample: bool = True) -> bytes:
    """As a browser records it: the film's header knows no length, and each half second has its own list of samples."""
    mvhd = box(b"mvhd", b"\0" * 12 + struct.pack(">II", 1000, 0) + b"\0" * 80)
    mdhd = box(b"mdhd", b"\0" * 12 + struct.pack(">II", 48_000, 0) + b"\0" * 4)
    hdlr = box(b"hdlr", b"\0" * 8 + b"soun" + b"\0" * 13)
    stsd = box(b"stsd", b"\0\0\0\0\0\0\0\x01" + box(b"Opus", b"\0" * 28))
    trak = box(b"trak", box(b"mdia", mdhd + hdlr + box(b"minf", box(b"stbl", stsd))))
    trex = box(b"trex", struct.pack(">IIIIII", 0, 1, 1, 960, 0, 0))
    film = box(b"moov", mvhd + trak + box(b"mvex", trex))
    if each_sample:
        run = struct.pack(">III", 0x301, 25, 0) + struct.pack(">II", 960, 40) * 25
    else:
        run = struct.pack(">III", 0x201, 25, 0) + struct.pack(">I", 40) * 25
    piece = box(b"moof", box(b"traf", box(b"tfhd", struct.pack(">II", 0, 1)) + box(b"trun", run)))
    return box(b"ftyp", b"iso5\0\0\0\0iso5") + film + (piece + box(b"mdat", b"\x21" * 64)) * pieces


def mp3(frames: int = 50, tag: bytes = b"") -> bytes:
    head = b"ID3\x04\0\0" + bytes([0, 0, len(tag) >> 7, len(tag) & 127]) + tag if tag else b""
    return head + (b"\xff\xfb\x90\x00" + b"\0" * 413) * frames


def wav(seconds: int = 2, rate: int = 8000) -> bytes:
    sound = b"\x80" * (seconds * rate)
    form = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate, rate, 1, 8)
    body = b"WAVE" + form + b"data" + struct.pack("<I", len(sound)) + sound
    return b"RIFF" + struct.pack("<I", len(body)) + body


def amr(frames: int = 100) -> bytes:
    return b"#!AMR\n" + (b"\x3c" + b"\0" * 31) * frames
