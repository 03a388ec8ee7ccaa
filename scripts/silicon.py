"""Which measurements of language models on silicon can be trusted, and what do they say?

    scripts/environment.sh dev    (brings aiconfigurator-core 0.12.0, 114 MB)

Reads `systems/silicon_sample.csv` of NVIDIA's package (Apache-2.0): runs of InferenceX (formerly
InferenceMAX, SemiAnalysis, Apache-2.0) and of NVIDIA's own. What is dropped, and why, is `CHECKS`;
what is mended:

- Two of its sources have the chips of a machine multiplied: tensor by expert parallelism, though
  InferenceX counts the same chips in both (64 chips for boards of 8).
- InferenceX draws lengths evenly from 0.8 to 1 of those named: their mean is 0.9 of them.
- The batch is the concurrency of the run; `batch_size` is that of one copy of the attention.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import polars as pl

PACKAGE, VERSION = "aiconfigurator-core", "0.12.0"

MODELS = {
    "meta-llama/Llama-3.1-8B-Instruct": "llama-3-1-8b",
    "nvidia/Llama-3.1-8B-Instruct-FP8": "llama-3-1-8b",
    "meta-llama/Llama-3.1-70B": "llama-3-1-70b",
    "Qwen/Qwen3-32B": "qwen3-32b",
    "nvidia/Qwen3-32B-NVFP4": "qwen3-32b",
    "Qwen/Qwen3-235B-A22B-FP8": "qwen3-235b-a22b",
    "openai/gpt-oss-120b": "gpt-oss-120b",
    "MiniMaxAI/MiniMax-M2.5": "minimax-m2-5",
    "deepseek-ai/DeepSeek-R1": "deepseek-r1",
    "deepseek-ai/DeepSeek-V3": "deepseek-r1",
    "nvidia/DeepSeek-R1-NVFP4": "deepseek-r1",
    "moonshotai/Kimi-K2.5": "kimi-k2-5",
}
"""V3 and R1 are one shape, and most of their rows are the same runs."""
CHIPS = {"h100_sxm": "h100-sxm", "h200_sxm": "h200", "b200_sxm": "b200", "b300_sxm": "b300"}
HOPPER = ("h100-sxm", "h200")
DENSE = ("llama-3-1-8b", "llama-3-1-70b", "qwen3-32b")
MEAN_LENGTH = 0.9
"""Of the length named, where lengths are drawn (RANDOM_RANGE_RATIO 0.8 of InferenceX)."""

OWN = pl.col("silicon_data_source").str.contains("aic-auto-gap-analysis")
"""Runs of NVIDIA's, of other make: fixed lengths, and fields filled in otherwise."""
TENSOR, COPIES = pl.col("tp_size"), pl.col("attention_dp_size").fill_null(1)
EXPERT_TENSOR, EXPERT_PARALLEL = pl.col("moe_tp_size"), pl.col("moe_ep_size")
CONCURRENCY = pl.col("silicon_data_source").str.extract(r"silicon_concurrency=(\d+)").cast(pl.Int64)
MULTIPLIED = ~OWN & (EXPERT_TENSOR > 1) & (EXPERT_TENSOR == EXPERT_PARALLEL)
MULTIPLIED_COPIES = (TENSOR > 1) & (COPIES == TENSOR) & (EXPERT_PARALLEL == TENSOR * TENSOR)
COUNT = (
    pl.when(MULTIPLIED)
    .then(EXPERT_TENSOR)
    .when(MULTIPLIED_COPIES)
    .then(TENSOR)
    .otherwise(TENSOR * COPIES)
)

MEASURED = pl.col("silicon_data_source").str.extract(r"measured=([\d-]+)")
SPECULATING = ("2026-01-14", "2026-02-05", "2026-02-06")
"""Days of InferenceX's `trt-mtp` runs of DeepSeek-R1, which the package does not tell apart: the
same configurations in the same version of the engine took 1.6 times as long a month before."""

CHECKS = {
    "prefill and decoding on machines of their own": pl.col("mode") != "agg",
    "GB200 and GB300: what their fields call a machine is not told": ~pl.col("system").is_in(
        list(CHIPS)
    ),
    "precision not told": pl.col("precision").is_null(),
    "speculation, told in the name": pl.col("id").str.contains(r"(?i)mtp|eagle|spec"),
    "speculation, told by the day: DeepSeek with TensorRT-LLM": pl.col("model_path").str.contains(
        "DeepSeek"
    )
    & (pl.col("backend") == "trtllm")
    & MEASURED.is_in(SPECULATING),
    "first token after more than 10 s: more requests than run": pl.col("silicon_ttft_ms") > 1e4,
    "a model with other attention (Qwen3.5, GLM-5)": ~pl.col("model_path").is_in(list(MODELS)),
    "concurrency not told, or not that of one machine": CONCURRENCY.is_null()
    | (OWN & (pl.col("batch_size") != CONCURRENCY)),
    "experts on more chips than attention, copies not told": OWN
    & (EXPERT_TENSOR * EXPERT_PARALLEL > COUNT),
}
"""A row for which one holds is dropped; in this order."""


def raw() -> pl.DataFrame:
    """Read the package's table.

    Raises:
        SystemExit: it is not installed, or not in this version.
    """
    wanted = f"pip install --no-deps {PACKAGE}=={VERSION}"
    try:
        found = distribution(PACKAGE)
    except PackageNotFoundError:
        raise SystemExit(f"{PACKAGE} is not installed; {wanted}") from None
    if found.version != VERSION:
        raise SystemExit(f"{PACKAGE} is {found.version}; {wanted}")
    table = Path(str(found.locate_file("aiconfigurator_core/systems/silicon_sample.csv")))
    return pl.read_csv(table, infer_schema_length=None)


def cleaned(rows: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return the table that ships, and how many rows each check has dropped."""
    dropped = {}
    for reason, check in CHECKS.items():
        bad = rows.select(check.fill_null(value=False)).to_series()
        dropped[reason], rows = int(bad.sum()), rows.filter(~bad)
    found = rows.select(
        id="id",
        model=pl.col("model_path").replace_strict(MODELS),
        chip=pl.col("system").replace_strict(CHIPS),
        engine="backend",
        precision="precision",
        chip_count=COUNT,
        attention_replica_count=pl.when(COPIES > 1).then(COUNT).otherwise(1),
        batch_count=CONCURRENCY,
        input_token_count=_mean_length("isl"),
        output_token_count=_mean_length("osl"),
        first_token_ms=pl.col("silicon_ttft_ms").round(3),
        token_interval_ms=pl.col("silicon_tpot_ms").round(4),
    ).with_columns(precision=_precision())
    once = found.unique(found.columns[1:], keep="first", maintain_order=True)
    dropped["the same measurement once more"] = len(found) - len(once)
    return once.with_columns(fold=_fold(once)).with_columns(precision=_in_blocks()), dropped


RACKS = CHIPS | {"gb200": "gb200-nvl72", "gb300": "gb300-nvl72"}
COPIED = pl.col("decode_attention_dp_size")
DECODING_CHECKS = {
    "prefill and decoding on one machine": pl.col("mode") == "agg",
    "a model with other attention (Qwen3.5, GLM-5)": CHECKS[
        "a model with other attention (Qwen3.5, GLM-5)"
    ],
    "precision not told": CHECKS["precision not told"],
    "speculation, told in the name": CHECKS["speculation, told in the name"],
    "attention not copied on every chip, or chips not told": (COPIED < 2)
    | (pl.col("decode_tp_size") != 1)
    | (pl.col("decode_moe_tp_size") * pl.col("decode_moe_ep_size") != COPIED),
    "first token after more than 10 s: more requests than run": CHECKS[
        "first token after more than 10 s: more requests than run"
    ],
}
"""Of machines that only decode, with a copy of the attention on every chip; in this order."""


def decoding(rows: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return runs on machines that only decode, none of which is fitted to, and what is dropped."""
    dropped = {}
    for reason, check in DECODING_CHECKS.items():
        bad = rows.select(check.fill_null(value=False)).to_series()
        dropped[reason], rows = int(bad.sum()), rows.filter(~bad)
    found = rows.select(
        id="id",
        model=pl.col("model_path").replace_strict(MODELS),
        chip=pl.col("system").replace_strict(RACKS),
        engine="backend",
        precision="precision",
        chip_count=COPIED,
        batch_count=CONCURRENCY / pl.col("decode_num_workers"),
        input_token_count=(MEAN_LENGTH * pl.col("isl")).round(1),
        output_token_count=(MEAN_LENGTH * pl.col("osl")).round(1),
        token_interval_ms=pl.col("silicon_tpot_ms").round(4),
    ).with_columns(precision=_precision())
    once = found.unique(found.columns[1:], keep="first", maintain_order=True)
    dropped["the same measurement once more"] = len(found) - len(once)
    return once.with_columns(precision=_in_blocks()), dropped


def _mean_length(column: str) -> pl.Expr:
    return pl.when(OWN).then(pl.col(column)).otherwise(MEAN_LENGTH * pl.col(column)).round(1)


def _precision() -> pl.Expr:
    """Name as the product does: with experts, these alone are narrowed to four bits.

    Hopper has no arithmetic of four bits, nor has any chip with integers: they are widened. The
    four bits of gpt-oss (MXFP4) meet numbers of eight on Blackwell.
    """
    narrow = pl.col("precision").is_in(["fp4", "int4"]) & ~pl.col("model").is_in(DENSE)
    by_eight = pl.col("model") == "gpt-oss-120b"
    widened = (pl.col("precision") == "int4") | pl.col("chip").is_in(HOPPER)
    return (
        pl.when(narrow & widened)
        .then(pl.lit("w4a16-experts"))
        .when(narrow & by_eight)
        .then(pl.lit("mxfp4-experts"))
        .when(narrow)
        .then(pl.lit("fp4-experts"))
        .otherwise(pl.col("precision"))
    )


def _in_blocks() -> pl.Expr:
    """Eight bits of models with experts, published by their makers with a scale for each block."""
    blocks = (pl.col("precision") == "fp8") & ~pl.col("model").is_in(DENSE)
    return pl.when(blocks).then(pl.lit("fp8-blocks")).otherwise(pl.col("precision"))


def _fold(rows: pl.DataFrame) -> pl.Series:
    """Deal whole sweeps out to folds, by a hash of what their rows have in common."""
    marks = rows.select(SWEEP).rows()
    dealt = [hashlib.sha256("|".join(map(str, mark)).encode()).digest()[0] for mark in marks]
    return pl.Series("fold", [one % FOLDS for one in dealt])


SWEEP = ("model", "chip", "engine", "precision", "chip_count")
"""What the rows of a sweep have in common; lengths, batches, copies, versions and days differ."""
FOLDS = 5
"""Parts of the sweeps: what is said of one is said by a fit to the other four."""
