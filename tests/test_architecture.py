"""The structure itself: imports go one way, one file knows MkDocs, modules stay small."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
CORE = ROOT / "hooks" / "handbook"

# From what rests on nothing to what rests on everything; a module imports only from before it.
LAYERS = [
    "tools",
    "model",
    "problems",
    "examples",
    "numerals",
    "eids",
    "schema",
    "files",
    "json_schema",
    "names",
    "lines",
    "spans",
    "quotes",
    "provisions",
    "deadlines",
    "syntax",
    "source",
    "edits",
    "convert",
    "load",
    "tables",
    "citations",
    "urls",
    "courses",
    "links",
    "coverage",
    "review",
    "matrix",
    "rules",
    "lint",
    "glossary",
    "drawing",
    "body_html",
    "pages",
    "references",
    "site",
    "changes",
    "navigation",
    "rendering",
    "search",
    "formats",
    "products",
    "making",
    "output",
    "official",
    "outward",
    "report",
    "watch",
    "exchange",
    "desk",
    "build",
    "diff",
]


def imports(file: Path) -> set[str]:
    """Every module that a file imports, by its dotted name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def part(file: Path) -> str:
    return file.relative_to(CORE).parts[0].removesuffix(".py")


def test_every_module_has_its_layer() -> None:
    modules = {part(file) for file in CORE.rglob("*.py")} - {"__init__"}
    assert modules == set(LAYERS)
    assert len(LAYERS) == len(set(LAYERS))


def test_imports_go_one_way() -> None:
    wrong = []
    for file in CORE.rglob("*.py"):
        for name in imports(file):
            parts = name.split(".")
            if parts[0] != "handbook" or part(file) == "__init__":
                continue
            target = parts[1]
            if target != part(file) and LAYERS.index(target) > LAYERS.index(part(file)):
                wrong.append(f"{part(file)} imports {target}")
    assert wrong == []


def test_one_file_knows_mkdocs() -> None:
    files = [*ROOT.glob("hooks/**/*.py"), *(f for f in ROOT.glob("scripts/*") if f.is_file())]
    knowing = {
        file.name for file in files if any(n.split(".")[0] == "mkdocs" for n in imports(file))
    }
    assert knowing == {"mkdocs_hooks.py"}


def test_modules_and_scripts_stay_small() -> None:
    limits = {"hooks/mkdocs_hooks.py": 150, "hooks": 450}
    for file in [*ROOT.glob("hooks/**/*.py"), *(f for f in ROOT.glob("scripts/*") if f.is_file())]:
        name = file.relative_to(ROOT).as_posix()
        command = name.startswith("scripts/") and not file.suffix
        limit = 70 if command else next((n for p, n in limits.items() if name.startswith(p)), 400)
        lines = len(file.read_text(encoding="utf-8").splitlines())
        assert lines <= limit, f"{name}: {lines} lines"


def test_templates_have_no_logic_beyond_showing() -> None:
    for template in (CORE / "pages" / "templates").glob("*.md"):
        text = template.read_text(encoding="utf-8")
        assert "{% macro" not in text
        assert "{% import" not in text
