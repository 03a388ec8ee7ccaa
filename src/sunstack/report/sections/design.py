"""What is the satellite made of, what does it weigh, and what would each eclipse policy cost?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sunstack.results import Results

from ..blocks import Cell, Chart, Charts, Prose, Section, Table, number, text
from ..figures import Bar, bar_figure
from ..numerals import SPACE, percent, power, quantity, significant

POLICIES = {
    "carry": "the payload draws the power asked for through the longest eclipse",
    "idle": "the payload idles in eclipse",
    "throttle": "the payload takes what the battery has to give",
}
SIZES = {
    "array_area_m2": ("power.array_area_m2", "array area", "m²"),
    "radiator_area_m2": ("thermal.radiator_area_m2", "radiator area", "m²"),
    "battery_capacity_kwh": ("power.battery_capacity_kwh", "battery capacity", "kWh"),
    "stated_mass_kg": ("satellite.mass_kg", "stated mass", "kg"),
    "life_years": ("satellite.life_years", "life", "years"),
}


def design(results: Results) -> Section:
    """Weigh the parts and compare the policies."""
    summary = results.summary
    satellites, policies = summary["satellites"], summary["eclipse_policies"]
    return Section(
        name="design",
        title="The satellite",
        blocks=[
            _sizes(results),
            Charts(charts=[_mass(satellites), _batteries(satellites, policies)]),
            Prose(text=_what_policies_cost(satellites, policies)),
        ],
    )


def _sizes(results: Results) -> Table:
    satellites = results.summary["satellites"]
    kinds = {given["key"]: given["kind"] for given in results.manifest["inputs"]}
    rows: list[list[str | Cell]] = [
        [
            label,
            quantity(satellites[name], unit),
            "sized here" if kinds.get(key) == "sized" else "given",
        ]
        for name, (key, label, unit) in SIZES.items()
    ]
    rows += [
        ["payload power asked for", power(satellites["payload_required_w"]), "given"],
        ["payload power at peak", power(satellites["payload_peak_w"]), "given"],
    ]
    return Table(
        caption="Sizes", columns=[text("part"), number("size"), text("given or sized")], rows=rows
    )


def _parts(satellites: Mapping[str, Any]) -> dict[str, float]:
    return {
        name.removesuffix("_kg"): float(mass)
        for name, mass in satellites["mass_kg"].items()
        if name != "total_kg"
    }


def _mass(satellites: Mapping[str, Any]) -> Chart:
    """Each part's bar starts where the one before ends."""
    bars: list[Bar] = []
    reached = 0.0
    for name, mass_kg in _parts(satellites).items():
        bars.append(Bar(label=name, start=reached, end=reached + mass_kg, text=_kg(mass_kg)))
        reached += mass_kg
    total_kg, stated_kg = satellites["mass_kg"]["total_kg"], satellites["stated_mass_kg"]
    colour = "bar-spare" if total_kg <= stated_kg else "bar-short"
    bars += [
        Bar(label="built up", end=total_kg, text=_kg(total_kg), colour=colour, is_marked=True),
        Bar(label="stated", end=stated_kg, text=_kg(stated_kg), colour="neutral", is_marked=True),
    ]
    return Chart(
        name="design-mass",
        title="Mass built up from parts, against what is stated",
        description=", ".join(f"{bar.label} {bar.text}" for bar in bars),
        figure=bar_figure(x_label="kg (parts end to end)", bars=bars),
        table=_mass_table(satellites),
    )


def _batteries(satellites: Mapping[str, Any], policies: Mapping[str, Any]) -> Chart:
    chosen_kg = satellites["mass_kg"]["battery_kg"]
    bars = [
        Bar(
            label=f"chosen ({policies['chosen']})",
            end=chosen_kg,
            text=_battery(chosen_kg, policies["battery_capacity_kwh"]),
            colour="neutral",
            is_marked=True,
        )
    ]
    for name, needed in policies["needed"].items():
        kg, kwh = needed["battery_mass_kg"], needed["battery_capacity_kwh"]
        bars.append(Bar(label=f"to {name}", end=kg, text=_battery(kg, kwh)))
    return Chart(
        name="design-battery",
        title="Battery that each eclipse policy needs",
        description=", ".join(f"{bar.label} {bar.text}" for bar in bars),
        figure=bar_figure(x_label="battery mass, kg", bars=bars),
        table=_battery_table(satellites, policies),
    )


def _mass_table(satellites: Mapping[str, Any]) -> Table:
    total_kg = satellites["mass_kg"]["total_kg"]
    rows = [[name, significant(mass_kg)] for name, mass_kg in _parts(satellites).items()]
    rows += [
        ["built up", significant(total_kg)],
        ["stated", significant(satellites["stated_mass_kg"])],
    ]
    return Table(caption="Mass, kg", columns=[text("part"), number("kg")], rows=rows)


def _battery_table(satellites: Mapping[str, Any], policies: Mapping[str, Any]) -> Table:
    chosen = [
        f"chosen ({policies['chosen']})",
        significant(policies["battery_capacity_kwh"]),
        significant(satellites["mass_kg"]["battery_kg"]),
        POLICIES.get(policies["chosen"], ""),
    ]
    needed = [
        [
            f"to {name}",
            significant(found["battery_capacity_kwh"]),
            significant(found["battery_mass_kg"]),
            POLICIES.get(name, ""),
        ]
        for name, found in policies["needed"].items()
    ]
    return Table(
        caption="Battery by eclipse policy, for the fleet's worst orbit",
        columns=[text("policy"), number("kWh"), number("kg"), text("meaning")],
        rows=[chosen, *needed],
    )


def _what_policies_cost(satellites: Mapping[str, Any], policies: Mapping[str, Any]) -> str:
    chosen, carry = policies["chosen"], policies["needed"].get("carry")
    told = f"Chosen is “{chosen}”: {POLICIES.get(chosen, 'see the inputs')}."
    if chosen == "carry" or carry is None:
        return told
    carry_kg = carry["battery_mass_kg"]
    return (
        f"{told} To carry the payload on through the worst eclipse of the fleet would take "
        f"{_battery(carry_kg, carry['battery_capacity_kwh'])} of battery, "
        f"{percent(carry_kg / satellites['stated_mass_kg'], 0)} of the satellite's stated mass."
    )


def _kg(mass_kg: float) -> str:
    return quantity(mass_kg, "kg")


def _battery(mass_kg: float, capacity_kwh: float) -> str:
    return f"{quantity(capacity_kwh, 'kWh')},{SPACE}{_kg(mass_kg)}"
