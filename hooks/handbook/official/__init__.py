"""Official text as published (.txt, .md) -> the Markdown file of an instrument.

What stands above the text becomes front matter (`promulgation`, `particulars`); the text itself is
kept word for word, without contents lists, page numbers and markup (`cleaning`). What had to be
guessed is noted with its line and, in the file, under 待核实. Its own result it leaves unchanged.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from handbook.model import Place
from handbook.official import cleaning
from handbook.official.cleaning import Note
from handbook.official.particulars import Particulars, particulars
from handbook.official.promulgation import read_head
from handbook.provisions import parse

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Draft:
    """An instrument as read; `front` is the front matter of a file that already is one."""

    id: str
    title: str
    body: str
    facts: Particulars = field(default_factory=Particulars)
    front: str = ""

    def render(self) -> str:
        """The file's text."""
        return f"---\n{self.front or _front_matter(self)}---\n\n{self.body}"


def read(text: str, name: str, id: str = "") -> tuple[Draft, list[Note]]:
    """The instrument that `text`, the content of the file `name`, holds, and what was unsure.

    `id` is its 编号; without one it is the file's name where that can be one, else made of kind and
    date. Never raises, whatever the text.
    """
    notes: list[Note] = []
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    front, text, first = _front(text)
    own = _values(front)
    rows = cleaning.own_lines(text, first, notes)
    if "标题" in own and "文本" in own:
        known = id or own.get("编号", "") or _stem(name)
        body = cleaning.written_body(rows, "", notes)
        return Draft(known, own["标题"], body, front=_with_id(front, id)), notes
    above, rows = cleaning.cut(rows, _end_of_head(text, first))
    head = read_head(above, own.get("title", ""))
    title = head.title or _named(name) or "未命名文件"
    rows = cleaning.without_contents([*head.rest, *rows], notes)
    body = cleaning.written_body(rows, title, notes)
    facts = particulars(title, head.made, body, name)
    notes += (Note(1, f"{doubt}。") for doubt in facts.doubts)
    known = id or _stem(name)
    if not known:
        known = facts.made_id
        notes.append(Note(1, f"编号暂定为 {known}；{_PERMANENT}"))
    return Draft(known, title, body, facts), sorted(set(notes))


_MARK = "<!-- INFO END -->"
_PERMANENT = "它会写进网址，以后不能再改，要换请用 --id 重新导入。"


def _end_of_head(text: str, first: int) -> int:
    """The line that ends the head where one says so, else 0."""
    return text[: text.find(_MARK)].count("\n") + first if _MARK in text else 0


# Front matter: ours is kept, another program's dropped.


def _front(text: str) -> tuple[str, str, int]:
    """Front matter, the text after it, and the line on which that begins."""
    found = re.match(r"---[ \t]*\n(.*?\n|)---[ \t]*(?:\n|\Z)", text, re.DOTALL)
    if not found:
        return "", text, 1
    return found[1], text[found.end() :], found[0].count("\n") + 1


def _values(front: str) -> dict[str, str]:
    """The plain `key: value` lines of front matter."""
    pairs = (line.partition(":") for line in front.split("\n") if line[:1] > " ")
    return {key.strip(): _unquoted(value.strip()) for key, colon, value in pairs if colon}


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1].replace("''", "'")
    return value


def _with_id(front: str, id: str) -> str:
    """The front matter with another 编号, when one is given."""
    if not id:
        return front
    changed, count = re.subn(r"(?m)^编号:.*\n", f"编号: {id}\n", front, count=1)
    return changed if count else f"编号: {id}\n{front}"


def _stem(name: str) -> str:
    """The 编号 that a file's name gives, "" when it gives none."""
    stem = Path(name).stem.lower()
    usable = _ID.fullmatch(stem) and re.search("[a-z]", stem) and stem not in ("readme", "index")
    return stem if usable else ""


def _named(name: str) -> str:
    """A title from a file's name, without the date behind it."""
    return re.sub(r"[（(]\d{4}(?:-\d\d-\d\d)?[）)]$", "", Path(name).stem)


def _front_matter(draft: Draft) -> str:
    facts = draft.facts
    values = {
        "编号": draft.id,
        "标题": draft.title,
        "类别": facts.kind,
        "制定机关": facts.issuer,
        "文号": facts.number,
        "通过日期": facts.passed,
        "公布日期": facts.published,
        "施行日期": facts.effective,
        "修改方式": facts.change,
        "文本": "全文",
        "来源": facts.origin,
        "待核实": "；".join(facts.doubts),
    }
    return "".join(f"{key}: {_scalar(str(value))}\n" for key, value in values.items() if value)


_PLAIN = re.compile(r"[\w《〈][^#'\"]*")


def _scalar(value: str) -> str:
    """A YAML scalar; quoted where it could be read as anything but text."""
    value = "".join(sign if sign.isprintable() or sign == "　" else " " for sign in value).strip()
    if _PLAIN.fullmatch(value) and ": " not in value and not value.endswith(":"):
        return value
    return "'{}'".format(value.replace("'", "''"))


# The command.

LARGEST = 5 * 1024 * 1024


def run(files: Sequence[Path], out_dir: Path, *, force: bool = False, id: str = "") -> int:
    """Imports `files` into the folder `out_dir` and says in Chinese what was done.

    Gives the exit code: 0, or 2 when a file could not be read or would have been overwritten;
    the others are imported all the same.
    """
    if id and (len(files) != 1 or not _ID.fullmatch(id)):
        _complain(
            "--id 只用于导入一个文件，由小写字母、数字和连字符组成，例如 zongjiao-shiwu-tiaoli。"
        )
        return 2
    return max((_import(path, out_dir, force, id) for path in files), default=0)


def _complain(text: str) -> None:
    print(text, file=sys.stderr)


def _import(path: Path, out_dir: Path, force: bool, id: str) -> int:
    try:
        text, notes = _decoded(path)
    except (OSError, ValueError) as error:
        _complain(f"{path}: {error.strerror if isinstance(error, OSError) else error}")
        return 2
    draft, found = read(text, path.name, id)
    draft, target = _target(draft, path, out_dir, explicit=bool(id or _stem(path.name)))
    written = draft.render()
    old = target.read_text("utf-8") if target.exists() else None
    if old is not None and old != written and not force:
        _complain(f"{path}: 已有 {target}，没有覆盖；确实要覆盖，加 --force。")
        return 2
    if old != written:
        _write(target, written)
    _report(path, target, draft, [*notes, *found], changed=old != written)
    return 0


def _decoded(path: Path) -> tuple[str, list[Note]]:
    """A file's text. Raises ValueError, in Chinese, when it is none that can be imported."""
    if path.suffix.lower() not in (".txt", ".md"):
        raise ValueError("只能导入 .txt 和 .md 文件；其他格式先另存为纯文本（UTF-8）。")
    data = path.read_bytes()
    if len(data) > LARGEST:
        raise ValueError("文件超过 5 MiB，请拆开。")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace"), []
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("gb18030"), [Note(1, "原文件是 GBK 编码，已转成 UTF-8。")]
    except UnicodeDecodeError:
        raise ValueError("文件编码认不出来；用记事本或 WPS“另存为”，编码选 UTF-8。") from None


def _target(draft: Draft, path: Path, out_dir: Path, explicit: bool) -> tuple[Draft, Path]:
    """Where the draft goes: an instrument of the folder stays, a made 编号 avoids those in use."""
    if draft.front and out_dir.resolve() in path.resolve().parents:
        return draft, path
    target, number = out_dir / f"{draft.id}.md", 1
    while not explicit and target.exists() and _title_in(target) != draft.title:
        number += 1
        target = out_dir / f"{draft.id}-{number}.md"
    return (draft if draft.front else replace(draft, id=target.stem)), target


def _title_in(path: Path) -> str:
    return _values(_front(path.read_text("utf-8", errors="replace"))[0]).get("标题", "")


def _write(target: Path, text: str) -> None:
    """Writes the file whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    part.write_text(text, "utf-8", newline="\n")
    os.replace(part, target)


def _report(path: Path, target: Path, draft: Draft, notes: list[Note], *, changed: bool) -> None:
    text = draft.render()
    above = text[: len(text) - len(draft.body)].count("\n")
    body, problems = parse(draft.body, Place(str(target), above + 1), summary=False, lenient=True)
    articles = sum(block.kind == "article" for block in body.blocks)
    done = "已写入" if changed else "没有变化"
    print(f"{path} → {target}（{done}）：《{draft.title}》，{articles} 条。")
    for note in sorted(notes):
        print(f"  {path}:{note.line}: {note.text}")
    for problem in problems:
        print(f"  {problem}")
