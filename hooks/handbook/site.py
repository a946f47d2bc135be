"""The whole flow in one place: content folder -> records -> checks -> links -> pages."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from handbook import links, lint, load, pages, references, rules
from handbook.links import Links
from handbook.model import Handbook
from handbook.pages import Leaf
from handbook.problems import ERROR, Problem, ordered


@dataclass(frozen=True, slots=True)
class Site:
    """Everything a renderer needs. `redirects`: old address -> new one, relative to the root."""

    handbook: Handbook
    links: Links
    leaves: Mapping[str, Leaf]
    redirects: Mapping[str, str]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == ERROR)


def compile_site(root: Path, as_of: date, edited: Mapping[str, bytes] | None = None) -> Site:
    """Compile the content folder `root` for the day `as_of`; every problem is in the result.

    edited: data files, by path, as they would be after an edit that is not yet on the disk.
    """
    handbook, problems = load.load(root, as_of, edited or {})
    connected, citation_problems = links.connect(handbook)
    leaves, page_problems = pages.build(handbook, connected)
    redirects, redirect_problems = references.redirects(handbook, leaves)
    problems = [
        *problems,
        *citation_problems,
        *rules.check(handbook, connected),
        *lint.check(handbook, root),
        *page_problems,
        *references.check(handbook, leaves, root / "docs"),
        *redirect_problems,
    ]
    return Site(handbook, connected, leaves, redirects, tuple(ordered(problems)))


def day(given: object) -> date:
    """The as-of day: YYYY-MM-DD where it is given, else SOURCE_DATE_EPOCH's, else today."""
    if given:
        return date.fromisoformat(str(given))
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC).date() if epoch else date.today()


def check_site(root: Path, as_of: date) -> tuple[Problem, ...]:
    """The problems of a content folder, sorted by place."""
    return compile_site(root, as_of).problems
