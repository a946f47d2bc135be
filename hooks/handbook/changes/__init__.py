"""Two compiled sites to what changes between them: provisions, duties, units, pages, addresses.

Pure values for the writers in `formats`; `wording` puts them into sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from handbook import schema, urls
from handbook.changes.addresses import Addresses, addresses
from handbook.changes.amendments import Amendment, amendments
from handbook.changes.differences import (
    ADDED,
    CHANGED,
    DELETED,
    Edit,
    RecordChange,
    day,
    edits,
    passages,
    records,
)
from handbook.changes.tasks import UnitChange, units
from handbook.model import Handbook, Instrument, Version
from handbook.site import Site


@dataclass(frozen=True, slots=True)
class VersionChange:
    """One version of an instrument.

    status: before and now, where they differ. rewritten: a summary gave way to a full text or the
    reverse, so its provisions are not compared. articles: how many a new version has.
    """

    name: str
    change: str
    path: str
    status: tuple[str, str] = ("", "")
    edits: tuple[Edit, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    rewritten: bool = False
    articles: int = 0


@dataclass(frozen=True, slots=True)
class InstrumentChange:
    """A regulation or rule (section: regulations / rules) in which something changes."""

    id: str
    section: str
    title: str
    url: str
    change: str
    versions: tuple[VersionChange, ...]

    @property
    def provisions(self) -> tuple[str, ...]:
        """The articles, parts and headings in which something changes."""
        return tuple(dict.fromkeys(a.holder for v in self.versions for a in v.amendments))


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that a change does.

    records: of the kinds without a list of their own here. layout: files in which only the layout
    changed. files: others that differ, such as pictures.
    """

    instruments: tuple[InstrumentChange, ...] = ()
    duties: tuple[RecordChange, ...] = ()
    units: tuple[UnitChange, ...] = ()
    records: tuple[RecordChange, ...] = ()
    pages: tuple[RecordChange, ...] = ()
    addresses: Addresses = field(default_factory=Addresses)
    layout: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing changes but layout."""
        return replace(self, layout=()) == Changes()


def compare(old: Site, new: Site, files: Iterable[str] = ()) -> Changes:
    """What leads from one site to the other, both compiled for the same day.

    files: the content files whose bytes differ; where no record differs, only layout did.
    """
    was, now = old.handbook, new.handbook
    works = tuple(_works(was, now))
    duty, unit = partial(urls.record, "duties"), partial(urls.record, "units")
    duties = tuple(records(schema.DUTY, was.duties, now.duties, was, now, duty))
    roster = tuple(records(schema.UNIT_KIND, was.units, now.units, was, now, unit, "name"))
    others, pages = tuple(_others(was, now)), tuple(_pages(was, now))
    touched = {path for change in (*duties, *roster, *others, *pages) for path in change.paths}
    touched |= {version.path for work in works for version in work.versions}
    touched |= {problem.place.path for problem in (*old.errors, *new.errors)}
    same = [path for path in files if path not in touched]
    return Changes(
        works,
        duties,
        units(was, now, roster, duties, others),
        others,
        pages,
        addresses(old, new),
        tuple(path for path in same if path.endswith((".yml", ".md"))),
        tuple(path for path in same if not path.endswith((".yml", ".md"))),
    )


# records


def _others(was: Handbook, now: Handbook) -> Iterator[RecordChange]:
    """Settings, fields, calendar, ledger, glossary, courses, questions, and what has no page."""
    found = edits(schema.SETTINGS, was.settings, now.settings, was, now)
    if found:
        name, path = now.settings.name, "data/handbook.yml"
        yield RecordChange(schema.SETTINGS.word, "", name, "", CHANGED, found, (path,))
    kinds = (
        (schema.FIELD_KIND, was.fields, now.fields, "name", partial(urls.record, "fields")),
        (schema.EVENT, was.events, now.events, "title", lambda id: "calendar/"),
        (schema.LEDGER, was.ledger, now.ledger, "problem", lambda id: "ledger/"),
        (schema.TERM, was.terms, now.terms, "name", urls.term),
        (schema.COURSE, was.courses, now.courses, "name", partial(urls.record, "training")),
        (schema.QUESTION, was.questions, now.questions, "stem", lambda id: ""),
    )
    for kind, old, new, title, url in kinds:
        yield from records(kind, old, new, was, now, url, title)
    before, after = ({s.word: s for s in book.synonyms} for book in (was, now))
    yield from records(schema.SYNONYM, before, after, was, now, lambda word: "", "word")
    yield from _pairs("转址", "data/redirects.yml", "新址", _redirects(was), _redirects(now))
    yield from _pairs("节假日", "data/workdays.yml", "日期", _workdays(was), _workdays(now))


def _redirects(book: Handbook) -> dict[str, str]:
    return {entry.old: entry.new for entry in book.redirects}


def _workdays(book: Handbook) -> dict[str, str]:
    def said(days: frozenset[date]) -> str:
        return "、".join(f"{d.month}月{d.day}日" for d in sorted(days))

    return {
        f"{year}年": f"休 {said(off)}；班 {said(on)}" for year, (off, on) in book.workdays.items()
    }


def _pairs(
    word: str, path: str, key: str, was: Mapping[str, str], now: Mapping[str, str]
) -> Iterator[RecordChange]:
    """A file that is one mapping."""
    for name in dict.fromkeys((*now, *was)):
        old, new = was.get(name, ""), now.get(name, "")
        if old != new:
            change = ADDED if not old else DELETED if not new else CHANGED
            yield RecordChange(word, name, name, "", change, (Edit(key, old, new),), (path,))


def _pages(was: Handbook, now: Handbook) -> Iterator[RecordChange]:
    """Written pages: their front matter, then the paragraphs that differ."""
    for change in records(schema.PAGE, was.pages, now.pages, was, now, urls.page):
        if change.change != CHANGED:
            yield change
    for path, page in now.pages.items():
        old = was.pages.get(path)
        if old is not None and (old.text != page.text or old != page):
            found = edits(schema.PAGE, old, page, was, now) + tuple(passages(old.text, page.text))
            if found:
                named = (schema.PAGE.word, path, page.title, urls.page(path))
                yield RecordChange(*named, CHANGED, found, (f"docs/{path}",))


# instruments


def _works(was: Handbook, now: Handbook) -> Iterator[InstrumentChange]:
    for id in dict.fromkeys((*now.instruments, *was.instruments)):
        old, new = was.instruments.get(id), now.instruments.get(id)
        work = new or old
        assert work is not None
        if new is None and schema.INSTRUMENT.word in now.lost:
            continue
        versions = tuple(_versions(old, new, was, now))
        if versions:
            change = ADDED if old is None else DELETED if new is None else CHANGED
            url = urls.instrument(work)
            yield InstrumentChange(id, work.section, work.title, url, change, versions)


def _versions(
    old: Instrument | None, new: Instrument | None, was: Handbook, now: Handbook
) -> Iterator[VersionChange]:
    before, after = old.versions if old else (), new.versions if new else ()
    pairs = _paired(before, after)
    for number, version in enumerate(after):
        same = pairs.get(version.published)
        if same is not None:
            change = _changed(same, version, was, now)
            if change is not None:
                yield change
        else:
            base = after[number - 1] if number else None
            yield _added(version, base if old else None)
    kept = {version.published for version in pairs.values()}
    for version in before:
        if version.published not in kept:
            yield VersionChange(_name(version), DELETED, f"docs/{version.path}")


def _paired(before: tuple[Version, ...], after: tuple[Version, ...]) -> dict[date, Version]:
    """Published day now -> the version before: of the same day, or the only one left on each."""
    days = {version.published: version for version in before}
    pairs = {v.published: days[v.published] for v in after if v.published in days}
    left = [v for v in before if v.published not in pairs]
    new = [v for v in after if v.published not in pairs]
    if len(left) == len(new) == 1:
        pairs[new[0].published] = left[0]
    return pairs


def _name(version: Version) -> str:
    return f"{day(version.published)}{version.change or '公布'}"


def _added(version: Version, base: Version | None) -> VersionChange:
    """A new version, compared with the one before it where there is one."""
    rewritten = base is not None and base.summary != version.summary
    found = amendments(base.body, version.body) if base and not rewritten else ()
    count = sum(block.kind == "article" for block in version.body.blocks)
    return VersionChange(
        _name(version),
        ADDED,
        f"docs/{version.path}",
        ("", version.status),
        amendments=found,
        rewritten=rewritten,
        articles=count,
    )


def _changed(old: Version, new: Version, was: Handbook, now: Handbook) -> VersionChange | None:
    found = edits(schema.INSTRUMENT, old, new, was, now)
    rewritten = old.summary != new.summary
    amended = () if rewritten else amendments(old.body, new.body)
    status = (old.status, new.status) if old.status != new.status else ("", "")
    if not (found or amended or any(status)):
        return None
    path = f"docs/{new.path}"
    return VersionChange(_name(new), CHANGED, path, status, found, amended, rewritten)
