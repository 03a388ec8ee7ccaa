"""How fast is the cost model alone, over a chain that stands still?

Once as samples have it: `accounts` of fifteen years by month, of every year of launch. Once as a
peer has it, which prices one design: satellites of one launch over their life, by the discipline's
functions, on what the chain tells of them - a satellite's parts, how many were made before it, its
launch, and by month of its life what it delivers, how likely it still works, and how many
satellites share the cost of running. With q what money is worth after a month, what a life's flows
f are worth at launch is

    √q (f₀ + q (f₁ + q (f₂ + …)))

All economic inputs move, and every basis is told: joules, an accelerator's time, operations, tokens
of each model, capital of a watt. Each must be the one of `accounts` in every row of a block that is
drawn, and that the one of whole samples, or nothing is timed.

As in `accounts`, months after the horizon cost what its last one does, and satellites of a year
lift off in different months: costs are read off between two, prices of chips are their mean.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import timing
from jax import Array
from numpy.typing import NDArray

from sunstack.accounts import Bases, Delivered, accounts, amounts_of, bases
from sunstack.accounts.delivered import Life, life, month_means
from sunstack.disciplines import economics
from sunstack.evaluate import Outcome, evaluate
from sunstack.fleet import MONTH_S
from sunstack.programme import Programme
from sunstack.resolve import Resolved, rebuilt
from sunstack.resolve.economics import money
from sunstack.resolve.numbers import Numbers
from sunstack.serving import Served
from sunstack.study.inputs import Input
from sunstack.study.model import ROWS as DRAWN_ROWS
from sunstack.study.model import Model, model_of
from sunstack.study.objectives import objective, read
from sunstack.study.sampling import Drawn
from sunstack.system import System
from sunstack.units import YEAR_S

BY_MONTH = "costs of fifteen years by month, every year of launch"
ONE_LAUNCH = "costs of satellites of one launch, over their life"
YEAR = 12
"""Calendar years after that of the programme's start."""
DRAWN, REPEATED = 16_384, 32
"""Rows that are drawn, and how often those of one launch are priced in a call."""
BATCH, BLOCK = 32, 128
"""Samples side by side: what they compute stays close to the processor."""
DIFFERENCE = 1e-9
"""Of the accounts against a whole sample's; sums are grouped otherwise."""
LAUNCH_DIFFERENCE = 1e-12
"""Of one launch against the accounts, likewise."""
Columns = NDArray[np.float64]


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Month:
    """Of a life, or all of them: (months,). Of a satellite that lifts off, unless it says so."""

    place: Array
    """Of the month in what is borne of running, which stays at its last."""
    alive_fraction: Array
    disposed_fraction: Array
    delivered: Delivered


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class Launched:
    """What the chain tells of satellites launched in one year."""

    amounts: economics.Amounts
    produced_count: Array
    """Launched before the year."""
    lot_count: Array
    launched_in_all_count: Array
    time_s: Array
    """Of launches, (months, 1)."""
    share_fraction: Array
    """Of the year's satellites, (months, 1)."""
    launch_usd: Array
    month: Month
    working_count: Array
    """Of the whole fleet from that month on in which the satellites lift off, (months, 1)."""
    added_count: Array
    """Of them beyond the most there were before."""
    later_fraction: Array
    """Of a month by which costs are read off later than a month's own."""
    rated_w: Array
    array_life_j: Array
    """Of the array's new power over a design life."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A design whose economic inputs move, over a chain that stands still."""

    resolved: Resolved
    system: System
    outcome: Outcome
    inputs: tuple[Input, ...]

    def spec(self, values_si: Array) -> economics.Spec:
        """All of money, for values in SI along the first axis."""
        # Else XLA reads the table of inputs in every operation, and does each row for itself.
        columns = jax.lax.optimization_barrier(list(values_si))
        moved = dict(zip((one.key for one in self.inputs), columns, strict=True))
        number = Numbers(self.resolved.origins, moved)
        return money(
            number,
            words=number,
            service=self.system.service,
            elapsed_in_year_s=self.system.economics.elapsed_in_year_s,
        )

    def accounts(self, values_si: Array, course: Programme, served: Served) -> Outcome:
        """The costs of the whole programme, over months, satellites and tokens that are given."""
        priced = replace(self.system, economics=self.spec(values_si))
        told = accounts(priced, course=course, served=served)
        return replace(self.outcome, economics=told)


def rivals(resolved: Resolved, model: Model, cost: str) -> dict[str, timing.Rival]:
    """The cost model alone: every year of launch, months and all, and one year of launch."""
    system = rebuilt(resolved, {}, system=model.system)
    case = Case(
        resolved=resolved,
        system=system,
        outcome=jax.jit(evaluate)(system),
        inputs=tuple(one for one in model.inputs if one.key.startswith("economics.")),
    )
    few = model_of(resolved, inputs=case.inputs, objectives=(cost,))
    blocks = [Drawn(model=few, count=DRAWN, seed=1).values(n) for n in range(DRAWN // DRAWN_ROWS)]
    rows = few.si(np.concatenate(blocks))
    return {
        BY_MONTH: _by_month(case, cost, rows, exact=few.rows(blocks[0])[cost]),
        ONE_LAUNCH: _one_launch(case, rows),
    }


def _by_month(case: Case, cost: str, rows: Array, *, exact: Columns) -> timing.Rival:
    wanted, given = objective(cost), (case.outcome.programme, case.outcome.service)

    @jax.jit
    def many(rows: Array, course: Programme, served: Served) -> Array:
        def one(values_si: Array) -> Array:
            return read(wanted, case.accounts(values_si, course, served), case.system)

        found: Array = jax.lax.map(one, rows, batch_size=BATCH)
        return found

    apart = np.abs(np.asarray(many(rows, *given))[: len(exact)] / exact - 1.0).max()
    if not apart <= DIFFERENCE:
        raise SystemExit(f"the cost model alone is off by {apart:.1e}: nothing is timed")
    return timing.Rival(run=lambda: jax.block_until_ready(many(rows, *given)), work=len(rows))


def _one_launch(case: Case, rows: Array) -> timing.Rival:
    launched = launched_in(case.system, case.outcome)
    given = (case.outcome.programme, case.outcome.service)

    @jax.jit
    def many(blocks: Array, launched: Launched) -> Bases:
        found: Bases = jax.lax.map(lambda block: cost_of_unit(case.spec(block), launched), blocks)
        return found

    @jax.jit
    def exact(rows: Array, course: Programme, served: Served) -> Bases:
        told = jax.vmap(lambda row: case.accounts(row, course, served).economics.vintage)(rows)
        found: Bases = jax.tree.map(lambda by_year: by_year[..., YEAR], told)
        return found

    blocks = jnp.asarray(rows.reshape(-1, BLOCK, rows.shape[1]).swapaxes(1, 2))
    ours = many(blocks[:1], launched)
    for name, values in vars(exact(rows[:BLOCK], *given)).items():
        found = np.asarray(getattr(ours, name))[0].T
        apart = np.abs(found / np.asarray(values) - 1.0).max()
        if not apart <= LAUNCH_DIFFERENCE:
            raise SystemExit(f"{name} of one launch is {apart:.1e} off: nothing is timed")
    times = REPEATED * len(rows)
    repeated = jnp.tile(blocks, (REPEATED, 1, 1))
    return timing.Rival(run=lambda: jax.block_until_ready(many(repeated, launched)), work=times)


# --- what is computed for each sample -------------------------------------------------------------


def cost_of_unit(spec: economics.Spec, launched: Launched) -> Bases:
    """Cost of a unit of all that satellites of one year deliver; prices of any shape."""
    by_part = economics.capital_by_part_usd(
        spec.prices,
        launched.amounts,
        learned_ratio=economics.learned_from_book_ratio(
            spec.prices, produced_count=launched.produced_count, lot_count=launched.lot_count
        ),
        chips_usd=jnp.sum(
            launched.share_fraction
            * economics.chips_usd(spec.prices, launched.amounts, time_s=launched.time_s),
            axis=0,
        ),
        launch_usd=launched.launch_usd,
        launched_in_all_count=launched.launched_in_all_count,
    )
    capital = jnp.stack(jnp.broadcast_arrays(*(by_part[name] for name in economics.PARTS)))
    with_chips, without = capital.sum(axis=0), economics.without_chips_usd(spec.prices, capital)
    weight = economics.capital_factor(spec.finance)
    running, sold, falling_j = whole_life(spec, launched)
    return bases(
        spec.market,
        cost_usd=weight * with_chips + running,
        cost_without_chips_usd=weight * without + running,
        sold=sold,
        sold_falling_j=falling_j,
        capital_usd_per_w=with_chips / launched.rated_w,
        capital_without_chips_usd_per_w=without / launched.rated_w,
        launched_power_usd_per_j=launched.launch_usd / launched.array_life_j,
    )


def whole_life(spec: economics.Spec, launched: Launched) -> tuple[Array, Delivered, Array]:
    """What running costs, what is delivered, and its energy at a worth that falls; at launch."""
    rate, progress = spec.finance.yearly_discount_fraction, spec.market.yearly_progress_fraction

    def ratio(time_s: float) -> tuple[Array, Array]:
        kept = economics.discount_ratio(time_s=time_s, yearly_discount_fraction=rate)
        fallen = economics.residual_fraction(age_s=time_s, yearly_progress_fraction=progress)
        return kept, kept * fallen

    kept, falling = ratio(MONTH_S)

    each_usd = _of_each_usd(spec, launched)
    last = len(each_usd) - 1

    def sooner(later: Any, month: Month) -> tuple[Any, None]:
        running, sold, falling_j = later
        now_usd = each_usd[month.place]
        next_usd = each_usd[jnp.minimum(month.place + 1, last)]
        borne_usd = now_usd + launched.later_fraction * (next_usd - now_usd)
        paid_usd = borne_usd * month.alive_fraction
        paid_usd = paid_usd + month.disposed_fraction * spec.running.disposal_usd
        return (
            paid_usd + kept * running,
            jax.tree.map(lambda now, then: now[..., None] + kept * then, month.delivered, sold),
            month.delivered.energy_j + falling * falling_j,
        ), None

    none = jnp.zeros_like(kept)
    nothing = jax.tree.map(
        lambda flow: jnp.zeros(flow.shape[1:] + none.shape), launched.month.delivered
    )
    (running, sold, falling_j), _ = jax.lax.scan(
        sooner, (none, nothing, none), launched.month, reverse=True
    )
    half, half_falling = ratio(0.5 * MONTH_S)
    return half * running, jax.tree.map(lambda flow: half * flow, sold), half_falling * falling_j


def _of_each_usd(spec: economics.Spec, launched: Launched) -> Array:
    """What each working satellite bears of a month's running but for disposal, (months, ...)."""
    items = economics.items_usd(
        spec.running,
        satellite_count=launched.working_count,
        added_count=launched.added_count,
        disposed_count=0.0,
        step_s=MONTH_S,
    )
    return sum(items.values(), start=jnp.asarray(0.0)) * (1.0 / launched.working_count)


# --- what is given --------------------------------------------------------------------------------


def launched_in(system: System, outcome: Outcome) -> Launched:
    """What the chain says of satellites launched in the year."""
    course, amounts = outcome.programme, amounts_of(system)
    by_group = np.asarray(course.years.launched_count)
    launched = by_group.sum(axis=1)
    middle_s = (np.arange(len(launched)) + 0.5) * MONTH_S
    elapsed_s = float(system.economics.elapsed_in_year_s)
    months = np.flatnonzero(np.floor((middle_s + elapsed_s) / YEAR_S) == YEAR)
    count = launched[months].sum()
    share = launched[months] / count
    first = float(share @ months)
    one = life(system, course, outcome.service)
    working = month_means(jnp.asarray(course.years.working_count).sum(axis=1))
    rest = slice(int(first), None)
    return Launched(
        amounts=amounts,
        produced_count=jnp.asarray(launched[: months[0]].sum()),
        lot_count=jnp.asarray(count),
        launched_in_all_count=jnp.asarray(launched.sum()),
        time_s=jnp.asarray(middle_s[months, None]),
        share_fraction=jnp.asarray(share[:, None]),
        launch_usd=jnp.asarray(course.spent_usd)[months].sum() / count,
        month=_by_age(one, by_group[months].sum(axis=0) / count, len(working) - int(first)),
        working_count=working[rest, None],
        added_count=economics.added_count(working)[rest, None],
        later_fraction=jnp.asarray(first - int(first)),
        rated_w=system.power.payload_peak_power_w,
        array_life_j=amounts.array_w * system.flight.life_s,
    )


def _by_age(one: Life, share: Columns, rest: int) -> Month:
    """One satellite by age, mean over groups by what is launched of each."""
    alive = np.asarray(one.alive_fraction)
    if alive[-1] > 0.0:
        raise SystemExit("a horizon shorter than a life leaves something: nothing is timed")
    ages = np.flatnonzero(alive)[-1] + 1
    return Month(
        place=jnp.minimum(jnp.arange(ages), rest - 1),
        alive_fraction=one.alive_fraction[:ages],
        disposed_fraction=one.disposed_fraction[:ages],
        delivered=jax.tree.map(
            lambda flow: jnp.einsum("g,...gm->m...", share, flow)[:ages], one.delivered
        ),
    )
