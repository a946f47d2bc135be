"""api/*.json: the handbook as data for other systems (CONTRACT section 5)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from handbook import urls
from handbook.eids import label
from handbook.links import Reference
from handbook.model import Block, Duty, Instrument
from handbook.pages.base import Context

SCHEMA_VERSION = 1
Item = dict[str, Any]


def files(context: Context) -> Iterator[tuple[str, str]]:
    """Each file's path under the site's root, and its JSON text."""
    made = {
        "instruments": _instruments(context),
        "provisions": _provisions(context),
        "units": _units(context),
        "fields": _fields(context),
        "duties": _duties(context),
        "citations": _citations(context),
    }
    for name, items in made.items():
        content = {
            "schema_version": SCHEMA_VERSION,
            "as_of": context.book.as_of.isoformat(),
            "items": list(items),
        }
        yield f"api/{name}.json", json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _instruments(context: Context) -> Iterator[Item]:
    for work in context.book.instruments.values():
        version = work.current
        articles = sum(block.kind == "article" for block in version.body.blocks)
        yield {
            "id": work.id,
            "title": version.title,
            "short": version.short or None,
            "aliases": list(version.aliases),
            "kind": version.kind,
            "issuer": version.issuer,
            "number": version.number or None,
            "passed": _day(version.passed),
            "published": _day(version.published),
            "effective": _day(version.effective),
            "expires": _day(version.expires),
            "status": version.status,
            "text": version.text,
            "article_count": version.article_count or articles,
            "fields": list(version.fields),
            "url": urls.instrument(work),
        }


def _provisions(context: Context) -> Iterator[Item]:
    for work in context.book.instruments.values():
        blocks = work.current.body.blocks
        articles = any(block.kind == "article" for block in blocks)
        wanted = "article" if articles else "part"
        cited = context.links.cited_by.get(work.id, {})
        heading = ""
        for number, block in enumerate(blocks):
            if block.kind in ("book", "division", "chapter", "section"):
                heading = f"{block.label} {block.text}".strip()
            if block.kind == wanted and block.eid:
                yield _provision(work, blocks, number, heading, cited)


def _provision(
    work: Instrument,
    blocks: tuple[Block, ...],
    number: int,
    heading: str,
    cited: Mapping[str, tuple[Reference, ...]],
) -> Item:
    eid = blocks[number].eid
    lines = []
    for block in blocks[number:]:
        if block.eid != eid and block.eid and not block.eid.startswith(eid + "__"):
            break
        if block.kind in ("chapter", "section", "book", "division", "annex", "heading"):
            break
        marker = block.label if block.kind in ("point", "subpoint", "indent") else ""
        if block.text:
            lines.append(marker + block.text)
    by = [
        reference
        for key, references in cited.items()
        if key == eid or key.startswith(eid + "__")
        for reference in references
    ]
    origins = {(r.origin.kind, r.origin.id): r for r in by}
    return {
        "instrument": work.id,
        "eid": eid,
        "label": label(eid),
        "heading": heading or None,
        "text": "\n".join(lines),
        "url": urls.instrument(work, eid),
        "cited_by": [_from(reference) for reference in origins.values()],
    }


def _from(reference: Reference) -> Item:
    origin = reference.origin
    return {"kind": origin.kind, "id": origin.id, "url": origin.url}


def _units(context: Context) -> Iterator[Item]:
    for unit in context.book.units.values():
        yield {
            "id": unit.id,
            "name": unit.name,
            "short": unit.short or None,
            "aliases": list(unit.aliases),
            "kind": unit.kind,
            "role": unit.role,
            "leads": list(context.links.leads.get(unit.id, ())),
            "supports": list(context.links.supports.get(unit.id, ())),
            "url": urls.record("units", unit.id),
        }


def _fields(context: Context) -> Iterator[Item]:
    for field in context.book.fields.values():
        yield {"id": field.id, "name": field.name, "url": urls.record("fields", field.id)}


def _duties(context: Context) -> Iterator[Item]:
    for duty in context.book.duties.values():
        yield {
            "id": duty.id,
            "title": duty.title,
            "field": duty.field,
            "leads": list(duty.leads.ids),
            "supports": [id for id in duty.supports.ids if id not in duty.leads.ids],
            "basis": list(_basis(context, duty)),
            "rhythm": duty.rhythm or None,
            "deadline": duty.deadline or None,
            "next": context.next(duty) or None,
            "output": duty.output or None,
            "measure": duty.measure or None,
            "list": duty.list or None,
            "url": urls.record("duties", duty.id),
        }


def _basis(context: Context, duty: Duty) -> Iterator[Item]:
    for basis in context.links.bases(duty):
        if not basis.links:
            yield {"text": basis.text, "instrument": None, "eid": None, "url": None}
        for link in basis.links:
            work = context.book.instruments[link.instrument]
            yield {
                "text": link.text,
                "instrument": link.instrument,
                "eid": link.eid,
                "url": urls.instrument(work, link.eid),
            }


def _citations(context: Context) -> Iterator[Item]:
    for reference in context.links.references:
        work = context.book.instruments[reference.instrument]
        yield {
            "from": _from(reference),
            "text": reference.text,
            "instrument": reference.instrument,
            "eid": reference.eid,
            "url": urls.instrument(work, reference.eid),
        }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
