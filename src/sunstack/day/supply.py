"""What can the satellites over each cell give at each instant of a day?

All satellites of a plane follow each other on one orbit, a slot's share of a period apart. One is
stepped along it, as `simulate` steps every satellite; the others are where it was or will be,

    slot k at t  =  the first at  t + k T / N   (mod T)

so that each is in light or shadow, warm or throttled, as its place on the orbit has it. Each is
counted into the cell it stands over.

Assumes: an orbit in the middle of the day stands for all of the day (the Sun moves 1° in it);
circular orbits as to the place on Earth (an eccentricity of 0.01 is 1.1° off).
Reference: `simulate.step`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sunstack.disciplines import demand, orbit
from sunstack.simulate import trace
from sunstack.system import System
from sunstack.units import DAY_S

BLOCK_SATELLITES = 32_768
"""Satellites at a time, which stay in the cache."""
ORBIT_STEP_S = 15.0
"""Of the one orbit: with a minute, its light would be up to 1 % off."""
HALF_LIT = 0.5
LIGHTS = ("sunlight", "shadow")

Numbers = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Supply:
    """Of all satellites as given, shape (lights, groups, cells, instants), lights as `LIGHTS`."""

    satellite_count: Numbers
    tokens_per_s: Numbers
    """Of the first language model, if it alone is served."""
    payload_power_w: Numbers
    battery_power_w: Numbers
    """Of it, what batteries give."""
    idle_power_w: Numbers
    """Of it, what is drawn without work."""


@dataclass(frozen=True, kw_only=True)
class Cells:
    """A grid's edges, ready to be looked up."""

    first_band: NDArray[np.int64]
    """Of each of even stretches of the sine of latitude, so short that none meets two edges."""
    band_north_ratio: Numbers
    band_cells: NDArray[np.int64]
    band_first: NDArray[np.int64]
    count: int

    def at(self, sine: NDArray[Any], longitude_rad: NDArray[Any]) -> NDArray[np.int64]:
        """Cell of places given by the sine of their latitude."""
        last, stretches = len(self.band_cells) - 1, len(self.first_band)
        stretch = (0.5 * stretches * (sine + 1.0)).astype(np.int64)
        band = self.first_band.take(np.minimum(stretch, stretches - 1))
        band += sine >= self.band_north_ratio.take(band)
        band = np.minimum(band, last)
        turn = longitude_rad * (0.5 / np.pi) + 0.5
        turn -= np.floor(turn)
        held = self.band_cells.take(band)
        return self.band_first.take(band) + np.minimum((turn * held).astype(np.int64), held - 1)


def cells_of(grid: demand.Grid) -> Cells:
    """Take a grid's edges out of it."""
    north = np.asarray(grid.band_north_ratio)
    # A band holds three cells or more, so that its sines span six or more of such stretches.
    starts = np.linspace(-1.0, 1.0, 2 * len(np.asarray(grid.latitude_rad)), endpoint=False)
    return Cells(
        first_band=np.minimum(np.searchsorted(north, starts, side="right"), len(north) - 1),
        band_north_ratio=north,
        band_cells=np.asarray(grid.band_cells).astype(np.int64),
        band_first=np.asarray(grid.band_first).astype(np.int64),
        count=len(np.asarray(grid.latitude_rad)),
    )


@dataclass(frozen=True, kw_only=True)
class _Orbit:
    """One orbit of every plane's first satellite, shape (planes, steps)."""

    start_s: float
    step_s: float
    lit: NDArray[np.bool_]
    readings: tuple[Numbers, ...]
    """Tokens a second; the payload's power, what of it the battery gives, what is idle."""


def supply(
    system: System, grid: demand.Grid, *, elapsed_s: Numbers, kept: NDArray[np.bool_] | None = None
) -> Supply:
    """Count what satellites give, cell by cell.

    Args:
        system: the design; all of its satellites.
        grid: cells of the Earth.
        elapsed_s: instants of one day, after the epoch.
        kept: groups that are counted, shape (groups,), the others as none; all if not given.
    """
    cells, motion = cells_of(grid), motion_of(system.orbits)
    once = _stepped(system, motion, start_s=float(elapsed_s.mean()))
    groups, instants = len(system.group_names), len(elapsed_s)
    found = np.zeros((5, groups, instants, len(LIGHTS) * cells.count))
    turned = _earth_angle_rad(system, elapsed_s)
    for planes in _blocks(np.asarray(system.plane_group), motion.count):
        group = int(np.asarray(system.plane_group)[planes[0]])
        if kept is not None and not kept[group]:
            continue
        for place, at_s in enumerate(elapsed_s):
            here = cells.at(*motion.over(planes, float(at_s), turned[place]))
            found[:, group, place] += _summed(once, motion, planes, float(at_s), here, cells.count)
    shaped = found.reshape(5, groups, instants, len(LIGHTS), cells.count)
    by_light = np.moveaxis(shaped, (3, 1, 4, 2), (1, 2, 3, 4))
    return Supply(
        satellite_count=by_light[0],
        tokens_per_s=by_light[1],
        payload_power_w=by_light[2],
        battery_power_w=by_light[3],
        idle_power_w=by_light[4],
    )


def counted(
    orbits: orbit.Spec, grid: demand.Grid, *, elapsed_s: Numbers, system: System
) -> Numbers:
    """Count the satellites of some planes over each cell, shape (cells, instants)."""
    cells, motion = cells_of(grid), motion_of(orbits)
    turned = _earth_angle_rad(system, elapsed_s)
    found = np.zeros((cells.count, len(elapsed_s)))
    for planes in _blocks(np.zeros_like(motion.count), motion.count):
        for place, at_s in enumerate(elapsed_s):
            here = cells.at(*motion.over(planes, float(at_s), turned[place]))
            found[:, place] += np.bincount(here.ravel(), minlength=cells.count)
    return found


def _earth_angle_rad(system: System, elapsed_s: Numbers) -> Numbers:
    day = np.asarray(system.epoch_julian_day) + elapsed_s / DAY_S
    return np.asarray(orbit.sidereal_angle_rad(julian_day=day))


# --- where they are -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Motion:
    """How planes turn, shape (planes,)."""

    count: NDArray[np.int64]
    latitude_rad: Numbers
    """Argument of latitude of the first satellite, at the epoch."""
    latitude_rad_per_s: Numbers
    node_rad: Numbers
    node_rad_per_s: Numbers
    inclination_rad: Numbers

    @property
    def period_s(self) -> Numbers:
        """From node to node."""
        return 2.0 * np.pi / self.latitude_rad_per_s

    def over(
        self, planes: NDArray[np.int64], at_s: float, earth_rad: float
    ) -> tuple[Numbers, Numbers]:
        """Sine of latitude, and longitude, below the satellites of planes of one size."""
        slots = np.arange(self.count[planes[0]]) * (2.0 * np.pi / self.count[planes[0]])
        first = self.latitude_rad[planes] + self.latitude_rad_per_s[planes] * at_s
        along = np.exp(1j * first)[:, None] * np.exp(1j * slots)
        node = self.node_rad[planes] + self.node_rad_per_s[planes] * at_s - earth_rad
        tilt = self.inclination_rad[planes][:, None]
        east = np.arctan2(along.imag * np.cos(tilt), along.real)
        return along.imag * np.sin(tilt), node[:, None] + east


def motion_of(orbits: orbit.Spec) -> Motion:
    """Take planes' motion out of their elements."""
    rates = orbit.secular_rates(
        semi_major_axis_m=orbits.semi_major_axis_m,
        eccentricity_ratio=orbits.eccentricity_ratio,
        inclination_rad=orbits.inclination_rad,
    )
    along = rates.argument_of_perigee_rad_per_s + rates.mean_anomaly_rad_per_s
    return Motion(
        count=np.asarray(orbits.satellite_count).astype(np.int64),
        latitude_rad=np.asarray(orbits.argument_of_latitude_rad),
        latitude_rad_per_s=np.asarray(along),
        node_rad=np.asarray(orbits.node_rad),
        node_rad_per_s=np.asarray(rates.node_rad_per_s),
        inclination_rad=np.asarray(orbits.inclination_rad),
    )


def _blocks(group: NDArray[Any], count: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Planes of one group with as many satellites each, few enough at a time."""
    for kind in np.unique(np.stack([group, count]), axis=1).T:
        planes = np.flatnonzero((group == kind[0]) & (count == kind[1]))
        many = max(1, BLOCK_SATELLITES // int(kind[1]))
        yield from (planes[first : first + many] for first in range(0, len(planes), many))


# --- what they give -------------------------------------------------------------------------------


def _stepped(system: System, motion: Motion, *, start_s: float) -> _Orbit:
    """Step the first satellite of every plane along one orbit."""
    steps = math.ceil(float(motion.period_s.max()) / ORBIT_STEP_S) + 1
    planes = np.arange(len(motion.count), dtype=np.int32)
    traced = trace(system, planes=planes, start_s=start_s, steps=steps, step_s=ORBIT_STEP_S)
    # In order in memory: they are read flat a thousand times.
    seen = {name: np.ascontiguousarray(one) for name, one in traced.columns.items()}
    payload_w = seen["payload_power_w"]
    lacking_w = payload_w + float(system.power.bus_power_w) - seen["array_power_w"]
    return _Orbit(
        start_s=start_s,
        step_s=ORBIT_STEP_S,
        lit=seen["illumination_fraction"] >= HALF_LIT,
        readings=(
            seen["tokens_per_s"],
            payload_w,
            np.clip(lacking_w, 0.0, payload_w),
            np.minimum(payload_w, float(system.power.payload_idle_power_w)),
        ),
    )


def _summed(
    once: _Orbit,
    motion: Motion,
    planes: NDArray[np.int64],
    at_s: float,
    here: NDArray[np.int64],
    cell_count: int,
) -> Numbers:
    """Satellites, tokens and powers by light and cell, shape (5, lights · cells)."""
    period = motion.period_s[planes][:, None]
    ahead = np.arange(here.shape[1]) / here.shape[1]
    along = (at_s - once.start_s) / period + ahead
    along -= np.floor(along)
    row = np.rint(along * (period / once.step_s)).astype(np.int64)
    row += (planes * once.lit.shape[1])[:, None]
    place = here + np.where(once.lit.ravel().take(row), 0, cell_count)
    flat, bins = place.ravel(), len(LIGHTS) * cell_count
    parts = [np.bincount(flat, minlength=bins).astype(float)]
    parts += [
        np.bincount(flat, weights=one.ravel().take(row).ravel(), minlength=bins)
        for one in once.readings
    ]
    return np.stack(parts)
