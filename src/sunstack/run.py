"""What does one whole run of a scenario produce? Resolve, evaluate, simulate, tell, and draw."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sunstack import __version__, report, summary
from sunstack.findings import Findings, Progress, find
from sunstack.resolve import Resolved, check_whole_lives, resolve
from sunstack.results import SCHEMA_VERSION, STUDIES, Results, rounded, with_documents
from sunstack.scenario import Document
from sunstack.scenario.model import Group

LACKS = "studies_lacks"
LIBRARIES = ("jax", "jaxlib", "numpy", "polars", "pydantic", "ruamel.yaml")


@dataclass(frozen=True, kw_only=True)
class Studies:
    """That a run's prices are studied too, over all uncertain numbers."""

    draw_count: int | None = None
    """As many as studies draw if not given."""
    folder: Path | None = None
    """Keeps what is evaluated, so that studies that were interrupted go on from there."""


def run(
    document: Document, *, progress: Progress | None = None, studies: Studies | None = None
) -> Results:
    """Run a scenario.

    Args:
        document: the scenario.
        progress: told the stage, how many units of it are done, and of how many.
        studies: how its prices are studied; not at all if not given.

    Raises:
        ScenarioError: the scenario cannot be resolved, or no satellite's life ends in its years.
        CatalogueError: a catalogue entry cannot be used.
        ResultsError: what studies evaluate cannot be kept.
    """
    begun = time.perf_counter()
    if progress:
        progress("resolving", 0, 0)
    resolved = resolve(document)
    check_whole_lives(document, resolved.origins)
    if studies is not None:  # refuse what they draw now, not when a run has been computed
        from sunstack.study.inputs import inputs_of  # only who asks waits for its import

        highs = {one.key: one.high for one in inputs_of(resolved)}
        check_whole_lives(document, resolved.origins, highs)
    findings = find(resolved, progress=progress)
    told = summary.summarise(findings)
    told = rounded(told | _studied(findings, told, studies, progress))
    seconds = time.perf_counter() - begun
    results = Results(
        manifest=manifest(document, resolved, seconds=seconds),
        summary=told,
        tables=summary.tables(findings),
    )
    if progress:
        progress("drawing", 0, 0)
    return with_documents(results, {"report.html": report.html(results)})


def _studied(
    findings: Findings,
    told: Mapping[str, Any],
    asked: Studies | None,
    progress: Progress | None,
) -> dict[str, Any]:
    """What studies of the prices say, or why there are none; nothing where nobody asked."""
    if asked is None:
        return {STUDIES: None, LACKS: None}
    from sunstack.study import together  # brings SALib's pandas: only who asks waits for it

    why = together.lacks(findings.resolved) or (
        None if told["economics"]["by_year"] else together.NO_LAUNCH
    )
    if why:
        return {STUDIES: None, LACKS: why}
    found = together.together(
        findings.resolved,
        count=together.DRAWS if asked.draw_count is None else asked.draw_count,
        out=asked.folder,
        replaces=True,
        progress=progress and (lambda stage, *done: progress(f"{STUDIES}: {stage}", *done)),
    )
    return {STUDIES: found.summary, LACKS: None}


def manifest(document: Document, resolved: Resolved, *, seconds: float) -> dict[str, Any]:
    """Say what was run: the scenario, every input with its origin, versions, hashes."""
    versions = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return {
        "schema_version": SCHEMA_VERSION,
        "scenario": {
            "name": document.scenario.name,
            "path": os.path.basename(document.path),
            "sha256": hashlib.sha256(document.text.encode()).hexdigest(),
            "overrides": dict(document.overrides),
            "text": document.text,
        },
        "seed": document.scenario.seed,
        "inputs": [vars(origin) for origin in resolved.origins.values()],
        "groups": [_group(group, resolved) for group in resolved.groups],
        "caveats": list(resolved.caveats),
        "versions": {
            "sunstack": __version__,
            "python": platform.python_version(),
            **versions,
        },
        "run": {
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(seconds, 2),
            "processors": os.cpu_count(),
            "system": platform.system(),
        },
    }


def _group(group: Group, resolved: Resolved) -> dict[str, Any]:
    """A group of orbits as it was given, and who gave it."""
    written = group.model_dump(mode="json", exclude_none=True)
    return written | {"origin": resolved.group_origins[group.name]}
