"""What the tests read off a built page: ids, links, loaded resources and text."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

_LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src"}


@dataclass
class HtmlPage(HTMLParser):
    """A parsed page; `path` is relative to the site."""

    path: str
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._quiet = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        if tag in _LOADS and given.get(_LOADS[tag]):
            self.loads.append(given[_LOADS[tag]] or "")
        loaded = (given.get("rel") or "") in ("stylesheet", "icon", "preload", "modulepreload")
        if tag == "link" and loaded:
            self.loads.append(given.get("href") or "")
        self._quiet += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._quiet -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)


@cache
def page(site: Path, path: str) -> HtmlPage:
    """The parsed page at `path` (a file under `site`)."""
    made = HtmlPage(path)
    made.feed((site / path).read_text(encoding="utf-8"))
    return made


def pages(site: Path) -> list[HtmlPage]:
    """Every page of a site."""
    return [page(site, file.relative_to(site).as_posix()) for file in sorted(site.rglob("*.html"))]
