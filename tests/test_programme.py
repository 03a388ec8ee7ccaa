"""Do a system's years follow from its parts, and does each part take what it should?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sunstack import fleet, operations, programme
from sunstack.evaluate import Outcome, evaluate
from sunstack.fleet import MONTH_S
from sunstack.programme import STAGES, Programme
from sunstack.resolve import Resolved
from sunstack.system import System
from sunstack.units import DAY_S, YEAR_S

Resolve = Callable[..., Resolved]
ALTITUDE = "constellation.groups.0.altitude_km"
MANY = ("constellation.groups.0.satellites_per_plane_count=1000", "launch.rocket=starship-v4")
"""A thousand satellites of ai1, filled in the second year."""


def outcome(resolved: Resolved) -> Outcome:
    return evaluate(resolved.system)


def years(resolve: Resolve, *overrides: str) -> Programme:
    return outcome(resolve("ai1", *MANY, *overrides)).programme


def last(found: Programme, name: str) -> float:
    return float(getattr(found.years, name)[-1].sum())


def stages(found: Programme) -> dict[str, float]:
    return {
        stage: float(power.sum()) for stage, power in zip(STAGES, found.stage_power_w, strict=True)
    }


# --- one chain ------------------------------------------------------------------------------------


def test_satellites_in_place_draw_what_evaluate_says_of_one(shipped: Resolve) -> None:
    found = outcome(shipped("ai1", *MANY, "fleet.policy=run-to-failure"))
    course = found.programme.years
    first, end = found.first_year.payload_power_w[0], found.last_year.payload_power_w[0]
    each = np.asarray(course.payload_power_w / jnp.maximum(course.in_place_count, 1e-9))[:, 0]
    # The youngest months after filling draw what a first year does, those of ten years later what
    # the last year of a life does.
    full = np.asarray(course.in_place_count)[:, 0] > 980.0
    youngest = int(np.argmax(full))
    assert each[youngest] == pytest.approx(float(first), rel=5e-3)
    assert float(end) * 0.99 < each[-1] < float(first)


def test_what_is_delivered_is_what_the_stages_leave(shipped: Resolve) -> None:
    found = years(shipped)
    left = stages(found)
    assert list(left.values()) == sorted(left.values(), reverse=True)
    assert left["cooled"] == pytest.approx(last(found, "payload_power_w"), rel=1e-6)
    assert left["upsets"] == pytest.approx(last(found, "delivered_power_w"), rel=1e-6)
    peak_w = 150e3
    assert left["in place"] == pytest.approx(peak_w * last(found, "in_place_count"), rel=1e-6)


def test_masses_up_and_down_are_counts_times_the_satellite(shipped: Resolve) -> None:
    found = years(shipped)
    course, kg = found.years, float(found.fleet.satellite_kg)
    assert float(found.launched_kg.sum()) == pytest.approx(kg * float(course.launched_count.sum()))
    down = course.dead_on_arrival_count + course.disposed_count + course.decayed_count
    assert float(found.reentered_kg.sum()) == pytest.approx(kg * float(down.sum()))


def test_propellant_by_hand(shipped: Resolve) -> None:
    found = years(shipped, "disposal.success_fraction=0")
    # Raising 166 m/s and 26.4 m/s of station-keeping in five years, at 2,500 s: 6.8 and 0.11 per
    # mille of the mass, for each arrived, and for each year in place.
    course, kg = found.years, float(found.fleet.satellite_kg)
    arrived = course.launched_count - course.lost_count - course.dead_on_arrival_count
    exhaust = 2500.0 * 9.80665
    raised = kg * (1.0 - np.exp(-float(found.raising_m_per_s[0]) / exhaust))
    kept_a_month = float(found.station_keeping_m_per_s[0]) / (5.0 * YEAR_S) * MONTH_S
    kept = kg * (1.0 - np.exp(-kept_a_month / exhaust))
    by_hand = raised * float(arrived.sum()) + kept * float(course.in_place_count.sum())
    assert float(found.propellant_kg.sum()) == pytest.approx(by_hand, rel=1e-6)
    assert float(found.raising_m_per_s[0]) == pytest.approx(166.07, abs=0.01)


def test_flights_are_paid_whole_at_the_listed_price(shipped: Resolve) -> None:
    found = years(shipped)
    # 200 t at 200 dollars a kilogram, though the flights are to a sun-synchronous orbit.
    assert float(found.spent_usd.sum()) == pytest.approx(
        40e6 * float(found.years.flight_count.sum()), rel=1e-6
    )


def test_learning_and_reuse_price_by_their_own_laws(shipped: Resolve) -> None:
    learned = years(shipped, "launch.pricing=learning", "launch.learned_mass_kg=1e6")
    listed = years(shipped)
    assert float(learned.spent_usd.sum()) < float(listed.spent_usd.sum())
    reused = years(shipped, "launch.pricing=reuse", "launch.reuse_count=10")
    flown_kg = 200e3 * float(reused.years.flight_count.sum())
    # Suncatcher's way: 90 million over ten flights, a percent of it after nine, propellant.
    vehicle = 90e6 / 200e3
    each = vehicle / 10 + 0.01 * vehicle * 0.9 + 1.52e6 / 200e3
    assert float(reused.spent_usd.sum()) == pytest.approx(each * flown_kg, rel=1e-6)


# --- what takes its share -------------------------------------------------------------------------


def test_a_dose_past_the_limit_stops_payloads_unless_told_to_go_on(shipped: Resolve) -> None:
    low, high = years(shipped), years(shipped, f"{ALTITUDE}=1500")
    shares = [stages(one)["dose"] / stages(one)["store"] for one in (low, high)]
    assert shares[0] > 0.99
    # 4.9 krad a year: the limit of 2 is passed within five months, of sixty.
    assert shares[1] < 0.15
    going_on = years(shipped, f"{ALTITUDE}=1500", "radiation.past_memory_limit=continue")
    assert stages(going_on)["dose"] == pytest.approx(stages(going_on)["store"])


def test_holes_matter_once_the_wall_is_thin_and_nothing_is_to_spare(shipped: Resolve) -> None:
    thin = years(shipped, "reliability.coolant_wall_mm=0.5", "reliability.coolant_loop_count=4")
    thick = years(shipped, "reliability.coolant_wall_mm=5")
    shares = [stages(one)["holes"] / stages(one)["dose"] for one in (thin, thick)]
    assert shares[0] < 0.5
    assert shares[1] > 0.99


def test_a_pause_in_the_anomaly_takes_its_time_and_removes_its_upsets(shipped: Resolve) -> None:
    plain, paused = years(shipped), years(shipped, "radiation.anomaly_pause_fraction=0.95")
    ratio = float(paused.silent_corruption_per_s[0] / plain.silent_corruption_per_s[0])
    assert ratio == pytest.approx(0.05, rel=1e-6)
    # Research: 95 % of the protons in 4.0 % of the time at 650 km, sun-synchronous.
    lost = 1.0 - stages(paused)["upsets"] / stages(paused)["holes"]
    assert lost == pytest.approx(0.04, abs=0.005)


def test_a_measure_of_the_catalogue_costs_and_removes(shipped: Resolve) -> None:
    plain, twice = years(shipped), years(shipped, "radiation.mitigation=duplication")
    assert float(twice.silent_corruption_per_s[0]) == pytest.approx(
        0.01 * float(plain.silent_corruption_per_s[0])
    )
    assert stages(twice)["upsets"] == pytest.approx(0.5 * stages(twice)["holes"], rel=1e-3)


def test_spare_chips_begin_with_less_and_hold_it(shipped: Resolve) -> None:
    plain, spared = years(shipped), years(shipped, "reliability.spare_chip_fraction=0.2")
    shares = [
        np.asarray(one.years.delivered_power_w / one.years.payload_power_w)[[14, 38], 0]
        for one in (plain, spared)
    ]
    # 58 of 72 chips at work from the start, and as many after two years of 6.8 %: 63 still live.
    assert shares[1][0] == pytest.approx(58 / 72, rel=0.02)
    assert shares[1][1] > 0.95 * shares[1][0]
    assert shares[0][0] > shares[1][0]
    assert shares[0][1] < 0.9 * shares[0][0]


def test_spares_in_orbit_are_flown_and_wait(shipped: Resolve) -> None:
    overrides = (
        "reliability.bus_failure_fraction_per_year=0.2",
        "fleet.spare_confidence_fraction=0.9",
    )
    spared, plain = years(shipped, *overrides), years(shipped, overrides[0])
    # 1,000 satellites at 22.3 % a year over 90 days lose 55 on average; 90 % are covered by 65.
    assert float(spared.fleet.spare_count[0]) == 65.0
    assert last(spared, "in_place_count") > last(plain, "in_place_count")
    per_head = last(plain, "payload_power_w") / last(plain, "in_place_count")
    assert last(spared, "payload_power_w") <= 1000.0 * per_head * 1.001


@pytest.mark.parametrize(
    ("policy", "withdrawn"),
    [
        (("fleet.policy=run-to-failure",), False),
        (("fleet.policy=refresh-when-obsolete",), True),
        (("fleet.replacement_age_years=2",), True),
    ],
)
def test_policies_of_the_scenario_are_followed(
    policy: tuple[str, ...], withdrawn: bool, shipped: Resolve
) -> None:
    found = years(shipped, *policy)
    assert (float(found.years.withdrawn_count.sum()) > 0.0) is withdrawn
    unaccounted = np.abs(np.asarray(fleet.unaccounted_count(found.years))).max()
    assert unaccounted <= 1e-9 * float(found.years.launched_count.sum())


def test_obsolete_satellites_leave_when_their_worth_has_fallen(shipped: Resolve) -> None:
    found = years(
        shipped,
        "fleet.policy=refresh-when-obsolete",
        "fleet.obsolete_fraction=0.5",
        "fleet.progress_fraction_per_year=0.3",
        "reliability.chip_failure_fraction_per_year=0",
        "reliability.wear_out_scale_years=1000",
        "reliability.drive_failure_fraction_per_year=0",
    )
    # 1.3^-t = 0.5 after 2.64 years: so old the oldest are, to a month.
    by_age = np.asarray(found.years.last_working_count)[0, ::-1]
    oldest = np.flatnonzero(by_age > 1e-6).max() * MONTH_S / YEAR_S
    assert oldest == pytest.approx(np.log(2.0) / np.log(1.3), abs=0.12)


# --- by chance, and by slopes ---------------------------------------------------------------------


def test_draws_are_whole_repeatable_and_near_the_mean(shipped: Resolve) -> None:
    drawn = [years(shipped, "fleet.draws=drawn") for _ in range(2)]
    counts = np.asarray(drawn[0].years.working_count)
    assert np.all(counts == np.round(counts))
    assert np.array_equal(counts, np.asarray(drawn[1].years.working_count))
    assert last(drawn[0], "working_count") == pytest.approx(
        last(years(shipped), "working_count"), rel=0.05
    )


def test_slopes_of_the_years_agree_with_differences(shipped: Resolve) -> None:
    system = shipped("ai1", *MANY).system

    @jax.jit
    def delivered_w(shielding_m: Any, wall_m: Any, success: Any, array_m2: Any) -> Any:
        moved = replace(
            system,
            radiation=replace(system.radiation, shielding_m=shielding_m),
            coolant=replace(system.coolant, wall_thickness_m=wall_m),
            launch=replace(
                system.launch, cadence=replace(system.launch.cadence, success_fraction=success)
            ),
            power=replace(system.power, array_area_m2=array_m2),
        )
        return evaluate(moved).programme.years.delivered_power_w[60].sum() / 1e6

    at = (
        jnp.asarray(0.0093),
        jnp.asarray(0.0004),
        jnp.asarray(0.93),
        system.power.array_area_m2 * 0.9,
    )
    slopes = jax.grad(delivered_w, argnums=(0, 1, 2, 3))(*at)
    for number, slope in enumerate(slopes):
        step = 1e-5 * float(at[number])
        ends = [
            float(delivered_w(*(x + sign * step if n == number else x for n, x in enumerate(at))))
            for sign in (-1.0, 1.0)
        ]
        assert float(slope) == pytest.approx((ends[1] - ends[0]) / (2 * step), rel=1e-3, abs=1e-6)
    assert float(slopes[3]) > 0.0


# --- falls ----------------------------------------------------------------------------------------


def test_a_moved_design_falls_as_one_resolved_there(shipped: Resolve) -> None:
    here, there = shipped("ai1").system, shipped("ai1", f"{ALTITUDE}=660").system
    moved = replace(here, orbits=there.orbits)
    first = operations.balance(here, elapsed_s=jnp.arange(2.0) * DAY_S)
    found = _falls(moved, first)
    # Moved 10 km along its slope: as computed there.
    assert found == pytest.approx(float(there.upkeep.fall.duration_s[0]), rel=0.01)
    assert found > 1.05 * float(here.upkeep.fall.duration_s[0])


def _falls(system: System, year: operations.Balance) -> float:
    return float(programme.programme(system, first=year, last=year).fleet.decay_s[0])


# --- parting planes, and what is left of cells ----------------------------------------------------


def test_planes_part_as_research_has_it(shipped: Resolve) -> None:
    def days(altitude_km: float, inclination_deg: float) -> float:
        group = "constellation.groups.0"
        system = shipped(
            "ai1", f"{ALTITUDE}={altitude_km}", f"{group}.inclination_deg={inclination_deg}",
            f"{group}.sun_synchronous_intended=false",
        ).system  # fmt: skip
        return float(programme.spreading_s(system, node_spread_rad=np.radians(10.0))[0]) / DAY_S

    # From 350 km: 10° in 9.9 days to 650 km at 30°, 0.485° a day to 550 km at 53°.
    assert days(650.0, 30.0) == pytest.approx(9.9, abs=0.05)
    assert days(550.0, 53.0) == pytest.approx(10.0 / 0.485, rel=0.01)


def test_cells_lose_what_research_has_at_their_height(shipped: Resolve) -> None:
    group = "constellation.groups.0"
    at_30 = (f"{group}.inclination_deg=30", f"{group}.sun_synchronous_intended=false")
    low, high, beyond = (
        float(programme.cells_left_fraction(shipped("ai1", *overrides).system)[0])
        for overrides in ((), (f"{ALTITUDE}=2000", *at_30), (f"{ALTITUDE}=2200", *at_30))
    )
    # Electrons of 1 MeV a square centimetre and year: 1.2e12 at 600 km sun-synchronous, 4.4e14 at
    # 2,000 km and 30°, where 77 % are left after five years; damage is good to a factor of 3.
    assert 0.985 < low < 1.0
    assert high == pytest.approx(0.77, abs=0.06)
    assert np.isnan(beyond)
