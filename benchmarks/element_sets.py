"""How fast is a catalogue propagated, next to the package sgp4 (Vallado's C++)?

    python benchmarks/element_sets.py [FILE]

FILE holds element sets as CelesTrak gives them (GROUP=starlink). Without one, satellites are drawn
as Starlink's are published: the theory takes the same steps for all of them. Both propagate the
same satellites to the same times, in one thread; both must give the same places, or nothing is
timed.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import machine
import numpy as np
import timing
from numpy.typing import NDArray
from sgp4.api import WGS72, Satrec, SatrecArray

from sunstack import element_sets
from sunstack.disciplines.orbit import sgp4
from sunstack.disciplines.orbit.sgp4.motion import axes
from sunstack.element_sets import Catalogue, ElementSet
from sunstack.element_sets.records import UNIX_JULIAN_DAY, instant

SATELLITES = 4096
TIMES = 288
STEP_S = 300.0
ROUNDS = 7
MOST_DIFFERENCE_M = 1e-4
"""More than that, and nothing is timed."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Rates in propagations a core-second, and ratios in the same rounds."""

    source: str
    satellites: int
    times: int
    largest_difference_m: float
    package_rate: float
    place_rate: float
    place_ratio: float
    both_rate: float
    both_ratio: float
    streamed_rate: float
    streamed_ratio: float
    multiply_add_share: float
    """Operations of a place, times its rate, over the peak of multiply-adds."""


def measure(path: Path | None = None) -> Measured:
    """Time places, places with speeds, and a reduction that keeps none."""
    given = drawn() if path is None else element_sets.load(path)
    whole = Catalogue(given)
    sets = [one for one, far in zip(given, whole.is_deep_space, strict=True) if not far]
    catalogue = Catalogue(sets[:SATELLITES])
    newest = max(one.epoch for one in catalogue.sets)
    start = datetime(newest.year, newest.month, newest.day, tzinfo=UTC) + timedelta(days=1)
    time_s = np.arange(TIMES) * STEP_S
    package, day = _package(catalogue.sets), _julian(start, time_s)
    largest = _difference_m(catalogue, package, start, time_s)
    count = len(catalogue.sets)
    begun = jnp.full(count, jnp.inf)
    rivals = {
        "package": lambda: package.sgp4(*day),
        "place": lambda: catalogue.ephemeris(start=start, time_s=time_s),
        "both": lambda: catalogue.ephemeris(start=start, time_s=time_s, velocities=True),
        "streamed": lambda: jax.block_until_ready(
            catalogue.reduced(_nearest, begun, start=start, time_s=time_s)
        ),
    }
    found = timing.in_turn(
        {name: timing.Rival(run=run, work=count * TIMES) for name, run in rivals.items()},
        rounds=ROUNDS,
    )
    theirs = found["package"]
    return Measured(
        source="drawn" if path is None else path.name,
        satellites=count,
        times=TIMES,
        largest_difference_m=largest,
        package_rate=theirs.rate,
        place_rate=found["place"].rate,
        place_ratio=timing.faster(found["place"], theirs),
        both_rate=found["both"].rate,
        both_ratio=timing.faster(found["both"], theirs),
        streamed_rate=found["streamed"].rate,
        streamed_ratio=timing.faster(found["streamed"], theirs),
        multiply_add_share=_operations()
        * found["streamed"].rate
        / machine.multiply_add_rate("float64"),
    )


def drawn() -> list[ElementSet]:
    """Satellites within what is published of Starlink's: 480 to 570 km, 43 to 97.6°."""
    random = np.random.default_rng(20_260_113)
    bounds = {
        "mean_motion_rev_per_day": (15.05, 15.45),
        "eccentricity_ratio": (5e-5, 4e-4),
        "inclination_deg": (43.0, 97.6),
        "node_deg": (0.0, 360.0),
        "argument_of_perigee_deg": (0.0, 360.0),
        "mean_anomaly_deg": (0.0, 360.0),
        "drag_term_ratio": (-2e-4, 2e-3),
    }
    columns = {key: random.uniform(*bound, SATELLITES) for key, bound in bounds.items()}
    return [
        ElementSet(
            name=f"drawn {number}",
            catalogue_number=number,
            international_designator="",
            epoch_day=20_466,
            epoch_ns=int(random.integers(86_400)) * 10**9,
            **{key: float(column[number]) for key, column in columns.items()},
        )
        for number in range(SATELLITES)
    ]


def _nearest(kept: jax.Array, place: sgp4.Axes, code: jax.Array, now_s: jax.Array) -> jax.Array:
    x, y, z = place
    return jnp.minimum(kept, x * x + y * y + z * z)


def _package(sets: tuple[ElementSet, ...]) -> SatrecArray:
    degree, records = math.pi / 180.0, []
    for one in sets:
        record = Satrec()
        record.sgp4init(
            WGS72,
            "i",
            1,
            one.epoch_day + 7306 + one.epoch_ns / 86_400e9,
            one.drag_term_ratio,
            0.0,
            0.0,
            one.eccentricity_ratio,
            one.argument_of_perigee_deg * degree,
            one.inclination_deg * degree,
            one.mean_anomaly_deg * degree,
            one.mean_motion_rev_per_day * 2.0 * math.pi / 1440.0,
            one.node_deg * degree,
        )
        # Its own division into days and fractions keeps 10 µs of an epoch, 8 cm: give it ours.
        record.jdsatepoch = UNIX_JULIAN_DAY + one.epoch_day
        record.jdsatepochF = one.epoch_ns / 86_400e9
        records.append(record)
    return SatrecArray(records)


def _julian(
    start: datetime, time_s: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    day, nanosecond = instant(start)
    return np.full(len(time_s), UNIX_JULIAN_DAY + day), (nanosecond / 1e9 + time_s) / 86_400.0


def _difference_m(
    catalogue: Catalogue, package: SatrecArray, start: datetime, time_s: NDArray[np.float64]
) -> float:
    """Largest distance between both; where one fails, the other must."""
    found = catalogue.ephemeris(start=start, time_s=time_s)
    codes, place_km, _ = package.sgp4(*_julian(start, time_s))
    away = found.position_m.transpose(2, 0, 1) - 1e3 * place_km
    largest = float(np.linalg.norm(away, axis=-1)[codes == 0].max())
    if largest > MOST_DIFFERENCE_M or (codes != found.error_code.T).any():
        raise SystemExit(f"ours and the package's differ by {largest:.3g} m: nothing is timed")
    return largest


def _operations() -> float:
    """Floating-point operations of one place of one satellite, as written, not as compiled."""
    ones = sgp4.constants(element_sets.mean_elements(drawn()[:128]))
    place = jax.jit(
        lambda at_s: axes(ones, elapsed_s=at_s, bound=0.02, gravity=sgp4.WGS72, fast=False)[0]
    )
    counted: Any = place.lower(jnp.zeros(128)).cost_analysis()
    return float(counted["flops"]) / 128.0


if __name__ == "__main__":
    print(measure(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
