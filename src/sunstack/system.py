"""What is fixed once a scenario is resolved? One Spec per discipline, all SI, nothing left unset.

`System` is a JAX tree: differentiate, batch or replace any of its numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import jax
from jax import Array

from sunstack.disciplines import (
    company,
    compute,
    economics,
    launch,
    mass,
    network,
    orbit,
    power,
    radiation,
    reliability,
    thermal,
)
from sunstack.disciplines.compute import training


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Environment:
    """What surrounds every satellite; scalars."""

    solar_constant_w_per_m2: Array
    albedo_ratio: Array
    earth_infrared_w_per_m2: Array
    solar_flux_units: Array
    """10.7 cm radio flux, for air density."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Flight:
    """How the satellite meets the air and how long it must last; scalars."""

    life_s: Array
    drag_area_m2: Array
    drag_coefficient_ratio: Array
    delta_v_m_per_s: Array
    local_time_tolerance_s: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Ascent:
    """How satellites get from release to their places, and down again; scalars."""

    release_altitude_m: Array
    lowered_altitude_m: Array
    """To which those withdrawn are lowered."""
    thrust_n: Array
    """Of all thrusters of a satellite."""
    specific_impulse_s: Array
    duty_fraction: Array
    """Share of the time in sunlight spent thrusting."""
    stowed_volume_m3: Array
    """0 where not known."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Coolant:
    """What of the radiator can be holed; scalars."""

    area_fraction: Array
    """Share of both faces with coolant behind it."""
    wall_thickness_m: Array
    loop_count: Array
    debris_factor: Array
    """Debris met over that of the formula of 1991."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Fall:
    """How long a derelict falls, of the design as resolved, and how that changes; (groups,)."""

    duration_s: Array
    """Mean over altitudes and the dates of a solar cycle; 0 from below the air's floor."""
    ballistic_coefficient_kg_per_m2: Array
    """Of the design as resolved; scalar."""
    semi_major_axis_m: Array
    """Mean of each group's."""
    ballistic_exponent_ratio: Array
    """Slope of the duration's logarithm in that of the ballistic coefficient."""
    altitude_slope_per_m: Array
    """Slope of the duration's logarithm in the altitude."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Upkeep:
    """When satellites are replaced, and how the fleet is followed; scalars unless said."""

    policy: reliability.Policy
    spare_count: Array
    """Spares of each group, shape (groups,)."""
    disposal_success_fraction: Array
    casualty_area_m2: Array
    solar_cycle: orbit.SolarCycle
    fall: Fall
    seed: Array
    """Of draws: an integer."""
    is_drawn: bool = field(metadata={"static": True})
    """Whole satellites by chance, not their mean."""
    month_count: int = field(metadata={"static": True})
    """From the programme's start to the horizon."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Connection:
    """How satellites, places and the ground are joined; scalars unless said."""

    access: orbit.Spec
    """Planes that carry users' traffic to the satellites that compute; of shape (0,) if none do."""
    access_group: Array
    """Group each of them belongs to: integers."""
    elevation_rad: Array
    """Least above the horizon at which a place uses a satellite."""
    laser_range_m: Array
    laser_rate_bit_per_s: Array
    """Each way."""
    laser_count: Array
    """Of each satellite that computes."""
    hop_s: Array
    """Time a satellite takes to pass a packet on."""
    access_rate_bit_per_s: Array
    """What a satellite that places see passes down to them."""
    frame_s: Array
    load_fraction: Array
    """Of the radio link's capacity."""
    fibre_stretch_ratio: Array
    layout: network.Layout
    """Shells of each group, whether or not lasers reach."""
    next_plane: Array
    """Plane across from each of those that compute; its own if there is none: integers."""
    above_plane: Array
    """Plane above each of them, likewise."""
    access_names: tuple[str, ...] = field(metadata={"static": True})
    place_count: int = field(metadata={"static": True})


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Service:
    """What the payload serves: shape (models,), or scalars where said; (0,) without chips."""

    models: compute.LanguageModel
    layout: compute.Layout
    """Of a replica of each."""
    replica_count: Array
    """That a satellite holds of each; 0 where it cannot hold one."""
    accelerator: compute.Accelerator
    """As the following, scalars."""
    calibration: compute.Calibration
    law: compute.Law
    host_ratio: Array
    """Power of an accelerator with its share of the machine around it, over its own."""
    chip_count: Array
    workspace_fraction: Array
    chunk_token_count: Array
    requests: compute.Requests
    """Without their rate, which follows from what can be served."""
    bounds: compute.Bounds
    load_fraction: Array
    """Of what can be served, asked for when delays are told."""
    model_names: tuple[str, ...] = field(metadata={"static": True})
    precision: str = field(metadata={"static": True})


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Training:
    """What satellites train, and how; scalars unless said."""

    task: training.Task
    layout: training.Layout
    """Of a job, or of one worker that trains apart: shape (groups,), as the following."""
    rounds: training.Rounds
    """Of one worker where all train in step."""
    asked_rounds: training.Rounds
    """As asked for, whatever the method; scalars."""
    recomputed_ratio: Array
    """Operations done, over those needed: more where what the way forward gave is not kept."""
    asked_count: Array
    """Satellites that a job may take."""
    least_count: Array
    """That hold one copy; infinite where none of its layouts fits."""
    near_row_count: Array
    """Satellites a side of a formation; 0 where a group is none."""
    near_hop_m: Array
    practice: training.Practice
    """Of it, what is kept of activations and how optimisers are spread is of shape (groups,)."""
    accelerator: compute.Accelerator
    peak_flop_per_s: Array
    """At the precision computed with."""
    accelerator_count: Array
    """Of a satellite, spares not counted."""
    head_count: Array
    """Of the model: no more accelerators share a layer."""
    expert_count: Array
    loss_penalty_fraction: Array
    interruption_ratio: Array
    detected_fraction: Array
    check_s: Array
    checkpoint_byte_per_s: Array
    """Of a satellite."""
    checkpoint_interval_s: Array
    """0 for the best."""
    downtime_s: Array
    restart_s: Array
    resume_s: Array
    spare_fraction: Array
    replacement_s: Array
    accelerator_usd_per_s: Array
    energy_usd_per_j: Array
    model_name: str = field(metadata={"static": True})
    """Empty where nothing is trained."""
    method: str = field(metadata={"static": True})
    precision: str = field(metadata={"static": True})


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Asking:
    """What the terminals of the world ask of computers in orbit; no classes: nobody asks."""

    elapsed_s: Array
    """Of the years for which it is known, since the epoch; shape (years,). Before the first and
    after the last it stays as it is there."""
    answer_tokens_per_s: Array
    """Shape (classes, years, 24 hours UTC)."""
    request_per_s: Array
    """Likewise."""
    class_names: tuple[str, ...] = field(metadata={"static": True})


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Whole:
    """All planes of a fleet of which a system holds but some; shape (planes,)."""

    orbits: orbit.Spec
    plane_group: Array
    next_plane: Array
    """As in `Connection`, and the following."""
    above_plane: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Seen:
    """What each plane sees at some instants, and has seen until then; shape (planes, instants)."""

    sky: orbit.Sky
    shadow_count: Array
    """Since the epoch."""
    usual_eclipse_fraction: Array
    """Mean over the life, shape (planes, 1)."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class System:
    """A whole fleet of one satellite design: planes (planes,), design (scalars)."""

    orbits: orbit.Spec
    plane_group: Array
    """Group each plane belongs to: integers, shape (planes,)."""
    sun_synchronous_intended: Array
    """Whether a group's local time is meant to hold: booleans, shape (groups,)."""
    power: power.Spec
    thermal: thermal.Spec
    mass: mass.Spec
    flight: Flight
    environment: Environment
    atmosphere: orbit.Atmosphere
    launch: launch.Spec
    """Of the rocket, what it lifts to each group: shape (groups,)."""
    ascent: Ascent
    reliability: reliability.Spec
    coolant: Coolant
    radiation_environment: radiation.Environment
    radiation: radiation.Spec
    upkeep: Upkeep
    connection: Connection
    service: Service
    training: Training
    asking: Asking
    ground: economics.Ground
    """The data centre on the ground that it is compared with; scalars."""
    economics: economics.Spec
    company: company.Spec | None
    """None where no company is named."""
    sampled_planes: Array
    """Planes that stand for each group's altitudes: integers, shape (groups, samples); among the
    whole's, where there is one."""
    epoch_julian_day: Array
    group_names: tuple[str, ...] = field(metadata={"static": True})
    whole: Whole | None = None
    """All planes, where `orbits` are but some that stand for them; see `study.condensing`."""
    seen: tuple[Seen, Seen] | None = None
    """In the first and the last year, and over the life, where that was reckoned beforehand."""
    year_instants: int = field(default=365, metadata={"static": True})
    """Instants at which the first and the last year are looked at, evenly spread."""
    life_instants: int = field(default=366, metadata={"static": True})
    """Instants at which a life is looked at for its worst: every five days of five years."""
