"""
Sentences of a police desk with names, addresses and organisations whose places are known, to learn the tagger from.

    write(Random(1), 1000)          # Taught("2018年5月30日下午，被告人侯桂兰在…", ((12, 15, "name"), …)), …

Everything is composed from the lists of ``data/teaching.toml``: no sentence of a real file is in it, so the learnt model may
go wherever the programme goes. The same seed writes the same sentences.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from shouwang.engines.redaction.tagger import word_lists

NAME, ADDRESS, ORGANISATION = "name", "address", "organisation"


@dataclass(frozen=True)
class Taught:
    """A text, and (start, end, kind) of what is to be found in it, from left to right."""

    text: str
    spans: tuple[tuple[int, int, str], ...]


@dataclass
class Writer:
    """Composes. ``rng`` is all of its chance."""

    rng: Random
    _parts: list[str] = field(default_factory=list)
    _spans: list[tuple[int, int, str]] = field(default_factory=list)
    _cast: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        lists = word_lists()
        names, places, blanks = lists["names"], lists["places"], lists["blanks"]
        self.names = {key: words.split() if " " in words else words for key, words in names.items()}
        self.places = {key: words.split() for key, words in places.items()}
        self.blanks = {key: words.split() for key, words in blanks.items()}
        self.organisations = {key: words.split() for key, words in lists["organisations"].items()}
        self.nothing = lists["nothing"]
        self.sentences, self.deeds, self.ends = (lists["sentences"][key] for key in ("says", "deeds", "ends"))
        self.fill: dict[str, Callable[[], None]] = {
            "p": lambda: self._mark(self.person(), NAME),
            "nick": lambda: self._mark(self.pick(self.names["nick"]), NAME),
            "a": lambda: self._mark(self.address(), ADDRESS),
            "o": lambda: self._mark(self.organisation(), ORGANISATION),
            "t": lambda: self._say(self.time()),
            "g": lambda: self._say(self.goods()),
            "v": lambda: self._say(self.pick(self.blanks["money"])),
            "r": self._role,
            "m": lambda: self._say(self.pick(self.blanks["manner"])),
            "k": lambda: self._say(self.pick(self.blanks["kin"])),
            "n": lambda: self._say(self.number()),
            "x": lambda: self._say(self.pick(self.nothing["says"])),
            "num": lambda: self._say(self.heading()),
            "stem": lambda: self._mark(self.stem(3) + self.pick(["", "", "县", "镇"]), ADDRESS),
            "size": lambda: self._say(self.pick(self.blanks["sizes"])),
            "verb": lambda: self._say(self.pick(self.blanks["verbs"])),
            "spot": lambda: self._say(self.pick(self.places["plainspots"])),
        }

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def pick(self, words: list[str] | str) -> str:
        return words[int(self.rng.random() * len(words))]

    def text(self) -> Taught:
        """One text of a few sentences."""
        self._parts, self._spans, self._cast = [], [], []
        for _ in range(1 + (self.rng.random() < 0.4)):
            if self.chance(0.1):
                self._say(self.pick(self.nothing["sentences"]))
            elif self.chance(0.45):
                self._filled(self.pick(self.sentences))
            else:
                for _ in range(self.rng.choice((1, 1, 2, 3))):
                    self._filled(self.pick(self.deeds))
                    self._filled(self.pick(self.ends))
        return Taught("".join(self._parts), tuple(self._spans))

    def _filled(self, sentence: str) -> None:
        for piece in re.split(r"(\{\w+\})", sentence):
            if piece.startswith("{"):
                self.fill[piece[1:-1]]()
            else:
                self._say(piece)

    def _say(self, words: str) -> None:
        if words:
            self._parts.append(words)

    def _mark(self, words: str, kind: str) -> None:
        start = sum(map(len, self._parts))
        self._parts.append(words)
        self._spans.append((start, start + len(words), kind))

    def _role(self) -> None:
        if self.chance(0.8):
            self._say(self.pick(self.blanks["role"]) + self.pick(["", "", "", "", "", "：", "（化名）", "“", " "][:6]))

    def heading(self) -> str:
        kind = int(self.rng.random() * 8)
        number = str(self.rng.randint(1, 20))
        return ["", "", "", number + ".", number + "、", f"（{number}）", "一、", f"第{number}起："][kind]

    def time(self) -> str:
        if self.chance(0.5):
            return self.pick(self.blanks["time"])
        r = self.rng
        day = f"{r.randint(2005, 2026)}年{r.randint(1, 12)}月{r.randint(1, 31)}日"
        return day + self.pick(
            [
                "",
                "凌晨",
                "上午",
                "下午",
                "晚上",
                "夜间",
                f"{r.randint(0, 23)}时许",
                f"{r.randint(0, 23)}时{r.randint(1, 59)}分许",
            ]
        )

    def goods(self) -> str:
        goods = self.pick(self.blanks["goods"])
        if self.chance(0.7):
            brand = self.pick(self.blanks["brands"])
            brand = self.pick(
                [
                    brand + "牌",
                    brand,
                    f"“{brand}”牌",
                    brand + "牌" + self.pick(string.ascii_uppercase) + str(self.rng.randint(1, 99)) + "型",
                ]
            )
            parts = [
                self.pick(self.blanks["colours"]),
                brand,
                self.pick(self.blanks["kinds"]),
                self.pick(self.blanks["counts"]),
            ]
            if self.chance(0.4):
                parts = [parts[3] + self.pick(["", "的"]), *parts[:3]]
            goods = "".join(part for part in parts if self.chance(0.75)) or parts[2]
        return self.plate() + goods if self.chance(0.08) else goods

    def plate(self) -> str:
        return self.pick("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼") + "".join(
            self.pick("ABCDEFGH" + string.digits) for _ in range(6)
        )

    def number(self) -> str:
        digits = "".join(self.pick(string.digits) for _ in range(19))
        letters = "".join(self.pick(string.ascii_lowercase) for _ in range(5))
        spaced = " ".join(digits[at : at + 4] for at in range(0, 19, 4))
        return self.pick(
            [
                f"1380000{digits[:4]}",
                digits,
                digits[:17] + "X",
                f"wx_{letters}{digits[:3]}",
                f"0793-{digits[:7]}",
                letters + digits[:4],
                digits[:9],
                spaced,
                self.plate(),
            ]
        )

    # People

    def person(self) -> str:
        """A new person, or one of this text again, by name or in a short form."""
        if self._cast and self.chance(0.3):
            known = self.pick(self._cast)
            if 2 <= len(known) <= 3 and self.chance(0.15):
                return self.pick(["小", "老", "阿"]) + known[0]
            return known
        name = self.new_person()
        self._cast.append(name)
        return name

    def surname(self) -> str:
        return self.pick(self.names["common"] if self.chance(0.6) else self.names["rare"])

    def new_person(self) -> str:
        kind = self.rng.random()
        if kind < 0.82:
            family = self.pick(self.names["double"]) if self.chance(0.03) else self.surname()
            return family + self.given() + (self.given() if self.chance(0.62) else "")
        if kind < 0.88:
            return self.surname() + self.pick(self.names["titles"])
        if kind < 0.91:
            return self.pick(["小", "老", "阿", "大"]) + self.surname()
        if kind < 0.93:
            return self.surname() + self.pick(["某", "某某", "某甲", "××", "某乙", "*"])
        if kind < 0.97:
            dot = self.pick(["·", "·", "•", ""])
            return self.minority() + dot + self.minority()
        if kind < 0.985:
            return self.pick(self.names["nick"])
        return self.pick(self.names["foreign"])

    def given(self) -> str:
        if self.chance(0.06):
            return chr(self.rng.randint(0x4E00, 0x9F00))
        return self.pick(self.names["given"])

    def minority(self) -> str:
        return "".join(self.pick(self.names["minority"]) for _ in range(self.rng.randint(1, 4)))

    # Places

    def stem(self, most: int = 2) -> str:
        """A proper name; struck out or replaced by digits now and then, as in files handed on."""
        kind = self.rng.random()
        if kind < 0.08:
            return str(self.rng.randint(1, 99)).zfill(2 if self.chance(0.6) else 1)
        if kind < 0.12:
            return self.pick(self.places["masks"])
        if kind < 0.14:
            return "".join(self.pick(string.ascii_uppercase) for _ in range(self.rng.randint(1, 3)))
        if kind < 0.2:
            return self.surname() + "家" if self.chance(0.7) else self.given() + self.given()
        if kind < 0.24:
            return self.given() + self.given()
        size = self.rng.choice((1, 2, 2, 2, 3)) if most > 2 else self.rng.choice((1, 2, 2))
        return "".join(self.pick(self.places["stems"]) for _ in range(size))

    def city(self) -> str:
        return (
            self.pick(self.places["cities"])
            if self.chance(0.6)
            else self.stem() + self.pick(["市", "市", "州", "地区"])
        )

    def county(self) -> str:
        return self.stem() + self.pick(self.places["counties"])

    def administrative(self) -> str:
        out = ""
        if self.chance(0.22):
            out += self.pick(self.places["provinces"])
        if self.chance(0.4):
            out += self.city()
        elif self.chance(0.3):
            out += self.pick(
                ["本市", "我市", "本区", "本县", "我县", "该市", "该县", "市区", "县城", "城区", "我镇", "本镇"]
            )
        if self.chance(0.55):
            out += self.county()
        return out

    def house(self) -> str:
        r, count = self.rng, self.count
        kind = r.random()
        if kind < 0.3:
            return f"{count(300)}号"
        if kind < 0.5:
            block, room = self.pick(["栋", "幢", "号楼", "座", "#", "楼"]), self.pick(["室", "", "号", "房"])
            return f"{count(60)}{block}{count(9)}单元{count(2900)}{room}"
        if kind < 0.65:
            return f"{count(60)}{self.pick(['栋', '幢', '号楼', '座'])}" + (
                f"{count(2900)}{self.pick(['室', '号', '房'])}" if self.chance(0.7) else ""
            )
        if kind < 0.75:
            return f"{count(30)}-{count(9)}-{count(2900)}" + self.pick(["", "室", "号"])
        if kind < 0.85:
            return f"{count(900)}弄{count(99)}号" + (f"{count(999)}室" if self.chance(0.7) else "")
        if kind < 0.93:
            return f"{count(400)}号{self.pick(['', '附'])}{count(20)}号"
        return f"{count(9)}单元{count(900)}"

    def count(self, most: int) -> str:
        if self.chance(0.06):
            return self.pick(self.places["masks"])
        number = self.rng.randint(1, most)
        return self.pick("一二三四五六七八九十") if number <= 10 and self.chance(0.3) else str(number)

    def address(self) -> str:
        """An address or an exact place of any length that says more than the county."""
        out = self.administrative()
        fine = False
        if self.chance(0.42):
            out, fine = out + self.stem() + self.pick(self.places["towns"]), True
        if self.chance(0.32):
            out, fine = out + self.stem(3) + self.pick(self.places["villages"]), True
            if self.chance(0.35):
                out += self.pick(["", self.stem(1)]) + self.count(18) + self.pick(self.places["groups"])
            if self.chance(0.2):
                out += self.count(200) + "号"
        if self.chance(0.4):
            out, fine = out + self.road(), True
        if self.chance(0.55) or not fine:
            out += self.landmark()
            if self.chance(0.12):
                out += self.pick(["", "旁", "对面", "旁的", "附近的", "内", "后面的"]) + self.landmark()
            if self.chance(0.3):
                out += self.house()
        if self.chance(0.5):
            out += self.tail()
        return out

    def road(self) -> str:
        out = self.stem() + self.pick(self.places["roads"])
        if self.chance(0.08):
            out = self.pick("GSX") + str(self.rng.randint(100, 999)) + self.pick(["国道", "省道", "县道", "高速", "线"])
            out += self.pick(
                ["", f"{self.rng.randint(10, 999)}公里", f"K{self.rng.randint(10, 999)}+{self.rng.randint(100, 900)}"]
            )
        if self.chance(0.12):
            out += (
                self.pick(["与", "和", "、"])
                + self.stem()
                + self.pick(["路", "街", "大道"])
                + self.pick(["交叉口", "路口", "交汇处", "十字路口"])
            )
        elif self.chance(0.5):
            out += self.house()
        return out

    def landmark(self) -> str:
        kind = self.rng.random()
        stem = self.stem(3) + (self.stem(1) if self.chance(0.15) else "")
        if kind < 0.4:
            return stem + self.pick(self.places["estates"])
        if kind < 0.88:
            if self.chance(0.12):
                stem = "“" + stem + "”"
            return stem + self.pick(self.places["spots"])
        return self.pick(self.places["plainspots"]) if self.chance(0.5) else stem

    def tail(self) -> str:
        if self.chance(0.06):
            side = self.pick("东西南北") + self.pick(["", "约", "侧"])
            return f"{side}{self.rng.randint(1, 9)}00米" + self.pick(["处", "路边", "左右", "的路边", "附近"])
        return self.pick(self.places["tails"]) + (self.pick(self.places["tails"]) if self.chance(0.12) else "")

    def organisation(self) -> str:
        where = self.pick(["", "", self.city(), self.county(), self.city() + self.county(), self.stem() + "镇"])
        if self.chance(0.4):
            return (where or self.county()) + self.pick(self.organisations["bodies"])
        name = self.stem(3) + (self.stem(2) if self.chance(0.3) else "")
        tail = (
            self.pick(["", "", "", f"（{name[:2]}）", self.stem() + "分公司", self.stem() + "支行", self.stem() + "店"])
            if self.chance(0.2)
            else ""
        )
        return where + name + self.pick(self.organisations["heads"]) + tail


def write(rng: Random, texts: int) -> list[Taught]:
    """So many texts."""
    writer = Writer(rng)
    return [writer.text() for _ in range(texts)]
