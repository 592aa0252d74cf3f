"""Opens a submitted workbook safely and gives sheets of cells with A1 addresses.

Submitted files are hostile: the container is looked at before anything is unpacked, macros and
passwords are refused by name, and values come from calamine, which runs nothing. Fills and
uncached formulas are looked up only when a rule asks for them.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from ingest import styles
from ingest.text import Value

MAX_FILE_BYTES = 32 * 2**20
MAX_UNPACKED_BYTES = 100 * 2**20
MAX_ENTRIES = 2_000

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# calamine lays a sheet out from its first to its last value: one stray value far out fills memory.
_FAR_CELL = re.compile(rb'<c r="([A-Z]{3}\d+|[A-Z]{1,2}\d{5,7})"[^>/]*>')
_MAYBE_LOST = re.compile(rb"(?:</f>|<f[^>]*/>)\s*(?:</c>|<v\s*/>|<v></v>)|<v>#")


class WorkbookRefused(Exception):
    """The workbook cannot be read at all: `rule` and a Japanese message that says what to do."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule, self.message = rule, message


@dataclass(frozen=True)
class Sheet:
    """Values of one sheet; `rows` begins at (top, left), everything outside is empty."""

    name: str
    visible: bool
    top: int
    left: int
    rows: Sequence[Sequence[Value]]
    far_cell: str | None = None  # a value so far out that the sheet was not read

    def value(self, row: int, column: int) -> Value:
        """The value at zero-based (row, column); None when empty."""
        r, c = row - self.top, column - self.left
        if 0 <= r < len(self.rows) and 0 <= c < len(self.rows[r]):
            found = self.rows[r][c]
            return None if found == "" else found
        return None

    @property
    def bottom(self) -> int:
        """The row after the last one."""
        return self.top + len(self.rows)

    @property
    def right(self) -> int:
        """The column after the last one."""
        return self.left + max(map(len, self.rows), default=0)

    @cached_property
    def texts(self) -> list[tuple[int, int, str]]:
        """Every text cell as (row, column, text), in reading order."""
        return [
            (self.top + r, self.left + c, value)
            for r, row in enumerate(self.rows)
            for c, value in enumerate(row)
            if isinstance(value, str) and value
        ]


class Workbook:
    """An opened workbook. Raises `WorkbookRefused` when it cannot or must not be read."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        _check_container(data)
        try:
            self._book = CalamineWorkbook.from_filelike(BytesIO(data))
        except CalamineError as broken:
            raise WorkbookRefused(
                "unreadable_file",
                "ファイルが壊れているか、Excelのブックではありません。"
                "Excelで開けることを確かめ、.xlsx形式で保存し直して提出してください。",
            ) from broken

    def sheets(self) -> Iterator[Sheet]:
        """The worksheets in workbook order. Raises WorkbookRefused for one that cannot be read."""
        for metadata in self._book.sheets_metadata:
            if metadata.typ is not SheetTypeEnum.WorkSheet:
                continue
            visible = metadata.visible is SheetVisibleEnum.Visible
            far = self._far_cells.get(metadata.name)
            if far:
                yield Sheet(metadata.name, visible, 0, 0, [], far)
                continue
            try:
                sheet = self._book.get_sheet_by_name(metadata.name)
            except CalamineError as broken:
                raise WorkbookRefused(
                    "unreadable_file",
                    f"シート「{metadata.name}」を読めません。"
                    "Excelで開いて保存し直し、もう一度提出してください。",
                ) from broken
            top, left = sheet.start or (0, 0)
            yield Sheet(metadata.name, visible, top, left, sheet.to_python())

    def is_yellow(self, sheet: str, row: int, column: int) -> bool:
        """Whether a cell is filled yellow (domain §2, section 3: an excused rounding)."""
        return styles.is_yellow(self._data, sheet, row, column)

    def lost_values(self, sheet: str) -> dict[str, str | None]:
        """Cells that only look blank: address → error value; None: formula without result."""
        if self._parts and not self._may_have_lost:
            return {}
        return styles.lost_values(self._data, sheet)

    @cached_property
    def _parts(self) -> list[bytes]:
        if not self._data.startswith(_ZIP):
            return []
        with zipfile.ZipFile(BytesIO(self._data)) as container:
            names = [n for n in container.namelist() if n.startswith("xl/worksheets/sheet")]
            return [container.read(n) for n in names]

    @cached_property
    def _may_have_lost(self) -> bool:
        return any(_MAYBE_LOST.search(part) for part in self._parts)

    @cached_property
    def _far_cells(self) -> dict[str, str]:
        if not any(_FAR_CELL.search(part) for part in self._parts):
            return {}
        return {
            name: found[1].decode()
            for name, part in styles.sheet_parts(self._data).items()
            if (found := _FAR_CELL.search(part))
        }


def _check_container(data: bytes) -> None:
    if not data:
        raise WorkbookRefused(
            "unreadable_file",
            "ファイルの中身が空(0バイト)です。保存が終わっているか確かめ、提出し直してください。",
        )
    if len(data) > MAX_FILE_BYTES:
        raise WorkbookRefused(
            "too_large",
            f"ファイルが{len(data) // 2**20}MiBあります(上限{MAX_FILE_BYTES // 2**20}MiB)。"
            "画像や不要なシートを除いて提出してください。",
        )
    if data.startswith(_ZIP):
        _check_zip(data)
    elif data.startswith(_OLE):
        _check_ole(data)
    else:
        raise WorkbookRefused(
            "unreadable_file",
            "拡張子にかかわらず、中身がExcelのブックではありません(文字だけのファイルなど)。"
            "Excelで作成し、.xlsx形式で保存して提出してください。",
        )


def _check_zip(data: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as container:
            entries = container.infolist()
            manifest = (
                container.read("META-INF/manifest.xml")
                if any(
                    e.filename == "META-INF/manifest.xml" and e.file_size < 2**20 for e in entries
                )
                else b""
            )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as broken:
        raise WorkbookRefused(
            "unreadable_file",
            "ファイルが壊れています(途中までしか保存・転送されていない可能性があります)。"
            "元のファイルを開いて保存し直し、提出し直してください。",
        ) from broken
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED_BYTES or len(entries) > MAX_ENTRIES:
        raise WorkbookRefused(
            "too_large",
            f"展開すると{unpacked // 2**20}MiBになるため開きません"
            f"(上限{MAX_UNPACKED_BYTES // 2**20}MiB)。"
            "不要な書式やシートを除き、新しいブックに貼り付けて提出してください。",
        )
    names = {entry.filename for entry in entries}
    if any(
        n.endswith("vbaProject.bin") or n.startswith(("xl/macrosheets/", "Basic/")) for n in names
    ):
        _refuse_macros()
    if b"encryption-data" in manifest:
        _refuse_password()
    if not names & {"xl/workbook.xml", "content.xml"}:
        raise WorkbookRefused(
            "unreadable_file",
            "Excelのブック(.xlsx)として読めません。Excelで.xlsx形式で保存し直して提出してください。",
        )


def _check_ole(data: bytes) -> None:
    import msoffcrypto
    import olefile

    try:
        streams = {path[0] for path in olefile.OleFileIO(BytesIO(data)).listdir(storages=True)}
        encrypted = "EncryptedPackage" in streams or (
            "Workbook" in streams and msoffcrypto.OfficeFile(BytesIO(data)).is_encrypted()
        )
    except Exception as broken:  # both libraries raise whatever they stumble over
        raise WorkbookRefused(
            "unreadable_file",
            "ファイルが壊れています。Excelで開いて.xlsx形式で保存し直し、提出してください。",
        ) from broken
    if encrypted:
        _refuse_password()
    if streams & {"_VBA_PROJECT_CUR", "Macros"}:
        _refuse_macros()


def _refuse_macros() -> None:
    raise WorkbookRefused(
        "macro",
        "マクロを含むブックは安全のため受け付けません。"
        "「名前を付けて保存」で「Excelブック(.xlsx)」を選び、マクロなしで提出してください。",
    )


def _refuse_password() -> None:
    raise WorkbookRefused(
        "password",
        "パスワードで保護されているため開けません。"
        "パスワード(読み取りの暗号化)を解除して保存し、提出し直してください。",
    )
