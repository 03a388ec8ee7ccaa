"""What dose do chips take at the fleet's altitudes and at others, against what memory bears?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from sunstack import catalogue
from sunstack.resolve.radiation import TESTED_CHIP
from sunstack.results import Results

from ..blocks import Block, Cell, Chart, Charts, Prose, Section, Table, number, text
from ..figures import Level, Line, Point, line_figure
from ..numerals import count, fixed, percent, quantity, significant, whole
from ..selection import by_light

ROWS = 12
SAME_DEG = 3.0

MOST_YEARS = 1000.0

Group = Mapping[str, Any]
Tree = Mapping[str, Any]


def radiation(results: Results) -> Section:
    """Draw the dose of a life by altitude, with the shells and the limit."""
    summary = results.summary
    blocks: list[Block] = [Prose(text=_told(results))]
    if any(group["radiation"] for group in summary["groups"]):
        blocks.append(Charts(charts=[_chart(results)], is_wide=True))
    programme = summary["programme"]
    blocks += [_by_group(summary["groups"], programme), _cells(programme)]
    return Section(name="radiation", title="Radiation by altitude", blocks=blocks)


def _cells(programme: Tree) -> Prose:
    """What trapped particles leave of solar cells, against what the design allows for."""
    known = {
        group["name"]: group["cells_left_fraction"]
        for group in programme["groups"]
        if group["cells_left_fraction"] is not None
    }
    allowed = programme["array_left_fraction"]
    if not known:
        return Prose(text="What radiation leaves of solar cells is not known outside the tables.")
    worst = min(known, key=lambda name: known[name])
    enough = known[worst] >= allowed
    return Prose(
        text="Solar cells: trapped particles leave triple-junction cells under 100 µm of glass "
        f"{percent(known[worst])} of their power after a design life in {worst}, which loses most. "
        f"The design's own yearly loss leaves {percent(allowed)}: it "
        f"{'covers' if enough else 'does NOT cover'} them. Damage is good to a factor of 3; other "
        "cells, ultraviolet and solar protons are left out.",
        tone="plain" if enough else "bad",
    )


def _told(results: Results) -> str:
    programme = results.summary["programme"]
    activity = next(
        float(given["value"])
        for given in results.manifest["inputs"]
        if given["key"] == "radiation.solar_activity_fraction"
    )
    stops = "stops" if programme["stops_at_memory_limit"] else "works on"
    return (
        f"Dose of a life at the centre of {_behind(programme)}: trapped protons and electrons "
        f"{_sun(activity)}, good to a factor of 2, and {_events(programme['solar_event_count'])}. "
        f"Memory is taken to err from {_limit(programme)} on, and a payload that has taken them "
        f"{stops}. Memory stacked on the one accelerator tested began to err at "
        f"{_tested('memory_dose_onset_krad')}; nothing else of it failed up to "
        f"{_tested('dose_tested_krad')}. Dose and "
        "upsets are in the fleet over the years, not in the figures of the first and last year. "
        f"{_corruptions(programme)}"
    )


def _tested(fact: str) -> str:
    return quantity(float(catalogue.entry("chip", TESTED_CHIP).facts[fact].value), "krad")


def _corruptions(programme: Tree) -> str:
    """Silent corruptions of the whole fleet, where its dose is known."""
    known = [one["silent_corruptions_a_day"] for one in programme["radiation"] if one is not None]
    if not known:
        return "Of this fleet neither is known: it flies outside the tables."
    return (
        f"With all groups filled, some {count(float(f'{sum(known):.2g}'))} results a day would be "
        "wrong without a sign (0.3 to 3 times as many)."
    )


def _behind(programme: Tree) -> str:
    return f"{quantity(programme['shielding_mm'], 'mm')} of aluminium"


def _limit(programme: Tree) -> str:
    return quantity(programme["memory_limit_krad"], "krad")


def _sun(activity: float) -> str:
    """Write where between its minimum and its maximum the Sun is taken to be."""
    ends = {0.0: "at the Sun's minimum", 0.5: "at a mean Sun", 1.0: "at the Sun's maximum"}
    between = f"with the Sun {percent(activity, 0)} of the way from its minimum to its maximum"
    return ends.get(activity, between)


def _events(number: float) -> str:
    if number == 0.0:
        return "no solar event"
    what = "one solar event" if number == 1.0 else f"{significant(number)} solar events"
    return f"{what} like that of August 1972"


def _chart(results: Results) -> Chart:
    table, life = results.tables["doses"], results.summary["satellites"]["life_years"]
    programme = results.summary["programme"]
    known = [group for group in results.summary["groups"] if group["radiation"]]
    lines = [_line(table, group, look) for look, group in enumerate(_unlike(by_light(known)))]
    limit = Level(label=f"memory errs: {_limit(programme)}", y=programme["memory_limit_krad"])
    values = [limit.y, *(value for line in lines for value in line.y)]
    return Chart(
        name="radiation-dose",
        title=f"Dose of a life behind {_behind(programme)}, by altitude",
        description="; ".join(
            f"{group['name']} {significant(group['radiation']['dose_over_life_krad'])} krad"
            for group in known
        ),
        figure=line_figure(
            x_label="altitude, km",
            y_label=f"Dose in {life:g} years, krad",
            lines=lines,
            points=[_point(group) for group in known],
            levels=[limit],
            y_range=(min(values) / 1.5, 2.0 * max(values)),
            y_is_logarithmic=True,
        ),
        table=_by_altitude(lines, programme),
    )


def _unlike(groups: Sequence[Group]) -> list[Group]:
    """One group of each inclination: the others' curves would lie upon its own."""
    found: list[Group] = []
    for group in groups:
        here = _inclination_deg(group)
        if all(abs(here - _inclination_deg(other)) > SAME_DEG for other in found):
            found.append(group)
    return found


def _inclination_deg(group: Group) -> float:
    return float(group["inclination_low_deg"] + group["inclination_high_deg"]) / 2.0


def _line(table: pl.DataFrame, group: Group, look: int) -> Line:
    own = table.filter(pl.col("group") == group["name"])
    return Line(
        label=f"inclined {fixed(_inclination_deg(group), 1)}°",
        x=own["altitude_km"].to_list(),
        y=own["dose_over_life_krad"].to_list(),
        look=look,
    )


def _point(group: Group) -> Point:
    middle = (group["altitude_low_km"] + group["altitude_high_km"]) / 2.0
    return Point(label=str(group["name"]), x=middle, y=group["radiation"]["dose_over_life_krad"])


def _by_altitude(lines: Sequence[Line], programme: Tree) -> Table:
    steps = range(0, len(lines[0].x), max(1, len(lines[0].x) // ROWS))
    return Table(
        caption=f"Dose of a life behind {_behind(programme)}, krad",
        columns=[text("altitude, km"), *(number(line.label) for line in lines)],
        rows=[
            [fixed(float(lines[0].x[step]), 0), *(significant(line.y[step], 3) for line in lines)]
            for step in steps
        ],
    )


def _by_group(groups: Sequence[Group], programme: Tree) -> Table:
    limit = _limit(programme)
    borne = {one["name"]: one for one in programme["radiation"] if one is not None}
    columns = (
        number("altitude, km"),
        number("krad a year"),
        number("krad in a life"),
        number(f"past {limit} in a life"),
        number(f"years to {limit}, worst plane"),
        number(f"{limit} kept up to, km"),
        number("the same without solar events, km"),
        number("silent corruptions a day, whole group"),
    )
    return Table(
        caption=f"Behind {_behind(programme)}, mean over satellites unless said; – where the "
        "tables, 300 to 2,000 km, do not reach",
        columns=[text("group"), *columns],
        rows=[[*_row(group), *_borne(borne.get(group["name"]))] for group in groups],
    )


def _row(group: Group) -> list[str | Cell]:
    found = group["radiation"]
    middle = (group["altitude_low_km"] + group["altitude_high_km"]) / 2.0
    if found is None:
        return [group["name"], fixed(middle, 0), "–", "–", "–"]
    share = float(found["past_memory_limit_fraction"])
    return [
        group["name"],
        fixed(middle, 0),
        significant(found["dose_krad_per_year"], 3),
        significant(found["dose_over_life_krad"], 3),
        Cell(text=percent(share, 0), tone="bad" if share > 0.0 else "plain"),
    ]


def _borne(found: Tree | None) -> list[str | Cell]:
    """What the chips of a group's full number bear, and up to where they would."""
    if found is None:
        return ["–", "–", "–", "–"]
    years = float(found["least_years_to_memory_limit"])
    return [
        f"over {whole(MOST_YEARS)}"
        if years > MOST_YEARS
        else significant(years, 3, is_computed=True),
        _height(found["highest_altitude_km"]),
        _height(found["highest_altitude_without_event_km"]),
        count(found["silent_corruptions_a_day"]),
    ]


def _height(height_km: float | None) -> str:
    return "nowhere" if height_km is None else fixed(height_km, 0)
