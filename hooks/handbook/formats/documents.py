"""What stands in the Word files: an instrument's text, and a blank form with how to fill it in."""

from __future__ import annotations

import re
from datetime import date
from html import escape

from handbook.body_html import table, titles
from handbook.model import Block, Instrument, Page

FORM_MARKUP = "markdown-citations-tex_math_dollars-raw_tex-subscript-superscript-strikeout"
_STYLES = {
    "book": "章",
    "division": "章",
    "chapter": "章",
    "preamble": "章",
    "annex": "章",
    "heading": "章",
    "section": "节",
}
_NOTES = re.compile(r"\*\*(?:什么时候用|怎么填)\*\*|不写|不填|依据：")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def instrument(work: Instrument) -> str:
    """The version in force as HTML, each block in one of the styles of `word`."""
    version = work.current
    issued = f"（{_day(version.published)}{version.issuer}公布）"
    model = version.text == "示范文本"
    rows = [
        _styled("Title", escape(version.title)),
        _styled("题注行", "（示范文本）" if model else escape(issued)),
    ]
    if version.summary:
        rows.append(
            _styled("说明", "本文是自行概括的要点，不是官方文本，办事引用时以官方文本为准。")
        )
    number = ""
    for block in version.body.blocks:
        if block.kind == "article":
            number = block.label
        elif block.kind == "table":
            rows.append(table(block.text))
        else:
            rows.append(_styled(_style(block), _text(block, number)))
            number = ""
    if version.pending:
        rows.append(_styled("说明", f"待核实：{escape(version.pending)}"))
    if model:
        rows.append(_styled("版记", f"{escape(version.issuer)}　　　＿＿＿年＿＿月＿＿日印发"))
    return "\n".join(rows)


def form(page: Page) -> str:
    """FORM_MARKUP: the form first, how to fill it in last; what it links to is only named."""
    blocks = re.split(r"\n\s*\n", _LINK.sub(r"\1", page.text).strip())
    notes = [block for block in blocks if _NOTES.match(block)]
    rows = [_div("Title", page.title)]
    for block in blocks:
        titled = re.fullmatch(r"\*\*([^*]+)\*\*(.*)", block)
        if block not in notes:
            rows.append(_div("章", titled[1] + titled[2]) if titled else block)
    if notes:
        rows += [_div("说明", "填写说明"), *(_div("说明", note) for note in notes)]
    return "\n\n".join(rows) + "\n"


def _style(block: Block) -> str:
    if block.kind == "part":
        return "Heading 1" if titles(block) else "条"
    return _STYLES.get(block.kind, "条")


def _text(block: Block, number: str) -> str:
    text = escape(block.text)
    if number:
        return f'<span data-custom-style="条号">{escape(number)}</span>　{text}'
    space = "　" if block.kind in _STYLES and block.label else ""
    return f"{escape(block.label)}{space}{text}"


def _styled(style: str, html: str) -> str:
    return f'<div data-custom-style="{style}"><p>{html}</p></div>'


def _div(style: str, text: str) -> str:
    return f'::: {{custom-style="{style}"}}\n{text}\n:::'


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
