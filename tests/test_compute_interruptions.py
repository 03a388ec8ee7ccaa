"""Does the share of time spent on work that lasts agree with drawn failures, and with Daly?"""

from __future__ import annotations

import math
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunstack.disciplines.compute.training import Interruptions, Outages, Spares, interruptions

NONE = Interruptions(
    failure_per_s=jnp.asarray(0.0),
    corruption_per_s=jnp.asarray(0.0),
    detected_fraction=jnp.asarray(1.0),
    check_s=jnp.asarray(0.0),
    checkpoint_s=jnp.asarray(60.0),
    downtime_s=jnp.asarray(120.0),
    restart_s=jnp.asarray(300.0),
)
LIT = Outages(
    period_s=jnp.asarray(5760.0),
    outage_s=jnp.asarray(0.0),
    entry_s=jnp.asarray(0.0),
    resume_s=jnp.asarray(0.0),
)


def fails(mean_s: float, **changes: float) -> Interruptions:
    """Fail every so often on average."""
    words = {"failure_per_s": 1.0 / mean_s, **changes}
    return replace(NONE, **{name: jnp.asarray(value) for name, value in words.items()})


# --- drawn failures -------------------------------------------------------------------------------


def drawn_goodput(what: Interruptions, work_s: float, *, intervals: int, seed: int) -> float:
    """Run a job second by second through drawn failures and corruptions."""
    draw = np.random.default_rng(seed)
    rate, corrupts = float(what.failure_per_s), float(what.corruption_per_s)
    tried = work_s + float(what.check_s)
    passed, done = 0.0, 0

    def until_failure() -> float:
        return draw.exponential(1.0 / rate) if rate > 0.0 else math.inf

    def restarted() -> float:
        """Time until a restart succeeds, each failure within it waiting again."""
        spent = 0.0
        while (fail := until_failure()) < float(what.restart_s):
            spent += fail + float(what.downtime_s)
        return spent + float(what.restart_s)

    while done < intervals:
        if (fail := until_failure()) < tried:
            passed += fail + float(what.downtime_s) + restarted()
            continue
        passed += tried
        corruptions = draw.poisson(corrupts * work_s)
        if (draw.random(corruptions) < float(what.detected_fraction)).any():
            passed += restarted()
            continue
        if (fail := until_failure()) < float(what.checkpoint_s):
            passed += fail + float(what.downtime_s) + restarted()
            continue
        passed += float(what.checkpoint_s)
        done += 1
    return done * work_s / passed


@pytest.mark.parametrize("mean_s", [1e3, 1e4, 1e5])
@pytest.mark.parametrize("checkpoint_s", [5.0, 60.0, 600.0])
def test_goodput_is_that_of_drawn_failures(mean_s: float, checkpoint_s: float) -> None:
    what = fails(mean_s, checkpoint_s=checkpoint_s)
    work_s = float(interruptions.interval_s(what))
    # enough intervals for 2,000 failures: what they cost is known to about 2 % of itself
    intervals = max(2_000, int(2_000 * mean_s / work_s))
    drawn = drawn_goodput(what, work_s, intervals=intervals, seed=11)
    found = float(interruptions.goodput_fraction(what, work_s=work_s))
    assert found == pytest.approx(drawn, rel=0.02)
    assert 1.0 - found == pytest.approx(1.0 - drawn, rel=0.08)


@pytest.mark.parametrize("detected", [1.0, 0.6])
@pytest.mark.parametrize("between_s", [3e3, 3e4])
def test_corruptions_cost_what_drawn_ones_cost(between_s: float, detected: float) -> None:
    what = fails(2e4, corruption_per_s=1.0 / between_s, check_s=30.0, detected_fraction=detected)
    work_s = float(interruptions.interval_s(what))
    drawn = drawn_goodput(what, work_s, intervals=40_000, seed=5)
    found = float(interruptions.goodput_fraction(what, work_s=work_s))
    assert found == pytest.approx(drawn, rel=0.02)
    assert float(interruptions.unnoticed_per_s(what)) == pytest.approx((1 - detected) / between_s)


def drawn_scheduled(
    what: Interruptions, outages: Outages, work_s: float, *, periods: int, seed: int
) -> float:
    """Run a job through periods of light: what is unfinished at dusk is saved, if it is well."""
    draw = np.random.default_rng(seed)
    rate = float(what.failure_per_s)
    light = float(outages.period_s - outages.outage_s)
    end = light - float(outages.entry_s)
    owed, saved = 0.0, 0.0  # seconds of downtime and restart still owed; work written
    for _ in range(periods):
        now, pending = float(outages.resume_s), 0.0
        fail = draw.exponential(1.0 / rate)
        while now < end:
            busy = owed if owed > 0.0 else work_s - pending
            next_stop = min(now + busy, end)
            if fail < next_stop:
                now, pending = fail, 0.0
                owed = float(what.downtime_s + what.restart_s)
                # nothing fails while it waits for hardware
                fail = now + float(what.downtime_s) + draw.exponential(1.0 / rate)
                continue
            spent = next_stop - now
            now = next_stop
            if owed > 0.0:
                owed = owed - spent if now >= end else 0.0
                continue
            pending += spent
            if now >= end:
                break
            write = now + float(what.checkpoint_s)
            if write >= end:
                break  # dusk writes it
            if fail < write:
                now, pending, owed = fail, 0.0, float(what.downtime_s + what.restart_s)
                fail = now + float(what.downtime_s) + draw.exponential(1.0 / rate)
                continue
            now, saved, pending = write, saved + pending, 0.0
        if fail >= light:
            saved += pending
    return saved / (periods * float(outages.period_s))


@pytest.mark.parametrize("mean_s", [1e4, 1e5])
@pytest.mark.parametrize("outage_s", [300.0, 2100.0])
def test_eclipses_cost_what_drawn_ones_cost(mean_s: float, outage_s: float) -> None:
    outages = replace(
        LIT,
        outage_s=jnp.asarray(outage_s),
        entry_s=jnp.asarray(20.0),
        resume_s=jnp.asarray(40.0),
    )
    what = fails(mean_s, checkpoint_s=20.0, restart_s=60.0, downtime_s=30.0)
    work_s = float(interruptions.interval_s(what))
    found = float(interruptions.scheduled_goodput_fraction(what, outages, work_s=work_s))
    drawn = drawn_scheduled(what, outages, work_s, periods=20_000, seed=3)
    assert found == pytest.approx(drawn, rel=0.02)


def drawn_standing(load: float, spares: int, *, losses: int, seed: int) -> float:
    """Share of time with more satellites out than spares; replacements take a fixed time."""
    draw = np.random.default_rng(seed)
    now, standing = 0.0, 0.0
    back: list[float] = []
    for _ in range(losses):
        now += draw.exponential(1.0 / load)
        back = [when for when in back if when > now]
        back.append(now + 1.0)
        if len(back) > spares:
            first = min(back)
            standing += first - now
            now = first
    return standing / now


@pytest.mark.parametrize(("load", "spares"), [(0.3, 0), (0.3, 1), (4.0, 0), (4.0, 5), (20.0, 24)])
def test_spares_cover_what_drawn_losses_leave(load: float, spares: int) -> None:
    held = Spares(
        loss_per_s=jnp.asarray(load),
        replacement_s=jnp.asarray(1.0),
        spare_count=jnp.asarray(float(spares)),
    )
    runs = 1.0 - float(interruptions.standing_fraction(held))
    drawn = 1.0 - drawn_standing(load, spares, losses=40_000, seed=8)
    assert runs == pytest.approx(drawn, rel=0.02)


def test_without_spares_a_job_runs_as_a_part_that_is_repaired() -> None:
    # mean 3 days between losses, 1 day to replace: 3/4 of the time
    held = Spares(
        loss_per_s=jnp.asarray(1.0 / 3.0),
        replacement_s=jnp.asarray(1.0),
        spare_count=jnp.asarray(0.0),
    )
    assert float(interruptions.standing_fraction(held)) == pytest.approx(0.25, rel=1e-6)
    none = replace(held, loss_per_s=jnp.asarray(0.0))
    assert float(interruptions.standing_fraction(none)) == 0.0


# --- by hand, and limits --------------------------------------------------------------------------


def test_a_job_by_hand() -> None:
    # M = 10,000 s, W + C = 1,060 s: M e^0.03 (e^0.106 - 1) + D e^0.03 (e^0.106 - 1), D = 120 s
    found = interruptions.elapsed_s(fails(1e4), work_s=1000.0)
    assert float(found) == pytest.approx(10_120.0 * math.exp(0.03) * math.expm1(0.106), rel=1e-6)
    # 8 satellites of 4 chips at 1e-9 and 1e-8 for the rest of each: 8 (4e-9 + 1e-8)
    rate = interruptions.job_failure_per_s(
        satellite_count=8.0,
        accelerator_count=4.0,
        accelerator_failure_per_s=1e-9,
        satellite_failure_per_s=1e-8,
    )
    assert float(rate) == pytest.approx(1.12e-7, rel=1e-6)


def test_nothing_fails_and_nothing_is_lost() -> None:
    assert float(interruptions.goodput_fraction(NONE, work_s=540.0)) == pytest.approx(0.9)
    assert math.isinf(float(interruptions.interval_s(NONE)))
    free = replace(fails(1e4), checkpoint_s=jnp.asarray(0.0))
    assert float(interruptions.interval_s(free)) == 0.0
    # only downtime and restart are left: 1 / (1 + (D + R) / M), to first order
    left = interruptions.goodput_fraction(free, work_s=0.0)
    assert float(left) == pytest.approx(1.0 / (1.0 + 420.0 / 1e4), rel=2e-3)


def test_young_and_daly_approach_the_best_and_never_pass_it() -> None:
    for cost in (1e-4, 1e-3, 1e-2, 0.1, 0.5, 1.9):
        words = {"checkpoint_s": 1e4 * cost, "failure_per_s": 1e-4}
        what = fails(1e4, checkpoint_s=1e4 * cost, restart_s=0.0, downtime_s=0.0)
        best, daly, young = (
            float(interruptions.goodput_fraction(what, work_s=find(**words)))
            for find in (
                interruptions.best_interval_s,
                interruptions.daly_interval_s,
                interruptions.young_interval_s,
            )
        )
        assert best >= daly * (1.0 - 1e-6)
        assert daly >= young * (1.0 - 1e-6)
        assert best == pytest.approx(daly, rel=2e-3)  # as Daly found up to C = M/2 and beyond


@settings(max_examples=60, deadline=None)
@given(st.floats(1.0, 1e4), st.floats(1e2, 1e7))
def test_no_other_interval_is_better(checkpoint_s: float, mean_s: float) -> None:
    what = fails(mean_s, checkpoint_s=checkpoint_s)
    best = float(interruptions.interval_s(what))
    around = best * np.array([0.5, 0.9, 0.99, 1.0, 1.01, 1.1, 2.0])
    shares = interruptions.goodput_fraction(what, work_s=around)
    assert float(shares[3]) >= float(jnp.max(shares)) * (1.0 - 1e-5)


@settings(max_examples=40, deadline=None)
@given(st.floats(1e3, 1e6), st.floats(1.0, 600.0), st.floats(0.0, 2100.0), st.floats(1.01, 3.0))
def test_worse_is_never_better(
    mean_s: float, cost_s: float, outage_s: float, factor: float
) -> None:
    def share(what: Interruptions, dark_s: float) -> float:
        outages = replace(LIT, outage_s=jnp.asarray(dark_s), resume_s=jnp.asarray(30.0))
        work_s = interruptions.interval_s(what)
        return float(interruptions.scheduled_goodput_fraction(what, outages, work_s=work_s))

    what = fails(mean_s, checkpoint_s=cost_s, corruption_per_s=1e-5)
    usual = share(what, outage_s)
    assert 0.0 <= usual < 1.0
    assert share(replace(what, restart_s=what.restart_s * factor), outage_s) <= usual * 1.000001
    assert share(replace(what, failure_per_s=what.failure_per_s * factor), 0.0) <= share(what, 0.0)
    assert usual <= 1.0 - outage_s / 5760.0


def test_an_eclipse_as_long_as_the_light_leaves_nothing() -> None:
    outages = replace(LIT, outage_s=jnp.asarray(5750.0), resume_s=jnp.asarray(30.0))
    share = interruptions.scheduled_goodput_fraction(fails(1e5), outages, work_s=1e3)
    assert float(share) == 0.0


def test_more_spares_let_a_job_run_on() -> None:
    def runs(spares: float) -> float:
        held = Spares(
            loss_per_s=jnp.asarray(2e-6),
            replacement_s=jnp.asarray(1e6),
            spare_count=jnp.asarray(spares),
        )
        work_s = interruptions.interval_s(fails(1e4))
        return float(interruptions.job_goodput_fraction(fails(1e4), LIT, held, work_s=work_s))

    shares = [runs(spares) for spares in (0.0, 1.0, 2.0, 5.0, 10.0)]
    assert shares == sorted(shares)
    assert shares[0] < 0.4 * shares[-1]  # a load of 2: without spares a third of the time


def test_slopes_are_those_of_differences_and_jit_changes_nothing() -> None:
    outages = replace(LIT, outage_s=jnp.asarray(1800.0), resume_s=jnp.asarray(30.0))

    def share(mean_s: jax.Array) -> jax.Array:
        what = replace(fails(1e4, corruption_per_s=1e-5), failure_per_s=1.0 / mean_s)
        spares = Spares(
            loss_per_s=0.1 / mean_s,
            replacement_s=jnp.asarray(1e5),
            spare_count=jnp.asarray(2.0),
        )
        work_s = interruptions.interval_s(what)
        return interruptions.job_goodput_fraction(what, outages, spares, work_s=work_s)

    with jax.enable_x64(True):
        here = jnp.asarray(2.0e4)
        slope = float(jax.grad(share)(here))
        by_difference = float(share(here + 5.0) - share(here - 5.0)) / 10.0
        assert slope == pytest.approx(by_difference, rel=1e-4)
        assert float(jax.jit(share)(here)) == pytest.approx(float(share(here)), rel=1e-12)
