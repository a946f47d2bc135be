"""The examples of the page of codes are true: the wrong text gives the code, the right one not."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from handbook.examples import EXAMPLES
from handbook.problems import CODES
from handbook.site import check_site
from test_cases import AS_OF, CASES, SMALL, changed

# Told in prose: the bytes, the size, the name or the absence of a file
PROSE = {"HB101", "HB104", "HB109", "HB112", "HB113", "HB114", "HB601", "HB606"}
# Told of a workbook; test_cases has them
WORKBOOK = {code for code in CODES if code.startswith("HB7")}


def codes(content: Path) -> set[str]:
    return {problem.code for problem in check_site(content, AS_OF)}


def test_every_code_has_an_example() -> None:
    assert set(EXAMPLES) == set(CODES)
    assert {code for code, example in EXAMPLES.items() if example.prose} == PROSE | WORKBOOK
    names = [example.name for example in EXAMPLES.values()]
    assert len(names) == len(set(names))


def test_every_remedy_can_be_read_without_the_case() -> None:
    """The writing lint's own exception, {excuse}, is filled in by the page."""
    hints = {code: re.sub(r"\{(?:how|excuse)\}", "", spec.hint) for code, spec in CODES.items()}
    assert [c for c, hint in hints.items() if "{" in hint and not EXAMPLES[c].mend] == []


@pytest.mark.parametrize(
    "code", sorted(set(EXAMPLES) - PROSE - WORKBOOK - {"HB229"})
)  # test_outward.py has it
def test_wrong_gives_the_code_and_right_does_not(code: str, tmp_path: Path) -> None:
    """The wrong text stands in a failing sample; with the right one in its place it is mended."""
    example = EXAMPLES[code]
    for number, path in enumerate(p for p in CASES if p.stem.startswith(code)):
        case = yaml.safe_load(path.read_text(encoding="utf-8"))
        content = changed(tmp_path / str(number), case)
        for file in touched(content, case):
            text = file.read_text(encoding="utf-8")
            if example.wrong in text:
                assert code in codes(content)
                file.write_text(text.replace(example.wrong, example.right), encoding="utf-8")
                assert code not in codes(content)
                return
    pytest.fail(f"no sample of {code} contains {example.wrong!r}")


def touched(content: Path, case: dict[str, object]) -> list[Path]:
    """The files that a case changes or writes."""
    changes, whole = case.get("改", ()), case.get("文件", {})
    assert isinstance(changes, list | tuple)
    assert isinstance(whole, dict)
    return [content / path for path in [*(change["文件"] for change in changes), *whole]]


@pytest.mark.parametrize("code", sorted(PROSE))
def test_what_is_told_in_prose_is_gone_without_the_file(code: str, tmp_path: Path) -> None:
    path = next(p for p in CASES if p.stem.startswith(code))
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert code in codes(changed(tmp_path, case))
    assert code not in codes(Path(shutil.copytree(SMALL, tmp_path / "right")))
