"""Do few planes and instants say what all of them do, whatever the numbers of a design?

Every shipped scenario of more than one plane is evaluated whole and condensed: as it is, and with
each number that has a range at one of its ends by chance.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import Array

from sunstack.evaluate import Outcome, evaluate
from sunstack.resolve import Resolved, rebuilt, resolve
from sunstack.scenario import load, shipped
from sunstack.study import condensed
from sunstack.study.inputs import Input, inputs_of
from sunstack.study.model import model_of
from sunstack.system import System

MEAN = 0.005
"""Of group means over a year or a life, and of what follows from them."""
WORST = 0.02
"""Of margins: the worst day lies some days from an instant, and weeks in a whole life."""
CONTRADICTING = "reliability.needed_drive_count"
SCENARIOS = ("starcloud", "starlink-gen1", "starmind-million", "suncatcher")


@cache
def design(name: str) -> Resolved:
    return resolve(load(shipped.find(name)))


@cache
def condensed_of(name: str, which: str = "condensed") -> System:
    return condensed(design(name).system, with_worst_day=which == "condensed")


@cache
def inputs(name: str) -> tuple[Input, ...]:
    return tuple(one for one in inputs_of(design(name)) if one.key != CONTRADICTING)


def means(outcome: Outcome) -> dict[str, Array]:
    """What studies ask for."""
    years = {"first": outcome.first_year, "last": outcome.last_year}
    found = {
        f"{which} {name}": getattr(year, name)
        for which, year in years.items()
        for name in (
            "sunlit_fraction",
            "array_power_w",
            "payload_power_w",
            "bus_power_w",
            "heat_w",
            "radiator_temperature_k",
        )
    }
    programme = outcome.programme
    return found | {
        "life sunlit": outcome.sunlit_over_life_fraction,
        "life payload": outcome.payload_over_life_w,
        "satellites": outcome.satellite_count,
        "working": programme.years.working_count[-1],
        "delivered": programme.years.delivered_power_w[-1],
        "spent": programme.spent_usd.sum(),
        "propellant": programme.propellant_kg.sum(),
        "access": outcome.network.access_bit_per_s,
        "tokens": outcome.service.fleet_tokens_per_s[..., -1],
        "corruptions": programme.silent_corruption_per_s,
        "accelerator": outcome.economics.whole.chip_usd_per_s,
        "accelerator by year": outcome.economics.vintage.chip_usd_per_s[10:14],
        "energy": outcome.economics.whole.energy_usd_per_j,
    }


@cache
def outcomes(name: str, which: str) -> Any:
    """Means and margins by the numbers of a design, compiled once."""
    resolved = design(name)
    small = None if which == "whole" else condensed_of(name, which)
    keys = [one.key for one in inputs(name)]

    def of(values_si: Array) -> tuple[dict[str, Array], dict[str, Array]]:
        moved = dict(zip(keys, values_si, strict=True))
        outcome = evaluate(rebuilt(resolved, moved, system=small))
        return means(outcome), outcome.margins

    return jax.jit(of)


def rows(name: str) -> list[Array]:
    """The design as it is, and two with every input at one of its ends."""
    as_it_is = np.array([one.value for one in inputs(name)])
    ends = np.array([[one.low, one.high] for one in inputs(name)])
    chosen = np.random.default_rng(4).integers(0, 2, size=(2, len(ends)))
    moved = [ends[np.arange(len(ends)), pick] for pick in chosen]
    return [
        jnp.array(
            [float(one.si(np.array(value))) for one, value in zip(inputs(name), row, strict=True)]
        )
        for row in (as_it_is, *moved)
    ]


def assert_means_are(few: dict[str, Array], whole: dict[str, Array]) -> None:
    for key, exact in whole.items():
        largest = float(jnp.abs(exact).max(initial=0.0))
        np.testing.assert_allclose(few[key], exact, rtol=MEAN, atol=1e-6 * largest, err_msg=key)


@pytest.mark.parametrize("name", SCENARIOS)
def test_few_planes_and_instants_say_what_all_do(name: str) -> None:
    for row in rows(name):
        (whole, margins), (few, few_margins) = (
            outcomes(name, which)(row) for which in ("whole", "condensed")
        )
        assert_means_are(few, whole)
        for key, exact in margins.items():
            np.testing.assert_allclose(few_margins[key], exact, atol=WORST, err_msg=key)


@pytest.mark.parametrize("name", ("ai1", *SCENARIOS))
def test_fewer_still_say_what_all_do_in_the_mean(name: str) -> None:
    for row in rows(name):
        (whole, _), (few, _) = (outcomes(name, which)(row) for which in ("whole", "means"))
        assert_means_are(few, whole)


@pytest.mark.parametrize(
    ("objective", "instants"),
    [
        ("economics.vintage.chip_usd_per_s@12", 48),
        ("service.fleet_tokens_per_s[grok-2]", 48),
        ("margins.radiator_heat", 365),
        ("first_year.payload_power_w", 365),
        ("economics.vintage.chip_usd_per_s@12 / first_year.payload_power_w", 365),
    ],
)
def test_whoever_asks_for_means_alone_looks_at_fewer_days(objective: str, instants: int) -> None:
    model = model_of(design("ai1"), inputs=(), objectives=[objective])
    assert model.system.year_instants == instants


def test_one_altitude_stands_for_those_that_are_alike() -> None:
    assert condensed_of("ai1").sampled_planes.shape == (1, 1)
    samples = design("starmind-million").system.sampled_planes.shape
    assert condensed_of("starmind-million").sampled_planes.shape == samples


def test_a_small_design_is_all_of_itself() -> None:
    """One plane, and instants enough: nothing is left out, so nothing may differ."""
    system, small = design("ai1").system, condensed_of("ai1")
    assert small.year_instants == system.year_instants == 365
    assert small.life_instants == system.life_instants == 366
    assert small.orbits.satellite_count.tolist() == system.orbits.satellite_count.tolist()


def test_a_million_satellites_become_few_planes_of_as_many() -> None:
    system, small = design("starmind-million").system, condensed_of("starmind-million")
    assert len(small.plane_group) < len(system.plane_group) / 20
    assert float(small.orbits.satellite_count.sum()) == pytest.approx(1e6, rel=1e-12)
    assert float(small.orbits.satellite_count.min()) >= 0.0
    assert set(np.asarray(small.plane_group)) == set(range(6))
    # Every plane kept is one of the fleet's own.
    own = {
        tuple(row)
        for row in np.stack([system.orbits.node_rad, system.orbits.semi_major_axis_m], 1).tolist()
    }
    kept = np.stack([small.orbits.node_rad, small.orbits.semi_major_axis_m], 1).tolist()
    assert {tuple(row) for row in kept} <= own
