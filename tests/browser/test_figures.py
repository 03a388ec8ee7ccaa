"""Does every chart show, as text a reader sees, what the run's summary says?"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from sunstack import results as results_folder
from sunstack.results import Results

type OpenPage = Callable[..., Page]
MINUS, SPACE = "\N{MINUS SIGN}", "\N{NO-BREAK SPACE}"
FOUR_DIGITS = 6e-4
"""Half of the last of four digits, and of the last of the summary's six."""


@pytest.fixture(scope="module")
def fleet(many: Results) -> Results:
    return many


@pytest.fixture(scope="module")
def path(fleet: Results, write_report: Callable[[Results], Path]) -> Path:
    return write_report(fleet)


@pytest.fixture
def page(open_page: OpenPage, path: Path) -> Page:
    page = open_page(path)
    page.wait_for_selector("html[data-charts=drawn]", state="attached")
    return page


def texts(page: Page, chart: str, kind: str) -> list[str]:
    return page.locator(f"#{chart} .plot {kind}").all_text_contents()


def beside(page: Page, chart: str, kind: str) -> dict[str, str]:
    """Text of each bar by the label that stands at its height."""
    labels = {_height(one): one.text_content() or "" for one in _all(page, chart, ".ytick text")}
    found = {}
    for one in _all(page, chart, kind):
        own = _height(one)
        nearest = min(labels, key=partial(_distance, own))
        assert _distance(nearest, own) < 6.0
        found[labels[nearest]] = one.text_content() or ""
    assert len(found) == len(labels)
    return found


def _distance(one: float, other: float) -> float:
    return abs(one - other)


def _all(page: Page, chart: str, kind: str) -> list[Locator]:
    return page.locator(f"#{chart} .plot {kind}").all()


def _height(text: Locator) -> float:
    box = text.bounding_box()
    assert box
    return box["y"] + box["height"] / 2.0


def number(text: str) -> float:
    found = re.search(r"[\d.,]+", text.replace(MINUS, "-"))
    assert found, text
    sign = -1.0 if MINUS in text else 1.0
    return sign * float(found[0].replace(",", ""))


def test_every_chart_is_drawn(page: Page) -> None:
    charts = page.locator("figure.chart")
    assert charts.count() >= 15
    for chart in charts.all():
        assert chart.locator("svg.main-svg").count() >= 2
        assert chart.get_attribute("data-drawn") == "true"


def test_margins_are_written_beside_their_bars(page: Page, fleet: Results) -> None:
    for place, group in enumerate(fleet.summary["groups"]):
        written = beside(page, f"margins-{place}", ".scatterlayer text")
        assert written.keys() == {name.replace("_", " ") for name in group["margins"]}
        for name, value in group["margins"].items():
            wanted = f"{100 * value:+.1f}{SPACE}%".replace("-", MINUS)
            binds = " binds" if name == group["binding_margin"] else ""
            assert written[name.replace("_", " ")].strip(SPACE) == wanted + binds


def test_the_mass_s_bars_are_the_summary_s_kilograms(page: Page, fleet: Results) -> None:
    satellites = fleet.summary["satellites"]
    written = beside(page, "design-mass", ".barlayer text")
    wanted = {
        name.removesuffix("_kg"): mass
        for name, mass in satellites["mass_kg"].items()
        if name != "total_kg"
    } | {"built up": satellites["mass_kg"]["total_kg"], "stated": satellites["stated_mass_kg"]}
    assert written.keys() == wanted.keys()
    for name, mass in wanted.items():
        assert number(written[name]) == pytest.approx(mass, rel=FOUR_DIGITS)


def test_the_radiator_s_waterfall_adds_up_as_it_is_written(page: Page, fleet: Results) -> None:
    drawn = page.locator("figure[id^=radiator-]").count()
    tables = {
        row.locator("th").inner_text(): row.locator("td").all_inner_texts()
        for row in page.locator("#radiator > .scroll tbody tr").all()
    }
    assert drawn == 3 and len(tables) == len(fleet.summary["groups"])
    for place in range(drawn):
        title = page.locator(f"#radiator-{place} figcaption").inner_text()
        (group,) = (g for g in fleet.summary["groups"] if title.endswith(g["name"]))
        values = [number(text) for text in texts(page, f"radiator-{place}", ".barlayer text")]
        found = group["radiator_hottest"]
        parts = ["payload_w", "bus_w", "sunlight_w", "albedo_w", "earth_infrared_w", "emitted_w"]
        wanted = [found[name] / 1e3 for name in (*parts, "heat_limit_w")]
        assert values[:7] == pytest.approx(wanted, rel=FOUR_DIGITS)
        assert sum(values[:5]) == pytest.approx(values[5], rel=2e-3)
        assert [number(cell) for cell in tables[group["name"]][1:8]] == values[:7]


def test_batteries_by_policy(page: Page, fleet: Results) -> None:
    policies = fleet.summary["eclipse_policies"]
    written = beside(page, "design-battery", ".barlayer text")
    for name, needed in policies["needed"].items():
        capacity, _, mass = written[f"to {name}"].partition(f",{SPACE}")
        assert number(capacity) == pytest.approx(needed["battery_capacity_kwh"], rel=FOUR_DIGITS)
        assert number(mass) == pytest.approx(needed["battery_mass_kg"], rel=FOUR_DIGITS)


def test_lines_are_named_and_the_power_asked_for_is_written(page: Page, fleet: Results) -> None:
    names = [group["name"] for group in fleet.summary["groups"]]
    for chart in ("year-time-in-sunlight", "year-payload-power"):
        assert sorted(texts(page, chart, ".legendtext")) == sorted(names)
    asked_kw = fleet.summary["satellites"]["payload_required_w"] / 1e3
    (level,) = (t for t in texts(page, "year-payload-power", ".shapelayer text") if "asked" in t)
    assert number(level) == pytest.approx(asked_kw, rel=FOUR_DIGITS)


def test_shells_are_named_on_the_maps_of_shadow(page: Page, fleet: Results) -> None:
    kinds = fleet.summary["eclipse_maps"]
    groups = {group["name"]: group for group in fleet.summary["groups"]}
    for place, kind in enumerate(kinds):
        assert kind["kind"] in page.locator(f"#eclipses-{place} figcaption").inner_text()
        marks = " ".join(texts(page, f"eclipses-{place}", ".annotation-text"))
        for name in (kind["groups"][0], kind["groups"][-1]):
            assert name in marks
        lowest = min(groups[name]["altitude_low_km"] for name in kind["groups"])
        assert f"{lowest:,.0f}" in marks
        told = page.locator(f"#eclipses-{place} .plot").get_attribute("aria-label") or ""
        for end in ("least", "most"):
            assert f"{100 * kind[f'{end}_eclipse_fraction']:.1f}{SPACE}%" in told


def test_doses_are_the_summary_s(page: Page, fleet: Results) -> None:
    rows = {
        row.locator("th").inner_text(): row.locator("td").all_inner_texts()
        for row in page.locator("#radiation > .scroll tbody tr").all()
    }
    named = texts(page, "radiation-dose", ".scatterlayer .textpoint")
    for group in fleet.summary["groups"]:
        found = group["radiation"]
        assert any(group["name"].startswith(name.rstrip("…")) for name in named)
        cells = rows[group["name"]]
        # Written with three digits: half a unit of the third is 0.5 % at most.
        assert number(cells[1]) == pytest.approx(found["dose_krad_per_year"], rel=6e-3)
        assert number(cells[2]) == pytest.approx(found["dose_over_life_krad"], rel=6e-3)
        assert number(cells[3]) == pytest.approx(
            100 * found["past_memory_limit_fraction"], abs=0.51
        )


def test_every_city_stands_on_the_map_in_a_colour_of_the_scale(page: Page, fleet: Results) -> None:
    places = fleet.tables["places"]
    never = places["round_trip_ms"].null_count()
    marks = page.locator("#network-map .scatterlayer .points path")
    assert marks.count() == len(places) > 100
    fills = marks.evaluate_all("marks => marks.map(mark => getComputedStyle(mark).fill)")
    assert len(set(fills)) > 10
    assert texts(page, "network-map", ".legendtext") == (["never reached"] if never else [])
    assert page.locator("#network-map .colorbar .cbfills").count() > 0


def test_parts_of_the_round_trip_are_written_beside_their_bars(page: Page, fleet: Results) -> None:
    nearest = fleet.summary["network"]["nearest"]
    written = beside(page, "network-parts", ".barlayer text")
    wanted = {part["name"]: part["mean"] for part in nearest["parts_ms"]} | {
        "in orbit, in all": nearest["round_trip_ms"]["mean"],
        "by fibre": nearest["fibre_ms"]["mean"],
    }
    assert written.keys() == wanted.keys()
    for name, mean in wanted.items():
        # Two digits from 0.1 ms on, one below it: half of the last is 5 % at most, or 0.005 ms.
        assert number(written[name]) == pytest.approx(mean, rel=0.05, abs=0.005)


def test_the_map_s_cities_come_as_csv(page: Page, fleet: Results, tmp_path: Path) -> None:
    _, *rows = csv.reader(io.StringIO(saved(page, "network-map", "CSV", tmp_path).decode()))
    given = {
        (row["name"], f"{row['longitude_deg']:.4g}"): row["round_trip_ms"]
        for row in fleet.tables["places"].iter_rows(named=True)
    }
    found = {
        (name, f"{float(across):.4g}"): float(value) if value else None
        for name, across, _, value, _ in rows
    }
    # Figures keep six significant digits (`layout.digits`).
    assert found == pytest.approx(given, rel=1e-5)


def test_the_headline_s_numbers_are_the_summary_s(page: Page, fleet: Results) -> None:
    summary = fleet.summary
    assert summary["verdict"] in page.locator("#verdict").inner_text()
    shown = {
        item.locator("dt").inner_text(): item.locator("strong").inner_text()
        for item in page.locator("#verdict .key-numbers > div").all()
    }
    assert number(shown["satellites"]) == summary["satellites"]["count"]
    assert number(shown["time in sunlight"]) == pytest.approx(
        100 * summary["fleet"]["sunlit_fraction"], abs=0.06
    )
    assert number(shown["mean payload power"]) * 1e3 == pytest.approx(
        summary["fleet"]["payload_power_w"], rel=FOUR_DIGITS
    )


# --- taking them away ----------------------------------------------------------------------------


def saved(page: Page, chart: str, kind: str, folder: Path) -> bytes:
    with page.expect_download() as waiting:
        page.locator(f"#{chart} .tools button", has_text=kind).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert path.name.startswith("starlink-gen1-") and path.suffix == f".{kind.lower()}"
    return path.read_bytes()


def test_a_line_s_numbers_come_as_csv(page: Page, fleet: Results, tmp_path: Path) -> None:
    text = saved(page, "year-payload-power", "CSV", tmp_path).decode()
    head, *rows = csv.reader(io.StringIO(text))
    days = fleet.tables["days"]
    assert len(rows) == 365
    for column, title in enumerate(head[1:], start=1):
        name = title.removesuffix(" (Payload power, kW)")
        own = days.filter(days["group"] == name).sort("day")["payload_power_w"]
        values = [1e3 * float(row[column]) for row in rows]
        assert values == pytest.approx(own.to_list(), rel=1e-5)


def test_a_map_s_numbers_come_as_csv(page: Page, fleet: Results, tmp_path: Path) -> None:
    text = saved(page, "eclipses-0", "CSV", tmp_path).decode()
    _, *rows = csv.reader(io.StringIO(text))
    table = fleet.tables["eclipses"]
    own = table.filter(table["kind"] == fleet.summary["eclipse_maps"][0]["kind"])
    assert [float(row[2]) for row in rows] == pytest.approx(
        (100 * own["eclipse_fraction"]).to_list(), rel=1e-5
    )


@pytest.mark.parametrize(("kind", "start"), [("SVG", b"<svg"), ("PNG", b"\x89PNG\r\n\x1a\n")])
def test_a_chart_is_saved_as_a_picture(page: Page, kind: str, start: bytes, tmp_path: Path) -> None:
    content = saved(page, "design-mass", kind, tmp_path)
    assert content.startswith(start)
    assert len(content) > 5_000
    if kind == "SVG":
        text = content.decode()
        assert "Mass built up from parts" in text
        assert "starlink-gen1" in text and "a model, not a measurement" in text


def test_figures_take_the_theme_s_colours(open_page: OpenPage, path: Path) -> None:
    colours = [
        _colour_of_first_bar(open_page(path, colour_scheme=scheme)) for scheme in ("light", "dark")
    ]
    assert colours[0] != colours[1]


def _colour_of_first_bar(page: Page) -> Any:
    page.wait_for_selector("html[data-charts=drawn]", state="attached")
    bar = page.locator("#design-mass .barlayer path").first
    return bar.evaluate("element => getComputedStyle(element).fill")


def test_a_theme_that_changes_is_followed(page: Page) -> None:
    before = _colour_of_first_bar(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(500)
    assert _colour_of_first_bar(page) != before


def test_a_notebook_shows_the_whole_report(
    open_page: OpenPage, fleet: Results, path: Path, tmp_path: Path
) -> None:
    shown = tmp_path / "notebook.html"
    report = {"report.html": path.read_text("utf-8")}
    frame = results_folder.with_documents(fleet, report)._repr_html_()
    shown.write_text(
        f"<!doctype html><title>n</title><link rel=icon href='data:,'>{frame}", "utf-8"
    )
    inside = open_page(shown).frame_locator("iframe")
    inside.locator("figure.globe[data-ready=true]").wait_for()
    inside.locator("html[data-charts=drawn]").wait_for(state="attached")
    assert inside.locator("#verdict .prose").first.inner_text() == fleet.summary["verdict"]
    # A link to a section stays in the frame and leads there.
    inside.locator("nav a[href='#inputs']").click()
    expect(inside.locator("#inputs h2")).to_be_in_viewport()
