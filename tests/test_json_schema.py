"""The JSON Schemas that editors complete and check by: committed as the models give them."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from handbook import json_schema
from handbook.files import FILES, FRONT, File
from handbook.site import check_site
from test_cases import AS_OF, CASES, SMALL, changed

ROOT = Path(__file__).parent.parent
BY_NAME = {file.name: file for file in FILES}
# What a schema sees: the types of single values, keys and choices.
SAYABLE = ("HB108", "HB201", "HB202", "HB203", "HB204", "HB205", "HB206", "HB207", "HB212", "HB228")
BEYOND = {
    "HB207-file-name",  # a file's name, not what is in it
    "HB207-path-in-id",  # the same
}
_CHECKER = jsonschema.FormatChecker(["date"])


class _Loader(yaml.SafeLoader):
    """YAML 1.2 as editors read it: dates and times are text."""


_Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if "timestamp" not in pair[0] and first not in "yYnNoO"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def owner(path: str) -> File:
    """The sort of content file that a path is."""
    if path.startswith("docs/"):
        written = path.split("/")[1] not in ("regulations", "rules") or path.endswith("index.md")
        return BY_NAME["page" if written else "instrument"]
    return next(f for f in FILES if any(fnmatch(path, where) for where in f.where))


def value(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        head = re.match(r"---\n(.*?)^---$", text, re.S | re.M)
        text = head[1] if head else "{}"
    loaded = yaml.load(text, _Loader)
    return json.loads(json.dumps(_text_keys(loaded), ensure_ascii=False))


def _text_keys(loaded: Any) -> Any:
    """A year as a key is text to every editor."""
    return {str(k): v for k, v in loaded.items()} if isinstance(loaded, dict) else loaded


def faults(content: Path, path: str) -> list[str]:
    schema = json_schema.schema(owner(path))
    validator = jsonschema.Draft7Validator(schema, format_checker=_CHECKER)
    return [f"{path}: {error.message}" for error in validator.iter_errors(value(content / path))]


def written(content: Path) -> list[str]:
    """Every content file that has a schema."""
    found = [
        *content.glob("data/*.yml"),
        *content.glob("data/*/*.yml"),
        *content.glob("docs/**/*.md"),
    ]
    return sorted(path.relative_to(content).as_posix() for path in found)


def test_schemas_are_draft_07() -> None:
    for file in FILES:
        jsonschema.Draft7Validator.check_schema(json_schema.schema(file))


def test_committed_schemas_are_what_the_models_give() -> None:
    folder = ROOT / json_schema.FOLDER
    wanted = {f"{file.name}.json": json_schema.text(file) for file in FILES}
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert found == wanted, "运行 scripts/check --write-schema"


@pytest.mark.parametrize("content", [ROOT, SMALL], ids=["own", "small"])
def test_all_content_fits_its_schema(content: Path) -> None:
    paths = written(content)
    assert len(paths) > 10
    assert [fault for path in paths for fault in faults(content, path)] == []


def test_every_data_file_names_its_schema_in_its_first_line() -> None:
    for path in written(ROOT):
        if path.startswith("data/"):
            first = (ROOT / path).read_text(encoding="utf-8").split("\n")[0]
            file = owner(path)
            assert first == json_schema.modeline(file, path)
            target = (ROOT / path).parent / first.partition("$schema=")[2]
            assert target.resolve() == ROOT / json_schema.FOLDER / f"{file.name}.json"


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in CASES
        if path.stem[:5] in SAYABLE and path.stem not in BEYOND and "workbook" not in path.stem
    ],
    ids=lambda path: path.stem,
)
def test_wrong_samples_are_refused(path: Path, tmp_path: Path) -> None:
    content = changed(tmp_path, yaml.safe_load(path.read_text(encoding="utf-8")))
    places = {p.place.path for p in check_site(content, AS_OF) if p.code == path.stem[:5]}
    assert all(faults(content, place) for place in places)
    assert places


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_key_is_described_with_an_example_that_fits(file: File) -> None:
    """What a key's example is, its schema takes: editors offer it while typing."""
    for key in file.kind.keys:
        shown = json_schema.value(key)
        assert re.search("[一-龥]", shown["description"])
        for example in shown.get("examples", ()):
            jsonschema.validate(example, shown, format_checker=_CHECKER)


def test_vs_code_knows_every_data_file() -> None:
    text = (ROOT / ".vscode/settings.json").read_text(encoding="utf-8")
    settings = json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.M))
    schemas = settings["yaml.schemas"]
    data = [file for file in FILES if file.shape != FRONT]  # it does not read Markdown
    assert schemas == {f"{json_schema.FOLDER}/{f.name}.json": list(f.where) for f in data}
