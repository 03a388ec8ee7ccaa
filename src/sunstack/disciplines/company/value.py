"""What are the parts of the company worth together?

Each segment has an enterprise value of a multiple of what it will take in over the four quarters to
come, partly by revenue, partly by EBITDA (w its share); a loss has no value by EBITDA:

    V = (1 - w) m_R Σ₄ R + w m_E max(Σ₄ E, 0)

Multiples fade from those of the day to those of grown companies. What owners hold is the sum of the
parts, with the present value of the programme, and cash less debt.

Assumes: the market pays the stated multiples; they fade alike for all segments.
Leaves out: taxes on losses carried forward, options, whoever pays for control or for the founder.
Reference: A. Damodaran, Investment Valuation, 3rd ed. (2012), ch. 17 and 20; sum of the parts.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from .segments import QUARTER_S, Flows, Pace, Segments, faded_ratio

FORWARD_QUARTERS = 4


def forward_usd(by_quarter_usd: Array) -> Array:
    """Sum the four quarters after each one's end, from the start's to the last that has four.

    Of shape (quarters + 4, ...) the result has (quarters + 1, ...): the first is what is to come at
    the start itself.
    """
    count = by_quarter_usd.shape[0] - FORWARD_QUARTERS + 1
    return sum(
        (by_quarter_usd[step : step + count] for step in range(1, FORWARD_QUARTERS)),
        start=by_quarter_usd[:count],
    )


def parts_usd(segments: Segments, pace: Pace, flows: Flows) -> Array:
    """Enterprise value of each segment at the start and at each quarter's end.

    Flows reach four quarters beyond the last one valued; shape (1 + quarters, segments).
    """
    revenue, ebitda = forward_usd(flows.revenue_usd), forward_usd(flows.ebitda_usd)
    time_s = QUARTER_S * jnp.arange(revenue.shape[0], dtype=float)[:, None]
    by_revenue, by_ebitda = (
        faded_ratio(
            time_s=time_s, start_ratio=start, end_ratio=end, half_life_s=pace.multiple_half_life_s
        )
        for start, end in (
            (segments.revenue_multiple_ratio, pace.revenue_multiple_end_ratio),
            (segments.ebitda_multiple_ratio, pace.ebitda_multiple_end_ratio),
        )
    )
    weight = segments.ebitda_weight_fraction
    return (1.0 - weight) * by_revenue * revenue + weight * by_ebitda * jnp.maximum(ebitda, 0.0)
