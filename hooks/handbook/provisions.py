"""Official text -> provisions with ids: 编 章 节 条 款 项 目, parts and annexes.

Second half of reading a text: `lines` says what each line opens, here it is numbered and checked.
The rules are those of the content format's "Body"; the text is taken as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise

from handbook import lines as reading
from handbook.eids import from_label, label
from handbook.lines import Line
from handbook.model import Block, Body, Place
from handbook.numerals import CHINESE, to_chinese
from handbook.problems import Problem, problem

__all__ = ["cite", "from_label", "label", "parse"]

_DELETED = re.compile(r"[（(]\s*已?(?:删去|删除)\s*[）)]。?")
_LEVELS = {
    "book": ("bk", 0),
    "division": ("div", 1),
    "chapter": ("chp", 1),  # 章 stand below 编: those of a 分编 mostly run on from the one before
    "section": ("sec", 2),
}
_SPELL = 20  # missing articles are named up to this number of runs


def parse(
    text: str,
    place: Place,
    *,
    summary: bool,
    lenient: bool,
    article_count: int | None = None,
) -> tuple[Body, list[Problem]]:
    """The blocks of an instrument's `text`, whose first line stands at `place`, and its problems.

    summary: a 要点, in which provisions may be missing. lenient: numbering that is wrong is a
    warning, the text not being ours to mend. article_count: how many articles the official text
    has. Never raises, whatever the text.
    """
    found = _settled(reading.read(text, place.line))
    builder = _Builder(place.path, summary, lenient)
    for scope in _scopes(found):
        builder.scope(scope)
    builder.check_articles(article_count)
    if not any(block.kind != "heading" for block in builder.blocks):
        builder.problems.append(problem("HB307", place))
    return Body(tuple(builder.blocks), builder.index), builder.problems


def cite(body: Body, eid: str) -> str:
    """`label`, without 第一款 where the article has no second: 第十二条第（三）项."""
    parts = eid.split("__")
    if "para_1" in parts and len(parts) > 1 and not parts[0].startswith("preamble"):
        at = parts.index("para_1")
        if "__".join((*parts[:at], "para_2")) not in body:
            del parts[at]
    return label("__".join(parts))


# Text quoted from another instrument opens nothing here.

_QUOTED = re.compile("“[^”]*\\Z")
_QUOTES_PROVISION = re.compile(r"“\s*(?:\*\*)?(?:第\S{1,9}[条章节编]|[（(]\S{1,4}[）)])")


def _settled(found: Iterable[Line]) -> list[Line]:
    """The lines, those inside an open quotation of provisions opening neither article nor heading.

    Such a quotation begins with “第…条 or with a line that begins with “; it need not be closed:
    an article that continues the count ends it.
    """
    settled: list[Line] = []
    quoting, last, last_part = False, (0, 0), 0
    for line in found:
        if line.kind == "article":
            goes_on = _follows(last, line.key)
        else:
            goes_on = line.kind == "part" and line.number == last_part + 1
        if quoting and not goes_on and line.kind in _QUOTABLE and line.whole[0] != "#":
            line = line.plain()
        quoting = _quoting(line.whole, quoting and not goes_on)
        if line.kind == "article":
            last = line.key
        elif line.kind == "part":
            last_part = line.number
        settled.append(line)
    return settled


_QUOTABLE = {"article", "loose", "part", *_LEVELS}


def _quoting(text: str, before: bool) -> bool:
    """Whether a quotation of provisions is still open behind `text`."""
    if "“" not in text and "”" not in text:
        return before
    opened = _QUOTED.search(text, max(text.rfind("“"), 0)) if "“" in text else None
    if opened is None:
        return False
    return before or opened.start() == 0 or bool(_QUOTES_PROVISION.match(text, opened.start()))


def _follows(last: tuple[int, int], key: tuple[int, int]) -> bool:
    """Whether an article numbered `key` continues the count after `last`."""
    return key in ((last[0] + 1, 0), (last[0], last[1] + 1))


# An instrument's own text, and each of its annexes, count for themselves.


def _scopes(found: list[Line]) -> Iterator[list[Line]]:
    """The lines, cut before each annex; an annex's first line is its heading."""
    cuts = [0, *_annexes(found), len(found)]
    for at, (start, end) in enumerate(pairwise(cuts)):
        if at or end > start:
            yield found[start:end]


def _annexes(found: list[Line]) -> list[int]:
    """Where annexes begin; other lines that look so are turned into plain ones.

    An annex stands where the articles before are complete: none behind it continues the count.
    The text's own name as an annex (附件 above 第一条) is none.
    """
    following = _next_articles(found)
    last, started, annexes = (0, 0), False, list[int]()
    for at, line in enumerate(found):
        if line.kind == "annex":
            after = following[at]
            if started and not (after and last != (0, 0) and _follows(last, after)):
                annexes.append(at)
                last = (0, 0)
            else:
                found[at] = line.heading()
        elif line.kind == "article":
            last, started = line.key, True
        elif line.kind in _STARTS:
            started = True
    return annexes


_STARTS = {"part", "point", "preamble", *_LEVELS}


def _next_articles(found: Sequence[Line]) -> list[tuple[int, int] | None]:
    """For each line the key of the first article behind it."""
    following: list[tuple[int, int] | None] = []
    after: tuple[int, int] | None = None
    for line in reversed(found):
        following.append(after)
        if line.kind == "article":
            after = line.key
    return following[::-1]


class _Builder:
    """Gives the lines their ids, one scope after the other."""

    def __init__(self, path: str, summary: bool, lenient: bool) -> None:
        self.path, self.summary, self.lenient = path, summary, lenient
        self.blocks: list[Block] = []
        self.index: dict[str, int] = {}
        self.problems: list[Problem] = []
        self.scopes: list[list[Line]] = []  # the articles of each
        self.prefix, self.annexes = "", 0
        self._uses: dict[str, int] = {}
        self._counts: dict[str, int] = {}  # last number of each series: headings, 项, 目

    def _close(self) -> None:
        """No article, part or preamble is open."""
        self.article = self.holder = self.point = self.subpoint = self.indent = ""
        self.paragraphs, self.in_preamble = 0, False

    def scope(self, found: list[Line]) -> None:
        """Adds the instrument's own text or an annex."""
        self.numbered = any(line.kind == "article" for line in found)
        self.nest: list[str] = []  # ids of the open 编, 章
        self.last = (0, 0)
        self.scopes.append([])
        self._close()
        for line in found:
            getattr(self, f"_{line.kind}")(line)

    # blocks

    def _add(self, kind: str, eid: str, line: Line, text: str | None = None) -> str:
        """Adds a block; gives its id, unique by `_dup2`. Without `text` the line's own."""
        if eid:
            uses = self._uses[eid] = self._uses.get(eid, 0) + 1
            eid = eid if uses == 1 else f"{eid}_dup{uses}"
            self.index[eid] = len(self.blocks)
        text = line.text if text is None else text
        gone = bool(eid) and len(line.text) < 10 and bool(_DELETED.fullmatch(line.text))
        label_ = line.label if kind != "paragraph" else ""
        self.blocks.append(Block(kind, eid, label_, text, line.line, line.at, gone))
        return eid

    def _report(self, code: str, at: Line, /, *, ours: bool = False, **args: object) -> None:
        place = Place(self.path, at.line, at.column)
        self.problems.append(problem(code, place, lenient=self.lenient and not ours, **args))

    def _text(self, line: Line) -> None:
        if self.in_preamble:
            self._add("paragraph", f"{self.holder}__para_{self._next_paragraph()}", line)
        elif self.article:
            self._paragraph(line)
        else:
            self._add("text", "", line)

    def _plain(self, line: Line) -> None:
        self._text(line.plain())

    def _kept(self, line: Line) -> None:
        self._add(line.kind, "", line)
        if self.article:
            self.point = self.subpoint = self.indent = ""

    _table = _quote = _kept

    # headings

    def _heading(self, line: Line) -> None:
        self._close()
        if line.text == "附则":
            self.nest = []
        self._add("heading", "", line)
        self._restart()

    def _preamble(self, line: Line) -> None:
        if self.prefix or self.scopes[-1] or self.nest:
            self._heading(line.heading())
            return
        self._close()
        self.holder = self._add("preamble", "preamble", line)
        self.in_preamble = True

    def _annex(self, line: Line) -> None:
        self.annexes = line.number or self.annexes + 1
        self.prefix = self._add("annex", f"att_{self.annexes}", line) + "__"

    def _structure(self, line: Line) -> None:
        self._close()
        word, depth = _LEVELS[line.kind]
        self._check_heading(line, word)
        above = self.nest[:depth]
        while above and not above[-1]:
            above.pop()
        stem = f"{above[-1]}__" if above else self.prefix
        eid = self._add(line.kind, f"{stem}{word}_{line.number}", line)
        self.nest = [*self.nest[:depth], *[""] * (depth - len(self.nest))]
        if line.kind != "division":
            self.nest.append(eid)
        self._restart()

    _book = _division = _chapter = _section = _structure

    # articles, 款 and below

    def _article(self, line: Line) -> None:
        self._close()
        self.scopes[-1].append(line)
        self.last = line.key
        inserted = f"_{line.inserted}" if line.inserted else ""
        self.article = self._add("article", f"{self.prefix}art_{line.number}{inserted}", line, "")
        self._paragraph(line)

    def _next_paragraph(self) -> int:
        self.paragraphs += 1
        return self.paragraphs

    def _paragraph(self, line: Line) -> None:
        self.holder = self._add("paragraph", f"{self.article}__para_{self._next_paragraph()}", line)
        self.point = self.subpoint = self.indent = ""

    def _loose(self, line: Line) -> None:
        if _follows(self.last, line.key) and not self.in_preamble:
            self.last = line.key
            self._report("HB304", line, label=line.label)
        self._plain(line)

    def _part(self, line: Line) -> None:
        if self.numbered:
            self._plain(line)
            return
        self._close()
        self._check_item(line, f"{self.prefix}part", "正文" if not self.prefix else "附件")
        self.holder = self._add("part", f"{self.prefix}part_{line.number}", line)

    def _point(self, line: Line) -> None:
        if self.in_preamble:
            self._plain(line)
        elif self.numbered and not self.article:
            if not self.summary:
                self._report("HB309", line, label=line.label)
            self._plain(line)
        else:
            self.point = self._item(line, self.holder)
            self.subpoint = self.indent = ""

    def _subpoint(self, line: Line) -> None:
        holder = self.point or ("" if self.numbered else self.holder)
        if self.in_preamble or not (holder or (self.prefix and not self.numbered)):
            self._plain(line)
        else:
            self.subpoint, self.indent = self._item(line, holder), ""

    def _indent(self, line: Line) -> None:
        circled = line.label[0] not in "（("
        holder = (circled and self.indent) or self.subpoint or self.point
        if self.in_preamble or not holder:
            self._plain(line)
            return
        eid = self._item(line, holder)
        if not circled:
            self.indent = eid

    def _item(self, line: Line, holder: str) -> str:
        """Adds a 项 or what is below; gives its id."""
        stem = f"{holder}__" if holder else self.prefix
        where = label(holder) if holder else "附件" if self.prefix else "正文"
        self._check_item(line, f"{stem}{line.kind}", where)
        return self._add(line.kind, f"{stem}{line.kind}_{line.number}", line)

    # numbering

    def _restart(self) -> None:
        """Below a heading the numbers of parts may begin again."""
        for word in ("part", "point", "subpoint"):
            self._counts.pop(f"{self.prefix}{word}", None)

    def _check_item(self, line: Line, series: str, where: str) -> None:
        before = self._counts.get(series, 0)
        self._counts[series] = line.number
        if line.number != before + 1 and not self.summary:
            after = f"{_numeral(line, before)}之后是{line.label}"
            what = after if before else f"从{line.label}开始"
            self._report("HB305", line, where=where, what=what)

    def _check_heading(self, line: Line, word: str) -> None:
        series = f"{self.prefix}{word}"
        anew = self._counts.pop(f"{series}?", 0)
        before = 0 if anew and word == "sec" else self._counts.get(series, 0)
        self._counts[series] = line.number
        for below in _BELOW[word]:
            self._counts[f"{self.prefix}{below}?"] = 1
        goes_on = line.number > before if self.summary else line.number == before + 1
        if not goes_on and not (anew and line.number == 1):
            unit = line.label[-2:] if line.kind == "division" else line.label[-1]
            number = to_chinese(before or line.number - 1)
            what = f"{'前一个是' if before else '前面没有'}第{number}{unit}"
            self._report("HB306", line, label=line.label, what=what)

    def check_articles(self, count: int | None) -> None:
        """Reports articles missing, repeated, out of order or beyond `count`."""
        for articles in self.scopes:
            self._check_order(articles)
        if count is not None and self.scopes:
            self._check_count(self.scopes[0], count)

    def _check_order(self, articles: list[Line]) -> None:
        lines: dict[tuple[int, int], Line] = {}
        numbers = {line.key for line in articles}
        top: Line | None = None
        for line in articles:
            if line.key in lines:
                first = lines[line.key].line
                self._report("HB302", line, label=line.label, line=first)
            elif top and line.key < top.key:
                self._report("HB303", line, label=line.label, before=top.label)
            else:
                self._check_gap(top, line, numbers)
                top = line
            lines.setdefault(line.key, line)

    def _check_gap(self, top: Line | None, line: Line, numbers: set[tuple[int, int]]) -> None:
        if self.summary or _follows(top.key if top else (0, 0), line.key):
            return
        gap = [key for key in _between(top.key if top else (0, 0), line.key) if key not in numbers]
        if gap:
            before = top.label if top else "开头"
            self._report_gap(line, gap, before, line.label)

    def _report_gap(self, line: Line, gap: list[tuple[int, int]], before: str, after: str) -> None:
        first = _spell(gap[0])
        self._report("HB301", line, missing=_runs(gap), before=before, after=after, first=first)

    def _check_count(self, articles: list[Line], count: int) -> None:
        for line in articles:
            if line.number > count:
                self._report("HB308", line, ours=True, label=line.label, count=count)
        if articles and not self.summary:
            top = max(articles, key=lambda line: line.key)
            gap = [(number, 0) for number in range(top.number + 1, min(count, 9999) + 1)]
            if gap:
                self._report_gap(top, gap, top.label, "正文结尾")


_BELOW = {"bk": ("div", "chp", "sec"), "div": ("chp", "sec"), "chp": ("sec",), "sec": ()}


def _numeral(line: Line, number: int) -> str:
    """`number` written as `line`'s label is: （二） for a line labelled （四）."""
    if line.kind in ("part", "point"):
        return re.sub(CHINESE, to_chinese(number), line.label)
    return re.sub(r"\d+", str(number), line.label)


def _between(low: tuple[int, int], high: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """The keys that a complete count has between two: after (3, 0) and before (5, 2) three."""
    if high[0] > low[0]:
        yield from ((number, 0) for number in range(low[0] + 1, high[0] + bool(high[1])))
        yield from ((high[0], inserted) for inserted in range(1, high[1]))
    else:
        yield from ((high[0], inserted) for inserted in range(low[1] + 1, high[1]))


def _spell(key: tuple[int, int]) -> str:
    return label(f"art_{key[0]}_{key[1]}" if key[1] else f"art_{key[0]}")


def _runs(keys: list[tuple[int, int]]) -> str:
    """第三条、第五条至第七条."""
    runs: list[tuple[tuple[int, int], tuple[int, int]]] = []
    for key in keys:
        if runs and _follows(runs[-1][1], key):
            runs[-1] = (runs[-1][0], key)
        else:
            runs.append((key, key))
    spelled = [
        _spell(a) if a == b else f"{_spell(a)}至{_spell(b)}" for a, b in islice(runs, _SPELL)
    ]
    return "、".join(spelled) + ("等" if len(runs) > _SPELL else "")
