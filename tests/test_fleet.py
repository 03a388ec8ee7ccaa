"""Is every satellite of a fleet accounted for, and does chance agree with the mean?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sunstack import fleet
from sunstack.disciplines import launch, reliability
from sunstack.fleet import MONTH_S, Spec, fluid
from sunstack.units import DAY_S, YEAR_S

MONTHS = 180
FOREVER_S = 1e12
PAYLOAD_W = 100e3


def units(needed: float = 1.0, yearly: float = 0.0) -> reliability.Units:
    return reliability.Units(
        ground_failure_per_s=jnp.asarray(yearly / YEAR_S),
        orbit_factor=jnp.asarray(1.0),
        wear_out_scale_s=jnp.asarray(FOREVER_S),
        wear_out_shape_ratio=jnp.asarray(3.0),
        needed_count=jnp.asarray(needed),
        carried_count=jnp.asarray(needed),
    )


def launches(*, success: float, flights_a_day: float) -> launch.Spec:
    return launch.Spec(
        charged_kg=jnp.asarray(10_000.0),
        rocket=launch.Rocket(
            payload_mass_kg=jnp.asarray(10_000.0),
            adapter_mass_fraction=jnp.asarray(0.0),
            bay_volume_m3=jnp.asarray(100.0),
            packing_fraction=jnp.asarray(1.0),
        ),
        cadence=launch.Cadence(
            first_flight_s=jnp.asarray(0.0),
            first_cadence_per_s=jnp.asarray(flights_a_day / DAY_S),
            doubling_s=jnp.asarray(YEAR_S),
            pad_count=jnp.asarray(1.0),
            pad_turnaround_s=jnp.asarray(DAY_S / max(flights_a_day, 1e-9)),
            vehicle_count=jnp.asarray(1e6),
            vehicle_turnaround_s=jnp.asarray(DAY_S),
            permitted_per_s=jnp.asarray(1e6),
            success_fraction=jnp.asarray(success),
        ),
        pricing=launch.Learning(
            start_usd_per_kg=jnp.asarray(1800.0),
            start_kg=jnp.asarray(4e5),
            learning_fraction=jnp.asarray(0.2),
            floor_usd_per_kg=jnp.asarray(8.0),
        ),
    )


def made(
    *,
    failing_per_year: float = 0.05,
    dead: float = 0.02,
    success: float = 0.9,
    flights_a_day: float = 1.0,
    life_years: float = 5.0,
    disposal: float = 0.95,
    wanted: tuple[float, ...] = (500.0, 700.0),
    decay_years: tuple[float, ...] = (0.5, 30.0),
    raising_days: float = 45.0,
    satellite_kg: float = 1000.0,
    spares: float = 0.0,
    service: float = 1.0,
) -> Spec:
    bus = reliability.ConstantBus(
        dead_on_arrival_fraction=jnp.asarray(dead),
        failure_per_s=jnp.asarray(failing_per_year / YEAR_S),
    )
    return Spec(
        launch=launches(success=success, flights_a_day=flights_a_day),
        reliability=reliability.Spec(bus=bus, chips=units(72.0, 0.04), drives=units()),
        policy=reliability.ReplaceAtAge(life_s=jnp.asarray(life_years * YEAR_S)),
        wanted_count=jnp.asarray(wanted),
        spare_count=jnp.full(len(wanted), spares),
        service_fraction=jnp.full((1, 1), service),
        payload_w=jnp.full((len(wanted), 1), PAYLOAD_W),
        satellite_kg=jnp.asarray(satellite_kg),
        stowed_volume_m3=jnp.asarray(0.0),
        raising_s=jnp.full(len(wanted), raising_days * DAY_S),
        decay_s=jnp.asarray(decay_years) * YEAR_S,
        disposal_success_fraction=jnp.asarray(disposal),
    )


_run = jax.jit(fleet.years, static_argnames=("month_count",))


def run(spec: Spec, key: Any = None) -> fleet.Years:
    return _run(spec, month_count=MONTHS, key=key)


# --- nothing is lost sight of --------------------------------------------------------------------

CASES: dict[str, Callable[[], Spec]] = {
    "usual": made,
    "nothing fails": lambda: made(failing_per_year=0.0, dead=0.0, success=1.0, disposal=1.0),
    "all fails": lambda: made(failing_per_year=50.0, disposal=0.0, decay_years=(0.01, 1e9)),
    "no flights": lambda: made(flights_a_day=0.0),
    "too heavy": lambda: made(satellite_kg=20_000.0),
    "hardly a success": lambda: made(success=1e-9),
    "no life": lambda: made(life_years=0.0),
    "a million": lambda: made(wanted=(4e5, 6e5), flights_a_day=100.0),
}


@pytest.mark.parametrize("name", CASES)
def test_every_satellite_launched_is_somewhere(name: str) -> None:
    spec = CASES[name]()
    course = run(spec)
    launched = np.cumsum(np.asarray(course.launched_count), axis=0)
    assert np.abs(fleet.unaccounted_count(course)).max() <= 1e-9 * max(launched.max(), 1.0)
    for values in vars(course).values():
        assert np.all(np.isfinite(np.asarray(values)))
        assert np.all(np.asarray(values) >= -1e-9)
    wanted = np.asarray(spec.wanted_count)
    assert np.all(np.asarray(course.working_count) <= wanted * (1.0 + 1e-9))
    assert np.all(np.asarray(course.in_place_count) <= np.asarray(course.working_count) + 1e-9)


WHOLE = ("launched_count", "failed_count", "withdrawn_count", "disposed_count", "working_count")


@pytest.mark.parametrize("wanted", [(500.0, 700.0), (1.0, 2.0)])
def test_drawn_satellites_are_whole_somewhere_and_no_more_than_wanted(
    wanted: tuple[float, ...],
) -> None:
    for seed in range(3):
        course = run(made(wanted=wanted), jax.random.key(seed))
        for name in WHOLE:
            values = np.asarray(getattr(course, name))
            assert np.array_equal(values, np.round(values))
        assert np.abs(fleet.unaccounted_count(course)).max() <= 1e-9 * 1e5
        assert np.all(np.asarray(course.working_count) <= np.asarray(wanted))


def test_what_can_not_fly_never_fills() -> None:
    for name in ("no flights", "too heavy"):
        spec = CASES[name]()
        course = run(spec)
        assert not np.asarray(course.launched_count).any()
        filled = fleet.month_filled_count(course, wanted_count=spec.wanted_count)
        assert filled.tolist() == [MONTHS + 1, MONTHS + 1]


# --- by hand -------------------------------------------------------------------------------------


def test_a_fleet_without_failures_fills_in_its_order_and_is_replaced_at_its_age() -> None:
    # Ten satellites a flight, a flight a day: 304.4 a month (30.44 days).
    spec = made(failing_per_year=0.0, dead=0.0, success=1.0, disposal=1.0, raising_days=0.0)
    course = run(spec)
    a_month = 10.0 * MONTH_S / DAY_S
    launched = np.asarray(course.launched_count)
    assert launched[0] == pytest.approx([a_month, 0.0])
    assert launched[1] == pytest.approx([500.0 - a_month, 2.0 * a_month - 500.0])
    assert launched[:4].sum() == pytest.approx(1200.0)
    # Launched in months 0 to 3, withdrawn five years later in the same order, replaced at once.
    withdrawn = np.asarray(course.withdrawn_count)
    assert withdrawn[:60].sum() == pytest.approx(0.0, abs=1e-9)
    assert withdrawn[60:64] == pytest.approx(launched[0:4])
    assert np.asarray(course.working_count)[70].sum() == pytest.approx(1200.0)
    assert not np.asarray(course.derelict_count).any()


def test_derelicts_fall_when_their_time_is_over() -> None:
    spec = made(failing_per_year=0.05, disposal=1.0, dead=0.0)
    course = run(spec)
    failed = np.asarray(course.failed_count)
    # Half a year in the first group: what failed in the last six months, all over each, is up.
    standing = np.asarray(course.derelict_count)[100, 0]
    assert standing == pytest.approx(failed[95:101, 0].sum(), rel=1e-6)
    # Thirty years in the second: nothing has come down after fifteen.
    assert not np.asarray(course.decayed_count)[:, 1].any()
    assert np.asarray(course.derelict_count)[-1, 1] == pytest.approx(failed[:, 1].sum())


def test_a_settled_fleet_needs_the_flights_of_the_closed_form() -> None:
    spec = made(life_years=3.0)
    course = run(spec)
    arriving = 0.9 * (1.0 - 0.02)
    steady = launch.sustaining_flights_per_s(
        satellite_count=1200.0,
        life_s=3.0 * YEAR_S,
        failure_rate_per_s=0.05 / YEAR_S,
        satellites_per_flight_count=10.0,
        success_fraction=arriving,
    )
    # Over three lives from the middle of one on: waves of replacement stand whole in between.
    flown = np.asarray(course.flight_count)[56:164].sum() / (108.0 * MONTH_S)
    assert flown == pytest.approx(float(steady), rel=0.03)


def test_chips_that_die_take_capacity_not_satellites() -> None:
    course = run(made(failing_per_year=0.0, raising_days=0.0))
    share = np.asarray(course.capacity_count)[50] / np.asarray(course.in_place_count)[50]
    # Four years and some of 4 % a year.
    assert share == pytest.approx(np.exp(-0.04 * 4.0), abs=0.03)


def test_what_the_orbit_takes_scales_the_capacity_and_the_power() -> None:
    whole, part = run(made()), run(made(service=0.7))
    for name in ("capacity_count", "delivered_power_w"):
        assert np.asarray(getattr(part, name)) == pytest.approx(
            0.7 * np.asarray(getattr(whole, name))
        )
    assert np.asarray(part.payload_power_w) == pytest.approx(
        PAYLOAD_W * np.asarray(part.in_place_count)
    )


def test_spares_are_launched_but_no_more_than_wanted_counts() -> None:
    course = run(made(spares=50.0, raising_days=0.0))
    assert np.asarray(course.working_count)[50] == pytest.approx([550.0, 750.0], rel=0.01)
    drawn_w = np.asarray(course.payload_power_w)[50]
    assert drawn_w == pytest.approx([500.0 * PAYLOAD_W, 700.0 * PAYLOAD_W])
    assert np.abs(fleet.unaccounted_count(course)).max() <= 1e-9 * 1e5


def test_cohorts_are_all_that_work() -> None:
    course = run(made())
    assert np.asarray(course.cohort_count).sum(axis=1) == pytest.approx(
        np.asarray(course.working_count).sum(axis=1)
    )
    assert np.asarray(course.last_working_count).sum(axis=1) == pytest.approx(
        np.asarray(course.working_count)[-1]
    )


# --- slopes and chance ---------------------------------------------------------------------------


def test_slopes_agree_with_differences() -> None:
    def in_place(numbers: jax.Array) -> jax.Array:
        spec = made()
        bus = replace(spec.reliability.bus, failure_per_s=numbers[0] / YEAR_S)
        cadence = replace(spec.launch.cadence, success_fraction=numbers[1])
        moved = replace(
            spec,
            reliability=replace(spec.reliability, bus=bus),
            launch=replace(spec.launch, cadence=cadence),
            policy=reliability.ReplaceAtAge(life_s=numbers[2] * YEAR_S),
            disposal_success_fraction=numbers[3],
        )
        course = fleet.years(moved, month_count=MONTHS)
        return course.capacity_count[24].sum() + course.derelict_count[-1].sum()

    at = jnp.asarray([0.05, 0.9, 5.037, 0.95])
    slopes = jax.jit(jax.grad(in_place))(at)
    value = jax.jit(in_place)
    for index in range(4):
        step = jnp.zeros(4).at[index].set(1e-5)
        difference = (float(value(at + step)) - float(value(at - step))) / 2e-5
        assert float(slopes[index]) == pytest.approx(difference, rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_sums_by_age_and_their_slopes_are_those_of_a_matrix(precision: str) -> None:
    """Forwards, backwards and twice over, against Σ_b born(b) k(t - b) written out."""
    months, groups = 7, 2
    random = np.random.default_rng(3)
    born = jnp.asarray(random.normal(size=(months, groups)), precision)
    table = jnp.asarray(random.normal(size=(groups, months)), precision)
    since = np.arange(months)[:, None] - np.arange(months)

    def told(births: jax.Array, by_age: jax.Array) -> jax.Array:
        return jnp.sin(fluid._told(births, by_age)).sum()

    def by_hand(births: jax.Array, by_age: jax.Array) -> jax.Array:
        matrix = jnp.where(since >= 0, by_age[:, since], 0.0)
        return jnp.sin(jnp.einsum("gtb,bg->tg", matrix, births)).sum()

    near = 1e-4 if precision == "float32" else 1e-12
    for twist in (jax.grad, jax.jacfwd, jax.hessian):
        for ours, theirs in zip(
            jax.tree.leaves(jax.jit(twist(told, argnums=(0, 1)))(born, table)),
            jax.tree.leaves(twist(by_hand, argnums=(0, 1))(born, table)),
            strict=True,
        ):
            assert ours.dtype == precision
            np.testing.assert_allclose(ours, theirs, rtol=near, atol=near)


def test_the_mean_of_many_draws_is_the_fluid() -> None:
    spec = made(raising_days=0.0)
    expected = run(spec)
    keys = jax.random.split(jax.random.key(1), 64)
    drawn = jax.jit(jax.vmap(lambda key: fleet.years(spec, month_count=MONTHS, key=key)))(keys)
    for name in ("working_count", "derelict_count", "launched_count"):
        values = np.asarray(getattr(drawn, name)).sum(axis=2)[:, [20, 90, 179]]
        error = values.std(axis=0) / np.sqrt(len(keys))
        mean = np.asarray(getattr(expected, name)).sum(axis=1)[[20, 90, 179]]
        # Lost ones are launched again the month after, not ordered beforehand: of some 20 launched
        # a month one in nine waits.
        assert np.all(np.abs(values.mean(axis=0) - mean) <= 4.0 * error + 3.0), name


def test_single_precision_will_do() -> None:
    narrow = jax.tree.map(lambda leaf: jnp.asarray(leaf, dtype=jnp.float32), made())
    one, other = run(narrow), run(made())
    assert np.asarray(one.working_count) == pytest.approx(
        np.asarray(other.working_count), rel=1e-3, abs=0.1
    )
