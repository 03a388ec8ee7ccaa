"""What do all figures share?

Their frame and its axes, digits that count, and text that Plotly shows as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..palette import LIGHT

Figure = Mapping[str, Any]
"""`data` and `layout` as Plotly defines them."""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
LINES_HEIGHT_PX = 320
DIGITS = 6
LONGEST_LABEL = 28


def frame(height_px: int, x_label: str, y_label: str) -> dict[str, Any]:
    """Lay out a figure: its height, its looks, its two axes."""
    return {
        "autosize": True,
        "height": height_px,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": LIGHT["page"],
        "plot_bgcolor": LIGHT["page"],
        "font": {"family": FONT, "size": 12, "color": LIGHT["text"]},
        "hoverlabel": {"bgcolor": LIGHT["panel"], "font": {"color": LIGHT["text"]}},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": _axis(x_label),
        "yaxis": _axis(y_label),
    }


def laid_out(figure: Figure, **changes: Any) -> Figure:
    """The same figure with other entries of its layout."""
    return {**figure, "layout": {**figure["layout"], **changes}}


def ends(values: Sequence[Any]) -> list[Any]:
    """Least and largest, for an axis that just holds all."""
    return [min(values), max(values)] if values else [0.0, 1.0]


def digits(value: float) -> float:
    """Round to the digits that count."""
    return float(f"{value:.{DIGITS}g}")


def place(value: float | str) -> float | str:
    """Write where a point is: a number, or the name of a day or a period."""
    return value if isinstance(value, str) else digits(value)


def shortened(text: str, letters: int) -> str:
    """Cut a label that is too long."""
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


def plain(text: str) -> str:
    """Write text so that Plotly, which knows a few tags and entities, shows it as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _axis(label: str) -> dict[str, Any]:
    return {
        "title": {"text": plain(label), "font": {"color": LIGHT["muted"]}, "standoff": 8},
        "automargin": True,
        "gridcolor": LIGHT["rule"],
        "linecolor": LIGHT["muted"],
        "zerolinecolor": LIGHT["muted"],
        "tickfont": {"color": LIGHT["muted"]},
        "hoverformat": ".4~g",
        "fixedrange": False,
    }
