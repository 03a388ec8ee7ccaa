"""Which lasers would suit a system's largest shell, beside those to its neighbours?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np

from sunstack.disciplines import network
from sunstack.mesh.search import Found, Progress, Shell, Wanted, search
from sunstack.system import System

from .skeleton import Skeleton


@dataclass(frozen=True, kw_only=True)
class Designs:
    """What a search over motifs and phasings found for one shell."""

    group: str
    shell: Shell
    found: Found


def designs(
    system: System,
    skeletons: Sequence[Skeleton],
    has_across: Sequence[bool],
    *,
    progress: Progress | None = None,
) -> Designs | str:
    """Search the lowest shell of the band whose shells are largest, or say why no lasers hold.

    Args:
        system: whose links and hops count.
        skeletons: bands of the satellites that compute.
        has_across: of each, whether lasers go from plane to plane.
        progress: told the stage, how much is done, of how much.
    """
    meshed = [
        (one, _lowest(system, one))
        for one, across in zip(skeletons, has_across, strict=True)
        if across
    ]
    if not meshed:
        return "no shell has lasers from plane to plane"
    range_m = float(system.connection.laser_range_m)
    held = [(one, shell) for one, shell in meshed if _holds(shell, range_m)]
    if not held:
        return (
            f"lasers to the neighbours in {', '.join(one.name for one, _ in meshed)} do not keep "
            f"within {range_m / 1e3:,.0f} km and above the air all round the orbit"
        )
    largest, shell = max(held, key=lambda pair: pair[1].satellite_count)
    wanted = Wanted(
        objective="mean-hops",
        range_m=range_m,
        hop_s=float(system.connection.hop_s),
    )
    return Designs(group=largest.name, shell=shell, found=search(shell, wanted, progress=progress))


def _lowest(system: System, band: Skeleton) -> Shell:
    """The lowest shell of a band, its phasing free."""
    planes, orbits = band.plane[0], system.orbits
    return Shell(
        plane_count=len(planes),
        slot_count=band.slot_count,
        radius_m=float(np.asarray(orbits.semi_major_axis_m)[planes].mean()),
        inclination_rad=float(np.asarray(orbits.inclination_rad)[planes].mean()),
    )


def _holds(shell: Shell, range_m: float) -> bool:
    """Whether lasers to the neighbours keep within range and above the air all round."""
    reach = network.laser_reach(shell.at(0), offsets=network.GRID, range_m=range_m)
    return float(jnp.minimum(reach.range_margin_m, reach.grazing_margin_m).min()) >= 0.0
