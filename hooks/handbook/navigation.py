"""The menu: the sections only, a short string made once for each depth and section."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from handbook import urls
from handbook.pages.base import Ref
from handbook.pages.sections import chapters
from handbook.site import Site

_GROUPS = (
    ("查职责", ("units", "fields", "duties", "matrix", "lists")),
    ("查规定", ("regulations", "rules", "citations", "glossary")),
    ("看进度", ("calendar", "ledger", "coverage")),
)


class Navigation:
    """The menu of one site; `html(url)` as seen from a page, that page's section marked."""

    def __init__(self, site: Site) -> None:
        leaves = site.leaves
        self._groups = [
            (name, [Ref(leaves[f"{s}/"].title, f"{s}/") for s in sections])
            for name, sections in _GROUPS
        ]
        written = chapters(site.handbook)
        if "training/" in leaves:
            written.append(Ref(leaves["training/"].title, "training/"))
        if written:
            self._groups.insert(0, ("手册", written))
        self._sections = frozenset(ref.url for _, refs in self._groups for ref in refs)
        self._cached = lru_cache(maxsize=None)(self._html)

    def html(self, url: str) -> Markup:
        """The menu's HTML for the page at `url`."""
        top = url.split("/")[0] + "/"
        here = url if url in self._sections else top if top in self._sections else ""
        return self._cached(urls.relative("", url), here, url == here)

    def _html(self, root: str, here: str, exact: bool) -> Markup:
        prefix = "" if root == "./" else root
        groups = []
        for name, refs in self._groups:
            items = [
                Markup('<li><a href="{}"{}>{}</a></li>').format(
                    prefix + ref.url, _current(ref.url == here, exact), ref.text
                )
                for ref in refs
            ]
            groups.append(
                Markup('<li class="group"><span>{}</span><ul>{}</ul></li>').format(
                    name, Markup("").join(items)
                )
            )
        home = Markup('<li><a href="{}"{}>首页</a></li>').format(root, _current(False, exact))
        return home + Markup("").join(groups)


def _current(is_here: bool, exact: bool) -> Markup:
    if not is_here:
        return Markup("")
    return Markup(' aria-current="{}"').format("page" if exact else "true")
