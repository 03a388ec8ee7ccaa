"""What does a day of 1,048,576 satellites take? Runs in a process of its own, prints one JSON line.

    python benchmarks/million_day.py float32

`simulate` as a run uses it: batches, threads, one settling orbit, reductions to groups.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time

import inputs
import numpy as np
import timing

from sunstack.disciplines import orbit
from sunstack.simulate import simulate
from sunstack.simulate.fleet import Precision
from sunstack.system import System
from sunstack.units import DAY_S

SATELLITES = 1_048_576
ROUNDS = 3


def main(precision: Precision) -> None:
    """Run once to compile, then a few times to time."""
    system = inputs.system_of(SATELLITES)

    def run() -> None:
        simulate(system, epoch_s=np.zeros(1), step_s=inputs.STEP_S, precision=precision)

    first_core_s = timing.processor_time_s(run)
    begun = time.perf_counter()
    core_s = [timing.processor_time_s(run) for _ in range(ROUNDS)]
    wall_s = (time.perf_counter() - begun) / ROUNDS
    counted = round(DAY_S / inputs.STEP_S)
    result = {
        "satellites": int(np.asarray(system.orbits.satellite_count).sum()),
        "counted_steps": counted,
        "settling_steps": settling_steps(system),
        "core_s_median": statistics.median(core_s),
        "core_s_best": min(core_s),
        "core_s_first_with_compilation": first_core_s,
        "wall_s_mean": wall_s,
        "peak_memory_gb": peak_memory_gb(),
    }
    print(json.dumps(result))


def settling_steps(system: System) -> int:
    """Steps of the uncounted orbit: the longest period, rounded up."""
    period_s = orbit.circular_period_s(semi_major_axis_m=system.orbits.semi_major_axis_m)
    return int(np.ceil(float(period_s.max()) / inputs.STEP_S))


def peak_memory_gb() -> float:
    """Largest resident set of this process so far, in 10⁹ bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1.0 if sys.platform == "darwin" else 1024.0) / 1e9


if __name__ == "__main__":
    main("float64" if sys.argv[1:] == ["float64"] else "float32")
