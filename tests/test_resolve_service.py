"""Is what a payload serves resolved from any chip, and is what cannot be told said?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import jax
import numpy as np
import pytest

from sunstack import catalogue, serving
from sunstack.disciplines import compute
from sunstack.errors import ScenarioError
from sunstack.resolve import Resolved
from sunstack.resolve.service import layouts

type Resolve = Callable[..., Resolved]


@pytest.mark.parametrize("chip", ["rubin-ultra-kyber", "nvidia-space-1", "tesla-ai5"])
def test_a_chip_too_little_known_serves_nothing_and_says_so(chip: str, shipped: Resolve) -> None:
    found = shipped("ai1", f"payload.chip={chip}")
    assert found.system.service.model_names == ()
    (told,) = [one for one in found.caveats if one.startswith("No tokens are told")]
    assert chip in told and "memory" in told


def test_models_asked_of_such_a_chip_are_refused(shipped: Resolve) -> None:
    with pytest.raises(ScenarioError, match=r"service\.models: payload\.chip rubin-ultra-kyber"):
        shipped("ai1", "payload.chip=rubin-ultra-kyber", "service.models=[grok-2]")


@pytest.mark.parametrize(
    ("models", "told"), [("[grok2]", "no language model"), ("[grok-2, grok-2]", "more than once")]
)
def test_models_that_are_none_are_refused(models: str, told: str, shipped: Resolve) -> None:
    with pytest.raises(ScenarioError, match=told):
        shipped("ai1", f"service.models={models}")


def test_texts_longer_than_a_model_holds_are_refused(shipped: Resolve) -> None:
    with pytest.raises(ScenarioError, match=r"service\.input_token_count: .*grok-2 holds 131,072"):
        shipped("ai1", "service.input_token_count=131000", "service.output_token_count=100")


def test_spares_serve_nothing_and_no_replica_is_wider_than_its_heads(shipped: Resolve) -> None:
    every = shipped("ai1").system.service
    fewer = shipped("ai1", "reliability.spare_chip_fraction=0.25").system.service
    assert float(every.chip_count) == 72.0 and float(fewer.chip_count) == 54.0
    used = fewer.layout.chip_count * fewer.replica_count
    assert float(used.max()) <= 54.0
    cut = every.layout.chip_count / every.layout.attention_replica_count
    assert bool((cut <= every.models.query_head_count).all())


def test_only_models_with_experts_are_copied_and_they_gain_by_it(shipped: Resolve) -> None:
    one = shipped("ai1", "service.models=[llama-3-3-70b, deepseek-r1]").system.service
    copies = one.layout.attention_replica_count.tolist()
    assert copies[0] == 1.0
    assert copies[1] == float(one.layout.chip_count[1]) > 1.0
    power_w = one.accelerator.peak_power_w[None]
    copied = serving.replica_tokens_per_s(one, power_w=power_w)[1, 0]
    cut = replace(one, layout=layouts([(int(one.layout.chip_count[1]), 1)] * 2))
    # a latent vector is kept by every chip that attention is cut over
    assert float(copied) > 1.2 * float(serving.replica_tokens_per_s(cut, power_w=power_w)[1, 0])


@pytest.mark.parametrize("bound_s", [0.1, 2.0, 600.0])
def test_what_is_served_keeps_the_first_token_as_a_queue_has_it(
    shipped: Resolve, bound_s: float
) -> None:
    """At the rate told the queue of `serve`, another way round, is as late as it may be."""
    one = shipped("ai1", "service.models=[grok-2]", f"service.first_token_s={bound_s}").system
    service, power_w = one.service, one.service.accelerator.peak_power_w
    model, layout = jax.tree.map(lambda leaf: leaf[0], (service.models, service.layout))
    laid_out = serving.curve(one)
    assert bool((laid_out.tokens_per_s <= laid_out.full_batch_tokens_per_s).all())
    tokens = serving.in_time_tokens_per_s(service, power_w=power_w[None])[0, 0]
    full = serving.replica_tokens_per_s(service, power_w=power_w[None])[0, 0]
    rate = tokens / service.requests.output_token_count
    found = compute.serve(
        serving.replica_of(service, model, layout),
        replace(service.requests, arrival_per_s=rate),
        service.bounds,
        serving.passes_of(service, model, layout),
        power_w=power_w,
        heat_w=power_w,
    )
    if bound_s == 600.0:  # longer than a queue as good as full
        assert float(tokens) == pytest.approx(float(full))
    else:
        assert float(tokens) < 0.999 * float(full)
        # The load is cut by a chord over a last stretch, late by under a ten-thousandth.
        assert float(found.first_token_s) == pytest.approx(bound_s, rel=1e-4)


def test_of_a_model_that_does_not_fit_the_replica_that_lacks_least_is_told(
    shipped: Resolve,
) -> None:
    words = ("payload.chip=h100-sxm", "payload.chip_count=4", "service.models=[deepseek-r1]")
    one = shipped("ai1", *words).system.service
    assert float(one.replica_count[0]) == 0.0
    assert float(one.layout.chip_count[0]) == 4.0
    margin = float(serving.replica_memory_margin_byte(one)[0])
    # some 671 GB of weights at 8 bits in four times 80 GB, a tenth of it for workspace
    assert margin == pytest.approx(4 * 0.9 * 80e9 - 674e9, rel=0.02)


def test_every_chip_of_a_satellite_resolves(shipped: Resolve) -> None:
    named = {
        str(one.values["payload.chip"].value)
        for one in catalogue.entries("satellite")
        if "payload.chip" in one.values
    }
    for chip in sorted(named):
        assert shipped("ai1", f"payload.chip={chip}", "payload.chip_count=8").system.service


def test_power_that_no_chip_can_take_is_said_with_its_figures(shipped: Resolve) -> None:
    """72 chips of 2.3 kW are 230 kW with their rack: of 300 kW 70 are left."""
    found = shipped("ai1", "payload.peak_power_kw=300")
    service = found.system.service
    taken_kw = 72.0 * float(service.accelerator.peak_power_w * service.host_ratio) / 1e3
    (told,) = [one for one in found.caveats if one.startswith("The payload draws up to")]
    assert f"{taken_kw:,.4g} kW" in told
    assert f"{300.0 - taken_kw:,.4g} kW are taken to be the host's" in told
    within = shipped("ai1", f"payload.peak_power_kw={0.9 * taken_kw}", "payload.power_kw=50")
    assert not [one for one in within.caveats if one.startswith("The payload draws up to")]


def test_scales_for_each_block_serve_fewer_tokens_of_experts_alone(shipped: Resolve) -> None:
    """As DeepSeek publishes its weights: the same bytes, and other kernels for experts."""
    plain, blocks = (
        shipped("ai1", f"service.precision={name}", "service.models=[llama-3-3-70b, deepseek-r1]")
        for name in ("fp8", "fp8-blocks")
    )
    served = [
        np.asarray(
            serving.replica_tokens_per_s(
                one.system.service, power_w=one.system.service.accelerator.peak_power_w[None]
            )
        )[:, 0]
        for one in (plain, blocks)
    ]
    assert served[0][0] == served[1][0]  # no experts
    assert 0.8 * served[0][1] < served[1][1] < 0.95 * served[0][1]
    told = [" ".join(one.caveats) for one in (plain, blocks)]
    assert "of which fewer tokens come: deepseek-r1; service.precision: fp8-blocks" in told[0]
    assert "published with one for each block" not in told[1]


def test_a_chip_without_a_rate_of_8_bits_widens_blocks_as_it_widens_others(
    shipped: Resolve,
) -> None:
    named = ("payload.chip=tpu-v6e", "service.precision=fp8-blocks")
    found = shipped("suncatcher", *named)
    assert found.system.service.precision == "w8a16"
    assert "published with one for each block" not in " ".join(found.caveats)
