"""How do satellites fly as one cluster, and what can they send each other?

Distances between neighbours, what oblateness does to them and what holding them takes, who sees
whom, how long until two meet when thrusters fail, and what one half can send the other.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from sunstack.disciplines import formation, orbit
from sunstack.disciplines.formation import Course, Lattice
from sunstack.errors import ScenarioError
from sunstack.resolve.design import atmosphere
from sunstack.units import DAY_S, EARTH_RADIUS_M, YEAR_S

FLOWN_ORBITS = 6
MOST_FLOWN = 10_000
"""Satellites whose flight fits the memory of a laptop."""
MOST_IN_PAIRS = 2_000
"""Satellites of which every pair is looked at."""
SOLAR_FLUX_UNITS = 140.0
"""A middling Sun, as the mean of a cycle."""
DRAG_COEFFICIENT_RATIO = 2.2
SUNLIGHT_W_PER_M2 = 1361.0
KINDS = {
    "direct neighbours": (1, 0),
    "diagonal neighbours": (1, 1),
    "next but one": (2, 0),
    "a knight's move": (2, 1),
}
"""Offsets on the lattice; of each, all turns and mirror images."""

CAVEATS = (
    "Station-keeping counts an impulse that stops the drift once an orbit, as of a cluster that is "
    "put back to its starting shape at every turn; a drift that is stopped once stays stopped.",
    "Air and light count only by how far they differ between members, and light as if it pushed "
    "along the track all the time, which it does not: holding the whole cluster up comes on top.",
    "Beyond a point mass and J2 no force is flown; Suncatcher's own ratio, 2:1.0037, is none that "
    "holds the cluster here, whatever the start.",
)


@dataclass(frozen=True, kw_only=True)
class Question:
    """A cluster, its satellites and its links."""

    satellites: int | None = None
    """How many; `radius_m` tells if not given."""
    radius_m: float = 1000.0
    pitch_m: float = 100.0
    altitude_km: float = 650.0
    inclination_deg: float | None = None
    """Sun-synchronous if not given."""
    start_deg: float = 90.0
    """Argument of latitude at which the lattice starts."""
    axis_ratio: float | None = None
    """The one that holds the cluster if not given."""
    cross_track_ratio: float = 0.0
    size_m: float = 10.0
    """Radius of the sphere that a satellite fills."""
    mass_kg: float = 1000.0
    drag_area_m2: float = 10.0
    light_area_m2: float = 105.0
    difference_fraction: float = 0.05
    """By which air and light push a satellite more than its neighbour."""
    last_impulse_mm_per_s: float = 0.1
    """Speed along the track that a failing satellite was left with."""
    link_tbit_per_s: float = 9.6
    """Of one laser, one way: 24 channels of 400 Gbit/s over up to 300 km in Suncatcher's paper."""


Columns = NDArray[np.float64]
type Rate = Callable[[Array], Array]
"""Rate of a laser, bit/s, by its length in metres."""


def formation_of(asked: Question, *, link_rate: Rate | None = None) -> dict[str, Any]:
    """Answer for one cluster.

    Args:
        asked: the cluster.
        link_rate: of a laser by its length; the same at any length if not given.

    Raises:
        ScenarioError: a number is none, the cluster too large, or no orbit sun-synchronous.
    """
    _check(asked)
    lattice, centre = _lattice(asked), _centre(asked)
    trims = {
        "two_to_one": 1.0,
        "closed_form": float(formation.trim_ratio(centre)),
        "searched": float(formation.searched_trim_ratio(lattice, centre)),
    }
    ratio = trims["searched"] if asked.axis_ratio is None else asked.axis_ratio
    flights = {
        "two_to_one": _flown(lattice, centre, asked, 1.0),
        "held": _flown(lattice, centre, asked, ratio),
    }
    flights["each_trimmed"] = _each_trimmed(lattice, centre, asked, ratio, flights["held"])
    held = flights["held"]
    first = jax.tree.map(lambda one: one[: formation.SAMPLES_PER_ORBIT + 1], held.relative)
    track = first.position_m
    reach_m = 2.0 * asked.pitch_m * lattice.reach_ratio
    up, along, across = (float(one) for one in formation.envelope_m(held))
    return {
        **{name: value for name, value in vars(asked).items() if name != "satellites"},
        "satellites": lattice.satellite_count,
        "radius_m": reach_m,
        "inclination_deg": math.degrees(float(centre.inclination_rad)),
        "period_min": float(held.period_s) / 60.0,
        "axis_ratio": ratio,
        "axis_ratios": trims,
        "orbits_flown": FLOWN_ORBITS,
        "envelope_m": {"up": up, "along": along, "across": across},
        "nearest_m": _nearest_m(lattice, track),
        "neighbours": _neighbours(lattice, first, asked),
        "drift": {name: _drift(flight, reach_m) for name, flight in flights.items()},
        "differences": _differences(asked, centre),
        "meeting": _meeting(asked, centre),
        "bisection_tbit_per_s": _bisection(lattice, track, asked, link_rate),
        "caveats": list(CAVEATS),
    }


def _check(asked: Question) -> None:
    positive = ("altitude_km", "size_m", "mass_kg", "drag_area_m2", "light_area_m2")
    wrong = [
        f"{name}: {getattr(asked, name):g} is none; write a number above 0"
        for name in (*positive, "link_tbit_per_s")
        if not (math.isfinite(getattr(asked, name)) and getattr(asked, name) > 0.0)
    ]
    for name in ("difference_fraction", "last_impulse_mm_per_s", "cross_track_ratio"):
        if not (math.isfinite(getattr(asked, name)) and getattr(asked, name) >= 0.0):
            wrong.append(f"{name}: {getattr(asked, name):g} is none; write 0 or a number above")
    if not 120.0 <= asked.altitude_km <= 2000.0:
        wrong.append(
            f"altitude_km: {asked.altitude_km:g} lies outside the table of the air; "
            "write 120 to 2000"
        )
    if asked.axis_ratio is not None and not 0.5 <= asked.axis_ratio <= 2.0:
        wrong.append(f"axis_ratio: {asked.axis_ratio:g} is no trim of two to one; write 0.5 to 2")
    if not math.isfinite(asked.start_deg):
        wrong.append(f"start_deg: {asked.start_deg:g} is no angle; write a number, as 90")
    if asked.inclination_deg is not None and not 0.0 <= asked.inclination_deg <= 180.0:
        wrong.append(f"inclination_deg: {asked.inclination_deg:g} is none; write 0 to 180")
    if wrong:
        raise ScenarioError("\n".join(wrong))


def _lattice(asked: Question) -> Lattice:
    if asked.satellites is not None:
        lattice = formation.of_count(satellite_count=asked.satellites, pitch_m=asked.pitch_m)
    else:
        lattice = formation.within(radius_m=asked.radius_m, pitch_m=asked.pitch_m)
    if lattice.satellite_count < 2:
        raise ScenarioError(
            f"satellites: {lattice.satellite_count} is no cluster; write 2 or more, or a radius of "
            "two pitches or more"
        )
    if lattice.satellite_count > MOST_FLOWN:
        raise ScenarioError(
            f"satellites: {lattice.satellite_count:,} are more than the {MOST_FLOWN:,} that are "
            "flown one by one; write fewer, a smaller radius or a larger pitch"
        )
    return lattice


def _centre(asked: Question) -> formation.Orbit:
    radius_m = EARTH_RADIUS_M + asked.altitude_km * 1e3
    if asked.inclination_deg is None:
        tilt = orbit.sun_synchronous_inclination_rad(semi_major_axis_m=radius_m)
    else:
        tilt = jnp.asarray(math.radians(asked.inclination_deg))
    return formation.Orbit(
        radius_m=jnp.asarray(radius_m),
        inclination_rad=tilt,
        argument_of_latitude_rad=jnp.asarray(math.radians(asked.start_deg)),
    )


def _start(
    lattice: Lattice, centre: formation.Orbit, asked: Question, ratio: float
) -> formation.Motion:
    how = formation.Start(
        axis_ratio=jnp.asarray(ratio), cross_track_ratio=jnp.asarray(asked.cross_track_ratio)
    )
    return formation.start(lattice, centre, how)


def _flown(lattice: Lattice, centre: formation.Orbit, asked: Question, ratio: float) -> Course:
    begun = _start(lattice, centre, asked, ratio)
    flight: Course = formation.course(begun, centre, orbit_count=FLOWN_ORBITS)
    return flight


def _each_trimmed(
    lattice: Lattice, centre: formation.Orbit, asked: Question, ratio: float, held: Course
) -> Course:
    """Stop every member's own drift as well, which takes second order out."""
    begun = formation.trimmed(
        _start(lattice, centre, asked, ratio),
        drift_in_orbit_m=formation.drift_m(held),
        period_s=held.period_s,
    )
    flight: Course = formation.course(begun, centre, orbit_count=FLOWN_ORBITS)
    return flight


def _nearest_m(lattice: Lattice, track: Array) -> float:
    """Least distance of any pair; of neighbours alone where there are too many."""
    if lattice.satellite_count <= MOST_IN_PAIRS:
        return float(formation.nearest_m(track))
    pairs = formation.mesh_pairs(lattice, diagonal=True)
    return float(formation.between(track, pairs=pairs).least_m.min())


def _turned(offset: tuple[int, int]) -> set[tuple[int, int]]:
    """Every turn and mirror image of an offset, of each and its opposite only one."""
    a, b = offset
    images = {(a, b), (-a, b), (b, a), (-b, a)}
    return {max(one, (-one[0], -one[1])) for one in images}


def _neighbours(lattice: Lattice, first: formation.Motion, asked: Question) -> list[dict[str, Any]]:
    """Distances over an orbit, how fast a laser turns, and for what share the way is barred."""
    turns = np.asarray(formation.pointing_rad_per_s(first))
    found = {name: _pairs(lattice, offset) for name, offset in KINDS.items()}
    joined = np.concatenate(list(found.values()), axis=1)
    apart = formation.between(first.position_m, pairs=(joined[0], joined[1]))
    seen = np.unique(joined[1][joined[0] == 0])
    barred = np.full(lattice.satellite_count, np.nan)
    barred[seen] = formation.barred_fraction(
        first.position_m, start_number=0, end_numbers=seen, radius_m=asked.size_m
    )
    least, mean, most = (np.asarray(one) for one in (apart.least_m, apart.mean_m, apart.most_m))
    rows, done = [], 0
    for name, (starts, ends) in found.items():
        own = slice(done, done := done + len(starts))
        if len(starts):
            of_centre = ends[starts == 0]
            rows.append(
                {
                    "name": name,
                    "pairs": len(starts),
                    "least_m": float(least[own].min()),
                    "mean_m": float(mean[own].mean()),
                    "most_m": float(most[own].max()),
                    **_seen_from_centre(turns[of_centre], barred[of_centre]),
                }
            )
    return rows


def _pairs(lattice: Lattice, offset: tuple[int, int]) -> NDArray[np.int64]:
    """Both ends of all pairs of a kind, shape (2, pairs)."""
    found = [formation.neighbours(lattice, offset=one) for one in sorted(_turned(offset))]
    return np.concatenate([np.stack(ends) for ends in found], axis=1)


def _seen_from_centre(turns: Columns, barred: Columns) -> dict[str, float | None]:
    """Worst of what the centre sees; None where it has no such neighbour."""
    if not turns.size:
        return {"turning_mrad_per_s": None, "barred_fraction": None}
    return {
        "turning_mrad_per_s": float(turns.max()) * 1e3,
        "barred_fraction": float(barred.max()),
    }


def _drift(flight: Course, reach_m: float) -> dict[str, float]:
    """Of the member that drifts most."""
    drift = formation.drift_m(flight)
    worst = float(jnp.abs(drift).max())
    once = formation.stopping_impulse_m_per_s(drift_m=worst, duration_s=flight.period_s)
    yearly = formation.yearly_impulse_m_per_s(drift_in_orbit_m=worst, period_s=flight.period_s)
    return {
        "worst_m_per_orbit": worst,
        "stopped_once_mm_per_s": float(once) * 1e3,
        "yearly_m_per_s": float(yearly),
        "yearly_m_per_s_per_km": float(yearly) / (reach_m / 1e3),
    }


def _forces_n(asked: Question, centre: formation.Orbit) -> tuple[float, float]:
    """Differences of air and of light, along the track at worst."""
    density = orbit.density_kg_per_m3(
        atmosphere(), altitude_m=asked.altitude_km * 1e3, solar_flux_units=SOLAR_FLUX_UNITS
    )
    speed = centre.radius_m * formation.mean_motion_rad_per_s(centre)
    air = formation.drag_force_n(
        density_kg_per_m3=density,
        speed_m_per_s=speed,
        drag_coefficient_ratio=DRAG_COEFFICIENT_RATIO,
        area_m2=asked.drag_area_m2,
    )
    light = formation.light_force_n(
        sunlight_w_per_m2=SUNLIGHT_W_PER_M2, area_m2=asked.light_area_m2, reflected_fraction=0.0
    )
    return asked.difference_fraction * float(air), asked.difference_fraction * float(light)


def _differences(asked: Question, centre: formation.Orbit) -> dict[str, float]:
    """Velocity change a year that makes up for differences of air and light."""
    air_n, light_n = _forces_n(asked, centre)
    return {
        name: float(
            formation.impulse_m_per_s(force_n=force_n, mass_kg=asked.mass_kg, duration_s=YEAR_S)
        )
        for name, force_n in (("air_m_per_s", air_n), ("light_m_per_s", light_n))
    }


def _meeting(asked: Question, centre: formation.Orbit) -> dict[str, float | None]:
    """Days until a member without thrust has used up the gap to its nearest neighbour."""
    gap_m = asked.pitch_m - 2.0 * asked.size_m
    if gap_m <= 0.0:
        return {"gap_m": gap_m, "days": 0.0, "days_by_air_alone": 0.0}
    speed = 3.0 * asked.last_impulse_mm_per_s / 1e3
    days = [
        float(
            formation.time_to_cross_s(
                gap_m=gap_m,
                drift_m_per_s=drift,
                force_n=_forces_n(asked, centre)[0],
                mass_kg=asked.mass_kg,
            )
        )
        / DAY_S
        for drift in (speed, 0.0)
    ]
    both, air = (one if math.isfinite(one) else None for one in days)
    return {"gap_m": gap_m, "days": both, "days_by_air_alone": air}


def _bisection(
    lattice: Lattice, track: Array, asked: Question, link_rate: Rate | None
) -> dict[str, float]:
    """Least over the orbit of what one half can send the other, and what other networks could."""
    found = {}
    one = asked.link_tbit_per_s * 1e12
    for name, diagonal in (("direct", False), ("with_diagonals", True)):
        pairs = formation.mesh_pairs(lattice, diagonal=diagonal)
        length = jnp.linalg.norm(track[:, pairs[0]] - track[:, pairs[1]], axis=-1)
        rate = jnp.full(length.shape, one) if link_rate is None else link_rate(length)
        cut = formation.mesh_bisection_bit_per_s(lattice, pairs=pairs, rate_bit_per_s=rate)
        found[name] = float(cut.min())
    side = max(2, round(math.sqrt(lattice.satellite_count)))
    cube = max(2, round(lattice.satellite_count ** (1.0 / 3.0)))
    found["torus_of_two_axes"] = float(
        formation.torus_bisection_bit_per_s(sides=(side, side), rate_bit_per_s=one)
    )
    found["torus_of_three_axes"] = float(
        formation.torus_bisection_bit_per_s(sides=(cube, cube, cube), rate_bit_per_s=one)
    )
    found["clos_of_one_link_each"] = float(
        formation.clos_bisection_bit_per_s(end_count=lattice.satellite_count, rate_bit_per_s=one)
    )
    return {name: value / 1e12 for name, value in found.items()}
