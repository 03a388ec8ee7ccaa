"""Do the keys of a scenario agree with one another?

Looks at the file as written, so that these problems are told together with those of single keys;
a value that is absent or of the wrong type is passed over here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from ..units import HOUR_S
from .descriptions import declared
from .problems import Problem, quoted
from .tree import Node, Path, dotted

STEP_LIMIT = 100_000
PLANES = {"walker": "plane_count", "shells": "planes_per_shell_count"}
POWERS = ("idle_power_kw", "power_kw", "peak_power_kw")
LOCAL_TIMES = "local_times_hours"
FIRST_EPOCH, LAST_EPOCH = date(1957, 10, 4), date(2049, 12, 31)
"""From the first satellite to where the Sun's series ends."""


def disagreements(root: Node) -> list[Problem]:
    """Return each pair of keys that cannot both stand as written, as a problem of one of them."""
    return [*_epoch(root), *_constellation(root), *_payload(root), *_simulation(root)]


def _problem(root: Node, path: Path, message: str, *, key: bool = False) -> Problem:
    """Make a problem of the value at a path, or of its key."""
    node = root.child(*path) or root
    return Problem(node.key_at if key else node.at, dotted(path), message)


def _epoch(root: Node) -> Iterator[Problem]:
    epoch = root.child("epoch")
    day = epoch.content if epoch else None
    if isinstance(day, date) and not FIRST_EPOCH <= day <= LAST_EPOCH:
        message = f"found {day}; write a day from {FIRST_EPOCH} to {LAST_EPOCH}"
        yield _problem(root, ("epoch",), message)


def _constellation(root: Node) -> Iterator[Problem]:
    path: Path = ("constellation",)
    constellation = root.child(*path)
    if constellation is None or not isinstance(constellation.content, dict):
        return
    named, groups = constellation.child("catalogue"), constellation.child("groups")
    if named and groups:
        message = "written beside `groups`; keep one of the two"
        yield _problem(root, (*path, "catalogue"), message, key=True)
    if not named and not groups:
        message = "holds neither `catalogue` nor `groups`; write one of the two"
        yield _problem(root, path, message, key=True)
    if groups is None:
        return
    if groups.content == []:
        message = "found an empty list; write at least one group, beginning with `- model:`"
        yield _problem(root, (*path, "groups"), message)
    yield from _names(root, groups)
    for index, group in enumerate(groups.items()):
        yield from _group(root, (*path, "groups", index), group)


def _names(root: Node, groups: Node) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, group in enumerate(groups.items()):
        name = group.child("name")
        if name is None or not isinstance(name.content, str):
            continue
        if name.content in first:
            message = (
                f"{quoted(name.content)} is also the name of group {first[name.content]}; "
                "give each group a name of its own"
            )
            yield _problem(root, ("constellation", "groups", index, "name"), message)
        first.setdefault(name.content, index)


def _group(root: Node, path: Path, group: Node) -> Iterator[Problem]:
    low, high = group.number("altitude_low_km"), group.number("altitude_high_km")
    if low is not None and high is not None and high < low:
        message = f"{high:g} lies below `altitude_low_km`, {low:g}; write the higher one here"
        yield _problem(root, (*path, "altitude_high_km"), message)
    inclination = group.child("inclination_deg")
    computed = inclination is not None and inclination.content == "sun-synchronous"
    if computed and group.child("inclination_high_deg"):
        message = "a sun-synchronous band has its inclinations computed; take this key out"
        yield _problem(root, (*path, "inclination_high_deg"), message, key=True)
    phasing, planes = group.number("phasing_count"), group.number("plane_count")
    if phasing is not None and planes is not None and phasing >= planes:
        message = f"{phasing:g} is not below `plane_count`, {planes:g}; write 0 to {planes - 1:g}"
        yield _problem(root, (*path, "phasing_count"), message)
    if group.child(LOCAL_TIMES):
        yield from _local_times(root, path, group)


def _local_times(root: Node, path: Path, group: Node) -> Iterator[Problem]:
    times = group.child(LOCAL_TIMES)
    items = times.items() if times else []
    for index, item in enumerate(items):
        hours = item.number()
        if hours is not None and not 0 <= hours < 24:
            message = f"found `{item.text}`, no time of day; write hours from 0 to below 24"
            yield _problem(root, (*path, LOCAL_TIMES, index), message)
    for key in ("node_deg", "node_spread_deg"):
        if group.child(key):
            message = f"written beside `{LOCAL_TIMES}`, which fixes the nodes; keep one of the two"
            yield _problem(root, (*path, key), message, key=True)
    model = group.child("model")
    counted = PLANES.get(str(model.content)) if model else None
    planes = group.number(counted) if counted else 1.0
    if isinstance(times and times.content, list) and planes not in (None, len(items)):
        whose = f"`{counted}` says {planes:g}" if counted else "a formation flies in one plane"
        message = f"found {len(items)} local times, but {whose}; write one for each plane"
        yield _problem(root, (*path, LOCAL_TIMES), message)


def _payload(root: Node) -> Iterator[Problem]:
    given = [(key, power) for key in POWERS if (power := root.number("payload", key)) is not None]
    for (lesser, less), (greater, more) in pairwise(given):
        if more < less:
            message = f"{more:g} kW lies below `{lesser}`, {less:g} kW; write idle <= mean <= peak"
            yield _problem(root, ("payload", greater), message)


def _simulation(root: Node) -> Iterator[Problem]:
    epochs = root.child("simulation", "epochs")
    if epochs and epochs.content == []:
        message = "found an empty list; write a date, or leave the key out"
        yield _problem(root, ("simulation", "epochs"), message)
    seen: set[str] = set()
    for index, epoch in enumerate(epochs.items() if epochs else []):
        if epoch.text in seen:
            message = f"`{epoch.text}` is in the list already; write each day once"
            yield _problem(root, ("simulation", "epochs", index), message)
        seen.add(epoch.text)
    yield from _steps(root)


def _steps(root: Node) -> Iterator[Problem]:
    step_s, hours = (_or_default(root, key) for key in ("step_s", "duration_hours"))
    duration_s = hours * HOUR_S
    path = ("simulation", "step_s" if root.number("simulation", "step_s") else "duration_hours")
    if step_s > 0 and duration_s / step_s > STEP_LIMIT:
        message = (
            f"{hours:g} h in steps of {step_s:g} s are more than {STEP_LIMIT} steps; "
            f"write step_s: {duration_s / STEP_LIMIT:g} or more, or a shorter duration_hours"
        )
        yield _problem(root, path, message)


def _or_default(root: Node, key: str) -> float:
    given = root.number("simulation", key)
    if given is not None:
        return given
    description = declared(f"simulation.{key}")
    return float(description.default or 0) if description else 0.0
