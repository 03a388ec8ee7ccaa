"""Which lasers should each satellite of a shell carry, and what do they buy over four?

+Grid at the phasing that suits it, and the best patterns found for each number of lasers, as plain
words and numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, get_args

from sunstack.disciplines import network
from sunstack.errors import ScenarioError
from sunstack.mesh import candidates
from sunstack.mesh.search import Design, Found, Progress, Shell, Wanted, search
from sunstack.mesh.weigh import SOURCES, Objective
from sunstack.units import EARTH_RADIUS_M

CAVEATS = (
    "Delays are those of light on straight lines and of hops, without load, on the best path.",
    f"Means are over all satellites from {SOURCES} that stand for every argument of latitude, and "
    "so for every time of an orbit.",
    "The best found is the best of what was tried: +Grid with lasers that skip. Only the fewest "
    "mean hops are proved.",
    "A link counts if it keeps within range and 80 km above the Earth all round the orbit. Whether "
    "a laser can be turned fast enough is left out: links across move most where planes cross.",
)


def mesh_of(
    *,
    plane_count: int,
    slot_count: int,
    altitude_km: float,
    inclination_deg: float,
    laser_counts: Sequence[int] = (4, 6, 8),
    hop_us: float = 20.0,
    range_km: float = 5000.0,
    phasing: int | None = None,
    objective: str = "mean-delay",
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Answer for one Walker shell.

    Args:
        plane_count: of the shell.
        slot_count: satellites of each plane.
        altitude_km: of all.
        inclination_deg: of all.
        laser_counts: of 4, 6 and 8, those to answer for.
        hop_us: what each hop takes beside light.
        range_km: longest laser link.
        phasing: Walker's F; searched if not given.
        objective: `mean-delay`, `worst-delay` or `mean-hops`.
        progress: told the stage, how much is done, of how much.

    Raises:
        ScenarioError: the shell or the lasers are none, or not even +Grid is within the limits.
    """
    _check(
        altitude_km=altitude_km,
        inclination_deg=inclination_deg,
        phasing=phasing,
        objective=objective,
        plane_count=plane_count,
        laser_counts=laser_counts,
    )
    shell = Shell(
        plane_count=plane_count,
        slot_count=slot_count,
        radius_m=EARTH_RADIUS_M + altitude_km * 1e3,
        inclination_rad=math.radians(inclination_deg),
        phasing_count=phasing,
    )
    chosen: Objective = next(one for one in get_args(Objective) if one == objective)
    wanted = Wanted(
        objective=chosen,
        range_m=range_km * 1e3,
        hop_s=hop_us * 1e-6,
        laser_counts=tuple(laser_counts),
    )
    found = search(shell, wanted, progress=progress)
    return {
        "planes": plane_count,
        "satellites_per_plane": slot_count,
        "satellites": shell.satellite_count,
        "altitude_km": altitude_km,
        "inclination_deg": inclination_deg,
        "hop_us": hop_us,
        "range_km": range_km,
        "objective": objective,
        **_found(shell, wanted, found),
    }


def _found(shell: Shell, wanted: Wanted, found: Found) -> dict[str, Any]:
    reached = {one.laser_count for one in found.best}
    return {
        "grid": _told(shell, found.grid),
        "best": [_told(shell, one) for one in found.best],
        "lasers_that_nothing_suits": [
            count for count in wanted.laser_counts if count not in reached
        ],
        "pareto": [_told(shell, one) for one in found.pareto],
        "tried": found.tried_count,
        "caveats": list(CAVEATS),
    }


def _check(
    *,
    altitude_km: float,
    inclination_deg: float,
    phasing: int | None,
    objective: str,
    plane_count: int,
    laser_counts: Sequence[int],
) -> None:
    problems = []
    twice = sorted({one for one in laser_counts if laser_counts.count(one) > 1})
    if twice:
        problems.append(f"lasers: {', '.join(map(str, twice))} more than once; write each once")
    if not 100.0 <= altitude_km <= 50_000.0:
        problems.append(f"altitude_km: {altitude_km:g} is no orbit's here; write 100 to 50000 km")
    if not 0.0 <= inclination_deg <= 180.0:
        problems.append(f"inclination_deg: {inclination_deg:g}; write 0 to 180 °")
    if phasing is not None and not 0 <= phasing < max(plane_count, 1):
        problems.append(f"phasing: {phasing}; write 0 to {plane_count - 1}")
    if objective not in get_args(Objective):
        problems.append(f"objective: {objective!r}; write {', '.join(get_args(Objective))}")
    if problems:
        raise ScenarioError("\n".join(problems))


def _told(shell: Shell, design: Design) -> dict[str, Any]:
    found = design.weighed
    least = candidates.least_mean_hops(
        satellite_count=shell.satellite_count, offset_count=len(design.motif)
    )
    return {
        "lasers": design.laser_count,
        "phasing": design.phasing_count,
        "offsets": [list(one) for one in design.motif],
        "is_grid": design.motif == network.GRID,
        "mean_delay_ms": found.mean_s * 1e3,
        "worst_delay_ms": found.worst_s * 1e3,
        "mean_hops": found.mean_hops,
        "worst_hops": found.worst_hops,
        "fewest_mean_hops_of_any": least,
        "longest_link_km": design.longest_m / 1e3,
    }
