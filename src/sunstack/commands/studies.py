"""Which questions about published costs, and about how sure a run's are, can one ask?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sunstack.errors import ScenarioError

from . import AsJson, print_json

WithStudies = Annotated[
    bool,
    typer.Option(
        "--studies", help="Draw all uncertain numbers: how sure are prices, what decides?"
    ),
]
Draws = Annotated[
    int | None, typer.Option("--draws", help="Of all uncertain numbers; 2,048 if not given.")
]


def of_run(folder: Path, *, with_studies: bool, draws: int | None) -> Any:
    """Say how a run's prices are studied; none where that is not asked for.

    Raises:
        ScenarioError: draws are asked for without studies, too few, or too many.
    """
    from sunstack.results import STUDIES
    from sunstack.run import Studies
    from sunstack.study.montecarlo import MOST

    if draws is not None and not with_studies:
        raise ScenarioError("--draws: nothing is drawn without --studies; write both, or neither")
    if draws is not None and not 2 <= draws <= MOST:  # now, not when a run has been computed
        raise ScenarioError(f"--draws {draws}: write 2 to {MOST:,}")
    return Studies(draw_count=draws, folder=folder / STUDIES) if with_studies else None


def reconcile(
    discount_fraction: Annotated[
        float, typer.Option(help="Cost of capital of a year on which all are restated.")
    ] = 0.08,
    as_json: AsJson = False,
) -> None:
    """Lay published costs of computing in orbit side by side: as printed, on one basis, and why."""
    from sunstack.reconciliation import basis_of
    from sunstack.reconciliation import reconcile as reconciled
    from sunstack.report import terminal_reconcile

    answer = reconciled(basis=basis_of(discount_fraction))
    print_json(answer) if as_json else terminal_reconcile.show(answer)
