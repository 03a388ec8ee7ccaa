"""What does a run look like to a reader?

`html` draws a whole run as one page that needs no network and no program; `picture` draws its
satellites round the Earth; `terminal` prints tables.
"""

from __future__ import annotations

from functools import cache

import jinja2

from sunstack.results import Results


def html(results: Results) -> str:
    """Write a run as one self-contained HTML page.

    Raises:
        CatalogueError: the catalogue that came with Sunstack, which names the sources, is broken.
    """
    from .sections import SECTIONS  # its picture of the fleet loads what a terminal can do without

    return _template().render(
        name=results.summary["name"],
        description=results.summary["description"],
        sections=[section(results) for section in SECTIONS],
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
    return environment.get_template("page.html.j2")
