"""Has the compiled step become slow?

The one timed assertion of the tests, and a ratio: kernel and plain NumPy take turns in the same
process, so that whatever slows the machine down slows both. Everything else about speed is told by
`make bench`, which judges nothing in these tests.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import jax
import pytest

from sunstack.resolve import Resolved
from sunstack.simulate import fleet
from sunstack.system import System

ROOT = Path(__file__).parents[1]
SATELLITES = 16_384
STEPS = 1440
NUMPY_STEPS = 48
LEAST_RATIO = 10.0
"""Half of what `make bench` asks for, a quarter of what is measured. A compiler that stops fusing
the step loses a factor of three; no busy machine slows one of two that take turns by that much."""


@pytest.fixture(scope="module")
def benchmarks() -> Iterator[SimpleNamespace]:
    """The modules of the benchmarks, which are programs and no package."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        names = ("agreement", "blocked_numpy", "inputs", "timing")
        yield SimpleNamespace(**{name: importlib.import_module(name) for name in names})
        for name in names:
            del sys.modules[name]


@pytest.fixture(scope="module")
def system(shipped: Callable[..., Resolved]) -> System:
    """The main job, thinned: radiators edge-on, as the benchmark has them."""
    return shipped("starmind-million", "constellation.satellite_count_cap=20000").system


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_the_kernel_computes_what_plain_numpy_computes(
    benchmarks: SimpleNamespace, system: System, precision: str
) -> None:
    difference = benchmarks.agreement.largest_difference(system, precision)
    assert difference <= benchmarks.agreement.TOLERANCE[precision]


def test_the_kernel_is_ten_times_as_fast_as_blocked_numpy(
    benchmarks: SimpleNamespace, system: System
) -> None:
    def of(steps: int) -> tuple[object, ...]:
        return benchmarks.inputs.arguments(
            system, satellites=SATELLITES, settle_steps=8, steps=steps, precision="float32"
        )

    ours, theirs = of(STEPS), of(NUMPY_STEPS)
    measured = benchmarks.timing.in_turn(
        {
            "kernel": benchmarks.timing.Rival(
                run=lambda: jax.block_until_ready(fleet.march(*ours)),
                work=SATELLITES * (8 + STEPS),
            ),
            "numpy": benchmarks.timing.Rival(
                run=lambda: benchmarks.blocked_numpy.march(*theirs),
                work=SATELLITES * (8 + NUMPY_STEPS),
            ),
        },
        rounds=7,
    )
    assert benchmarks.timing.faster(measured["kernel"], measured["numpy"]) >= LEAST_RATIO
