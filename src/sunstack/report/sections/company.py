"""What does the programme do to the company behind it: its cash, its shares, their value?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sunstack.results import Results

from ..blocks import Block, Charts, Folded, KeyNumber, KeyNumbers, Points, Prose, Section
from ..money import billions, dollars, per_share
from ..numerals import percent, quantity, signed_percent, significant
from . import company_charts, company_tables

TITLE = "The company behind it"
OLD = "This run was made before Sunstack knew of companies."
NOBODY = "No company stands behind this scenario (company.catalogue is not set)."
NOT_FITTED = (
    "Nothing is fitted: the model was started from what could be known at the end of February "
    "2026, and stands beside what was published in August. It missed above all what would be spent "
    "on machines for AI, four to eight times as much as was burnt in 2025, and the contracts that "
    "pay for some of it."
)

Tree = Mapping[str, Any]


def company(results: Results) -> Section:
    """Tell of cash, of a share's parts, of what moves both, of the deals, and what was missed."""
    if "company" not in results.summary:
        return _only(OLD)
    found = results.summary["company"]
    if found is None:
        return _only(NOBODY)
    blocks: list[Block] = [_answer(found), _key_numbers(found)]
    blocks += [
        Charts(
            heading="Cash, and what a share is worth",
            charts=[company_charts.cash(results), company_charts.share(found)],
            is_wide=True,
        ),
        Folded(summary="By quarter", blocks=list(company_tables.by_quarter(results))),
        *_levers(found),
        Prose(text=_merger_told(found["merger"])),
        Prose(text=_listing_told(found["listing"])),
        Prose(text=_burn_told(found["burn"])),
        Charts(heading="Held against what came", charts=[company_charts.missed(found)]),
        company_tables.missed(found),
        Prose(text=NOT_FITTED),
        Points(items=found["caveats"]),
    ]
    return Section(name="company", title=TITLE, blocks=blocks)


def _only(told: str) -> Section:
    return Section(name="company", title=TITLE, blocks=[Prose(text=told)])


def _answer(found: Tree) -> Prose:
    own, other = found["with"], found["without"]
    spent = found["programme"]
    after = company_tables.after(found)
    told, alone = own["told"]["value_per_share_usd"], other["told"]["value_per_share_usd"]
    return Prose(
        text=f"{found['title']}. The programme spends {dollars(spent['capital_usd'])} on "
        f"satellites and launches and {dollars(spent['operating_usd'])} on running them, and "
        f"earns {dollars(spent['revenue_usd'])}. {_lasting(own['runway'], 'With it')}; "
        f"{_lasting(other['runway'], 'without it')}. After {after} a share is worth "
        f"${per_share(told)} with the programme, ${per_share(alone)} without.",
        tone="good" if own["runway"]["lasts"] else "bad",
    )


def _lasting(runway: Tree, whose: str) -> str:
    if runway["lasts"]:
        return f"{whose} cash lasts to the horizon though nothing be raised"
    return f"{whose} cash is gone after {_quarters(runway)} if nothing is raised"


def _quarters(runway: Tree) -> str:
    return quantity(runway["quarter_count"], "quarters", 3)


def _key_numbers(found: Tree) -> KeyNumbers:
    own, other = found["with"], found["without"]
    runway = own["runway"]
    raised = own["equity_raised_usd"] + own["debt_raised_usd"]
    change = own["told"]["value_per_share_usd"] / other["told"]["value_per_share_usd"] - 1.0
    lasts, whole = runway["lasts"], runway["horizon_quarter_count"]
    return KeyNumbers(
        items=[
            KeyNumber(
                label="Quarters of cash with the programme, nothing raised",
                value=f"over {whole}" if lasts else significant(runway["quarter_count"], 3),
                note=f"of the {whole} that are followed",
                tone="good" if lasts else "bad",
            ),
            KeyNumber(
                label="Least cash with it, nothing raised, billion $",
                value=billions(runway["least_cash_usd"]),
                note=f"without the programme {billions(other['runway']['least_cash_usd'])}",
                tone="good" if lasts else "bad",
            ),
            KeyNumber(
                label="To be raised with it, billion $",
                value=billions(raised),
                note=f"{percent(own['dilution_fraction'])} of the company to new owners and staff",
            ),
            KeyNumber(
                label=f"Value of a share at the end of {found['told_quarter']}, $",
                value=per_share(own["told"]["value_per_share_usd"]),
                note=f"{signed_percent(change)} by the programme",
                tone="good" if change >= 0.0 else "bad",
            ),
        ]
    )


def _levers(found: Tree) -> Iterator[Block]:
    if not found["levers"]:
        return
    yield Charts(
        heading="What moves the runway",
        charts=[company_charts.lever(found, one, "runway") for one in found["levers"]],
    )
    yield Charts(
        heading="What moves the value of a share",
        charts=[company_charts.lever(found, one, "share") for one in found["levers"]],
    )
    yield company_tables.slopes(found)


# --- deals ----------------------------------------------------------------------------------------


def _merger_told(merger: Tree) -> str:
    return (
        f"Merger of 2 February 2026: SpaceX and xAI were worth "
        f"{dollars(merger['combined_usd'])} together, "
        f"{significant(merger['share_count'] / 1e9)} billion shares at the buyer's price; each of "
        f"xAI's became {merger['exchange_ratio']:.4f} of SpaceX's, and their owners hold "
        f"{percent(merger['bought_fraction'], 0)}. An analysis of the day gives SpaceX alone the "
        f"{dollars(merger['published_combined_usd'])} of both: that would make "
        f"{dollars(merger['claimed_combined_usd'])}, {dollars(merger['overstated_usd'])} too much."
    )


def _listing_told(listing: Tree) -> str:
    return (
        f"Listing of 12 June 2026: {dollars(listing['base_usd'], 4)}, with the shares sold on top "
        f"{dollars(listing['gross_usd'], 4)}, {significant(listing['over_plan_ratio'], 3)} times "
        f"the {dollars(listing['planned_usd'])} planned in February and "
        f"{significant(listing['gross_usd'] / listing['largest_before_usd'], 2)} times the largest "
        f"before. At ${listing['price_usd']:g} a share the company was worth "
        f"{dollars(listing['value_usd'])}; the merger's price, five shares for one later, was "
        f"${per_share(listing['merger_price_after_split_usd'])}. New owners got "
        f"{percent(listing['dilution_fraction'])}."
    )


def _burn_told(burn: Tree) -> str:
    accounts = " and ".join(dollars(value) for value in burn["monthly_usd"].values())
    return (
        f"Burn: a month {dollars(burn['claimed_monthly_usd'])} of xAI's was spoken of; two "
        f"accounts of 2025 come to {accounts}. SpaceX's profit of {dollars(burn['ebitda_usd'])} "
        "was EBITDA; "
        f"its free cash paid for {percent(burn['free_cash_cover_ratio'], 0)} of the burn. Of all "
        f"three companies 2025 left {dollars(burn['net_income_usd'])}. It did not hold the listing "
        f"back; in the first half of 2026 operations and plant used "
        f"{dollars(burn['published_monthly_usd'])} a month."
    )
