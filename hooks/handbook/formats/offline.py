"""downloads/offline.zip: the whole site for a USB stick, opened by double-clicking index.html.

A disk has no server that turns a folder into its index.html, so every link names the file. Search
uses the second engine there; what belongs to Pagefind alone is left out.
"""

from __future__ import annotations

import re
import zipfile
from datetime import date
from pathlib import Path

NAME = "downloads/offline.zip"
LEVEL = 3  # a tenth larger than the best, in half the time
_LEFT_OUT = ("pagefind/", NAME, "sitemap.xml")
_LINK = re.compile(r'(\b(?:href|action)="|url=)((?!#|[a-z][a-z0-9+.-]*:|//)[^"#?]*)', re.IGNORECASE)


def write(site: Path, day: date) -> None:
    """Write the bundle of the built site `site` into it; the same site gives the same bytes."""
    target = site / NAME
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as bundle:
        for file in sorted(site.rglob("*")):
            path = file.relative_to(site).as_posix()
            if file.is_dir() or path.startswith(_LEFT_OUT):
                continue
            entry = zipfile.ZipInfo(path, (max(day.year, 1980), day.month, day.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            bundle.writestr(entry, _content(file))


def _content(file: Path) -> bytes:
    if file.suffix != ".html":
        return file.read_bytes()
    return _LINK.sub(_named, file.read_text(encoding="utf-8")).encode("utf-8")


def _named(found: re.Match[str]) -> str:
    """A link to a folder, with the file that a server would answer."""
    start, path = found.groups()
    if path in (".", "..") or path.endswith("/.."):
        path += "/"
    return start + path + ("index.html" if path.endswith("/") or not path else "")
