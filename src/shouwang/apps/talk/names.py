"""Names people go by in a room: nobody has to say who they are, and nobody may pretend to be the police."""

from __future__ import annotations

import re
import secrets
import unicodedata

from django.utils.translation import gettext as _

from shouwang.apps.talk.errors import BadNickname
from shouwang.apps.talk.marks import look
from shouwang.engines.triage.personal import standard_cues

LONGEST_NICKNAME = 16
_FAMILY = f"[{''.join(sorted(standard_cues().surnames))}]"
# Who is on duty at a place with other people on duty is no officer; a station is no clinic, no public toilet, no inn.
_OFFICIAL = re.compile(
    r"警|派出所|公安|民辅|民敬|民京|[户戶]籍|[敬京景井惊精]官|[敬京景井]察|巡捕|治安|刑侦|交管|特勤|联防"
    r"|[中大支]队(?!旗|伍)|值班(?!护士|医生|大夫|药师|保安|门卫|司机|老师|电工|师傅|阿姨|大爷)"
    r"|(?<![厕场诊会住寓生究务易难待哨处])所(?:$|[长長]|值|办|[户戶]|民|里|领导|指导)"
    rf"|^(?:[小老])?{_FAMILY}(?:队|局|指导|教导|政委)[长長]?$"
    r"|管理员|系统|守望|客服|[1一幺壹]{2}[0零〇o]|police|jing(?:guan|cha)|minjing|paichusuo|admin|officer",
    re.IGNORECASE,
)
_WHERE = ("桥头的", "河边的", "山脚的", "村口的", "田边的", "井边的", "坡上的", "渡口的", "门前的", "巷口的")
_WHAT = ("白鹭", "青梅", "桂花", "喜鹊", "竹子", "石榴", "燕子", "枇杷", "茶花", "芦苇", "柿子", "杨柳")


def nickname_key(nickname: str) -> str:
    """Two nicknames with the same key look alike to a reader; only one of them may stand in a room."""
    folded = unicodedata.normalize("NFKC", nickname).casefold()
    return "".join(ch for ch in folded if ch.isalnum())


def clean_nickname(typed: str) -> str:
    """A nickname as it is shown. Raises BadNickname with what to change."""
    plain = unicodedata.normalize("NFKC", typed)
    kept = " ".join("".join(ch for ch in plain if ch.isprintable()).split())
    if not nickname_key(kept):
        raise BadNickname(_("还差一个称呼，写什么都行，不用真名。"))
    if len(kept) > LONGEST_NICKNAME:
        raise BadNickname(_("称呼最多 %(most)d 个字。") % {"most": LONGEST_NICKNAME})
    if _OFFICIAL.search(nickname_key(kept)):
        raise BadNickname(_("这个称呼容易让人以为是民警，请换一个。"))
    if tells_who(kept):
        raise BadNickname(_("称呼里有能认出您的号码或住址，请换一个。"))
    return kept


def tells_who(nickname: str) -> bool:
    """Whether a name gives a number or an address away; five digits in a row may be an account on a messenger."""
    return bool(look(nickname).identifying) or re.search(r"\d{5}", nickname_key(nickname)) is not None


def suggestions(taken: frozenset[str], how_many: int = 3) -> list[str]:
    """Names nobody has in this room, drawn by chance; `taken` holds keys."""
    found: list[str] = []
    while len(found) < how_many:
        name = secrets.choice(_WHERE) + secrets.choice(_WHAT)
        if nickname_key(name) in taken:
            name += str(secrets.randbelow(9000) + 1000)
        if name not in found and nickname_key(name) not in taken:
            found.append(name)
    return found
