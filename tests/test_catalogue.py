"""Is the shipped catalogue sound, complete and unmixed, and does the reader refuse what is not?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from sunstack import catalogue, validation
from sunstack.catalogue import Entry, Sourced, demand_tables, sites, tables
from sunstack.scenario.fields import Section
from sunstack.scenario.model import Environment, Group, Payload, Power, Satellite, Scenario, Thermal
from sunstack.units import EARTH_J2, EARTH_RADIUS_M, GRAVITATIONAL_PARAMETER_M3_PER_S2

SCENARIOS = sorted((Path(__file__).parents[1] / "scenarios").glob("*.yaml"))
DESIGN: dict[str, type[Section]] = {
    "satellite": Satellite,
    "payload": Payload,
    "power": Power,
    "thermal": Thermal,
}
"""Sections that a satellite with its parts fills."""
SECTIONS: dict[str, Any] = {name: field.annotation for name, field in Scenario.model_fields.items()}
"""Sections of which an entry may set keys."""
PART_OF_KEY = {
    "power.array": "array",
    "power.battery": "battery",
    "payload.chip": "chip",
    "thermal.radiator": "radiator",
}
OWN_KEYS = {
    "array": "power.array_areal_density_kg_per_m2 power.array_degradation_fraction_per_year "
    "power.array_emissivity_ratio power.array_solar_absorptance_ratio power.cell_efficiency "
    "power.packing_fraction power.temperature_coefficient_per_k power.transfer_efficiency",
    "battery": "power.battery_charge_efficiency power.battery_depth_of_discharge_fraction "
    "power.battery_discharge_efficiency power.battery_specific_energy_wh_per_kg",
    "chip": "payload.chip_temperature_limit_deg_c payload.chip_thermal_resistance_k_per_w",
    "radiator": "thermal.emissivity_ratio thermal.fin_efficiency "
    "thermal.radiator_areal_density_kg_per_m2 thermal.radiator_attitude "
    "thermal.solar_absorptance_end_ratio thermal.solar_absorptance_ratio",
}
SOLAR_CYCLE = "silso-minimum-2020"
AI1_SETS = ("ai-sat-mini-2026-03", "ai1-2026-05", "ai1-2026-06", "ai1-2026-09")
FILED_GROUPS = {
    # name: altitude km, inclination as filed °, shells, planes a shell, satellites a plane, maximum
    "group-1": ((550, 568), (26, 32), 10, 30, 333, 99_900),
    "group-2": ((565, 585), 97.7, 10, 2, 4_999, 99_980),
    "group-3": ((686, 718), 30, 25, 30, 333, 249_750),
    "group-4": ((707, 744), 97.2, 22, 2, 5_565, 244_860),
    "group-5": ((946, 978), 30, 25, 30, 333, 249_750),
    "group-6": ((967, 1002), 99.4, 22, 2, 5_770, 253_880),
}
"""Table 1 of SpaceX's letter to the FCC of 29 May 2026."""


def every_entry() -> list[Entry]:
    return [entry for kind in catalogue.kinds() for entry in catalogue.entries(kind)]


def every_number() -> Iterator[tuple[str, Sourced]]:
    for entry in every_entry():
        for key, value in {**entry.values, **entry.facts}.items():
            yield f"{entry.kind} {entry.name}: {key}", value
        for origin in entry.group_origins:
            yield f"{entry.kind} {entry.name}: {origin.value}", origin


def declared_bounds(key: str) -> tuple[float, float]:
    """Read the bounds that `scenario.model` declares of a dotted key; none for counts and words."""
    section, _, name = key.partition(".")
    extra = SECTIONS[section].model_fields[name].json_schema_extra
    if not isinstance(extra, dict) or extra.get("low") is None:
        return -math.inf, math.inf
    return float(str(extra["low"])), float(str(extra["high"]))


def with_parts(satellite: Entry) -> dict[str, Sourced]:
    """Merge the parts a satellite names, then the satellite itself over them."""
    merged: dict[str, Sourced] = {}
    for key, kind in PART_OF_KEY.items():
        merged |= catalogue.entry(kind, str(satellite.values[key].value)).values
    return {**merged, **satellite.values}


def satellites_in(group: dict[str, object]) -> int:
    """Multiply every count a group holds: shells, planes, satellites in a plane."""
    return math.prod(int(str(part)) for key, part in group.items() if key.endswith("_count"))


def number(entry: Entry, key: str) -> float:
    return float(entry.values[key].value)


def filing() -> Entry:
    return catalogue.entry("constellation", "spacex-odc-2026-05")


# --- the shipped catalogue ------------------------------------------------------------------------


def test_the_shipped_catalogue_has_no_problems() -> None:
    assert catalogue.problems() == []


def test_every_kind_has_entries() -> None:
    counts = {kind: len(catalogue.names(kind)) for kind in catalogue.kinds()}
    assert set(counts) >= {"array", "battery", "chip", "constellation", "radiator", "satellite"}
    assert min(counts.values()) >= 3


def test_every_source_is_used_and_every_source_used_exists() -> None:
    cited = {value.source for _, value in every_number()} | demand_tables.sources()
    of_defaults = {
        str(extra["source"])
        for section in Scenario.model_fields.values()
        for field in getattr(section.annotation, "model_fields", {}).values()
        if isinstance(extra := field.json_schema_extra, dict) and extra.get("source")
    }
    of_published = {case.source for case in validation.cases()}
    rows = sites.gateways().source + sites.data_centres().source + tables.codings().source
    named = cited | of_defaults | {*rows, "geonames", "itu-r-p618"}  # of all places, all weather
    assert named <= set(catalogue.sources()) <= named | of_published


def test_every_address_is_complete_and_has_the_day_it_was_read() -> None:
    for source in catalogue.sources().values():
        assert source.url == "" or source.url.startswith("https://"), source.name
        assert source.accessed or not source.url, source.name


def test_every_estimate_has_a_range_and_says_how_it_was_derived() -> None:
    estimates = [
        (where, value)
        for where, value in every_number()
        if value.estimate or value.confidence == "low"
    ]
    assert len(estimates) > 100
    for where, value in estimates:
        assert value.note, where
        if not isinstance(value.value, str):
            assert value.low is not None and value.high is not None, where


def test_our_own_estimates_are_marked_as_estimates_of_low_confidence() -> None:
    for where, value in every_number():
        if value.source == "sunstack-estimate":
            assert value.estimate, where
            assert value.confidence == "low", where


def test_every_value_is_one_the_scenario_file_would_take() -> None:
    for entry in every_entry():
        for key, value in entry.values.items():
            section, _, name = key.partition(".")
            SECTIONS[section].model_validate({name: value.value})


def test_every_value_and_its_range_lie_within_the_bounds_of_its_key() -> None:
    for entry in every_entry():
        for key, value in entry.values.items():
            low, high = declared_bounds(key)
            for one in (value.value, value.low, value.high):
                if one is not None and not isinstance(one, str):
                    assert low <= one <= high, f"{entry.name}: {key}: {one}"


@pytest.mark.parametrize("name", catalogue.names("satellite"))
def test_a_satellite_with_its_parts_is_a_complete_design(name: str) -> None:
    wanted = {
        f"{section}.{key}"
        for section, model in DESIGN.items()
        for key, field in model.model_fields.items()
        if key != "catalogue"
        and (not isinstance(extra := field.json_schema_extra, dict) or extra["default"] is None)
    }
    assert wanted - set(with_parts(catalogue.entry("satellite", name))) == set()


@pytest.mark.parametrize("name", catalogue.names("satellite"))
def test_a_satellite_idles_below_its_mean_and_its_mean_below_its_peak(name: str) -> None:
    satellite = catalogue.entry("satellite", name)
    idle, mean, peak = (
        number(satellite, f"payload.{key}_kw") for key in ("idle_power", "power", "peak_power")
    )
    assert idle <= mean <= peak


@pytest.mark.parametrize("kind", OWN_KEYS)
def test_a_part_sets_all_of_its_own_keys_and_no_other(kind: str) -> None:
    for entry in catalogue.entries(kind):
        assert sorted(entry.values) == OWN_KEYS[kind].split(), entry.name


def test_the_defaults_follow_the_sun_as_the_catalogue_has_it() -> None:
    facts = catalogue.entry("hazard", "solar-cycle").facts
    pairs = {
        "minimum_years": "cycle_minimum_years",
        "period_years": "cycle_years",
        "low_solar_flux_units": "cycle_low_solar_flux_units",
        "high_solar_flux_units": "cycle_high_solar_flux_units",
    }
    assert set(facts) == set(pairs)
    for name, key in pairs.items():
        extra = Environment.model_fields[key].json_schema_extra
        assert isinstance(extra, dict)
        assert (extra["default"], extra["source"]) == (facts[name].value, SOLAR_CYCLE), key


@pytest.mark.parametrize("name", catalogue.names("hazard"))
def test_a_record_of_buses_holds_what_its_law_asks_for(name: str) -> None:
    values = catalogue.entry("hazard", name).values
    asked = {
        "constant": {"bus_failure_fraction_per_year"},
        "weibull": {"bus_scale_years", "bus_shape_ratio"},
    }
    if law := values.get("reliability.bus_failures"):
        wanted = asked[str(law.value)] | {"dead_on_arrival_fraction"}
        assert {f"reliability.{key}" for key in wanted} <= values.keys()
    else:
        assert not any(key.startswith("reliability.bus_") for key in values)


# --- SpaceX AI1 -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", AI1_SETS)
def test_the_dated_sets_of_ai1_are_not_mixed(name: str) -> None:
    satellite = catalogue.entry("satellite", name)
    for key, value in {**satellite.values, **satellite.facts}.items():
        assert value.date == satellite.date or value.estimate, key
    own = {value.source for value in satellite.values.values() if not value.estimate}
    assert len(own) == 1


def test_ai1_of_june_is_as_stated() -> None:
    satellite = catalogue.entry("satellite", "ai1-2026-06")
    stated = {
        "payload.power_kw": 120,
        "payload.peak_power_kw": 150,
        "power.array_area_m2": 600,
        "thermal.radiator_area_m2": 110,
    }
    assert {key: satellite.values[key].value for key in stated} == stated
    # 150 kW over 70 kW/t = 2.143 t, 120 kW over 70 kW/t = 1.714 t
    mass = satellite.values["satellite.mass_kg"]
    assert (mass.value, mass.low) == (round(150e3 / 70), round(120e3 / 70))


def test_ai1s_array_makes_250_w_per_m2_and_150_kw() -> None:
    array = catalogue.entry("array", "spacex-ai1-2026-06")
    per_area = (
        1361 * number(array, "power.cell_efficiency") * number(array, "power.packing_fraction")
    )
    assert per_area == pytest.approx(250, rel=1e-4)  # the efficiency is written to four digits
    area = number(catalogue.entry("satellite", "ai1-2026-06"), "power.array_area_m2")
    assert per_area * area == pytest.approx(150e3, rel=1e-4)


def test_ai1s_radiator_sheds_more_than_the_peak() -> None:
    radiator = catalogue.entry("radiator", "ai1-liquid-2026-06")
    satellite = catalogue.entry("satellite", "ai1-2026-06")
    per_area = float(radiator.facts["heat_rejected_w_per_m2"].value)
    heat_w = per_area * number(satellite, "thermal.radiator_area_m2")
    assert heat_w == 154e3 > 1e3 * number(satellite, "payload.peak_power_kw")


def test_ai1s_array_leaves_the_mass_its_density_was_derived_from() -> None:
    satellite = catalogue.entry("satellite", "ai1-2026-06")
    whole = with_parts(satellite)
    radiator_kg = 110 * float(whole["thermal.radiator_areal_density_kg_per_m2"].value)
    others_kg = radiator_kg + 250 + 500 + 140  # bus, payload, battery as the note has them
    array_kg = 0.90 * number(satellite, "satellite.mass_kg") - others_kg  # a tenth is structure
    density = float(whole["power.array_areal_density_kg_per_m2"].value)
    assert array_kg / 600 == pytest.approx(density, rel=0.01)  # the note rounds 599 kg to 600


def test_the_starlink_array_makes_the_28_kw_of_googles_paper() -> None:
    array = catalogue.entry("array", "silicon-flexible")
    satellite = catalogue.entry("satellite", "starlink-v2-mini")
    per_area = (
        1361 * number(array, "power.cell_efficiency") * number(array, "power.packing_fraction")
    )
    assert per_area * number(satellite, "power.array_area_m2") == pytest.approx(
        28.3e3, rel=2e-3
    )  # the paper prints three digits
    assert satellite.facts["array_power_kw"].value == 28.3


@pytest.mark.parametrize(
    ("kind", "pair"),
    [
        ("chip", ("gb200-nvl72", "gb200-nvl72-huang")),
        ("chip", ("vera-rubin-nvl72", "vera-rubin-nvl72-early-reports")),
        ("satellite", ("starlink-v2-mini", "starlink-v2-mini-van-berkel")),
        ("satellite", ("starlink-v3", "starlink-v3-press")),
        ("satellite", ("starlink-v3", "starlink-v3-van-berkel")),
        ("satellite", ("starlink-v3", "starlink-gen3-claim")),
    ],
)
def test_sources_that_contradict_each_other_both_stand_and_say_so(
    kind: str, pair: tuple[str, str]
) -> None:
    one, other = (catalogue.entry(kind, name) for name in pair)
    assert other.name in one.contradicts
    assert one.name in other.contradicts
    shared = {**one.values, **one.facts}.keys() & {**other.values, **other.facts}.keys()
    assert any(
        {**one.values, **one.facts}[key].value != {**other.values, **other.facts}[key].value
        for key in shared
    )


# --- constellations and scenarios -----------------------------------------------------------------


@pytest.mark.parametrize("name", catalogue.names("constellation"))
def test_a_constellations_groups_are_groups_of_a_scenario(name: str) -> None:
    entry = catalogue.entry("constellation", name)
    groups = TypeAdapter(list[Group]).validate_python([dict(group) for group in entry.groups])
    assert [group.name for group in groups] == [origin.value for origin in entry.group_origins]


@pytest.mark.parametrize("name", FILED_GROUPS)
def test_the_filings_groups_are_as_filed(name: str) -> None:
    altitude, inclination, shells, planes, satellites, most = FILED_GROUPS[name]
    groups = {str(group["name"]): group for group in filing().groups}
    group = dict(groups[name])
    assert (group["altitude_low_km"], group["altitude_high_km"]) == altitude
    filed = group.get("filed_inclination_deg", group["inclination_deg"])
    high = group.get("inclination_high_deg")
    assert (filed if high is None else (filed, high)) == inclination
    assert group["shell_count"] == shells
    assert group["planes_per_shell_count"] == planes
    assert group["satellites_per_plane_count"] == satellites
    assert satellites_in(group) == most


def test_the_filings_rows_sum_to_more_than_its_cap() -> None:
    counts = [satellites_in(dict(group)) for group in filing().groups]
    assert counts == [99_900, 99_980, 249_750, 244_860, 249_750, 253_880]
    assert sum(counts) == 1_198_120 == filing().facts["tabled_satellite_count"].value
    assert filing().satellite_count_cap == 1_000_000


def sun_synchronous_deg(altitude_km: float) -> float:
    """cos i = -Ω̇ / (1.5 J2 n (Re/a)²), Ω̇ one turn in 365.2422 days."""
    axis_m = EARTH_RADIUS_M + 1e3 * altitude_km
    motion = math.sqrt(GRAVITATIONAL_PARAMETER_M3_PER_S2 / axis_m**3)
    turn = 2 * math.pi / (365.2422 * 86400)
    return math.degrees(
        math.acos(-turn / (1.5 * EARTH_J2 * motion * (EARTH_RADIUS_M / axis_m) ** 2))
    )


@pytest.mark.parametrize(
    ("name", "agrees"), [("group-2", True), ("group-4", False), ("group-6", True)]
)
def test_only_two_of_the_three_sun_synchronous_groups_are_filed_as_such(
    name: str, agrees: bool
) -> None:
    (group,) = [dict(group) for group in filing().groups if group["name"] == name]
    filed = float(str(group.get("filed_inclination_deg", group["inclination_deg"])))
    apart = [
        abs(sun_synchronous_deg(float(str(group[key]))) - filed)
        for key in ("altitude_low_km", "altitude_high_km")
    ]
    # One figure is printed, to 0.1°, for a band whose inclination itself spans up to 0.16°.
    assert max(apart) < 0.1 if agrees else min(apart) > 1.0
    assert (group["inclination_deg"] == "sun-synchronous") is agrees
    assert group["sun_synchronous_intended"] is True
    assert group["local_times_hours"] == [18.0, 6.0]


@pytest.mark.parametrize(
    ("name", "satellites"), [("starlink-gen1", 4_408), ("starcloud-88000", 88_000)]
)
def test_a_constellation_holds_as_many_as_authorised_or_applied_for(
    name: str, satellites: int
) -> None:
    entry = catalogue.entry("constellation", name)
    assert sum(satellites_in(dict(group)) for group in entry.groups) == satellites
    assert entry.satellite_count_cap == satellites


def test_suncatchers_lattice_has_81_points() -> None:
    (group,) = catalogue.entry("constellation", "suncatcher-81").groups
    # Relative motion is two to one: the radial amplitude is half the along-track radius.
    radius = float(str(group["radius_m"])) / 2 / float(str(group["pitch_m"]))
    reach = range(-int(radius), int(radius) + 1)
    assert sum(i * i + j * j <= radius * radius for i in reach for j in reach) == 81
