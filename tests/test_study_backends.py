"""Do processes, Dask and Ray find what threads here find, also when a worker dies?

Each cluster is a real one of this machine, of several processes. The design is that of one AI1
satellite.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sunstack import study
from sunstack.resolve import resolve
from sunstack.scenario import load, shipped
from sunstack.study import Backend
from sunstack.study.model import ROWS

KEYS = ("power.cell_efficiency", "thermal.emissivity_ratio", "satellite.bus_power_kw")


def ask(**elsewhere: Any) -> study.Study:
    return study.montecarlo(
        resolve(load(shipped.find("ai1"))),
        objectives=["first_year.payload_power_w"],
        count=3 * ROWS - 100,
        keys=KEYS,
        **elsewhere,
    )


@cache
def here() -> study.Study:
    return ask()


def test_processes_find_what_threads_find() -> None:
    pytest.importorskip("joblib")
    there = ask(backend=Backend(kind="processes", workers=2))
    assert there.samples.equals(here().samples)


@pytest.fixture
def cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None
    ) as found:
        yield found


def test_a_worker_that_dies_loses_nothing(cluster: Any) -> None:
    killed: list[int] = []

    def kill(stage: str, done: int, total: int) -> None:
        if done == 1 and not killed:
            killed.append(next(iter(cluster.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    there = ask(
        backend=Backend(kind="dask", scheduler=cluster.scheduler_address),
        progress=kill,
    )
    assert killed
    assert there.samples.equals(here().samples)
    assert there.summary == here().summary


@pytest.fixture
def ray_head(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A Ray cluster of this machine's two cores, in processes of its own."""
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
    pytest.importorskip("ray")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="ray") as place:
        command = [sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block"]
        options = {
            "--port": port,
            "--node-ip-address": "127.0.0.1",
            "--temp-dir": place,
            "--num-cpus": 2,
            "--object-store-memory": 100_000_000,
            "--include-dashboard": "false",
            "--disable-usage-stats": None,
        }
        for name, value in options.items():
            command += [name] if value is None else [f"{name}={value}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as head:
            assert head.stdout is not None
            assert any("Ray runtime started" in line for line in head.stdout)
            yield f"127.0.0.1:{port}"
            head.terminate()


def working_for_ray() -> int:
    """Number of a process that is at a chunk: Ray writes the function's name into its title."""
    titles = {
        int(one.parent.name): one.read_bytes() for one in Path("/proc").glob("[0-9]*/cmdline")
    }
    return next(number for number, title in titles.items() if title.startswith(b"ray::_sent"))


def test_a_worker_of_ray_that_dies_loses_nothing(ray_head: str) -> None:
    killed: list[int] = []

    def kill(stage: str, done: int, total: int) -> None:
        if done == 1 and not killed:
            killed.append(working_for_ray())
            os.kill(killed[0], signal.SIGKILL)

    there = ask(backend=Backend(kind="ray", scheduler=ray_head), progress=kill)
    assert killed
    assert there.samples.equals(here().samples)
    assert there.summary == here().summary
