"""What does a programme pay and earn by month, and what does a unit cost by year of launch?

The programme's months: satellites and their launches are paid for in the month they lift off,
running as it goes, tax on what is earned less what is spent and written off. Replacements are in
what is launched. At the horizon, satellites are worth what a straight line leaves of their price.

A year of launch: one satellite of that year's lots, what is lost on the way included, over its
whole life as far as the horizon's length tells it, running at what each satellite bears in the
month it then is.

Assumes: prices are paid when satellites lift off; a last month's running cost holds on after it.
Leaves out: payment in advance while satellites are built, working capital, debt.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from sunstack.disciplines import economics
from sunstack.fleet import MONTH_S, YEAR_MONTHS
from sunstack.margins import built_up_mass
from sunstack.programme import Programme
from sunstack.serving import Served
from sunstack.system import System

from .bases import Bases, bases
from .delivered import Delivered, Life, by_month, life, month_means

DISPOSAL = economics.ITEMS.index("disposal")
LAUNCH = economics.PARTS.index("launch")


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Accounts:
    """Money of a programme; by month, (months,), and by calendar year of launch, (years,)."""

    capital_usd: Array
    """Of all launched in a month by part: (parts, months)."""
    running_usd: Array
    """By item: (items, months)."""
    revenue_usd: Array
    """Of what is sold, at the compute price stated."""
    tax_usd: Array
    """Negative where losses are set against gains made elsewhere."""
    cash_usd: Array
    """Revenue less all of the above."""
    remaining_usd: Array
    """What satellites that work at the horizon are worth then; scalar."""
    delivered: Delivered
    """By month."""
    launched_count: Array
    """By year, as all that follows."""
    satellite_usd: Array
    """Capital of a satellite by part: (parts, years)."""
    running_by_year_usd: Array
    """Of the whole fleet by item: (items, years)."""
    satellite_s: Array
    """Time of all working satellites."""
    vintage: Bases
    """By year of launch."""
    whole: Bases
    """Of the whole programme; scalars."""


@jax.jit
def accounts(system: System, *, course: Programme, served: Served) -> Accounts:
    """Reckon what a programme costs and what it delivers.

    Args:
        system: the design.
        course: its fleet's years.
        served: its tokens.
    """
    spec, one = system.economics, life(system, course, served)
    launched = course.years.launched_count.sum(axis=1)
    satellite_usd = _satellite_usd(system, course, launched)
    capital_usd = satellite_usd * launched
    working = month_means(course.years.working_count.sum(axis=1))
    running_usd = economics.running_usd(
        spec.running,
        satellite_count=working,
        disposed_count=course.years.disposed_count.sum(axis=1),
        step_s=MONTH_S,
    )
    given = by_month(system, course, served)
    by_year = partial(_by_year, spec)
    remaining = _remaining_usd(system, course, satellite_usd)
    revenue, tax = _revenue_and_tax(spec, given, capital_usd.sum(axis=0), running_usd.sum(axis=0))
    return Accounts(
        capital_usd=capital_usd,
        running_usd=running_usd,
        revenue_usd=revenue,
        tax_usd=tax,
        cash_usd=revenue - capital_usd.sum(axis=0) - running_usd.sum(axis=0) - tax,
        remaining_usd=remaining.sum(),
        delivered=given,
        launched_count=by_year(launched),
        satellite_usd=_mean_of_year(spec, launched, satellite_usd),
        running_by_year_usd=by_year(running_usd),
        satellite_s=by_year(working) * MONTH_S,
        vintage=_vintages(system, course, one, satellite_usd, running_usd, working),
        whole=_whole(system, capital_usd, running_usd, remaining, given, launched),
    )


def calendar_year_count(months: int) -> int:
    """Calendar years that some months touch at most."""
    return months // YEAR_MONTHS + 2


def amounts_of(system: System) -> economics.Amounts:
    """How much of each part a satellite has."""
    weighed, spec = built_up_mass(system), system.economics
    lit_w_per_m2 = system.environment.solar_constant_w_per_m2 * system.power.cell_efficiency
    return economics.Amounts(
        array_w=system.power.array_area_m2 * system.power.packing_fraction * lit_w_per_m2,
        radiator_area_m2=system.thermal.radiator_area_m2,
        battery_j=system.power.battery_capacity_j,
        laser_count=system.connection.laser_count,
        thruster_count=spec.thruster_count,
        bus_kg=weighed.bus_kg + weighed.structure_kg,
        chip_count=spec.chip_count,
        other_payload_kg=weighed.payload_kg * float(not spec.carries_chips),
    )


def _middles_s(months: int) -> Array:
    return (jnp.arange(months) + 0.5) * MONTH_S


def _by_year(spec: economics.Spec, values: Array) -> Array:
    """Sum months (..., months) to the calendar years in which their middles lie, (..., years)."""
    months, years = values.shape[-1], calendar_year_count(values.shape[-1])
    gone = jnp.floor(spec.elapsed_in_year_s / MONTH_S + 0.5).astype(int)
    # Those of the first year that the programme does not see, a whole one at most, are empty.
    ends = (YEAR_MONTHS, years * YEAR_MONTHS - months)
    held = jnp.pad(values, [(0, 0)] * (values.ndim - 1) + [ends])
    held = jax.lax.dynamic_slice_in_dim(held, YEAR_MONTHS - gone, years * YEAR_MONTHS, axis=-1)
    return held.reshape(*values.shape[:-1], years, YEAR_MONTHS).sum(axis=-1)


def _mean_of_year(spec: economics.Spec, launched: Array, values: Array) -> Array:
    """Mean over satellites launched in each year, shape (..., years); 0 where there are none."""
    count = _by_year(spec, launched)
    return _by_year(spec, values * launched) / jnp.where(count > 0.0, count, 1.0)


def _satellite_usd(system: System, course: Programme, launched: Array) -> Array:
    """Capital of a satellite by part and month, (parts, months)."""
    some = launched > 0.0
    launch_usd = jnp.where(some, course.spent_usd, 0.0) / jnp.where(some, launched, 1.0)
    return economics.capital_usd(
        system.economics.prices,
        amounts_of(system),
        produced_count=jnp.cumsum(launched) - launched,
        lot_count=launched,
        time_s=_middles_s(len(launched)),
        launch_usd=launch_usd,
        launched_in_all_count=launched.sum(),
    )


def _remaining_usd(system: System, course: Programme, satellite_usd: Array) -> Array:
    """What satellites working at the horizon are worth then, by part, (parts,)."""
    working = course.years.last_working_count.sum(axis=0)
    age_s = MONTH_S * len(working) - _middles_s(len(working))
    gone = economics.depreciated_fraction(age_s=age_s, depreciation_s=system.flight.life_s)
    left = system.economics.finance.residual_fraction * (1.0 - gone)
    return satellite_usd @ (working * left)


def _revenue_and_tax(
    spec: economics.Spec, given: Delivered, capital_usd: Array, running_usd: Array
) -> tuple[Array, Array]:
    time_s = _middles_s(len(capital_usd))
    price = economics.compute_price_usd_per_flop(spec.market, time_s=time_s)
    revenue = spec.market.sold_fraction * given.work_flop * price
    profit = revenue - running_usd - written_off_usd(spec.finance, capital_usd)
    return revenue, spec.finance.tax_fraction * profit


def written_off_usd(finance: economics.Finance, capital_usd: Array) -> Array:
    """Depreciation of each month: a line from the middle of the month of payment, in real money."""
    months = len(capital_usd)
    age_s = _middles_s(months)[:, None] - _middles_s(months)
    begun_s, ended_s = age_s - 0.5 * MONTH_S, age_s + 0.5 * MONTH_S
    on_line_s = jnp.minimum(ended_s, finance.depreciation_s) - jnp.maximum(begun_s, 0.0)
    worth = economics.discount_ratio(
        time_s=age_s, yearly_discount_fraction=finance.yearly_inflation_fraction
    )
    return (jnp.maximum(on_line_s, 0.0) * worth / finance.depreciation_s) @ capital_usd


# --- cost of a unit -------------------------------------------------------------------------------


def _worth(spec: economics.Spec, time_s: ArrayLike) -> Array:
    """Worth at the beginning of money at some times."""
    return economics.discount_ratio(
        time_s=time_s, yearly_discount_fraction=spec.finance.yearly_discount_fraction
    )


def _falling(spec: economics.Spec, time_s: Array) -> Array:
    return economics.residual_fraction(
        age_s=time_s, yearly_progress_fraction=spec.market.yearly_progress_fraction
    )


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class _Capital:
    """Of a satellite or of many: all of it, all but chips, and launches."""

    usd: Array
    without_chips_usd: Array
    launch_usd: Array

    @classmethod
    def of(cls, spec: economics.Spec, by_part_usd: Array) -> _Capital:
        """Join parts, along the first axis."""
        return cls(
            usd=by_part_usd.sum(axis=0),
            without_chips_usd=economics.without_chips_usd(spec.prices, by_part_usd),
            launch_usd=by_part_usd[LAUNCH],
        )


def _whole(
    system: System,
    capital_usd: Array,
    running_usd: Array,
    remaining_usd: Array,
    given: Delivered,
    launched: Array,
) -> Bases:
    """Bases of the whole programme, worth at its start."""
    spec, months = system.economics, len(launched)
    time_s, horizon_s = _middles_s(months), months * MONTH_S
    worth, weight = _worth(spec, time_s), economics.capital_factor(spec.finance)
    net = capital_usd @ worth - remaining_usd * _worth(spec, horizon_s)
    running = running_usd.sum(axis=0) @ worth
    capital = _Capital.of(spec, net)
    mean = capital_usd.sum(axis=1) / jnp.maximum(launched.sum(), 1e-12)
    return bases(
        spec.market,
        cost_usd=weight * capital.usd + running,
        cost_without_chips_usd=weight * capital.without_chips_usd + running,
        sold=jax.tree.map(lambda flow: flow @ worth, given),
        sold_falling_j=given.energy_j @ (worth * _falling(spec, time_s)),
        **_capital_bases(system, _Capital.of(spec, mean)),
    )


def _vintages(
    system: System,
    course: Programme,
    one: Life,
    satellite_usd: Array,
    running_usd: Array,
    working: Array,
) -> Bases:
    """Bases by year of launch, worth at launch."""
    spec, launched = system.economics, course.years.launched_count
    each = _Capital.of(spec, satellite_usd)
    capital = jax.tree.map(partial(_mean_of_year, spec, launched.sum(axis=1)), each)
    worth = _worth(spec, one.age_s)
    running = _running_of_a_life_usd(spec, one, launched.sum(axis=1), running_usd, working, worth)
    weight = economics.capital_factor(spec.finance)
    left = _left_at_the_end(system, one)
    with_chips, without = (
        weight * usd * (1.0 - left) + running for usd in (capital.usd, capital.without_chips_usd)
    )
    share = _by_year(spec, launched.T).T
    share = share / jnp.maximum(share.sum(axis=1, keepdims=True), 1e-12)

    def mean(flow: Array) -> Array:
        """Of groups by what is launched of each, (..., years)."""
        return (flow @ worth) @ share.T

    return bases(
        spec.market,
        cost_usd=with_chips,
        cost_without_chips_usd=without,
        sold=jax.tree.map(mean, one.delivered),
        sold_falling_j=mean(one.delivered.energy_j * _falling(spec, one.age_s)),
        **_capital_bases(system, capital),
    )


def _left_at_the_end(system: System, one: Life) -> Array:
    """Share of a satellite's price that a horizon shorter than its life leaves, worth at launch.

    What prices refuses such a horizon; `evaluate` alone does not.
    """
    end_s = one.age_s[-1] + 0.5 * MONTH_S
    gone = economics.depreciated_fraction(age_s=end_s, depreciation_s=system.flight.life_s)
    finance = system.economics.finance
    kept = finance.residual_fraction * one.alive_fraction[-1] * (1.0 - gone)
    return kept * _worth(system.economics, end_s)


def _running_of_a_life_usd(
    spec: economics.Spec,
    one: Life,
    launched: Array,
    running_usd: Array,
    working: Array,
    worth: Array,
) -> Array:
    """What running a satellite costs over its life, worth at launch, (years,)."""
    months = len(launched)
    shared = running_usd.sum(axis=0) - running_usd[DISPOSAL]
    some = working > 0.0
    of_month = jnp.where(some, shared, 0.0) / jnp.where(some, working, 1.0)
    # Satellites of a year begin on average between two months: what both bear is read off between.
    begun = _mean_of_year(spec, launched, jnp.arange(months, dtype=launched.dtype))
    borne = _borne_from(of_month, one.alive_fraction * worth, begun)
    return borne + (one.disposed_fraction @ worth) * spec.running.disposal_usd


def _borne_from(of_month: Array, weight: Array, begun: Array) -> Array:
    """Sum what months bear from some places on, by weight; the last month's holds for ever."""
    months = len(of_month)
    held = jnp.concatenate([of_month, jnp.full(months, of_month[-1])])
    whole = jax.lax.stop_gradient(jnp.clip(jnp.floor(begun), 0, months - 1))
    found: Array = jax.vmap(lambda at: jax.lax.dynamic_slice_in_dim(held, at, months + 1))(
        whole.astype(int)
    )
    nothing = jnp.zeros(1, weight.dtype)
    ends = jnp.stack([jnp.append(weight, nothing), jnp.append(nothing, weight)], axis=1)
    borne = found @ ends
    share = begun - whole
    return (1.0 - share) * borne[:, 0] + share * borne[:, 1]


def _capital_bases(system: System, capital: _Capital) -> dict[str, Array]:
    """Bases of capital alone."""
    rated_w = system.power.payload_peak_power_w
    return {
        "capital_usd_per_w": capital.usd / rated_w,
        "capital_without_chips_usd_per_w": capital.without_chips_usd / rated_w,
        "launched_power_usd_per_j": capital.launch_usd
        / (amounts_of(system).array_w * system.flight.life_s),
    }
