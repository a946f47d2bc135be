"""The cross-reference index, both ways: who rests on which provision, who leads and supports what.

`connect` runs the citation grammar over every text of the handbook once; pages and exports only
look up what it found.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from handbook import urls
from handbook.citations import Library, Link, Scope, masked
from handbook.courses import quiz
from handbook.model import (
    Duty,
    Event,
    Handbook,
    Instrument,
    LedgerItem,
    Page,
    Place,
    Record,
    Version,
)
from handbook.problems import Problem, problem
from handbook.schema import FULL, INSTRUMENT


@dataclass(frozen=True, slots=True)
class Origin:
    """What cites: kind is instrument, duty, unit, page, term or question."""

    kind: str
    id: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Reference:
    """One citation as a row: a range or a list gives one row a provision."""

    origin: Origin
    text: str  # as typed
    instrument: str
    eid: str | None  # None: the whole instrument


@dataclass(frozen=True, slots=True)
class Basis:
    """One 依据 entry of a record: the text as typed and its links (none: it counts as no basis)."""

    text: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Links:
    """What `connect` found.

    spans: the citation links of every text, by ("page", path), ("version", path, block number) or
    (kind, id, attribute). cited_by: instrument -> eid ("" for the whole) -> references.
    imposed: instrument -> eid -> its number in 设定职责. leads, supports: unit -> duties in force.
    """

    references: tuple[Reference, ...]
    spans: Mapping[tuple[str | int, ...], tuple[Link, ...]]
    cited_by: Mapping[str, Mapping[str, tuple[Reference, ...]]]
    basis: Mapping[tuple[str, str], tuple[Basis, ...]]
    imposed: Mapping[str, Mapping[str, int]]
    leads: Mapping[str, tuple[str, ...]]
    supports: Mapping[str, tuple[str, ...]]
    duties: tuple[str, ...] = field(default=())  # in force on the as-of day

    def bases(self, record: Record) -> tuple[Basis, ...]:
        """The 依据 entries of a duty, term, question, event or ledger item."""
        return self.basis.get((type(record).__name__, record.id), ())

    def based(self, duty: Duty) -> bool:
        """Whether at least one 依据 entry of the duty resolves."""
        return any(basis.links for basis in self.bases(duty))


def in_force(duty: Duty, handbook: Handbook) -> bool:
    """Whether the duty is in force on the as-of day (施行日期 included, 失效日期 not)."""
    day = handbook.as_of
    return (duty.effective is None or duty.effective <= day) and (
        duty.expires is None or day < duty.expires
    )


def connect(handbook: Handbook) -> tuple[Links, list[Problem]]:
    """Find and resolve every citation of the handbook."""
    return _Connector(handbook).connect()


class _Connector:
    def __init__(self, handbook: Handbook) -> None:
        self.handbook = handbook
        self.library = Library(handbook.instruments)
        self.problems: list[Problem] = []
        self.references: list[Reference] = []
        self.spans: dict[tuple[str | int, ...], tuple[Link, ...]] = {}
        self.basis: dict[tuple[str, str], tuple[Basis, ...]] = {}
        self.imposed: dict[str, dict[str, int]] = {}

    def connect(self) -> tuple[Links, list[Problem]]:
        for work in self.handbook.instruments.values():
            for version in work.versions:
                self._version(work, version)
        for page in self.handbook.pages.values():
            self._page(page)
        for kind, record, title, url, texts in self._records():
            self._record(Origin(kind, record.id, title, url), record, texts)
        if INSTRUMENT.word in self.handbook.lost:
            return self._links(), [p for p in self.problems if p.code not in ("HB402", "HB409")]
        return self._links(), self.problems

    def _version(self, work: Instrument, version: Version) -> None:
        current = version is work.current
        origin = Origin("instrument", work.id, work.title, urls.instrument(work))
        scope = Scope(self.library, work, version.body)
        lenient = work.section == "regulations" and version.text == FULL
        path = f"docs/{version.path}"
        at = ""
        for number, block in enumerate(version.body.blocks):
            at = block.eid or at
            if not block.text or block.kind in _HEADINGS:
                continue
            found = self._find(
                scope, block.text, _in_line(path, block.line, block.column), at, lenient
            )
            if found:
                self.spans["version", version.path, number] = found
                if current:
                    here = Origin(
                        origin.kind, origin.id, origin.title, urls.instrument(work, at or None)
                    )
                    self._refer(here, found)
        eids: dict[str, int] = {}
        for number, text in enumerate(version.imposes):
            place = _at(version, "设定职责", number)
            # 第六部分 alone is no citation; 本办法第六部分 is this instrument's
            count = len(self.problems)
            own = [
                link.eid
                for link in self._find(scope, f"本办法{text}", place, "", False)
                if link.instrument == work.id and link.eid
            ]
            for eid in own:
                eids.setdefault(eid, number)
            if not own and len(self.problems) == count:
                self.problems.append(problem("HB411", place(0), text=text))
        if current:
            self.imposed[work.id] = eids

    def _page(self, page: Page) -> None:
        if "《" not in page.text:
            return
        scope = Scope(self.library, None, None)
        place = _in_text(f"docs/{page.path}", page.text, page.first_line)
        spared = masked(page.text)
        found, problems = scope.links(page.text, place, masked=spared)
        self.problems += problems
        if found:
            self.spans["page", page.path] = tuple(found)
            self._refer(Origin("page", page.path, page.title, urls.page(page.path)), found)

    def _records(self) -> Iterator[tuple[str, Record, str, str, tuple[str, ...]]]:
        """Every record with citations: kind, record, title, url, attributes with free text."""
        book = self.handbook
        asked = {
            question.id: f"{urls.record('training', course.id)}quiz/#{question.id}"
            for course in reversed(list(book.courses.values()))
            for question in quiz(course, book.questions)
        }
        for duty in book.duties.values():
            url = urls.record("duties", duty.id)
            yield "duty", duty, duty.title, url, ("note", "remedies", "measure", "output")
        for term in book.terms.values():
            yield "term", term, term.name, urls.term(term.name), ("definition", "origin")
        for question in book.questions.values():
            url = asked.get(question.id, "")
            yield "question", question, question.stem, url, ("stem", "explanation")
        for event in book.events.values():
            yield "page", event, event.title, "calendar/", ()
        for item in book.ledger.values():
            yield "page", item, item.problem, "ledger/", ("problem", "origin", "remedy")
        for unit in book.units.values():
            yield "unit", unit, unit.name, urls.record("units", unit.id), ()

    def _record(self, origin: Origin, record: Record, texts: tuple[str, ...]) -> None:
        kind = type(record).__name__
        if isinstance(record, Event | LedgerItem):
            origin = Origin("page", origin.url.strip("/"), origin.title, origin.url)
        for attribute in texts:
            text = getattr(record, attribute)
            if text and "《" in text:
                place = _at(record, _KEYS[attribute])
                scope = Scope(self.library, None, None)
                spared = masked(text)
                found, problems = scope.links(text, place, masked=spared)
                self.problems += problems
                if found:
                    self.spans[kind, record.id, attribute] = tuple(found)
                    self._refer(origin, found)
        entries: list[Basis] = []
        scope = Scope(self.library, None, None)
        for number, text in enumerate(getattr(record, "basis", ())):
            place = _at(record, "依据", number)
            found, problems = scope.links(text, place, basis=True)
            self.problems += problems
            entries.append(Basis(text, tuple(found)))
            self._refer(origin, found)
        if entries:
            self.basis[kind, record.id] = tuple(entries)

    def _find(
        self, scope: Scope, text: str, place: Callable[[int], Place], at: str, lenient: bool
    ) -> tuple[Link, ...]:
        found, problems = scope.links(text, place, at=at, lenient=lenient)
        self.problems += problems
        return tuple(found)

    def _refer(self, origin: Origin, links: Iterable[Link]) -> None:
        self.references += [
            Reference(origin, link.text, link.instrument, link.eid) for link in links
        ]

    def _links(self) -> Links:
        cited: dict[str, dict[str, list[Reference]]] = defaultdict(lambda: defaultdict(list))
        for reference in self.references:
            cited[reference.instrument][reference.eid or ""].append(reference)
        leads: dict[str, list[str]] = defaultdict(list)
        supports: dict[str, list[str]] = defaultdict(list)
        alive = [d for d in self.handbook.duties.values() if in_force(d, self.handbook)]
        for duty in alive:
            for unit in duty.leads.ids:
                leads[unit].append(duty.id)
            for unit in duty.supports.ids:
                if unit not in duty.leads.ids:
                    supports[unit].append(duty.id)
        return Links(
            references=tuple(self.references),
            spans=self.spans,
            cited_by={
                id: {eid: tuple(dict.fromkeys(found)) for eid, found in by_eid.items()}
                for id, by_eid in cited.items()
            },
            basis=self.basis,
            imposed=self.imposed,
            leads={unit: tuple(ids) for unit, ids in leads.items()},
            supports={unit: tuple(ids) for unit, ids in supports.items()},
            duties=tuple(duty.id for duty in alive),
        )


_HEADINGS = frozenset({"book", "division", "chapter", "section", "preamble", "annex", "heading"})
_KEYS = {
    "note": "说明",
    "remedies": "权利与救济",
    "measure": "考核",
    "output": "成果",
    "definition": "释义",
    "origin": "出处",
    "stem": "题干",
    "explanation": "解析",
    "problem": "问题",
    "remedy": "整改措施",
}


def _at(record: Record, *keys: str | int) -> Callable[[int], Place]:
    """The place of a record's value, looked up only when there is a problem to report."""
    return lambda offset: record.source.place(*keys)


def _in_line(path: str, line: int, column: int) -> Callable[[int], Place]:
    return lambda offset: Place(path, line, column + offset)


def _in_text(path: str, text: str, first_line: int) -> Callable[[int], Place]:
    starts: list[int] = []

    def place(offset: int) -> Place:
        if not starts:
            starts.append(0)
            starts.extend(n + 1 for n, char in enumerate(text) if char == "\n")
        line = bisect_right(starts, offset) - 1
        return Place(path, first_line + line, offset - starts[line] + 1)

    return place
