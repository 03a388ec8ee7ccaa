"""Does the code keep the rules of its own architecture?

Who may import whom, what a name must say, how long a file may be, what must be documented.
"""

from __future__ import annotations

import ast
import re
import statistics
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer.main

from sunstack import catalogue, cli, errors
from sunstack.scenario import keys
from sunstack.units import SCENARIO_UNITS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "sunstack"
MODULES = sorted(PACKAGE.rglob("*.py"))
PROGRAMS = sorted(
    path
    for folder in ("src", "tests", "benchmarks", "docs", "scripts")
    for path in (ROOT / folder).rglob("*.py")
)

LAYERS: tuple[set[str], ...] = (
    {"errors", "units"},
    {"disciplines"},
    {"element_sets"},
    {"catalogue", "scenario"},
    {"system"},
    {"operations", "fleet", "skeleton"},
    {"margins", "serving"},
    {"training"},
    {"programme", "ground"},
    {"accounts"},
    {"quarters", "sizing"},
    {"resolve", "evaluate", "simulate", "eclipse_map"},
    {"mesh"},
    {"exposure", "schedule", "derelicts", "connections", "levers", "deals"},
    {"backtest"},
    {"asked", "reconciliation"},
    {"day"},
    {"findings"},
    {"results"},
    {"summary"},
    {"study", "claims", "validation", "answers"},
    {"report"},
    {"run"},
    {"__init__"},
    {"operate", "commands"},
    {"cli"},
    {"__main__"},
)
"""Lowest first; a module imports from lower layers and from its own folder, not sideways."""

NARROWER: dict[str, set[str]] = {
    "disciplines": {"errors", "units"},
    "catalogue": {"errors", "units"},
    "scenario": {"errors", "units"},
}
"""Modules that may import less than all that lies below them."""

FORBIDDEN_IN_DISCIPLINES = {
    "asyncio", "csv", "datetime", "http", "io", "json", "os", "pathlib", "random", "requests",
    "secrets", "shutil", "socket", "sqlite3", "subprocess", "tempfile", "time", "urllib",
}  # fmt: skip
"""Files, clock, network and global random state; JAX keys are passed in."""

SI_SUFFIXES: tuple[str, ...] = (
    "_bit_per_s", "_byte", "_byte_per_s", "_count", "_days", "_db", "_efficiency", "_factor",
    "_flop", "_flop_per_s", "_fraction", "_gy", "_hz", "_j", "_j_per_byte", "_j_per_flop",
    "_j_per_k", "_j_per_kg", "_julian_day", "_k", "_k_per_w", "_kg", "_kg_per_m2", "_kg_per_m3",
    "_m", "_m2", "_m3", "_m_per_s", "_n", "_pa", "_per_k", "_per_m2", "_per_s", "_rad",
    "_rad_per_s", "_ratio", "_s", "_solar_flux_units", "_usd", "_usd_per_j", "_usd_per_kg", "_w",
    "_w_per_hz", "_w_per_k", "_w_per_m2", "_w_per_m2_hz",
)  # fmt: skip
"""What a number inside the program may be measured in; `_days` counts days (of eclipse), `_db` is
what a link has to spare or loses in the air, as every table and filing has it."""

TRUTH_VALUES = {
    "alive", "filled", "has_lasers_across", "has_mesh", "lower_alive", "sun_synchronous_intended",
    "upper_alive", "volume_binds",
}  # fmt: skip
NUMBERS_OF_THINGS = {
    "above_plane", "access_group", "end_index", "error_code", "level_index", "next_plane", "plane",
    "plane_group", "rank", "sampled_planes", "seed", "slot", "start_index",
}  # fmt: skip
NO_UNIT = TRUTH_VALUES | NUMBERS_OF_THINGS | {"bound", "step"}
"""Names that are no quantities: also a bound from a ladder, and the verb that moves a state."""

FORBIDDEN_WORDS = {
    "base",
    "common",
    "core",
    "handler",
    "helper",
    "helpers",
    "manager",
    "utils",
    "v2",
}
UNFINISHED = re.compile(
    r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]) + r")\b"
)
MACHINE_PATH = re.compile(
    r"(?<![\w.~\-/*}\])])/(" + "|".join(["work", "tmp", "root", "home"]) + r")\b"
)
BINARY_OR_MADE = {".ico", ".npz", ".parquet", ".png", ".pyc"}
MADE_FOLDERS = {"__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache"}

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
MEDIAN_FUNCTION = 10

type Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, FUNCTION))


def module_parts(path: Path) -> tuple[str, ...]:
    """disciplines/orbit/light.py gives ("disciplines", "orbit", "light")."""
    return path.relative_to(PACKAGE).with_suffix("").parts


def imported(path: Path) -> Iterator[tuple[str, ...]]:
    """Every import of the file, as absolute module parts."""
    folder = ("sunstack", *module_parts(path)[:-1])
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            stem = folder[: len(folder) - node.level + 1] if node.level else ()
            stem += tuple(node.module.split(".")) if node.module else ()
            yield from ((*stem, alias.name) for alias in node.names)


def own_imports(path: Path) -> Iterator[tuple[str, ...]]:
    """Which modules of this package the file imports, without the package's name."""
    ours = (parts[1:] for parts in imported(path) if parts[0] == "sunstack" and parts[1:])
    return (parts for parts in ours if parts != ("__version__",))


# --- who imports whom ----------------------------------------------------------------------------


def layer(name: str) -> int:
    return next(height for height, names in enumerate(LAYERS) if name in names)


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_a_module_has_its_layer(path: Path) -> None:
    name = module_parts(path)[0]
    assert any(name in names for names in LAYERS), f"give {name} its place in LAYERS"


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_imports_point_down_the_layers(path: Path) -> None:
    own = module_parts(path)[0]
    below = {name for names in LAYERS[: layer(own)] for name in names}
    allowed = NARROWER.get(own, below)
    foreign = {parts[0] for parts in own_imports(path)} - {own}
    assert foreign <= allowed, f"{own} may not import {sorted(foreign - allowed)}"


@pytest.mark.parametrize("path", sorted((PACKAGE / "disciplines").rglob("*.py")), ids=relative)
def test_disciplines_know_neither_each_other_nor_the_machine(path: Path) -> None:
    own = module_parts(path)[:2]
    others = {parts[:2] for parts in own_imports(path) if parts[0] == "disciplines"} - {own}
    assert not others, f"{own[1]} imports {sorted(others)}"
    outside = {parts[0] for parts in imported(path)} & FORBIDDEN_IN_DISCIPLINES
    assert not outside, f"{own[1]} imports {sorted(outside)}"
    opened = [node.func.id for node in calls(path) if isinstance(node.func, ast.Name)]
    assert not {"open", "print", "input"} & set(opened)


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_random_numbers_come_from_keys(path: Path) -> None:
    used = {ast.unparse(node.func) for node in calls(path)}
    assert not {name for name in used if re.match(r"(np|numpy)\.random\.|random\.", name)}


def test_modules_import_each_other_in_no_circle() -> None:
    files = {
        tuple(part for part in module_parts(path) if part != "__init__"): path for path in MODULES
    }
    edges = {
        parts: {want if want in files else want[:-1] for want in own_imports(path)}
        for parts, path in files.items()
    }
    while free := [parts for parts, wanted in edges.items() if not wanted & edges.keys()]:
        for parts in free:
            del edges[parts]
    assert not edges, f"in a circle, or behind one: {sorted('.'.join(parts) for parts in edges)}"


# --- what a name must say ------------------------------------------------------------------------


def quantities(path: Path) -> Iterator[tuple[str, int]]:
    """Name and line of every public number: fields of classes, parameters of functions."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef):
            fields = [item for item in node.body if isinstance(item, ast.AnnAssign)]
            yield from (
                (ast.unparse(item.target), item.lineno)
                for item in fields
                if is_number(item.annotation)
            )
        elif isinstance(node, FUNCTION) and not node.name.startswith("_"):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            yield from ((item.arg, item.lineno) for item in arguments if is_number(item.annotation))


def is_number(annotation: ast.expr | None) -> bool:
    if annotation is None:
        return False
    names = {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}
    return bool(names & {"float", "Array", "ArrayLike", "Quantity"}) and not names & {
        "Callable",
        "dict",
    }


def unsuffixed(path: Path, suffixes: tuple[str, ...]) -> list[str]:
    return [
        f"{relative(path)}:{line}: {name}"
        for name, line in quantities(path)
        if name not in NO_UNIT and not f"_{name}".endswith(suffixes)
    ]


SI_FILES = [*(PACKAGE / "disciplines").rglob("*.py"), PACKAGE / "system.py"]


@pytest.mark.parametrize("path", sorted(SI_FILES), ids=relative)
def test_every_quantity_of_the_system_names_its_si_unit(path: Path) -> None:
    assert unsuffixed(path, SI_SUFFIXES) == []


def test_every_quantity_of_the_scenario_names_its_unit() -> None:
    assert unsuffixed(PACKAGE / "scenario" / "model.py", tuple(SCENARIO_UNITS)) == []


@pytest.mark.parametrize("path", sorted((PACKAGE / "disciplines").rglob("*.py")), ids=relative)
def test_a_discipline_function_that_returns_one_quantity_names_its_unit(path: Path) -> None:
    returned = [
        node.name
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and node.returns is not None
        and ast.unparse(node.returns) in ("Array", "float")
    ]
    nameless = [name for name in returned if not f"_{name}".endswith(SI_SUFFIXES)]
    assert [name for name in nameless if name not in NO_UNIT] == []


def words(name: str) -> set[str]:
    """SomeName, some_name and some-name all give {"some", "name"}."""
    return set(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().replace("-", "_").split("_"))


@pytest.mark.parametrize("path", PROGRAMS, ids=relative)
def test_names_say_something(path: Path) -> None:
    kinds = (*FUNCTION, ast.ClassDef)
    named = [node.name for node in ast.walk(tree(path)) if isinstance(node, kinds)]
    assert [name for name in (path.stem, *named) if words(name) & FORBIDDEN_WORDS] == []


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_a_module_opens_with_the_question_it_answers(path: Path) -> None:
    docstring = ast.get_docstring(tree(path))
    assert docstring, "no module docstring"
    opening = docstring.split("\n\n")[0]
    if module_parts(path)[0] in ("disciplines", "evaluate", "simulate"):
        assert re.match(r"[^.]*\?", opening), f"no question: {opening!r}"
    else:
        assert opening.rstrip().endswith(("?", ".")), f"no whole sentence: {opening!r}"


# --- how long, how finished ----------------------------------------------------------------------


@pytest.mark.parametrize("path", PROGRAMS, ids=relative)
def test_a_file_fits_a_reader(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE, "make it a folder"


def length(function: Function) -> int:
    """Lines from `def` to the end, without the docstring."""
    lines = function.end_lineno - function.lineno + 1 if function.end_lineno else 0
    first = function.body[0]
    if ast.get_docstring(function) is not None and first.end_lineno:
        lines -= first.end_lineno - first.lineno + 1
    return lines


@pytest.mark.parametrize("path", PROGRAMS, ids=relative)
def test_a_function_fits_a_screen(path: Path) -> None:
    assert [item.name for item in functions(path) if length(item) > LONGEST_FUNCTION] == []


def test_half_of_all_functions_are_short() -> None:
    lengths = [length(function) for path in MODULES for function in functions(path)]
    assert statistics.median(lengths) < MEDIAN_FUNCTION


@pytest.mark.parametrize("path", PROGRAMS, ids=relative)
def test_an_ignored_finding_has_its_reason_beside_it(path: Path) -> None:
    with path.open("rb") as file:
        comments = [
            item for item in tokenize.tokenize(file.readline) if item.type == tokenize.COMMENT
        ]
    bare = re.compile(r"#\s*(type:\s*ignore(\[[\w\-, ]+\])?|noqa(:\s*[A-Z0-9, ]+)?)\s*$")
    assert [item.start[0] for item in comments if bare.search(item.string)] == []


def texts() -> list[Path]:
    """Every text file that belongs to the project."""
    folders = ("src", "tests", "scenarios", "docs", "benchmarks", "scripts", ".ci")
    inside = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    beside = [*ROOT.glob("*.*"), ROOT / "Makefile", ROOT / "LICENSE"]
    return sorted(
        path
        for path in (*inside, *beside)
        if path.is_file()
        and path.suffix not in BINARY_OR_MADE
        and not MADE_FOLDERS.intersection(path.parts)
    )


@pytest.mark.parametrize("path", texts(), ids=relative)
def test_a_text_is_finished_and_of_no_one_machine(path: Path) -> None:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        assert not UNFINISHED.search(line), f"line {number}: {line.strip()}"
        assert not MACHINE_PATH.search(line), f"line {number}: {line.strip()}"


# --- what must be sourced and documented ---------------------------------------------------------


def reference() -> str:
    pages = sorted((ROOT / "docs" / "reference").glob("*.md"))
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


def test_every_scenario_key_is_documented() -> None:
    documented = reference()
    assert [key for key in keys() if f"`{key}`" not in documented] == []


def test_every_command_is_documented() -> None:
    documented = reference()
    commands = typer.main.get_command(cli.app).commands
    assert commands
    assert [name for name in commands if f"`sunstack {name}`" not in documented] == []


def test_every_error_is_documented() -> None:
    documented = reference()
    named = [name for name, item in vars(errors).items() if isinstance(item, type)]
    assert "SunstackError" in named
    assert [name for name in named if f"`{name}`" not in documented] == []


@pytest.mark.parametrize("kind", catalogue.kinds())
def test_every_catalogue_number_has_a_known_source_and_every_estimate_a_range(kind: str) -> None:
    known = catalogue.sources()
    for entry in catalogue.entries(kind):
        for key, number in (entry.values | entry.facts).items():
            where = f"{kind}/{entry.name}: {key}"
            assert number.source in known, f"{where}: unknown source {number.source!r}"
            assert number.confidence in ("high", "medium", "low"), f"{where}: {number.confidence!r}"
            if number.estimate:
                assert number.note, f"{where}: no note says how it was derived"
            if number.estimate and not isinstance(number.value, str):
                assert number.low is not None and number.high is not None, f"{where}: no range"
