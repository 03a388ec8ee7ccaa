"""Which question about the company behind a programme can one ask on the command line?"""

from __future__ import annotations

from typing import Annotated

import typer

from . import AsJson, print_json

Entry = Annotated[str, typer.Argument(help="Company of the catalogue, as known at a date.")]
Given = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=NUMBER", help="Another number of the section company; repeatable."
    ),
]


def company(
    entry: Entry = "spacex-2026-q2",
    ipo_usd: Annotated[
        float | None, typer.Option(help="Gross proceeds of an offering: company.offering_usd.")
    ] = None,
    price: Annotated[
        float | None, typer.Option(help="Of a share in it: company.offering_price_usd.")
    ] = None,
    quarter: Annotated[
        str | None, typer.Option(help="Tell one quarter, 2027Q3; the first four years if not.")
    ] = None,
    given: Given = None,
    as_json: AsJson = False,
) -> None:
    """Tell a company's cash, runway, dilution and value of a share by quarter; its merger."""
    from sunstack.answers.company import Question, company_told
    from sunstack.report import terminal_company

    answer = company_told(
        Question(entry=entry, ipo_usd=ipo_usd, price_usd=price, quarter=quarter, given=given or ())
    )
    print_json(answer) if as_json else terminal_company.show(answer)
