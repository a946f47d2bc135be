"""What a build writes beside the pages: data files and the pages that lead old addresses on."""

from __future__ import annotations

import html
from pathlib import Path

from handbook import urls
from handbook.formats import opendata
from handbook.pages.base import Context
from handbook.site import Site

_REDIRECT = (
    '<!doctype html><html lang="zh"><meta charset="utf-8"><title>已移到新地址</title>'
    '<meta http-equiv="refresh" content="0; url={url}"><link rel="canonical" href="{url}">'
    '<p>本页已移到<a href="{url}">新地址</a>。</p></html>\n'
)


def write(site: Site, out: Path) -> None:
    """Write api/*.json and the redirect pages into the built site `out`."""
    for path, text in opendata.files(Context(site.handbook, site.links)):
        _put(out / path, text)
    for old, new in site.redirects.items():
        url = html.escape(urls.relative(new, old), quote=True)
        _put(out / old / "index.html", _REDIRECT.format(url=url))


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
