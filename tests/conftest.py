"""What the tests of the physics share: scenarios resolved once, functions compiled once."""

from __future__ import annotations

import fcntl
import gc
import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

# Compiled code is kept in the environment it belongs to, where both workers of a test session, the
# programs they start and the next session find it. Before jax is imported, which reads these.
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(Path(sys.prefix) / "jax"))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
# Most of a session is compiling code that runs once on little: it need not be made fast. Whole runs
# of shipped scenarios are compiled as a user's are (`finished`, below).
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import settings

from sunstack import programme, results, scenario
from sunstack.evaluate import Outcome, evaluate
from sunstack.resolve import Resolved, resolve
from sunstack.results import Results
from sunstack.run import run
from sunstack.scenario import Document
from sunstack.system import System

SCENARIOS = Path(__file__).parents[1] / "scenarios"

LONGEST_FIRST = (
    "test_scenarios", "test_globe", "test_evaluate", "test_every_report", "test_study_backends",
    "test_study_optimise", "test_programme_keys", "test_resolve_economics", "test_figures",
    "test_eclipse_map", "test_control_machines", "test_docs", "test_study_designs",
    "test_report_years", "test_company_programme", "test_published", "test_study_condensed",
    "test_cost_answer", "test_derelicts", "test_connections", "test_economics_accounts",
    "test_cli", "test_simulate", "test_day", "test_asked", "test_report", "test_report_asked",
    "test_model_answer", "test_margins", "test_summary_service",
)  # fmt: skip
"""Files of half a minute and more: no worker may come upon one when the other has none left."""

THREE_GROUPS = """\
schema_version: 1
name: three-groups
epoch: 2028-03-20
constellation:
  groups:
    - name: dawn-dusk
      model: walker
      altitude_km: 600
      inclination_deg: sun-synchronous
      plane_count: 2
      satellites_per_plane_count: 4
      local_times_hours: [18.0, 6.0]
      sun_synchronous_intended: true
    - name: middle
      model: walker
      altitude_km: 560
      inclination_deg: 53
      plane_count: 3
      satellites_per_plane_count: 5
      phasing_count: 1
    - name: low-inclination
      model: walker
      altitude_km: 950
      inclination_deg: 30
      eccentricity_ratio: 0.001
      plane_count: 2
      satellites_per_plane_count: 3
      node_deg: 40
satellite:
  catalogue: ai1-2026-06
"""
"""Seven planes, 29 satellites: mostly, sometimes and never lit all the way round."""
LARGE = {"satellites_per_plane_count: 4": 1500, "satellites_per_plane_count: 5": 3000}
"""More of them than a rocket lifts in four years."""

# Compiling takes longer than hypothesis would let one example take, and the examples are the same
# on every machine, so that a failure seen once can be seen again.
settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
settings.load_profile("repeatable")

# What every resolve runs, the fall of a derelict over decades, runs five times longer than need be
# if it is not made fast.
_upkeep: Any = sys.modules["sunstack.resolve.upkeep"]
assert _upkeep._fall.__wrapped__ is programme.fall
_upkeep._fall = jax.jit(
    programme.fall,
    compiler_options={
        "xla_backend_optimization_level": 3,
        "xla_llvm_disable_expensive_passes": False,
    },
)

type Resolve = Callable[..., Resolved]
type Finish = Callable[[Document], Results]


@cache
def _shipped(name: str, overrides: tuple[str, ...]) -> Resolved:
    return resolve(scenario.load(SCENARIOS / f"{name}.yaml", overrides))


@cache
def _written(text: str, overrides: tuple[str, ...]) -> Resolved:
    return resolve(scenario.loads(text, path="written.yaml", overrides=overrides))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest; with pytest-xdist this needs `--no-loadscope-reorder`."""
    rank = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(rank)))
    # Tracing makes and drops objects by the million; what is here now stays to the end.
    gc.freeze()
    gc.set_threshold(200_000, 20, 50)


MOST_MAPS = 25_000
"""Of the 65,530 memory maps that Linux grants a process."""


@pytest.fixture(scope="module", autouse=True)
def room_for_compiled_code() -> Iterator[None]:
    """Let go of compiled code between files: it takes maps, and without any the compiler dies."""
    yield
    maps = Path("/proc/self/maps")
    if maps.exists() and maps.read_bytes().count(b"\n") > MOST_MAPS:
        jax.clear_caches()


@pytest.fixture(scope="session")
def shipped() -> Resolve:
    """Resolve a scenario that comes with the product: `shipped("ai1", "payload.power_kw=100")`."""
    return lambda name, *overrides: _shipped(name, overrides)


@pytest.fixture(scope="session")
def written() -> Resolve:
    """Resolve a scenario given as text."""
    return lambda text, *overrides: _written(text, overrides)


@pytest.fixture(scope="session")
def three_groups() -> Resolve:
    """Resolve the small constellation above, with overrides."""
    return lambda *overrides: _written(THREE_GROUPS, overrides)


@pytest.fixture(scope="session")
def filling(finished: Finish) -> Results:
    """Four years on a rocket that fills the first group, begins the second, never the third."""
    text = THREE_GROUPS
    for key, number in LARGE.items():
        text = text.replace(key, f"satellites_per_plane_count: {number}")
    overrides = (
        "simulation.duration_hours=3",
        "fleet.horizon_years=4",
        "fleet.replacement_age_years=2",
        "fleet.schedule_draw_count=20",
    )
    return finished(scenario.loads(text, path="written.yaml", overrides=overrides))


def plainly_typed(system: System) -> System:
    """The same numbers, none weakly typed: systems of one shape then share compiled code."""
    return jax.tree.map(lambda leaf: jnp.asarray(np.asarray(leaf)), system)


@pytest.fixture(scope="session")
def compiled_evaluate() -> Callable[[System], Outcome]:
    """Evaluate a system by code that is compiled once for all systems of its shape."""
    return lambda system: evaluate(plainly_typed(system))


_compiled, _optimised_last = [0], [-1]


@jax.monitoring.register_event_duration_secs_listener
def _count_compiled(event: str, *_: float, **__: object) -> None:
    _compiled[0] += event == "/jax/core/compile/backend_compile_duration"


@contextmanager
def _optimised() -> Iterator[None]:
    """Compile as users do: sums in single precision come out otherwise in the fifth digit.

    What is compiled is let go of, unless all of it has been compiled in here.
    """
    if _compiled != _optimised_last:
        jax.clear_caches()
    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", False)
    try:
        yield
    finally:
        jax.config.update("jax_disable_most_optimizations", before)
        _optimised_last[:] = _compiled


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finish:
    """Run a scenario whole, once for all processes of this test session that ask for it."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if own.name.startswith("popen-") else own

    def finish(document: Document) -> Results:
        asked = repr((document.path, document.text, sorted(document.overrides.items())))
        folder = shared / f"run-{hashlib.sha256(asked.encode()).hexdigest()[:16]}"
        with folder.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                # The tests' own scenarios are small, and share compiled code with other tests.
                with _optimised() if Path(document.path).exists() else nullcontext():
                    results.write(run(document), folder)
        return results.read(folder)

    return finish
