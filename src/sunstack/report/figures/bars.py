"""How much is each of several named things?

Bars that lie, from zero, from where the one before ends, or round zero. Waterfalls are bars that
start where the one before ends: partial builds of Plotly draw a `waterfall` as a line and say
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..numerals import SPACE
from ..palette import LIGHT
from .layout import LONGEST_LABEL, Figure, digits, frame, plain, shortened

ROW_PX = 26
"""Height of a bar with its gap."""
FRAME_PX = 64
"""What axis and legend add to the bars."""
LETTER_RATIO = 0.055
"""Room for a letter beyond the longest bar's end, as a share of that bar."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A bar from `start` to `end`, with what is written beside it."""

    label: str
    end: float
    text: str
    start: float = 0.0
    colour: str = "series-0"
    is_marked: bool = False
    longest_label: int = LONGEST_LABEL


def bar_figure(*, x_label: str, bars: Sequence[Bar]) -> Figure:
    """Draw bars from zero, or from where each starts, its text beyond its end."""
    longest = max((max(bar.start, bar.end) for bar in bars), default=0.0)
    letters = max((len(bar.text) for bar in bars), default=0)
    room = longest * (1.0 + LETTER_RATIO * letters) or 1.0
    trace = _bars(bars) | {"textposition": "outside", "text": [_strong(bar) for bar in bars]}
    return {"data": [trace], "layout": _bar_layout(bars, x_label, (0.0, room))}


def signed_bar_figure(*, x_label: str, bars: Sequence[Bar], reach: float) -> Figure:
    """Draw bars round zero, each one's text across the zero line from it, where there is room."""
    texts = {
        "type": "scatter",
        "mode": "text",
        "x": [0.0] * len(bars),
        "y": [_name(bar) for bar in bars],
        "text": [f"{SPACE}{_strong(bar)}{SPACE}" for bar in bars],
        "textposition": ["middle left" if bar.end >= 0.0 else "middle right" for bar in bars],
        "hoverinfo": "skip",
        "showlegend": False,
    }
    layout = _bar_layout(bars, x_label, (-1.02 * reach, 1.02 * reach))
    layout["xaxis"]["tickvals"] = [-reach, -reach / 2.0, 0.0, reach / 2.0, reach]
    return {"data": [_bars(bars), texts], "layout": layout}


def _bars(bars: Sequence[Bar]) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "y": [_name(bar) for bar in bars],
        "base": [digits(bar.start) for bar in bars],
        "x": [digits(bar.end - bar.start) for bar in bars],
        "marker": {"color": [LIGHT[bar.colour] for bar in bars]},
        "cliponaxis": False,
        "showlegend": False,
        "hovertext": [f"{_name(bar)}: {plain(bar.text)}" for bar in bars],
        "hoverinfo": "text",
    }


def _name(bar: Bar) -> str:
    return plain(shortened(bar.label, bar.longest_label))


def _strong(bar: Bar) -> str:
    return f"<b>{plain(bar.text)}</b>" if bar.is_marked else plain(bar.text)


def _bar_layout(bars: Sequence[Bar], x_label: str, ends: tuple[float, float]) -> dict[str, Any]:
    layout = frame(FRAME_PX + ROW_PX * max(len(bars), 2), x_label, "")
    return layout | {
        "bargap": 0.35,
        "xaxis": layout["xaxis"] | {"range": list(ends), "zeroline": True},
        "yaxis": layout["yaxis"] | {"type": "category", "autorange": "reversed", "showgrid": False},
    }
