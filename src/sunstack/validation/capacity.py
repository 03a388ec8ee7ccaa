"""What does a network carry: between the halves of a torus, and between places at once?"""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from sunstack.disciplines import network
from sunstack.disciplines.network import Access, Demand, Grid, Throughput, bends
from sunstack.units import EARTH_RADIUS_M, GRAVITATIONAL_PARAMETER_M3_PER_S2

from .inputs import Inputs, Quantity

GAP_RATIO = 0.05
MOST_ROUNDS = 200
NO_LIMIT = 1e9
"""Of sites and of beams, where a case limits links only."""


def throughput_of_places(given: Inputs) -> float:
    """Carry all demands at once, each split over many ways."""
    return float(_concurrent(*network_of_places(given)).lower_ratio)


def network_of_places(given: Inputs) -> tuple[Grid, Access, Demand]:
    """Build lasers and links of one capacity, and places that each ask one unit to another."""
    planes, slots = int(given["planes"]), int(given["slots"])
    radius_m = EARTH_RADIUS_M + given["altitude_km"]
    rate_rad_per_s = math.sqrt(GRAVITATIONAL_PARAMETER_M3_PER_S2 / radius_m**3)
    lattice = network.walker(
        plane_count=planes,
        slot_count=slots,
        phasing_count=given["phasing"],
        inclination_rad=given["inclination_deg"],
        radius_m=radius_m,
        argument_of_latitude_rad=rate_rad_per_s * given["elapsed_s"],
    )
    access = network.nearest_access(
        lattice,
        site_m=jnp.asarray(_places_m(given.word("places"))),
        elevation_rad=0.0,
        link_count=int(given["links"]),
        link_bit_per_s=given["capacity"],
        site_bit_per_s=NO_LIMIT,
        satellite_bit_per_s=NO_LIMIT,
    )
    target = np.array([[int(one)] for one in given.word("targets").split()])
    demand = Demand(target=jnp.asarray(target), rate_bit_per_s=jnp.ones(target.shape))
    net = network.grid(lattice, laser_bit_per_s=given["capacity"])
    return net, access, demand


def _places_m(places: str) -> Any:
    """On a sphere, from latitude/longitude in degrees, turned with the shell's frame."""
    degrees = np.array([[float(one) for one in place.split("/")] for place in places.split()])
    latitude, longitude = np.radians(degrees.T)
    cosine = np.cos(latitude)
    toward = [cosine * np.cos(longitude), cosine * np.sin(longitude), np.sin(latitude)]
    return EARTH_RADIUS_M * np.stack(toward, axis=1)


@jax.jit
def _concurrent(net: Grid, access: Access, demand: Demand) -> Throughput:
    return network.concurrent(
        net,
        access,
        demand,
        gap_ratio=GAP_RATIO,
        most_iteration_count=MOST_ROUNDS,
        route=bends.cheapest,
    )


CAPACITY: dict[str, Quantity] = {
    "concurrent throughput of places": throughput_of_places,
}
