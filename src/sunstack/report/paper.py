"""How does a page become a PDF? A Chromium on this machine prints it, where one is found."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from sunstack.errors import ResultsError

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
VARIABLE = "SUNSTACK_CHROMIUM"
LONGEST_S = 120
VIRTUAL_MS = 20_000
"""Time the page's own clock is given to draw its figures; idle time is skipped."""
SWITCHES = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--no-pdf-header-footer",
)


def pdf(page: str) -> bytes:
    """Print a page of the report to PDF.

    Raises:
        ResultsError: no Chromium is found, or it printed nothing.
    """
    program = chromium()
    with tempfile.TemporaryDirectory(prefix="sunstack-", ignore_cleanup_errors=True) as folder:
        source, target = Path(folder) / "report.html", Path(folder) / "report.pdf"
        source.write_text(page, "utf-8")
        _print(program, Path(folder), source, target)
        return target.read_bytes()


def chromium() -> str:
    """Find the browser: the one SUNSTACK_CHROMIUM names, or one on PATH.

    Raises:
        ResultsError: there is none.
    """
    named = os.environ.get(VARIABLE)
    found = [shutil.which(name) for name in ([named] if named else PROGRAMS)]
    program = next(filter(None, found), None)
    if program is None:
        where = f"{VARIABLE}={named} is no program" if named else "no Chromium is on PATH"
        raise ResultsError(
            f"{where}: install chromium, or name one by {VARIABLE}; or open report.html in any "
            "browser and print it from there"
        )
    return program


def _print(program: str, folder: Path, source: Path, target: Path) -> None:
    # Chromium refuses its own sandbox to root, as in most containers; the page is ours.
    switches = [*SWITCHES, *(["--no-sandbox"] if _is_root() else [])]
    words = [
        program,
        *switches,
        f"--user-data-dir={folder / 'profile'}",
        f"--virtual-time-budget={VIRTUAL_MS}",
        f"--print-to-pdf={target}",
        f"{source.as_uri()}#renderer=canvas2d",
    ]
    # A session of its own, so that what Chromium has started ends with it.
    with subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            _, told = process.communicate(timeout=LONGEST_S)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            raise ResultsError(f"{program} did not print the page within {LONGEST_S} s") from error
    if process.returncode or not target.is_file():
        lines = told.decode(errors="replace").strip().splitlines()
        raise ResultsError(
            f"{program} printed nothing: {lines[-1] if lines else 'it said nothing'}"
        )


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
