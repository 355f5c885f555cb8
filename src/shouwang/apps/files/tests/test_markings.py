"""What carries the mark of a state secret is turned away at every door; ordinary words are not."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from shouwang.apps.files.errors import UploadRefused
from shouwang.apps.files.findings import Accepted, Code, Limits, Refused
from shouwang.apps.files.forms import CleanUploadField
from shouwang.apps.files.inspection import inspect
from shouwang.apps.files.markings import is_marked, names_a_level
from shouwang.apps.files.models import StoredFile
from shouwang.apps.files.tests import corpus
from shouwang.apps.files.usecases import receive_upload
from shouwang.kernel.models import AuditRow
from tests.cast import MONDAY

MARK = "机密★5年"


@pytest.mark.parametrize(
    "text",
    [
        "机密★5年\n关于示例行动的通知",
        "绝密★启用前",
        "秘密★6个月",
        "秘 密 ★ 三 年",
        "机密★长期",
        "机密★2027年12月31日",
        "绝密★",
        "机密★示例行动结束前\n通知",
        "秘密☆10年",
        "秘密＊10年",
        "000012\n机密\n特急\n示例县公安局文件",
        "【绝密】\nNo. 000001\n示例",
    ],
)
def test_a_mark_is_seen_however_it_is_set(text: str) -> None:
    assert is_marked(text)


@pytest.mark.parametrize(
    "text",
    [
        "这是我们俩的秘密，谁也不许说。",
        "秘密",
        "秘密\n\n那年夏天，我五年级。",
        "小红星★保守秘密",
        "秘密★花园★书店",
        "秘密花园 10年 会员卡",
        "商业秘密★★★",
        "国家秘密的密级分为绝密、机密、秘密三级，绝密级不超过30年。",
        "涉密文件一律不得上网，绝密*重要*",
        "本人郑重承诺保守警务工作秘密",
        "我妈说这是机密，10年后才能告诉我",
        "123456\n秘密花园团购",
        "",
    ],
)
def test_ordinary_words_are_no_mark(text: str) -> None:
    assert not is_marked(text)


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        ("机密★5年 方案.docx", True),
        ("【机密】方案.docx", True),
        ("（秘密）名单.xlsx", True),
        ("C:\\案卷\\[绝密] 方案.pdf", True),
        ("机密★.pdf", True),
        ("秘密花园.docx", False),
        ("我的秘密.txt", False),
        ("保密承诺书.pdf", False),
        ("关于【机密】一词的说明.docx", False),
    ],
)
def test_names_are_read_too(name: str, marked: bool) -> None:
    assert names_a_level(name) is marked


def _para(words: str) -> str:
    return f'<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p><w:r><w:t>{words[:2]}</w:t></w:r><w:r><w:t>{words[2:]}</w:t></w:r></w:p></w:hdr>'


def _pdf(words: str, page: int = 1) -> bytes:
    """A PDF with a text layer, its words on the page named."""
    pages = [""] * (page - 1) + [words]
    source = "#set page(width: 10cm, height: 8cm)\n" + "\n#pagebreak()\n".join(
        f"页{n} {one}" for n, one in enumerate(pages, 1)
    )
    import typst

    return typst.compile(source.encode())


@pytest.mark.parametrize(
    "data",
    [
        f"{MARK}\n示例".encode(),
        f"{MARK}\n示例".encode("gb18030"),
        corpus.docx({"word/header1.xml": _para(MARK)}),
        corpus.docx({"docProps/core.xml": f"<c><title>{MARK}</title></c>"}),
        corpus.docx({"xl/sharedStrings.xml": f"<sst><si><t>{MARK}</t></si></sst>"}, main=corpus.SHEET),
    ],
    ids=["utf-8", "gb18030", "header in two runs", "properties", "table"],
)
def test_the_words_of_a_document_are_read_wherever_they_stand(data: bytes) -> None:
    assert inspect(data, "a", "", Limits()) == Refused(Code.MARKED)


def test_the_first_pages_of_a_pdf_are_read() -> None:
    assert inspect(_pdf(MARK), "a.pdf", "application/pdf", Limits()) == Refused(Code.MARKED)
    assert isinstance(inspect(_pdf("保守秘密，人人有责。"), "a.pdf", "application/pdf", Limits()), Accepted)


@pytest.mark.django_db
class TestDoors:
    def test_nothing_is_kept_but_that_it_was_turned_away(self, settings) -> None:
        with pytest.raises(UploadRefused) as refused:
            receive_upload(
                f"{MARK}\n示例行动".encode(), claimed_name="示例行动.txt", limits=Limits(), by="officer:1", at=MONDAY
            )
        assert refused.value.code == "files.upload-refused"
        assert "保密办" in refused.value.says
        assert not StoredFile.objects.exists()
        row = AuditRow.objects.get()
        assert (row.action, row.actor, row.details) == ("files.upload.turned_away", "officer:1", {})
        assert "示例行动" not in str(vars(row))

    def test_a_form_refuses_and_records_too(self) -> None:
        from django import forms
        from django.core.files.uploadedfile import SimpleUploadedFile

        class Form(forms.Form):
            file = CleanUploadField(limits=Limits())

        form = Form({}, {"file": SimpleUploadedFile("【机密】甲.txt", b"abc")})
        assert not form.is_valid()
        assert "分局保密办" in str(form.errors)
        assert AuditRow.objects.get().action == "files.upload.turned_away"


def test_a_pdf_is_never_opened_in_the_process_of_the_site() -> None:
    """The reader of PDFs is a large program in C; what breaks it shall break nothing else."""
    code = "import sys, shouwang.apps.files.inspection; print('pypdfium2' in sys.modules)"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert done.stdout.strip() == "False"
