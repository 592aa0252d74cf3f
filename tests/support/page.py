"""Pages that are handed on as files: their elements and texts, and what makes them sound."""

from collections import Counter
from html.parser import HTMLParser

VOID = {"meta", "br", "hr", "img", "input", "link"}


class Page(HTMLParser):
    """Elements and texts of a page; complains of tags that are not closed in their order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[list[list[str]]] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("th", "td"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"th", "td"} & set(self.open):
            self.tables[-1][-1][-1] += data.strip()

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of a name."""
        return [attributes for name, attributes in self.elements if name == tag]


def assert_sound(text: str) -> None:
    """A page that is whole, needs no other file, runs nothing and can be read by everybody."""
    page = Page(text)
    assert page.named("html") == [{"lang": "ja"}]
    assert not {"script", "img", "link", "iframe", "form"} & {tag for tag, _ in page.elements}
    assert not [a for _, each in page.elements for a in each if a.startswith("on") or a == "src"]
    assert "//" not in text.replace("<!DOCTYPE", "")
    assert "url(" not in text
    assert all("scope" in each for each in page.named("th"))
    assert len(page.named("caption")) == len(page.named("table"))
    ids = Counter(each["id"] for _, each in page.elements if "id" in each)
    assert set(ids.values()) == {1}
    pointed = {each["href"] for each in page.named("a")}
    pointed |= {
        f"#{each['aria-labelledby']}" for _, each in page.elements if "aria-labelledby" in each
    }
    assert pointed <= {f"#{each}" for each in ids}
    for needed in ("@media print", "max-width", "viewport"):
        assert needed in text
