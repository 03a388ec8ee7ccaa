"""Do prices reach the system in SI, and is what is not known told?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from economics_cases import resolved, usual

from sunstack import accounts
from sunstack.disciplines import economics
from sunstack.errors import ScenarioError
from sunstack.resolve import Resolved
from sunstack.resolve.consistency import check
from sunstack.resolve.economics import elapsed_in_year_s, money, with_chip_price
from sunstack.resolve.numbers import Numbers
from sunstack.resolve.values import Origin, origins
from sunstack.scenario import describe, keys, load
from sunstack.scenario.shipped import find
from sunstack.units import DAY_S, YEAR_S, to_si

type Resolve = Callable[..., Resolved]


def test_prices_are_those_of_the_book_in_si(shipped: Resolve) -> None:
    spec = shipped("ai1").system.economics
    assert float(spec.prices.array_usd_per_w) == 10.0
    assert float(spec.prices.battery_usd_per_j) == pytest.approx(300.0 / 3.6e6)
    assert float(spec.running.ground_usd_per_bit_per_s) == pytest.approx(20_000.0 / 1e9)
    assert float(spec.running.operations_usd_per_s) == pytest.approx(50_000.0 / YEAR_S)
    assert float(spec.finance.yearly_discount_fraction) == pytest.approx(0.08)
    assert float(spec.market.compute_usd_per_flop) == pytest.approx(28.5 / (1e15 * DAY_S))
    assert float(spec.prices.other_payload_usd_per_kg) == 0.0
    assert spec.carries_chips


def test_another_book_has_other_prices_and_what_the_file_says_stands_above_it() -> None:
    book = ["economics.cost_book=heritage-2026", "economics.laser_usd=7"]
    values = origins(load(find("ai1"), book))
    assert values["economics.array_usd_per_w"].value == 50.0
    assert values["economics.array_usd_per_w"].source == "spacedc-mdao-0.4.2"
    assert values["economics.laser_usd"].value == 7.0


def test_many_prices_are_built_at_once(shipped: Resolve) -> None:
    """Of a traced mapping, as a study has it: slopes reach the written value."""
    one = shipped("ai1")
    words = Numbers(one.origins)
    keys = [key for key in words if key.startswith("economics.") and key not in WORDS]
    plain = {key: words[key] for key in (*keys, "payload.chip_count", "launch.thruster_count")}

    def first_part(price: jax.Array) -> jax.Array:
        values = plain | {"economics.array_usd_per_w": price}
        spec = money(values, words=words, service=one.system.service, elapsed_in_year_s=0.0)
        return economics.parts_usd(spec.prices, accounts.amounts_of(one.system))["array"]

    slopes = jax.jit(jax.vmap(jax.grad(first_part)))(jnp.array([1.0, 10.0, 50.0]))
    assert slopes == pytest.approx([150_001.254] * 3, rel=1e-6)


WORDS = ("economics.cost_book",)


def test_a_programme_begins_within_its_year() -> None:
    epoch = load(find("ai1")).scenario.epoch
    assert elapsed_in_year_s(epoch) == (31 + 29 + 19) * DAY_S


def test_other_payloads_are_priced_by_their_mass_and_chips_are_not(shipped: Resolve) -> None:
    radio = shipped("starlink-gen1")
    spec = radio.system.economics
    assert not spec.carries_chips
    assert float(spec.chip_count) == 0.0
    assert float(accounts.amounts_of(radio.system).other_payload_kg) > 0.0
    assert any("carries no accelerators" in one for one in radio.caveats)
    assert float(accounts.amounts_of(shipped("ai1").system).other_payload_kg) == 0.0


def test_a_chip_without_a_price_raises_a_caveat(shipped: Resolve) -> None:
    unpriced = shipped("suncatcher")
    assert "economics.chip_usd" not in unpriced.origins
    assert float(unpriced.system.economics.prices.chip_usd) == 0.0
    assert any("knows no price" in one for one in unpriced.caveats)


def chip_price(scenario: str, *overrides: str) -> Origin:
    values = origins(load(find(scenario), list(overrides)))
    return with_chip_price(values)["economics.chip_usd"]


def test_a_price_that_is_given_stands() -> None:
    given_one = chip_price("suncatcher", "economics.chip_usd=10000")
    assert (given_one.kind, given_one.value) == ("override", 10_000.0)


def test_the_catalogue_prices_a_rack_by_its_accelerators() -> None:
    origin = chip_price("ai1", "payload.chip=gb200-nvl72")
    assert origin.kind == "catalogue"
    assert float(origin.value) == pytest.approx(2_700_000 / 72)
    assert origin.low == pytest.approx(2_000_000 / 72)


@pytest.mark.parametrize(
    ("scenario", "key"),
    [("ai1", "economics.other_payload_usd_per_kg"), ("starlink-gen1", "economics.chip_usd")],
)
def test_a_price_of_what_is_not_carried_is_refused(scenario: str, key: str) -> None:
    document = load(find(scenario), [f"{key}=7"])
    with pytest.raises(ScenarioError, match=f"{key}: 7.0 .* changes nothing"):
        check(document, origins(document))


NUMBERS = sorted(
    key
    for key in keys()
    if key.startswith("economics.") and describe(key).kind == "number"
    if key != "economics.other_payload_usd_per_kg"
)


@cache
def reckon() -> Callable[[economics.Spec], accounts.Accounts]:
    system, course, served = usual()

    def of(spec: economics.Spec) -> accounts.Accounts:
        return accounts.accounts(replace(system, economics=spec), course=course, served=served)

    return jax.jit(of)


@pytest.mark.parametrize("key", NUMBERS)
def test_a_number_of_economics_changes_some_figure(key: str) -> None:
    """0.9 of it, or where it is nothing as much of its bounds; insured, so that premiums count."""
    one = resolved()
    words, described = Numbers(one.origins), describe(key)
    values = {name: words[name] for name in words if name not in WORDS and is_number(name)}
    assert described.high is not None
    now = float(one.origins[key].value)
    moved = to_si(key, 0.9 * now if now else 0.1 * described.high)

    def told(changes: dict[str, float]) -> accounts.Accounts:
        given = values | {name: jnp.asarray(value) for name, value in changes.items()}
        spec = money(given, words=words, service=one.system.service, elapsed_in_year_s=0.0)
        return reckon()(spec)

    before, after = (jax.tree.leaves(told(changes)) for changes in ({}, {key: moved}))
    assert any(not np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def is_number(key: str) -> bool:
    return key.startswith("economics.") or key in ("payload.chip_count", "launch.thruster_count")
