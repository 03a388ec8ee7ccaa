"""Is the page's JavaScript sound: linted, tested, and fit to be joined to one script?

Nothing need be installed beside the packages: oxlint comes as a wheel, and Playwright's wheel
carries the Node.js that runs the tests in tests/javascript.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import playwright
import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "src" / "sunstack" / "report" / "page"
TESTS = ROOT / "tests" / "javascript"
SCRIPTS = sorted(PAGE.rglob("*.js"))
PROGRAMS = [*SCRIPTS, *sorted(TESTS.rglob("*.*js"))]
UNIT_TESTS = sorted(TESTS.rglob("*.test.mjs"))

LONGEST_FILE = 400
IMPORT = re.compile(r'^import \{[^}]*\} from "\./[\w-]+\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class)\b)", re.MULTILINE)
"""What is dropped when the files are joined; a joined file sees every name of the others."""


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def ran(program: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, its errors among its output."""
    return subprocess.run(
        [program, *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


def beside_python(program: str) -> Path:
    (found,) = Path(sys.executable).parent.glob(f"{program}*")
    return found


def node() -> Path:
    (found,) = (Path(playwright.__file__).parent / "driver").glob("node*")
    return found


def test_there_is_something_to_test() -> None:
    assert SCRIPTS
    assert UNIT_TESTS


def test_it_is_free_of_lint() -> None:
    done = ran(beside_python("oxlint"), "--deny-warnings", PAGE, TESTS)
    assert done.returncode == 0, done.stdout


# --- unit tests ----------------------------------------------------------------------------------


def unit_tests(paths: Sequence[Path]) -> str:
    """What Node.js says of the tests in these files, when all pass and every file has some."""
    # The page's files have no package.json that calls them modules; Node.js finds out and warns.
    quiet = "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"
    done = ran(node(), quiet, "--test", "--test-reporter=spec", *paths)
    assert done.returncode == 0, done.stdout
    # Of a file that holds no test, Node.js reports that the file itself passed.
    empty = [path for path in paths if f"✔ {path} (" in done.stdout]
    assert not empty, f"no test in {empty}"
    return done.stdout


def test_its_unit_tests_pass() -> None:
    output = unit_tests(UNIT_TESTS)
    passed = re.search(r"^ℹ pass (\d+)$", output, re.MULTILINE)
    assert passed, output
    assert int(passed[1]) >= len(UNIT_TESTS) > 0, output


def test_a_unit_test_can_fail(tmp_path: Path) -> None:
    path = tmp_path / "wrong.test.mjs"
    path.write_text(
        "import assert from 'node:assert/strict'; import { test } from 'node:test';\n"
        "test('two is three', () => assert.equal(2, 3));\n",
        encoding="utf-8",
    )
    with pytest.raises(AssertionError, match="two is three"):
        unit_tests([path])
    path.write_text("export const nothing = 0;\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="no test in"):
        unit_tests([path])


# --- one script ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PROGRAMS, ids=name)
def test_a_file_fits_a_reader_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE, "make it two"
    assert text.startswith(("//", "/*")), "open with a comment"


def joined(paths: Sequence[Path]) -> str:
    """The files as one script, as the page holds them: without imports and exports."""
    texts = (path.read_text(encoding="utf-8") for path in paths)
    return "\n".join(EXPORT.sub("", IMPORT.sub("", text)) for text in texts)


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_imports_and_exports_can_be_dropped(path: Path) -> None:
    renamed = [
        line
        for line in IMPORT.findall(path.read_text(encoding="utf-8"))
        if re.search(r"\sas\s", line)
    ]
    assert renamed == [], "the joined script knows only the name it was declared by"
    assert re.findall(r"^(?:import|export)\b.*", joined([path]), re.MULTILINE) == []


def complaint(text: str, folder: Path) -> str:
    """What is wrong with the text as a module, in which no name may be declared twice."""
    path = folder / "joined.mjs"
    path.write_text(text, encoding="utf-8")
    return ran(node(), "--check", path).stdout


def test_no_name_is_declared_twice_over_all_files(tmp_path: Path) -> None:
    assert complaint(joined(SCRIPTS), tmp_path) == ""


def test_a_name_declared_twice_is_found(tmp_path: Path) -> None:
    first, second = tmp_path / "first.js", tmp_path / "second.js"
    first.write_text("export function draw() {}\n", encoding="utf-8")
    second.write_text('import {\n  draw,\n} from "./first.js";\ndraw();\n', encoding="utf-8")
    assert complaint(joined([first, second]), tmp_path) == ""
    second.write_text("const draw = 1;\n", encoding="utf-8")
    assert "'draw' has already been declared" in complaint(joined([first, second]), tmp_path)
