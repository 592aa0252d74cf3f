"""Looks at a submitted file before anything in it is unpacked, and unpacks single parts safely.

Submitted files are hostile: macros and passwords are refused by name, sizes are read from the
directory first, and a directory that lies is noticed when a part is read.
"""

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import NoReturn
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

MAX_FILE_BYTES = 32 * 2**20
MAX_UNPACKED_BYTES = 100 * 2**20
MAX_ENTRIES = 2_000
MAX_SHEETS = 300

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BINARY = (_ZIP, _OLE)  # how workbooks begin
_BEFORE_OLE = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REL_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    KeyError,
    ValueError,
)


def contents(path: Path) -> bytes:
    """The bytes of a regular file that is not too large to be opened. Raises OSError.

    Nothing is waited for and no link followed, whatever took its place since it was looked at.
    """
    how = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, how), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_FILE_BYTES:
            raise OSError(f"not read: {path}")
        return file.read(MAX_FILE_BYTES + 1)


class WorkbookRefused(Exception):
    """A workbook, or a sheet, cannot be read: `rule` and a Japanese message that says what to do.

    `cell`: where the cause stands, if it can be told.
    """

    def __init__(self, rule: str, message: str, cell: str | None = None) -> None:
        super().__init__(message)
        self.rule, self.message, self.cell = rule, message, cell


class Package:
    """The zip container of an .xlsx or .ods. Raises `WorkbookRefused` when it is broken."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except _BROKEN_ZIP as broken:
            refuse_broken(broken)
        self.entries = self._zip.infolist()
        # Some tools write other cases or backslashes; every reader folds them.
        self._names = {_folded(entry.filename): entry.filename for entry in self.entries}

    def __contains__(self, name: str) -> bool:
        """Whether there is a part of this name."""
        return _folded(name) in self._names

    def read(self, name: str) -> bytes:
        """The bytes of a part; empty when there is no such part."""
        stored = self._names.get(_folded(name))
        if stored is None:
            return b""
        try:
            return self._zip.read(stored)
        except _BROKEN_ZIP as broken:
            refuse_broken(broken)

    def xml(self, name: str) -> Element:
        """A part as an element tree; without document types and entities."""
        return parsed(self.read(name))

    def with_parts(self, parts: Mapping[str, bytes]) -> bytes:
        """The same container with some parts replaced."""
        changed = {_folded(name): content for name, content in parts.items()}
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w") as target:
            for entry in self.entries:
                content = changed.get(_folded(entry.filename))
                target.writestr(
                    entry.filename, self.read(entry.filename) if content is None else content
                )
        return buffer.getvalue()

    @cached_property
    def worksheets(self) -> Mapping[str, str]:
        """Sheet name → name of its part, in workbook order."""
        relations = list(self.xml(_RELATIONS))
        targets = {r.get("Id"): r.get("Target") or "" for r in relations}
        if len(targets) < len(relations):
            refuse_broken()  # two parts of one number: readers would not agree on which counts
        found: dict[str, str] = {}
        parts: set[str] = set()
        sheets = self.workbook.findall(".//{*}sheet")
        refuse_many_sheets(len(sheets))
        for sheet in sheets:
            target = targets.get(sheet.get(_REL) or sheet.get(_REL_STRICT), "").lstrip("/")
            name = sheet.get("name") or ""
            part = target if _folded(target).startswith("xl/") else f"xl/{target}"
            if name in found or _folded(part) in parts:
                refuse_broken()  # one name, or one part, for two sheets: no program writes it
            found[name] = part
            parts.add(_folded(part))
        return found

    @cached_property
    def workbook(self) -> Element:
        """The part of an .xlsx that lists its sheets."""
        return self.xml("xl/workbook.xml")

    @property
    def is_recalculated(self) -> bool:
        """Whether what formulas resulted in is reckoned anew by whatever program opens it."""
        calculation = self.workbook.find("{*}calcPr")
        return calculation is not None and is_true(calculation.get("fullCalcOnLoad"))


_RELATIONS = "xl/_rels/workbook.xml.rels"


def is_true(attribute: str | None) -> bool:
    """A truth value as XML spells it."""
    return attribute in ("1", "true")


def parsed(content: bytes) -> Element:
    """XML as an element tree. Raises `WorkbookRefused` for broken XML, DTDs and entities."""
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as broken:
        refuse_broken(broken)
    return root


def _folded(name: str) -> str:
    return name.replace("\\", "/").lower()


def open_container(data: bytes) -> Package | None:
    """Check a file. Returns the package of an .xlsx or .ods, None for an .xls."""
    if not data:
        raise WorkbookRefused(
            "unreadable_file",
            "ファイルの中身が空(0バイト)か、開く権限がありません。保存が終わっているか確かめ、"
            "提出し直してください。",
        )
    if len(data) > MAX_FILE_BYTES:
        raise WorkbookRefused(
            "too_large",
            f"ファイルが{len(data) // 2**20}MiBあります(上限{MAX_FILE_BYTES // 2**20}MiB)。"
            "画像や不要なシートを除いて提出してください。",
        )
    if data.startswith(_ZIP):
        return _checked_zip(data)
    if data.startswith(_OLE):
        _check_ole(data)
        return None
    if data.startswith(_BEFORE_OLE):
        raise WorkbookRefused(
            "unreadable_file",
            "とても古い形式(Excel 4.0以前)のブックのため開けません。"
            "Excelで開いて.xlsx形式で保存し直し、提出し直してください。",
        )
    raise WorkbookRefused(
        "unreadable_file",
        "拡張子にかかわらず、中身がExcelのブックではありません(文字だけのファイルなど)。"
        "Excelで作成し、.xlsx形式で保存して提出してください。",
    )


def _checked_zip(data: bytes) -> Package:
    package = Package(data)
    unpacked = sum(entry.file_size for entry in package.entries)
    if unpacked > MAX_UNPACKED_BYTES or len(package.entries) > MAX_ENTRIES:
        raise WorkbookRefused(
            "too_large",
            f"展開すると{unpacked // 2**20}MiB・{len(package.entries)}個の部品になるため開きません"
            f"(上限{MAX_UNPACKED_BYTES // 2**20}MiB・{MAX_ENTRIES}個)。"
            "不要な書式やシートを除き、新しいブックに貼り付けて提出してください。",
        )
    names = [_folded(entry.filename) for entry in package.entries]
    if any(entry.flag_bits & 1 for entry in package.entries):
        refuse_password()
    if any(
        n.endswith("vbaproject.bin") or n.startswith(("xl/macrosheets/", "basic/")) for n in names
    ):
        _refuse_macros()
    if b"encryption-data" in package.read("META-INF/manifest.xml"):
        refuse_password()
    if "xl/workbook.xml" not in names and "content.xml" not in names:
        raise WorkbookRefused(
            "unreadable_file",
            "Excelのブック(.xlsx)として読めません。Excelで.xlsx形式で保存し直して提出してください。",
        )
    if len(set(names)) < len(names):
        refuse_broken()  # two parts of one name: readers would not agree on which counts
    return package


def _check_ole(data: bytes) -> None:
    import msoffcrypto
    import olefile

    try:
        paths = olefile.OleFileIO(BytesIO(data)).listdir(storages=True)
        streams = {path[0] for path in paths}
        is_labelled = any("DRMEncryptedTransform" in path for path in paths)
        encrypted = "EncryptedPackage" in streams or (
            "Workbook" in streams and msoffcrypto.OfficeFile(BytesIO(data)).is_encrypted()
        )
    except Exception as broken:  # both libraries raise whatever they stumble over
        refuse_broken(broken)
    if is_labelled:
        raise WorkbookRefused(
            "password",
            "秘密度ラベル(Microsoft 365の保護)で暗号化されているため開けません。Excelで開き、"
            "「ホーム」の「秘密度」で暗号化のないラベルに変えるか、「ファイル」「情報」"
            "「ブックの保護」でアクセスの制限を外して保存し、提出し直してください。",
        )
    if encrypted:
        refuse_password()
    if streams.isdisjoint(("Workbook", "Book")):
        raise WorkbookRefused(
            "unreadable_file",
            "Excelのブックではありません(古い形式のWordの文書など)。"
            "Excelで作成し、.xlsx形式で保存して提出してください。",
        )
    if streams & {"_VBA_PROJECT_CUR", "Macros"}:
        _refuse_macros()


def refuse_many_sheets(count: int) -> None:
    """Raises WorkbookRefused for more sheets than anybody fills in."""
    if count > MAX_SHEETS:
        raise WorkbookRefused(
            "too_large",
            f"シートが{count:,}枚あります(上限{MAX_SHEETS}枚)。"
            "提出するシートだけを残して保存し直してください。",
        )


@contextmanager
def whatever_breaks() -> Iterator[None]:
    """Libraries raise, or panic, as they stumble over a damaged file: the file is refused."""
    try:
        yield
    except (WorkbookRefused, MemoryError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as broken:  # a panic of calamine is no Exception
        refuse_broken(broken)


def refuse_broken(cause: BaseException | None = None) -> NoReturn:
    """Refuse a file that is damaged, or made so that readers would not agree on what it says."""
    raise WorkbookRefused(
        "unreadable_file",
        "ファイルが壊れています(途中までしか保存・転送されていない可能性があります)。"
        "元のファイルをExcelで開いて.xlsx形式で保存し直し、提出し直してください。",
    ) from cause


def _refuse_macros() -> NoReturn:
    raise WorkbookRefused(
        "macro",
        "マクロを含むブックは安全のため受け付けません。"
        "「名前を付けて保存」で「Excelブック(.xlsx)」を選び、マクロなしで提出してください。",
    )


def refuse_password() -> NoReturn:
    raise WorkbookRefused(
        "password",
        "パスワードで保護されているため開けません。"
        "パスワード(読み取りの暗号化)を解除して保存し、提出し直してください。",
    )
