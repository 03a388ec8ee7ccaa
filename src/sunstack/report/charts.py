"""How do figures become a drawing?

SVG, made of text and lines, so that it prints sharp, can be read out and searched. Colours come
from the page's style sheet by class (`series-0` …, one palette for light and one for dark, from
Okabe and Ito's colours for the colour-blind); dash and label tell series apart as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched

from markupsafe import Markup, escape

from .axes import Axis, flowed, shortened, width_px, with_room

WIDTH_PX = 380.0
PLOT_HEIGHT_PX = 200.0
LINE_PX = 18.0
"""Distance between lines of text."""
ROW_PX = 22.0
"""Height of a bar with its gap."""
BAR_PX = 14.0
LONGEST_LABEL = 28
SAMPLE_PX = 22.0
"""Length of a line's sample in the legend."""
DASHES = ("", "7 3", "2 3", "9 3 2 3", "12 4", "4 2 1 2")
"""Line styles; as many as the page has colours."""
NOTHING = Markup("")
POINTS_PER_LINE = 600
"""More would fall on the same pixels: least and largest of each stretch are kept."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """Points of a series; `look` picks colour and dash."""

    label: str
    x: Sequence[float]
    y: Sequence[float]
    look: int = 0


@dataclass(frozen=True, kw_only=True)
class Level:
    """A height to compare with, such as what was asked for."""

    label: str
    y: float


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A bar from `start` to `end`, with what is written beside it."""

    label: str
    end: float
    text: str
    start: float = 0.0
    style: str = "series-0"
    is_marked: bool = False


def line_chart(
    *,
    title: str,
    description: str,
    x: Axis,
    y: Axis,
    lines: Sequence[Line],
    faint: Sequence[Line] = (),
    faint_label: str = "",
    levels: Sequence[Level] = (),
    bands: Sequence[tuple[float, float]] = (),
    band_label: str = "",
) -> Markup:
    """Draw lines over a common x.

    Args:
        title: read out as its name.
        description: read out after it: the figures in a sentence.
        x: axis across.
        y: axis upward.
        lines: each in its own look, named in the legend.
        faint: further lines, thin and grey.
        faint_label: what they are, for the legend.
        levels: horizontal lines to compare with.
        bands: stretches of x to shade.
        band_label: what shading means, for the legend.
    """
    legend = [(f"line series-{line.look}", DASHES[line.look], line.label) for line in lines]
    legend += [("faint", "", faint_label)] if faint else []
    legend += [("level", "", level.label) for level in levels]
    legend += [("band", "", band_label)] if bands else []
    key, top = _legend(legend)
    left = max(width_px(text) for _, text in y.ticks) + 8.0
    frame = _Frame(left=left, right=WIDTH_PX - 8.0, top=top + 22.0, height=PLOT_HEIGHT_PX)
    shades = [frame.band(x, start, end) for start, end in bands]
    parts = [
        _text(y.label, x="0", y=f"{top + 12:.0f}", class_="axis-label"),
        *key,
        *shades,
        *frame.grid_up(y),
        *frame.ticks_across(x),
        *(frame.line(x, y, line, "faint") for line in faint),
        *(frame.line(x, y, line, f"line series-{line.look}") for line in lines),
        *(frame.level(y, level) for level in levels),
    ]
    return _drawing(title, description, frame.bottom + 38.0, parts)


def bar_chart(*, title: str, description: str, axis: Axis, bars: Sequence[Bar]) -> Markup:
    """Draw bars from zero, or from where each starts, its text beyond its end."""
    left, room = _label_room(bars), max(width_px(bar.text) for bar in bars) + 8.0
    return _bars(title, description, axis, bars, left, WIDTH_PX - room, beyond=True)


def signed_bar_chart(*, title: str, description: str, axis: Axis, bars: Sequence[Bar]) -> Markup:
    """Draw bars round zero, each one's text across the zero line from it, where there is room."""
    return _bars(title, description, axis, bars, _label_room(bars), WIDTH_PX - 8.0, beyond=False)


def thinned(line: Line, points: int = POINTS_PER_LINE) -> Line:
    """Keep the shape of a line with at most some points."""
    if len(line.x) <= points:
        return line
    stretch = -(-len(line.x) // (points // 2))
    kept: list[int] = []
    for part in batched(range(len(line.x)), stretch):
        lowest = min(part, key=lambda index: line.y[index])
        highest = max(part, key=lambda index: line.y[index])
        kept += sorted({lowest, highest})
    return Line(
        label=line.label,
        x=[line.x[index] for index in kept],
        y=[line.y[index] for index in kept],
        look=line.look,
    )


@dataclass(frozen=True, kw_only=True)
class _Frame:
    """The plot's rectangle."""

    left: float
    right: float
    top: float
    height: float

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def grid_up(self, y: Axis) -> Iterator[Markup]:
        for value, text in y.ticks:
            height = y.place(value, self.bottom, self.top)
            yield _line(self.left, height, self.right, height, "grid")
            yield _text(text, x=f"{self.left - 6:.1f}", y=f"{height + 4:.1f}", class_="tick right")

    def ticks_across(self, x: Axis) -> Iterator[Markup]:
        middles = [x.place(value, self.left, self.right) for value, _ in x.ticks]
        texts = [text for _, text in x.ticks]
        for middle in middles:
            yield _line(middle, self.bottom, middle, self.bottom + 4.0, "axis")
        for index in with_room(middles, texts):
            last = middles[index] + width_px(texts[index]) / 2.0 > WIDTH_PX
            yield _text(
                texts[index],
                x=f"{WIDTH_PX if last else middles[index]:.1f}",
                y=f"{self.bottom + 17:.1f}",
                class_="tick right" if last else "tick middle",
            )
        yield _line(self.left, self.bottom, self.right, self.bottom, "axis")
        yield _text(
            x.label, x=f"{self.right:.1f}", y=f"{self.bottom + 34:.1f}", class_="axis-label right"
        )

    def line(self, x: Axis, y: Axis, line: Line, style: str) -> Markup:
        line = thinned(line)
        points = " ".join(
            f"{x.place(across, self.left, self.right):.1f},{y.place(up, self.bottom, self.top):.1f}"
            for across, up in zip(line.x, line.y, strict=True)
        )
        dash = {"stroke-dasharray": DASHES[line.look]} if "series" in style else {}
        return _element(
            "polyline",
            {"class": style, "points": points, **dash},
            _element("title", {}, escape(line.label)),
        )

    def level(self, y: Axis, level: Level) -> Markup:
        height = y.place(level.y, self.bottom, self.top)
        return _line(self.left, height, self.right, height, "level")

    def band(self, x: Axis, start: float, end: float) -> Markup:
        left, right = x.place(start, self.left, self.right), x.place(end, self.left, self.right)
        return _box(left, self.top, right - left, self.height, "band")


def _bars(
    title: str,
    description: str,
    axis: Axis,
    bars: Sequence[Bar],
    left: float,
    right: float,
    *,
    beyond: bool,
) -> Markup:
    frame = _Frame(left=left, right=right, top=4.0, height=ROW_PX * len(bars))
    zero = axis.place(0.0, left, right)
    parts = [_line(zero, frame.top, zero, frame.bottom, "axis"), *frame.ticks_across(axis)]
    for number, bar in enumerate(bars):
        middle = frame.top + ROW_PX * (number + 0.5)
        ends = sorted(axis.place(value, left, right) for value in (bar.start, bar.end))
        at, side = ends[1] + 6.0, ""
        if not beyond:
            at, side = (zero - 6.0, " right") if bar.end >= 0.0 else (zero + 6.0, "")
        weight = " strong" if bar.is_marked else ""
        name = shortened(bar.label, LONGEST_LABEL)
        parts += [
            _box(ends[0], middle - BAR_PX / 2, max(ends[1] - ends[0], 1.0), BAR_PX, bar.style),
            _text(name, x=f"{left - 8:.1f}", y=f"{middle + 4:.1f}", class_="tick right" + weight),
            _text(bar.text, x=f"{at:.1f}", y=f"{middle + 4:.1f}", class_="value" + side + weight),
        ]
    return _drawing(title, description, frame.bottom + 38.0, parts)


def _label_room(bars: Sequence[Bar]) -> float:
    return max(width_px(shortened(bar.label, LONGEST_LABEL)) for bar in bars) + 12.0


def _legend(entries: Sequence[tuple[str, str, str]]) -> tuple[list[Markup], float]:
    """Draw samples with their labels in rows; return them and the height they take."""
    labels = [shortened(label, LONGEST_LABEL) for _, _, label in entries]
    widths = [SAMPLE_PX + 6.0 + width_px(label) + 10.0 for label in labels]
    places = flowed(widths, WIDTH_PX)
    parts: list[Markup] = []
    for (style, dash, _), label, (left, row) in zip(entries, labels, places, strict=True):
        middle = LINE_PX * row + 9.0
        if style == "band":
            parts.append(_box(left, middle - 5.0, SAMPLE_PX, 10.0, style))
        else:
            parts.append(_line(left, middle, left + SAMPLE_PX, middle, style, dash))
        parts.append(
            _text(label, x=f"{left + SAMPLE_PX + 6:.1f}", y=f"{middle + 4:.1f}", class_="tick")
        )
    return parts, LINE_PX * (places[-1][1] + 1) + 6.0 if places else 0.0


def _drawing(title: str, description: str, height_px: float, parts: Sequence[Markup]) -> Markup:
    named = _element("title", {}, escape(title)) + _element("desc", {}, escape(description))
    return _element(
        "svg",
        {
            "viewBox": f"0 0 {WIDTH_PX:.0f} {height_px:.0f}",
            "role": "img",
            "aria-label": f"{title}. {description}",
        },
        named + Markup("").join(parts),
    )


def _line(x1: float, y1: float, x2: float, y2: float, style: str, dash: str = "") -> Markup:
    ends = {"x1": f"{x1:.1f}", "y1": f"{y1:.1f}", "x2": f"{x2:.1f}", "y2": f"{y2:.1f}"}
    return _element(
        "line", {"class": style, **ends, **({"stroke-dasharray": dash} if dash else {})}
    )


def _box(x: float, y: float, width: float, height: float, style: str) -> Markup:
    sides = {"width": f"{max(width, 0.0):.1f}", "height": f"{height:.1f}"}
    return _element("rect", {"class": f"box {style}", "x": f"{x:.1f}", "y": f"{y:.1f}", **sides})


def _text(content: str, *, x: str, y: str, class_: str) -> Markup:
    return _element("text", {"class": class_, "x": x, "y": y}, escape(content))


def _element(name: str, attributes: Mapping[str, str], content: Markup = NOTHING) -> Markup:
    written = Markup("").join(
        Markup(' {}="{}"').format(key, value) for key, value in attributes.items() if value
    )
    return Markup("<{0}{1}>{2}</{0}>").format(name, written, content)
