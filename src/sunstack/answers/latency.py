"""How late is an answer from orbit at one place, and which way does a message take to another?

For a scenario, with all its satellites at work: light, handling at hops, frames and queueing of the
radio link, beside fibre on the ground.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sunstack.catalogue import sites
from sunstack.catalogue.sites import Site
from sunstack.connections.instant import Instant, uplinks_s
from sunstack.connections.nearest import Way, nearest_ways
from sunstack.connections.routes import Soonest, Web, soonest, web
from sunstack.connections.survey import (
    INSTANT_COUNT,
    Routed,
    at_instant,
    fleets,
    placed_m,
    radio_s,
    routed,
)
from sunstack.disciplines import network
from sunstack.errors import ScenarioError
from sunstack.resolve import Resolved
from sunstack.summary.network import below
from sunstack.units import DAY_S, HOUR_S

MOST_HOURS = 24.0 * 365.0


def latency_of(resolved: Resolved, start: Site, *, to_mesh: bool, hours: float) -> dict[str, Any]:
    """Tell the delays between a place and computers in orbit.

    Args:
        resolved: the scenario.
        start: the place.
        to_mesh: to every computer at one instant; to the nearest over a day if not.
        hours: after the epoch: the instant, or the day's beginning.

    Raises:
        ScenarioError: the scenario has no mesh, or the hours lie outside what is allowed.
    """
    _check(resolved, hours)
    found = _to_mesh(resolved, start, hours) if to_mesh else _to_nearest(resolved, start, hours)
    centre, away_km = sites.nearest(start, sites.data_centres())
    stretch = resolved.system.connection.fibre_stretch_ratio
    return {
        "scenario": resolved.document.scenario.name,
        "place": {
            "name": start.name,
            "latitude_deg": start.latitude_deg,
            "longitude_deg": start.longitude_deg,
        },
        "to": "mesh" if to_mesh else "nearest",
        "access": resolved.origins["network.access"].value,
        "hours": hours,
        **found,
        "ground": {
            "data_centre": centre.name,
            "distance_km": away_km,
            "round_trip_ms": 2e3
            * float(network.fibre_s(distance_m=1e3 * away_km, stretch_ratio=stretch)),
        },
        "caveats": list(CAVEATS),
    }


CAVEATS = (
    "All satellites of the scenario are in place and work; without load but on the radio link.",
    "Light, handling at hops, frames and queueing of the radio link; computing is left out.",
    "Fibre: light alone, along the great circle times network.fibre_stretch_ratio.",
)


def path_of(resolved: Resolved, start: Site, end: Site, *, hours: float) -> dict[str, Any]:
    """Tell which way a message takes from place to place, stop by stop.

    Args:
        resolved: the scenario.
        start: where it begins.
        end: where it goes.
        hours: after the epoch.

    Raises:
        ScenarioError: the scenario has no mesh, or the hours lie outside what is allowed.
    """
    _check(resolved, hours)
    system, here = resolved.system, _sky(resolved, hours)
    found = routed(system, here, start, end, elapsed_s=hours * HOUR_S)
    radio = radio_s(system)
    return {
        "scenario": resolved.document.scenario.name,
        "from": start.name,
        "to": end.name,
        "hours": hours,
        "why_none": found.way if isinstance(found.way, str) else None,
        "stops": [] if isinstance(found.way, str) else _stops(found, here),
        "one_way_ms": None if isinstance(found.way, str) else _parts_of(found, radio),
        "fibre_ms": 1e3 * found.fibre_s,
        "caveats": list(CAVEATS),
    }


def _parts_of(found: Routed, radio: dict[str, float]) -> dict[str, float]:
    assert not isinstance(found.way, str)
    parts = {
        "light up": found.way.up_s,
        "between satellites, hops handled": found.way.space_s,
        "light down": found.way.down_s,
        "radio frames": 2.0 * radio["access_s"],
        "queueing": 2.0 * radio["queueing_s"],
    }
    told = {name: 1e3 * part for name, part in parts.items()}
    return told | {"total": sum(told.values())}


def _stops(found: Routed, here: Instant) -> list[dict[str, Any]]:
    assert not isinstance(found.way, str)
    return [
        {
            "stack": here.names[stop.at.stack],
            "shell": stop.at.shell,
            "plane": stop.at.plane,
            "slot": stop.at.slot,
            **below(stop.position_m, found.earth_angle_rad),
            "light_ms": 1e3 * stop.delay_s,
        }
        for stop in found.way.stops
    ]


def _check(resolved: Resolved, hours: float) -> None:
    if not 0.0 <= hours <= MOST_HOURS:
        raise ScenarioError(f"hours: {hours:g}; write 0 to {MOST_HOURS:g}, after the epoch")
    compute, _, refused = fleets(resolved.system)
    if not compute.skeletons:
        told = "; ".join(f"{name}: {why}" for name, why in refused.items())
        raise ScenarioError(
            f"{resolved.document.scenario.name}: no group makes a mesh ({told}); see "
            "`sunstack formation`, or write another scenario"
        )


def _sky(resolved: Resolved, hours: float) -> Instant:
    compute, access, _ = fleets(resolved.system)
    return at_instant(
        resolved.system,
        compute,
        access,
        elapsed_s=hours * HOUR_S,
        shares=[1.0] * len(compute.skeletons),
        seed=0,
    )


def _fixed_m(start: Site) -> Any:
    return network.earth_fixed_m(
        latitude_rad=np.radians([start.latitude_deg]),
        longitude_rad=np.radians([start.longitude_deg]),
    )


def _to_nearest(resolved: Resolved, start: Site, hours: float) -> dict[str, Any]:
    """Eight instants over a day."""
    system = resolved.system
    at = hours + np.arange(INSTANT_COUNT) * (DAY_S / HOUR_S / INSTANT_COUNT)
    ways = [
        nearest_ways(
            _sky(resolved, float(one)),
            site_m=placed_m(system, _fixed_m(start), elapsed_s=float(one) * HOUR_S),
            elevation_rad=float(system.connection.elevation_rad),
        )[0]
        for one in at
    ]
    radio = radio_s(system)
    return {
        "instants": [
            {"hours": float(one)} | _told(way, radio, float(system.connection.hop_s))
            for one, way in zip(at, ways, strict=True)
        ]
    }


def _told(way: Way | str, radio: dict[str, float], hop_s: float) -> dict[str, Any]:
    if isinstance(way, str):
        return {"why_none": way}
    handling = way.hop_count * hop_s
    one_way = {
        "light_up_and_down_ms": way.up_s,
        "light_between_ms": way.space_s - handling,
        "handling_ms": handling,
        "frames_ms": radio["access_s"],
        "queueing_ms": radio["queueing_s"],
    }
    told = {name: 2e3 * part for name, part in one_way.items()}
    return {"hops": way.hop_count, **told, "round_trip_ms": sum(told.values())}


def _to_mesh(resolved: Resolved, start: Site, hours: float) -> dict[str, Any]:
    """Every working computer at one instant, group by group."""
    system, here = resolved.system, _sky(resolved, hours)
    seen = uplinks_s(
        here,
        site_m=placed_m(system, _fixed_m(start), elapsed_s=hours * HOUR_S),
        elevation_rad=float(system.connection.elevation_rad),
    )
    joined = web(here.mesh)
    found = soonest(joined, [np.asarray(one)[..., 0] for one in seen])
    groups = [_group(here.names[number], joined, found, number) for number in here.computing]
    radio = radio_s(system)
    return {
        "sees_count": int(sum(int((np.asarray(one) < network.UNREACHED_S).sum()) for one in seen)),
        "radio_ms": 2e3 * (radio["access_s"] + radio["queueing_s"]),
        "groups": [*groups, _all(joined, found, here)] if len(groups) > 1 else groups,
    }


def _group(name: str, joined: Web, found: Soonest, number: int) -> dict[str, Any]:
    part = found.delay_s[joined.first[number] : joined.first[number + 1]]
    return _spread(name, part)


def _all(joined: Web, found: Soonest, here: Instant) -> dict[str, Any]:
    return _spread("all that compute", found.delay_s[joined.first[here.access_count] :])


def _spread(name: str, delay_s: NDArray[np.float64]) -> dict[str, Any]:
    """Round trips of light and handling to a group's satellites."""
    reached = np.isfinite(delay_s)
    told: dict[str, Any] = {
        "name": name,
        "satellites": int(delay_s.size),
        "unreached_count": int((~reached).sum()),
    }
    if not reached.any():
        return told
    at = np.quantile(delay_s[reached], [0.0, 0.05, 0.5, 0.95, 1.0])
    names = ("least_ms", "p5_ms", "p50_ms", "p95_ms", "most_ms")
    spread = {key: 2e3 * float(one) for key, one in zip(names, at, strict=True)}
    return told | spread | {"mean_ms": 2e3 * float(delay_s[reached].mean())}
