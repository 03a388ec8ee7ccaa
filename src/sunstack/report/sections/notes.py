"""What must a reader know besides the figures, and how is the run repeated?"""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Mapping
from typing import Any

from sunstack.results import Results

from ..blocks import Download, Folded, Listing, Points, Prose, Section, Table, text
from ..numerals import quantity


def caveats(results: Results) -> Section:
    """List the approximations in force."""
    return Section(
        name="caveats", title="Caveats", blocks=[Points(items=results.summary["caveats"])]
    )


def repeat(results: Results) -> Section:
    """Give the command, the scenario, the seed, versions and hashes."""
    manifest = results.manifest
    scenario = manifest["scenario"]
    name = file_name(scenario["path"])
    encoded = base64.b64encode(str(scenario["text"]).encode()).decode("ascii")
    return Section(
        name="repeat",
        title="How to repeat this run",
        blocks=[
            Prose(text=f"Save the scenario below as {name} and run, with the versions listed:"),
            Listing(text=command(name, scenario["overrides"])),
            Download(name=name, address=f"data:application/yaml;base64,{encoded}"),
            Folded(summary=f"The scenario: {name}", blocks=[Listing(text=scenario["text"])]),
            _facts(manifest),
        ],
    )


def command(name: str, overrides: Mapping[str, Any]) -> str:
    """Write the command line of a run, quoted for a shell."""
    words = ["sunstack", "run", name]
    for key, value in overrides.items():
        words += ["--set", f"{key}={value}"]
    return shlex.join(words)


def file_name(path: str) -> str:
    """Return a scenario's file name with nothing in it that a shell or a disk minds."""
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", path).strip("-.")
    return safe if safe.endswith((".yaml", ".yml", ".json")) else f"{safe or 'scenario'}.yaml"


def _facts(manifest: Mapping[str, Any]) -> Table:
    run = manifest["run"]
    facts = {
        "seed": str(manifest["seed"]),
        "SHA-256 of the scenario's text": manifest["scenario"]["sha256"],
        "finished": run["finished"],
        "computing time": quantity(run["seconds"], "s"),
        "processors": str(run["processors"]),
        "operating system": run["system"],
    } | {f"version of {name}": version for name, version in manifest["versions"].items()}
    return Table(
        caption="Run; manifest.json beside this page holds the SHA-256 of every file",
        columns=[text("fact"), text("value")],
        rows=[[name, str(value)] for name, value in facts.items()],
    )
