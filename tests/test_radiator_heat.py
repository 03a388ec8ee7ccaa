"""Do the parts of a radiator's heat add up to what it emits?"""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
import pytest

from sunstack import operations
from sunstack.resolve import Resolved
from sunstack.units import DAY_S

Resolve = Callable[..., Resolved]
PARTS = ("payload_w", "bus_w", "sunlight_w", "albedo_w", "earth_infrared_w")


def heat(resolved: Resolved) -> dict[str, np.ndarray]:
    system, elapsed_s = resolved.system, jnp.arange(0.0, 365.0, 30.0) * DAY_S
    run = operations.balance(system, elapsed_s=elapsed_s)
    found = operations.radiator_heat(system, run, elapsed_s=elapsed_s)
    return {name: np.asarray(values) for name, values in found.items()}


@pytest.mark.parametrize("attitude", ["edge-on", "nadir"])
def test_what_goes_in_goes_out(three_groups: Resolve, attitude: str) -> None:
    found = heat(three_groups(f"thermal.radiator_attitude={attitude}"))
    total = sum(found[name] for name in PARTS)
    assert found["emitted_w"] == pytest.approx(total, rel=1e-9)
    assert all((found[name] >= 0.0).all() for name in PARTS)
    assert all(values.shape == (7, 13) for values in found.values())


def test_each_source_answers_to_its_own_input_alone(three_groups: Resolve) -> None:
    usual = heat(three_groups())
    darker = heat(three_groups("environment.albedo_ratio=0.1"))
    colder = heat(three_groups("environment.earth_infrared_w_per_m2=118.5"))
    (albedo,) = (three_groups().origins["environment.albedo_ratio"].value,)
    assert darker["albedo_w"] == pytest.approx(usual["albedo_w"] * 0.1 / float(albedo), rel=1e-9)
    assert darker["sunlight_w"] == pytest.approx(usual["sunlight_w"], rel=1e-9)
    infrared = float(three_groups().origins["environment.earth_infrared_w_per_m2"].value)
    assert colder["earth_infrared_w"] == pytest.approx(
        usual["earth_infrared_w"] * 118.5 / infrared, rel=1e-9
    )


def test_a_radiator_edge_on_to_the_sun_takes_in_sunlight_by_hand(three_groups: Resolve) -> None:
    resolved = three_groups("thermal.sun_incidence_deg=5")
    found, spec = heat(resolved), resolved.system.thermal
    # At the epoch's coating and the Sun's distance: a S sin 5° A.
    by_hand = (
        float(spec.solar_absorptance_ratio)
        * 1361.0
        * np.sin(np.radians(5.0))
        * float(spec.radiator_area_m2)
    )
    # The Sun's distance swings by 1.7 %: 3.4 % in flux.
    assert found["sunlight_w"][:, 0] == pytest.approx(by_hand, rel=0.035)
