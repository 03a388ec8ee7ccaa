"""Does the report tell costs as the summary holds them, and what it cannot tell?"""

from __future__ import annotations

from typing import Any

import plotly.graph_objects
import polars as pl
import pytest

from sunstack.disciplines import economics
from sunstack.report.blocks import Block, Charts, Prose, Table
from sunstack.report.sections.costs import costs
from sunstack.report.sections.costs_charts import GroundCost, costs_by_year, waterfall
from sunstack.results import Results
from sunstack.summary.economics import LABELS, SETTING_WORDS

SPACE = "\N{NO-BREAK SPACE}"
MONTHS = 30


def bases(factor: float, **changed: Any) -> dict[str, Any]:
    usual = {name: factor * (1.0 + rank) for rank, name in enumerate(LABELS)}
    return {
        **usual,
        "usd_per_million_tokens": {"grok-2": 0.5 * factor},
        "obsolescence_factor": 1.58,
        **changed,
    }


def parts(**changed: float) -> dict[str, float]:
    usual = dict.fromkeys(economics.PARTS, 0.0)
    usual |= {"chips": 8e6, "array": 1e6, "launch": 1.2e6, "development": 1e5}
    assert set(changed) <= set(usual)
    return usual | changed


def year(number: int, factor: float, **changed: Any) -> dict[str, Any]:
    held = parts()
    return {
        "year": number,
        "launched_count": 640.0,
        "satellite_usd": sum(held.values()),
        "parts_usd": held,
        "running_usd": dict.fromkeys(economics.ITEMS, 1e6),
        "running_usd_per_satellite_year": 50_000.0,
        **bases(factor),
        **changed,
    }


def found(**changed: Any) -> dict[str, Any]:
    return {
        "money_year": 2026,
        "book": "series-2026",
        "precision": "fp8",
        **dict.fromkeys(SETTING_WORDS, 0.2),
        "has_chips": True,
        "knows_chip_price": True,
        "knows_rate": True,
        "rated_payload_w": 150e3,
        "launched_count": 1280.0,
        "whole": bases(20.0, obsolescence_factor=None),
        "parts_usd": parts(),
        "by_year": [year(2029, 40.0), year(2030, 25.0)],
        "programme": {
            "capital_usd": 4.67e11,
            "running_usd": 6.4e9,
            "revenue_usd": 7.4e10,
            "tax_usd": 0.0,
            "cash_usd": -3.3e11,
            "remaining_usd": 6.1e10,
            "most_spent_usd": 3.3e11,
            "most_spent_month": 28,
            "horizon_years": 2.5,
        },
        **changed,
    }


def money() -> pl.DataFrame:
    flat = [1e9] * MONTHS
    return pl.DataFrame(
        {
            "month": range(1, MONTHS + 1),
            "capital_chips_usd": flat,
            "capital_launch_usd": flat,
            "running_operations_usd": flat,
            "revenue_usd": flat,
            "tax_usd": flat,
            "cash_usd": [-3e9] * MONTHS,
        }
    )


def made(**changed: Any) -> Results:
    return Results(manifest={}, summary={"economics": found(**changed)}, tables={"money": money()})


def blocks_of[Kind: Block](results: Results, kind: type[Kind]) -> list[Kind]:
    return [block for block in costs(results).blocks if isinstance(block, kind)]


def told(results: Results) -> str:
    return " ".join(block.text for block in blocks_of(results, Prose))


def rows(table: Table) -> dict[str, list[str]]:
    return {str(row[0]): [str(cell) for cell in row[1:]] for row in table.rows}


def test_every_basis_stands_under_its_own_name() -> None:
    bases_table = rows(blocks_of(made(), Table)[0])
    for rank, label in enumerate(LABELS.values()):
        values = [20.0 * (1 + rank), 40.0 * (1 + rank), 25.0 * (1 + rank)]
        shown = [float(cell.replace(",", "")) for cell in bases_table[label]]
        assert shown == pytest.approx(values, rel=5e-3), label
    assert bases_table["million tokens of grok-2"] == ["10.0", "20.0", "12.5"]
    assert bases_table["first price over these, if prices fall"] == ["–", "1.58", "1.58"]


def test_parts_that_cost_nothing_are_left_out_and_the_rest_sums() -> None:
    table = rows(blocks_of(made(), Table)[1])
    assert "radiator" not in table
    assert table["chips"] == ["8,000", "8,000", "8,000"]
    assert table["all"] == ["10,300", "10,300", "10,300"]


def test_the_prose_tells_the_change_and_the_cash() -> None:
    words = told(made())
    assert f"40.0{SPACE}$ for satellites launched in 2029, 25.0{SPACE}$ for those of 2030" in words
    assert f"467{SPACE}billion{SPACE}$ go into satellites" in words
    assert "in month 28" in words
    assert f"tax takes 0{SPACE}$" in words
    losing = found()["programme"] | {"tax_usd": -2e9}
    assert f"losses save 2{SPACE}billion{SPACE}$ of tax" in told(made(programme=losing))


def test_every_chart_is_a_figure_of_plotly() -> None:
    charts = [chart for block in blocks_of(made(), Charts) for chart in block.charts]
    assert [chart.name for chart in charts] == [
        "costs-parts",
        "costs-usd-per-chip-hour",
        "costs-usd-per-kw-year-without-chips",
        "costs-cash",
    ]
    for chart in charts:
        assert plotly.graph_objects.Figure(chart.figure).data


def test_the_bars_of_a_satellite_stand_end_to_end() -> None:
    figure = waterfall(found()).figure
    (trace,) = figure["data"]
    ends = [base + length for base, length in zip(trace["base"], trace["x"], strict=True)]
    assert trace["base"][1:-1] == pytest.approx(ends[:-2])
    assert ends[-1] == pytest.approx(ends[-2]) == pytest.approx(10.3)


def test_development_that_hides_all_else_is_told_beside() -> None:
    chart = waterfall(found(parts_usd=parts(development=3e8)))
    assert "beside" in chart.title
    assert len(chart.figure["data"][0]["y"]) == 4
    assert "development" in rows(chart.table)


def test_the_ground_is_drawn_beside_orbit_where_it_is_known() -> None:
    ground = GroundCost(label="Texas", years=[2029, 2030], usd={"usd_per_chip_hour": [4.0, 3.5]})
    chart = costs_by_year(found(), basis="usd_per_chip_hour", ground=[ground])
    assert [trace["name"] for trace in chart.figure["data"]] == ["orbit", "Texas"]
    assert rows(chart.table)["2030"] == ["25.0", "3.50"]


def test_the_ground_stands_beside_orbit_year_by_year() -> None:
    years = [{"year": one, **bases(factor)} for one, factor in ((2029, 4.0), (2030, 5.0))]
    results = made(ground={"site": "texas", "by_year": years, "parity_year": None})
    table = rows(blocks_of(results, Table)[0])
    hour = next(iter(LABELS.values()))
    assert table[hour] == ["40.0", "4.00", "10", "25.0", "5.00", "5"]
    words = told(results)
    assert "10 times as much in orbit in 2029" in words and "5 times in 2030" in words
    assert "does not come down" in words
    drawn = blocks_of(results, Charts)[0].charts
    assert [len(chart.figure["data"]) for chart in drawn] == [1, 2, 2, 4]


def test_parity_is_told_with_its_year() -> None:
    years = [{"year": one, **bases(50.0)} for one in (2029, 2030)]
    results = made(ground={"site": "texas", "by_year": years, "parity_year": 2029})
    assert "no more than the ground for what is launched in 2029" in told(results)


def test_a_single_year_is_a_point() -> None:
    chart = costs_by_year(found(by_year=[year(2029, 40.0)]), basis="usd_per_chip_hour")
    assert any("markers" in trace.get("mode", "") for trace in chart.figure["data"])


def test_a_small_fleet_is_told_to_pay_for_development() -> None:
    words = told(made(parts_usd=parts(development=3e8)))
    assert "is its share of development" in words
    assert "is its share of development" not in told(made())


def test_without_a_price_of_chips_only_what_has_none_is_told() -> None:
    unknown = dict.fromkeys(
        ("usd_per_chip_hour", "usd_per_pflop_day", "usd_per_kw_year", "usd_per_mwh")
    ) | {"usd_per_million_tokens": {}, "capital_usd_per_w": None}
    results = made(
        knows_chip_price=False,
        whole=bases(20.0, **unknown),
        by_year=[year(2029, 40.0, **unknown)],
    )
    assert "their price is not known" in told(results)
    assert not any("accelerator" in name for name in rows(blocks_of(results, Table)[0]))
    names = [chart.name for block in blocks_of(results, Charts) for chart in block.charts]
    assert "costs-usd-per-chip-hour" not in names
    assert "costs-usd-per-kw-year-without-chips" in names


def test_a_payload_without_chips_and_unknown_rates_say_so() -> None:
    words = told(made(has_chips=False, knows_rate=False, knows_chip_price=False))
    assert "The payload carries no chips" in words
    assert "No revenue is told" in words


def test_runs_without_costs_and_without_launches_say_so() -> None:
    (only,) = costs(Results(manifest={}, summary={}, tables={})).blocks
    assert isinstance(only, Prose) and "run the scenario again" in only.text
    (only,) = costs(made(by_year=[])).blocks
    assert isinstance(only, Prose) and "Nothing is launched" in only.text
