"""Course packs: the chosen parts with a margin for notes, a self-test, and last its key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

import lxml.html

from handbook.courses import Target, Targets, quiz
from handbook.formats.book import opening
from handbook.formats.trimming import Chapter
from handbook.formats.typeset import Print, printed
from handbook.model import Course, Question
from handbook.pages.base import Context

NOTE = 38  # mm, beside the text
OUTSIDE = "见《手册》全书"


def pack(context: Context, course: Course, pages: Mapping[str, str]) -> Print:
    """The pack of a course; pages: address -> HTML of the page's own content."""
    targets = Targets(context.book)
    parts = [
        (part.title, [c for t in part.targets for c in _chapter(targets.find(t), pages)])
        for part in course.parts
    ]
    asked = quiz(course, context.book.questions)
    if asked:
        parts.append(("自测题", [Chapter("paper/", "自测题", _paper(asked))]))
        parts.append(("答案和解析", [Chapter("key/", "答案和解析", _key(asked))]))
    seen: set[str] = set()
    kept = []
    for title, chapters in parts:
        fresh = tuple(c for c in chapters if c.url not in seen)
        seen.update(c.url for c in chapters)
        if fresh:
            kept.append((title, fresh))
    begin = opening(context, course.name, NOTE)
    return printed(begin, tuple(kept), context.docs, outside=OUTSIDE)


def sources(context: Context, course: Course) -> frozenset[str]:
    """The addresses of the pages that the pack is made from."""
    targets = Targets(context.book)
    found = (targets.find(target) for part in course.parts for target in part.targets)
    return frozenset(target.url.partition("#")[0] for target in found if target)


def _chapter(target: Target | None, pages: Mapping[str, str]) -> Iterator[Chapter]:
    """The page of a target, or of its provision only what stands there."""
    if target is None:
        return
    url, _, anchor = target.url.partition("#")
    if url not in pages:
        return
    if not anchor:
        yield Chapter(url, target.text, pages[url])
        return
    tree = lxml.html.fragment_fromstring(pages[url], create_parent="div")
    found = tree.get_element_by_id(anchor, None)
    if found is not None:
        html = lxml.html.tostring(found, encoding="unicode", with_tail=False)
        yield Chapter(target.url, target.text, f"<h1>{escape(target.text)}</h1>{html}")


def _paper(asked: tuple[Question, ...]) -> str:
    return "".join(
        f"<p><b>{number}.</b>（{question.kind}）{escape(question.stem)}</p>{_options(question)}"
        for number, question in enumerate(asked, 1)
    )


def _options(question: Question) -> str:
    return "".join(f"<p>{chr(65 + n)}. {escape(o)}</p>" for n, o in enumerate(question.options))


def _key(asked: tuple[Question, ...]) -> str:
    return "".join(
        f"<p><b>{number}. {escape(question.answer)}</b>　{escape(question.explanation)}"
        f"依据：{escape('；'.join(question.basis))}。</p>"
        for number, question in enumerate(asked, 1)
    )
