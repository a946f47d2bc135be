"""The search index: which pages there are, under which names, for both engines.

Pagefind answers over http(s) (see index.py). The second engine, for file:// and old
browsers, is one script with the whole text. `assets/search.js` asks either, with the same results
(CONTRACT section 5).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path

from handbook.pages import Leaf
from handbook.search import index as search_index
from handbook.search.index import Alphabet
from handbook.search.initials import initials
from handbook.search.text import ALIKE, Block, Document, blocks, fold, shape, squeeze, traditional
from handbook.site import Site

KINDS = {
    "regulations": "法规",
    "rules": "制度",
    "duties": "职责",
    "units": "单位",
    "glossary": "词条",
}
BEHIND = ("已修改", "已废止")  # shown behind what is in force
_LEADING = ("中华人民共和国", "中国共产党", "区委", "区")  # people leave these out of initials


@contextmanager
def writing(
    site: Site, contents: Mapping[str, str], out: Path, *, pagefind: bool = True
) -> Iterator[None]:
    """Write both engines' files into the site `out`; pagefind: else only the second engine's.

    contents: address -> HTML of the page's own content. The second engine's files are there at the
    block's start, Pagefind's at its end. Raises RuntimeError if Pagefind fails.
    """
    found = documents(site, contents)
    alphabet = Alphabet.of(found)
    with search_index.writing(found, alphabet, out / "pagefind") if pagefind else nullcontext():
        data = _data(site, alphabet) | {"pages": len(found), "pagefind": pagefind}
        _script(out / "assets/search-data.js", "handbookSearchData", data)
        _script(out / "assets/search-text.js", "handbookSearchText", [_row(d) for d in found])
        _script(out / "assets/search-pages.js", "handbookSearchPages", [_card(d) for d in found])
        yield


# Documents


def documents(site: Site, contents: Mapping[str, str]) -> list[Document]:
    """Every page, what is in force first, else in the order of the site."""
    found = [
        Document(
            leaf.url,
            leaf.title,
            KINDS.get(leaf.path.split("/")[0], "手册"),
            _facets(site, leaf),
            tuple(_page(leaf, contents[leaf.url])),
        )
        for leaf in site.leaves.values()
        if leaf.url in contents
    ]
    return sorted(found, key=lambda d: any(s in BEHIND for s in d.facets["status"]))


def _page(leaf: Leaf, content: str) -> Iterator[Block]:
    """The blocks of a page; the theme writes the title above a text that has none."""
    if "<h1" not in content:
        yield Block("", shape(squeeze(leaf.title)), True, squeeze(leaf.title))
    yield from blocks(content)


def _facets(site: Site, leaf: Leaf) -> dict[str, tuple[str, ...]]:
    book = site.handbook
    section, _, rest = leaf.url.partition("/")
    name = rest.split("/")[0]
    fields: Iterable[str] = ()
    units: Iterable[str] = ()
    status: tuple[str, ...] = ()
    if section == "duties" and name in book.duties:
        duty = book.duties[name]
        fields, units = (duty.field,), duty.leads.ids
    elif section in ("regulations", "rules") and name in book.instruments:
        versions = book.instruments[name].versions
        dated = [v for v in versions if leaf.url.endswith(f"/{v.published.isoformat()}/")]
        version = dated[0] if dated else book.instruments[name].current
        fields, units, status = version.fields, version.owners.ids, (version.status,)
    elif section == "units" and name in book.units:
        units = (name,)
    elif section == "fields" and name in book.fields:
        fields = (name,)
    elif leaf.path in book.pages:
        page = book.pages[leaf.path]
        fields, units = page.fields, page.owners.ids
    return {
        "field": tuple(book.fields[id].name for id in fields),
        "status": status,
        "unit": tuple(book.units[id].label for id in units),
    }


# What search.js reads


def _script(path: Path, name: str, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # valid inside a script of any age: these two end a line in old JavaScript
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"window.{name}={text};\n", encoding="utf-8", newline="\n")


def _data(site: Site, alphabet: Alphabet) -> dict[str, object]:
    return {
        "fold": _folding(alphabet),
        "synonyms": list(_synonyms(site)),
        "initials": dict(sorted(_initials(site).items())),
        "characters": alphabet.known,
        "others": alphabet.others,
        "shift": {"title": search_index.TITLE, "heading": search_index.HEADING},
        "group": search_index.GROUP,
        "wide": search_index.WIDE,
    }


def _folding(alphabet: Alphabet) -> tuple[str, str]:
    """The characters to fold and their forms, as far as a text of the site has the form."""
    forms = zip(*traditional(), strict=True)
    pairs = [(old, new) for old, new in forms if new in alphabet.used]
    pairs += [(mark, form) for marks, form in ALIKE.items() for mark in marks]
    return "".join(old for old, _ in pairs), "".join(new for _, new in pairs)


def _synonyms(site: Site) -> Iterator[tuple[str, ...]]:
    """Groups of names for the same thing, folded."""
    book = site.handbook
    groups: list[Iterable[str]] = [work.names for work in book.instruments.values()]
    groups += [(unit.name, unit.short, *unit.aliases) for unit in book.units.values()]
    groups += [(term.name, *term.aliases) for term in book.terms.values()]
    groups += [(synonym.word, *synonym.others) for synonym in book.synonyms]
    for group in groups:
        folded = tuple(dict.fromkeys(fold(name) for name in group if name))
        if len(folded) > 1:
            yield folded


def _initials(site: Site) -> dict[str, list[str]]:
    """Pinyin initials of units and instruments -> their names, folded."""
    book = site.handbook
    units = ((unit.name, unit.short, *unit.aliases) for unit in book.units.values())
    names = [name for group in units for name in group if name]
    names += [name for work in book.instruments.values() for name in work.names]
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(fold(name) for name in names):
        shorter = [name.removeprefix(start) for start in _LEADING if name.startswith(start)]
        for letters in {initials(part) for part in (name, *shorter)}:
            if len(letters) > 1:
                found.setdefault(letters, []).append(name)
    return found


def _row(document: Document) -> list[object]:
    texts = [
        [b.id, b.text, int(b.heading), b.shown] if b.shown else [b.id, b.text, int(b.heading)]
        for b in document.blocks
    ]
    return [*_card(document), texts]


def _card(document: Document) -> list[object]:
    """What facets and nearest titles need of a page."""
    facets = document.facets
    values = [list(facets[name]) for name in ("field", "status", "unit")]
    return [document.url, document.title, document.kind, *values]
