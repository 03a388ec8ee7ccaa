"""Do the written pages say what the program does?"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], key=lambda page: page.as_posix()
)


GENERATED = (
    "reference/scenario-keys.md",
    "reference/commands.md",
    "reference/errors.md",
    "reference/catalogue.md",
    "validation.md",
)


@pytest.fixture(scope="module")
def build() -> ModuleType:
    specification = importlib.util.spec_from_file_location("build", ROOT / "docs" / "build.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_page_is_what_the_program_writes_today(build: ModuleType, name: str) -> None:
    committed = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert build.PAGES[name]() == committed, "run make docs"


def test_no_generated_page_goes_unchecked(build: ModuleType) -> None:
    assert set(build.PAGES) == set(GENERATED)


def test_a_table_keeps_its_columns_whatever_a_cell_holds(build: ModuleType) -> None:
    made = build.table(("a", "b"), [("x|y", "two\nlines")])
    assert made.splitlines() == ["| a | b |", "| --- | --- |", "| x\\|y | two lines |"]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1e7, "10000000"),
        (2e-8, "2e-08"),
        (0.05, "0.05"),
        (-0.01, "-0.01"),
        (12, "12"),
        (True, "true"),
        ("a", "a"),
    ],
)
def test_numbers_read_plainly(build: ModuleType, value: object, written: str) -> None:
    assert build.text(value) == written


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    files = [link.partition("#")[0] for link in links if not re.match(r"[a-z]+:", link)]
    assert [name for name in files if name and not (page.parent / name).exists()] == []


def test_decisions_are_numbered_without_a_gap() -> None:
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(name[:3]) for name in names] == list(range(1, len(names) + 1))
