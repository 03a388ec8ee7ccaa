"""What does the table say of studies?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import machine
import studies
import study_costs
import study_peer
from table import Report

PART = "studies"
LEAST_SAMPLES_RATIO, LEAST_COSTS_RATIO = 3.0, 300.0
LEAST_SLOPES_RATIO, LEAST_OPTIMUM_RATIO = 10.0, 5.0
MOST_STUDY_S = 600.0
MOST_APART = 1e-6


def of_a_million(report: Report) -> None:
    """Samples, slopes, a whole study and an optimum of designs that ship."""
    resolved = studies.design("starmind-million")
    model = studies.whole_model(resolved)
    slopes, found = studies.measure_slopes(model)
    samples(report, studies.measure(resolved, model, found))
    report.add(
        PART,
        f"a cost's slopes in {slopes.inputs} inputs, against differences",
        f"{slopes.ratio:.0f}x",
        target=f"≥ {LEAST_SLOPES_RATIO:g}x",
        met=slopes.ratio >= LEAST_SLOPES_RATIO,
        remark=f"all of them in {slopes.evaluations:.0f} samples' time",
    )
    whole = studies.measure_whole(resolved, machine.load_average())
    report.add(
        PART,
        f"{whole.samples:,} samples with all margins, two threads",
        f"{whole.wall_s:.0f} s, {whole.core_s:.0f} core-s",
        target=f"≤ {MOST_STUDY_S:g} s",
        met=whole.wall_s <= MOST_STUDY_S,
        remark=f"told {whole.told:,} times how far it is; load {whole.load_average:.0f}",
    )
    optimum = studies.measure_optimum()
    same = optimum.apart_ratio <= MOST_APART
    report.add(
        PART,
        f"evaluations to an optimum of {optimum.variables} variables, against differences",
        f"{optimum.ratio:.1f}x fewer",
        target=f"≥ {LEAST_OPTIMUM_RATIO:g}x",
        met=same and optimum.ratio >= LEAST_OPTIMUM_RATIO,
        remark=f"{optimum.exact_evaluations} and {optimum.difference_evaluations}; "
        f"optima {optimum.apart_ratio:.0e} apart",
    )
    report.numbers[PART] |= {
        "slopes": asdict(slopes),
        "whole": asdict(whole),
        "optimum": asdict(optimum),
    }


def samples(report: Report, rates: studies.Rates) -> None:
    """Samples a core-second against the peer's evaluations."""
    report.numbers[PART] = {"rates": asdict(rates)}
    if rates.peer_per_core_s is None:
        print(f"\n*** {study_peer.PEER} IS NOT INSTALLED: not compared. {study_peer.INSTALL}\n")
        report.add(PART, study_peer.PEER, "NOT INSTALLED", remark=study_peer.INSTALL)
    else:
        report.add(
            PART,
            f"{study_peer.PEER}: an evaluation, at one instant and in closed form",
            f"{rates.peer_per_core_s:,.0f} a core-second",
            remark=f"its cost model alone {rates.peer_cost_per_core_s:,.0f}",
        )
    for name, rate in rates.samples_per_core_s.items():
        of_costs = name in (study_costs.BY_MONTH, study_costs.ONE_LAUNCH)
        report.add(
            PART,
            name if of_costs else f"fifteen years by month, {name}",
            f"{rate:,.0f} a core-second",
            **_judged(name, rates),
            remark=_told(name, rates, of_costs=of_costs),
        )


def _judged(name: str, rates: studies.Rates) -> dict[str, Any]:
    """Target of a line, and whether it is met; none for costs that price 180 times what it does."""
    if name == study_costs.BY_MONTH:
        return {}
    least = LEAST_COSTS_RATIO if name == study_costs.ONE_LAUNCH else LEAST_SAMPLES_RATIO
    ratio = rates.ratio.get(name)
    met = None if ratio is None else ratio >= least
    return {"target": f"≥ {least:g}x the peer", "met": met}


def _told(name: str, rates: studies.Rates, *, of_costs: bool) -> str:
    if name not in rates.ratio:
        return ""
    told = f"{rates.ratio[name]:.3g} times the peer's evaluations"
    if not of_costs:
        return told
    what = "180 months" if name == study_costs.BY_MONTH else "one design, as the peer prices it"
    return f"{told}, {rates.cost_ratio[name]:.3g} its cost model's; {what}; the physics is given"
