"""The handbook's own content against the published texts, where they are at hand."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from handbook.official import read
from handbook.site import compile_site

ROOT = Path(__file__).parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"
DAY = date(2026, 11, 25)
LONG = 20  # characters of a run that counts as copied

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="没有 ../shared/corpus，跳过与公布文本的对照"
)


@cache
def published() -> dict[str, str]:
    """Title -> body of the newest version of each instrument in the corpus."""
    found: dict[str, tuple[str, str]] = {}
    for path in CORPUS.rglob("*.md"):
        if path.name == "README.md":
            continue
        draft, _ = read(path.read_text(encoding="utf-8"), path.name)
        day = "".join(re.findall(r"\d{4}-\d\d-\d\d|\d{4}", path.stem)[-1:])
        newest = found.get(draft.title)
        if newest is None or day > newest[0]:
            found[draft.title] = (day, draft.body)
    return {title: body for title, (_, body) in found.items()}


def test_every_cited_provision_is_in_the_published_text(tmp_path: Path) -> None:
    """With the published texts in place of the summaries, every citation still leads somewhere."""
    for folder in ("docs", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    replaced = 0
    for path in sorted((tmp_path / "docs/regulations").glob("*.md")):
        _, front, _ = path.read_text(encoding="utf-8").split("---\n", 2)
        title = re.search(r"^标题: *(.+)$", front, re.M)
        body = published().get(title[1]) if title else None
        if body:
            front = front.replace("文本: 要点", "文本: 全文")
            path.write_text(f"---\n{front}---\n\n{body}", encoding="utf-8")
            replaced += 1
    found = compile_site(tmp_path, DAY).problems
    assert replaced >= 20
    assert [str(p) for p in found if not p.place.path.startswith("docs/regulations/")] == []


def test_no_published_sentence_is_copied() -> None:
    known = set()
    for body in published().values():
        known |= set(_runs(_letters(body)))
    copied = []
    for path in [*ROOT.glob("docs/**/*.md"), *ROOT.glob("data/**/*.yml")]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            text = _letters(re.sub(r"《[^》]*》|^(标题|名称|别名): .*$", "\n", line))
            hit = next((run for run in _runs(text) if run in known), None)
            if hit:
                copied.append(f"{path.relative_to(ROOT)}:{number}: {hit}")
    assert copied == []


def _letters(text: str) -> str:
    """Chinese characters, letters and digits; the rest tells nothing of a copy."""
    return re.sub(r"[^\w\n]", "", text)


def _runs(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        for start in range(len(line) - LONG + 1):
            yield line[start : start + LONG]
