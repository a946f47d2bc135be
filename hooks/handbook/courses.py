"""What a course points to: its targets on the site, and the questions of its self-test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from handbook import urls
from handbook.citations import Library, Scope
from handbook.model import Course, Handbook, Place, Question, QuizPick
from handbook.names import Names
from handbook.schema import DUTY, INSTRUMENT, PAGE, UNIT_KIND

# what stands before the ： of a target, and the kind of record that it names
KINDS = {
    "页面": PAGE.word,
    "法规": INSTRUMENT.word,
    "条文": INSTRUMENT.word,
    "职责": DUTY.word,
    "单位": UNIT_KIND.word,
}
_FORMS = "写成“页面：路径”“法规：名称”“条文：引用”“职责：编号”或“单位：名称”。"


@dataclass(frozen=True, slots=True)
class Target:
    """A resolved target: what it is called, and its address relative to the root."""

    text: str
    url: str


class Targets:
    """Resolves targets: 页面：路径, 法规：名称, 条文：citation, 职责：编号, 单位：名称."""

    def __init__(self, handbook: Handbook) -> None:
        self.book = handbook
        self.library = Library(handbook.instruments)
        self.units = Names("单位")
        for unit in handbook.units.values():
            self.units.add(unit.id, unit.name, unit.short, *unit.aliases)

    def find(self, target: str) -> Target | None:
        """The page that a target means, or None when there is none."""
        kind, name = split(target)
        finders = {
            "页面": self._page,
            "法规": self._instrument,
            "条文": self._provision,
            "职责": self._duty,
            "单位": self._unit,
        }
        finder = finders.get(kind)
        return finder(name) if finder and name else None

    def hint(self, target: str) -> str:
        """What to write instead of a target that leads nowhere."""
        kind, name = split(target)
        if kind == "单位":
            return self.units.hint(name)
        if kind == "法规":
            return self.library.suggest(name.strip("《》"))
        if kind == "条文":
            _, found = Scope(self.library).links(name, lambda _: Place(""))
            return found[0].message + found[0].hint if found else "写成《文件名》第几条。"
        if kind == "页面":
            paths = [path.removesuffix(".md") for path in self.book.pages]
            return close(name, paths, "路径从 docs/ 算起，如 guide/first-week。")
        return close(name, self.book.duties, "核对职责的编号。") if kind == "职责" else _FORMS

    def _page(self, path: str) -> Target | None:
        source = path.strip("/").removesuffix(".md")
        for candidate in (f"{source}.md", f"{source}/index.md"):
            if candidate in self.book.pages:
                page = self.book.pages[candidate]
                return Target(page.title, urls.page(page.path))
        return None

    def _instrument(self, name: str) -> Target | None:
        found = self.library.find(name.strip("《》"))
        if name in self.book.instruments:
            found = (self.book.instruments[name],)
        if len(found) != 1:
            return None
        return Target(f"《{found[0].title}》", urls.instrument(found[0]))

    def _provision(self, citation: str) -> Target | None:
        links, _ = Scope(self.library).links(citation, lambda _: Place(""))
        if not links:
            return None
        work = self.book.instruments[links[0].instrument]
        return Target(citation, urls.instrument(work, links[0].eid))

    def _duty(self, id: str) -> Target | None:
        duty = self.book.duties.get(id)
        return Target(duty.title, urls.record("duties", id)) if duty else None

    def _unit(self, name: str) -> Target | None:
        ids = self.units.find(name)
        if len(ids) != 1:
            return None
        return Target(self.book.units[ids[0]].name, urls.record("units", ids[0]))


def split(target: str) -> tuple[str, str]:
    """`法规：名称` -> (法规, 名称); the colon may be half-width."""
    kind, _, name = target.replace(":", "：", 1).partition("：")
    return kind.strip(), name.strip()


def close(name: str, names: Iterable[str], otherwise: str) -> str:
    """Did you mean, as a hint; `otherwise` when nothing is near."""
    near = get_close_matches(name, list(names), n=1, cutoff=0.6)
    return f"是不是“{near[0]}”？" if near else otherwise


def picked(pick: QuizPick, questions: Mapping[str, Question]) -> tuple[Question, ...]:
    """The questions that one entry of 自测 means: one by id, or the first so many of a bank."""
    if pick.question:
        found = questions.get(pick.question)
        return (found,) if found else ()
    bank = [question for question in questions.values() if question.bank == pick.bank]
    return tuple(bank[: pick.count])


def quiz(course: Course, questions: Mapping[str, Question]) -> tuple[Question, ...]:
    """A course's questions in order, each once."""
    found = (question for pick in course.quiz for question in picked(pick, questions))
    return tuple({question.id: question for question in found}.values())
