"""Less work for Markdown: finished links are kept out of its sight, unchanged pages are kept whole.

A hidden link is a private character sequence while Markdown runs, and itself again afterwards.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_LINK = re.compile(r'<a class="(?:cite|term)"[^>]*>[^<]*</a>')
_HIDDEN = re.compile("\ue000([0-9]+)\ue001")


def hide(markdown: str) -> tuple[str, list[str]]:
    """Markdown with its citation and term links hidden, and the links in order."""
    links: list[str] = []

    def keep(found: re.Match[str]) -> str:
        links.append(found[0])
        return f"\ue000{len(links) - 1}\ue001"

    return _LINK.sub(keep, markdown.replace("\ue000", "").replace("\ue001", "")), links


def show(html: str, links: list[str]) -> str:
    """Rendered HTML with the hidden links back in their places."""
    return _HIDDEN.sub(lambda found: links[int(found[1])], html) if links else html


class Rendered(NamedTuple):
    """What Markdown made of a text: HTML, and the contents list in the renderer's own form."""

    text: str
    html: str
    toc: Any


class Kept:
    """The pages as rendered last time, for a preview that renders only what changed."""

    def __init__(self) -> None:
        self._pages: dict[str, Rendered] = {}
        self._addresses: frozenset[str] = frozenset()

    def begin(self, addresses: frozenset[str]) -> None:
        """A new build: pages that come or go change what links lead to, so nothing is kept."""
        if addresses != self._addresses:
            self._pages.clear()
            self._addresses = addresses

    def get(self, url: str, text: str) -> Rendered | None:
        """The page as it was rendered, if its text is the same."""
        found = self._pages.get(url)
        return found if found and found.text == text else None

    def put(self, url: str, page: Rendered) -> None:
        self._pages[url] = page
