"""What is wrong with a file of element sets? All of it at once, as far as one cares to read."""

from __future__ import annotations

from dataclasses import dataclass, field

from sunstack.errors import CatalogueError

MOST_TOLD = 20


@dataclass
class Problems:
    """Collects problems of one file."""

    path: str
    found: list[str] = field(default_factory=list)

    def add(self, problem: str) -> None:
        """Note one: where, what was found, what to write."""
        self.found.append(problem)

    def refuse_if_any(self) -> None:
        """Refuse the file if it has any.

        Raises:
            CatalogueError: it has; the message lists them.
        """
        if not self.found:
            return
        told = self.found[:MOST_TOLD]
        if len(self.found) > MOST_TOLD:
            told.append(f"and {len(self.found) - MOST_TOLD:,} more")
        raise CatalogueError("\n".join(f"{self.path}: {problem}" for problem in told))
