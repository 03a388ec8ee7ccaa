"""Which questions about costs that others have published can one ask on the command line?"""

from __future__ import annotations

from typing import Annotated

import typer

from . import AsJson, print_json


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
