"""How does a study outlive an interruption?

A study's folder holds `study.json` (what is asked, and of which scenario), `chunks/` (a Parquet
file for every chunk that is done, each put in place whole) and, at the end, `summary.json`,
`samples.parquet` and `report.html`. A study begun anew evaluates the chunks that are missing; one
that asks something else, or of another scenario, is refused.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sunstack import __version__, results
from sunstack.errors import ResultsError
from sunstack.resolve import Resolved

from .backends import Backend, Chunk, Work, evaluated

MANIFEST = results.STUDY
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Folder:
    """Where a study's chunks are kept; nowhere without a path."""

    path: Path | None
    manifest: Mapping[str, Any]

    def opened(self, *, replaces: bool = False) -> Folder:
        """Make the folder, or find what a study like this one left there.

        Args:
            replaces: whether another study's chunks are thrown away.

        Raises:
            ResultsError: it holds something else, or cannot be written.
        """
        if self.path is None:
            return self
        if self.path.exists() and not self.path.is_dir():
            raise ResultsError(f"{self.path}: is a file; name a folder with --out")
        named = self.path / MANIFEST
        if named.is_file():
            differing = self._differing(named)
            if not differing:
                return self
            if not replaces:
                raise ResultsError(
                    f"{self.path}: holds another study: {', '.join(differing)} differ; name "
                    "another folder with --out"
                )
            shutil.rmtree(self.path)
        if self.path.is_dir() and any(self.path.iterdir()):
            raise ResultsError(
                f"{self.path}: holds what no study wrote; move it away, or name another folder"
            )
        try:
            (self.path / "chunks").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ResultsError(f"{self.path}: cannot be written: {error.strerror}") from error
        results.write_file(named, results.to_json(self.manifest).encode())
        return self

    def _differing(self, named: Path) -> list[str]:
        """In what the study that was kept differs from this one."""
        try:
            found = json.loads(named.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ResultsError(f"{named}: cannot be read: {error}; name another folder") from error
        return sorted(
            name
            for name in {*found, *self.manifest}
            if found.get(name) != json.loads(json.dumps(self.manifest.get(name)))
        )

    def part(self, name: str) -> Folder:
        """A part of the study, its chunks apart from the others'."""
        return replace(self, path=self.path and self.path / name)

    def kept(self, number: int, length: int) -> Chunk | None:
        """A chunk that was done before; none where it is missing, damaged or shorter."""
        if self.path is None or not self._place(number).is_file():
            return None
        try:
            table = pl.read_parquet(self._place(number))
        except (OSError, pl.exceptions.PolarsError):
            return None
        if table.height != length:
            return None
        return {name: table[name].to_numpy() for name in table.columns}

    def keep(self, number: int, chunk: Chunk) -> None:
        """Put a chunk in its place, whole."""
        if self.path is None:
            return
        stream = io.BytesIO()
        pl.DataFrame(chunk).write_parquet(stream, compression="zstd")
        self._place(number).parent.mkdir(parents=True, exist_ok=True)
        results.write_file(self._place(number), stream.getvalue())

    def _place(self, number: int) -> Path:
        return (self.path or Path()) / "chunks" / f"{number:06d}.parquet"

    def finish(self, summary: Mapping[str, Any], samples: pl.DataFrame) -> None:
        """Write what came out."""
        if self.path is None:
            return
        stream = io.BytesIO()
        samples.write_parquet(stream, compression="zstd")
        results.write_file(self.path / "samples.parquet", stream.getvalue())
        results.write_file(self.path / "summary.json", results.to_json(summary).encode())


NOWHERE = Folder(path=None, manifest={})


def drawn(path: Path, page: str) -> None:
    """Put a study's report into its folder."""
    results.write_file(path / "report.html", page.encode())


def folder_of(
    path: Path | None, resolved: Resolved, *, kind: str, asked: Any, replaces: bool = False
) -> Folder:
    """Describe a study's folder, and open it.

    Args:
        path: of the folder; none to keep nothing.
        resolved: the scenario.
        kind: of the study.
        asked: all else that decides what its chunks hold.
        replaces: whether another study's chunks there are thrown away.
    """
    manifest = {
        "kind": kind,
        **described(resolved),
        "asked": json.loads(json.dumps(asked)),
        "sunstack": __version__,
    }
    return Folder(path=path, manifest=manifest).opened(replaces=replaces)


def described(resolved: Resolved) -> dict[str, str]:
    """Tell a scenario from every other."""
    document = resolved.document
    inputs = {key: (one.value, one.low, one.high) for key, one in resolved.origins.items()}
    return {
        "scenario": document.scenario.name,
        "scenario_sha256": _digest([document.text, dict(document.overrides)]),
        "inputs_sha256": _digest(inputs),
    }


def _digest(tree: Any) -> str:
    return hashlib.sha256(json.dumps(tree, sort_keys=True, default=str).encode()).hexdigest()


def gathered(
    work: Work,
    count: int,
    *,
    folder: Folder,
    backend: Backend,
    progress: Progress | None = None,
    first: int = 0,
) -> Chunk:
    """Evaluate chunks from `first` to `count`, those kept left out, and join all in their order."""
    asked = range(first, count)
    before = {number: folder.kept(number, work.length(number)) for number in asked}
    found = {number: kept for number, kept in before.items() if kept is not None}
    missing = [number for number in asked if number not in found]
    told = progress or (lambda stage, done, total: None)
    told("evaluating", len(found), len(asked))
    for number, chunk in evaluated(work, missing, backend) if missing else ():
        folder.keep(number, chunk)
        found[number] = chunk
        told("evaluating", len(found), len(asked))
    names = list(found[first])
    return {name: np.concatenate([found[number][name] for number in asked]) for name in names}
