"""会签单: the units that a change concerns, what changes for each, and where each signs."""

from __future__ import annotations

from pathlib import Path

from handbook.changes import wording
from handbook.changes.sentences import events, tasks
from handbook.changes.tasks import UnitChange
from handbook.changes.wording import Report
from handbook.formats import typeset
from handbook.formats.changereport import facts
from handbook.formats.trimming import quoted

_ROOM = 110  # characters: some four lines of its column


def write(report: Report, body: str, target: Path) -> None:
    """Write the sheet as PDF; body: who issues it. Raises RuntimeError as `typeset.write` does."""
    typeset.write(typeset.Print(source(report, body)), target, report.as_of)


def source(report: Report, body: str) -> str:
    """The sheet as Typst text."""
    design = Path(__file__).with_name("signing.typ").read_text(encoding="utf-8")
    rows = [(unit.name, summary(unit)) for unit in report.changes.units]
    cells = "".join(f"({quoted(name)}, {quoted(text)})," for name, text in rows)
    given = {
        "title": report.handbook,
        "body": body,
        "conclusion": wording.conclusion(report),
        "facts": facts(report),
    }
    named = ", ".join(f"{key}: {quoted(value)}" for key, value in given.items())
    return f"{design}\n#signing({named}, ({cells}))"


def summary(unit: UnitChange) -> str:
    """What changes for a unit in a line or two; what has no room is counted."""
    happened = events(unit)
    sentences = [*([happened] if happened else []), *tasks(unit)] or ["登记事项有变动"]
    kept = sentences[:1]
    for sentence in sentences[1:]:
        if sum(map(len, kept)) + len(sentence) > _ROOM:
            break
        kept.append(sentence)
    left = len(sentences) - len(kept)
    return "\n".join((*kept, *([f"另有 {left} 项，见变更说明"] if left else [])))
