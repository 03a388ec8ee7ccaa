"""How much traffic does a scenario's network carry as it stands at the epoch, and what cuts it?

Cities ask of computers in orbit, and of each other; both are what the network can carry at most, to
equal shares of what each asks. Exchanges of training are told for each group that computes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from sunstack.catalogue import sites
from sunstack.catalogue.sites import Places
from sunstack.connections.access import Served, Views, served, views
from sunstack.connections.skeleton import Skeleton, skeletons, stack
from sunstack.disciplines import network, orbit
from sunstack.disciplines.network import Bridge, Stack
from sunstack.errors import ScenarioError
from sunstack.resolve import Resolved, links
from sunstack.system import System
from sunstack.units import EARTH_RADIUS_M

from .exchanges import exchanges
from .pairs import Shell, carried, has_across

BITS_PER_TOKEN = 32
"""A number of four bytes, as a tokenizer writes it down; packed text takes about as much."""
TOKENS_PER_REQUEST = 1000
GATEWAY_RADIO = "gateway-ka-up"
KEYS = "network."
LINKS_EACH = 8
"""Satellites that a place uses at most: its many terminals may look at as many."""
MOST_CITIES = 1000
SEES_NOTHING = "no city sees a satellite at the epoch"
NO_COMPUTER = (
    "no laser joins the satellites that cities see to a working computer of a shell; to a "
    "formation or a single satellite none is counted"
)
Columns = NDArray[np.float64]

LEAST_ASKED, MOST_ASKED = 1e-6, 1e18
CAVEATS = (
    "As the satellites stand at the epoch, under a clear sky; queues and protocols are left out.",
    f"A city uses up to {LINKS_EACH} satellites, the nearest, each up to all that it passes down; "
    "spectrum in a cell, people outside these cities, and pairs within one are left out.",
    "City to city goes through the lasers of the largest shell whose planes are joined; to "
    "computers, through every satellite that places see.",
    "Every access satellite has a whole laser to the nearest computer of each group: how many end "
    "at one computer is not limited by the lasers that it has.",
    "A gateway counts as one channel of one antenna: real ones have several.",
    "Exchanges count intact fabrics and no other traffic; the ground's is a Clos network of a rack "
    "of 72 ends of 800 Gbit/s for each satellite.",
)


@dataclass(frozen=True, kw_only=True)
class Question:
    """Who asks, and what training exchanges."""

    city_count: int = 100
    kbit_per_person: float = 1.6
    """A second: 50 tokens of 32 bits for each, all at once."""
    working_fraction: float = 1.0
    """Of satellites, drawn each by itself."""
    training_tb: float = 100.0
    """A training set to bring into orbit."""
    parameters: float = 70e9
    bytes_per_parameter: float = 2.0
    laser: str = "suncatcher"
    """Of a formation."""


@dataclass(frozen=True, kw_only=True)
class _Sky:
    """Satellites that places see, and which of them are joined to computers."""

    skeletons: tuple[Skeleton, ...]
    stacks: tuple[Stack, ...]
    alive: tuple[NDArray[np.bool_], ...]
    passed_bit_per_s: Columns
    """Down from each of all, shape (satellites,)."""
    computed_bit_per_s: Columns
    """The same, no more than its own lasers to computers bring; shape (satellites,)."""
    rides: bool


def capacity_of(resolved: Resolved, asked: Question | None = None) -> dict[str, Any]:
    """Answer for a scenario.

    Args:
        resolved: the scenario.
        asked: who asks, and what training exchanges.

    Raises:
        ScenarioError: a number is none.
        CatalogueError: no such laser.
    """
    asked = asked or Question()
    _check(asked)
    system = resolved.system
    gradient_bits = 8.0 * asked.parameters * asked.bytes_per_parameter
    return {
        "scenario": resolved.document.scenario.name,
        **vars(asked),
        "bits_per_token": BITS_PER_TOKEN,
        "tokens_per_request": TOKENS_PER_REQUEST,
        **_traffic(system, asked),
        "training": exchanges(system, gradient_bit_count=gradient_bits, laser=asked.laser),
        "inputs": [vars(one) for one in resolved.origins.values() if one.key.startswith(KEYS)],
        "caveats": list(CAVEATS),
    }


def _check(asked: Question) -> None:
    wrong = []
    if not 2 <= asked.city_count <= MOST_CITIES:
        wrong.append(f"city_count: {asked.city_count} is out of place; write 2 to {MOST_CITIES:,}")
    for name in ("kbit_per_person", "training_tb", "parameters", "bytes_per_parameter"):
        if not LEAST_ASKED <= getattr(asked, name) <= MOST_ASKED:
            wrong.append(
                f"{name}: {getattr(asked, name):g} is out of place; write {LEAST_ASKED:g} to "
                f"{MOST_ASKED:g}"
            )
    if not 0.0 <= asked.working_fraction <= 1.0:
        wrong.append(f"working_fraction: {asked.working_fraction:g} is no share; write 0 to 1")
    if wrong:
        raise ScenarioError("\n".join(wrong))


def _traffic(system: System, asked: Question) -> dict[str, Any]:
    """Between cities and computers, between cities, and through gateways."""
    cities = sites.cities()
    people = cities.population_count[: asked.city_count]
    wanted = people * asked.kbit_per_person * 1e3
    names = cities.name[: asked.city_count]
    told = {"people": float(people.sum()), "asked_gbit_per_s": float(wanted.sum()) / 1e9}
    sky = _sky(system, asked)
    if isinstance(sky, str):
        none = {"unreachable": sky}
        return {**told, "entry": None, "computers": none, "cities": none, "gateways": none}
    site_m = _site_m(system, cities, asked.city_count)
    largest = _largest(system, sky)
    return {
        **told,
        "entry": _entry(sky),
        "computers": _computers(system, sky, site_m, wanted, names),
        "cities": carried(largest, site_m=site_m, asked_bit_per_s=wanted, names=names),
        "gateways": _gateways(system, sky, asked),
    }


# --- what places see ------------------------------------------------------------------------------


def _sky(system: System, asked: Question) -> _Sky | str:
    """The satellites that places see; or why there are none."""
    joined = system.connection
    own, refused = skeletons(system.orbits, system.plane_group, system.group_names)
    rides = bool(joined.access_names)
    entries, orbits = own, system.orbits
    if rides:
        entries, refused = skeletons(joined.access, joined.access_group, joined.access_names)
        orbits = joined.access
    if not entries:
        if float(orbits.satellite_count.sum()) <= 1.0:
            return "one satellite is no network"
        told = "; ".join(f"{name}: {why}" for name, why in refused.items())
        return (
            f"no shell that cities could reach ({told}); write network.access, a constellation "
            "that carries their traffic"
        )
    stacks = tuple(stack(one, orbits, elapsed_s=0.0) for one in entries)
    keys = jax.random.split(jax.random.key(int(system.upkeep.seed)), len(stacks) + len(own))
    alive = tuple(_working(key, one, asked) for key, one in zip(keys, stacks, strict=False))
    works = np.concatenate([one.ravel() for one in alive])
    if not works.any():
        return "no satellite that places could see works"
    passed = np.where(works, float(joined.access_rate_bit_per_s), 0.0)
    computed = passed
    if rides:
        upper = tuple(stack(one, system.orbits, elapsed_s=0.0) for one in own)
        bridged = _bridged_count(system, stacks, works, upper, keys[len(stacks) :], asked)
        computed = np.minimum(passed, bridged * float(joined.laser_rate_bit_per_s))
    return _Sky(
        skeletons=entries,
        stacks=stacks,
        alive=alive,
        passed_bit_per_s=passed,
        computed_bit_per_s=computed,
        rides=rides,
    )


def _working(key: Array, one: Stack, asked: Question) -> NDArray[np.bool_]:
    if asked.working_fraction == 1.0:
        return np.ones(one.shape, bool)
    return np.asarray(jax.random.bernoulli(key, asked.working_fraction, one.shape))


_place_m = jax.jit(network.stack_position_m)


def _places_m(stacks: Sequence[Stack]) -> Columns:
    return np.concatenate([np.asarray(_place_m(one)).reshape(-1, 3) for one in stacks])


def _bridged_count(
    system: System,
    stacks: Sequence[Stack],
    works: NDArray[np.bool_],
    upper: Sequence[Stack],
    keys: Array,
    asked: Question,
) -> NDArray[np.int64]:
    """Lasers from each access satellite to computers: one to the nearest of each group."""
    place_m, count = jnp.asarray(_places_m(stacks)), np.zeros(len(works), int)
    for key, one in zip(keys, upper, strict=True):
        to = _bridge(
            one, place_m, system.connection.laser_range_m, works, _working(key, one, asked)
        )
        count += np.asarray(to.delay_s) < network.UNREACHED_S
    return count


@jax.jit
def _bridge(
    upper: Stack, place_m: Array, range_m: Array, lower_alive: Array, upper_alive: Array
) -> Bridge:
    return network.bridge(
        upper,
        place_m=place_m,
        hop_s=0.0,
        range_m=range_m,
        lower_alive=lower_alive,
        upper_alive=upper_alive,
    )


def _site_m(system: System, places: Places, count: int) -> Columns:
    fixed_m = network.earth_fixed_m(
        latitude_rad=np.radians(places.latitude_deg[:count]),
        longitude_rad=np.radians(places.longitude_deg[:count]),
    )
    angle = orbit.sidereal_angle_rad(julian_day=system.epoch_julian_day)
    return np.asarray(network.inertial_m(fixed_m, earth_angle_rad=angle))


def _entry(sky: _Sky) -> dict[str, Any]:
    return {
        "groups": [one.name for one in sky.skeletons],
        "satellites": int(sum(one.size for one in sky.alive)),
        "working": int(sum(one.sum() for one in sky.alive)),
        "left_out": sum(one.left_out_count for one in sky.skeletons),
        "computes": not sky.rides,
    }


def _largest(system: System, sky: _Sky) -> Shell:
    """The shell of the most satellites, of those whose planes are joined if any is."""
    number = max(
        range(len(sky.stacks)),
        key=lambda at: (bool(has_across(sky.stacks[at])), math.prod(sky.stacks[at].shape[1:])),
    )
    whole = sky.stacks[number]
    joined = system.connection
    # An access constellation's satellites have the four lasers that any has; others as stated.
    carries_across = sky.rides or float(joined.laser_count) >= 4.0
    return Shell(
        name=sky.skeletons[number].name,
        lattice=jax.tree.map(lambda leaf: leaf[0], whole.shells),
        one=jax.tree.map(
            lambda leaf: leaf[:1],
            Stack(shells=whole.shells, rise_shift_count=whole.rise_shift_count[:0]),
        ),
        alive=sky.alive[number][0],
        has_across=carries_across,
        laser_bit_per_s=float(joined.laser_rate_bit_per_s),
        range_m=float(joined.laser_range_m),
        satellite_bit_per_s=float(joined.access_rate_bit_per_s),
        elevation_rad=float(joined.elevation_rad),
        link_count=LINKS_EACH,
    )


# --- between cities and computers -----------------------------------------------------------------


def _seen(system: System, sky: _Sky, site_m: Columns, link_count: int) -> Views:
    return views(
        place_m=_places_m(sky.stacks),
        alive=np.concatenate([one.ravel() for one in sky.alive]),
        site_m=site_m,
        elevation_rad=float(system.connection.elevation_rad),
        link_count=link_count,
    )


def _shared(sky: _Sky, seen: Views, wanted: Columns, *, computed: bool) -> Served | None:
    most = sky.computed_bit_per_s if computed else sky.passed_bit_per_s
    link = np.where(seen.seen, most[seen.satellite], 0.0)
    return served(
        satellite=seen.satellite,
        link_bit_per_s=link,
        satellite_bit_per_s=most,
        asked_bit_per_s=np.where(link.any(axis=1), wanted, 0.0),
    )


def _computers(
    system: System, sky: _Sky, site_m: Columns, wanted: Columns, names: Sequence[str]
) -> dict[str, Any]:
    """What all cities get of the computers at once, each the same share of what it asks."""
    seen = _seen(system, sky, site_m, LINKS_EACH)
    joined = np.where(seen.seen, sky.computed_bit_per_s[seen.satellite], 0.0).any(axis=1)
    found = _shared(sky, seen, wanted, computed=True)
    blind = [
        name for name, is_seen in zip(names, seen.seen.any(axis=1), strict=True) if not is_seen
    ]
    if found is None:
        return {"unreachable": NO_COMPUTER if seen.seen.any() else SEES_NOTHING}
    most = _shared(sky, seen, np.where(joined, wanted, 0.0), computed=False)
    assert most is not None
    reached = float(wanted[joined].sum())
    rate = found.ratio * reached
    return {
        "share_ratio": found.ratio,
        # Lasers across the access constellation may make up for a bridge that is missing.
        "share_at_most_ratio": max(most.ratio, found.ratio),
        "gbit_per_s": rate / 1e9,
        "reached_fraction": reached / float(wanted.sum()),
        "see_nothing": blind,
        "limits": _limits(found, names),
        "in_view": {
            "satellites": seen.any_count,
            "gbit_per_s": seen.any_count * float(system.connection.access_rate_bit_per_s) / 1e9,
            "least_of_a_city": int(seen.seen_count.min()),
            "median_of_a_city": float(np.median(seen.seen_count)),
        },
        "tokens_per_s": rate / BITS_PER_TOKEN,
        "requests_per_s": rate / BITS_PER_TOKEN / TOKENS_PER_REQUEST,
    }


def _limits(found: Served, names: Sequence[str]) -> list[dict[str, Any]]:
    """Cities whose satellites are full, by their weight in the bound."""
    order = np.argsort(-found.weight_fraction, kind="stable")
    return [
        {"city": names[at], "weight_fraction": float(found.weight_fraction[at])}
        for at in order
        if found.weight_fraction[at] > 0.0
    ]


# --- through gateways -----------------------------------------------------------------------------


def _gateways(system: System, sky: _Sky, asked: Question) -> dict[str, Any]:
    """What gateways that see a satellite send up, and how long a training set takes them."""
    places = sites.gateways()
    seen = _seen(system, sky, _site_m(system, places, len(places)), 1)
    count = int(seen.seen.any(axis=1).sum())
    channel = links.radio_channel(GATEWAY_RADIO)
    highest_m = max(float(one.shells.radius_m.max()) for one in sky.stacks)
    range_m = network.slant_range_m(
        site_radius_m=EARTH_RADIUS_M,
        orbit_radius_m=highest_m,
        elevation_rad=system.connection.elevation_rad,
    )
    each = float(network.channel_rate_bit_per_s(channel, links.codings(), range_m=range_m))
    told = {"gateways": len(places), "see_a_satellite": count, "radio": GATEWAY_RADIO}
    told["gbit_per_s_each"] = each / 1e9
    if count * each <= 0.0:
        why = "its radio closes at no such distance" if count else "no gateway sees a satellite"
        return {**told, "unreachable": why}
    hours = 8e12 * asked.training_tb / (count * each) / 3600.0
    return {**told, "gbit_per_s": count * each / 1e9, "training_set_hours": hours}
