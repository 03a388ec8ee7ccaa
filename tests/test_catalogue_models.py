"""Does the catalogue give every language model's shape and every accelerator's rates, in SI?"""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from types import MappingProxyType

import pytest

from sunstack import catalogue
from sunstack.catalogue import Entry
from sunstack.disciplines.compute import Accelerator, LanguageModel
from sunstack.errors import CatalogueError
from sunstack.resolve.chips import accelerator, language_model, published_weight_byte

ANNOUNCED = {"nvidia-space-1", "tesla-ai5", "terafab-d3"}
WITHOUT_RATES = {
    *ANNOUNCED,
    "gb200-nvl72-huang",
    "vera-rubin-nvl72-early-reports",
    "rubin-ultra-kyber",
    "communications-kilowatt",
}
"""Chips of which too little is known, or that do not compute."""
WIDTHS = {
    ("bf16", (16, 16)),
    ("fp8-blocks", (8, 8)),
    ("int8", (8, 8)),
    # a scale of 8 bits for each 32 numbers, and one of 16
    ("mxfp4", (16, 4.25)),
    ("int4", (16, 4.5)),
}
COMPUTING = [name for name in catalogue.names("chip") if name not in WITHOUT_RATES]


def numbers(thing: Accelerator | LanguageModel) -> dict[str, float]:
    return {name: float(value) for name, value in asdict(thing).items()}


@pytest.mark.parametrize("name", catalogue.names("model"))
def test_a_model_is_of_whole_numbers_that_fit_each_other(name: str) -> None:
    found = numbers(language_model(name))
    assert all(value >= 0.0 and value == int(value) for value in found.values())
    assert found["query_head_count"] % found["key_value_head_count"] == 0.0
    assert found["dense_layer_count"] <= found["layer_count"]
    assert found["windowed_layer_count"] <= found["layer_count"]
    assert found["experts_per_token_count"] <= found["expert_count"]
    mixed = found["dense_layer_count"] < found["layer_count"]
    assert (found["expert_count"] > 0.0) == (found["expert_inner_count"] > 0.0) == mixed
    assert (found["dense_inner_count"] > 0.0) == (found["dense_layer_count"] > 0.0)
    assert (found["latent_width_count"] > 0.0) == (found["rotary_width_count"] > 0.0)
    assert found["embedding_count"] in (1.0, 2.0)
    assert {found[flag] for flag in ("bias_count", "router_bias_count", "sink_count")} <= {0.0, 1.0}


@pytest.mark.parametrize("entry", catalogue.entries("model"), ids=lambda entry: entry.name)
def test_a_model_says_how_it_may_be_used_and_nothing_it_is_not_asked(entry: Entry) -> None:
    told = {"published_parameter_count", "published_active_parameter_count"}
    widths = {"weight_precision", "weight_bit_count", "expert_bit_count"}
    shape = {one.name for one in fields(LanguageModel)}
    assert set(entry.facts) == shape | told | widths | {"licence"}
    word, *bits = (entry.facts[key].value for key in sorted(widths, reverse=True))
    assert (word, tuple(bits)) in WIDTHS


def test_published_weights_weigh_what_their_makers_say() -> None:
    # "fits a single 80 GB accelerator" (OpenAI); Kimi K2.5's files without its eyes
    memory_byte = float(accelerator("h100-sxm").memory_byte)
    assert 0.7 * memory_byte < published_weight_byte("gpt-oss-120b") < memory_byte
    # The files hold the shapes of packed matrices besides, 0.6 MB: a millionth.
    assert published_weight_byte("kimi-k2-5") == pytest.approx(594.206e9, rel=1e-5)
    assert published_weight_byte("llama-3-1-8b") == 2.0 * 8_030_261_248


def test_the_models_of_the_company_and_of_its_rivals_are_there() -> None:
    assert {"grok-1", "grok-2", "deepseek-r1", "kimi-k2", "gpt-oss-120b", "smollm2-135m"} <= set(
        catalogue.names("model")
    )


@pytest.mark.parametrize("name", COMPUTING)
def test_an_accelerator_is_complete_and_within_reason(name: str) -> None:
    found = numbers(accelerator(name))
    assert all(value > 0.0 for value in found.values())
    assert found["peak_fp16_flop_per_s"] <= found["peak_fp8_flop_per_s"]
    assert found["peak_fp8_flop_per_s"] <= found["peak_fp4_flop_per_s"]
    assert found["idle_power_w"] < 0.3 * found["peak_power_w"]
    # seconds to read the memory once: some hundredths
    assert 0.01 < found["memory_byte"] / found["memory_bandwidth_byte_per_s"] < 0.05
    assert found["link_byte_per_s"] < found["memory_bandwidth_byte_per_s"]
    # an operation of 16 bits takes between 0.2 and 2 pJ
    assert 2e-13 < found["peak_power_w"] / found["peak_fp16_flop_per_s"] < 2e-12


def test_what_is_asked_of_a_scenario_can_compute() -> None:
    assert set(COMPUTING) >= {
        *("h100-sxm", "h200", "b200", "b300", "gb200-nvl72", "gb300-nvl72"),
        *("vera-rubin-nvl72", "tpu-v6e", "tpu-v7"),
    }


def test_one_of_a_rack_by_hand() -> None:
    # 720,000 TFLOP/s, 13,600 GB and 576 TB/s among 72; 900 GB/s each way to the whole rack
    found = numbers(accelerator("gb200-nvl72"))
    assert found["peak_fp4_flop_per_s"] == pytest.approx(1e16)
    assert found["memory_byte"] == pytest.approx(1.88889e11, rel=1e-5)
    assert found["memory_bandwidth_byte_per_s"] == pytest.approx(8e12)
    assert (found["link_byte_per_s"], found["domain_count"]) == (9e11, 72.0)
    assert found["peak_power_w"] == 1200.0


def test_a_precision_that_a_chip_lacks_runs_as_the_next_wider_one() -> None:
    hopper, trillium = numbers(accelerator("h100-sxm")), numbers(accelerator("tpu-v6e"))
    assert hopper["peak_fp4_flop_per_s"] == hopper["peak_fp8_flop_per_s"] == 1.979e15
    assert trillium["peak_fp8_flop_per_s"] == trillium["peak_fp16_flop_per_s"] == 9.18e14


def test_of_two_rates_the_dense_one_counts() -> None:
    facts = catalogue.entry("chip", "vera-rubin-nvl72").facts
    assert float(facts["peak_fp4_tflop_per_s"].value) == 3.6e6
    assert numbers(accelerator("vera-rubin-nvl72"))["peak_fp4_flop_per_s"] == pytest.approx(3.5e16)


@pytest.mark.parametrize("name", sorted(WITHOUT_RATES))
def test_a_chip_of_which_too_little_is_known_says_what_is_missing(name: str) -> None:
    with pytest.raises(CatalogueError, match=rf"^chip/{name}: \w+ is missing; write a number$"):
        accelerator(name)


def test_what_is_only_announced_says_so() -> None:
    said = {entry.name for entry in catalogue.entries("chip") if "status" in entry.facts}
    assert said == ANNOUNCED


def test_a_rack_without_the_power_of_one_accelerator_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rack = catalogue.entry("chip", "gb200-nvl72")
    left = {key: fact for key, fact in rack.facts.items() if key != "accelerator_power_kw"}
    short = replace(rack, facts=MappingProxyType(left))
    monkeypatch.setattr("sunstack.catalogue.entry", lambda *_: short)
    with pytest.raises(CatalogueError, match="accelerator_power_kw is missing"):
        accelerator("gb200-nvl72")


def test_a_misspelt_model_is_told_its_neighbour() -> None:
    with pytest.raises(CatalogueError, match="did you mean 'llama-3-1-70b'"):
        language_model("llama-3.1-70b")
