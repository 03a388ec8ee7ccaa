"""What does a peer evaluate of an orbital data centre, and how is it called at its fastest?

spacedc-mdao evaluates one design's orbit, power, heat, mass, links, reliability and levelised cost
in closed form, in one shadow geometry and without a fleet's months. It is called as its own Monte
Carlo calls it, with five inputs that move. What both tell is compared - how long an orbit takes,
what share of it lies in shadow, what a stream of costs is worth - and must agree.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

import jax.numpy as jnp
import numpy as np
import timing

from sunstack.disciplines import economics, orbit
from sunstack.units import EARTH_RADIUS_M, YEAR_S

PEER = "spacedc-mdao"
PEER_MODULE = "orbitdc"
INSTALL = f"pip install {PEER}"
PEER_EVALUATIONS = 2000
SHARED_DIFFERENCE = 1e-3
"""Orbits of ours and the peer's, whose Earth has another radius and mass to four digits."""


def is_peer_installed() -> bool:
    """Whether the peer can be imported."""
    return importlib.util.find_spec(PEER_MODULE) is not None


def rivals() -> dict[str, timing.Rival]:
    """Its evaluation of a whole space design, and its cost model alone, with inputs that move."""
    if not is_peer_installed():
        return {}
    peer: Any = importlib.import_module(PEER_MODULE)
    _check_peer()
    given = peer.load_scenario_dict(
        {
            "name": "a megawatt",
            "kind": "space",
            "mission_life_years": 5.0,
            "space": {
                "orbit": {"altitude_km": 650.0, "inclination_deg": 98.0},
                "architecture": {"satellites": 64, "accelerators_per_satellite": 18},
            },
        }
    )
    ranges = {
        "launch_cost_per_kg_usd": (750.0, 3000.0),
        "solar_specific_power_w_per_kg": (50.0, 200.0),
        "radiator_areal_mass_kg_per_m2": (3.0, 10.0),
        "annual_failure_rate": (0.02, 0.12),
        "utilization": (0.5, 0.95),
    }
    random = np.random.default_rng(1)
    rows = [
        {name: float(random.uniform(*ends)) for name, ends in ranges.items()}
        for _ in range(PEER_EVALUATIONS)
    ]

    def run() -> None:
        for row in rows:
            peer.evaluate_space(given, row)

    return {
        "peer": timing.Rival(run=run, work=len(rows)),
        "peer's costs": _peer_costs(),
    }


def _peer_costs() -> timing.Rival:
    costs: Any = importlib.import_module(f"{PEER_MODULE}.models.cost")
    given = {
        "n_accelerators": 1152, "accel_unit_cost_usd": 3e4, "accel_mass_kg": 3.0,
        "payload_factor": 1.5, "array_cost_usd": 1e6, "battery_cost_usd": 1e6,
        "radiator_cost_usd": 1e6, "n_satellites": 64, "bus_cost_per_sat_usd": 1e6,
        "comms_cost_per_sat_usd": 1e6, "launch_mass_kg": 8e4, "launch_cost_per_kg_usd": 1500.0,
        "expected_failures": 100.0, "ground_segment_usd": 2e7, "annual_ops_usd": 5e6,
        "mission_years": 5.0, "discount_rate": 0.08, "delivered_tflops": 1e5,
        "delivered_fraction": 0.3,
    }  # fmt: skip
    count = 10 * PEER_EVALUATIONS

    def run() -> None:
        for _ in range(count):
            costs.space_cost(**given)

    return timing.Rival(run=run, work=count)


def _check_peer() -> None:
    """Orbits and levelised costs are what both tell of the same numbers."""
    theirs: Any = importlib.import_module(f"{PEER_MODULE}.models.orbit")
    costs: Any = importlib.import_module(f"{PEER_MODULE}.models.cost")
    state = theirs.orbit_state(650.0, 20.0)
    axis_m = jnp.asarray(EARTH_RADIUS_M + 650e3)
    fraction = orbit.eclipse_fraction(semi_major_axis_m=axis_m, beta_rad=np.radians(20.0))
    paid_usd, _, _ = costs._levelize(1000.0, 100.0, 1.0, 1.0, 5.0, 0.08)
    years_s = jnp.arange(1.0, 6.0) * YEAR_S
    worth = economics.discount_ratio(time_s=years_s, yearly_discount_fraction=0.08)
    pairs = {
        "period": (state.period_s, orbit.circular_period_s(semi_major_axis_m=axis_m)),
        "eclipse": (state.eclipse_fraction, fraction),
        "present value": (paid_usd, 1000.0 + 100.0 * worth.sum()),
    }
    for name, (peer, ours) in pairs.items():
        apart = abs(float(ours) / float(peer) - 1.0)
        if not apart <= SHARED_DIFFERENCE:
            raise SystemExit(f"{name}: ours and the peer's are {apart:.1e} apart: nothing is timed")
