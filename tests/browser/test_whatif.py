"""Do sliders move what the report answers, as Python has it, for everybody and on paper?"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Locator, Page
from pypdf import PdfReader
from surrogate_cases import rough, tree_of

from sunstack import report
from sunstack.report.blocks import Prose, Section
from sunstack.report.sections.whatif import whatif
from sunstack.results import Results
from sunstack.study.surrogate import values_of

from .conftest import Axe, OpenPage, plain

MINUS = "\N{MINUS SIGN}"
HOUR_S = 3600.0
TELEPHONE_PX = 390
THREE_DIGITS = 6e-3
"""Half of the last of three, of what begins with a one."""


def verdict(_: Results) -> Section:
    return Section(name="verdict", title="Verdict", blocks=[Prose(text="It closes.")])


def page_of(tree: dict[str, Any], folder: Path) -> Path:
    """A report of no more than the sliders: the others have tests of their own."""
    results = Results(
        manifest={"scenario": {"path": "here.yaml", "overrides": {"payload.power_kw": 65}}},
        summary={"name": "here", "description": "", "studies": {"surrogate": tree}},
        tables={},
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sunstack.report.sections.SECTIONS", (verdict, whatif))
        text = report.html(results)
    path = folder / "report.html"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def tree() -> dict[str, Any]:
    return tree_of()


@pytest.fixture(scope="module")
def path(tree: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return page_of(tree, tmp_path_factory.mktemp("what-if"))


def opened(open_page: OpenPage, path: Path, **how: Any) -> Page:
    page: Page = open_page(path, **how)
    page.wait_for_selector(".what-if[data-ready=true]")
    page.wait_for_selector("html[data-charts=drawn]", state="attached")
    return page


def answer(page: Page, label: str) -> Locator:
    return page.locator(".what-if dl > div").filter(
        has=page.locator("dt", has_text=re.compile(f"^{label}$"))
    )


def told(page: Page, label: str) -> float:
    text = answer(page, label).locator("strong").inner_text()
    return float(text.split("\N{NO-BREAK SPACE}")[0].replace(",", "").replace(MINUS, "-"))


def line(page: Page, side: str) -> list[float]:
    """What the drawn figure holds of a side."""
    found: list[float] = page.evaluate(
        "(side) => document.querySelector('#what-if-years .plot').data"
        ".find((trace) => trace.meta === side).y.map(Number)",
        side,
    )
    return found


def test_a_slider_moves_every_answer_as_python_has_it(
    open_page: OpenPage, path: Path, tree: dict[str, Any]
) -> None:
    page = opened(open_page, path)
    page.get_by_label("vintage").select_option("2033")
    before = told(page, "In orbit"), line(page, "orbit")
    page.get_by_label("Launch price", exact=True).focus()
    page.keyboard.press("Home")
    page.get_by_label("Life of a satellite", exact=True).focus()
    page.keyboard.press("End")
    page.get_by_label("Rockets in the fleet", exact=True).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "(was) => document.querySelector('#what-if-years .plot').data"
        ".find((trace) => trace.meta === 'orbit').y[0] !== was",
        arg=before[1][0],
    )
    exact = values_of(tree, np.array([[100.0, 8.0, 5.0]]))
    orbit_usd, ground_usd = (
        float(exact[f"{side}.chip_usd_per_s@5"][0]) * HOUR_S
        for side in ("economics.vintage", "ground")
    )
    assert told(page, "In orbit") == pytest.approx(orbit_usd, rel=THREE_DIGITS)
    assert told(page, "In orbit") < 0.5 * before[0]
    assert told(page, "On the ground") == pytest.approx(ground_usd, rel=THREE_DIGITS)
    # Two digits are shown: half of the last is 5 % of 1.0.
    assert told(page, "Ratio") == pytest.approx(orbit_usd / ground_usd, rel=0.05)
    tokens_usd = float(exact["economics.vintage.token_usd[grok-2]@5"][0]) * 1e6
    assert told(page, "One million tokens of grok-2, orbit") == pytest.approx(
        tokens_usd, rel=THREE_DIGITS
    )
    # Drawn from all digits; both programs round sums of some hundred terms in their own order.
    assert line(page, "orbit")[-1] == pytest.approx(orbit_usd, rel=1e-9)
    cheaper = [
        year
        for year in range(2029, 2034)
        if exact[f"economics.vintage.chip_usd_per_s@{year - 2028}"][0]
        <= exact[f"ground.chip_usd_per_s@{year - 2028}"][0]
    ]
    assert told(page, "Orbit is cheaper from") == cheaper[0] > 2029
    said = page.locator(".what-if-sentence").inner_text()
    assert "launch price 100 USD/kg, life of a satellite 8 years, rockets in the fleet 5" in said


def test_what_is_moved_can_be_named_repeated_and_taken_back(
    open_page: OpenPage, path: Path
) -> None:
    page = opened(open_page, path)
    before = page.locator(".what-if").inner_text()
    page.get_by_role("button", name="Starship v4 200").click()
    price = page.get_by_label("Launch price", exact=True)
    assert price.get_attribute("aria-valuetext") == "200 USD/kg"
    page.get_by_text("Run the whole chain here").click()
    assert page.locator(".what-if pre").inner_text() == (
        "sunstack run here.yaml --set payload.power_kw=65 --set launch.price_usd_per_kg=200"
    )
    page.get_by_role("button", name="Reset: Launch price").click()
    page.get_by_text("Run the whole chain here").click()
    assert page.locator(".what-if").inner_text() == before
    page.get_by_role("button", name="Best for orbit").click()
    best = told(page, "Ratio")
    page.get_by_role("button", name="Best for the ground").click()
    assert best < 0.5 * told(page, "Ratio")
    page.get_by_role("button", name="This run").click()
    assert page.locator(".what-if").inner_text() == before


@pytest.mark.parametrize("colour_scheme", ["light", "dark"])
def test_sliders_are_for_everybody(
    open_page: OpenPage, axe: Axe, path: Path, colour_scheme: str
) -> None:
    page = opened(open_page, path, colour_scheme=colour_scheme, width=TELEPHONE_PX, height=844)
    page.get_by_role("button", name="Starship v4 200").click()
    assert axe(page) == []
    assert int(page.evaluate("document.documentElement.scrollWidth")) <= TELEPHONE_PX
    # What is answered stays in sight of whoever moves the last slider.
    last = page.locator(".what-if-slider").last
    last.scroll_into_view_if_needed()
    last.locator("input").focus()
    page.keyboard.press("ArrowRight")
    box = page.locator(".what-if-answers").bounding_box()
    assert box and box["y"] >= 0.0 and box["y"] + box["height"] < 400.0


def test_a_rough_formula_is_marked_beside_every_answer(open_page: OpenPage, tmp_path: Path) -> None:
    page = opened(open_page, page_of(tree_of(rough), tmp_path))
    assert page.locator("#what-if .badge.bad").inner_text() == "A rough formula"
    colour = "(element) => getComputedStyle(element).color"
    error = answer(page, "In orbit").locator("span").first
    assert error.evaluate(colour) == page.locator(".badge.bad").evaluate(colour)


def test_paper_and_who_allows_no_scripts_have_the_tables(
    new_context: Callable[..., BrowserContext], path: Path, tmp_path: Path
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(path.as_uri())
    assert page.locator("#what-if noscript p").is_visible()
    assert page.locator("#what-if-years table").is_visible()
    assert not page.locator(".what-if-sliders").is_visible()
    page = new_context().new_page()
    page.goto(path.as_uri())
    page.wait_for_selector(".what-if[data-ready=true]")
    page.pdf(path=tmp_path / "report.pdf", format="A4")
    text = plain(
        "".join(sheet.extract_text() for sheet in PdfReader(tmp_path / "report.pdf").pages)
    )
    assert plain("What moves, between which ends") in text
    assert plain("launch.price_usd_per_kg") in text
    assert plain("Best for orbit") not in text
