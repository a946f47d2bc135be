"""Training: a page a course with its parts, and its self-test, marked in the browser alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from handbook import urls
from handbook.courses import Targets, quiz
from handbook.model import Course, Question
from handbook.pages.base import Context, Leaf, Ref

SECTION = Ref("培训", "training/")


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    targets: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class CourseView:
    course: Course
    parts: tuple[Part, ...]
    quiz: Ref | None
    questions: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: its options with their letters, and what is right."""

    question: Question
    options: tuple[tuple[str, str], ...]  # value, text
    multiple: bool
    basis: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class QuizView:
    course: Ref
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class CoursesView:
    courses: tuple[tuple[Course, Ref], ...]


def leaves(context: Context) -> Iterator[Leaf]:
    courses = context.book.courses
    if not courses:
        return
    targets = Targets(context.book)
    refs = {id: Ref(course.name, urls.record("training", id)) for id, course in courses.items()}
    listed = CoursesView(tuple((course, refs[id]) for id, course in courses.items()))
    foot = context.gathered(courses.values(), "data/courses/")
    yield context.leaf("training/index.md", SECTION.text, "courses.md", listed, foot=foot)
    for id, course in courses.items():
        view = _course(context, course, targets)
        path = f"training/{id}.md"
        yield context.leaf(path, course.name, "course.md", view, section=SECTION, record=course)
        if view.quiz:
            made = _quiz(context, course, refs[id])
            path, title = f"training/{id}/quiz.md", f"{course.name}：自测"
            yield context.leaf(path, title, "quiz.md", made, section=refs[id], record=course)


def _course(context: Context, course: Course, targets: Targets) -> CourseView:
    parts = []
    for part in course.parts:
        found = [(target, targets.find(target)) for target in part.targets]
        refs = (Ref(f.text, f.url) for _, f in found if f)
        parts.append(Part(part.title, tuple(refs)))
    count = len(quiz(course, context.book.questions))
    ref = Ref(f"自测（{count} 题）", f"training/{course.id}/quiz/") if count else None
    return CourseView(course, tuple(parts), ref, count)


def _quiz(context: Context, course: Course, back: Ref) -> QuizView:
    here = f"training/{course.id}/quiz/"
    asked = (_asked(context, question, here) for question in quiz(course, context.book.questions))
    return QuizView(back, tuple(asked))


def _asked(context: Context, question: Question, here: str) -> Asked:
    if question.kind == "判断":
        options: tuple[tuple[str, str], ...] = (("对", "对"), ("错", "错"))
    else:
        options = tuple((chr(65 + n), text) for n, text in enumerate(question.options))
    return Asked(question, options, question.kind == "多选", context.basis(question, here))
