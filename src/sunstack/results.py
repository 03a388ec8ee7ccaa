"""What does a run leave on disk, and how is a broken run kept from harming it?

A results folder holds `manifest.json` (what was run: every input with its origin, versions,
hashes), `summary.json` (what came out), Parquet tables and `report.html`. It is written beside its
place and put there in one step: at any moment the folder is the old one, whole, or the new, whole.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import html
import json
import math
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from sunstack.errors import ResultsError

SCHEMA_VERSION = 5
SIGNIFICANT_DIGITS = 6
"""Digits kept in `summary.json`: what differs beyond them differs between machines."""
DRAWN = (".html", ".pdf")
"""What is drawn from the rest and can be drawn anew: missing or changed, it spoils no results."""
SANDBOX = "allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox"
"""What a notebook lets the page do: run its own scripts, save files, open sources in a new tab."""
STUDIES, STUDY = "studies", "study.json"
"""Folder in which what was evaluated for a run's studies is kept, and the file that says so."""
EXCHANGE_AT_ONCE = 2
"""Linux's RENAME_EXCHANGE and macOS' RENAME_SWAP."""
WORKING_DIRECTORY = -100
"""Linux's AT_FDCWD."""


@dataclass(frozen=True, kw_only=True)
class Results:
    """One run: what went in, what came out."""

    manifest: Mapping[str, Any]
    summary: Mapping[str, Any]
    tables: Mapping[str, pl.DataFrame]
    documents: Mapping[str, str] = field(default_factory=dict)
    """Pages by name, such as `report.html`."""

    def _repr_html_(self) -> str:
        """Show the report where a notebook shows what a cell gave: in a frame of its own."""
        page = self.documents.get("report.html", "<p>This run has no report.html.</p>")
        return (
            f'<iframe srcdoc="{html.escape(page)}" sandbox="{SANDBOX}" '
            f'title="Report of a run" style="width: 100%; height: 80vh; border: 0"></iframe>'
        )


def write(results: Results, folder: Path) -> Path:
    """Write a results folder, replacing one that stands there in a single step.

    Raises:
        ResultsError: the folder cannot be written, or what stands there is no results folder.
    """
    folder = folder.absolute()
    check_place(folder)
    with _replacing(folder) as fresh:
        for name, table in results.tables.items():
            table.write_parquet(fresh / f"{name}.parquet", compression="zstd")
        (fresh / "summary.json").write_text(to_json(results.summary), "utf-8")
        for name, text in results.documents.items():
            (fresh / name).write_text(text, "utf-8")
        if results.summary.get(STUDIES) is not None and (folder / STUDIES).is_dir():
            shutil.copytree(folder / STUDIES, fresh / STUDIES)
        _seal(results.manifest, fresh, [path.name for path in fresh.iterdir()])
    return folder


@contextmanager
def _replacing(folder: Path) -> Iterator[Path]:
    """Give a fresh folder to fill, and put it in place of `folder` when that is done."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.{os.getpid()}.", dir=folder.parent))
        os.chmod(fresh, 0o755)
        try:
            yield fresh
            _put(fresh, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise ResultsError(f"{folder}: cannot be written: {error.strerror or error}") from error


def _seal(manifest: Mapping[str, Any], fresh: Path, names: Iterable[str]) -> None:
    """Write the manifest with the digest of every file of a run, and have the disk hold them."""
    own = [path for name in sorted(set(names)) if (path := fresh / name).is_file()]
    files = {path.name: _digest(path) for path in own}
    sealed = fresh / "manifest.json"
    sealed.write_text(to_json({**manifest, "files": files}), "utf-8")
    for path in (*own, sealed):
        _flush(path)
    _flush(fresh)


def read(folder: Path) -> Results:
    """Read a results folder.

    Raises:
        ResultsError: it is missing, incomplete, altered or of another format version.
    """
    if not (folder / "summary.json").is_file():
        raise ResultsError(
            f"{folder}: holds no results (no summary.json); write the folder of a run"
        )
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        summary = json.loads((folder / "summary.json").read_text("utf-8"))
        if not isinstance(manifest, dict):
            raise ValueError("manifest.json holds no mapping")
    except (OSError, ValueError) as error:
        raise ResultsError(f"{folder}: cannot be read: {error}; run the scenario again") from error
    if not isinstance(summary, dict) or not isinstance(manifest.get("files"), dict):
        raise ResultsError(f"{folder}: is no results folder of Sunstack; run the scenario again")
    if summary.get("schema_version") != SCHEMA_VERSION:
        raise ResultsError(
            f"{folder}: summary.json has schema_version {summary.get('schema_version')!r}, this "
            f"program reads {SCHEMA_VERSION}; run the scenario again"
        )
    for name, digest in manifest["files"].items():
        if not name.endswith(DRAWN):
            _check_file(folder / name, digest)
    names = [name for name in manifest["files"] if name.endswith(".parquet")]
    try:
        tables = {Path(name).stem: pl.read_parquet(folder / name) for name in names}
    except pl.exceptions.PolarsError as error:
        raise ResultsError(f"{folder}: a table cannot be read: {error}") from error
    documents = {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.html"))}
    return Results(manifest=manifest, summary=summary, tables=tables, documents=documents)


def with_documents(results: Results, documents: Mapping[str, str]) -> Results:
    """The same results with pages added."""
    return replace(results, documents={**results.documents, **documents})


def add(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Put files into a results folder, replaced in one step with all that it held.

    Whatever else lies there is kept.

    Raises:
        ResultsError: it holds no results, or cannot be written.
    """
    folder = folder.resolve()
    manifest = read(folder).manifest
    with _replacing(folder) as fresh:
        shutil.copytree(folder, fresh, symlinks=True, dirs_exist_ok=True)
        for name, content in files.items():
            (fresh / name).write_bytes(content)
        _seal(manifest, fresh, [*manifest["files"], *files])
    return folder


def write_file(path: Path, content: bytes) -> None:
    """Write a single file whole or not at all.

    Raises:
        ResultsError: it cannot be written.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_bytes(content)
        os.replace(aside, path)
    except OSError as error:
        raise ResultsError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        aside.unlink(missing_ok=True)


def rounded(value: Any) -> Any:
    """Round every float of a JSON tree to the digits kept.

    Raises:
        ResultsError: a number is not finite; the message says where.
    """
    return _rounded(value, "summary")


def to_json(tree: Mapping[str, Any]) -> str:
    """Write a JSON document, keys in the order given."""
    return json.dumps(tree, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _rounded(value: Any, where: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _rounded(part, f"{where}.{key}") for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(part, f"{where}.{number}") for number, part in enumerate(value)]
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ResultsError(
                f"{where} came out as {value}; a defect of Sunstack, please report the scenario"
            )
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}")
    return value


def check_place(folder: Path) -> None:
    """Refuse to replace anything a run did not write.

    Raises:
        ResultsError: it is no folder, or holds files that no run wrote.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ResultsError(f"{folder}: is a file or a link; name a folder with --out")
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    own = _own_names(folder) | ({STUDIES} if (folder / STUDIES / STUDY).is_file() else set())
    foreign = sorted({path.name for path in folder.iterdir()} - own)
    if foreign:
        raise ResultsError(
            f"{folder}: holds what no run wrote ({', '.join(foreign[:3])}); move it away, or name "
            "another folder with --out"
        )


def _own_names(folder: Path) -> set[str]:
    """Names of the files a manifest says its run wrote; none where there is no such manifest."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return set()
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        return set()
    return {"manifest.json", *manifest["files"]} if "schema_version" in manifest else set()


def _sweep(folder: Path) -> None:
    """Restore or remove what killed runs left beside the folder; leave running ones alone."""
    own = re.compile(rf"\.{re.escape(folder.name)}\.(\d+)\.[a-z0-9_]{{8}}(\.old)?")
    for stale in list(folder.parent.iterdir()):
        match = own.fullmatch(stale.name)
        if match is None or _is_running(int(match[1])):
            continue
        if match[2] and not folder.exists():
            os.rename(stale, folder)
        else:
            shutil.rmtree(stale, ignore_errors=True)


def _is_running(process: int) -> bool:
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _check_file(path: Path, digest: str) -> None:
    if not path.is_file() or _digest(path) != digest:
        raise ResultsError(
            f"{path}: missing or not as the run wrote it (SHA-256 differs from manifest.json); "
            "run the scenario again"
        )


def _flush(path: Path) -> None:
    """Have the disk hold a file or folder before it is put in place."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _put(fresh: Path, folder: Path) -> None:
    """Put `fresh` at `folder`; what stood there ends up at `fresh`."""
    if not folder.exists():
        os.rename(fresh, folder)
    elif not _exchange(fresh, folder):
        # Where folders cannot be exchanged at once, the old one waits beside for an instant.
        aside = fresh.with_name(f"{fresh.name}.old")
        os.rename(folder, aside)
        os.rename(fresh, folder)
        shutil.rmtree(aside, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step; False where system or file system cannot."""
    library = ctypes.CDLL(None, use_errno=True)
    paths = os.fsencode(one), os.fsencode(other)
    if sys.platform == "linux" and hasattr(library, "renameat2"):
        failed = library.renameat2(
            WORKING_DIRECTORY, paths[0], WORKING_DIRECTORY, paths[1], EXCHANGE_AT_ONCE
        )
    elif sys.platform == "darwin" and hasattr(library, "renamex_np"):
        failed = library.renamex_np(*paths, EXCHANGE_AT_ONCE)
    else:
        return False
    if failed and ctypes.get_errno() not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return not failed
