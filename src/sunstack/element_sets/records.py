"""What does a catalogue publish of one satellite's orbit?

Numbers are kept as published, in the units of the publications; `mean_elements` turns many of them
into what the theory takes. Epochs are UTC, of days of 86,400 s, kept to the nanosecond.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from sunstack.disciplines.orbit.sgp4 import MeanElements
from sunstack.units import DAY_S

MINUTES = 1440.0
UNIX_JULIAN_DAY = 2440587.5
EARLIEST, LATEST = date(1957, 1, 1), date(2056, 12, 31)
"""Years that two digits can tell apart."""
DAY_NS = 86_400_000_000_000
MOST_NUMBER = 999_999_999
"""Catalogue numbers have up to nine digits."""


@dataclass(frozen=True, kw_only=True)
class ElementSet:
    """Mean elements at an epoch: TEME, UTC, SGP4."""

    name: str
    catalogue_number: int
    international_designator: str
    """As 1998-067A."""
    classification: str = "U"
    epoch_day: int
    """Days since 1970-01-01."""
    epoch_ns: int
    """Nanoseconds into that day."""
    mean_motion_rev_per_day: float
    eccentricity_ratio: float
    inclination_deg: float
    node_deg: float
    argument_of_perigee_deg: float
    mean_anomaly_deg: float
    drag_term_ratio: float
    """B*, per Earth radius."""
    mean_motion_dot: float = 0.0
    """Half the rate of the mean motion, revolutions/day²; SGP4 does not use it."""
    mean_motion_ddot: float = 0.0
    """A sixth of its second derivative, revolutions/day³; likewise."""
    ephemeris_type: int = 0
    element_set_number: int = 999
    revolution_count: int = 0

    @property
    def epoch(self) -> datetime:
        """The epoch to the microsecond."""
        day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=self.epoch_day)
        return day + timedelta(microseconds=round(self.epoch_ns / 1000))


BOUNDS: dict[str, tuple[float, float, str]] = {
    "mean_motion_rev_per_day": (1e-8, 20.0, "above 0 and up to 20 revolutions a day"),
    "eccentricity_ratio": (0.0, 0.99999999, "0 to below 1"),
    "inclination_deg": (0.0, 180.0, "0 to 180°"),
    "node_deg": (0.0, 360.0, "0 to 360°"),
    "argument_of_perigee_deg": (0.0, 360.0, "0 to 360°"),
    "mean_anomaly_deg": (0.0, 360.0, "0 to 360°"),
    "drag_term_ratio": (-10.0, 10.0, "-10 to 10 per Earth radius"),
    "catalogue_number": (0, MOST_NUMBER, "up to nine digits"),
    "epoch_day": (
        (EARLIEST - date(1970, 1, 1)).days,
        (LATEST - date(1970, 1, 1)).days,
        "1957 to 2056",
    ),
}
"""What a number may be."""


def out_of_bounds(one: ElementSet) -> list[str]:
    """Tell what no orbit of the Earth has."""
    return (
        [
            f"{key} is {getattr(one, key):g}; write {words}"
            for key, (low, high, words) in BOUNDS.items()
            if not low <= getattr(one, key) <= high
        ]
        + ([] if one.name.isprintable() else ["the name holds characters that cannot be printed"])
        + (
            [f"ephemeris type {one.ephemeris_type} is not SGP4's; write elements of type 0 or 2"]
            if one.ephemeris_type not in (0, 2)
            else []
        )
    )


def mean_elements(sets: Sequence[ElementSet]) -> MeanElements:
    """Columns of many sets, as the theory takes them; shape (satellites,)."""

    def column(key: str, factor: float) -> NDArray[np.float64]:
        return factor * np.array([getattr(one, key) for one in sets], dtype=np.float64)

    degree = math.pi / 180.0
    columns = {
        "mean_motion_rad_per_s": column("mean_motion_rev_per_day", 2.0 * math.pi / DAY_S),
        "eccentricity_ratio": column("eccentricity_ratio", 1.0),
        "inclination_rad": column("inclination_deg", degree),
        "node_rad": column("node_deg", degree),
        "argument_of_perigee_rad": column("argument_of_perigee_deg", degree),
        "mean_anomaly_rad": column("mean_anomaly_deg", degree),
        "drag_term_ratio": column("drag_term_ratio", 1.0),
    }
    return MeanElements(**{key: jnp.asarray(values) for key, values in columns.items()})


def since_epoch_s(sets: Sequence[ElementSet], *, day: int, nanosecond: int) -> NDArray[np.float64]:
    """Seconds from each set's epoch to an instant, shape (satellites,)."""
    return np.array(
        [(day - one.epoch_day) * DAY_S + (nanosecond - one.epoch_ns) / 1e9 for one in sets]
    )


def instant(moment: datetime) -> tuple[int, int]:
    """Day since 1970-01-01 and nanosecond of it; a moment without a zone is UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    since = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return since.days, (since.seconds * 1_000_000 + since.microseconds) * 1000
