"""What is an ML-systems researcher told who asks how a chip in orbit serves a language model?"""

from __future__ import annotations

import inspect
import json
from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
import typer
from typer.testing import CliRunner, Result

from sunstack import serving
from sunstack.answers.model import Question, model_of, told
from sunstack.answers.model.answer import given_of
from sunstack.answers.model.choice import Choice, choose
from sunstack.answers.model.question import SERVICE_KEYS
from sunstack.answers.model.rows import rows, steady
from sunstack.commands import model as command
from sunstack.disciplines.compute import across_satellites
from sunstack.errors import CatalogueError, ScenarioError, SunstackError
from sunstack.resolve.calibration import calibration, error_band
from sunstack.resolve.chips import precision_run
from sunstack.resolve.numbers import scalar
from sunstack.scenario import describe

LLAMA = Question(model="llama-3-1-70b", chip="h100-sxm")
WORDS = ("llama-3-1-70b", "--chip", "h100-sxm")
# By hand. A layer: queries and output 2 · 8192², keys and values 2 · 8192 · 1024, feed-forward
# 3 · 8192 · 28672: 855,638,016; 80 of them at a byte, and two tables of 128256 · 8192 at two bytes.
TABLES_BYTE = 2 * 2 * 128_256 * 8192
WEIGHT_BYTE = 80 * (2 * 8192**2 + 2 * 8192 * 1024 + 3 * 8192 * 28_672) + TABLES_BYTE
TOKEN_BYTE = 80 * 8 * (128 + 128)
SEQUENCE_BYTE = 1400 * TOKEN_BYTE
USABLE_BYTE = 0.9 * 80e9


def asked(*words: str) -> Result:
    app = typer.Typer()
    app.command()(command.model)
    return CliRunner(env={"COLUMNS": "100"}).invoke(app, words)


@pytest.fixture(scope="module")
def llama() -> Any:
    """The document that a terminal's user is given with --json."""
    found = asked(*WORDS, "--json")
    assert found.exit_code == 0, found.stderr
    return json.loads(found.stdout)


@pytest.fixture(scope="module")
def chosen() -> Choice:
    return choose(*given_of(LLAMA))


# --- by hand --------------------------------------------------------------------------------------


def test_weights_and_what_is_kept_are_those_by_hand(llama: Any) -> None:
    size, unit = llama["size"], llama["unit"]
    assert size["weights_gb"] * 1e9 == pytest.approx(WEIGHT_BYTE, rel=1e-12)
    assert size["byte_per_token"] == TOKEN_BYTE == 163_840
    assert size["parameters"] == pytest.approx(70.55e9, rel=1e-3)
    assert size["context_tokens"] == 131_072
    # 72.65 GB and a sequence of 0.23 do not fit the 72 GB that one leaves free; two leave 144
    assert (size["fewest_accelerators"], size["fewest_satellites"]) == (2, 1)
    assert llama["chips"] == 8 and unit["accelerators"] == 2 and unit["count"] == 4
    room = 2 * USABLE_BYTE - WEIGHT_BYTE
    assert unit["room_gb"] * 1e9 == pytest.approx(room, rel=1e-12)
    assert unit["sequences"] == int(room // SEQUENCE_BYTE) == 311


def test_one_sequence_waits_for_the_weights(llama: Any) -> None:
    # all but the input's table is read by two chips at 3.35 TB/s: 10.5 ms, some 92 % reached
    read_ms = 1e3 * (WEIGHT_BYTE - TABLES_BYTE / 2) / (2 * 3.35e12)
    # numbers of two bytes for each sequence, written and read: 8192 of each layer's attention on
    # both chips, and half of 8192 and of three inner widths of its feed-forward part
    numbers_byte = 80 * 2 * llama["most"]["batch"] * 2 * (8192 + (8192 + 3 * 28_672) / 2)
    # and 12 bytes of each of a half of 128,256 numbers that its token is picked from
    numbers_byte += llama["most"]["batch"] * 12 * 128_256 / 2
    step = llama["passes"]["decode_ms"]
    first = llama["batches"][0]
    assert first["batch"] == 1.0
    matrices = ("projections", "dense_feed_forward", "output_head")
    reached = float(calibration("vllm").memory_efficiency)
    at_batch_ms = (read_ms + 1e3 * numbers_byte / 3.35e12) / reached
    assert sum(step[name] for name in matrices) == pytest.approx(at_batch_ms, rel=1e-4)
    assert read_ms < first["token_ms"] < 2.0 * read_ms
    roof = llama["passes"]["roofline"][0]
    # two operations for each weight of a byte
    assert roof["batch"] == 1.0 and roof["below"] == "memory"
    assert roof["flop_per_byte"] == pytest.approx(2.0, rel=0.05)
    assert roof["roof_tflop_per_s"] == pytest.approx(3.35 * roof["flop_per_byte"], rel=1e-9)


def test_an_input_waits_for_arithmetic(llama: Any) -> None:
    roof = llama["passes"]["roofline"][-1]
    assert roof["pass"] == "prefill" and roof["below"] == "arithmetic"
    assert roof["roof_tflop_per_s"] == 1979.0
    # two operations a weight and token, tables aside: 137 TFLOP; attention adds 1 %
    flop = 2.0 * (WEIGHT_BYTE - TABLES_BYTE) * 1000
    reached = flop / 2 / (1e-3 * llama["passes"]["prefill_ms"]["total"])
    assert roof["reached_tflop_per_s"] * 1e12 == pytest.approx(reached, rel=0.02)
    for parts in (llama["passes"]["decode_ms"], llama["passes"]["prefill_ms"]):
        whole = sum(value for name, value in parts.items() if name != "total")
        assert parts["total"] == pytest.approx(whole, rel=1e-12)


def test_tokens_times_and_energy_agree_with_each_other(llama: Any) -> None:
    for row in llama["batches"]:
        by_places = row["batch"] / (1e-3 * row["token_ms"]) / 2.0
        assert row["tokens_per_s_per_accelerator"] <= by_places * (1.0 + 1e-9)
        if row["batch"] / 400 <= 2048 / 1000:  # else inputs come in no faster than chunks allow
            assert row["tokens_per_s_per_accelerator"] == pytest.approx(by_places, rel=1e-9)
        watts = row["j_per_token"] * row["tokens_per_s_per_accelerator"]
        assert 77.0 < watts <= 700.0 * (1.0 + 1e-6)
        assert row["fits"] == (row["batch"] <= 311) == (row["spare_gb"] >= 0.0)
        assert row["within_bounds"] == (row["fits"] and row["token_ms"] <= 50.0)
    tokens, most = llama["most"]["tokens_per_s"], llama["most"]
    assert tokens["satellite"] == tokens["all"] == pytest.approx(8.0 * tokens["accelerator"])
    assert most["token_ms"] <= 50.0 and most["token_margin_ms"] == 50.0 - most["token_ms"]
    allowed = [row for row in llama["batches"] if row["within_bounds"]]
    assert tokens["accelerator"] == max(row["tokens_per_s_per_accelerator"] for row in allowed)


def test_at_its_load_as_many_run_as_come_in_while_one_is_served(llama: Any) -> None:
    load = llama["at_load"]
    assert load["load_fraction"] == pytest.approx(0.7)
    assert load["requests_per_s_per_satellite"] * 400 == pytest.approx(load["tokens_per_s"])
    # Little: of each of four replicas; batches between those of the grid are interpolated
    running = load["tokens_per_s"] / 4.0 * 1e-3 * load["token_ms"]
    assert load["running"] == pytest.approx(running, rel=0.02)
    assert sum(load["j_per_token_parts"].values()) == pytest.approx(load["j_per_token"], rel=1e-9)
    assert load["token_ms"] < llama["most"]["token_ms"]
    assert load["first_token_ms"] > llama["passes"]["prefill_ms"]["total"]


def test_more_power_never_serves_less(llama: Any) -> None:
    served = [row["tokens_per_s"] for row in llama["power"]]
    assert served == sorted(served) and served[0] > 0.0
    assert served[-1] == pytest.approx(llama["most"]["tokens_per_s"]["all"], rel=1e-12)


def test_lasers_by_hand(llama: Any) -> None:
    across, batch = llama["across"], llama["most"]["batch"]
    delay_ms = 1e3 * 1e6 / 299_792_458.0
    # two sums a layer, each a batch's 8192 numbers of two bytes, half of them, over 12.5 GB/s
    sent_ms = 1e3 * 2 * 8192 * batch * 0.5 / 12.5e9
    assert across["shared_layers_ms"] == pytest.approx(160 * (delay_ms + sent_ms), rel=1e-12)
    assert across["dealt_experts_ms"] is None
    assert across["handover"]["byte"] == 1000 * TOKEN_BYTE
    assert across["handover"]["again_ms"] > 10.0 * across["handover"]["move_ms"]


# --- against the disciplines ----------------------------------------------------------------------


def test_a_chain_of_one_is_a_replica(chosen: Choice) -> None:
    unit = chosen.unit
    power_w = unit.service.accelerator.peak_power_w
    most = serving.capacity_of(unit.service, unit.model, unit.layout, power_w=power_w[None])
    assert chosen.tokens_per_s == pytest.approx(float(most.output_tokens_per_s[0]), rel=1e-12)
    assert float(chosen.found.batch_count[chosen.place]) == float(most.batch_count[0])


def test_gains_are_those_of_a_replica_that_is_served(chosen: Choice, llama: Any) -> None:
    unit = chosen.unit
    found = steady(
        unit,
        power_w=unit.service.accelerator.peak_power_w,
        batch_count=serving.BATCHES,
        request_per_s=scalar(1.0),
    ).gains
    more = llama["stops"]["more_tokens_per_s"]
    assert llama["stops"]["first"] == "latency" and more["latency"] > 0.0
    for name, gain in (
        ("latency", found.latency_tokens_per_s),
        ("memory", found.memory_tokens_per_s),
        ("power", found.power_tokens_per_s),
    ):
        assert more[name] == pytest.approx(4.0 * float(gain), rel=1e-9, abs=1e-9)


def test_a_chain_over_lasers_that_take_no_time_loses_nothing(chosen: Choice) -> None:
    no_time = across_satellites.Link(delay_s=scalar(0.0), byte_per_s=scalar(1e30))
    far = across_satellites.Link(delay_s=scalar(0.01), byte_per_s=scalar(12.5e9))
    batches, power_w = (
        jnp.append(serving.BATCHES, 1.0),
        chosen.unit.service.accelerator.peak_power_w,
    )

    def chain(link: across_satellites.Link, bound_s: float) -> Any:
        bounds = replace(chosen.unit.service.bounds, output_token_s=scalar(bound_s))
        service = replace(chosen.unit.service, bounds=bounds)
        one = replace(chosen.unit, service=service, satellite_count=scalar(4.0), link=link)
        return rows(one, power_w=power_w, batch_count=batches)

    near, single = chain(no_time, 1e9), chosen.found
    fits = np.asarray(near.room_count / batches) >= 4.0
    assert fits.sum() > 10
    np.testing.assert_allclose(near.turn_count[fits], 4.0)
    np.testing.assert_allclose(near.token_s[fits], single.token_s[fits], rtol=1e-12)
    np.testing.assert_allclose(near.tokens_per_s[fits], 4.0 * single.tokens_per_s[fits], rtol=1e-9)
    np.testing.assert_allclose(near.token_j[fits], single.token_j[fits], rtol=1e-9)
    patient = chain(far, 1e9)
    hasty = chain(far, 0.99 * float(patient.token_s[len(fits) // 2]))
    # a round takes four hops more, and the batch that fills the chain may wait for its turn
    assert bool((patient.token_s > single.token_s + 4.0 * 0.01).all())
    assert bool((hasty.token_s <= patient.token_s).all())
    assert bool((patient.tokens_per_s >= hasty.tokens_per_s).all())


def test_what_is_not_asked_is_what_scenarios_take_for_it() -> None:
    for name, key in SERVICE_KEYS.items():
        assert getattr(LLAMA, name) == describe(key).default
    assert LLAMA.engine == describe("service.engine").default
    assert LLAMA.precision == describe("service.precision").default
    options = inspect.signature(command.model).parameters
    for name, value in vars(Question(model="any")).items():
        assert name == "model" or options[name].default == value


# --- what cannot be -------------------------------------------------------------------------------


def test_a_batch_that_does_not_fit_says_by_how_many_bytes() -> None:
    found = model_of(replace(LLAMA, batch=4096))
    lacking = 8 * USABLE_BYTE - WEIGHT_BYTE - 4096 * SEQUENCE_BYTE
    assert found["unreachable"]["limit"] == "batch" and found["stops"]["first"] == "memory"
    assert found["unreachable"]["margin_byte"] == pytest.approx(lacking, rel=1e-9)
    assert "at most 2,194 sequences" in found["unreachable"]["why"]
    assert found["most"]["tokens_per_s"]["all"] == 0.0 and found["at_load"] is None
    assert found["stops"]["more_tokens_per_s"]["memory"] == 0.0  # it would be too slow as well


def test_a_batch_that_fits_is_served_as_asked(llama: Any) -> None:
    found = model_of(replace(LLAMA, batch=64, requests_per_s=50.0))
    row = next(row for row in llama["batches"] if row["batch"] == 64.0)
    assert found["unreachable"] is None and found["most"]["batch"] == 64.0
    accelerator = found["most"]["tokens_per_s"]["accelerator"]
    assert accelerator == pytest.approx(row["tokens_per_s_per_accelerator"], rel=1e-12)
    load = found["at_load"]
    assert load["margin_requests_per_s"] < 0.0 and load["first_token_ms"] is None
    assert load["tokens_per_s"] == pytest.approx(8.0 * accelerator, rel=1e-9)
    assert load["running"] <= 64.0


def test_a_bound_that_nothing_keeps_says_by_how_much() -> None:
    found = model_of(replace(LLAMA, token_ms=2.0))
    unreachable, unit = found["unreachable"], found["unit"]
    assert unreachable["limit"] == found["stops"]["first"] == "latency"
    assert unit["accelerators"] == 8  # the quickest
    assert unreachable["margin_ms"] == pytest.approx(2.0 - found["batches"][0]["token_ms"])
    # eight chips read the weights in 2.6 ms, which is longer than the bound already
    assert unreachable["margin_ms"] < 2.0 - 2.6
    assert found["stops"]["more_tokens_per_s"]["latency"] > 0.0


def test_just_above_idle_it_is_power_that_lacks() -> None:
    found = model_of(replace(LLAMA, power_kw=0.0775))
    assert found["unreachable"]["limit"] == "latency"
    assert found["stops"]["first"] == "power"
    assert found["power"][-1]["tokens_per_s"] > 0.0


def test_a_model_too_large_for_a_satellite_is_dealt_out_over_some() -> None:
    alone = model_of(replace(LLAMA, chips=1))
    lacking = USABLE_BYTE - WEIGHT_BYTE - SEQUENCE_BYTE
    assert alone["unreachable"]["limit"] == alone["stops"]["first"] == "memory"
    assert alone["unreachable"]["needed_satellites"] == 2
    assert alone["unreachable"]["margin_satellites"] == -1
    assert alone["unreachable"]["margin_byte"] == pytest.approx(lacking, rel=1e-9)
    five = model_of(replace(LLAMA, chips=1, satellites=5, token_ms=100.0))
    unit = five["unit"]
    assert five["unreachable"] is None and unit["satellites"] >= 2
    assert unit["count"] * unit["satellites"] + unit["idle_satellites"] == 5
    assert any("dealt out over satellites" in caveat for caveat in five["caveats"])
    # each token crosses every laser of the chain once
    hops_ms = unit["satellites"] * five["across"]["link_delay_ms"]
    assert all(row["token_ms"] > hops_ms for row in five["batches"])
    assert five["at_load"]["first_token_ms"] > hops_ms


def test_a_rate_that_a_chip_lacks_is_said(chosen: Choice) -> None:
    assert precision_run("h100-sxm", "fp4") == "w4a16"
    assert precision_run("tpu-v6e", "fp8") == "w8a16"
    assert precision_run("h200", "mxfp4-experts") == "w4a16-experts"
    assert precision_run("b200", "fp4") == "fp4"
    assert precision_run("tpu-v6e", "fp16") == "fp16"
    wide, narrow = (model_of(replace(LLAMA, precision=name)) for name in ("fp16", "fp4"))
    assert any("no rate for fp4" in caveat for caveat in narrow["caveats"])
    # the same arithmetic from fewer bytes
    assert narrow["most"]["tokens_per_s"]["all"] > wide["most"]["tokens_per_s"]["all"]
    assert not any("no rate" in caveat for caveat in told.caveats(chosen, LLAMA))


@pytest.mark.parametrize(
    ("wrong", "kind", "words"),
    [
        ({"model": "llama-3-70b"}, CatalogueError, ("llama-3-70b", "llama-3-1-70b")),
        ({"chip": "h100"}, CatalogueError, ("'h100'", "h100-sxm")),
        ({"chip": "nvidia-space-1"}, CatalogueError, ("accelerator_count is missing",)),
        ({"precision": "fp6"}, CatalogueError, ("'fp6'", "fp16, fp8, fp4")),
        ({"engine": "tgi"}, CatalogueError, ("'tgi'", "vllm")),
        ({"power_kw": 0.05}, ScenarioError, ("power_kw: 0.05", "above 0.077, up to 0.7")),
        ({"power_kw": float("nan")}, ScenarioError, ("power_kw: nan", "write")),
        ({"input_tokens": 2e5}, ScenarioError, ("input_tokens", "at most 131,072")),
        ({"output_tokens": float("inf")}, ScenarioError, ("output_tokens: inf", "1 to 100,000")),
        ({"token_ms": -1.0}, ScenarioError, ("token_ms: -1", "write 1 to 10,000")),
        ({"batch": 0}, ScenarioError, ("batch: 0", "1 to 4,096")),
        ({"chips": 0}, ScenarioError, ("chips: 0", "1 to 100,000")),
        (
            {"satellites": 0, "link_km": float("nan"), "requests_per_s": 0.0},
            ScenarioError,
            ("satellites: 0", "link_km: nan", "requests_per_s: 0 "),
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(
    wrong: dict[str, Any], kind: type[SunstackError], words: tuple[str, ...]
) -> None:
    with pytest.raises(kind) as refused:
        model_of(replace(LLAMA, **wrong))
    for told_word in words:
        assert told_word in str(refused.value)


# --- on a terminal --------------------------------------------------------------------------------


def test_the_terminal_tells_what_matters(llama: Any) -> None:
    found = asked(*WORDS)
    assert found.exit_code == 0, found.stderr
    assert max(len(line) for line in found.stdout.splitlines()) <= 100
    said = " ".join(found.stdout.split())
    tokens = f"{llama['most']['tokens_per_s']['all']:,.0f} tokens/s"
    band = error_band(has_experts=False, chip="h100-sxm", engine="vllm", precision="fp8")
    for words in (
        "Meta Llama 3.1 70B on a satellite of 8 accelerators",
        tokens,
        "Stopped first by the bound on the time between tokens",
        "does not fit",
        "prefill",
        f"nine of ten within {100.0 * band.ninetieth_error_ratio:.0f} %",
    ):
        assert words in said


def test_the_terminal_tells_what_cannot_be(llama: Any) -> None:
    found = asked(*WORDS, "--chips", "1", "--first-token-s", "0.01")
    assert found.exit_code == 0, found.stderr
    said = " ".join(found.stdout.split())
    assert "Cannot be: weights and one sequence take 2 satellites of 1 accelerator; asked" in said
    assert "At most" not in said
    found = asked(*WORDS, "--first-token-s", "0.01", "--requests-per-s", "30")
    said = " ".join(found.stdout.split())
    # some 96 ms with a batch at work, and 30 requests a second where it serves 22
    late_ms = llama["most"]["first_token_ms"]
    late = f"The first token takes {late_ms:.3g} ms without a queue, {late_ms - 10.0:.3g} too long."
    assert late in said
    more = 30.0 - llama["most"]["requests_per_s_per_satellite"]
    assert f"{more:.2f} too many, the queue never ends" in said
