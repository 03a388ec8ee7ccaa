"""How fast is Sunstack, next to plain NumPy, to its peers, and to this machine's limits?

    make bench        or        python benchmarks/run.py

Prints one table and writes benchmarks/results.json. A few minutes on two cores.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import agreement
import blocked_numpy
import element_sets
import fleet_years
import inputs
import jax
import machine
import million_day
import network_capacity
import page
import peers
import timing
from rich.console import Console
from rich.table import Table

from sunstack.simulate import fleet
from sunstack.system import System

HERE = Path(__file__).parent
PRECISIONS: tuple[fleet.Precision, ...] = ("float32", "float64")
SATELLITES = 32_768
ROUNDS = 9
PEER_ROUNDS = 5
LARGER_BLOCKS = (4096, 8192, 16_384, 32_768)
"""Of NumPy; the fastest of them is timed beside the block of the target."""

LEAST_RATIO = {"float32": 20.0, "float64": 12.0}
MOST_CORE_S = 4.5
MOST_MEMORY_GB = 1.1
MOST_PAGE_MB = 9.0
MOST_READY_S = 5.0
LEAST_FLEET_RATIO, LEAST_SLOPES_RATIO = 3.0, 5.0
LEAST_PLACES_RATIO = 12.0
MOST_CAPACITY_GAP, MOST_CAPACITY_CORE_S = 0.05, 10.0
MOST_FRAME_MS = {"Canvas2D": 200.0}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of the table."""

    part: str
    what: str
    measured: str
    target: str = ""
    met: bool | None = None
    remark: str = ""


@dataclass
class Report:
    """What was found: lines to read, and the numbers behind them."""

    rows: list[Row] = field(default_factory=list)
    numbers: dict[str, Any] = field(default_factory=dict)

    def add(self, part: str, what: str, measured: str, **more: Any) -> None:
        """Add a line."""
        self.rows.append(Row(part=part, what=what, measured=measured, **more))


def main() -> None:
    """Measure everything, print the table, write the numbers."""
    report = Report(numbers={"machine": surroundings()})
    tell("preparing the fleet")
    system = inputs.system_of(million_day.SATELLITES)
    for precision in PRECISIONS:
        tell(f"the coupled step against NumPy, {precision}")
        against_numpy(report, system, precision)
    for precision in PRECISIONS:
        tell(f"a day of 1,048,576 satellites, {precision}")
        day_of_a_million(report, precision)
    tell("peers")
    against_peers(report, system)
    for precision in PRECISIONS:
        tell(f"this machine's limits, {precision}")
        against_limits(report, system, precision)
    tell("fifteen years of a fleet")
    years_of_a_fleet(report)
    tell("a catalogue against sgp4")
    places_of_a_catalogue(report)
    tell("what shells carry between a hundred places")
    capacity_of_shells(report)
    tell("the report of a million satellites in a browser")
    page_of_a_million(report)
    show(report)
    results = HERE / "results.json"
    rows = [asdict(row) for row in report.rows]
    results.write_text(json.dumps(report.numbers | {"rows": rows}, indent=1), encoding="utf-8")
    print(f"All numbers, round by round: {results.relative_to(HERE.parent)}")


def years_of_a_fleet(report: Report) -> None:
    """Fleets a core-second against NumPy, and slopes against differences."""
    found = fleet_years.measure()
    report.numbers["fleet"] = asdict(found)
    report.add(
        "fleet",
        "15 years by month and group, against NumPy, float32",
        f"{found.ratio:.1f}x",
        target=f"≥ {LEAST_FLEET_RATIO:g}x",
        met=found.ratio >= LEAST_FLEET_RATIO,
        remark=f"{found.fleets_per_core_s:,.0f} fleets a core-second, "
        f"NumPy {found.numpy_fleets_per_core_s:,.0f}",
    )
    report.add(
        "fleet",
        f"value and slopes in {found.inputs} inputs, against central differences",
        f"{found.slopes_ratio:.1f}x",
        target=f"≥ {LEAST_SLOPES_RATIO:g}x",
        met=found.slopes_ratio >= LEAST_SLOPES_RATIO,
    )


def places_of_a_catalogue(report: Report) -> None:
    """Propagations a core-second against the package sgp4, in three ways of asking."""
    found = element_sets.measure()
    report.numbers["element sets"] = asdict(found)
    part = f"{found.satellites:,} element sets, against SatrecArray"
    report.add(
        part,
        "places, all kept",
        f"{found.place_ratio:.1f}x",
        target=f"≥ {LEAST_PLACES_RATIO:g}x",
        met=found.place_ratio >= LEAST_PLACES_RATIO,
        remark=f"{found.place_rate / 1e6:.1f} M/core-s, sgp4 {found.package_rate / 1e6:.2f}; "
        f"they differ by {found.largest_difference_m:.0e} m at most",
    )
    report.add(
        part,
        "places and velocities, all kept",
        f"{found.both_ratio:.1f}x",
        remark=f"{found.both_rate / 1e6:.1f} M/core-s; writing them is what takes longer",
    )
    report.add(
        part,
        "reduced as they come, none kept",
        f"{found.streamed_ratio:.1f}x",
        remark=f"{found.streamed_rate / 1e6:.1f} M/core-s, "
        f"{100 * found.multiply_add_share:.0f} % of multiply-add peak",
    )


def capacity_of_shells(report: Report) -> None:
    """Brackets of what is carried, and HiGHS on a small shell."""
    found = network_capacity.measure()
    report.numbers["capacity"] = asdict(found)
    for name, one, most_s in (
        ("ways exact", found.swept, MOST_CAPACITY_CORE_S),
        ("ways of two bends", found.bent, MOST_CAPACITY_CORE_S),
        ("ways of two bends", found.million, None),
        ("lasers limit", found.contended, None),
    ):
        is_met = one.gap <= MOST_CAPACITY_GAP and one.core_s < most_s if most_s else None
        report.add(
            "capacity",
            f"{one.places} places, {one.satellites:,} satellites, {name}",
            f"[{one.lower:.1f}, {one.upper:.1f}] in {one.core_s:.2f} core-s",
            target=f"gap ≤ {MOST_CAPACITY_GAP:.0%} in < {most_s:g}" if most_s else "",
            met=is_met,
            remark=f"gap {one.gap:.1%} after {one.rounds} rounds; "
            f"compiling {one.compile_core_s:.1f} core-s more",
        )
    report.add(
        "capacity",
        f"{found.few.places} places, {found.few.satellites:,} satellites, against HiGHS",
        f"{found.peer_ratio:.0f}x",
        remark=f"[{found.few.lower:.1f}, {found.few.upper:.1f}] in {found.few.core_s:.3f} core-s; "
        f"HiGHS {found.peer_optimum:.1f} exactly in {found.peer_core_s:.1f}",
    )


def page_of_a_million(report: Report) -> None:
    """The report's size, how soon it stands, how fast its globe turns, and a peer's."""
    found = page.measure()
    if found is None:
        report.add("page", "no Chromium found", "not measured")
        return
    report.numbers["page"] = asdict(found)
    size = found.megabytes
    report.add(
        "page", "file", f"{size:.2f} MB", target=f"≤ {MOST_PAGE_MB:g}", met=size <= MOST_PAGE_MB
    )
    for name, opened in found.opened.items():
        report.add(
            "page",
            f"{name}: first picture after opening",
            f"{opened.ready_s:.2f} s",
            target=f"≤ {MOST_READY_S:g}",
            met=opened.ready_s <= MOST_READY_S,
        )
        most = MOST_FRAME_MS.get(name)
        per_satellite = found.peer_frame_ms / page.PEER_POINTS / (opened.frame_ms / 1e6)
        report.add(
            "page",
            f"{name}: a frame of 1,000,000",
            f"{opened.frame_ms:.0f} ms",
            target=f"≤ {most:g}" if most else "",
            met=opened.frame_ms <= most if most else None,
            remark=f"per satellite {per_satellite:.0f} times as fast as Plotly's scatter3d here",
        )


def tell(stage: str) -> None:
    """Say on stderr what is being timed."""
    print(f"... {stage}", file=sys.stderr, flush=True)


def surroundings() -> dict[str, Any]:
    """What the numbers depend on."""
    return {
        "processor": machine.description(),
        "load_average": machine.load_average(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in ("jax", "jaxlib", "numpy")},
    }


def kernel(system: System, precision: fleet.Precision) -> timing.Rival:
    """The product's compiled march: one day of some satellites on one core."""
    arguments = inputs.arguments(
        system, satellites=SATELLITES, settle_steps=8, steps=1440, precision=precision
    )
    return timing.Rival(
        run=lambda: jax.block_until_ready(fleet.march(*arguments)), work=SATELLITES * 1448
    )


def plain_numpy(system: System, precision: fleet.Precision, block: int) -> timing.Rival:
    """The same in NumPy for fewer steps."""
    arguments = inputs.arguments(
        system, satellites=SATELLITES, settle_steps=8, steps=64, precision=precision
    )
    return timing.Rival(
        run=lambda: blocked_numpy.march(*arguments, block=block), work=SATELLITES * 72
    )


def against_numpy(report: Report, system: System, precision: fleet.Precision) -> None:
    """Compare with NumPy in blocks of 2,048, and in the blocks it likes best here."""
    difference = agreement.largest_difference(system, precision)
    if not difference <= agreement.TOLERANCE[precision]:
        sys.exit(f"{precision}: NumPy and the kernel differ by {difference:.1e}: nothing is timed.")
    larger = {block: plain_numpy(system, precision, block) for block in LARGER_BLOCKS}
    scan = timing.in_turn(larger, rounds=3)
    best = max(scan, key=lambda block: scan[block].rate)
    small = blocked_numpy.BLOCK_SATELLITES
    rivals = {
        "sunstack": kernel(system, precision),
        f"numpy, blocks of {small:,}": plain_numpy(system, precision, small),
        f"numpy, blocks of {best:,} (its fastest)": larger[best],
    }
    measured = timing.in_turn(rivals, rounds=ROUNDS)
    part = f"coupled step, {precision}"
    report.numbers[part] = {
        "core_s_per_satellite_step": {name: one.core_s for name, one in measured.items()},
        "largest_difference": difference,
    }
    ours = measured.pop("sunstack")
    report.add(part, "sunstack", rate(ours), remark=f"differs from NumPy by {difference:.0e}")
    for number, (name, other) in enumerate(measured.items()):
        ratio = timing.faster(ours, other)
        least = LEAST_RATIO[precision]
        judged = {"target": f"≥ {least:.0f} x", "met": ratio >= least} if number == 0 else {}
        report.add(part, name, f"{rate(other)}: sunstack {ratio:.1f} x", **judged)


def rate(measured: timing.Measured) -> str:
    """Median million satellite-steps per core-second, and the best round's."""
    middle, best = (significant(1e-6 * one) for one in (measured.rate, measured.best_rate))
    return f"{middle} M/core-s (best {best})"


def significant(number: float) -> str:
    """Three digits."""
    return f"{number:.0f}" if number >= 100 else f"{number:.3g}"


def day_of_a_million(report: Report, precision: fleet.Precision) -> None:
    """Run `simulate` in a fresh process."""
    command = [sys.executable, str(HERE / "million_day.py"), precision]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout)
    part = f"1,048,576 satellites, a day, {precision}"
    report.numbers[part] = found
    steps = found["counted_steps"] + found["settling_steps"]
    share = found["counted_steps"] / steps
    counted_s = found["core_s_best"] * share
    is_judged = precision == "float32"
    report.add(
        part,
        f"{found['counted_steps']:,} counted steps",
        f"{counted_s:.2f} core-s (median {found['core_s_median'] * share:.2f})",
        **(
            {"target": f"≤ {MOST_CORE_S} core-s", "met": counted_s <= MOST_CORE_S}
            if is_judged
            else {}
        ),
        remark="their share of the next line; best round judged: others slow it, nothing speeds it",
    )
    report.add(
        part,
        "all of `simulate`",
        f"{found['core_s_best']:.2f} core-s, {found['wall_s_mean']:.1f} s",
        remark=f"with {found['settling_steps']} settling steps, set-up and reductions",
    )
    memory = found["peak_memory_gb"]
    report.add(
        part,
        "peak memory of the process",
        f"{memory:.2f} GB",
        **(
            {"target": f"≤ {MOST_MEMORY_GB} GB", "met": memory <= MOST_MEMORY_GB}
            if is_judged
            else {}
        ),
    )


def against_peers(report: Report, system: System) -> None:
    """Compare a satellite-step with what other programs take for one."""
    part = "peers, one satellite-step"
    present = [peer for peer in peers.PEERS if peer.is_installed()]
    for peer in peers.PEERS:
        if peer not in present:
            print(f"\n*** {peer.package} IS NOT INSTALLED: not compared. {peer.install}\n")
            report.add(part, peer.package, "NOT INSTALLED", remark=peer.install)
    ours = {f"sunstack {precision}": kernel(system, precision) for precision in PRECISIONS}
    rivals = {peer.package: peer.prepare() for peer in present}
    measured = timing.in_turn(ours | rivals, rounds=PEER_ROUNDS)
    report.numbers[part] = {name: one.core_s for name, one in measured.items()}
    for name in ours:
        report.add(
            part,
            name,
            f"{1e9 / measured[name].rate:.2f} ns",
            remark="orbit to short-period terms, penumbra, array, throttle, battery, two-node heat",
        )
    for peer in present:
        theirs = measured[peer.package]
        ratio = timing.faster(measured["sunstack float64"], theirs)
        report.add(
            part,
            f"{peer.package} {version(peer.package)}",
            f"{1e6 / theirs.rate:.3g} µs: sunstack float64 {ratio:,.0f} x",
            remark=f"{peer.computes}; not: {peer.leaves_out}",
        )


def against_limits(report: Report, system: System, precision: fleet.Precision) -> None:
    """Say how much of the measured peak the kernel gets."""
    part = f"limits, {precision}"
    arguments = inputs.arguments(
        system, satellites=SATELLITES, settle_steps=8, steps=8, precision=precision
    )
    operations, divides = machine.operations_per_step(arguments)
    peak = machine.multiply_add_rate(precision)
    divide_peak = machine.divide_rate(precision)
    steps_per_s = timing.in_turn({"k": kernel(system, precision)}, rounds=5)["k"].best_rate
    found = {
        "operations_per_step": operations,
        "divides_per_step": divides,
        "multiply_add_peak_per_core_s": peak,
        "divide_peak_per_core_s": divide_peak,
        "share_of_multiply_add_peak": operations * steps_per_s / peak,
        "share_of_divide_peak": divides * steps_per_s / divide_peak,
    }
    report.numbers[part] = found
    report.add(
        part,
        f"{operations:.0f} operations a step",
        f"{100 * found['share_of_multiply_add_peak']:.0f} % of multiply-add peak",
        remark=f"peak here {peak / 1e9:.0f} G/core-s, counting a multiply-add as two",
    )
    report.add(
        part,
        f"{divides} divides a step",
        f"{100 * found['share_of_divide_peak']:.0f} % of divide peak",
        remark=f"peak here {divide_peak / 1e9:.1f} G/core-s",
    )


def show(report: Report) -> None:
    """Print the table."""
    around = report.numbers["machine"]
    packages = ", ".join(f"{name} {number}" for name, number in around["packages"].items())
    print(f"Sunstack benchmarks: {around['processor']}; Python {around['python']}, {packages}")
    print(f"Processor time, medians of alternating rounds; load {around['load_average']:.1f}")
    table = Table("", "measured", "target", "", "remark", show_edge=False)
    part = ""
    for row in report.rows:
        if row.part != part:
            table.add_section()
            table.add_row(f"[bold]{row.part}")
            part = row.part
        judged = {True: "met", False: "[bold red]MISSED", None: ""}[row.met]
        table.add_row(f"  {row.what}", row.measured, row.target, judged, row.remark)
    Console(width=None if sys.stdout.isatty() else 160).print(table)


if __name__ == "__main__":
    main()
