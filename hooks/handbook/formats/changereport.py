"""The change report as Markdown, as one HTML page that prints well, and as JSON.

The JSON's keys are stable and listed in `document`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from html import escape
from typing import Any

from handbook.changes import InstrumentChange, VersionChange, wording
from handbook.changes.amendments import Amendment
from handbook.changes.differences import Edit, RecordChange, Run, day
from handbook.changes.sentences import Item
from handbook.changes.tasks import Task, UnitChange
from handbook.changes.wording import Report

SCHEMA_VERSION = 1
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~@])")
_TAGS = {"": ("", ""), "del": ("<del>", "</del>"), "ins": ("<ins>", "</ins>")}
_COLUMN = 12  # short entries that stand in one column
_LEVELS = "一二三四五六七八九十"


def facts(report: Report) -> str:
    """What was compared, and for which day."""
    return f"比较：{report.base} → {report.head}；以{day(report.as_of)}为准判断效力。"


# Markdown


def markdown(report: Report) -> str:
    """The report as Markdown, fit for a comment on a pull request."""
    rows = [
        f"# {_escaped(report.handbook)}变更说明",
        "",
        f"**{_escaped(wording.conclusion(report))}**",
        "",
        _escaped(facts(report)),
    ]
    for number, section in enumerate(wording.sections(report)):
        rows += ["", f"## {_LEVELS[number]}、{section.title}", ""]
        rows += [row for item in section.items for row in _bullets(item, 0)]
    return "\n".join(rows) + "\n"


def _bullets(item: Item, depth: int) -> Iterator[str]:
    text = "".join(_run(run) for run in item.runs)
    indent = "    " * depth
    yield f"{indent}- {text}".replace("\n", "<br>")
    for below in item.below:
        yield from _bullets(below, depth + 1)


def _run(run: Run) -> str:
    """Marks as tags: between Chinese signs Markdown would not read its own."""
    opening, closing = _TAGS[run.kind]
    return f"{opening}{_escaped(run.text)}{closing}" if run.text else ""


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


# HTML

_STYLE = """
:root{color-scheme:light}
body{margin:0 auto;max-width:46rem;padding:1.5rem 1rem 3rem;color:#1c1c1c;background:#fff;
font:16px/1.75 "Noto Sans SC","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;
overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.4;margin:0 0 1rem}
h2{font-size:1.15rem;margin:2.2rem 0 .6rem;padding-bottom:.3rem;border-bottom:1px solid #c8c8c8}
.conclusion{font-size:1.15rem;margin:0;padding:.9rem 1.1rem;background:#eef4ef;
border-left:4px solid #2c6e49}
.failed .conclusion,.failed .first{background:#fdf0ee;border-left:4px solid #a4262c}
.failed .first{padding:.7rem 1.1rem .6rem}
.first h2{margin-top:0}
.many{columns:20rem;column-gap:2rem}
.facts{color:#555;font-size:.9rem}
ul{margin:0;padding-left:1.3rem}
li{margin:.3rem 0;white-space:pre-line}
section>ul>li{margin:.7rem 0}
section>ul>li:has(>ul)>span:first-child{font-weight:600}
del{color:#8c1d18;background:#fdecea;text-decoration:line-through}
ins{color:#14532d;background:#e6f4ea;text-decoration:underline}
@media print{body{max-width:none;padding:0;font-size:10.5pt}h2{break-after:avoid}
li>span{break-inside:avoid}.conclusion{background:none}@page{size:A4;margin:20mm 18mm}}
"""


def html(report: Report) -> str:
    """The report as one page that needs no other file and no script."""
    title = f"{escape(report.handbook)}变更说明"
    failed = ' class="failed"' if report.failed else ""
    rows = [
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body{failed}>\n<main>",
        body(report, title),
        "</main>\n</body>\n</html>\n",
    ]
    return "\n".join(rows)


def body(report: Report, title: str) -> str:
    """The report as HTML without what is around it; title: as HTML."""
    rows = [
        f"<h1>{title}</h1>",
        f'<p class="conclusion">{escape(wording.conclusion(report))}</p>',
        f'<p class="facts">{escape(facts(report))}</p>',
    ]
    for number, section in enumerate(wording.sections(report)):
        first = ' class="first"' if section.title == "先要处理" else ""
        rows.append(f"<section{first}>\n<h2>{_LEVELS[number]}、{escape(section.title)}</h2>")
        rows.append(f"{_list(section.items)}\n</section>")
    return "\n".join(rows)


def _list(items: Iterable[Item]) -> str:
    entries = [_entry(item) for item in items]
    many = len(entries) > _COLUMN and not any("<ul" in entry for entry in entries)
    opening = '<ul class="many">' if many else "<ul>"
    return f"{opening}{''.join(entries)}</ul>"


def _entry(item: Item) -> str:
    text = "".join(
        f"{_TAGS[run.kind][0]}{escape(run.text)}{_TAGS[run.kind][1]}" for run in item.runs
    )
    return f"<li><span>{text}</span>{_list(item.below) if item.below else ''}</li>"


# JSON


def document(report: Report) -> str:
    """The report as JSON: {schema_version, handbook, base, head, as_of, conclusion, failed, ...}.

    errors: [{path, line, column, code, message, hint}]; base_errors: how many the old content had.
    instruments: [{id, section, title, url, change, versions: [{name, change, status: [before, now]
    or null, articles, rewritten, edits, provisions: [{change, eid, label, was, old, new}]}]}].
    duties, records, pages: [{kind, id, title, url, change, edits}]; an edit is {key, old, new,
    listed, wording}. units: [{id, name, url, event, into, edits, gained, lost, adjusted, others}];
    a task is {duty, title, url, was, now, partners, roster, whole, edits}.
    addresses: {added, changed: [{url, title}], moved: [{url, title, to}], broken: [{url, title,
    hint}]}. layout, files: [path].
    """
    changes = report.changes
    made = {
        "schema_version": SCHEMA_VERSION,
        "handbook": report.handbook,
        "base": report.base,
        "head": report.head,
        "as_of": report.as_of.isoformat(),
        "conclusion": wording.conclusion(report),
        "failed": report.failed,
        "errors": [
            {
                "path": p.place.path,
                "line": p.place.line,
                "column": p.place.column,
                "code": p.code,
                "message": p.message,
                "hint": p.hint,
            }
            for p in report.errors
        ],
        "base_errors": report.base_errors,
        "instruments": [_instrument(work) for work in changes.instruments],
        "duties": [_record(duty) for duty in changes.duties],
        "units": [_unit(unit) for unit in changes.units],
        "records": [_record(record) for record in changes.records],
        "pages": [_record(page) for page in changes.pages],
        "addresses": {
            "added": [{"url": p.url, "title": p.title} for p in changes.addresses.added],
            "changed": [{"url": p.url, "title": p.title} for p in changes.addresses.changed],
            "moved": [asdict(p) for p in changes.addresses.moved],
            "broken": [asdict(p) for p in changes.addresses.broken],
        },
        "layout": changes.layout,
        "files": changes.files,
    }
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _instrument(work: InstrumentChange) -> dict[str, Any]:
    return {
        "id": work.id,
        "section": work.section,
        "title": work.title,
        "url": work.url,
        "change": work.change,
        "versions": [_version(version) for version in work.versions],
    }


def _version(version: VersionChange) -> dict[str, Any]:
    return {
        "name": version.name,
        "change": version.change,
        "status": version.status if any(version.status) else None,
        "articles": version.articles,
        "rewritten": version.rewritten,
        "edits": _edits(version.edits),
        "provisions": [_provision(amendment) for amendment in version.amendments],
    }


def _provision(amendment: Amendment) -> dict[str, Any]:
    return asdict(amendment)


def _record(change: RecordChange) -> dict[str, Any]:
    return {
        "kind": change.word,
        "id": change.id,
        "title": change.title,
        "url": change.url,
        "change": change.change,
        "edits": _edits(change.edits),
    }


def _edits(edits: Iterable[Edit]) -> list[dict[str, Any]]:
    return [asdict(edit) for edit in edits]


def _unit(unit: UnitChange) -> dict[str, Any]:
    return {
        "id": unit.id,
        "name": unit.name,
        "url": unit.url,
        "event": unit.event,
        "into": unit.into,
        "edits": _edits(unit.edits),
        "gained": [_task(task) for task in unit.of("新增")],
        "lost": [_task(task) for task in unit.of("减少")],
        "adjusted": [_task(task) for task in unit.of("调整")],
        "others": [_record(other) for other in unit.others],
    }


def _task(task: Task) -> dict[str, Any]:
    return {
        "duty": task.id,
        "title": task.title,
        "url": task.url,
        "was": task.was,
        "now": task.now,
        "partners": task.partners,
        "roster": task.roster,
        "whole": task.whole,
        "edits": _edits(task.edits),
    }


WRITERS = {"md": markdown, "html": html, "json": document}
