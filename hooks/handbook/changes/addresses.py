"""Which addresses a change adds, changes, moves or breaks (CONTRACT section 4: they never vanish).

An address is broken when it had a page or led to one, and now neither does; so is the anchor of a
provision or a term that is on its page no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from handbook import urls
from handbook.changes.amendments import holder
from handbook.changes.differences import settled
from handbook.eids import label
from handbook.model import Body, Instrument, Version
from handbook.pages import Leaf
from handbook.references import known
from handbook.schema import INSTRUMENT, TERM
from handbook.site import Site


@dataclass(frozen=True, slots=True)
class Address:
    """A page: its address relative to the root, its title, and where it leads now (redirects)."""

    url: str
    title: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """An address that people may have kept and that leads nowhere now, and how to mend it."""

    url: str
    title: str
    hint: str


@dataclass(frozen=True, slots=True)
class Addresses:
    added: tuple[Address, ...] = ()
    changed: tuple[Address, ...] = ()
    moved: tuple[Address, ...] = ()
    broken: tuple[Broken, ...] = ()


def addresses(old: Site, new: Site) -> Addresses:
    """Compare the addresses of two sites; what HEAD could not read is not called broken."""
    gone = [url for url in old.leaves if url not in new.leaves]
    return Addresses(
        added=tuple(_page(new.leaves[url]) for url in new.leaves if url not in old.leaves),
        changed=tuple(
            _page(leaf)
            for url, leaf in new.leaves.items()
            if url in old.leaves and _content(leaf) != _content(old.leaves[url])
        ),
        moved=tuple(
            Address(url, old.leaves[url].title, new.redirects[url])
            for url in gone
            if url in new.redirects
        ),
        broken=(*_pages(old, new), *_provisions(old, new), *_terms(old, new)),
    )


def _page(leaf: Leaf) -> Address:
    return Address(leaf.url, leaf.title)


def _content(leaf: Leaf) -> tuple[object, ...]:
    """What a reader sees of a page; not its layout, nor the line that its edit link opens."""
    return leaf.title, settled(leaf.text), leaf.foot.pending, leaf.section


def _pages(old: Site, new: Site) -> Iterator[Broken]:
    for url in (*old.leaves, *old.redirects):
        if url not in new.redirects and not known(url, new.handbook, new.leaves):
            title = old.leaves[url].title if url in old.leaves else "旧址"
            hint = f"在 data/redirects.yml 里写一行“/{url}: 新址”，或恢复原来的内容。"
            yield Broken(url, title, hint)


def _provisions(old: Site, new: Site) -> Iterator[Broken]:
    if INSTRUMENT.word in new.handbook.lost:
        return
    for work in old.handbook.instruments.values():
        now = new.handbook.instruments.get(work.id)
        if now is None or now.section != work.section:
            continue  # its pages are gone, and said to be
        yield from _anchors(urls.instrument(work), work.current, now.current, _kept(work, now))
        for version in work.versions:
            dated, same = urls.version(work, version.published), _published(now, version)
            if dated in old.leaves and dated in new.leaves and same is not None:
                yield from _anchors(dated, version, same, frozenset())


def _published(work: Instrument, version: Version) -> Version | None:
    """The version of `work` that was published on the same day."""
    return next((v for v in work.versions if v.published == version.published), None)


def _kept(work: Instrument, now: Instrument) -> frozenset[str]:
    """The provisions that stay on a dated page because a later version took the undated one."""
    if now.current.published == work.current.published:
        return frozenset()
    same = _published(now, work.current)
    return frozenset(same.body.index) if same else frozenset()


def _anchors(url: str, old: Version, new: Version, kept: frozenset[str]) -> Iterator[Broken]:
    gone = {
        eid
        for eid in old.body.index
        if eid not in new.body and eid not in kept and not _deleted(new.body, holder(eid))
    }
    for eid in old.body.index:
        if eid in gone and eid.rpartition("__")[0] not in gone:
            yield Broken(f"{url}#{eid}", f"《{old.title}》{label(eid)}", _remedy(eid))


def _deleted(body: Body, article: str) -> bool:
    """Whether an article stands as 第X条 （删去）: its number is kept, and that is enough."""
    first = f"{article}__para_1"
    return first in body and body[first].deleted


def _remedy(eid: str) -> str:
    name = label(eid)
    if eid.rpartition("__")[2].startswith("art_"):
        return f"删去的条保留条号，写“{name} （删去）”；条号全部重排的，把新文本另存为一个新版本。"
    return f"恢复{name}；文本修订了的，把新文本另存为一个新版本，旧版本留着。"


def _terms(old: Site, new: Site) -> Iterator[Broken]:
    if TERM.word in new.handbook.lost:
        return
    for name in old.handbook.terms:
        if name not in new.handbook.terms:
            hint = "恢复这个词条；改了叫法的，原词条留着，写“见某某”。"
            yield Broken(urls.term(name), f"词条“{name}”", hint)
