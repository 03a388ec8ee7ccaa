"""What does a run say of the network: how soon is a computer reached, and over what?

Means and percentiles are over people: places weighted by population, over all instants. Delays are
round trips unless said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import jax.numpy as jnp
import numpy as np
import polars as pl
from numpy.typing import NDArray

from sunstack.catalogue.sites import Site
from sunstack.connections.designs import Designs
from sunstack.connections.nearest import Way
from sunstack.connections.survey import Routed, Survey
from sunstack.disciplines import orbit
from sunstack.findings import Findings
from sunstack.mesh.candidates import least_mean_hops
from sunstack.mesh.search import Design
from sunstack.units import EARTH_RADIUS_M

SHOWN_PLACES = 5
PERCENTILES = {"p5": 0.05, "p50": 0.5, "p95": 0.95}

Values = NDArray[np.float64]


def connected(findings: Findings) -> dict[str, Any] | None:
    """Tell what places found; none where no group makes a mesh."""
    seen = findings.survey
    if seen is None:
        return None
    return {
        **_settings(findings, seen),
        "stacks": _stacks(seen),
        "no_mesh": _without(findings, seen),
        "working_fraction": seen.working_fraction,
        "nearest": _nearest(seen),
        "unreached": _unreached(seen),
        "groups": _groups(findings),
        "designs": None if findings.designs is None else _designs(findings.designs),
        "capacity": _capacity(findings.capacity),
    }


def _settings(findings: Findings, seen: Survey) -> dict[str, Any]:
    origins = findings.resolved.origins
    names = (
        "hop_us",
        "elevation_deg",
        "frame_ms",
        "load_fraction",
        "fibre_stretch_ratio",
        "laser_range_km",
    )
    access = str(origins["network.access"].value)
    begin = datetime.combine(findings.resolved.document.scenario.epoch, datetime.min.time())
    return {
        "access": access,
        "entry": f"the satellites of {access}" if seen.access_count else "those that compute",
        **{name: float(origins[f"network.{name}"].value) for name in names},
        "place_count": len(seen.cities.name),
        "population": float(seen.cities.population_count.sum()),
        "instants": [
            (begin + timedelta(seconds=float(one))).isoformat(timespec="minutes")
            for one in seen.elapsed_s
        ],
    }


def _without(findings: Findings, seen: Survey) -> dict[str, str]:
    """Groups without a mesh, and why: for their orbits, or since their lasers do not reach."""
    names, has_mesh = findings.resolved.system.group_names, findings.outcome.network.has_mesh
    short = [name for name, has in zip(names, has_mesh, strict=True) if not has]
    return {
        name: seen.refused.get(name, "its lasers do not reach from neighbour to neighbour")
        for name in [*(one for one in seen.refused if one not in short), *short]
    }


def _stacks(seen: Survey) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "is_access": number < seen.access_count,
            "shell_count": int(one.plane.shape[0]),
            "planes_per_shell": int(one.plane.shape[1]),
            "satellites_per_plane": one.slot_count,
            "has_lasers_across": across,
            "left_out_count": one.left_out_count,
        }
        for number, (one, across) in enumerate(zip(seen.skeletons, seen.has_across, strict=True))
    ]


def _parts(way: Way, seen: Survey, hop_s: float) -> dict[str, float]:
    """Round trip of one place at one instant by what it is made of, in milliseconds."""
    handling = way.hop_count * hop_s
    one_way = {
        "light up and down": way.up_s,
        "light between satellites": way.space_s - handling,
        "handling at hops": handling,
        "radio frames": seen.access_s,
        "queueing": seen.queueing_s,
    }
    return {name: 2e3 * value for name, value in one_way.items()}


def _nearest(seen: Survey) -> dict[str, Any] | None:
    found = _reached(seen)
    if not found:
        return None
    people = np.array([seen.cities.population_count[place] for _, place, _ in found])
    every = np.tile(seen.cities.population_count, len(seen.ways))
    parts = {name: np.array([told[name] for *_, told in found]) for name in found[0][2]}
    total = np.sum(list(parts.values()), axis=0)
    fibre = 2e3 * seen.ground.one_way_s
    hops = np.array([_way(seen, instant, place).hop_count for instant, place, _ in found])
    sooner = total < fibre[[place for _, place, _ in found]]
    return {
        "round_trip_ms": spread(total, people),
        "parts_ms": [{"name": name} | spread(part, people) for name, part in parts.items()],
        "fibre_ms": spread(fibre, seen.cities.population_count),
        "sooner_than_fibre_fraction": float((people * sooner).sum() / every.sum()),
        "hops": {"mean": float(np.average(hops, weights=people)), "most": int(hops.max())},
        "reached_fraction": float(people.sum() / every.sum()),
    }


def _groups(findings: Findings) -> list[dict[str, Any]]:
    """What each group's mesh offers its satellites, of those that make one."""
    found = findings.outcome.network
    told = {
        "hop_mean_count": np.asarray(found.hop_mean_count),
        "hop_most_count": np.asarray(found.hop_most_count),
        "mesh_delay_mean_ms": 1e3 * np.asarray(found.mesh_delay_mean_s),
        "laser_gbit_per_s": np.asarray(found.laser_bit_per_s) / 1e9,
        "exchange_gbit_per_s": np.asarray(found.exchange_bit_per_s) / 1e9,
        "access_gbit_per_s": np.asarray(found.access_bit_per_s) / 1e9,
    }
    return [
        {"name": name} | {key: float(values[number]) for key, values in told.items()}
        for number, name in enumerate(findings.resolved.system.group_names)
        if found.has_mesh[number]
    ]


def _designs(told: Designs | str) -> dict[str, Any]:
    """+Grid at its best phasing, and the best found with each number of lasers; one way."""
    if isinstance(told, str):
        return {"unreachable": told}
    shell, found = told.shell, told.found
    rows = {one.laser_count: one for one in found.best}
    return {
        "shell": {
            "group": told.group,
            "planes": shell.plane_count,
            "satellites_per_plane": shell.slot_count,
            "altitude_km": (shell.radius_m - EARTH_RADIUS_M) / 1e3,
            "inclination_deg": float(np.degrees(shell.inclination_rad)),
        },
        "rows": [
            _design(found.grid, is_grid=True),
            *(_design(rows[count], is_grid=False) for count in sorted(rows)),
        ],
        "least_hop_mean": {
            str(count): least_mean_hops(
                satellite_count=shell.satellite_count, offset_count=count // 2
            )
            for count in sorted(rows)
        },
    }


def _capacity(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What the network carries, without what the run has said of itself elsewhere.

    With the share of each group's satellites working that all of this tree is found with. Of the
    cities whose satellites are full the first few are named: all of them can be a hundred.
    """
    if found is None:
        return None
    told = {key: value for key, value in found.items() if key != "working_fraction"}
    computers = dict(found["computers"])
    if "limits" in computers:
        full = [one["city"] for one in computers.pop("limits")]
        computers |= {"full": full[:SHOWN_PLACES], "full_count": len(full)}
    return told | {"computers": computers}


def _design(one: Design, *, is_grid: bool) -> dict[str, Any]:
    return {
        "lasers": one.laser_count,
        "motif": " ".join(f"({planes},{slots})" for planes, slots in one.motif),
        "phasing": one.phasing_count,
        "hop_mean_count": one.weighed.mean_hops,
        "hop_most_count": one.weighed.worst_hops,
        "delay_mean_ms": 1e3 * one.weighed.mean_s,
        "delay_most_ms": 1e3 * one.weighed.worst_s,
        "longest_km": one.longest_m / 1e3,
        "is_grid": is_grid,
    }


def _way(seen: Survey, instant: int, place: int) -> Way:
    way = seen.ways[instant][place]
    assert isinstance(way, Way)
    return way


def _reached(seen: Survey) -> list[tuple[int, int, dict[str, float]]]:
    """Instant, place and parts of the round trip, of each that is reached."""
    return [
        (instant, place, _parts(way, seen, seen.hop_s))
        for instant, ways in enumerate(seen.ways)
        for place, way in enumerate(ways)
        if isinstance(way, Way)
    ]


def spread(values: Values, people: Values) -> dict[str, float]:
    """Percentiles and mean over people: the least value that so large a share has at most."""
    order = np.argsort(values)
    share = np.cumsum(people[order]) / people.sum()
    at = {
        name: float(values[order][min(int(np.searchsorted(share, quantile)), len(values) - 1)])
        for name, quantile in PERCENTILES.items()
    }
    return at | {"mean": float(np.average(values, weights=people))}


def _unreached(seen: Survey) -> list[dict[str, Any]]:
    """Why people are not reached, with the share of them and the largest such places."""
    lacking: dict[str, dict[int, int]] = {}
    for ways in seen.ways:
        for place, why in enumerate(ways):
            if isinstance(why, str):
                times = lacking.setdefault(why, {})
                times[place] = times.get(place, 0) + 1
    people, total = seen.cities.population_count, seen.cities.population_count.sum()
    return [
        {
            "why": why,
            "fraction": float(sum(people[place] * n for place, n in times.items()))
            / float(total * len(seen.ways)),
            "places": [seen.cities.name[place] for place in sorted(times)[:SHOWN_PLACES]],
        }
        for why, times in lacking.items()
    ]


# --- tables --------------------------------------------------------------------------------------


def places(findings: Findings) -> pl.DataFrame:
    """Lay out what each city finds, a row a city; empty where no group makes a mesh."""
    seen = findings.survey
    rows = [] if seen is None else [_place(seen, number) for number in range(len(seen.cities.name))]
    return pl.DataFrame(rows, schema=PLACE_COLUMNS)


PLACE_COLUMNS: Mapping[str, Any] = {
    "name": pl.String,
    "country": pl.String,
    "latitude_deg": pl.Float64,
    "longitude_deg": pl.Float64,
    "population": pl.Float64,
    "reached_fraction": pl.Float64,
    "round_trip_ms": pl.Float64,
    "round_trip_most_ms": pl.Float64,
    "up_ms": pl.Float64,
    "space_ms": pl.Float64,
    "hops_mean": pl.Float64,
    "data_centre": pl.String,
    "fibre_km": pl.Float64,
    "fibre_ms": pl.Float64,
}


def _place(seen: Survey, number: int) -> dict[str, Any]:
    ways = [way for way in (ways[number] for ways in seen.ways) if isinstance(way, Way)]
    trips = [sum(_parts(way, seen, seen.hop_s).values()) for way in ways]
    cities = seen.cities
    return {
        "name": cities.name[number],
        "country": cities.country[number],
        "latitude_deg": float(cities.latitude_deg[number]),
        "longitude_deg": float(cities.longitude_deg[number]),
        "population": float(cities.population_count[number]),
        "reached_fraction": len(ways) / len(seen.ways),
        "round_trip_ms": _mean(trips),
        "round_trip_most_ms": max(trips, default=None),
        "up_ms": _mean([2e3 * way.up_s for way in ways]),
        "space_ms": _mean([2e3 * way.space_s for way in ways]),
        "hops_mean": _mean([way.hop_count for way in ways]),
        "data_centre": seen.ground.name[number],
        "fibre_km": float(seen.ground.distance_km[number]),
        "fibre_ms": float(2e3 * seen.ground.one_way_s[number]),
    }


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def coverage(findings: Findings) -> pl.DataFrame:
    """Lay out what each latitude sees; empty where no group makes a mesh."""
    seen = findings.survey
    columns = ("latitude_deg", "in_view_count", "covered_fraction")
    return pl.DataFrame(
        {name: [] if seen is None else getattr(seen.coverage, name) for name in columns},
        schema=dict.fromkeys(columns, pl.Float64),
    )


ROUTE_COLUMNS: Mapping[str, Any] = {
    "pair": pl.String,
    "order": pl.Int32,
    "kind": pl.String,
    "name": pl.String,
    "latitude_deg": pl.Float64,
    "longitude_deg": pl.Float64,
    "altitude_km": pl.Float64,
    "delay_ms": pl.Float64,
    "fibre_ms": pl.Float64,
}


def routes(findings: Findings) -> pl.DataFrame:
    """Lay out a few ways between cities, a row a stop; of pairs without a way, the ends alone."""
    seen = findings.survey
    rows = [] if seen is None else [row for one in seen.routes for row in stops(seen, one)]
    return pl.DataFrame(rows, schema=ROUTE_COLUMNS)


def stops(seen: Survey, one: Routed) -> list[dict[str, Any]]:
    """Tell a way stop by stop: delays one way since the start.

    Light and handling up to the last satellite; at the end also frames and queues of both radios.
    """
    begin = _end(one.start, 0.0)
    if isinstance(one.way, str):
        rows = [begin, _end(one.end, None)]
    else:
        satellites = [
            {
                "kind": "satellite",
                "name": seen.skeletons[stop.at.stack].name,
                **below(stop.position_m, one.earth_angle_rad),
                "delay_ms": 1e3 * stop.delay_s,
            }
            for stop in one.way.stops
        ]
        radio_s = 2.0 * (seen.access_s + seen.queueing_s)
        rows = [begin, *satellites, _end(one.end, 1e3 * (one.way.delay_s + radio_s))]
    pair = f"{one.start.name} to {one.end.name}"
    fibre_ms = 1e3 * one.fibre_s
    return [
        {"pair": pair, "order": order, **row, "fibre_ms": fibre_ms}
        for order, row in enumerate(rows)
    ]


def _end(site: Site, delay_ms: float | None) -> dict[str, Any]:
    return {
        "kind": "place",
        "name": site.name,
        "latitude_deg": site.latitude_deg,
        "longitude_deg": site.longitude_deg,
        "altitude_km": 0.0,
        "delay_ms": delay_ms,
    }


def below(position_m: Values, earth_angle_rad: float) -> dict[str, float]:
    """Where on Earth a satellite stands."""
    cosine, sine = np.cos(earth_angle_rad), np.sin(earth_angle_rad)
    x, y, z = position_m
    fixed_m = np.array([cosine * x + sine * y, cosine * y - sine * x, z])
    under = orbit.geodetic(earth_fixed_m=jnp.asarray(fixed_m))
    return {
        "latitude_deg": float(np.degrees(under.latitude_rad)),
        "longitude_deg": float(np.degrees(under.longitude_rad)),
        "altitude_km": float(under.altitude_m) / 1e3,
    }
