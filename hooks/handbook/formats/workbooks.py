"""What stands in the Excel files: the responsibility matrix, and each unit's checklist."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from handbook import matrix
from handbook.formats.excel import Column, Sheet, Value
from handbook.model import Duty, Unit
from handbook.pages.base import Context

_STATES = ("未开始", "进行中", "已完成", "不适用")


def matrix_sheets(context: Context) -> tuple[Sheet, ...]:
    """A sheet for each field, its duties by its units; last, the holes."""
    made = matrix.build(context.book, context.links)
    sheets = [_field(context, made, group) for group in made.groups]
    return (*sheets, _holes(context))


def _field(context: Context, made: matrix.Matrix, group: matrix.Group) -> Sheet:
    busy = [n for n in range(len(made.units)) if any(row.cells[n] for row in group.rows)]
    columns = (
        Column("编号", 8),
        Column("事项", 28),
        *(Column(made.units[n].label, 3.5, upright=True) for n in busy),
        Column("频次", 8),
        Column("时限", 14),
        Column("下次时限", 11),
        Column("成果", 16),
        Column("考核", 36),
        Column("分值", 5),
    )
    rows = tuple(
        (
            row.duty.id,
            row.duty.title,
            *(row.cells[n] for n in busy),
            row.duty.rhythm,
            row.duty.deadline,
            _next(context, row.duty),
            row.duty.output,
            row.duty.measure,
            row.duty.points,
        )
        for row in group.rows
    )
    name = group.field.name
    title = f"{name}：职责矩阵（{matrix.LEAD}牵头　{matrix.SUPPORT}配合，截至{context.book.as_of}）"
    return Sheet(name, title, columns, rows)


def _holes(context: Context) -> Sheet:
    found = context.coverage
    rows: list[tuple[Value, ...]] = [
        (duty.id, duty.title, f"缺{name}", "")
        for name, duties in found.holes.items()
        for duty in duties
    ]
    rows += [(duty.id, duty.title, f"缺{e.missing}", e.reason) for duty, e in found.excused]
    rows += [(unit.id, unit.name, "没有职责", "") for unit in found.idle]
    rows += [(unit.id, unit.name, "没有职责", e.reason) for unit, e in found.idle_excused]
    columns = (
        Column("编号", 12),
        Column("事项或单位", 40),
        Column("缺什么", 12),
        Column("理由", 60),
    )
    return Sheet("缺项", "还缺的内容（写了理由的不算缺）", columns, tuple(rows))


def unit_sheets(context: Context, unit: Unit) -> tuple[Sheet, ...]:
    """The unit's checklist; its own columns, at the end, are for it to fill in."""
    columns = (
        Column("序号", 5),
        Column("事项", 26),
        Column("角色", 5),
        Column("时限", 14),
        Column("下次时限", 11),
        Column("考核", 36),
        Column("佐证", 18),
        Column("分值", 5),
        Column("自查", 8, choices=_STATES),
        Column("自查日期", 11),
        Column("备注", 14),
    )
    rows = tuple(
        (number, *row, None, None, None) for number, row in enumerate(_duties(context, unit), 1)
    )
    points = sum(context.book.duties[id].points or 0 for id in context.links.leads.get(unit.id, ()))
    title = f"{unit.name}：职责自查清单（牵头事项共{points:g}分，截至{context.book.as_of}）"
    return (Sheet("自查清单", title, columns, rows),)


def _duties(context: Context, unit: Unit) -> Iterator[tuple[Value, ...]]:
    for role, ids in (("牵头", context.links.leads), ("配合", context.links.supports)):
        for id in ids.get(unit.id, ()):
            duty = context.book.duties[id]
            yield (
                duty.title,
                role,
                duty.deadline or duty.rhythm,
                _next(context, duty),
                duty.measure,
                duty.evidence,
                duty.points if role == "牵头" else None,
            )


def _next(context: Context, duty: Duty) -> date | None:
    day = context.next(duty)
    return date.fromisoformat(day) if day else None
