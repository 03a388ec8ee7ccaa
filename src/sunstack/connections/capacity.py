"""How much traffic does a scenario's network carry as it stands at the epoch, and what cuts it?

Cities ask of computers in orbit, and of each other; both are what the network can carry at most, to
equal shares of what each asks. Exchanges of training are told for each group that computes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from sunstack.catalogue import sites
from sunstack.disciplines import network, orbit
from sunstack.disciplines.network import Channel, Codings, Stack
from sunstack.resolve import links
from sunstack.system import System
from sunstack.units import EARTH_RADIUS_M

from .access import Served, Views, served, views
from .exchanges import exchanges
from .instant import Instant, has_across, stack_place_m
from .pairs import Shell, carried
from .skeleton import Skeleton
from .survey import at_instant, fleets

BITS_PER_TOKEN = 32
"""A number of four bytes, as a tokenizer writes it down; packed text takes about as much."""
TOKENS_PER_REQUEST = 1000
GATEWAY_RADIO = "gateway-ka-up"
LINKS_EACH = 8
"""Satellites that a place uses at most: its many terminals may look at as many."""
SEES_NOTHING = "no city sees a satellite at the epoch"
NO_COMPUTER = (
    "no laser joins the satellites that cities see to a working computer of a shell; to a "
    "formation or a single satellite none is counted"
)
Columns = NDArray[np.float64]

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


def capacity(
    system: System, asked: Question, *, working_fraction: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """Tell what a system's network carries at its epoch, what cuts it, and how fast it trains.

    Args:
        system: the scenario's.
        asked: who asks, and what training exchanges.
        working_fraction: of each group's satellites, if they differ; those of an access
            constellation then all work.

    Raises:
        CatalogueError: no such laser.
    """
    gradient_bits = 8.0 * asked.parameters * asked.bytes_per_parameter
    return {
        **vars(asked),
        **({} if working_fraction is None else {"working_fraction": dict(working_fraction)}),
        "bits_per_token": BITS_PER_TOKEN,
        "tokens_per_request": TOKENS_PER_REQUEST,
        **_traffic(system, asked, working_fraction),
        "training": exchanges(system, gradient_bit_count=gradient_bits, laser=asked.laser),
        "caveats": list(CAVEATS),
    }


def _traffic(
    system: System, asked: Question, working_fraction: Mapping[str, float] | None
) -> dict[str, Any]:
    """Between cities and computers, between cities, and through gateways."""
    cities = sites.cities()
    people = cities.population_count[: asked.city_count]
    wanted = people * asked.kbit_per_person * 1e3
    names = cities.name[: asked.city_count]
    told = {"people": float(people.sum()), "asked_gbit_per_s": float(wanted.sum()) / 1e9}
    sky = _sky(system, asked, working_fraction)
    if isinstance(sky, str):
        none = {"unreachable": sky}
        return {**told, "entry": None, "computers": none, "cities": none, "gateways": none}
    gateways = sites.gateways()
    placed = _placed_m(
        np.concatenate([cities.latitude_deg[: asked.city_count], gateways.latitude_deg]),
        np.concatenate([cities.longitude_deg[: asked.city_count], gateways.longitude_deg]),
        system.epoch_julian_day,
    )
    site_m, gateway_m = np.split(np.asarray(placed), [asked.city_count])
    largest = _largest(system, sky)
    return {
        **told,
        "entry": _entry(sky),
        "computers": _computers(system, sky, site_m, wanted, names),
        "cities": carried(largest, site_m=site_m, asked_bit_per_s=wanted, names=names),
        "gateways": _gateways(system, sky, gateway_m, asked),
    }


@jax.jit
def _placed_m(latitude_deg: Array, longitude_deg: Array, julian_day: Array) -> Array:
    """Places at the epoch, inertial."""
    fixed_m = network.earth_fixed_m(
        latitude_rad=jnp.radians(latitude_deg), longitude_rad=jnp.radians(longitude_deg)
    )
    angle = orbit.sidereal_angle_rad(julian_day=julian_day)
    return network.inertial_m(fixed_m, earth_angle_rad=angle)


# --- what places see ------------------------------------------------------------------------------


def _sky(
    system: System, asked: Question, working_fraction: Mapping[str, float] | None
) -> _Sky | str:
    """The satellites that places see; or why there are none."""
    compute, access, refused = fleets(system)
    entry = access or compute
    if not entry.skeletons:
        if float(entry.orbits.satellite_count.sum()) <= 1.0:
            return "one satellite is no network"
        own = system.connection.access_names or system.group_names
        told = "; ".join(f"{name}: {refused[name]}" for name in own)
        return (
            f"no shell that cities could reach ({told}); write network.access, a constellation "
            "that carries their traffic"
        )
    given = working_fraction or {}
    here = at_instant(
        system,
        compute,
        access,
        elapsed_s=0.0,
        shares=[given.get(one.name, asked.working_fraction) for one in compute.skeletons],
        access_share=1.0 if given else asked.working_fraction,
        seed=int(system.upkeep.seed),
    )
    alive = tuple(np.asarray(here.alive[number]) for number in here.entries)
    works = np.concatenate([one.ravel() for one in alive])
    if not works.any():
        return "no satellite that places could see works"
    passed = np.where(works, float(system.connection.access_rate_bit_per_s), 0.0)
    computed = passed
    if here.access_count:
        brought = _bridged_count(here) * float(system.connection.laser_rate_bit_per_s)
        computed = np.minimum(passed, brought)
    return _Sky(
        skeletons=entry.skeletons,
        stacks=tuple(here.stacks[number] for number in here.entries),
        alive=alive,
        passed_bit_per_s=passed,
        computed_bit_per_s=computed,
        rides=bool(here.access_count),
    )


def _places_m(stacks: Sequence[Stack]) -> Columns:
    return np.concatenate([np.asarray(stack_place_m(one)).reshape(-1, 3) for one in stacks])


def _bridged_count(here: Instant) -> NDArray[np.int64]:
    """Lasers from each access satellite to computers: one to the nearest of each group."""
    counts = [np.zeros(here.alive[number].size, int) for number in here.entries]
    for (low, _), to in zip(here.mesh.ends, here.mesh.bridges, strict=True):
        counts[low] += np.asarray(to.delay_s) < network.UNREACHED_S
    return np.concatenate(counts)


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


def _gateways(system: System, sky: _Sky, site_m: Columns, asked: Question) -> dict[str, Any]:
    """What gateways that see a satellite send up, and how long a training set takes them."""
    seen = _seen(system, sky, site_m, 1)
    count = int(seen.seen.any(axis=1).sum())
    highest_m = max(float(one.shells.radius_m.max()) for one in sky.stacks)
    each = float(
        _gateway_bit_per_s(
            links.radio_channel(GATEWAY_RADIO),
            links.codings(),
            highest_m,
            system.connection.elevation_rad,
        )
    )
    told = {"gateways": len(site_m), "see_a_satellite": count, "radio": GATEWAY_RADIO}
    told["gbit_per_s_each"] = each / 1e9
    if count * each <= 0.0:
        why = "its radio closes at no such distance" if count else "no gateway sees a satellite"
        return {**told, "unreachable": why}
    hours = 8e12 * asked.training_tb / (count * each) / 3600.0
    return {**told, "gbit_per_s": count * each / 1e9, "training_set_hours": hours}


@jax.jit
def _gateway_bit_per_s(
    channel: Channel, codings: Codings, radius_m: Array, elevation_rad: Array
) -> Array:
    """Of a gateway whose satellite stands as far off as it may."""
    range_m = network.slant_range_m(
        site_radius_m=EARTH_RADIUS_M, orbit_radius_m=radius_m, elevation_rad=elevation_rad
    )
    return network.channel_rate_bit_per_s(channel, codings, range_m=range_m)
