"""What does one whole run of a scenario produce? Resolve, evaluate, simulate, tell, and draw."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import time
from datetime import UTC, datetime
from typing import Any

from sunstack import __version__, report, summary
from sunstack.findings import Progress, find
from sunstack.resolve import Resolved
from sunstack.results import SCHEMA_VERSION, Results, rounded, with_documents
from sunstack.scenario import Document
from sunstack.scenario.model import Group

LIBRARIES = ("jax", "jaxlib", "numpy", "polars", "pydantic", "ruamel.yaml")


def run(document: Document, *, progress: Progress | None = None) -> Results:
    """Run a scenario.

    Raises:
        ScenarioError: the scenario cannot be resolved.
        CatalogueError: a catalogue entry cannot be used.
    """
    begun = time.perf_counter()
    findings = find(document, progress=progress)
    told = rounded(summary.summarise(findings))
    seconds = time.perf_counter() - begun
    results = Results(
        manifest=manifest(document, findings.resolved, seconds=seconds),
        summary=told,
        tables=summary.tables(findings),
    )
    if progress:
        progress("drawing", 0, 0)
    return with_documents(results, {"report.html": report.html(results)})


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
