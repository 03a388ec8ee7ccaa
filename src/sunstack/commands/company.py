"""Which question about the company behind a programme can one ask on the command line?"""

from __future__ import annotations

from typing import Annotated

import typer

from sunstack.errors import ScenarioError

from . import AsJson, print_json

NEWEST = "spacex-2026-q2"
Entry = Annotated[
    str | None,
    typer.Argument(help=f"Company of the catalogue, as known at a date; {NEWEST} if none."),
]
Given = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=NUMBER", help="Another number of the section company; repeatable."
    ),
]


def company(
    entry: Entry = None,
    scenario: Annotated[
        str | None,
        typer.Option("--scenario", "-s", help="With its programme: a file, or a shipped one."),
    ] = None,
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
    from sunstack.answers.company import Question, as_overrides, company_told, with_programme
    from sunstack.report import terminal_company

    question = Question(
        entry=entry or ("" if scenario else NEWEST),
        ipo_usd=ipo_usd,
        price_usd=price,
        quarter=quarter,
        given=given or (),
    )
    if scenario is None:
        answer = company_told(question)
        print_json(answer) if as_json else terminal_company.show(answer)
        return
    if quarter is not None:
        raise ScenarioError("--quarter: is of a company alone; leave out --scenario")
    from sunstack.resolve import resolve
    from sunstack.scenario import load, shipped

    resolved = resolve(load(shipped.find(scenario), as_overrides(question)))
    answer = with_programme(resolved)
    print_json(answer) if as_json else terminal_company.show_programme(answer)
