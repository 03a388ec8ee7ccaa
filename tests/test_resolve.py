"""Does every number come from where it should, and is what was left open sized as it should be?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from sunstack import catalogue, scenario
from sunstack.errors import ScenarioError
from sunstack.evaluate import Outcome
from sunstack.resolve import Resolved, resolve
from sunstack.resolve.design import julian_day_of
from sunstack.system import System
from sunstack.units import YEAR_S, to_si

type Resolve = Callable[..., Resolved]
type Evaluate = Callable[[System], Outcome]

BARE = """\
schema_version: 1
name: bare
epoch: 2028-03-20
constellation:
  groups:
    - {name: one, model: walker, altitude_km: 600, inclination_deg: 53, plane_count: 1,
       satellites_per_plane_count: 1}
"""
DESIGN = BARE + "satellite:\n  catalogue: ai1-2026-06\n"


# --- where a number comes from -------------------------------------------------------------------


def test_each_layer_overrides_the_one_below(written: Resolve) -> None:
    """One key on its way up: the radiator's emissivity, then the file's, then `--set`'s; and
    another radiator's when that is named.
    """
    key = "thermal.emissivity_ratio"
    of_part = catalogue.entry("radiator", "ai1-liquid-2026-06").values[key]
    filed = DESIGN + "thermal:\n  emissivity_ratio: {value: 0.7, low: 0.6, high: 0.8}\n"
    low, middle, high = (
        written(text, *overrides).origins[key]
        for text, overrides in ((DESIGN, ()), (filed, ()), (filed, (f"{key}=0.5",)))
    )
    assert (low.kind, low.value) == ("catalogue", of_part.value)
    assert low.where == "radiator ai1-liquid-2026-06"
    assert (low.source, low.confidence, low.low) == (
        of_part.source, of_part.confidence, of_part.low,
    )  # fmt: skip
    assert (middle.kind, middle.value, middle.low, middle.high) == ("file", 0.7, 0.6, 0.8)
    assert middle.where == "written.yaml:11"  # where the key stands
    assert (high.kind, high.value, high.where) == ("override", 0.5, "--set")
    assert (high.low, high.high) == (None, None)


def test_a_default_holds_where_nothing_else_is_said(written: Resolve) -> None:
    key = "environment.albedo_ratio"
    default, given = (
        written(DESIGN, *overrides).origins[key] for overrides in ((), (f"{key}=0.25",))
    )
    assert (default.kind, default.value, default.source) == ("default", 0.3, "gilmore-2002")
    assert (given.kind, given.value) == ("override", 0.25)


def test_a_satellite_overrides_its_parts_and_parts_the_defaults() -> None:
    """Of every satellite of the catalogue, every key that more than one layer sets."""
    seen = 0
    for satellite in catalogue.names("satellite"):
        text = BARE + f"satellite:\n  catalogue: {satellite}\n"
        origins = resolve(scenario.loads(text, path="written.yaml")).origins
        of_satellite = catalogue.entry("satellite", satellite).values
        for kind, key in (
            ("array", "power.array"), ("battery", "power.battery"), ("chip", "payload.chip"),
            ("radiator", "thermal.radiator"),
        ):  # fmt: skip
            if key not in origins:
                continue
            part = str(origins[key].value)
            for name in catalogue.entry(kind, part).values:
                owner = f"satellite {satellite}" if name in of_satellite else f"{kind} {part}"
                assert origins[name].where.endswith(owner), f"{satellite}: {name}"
                seen += 1
    assert seen > 100


def test_naming_another_part_takes_its_numbers(written: Resolve) -> None:
    found = written(DESIGN, "power.array=triple-junction-xtj").origins
    of_part = catalogue.entry("array", "triple-junction-xtj").values
    assert found["power.array"].kind == "override"
    assert found["power.cell_efficiency"].value == of_part["power.cell_efficiency"].value
    assert found["power.cell_efficiency"].where == "array triple-junction-xtj"


def test_every_number_is_converted_once(written: Resolve) -> None:
    """AI1 in SI: 120 kW, 95 °C, 5 years, 2°, 0.013 a year."""
    system = written(DESIGN, "satellite.mass_kg={value: 2000}").system
    assert float(system.power.payload_power_w) == 120e3
    assert float(system.thermal.chip_limit_k) == pytest.approx(368.15)
    assert float(system.flight.life_s) == 5.0 * YEAR_S
    assert float(system.thermal.sun_incidence_rad) == pytest.approx(0.0349066, abs=1e-7)
    assert float(system.mass.stated_mass_kg) == 2000.0
    # 1.3 % lost in a year: e^-rate·year = 0.987.
    kept = np.exp(-float(system.power.array_degradation_per_s) * YEAR_S)
    assert kept == pytest.approx(0.987, abs=1e-12)


def test_julian_day_by_hand() -> None:
    # 2000-01-01 at noon is 2,451,545; at midnight before, half a day less.
    assert julian_day_of(date(2000, 1, 1)) == 2451544.5
    assert julian_day_of(date(2028, 3, 20)) == 2451544.5 + 28 * 365 + 7 + 31 + 29 + 19


# --- what cannot be resolved ---------------------------------------------------------------------


def test_missing_keys_are_all_told_at_once(written: Resolve) -> None:
    with pytest.raises(ScenarioError) as caught:
        written(BARE)
    lines = str(caught.value).splitlines()
    told = {line.split(": ")[1] for line in lines}
    assert {"payload.power_kw", "thermal.radiator_area_m2", "power.eclipse_policy"} <= told
    assert not {"environment.albedo_ratio", "satellite.catalogue", "power.array"} & told
    line = next(one for one in lines if ": payload.power_kw: " in one)
    assert line.startswith("written.yaml: payload.power_kw: not given")
    assert "write `power_kw:` under `payload:` in kW" in line
    assert "name a satellite" in line


def test_idle_mean_and_peak_power_must_rise_across_layers(written: Resolve) -> None:
    with pytest.raises(ScenarioError, match=r"payload\.power_kw: 500(\.0)? kW \(--set\) is more"):
        written(DESIGN, "payload.power_kw=500")


def test_an_unknown_part_is_told_where_it_is_named(written: Resolve) -> None:
    with pytest.raises(ScenarioError, match=r"written\.yaml:9: satellite\.catalogue: 'ai1-2026-6'"):
        written(DESIGN.replace("ai1-2026-06", "ai1-2026-6"))


@pytest.mark.parametrize("resistance", [0.05, 1.0])
def test_no_radiator_cools_chips_as_cold_as_its_surroundings(
    resistance: float, written: Resolve
) -> None:
    """Chips at 20 °C that take 150 kW / 72 over 0.05 K/W leave the radiator at 293 - 104 - 10 = 179
    K, where it emits 94 W/m² and takes in 106 of infrared alone. Over 1 K/W it would have to be at
    -1,800 K.
    """
    with pytest.raises(ScenarioError, match=r"radiator_area_m2: auto finds no size"):
        written(
            DESIGN,
            "thermal.radiator_area_m2=auto",
            "payload.chip_temperature_limit_deg_c=20",
            f"payload.chip_thermal_resistance_k_per_w={resistance}",
        )


@pytest.mark.parametrize("cap", [1, 2])
def test_a_cap_below_the_number_of_groups_is_refused_or_gives_numbers(
    cap: int, three_groups: Resolve, compiled_evaluate: Evaluate
) -> None:
    """Three groups cannot share two satellites: one says so, or every figure is a number."""
    try:
        system = three_groups(f"constellation.satellite_count_cap={cap}").system
    except ScenarioError as error:
        assert "satellite_count_cap" in str(error)
        return
    outcome = compiled_evaluate(system)
    for name, values in outcome.margins.items():
        assert np.all(np.isfinite(values)), name


# --- what is sized -------------------------------------------------------------------------------

AUTO = ("power.array_area_m2=auto", "thermal.radiator_area_m2=auto", "satellite.mass_kg=auto")


@pytest.mark.parametrize("policy", ["carry", "throttle", "idle"])
@pytest.mark.parametrize("spare", [0.0, 0.05, 0.25])
def test_sized_parts_leave_the_margin_asked_for(
    spare: float, policy: str, three_groups: Resolve, compiled_evaluate: Evaluate
) -> None:
    """The worst group, plane and day is left with spare / (1 + spare), as a share of the
    capability.

    For a radiator the margin is in area: a larger panel rejects less than in proportion, since more
    heat takes more drop from chip to panel; for AI1 two thirds of it remain.
    """
    found = three_groups(*AUTO, f"sizing.margin_fraction={spare}", f"power.eclipse_policy={policy}")
    outcome = compiled_evaluate(found.system)
    worst = {name: float(values.min()) for name, values in outcome.margins.items()}
    asked = spare / (1.0 + spare)
    assert worst["array_power"] == pytest.approx(asked, abs=1e-9)
    assert worst["battery_energy"] == pytest.approx(asked, abs=1e-9)
    assert 0.6 * asked - 1e-9 <= worst["radiator_heat"] <= asked + 1e-9
    assert worst["mass"] == pytest.approx(0.0, abs=1e-12)


def test_sizes_are_kept_among_the_origins(three_groups: Resolve) -> None:
    found = three_groups(*AUTO)
    places = {
        "power.array_area_m2": found.system.power.array_area_m2,
        "power.battery_capacity_kwh": found.system.power.battery_capacity_j,
        "thermal.radiator_area_m2": found.system.thermal.radiator_area_m2,
        "satellite.mass_kg": found.system.mass.stated_mass_kg,
    }
    for key, size in places.items():
        origin = found.origins[key]
        assert origin.kind == "sized", key
        assert to_si(key, float(origin.value)) == pytest.approx(float(size), rel=1e-12), key
    assert float(found.system.thermal.loop_conductance_w_per_k) == pytest.approx(156e3 / 10.0)
    told = next(one for one in found.caveats if one.startswith("Sized here"))
    assert all(key in told for key in places)


def test_nothing_that_is_given_is_sized(three_groups: Resolve) -> None:
    given, sized = three_groups().system, three_groups(*AUTO).system
    assert float(given.power.array_area_m2) == 600.0
    assert float(given.thermal.radiator_area_m2) == 110.0
    assert float(sized.power.array_area_m2) > 600.0


# --- what a reader must know ---------------------------------------------------------------------


def test_group_4_is_told_to_drift(shipped: Resolve) -> None:
    """Filed at 97.2° between 707 and 744 km. At 744 km 1.5 g n = 1.368014e-6/s, and -cos 97.2° =
    0.125333 makes 1.714576e-7 rad/s, 0.86114 of the Sun's rate: 0.13886 of 360° a year are lost,
    50°.
    """
    found = shipped("starmind-million", "constellation.satellite_count_cap=20000")
    told = [one for one in found.caveats if one.startswith("group-4: meant to be sun-synchronous")]
    assert len(told) == 1
    assert "-50° a year" in told[0]
    assert "Simulated as given; 98.22° to 98.37° would hold" in told[0]
    assert not [one for one in found.caveats if one.startswith(("group-1", "group-3", "group-5"))]


def test_filed_inclinations_are_held_against_the_computed(shipped: Resolve) -> None:
    found = shipped("starmind-million", "constellation.satellite_count_cap=20000")
    for name, filed in (("group-2", "97.7"), ("group-6", "99.4")):
        told = next(one for one in found.caveats if one.startswith(name))
        assert f"filed at {filed}°" in told
        assert "agrees" in told


def test_a_cap_is_told(shipped: Resolve) -> None:
    found = shipped("starmind-million", "constellation.satellite_count_cap=20000")
    told = next(one for one in found.caveats if "over the cap" in one)
    assert "1,198,120" in told
    assert "20,000 fly" in told
