"""Which lasers and which phasing make a shell's mesh best, for each number of lasers?

From coarse to fine: phasings of +Grid, exactly; then many motifs on a coarse shell at the best of
these; then the best few, and others a little longer and shorter, exactly at the phasings that did
best. Nothing is drawn at random: the same question gives the same answer.

Leaves out: cost and mass of a laser, load; motifs without +Grid in them, but for four lasers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import isqrt

import jax
import numpy as np

from sunstack.disciplines import network
from sunstack.disciplines.network import Lattice, Offset
from sunstack.errors import ScenarioError

from . import candidates, weigh
from .candidates import Motif
from .weigh import Objective, Weighed

_walker = jax.jit(network.walker, static_argnames=("plane_count", "slot_count"))

type Progress = Callable[[str, int, int], None]

LASER_COUNTS = (4, 6, 8)
COARSE = ((100_000, 2500), (0, 10_000))
"""Cells of a coarse shell: of a fleet of more satellites than the first, the second; roughly."""
FINALISTS = 2
PHASINGS = 12
"""Tried over all; a shell has as many as planes."""
BEST_PHASINGS = 2
MOST_SATELLITES = 4_000_000
"""Of a shell: labels of its sources fill a few gigabytes."""


@dataclass(frozen=True, kw_only=True)
class Shell:
    """A Walker shell whose phasing is free, or given."""

    plane_count: int
    slot_count: int
    radius_m: float
    inclination_rad: float
    phasing_count: int | None = None

    def at(self, phasing: int) -> Lattice:
        """The lattice of a phasing at an instant."""
        lattice: Lattice = _walker(
            plane_count=self.plane_count,
            slot_count=self.slot_count,
            phasing_count=phasing,
            inclination_rad=self.inclination_rad,
            radius_m=self.radius_m,
        )
        return lattice

    @property
    def satellite_count(self) -> int:
        """Of the shell."""
        return self.plane_count * self.slot_count


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What makes a mesh good, and what its lasers can."""

    objective: Objective = "mean-delay"
    range_m: float = 5_000e3
    hop_s: float = 20e-6
    laser_counts: tuple[int, ...] = LASER_COUNTS


@dataclass(frozen=True, kw_only=True)
class Design:
    """A pattern of lasers at a phasing, weighed exactly."""

    phasing_count: int
    motif: Motif
    longest_m: float
    weighed: Weighed

    @property
    def laser_count(self) -> int:
        """Of each satellite."""
        return 2 * len(self.motif)


@dataclass(frozen=True, kw_only=True)
class Found:
    """All designs that were weighed exactly, and the best of them."""

    grid: Design
    """+Grid at the phasing that suits it best."""
    best: tuple[Design, ...]
    """One for each number of lasers that any motif within the limits has."""
    pareto: tuple[Design, ...]
    """Those that none beats in lasers, mean and worst delay, mean hops and longest link at once."""
    tried_count: int
    """Motifs looked at, roughly or exactly, at any phasing."""


def search(shell: Shell, wanted: Wanted, *, progress: Progress | None = None) -> Found:
    """Find the best motif for each number of lasers.

    Raises:
        ScenarioError: not even +Grid keeps within range and above the air, or nothing is asked.
    """
    _check(shell, wanted)
    run = _Run(shell, wanted, progress or (lambda stage, done, total: None))
    grids = run.phasings()
    grid = min(grids, key=run.merit)
    pool = list(grids)
    for count in wanted.laser_counts:
        pool += run.of_lasers(count, [one.phasing_count for one in grids[:BEST_PHASINGS]])
    by_count = [[one for one in pool if one.laser_count == count] for count in wanted.laser_counts]
    return Found(
        grid=grid,
        best=tuple(min(some, key=run.merit) for some in by_count if some),
        pareto=pareto(pool),
        tried_count=run.tried_count,
    )


def _check(shell: Shell, wanted: Wanted) -> None:
    problems = []
    if shell.plane_count < 3 or shell.slot_count < 3:
        problems.append("planes, satellites per plane: write 3 or more of each")
    if shell.satellite_count > MOST_SATELLITES:
        problems.append(
            f"planes, satellites per plane: {shell.satellite_count:,} satellites; write "
            f"{MOST_SATELLITES:,} at most"
        )
    if not set(wanted.laser_counts) <= set(LASER_COUNTS) or not wanted.laser_counts:
        problems.append(f"lasers: {wanted.laser_counts}; write some of 4, 6 and 8")
    if not 0.0 < wanted.range_m < math.inf:
        problems.append(f"range: {wanted.range_m / 1e3:g} km; write a length above 0")
    if not 0.0 <= wanted.hop_s < 1.0:
        problems.append(f"hop: {wanted.hop_s:g} s; write 0 to 1 s")
    if problems:
        raise ScenarioError("\n".join(problems))


def pareto(designs: Iterable[Design]) -> tuple[Design, ...]:
    """Designs that no other one beats or equals in everything."""
    unique = list({(one.phasing_count, one.motif): one for one in designs}.values())
    numbers = np.array([_numbers(one) for one in unique])
    beaten = [
        bool(np.any(np.all(numbers <= row, axis=1) & np.any(numbers < row, axis=1)))
        for row in numbers
    ]
    return tuple(one for one, is_beaten in zip(unique, beaten, strict=True) if not is_beaten)


def _numbers(design: Design) -> tuple[float, ...]:
    found = design.weighed
    return (
        design.laser_count,
        found.mean_s,
        found.worst_s,
        found.mean_hops,
        # To a kilometre: the rest is how a form in floating point was rounded.
        round(design.longest_m, -3),
    )


class _Run:
    """One search: its question, and what it has looked at."""

    def __init__(self, shell: Shell, wanted: Wanted, progress: Progress) -> None:
        self.shell, self.wanted, self.progress = shell, wanted, progress
        self.steps = steps(shell)
        self.tried_count = 0

    def merit(self, design: Design) -> tuple[float, float]:
        """The objective; of equals, as phasings have the same hops, the sooner in the mean."""
        return design.weighed.by(self.wanted.objective), design.weighed.mean_s

    def phasings(self) -> list[Design]:
        """+Grid over all phasings and then near the best, the best first."""
        if self.shell.phasing_count is not None:
            return self._weighed([(self.shell.phasing_count, network.GRID)], "phasing")
        count = self.shell.plane_count
        spread = sorted({round(k * count / PHASINGS) for k in range(PHASINGS)})
        found = self._weighed([(one, network.GRID) for one in spread], "phasings")
        best = min(found, key=self.merit).phasing_count
        apart = max(count // PHASINGS, 1)
        around = {(best + round(apart * part)) % count for part in (-0.5, -0.25, 0.25, 0.5)}
        found += self._weighed([(one, network.GRID) for one in sorted(around)], "phasings")
        return sorted({one.phasing_count: one for one in found}.values(), key=self.merit)

    def of_lasers(self, count: int, phasings: Sequence[int]) -> list[Design]:
        """The best few motifs of so many lasers, exactly."""
        if count == 4:
            tilted = [(phasing, one) for phasing in phasings for one in candidates.TILTED]
            return self._weighed(tilted, "4 lasers")
        lattice = self.shell.at(phasings[0])
        found = candidates.skips(lattice, range_m=self.wanted.range_m, steps=self.steps)
        best = self._rough(lattice, candidates.with_one(found), "6 lasers, roughly")
        if count == 8 and best:
            pairs = candidates.with_two(found, best[0][-1])
            best = self._rough(lattice, pairs, "8 lasers, roughly")
        finalists = [near for one in best[:FINALISTS] for near in self._near(one)]
        told = f"{count} lasers, exactly"
        designs = self._weighed([(phasings[0], one) for one in finalists], told)
        if designs and len(phasings) > 1:
            motif = min(designs, key=self.merit).motif
            designs += self._weighed([(one, motif) for one in phasings[1:]], told)
        return designs

    def _near(self, motif: Motif) -> list[Motif]:
        # A shell of a million takes seconds for each: the motif itself and two sizes of it.
        found = candidates.near(motif, self.steps)
        return found if self.shell.satellite_count <= weigh.MOST_SEARCHED else found[:3]

    def _rough(self, lattice: Lattice, tried: Sequence[Motif], stage: str) -> list[Motif]:
        """Motifs by what they promise on a coarse shell, the best first."""
        merits = []
        for done, motif in enumerate(plain := candidates.motifs(lattice, tried)):
            self.progress(stage, done, len(plain))
            merits.append(
                weigh.roughly(
                    lattice,
                    motif,
                    hop_s=self.wanted.hop_s,
                    objective=self.wanted.objective,
                    steps=self.steps,
                )
            )
        self.tried_count += len(plain)
        order = np.argsort(merits, kind="stable")
        return [plain[number] for number in order if np.isfinite(merits[number])]

    def _weighed(self, tried: Sequence[tuple[int, Motif]], stage: str) -> list[Design]:
        """Weigh exactly what keeps within the limits and joins the fleet."""
        designs = []
        for done, (phasing, motif) in enumerate(tried):
            self.progress(stage, done, len(tried))
            lattice = self.shell.at(phasing)
            kept = candidates.within(motif, lattice, range_m=self.wanted.range_m)
            written = candidates.motifs(lattice, [motif])
            self.tried_count += 1
            if len(kept) < len(motif) or not written:
                if motif == network.GRID:
                    _refuse_grid(lattice, self.wanted.range_m)
                continue
            found = weigh.exactly(lattice, written[0], hop_s=self.wanted.hop_s)
            if found is not None:
                designs.append(
                    Design(
                        phasing_count=phasing,
                        motif=written[0],
                        longest_m=float(candidates.longest_m(motif, lattice).max()),
                        weighed=found,
                    )
                )
        return designs


def _refuse_grid(lattice: Lattice, range_m: float) -> None:
    longest_m = float(
        network.laser_reach(lattice, offsets=network.GRID, range_m=range_m).longest_m.max()
    )
    lowest_m = float(network.grazing_altitude_m(radius_m=lattice.radius_m, length_m=longest_m))
    raise ScenarioError(
        f"lasers: +Grid's longest is {longest_m / 1e3:,.0f} km and comes down to "
        f"{lowest_m / 1e3:,.0f} km; write more planes or satellites per plane, a higher orbit, or "
        f"a range above it ({range_m / 1e3:,.0f} km now)"
    )


def steps(shell: Shell) -> tuple[int, int]:
    """Planes and slots from one to the next of the coarse shell: divisors, near what is wanted."""
    cells = next(most for least, most in reversed(COARSE) if shell.satellite_count > least)
    shrunk = max(isqrt(shell.satellite_count // cells), 1)
    return _divisor(shell.plane_count, shrunk), _divisor(shell.slot_count, shrunk)


def _divisor(count: int, most: int) -> int:
    """Greatest divisor up to a most; 1 if the rest is too few to be a shell."""
    return max(
        one for one in range(1, most + 1) if one == 1 or (count % one == 0 and count // one >= 3)
    )


def parsed(text: str) -> Offset:
    """Read an offset as `30,-30`.

    Raises:
        ScenarioError: it is none.
    """
    try:
        across, along = (int(part) for part in text.split(","))
    except ValueError:
        raise ScenarioError(f"motif: {text!r}; write planes,slots as 30,-30") from None
    return across, along
