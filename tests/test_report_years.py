"""Does the report tell a fleet's years as its tables hold them, also where nothing ever flies?"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace as changed
from typing import Any

import polars as pl
import pytest
from test_report import MINUS, SPACE, Page, read, rows, value

from sunstack import report
from sunstack.report.comparison import differences, overview
from sunstack.report.numerals import count, often
from sunstack.results import Results

SIX_DIGITS = 1e-5
"""Ten times the last of six digits, with which the summary and figures are written."""
THREE_DIGITS = 5e-3
"""Largest relative error of a number written with three digits."""


@pytest.fixture(scope="session")
def fleet(filling: Results) -> Results:
    return filling


@pytest.fixture(scope="session")
def drawn(fleet: Results) -> Page:
    return read(fleet)


def own(results: Results) -> Mapping[str, Any]:
    ramp: Mapping[str, Any] = results.summary["programme"]["ramps"][0]
    return ramp


def told(page: Page) -> str:
    return "".join(page.text).replace(SPACE, " ")


def total(results: Results, column: str) -> float:
    return float(results.tables["months"][column].sum())


def series(results: Results, chart: str) -> dict[str, list[float]]:
    traces = report.figures(results)[chart]["data"]
    return {trace["name"]: trace["y"] for trace in traces}


# --- what it says --------------------------------------------------------------------------------


def filled_by(results: Results, group: str) -> int | None:
    """First month with 99 of 100 satellites at work, from the table of months itself."""
    (wanted,) = (one["wanted"] for one in own(results)["groups"] if one["name"] == group)
    enough = results.tables["months"].filter(
        (pl.col("group") == group) & (pl.col("working_count") >= 0.99 * wanted)
    )
    return None if enough.is_empty() else int(enough["month"].to_list()[0])


def test_it_says_which_groups_are_filled_and_which_never(fleet: Results, drawn: Page) -> None:
    months = {name: filled_by(fleet, name) for name in ("dawn-dusk", "middle", "low-inclination")}
    assert months["dawn-dusk"] is not None
    assert months["middle"] is months["low-inclination"] is None
    text = told(drawn)
    assert "Never filled within 4 years: middle, low-inclination; " in text
    assert "without a single satellite: low-inclination; " in text
    assert f"the others are filled by month {months['dawn-dusk']}." in text


def test_the_sum_in_the_sentence_is_the_table_s(fleet: Results, drawn: Page) -> None:
    last = fleet.tables["months"].filter(pl.col("month") == 48)
    there = float(last["in_place_count"].sum())
    found = re.search(r"On starship-v3, ([\d,]+) of ([\d,]+) satellites wanted", told(drawn))
    assert found
    assert value(found[1]) == pytest.approx(there, abs=0.6)
    assert value(found[2]) == 2 * 1500 + 3 * 3000 + 2 * 3


def test_the_month_of_every_group_stands_for_every_rocket(fleet: Results, drawn: Page) -> None:
    ramps = fleet.summary["programme"]["ramps"]
    listed = {row["group"]: row for row in rows(drawn, "Month from the programme's start")}
    for ramp in ramps:
        for group in ramp["groups"]:
            month, chance = group["month_filled"], group["chance_filled_fraction"]
            written = "never" if month is None else str(month)
            cell = listed[group["name"]][ramp["rocket"]]
            assert cell == f"{written} ({100 * chance:.0f}{SPACE}%)"
    speeds = [ramp["flights_a_day_at_most"] for ramp in ramps]
    assert speeds == sorted(speeds)
    assert list(listed["middle"])[2:] == [ramp["rocket"] for ramp in ramps]


def test_months_by_chance_stand_for_every_rocket(fleet: Results, drawn: Page) -> None:
    for ramp in fleet.summary["programme"]["ramps"]:
        for row, group in zip(
            rows(drawn, f"Months to fill on {ramp['rocket']}"), ramp["groups"], strict=True
        ):
            written = [row[f"in {share}{SPACE}% of the draws, by month"] for share in (10, 50, 90)]
            wanted = ["never" if m is None else str(m) for m in group["month_filled_by_chance"]]
            assert written == wanted
            assert value(row["derelict at the end"]) == pytest.approx(
                group["derelict_at_the_end"], rel=THREE_DIGITS
            )


def test_the_ramps_figures_are_the_summary_s(fleet: Results, drawn: Page) -> None:
    listed = {row["figure"]: row for row in rows(drawn, "The fleet by rocket")}
    names = {
        "flights to fill all groups": "flights_to_fill",
        "flights needed a day": "sustaining_flights_a_day",
        "launched in all, t": "launched_t",
        "at the end, derelict": "derelict",
        "lost a day": "lost_a_day",
        "alumina of it, t a year": "alumina_t_a_year",
    }
    for ramp in fleet.summary["programme"]["ramps"]:
        for label, name in names.items():
            written = value(listed[label][ramp["rocket"]])
            assert written == pytest.approx(ramp[name], rel=THREE_DIGITS), label


# --- its charts ----------------------------------------------------------------------------------


def test_layers_add_up_to_the_whole_fleet(fleet: Results) -> None:
    layers = series(fleet, "years-in-place")
    assert list(layers) == ["dawn-dusk", "middle"]  # the third gets none
    ramp = fleet.tables["ramps"].filter(pl.col("rocket") == "starship-v3").sort("month")
    summed = [sum(values) for values in zip(*layers.values(), strict=True)]
    assert summed == pytest.approx(ramp["in_place_count"].to_list(), rel=SIX_DIGITS)


def many_groups(results: Results) -> Results:
    """The same months as if eight groups of each kind had flown."""
    months = results.tables["months"]
    copies = [
        months.with_columns(group=pl.concat_str(pl.col("group"), pl.lit(f"-{number}")))
        for number in range(8)
    ]
    return changed(results, tables={**results.tables, "months": pl.concat(copies)})


def test_of_many_groups_six_are_named_and_the_rest_stand_together(fleet: Results) -> None:
    one, many = (series(results, "years-in-place") for results in (fleet, many_groups(fleet)))
    assert len(many) == 7 and list(many)[-1] == "other groups"
    last = [sum(values[-1] for values in found.values()) for found in (one, many)]
    assert last[1] == pytest.approx(8 * last[0], rel=SIX_DIGITS)


def test_every_working_satellite_has_an_age_below_that_of_replacement(fleet: Results) -> None:
    ages = series(fleet, "years-ages")
    ends = fleet.tables["months"].filter(pl.col("month") % 12 == 0)
    working = ends.group_by("month").agg(pl.col("working_count").sum()).sort("month")
    summed = [sum(values) for values in zip(*ages.values(), strict=True)]
    assert summed == pytest.approx(working["working_count"].to_list(), rel=SIX_DIGITS)
    # Withdrawn at two years: of those launched in a year some are below it at the next year's end.
    assert set(ages) <= {"0–1 years", "1–2 years", "2–3 years"}
    assert sum(ages["1–2 years"]) > 0.0


def test_what_is_launched_works_or_has_left(fleet: Results) -> None:
    left = sum(sum(values) for values in series(fleet, "years-losses").values())
    working = series(fleet, "years-ages")
    there = sum(values[-1] for values in working.values())
    assert left + there == pytest.approx(total(fleet, "launched_count"), rel=SIX_DIGITS)


def test_what_re_enters_is_what_the_months_weigh(fleet: Results) -> None:
    down_t = sum(sum(values) for values in series(fleet, "years-reentry").values())
    months = fleet.tables["months"].unique("month")
    assert down_t == pytest.approx(months["fleet_reentered_kg"].sum() / 1e3, rel=SIX_DIGITS)


def test_flights_are_those_of_the_own_rocket(fleet: Results) -> None:
    (flown,) = series(fleet, "years-flights").values()
    assert sum(flown) * 365.25 / 12 == pytest.approx(own(fleet)["flights"], rel=SIX_DIGITS)
    labels = [
        shape["label"]["text"]
        for shape in report.figures(fleet)["years-flights"]["layout"]["shapes"]
    ]
    assert labels == ["at most 0.333", "permitted 0.397"]


def bars(results: Results) -> list[tuple[str, float, float, str]]:
    """Name, both ends and text of each bar of the capacity's waterfall."""
    (trace,) = report.figures(results)["years-power"]["data"]
    ends = [(base, base + length) for base, length in zip(trace["base"], trace["x"], strict=True)]
    texts = [re.sub("</?b>", "", text) for text in trace["text"]]
    return [(name, *both, text) for name, both, text in zip(trace["y"], ends, texts, strict=True)]


def test_each_loss_hangs_from_the_one_before(fleet: Results) -> None:
    first, *taken, last = bars(fleet)
    assert (first[0], last[0]) == ("wanted", "delivered")
    assert [one[0] for one in taken] == [
        "not in place",
        "shadow, array below peak",
        "not cooled",
        "chips failed",
        "drives failed",
        "memory past its dose",
        "holes in the radiator",
        "upsets and measures",
    ]
    heights = [first[2], *(one[1] for one in taken)]
    assert [one[2] for one in taken] == pytest.approx(heights[:-1], rel=SIX_DIGITS)
    assert last[2] == pytest.approx(heights[-1], rel=SIX_DIGITS)
    delivered_w = fleet.tables["months"].filter(pl.col("month") == 48)["delivered_power_w"].sum()
    assert last[2] / first[2] == pytest.approx(
        delivered_w / fleet.summary["programme"]["waterfall"][0]["power_w"], rel=1e-4
    )
    share = 100.0 * (taken[0][2] - taken[0][1]) / first[2]
    assert taken[0][3] == f"{MINUS}{share:.1f}{SPACE}%"


def test_with_few_in_place_the_waterfall_begins_with_them(fleet: Results) -> None:
    few = copy.deepcopy(dict(fleet.summary))
    few["programme"]["waterfall"][0]["power_w"] = 150e9
    first, second, *_ = bars(changed(fleet, summary=few))
    assert first[0] == f"in place (of 150{SPACE}GW)"
    assert second[2] == first[2]


def test_derelicts_of_all_heights_are_all_derelicts(fleet: Results, drawn: Page) -> None:
    for name, column in (
        ("years-derelicts", "derelict_count"),
        ("years-heights", "in_place_count"),
    ):
        (counts,) = series(fleet, name).values()
        there = fleet.tables["months"].filter(pl.col("month") == 48)[column].sum()
        assert sum(counts) == pytest.approx(there, rel=1e-4)
    assert [row["height, km"] for row in rows(drawn, "Working satellites in place, by height")] == [
        "550 to 600",
        "600 to 650",
    ]


# --- where there is next to nothing --------------------------------------------------------------


def zeroed(tree: Any) -> Any:
    """The same tree with no count and no flow in it."""
    if isinstance(tree, Mapping):
        kept = ("wanted", "month_filled", "month_filled_by_chance", "filled_fraction", "chances")
        kept += ("horizon_years", "replaced_after_years", "mean_over_years")
        return {key: one if key in kept else zeroed(one) for key, one in tree.items()}
    if isinstance(tree, list):
        return [zeroed(one) for one in tree]
    return 0.0 if isinstance(tree, float) else tree


def nothing_flies(results: Results) -> Results:
    """As if the horizon ended before the first flight."""
    programme = zeroed(results.summary["programme"])
    for ramp in programme["ramps"]:
        for group in ramp["groups"]:
            group["month_filled"], group["month_filled_by_chance"] = None, [None] * 3
    tables = dict(results.tables)
    for name in ("months", "ramps", "cohorts", "heights"):
        flows = pl.selectors.float() - pl.selectors.by_name("altitude_km", require_all=False)
        tables[name] = tables[name].with_columns(flows * 0.0)
    summary = {**results.summary, "programme": {**programme, "memory_limit_krad": 2.0}}
    return changed(results, summary=summary, tables=tables)


def test_a_fleet_that_never_flies_is_told_without_a_flaw(fleet: Results) -> None:
    text = told(read(nothing_flies(fleet)))
    assert "Never filled within 4 years: all 3 groups; without a single satellite: all 3" in text
    assert "no group filled within 4 years" in text
    assert not re.search(r"\b(nan|inf|None)\b", text)
    assert [one[1:3] for one in bars(nothing_flies(fleet))] == [(0.0, 0.0)] * 10


def test_fractions_of_a_satellite_are_explained(fleet: Results) -> None:
    summary = copy.deepcopy(dict(fleet.summary))
    ramp = summary["programme"]["ramps"][0]
    ramp["groups"] = [{**ramp["groups"][0], "wanted": 1.0, "month_filled": 13}]
    ramp |= {"in_place": 0.998361, "lost_a_day": 6.96281e-5, "flights_to_fill": 0.0346488}
    for other in summary["programme"]["ramps"][1:]:
        other["groups"] = other["groups"][:1]
    text = told(read(changed(fleet, summary=summary)))
    assert "0.998 of 1 satellite wanted (99.8 %) is in place" in text
    assert "means over many such fleets, hence fractions of satellites" in text
    assert "The group is filled by month 13." in text
    assert "takes 0.0346 of a flight" in text
    assert "0.0254 a year are lost" in text  # 6.96281e-5 × 365.25


@pytest.mark.parametrize(
    ("number", "written"),
    [(24127.1, "24,127"), (99.96, "100"), (12.345, "12.3"), (0.998361, "0.998"), (2e-15, "0")],
)
def test_counts_are_whole_where_they_are_large(number: float, written: str) -> None:
    assert count(number) == written


def test_what_comes_seldom_is_told_by_the_year() -> None:
    assert often(16.58) == "16.6 a day"
    assert often(0.01) == "3.65 a year"
    assert often(0.0) == "0 a year"


# --- other sections ------------------------------------------------------------------------------


def with_programme(results: Results, **changes: Any) -> Results:
    programme = {**results.summary["programme"], **changes}
    return changed(results, summary={**results.summary, "programme": programme})


def test_radiation_is_told_with_the_scenario_s_own_numbers(fleet: Results, drawn: Page) -> None:
    assert "centre of 10 mm of aluminium" in told(drawn)
    assert "at a mean Sun" in told(drawn) and "and one solar event like" in told(drawn)
    assert "from 2 krad on, and a payload that has taken them stops" in told(drawn)
    other = with_programme(
        fleet,
        shielding_mm=3.5,
        memory_limit_krad=7.0,
        solar_event_count=0.0,
        stops_at_memory_limit=False,
    )
    text = told(read(other))
    assert "centre of 3.5 mm of aluminium" in text and "and no solar event." in text
    assert "from 7 krad on, and a payload that has taken them works on" in text
    layout = report.figures(other)["radiation-dose"]["layout"]
    (level,) = layout["shapes"]
    assert level["y0"] == 7.0 and level["label"]["text"].endswith(f"7{SPACE}krad")


def borne(results: Results, group: str) -> Sequence[str]:
    listed = {row["group"]: row for row in rows(read(results), "Behind 10")}
    return list(listed[group].values())[-4:]


def test_what_chips_bear_stands_by_group_also_beyond_the_tables(fleet: Results) -> None:
    radiation = copy.deepcopy(fleet.summary["programme"]["radiation"])
    years, highest, calm, corruptions = borne(fleet, "low-inclination")
    found = radiation[2]
    assert value(years) == pytest.approx(found["least_years_to_memory_limit"], rel=THREE_DIGITS)
    assert value(highest) == pytest.approx(found["highest_altitude_km"], abs=0.51)
    assert value(calm) == pytest.approx(found["highest_altitude_without_event_km"], abs=0.51)
    assert value(corruptions) == pytest.approx(found["silent_corruptions_a_day"], rel=THREE_DIGITS)
    radiation[2]["highest_altitude_km"], radiation[0] = None, None
    partly = with_programme(fleet, radiation=radiation)
    assert borne(partly, "low-inclination")[1] == "nowhere"
    assert borne(partly, "dawn-dusk") == ["–"] * 4


def test_the_headline_tells_what_is_in_place(fleet: Results, drawn: Page) -> None:
    text = told(drawn)
    assert "in place after 4 years" in text
    assert "2 of 3 groups never filled within 4 years" in text
    assert "Not included: network, workload, cost, collisions, brightness, spectrum" in text


def test_ramps_are_compared_by_rocket(fleet: Results) -> None:
    ramps = fleet.summary["programme"]["ramps"]
    turned = with_programme(fleet, ramps=ramps[::-1])
    assert differences(fleet, turned)["summary"] == []
    faster = copy.deepcopy(ramps)
    faster[0]["in_place"] += 1.0
    (found,) = differences(fleet, with_programme(fleet, ramps=faster))["summary"]
    assert found["key"] == "programme.ramps.starship-v3.in_place"
    _, table = overview(fleet, with_programme(fleet, ramps=faster)).blocks
    (row,) = [row for row in table.rows if row[0] == "satellites in place at the horizon's end"]
    assert row[3] == "1"
