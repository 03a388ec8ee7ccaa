"""Can everybody read the report: without a network, in the dark, on a telephone, on paper?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page
from pypdf import PageObject, PdfReader

from sunstack import report
from sunstack.results import Results

from .conftest import plain

type OpenPage = Callable[..., Page]

TELEPHONE_PX = 390
A4_PX = {"width": 794, "height": 1123}
"""An A4 page at 96 pixels to the inch, as CSS counts."""

CUT = """() => {
  const name = (element) => `${element.tagName} ${element.id} ${element.textContent.slice(0, 40)}`;
  const hides = (element) => getComputedStyle(element).overflowX !== "visible";
  return [...document.body.querySelectorAll("*")]
    .filter((element) => element.clientWidth > 0 && hides(element))
    .filter((element) => element.scrollWidth > element.clientWidth + 1)
    .map(name);
}"""
"""Elements that hold more than they show, as on paper nobody can scroll; 1 px is rounding."""


@pytest.fixture(params=["report_page", "fleet_page"])
def any_report(request: pytest.FixtureRequest) -> Path:
    path = request.getfixturevalue(request.param)
    assert isinstance(path, Path)
    return path


def titles(page: Page) -> list[str]:
    return [plain(title) for title in page.locator("section > h2").all_text_contents()]


def width_needed(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


def test_it_opens_offline_and_reports_no_error(open_page: OpenPage, any_report: Path) -> None:
    page = open_page(any_report)
    assert page.title().endswith("Sunstack")
    assert len(titles(page)) >= 5
    page.wait_for_load_state("networkidle")


def test_it_opens_at_a_section(open_page: OpenPage, report_page: Path) -> None:
    page = open_page(report_page, fragment="inputs")
    assert page.locator("#inputs").is_visible()
    assert page.evaluate("scrollY") > 0


@pytest.mark.parametrize("colour_scheme", ["light", "dark"])
def test_axe_finds_no_fault(
    open_page: OpenPage,
    axe: Callable[[Page], list[str]],
    any_report: Path,
    colour_scheme: str,
) -> None:
    page = open_page(any_report, colour_scheme=colour_scheme)
    assert axe(page) == []


def test_it_is_dark_for_who_prefers_dark(open_page: OpenPage, report_page: Path) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    light = open_page(report_page).evaluate(colour)
    assert open_page(report_page, colour_scheme="dark").evaluate(colour) != light


def test_a_telephone_need_not_scroll_sideways(open_page: OpenPage, any_report: Path) -> None:
    page = open_page(any_report, width=TELEPHONE_PX, height=844)
    assert width_needed(page) <= TELEPHONE_PX


# --- on paper ------------------------------------------------------------------------------------


def printed(page: Page, folder: Path) -> list[PageObject]:
    path = folder / "report.pdf"
    page.pdf(path=path, format="A4")
    return list(PdfReader(path).pages)


def test_paper_holds_every_section(open_page: OpenPage, any_report: Path, tmp_path: Path) -> None:
    page = open_page(any_report)
    text = plain("".join(sheet.extract_text() for sheet in printed(page, tmp_path)))
    assert [title for title in titles(page) if title not in text] == []
    assert plain(page.locator("footer").inner_text()) in text, "the end is missing"


def outside(sheet: PageObject) -> list[str]:
    """Texts that begin beyond the edges of the sheet."""
    found: list[str] = []
    right, top = float(sheet.mediabox.right), float(sheet.mediabox.top)

    def look(text: str, matrix: list[float], place: list[float], *_: object) -> None:
        x = matrix[0] * place[4] + matrix[2] * place[5] + matrix[4]
        y = matrix[1] * place[4] + matrix[3] * place[5] + matrix[5]
        if text.strip() and not (0 <= x <= right and 0 <= y <= top):
            found.append(f"{text.strip()} at ({x:.0f}, {y:.0f})")

    sheet.extract_text(visitor_text=look)
    return found


def test_paper_cuts_no_text(open_page: OpenPage, any_report: Path, tmp_path: Path) -> None:
    page = open_page(any_report, **A4_PX)
    assert [text for sheet in printed(page, tmp_path) for text in outside(sheet)] == []
    page.emulate_media(media="print")
    margins_px = 2 * 12 / 25.4 * 96  # the style's own page margins, 12 mm left and right
    page.set_viewport_size({"width": int(A4_PX["width"] - margins_px), "height": A4_PX["height"]})
    assert page.evaluate(CUT) == []
    assert width_needed(page) <= int(A4_PX["width"] - margins_px)


# --- two runs side by side -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory, one: Results, many: Results) -> Path:
    """One satellite against five groups: hardly a figure has a twin."""
    path = tmp_path_factory.mktemp("comparison") / "comparison.html"
    path.write_text(report.compared_html(("one", one), ("many", many)), encoding="utf-8")
    return path


def test_a_comparison_opens_with_every_chart_once(open_page: OpenPage, comparison: Path) -> None:
    page = open_page(comparison)
    page.wait_for_selector("html[data-charts=drawn]", state="attached")
    assert page.locator("figure.globe[data-ready=true]").count() == 2
    ids = page.eval_on_selector_all("[id]", "all => all.map((one) => one.id)")
    assert len(ids) == len(set(ids))
    assert page.locator("figure.chart:visible:not([data-drawn=true])").count() == 0


def test_only_differences_are_shown_until_all_is_asked_for(
    open_page: OpenPage, comparison: Path
) -> None:
    page = open_page(comparison)
    hidden = page.locator(".same").first
    assert not hidden.is_visible()
    page.get_by_label("Only differences").uncheck()
    assert hidden.is_visible()


@pytest.mark.parametrize("colour_scheme", ["light", "dark"])
def test_a_comparison_is_for_everybody(
    open_page: OpenPage,
    axe: Callable[[Page], list[str]],
    comparison: Path,
    colour_scheme: str,
) -> None:
    page = open_page(comparison, width=TELEPHONE_PX, height=844, colour_scheme=colour_scheme)
    page.wait_for_selector("html[data-charts=drawn]", state="attached")
    assert axe(page) == []
    assert width_needed(page) <= TELEPHONE_PX


def test_without_scripts_picture_and_tables_are_there(
    new_context: Callable[..., BrowserContext], report_page: Path
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(report_page.as_uri())
    assert page.locator(".globe img").is_visible()
    assert page.locator("#design-mass table").is_visible()
    assert not page.locator("#design-mass .plot").is_visible()
