"""Where are a study's chunks evaluated: threads, processes, or a cluster of Dask or Ray?

A chunk is a pure function of the study and its number: whoever evaluates it, and however often it
is begun anew because a worker died, it comes out the same. The model is sent once to a worker.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from sunstack.errors import ServiceError

Kind = Literal["local", "processes", "dask", "ray"]
Chunk = dict[str, NDArray[np.float64]]
CONNECTION_S = "10 s"
RETRIES = 3
"""Times a chunk is begun anew where its worker died."""
LOST = (
    f"the cluster lost its workers more than {RETRIES} times over one chunk ({{error}}); "
    "run the study again: what is done is kept"
)


class Work(Protocol):
    """What can be cut into chunks; sent to workers as it is."""

    def length(self, number: int) -> int:
        """Rows of one."""
        ...

    def chunk(self, number: int) -> Chunk:
        """Evaluate one."""
        ...


@dataclass(frozen=True, kw_only=True)
class Backend:
    """Where chunks are evaluated."""

    kind: Kind = "local"
    scheduler: str = ""
    """Address of a Dask scheduler, as tcp://host:8786, or of Ray's head, as host:6379."""
    workers: int | None = None
    """Threads or processes; as many as there are processors if not given."""


def evaluated(work: Work, numbers: Sequence[int], backend: Backend) -> Iterator[tuple[int, Chunk]]:
    """Evaluate chunks, in the order in which they are done.

    Raises:
        ServiceError: the cluster or what it needs cannot be reached, or a chunk failed there.
    """
    if backend.kind == "processes":
        return _processes(work, numbers, backend)
    if backend.kind == "dask":
        return _dask(work, numbers, backend)
    if backend.kind == "ray":
        return _ray(work, numbers, backend)
    return _threads(work, numbers, backend)


def _threads(work: Work, numbers: Sequence[int], backend: Backend) -> Iterator[tuple[int, Chunk]]:
    """JAX holds no lock while it computes: threads share one compiled function and every core."""
    pool = ThreadPoolExecutor(backend.workers or os.cpu_count())
    try:
        waiting = {pool.submit(work.chunk, number): number for number in numbers}
        for one in as_completed(waiting):
            yield waiting[one], one.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_held: dict[str, Work] = {}
"""The work of a worker process, by its digest: what it compiled is used for every chunk."""


def _sent(digest: str, packed: bytes, number: int) -> tuple[int, Chunk]:
    """Unpack the work where it is not there yet, and evaluate a chunk."""
    if digest not in _held:
        _held.clear()
        _held[digest] = pickle.loads(packed)
    return _numbered(_held[digest], number)


def _numbered(work: Work, number: int) -> tuple[int, Chunk]:
    return number, work.chunk(number)


def _processes(work: Work, numbers: Sequence[int], backend: Backend) -> Iterator[tuple[int, Chunk]]:
    joblib: Any = _imported("joblib")
    jobs = min(backend.workers or os.cpu_count() or 1, max(len(numbers), 1))
    pool = joblib.Parallel(n_jobs=jobs, backend="loky", return_as="generator_unordered")
    packed = pickle.dumps(work)
    digest = hashlib.sha256(packed).hexdigest()
    yield from pool(joblib.delayed(_sent)(digest, packed, number) for number in numbers)


def _dask(work: Work, numbers: Sequence[int], backend: Backend) -> Iterator[tuple[int, Chunk]]:
    distributed: Any = _imported("distributed")
    if not backend.scheduler:
        raise ServiceError("--backend dask: no scheduler; write --scheduler tcp://host:8786")
    try:
        client = distributed.Client(backend.scheduler, timeout=CONNECTION_S)
    except (OSError, TimeoutError, ValueError) as error:
        raise ServiceError(
            f"{backend.scheduler}: no Dask scheduler answers within {CONNECTION_S} ({error}); "
            "start one with `dask scheduler`, or write --backend local"
        ) from error
    with client:
        yield from _of_cluster(distributed, client, work, numbers)


def _of_held(number: int, held: Work) -> tuple[int, Chunk]:
    return _numbered(held, number)


def _of_cluster(
    distributed: Any, client: Any, work: Work, numbers: Sequence[int]
) -> Iterator[tuple[int, Chunk]]:
    sent = client.scatter(work, broadcast=True, hash=False)
    # Keys of one study only: its chunks are never those of another that the cluster remembers.
    waiting = client.map(
        _of_held,
        list(numbers),
        held=sent,
        retries=RETRIES,
        pure=False,
    )
    for one in distributed.as_completed(waiting):
        try:
            yield one.result()
        except (OSError, distributed.scheduler.KilledWorker) as error:
            raise ServiceError(LOST.format(error=error)) from error


def _ray(work: Work, numbers: Sequence[int], backend: Backend) -> Iterator[tuple[int, Chunk]]:
    """This machine is a node of the cluster (`ray start --address`), as Ray asks of who drives."""
    ray: Any = _imported("ray", extra="ray")
    _check_listening(backend.scheduler)
    with _joined(ray, backend.scheduler):
        packed = pickle.dumps(work)
        digest, sent = hashlib.sha256(packed).hexdigest(), ray.put(packed)
        begin = ray.remote(num_cpus=1, max_retries=RETRIES)(_sent)
        waiting = [begin.remote(digest, sent, number) for number in numbers]
        while waiting:
            done, waiting = ray.wait(waiting, num_returns=1)
            try:
                yield ray.get(done[0])
            except ray.exceptions.WorkerCrashedError as error:
                raise ServiceError(LOST.format(error=error)) from error


def _check_listening(address: str) -> None:
    """Ask whether anybody listens: Ray itself ends the process when nobody does."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise ServiceError(
            f"--backend ray: {address!r} is no address; write --scheduler host:6379, as "
            "`ray start --head` tells it"
        )
    try:
        socket.create_connection((host, int(port)), timeout=float(CONNECTION_S.split()[0])).close()
    except (OSError, OverflowError) as error:
        raise ServiceError(
            f"{address}: no Ray head answers within {CONNECTION_S} ({error}); "
            "start one with `ray start --head`, or write --backend local"
        ) from error


@contextmanager
def _joined(ray: Any, address: str) -> Iterator[None]:
    try:
        ray.init(address=address, log_to_driver=False, logging_level="ERROR")
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise ServiceError(
            f"{address}: Ray refuses ({error}); make this machine one of its nodes with "
            f"`ray start --address={address}`, or write --backend local"
        ) from error
    try:
        yield
    finally:
        ray.shutdown()


def _imported(name: str, *, extra: str = "cluster") -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise ServiceError(
            f"{name} is not installed; pip install 'sunstack[{extra}]', or write --backend local"
        ) from error
