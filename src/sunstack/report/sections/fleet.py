"""Which groups fly, in what light, and what do they deliver?"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from sunstack.results import Results

from ..blocks import Block, Cell, Globe, Picture, Prose, Section, Table, number, text
from ..globe import globe_data
from ..instant import said
from ..numerals import celsius, fixed, kilowatt, minutes, percent, span, whole
from ..picture import ASPECT_RATIO, globe_png

PICTURE_WIDTH_PX = 640
COLUMNS = (
    text("group"),
    number("satellites"),
    number("planes"),
    number("altitude, km"),
    number("inclination, °"),
    number("sunlit, first year"),
    number("sunlit, last year"),
    number("longest eclipse of both years, min"),
    number("days with eclipse, first year"),
    number("payload, first year, kW"),
    number("payload, last year, kW"),
    number("radiator, °C"),
    number("hottest chip, °C"),
)


def fleet(results: Results) -> Section:
    """Show the fleet and list its groups."""
    groups = results.summary["groups"]
    rows: list[list[str | Cell]] = []
    for group in groups:
        rows.append(_row(group))
        if "corrected" in group:
            rows.append(_corrected_row(group))
    blocks: list[Block] = [
        Prose(text=_where(results.summary)),
        Globe(name="globe", data=globe_data(results), picture=_picture(results)),
        Table(
            caption="Groups: means over satellites and days unless said; the radiator in sunlight",
            columns=COLUMNS,
            rows=rows,
        ),
    ]
    if any("corrected" in group for group in groups):
        blocks.append(
            Prose(
                text="Lines marked “inclination corrected” say what exact sun-synchronous "
                "inclinations would give a group that was meant to be sun-synchronous and drifts."
            )
        )
    return Section(name="fleet", title="The fleet", blocks=blocks)


def _where(summary: Mapping[str, Any]) -> str:
    instant = summary["simulation"]["last_instant"]
    count = summary["satellites"]["count"]
    what = f"Every one of {whole(count)} satellites" if count > 1 else "The satellite"
    shared = f": {percent(instant['sunlit_fraction'])} of them in sunlight" if count > 1 else ""
    return (
        f"{what} where the simulation left it on {said(instant['time'])}{shared}. From there "
        "on the page follows the orbits itself, with the same secular and short-period terms; it "
        "is a picture of the model, not for conjunction assessment."
    )


def _picture(results: Results) -> Picture:
    drawn = base64.b64encode(globe_png(results, width_px=PICTURE_WIDTH_PX)).decode("ascii")
    count = whole(results.summary["satellites"]["count"])
    when = said(results.summary["simulation"]["last_instant"]["time"])
    return Picture(
        address=f"data:image/png;base64,{drawn}",
        instead=f"The Earth, and round it the {count} satellites of this run at {when}",
        caption="Gold in sunlight, blue in the Earth's shadow, fainter beyond the Earth. Spots are "
        "far larger than satellites.",
        width_px=PICTURE_WIDTH_PX,
        height_px=round(ASPECT_RATIO * PICTURE_WIDTH_PX),
    )


def _row(group: Mapping[str, Any]) -> list[str | Cell]:
    first, last = group["first_year"], group["last_year"]
    return [
        group["name"],
        whole(group["satellite_count"]),
        whole(group["plane_count"]),
        span(group["altitude_low_km"], group["altitude_high_km"], 0),
        span(group["inclination_low_deg"], group["inclination_high_deg"], 2),
        percent(first["sunlit_fraction"]),
        percent(last["sunlit_fraction"]),
        minutes(max(first["eclipse_longest_s"], last["eclipse_longest_s"])),
        fixed(first["eclipse_days"], 0),
        kilowatt(first["payload_power_w"]),
        kilowatt(last["payload_power_w"]),
        celsius(first["radiator_temperature_k"]),
        celsius(max(first["chip_temperature_hottest_k"], last["chip_temperature_hottest_k"])),
    ]


def _corrected_row(group: Mapping[str, Any]) -> list[str | Cell]:
    held = group["corrected"]
    known = {
        "group": f"{group['name']}, inclination corrected",
        "sunlit, first year": percent(held["sunlit_fraction"]),
        "sunlit, last year": percent(held["sunlit_fraction_end"]),
        "payload, first year, kW": kilowatt(held["payload_power_w"]),
        "payload, last year, kW": kilowatt(held["payload_power_end_w"]),
    }
    return [known.get(column.heading, "–") for column in COLUMNS]
