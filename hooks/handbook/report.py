"""What `check` and `generate` print: problems for people and for code-hosting platforms."""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from handbook import json_schema, outward
from handbook.problems import ERROR, Problem, ordered
from handbook.site import Site, compile_site


def check(
    content: Path, as_of: date, form: str, *, strict: bool = False, links: bool = False
) -> int:
    """Check a content folder; text goes to stderr, the other forms to stdout. 1: it has errors.

    links: try the official links too, over the network.
    """
    if not content.is_dir():
        return no_folder(content)
    site = compile_site(content, as_of)
    problems = ordered([*site.problems, *(outward.check(site.handbook) if links else ())])
    if form == "text":
        say(problems)
    else:
        print(_FORMS[form](problems))
    return int(_bad(problems, strict))


def generate(content: Path, out: Path, as_of: date, *, strict: bool = False) -> int:
    """Write every page as Markdown with a title; nothing when there are errors."""
    if not content.is_dir():
        return no_folder(content)
    site = compile_site(content, as_of)
    if site.problems:
        say(site.problems)
    if _bad(site.problems, strict):
        return 1
    _write(site, out)
    print(f"完成：{len(site.leaves)} 页，在 {out}/", file=sys.stderr)
    return 0


def write_schemas(content: Path) -> int:
    """Write the JSON Schemas into a content folder."""
    if not content.is_dir():
        return no_folder(content)
    written = json_schema.write(content)
    print(f"完成：{len(written)} 个文件，在 {written[0].parent}/", file=sys.stderr)
    return 0


def _write(site: Site, out: Path) -> None:
    for leaf in site.leaves.values():
        path = out / leaf.path
        path.parent.mkdir(parents=True, exist_ok=True)
        title = json.dumps(leaf.title, ensure_ascii=False)
        path.write_text(f"---\ntitle: {title}\n---\n\n{leaf.text}", encoding="utf-8", newline="\n")


def no_folder(content: Path) -> int:
    """Say that there is no such folder; returns the exit code."""
    print(f"用法：没有内容文件夹 {content}。", file=sys.stderr)
    return 2


def _bad(problems: Sequence[Problem], strict: bool) -> bool:
    return any(strict or problem.severity == ERROR for problem in problems)


def say(problems: Sequence[Problem]) -> None:
    """Print the problems, one a line, and how many."""
    for problem in problems:
        print(problem, file=sys.stderr)
    print(total(problems), file=sys.stderr)


def total(problems: Sequence[Problem]) -> str:
    """How many errors and warnings."""
    errors = sum(problem.severity == ERROR for problem in problems)
    return f"{errors} 处错误，{len(problems) - errors} 处警告。"


def _json(problems: Sequence[Problem]) -> str:
    rows = [
        {
            "path": p.place.path,
            "line": p.place.line,
            "column": p.place.column,
            "severity": p.severity,
            "code": p.code,
            "message": p.message,
            "hint": p.hint,
        }
        for p in problems
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1)


def _github(problems: Sequence[Problem]) -> str:
    """Workflow commands; their data and properties are percent-escaped."""

    def escape(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def value(text: str) -> str:
        return escape(text).replace(":", "%3A").replace(",", "%2C")

    return "\n".join(
        f"::{p.severity} file={value(p.place.path)},line={p.place.line},col={p.place.column},"
        f"title={p.code}::{escape(p.message + _hint(p))}"
        for p in problems
    )


def _gitlab(problems: Sequence[Problem]) -> str:
    """Code Quality report: the fingerprint stays when lines move."""
    rows = []
    seen: Counter[str] = Counter()
    for p in problems:
        key = f"{p.place.path}\0{p.code}\0{p.message}"
        seen[key] += 1
        key += f"\0{seen[key]}" if seen[key] > 1 else ""
        rows.append(
            {
                "description": p.message + _hint(p),
                "check_name": p.code,
                "fingerprint": hashlib.sha256(key.encode()).hexdigest(),
                "severity": "major" if p.severity == ERROR else "minor",
                "location": {"path": p.place.path, "lines": {"begin": p.place.line}},
            }
        )
    return json.dumps(rows, ensure_ascii=False, indent=1)


def _hint(problem: Problem) -> str:
    return f"提示：{problem.hint}" if problem.hint else ""


_FORMS: dict[str, Callable[[Sequence[Problem]], str]] = {
    "json": _json,
    "github": _github,
    "gitlab": _gitlab,
}
