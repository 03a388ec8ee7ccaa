"""Are figures what Plotly takes, lines kept in shape, colours apart, and numbers written right?"""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import numpy as np
import plotly.graph_objects
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sunstack.report import numerals
from sunstack.report.figures import (
    Bar,
    Figure,
    Level,
    Line,
    Mark,
    Point,
    bar_figure,
    heatmap_figure,
    line_figure,
    signed_bar_figure,
    thinned,
)
from sunstack.report.palette import DARK, DASHES, LIGHT, PAPER, exchanged

MINUS, SPACE = "\N{MINUS SIGN}", "\N{NO-BREAK SPACE}"


def test_a_thinned_line_keeps_its_peaks() -> None:
    y = [0.0] * 10_000
    y[4321], y[7000] = 5.0, -3.0
    line = thinned(Line(label="", x=range(10_000), y=y), points=200)
    assert len(line.x) <= 200
    assert dict(zip(line.x, line.y, strict=True))[4321] == 5.0
    assert min(line.y) == -3.0
    assert list(line.x) == sorted(line.x)


def a_line_figure() -> Figure:
    return line_figure(
        x_label="minutes",
        y_label="kW",
        lines=[Line(label=name, x=[0.0, 1.0], y=[1.0, 2.0], look=n) for n, name in enumerate("ab")],
        faint=[Line(label=name, x=[0.0, 1.0], y=[1.0, 2.0]) for name in "cd"],
        faint_label="2 others",
        levels=[Level(label="asked", y=3.0)],
        bands=[(0.2, 0.4), (0.6, 0.8)],
        band_label="in shadow",
        y_range=(0.0, 4.0),
    )


def a_heatmap() -> Figure:
    return heatmap_figure(
        x_label="day",
        y_label="km",
        z_label="%",
        x=["2028-01-01", "2028-01-06"],
        y=[500.0, 600.0, 700.0],
        z=[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]],
        z_range=(0.0, 6.0),
        marks=[Mark(label="g", low=550.0, high=560.0), Mark(label="h", low=600.0, high=600.0)],
    )


BARS = [
    Bar(label="a", end=50.0, text="50"),
    Bar(label="b", start=50.0, end=70.0, text="20", is_marked=True),
]


@pytest.mark.parametrize(
    "figure",
    [
        a_line_figure(),
        a_heatmap(),
        bar_figure(x_label="kg", bars=BARS),
        bar_figure(x_label="kg", bars=[]),
        signed_bar_figure(x_label="%", bars=BARS, reach=100.0),
    ],
)
def test_plotly_knows_every_name_and_value(figure: Figure) -> None:
    plotly.graph_objects.Figure(figure)


def test_series_differ_in_dash_as_well_as_colour() -> None:
    lines = a_line_figure()["data"][-2:]
    assert [line["line"]["dash"] for line in lines] == list(DASHES[:2])
    assert len({line["line"]["color"] for line in lines}) == 2
    assert [line["name"] for line in lines] == ["a", "b"]


def test_a_legend_names_shade_and_faint_lines_once() -> None:
    figure = a_line_figure()
    shades = [shape for shape in figure["layout"]["shapes"] if shape["type"] == "rect"]
    assert [shape["showlegend"] for shape in shades] == [True, False]
    assert [shape["x1"] for shape in shades] == [0.4, 0.8]
    faint = [trace for trace in figure["data"] if trace["line"]["width"] < 1.0]
    assert [trace["name"] for trace in faint if trace.get("showlegend", True)] == ["2 others"]
    assert [trace["name"] for trace in faint] == ["c", "d", "2 others"]


def test_a_waterfall_s_bars_begin_where_the_one_before_ends() -> None:
    (trace,) = bar_figure(x_label="kg", bars=BARS)["data"]
    assert trace["base"] == [0.0, 50.0]
    assert trace["x"] == [50.0, 20.0]
    assert trace["text"] == ["50", "<b>20</b>"]


def test_signed_bars_have_their_text_across_the_zero_line() -> None:
    bars = [Bar(label="a", end=-50.0, text="-50"), Bar(label="b", end=50.0, text="+50")]
    drawn, texts = signed_bar_figure(x_label="%", bars=bars, reach=100.0)["data"]
    assert drawn["x"] == [-50.0, 50.0]
    assert texts["textposition"] == ["middle right", "middle left"]
    assert texts["x"] == [0.0, 0.0]


def test_a_heatmap_marks_both_ends_of_a_stretch_and_one_of_a_point() -> None:
    layout = a_heatmap()["layout"]
    assert sorted(shape["y0"] for shape in layout["shapes"]) == [550.0, 560.0, 600.0]
    assert [label["text"] for label in layout["annotations"]] == ["g", "h"]


def test_points_are_named_and_a_logarithmic_axis_ends_in_powers() -> None:
    figure = line_figure(
        x_label="km",
        y_label="krad",
        lines=[Line(label="a", x=[300.0, 2000.0], y=[0.01, 100.0])],
        points=[Point(label="shell", x=600.0, y=1.0)],
        y_range=(0.01, 1000.0),
        y_is_logarithmic=True,
    )
    plotly.graph_objects.Figure(figure)
    assert figure["layout"]["yaxis"]["type"] == "log"
    assert figure["layout"]["yaxis"]["range"] == pytest.approx([-2.0, 3.0])
    assert figure["data"][-1]["text"] == ["shell"]
    assert figure["data"][-1]["x"] == [600.0]


def texts_of(tree: Any) -> list[str]:
    if isinstance(tree, dict):
        return [text for value in tree.values() for text in texts_of(value)]
    if isinstance(tree, list):
        return [text for value in tree for text in texts_of(value)]
    return [tree] if isinstance(tree, str) else []


def test_figures_show_tags_as_text() -> None:
    bar = Bar(label="<script>", end=1.0, text='<a href="x">&')
    figures = (
        bar_figure(x_label="<i>", bars=[bar]),
        line_figure(x_label="<i>", y_label="<i>", lines=[Line(label="<b>", x=[0.0], y=[0.0])]),
    )
    written = " ".join(text for figure in figures for text in texts_of(dict(figure)))
    assert not re.search(r"<(i|b|script|a)\b", written)
    assert "&lt;script&gt;" in written


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0.0, "0"),
        (94.4633, "94.46"),
        (1_000_000.0, "1,000,000"),
        (1_234_567.0, "1,235,000"),
        (0.01, "0.01"),
        (-0.004, f"{MINUS}0.004"),
        (9.9999, "10"),
        (2.0e-8, f"2{SPACE}×{SPACE}10⁻⁸"),
    ],
)
def test_numbers_have_four_digits_that_count(number: float, written: str) -> None:
    assert numerals.significant(number) == written


def test_units_are_those_of_people() -> None:
    assert numerals.power(94_463_300_000.0) == f"94.46{SPACE}GW"
    assert numerals.power(120_000.0) == f"120{SPACE}kW"
    assert numerals.power(0.0) == f"0{SPACE}W"
    assert numerals.kilowatt(109_000.0) == "109.0"
    assert numerals.kilowatt_hour(1.8e8) == "50.00"
    assert numerals.celsius(368.15) == "95.0"
    assert numerals.celsius(273.149) == "0.0"
    assert numerals.percent(0.802088) == f"80.2{SPACE}%"
    assert numerals.signed_percent(-1e-5) == f"+0.0{SPACE}%"
    assert numerals.signed_percent(-0.88) == f"{MINUS}88.0{SPACE}%"
    assert numerals.span(550.0, 568.0, 0) == "550–568"
    assert numerals.span(650.0, 650.0, 0) == "650"


@given(st.floats(1e-3, 1e12))
def test_a_written_number_reads_back_within_its_digits(number: float) -> None:
    assert float(numerals.significant(number).replace(",", "")) == pytest.approx(number, rel=5e-4)


# --- colours -------------------------------------------------------------------------------------

PALETTES = {"light": LIGHT, "dark": DARK, "paper": PAPER}


def test_every_colour_of_a_figure_has_its_dark_one() -> None:
    colour = re.compile(r"#[0-9a-f]{6}")
    for figure in (a_line_figure(), a_heatmap(), bar_figure(x_label="", bars=BARS)):
        used = {text for text in texts_of(dict(figure)) if colour.fullmatch(text)}
        assert used <= exchanged().keys()
    # One light colour stands for one purpose: else the exchange could not tell them apart.
    assert len(set(LIGHT.values())) == len(LIGHT) == len(exchanged())


COLOUR_BLIND = {
    "none": np.eye(3),
    "no red cones": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green cones": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no blue cones": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
"""Linear light as it is seen: Machado, Oliveira, Fernandes, IEEE TVCG 15 (2009) 1291, table 1."""
CIE_XYZ = [
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
]
WHITE = (0.95047, 1.0, 1.08883)


def linear(colour: str) -> NDArray[np.float64]:
    channels = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """As WCAG 2 has it: from relative luminance."""
    darker, lighter = sorted(float(CIE_XYZ[1] @ linear(colour)) for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def lab(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIE L*a*b* under daylight (D65)."""
    xyz = np.asarray(CIE_XYZ) @ np.clip(light, 0.0, 1.0) / WHITE
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("theme", PALETTES)
def test_colours_stand_out_from_the_page(theme: str) -> None:
    palette = PALETTES[theme]
    # WCAG 2.2: text 4.5 (1.4.3), lines and bars 3 (1.4.11).
    for name in ("text", "muted", "link", "good", "bad"):
        assert contrast(palette[name], palette["page"]) >= 4.5, name
        assert contrast(palette[name], palette["panel"]) >= 4.5, name
    for name in (*(f"series-{look}" for look in range(6)), "bar-short", "bar-spare", "neutral"):
        assert contrast(palette[name], palette["page"]) >= 3.0, name


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("eye", COLOUR_BLIND)
def test_series_stay_apart_for_the_colour_blind(theme: str, eye: str) -> None:
    # A distance of 2.3 is just noticeable; 15 is told apart in thin lines without looking twice.
    names = [f"series-{look}" for look in range(6)]
    for one, other in combinations(names, 2):
        seen = [lab(COLOUR_BLIND[eye] @ linear(PALETTES[theme][name])) for name in (one, other)]
        assert np.linalg.norm(seen[0] - seen[1]) >= 15.0, (one, other)
