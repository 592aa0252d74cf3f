"""What is no workbook is answered by what it is, and a workbook is read whatever its name."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from support.workbooks import GOOD

from ingest.findings import Finding
from ingest.load import SourceFile, check

BOOK = GOOD.read_bytes()
TABLE = "債権整理番号,残高\r\n003,100\r\n008,200\r\n"


def package(*names: str, mimetype: str | None = None) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        if mimetype:
            file.writestr("mimetype", mimetype)
        for name in names:
            file.writestr(name, b"x")
    return buffer.getvalue()


def compound(stream: str) -> bytes:
    """An OLE file with one stream, as Word 97 and Outlook write them."""

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        written = f"{name}\0".encode("utf-16-le")
        links = b"".join(each.to_bytes(4, "little") for each in (0xFFFFFFFF, 0xFFFFFFFF, child))
        head = written.ljust(64, b"\0") + len(written).to_bytes(2, "little") + bytes((kind, 1))
        return (
            (head + links).ljust(116, b"\0")
            + start.to_bytes(4, "little")
            + size.to_bytes(8, "little")
        )

    free, end, fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\0\3\0\xfe\xff\x09\0\6\0"
    numbers = (0, 1, 1, 0, 0x1000, end, 0, end, 0, 0, *(free,) * 108)
    header = header.ljust(40, b"\0") + b"".join(n.to_bytes(4, "little") for n in numbers)
    sectors = (fat, end, *range(3, 10), end)  # the table itself, the directory, the stream
    table = b"".join(n.to_bytes(4, "little") for n in sectors).ljust(512, b"\xff")
    directory = entry("Root Entry", 5, 1, end, 0) + entry(stream, 2, free, 2, 4096)
    return header[:512] + table + directory.ljust(512, b"\0") + bytes(4096)


KINDS: dict[str, tuple[bytes, str, str]] = {
    "a.pdf": (b"%PDF-1.7\n", "PDF", "もとのExcelブック"),
    "a.docx": (package("word/document.xml"), "Wordの文書", "様式"),
    "a.doc": (compound("WordDocument"), "Wordの文書", "様式"),
    "a.msg": (compound("__properties_version1.0"), "メール", "添付"),
    "a.jtd": (compound("DocumentText"), "一太郎など", "様式"),
    "a.pptx": (package("ppt/presentation.xml"), "PowerPoint", "様式"),
    "a.docm": (package("word/document.xml", "word/vbaProject.bin"), "Wordの文書", "様式"),
    "a.xlsb": (package("xl/workbook.bin"), ".xlsb", "名前を付けて保存"),
    "a.numbers": (package("Index/Document.iwa"), "Numbers", "書き出す"),
    "a.odt": (
        package("content.xml", mimetype="application/vnd.oasis.opendocument.text"),
        "表計算ではない",
        "様式",
    ),
    "a.zip": (package("調書.xlsx", "課/b.XLS", "c.txt"), "ZIP、中にブックが2冊", "展開"),
    "a.lzh": (b"\x20\x0a-lh5-", "LZH", "展開"),
    "a.7z": (b"7z\xbc\xaf'\x1c", "7-Zip", "展開"),
    "a.csv": (TABLE.encode("cp932"), "CSV", "もとのExcelブック"),
    "utf16.csv": (TABLE.encode("utf-16"), "CSV", "もとのExcelブック"),
    "claims.csv": (
        "団体コード,債権整理番号,債権名,別名,債権区分,所属\n".encode("utf-8-sig"),
        "債権の台帳",
        "config/claims.csv",
    ),
    "a.txt": ("残高は0です。".encode(), "テキスト", "もとのExcelブック"),
    "a.htm": (b"<html><table><tr><td>1</td></tr></table>", "HTML", "名前を付けて保存"),
    "a.xml": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "Excel 2003のXML",
        "名前を付けて保存",
    ),
    "a.eml": (b"Received: from a\r\nSubject: b\r\n\r\n", "メール", "添付"),
    "a.png": (b"\x89PNG\r\n\x1a\n", "画像", "もとのExcelブック"),
    "a.jpg": (b"\xff\xd8\xff\xe0", "画像", "もとのExcelブック"),
    "a.heic": (b"\0\0\0\x18ftypheic", "画像", "もとのExcelブック"),
    "a.lnk": (b"L\0\0\0\x01\x14\x02\0", "ショートカット", "ファイルそのもの"),
    "a.url": (b"[InternetShortcut]\r\nURL=file:///a", "ショートカット", "ファイルそのもの"),
    "a.gsheet": (b'{"url": "https://docs.google.com/open"}', "Google", "ダウンロード"),
    "a.xlsx.crdownload": (BOOK[:4000], "終わっていない", "待つ"),
    "a.tmp": (BOOK[:4000], "終わっていない", "待つ"),
}


def answer(tmp_path: Path, name: str, content: bytes) -> list[Finding]:
    (tmp_path / name).write_bytes(content)
    (book,) = check([SourceFile(tmp_path / name)]).workbooks
    return [finding for finding in book.findings if finding.severity == "error"]


@pytest.mark.parametrize("name", KINDS)
def test_the_true_cause_and_what_to_do_are_told(tmp_path: Path, name: str) -> None:
    content, cause, advice = KINDS[name]
    (finding,) = answer(tmp_path, name, content)
    assert finding.rule == "unreadable_file"
    assert cause in finding.message
    assert advice in finding.message


@pytest.mark.parametrize("name", ["調書.xlsx", "調書.xls", "調書", "調書.dat"])
def test_the_bytes_decide_and_not_the_ending(tmp_path: Path, name: str) -> None:
    (finding,) = answer(tmp_path, name, TABLE.encode("cp932"))
    assert "CSV" in finding.message
    assert answer(tmp_path, name, BOOK) == []


@pytest.mark.parametrize("content", [BOOK[:4000], b"\x01\x02\x03\x00\xff" * 99, b"PK\3\4 no zip"])
def test_what_nobody_knows_keeps_the_answer_of_the_reader(tmp_path: Path, content: bytes) -> None:
    (finding,) = answer(tmp_path, "調書.xlsx", content)
    assert finding.rule == "unreadable_file"
    assert "このファイルは" not in finding.message
