"""The values everything else works on: frozen records, each knowing where it was written.

`load` makes them, `rules` checks them, `links` connects them, `pages` and `formats` show them.
Attribute names are English; the Chinese keys of the files are declared once, in `schema`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A spot in a content file: path relative to the content folder, 1-based line and column."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class Source(Protocol):
    """Finds the place of a value: `place('步骤', 0, '单位')`; of the record without keys."""

    def place(self, *keys: str | int) -> Place: ...

    def has(self, key: str) -> bool:
        """Whether the key was written, with whatever value."""


@dataclass(frozen=True, slots=True)
class At:
    """A source with one known place, for values that were not read from YAML."""

    spot: Place

    def place(self, *keys: str | int) -> Place:
        return self.spot

    def has(self, key: str) -> bool:
        return False


NOWHERE = At(Place(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What every record and every page has."""

    source: Source = field(default=NOWHERE, compare=False, repr=False)
    id: str = ""
    pending: str = ""  # 待核实
    review_by: date | None = None  # 复核日期
    access: str = ""  # 公开范围


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Record):
    """data/handbook.yml."""

    name: str
    region: str
    body: str
    edition: str = ""
    edition_date: date | None = None
    site_url: str = ""
    repository: str = ""
    default_access: str = "内部"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Record):
    """A field of work (领域)."""

    name: str
    note: str = ""
    short: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption(Record):
    """A justified hole of a duty or unit (例外)."""

    missing: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Record):
    """A unit (单位). `until` is the first day it no longer exists."""

    name: str
    kind: str
    role: str = "成员单位"
    short: str = ""
    aliases: tuple[str, ...] = ()
    phone: str = ""
    since: date | None = None
    until: date | None = None
    merged_into: str = ""  # unit id
    exemptions: tuple[Exemption, ...] = ()

    @property
    def label(self) -> str:
        """The name used in tables: 简称, else 名称."""
        return self.short or self.name


@dataclass(frozen=True, slots=True)
class Parties:
    """Units as typed (collective names kept) and as they expand on the as-of day."""

    typed: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Record):
    """One step of a duty: who does what, and the hand-over."""

    units: Parties
    action: str
    deadline: str = ""
    handover: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty(Record):
    """A duty (职责事项); `basis` are citations as typed."""

    title: str
    field: str  # field id
    leads: Parties = Parties()
    supports: Parties = Parties()
    basis: tuple[str, ...] = ()
    rhythm: str = ""
    deadline: str = ""
    output: str = ""
    measure: str = ""
    points: float | None = None
    evidence: str = ""
    forms: tuple[str, ...] = ()
    note: str = ""
    steps: tuple[Step, ...] = ()
    remedies: str = ""
    exemptions: tuple[Exemption, ...] = ()
    list: str = ""  # 基本/配合/上级收回
    effective: date | None = None
    expires: date | None = None
    owners: Parties = Parties()


@dataclass(frozen=True, slots=True, kw_only=True)
class Term(Record):
    """A glossary term (词条); its id is the term itself."""

    name: str
    definition: str
    aliases: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Synonym(Record):
    """Words for the same thing, for search."""

    word: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Record):
    """A calendar entry that is no duty: a date, or a rhythm with a deadline."""

    title: str
    date: date | None = None
    rhythm: str = ""
    deadline: str = ""
    units: Parties = Parties()
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerItem(Record):
    """A problem and its rectification (问题与整改)."""

    problem: str
    units: Parties
    remedy: str
    due: date
    status: str
    origin: str = ""
    basis: tuple[str, ...] = ()
    done: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePart(Record):
    title: str
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizPick(Record):
    """A pick of questions: the first `count` of a bank, or one question by id."""

    question: str = ""
    bank: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Course(Record):
    name: str
    parts: tuple[CoursePart, ...] = ()
    audience: str = ""
    hours: float | None = None
    quiz: tuple[QuizPick, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Record):
    stem: str
    kind: str
    answer: str
    explanation: str
    basis: tuple[str, ...]
    options: tuple[str, ...] = ()
    bank: str = ""  # file name without .yml


@dataclass(frozen=True, slots=True)
class Block:
    """One block of an instrument's text, in document order.

    kind: book division chapter section preamble annex part article (containers and headings),
    paragraph point subpoint indent (款 项 目 and below), text table quote heading (no provision).
    label: the number as displayed (第十二条, （一）, 第二章); text: the block's text without it.
    An article has no text of its own: its first 款 follows as a paragraph block, even when empty.
    """

    kind: str
    eid: str  # Akoma Ntoso id, "" for blocks that are no provision
    label: str
    text: str
    line: int  # 1-based, in the file
    column: int  # 1-based, of `text` in that line
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """An instrument's text: its blocks in order, and where each provision stands among them."""

    blocks: tuple[Block, ...] = ()
    index: Mapping[str, int] = field(default_factory=dict)  # eid -> position in blocks

    def __contains__(self, eid: object) -> bool:
        return eid in self.index

    def __getitem__(self, eid: str) -> Block:
        return self.blocks[self.index[eid]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(Record):
    """One version of an instrument, as its file gives it. Status is judged for the as-of day."""

    title: str
    kind: str  # 类别
    issuer: str
    published: date
    effective: date
    text: str  # 全文 / 要点 / 示范文本
    path: str  # relative to docs/
    body: Body = Body()
    short: str = ""
    aliases: tuple[str, ...] = ()
    number: str = ""
    passed: date | None = None
    expires: date | None = None
    change: str = ""
    article_count: int | None = None
    origin: str = ""
    official_link: str = ""
    fields: tuple[str, ...] = ()  # field ids
    imposes: tuple[str, ...] = ()  # 设定职责, as typed
    owners: Parties = Parties()
    status: str = "现行有效"

    @property
    def summary(self) -> bool:
        """True for a 要点, in which articles may be missing and lower levels are not checked."""
        return self.text == "要点"


@dataclass(frozen=True, slots=True)
class Instrument:
    """A regulation or rule with all its versions, oldest first."""

    id: str
    section: str  # regulations / rules
    versions: tuple[Version, ...]
    current: Version  # in force on the as-of day, else the latest not after it, else the first

    @property
    def title(self) -> str:
        return self.current.title

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it can be called by, current version first, without repeats."""
        found: dict[str, None] = {}
        for version in (self.current, *self.versions):
            for name in (version.title, version.short, *version.aliases):
                if name:
                    found[name] = None
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect(Record):
    """An address that was, and where it leads now, as typed."""

    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Record):
    """A written page; `path` is relative to docs/, `text` its Markdown after front matter."""

    path: str
    title: str
    text: str
    first_line: int = 1  # line of the file on which `text` starts
    fields: tuple[str, ...] = ()
    owners: Parties = Parties()


@dataclass(frozen=True, slots=True)
class Handbook:
    """Everything the content says, in the order of its files, judged for one day.

    lost: the kinds (单位, 职责, 文件 …) of which something could not be read. What seems to be
    missing there may only be unreadable, so nothing that is said to be missing is reported.
    root: the content folder.
    """

    as_of: date
    settings: Settings
    fields: Mapping[str, Field]
    units: Mapping[str, Unit]
    duties: Mapping[str, Duty]
    instruments: Mapping[str, Instrument]
    pages: Mapping[str, Page]  # by path relative to docs/
    terms: Mapping[str, Term]
    synonyms: tuple[Synonym, ...]
    events: Mapping[str, Event]
    ledger: Mapping[str, LedgerItem]
    courses: Mapping[str, Course]
    questions: Mapping[str, Question]
    redirects: tuple[Redirect, ...]
    workdays: Mapping[int, tuple[frozenset[date], frozenset[date]]]  # year -> (off, made up)
    lost: frozenset[str] = frozenset()
    root: Path = field(default=Path(), compare=False)
