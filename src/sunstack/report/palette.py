"""Which colours does a report use, in light and in dark?

Series: Okabe and Ito's colours, lightened or darkened until each stands out from the page (contrast
3 and more) and from every other one for the colour-blind as well (CIE76 distance 15 and more).
An area's fill is 45 parts in 100 of its series' colour on the page's: outline, pattern and text
stand out from it, and being opaque it is exchanged like any other.
Figures are written in the light theme's colours; the page exchanges them for the dark ones.
"""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "page": "#ffffff",
    "panel": "#f4f6f8",
    "text": "#1b1f24",
    "muted": "#565f6a",
    "rule": "#d3d9e0",
    "link": "#0b5cad",
    "good": "#00694c",
    "bad": "#a8420a",
    "band": "#e3e7ee",
    "bar-short": "#d55e00",
    "bar-spare": "#0073b3",
    "neutral": "#6b7480",
    "series-0": "#0072b2",
    "series-1": "#c05500",
    "series-2": "#009e73",
    "series-3": "#c2739f",
    "series-4": "#503800",
    "series-5": "#000000",
    "area-0": "#8cc0dc",
    "area-1": "#e3b28c",
    "area-2": "#8cd3c0",
    "area-3": "#e4c0d4",
    "area-4": "#b0a58c",
    "area-5": "#8c8c8c",
}
DARK: Mapping[str, str] = {
    "page": "#0e1116",
    "panel": "#171c23",
    "text": "#e6e9ed",
    "muted": "#a2acb8",
    "rule": "#333b45",
    "link": "#7cc0ff",
    "good": "#3ccf9d",
    "bad": "#ff9457",
    "band": "#222a34",
    "bar-short": "#e8701a",
    "bar-spare": "#56b4e9",
    "neutral": "#8b95a1",
    "series-0": "#1a80ba",
    "series-1": "#e28e4d",
    "series-2": "#66c5ab",
    "series-3": "#a36186",
    "series-4": "#d8cd3b",
    "series-5": "#bbe1f6",
    "area-0": "#134360",
    "area-1": "#6d492f",
    "area-2": "#366259",
    "area-3": "#513548",
    "area-4": "#696627",
    "area-5": "#5c6f7b",
}
PAPER: Mapping[str, str] = {
    **LIGHT,
    "text": "#000000",
    "muted": "#444b54",
    "rule": "#c4cad2",
    "link": "#0b4a8a",
}
SERIES = tuple(LIGHT[f"series-{look}"] for look in range(6))
AREAS = tuple(LIGHT[f"area-{look}"] for look in range(6))
"""What areas and columns are filled with, under outlines and patterns in the series' colours."""
PATTERNS = ("", "/", ".", "x", "-", "\\", "|")
"""What is drawn over a fill, so that colour is never alone. There is one more than there are of
colours: a colour that comes round again has another."""
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
"""Line styles, so that colour is never alone."""


def exchanged() -> dict[str, str]:
    """Colour of the dark theme for each colour of the light one."""
    return {colour: DARK[name] for name, colour in LIGHT.items()}
