"""Are a study's parts right: draws, correlations, statistics, Sobol's indices, objectives, folders?

None of these needs a design to be evaluated.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import integrate, stats

from sunstack.disciplines import economics
from sunstack.errors import ResultsError, ScenarioError, ServiceError
from sunstack.study import backends, statistics
from sunstack.study.backends import Backend, Chunk
from sunstack.study.folder import Folder, gathered
from sunstack.study.inputs import Input, correlation, shares, values_at
from sunstack.study.objectives import objective, read
from sunstack.study.sensitivity import sobol

Columns = NDArray[np.float64]


def an_input(key: str = "thermal.emissivity_ratio", **changes: Any) -> Input:
    given: dict[str, Any] = {"low": 2.0, "value": 3.0, "high": 6.0, "unit": "", "is_whole": False}
    return Input(key=key, **(given | changes))


# --- draws ----------------------------------------------------------------------------------------


def test_a_triangle_has_the_moments_of_a_triangle() -> None:
    """Mean (2 + 3 + 6) / 3 = 11/3; variance (4 + 9 + 36 - 6 - 12 - 18) / 18 = 13/18, by hand."""
    share = (np.arange(200_000) + 0.5) / 200_000
    drawn = an_input().value_at(share)
    assert drawn.mean() == pytest.approx(11.0 / 3.0, rel=1e-6)
    assert drawn.var() == pytest.approx(13.0 / 18.0, rel=1e-4)
    # A quarter of the area lies below the top: (3 - 2) / (6 - 2).
    assert float(an_input().value_at(np.array(0.25))) == pytest.approx(3.0)
    assert an_input().value_at(np.array([0.0, 1.0])).tolist() == [2.0, 6.0]


def test_a_triangle_whose_top_is_an_end_is_one_sided() -> None:
    rising = an_input(value=6.0).value_at(np.array([0.0, 0.25, 1.0]))
    assert rising == pytest.approx([2.0, 4.0, 6.0])  # F = (x - 2)² / 16


def test_what_is_counted_is_drawn_whole() -> None:
    drawn = an_input("payload.chip_count", is_whole=True).value_at(np.linspace(0.0, 1.0, 50))
    assert set(drawn) == {2.0, 3.0, 4.0, 5.0, 6.0}


def test_inputs_hang_together_as_told_and_keep_their_own_distribution() -> None:
    """A normal correlation r gives ranks a correlation 6/π asin(r/2) (Kruskal 1958)."""
    keys = ["thermal.emissivity_ratio", "thermal.fin_efficiency", "power.cell_efficiency"]
    inputs = [an_input(key) for key in keys]
    matrix = correlation({(keys[0], keys[1]): 0.8}, inputs)
    normal = np.random.default_rng(5).normal(size=(40_000, 3))
    drawn = values_at(inputs, shares(normal, matrix))
    ranks = stats.spearmanr(drawn).statistic
    assert ranks[0, 1] == pytest.approx(6.0 / np.pi * np.arcsin(0.4), abs=0.01)
    assert ranks[0, 2] == pytest.approx(0.0, abs=0.02)
    # 40,000 draws know a mean to 0.0042: three of them.
    assert drawn.mean(axis=0) == pytest.approx(11.0 / 3.0, abs=0.013)


def test_correlations_that_no_numbers_have_are_refused_by_name() -> None:
    keys = ["thermal.emissivity_ratio", "thermal.fin_efficiency", "power.cell_efficiency"]
    inputs = [an_input(key) for key in keys]
    pairs = {(keys[0], keys[1]): 0.9, (keys[1], keys[2]): 0.9, (keys[0], keys[2]): -0.9}
    with pytest.raises(ScenarioError, match=r"least eigenvalue -0\.8.*thermal\.fin_efficiency"):
        correlation(pairs, inputs)
    with pytest.raises(ScenarioError, match=r"payload\.mass_kg is none of the inputs"):
        correlation({(keys[0], "payload.mass_kg"): 0.5}, inputs)
    with pytest.raises(ScenarioError, match="between -1 and 1"):
        correlation({(keys[0], keys[1]): 1.0}, inputs)


# --- what draws tell ------------------------------------------------------------------------------


def test_quantiles_and_means_lie_within_what_they_are_said_to_be_known_to() -> None:
    """Of 400 samples of 500, intervals of 95 % hold the truth 95 % of the time, ± 3 · 1.1 %."""
    source = np.random.default_rng(11)
    held = {"mean": 0, "p10": 0, "p50": 0}
    for _ in range(400):
        found = statistics.told(source.exponential(size=500))
        at = {one["share"]: one for one in found["quantiles"]}
        held["mean"] += abs(found["mean"] - 1.0) <= 1.96 * found["mean_standard_error"]
        held["p10"] += at[0.1]["low"] <= -np.log(0.9) <= at[0.1]["high"]
        held["p50"] += at[0.5]["low"] <= np.log(2.0) <= at[0.5]["high"]
    assert all(0.915 <= count / 400 <= 0.985 for count in held.values()), held


def test_convergence_doubles_and_ends_with_all() -> None:
    values = np.arange(1000.0)
    steps = statistics.convergence(values)
    assert [step["count"] for step in steps] == [62, 125, 250, 500, 1000]
    assert steps[-1]["mean"] == pytest.approx(499.5)


def test_a_quantity_that_never_moves_has_no_histogram_and_goes_with_nothing() -> None:
    still = np.full(100, 3.0) * (1.0 + 1e-15 * np.arange(100))
    assert statistics.histogram(still) == {"edges": [], "counts": []}
    assert statistics.ranked(np.random.default_rng(0).normal(size=(100, 2)), still) == [0.0, 0.0]


# --- Sobol's indices ------------------------------------------------------------------------------

ISHIGAMI_A, ISHIGAMI_B = 7.0, 0.1


def ishigami(share: Columns, before: int = 0) -> Columns:
    """sin x1 + 7 sin² x2 + 0.1 x3⁴ sin x1, each x uniform in -π to π."""
    x = np.pi * (2.0 * share - 1.0)
    return np.asarray(
        np.sin(x[:, 0])
        + ISHIGAMI_A * np.sin(x[:, 1]) ** 2
        + ISHIGAMI_B * x[:, 2] ** 4 * np.sin(x[:, 0])
    )


def ishigami_truth() -> dict[str, tuple[float, float]]:
    """By hand: V1 = (1 + bπ⁴/5)²/2, V2 = a²/8, V13 = 8 b² π⁸ / 225."""
    first = 0.5 * (1.0 + ISHIGAMI_B * np.pi**4 / 5.0) ** 2
    second, both = ISHIGAMI_A**2 / 8.0, 8.0 * ISHIGAMI_B**2 * np.pi**8 / 225.0
    whole = first + second + both
    return {
        "x1": (first / whole, (first + both) / whole),
        "x2": (second / whole, second / whole),
        "x3": (0.0, both / whole),
    }


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_sobol_finds_the_indices_of_ishigami(seed: int) -> None:
    found, told = sobol(ishigami, keys=["x1", "x2", "x3"], seed=seed, bound=0.04)
    assert told["is_within_bound"]
    truth = ishigami_truth()
    for one in found:
        first, total = truth[one.key]
        # Twice the half-width: of six indices and three seeds one may lie beyond 95 %.
        assert abs(one.first_ratio - first) <= 2.0 * one.first_half_width_ratio
        assert abs(one.total_ratio - total) <= 2.0 * one.total_half_width_ratio
        assert one.total_ratio - one.total_half_width_ratio <= 1.0
    assert [one.key for one in found] == ["x1", "x2", "x3"]


def test_a_sample_that_is_too_small_tells_nothing_rather_than_more_than_one() -> None:
    """A spike that few rows meet: 64 blocks give it a total share of far more than 1, or none."""

    def spike(share: Columns, before: int) -> Columns:
        return np.where((share < 0.2).all(axis=1), 1e6, 0.0) + share[:, 0]

    outcomes = []
    for seed in range(6):
        try:
            found, told = sobol(spike, keys=list("abc"), seed=seed, bound=0.01, most_blocks=64)
        except ScenarioError as error:
            assert "too few to tell" in str(error)
            outcomes.append("refused")
            continue
        assert not told["is_within_bound"]
        assert all(one.total_ratio - one.total_half_width_ratio <= 1.0 for one in found)
        outcomes.append("told")
    assert outcomes


def test_a_larger_sample_begins_with_the_smaller_one() -> None:
    """Else what is known would be evaluated twice, and a study begun anew would differ."""
    asked: list[tuple[int, int]] = []

    def counted(share: Columns, before: int) -> Columns:
        asked.append((before, len(share)))
        return ishigami(share)

    _, told = sobol(counted, keys=["x1", "x2", "x3"], seed=3, bound=0.1)
    assert sum(count for _, count in asked) == told["evaluation_count"]
    assert [before for before, _ in asked] == np.cumsum([0, *(n for _, n in asked)])[:-1].tolist()


def test_rows_that_contradict_themselves_are_left_out_with_their_block() -> None:
    def holed(share: Columns, before: int) -> Columns:
        values = ishigami(share)
        values[:5] = np.nan if before == 0 else values[:5]
        return values

    found, told = sobol(holed, keys=["x1", "x2", "x3"], seed=0, bound=0.05)
    assert 0.0 < told["left_out_fraction"] < 0.05
    assert found[0].first_ratio == pytest.approx(ishigami_truth()["x1"][0], abs=0.08)


# --- objectives -----------------------------------------------------------------------------------


def test_an_objective_is_taken_apart() -> None:
    one = objective("service.fleet_tokens_per_s[grok-2]:mean@5")
    assert one.path == ("service", "fleet_tokens_per_s")
    assert (one.names, one.joined, one.year) == (("grok-2",), "mean", 5.0)
    assert objective("margins.mass").joined == "last"


@pytest.mark.parametrize("text", ["", "a b", "margins.mass:median", "margins.mass@soon"])
def test_what_is_no_objective_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError, match="objective"):
        objective(text)


# --- folders and backends -------------------------------------------------------------------------


@dataclass(frozen=True)
class Squares:
    """Chunks of ten squares."""

    fails_from: int = 10_000

    def length(self, number: int) -> int:
        return 10

    def chunk(self, number: int) -> Chunk:
        if number >= self.fails_from:
            raise RuntimeError(f"chunk {number} is interrupted")
        x = np.arange(10.0) + 10.0 * number
        return {"x": x, "square": x**2}


def folder(path: Path, **changes: Any) -> Folder:
    manifest = {"kind": "squares", "scenario_sha256": "a", "asked": {"count": 5}}
    return Folder(path=path, manifest=manifest | changes).opened()


def test_an_interrupted_study_ends_as_one_that_was_not(tmp_path: Path) -> None:
    one = folder(tmp_path / "study")
    with pytest.raises(RuntimeError, match="interrupted"):
        gathered(Squares(fails_from=3), 5, folder=one, backend=Backend(workers=1))
    kept = sorted(path.name for path in (tmp_path / "study" / "chunks").iterdir())
    assert kept == ["000000.parquet", "000001.parquet", "000002.parquet"]
    calls: list[tuple[str, int, int]] = []
    again = gathered(
        Squares(),
        5,
        folder=folder(tmp_path / "study"),
        backend=Backend(),
        progress=lambda *told: calls.append(told),
    )
    assert calls[0] == ("evaluating", 3, 5)
    whole = gathered(Squares(), 5, folder=Folder(path=None, manifest={}), backend=Backend())
    assert all(np.array_equal(again[name], whole[name]) for name in whole)


def test_a_chunk_that_is_damaged_or_short_is_evaluated_anew(tmp_path: Path) -> None:
    one = folder(tmp_path / "study")
    gathered(Squares(), 3, folder=one, backend=Backend())
    place = tmp_path / "study" / "chunks" / "000001.parquet"
    place.write_bytes(place.read_bytes()[:40])
    one.keep(2, {"x": np.zeros(4), "square": np.zeros(4)})
    found = gathered(Squares(), 3, folder=one, backend=Backend())
    assert found["square"].tolist() == [float(x * x) for x in range(30)]


def test_a_folder_of_another_study_is_refused(tmp_path: Path) -> None:
    folder(tmp_path / "study")
    with pytest.raises(ResultsError, match=r"another study: scenario_sha256 differ"):
        folder(tmp_path / "study", scenario_sha256="b")
    with pytest.raises(ResultsError, match=r"asked differ"):
        folder(tmp_path / "study", asked={"count": 6})
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "thesis.tex").write_text("years of work")
    with pytest.raises(ResultsError, match="holds what no study wrote"):
        folder(tmp_path / "own")
    assert (tmp_path / "own" / "thesis.tex").read_text() == "years of work"


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "CONNECTION_S", "1 s")
    pytest.importorskip("distributed")
    dead = Backend(kind="dask", scheduler="tcp://127.0.0.1:9")
    with pytest.raises(ServiceError, match=r"tcp://127\.0\.0\.1:9: no Dask scheduler answers"):
        list(backends.evaluated(Squares(), [0], dead))
    with pytest.raises(ServiceError, match="no scheduler"):
        list(backends.evaluated(Squares(), [0], Backend(kind="dask")))
    pytest.importorskip("ray")
    dead = Backend(kind="ray", scheduler="127.0.0.1:9")
    with pytest.raises(ServiceError, match=r"127\.0\.0\.1:9: no Ray head answers"):
        list(backends.evaluated(Squares(), [0], dead))
    with pytest.raises(ServiceError, match="'' is no address; write --scheduler host:6379"):
        list(backends.evaluated(Squares(), [0], Backend(kind="ray")))


def test_a_backend_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "joblib", None)
    with pytest.raises(ServiceError, match=r"sunstack\[cluster\]"):
        list(backends.evaluated(Squares(), [0], Backend(kind="processes")))


def test_means_of_draws_are_those_of_quadrature() -> None:
    """Of x² y with x and y triangular, independent: the product of two integrals."""
    inputs = [an_input(), an_input("thermal.fin_efficiency", low=0.8, value=0.9, high=1.0)]
    normal = np.random.default_rng(2).normal(size=(100_000, 2))
    drawn = values_at(inputs, shares(normal, None))
    values = drawn[:, 0] ** 2 * drawn[:, 1]

    def density(one: Input, x: float) -> float:
        span = one.high - one.low
        below = 2.0 * (x - one.low) / (span * (one.value - one.low))
        above = 2.0 * (one.high - x) / (span * (one.high - one.value))
        return below if x < one.value else above

    exact = 1.0
    for one, power in zip(inputs, (2.0, 1.0), strict=True):
        exact *= integrate.quad(
            lambda x, one=one, power=power: x**power * density(one, x),
            one.low,
            one.high,
            points=[one.value],
        )[0]
    told = statistics.told(values)
    assert told["mean"] == pytest.approx(exact, abs=3.0 * told["mean_standard_error"])
    assert told["mean_standard_error"] < 0.005 * exact


def test_a_calendar_year_of_launch_is_picked_by_years_from_the_start() -> None:
    """A programme of 15 years from 20 March 2028: its year 2 is 2030, the third of 17."""
    named = SimpleNamespace(
        upkeep=SimpleNamespace(month_count=180),
        economics=SimpleNamespace(elapsed_in_year_s=79.0 * 86_400.0),
        service=SimpleNamespace(model_names=("grok-2",)),
        asking=SimpleNamespace(class_names=()),
        group_names=("one",),
    )
    costs = cast(Any, economics.Cost)(*([None] * len(economics.Cost._fields)))
    costs = costs._replace(chip_usd_per_s=jnp.arange(17.0), token_usd=jnp.arange(17.0)[None] * 2.0)
    for text, value in (
        ("ground.chip_usd_per_s@2", 2.0),
        ("ground.chip_usd_per_s@2.9", 3.0),
        ("ground.chip_usd_per_s@40", 16.0),
        ("ground.token_usd[grok-2]@2", 4.0),
    ):
        found = read(objective(text), cast(Any, Held(ground=costs)), cast(Any, named))
        assert float(found) == value, text


@dataclass(frozen=True)
class Held:
    """As much of an outcome as the ground is."""

    ground: economics.Cost
