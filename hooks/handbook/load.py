"""Content files to a Handbook, the first step. Bad content gives problems, never raises.

Everything is read in the order of what it refers to: fields and units before what names them.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from handbook import provisions, schema
from handbook.convert import Reader
from handbook.model import (
    At,
    Event,
    Handbook,
    Instrument,
    Page,
    Place,
    Record,
    Redirect,
    Settings,
    Unit,
    Version,
)
from handbook.names import Names
from handbook.problems import Problem, problem
from handbook.schema import Kind
from handbook.source import NodeSource, compose, decode, front_matter, read, walk

SECTIONS = ("regulations", "rules")
LISTS = ("fields", "units", "duties", "glossary", "synonyms", "calendar", "ledger", "questions")
_OTHER_FILES = ("handbook", "workdays", "redirects", "courses")
_MARKDOWN = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NOTHING: Mapping[str, bytes] = MappingProxyType({})
R = TypeVar("R", bound=Record)


def load(
    root: Path, as_of: date, edited: Mapping[str, bytes] = _NOTHING
) -> tuple[Handbook, list[Problem]]:
    """Read the content folder `root` (with docs/ and data/) as it stands on the day `as_of`.

    edited: data files, by path, as they would be; they stand for those on the disk.
    """
    with _no_garbage_collection():
        return _Loader(root, as_of, edited).load()


def data_files(paths: Iterable[str], name: str) -> list[str]:
    """Those of `paths` that are data/<name>.yml or data/<name>/*.yml."""
    single, folder = f"data/{name}.yml", f"data/{name}/"
    return [
        path
        for path in paths
        if path == single
        or (path.startswith(folder) and path.endswith(".yml") and path.count("/") == 2)
    ]


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    # composing YAML makes many objects and no garbage: the cyclic collector triples its cost
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class _Loader:
    def __init__(self, root: Path, as_of: date, edited: Mapping[str, bytes]) -> None:
        self.root, self.as_of, self.edited = root, as_of, edited
        self.problems: list[Problem] = []
        self.reader = Reader(self.problems, as_of)
        self.data = sorted({*walk(root, "data", self.problems), *edited})
        self.docs = walk(root, "docs", self.problems)

    def load(self) -> tuple[Handbook, list[Problem]]:
        settings = self._settings()
        fields = self._index(schema.FIELD_KIND, self._list("fields", schema.FIELD_KIND))
        for found in fields.values():
            self.reader.names["field"].add(found.id, found.name, found.short, *found.aliases)
        units = self._units()
        instruments, pages = self._documents()
        handbook = Handbook(
            as_of=self.as_of,
            settings=settings,
            fields=fields,
            units=units,
            duties=self._index(schema.DUTY, self._list("duties", schema.DUTY)),
            instruments=instruments,
            pages=pages,
            terms=self._terms(),
            synonyms=tuple(self._list("synonyms", schema.SYNONYM)),
            events=self._events(),
            ledger=self._index(schema.LEDGER, self._list("ledger", schema.LEDGER)),
            courses=self._index(schema.COURSE, self._courses()),
            questions=self._index(schema.QUESTION, self._questions()),
            redirects=self._redirects(),
            workdays=self._workdays(),
            root=self.root,
        )
        self._strangers()
        return replace(handbook, lost=frozenset(self.reader.lost)), self.problems

    # data/

    def _compose(self, path: str, kind: Kind | None = None) -> Node | None:
        count = len(self.problems)
        if path in self.edited:
            text = decode(path, self.edited[path], self.problems)
        else:
            text = read(self.root, path, self.problems)
        node = None if text is None else compose(path, text, self.problems)
        if node is None and kind is not None and len(self.problems) > count:
            self.reader.lost.add(kind.word)
        return node

    def _files(self, name: str) -> list[str]:
        return data_files(self.data, name)

    def _list(self, name: str, kind: Kind) -> list[Any]:
        records: list[Any] = []
        for path in self._files(name):
            records += self.reader.records(kind, path, self._compose(path, kind))
        return records

    def _index(self, kind: Kind, records: Iterable[R]) -> dict[str, R]:
        index: dict[str, R] = {}
        for record in records:
            if record.id in index:
                key = "编号" if "编号" in kind.by_name else kind.keys[0].name
                what = f"{kind.word}的编号" if key == "编号" else key
                first = index[record.id].source.place(key)
                self._twice(record.source.place(key), what, record.id, first)
            else:
                index[record.id] = record
        return index

    def _twice(self, place: Place, what: str, id: str, first: Place) -> None:
        shown = f"{first.path}:{first.line}"
        self.problems.append(problem("HB208", place, what=what, id=id, first=shown))

    def _settings(self) -> Settings:
        path = "data/handbook.yml"
        found = None
        if path in self.data:
            count = len(self.problems)
            node = self._compose(path)
            if node is None and len(self.problems) == count:  # empty: it lacks every key
                node = compose(path, "{}", self.problems)
            if node is not None:
                found = self.reader.record(schema.SETTINGS, path, node)
        else:
            self.problems.append(problem("HB109", Place(path), path=path))
        return found or Settings(name="统一战线工作手册", region="X区", body="")

    def _units(self) -> dict[str, Unit]:
        units = self._index(schema.UNIT_KIND, self._list("units", schema.UNIT_KIND))
        self.reader.learn_units(list(units.values()))
        for unit in units.values():
            if unit.merged_into:
                heir = self.reader.find("unit", unit.merged_into, unit.source.place("并入"))
                units[unit.id] = replace(unit, merged_into=heir)
        return units

    def _terms(self) -> dict[str, Any]:
        records = self._list("glossary", schema.TERM)
        return self._index(schema.TERM, [replace(term, id=term.name) for term in records])

    def _events(self) -> dict[str, Event]:
        return self._index(schema.EVENT, self._list("calendar", schema.EVENT))

    def _courses(self) -> list[Any]:
        found = []
        for path in self._files("courses"):
            node = self._compose(path, schema.COURSE)
            if node is not None:
                found.append(self.reader.record(schema.COURSE, path, node))
        return [course for course in found if course is not None]

    def _questions(self) -> list[Any]:
        found: list[Any] = []
        for path in self._files("questions"):
            node = self._compose(path, schema.QUESTION)
            records = self.reader.records(schema.QUESTION, path, node)
            found += [replace(record, bank=Path(path).stem) for record in records]
        return found

    def _pairs(self, path: str) -> list[tuple[Node, Node, NodeSource]]:
        """The entries of a file that is one mapping; none where it is empty or missing."""
        node = self._compose(path) if path in self.data else None
        if node is None or (isinstance(node, ScalarNode) and not node.value):
            return []
        source = NodeSource(path, node)
        if isinstance(node, MappingNode):
            return [(key, value, source) for key, value in node.value]
        self.problems.append(
            problem(
                "HB108",
                source.place(),
                what="文件",
                expected="一组“键: 值”",
                found="别的写法",
                how="一行写一个“键: 值”。",
            )
        )
        return []

    def _redirects(self) -> tuple[Redirect, ...]:
        key = schema.REDIRECT.by_name["新址"]
        found = []
        for old, new, source in self._pairs("data/redirects.yml"):
            value = self.reader.text(key, new, source)
            if isinstance(value, str):
                found.append(Redirect(source=At(source.of(old)), old=str(old.value), new=value))
        return tuple(found)

    def _workdays(self) -> dict[int, tuple[frozenset[date], frozenset[date]]]:
        keys = schema.YEAR.by_name
        found: dict[int, tuple[frozenset[date], frozenset[date]]] = {}
        for year, days, source in self._pairs("data/workdays.yml"):
            good = re.fullmatch(r"\d{4}", str(year.value), re.A) and isinstance(days, MappingNode)
            if not good:
                self.problems.append(
                    problem(
                        "HB108",
                        source.of(year),
                        what="年份",
                        expected="四位数的年份加“休”“班”",
                        found=str(year.value),
                        how="写成“2026: {休: [2026-01-01], 班: [2026-01-04]}”。",
                    )
                )
                continue
            sets: dict[str, frozenset[date]] = {"休": frozenset(), "班": frozenset()}
            for name, node in days.value:
                if name.value not in keys:
                    hint = "只有“休”和“班”两个键。"
                    self.problems.append(
                        problem("HB201", source.of(name), kind="年份", key=name.value, hint=hint)
                    )
                    continue
                nodes = node.value if isinstance(node, SequenceNode) else (node,)
                sets[name.value] = self._days(int(year.value), keys[name.value], nodes, source)
            found[int(year.value)] = (sets["休"], sets["班"])
        return found

    def _days(
        self, year: int, key: schema.Key, nodes: Iterable[Node], source: NodeSource
    ) -> frozenset[date]:
        found = []
        for node in nodes:
            day = self.reader.day(key, node, source)
            if isinstance(day, date) and day.year == year:
                found.append(day)
            elif isinstance(day, date):
                self.problems.append(problem("HB227", source.of(node), day=day, year=year))
        return frozenset(found)

    def _strangers(self) -> None:
        """Files in data/ and docs/ that look like content and that nothing reads."""
        known = {path for name in (*LISTS, *_OTHER_FILES) for path in self._files(name)}
        for path in self.data:
            if path not in known and path.lower().endswith((".yml", ".yaml")):
                self.problems.append(problem("HB113", Place(path), hint=_hint(path)))
        for path in self.docs:
            if path.lower().endswith(_MARKDOWN) and not path.endswith(".md"):
                self.problems.append(problem("HB113", Place(path), hint="扩展名改成小写的 .md。"))

    # docs/

    def _documents(self) -> tuple[dict[str, Instrument], dict[str, Page]]:
        pages: dict[str, Page] = {}
        versions: dict[tuple[str, str], list[Version]] = {}
        for path in (file.removeprefix("docs/") for file in self.docs if file.endswith(".md")):
            parts = tuple(path.removesuffix(".md").split("/"))
            named = parts[-1] not in ("index", "README")
            if parts[0] in SECTIONS and len(parts) in (2, 3) and named:
                version = self._version(path, parts)
                if version is not None:
                    versions.setdefault((parts[0], version.id), []).append(version)
            else:
                page = self._page(path)
                if page is not None:
                    pages[path] = page
        return self._instruments(versions), pages

    def _split(self, path: str) -> tuple[Node | None, str, int, bool]:
        text = read(self.root, f"docs/{path}", self.problems)
        if text is None:
            return None, "", 1, False
        return front_matter(f"docs/{path}", text, self.problems)

    def _page(self, path: str) -> Page | None:
        node, text, first, sound = self._split(path)
        full = f"docs/{path}"
        if not sound:
            self.reader.lost.add(schema.PAGE.word)
            return None
        heading = re.search(r"^# *([^#\s].*?) *#*$", text, re.M)
        title = heading[1] if heading else Path(path).stem
        fixed: dict[str, Any] = {"path": path, "title": title, "text": text, "first_line": first}
        if node is None:
            return Page(source=At(Place(full)), **fixed)
        page: Page | None = self.reader.record(schema.PAGE, full, node, 1, fixed)
        return page

    def _version(self, path: str, parts: tuple[str, ...]) -> Version | None:
        node, text, first, sound = self._split(path)
        full = f"docs/{path}"
        name = parts[1]
        if not sound or node is None or not _ID.fullmatch(name):
            self.reader.lost.add(schema.INSTRUMENT.word)
        if not sound:
            return None
        if node is None:
            self.problems.append(problem("HB116", Place(full)))
            return None
        if not _ID.fullmatch(name):
            self.problems.append(problem("HB207", Place(full), what="文件名", id=name))
            return None
        version: Version | None = self.reader.record(
            schema.INSTRUMENT, full, node, 1, {"path": path}
        )
        if version is None:
            return None
        if version.id and version.id != name:
            self.problems.append(
                problem("HB218", version.source.place("编号"), id=version.id, name=name)
            )
        if len(parts) == 3 and parts[2] != version.published.isoformat():
            published = version.published.isoformat()
            self.problems.append(
                problem(
                    "HB219", version.source.place("公布日期"), name=parts[2], published=published
                )
            )
        lenient = parts[0] == "regulations" and version.text == schema.FULL
        body, problems = provisions.parse(
            text,
            Place(full, first),
            summary=version.summary,
            lenient=lenient,
            article_count=version.article_count,
        )
        self.problems += problems
        return replace(version, id=name, body=body)

    def _instruments(self, versions: dict[tuple[str, str], list[Version]]) -> dict[str, Instrument]:
        instruments: dict[str, Instrument] = {}
        for (section, id), found in versions.items():
            if id in instruments:
                first = instruments[id].versions[0].source.place()
                self._twice(found[0].source.place(), "文件的编号", id, first)
                continue
            if len(found) > 1 and f"{section}/{id}.md" in (version.path for version in found):
                single = next(v for v in found if v.path == f"{section}/{id}.md")
                other = next(v for v in found if v is not single)
                self._twice(single.source.place(), "文件的编号", id, other.source.place())
            judged = judge(found, self.as_of)
            instruments[id] = Instrument(id, section, judged, current_version(judged, self.as_of))
        return instruments


def judge(versions: list[Version], as_of: date) -> tuple[Version, ...]:
    """The versions oldest first, each with its status on the day (CONTRACT section 3)."""
    ordered = sorted(versions, key=lambda v: (v.effective, v.published, v.path))
    judged = []
    for number, version in enumerate(ordered):
        if version.effective > as_of:
            status = "尚未生效"
        elif any(later.effective <= as_of for later in ordered[number + 1 :]):
            status = "已修改"
        elif version.expires is not None and version.expires <= as_of:
            status = "已废止"
        else:
            status = "现行有效"
        judged.append(replace(version, status=status))
    return tuple(judged)


def current_version(versions: tuple[Version, ...], as_of: date) -> Version:
    """The version in force; without one the latest that was, else the first to come."""
    begun = [version for version in versions if version.effective <= as_of]
    return begun[-1] if begun else versions[0]


def _hint(path: str) -> str:
    """What an unknown data file may have been meant to be."""
    if not path.endswith(".yml"):
        return "扩展名改成小写的 .yml。"
    names = Names("数据文件")
    for name in (*LISTS, *_OTHER_FILES):
        names.add(f"{name}.yml")
    close = names.hint(Path(path).name)
    return close if close.startswith("是不是") else "数据文件名见 docs/editing/ 的字段表。"
