#!/usr/bin/env python3
"""
shouwang-verify: check a receipt of a Shouwang police room, or its whole transparency log, on your own machine.
在自己的机器上核对守望警务室的回执，或者整本存证。

    python3 shouwang_verify.py receipt RECEIPT.json|RECEIPT.pdf [--key KEY] [--log ADDRESS-OR-FOLDER] [--kept HEAD.txt ...]
    python3 shouwang_verify.py fsck ADDRESS-OR-FOLDER [--key KEY] [--kept HEAD.txt ...]

    --key   the log's first key, as it stands on the notice board 公告栏上的公钥
    --log   the log itself, for example https://station.example/log/ 存证的网址
    --kept  a head that you kept earlier (a file saved from /log/checkpoint) 您以前保存的存证头

Needs Python 3.9 or newer and the package `cryptography`; nothing of Shouwang's own code.

Ends with  0  all is as it should be 一切相符
           1  something was changed, dropped or forked; keep the receipt 有东西被改、被删、或者有两本，请保留回执
           2  cannot be checked: a damaged file, no connection 没法核对
           3  not certain yet: promised and not in the log so far, or a key to compare 还不能确定
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

GOOD, BROKEN, UNUSABLE, UNCERTAIN = 0, 1, 2, 3
Read = Callable[[str], bytes]


class Stop(Exception):
    """It ends here: with which code, and why in both languages."""

    def __init__(self, code: int, zh: str, en: str) -> None:
        super().__init__(f"{zh} {en}")
        self.code = code


def unusable(zh: str, en: str) -> NoReturn:
    raise Stop(UNUSABLE, zh, en)


def say(zh: str, en: str) -> None:
    sys.stdout.write(f"✓ {zh} {en}\n")


# ── hashes and proofs: RFC 6962 section 2.1, RFC 9162 section 2.1 ────────────────────────────────────────────────────


def leaf_of(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def join(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def split_at(n: int) -> int:
    return 1 << ((n - 1).bit_length() - 1)


def tree_root(leaves: list[bytes]) -> bytes:
    """The RFC's definition, with a list of finished subtrees instead of recursion."""
    stack: list[tuple[int, bytes]] = []
    for leaf in leaves:
        height, found = 0, leaf
        while stack and stack[-1][0] == height:
            found, height = join(stack.pop()[1], found), height + 1
        stack.append((height, found))
    if not stack:
        return hashlib.sha256(b"").digest()
    found = stack.pop()[1]
    while stack:
        found = join(stack.pop()[1], found)
    return found


def root_from_path(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Where an inclusion proof leads, by the definition of the path itself."""
    if not 0 <= index < size:
        raise Stop(BROKEN, "回执里的位置和存证对不上。", "The place in the receipt is impossible.")
    if size == 1:
        if path:
            raise Stop(BROKEN, "证明太长，和存证对不上。", "The proof is too long.")
        return leaf
    if not path:
        raise Stop(BROKEN, "证明太短，和存证对不上。", "The proof is too short.")
    half = split_at(size)
    if index < half:
        return join(root_from_path(leaf, index, half, path[:-1]), path[-1])
    return join(path[-1], root_from_path(leaf, index - half, size - half, path[:-1]))


# ── signed texts: c2sp.org/signed-note ───────────────────────────────────────────────────────────────────────────────


def decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        unusable("文件损坏：不是 base64。", "The file is damaged: not base64.")
    if base64.b64encode(raw).decode() != text:
        unusable("文件损坏：不是 base64。", "The file is damaged: not base64.")
    return raw


def key_parts(vkey: str) -> tuple[str, bytes, bytes]:
    """Name, id and the 32 bytes of a key."""
    parts = vkey.strip().split("+", 2)
    if len(parts) != 3:
        unusable("公钥的写法不对。", "This is not a public key.")
    material = decode(parts[2])
    key_id = hashlib.sha256(parts[0].encode() + b"\n" + material).digest()[:4]
    if len(material) != 33 or material[0] != 1 or key_id.hex() != parts[1]:
        unusable("公钥抄错了。", "The public key was copied wrongly.")
    return parts[0], key_id, material[1:]


def signed_by(note: str, vkey: str) -> bool:
    name, key_id, raw = key_parts(vkey)
    text, blank, lines = note.rpartition("\n\n")
    if not blank:
        unusable("签名的文字损坏了。", "A signed text is damaged.")
    for line in lines.splitlines():
        parts = line.split(" ")
        if len(parts) == 3 and parts[0] == "—" and parts[1] == name and decode(parts[2])[:4] == key_id:
            try:
                Ed25519PublicKey.from_public_bytes(raw).verify(decode(parts[2])[4:], (text + "\n").encode())
            except InvalidSignature:
                continue
            return True
    return False


def later_keys(first: str, introductions: list[str]) -> list[str]:
    """The keys that follow from the first: each introduced by the one before it."""
    keys = [first]
    for note in introductions:
        lines = note.split("\n")
        meant = len(lines) > 5 and lines[0] == "shouwang-key/v1" and lines[1] == key_parts(first)[0]
        if meant and signed_by(note, lines[2]) and signed_by(note, keys[-1]):
            keys.append(lines[2])
    return keys


def head_of(note: str, keys: list[str]) -> tuple[int, bytes]:
    """Size and root of a signed head."""
    lines = note.split("\n")
    if len(lines) < 4 or not lines[1].isdecimal() or lines[0].endswith("/v1"):
        unusable("存证头损坏了。", "The head of the log is damaged.")
    if lines[0] != key_parts(keys[0])[0]:
        raise Stop(BROKEN, "存证头是另一本存证的。", "The head belongs to another log.")
    if not any(signed_by(note, key) for key in keys):
        raise Stop(
            BROKEN,
            "存证头的签名不对，或者是一把没有人介绍过的新公钥签的。",
            "The head is not signed by the log's key, nor by one that it introduced.",
        )
    return int(lines[1]), decode(lines[2])


# ── the log itself, from an address or a folder: c2sp.org/tlog-tiles ─────────────────────────────────────────────────


def reader(place: str) -> Read:
    if "://" not in place:
        folder = Path(place)

        def from_folder(path: str) -> bytes:
            try:
                return (folder / path).read_bytes()
            except OSError as error:
                raise LookupError(path) from error

        return from_folder
    if not place.startswith(("https://", "http://")):
        unusable("网址要以 https:// 开头。", "The address must begin with https://.")

    def from_address(path: str) -> bytes:
        try:
            with urllib.request.urlopen(place.rstrip("/") + "/" + path, timeout=30) as answer:  # noqa: S310  checked above
                return bytes(answer.read())
        except (urllib.error.URLError, OSError) as error:
            raise LookupError(f"{path}: {error}") from error

    return from_address


class Log:
    """A log as somebody outside sees it."""

    def __init__(self, place: str) -> None:
        self.read = reader(place)
        self.known: dict[str, bytes] = {}

    def text(self, path: str) -> str:
        try:
            return self.read(path).decode()
        except (LookupError, UnicodeDecodeError) as error:
            unusable(f"读不到存证：{error}。", "The log cannot be read.")

    def keys(self, first: str) -> list[str]:
        try:
            said = self.read("keys").decode()
        except (LookupError, UnicodeDecodeError):
            return [first]  # a folder needs none
        return later_keys(
            first, ["shouwang-key/v1\n" + part.strip("\n") + "\n" for part in said.split("shouwang-key/v1\n")[1:]]
        )

    def tile(self, kind: str, index: int, width: int) -> bytes:
        digits = f"{index:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        whole = f"tile/{kind}/" + "/".join([*("x" + one for one in groups[:-1]), groups[-1]])
        for path in (whole, f"{whole}.p/{width}") if width == 256 else (f"{whole}.p/{width}", whole):
            if path not in self.known:
                try:
                    self.known[path] = self.read(path)
                except LookupError:
                    continue
            return self.known[path]
        raise Stop(BROKEN, f"存证里缺了一块：{whole}。", "A piece of the log is missing.")

    def entries(self, size: int) -> list[bytes]:
        found = []
        for index in range(-(-size // 256)):
            width = min(256, size - 256 * index)
            raw, at, got = self.tile("entries", index, width), 0, 0
            while at < len(raw) and got < width:
                length = int.from_bytes(raw[at : at + 2], "big")
                found.append(raw[at + 2 : at + 2 + length])
                at, got = at + 2 + length, got + 1
            if got < width:
                raise Stop(BROKEN, f"第 {index} 块存证少了条目。", "A piece of the log has too few entries.")
        return found

    def range_root(self, low: int, high: int, size: int) -> bytes:
        """The root over leaves low to high, which the tree has as one node."""
        if high - low == 1 << (high - low).bit_length() - 1:
            height = (high - low).bit_length() - 1
            level, inside = divmod(height, 8)
            index, first = divmod((low >> height) << inside, 256)
            width = min(256, (size >> 8 * level) - 256 * index)
            raw = self.tile(str(level), index, width)[32 * first : 32 * (first + (1 << inside))]
            if len(raw) != 32 << inside:
                raise Stop(BROKEN, "存证里有一块太短。", "A piece of the log is too short.")
            return tree_root([raw[at : at + 32] for at in range(0, len(raw), 32)])
        half = low + split_at(high - low)
        return join(self.range_root(low, half, size), self.range_root(half, high, size))

    def check_continues(self, old: tuple[int, bytes], new: tuple[int, bytes]) -> None:
        """The tiles lead to the newer head, and their beginning to the older one."""
        if new[0] < old[0]:
            raise Stop(BROKEN, f"存证变短了：有过 {old[0]} 条，现在只有 {new[0]} 条。", "The log has become shorter.")
        if new[0] and self.range_root(0, new[0], new[0]) != new[1]:
            raise Stop(BROKEN, "存证的内容和它自己的头对不上。", "The log does not lead to its own head.")
        if old[0] and self.range_root(0, old[0], new[0]) != old[1]:
            raise Stop(
                BROKEN,
                f"现在的存证，前 {old[0]} 条和以前签过的不一样：存证被重写了，或者给不同的人看不同的存证。",
                "The log was written anew, or different people are shown different logs.",
            )


# ── what is asked ────────────────────────────────────────────────────────────────────────────────────────────────────


def words_of(data: bytes) -> bytes:
    """The receipt itself: the file, or what lies inside when it is the PDF."""
    if not data.startswith(b"%PDF"):
        return data
    for packed in re.findall(rb"[^d]stream\r?\n(.*?)endstream", data, re.DOTALL):
        try:
            found = zlib.decompressobj().decompress(packed, 1 << 26)
        except zlib.error:
            continue
        if b'"shouwang-receipt/v1"' in found:
            return found
    raise ValueError("no receipt in it")


def check_receipt(given: argparse.Namespace) -> int:
    try:
        receipt = json.loads(words_of(Path(given.file).read_bytes()))
        told, first, notes = receipt["entries"], receipt["log"]["key"], receipt["log"]["introductions"]
        checkpoint = receipt["checkpoint"]
        if receipt["format"] != "shouwang-receipt/v1":
            raise KeyError
    except (OSError, ValueError, KeyError, TypeError):
        unusable("这不是守望的回执文件。", "This is not a receipt of Shouwang.")
    if given.key and given.key.strip() != first:
        raise Stop(
            BROKEN, "回执里的公钥和公告栏上的不一样。", "The key in the receipt is not the one on the notice board."
        )
    keys = later_keys(first, notes)
    log = Log(given.log) if given.log else None
    now_keys = later_keys(first, notes) if log is None else max((log.keys(first), keys), key=len)
    size, root = head_of(checkpoint, keys) if checkpoint else (0, hashlib.sha256(b"").digest())
    if checkpoint:
        say(f"存证头签名正确，共 {size} 条。", f"The head is signed rightly and covers {size} leaves.")
    if not told:
        unusable("回执里没有内容。", "The receipt holds nothing.")
    outcome = GOOD
    promised: list[tuple[bytes, int]] = []
    for one in told:
        try:
            outcome = max(outcome, check_entry(one, size, root, keys, promised))
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            unusable("回执文件损坏。", "The receipt is damaged.")
    if log is not None:
        new = head_of(log.text("checkpoint"), now_keys)
        log.check_continues((size, root), new)
        say(f"现在的存证（{new[0]} 条）接着回执里的，没有重写。", "The present log continues the receipt's.")
        check_kept(given, log, now_keys, new)
        outcome = settle_promises(promised, log, new) if promised else outcome
    elif promised:
        late = [by for _leaf, by in promised if by < time.time()]
        zh = "承诺的时间已过，请用 --log 核对" if late else "还在承诺的时间内，过后再下载一次回执"
        sys.stdout.write(f"… {len(promised)} 条还没进存证：{zh}。 Promised, not in the log yet.\n")
        outcome = UNCERTAIN
    if not given.key:
        sys.stdout.write(f"… 请和公告栏上的公钥比一比： Compare this key with the notice board:\n  {first}\n")
    return outcome


def check_entry(one: dict[str, Any], size: int, root: bytes, keys: list[str], promised: list[tuple[bytes, int]]) -> int:
    """One line of the receipt."""
    words = json.loads(one["text"])
    body = hashlib.sha256(decode(one["salt"]) + one["text"].encode()).digest()
    leaf = leaf_of(json.dumps({"sealed": base64.b64encode(body).decode()}, separators=(",", ":")).encode())
    name = f"{words['matter']} #{words['seq']} {words['at'][:16].replace('T', ' ')} UTC {words['type']} {words['body'][:24]!r}"
    if "promise" in one:
        lines = one["promise"].split("\n")
        fits = lines[0] == "shouwang-promise/v1" and lines[1] == key_parts(keys[0])[0] and decode(lines[2]) == leaf
        if not fits or not any(signed_by(one["promise"], key) for key in keys):
            raise Stop(BROKEN, f"{name}：承诺和内容对不上，或签名不对。", "The promise does not fit the words.")
        promised.append((leaf, int(lines[4])))
        say(f"{name}：派出所签了承诺。", "is promised.")
        return UNCERTAIN
    if root_from_path(leaf, one["index"], size, [decode(part) for part in one["proof"]]) != root:
        raise Stop(
            BROKEN, f"{name}：和存证对不上，内容或时间被改过。", "does not stand in the log as it is written here."
        )
    say(f"{name}：在存证第 {one['index']} 条。", "stands in the log.")
    return GOOD


def settle_promises(promised: list[tuple[bytes, int]], log: Log, new: tuple[int, bytes]) -> int:
    there = {leaf_of(entry) for entry in log.entries(new[0])}
    missing = [by for leaf, by in promised if leaf not in there]
    if any(by < time.time() for by in missing):
        raise Stop(
            BROKEN,
            "承诺的时间已过，存证里还是没有：收到的东西被扣下了。",
            "Promised, overdue, and not in the log: it was dropped.",
        )
    if missing:
        sys.stdout.write(f"… {len(missing)} 条还在承诺的时间内。 Still within the promised time.\n")
        return UNCERTAIN
    say("承诺的都已经在存证里。", "All that was promised stands in the log.")
    return GOOD


def check_kept(given: argparse.Namespace, log: Log, keys: list[str], new: tuple[int, bytes]) -> None:
    for name in given.kept:
        try:
            kept = head_of(Path(name).read_text(encoding="utf-8"), keys)
        except OSError:
            unusable(f"打不开 {name}。", "A kept head cannot be opened.")
        log.check_continues(kept, new)
        say(f"{name}：现在的存证接着它。", "The log continues this head.")


def check_log(given: argparse.Namespace) -> int:
    log = Log(given.place)
    first = given.key.strip() if given.key else ""
    if not first:
        try:
            first = log.read("keys").decode().split("\n", 1)[0]
        except (LookupError, UnicodeDecodeError):
            unusable("请用 --key 给出公钥。", "Name the key with --key.")
        sys.stdout.write(f"… 请和公告栏上的公钥比一比： Compare this key with the notice board:\n  {first}\n")
    keys = log.keys(first)
    size, root = head_of(log.text("checkpoint"), keys)
    leaves = [leaf_of(entry) for entry in log.entries(size)]
    if tree_root(leaves) != root:
        raise Stop(BROKEN, "全部条目算出来的和存证头对不上。", "The entries do not lead to the head.")
    level, hashes = 0, leaves
    while hashes:
        for index in range(-(-len(hashes) // 256)):
            piece = b"".join(hashes[256 * index : 256 * index + 256])
            if log.tile(str(level), index, len(piece) // 32)[: len(piece)] != piece:
                raise Stop(
                    BROKEN, f"第 {level} 层第 {index} 块和条目对不上。", "A tile is not what the entries hash to."
                )
        hashes = [tree_root(hashes[256 * n : 256 * n + 256]) for n in range(len(hashes) // 256)]
        level += 1
    say(f"{size} 条全部重新算过，都对。", f"All {size} leaves were computed anew and fit.")
    check_kept(given, log, keys, (size, root))
    return GOOD


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_subparsers(dest="what", required=True)
    one = what.add_parser("receipt")
    one.add_argument("file")
    one.add_argument("--log", default="")
    two = what.add_parser("fsck")
    two.add_argument("place")
    for each in (one, two):
        each.add_argument("--key", default="")
        each.add_argument("--kept", action="append", default=[])
    given = parser.parse_args(argv)
    try:
        return check_receipt(given) if given.what == "receipt" else check_log(given)
    except Stop as stop:
        sys.stdout.write(f"{'✗' if stop.code == BROKEN else '?'} {stop}\n")
        return stop.code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
