"""What a file is that could not be opened as a workbook, told by its bytes: the true cause.

Looked at in the worker process, after the workbook was refused: a workbook is read whatever its
name, and what is none is answered by what it is, whatever its name.
"""

import re
import zipfile
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import PurePath

from ingest.register.table import is_heading

BOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".xltx", ".xltm")
# What programs call a file that they have not finished writing.
UNFINISHED = frozenset({".crdownload", ".part", ".partial", ".download", ".opdownload", ".tmp"})

_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK"
_LOOKED_AT = 2**16  # bytes of a text that tell what it is
_SAVE_AS = (
    "Excelで開き、「名前を付けて保存」で「Excelブック(.xlsx)」を選んで保存し、提出してください。"
)
_EXPORT = "「ファイル」→「書き出す」→「Excel」で.xlsxにして提出してください。"
_THE_BOOK = "もとのExcelブック(.xlsx)を提出してください。"
_THE_ATTACHMENT = "添付されたブックを取り出して(名前を付けて保存して)、提出してください。"
_THE_TABLE = "様式のExcelブック(.xlsx)に記入して提出してください。"
_UNPACK = "展開(解凍)して、中のブックを提出してください。"
_THE_TARGET = "指しているファイルそのもの(.xlsx)を提出してください。"

# How files of a kind begin, what the kind is called, and what to do.
_BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (rb"%PDF-", "PDF", _THE_BOOK),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|II\*\0|MM\0\*|BM.{4}\0\0\0\0|RIFF.{4}WEBP", "画像", _THE_BOOK),
    (rb".{4}ftyp(?:hei|mif|avif)", "画像", _THE_BOOK),
    (rb".{4}ftyp|RIFF|ID3", "動画か音声", _THE_BOOK),
    (rb"L\0\0\0\x01\x14\x02\0", "ショートカット", _THE_TARGET),
    (rb"Rar!", "圧縮ファイル(RAR)", _UNPACK),
    (rb"7z\xbc\xaf'\x1c", "圧縮ファイル(7-Zip)", _UNPACK),
    (rb"\x1f\x8b", "圧縮ファイル(gzip)", _UNPACK),
    (rb"MSCF", "圧縮ファイル(CAB)", _UNPACK),
    (rb"..-lh[0-9a-z]-", "圧縮ファイル(LZH)", _UNPACK),
    (rb"\{\\rtf", "リッチテキスト(Wordなどの文書)", _THE_TABLE),
    (rb"\0\x01\0\0Standard ", "Accessのデータベース", _THE_TABLE),
)

# A part that only packages of a kind have.
_PARTS: tuple[tuple[str, str, str], ...] = (
    ("xl/workbook.bin", "Excelバイナリブック(.xlsb)", _SAVE_AS),
    ("word/document.xml", "Wordの文書", _THE_TABLE),
    ("ppt/presentation.xml", "PowerPointの資料", _THE_TABLE),
    ("visio/document.xml", "Visioの図面", _THE_TABLE),
    ("index/document.iwa", "Apple(NumbersやPages)のファイル", _EXPORT),
    ("index.zip", "Apple(NumbersやPages)のファイル", _EXPORT),
)
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_SPREADSHEET = _OPEN_DOCUMENT + b"spreadsheet"

_STREAMS: tuple[tuple[str, str, str], ...] = (
    ("WordDocument", "Wordの文書", _THE_TABLE),
    ("PowerPoint Document", "PowerPointの資料", _THE_TABLE),
    ("VisioDocument", "Visioの図面", _THE_TABLE),
    ("__properties_version1.0", "Outlookのメール", _THE_ATTACHMENT),
)
_OF_EXCEL = frozenset({"Workbook", "Book", "EncryptedPackage"})

_MAIL = re.compile(
    r"(?:Received|Return-Path|From|To|Subject|Date|MIME-Version|Message-ID|Delivered-To|X-[\w-]+):",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"\s*<(?:\?xml|!doctype|html|head|body|table|style|meta|svg)\b", re.IGNORECASE)

# What a text says, what the kind is called, and what to do; the first that holds.
_TEXTS: tuple[tuple[Callable[[str], object], str, str], ...] = (
    (
        lambda text: "urn:schemas-microsoft-com:office:spreadsheet" in text,
        "Excel 2003のXMLファイル",
        _SAVE_AS,
    ),
    (lambda text: text.startswith("[InternetShortcut]"), "ショートカット", _THE_TARGET),
    (
        lambda text: text.startswith("{") and "docs.google.com" in text,
        "Googleのファイルへのリンク",
        "Googleの画面の「ファイル」→「ダウンロード」→「Microsoft Excel(.xlsx)」で保存し、"
        "提出してください。",
    ),
    (_MAIL.match, "メール(又はWebアーカイブ)", _THE_ATTACHMENT),
    (_MARKUP.match, "Webページ(HTML)かXML", _SAVE_AS),
    (
        lambda text: any(is_heading(line.split(",")) for line in text.splitlines()[:5]),
        "債権の台帳(CSV)",
        "台帳は提出するものではありません。データ担当が config/claims.csv に置きます。",
    ),
    (lambda text: _is_table(text.splitlines()), "文字だけの表(CSVなど)", _THE_BOOK),
    (lambda text: text.strip(), "文字だけのファイル(テキスト)", _THE_BOOK),
)


def true_cause(file: str, data: bytes) -> str | None:
    """What a file that was refused as a workbook really is, and what to do; None if that stands.

    `file` is its name, which counts only where the bytes tell that they are not all there.
    """
    kind = _kind(data)
    if kind is None and data and PurePath(file).suffix.lower() in UNFINISHED:
        return (
            "ダウンロードかコピーが終わっていないファイルです(途中までしかありません)。"
            "終わるのを待つか、やり直して、できあがった.xlsxのファイルを提出してください。"
        )
    if kind is None:
        return None
    name, advice = kind
    return f"このファイルは{name}のため読み取れません。{advice}"


def _kind(data: bytes) -> tuple[str, str] | None:
    if data.startswith(_OLE):
        return _of_streams(data)
    if data.startswith(_ZIP):
        return _of_package(data)
    for beginning, name, advice in _BEGINNINGS:
        if re.match(beginning, data, re.DOTALL):
            return name, advice
    text = _text(data[:_LOOKED_AT])
    return next(((name, advice) for holds, name, advice in _TEXTS if holds(text)), None)


def _of_streams(data: bytes) -> tuple[str, str] | None:
    import olefile

    try:
        streams = {path[0] for path in olefile.OleFileIO(BytesIO(data)).listdir(storages=True)}
    except Exception:  # olefile raises whatever it stumbles over: a damaged file of any kind
        return None
    if streams & _OF_EXCEL:
        return None
    named = ((name, advice) for stream, name, advice in _STREAMS if stream in streams)
    return next(named, ("Excelではないソフト(一太郎など)の文書", _THE_TABLE))


def _of_package(data: bytes) -> tuple[str, str] | None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            entries = package.infolist()
            names = {entry.filename.replace("\\", "/").lower() for entry in entries}
            mimetype = b""
            if "mimetype" in names:
                with package.open("mimetype") as told:
                    mimetype = told.read(len(_SPREADSHEET))
    except Exception:  # a damaged package of any kind
        return None
    is_sheet = mimetype == _SPREADSHEET or ("content.xml" in names and not mimetype)
    if "xl/workbook.xml" in names or is_sheet:
        return None
    for part, name, advice in _PARTS:
        if part in names:
            return name, advice
    if mimetype.startswith(_OPEN_DOCUMENT):
        return "LibreOfficeなどの文書(表計算ではないもの)", _THE_TABLE
    return _of_archive(names, any(entry.flag_bits & 1 for entry in entries))


def _of_archive(names: Iterable[str], is_encrypted: bool) -> tuple[str, str]:
    books = sum(name.endswith(BOOKS) for name in names)
    held = f"圧縮ファイル(ZIP、中にブックが{books}冊)" if books else "圧縮ファイル(ZIP)"
    password = "パスワードのない形に" if is_encrypted else ""
    return held, f"{password}{_UNPACK}"


def _text(beginning: bytes) -> str:
    """The words of a text; none of bytes that are no text."""
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        return beginning.decode("utf-16", errors="ignore")
    if b"\0" in beginning:
        return ""
    for encoding in ("utf-8-sig", "cp932"):
        for cut in range(4):  # a character may be cut in two at the end
            try:
                return beginning[: len(beginning) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return ""


def _is_table(lines: list[str]) -> bool:
    """Whether most lines have the same mark between their columns."""
    filled = [line for line in lines if line.strip()]
    return any(2 * sum(mark in line for line in filled) > len(filled) for mark in ",\t;")
