"""A refusal reaches the person as a sentence that says what to do, in both languages."""

from __future__ import annotations

import ast
from pathlib import Path

import polib
import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from shouwang.apps.files.findings import Code, Kind, Limits, Refused
from shouwang.apps.files.forms import CleanUploadField, CleanUploadsField
from shouwang.apps.files.tests import corpus
from shouwang.apps.files.wording import sentence

ENGLISH = polib.pofile(str(Path(__file__).parents[1] / "locale/en/LC_MESSAGES/django.po"))

REFUSALS = [
    Refused(Code.EMPTY),
    Refused(Code.MARKED),
    *(Refused(Code.TOO_BIG, {"limit_mb": 12, "kind": kind}) for kind in Kind),
    Refused(Code.TOO_BIG, {"limit_mb": 20}),
    *(
        Refused(Code.KIND_NOT_ALLOWED, {"found": found})
        for found in (
            *Kind,
            "video",
            "archive",
            "old_office",
            "image",
            "audio",
            "program",
            "shortcut",
            "web_page",
            "unknown",
        )
    ),
    Refused(Code.MISLABELLED, {"found": "program"}),
    *(Refused(Code.BROKEN, {"kind": kind}) for kind in Kind),
    Refused(Code.PICTURE_TOO_LARGE, {"limit_megapixels": 60}),
    Refused(Code.POLYGLOT, {"hidden": "archive"}),
    Refused(Code.ENCRYPTED),
    Refused(Code.BOMB),
    *(Refused(Code.ACTIVE_CONTENT, {"what": what}) for what in ("macro", "script", "launch", "embedded", "external")),
    Refused(Code.CANNOT_INSPECT),
    *(Refused(Code.VOICE_TOO_LONG, {"limit_s": limit, "duration_s": 999}) for limit in (60, 90, 120)),
]


class OneFile(forms.Form):
    file = CleanUploadField(limits=Limits(picture_bytes=100_000))


def cleaned(data: bytes, name: str = "门口.jpg") -> OneFile:
    return OneFile(files={"file": SimpleUploadedFile(name, data, content_type="image/jpeg")})


def test_every_code_has_its_sentence():
    assert {refused.code for refused in REFUSALS} == set(Code)


@pytest.mark.parametrize(
    "refused", REFUSALS, ids=lambda refused: "-".join(map(str, (refused.code, *refused.params.values())))
)
def test_a_sentence_says_what_to_do_without_blame(refused):
    words = sentence(refused)
    assert words.endswith("。")
    assert "请" in words
    assert not set(words) & set("！!%{}")
    assert "未" not in words
    assert "错误" not in words


def test_every_sentence_has_its_english():
    assert ENGLISH.percent_translated() == 100
    assert not ENGLISH.fuzzy_entries()


def test_the_english_knows_every_sentence_in_the_code():
    spoken: set[str] = set()
    for path in Path(__file__).parents[1].glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "ngettext"}:
                spoken.add(ast.literal_eval(node.args[0]))
    assert spoken == {entry.msgid for entry in ENGLISH}


def test_a_good_file_passes_with_what_was_found():
    form = cleaned(corpus.telltale_jpeg(), "photo\u202egpj.exe")
    assert form.is_valid(), form.errors
    upload = form.cleaned_data["file"]
    assert upload.inspected.name == "photogpj.jpg"
    assert upload.read() == corpus.telltale_jpeg()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"MZ\0\0\0", "mislabelled"),
        (b"\xff\xd8\xff" + b"\0" * 200_000, "too_big"),
        (b"\xff\xd8\xff", "broken"),
    ],
)
def test_a_bad_file_says_so_beside_the_field(data, code):
    form = cleaned(data)
    assert not form.is_valid()
    [error] = form.errors.as_data()["file"]
    assert error.code == code
    assert str(error.message).endswith("。")


def test_no_file_at_all_is_asked_for_kindly():
    form = OneFile(files={})
    with translation.override("zh-hans"):
        assert form.errors["file"] == ["还差一个文件，请选一个。"]


def test_a_file_may_be_optional():
    class Optional(forms.Form):
        file = CleanUploadField(limits=Limits, required=False)

    form = Optional(files={})
    assert form.is_valid()
    assert form.cleaned_data["file"] is None


class SomeFiles(forms.Form):
    files = CleanUploadsField(limits=Limits(), most=2, required=False)


def chosen(*uploads: tuple[str, bytes]) -> SomeFiles:
    files = MultiValueDict({"files": [SimpleUploadedFile(name, data) for name, data in uploads]})
    return SomeFiles(files=files)


def test_several_files_may_come_at_once():
    form = chosen(("a.jpg", corpus.telltale_jpeg()), ("b.pdf", corpus.pdf()))
    assert form.is_valid(), form.errors
    assert [upload.inspected.kind for upload in form.cleaned_data["files"]] == [Kind.PICTURE, Kind.DOCUMENT]


def test_none_of_several_is_an_empty_list():
    form = chosen()
    assert form.is_valid()
    assert form.cleaned_data["files"] == []


def test_of_several_each_bad_one_is_named():
    form = chosen(("好\u202e的.jpg", corpus.telltale_jpeg()[:900]), ("空.pdf", b""))
    assert not form.is_valid()
    with translation.override("zh-hans"):
        first, second = form.errors["files"]
    assert first.startswith("“好的”：这张照片不完整")
    assert second.startswith("“空”：这个文件是空的")


def test_too_many_at_once_are_asked_to_come_in_turns():
    form = chosen(*[("a.pdf", corpus.pdf())] * 3)
    with translation.override("zh-hans"):
        assert form.errors["files"] == ["一次最多发 2 个文件。请分几次发。"]


def test_the_chooser_offers_what_is_taken():
    class OnlyPictures(forms.Form):
        file = CleanUploadField(limits=Limits(kinds=frozenset({Kind.PICTURE})))

    assert 'accept="image/jpeg' in str(OnlyPictures()["file"])
    assert ".pdf" not in str(OnlyPictures()["file"])
