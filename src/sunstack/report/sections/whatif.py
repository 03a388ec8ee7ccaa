"""What if? Sliders on a formula that stands for the whole chain, and how far it may be off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sunstack.results import Results
from sunstack.units import unit_suffix

from ..blocks import Block, Folded, Prose, Section, Table, WhatIf, number, text
from ..numerals import percent, price, significant, whole
from .notes import file_name
from .whatif_chart import chart_of
from .whatif_series import Series, series_of

TITLE = "What if?"
NOTHING = (
    "The study holds no price of the same thing in orbit and on the ground by year: there is "
    "nothing to compare."
)
ROUGH = "A rough formula"
MOST_YEARS = 6
"""Of a quantity, in the table of errors; the chart has all."""
MOST_NAMED = 4
"""Of what has no formula."""
NAMES: Mapping[str, str] = {
    "economics.array_usd_per_w": "Solar arrays",
    "economics.bus_usd_per_kg": "Satellite bus",
    "economics.chip_price_fall_fraction_per_year": "Fall of chips' price",
    "economics.chip_usd": "Price of an accelerator",
    "economics.discount_fraction_per_year": "Cost of capital",
    "economics.insurance_fraction": "Insurance",
    "economics.learned_count": "Satellites made at the book's prices",
    "economics.learning_fraction": "Learning by making",
    "economics.payload_factor": "Payload over its chips",
    "economics.radiator_usd_per_m2": "Radiators",
    "economics.sold_fraction": "Compute sold",
    "ground.building_usd_per_w": "Ground: buildings",
    "ground.energy_usd_per_kwh": "Ground: power",
    "ground.equipment_life_years": "Ground: life of chips",
    "ground.equipment_usd_per_w": "Ground: equipment",
    "ground.yearly_failure_fraction": "Ground: chips that fail",
    "launch.payload_mass_kg": "Payload of a launch",
    "launch.price_usd_per_kg": "Launch price",
    "launch.success_fraction": "Launches that succeed",
    "launch.vehicle_count": "Rockets in the fleet",
    "launch.vehicle_turnaround_days": "Turnaround of a rocket",
    "payload.chip_count": "Accelerators a satellite",
    "reliability.chip_failure_fraction_per_year": "Chips that fail",
    "reliability.coolant_wall_mm": "Wall of coolant loops",
    "reliability.needed_drive_count": "Drives a satellite needs",
    "reliability.orbit_factor": "Failures in orbit",
    "satellite.bus_power_kw": "Power of the bus",
    "satellite.life_years": "Life of a satellite",
    "satellite.mass_kg": "Mass of a satellite",
}
"""Short names of numbers that often decide; others are named by their key."""

Tree = Mapping[str, Any]


def whatif(results: Results) -> Section | None:
    """Say what the formula is and how far off, place the sliders, list what it rests on."""
    tree = (results.summary.get("studies") or {}).get("surrogate")
    if not tree:
        return None
    series = series_of(tree)
    if not series:
        return Section(name="what-if", title=TITLE, blocks=[Prose(text=NOTHING)])
    blocks: list[Block] = [
        _told(tree),
        WhatIf(
            name="what-if-panel", data=_data(results, tree, series), chart=chart_of(tree, series[0])
        ),
        Folded(
            summary="What moves, and how far the formula is from the whole chain",
            blocks=[_inputs(tree), _errors(tree, series), *_left_out(tree)],
        ),
    ]
    return Section(name="what-if", title=TITLE, blocks=blocks)


def name_of(key: str) -> str:
    """Name a number of a scenario in a few words."""
    words = key.removesuffix(unit_suffix(key) or "")
    return NAMES.get(key) or words.replace("_", " ").replace(".", ": ").capitalize()


# --- in words -------------------------------------------------------------------------------------


def _told(tree: Tree) -> Prose:
    rows, held_out = tree["rows"], tree["rows"]["held_out"]
    edges = max(one["edge_errors"]["worst_fraction"] for one in tree["objectives"])
    moved = len(tree["inputs"])
    told = (
        f"{_counted(moved)} {'number moves' if moved == 1 else 'numbers move'}, all others stay as "
        f"in this run. What answers at once is a formula fitted to {whole(rows['fitting'])} "
        f"evaluations of the whole chain. Of {whole(held_out)} further ones, in which it had no "
        f"part, 95 in 100 lie within {percent(tree['worst_p95_fraction'])} for each figure here; "
        f"at the ends of the ranges it is up to {percent(edges)} off.{_contradictory(rows)}"
    )
    if tree["is_within_bound"]:
        return Prose(text=told)
    bound = percent(tree["bound_fraction"], 0)
    return Prose(
        badge=ROUGH,
        tone="bad",
        text=f"{told} That is more than the {bound} it is to keep to: take what it says for a "
        "direction, and run the whole chain for a figure.",
    )


def _counted(count: int) -> str:
    return ("", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight")[count]


def _contradictory(rows: Tree) -> str:
    count = rows["contradictory"]
    if not count:
        return ""
    return (
        f" {percent(count / rows['all'])} of all evaluations had numbers that contradict each "
        "other and are left out; the formula does not know which."
    )


def _left_out(tree: Tree) -> Iterator[Block]:
    if tree["left_out"]:
        found = [one["objective"] for one in tree["left_out"]]
        more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
        named = ", ".join(found[:MOST_NAMED]) + more
        yield Prose(
            text=f"No formula is fitted to {named}: somewhere within the ranges nothing is "
            "launched or served then, and there is no price."
        )


# --- what it rests on -----------------------------------------------------------------------------


def _inputs(tree: Tree) -> Table:
    rows = [
        [
            one["key"],
            one["meaning"],
            *(significant(one[name]) for name in ("low", "value", "high")),
            one["unit"],
        ]
        for one in tree["inputs"]
    ]
    columns = [text("input"), text("what it is"), number("low"), number("this run"), number("high")]
    return Table(
        caption="What moves, between which ends", columns=[*columns, text("unit")], rows=rows
    )


def _errors(tree: Tree, series: Sequence[Series]) -> Table:
    rows = []
    for one in series:
        for side, years in one.sides.items():
            for year in _thinned(sorted(years)):
                found = tree["objectives"][years[year]]
                rows.append([f"{one.label}, {side} {year}", *_error_cells(found, one)])
    columns = ["this run", "formula", "off", "95 in 100 within", "worst", "worst at the ends"]
    return Table(
        caption="Dollars for one: as this run has it and as the formula has it, and how far the "
        f"formula is off in {tree['rows']['held_out']} evaluations held out and "
        f"{tree['rows']['edges']} at corners and ends",
        columns=[text("one"), *(number(name) for name in columns)],
        rows=rows,
    )


def _error_cells(found: Tree, one: Series) -> list[str]:
    off = abs(found["told"] / found["exact"] - 1.0) if found["exact"] else 0.0
    fractions = (
        off,
        found["errors"]["p95_fraction"],
        found["errors"]["worst_fraction"],
        found["edge_errors"]["worst_fraction"],
    )
    usd = [price(found[name] * one.units) for name in ("exact", "told")]
    return [*usd, *(percent(fraction, 2) for fraction in fractions)]


def _thinned(years: Sequence[int]) -> Sequence[int]:
    if len(years) <= MOST_YEARS:
        return years
    step = (len(years) - 1) / (MOST_YEARS - 1)
    return [years[round(step * place)] for place in range(MOST_YEARS)]


# --- what the page's program is given -------------------------------------------------------------


def _data(results: Results, tree: Tree, series: Sequence[Series]) -> dict[str, Any]:
    scenario = results.manifest["scenario"]
    return {
        "inputs": [one | {"name": name_of(one["key"])} for one in tree["inputs"]],
        "degrees": tree["degrees"],
        "objectives": [
            {
                name: one[name]
                for name in ("objective", "is_logarithmic", "terms", "coefficients", "exact")
            }
            | {
                "within": one["errors"]["p95_fraction"],
                "within_at_ends": max(
                    one[name]["p95_fraction"] for name in ("errors", "edge_errors")
                ),
            }
            for one in tree["objectives"]
        ],
        "series": [one.written() for one in series],
        "is_rough": not tree["is_within_bound"],
        "file": file_name(scenario["path"]),
        "overrides": {key: str(value) for key, value in scenario["overrides"].items()},
    }
