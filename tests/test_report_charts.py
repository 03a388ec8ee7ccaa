"""Are ticks round, labels apart, lines kept in shape, and numbers written right?"""

from __future__ import annotations

import math
import re
from datetime import date
from importlib.resources import files
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sunstack.report import numerals
from sunstack.report.axes import (
    LABEL_GAP_PX,
    exact_axis,
    flowed,
    month_axis,
    round_axis,
    round_step,
    shortened,
    width_px,
    with_room,
)
from sunstack.report.charts import Bar, Line, bar_chart, line_chart, signed_bar_chart, thinned

MINUS, SPACE = "\N{MINUS SIGN}", "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("span", "step"), [(100.0, 20.0), (1.0, 0.2), (37.0, 10.0), (0.003, 0.001), (4.4e6, 1e6)]
)
def test_steps_are_one_two_or_five(span: float, step: float) -> None:
    assert round_step(span) == pytest.approx(step, rel=1e-12)


finite = st.floats(-1e9, 1e9, allow_nan=False)


@given(st.lists(finite, min_size=1, max_size=20))
def test_an_axis_holds_its_values_between_round_ticks(values: list[float]) -> None:
    axis = round_axis("", values)
    slack = 1e-6 * (axis.high - axis.low)
    assert axis.low - slack <= min(values) and max(values) <= axis.high + slack
    assert 2 <= len(axis.ticks) <= 8
    mantissa = (axis.ticks[1][0] - axis.ticks[0][0]) / round_step(axis.high - axis.low)
    assert any(math.isclose(mantissa, factor, rel_tol=1e-6) for factor in (0.2, 0.4, 0.5, 1.0))
    assert len({text for _, text in axis.ticks}) == len(axis.ticks)


def test_an_axis_of_one_value_does_not_magnify_it_nor_leave_its_bounds() -> None:
    axis = round_axis("", [100.0, 100.0], least_span=5.0, bounds=(0.0, 100.0))
    assert (axis.low, axis.high) == (95.0, 100.0)
    assert [text for _, text in axis.ticks] == ["95", "96", "97", "98", "99", "100"]
    assert round_axis("", [0.0, 0.0]).low == pytest.approx(-0.6)
    assert next(text for _, text in round_axis("", []).ticks) == "0.0"


def test_an_exact_axis_ends_with_its_values() -> None:
    axis = exact_axis("", 0.0, 207.0)
    assert (axis.low, axis.high) == (0.0, 207.0)
    assert [text for _, text in axis.ticks] == ["0", "50", "100", "150", "200"]


def test_months_stand_on_their_first_days() -> None:
    axis = month_axis("", date(2028, 11, 20), 100)
    assert axis.ticks == [(11.0, "Dec"), (42.0, "Jan"), (73.0, "Feb")]


@given(st.lists(st.floats(0.0, 300.0), max_size=30), st.integers(1, 12))
def test_kept_labels_do_not_touch(middles: list[float], letters: int) -> None:
    middles.sort()
    kept = with_room(middles, ["x" * letters] * len(middles))
    gaps = [middles[b] - middles[a] for a, b in pairwise(kept)]
    assert all(gap >= width_px("x" * letters) + LABEL_GAP_PX - 1e-9 for gap in gaps)
    assert bool(kept) == bool(middles)


def test_a_legend_flows_like_words() -> None:
    assert flowed([100.0, 100.0, 250.0, 400.0, 10.0], 300.0) == [
        (0.0, 0),
        (100.0, 0),
        (0.0, 1),
        (0.0, 2),
        (0.0, 3),
    ]
    assert shortened("abcdefgh", 5) == "abcd…"
    assert shortened("abcde", 5) == "abcde"


def test_a_thinned_line_keeps_its_peaks() -> None:
    y = [0.0] * 10_000
    y[4321], y[7000] = 5.0, -3.0
    line = thinned(Line(label="", x=range(10_000), y=y), points=200)
    assert len(line.x) <= 200
    assert dict(zip(line.x, line.y, strict=True))[4321] == 5.0
    assert min(line.y) == -3.0
    assert list(line.x) == sorted(line.x)


def test_a_line_runs_from_corner_to_corner() -> None:
    axis = exact_axis("", 0.0, 10.0)
    drawn = line_chart(
        title="t", description="d", x=axis, y=axis, lines=[Line(label="l", x=[0, 10], y=[0, 10])]
    )
    # A row of legend (24 px), 22 px for the axis label, 200 px of plot; 22 px left of it for "10".
    assert 'points="22.0,246.0 372.0,46.0"' in drawn


def test_bars_stand_on_the_side_of_their_sign() -> None:
    axis = exact_axis("", -100.0, 100.0)
    drawn = signed_bar_chart(
        title="t",
        description="d",
        axis=axis,
        bars=[Bar(label="a", end=-50.0, text="-50"), Bar(label="b", end=50.0, text="+50")],
    )
    # Plot from 19 px (a letter and 12 px) to 372 px: zero at 195.5, half a side 88.25 px.
    assert 'x="107.2" y="8.0" width="88.2"' in drawn
    assert 'x="195.5" y="30.0" width="88.2"' in drawn


def test_charts_escape_what_they_are_told() -> None:
    drawn = bar_chart(
        title="<b>",
        description='"&',
        axis=exact_axis("<i>", 0.0, 1.0),
        bars=[Bar(label="<script>", end=1.0, text="<u>")],
    )
    assert "<b>" not in drawn and "<i>" not in drawn and "<u>" not in drawn
    assert "&lt;script&gt;" in drawn


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

STYLE = files("sunstack.report").joinpath("templates", "style.css.j2").read_text("utf-8")
PALETTES = {
    name: dict(re.findall(r"--([\w-]+): (#\w{6})", part))
    for name, part in zip(("light", "dark", "paper"), STYLE.split(":root")[1:], strict=True)
}
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
