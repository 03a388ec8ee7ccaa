"""What does the program compute for each published figure, and is that near enough?"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from sunstack.errors import CatalogueError

from .capacity import CAPACITY
from .cases import Case, Expectation, ToleranceKind, cases
from .company import COMPANY
from .control import CONTROL
from .demand import DEMAND
from .disposal import DISPOSAL
from .economics_ground import ECONOMICS_GROUND
from .economics_studies import ECONOMICS_STUDIES
from .element_sets import ELEMENT_SETS
from .fleets import FLEETS
from .formations import FORMATIONS
from .inference import INFERENCE
from .inputs import Inputs, Quantity
from .language_models import LANGUAGE_MODELS
from .launches import LAUNCHES
from .links import LINKS
from .network_ground import NETWORK_GROUND
from .orbits import ORBITS
from .radiation import RADIATION
from .relays import RELAYS
from .reliability import RELIABILITY
from .satellites import SATELLITES
from .serving import SERVING
from .training import TRAINING
from .units import from_si

TABLES: tuple[dict[str, Quantity], ...] = (
    ORBITS,
    DISPOSAL,
    ELEMENT_SETS,
    FLEETS,
    RADIATION,
    RELIABILITY,
    SATELLITES,
    LAUNCHES,
    FORMATIONS,
    RELAYS,
    NETWORK_GROUND,
    LINKS,
    CAPACITY,
    LANGUAGE_MODELS,
    SERVING,
    TRAINING,
    DEMAND,
    INFERENCE,
    CONTROL,
    ECONOMICS_GROUND,
    ECONOMICS_STUDIES,
    COMPANY,
)
QUANTITIES = {name: quantity for table in TABLES for name, quantity in table.items()}


@dataclass(frozen=True, kw_only=True)
class Result:
    """A published figure beside the computed one, both in `unit`."""

    id: str
    table: str
    quantity: str
    computed: float
    published: float
    unit: str
    tolerance: float
    tolerance_kind: ToleranceKind
    expectation: Expectation
    passed: bool
    reason: str
    source: str
    citation: str
    note: str


def run(chosen: Iterable[Case] | None = None) -> tuple[Result, ...]:
    """Compute every case, or those chosen.

    Raises:
        CatalogueError: a case cannot be read or its inputs do not fit its quantity.
    """
    return tuple(compare(case, computed(case)) for case in (cases() if chosen is None else chosen))


def computed(case: Case) -> float:
    """Compute a case's quantity from its inputs, in its unit.

    Raises:
        CatalogueError: the quantity is unknown, or its inputs are not the case's.
    """
    where = f"{case.table}.csv: {case.id}"
    if case.quantity not in QUANTITIES:
        known = "; ".join(QUANTITIES)
        raise CatalogueError(f"{where}: {case.quantity!r} is no quantity; write one of: {known}")
    inputs = Inputs(case.inputs)
    try:
        value = QUANTITIES[case.quantity](inputs)
    except ValueError as error:
        raise CatalogueError(f"{where}: {error}") from error
    if inputs.unread():
        raise CatalogueError(f"{where}: inputs: nothing uses {', '.join(inputs.unread())}")
    return from_si(value, case.unit)


def compare(case: Case, value: float) -> Result:
    """Judge a computed value: inside the tolerance, or outside it where a figure is refuted."""
    scale = abs(case.published) if case.tolerance_kind == "relative" else 1.0
    inside = abs(value - case.published) <= case.tolerance * scale
    passed = math.isfinite(value) and inside == (case.expectation == "agrees")
    return Result(
        id=case.id,
        table=case.table,
        quantity=case.quantity,
        computed=value,
        published=case.published,
        unit=case.unit,
        tolerance=case.tolerance,
        tolerance_kind=case.tolerance_kind,
        expectation=case.expectation,
        passed=passed,
        reason=case.reason,
        source=case.source,
        citation=case.citation,
        note=case.note,
    )
