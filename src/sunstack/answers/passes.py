"""When do catalogued satellites pass over a site, how high, and where do they rise and set?

Elevations of all satellites are sampled by the minute. Between two lows a satellite's elevation has
one high, an orbit apart from the next, so that no sample misses one; each high is then narrowed by
golden section, whatever its sample was, and rise and set by bisection.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from sunstack.disciplines import orbit
from sunstack.element_sets import Catalogue, ElementSet
from sunstack.element_sets.records import UNIX_JULIAN_DAY, instant, since_epoch_s
from sunstack.errors import ScenarioError
from sunstack.units import DAY_S, HOUR_S

SAMPLE_S = 60.0
CHUNK_SATELLITES = 1024
"""Satellites sampled together: a day of them is 35 MB."""
HIGH_SINE = -0.3
"""Highs sampled below this cannot stand above the horizon between samples."""
GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0
NARROWINGS = 26
"""Of two minutes: to a millisecond."""
HALVINGS = 20
"""Of two minutes: to a tenth of a millisecond; of a longer way down, to some milliseconds."""
MOST_HOURS = 240.0

CAVEATS = (
    "Positions are those of SGP4: 1 to 3 km wrong at the epoch, and by as much again for each day.",
    "The Earth turns by the sidereal angle alone (20 m against ITRS, and 0.4 km of UT1); no "
    "refraction: a satellite seen at the horizon stands half a degree below it.",
)

Columns = NDArray[np.float64]
Numbers = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A site, the elevation from which it sees, and from when to when."""

    latitude_deg: float
    longitude_deg: float
    altitude_m: float = 0.0
    elevation_deg: float = 10.0
    start: datetime
    hours: float = 24.0

    def check(self) -> None:
        """Refuse what is no site, elevation or time.

        Raises:
            ScenarioError: lists every problem.
        """
        asked = {
            "latitude_deg": (self.latitude_deg, -90.0, 90.0),
            "longitude_deg": (self.longitude_deg, -180.0, 360.0),
            "altitude_m": (self.altitude_m, -500.0, 10_000.0),
            "elevation_deg": (self.elevation_deg, 0.0, 89.9),
            "hours": (self.hours, 0.1, MOST_HOURS),
        }
        wrong = [
            f"{key}: {value:g} is out of range; write a number from {low:g} to {high:g}"
            for key, (value, low, high) in asked.items()
            if not low <= value <= high
        ]
        if wrong:
            raise ScenarioError("\n".join(wrong))

    def place(self, time_s: Columns) -> orbit.Site:
        """Place the site at seconds after the start."""
        day, nanosecond = instant(self.start)
        placed: orbit.Site = _site(
            latitude_rad=math.radians(self.latitude_deg),
            longitude_rad=math.radians(self.longitude_deg),
            altitude_m=self.altitude_m,
            julian_day=UNIX_JULIAN_DAY + day + (nanosecond / 1e9 + time_s) / DAY_S,
        )
        return placed


def passes_of(sets: Sequence[ElementSet], watch: Watch) -> dict[str, Any]:
    """Answer for the satellites of a file.

    Args:
        sets: at least one.
        watch: where, how high, and when.

    Raises:
        ScenarioError: the site, the elevation or the time is none.
    """
    watch.check()
    found: list[dict[str, Any]] = []
    failures: list[str] = []
    for begin in range(0, len(sets), CHUNK_SATELLITES):
        search = _Search(sets[begin : begin + CHUNK_SATELLITES], watch)
        failures += search.failures
        found += search.passes()
    found.sort(key=lambda one: (one["culmination"], one["catalogue_number"]))
    day, nanosecond = instant(watch.start)
    age_s = np.abs(since_epoch_s(sets, day=day, nanosecond=nanosecond))
    return {
        "latitude_deg": watch.latitude_deg,
        "longitude_deg": watch.longitude_deg,
        "altitude_m": watch.altitude_m,
        "elevation_deg": watch.elevation_deg,
        "start": _utc(watch.start, 0.0),
        "hours": watch.hours,
        "satellite_count": len(sets),
        "oldest_epoch_days": float(age_s.max()) / DAY_S,
        "passes": found,
        "left_out": failures,
        "caveats": list(CAVEATS),
    }


class _Search:
    """Some satellites over a site: sampled once, then narrowed."""

    def __init__(self, sets: Sequence[ElementSet], watch: Watch) -> None:
        self.watch, self.catalogue = watch, Catalogue(sets)
        day, nanosecond = instant(watch.start)
        self.begin_s = since_epoch_s(sets, day=day, nanosecond=nanosecond)
        count = math.ceil(watch.hours * HOUR_S / SAMPLE_S)
        self.time_s = np.linspace(0.0, watch.hours * HOUR_S, count + 1)
        found = self.catalogue.since_epoch(begin_s=self.begin_s, time_s=self.time_s)
        self.failures = found.failures()
        self.sine = np.array(_sampled(watch.place(self.time_s), found.position_m))
        self.sine[:, found.error_code.any(axis=0)] = -1.0
        self.least_sine = math.sin(math.radians(watch.elevation_deg))

    def passes(self) -> list[dict[str, Any]]:
        """Every pass, each told once."""
        samples, numbers = self._highs()
        if not samples.size:
            return []
        high_s = self._narrowed(samples, numbers)
        highest = self._sine(numbers, high_s)
        seen = highest >= self.least_sine
        if not seen.any():
            return []
        samples, numbers = _filled(samples[seen]), _filled(numbers[seen])
        high_s, highest = _filled(high_s[seen]), _filled(highest[seen])
        rise_s = self._crossing(samples, numbers, high_s, before=True)
        set_s = self._crossing(samples, numbers, high_s, before=False)
        best: dict[tuple[int, float, float], int] = {}
        for one in np.argsort(highest, kind="stable"):
            best[int(numbers[one]), _key(rise_s[one], 0), _key(set_s[one], 1)] = int(one)
        kept = np.array(sorted(best.values()))
        return list(
            self._told(numbers[kept], rise_s[kept], high_s[kept], set_s[kept], highest[kept])
        )

    def _highs(self) -> tuple[Numbers, Numbers]:
        """Samples no lower than their neighbours, and of which satellite; ends count as well."""
        padded = np.pad(self.sine, ((1, 1), (0, 0)), constant_values=-2.0)
        here = padded[1:-1]
        is_high = (here >= padded[:-2]) & (here > padded[2:]) & (here > HIGH_SINE)
        samples, numbers = np.nonzero(is_high)
        return _filled(samples), _filled(numbers)

    def _sine(self, numbers: Numbers, at_s: Columns) -> Columns:
        place = self.catalogue.at(numbers, elapsed_s=self.begin_s[numbers] + at_s)
        return np.asarray(_sine(self.watch.place(at_s), place))

    def _narrowed(self, samples: Numbers, numbers: Numbers) -> Columns:
        """Golden section between the neighbours of each high."""
        last = len(self.time_s) - 1
        low, high = (
            self.time_s[np.maximum(samples - 1, 0)],
            self.time_s[np.minimum(samples + 1, last)],
        )
        one, other = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        at_one, at_other = self._sine(numbers, one), self._sine(numbers, other)
        for _ in range(NARROWINGS):
            left = at_one > at_other
            low, high = np.where(left, low, one), np.where(left, other, high)
            fresh = np.where(left, high - GOLDEN * (high - low), low + GOLDEN * (high - low))
            value = self._sine(numbers, fresh)
            one, other = np.where(left, fresh, other), np.where(left, one, fresh)
            at_one, at_other = np.where(left, value, at_other), np.where(left, at_one, value)
        return 0.5 * (low + high)

    def _crossing(
        self, samples: Numbers, numbers: Numbers, high_s: Columns, *, before: bool
    ) -> Columns:
        """Halve between the high and the nearest sample below; not a number where there is none."""
        below = self.sine < self.least_sine
        count = len(below)
        index = np.where(below, np.arange(count)[:, None], -1 if before else count)
        if before:
            nearest = np.maximum.accumulate(index, axis=0)[samples, numbers]
            # A sample just below the threshold may itself lie past the high.
            nearest = np.where(self.time_s[nearest] > high_s, nearest - 1, nearest)
        else:
            nearest = np.minimum.accumulate(index[::-1], axis=0)[::-1][samples, numbers]
            past = self.time_s[np.minimum(nearest, count - 1)] < high_s
            nearest = np.where(past, nearest + 1, nearest)
        there = (nearest >= 0) & (nearest < count)
        out, within = self.time_s[np.clip(nearest, 0, count - 1)], high_s
        for _ in range(HALVINGS):
            middle = 0.5 * (out + within)
            is_up = self._sine(numbers, middle) >= self.least_sine
            out, within = np.where(is_up, out, middle), np.where(is_up, middle, within)
        return np.where(there, 0.5 * (out + within), np.nan)

    def _told(
        self, numbers: Numbers, rise_s: Columns, high_s: Columns, set_s: Columns, highest: Columns
    ) -> Iterator[dict[str, Any]]:
        """Plain words and numbers of passes."""
        azimuths = {
            key: self._azimuth_deg(numbers, np.where(np.isfinite(at_s), at_s, high_s))
            for key, at_s in (("rise", rise_s), ("set", set_s))
        }
        range_m = self._range_m(numbers, high_s)
        for row, number in enumerate(numbers):
            one = self.catalogue.sets[number]
            rises, sets = np.isfinite(rise_s[row]), np.isfinite(set_s[row])
            yield {
                "name": one.name,
                "catalogue_number": one.catalogue_number,
                "rise": _utc(self.watch.start, rise_s[row]) if rises else None,
                "rise_azimuth_deg": azimuths["rise"][row] if rises else None,
                "culmination": _utc(self.watch.start, high_s[row]),
                "highest_elevation_deg": math.degrees(math.asin(min(highest[row], 1.0))),
                "range_km": range_m[row] / 1e3,
                "set": _utc(self.watch.start, set_s[row]) if sets else None,
                "set_azimuth_deg": azimuths["set"][row] if sets else None,
            }

    def _azimuth_deg(self, numbers: Numbers, at_s: Columns) -> list[float]:
        place = self.catalogue.at(numbers, elapsed_s=self.begin_s[numbers] + at_s)
        angle = _azimuth_rad(self.watch.place(at_s), place)
        return [float(one) for one in np.degrees(np.asarray(angle))]

    def _range_m(self, numbers: Numbers, at_s: Columns) -> list[float]:
        place = self.catalogue.at(numbers, elapsed_s=self.begin_s[numbers] + at_s)
        away = place - np.asarray(self.watch.place(at_s).position_m)
        return [float(one) for one in np.linalg.norm(away, axis=-1)]


def _filled[Column: (Columns, Numbers)](column: Column) -> Column:
    """Fill up to a power of two by repeating: few shapes are compiled, and none is told twice."""
    if not column.size:
        return column
    return np.resize(column, 1 << max(column.size - 1, 255).bit_length())


_site = jax.jit(orbit.site)
_azimuth_rad = jax.jit(lambda here, place: orbit.azimuth_rad(here, position_m=place))
_sine = jax.jit(lambda here, place: orbit.elevation_sine_ratio(here, position_m=place))


@jax.jit
def _sampled(here: orbit.Site, rows: jax.Array) -> jax.Array:
    """Sines of elevations, shape (times, satellites), of rows (times, 3, satellites)."""
    wide = jax.tree.map(lambda vectors: vectors[:, None, :], here)
    return orbit.elevation_sine_ratio(wide, position_m=jnp.moveaxis(rows, 1, 2))


def _key(at_s: float, end: int) -> float:
    """The same for one crossing found from two highs; what lies outside is one and the same."""
    return round(at_s, 1) if math.isfinite(at_s) else (-1.0, math.inf)[end]


def _utc(start: datetime, after_s: float) -> str:
    """ISO 8601, to the tenth of a second that anyone could time."""
    aware = start if start.tzinfo else start.replace(tzinfo=UTC)
    tenths = timedelta(seconds=round(float(after_s), 1))
    moment = aware.astimezone(UTC) + tenths
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 100_000}Z"
