"""What paper needs of a page: without what only a screen shows, its figures set aside.

Python-Markdown's footnotes become EPUB's, which pandoc knows; each column of a table has its width.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import zip_longest
from urllib.parse import unquote, urljoin

import lxml.html
from lxml.html import HtmlElement

EPUB = "epub:type"
_DROPPED = frozenset(("crumbs", "pl", "copy", "cited", "versions", "hint", "quoted", "edit"))
_CONTROLS = frozenset(("script", "style", "button", "input", "template"))
_DIAGRAM = re.compile(r'<figure class="diagram"[^>]*>(<svg .*?</svg>)</figure>', re.DOTALL)
_PICTURE = re.compile(r'<img\b[^>]*?\bsrc="([^"]*)"')
_FIGURE = re.compile("\ue002([0-9]+)\ue003")
_ROOT = "//root/"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A page of the site as a chapter of the print; html: the page's own content."""

    url: str
    title: str
    html: str


Parts = tuple[tuple[str, tuple[Chapter, ...]], ...]


def address(url: str, href: str) -> tuple[str, str] | None:
    """The address and the id that a link on the page `url` leads to; None outside the site."""
    if not href or "://" in href or href.startswith(("mailto:", "tel:", "data:")):
        return None
    path, _, anchor = urljoin(_ROOT + url, href).removeprefix(_ROOT).partition("#")
    return path.partition("?")[0], unquote(anchor)


def pictures(chapter: Chapter) -> Iterator[str]:
    """The paths of the chapter's pictures below docs/."""
    for src in _PICTURE.findall(chapter.html):
        target = address(chapter.url, unescape(src))
        if target:
            yield target[0]


def quoted(text: str) -> str:
    """A text as a Typst string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def drawing(svg: str) -> str:
    """A diagram of `handbook.drawing` as Typst text, with what it says for those who hear it."""
    said = re.search(r'aria-label="([^"]*)"', svg)
    return f"#drawing({quoted(svg)}, {quoted(unescape(said[1]) if said else '')})"


class Figures:
    """Diagrams and pictures as Typst text, set aside while pandoc reads the pages."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def keep(self, typst: str) -> str:
        """A mark that pandoc leaves alone, to stand for `typst`."""
        self._texts.append(typst)
        return f"\ue002{len(self._texts) - 1}\ue003"

    def back(self, text: str) -> str:
        """The text with the figures in the places of their marks."""
        return _FIGURE.sub(lambda found: self._texts[int(found[1])], text)


def trimmed(chapter: Chapter, figures: Figures) -> HtmlElement:
    """The chapter's content as paper needs it, its headings one level down."""
    html, diagrams = _DIAGRAM.subn(
        lambda found: f"<p>{figures.keep(drawing(found[1]))}</p>", chapter.html
    )
    tree: HtmlElement = lxml.html.fragment_fromstring(html, create_parent="div")
    _drop(tree)
    if diagrams:  # a swimlane says all that the list of steps says
        for steps in tree.find_class("steps"):
            steps.drop_tree()
    _title(tree, chapter)
    _fold(tree)
    _footnotes(tree, chapter)
    _set_apart(tree, chapter, figures)
    for table in tree.findall(".//table"):
        _columns(table)
    return tree


def _drop(tree: HtmlElement) -> None:
    for element in list(tree.iter()):
        classes = (element.get("class") or "").split() if isinstance(element.tag, str) else ["pl"]
        dropped = element.tag in _CONTROLS or not _DROPPED.isdisjoint(classes)
        dropped = dropped or element.get("aria-hidden") == "true"
        if dropped and element.getparent() is not None:
            element.drop_tree()


def _title(tree: HtmlElement, chapter: Chapter) -> None:
    """The title first, as a heading of level 2; what is below it a level down too."""
    if tree.find(".//h1") is None:
        head = lxml.html.Element("h1")
        head.text = chapter.title
        tree.insert(0, head)
    for level in (5, 4, 3, 2, 1):
        for head in tree.findall(f".//h{level}"):
            head.tag = f"h{level + 1}"
    first = tree.find(".//h2")
    if first is not None and first.getparent() is not tree:
        tree.insert(0, first)


def _fold(tree: HtmlElement) -> None:
    """Of what folds out, as all members of a collective, its summary will do."""
    for details in tree.findall(".//details"):
        parent = details.getparent()
        after = details.getprevious() is not None or (parent is not None and parent.text)
        name = lxml.html.Element("span")
        name.text = f"{'、' if after else ''}{details.findtext('summary') or ''}"
        details.addprevious(name)
        details.drop_tree()


def _footnotes(tree: HtmlElement, chapter: Chapter) -> None:
    """Turn Python-Markdown's footnotes into EPUB's."""
    for note in tree.xpath(".//div[@class='footnote']//li"):
        for back in note.find_class("footnote-backref"):
            back.drop_tree()
        note.tag = "aside"
        note.attrib.update({EPUB: "footnote", "id": f"{chapter.url}{note.get('id')}"})
        note.getparent().addnext(note)  # out of the list, which goes with its ruler
    for box in tree.find_class("footnote"):
        for rest in [*box.findall("hr"), *box.findall("ol")]:
            box.remove(rest)
        box.drop_tag()
    for sup in tree.xpath(".//sup[a[@class='footnote-ref']]"):
        mark = sup[0]
        sup.drop_tag()
        name = (mark.get("href") or "").removeprefix("#")
        mark.attrib.update({EPUB: "noteref", "href": f"#{chapter.url}{name}"})


def _set_apart(tree: HtmlElement, chapter: Chapter, figures: Figures) -> None:
    """Badges in brackets, heads of tables strong, pictures as marks."""
    for badge in tree.find_class("badge"):
        badge.text = f"〔{badge.text_content().strip()}〕"
        badge.drop_tag()
    for head in tree.iter("th"):
        strong = lxml.html.Element("strong")
        strong.text, head.text = head.text, None
        strong.extend(list(head))
        head.append(strong)
    for link in tree.findall(".//thead//a"):  # a head is repeated, and no repeat may hold a link
        link.drop_tag()
    for image in list(tree.iter("img")):
        target = address(chapter.url, image.get("src") or "")
        if target:
            said = image.get("alt") or f"{chapter.title}的图"
            text = f"#picture({quoted('/' + target[0])}, {quoted(said)})"
            image.tail = figures.keep(text) + (image.tail or "")
        image.drop_tree()


_LINE = 50  # characters of a table on one line of a page


def _columns(table: HtmlElement) -> None:
    """Give each column room for a short word, and its share of the rest by the text in it.

    Left to find the widths itself, Typst would set every cell several times.
    """
    rows = [[len(cell.text_content().strip()) for cell in row] for row in table.iter("tr")]
    columns = list(zip_longest(*rows, fillvalue=0))
    least = [min(max(column), 6) + 1 for column in columns]
    texts = [min(max(column), 36) + sum(column) / len(column) for column in columns]
    rest = max(_LINE - sum(least), 0) / (sum(texts) or 1)
    widths = [room + rest * text for room, text in zip(least, texts, strict=True)]
    group = lxml.html.Element("colgroup")
    for width in widths:
        group.append(lxml.html.Element("col", style=f"width: {100 * width / sum(widths):.1f}%"))
    table.insert(0, group)
