"""What stands above an official text's first article: its title, who made it, and when.

Two forms: the note below a title (1994年1月31日国务院令第144号发布), and the order that comes
before one (国务院令 第686号 … 现予公布，自2018年2月1日起施行). Used by the package.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from handbook.lines import Line
from handbook.numerals import to_int

_DIGIT = "0-9０-９〇○零一二三四五六七八九"
_DAY = rf"([{_DIGIT}]{{4}})\s*年\s*([{_DIGIT}十]{{1,3}})\s*月\s*([{_DIGIT}十]{{1,3}})\s*日"
_YEARS = str.maketrans("０１２３４５６７８９〇○零一二三四五六七八九", "0123456789000123456789")

DATE = re.compile(_DAY)
EFFECTIVE = re.compile(rf"自\s*{_DAY}\s*起\s*(?:正式)?(?:施行|实施|执行|生效)")
ON_PUBLICATION = re.compile(r"自\s*(?:公布|发布|印发|颁布)之日起\s*(?:施行|实施|执行|生效)")
DECIDES = re.compile("通过|公布|发布|印发|颁布|修正|修订|施行|实施|批准")

_LONGEST = 20_000  # characters of a note that are read
_TITLE = re.compile("《[^《》]*》")
_ISSUES = re.compile("公布|发布|印发|颁布|令第|公告")
_CHANGES = re.compile("通过|修订|修正|修改|批准")
_PASSES = re.compile("(?:会议.*(?:通过|修订|修正|修改))|通过|审议批准|国务院批准")
_NUMBER = re.compile(
    r"([\u4e00-\u9fff]{2,20}?(?:令|公告)\s*第\s*\d+\s*号)"
    r"|([A-Za-z\u4e00-\u9fff]{1,10}[〔\[（(]\d{4}[〕\]）)]\s*\d+\s*号)"
)
_CONGRESS = re.compile(
    r"(?:第\S{1,4}届)?(全国人民代表大会(?:常务委员会)?)"
    r"|([\u4e00-\u9fff]{2,12}?)第[^届\s]{1,4}届人民代表大会(常务委员会)?"
)
_ORDERS = re.compile(r"([\u4e00-\u9fff]{2,20}?)令\s*第")
_PUBLISHES = re.compile(r"^([\u4e00-\u9fff、]{2,30}?)(?:公布|发布|印发|颁布)")


@dataclass(frozen=True, slots=True)
class Promulgation:
    """Who made a text and when, as far as its note says; `note` is the note itself."""

    issuer: str = ""
    number: str = ""
    passed: date | None = None
    published: date | None = None
    changed: date | None = None  # the last passing, approval or amendment
    effective: date | None = None
    change: str = "制定"
    by_council: bool = False  # 国务院批准
    note: str = ""


def day(found: re.Match[str]) -> date | None:
    """The date that a match of `DATE` writes, in any digits; None when there is no such day."""
    year, month, number = found.groups()[:3]
    month_, day_ = to_int(month), to_int(number)
    if not month_ or not day_:
        return None
    try:
        return date(int(year.translate(_YEARS)), month_, day_)
    except ValueError:
        return None


def read_note(lines: Iterable[str]) -> Promulgation:
    """The note below a title, its lines as they stand."""
    note = "".join(map(_unbracketed, lines))[:_LONGEST].strip("　 ")
    issuer = number = orderer = publisher = ""
    passed = published = changed = effective = None
    change, by_council = "制定", False
    for when, text in _events(note):
        bare = _without_titles(text)
        issuer = issuer or _congress(bare)
        if found := _NUMBER.search(bare):
            number = (found[1] or found[2]).removeprefix("中华人民共和国")
        if found := _ORDERS.search(bare):
            orderer = found[1].removeprefix("中华人民共和国")
        if found := _PUBLISHES.search(bare):
            publisher = found[1]
        by_council = by_council or "国务院批准" in bare
        if _PASSES.search(bare) and "批准的" not in bare:
            passed = when
        if _CHANGES.search(bare):
            changed = when
        if _ISSUES.search(bare):
            published = when
        if "施行" in bare or "实施" in bare:
            effective = when
        if "修订" in bare:
            change = "修订"
        elif "修正" in bare or "修正案》" in text:
            change = "修正"
    issuer = issuer or orderer or publisher or _council(note)
    return Promulgation(
        issuer, number, passed, published, changed, effective, change, by_council, note
    )


def _unbracketed(line: str) -> str:
    """A line of a note without the bracket round the note; a blank follows where one ends."""
    text = line.strip("　 ").lstrip("（(").removesuffix("根据").rstrip("　 ")
    while text and text[-1] in "）)" and re.subn("[（(]", "", text)[1] < _closing(text):
        text = text[:-1]
    return f"{text}　" if DECIDES.search(text[-4:]) else text


def _closing(text: str) -> int:
    return text.count("）") + text.count(")")


def read_order(lines: Iterable[str]) -> Promulgation:
    """The order that stands before a title: 国务院令, 第686号, …已经…通过，现予公布，自…起施行."""
    kept = ["".join(line.split()) for line in lines]
    text = "".join(kept)
    found = DATE.search(text)
    passes = found and DECIDES.search(text[found.end() : found.end() + 40])
    effective = EFFECTIVE.search(text)
    dated = [day(m) for line in kept if (m := DATE.fullmatch(line))]
    order = _ORDERS.search(text)
    number = _NUMBER.search(text)
    return Promulgation(
        issuer=order[1].removeprefix("中华人民共和国") if order else "",
        number=number[0].removeprefix("中华人民共和国") if number else "",
        passed=day(found) if found and passes else None,
        published=dated[-1] if dated else None,
        effective=day(effective) if effective else None,
        change="修订" if "修订" in text else "制定",
    )


def _events(note: str) -> Iterator[tuple[date, str]]:
    """Each date of the note outside 《》 with the words up to the next one."""
    marks = [m for m in DATE.finditer(note) if _depth(note, m.start()) <= 0]
    ends = [*(m.start() for m in marks[1:]), len(note)]
    for mark, end in zip(marks, ends, strict=False):
        if when := day(mark):
            text = "".join(note[mark.end() : end].split())
            yield when, text.removesuffix("根据").rstrip("）)，,；;。")


def _depth(note: str, at: int) -> int:
    return note.count("《", 0, at) - note.count("》", 0, at)


def _without_titles(text: str) -> str:
    """`text` without 《…》, nested ones too."""
    while (shorter := _TITLE.sub("", text)) != text:
        text = shorter
    return text


def _congress(text: str) -> str:
    found = _CONGRESS.search(text)
    if not found or not re.search("通过|修|公告", text):
        return ""
    return found[1] or f"{found[2]}人民代表大会{found[3] or ''}"


def _council(note: str) -> str:
    return "国务院" if "国务院第" in note else ""


# The head's lines: order, title, note, and what is text already.

_ORDER = re.compile(r"\S{2,24}(?:令|公告)(?:[（(]?第?[0-9０-９]+号[）)]?)?")
_SIGNED = re.compile(
    r"(?:国家)?(?:主\s*席|总\s*理|部\s*长|主\s*任|[省市州区县局署行院]\s*长|委员长|书\s*记)"
    r"\s*[\u4e00-\u9fff]{1,4}(?:\s*[\u4e00-\u9fff]{1,2})?"
)
_NUMBERED = re.compile(r"[^\s，。；]{0,20}(?:令|公告|[〔\[]\d{4}[〕\]])\s*(?:第\s*)?\d+\s*号")
_WHOLE_TITLE = re.compile(
    r".*(?:法|条例|规定|办法|细则|规则|制度|方案|意见|章程|机制|决定|通知|准则|规范|纲要|要点|案)"
    r"(?:[（(][^）)]{1,30}[）)])?"
)
_FOLDS = 6  # a title runs over at most so many lines
_LONG = 100  # no line of a title has more characters


@dataclass(frozen=True, slots=True)
class Head:
    """What the lines above the text say; `rest` are those that belong to the text."""

    title: str
    made: Promulgation
    rest: tuple[Line, ...] = ()


def read_head(rows: Sequence[Line], title: str = "") -> Head:
    """Title and promulgation from the lines above a text; `title` is what is known already.

    The title is "" when there is none. Signatures are left out: no person is named.
    """
    order, rows = _order(rows)
    title, rows = _title(rows, title)
    note, rest = _note(rows, title)
    return Head(title, _joined(read_note(note), read_order(order)), tuple(rest))


def is_signature(text: str) -> bool:
    """Whether a line is an office with its holder's name, as below an order."""
    return bool(_SIGNED.fullmatch(text))


def _joined(note: Promulgation, order: Promulgation) -> Promulgation:
    """The note, completed from the order."""
    return replace(
        note,
        issuer=note.issuer or order.issuer,
        number=order.number or note.number,
        passed=note.passed or order.passed,
        changed=note.changed or order.passed,
        published=order.published or note.published,
        effective=order.effective or note.effective,
        change=order.change if order.change == "修订" else note.change,
    )


def _order(rows: Sequence[Line]) -> tuple[list[str], Sequence[Line]]:
    """The lines of an order at the beginning, and the rows after it."""
    if not rows or not _ORDER.fullmatch("".join(rows[0].text.split())):
        return [], rows
    dated = (at for at, row in enumerate(rows) if DATE.fullmatch(row.whole))
    last = max(dated, default=-1)
    if last < 0 or not any("《" in row.whole for row in rows[:last]):
        return [], rows
    kept = [row.text for row in rows[: last + 1] if not is_signature(row.whole)]
    return kept, rows[last + 1 :]


def _title(rows: Sequence[Line], title: str) -> tuple[str, Sequence[Line]]:
    """The title, folded lines joined, and the rows below it."""
    if rows and rows[0].kind == "heading":
        title, rows = title or rows[0].text, rows[1:]
    elif not title:
        title, rows = _folded(rows)
    title = "".join(title.split())
    joined = ""
    for at, row in enumerate(rows[:_FOLDS]):  # the title once more
        joined += "".join(row.text.split())
        if joined == title:
            return title, rows[at + 1 :]
    return title, rows


def _folded(rows: Sequence[Line]) -> tuple[str, Sequence[Line]]:
    """A title that no # marks: the lines up to one that ends as titles end."""
    title = ""
    for at, row in enumerate(rows[:_FOLDS]):
        text = "".join(row.whole.split())
        if _starts_note(text) or text.endswith(("。", "：", "；")) or len(text) > _LONG:
            break
        title += text
        if _WHOLE_TITLE.fullmatch(title):
            return title, rows[at + 1 :]
    if not title:
        return "", rows
    # no line ends as titles end: the first is the title
    return "".join(rows[0].whole.split()), rows[1:]


def _starts_note(text: str) -> bool:
    return bool(DATE.search(text)) or text[0] in "（("


def _note(rows: Sequence[Line], title: str) -> tuple[list[str], list[Line]]:
    """The lines of the note, those that it runs on to included, and the other rows."""
    note: list[str] = []
    rest: list[Line] = []
    runs_on = False
    for row in rows:
        text = row.whole
        if _NUMBERED.fullmatch(text):
            note.append(text)
        elif runs_on or (DATE.search(text) and (DECIDES.search(text) or len(text) < 80)):
            note.append(text)
            runs_on = not _ends_note(text)
        elif is_signature(text):
            continue
        elif "".join(row.text.split()) != title:
            rest.append(row)
    return note, rest


def _ends_note(text: str) -> bool:
    """Whether a note's line ends as its sentences do, not in their middle."""
    bare = text.rstrip("　 ").removesuffix("根据").rstrip("　 ）)。；;")
    return bool(DECIDES.search(bare[-2:])) or bare.endswith(("号", "修正案》", "修改", "日"))
