"""Which lasers would suit a system's largest shell, beside those to its neighbours?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

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
) -> Designs | None:
    """Search the lowest shell of the band whose shells are largest; none without lasers across.

    Args:
        system: whose links and hops count.
        skeletons: bands of the satellites that compute.
        has_across: of each, whether lasers go from plane to plane.
        progress: told the stage, how much is done, of how much.
    """
    meshed = [one for one, across in zip(skeletons, has_across, strict=True) if across]
    if not meshed:
        return None
    largest = max(meshed, key=lambda one: one.plane.shape[1] * one.slot_count)
    lowest = largest.plane[0]
    orbits, connection = system.orbits, system.connection
    shell = Shell(
        plane_count=len(lowest),
        slot_count=largest.slot_count,
        radius_m=float(np.asarray(orbits.semi_major_axis_m)[lowest].mean()),
        inclination_rad=float(np.asarray(orbits.inclination_rad)[lowest].mean()),
    )
    wanted = Wanted(
        objective="mean-hops",
        range_m=float(connection.laser_range_m),
        hop_s=float(connection.hop_s),
    )
    return Designs(group=largest.name, shell=shell, found=search(shell, wanted, progress=progress))
