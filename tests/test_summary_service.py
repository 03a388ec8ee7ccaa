"""Are the tokens that a run tells those that were reckoned, and is nothing in them without end?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunstack import results, scenario, serving
from sunstack.findings import Findings
from sunstack.resolve import resolve
from sunstack.serving import STAGES
from sunstack.summary import service as told
from sunstack.summary import service_tables

SCENARIOS = Path(__file__).parents[1] / "scenarios"
MODELS = ("grok-2", "llama-3-3-70b")
LEFT = (1000.0, 500.0, 400.0, 399.0, 100.0, 90.0, 90.0)
"""Tokens of a satellite after each stage, by hand."""


@cache
def resolved(*overrides: str) -> Any:
    given = ("service.models=[grok-2, llama-3-3-70b]", *overrides)
    return resolve(scenario.load(SCENARIOS / "ai1.yaml", given))


def outcome(*, groups: int = 2, served: bool = True) -> Any:
    """Two models of two groups, one and three satellites; the second group serves nothing."""
    stages = np.zeros((len(STAGES), len(MODELS), groups))
    stages[:, :, 0] = np.array(LEFT)[:, None]
    batch = np.zeros((len(MODELS), groups))
    batch[:, 0] = 64.0
    if not served:
        stages[2:], batch[:] = 0.0, 0.0
    months = np.linspace(10.0, 300.0, 30)
    return SimpleNamespace(
        satellite_count=np.array([1.0, 3.0])[:groups],
        first_year=SimpleNamespace(payload_power_w=np.array([90.0, 20.0])[:groups]),
        programme=SimpleNamespace(
            fleet=SimpleNamespace(wanted_count=np.array([1.0, 3.0])),
            launched_kg=np.array([2000.0, 3000.0]),
        ),
        service=SimpleNamespace(
            stage_tokens_per_s=stages,
            last_year_tokens_per_s=0.5 * stages[5],
            fleet_tokens_per_s=np.stack([months, 2.0 * months]),
            full_batch_tokens_per_s=1.25 * np.stack([months, 2.0 * months]),
            token_j=np.where(batch > 0.0, 1.0, np.inf),
            batch_count=batch,
            output_token_s=np.where(batch > 0.0, 0.03, 1e9),
            first_token_s=np.where(batch > 0.0, 0.2, np.inf),
            first_token_margin_s=np.where(batch > 0.0, 1.8, -np.inf),
            admitted_load_fraction=np.where(batch > 0.0, 0.9, 0.0),
            latency_margin_s=np.where(batch > 0.0, 0.01, -np.inf),
            memory_margin_byte=np.array([1e11, 2e11]),
            needed_chip_count=np.array([2.0, 1.0]),
        ),
    )


def findings(*, served: bool = True, **changed: Any) -> Findings:
    one = resolved()
    system = SimpleNamespace(
        service=cast(Any, SimpleNamespace(**{**vars(one.system.service), **changed})),
        group_names=("bright", "dark"),
        flight=SimpleNamespace(life_s=1e6),
        mass=SimpleNamespace(stated_mass_kg=1000.0),
    )
    made = SimpleNamespace(system=system, origins=one.origins)
    return cast(Findings, SimpleNamespace(resolved=made, outcome=outcome(served=served)))


LIFTED, MOVED = told._lifted, told._moved


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """What needs a whole system's power is tested on one; here it is what it was put."""
    monkeypatch.setattr(told, "sunlit_power_w", lambda found: 1500.0)
    monkeypatch.setattr(told, "_moved", lambda system: {"byte": np.array([1e8, 2e8])})
    monkeypatch.setattr(told, "_lifted", lambda service: {"nothing": np.array([400.0, 400.0])})


def test_what_a_bound_costs_is_told_at_full_power(settled: None) -> None:
    """Of no bound less than of any; 36 replicas of two chips each leave none of 72 over."""
    lifted = LIFTED(resolved().system.service)
    for name in ("memory", "latency", "whole replicas"):
        assert np.all(lifted[name] >= lifted["nothing"] * (1.0 - 1e-9))
    assert lifted["whole replicas"] == pytest.approx(lifted["nothing"])
    assert lifted["latency"][0] > 1.01 * lifted["nothing"][0]


def model(found: Any, number: int = 0) -> Mapping[str, Any]:
    one: Mapping[str, Any] = found["models"][number]
    return one


def test_means_are_over_satellites_by_hand() -> None:
    found = told.served(findings())
    one = model(found)
    # Of four satellites one serves.
    assert [stage["tokens_per_s"] for stage in one["stages"][:-1]] == [left / 4 for left in LEFT]
    assert [stage["stage"] for stage in one["stages"]] == [*STAGES, "working"]
    assert one["stages"][-1]["tokens_per_s"] == pytest.approx(300.0 / 4)
    assert one["satellite_last_year_tokens_per_s"] == pytest.approx(45.0 / 4)
    # The dark group's payloads draw, too: (90 + 3 · 20) W over 90 tokens a second.
    assert one["token_j"] == pytest.approx(150.0 / 90.0)
    # Times are of tokens that there are.
    assert one["output_token_ms"] == pytest.approx(30.0)
    assert one["batch_count"] == 64.0
    assert one["first_token_margin_ms"] == pytest.approx(1800.0)
    assert one["admitted_load_fraction"] == pytest.approx(0.9)
    # What full batches would make beside what is in time.
    assert one["fleet_tokens_per_s"] == pytest.approx(300.0)
    assert one["fleet_full_batch_tokens_per_s"] == pytest.approx(375.0)


def test_tokens_of_a_kilogram_by_hand() -> None:
    found = model(told.served(findings()))["tokens_per_kg"]
    # (22.5 + 11.25) / 2 tokens a second over 1e6 s of a satellite of a tonne
    assert found["satellite"] == pytest.approx(0.5 * (22.5 + 11.25) * 1e6 / 1000.0)
    # 30 months of 10 to 300 tokens a second, over five tonnes launched
    assert found["fleet"] == pytest.approx(30 * 155.0 * 365.25 * 86400 / 12 / 5000.0)


def test_keys_and_values_that_move_by_hand(settled: None) -> None:
    system = resolved().system
    found = MOVED(system)
    # Grok-2: 64 layers, 8 heads of 128 for keys and as many for values, a byte each, 1,000 tokens
    assert found["byte"][0] == pytest.approx(1000 * 64 * 2 * 8 * 128)
    # moved over 100 Gbit/s all but what hides behind taking it in, 20 µs and 1,000 km of light
    sent_ms = 1e3 * found["byte"] * 8.0 / 1e11
    light_ms = 0.02 + 1e9 / 299_792_458.0
    assert (found["move_ms"] >= light_ms + sent_ms / 80.0 - 1e-9).all()
    assert (found["move_ms"] <= light_ms + sent_ms).all()


def test_a_group_that_serves_nothing_has_no_times() -> None:
    bright, dark = model(told.served(findings()))["groups"]
    assert bright["token_j"] == 1.0 and bright["first_token_ms"] == pytest.approx(200.0)
    assert dark["stage_tokens_per_s"]["links"] == 0.0
    for key in ("batch_count", "output_token_ms", "first_token_ms", "token_j"):
        assert dark[key] is None


def test_the_fleet_is_told_at_each_years_end_and_at_the_horizon() -> None:
    one = model(told.served(findings()), 1)
    ends = {row["years"]: row["tokens_per_s"] for row in one["fleet_by_year"]}
    assert ends == {1.0: pytest.approx(240.0), 2.0: pytest.approx(480.0), 2.5: 600.0}
    assert one["fleet_tokens_per_s"] == 600.0


@pytest.mark.parametrize("served", [True, False])
def test_json_takes_all_of_it(served: bool) -> None:
    found = told.served(findings(served=served))
    json.dumps(results.rounded(found), allow_nan=False)


def test_what_a_model_lacks_is_told_with_what_it_would_take() -> None:
    none = jnp.zeros(2)
    small = findings(
        served=False, replica_count=none, chip_count=jnp.asarray(4.0), models=_models()
    )
    cast(Any, small).outcome.service.needed_chip_count[:] = 18.0, 3.0
    cast(Any, small).outcome.service.memory_margin_byte[0] = -1e11
    large, slow = cast(Any, told.served(small))["models"]
    assert (large["fits"], large["lacks"], large["needed_satellite_count"]) == (False, "memory", 5)
    assert (slow["fits"], slow["lacks"], slow["needed_satellite_count"]) == (False, "latency", 1)
    starved = model(told.served(findings(served=False)))
    assert (starved["fits"], starved["lacks"], starved["token_j"]) == (True, "power", None)


def _models() -> Any:
    return resolved().system.service.models


def test_a_payload_without_accelerators_has_nothing_to_tell() -> None:
    nothing = findings(model_names=())
    assert told.served(nothing) is None
    assert service_tables.powers(nothing).is_empty()
    assert service_tables.batches(nothing).is_empty()


# --- what stops it --------------------------------------------------------------------------------


def test_the_stage_that_takes_the_largest_share_stops_it() -> None:
    assert told.stops_first(dict(zip(STAGES, LEFT, strict=True))) == "power"
    cool = dict(zip(STAGES, (1000.0, 500.0, 490.0, 485.0, 480.0, 100.0, 99.0), strict=True))
    assert told.stops_first(cool) == "cooling"
    mute = dict(zip(STAGES, (1000.0, 500.0, 490.0, 485.0, 480.0, 470.0, 0.0), strict=True))
    assert told.stops_first(mute) == "links"
    nothing = dict(zip(STAGES, (1000.0, 500.0, 0.0, 0.0, 0.0, 0.0, 0.0), strict=True))
    assert told.stops_first(nothing) == "latency and memory"
    late = dict(zip(STAGES, (1000.0, 500.0, 490.0, 0.0, 0.0, 0.0, 0.0), strict=True))
    assert told.stops_first(late) == "first token"


def test_where_nothing_else_takes_any_the_engine_is_named() -> None:
    free = dict(zip(STAGES, (1000.0, 500.0, 500.0, 500.0, 500.0, 500.0, 499.9), strict=True))
    assert told.stops_first(free) == "engine"


@given(st.lists(st.floats(0.0, 1.0), min_size=6, max_size=6))
def test_what_stops_it_takes_no_less_than_any_other(kept: list[float]) -> None:
    left = 1e6 * np.concatenate([[1.0], np.cumprod(kept)])
    stages = dict(zip(STAGES, map(float, left), strict=True))
    named = told.stops_first(stages)
    after_engine = {
        name: 1.0 - share
        for name, share, before in zip(STAGES[2:], kept[1:], left[1:-1], strict=True)
        if before > 0.0
    }
    if named == "engine":
        assert max(after_engine.values(), default=0.0) <= told.LEAST_SHARE + 1e-9
    else:
        assert after_engine[named] == pytest.approx(max(after_engine.values()))


# --- one replica ----------------------------------------------------------------------------------


@cache
def by_batch() -> Any:
    service = resolved().system.service
    power_w = jnp.stack([service.accelerator.peak_power_w, 0.5 * service.accelerator.peak_power_w])
    return service_tables.by_batch(service, power_w=power_w)


def test_no_pass_goes_through_the_roofs() -> None:
    service, found = resolved().system.service, by_batch()
    peak = float(serving.peak_flop_per_s(service))
    bandwidth = float(service.accelerator.memory_bandwidth_byte_per_s)
    for phase in ("decode", "prefill"):
        per_byte = np.asarray(getattr(found, f"{phase}_flop_per_byte"))
        reached = np.asarray(getattr(found, f"{phase}_flop_per_s"))
        assert np.all(reached > 0.0)
        assert np.all(reached < np.minimum(peak, per_byte * bandwidth))


def test_larger_batches_do_more_for_each_byte_and_less_power_serves_no_more() -> None:
    found = by_batch()
    assert np.all(np.diff(np.asarray(found.decode_flop_per_byte), axis=1) > 0.0)
    full, half = np.moveaxis(np.asarray(found.tokens_per_s), 1, 0)
    assert np.all(half <= full * (1.0 + 1e-9)) and np.any(half < 0.9 * full)


def test_the_best_batch_that_may_be_is_what_the_satellite_serves() -> None:
    """Throughput by batch, with bound and room by hand, is `serving.replica_tokens_per_s`."""
    service, found = resolved().system.service, by_batch()
    best = serving.replica_tokens_per_s(service, power_w=service.accelerator.peak_power_w[None])
    for number in range(len(MODELS)):
        may = np.asarray(found.output_token_s[number]) <= float(service.bounds.output_token_s)
        may &= np.asarray(serving.BATCHES) <= float(found.room_count[number])
        own = np.asarray(found.tokens_per_s[number, 0])[may].max()
        assert own == pytest.approx(float(best[number, 0]), rel=1e-9)
