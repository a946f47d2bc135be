"""一事一页: who does a duty, by when, in which steps, on what basis, with which measure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from handbook import drawing, urls
from handbook.coverage import lacks
from handbook.eids import label
from handbook.links import in_force
from handbook.model import Body, Duty
from handbook.pages.base import Context, Foot, Leaf, Ref

SECTION = Ref("职责", "duties/")
QUOTE = 300  # characters of a provision that are quoted


@dataclass(frozen=True, slots=True)
class Quoted:
    """A provision that a duty rests on, with its text."""

    name: str
    ref: Ref
    text: str


@dataclass(frozen=True, slots=True)
class DutyView:
    duty: Duty
    field: Ref
    basis: tuple[Markup, ...]
    quoted: tuple[Quoted, ...]
    next: str
    lacking: tuple[int, ...]
    in_force: bool
    missing: tuple[str, ...]
    excused: tuple[tuple[str, str], ...]
    forms: tuple[Ref, ...]
    swimlane: Markup  # "" where there is nothing to hand over


def leaves(context: Context) -> Iterator[Leaf]:
    for duty in context.book.duties.values():
        path = f"duties/{duty.id}.md"
        view = _view(context, duty, urls.page(path))
        yield context.leaf(
            path, duty.title, "duty.md", view, section=SECTION, record=duty, prose=True
        )


def source(context: Context) -> Foot:
    """The foot of a page made from all duties."""
    return context.gathered(context.book.duties.values(), "data/duties/")


def _view(context: Context, duty: Duty, here: str) -> DutyView:
    excused = {exemption.missing: exemption.reason for exemption in duty.exemptions}
    missing = lacks(duty, context.links)
    return DutyView(
        duty=duty,
        field=context.field(duty.field),
        basis=context.basis(duty, here),
        quoted=tuple(_quoted(context, duty)),
        next=context.next(duty),
        lacking=context.lacking([duty]),
        in_force=in_force(duty, context.book),
        missing=tuple(name for name in missing if name not in excused),
        excused=tuple((name, excused[name]) for name in missing if name in excused),
        forms=tuple(_form(context, path) for path in duty.forms),
        swimlane=_swimlane(context, duty),
    )


def _swimlane(context: Context, duty: Duty) -> Markup:
    named = [context.names(step.units) for step in duty.steps]
    lanes = list(dict.fromkeys(name for names in named for name in names))
    if len(lanes) < 2 or not all(step.units.ids for step in duty.steps):
        return Markup("")
    steps = [
        drawing.Step(tuple(map(lanes.index, names)), step.action, step.deadline, step.handover)
        for names, step in zip(named, duty.steps, strict=True)
    ]
    return Markup(drawing.swimlane(f"{duty.title}的步骤", lanes, steps))


def _quoted(context: Context, duty: Duty) -> Iterator[Quoted]:
    seen: set[tuple[str, str]] = set()
    for basis in context.links.bases(duty):
        for link in basis.links:
            if not link.eid or (link.instrument, link.eid) in seen:
                continue
            seen.add((link.instrument, link.eid))
            work = context.book.instruments[link.instrument]
            text = _text(work.current.body, link.eid)
            if text:
                name = f"《{work.title}》{label(link.eid)}"
                yield Quoted(name, Ref(name, urls.instrument(work, link.eid)), text)


def _text(body: Body, eid: str) -> str:
    """The text of a provision with what belongs to it, shortened to QUOTE characters."""
    if eid not in body:
        return ""
    parts = []
    for block in body.blocks[body.index[eid] :]:
        if block.eid != eid and not block.eid.startswith(eid + "__"):
            break
        parts.append(block.label * (block.kind in ("point", "subpoint", "indent")) + block.text)
    text = "".join(parts)
    return text if len(text) <= QUOTE else text[:QUOTE] + "……"


def _form(context: Context, path: str) -> Ref:
    source = path if path.endswith(".md") else path.strip("/") + ".md"
    page = context.book.pages.get(source)
    return Ref(page.title if page else path, urls.page(source))
