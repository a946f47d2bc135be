"""Links between pages: what written Markdown points to must be there; old addresses lead on."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from handbook import urls
from handbook.model import Handbook, Page, Place
from handbook.pages import Leaf
from handbook.problems import Problem, problem
from handbook.schema import COURSE, DUTY, FIELD_KIND, INSTRUMENT, PAGE, UNIT_KIND

_TARGET = re.compile(
    r"\]\(\s*<?(?P<inline>[^\s)>]+)|^ {0,3}\[[^\]]+\]:\s*<?(?P<reference>[^\s>]+)"
    r"|\b(?:href|src)=[\"'](?P<html>[^\"']+)",
    re.M,
)
_CODE = re.compile(
    r"^ {0,3}(```+|~~~+).*?^ {0,3}\1[ \t]*$|(`+)(?!`).+?(?<!`)\2(?!`)|<!--.*?-->", re.S | re.M
)
_EXTERNAL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
_HEADING = re.compile(r"^#{1,6} +(.*?)(?: *\{:? *#(?P<id>[^\s}]+)[^}]*\})? *#* *$", re.M)
_ID = re.compile(r"\bid=[\"']([^\"']+)[\"']|\{:? *#([^\s}]+)[^}]*\}")


def check(handbook: Handbook, leaves: Mapping[str, Leaf], docs: Path) -> Iterator[Problem]:
    """HB421 and HB422: links of written pages, and the forms of duties."""
    for page in handbook.pages.values():
        if "](" in page.text or "=" in page.text or "]:" in page.text:
            yield from _page(handbook, page, leaves, docs)
    for duty in handbook.duties.values():
        for number, form in enumerate(duty.forms):
            path = form if form.endswith(".md") else form.strip("/") + ".md"
            if urls.page(path) not in leaves and not (docs / form).is_file():
                place = duty.source.place("表单", number)
                if PAGE.word not in handbook.lost:
                    near = _near(form, leaves, "写 docs/ 下的路径，如 forms/report.md。")
                    yield problem("HB421", place, target=form, hint=near)


def _page(
    handbook: Handbook, page: Page, leaves: Mapping[str, Leaf], docs: Path
) -> Iterator[Problem]:
    text = _CODE.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), page.text)
    starts = [0, *(m.end() for m in re.finditer("\n", text))]
    for found in _TARGET.finditer(text):
        group = found.lastgroup or "inline"
        target = html.unescape(found[group])
        if _EXTERNAL.match(target):
            continue
        line = bisect_right(starts, found.start(group)) - 1
        column = found.start(group) - starts[line] + 1
        place = Place(f"docs/{page.path}", page.first_line + line, column)
        path = target.partition("#")[0]
        if _leaf(unquote(path), page, leaves) or not _unread(path, page, handbook):
            yield from _target(target, page, leaves, docs, place)


def _target(
    target: str, page: Page, leaves: Mapping[str, Leaf], docs: Path, place: Place
) -> Iterator[Problem]:
    path, _, anchor = target.partition("#")
    path = unquote(path.partition("?")[0])
    leaf = _leaf(path, page, leaves)
    if leaf is None:
        inside = (docs / urls.resolve(path, page.path)).resolve()
        if not (inside.is_file() and inside.is_relative_to(docs.resolve())):
            how = "核对路径；.md 链接从本文件所在的文件夹算起。"
            yield problem("HB421", place, target=target, hint=_near(path, leaves, how))
    elif anchor and unquote(anchor) not in ids(leaf.text):
        close = get_close_matches(unquote(anchor), ids(leaf.text), n=1, cutoff=0.5)
        hint = f"是不是“#{close[0]}”？" if close else "打开目标页，点标题或条文旁的“¶”复制锚点。"
        yield problem("HB422", place, target=target, anchor=anchor, hint=hint)


def _leaf(path: str, page: Page, leaves: Mapping[str, Leaf]) -> Leaf | None:
    if not path:
        return leaves.get(urls.page(page.path))
    if path.endswith(".md"):
        return leaves.get(urls.page(urls.resolve(path, page.path)))
    url = urls.resolve(path, urls.page(page.path) + "x")
    return leaves.get("" if url == "." else url + "/")


_SECTIONS = {
    "units": UNIT_KIND,
    "fields": FIELD_KIND,
    "duties": DUTY,
    "regulations": INSTRUMENT,
    "rules": INSTRUMENT,
    "training": COURSE,
}


def _unread(path: str, page: Page, handbook: Handbook) -> bool:
    """Whether the target may be something that could not be read, a problem reported already."""
    section = urls.resolve(path, page.path).split("/")[0]
    return _SECTIONS.get(section, PAGE).word in handbook.lost


def _near(target: str, leaves: Mapping[str, Leaf], otherwise: str) -> str:
    name = target.strip("/").removesuffix(".md").removesuffix("/index")
    close = get_close_matches(name, [url.strip("/") for url in leaves], n=1, cutoff=0.6)
    return f"是不是“{close[0]}.md”？" if close else otherwise


@lru_cache(maxsize=256)
def ids(text: str) -> frozenset[str]:
    """Every id that a page's Markdown makes: headings by their text, and written ids."""
    found = {one or other for one, other in _ID.findall(text)}
    for heading in _HEADING.finditer(text):
        if not heading["id"]:
            words = re.sub(r"<[^>]+>|[*`]|\]\([^)]*\)|\[", "", heading[1])
            name = urls.anchor(html.unescape(words))
            number = 0
            while (f"{name}_{number}" if number else name) in found:
                number += 1
            found.add(f"{name}_{number}" if number else name)
    return frozenset(found)


# redirects


def redirects(
    handbook: Handbook, leaves: Mapping[str, Leaf]
) -> tuple[dict[str, str], list[Problem]]:
    """Old address -> new one: what redirects.yml says, and the dated address of single versions."""
    found = {entry.old.strip("/") + "/": entry.new.strip() for entry in handbook.redirects}
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
        if old in leaves:
            yield problem("HB602", place, old=f"/{old}")
        elif after in chain and old == min(chain):  # one report a circle
            yield problem("HB604", place, chain=" → ".join(f"/{url}" for url in (*chain, after)))
        elif after not in chain and not _known(after, handbook, leaves):
            yield problem("HB603", place, old=f"/{old}", new=new)


def _known(url: str, handbook: Handbook, leaves: Mapping[str, Leaf]) -> bool:
    """Whether an address has a page, or may have one that could not be read."""
    kind = _SECTIONS.get(url.split("/")[0], PAGE)
    return ("" if url == "/" else url) in leaves or kind.word in handbook.lost
