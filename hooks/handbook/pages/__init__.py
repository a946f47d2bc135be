"""Records to Markdown pages: one module, typed view and template a page type."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from handbook import urls
from handbook.glossary import Terms
from handbook.links import Links
from handbook.model import Handbook, Page
from handbook.pages import (
    calendar,
    duties,
    editing,
    fields,
    instruments,
    overview,
    sections,
    training,
    units,
)
from handbook.pages.base import Context, Leaf, Ref
from handbook.problems import Problem, problem

_MAKERS = (
    instruments.leaves,
    units.leaves,
    fields.leaves,
    duties.leaves,
    overview.leaves,
    calendar.leaves,
    training.leaves,
    editing.leaves,
    sections.leaves,
)


def build(handbook: Handbook, links: Links) -> tuple[dict[str, Leaf], list[Problem]]:
    """Every page of the site by its address, generated and written, with their collisions."""
    context = Context(handbook, links)
    leaves = {leaf.url: leaf for leaf in chain.from_iterable(make(context) for make in _MAKERS)}
    problems: list[Problem] = []
    for page in handbook.pages.values():
        leaf = _written(context, page)
        generated = leaves.get(leaf.url)
        if generated is None:
            leaves[leaf.url] = leaf
        elif generated.path == leaf.path and leaf.path.endswith("index.md"):
            leaves[leaf.url] = _on_top(leaf, generated)
        else:
            problems.append(problem("HB601", page.source.place(), url=f"/{leaf.url}"))
    return _explained(leaves, handbook), problems


def _explained(leaves: dict[str, Leaf], handbook: Handbook) -> dict[str, Leaf]:
    """The pages with their terms explained: texts people read, not lists and tables."""
    units = (
        name for u in handbook.units.values() for name in (u.name, u.short, *u.aliases) if name
    )
    terms = Terms(handbook.terms, units)
    return {
        url: replace(leaf, text=terms.mark(leaf.text, url)) if leaf.prose else leaf
        for url, leaf in leaves.items()
    }


def _written(context: Context, page: Page) -> Leaf:
    spans = context.links.spans.get(("page", page.path), ())
    text = str(context.spliced(page.text, spans, urls.page(page.path))) if spans else page.text
    path = f"docs/{page.path}"
    foot = replace(context.foot(page), path=path, line=1, edit=context.edit(path))
    section = _section(context, page.path)
    return Leaf(page.path, page.title, text, section, foot, prose=True)


def _section(context: Context, path: str) -> Ref | None:
    folder = urls.page(path).rstrip("/").rpartition("/")[0]
    if not folder:
        return None
    index = context.book.pages.get(f"{folder}/index.md")
    return Ref(index.title if index else folder.rpartition("/")[2], f"{folder}/")


def _on_top(written: Leaf, generated: Leaf) -> Leaf:
    """A section's page: the written text above the generated one, whose own heading goes."""
    rest = generated.text.partition("\n")[2]
    heading = "" if _has_heading(written.text) else f"# {written.title}\n\n"
    return replace(
        generated,
        title=written.title,
        text=f"{heading}{written.text.strip()}\n\n{rest.strip()}\n",
        foot=written.foot,
    )


def _has_heading(text: str) -> bool:
    return any(line.startswith("# ") for line in text.split("\n"))


__all__ = ["Leaf", "build"]
