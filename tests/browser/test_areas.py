"""Does a page draw layers and columns upon each other, at their values, in the theme's colours?"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from sunstack import report
from sunstack.report.blocks import Chart, Charts, Section, Table, number, text
from sunstack.report.figures import Figure, Level, Line, column_figure, stacked_figure
from sunstack.report.palette import DARK, LIGHT

type OpenPage = Callable[..., Page]
type Scheme = Literal["light", "dark"]

NAMES = ("hardware", "launch", "operations")
YEARS = ("2028", "2029", "2030")
CEILING = 8.0
SIZES = (1.0, 2.0, 3.0)
PALETTES = {"light": LIGHT, "dark": DARK}


def parts(x: Any) -> list[Line]:
    return [
        Line(label=name, x=x, y=[size] * len(x), look=look)
        for look, (name, size) in enumerate(zip(NAMES, SIZES, strict=True))
    ]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of nothing but the two figures."""
    drawn = {"y_label": "USD", "levels": [Level(label="asked", y=7.0)], "y_range": (0.0, CEILING)}
    figures = {
        "layers": stacked_figure(x_label="years", layers=parts([0.0, 1.0, 2.0]), **drawn),
        "columns": column_figure(x_label="year", columns=parts(YEARS), **drawn),
    }
    charts = Charts(charts=[chart(name, figure) for name, figure in figures.items()])
    section = Section(name="verdict", title="Parts of a whole", blocks=[charts])
    path = tmp_path_factory.mktemp("areas") / "page.html"
    path.write_text(report._page("areas", "", [section]), encoding="utf-8")
    return path


def chart(name: str, figure: Figure) -> Chart:
    rows = [[one, str(size)] for one, size in zip(NAMES, SIZES, strict=True)]
    table = Table(caption=name, columns=[text("part"), number("USD")], rows=rows)
    return Chart(name=name, title=name, description="Three parts.", figure=figure, table=table)


def opened(open_page: OpenPage, path: Path, scheme: Scheme) -> Page:
    page = open_page(path, colour_scheme=scheme)
    page.wait_for_selector("html[data-charts=drawn]", state="attached")
    return page


def spans(page: Page, chart: str, kind: str) -> list[tuple[float, float]]:
    """From where to where each drawn piece reaches, on the axis upward."""
    boxes = page.locator(f"#{chart} .plot {kind}").evaluate_all(
        "pieces => pieces.map((piece) => [piece.getBBox().y, piece.getBBox().height])"
    )
    drawing = page.locator(f"#{chart} .plot").evaluate("plot => plot._fullLayout._size.h")
    scale = CEILING / drawing
    return [(scale * (drawing - top - height), scale * (drawing - top)) for top, height in boxes]


def colours(page: Page, chart: str, kind: str) -> list[set[str]]:
    """Colours of each drawn piece: of its fill, or of the pattern it is filled with."""
    return [
        {as_hexadecimal(colour) for colour in found}
        for found in page.locator(f"#{chart} .plot {kind}").evaluate_all(
            """pieces => pieces.map((piece) => {
                const fill = getComputedStyle(piece).fill;
                const name = /#([\\w-]+)/.exec(fill)?.[1];
                if (!name) return [fill];
                const inside = document.getElementById(name).querySelectorAll("*");
                return [...inside].flatMap((one) => [
                    getComputedStyle(one).fill, getComputedStyle(one).stroke,
                ]);
            })"""
        )
    ]


def as_hexadecimal(colour: str) -> str:
    return "#" + "".join(f"{int(channel):02x}" for channel in re.findall(r"\d+", colour)[:3])


LAYERS, COLUMNS = ".scatterlayer .js-fill", ".barlayer .point path"
STACK = [(0.0, 1.0), (1.0, 3.0), (3.0, 6.0)]


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_layers_lie_upon_each_other(open_page: OpenPage, path: Path) -> None:
    drawn = spans(opened(open_page, path, "light"), "layers", LAYERS)
    assert sorted(drawn) == [pytest.approx(span, abs=0.02) for span in STACK]


def test_columns_stand_upon_each_other(open_page: OpenPage, path: Path) -> None:
    page = opened(open_page, path, "light")
    drawn = spans(page, "columns", COLUMNS)
    wanted = [span for span in STACK for _ in YEARS]
    assert sorted(drawn) == [pytest.approx(span, abs=0.02) for span in wanted]
    assert page.locator("#columns .xtick text").all_text_contents() == list(YEARS)


@pytest.mark.parametrize("chart", ["layers", "columns"])
def test_the_highest_is_named_first_and_the_level_too(
    open_page: OpenPage, path: Path, chart: str
) -> None:
    page = opened(open_page, path, "light")
    legend = page.locator(f"#{chart} .plot .legendtext")
    assert legend.all_text_contents() == list(reversed(NAMES))
    assert page.locator(f"#{chart} .annotation-text").all_text_contents() == ["asked"]


@pytest.mark.parametrize(("chart", "kind"), [("layers", LAYERS), ("columns", COLUMNS)])
def test_fills_and_patterns_take_the_theme_s_colours(
    open_page: OpenPage, path: Path, scheme: Scheme, chart: str, kind: str
) -> None:
    page = opened(open_page, path, scheme)
    assert_colours(page, chart, kind, scheme)
    # On paper they are always light; a theme that changes is followed.
    page.emulate_media(media="print")
    page.wait_for_timeout(500)
    assert_colours(page, chart, kind, "light")
    other: Scheme = "dark" if scheme == "light" else "light"
    page.emulate_media(media="screen", color_scheme=other)
    page.wait_for_timeout(500)
    assert_colours(page, chart, kind, other)


def assert_colours(page: Page, chart: str, kind: str, scheme: Scheme) -> None:
    palette, other = PALETTES[scheme], PALETTES["dark" if scheme == "light" else "light"]
    bottoms = [round(bottom) for bottom, _ in spans(page, chart, kind)]
    assert set(bottoms) == {0, 1, 3}
    for bottom, found in zip(bottoms, colours(page, chart, kind), strict=True):
        look = (0, 1, 3).index(bottom)
        assert palette[f"area-{look}"] in found
        # The first has no pattern.
        assert (palette[f"series-{look}"] in found) == (look > 0)
        assert not {other[f"area-{look}"], other[f"series-{look}"]} & found


def test_a_reader_s_pointer_is_told_all_parts(open_page: OpenPage, path: Path) -> None:
    page = opened(open_page, path, "light")
    for chart in ("layers", "columns"):
        page.locator(f"#{chart} .plot .nsewdrag").hover()
        label = page.locator(f"#{chart} .hoverlayer .legend")
        label.wait_for()
        told = " ".join(label.locator(".legendtext").all_text_contents())
        assert re.findall(r"[a-z]+ : \d", told) == ["operations : 3", "launch : 2", "hardware : 1"]
