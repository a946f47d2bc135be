"""Pages to Typst text: one tree a page, labels where links lead to, pandoc over all of them.

Every address inside the print gets a label of its own, so that links lead to their place and say on
which page it is; an address outside stays as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

import lxml.html
from lxml.html import HtmlElement

from handbook.formats import pandoc
from handbook.formats.trimming import EPUB, Figures, Parts, address, trimmed

READ = "html+epub_html_exts-auto_identifiers"  # ids are given here
_LABELLED = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "section", "div"))


def to_typst(parts: Parts, outside: str) -> str:
    """The parts as Typst text; outside: said behind a citation that leads out of the print.

    Without titles of parts, chapters are of level 1. Raises RuntimeError when pandoc fails.
    """
    figures = Figures()
    trees = {c.url: trimmed(c, figures) for _, chapters in parts for c in chapters}
    labels = _labels(trees)
    rows = []
    for title, chapters in parts:
        rows.append(f"<h1>{escape(title)}</h1>" if title else "")
        for chapter in chapters:
            _link(trees[chapter.url], chapter.url, labels, outside)
            rows += [lxml.html.tostring(e, encoding="unicode") for e in trees[chapter.url]]
    shift = [] if any(title for title, _ in parts) else ["--shift-heading-level-by=-1"]
    text = pandoc.run("\n".join(rows), "-f", READ, "-t", "typst", "--wrap=none", *shift)
    return figures.back(text)


def _labels(trees: Mapping[str, HtmlElement]) -> dict[tuple[str, str], str]:
    """(address, id) -> the label that its element now has, for all that is linked to."""
    known = {
        (url, e.get("id")): e
        for url, tree in trees.items()
        for e in tree.iter()
        if e.get("id") and e.get(EPUB) is None
    }
    found: dict[tuple[str, str], str] = {}
    given: dict[HtmlElement, str] = {}
    for url, tree in trees.items():
        for link in _links(tree):
            target = address(url, link.get("href") or "")
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


def _links(tree: HtmlElement) -> Iterator[HtmlElement]:
    return (link for link in tree.iter("a") if link.get(EPUB) is None)


def _link(tree: HtmlElement, url: str, labels: Mapping[tuple[str, str], str], outside: str) -> None:
    """Point links inside the print to their labels; what leads to another page is text."""
    for link in list(_links(tree)):
        href = link.get("href") or ""
        target = address(url, href)
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
