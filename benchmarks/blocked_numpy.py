"""The coupled step in plain NumPy: the same equations without a compiler.

What a careful author would write: whole-array expressions on blocks of satellites whose arrays stay
in the second-level cache, time innermost, every number that does not change over the loop worked
out before it. `march` takes and returns what `sunstack.simulate.fleet.march` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from sunstack.disciplines import orbit
from sunstack.disciplines.power import REFERENCE_CELL_TEMPERATURE_K
from sunstack.disciplines.thermal import Response
from sunstack.simulate.step import Design, Fixed, Instant, State, Tally
from sunstack.units import STEFAN_BOLTZMANN_W_PER_M2_K4

BLOCK_SATELLITES = 2048
Vector = Any
"""An array (block,), in dataclasses whose fields are declared as those of JAX."""


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """The design's scalars as the loop needs them: Python floats, which take the arrays' width."""

    hinges: tuple[tuple[float, float], ...]
    """Payload power and slope of the tokens served."""
    bus_w: float
    cells_m2: float
    warmth_per_k: float
    sunlight_kept_ratio: float
    array_albedo_ratio: float
    array_infrared_w_per_m2: float
    cells_k4_m2_per_w: float
    sun_sine_ratio: float
    albedo_ratio: float
    coating_ratio: float
    infrared_w_per_m2: float
    chip_k_per_w: float
    chip_limit_k: float
    throttle_band_k: float
    kept_fraction: float
    spare_w_per_j: float
    charge_s: float
    discharge_s: float
    plates_w_per_k: float
    panel_w_per_k: float
    panel_m2: float
    plates_k_per_w: float
    share: float
    slope_w_per_k4: float


@dataclass(frozen=True, kw_only=True)
class Constants:
    """A block's numbers that never change, shape (block,)."""

    fixed: Fixed
    payload_rise_w: Vector
    view_rise_ratio: Vector
    infrared_w_per_m2: Vector
    floor_j: Vector


def march(
    design: Design,
    fixed: Fixed,
    state: State,
    settle: Instant,
    counted: Instant,
    *,
    block: int = BLOCK_SATELLITES,
) -> tuple[State, Tally]:
    """Step satellites (n,) through `settle` uncounted, then through `counted`, by blocks."""
    design, fixed, state, settle, counted = jax.tree.map(
        np.asarray, (design, fixed, state, settle, counted)
    )
    if design.power.array_pointing != "sun":
        raise ValueError("written out for arrays that face the Sun only")
    numbers = _numbers(design)
    blocks = [
        _march_block(
            numbers, _part(fixed, begin, block), _part(state, begin, block), settle, counted
        )
        for begin in range(0, len(state.stored_j), block)
    ]
    joined: tuple[State, Tally] = jax.tree.map(lambda *parts: np.concatenate(parts), *blocks)
    return joined


def _part(tree: Any, begin: int, block: int) -> Any:
    return jax.tree.map(lambda leaf: leaf[begin : begin + block].copy(), tree)


def _march_block(
    numbers: Numbers, fixed: Fixed, state: State, settle: Instant, counted: Instant
) -> tuple[State, Tally]:
    constants = _constants(numbers, fixed)
    for now in _each(settle):
        state = step(numbers, constants, state, now)[0]
    tally = _empty_tally(state.stored_j)
    for now in _each(counted):
        state, reading = step(numbers, constants, state, now)
        tally = count(fixed, tally, state, reading, now)
    return state, tally


def _each(instants: Instant) -> list[tuple[float, float, float, float, float]]:
    """Direction, sunlight and index of every instant as Python floats."""
    columns = (instants.direction_ratio, instants.sunlight_w_per_m2, instants.index)
    return [
        (*direction, sunlight, index)
        for direction, sunlight, index in zip(*(column.tolist() for column in columns), strict=True)
    ]


def _constants(numbers: Numbers, fixed: Fixed) -> Constants:
    return Constants(
        fixed=fixed,
        payload_rise_w=fixed.payload_sunlit_w - fixed.payload_eclipse_w,
        view_rise_ratio=fixed.flat_view_ratio - fixed.upright_view_ratio,
        infrared_w_per_m2=fixed.radiator_view_ratio * numbers.infrared_w_per_m2,
        floor_j=fixed.capacity_j * numbers.kept_fraction,
    )


def step(
    numbers: Numbers, constants: Constants, state: State, now: tuple[float, ...]
) -> tuple[State, tuple[Vector, ...]]:
    """Carry a block one step on; also illumination, array, payload, rejected heat, chip."""
    fixed = constants.fixed
    lit, zenith = _light(fixed.track, state.place, now)
    array_w, gain = _collect(numbers, constants, lit, zenith, now[3])
    answer = _response(numbers, state, gain)
    wanted = _throttled(numbers, answer, fixed.payload_eclipse_w + lit * constants.payload_rise_w)
    spare_w = (state.stored_j - constants.floor_j) * numbers.spare_w_per_j
    payload_w = _between(array_w - numbers.bus_w + spare_w, 0.0, wanted)
    given_w = array_w + state.stored_j * numbers.spare_w_per_j
    load_w = np.minimum(payload_w + numbers.bus_w, given_w)
    net_w = array_w - load_w
    # Charging stores less than it takes and discharging takes more than it gives: the lesser holds.
    change_j = np.minimum(net_w * numbers.charge_s, net_w * numbers.discharge_s)
    stored_j = _between(state.stored_j + change_j, 0.0, fixed.capacity_j)
    radiator_k = answer.radiator_k + answer.radiator_k_per_w * load_w
    plates_k = answer.plates_k + answer.plates_k_per_w * load_w
    emitted_w = answer.emission_w_per_k * (radiator_k - 0.75 * state.radiator_k)
    rejected_w = emitted_w - numbers.panel_m2 * gain
    chip_k = plates_k + payload_w * numbers.chip_k_per_w
    later = State(
        place=_advance(fixed.track, state.place),
        stored_j=stored_j,
        plates_k=plates_k,
        radiator_k=radiator_k,
    )
    tokens_per_s = _tokens_per_s(numbers, payload_w)
    return later, (lit, array_w, payload_w, tokens_per_s, rejected_w, chip_k)


def _tokens_per_s(numbers: Numbers, payload_w: Vector) -> Vector:
    total: Vector = np.zeros_like(payload_w)
    for knot_w, slope in numbers.hinges:
        total += slope * np.maximum(payload_w - knot_w, 0.0)
    return total


def count(
    fixed: Fixed, tally: Tally, state: State, reading: tuple[Vector, ...], now: tuple[float, ...]
) -> Tally:
    """Add a step to the sums and extremes."""
    lit, array_w, payload_w, tokens_per_s, rejected_w, chip_k = reading
    weight = _between(fixed.counted_steps - now[4], 0.0, 1.0)
    least_stored_j: Vector = np.minimum(tally.least_stored_j, state.stored_j)
    hottest_chip_k: Vector = np.maximum(tally.hottest_chip_k, chip_k)
    hottest_radiator_k: Vector = np.maximum(tally.hottest_radiator_k, state.radiator_k)
    return Tally(
        lit=tally.lit + weight * lit,
        array_w=tally.array_w + weight * array_w,
        payload_w=tally.payload_w + weight * payload_w,
        tokens_per_s=tally.tokens_per_s + weight * tokens_per_s,
        rejected_w=tally.rejected_w + weight * rejected_w,
        least_stored_j=least_stored_j,
        hottest_chip_k=hottest_chip_k,
        hottest_radiator_k=hottest_radiator_k,
    )


def _between(values: Vector, low: float, high: float | Vector) -> Vector:
    # Twice as fast as numpy.clip on blocks of this size.
    return np.minimum(np.maximum(values, low), high)


def _light(track: orbit.Track, at: orbit.Place, now: tuple[float, ...]) -> tuple[Vector, Vector]:
    """Illumination, and cosine between Sun and vertical."""
    along, across = at.eccentricity
    centre = across * (2.0 + 2.5 * along)
    square = centre * centre
    u = _turn(at.latitude, (1.0 - 0.5 * square, centre - centre * square * (1.0 / 6.0)))
    cosine_2u, sine_2u = u[0] * u[0] - u[1] * u[1], 2.0 * u[0] * u[1]
    swing = track.radius_offset_ratio + track.radius_swing_ratio * cosine_2u
    radius = track.axis_ratio * (1.0 - along + across * across + swing)
    u = _nudge(u, track.latitude_swing_rad * sine_2u)
    node, inclination = at.node, track.inclination
    to_node = node[0] * now[0] + node[1] * now[1]
    to_quarter = node[0] * now[1] - node[1] * now[0]
    zenith = u[0] * to_node + u[1] * (inclination[0] * to_quarter + inclination[1] * now[2])
    off_axis_squared = radius * radius * (1.0 - zenith * zenith)
    share = (off_axis_squared - track.umbra_edge_squared_ratio) * track.penumbra_inverse_ratio
    return np.where(zenith >= 0.0, 1.0, _between(share, 0.0, 1.0)), zenith


def _turn(one: tuple[Vector, Vector], by: tuple[Vector, Vector]) -> tuple[Vector, Vector]:
    return one[0] * by[0] - one[1] * by[1], one[0] * by[1] + one[1] * by[0]


def _nudge(one: tuple[Vector, Vector], angle: Vector) -> tuple[Vector, Vector]:
    return one[0] - angle * one[1], one[1] + angle * one[0]


def _advance(track: orbit.Track, at: orbit.Place) -> orbit.Place:
    return orbit.Place(
        latitude=_turn(at.latitude, track.latitude_turn),
        node=_turn(at.node, track.node_turn),
        eccentricity=_turn(at.eccentricity, track.anomaly_turn),
    )


def _collect(
    numbers: Numbers, constants: Constants, lit: Vector, zenith: Vector, sunlight: float
) -> tuple[Vector, Vector]:
    """Array output, and heat the radiator takes in per area."""
    fixed = constants.fixed
    day = np.maximum(zenith, 0.0)
    view = fixed.upright_view_ratio + zenith * zenith * constants.view_rise_ratio
    absorbed = (
        sunlight * numbers.sunlight_kept_ratio
        + view * day * (sunlight * numbers.array_albedo_ratio)
        + view * numbers.array_infrared_w_per_m2
    )
    cells_k = np.sqrt(np.sqrt(np.maximum(absorbed, 0.1) * numbers.cells_k4_m2_per_w))
    warmth = 1.0 + numbers.warmth_per_k * (cells_k - REFERENCE_CELL_TEMPERATURE_K)
    array_w = lit * (sunlight * numbers.cells_m2) * np.maximum(warmth, 0.0)
    reflected = fixed.radiator_view_ratio * day * numbers.albedo_ratio
    gain = (lit * numbers.sun_sine_ratio + reflected) * (sunlight * numbers.coating_ratio)
    return array_w, gain + constants.infrared_w_per_m2


def _response(numbers: Numbers, state: State, gain: Vector) -> Response:
    """Where the step takes cold plates and radiator, in proportion to the heat put in."""
    radiator_k: Vector = state.radiator_k
    share = numbers.share
    slope = numbers.slope_w_per_k4 * radiator_k * radiator_k * radiator_k
    into_panel = numbers.panel_w_per_k * radiator_k + numbers.panel_m2 * gain
    per_w = 1.0 / (slope + (numbers.panel_w_per_k + numbers.plates_w_per_k * share))
    stored_w = (share * numbers.plates_w_per_k) * state.plates_k
    radiator_later = (into_panel + 0.75 * slope * radiator_k + stored_w) * per_w
    kept = numbers.plates_w_per_k * numbers.plates_k_per_w
    return Response(
        plates_k=kept * state.plates_k + share * radiator_later,
        plates_k_per_w=numbers.plates_k_per_w + (share * share) * per_w,
        radiator_k=radiator_later,
        radiator_k_per_w=share * per_w,
        emission_w_per_k=slope,
    )


def _throttled(numbers: Numbers, answer: Response, wanted_w: Vector) -> Vector:
    """Power the chips allow, judged at the temperature it will bring them to."""
    per_payload_k = answer.plates_k_per_w + numbers.chip_k_per_w
    idle_k = answer.plates_k + answer.plates_k_per_w * numbers.bus_w
    spare_k = (numbers.throttle_band_k + numbers.chip_limit_k) - idle_k
    allowed = wanted_w * spare_k / (numbers.throttle_band_k + wanted_w * per_payload_k)
    return _between(allowed, 0.0, wanted_w)


def _empty_tally(like: Vector) -> Tally:
    zero: Vector = np.zeros_like(like)
    full: Vector = np.full_like(like, np.inf)
    return Tally(
        lit=zero,
        array_w=zero,
        payload_w=zero,
        tokens_per_s=zero,
        rejected_w=zero,
        least_stored_j=full,
        hottest_chip_k=zero,
        hottest_radiator_k=zero,
    )


def _numbers(design: Design) -> Numbers:
    power, heat, around = design.power, design.thermal, design.environment
    share = min(max(float(design.age_s / heat.life_s), 0.0), 1.0)
    darkening = heat.solar_absorptance_end_ratio - heat.solar_absorptance_ratio
    emission = 2.0 * heat.array_emissivity_ratio * STEFAN_BOLTZMANN_W_PER_M2_K4
    faces = 2.0 * heat.fin_efficiency * heat.emissivity_ratio * heat.radiator_area_m2
    plates_w_per_k = heat.cold_plate_heat_capacity_j_per_k / design.step_s
    scalars: dict[str, Any] = {
        "bus_w": power.bus_power_w,
        "cells_m2": power.array_area_m2
        * power.packing_fraction
        * power.cell_efficiency
        * power.transfer_efficiency
        * np.exp(-power.array_degradation_per_s * design.age_s),
        "warmth_per_k": power.temperature_coefficient_per_k,
        "sunlight_kept_ratio": heat.array_solar_absorptance_ratio
        - heat.array_conversion_efficiency,
        "array_albedo_ratio": heat.array_solar_absorptance_ratio * around.albedo_ratio,
        "array_infrared_w_per_m2": heat.array_emissivity_ratio * around.earth_infrared_w_per_m2,
        "cells_k4_m2_per_w": 1.0 / emission,
        "sun_sine_ratio": np.sin(heat.sun_incidence_rad),
        "albedo_ratio": around.albedo_ratio,
        "coating_ratio": heat.solar_absorptance_ratio + share * darkening,
        "infrared_w_per_m2": heat.emissivity_ratio * around.earth_infrared_w_per_m2,
        "chip_k_per_w": heat.chip_resistance_k_per_w / heat.chip_count,
        "chip_limit_k": heat.chip_limit_k,
        "throttle_band_k": heat.throttle_band_k,
        "kept_fraction": 1.0 - power.battery_depth_of_discharge_fraction,
        "spare_w_per_j": power.battery_discharge_efficiency / design.step_s,
        "charge_s": power.battery_charge_efficiency * design.step_s,
        "discharge_s": design.step_s / power.battery_discharge_efficiency,
        "plates_w_per_k": plates_w_per_k,
        "panel_w_per_k": heat.radiator_heat_capacity_j_per_m2_k
        * heat.radiator_area_m2
        / design.step_s,
        "panel_m2": heat.radiator_area_m2,
        "plates_k_per_w": 1.0 / (plates_w_per_k + heat.loop_conductance_w_per_k),
        "share": heat.loop_conductance_w_per_k / (plates_w_per_k + heat.loop_conductance_w_per_k),
        "slope_w_per_k4": 4.0 * faces * STEFAN_BOLTZMANN_W_PER_M2_K4,
    }
    lines = zip(design.tokens.payload_w, design.tokens.slope_per_j, strict=True)
    return Numbers(
        hinges=tuple((float(knot_w), float(slope)) for knot_w, slope in lines),
        **{name: float(value) for name, value in scalars.items()},
    )
