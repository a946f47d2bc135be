"""The lines of an official text, each with what its first words open: 第十二条, （一）, ## 第二章.

First half of reading a text; `provisions` numbers what is found here. Nothing here looks at the
lines before, except that comments, tables and quotes run over several.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from handbook.numerals import CHINESE, NUMERAL, to_int

GONE = "\0"  # stands for each character of a comment, so that columns stay right
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"
BLANKS = "".join(chr(c) for c in range(0x3001) if chr(c).isspace()) + ZERO_WIDTH + GONE
STRUCTURE = {"编": "book", "分编": "division", "章": "chapter", "节": "section"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank (of a table or quote: all its lines), without blanks at its ends.

    kind: article, loose (an article's number without the blank that would make it one), book,
    division, chapter, section, preamble, annex, heading, part, point, subpoint, indent, table,
    quote, text. `text` is what follows the label and begins in column `at`.
    """

    kind: str
    line: int
    column: int
    whole: str
    text: str
    at: int
    label: str = ""
    number: int = 0
    inserted: int = 0  # 2 for 第十二条之二

    @property
    def key(self) -> tuple[int, int]:
        """An article's place in the count: (12, 2) is 第十二条之二."""
        return self.number, self.inserted

    def plain(self) -> Line:
        """The same line as a paragraph that opens nothing."""
        return replace(self, kind="text", text=self.whole, at=self.column, label="")

    def heading(self) -> Line:
        """The same line as a heading that is no provision."""
        marks = len(self.whole) - len(self.whole.lstrip(_MARKS))
        at = self.column + marks
        return replace(self, kind="heading", text=title(self.whole), at=at, label="")


def read(text: str, first: int = 1) -> list[Line]:
    """The lines of `text` that are not blank and no comment; `first` is its first line's number."""
    return list(_grouped(_split(without_comments(text), first)))


def without_comments(text: str) -> str:
    """`text` with every HTML comment that is closed overwritten by `GONE`, line ends kept."""
    if "<!--" not in text:
        return text
    kept: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept += text[at:start], _ERASED.sub(GONE, text[start : end + 3])
        at = end + 3
    return "".join((*kept, text[at:]))


_ERASED = re.compile(r"[^\r\n]")


def _split(text: str, first: int) -> Iterator[tuple[int, int, str]]:
    """Line number, column and content of each line that is not blank."""
    for number, raw in enumerate(text.split("\n"), first):
        body = raw.lstrip(BLANKS)
        if body:
            yield number, len(raw) - len(body) + 1, body.rstrip(BLANKS)


def _grouped(lines: Iterator[tuple[int, int, str]]) -> Iterator[Line]:
    """The lines classified; the lines of a table or quote joined to one."""
    held: list[tuple[int, int, str]] = []
    kind = ""
    for number, column, body in lines:
        opens = "html" if body[:6].lower() == "<table" else _BLOCKS.get(body[0], "")
        inside = kind == "html" or (opens == kind and held and number == held[-1][0] + 1)
        if held and not inside:
            yield _block(kind, held)
            held = []
        if not inside:
            kind = opens
        if not kind:
            yield classify(body, number, column)
            continue
        held.append((number, column, body))
        if kind == "html" and "</table>" in body.lower():
            yield _block(kind, held)
            held, kind = [], ""
    if kind == "html" and held:  # never closed: no table
        yield from (classify(body, number, column) for number, column, body in held)
    elif held:
        yield _block(kind, held)


_BLOCKS = {"|": "table", ">": "quote"}


def _block(kind: str, lines: list[tuple[int, int, str]]) -> Line:
    number, column, _ = lines[0]
    whole = "\n".join(body for _, _, body in lines).replace(GONE, "")
    return Line("quote" if kind == "quote" else "table", number, column, whole, whole, column)


def classify(body: str, number: int, column: int) -> Line:
    """The line `body`, blanks stripped, by its first words."""
    hashes = _HASHES.match(body)
    start = hashes.end() if hashes else 0
    bold = 2 if body.startswith("**", start) else 0
    opener = _OPENERS.get(body[start + bold : start + bold + 1])
    found = opener(body, start, bool(hashes)) if opener else None
    clean = body.replace(GONE, "")
    if found is None:
        line = Line("text", number, column, clean, clean, column)
        return line.heading() if hashes else line
    text = found.text.replace(GONE, "")
    return replace(found, line=number, column=column, whole=clean, text=text, at=column + found.at)


def title(text: str) -> str:
    """A heading's text for display: no markers, no blanks between Chinese characters."""
    words = text.replace(GONE, "").strip(_MARKS).split()
    joined = words[0] if words else ""
    for word in words[1:]:
        joined += (" " if joined[-1] < "\x80" or word[0] < "\x80" else "") + word
    return joined


_MARKS = BLANKS + "#*_"
_HASHES = re.compile(r"#+\s*")

# Each opener gets a line, where its words begin and whether # stands before them.
_Opener = Callable[[str, int, bool], Line | None]


def _found(
    kind: str, body: str, start: int, end: int, label: str, number: int | None, inserted: int = 0
) -> Line | None:
    """A line opening `kind`; its text begins at `end`, a bold mark open before it kept."""
    if number is None:
        return None
    text = body[end:]
    shift = len(text) - len(text.lstrip(BLANKS))
    text = text[shift:]
    if body.startswith("**", start) and "**" not in body[start + 2 : end]:
        text = text[2:] if text.startswith("**") else f"**{text}" if "**" in text else text
    return Line(kind, 0, 0, body, text, end + shift, label, number, inserted)


_ARTICLE = re.compile(rf"(?:\*\*)?(第({NUMERAL})条(?:之({CHINESE}))?)(?:\*\*)?(?=(\s|\Z)?)")
_DIVIDED = re.compile(rf"(?:\*\*)?第({NUMERAL})(分?编|章|节)(?=(\s|\Z|\*\*)?)")


def _numbered(body: str, start: int, hashed: bool) -> Line | None:
    if found := _ARTICLE.match(body, start):
        label, count, under, gap = found.groups()
        inserted = to_int(under) if under else 0
        if inserted is None or inserted > 99:
            return None
        kind = "loose" if gap is None else "article"
        return _found(kind, body, start, found.end(), label, to_int(count), inserted)
    found = _DIVIDED.match(body, start)
    if not found or (found[3] is None and not hashed):
        return None
    label = f"第{found[1]}{found[2]}"
    line = _found(STRUCTURE[found[2]], body, start, found.end(), label, to_int(found[1]))
    return line and replace(line, text=title(line.text))


_ATTACHED = re.compile(
    rf"(?:\*\*)?(附\s*(?:件|表|录|图)?\s*({NUMERAL})?)\s*(?:[：:]|(?<=[^附\s])[.．、]|(?=[\s*《〈]|\Z))"
)
_ATTACHMENTS = re.compile(rf"\s*{NUMERAL}\s*[.．、]")
_APPENDED = re.compile(r"(?:\*\*)?附\s*则(?:\*\*)?[\s#]*\Z")


def _attached(body: str, start: int, hashed: bool) -> Line | None:
    if _APPENDED.match(body, start):
        return Line("heading", 0, 0, body, "附则", start)
    found = _ATTACHED.match(body, start)
    if not found:
        return None
    text = body[found.end() :]
    if not found[2] and _ATTACHMENTS.match(text):  # 附件：1.…, a list of what is attached
        return Line("heading", 0, 0, body, title(body[start:]), start)
    sentence = text.rstrip("*").endswith("。") and body[found.end() - 1] not in "：:"
    if sentence and not hashed:
        return None
    number = to_int(found[2]) if found[2] else 0
    label = re.sub(r"\s", "", found[1])
    line = _found("annex", body, start, found.end(), label, number)
    return line and replace(line, text=title(line.text))


_PREAMBLE = re.compile(r"(?:\*\*)?序\s*言(?:\*\*)?[\s#]*\Z")


def _preamble(body: str, start: int, hashed: bool) -> Line | None:
    if not _PREAMBLE.match(body, start):
        return None
    return Line("preamble", 0, 0, body, "", len(body), "序言")


_POINT = re.compile(rf"(?:\*\*)?([（(]({CHINESE})[）)])")
_INDENT = re.compile(r"(?:\*\*)?([（(]([0-9０-９]{1,2})[）)])")
_SUBPOINT = re.compile(r"(?:\*\*)?(([0-9０-９]{1,2})[.．、])(?!\d)")
_PART = re.compile(rf"(?:\*\*)?(({CHINESE})、)")


def _item(kind: str, pattern: re.Pattern[str]) -> _Opener:
    def opener(body: str, start: int, hashed: bool) -> Line | None:
        found = pattern.match(body, start)
        if not found:
            return None
        line = _found(kind, body, start, found.end(), found[1], to_int(found[2]))
        return line and replace(line, text=title(line.text)) if hashed else line

    return opener


def _bracketed(body: str, start: int, hashed: bool) -> Line | None:
    return _point(body, start, hashed) or _indent(body, start, hashed)


def _circled(body: str, start: int, hashed: bool) -> Line | None:
    sign = body[start:].lstrip("*")[0]
    end = body.index(sign, start) + 1
    return _found("indent", body, start, end, sign, ord(sign) - ord("①") + 1)


_point, _indent = _item("point", _POINT), _item("indent", _INDENT)
_OPENERS: dict[str, _Opener] = {
    "第": _numbered,
    "附": _attached,
    "序": _preamble,
    "（": _bracketed,
    "(": _bracketed,
    **dict.fromkeys("0123456789０１２３４５６７８９", _item("subpoint", _SUBPOINT)),
    **dict.fromkeys("一二三四五六七八九十百", _item("part", _PART)),
    **dict.fromkeys("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", _circled),
}
