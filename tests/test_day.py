"""Are satellites counted where they are, do they give what is simulated, and who is served?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from conftest import THREE_GROUPS

from sunstack import scenario, serving
from sunstack.asked import asked
from sunstack.connections.reach import EDGE_RAD
from sunstack.connections.survey import survey
from sunstack.day import LIGHTS, LOADS, POLICIES, Day, day
from sunstack.day.asking import askers, mean_in_view, ways
from sunstack.day.following import NOBODY_ASKS
from sunstack.day.supply import cells_of, counted, supply
from sunstack.disciplines import demand, orbit
from sunstack.evaluate import Outcome
from sunstack.resolve import Resolved, resolve
from sunstack.resolve.demand import terminals
from sunstack.simulate import simulate
from sunstack.summary import day as told
from sunstack.system import System
from sunstack.units import DAY_S, EARTH_RADIUS_M, HOUR_S

HOURLY = "simulation.day_step_s=3600"
RIDES = "network.access=starlink-gen1"
COARSE = "simulation.day_cell_count=200"

Evaluate = Callable[[System], Outcome]


# --- where satellites are -------------------------------------------------------------------------


def test_every_satellite_is_counted_over_the_cell_it_is_over(three_groups: Any) -> None:
    """Against positions from the elements, turned with the Earth, at three instants."""
    system = three_groups().system
    grid = demand.equal_area_grid(cell_count=200)
    at_s = np.array([0.0, 20_000.0, 70_000.0])
    found = counted(system.orbits, grid, elapsed_s=at_s, system=system)
    counts = np.asarray(system.orbits.satellite_count).astype(int)
    plane = np.repeat(np.arange(len(counts)), counts)
    slot = np.concatenate([np.arange(one) / one for one in counts])
    each = orbit.shifted(
        orbit.Spec(**{name: leaf[plane] for name, leaf in vars(system.orbits).items()}),
        phase_rad=jnp.asarray(2.0 * np.pi * slot),
    )
    for place, elapsed_s in enumerate(at_s):
        track = orbit.track(each, step_s=60.0)
        inertial = orbit.position_ratio(track, orbit.place(each, elapsed_s=elapsed_s))
        fixed = orbit.earth_fixed_m(
            position_m=inertial, julian_day=system.epoch_julian_day + elapsed_s / DAY_S
        )
        x, y, z = np.asarray(fixed).T
        here = np.asarray(
            demand.cell_at(
                grid,
                latitude_rad=np.arctan2(z, np.hypot(x, y)),
                longitude_rad=np.arctan2(y, x),
            )
        )
        exact = np.bincount(here, minlength=200)
        # Oblateness and the third group's eccentricity move one or two over a cell's edge.
        assert np.abs(found[:, place] - exact).sum() <= 4
        assert found[:, place].sum() == counts.sum()


def test_cells_are_found_as_the_grid_has_them() -> None:
    grid = demand.equal_area_grid(cell_count=777)
    draw = np.random.default_rng(1)
    latitude, longitude = np.arcsin(draw.uniform(-1, 1, 5000)), draw.uniform(-9, 9, 5000)
    np.testing.assert_array_equal(
        cells_of(grid).at(np.sin(latitude), longitude),
        np.asarray(demand.cell_at(grid, latitude_rad=latitude, longitude_rad=longitude)),
    )


# --- what they give -------------------------------------------------------------------------------


def test_a_day_gives_what_stepping_every_satellite_gives(three_groups: Any) -> None:
    """Tokens, power and light of each group, means over a day, against `simulate`: within 1 %."""
    system = three_groups().system
    grid = demand.equal_area_grid(cell_count=200)
    at_s = (np.arange(288, dtype=np.float64) + 0.5) * 300.0
    found = supply(system, grid, elapsed_s=at_s)
    series = simulate(system, epoch_s=np.array([0.0]), precision="float64")
    count = found.satellite_count.sum(axis=(0, 2))
    for name, column in (
        ("tokens_per_s", found.tokens_per_s.sum(axis=(0, 2))),
        ("payload_power_w", found.payload_power_w.sum(axis=(0, 2))),
        ("sunlit_fraction", found.satellite_count[LIGHTS.index("sunlight")].sum(axis=1)),
    ):
        mean = (column / count).mean(axis=1)
        np.testing.assert_allclose(mean, series.group_means[name][0], rtol=0.01, err_msg=name)
    assert (found.battery_power_w <= found.payload_power_w + 1e-6).all()
    np.testing.assert_allclose(found.battery_power_w[0].sum(), 0.0, atol=1e-3 * 50e3)


# --- who asks -------------------------------------------------------------------------------------


def test_what_is_asked_at_an_hour_is_what_the_grid_of_demand_asks() -> None:
    """The fine grid's rates at the hours' middles, but for cells that ask a billionth."""
    found = terminals(2030.0)
    exact = demand.in_the_world(demand.demand(demand.tolerant(found.spec), found.grid))
    grid = demand.equal_area_grid(cell_count=200)
    mine = askers(found, grid, elapsed_s=(np.arange(24.0) + 0.5) * HOUR_S)
    np.testing.assert_allclose(mine.tokens_per_s.sum(axis=1), exact.answer_tokens_per_s, rtol=1e-6)
    np.testing.assert_allclose(mine.request_per_s.sum(axis=1), exact.request_per_s, rtol=1e-6)


def pool(**changed: Any) -> Any:
    given = {
        "groups": (0,),
        "view_rad": 0.3,
        "entry_count": np.zeros((200, 1)),
        "delay_s": np.full(24, np.inf),
        "overhead_s": 0.01,
    }
    return SimpleNamespace(**(given | changed))


def test_a_place_sees_one_satellite_as_often_as_it_stands_in_its_view() -> None:
    """A satellite over one cell is seen by (1 - cos 0.3) / 2 of the Earth: 2.2 %."""
    grid = demand.equal_area_grid(cell_count=200)
    over = np.zeros((200, 1))
    over[93] = 1.0
    made = ways(grid, np.arange(200), (cast(Any, pool(entry_count=over)),))
    assert made.covered_fraction.mean() == pytest.approx(0.5 * (1.0 - np.cos(0.3)), rel=0.08)
    np.testing.assert_allclose(
        made.covered_fraction[:, 0], made.links[0].seen.toarray()[:, 93], atol=1e-8
    )


def test_links_part_all_satellites_among_rings() -> None:
    """What is overhead and what is reached over the mesh are all of a cell's, once each."""
    grid = demand.equal_area_grid(cell_count=200)
    over = pool(entry_count=np.full((200, 1), 50.0), delay_s=np.linspace(0.01, 0.1, 24))
    made = ways(grid, np.array([5, 99]), (cast(Any, over),))
    whole = sum(one.seen.toarray() for one in made.links)
    np.testing.assert_allclose(whole, 1.0)
    assert list(made.delay_s[1:]) == sorted(made.delay_s[1:])


def test_the_mean_in_view_weighs_rings_by_their_area() -> None:
    """Out to 15° there are two rings, whose areas are as 1 - cos 7.5° to cos 7.5° - cos 15°."""
    values = np.where(np.arange(24) == 1, 1.0, 0.0)
    near, both = 1.0 - np.cos(np.radians(7.5)), 1.0 - np.cos(np.radians(15.0))
    assert mean_in_view(values, np.radians(15.0)) == pytest.approx(1.0 - near / both)


# --- a day ----------------------------------------------------------------------------------------


@cache
def small(*overrides: str) -> Resolved:
    return resolve(scenario.loads(THREE_GROUPS, path="small.yaml", overrides=overrides))


@pytest.fixture(scope="module")
def follow(compiled_evaluate: Evaluate) -> Callable[..., Day]:
    """Follow a day of the small constellation."""

    @cache
    def followed(*, is_meshed: bool = True, **asking: Any) -> Day:
        resolved = small(HOURLY, COARSE, RIDES)
        outcome = compiled_evaluate(resolved.system)
        whole = dict.fromkeys(resolved.system.group_names, 1.0)
        seen = survey(resolved.system, working_fraction=whole, seed=1) if is_meshed else None
        found = day(resolved, outcome, seen, asked(resolved, outcome, seen), start_s=0.0, **asking)
        assert isinstance(found, Day)
        return found

    return followed


def test_no_policy_serves_more_than_is_asked_or_could_be_given(follow: Any) -> None:
    found = follow(is_filled=True)
    wanted, could = found.asking.tokens_per_s.sum(axis=1), found.capacity_tokens_per_s
    for one in found.policies:
        assert (one.served_tokens_per_s <= wanted * (1.0 + 1e-9)).all(), one.name
        assert (one.served_tokens_per_s.sum(axis=0) <= could.sum(axis=(0, 1)) * (1 + 1e-9)).all()
        used = one.used_fraction * could.sum(axis=0)
        np.testing.assert_allclose(
            used.sum(axis=0), one.served_tokens_per_s.sum(axis=0), rtol=1e-6, err_msg=one.name
        )
        assert 0.0 <= one.sunlit_fraction <= 1.0 + 1e-12
        assert (one.working_power_w <= one.payload_power_w * (1.0 + 1e-9)).all()


def test_sunlight_alone_serves_all_that_sunlight_serves(follow: Any) -> None:
    by_name = {one.name: one for one in follow(is_filled=True).policies}
    assert tuple(by_name) == POLICIES
    assert by_name["sunlight"].sunlit_fraction == pytest.approx(1.0)
    assert by_name["sunlight"].battery_power_w.max() == pytest.approx(0.0, abs=1.0)


def test_with_a_mesh_that_reaches_all_as_much_is_met_as_the_fleet_by_hour(follow: Any) -> None:
    """Starlink carries what the world asks: hour by hour the lesser of asked and given, to 1e-3.

    A thousandth of asked places, near the poles, see no satellite of it at times.
    """
    found = follow(is_filled=True, demand_ratio=0.1)
    wanted = found.asking.tokens_per_s.sum(axis=(0, 1))
    could = found.capacity_tokens_per_s.sum(axis=1)
    assert (wanted > could.sum(axis=0)).any()
    assert (wanted < could.sum(axis=0)).any()
    by_name = {one.name: one.served_tokens_per_s.sum(axis=0) for one in found.policies}
    for name in ("nearest", "load"):
        whole = np.minimum(wanted, could.sum(axis=0))
        np.testing.assert_allclose(by_name[name], whole, rtol=1e-3, err_msg=name)
    lit = np.minimum(wanted, could[LIGHTS.index("sunlight")])
    np.testing.assert_allclose(by_name["sunlight"], lit, rtol=1e-3)


def test_far_satellites_are_later_and_deadlines_know_it(follow: Any) -> None:
    found = follow(is_filled=True, demand_ratio=0.1)
    by_name = {one.name: one for one in found.policies}
    overhead, nearest, load = (by_name[name] for name in ("overhead", "nearest", "load"))
    assert (overhead.delay_mean_s <= nearest.delay_mean_s + 1e-12).all()
    assert (nearest.delay_mean_s < load.delay_mean_s).all()
    assert (nearest.delay_mean_s <= nearest.delay_late_s).all()
    assert (overhead.late_fraction <= load.late_fraction + 1e-12).all()
    for one in found.policies:
        served = one.served_tokens_per_s.sum(axis=1) / found.asking.tokens_per_s.sum(axis=(1, 2))
        np.testing.assert_allclose(one.missed_fraction, 1.0 - served * (1.0 - one.late_fraction))


def test_the_day_agrees_with_the_closed_form(follow: Any) -> None:
    """A satellite's tokens, mean of the day, over what `evaluate` has for that day: within 2 %."""
    np.testing.assert_allclose(follow(is_filled=True).planned_ratio, 1.0, atol=0.02)


def test_more_asked_is_met_no_better(follow: Any) -> None:
    for one in follow(is_filled=True).policies:
        assert len(one.met_at_load_fraction) == len(LOADS)
        assert (np.diff(one.met_at_load_fraction) <= 1e-6).all(), one.name


def test_twice_the_demand_is_twice_asked(follow: Any) -> None:
    once, twice = (follow(demand_ratio=ratio, policies=("overhead",)) for ratio in (1.0, 2.0))
    np.testing.assert_allclose(twice.asking.tokens_per_s, 2.0 * once.asking.tokens_per_s)
    assert [one.name for one in twice.policies] == ["overhead"]


def test_without_a_mesh_nobody_is_served_from_afar(follow: Any) -> None:
    found = follow(is_meshed=False, is_filled=True)
    assert not found.has_mesh
    served = [one.served_tokens_per_s.sum() for one in found.policies if one.name != "sunlight"]
    assert served == pytest.approx([served[0]] * 3, rel=1e-6)


def test_where_nobody_asks_it_is_said() -> None:
    resolved = small("service.terminals=none")
    nothing = cast(Outcome, None)
    assert asked(resolved, nothing, None) is None
    assert day(resolved, nothing, None, None, start_s=0.0) == NOBODY_ASKS


def test_what_is_told_adds_up(follow: Any) -> None:
    found = follow(is_filled=True)
    said = told.told(found, date="2028-03-20")
    assert said["satellite_count"] == pytest.approx(29.0)
    assert 0.0 < said["sunlit_count"] < 29.0
    for one in said["policies"]:
        assert one["met_fraction"] == pytest.approx(
            one["served_tokens_per_s"] / said["asked_tokens_per_s"]
        )
        weights = found.asking.tokens_per_s.sum(axis=(1, 2))
        by_class = [each["met_fraction"] for each in one["classes"]]
        assert np.average(by_class, weights=weights) == pytest.approx(one["met_fraction"])
    findings = cast(Any, SimpleNamespace(day=found))
    hours, cells = told.hours(findings), told.cells(findings)
    assert len(hours) == len(POLICIES) * len(found.class_names) * len(found.elapsed_s)
    assert len(cells) == len(told.SHOWN_HOURS) * 200
    assert cells["satellite_count"].sum() == pytest.approx(29.0 * len(told.SHOWN_HOURS))
    groups = told.groups(findings)
    assert groups["satellite_count"].sum() == pytest.approx(29.0 * 24 * len(POLICIES))
    used = groups["used_fraction"] * (groups["sunlit_tokens_per_s"] + groups["shadow_tokens_per_s"])
    assert used.sum() == pytest.approx(hours["served_tokens_per_s"].sum())


def test_a_day_that_was_not_followed_leaves_empty_tables() -> None:
    findings = cast(Any, SimpleNamespace(day="nobody asks"))
    assert told.followed(findings) == {"lacks": "nobody asks"}
    for table in (told.hours(findings), told.groups(findings), told.cells(findings)):
        assert table.is_empty()


# --- how late is what stands how far --------------------------------------------------------------


def test_no_satellite_is_reached_sooner_than_light(follow: Any) -> None:
    """Delays by ring against the chord to the ring's near edge, 550 km up, where Starlink is.

    They rise with the ring, but for what single satellites do: a computer stands at each bridge.
    """
    resolved = small(HOURLY, COARSE, RIDES)
    whole = dict.fromkeys(resolved.system.group_names, 1.0)
    seen = survey(resolved.system, working_fraction=whole, seed=1)
    assert seen is not None
    near = EDGE_RAD[:-1]
    low_m = EARTH_RADIUS_M + 540e3
    chord_m = np.sqrt(low_m**2 + EARTH_RADIUS_M**2 - 2.0 * low_m * EARTH_RADIUS_M * np.cos(near))
    arc_m = np.where(near > 0.5, EARTH_RADIUS_M * near, chord_m)
    assert seen.reach.source_count == 12
    for delay_s in seen.reach.delay_s:
        assert (delay_s > arc_m / 299_792_458.0).all()
        assert (np.diff(delay_s) > 0.0).all()
        assert delay_s[-1] < 3.0 * np.pi * low_m / 299_792_458.0


# --- near the cliff of power ----------------------------------------------------------------------


def test_tokens_fall_to_none_smoothly_as_power_falls_to_idle(compiled_evaluate: Evaluate) -> None:
    """Arrays from as given down to none: tokens fall, by no step, to 0, and nothing is no number.

    Below the power at which chips answer at all, and of a bus not fed, there are no tokens, and a
    token costs endless energy: that alone may be infinite.
    """
    system = small(HOURLY, COARSE, RIDES).system
    idle_w = float(system.power.payload_idle_power_w + system.power.bus_power_w)
    lit_w = float(np.asarray(compiled_evaluate(system).first_year.array_power_w)[0])
    shares = np.array([1.0, 0.5, 1.3 * idle_w / lit_w, 1.02 * idle_w / lit_w, 0.5 * idle_w / lit_w])
    found = [compiled_evaluate(_with_array(system, one)) for one in shares]
    tokens = np.array(
        [np.asarray(one.service.stage_tokens_per_s)[-1, 0] for one in found], dtype=np.float64
    )
    assert (np.diff(tokens, axis=0) <= 1e-6 * tokens[0]).all()
    assert (tokens[0] > 0.0).all()
    np.testing.assert_allclose(tokens[-1], 0.0, atol=1e-3 * tokens[0].max())
    for one in found:
        for leaf in jax.tree.leaves(one):
            assert not np.isnan(np.asarray(leaf, dtype=np.float64)).any()


def test_a_curve_of_tokens_has_no_step_near_its_cliff(three_groups: Any) -> None:
    """From no power to a quarter of the peak, in 400 steps: none is above twice their mean slope.

    The hinges that the simulation adds up are that curve, and neither is ever below nothing.
    """
    system = three_groups().system
    peak_w = float(system.power.payload_peak_power_w)
    powers_w = np.linspace(0.0, peak_w, 401)
    read = np.asarray(
        serving.tokens_per_s(system, serving.curve(system), payload_w=jnp.asarray(powers_w))
    )[0]
    hinged = np.asarray(
        serving.hinged_tokens_per_s(serving.hinges(system), payload_w=jnp.asarray(powers_w))
    )
    np.testing.assert_allclose(hinged, read, rtol=1e-9, atol=1e-6 * read.max())
    assert read[0] == 0.0
    assert (np.diff(read) >= -1e-9 * read.max()).all()
    # A knot is 25 steps wide: of a cliff between two of them no step takes more than a 25th.
    assert np.diff(read).max() <= read.max() / 25.0


def _with_array(system: System, share: float) -> System:
    area_m2 = system.power.array_area_m2 * share
    return replace(system, power=replace(system.power, array_area_m2=area_m2))
