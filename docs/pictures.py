"""Makes the pictures of docs/layouts.md anew: `.venv/bin/python docs/pictures.py`.

What the guide describes is done with the layout that stands in it: LibreOffice prints the sheets,
Chromium shows the pages; Japanese in the font that ships, whatever the machine has.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
from openpyxl import load_workbook
from openpyxl.worksheet.properties import PageSetupProperties
from PIL import Image, ImageOps
from playwright.sync_api import sync_playwright

DOCS = Path(__file__).resolve().parent
BOOK = DOCS.parent / "tests" / "data" / "tables" / "平成30年度に放棄した債権.xlsx"
FONTS = DOCS.parent / "exports" / "press" / "fonts"
WIDTH, HEIGHT = 1280, 1090  # of a window
COLOURS = 64
_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def _save(picture: Image.Image, name: str) -> None:
    """Without the white around it, and small."""
    box = picture.convert("L").point(lambda value: 255 * (value < 250)).getbbox()
    left, top, right, bottom = box or (0, 0, *picture.size)
    cut = picture.convert("RGB").crop((left, top, right, bottom))
    ImageOps.expand(cut, 12, "white").quantize(COLOURS).save(
        DOCS / "images" / f"{name}.png", optimize=True
    )


def _sheet(book: Path, name: str, folder: Path) -> None:
    """The first sheet of a workbook as LibreOffice prints it, with its letters and numbers.

    Columns are as wide as their texts, for the font is another one than the author's.
    """
    opened = load_workbook(book)
    sheet = opened.worksheets[0]
    sheet.print_options.gridLines = sheet.print_options.headings = True
    sheet.oddFooter.center.text = ""
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for column in sheet.iter_cols(min_row=2):
        width = max((2.2 * len(str(cell.value or "")) for cell in column), default=0)
        known = sheet.column_dimensions[column[0].column_letter]
        known.width = max(known.width, min(width, 40))
    for row in range(1, sheet.max_row + 1):
        sheet.row_dimensions[row].height = 24
    opened.save(folder / f"{name}.xlsx")
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, str(folder / f"{name}.xlsx")], check=True, capture_output=True)
    page = pypdfium2.PdfDocument(folder / f"{name}.pdf")[0]
    _save(page.render(scale=1.8).to_pil(), name)


def _mishukin(home: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "cli", "--home", str(home), *arguments]
    subprocess.run(command, check=True, capture_output=True)


def _shown(home: Path, layout: str, name: str) -> None:
    """What a layout makes of the workbook, as `layout show --html` tells it."""
    (home / "config" / "layouts" / "hoki.yml").write_text(layout, "utf-8")
    page = home / f"{name}.html"
    _mishukin(home, "layout", "show", str(BOOK), "--html", str(page))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=Path("/usr/bin/chromium"), args=["--no-sandbox"]
        )
        window = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        window.goto(page.as_uri())
        window.screenshot(path=home / f"{name}.png")
        browser.close()
    with Image.open(home / f"{name}.png") as picture:
        _save(picture, name)


def main() -> None:
    """Make them all."""
    guide = (DOCS / "layouts.md").read_text("utf-8")
    (layout,) = re.findall(r"できあがり:\n\n```yaml\n(.*?)```", guide, re.S)
    with tempfile.TemporaryDirectory(prefix="mishukin-pictures-") as name:
        folder = Path(name)
        home = folder / "home"
        (home / "config" / "layouts").mkdir(parents=True)
        fonts = folder / "fonts.conf"
        fonts.write_text(_FONTCONFIG.format(fonts=FONTS, cache=folder / "cache"), "utf-8")
        os.environ["FONTCONFIG_FILE"] = str(fonts)
        _sheet(BOOK, "layout-sheet", folder)
        _shown(home, re.sub(r"    rows:\n      計.*\n", "", layout), "layout-asked")
        _shown(home, layout, "layout-shown")
        form = home / "様式.xlsx"
        _mishukin(home, "template", "hoki", "--fiscal-year", "2026", "-o", str(form))
        _sheet(form, "layout-template", folder)


if __name__ == "__main__":
    main()
