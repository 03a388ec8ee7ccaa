"""Does a design moved by a study equal the one that is resolved anew?

Every number with a range is set to its upper end, some at a time, once through the whole of
`resolve` and once through `rebuilt`: all leaves must be the same but for rounding. Only the fall of
derelicts is moved along its slopes instead of being integrated anew: it is held to what
`programme` promises of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import batched
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import Array

from sunstack import programme
from sunstack.errors import ScenarioError
from sunstack.evaluate import evaluate
from sunstack.resolve import Resolved, agreeing, rebuilt, resolve, unmovable
from sunstack.scenario import describe, load, shipped
from sunstack.system import System
from sunstack.units import to_si

ROUNDING = 1e-11
"""Of sums over an orbit's days in another order."""
FALL = 0.08
"""What `programme` promises within a factor 1.5 in mass over area: some per cent."""
SCENARIOS = ("ai1", "suncatcher")
"""One whose parts are stated, and one that sizes all it can."""
TOGETHER = 16


@cache
def design(name: str, *overrides: str) -> Resolved:
    return resolve(load(shipped.find(name), overrides))


def ends(resolved: Resolved) -> dict[str, float]:
    """Upper end of every number that has a range and can be moved; the lower where that is all."""
    found = {}
    for key, origin in resolved.origins.items():
        if origin.low is None or origin.high is None or unmovable(resolved, key):
            continue
        found[key] = origin.high if origin.high != origin.value else origin.low
    return found


def written(key: str, value: float) -> str:
    return f"{key}={round(value)}" if describe(key).kind == "count" else f"{key}={value!r}"


def in_si(values: Mapping[str, float]) -> dict[str, Array]:
    return {key: jnp.asarray(to_si(key, value)) for key, value in values.items()}


def leaves(system: System) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    for path, leaf in jax.tree_util.tree_leaves_with_path(system):
        yield jax.tree_util.keystr(path), np.asarray(leaf)


def assert_same(moved: System, anew: System) -> None:
    """But for what is trained, which stays as it was laid out."""
    anew = replace(anew, training=moved.training)
    for (name, one), (other_name, other) in zip(leaves(moved), leaves(anew), strict=True):
        assert name == other_name
        if ".fall." not in name:
            np.testing.assert_allclose(one, other, rtol=ROUNDING, err_msg=name)


@cache
def move(name: str) -> Callable[[Mapping[str, Array]], System]:
    """Move any of a design's numbers: compiled once, for all of them at once."""
    resolved = design(name)
    as_it_is = in_si({key: float(resolved.origins[key].value) for key in ends(resolved)})
    compiled = jax.jit(lambda values: rebuilt(resolved, values))
    return lambda values: compiled(as_it_is | values)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_design_moved_is_the_design_resolved_anew(name: str) -> None:
    resolved = design(name)
    moved_to = ends(resolved)
    assert len(moved_to) > 80
    for keys in batched(moved_to, TOGETHER):
        given = {key: moved_to[key] for key in keys}
        # Drives needed are raised with the drives there are, lest they contradict each other.
        if "reliability.needed_drive_count" in given:
            given["reliability.drive_count"] = moved_to["reliability.drive_count"]
        anew = resolve(load(shipped.find(name), [written(*item) for item in given.items()]))
        assert_same(move(name)(in_si(given)), anew.system)


def test_every_key_moves_something() -> None:
    """Else a key that `rebuilt` forgot would pass where its upper end changes nothing."""
    before = dict(leaves(move("ai1")({})))
    still = {
        key
        for key, value in ends(design("ai1")).items()
        if all(
            np.array_equal(leaf, before[name])
            for name, leaf in leaves(move("ai1")(in_si({key: value})))
        )
    }
    assert still == {
        "fleet.resupply_days",  # spares wait for their turn: this design has none
        "launch.propellant_cost_usd",  # the floor of prices that fall: these are listed
        "launch.yearly_flight_count",  # at its high as many as are permitted: the larger counts
    }


def test_replicas_are_laid_out_anew() -> None:
    """Twice the chips in a satellite, and texts of eight thousand tokens: other replicas."""
    given = {"payload.chip_count": 24.0, "service.input_token_count": 8000.0}
    anew = design("ai1", *(f"{key}={value:g}" for key, value in given.items()))
    moved = move("ai1")(in_si(given))
    before = design("ai1").system.service
    assert not np.array_equal(moved.service.replica_count, before.replica_count)
    assert_same(moved, anew.system)


@pytest.mark.parametrize("method", ["synchronous", "streaming"])
def test_what_is_trained_moves_as_it_was_laid_out(method: str) -> None:
    """Where `resolve` would lay it out alike, all of it is the same."""
    base = ("training.model=llama-3-1-8b", f"training.method={method}")
    before = design("suncatcher", *base)
    given = {
        key: before.origins[key].high or 0.0
        for key in ends(before)
        if key.startswith("training.") and key != "training.flop_efficiency"
    }
    assert len(given) > 10 and ("training.fragment_count" in given) == (method == "streaming")
    anew = design("suncatcher", *base, *(written(*item) for item in given.items())).system.training
    moved = rebuilt(before, in_si(given)).training
    for (name, one), (_, other) in zip(leaves(moved.layout), leaves(anew.layout), strict=True):
        assert np.array_equal(one, other), f"{name}: laid out otherwise, nothing to compare"
    for (name, one), (_, other) in zip(leaves(moved), leaves(anew), strict=True):
        np.testing.assert_allclose(one, other, rtol=ROUNDING, err_msg=name)


def test_chips_that_share_a_layer_train_or_none_do() -> None:
    """72 chips of which 64 train, 16 to a layer; of 33 there train 32, and 15 are too few."""
    before = design("ai1").system.training
    tensor = float(before.layout.tensor_count[0])
    few, too_few = (
        rebuilt(design("ai1"), in_si({"payload.chip_count": count})).training
        for count in (2.0 * tensor + 1.0, tensor - 1.0)
    )
    assert float(few.layout.accelerator_count[0]) == 2.0 * tensor
    # What each keeps of the optimiser grows as those that share it get fewer.
    shared = few.practice.optimiser_share_count / before.practice.optimiser_share_count
    kept = few.layout.accelerator_count / before.layout.accelerator_count
    np.testing.assert_allclose(shared, kept)
    assert float(too_few.layout.accelerator_count[0] - tensor) == -1.0  # its margin


def test_chips_beyond_those_a_model_was_laid_on_do_not_train() -> None:
    """Texts are shared out among so many and no more: with more of them none would fit."""
    before = design("suncatcher").system.training
    carried = in_si({"payload.chip_count": 120.0})
    after = rebuilt(design("suncatcher"), carried).training
    assert after.layout.accelerator_count.tolist() == before.layout.accelerator_count.tolist()


def test_texts_that_no_context_holds_have_no_replica() -> None:
    moved = move("ai1")(in_si({"service.input_token_count": 130_000.0}))
    counts = dict(zip(moved.service.model_names, moved.service.replica_count, strict=True))
    assert counts["llama-3-3-70b"] > 0.0  # holds 131,072
    longer = move("ai1")(in_si({"service.input_token_count": 500_000.0}))
    assert longer.service.replica_count.tolist() == [0.0] * len(counts)
    assert all(bool(jnp.isfinite(count)) for count in counts.values())


def test_a_heavier_design_falls_as_one_resolved_anew() -> None:
    """Along the slopes of its fall, within what `programme` promises."""
    given = {"satellite.mass_kg": 1714.0}
    anew, moved = (
        design("ai1", "satellite.mass_kg=1714").system,
        rebuilt(design("ai1"), in_si(given)),
    )
    whole = programme._decay_s(anew)
    np.testing.assert_allclose(programme._decay_s(moved), whole, rtol=FALL)
    assert not np.allclose(programme._decay_s(design("ai1").system), whole, rtol=FALL)


def test_the_solar_cycle_is_fallen_through_anew() -> None:
    given = {"environment.cycle_high_solar_flux_units": 210.0}
    anew = design("ai1", "environment.cycle_high_solar_flux_units=210")
    moved = rebuilt(design("ai1"), in_si(given))
    np.testing.assert_allclose(
        moved.upkeep.fall.duration_s, anew.system.upkeep.fall.duration_s, rtol=ROUNDING
    )


def test_what_cannot_be_moved_is_refused_by_name() -> None:
    with pytest.raises(ScenarioError, match=r"fleet\.horizon_years: .*decides how much"):
        rebuilt(design("ai1"), in_si({"fleet.horizon_years": 10.0}))
    with pytest.raises(ScenarioError, match=r"launch\.reuse_count: .*launch\.pricing is listed"):
        rebuilt(design("ai1"), in_si({"launch.reuse_count": 20.0}))
    for key in ("training.batch_token_count", "training.sequence_token_count"):
        with pytest.raises(ScenarioError, match="decides how what is trained lies on satellites"):
            rebuilt(design("ai1"), in_si({key: 4096.0}))
    with pytest.raises(ScenarioError, match=r"payload\.chip: .*says a word"):
        rebuilt(design("ai1"), {"payload.chip": jnp.asarray(1.0)})
    with pytest.raises(ScenarioError, match=r"constellation\.groups\.0\.altitude_km: .*no number"):
        rebuilt(design("ai1"), {"constellation.groups.0.altitude_km": jnp.asarray(1.0)})


def test_a_part_that_no_size_would_do_breaks_its_margin_and_is_no_error() -> None:
    """At 5 K/W chips of hundreds of watts would have to be cooled from below absolute zero."""
    moved = rebuilt(design("suncatcher"), in_si({"payload.chip_thermal_resistance_k_per_w": 5.0}))
    margins = jax.jit(lambda system: evaluate(system).margins)(moved)
    assert float(margins["radiator_heat"][0]) < -0.9
    assert all(bool(jnp.isfinite(value).all()) for value in margins.values())
    with pytest.raises(ScenarioError, match=r"thermal\.radiator_area_m2: auto finds no size"):
        design("suncatcher", "payload.chip_thermal_resistance_k_per_w=5")


def test_numbers_that_contradict_each_other_are_told_as_resolve_refuses_them() -> None:
    drives = {"reliability.needed_drive_count": 9.0}
    assert bool(agreeing(design("ai1"), {}))
    assert not bool(agreeing(design("ai1"), in_si(drives)))
    with pytest.raises(ScenarioError, match="needed_drive_count"):
        design("ai1", "reliability.needed_drive_count=9")
