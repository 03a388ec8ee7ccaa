"""Which pieces is a page made of?

A section of the report returns these; `templates/blocks.html.j2` says how each looks. All text in
them is plain: the template escapes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from .figures import Figure

Tone = Literal["plain", "good", "bad", "no-difference"]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell that is more than its text."""

    text: str
    address: str = ""
    """Where the text leads to."""
    tone: Tone = "plain"
    strong: bool = False


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column's heading; numbers stand right."""

    heading: str
    is_number: bool = True


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of cells; the first cell of a row names it."""

    kind: ClassVar[str] = "table"
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str | Cell]]
    same: Sequence[bool] = ()
    """Of two runs compared: which rows are the same in both."""


@dataclass(frozen=True, kw_only=True)
class Prose:
    """A paragraph, under a few words that stand out if it has a badge."""

    kind: ClassVar[str] = "prose"
    text: str
    tone: Tone = "plain"
    badge: str = ""


@dataclass(frozen=True, kw_only=True)
class Points:
    """A list of sentences."""

    kind: ClassVar[str] = "points"
    items: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class KeyNumber:
    """A number to remember, and what it is."""

    label: str
    value: str
    note: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True, kw_only=True)
class KeyNumbers:
    """A row of them."""

    kind: ClassVar[str] = "key_numbers"
    items: Sequence[KeyNumber]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A figure under its title, with its numbers as a table."""

    name: str
    """Its anchor in the page, and its file's name when it is saved."""
    title: str
    description: str
    """The figure in a sentence, for who cannot see it."""
    figure: Figure
    table: Table

    @property
    def height_px(self) -> int:
        """Room kept for it until it is drawn."""
        return int(self.figure["layout"]["height"])


@dataclass(frozen=True, kw_only=True)
class Charts:
    """Figures side by side where there is room."""

    kind: ClassVar[str] = "charts"
    heading: str = ""
    charts: Sequence[Chart]
    is_wide: bool = False
    """Whether each needs half of the page's width."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A bitmap carried inside the page."""

    address: str
    instead: str
    """What it shows, for who cannot see it."""
    caption: str
    width_px: int
    height_px: int


@dataclass(frozen=True, kw_only=True)
class Globe:
    """Every satellite round the Earth, to be turned and picked; a picture where that cannot be."""

    kind: ClassVar[str] = "globe"
    name: str
    data: Mapping[str, Any]
    picture: Picture


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """Sliders on a formula, what it answers, and a figure that moves with them."""

    kind: ClassVar[str] = "what_if"
    name: str
    data: Mapping[str, Any]
    chart: Chart


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Text as it was typed."""

    kind: ClassVar[str] = "listing"
    text: str


@dataclass(frozen=True, kw_only=True)
class Download:
    """A file carried inside the page."""

    kind: ClassVar[str] = "download"
    name: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Folded:
    """Blocks a reader opens; on paper they stand open."""

    kind: ClassVar[str] = "folded"
    summary: str
    blocks: Sequence[Block]
    is_open: bool = False


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Blocks of two runs side by side."""

    kind: ClassVar[str] = "pair"
    first: Sequence[Block]
    second: Sequence[Block]


@dataclass(frozen=True, kw_only=True)
class Same:
    """Blocks that are the same in two runs: hidden while only differences are shown."""

    kind: ClassVar[str] = "same"
    blocks: Sequence[Block]


@dataclass(frozen=True, kw_only=True)
class Section:
    """One question of the report, and its answer."""

    name: str
    """Its anchor in the page."""
    title: str
    blocks: Sequence[Block]


type Block = (
    Table
    | Prose
    | Points
    | KeyNumbers
    | Charts
    | Globe
    | WhatIf
    | Listing
    | Download
    | Folded
    | Pair
    | Same
)


def text(heading: str) -> Column:
    """Name a column of words."""
    return Column(heading=heading, is_number=False)


def number(heading: str) -> Column:
    """Name a column of numbers."""
    return Column(heading=heading)
