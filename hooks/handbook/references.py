"""Links between pages: what written Markdown points to must be there; old addresses lead on."""

from __future__ import annotations

import html
import posixpath
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from handbook import urls
from handbook.model import Handbook, Page, Place, Record
from handbook.pages import Leaf
from handbook.problems import Problem, problem
from handbook.schema import COURSE, DUTY, FIELD_KIND, INSTRUMENT, PAGE, UNIT_KIND

_TARGET = re.compile(
    r"\]\(\s*(?:<(?P<angle>[^<>\n]*)>|(?P<inline>(?:[^\s()]|\([^\s()]*\))+))"
    r"|^ {0,3}\[(?!\^)[^\]]+\]:\s*<?(?P<reference>[^\s>]+)"
    r"|\b(?:href|src)=[\"'](?P<html>[^\"']+)",
    re.M,
)
_CODE = re.compile(
    r"^ {0,3}(```+|~~~+).*?^ {0,3}\1[ \t]*$|(`+)(?!`).+?(?<!`)\2(?!`)|<!--.*?-->", re.S | re.M
)
_EXTERNAL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
_HEADINGS = re.compile(r"^#.+$|^[^\n]+(?=\n(?:=+|-+) *$)", re.M)
_HEADING = re.compile(r"(?:#{1,6} *)?(?P<text>.*?)(?: *\{:? *#(?P<id>[^\s}]+)[^}]*\})? *#* *$")
_ID = re.compile(r"\bid=[\"']([^\"']+)[\"']|\{:? *#([^\s}]+)[^}]*\}")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp)$", re.I)
_PICTURES = "把图片放进 docs/ 里，路径从本文件所在的文件夹算起；文件名的大小写也要一样。"
_PATHS = "核对路径；.md 链接从本文件所在的文件夹算起。"
_SECTIONS = {
    "units": UNIT_KIND,
    "fields": FIELD_KIND,
    "duties": DUTY,
    "regulations": INSTRUMENT,
    "rules": INSTRUMENT,
    "training": COURSE,
}


def check(handbook: Handbook, leaves: Mapping[str, Leaf], docs: Path) -> Iterator[Problem]:
    """HB421 and HB422: links of written pages and of Markdown in records, and forms of duties."""
    checker = _Checker(handbook, leaves, docs)
    for page in handbook.pages.values():
        yield from checker.page(page)
    for record, key, text, url in _notes(handbook):
        if text and url in leaves:
            place = record.source.place(key)
            for target, _ in _targets(text):
                yield from checker.target(target, leaves[url].path, place)
    yield from checker.forms()


def _notes(handbook: Handbook) -> Iterator[tuple[Record, str, str, str]]:
    """Markdown in records: the record, the key, the text, and the address that shows it."""
    for duty in handbook.duties.values():
        url = urls.record("duties", duty.id)
        yield duty, "说明", duty.note, url
        yield duty, "权利与救济", duty.remedies, url
    for field in handbook.fields.values():
        yield field, "说明", field.note, urls.record("fields", field.id)
    for term in handbook.terms.values():
        yield term, "释义", term.definition, "glossary/"


def _targets(text: str) -> Iterator[tuple[str, int]]:
    """What the links of a Markdown text point to on this site, and where in the text."""
    if not ("](" in text or "]:" in text or "=" in text):
        return
    text = _CODE.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)
    for found in _TARGET.finditer(text):
        group = found.lastgroup or "inline"
        target = html.unescape(found[group])
        if not _EXTERNAL.match(target):
            yield target, found.start(group)


class _Checker:
    def __init__(self, handbook: Handbook, leaves: Mapping[str, Leaf], docs: Path) -> None:
        self.handbook, self.leaves, self.docs = handbook, leaves, docs
        self._known = {url.strip("/"): leaf.path for url, leaf in leaves.items()}
        self._hints: dict[str, str] = {}  # path -> the page that was meant

    def page(self, page: Page) -> Iterator[Problem]:
        """The links of a written page."""
        starts: list[int] = []
        for target, offset in _targets(page.text):
            starts = starts or [0, *(m.end() for m in re.finditer("\n", page.text))]
            line = bisect_right(starts, offset) - 1
            column = offset - starts[line] + 1
            place = Place(f"docs/{page.path}", page.first_line + line, column)
            yield from self.target(target, page.path, place)

    def forms(self) -> Iterator[Problem]:
        """表单 of duties: pages, or files below docs/."""
        if PAGE.word in self.handbook.lost:
            return
        for duty in self.handbook.duties.values():
            for number, form in enumerate(duty.forms):
                path = form if form.endswith(".md") else form.strip("/") + ".md"
                if urls.page(path) not in self.leaves and not self._file(form):
                    place = duty.source.place("表单", number)
                    hint = self._near(form, "") or "写 docs/ 下的路径，如 forms/report.md。"
                    yield problem("HB421", place, target=form, hint=hint)

    def target(self, target: str, source: str, place: Place) -> Iterator[Problem]:
        """What is wrong with a link to `target` in the Markdown file `source`."""
        path, _, anchor = target.partition("#")
        path, anchor = unquote(path.partition("?")[0]), unquote(anchor)
        leaf = self._leaf(path, source)
        if leaf is None:
            if not self._unread(path, source) and not self._file(urls.resolve(path, source)):
                hint = self._near(urls.resolve(path, source), source)
                hint = hint or (_PICTURES if _PICTURE.search(path) else _PATHS)
                yield problem("HB421", place, target=target, hint=hint)
        elif anchor and anchor not in ids(leaf.text):
            close = get_close_matches(anchor, ids(leaf.text), n=1, cutoff=0.5)
            how = "打开目标页，点标题或条文旁的“¶”复制锚点。"
            hint = f"是不是“#{close[0]}”？" if close else how
            yield problem("HB422", place, target=target, anchor=anchor, hint=hint)

    def _leaf(self, path: str, source: str) -> Leaf | None:
        if not path:
            return self.leaves.get(urls.page(source))
        if path.endswith(".md"):
            return self.leaves.get(urls.page(urls.resolve(path, source)))
        url = urls.resolve(path, urls.page(source) + "x")
        return self.leaves.get("" if url == "." else url + "/")

    def _file(self, path: str) -> bool:
        """Whether `path` is a file below docs/; no text that somebody typed makes this fail."""
        try:
            file = (self.docs / path).resolve()
            return file.is_file() and file.is_relative_to(self.docs.resolve())
        except (OSError, ValueError):  # too long, or with a NUL
            return False

    def _unread(self, path: str, source: str) -> bool:
        """Whether the target may be something that could not be read, reported already."""
        section = urls.resolve(path, source).split("/")[0]
        return _SECTIONS.get(section, PAGE).word in self.handbook.lost

    def _near(self, path: str, source: str) -> str:
        """Did you mean, as a path to write in the file `source`; "" when nothing is near."""
        name = path.strip("/").removesuffix(".md").removesuffix("/index")
        if name not in self._hints:
            close = get_close_matches(name, self._known, n=1, cutoff=0.7)
            self._hints[name] = self._known[close[0]] if close else ""
        meant = self._hints[name]
        start = posixpath.dirname(source) or "."
        return f"是不是“{posixpath.relpath(meant, start)}”？" if meant else ""


@lru_cache(maxsize=256)
def ids(text: str) -> frozenset[str]:
    """Every id that a page's Markdown makes: headings by their text, and written ids."""
    found = {one or other for one, other in _ID.findall(text)}
    for line in _HEADINGS.findall(text):
        heading = _HEADING.match(line)
        if heading and not heading["id"]:
            words = re.sub(r"<[^>]+>|[*`]|\]\([^)]*\)|\[", "", heading["text"])
            name = urls.anchor(html.unescape(words))
            number = 0
            while (f"{name}_{number}" if number else name) in found:
                number += 1
            found.add(f"{name}_{number}" if number else name)
    return frozenset(found)


# redirects

# An address of this site: folders below the root, none of them "." or ".."
_ADDRESS = re.compile(r"(?:/?(?!\.{1,2}(?:/|$))[^\s/?#:\\\x00-\x1f]+)+/?")


def redirects(
    handbook: Handbook, leaves: Mapping[str, Leaf]
) -> tuple[dict[str, str], list[Problem]]:
    """Old address -> new one: what redirects.yml says, and the dated address of single versions."""
    found = {
        entry.old.strip("/") + "/": entry.new.strip()
        for entry in handbook.redirects
        if _ADDRESS.fullmatch(entry.old)
    }
    problems = list(_redirect_problems(handbook, found, leaves))
    for work in handbook.instruments.values():
        dated = urls.version(work, work.current.published)
        if dated not in leaves:
            found.setdefault(dated, f"/{urls.instrument(work)}")
    targets = {old: new.lstrip("/") for old, new in found.items() if old not in leaves}
    return targets, problems


def _redirect_problems(
    handbook: Handbook, found: Mapping[str, str], leaves: Mapping[str, Leaf]
) -> Iterator[Problem]:
    for entry in handbook.redirects:
        old, new, place = entry.old.strip("/") + "/", entry.new, entry.source.place()
        chain = [old]
        target = new
        while (after := target.partition("#")[0].strip("/") + "/") in found and after not in chain:
            chain.append(after)
            target = found[after]
        if old not in found:
            yield problem("HB605", place, old=entry.old)
        elif old in leaves:
            yield problem("HB602", place, old=f"/{old}")
        elif after in chain and old == min(chain):  # one report a circle
            yield problem("HB604", place, chain=" → ".join(f"/{url}" for url in (*chain, after)))
        elif after not in chain and not known(after, handbook, leaves):
            yield problem("HB603", place, old=f"/{old}", new=new)


def known(url: str, handbook: Handbook, leaves: Mapping[str, Leaf]) -> bool:
    """Whether an address has a page, or may have one that could not be read."""
    kind = _SECTIONS.get(url.split("/")[0], PAGE)
    return ("" if url == "/" else url) in leaves or kind.word in handbook.lost
