"""What do an engine's kernels reach of a chip, one by one?

    scripts/environment.sh dev    (brings aiconfigurator-core 0.12.0, 114 MB)

Reads the times of single operators in NVIDIA's package (Apache-2.0), for H100, H200, B200 and
GB200, and fits the forms of the roofline to them: matrices, attention and links as TensorRT-LLM
runs them, experts as each engine does. A constant time of each call is fitted beside them; only
that of experts is kept, as engines' own time for a layer holds the others. Experts:

- tokens are picked as unevenly as the package supposes of DeepSeek (`power_law_1.01`), experts laid
  out on up to eight chips; the busiest chip of several is taken as the roofline takes it;
- of several kernels of an engine the faster is taken, gates multiply, numbers are as in `KERNELS`;
- eight bits in blocks, and what is widened, are read on Hopper alone: on Blackwell four bits take
  their place. So is eight bits of vLLM on Blackwell alone, as on Hopper its kernel was measured
  three times slower than its others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import distribution
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
from jax import Array
from numpy.typing import NDArray
from scipy.optimize import least_squares
from silicon import PACKAGE

from sunstack.disciplines.compute.work import EXPERT_VARIATION_RATIO, greatest_share_ratio
from sunstack.resolve.chips import accelerator

type Numbers = NDArray[np.float64]

HOPPER = {"h100_sxm": "h100-sxm", "h200_sxm": "h200"}
BLACKWELL = {"b200_sxm": "b200", "gb200": "gb200-nvl72"}
VERSIONS = {"sglang": "0.5.14", "trtllm": "1.3.0rc20", "vllm": "0.24.0"}
NCCL = "2.29.2"
KERNELS = {
    "fp16": (("bfloat16", "fp16", 2.0),),
    "fp8": (("fp8", "fp8", 1.0),),
    "fp8-blocks": (("fp8_block", "fp8", 1.0),),
    "fp4": (("nvfp4", "fp4", 0.5625),),
    "mxfp4": (("w4a8_mxfp4_mxfp8", "fp8", 0.53125),),
    "widened": (("w4a16_mxfp4", "fp16", 0.53125), ("int4_wo", "fp16", 0.5625)),
}
"""Of experts, by name: what the package calls them, the rate they run at, bytes of a weight."""
HOPPER_ALONE = ("fp8-blocks", "widened")
WEIGHT_BYTES = {"fp16": 2.0, "fp8": 1.0, "fp4": 0.5625}
MATRICES = {"fp16": ("bfloat16",), "fp8": ("fp8", "fp8_block"), "fp4": ("nvfp4",)}
EXPERT_RANGES = {
    "matrix_efficiency": (0.4, 0.02, 0.8),
    "tile_token_count": (60.0, 0.5, 600.0),
    "memory_efficiency": (0.85, 0.3, 1.0),
    "dealt_ratio": (2.0, 0.25, 20.0),
    "gathered_ratio": (2.0, 0.1, 30.0),
    "latency_s": (2e-5, 1e-6, 2e-4),
}
"""Start, least and most. The most of matrices is what the best of dense ones reach."""
SOFT = 0.1
"""Of log(predicted / measured), above which errors count less."""
ROOT = Path(str(distribution(PACKAGE).locate_file("aiconfigurator_core/systems/data")))


def tables(chips: dict[str, str], path: str) -> Iterator[tuple[str, pl.DataFrame]]:
    """Read a table of each chip that has it."""
    for folder, chip in chips.items():
        file = ROOT / folder / path
        if file.exists():
            yield chip, pl.read_parquet(file)


def columns(rows: pl.DataFrame, *names: str) -> tuple[Numbers, ...]:
    """Return columns as numbers."""
    return tuple(rows[name].to_numpy().astype(float) for name in names)


def fitted(
    predicted_s: Callable[[Array], Array], measured_s: Numbers, ranges: Sequence[Sequence[float]]
) -> tuple[Numbers, Numbers]:
    """Return the constants that fit best, and log(predicted / measured) of each row."""
    start, least, most = np.log(np.asarray(ranges, dtype=float)).T
    measured = np.log(measured_s)
    off = jax.jit(lambda logs: jnp.log(predicted_s(jnp.exp(logs))) - measured)
    slopes = jax.jit(jax.jacfwd(off))
    found = least_squares(
        lambda logs: np.asarray(off(logs)),
        start,
        jac=lambda logs: np.asarray(slopes(logs)),
        bounds=(least, most),
        loss="soft_l1",
        f_scale=SOFT,
    )
    return np.exp(found.x), np.asarray(off(found.x))


def peak_flop_per_s(chip: str, rate: str) -> float:
    """Return a chip's dense peak at a rate."""
    return float(getattr(accelerator(chip), f"peak_{rate}_flop_per_s"))


# --- experts --------------------------------------------------------------------------------------

SHAPE = ("hidden_size", "inter_size", "topk", "num_experts", "moe_tp_size", "moe_ep_size")


def expert_rows(engine: str, kernel: str, chips: dict[str, str]) -> pl.DataFrame | None:
    """Read an engine's times of a kernel for experts; None if it has none."""
    found = []
    path = f"moe/{engine}/{VERSIONS[engine]}/moe_perf.parquet"
    for chip, rows in tables(chips, path):
        bandwidth = float(accelerator(chip).memory_bandwidth_byte_per_s)
        for name, rate, byte in KERNELS[kernel]:
            kept = rows.filter(
                pl.col("moe_dtype") == name,
                pl.col("distribution") == "power_law_1.01",
                pl.col("num_experts") >= 16,
                pl.col("moe_ep_size") * pl.col("moe_tp_size") <= 8,
                ~pl.col("kernel_source").str.contains("nongated|situ"),
            )
            best = kept.group_by("num_tokens", *SHAPE).agg(pl.col("latency").min())
            found.append(
                best.sort("num_tokens", *SHAPE).with_columns(
                    peak=pl.lit(peak_flop_per_s(chip, rate)),
                    bandwidth=pl.lit(bandwidth),
                    byte=pl.lit(byte),
                )
            )
    every = pl.concat(found) if found else pl.DataFrame()
    return every if len(every) else None


def expert_fit(rows: pl.DataFrame) -> tuple[Numbers, Numbers]:
    """Fit the roofline's form of experts (see `sunstack.disciplines.compute.experts`)."""
    tokens, width, inner, picked, experts, cut, dealt, peak, bandwidth, byte = columns(
        rows, "num_tokens", *SHAPE, "peak", "bandwidth", "byte"
    )
    inner = inner / cut
    passed = tokens * picked / dealt
    woken = experts / dealt * -np.expm1(tokens * np.log1p(-picked / experts + 1e-12))
    weights = woken * 3.0 * width * inner
    flop = 6.0 * passed * width * inner
    moved, gathered = 4.0 * passed * (width + 3.0 * inner), 4.0 * tokens * width
    busiest = np.asarray(
        greatest_share_ratio(
            chip_count=dealt,
            expert_count=experts,
            dealt_count=tokens * picked,
            expert_variation_ratio=EXPERT_VARIATION_RATIO,
        )
    )

    def predicted_s(constants: Array) -> Array:
        reached, tile, read, by_dealt, by_gathered, latency_s = constants
        multiplied = (busiest * flop + 2.0 * tile * weights) / (reached * peak)
        moving = busiest * by_dealt * moved + by_gathered * gathered
        read_s = weights * byte / (read * bandwidth)
        moved_s = moving / (read * bandwidth)
        return jnp.asarray(jnp.maximum(multiplied, read_s) + moved_s + latency_s)

    return fitted(predicted_s, 1e-3 * rows["latency"].to_numpy(), list(EXPERT_RANGES.values()))


def chips_of(engine: str, kernel: str, chips: dict[str, str]) -> dict[str, str]:
    """Return those of some chips on which a kernel is read."""
    if kernel in HOPPER_ALONE:
        return {key: chip for key, chip in chips.items() if key in HOPPER}
    if (engine, kernel) == ("vllm", "fp8"):
        return {key: chip for key, chip in chips.items() if key in BLACKWELL}
    return chips


def expert_fits(chips: dict[str, str]) -> dict[tuple[str, str], tuple[Numbers, Numbers]]:
    """Fit every kernel of every engine that was measured on some chips."""
    found = {}
    for engine in VERSIONS:
        for kernel in KERNELS:
            rows = expert_rows(engine, kernel, chips_of(engine, kernel, chips))
            if rows is not None:
                found[engine, kernel] = expert_fit(rows)
    return found


# --- matrices, attention and links ----------------------------------------------------------------


def matrix_fit(chips: dict[str, str], rates: Sequence[str]) -> tuple[Numbers, Numbers]:
    """Fit what dense matrices reach: of the peak of each rate, filled-up rows, of the bandwidth."""
    found = []
    for chip, rows in tables(chips, f"gemm/trtllm/{VERSIONS['trtllm']}/gemm_perf.parquet"):
        bandwidth = float(accelerator(chip).memory_bandwidth_byte_per_s)
        for place, rate in enumerate(rates):
            kept = rows.filter(
                pl.col("gemm_dtype").is_in(MATRICES[rate]), pl.col("n") >= 1024, pl.col("k") >= 1024
            )
            m, n, k, latency = columns(kept, "m", "n", "k", "latency")
            byte = WEIGHT_BYTES[rate] * n * k + 2.0 * m * (n + k)
            fixed = (place, peak_flop_per_s(chip, rate), bandwidth)
            every = [np.full(len(m), one) for one in fixed]
            found.append(np.stack([m, 2.0 * n * k, byte, 1e-3 * latency, *every]))
    m, flop, byte, measured_s, place, peak, bandwidth = np.concatenate(found, axis=1)
    at = place.astype(int)

    def predicted_s(constants: Array) -> Array:
        (tile, read), rest = constants[:2], constants[2:]
        reached, latency_s = rest[: len(rates)][at], rest[len(rates) :][at]
        multiplied_s = (m + tile) * flop / (reached * peak)
        return jnp.asarray(jnp.maximum(multiplied_s, byte / (read * bandwidth)) + latency_s)

    ranges = [(60.0, 0.5, 600.0), (0.8, 0.2, 1.0)]
    ranges += [(0.5, 0.05, 1.0)] * len(rates) + [(5e-6, 1e-7, 1e-4)] * len(rates)
    return fitted(predicted_s, measured_s, ranges)


def attention_fit(chips: dict[str, str]) -> tuple[Numbers, Numbers]:
    """Fit attention of grouped heads: of the peak of 16 bits, of the bandwidth, what is moved."""
    found = [
        _attention_rows(chip, rows, "isl") for chip, rows in tables(chips, _attention("context"))
    ]
    found += [
        _attention_rows(chip, rows, "step")
        for chip, rows in tables(chips, _attention("generation"))
    ]
    flop, kept, moved, peak, bandwidth, measured_s = np.concatenate(found, axis=1)

    def predicted_s(constants: Array) -> Array:
        reached, read, by_moved, latency_s = constants
        looked_s = jnp.maximum(flop / (reached * peak), kept / (read * bandwidth))
        return jnp.asarray(looked_s + by_moved * moved / bandwidth + latency_s)

    ranges = ((0.5, 0.05, 1.0), (0.8, 0.2, 1.0), (2.0, 0.1, 30.0), (1e-5, 1e-7, 1e-4))
    return fitted(predicted_s, measured_s, ranges)


def _attention(kind: str) -> str:
    return f"attention/trtllm/{VERSIONS['trtllm']}/{kind}_attention_perf.parquet"


def _attention_rows(chip: str, rows: pl.DataFrame, length: str) -> Numbers:
    """Operations, bytes kept and moved, peak, bandwidth and seconds of prefills or of decoding."""
    used = rows.filter(
        pl.col("head_dim").is_in([64, 128]),
        pl.col("window_size").is_in([0, 128]),
        pl.col("num_key_value_heads") <= 8,
        pl.col("num_heads") > pl.col("num_key_value_heads"),
        pl.col(length) >= 127,
        pl.col("batch_size") * pl.col("isl") >= (512 if length == "isl" else 8),
    )
    batch, new, past, queries, stored, width, window, latency = columns(
        used, *("batch_size", "isl", "step", "num_heads", "num_key_value_heads"), *LAST
    )
    byte = np.where(used["kv_cache_dtype"].to_numpy() == "fp8", 1.0, 2.0)
    window = np.where(window > 0, window, np.inf)
    looked = np.minimum(past + 0.5 * (new + 1.0), window)
    read = np.minimum(past + new, window + new)
    accelerated = accelerator(chip)
    return np.stack(
        [
            4.0 * batch * new * looked * queries * width,
            2.0 * batch * read * stored * width * byte,
            8.0 * batch * new * (queries + stored) * width,
            np.full(len(batch), float(accelerated.peak_fp16_flop_per_s)),
            np.full(len(batch), float(accelerated.memory_bandwidth_byte_per_s)),
            1e-3 * latency,
        ]
    )


LAST = ("head_dim", "window_size", "latency")


def link_fit(chips: dict[str, str]) -> tuple[Numbers, Numbers]:
    """Fit gathers, scatters and sums over chips, the faster of NCCL's and the engine's own."""
    found = []
    size = ("num_gpus", "message_size")
    own = f"comm/trtllm/{VERSIONS['trtllm']}/custom_allreduce_perf.parquet"
    for (chip, rows), (_, sums) in zip(
        tables(chips, f"comm/nccl/{NCCL}/nccl_perf.parquet"), tables(chips, own), strict=True
    ):
        used = ["all_gather", "reduce_scatter", "all_reduce"]
        wide = rows.filter(pl.col("op_name").is_in(used), pl.col("nccl_dtype") == "half")
        both = [one.select("op_name", *size, "latency") for one in (wide, sums)]
        best = pl.concat(both).group_by("op_name", *size).agg(pl.col("latency").min())
        count, numbers, latency = columns(best.sort("op_name", *size), *size, "latency")
        names = best.sort("op_name", *size)["op_name"].to_numpy()
        sent = 2.0 * numbers * (count - 1.0) / count * np.where(names == "all_reduce", 2.0, 1.0)
        link = np.full(len(sent), float(accelerator(chip).link_byte_per_s))
        found.append(np.stack([sent, link, 1e-3 * latency]))
    sent, link, measured_s = np.concatenate(found, axis=1)

    def predicted_s(constants: Array) -> Array:
        reached, latency_s = constants
        return jnp.asarray(sent / (reached * link) + latency_s)

    return fitted(predicted_s, measured_s, ((0.5, 0.05, 1.0), (1e-5, 1e-7, 1e-4)))


# --- all of them ----------------------------------------------------------------------------------


def found(chips: dict[str, str]) -> tuple[dict[str, float], dict[str, Numbers]]:
    """Fit all but experts to some chips; return the constants, and the errors of each operator."""
    rates = ("fp16", "fp8", "fp4") if any(key in BLACKWELL for key in chips) else ("fp16", "fp8")
    (tile, read, *reached), matrices = matrix_fit(chips, rates)
    (looked, _, moved, _), attention = attention_fit(chips)
    (linked, latency_s), links = link_fit(chips)
    constants = {
        "tile_token_count": tile,
        "memory_efficiency": read,
        "attention_efficiency": looked,
        "attention_moved_ratio": moved,
        "link_efficiency": linked,
        "collective_latency_s": latency_s,
    }
    constants |= dict(zip((f"{rate}_matrix_efficiency" for rate in rates), reached, strict=False))
    # what has no arithmetic of four bits is taken to reach of it what it does of eight
    constants.setdefault("fp4_matrix_efficiency", constants["fp8_matrix_efficiency"])
    errors = {"dense matrices": matrices, "attention": attention, "gathers and sums": links}
    return {name: float(value) for name, value in constants.items()}, errors
