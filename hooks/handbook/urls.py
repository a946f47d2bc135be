"""Every address of the site (CONTRACT section 4), relative to its root; the only maker of URLs."""

from __future__ import annotations

import posixpath
import re
from datetime import date
from urllib.parse import quote

from handbook.model import Instrument


def instrument(work: Instrument, eid: str | None = None) -> str:
    """The undated address, which shows the version in force."""
    return f"{work.section}/{work.id}/" + (f"#{eid}" if eid else "")


def version(work: Instrument, published: date) -> str:
    """The dated address of one version."""
    return f"{work.section}/{work.id}/{published.isoformat()}/"


def record(kind: str, id: str) -> str:
    """The page of a unit, field, duty or course: `record("units", "mzj")`."""
    return f"{kind}/{id}/"


def term(name: str) -> str:
    """A term's place in the glossary."""
    return f"glossary/#{quote(anchor(name))}"


def anchor(heading: str) -> str:
    """The id of a heading or term: its text, blanks to `-`."""
    return "-".join(heading.split())


def page(source: str) -> str:
    """The address of a Markdown file given relative to docs/: a/b.md -> a/b/, a/index.md -> a/."""
    stem = source.removesuffix(".md")
    if stem in ("index", "README"):
        return ""
    parent, _, name = stem.rpartition("/")
    if name in ("index", "README"):
        return f"{parent}/"
    return f"{stem}/"


def source(url: str) -> str:
    """The Markdown file, relative to docs/, that makes an address (inverse of `page`)."""
    return f"{url}index.md"


_EDITOR = re.compile(r"/(?:-/)?(?:_?edit|blob|src)/")
_FOLDERS = {"/_edit/": "/src/branch/", "/edit/": "/tree/", "/blob/": "/tree/"}


def edit(repository: str, path: str, line: int = 1) -> str:
    """The web address where a content file is edited, at its line; a folder's (a/b/) is its list.

    repository: 仓库 as typed, with or without /edit/<branch>/ (GitHub, Gitee, GitLab, Gitea).
    """
    base = repository.rstrip("/") + "/"
    if not _EDITOR.search(base):
        base += "edit/main/"
    if path.endswith("/"):
        for editor, listing in _FOLDERS.items():
            base = base.replace(editor, listing, 1)
    return base + quote(path) + (f"#L{line}" if line > 1 else "")


def relative(url: str, start: str) -> str:
    """`url` as written on the page at address `start`: both relative to the site's root."""
    up = "../" * start.count("/")
    return up + url if up or url else "./"


def resolve(target: str, source_file: str) -> str:
    """A link's path as written in a Markdown file, relative to docs/ (may leave it: ..)."""
    if target.startswith("/"):
        return posixpath.normpath(target.lstrip("/") or ".")
    return posixpath.normpath(posixpath.join(posixpath.dirname(source_file), target))
