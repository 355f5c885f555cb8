"""A station's own files through the whole app: they change what the pages say, and a broken one is never left out in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from shouwang.apps.incidents import suggesting
from shouwang.apps.incidents.report import Report
from shouwang.apps.incidents.tests.test_taking import incident, take
from shouwang.apps.matters import clock, danger
from shouwang.apps.matters import usecases as matters
from shouwang.site import station_files
from shouwang.site.config import Config
from tests.cast import MONDAY, Cast, sign_in, with_code

pytestmark = pytest.mark.django_db
READERS = (clock.rulebook, danger.danger_list, suggesting.knowledge)
Write = Callable[[str, str], Path]


@pytest.fixture
def own(tmp_path: Path, settings: object) -> Iterator[Write]:
    """Write one of the station's own files; what was read of the house is read anew, and again afterwards."""
    settings.SHOUWANG = replace(settings.SHOUWANG, rules_dir=tmp_path / "rules")  # type: ignore[attr-defined]
    (tmp_path / "rules").mkdir()

    def write(name: str, text: str) -> Path:
        file = tmp_path / "rules" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    for reader in READERS:
        reader.cache_clear()
    yield write
    for reader in READERS:
        reader.cache_clear()


def card_of(client: Client, cast: Cast, said: str) -> str:
    opened = take(cast, Report(what=said))
    sign_in(client, cast.chen)
    page = client.get(f"/desk/m/{opened.matter.number}/").text
    return page[page.index('id="incident"') : page.index("学一学")]


TEA = """
[[local]]
subtype = "theft-farm"
handler = "criminal-squad"
urgency = 1

[[line]]
subtype = "theft-farm"
says = ["茶青 ~~8 摘走|采走"]
"""


def test_a_stations_words_and_division_of_labour_change_the_card(cast: Cast, client: Client, own: Write) -> None:
    said = "我家茶青被人采走两筐。"
    assert "农作物" not in card_of(client, cast, said)
    own("triage/ours.toml", TEA)
    for reader in READERS:
        reader.cache_clear()
    assert station_files.problem() == ""
    card = card_of(client, cast, said)
    kind = suggesting.knowledge().catalogue.subtypes["theft-farm"].words.zh
    squad = suggesting.handlers()["criminal-squad"]
    assert f"<b>{kind}</b>" in card
    assert f"<b>{squad}</b>" in card
    assert "</svg>一级：" in card


WORD = """
[[pattern]]
id = "our-flood"
category = "robbery"
grade = "now"
reason = "本地说法：翻墙头"
says = ["翻墙头进来了"]
"""


def test_a_stations_word_of_danger_rings(cast: Cast, own: Write) -> None:
    own("danger/ours.toml", WORD)
    opened = take(cast, Report(what="想问问身份证怎么补办。"))
    assert not opened.matter.rings
    matters.say(opened.matter, viewer=with_code(opened), at=MONDAY, body="翻墙头进来了")
    opened.matter.refresh_from_db()
    assert opened.matter.danger == "now"
    assert opened.matter.rings


LAW = """
[[threshold]]
offence = "theft"
region = "{region}"
region_zh = "本县"
region_en = "Our county"
large = 9000
source = ["theft-2013 1"]
valid_from = 2013-04-04
confidence = "unconfirmed"
"""


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("triage/ours.toml", TEA.replace("theft-farm", "theft-frm", 1), ["rules/triage/ours.toml, line 3", "“theft-frm”"]),
        ("triage/ours.toml", TEA.replace("urgency = 1", "urgency = 9"), ["rules/triage/ours.toml, line 5", "to 4, not 9"]),
        ("triage/ours.toml", TEA.replace("urgency", "urgencey"), ["line 5", "urgencey", "not a key"]),
        ("triage/ours.toml", TEA + "says = [", ["rules/triage/ours.toml, line 10", "TOML"]),
        ("danger/ours.toml", WORD.replace('"now"', '"soon"'), ["rules/danger/ours.toml, line 5", "soon"]),
        ("danger/ours.toml", "[[pattern]\n", ["rules/danger/ours.toml, line 1"]),
        ("law.toml", '[[rule]]\nid = "x"\n', ["rules/law.toml, line 1"]),
        ("triage/ours.toml.txt", "", ["rules/triage/ours.toml.txt", "would not be read"]),
        ("triag/ours.toml", "", ["rules/triag ", "would not be read"]),
        ("triage.json", "{}", ["rules/triage.json", "would not be read"]),
    ],
)  # fmt: skip
def test_a_broken_file_stops_the_start_with_file_line_and_what_to_do(
    own: Write, name: str, text: str, says: list[str], client: Client
) -> None:
    file = own(name, text)
    for command in ("prepare", "web", "worker"):
        with pytest.raises(CommandError) as refused:
            call_command(command)
        for part in says:
            assert part in str(refused.value)
    told = client.get("/health").json()["own_files"]
    assert says[0] in told
    assert str(file.parent) not in told, "a stranger learns no folder of the machine"
    if "would not" not in told:
        assert "Mend this file" in told


def test_the_sentence_goes_when_the_file_is_mended(own: Write) -> None:
    file = own("triage/ours.toml", TEA.replace("urgency = 1", "urgency = 9"))
    assert station_files.problem()
    file.write_text(TEA, encoding="utf-8")
    assert station_files.problem() == ""


def test_a_folder_that_was_named_has_to_be_there_and_the_usual_one_need_not(own: Write, settings: object) -> None:
    settings.SHOUWANG = replace(settings.SHOUWANG, rules_dir=Path("/nowhere/rules"))  # type: ignore[attr-defined]
    assert "is not there" in station_files.problem()
    settings.SHOUWANG = replace(settings.SHOUWANG, rules_dir=Config().rules_dir)  # type: ignore[attr-defined]
    assert station_files.problem() == ""


def test_a_plain_name_lies_in_the_data_folder(tmp_path: Path) -> None:
    assert Config.from_env({"SHOUWANG_RULES_DIR": "ours"}).rules_dir == Path("ours")
    assert Config.from_env({"SHOUWANG_RULES_DIR": str(tmp_path)}).rules_dir == tmp_path
    assert Config.from_env({}).rules_dir == Path("rules")


def test_a_stations_line_of_theft_changes_the_suggestion(cast: Cast, own: Write) -> None:
    said = Report(what="我的自行车在夜市被偷了，值五千块。")
    cast.qingshi.region = "360199"
    cast.qingshi.save()

    def nature() -> str | None:
        opened = take(cast, said)
        return suggesting.suggested_nature(suggesting.advice_for(opened.matter, incident(opened)))

    assert nature() == "criminal"
    own("law.toml", LAW.format(region="360199"))
    for reader in READERS:
        reader.cache_clear()
    assert station_files.problem() == ""
    assert nature() == "administrative"
