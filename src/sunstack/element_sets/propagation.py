"""Where are the satellites of a catalogue, near the Earth and far, at the same times?

Those with periods below 225 minutes go through `disciplines.orbit.sgp4`, the others through the
package sgp4 (Vallado's code), which knows the Moon, the Sun and resonances. Both are TEME.

Reference: AIAA 2006-6753; sgp4, by Brandon Rhodes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray
from sgp4.api import WGS72 as PACKAGE_WGS72
from sgp4.api import WGS84 as PACKAGE_WGS84
from sgp4.api import Satrec

from sunstack.disciplines.orbit import sgp4
from sunstack.disciplines.orbit.sgp4 import WGS72, WGS84, Gravity
from sunstack.errors import CatalogueError
from sunstack.units import DAY_S, MINUTE_S

from .problems import MOST_TOLD
from .records import ElementSet, instant, mean_elements, since_epoch_s

PACKAGE = {WGS72: PACKAGE_WGS72, WGS84: PACKAGE_WGS84}
PACKAGE_EPOCH_DAY = 7306
"""The package counts days from 1949-12-31; this is 1970-01-01 in them."""
_constants = jax.jit(sgp4.constants, static_argnames="gravity")
_period_s = jax.jit(sgp4.period_s, static_argnames="gravity")
_bounds = jax.jit(sgp4.eccentricity_bound_ratio)


@partial(jax.jit, static_argnames=("bound", "gravity"))
def _places(
    fixed: sgp4.Constants, numbers: Array, since_s: Array, *, bound: float, gravity: Gravity
) -> Array:
    """Positions of satellites picked by number, each at its time."""
    picked = jax.tree.map(lambda column: column[numbers], fixed)
    found = sgp4.propagate(picked, elapsed_s=since_s, bound=bound, gravity=gravity)
    return found.position_m


Columns = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Found:
    """Satellites at times, in TEME; not a number where the code is not 0."""

    position_m: Columns
    """Shape (times, 3, satellites)."""
    velocity_m_per_s: Columns
    """Likewise; of no rows if not asked for."""
    error_code: NDArray[np.int8]
    """Shape (times, satellites)."""
    sets: tuple[ElementSet, ...]

    def failures(self) -> list[str]:
        """Say which satellites cannot be propagated to some time, and why."""
        numbers = np.flatnonzero(self.error_code.any(axis=0))
        return [
            f"{self.sets[number].name}: {sgp4.MEANING[int(codes[codes != 0][0])]}"
            for number in numbers
            for codes in (self.error_code[:, number],)
        ]

    def refuse_failures(self) -> None:
        """Refuse to go on if a satellite cannot be propagated.

        Raises:
            CatalogueError: names them and tells why.
        """
        failed = self.failures()
        if failed:
            more = f"\nand {len(failed) - MOST_TOLD:,} more" if len(failed) > MOST_TOLD else ""
            raise CatalogueError(
                "\n".join(failed[:MOST_TOLD]) + more + "\nTake them out, or ask for times nearer "
                "to their epochs"
            )


class Catalogue:
    """Element sets with the constants of their motion."""

    def __init__(self, sets: Sequence[ElementSet], *, gravity: Gravity = WGS72) -> None:
        """Prepare sets.

        Args:
            sets: at least one.
            gravity: WGS72, as catalogues are fitted, or WGS84.
        """
        self.sets, self.gravity = tuple(sets), gravity
        elements = mean_elements(self.sets)
        period_s = np.asarray(_period_s(elements, gravity=gravity))
        self.is_deep_space: NDArray[np.bool_] = period_s >= sgp4.DEEP_SPACE_S
        """By satellite: whether the package propagates it."""
        self._near = np.flatnonzero(~self.is_deep_space)
        self._deep = [self._record(self.sets[number]) for number in self._deep_numbers]
        if self._near.size:
            near = jax.tree.map(lambda column: column[self._near], elements)
            self._fixed = _constants(near, gravity=gravity)

    @property
    def _deep_numbers(self) -> NDArray[np.intp]:
        return np.flatnonzero(self.is_deep_space)

    def ephemeris(self, *, start: datetime, time_s: Columns, velocities: bool = False) -> Found:
        """Find every satellite at every time.

        Args:
            start: time 0; UTC if it names no zone.
            time_s: seconds after it, shape (times,).
            velocities: whether to find them too.
        """
        day, nanosecond = instant(start)
        begin_s = since_epoch_s(self.sets, day=day, nanosecond=nanosecond)
        return self.since_epoch(begin_s=begin_s, time_s=time_s, velocities=velocities)

    def since_epoch(self, *, begin_s: Columns, time_s: Columns, velocities: bool = False) -> Found:
        """Find every satellite at times counted from its own epoch.

        Args:
            begin_s: from each epoch to time 0, shape (satellites,).
            time_s: seconds after it, shape (times,).
            velocities: whether to find them too.
        """
        near = self._near_rows(begin_s[self._near], time_s, velocities)
        if self._near.size == len(self.sets):
            rows, codes = near
        else:
            rows = np.full((len(time_s), 6 if velocities else 3, len(self.sets)), np.nan)
            codes = np.zeros((len(time_s), len(self.sets)), np.int8)
            rows[:, :, self._near], codes[:, self._near] = near
            for number, record in zip(self._deep_numbers, self._deep, strict=True):
                rows[:, :, number], codes[:, number] = _deep_rows(
                    record, begin_s[number] + time_s, rows.shape[1]
                )
        return Found(
            position_m=rows[:, :3], velocity_m_per_s=rows[:, 3:], error_code=codes, sets=self.sets
        )

    def _near_rows(
        self, begin_s: Columns, time_s: Columns, velocities: bool
    ) -> tuple[Columns, NDArray[np.int8]]:
        if not self._near.size:
            empty = (len(time_s), 6 if velocities else 3, 0)
            return np.empty(empty), np.empty((len(time_s), 0), np.int8)
        found = sgp4.ephemeris(
            self._fixed,
            start_s=jnp.asarray(begin_s),
            time_s=jnp.asarray(time_s, dtype=jnp.float64),
            bound=self._bound(begin_s, time_s),
            velocities=velocities,
            gravity=self.gravity,
        )
        return np.asarray(found.rows), np.asarray(found.error_code)

    def _bound(self, begin_s: Columns, time_s: Columns) -> float:
        ends = np.abs(np.add.outer(np.array([np.min(time_s), np.max(time_s)]), begin_s))
        farthest = jnp.asarray(ends.max(axis=0))
        return sgp4.ladder_bound_ratio(float(np.max(_bounds(self._fixed, elapsed_s=farthest))))

    def reduced[State](
        self,
        update: Callable[..., State],
        begun: State,
        *,
        start: datetime,
        time_s: Columns,
    ) -> State:
        """Carry a state of every satellite through all times; no position is kept.

        Args:
            update: as in `sgp4.reduced`.
            begun: state before the first time; leaves of shape (satellites, …).
            start, time_s: as in `ephemeris`.

        Raises:
            CatalogueError: a satellite is in deep space, which has no such loop.
        """
        if self._deep:
            names = ", ".join(self.sets[number].name for number in self._deep_numbers[:5])
            raise CatalogueError(
                f"{len(self._deep):,} satellites have periods of 225 minutes and more ({names}): "
                "use `ephemeris`, or take them out"
            )
        day, nanosecond = instant(start)
        begin_s = since_epoch_s(self.sets, day=day, nanosecond=nanosecond)
        ended: State = sgp4.reduced(
            update,
            begun,
            self._fixed,
            start_s=jnp.asarray(begin_s),
            time_s=jnp.asarray(time_s, dtype=jnp.float64),
            bound=self._bound(begin_s, time_s),
            gravity=self.gravity,
        )
        return ended

    def at(self, numbers: NDArray[np.intp], *, elapsed_s: Columns) -> Columns:
        """Find single satellites, each at a time of its own.

        Args:
            numbers: which of the sets, shape (n,); any may come often.
            elapsed_s: since its epoch, shape (n,).

        Returns:
            Positions in m, shape (n, 3); not a number where there is none.
        """
        places = np.full((len(numbers), 3), np.nan)
        deep = self.is_deep_space[numbers]
        if not deep.all():
            # Filled up to a power of two: few shapes are compiled.
            count = int((~deep).sum())
            size = 1 << max(count - 1, 2047).bit_length()
            since_s = elapsed_s[~deep]
            found = _places(
                self._fixed,
                np.resize(np.searchsorted(self._near, numbers[~deep]), size),
                np.resize(since_s, size),
                bound=self._bound(np.zeros(self._near.size), np.array([np.abs(since_s).max()])),
                gravity=self.gravity,
            )
            places[~deep] = np.asarray(found)[:count]
        records = dict(zip(self._deep_numbers, self._deep, strict=True))
        for place in np.flatnonzero(deep):
            rows, _ = _deep_rows(records[numbers[place]], elapsed_s[place : place + 1], 3)
            places[place] = rows[0]
        return places

    def _record(self, one: ElementSet) -> Satrec:
        degree = np.pi / 180.0
        record = Satrec()
        record.sgp4init(
            PACKAGE[self.gravity],
            "i",
            one.catalogue_number % 100_000,
            one.epoch_day + PACKAGE_EPOCH_DAY + one.epoch_ns / (DAY_S * 1e9),
            one.drag_term_ratio,
            0.0,
            0.0,
            one.eccentricity_ratio,
            one.argument_of_perigee_deg * degree,
            one.inclination_deg * degree,
            one.mean_anomaly_deg * degree,
            one.mean_motion_rev_per_day * 2.0 * np.pi / (DAY_S / MINUTE_S),
            one.node_deg * degree,
        )
        return record


def _deep_rows(record: Satrec, elapsed_s: Columns, count: int) -> tuple[Columns, NDArray[np.int8]]:
    """Rows (times, 3 or 6) in m and m/s, and codes."""
    fraction = record.jdsatepochF + elapsed_s / DAY_S
    codes, place_km, speed_km_per_s = record.sgp4_array(
        np.full(len(elapsed_s), record.jdsatepoch), fraction
    )
    rows = 1e3 * np.concatenate([place_km, speed_km_per_s], axis=1)[:, :count]
    rows[codes != 0] = np.nan
    return rows, codes.astype(np.int8)
