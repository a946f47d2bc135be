"""What citations mean: which instrument, which provision, and what is wrong with them.

A `Library` knows every instrument by every name; a `Scope` reads the texts of one file, in order,
and remembers what （以下简称《X》） defined there.
"""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from handbook.citations.grammar import (
    Citation,
    Item,
    Locator,
    Step,
    carry,
    describe,
    eid,
    parse,
    sound,
    steps_of,
)
from handbook.citations.library import Library, bare
from handbook.citations.lookup import Text
from handbook.citations.relative import point
from handbook.model import Body, Instrument, Place
from handbook.problems import Problem, problem
from handbook.quotes import quoted
from handbook.spans import Span, merged, touches


@dataclass(frozen=True, slots=True)
class Link:
    """A resolved citation of one provision (`eid`) or of the whole instrument (None).

    shown: it becomes an anchor; the middle members of a range count but are not shown.
    own: it means the very text in which it stands, so of an old version's page that page.
    """

    start: int
    end: int
    text: str
    instrument: str
    eid: str | None = None
    shown: bool = True
    own: bool = False


class Finding(NamedTuple):
    """A problem without its place."""

    code: str
    offset: int
    details: Mapping[str, object]


# A word that names some instrument, known or not
_NAME_WORD = re.compile(
    "(?:法|典|条例|办法|规定|细则|规则|章程|准则|通则|决定|意见|方案|制度|机制|公约|协定|修正案|解释|协议|合同)$"
)
_BEFORE_PARAGRAPH = frozenset("，。；：、（(“ \u3000照据反合有除和及对与由按以在")
_SIGNS = ("《", "第", "前", "款", "本条", "本章", "本节", "序言")  # without any: no citation
_AFTER_PARAGRAPH = re.compile("规定|所[列称述]")
_KIND = re.compile("(?:实施|暂行)?(?:法|条例|办法|规定|规则|细则|制度|方案|意见|章程|机制)")
_NOTED = re.compile(  # behind a title: （试行）, then （以下简称《X》）
    "(?:[（(][^（）()《\\n]{1,40}[）)])?[（(](?:[^（）()《\\n]{0,40}[，、；,;])?以下(?:均|统一)?(?:简称|统称|称)为?"
    "：?《(?P<name>[^《》\\n]+)》"
)
_ENDS = re.compile("[。；\n]")


@dataclass(slots=True)
class _Reading:
    """One text while it is read."""

    text: str
    at: str
    basis: bool
    spared: list[Span]
    links: list[Link] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


class _Target(NamedTuple):
    instrument: Instrument
    text: Text
    own: bool


class Scope:
    """The texts of one file. `home` is the instrument the file is of, `body` its text there."""

    def __init__(
        self, library: Library, home: Instrument | None = None, body: Body | None = None
    ) -> None:
        self.library = library
        self.home = home
        self._own: _Target | None = None
        if home is not None:
            version = home.current
            if body is not None and body is not version.body:
                version = next((v for v in home.versions if v.body is body), version)
            text = library.text(version)
            if body is not None and version.body is not body:
                text = Text(body, version.summary, version.article_count)
            self._own = _Target(home, text, True)
        self._defined: dict[str, tuple[str, tuple[Instrument, ...]]] = {}
        self._quoted: dict[str, list[Span]] | None = None

    def links(
        self,
        text: str,
        place: Callable[[int], Place],
        at: str = "",
        basis: bool = False,
        lenient: bool = False,
        masked: Sequence[Span] = (),
    ) -> tuple[list[Link], list[Problem]]:
        """The citations of `text` that resolve, and the problems of all; never raises.

        place: offset in `text` -> place in the file. at: id of the block in the instrument `home`.
        basis: the text is one 依据 entry. lenient: errors are warnings. masked: spans in which
        nothing is a citation. Outside instruments only 《…》 counts.
        """
        links, findings = self._answer(text, at, basis, masked)
        problems = [
            problem(code, place(offset), lenient=lenient, **details)
            for code, offset, details in findings
        ]
        return list(links), problems

    def _answer(
        self, text: str, at: str, basis: bool, masked: Sequence[Span]
    ) -> tuple[Sequence[Link], Sequence[Finding]]:
        if self.home is None:
            if "《" not in text and not basis:
                return (), ()
            if not (masked or self._defined or "以下" in text):
                return self._known(text, basis)
        elif not any(sign in text for sign in _SIGNS):
            return (), ()
        return self._read(text, at, basis, masked)

    def _known(self, text: str, basis: bool) -> tuple[Sequence[Link], Sequence[Finding]]:
        """Text that means the same wherever it stands is read once."""
        answers = self.library.answers
        answer: tuple[Sequence[Link], Sequence[Finding]] | None = answers.get((text, basis))
        if answer is None:
            links, findings = self._read(text, "", basis, ())
            answer = (tuple(links), tuple(findings))
            if len(text) < 500 and len(answers) < 50_000:
                answers[text, basis] = answer
        return answer

    def _read(
        self, text: str, at: str, basis: bool, masked: Sequence[Span]
    ) -> tuple[list[Link], list[Finding]]:
        reading = _Reading(text, at, basis, merged([*masked, *self._quotes(text)]))
        defines = "以下" in text
        for citation in parse(text, inside=self.home is not None):
            if touches(reading.spared, citation.start, citation.end):
                continue
            if defines and citation.kind == "title":
                self._define(reading, citation)
            self._resolve(reading, citation)
        if basis and not reading.links and not reading.findings:
            reading.findings.append(Finding("HB409", 0, {"text": text.strip()}))
        return reading.links, reading.findings

    def _define(self, reading: _Reading, citation: Citation) -> None:
        """《…》（以下简称《X》）: X means the same for the rest of the file."""
        if match := _NOTED.match(reading.text, citation.head_end):
            full, works = self._find(citation.name)
            self._defined[bare(match["name"])] = (full, works)
            insort(reading.spared, (match.start("name") - 1, match.end("name") + 1))

    def _find(self, title: str) -> tuple[str, tuple[Instrument, ...]]:
        """The full name meant by `title` and the instruments called so."""
        if self._defined and (known := self._defined.get(bare(title))):
            return known
        return title, self.library.find(title)

    def _resolve(self, reading: _Reading, citation: Citation) -> None:
        if citation.kind == "title":
            self._titled(reading, citation)
        elif self._own is None:
            return
        elif citation.kind == "self":
            self._provisions(reading, citation, self._own)
        elif citation.kind == "relative":
            self._relative(reading, citation, self._own)
        else:
            self._bare(reading, citation, self._own)

    def _titled(self, reading: _Reading, citation: Citation) -> None:
        title, works = self._find(citation.name)
        if self._own and reading.text.endswith("本", 0, citation.start) and _KIND.fullmatch(title):
            if citation.items:  # 本《办法》第二十条
                self._provisions(reading, citation, self._own)
        elif len(works) == 1:
            self._instrument(reading, citation, works[0])
        elif works:
            self._ambiguous(reading, citation, title, works)
        elif citation.items or reading.basis:
            details = {
                "title": title,
                "provision": _words(citation.items),
                "hint": self.library.suggest(title),
            }
            reading.findings.append(Finding("HB402", citation.start, details))

    def _ambiguous(
        self, reading: _Reading, citation: Citation, title: str, works: Sequence[Instrument]
    ) -> None:
        titles = [work.title for work in works]
        same = len(set(titles)) < len(titles)
        named = "、".join(f"《{w.title}》（{w.id}）" if same else f"《{w.title}》" for w in works)
        details = {"title": title, "candidates": named}
        reading.findings.append(Finding("HB408", citation.start, details))

    def _instrument(self, reading: _Reading, citation: Citation, work: Instrument) -> None:
        text = self.library.text(work.current)
        own = self._own is not None and text is self._own.text
        if work is not self.home:
            self._status(reading, citation, work)
        target = _Target(work, text, own)
        if not citation.items or _plain_annex(citation.items[0], text):
            self._link(reading, (citation.start, citation.head_end), target, None)
        else:
            self._provisions(reading, citation, target)

    def _status(self, reading: _Reading, citation: Citation, work: Instrument) -> None:
        version = work.current
        if version.status in ("现行有效", "已修改"):
            return
        if not citation.items and not reading.basis:
            end = _ENDS.search(reading.text, citation.end)
            rest = reading.text[citation.end : end.start() if end else None]
            if "废止" in rest or "失效" in rest:  # 《旧条例》同时废止
                return
        if version.status == "尚未生效":
            since = f"{version.effective}起施行"
        else:
            since = f"自 {version.expires} 起" if version.expires else "日期不详"
        details = {"title": work.title, "status": version.status, "since": since}
        reading.findings.append(Finding("HB403", citation.start, details))

    def _bare(self, reading: _Reading, citation: Citation, own: _Target) -> None:
        """第五条 without a name: of the name directly before it, else this instrument's own."""
        before = reading.text[max(0, citation.start - 60) : citation.start]
        if named := self.library.name_before(before, len(before)):
            start = citation.start - len(before) + named[0]
            self._named(reading, citation, start, named[1])
        elif _NAME_WORD.search(before):
            return
        elif citation.items[0].steps[0].level == "article":
            self._provisions(reading, citation, own)
        elif (
            not before
            or before[-1] in _BEFORE_PARAGRAPH
            or _AFTER_PARAGRAPH.match(reading.text, citation.end)
        ):
            self._quietly(reading, citation, own)

    def _named(
        self, reading: _Reading, citation: Citation, start: int, works: Sequence[Instrument]
    ) -> None:
        name = reading.text[start : citation.start]
        titled = Citation("title", name, citation.items, start, citation.start, citation.end)
        if len(works) == 1:
            self._instrument(reading, titled, works[0])
        else:
            self._ambiguous(reading, titled, name, works)

    def _quietly(self, reading: _Reading, citation: Citation, own: _Target) -> None:
        """第二款 alone is 本条第二款, 第一项 is 本款第一项 where there is one, else plain."""
        level = citation.items[0].steps[0].level
        word = {"paragraph": "本条", "point": "本款"}.get(level, "")
        pointer = point(word, reading.at, own.text)
        whole = _completed(citation, pointer.eids[0]) if pointer else None
        if whole and not any(own.text.find(item.steps).code for item in whole.items):
            self._provisions(reading, whole, own)

    def _relative(self, reading: _Reading, citation: Citation, own: _Target) -> None:
        """前款, 本条 and the like, with the provisions that follow them."""
        pointer = point(citation.name, reading.at, own.text)
        if pointer is None:
            return
        if not pointer.eids:
            details = {"text": citation.name, "reason": pointer.reason}
            reading.findings.append(Finding("HB410", citation.start, details))
            return
        if len(pointer.eids) == 1 and (whole := _completed(citation, pointer.eids[0])):
            self._provisions(reading, whole, own)
            return
        for number, name in enumerate(pointer.eids):
            span = (citation.start, citation.head_end)
            self._link(reading, span, own, name, shown=number == 0)

    def _provisions(self, reading: _Reading, citation: Citation, target: _Target) -> None:
        """Every item of the citation as a link, a problem or both; ranges with their middle."""
        start = citation.start
        if reading.text[citation.head_end : citation.items[0].start] in ("（", "("):
            self._link(reading, (citation.start, citation.head_end), target, None)
            start = citation.items[0].start
        opening, before = start, ""
        for number, item in enumerate(citation.items):
            begin = item.start if number else start
            name = self._provision(reading, begin, item, target)
            if item.through and before and name:
                for middle in target.text.between(before, name):
                    self._link(reading, (opening, item.end), target, middle, shown=False)
            opening, before = begin, name

    def _provision(self, reading: _Reading, begin: int, item: Item, target: _Target) -> str:
        """Links one item and reports what is wrong with it; gives its id, or ""."""
        steps = self._in_annex(reading, item.steps) if target.own else item.steps
        found = target.text.find(steps)
        if found.code:
            title, provision = target.instrument.title, describe(item.steps)
            details = {"title": title, "provision": provision, **dict(found.details)}
            reading.findings.append(Finding(found.code, begin, details))
        if found.linked:
            self._link(reading, (begin, item.end), target, found.eid)
        return found.eid or ""

    def _in_annex(self, reading: _Reading, steps: Locator) -> Locator:
        """Inside an annex with articles of its own, 第三条 is the annex's."""
        if reading.at.startswith("att_") and steps[0].level != "annex" and self._own:
            inside = (*steps_of(reading.at.partition("__")[0]), *steps)
            if len(inside) > len(steps) and eid(inside) in self._own.text.body:
                return inside
        return steps

    def _link(
        self,
        reading: _Reading,
        span: Span,
        target: _Target,
        name: str | None,
        *,
        shown: bool = True,
    ) -> None:
        start, end = span
        text = reading.text[start:end]
        link = Link(start, end, text, target.instrument.id, name, shown, target.own)
        reading.links.append(link)

    def _quotes(self, text: str) -> list[Span]:
        """Where the text quotes provisions that an amendment inserts, as its own block or alone."""
        if self._own is not None and self._quoted is None:
            blocks = self._own.text.body.blocks
            texts = [(block.text, block.kind in _FRESH) for block in blocks]
            spans = quoted(texts)
            self._quoted = {t: s for (t, _), s in zip(texts, spans, strict=True) if s}
        known = (self._quoted or {}).get(text)
        if known is not None:
            return known
        return quoted([(text, True)])[0] if "“" in text else []


_FRESH = frozenset(("article", "part", "book", "division", "chapter", "section", "annex"))


def _completed(citation: Citation, base: str) -> Citation | None:
    """The citation with its items completed by the provision that its head points at."""
    above = steps_of(base)
    if not above or not citation.items:
        return None
    items = tuple(replace(item, steps=carry(above, item.steps)) for item in citation.items)
    return replace(citation, items=items) if all(sound(item.steps) for item in items) else None


def _plain_annex(item: Item, text: Text) -> bool:
    """《…》附件 where the file holds no annex means the whole."""
    return item.steps == (Step("annex"),) and eid(item.steps) not in text.body


def _words(items: Sequence[Item]) -> str:
    """The provisions of a citation in words."""
    return "、".join(describe(item.steps) for item in items)
