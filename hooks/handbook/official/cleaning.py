"""What is text in a file of official text, and what its publisher's: marks, pages, contents lists.

Gives the lines that count and, for the instrument's file, the text in one form. the package
puts it together with what stands above the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from handbook import lines as reading
from handbook.lines import BLANKS, STRUCTURE, Line
from handbook.numerals import NUMERAL

_DIVIDES = frozenset(STRUCTURE.values())
_OPENS = _DIVIDES | {"article", "preamble", "part", "annex"}


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """Something to look at by hand, and the line of the source file (1 if of none)."""

    line: int
    text: str


_PAGE = re.compile(
    r"[-—–－·\s]*(?:第\s*)?[0-9０-９]{1,4}\s*页?[-—–－·\s]*(?:[,，/]?\s*共\s*[0-9０-９]{1,4}\s*页)?"
)
_CONTAINER = re.compile(r":{3,}\s*(\w*)\s*(.*)")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>(?:\s*</?[a-zA-Z][^<>]*>)*")
_TOC = re.compile(r"\[{1,2}toc\]{1,2}", re.IGNORECASE)
_STYLE = re.compile(r"<(style|script)\b", re.IGNORECASE)
_INVISIBLE = dict.fromkeys(map(ord, reading.ZERO_WIDTH + reading.GONE))
_TABLE = re.compile(r"</?table\b", re.IGNORECASE)


def own_lines(text: str, first: int, notes: list[Note]) -> list[Line]:
    """The lines of `text` that are its own."""
    cleaned: list[str] = []
    within = ""  # style or script, or table
    closed = first + text[: text.lower().rfind("</table") + 1].count("\n")  # the last one
    for number, raw in enumerate(reading.without_comments(text).split("\n"), first):
        line = raw.translate(_INVISIBLE).strip(BLANKS)
        opened = _STYLE.match(line)
        if not within and opened:
            within = opened[1].lower()
        if within in ("style", "script"):
            within = "" if f"</{within}>" in line.lower() else within
            line = ""
        elif not within and line:
            line = _unmarked(line, number, notes)
        cleaned.append(line)
        for tag in _TABLE.findall(line):
            within = "" if tag.startswith("</") or number >= closed else "table"
    return [_divided(row) for row in reading.read("\n".join(cleaned), first)]


_DIVIDED = re.compile(rf"\**第{NUMERAL}(?:分?编|章|节)[^。，；：\s]{{1,30}}")


def _divided(row: Line) -> Line:
    """第一章总则 as the heading that it is without the blank, too."""
    if row.kind != "text" or not _DIVIDED.fullmatch(row.whole):
        return row
    return reading.classify(f"# {row.whole}", row.line, row.column)


def _unmarked(line: str, number: int, notes: list[Note]) -> str:
    """The line without what is no text; "" when nothing is left."""
    if found := _CONTAINER.fullmatch(line):
        if found[1]:
            notes.append(Note(number, f"去掉了容器标记“{line}”，里面的文字保留，请核对。"))
        kept = found[2].strip()
        return kept if kept and reading.classify(kept, 1, 1).kind in _DIVIDES else ""
    if _TOC.fullmatch(line) or (line[0] == "<" and _MARKUP.fullmatch(line) and "table" not in line):
        return ""
    if len(line) < 30 and _PAGE.fullmatch(line):
        notes.append(Note(number, f"“{line}”像是页码，已去掉。"))
        return ""
    return line


def cut(rows: list[Line], end: int) -> tuple[list[Line], list[Line]]:
    """The rows above the text and those from its first heading, article or part on.

    `end` is the line above which the head stands, 0 when nothing says so.
    """
    for at, row in enumerate(rows):
        starts = row.kind in _OPENS or _is_contents(row) or (row.kind, row.key) == _FIRST
        if row.line >= end if end else starts:
            return rows[:at], rows[at:]
    return rows, []


_FIRST = ("loose", (1, 0))

# A contents list: headings that come once more below.

_CONTENTS = re.compile(r"目\s*[录次](?:\s*第\S+[编章节].*)?")
_ENTRY = re.compile(r"(?:第\s*\S{1,6}\s*(?:分?编|章|节)|序\s*言|附\s*则|附\s*[件录表])")


def _is_contents(row: Line) -> bool:
    return row.kind in ("text", "heading") and bool(_CONTENTS.fullmatch(row.text.strip("*")))


def _entry(row: Line) -> str:
    """What a line of a contents list names (第一章), "" when it is no such line."""
    found = _ENTRY.match(re.sub(r"^[-*+#\s\[]+", "", row.whole))
    return "".join(found[0].split()) if found else ""


def without_contents(rows: Sequence[Line], notes: list[Note]) -> list[Line]:
    """The rows without their contents list, whether 目录 stands above it or not."""
    start = next((at for at, row in enumerate(rows) if _is_contents(row)), -1)
    first = start + 1
    if start < 0:
        start = first = next((at for at, row in enumerate(rows) if row.kind in _DIVIDES), len(rows))
    end = _contents_end(rows, first)
    if end > start:
        last = rows[end - 1].line
        upto = f"到第 {last} 行" if last > rows[start].line else "这一行"
        notes.append(Note(rows[start].line, f"{upto}是目录，已去掉。"))
    return [*rows[:start], *rows[end:]]


def _contents_end(rows: Sequence[Line], first: int) -> int:
    """Where the text begins behind a list of headings; `first` when there is no list."""
    opening = _entry(rows[first]) if first < len(rows) else ""
    if not opening:
        return first
    for at in range(first + 1, len(rows)):
        entry = _entry(rows[at])
        if entry == opening:
            return at
        if not entry:
            return first
    return first


# The text.


def written_body(rows: Sequence[Line], title: str, notes: list[Note]) -> str:
    """The text of the rows, a blank line between two."""
    kept: list[Line] = []
    numbered = any(row.kind in ("article", "loose") for row in rows)
    for row in _articles_parted(_without_title(rows, title), notes):
        if kept and _runs_on(row, kept[-1].kind):
            notes.append(Note(row.line, f"“{row.whole[:20]}”接在上一行后面，请核对。"))
            kept[-1] = _joined(kept[-1], row)
        elif _written(row):
            kept.append(row)
            if numbered and row.kind in _SENTENCES and re.search(r"\w\Z", row.text):
                notes.append(
                    Note(row.line, f"“{row.whole[:20]}”没有以标点结尾，请核对有没有断行。")
                )
    paragraphs = map(_written, kept)
    return "".join(f"{paragraph}\n\n" for paragraph in paragraphs).removesuffix("\n")


def _without_title(rows: Sequence[Line], title: str) -> Iterator[Line]:
    """The rows, the title not repeated above the first heading or article."""
    started = False
    for row in rows:
        started = started or row.kind in _OPENS
        if started or not title or "".join(row.text.split()) != title:
            yield row


_SENTENCES = frozenset(("article", "text", "point"))
_REFERS = re.compile("[的之所第至、和及与或中款规以除]")


def _articles_parted(rows: Iterator[Line], notes: list[Note]) -> Iterator[Line]:
    """The rows, articles whose number has no blank behind it told from plain text."""
    last = (0, 0)
    for row in rows:
        goes_on = row.key in ((last[0] + 1, 0), (last[0], last[1] + 1))
        if row.kind == "loose" and goes_on:
            if _REFERS.match(row.text):
                notes.append(Note(row.line, f"“{row.whole[:20]}”按普通段落处理，请核对。"))
            else:
                notes.append(Note(row.line, f"“{row.label}”后面原来没有空格，按一条的开头处理。"))
                row = replace(row, kind="article")
        if row.kind == "article":
            last = row.key
        yield row


def _runs_on(row: Line, before: str) -> bool:
    """Whether a row is the rest of the one before: it begins with 。 or goes on with a heading."""
    if row.kind != "text":
        return False
    if before in _DIVIDES:
        return len(row.whole) < 30 and row.whole[-1] not in "。；：，、！？”）.;:"
    return before not in ("table", "quote") and row.whole[0] in "。，、；：！？）》〉"


def _joined(row: Line, rest: Line) -> Line:
    """The row with the rest that stood on the next line."""
    text = row.text + rest.whole
    if row.kind in _DIVIDES:
        text = reading.title(f"{row.text} {rest.whole}")
    return replace(row, text=text, whole=row.whole + rest.whole)


def _written(row: Line) -> str:
    """The row as the instrument's file has it."""
    marks = "## " if row.whole[0] == "#" else ""
    if row.kind in _DIVIDES:
        level = "###" if row.kind in ("section", "division") else "##"
        return f"{level} {row.label} {row.text}".rstrip()
    if row.kind == "heading":
        return f"## {row.text}" if row.text else ""
    if row.kind == "preamble":
        return "## 序言"
    if row.kind == "annex":
        return f"## {row.label}：{row.text}" if row.text else f"## {row.label}"
    if row.kind == "article":
        return f"{row.label}　{row.text}".rstrip(BLANKS)
    if row.kind in ("part", "point", "subpoint", "indent"):
        gap = " " if row.text[:1].isdigit() else ""  # 1. 5日 is no decimal
        return f"{marks}{row.label}{gap}{row.text}"
    return row.whole
