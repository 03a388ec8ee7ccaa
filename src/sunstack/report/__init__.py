"""What does a run look like to a reader?

`html` draws a whole run as one page that needs no network and no program, `compared_html` two of
them in two columns; `picture` draws the satellites round the Earth; `terminal` prints tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import jinja2
from markupsafe import Markup

from sunstack import __version__
from sunstack.results import Results

from . import palette, scripts, study
from .blocks import Chart, Charts, Section, WhatIf
from .comparison import LETTERS, compared, overview
from .figures import Figure


def html(results: Results) -> str:
    """Write a run as one self-contained HTML page.

    Raises:
        CatalogueError: the catalogue that came with Sunstack, which names the sources, is broken.
    """
    summary = results.summary
    return _page(summary["name"], summary["description"], _sections(results))


def compared_html(first: tuple[str, Results], second: tuple[str, Results]) -> str:
    """Write two runs, each with what it is called, as one page with two columns.

    Raises:
        CatalogueError: the catalogue that came with Sunstack, which names the sources, is broken.
    """
    runs = [
        {
            "letter": letter,
            "name": results.summary["name"],
            "told": f"{called}, finished {results.manifest['run']['finished']}",
        }
        for letter, (called, results) in zip(LETTERS, (first, second), strict=True)
    ]
    sections = compared(_sections(first[1]), _sections(second[1]))
    sections.insert(0, overview(first[1], second[1]))
    return _page(f"{first[0]} against {second[0]}", "", sections, runs)


def study_html(summary: Mapping[str, Any]) -> str:
    """Write a study as one self-contained HTML page."""
    name = f"{summary['scenario']}: {summary['kind']}"
    return _page(name, study.TITLES[summary["kind"]], study.sections(summary))


def figures(results: Results) -> dict[str, Figure]:
    """Every figure of the report by its name: plain Plotly JSON, for `plotly.graph_objects.Figure`.

    Raises:
        CatalogueError: the catalogue that came with Sunstack, which names the sources, is broken.
    """
    blocks = [block for section in _sections(results) for block in section.blocks]
    charts: list[Chart] = [
        chart for block in blocks if isinstance(block, Charts) for chart in block.charts
    ] + [block.chart for block in blocks if isinstance(block, WhatIf)]
    return {chart.name: chart.figure for chart in charts}


def _sections(results: Results) -> list[Section]:
    from .sections import SECTIONS  # its picture of the fleet loads what a terminal can do without

    return [found for section in SECTIONS if (found := section(results)) is not None]


def _page(
    name: str,
    description: str,
    sections: Sequence[Section],
    runs: Sequence[Mapping[str, str]] = (),
) -> str:
    return _template().render(
        name=name,
        version=__version__,
        description=description,
        sections=sections,
        runs=runs,
        themes={"light": palette.LIGHT, "dark": palette.DARK, "paper": palette.PAPER},
        dark_colours=palette.exchanged(),
        policy=scripts.policy(),
        plotly=Markup(scripts.packed_plotly()),
        globe_style=Markup(scripts.globe_style()),
        what_if_style=Markup(scripts.what_if_style()),
        program=Markup(scripts.program()),
    )


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("sunstack.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["json_in_page"] = scripts.json_in_page
    return environment.get_template("page.html.j2")
