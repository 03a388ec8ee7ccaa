"""How do prices over many draws look: by year of launch, first cheaper, over two prices?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..blocks import Chart, Table, number, text
from ..figures import Band, Bar, band_figure, bar_figure
from ..figures.studies import parity_figure
from ..numerals import percent, price, significant

DRAWN_FRACTION = 0.5
"""Of the draws that launch in a year: fewer make no band, for they are those that hurry."""
CHIPS, LAUNCH = "chips", "launch"
NOT_OF_THE_SATELLITE = (CHIPS, LAUNCH, "insurance", "development")

Tree = Mapping[str, Any]


def ratio_name(found: Tree) -> str:
    """What the ratio is, for axes."""
    return f"orbit over ground, {found['year']}"


def price_chart(found: Tree, language: str = "") -> Chart:
    """Bands of a price in orbit and on the ground, by year of launch."""
    prices = found["prices"]
    rows = prices["usd_per_million_tokens"][language] if language else prices["usd_per_chip_hour"]
    what = f"a million tokens of {language}" if language else "an hour of an accelerator"
    bands = [
        band
        for look, place in enumerate(("orbit", "ground"))
        if (band := _band(place, look, rows)) is not None
    ]
    return Chart(
        name=f"studies-price-{language or 'accelerator'}".replace(".", "-"),
        title=f"{what[0].upper()}{what[1:]}: the middle and 8 of 10 draws",
        description="; ".join(
            f"{band.label}: {price(band.middle[0])} dollars in {band.x[0]:.0f}, "
            f"{price(band.middle[-1])} in {band.x[-1]:.0f}"
            for band in bands
        ),
        figure=band_figure(
            x_label="calendar year of launch",
            y_label="$ for a million tokens" if language else "$ for an accelerator's hour",
            bands=bands,
        ),
        table=Table(
            caption=f"Dollars for {what}: 10, 50 and 90 of 100 draws ask less",
            columns=[
                text("year"),
                *(number(f"{where} {at}") for where in ("orbit", "ground") for at in QUANTILES),
            ],
            rows=[[str(one["year"]), *_cells(one)] for one in rows],
        ),
    )


QUANTILES = {"P10": "p10", "P50": "p50", "P90": "p90"}


def _cells(one: Tree) -> list[str]:
    return [
        price(one[where] and one[where][name])
        for where in ("orbit", "ground")
        for name in QUANTILES.values()
    ]


def _band(where: str, look: int, rows: Sequence[Tree]) -> Band | None:
    drawn = [
        one
        for one in rows
        if one[where] and (where == "ground" or one["launching_fraction"] >= DRAWN_FRACTION)
    ]
    if not drawn:
        return None
    return Band(
        label=where,
        x=[float(one["year"]) for one in drawn],
        **{
            name: [one[where][at] for one in drawn]
            for name, at in (("low", "p10"), ("middle", "p50"), ("high", "p90"))
        },
        look=look,
    )


def first_cheaper_chart(found: Tree) -> Chart:
    """Share of draws by the first year in which orbit is cheaper; those in which it never is."""
    one = found["first_cheaper"]
    shares = {str(item["year"]): item["fraction"] for item in one["by_year"]}
    shares["never within the horizon"] = one["never_fraction"]
    bars = [
        Bar(
            label=label,
            end=100.0 * share,
            text=percent(share),
            colour="neutral" if label.startswith("never") else "series-0",
        )
        for label, share in shares.items()
    ]
    return Chart(
        name="studies-first-cheaper",
        title="The first year in which orbit is cheaper",
        description="; ".join(f"{bar.label} {bar.text}" for bar in bars if bar.end > 0.0),
        figure=bar_figure(x_label="draws, %", bars=bars),
        table=Table(
            caption="Draws by the first year in which orbit asks no more than the ground",
            columns=[text("year"), number("draws")],
            rows=[[bar.label, bar.text] for bar in bars],
        ),
    )


def parity_chart(name: str, title: str, drawn: Tree, parts_usd: Mapping[str, float]) -> Chart:
    """The ratio over prices of launch and of satellites, with the line on which it is one."""
    launch, factors = drawn["launch"], drawn["satellite"]["factors"]
    own_usd = sum(usd for part, usd in parts_usd.items() if part not in NOT_OF_THE_SATELLITE)
    factor, word = (own_usd / 1e3, ", thousand $") if own_usd else (1.0, " over its own price")
    y = [factor * one for one in factors]
    x_label = f"price of launch, {launch['unit']}"
    y_label = f"satellite without chips{word}"
    rows = [
        [significant(at), price(up), *([significant(one, 3)] if one is not None else ["–"])]
        for up, line in zip(y, drawn["ratio"], strict=True)
        for at, one in zip(launch["places"], line, strict=True)
    ]
    return Chart(
        name=name,
        title=title,
        description="Ratio of the price in orbit to that on the ground over prices of launch and "
        f"of satellites without chips; the least on the map is {significant(drawn['least'], 3)}.",
        figure=parity_figure(
            x_label=x_label,
            y_label=y_label,
            z_label="orbit over ground",
            x=launch["places"],
            y=y,
            z=drawn["ratio"],
            own=(launch["value"], factor),
            own_label="as it is",
            parity_label="as dear as the ground",
        ),
        table=Table(
            caption="Price in orbit over that on the ground",
            columns=[number(x_label), number(y_label), number("ratio")],
            rows=rows,
        ),
    )
