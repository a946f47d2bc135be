"""Pages' HTML to Typst, and Typst to PDF.

pandoc reads the HTML. Every address inside the print gets a label of its own, so that links lead to
their place and say on which page it is; an address outside stays as text. Only the two fonts that
are installed with the program are used.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from importlib.metadata import files
from pathlib import Path
from urllib.parse import unquote, urljoin

import lxml.html
import pypandoc
import typst
from lxml.html import HtmlElement

SERIF, SANS = "Noto Serif SC", "Noto Sans SC"
_FONTS = "pylopdf-fonts-zh-cn"
_DROPPED = frozenset(("crumbs", "pl", "copy", "cited", "versions", "hint", "quoted", "edit"))
_CONTROLS = frozenset(("script", "style", "button", "input", "template"))
_LABELLED = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "section", "div"))
_ROOT = "//root/"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A page of the site as a chapter of the print; html: the page's own content."""

    url: str
    title: str
    html: str


def to_typst(parts: Sequence[tuple[str, Sequence[Chapter]]], outside: str = "") -> str:
    """The parts, each with its chapters, as Typst text.

    A part is a heading of level 1, a chapter of level 2. outside: said behind a citation whose
    text is not in this print. Raises RuntimeError when pandoc fails.
    """
    trees = {c.url: _cleaned(c) for _, chapters in parts for c in chapters}
    labels = _labels(trees)
    rows = []
    for title, chapters in parts:
        rows.append(f"<h1>{escape(title)}</h1>")
        for chapter in chapters:
            _link(trees[chapter.url], chapter.url, labels, outside)
            rows += [lxml.html.tostring(e, encoding="unicode") for e in trees[chapter.url]]
    return _pandoc("\n".join(rows))


def quoted(text: str) -> str:
    """A text as a Typst string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def write(source: str, target: Path, day: date) -> None:
    """Write Typst text, in the design of design.typ, as a tagged PDF (PDF/UA-1).

    Raises RuntimeError with what is wrong when Typst fails or a character is in no font.
    """
    design = Path(__file__).with_name("design.typ").read_text(encoding="utf-8")
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(_font_folder())]
    )
    try:
        made = typst.compile(
            f"{design}\n{source}".encode(), font_paths=fonts, pdf_standards=["ua-1"]
        )
    except typst.TypstError as error:
        raise RuntimeError(_fault(str(error), source)) from error
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(made)


def _fault(message: str, source: str) -> str:
    """What Typst says, in Chinese where it is something an editor can mend."""
    missing = re.search(r'the text `"(.+?)"` could not be displayed', message)
    if not missing:
        return message
    sign = missing[1][0]
    heads = re.findall(r"^==? (.+)$", source[: source.find(sign)], re.MULTILINE)
    where = f"“{heads[-1]}”里的" if heads else ""
    return f"{where}“{sign}”（U+{ord(sign):04X}）字体里没有，换成通行的字，或者用文字说明。"


def _font_folder() -> Path:
    for file in files(_FONTS) or ():
        if file.name.endswith(".otf"):
            return Path(str(file.locate())).parent
    raise RuntimeError("排版用的字体没有装好：重新运行一次命令会自动安装。")


# HTML


def _cleaned(chapter: Chapter) -> HtmlElement:
    """The chapter's content without what only a screen needs, its headings one level down."""
    tree: HtmlElement = lxml.html.fragment_fromstring(chapter.html, create_parent="div")
    if tree.find(".//h1") is None:
        head = lxml.html.Element("h1")
        head.text = chapter.title
        tree.insert(0, head)
    for element in list(tree.iter()):
        classes = (element.get("class") or "").split() if isinstance(element.tag, str) else ["pl"]
        dropped = element.tag in _CONTROLS or not _DROPPED.isdisjoint(classes)
        if dropped and element.getparent() is not None:
            element.drop_tree()
    for level in (5, 4, 3, 2, 1):
        for head in tree.findall(f".//h{level}"):
            head.tag = f"h{level + 1}"
    for details in tree.findall(".//details"):  # all members of a collective: its name will do
        for inside in list(details):
            if inside.tag != "summary":
                inside.drop_tree()
    for link in tree.findall(".//thead//a"):  # a head is repeated, and no repeat may hold a link
        link.drop_tag()
    first = tree.find(".//h2")
    if first is not None and first.getparent() is not tree:
        tree.insert(0, first)
    return tree


def _labels(trees: Mapping[str, HtmlElement]) -> dict[tuple[str, str], str]:
    """(address, id) -> the label that its element now has, for all that is linked to."""
    known = {
        (url, e.get("id")): e for url, tree in trees.items() for e in tree.iter() if e.get("id")
    }
    found: dict[tuple[str, str], str] = {}
    given: dict[HtmlElement, str] = {}
    for url, tree in trees.items():
        for link in tree.iter("a"):
            target = _target(url, link.get("href") or "")
            if target is None or target in found or target[0] not in trees:
                continue
            element = known.get(target, trees[target[0]][0])
            given.setdefault(element, f"x{len(given)}")
            found[target] = given[element]
    for element in known.values():
        del element.attrib["id"]
    for element, label in given.items():
        _mark(element, label)
    return found


def _target(url: str, href: str) -> tuple[str, str] | None:
    """The address and the id that a link on a page leads to; None outside the site."""
    if not href or "://" in href or href.startswith(("mailto:", "tel:")):
        return None
    path, _, anchor = urljoin(_ROOT + url, href).removeprefix(_ROOT).partition("#")
    return path.partition("?")[0], unquote(anchor)


def _link(tree: HtmlElement, url: str, labels: Mapping[tuple[str, str], str], outside: str) -> None:
    """Point links inside the print to their labels; what leads to another page is text."""
    for link in list(tree.iter("a")):
        href = link.get("href") or ""
        target = _target(url, href)
        if target is not None and target in labels:
            link.set("href", f"#{labels[target]}")
        elif target is not None or not href:
            if outside and "cite" in (link.get("class") or ""):
                link.tail = f"（{outside}）{link.tail or ''}"
            link.drop_tag()


def _mark(element: HtmlElement, label: str) -> None:
    """Label an element where pandoc keeps it: a heading, a block, else its first character."""
    if element.tag in _LABELLED:
        element.set("id", label)
        return
    for inside in element.iter():
        text = inside.text or ""
        if isinstance(inside.tag, str) and text.strip():
            start = len(text) - len(text.lstrip())
            span = lxml.html.Element("span", id=label)
            inside.text, span.text, span.tail = text[:start], text[start], text[start + 1 :]
            inside.insert(0, span)
            return
    element.tag = "div"  # nothing in it to label
    element.set("id", label)


def _pandoc(html: str) -> str:
    command = [
        pypandoc.get_pandoc_path(),
        "-f",
        "html-auto_identifiers",
        "-t",
        "typst",
        "--wrap=none",
    ]
    done = subprocess.run(command, input=html, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise RuntimeError(f"pandoc 没有读懂网页：{done.stderr.strip()}")
    # pandoc gives the columns of a record's facts the same width
    return done.stdout.replace("columns: 2,", "columns: (auto, 1fr),")
