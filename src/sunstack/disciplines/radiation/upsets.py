"""Which upsets does radiation make in a chip, and what does it cost to bear them?

A chip's figures are those of a beam test. Upsets follow from them in either of two ways that ought
to agree:

    rate = dose rate / dose per upset            rate = σ · flux of protons the shielding lets in

where σ = 1 / (fluence that brings the dose per upset), by Bethe's stopping power in silicon.

Assumes: every proton that comes through is as bad as one of the beam.
Leaves out: heavy ions and latch-up, of which nothing is published for accelerators.
Reference: Leo, Techniques for Nuclear and Particle Physics Experiments (2nd ed.), sec. 2.2.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.units import MEGAELECTRONVOLT_J

PROTON_REST_J = 938.272 * MEGAELECTRONVOLT_J
ELECTRON_REST_J = 0.510999 * MEGAELECTRONVOLT_J
SILICON_EXCITATION_J = 173e-6 * MEGAELECTRONVOLT_J
SILICON_CHARGE_PER_MASS_RATIO = 14.0 / 28.0855
BETHE_J_M2_PER_KG = 0.307075 * MEGAELECTRONVOLT_J * 1e-4 / 1e-3
"""4π N_A r_e² m_e c² per gram and mole: 0.307075 MeV cm²/g."""

SCALING_LOW_RATIO, SCALING_HIGH_RATIO = 0.3, 3.0
"""How far another chip may lie from what its silicon's size says: none but one chip was measured
openly."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Chip:
    """Dose that brings one upset of each kind, of one chip and of the host's share in a test."""

    silent_corruption_gy: Array
    memory_error_gy: Array
    interrupt_gy: Array
    host_crash_gy: Array
    host_memory_crash_gy: Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Upsets:
    """Upsets of one chip, by kind."""

    silent_corruption_per_s: Array
    """A wrong result that nothing tells of."""
    memory_error_per_s: Array
    """An error of the stacked memory that its code finds and cannot mend."""
    interrupt_per_s: Array
    """A chip that must be restarted."""
    host_crash_per_s: Array
    host_memory_crash_per_s: Array
    found_corruption_per_s: Array
    """A wrong result that mitigation finds, so that the work is done again."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Measure:
    """A mitigation: what it removes, what it makes more of, and what it costs."""

    silent_removed_fraction: Array
    found_fraction: Array
    """Of the silent corruptions removed, those found and repeated; the rest never happen."""
    memory_error_factor: Array
    others_removed_fraction: Array
    """Of interrupts and crashes."""
    time_overhead_fraction: Array
    energy_factor: Array


def proton_fluence_per_m2(*, dose_gy: ArrayLike, energy_j: ArrayLike) -> Array:
    """Protons of one energy that bring a dose to a thin layer of silicon (Bethe)."""
    gamma = 1.0 + jnp.asarray(energy_j) / PROTON_REST_J
    beta_squared = 1.0 - gamma**-2
    twice = 2.0 * ELECTRON_REST_J * beta_squared * gamma**2
    mass_ratio = ELECTRON_REST_J / PROTON_REST_J
    most = twice / (1.0 + 2.0 * gamma * mass_ratio + mass_ratio**2)
    logarithm = 0.5 * jnp.log(twice / SILICON_EXCITATION_J * (most / SILICON_EXCITATION_J))
    per_charge = BETHE_J_M2_PER_KG * SILICON_CHARGE_PER_MASS_RATIO / beta_squared
    return jnp.asarray(dose_gy) / (per_charge * (logarithm - beta_squared))


def cross_section_m2(*, upset_gy: ArrayLike, energy_j: ArrayLike) -> Array:
    """Area that one proton in a beam must hit for an upset, from the dose that brings one."""
    return 1.0 / proton_fluence_per_m2(dose_gy=upset_gy, energy_j=energy_j)


def upsets_by_dose(chip: Chip, *, dose_gy_per_s: ArrayLike) -> Upsets:
    """Upsets in proportion to the dose."""
    dose = jnp.asarray(dose_gy_per_s)
    return Upsets(
        silent_corruption_per_s=dose / chip.silent_corruption_gy,
        memory_error_per_s=dose / chip.memory_error_gy,
        interrupt_per_s=dose / chip.interrupt_gy,
        host_crash_per_s=dose / chip.host_crash_gy,
        host_memory_crash_per_s=dose / chip.host_memory_crash_gy,
        found_corruption_per_s=0.0 * dose,
    )


def upsets_by_flux(
    chip: Chip, *, proton_flux_per_m2_s: ArrayLike, beam_energy_j: ArrayLike
) -> Upsets:
    """Upsets in proportion to the protons that come through, each as bad as one of the beam."""
    fluence_per_gy = proton_fluence_per_m2(dose_gy=1.0, energy_j=beam_energy_j)
    return upsets_by_dose(chip, dose_gy_per_s=jnp.asarray(proton_flux_per_m2_s) / fluence_per_gy)


def scaled(upsets: Upsets, *, die_area_ratio: ArrayLike, memory_ratio: ArrayLike) -> Upsets:
    """Carry a measured chip's upsets over to another: by area of silicon, and by memory.

    What comes out may be off by `SCALING_LOW_RATIO` to `SCALING_HIGH_RATIO`. The host stays the
    same.
    """
    return replace(
        upsets,
        silent_corruption_per_s=upsets.silent_corruption_per_s * die_area_ratio,
        found_corruption_per_s=upsets.found_corruption_per_s * die_area_ratio,
        interrupt_per_s=upsets.interrupt_per_s * die_area_ratio,
        memory_error_per_s=upsets.memory_error_per_s * memory_ratio,
    )


def mitigated(upsets: Upsets, measure: Measure) -> Upsets:
    """Apply a mitigation; another may be applied to what it leaves."""
    removed = upsets.silent_corruption_per_s * measure.silent_removed_fraction
    left = 1.0 - measure.others_removed_fraction
    return Upsets(
        silent_corruption_per_s=upsets.silent_corruption_per_s - removed,
        found_corruption_per_s=upsets.found_corruption_per_s * left
        + removed * measure.found_fraction,
        memory_error_per_s=upsets.memory_error_per_s * measure.memory_error_factor,
        interrupt_per_s=upsets.interrupt_per_s * left,
        host_crash_per_s=upsets.host_crash_per_s * left,
        host_memory_crash_per_s=upsets.host_memory_crash_per_s * left,
    )


def pause(*, held_fraction: ArrayLike, time_fraction: ArrayLike) -> Measure:
    """Switching off where a share of the protons is met: that share of all upsets never happens."""
    held = jnp.asarray(held_fraction)
    return Measure(
        silent_removed_fraction=held,
        found_fraction=jnp.zeros_like(held),
        memory_error_factor=1.0 - held,
        others_removed_fraction=held,
        time_overhead_fraction=jnp.asarray(time_fraction),
        energy_factor=jnp.ones_like(held),
    )


def stopping_upset_per_s(upsets: Upsets) -> Array:
    """Upsets that stop the work of a chip: everything but silent corruption."""
    stops = [one.name for one in fields(upsets) if one.name != "silent_corruption_per_s"]
    total = jnp.zeros(())
    for name in stops:
        total = total + getattr(upsets, name)
    return total
