"""The editing desk's pages: the list of records, and the form of one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from html import escape
from pathlib import Path
from urllib.parse import quote

from handbook.desk import forms
from handbook.edits.datafile import places
from handbook.load import load
from handbook.tables import Content, Held, Sheet, gather


def page(content: Path, as_of: date, asked: Mapping[str, str], token: str, preview: str) -> str:
    """The page that is asked for, as HTML.

    asked: kind and id of a record; or kind alone, for a new one; or path and line, as the foot of
    a page on the site names its source; else all records, or those of the path, are listed.
    """
    held, unread = gather(content, forms.SHEETS)
    of = forms.sheet(asked.get("kind", ""))
    found = _asked(held, of, asked)
    of = found.sheet if found else of
    if of and (found or "id" not in asked):
        title, body = _form(held, of, found, token, preview)
        body = _offers(forms.offers(held, load(content, as_of)[0].instruments.values())) + body
    else:
        title = "用表单改记录"
        body = _listing(held, [str(one) for one in unread], asked.get("path", ""))
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>"
        '<link rel="stylesheet" href="/static/desk.css"><link rel="icon" href="data:,">'
        f'<header><a href="{escape(preview)}">回到预览</a></header><main>{body}</main></html>'
    )


def _asked(held: Content, of: Sheet | None, asked: Mapping[str, str]) -> Held | None:
    if of and "id" in asked:
        return next((one for one in held.of(of) if one.id == asked["id"]), None)
    line = asked.get("line", "")
    for one in held.held if line.isdigit() else ():
        if one.path == asked.get("path"):
            (_, start, _), *_ = places(held.texts[one.path], one.sheet.kind, one.id)
            if start[0] == int(line):
                return one
    return None


def _form(
    held: Content, of: Sheet, found: Held | None, token: str, preview: str
) -> tuple[str, str]:
    record = dict(found.record) if found else {}
    where = places(held.texts[found.path], of.kind, found.id) if found else []
    lines = {str(keys[0]): start[0] for keys, start, _ in where if len(keys) == 1}
    schema = forms.schema(of, record, lines, new=found is None)
    data = {
        "kind": of.data,
        "id": found.id if found else "",
        "base": record,
        "schema": schema,
        "values": forms.values(of, record),
        "files": [] if found else held.files(of),
        "path": found.path if found else "",
        "token": token,
        "preview": preview,
    }
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    title = schema["title"]
    return title, (
        f'<p class="back"><a href="/">全部记录</a></p><h1>{escape(title)}</h1>'
        f'<p class="where">{escape(found.path if found else "新的记录")}</p>'
        f'<script type="application/json" id="data">{text}</script>'
        '<form id="form" novalidate></form><div id="said" role="status" tabindex="-1"></div>'
        '<p class="buttons"><button type="button" id="check">检查改动</button> '
        '<button type="button" id="save" disabled>保存到文件</button></p>'
        '<script src="/static/jsoneditor.js"></script><script src="/static/desk.js"></script>'
    )


def _offers(offers: Mapping[str, list[str]]) -> str:
    """The names that fields are completed with."""
    lists = ""
    for id, names in offers.items():
        options = "".join(f"<option>{escape(name)}</option>" for name in names)
        lists += f'<datalist id="{id}">{options}</datalist>'
    return lists


def _listing(held: Content, unread: list[str], path: str = "") -> str:
    """All records by kind, or those of one file; and a way to add one."""
    rows = [
        '<h1>用表单改记录</h1><p><input id="filter" type="search" aria-label="筛选记录"'
        ' placeholder="输入编号或几个字，筛选记录"></p>'
    ]
    rows += [f'<p class="bad">{escape(line)}</p>' for line in unread]
    sections = [
        _section(of, [one for one in held.of(of) if one.path.startswith(path)], path)
        for of in forms.SHEETS
    ]
    if not any(sections):
        rows.append(f"<p>{escape(path)} 里没有能用表单改的记录；用编辑器改这个文件。</p>")
    return "".join([*rows, *sections, '<script src="/static/desk.js"></script>'])


def _section(of: Sheet, found: list[Held], path: str) -> str:
    if path and not found and not path.startswith(f"data/{of.data}"):
        return ""
    entries = "".join(
        f'<li><a href="/edit?kind={of.data}&amp;id={quote(one.id)}">{escape(forms.title(one))}</a>'
        f" <small>{escape(one.id)}</small></li>"
        for one in found
    )
    add = f'<a class="add" href="/edit?kind={of.data}">新增一条</a>'
    return f"<section><h2>{of.name} {add}</h2><ul>{entries}</ul></section>"
