"""Do parts that make up a whole add up as given, stay apart to the eye, and share their axes?"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects
import pytest
from test_report_figures import COLOUR_BLIND, contrast, lab, linear, texts_of

from sunstack.report.comparison import on_the_same_axes
from sunstack.report.figures import (
    LINES_HEIGHT_PX,
    POINTS_PER_LINE,
    Figure,
    Level,
    Line,
    column_figure,
    stacked_figure,
)
from sunstack.report.palette import AREAS, DARK, LIGHT, PAPER, PATTERNS, SERIES, exchanged

NAMES = ("hardware", "launch", "operations")
YEARS = ("2028", "2029", "2030")


def parts(x: Any, count: int = 3) -> list[Line]:
    """The first part is 1 everywhere, the second 2, and so on."""
    return [Line(label=NAMES[n % 3], x=x, y=[n + 1.0 for _ in x], look=n) for n in range(count)]


def layers(count: int = 3, **further: Any) -> Figure:
    x = [0.0, 1.0, 2.0]
    return stacked_figure(x_label="years", y_label="USD", layers=parts(x, count), **further)


def columns(count: int = 3, **further: Any) -> Figure:
    return column_figure(x_label="year", y_label="USD", columns=parts(YEARS, count), **further)


KINDS = pytest.mark.parametrize("draw", [layers, columns])


@KINDS
@pytest.mark.parametrize("count", [0, 1, 3, 20])
def test_plotly_knows_every_name_and_value(draw: Callable[..., Figure], count: int) -> None:
    figure = draw(count, levels=[Level(label="asked", y=4.0)])
    plotly.graph_objects.Figure(figure)
    assert json.loads(json.dumps(figure, allow_nan=False)) == figure


@KINDS
def test_values_stand_as_given_the_first_lowest(draw: Callable[..., Figure]) -> None:
    figure = draw()
    assert [trace["name"] for trace in figure["data"]] == list(NAMES)
    assert [trace["y"] for trace in figure["data"]] == [[1.0] * 3, [2.0] * 3, [3.0] * 3]
    assert figure["layout"]["legend"]["traceorder"] == "reversed"


def test_layers_are_of_one_stack_and_columns_too() -> None:
    stacked, upright = layers(), columns()
    assert {trace["stackgroup"] for trace in stacked["data"]} == {"parts"}
    assert stacked["data"][0]["x"] == [0.0, 1.0, 2.0]
    assert upright["layout"]["barmode"] == "stack"
    assert upright["data"][0]["x"] == list(YEARS)
    # As numbers, years would have halves between them.
    assert upright["layout"]["xaxis"]["type"] == "category"


@KINDS
def test_the_axis_upward_begins_at_zero_and_holds_stack_and_levels(
    draw: Callable[..., Figure],
) -> None:
    assert draw()["layout"]["yaxis"]["range"] == pytest.approx([0.0, 6.3])
    level = draw(levels=[Level(label="asked", y=10.0)])["layout"]
    assert level["yaxis"]["range"] == pytest.approx([0.0, 10.5])
    assert [shape["y0"] for shape in level["shapes"]] == [10.0]
    assert [label["text"] for label in level["annotations"]] == ["asked"]
    assert draw(y_range=(2.0, 8.0))["layout"]["yaxis"]["range"] == [2.0, 8.0]


@KINDS
def test_parts_over_different_x_are_refused(draw: Callable[..., Figure]) -> None:
    one, other = parts([0.0, 1.0], 1)[0], parts([0.0, 2.0], 1)[0]
    with pytest.raises(ValueError, match="same x"):
        stacked_figure(x_label="", y_label="", layers=[one, other])
    with pytest.raises(ValueError, match="same x"):
        column_figure(x_label="", y_label="", columns=[one, other])


def test_thinned_layers_keep_the_same_x_their_ends_and_the_peak_of_the_whole() -> None:
    x = list(range(10 * POINTS_PER_LINE))
    falling = Line(label="falling", x=x, y=[float(len(x) - place) for place in x])
    rising = Line(label="rising", x=x, y=[float(place) for place in x], look=1)
    peak = Line(label="peak", x=x, y=[5.0 * (place == 4321) for place in x], look=2)
    traces = stacked_figure(x_label="", y_label="", layers=[falling, rising, peak])["data"]
    kept = traces[0]["x"]
    assert all(trace["x"] == kept for trace in traces)
    assert len(kept) <= POINTS_PER_LINE + 2
    assert (kept[0], kept[-1]) == (x[0], x[-1])
    assert 5.0 in traces[2]["y"]
    assert [below + above for below, above in zip(traces[0]["y"], traces[1]["y"], strict=True)] == (
        pytest.approx([float(len(x))] * len(kept))
    )


def look_of(trace: dict[str, Any]) -> tuple[str, str, str]:
    """Fill, outline and pattern."""
    if trace["type"] == "bar":
        marker = trace["marker"]
        return marker["color"], marker["line"]["color"], marker["pattern"]["shape"]
    return trace["fillcolor"], trace["line"]["color"], trace["fillpattern"]["shape"]


@KINDS
def test_parts_differ_in_pattern_as_well_as_colour(draw: Callable[..., Figure]) -> None:
    looks = [look_of(trace) for trace in draw(6)["data"]]
    assert [look[0] for look in looks] == list(AREAS)
    assert [look[1] for look in looks] == list(SERIES)
    assert [look[2] for look in looks] == list(PATTERNS[:6])
    assert len(set(PATTERNS)) == len(PATTERNS) > len(SERIES)


@KINDS
def test_a_colour_that_comes_round_again_has_another_pattern(draw: Callable[..., Figure]) -> None:
    looks = [look_of(trace) for trace in draw(len(SERIES) * len(PATTERNS))["data"]]
    assert len(set(looks)) == len(looks)
    assert looks[6][:2] == looks[0][:2]


@KINDS
def test_many_names_leave_room_for_the_drawing(draw: Callable[..., Figure]) -> None:
    assert draw(4)["layout"]["height"] == LINES_HEIGHT_PX
    assert draw(8)["layout"]["height"] > LINES_HEIGHT_PX


@KINDS
def test_two_runs_stand_on_the_same_axes(draw: Callable[..., Figure]) -> None:
    one, other = on_the_same_axes(draw(2), draw(3))
    for axis in ("xaxis", "yaxis"):
        assert one["layout"][axis] == other["layout"][axis]
    assert one["layout"]["yaxis"]["range"] == pytest.approx([0.0, 6.3])
    assert len(one["data"]) == 2


@KINDS
def test_tags_are_shown_as_text(draw: Callable[..., Figure]) -> None:
    level = draw(levels=[Level(label="<b>", y=1.0)])
    assert "&lt;b&gt;" in texts_of(dict(level))
    line = Line(label="<script>", x=["<i>"], y=[1.0])
    drawn = stacked_figure(x_label="<i>", y_label="<i>", layers=[line])
    assert drawn["data"][0]["name"] == "&lt;script&gt;"


# --- colours -------------------------------------------------------------------------------------

PALETTES = {"light": LIGHT, "dark": DARK, "paper": PAPER}
FILLED = 0.45
"""Share of the series' colour in a fill, as `palette` says."""


@KINDS
def test_every_colour_of_a_figure_has_its_dark_one(draw: Callable[..., Figure]) -> None:
    figure = draw(6, levels=[Level(label="asked", y=4.0)])
    used = {text for text in texts_of(dict(figure)) if text.startswith("#")}
    assert {*AREAS, *SERIES} <= used <= exchanged().keys()
    # No text but a whole colour is exchanged: one written with its opacity would stay as it is.
    assert not [text for text in texts_of(dict(figure)) if text.startswith("rgb")]


def channels(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


@pytest.mark.parametrize("theme", PALETTES)
def test_a_fill_is_its_series_colour_on_the_page_s(theme: str) -> None:
    palette = PALETTES[theme]
    for look in range(len(SERIES)):
        series, page = channels(palette[f"series-{look}"]), channels(palette["page"])
        mixed = [
            FILLED * one + (1.0 - FILLED) * other for one, other in zip(series, page, strict=True)
        ]
        assert channels(palette[f"area-{look}"]) == pytest.approx(mixed, abs=0.51)


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("eye", COLOUR_BLIND)
def test_outline_and_pattern_stand_out_from_their_fill(theme: str, eye: str) -> None:
    palette = PALETTES[theme]
    for look in range(len(SERIES)):
        names = (f"series-{look}", f"area-{look}")
        seen = [lab(COLOUR_BLIND[eye] @ linear(palette[name])) for name in names]
        assert np.linalg.norm(seen[0] - seen[1]) >= 15.0, names
        assert contrast(palette["text"], palette[names[1]]) >= 3.0
