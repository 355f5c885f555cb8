"""
Who sees what, written by hand as a table; every door must agree with it.

The table knows nothing of the code: for each kind of matter and each way of being concerned it says how far each person sees.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shouwang.apps.files.models import Kind as FileKind
from shouwang.apps.files.models import StoredFile
from shouwang.apps.matters import file_rules, policy, usecases
from shouwang.apps.matters.models import Entry, Matter, Type
from shouwang.apps.matters.timeline import append, locked
from shouwang.apps.matters.usecases import FILES_OF, Opened
from shouwang.apps.matters.viewer import ANYBODY, NOTHING, Viewer, Visibility
from shouwang.apps.units.models import Officer, Role
from shouwang.site.live import of_matter
from tests.cast import MONDAY, Cast, as_officer, consultation, officer, with_code

LATER = MONDAY + timedelta(minutes=8)

#: A: everything · S: what the station may see · P: what the parties may see · . : not even that it exists.
LEVELS = {"A": Visibility.RESTRICTED, "S": Visibility.STATION, "P": Visibility.PARTIES, ".": NOTHING}

# Chen (duty officer) has taken the matter, where nothing else is said. Zhou, an and jiang are colleagues, liang is the chief, fa the legal
# officer, tao a trainee, post serves at the workstation. Meng and fan (chief) serve at 河湾, shao at the bureau. Gone was a chief and is
# deactivated, left was one until January. "code" and "helper" hold codes of this matter, "other" one of another matter, "revoked" one that
# was taken back; chen+ and meng+ are the officers in a browser that also holds the code.
TABLE = """
                        chen zhou liang an jiang fa tao post meng fan shi shao admin gone left code helper other revoked nobody chen+ meng+
an ordinary matter      A    S    A     S  S     A  S   S    .    .   .   A    .     .    .    P    P      .     .       .      A     P
nobody in charge        S    S    A     S  S     A  S   S    .    .   .   A    .     .    .    P    P      .     .       .      S     P
closed                  A    S    A     S  S     A  S   S    .    .   .   A    .     .    .    P    P      .     .       .      A     P
disputed                S    S    A     S  S     A  S   S    .    .   .   A    .     .    .    P    P      .     .       .      S     P
offered to another      A    S    A     S  S     A  S   S    S    S   .   A    .     .    .    P    P      .     .       .      A     S
taken by another        .    .    .     .  .     .  .   .    A    A   .   A    .     .    .    P    P      .     .       .      P     A
a complaint             .    .    A     .  .     A  .   .    .    .   .   A    .     .    .    P    P      .     .       .      P     P
a complaint about liang .    .    .     .  .     A  .   .    .    .   .   A    .     .    .    P    P      .     .       .      P     P
a complaint offered     .    .    A     .  .     A  .   .    .    S   .   A    .     .    .    P    P      .     .       .      P     P
kept from chen          .    S    A     S  S     A  S   S    .    .   .   A    .     .    .    P    P      .     .       .      P     P
danger                  A    S    A     S  S     A  S   S    .    .   .   A    .     .    .    P    P      .     .       .      A     P
safe contact            A    S    A     S  S     A  S   S    .    .   .   A    .     .    .    P    P      .     .       .      A     P
"""
WHO = tuple(TABLE.split("\n")[1].split())
ROWS = {line[:24].strip(): tuple(line[24:].split()) for line in TABLE.strip("\n").split("\n")[1:]}


def happen(cast: Cast, situation: str) -> Opened:
    """The situation of a row, brought about by use cases only."""
    kind = "complaint" if "complaint" in situation else "consultation"
    opened = consultation(cast, kind=kind, safe_contact=situation == "safe contact")
    one = opened.matter
    if kind == "consultation" and situation != "nobody in charge":
        usecases.assign(one, to=cast.chen, by=cast.chen, at=LATER)
    match situation:
        case "closed" | "disputed":
            usecases.close(one, by=cast.chen, reason="answered", words="说清楚了。", at=LATER)
            if situation == "disputed":
                usecases.dispute(one, viewer=with_code(opened), words="没有。", at=LATER)
        case "offered to another" | "taken by another":
            usecases.offer_transfer(one, to=cast.hewan, by=cast.chen, reason="户口在河湾。", at=LATER)
            if situation == "taken by another":
                usecases.accept_transfer(one, by=cast.meng, at=LATER)
        case "a complaint offered":
            usecases.offer_transfer(one, to=cast.hewan, by=cast.liang, reason="说的是河湾的人。", at=LATER)
        case "a complaint about liang":
            one.kept_from.add(cast.liang)
        case "kept from chen":
            one.kept_from.add(cast.chen)
        case "danger":
            usecases.find_danger(one, grade="now", category="weapon", why=["刀"], numbers=["110"], at=LATER)
    return opened


def everybody(cast: Cast, opened: Opened) -> dict[str, Viewer]:
    """Every column of the table as a viewer."""
    fa = officer("fa", "法明", "法警官", cast.qingshi, Role.LEGAL_OFFICER)
    tao = officer("tao", "陶新", "陶警官", cast.qingshi, Role.TRAINEE)
    post = officer("post", "柳青", "柳警官", cast.liuxi_post, Role.COMMUNITY_OFFICER)
    gone = officer("gone", "高远", "高警官", cast.qingshi, Role.CHIEF)
    Officer.objects.filter(pk=gone.pk).update(active=False)
    left = officer("left", "左离", "左警官", cast.qingshi, Role.CHIEF)
    left.posts.update(until=date(2026, 1, 2))
    other, thrown_away = consultation(cast, body="路灯不亮"), opened.held
    _code, helper = usecases.add_helper(opened.matter, viewer=with_code(opened), label="女儿", at=LATER)
    revoked = usecases.held_codes([thrown_away.code_id])
    found = {name: as_officer(one) for name, one in cast.everybody().items()}
    found |= {
        name: as_officer(one) for name, one in {"fa": fa, "tao": tao, "post": post, "gone": gone, "left": left}.items()
    }
    usecases.remove_helper(
        opened.matter,
        viewer=with_code(opened),
        code_id=(
            away := usecases.add_helper(opened.matter, viewer=with_code(opened), label="邻居", at=LATER)[1]
        ).code_id,
        at=LATER,
    )
    return found | {
        "code": Viewer(held=revoked),
        "helper": Viewer(held=usecases.held_codes([helper.code_id])),
        "other": with_code(other),
        "revoked": Viewer(held=usecases.held_codes([away.code_id])),
        "nobody": ANYBODY,
        "chen+": Viewer(officer=as_officer(cast.chen).officer, held=revoked),
        "meng+": Viewer(officer=as_officer(cast.meng).officer, held=revoked),
    }


@pytest.mark.parametrize("situation", ROWS)
def test_every_door_agrees_with_the_table(cast: Cast, situation: str) -> None:
    opened = happen(cast, situation)
    viewers = everybody(cast, opened)
    files, entries = {}, {}
    for level in Visibility:
        entry = append(locked(opened.matter), Type.POSTED_BACK, at=LATER, by="house", visibility=level, body=level.name)
        entries[level] = Entry.objects.select_related("matter__unit").get(pk=entry.pk)
        files[level] = StoredFile.objects.create(
            kind=FileKind.PICTURE, media_type="image/png", size_bytes=1, sha256="0" * 64, name="x", created_at=LATER,
            uploaded_by="house", owner_kind=FILES_OF, owner_ref=str(opened.matter.pk), visibility=level, original_path=f"x{level}",
        )  # fmt: skip
    matter = Matter.objects.select_related("unit").get(pk=opened.matter.pk)
    assert set(viewers) == set(WHO)
    for name, letter in zip(WHO, ROWS[situation], strict=True):
        viewer, level, says = viewers[name], LEVELS[letter], f"{name} and {situation}"
        assert policy.clearance(viewer, matter) == level, says
        assert bool(policy.may_read(viewer, matter)) == (level > NOTHING), says
        assert of_matter(viewer, matter.pk) == level, says
        assert Matter.objects.visible_to(viewer).filter(pk=matter.pk).count() == (level > NOTHING), says
        seen = set(Entry.objects.visible_to(viewer).filter(matter=matter).values_list("visibility", flat=True))
        assert seen == {
            one for one in Visibility if one <= level and Entry.objects.filter(matter=matter, visibility=one)
        }, says
        for one in Visibility:
            assert policy.may_see_entry(viewer, entries[one]) == (one <= level), says
            assert bool(file_rules.may_open(viewer, files[one])) == (one <= level), says


def test_one_matter_is_listed_once_however_many_ways_lead_to_it(cast: Cast) -> None:
    """Posts in two units, a code in the browser and two colleagues it is kept from: still one row."""
    opened = consultation(cast)
    opened.matter.kept_from.add(cast.jiang, cast.zhou)
    cast.chen.posts.create(unit=cast.bureau, role=Role.BUREAU, since=date(2026, 1, 1))
    viewer = Viewer(officer=as_officer(cast.chen).officer, held=usecases.held_codes([opened.held.code_id]))
    assert list(Matter.objects.visible_to(viewer)) == [opened.matter]
    assert Entry.objects.visible_to(viewer).count() == opened.matter.entries.count()
