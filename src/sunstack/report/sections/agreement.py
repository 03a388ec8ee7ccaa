"""Does the closed form give what stepping every satellite gives?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sunstack.results import Results

from ..blocks import Cell, Folded, Prose, Section, Table, number, text
from ..numerals import celsius, kilowatt, kilowatt_hour, percent, quantity, whole

QUANTITIES = {
    "sunlit_fraction": "time in sunlight",
    "array_power_w": "array power",
    "payload_power_w": "payload power",
    "tokens_per_s": "tokens",
    "heat_w": "heat",
}


def agreement(results: Results) -> Section:
    """Compare the two, and list what was simulated."""
    summary = results.summary
    found, simulated, groups = (summary[name] for name in ("agreement", "simulation", "groups"))
    verdict = "agree within" if found["holds"] else "DISAGREE by up to"
    text_of_verdict = (
        f"Orbit means of closed form and simulation {verdict} "
        f"{percent(found['largest_relative_difference'], 2)} "
        f"({percent(found['tolerance'], 0)} is allowed)."
    )
    return Section(
        name="agreement",
        title="Simulated against closed form",
        blocks=[
            Prose(text=text_of_verdict, tone="good" if found["holds"] else "bad"),
            Prose(text=_what_was_simulated(simulated)),
            Table(
                caption="Largest relative difference of orbit means over the simulated days",
                columns=[text("group"), *(number(words) for words in QUANTITIES.values())],
                rows=[_differences(group, found["tolerance"]) for group in groups],
            ),
            Folded(summary="Simulated figures by group and day", blocks=[_simulated(groups)]),
        ],
    )


def _what_was_simulated(simulated: Mapping[str, Any]) -> str:
    return (
        f"Simulated: {', '.join(simulated['epochs'])}; {whole(simulated['steps'])} steps of "
        f"{quantity(simulated['step_s'], 's')} each, {whole(simulated['satellite_steps'])} "
        f"satellite-steps in {simulated['precision']}."
    )


def _differences(group: Mapping[str, Any], tolerance: float) -> list[str | Cell]:
    return [
        group["name"],
        *(
            Cell(
                text=percent(group["agreement"][name], 3),
                tone="bad" if group["agreement"][name] > tolerance else "plain",
            )
            for name in QUANTITIES
        ),
    ]


def _simulated(groups: list[Mapping[str, Any]]) -> Table:
    return Table(
        caption="Means over whole orbits, and extremes",
        columns=[
            text("group"),
            text("day"),
            number("in sunlight"),
            number("array, kW"),
            number("payload, kW"),
            number("tokens, 1/s"),
            number("heat, kW"),
            number("least stored, kWh"),
            number("hottest chip, °C"),
            number("hottest radiator, °C"),
        ],
        rows=[
            [
                group["name"],
                run["date"],
                percent(run["sunlit_fraction"], 2),
                kilowatt(run["array_power_w"]),
                kilowatt(run["payload_power_w"]),
                whole(run["tokens_per_s"]),
                kilowatt(run["heat_w"]),
                kilowatt_hour(run["least_stored_j"]),
                celsius(run["hottest_chip_k"]),
                celsius(run["hottest_radiator_k"]),
            ]
            for group in groups
            for run in group["simulated"]
        ],
    )
