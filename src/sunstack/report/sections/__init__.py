"""What does the report say, in which order? One function a section; add a section by adding one."""

from __future__ import annotations

from collections.abc import Callable

from sunstack.results import Results

from ..blocks import Section
from .agreement import agreement
from .asked import asked
from .company import company
from .costs import costs
from .day import day
from .design import design
from .eclipses import eclipses
from .fleet import fleet
from .inputs import inputs
from .margins import margins
from .network import network
from .notes import caveats, repeat
from .orbit import orbit
from .radiation import radiation
from .radiator import radiator
from .reconciliation import reconciliation
from .service import service
from .studies import studies
from .studies_deciding import deciding
from .studies_parity import parity
from .training import training
from .verdict import remedies, verdict
from .whatif import whatif
from .year import year
from .years import years

SECTIONS: tuple[Callable[[Results], Section | None], ...] = (
    verdict,
    fleet,
    remedies,
    margins,
    orbit,
    radiator,
    design,
    year,
    eclipses,
    years,
    radiation,
    network,
    service,
    training,
    asked,
    costs,
    studies,
    deciding,
    parity,
    whatif,
    reconciliation,
    company,
    day,
    agreement,
    inputs,
    caveats,
    repeat,
)
"""In the order of the page; none where a run has nothing to say there."""
