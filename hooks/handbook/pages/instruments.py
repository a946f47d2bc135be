"""A regulation or rule: its facts, its text with permalinks, and who cites it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from handbook import urls
from handbook.body_html import render
from handbook.eids import label
from handbook.links import Reference
from handbook.model import Instrument, Version
from handbook.pages.base import Context, Leaf, Ref

SECTIONS = {"regulations": Ref("法规", "regulations/"), "rules": Ref("制度", "rules/")}
BADGES = {
    "现行有效": ("force", "✓"),
    "尚未生效": ("future", "◷"),
    "已修改": ("amended", "↻"),
    "已废止": ("repealed", "✕"),
}


def badge(status: str) -> Markup:
    """A status as a badge: colour, sign and word."""
    modifier, sign = BADGES[status]
    return Markup(
        '<span class="badge badge--{}"><span aria-hidden="true">{}</span> {}</span>'
    ).format(modifier, sign, status)


@dataclass(frozen=True, slots=True)
class InstrumentView:
    work: Instrument
    version: Version
    badge: Markup
    fields: tuple[Ref, ...]
    body: Markup
    imposed: tuple[tuple[Ref, tuple[Ref, ...]], ...]
    whole: tuple[Ref, ...]  # who cites the instrument as a whole
    versions: tuple[tuple[Ref, Markup, bool], ...]  # address, badge, whether it is this page


def leaves(context: Context) -> Iterator[Leaf]:
    for work in context.book.instruments.values():
        single = len(work.versions) == 1 and work.current.path == f"{work.section}/{work.id}.md"
        path = work.current.path if single else f"{work.section}/{work.id}/index.md"
        yield _leaf(context, work, work.current, path)
        if not single:
            for version in work.versions:
                dated = urls.version(work, version.published).rstrip("/") + ".md"
                yield _leaf(context, work, version, dated)


def _leaf(context: Context, work: Instrument, version: Version, path: str) -> Leaf:
    view = _view(context, work, version, urls.page(path))
    title = version.title
    section = SECTIONS[work.section]
    return context.leaf(
        path, title, "instrument.md", view, section=section, record=version, prose=True
    )


def _view(context: Context, work: Instrument, version: Version, here: str) -> InstrumentView:
    cited = context.links.cited_by.get(work.id, {})
    current = version is work.current
    spans = context.links.spans
    found = {
        number: spans["version", version.path, number]
        for number in range(len(version.body.blocks))
        if ("version", version.path, number) in spans
    }
    by_article = _by_article(cited, here) if current else {}
    return InstrumentView(
        work=work,
        version=version,
        badge=badge(version.status),
        fields=tuple(context.field(id) for id in version.fields),
        body=render(version.body, found, context.href(here), by_article, version.title),
        imposed=tuple(_imposed(context, work)) if current else (),
        whole=tuple(dict.fromkeys(_ref(reference) for reference in cited.get("", ()))),
        versions=tuple(_versions(work, version)),
    )


def _ref(reference: Reference) -> Ref:
    return Ref(reference.origin.title, reference.origin.url)


def _by_article(cited: Mapping[str, tuple[Reference, ...]], here: str) -> dict[str, Markup]:
    """Article, part or preamble id -> the foldable list of what cites it or a part of it."""
    groups: dict[str, list[Reference]] = {}
    for eid, references in cited.items():
        if eid:
            groups.setdefault(_holder(eid), []).extend(references)
    return {eid: _cited(references, here) for eid, references in groups.items()}


def _holder(eid: str) -> str:
    """The article, part or heading under whose text the list of citing places stands."""
    parts = eid.split("__")
    for number, part in enumerate(parts):
        if part.startswith(("art_", "part_")):
            return "__".join(parts[: number + 1])
    return eid


def _cited(references: list[Reference], here: str) -> Markup:
    rows: dict[Ref, dict[str, None]] = {}
    for reference in references:
        where = label(reference.eid) if reference.eid else ""
        rows.setdefault(_ref(reference), {})[where] = None
    items = [
        Markup('<li><a href="{}">{}</a>（{}）</li>').format(
            urls.relative(ref.url, here), ref.text, "、".join(where)
        )
        for ref, where in rows.items()
    ]
    return Markup(
        '<details class="cited"><summary>被引用 {}</summary><ul>{}</ul></details>'
    ).format(len(rows), Markup("").join(items))


def _imposed(context: Context, work: Instrument) -> Iterator[tuple[Ref, tuple[Ref, ...]]]:
    for item in context.coverage.imposed:
        if item.instrument is work:
            ref = Ref(label(item.eid), urls.instrument(work, item.eid))
            yield ref, tuple(context.duty(duty) for duty in item.duties)


def _versions(work: Instrument, shown: Version) -> Iterator[tuple[Ref, Markup, bool]]:
    if len(work.versions) < 2:
        return
    for version in reversed(work.versions):
        name = f"{version.published.isoformat()} {version.change or '公布'}"
        url = urls.version(work, version.published)
        yield Ref(name, url), badge(version.status), version is shown
