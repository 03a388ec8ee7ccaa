"""Which lines of the benchmarks' table tell of catalogues and the network?"""

from __future__ import annotations

from dataclasses import asdict

import element_sets
import network_capacity
import network_delays
import network_fleet
import network_motif
from table import Report

LEAST_PLACES_RATIO = 12.0
MOST_CAPACITY_GAP, MOST_CAPACITY_CORE_S = 0.05, 10.0
LEAST_ONE_SOURCE_RATIO, LEAST_HUNDRED_RATIO, LEAST_MOTIF_RATIO = 4.0, 6.0, 2.5
MOST_FLEET_CORE_S, LEAST_FLEET_RATIO = 3.0, 2.5
MOST_VISIBLE_MS, LEAST_STEP_RATIO = 20.0, 1000.0


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


def delays_of_a_million(report: Report) -> None:
    """Delays to every satellite against other searches, +Grid and lasers that skip."""
    found, skipping = network_delays.measure(), network_motif.measure()
    report.numbers["network"] = asdict(found) | asdict(skipping)
    one_ms, motif_ms = 1e3 * found.one_source_core_s, 1e3 * skipping.motif_core_s
    ratios = {
        "one place, +Grid": (found.one_source_ratio, LEAST_ONE_SOURCE_RATIO, f"{one_ms:.0f} ms"),
        f"{network_delays.TERMINALS} places, +Grid": (
            found.hundred_ratio,
            LEAST_HUNDRED_RATIO,
            f"{found.hundred_core_s:.2f} core-s",
        ),
        "one satellite, eight lasers": (
            skipping.motif_ratio,
            LEAST_MOTIF_RATIO,
            f"{motif_ms:.0f} ms, {skipping.laps} laps",
        ),
    }
    for what, (ratio, least, remark) in ratios.items():
        report.add(
            "network",
            f"{what}, to {found.satellites:,}: against SciPy",
            f"{ratio:.1f}x",
            target=f"≥ {least:g}x",
            met=ratio >= least,
            remark=remark,
        )
    for name, ratio in found.library_ratios.items():
        report.add("network", f"one satellite to all: against {name}", f"{ratio:,.0f}x")
    report.add(
        "network",
        f"satellites {network_delays.TERMINALS} places see",
        f"{found.visible_ms:.1f} ms",
        target=f"≤ {MOST_VISIBLE_MS:g}",
        met=found.visible_ms <= MOST_VISIBLE_MS,
    )
    if found.step_ratio is not None:
        report.add(
            "network",
            "a step of 1,584 with 100 places: against Hypatia's method",
            f"{found.step_ratio:,.0f}x",
            target=f"≥ {LEAST_STEP_RATIO:,.0f}x",
            met=found.step_ratio >= LEAST_STEP_RATIO,
            remark=f"{found.step_core_ms:.1f} ms",
        )
    report.add(
        "network",
        "hops with four lasers, and with eight",
        f"{skipping.grid_hops[0]:.0f} and {skipping.motif_hops[0]:.0f}",
        remark=f"worst {skipping.grid_hops[1]:.0f} and {skipping.motif_hops[1]:.0f}",
    )


def delays_of_a_filed_system(report: Report) -> None:
    """All filed shells and the network they ride on, from one place and from many."""
    found = network_fleet.measure()
    report.numbers["network of a filed system"] = asdict(found)
    part = f"{found.satellites:,} filed, riding on {found.access_satellites:,}"
    report.add(
        part,
        f"one place to all {found.shells} shells, exactly",
        f"{found.one_core_s:.2f} core-s",
        target=f"≤ {MOST_FLEET_CORE_S:g}",
        met=found.one_core_s <= MOST_FLEET_CORE_S,
        remark=f"{found.rounds} rounds, certificate {found.certificate_us:.3f} µs; "
        f"compiling {found.compile_core_s:.1f} core-s more, geometry {found.geometry_core_s:.1f}",
    )
    report.add(
        part,
        "one place: against SciPy",
        f"{found.one_ratio:.1f}x",
        remark=f"they differ by {found.largest_difference_us:.2f} µs at most; "
        f"SciPy's graph {found.graph_core_s:.1f} core-s more",
    )
    report.add(
        part,
        f"{network_fleet.LANES} places side by side: against SciPy",
        f"{found.many_ratio:.1f}x",
        target=f"≥ {LEAST_FLEET_RATIO:g}x",
        met=found.many_ratio >= LEAST_FLEET_RATIO,
        remark=f"{found.many_core_s:.1f} core-s together",
    )
