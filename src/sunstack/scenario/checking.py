"""Is what a file says a scenario, and if not, what is wrong where?

The model decides; its refusals are told here in terms of the file: place, value, remedy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from .agreement import disagreements
from .descriptions import LISTED, Description, declared, descriptions, group_models
from .model import Scenario
from .problems import PROBLEMS_SHOWN, Problem, close_misses
from .tree import Mark, Node, Path, dotted, plain, walk
from .wording import missing, refused, unknown, wanted

NUMBER_PARTS = ("value", "low", "high")
ITEM_KIND = {many: one for one, many in LISTED.items()}


def check(root: Node) -> tuple[Scenario | None, list[Problem]]:
    """Return the scenario a mapping describes, or else every problem of its keys and values."""
    teller = _Teller(root)
    teller.tell_empty_values()
    try:
        scenario = Scenario.model_validate(_without_empty_sections(root))
    except ValidationError as refusal:
        scenario = None
        teller.tell_refusals(refusal.errors(include_url=False, include_input=False))
    teller.tell(disagreements(root))
    return scenario, list(teller.problems.values())


def _without_empty_sections(root: Node) -> dict[str, Any]:
    """A section whose keys are all commented out says the same as one left out."""
    assert isinstance(root.content, dict)
    sections = {name for name, held in descriptions().items() if held[0].kind == "section"}
    return {
        key: plain(held)
        for key, held in root.content.items()
        if held.content is not None or key not in sections
    }


class _Teller:
    """Collects problems, one for each key: whichever of its problems is told first."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.problems: dict[str, Problem] = {}
        self.meant: set[str] = set()
        """Keys that an unknown key stands for: told there, and not once more as missing."""

    def tell(self, problems: Sequence[Problem]) -> None:
        for problem in problems:
            if not any(f"{meant}.".startswith(f"{problem.key}.") for meant in self.meant):
                self.problems.setdefault(problem.key, problem)

    def tell_empty_values(self) -> None:
        for path, node in walk(self.root):
            if node.content is not None or node.text:
                continue
            description = self._description(path)
            if description and description.kind != "section":
                remove = "" if description.required else ", or take the key out"
                message = f"found nothing; write {wanted(description)}{remove}"
                self.tell([Problem(node.at, dotted(path), message)])

    def tell_refusals(self, errors: Sequence[Any]) -> None:
        """Tell the model's refusals; of two at one value the deeper is the reason of the other."""
        located = [(self._path(error), error) for error in errors]
        holding = {path[:depth] for path, _ in located for depth in range(len(path))}
        unknown_first = sorted(located, key=self._turn)
        for path, error in unknown_first:
            if path not in holding:
                self.tell(self._told(path, error["type"]))

    def _turn(self, located: tuple[Path, Any]) -> tuple[bool, tuple[int, int, int]]:
        """Sort unknown keys first, as what they stand for is then not missing; in reading order."""
        path, error = located
        node = self.root.held_at(path) or self.root
        return (error["type"] != "extra_forbidden", node.key_at.order)

    def _path(self, error: Any) -> Path:
        """Turn the model's location into the file's: no names of types or group models in it."""
        path: Path = ()
        node: Node | None = self.root
        for rank, part in enumerate(error["loc"]):
            if path and isinstance(path[-1], int) and part in group_models() and rank == len(path):
                continue
            held = node.held(part) if node else None
            if held or (error["type"] == "missing" and rank == len(error["loc"]) - 1):
                path, node = (*path, part), held
        return path

    def _told(self, path: Path, kind: str) -> list[Problem]:
        match kind:
            case "extra_forbidden":
                return [self._unknown(path)]
            case "union_tag_invalid" | "union_tag_not_found":
                path = (*path, "model")
            case "range":
                return [self._disordered(path)]
            case "bounds":
                return self._out_of_bounds(path)
        node, description = self.root.held_at(path), self._description(path)
        assert description is not None
        if node is None:
            message = missing(str(path[-1]), description)
            return [Problem(self._holder(path), dotted(path), message)]
        return [Problem(node.at, dotted(path), refused(description, node))]

    def _unknown(self, path: Path) -> Problem:
        node = self.root.held_at(path)
        assert node is not None
        key, section = str(path[-1]), _without_indices(path[:-1])
        holder = declared(section)
        if holder and holder.kind == "number":
            near = close_misses(key, NUMBER_PARTS)
            hint = f"did you mean `{near[0]}`?" if near else "write value, low and high"
            return Problem(node.key_at, dotted(path), f"unknown key; {hint}")
        if len(self.problems) >= PROBLEMS_SHOWN:
            # will not be shown, as these come in reading order; to search close misses takes long
            return Problem(node.key_at, dotted(path), "unknown key")
        message, meant = unknown(section, key, self._model(path))
        if meant:
            self.meant.add(dotted((*path[:-1], meant)))
        return Problem(node.key_at, dotted(path), message)

    def _disordered(self, path: Path) -> Problem:
        node = self.root.child(*path)
        assert node is not None
        parts = {name: part for name in NUMBER_PARTS if (part := node.child(name))}
        said = ", ".join(f"{name} {part.text}" for name, part in parts.items())
        newest = max(parts.values(), key=lambda part: part.at.source.override)
        return Problem(newest.at, dotted(path), f"found {said}; write low <= value <= high")

    def _out_of_bounds(self, path: Path) -> list[Problem]:
        """Tell each part of `{value, low, high}` outside the bounds; they are refused as one."""
        node, description = self.root.child(*path), self._description(path)
        assert node is not None
        assert description is not None
        parts = [(path, node)]
        if isinstance(node.content, dict):
            parts = [((*path, name), held) for name in NUMBER_PARTS if (held := node.child(name))]
        low, high = description.low or 0.0, description.high or 0.0
        return [
            Problem(held.at, dotted(place), refused(description, held))
            for place, held in parts
            if (part := held.number()) is not None and not low <= part <= high
        ]

    def _description(self, path: Path) -> Description | None:
        """Return what is declared for a place: for an item, that of its list made single."""
        found = declared(_without_indices(path), self._model(path))
        if found and path and isinstance(path[-1], int):
            return replace(found, kind=kind) if (kind := ITEM_KIND.get(found.kind)) else None
        if found is None and path and path[-1] in NUMBER_PARTS:
            holder = self._description(path[:-1])
            if holder and holder.kind == "number":
                return replace(holder, choices=())
        return found

    def _model(self, path: Path) -> str:
        """Return the model of the group a path leads into; empty outside the groups."""
        if path[:2] != ("constellation", "groups") or len(path) < 3:
            return ""
        model = self.root.child(*path[:3], "model")
        return str(model.content) if model else ""

    def _holder(self, path: Path) -> Mark:
        """Return where the section of a missing key stands."""
        return (self.root.held_at(path[:-1]) or self.root).key_at


def _without_indices(path: Path) -> str:
    return dotted(tuple(part for part in path if not isinstance(part, int)))
