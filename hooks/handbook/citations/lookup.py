"""From a locator to a provision of one text: found, or why not. Used by `resolve`.

A `Text` is the body of one version with what is needed to look things up in it: its articles in
order, the chapter around an article, the siblings of a 款 or 项.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from handbook.citations.grammar import LEVELS, Locator, Step, describe, eid
from handbook.model import Body
from handbook.numerals import to_chinese

_UNITS = {
    "book": "编", "division": "分编", "chapter": "章", "section": "节", "part": "部分",
    "paragraph": "款", "passage": "个自然段", "point": "项", "subpoint": "目", "annex": "个附件",
}  # fmt: skip


class Found(NamedTuple):
    """What a locator leads to. `linked` without `eid` is the page; `code` is "" or a problem's."""

    linked: bool
    eid: str | None = None
    code: str = ""
    details: tuple[tuple[str, object], ...] = ()


def _missing(hint: str) -> Found:
    return Found(False, None, "HB401", (("hint", hint),))


@dataclass(frozen=True)
class Text:
    """The body of one version, ready to be looked up in."""

    body: Body
    summary: bool = False
    article_count: int | None = None
    _known: dict[Locator, Found] = field(default_factory=dict, compare=False, repr=False)

    def find(self, steps: Locator) -> Found:
        """The provision, or the code and details of what is wrong with citing it."""
        found = self._known.get(steps)
        if found is None:
            found = self._known[steps] = self._find(steps)
        return found

    def _find(self, steps: Locator) -> Found:
        if self.summary and (article := _article(steps)):
            return self._in_summary(article)
        name = eid(steps)
        if name in self.body:
            return self._present(name)
        if self.summary:
            return Found(True, None, "HB406")
        return self._elsewhere(steps)

    def _present(self, name: str) -> Found:
        article = article_of(name)
        deleted = self.body[name].deleted or (article in self.body and self.body[article].deleted)
        return Found(True, name, "HB404" if deleted else "")

    def _in_summary(self, article: Locator) -> Found:
        """要点: 款 and 项 are not checked, a missing article is the page and 待核实."""
        name = eid(article)
        if name in self.body:
            return self._present(name)
        count = self.article_count
        if count is not None and article[-1].number > count:
            return Found(False, None, "HB407", (("count", count),))
        return Found(True, None, "HB406")

    def _elsewhere(self, steps: Locator) -> Found:
        """A provision whose id is not the plain one, or which does not exist."""
        article = _article(steps)
        if article:
            return self._below(article, steps)
        if steps[0].level == "point" and not self.articles:  # 《决定》第一项 is its 一、
            return self.find((steps[0]._replace(level="part"), *steps[1:]))
        within = [name for name in self.body.index if name.endswith(f"__{eid(steps)}")]
        if len(within) == 1:
            return self._present(within[0])
        if within:
            return _missing(f"{describe(steps)}有 {len(within)} 处，写明是哪一编哪一章。")
        return _missing(self._counted(steps))

    def _below(self, article: Locator, steps: Locator) -> Found:
        name = eid(article)
        if name not in self.body:
            return _missing(self._nearest(article[-1]))
        if self.body[name].deleted:
            return Found(True, name, "HB404")
        lower = steps[len(article) :]
        if lower[0].level in ("point", "subpoint"):
            return self._without_paragraph(article, lower)
        return _missing(self._counted(steps))

    def _without_paragraph(self, article: Locator, lower: Locator) -> Found:
        """第三条第（一）项 is right when only one 款 has 项."""
        numbers = [n for n, points in self.paragraphs(eid(article)) if points]
        if not numbers:
            return _missing(f"{describe(article)}没有项。")
        whole = [(*article, Step("paragraph", number), *lower) for number in numbers]
        if len(numbers) == 1:
            return self.find(whole[0])
        example = next((steps for steps in whole if eid(steps) in self.body), whole[0])
        named = "、".join(f"第{to_chinese(number)}款" for number in numbers)
        return Found(False, None, "HB405", (("paragraphs", named), ("example", describe(example))))

    def paragraphs(self, article: str) -> list[tuple[int, bool]]:
        """The 款 of an article: number and whether it has 项."""
        start = f"{article}__para_"
        found: dict[int, bool] = {}
        for name in self.below(article):
            number, _, lower = name.removeprefix(start).partition("__")
            if number.isdigit():
                found[int(number)] = found.get(int(number), False) or lower.startswith("point")
        return list(found.items())

    def below(self, parent: str) -> Iterator[str]:
        """The ids of everything under an article, a 款, 序言 or a 部分, in order."""
        start = f"{parent}__"
        for block in self.body.blocks[self.body.index[parent] + 1 :]:
            if block.eid and not block.eid.startswith(start):
                return
            if block.eid:
                yield block.eid

    @cached_property
    def articles(self) -> list[str]:
        """The ids of all articles, in order of the text."""
        return [block.eid for block in self.body.blocks if block.kind == "article"]

    @cached_property
    def _containers(self) -> list[tuple[int, str, str]]:
        """(position, chapter, section) from which on each holds."""
        spans, chapter, section = [], "", ""
        for position, block in enumerate(self.body.blocks):
            if block.kind in ("book", "division", "chapter", "section", "annex", "part"):
                section = block.eid if block.kind == "section" else ""
                if block.kind != "section":
                    chapter = block.eid if block.kind == "chapter" else ""
                spans.append((position, chapter, section))
        return spans

    def around(self, at: str, level: str) -> str:
        """The id of the chapter or section in which the block `at` stands, or ""."""
        position = self.body.index.get(at, -1)
        index = bisect_right(self._containers, position, key=lambda span: span[0]) - 1
        if position < 0 or index < 0:
            return ""
        _, chapter, section = self._containers[index]
        return chapter if level == "chapter" else section

    def siblings(self, name: str) -> list[str]:
        """The articles of the same text, or the 款 or 项 under the same parent, in order."""
        parent, _, last = name.rpartition("__")
        if last.startswith("art_"):
            return [article for article in self.articles if article.rpartition("__")[0] == parent]
        start = f"{parent}__{last.rstrip('0123456789')}"
        depth = name.count("__")
        return [n for n in self.below(parent) if n.startswith(start) and n.count("__") == depth]

    def between(self, first: str, last: str) -> list[str]:
        """What stands between two provisions of a range, where they first differ; no deleted ones.

        第三条至第六条第二款 gives 第四条 and 第五条, and 第四条之一 if there is one.
        """
        here, there = first.split("__"), last.split("__")
        same = 0
        while same < min(len(here), len(there)) - 1 and here[same] == there[same]:
            same += 1
        opening, closing = "__".join(here[: same + 1]), "__".join(there[: same + 1])
        if opening not in self.body or closing not in self.body:
            return []
        kind, parent = self.body[opening].kind, opening.rpartition("__")[0]
        blocks = self.body.blocks[self.body.index[opening] + 1 : self.body.index[closing]]
        return [
            block.eid
            for block in blocks
            if block.kind == kind and not block.deleted and block.eid.rpartition("__")[0] == parent
        ]

    def _count(self, parent: str, prefix: str) -> int:
        start = f"{parent}__{prefix}_" if parent else f"{prefix}_"
        return sum(n.startswith(start) and "__" not in n[len(start) :] for n in self.body.index)

    def _nearest(self, step: Step) -> str:
        """Which article may have been meant."""
        if not self.articles:
            return "这部文件不分条，写成第几部分。"
        numbers = [(_article_number(name), name) for name in self.articles if "att_" not in name]
        if not numbers:
            return "这部文件只有附件里有条。"
        (last, suffix), _ = max(numbers)
        if step.number > last:
            return f"最后一条是{describe((Step('article', last, suffix),))}。"
        near = min((n for n, _ in numbers), key=lambda n: (abs(n[0] - step.number), n[1]))
        return f"最接近的是{describe((Step('article', *near),))}。"

    def _counted(self, steps: Locator) -> str:
        """How many there are on the first level that fails."""
        above: Locator = ()
        for step in steps:
            if eid((*above, step)) not in self.body:
                break
            above = (*above, step)
        step = steps[min(len(above), len(steps) - 1)]
        where = describe(above) or "这部文件"
        if step.level == "preamble":
            return "这部文件没有序言。"
        count = self._count(eid(above) if above else "", LEVELS[step.level][1])
        unit = _UNITS[step.level]
        if not count:
            return f"{where}没有{unit.removeprefix('个')}。"
        return f"{where}只有 {count} {unit}。"


def _article(steps: Locator) -> Locator:
    """The locator as far as its article, () when it has none."""
    for index, step in enumerate(steps):
        if step.level == "article":
            return steps[: index + 1]
    return ()


def article_of(name: str) -> str:
    """art_12 of art_12__para_2__point_1 (and att_1__art_2 inside an annex), else ""."""
    parts = name.split("__")
    for index, part in enumerate(parts):
        if part.startswith("art_"):
            return "__".join(parts[: index + 1])
    return ""


def _article_number(name: str) -> tuple[int, int]:
    """(12, 1) of art_12_1; a repeated number (_dup2) counts as the number."""
    numbers = [int(part) for part in name.split("__")[-1].split("_")[1:] if part.isdigit()]
    return numbers[0], numbers[1] if len(numbers) > 1 else 0
