"""What ships of measurements and fits is what the scripts give, and errors are as told."""

from __future__ import annotations

import csv
import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

import jax
import numpy as np
import pytest

from sunstack import catalogue
from sunstack.catalogue import calibration_tables as tables
from sunstack.disciplines.compute.precision import PRECISIONS
from sunstack.errors import CatalogueError
from sunstack.resolve.calibration import (
    calibration,
    engines,
    error_band,
    expert_kernels,
    precision,
)
from sunstack.validation import decoding, silicon

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))


MEASURED = "what it is held against is in aiconfigurator-core 0.12.0, which only the tests need"


def installed() -> bool:
    try:
        return version("aiconfigurator-core") == "0.12.0"
    except PackageNotFoundError:
        return False


@pytest.fixture(scope="module")
def told() -> dict[str, silicon.Errors]:
    found = silicon.held_out_errors()
    return {one.name: one for group in found.values() for one in group}


def _rows(name: str) -> list[list[str]]:
    table = files("sunstack.catalogue").joinpath("calibration", f"{name}.csv")
    lines = table.read_text("utf-8").splitlines()
    return list(csv.reader(line for line in lines if not line.startswith("#")))


@pytest.mark.skipif(not installed(), reason=MEASURED)
def test_the_measurements_are_what_cleaning_gives() -> None:
    import silicon as cleaning

    found, dropped = cleaning.cleaned(cleaning.raw())
    assert len(found) + sum(dropped.values()) == 5221
    assert _rows("silicon") == [found.columns, *([str(c) for c in row] for row in found.rows())]
    decoded, left = cleaning.decoding(cleaning.raw())
    assert len(decoded) + sum(left.values()) == 5221
    assert _rows("decoding") == [decoded.columns, *([str(c) for c in r] for r in decoded.rows())]


def test_every_measurement_is_of_what_the_catalogue_holds() -> None:
    rows = tables.silicon()
    assert len(rows.id) == len(set(rows.id)) > 2000
    assert set(rows.model) <= set(catalogue.names("model"))
    assert set(rows.chip) <= set(catalogue.names("chip"))
    assert set(rows.precision) <= set(PRECISIONS)
    assert set(rows.engine) == set(engines())
    assert (rows.chip_count <= 8).all()  # as many as a board of those chips has


def test_no_sweep_is_on_both_sides_of_a_fit() -> None:
    rows = tables.silicon()
    marks = zip(rows.model, rows.chip, rows.engine, rows.precision, rows.chip_count, strict=True)
    folds: dict[tuple[object, ...], set[int]] = {}
    for mark, fold in zip(marks, rows.fold.tolist(), strict=True):
        folds.setdefault(mark, set()).add(fold)
    assert {len(found) for found in folds.values()} == {1}
    assert min(np.bincount(rows.fold)) > 200


def test_errors_where_the_fit_has_not_looked(told: dict[str, silicon.Errors]) -> None:
    assert told["dense"].median_error_ratio <= 0.12
    assert told["experts"].median_error_ratio <= 0.20
    assert abs(told["all"].bias_ratio) <= 0.03
    (moved,) = [one for one in tables.transfers() if one.name == "Hopper, Blackwell"]
    assert moved.median_error_ratio <= 0.16


def test_bands_are_the_errors_computed(told: dict[str, silicon.Errors]) -> None:
    for family in ("dense", "experts"):
        band = tables.band(family=family, generation="", engine="", precision="")
        # the table was fitted in float64; constants ship with four digits
        assert band.row_count == told[family].row_count
        for name in ("median_error_ratio", "bias_ratio", "ninetieth_error_ratio"):
            assert getattr(band, name) == pytest.approx(getattr(told[family], name), abs=2e-3)


def test_a_prediction_carries_the_band_of_its_narrowest_group() -> None:
    words = {"has_experts": False, "engine": "vllm", "precision": "fp8"}
    known, unknown = (error_band(chip=chip, **words) for chip in ("b200", "tpu-v7"))
    assert (known.family, known.generation, known.engine) == ("dense", "blackwell", "vllm")
    assert (unknown.family, unknown.generation, unknown.precision) == ("dense", "all", "fp8")
    nothing = error_band(has_experts=True, chip="tpu-v7", engine="?", precision="?")
    assert (nothing.family, nothing.engine) == ("experts", "all")


@pytest.mark.skipif(not installed(), reason=MEASURED)
def test_constants_are_what_the_fit_gives() -> None:
    known, shipped = tables.roofline(), tables.experts()
    with jax.enable_x64(True):
        import calibrate_roofline as fitting

        of_kernels = {
            name: one.value for (name, _), one in known.items() if name not in fitting.RANGES
        }
        experts = {pair: np.array([*values.values()]) for pair, values in shipped.items()}
        rows = tables.silicon()
        held = fitting.Kernels(of_kernels, experts, {})
        logs = fitting.Fit(rows, held)(np.ones(len(rows.id), dtype=bool))
    for key, value in zip(fitting.KEYS, np.exp(logs), strict=True):
        assert known[key].value == pytest.approx(value, rel=2e-2), key
        assert known[key].low <= known[key].value <= known[key].high


@pytest.mark.skipif(not installed(), reason=MEASURED)
def test_kernels_reach_what_their_times_give() -> None:
    """Of those with few rows; the script fits the others alike."""
    known, shipped = tables.roofline(), tables.experts()
    with jax.enable_x64(True):
        import operators

        chips = operators.HOPPER | operators.BLACKWELL
        linked, _ = operators.link_fit(chips)
        rows = operators.expert_rows("trtllm", "mxfp4", chips)
        assert rows is not None
        found, _ = operators.expert_fit(rows)
    reached = known["link_efficiency", tables.ALL], known["collective_latency_s", tables.ALL]
    # Shipped to three digits, a half of which is up to 0.5 %; a search stops within as much.
    assert [one.value for one in reached] == pytest.approx(list(linked), rel=1e-2)
    # As the roofline's above: six constants that lean on each other are less sharp than two.
    assert list(shipped["trtllm", "mxfp4"].values()) == pytest.approx(list(found), rel=2e-2)


def test_what_was_not_measured_is_refused() -> None:
    with pytest.raises(CatalogueError, match="sglang, trtllm, vllm"):
        calibration("ollama")
    with pytest.raises(CatalogueError, match="w4a16-experts"):
        precision("fp6")


def test_kernels_are_met_one_by_one() -> None:
    found = {one.name: one for one in tables.operators()}
    assert {"dense matrices", "attention", "gathers and sums"} < set(found)
    of_experts = [one for name, one in found.items() if name.startswith("experts, ")]
    assert len(of_experts) == len(tables.experts()) > 15
    assert all(one.median_error_ratio <= 0.25 for one in of_experts)
    assert all(one.median_error_ratio <= 0.12 for one in of_experts if "trtllm" in one.name)
    assert all(abs(one.bias_ratio) <= 0.03 for one in found.values())


def test_what_was_not_measured_of_an_engine_is_as_of_tensorrt_llm() -> None:
    own, spare = expert_kernels("sglang"), expert_kernels("trtllm")
    assert set(own) == set(spare) == {one.feed_forward.kernel for one in PRECISIONS.values()}
    assert ("sglang", "fp8") not in tables.experts()
    assert float(own["fp8"].dealt_ratio) == float(spare["fp8"].dealt_ratio)
    assert float(own["fp4"].dealt_ratio) != float(spare["fp4"].dealt_ratio)


def test_greatest_rates_that_are_missed_are_told_as_they_are() -> None:
    off = {
        name: computed / published - 1 for name, published, computed in silicon.saturated_rates()
    }
    assert len(off) == 2
    assert all(-0.35 < one < -0.25 for one in off.values()), off


def test_machines_that_only_decode_are_met_though_nothing_is_fitted_to_them() -> None:
    found = {one.name: one for one in decoding.errors_by_engine_and_load()}
    assert sum(one.row_count for one in found.values()) == len(tables.decoding().id) > 70
    crowded = found["trtllm, 128 a chip and more"]
    assert crowded.median_error_ratio <= 0.2
    assert abs(crowded.bias_ratio) <= 0.1
    assert all(one.median_error_ratio <= 0.3 for one in found.values())


def test_the_page_tells_every_group() -> None:
    page = silicon.section()
    for name in ("experts", "minimax-m2-5", "b300", "trtllm, fp8", "Hopper, Blackwell"):
        assert f"| {name} |" in page
    assert "nan" not in page
