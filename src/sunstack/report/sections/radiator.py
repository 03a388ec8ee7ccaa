"""What heats each group's radiator when it is hottest, and how much more could it reject?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sunstack.results import Results

from ..blocks import Chart, Charts, Prose, Section, Table, number, text
from ..figures import Bar, bar_figure
from ..numerals import SPACE, celsius, kilowatt
from ..selection import by_margin

MOST_DRAWN = 3
SOURCES = {
    "payload_w": "payload",
    "bus_w": "bus",
    "sunlight_w": "sunlight",
    "albedo_w": "sunlight off the Earth",
    "earth_infrared_w": "the Earth's infrared",
}

Group = Mapping[str, Any]


def radiator(results: Results) -> Section:
    """Draw the heat balance as a waterfall and list every group's."""
    groups = results.summary["groups"]
    drawn = by_margin(groups, "radiator_heat", MOST_DRAWN)
    told = ""
    if len(drawn) < len(groups):
        told = f" Drawn are the {len(drawn)} of {len(groups)} groups whose radiators fall shortest."
    return Section(
        name="radiator",
        title="The radiator",
        blocks=[
            Prose(
                text="Heat into the radiator on the hottest orbit of the last year of life, at its "
                "hottest instant, by source; what goes in is what both faces emit. Below it, the "
                "heat of payload and bus that the radiator could reject there with the chips at "
                "their limit, and that of payload and bus at peak." + told
            ),
            Charts(
                charts=[_chart(place, group, _peak_w(results)) for place, group in enumerate(drawn)]
            ),
            _table(groups),
        ],
    )


def _peak_w(results: Results) -> float:
    """Heat of payload and bus at peak."""
    bus_kw = next(
        float(one["value"])
        for one in results.manifest["inputs"]
        if one["key"] == "satellite.bus_power_kw"
    )
    return float(results.summary["satellites"]["payload_peak_w"]) + 1e3 * bus_kw


def _chart(place: int, group: Group, peak_w: float) -> Chart:
    found = group["radiator_hottest"]
    bars = [*_waterfall(found), *_capability(found["heat_limit_w"], peak_w)]
    warm = celsius(found["radiator_temperature_k"]) + SPACE + "°C"
    title = f"Heat balance of {group['name']}"
    told = ", ".join(f"{bar.label} {bar.text}" for bar in bars)
    return Chart(
        name=f"radiator-{place}",
        title=title,
        description=f"On {found['date']}, at {warm}: {told}",
        figure=bar_figure(x_label="kW (sources end to end)", bars=bars),
        table=Table(
            caption=f"{title}, kW",
            columns=[text("source"), number("kW")],
            rows=[[bar.label, bar.text] for bar in bars],
        ),
    )


def _waterfall(found: Mapping[str, float]) -> Sequence[Bar]:
    bars: list[Bar] = []
    reached = 0.0
    for name, label in SOURCES.items():
        end = reached + found[name] / 1e3
        bars.append(Bar(label=label, start=reached, end=end, text=kilowatt(found[name])))
        reached = end
    emitted = found["emitted_w"]
    total = Bar(
        label="emitted",
        end=emitted / 1e3,
        text=kilowatt(emitted),
        colour="neutral",
        is_marked=True,
    )
    return [*bars, total]


def _capability(limit_w: float, peak_w: float) -> Sequence[Bar]:
    colour = "bar-short" if limit_w < peak_w else "bar-spare"
    return [
        Bar(label="could reject", end=limit_w / 1e3, text=kilowatt(limit_w), colour=colour),
        Bar(label="at peak", end=peak_w / 1e3, text=kilowatt(peak_w), colour="neutral"),
    ]


def _table(groups: Sequence[Group]) -> Table:
    return Table(
        caption="Heat into the radiator at its hottest in the last year of life, kW",
        columns=[
            text("group"),
            text("day"),
            *(number(label) for label in SOURCES.values()),
            number("emitted"),
            number("could reject"),
            number("radiator, °C"),
        ],
        rows=[
            [
                group["name"],
                group["radiator_hottest"]["date"],
                *(kilowatt(group["radiator_hottest"][name]) for name in SOURCES),
                kilowatt(group["radiator_hottest"]["emitted_w"]),
                kilowatt(group["radiator_hottest"]["heat_limit_w"]),
                celsius(group["radiator_hottest"]["radiator_temperature_k"]),
            ]
            for group in groups
        ],
    )
